/* builtin_temporal.c - functions on dates (DMN 1.5, table 81) and the clock, which is an argument of the evaluation. */
#include "core/feel/feel_internal.h"

static int64_t day_of(FeelValue v)
{
    return v.type == FEEL_DATE ? v.as.i : v.as.t->day;
}

static FeelValue fn_now(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)args;
    (void)n;
    const FeelEnv *env = ev->env;
    int64_t ms = instant_of_day(env->now_ms, env->zone_minutes);
    return feel_date_time(ev->arena, instant_day(env->now_ms, env->zone_minutes), ms, env->zone_minutes);
}

static FeelValue fn_today(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)args;
    (void)n;
    return feel_date(instant_day(ev->env->now_ms, ev->env->zone_minutes));
}

static FeelValue fn_day_of_week(FeelEval *ev, const FeelValue *args, size_t n)
{
    static const char *const names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
    (void)ev;
    (void)n;
    return feel_str(str_c(names[temporal_weekday(day_of(args[0])) - 1]));
}

static FeelValue fn_month_of_year(FeelEval *ev, const FeelValue *args, size_t n)
{
    static const char *const names[] = { "January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December" };
    (void)ev;
    (void)n;
    return feel_str(str_c(names[temporal_civil(day_of(args[0])).month - 1]));
}

static int64_t first_of_year(int64_t year)
{
    int64_t day = 0;
    (void)temporal_day((Civil64){ .year = year, .month = 1, .day = 1 }, &day);
    return day;
}

static FeelValue fn_day_of_year(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    int64_t day = day_of(args[0]);
    return feel_int(day - first_of_year(temporal_civil(day).year) + 1);
}

/* ISO 8601: a week belongs to the year that has its Thursday. */
static FeelValue fn_week_of_year(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    int64_t day = day_of(args[0]);
    int64_t thursday = day - (temporal_weekday(day) - 1) + 3;
    return feel_int((thursday - first_of_year(temporal_civil(thursday).year)) / 7 + 1);
}

static const Builtin ROWS[] = {
    { "now", "", "", 0, 0, fn_now },
    { "today", "", "", 0, 0, fn_today },
    { "day of week", "date", "p", 1, 1, fn_day_of_week },
    { "day of year", "date", "p", 1, 1, fn_day_of_year },
    { "week of year", "date", "p", 1, 1, fn_week_of_year },
    { "month of year", "date", "p", 1, 1, fn_month_of_year },
    { 0 },
};
const BuiltinTable builtin_temporal_table = BUILTIN_TABLE(ROWS);
