#include "core/law/clock.h"

#include "law/law_tests.h"

static int64_t due_of(const LawCalendar *calendar, const ClockTerm *term)
{
    return clock_due(term, calendar, CHINA_MINUTES, NULL);
}

static ClockTerm term_of(const char *start, int32_t length, LawUnit unit, bool roll)
{
    return (ClockTerm){ .start_at = instant_of(start), .length = length, .unit = unit, .roll = roll };
}

static void pause(ClockTerm *term, const char *from, const char *to)
{
    term->paused_at[term->n_pauses] = instant_of(from);
    term->resumed_at[term->n_pauses] = to ? instant_of(to) : INT64_MAX;
    term->n_pauses++;
}

static void terms_end_as_the_law_counts_them(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    static const struct {
        const char *start;
        int32_t length;
        LawUnit unit;
        bool roll;
        const char *due;
    } examples[] = {
        /* README, worked examples */
        { "2026-04-30T10:00", 3, LAW_WORKING_DAYS, false, "2026-05-08T23:59:59.999+08:00" },
        { "2026-04-03T10:00", 2, LAW_WORKING_DAYS, false, "2026-04-08T23:59:59.999+08:00" },
        { "2026-09-16T10:00", 15, LAW_DAYS, true, "2026-10-08T23:59:59.999+08:00" },
        { "2026-04-20T10:00", 15, LAW_DAYS, true, "2026-05-06T23:59:59.999+08:00" },
        { "2026-04-20T10:00", 15, LAW_DAYS, false, "2026-05-05T23:59:59.999+08:00" },
        /* practice */
        { "2023-09-15T17:59", 20, LAW_WORKING_DAYS, false, "2023-10-19T23:59:59.999+08:00" },
        { "2023-12-22T00:00", 7, LAW_WORKING_DAYS, false, "2024-01-03T23:59:59.999+08:00" },
        /* months and years end on the corresponding day, or the month's last */
        { "2023-03-31T09:00", 3, LAW_MONTHS, false, "2023-06-30T23:59:59.999+08:00" },
        { "2023-01-31T09:00", 1, LAW_MONTHS, false, "2023-02-28T23:59:59.999+08:00" },
        { "2024-02-29T09:00", 1, LAW_YEARS, false, "2025-02-28T23:59:59.999+08:00" },
        { "2023-07-01T09:00", 3, LAW_MONTHS, true, "2023-10-07T23:59:59.999+08:00" },
        /* hours and minutes run from the instant, and are not rolled */
        { "2023-09-29T23:30", 24, LAW_HOURS, true, "2023-09-30T23:30:00+08:00" },
        { "2023-09-29T23:30", 30, LAW_MINUTES, false, "2023-09-30T00:00:00+08:00" },
        /* working hours */
        { "2023-10-09T09:00", 3, LAW_WORKING_HOURS, false, "2023-10-09T12:00:00+08:00" },
        { "2023-10-09T09:00", 4, LAW_WORKING_HOURS, false, "2023-10-09T15:00:00+08:00" },
        { "2023-10-09T09:00", 7, LAW_WORKING_HOURS, false, "2023-10-09T18:00:00+08:00" },
        { "2023-10-13T17:00", 4, LAW_WORKING_HOURS, false, "2023-10-16T12:00:00+08:00" },
        { "2023-10-13T13:00", 4, LAW_WORKING_HOURS, false, "2023-10-13T18:00:00+08:00" },
        { "2023-10-13T22:00", 1, LAW_WORKING_HOURS, false, "2023-10-16T10:00:00+08:00" },
        { "2023-09-28T17:30", 1, LAW_WORKING_HOURS, false, "2023-10-07T09:30:00+08:00" },
        { "2023-10-14T10:00", 1, LAW_WORKING_HOURS, false, "2023-10-16T10:00:00+08:00" },
        { "2023-10-14T10:00", 0, LAW_WORKING_HOURS, false, "2023-10-14T10:00:00+08:00" },
        { "2023-10-13T10:00", 0, LAW_DAYS, false, "2023-10-13T23:59:59.999+08:00" },
    };
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        ClockTerm term = term_of(examples[i].start, examples[i].length, examples[i].unit, examples[i].roll);
        assert_str_equal(instant_text(arena, due_of(calendar, &term)), examples[i].due);
    }
}

