/* temporal.c - the calendar over 64-bit days, and arithmetic on dates, times and durations (DMN 1.5, 10.3.2.3.6). */
#include <assert.h>

#include "core/feel/feel_internal.h"
#include "core/feel/zone.h"

enum { ERA_DAYS = 146097, ERA_YEARS = 400 };
#define MONTHS_MAX ((FEEL_YEAR_MAX + 1) * 24)

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b != 0 && (a % b < 0) != (b < 0));
}

/* The calendar repeats every 400 years, so base/date.h, which counts in 32 bits, serves for all of FEEL's years. */
bool temporal_day(Civil64 c, int64_t *ret_day)
{
    if (c.year < -FEEL_YEAR_MAX || c.year > FEEL_YEAR_MAX)
        return false;
    int64_t era = floor_div(c.year, ERA_YEARS);
    Civil civil = { .year = (int)(c.year - era * ERA_YEARS), .month = c.month, .day = c.day };
    if (!civil_is_valid(civil))
        return false;
    *ret_day = day_from_civil(civil) + era * ERA_DAYS;
    return true;
}

Civil64 temporal_civil(int64_t day)
{
    int64_t era = floor_div(day, ERA_DAYS);
    Civil civil = day_to_civil((Day)(day - era * ERA_DAYS));
    return (Civil64){ .year = civil.year + era * ERA_YEARS, .month = civil.month, .day = civil.day };
}

int temporal_weekday(int64_t day)
{
    return day_weekday((Day)(day - floor_div(day, 7) * 7));
}

bool temporal_day_in_range(int64_t day)
{
    if (day > (FEEL_YEAR_MAX + 1) * 366 || day < -(FEEL_YEAR_MAX + 1) * 366)
        return false;
    int64_t year = temporal_civil(day).year;
    return year >= -FEEL_YEAR_MAX && year <= FEEL_YEAR_MAX;
}

bool temporal_add_months(int64_t day, int64_t months, int64_t *ret_day)
{
    if (months > MONTHS_MAX || months < -MONTHS_MAX)
        return false;
    Civil64 c = temporal_civil(day);
    int64_t index = c.year * 12 + (c.month - 1) + months;
    c.year = floor_div(index, 12);
    c.month = (int)(index - c.year * 12) + 1;
    int last = civil_days_in_month((int)(c.year - floor_div(c.year, ERA_YEARS) * ERA_YEARS), c.month);
    c.day = c.day > last ? last : c.day;
    return temporal_day(c, ret_day);
}

I128 temporal_instant(const FeelTemporal *t)
{
    I128 local = (I128)t->day * NS_PER_DAY + t->ns;
    return t->offset_s == FEEL_NO_OFFSET ? local : local - (I128)t->offset_s * NS_PER_SECOND;
}

/* ---- zones ---- */

static I128 floor_day(I128 ns)
{
    I128 q = ns / NS_PER_DAY;
    return q - (ns % NS_PER_DAY < 0);
}

void temporal_locate(FeelTemporal *t, FeelType type)
{
    const Zone *zone = t->zone.n ? zone_find(t->zone) : NULL;
    if (!zone)
        return;
    if (type == FEEL_TIME) {
        t->offset_s = zone_offset_fixed(zone, &t->offset_s) ? t->offset_s : FEEL_NO_OFFSET;
        return;
    }
    int64_t shown_s = t->day * 86400 + t->ns / NS_PER_SECOND;
    int64_t local_s = shown_s;
    t->offset_s = zone_offset_of(zone, &local_s);
    I128 ns = (I128)t->ns + (I128)(local_s - shown_s) * NS_PER_SECOND;
    t->day += (int64_t)floor_day(ns);
    t->ns = (int64_t)(ns - floor_day(ns) * NS_PER_DAY);
}

/* A duration of days and time is added to the instant; what the zone's clocks show there may be an hour off. */
static int32_t offset_after(const FeelTemporal *t, I128 instant_ns)
{
    const Zone *zone = t->zone.n ? zone_find(t->zone) : NULL;
    I128 s = instant_ns / NS_PER_SECOND - (instant_ns % NS_PER_SECOND < 0);
    bool far = s > INT64_MAX / 4 || s < INT64_MIN / 4;
    return zone && !far ? zone_offset_at(zone, (int64_t)s) : t->offset_s;
}

/* ---- adding durations ---- */

static FeelValue out_of_range(FeelEval *ev)
{
    return eval_null(ev, "the result is outside the years -999999999 to 999999999");
}

static FeelValue add_ns(FeelEval *ev, FeelValue v, I128 ns)
{
    if (v.type == FEEL_DATE) {
        I128 day = v.as.i + floor_day(ns);
        if (day > INT64_MAX || day < INT64_MIN || !temporal_day_in_range((int64_t)day))
            return out_of_range(ev);
        return (FeelValue){ .type = FEEL_DATE, .as.i = (int64_t)day };
    }
    FeelTemporal t = *v.as.t;
    I128 point = (I128)t.day * NS_PER_DAY + t.ns + ns;
    if (v.type == FEEL_DATE_TIME && t.zone.n) {
        I128 instant = temporal_instant(&t) + ns;
        t.offset_s = offset_after(&t, instant);
        point = instant + (I128)t.offset_s * NS_PER_SECOND;
    }
    I128 day = floor_day(point);
    t.ns = (int64_t)(point - day * NS_PER_DAY);
    if (v.type == FEEL_TIME)
        return value_temporal(ev->arena, FEEL_TIME, t);
    if (day > INT64_MAX || day < INT64_MIN || !temporal_day_in_range((int64_t)day))
        return out_of_range(ev);
    t.day = (int64_t)day;
    return value_temporal(ev->arena, FEEL_DATE_TIME, t);
}

