/* plans.h - the parts of the demonstration year that a pack tells in YAML, in demo/plans (docs/DEMO.md).
 *
 * plans_read reads and checks all of them against the pack before anything is made, and reports every mistake it finds
 * with path, line, column and a hint. What was read then lies in the Demo's arena; plans_tell plans its matters and
 * acts. Each plan throws dice of its own, named after it, so that adding one changes no other. Limits: 200 plans,
 * 20,000 matters a plan, 50 paths a plan, 60 steps a path, 40 variables, 2,000 items a list. */
#ifndef YIFA_APP_DEMO_PLANS_H
#define YIFA_APP_DEMO_PLANS_H

#include "app/demo/demo_internal.h"

enum {
    SPECS_MAX = 200,
    SPEC_MATTERS_MAX = 20000,
    SPEC_PATHS_MAX = 50,
    SPEC_STEPS_MAX = 60,
    SPEC_VARS_MAX = 40,
    SPEC_ITEMS_MAX = 2000,
    SPEC_REPEATS_MAX = 200,
    SPEC_ISSUES_MAX = 200
};

typedef struct PlanSpecs {
    const struct PlanSpec *items; /* in order of file and place */
    size_t n;
} PlanSpecs;

/* Staff, places, words and the year's days must have been read into `d`. RC_INVALID with issues (in the Demo's arena,
 * in order of place) when there are mistakes; a pack without plans has none. */
MUST_CHECK Rc plans_read(const Demo *d, const LawPack *pack, const char *folder, PlanSpecs *ret,
                         const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);
/* The staff must have their ids by then. */
void plans_tell(Demo *d, const PlanSpecs *specs);

#endif
