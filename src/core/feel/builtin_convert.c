/* builtin_convert.c - conversion functions (DMN 1.5, table 73), not() and is(). */
#include <string.h>

#include "core/feel/feel_internal.h"
#include "core/feel/zone.h"

enum { NUMBER_TEXT_MAX = 8192 };

static FeelValue date_value(FeelEval *ev, int64_t year, int64_t month, int64_t day)
{
    int64_t days;
    bool small = month >= 1 && month <= 12 && day >= 1 && day <= 31;
    if (!small || !temporal_day((Civil64){ .year = year, .month = (int)month, .day = (int)day }, &days))
        return eval_null(ev, "there is no such date");
    return (FeelValue){ .type = FEEL_DATE, .as.i = days };
}

static int64_t whole(FeelValue v)
{
    int64_t i = 0;
    (void)value_to_i64(v, &i);
    return i;
}

static FeelValue fn_date(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    int64_t day;
    switch (args[0].type) {
    case FEEL_DATE: return args[0];
    case FEEL_DATE_TIME: return (FeelValue){ .type = FEEL_DATE, .as.i = args[0].as.t->day };
    case FEEL_STRING:
        if (temporal_parse_date(feel_to_str(args[0]), &day))
            return (FeelValue){ .type = FEEL_DATE, .as.i = day };
        return eval_null(ev, "the text is no date such as \"2024-01-31\"");
    default: return eval_null(ev, "only a string or a date and time can become a date");
    }
}

static FeelValue fn_date_fields(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return date_value(ev, whole(args[0]), whole(args[1]), whole(args[2]));
}

static FeelValue fn_time(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelValue v;
    FeelTemporal t = { 0 };
    switch (args[0].type) {
    case FEEL_TIME: return args[0];
    case FEEL_DATE: return value_temporal(ev->arena, FEEL_TIME, t); /* midnight in UTC */
    case FEEL_DATE_TIME:
        t = *args[0].as.t;
        t.day = 0;
        temporal_locate(&t, FEEL_TIME);
        return value_temporal(ev->arena, FEEL_TIME, t);
    case FEEL_STRING:
        if (temporal_parse_time(ev->arena, feel_to_str(args[0]), &v))
            return v;
        return eval_null(ev, "the text is no time such as \"09:30:00\"");
    default: return eval_null(ev, "only a string, a date or a date and time can become a time");
    }
}

/* Hour, minute and second (which may have a fraction) as nanoseconds of the day. */
static bool time_of_day(const FeelValue *args, int64_t *ret_ns)
{
    int64_t hour = whole(args[0]);
    int64_t minute = whole(args[1]);
    Dec ns;
    int64_t second_ns;
    if (!dec_mul(feel_to_dec(args[2]), dec_from_i64(NS_PER_SECOND), &ns) || !dec_round(ns, 0, DEC_DOWN, &ns) ||
        !dec_to_i64(ns, &second_ns))
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second_ns < 0 || second_ns >= 60 * NS_PER_SECOND)
        return false;
    *ret_ns = (hour * 3600 + minute * 60) * NS_PER_SECOND + second_ns;
    return true;
}

/* An offset as a duration, or the name of a zone; null means local time. */
static bool set_clock(FeelValue clock, FeelTemporal *t)
{
    t->offset_s = FEEL_NO_OFFSET;
    if (clock.type == FEEL_NULL)
        return true;
    if (clock.type == FEEL_DAYS_DURATION) {
        I128 seconds = value_duration_ns(clock) / NS_PER_SECOND;
        if (seconds < -18 * 3600 || seconds > 18 * 3600)
            return false;
        t->offset_s = (int32_t)seconds;
        return true;
    }
    if (clock.type != FEEL_STRING || !zone_find(feel_to_str(clock)))
        return false;
    t->zone = feel_to_str(clock);
    return true;
}

static FeelValue no_clock(FeelEval *ev)
{
    return eval_null(ev, "an offset is a duration of at most 18 hours, a zone a name such as \"Europe/Paris\"");
}

