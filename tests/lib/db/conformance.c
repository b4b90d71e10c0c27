/* What holds of every store, whichever stands behind the door. */
#include "db_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

static void values_of_every_type_read_back(void **state)
{
    Store *s = *state;
    static const char zeros[] = "\0\x01\0\xff\0";
    DbValue rows[3 * THING_COLUMNS] = {
        DBI(INT64_MIN),
        DBI(INT64_MAX),
        DBT(STR("依法行政 ✓ 𠮷")),
        DBI(0),
        DBT(STR("'\"?1$1\\")),
        DBB(((Str){ zeros, 5 })),
        DBI(-1), /* */
        DBI(1),
        DBI(-1),
        DBT(STR("")),
        DBNULL,
        DBT(STR("")),
        DBB(STR("")),
        DBI(0), /* */
        DBI(1),
        DBI(2),
        DBT(((Str){ NULL, 0 })),
        DBNULL,
        DBNULL,
        DBNULL,
        DBI(0),
    };
    size_t changed = 0;
    OK(s, db_write(s->db, &thing_table, DB_INSERT, rows, 3, &changed, &s->err));
    assert_int_equal(changed, 3);
    DbRows *got = NULL;
    bool more = false;
    OK(s, db_query(s->db, "SELECT j,id,title,due,note,data,n FROM thing ORDER BY j,id", NULL, 0, &got, &s->err));
    assert_int_equal(db_columns(got), THING_COLUMNS);
    for (int r = 0; r < 3; r++) {
        OK(s, db_next(got, &more, &s->err));
        assert_true(more);
        for (int c = 0; c < THING_COLUMNS; c++) {
            const DbValue *want = &rows[r * THING_COLUMNS + c];
            assert_int_equal(db_is_null(got, c), want->type == DB_NULL);
            if (want->type == DB_INT)
                assert_true(db_int(got, c) == want->i);
            else if (want->type != DB_NULL)
                assert_true(str_eq(db_str(got, c), want->s));
        }
    }
    assert_int_equal(db_int(got, 3), 0);
    assert_int_equal(db_str(got, 4).n, 0);
    OK(s, db_next(got, &more, &s->err));
    assert_false(more);
    db_end(got);
}

static void a_value_copied_outlives_its_row(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "依法");
    DbRows *rows = NULL;
    bool more = false;
    OK(s, db_query(s->db, "SELECT title FROM thing", NULL, 0, &rows, &s->err));
    OK(s, db_next(rows, &more, &s->err));
    Str copy = db_str_in(rows, 0, s->arena);
    db_end(rows);
    assert_true(str_eq_c(copy, "依法"));
}

static void parameters_of_every_type_match(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    thing_fill(row, 5, STR("法"));
    row[5] = DBB(STR("\0\x01"));
    OK(s, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    DbValue params[] = { row[0], row[2], row[5] };
    static const char sql[] = "SELECT id FROM thing WHERE j=?1 AND title=?2 AND data=?3 AND ?1 = j";
    assert_int_equal(store_ask(s, s->db, sql, params, 3), 5);
}

static void a_null_parameter_works_before_and_after_a_value(void **state)
{
    Store *s = *state;
    static const char sql[] = "SELECT COUNT(*) FROM thing WHERE CAST(?1 AS BIGINT) IS NULL OR due=?1";
    static const char other[] = "SELECT COUNT(*) FROM thing WHERE title=?1";
    thing_insert(s, s->db, 1, "a");
    thing_insert(s, s->db, 2, "b");
    DbValue null = DBNULL;
    DbValue ten = DBI(10);
    DbValue text = DBT(STR("a"));
    assert_int_equal(store_ask(s, s->db, sql, &null, 1), 2);
    assert_int_equal(store_ask(s, s->db, sql, &ten, 1), 1);
    assert_int_equal(store_ask(s, s->db, sql, &null, 1), 2);
    assert_int_equal(store_ask(s, s->db, other, &text, 1), 1);
    assert_int_equal(store_ask(s, s->db, other, &null, 1), 0);
    assert_int_equal(store_ask(s, s->db, other, &text, 1), 1);
}

static void counts_sums_and_comparisons_read_as_integers(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "a");
    thing_insert(s, s->db, 2, "b");
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    OK(s, db_query(s->db, "SELECT COUNT(*), CAST(SUM(due) AS BIGINT), MAX(id), 7, MAX(id) = 2, MAX(id) < 2 FROM thing",
                   NULL, 0, &rows, &s->err));
    OK(s, db_next(rows, &more, &s->err));
    static const int64_t want[] = { 2, 30, 2, 7, 1, 0 };
    for (int i = 0; i < 6; i++)
        assert_int_equal(db_int(rows, i), want[i]);
}

