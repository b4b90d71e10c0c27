/* calendar.h - working days, from data.
 *
 * A calendar knows, per year, which days are off though weekdays (holidays) and which are worked though weekends
 * (make-up days). It is built from the State Council's notices; a year it has no notice for is *unknown*: asking for it
 * is an answer of its own, so that no deadline is computed from a guess. A calendar lives in the arena it was made in
 * and never changes, so any thread may use it. Limits: 20,000 special days, 400 years. All questions cost the logarithm
 * of the special days, however long the term is. */
#ifndef YIFA_CORE_LAW_CALENDAR_H
#define YIFA_CORE_LAW_CALENDAR_H

#include "base/arena.h"
#include "base/date.h"
#include "base/rc.h"

typedef struct LawCalendar LawCalendar;

typedef struct LawCalendarDay {
    Day day;
    bool off; /* true: not worked; false: a make-up day */
    Str name; /* the holiday's name in the pack's words */
} LawCalendarDay;

enum {
    LAW_CALENDAR_DAYS_MAX = 20000,
    LAW_CALENDAR_YEARS_MAX = 400,
    LAW_WORKDAYS_MAX = 1000000,
    LAW_CALENDARS_MAX = 16
};
#define LAW_CALENDAR_NATIONAL "national"

/* days: any order, no day twice with different meaning; years: which years the data covers. RC_INVALID names the day
 * that contradicts itself, RC_LIMIT the limit. */
MUST_CHECK Rc law_calendar_new(Arena *arena, const LawCalendarDay *days, size_t n, const int *years, size_t n_years,
                               const LawCalendar **ret, Err *err);
bool law_calendar_knows(const LawCalendar *calendar, Day day);
/* Whether the calendar has a notice for every year from `from` to `to`, both included. */
bool law_calendar_covers(const LawCalendar *calendar, Day from, Day to);
bool law_is_workday(const LawCalendar *calendar, Day day); /* weekdays of an unknown year count as worked */
/* The special entry for a day, or NULL. */
const LawCalendarDay *law_calendar_day(const LawCalendar *calendar, Day day);

/* The n-th working day after `day` (0 is the day itself; n is taken as within 0..LAW_WORKDAYS_MAX). *ret_known, which
 * may be NULL, is false when a day after `day` up to the answer lies in an unknown year. */
Day law_add_workdays(const LawCalendar *calendar, Day day, int n, bool *ret_known);
/* The day itself if worked, else the next worked day. *ret_known, which may be NULL, also covers the day itself. */
Day law_roll(const LawCalendar *calendar, Day day, bool *ret_known);
/* Working days strictly between two days ("N working days before": neither the notice's day nor the event's counts). */
int law_workdays_between(const LawCalendar *calendar, Day a, Day b);

#endif
