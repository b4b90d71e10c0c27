/* demo.h - the demonstration year: an invented 2023 of one subdistrict office, performed through the App.
 *
 * Everything is synthetic and says so: people, places and texts come from the pack's demo folder, telephone numbers lie
 * in a range that nobody has. The year is planned in memory from one seed and then performed act by act with the times
 * of the plan, so that every figure of the annual report is the result of entries, not a number put somewhere.
 *
 * A data folder holds demo.json: seed, version of the plan, and the accounts with which a demonstration may be entered.
 * A run that was interrupted is continued by calling demo_run again. */
#ifndef YIFA_APP_DEMO_DEMO_H
#define YIFA_APP_DEMO_DEMO_H

#include <stdio.h>

#include "app/demo/runner.h"

typedef struct DemoOptions {
    const char *data; /* folder; made when it is not there */
    const char *pack; /* folder of the pack, with demo/ in it */
    Str url;          /* store; empty: SQLite in the folder */
    uint64_t seed;    /* 0: that of shape.yaml */
    /* Keys and nonces from the seed too: two runs then give the same ledger, byte for byte. For tests; whoever knows
     * the seed knows the keys. */
    bool reproducible;
    FILE *progress; /* usually stderr; NULL: none */
    /* Called for each mistake in the pack or in its plans, with the pack's path before it; may be NULL. */
    void (*complain)(void *ctx, const LawIssue *issue);
    void *ctx;
    RunReport *report; /* filled in when not NULL */
} DemoOptions;

/* Makes the demonstration or continues it. RC_CONFLICT when the folder holds other data. */
MUST_CHECK Rc demo_run(const DemoOptions *options, Err *err);

/* Checks a pack's demonstration plans; a pack without a demonstration has no mistakes. RC_INVALID with issues, in the
 * arena. */
MUST_CHECK Rc demo_check(Arena *arena, const char *folder, const LawPack *pack, const LawIssue **ret_issues,
                         size_t *ret_n_issues, Err *err);

/* For tests: the same office, but n_acts random acts in random order, many of them unlawful or impossible, with
 * corrections, voids, merges and late records. Refusals are fine; the figures must follow whatever comes of it. */
MUST_CHECK Rc demo_random_run(const DemoOptions *options, size_t n_acts, Err *err);

typedef struct DemoAccount {
    Str login;
    int64_t person;
    Str name;
    Str role; /* title, for people */
} DemoAccount;
/* The accounts listed in demo.json. RC_NOT_FOUND when the folder is no demonstration. */
MUST_CHECK Rc demo_accounts(Arena *arena, const char *data, const DemoAccount **ret, size_t *ret_n, Err *err);

#endif
