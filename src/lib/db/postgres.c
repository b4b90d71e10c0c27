/* postgres.c - the driver for PostgreSQL.
 *
 * What costs here is the round trip, so a batch is one statement whose parameters are one array per column, and loading
 * by ids is one statement with one array. Everything is prepared once and sent in binary form. A result is fetched
 * whole, so that queries may run inside one another on the one connection. */
#include "lib/db/db_internal.h"

#include <assert.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SQL_BYTES_MAX = 1 << 20,
    URL_BYTES_MAX = 4096,
    BATCH_WIRE_MAX = DB_BATCH_BYTES_MAX + 64 * (1 << 20), /* with lengths and integers */
    BATCH_KEEP_BYTES = 8 << 20,                           /* a longer buffer is given back after its batch */
    NAME_BYTES = 24,
    MESSAGE_BYTES = 256
};

typedef struct PostgresDb {
    Db base;
    PGconn *conn;
    int busy_timeout_ms;
    uint64_t n_named;    /* statements named so far */
    uint64_t generation; /* counts the connections made: what was prepared on an earlier one is gone */
    Buf batch;           /* arrays being sent */
} PostgresDb;

typedef struct PostgresRows {
    DbRows base;
    char name[NAME_BYTES];
    uint64_t generation; /* on which it is prepared; 0: on none yet */
    char *sql;           /* with $N, to prepare it again */
    int n_params;
    Oid param_types[DB_PARAMS_MAX];
    PGresult *result; /* while running */
    int row;
} PostgresRows;

/* Parameters in libpq's form. */
typedef struct PgParams {
    int n;
    const char *values[DB_PARAMS_MAX];
    int lengths[DB_PARAMS_MAX];
    int formats[DB_PARAMS_MAX];
    uint64_t ints[DB_PARAMS_MAX]; /* what values point to, in network order */
} PgParams;

/* The lock keeps processes that start together from creating the same table twice. */
static const char pg_create_lock[] = "SELECT pg_advisory_xact_lock(2036950625)";

static const SqlDialect pg_dialect = {
    .types = { NULL, "BIGINT", "BYTEA", "TEXT COLLATE \"C\"" },
    .table_end = "",
    .table_end_norowid = "",
};

static PostgresDb *pg_db(Db *db)
{
    return (PostgresDb *)db;
}

static PostgresRows *pg_rows(DbRows *rows)
{
    return (PostgresRows *)rows;
}

static const PostgresRows *pg_rows_const(const DbRows *rows)
{
    return (const PostgresRows *)rows;
}

static void pg_result_free(PGresult **result)
{
    PQclear(*result);
}

/* ---- errors ---- */

static Rc pg_rc(const char *state, bool committing)
{
    if (strncmp(state, "23505", 5) == 0)
        return RC_CONFLICT;
    /* Serialisation failure, deadlock, lock not available, statement cancelled. */
    if (strncmp(state, "40", 2) == 0 || strncmp(state, "55P03", 5) == 0 || strncmp(state, "57014", 5) == 0)
        return RC_BUSY;
    if (strncmp(state, "53200", 5) == 0)
        return RC_NOMEM;
    if (strncmp(state, "XX001", 5) == 0 || strncmp(state, "XX002", 5) == 0)
        return RC_CORRUPT;
    /* Disk full, I/O error, internal error: harmless before the commit, not in it. */
    if (committing && (strncmp(state, "53", 2) == 0 || strncmp(state, "58", 2) == 0 || strncmp(state, "XX", 2) == 0))
        return RC_FATAL;
    return RC_DB;
}

