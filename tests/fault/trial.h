/* trial.h - an office at work in a process of its own, in which something fails; and what its end must be.
 *
 * The parent stays untouched: it makes the folder, gathers what the child acknowledged through a pipe, and checks. */
#ifndef YIFA_TESTS_FAULT_TRIAL_H
#define YIFA_TESTS_FAULT_TRIAL_H

#include "fault/office.h"

typedef enum TrialEnd {
    TRIAL_PASSED = 0,   /* nothing failed */
    TRIAL_FAILED = 20,  /* something did, and was answered with errors */
    TRIAL_FATAL = 21,   /* the process stopped by itself: RC_FATAL */
    TRIAL_WRONG = 22,   /* it did what it must not, and said so on standard error */
    TRIAL_STOPPED = 134 /* abort(3) */
} TrialEnd;

typedef struct Trial {
    char template[128]; /* an office at the start */
    char folder[128];
    Ack *acks; /* of the template and the child */
    size_t n_before;
    size_t n;
} Trial;

void trial_init(Trial *t, const char *name);
void trial_clear(Trial *t);

/* The child's part: opens the office in t->folder and works; each acknowledgement is passed to trial_acknowledge. */
typedef TrialEnd TrialBody(Trial *t, void *ctx);
void trial_acknowledge(const Ack *ack, size_t number);

/* Runs body in a child over a fresh copy of the template, with the folder left for the check. A child that ends by a
 * signal other than SIGABRT gives TRIAL_WRONG. `quiet` silences its standard error. */
TrialEnd trial_run(Trial *t, TrialBody *body, void *ctx, bool quiet);
/* Everything acknowledged must be in the folder; tells on standard output what is not. Removes the folder. */
bool trial_check(Trial *t, const char *what, size_t n);

#endif
