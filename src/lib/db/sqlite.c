/* sqlite.c - the driver for SQLite.
 *
 * This is the hot path of a single office: some ten row writes per act. A batch binds and steps one statement row by
 * row; values are bound where they lie, nothing is cleared between rows, and nothing here allocates memory per row. */
#include "lib/db/db_internal.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CACHE_KIB = 65536,           /* page cache of a connection, at most */
    WAL_KEEP_BYTES = 64 << 20,   /* a longer WAL file is cut after its checkpoint */
    WAL_CHECKPOINT_PAGES = 4000, /* 16 MiB between automatic checkpoints, so that they are few */
    LOOKASIDE_SLOT_BYTES = 1200, /* SQLite's own small-object pool, enlarged for long statements */
    LOOKASIDE_SLOTS = 200,
    PATH_BYTES_MAX = 4096,
    SQL_BYTES_MAX = 1 << 20,
    LOAD_SIZE_STEP_LOG2 = 2, /* lists of ids are rounded up to a power of four */
    PLAN_DEPTH_MAX = 16
};

typedef struct SqliteDb {
    Db base;
    sqlite3 *handle;
} SqliteDb;

typedef struct SqliteRows {
    DbRows base;
    sqlite3_stmt *stmt;
} SqliteRows;

static const SqlDialect sqlite_dialect = {
    .types = { NULL, "INTEGER", "BLOB", "TEXT" },
    .table_end = " STRICT",
    .table_end_norowid = " STRICT, WITHOUT ROWID",
};

static SqliteDb *sqlite_db(Db *db)
{
    return (SqliteDb *)db;
}

static sqlite3_stmt *sqlite_stmt(const DbRows *rows)
{
    return ((const SqliteRows *)rows)->stmt;
}

/* ---- errors ---- */

/* After a failed fsync nobody knows what the device holds (the kernel may have dropped the dirty pages), so no retry is
 * honest; the same when the commit itself could not be written. */
static Rc sqlite_rc(int code, bool committing)
{
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC || code == SQLITE_IOERR_TRUNCATE)
        return RC_FATAL;
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return RC_BUSY;
    case SQLITE_NOMEM: return RC_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return RC_CORRUPT;
    case SQLITE_TOOBIG: return RC_LIMIT;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       code == SQLITE_CONSTRAINT_ROWID
                   ? RC_CONFLICT
                   : RC_DB;
    case SQLITE_IOERR:
    case SQLITE_FULL: return committing ? RC_FATAL : RC_DB;
    default: return RC_DB;
    }
}

static Rc sqlite_fail(Db *db, const char *place, Err *err)
{
    sqlite3 *handle = sqlite_db(db)->handle;
    int code = sqlite3_extended_errcode(handle);
    return err_at(err, sqlite_rc(code, false), place, "SQLite %d: %s", code, sqlite3_errmsg(handle));
}

/* ---- statements ---- */

static void sqlite_drop(DbRows *rows)
{
    sqlite3_finalize(sqlite_stmt(rows));
    free(rows->text);
    free(rows);
}

/* Prepares a statement and puts it in the cache. */
static Rc sqlite_prepare(Db *db, const DbKey *key, const char *sql, DbRows **ret_rows, Err *err)
{
    size_t n = strlen(sql);
    if (n > SQL_BYTES_MAX)
        return err_at(err, RC_LIMIT, sql, "an SQL text has more than %d bytes", SQL_BYTES_MAX);
    if (db->cache.count >= CACHE_MAX)
        cache_drop(&db->cache, true, sqlite_drop);
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    int code = sqlite3_prepare_v3(sqlite_db(db)->handle, sql, (int)n + 1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail);
    if (code != SQLITE_OK)
        return sqlite_fail(db, sql, err);
    if (!stmt || str_trim(str_c(tail)).n > 0) {
        sqlite3_finalize(stmt);
        return err_at(err, RC_INVALID, sql, "exactly one SQL statement is wanted");
    }
    SqliteRows *rows = calloc(1, sizeof *rows);
    char *text = key->use == USE_SQL ? db_c_string((Str){ sql, n }) : NULL;
    if (!rows || (key->use == USE_SQL && !text)) {
        sqlite3_finalize(stmt);
        free(rows);
        free(text);
        return err_set(err, RC_NOMEM, "no memory for a statement");
    }
    rows->stmt = stmt;
    rows->base.db = db;
    rows->base.of = key->of;
    rows->base.use = key->use;
    rows->base.text = text;
    rows->base.n_columns = sqlite3_column_count(stmt);
    cache_add(&db->cache, &rows->base);
    *ret_rows = &rows->base;
    return RC_OK;
}

