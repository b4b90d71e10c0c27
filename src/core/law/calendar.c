/* Working days are counted, not walked: the worked days up to a day are its weekdays plus what the special days before
 * it add or take. Every question is then a difference of two counts or a bisection over one. */
#include "core/law/calendar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_A_WEEK = 7, WEEKDAYS = 5 };
/* 1969-12-29 is the Monday before the epoch: weeks are counted from it. */
enum { FIRST_MONDAY = -3 };

struct LawCalendar {
    const LawCalendarDay *days; /* ascending, each day once */
    const int *shift;           /* shift[i]: what days[0..i-1] add to the count of weekdays; n + 1 of them */
    size_t n;
    const int *years; /* ascending */
    size_t n_years;
};

static int compare_days(const void *a, const void *b)
{
    const LawCalendarDay *x = a;
    const LawCalendarDay *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static int compare_years(const void *a, const void *b)
{
    const int *x = a;
    const int *y = b;
    return (*x > *y) - (*x < *y);
}

static bool is_weekday(Day day)
{
    return day_weekday(day) <= WEEKDAYS;
}

/* How a special day changes the count of weekdays: a holiday on a weekday takes one, a worked weekend adds one. */
static int special_shift(const LawCalendarDay *special)
{
    return (special->off ? 0 : 1) - (is_weekday(special->day) ? 1 : 0);
}

static Rc merge_days(LawCalendarDay *days, size_t n, size_t *ret_n, Err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || days[kept - 1].day != days[i].day) {
            days[kept++] = days[i];
        } else if (days[kept - 1].off != days[i].off) {
            Civil c = day_to_civil(days[i].day);
            return err_set(err, RC_INVALID, "%04d-%02d-%02d is both a day off and a make-up day", c.year, c.month,
                           c.day);
        }
    }
    *ret_n = kept;
    return RC_OK;
}

Rc law_calendar_new(Arena *arena, const LawCalendarDay *days, size_t n, const int *years, size_t n_years,
                    const LawCalendar **ret, Err *err)
{
    if (n > LAW_CALENDAR_DAYS_MAX || n_years > LAW_CALENDAR_YEARS_MAX)
        return err_set(err, RC_LIMIT, "a calendar holds at most %d special days and %d years", LAW_CALENDAR_DAYS_MAX,
                       LAW_CALENDAR_YEARS_MAX);
    LawCalendarDay *sorted = ARENA_ARRAY(arena, LawCalendarDay, n + 1);
    int *sorted_years = ARENA_ARRAY(arena, int, n_years + 1);
    if (n > 0) {
        memcpy(sorted, days, n * sizeof *days);
        qsort(sorted, n, sizeof *sorted, compare_days);
    }
    if (n_years > 0) {
        memcpy(sorted_years, years, n_years * sizeof *years);
        qsort(sorted_years, n_years, sizeof *sorted_years, compare_years);
    }
    size_t kept = 0;
    TRY(merge_days(sorted, n, &kept, err));
    int *shift = ARENA_ARRAY(arena, int, kept + 1);
    shift[0] = 0;
    for (size_t i = 0; i < kept; i++)
        shift[i + 1] = shift[i] + special_shift(&sorted[i]);
    LawCalendar *calendar = ARENA_NEW(arena, LawCalendar);
    *calendar = (LawCalendar){ .days = sorted, .shift = shift, .n = kept, .years = sorted_years, .n_years = n_years };
    *ret = calendar;
    return RC_OK;
}

static bool knows_year(const LawCalendar *calendar, int year)
{
    return calendar->n_years > 0 &&
           bsearch(&year, calendar->years, calendar->n_years, sizeof *calendar->years, compare_years) != NULL;
}

bool law_calendar_knows(const LawCalendar *calendar, Day day)
{
    return knows_year(calendar, day_to_civil(day).year);
}

bool law_calendar_covers(const LawCalendar *calendar, Day from, Day to)
{
    int last = day_to_civil(to).year;
    for (int year = day_to_civil(from).year; year <= last; year++) {
        if (!knows_year(calendar, year))
            return false;
    }
    return true;
}

/* Index of the first special day after `day`. */
static size_t specials_upto(const LawCalendar *calendar, Day day)
{
    size_t low = 0;
    size_t high = calendar->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->days[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const LawCalendarDay *law_calendar_day(const LawCalendar *calendar, Day day)
{
    size_t i = specials_upto(calendar, day);
    return i > 0 && calendar->days[i - 1].day == day ? &calendar->days[i - 1] : NULL;
}

bool law_is_workday(const LawCalendar *calendar, Day day)
{
    const LawCalendarDay *special = law_calendar_day(calendar, day);
    return special ? !special->off : is_weekday(day);
}

/* Worked days from an arbitrary origin up to `day`, the day included: only differences mean something. */
static int64_t worked_upto(const LawCalendar *calendar, int64_t day)
{
    int64_t since = day - FIRST_MONDAY;
    int64_t week = since / DAYS_A_WEEK - (since % DAYS_A_WEEK < 0 ? 1 : 0);
    int64_t in_week = since - week * DAYS_A_WEEK + 1; /* 1 Monday .. 7 Sunday */
    int64_t weekdays = week * WEEKDAYS + (in_week < WEEKDAYS ? in_week : WEEKDAYS);
    Day bound = day > INT32_MAX ? INT32_MAX : (Day)day;
    return weekdays + calendar->shift[specials_upto(calendar, bound)];
}

/* The first day after `day` by whose end n more days were worked. */
static Day nth_worked_after(const LawCalendar *calendar, Day day, int64_t n)
{
    int64_t target = worked_upto(calendar, day) + n;
    /* Two calendar days for each worked one, plus every special day, is more than enough. */
    int64_t low = day;
    int64_t high = (int64_t)day + 2 * n + DAYS_A_WEEK + 2 * (int64_t)calendar->n;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (worked_upto(calendar, middle) >= target)
            high = middle;
        else
            low = middle;
    }
    return high > INT32_MAX ? INT32_MAX : (Day)high;
}

Day law_add_workdays(const LawCalendar *calendar, Day day, int n, bool *ret_known)
{
    int64_t count = n > LAW_WORKDAYS_MAX ? LAW_WORKDAYS_MAX : n;
    Day result = count > 0 ? nth_worked_after(calendar, day, count) : day;
    if (ret_known)
        *ret_known = result == day || law_calendar_covers(calendar, day + 1, result);
    return result;
}

Day law_roll(const LawCalendar *calendar, Day day, bool *ret_known)
{
    Day result = law_is_workday(calendar, day) ? day : nth_worked_after(calendar, day, 1);
    if (ret_known)
        *ret_known = law_calendar_covers(calendar, day, result);
    return result;
}

int law_workdays_between(const LawCalendar *calendar, Day a, Day b)
{
    if (b <= a)
        return 0;
    return (int)(worked_upto(calendar, (int64_t)b - 1) - worked_upto(calendar, a));
}
