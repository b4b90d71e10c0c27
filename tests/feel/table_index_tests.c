/* Decision tables: that the index changes nothing but the time, and what the check finds. */
#include <string.h>
#include <time.h>

#include "base/rc.h"
#include "feel/table_kit.h"

/* ---- the index ---- */

static uint64_t random_state = 88172645463325252u;

static size_t below(size_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % n);
}

static const char *const CONSTANTS[] = {
    "1",
    "1.0",
    "1.00",
    "2",
    "2.5",
    "-3",
    "1e3",
    "1000",
    "0.1",
    "123456789012345678901234567890",
    "\"x\"",
    "\"y\"",
    "\"\"",
    "\"xx\"",
    "\"1\"",
    "true",
    "false",
    "null",
    "@\"2024-01-01\"",
    "@\"2024-02-29\"",
    "@\"2024-01-01T00:00:00\"",
    "@\"2024-01-01T00:00:00Z\"",
    "@\"2024-01-01T08:00:00+08:00\"",
    "@\"10:00:00\"",
    "@\"10:00:00Z\"",
    "@\"P1D\"",
    "@\"PT24H\"",
    "@\"P1Y\"",
    "@\"P12M\"",
    "@\"P2Y\"",
};

static const char *const ODD[] = {
    "b",
    "< b",
    "[1..b]",
    "? = 1",
    "? > 1 or ? = \"x\"",
    "not(b)",
    "[1, b]",
    "[[1], [2]]",
    "{x: 1}",
    "[]",
    "string length(?) > 1",
    "[1, [1..2]]",
    "date(\"2024-01-01\")",
    "[\"a\"..\"z\"]",
    "[1..1]",
    "(1..2)",
    "not([1..3], 7)",
    "!= 1",
    "!= \"x\"",
    "!= null",
    "= null",
    "not(null)",
    "not(1, \"x\")",
    "< true",
    "[1, \"x\", null]",
    "(<= 2)",
    "[@\"2023-01-01\"..@\"2024-01-31\")",
    "not(-)",
    "> date(\"2024-01-01\")",
    "[date(\"2023-01-01\")..date(\"2024-02-01\"))",
    "duration(\"P1D\")",
    "date(\"x\")",
    "not(date(\"2024-02-29\"))",
    "<= duration(\"P1Y\")",
    "date(2024, 1, 1)",
    "not(not(1))",
};

static Str random_range(size_t kind)
{
    static const char *const ends[][4] = { { "-3", "1", "2", "1000" },
                                           { "\"\"", "\"x\"", "\"xx\"", "\"y\"" },
                                           { "@\"2023-01-01\"", "@\"2024-01-01\"", "@\"2024-02-29\"",
                                             "@\"2025-01-01\"" },
                                           { "@\"PT1H\"", "@\"P1D\"", "@\"P2D\"", "@\"P9D\"" } };
    size_t low = below(4);
    size_t high = low + below(4 - low);
    return arena_printf(arena, "%c%s..%s%c", "[("[below(2)], ends[kind][low], ends[kind][high], "])"[below(2)]);
}

static const char *const COMPARE[] = { "<", "<=", ">", ">=", "=", "!=" };

static Str random_test(void)
{
    const char *constant = CONSTANTS[below(ARRAY_LEN(CONSTANTS))];
    switch (below(8)) {
    case 0:
    case 1:
    case 2: return str_c(constant);
    case 3:
    case 4: return arena_printf(arena, "%s %s", COMPARE[below(ARRAY_LEN(COMPARE))], constant);
    case 5: return arena_printf(arena, "[%s, %s]", constant, CONSTANTS[below(ARRAY_LEN(CONSTANTS))]);
    default: return random_range(below(4));
    }
}

static bool parses(Str text)
{
    const FeelExpr *expr;
    Err err;
    return feel_parse(arena, scope, text, (FeelParseOptions){ .unary_tests = true }, &expr, &err) == RC_OK;
}

static const char *random_cell(void)
{
    Str text;
    do {
        size_t kind = below(16);
        if (kind == 0)
            text = str_c(ODD[below(ARRAY_LEN(ODD))]);
        else if (kind < 3)
            text = STR("-");
        else
            text = random_test();
        if (kind > 12) {
            Str other = random_test();
            text = arena_printf(arena, "%.*s, %.*s", STR_ARG(text), STR_ARG(other));
        }
        if (kind > 2 && below(6) == 0)
            text = arena_printf(arena, "not(%.*s)", STR_ARG(text));
    } while (!parses(text));
    return arena_c(arena, text);
}

