/* Law's own functions: FEEL dates beside text, what is missing, what the calendar does not know. The catalogue's own
 * cases are in law_rules_tests.c. Calendar: weekends off, 1 to 5 May 2026 off, 9 May 2026 (a Saturday) worked, nothing
 * known from 2027 on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/law/feel_law.h"

static Day day_of(const char *text)
{
    Day day = 0;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

static bool is_workday(void *ctx, Day day, bool *ret_known)
{
    (void)ctx;
    Civil c = day_to_civil(day);
    *ret_known = c.year < 2027;
    if (c.year == 2026 && c.month == 5 && c.day <= 5)
        return false;
    return day == day_of("2026-05-09") || day_weekday(day) <= 5;
}

/* Every day is worked, but the years before 2026 are not known. */
static bool is_any_day(void *ctx, Day day, bool *ret_known)
{
    (void)ctx;
    *ret_known = day_to_civil(day).year >= 2026;
    return true;
}

static const LawHostCalendar CALENDARS[] = { { { "national", 8 }, is_workday, NULL },
                                             { { "market", 6 }, is_any_day, NULL } };

/* The pack gives the words; these show the structure. */
static const LawAmountWords WORDS = {
    .digits = { { "0", 1 },
                { "1", 1 },
                { "2", 1 },
                { "3", 1 },
                { "4", 1 },
                { "5", 1 },
                { "6", 1 },
                { "7", 1 },
                { "8", 1 },
                { "9", 1 } },
    .places = { { "s", 1 }, { "b", 1 }, { "q", 1 } },
    .myriad = { "W", 1 },
    .hundred_million = { "Y", 1 },
    .units = { { "y", 1 }, { "j", 1 }, { "f", 1 } },
    .whole = { "!", 1 },
    .minus = { "-", 1 },
};

typedef struct Case {
    const char *expression;
    const char *result; /* as printed, or "null because ..." */
} Case;

static const LawHost HOST = { .calendars = CALENDARS, .n_calendars = ARRAY_LEN(CALENDARS), .amount_words = &WORDS };