/* Says what went wrong. `result` may be NULL, as libpq returns it when the connection or memory is gone. */
static Rc pg_fail(Db *db, const PGresult *result, bool committing, const char *place, Err *err)
{
    PGconn *conn = pg_db(db)->conn;
    if (PQstatus(conn) == CONNECTION_BAD) {
        if (committing)
            return err_at(err, RC_FATAL, place,
                          "the connection was lost during the commit: whether it took place is unknown");
        return err_at(err, RC_BUSY, place, "the connection to the database was lost; nothing was done");
    }
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!state)
        return err_at(err, RC_DB, place, "PostgreSQL: %s",
                      str_trim(str_c(PQerrorMessage(conn))).n ? PQerrorMessage(conn)
                                                              : "no answer that could be understood");
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    /* Class 22 quotes the value that did not fit, which may be personal. */
    if (strncmp(state, "22", 2) == 0 || !message)
        message = "a value does not fit";
    return err_at(err, pg_rc(state, committing), place, "PostgreSQL %s: %s", state, message);
}

/* Runs commands that take no parameters and whose rows, if any, do not matter. */
static Rc pg_command(Db *db, const char *sql, bool committing, Err *err)
{
    CLEANUP(pg_result_free) PGresult *result = PQexec(pg_db(db)->conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return pg_fail(db, result, committing, sql, err);
    return RC_OK;
}

/* ---- connection ---- */

static void pg_quiet(void *arg, const char *message)
{
    (void)arg; /* "already exists, skipping" is no news, and a library does not write to stderr. */
    (void)message;
}

static Rc pg_start_session(Db *db, Err *err)
{
    const char *encoding = PQparameterStatus(pg_db(db)->conn, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_set(err, RC_INVALID, "the database is not encoded in UTF-8");
    char sql[256];
    snprintf(sql, sizeof sql,
             "SET synchronous_commit=on;SET lock_timeout=%d;SET default_transaction_read_only=%s;"
             "SET standard_conforming_strings=on",
             pg_db(db)->busy_timeout_ms, db->read_only ? "on" : "off");
    TRY(pg_command(db, sql, false, err));
    pg_db(db)->generation++;
    return RC_OK;
}

/* Outside a transaction a lost connection is made anew: nothing hangs on it but prepared statements. */
static Rc pg_ensure(Db *db, Err *err)
{
    PGconn *conn = pg_db(db)->conn;
    if (db->tx != TX_NONE || PQstatus(conn) == CONNECTION_OK)
        return RC_OK;
    PQreset(conn);
    if (PQstatus(conn) != CONNECTION_OK)
        return err_set(err, RC_BUSY, "the database cannot be reached: %s", PQerrorMessage(conn));
    return pg_start_session(db, err);
}

/* ---- transactions ---- */

static Rc pg_begin(Db *db, bool write, Err *err)
{
    /* A snapshot is taken by the first statement, not by BEGIN. */
    const char *sql = write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;SELECT 1";
    TRY(pg_ensure(db, err));
    Rc rc = pg_command(db, sql, false, err);
    /* A connection that died unnoticed shows it here, where trying again is harmless. */
    if (rc != RC_OK && PQstatus(pg_db(db)->conn) == CONNECTION_BAD) {
        TRY(pg_ensure(db, err));
        rc = pg_command(db, sql, false, err);
    }
    return rc;
}

static void pg_rollback(Db *db)
{
    PQclear(PQexec(pg_db(db)->conn, "ROLLBACK"));
}

static Rc pg_commit(Db *db, Err *err)
{
    CLEANUP(pg_result_free) PGresult *result = PQexec(pg_db(db)->conn, "COMMIT");
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        Rc rc = pg_fail(db, result, true, "", err);
        pg_rollback(db);
        return rc;
    }
    /* A transaction that had failed on the server is ended with the tag ROLLBACK and no error. */
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        return err_set(err, RC_DB, "the transaction was rolled back by the server");
    return RC_OK;
}

/* ---- statements ---- */

static void pg_drop(DbRows *rows)
{
    PQclear(pg_rows(rows)->result);
    free(pg_rows(rows)->sql);
    free(rows->text);
    free(rows);
}

/* Drops all idle statements here and all on the server; those running are prepared again at their next use. */
static Rc pg_make_room(Db *db, Err *err)
{
    if (db->cache.count < CACHE_MAX)
        return RC_OK;
    cache_drop(&db->cache, true, pg_drop);
    pg_db(db)->generation++;
    return pg_command(db, "DEALLOCATE ALL", false, err);
}

static Rc pg_prepare(Db *db, PostgresRows *rows, const char *place, Err *err)
{
    PostgresDb *pg = pg_db(db);
    if (rows->generation == pg->generation)
        return RC_OK;
    CLEANUP(pg_result_free)
    PGresult *result = PQprepare(pg->conn, rows->name, rows->sql, rows->n_params, rows->param_types);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return pg_fail(db, result, false, place, err);
    rows->generation = pg->generation;
    return RC_OK;
}

/* Makes a statement of SQL with $N, prepares it and puts it in the cache. */
static Rc pg_new(Db *db, const DbKey *key, Buf *sql, int n_params, const char *place, DbRows **ret_rows, Err *err)
{
    TRY(buf_check(sql, err));
    TRY(pg_make_room(db, err));
    PostgresRows *rows = calloc(1, sizeof *rows);
    if (!rows)
        return err_set(err, RC_NOMEM, "no memory for a statement");
    rows->base.db = db;
    rows->base.of = key->of;
    rows->base.use = key->use;
    rows->base.types = key->types;
    rows->sql = db_c_string(buf_view(sql));
    rows->base.text = db_c_string(str_c(key->use == USE_SQL ? key->of : ""));
    rows->n_params = n_params;
    for (int i = 0; i < n_params && key->use == USE_SQL; i++)
        rows->param_types[i] = pg_type((DbType)(key->types >> (2 * i) & 3));
    snprintf(rows->name, sizeof rows->name, "s%ju", (uintmax_t)++pg_db(db)->n_named);
    Rc rc = rows->sql && rows->base.text ? pg_prepare(db, rows, place, err)
                                         : err_set(err, RC_NOMEM, "no memory for a statement");
    if (rc != RC_OK) {
        pg_drop(&rows->base);
        return rc;
    }
    cache_add(&db->cache, &rows->base);
    *ret_rows = &rows->base;
    return RC_OK;
}

/* A parameter that is null tells no type; the server infers one when the statement is prepared with it, and any
 * statement whose other types agree serves as well. */
static DbKey pg_key(const char *sql, const DbValue *params, size_t n)
{
    DbKey key = { .of = sql, .use = USE_SQL };
    for (size_t i = 0; i < n; i++) {
        key.types |= (uint64_t)params[i].type << (2 * i);
        if (params[i].type != DB_NULL)
            key.filled |= (uint64_t)3 << (2 * i);
    }
    return key;
}

static Rc pg_translate(const char *sql, size_t n_given, Buf *out, Err *err)
{
    size_t named = 0;
    TRY(pg_placeholders(sql, out, &named, err));
    if (named != n_given)
        return err_at(err, RC_INVALID, sql, "%zu parameters given, %zu named in the text", n_given, named);
    return RC_OK;
}

static Rc pg_for_sql(Db *db, const char *sql, const DbValue *params, size_t n, DbRows **ret_rows, Err *err)
{
    DbKey key = pg_key(sql, params, n);
    DbRows *rows = cache_find(&db->cache, &key);
    if (rows && pg_rows(rows)->n_params == (int)n) {
        TRY(pg_prepare(db, pg_rows(rows), sql, err));
        *ret_rows = rows;
        return RC_OK;
    }
    CLEANUP(buf_free) Buf text = { 0 };
    buf_init(&text, SQL_BYTES_MAX);
    TRY(pg_translate(sql, n, &text, err));
    return pg_new(db, &key, &text, (int)n, sql, ret_rows, err);
}

static void pg_set_params(PgParams *out, const DbValue *params, size_t n)
{
    out->n = (int)n;
    for (size_t i = 0; i < n; i++) {
        const DbValue *value = &params[i];
        out->formats[i] = 1;
        out->ints[i] = htobe64((uint64_t)value->i);
        out->lengths[i] = value->type == DB_INT ? (int)sizeof out->ints[i] : (int)value->s.n;
        if (value->type == DB_NULL)
            out->values[i] = NULL;
        else if (value->type == DB_INT)
            out->values[i] = (const char *)&out->ints[i];
        else
            out->values[i] = value->s.n ? value->s.p : "";
    }
}

static PGresult *pg_exec(Db *db, const PostgresRows *rows, const PgParams *params)
{
    return PQexecPrepared(pg_db(db)->conn, rows->name, params->n, params->values, params->lengths, params->formats, 1);
}

/* Runs a statement for its effect. */
static Rc pg_effect(Db *db, const DbRows *rows, const PgParams *params, const char *place, size_t *ret_changed,
                    Err *err)
{
    CLEANUP(pg_result_free) PGresult *result = pg_exec(db, pg_rows_const(rows), params);
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        return err_at(err, RC_INVALID, place, "a statement run for its effect returned rows");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        return pg_fail(db, result, false, place, err);
    int64_t changed = 0;
    if (str_to_i64(str_c(PQcmdTuples(result)), &changed) && changed > 0)
        *ret_changed = (size_t)changed;
    return RC_OK;
}

static Rc pg_run(Db *db, const char *sql, const DbValue *params, size_t n, size_t *ret_changed, Err *err)
{
    DbRows *rows = NULL;
    TRY(pg_for_sql(db, sql, params, n, &rows, err));
    PgParams wire;
    pg_set_params(&wire, params, n);
    return pg_effect(db, rows, &wire, sql, ret_changed, err);
}

/* ---- writing ---- */

static Rc pg_create(Db *db, const DbTable *const *tables, size_t n, Err *err)
{
    CLEANUP(buf_free) Buf sql = { 0 };
    buf_init(&sql, SQL_BYTES_MAX);
    buf_c(&sql, pg_create_lock);
    for (size_t t = 0; t < n; t++) {
        buf_char(&sql, ';');
        sql_create_table(&sql, tables[t], &pg_dialect);
        for (size_t i = 0; i < tables[t]->n_indexes; i++) {
            buf_char(&sql, ';');
            sql_create_index(&sql, tables[t], &tables[t]->indexes[i]);
        }
    }
    buf_char(&sql, '\0');
    TRY(buf_check(&sql, err));
    return pg_command(db, sql.p, false, err);
}

static void pg_unnest(Buf *sql, const DbTable *table, size_t width)
{
    static const char *const arrays[] = { [DB_INT] = "bigint[]", [DB_BYTES] = "bytea[]", [DB_TEXT] = "text[]" };
    for (size_t i = 0; i < width; i++)
        buf_printf(sql, "%s$%zu::%s", i ? "," : "unnest(", i + 1, arrays[table->columns[i].type]);
    buf_char(sql, ')');
}

static void pg_write_sql(Buf *sql, const DbTable *table, DbWrite how)
{
    if (how == DB_DELETE) {
        buf_c(sql, "DELETE FROM ");
        sql_name(sql, table->name);
        buf_c(sql, " AS t USING ");
        pg_unnest(sql, table, table->n_key);
        buf_c(sql, " AS gone(");
        sql_columns(sql, table, table->n_key, "");
        for (size_t i = 0; i < table->n_key; i++) {
            buf_c(sql, i ? " AND t." : ") WHERE t.");
            sql_name(sql, table->columns[i].name);
            buf_c(sql, "=gone.");
            sql_name(sql, table->columns[i].name);
        }
        return;
    }
    buf_c(sql, "INSERT INTO ");
    sql_name(sql, table->name);
    buf_char(sql, '(');
    sql_columns(sql, table, table->n_columns, "");
    buf_c(sql, ") SELECT * FROM ");
    pg_unnest(sql, table, table->n_columns);
    sql_on_conflict(sql, table, how);
}

static Rc pg_for_write(Db *db, const DbTable *table, DbWrite how, size_t width, DbRows **ret_rows, Err *err)
{
    DbKey key = { .of = table, .use = USE_WRITE_OF(how) };
    DbRows *rows = cache_find(&db->cache, &key);
    if (rows) {
        TRY(pg_prepare(db, pg_rows(rows), table->name, err));
        *ret_rows = rows;
        return RC_OK;
    }
    CLEANUP(buf_free) Buf sql = { 0 };
    buf_init(&sql, SQL_BYTES_MAX);
    pg_write_sql(&sql, table, how);
    return pg_new(db, &key, &sql, (int)width, table->name, ret_rows, err);
}

/* Lays the rows out as one array per column. */
static Rc pg_set_batch(Buf *batch, const DbTable *table, const DbValue *rows, size_t n_rows, size_t width,
                       PgParams *out, Err *err)
{
    size_t starts[DB_COLUMNS_MAX + 1];
    buf_clear(batch);
    for (size_t c = 0; c < width; c++) {
        starts[c] = batch->n;
        pg_array(batch, table->columns[c].type, rows + c, n_rows, width);
    }
    starts[width] = batch->n;
    TRY(buf_check(batch, err));
    out->n = (int)width;
    for (size_t c = 0; c < width; c++) {
        out->values[c] = batch->p + starts[c];
        out->lengths[c] = (int)(starts[c + 1] - starts[c]);
        out->formats[c] = 1;
    }
    return RC_OK;
}

static void pg_batch_done(Buf *batch)
{
    if (batch->cap > BATCH_KEEP_BYTES) {
        buf_free(batch);
        buf_init(batch, BATCH_WIRE_MAX);
    }
}

static Rc pg_write(Db *db, const DbTable *table, DbWrite how, const DbValue *rows, size_t n_rows, size_t *ret_changed,
                   Err *err)
{
    size_t width = how == DB_DELETE ? table->n_key : table->n_columns;
    Buf *batch = &pg_db(db)->batch;
    DbRows *prepared = NULL;
    TRY(pg_for_write(db, table, how, width, &prepared, err));
    PgParams wire;
    Rc rc = pg_set_batch(batch, table, rows, n_rows, width, &wire, err);
    if (rc == RC_OK)
        rc = pg_effect(db, prepared, &wire, table->name, ret_changed, err);
    pg_batch_done(batch);
    return rc;
}

/* ---- reading ---- */

/* Types whose binary form is read here: bool, bytea, name, int8, int2, int4, text, unknown, bpchar, varchar. */
static bool pg_is_int(Oid type)
{
    return type == 16 || type == 20 || type == 21 || type == 23;
}

static bool pg_is_str(Oid type)
{
    return type == 17 || type == 19 || type == 25 || type == 705 || type == 1042 || type == 1043;
}

static Rc pg_check_result(Db *db, const PGresult *result, const char *place, Err *err)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK)
        return err_at(err, RC_INVALID, place, "a query must return rows");
    if (status != PGRES_TUPLES_OK)
        return pg_fail(db, result, false, place, err);
    if (PQntuples(result) > DB_ROWS_MAX)
        return err_at(err, RC_LIMIT, place, "a query gave more than %d rows", DB_ROWS_MAX);
    for (int i = 0; i < PQnfields(result); i++) {
        Oid type = PQftype(result, i);
        if (!pg_is_int(type) && !pg_is_str(type))
            return err_at(err, RC_INVALID, place, "column %d (type %u) must be cast to BIGINT, BYTEA or TEXT", i + 1,
                          type);
    }
    return RC_OK;
}