static Rc sqlite_for_sql(Db *db, const char *sql, DbRows **ret_rows, Err *err)
{
    DbKey key = { .of = sql, .use = USE_SQL };
    DbRows *rows = cache_find(&db->cache, &key);
    if (!rows)
        return sqlite_prepare(db, &key, sql, ret_rows, err);
    *ret_rows = rows;
    return RC_OK;
}

/* Bytes stay where they are until the statement is reset, which no caller outlives. A null pointer would bind NULL,
 * so empty values get an address. */
static int sqlite_bind(sqlite3_stmt *stmt, int at, const DbValue *value)
{
    const char *p = value->s.n ? value->s.p : "";
    switch (value->type) {
    case DB_INT: return sqlite3_bind_int64(stmt, at, value->i);
    case DB_TEXT: return sqlite3_bind_text(stmt, at, p, (int)value->s.n, SQLITE_STATIC);
    case DB_BYTES: return sqlite3_bind_blob(stmt, at, p, (int)value->s.n, SQLITE_STATIC);
    case DB_NULL: break;
    }
    return sqlite3_bind_null(stmt, at);
}

static Rc sqlite_bind_params(Db *db, const DbRows *rows, const DbValue *params, size_t n, Err *err)
{
    sqlite3_stmt *stmt = sqlite_stmt(rows);
    if (sqlite3_bind_parameter_count(stmt) != (int)n)
        return err_at(err, RC_INVALID, rows->text, "%zu parameters given, %d named in the text", n,
                      sqlite3_bind_parameter_count(stmt));
    for (size_t i = 0; i < n; i++) {
        if (sqlite_bind(stmt, (int)i + 1, &params[i]) != SQLITE_OK)
            return sqlite_fail(db, rows->text, err);
    }
    return RC_OK;
}

/* Runs a prepared, bound statement that returns no rows. */
static Rc sqlite_step_once(Db *db, sqlite3_stmt *stmt, const char *place, Err *err)
{
    int code = sqlite3_step(stmt);
    Rc rc = RC_OK;
    if (code == SQLITE_ROW)
        rc = err_at(err, RC_INVALID, place, "a statement run for its effect returned rows");
    else if (code != SQLITE_DONE)
        rc = sqlite_fail(db, place, err);
    sqlite3_reset(stmt);
    return rc;
}

static Rc sqlite_run(Db *db, const char *sql, const DbValue *params, size_t n, size_t *ret_changed, Err *err)
{
    sqlite3 *handle = sqlite_db(db)->handle;
    DbRows *rows = NULL;
    TRY(sqlite_for_sql(db, sql, &rows, err));
    TRY(sqlite_bind_params(db, rows, params, n, err));
    sqlite3_int64 before = sqlite3_total_changes64(handle);
    TRY(sqlite_step_once(db, sqlite_stmt(rows), sql, err));
    *ret_changed = (size_t)(sqlite3_total_changes64(handle) - before);
    return RC_OK;
}

/* ---- transactions ---- */

/* BEGIN alone would take its snapshot only at the first read. */
static const char sqlite_first_read[] = "SELECT 1 FROM sqlite_schema LIMIT 1";