static FeelValue fn_time_fields(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelTemporal t = { 0 };
    if (!time_of_day(args, &t.ns))
        return eval_null(ev, "there is no such time");
    if (!set_clock(n > 3 ? args[3] : feel_null(), &t))
        return no_clock(ev);
    temporal_locate(&t, FEEL_TIME);
    return value_temporal(ev->arena, FEEL_TIME, t);
}

static FeelValue fn_date_time(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelValue v;
    FeelTemporal t = { .offset_s = FEEL_NO_OFFSET };
    switch (args[0].type) {
    case FEEL_DATE_TIME: return args[0];
    case FEEL_DATE: t.day = args[0].as.i; return value_temporal(ev->arena, FEEL_DATE_TIME, t);
    case FEEL_STRING:
        if (temporal_parse_date_time(ev->arena, feel_to_str(args[0]), &v))
            return v;
        if (temporal_parse_date(feel_to_str(args[0]), &t.day))
            return value_temporal(ev->arena, FEEL_DATE_TIME, t);
        return eval_null(ev, "the text is no date and time such as \"2024-01-31T09:30:00\"");
    default: return eval_null(ev, "only a string or a date can become a date and time");
    }
}

static FeelValue fn_date_time_parts(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    bool pair = args[0].type == FEEL_DATE || args[0].type == FEEL_DATE_TIME;
    FeelTemporal t = { 0 };
    if (!pair || (args[1].type != FEEL_TIME && args[1].type != FEEL_STRING))
        return eval_null(ev, "date and time() takes a date and a time");
    if (args[1].type == FEEL_TIME) {
        t = *args[1].as.t;
    } else {
        if (args[0].type == FEEL_DATE_TIME)
            t.ns = args[0].as.t->ns;
        if (!set_clock(args[1], &t))
            return no_clock(ev);
    }
    t.day = args[0].type == FEEL_DATE ? args[0].as.i : args[0].as.t->day;
    temporal_locate(&t, FEEL_DATE_TIME);
    return value_temporal(ev->arena, FEEL_DATE_TIME, t);
}

static FeelValue fn_date_time_fields(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelTemporal t = { 0 };
    FeelValue date = date_value(ev, whole(args[0]), whole(args[1]), whole(args[2]));
    if (date.type == FEEL_NULL)
        return date;
    if (!time_of_day(args + 3, &t.ns))
        return eval_null(ev, "there is no such time");
    if (!set_clock(n > 6 ? args[6] : feel_null(), &t))
        return no_clock(ev);
    t.day = date.as.i;
    temporal_locate(&t, FEEL_DATE_TIME);
    return value_temporal(ev->arena, FEEL_DATE_TIME, t);
}

/* ---- numbers and strings ---- */

static bool separator(FeelValue v, const char *allowed, char *ret)
{
    *ret = '\0';
    if (v.type == FEEL_NULL)
        return true;
    if (v.type != FEEL_STRING || v.n != 1 || !strchr(allowed, v.as.s[0]))
        return false;
    *ret = v.as.s[0];
    return true;
}

static FeelValue fn_number(FeelEval *ev, const FeelValue *args, size_t n)
{
    char grouping;
    char point;
    if (!separator(n > 1 ? args[1] : feel_null(), " ,.", &grouping) ||
        !separator(n > 2 ? args[2] : feel_null(), ",.", &point) || (grouping && grouping == point))
        return eval_null(ev, "the separators must be different, grouping one of \" \" , . and decimal one of , .");
    Str text = feel_to_str(args[0]);
    if (text.n > NUMBER_TEXT_MAX)
        return eval_null(ev, "the text is too long for a number");
    char *plain = arena_alloc(ev->arena, text.n);
    size_t kept = 0;
    for (size_t i = 0; i < text.n; i++)
        if (!grouping || text.p[i] != grouping)
            plain[kept++] = point && text.p[i] == point ? '.' : text.p[i] == '.' && point == ',' ? '?' : text.p[i];
    Dec d;
    if (kept == 0 || plain[0] == '+' || !dec_parse((Str){ plain, kept }, &d))
        return eval_null(ev, "the text is no number");
    return feel_dec(ev->arena, d);
}

