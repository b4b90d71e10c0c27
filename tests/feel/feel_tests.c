/* What the golden files cannot say: scopes, slots, host functions, limits, and what holds for all values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "core/feel/feel.h"

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

static const FeelExpr *parse(const FeelScope *scope, Str text)
{
    const FeelExpr *expr = NULL;
    Err err;
    if (feel_parse(arena, scope, text, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        fail_msg("%s %s", err.place, err.text);
    return expr;
}

static FeelValue slot_number(void *ctx, int slot, Arena *to)
{
    (void)to;
    if (ctx)
        ++*(int *)ctx;
    return feel_int(10 + slot);
}

static FeelValue eval(const FeelExpr *expr)
{
    FeelEnv env = { .slot = slot_number };
    return feel_eval(expr, &env, feel_null(), arena, NULL);
}

static void assert_prints(FeelValue v, const char *text)
{
    assert_string_equal(feel_print(arena, v).p, text);
}

static void assert_refused(const FeelScope *scope, Str text, Rc rc, const char *place, const char *part)
{
    const FeelExpr *expr = NULL;
    Err err;
    assert_int_equal(feel_parse(arena, scope, text, (FeelParseOptions){ 0 }, &expr, &err), rc);
    assert_null(expr);
    assert_string_equal(err.place, place);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

/* ---- scopes ---- */

static void slots_count_through_parents(void **state)
{
    (void)state;
    FeelScope *outer = feel_scope_new(arena, NULL);
    assert_int_equal(feel_scope_add(outer, STR("a"), -1), 0);
    assert_int_equal(feel_scope_add(outer, STR("b"), -1), 1);
    FeelScope *inner = feel_scope_new(arena, outer);
    assert_int_equal(feel_scope_add(inner, STR("c"), -1), 2);
    assert_int_equal(feel_scope_find(inner, STR("a")), 0);
    assert_int_equal(feel_scope_find(outer, STR("c")), -1);
    assert_int_equal(feel_scope_slots(inner), 3);
    assert_prints(eval(parse(inner, STR("a + c"))), "22");
}

static void two_names_can_share_a_slot(void **state)
{
    (void)state;
    FeelScope *scope = feel_scope_new(arena, NULL);
    int slot = feel_scope_add(scope, STR("fine_fen"), -1);
    assert_int_equal(feel_scope_add(scope, STR("罚款 金额"), slot), slot);
    assert_int_equal(feel_scope_add(scope, STR("fine_fen"), -1), slot);
    assert_int_equal(feel_scope_slots(scope), 1);
    assert_prints(eval(parse(scope, STR("fine_fen = 罚款  金额"))), "true");
}

static void an_inner_name_hides_an_outer_one(void **state)
{
    (void)state;
    FeelScope *outer = feel_scope_new(arena, NULL);
    feel_scope_add(outer, STR("a"), -1);
    FeelScope *inner = feel_scope_new(arena, outer);
    assert_int_equal(feel_scope_add(inner, STR("a"), -1), 1);
    assert_prints(eval(parse(inner, STR("a"))), "11");
}

static void used_slots_are_known(void **state)
{
    (void)state;
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("a"), -1);
    feel_scope_add(scope, STR("b"), -1);
    feel_scope_add(scope, STR("c"), -1);
    bool used[3];
    feel_expr_slots(parse(scope, STR("if true then c else [1][a = 1]")), used, 3);
    assert_true(used[0]);
    assert_false(used[1]);
    assert_true(used[2]);
    feel_expr_slots(parse(scope, STR("1 in (a) + 0")), used, 2); /* tried as a list of tests first */
    assert_true(used[0]);
}

static void only_what_is_needed_is_read(void **state)
{
    (void)state;
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("a"), -1);
    int reads = 0;
    FeelEnv env = { .slot = slot_number, .ctx = &reads };
    feel_eval(parse(scope, STR("false and a > 1 or true or a = 2")), &env, feel_null(), arena, NULL);
    assert_int_equal(reads, 0);
}

static void dynamic_names_are_null_with_a_reason(void **state)
{
    (void)state;
    const FeelExpr *expr;
    FeelEnv env = { 0 };
    Str reason;
    Err err;
    FeelParseOptions options = { .dynamic_names = true };
    assert_int_equal(feel_parse(arena, NULL, STR("unknown name + 1"), options, &expr, &err), RC_OK);
    assert_true(feel_is_null(feel_eval(expr, &env, feel_null(), arena, &reason)));
    assert_true(str_eq_c(reason, "unknown name is missing"));
    assert_int_equal(feel_parse(arena, NULL, STR("[{x: 1}][x = 1].x"), options, &expr, &err), RC_OK);
    assert_prints(feel_eval(expr, &env, feel_null(), arena, &reason), "[1]");
    assert_true(reason.n == 0);
}

