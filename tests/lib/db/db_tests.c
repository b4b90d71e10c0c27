/* db_tests sqlite | postgresql - one conformance suite for both stores, then what is particular to each. */
#include "db_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const DbColumn thing_columns[THING_COLUMNS] = {
    { .name = "j", .type = DB_INT },
    { .name = "id", .type = DB_INT },
    { .name = "title", .type = DB_TEXT },
    { .name = "due", .type = DB_INT, .nullable = true },
    { .name = "note", .type = DB_TEXT, .nullable = true },
    { .name = "data", .type = DB_BYTES, .nullable = true },
    { .name = "n", .type = DB_INT, .adds = true },
};
static const DbIndex thing_indexes[] = {
    { .name = "thing_due", .columns = "j,due,id", .where = "due IS NOT NULL" },
};
const DbTable thing_table = {
    .name = "thing",
    .columns = thing_columns,
    .n_columns = THING_COLUMNS,
    .n_key = 2,
    .without_rowid = true,
    .indexes = thing_indexes,
    .n_indexes = ARRAY_LEN(thing_indexes),
};

static const DbColumn account_columns[ACCOUNT_COLUMNS] = {
    { .name = "j", .type = DB_INT },
    { .name = "id", .type = DB_INT },
    { .name = "order", .type = DB_TEXT },
    { .name = "to", .type = DB_INT, .nullable = true },
};
static const DbIndex account_indexes[] = {
    { .name = "account_order", .columns = "j,order", .unique = true },
    { .name = "account_to", .columns = "j, to", .where = "\"to\" IS NOT NULL AND id < 100", .unique = true },
};
const DbTable account_table = {
    .name = "account",
    .columns = account_columns,
    .n_columns = ACCOUNT_COLUMNS,
    .n_key = 2,
    .indexes = account_indexes,
    .n_indexes = ARRAY_LEN(account_indexes),
};

static const DbColumn member_columns[MEMBER_COLUMNS] = {
    { .name = "j", .type = DB_INT },
    { .name = "role", .type = DB_TEXT },
    { .name = "id", .type = DB_INT },
};
const DbTable member_table = {
    .name = "member",
    .columns = member_columns,
    .n_columns = MEMBER_COLUMNS,
    .n_key = 3,
    .without_rowid = true,
};

static const DbTable *const tables[] = { &thing_table, &account_table, &member_table };

void store_expect(Store *store, Rc got, Rc want, const char *call, const char *file, int line)
{
    if (got != want)
        print_error("%s\n  gave %s, not %s: %s: %s\n", call, rc_name(got), rc_name(want), got ? store->err.place : "",
                    got ? store->err.text : "");
    _assert_int_equal(got < 0 ? (LargestIntegralType)-got : 0, want < 0 ? (LargestIntegralType)-want : 0, file, line);
    if (want != RC_OK) {
        _assert_true(store->err.rc == want, "the error carries the code", file, line);
        _assert_true(store->err.text[0] != '\0', "the error says something", file, line);
    }
}

/* ---- a fresh store ---- */

static bool use_postgres;

void store_use_postgres(bool postgres)
{
    use_postgres = postgres;
}

static void fresh_schema(Store *store)
{
    static int count;
    Db *admin = NULL;
    const char *server = getenv("YIFA_TEST_PG");
    OK(store, db_open(str_c(server), NULL, &admin, &store->err));
    Str create = arena_printf(store->arena, "CREATE SCHEMA t%d", ++count);
    OK(store, db_run(admin, create.p, NULL, 0, NULL, &store->err));
    db_close(admin);
    snprintf(store->url, sizeof store->url, "%s&options=-csearch_path%%3Dt%d", server, count);
}

int store_set_up(void **state)
{
    Store *store = calloc(1, sizeof *store);
    assert_non_null(store);
    store->arena = arena_new(0);
    if (use_postgres) {
        fresh_schema(store);
    } else {
        snprintf(store->folder, sizeof store->folder, "/tmp/yifa_db_XXXXXX");
        assert_non_null(mkdtemp(store->folder));
        snprintf(store->url, sizeof store->url, "sqlite:%s/db", store->folder);
    }
    store->db = store_connect(store, NULL);
    OK(store, db_create(store->db, tables, ARRAY_LEN(tables), &store->err));
    *state = store;
    return 0;
}

int store_tear_down(void **state)
{
    Store *store = *state;
    static const char *const files[] = { "db", "db-wal", "db-shm" };
    db_close(store->db);
    for (size_t i = 0; i < ARRAY_LEN(files) && store->folder[0]; i++)
        unlink(arena_printf(store->arena, "%s/%s", store->folder, files[i]).p);
    if (store->folder[0])
        assert_int_equal(rmdir(store->folder), 0);
    arena_free(store->arena);
    free(store);
    return 0;
}

Db *store_connect(Store *store, const DbOptions *options)
{
    Db *db = NULL;
    OK(store, db_open(str_c(store->url), options, &db, &store->err));
    return db;
}

/* ---- rows ---- */

void thing_fill(DbValue *row, int64_t id, Str title)
{
    row[0] = DBI(1);
    row[1] = DBI(id);
    row[2] = DBT(title);
    row[3] = DBI(id * 10);
    row[4] = DBNULL;
    row[5] = DBB(STR("bytes"));
    row[6] = DBI(1);
}

void thing_insert(Store *store, Db *db, int64_t id, const char *title)
{
    DbValue row[THING_COLUMNS];
    thing_fill(row, id, str_c(title));
    OK(store, db_write(db, &thing_table, DB_INSERT, row, 1, NULL, &store->err));
}

int64_t store_ask(Store *store, Db *db, const char *sql, const DbValue *params, size_t n)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    OK(store, db_query(db, sql, params, n, &rows, &store->err));
    OK(store, db_next(rows, &more, &store->err));
    assert_true(more);
    return db_int(rows, 0);
}

int64_t thing_count(Store *store, Db *db)
{
    return store_ask(store, db, "SELECT COUNT(*) FROM thing", NULL, 0);
}

int main(int argc, char **argv)
{
    bool postgres = argc > 1 && strcmp(argv[1], "postgresql") == 0;
    if (argc > 2 || (argc == 2 && !postgres && strcmp(argv[1], "sqlite") != 0)) {
        fprintf(stderr, "usage: db_tests [sqlite | postgresql]\n");
        return 2;
    }
    if (postgres && !getenv("YIFA_TEST_PG")) {
        fprintf(stderr, "db_tests: skipped, YIFA_TEST_PG names no server\n");
        return 77;
    }
    store_use_postgres(postgres);
    int failed = run_conformance();
    failed += postgres ? run_postgres_tests() : run_sqlite_tests();
    if (!postgres)
        failed += run_wire_tests();
    return failed ? 1 : 0;
}
