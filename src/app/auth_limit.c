/* Limits on guessing, in a table of fixed size. Logins and addresses are placed by a keyed digest, so nobody can choose
 * names that fall on another's place; when a set of four is full, the entry that failed longest ago gives way. */
#include <string.h>

#include "app/auth_internal.h"

int64_t auth_wait_after(int64_t failed)
{
    if (failed < AUTH_FAILURES)
        return 0;
    int64_t doublings = failed - AUTH_FAILURES;
    int64_t wait = doublings > 10 ? AUTH_WAIT_MAX_MS : (int64_t)MS_PER_MINUTE << doublings;
    return wait < AUTH_WAIT_MAX_MS ? wait : AUTH_WAIT_MAX_MS;
}

static uint64_t tag_of(const Auth *auth, const char *kind, Str text)
{
    Buf buf;
    uint8_t mac[CRYPTO_DIGEST_SIZE];
    uint64_t tag;
    buf_init(&buf, 1024);
    buf_printf(&buf, "%s %.*s", kind, STR_ARG(text));
    crypto_hmac(app_crypto(auth->app), (Str){ (const char *)auth->limit_key, sizeof auth->limit_key }, buf_view(&buf),
                mac);
    buf_free(&buf);
    memcpy(&tag, mac, sizeof tag);
    return tag | 1;
}

/* The entry of a tag, or NULL; with `make` one is always found. The lock is held. */
static AuthSlot *slot_of(Auth *auth, uint64_t tag, bool make)
{
    AuthSlot *set = auth->slots[(tag >> 32) % AUTH_SLOT_SETS];
    AuthSlot *oldest = set;
    for (size_t i = 0; i < AUTH_SLOT_WAYS; i++) {
        if (set[i].tag == tag)
            return &set[i];
        if (set[i].last < oldest->last)
            oldest = &set[i];
    }
    if (!make)
        return NULL;
    *oldest = (AuthSlot){ .tag = tag };
    return oldest;
}

static int64_t left(const AuthSlot *slot, int64_t now)
{
    return slot && slot->until > now ? slot->until - now : 0;
}

int64_t auth_limit_wait(Auth *auth, Str login, Str address, int64_t now)
{
    uint64_t by_login = tag_of(auth, "login", login);
    uint64_t by_address = tag_of(auth, "address", address);
    pthread_mutex_lock(&auth->lock);
    int64_t wait = left(slot_of(auth, by_login, false), now);
    const AuthSlot *from = slot_of(auth, by_address, false);
    if (from && from->failed >= AUTH_ADDRESS_FAILURES && left(from, now) > wait)
        wait = left(from, now);
    pthread_mutex_unlock(&auth->lock);
    return wait;
}

void auth_remember(Auth *auth, const AuthPending *p)
{
    for (size_t i = 0; i < auth->n_pending; i++)
        if (auth->pending[i].person == p->person) {
            auth->pending[i] = *p;
            return;
        }
    if (auth->n_pending < AUTH_PENDING_MAX)
        auth->pending[auth->n_pending++] = *p;
}

AuthPending auth_limit_fail(Auth *auth, Str login, Str address, const AuthPending *known, int64_t now)
{
    uint64_t by_login = tag_of(auth, "login", login);
    uint64_t by_address = tag_of(auth, "address", address);
    pthread_mutex_lock(&auth->lock);
    AuthSlot *slot = slot_of(auth, by_login, true);
    slot->failed = (slot->failed > known->failed ? slot->failed : known->failed) + 1;
    slot->last = now;
    int64_t wait = auth_wait_after(slot->failed);
    slot->until = wait ? now + wait : 0;
    AuthPending after = { known->person, slot->failed, slot->until };
    if (known->person)
        auth_remember(auth, &after);
    AuthSlot *from = slot_of(auth, by_address, true);
    if (from->until <= now)
        *from = (AuthSlot){ .tag = by_address, .until = now + AUTH_WINDOW_MS };
    from->failed++;
    from->last = now;
    pthread_mutex_unlock(&auth->lock);
    return after;
}

void auth_limit_clear(Auth *auth, Str login)
{
    uint64_t by_login = tag_of(auth, "login", login);
    pthread_mutex_lock(&auth->lock);
    AuthSlot *slot = slot_of(auth, by_login, false);
    if (slot)
        *slot = (AuthSlot){ 0 };
    pthread_mutex_unlock(&auth->lock);
}
