#include "core/law/calendar.h"

#include "law/law_tests.h"

static void working_days_of_2023_are_249(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    assert_int_equal(law_workdays_between(calendar, day_of("2022-12-31"), day_of("2024-01-01")), 249);
}

static void a_year_is_known_by_its_notice_and_not_by_a_day_in_the_next_one(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    assert_true(law_calendar_knows(calendar, day_of("2019-01-01")));
    assert_true(law_calendar_knows(calendar, day_of("2026-12-31")));
    assert_false(law_calendar_knows(calendar, day_of("2018-12-31"))); /* named in the notice of 2019 */
    assert_false(law_calendar_knows(calendar, day_of("2027-01-04"))); /* a file without days is no notice */
    assert_true(law_calendar_covers(calendar, day_of("2019-01-01"), day_of("2026-12-31")));
    assert_false(law_calendar_covers(calendar, day_of("2026-12-31"), day_of("2027-01-01")));
}

static void a_notice_names_days_of_the_year_before(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    const LawCalendarDay *eve = law_calendar_day(calendar, day_of("2022-12-31"));
    assert_non_null(eve);
    assert_true(eve->off);
    assert_str_equal(eve->name, "元旦");
    assert_null(law_calendar_day(calendar, day_of("2023-02-01")));
}

static void make_up_days_are_worked_and_holidays_are_not(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    assert_true(law_is_workday(calendar, day_of("2023-10-07")));  /* a worked Saturday */
    assert_false(law_is_workday(calendar, day_of("2023-10-06"))); /* a Friday off */
    assert_false(law_is_workday(calendar, day_of("2023-10-14"))); /* a plain Saturday */
    assert_true(law_is_workday(calendar, day_of("2030-01-01")));  /* unknown: weekdays count as worked */
}

static void worked_examples_of_practice(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    static const struct {
        const char *from;
        int n;
        const char *to;
    } examples[] = {
        { "2023-09-15", 20, "2023-10-19" }, { "2023-12-22", 7, "2024-01-03" }, { "2026-04-30", 3, "2026-05-08" },
        { "2026-04-03", 2, "2026-04-08" },  { "2023-09-28", 0, "2023-09-28" }, { "2023-09-28", 1, "2023-10-07" },
    };
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        bool known = false;
        Day to = law_add_workdays(calendar, day_of(examples[i].from), examples[i].n, &known);
        assert_str_equal(day_print(arena, to), examples[i].to);
        assert_true(known);
    }
    assert_str_equal(day_print(arena, law_roll(calendar, day_of("2026-10-01"), NULL)), "2026-10-08");
    assert_str_equal(day_print(arena, law_roll(calendar, day_of("2026-10-09"), NULL)), "2026-10-09");
}

/* The calendar counts by bisection; the reference semantics walk from day to day. */
static void counting_agrees_with_walking(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    Day first = day_of("2018-11-01");
    Day last = day_of("2027-06-30");
    for (Day from = first; from <= last; from++) {
        Day day = from;
        for (int n = 1; n <= 40; n++) {
            do
                day++;
            while (!law_is_workday(calendar, day));
            bool known = false;
            assert_int_equal(law_add_workdays(calendar, from, n, &known), day);
            assert_int_equal(known, law_calendar_knows(calendar, from + 1) && law_calendar_knows(calendar, day));
            assert_int_equal(law_workdays_between(calendar, from, day), n - 1);
        }
    }
}

static void rolling_goes_to_the_first_worked_day(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    for (Day day = day_of("2019-01-01"); day < day_of("2026-12-20"); day++) {
        bool known = false;
        Day rolled = law_roll(calendar, day, &known);
        assert_true(known && rolled >= day && law_is_workday(calendar, rolled));
        for (Day between = day; between < rolled; between++)
            assert_false(law_is_workday(calendar, between));
    }
}

static void an_unknown_year_is_reported(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    bool known = true;
    law_add_workdays(calendar, day_of("2026-12-30"), 5, &known);
    assert_false(known);
    law_add_workdays(calendar, day_of("2027-03-01"), 0, &known);
    assert_true(known); /* nothing was asked of the year */
    law_roll(calendar, day_of("2027-01-02"), &known);
    assert_false(known);
}

static void terms_of_any_length_are_answered_at_once(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    Day far = law_add_workdays(calendar, day_of("2023-01-01"), INT32_MAX, NULL);
    assert_int_equal(far, law_add_workdays(calendar, day_of("2023-01-01"), LAW_WORKDAYS_MAX, NULL));
    assert_int_equal(law_workdays_between(calendar, day_of("2023-01-01"), far), LAW_WORKDAYS_MAX - 1);
    assert_int_equal(law_add_workdays(calendar, day_of("2023-01-01"), -5, NULL), day_of("2023-01-01"));
    assert_int_equal(law_workdays_between(calendar, day_of("2023-02-01"), day_of("2023-01-01")), 0);
}

static void a_day_cannot_be_both_off_and_worked(void **state)
{
    Arena *arena = *state;
    LawCalendarDay days[] = { { .day = 100, .off = true }, { .day = 7, .off = true }, { .day = 100, .off = false } };
    const LawCalendar *calendar = NULL;
    Err err = { 0 };
    assert_int_equal(law_calendar_new(arena, days, 3, NULL, 0, &calendar, &err), RC_INVALID);
    assert_null(calendar);
    assert_string_equal(err.text, "1970-04-11 is both a day off and a make-up day");
    days[2].off = true; /* said twice, it is still one day */
    assert_int_equal(law_calendar_new(arena, days, 3, NULL, 0, &calendar, &err), RC_OK);
    assert_false(law_calendar_knows(calendar, 100));
}

static void too_many_days_are_refused(void **state)
{
    const LawCalendar *calendar = NULL;
    Err err = { 0 };
    assert_int_equal(law_calendar_new(*state, NULL, LAW_CALENDAR_DAYS_MAX + 1, NULL, 0, &calendar, &err), RC_LIMIT);
    assert_int_equal(law_calendar_new(*state, NULL, 0, NULL, 0, &calendar, &err), RC_OK);
    assert_false(law_is_workday(calendar, day_of("2023-10-14")));
}

int calendar_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(working_days_of_2023_are_249),
        ARENA_TEST(a_year_is_known_by_its_notice_and_not_by_a_day_in_the_next_one),
        ARENA_TEST(a_notice_names_days_of_the_year_before),
        ARENA_TEST(make_up_days_are_worked_and_holidays_are_not),
        ARENA_TEST(worked_examples_of_practice),
        ARENA_TEST(counting_agrees_with_walking),
        ARENA_TEST(rolling_goes_to_the_first_worked_day),
        ARENA_TEST(an_unknown_year_is_reported),
        ARENA_TEST(terms_of_any_length_are_answered_at_once),
        ARENA_TEST(a_day_cannot_be_both_off_and_worked),
        ARENA_TEST(too_many_days_are_refused),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
