/* What holds for all: printing and then parsing is the identity, for values and for expressions; patterns that can be
 * read can be run. Checked over the golden expressions (the files in argv) and over what a seeded generator makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/feel/feel.h"

enum { EXPRESSIONS = 20000, VALUES = 20000, PATTERNS = 20000, LINE_BYTES = 8192, TEXT_MAX = 65536, DEPTH_MAX = 5 };

static char **golden_files;
static int n_golden_files;
static Arena *arena;

/* ---- chance ---- */

static uint64_t state = 1;

static uint32_t chance(uint32_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % n;
}

static const char *one_of(const char *const *texts, size_t n)
{
    return texts[chance((uint32_t)n)];
}
#define ONE_OF(...) \
    one_of((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* ---- parsing and evaluating ---- */

static FeelScope *scope;

static FeelValue slot_value(void *ctx, int slot, Arena *to)
{
    (void)ctx;
    FeelValue *items = ARENA_ARRAY(to, FeelValue, 3);
    for (int i = 0; i < 3; i++)
        items[i] = feel_int(i + 1);
    FeelEntry *entries = ARENA_ARRAY(to, FeelEntry, 2);
    entries[0] = (FeelEntry){ STR("age"), feel_int(30) };
    entries[1] = (FeelEntry){ STR("first name"), feel_str(STR("Ann")) };
    switch (slot) {
    case 0: return feel_int(7);
    case 1: return feel_str(STR("text"));
    case 2: return feel_list(to, items, 3);
    case 3: return feel_context(to, entries, 2);
    default: return feel_null();
    }
}

static const FeelExpr *parse(Str text, bool tests)
{
    const FeelExpr *expr = NULL;
    Err err;
    FeelParseOptions options = { .unary_tests = tests, .dynamic_names = true };
    return feel_parse(arena, scope, text, options, &expr, &err) == RC_OK ? expr : NULL;
}

static Str result(const FeelExpr *expr)
{
    FeelEnv env = { .slot = slot_value, .max_steps = 20000 };
    return feel_print(arena, feel_eval(expr, &env, feel_int(5), arena, NULL));
}

/* Functions print as their source, which the canonical form may have changed. */
static bool same_result(Str a, Str b)
{
    return str_eq(a, b) || (str_find(a, STR("function")) != SIZE_MAX && str_find(b, STR("function")) != SIZE_MAX);
}

static void check_expression(Str text, bool tests, bool evaluate)
{
    const FeelExpr *first = parse(text, tests);
    if (!first)
        return;
    Str printed = feel_expr_print(arena, first);
    const FeelExpr *second = parse(printed, tests);
    if (!second)
        fail_msg("%.*s\nprints as\n%.*s\nwhich does not parse", STR_ARG(text), STR_ARG(printed));
    Str again = feel_expr_print(arena, second);
    if (!str_eq(printed, again))
        fail_msg("%.*s\nprints as\n%.*s\nand then as\n%.*s", STR_ARG(text), STR_ARG(printed), STR_ARG(again));
    if (!evaluate)
        return;
    Str a = result(first);
    Str b = result(second);
    if (!same_result(a, b))
        fail_msg("%.*s\nis %.*s\nbut %.*s\nis %.*s", STR_ARG(text), STR_ARG(a), STR_ARG(printed), STR_ARG(b));
}

static void new_scope(void)
{
    arena_reset(arena);
    scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("a"), -1);
    feel_scope_add(scope, STR("b c"), -1);
    feel_scope_add(scope, STR("xs"), -1);
    feel_scope_add(scope, STR("person"), -1);
}

/* ---- the golden expressions ---- */

static int check_golden(const char *path)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char line[LINE_BYTES];
    int at = 0;
    int n = 0;
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' || (at == 0 && line[0] == '#')) {
            at = 0;
            continue;
        }
        if (at++ > 0)
            continue;
        new_scope();
        bool tests = strncmp(line, "unary:", 6) == 0;
        check_expression(str_trim(str_c(tests ? line + 6 : line)), tests, false);
        n++;
    }
    fclose(f);
    return n;
}

