/* db_tests.h - a fresh store for every test, in SQLite or PostgreSQL. */
#ifndef YIFA_TESTS_LIB_DB_DB_TESTS_H
#define YIFA_TESTS_LIB_DB_DB_TESTS_H

#include "lib/db/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct Store {
    Arena *arena;
    Db *db;
    char url[512];
    char folder[64]; /* SQLite: holds the file */
    Err err;
} Store;

/* The store under test is SQLite, or the server that YIFA_TEST_PG names when `postgres` is set. */
void store_use_postgres(bool postgres);
int store_set_up(void **state);
int store_tear_down(void **state);
/* Another connection to the same store. */
Db *store_connect(Store *store, const DbOptions *options);

/* The tables that set_up creates. */
extern const DbTable thing_table;   /* j, id | title T, due I?, note T?, data B, n I adds; without rowid */
extern const DbTable account_table; /* j, id | "order" T, "to" I?; unique (j,order); unique (j,to) where not null */
extern const DbTable member_table;  /* j, role T, id: only a key */
enum { THING_COLUMNS = 7, ACCOUNT_COLUMNS = 4, MEMBER_COLUMNS = 3 };

/* Both show the error and fail the test when the code is not the one expected. */
#define OK(store, call)          store_expect((store), (call), RC_OK, #call, __FILE__, __LINE__)
#define FAILS(store, code, call) store_expect((store), (call), (code), #call, __FILE__, __LINE__)
void store_expect(Store *store, Rc got, Rc want, const char *call, const char *file, int line);

/* A row of thing with the rest filled in. */
void thing_fill(DbValue *row, int64_t id, Str title);
void thing_insert(Store *store, Db *db, int64_t id, const char *title);
/* The integer that a query gives; fails the test when there is no row. */
int64_t store_ask(Store *store, Db *db, const char *sql, const DbValue *params, size_t n);
int64_t thing_count(Store *store, Db *db);

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, store_set_up, store_tear_down)

int run_conformance(void);
int run_sqlite_tests(void);
int run_postgres_tests(void);
int run_wire_tests(void);

#endif