static void pauses_add_the_time_they_lasted(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    ClockTerm days = term_of("2023-10-09T10:00", 10, LAW_DAYS, false);
    pause(&days, "2023-10-12T15:00", "2023-10-16T09:00"); /* 12, 13, 14, 15 are not counted */
    assert_str_equal(instant_text(arena, due_of(calendar, &days)), "2023-10-23T23:59:59.999+08:00");
    ClockTerm working = term_of("2023-10-09T10:00", 10, LAW_WORKING_DAYS, false);
    pause(&working, "2023-10-12T15:00", "2023-10-16T09:00"); /* of those, 12 and 13 are working days */
    assert_str_equal(instant_text(arena, due_of(calendar, &working)), "2023-10-25T23:59:59.999+08:00");
    ClockTerm months = term_of("2023-03-31T10:00", 3, LAW_MONTHS, false);
    pause(&months, "2023-04-03T10:00", "2023-04-13T10:00");
    assert_str_equal(instant_text(arena, due_of(calendar, &months)), "2023-07-10T23:59:59.999+08:00");
    ClockTerm hours = term_of("2023-10-09T10:00", 24, LAW_HOURS, false);
    pause(&hours, "2023-10-09T12:00", "2023-10-09T12:30");
    assert_str_equal(instant_text(arena, due_of(calendar, &hours)), "2023-10-10T10:30:00+08:00");
    ClockTerm office = term_of("2023-10-09T10:00", 4, LAW_WORKING_HOURS, false);
    pause(&office, "2023-10-09T11:00", "2023-10-09T15:00"); /* two working hours */
    assert_str_equal(instant_text(arena, due_of(calendar, &office)), "2023-10-09T18:00:00+08:00");
}

static void a_pause_within_one_day_or_on_the_day_of_start_costs_no_counted_day(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    ClockTerm term = term_of("2023-10-09T10:00", 5, LAW_DAYS, false);
    pause(&term, "2023-10-09T11:00", "2023-10-10T09:00"); /* the 9th is not counted anyway */
    pause(&term, "2023-10-11T09:00", "2023-10-11T18:00");
    assert_str_equal(instant_text(arena, due_of(calendar, &term)), "2023-10-14T23:59:59.999+08:00");
}

static void a_clock_paused_on_its_last_day_is_not_overdue_when_resumed(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    ClockTerm term = term_of("2023-10-09T10:00", 2, LAW_DAYS, false);
    pause(&term, "2023-10-11T16:00", "2023-10-20T09:00");
    assert_str_equal(instant_text(arena, due_of(calendar, &term)), "2023-10-20T23:59:59.999+08:00");
}

static void what_has_ended_cannot_be_paused(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    ClockTerm term = term_of("2023-10-09T10:00", 2, LAW_DAYS, false);
    pause(&term, "2023-10-12T00:00", NULL);
    assert_str_equal(instant_text(arena, due_of(calendar, &term)), "2023-10-11T23:59:59.999+08:00");
    term.extension = 1; /* but an extension lets it be running then */
    assert_str_equal(instant_text(arena, due_of(calendar, &term)), "never");
}

static void an_open_pause_leaves_no_due_instant(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    for (int unit = LAW_MINUTES; unit <= LAW_YEARS; unit++) {
        ClockTerm term = term_of("2023-10-09T10:00", 30, (LawUnit)unit, true);
        pause(&term, "2023-10-09T10:05", NULL);
        bool known = false;
        assert_true(clock_due(&term, calendar, CHINA_MINUTES, &known) == INT64_MAX);
        assert_true(known);
        assert_true(clock_threshold(&term, calendar, CHINA_MINUTES, 75) == INT64_MAX);
    }
}

static void an_extension_adds_to_the_length(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    for (int unit = LAW_MINUTES; unit <= LAW_YEARS; unit++) {
        ClockTerm extended = term_of("2023-10-09T10:00", 2, (LawUnit)unit, true);
        ClockTerm longer = term_of("2023-10-09T10:00", 3, (LawUnit)unit, true);
        extended.extension = 1;
        assert_true(due_of(calendar, &extended) == due_of(calendar, &longer));
    }
}

