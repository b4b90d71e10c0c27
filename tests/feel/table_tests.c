/* Decision tables: each hit policy, and what is null and why. */
#include <string.h>

#include "feel/table_kit.h"

/* The result of a table, with and without its index. */
static void assert_gives(const FeelTable *t, const char *expected)
{
    for (int scan = 0; scan < 2; scan++)
        assert_string_equal(feel_print(arena, run(compile_with(t, scan))).p, expected);
}

static void assert_null_because(const FeelTable *t, const char *why)
{
    for (int scan = 0; scan < 2; scan++) {
        FeelValue v = run(compile_with(t, scan));
        if (v.type != FEEL_NULL)
            fail_msg("%s", feel_print(arena, v).p);
        assert_string_equal(arena_c(arena, reason), why);
    }
}

static void assert_refused(const FeelTable *t, Rc rc, const char *place, const char *part)
{
    const FeelExpr *expr = NULL;
    Err err;
    FeelBoxed boxed = { .kind = FEEL_BOXED_TABLE, .table = t };
    assert_int_equal(feel_parse_boxed(arena, scope, &boxed, (FeelParseOptions){ 0 }, &expr, &err), rc);
    assert_string_equal(err.place, place);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

/* ---- hit policies ---- */

static void unique_gives_the_row_that_matches(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a", "b" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "< 10", "\"x\"", "1", "[10..20)", "-", "2", ">= 20", "", "3");
    slots[0] = feel_int(5);
    slots[1] = string("x");
    assert_gives(t, "1");
    slots[0] = feel_int(10);
    assert_gives(t, "2");
    slots[0] = feel_int(20);
    assert_gives(t, "3");
}

static void several_rows_under_unique_are_an_error_that_names_them(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" }, .standard = { "9" } };
    FeelTable *t = TABLE(s, "< 10", "1", "> 3", "2", "-", "3", "99", "4");
    slots[0] = feel_int(5);
    assert_null_because(t, "in the table 'T' more than one row matches: r1, r2, r3");
}

static void no_row_gives_null_as_the_answer_or_the_default(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" } };
    slots[0] = feel_int(50);
    assert_null_because(TABLE(s, "< 10", "1"), "no row of the table 'T' matches");
    FeelReason why;
    FeelEnv env = { .slot_in = slot_in };
    (void)feel_eval_why(compile_with(TABLE(s, "< 10", "1"), false), &env, feel_null(), arena, &why);
    assert_true(why.note);
    s.standard[0] = "a + 1";
    assert_gives(TABLE(s, "< 10", "1"), "51");
    s = (Shape){ .hit = FEEL_HIT_FIRST, .inputs = { "a" }, .outputs = { "x", "y" }, .standard = { "", "7" } };
    assert_gives(TABLE(s, "< 10", "1", "2"), "{x: null, y: 7}");
}

static void a_failed_input_is_why_no_row_matches(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a / 0" }, .outputs = { "" } };
    slots[0] = feel_int(50);
    assert_null_because(TABLE(s, "< 10", "1"), "division by zero in a / 0");
}

static void any_wants_agreement(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_ANY, .inputs = { "a" }, .outputs = { "" } };
    slots[0] = feel_int(5);
    assert_gives(TABLE(s, "< 10", "1.0", "> 3", "1.00", "-", "2 - 1"), "1");
    assert_null_because(TABLE(s, "< 10", "1", "> 3", "1", "-", "2"),
                        "in the table 'T' the rows r1 and r3 match and differ in what they give");
}

static void marks_do_not_count_for_agreement(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_ANY, .inputs = { "a" }, .outputs = { "x", "row" } };
    FeelTable *t = TABLE(s, "< 10", "1", "\"r1\"", "> 3", "1", "\"r2\"");
    FeelTableOutput outputs[2] = { t->outputs[0], t->outputs[1] };
    outputs[1].mark = true;
    t->outputs = outputs;
    slots[0] = feel_int(5);
    assert_gives(t, "{x: 1, row: \"r1\"}");
}

