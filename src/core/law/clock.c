#include "core/law/clock_private.h"

#include <assert.h>

enum {
    MORNING_FROM_MS = 9 * MS_PER_HOUR,
    MORNING_TO_MS = 12 * MS_PER_HOUR,
    AFTERNOON_FROM_MS = 14 * MS_PER_HOUR,
    AFTERNOON_TO_MS = 18 * MS_PER_HOUR,
    MORNING_MS = MORNING_TO_MS - MORNING_FROM_MS,
    WORKDAY_MS = MORNING_MS + AFTERNOON_TO_MS - AFTERNOON_FROM_MS,
    MONTHS_A_YEAR = 12
};

static const struct {
    const char *name;
    int32_t max;
} units[] = {
    [LAW_MINUTES] = { "minutes", 52560000 },
    [LAW_HOURS] = { "hours", 876000 },
    [LAW_WORKING_HOURS] = { "working_hours", 175000 },
    [LAW_DAYS] = { "days", 36525 },
    [LAW_WORKING_DAYS] = { "working_days", 25000 },
    [LAW_MONTHS] = { "months", 1200 },
    [LAW_YEARS] = { "years", 100 },
};

int32_t clock_length_max(LawUnit unit)
{
    return units[unit].max;
}

const char *clock_unit_name(LawUnit unit)
{
    return units[unit].name;
}

bool clock_is_daily(LawUnit unit)
{
    return unit >= LAW_DAYS;
}

int32_t clock_total(const ClockTerm *term)
{
    int64_t total = (int64_t)term->length + term->extension;
    if (total < 0)
        return 0;
    return total > units[term->unit].max ? units[term->unit].max : (int32_t)total;
}

static Day latest(Day a, Day b)
{
    return a > b ? a : b;
}

/* ---- terms counted by the day ---- */

int64_t clock_total_days(const ClockTerm *term, Day start, int32_t total)
{
    switch (term->unit) {
    case LAW_MONTHS: return (int64_t)day_add_months(start, total, NULL) - start;
    case LAW_YEARS: return (int64_t)day_add_months(start, total * MONTHS_A_YEAR, NULL) - start;
    default: return total;
    }
}

static bool is_open(const ClockTerm *term, size_t i)
{
    return term->resumed_at[i] == INT64_MAX;
}

int64_t clock_pause_days(const ClockTerm *term, size_t i, const LawCalendar *calendar, int zone_minutes)
{
    Day start = instant_day(term->start_at, zone_minutes);
    Day from = latest(instant_day(term->paused_at[i], zone_minutes), start + 1);
    Day to = instant_day(term->resumed_at[i], zone_minutes);
    if (to <= from)
        return 0;
    return term->unit == LAW_WORKING_DAYS ? law_workdays_between(calendar, from - 1, to) : (int64_t)to - from;
}

static Day plain_nth_day(const ClockTerm *term, const LawCalendar *calendar, Day start, int64_t n)
{
    return term->unit == LAW_WORKING_DAYS ? law_add_workdays(calendar, start, (int)n, NULL) : (Day)(start + n);
}

Day clock_nth_day(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int64_t n, size_t n_pauses)
{
    Day start = instant_day(term->start_at, zone_minutes);
    Day day = plain_nth_day(term, calendar, start, n);
    for (size_t i = 0; i < n_pauses; i++) {
        if (instant_day(term->paused_at[i], zone_minutes) > day)
            break;
        if (is_open(term, i))
            return DAY_NONE;
        n += clock_pause_days(term, i, calendar, zone_minutes);
        day = plain_nth_day(term, calendar, start, n);
    }
    return day;
}

static int64_t end_of_day(Day day, int zone_minutes)
{
    return day_start(day, zone_minutes) + MS_PER_DAY - 1;
}

static int64_t daily_due(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, bool *ret_known)
{
    Day start = instant_day(term->start_at, zone_minutes);
    int64_t n = clock_total_days(term, start, clock_total(term));
    Day last = clock_nth_day(term, calendar, zone_minutes, n, term->n_pauses);
    if (last == DAY_NONE)
        return INT64_MAX;
    if (term->unit == LAW_WORKING_DAYS && last > start)
        *ret_known = law_calendar_covers(calendar, start + 1, last);
    if (term->roll) {
        bool roll_known = true;
        last = law_roll(calendar, last, &roll_known);
        *ret_known = *ret_known && roll_known;
    }
    return end_of_day(last, zone_minutes);
}