static FeelValue random_value(void)
{
    static const char *const others[] = { "[1]", "[1, 2]", "{x: 1}", "[1..2]", "[\"x\"]", "[]", "function(q) q", "3" };
    size_t kind = below(8);
    const char *text = kind == 0 ? others[below(ARRAY_LEN(others))] : CONSTANTS[below(ARRAY_LEN(CONSTANTS))];
    const FeelExpr *expr;
    Err err;
    assert_int_equal(feel_parse(arena, NULL, str_c(text), (FeelParseOptions){ 0 }, &expr, &err), RC_OK);
    FeelEnv env = { 0 };
    return feel_eval(expr, &env, feel_null(), arena, NULL);
}

static void assert_same(const FeelTable *t, const FeelExpr *indexed, const FeelExpr *scanned)
{
    FeelValue x = run(indexed);
    Str with = feel_print(arena, x);
    Str without = feel_print(arena, run(scanned));
    if (str_eq(with, without))
        return;
    for (size_t i = 0; i < t->n_rows; i++)
        print_message("%zu: %s | %s\n", i + 1, t->rows[i].cells[0].text.p, t->rows[i].cells[1].text.p);
    fail_msg("for %s, %s: index %s, scan %s", feel_print(arena, slots[0]).p, feel_print(arena, slots[2]).p, with.p,
             without.p);
}

static void an_index_changes_nothing(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_RULE_ORDER, .inputs = { "a", "c" }, .outputs = { "" } };
    for (int round = 0; round < 1500; round++) {
        ArenaMark mark = arena_mark(arena);
        size_t n = 1 + below(round % 10 == 0 ? 200 : 12);
        const char **cells = ARENA_ARRAY(arena, const char *, 3 * n);
        for (size_t i = 0; i < n; i++) {
            cells[3 * i] = random_cell();
            cells[3 * i + 1] = below(3) ? "-" : random_cell();
            cells[3 * i + 2] = arena_printf(arena, "%zu", i + 1).p;
        }
        FeelTable *t = table(&s, cells, 3 * n);
        const FeelExpr *indexed = compile_with(t, false);
        const FeelExpr *scanned = compile_with(t, true);
        for (int i = 0; i < 12; i++) {
            slots[0] = random_value();
            slots[1] = random_value();
            slots[2] = random_value();
            assert_same(t, indexed, scanned);
        }
        arena_rewind(arena, mark);
    }
}

/* Each of n rows an interval, all overlapping: the most toggles, and lists of all lengths. */
static FeelTable *wide_table(size_t n, size_t inputs)
{
    Shape s = { .hit = FEEL_HIT_COUNT, .outputs = { "" } };
    for (size_t i = 0; i < inputs; i++)
        s.inputs[i] = i % 2 ? "c" : "a";
    size_t columns = inputs + 1;
    const char **cells = ARENA_ARRAY(arena, const char *, n *columns);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < inputs; k++)
            cells[i * columns + k] = arena_printf(arena, "[%zu..%zu]", i, 2 * n - i).p;
        cells[i * columns + inputs] = "1";
    }
    return table(&s, cells, n * columns);
}

static void many_overlapping_rows_stay_within_memory(void **state)
{
    (void)state;
    FeelTable *t = wide_table(10000, 7);
    size_t before = arena_used(arena);
    const FeelExpr *scanned = compile_with(t, true);
    size_t plain = arena_used(arena) - before;
    const FeelExpr *indexed = compile_with(t, false);
    size_t with_index = arena_used(arena) - before - 2 * plain;
    assert_true(with_index < 6u << 20);
    for (int64_t v = -1; v < 20002; v += 997) {
        slots[0] = feel_int(v);
        slots[2] = feel_int(20000 - v);
        FeelValue x = run(indexed);
        if (v % 7 == 0)
            assert_true(feel_equal(x, run(scanned)));
        int64_t expected = v < 0 || v > 20000 ? 0 : (v < 10000 ? v : v <= 10001 ? 9999 : 20000 - v) + 1;
        int64_t got;
        assert_true(feel_to_i64(x, &got));
        assert_int_equal(got, expected);
    }
}

