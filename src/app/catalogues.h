/* catalogues.h - the office's lists as tables that a spreadsheet can hold: catalogues of the pack, and who works where.
 *
 * A catalogue (duties, powers, event categories, grid) belongs to the pack: putting another file in its place makes and
 * adopts a new version of the pack, so that every act still names the list it was judged by. The rosters (units,
 * people, roles, credentials) are state of the ledger: a row that is new or reads otherwise is put, one that reads the
 * same changes nothing, and none is ever taken out: who leaves gets a last day.
 *
 * Everything here that writes is for the sequencer's thread, or for a program that holds the store alone. */
#ifndef YIFA_APP_CATALOGUES_H
#define YIFA_APP_CATALOGUES_H

#include "app/app.h"

enum { ROSTER_ROWS_MAX = 20000, ROSTER_PROBLEMS_MAX = 100 };

typedef enum Roster { ROSTER_UNITS, ROSTER_PEOPLE, ROSTER_ROLES, ROSTER_CREDENTIALS, ROSTER_COUNT } Roster;
/* "units", "people", "roles", "credentials". */
extern const char *const roster_names[ROSTER_COUNT];
/* False when it is the name of no roster. */
bool roster_find(Str name, Roster *ret);

/* A table of texts, with its header. Days read 2023-01-31; a unit stands as its code, a person as the login, or as the
 * id when there is none. */
typedef struct RosterTable {
    const char *const *columns;
    size_t n_columns;
    const Str *const *rows; /* each of n_columns cells */
    size_t n_rows;
} RosterTable;
MUST_CHECK Rc roster_table(Db *db, int64_t j, Roster roster, Arena *arena, RosterTable *ret, Err *err);
void roster_write_csv(Buf *out, const RosterTable *table);

typedef enum RosterFault {
    ROSTER_COLUMNS,   /* not as many cells as the header has */
    ROSTER_EMPTY,     /* a cell that must say something */
    ROSTER_DAY,       /* no day such as 2023-01-31 */
    ROSTER_NO_UNIT,   /* no unit has this code */
    ROSTER_NO_PERSON, /* nobody has this login or id */
    ROSTER_NO_ROLE,   /* the pack has no such role */
    ROSTER_NO_KIND,   /* the pack has no such kind of unit */
    ROSTER_TWICE      /* the same thing in an earlier row */
} RosterFault;

typedef struct RosterProblem {
    size_t line;
    Str column;
    Str value;
    RosterFault fault;
} RosterProblem;

typedef struct RosterChange {
    size_t n_new;
    size_t n_changed;
    size_t n_same;
    RosterProblem *problems; /* the first ROSTER_PROBLEMS_MAX */
    size_t n_problems;
} RosterChange;

/* Compares a CSV file with what stands; writes it unless there are problems or `preview` is set. The header names the
 * columns, in any order; columns that are missing are left as they are. RC_INVALID: the header, RC_PARSE: the file. */
MUST_CHECK Rc roster_read_csv(App *app, Roster roster, Str csv, int64_t actor, bool preview, Arena *arena,
                              RosterChange *ret, Err *err);

/* Another file in the place of a catalogue, from a day on (DAY_NONE: today). Fails with RC_INVALID and the issues when
 * the pack would not be in order with it; nothing is changed then. */
MUST_CHECK Rc catalogue_put(App *app, Str name, Str csv, Day from, int64_t actor, Arena *arena,
                            const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);
/* The file of a catalogue; empty when the pack has none of that name. */
Str catalogue_csv(const LawPack *pack, Str name);

#endif
