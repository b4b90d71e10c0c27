#include "app/app_internal.h"

#include <stdlib.h>
#include <string.h>

static const char SQL_EPOCH[] = "UPDATE ledger_head SET epoch = epoch + 1 WHERE j = ?1";
static const char SQL_USED[] = "SELECT 1 FROM ledger_head WHERE j = ?1 AND (epoch > 0 OR size > 0)";
static const char SQL_READ_EPOCH[] = "SELECT epoch FROM ledger_head WHERE j = ?1";

Str app_path(Arena *arena, const char *data, const char *name)
{
    return arena_printf(arena, "%s/%s", data, name);
}

/* ---- settings: what the folder is, in one small file ---- */

static Rc settings_write(Arena *arena, const char *data, const AppSettings *settings, Err *err)
{
    Json json = json_obj();
    json_add(arena, &json, STR("demonstration"), json_bool(settings->demonstration));
    json_add(arena, &json, STR("format"), json_int(1));
    json_add(arena, &json, STR("jurisdiction"), json_int(settings->j));
    json_add(arena, &json, STR("store"), json_str(settings->url));
    return os_write_file_atomic(app_path(arena, data, "yifa.json").p, json_to_arena(arena, &json), 0640, err);
}

Rc app_settings_read(Arena *arena, const char *data, AppSettings *ret, Err *err)
{
    Str bytes;
    Json json;
    Str path = app_path(arena, data, "yifa.json");
    Rc rc = os_read_file(arena, path.p, 65536, &bytes, err);
    if (rc == RC_NOT_FOUND)
        return err_at(err, rc, data, "no Yifa data here; make some with: yifa demo %s", data);
    if (rc != RC_OK)
        return rc;
    TRY(json_parse(arena, bytes, &json, err));
    if (json_get_int(&json, STR("format"), 0) != 1)
        return err_at(err, RC_INVALID, path.p, "this data folder has another format; this program reads format 1");
    Str url = json_get_str(&json, STR("store"));
    *ret = (AppSettings){ .j = json_get_int(&json, STR("jurisdiction"), 1),
                          .demonstration = json_get_bool(&json, STR("demonstration")),
                          .url = url.n ? url : arena_printf(arena, "sqlite:%s/yifa.db", data) };
    return RC_OK;
}

/* ---- create ---- */

/* A head that was never opened was left by a creation that was cut off, before the settings were there. */
static Rc check_unused(Db *db, int64_t j, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool used = false;
    DbValue param = DBI(j);
    TRY(db_query(db, SQL_USED, &param, 1, &rows, err));
    TRY(db_next(rows, &used, err));
    return used ? err_set(err, RC_CONFLICT, "the store holds a ledger of jurisdiction %lld already", (long long)j)
                : RC_OK;
}

Rc app_create_tables(Db *db, CryptoHash *hash, int64_t j, Err *err)
{
    const DbTable *tables[T_COUNT];
    LedgerFrontier empty = { 0 };
    LedgerHash root;
    for (int t = 0; t < T_COUNT; t++)
        tables[t] = &schema_tables[t];
    TRY(db_create(db, tables, T_COUNT, err));
    ledger_root(hash, &empty, &root);
    DbValue row[] = { DBI(j), DBI(0), DBI(0), DBB(ledger_hash_view(&root)), DBB(STR("")), DBI(0) };
    TRY(db_begin(db, err));
    TRY(db_write(db, &schema_tables[T_LEDGER_HEAD], DB_IGNORE, row, 1, NULL, err));
    TRY(db_commit(db, err));
    return check_unused(db, j, err);
}

static Rc create_store(const AppSettings *settings, const Crypto *crypto, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    CLEANUP(crypto_hash_freep) CryptoHash *hash = crypto_hash_new(crypto, CRYPTO_SHA256);
    TRY(db_open(settings->url, &(DbOptions){ .secure_delete = true }, &db, err));
    return app_create_tables(db, hash, settings->j, err);
}

Rc app_create(const AppOptions *options, bool demonstration, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    Str settings_path = app_path(arena, options->data, "yifa.json");
    if (os_exists(settings_path.p))
        return err_at(err, RC_CONFLICT, options->data, "there is Yifa data in this folder already");
    TRY(os_mkdirs(options->data, 0750, err));
    TRY(crypto_new(&crypto, err));
    AppSettings settings = { .j = 1, .demonstration = demonstration, .url = options->url };
    AppSettings resolved = settings;
    if (!resolved.url.n)
        resolved.url = arena_printf(arena, "sqlite:%s/yifa.db", options->data);
    AppKeys *keys = NULL;
    TRY(keys_open(options->data, crypto, options->entropy, settings.j, true, &keys, err));
    keys_close(keys);
    TRY(create_store(&resolved, crypto, err));
    return settings_write(arena, options->data, &settings, err);
}

