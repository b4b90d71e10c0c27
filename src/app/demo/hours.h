/* hours.h - when people of an office do things.
 *
 * Working windows are 08:40-11:50 and 14:00-18:10 with a tail until 22:30; what falls outside is moved to the next
 * window. Duty staff work every day, others on working days. All instants are milliseconds UTC. */
#ifndef YIFA_APP_DEMO_HOURS_H
#define YIFA_APP_DEMO_HOURS_H

#include "app/demo/chance.h"
#include "core/law/calendar.h"

typedef struct Hours {
    const LawCalendar *calendar;
    int zone_minutes;
} Hours;

#define HOURS_MINUTES(n) ((int64_t)(n)*MS_PER_MINUTE)
#define HOURS_HOURS(n)   ((int64_t)(n)*MS_PER_HOUR)

Day hours_day(const Hours *h, int64_t at_ms);
/* An instant on a day, by minutes since local midnight. */
int64_t hours_at(const Hours *h, Day day, int64_t minutes);
/* The instant itself if it lies in a window, else one soon after the next window begins. `duty`: weekends count. */
int64_t hours_next(const Hours *h, Chance *chance, int64_t at_ms, bool duty);
/* An instant in working hours on a day. */
int64_t hours_within(const Hours *h, Chance *chance, Day day);
/* The same, n working days later. */
int64_t hours_workdays_later(const Hours *h, Chance *chance, int64_t at_ms, int n);
/* End of the n-th working day after that of the instant: when a platform's term of n working days is over. */
int64_t hours_term_end(const Hours *h, int64_t at_ms, int n);

#endif