static void text_orders_and_matches_by_its_bytes(void **state)
{
    Store *s = *state;
    static const char *const titles[] = { "", "A", "B", "a", "a b", "ab", "b", "é", "一", "依", "法", "𠮷" };
    for (size_t i = ARRAY_LEN(titles); i-- > 0;)
        thing_insert(s, s->db, (int64_t)i, titles[i]);
    DbRows *rows = NULL;
    bool more = false;
    OK(s, db_query(s->db, "SELECT id FROM thing ORDER BY title", NULL, 0, &rows, &s->err));
    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        OK(s, db_next(rows, &more, &s->err));
        assert_int_equal(db_int(rows, 0), i);
    }
    db_end(rows);
    DbValue like = DBT(STR("a%"));
    assert_int_equal(store_ask(s, s->db, "SELECT COUNT(*) FROM thing WHERE title LIKE ?1", &like, 1), 3);
    DbValue from = DBT(STR("Z"));
    assert_int_equal(store_ask(s, s->db, "SELECT COUNT(*) FROM thing WHERE title > ?1", &from, 1), 9);
}

static void text_that_is_not_utf8_or_holds_nul_is_refused(void **state)
{
    Store *s = *state;
    const Str bad[] = { { "a\0b", 3 }, { "\0", 1 }, { "\xff", 1 }, { "\xe4\xbe", 2 }, { "\xed\xa0\x80", 3 } };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        DbValue row[THING_COLUMNS];
        thing_fill(row, 1, bad[i]);
        DbValue param = DBT(bad[i]);
        DbRows *rows = NULL;
        FAILS(s, RC_INVALID, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
        FAILS(s, RC_INVALID, db_run(s->db, "UPDATE thing SET title=?1", &param, 1, NULL, &s->err));
        FAILS(s, RC_INVALID, db_query(s->db, "SELECT 1 FROM thing WHERE title=?1", &param, 1, &rows, &s->err));
        assert_null(rows);
    }
    assert_int_equal(thing_count(s, s->db), 0);
}