static Rc pg_start(Db *db, DbRows *rows, const PgParams *params, const char *place, Err *err)
{
    PostgresRows *pg = pg_rows(rows);
    PGresult *result = pg_exec(db, pg, params);
    Rc rc = pg_check_result(db, result, place, err);
    if (rc != RC_OK) {
        PQclear(result);
        return rc;
    }
    pg->result = result;
    pg->row = -1;
    rows->n_columns = PQnfields(result);
    return RC_OK;
}

static Rc pg_query(Db *db, const char *sql, const DbValue *params, size_t n, DbRows **ret_rows, Err *err)
{
    DbRows *rows = NULL;
    TRY(pg_ensure(db, err));
    TRY(pg_for_sql(db, sql, params, n, &rows, err));
    PgParams wire;
    pg_set_params(&wire, params, n);
    TRY(pg_start(db, rows, &wire, sql, err));
    *ret_rows = rows;
    return RC_OK;
}

static Rc pg_for_load(Db *db, const DbTable *table, size_t column, DbRows **ret_rows, Err *err)
{
    DbKey key = { .of = table, .use = USE_LOAD_OF(column, 0) };
    DbRows *rows = cache_find(&db->cache, &key);
    if (rows) {
        TRY(pg_prepare(db, pg_rows(rows), table->name, err));
        *ret_rows = rows;
        return RC_OK;
    }
    CLEANUP(buf_free) Buf sql = { 0 };
    buf_init(&sql, SQL_BYTES_MAX);
    buf_c(&sql, "SELECT ");
    sql_columns(&sql, table, table->n_columns, "");
    buf_c(&sql, " FROM ");
    sql_name(&sql, table->name);
    buf_c(&sql, " WHERE ");
    sql_name(&sql, table->columns[0].name);
    buf_c(&sql, "=$1::bigint AND ");
    sql_name(&sql, table->columns[column].name);
    buf_c(&sql, "=ANY($2::bigint[]) ORDER BY ");
    sql_columns(&sql, table, table->n_key, "");
    return pg_new(db, &key, &sql, 2, table->name, ret_rows, err);
}

