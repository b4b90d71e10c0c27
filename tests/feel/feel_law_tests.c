/* Law's own functions: FEEL dates beside text, what is missing, what the calendar does not know. The catalogue's own
 * cases are in law_rules_tests.c. Calendar: weekends off, 1 to 5 May 2026 off, 9 May 2026 (a Saturday) worked, nothing
 * known from 2027 on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

typedef struct Case {
    const char *expression;
    const char *result; /* as printed, or "null because ..." */
} Case;

static void check(const Case *cases, size_t n, const LawHost *host)
{
    Arena *arena = arena_new(0);
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_law_register(scope);
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

static const LawHost HOST = { .is_workday = is_workday };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_end_on_working_days_unless_said),
        cmocka_unit_test(timeliness_is_judged_as_finely_as_both_are_known),
        cmocka_unit_test(differences_count_days_and_years),
        cmocka_unit_test(presence_and_sets_take_what_is_missing_as_empty),
        cmocka_unit_test(no_deadline_comes_from_a_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
