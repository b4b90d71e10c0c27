/* date.h - the civil calendar: days and instants as integers.
 *
 * A Day counts days since 1970-01-01 in the proleptic Gregorian calendar. An instant is milliseconds since
 * 1970-01-01T00:00Z without leap seconds. A jurisdiction's zone is a fixed offset in minutes here (Asia/Shanghai is
 * +480 since 1991); named zones with changing offsets belong to FEEL. */
#ifndef YIFA_BASE_DATE_H
#define YIFA_BASE_DATE_H

#include "base/arena.h"

typedef int32_t Day;
#define DAY_NONE INT32_MIN

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000, MS_PER_DAY = 86400000 };

typedef struct Civil {
    int year;  /* may be negative */
    int month; /* 1..12 */
    int day;   /* 1..31 */
} Civil;

bool civil_is_valid(Civil c);
int civil_days_in_month(int year, int month);
Day day_from_civil(Civil c); /* c must be valid, |year| <= 5,000,000 */
Civil day_to_civil(Day day);
int day_weekday(Day day); /* 1 Monday .. 7 Sunday (ISO 8601) */
/* The corresponding day n months on, else the month's last day (31 January + 1 month = 28 or 29 February).
 * *ret_clamped, which may be NULL, says whether the day had to be clamped. */
Day day_add_months(Day day, int months, bool *ret_clamped);

/* "2023-10-11"; the year has at least four digits. */
Str day_print(Arena *arena, Day day);
bool day_parse(Str text, Day *ret_day); /* exactly YYYY-MM-DD */

/* Floor division: the local day on which an instant falls, and the local milliseconds since that midnight. */
Day instant_day(int64_t at_ms, int zone_minutes);
int64_t instant_of_day(int64_t at_ms, int zone_minutes);
int64_t day_start(Day day, int zone_minutes); /* instant of local midnight */
/* "2023-10-11T09:31:05+08:00", milliseconds only when not zero. */
Str instant_print(Arena *arena, int64_t at_ms, int zone_minutes);
/* "YYYY-MM-DDThh:mm[:ss[.f]][Z|±hh:mm]" with 1 to 9 digits f, also with a space for T; without an offset the zone given
 * is meant. */
bool instant_parse(Str text, int zone_minutes, int64_t *ret_ms);

#endif
