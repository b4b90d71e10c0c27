/* temporal_text.c - dates, times and durations as text (ISO 8601 as XML Schema restricts it, plus "@zone"). */
#include <string.h>

#include "core/feel/feel_internal.h"
#include "core/feel/zone.h"

enum { OFFSET_HOURS_MAX = 18 };

/* ---- reading ---- */

static bool digits(Str *s, size_t n, int64_t *ret)
{
    int64_t value = 0;
    if (s->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    *s = str_slice(*s, n, s->n);
    *ret = value;
    return true;
}

static bool skip(Str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_slice(*s, 1, s->n);
    return true;
}

static size_t digit_count(Str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

bool temporal_parse_date(Str text, int64_t *ret_day)
{
    int64_t month;
    int64_t day;
    Civil64 c;
    bool negative = skip(&text, '-');
    size_t n = digit_count(text);
    if (n < 4 || n > 9 || (n > 4 && text.p[0] == '0'))
        return false;
    if (!digits(&text, n, &c.year) || !skip(&text, '-') || !digits(&text, 2, &month) || !skip(&text, '-') ||
        !digits(&text, 2, &day) || text.n)
        return false;
    c.year = negative ? -c.year : c.year;
    c.month = (int)month;
    c.day = (int)day;
    return temporal_day(c, ret_day);
}

static bool parse_offset(Str text, int32_t *ret_offset_s)
{
    bool negative = skip(&text, '-');
    int64_t hours;
    int64_t minutes;
    int64_t seconds = 0;
    if (!negative && !skip(&text, '+'))
        return false;
    if (!digits(&text, 2, &hours) || !skip(&text, ':') || !digits(&text, 2, &minutes))
        return false;
    if (text.n && (!skip(&text, ':') || !digits(&text, 2, &seconds)))
        return false;
    if (text.n || minutes > 59 || seconds > 59)
        return false;
    int32_t total = (int32_t)(hours * 3600 + minutes * 60 + seconds);
    if (total > OFFSET_HOURS_MAX * 3600)
        return false;
    *ret_offset_s = negative ? -total : total;
    return true;
}

/* What may follow the seconds: nothing, Z, an offset, or @ and a zone. */
static bool parse_clock(Arena *arena, Str text, FeelTemporal *t)
{
    t->offset_s = FEEL_NO_OFFSET;
    if (text.n == 0)
        return true;
    if (str_eq(text, STR("Z")) || str_eq(text, STR("z"))) {
        t->offset_s = 0;
        return true;
    }
    if (!skip(&text, '@'))
        return parse_offset(text, &t->offset_s);
    if (!zone_find(text))
        return false;
    t->zone = arena_str(arena, text);
    return true;
}

/* Digits beyond nanoseconds are dropped. */
static bool parse_fraction(Str *text, int64_t *ret_ns)
{
    size_t n = digit_count(*text);
    if (n == 0)
        return false;
    int64_t ns = 0;
    for (size_t i = 0; i < 9; i++)
        ns = ns * 10 + (i < n ? text->p[i] - '0' : 0);
    *text = str_slice(*text, n, text->n);
    *ret_ns = ns;
    return true;
}

static bool parse_time_of_day(Arena *arena, Str text, FeelTemporal *t)
{
    int64_t hour;
    int64_t minute;
    int64_t second;
    int64_t ns = 0;
    if (!digits(&text, 2, &hour) || !skip(&text, ':') || !digits(&text, 2, &minute) || !skip(&text, ':') ||
        !digits(&text, 2, &second) || hour > 24 || minute > 59 || second > 59)
        return false;
    if (skip(&text, '.') && !parse_fraction(&text, &ns))
        return false;
    if (hour == 24 && (minute || second || ns))
        return false;
    t->ns = (hour * 3600 + minute * 60 + second) * NS_PER_SECOND + ns;
    return parse_clock(arena, text, t);
}

bool temporal_parse_time(Arena *arena, Str text, FeelValue *ret)
{
    FeelTemporal t = { 0 };
    skip(&text, 'T');
    if (!parse_time_of_day(arena, text, &t) || t.ns == NS_PER_DAY)
        return false;
    temporal_locate(&t, FEEL_TIME);
    *ret = value_temporal(arena, FEEL_TIME, t);
    return true;
}

bool temporal_parse_date_time(Arena *arena, Str text, FeelValue *ret)
{
    FeelTemporal t = { 0 };
    Str rest;
    Str date = str_cut(text, 'T', &rest);
    if (!rest.p || !temporal_parse_date(date, &t.day) || !parse_time_of_day(arena, rest, &t))
        return false;
    if (t.ns == NS_PER_DAY) { /* 24:00:00 ends a day, which is the next one's start */
        t.ns = 0;
        t.day++;
    }
    temporal_locate(&t, FEEL_DATE_TIME);
    if (!temporal_day_in_range(t.day))
        return false;
    *ret = value_temporal(arena, FEEL_DATE_TIME, t);
    return true;
}

typedef struct DurationParts {
    I128 months;
    I128 ns;
    bool any_months;
    bool any_ns;
} DurationParts;

/* One "12D" of a duration. Units must come in order and each at most once: *at is the last unit's place. */
static bool parse_unit(Str *text, bool time, size_t *at, DurationParts *parts)
{
    static const char units[] = "YMDHMS";
    static const int64_t sizes[] = { 12, 1, NS_PER_DAY, 3600 * NS_PER_SECOND, 60 * NS_PER_SECOND, NS_PER_SECOND };
    int64_t value;
    int64_t fraction = 0;
    size_t n = digit_count(*text);
    if (n == 0 || n > 17 || !digits(text, n, &value))
        return false;
    bool point = skip(text, '.');
    if (point && digit_count(*text) > 0 && !parse_fraction(text, &fraction)) /* "0.S" is allowed (XML Schema 1.1) */
        return false;
    if (text->n == 0)
        return false;
    size_t unit = time ? 3 : 0;
    while (unit < (time ? 6u : 3u) && units[unit] != text->p[0])
        unit++;
    if (unit == (time ? 6u : 3u) || unit < *at || (point && unit != 5))
        return false;
    *at = unit + 1;
    if (unit < 2) {
        parts->months += (I128)value * sizes[unit];
        parts->any_months = true;
    } else {
        parts->ns += (I128)value * sizes[unit] + fraction;
        parts->any_ns = true;
    }
    *text = str_slice(*text, 1, text->n);
    return true;
}

bool temporal_parse_duration(Str text, FeelValue *ret)
{
    DurationParts parts = { 0 };
    bool negative = skip(&text, '-');
    bool time = false;
    size_t at = 0;
    if (!skip(&text, 'P') || text.n == 0)
        return false;
    while (text.n) {
        if (!time && skip(&text, 'T'))
            time = true;
        if (!parse_unit(&text, time, &at, &parts))
            return false;
    }
    if (parts.any_months && parts.any_ns)
        return false; /* FEEL's two kinds of duration cannot be mixed */
    if (parts.any_ns)
        return value_days_duration(negative ? -parts.ns : parts.ns, ret);
    if (parts.months > (FEEL_YEAR_MAX + 1) * 24)
        return false;
    *ret = value_months((int64_t)(negative ? -parts.months : parts.months));
    return true;
}

bool temporal_parse(Arena *arena, Str text, FeelValue *ret)
{
    int64_t day;
    if (temporal_parse_date(text, &day)) {
        *ret = (FeelValue){ .type = FEEL_DATE, .as.i = day };
        return true;
    }
    return temporal_parse_duration(text, ret) || temporal_parse_date_time(arena, text, ret) ||
           temporal_parse_time(arena, text, ret);
}

bool feel_temporal(Arena *arena, Str text, FeelValue *ret)
{
    return temporal_parse(arena, text, ret);
}

/* ---- writing ---- */

static void print_date(Buf *out, int64_t day)
{
    Civil64 c = temporal_civil(day);
    buf_printf(out, "%s%04lld-%02d-%02d", c.year < 0 ? "-" : "", (long long)(c.year < 0 ? -c.year : c.year), c.month,
               c.day);
}

/* ".5" for half a second: as many of the nine digits as are needed. */
static void print_fraction(Buf *out, int64_t ns)
{
    if (ns == 0)
        return;
    char text[16];
    int n = 9;
    for (; ns % 10 == 0; ns /= 10)
        n--;
    for (int i = n; i > 0; i--, ns /= 10)
        text[i - 1] = (char)('0' + ns % 10);
    buf_char(out, '.');
    buf_bytes(out, text, (size_t)n);
}

static void print_offset(Buf *out, int32_t offset_s)
{
    if (offset_s == 0) {
        buf_char(out, 'Z');
        return;
    }
    int32_t s = offset_s < 0 ? -offset_s : offset_s;
    buf_printf(out, "%c%02d:%02d", offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
    if (s % 60)
        buf_printf(out, ":%02d", s % 60);
}

/* The second of two times that a clock shows when summer time ends can only be told by its offset. */
static bool zone_says_it(const FeelTemporal *t, FeelType type)
{
    FeelTemporal again = *t;
    temporal_locate(&again, type);
    return again.offset_s == t->offset_s;
}

static void print_time(Buf *out, const FeelTemporal *t, FeelType type)
{
    int64_t s = t->ns / NS_PER_SECOND;
    buf_printf(out, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    print_fraction(out, t->ns % NS_PER_SECOND);
    if (t->zone.n && zone_says_it(t, type)) {
        buf_char(out, '@');
        buf_str(out, t->zone);
    } else if (t->offset_s != FEEL_NO_OFFSET) {
        print_offset(out, t->offset_s);
    }
}

static void print_unit(Buf *out, I128 n, char unit)
{
    if (n == 0)
        return;
    buf_i64(out, (int64_t)n);
    buf_char(out, unit);
}

static void print_days_duration(Buf *out, I128 ns)
{
    if (ns == 0) {
        buf_str(out, STR("PT0S"));
        return;
    }
    if (ns < 0)
        buf_char(out, '-');
    ns = ns < 0 ? -ns : ns;
    I128 s = ns / NS_PER_SECOND;
    int64_t fraction = (int64_t)(ns % NS_PER_SECOND);
    buf_char(out, 'P');
    print_unit(out, s / 86400, 'D');
    if (s % 86400 == 0 && fraction == 0)
        return;
    buf_char(out, 'T');
    print_unit(out, s / 3600 % 24, 'H');
    print_unit(out, s / 60 % 60, 'M');
    if (s % 60 || fraction) {
        buf_i64(out, (int64_t)(s % 60));
        print_fraction(out, fraction);
        buf_char(out, 'S');
    }
}

static void print_months_duration(Buf *out, int64_t months)
{
    if (months == 0) {
        buf_str(out, STR("P0M"));
        return;
    }
    if (months < 0)
        buf_char(out, '-');
    months = months < 0 ? -months : months;
    buf_char(out, 'P');
    print_unit(out, months / 12, 'Y');
    print_unit(out, months % 12, 'M');
}

void temporal_print(Buf *out, FeelValue v)
{
    switch (v.type) {
    case FEEL_DATE: print_date(out, v.as.i); break;
    case FEEL_TIME: print_time(out, v.as.t, FEEL_TIME); break;
    case FEEL_DATE_TIME:
        print_date(out, v.as.t->day);
        buf_char(out, 'T');
        print_time(out, v.as.t, FEEL_DATE_TIME);
        break;
    case FEEL_DAYS_DURATION: print_days_duration(out, value_duration_ns(v)); break;
    default: print_months_duration(out, v.as.months); break;
    }
}
