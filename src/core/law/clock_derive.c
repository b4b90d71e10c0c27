#include "core/law/clock_private.h"

typedef struct Derivation {
    Arena *arena;
    const ClockTerm *term;
    const LawCalendar *calendar;
    int zone_minutes;
    Day start;
    ClockStep *steps;
    size_t n_steps;
    size_t cap_steps;
    ClockDay *days;
    size_t n_days;
    size_t cap_days;
} Derivation;

static void add_step(Derivation *d, ClockStep step)
{
    *ARENA_PUSH(d->arena, d->steps, d->n_steps, d->cap_steps) = step;
}

static void add_day(Derivation *d, ClockDay day)
{
    *ARENA_PUSH(d->arena, d->days, d->n_days, d->cap_days) = day;
}

static Str day_name(const Derivation *d, Day day)
{
    const LawCalendarDay *special = law_calendar_day(d->calendar, day);
    return special ? special->name : STR_NONE;
}

/* The day on which a term of this length would end without pauses and without rolling. */
static Day bare_end(const Derivation *d, int32_t length, int32_t extension)
{
    ClockTerm bare = *d->term;
    bare.length = length;
    bare.extension = extension;
    bare.n_pauses = 0;
    bare.roll = false;
    return instant_day(clock_due(&bare, d->calendar, d->zone_minutes, NULL), d->zone_minutes);
}

static void add_lengths(Derivation *d)
{
    Day first = clock_is_daily(d->term->unit) ? d->start + 1 : d->start;
    Day end = bare_end(d, d->term->length, 0);
    add_step(d, (ClockStep){ .what = "start", .from = d->start, .to = d->start });
    add_step(d, (ClockStep){ .what = "length", .from = first, .to = end, .n = d->term->length });
    if (d->term->extension != 0)
        add_step(d, (ClockStep){ .what = "extension",
                                 .from = end,
                                 .to = bare_end(d, d->term->length, d->term->extension),
                                 .n = d->term->extension });
}

static int64_t pause_length(const Derivation *d, size_t i)
{
    const ClockTerm *term = d->term;
    int64_t from = term->paused_at[i];
    int64_t to = term->resumed_at[i];
    if (to == INT64_MAX)
        return 0;
    if (clock_is_daily(term->unit))
        return clock_pause_days(term, i, d->calendar, d->zone_minutes);
    if (term->unit == LAW_WORKING_HOURS)
        return clock_worked_ms(d->calendar, d->zone_minutes, from, to) / MS_PER_MINUTE;
    return (to - from) / MS_PER_MINUTE;
}

/* The pauses that began before the term had ended: the others have no effect. */
static size_t effective_pauses(const Derivation *d)
{
    ClockTerm term = *d->term;
    term.roll = false;
    for (size_t i = 0; i < d->term->n_pauses; i++) {
        term.n_pauses = i;
        if (d->term->paused_at[i] > clock_due(&term, d->calendar, d->zone_minutes, NULL))
            return i;
    }
    return d->term->n_pauses;
}

static void add_pauses(Derivation *d, size_t n_pauses)
{
    for (size_t i = 0; i < n_pauses; i++) {
        int64_t resumed_at = d->term->resumed_at[i];
        Day to = resumed_at == INT64_MAX ? DAY_NONE : instant_day(resumed_at, d->zone_minutes);
        add_step(d, (ClockStep){ .what = "pause",
                                 .from = instant_day(d->term->paused_at[i], d->zone_minutes),
                                 .to = to,
                                 .n = pause_length(d, i) });
    }
}

/* Holidays one by one with their names, plain weekends together: a derivation is read, not counted through. */
static void add_skips(Derivation *d, Day last)
{
    ClockStep weekends = { .what = "skip", .from = DAY_NONE };
    for (Day day = d->start + 1; day <= last; day++) {
        const LawCalendarDay *special = law_calendar_day(d->calendar, day);
        if (law_is_workday(d->calendar, day)) {
            if (special && day_weekday(day) > 5)
                add_step(d, (ClockStep){ .what = "makeup", .from = day, .to = day, .n = 1, .name = special->name });
            continue;
        }
        ClockStep *previous = d->n_steps > 0 ? &d->steps[d->n_steps - 1] : NULL;
        if (!special) {
            weekends.from = weekends.from == DAY_NONE ? day : weekends.from;
            weekends.to = day;
            weekends.n++;
        } else if (previous && previous->to == day - 1 && str_eq_c(STR("skip"), previous->what) &&
                   str_eq(previous->name, special->name)) {
            previous->to = day;
            previous->n++;
        } else {
            add_step(d, (ClockStep){ .what = "skip", .from = day, .to = day, .n = 1, .name = special->name });
        }
    }
    if (weekends.n > 0)
        add_step(d, weekends);
}

static bool is_paused_day(const Derivation *d, Day day, size_t n_pauses)
{
    for (size_t i = 0; i < n_pauses; i++) {
        if (day >= instant_day(d->term->paused_at[i], d->zone_minutes) &&
            day < instant_day(d->term->resumed_at[i], d->zone_minutes))
            return true;
    }
    return false;
}

static void add_grid(Derivation *d, Day last, Day due, size_t n_pauses)
{
    int n = 0;
    add_day(d, (ClockDay){ .day = d->start, .kind = "start", .name = day_name(d, d->start) });
    for (Day day = d->start + 1; day <= due; day++) {
        ClockDay entry = { .day = day, .name = day_name(d, day) };
        bool worked = law_is_workday(d->calendar, day);
        if (is_paused_day(d, day, n_pauses)) {
            entry.kind = "none";
        } else if (day > last || (d->term->unit == LAW_WORKING_DAYS && !worked)) {
            entry.kind = "off";
        } else {
            entry.kind = "count";
            entry.n = ++n;
        }
        if (day == due) {
            entry.kind = "end";
            entry.n = n;
        }
        add_day(d, entry);
    }
}

static void derive_end(Derivation *d, size_t n_pauses)
{
    ClockTerm plain = *d->term;
    plain.roll = false;
    int64_t due_at = clock_due(d->term, d->calendar, d->zone_minutes, NULL);
    if (due_at == INT64_MAX)
        return;
    Day last = instant_day(clock_due(&plain, d->calendar, d->zone_minutes, NULL), d->zone_minutes);
    Day due = instant_day(due_at, d->zone_minutes);
    if (d->term->unit == LAW_WORKING_DAYS || d->term->unit == LAW_WORKING_HOURS)
        add_skips(d, last);
    if (due != last)
        add_step(d, (ClockStep){ .what = "roll", .from = last, .to = due, .n = due - last, .name = day_name(d, last) });
    add_step(d, (ClockStep){ .what = "due", .from = due, .to = due, .n = due_at });
    if (clock_is_daily(d->term->unit) && due > d->start && due - d->start <= CLOCK_GRID_DAYS_MAX)
        add_grid(d, last, due, n_pauses);
}

void clock_derive(Arena *arena, const ClockTerm *term, const LawCalendar *calendar, int zone_minutes,
                  ClockDerivation *ret)
{
    Derivation d = { .arena = arena,
                     .term = term,
                     .calendar = calendar,
                     .zone_minutes = zone_minutes,
                     .start = instant_day(term->start_at, zone_minutes) };
    size_t n_pauses = effective_pauses(&d);
    add_lengths(&d);
    add_pauses(&d, n_pauses);
    derive_end(&d, n_pauses);
    *ret = (ClockDerivation){ .steps = d.steps, .n_steps = d.n_steps, .days = d.days, .n_days = d.n_days };
}
