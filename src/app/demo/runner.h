/* runner.h - performs a plan through app_perform_many, day by day, as a year of users and sweeps would have.
 *
 * Each simulated day begins with a sweep of the clocks; then the day's acts follow in batches. A batch ends early only
 * when an act needs what an earlier act of the same batch brings about: a number, an entry's version, a matter that
 * another one opens. Supervision is not planned but answered: every morning the findings that are open get the acts
 * that their age calls for.
 *
 * A run that was interrupted is continued by running the same plan again: acts that the ledger has are passed over (see
 * plan.h). */
#ifndef YIFA_APP_DEMO_RUNNER_H
#define YIFA_APP_DEMO_RUNNER_H

#include "app/demo/hours.h"
#include "app/demo/staff.h"
#include "app/demo/words.h"

enum { RUN_BATCH_MAX = 1000, RUN_TROUBLES_MAX = 60, RUN_FAILURES = 10, RUN_SWEEP_MAX = 2000 };

typedef struct RunTrouble {
    char act[64];
    char text[256]; /* answer, why, rule ids; where it was planned */
    size_t n;       /* how many times */
} RunTrouble;

typedef struct RunReport {
    size_t planned;
    size_t passed_over; /* done by an earlier run */
    size_t answers[ANSWER_FAILED + 1];
    size_t expected_refusals;
    size_t orphans; /* acts on matters that were never opened */
    size_t fired;   /* matters whose clocks a sweep fired */
    size_t batches;
    RunTrouble troubles[RUN_TROUBLES_MAX]; /* the first kinds of refusal and failure that were not planned */
    size_t n_troubles;
} RunReport;

typedef struct RunOptions {
    uint64_t seed;
    int64_t *now;       /* of the App's manual clock */
    const Staff *staff; /* who answers findings; NULL: nobody does */
    const Words *words;
    Hours hours;
    Day last; /* the day with which the run ends; sweeps go on until then */
    /* Called after each batch; may be NULL. */
    void (*tell)(void *ctx, size_t done, size_t total);
    void *ctx;
} RunOptions;

MUST_CHECK Rc run_plan(App *app, Plan *plan, const RunOptions *options, RunReport *ret_report, Err *err);

/* Acts that the open findings call for on a day, in no order; they lie in the plan's arena. */
typedef struct RunActs {
    PlanAct *items;
    size_t n;
    size_t cap;
} RunActs;
MUST_CHECK Rc run_findings(Db *db, int64_t j, const RunOptions *options, Plan *scratch, Day day, RunActs *ret,
                           Err *err);

#endif