static void first_takes_the_first_and_evaluates_no_other(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_FIRST, .inputs = { "a" }, .outputs = { "" } };
    slots[0] = feel_int(5);
    assert_gives(TABLE(s, "> 9", "0 / 0", "> 3", "2", "-", "1 / 0"), "2");
}

static void priority_goes_by_allowed_values(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_PRIORITY,
                .inputs = { "a" },
                .outputs = { "x", "y" },
                .allowed = { "\"high\", \"mid\", \"low\"", "[1..5], > 5" } };
    slots[0] = feel_int(5);
    FeelTable *t = TABLE(s, "-", "\"low\"", "1", "> 3", "\"mid\"", "9", "< 9", "\"mid\"", "2", "> 5", "\"high\"", "1");
    assert_gives(t, "{x: \"mid\", y: 2}");
    slots[0] = feel_int(6);
    assert_gives(t, "{x: \"high\", y: 1}");
}

static void priority_goes_by_the_values_of_a_type(void **state)
{
    (void)state;
    const FeelExpr *allowed;
    Err err;
    assert_int_equal(
        feel_parse(arena, NULL, STR("\"high\", \"low\""), (FeelParseOptions){ .unary_tests = true }, &allowed, &err),
        RC_OK);
    FeelTypeDef level = { .name = STR("level"), .kind = FEEL_KIND_BASIC, .basic = FEEL_STRING, .allowed = allowed };
    Shape s = { .hit = FEEL_HIT_PRIORITY, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "-", "\"low\"", "-", "\"high\"");
    FeelTableOutput output = t->outputs[0];
    output.type = &level;
    t->outputs = &output;
    assert_gives(t, "\"high\"");
    t->hit = FEEL_HIT_OUTPUT_ORDER;
    assert_gives(t, "[\"high\", \"low\"]");
    FeelTypeDef restricted = { .name = STR("risk"), .kind = FEEL_KIND_BASIC, .basic = FEEL_STRING, .base = &level };
    output.type = &restricted;
    assert_gives(t, "[\"high\", \"low\"]");
}

static void priority_without_an_order_is_refused(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_PRIORITY, .inputs = { "a" }, .outputs = { "" } };
    assert_refused(TABLE(s, "-", "1"), RC_PARSE, "here, 1:1", "needs allowed values");
    s.allowed[0] = "not(1)";
    assert_refused(TABLE(s, "-", "1"), RC_PARSE, "here, 1:1", "needs allowed values");
}

static void rule_order_lists_all_in_order(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_RULE_ORDER, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "> 1", "3", "> 2", "1", "> 9", "0", "-", "2");
    slots[0] = feel_int(5);
    assert_gives(t, "[3, 1, 2]");
    t->hit = FEEL_HIT_COLLECT;
    assert_gives(t, "[3, 1, 2]");
}

static void output_order_sorts_and_keeps_rows_of_one_rank(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_OUTPUT_ORDER, .inputs = { "a" }, .outputs = { "x", "n" }, .allowed = { "3, 2, 1" } };
    slots[0] = feel_int(5);
    assert_gives(TABLE(s, "-", "1", "1", "-", "3", "2", "-", "2", "3", "-", "3", "4", "-", "1", "5"),
                 "[{x: 3, n: 2}, {x: 3, n: 4}, {x: 2, n: 3}, {x: 1, n: 1}, {x: 1, n: 5}]");
}

static void aggregates_are_the_built_in_functions(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_SUM, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "> 1", "3", "> 2", "1.5", "> 9", "0", "-", "2");
    static const char *const expected[] = { "6.5", "1.5", "3", "3" };
    slots[0] = feel_int(5);
    for (int i = 0; i < 4; i++) {
        t->hit = (FeelHit)(FEEL_HIT_SUM + i);
        assert_gives(t, expected[i]);
    }
}

