/* feel_law.h - law's own functions in FEEL: periods, working days, presence.
 *
 * The reference semantics are those of the rule catalogue (by, days, wdays, months, ...). Periods follow arts. 201 to
 * 203 of the Civil Code: the first day is not counted, months and years end on the corresponding day or the month's
 * last, and days(), months() and years() roll a last day that is off to the next working day; those whose names begin
 * with x do not.
 *
 * Dates may be FEEL dates, dates and times, or ISO text ("2026-03-02", "2026-03-02T10:00"); text gives text back, a
 * date or a date and time gives a date. hours() gives a moment. Empty text counts as absent, and what depends on
 * something absent is null. Working days come from the LawHost that the evaluation's FeelEnv.host points to; without
 * one, or in a year its calendar does not know, the result is null with a reason, never a guess. "Now" is
 * FeelEnv.now_ms. The LawHost is borrowed and read only. Limit: terms of 100,000 days. */
#ifndef YIFA_CORE_LAW_FEEL_LAW_H
#define YIFA_CORE_LAW_FEEL_LAW_H

#include "core/feel/feel.h"

typedef struct LawHost {
    /* *ret_known is false when the calendar has no notice for the day's year. */
    bool (*is_workday)(void *ctx, Day day, bool *ret_known);
    void *ctx;
} LawHost;

enum { FEEL_LAW_DAYS_MAX = 100000 };

void feel_law_register(FeelScope *scope);

#endif
