/* auth_internal.h - the parts of an Auth. */
#ifndef YIFA_APP_AUTH_INTERNAL_H
#define YIFA_APP_AUTH_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/app_internal.h"
#include "app/auth.h"

enum {
    AUTH_HASH = CRYPTO_DIGEST_SIZE,
    AUTH_BUCKETS = 4096,
    AUTH_SLOT_SETS = 1024,
    AUTH_SLOT_WAYS = 4,
    AUTH_PENDING_MAX = 256
};

typedef struct AuthNode {
    struct AuthNode *next;
    uint8_t hash[AUTH_HASH];
    AuthSession session;
    bool used; /* since the store was told */
} AuthNode;

/* Failures of a login or an address. */
typedef struct AuthSlot {
    uint64_t tag; /* 0: free */
    int64_t failed;
    int64_t until; /* locked, or the end of the window */
    int64_t last;
} AuthSlot;

/* Failures of an account that the store does not know yet. */
typedef struct AuthPending {
    int64_t person;
    int64_t failed;
    int64_t locked_until;
} AuthPending;

struct Auth {
    App *app;
    Sequencer *sequencer;
    const char *data;
    Arena *arena;
    Str decoy; /* a password's text that no password fits: for logins that do not exist */
    uint8_t form_key[CRYPTO_KEY_SIZE];
    uint8_t limit_key[CRYPTO_KEY_SIZE];
    atomic_int verifying;

    pthread_mutex_t lock;
    AuthNode *buckets[AUTH_BUCKETS];
    size_t n_sessions;
    AuthSlot slots[AUTH_SLOT_SETS][AUTH_SLOT_WAYS];
    AuthPending pending[AUTH_PENDING_MAX];
    size_t n_pending;

    pthread_mutex_t log_lock;
};

/* How long a login waits after so many failures in a row. */
int64_t auth_wait_after(int64_t failed);

/* ---- limits, under no lock of the caller ---- */

/* 0, or how long the login or address still has to wait. */
int64_t auth_limit_wait(Auth *auth, Str login, Str address, int64_t now);
/* Counts a failure; `known` is what the store knew of the login; gives its count and lock after this one. */
AuthPending auth_limit_fail(Auth *auth, Str login, Str address, const AuthPending *known, int64_t now);
/* What the store is to be told of an account's failures; the lock is held. Beyond AUTH_PENDING_MAX accounts in half a
 * minute it is not told, and only memory knows. */
void auth_remember(Auth *auth, const AuthPending *p);
void auth_limit_clear(Auth *auth, Str login);

/* ---- sessions ---- */

MUST_CHECK Rc auth_sessions_read(Auth *auth, Err *err);
void auth_sessions_free(Auth *auth);
/* Makes a session, durable when it returns. */
MUST_CHECK Rc auth_session_begin(Auth *auth, int64_t person, int64_t now, AuthSignIn *ret, Err *err);
void auth_hex(const uint8_t *bytes, size_t n, char *ret_text); /* 2n digits and NUL */

#endif
