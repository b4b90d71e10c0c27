/* Per-subject keys live in a store of their own with a shorter backup cycle, so that destroying a key erases every
 * sealed value of that person from the older backups of the main store as well. */
#include <stdlib.h>
#include <string.h>

#include "app/app_internal.h"

typedef struct SubjectKey {
    uint8_t key[CRYPTO_KEY_SIZE];
} SubjectKey;

struct AppKeys {
    Arena *arena; /* keys made or read since the last commit or rollback */
    Map cache;    /* subject -> SubjectKey* */
    Db *db;
    const Crypto *crypto;
    OsEntropy entropy;
    int64_t j;
    bool in_transaction;
    uint8_t blind[APP_BLIND_KEY];
};

static const char SQL_KEY[] = "SELECT wrapped FROM subject_key WHERE j = ?1 AND subject = ?2";
static const char SQL_SECRET[] = "SELECT value FROM secret WHERE j = ?1 AND name = ?2";

static Rc read_blind(AppKeys *keys, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(keys->j), DBT(STR("blind")) };
    TRY(db_query(keys->db, SQL_SECRET, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more || db_str(rows, 0).n != APP_BLIND_KEY)
        return err_set(err, RC_CORRUPT, "the key store has no key for blind indexes");
    memcpy(keys->blind, db_str(rows, 0).p, APP_BLIND_KEY);
    return RC_OK;
}

static Rc create_keys(AppKeys *keys, Err *err)
{
    const DbTable *const tables[] = { &schema_subject_key, &schema_secret };
    TRY(db_create(keys->db, tables, ARRAY_LEN(tables), err));
    os_entropy_fill(&keys->entropy, keys->blind, APP_BLIND_KEY);
    DbValue row[] = { DBI(keys->j), DBT(STR("blind")), DBB(((Str){ (const char *)keys->blind, APP_BLIND_KEY })) };
    TRY(db_begin(keys->db, err));
    /* A creation that was cut off may have left its own; this one goes on with it. */
    TRY(db_write(keys->db, &schema_secret, DB_IGNORE, row, 1, NULL, err));
    TRY(db_commit(keys->db, err));
    return read_blind(keys, err);
}

Rc keys_open(const char *data, const Crypto *crypto, OsEntropy entropy, int64_t j, bool create, AppKeys **ret, Err *err)
{
    AppKeys *keys = calloc(1, sizeof *keys);
    if (!keys)
        return err_set(err, RC_NOMEM, "out of memory");
    *keys = (AppKeys){ .arena = arena_new(0), .crypto = crypto, .entropy = entropy, .j = j };
    map_init(&keys->cache, keys->arena);
    Str url = arena_printf(keys->arena, "sqlite:%s/keys.db", data);
    Rc rc = db_open(url, &(DbOptions){ .secure_delete = true }, &keys->db, err);
    if (rc == RC_OK)
        rc = create ? create_keys(keys, err) : read_blind(keys, err);
    if (rc != RC_OK) {
        keys_close(keys);
        return rc;
    }
    *ret = keys;
    return RC_OK;
}

void keys_close(AppKeys *keys)
{
    if (!keys)
        return;
    db_close(keys->db);
    arena_free(keys->arena);
    crypto_wipe(keys, sizeof *keys);
    free(keys);
}

static Rc find_key(AppKeys *keys, int64_t subject, SubjectKey **ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(keys->j), DBI(subject) };
    TRY(db_query(keys->db, SQL_KEY, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more || db_is_null(rows, 0))
        return RC_OK;
    if (db_str(rows, 0).n != CRYPTO_KEY_SIZE)
        return err_set(err, RC_CORRUPT, "the key of subject %lld is damaged", (long long)subject);
    *ret = ARENA_NEW(keys->arena, SubjectKey);
    memcpy((*ret)->key, db_str(rows, 0).p, CRYPTO_KEY_SIZE);
    return RC_OK;
}

static Rc make_key(AppKeys *keys, int64_t subject, SubjectKey **ret, Err *err)
{
    if (!keys->in_transaction)
        TRY(db_begin(keys->db, err));
    keys->in_transaction = true;
    *ret = ARENA_NEW(keys->arena, SubjectKey);
    os_entropy_fill(&keys->entropy, (*ret)->key, CRYPTO_KEY_SIZE);
    Str bytes = { (const char *)(*ret)->key, CRYPTO_KEY_SIZE };
    DbValue row[] = { DBI(keys->j), DBI(subject), DBB(bytes), DBNULL };
    /* A key left over from a batch that was rolled back belongs to nobody and is replaced. */
    return db_write(keys->db, &schema_subject_key, DB_UPSERT, row, 1, NULL, err);
}

Rc keys_subject(AppKeys *keys, int64_t subject, bool create, uint8_t ret_key[CRYPTO_KEY_SIZE], Err *err)
{
    SubjectKey *key = idmap_get(&keys->cache, subject);
    if (!key && create)
        TRY(make_key(keys, subject, &key, err));
    else if (!key)
        TRY(find_key(keys, subject, &key, err));
    if (!key)
        return err_set(err, RC_NOT_FOUND, "the key of subject %lld has been destroyed", (long long)subject);
    idmap_put(&keys->cache, subject, key);
    memcpy(ret_key, key->key, CRYPTO_KEY_SIZE);
    return RC_OK;
}

static void forget(AppKeys *keys)
{
    keys->in_transaction = false;
    arena_reset(keys->arena);
    map_init(&keys->cache, keys->arena);
}

Rc keys_commit(AppKeys *keys, Err *err)
{
    if (keys->in_transaction)
        TRY(db_commit(keys->db, err));
    forget(keys);
    return RC_OK;
}

void keys_rollback(AppKeys *keys)
{
    if (keys->in_transaction)
        db_rollback(keys->db);
    forget(keys);
}

void keys_blind(const AppKeys *keys, Str kind, Str value, uint8_t ret_blind[CRYPTO_DIGEST_SIZE])
{
    Buf text;
    buf_init(&text, kind.n + value.n + 1);
    buf_str(&text, kind);
    buf_char(&text, '\0');
    buf_str(&text, value);
    crypto_hmac(keys->crypto, (Str){ (const char *)keys->blind, APP_BLIND_KEY }, buf_view(&text), ret_blind);
    crypto_wipe(text.p, text.n);
    buf_free(&text);
}
