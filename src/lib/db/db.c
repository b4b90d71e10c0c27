/* db.c - the door itself: which driver, which state a transaction is in, and the check of every value. */
#include "lib/db/db_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_TIMEOUT_DEFAULT_MS = 5000 };

Rc db_open(Str url, const DbOptions *options, Db **ret_db, Err *err)
{
    static const DbOptions defaults = { 0 };
    if (!options)
        options = &defaults;
    if (str_starts(url, STR("sqlite:")))
        return sqlite_open(str_slice(url, 7, url.n), options, ret_db, err);
    if (str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://")))
        return postgres_open(url, options, ret_db, err);
    /* The URL is not repeated: it may hold a password. */
    return err_set(err, RC_INVALID, "a database URL starts with sqlite: or postgresql://");
}

void db_close(Db *db)
{
    if (!db)
        return;
    db_rollback(db);
    db->driver->close(db);
}

void db_closep(Db **db)
{
    db_close(*db);
    *db = NULL;
}

const char *db_kind(const Db *db)
{
    return db->driver->kind;
}

int db_busy_timeout_ms(const DbOptions *options)
{
    return options->busy_timeout_ms > 0 ? options->busy_timeout_ms : BUSY_TIMEOUT_DEFAULT_MS;
}

char *db_c_string(Str s)
{
    char *copy = malloc(s.n + 1);
    if (!copy)
        return NULL;
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return copy;
}

/* Remembers a failure: PostgreSQL ends a transaction at its first error, and SQLite is held to the same. */
static Rc tx_note(Db *db, Rc rc)
{
    if (rc != RC_OK && db->tx != TX_NONE)
        db->tx_failed = true;
    return rc;
}

static Rc tx_check(const Db *db, Err *err)
{
    if (db->tx_failed)
        return err_set(err, RC_DB, "the transaction failed before and must be rolled back");
    return RC_OK;
}

static Rc tx_begin(Db *db, DbTx tx, Err *err)
{
    assert(db->tx == TX_NONE);
    if (tx == TX_WRITE && db->read_only)
        return err_set(err, RC_DENIED, "the database is open for reading only");
    TRY(db->driver->begin(db, tx == TX_WRITE, err));
    db->tx = tx;
    db->tx_failed = false;
    return RC_OK;
}

Rc db_begin(Db *db, Err *err)
{
    return tx_begin(db, TX_WRITE, err);
}

Rc db_begin_read(Db *db, Err *err)
{
    return tx_begin(db, TX_READ, err);
}

Rc db_commit(Db *db, Err *err)
{
    assert(db->tx != TX_NONE);
    assert(db->n_running == 0);
    if (db->tx_failed) {
        db_rollback(db);
        return err_set(err, RC_DB, "the transaction failed before and was rolled back");
    }
    Rc rc = db->driver->commit(db, err);
    db->tx = TX_NONE;
    return rc;
}

void db_rollback(Db *db)
{
    if (db->tx == TX_NONE)
        return;
    db->driver->rollback(db);
    db->tx = TX_NONE;
    db->tx_failed = false;
}

/* Writing outside a transaction is a transaction of its own, so that only commit has to judge durability. */
static Rc tx_enter(Db *db, bool *ret_own, Err *err)
{
    TRY(tx_check(db, err));
    if (db->tx == TX_READ) {
        db->tx_failed = true;
        return err_set(err, RC_DENIED, "a read transaction cannot write");
    }
    *ret_own = db->tx == TX_NONE;
    return *ret_own ? db_begin(db, err) : RC_OK;
}

static Rc tx_leave(Db *db, bool own, Rc rc, Err *err)
{
    if (!own)
        return tx_note(db, rc);
    if (rc == RC_OK)
        return db_commit(db, err);
    db_rollback(db);
    return rc;
}

Rc db_create(Db *db, const DbTable *const *tables, size_t n, Err *err)
{
    assert(db->tx == TX_NONE);
    TRY(db_begin(db, err));
    return tx_leave(db, true, db->driver->create(db, tables, n, err), err);
}

/* Bytes of a value, with what both stores must refuse alike. U+0000 does not exist in PostgreSQL's text. */
static Rc value_check(const DbValue *value, size_t *bytes, Err *err)
{
    if (value->type != DB_TEXT && value->type != DB_BYTES)
        return RC_OK;
    if (value->s.n > DB_VALUE_MAX)
        return err_set(err, RC_LIMIT, "a value has %zu bytes, more than %d", value->s.n, DB_VALUE_MAX);
    *bytes += value->s.n;
    if (*bytes > DB_BATCH_BYTES_MAX)
        return err_set(err, RC_LIMIT, "the values together have more than %d bytes", DB_BATCH_BYTES_MAX);
    size_t bad = 0;
    if (value->type == DB_TEXT && !str_is_utf8(value->s, &bad))
        return err_set(err, RC_INVALID, "text is not UTF-8 or holds U+0000 at byte %zu", bad);
    return RC_OK;
}

static Rc params_check(const DbValue *params, size_t n, Err *err)
{
    if (n > DB_PARAMS_MAX)
        return err_set(err, RC_LIMIT, "%zu parameters are more than %d", n, DB_PARAMS_MAX);
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        Rc rc = value_check(&params[i], &bytes, err);
        if (rc != RC_OK)
            return err_wrap(err, rc, "parameter %zu", i + 1);
    }
    return RC_OK;
}