static void steps_bound_a_scan(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_COUNT, .inputs = { "a" }, .outputs = { "" } };
    FeelTable *t = wide_table(5000, 1);
    (void)s;
    FeelEnv env = { .slot_in = slot_in, .max_steps = 1000 };
    slots[0] = feel_int(5000);
    assert_int_equal(feel_eval(compile_with(t, true), &env, feel_null(), arena, &reason).type, FEEL_NULL);
    assert_true(str_starts(reason, STR("the limit of 1000 steps was reached")));
}

/* ---- the check ---- */

static Str findings(const FeelTable *t)
{
    static const char *const kinds[] = { "overlap", "gap", "barred ", "unchecked" };
    const FeelTableFinding *found;
    Str all = STR("");
    size_t n = feel_check_tables(compile_with(t, false), arena, &found);
    for (size_t i = 0; i < n; i++)
        all = arena_printf(arena, "%.*s%s%s%.*s%s%.*s: %.*s", STR_ARG(all), all.n ? "; " : "", kinds[found[i].kind],
                           STR_ARG(found[i].rows[0]), found[i].rows[1].n ? "+" : "", STR_ARG(found[i].rows[1]),
                           STR_ARG(found[i].where));
    return all;
}

static void assert_findings(const FeelTable *t, const char *expected)
{
    assert_string_equal(arena_c(arena, findings(t)), expected);
}

static void rows_that_overlap_are_found(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a", "b" }, .outputs = { "" }, .standard = { "0" } };
    assert_findings(TABLE(s, "< 10", "\"x\"", "1", ">= 10", "\"x\"", "2", "-", "\"y\"", "3"), "");
    assert_findings(TABLE(s, "< 10", "\"x\"", "1", ">= 9", "\"x\", \"y\"", "2"),
                    "overlapr1+r2: a in [9..10), b = \"x\"");
    assert_findings(TABLE(s, "5", "not(\"x\")", "1", "5.0", "not(\"y\")", "2"), "overlapr1+r2: a = 5, b = ...");
    assert_findings(TABLE(s, "-", "true", "1", "-", "not(true)", "2"), "");
    assert_findings(TABLE(s, "-", "-", "1", "-", "", "2"), "overlapr1+r2: ");
    s.hit = FEEL_HIT_FIRST;
    assert_findings(TABLE(s, "-", "-", "1", "-", "", "2"), "");
    s.hit = FEEL_HIT_ANY;
    assert_findings(TABLE(s, "< 9", "-", "1", "> 5", "", "1.0", "-", "true", "a", "7", "true", "2"),
                    "overlapr1+r4: a = 7, b = true; overlapr2+r4: a = 7, b = true");
}

static void periods_that_touch_do_not_overlap(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" } };
    assert_findings(TABLE(s, "[@\"2021-07-15\"..@\"2024-01-01\")", "1", ">= @\"2024-01-01\"", "2"), "");
    assert_findings(TABLE(s, "[@\"2021-07-15\"..@\"2024-01-01\"]", "1", "> @\"2023-12-31\"", "2"),
                    "overlapr1+r2: a in (@\"2023-12-31\"..@\"2024-01-01\"]");
    /* Nothing lies between a day and the next. */
    assert_findings(TABLE(s, "< @\"2024-01-02\"", "1", "> @\"2024-01-01\"", "2"), "");
    assert_findings(TABLE(s, "[@\"2021-01-01\"..@\"2022-01-01\")", "1", ">= @\"2022-01-03\"", "2"),
                    "gap: a in [@\"2022-01-01\"..@\"2022-01-03\")");
    assert_findings(TABLE(s, "[@\"2021-01-01\"..@\"2022-01-01\")", "1", "[@\"2022-01-01\"..@\"2023-01-01\")", "2"), "");
    s.inputs[1] = "b";
    assert_findings(TABLE(s, "< @\"2022-01-01\"", "true", "1", "-", "false", "2"),
                    "gap: a >= @\"2022-01-01\", b = true");
}

