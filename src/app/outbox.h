/* outbox.h - what leaves the office by itself: a thread that publishes the ledger when it has grown, asks the witnesses
 * for their cosignatures, and the time-stamping authority, if there is one, for a token.
 *
 * Nothing waits for it: acts are acknowledged when they are durable here. What fails is tried again at the next turn
 * and reported through `trouble`, once a change. Without a signing key it does nothing. */
#ifndef YIFA_APP_OUTBOX_H
#define YIFA_APP_OUTBOX_H

#include "app/app.h"

typedef struct Outbox Outbox;

typedef struct OutboxOptions {
    int interval_ms; /* between two turns */
    /* On the outbox's thread, when what it cannot do has changed; err is NULL when all is well again. May be NULL. */
    void (*trouble)(void *ctx, const Err *err);
    void *ctx;
} OutboxOptions;

MUST_CHECK Rc outbox_start(const App *app, const OutboxOptions *options, Outbox **ret, Err *err);
/* Publishes once more, so that what was acknowledged is also signed, and ends the thread. NULL is allowed. */
void outbox_stop(Outbox *outbox);

#endif