static Rc sqlite_begin(Db *db, bool write, Err *err)
{
    size_t changed = 0;
    TRY(sqlite_run(db, write ? "BEGIN IMMEDIATE" : "BEGIN", NULL, 0, &changed, err));
    if (write)
        return RC_OK;
    DbRows *rows = NULL;
    Rc rc = sqlite_for_sql(db, sqlite_first_read, &rows, err);
    if (rc == RC_OK) {
        int code = sqlite3_step(sqlite_stmt(rows));
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            rc = sqlite_fail(db, "", err);
        sqlite3_reset(sqlite_stmt(rows));
    }
    if (rc != RC_OK)
        sqlite3_exec(sqlite_db(db)->handle, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

static void sqlite_rollback(Db *db)
{
    /* After a severe error SQLite has rolled back by itself, and a second ROLLBACK would be refused. */
    sqlite3 *handle = sqlite_db(db)->handle;
    if (!sqlite3_get_autocommit(handle))
        sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
}

static Rc sqlite_commit(Db *db, Err *err)
{
    DbRows *rows = NULL;
    Rc rc = sqlite_for_sql(db, "COMMIT", &rows, err);
    if (rc == RC_OK) {
        sqlite3 *handle = sqlite_db(db)->handle;
        if (sqlite3_step(sqlite_stmt(rows)) != SQLITE_DONE) {
            int code = sqlite3_extended_errcode(handle);
            rc = err_set(err, sqlite_rc(code, true), "commit failed, SQLite %d: %s", code, sqlite3_errmsg(handle));
        }
        sqlite3_reset(sqlite_stmt(rows));
    }
    if (rc != RC_OK)
        sqlite_rollback(db);
    return rc;
}

/* ---- writing ---- */

static Rc sqlite_exec(Db *db, Buf *sql, Err *err)
{
    buf_char(sql, '\0');
    TRY(buf_check(sql, err));
    if (sqlite3_exec(sqlite_db(db)->handle, sql->p, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_fail(db, sql->p, err);
    buf_clear(sql);
    return RC_OK;
}

static Rc sqlite_create(Db *db, const DbTable *const *tables, size_t n, Err *err)
{
    CLEANUP(buf_free) Buf sql = { 0 };
    buf_init(&sql, SQL_BYTES_MAX);
    for (size_t t = 0; t < n; t++) {
        sql_create_table(&sql, tables[t], &sqlite_dialect);
        TRY(sqlite_exec(db, &sql, err));
        for (size_t i = 0; i < tables[t]->n_indexes; i++) {
            sql_create_index(&sql, tables[t], &tables[t]->indexes[i]);
            TRY(sqlite_exec(db, &sql, err));
        }
    }
    return RC_OK;
}

static void sqlite_write_sql(Buf *sql, const DbTable *table, DbWrite how)
{
    if (how == DB_DELETE) {
        buf_c(sql, "DELETE FROM ");
        sql_name(sql, table->name);
        for (size_t i = 0; i < table->n_key; i++) {
            buf_c(sql, i ? " AND " : " WHERE ");
            sql_name(sql, table->columns[i].name);
            buf_printf(sql, "=?%zu", i + 1);
        }
        return;
    }
    buf_c(sql, "INSERT INTO ");
    sql_name(sql, table->name);
    buf_char(sql, '(');
    sql_columns(sql, table, table->n_columns, "");
    for (size_t i = 0; i < table->n_columns; i++)
        buf_printf(sql, i ? ",?%zu" : ") VALUES(?%zu", i + 1);
    buf_char(sql, ')');
    sql_on_conflict(sql, table, how);
}

static Rc sqlite_for_write(Db *db, const DbTable *table, DbWrite how, DbRows **ret_rows, Err *err)
{
    DbKey key = { .of = table, .use = USE_WRITE_OF(how) };
    DbRows *rows = cache_find(&db->cache, &key);
    if (rows) {
        *ret_rows = rows;
        return RC_OK;
    }
    CLEANUP(buf_free) Buf sql = { 0 };
    buf_init(&sql, SQL_BYTES_MAX);
    sqlite_write_sql(&sql, table, how);
    buf_char(&sql, '\0');
    TRY(buf_check(&sql, err));
    return sqlite_prepare(db, &key, sql.p, ret_rows, err);
}

static Rc sqlite_write(Db *db, const DbTable *table, DbWrite how, const DbValue *rows, size_t n_rows,
                       size_t *ret_changed, Err *err)
{
    sqlite3 *handle = sqlite_db(db)->handle;
    size_t width = how == DB_DELETE ? table->n_key : table->n_columns;
    DbRows *prepared = NULL;
    TRY(sqlite_for_write(db, table, how, &prepared, err));
    sqlite3_stmt *stmt = sqlite_stmt(prepared);
    sqlite3_int64 before = sqlite3_total_changes64(handle);
    for (size_t r = 0; r < n_rows; r++) {
        const DbValue *row = rows + r * width;
        int failed = SQLITE_OK;
        for (size_t c = 0; c < width; c++)
            failed |= sqlite_bind(stmt, (int)c + 1, &row[c]);
        if (failed)
            return sqlite_fail(db, table->name, err);
        TRY(sqlite_step_once(db, stmt, table->name, err));
    }
    *ret_changed = (size_t)(sqlite3_total_changes64(handle) - before);
    return RC_OK;
}

/* ---- reading ---- */

static Rc sqlite_query(Db *db, const char *sql, const DbValue *params, size_t n, DbRows **ret_rows, Err *err)
{
    DbRows *rows = NULL;
    TRY(sqlite_for_sql(db, sql, &rows, err));
    if (!sqlite3_stmt_readonly(sqlite_stmt(rows)))
        return err_at(err, RC_INVALID, sql, "a query must not write");
    TRY(sqlite_bind_params(db, rows, params, n, err));
    *ret_rows = rows;
    return RC_OK;
}

static Rc sqlite_prepare_load(Db *db, const DbKey *key, size_t column, size_t size, DbRows **ret_rows, Err *err)
{
    const DbTable *table = key->of;
    CLEANUP(buf_free) Buf sql = { 0 };
    buf_init(&sql, SQL_BYTES_MAX);
    buf_c(&sql, "SELECT ");
    sql_columns(&sql, table, table->n_columns, "");
    buf_c(&sql, " FROM ");
    sql_name(&sql, table->name);
    buf_c(&sql, " WHERE ");
    sql_name(&sql, table->columns[0].name);
    buf_c(&sql, "=?1 AND ");
    sql_name(&sql, table->columns[column].name);
    for (size_t i = 0; i < size; i++)
        buf_printf(&sql, i ? ",?%zu" : " IN(?%zu", i + 2);
    buf_c(&sql, ") ORDER BY ");
    sql_columns(&sql, table, table->n_key, "");
    buf_char(&sql, '\0');
    TRY(buf_check(&sql, err));
    return sqlite_prepare(db, key, sql.p, ret_rows, err);
}

/* A list of ids is a list of parameters whose length is rounded up, so that few statements serve all lengths. The last
 * id fills the rest, which changes nothing in an IN; no ids at all leave nulls, which match nothing. */
static Rc sqlite_load(Db *db, const DbTable *table, int64_t j, size_t column, const int64_t *ids, size_t n,
                      DbRows **ret_rows, Err *err)
{
    unsigned log = 0;
    while ((size_t)1 << log < n)
        log += LOAD_SIZE_STEP_LOG2;
    size_t size = (size_t)1 << log;
    DbKey key = { .of = table, .use = USE_LOAD_OF(column, log) };
    DbRows *rows = cache_find(&db->cache, &key);
    if (!rows)
        TRY(sqlite_prepare_load(db, &key, column, size, &rows, err));
    sqlite3_stmt *stmt = sqlite_stmt(rows);
    int failed = sqlite3_bind_int64(stmt, 1, j);
    for (size_t i = 0; i < size; i++)
        failed |= n ? sqlite3_bind_int64(stmt, (int)i + 2, ids[i < n ? i : n - 1]) : sqlite3_bind_null(stmt, 2);
    if (failed)
        return sqlite_fail(db, table->name, err);
    *ret_rows = rows;
    return RC_OK;
}

static Rc sqlite_next(DbRows *rows, bool *ret_more, Err *err)
{
    int code = sqlite3_step(sqlite_stmt(rows));
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sqlite_fail(rows->db, sqlite3_sql(sqlite_stmt(rows)), err);
    *ret_more = code == SQLITE_ROW;
    return RC_OK;
}

static bool sqlite_is_null(const DbRows *rows, int column)
{
    return sqlite3_column_type(sqlite_stmt(rows), column) == SQLITE_NULL;
}

static int64_t sqlite_get_int(const DbRows *rows, int column)
{
    assert(sqlite3_column_type(sqlite_stmt(rows), column) == SQLITE_INTEGER);
    return sqlite3_column_int64(sqlite_stmt(rows), column);
}

static Str sqlite_get_str(const DbRows *rows, int column)
{
    /* For text as well: column_text would copy the value to end it in NUL. */
    const char *p = sqlite3_column_blob(sqlite_stmt(rows), column);
    int n = sqlite3_column_bytes(sqlite_stmt(rows), column);
    assert(sqlite3_column_type(sqlite_stmt(rows), column) >= SQLITE_TEXT);
    return n ? (Str){ p, (size_t)n } : STR("");
}

static void sqlite_end(DbRows *rows)
{
    sqlite3_reset(sqlite_stmt(rows));
}

/* SQLite names a step's parent by number; the depth is found in the chain of open parents. */
static Rc sqlite_plan_lines(Db *db, sqlite3_stmt *stmt, Buf *plan, Err *err)
{
    int open[PLAN_DEPTH_MAX] = { 0 };
    size_t depth = 0;
    int code;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        int parent = sqlite3_column_int(stmt, 1);
        while (depth > 0 && open[depth - 1] != parent)
            depth--;
        for (size_t i = 0; i < depth; i++)
            buf_c(plan, "  ");
        buf_c(plan, (const char *)sqlite3_column_text(stmt, 3));
        buf_char(plan, '\n');
        if (depth < PLAN_DEPTH_MAX)
            open[depth++] = sqlite3_column_int(stmt, 0);
    }
    return code == SQLITE_DONE ? RC_OK : sqlite_fail(db, "", err);
}

static Rc sqlite_explain(Db *db, const char *sql, const DbValue *params, size_t n, Buf *plan, Err *err)
{
    (void)params; /* The plan does not depend on them. */
    (void)n;
    CLEANUP(buf_free) Buf text = { 0 };
    buf_init(&text, SQL_BYTES_MAX);
    buf_c(&text, "EXPLAIN QUERY PLAN ");
    buf_c(&text, sql);
    TRY(buf_check(&text, err));
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(sqlite_db(db)->handle, text.p, (int)text.n, &stmt, NULL) != SQLITE_OK)
        return sqlite_fail(db, sql, err);
    Rc rc = sqlite_plan_lines(db, stmt, plan, err);
    sqlite3_finalize(stmt);
    return rc;
}

static Rc sqlite_checkpoint(Db *db, bool truncate, Err *err)
{
    sqlite3 *handle = sqlite_db(db)->handle;
    int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    if (sqlite3_wal_checkpoint_v2(handle, NULL, mode, NULL, NULL) == SQLITE_OK)
        return RC_OK;
    /* The WAL still holds what the checkpoint could not copy, but a device that fails now is not to be trusted. */
    int code = sqlite3_extended_errcode(handle);
    return err_set(err, sqlite_rc(code, true), "checkpoint failed, SQLite %d: %s", code, sqlite3_errmsg(handle));
}

/* Pages of the copy at a time; between them writers go on, and what they change is copied again. */
enum { BACKUP_PAGES = 2000 };

/* A writer beside keeps the source busy for moments only: the step waits for it as every other read does. */
static int copy_pages(sqlite3_backup *backup)
{
    int code;
    do
        code = sqlite3_backup_step(backup, BACKUP_PAGES);
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    return code;
}

static Rc sqlite_backup_to(Db *db, const char *path, Err *err)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
    sqlite3_backup *backup = code == SQLITE_OK ? sqlite3_backup_init(to, "main", sqlite_db(db)->handle, "main") : NULL;
    if (backup) {
        code = copy_pages(backup);
        int finished = sqlite3_backup_finish(backup);
        code = code == SQLITE_DONE ? finished : code;
    } else if (code == SQLITE_OK) {
        code = sqlite3_extended_errcode(to);
    }
    Rc rc = code == SQLITE_OK ? RC_OK
                              : err_at(err, sqlite_rc(code, false), path, "the copy failed, SQLite %d: %s", code,
                                       sqlite3_errstr(code));
    sqlite3_close(to);
    return rc;
}

/* ---- opening ---- */

static void sqlite_close(Db *db)
{
    cache_drop(&db->cache, false, sqlite_drop);
    sqlite3_close(sqlite_db(db)->handle);
    free(db);
}

static const DbDriver sqlite_driver = {
    .kind = "sqlite",
    .close = sqlite_close,
    .create = sqlite_create,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .write = sqlite_write,
    .run = sqlite_run,
    .query = sqlite_query,
    .load = sqlite_load,
    .next = sqlite_next,
    .is_null = sqlite_is_null,
    .get_int = sqlite_get_int,
    .get_str = sqlite_get_str,
    .end = sqlite_end,
    .explain = sqlite_explain,
    .checkpoint = sqlite_checkpoint,
    .backup = sqlite_backup_to,
};

/* Everything that a distribution may have built otherwise is said here. */
static void sqlite_harden(sqlite3 *handle, int busy_timeout_ms)
{
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    /* "x" is always a name: a mistyped column is an error, not a text. */
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* A plan must not change with the values bound: plans are golden tests, and replanning costs time. */
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_SLOT_BYTES, LOOKASIDE_SLOTS);
}