static Rc column_check(const DbColumn *column, const DbValue *value, size_t *bytes, Err *err)
{
    if (value->type == column->type)
        return value_check(value, bytes, err);
    if (value->type != DB_NULL)
        return err_set(err, RC_INVALID, "the value has another type than the column");
    return column->nullable ? RC_OK : err_set(err, RC_INVALID, "the column cannot be null");
}

static Rc rows_check(const DbTable *table, const DbValue *rows, size_t n_rows, size_t width, Err *err)
{
    if (n_rows > DB_BATCH_MAX)
        return err_at(err, RC_LIMIT, table->name, "%zu rows at once are more than %d", n_rows, DB_BATCH_MAX);
    size_t bytes = 0;
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t c = 0; c < width; c++) {
            Err cause;
            Rc rc = column_check(&table->columns[c], &rows[r * width + c], &bytes, &cause);
            if (rc != RC_OK)
                return err_at(err, rc, table->name, "row %zu, column %s: %s", r + 1, table->columns[c].name,
                              cause.text);
        }
    }
    return RC_OK;
}

Rc db_write(Db *db, const DbTable *table, DbWrite how, const DbValue *rows, size_t n_rows, size_t *ret_changed,
            Err *err)
{
    size_t width = how == DB_DELETE ? table->n_key : table->n_columns;
    size_t changed = 0;
    bool own = false;
    TRY(tx_enter(db, &own, err));
    Rc rc = rows_check(table, rows, n_rows, width, err);
    if (rc == RC_OK && n_rows)
        rc = db->driver->write(db, table, how, rows, n_rows, &changed, err);
    TRY(tx_leave(db, own, rc, err));
    if (ret_changed)
        *ret_changed = changed;
    return RC_OK;
}

Rc db_run(Db *db, const char *sql, const DbValue *params, size_t n, size_t *ret_changed, Err *err)
{
    size_t changed = 0;
    bool own = false;
    TRY(tx_enter(db, &own, err));
    Rc rc = params_check(params, n, err);
    if (rc == RC_OK)
        rc = db->driver->run(db, sql, params, n, &changed, err);
    TRY(tx_leave(db, own, rc, err));
    if (ret_changed)
        *ret_changed = changed;
    return RC_OK;
}

static void rows_start(DbRows *rows)
{
    assert(!rows->running);
    rows->running = true;
    rows->on_row = false;
    rows->n_read = 0;
    rows->db->n_running++;
}