/* ---- host functions ---- */

static FeelValue fn_difference(FeelEval *ev, const FeelValue *args, size_t n)
{
    int64_t a;
    int64_t b = *(const int64_t *)feel_host(ev);
    if (!feel_to_i64(args[0], &a) || (n > 1 && !feel_to_i64(args[1], &b)))
        return feel_null_because(ev, "%s takes whole numbers", "difference");
    return feel_int(a - b);
}

static const char *const difference_params[] = { "of", "and", NULL };
static const FeelHost hosts[] = {
    { "difference", 1, 2, difference_params, fn_difference },
    { "两数 之差", 1, 2, difference_params, fn_difference },
};

static void host_functions_are_called_like_built_ins(void **state)
{
    (void)state;
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add_host(scope, hosts, ARRAY_LEN(hosts));
    int64_t host = 100;
    FeelEnv env = { .host = &host };
    Str reason;
    const FeelExpr *expr = parse(scope, STR("[difference(7, 5), 两数 之差(7), difference(and: 1, of: 2), "
                                            "{f: difference, r: f(and: 3, of: 4)}.r, [difference][1](9, 1)]"));
    assert_prints(feel_eval(expr, &env, feel_null(), arena, NULL), "[2, -93, 1, 1, 8]");
    expr = parse(scope, STR("1 + difference(\"x\")"));
    assert_true(feel_is_null(feel_eval(expr, &env, feel_null(), arena, &reason)));
    assert_true(str_eq_c(reason, "difference takes whole numbers in difference(\"x\")"));
    assert_refused(scope, STR("difference(1, 2, 3)"), RC_PARSE, "1:1", "cannot take 3");
    assert_refused(scope, STR("difference(of: 1, from: 2)"), RC_PARSE, "1:1", "no parameters of these names");
    assert_refused(scope, STR("diference(1)"), RC_PARSE, "1:1", "did you mean 'difference'?");
}

/* ---- limits and places ---- */

static Str repeated(const char *before, const char *middle, const char *after, size_t n)
{
    size_t a = strlen(before);
    size_t b = strlen(middle);
    size_t c = strlen(after);
    char *p = arena_alloc(arena, n * (a + c) + b);
    for (size_t i = 0; i < n; i++)
        memcpy(p + i * a, before, a);
    memcpy(p + n * a, middle, b);
    for (size_t i = 0; i < n; i++)
        memcpy(p + n * a + b + i * c, after, c);
    return (Str){ p, n * (a + c) + b };
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    static const char *const shapes[][3] = {
        { "(", "1", ")" },
        { "[", "1", "]" },
        { "{a:", "1", "}" },
        { "-", "a", "" },
        { "abs(", "1", ")" },
        { "[1][", "true", "]" },
        { "", "1", "+1" },
        { "", "1", "[1]" },
        { "if true then ", "1", " else 2" },
        { "", "a", ".b" },
        { "for x in [1] return ", "x", "" },
        { "function(x) ", "x", "" },
        { "not(", "true", ")" },
        { "", "1", "=1" },
        { "1 in (", "1", ")" },
        { "1 instance of list<", "number", ">" },
        { "some x in [1] satisfies ", "x", "" },
        { "-", "1", "" },
        { "]", "1..2", "]" },
        { "", "1", "**1" },
        { "", "abs", "(1)" },
    };
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("a"), -1);
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        for (size_t n = 1; n <= 4096; n *= 2) {
            const FeelExpr *expr = NULL;
            Err err;
            Str text = repeated(shapes[i][0], shapes[i][1], shapes[i][2], n);
            if (feel_parse(arena, scope, text, (FeelParseOptions){ 0 }, &expr, &err) == RC_OK)
                eval(expr);
            else if (n < 64 && strstr(err.text, "nested"))
                fail_msg("%zu times %s%s%s: %s", n, shapes[i][0], shapes[i][1], shapes[i][2], err.text);
        }
    assert_refused(scope, repeated("(", "1", ")", 300), RC_LIMIT, "1:201", "more than 200 levels");
}

