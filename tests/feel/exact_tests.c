/* Numbers are exact: decimal128 with one rounding, checked against Python's decimal (exact_cases.txt, written by
 * make_exact_cases). argv[1] is that file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/feel/feel.h"

enum { LINE_MAX_BYTES = 512 };

static const char *cases_path;

static FeelValue value_of(Arena *arena, Str text, Str *ret_reason)
{
    const FeelExpr *expr;
    Err err;
    FeelEnv env = { 0 };
    if (feel_parse(arena, NULL, text, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        fail_msg("%.*s: %s %s", STR_ARG(text), err.place, err.text);
    return feel_eval(expr, &env, feel_null(), arena, ret_reason);
}

static void expect(const char *text, const char *printed)
{
    Arena *arena = arena_new(0);
    Str reason;
    FeelValue v = value_of(arena, str_c(text), &reason);
    Str got = feel_is_null(v) && reason.n ? reason : feel_print(arena, v);
    if (!str_eq_c(got, printed))
        fail_msg("%s: expected %s, got %.*s", text, printed, STR_ARG(got));
    arena_free(arena);
}

static void test_tenths_are_tenths(void **state)
{
    (void)state;
    expect("0.1 + 0.2", "0.3");
    expect("0.1 + 0.2 = 0.3", "true");
    expect("1.1 * 1.1", "1.21");
    expect("0.3 - 0.1 = 0.2", "true");
    expect("100 * 1.15", "115");
    expect("sum(for i in 1..1000 return 0.1)", "100");
}

static void test_thirty_four_digits_and_half_even_after_them(void **state)
{
    (void)state;
    expect("1234567890123456789012345678901234 + 0.5", "1234567890123456789012345678901234");
    expect("1234567890123456789012345678901235 + 0.5", "1234567890123456789012345678901236");
    expect("9999999999999999999999999999999999 + 0.5", "10000000000000000000000000000000000");
    expect("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000");
    expect("1 / 3", "0.3333333333333333333333333333333333");
    expect("2 / 3", "0.6666666666666666666666666666666667");
    expect("1/3*3", "0.9999999999999999999999999999999999");
    expect("0.12345678901234567890123456789012345", "0.1234567890123456789012345678901234");
    expect("0.12345678901234567890123456789012355", "0.1234567890123456789012345678901236");
}

static void test_compound_interest_is_correctly_rounded(void **state)
{
    (void)state;
    expect("1.05 ** 360", "42476396.40868002039560415895318542");
    expect("2 ** 100", "1267650600228229401496703205376");
    expect("2 ** -2", "0.25");
    expect("0 ** 0", "1");
    expect("(-8) ** 3", "-512");
}

static void test_zero_has_no_sign(void **state)
{
    (void)state;
    expect("-0", "0");
    expect("0 * -1", "0");
    expect("-0.0 = 0", "true");
    expect("round down(-0.4, 0)", "0");
    expect("string(-0.00)", "\"0\"");
}

static void test_rounding_at_every_sign(void **state)
{
    (void)state;
    expect("for x in [2.5, 3.5, -2.5, -3.5, 2.51, -2.51] return decimal(x, 0)", "[2, 4, -2, -4, 3, -3]");
    expect("for x in [2.5, -2.5, 2.49, -2.49] return round half up(x, 0)", "[3, -3, 2, -2]");
    expect("for x in [2.5, -2.5, 2.51, -2.51] return round half down(x, 0)", "[2, -2, 3, -3]");
    expect("for x in [2.1, -2.1, 2, -2] return round up(x, 0)", "[3, -3, 2, -2]");
    expect("for x in [2.9, -2.9, 2, -2] return round down(x, 0)", "[2, -2, 2, -2]");
    expect("for x in [2.1, -2.1] return floor(x)", "[2, -3]");
    expect("for x in [2.1, -2.1] return ceiling(x)", "[3, -2]");
    expect("for x in [1250, 1350, -1250] return decimal(x, -2)", "[1200, 1400, -1200]");
    expect("for x in [1250, 1249, -1250] return round half up(x, -2)", "[1300, 1200, -1300]");
    expect("round up(1, -6)", "1000000");
    expect("round down(999999, -6)", "0");
    expect("floor(-1, -3)", "-1000");
    expect("ceiling(1, -3)", "1000");
    expect("decimal(1.5, 6177)", "the scale must be from -6111 to 6176 in decimal(1.5, 6177)");
    expect("decimal(1.5, -6112)", "the scale must be from -6111 to 6176 in decimal(1.5, -6112)");
}

static void test_modulo_has_the_divisors_sign(void **state)
{
    (void)state;
    expect("for p in [[10, 4], [-10, 4], [10, -4], [-10, -4], [10.1, 4.5], [-10.1, 4.5], [0, 5], [8, 4]] "
           "return modulo(p[1], p[2])",
           "[2, 2, -2, -2, 1.1, 3.4, 0, 0]");
    expect("modulo(10, 0)", "division by zero in modulo(10, 0)");
}

static void test_beyond_the_range_is_null_with_a_reason(void **state)
{
    (void)state;
    expect("9.999999999999999999999999999999999E+6144 * 10",
           "the result is too large for a number in 9.999999999999999999999999999999999E+6144 * 10");
    expect("10 ** 6145", "the result is too large for a number in 10 ** 6145");
    expect("exp(20000)", "the result is too large for a number in exp(20000)");
    expect("(-8) ** 0.5", "a negative number has no power with a fraction in (-8) ** 0.5");
    expect("0 ** -1", "division by zero in 0 ** -1");
    expect("sqrt(-1)", "a negative number has no square root in sqrt(-1)");
    expect("log(0)", "only positive numbers have a logarithm in log(0)");
    expect("1 / 0", "division by zero in 1 / 0");
    expect("1E-6176 / 10", "0");
}

static void test_large_and_small_numbers_print(void **state)
{
    (void)state;
    expect("1E+6000", "1E+6000");
    expect("1E+40 * 10", "1E+41");
    expect("10 ** 30", "1000000000000000000000000000000");
    expect("1E-6000", "1E-6000");
    expect("0.00000001", "0.00000001");
    expect("1.50", "1.5");
    expect("100.00", "100");
    expect("-1.5E3", "-1500");
}

static void check_case(Arena *arena, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    char *sign = strstr(line, " = ");
    assert_non_null(sign);
    *sign = '\0';
    FeelValue got = value_of(arena, str_c(line), NULL);
    FeelValue want = value_of(arena, str_c(sign + 3), NULL);
    if (!feel_equal(got, want)) {
        Str printed = feel_print(arena, got);
        fail_msg("%s: expected %s, got %.*s", line, sign + 3, STR_ARG(printed));
    }
}

static void test_thousands_of_cases_agree_with_python(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    FILE *f = fopen(cases_path, "r");
    assert_non_null(f);
    char line[LINE_MAX_BYTES];
    int n = 0;
    for (; fgets(line, sizeof line, f); n++) {
        check_case(arena, line);
        arena_reset(arena);
    }
    fclose(f);
    arena_free(arena);
    assert_true(n > 3000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tenths_are_tenths),
        cmocka_unit_test(test_thirty_four_digits_and_half_even_after_them),
        cmocka_unit_test(test_compound_interest_is_correctly_rounded),
        cmocka_unit_test(test_zero_has_no_sign),
        cmocka_unit_test(test_rounding_at_every_sign),
        cmocka_unit_test(test_modulo_has_the_divisors_sign),
        cmocka_unit_test(test_beyond_the_range_is_null_with_a_reason),
        cmocka_unit_test(test_large_and_small_numbers_print),
        cmocka_unit_test(test_thousands_of_cases_agree_with_python),
    };
    if (argc < 2)
        return 2;
    cases_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
