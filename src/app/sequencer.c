#include "app/sequencer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/perform_internal.h"

typedef struct Ticket {
    struct Ticket *next;
    Arena *arena; /* owns the request's copies */
    ActRequest request;
    size_t bytes;
    SequencerDone done;
    void *ctx;
    Rc (*job)(App *app, void *ctx, Err *err); /* instead of a request */
    Rc *job_rc;
    Err *job_err;
} Ticket;

struct Sequencer {
    App *app;
    SequencerOptions options;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    Ticket *first;
    Ticket *last;
    size_t acts;
    size_t bytes;
    bool stopping;
};

static void default_fatal(void *ctx, const Err *err)
{
    (void)ctx;
    fprintf(stderr, "yifa: %s\nyifa: stopping, since it is in doubt what is on the disk\n", err->text);
    abort();
}

/* ---- tickets ---- */

static Ticket *ticket_new(void)
{
    Arena *arena = arena_new(0);
    Ticket *t = ARENA_NEW(arena, Ticket);
    t->arena = arena;
    return t;
}

static Ticket *ticket_of(const ActRequest *request)
{
    Ticket *t = ticket_new();
    t->request = *request;
    t->request.procedure = arena_str(t->arena, request->procedure);
    t->request.act = arena_str(t->arena, request->act);
    t->request.key = arena_str(t->arena, request->key);
    t->request.system = arena_str(t->arena, request->system);
    t->request.number = arena_str(t->arena, request->number);
    t->request.form = json_copy(t->arena, &request->form);
    t->bytes = arena_used(t->arena);
    return t;
}

static size_t waiting_of(const Sequencer *seq, int64_t actor)
{
    size_t n = 0;
    for (const Ticket *t = seq->first; t; t = t->next)
        n += !t->job && t->request.actor == actor;
    return n;
}

static Rc enqueue(Sequencer *seq, Ticket *t, Err *err)
{
    Rc rc = RC_OK;
    pthread_mutex_lock(&seq->mutex);
    if (seq->stopping)
        rc = err_set(err, RC_BUSY, "the server is stopping");
    else if (!t->job && (seq->acts >= SEQUENCER_ACTS_MAX || seq->bytes + t->bytes > SEQUENCER_BYTES_MAX))
        rc = err_set(err, RC_BUSY, "too many acts are waiting; try again in a moment");
    else if (!t->job && t->request.actor > 0 && waiting_of(seq, t->request.actor) >= SEQUENCER_PER_ACTOR)
        rc = err_set(err, RC_BUSY, "%d of your acts are still being performed", SEQUENCER_PER_ACTOR);
    if (rc == RC_OK) {
        *(seq->last ? &seq->last->next : &seq->first) = t;
        seq->last = t;
        seq->acts++;
        seq->bytes += t->bytes;
        pthread_cond_signal(&seq->wake);
    }
    pthread_mutex_unlock(&seq->mutex);
    return rc;
}

/* ---- the thread ---- */

/* Takes what is waiting, up to a batch; a job ends the batch before it. */
static size_t take(Sequencer *seq, Ticket **tickets)
{
    size_t n = 0;
    while (seq->first && n < SEQUENCER_BATCH) {
        Ticket *t = seq->first;
        if (t->job && n > 0)
            break;
        seq->first = t->next;
        if (!seq->first)
            seq->last = NULL;
        seq->acts--;
        seq->bytes -= t->bytes;
        tickets[n++] = t;
        if (t->job)
            break;
    }
    return n;
}

static void perform(Sequencer *seq, Ticket **tickets, size_t n)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Err err = { 0 };
    ActRequest *requests = ARENA_ARRAY(arena, ActRequest, n);
    ActResult *results = ARENA_ARRAY(arena, ActResult, n);
    for (size_t i = 0; i < n; i++)
        requests[i] = tickets[i]->request;
    Rc rc = app_perform_many(seq->app, requests, n, arena, results, &err);
    if (rc == RC_FATAL)
        seq->options.fatal(seq->options.fatal_ctx, &err);
    for (size_t i = 0; i < n; i++) {
        ActResult failed = { .answer = ANSWER_FAILED, .seq = -1, .err = err };
        tickets[i]->done(tickets[i]->ctx, rc == RC_OK ? &results[i] : &failed);
        arena_free(tickets[i]->arena);
    }
}

static void run_job(Sequencer *seq, Ticket *t)
{
    *t->job_rc = t->job(seq->app, t->ctx, t->job_err);
    if (*t->job_rc == RC_FATAL)
        seq->options.fatal(seq->options.fatal_ctx, t->job_err);
    t->done(t, NULL);
    arena_free(t->arena);
}

static void sweep(Sequencer *seq)
{
    enum { MATTERS = 500 };
    size_t fired = 0;
    Err err = { 0 };
    Rc rc = app_sweep(seq->app, MATTERS, &fired, &err);
    if (rc == RC_FATAL)
        seq->options.fatal(seq->options.fatal_ctx, &err);
    else if (rc != RC_OK)
        fprintf(stderr, "yifa: clocks: %s\n", err.text);
}

