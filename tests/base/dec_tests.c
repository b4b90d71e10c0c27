/* Decimal arithmetic. Expected values of powers and functions were computed with 90 digits by an independent
 * implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/dec.h"
#include "base/rc.h"

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

static Dec dec(const char *text)
{
    Dec d;
    if (!dec_parse(str_c(text), &d))
        fail_msg("%s is no number", text);
    return d;
}

static void assert_dec(Dec d, const char *text)
{
    assert_string_equal(dec_print(arena, d).p, text);
}

typedef bool (*Binary)(Dec, Dec, Dec *);
typedef bool (*Unary)(Dec, Dec *);

static void check2(Binary fn, const char *a, const char *b, const char *result)
{
    Dec d;
    if (!result) {
        assert_false(fn(dec(a), dec(b), &d));
        return;
    }
    assert_true(fn(dec(a), dec(b), &d));
    assert_dec(d, result);
}

static void check1(Unary fn, const char *a, const char *result)
{
    Dec d;
    if (!result) {
        assert_false(fn(dec(a), &d));
        return;
    }
    assert_true(fn(dec(a), &d));
    assert_dec(d, result);
}

static void text_reads_and_prints(void **state)
{
    (void)state;
    static const char *const same[] = { "0",      "1",        "-1",
                                        "0.1",    "-0.001",   "123456789012345678901234567890.1234",
                                        "1E+100", "1.5E-100", "-9.999999999999999999999999999999999E+6144" };
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_dec(dec(same[i]), same[i]);
    assert_dec(dec("1.50"), "1.5");
    assert_dec(dec("+007"), "7");
    assert_dec(dec("-0"), "0");
    assert_dec(dec(".5"), "0.5");
    assert_dec(dec("1e3"), "1000");
    assert_dec(dec("100E-2"), "1");
    assert_dec(dec("0e99999"), "0");
    /* The 35th digit rounds half to even, and digits far behind it still count. */
    assert_dec(dec("1.2345678901234567890123456789012345"), "1.234567890123456789012345678901234");
    assert_dec(dec("1.23456789012345678901234567890123450000000000000001"), "1.234567890123456789012345678901235");
    assert_dec(dec("1234567890123456789012345678901234567890"), "1234567890123456789012345678901235000000");
}

static void malformed_text_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",    "-",     ".",      "1.",   "1e",  "1e+", "a",
                                       "1 2", "1.2.3", "1e9999", "0x10", "NaN", "Inf", "--1" };
    Dec d = dec_from_i64(42);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(dec_parse(str_c(bad[i]), &d));
    assert_dec(d, "42");
}

static void integers_convert_both_ways(void **state)
{
    (void)state;
    int64_t i;
    int scale;
    assert_dec(dec_from_i64(INT64_MIN), "-9223372036854775808");
    assert_dec(dec_scaled(-12345, 2), "-123.45");
    assert_dec(dec_scaled(5, -3), "5000");
    assert_true(dec_to_i64(dec("9223372036854775807"), &i));
    assert_int_equal(i, INT64_MAX);
    assert_true(dec_to_i64(dec("1.5e1"), &i));
    assert_int_equal(i, 15);
    assert_false(dec_to_i64(dec("9223372036854775808"), &i));
    assert_false(dec_to_i64(dec("1.5"), &i));
    assert_true(dec_to_scaled(dec("1.500"), 18, &i, &scale));
    assert_int_equal(i, 15);
    assert_int_equal(scale, 1);
    assert_false(dec_to_scaled(dec("1e-19"), 18, &i, &scale));
    assert_true(dec_to_scaled(dec("0e-40"), 18, &i, &scale));
    assert_int_equal(i, 0);
}

static void order_is_by_value(void **state)
{
    (void)state;
    assert_int_equal(dec_cmp(dec("1.0"), dec("1.00")), 0);
    assert_int_equal(dec_cmp(dec("-1"), dec("1")), -1);
    assert_int_equal(dec_cmp(dec("1e10"), dec("9999999999")), 1);
    assert_int_equal(dec_sign(dec("-0")), 0);
    assert_int_equal(dec_sign(dec("-0.1")), -1);
    assert_true(dec_is_int(dec("1.00")));
    assert_true(dec_is_int(dec("1e3")));
    assert_false(dec_is_int(dec("1.01")));
}

static void arithmetic_is_decimal(void **state)
{
    (void)state;
    check2(dec_add, "0.1", "0.2", "0.3");
    check2(dec_sub, "1", "0.9", "0.1");
    check2(dec_mul, "0.1", "0.1", "0.01");
    check2(dec_div, "1", "3", "0.3333333333333333333333333333333333");
    check2(dec_div, "2", "3", "0.6666666666666666666666666666666667");
    check2(dec_add, "9.999999999999999999999999999999999e6144", "1e6144", NULL);
    check2(dec_div, "1", "0", NULL);
    check2(dec_div, "0", "0", NULL);
    check2(dec_mul, "1e4000", "1e4000", NULL);
}