/* SQLite keeps the old journal mode without an error when it cannot change it, so the answer is read. */
static Rc sqlite_set_wal(Db *db, Err *err)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(sqlite_db(db)->handle, "PRAGMA journal_mode=WAL", -1, &stmt, NULL) != SQLITE_OK)
        return sqlite_fail(db, "", err);
    Rc rc = RC_OK;
    if (sqlite3_step(stmt) != SQLITE_ROW) {
        rc = sqlite_fail(db, "", err);
    } else {
        const char *mode = (const char *)sqlite3_column_text(stmt, 0);
        if (!mode || (strcmp(mode, "wal") != 0 && strcmp(mode, "memory") != 0))
            rc = err_set(err, RC_IO, "the file system does not allow a write-ahead log");
    }
    sqlite3_finalize(stmt);
    return rc;
}

static Rc sqlite_configure(Db *db, const DbOptions *options, Err *err)
{
    sqlite3 *handle = sqlite_db(db)->handle;
    if (!options->read_only)
        TRY(sqlite_set_wal(db, err));
    char pragmas[512];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA synchronous=FULL;PRAGMA foreign_keys=OFF;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-%d;"
             "PRAGMA case_sensitive_like=ON;"
             "PRAGMA secure_delete=%s;PRAGMA journal_size_limit=%d;PRAGMA wal_autocheckpoint=%d;PRAGMA query_only=%s",
             CACHE_KIB, options->secure_delete ? "ON" : "OFF", WAL_KEEP_BYTES,
             options->external_checkpoint ? 0 : WAL_CHECKPOINT_PAGES, options->read_only ? "ON" : "OFF");
    if (sqlite3_exec(handle, pragmas, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_fail(db, "", err);
    /* Reads the file's first page, so that a file of another kind is refused here and not at the first query. */
    if (sqlite3_exec(handle, sqlite_first_read, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_fail(db, "", err);
    return RC_OK;
}

Rc sqlite_open(Str path, const DbOptions *options, Db **ret_db, Err *err)
{
    /* "file:" would be read as a URI by libraries built so. */
    if (path.n == 0 || path.n > PATH_BYTES_MAX || memchr(path.p, 0, path.n) || str_starts(path, STR("file:")))
        return err_set(err, RC_INVALID, "sqlite: is followed by the path of a file");
    SqliteDb *db = calloc(1, sizeof *db);
    char *name = db_c_string(path);
    if (!db || !name) {
        free(db);
        free(name);
        return err_set(err, RC_NOMEM, "no memory for a database");
    }
    db->base.driver = &sqlite_driver;
    db->base.read_only = options->read_only;
    int flags = options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    Rc rc = RC_OK;
    if (code != SQLITE_OK) {
        rc = err_at(err, RC_IO, name, "cannot open the database: %s",
                    db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code));
    } else {
        sqlite_harden(db->handle, db_busy_timeout_ms(options));
        rc = sqlite_configure(&db->base, options, err);
        if (rc != RC_OK)
            err_wrap(err, rc, "cannot open the database %s", name);
    }
    free(name);
    if (rc != RC_OK) {
        sqlite_close(&db->base);
        return rc;
    }
    *ret_db = &db->base;
    return RC_OK;
}