static bool wait_for_work(Sequencer *seq)
{
    struct timespec until;
    int waited = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (int64_t)(seq->options.sweep_ms % 1000) * 1000000;
    until.tv_sec += seq->options.sweep_ms / 1000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    while (!seq->first && !seq->stopping && waited != ETIMEDOUT) {
        if (seq->options.sweep_ms)
            waited = pthread_cond_timedwait(&seq->wake, &seq->mutex, &until);
        else
            pthread_cond_wait(&seq->wake, &seq->mutex);
    }
    return waited == ETIMEDOUT;
}

static void *run(void *arg)
{
    Sequencer *seq = arg;
    Ticket *tickets[SEQUENCER_BATCH];
    for (;;) {
        pthread_mutex_lock(&seq->mutex);
        bool idle = wait_for_work(seq);
        size_t n = take(seq, tickets);
        bool end = seq->stopping && n == 0;
        pthread_mutex_unlock(&seq->mutex);
        if (end)
            return NULL;
        if (n == 1 && tickets[0]->job)
            run_job(seq, tickets[0]);
        else if (n > 0)
            perform(seq, tickets, n);
        else if (idle)
            sweep(seq);
    }
}

Rc sequencer_start(App *app, const SequencerOptions *options, Sequencer **ret, Err *err)
{
    Sequencer *seq = calloc(1, sizeof *seq);
    if (!seq)
        return err_set(err, RC_NOMEM, "out of memory");
    seq->app = app;
    seq->options = *options;
    if (!seq->options.fatal)
        seq->options.fatal = default_fatal;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&seq->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&seq->mutex, NULL);
    if (pthread_create(&seq->thread, NULL, run, seq) != 0) {
        free(seq);
        return err_set(err, RC_NOMEM, "cannot start the sequencer's thread");
    }
    *ret = seq;
    return RC_OK;
}

void sequencer_stop(Sequencer *seq)
{
    if (!seq)
        return;
    pthread_mutex_lock(&seq->mutex);
    seq->stopping = true;
    pthread_cond_signal(&seq->wake);
    pthread_mutex_unlock(&seq->mutex);
    pthread_join(seq->thread, NULL);
    pthread_cond_destroy(&seq->wake);
    pthread_mutex_destroy(&seq->mutex);
    free(seq);
}

Rc sequencer_submit(Sequencer *seq, const ActRequest *request, SequencerDone done, void *ctx, Err *err)
{
    Ticket *t = ticket_of(request);
    t->done = done;
    t->ctx = ctx;
    Rc rc = enqueue(seq, t, err);
    if (rc != RC_OK)
        arena_free(t->arena);
    return rc;
}

/* ---- waiting for one ---- */

typedef struct Waiter {
    pthread_mutex_t mutex;
    pthread_cond_t done;
    bool is_done;
    Arena *arena;
    ActResult result;
} Waiter;

static void waiter_signal(Waiter *w)
{
    pthread_mutex_lock(&w->mutex);
    w->is_done = true;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->mutex);
}

static void waiter_wait(Waiter *w)
{
    pthread_mutex_lock(&w->mutex);
    while (!w->is_done)
        pthread_cond_wait(&w->done, &w->mutex);
    pthread_mutex_unlock(&w->mutex);
}

static void waiter_result(void *ctx, const ActResult *result)
{
    Waiter *w = ctx;
    w->result = *result;
    perform_keep_result(w->arena, &w->result);
    waiter_signal(w);
}

Rc sequencer_perform(Sequencer *seq, const ActRequest *request, Arena *arena, ActResult *ret, Err *err)
{
    Waiter w = { .mutex = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER, .arena = arena };
    TRY(sequencer_submit(seq, request, waiter_result, &w, err));
    waiter_wait(&w);
    *ret = w.result;
    return RC_OK;
}

typedef struct JobWaiter {
    Waiter waiter;
    void *ctx;
    Rc (*job)(App *app, void *ctx, Err *err);
} JobWaiter;

static Rc run_waited(App *app, void *ctx, Err *err)
{
    JobWaiter *w = ctx;
    return w->job(app, w->ctx, err);
}

static void job_done(void *ctx, const ActResult *none)
{
    (void)none;
    const Ticket *t = ctx;
    JobWaiter *w = t->ctx;
    waiter_signal(&w->waiter);
}

Rc sequencer_run(Sequencer *seq, Rc (*job)(App *app, void *ctx, Err *err), void *ctx, Err *err)
{
    JobWaiter w = { .waiter = { .mutex = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER },
                    .ctx = ctx,
                    .job = job };
    Rc job_rc = RC_OK;
    Ticket *t = ticket_new();
    t->job = run_waited;
    t->ctx = &w;
    t->done = job_done;
    t->job_rc = &job_rc;
    t->job_err = err;
    Rc rc = enqueue(seq, t, err);
    if (rc != RC_OK) {
        arena_free(t->arena);
        return rc;
    }
    waiter_wait(&w.waiter);
    return job_rc;
}
