#include "base/date.h"

#include <assert.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int civil_days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool civil_is_valid(Civil c)
{
    return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= civil_days_in_month(c.year, c.month);
}

/* Years are shifted to begin in March, so that the leap day is a year's last; 400 years are one era of 146,097 days. */
Day day_from_civil(Civil c)
{
    assert(civil_is_valid(c));
    int64_t y = (int64_t)c.year - (c.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (Day)(era * 146097 + day_of_era - 719468);
}

Civil day_to_civil(Day day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    Civil c = { .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
                .month = (int)(month < 10 ? month + 3 : month - 9) };
    c.year = (int)(year_of_era + era * 400 + (c.month <= 2));
    return c;
}

int day_weekday(Day day)
{
    int64_t since_monday = ((int64_t)day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

Day day_add_months(Day day, int months, bool *ret_clamped)
{
    Civil c = day_to_civil(day);
    int64_t index = (int64_t)c.year * 12 + (c.month - 1) + months;
    int64_t year = index >= 0 ? index / 12 : (index - 11) / 12;
    c.year = (int)year;
    c.month = (int)(index - year * 12) + 1;
    int last = civil_days_in_month(c.year, c.month);
    if (ret_clamped)
        *ret_clamped = c.day > last;
    if (c.day > last)
        c.day = last;
    return day_from_civil(c);
}

Str day_print(Arena *arena, Day day)
{
    Civil c = day_to_civil(day);
    return arena_printf(arena, "%s%04d-%02d-%02d", c.year < 0 ? "-" : "", c.year < 0 ? -c.year : c.year, c.month,
                        c.day);
}

static bool digits(Str s, size_t at, size_t n, int *ret)
{
    if (at + n > s.n)
        return false;
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        value = value * 10 + (s.p[i] - '0');
    }
    *ret = value;
    return true;
}

bool day_parse(Str text, Day *ret_day)
{
    Civil c;
    if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-' || !digits(text, 0, 4, &c.year) ||
        !digits(text, 5, 2, &c.month) || !digits(text, 8, 2, &c.day) || !civil_is_valid(c))
        return false;
    *ret_day = day_from_civil(c);
    return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b < 0);
}

Day instant_day(int64_t at_ms, int zone_minutes)
{
    return (Day)floor_div(at_ms + (int64_t)zone_minutes * MS_PER_MINUTE, MS_PER_DAY);
}

int64_t instant_of_day(int64_t at_ms, int zone_minutes)
{
    int64_t local = at_ms + (int64_t)zone_minutes * MS_PER_MINUTE;
    return local - floor_div(local, MS_PER_DAY) * MS_PER_DAY;
}

int64_t day_start(Day day, int zone_minutes)
{
    return (int64_t)day * MS_PER_DAY - (int64_t)zone_minutes * MS_PER_MINUTE;
}

Str instant_print(Arena *arena, int64_t at_ms, int zone_minutes)
{
    Civil c = day_to_civil(instant_day(at_ms, zone_minutes));
    int64_t ms = instant_of_day(at_ms, zone_minutes);
    int hour = (int)(ms / MS_PER_HOUR);
    int minute = (int)(ms / MS_PER_MINUTE % 60);
    int second = (int)(ms / MS_PER_SECOND % 60);
    int fraction = (int)(ms % MS_PER_SECOND);
    int offset = zone_minutes < 0 ? -zone_minutes : zone_minutes;
    Str milli = fraction ? arena_printf(arena, ".%03d", fraction) : STR("");
    return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02d%.*s%c%02d:%02d", c.year, c.month, c.day, hour, minute,
                        second, STR_ARG(milli), zone_minutes < 0 ? '-' : '+', offset / 60, offset % 60);
}

/* Reads "Z" or "±hh:mm" at the end of the text. */
static bool parse_offset(Str text, size_t at, int *zone_minutes)
{
    if (at == text.n)
        return true;
    if (text.n == at + 1 && text.p[at] == 'Z') {
        *zone_minutes = 0;
        return true;
    }
    int hours;
    int minutes;
    if (text.n != at + 6 || (text.p[at] != '+' && text.p[at] != '-') || text.p[at + 3] != ':' ||
        !digits(text, at + 1, 2, &hours) || !digits(text, at + 4, 2, &minutes) || hours > 18 || minutes > 59)
        return false;
    *zone_minutes = (hours * 60 + minutes) * (text.p[at] == '-' ? -1 : 1);
    return true;
}

/* Reads ".5" to ".123456789" at *at; what is below a millisecond is cut off. */
static bool parse_fraction(Str text, size_t *at, int *milli)
{
    size_t from = ++*at;
    int weight = 100;
    for (; *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9'; ++*at, weight /= 10)
        *milli += (text.p[*at] - '0') * weight;
    return *at > from && *at - from <= 9;
}

bool instant_parse(Str text, int zone_minutes, int64_t *ret_ms)
{
    Day day;
    int hour;
    int minute;
    int second = 0;
    int milli = 0;
    if (text.n < 16 || !day_parse(str_slice(text, 0, 10), &day) || (text.p[10] != 'T' && text.p[10] != ' ') ||
        !digits(text, 11, 2, &hour) || text.p[13] != ':' || !digits(text, 14, 2, &minute))
        return false;
    size_t at = 16;
    if (at < text.n && text.p[at] == ':') {
        if (!digits(text, at + 1, 2, &second))
            return false;
        at += 3;
        if (at < text.n && text.p[at] == '.' && !parse_fraction(text, &at, &milli))
            return false;
    }
    if (hour > 23 || minute > 59 || second > 59 || !parse_offset(text, at, &zone_minutes))
        return false;
    *ret_ms = day_start(day, zone_minutes) + (int64_t)hour * MS_PER_HOUR + (int64_t)minute * MS_PER_MINUTE +
              (int64_t)second * MS_PER_SECOND + milli;
    return true;
}
