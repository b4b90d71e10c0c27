/* zone.c - offsets of time zones at any instant. */
#include "core/feel/zone.h"

#include <string.h>

#include "core/feel/feel_internal.h"

const char *feel_zone_version(void)
{
    return zone_version;
}

enum { DAY_S = 86400, OFFSET_S_MAX = 16 * 3600 };

const Zone *zone_find(Str name)
{
    size_t low = 0;
    size_t high = zone_names_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(name, str_c(zone_names[middle].name));
        if (order == 0)
            return &zone_zones[zone_names[middle].zone];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* ---- the rule for the future ---- */

static int64_t month_start(int64_t year, int month)
{
    int64_t day = 0;
    (void)temporal_day((Civil64){ .year = year, .month = month, .day = 1 }, &day);
    return day;
}

static int64_t rule_day(int64_t year, const ZoneDay *d)
{
    int64_t january = month_start(year, 1);
    if (d->kind == 3)
        return january + d->n;
    if (d->kind == 2) /* from day 60, 1 March, on a leap day comes before */
        return d->n < 60 ? january + d->n - 1 : month_start(year, 3) + d->n - 60;
    int64_t first = month_start(year, d->n);
    int64_t after = d->n == 12 ? first + 31 : month_start(year, d->n + 1);
    int weekday = temporal_weekday(first) % 7;
    int64_t day = first + (d->weekday - weekday + 7) % 7 + (d->week - 1) * 7;
    while (day >= after)
        day -= 7;
    return day;
}

static int32_t rule_offset(const ZoneRule *rule, int64_t instant_s)
{
    if (rule->days[0].kind == 0)
        return rule->standard_s;
    int64_t local_s = instant_s + rule->standard_s;
    int64_t day = local_s / DAY_S - (local_s % DAY_S < 0);
    int64_t year = temporal_civil(day).year;
    int64_t begin = rule_day(year, &rule->days[0]) * DAY_S + rule->days[0].at_s - rule->standard_s;
    int64_t end = rule_day(year, &rule->days[1]) * DAY_S + rule->days[1].at_s - rule->summer_s;
    bool inside = begin < end ? begin <= instant_s && instant_s < end : !(end <= instant_s && instant_s < begin);
    return inside ? rule->summer_s : rule->standard_s;
}

/* ---- instants and local times ---- */

int32_t zone_offset_at(const Zone *zone, int64_t instant_s)
{
    const ZoneChange *changes = &zone_changes[zone->first];
    if (zone->n == 0 || instant_s >= changes[zone->n - 1].at_s)
        return rule_offset(&zone_rules[zone->rule], instant_s);
    size_t low = 0; /* changes before low are not later than the instant */
    size_t high = zone->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (changes[middle].at_s <= instant_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? changes[low - 1].offset_s : zone->initial_s;
}

int32_t zone_offset_of(const Zone *zone, int64_t *local_s)
{
    /* As if it were UTC, a local time is never further from its instant than the largest offset there ever was. */
    int32_t before = zone_offset_at(zone, *local_s - OFFSET_S_MAX);
    int32_t after = zone_offset_at(zone, *local_s + OFFSET_S_MAX);
    if (zone_offset_at(zone, *local_s - before) == before)
        return before;
    if (zone_offset_at(zone, *local_s - after) != after)
        *local_s += after - before;
    return after;
}

bool zone_offset_fixed(const Zone *zone, int32_t *ret_offset_s)
{
    const ZoneRule *rule = &zone_rules[zone->rule];
    *ret_offset_s = rule->standard_s;
    return rule->days[0].kind == 0;
}