static void test_golden_expressions_print_and_parse_back(void **unused)
{
    (void)unused;
    int n = 0;
    for (int i = 0; i < n_golden_files; i++)
        n += check_golden(golden_files[i]);
    assert_true(n > 700);
}

/* ---- made expressions ---- */

static void make(Buf *out, int depth);

static void make_value(Buf *out)
{
    static const char *const atoms[] = { "1",
                                         "2.50",
                                         "0",
                                         "\"s\"",
                                         "true",
                                         "null",
                                         "a",
                                         "b  c",
                                         "xs",
                                         "person",
                                         "nobody",
                                         "1e3",
                                         "xs[2]",
                                         "person.age",
                                         "[1..3]",
                                         "(1..3]",
                                         "]1..3[",
                                         "(>= 2)",
                                         "(=1)",
                                         "[]",
                                         "[1, 2]",
                                         "{k: 1}",
                                         "abs",
                                         "-4",
                                         "\"\\u4E2D\\n\"",
                                         "@\"P1Y\"",
                                         "@\"2024-02-29\"",
                                         "@\"10:00:00@Europe/Paris\"",
                                         "b /* ! */ c" };
    buf_c(out, one_of(atoms, sizeof atoms / sizeof atoms[0]));
}

static void make_two(Buf *out, int depth, const char *between)
{
    make(out, depth + 1);
    buf_c(out, between);
    make(out, depth + 1);
}

static void make_binary(Buf *out, int depth)
{
    make_two(out, depth, ONE_OF(" + ", "-", " * ", "/", "**", " = ", "!=", " < ", ">=", " and ", " or ", " + "));
}

static void make_call(Buf *out, int depth)
{
    switch (chance(5)) {
    case 0: buf_c(out, "count("); break;
    case 1: buf_c(out, "not("); break;
    case 2: buf_c(out, "(function(x, y: number) x + y)(2, "); break;
    case 3: buf_c(out, "substring(start position: 1, string: "); break;
    default: buf_c(out, "max(1, "); break;
    }
    make(out, depth + 1);
    buf_c(out, ")");
}

static void make_construct(Buf *out, int depth)
{
    switch (chance(8)) {
    case 0:
        buf_c(out, "if ");
        make_two(out, depth, " then ");
        buf_c(out, " else ");
        make(out, depth + 1);
        break;
    case 1:
        buf_c(out,
              ONE_OF("for i in 1..3, j in xs return ", "for i in xs return i + ", "for i in [1..2] return partial = "));
        make(out, depth + 1);
        break;
    case 2:
        buf_c(out, ONE_OF("some i in xs satisfies i = ", "every i in xs, j in xs satisfies i < "));
        make(out, depth + 1);
        break;
    case 3:
        make_two(out, depth, " between ");
        buf_c(out, " and ");
        make(out, depth + 1);
        break;
    case 4:
        make(out, depth + 1);
        buf_c(out, " in ");
        buf_c(out, ONE_OF("(< 3, > 5)", "xs", "[1..7]", "(1, 2)", "> 3", "(? > 2 and ? < 9)", "(xs)[item > 1]"));
        break;
    case 5:
        buf_c(out, "{x: ");
        make(out, depth + 1);
        buf_c(out, ", \"y z\": x, f: function(n) n}");
        break;
    case 6:
        make(out, depth + 1);
        buf_c(out, ONE_OF(" instance of number", " instance of list<string>",
                          " instance of context<a: Any, b: date and time>",
                          " instance of function<number, string>->boolean"));
        break;
    default: make_call(out, depth); break;
    }
}

static void make(Buf *out, int depth)
{
    uint32_t kind = depth >= DEPTH_MAX ? 0 : chance(10);
    if (kind < 3) {
        make_value(out);
    } else if (kind < 6) {
        make_binary(out, depth);
    } else if (kind == 6) {
        buf_c(out, ONE_OF("(", " ( ", "-(", "["));
        bool list = out->p[out->n - 1] == '[';
        make(out, depth + 1);
        buf_c(out, list ? "]" : ")");
    } else if (kind == 7) {
        buf_char(out, '(');
        make(out, depth + 1);
        buf_c(out, ONE_OF(")[1]", ").k", ")[item > 1]", ")[-1].x", ")[a = 1 and k = 1]"));
    } else {
        make_construct(out, depth);
    }
}