static void check(const Case *cases, size_t n, const LawHost *host)
{
    Arena *arena = arena_new(0);
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_law_register(scope, LAW_NAMES_OPEN);
    LawHost copy = host ? *host : (LawHost){ 0 };
    FeelEnv env = { .host = host ? &copy : NULL,
                    .now_ms = day_start(day_of("2026-04-30"), 480) + 9 * (int64_t)MS_PER_HOUR,
                    .zone_minutes = 480 };
    for (size_t i = 0; i < n; i++) {
        const FeelExpr *expr;
        Err err;
        Str reason;
        if (feel_parse(arena, scope, str_c(cases[i].expression), (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
            fail_msg("%s: %s %s", cases[i].expression, err.place, err.text);
        FeelValue v = feel_eval(expr, &env, feel_null(), arena, &reason);
        Str text = feel_is_null(v) ? arena_printf(arena, "null because %.*s", STR_ARG(reason)) : feel_print(arena, v);
        if (!str_eq_c(text, cases[i].result))
            fail_msg("%s: %.*s, not %s", cases[i].expression, STR_ARG(text), cases[i].result);
    }
    arena_free(arena);
}

static void periods_end_on_working_days_unless_said(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "days(\"2026-04-20\", 15)", "\"2026-05-06\"" }, /* 5 May is off */
        { "xdays(\"2026-04-20\", 15)", "\"2026-05-05\"" },
        { "days(@\"2026-04-20\", 15)", "@\"2026-05-06\"" },
        { "days(@\"2026-04-20T23:00:00+08:00\", 15)", "@\"2026-05-06\"" },
        { "xdays(@\"2026-04-20T23:00:00Z\", 1)", "@\"2026-04-22\"" }, /* already the 21st in Shanghai */
        { "xdays(\"2026-04-20T10:00\", 1)", "\"2026-04-21\"" },
        { "xdays(@\"2026-04-20\", -20)", "@\"2026-03-31\"" },
        { "wdays(\"2026-04-30\", 3)", "\"2026-05-08\"" },
        { "wdays(\"2026-04-30\", 4)", "\"2026-05-09\"" },
        { "wdays(@\"2026-05-01\", 0)", "@\"2026-05-01\"" },
        { "months(\"2026-01-31\", 1)", "\"2026-03-02\"" }, /* 28 February is a Saturday */
        { "months(\"2026-03-31\", 3)", "\"2026-06-30\"" },
        { "years(@\"2024-02-29\", 2)", "@\"2026-03-02\"" },
        { "xyears(@\"2024-02-29\", 2)", "@\"2026-02-28\"" },
        { "xyears(@\"2024-02-29\", 10)", "@\"2034-02-28\"" }, /* needs no calendar */
        { "hours(\"2026-04-30T20:30\", 24)", "\"2026-05-01T20:30\"" },
        { "hours(@\"2026-04-30\", 24)",
          "null because what should be a time of day is none in hours(@\"2026-04-30\", 24)" },
        { "hours(@\"2026-04-30T20:30:00+08:00\", -1)", "@\"2026-04-30T19:30:00+08:00\"" },
        { "days(n: 1, date: \"2026-04-20\")", "\"2026-04-21\"" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void timeliness_is_judged_as_finely_as_both_are_known(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "by(\"2026-04-30\", \"2026-04-30\")", "true" },
        { "by(\"2026-05-01\", \"2026-04-30\")", "false" },
        { "by(\"2026-04-30T18:00\", \"2026-04-30\")", "true" },
        { "by(\"2026-04-30T18:00\", \"2026-04-30T17:59\")", "false" },
        { "by(@\"2026-04-30T10:00:30+08:00\", \"2026-04-30T10:00\")", "true" },
        { "by(@\"2026-04-30\", \"2026-04-30T00:00\")", "true" },
        { "by(@\"2026-04-30T10:00:00Z\", @\"2026-04-30T17:00:00+08:00\")", "false" },
        { "by(null, \"2026-04-30\")", "true" }, /* not done, and it is 9 o'clock of the 30th */
        { "by(\"\", \"2026-04-29\")", "false" },
        { "by(null, @\"2026-04-30T08:59:00+08:00\")", "false" },
        { "by(\"2026-04-30\", null)", "null because the due date is missing in by(\"2026-04-30\", null)" },
        { "by(null, days({}.filed, 90))", "null because {}.filed is missing" },
        { "by(5, \"2026-04-30\")", "null because what should be a date is none in by(5, \"2026-04-30\")" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void differences_count_days_and_years(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "diff_d(\"2026-04-30\", @\"2026-05-06\")", "6" },
        { "gap_d(\"2026-04-30\", \"2026-05-06\")", "5" },
        { "gap_wd(\"2026-04-30\", \"2026-05-11\")", "4" },
        { "gap_wd(\"2026-05-11\", \"2026-04-30\")", "0" },
        { "age(\"2008-04-30\", \"2026-04-30\")", "17" }, /* reached the day after the birthday */
        { "age(@\"2008-04-30\", @\"2026-05-01\")", "18" },
        { "hour(\"2026-04-30T22:15\")", "22" },
        { "hour(@\"2026-04-30T22:15:00Z\")", "6" },
        { "hour(\"2026-04-30\")", "null because what should be a time of day is none in hour(\"2026-04-30\")" },
        { "workday(\"2026-05-09\")", "true" },
        { "workday(@\"2026-05-04\")", "false" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void presence_and_sets_take_what_is_missing_as_empty(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "has(null)", "false" },
        { "has(\"\")", "false" },
        { "has(false)", "false" },
        { "has([])", "false" },
        { "has(0)", "true" },
        { "has([null])", "true" },
        { "has_all([\"a\", \"b\"], [\"a\"])", "true" },
        { "has_all([\"a\"], [\"a\", \"b\"])", "false" },
        { "has_all(null, [\"a\"])", "false" },
        { "has_all(null, [])", "true" },
        { "any_in([\"a\", \"b\"], [\"b\", \"c\"])", "true" },
        { "any_in(\"a\", [\"a\"])", "true" },
        { "any_in(null, [\"a\"])", "false" },
        { "subset([\"a\"], [\"a\", \"b\"])", "true" },
        { "subset([\"c\"], [\"a\", \"b\"])", "false" },
        { "subset([\"c\"], null)", "null because the list of what is allowed is missing in subset([\"c\"], null)" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void no_deadline_comes_from_a_guess(void **state)
{
    (void)state;
    static const Case unknown[] = {
        { "days(\"2026-12-30\", 5)",
          "null because the calendar does not know the year 2027 in days(\"2026-12-30\", 5)" },
        { "wdays(\"2026-12-30\", 5)",
          "null because the calendar does not know the year 2027 in wdays(\"2026-12-30\", 5)" },
        { "xdays(\"2026-12-30\", 5)", "\"2027-01-04\"" },
        { "days(null, 5)", "null because the date or the length of a period is missing in days(null, 5)" },
        { "days(\"soon\", 5)", "null because what should be a date is none in days(\"soon\", 5)" },
        { "wdays(\"2026-01-01\", 1000000)", "null because the length of a period must be a whole number within 100000 "
                                            "in wdays(\"2026-01-01\", 1000000)" },
        { "days(\"2026-01-01\", 1.5)", "null because the length of a period must be a whole number within 100000 "
                                       "in days(\"2026-01-01\", 1.5)" },
        { "years(\"9999-01-01\", 90000)", "null because the period ends too far away in years(\"9999-01-01\", 90000)" },
    };
    static const Case without[] = {
        { "wdays(\"2026-04-30\", 3)", "null because no calendar of working days is given in wdays(\"2026-04-30\", 3)" },
        { "xdays(\"2026-04-30\", 3)", "\"2026-05-03\"" },
    };
    check(unknown, ARRAY_LEN(unknown), &HOST);
    check(without, ARRAY_LEN(without), NULL);
}

static void qualified_names_are_always_there_and_give_way_to_values(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_law_register(scope, LAW_NAMES_QUALIFIED);
    const FeelExpr *expr;
    Err err;
    assert_int_equal(
        feel_parse(arena, scope, STR("law.days(@\"2026-04-20\", 1)"), (FeelParseOptions){ 0 }, &expr, &err), RC_OK);
    assert_int_equal(feel_parse(arena, scope, STR("days(@\"2026-04-20\", 1)"), (FeelParseOptions){ 0 }, &expr, &err),
                     RC_PARSE);
    assert_non_null(strstr(err.text, "unknown name 'days'"));
    /* A field called law hides the namespace. */
    int slot = feel_scope_add(scope, STR("law"), -1);
    assert_int_equal(feel_parse(arena, scope, STR("law.days"), (FeelParseOptions){ 0 }, &expr, &err), RC_OK);
    bool used[1] = { false };
    assert_int_equal(slot, 0);
    feel_expr_slots(expr, used, 1);
    assert_true(used[0]);
    assert_int_equal(
        feel_parse(arena, scope, STR("law.days(@\"2026-04-20\", 1)"), (FeelParseOptions){ 0 }, &expr, &err), RC_OK);
    used[0] = false;
    feel_expr_slots(expr, used, 1);
    assert_true(used[0]);
    arena_free(arena);
    static const Case cases[] = {
        { "law.days(\"2026-04-20\", 15)", "\"2026-05-06\"" },
        { "law.months exact(@\"2026-03-15\", 1)", "@\"2026-04-15\"" },
        { "law.working days between(\"2026-04-30\", \"2026-05-09\", \"national\")", "4" },
        { "{law: {x: 5}, y: law.x}.y", "5" },
        { "for law in [{x: 1}] return law.x", "[1]" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void working_days_are_counted_in_the_calendar_named(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "working days between(@\"2026-04-30\", @\"2026-05-11\", \"national\")", "5" },
        { "working days between(@\"2026-05-11\", @\"2026-04-30\", \"national\")", "-5" },
        { "working days between(@\"2026-04-30\", @\"2026-04-30\", \"national\")", "0" },
        { "working days between(@\"2026-04-30\", @\"2026-05-11\", \"market\")", "11" },
        { "add working days(@\"2026-04-30\", 5, \"national\")", "@\"2026-05-11\"" },
        { "add working days(\"2026-05-11\", -5, \"national\")", "\"2026-04-30\"" },
        { "add working days(@\"2026-05-02\", 0, \"national\")", "@\"2026-05-02\"" },
        { "add working days(calendar: \"market\", n: 3, date: @\"2026-04-30\")", "@\"2026-05-03\"" },
        { "add working days(@\"2026-01-02\", -5, \"market\")", "null because the calendar does not know the year 2025 "
                                                               "in add working days(@\"2026-01-02\", -5, \"market\")" },
        { "add working days(@\"2026-01-02\", 5, \"court\")",
          "null because there is no calendar 'court'; known: national, "
          "market in add working days(@\"2026-01-02\", 5, \"court\")" },
        { "add working days(@\"2026-01-02\", 5, null)",
          "null because the calendar's name is missing in add working days(@\"2026-01-02\", 5, null)" },
        { "working days between(@\"2026-01-01\", @\"9999-01-01\", \"market\")",
          "null because the dates lie more than 100000 days apart in working days between(@\"2026-01-01\", "
          "@\"9999-01-01\", \"market\")" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void months_without_a_corresponding_day_are_reported(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "months exact(@\"2026-01-31\", 2)", "@\"2026-03-31\"" },
        { "months exact(\"2026-01-28\", 1)", "\"2026-02-28\"" },
        { "months exact(@\"2026-03-31\", -1)",
          "null because 2026-03-31 has no corresponding day in 2026-02, which ends on 2026-02-28 in months "
          "exact(@\"2026-03-31\", -1)" },
        { "months exact(\"2026-01-31\", 1)",
          "null because 2026-01-31 has no corresponding day in 2026-02, which ends on "
          "2026-02-28 in months exact(\"2026-01-31\", 1)" },
        { "months exact(@\"2024-02-29\", 12)",
          "null because 2024-02-29 has no corresponding day in 2025-02, which ends "
          "on 2025-02-28 in months exact(@\"2024-02-29\", 12)" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void amounts_are_said_by_the_rule_of_zeros(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "amount in words(0)", "\"0y!\"" },
        { "amount in words(1)", "\"1y!\"" },
        { "amount in words(10)", "\"1sy!\"" },
        { "amount in words(1409.50)", "\"1q4b09y5j\"" },
        { "amount in words(6007.14)", "\"6q07y1j4f\"" },
        { "amount in words(1680.32)", "\"1q6b8sy3j2f\"" },
        { "amount in words(107000.53)", "\"1sW7qy5j3f\"" },
        { "amount in words(100700)", "\"1sW07by!\"" },
        { "amount in words(16409.02)", "\"1W6q4b09y02f\"" },
        { "amount in words(325.04)", "\"3b2s5y04f\"" },
        { "amount in words(0.05)", "\"5f\"" },
        { "amount in words(0.5)", "\"5j\"" },
        { "amount in words(-20.5)", "\"-2sy5j\"" },
        { "amount in words(100000000)", "\"1Yy!\"" },
        { "amount in words(100000007)", "\"1Y07y!\"" },
        { "amount in words(100010000)", "\"1Y01Wy!\"" },
        { "amount in words(100001234)", "\"1Y01q2b3s4y!\"" },
        { "amount in words(1000000000000)", "\"1WYy!\"" },
        { "amount in words(1000500000000)", "\"1W05Yy!\"" },
        { "amount in words(9999999999999.99)", "\"9W9q9b9s9Y9q9b9s9W9q9b9s9y9j9f\"" },
        { "amount in words(10000000000000)",
          "null because an amount has at most 13 digits before the point in amount in words(10000000000000)" },
        { "amount in words(0.005)",
          "null because an amount has at most two decimals; round it first in amount in words(0.005)" },
        { "amount in words(null)", "null because the amount is missing in amount in words(null)" },
        { "amount in words(\"5\")", "null because what should be an amount is a string in amount in words(\"5\")" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
    static const Case without[] = {
        { "amount in words(5)", "null because no words for amounts are given in amount in words(5)" },
    };
    check(without, ARRAY_LEN(without), NULL);
}

static void codes_are_checked_to_their_last_digit(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "is identity number(\"11010519491231002X\")", "true" }, /* the example of GB 11643-1999 */
        { "is identity number(\"11010519491231002x\")", "true" },
        { "is identity number(\"440524188001010014\")", "true" }, /* the other one */
        { "is identity number(\"110105194912310021\")", "false" },
        { "is identity number(\"11010519490231002X\")", "false" }, /* no 31 February */
        { "is identity number(\"01010519491231002X\")", "false" },
        { "is identity number(\"1101051949123100\")", "false" },
        { "is identity number(\"\")", "null because the text is missing in is identity number(\"\")" },
        { "is identity number(11)", "null because what should be a text is a number in is identity number(11)" },
        { "identity parts(\"11010519491231002X\")",
          "{\"region code\": \"110105\", \"birth date\": @\"1949-12-31\", sex: \"female\"}" },
        { "identity parts(\"440524188001010014\").sex", "\"male\"" },
        { "age(identity parts(\"11010519491231002X\").birth date, @\"2026-04-30\")", "76" },
        { "identity parts(\"110105194912310021\")",
          "null because the text is no identity number: form, birth date or check "
          "digit is wrong in identity parts(\"110105194912310021\")" },
        { "is credit code(\"91350100M000100Y43\")", "true" }, /* the example of GB 32100-2015 */
        { "is credit code(\"91350100M000100Y34\")", "false" },
        { "is credit code(\"91350100I000100Y43\")", "false" },
        { "is credit code(\"9135010OM000100Y43\")", "false" },
        { "is credit code(\"91350100M000100Y4\")", "false" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

static void masks_show_enough_to_know_ones_own(void **state)
{
    (void)state;
    static const Case cases[] = {
        { "mask(\"13812345678\", \"phone\")", "\"138****5678\"" },
        { "mask(\"075512345678\", \"phone\")", "\"075*******78\"" },
        { "mask(\"11010519491231002X\", \"identity number\")", "\"110105********002X\"" },
        { "mask(\"6222020200112233445\", \"account\")", "\"622**************45\"" },
        { "mask(\"Smith\", \"name\")", "\"S*\"" },
        { "mask(\"High Street 12, room 3\", \"address\")", "\"High Street 12,****\"" },
        { "mask(\"AB12345\", \"plate\")", "\"AB****\"" },
        { "mask(\"44030912345\", \"certificate\")", "\"4403****2345\"" },
        { "mask(\"x\", \"face\")",
          "null because there is no mask 'face'; known: name, phone, identity number, address, "
          "account, plate, certificate in mask(\"x\", \"face\")" },
        { "mask(\"123\", \"account\")", "\"12****\"" },
    };
    check(cases, ARRAY_LEN(cases), &HOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_end_on_working_days_unless_said),
        cmocka_unit_test(timeliness_is_judged_as_finely_as_both_are_known),
        cmocka_unit_test(differences_count_days_and_years),
        cmocka_unit_test(presence_and_sets_take_what_is_missing_as_empty),
        cmocka_unit_test(no_deadline_comes_from_a_guess),
        cmocka_unit_test(qualified_names_are_always_there_and_give_way_to_values),
        cmocka_unit_test(working_days_are_counted_in_the_calendar_named),
        cmocka_unit_test(months_without_a_corresponding_day_are_reported),
        cmocka_unit_test(amounts_are_said_by_the_rule_of_zeros),
        cmocka_unit_test(codes_are_checked_to_their_last_digit),
        cmocka_unit_test(masks_show_enough_to_know_ones_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