/* ---- open ---- */

static Rc take_over(App *app, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(app->j);
    size_t changed = 0;
    bool more = false;
    TRY(db_begin(app->db, err));
    Rc rc = db_run(app->db, SQL_EPOCH, &j, 1, &changed, err);
    if (rc != RC_OK || changed != 1) {
        db_rollback(app->db);
        return rc != RC_OK
                   ? rc
                   : err_set(err, RC_CORRUPT, "the store has no ledger for jurisdiction %lld", (long long)app->j);
    }
    TRY(db_commit(app->db, err));
    TRY(db_query(app->db, SQL_READ_EPOCH, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    app->epoch = db_int(rows, 0);
    return RC_OK;
}

static Rc open_for_writing(App *app, const AppOptions *options, Err *err)
{
    DbOptions db = { .secure_delete = true, .external_checkpoint = options->external_checkpoint };
    TRY(os_lock_file(app_path(app->arena, options->data, "lock").p, &app->lock, err));
    TRY(db_open(app->url, &db, &app->db, err));
    TRY(keys_open(options->data, app->crypto, options->entropy, app->j, false, &app->keys, err));
    return take_over(app, err);
}

static Rc open_parts(App *app, const AppOptions *options, Err *err)
{
    AppSettings settings;
    TRY(app_settings_read(app->arena, options->data, &settings, err));
    app->j = settings.j;
    app->demonstration = settings.demonstration;
    app->url = options->url.n ? arena_str(app->arena, options->url) : settings.url;
    app->data = arena_str(app->arena, str_c(options->data));
    TRY(crypto_new(&app->crypto, err));
    app->hash = crypto_hash_new(app->crypto, CRYPTO_SHA256);
    if (options->read_only)
        TRY(db_open(app->url, &(DbOptions){ .read_only = true }, &app->db, err));
    else
        TRY(open_for_writing(app, options, err));
    TRY(app_read_book(app, err));
    return app_read_people(app, err);
}

Rc app_open(const AppOptions *options, App **ret, Err *err)
{
    App *app = calloc(1, sizeof *app);
    if (!app)
        return err_set(err, RC_NOMEM, "out of memory");
    *app = (App){ .arena = arena_new(0),
                  .people = arena_new(0),
                  .batch = arena_new((size_t)4 << 30),
                  .act = arena_new(0),
                  .clock = options->clock,
                  .entropy = options->entropy,
                  .lock = OS_LOCK_NONE };
    Rc rc = open_parts(app, options, err);
    if (rc != RC_OK) {
        app_close(app);
        return rc;
    }
    *ret = app;
    return RC_OK;
}

void app_close(App *app)
{
    if (!app)
        return;
    keys_close(app->keys);
    db_close(app->db);
    crypto_hash_free(app->hash);
    crypto_free(app->crypto);
    os_unlock(&app->lock);
    arena_free(app->act);
    arena_free(app->batch);
    arena_free(app->people);
    arena_free(app->arena);
    free(app);
}

void app_closep(App **app)
{
    app_close(*app);
    *app = NULL;
}

/* ---- what it is ---- */

int64_t app_j(const App *app)
{
    return app->j;
}

bool app_is_demonstration(const App *app)
{
    return app->demonstration;
}

int64_t app_now(const App *app)
{
    return os_clock_now_ms(&app->clock);
}

const LawBook *app_book(const App *app)
{
    return &app->book;
}

const LawPack *app_pack(const App *app)
{
    const LawPack *latest = law_book_latest(&app->book);
    return latest ? law_book_on(&app->book, instant_day(app_now(app), latest->zone_minutes)) : NULL;
}

const Directory *app_directory(const App *app)
{
    return __atomic_load_n(&app->dir, __ATOMIC_ACQUIRE);
}

const Crypto *app_crypto(const App *app)
{
    return app->crypto;
}

OsEntropy app_entropy(const App *app)
{
    return app->entropy;
}

Rc app_reader(const App *app, Db **ret, Err *err)
{
    return db_open(app->url, &(DbOptions){ .read_only = true }, ret, err);
}

Rc app_checkpoint(App *app, Err *err)
{
    return db_checkpoint(app->db, true, err);
}

WorkWorld app_world(const App *app)
{
    return (WorkWorld){ .j = app->j, .hash = app->hash, .book = &app->book, .dir = app->dir };
}
