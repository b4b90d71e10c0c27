/* random.h - a plan without sense: any act of any procedure by anybody at any time, as far as a pack declares it. */
#ifndef YIFA_APP_DEMO_RANDOM_H
#define YIFA_APP_DEMO_RANDOM_H

#include "app/demo/chance.h"
#include "app/demo/plan.h"

typedef struct RandomOptions {
    const LawPack *pack;
    const Directory *dir;
    uint64_t seed;
    size_t n_acts;
    int64_t from_ms;
    int64_t to_ms;
} RandomOptions;

MUST_CHECK Rc random_plan(const RandomOptions *options, Plan *plan, Err *err);

#endif