static void a_value_that_does_not_fit_its_column_is_refused(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    thing_fill(row, 1, STR("x"));
    row[2] = DBI(1);
    FAILS(s, RC_INVALID, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    assert_string_equal(s->err.place, "thing");
    assert_non_null(strstr(s->err.text, "column title"));
    row[2] = DBB(STR("x"));
    FAILS(s, RC_INVALID, db_write(s->db, &thing_table, DB_UPSERT, row, 1, NULL, &s->err));
    row[2] = DBNULL;
    FAILS(s, RC_INVALID, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    DbValue key[] = { DBI(1), DBNULL };
    FAILS(s, RC_INVALID, db_write(s->db, &thing_table, DB_DELETE, key, 1, NULL, &s->err));
    assert_int_equal(thing_count(s, s->db), 0);
}

static void limits_are_named_when_reached(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    DbRows *rows = NULL;
    /* Neither length is believed before it is checked, so nothing behind it is read. */
    thing_fill(row, 1, (Str){ "x", DB_VALUE_MAX + (size_t)1 });
    FAILS(s, RC_LIMIT, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    FAILS(s, RC_LIMIT, db_write(s->db, &thing_table, DB_INSERT, row, DB_BATCH_MAX + 1, NULL, &s->err));
    DbValue params[DB_PARAMS_MAX + 1] = { DBI(1) };
    FAILS(s, RC_LIMIT, db_query(s->db, "SELECT 1", params, DB_PARAMS_MAX + 1, &rows, &s->err));
    int64_t id = 1;
    FAILS(s, RC_LIMIT, db_load(s->db, &thing_table, 1, "id", &id, DB_IDS_MAX + 1, &rows, &s->err));
    assert_int_equal(thing_count(s, s->db), 0);
}

/* ---- the four ways to write ---- */

static void inserting_a_key_twice_is_a_conflict(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "first");
    DbValue row[THING_COLUMNS];
    thing_fill(row, 1, STR("张三的秘密"));
    FAILS(s, RC_CONFLICT, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    assert_string_equal(s->err.place, "thing");
    assert_null(strstr(s->err.text, "张三"));
    assert_int_equal(thing_count(s, s->db), 1);
}

static void breaking_a_unique_index_is_a_conflict_however_written(void **state)
{
    Store *s = *state;
    DbValue rows[2 * ACCOUNT_COLUMNS] = {
        DBI(1), DBI(1), DBT(STR("张三的秘密")), DBNULL, DBI(1), DBI(2), DBT(STR("张三的秘密")), DBNULL,
    };
    static const DbWrite ways[] = { DB_INSERT, DB_UPSERT, DB_IGNORE };
    OK(s, db_write(s->db, &account_table, DB_INSERT, rows, 1, NULL, &s->err));
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        FAILS(s, RC_CONFLICT, db_write(s->db, &account_table, ways[i], rows + ACCOUNT_COLUMNS, 1, NULL, &s->err));
        assert_null(strstr(s->err.text, "张三"));
    }
    assert_int_equal(store_ask(s, s->db, "SELECT COUNT(*) FROM account", NULL, 0), 1);
}

static void a_partial_unique_index_binds_only_its_rows(void **state)
{
    Store *s = *state;
    /* account_to covers rows with a "to" and an id below 100. */
    DbValue rows[] = {
        DBI(1), DBI(1),   DBT(STR("a")), DBNULL, /* */
        DBI(1), DBI(2),   DBT(STR("b")), DBNULL, /* */
        DBI(1), DBI(3),   DBT(STR("c")), DBI(9), /* */
        DBI(1), DBI(100), DBT(STR("d")), DBI(9), /* */
        DBI(2), DBI(4),   DBT(STR("a")), DBI(9), /* */
    };
    DbValue broken[] = { DBI(1), DBI(5), DBT(STR("e")), DBI(9) };
    OK(s, db_write(s->db, &account_table, DB_INSERT, rows, 5, NULL, &s->err));
    FAILS(s, RC_CONFLICT, db_write(s->db, &account_table, DB_INSERT, broken, 1, NULL, &s->err));
}

static void upserting_replaces_and_adds(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "old");
    DbValue rows[2 * THING_COLUMNS];
    thing_fill(rows, 1, STR("new"));
    thing_fill(rows + THING_COLUMNS, 2, STR("other"));
    rows[3] = DBNULL;
    rows[4] = DBT(STR("注"));
    rows[6] = DBI(41);
    size_t changed = 0;
    OK(s, db_write(s->db, &thing_table, DB_UPSERT, rows, 2, &changed, &s->err));
    assert_int_equal(changed, 2);
    CLEANUP(db_endp) DbRows *got = NULL;
    bool more = false;
    OK(s, db_query(s->db, "SELECT title,due,note,n FROM thing ORDER BY id", NULL, 0, &got, &s->err));
    OK(s, db_next(got, &more, &s->err));
    assert_true(str_eq_c(db_str(got, 0), "new"));
    assert_true(db_is_null(got, 1));
    assert_true(str_eq_c(db_str(got, 2), "注"));
    assert_int_equal(db_int(got, 3), 42);
    OK(s, db_next(got, &more, &s->err));
    assert_int_equal(db_int(got, 3), 1);
}

static void adding_beyond_the_range_is_refused(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "x");
    DbValue row[THING_COLUMNS];
    thing_fill(row, 1, STR("x"));
    row[6] = DBI(INT64_MAX);
    FAILS(s, RC_DB, db_write(s->db, &thing_table, DB_UPSERT, row, 1, NULL, &s->err));
    assert_int_equal(store_ask(s, s->db, "SELECT n FROM thing", NULL, 0), 1);
}