/* Every construct that calls back into the evaluator, five times over in each of as many calls as are allowed. */
static void recursion_ends_before_the_stack_does(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "f(n + 1)",
        "(for x in [1] return (some y in [1] satisfies ([f(n + 1)][item = 1][1] = 1)))[1]",
        "{a: if true then -(abs(f(n + 1)) + 0) else 1}.a in (1, 2) and (1 between f(n) and 2)",
        "sort([1, 2], function(x, y) f(n + 1))[1]",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        Str body = str_c(bodies[i]);
        for (int level = 0; level < 5; level++)
            body = arena_printf(arena, "[not((1 + count([%.*s])) = 0)][1]", STR_ARG(body));
        FeelEnv env = { 0 };
        Str reason;
        Str text = arena_printf(arena, "{f: function(n) %.*s, r: f(1)}.r", STR_ARG(body));
        feel_eval(parse(NULL, text), &env, feel_null(), arena, &reason);
        assert_true(str_starts(reason, STR("the limit of ")));
    }
}

static void long_chains_are_not_deep(void **state)
{
    (void)state;
    assert_prints(eval(parse(NULL, repeated("false or ", "true", "", 3000))), "true");
    assert_prints(eval(parse(NULL, repeated("true and ", "false", "", 3000))), "false");
}

static void text_has_a_limit(void **state)
{
    (void)state;
    assert_refused(NULL, repeated(" ", "1", "", 65536), RC_LIMIT, "1:1", "65536 bytes");
    assert_refused(NULL, STR("\"\xff\""), RC_PARSE, "1:1", "UTF-8");
    assert_refused(NULL, STR("  "), RC_PARSE, "1:1", "empty");
}

static void steps_have_a_limit_of_the_caller(void **state)
{
    (void)state;
    FeelEnv env = { .max_steps = 50 };
    Str reason;
    FeelValue v = feel_eval(parse(NULL, STR("for i in 1..1000 return i")), &env, feel_null(), arena, &reason);
    assert_true(feel_is_null(v));
    assert_true(str_starts(reason, STR("the limit of 50 steps was reached in ")));
}

static void places_count_lines_and_characters(void **state)
{
    (void)state;
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("金额"), -1);
    assert_refused(scope, STR("金额 > 1 and\n  金额 ＜ 5"), RC_PARSE, "2:6", "write '<'");
    assert_refused(scope, STR("金额 > 1 and\n\n金颔 = 2"), RC_PARSE, "3:1", "did you mean '金额'?");
}

static void reasons_do_not_leak_between_evaluations(void **state)
{
    (void)state;
    FeelEnv env = { 0 };
    Str reason;
    FeelValue list = feel_eval(parse(NULL, STR("[1 / 0]")), &env, feel_null(), arena, NULL);
    const FeelExpr *expr = NULL;
    Err err;
    assert_int_equal(feel_parse(arena, NULL, STR("-(null) + ?[1]"), (FeelParseOptions){ 0 }, &expr, &err), RC_OK);
    FeelValue v = feel_eval(expr, &env, list, arena, &reason);
    assert_true(feel_is_null(v));
    assert_true(str_eq_c(reason, "the operand is null in -(null)"));
}