static FeelValue add_months(FeelEval *ev, FeelValue v, int64_t months)
{
    FeelTemporal t = { 0 };
    if (v.type == FEEL_DATE_TIME)
        t = *v.as.t;
    int64_t day = v.type == FEEL_DATE ? v.as.i : t.day;
    if (!temporal_add_months(day, months, &day))
        return out_of_range(ev);
    if (v.type == FEEL_DATE)
        return (FeelValue){ .type = FEEL_DATE, .as.i = day };
    t.day = day;
    temporal_locate(&t, FEEL_DATE_TIME);
    return value_temporal(ev->arena, FEEL_DATE_TIME, t);
}

static FeelValue duration_of_ns(FeelEval *ev, I128 ns)
{
    FeelValue v;
    return value_days_duration(ns, &v) ? v : eval_null(ev, "the duration is too long");
}

static FeelValue duration_of_months(FeelEval *ev, I128 months)
{
    if (months > MONTHS_MAX || months < -MONTHS_MAX)
        return eval_null(ev, "the duration is too long");
    return value_months((int64_t)months);
}

static bool is_duration(FeelValue v)
{
    return v.type == FEEL_DAYS_DURATION || v.type == FEEL_MONTHS_DURATION;
}

static bool is_point(FeelValue v)
{
    return v.type == FEEL_DATE || v.type == FEEL_DATE_TIME || v.type == FEEL_TIME;
}

static FeelValue add_duration(FeelEval *ev, FeelValue a, FeelValue duration, int sign)
{
    if (duration.type == FEEL_DAYS_DURATION) {
        I128 ns = sign * value_duration_ns(duration);
        if (a.type == FEEL_DAYS_DURATION)
            return duration_of_ns(ev, value_duration_ns(a) + ns);
        return is_point(a) ? add_ns(ev, a, ns) : eval_not_defined(ev, sign < 0 ? OP_SUB : OP_ADD, a, duration);
    }
    int64_t months = sign * duration.as.months;
    if (a.type == FEEL_MONTHS_DURATION)
        return duration_of_months(ev, (I128)a.as.months + months);
    if (a.type == FEEL_DATE || a.type == FEEL_DATE_TIME)
        return add_months(ev, a, months);
    return eval_not_defined(ev, sign < 0 ? OP_SUB : OP_ADD, a, duration);
}

/* ---- differences, products, quotients ---- */

/* A date counts as its midnight in UTC (DMN 1.5, 10.3.2.3.4). */
static FeelTemporal as_point(FeelValue v)
{
    return v.type == FEEL_DATE ? (FeelTemporal){ .day = v.as.i } : *v.as.t;
}

/* Two times can be compared when both instants are known, or when both are local to the same (perhaps unnamed) place.
 */
bool temporal_same_clock(const FeelTemporal *a, const FeelTemporal *b)
{
    bool a_known = a->offset_s != FEEL_NO_OFFSET;
    bool b_known = b->offset_s != FEEL_NO_OFFSET;
    return a_known == b_known && (a_known || str_eq(a->zone, b->zone));
}

static FeelValue difference(FeelEval *ev, FeelValue a, FeelValue b)
{
    if ((a.type == FEEL_TIME) != (b.type == FEEL_TIME))
        return eval_not_defined(ev, OP_SUB, a, b);
    FeelTemporal x = as_point(a);
    FeelTemporal y = as_point(b);
    if (!temporal_same_clock(&x, &y))
        return eval_null(ev, "the offset of one of the two is not known");
    return duration_of_ns(ev, temporal_instant(&x) - temporal_instant(&y));
}

static Dec duration_dec(FeelValue v)
{
    if (v.type == FEEL_MONTHS_DURATION)
        return dec_from_i64(v.as.months);
    return dec_scaled(v.as.ns, v.scale == FEEL_SCALE_SECONDS ? -9 : 0);
}

/* Fractions of a nanosecond or of a month are dropped. */
static FeelValue duration_from_dec(FeelEval *ev, FeelType type, Dec d)
{
    int64_t i;
    Dec whole;
    if (dec_round(d, 0, DEC_DOWN, &whole) && dec_to_i64(whole, &i))
        return type == FEEL_MONTHS_DURATION ? duration_of_months(ev, i) : duration_of_ns(ev, i);
    if (type == FEEL_DAYS_DURATION && dec_div(d, dec_from_i64(NS_PER_SECOND), &d) &&
        dec_round(d, 0, DEC_DOWN, &whole) && dec_to_i64(whole, &i))
        return duration_of_ns(ev, (I128)i * NS_PER_SECOND);
    return eval_null(ev, "the duration is too long");
}