static void integer_powers_are_correctly_rounded(void **state)
{
    (void)state;
    check2(dec_pow, "1.05", "360", "42476396.40868002039560415895318542");
    check2(dec_pow, "1.0001", "36500", "38.46764553115054240248526472571688");
    check2(dec_pow, "0.999", "10000", "0.00004517334597704864613546098994849609");
    check2(dec_pow, "3", "-5", "0.004115226337448559670781893004115226");
    check2(dec_pow, "7", "-40", "1.570646313948839322674558368962407E-34");
    check2(dec_pow, "-3", "3", "-27");
    check2(dec_pow, "2", "100", "1267650600228229401496703205376");
    check2(dec_pow, "0", "0", "1");
    check2(dec_pow, "0", "5", "0");
    check2(dec_pow, "0", "-1", NULL);
    check2(dec_pow, "4", "0.5", "2");
    check2(dec_pow, "-4", "0.5", NULL);
    check2(dec_pow, "10", "6145", NULL);
    check2(dec_pow, "10", "9223372036854775807", NULL);
}

static void remainders_follow_the_divisor(void **state)
{
    (void)state;
    check2(dec_rem_floor, "10", "3", "1");
    check2(dec_rem_floor, "-10", "3", "2");
    check2(dec_rem_floor, "10", "-3", "-2");
    check2(dec_rem_floor, "-10", "-3", "-1");
    check2(dec_rem_floor, "10.1", "4.5", "1.1");
    check2(dec_rem_floor, "9", "3", "0");
    check2(dec_rem_floor, "1e100", "7", "4");
    check2(dec_rem_floor, "1", "0", NULL);
}

static void functions_have_34_digits(void **state)
{
    (void)state;
    check1(dec_sqrt, "2", "1.414213562373095048801688724209698");
    check1(dec_sqrt, "-1", NULL);
    check1(dec_exp, "1", "2.718281828459045235360287471352662");
    check1(dec_exp, "100000", NULL);
    check1(dec_log, "2", "0.6931471805599453094172321214581766");
    check1(dec_log, "0", NULL);
    assert_dec(dec_neg(dec("1.5")), "-1.5");
    assert_dec(dec_abs(dec("-1.5")), "1.5");
}

typedef struct Rounding {
    const char *value;
    int scale;
    const char *results[7]; /* in the order of DecRound */
} Rounding;

static void rounding_has_seven_modes(void **state)
{
    (void)state;
    static const Rounding cases[] = {
        { "2.5", 0, { "2", "3", "2", "3", "2", "3", "2" } },
        { "-2.5", 0, { "-2", "-3", "-2", "-3", "-2", "-2", "-3" } },
        { "2.51", 0, { "3", "3", "3", "3", "2", "3", "2" } },
        { "-2.51", 0, { "-3", "-3", "-3", "-3", "-2", "-2", "-3" } },
        { "1.125", 2, { "1.12", "1.13", "1.12", "1.13", "1.12", "1.13", "1.12" } },
        { "1250", -2, { "1200", "1300", "1200", "1300", "1200", "1300", "1200" } },
        { "7", 3, { "7", "7", "7", "7", "7", "7", "7" } },
        { "0.001", 0, { "0", "0", "0", "1", "0", "1", "0" } },
        { "-0.001", 0, { "0", "0", "0", "-1", "0", "0", "-1" } },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (int mode = DEC_HALF_EVEN; mode <= DEC_FLOOR; mode++) {
            Dec d;
            assert_true(dec_round(dec(cases[i].value), cases[i].scale, (DecRound)mode, &d));
            assert_dec(d, cases[i].results[mode]);
        }
    Dec d;
    assert_true(dec_round(dec("1e-6176"), 6176, DEC_UP, &d));
    assert_false(dec_round(dec("1"), 7000, DEC_UP, &d));
}

/* a = b * floor(a / b) + r with r between 0 and b, for many a and b. */
static void remainder_and_quotient_agree(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int i = 0; i < 2000; i++) {
        seed = seed * 1664525u + 1013904223u;
        Dec a = dec_scaled((int64_t)(seed >> 4) - (1 << 27), (int)(seed % 5));
        seed = seed * 1664525u + 1013904223u;
        Dec b = dec_scaled((int64_t)(seed >> 8) - (1 << 23), (int)(seed % 3));
        if (dec_sign(b) == 0)
            continue;
        Dec r;
        Dec q;
        assert_true(dec_rem_floor(a, b, &r));
        assert_true(dec_sub(a, r, &q) && dec_div(q, b, &q));
        assert_true(dec_is_int(q));
        assert_true(dec_sign(r) == 0 || dec_sign(r) == dec_sign(b));
        assert_int_equal(dec_cmp(dec_abs(r), dec_abs(b)), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_reads_and_prints),         cmocka_unit_test(malformed_text_is_refused),
        cmocka_unit_test(integers_convert_both_ways),    cmocka_unit_test(order_is_by_value),
        cmocka_unit_test(arithmetic_is_decimal),         cmocka_unit_test(integer_powers_are_correctly_rounded),
        cmocka_unit_test(remainders_follow_the_divisor), cmocka_unit_test(functions_have_34_digits),
        cmocka_unit_test(rounding_has_seven_modes),      cmocka_unit_test(remainder_and_quotient_agree),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