static int64_t daily_threshold(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int percent)
{
    Day start = instant_day(term->start_at, zone_minutes);
    int64_t share_ms = clock_total_days(term, start, clock_total(term)) * MS_PER_DAY / 100 * percent;
    int64_t whole = share_ms / MS_PER_DAY;
    int64_t rest_ms = share_ms % MS_PER_DAY;
    Day day = clock_nth_day(term, calendar, zone_minutes, rest_ms > 0 ? whole + 1 : whole, term->n_pauses);
    if (day == DAY_NONE)
        return INT64_MAX;
    return rest_ms > 0 ? day_start(day, zone_minutes) + rest_ms - 1 : end_of_day(day, zone_minutes);
}

/* ---- terms that run by the clock ---- */

static int64_t running_after(const ClockTerm *term, int64_t run_ms)
{
    int64_t at = term->start_at + run_ms;
    for (size_t i = 0; i < term->n_pauses && term->paused_at[i] <= at; i++) {
        if (is_open(term, i))
            return INT64_MAX;
        if (term->resumed_at[i] > term->paused_at[i])
            at += term->resumed_at[i] - term->paused_at[i];
    }
    return at;
}

/* Working time from the day's first minute up to a time of it. */
static int64_t worked_of_day(int64_t ms_of_day)
{
    if (ms_of_day <= MORNING_FROM_MS)
        return 0;
    if (ms_of_day <= MORNING_TO_MS)
        return ms_of_day - MORNING_FROM_MS;
    if (ms_of_day <= AFTERNOON_FROM_MS)
        return MORNING_MS;
    return ms_of_day < AFTERNOON_TO_MS ? MORNING_MS + ms_of_day - AFTERNOON_FROM_MS : WORKDAY_MS;
}

static int64_t worked_today(const LawCalendar *calendar, int zone_minutes, int64_t at)
{
    return law_is_workday(calendar, instant_day(at, zone_minutes)) ? worked_of_day(instant_of_day(at, zone_minutes))
                                                                   : 0;
}

int64_t clock_worked_ms(const LawCalendar *calendar, int zone_minutes, int64_t from, int64_t to)
{
    if (to <= from)
        return 0;
    Day first = instant_day(from, zone_minutes);
    Day last = instant_day(to, zone_minutes);
    int64_t whole_days = law_workdays_between(calendar, first - 1, last);
    return whole_days * WORKDAY_MS + worked_today(calendar, zone_minutes, to) -
           worked_today(calendar, zone_minutes, from);
}

/* The instant at which that much working time has passed since `from`. */
static int64_t working_after(const LawCalendar *calendar, int zone_minutes, int64_t from, int64_t run_ms)
{
    if (run_ms <= 0)
        return from;
    Day day = instant_day(from, zone_minutes);
    int64_t total_ms = worked_today(calendar, zone_minutes, from) + run_ms;
    /* The last day is the one in which the total is reached, so a full day ends at closing time, not at the next
     * opening. */
    int days_before = (int)((total_ms - 1) / WORKDAY_MS);
    int64_t rest_ms = total_ms - (int64_t)days_before * WORKDAY_MS;
    int forward = law_is_workday(calendar, day) ? days_before : days_before + 1;
    day = law_add_workdays(calendar, day, forward, NULL);
    int64_t of_day = rest_ms <= MORNING_MS ? MORNING_FROM_MS + rest_ms : AFTERNOON_FROM_MS + rest_ms - MORNING_MS;
    return day_start(day, zone_minutes) + of_day;
}

static int64_t working_run_after(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int64_t run_ms)
{
    int64_t at = working_after(calendar, zone_minutes, term->start_at, run_ms);
    for (size_t i = 0; i < term->n_pauses && term->paused_at[i] <= at; i++) {
        if (is_open(term, i))
            return INT64_MAX;
        run_ms += clock_worked_ms(calendar, zone_minutes, term->paused_at[i], term->resumed_at[i]);
        at = working_after(calendar, zone_minutes, term->start_at, run_ms);
    }
    return at;
}

/* When `percent` of a term in minutes, hours or working hours has run. */
static int64_t hourly_after(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int percent)
{
    int64_t unit_ms = term->unit == LAW_MINUTES ? MS_PER_MINUTE : MS_PER_HOUR;
    int64_t run_ms = clock_total(term) * unit_ms / 100 * percent;
    if (term->unit == LAW_WORKING_HOURS)
        return working_run_after(term, calendar, zone_minutes, run_ms);
    return running_after(term, run_ms);
}