static FeelValue scale_duration(FeelEval *ev, Op op, FeelValue duration, FeelValue number)
{
    Dec n = feel_to_dec(number);
    Dec d;
    if (op == OP_DIV && dec_sign(n) == 0)
        return eval_null(ev, "division by zero");
    bool ok = op == OP_MUL ? dec_mul(duration_dec(duration), n, &d) : dec_div(duration_dec(duration), n, &d);
    return ok ? duration_from_dec(ev, (FeelType)duration.type, d) : eval_null(ev, "the duration is too long");
}

static FeelValue divide_durations(FeelEval *ev, FeelValue a, FeelValue b)
{
    Dec d;
    if (dec_sign(duration_dec(b)) == 0)
        return eval_null(ev, "division by zero");
    return dec_div(duration_dec(a), duration_dec(b), &d) ? feel_dec(ev->arena, d) : eval_not_defined(ev, OP_DIV, a, b);
}

FeelValue temporal_arith(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    if (op == OP_ADD && is_duration(b))
        return add_duration(ev, a, b, 1);
    if (op == OP_ADD && is_duration(a))
        return add_duration(ev, b, a, 1);
    if (op == OP_SUB && is_duration(b))
        return add_duration(ev, a, b, -1);
    if (op == OP_SUB && is_point(a) && is_point(b))
        return difference(ev, a, b);
    if (op == OP_MUL && is_duration(a) && b.type == FEEL_NUMBER)
        return scale_duration(ev, op, a, b);
    if (op == OP_MUL && a.type == FEEL_NUMBER && is_duration(b))
        return scale_duration(ev, op, b, a);
    if (op == OP_DIV && is_duration(a) && b.type == FEEL_NUMBER)
        return scale_duration(ev, op, a, b);
    if (op == OP_DIV && is_duration(a) && a.type == b.type)
        return divide_durations(ev, a, b);
    return eval_not_defined(ev, op, a, b);
}

/* ---- properties ---- */

static FeelValue part(I128 n)
{
    return feel_int((int64_t)n);
}

static bool date_property(int64_t day, Str name, FeelValue *ret)
{
    Civil64 c = temporal_civil(day);
    if (str_eq_c(name, "year"))
        *ret = feel_int(c.year);
    else if (str_eq_c(name, "month"))
        *ret = feel_int(c.month);
    else if (str_eq_c(name, "day"))
        *ret = feel_int(c.day);
    else if (str_eq_c(name, "weekday"))
        *ret = feel_int(temporal_weekday(day));
    else
        return false;
    return true;
}

static FeelValue offset_property(FeelEval *ev, const FeelTemporal *t)
{
    if (t->offset_s != FEEL_NO_OFFSET)
        return duration_of_ns(ev, (I128)t->offset_s * NS_PER_SECOND);
    if (t->zone.n)
        return eval_note(ev, "{} is unknown: that of the zone depends on the date");
    return eval_note(ev, "{} is unknown: local time");
}

static bool time_property(FeelEval *ev, const FeelTemporal *t, Str name, FeelValue *ret)
{
    int64_t seconds = t->ns / NS_PER_SECOND;
    if (str_eq_c(name, "hour"))
        *ret = feel_int(seconds / 3600);
    else if (str_eq_c(name, "minute"))
        *ret = feel_int(seconds / 60 % 60);
    else if (str_eq_c(name, "second"))
        *ret = feel_int(seconds % 60);
    else if (str_eq_c(name, "time offset"))
        *ret = offset_property(ev, t);
    else if (str_eq_c(name, "timezone"))
        *ret = t->zone.n ? feel_str(t->zone) : eval_note(ev, "{} is unknown: no zone was given");
    else
        return false;
    return true;
}

static bool days_property(I128 ns, Str name, FeelValue *ret)
{
    I128 seconds = ns / NS_PER_SECOND;
    if (str_eq_c(name, "days"))
        *ret = part(seconds / 86400);
    else if (str_eq_c(name, "hours"))
        *ret = part(seconds / 3600 % 24);
    else if (str_eq_c(name, "minutes"))
        *ret = part(seconds / 60 % 60);
    else if (str_eq_c(name, "seconds"))
        *ret = part(seconds % 60);
    else
        return false;
    return true;
}

bool temporal_property(FeelEval *ev, FeelValue v, Str name, FeelValue *ret)
{
    switch (v.type) {
    case FEEL_DATE: return date_property(v.as.i, name, ret);
    case FEEL_TIME: return time_property(ev, v.as.t, name, ret);
    case FEEL_DATE_TIME: return date_property(v.as.t->day, name, ret) || time_property(ev, v.as.t, name, ret);
    case FEEL_DAYS_DURATION: return days_property(value_duration_ns(v), name, ret);
    case FEEL_MONTHS_DURATION:
        if (str_eq_c(name, "years"))
            *ret = feel_int(v.as.months / 12);
        else if (str_eq_c(name, "months"))
            *ret = feel_int(v.as.months % 12);
        else
            return false;
        return true;
    default: return false;
    }
}
