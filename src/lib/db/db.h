/* db.h - one narrow door to a relational store, with SQLite or PostgreSQL behind it.
 *
 * Tables are described by constant data (DbTable); both drivers make their DDL and their batched writes from it, so
 * there is one schema. Reads are plain portable SQL with ?1, ?2 … placeholders, prepared once per connection and kept
 * by the address of the SQL text, which should therefore be a constant. (Text made at run time works, since content is
 * compared too, but is prepared again at each new address.) Values are integers (64 bit), bytes and UTF-8 text; no
 * floats, no booleans, no times. One thread uses a Db at a time.
 *
 * Portable SQL: write CAST(SUM(x) AS BIGINT), since PostgreSQL sums integers to a decimal; CAST(?1 AS BIGINT) where a
 * parameter stands alone, as in "?1 IS NULL"; double quotes around a name that is a reserved word; NULLS FIRST or
 * NULLS LAST where a nullable column orders. Text compares bytewise in both stores, in LIKE too. A comparison (a = b)
 * may be selected and reads as 0 or 1.
 *
 * Ownership: the bytes of parameters and rows are borrowed, until db_end for queries, else until the call returns.
 * Tables are constant and outlive every Db.
 *
 * Errors: RC_CONFLICT for a broken unique key, RC_BUSY for a lock that another holds, RC_INVALID for a value that the
 * column cannot take (wrong type, null, text that is not UTF-8 or holds U+0000), RC_LIMIT for the limits below,
 * RC_CORRUPT for a damaged store, RC_DB for other refusals, RC_FATAL when durability is in doubt (failed fsync or
 * commit, full disk during commit, connection lost while committing): the process must then stop. RC_DENIED for a
 * write through a reader. RC_BUSY also tells of a connection lost before the commit: nothing was done. After any error
 * inside a transaction that transaction is over: what follows in it is refused with RC_DB, and db_commit rolls back
 * and says so. Messages name tables and constraints, never values.
 */
#ifndef YIFA_LIB_DB_DB_H
#define YIFA_LIB_DB_DB_H

#include "base/arena.h"
#include "base/rc.h"

typedef struct Db Db;
typedef struct DbRows DbRows; /* a running query */

typedef enum DbType { DB_NULL, DB_INT, DB_BYTES, DB_TEXT } DbType;

typedef struct DbValue {
    DbType type;
    int64_t i;
    Str s; /* bytes or text, not owned */
} DbValue;

#define DBI(value) ((DbValue){ .type = DB_INT, .i = (value) })
#define DBT(text)  ((DbValue){ .type = DB_TEXT, .s = (text) })
#define DBB(bytes) ((DbValue){ .type = DB_BYTES, .s = (bytes) })
#define DBNULL     ((DbValue){ .type = DB_NULL })

typedef struct DbColumn {
    const char *name;
    DbType type; /* DB_INT, DB_BYTES or DB_TEXT */
    bool nullable;
    bool adds; /* on conflict: stored + new instead of new (counters); a DB_INT that is never null */
} DbColumn;

typedef struct DbIndex {
    const char *name;
    const char *columns; /* "j,unit,due_at,id" */
    const char *where;   /* partial index, or NULL */
    bool unique;
} DbIndex;

enum {
    DB_COLUMNS_MAX = 32,
    DB_PARAMS_MAX = 32,            /* of one SQL text */
    DB_BATCH_MAX = 100000,         /* rows of one db_write */
    DB_IDS_MAX = 16384,            /* ids of one db_load */
    DB_ROWS_MAX = 1000000,         /* rows of one query; read more by key, page after page */
    DB_VALUE_MAX = 64 << 20,       /* bytes of one value */
    DB_BATCH_BYTES_MAX = 256 << 20 /* bytes of all values of one call */
};

typedef struct DbTable {
    const char *name;
    const DbColumn *columns;
    size_t n_columns;   /* at most DB_COLUMNS_MAX */
    size_t n_key;       /* the primary key is the first n_key columns */
    bool without_rowid; /* SQLite: WITHOUT ROWID */
    const DbIndex *indexes;
    size_t n_indexes;
} DbTable;

typedef enum DbWrite {
    DB_INSERT, /* a row with the same key is RC_CONFLICT */
    DB_UPSERT, /* replaces the other columns (or adds to them, see DbColumn.adds) */
    DB_IGNORE, /* keeps the row that is there */
    DB_DELETE  /* rows are keys: only the first n_key columns are given */
} DbWrite;

