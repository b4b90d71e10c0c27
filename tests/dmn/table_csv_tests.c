/* Decision tables from CSV: table_csv.txt has tables, calls of them and what they give, and each error message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dmn/dmn.h"

enum { FILE_MAX = 1 << 20 };

static Arena *arena;
static const char *cases_path;
static const char *guide_path;

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

static Str read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *p = arena_alloc(arena, FILE_MAX);
    size_t n = fread(p, 1, FILE_MAX, file);
    fclose(file);
    return (Str){ p, n };
}

static Str error_text(const Err *err)
{
    return arena_printf(arena, "error %s: %s", err->place, err->text);
}

static FeelValue no_slot(void *ctx, int slot, Arena *to)
{
    (void)ctx;
    (void)slot;
    (void)to;
    return feel_null();
}

/* The value of f(args), f being the table; with empty args only whether the table can be made. */
static Str call(const FeelTable *table, Str args)
{
    const FeelBoxed *function;
    const FeelExpr *expr;
    Err err;
    dmn_table_function(arena, table, &function);
    FeelBoxed parts[2] = { *function, { .kind = FEEL_BOXED_TEXT } };
    parts[0].name = STR("f");
    parts[1].text.text = args.n ? arena_printf(arena, "f(%.*s)", STR_ARG(args)) : STR("true");
    FeelBoxed context = { .kind = FEEL_BOXED_CONTEXT, .parts = parts, .n = 2 };
    if (feel_parse_boxed(arena, NULL, &context, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        return error_text(&err);
    FeelEnv env = { .slot = no_slot };
    Str reason;
    FeelValue v = feel_eval(expr, &env, feel_null(), arena, &reason);
    Str value = feel_print(arena, v);
    return reason.n ? arena_printf(arena, "%.*s: %.*s", STR_ARG(value), STR_ARG(reason)) : value;
}

static void check(Str name, Str got, Str expected)
{
    if (!str_eq(got, expected))
        fail_msg("%.*s:\n got      %.*s\n expected %.*s", STR_ARG(name), STR_ARG(got), STR_ARG(expected));
}

static Str take_line(Str *rest)
{
    return str_cut(*rest, '\n', rest);
}

static bool is_marker(Str line)
{
    return str_starts(line, STR("? ")) || str_starts(line, STR("--> ")) || str_starts(line, STR("=== "));
}

/* One case: its CSV, then calls and results. Returns what follows it. */
static Str run_case(Str name, Str rest)
{
    Str csv = rest;
    csv.n = 0;
    while (rest.p && !is_marker(rest))
        (void)take_line(&rest), csv.n = (size_t)((rest.p ? rest.p : csv.p) - csv.p);
    const FeelTable *table = NULL;
    Err err;
    Rc rc = dmn_table_read(arena, STR("t.csv"), csv, NULL, &table, &err);
    while (rest.p && rest.n && !str_starts(rest, STR("=== "))) {
        Str args = STR_NONE;
        Str line = take_line(&rest);
        if (str_starts(line, STR("? "))) {
            args = str_slice(line, 2, line.n);
            line = take_line(&rest);
        }
        assert_true(str_starts(line, STR("--> ")));
        check(name, rc == RC_OK ? call(table, args) : error_text(&err), str_slice(line, 4, line.n));
    }
    return rest;
}

static void every_case_gives_what_it_says(void **state)
{
    (void)state;
    Str rest = read_file(cases_path);
    size_t n = 0;
    while (rest.p && rest.n) {
        Str name = take_line(&rest);
        assert_true(str_starts(name, STR("=== ")));
        rest = run_case(name, rest);
        n++;
    }
    assert_true(n > 40);
}

static void the_example_of_the_guide_is_the_first_case(void **state)
{
    (void)state;
    Str guide = read_file(guide_path);
    Str cases = read_file(cases_path);
    size_t from = str_find(guide, STR("```\n")) + 4;
    Str example = str_slice(guide, from, guide.n);
    example = str_slice(example, 0, str_find(example, STR("```")));
    (void)take_line(&cases);
    check(STR("docs/TABLES.md"), str_slice(cases, 0, example.n), example);
}

/* ---- what a text file cannot hold ---- */

static Rc read_table(Str bytes, const FeelTable **ret_table, Err *err)
{
    return dmn_table_read(arena, STR("t.csv"), bytes, NULL, ret_table, err);
}

static void assert_refused(Str bytes, Rc rc, const char *place, const char *part)
{
    const FeelTable *table = NULL;
    Err err;
    assert_int_equal(read_table(bytes, &table, &err), rc);
    assert_null(table);
    assert_string_equal(err.place, place);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static void both_character_sets_and_a_mark_are_read(void **state)
{
    (void)state;
    const FeelTable *table;
    Err err;
    assert_int_equal(read_table(STR("\xEF\xBB\xBFU,input,output\r\nt,a,x\r\none,1,2\r\n"), &table, &err), RC_OK);
    assert_int_equal(table->n_rows, 1);
    /* GB18030: the words for "minor" and "serious" */
    assert_int_equal(
        read_table(STR("U,input,output\nt,a,x\ntype,words,\none,\xC7\xE1\xCE\xA2|\xD1\xCF\xD6\xD8,2\n"), &table, &err),
        RC_OK);
    check(STR("GB18030"), call(table, STR("\"\xE4\xB8\xA5\xE9\x87\x8D\"")), STR("{x: 2, row: \"one\"}"));
    assert_refused(STR("U,input,output\nt,a,x\n\xFF\xFF,1,2\n"), RC_PARSE, "t.csv", "save it as CSV in UTF-8");
}

static void places_of_cells_are_theirs_in_the_file(void **state)
{
    (void)state;
    const FeelTable *table;
    Err err;
    assert_int_equal(
        read_table(STR("U,note,input,output,from\nt,,a,x,\none,\"two\nlines\",1,2,2024-01-01\ntwo,,3,4,\n"), &table,
                   &err),
        RC_OK);
    assert_string_equal(arena_c(arena, table->rows[0].cells[0].place), "t.csv:3:3");
    assert_string_equal(arena_c(arena, table->rows[1].cells[0].place), "t.csv:5:3");
    assert_string_equal(arena_c(arena, table->rows[1].cells[2].place), "t.csv:5:4");
    assert_string_equal(arena_c(arena, table->rows[0].cells[1].text), ">= @\"2024-01-01\"");
    assert_int_equal(table->rows[1].cells[1].text.n, 0);
}

static Str many_rows(size_t n)
{
    char *p = arena_alloc(arena, 32 * n + 64);
    size_t at = (size_t)sprintf(p, "C#,input,output\nt,a,x\n");
    for (size_t i = 0; i < n; i++)
        at += (size_t)sprintf(p + at, "r%zu,> %zu,1\n", i, i);
    return (Str){ p, at };
}

static void limits_are_told(void **state)
{
    (void)state;
    const FeelTable *table;
    Err err;
    assert_int_equal(read_table(many_rows(10000), &table, &err), RC_OK);
    check(STR("10,000 rows"), call(table, STR("9999.5")), STR("10000"));
    assert_refused(many_rows(10001), RC_LIMIT, "t.csv:10003:1", "at most 10000 rows");
    char wide[400] = "U";
    for (int i = 0; i < 64; i++)
        strcat(wide, ",note");
    assert_refused(str_c(wide), RC_LIMIT, "t.csv:1:318", "64");
    assert_refused((Str){ arena_zalloc(arena, 5 << 20), 5 << 20 }, RC_LIMIT, "t.csv", "at most 4 MiB");
}

static void a_period_alone_makes_a_parameter(void **state)
{
    (void)state;
    const FeelTable *table;
    const FeelBoxed *function;
    Err err;
    assert_int_equal(read_table(STR("F,output,to\nt,x,\none,1,2024-01-01\ntwo,2,\n"), &table, &err), RC_OK);
    dmn_table_function(arena, table, &function);
    assert_int_equal(function->n_params, 1);
    assert_string_equal(arena_c(arena, function->params[0].name), "date");
    check(STR("before"), call(table, STR("@\"2023-12-31\"")), STR("{x: 1, row: \"one\"}"));
    check(STR("after"), call(table, STR("@\"2024-01-01\"")), STR("{x: 2, row: \"two\"}"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_case_gives_what_it_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_example_of_the_guide_is_the_first_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_character_sets_and_a_mark_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_of_cells_are_theirs_in_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_period_alone_makes_a_parameter, set_up, tear_down),
    };
    if (argc != 3)
        return 2;
    cases_path = argv[1];
    guide_path = argv[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