static void a_table_that_is_all_key_can_be_upserted(void **state)
{
    Store *s = *state;
    DbValue rows[] = { DBI(1), DBT(STR("署长")), DBI(7), DBI(1), DBT(STR("队员")), DBI(7) };
    size_t changed = 9;
    OK(s, db_write(s->db, &member_table, DB_UPSERT, rows, 1, &changed, &s->err));
    assert_int_equal(changed, 1);
    OK(s, db_write(s->db, &member_table, DB_UPSERT, rows, 2, &changed, &s->err));
    assert_int_equal(changed, 1);
    OK(s, db_write(s->db, &member_table, DB_DELETE, rows + 3, 1, &changed, &s->err));
    assert_int_equal(changed, 1);
    assert_int_equal(store_ask(s, s->db, "SELECT COUNT(*) FROM member", NULL, 0), 1);
}

static void ignoring_keeps_the_row_that_is_there(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "kept");
    DbValue rows[2 * THING_COLUMNS];
    thing_fill(rows, 1, STR("ignored"));
    thing_fill(rows + THING_COLUMNS, 2, STR("new"));
    size_t changed = 0;
    OK(s, db_write(s->db, &thing_table, DB_IGNORE, rows, 2, &changed, &s->err));
    assert_int_equal(changed, 1);
    DbValue title = DBT(STR("kept"));
    assert_int_equal(store_ask(s, s->db, "SELECT id FROM thing WHERE title=?1", &title, 1), 1);
}

static void deleting_takes_the_keys_named(void **state)
{
    Store *s = *state;
    for (int64_t id = 1; id <= 4; id++)
        thing_insert(s, s->db, id, "x");
    DbValue keys[] = { DBI(1), DBI(1), DBI(1), DBI(3), DBI(1), DBI(99), DBI(2), DBI(2) };
    size_t changed = 0;
    OK(s, db_write(s->db, &thing_table, DB_DELETE, keys, 4, &changed, &s->err));
    assert_int_equal(changed, 2);
    assert_int_equal(store_ask(s, s->db, "SELECT CAST(SUM(id) AS BIGINT) FROM thing", NULL, 0), 6);
}

static void writing_no_rows_does_nothing(void **state)
{
    Store *s = *state;
    size_t changed = 9;
    OK(s, db_write(s->db, &thing_table, DB_INSERT, NULL, 0, &changed, &s->err));
    assert_int_equal(changed, 0);
}

enum { BIG = 10000 };

static void a_batch_of_ten_thousand_rows_goes_in_and_out(void **state)
{
    Store *s = *state;
    DbValue *rows = ARENA_ARRAY(s->arena, DbValue, (size_t)BIG * THING_COLUMNS);
    DbValue *keys = ARENA_ARRAY(s->arena, DbValue, (size_t)BIG * 2);
    for (int64_t i = 0; i < BIG; i++) {
        thing_fill(rows + i * THING_COLUMNS, i * 7919 % BIG, STR("一万行"));
        rows[i * THING_COLUMNS + 3] = i % 3 ? DBI(i) : DBNULL;
        keys[i * 2] = DBI(1);
        keys[i * 2 + 1] = DBI(i);
    }
    size_t changed = 0;
    OK(s, db_write(s->db, &thing_table, DB_INSERT, rows, BIG, &changed, &s->err));
    assert_int_equal(changed, BIG);
    OK(s, db_write(s->db, &thing_table, DB_UPSERT, rows, BIG, &changed, &s->err));
    assert_int_equal(changed, BIG);
    assert_int_equal(store_ask(s, s->db, "SELECT CAST(SUM(n) AS BIGINT) FROM thing", NULL, 0), 2 * BIG);
    OK(s, db_write(s->db, &thing_table, DB_DELETE, keys, BIG, &changed, &s->err));
    assert_int_equal(changed, BIG);
    assert_int_equal(thing_count(s, s->db), 0);
}

/* ---- transactions ---- */

static void a_rollback_leaves_nothing(void **state)
{
    Store *s = *state;
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    assert_int_equal(thing_count(s, s->db), 1);
    db_rollback(s->db);
    db_rollback(s->db);
    assert_int_equal(thing_count(s, s->db), 0);
}

static void a_commit_outlives_the_connection(void **state)
{
    Store *s = *state;
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    OK(s, db_commit(s->db, &s->err));
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 2, "lost");
    db_close(s->db);
    s->db = store_connect(s, NULL);
    assert_int_equal(thing_count(s, s->db), 1);
}

