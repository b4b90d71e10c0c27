/* clock_private.h - the arithmetic that clock.c and clock_derive.c share. */
#ifndef YIFA_CORE_LAW_CLOCK_PRIVATE_H
#define YIFA_CORE_LAW_CLOCK_PRIVATE_H

#include "core/law/clock.h"

/* Days and working days are counted by the day, and so are months and years once they are turned into days. */
bool clock_is_daily(LawUnit unit);
/* Length with extension, within 0..clock_length_max. */
int32_t clock_total(const ClockTerm *term);
/* The days a daily term counts: its length, or the days that its months or years span. */
int64_t clock_total_days(const ClockTerm *term, Day start, int32_t total);
/* The days a pause adds to a daily term; the day of the start event is not counted anyway and so cannot be paused. */
int64_t clock_pause_days(const ClockTerm *term, size_t i, const LawCalendar *calendar, int zone_minutes);
/* Milliseconds of working time between two instants. */
int64_t clock_worked_ms(const LawCalendar *calendar, int zone_minutes, int64_t from, int64_t to);
/* The day that is the n-th to count, after the first `n_pauses` pauses; DAY_NONE when it lies in an open pause. */
Day clock_nth_day(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int64_t n, size_t n_pauses);

#endif
