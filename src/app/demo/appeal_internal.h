/* appeal_internal.h - one appeal on its way, and the texts that go with it. */
#ifndef YIFA_APP_DEMO_APPEAL_INTERNAL_H
#define YIFA_APP_DEMO_APPEAL_INTERNAL_H

#include <stdio.h>

#include "app/demo/demo_internal.h"

typedef struct Path {
    Demo *d;
    const Appeals *appeals;
    Chance chance;
    Appeal *a;
    int64_t at; /* the last step */
    int64_t signed_at;
    int64_t closed_before; /* what counts in the year's figures is closed by then */
    bool late;             /* answered after its term */
    bool extended;
    bool late_record; /* the visit is typed in days later, at recorded_at */
    int64_t recorded_at;
    Str wrong_category; /* as first registered; empty: it was right */
} Path;

/* What the person said, in the manner of the channel. */
Str appeal_description(Path *p);
Str appeal_address(Path *p);
/* What the office answers, and the result it stands for. */
Str appeal_reply(Path *p, Str *ret_result);

#endif
