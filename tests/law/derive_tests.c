#include "core/law/clock.h"

#include "law/law_tests.h"

static Str print_day(Arena *arena, Day day)
{
    return day == DAY_NONE ? STR("-") : str_slice(day_print(arena, day), 5, 10);
}

static Str print_steps(Arena *arena, const ClockDerivation *d)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < d->n_steps; i++) {
        const ClockStep *s = &d->steps[i];
        bool due = str_eq_c(STR("due"), s->what);
        text = arena_printf(arena, "%.*s%s %.*s..%.*s %lld %.*s\n", STR_ARG(text), s->what,
                            STR_ARG(print_day(arena, s->from)), STR_ARG(print_day(arena, s->to)),
                            due ? 0LL : (long long)s->n, STR_ARG(s->name));
    }
    return text;
}

static Str print_grid(Arena *arena, const ClockDerivation *d)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < d->n_days; i++)
        text = arena_printf(arena, "%.*s%.*s %s %d %.*s\n", STR_ARG(text), STR_ARG(print_day(arena, d->days[i].day)),
                            d->days[i].kind, d->days[i].n, STR_ARG(d->days[i].name));
    return text;
}

static ClockDerivation derive(Arena *arena, const ClockTerm *term)
{
    ClockDerivation derivation;
    clock_derive(arena, term, office_calendar(arena), CHINA_MINUTES, &derivation);
    return derivation;
}

static void working_days_name_the_holidays_skipped_and_the_make_up_days_counted(void **state)
{
    Arena *arena = *state;
    ClockTerm term = { .start_at = instant_of("2023-09-15T10:00"), .unit = LAW_WORKING_DAYS, .length = 20 };
    ClockDerivation d = derive(arena, &term);
    assert_str_equal(print_steps(arena, &d), "start 09-15..09-15 0 \n"
                                             "length 09-16..10-19 20 \n"
                                             "skip 09-29..10-06 8 中秋节、国庆节\n"
                                             "makeup 10-07..10-07 1 中秋节、国庆节\n"
                                             "makeup 10-08..10-08 1 中秋节、国庆节\n"
                                             "skip 09-16..10-15 6 \n"
                                             "due 10-19..10-19 0 \n");
    assert_int_equal(d.n_days, 35);
}

static void the_grid_shows_every_day_from_the_start_to_the_due_day(void **state)
{
    Arena *arena = *state;
    ClockTerm term = { .start_at = instant_of("2023-09-27T10:00"), .unit = LAW_DAYS, .length = 7, .roll = true };
    term.n_pauses = 1;
    term.paused_at[0] = instant_of("2023-09-28T10:00");
    term.resumed_at[0] = instant_of("2023-09-29T10:00");
    ClockDerivation d = derive(arena, &term);
    assert_str_equal(print_steps(arena, &d), "start 09-27..09-27 0 \n"
                                             "length 09-28..10-04 7 \n"
                                             "pause 09-28..09-29 1 \n"
                                             "roll 10-05..10-07 2 中秋节、国庆节\n"
                                             "due 10-07..10-07 0 \n");
    assert_str_equal(print_grid(arena, &d), "09-27 start 0 \n"
                                            "09-28 none 0 \n"
                                            "09-29 count 1 中秋节、国庆节\n"
                                            "09-30 count 2 中秋节、国庆节\n"
                                            "10-01 count 3 中秋节、国庆节\n"
                                            "10-02 count 4 中秋节、国庆节\n"
                                            "10-03 count 5 中秋节、国庆节\n"
                                            "10-04 count 6 中秋节、国庆节\n"
                                            "10-05 count 7 中秋节、国庆节\n"
                                            "10-06 off 0 中秋节、国庆节\n"
                                            "10-07 end 7 中秋节、国庆节\n");
}

static void an_extension_and_an_open_pause_are_steps_and_no_due_follows(void **state)
{
    Arena *arena = *state;
    ClockTerm term = { .start_at = instant_of("2023-10-09T10:00"), .unit = LAW_HOURS, .length = 24, .extension = 12 };
    term.n_pauses = 1;
    term.paused_at[0] = instant_of("2023-10-10T12:00");
    term.resumed_at[0] = INT64_MAX;
    ClockDerivation d = derive(arena, &term);
    assert_str_equal(print_steps(arena, &d), "start 10-09..10-09 0 \n"
                                             "length 10-09..10-10 24 \n"
                                             "extension 10-10..10-10 12 \n"
                                             "pause 10-10..- 0 \n");
    assert_int_equal(d.n_days, 0);
}

static void a_pause_after_the_end_is_no_step(void **state)
{
    Arena *arena = *state;
    ClockTerm term = { .start_at = instant_of("2023-10-09T10:00"), .unit = LAW_MINUTES, .length = 30, .n_pauses = 1 };
    term.paused_at[0] = instant_of("2023-10-09T10:31");
    term.resumed_at[0] = instant_of("2023-10-09T10:40");
    ClockDerivation d = derive(arena, &term);
    assert_str_equal(print_steps(arena, &d), "start 10-09..10-09 0 \n"
                                             "length 10-09..10-09 30 \n"
                                             "due 10-09..10-09 0 \n");
}

/* The last number in the grid is the number of days the term counts, and the last day is the due day. */
static void the_grid_counts_what_the_clock_counts(void **state)
{
    Arena *arena = *state;
    const LawCalendar *calendar = office_calendar(arena);
    uint64_t seed = 7;
    for (int i = 0; i < 3000; i++) {
        ArenaMark mark = arena_mark(arena);
        ClockTerm term = { .unit = i % 2 ? LAW_DAYS : LAW_WORKING_DAYS, .roll = i % 3 == 0 };
        term.start_at = instant_of("2019-06-01T10:00") + (int64_t)(next_random(&seed) % 2000) * MS_PER_DAY;
        term.length = (int32_t)(next_random(&seed) % 25) + 1;
        term.n_pauses = next_random(&seed) % 3;
        int64_t at = term.start_at;
        for (size_t k = 0; k < term.n_pauses; k++) {
            term.paused_at[k] = at += (int64_t)(next_random(&seed) % 5) * MS_PER_DAY;
            term.resumed_at[k] = at += (int64_t)(next_random(&seed) % 9) * MS_PER_DAY;
        }
        ClockDerivation d;
        clock_derive(arena, &term, calendar, CHINA_MINUTES, &d);
        Day start = instant_day(term.start_at, CHINA_MINUTES);
        Day due = instant_day(clock_due(&term, calendar, CHINA_MINUTES, NULL), CHINA_MINUTES);
        assert_int_equal(d.n_days, due - start > CLOCK_GRID_DAYS_MAX ? 0 : due - start + 1);
        if (d.n_days > 0) {
            assert_int_equal(d.days[d.n_days - 1].day, due);
            assert_int_equal(d.days[d.n_days - 1].n, term.length);
        }
        arena_rewind(arena, mark);
    }
}

int derive_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(working_days_name_the_holidays_skipped_and_the_make_up_days_counted),
        ARENA_TEST(the_grid_shows_every_day_from_the_start_to_the_due_day),
        ARENA_TEST(an_extension_and_an_open_pause_are_steps_and_no_due_follows),
        ARENA_TEST(a_pause_after_the_end_is_no_step),
        ARENA_TEST(the_grid_counts_what_the_clock_counts),
    };
    return cmocka_run_group_tests_name("derive", tests, NULL, NULL);
}