static void gaps_are_found(void **state)
{
    (void)state;
    Shape s = {
        .hit = FEEL_HIT_UNIQUE, .inputs = { "a", "b" }, .outputs = { "" }, .input_allowed = { ">= 0", "\"x\", \"y\"" }
    };
    assert_findings(TABLE(s, "< 10", "\"x\"", "1", "< 5", "\"y\"", "2", "> 10", "-", "3"),
                    "gap: a in [5..10), b = \"y\"; gap: a = 10");
    assert_findings(TABLE(s, "1", "-", "1", "0", "-", "2", ">= 2", "\"x\"", "3", ">= 2", "\"y\"", "4"), "");
    s = (Shape){ .hit = FEEL_HIT_ANY, .inputs = { "a" }, .outputs = { "" } };
    assert_findings(TABLE(s, "\"x\"", "1", "\"y\"", "2"), "gap: a = ...");
    assert_findings(TABLE(s, "true", "1"), "gap: a = false");
    assert_findings(TABLE(s, "not(3)", "1"), "gap: a = 3");
    s.standard[0] = "0";
    assert_findings(TABLE(s, "true", "1"), "");
}

static void values_that_are_not_allowed_are_found(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_FIRST,
                .inputs = { "a" },
                .outputs = { "x" },
                .input_allowed = { "\"minor\", \"serious\", [1..9]" },
                .allowed = { "1, 2, \"many\"" },
                .standard = { "1" } };
    assert_findings(TABLE(s, "\"minor\", \"serius\"", "1", "[8..12]", "2", "[12..13]", "\"many\"", "-", "1 + 1"),
                    "barred r1: a = \"serius\"; barred r3: a in [12..13]");
    assert_findings(TABLE(s, "\"minor\"", "3", "-", "\"may\"", "-", "b"), "barred r1: x = 3; barred r2: x = \"may\"");
    s.input_allowed[0] = NULL;
    assert_findings(TABLE(s, "(@\"2024-01-01\"..@\"2024-01-02\")", "1"),
                    "barred r1: a in (@\"2024-01-01\"..@\"2024-01-02\")");
}

static void what_is_not_constant_is_left_out_and_said(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a" }, .outputs = { "" } };
    assert_findings(TABLE(s, "b", "1", "1", "2", "[0..2]", "3"),
                    "overlapr2+r3: a = 1; unchecked: rows with cells that are not constant were left out");
}

static const char *number_cell(void)
{
    static const char *const cells[] = { "-",      "-",          "1",           "4",           "1000",    "< 1",
                                         "<= 4",   "> -3",       ">= 1000",     "[1..4]",      "[-3..1)", "(4..1000)",
                                         "(1..4]", "-3, [4..9)", "not([1..4))", "not(1, > 9)", "!= 4",    "(-3..1000]",
                                         "not(9)", "9, 1",       "[9..1000]",   "< -3",        "[4..4]",  "> 1000" };
    return cells[below(ARRAY_LEN(cells))];
}

enum { CHECKED_ROWS = 6 };

/* Which pairs of rows match together somewhere, and whether somewhere none does: by trying each kind of value. */
static bool try_all(const FeelExpr *expr, bool pairs[CHECKED_ROWS][CHECKED_ROWS])
{
    static const int64_t grid[] = { -9, -3, -2, 1, 2, 4, 5, 9, 99, 1000, 2000 };
    bool gap = false;
    for (size_t i = 0; i < ARRAY_LEN(grid) * ARRAY_LEN(grid); i++) {
        slots[0] = feel_int(grid[i % ARRAY_LEN(grid)]);
        slots[2] = feel_int(grid[i / ARRAY_LEN(grid)]);
        FeelValue rows = run(expr);
        gap = gap || rows.as.list->n == 0;
        for (size_t a = 0; a < rows.as.list->n; a++)
            for (size_t b = 0; b < a; b++) {
                int64_t x = 0, y = 0;
                assert_true(feel_to_i64(rows.as.list->items[b], &x) && feel_to_i64(rows.as.list->items[a], &y));
                pairs[x - 1][y - 1] = true;
            }
    }
    return gap;
}