static void no_row_under_policies_of_several(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_COLLECT, .inputs = { "a" }, .outputs = { "" } };
    slots[0] = feel_int(5);
    FeelTable *t = TABLE(s, "> 10", "3");
    assert_gives(t, "[]");
    t->hit = FEEL_HIT_RULE_ORDER;
    assert_gives(t, "[]");
    t->hit = FEEL_HIT_COUNT;
    assert_gives(t, "0");
    t->hit = FEEL_HIT_SUM;
    assert_null_because(t, "no row of the table 'T' matches");
    s.standard[0] = "0";
    t = TABLE(s, "> 10", "3");
    assert_gives(t, "[0]");
    t->hit = FEEL_HIT_SUM;
    assert_gives(t, "0");
}

static void aggregates_of_several_outputs_are_refused(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_SUM, .inputs = { "a" }, .outputs = { "x", "y" } };
    assert_refused(TABLE(s, "-", "1", "2"), RC_PARSE, "here, 1:1", "one output");
}

/* ---- cells ---- */

static void cells_may_be_any_unary_test(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_RULE_ORDER, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "not(1, 2)", "1", "b", "2", "< b", "3", "[1..b]", "4", "? > 2 and ? < 9", "5", "null", "6",
                         "1, [4..5], > 90", "7", "!= 5", "8", "[4, 5, 6]", "9", "-", "10");
    slots[1] = feel_int(5);
    slots[0] = feel_int(5);
    assert_gives(t, "[1, 2, 4, 5, 7, 9, 10]");
    slots[0] = feel_int(1);
    assert_gives(t, "[3, 4, 7, 8, 10]");
    slots[0] = feel_null();
    assert_gives(t, "[1, 6, 8, 10]");
    slots[0] = string("5");
    assert_gives(t, "[10]");
}

static void an_empty_output_is_null(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "x", "y" } };
    assert_gives(TABLE(s, "-", "", "2"), "{x: null, y: 2}");
}

static void types_convert_inputs_and_outputs(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "5", "[7]");
    FeelTypeDef number = { .kind = FEEL_KIND_BASIC, .basic = FEEL_NUMBER };
    FeelTableInput input = t->inputs[0];
    FeelTableOutput output = t->outputs[0];
    input.type = &number;
    output.type = &number;
    t->inputs = &input;
    t->outputs = &output;
    FeelValue five = feel_int(5);
    slots[0] = feel_list(arena, &five, 1);
    assert_gives(t, "7");
    slots[0] = string("5");
    assert_null_because(t, "the value must be of type number, not \"5\" in a");
}

static void inputs_outside_their_allowed_values_are_an_error(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" }, .input_allowed = { "1, 2" } };
    FeelTable *t = TABLE(s, "-", "1");
    slots[0] = feel_int(3);
    assert_null_because(t, "the input 'a' is not among its allowed values: 3");
    slots[0] = feel_null();
    assert_null_because(t, "the input 'a' is not among its allowed values: null");
    FeelValue items[] = { feel_int(2), feel_int(1), feel_int(3) };
    slots[0] = feel_list(arena, items, 2);
    assert_gives(t, "1");
    slots[0] = feel_list(arena, items, 3);
    assert_null_because(t, "the input 'a' is not among its allowed values: list");
    slots[0] = feel_int(2);
    assert_gives(t, "1");
}

static void outputs_outside_their_allowed_values_are_an_error(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "x", "y" }, .allowed = { "", "1, 2" } };
    assert_null_because(TABLE(s, "-", "1", "3"),
                        "in the table 'T' the output 'y' of row r1 is not among its allowed values");
}

static void faults_name_the_cell(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" } };
    assert_refused(TABLE(s, "-", "1", "< nobody", "2"), RC_PARSE, "cell 2, 1:3", "unknown name 'nobody'");
}