Rc db_query(Db *db, const char *sql, const DbValue *params, size_t n, DbRows **ret_rows, Err *err)
{
    TRY(tx_check(db, err));
    DbRows *rows = NULL;
    Rc rc = params_check(params, n, err);
    if (rc == RC_OK)
        rc = db->driver->query(db, sql, params, n, &rows, err);
    if (rc != RC_OK)
        return tx_note(db, rc);
    rows_start(rows);
    *ret_rows = rows;
    return RC_OK;
}

static size_t column_of(const DbTable *table, const char *name)
{
    size_t at = 0;
    while (at < table->n_columns && strcmp(table->columns[at].name, name) != 0)
        at++;
    assert(at < table->n_columns);
    return at;
}

Rc db_load(Db *db, const DbTable *table, int64_t j, const char *column, const int64_t *ids, size_t n, DbRows **ret_rows,
           Err *err)
{
    size_t at = column_of(table, column);
    assert(table->columns[0].type == DB_INT && table->columns[at].type == DB_INT);
    TRY(tx_check(db, err));
    DbRows *rows = NULL;
    Rc rc = RC_OK;
    if (n > DB_IDS_MAX)
        rc = err_at(err, RC_LIMIT, table->name, "%zu ids at once are more than %d", n, DB_IDS_MAX);
    else
        rc = db->driver->load(db, table, j, at, ids, n, &rows, err);
    if (rc != RC_OK)
        return tx_note(db, rc);
    rows_start(rows);
    *ret_rows = rows;
    return RC_OK;
}

Rc db_next(DbRows *rows, bool *ret_more, Err *err)
{
    assert(rows->running);
    rows->on_row = false;
    bool more = false;
    Rc rc = rows->db->driver->next(rows, &more, err);
    if (rc == RC_OK && more && rows->n_read == DB_ROWS_MAX)
        rc = err_set(err, RC_LIMIT, "a query gave more than %d rows", DB_ROWS_MAX);
    if (rc != RC_OK)
        return tx_note(rows->db, rc);
    rows->on_row = more;
    rows->n_read += more;
    *ret_more = more;
    return RC_OK;
}

bool db_is_null(const DbRows *rows, int column)
{
    assert(rows->on_row && column >= 0 && column < rows->n_columns);
    return rows->db->driver->is_null(rows, column);
}

int64_t db_int(const DbRows *rows, int column)
{
    return db_is_null(rows, column) ? 0 : rows->db->driver->get_int(rows, column);
}

Str db_str(const DbRows *rows, int column)
{
    return db_is_null(rows, column) ? STR_NONE : rows->db->driver->get_str(rows, column);
}

Str db_str_in(const DbRows *rows, int column, Arena *arena)
{
    return arena_str(arena, db_str(rows, column));
}

int db_columns(const DbRows *rows)
{
    return rows->n_columns;
}

void db_end(DbRows *rows)
{
    if (!rows)
        return;
    assert(rows->running);
    rows->db->driver->end(rows);
    rows->running = false;
    rows->on_row = false;
    rows->db->n_running--;
}

void db_endp(DbRows **rows)
{
    db_end(*rows);
    *rows = NULL;
}

enum { PLAN_MAX = 256 << 10 };

Rc db_explain(Db *db, const char *sql, const DbValue *params, size_t n, Arena *arena, Str *ret_plan, Err *err)
{
    TRY(tx_check(db, err));
    TRY(params_check(params, n, err));
    CLEANUP(buf_free) Buf plan = { 0 };
    buf_init(&plan, PLAN_MAX);
    Rc rc = db->driver->explain(db, sql, params, n, &plan, err);
    if (rc != RC_OK)
        return tx_note(db, rc);
    TRY(buf_check(&plan, err));
    *ret_plan = buf_to_arena(&plan, arena);
    return RC_OK;
}

Rc db_checkpoint(Db *db, bool truncate, Err *err)
{
    assert(db->tx == TX_NONE);
    return db->driver->checkpoint(db, truncate, err);
}

Rc db_backup(Db *db, const char *path, Err *err)
{
    assert(db->tx == TX_NONE);
    return db->driver->backup(db, path, err);
}