static Rc pg_load(Db *db, const DbTable *table, int64_t j, size_t column, const int64_t *ids, size_t n,
                  DbRows **ret_rows, Err *err)
{
    Buf *batch = &pg_db(db)->batch;
    DbRows *rows = NULL;
    TRY(pg_ensure(db, err));
    TRY(pg_for_load(db, table, column, &rows, err));
    buf_clear(batch);
    pg_array_of_ids(batch, ids, n);
    TRY(buf_check(batch, err));
    DbValue params[] = { DBI(j), DBB(buf_view(batch)) };
    PgParams wire;
    pg_set_params(&wire, params, ARRAY_LEN(params));
    TRY(pg_start(db, rows, &wire, table->name, err));
    *ret_rows = rows;
    return RC_OK;
}

static Rc pg_next(DbRows *rows, bool *ret_more, Err *err)
{
    (void)err; /* The result is here already. */
    PostgresRows *pg = pg_rows(rows);
    int n = PQntuples(pg->result);
    pg->row += pg->row < n;
    *ret_more = pg->row < n;
    return RC_OK;
}

static bool pg_is_null(const DbRows *rows, int column)
{
    return PQgetisnull(pg_rows_const(rows)->result, pg_rows_const(rows)->row, column);
}

static int64_t pg_get_int(const DbRows *rows, int column)
{
    const PostgresRows *pg = pg_rows_const(rows);
    assert(pg_is_int(PQftype(pg->result, column)));
    return pg_read_int(PQgetvalue(pg->result, pg->row, column), (size_t)PQgetlength(pg->result, pg->row, column));
}