static void lengths_beyond_the_limit_count_as_the_limit(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    for (int unit = LAW_MINUTES; unit <= LAW_YEARS; unit++) {
        ClockTerm most = term_of("2023-10-09T10:00", clock_length_max((LawUnit)unit), (LawUnit)unit, true);
        ClockTerm more = term_of("2023-10-09T10:00", INT32_MAX, (LawUnit)unit, true);
        ClockTerm less = term_of("2023-10-09T10:00", INT32_MIN, (LawUnit)unit, false);
        ClockTerm none = term_of("2023-10-09T10:00", 0, (LawUnit)unit, false);
        more.extension = INT32_MAX;
        assert_true(due_of(calendar, &more) == due_of(calendar, &most));
        assert_true(due_of(calendar, &most) < JSON_INT_MAX);
        assert_true(due_of(calendar, &less) == due_of(calendar, &none));
    }
}

static void a_year_without_notice_is_not_guessed(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    static const struct {
        LawUnit unit;
        int32_t length;
        bool roll;
        bool known;
    } examples[] = {
        { LAW_WORKING_DAYS, 5, false, false }, { LAW_WORKING_HOURS, 40, false, false }, { LAW_DAYS, 15, true, false },
        { LAW_DAYS, 15, false, true },         { LAW_HOURS, 400, false, true },         { LAW_MONTHS, 1, true, false },
        { LAW_WORKING_DAYS, 1, false, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        ClockTerm term = term_of("2026-12-29T10:00", examples[i].length, examples[i].unit, examples[i].roll);
        bool known = !examples[i].known;
        clock_due(&term, calendar, CHINA_MINUTES, &known);
        assert_int_equal(known, examples[i].known);
    }
}

/* ---- properties ---- */

static ClockTerm random_term(uint64_t *seed)
{
    static const int32_t lengths[] = {
        [LAW_MINUTES] = 5000,    [LAW_HOURS] = 200, [LAW_WORKING_HOURS] = 80, [LAW_DAYS] = 120,
        [LAW_WORKING_DAYS] = 60, [LAW_MONTHS] = 12, [LAW_YEARS] = 2
    };
    LawUnit unit = (LawUnit)(next_random(seed) % 7);
    int64_t start = instant_of("2019-01-02T00:00") + (int64_t)(next_random(seed) % (60 * 24 * 365 * 5)) * MS_PER_MINUTE;
    return (ClockTerm){ .start_at = start,
                        .unit = unit,
                        .length = (int32_t)(next_random(seed) % (uint32_t)lengths[unit]) + 1,
                        .roll = next_random(seed) % 2 == 0 };
}

static void due_grows_with_the_length(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    uint64_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        ClockTerm term = random_term(&seed);
        int64_t due = due_of(calendar, &term);
        assert_true(due > term.start_at);
        term.length++;
        int64_t later = due_of(calendar, &term);
        assert_true(term.roll ? later >= due : later > due);
    }
}

/* A pause of k days after the day of the start, before the end, moves the end by k days at least. */
static void a_pause_moves_the_end_by_what_it_lasted(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    uint64_t seed = 2;
    for (int i = 0; i < 20000; i++) {
        ClockTerm term = random_term(&seed);
        int64_t due = due_of(calendar, &term);
        int64_t pause_from = term.start_at + MS_PER_DAY;
        int64_t lasted = (int64_t)(next_random(&seed) % 30) * MS_PER_DAY;
        if (pause_from > due || term.unit == LAW_WORKING_HOURS || term.unit == LAW_WORKING_DAYS)
            continue;
        ClockTerm paused = term;
        paused.roll = false;
        due = due_of(calendar, &paused);
        if (pause_from > due)
            continue;
        paused.n_pauses = 1;
        paused.paused_at[0] = pause_from;
        paused.resumed_at[0] = pause_from + lasted;
        int64_t later = due_of(calendar, &paused);
        assert_true(later - due == lasted);
        paused.roll = term.roll;
        assert_true(due_of(calendar, &paused) >= later);
    }
}

static void a_pause_of_working_days_adds_as_many_working_days(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    uint64_t seed = 3;
    for (int i = 0; i < 20000; i++) {
        ClockTerm term = random_term(&seed);
        term.unit = LAW_WORKING_DAYS;
        Day start = instant_day(term.start_at, CHINA_MINUTES);
        Day from = start + 1 + (Day)(next_random(&seed) % 10);
        Day to = from + (Day)(next_random(&seed) % 20);
        Day end = instant_day(due_of(calendar, &term), CHINA_MINUTES);
        if (from > end)
            continue;
        term.n_pauses = 1;
        term.paused_at[0] = day_start(from, CHINA_MINUTES) + 10 * MS_PER_HOUR;
        term.resumed_at[0] = day_start(to, CHINA_MINUTES) + 9 * MS_PER_HOUR;
        Day later = instant_day(due_of(calendar, &term), CHINA_MINUTES);
        int counted = 0;
        for (Day day = start + 1; day <= later; day++)
            counted += law_is_workday(calendar, day) && (day < from || day >= to) ? 1 : 0;
        assert_int_equal(counted, term.length);
    }
}