static void test_made_expressions_print_and_parse_back(void **unused)
{
    (void)unused;
    state = 20240101;
    int parsed = 0;
    Buf out;
    buf_init(&out, TEXT_MAX);
    for (int i = 0; i < EXPRESSIONS; i++) {
        buf_clear(&out);
        new_scope();
        make(&out, 0);
        bool tests = chance(5) == 0;
        parsed += parse(buf_view(&out), tests) != NULL;
        check_expression(buf_view(&out), tests, true);
    }
    buf_free(&out);
    assert_true(parsed > EXPRESSIONS / 2);
}

/* ---- made patterns ---- */

/* What our reader of regular expressions accepts, PCRE2 must accept as it was written anew. */
static void test_patterns_that_can_be_read_can_be_run(void **unused)
{
    (void)unused;
    static const char *const parts[] = { "a",
                                         "z",
                                         "0",
                                         "[",
                                         "]",
                                         "^",
                                         "-",
                                         "p",
                                         "{",
                                         "}",
                                         "L",
                                         "(",
                                         ")",
                                         "?",
                                         ":",
                                         "*",
                                         "+",
                                         ",",
                                         "1",
                                         "|",
                                         "$",
                                         ".",
                                         " ",
                                         "\\n",
                                         "\\i",
                                         "\\C",
                                         "\\p{Lu}",
                                         "[^",
                                         "]]",
                                         "-[",
                                         "(a)",
                                         "\\1",
                                         "{2,3}",
                                         "\\d",
                                         "\\W",
                                         "\\-",
                                         "\\.",
                                         "(?:",
                                         "[:",
                                         "\xE4\xB8\xAD",
                                         "\\P{IsGreek}",
                                         "[a-z-[b]]" };
    state = 7;
    int run = 0;
    for (int i = 0; i < PATTERNS; i++) {
        new_scope();
        Buf pattern;
        buf_init(&pattern, TEXT_MAX);
        for (uint32_t n = chance(12) + 1; n > 0; n--)
            buf_c(&pattern, one_of(parts, sizeof parts / sizeof parts[0]));
        Str text = feel_print(arena, feel_str(buf_to_arena(&pattern, arena)));
        buf_free(&pattern);
        const FeelExpr *expr = parse(arena_printf(arena, "matches(\"ab0\", %.*s, \"%s\")", STR_ARG(text),
                                                  ONE_OF("", "i", "s", "m", "x", "smi", "q")),
                                     false);
        assert_non_null(expr);
        FeelEnv env = { 0 };
        Str reason;
        FeelValue v = feel_eval(expr, &env, feel_null(), arena, &reason);
        run += !feel_is_null(v);
        if (str_find(reason, STR("too large")) != SIZE_MAX)
            fail_msg("PCRE2 refuses %.*s", STR_ARG(text));
    }
    assert_true(run > PATTERNS / 10);
}

/* ---- made values ---- */

static FeelValue make_text(void)
{
    static const char *const parts[] = {
        "a", "\"",  "\\", "\n", "\t", "\x01", "\x7f", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80",
        " ", "\\n", "u",  "'",  "\r", "-",    "in"
    };
    Buf out;
    buf_init(&out, 256);
    for (uint32_t n = chance(6); n > 0; n--)
        buf_c(&out, one_of(parts, sizeof parts / sizeof parts[0]));
    Str text = buf_to_arena(&out, arena);
    buf_free(&out);
    return feel_str(text);
}

static FeelValue make_number(void)
{
    char text[64];
    Dec d = dec_from_i64(0);
    snprintf(text, sizeof text, "%s%u%09u%09u%sE%d", chance(2) ? "-" : "", chance(9), chance(1000000000),
             chance(1000000000), chance(2) ? ".5" : "", chance(3) ? (int)chance(40) - 30 : (int)chance(12000) - 6100);
    (void)dec_parse(str_c(text), &d);
    return feel_dec(arena, d);
}

