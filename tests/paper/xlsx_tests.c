/* Workbooks: typed cells, names of sheets, limits, the same bytes again. */
#include "paper/support.h"

#include "io/paper/xlsx.h"
#include "io/paper/zip.h"

static Arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_freep(&arena);
    return 0;
}

static XlsxBook *book_of(void)
{
    XlsxBook *book = NULL;
    Err err = { 0 };
    paper_must(xlsx_new(STR("年度报告"), PAPER_AT, NULL, &book, &err), &err);
    return book;
}

enum { COLUMNS = 5 };

static void add_sheet(XlsxBook *book, const char *name)
{
    const XlsxColumn columns[COLUMNS] = { { STR("编号"), XLSX_TEXT, 20 },
                                          { STR("件数"), XLSX_INT, 10 },
                                          { STR("日期"), XLSX_DAY, 12 },
                                          { STR("罚款（元）"), XLSX_MONEY, 14 },
                                          { STR("比例"), XLSX_DECIMAL, 10 } };
    Err err = { 0 };
    paper_must(xlsx_sheet(book, str_c(name), columns, COLUMNS, &err), &err);
}

static Str finished(XlsxBook *book)
{
    Buf out;
    Err err = { 0 };
    buf_init(&out, XLSX_FILE_MAX);
    paper_must(xlsx_finish(book, &out, &err), &err);
    Str bytes = buf_to_arena(&out, arena);
    buf_free(&out);
    xlsx_freep(&book);
    return bytes;
}

static Str small_book(void)
{
    XlsxBook *book = book_of();
    Err err = { 0 };
    Day day = 0;
    assert_true(day_parse(STR("2023-10-11"), &day));
    const XlsxCell cells[] = { { .text = STR("=1+1") },
                               { .i = 7981, .is_set = true },
                               { .i = day, .is_set = true },
                               { .i = 1234567, .is_set = true },
                               { .text = STR("99.86") } };
    const XlsxCell none[COLUMNS] = { 0 };
    add_sheet(book, "指标");
    paper_must(xlsx_row(book, cells, &err), &err);
    paper_must(xlsx_row(book, none, &err), &err);
    return finished(book);
}

static bool holds(Str text, const char *needle)
{
    return str_find(text, str_c(needle)) != SIZE_MAX;
}

static void cells_have_their_types(void **state)
{
    (void)state;
    Str sheet = paper_part(arena, small_book(), "xl/worksheets/sheet1.xml");
    assert_true(holds(sheet, "t=\"inlineStr\"><is><t>=1+1</t></is>")); /* text, no formula */
    assert_false(holds(sheet, "<f>"));
    assert_true(holds(sheet, "<v>7981</v>"));
    assert_true(holds(sheet, "<v>45210</v>"));
    assert_true(holds(sheet, "<v>12345.67</v>"));
    assert_true(holds(sheet, "<v>99.86</v>"));
    assert_true(holds(sheet, "state=\"frozen\""));
    assert_true(holds(sheet, "<autoFilter ref=\"A1:E3\"/>"));
    assert_false(holds(sheet, "r=\"A3\"")); /* what is not set stays empty */
    Str styles = paper_part(arena, small_book(), "xl/styles.xml");
    assert_true(holds(styles, "yyyy\\-mm\\-dd"));
}

static void the_same_rows_give_the_same_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(small_book(), small_book()));
}

static void names_of_sheets_are_made_legal_and_unlike(void **state)
{
    (void)state;
    XlsxBook *book = book_of();
    add_sheet(book, "a/b[c]:d*e?");
    add_sheet(book, "A b C  D E");
    add_sheet(book, "History");
    add_sheet(book, "");
    add_sheet(book, "民意速办平台下派诉前联调案件成功调处数量以及其他各种各样很长很长的名称");
    add_sheet(book, "民意速办平台下派诉前联调案件成功调处数量以及其他各种各样很长很长的名称");
    Str workbook = paper_part(arena, finished(book), "xl/workbook.xml");
    assert_true(holds(workbook, "name=\"a b c  d e\""));
    assert_true(holds(workbook, "name=\"A b C  D E 2\""));
    assert_true(holds(workbook, "name=\"History 2\""));
    assert_true(holds(workbook, "name=\"Sheet\""));
    assert_true(holds(workbook, "name=\"民意速办平台下派诉前联调案件成功调处数量以及其他各种各样很长很\""));
    assert_true(holds(workbook, "name=\"民意速办平台下派诉前联调案件成功调处数量以及其他各种各样很 2\""));
}

static void what_no_binary_number_holds_is_text(void **state)
{
    (void)state;
    XlsxBook *book = book_of();
    Err err = { 0 };
    const XlsxCell cells[] = { { .text = STR("大") },
                               { .i = INT64_MAX, .is_set = true },
                               { .i = -30000, .is_set = true },
                               { .i = -1, .is_set = true },
                               { .text = STR("0.12345678901234567890") } };
    add_sheet(book, "x");
    paper_must(xlsx_row(book, cells, &err), &err);
    Str sheet = paper_part(arena, finished(book), "xl/worksheets/sheet1.xml");
    assert_true(holds(sheet, "<t>9223372036854775807</t>"));
    assert_true(holds(sheet, "<t>1887-11-12</t>"));
    assert_true(holds(sheet, "<v>-0.01</v>"));
    assert_true(holds(sheet, "<t>0.12345678901234567890</t>"));
}

static void limits_are_said(void **state)
{
    (void)state;
    XlsxBook *book = book_of();
    Err err = { 0 };
    XlsxColumn wide = { STR("x"), XLSX_TEXT, XLSX_WIDTH_MAX + 1 };
    char *text = arena_alloc(arena, XLSX_TEXT_MAX + 2);
    memset(text, 'x', XLSX_TEXT_MAX + 2);
    const XlsxCell cells[COLUMNS] = { { .text = { text, XLSX_TEXT_MAX + 1 } } };
    assert_int_equal(xlsx_sheet(book, STR("x"), &wide, 1, &err), RC_LIMIT);
    assert_int_equal(xlsx_sheet(book, STR("x"), &wide, 0, &err), RC_LIMIT);
    add_sheet(book, "x");
    assert_int_equal(xlsx_row(book, cells, &err), RC_LIMIT);
    xlsx_freep(&book);
    assert_int_equal(xlsx_new(STR("x"), PAPER_AT, "/nonexistent", &book, &err), RC_IO);
    assert_null(book);
}

static void an_empty_book_is_refused_and_leaves_no_file(void **state)
{
    (void)state;
    XlsxBook *book = book_of();
    Err err = { 0 };
    Buf out;
    buf_init(&out, 100);
    assert_int_equal(xlsx_finish(book, &out, &err), RC_INVALID);
    xlsx_freep(&book);
    book = book_of();
    add_sheet(book, "x");
    assert_int_equal(xlsx_finish(book, &out, &err), RC_LIMIT); /* the buffer's */
    xlsx_freep(&book);
    xlsx_freep(&book);
    buf_free(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(cells_have_their_types),
        TEST(the_same_rows_give_the_same_bytes),
        TEST(names_of_sheets_are_made_legal_and_unlike),
        TEST(what_no_binary_number_holds_is_text),
        TEST(limits_are_said),
        TEST(an_empty_book_is_refused_and_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