/* Working hours, minute by minute. */
static bool is_office_minute(const LawCalendar *calendar, int64_t at)
{
    int64_t minute = instant_of_day(at, CHINA_MINUTES) / MS_PER_MINUTE;
    bool open = (minute >= 9 * 60 && minute < 12 * 60) || (minute >= 14 * 60 && minute < 18 * 60);
    return open && law_is_workday(calendar, instant_day(at, CHINA_MINUTES));
}

static void working_hours_agree_with_walking_the_minutes(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    uint64_t seed = 4;
    for (int i = 0; i < 300; i++) {
        ClockTerm term = random_term(&seed);
        term.unit = LAW_WORKING_HOURS;
        term.length = (int32_t)(next_random(&seed) % 40) + 1;
        int64_t pause_from = term.start_at + (int64_t)(next_random(&seed) % 3000) * MS_PER_MINUTE;
        int64_t pause_to = pause_from + (int64_t)(next_random(&seed) % 3000) * MS_PER_MINUTE;
        int64_t left = (int64_t)term.length * 60;
        int64_t at = term.start_at;
        for (; left > 0; at += MS_PER_MINUTE) {
            bool paused = at >= pause_from && at < pause_to;
            left -= !paused && is_office_minute(calendar, at) ? 1 : 0;
        }
        /* A pause that begins at the very end, when the office is closed, is no part of the walk. */
        if (pause_from >= at)
            continue;
        term.n_pauses = 1;
        term.paused_at[0] = pause_from;
        term.resumed_at[0] = pause_to;
        assert_true(due_of(calendar, &term) == at);
    }
}

static void thresholds_grow_and_end_at_the_end_that_is_not_rolled(void **state)
{
    const LawCalendar *calendar = office_calendar(*state);
    uint64_t seed = 5;
    for (int i = 0; i < 5000; i++) {
        ClockTerm term = random_term(&seed);
        if (i % 2 == 0) {
            term.n_pauses = 1;
            term.paused_at[0] = term.start_at + (int64_t)(next_random(&seed) % 20000) * MS_PER_MINUTE;
            term.resumed_at[0] = term.paused_at[0] + (int64_t)(next_random(&seed) % 20000) * MS_PER_MINUTE;
        }
        int64_t before = term.start_at - 1;
        for (int percent = 1; percent <= 100; percent++) {
            int64_t at = clock_threshold(&term, calendar, CHINA_MINUTES, percent);
            assert_true(at >= before);
            before = at;
        }
        term.roll = false;
        assert_true(before == due_of(calendar, &term));
    }
}

static void thresholds_count_in_the_terms_own_unit(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    static const struct {
        const char *start;
        int32_t length;
        LawUnit unit;
        int percent;
        const char *at;
    } examples[] = {
        { "2023-09-15T10:00", 20, LAW_WORKING_DAYS, 75, "2023-10-12T23:59:59.999+08:00" }, /* the 15th */
        { "2023-10-09T10:00", 5, LAW_WORKING_DAYS, 90, "2023-10-16T11:59:59.999+08:00" },  /* half of the fifth */
        { "2023-10-09T10:00", 8, LAW_DAYS, 75, "2023-10-15T23:59:59.999+08:00" },
        { "2023-10-09T10:00", 24, LAW_HOURS, 75, "2023-10-10T04:00:00+08:00" },
        { "2023-10-09T10:00", 30, LAW_MINUTES, 50, "2023-10-09T10:15:00+08:00" },
        { "2023-10-13T16:00", 4, LAW_WORKING_HOURS, 75, "2023-10-16T10:00:00+08:00" },
        { "2023-03-31T10:00", 3, LAW_MONTHS, 100, "2023-06-30T23:59:59.999+08:00" },
    };
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        ClockTerm term = term_of(examples[i].start, examples[i].length, examples[i].unit, true);
        assert_str_equal(instant_text(arena, clock_threshold(&term, calendar, CHINA_MINUTES, examples[i].percent)),
                         examples[i].at);
    }
}