static FeelValue make_temporal(void)
{
    static const char *const zones[] = { "",
                                         "Z",
                                         "+08:00",
                                         "-05:30:15",
                                         "@Europe/Paris",
                                         "+14:00",
                                         "@Asia/Shanghai",
                                         "@America/New_York",
                                         "@Australia/Lord_Howe",
                                         "@Etc/UTC" };
    long long year = chance(2) ? (long long)chance(400) + 1800 : (long long)chance(1999999998) - 999999999;
    if (year > -1000 && year < 1000)
        year = 2000;
    Str date = arena_printf(arena, "%s%04lld-%02u-%02u", year < 0 ? "-" : "", year < 0 ? -year : year, chance(12) + 1,
                            chance(28) + 1);
    Str fraction = chance(3) ? STR("") : arena_printf(arena, ".%09u", chance(1000000000));
    Str time = arena_printf(arena, "%02u:%02u:%02u%.*s%s", chance(24), chance(60), chance(60), STR_ARG(fraction),
                            one_of(zones, sizeof zones / sizeof zones[0]));
    Str text;
    switch (chance(5)) {
    case 0: text = date; break;
    case 1: text = time; break;
    case 2: text = arena_printf(arena, "%sP%uY%uM", chance(2) ? "-" : "", chance(999999), chance(30)); break;
    case 3:
        text = arena_printf(arena, "%sP%uDT%uH%uM%u%.*sS", chance(2) ? "-" : "", chance(2000000000), chance(99),
                            chance(99), chance(99), STR_ARG(fraction));
        break;
    default: text = arena_printf(arena, "%.*sT%.*s", STR_ARG(date), STR_ARG(time)); break;
    }
    FeelValue v;
    if (!feel_temporal(arena, text, &v))
        fail_msg("%.*s is no temporal value", STR_ARG(text));
    return v;
}

static FeelValue make_any(int depth)
{
    uint32_t kind = chance(depth > 3 ? 6 : 9);
    FeelEnds ends = { .start = make_number(), .start_included = chance(2), .end_included = chance(2) };
    FeelValue v;
    switch (kind) {
    case 0: return feel_null();
    case 1: return feel_bool(chance(2));
    case 2: return make_number();
    case 3: return make_text();
    case 4:
    case 5: return make_temporal();
    case 6:
        if (chance(3)) {
            ends.end = ends.start;
            ends.start = chance(2) ? ends.end : feel_null();
        }
        return feel_range(arena, ends, &v) ? v : feel_null();
    default: break;
    }
    uint32_t n = chance(4);
    FeelValue *items = ARENA_ARRAY(arena, FeelValue, n + 1);
    FeelEntry *entries = ARENA_ARRAY(arena, FeelEntry, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        items[i] = make_any(depth + 1);
        Str key = feel_to_str(make_text());
        entries[i] = (FeelEntry){ arena_printf(arena, "%.*s%u", STR_ARG(key), i), items[i] };
    }
    return kind == 7 ? feel_list(arena, items, n) : feel_context(arena, entries, n);
}

static void test_made_values_print_and_parse_back(void **unused)
{
    (void)unused;
    state = 42;
    for (int i = 0; i < VALUES; i++) {
        new_scope();
        FeelValue v = make_any(0);
        Str text = feel_print(arena, v);
        const FeelExpr *expr = parse(text, false);
        if (!expr)
            fail_msg("%.*s does not parse", STR_ARG(text));
        FeelEnv env = { 0 };
        FeelValue back = feel_eval(expr, &env, feel_null(), arena, NULL);
        Str again = feel_print(arena, back);
        if (!feel_equal(v, back) || !str_eq(text, again))
            fail_msg("%.*s\ncomes back as\n%.*s", STR_ARG(text), STR_ARG(again));
    }
}

static int set_up(void **unused)
{
    (void)unused;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    arena_freep(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_golden_expressions_print_and_parse_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_made_expressions_print_and_parse_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_patterns_that_can_be_read_can_be_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_made_values_print_and_parse_back, set_up, tear_down),
    };
    golden_files = argv + 1;
    n_golden_files = argc - 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
