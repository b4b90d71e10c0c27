#include "app/outbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/app_internal.h"
#include "app/publish.h"
#include "app/witness.h"

struct Outbox {
    const App *app;
    OutboxOptions options;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    char trouble[ERR_TEXT_MAX]; /* told last; empty: none */
};

/* What one thread works with. */
typedef struct Desk {
    Publisher *publisher;
    Witnesses *witnesses;
    Net *net;
    CryptoHash *hash;
} Desk;

static void desk_clear(Desk *desk)
{
    publisher_close(desk->publisher);
    witnesses_close(desk->witnesses);
    net_free(desk->net);
    crypto_hash_free(desk->hash);
    *desk = (Desk){ 0 };
}

static Rc desk_open(const App *app, Desk *desk, Err *err)
{
    desk->hash = crypto_hash_new(app->crypto, CRYPTO_SHA256);
    TRY(publisher_open(app, &desk->publisher, err));
    TRY(witnesses_open(app->data.p, desk->hash, &desk->witnesses, err));
    return net_new(&desk->net, err);
}

static Rc turn(const App *app, Desk *desk, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Published done;
    Str origin;
    size_t got;
    if (!desk->publisher)
        TRY(desk_open(app, desk, err));
    TRY(signer_origin(publisher_signer(desk->publisher), arena, &origin, err));
    if (!origin.n)
        return RC_OK;
    TRY(publisher_run(desk->publisher, arena, &done, err));
    return witness_ask_all(desk->witnesses, desk->publisher, desk->net, app_now(app), &got, err);
}

static void tell(Outbox *o, Rc rc, const Err *err)
{
    const char *now = rc == RC_OK ? "" : err->text;
    if (strcmp(o->trouble, now) == 0)
        return;
    memcpy(o->trouble, now, strlen(now) + 1);
    if (o->options.trouble)
        o->options.trouble(o->options.ctx, rc == RC_OK ? NULL : err);
}

/* False when it is time to stop. */
static bool wait_turn(Outbox *o)
{
    struct timespec until;
    int waited = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += o->options.interval_ms / 1000;
    until.tv_nsec += o->options.interval_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&o->lock);
    while (!o->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&o->wake, &o->lock, &until);
    bool go_on = !o->stopping;
    pthread_mutex_unlock(&o->lock);
    return go_on;
}

static void *outbox_main(void *arg)
{
    Outbox *o = arg;
    Desk desk = { 0 };
    bool go_on = true;
    while (go_on) {
        Err err = { 0 };
        go_on = wait_turn(o);
        Rc rc = turn(o->app, &desk, &err);
        tell(o, rc, &err);
        if (rc != RC_OK)
            desk_clear(&desk);
    }
    desk_clear(&desk);
    return NULL;
}

Rc outbox_start(const App *app, const OutboxOptions *options, Outbox **ret, Err *err)
{
    pthread_condattr_t monotonic;
    Outbox *o = calloc(1, sizeof *o);
    if (!o)
        return err_set(err, RC_NOMEM, "out of memory");
    *o = (Outbox){ .app = app, .options = *options };
    pthread_mutex_init(&o->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&o->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    o->has_thread = pthread_create(&o->thread, NULL, outbox_main, o) == 0;
    if (!o->has_thread) {
        outbox_stop(o);
        return err_set(err, RC_NOMEM, "no thread for the outbox");
    }
    *ret = o;
    return RC_OK;
}

void outbox_stop(Outbox *outbox)
{
    if (!outbox)
        return;
    pthread_mutex_lock(&outbox->lock);
    outbox->stopping = true;
    pthread_cond_signal(&outbox->wake);
    pthread_mutex_unlock(&outbox->lock);
    if (outbox->has_thread)
        pthread_join(outbox->thread, NULL);
    pthread_cond_destroy(&outbox->wake);
    pthread_mutex_destroy(&outbox->lock);
    free(outbox);
}