/* ---- JSON ---- */

static void a_term_kept_as_json_gives_the_same_due(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    uint64_t seed = 6;
    for (int i = 0; i < 500; i++) {
        ClockTerm term = random_term(&seed);
        term.extension = i % 3;
        term.n_pauses = (size_t)(i % (CLOCK_PAUSES_MAX + 1));
        for (size_t k = 0; k < term.n_pauses; k++) {
            term.paused_at[k] = term.start_at + (int64_t)(2 * k + 1) * MS_PER_HOUR;
            term.resumed_at[k] = i % 5 == 0 && k + 1 == term.n_pauses ? INT64_MAX : term.paused_at[k] + MS_PER_HOUR;
        }
        Json json = clock_term_to_json(arena, &term);
        ClockTerm read = { 0 };
        Err err = { 0 };
        assert_int_equal(clock_term_from_json(&json, &read, &err), RC_OK);
        assert_true(due_of(calendar, &read) == due_of(calendar, &term));
        Json again = clock_term_to_json(arena, &read);
        assert_true(json_equal(&json, &again));
    }
}

static void json_that_is_no_term_is_refused(void **state)
{
    Arena *arena = *state;
    static const struct {
        const char *json;
        const char *error;
    } examples[] = {
        { "{\"start\":1,\"unit\":\"weeks\",\"length\":1}", "'weeks' is not a unit of time" },
        { "{\"unit\":\"days\",\"length\":1}", "a clock needs a start and a length that is a 32-bit number" },
        { "{\"start\":1,\"unit\":\"days\"}", "a clock needs a start and a length that is a 32-bit number" },
        { "{\"start\":1,\"unit\":\"days\",\"length\":3000000000}",
          "a clock needs a start and a length that is a 32-bit number" },
        { "{\"start\":1,\"unit\":\"days\",\"length\":1,\"pauses\":[[1]]}",
          "pause 1 of a clock is not a pair of instants" },
        { "{\"start\":1,\"unit\":\"days\",\"length\":1,\"pauses\":[[5,4]]}",
          "pause 1 of a clock is not in order of time" },
        { "{\"start\":1,\"unit\":\"days\",\"length\":1,\"pauses\":[[1,5],[4,6]]}",
          "pause 2 of a clock is not in order of time" },
        { "{\"start\":1,\"unit\":\"days\",\"length\":1,\"pauses\":[[1,null],[4,6]]}",
          "pause 2 of a clock is not in order of time" },
        { "[]", "'' is not a unit of time" },
    };
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        Json json;
        ClockTerm term = { 0 };
        Err err = { 0 };
        assert_int_equal(json_parse(arena, str_c(examples[i].json), &json, &err), RC_OK);
        assert_int_equal(clock_term_from_json(&json, &term, &err), RC_INVALID);
        assert_string_equal(err.text, examples[i].error);
    }
}

int clock_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(terms_end_as_the_law_counts_them),
        ARENA_TEST(pauses_add_the_time_they_lasted),
        ARENA_TEST(a_pause_within_one_day_or_on_the_day_of_start_costs_no_counted_day),
        ARENA_TEST(a_clock_paused_on_its_last_day_is_not_overdue_when_resumed),
        ARENA_TEST(what_has_ended_cannot_be_paused),
        ARENA_TEST(an_open_pause_leaves_no_due_instant),
        ARENA_TEST(an_extension_adds_to_the_length),
        ARENA_TEST(lengths_beyond_the_limit_count_as_the_limit),
        ARENA_TEST(a_year_without_notice_is_not_guessed),
        ARENA_TEST(due_grows_with_the_length),
        ARENA_TEST(a_pause_moves_the_end_by_what_it_lasted),
        ARENA_TEST(a_pause_of_working_days_adds_as_many_working_days),
        ARENA_TEST(working_hours_agree_with_walking_the_minutes),
        ARENA_TEST(thresholds_grow_and_end_at_the_end_that_is_not_rolled),
        ARENA_TEST(thresholds_count_in_the_terms_own_unit),
        ARENA_TEST(a_term_kept_as_json_gives_the_same_due),
        ARENA_TEST(json_that_is_no_term_is_refused),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