int64_t clock_due(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, bool *ret_known)
{
    bool known = true;
    int64_t due;
    if (clock_is_daily(term->unit)) {
        due = daily_due(term, calendar, zone_minutes, &known);
    } else {
        due = hourly_after(term, calendar, zone_minutes, 100);
        if (term->unit == LAW_WORKING_HOURS && due != INT64_MAX)
            known = law_calendar_covers(calendar, instant_day(term->start_at, zone_minutes),
                                        instant_day(due, zone_minutes));
    }
    if (ret_known)
        *ret_known = known;
    return due;
}

int64_t clock_threshold(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int percent)
{
    assert(percent >= 1 && percent <= 100);
    return clock_is_daily(term->unit) ? daily_threshold(term, calendar, zone_minutes, percent)
                                      : hourly_after(term, calendar, zone_minutes, percent);
}

/* ---- kept as JSON ---- */

Json clock_term_to_json(Arena *arena, const ClockTerm *term)
{
    Json json = json_obj();
    json_add(arena, &json, STR("start"), json_int(term->start_at));
    json_add(arena, &json, STR("unit"), json_c(clock_unit_name(term->unit)));
    json_add(arena, &json, STR("length"), json_int(term->length));
    if (term->extension != 0)
        json_add(arena, &json, STR("extension"), json_int(term->extension));
    if (term->roll)
        json_add(arena, &json, STR("roll"), json_bool(true));
    if (term->n_pauses == 0)
        return json;
    Json pauses = json_arr();
    for (size_t i = 0; i < term->n_pauses; i++) {
        Json pair = json_arr();
        json_push(arena, &pair, json_int(term->paused_at[i]));
        json_push(arena, &pair, is_open(term, i) ? json_null() : json_int(term->resumed_at[i]));
        json_push(arena, &pauses, pair);
    }
    json_add(arena, &json, STR("pauses"), pauses);
    return json;
}

static Rc read_pauses(const Json *pauses, ClockTerm *term, Err *err)
{
    if (!pauses)
        return RC_OK;
    if (pauses->type != JSON_ARR || pauses->n > CLOCK_PAUSES_MAX)
        return err_set(err, RC_INVALID, "a clock's pauses are a list of at most %d pairs", CLOCK_PAUSES_MAX);
    for (size_t i = 0; i < pauses->n; i++) {
        const Json *pair = json_at(pauses, i);
        const Json *from = json_at(pair, 0);
        const Json *to = json_at(pair, 1);
        if (!from || from->type != JSON_INT || !to || (to->type != JSON_INT && to->type != JSON_NULL))
            return err_set(err, RC_INVALID, "pause %zu of a clock is not a pair of instants", i + 1);
        term->paused_at[i] = from->as.i;
        term->resumed_at[i] = to->type == JSON_NULL ? INT64_MAX : to->as.i;
        bool after_last = i == 0 || from->as.i >= term->resumed_at[i - 1];
        if (!after_last || term->resumed_at[i] < term->paused_at[i])
            return err_set(err, RC_INVALID, "pause %zu of a clock is not in order of time", i + 1);
    }
    term->n_pauses = pauses->n;
    return RC_OK;
}

static bool read_int32(const Json *json, Str key, int64_t missing, int32_t *ret)
{
    int64_t value = json_get_int(json, key, missing);
    if (value < INT32_MIN || value > INT32_MAX)
        return false;
    *ret = (int32_t)value;
    return true;
}

Rc clock_term_from_json(const Json *json, ClockTerm *ret, Err *err)
{
    ClockTerm term = { .roll = json_get_bool(json, STR("roll")) };
    Str unit = json_get_str(json, STR("unit"));
    size_t u = 0;
    while (u < ARRAY_LEN(units) && !str_eq_c(unit, units[u].name))
        u++;
    if (u == ARRAY_LEN(units))
        return err_set(err, RC_INVALID, "'%.*s' is not a unit of time", STR_ARG(unit));
    term.unit = (LawUnit)u;
    term.start_at = json_get_int(json, STR("start"), INT64_MIN);
    bool sized = read_int32(json, STR("length"), INT64_MIN, &term.length) &&
                 read_int32(json, STR("extension"), 0, &term.extension);
    if (term.start_at == INT64_MIN || !sized)
        return err_set(err, RC_INVALID, "a clock needs a start and a length that is a 32-bit number");
    TRY(read_pauses(json_get(json, STR("pauses")), &term, err));
    *ret = term;
    return RC_OK;
}
