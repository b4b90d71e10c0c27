/* check.h - what a sceptic runs: verify the ledger, rebuild the state from it, count the figures again. */
#ifndef YIFA_APP_CHECK_H
#define YIFA_APP_CHECK_H

#include "app/app.h"
#include "core/ledger/ledger.h"

/* What was found wrong, in words with its place. */
typedef struct CheckFault {
    Str where; /* "entry 4711", "table clock" */
    Str what;
} CheckFault;

typedef struct CheckReport {
    int64_t entries; /* looked at */
    int64_t matters;
    int64_t rows;             /* compared */
    LedgerHash root;          /* computed */
    const CheckFault *faults; /* at most CHECK_FAULTS_MAX */
    size_t n_faults;
} CheckReport;

enum { CHECK_FAULTS_MAX = 50 };

/* Called now and then during long work; done of total. */
typedef struct CheckProgress {
    void (*tell)(void *ctx, int64_t done, int64_t total);
    void *ctx;
} CheckProgress;

/* Reads every leaf: canonical form, position, order of time, stored hash, complete tiles, and the root. */
MUST_CHECK Rc app_verify(App *app, CheckProgress progress, Arena *arena, CheckReport *ret, Err *err);
/* Folds all entries into a store of its own (a temporary file in the folder, or another URL) and compares every state
 * table row by row with the live one. */
MUST_CHECK Rc app_rebuild_check(App *app, const char *data, Str other_url, CheckProgress progress, Arena *arena,
                                CheckReport *ret, Err *err);
/* Evaluates every figure from the entries before `size` (0: all) and compares with the facts of those entries and, for
 * the whole ledger, with the tallies. */
MUST_CHECK Rc app_recount(App *app, const int64_t *sizes, size_t n_sizes, CheckProgress progress, Arena *arena,
                          CheckReport *ret, Err *err);

#endif