static void a_check_finds_what_trying_finds(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_RULE_ORDER, .inputs = { "a", "c" }, .outputs = { "" } };
    for (int round = 0; round < 2000; round++) {
        ArenaMark mark = arena_mark(arena);
        bool pairs[CHECKED_ROWS][CHECKED_ROWS] = { 0 };
        size_t n = 1 + below(CHECKED_ROWS);
        const char *cells[3 * CHECKED_ROWS];
        for (size_t i = 0; i < n; i++) {
            cells[3 * i] = number_cell();
            cells[3 * i + 1] = number_cell();
            cells[3 * i + 2] = arena_printf(arena, "%zu", i + 1).p;
        }
        FeelTable *t = table(&s, cells, 3 * n);
        bool gap = try_all(compile_with(t, false), pairs);
        t->hit = FEEL_HIT_UNIQUE;
        const FeelTableFinding *found;
        size_t n_found = feel_check_tables(compile_with(t, false), arena, &found);
        for (size_t i = 0; i < n_found; i++) {
            gap = gap && found[i].kind != FEEL_FINDING_GAP;
            if (found[i].kind != FEEL_FINDING_OVERLAP)
                continue;
            bool *pair = &pairs[found[i].rows[0].p[1] - '1'][found[i].rows[1].p[1] - '1'];
            assert_true(*pair);
            *pair = false;
        }
        assert_false(gap);
        for (size_t i = 0; i < CHECKED_ROWS * CHECKED_ROWS; i++)
            assert_false(pairs[i / CHECKED_ROWS][i % CHECKED_ROWS]);
        arena_rewind(arena, mark);
    }
}

static void a_check_of_many_rows_ends(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a", "b", "c" }, .outputs = { "" } };
    enum { N = 10000 };
    const char **cells = ARENA_ARRAY(arena, const char *, 4 * N);
    for (size_t i = 0; i < N; i++) {
        cells[4 * i] = arena_printf(arena, "[%zu..%zu)", i % 100 * 10, i % 100 * 10 + 10).p;
        cells[4 * i + 1] = arena_printf(arena, "> %zu", i / 100).p;
        cells[4 * i + 2] = arena_printf(arena, "[%zu..%zu]", i / 100 * 2, i / 100 * 2 + 1).p;
        cells[4 * i + 3] = "1";
    }
    Str text = findings(table(&s, cells, 4 * N));
    assert_true(str_find(text, STR("overlap")) == SIZE_MAX);
    assert_true(str_find(text, STR("gap")) != SIZE_MAX);
}

/* Not a test of time, which machines differ in; it prints what one evaluation takes. */
static void report(const char *name, const FeelExpr *expr)
{
    struct timespec from, to;
    enum { TIMES = 200000 };
    Arena *scratch = arena_new(0);
    FeelEnv env = { .slot_in = slot_in };
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (int i = 0; i < TIMES; i++) {
        arena_reset(scratch);
        (void)feel_eval(expr, &env, feel_null(), scratch, NULL);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    arena_free(scratch);
    double ns = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
    print_message("%s: %.0f ns an evaluation\n", name, ns / TIMES);
}

static void large_tables_are_fast(void **state)
{
    (void)state;
    Shape s = { .hit = FEEL_HIT_UNIQUE, .inputs = { "a", "b", "c" }, .outputs = { "" } };
    for (size_t n = 10; n <= 1000; n *= 10) {
        const char **cells = ARENA_ARRAY(arena, const char *, 4 * n);
        for (size_t i = 0; i < n; i++) {
            cells[4 * i] = arena_printf(arena, "[%zu..%zu)", i / 5 * 10, i / 5 * 10 + 10).p;
            cells[4 * i + 1] = i % 5 < 3 ? "\"x\", \"z\"" : "\"y\"";
            cells[4 * i + 2] = i % 5 < 3    ? (i % 5 == 0   ? "< 1"
                                               : i % 5 == 1 ? "[1..5]"
                                                            : "> 5")
                               : i % 5 == 3 ? "1"
                                            : "2";
            cells[4 * i + 3] = arena_printf(arena, "%zu", i).p;
        }
        const FeelExpr *expr = compile_with(table(&s, cells, 4 * n), false);
        slots[0] = feel_int((int64_t)(n / 5 * 10 - 5));
        slots[1] = string("y");
        slots[2] = feel_int(2);
        int64_t got;
        assert_true(feel_to_i64(run(expr), &got));
        assert_int_equal(got, n - 1);
        report(n == 10 ? "10 rows" : n == 100 ? "100 rows" : "1000 rows", expr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_index_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_overlapping_rows_stay_within_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(steps_bound_a_scan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_that_overlap_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(periods_that_touch_do_not_overlap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(gaps_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_that_are_not_allowed_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_constant_is_left_out_and_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_finds_what_trying_finds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_of_many_rows_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_tables_are_fast, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
