/* The pure part of the PostgreSQL driver, which needs no server. */
#include "db_tests.h"

#include "lib/db/db_internal.h"

static void placeholders_become_dollars(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        const char *want;
        size_t params;
    } cases[] = {
        { "SELECT 1", "SELECT 1", 0 },
        { "a=?1 AND b=?12 OR ?1", "a=$1 AND b=$12 OR $1", 12 },
        { "'?1''?2' \"?3\" ?4", "'?1''?2' \"?3\" $4", 4 },
        { "?32", "$32", 32 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_free) Buf out = { 0 };
        size_t params = 99;
        buf_init(&out, 1000);
        assert_int_equal(pg_placeholders(cases[i].sql, &out, &params, NULL), RC_OK);
        assert_true(str_eq_c(buf_view(&out), cases[i].want));
        assert_int_equal(params, cases[i].params);
    }
}

static void placeholders_without_a_proper_number_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "?", "a=? ", "?0", "?33", "?99999999999999999999999" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CLEANUP(buf_free) Buf out = { 0 };
        size_t params = 99;
        buf_init(&out, 1000);
        assert_int_equal(pg_placeholders(bad[i], &out, &params, NULL), RC_INVALID);
        assert_int_equal(params, 99);
    }
}

static void an_array_is_encoded_as_the_server_reads_it(void **state)
{
    (void)state;
    /* Two columns; the second is taken. */
    const DbValue rows[] = { DBI(1), DBT(STR("法")), DBI(2), DBNULL, DBI(3), DBT(STR("")) };
    static const unsigned char want[] = {
        0, 0, 0, 1, 0,    0,    0,    1,    0,    0,    0,    25, 0, 0, 0,
        3, 0, 0, 0, 1, /* one dimension, nulls, text, 3 from 1 */
        0, 0, 0, 3, 0xe6, 0xb3, 0x95, 0xff, 0xff, 0xff, 0xff, 0,  0, 0, 0,
    };
    CLEANUP(buf_free) Buf out = { 0 };
    buf_init(&out, 1000);
    pg_array(&out, DB_TEXT, rows + 1, 3, 2);
    assert_int_equal(out.n, sizeof want);
    assert_memory_equal(out.p, want, sizeof want);
}

static void an_array_of_ids_may_be_empty(void **state)
{
    (void)state;
    static const unsigned char none[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20 };
    static const unsigned char one[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0,    0,    0,    20,   0,    0,    0,    1,
                                         0, 0, 0, 1, 0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe };
    static const int64_t id = -2;
    CLEANUP(buf_free) Buf out = { 0 };
    buf_init(&out, 1000);
    pg_array_of_ids(&out, NULL, 0);
    assert_int_equal(out.n, sizeof none);
    assert_memory_equal(out.p, none, sizeof none);
    buf_clear(&out);
    pg_array_of_ids(&out, &id, 1);
    assert_int_equal(out.n, sizeof one);
    assert_memory_equal(out.p, one, sizeof one);
}

static void integers_of_all_widths_are_read(void **state)
{
    (void)state;
    assert_true(pg_read_int("\x80\0\0\0\0\0\0\0", 8) == INT64_MIN);
    assert_true(pg_read_int("\xff\xff\xff\xfe", 4) == -2);
    assert_true(pg_read_int("\x80\0", 2) == INT16_MIN);
    assert_true(pg_read_int("\x01", 1) == 1);
}

int run_wire_tests(void)
{
    const struct CMUnitTest wire[] = {
        cmocka_unit_test(placeholders_become_dollars),
        cmocka_unit_test(placeholders_without_a_proper_number_are_refused),
        cmocka_unit_test(an_array_is_encoded_as_the_server_reads_it),
        cmocka_unit_test(an_array_of_ids_may_be_empty),
        cmocka_unit_test(integers_of_all_widths_are_read),
    };
    return cmocka_run_group_tests(wire, NULL, NULL);
}
