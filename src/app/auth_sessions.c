/* Sessions: a hash table in memory that is the truth while the program runs, and its rows in the store. */
#include <stdlib.h>
#include <string.h>

#include "app/auth_internal.h"

static const char SQL_SESSIONS[] =
    "SELECT token, person, csrf, created, seen, expires FROM session WHERE j = ?1 ORDER BY seen DESC LIMIT 20000";

void auth_hex(const uint8_t *bytes, size_t n, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        ret_text[2 * i] = digits[bytes[i] >> 4];
        ret_text[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_text[2 * n] = '\0';
}

/* ---- the table; the caller holds the lock ---- */

/* Hashes are uniform, so their first bytes do as an index. */
static AuthNode **bucket_of(Auth *auth, const uint8_t hash[AUTH_HASH])
{
    return &auth->buckets[(hash[0] | hash[1] << 8) % AUTH_BUCKETS];
}

static AuthNode **find(Auth *auth, const uint8_t hash[AUTH_HASH])
{
    AuthNode **at = bucket_of(auth, hash);
    while (*at && memcmp((*at)->hash, hash, AUTH_HASH) != 0)
        at = &(*at)->next;
    return at;
}

static void drop(Auth *auth, AuthNode **at)
{
    AuthNode *node = *at;
    *at = node->next;
    crypto_wipe(node, sizeof *node);
    free(node);
    auth->n_sessions--;
}

static bool put(Auth *auth, const uint8_t hash[AUTH_HASH], const AuthSession *session)
{
    AuthNode *node = calloc(1, sizeof *node);
    if (!node)
        return false;
    memcpy(node->hash, hash, AUTH_HASH);
    node->session = *session;
    AuthNode **at = bucket_of(auth, hash);
    node->next = *at;
    *at = node;
    auth->n_sessions++;
    return true;
}

static bool is_over(const AuthSession *s, int64_t now)
{
    return now >= s->expires || now - s->seen >= AUTH_IDLE_MS;
}

void auth_sessions_free(Auth *auth)
{
    for (size_t i = 0; i < AUTH_BUCKETS; i++)
        while (auth->buckets[i])
            drop(auth, &auth->buckets[i]);
}

/* ---- using one ---- */

static bool hash_of_token(const Auth *auth, Str token, uint8_t ret_hash[AUTH_HASH])
{
    uint8_t bytes[AUTH_TOKEN_TEXT / 2];
    if (token.n != AUTH_TOKEN_TEXT || !hex_decode(token, bytes, sizeof bytes))
        return false;
    crypto_sha256(app_crypto(auth->app), (Str){ (const char *)bytes, sizeof bytes }, ret_hash);
    crypto_wipe(bytes, sizeof bytes);
    return true;
}

static bool is_in_office(const Auth *auth, int64_t person, int64_t now)
{
    const DirPerson *p = dir_person(app_directory(auth->app), person);
    const LawPack *pack = app_pack(auth->app);
    Day today = instant_day(now, pack ? pack->zone_minutes : 0);
    return p && p->from <= today && (p->to == DAY_NONE || today <= p->to);
}

bool auth_session(Auth *auth, Str token, AuthSession *ret)
{
    uint8_t hash[AUTH_HASH];
    if (!hash_of_token(auth, token, hash))
        return false;
    int64_t now = app_now(auth->app);
    pthread_mutex_lock(&auth->lock);
    AuthNode *node = *find(auth, hash);
    bool ok = node && !is_over(&node->session, now);
    if (ok) {
        node->session.seen = now;
        node->used = true;
        *ret = node->session;
    }
    pthread_mutex_unlock(&auth->lock);
    return ok && is_in_office(auth, ret->person, now);
}

/* ---- beginning and ending ---- */

typedef struct Change {
    uint8_t hash[AUTH_HASH];
    AuthSession session;
    bool begins;
    uint8_t gone[AUTH_HASH]; /* of the session that gives way */
    bool has_gone;
} Change;

static Rc write_change(App *app, const Change *c, Err *err)
{
    DbValue row[] = { DBI(app->j),
                      DBB(((Str){ (const char *)c->hash, AUTH_HASH })),
                      DBI(c->session.person),
                      DBT(str_c(c->session.csrf)),
                      DBI(c->session.created),
                      DBI(c->session.seen),
                      DBI(c->session.expires) };
    DbValue gone[] = { DBI(app->j), DBB(((Str){ (const char *)c->gone, AUTH_HASH })) };
    TRY(db_write(app->db, &schema_tables[T_SESSION], c->begins ? DB_UPSERT : DB_DELETE, row, 1, NULL, err));
    if (!c->has_gone)
        return RC_OK;
    return db_write(app->db, &schema_tables[T_SESSION], DB_DELETE, gone, 1, NULL, err);
}

static Rc change_job(App *app, void *ctx, Err *err)
{
    TRY(db_begin(app->db, err));
    Rc rc = write_change(app, ctx, err);
    if (rc != RC_OK) {
        db_rollback(app->db);
        return rc;
    }
    return db_commit(app->db, err);
}

/* The person's sessions, and the one of them, or of all when the table is full, that was not used for longest. */
static AuthNode **find_oldest(Auth *auth, int64_t person, size_t *ret_n)
{
    AuthNode **oldest = NULL;
    bool all = auth->n_sessions >= AUTH_SESSIONS_MAX;
    *ret_n = 0;
    for (size_t i = 0; i < AUTH_BUCKETS; i++)
        for (AuthNode **at = &auth->buckets[i]; *at; at = &(*at)->next) {
            *ret_n += (*at)->session.person == person;
            if (((*at)->session.person == person || all) && (!oldest || (*at)->session.seen < (*oldest)->session.seen))
                oldest = at;
        }
    return oldest;
}

Rc auth_session_begin(Auth *auth, int64_t person, int64_t now, AuthSignIn *ret, Err *err)
{
    uint8_t random[AUTH_TOKEN_TEXT];
    OsEntropy entropy = app_entropy(auth->app);
    os_entropy_fill(&entropy, random, sizeof random);
    auth_hex(random, AUTH_TOKEN_TEXT / 2, ret->token);
    auth_hex(random + AUTH_TOKEN_TEXT / 2, AUTH_TOKEN_TEXT / 2, ret->session.csrf);
    crypto_wipe(random, sizeof random);
    ret->session.person = person;
    ret->session.created = now;
    ret->session.seen = now;
    ret->session.expires = now + AUTH_LIFE_MS;

    Change change = { .session = ret->session, .begins = true };
    size_t n = 0;
    hash_of_token(auth, str_c(ret->token), change.hash);
    pthread_mutex_lock(&auth->lock);
    AuthNode **oldest = find_oldest(auth, person, &n);
    if (oldest && (n >= AUTH_SESSIONS_PER_PERSON || auth->n_sessions >= AUTH_SESSIONS_MAX)) {
        memcpy(change.gone, (*oldest)->hash, AUTH_HASH);
        change.has_gone = true;
        drop(auth, oldest);
    }
    pthread_mutex_unlock(&auth->lock);
    TRY(sequencer_run(auth->sequencer, change_job, &change, err));
    pthread_mutex_lock(&auth->lock);
    bool ok = put(auth, change.hash, &ret->session);
    pthread_mutex_unlock(&auth->lock);
    return ok ? RC_OK : err_set(err, RC_NOMEM, "no memory for a session");
}

Rc auth_sign_out(Auth *auth, Str token, Err *err)
{
    Change change = { 0 };
    if (!hash_of_token(auth, token, change.hash))
        return RC_OK;
    pthread_mutex_lock(&auth->lock);
    AuthNode **at = find(auth, change.hash);
    bool found = *at != NULL;
    if (found)
        drop(auth, at);
    pthread_mutex_unlock(&auth->lock);
    return found ? sequencer_run(auth->sequencer, change_job, &change, err) : RC_OK;
}

/* ---- the store ---- */

Rc auth_sessions_read(Auth *auth, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(app_j(auth->app));
    bool more = false;
    TRY(app_reader(auth->app, &db, err));
    TRY(db_query(db, SQL_SESSIONS, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Str hash = db_str(rows, 0);
        Str csrf = db_str(rows, 2);
        AuthSession s = {
            .person = db_int(rows, 1), .created = db_int(rows, 3), .seen = db_int(rows, 4), .expires = db_int(rows, 5)
        };
        if (hash.n != AUTH_HASH || csrf.n != AUTH_TOKEN_TEXT)
            return err_set(err, RC_CORRUPT, "the table of sessions holds something else");
        memcpy(s.csrf, csrf.p, csrf.n);
        if (!put(auth, (const uint8_t *)hash.p, &s))
            return err_set(err, RC_NOMEM, "no memory for sessions");
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

typedef struct Keep {
    AuthNode *nodes; /* copies */
    size_t n_used;
    size_t n_over; /* stand behind the used ones */
    AuthPending *pending;
    size_t n_pending;
} Keep;

static const char SQL_FAILED[] = "UPDATE account SET failed = ?3, locked_until = ?4 WHERE j = ?1 AND person = ?2";

static Rc keep_rows(App *app, const Keep *keep, Err *err)
{
    for (size_t i = 0; i < keep->n_used + keep->n_over; i++) {
        Change change = { .session = keep->nodes[i].session, .begins = i < keep->n_used };
        memcpy(change.hash, keep->nodes[i].hash, AUTH_HASH);
        TRY(write_change(app, &change, err));
    }
    for (size_t i = 0; i < keep->n_pending; i++) {
        const AuthPending *p = &keep->pending[i];
        DbValue params[] = { DBI(app->j), DBI(p->person), DBI(p->failed), DBI(p->locked_until) };
        TRY(db_run(app->db, SQL_FAILED, params, 4, NULL, err));
    }
    return RC_OK;
}

static Rc keep_job(App *app, void *ctx, Err *err)
{
    TRY(db_begin(app->db, err));
    Rc rc = keep_rows(app, ctx, err);
    if (rc != RC_OK) {
        db_rollback(app->db);
        return rc;
    }
    return db_commit(app->db, err);
}

/* Copies what the store has to be told, and forgets sessions that are over. Two passes, so that used ones come first.
 */
static void collect(Auth *auth, Keep *keep, Arena *arena, int64_t now)
{
    keep->nodes = ARENA_ARRAY(arena, AuthNode, auth->n_sessions + 1);
    for (size_t i = 0; i < AUTH_BUCKETS; i++)
        for (AuthNode *node = auth->buckets[i]; node; node = node->next)
            if (node->used && !is_over(&node->session, now)) {
                keep->nodes[keep->n_used++] = *node;
                node->used = false;
            }
    for (size_t i = 0; i < AUTH_BUCKETS; i++)
        for (AuthNode **at = &auth->buckets[i]; *at;) {
            if (!is_over(&(*at)->session, now)) {
                at = &(*at)->next;
                continue;
            }
            keep->nodes[keep->n_used + keep->n_over++] = **at;
            drop(auth, at);
        }
    keep->pending = ARENA_ARRAY(arena, AuthPending, auth->n_pending + 1);
    memcpy(keep->pending, auth->pending, auth->n_pending * sizeof *keep->pending);
    keep->n_pending = auth->n_pending;
    auth->n_pending = 0;
}

Rc auth_keep(Auth *auth, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Keep keep = { 0 };
    int64_t now = app_now(auth->app);
    pthread_mutex_lock(&auth->lock);
    collect(auth, &keep, arena, now);
    pthread_mutex_unlock(&auth->lock);
    if (keep.n_used + keep.n_over + keep.n_pending == 0)
        return RC_OK;
    return sequencer_run(auth->sequencer, keep_job, &keep, err);
}
