/* progress.h - how far a long run is: one line rewritten on a terminal, ten lines in a file. */
#ifndef YIFA_APP_DEMO_PROGRESS_H
#define YIFA_APP_DEMO_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Progress {
    FILE *out; /* NULL: silent */
    bool terminal;
    int64_t started_ms; /* monotonic */
    size_t first;       /* done when it started, by an earlier run */
    size_t tenths;      /* already told */
    int64_t told_ms;
} Progress;

Progress progress_start(FILE *out);
/* ctx is a Progress. */
void progress_tell(void *ctx, size_t done, size_t total);
void progress_end(Progress *p);

#endif
