/* sequencer.h - one thread that performs the acts of all others, in order and in shared commits.
 *
 * Any thread may submit. The queue is bounded in acts and bytes; when it is full, RC_BUSY comes back at once and
 * nothing is queued. What has been queued is always performed, also when the submitter has gone away, and its callback
 * is called exactly once, on the sequencer's thread, after the commit is durable. The callback must not block. */
#ifndef YIFA_APP_SEQUENCER_H
#define YIFA_APP_SEQUENCER_H

#include "app/app.h"

enum { SEQUENCER_ACTS_MAX = 1024, SEQUENCER_BYTES_MAX = 8 << 20, SEQUENCER_PER_ACTOR = 4, SEQUENCER_BATCH = 256 };

typedef struct Sequencer Sequencer;

/* The result lives until the callback returns. */
typedef void (*SequencerDone)(void *ctx, const ActResult *result);

typedef struct SequencerOptions {
    int sweep_ms; /* how often idle matters' clocks are looked at; 0: never */
    /* Called on the sequencer's thread when durability is in doubt; the process must stop without answering. The
     * default writes the error and aborts. */
    void (*fatal)(void *ctx, const Err *err);
    void *fatal_ctx;
} SequencerOptions;

MUST_CHECK Rc sequencer_start(App *app, const SequencerOptions *options, Sequencer **ret, Err *err);
/* Performs what is queued, then ends the thread. */
void sequencer_stop(Sequencer *seq);

/* The request is copied. RC_BUSY: the queue is full, or this actor has SEQUENCER_PER_ACTOR acts waiting. */
MUST_CHECK Rc sequencer_submit(Sequencer *seq, const ActRequest *request, SequencerDone done, void *ctx, Err *err);
/* The same, waiting for the result, which is copied into the arena. Not on the sequencer's thread. */
MUST_CHECK Rc sequencer_perform(Sequencer *seq, const ActRequest *request, Arena *arena, ActResult *ret, Err *err);
/* Runs a job on the sequencer's thread between batches, e.g. a freeze; waits for it. */
MUST_CHECK Rc sequencer_run(Sequencer *seq, Rc (*job)(App *app, void *ctx, Err *err), void *ctx, Err *err);

#endif