static void a_batch_outside_a_transaction_is_all_or_nothing(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 3, "x");
    DbValue rows[3 * THING_COLUMNS];
    for (int64_t i = 0; i < 3; i++)
        thing_fill(rows + i * THING_COLUMNS, i + 1, STR("x"));
    size_t changed = 77;
    FAILS(s, RC_CONFLICT, db_write(s->db, &thing_table, DB_INSERT, rows, 3, &changed, &s->err));
    assert_int_equal(changed, 77);
    assert_int_equal(thing_count(s, s->db), 1);
}

static void after_an_error_a_transaction_only_rolls_back(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    DbRows *rows = NULL;
    thing_fill(row, 1, STR("x"));
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    FAILS(s, RC_CONFLICT, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    FAILS(s, RC_DB, db_write(s->db, &thing_table, DB_UPSERT, row, 1, NULL, &s->err));
    FAILS(s, RC_DB, db_query(s->db, "SELECT 1", NULL, 0, &rows, &s->err));
    FAILS(s, RC_DB, db_run(s->db, "DELETE FROM thing", NULL, 0, NULL, &s->err));
    FAILS(s, RC_DB, db_commit(s->db, &s->err));
    assert_int_equal(thing_count(s, s->db), 0);
    thing_insert(s, s->db, 1, "x");
}

static void a_read_transaction_sees_one_moment(void **state)
{
    Store *s = *state;
    Db *reader = store_connect(s, &(DbOptions){ .read_only = true });
    thing_insert(s, s->db, 1, "x");
    OK(s, db_begin_read(reader, &s->err));
    thing_insert(s, s->db, 2, "after the snapshot, before its first query");
    assert_int_equal(thing_count(s, reader), 1);
    thing_insert(s, s->db, 3, "after the first query");
    assert_int_equal(thing_count(s, reader), 1);
    OK(s, db_commit(reader, &s->err));
    assert_int_equal(thing_count(s, reader), 3);
    db_close(reader);
}

static void uncommitted_rows_are_not_seen_by_others(void **state)
{
    Store *s = *state;
    Db *other = store_connect(s, NULL);
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    assert_int_equal(thing_count(s, other), 0);
    OK(s, db_commit(s->db, &s->err));
    assert_int_equal(thing_count(s, other), 1);
    db_close(other);
}

static void readers_do_not_write(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    thing_fill(row, 1, STR("x"));
    OK(s, db_begin_read(s->db, &s->err));
    FAILS(s, RC_DENIED, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    db_rollback(s->db);
    OK(s, db_begin_read(s->db, &s->err));
    FAILS(s, RC_DENIED, db_run(s->db, "DELETE FROM thing", NULL, 0, NULL, &s->err));
    db_rollback(s->db);
    Db *reader = store_connect(s, &(DbOptions){ .read_only = true });
    FAILS(s, RC_DENIED, db_begin(reader, &s->err));
    FAILS(s, RC_DENIED, db_write(reader, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    FAILS(s, RC_DENIED, db_run(reader, "DELETE FROM thing", NULL, 0, NULL, &s->err));
    db_close(reader);
}

static void a_lock_that_another_holds_is_busy(void **state)
{
    Store *s = *state;
    Db *other = store_connect(s, &(DbOptions){ .busy_timeout_ms = 20 });
    DbValue row[THING_COLUMNS];
    thing_fill(row, 1, STR("x"));
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    /* SQLite is busy as a whole, PostgreSQL at the row. */
    FAILS(s, RC_BUSY, db_write(other, &thing_table, DB_UPSERT, row, 1, NULL, &s->err));
    OK(s, db_commit(s->db, &s->err));
    OK(s, db_write(other, &thing_table, DB_UPSERT, row, 1, NULL, &s->err));
    db_close(other);
}

static void a_fencing_update_tells_whether_it_hit(void **state)
{
    Store *s = *state;
    static const char fence[] = "UPDATE thing SET n=n+1 WHERE j=?1 AND id=?2 AND n=?3";
    thing_insert(s, s->db, 1, "head");
    DbValue params[] = { DBI(1), DBI(1), DBI(1) };
    size_t changed = 9;
    OK(s, db_run(s->db, fence, params, 3, &changed, &s->err));
    assert_int_equal(changed, 1);
    OK(s, db_run(s->db, fence, params, 3, &changed, &s->err));
    assert_int_equal(changed, 0);
    OK(s, db_begin(s->db, &s->err));
    params[2] = DBI(2);
    OK(s, db_run(s->db, fence, params, 3, NULL, &s->err));
    OK(s, db_commit(s->db, &s->err));
    assert_int_equal(store_ask(s, s->db, "SELECT n FROM thing", NULL, 0), 3);
}

/* ---- reading ---- */

static void loading_gives_rows_in_key_order(void **state)
{
    Store *s = *state;
    for (int64_t id = 1; id <= 20; id++)
        thing_insert(s, s->db, id * 5 % 21, "x");
    static const int64_t ids[] = { 20, 3, 3, 777, -1, 11, 7, 20 };
    static const int64_t want[] = { 3, 7, 11, 20 };
    DbRows *rows = NULL;
    bool more = false;
    OK(s, db_load(s->db, &thing_table, 1, "id", ids, ARRAY_LEN(ids), &rows, &s->err));
    assert_int_equal(db_columns(rows), THING_COLUMNS);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        OK(s, db_next(rows, &more, &s->err));
        assert_true(more);
        assert_int_equal(db_int(rows, 1), want[i]);
        assert_int_equal(db_int(rows, 3), want[i] * 10);
    }
    OK(s, db_next(rows, &more, &s->err));
    assert_false(more);
    db_end(rows);
}

static void loading_keeps_to_its_jurisdiction_and_column(void **state)
{
    Store *s = *state;
    DbValue rows[] = {
        DBI(1), DBT(STR("b")), DBI(7), DBI(1), DBT(STR("a")), DBI(7), /* */
        DBI(1), DBT(STR("a")), DBI(8), DBI(2), DBT(STR("a")), DBI(7), /* */
    };
    OK(s, db_write(s->db, &member_table, DB_INSERT, rows, 4, NULL, &s->err));
    DbRows *got = NULL;
    bool more = false;
    int64_t id = 7;
    OK(s, db_load(s->db, &member_table, 1, "id", &id, 1, &got, &s->err));
    OK(s, db_next(got, &more, &s->err));
    assert_true(str_eq_c(db_str(got, 1), "a"));
    OK(s, db_next(got, &more, &s->err));
    assert_true(str_eq_c(db_str(got, 1), "b"));
    OK(s, db_next(got, &more, &s->err));
    assert_false(more);
    db_end(got);
}

static void loading_takes_any_number_of_ids(void **state)
{
    Store *s = *state;
    static const size_t sizes[] = { 0, 1, 2, 4, 5, 64, 65, 5000, DB_IDS_MAX };
    DbValue *rows = ARENA_ARRAY(s->arena, DbValue, (size_t)DB_IDS_MAX * THING_COLUMNS);
    int64_t *ids = ARENA_ARRAY(s->arena, int64_t, DB_IDS_MAX);
    for (int64_t i = 0; i < DB_IDS_MAX; i++) {
        thing_fill(rows + i * THING_COLUMNS, i, STR("x"));
        ids[i] = i;
    }
    OK(s, db_write(s->db, &thing_table, DB_INSERT, rows, DB_IDS_MAX, NULL, &s->err));
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        DbRows *got = NULL;
        bool more = false;
        size_t n = 0;
        OK(s, db_load(s->db, &thing_table, 1, "id", ids, sizes[i], &got, &s->err));
        for (OK(s, db_next(got, &more, &s->err)); more; n++)
            OK(s, db_next(got, &more, &s->err));
        assert_int_equal(n, sizes[i]);
        db_end(got);
    }
}

static void queries_run_inside_one_another(void **state)
{
    Store *s = *state;
    static const char sql[] = "SELECT id FROM thing WHERE id>=?1 ORDER BY id";
    for (int64_t id = 1; id <= 3; id++)
        thing_insert(s, s->db, id, "x");
    DbRows *outer = NULL;
    bool more = false;
    int64_t pairs = 0;
    DbValue from = DBI(1);
    OK(s, db_begin_read(s->db, &s->err));
    OK(s, db_query(s->db, sql, &from, 1, &outer, &s->err));
    for (OK(s, db_next(outer, &more, &s->err)); more; OK(s, db_next(outer, &more, &s->err))) {
        DbRows *inner = NULL;
        bool inner_more = false;
        DbValue inner_from = DBI(db_int(outer, 0));
        OK(s, db_query(s->db, sql, &inner_from, 1, &inner, &s->err));
        for (OK(s, db_next(inner, &inner_more, &s->err)); inner_more; pairs++)
            OK(s, db_next(inner, &inner_more, &s->err));
        db_end(inner);
    }
    db_end(outer);
    OK(s, db_commit(s->db, &s->err));
    assert_int_equal(pairs, 6);
}

static void a_query_ended_early_can_be_asked_again(void **state)
{
    Store *s = *state;
    static const char sql[] = "SELECT id FROM thing ORDER BY id";
    thing_insert(s, s->db, 1, "x");
    thing_insert(s, s->db, 2, "x");
    for (int i = 0; i < 3; i++) {
        DbRows *rows = NULL;
        bool more = false;
        OK(s, db_query(s->db, sql, NULL, 0, &rows, &s->err));
        OK(s, db_next(rows, &more, &s->err));
        assert_int_equal(db_int(rows, 0), 1);
        db_end(rows);
    }
    db_end(NULL);
    thing_insert(s, s->db, 3, "x");
}

static void placeholders_inside_quotes_are_text(void **state)
{
    Store *s = *state;
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue param = DBI(5);
    OK(s, db_query(s->db, "SELECT 'it''s ?1', CAST(?1 AS BIGINT), '\"?2' AS \"a?3\"", &param, 1, &rows, &s->err));
    OK(s, db_next(rows, &more, &s->err));
    assert_true(str_eq_c(db_str(rows, 0), "it's ?1"));
    assert_int_equal(db_int(rows, 1), 5);
    assert_true(str_eq_c(db_str(rows, 2), "\"?2"));
}

static void parameters_are_counted(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    DbValue params[] = { DBI(1), DBI(2) };
    static const char sql[] = "SELECT id FROM thing WHERE id=?1";
    FAILS(s, RC_INVALID, db_query(s->db, sql, params, 2, &rows, &s->err));
    FAILS(s, RC_INVALID, db_query(s->db, sql, params, 0, &rows, &s->err));
    OK(s, db_query(s->db, sql, params, 1, &rows, &s->err));
    db_end(rows);
    FAILS(s, RC_INVALID, db_query(s->db, sql, params, 2, &rows, &s->err));
    FAILS(s, RC_INVALID, db_run(s->db, "DELETE FROM thing WHERE id=?1", params, 2, NULL, &s->err));
}

static void sql_that_is_wrong_is_refused_with_its_text(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    FAILS(s, RC_DB, db_query(s->db, "SELECT nothing FROM thing", NULL, 0, &rows, &s->err));
    assert_string_equal(s->err.place, "SELECT nothing FROM thing");
    assert_non_null(strstr(s->err.text, "nothing"));
    FAILS(s, RC_INVALID, db_run(s->db, "SELECT 1", NULL, 0, NULL, &s->err));
    assert_int_equal(thing_count(s, s->db), 0);
}

/* ---- statements ---- */

static void text_made_at_run_time_is_told_apart_by_content(void **state)
{
    Store *s = *state;
    char sql[64];
    DbRows *running = NULL;
    bool more = false;
    thing_insert(s, s->db, 1, "x");
    OK(s, db_query(s->db, "SELECT id FROM thing WHERE title='x'", NULL, 0, &running, &s->err));
    /* More texts than the cache keeps, all at one address, while a query is running. */
    for (int i = 0; i < 1200; i++) {
        snprintf(sql, sizeof sql, "SELECT %d", i);
        assert_int_equal(store_ask(s, s->db, sql, NULL, 0), i);
    }
    OK(s, db_next(running, &more, &s->err));
    assert_int_equal(db_int(running, 0), 1);
    db_end(running);
    assert_int_equal(thing_count(s, s->db), 1);
}

static void creating_again_keeps_what_is_there(void **state)
{
    Store *s = *state;
    const DbTable *tables[] = { &thing_table, &account_table };
    thing_insert(s, s->db, 1, "x");
    OK(s, db_create(s->db, tables, 2, &s->err));
    assert_int_equal(thing_count(s, s->db), 1);
}

static void a_plan_is_one_step_a_line(void **state)
{
    Store *s = *state;
    Str plan;
    DbValue params[] = { DBI(1), DBI(10) };
    OK(s, db_explain(s->db, "SELECT id FROM thing WHERE j=?1 AND due>=?2 ORDER BY due, id", params, 2, s->arena, &plan,
                     &s->err));
    assert_true(plan.n > 0);
    assert_int_equal(plan.p[plan.n - 1], '\n');
    assert_true(str_find(plan, STR("thing")) != SIZE_MAX);
    FAILS(s, RC_DB, db_explain(s->db, "SELECT nothing FROM thing", NULL, 0, s->arena, &plan, &s->err));
}

static void a_checkpoint_can_be_asked_for(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "x");
    OK(s, db_checkpoint(s->db, false, &s->err));
    OK(s, db_checkpoint(s->db, true, &s->err));
    assert_int_equal(thing_count(s, s->db), 1);
}

static void a_url_of_another_kind_is_refused_without_being_shown(void **state)
{
    Store *s = *state;
    Db *db = NULL;
    FAILS(s, RC_INVALID, db_open(STR("mysql://root:geheim@host/db"), NULL, &db, &s->err));
    assert_null(strstr(s->err.text, "geheim"));
    FAILS(s, RC_INVALID, db_open(STR(""), NULL, &db, &s->err));
    assert_null(db);
    db_close(NULL);
    assert_true(str_starts(str_c(s->url), str_c(db_kind(s->db))));
}

int run_conformance(void)
{
    const struct CMUnitTest conformance[] = {
        STORE_TEST(values_of_every_type_read_back),
        STORE_TEST(a_value_copied_outlives_its_row),
        STORE_TEST(parameters_of_every_type_match),
        STORE_TEST(a_null_parameter_works_before_and_after_a_value),
        STORE_TEST(counts_sums_and_comparisons_read_as_integers),
        STORE_TEST(text_orders_and_matches_by_its_bytes),
        STORE_TEST(text_that_is_not_utf8_or_holds_nul_is_refused),
        STORE_TEST(a_value_that_does_not_fit_its_column_is_refused),
        STORE_TEST(limits_are_named_when_reached),
        STORE_TEST(inserting_a_key_twice_is_a_conflict),
        STORE_TEST(breaking_a_unique_index_is_a_conflict_however_written),
        STORE_TEST(a_partial_unique_index_binds_only_its_rows),
        STORE_TEST(upserting_replaces_and_adds),
        STORE_TEST(adding_beyond_the_range_is_refused),
        STORE_TEST(a_table_that_is_all_key_can_be_upserted),
        STORE_TEST(ignoring_keeps_the_row_that_is_there),
        STORE_TEST(deleting_takes_the_keys_named),
        STORE_TEST(writing_no_rows_does_nothing),
        STORE_TEST(a_batch_of_ten_thousand_rows_goes_in_and_out),
        STORE_TEST(a_rollback_leaves_nothing),
        STORE_TEST(a_commit_outlives_the_connection),
        STORE_TEST(a_batch_outside_a_transaction_is_all_or_nothing),
        STORE_TEST(after_an_error_a_transaction_only_rolls_back),
        STORE_TEST(a_read_transaction_sees_one_moment),
        STORE_TEST(uncommitted_rows_are_not_seen_by_others),
        STORE_TEST(readers_do_not_write),
        STORE_TEST(a_lock_that_another_holds_is_busy),
        STORE_TEST(a_fencing_update_tells_whether_it_hit),
        STORE_TEST(loading_gives_rows_in_key_order),
        STORE_TEST(loading_keeps_to_its_jurisdiction_and_column),
        STORE_TEST(loading_takes_any_number_of_ids),
        STORE_TEST(queries_run_inside_one_another),
        STORE_TEST(a_query_ended_early_can_be_asked_again),
        STORE_TEST(placeholders_inside_quotes_are_text),
        STORE_TEST(parameters_are_counted),
        STORE_TEST(sql_that_is_wrong_is_refused_with_its_text),
        STORE_TEST(text_made_at_run_time_is_told_apart_by_content),
        STORE_TEST(creating_again_keeps_what_is_there),
        STORE_TEST(a_plan_is_one_step_a_line),
        STORE_TEST(a_checkpoint_can_be_asked_for),
        STORE_TEST(a_url_of_another_kind_is_refused_without_being_shown),
    };
    return cmocka_run_group_tests(conformance, NULL, NULL);
}