static FeelValue fn_string(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    if (args[0].type == FEEL_STRING)
        return args[0];
    Str text = feel_display(ev->arena, args[0]);
    if (text.n > FEEL_STRING_MAX)
        return eval_stop(ev, "the limit of 1 MiB for a string was reached");
    return eval_charge(ev, text.n / FEEL_BYTES_PER_STEP) ? feel_str(text) : eval_stopped(ev);
}

/* ---- durations ---- */

static FeelValue fn_duration(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelValue v;
    if (args[0].type == FEEL_DAYS_DURATION || args[0].type == FEEL_MONTHS_DURATION)
        return args[0];
    if (args[0].type == FEEL_STRING && temporal_parse_duration(feel_to_str(args[0]), &v))
        return v;
    return eval_null(ev, "the text is no duration such as \"P1DT2H\" or \"P1Y2M\"");
}

static int64_t day_of(FeelValue v)
{
    return v.type == FEEL_DATE ? v.as.i : v.as.t->day;
}

/* Whole months between two dates, towards zero; times of day do not count. */
static FeelValue fn_months_between(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    (void)ev;
    Civil64 from = temporal_civil(day_of(args[0]));
    Civil64 to = temporal_civil(day_of(args[1]));
    int64_t months = (to.year - from.year) * 12 + (to.month - from.month);
    if (months > 0 && to.day < from.day)
        months--;
    if (months < 0 && to.day > from.day)
        months++;
    return value_months(months);
}

/* ---- logic ---- */

static FeelValue fn_not(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    if (args[0].type == FEEL_BOOL)
        return feel_bool(!args[0].as.b);
    return args[0].type == FEEL_NULL ? eval_note_of(ev, args[0], "the operand is null")
                                     : eval_null(ev, "not() takes a boolean");
}

/* The same type and value; times must also agree in how they say where they are. */
static FeelValue fn_is(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    if (args[0].type != args[1].type)
        return feel_bool(false);
    bool same = eval_equal(ev, args[0], args[1]) == YES;
    if (same && (args[0].type == FEEL_TIME || args[0].type == FEEL_DATE_TIME)) {
        const FeelTemporal *a = args[0].as.t;
        const FeelTemporal *b = args[1].as.t;
        same = a->ns == b->ns && a->day == b->day && a->offset_s == b->offset_s && str_eq(a->zone, b->zone);
    }
    return feel_bool(same);
}

static const Builtin ROWS[] = {
    { "date", "from", "v", 1, 1, fn_date },
    { "date", "year,month,day", "iii", 3, 3, fn_date_fields },
    { "time", "from", "v", 1, 1, fn_time },
    { "time", "hour,minute,second,offset", "iinv", 3, 4, fn_time_fields },
    { "date and time", "from", "v", 1, 1, fn_date_time },
    { "date and time", "date,time", "vv", 2, 2, fn_date_time_parts },
    { "date and time", "date,timezone", "vv", 2, 2, fn_date_time_parts },
    { "date and time", "year,month,day,hour,minute,second,offset", "iiiiinv", 6, 7, fn_date_time_fields },
    { "date and time", "year,month,day,hour,minute,second,timezone", "iiiiinv", 6, 7, fn_date_time_fields },
    { "number", "from,grouping separator,decimal separator", "sss", 1, 3, fn_number },
    { "string", "from", "v", 1, 1, fn_string },
    { "duration", "from", "v", 1, 1, fn_duration },
    { "years and months duration", "from,to", "pp", 2, 2, fn_months_between },
    { "not", "negand", "a", 1, 1, fn_not },
    { "is", "value1,value2", "aa", 2, 2, fn_is },
    { 0 },
};
const BuiltinTable builtin_convert_table = BUILTIN_TABLE(ROWS);