typedef struct DbOptions {
    bool read_only;
    int busy_timeout_ms;      /* wait for a lock at most so long; 0: 5,000 */
    bool secure_delete;       /* SQLite: deleted content is overwritten */
    bool external_checkpoint; /* SQLite: no automatic WAL checkpoint; a thread calls db_checkpoint */
} DbOptions;

/* url: "sqlite:PATH" or "postgresql://…" / "postgres://…" (libpq URI; a search_path may come in its options). SQLite:
 * WAL, synchronous=FULL, foreign_keys off, STRICT tables; PATH may be ":memory:". PostgreSQL: synchronous_commit on,
 * a UTF-8 database; a lost connection is made anew by the next call outside a transaction. RC_IO when it cannot be
 * opened. */
MUST_CHECK Rc db_open(Str url, const DbOptions *options, Db **ret_db, Err *err);
void db_close(Db *db); /* NULL is allowed; an open transaction is rolled back */
void db_closep(Db **db);
const char *db_kind(const Db *db); /* "sqlite" or "postgresql" */

/* CREATE TABLE IF NOT EXISTS with its indexes. TEXT is compared bytewise in both stores. */
MUST_CHECK Rc db_create(Db *db, const DbTable *const *tables, size_t n, Err *err);

/* Transactions do not nest. On SQLite db_begin takes the one write lock at once; on PostgreSQL (READ COMMITTED) writers
 * meet at the rows they touch, so a fencing UPDATE must tell them apart. Every DbRows is ended before db_commit, which
 * also closes a read transaction; when db_commit fails, the transaction has been rolled back or, with RC_FATAL, its
 * fate is unknown. db_rollback without a transaction does nothing. */
MUST_CHECK Rc db_begin(Db *db, Err *err);
MUST_CHECK Rc db_begin_read(Db *db, Err *err); /* a stable snapshot, taken now */
MUST_CHECK Rc db_commit(Db *db, Err *err);     /* durable when it returns RC_OK */
void db_rollback(Db *db);

/* Writes rows of n_columns values each (n_key for DB_DELETE), one after the other in memory. No two rows may have the
 * same key. All or none are written; outside a transaction the call is one of its own. *ret_changed, which may be
 * NULL, gets the number of rows written. */
MUST_CHECK Rc db_write(Db *db, const DbTable *table, DbWrite how, const DbValue *rows, size_t n_rows,
                       size_t *ret_changed, Err *err);
/* A single portable statement that returns no rows, e.g. the fencing UPDATE; transaction and *ret_changed as above. */
MUST_CHECK Rc db_run(Db *db, const char *sql, const DbValue *params, size_t n, size_t *ret_changed, Err *err);

/* SELECT, with exactly as many parameters as the text names. Queries may run inside one another. Results stay valid
 * until the next db_next or db_end on the same DbRows. PostgreSQL sends the whole result before the first row. */
MUST_CHECK Rc db_query(Db *db, const char *sql, const DbValue *params, size_t n, DbRows **ret_rows, Err *err);
/* Rows of a table (all columns, in order) whose j (first column) is given and whose column `column` is one of the ids,
 * in the order of the primary key. One round trip on PostgreSQL. Ids may repeat. */
MUST_CHECK Rc db_load(Db *db, const DbTable *table, int64_t j, const char *column, const int64_t *ids, size_t n,
                      DbRows **ret_rows, Err *err);
MUST_CHECK Rc db_next(DbRows *rows, bool *ret_more, Err *err);
/* Before db_next has said "more" there is no row to read from. Asking a column for a type it has not is a bug. */
bool db_is_null(const DbRows *rows, int column);
int64_t db_int(const DbRows *rows, int column); /* 0 for null */
Str db_str(const DbRows *rows, int column);     /* bytes or text; empty for null; not owned */
Str db_str_in(const DbRows *rows, int column, Arena *arena);
int db_columns(const DbRows *rows);
void db_end(DbRows *rows); /* NULL is allowed; must be called on every DbRows */
void db_endp(DbRows **rows);

/* The store's plan for a query, one step a line, in a stable form for golden tests (no costs, no row counts). */
MUST_CHECK Rc db_explain(Db *db, const char *sql, const DbValue *params, size_t n, Arena *arena, Str *ret_plan,
                         Err *err);

/* SQLite: PASSIVE or TRUNCATE checkpoint of the WAL. PostgreSQL: nothing. */
MUST_CHECK Rc db_checkpoint(Db *db, bool truncate, Err *err);

/* SQLite: a consistent copy into a file that is not there yet, while others read and write; durable when it returns
 * RC_OK, else removed as far as possible. PostgreSQL: RC_INVALID, it has pg_basebackup. Outside transactions. */
MUST_CHECK Rc db_backup(Db *db, const char *path, Err *err);

#endif