/* ---- for all values ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static FeelValue random_string(uint32_t *seed)
{
    static const char *const pieces[] = { "a", "\"", "\\",   "\n", "中", "\xF0\x9F\x98\x80",
                                          " ", "\t", "\x01", "}",  "//", "n" };
    char *p = arena_alloc(arena, 64);
    size_t n = 0;
    for (uint32_t i = next_random(seed) % 8; i > 0; i--) {
        const char *piece = pieces[next_random(seed) % ARRAY_LEN(pieces)];
        memcpy(p + n, piece, strlen(piece));
        n += strlen(piece);
    }
    return feel_str((Str){ p, n });
}

static FeelValue random_number(uint32_t *seed)
{
    int64_t i = (int64_t)((uint64_t)next_random(seed) << 40 ^ (uint64_t)next_random(seed) << 20 ^ next_random(seed));
    Dec d = dec_scaled(next_random(seed) % 2 ? -i : i, (int)(next_random(seed) % 60) - 20);
    return feel_dec(arena, d);
}

static FeelValue random_scalar(uint32_t *seed)
{
    uint32_t r = next_random(seed);
    switch (next_random(seed) % 9) {
    case 0: return feel_null();
    case 1: return feel_bool(r % 2);
    case 2: return random_string(seed);
    case 3: return feel_date((Day)(r % 2000000) - 1000000);
    case 4: return feel_date_time(arena, (Day)(r % 99999), r % MS_PER_DAY, r % 3 ? (int)(r % 1000) - 500 : INT_MIN);
    case 5: return feel_days_duration_ms((int64_t)(r % 1000000000) * 1000 - 500000000000);
    case 6: return feel_int((int32_t)r);
    default: return random_number(seed);
    }
}

static FeelValue random_value(uint32_t *seed, int depth)
{
    uint32_t kind = next_random(seed) % 4;
    size_t n = next_random(seed) % 4;
    if (depth == 0 || kind > 1)
        return random_scalar(seed);
    if (kind == 0) {
        FeelValue *items = ARENA_ARRAY(arena, FeelValue, n + 1);
        for (size_t i = 0; i < n; i++)
            items[i] = random_value(seed, depth - 1);
        return feel_list(arena, items, n);
    }
    FeelEntry *entries = ARENA_ARRAY(arena, FeelEntry, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str suffix = feel_to_str(random_string(seed));
        entries[i] = (FeelEntry){ arena_printf(arena, "k%zu%.*s", i, STR_ARG(suffix)), random_value(seed, depth - 1) };
    }
    return feel_context(arena, entries, n);
}

static void every_value_prints_as_feel_that_gives_it_back(void **state)
{
    (void)state;
    uint32_t seed = 20260302;
    for (int i = 0; i < 20000; i++) {
        if (i % 100 == 0)
            arena_reset(arena);
        FeelValue v = random_value(&seed, 3);
        Str text = feel_print(arena, v);
        FeelValue back = eval(parse(NULL, text));
        if (!feel_equal(v, back) || !str_eq(feel_print(arena, back), text))
            fail_msg("%.*s became %.*s", STR_ARG(text), STR_ARG(feel_print(arena, back)));
    }
}

/* Addition through 64-bit integers and through decimals must agree, also where one overflows into the other. */
static void inline_numbers_agree_with_decimals(void **state)
{
    (void)state;
    static const char operators[] = "+-*/";
    uint32_t seed = 4;
    for (int i = 0; i < 20000; i++) {
        if (i % 100 == 0)
            arena_reset(arena);
        FeelValue a = random_number(&seed);
        FeelValue b = i % 2 ? random_number(&seed) : feel_int((int64_t)(next_random(&seed) % 1000) - 500);
        char op = operators[i % 4];
        Str left = feel_print(arena, a);
        Str right = feel_print(arena, b);
        FeelValue v = eval(parse(NULL, arena_printf(arena, "(%.*s) %c (%.*s)", STR_ARG(left), op, STR_ARG(right))));
        Dec x = feel_to_dec(a);
        Dec y = feel_to_dec(b);
        Dec d;
        bool ok = op == '+'   ? dec_add(x, y, &d)
                  : op == '-' ? dec_sub(x, y, &d)
                  : op == '*' ? dec_mul(x, y, &d)
                              : dec_div(x, y, &d);
        assert_int_equal(ok, !feel_is_null(v));
        if (ok && dec_cmp(d, feel_to_dec(v)) != 0)
            fail_msg("%.*s %c %.*s", STR_ARG(left), op, STR_ARG(right));
    }
}

static void order_is_total_on_random_numbers(void **state)
{
    (void)state;
    uint32_t seed = 9;
    for (int i = 0; i < 5000; i++) {
        arena_reset(arena);
        FeelValue a = random_number(&seed);
        FeelValue b = random_number(&seed);
        Str text =
            arena_printf(arena, "[%.*s < %.*s, %.*s = %.*s]", STR_ARG(feel_print(arena, a)),
                         STR_ARG(feel_print(arena, b)), STR_ARG(feel_print(arena, a)), STR_ARG(feel_print(arena, b)));
        int order = dec_cmp(feel_to_dec(a), feel_to_dec(b));
        assert_string_equal(feel_print(arena, eval(parse(NULL, text))).p, order < 0   ? "[true, false]"
                                                                          : order > 0 ? "[false, false]"
                                                                                      : "[false, true]");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_count_through_parents),
        cmocka_unit_test(two_names_can_share_a_slot),
        cmocka_unit_test(an_inner_name_hides_an_outer_one),
        cmocka_unit_test(used_slots_are_known),
        cmocka_unit_test(only_what_is_needed_is_read),
        cmocka_unit_test(dynamic_names_are_null_with_a_reason),
        cmocka_unit_test(host_functions_are_called_like_built_ins),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(recursion_ends_before_the_stack_does),
        cmocka_unit_test(long_chains_are_not_deep),
        cmocka_unit_test(text_has_a_limit),
        cmocka_unit_test(steps_have_a_limit_of_the_caller),
        cmocka_unit_test(places_count_lines_and_characters),
        cmocka_unit_test(reasons_do_not_leak_between_evaluations),
        cmocka_unit_test(every_value_prints_as_feel_that_gives_it_back),
        cmocka_unit_test(inline_numbers_agree_with_decimals),
        cmocka_unit_test(order_is_total_on_random_numbers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
