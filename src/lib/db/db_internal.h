/* db_internal.h - what the dispatch (db.c), the SQL writer (sql.c), the statement cache (cache.c), the two drivers
 * (sqlite.c; postgres.c with pg_wire.c) share. No other room includes it.
 *
 * db.c owns the rules that both stores keep: transaction state, limits, and the check of every value, so a driver sees
 * only rows that fit their table. A driver's own Db and DbRows begin with the structs below. A DbRows is a prepared
 * statement of the cache; handed to the caller it is `running`, and db_end gives it back. */
#ifndef YIFA_LIB_DB_DB_INTERNAL_H
#define YIFA_LIB_DB_DB_INTERNAL_H

#include "base/buf.h"
#include "lib/db/db.h"

typedef struct DbDriver {
    const char *kind;
    void (*close)(Db *db);                                                  /* frees it; no transaction is open */
    Rc (*create)(Db *db, const DbTable *const *tables, size_t n, Err *err); /* inside a transaction */
    Rc (*begin)(Db *db, bool write, Err *err);
    Rc (*commit)(Db *db, Err *err); /* on failure rolled back */
    void (*rollback)(Db *db);
    Rc (*write)(Db *db, const DbTable *table, DbWrite how, const DbValue *rows, size_t n_rows, size_t *ret_changed,
                Err *err); /* at least one row; inside a transaction, and so is run */
    Rc (*run)(Db *db, const char *sql, const DbValue *params, size_t n, size_t *ret_changed, Err *err);
    Rc (*query)(Db *db, const char *sql, const DbValue *params, size_t n, DbRows **ret_rows, Err *err);
    Rc (*load)(Db *db, const DbTable *table, int64_t j, size_t column, const int64_t *ids, size_t n, DbRows **ret_rows,
               Err *err);
    Rc (*next)(DbRows *rows, bool *ret_more, Err *err);
    bool (*is_null)(const DbRows *rows, int column);
    int64_t (*get_int)(const DbRows *rows, int column); /* of a column that is not null, and so is get_str */
    Str (*get_str)(const DbRows *rows, int column);
    void (*end)(DbRows *rows);
    Rc (*explain)(Db *db, const char *sql, const DbValue *params, size_t n, Buf *plan, Err *err);
    Rc (*checkpoint)(Db *db, bool truncate, Err *err);
    Rc (*backup)(Db *db, const char *path, Err *err);
} DbDriver;

/* What a cached statement is for. USE_LOAD carries the column and, on SQLite, the size of its list of ids. */
enum { USE_SQL = 0, USE_WRITE = 1, USE_LOAD = 16 };
#define USE_WRITE_OF(how)             ((uint32_t)USE_WRITE + (uint32_t)(how))
#define USE_LOAD_OF(column, size_log) ((uint32_t)USE_LOAD | (uint32_t)(column) << 8 | (uint32_t)(size_log) << 16)

typedef struct DbKey {
    const void *of;  /* the SQL text, or the table */
    uint32_t use;    /* USE_… */
    uint64_t types;  /* two bits a parameter, as DbType; a driver that does not care leaves 0 */
    uint64_t filled; /* the bits of types whose parameter is not null: only these must agree */
} DbKey;

struct DbRows {
    Db *db;
    DbRows *next; /* in its chain of the cache */
    const void *of;
    char *text; /* USE_SQL: a copy, since the caller's may have changed behind its address */
    uint64_t types;
    uint32_t use;
    bool running;
    bool on_row;
    int n_columns;
    size_t n_read;
};

/* Statements kept at most; when they are this many, all idle ones are dropped. */
enum { CACHE_MAX = 512, CACHE_CHAINS = 256 };

typedef struct DbCache {
    DbRows *chains[CACHE_CHAINS];
    size_t count;
} DbCache;

typedef enum DbTx { TX_NONE, TX_READ, TX_WRITE } DbTx;

struct Db {
    const DbDriver *driver;
    DbTx tx;
    bool tx_failed;
    bool read_only;
    size_t n_running;
    DbCache cache;
};

/* The drivers. `url` is what follows "sqlite:", or the whole URL for PostgreSQL. */
MUST_CHECK Rc sqlite_open(Str path, const DbOptions *options, Db **ret_db, Err *err);
MUST_CHECK Rc postgres_open(Str url, const DbOptions *options, Db **ret_db, Err *err);
int db_busy_timeout_ms(const DbOptions *options);
/* A NUL-terminated heap copy for the libraries' sake; NULL when memory ran out. */
char *db_c_string(Str s);

/* An idle statement for the key, or NULL. */
DbRows *cache_find(const DbCache *cache, const DbKey *key);
/* Takes the statement in; its fields of, use, types and text are set. */
void cache_add(DbCache *cache, DbRows *rows);
/* Calls drop for all statements, or for all idle ones. */
void cache_drop(DbCache *cache, bool idle_only, void (*drop)(DbRows *rows));

/* How the two stores spell the same thing. */
typedef struct SqlDialect {
    const char *types[4];          /* by DbType */
    const char *table_end;         /* after the closing parenthesis */
    const char *table_end_norowid; /* the same for DbTable.without_rowid */
} SqlDialect;

void sql_name(Buf *out, const char *name); /* in double quotes */
void sql_create_table(Buf *out, const DbTable *table, const SqlDialect *dialect);
void sql_create_index(Buf *out, const DbTable *table, const DbIndex *index);
/* "a","b","c" of the first n columns, each after `before`, e.g. "excluded." */
void sql_columns(Buf *out, const DbTable *table, size_t n, const char *before);
/* ` ON CONFLICT("a","b") DO …` as `how` asks; nothing for DB_INSERT. */
void sql_on_conflict(Buf *out, const DbTable *table, DbWrite how);

/* pg_wire.c. `SELECT ?1` becomes `SELECT $1`; *ret_params is the highest number. RC_INVALID for a bare "?". */
MUST_CHECK Rc pg_placeholders(const char *sql, Buf *out, size_t *ret_params, Err *err);
uint32_t pg_type(DbType type); /* 0, "find out yourself", for DB_NULL */
/* A binary array of n values that lie `stride` values apart; those not null are of the type. */
void pg_array(Buf *out, DbType type, const DbValue *first, size_t n, size_t stride);
void pg_array_of_ids(Buf *out, const int64_t *ids, size_t n);
int64_t pg_read_int(const char *p, size_t n); /* of int8, int4, int2 or bool in binary form */

#endif