static Str pg_get_str(const DbRows *rows, int column)
{
    const PostgresRows *pg = pg_rows_const(rows);
    assert(pg_is_str(PQftype(pg->result, column)));
    return (Str){ PQgetvalue(pg->result, pg->row, column), (size_t)PQgetlength(pg->result, pg->row, column) };
}

static void pg_end(DbRows *rows)
{
    PQclear(pg_rows(rows)->result);
    pg_rows(rows)->result = NULL;
}

static Rc pg_explain(Db *db, const char *sql, const DbValue *params, size_t n, Buf *plan, Err *err)
{
    CLEANUP(buf_free) Buf text = { 0 };
    buf_init(&text, SQL_BYTES_MAX);
    buf_c(&text, "EXPLAIN (COSTS OFF) ");
    TRY(pg_ensure(db, err));
    TRY(pg_translate(sql, n, &text, err));
    buf_char(&text, '\0');
    TRY(buf_check(&text, err));
    Oid types[DB_PARAMS_MAX];
    for (size_t i = 0; i < n; i++)
        types[i] = pg_type(params[i].type);
    PgParams wire;
    pg_set_params(&wire, params, n);
    CLEANUP(pg_result_free)
    PGresult *result = PQexecParams(pg_db(db)->conn, text.p, wire.n, types, wire.values, wire.lengths, wire.formats, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return pg_fail(db, result, false, sql, err);
    for (int i = 0; i < PQntuples(result); i++) {
        buf_c(plan, PQgetvalue(result, i, 0));
        buf_char(plan, '\n');
    }
    return RC_OK;
}

static Rc pg_checkpoint(Db *db, bool truncate, Err *err)
{
    (void)db; /* The server has its own. */
    (void)truncate;
    (void)err;
    return RC_OK;
}

static Rc pg_backup(Db *db, const char *path, Err *err)
{
    (void)db;
    return err_at(err, RC_INVALID, path, "PostgreSQL is backed up with its own pg_basebackup");
}

/* ---- opening ---- */

static void pg_close(Db *db)
{
    cache_drop(&db->cache, false, pg_drop);
    PQfinish(pg_db(db)->conn);
    buf_free(&pg_db(db)->batch);
    free(db);
}

static const DbDriver pg_driver = {
    .kind = "postgresql",
    .close = pg_close,
    .create = pg_create,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .write = pg_write,
    .run = pg_run,
    .query = pg_query,
    .load = pg_load,
    .next = pg_next,
    .is_null = pg_is_null,
    .get_int = pg_get_int,
    .get_str = pg_get_str,
    .end = pg_end,
    .explain = pg_explain,
    .checkpoint = pg_checkpoint,
    .backup = pg_backup,
};

static PGconn *pg_connect(const char *url)
{
    /* What stands before "dbname" the URL may overrule; what stands after it holds. */
    const char *const keys[] = { "connect_timeout", "application_name", "dbname", "client_encoding", NULL };
    const char *const values[] = { "10", "yifa", url, "UTF8", NULL };
    return PQconnectdbParams(keys, values, 1);
}

Rc postgres_open(Str url, const DbOptions *options, Db **ret_db, Err *err)
{
    if (url.n > URL_BYTES_MAX || memchr(url.p, 0, url.n))
        return err_set(err, RC_INVALID, "the database URL is too long or holds U+0000");
    PostgresDb *db = calloc(1, sizeof *db);
    char *text = db_c_string(url);
    if (!db || !text) {
        free(db);
        free(text);
        return err_set(err, RC_NOMEM, "no memory for a database");
    }
    db->base.driver = &pg_driver;
    db->base.read_only = options->read_only;
    db->busy_timeout_ms = db_busy_timeout_ms(options);
    buf_init(&db->batch, BATCH_WIRE_MAX);
    db->conn = pg_connect(text);
    free(text);
    Rc rc;
    if (PQstatus(db->conn) != CONNECTION_OK) {
        rc = err_set(err, RC_IO, "cannot open the database: %s", PQerrorMessage(db->conn));
    } else {
        PQsetNoticeProcessor(db->conn, pg_quiet, NULL);
        rc = pg_start_session(&db->base, err);
    }
    if (rc != RC_OK) {
        pg_close(&db->base);
        return rc;
    }
    *ret_db = &db->base;
    return RC_OK;
}
