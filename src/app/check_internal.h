/* check_internal.h - shared by verify, rebuild and recount. */
#ifndef YIFA_APP_CHECK_INTERNAL_H
#define YIFA_APP_CHECK_INTERNAL_H

#include "app/app_internal.h"
#include "app/check.h"

typedef struct Check {
    Arena *arena;   /* of the report */
    Arena *scratch; /* reset between entries */
    CheckFault faults[CHECK_FAULTS_MAX];
    size_t n_faults;
} Check;

void check_fault(Check *check, Str where, Str what);
MUST_CHECK Rc check_count_entries(App *app, int64_t *ret_n, Err *err);

#endif