static void a_table_within_a_function_sees_its_parameters(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "p" }, .outputs = { "" } };
    FeelBoxed body = { .kind = FEEL_BOXED_TABLE, .table = TABLE(s, "< q", "p * 2", ">= q", "p * 3") };
    FeelMember params[] = { { STR("p"), NULL }, { STR("q"), NULL } };
    FeelBoxed function = {
        .kind = FEEL_BOXED_FUNCTION, .name = STR("f"), .params = params, .n_params = 2, .parts = &body, .n = 1
    };
    FeelBoxed parts[] = { function, { .kind = FEEL_BOXED_TEXT, .text = cell("[f(1, 5), f(7, 5)]") } };
    FeelBoxed context = { .kind = FEEL_BOXED_CONTEXT, .parts = parts, .n = 2 };
    const FeelExpr *expr;
    Err err;
    if (feel_parse_boxed(arena, scope, &context, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    assert_string_equal(feel_print(arena, run(expr)).p, "[2, 21]");
}

static void note_row(void *ctx, Str name, Str label)
{
    Str *seen = ctx;
    *seen = arena_printf(arena, "%.*s%.*s.%.*s ", STR_ARG(*seen), STR_ARG(name), STR_ARG(label));
}

static void trace_nothing(void *ctx, FeelPlace place, FeelPart part)
{
    (void)ctx;
    (void)place;
    (void)part;
}

static void trace_value(void *ctx, FeelValue v, const FeelReason *why)
{
    (void)ctx;
    (void)why;
    (void)v;
}

static void trace_skip(void *ctx, FeelPlace place)
{
    (void)ctx;
    (void)place;
}

static void the_trace_is_told_which_rows_matched(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_RULE_ORDER, .inputs = { "a" }, .outputs = { "" } };
    const FeelExpr *expr = compile_with(TABLE(s, "< 10", "1", "> 90", "2", "-", "3"), false);
    Str seen = STR_NONE;
    FeelTrace trace = {
        .ctx = &seen, .enter = trace_nothing, .leave = trace_value, .skip = trace_skip, .row = note_row
    };
    FeelEnv env = { .slot_in = slot_in, .trace = &trace };
    slots[0] = feel_int(5);
    (void)feel_eval(expr, &env, feel_null(), arena, NULL);
    assert_string_equal(seen.p, "T.r1 T.r3 ");
}

static void limits_are_told(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_FIRST, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = TABLE(s, "-", "1");
    FeelTableRow *rows = ARENA_ARRAY(arena, FeelTableRow, 10001);
    for (size_t i = 0; i < 10001; i++)
        rows[i] = t->rows[0];
    t->rows = rows;
    t->n_rows = 10000;
    assert_gives(t, "1");
    t->n_rows = 10001;
    assert_refused(t, RC_PARSE, "here, 1:1", "at most 10000 rows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unique_gives_the_row_that_matches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_rows_under_unique_are_an_error_that_names_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_row_gives_null_as_the_answer_or_the_default, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_input_is_why_no_row_matches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_wants_agreement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marks_do_not_count_for_agreement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_takes_the_first_and_evaluates_no_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(priority_goes_by_allowed_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(priority_goes_by_the_values_of_a_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(priority_without_an_order_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rule_order_lists_all_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(output_order_sorts_and_keeps_rows_of_one_rank, set_up, tear_down),
        cmocka_unit_test_setup_teardown(aggregates_are_the_built_in_functions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_row_under_policies_of_several, set_up, tear_down),
        cmocka_unit_test_setup_teardown(aggregates_of_several_outputs_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_may_be_any_unary_test, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_output_is_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(types_convert_inputs_and_outputs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(inputs_outside_their_allowed_values_are_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(outputs_outside_their_allowed_values_are_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_name_the_cell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_within_a_function_sees_its_parameters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_trace_is_told_which_rows_matched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_are_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
