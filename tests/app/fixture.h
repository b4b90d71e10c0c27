/* fixture.h - a small office in a temporary folder, with a clock that stands still until it is moved. */
#ifndef YIFA_TESTS_APP_FIXTURE_H
#define YIFA_TESTS_APP_FIXTURE_H

#include "app/app.h"
#include "io/store/schema.h"

typedef struct Office {
    Arena *arena;
    App *app;
    char folder[64];
    int64_t now;
    OsSeeded seed;
    AppOptions options;
    Str url;  /* set by office_open: empty for sqlite in the folder; with YIFA_TEST_PG a schema in that server */
    int slot; /* offices open at the same time have different ones */
    const char *pack; /* folder of the pack to adopt; NULL: packs/guanhu */
} Office;

/* Creates, adopts packs/guanhu and enrols the people below. Fails the test when something goes wrong. */
void office_open(Office *office);
void office_close(Office *office); /* removes the folder */
void office_reopen(Office *office);

/* "2023-10-11 09:31" local time. */
void office_at(Office *office, const char *local);
/* Ids of people and units by login or code. */
int64_t office_person(const Office *office, const char *login);
int64_t office_unit(const Office *office, const char *code);

/* An act as a test says it. In the form, which is JSON text or NULL, '…' may stand for "…", @login for a person's id,
 * #code for a unit's id and <2023-03-01 09:00> for that instant. Fields it does not name are as the page offers them.
 */
typedef struct OfficeAct {
    const char *actor;
    int64_t matter;        /* 0 for an opening act */
    const char *procedure; /* of an opening act */
    const char *act;
    const char *form;
    const char *over; /* put over the form */
    ActMode mode;
    const char *happened; /* local time, for the modes record and mirror */
    const char *key;
    const char *system; /* number on another platform */
    const char *number;
    int64_t version;
    bool bare; /* the form as it is said, nothing offered */
} OfficeAct;
ActRequest office_ask(Office *office, const OfficeAct *act);
/* What the page would have offered, with what the test says put over it. */
Json office_offered(Office *office, const ActRequest *request, const Json *said);
ActResult office_perform(Office *office, const OfficeAct *act);

/* The same in mode do, in a line. */
ActResult office_act(Office *office, const char *actor, int64_t matter, const char *act, const char *form);
ActResult office_open_matter(Office *office, const char *actor, const char *procedure, const char *act,
                             const char *form);
ActResult office_request(Office *office, const ActRequest *request);
/* The same, failing the test unless the answer is ANSWER_DONE; prints why not. */
ActResult office_opened(Office *office, const char *actor, const char *procedure, const char *act, const char *form);
ActResult office_done(Office *office, const char *actor, int64_t matter, const char *act, const char *form);

/* A fact that happened earlier or elsewhere, taken in now; fails the test unless it is. */
ActResult office_recorded(Office *office, const char *actor, int64_t matter, const char *act, const char *happened,
                          const char *form);
/* Fails the test with what was said unless the answer is that. */
void office_expect(const ActResult *result, ActAnswer answer, const char *act);
/* Lets every clock fire that is due by now. */
void office_sweep(Office *office);

/* The verdict of a rule in a result, or NULL. */
const Verdict *office_verdict(const ActResult *result, const char *rule);
/* First column of a query's first row. */
int64_t office_count(Office *office, const char *sql);
int64_t office_countf(Office *office, const char *sql, ...) PRINTF_LIKE(2, 3);
Str office_textf(Office *office, const char *sql, ...) PRINTF_LIKE(2, 3);
/* A single statement run behind the ledger's back; returns how many rows it changed. */
size_t office_meddle(Office *office, const char *sql, ...) PRINTF_LIKE(2, 3);

/* All rows of a table in the order of their keys, a line each; integers as digits, text and bytes as they are. */
Str office_dump(Office *office, const DbTable *table);

/* ---- what stands ---- */
Str office_stage(Office *office, int64_t matter);
int64_t office_version(Office *office, int64_t matter);
/* A field's public value as JSON text, "" when it has none. */
Str office_field(Office *office, int64_t matter, const char *field);
/* Findings that name the rule and the matter; those still open. */
int64_t office_findings(Office *office, int64_t matter, const char *rule);
int64_t office_findings_open(Office *office, int64_t matter, const char *rule);
/* The matter at the other end of its newest link of that kind, 0 when there is none. Links point to what was first. */
int64_t office_linked(Office *office, int64_t matter, const char *kind);

/* ---- figures: what was received in 2023, as it stood on a day ---- */
int64_t office_figure(Office *office, const char *figure, const char *status);
/* Of one month and one dimension; dim NULL: all. */
int64_t office_figure_of(Office *office, const char *figure, const char *dim, const char *from, const char *to,
                         const char *status);

/* The ledger verifies, the state is what the entries give, and the figures are what they count to, now and at several
 * earlier sizes. */
void office_check_all(Office *office);

#endif
