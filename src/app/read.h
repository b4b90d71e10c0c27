/* read.h - what pages ask of the store every day: worklists, lists, counts, lookups.
 *
 * All functions only read, through a connection of the calling thread, and are answered by an index: the queries stand
 * in one table, so that a test can hold their plans to what they should be. Rows and texts lie in the arena given. A
 * list is cut at a stated number of rows; `more` then says so. */
#ifndef YIFA_APP_READ_H
#define YIFA_APP_READ_H

#include "app/app.h"
#include "core/matter/directory.h"
#include "core/matter/matter.h"
#include "lib/db/db.h"

enum {
    READ_PAGE = 50,      /* rows of one page of a list */
    READ_STAGE_MAX = 500 /* rows read per stage or handler for a worklist, the most urgent first */
};

typedef struct Read {
    Db *db;
    int64_t j;
    const LawPack *pack; /* in force today */
    const Directory *dir;
    Arena *arena;
    int64_t now;
} Read;

typedef struct ReadRow {
    int64_t id;
    Str procedure;
    Str pack; /* digest of the pack under which it was opened */
    Str stage;
    int64_t version;
    Day opened_day;
    Day closed_day; /* DAY_NONE while open */
    Str outcome;
    Str number;
    Str public_code;
    Str title;
    Str kind;
    int64_t unit;    /* 0: none */
    int64_t handler; /* 0: none */
    int64_t due_at;  /* INT64_MAX: none */
    /* The clock that is due then, else one that is paused; state 0 when there is none. Filled by read_clocks. */
    MatterClock clock;
} ReadRow;

typedef struct ReadRows {
    ReadRow *items;
    size_t n;
    size_t cap;
    bool more;
} ReadRows;

MUST_CHECK Rc read_clocks(const Read *read, ReadRow *rows, size_t n, Err *err);

/* ---- a person's work ---- */

/* Open matters a person has to do with. To do: the person handles it, or no handler may take its next step and the
 * person is among the nearest who hold a role that may (in the matter's unit, else its parent …). Others: the person
 * handles it and somebody else has the next step. Reminders: findings to be answered or reviewed. */
typedef struct ReadWork {
    ReadRows todo;
    ReadRows others;
    ReadRows reminders; /* also in todo or others */
    ReadRows unit;      /* of the person's unit */
} ReadWork;
MUST_CHECK Rc read_work(const Read *read, const DirPerson *person, ReadWork *ret, Err *err);

/* The usual next step from a stage (the first that leads to a later stage), by one of the person's roles if there is
 * one, else by whomever; *ret_mine says which. NULL when the stage is left by no act of a person. */
const LawAct *read_next_act(const Read *read, const LawProcedure *procedure, int stage, const DirPerson *person,
                            bool *ret_mine);

/* ---- lists ---- */

typedef struct ReadFilter {
    const LawProcedure *procedure;
    bool closed;  /* closed matters, the newest first; else open ones, the most urgent first */
    Str stage;    /* empty: any */
    int64_t unit; /* 0: any */
    bool overdue;
    const LawField *field; /* indexed, of texts or options; the newest first. NULL: any */
    Str value;             /* of field */
    /* Where the page before ended; id 0: the first page. Of open matters the due instant, INT64_MAX for those without
     * a term, which come last; of closed ones the day of opening. */
    int64_t after;
    int64_t after_id;
} ReadFilter;
/* At most READ_PAGE rows. */
MUST_CHECK Rc read_list(const Read *read, const ReadFilter *filter, ReadRows *ret, Err *err);

typedef struct ReadCount {
    Str procedure;
    int64_t open;
    int64_t all;
} ReadCount;
/* Counts by procedure, and of open findings. */
MUST_CHECK Rc read_counts(const Read *read, ReadCount **ret, size_t *ret_n, int64_t *ret_findings, Err *err);
/* Drafts a person has left. */
MUST_CHECK Rc read_drafts(const Read *read, int64_t person, int64_t *ret, Err *err);

/* ---- looking up ---- */

/* The matter with this number, number on another platform, or public code; 0 when there is none. */
MUST_CHECK Rc read_find(const Read *read, Str text, int64_t *ret, Err *err);
typedef struct ReadIds {
    int64_t *items;
    size_t n;
    size_t cap;
} ReadIds;
/* Matters of the person with this identifying value (a telephone number, as the pack's fields say), the newest first.
 * The value must be whole. */
MUST_CHECK Rc read_party(const App *app, const Read *read, Str value, size_t max, ReadIds *ret, Err *err);
/* The matters with these ids, in the order of the ids; unknown ones are left out. */
MUST_CHECK Rc read_rows(const Read *read, const int64_t *ids, size_t n, ReadRows *ret, Err *err);
MUST_CHECK Rc read_size(const Read *read, int64_t *ret, Err *err); /* of the ledger */

/* ---- the queries, for tests of their plans ---- */

typedef struct ReadQuery {
    const char *name;
    const char *sql;
    const char *params; /* i, t, b: types */
} ReadQuery;
extern const ReadQuery read_queries[];
extern const size_t read_queries_n;

/* The person who signs in with a login; RC_NOT_FOUND. */
MUST_CHECK Rc read_login(Db *db, int64_t j, Str login, int64_t *ret_person, Err *err);

#endif
