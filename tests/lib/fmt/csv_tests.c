#include "fmt_tests.h"
#include "lib/fmt/csv.h"

#include <string.h>

/* Prints all rows as "line:[cell|cell]", so that a case is one string. */
static Rc dump(Arena *arena, Str text, const CsvOptions *options, Str *ret, Err *err)
{
    CLEANUP(buf_free) Buf out;
    CsvReader r;
    buf_init(&out, 100000);
    csv_reader_init(&r, text, options);
    for (;;) {
        CsvRow row;
        bool found;
        TRY(csv_read_row(&r, arena, &row, &found, err));
        if (!found)
            break;
        buf_printf(&out, "%zu:[", row.line);
        for (size_t i = 0; i < row.n; i++) {
            buf_c(&out, i ? "|" : "");
            buf_str(&out, row.cells[i]);
        }
        buf_char(&out, ']');
    }
    *ret = buf_to_arena(&out, arena);
    return RC_OK;
}

static void rows_are_read_as_rfc_4180_says(void **state)
{
    static const struct {
        const char *text, *rows;
    } cases[] = {
        { "", "" },
        { "a", "1:[a]" },
        { "a,b\r\nc,d\r\n", "1:[a|b]2:[c|d]" },
        { "a,b\nc,d", "1:[a|b]2:[c|d]" },
        { "\xEF\xBB\xBF"
          "编号,名称\n1,观湖",
          "1:[编号|名称]2:[1|观湖]" },
        { ",\n,,", "1:[|]2:[||]" },
        { "a\n\nb\n", "1:[a]2:[]3:[b]" },
        { "\"a,b\",\"c\"\"d\",\"\"\n", "1:[a,b|c\"d|]" },
        { "\"one\r\ntwo\",x\ny", "1:[one\r\ntwo|x]3:[y]" },
        { "\"\"\"\"", "1:[\"]" },
        { " a , b ", "1:[ a | b ]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str rows = STR_NONE;
        assert_int_equal(dump(*state, str_c(cases[i].text), NULL, &rows, NULL), RC_OK);
        assert_str_equal(rows, cases[i].rows);
    }
}

static void malformed_quotes_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *text, *place, *says;
    } cases[] = {
        { "a,b\nc,\"open\n\n", "2:3", "never closed" },   { "a\n5\" pipe\n", "2:2", "quote inside a cell" },
        { "\"a\"b\n", "1:4", "after the closing quote" }, { "\"x\ny\"z", "2:3", "after the closing quote" },
        { "a\rb\n", "1:2", "carriage return" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str rows;
        Err err = { 0 };
        assert_int_equal(dump(*state, str_c(cases[i].text), NULL, &rows, &err), RC_PARSE);
        assert_string_equal(err.place, cases[i].place);
        assert_non_null(strstr(err.text, cases[i].says));
    }
}

static void columns_cells_and_rows_are_limited(void **state)
{
    CsvOptions few = { .separator = ';', .columns_max = 3, .cell_bytes_max = 4, .rows_max = 2 };
    Str rows;
    Err err = { 0 };
    assert_int_equal(dump(*state, STR("a;b;c\nabcd;2"), &few, &rows, &err), RC_OK);
    assert_str_equal(rows, "1:[a|b|c]2:[abcd|2]");
    assert_int_equal(dump(*state, STR("a;b;c;d"), &few, &rows, &err), RC_LIMIT);
    assert_string_equal(err.text, "more than 3 columns");
    assert_int_equal(dump(*state, STR("a\nabcde"), &few, &rows, &err), RC_LIMIT);
    assert_string_equal(err.text, "a cell of 5 bytes, the limit is 4");
    assert_string_equal(err.place, "2:1");
    assert_int_equal(dump(*state, STR("a\nb\nc"), &few, &rows, &err), RC_LIMIT);
    assert_string_equal(err.text, "more than 2 rows");
    assert_int_equal(dump(*state, STR("a\nb\n"), &few, &rows, &err), RC_OK);
}

static void a_spreadsheet_runs_nothing_that_is_written(void **state)
{
    (void)state;
    CLEANUP(buf_free) Buf out;
    CsvWriter w;
    buf_init(&out, 1000);
    csv_writer_init(&w, &out);
    csv_write_bom(&w);
    const char *cells[] = { "=1+1", "+86", "-x", "@a", "\tt", "\rr", "a=b", "", "plain", "a,\"b\"", "=\"x\"" };
    for (size_t i = 0; i < ARRAY_LEN(cells); i++)
        csv_write_text(&w, str_c(cells[i]));
    csv_write_i64(&w, -5);
    csv_end_row(&w);
    csv_write_text(&w, STR(""));
    csv_end_row(&w);
    assert_str_equal(buf_view(&out), "\xEF\xBB\xBF'=1+1,'+86,'-x,'@a,'\tt,\"'\rr\",a=b,,plain,\"a,\"\"b\"\"\","
                                     "\"'=\"\"x\"\"\",-5\r\n\"\"\r\n");
}

static void what_is_written_reads_back(void **state)
{
    static const char alphabet[] = "a\",\n\r ;x";
    Arena *arena = *state;
    uint32_t seed = 7;
    CLEANUP(buf_free) Buf out;
    buf_init(&out, 1 << 20);
    CsvWriter w;
    csv_writer_init(&w, &out);
    Str cells[400];
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        char text[8] = "b"; /* never looks like a formula */
        for (size_t k = 1; k < 7; k++) {
            seed = seed * 1664525 + 1013904223;
            text[k] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        cells[i] = arena_str(arena, str_slice(str_c(text), 0, (seed >> 24) % 8));
        csv_write_text(&w, cells[i]);
        if (i % 4 == 3)
            csv_end_row(&w);
    }
    CsvReader r;
    csv_reader_init(&r, buf_view(&out), NULL);
    for (size_t i = 0; i < ARRAY_LEN(cells); i += 4) {
        CsvRow row;
        bool found;
        assert_int_equal(csv_read_row(&r, arena, &row, &found, NULL), RC_OK);
        assert_true(found);
        assert_int_equal(row.n, 4);
        for (size_t k = 0; k < 4; k++)
            assert_true(str_eq(row.cells[k], cells[i + k]));
    }
}

int csv_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(rows_are_read_as_rfc_4180_says),     ARENA_TEST(malformed_quotes_are_refused_with_their_place),
        ARENA_TEST(columns_cells_and_rows_are_limited), ARENA_TEST(a_spreadsheet_runs_nothing_that_is_written),
        ARENA_TEST(what_is_written_reads_back),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
