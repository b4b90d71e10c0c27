/* feel_law.h - law's own functions in FEEL: periods, working days, presence, codes, amounts, masks.
 *
 * They have a namespace of their own, so that standard FEEL stays standard: each is called law.NAME. A pack's scopes
 * open the namespace, so that its rules may write the bare name too. A value called "law" (a field of a matter, a name
 * of a context) hides the qualified names: law.x is then the member x of that value.
 *
 * The reference semantics of the short names are those of the rule catalogue (by, days, wdays, months, ...). Periods
 * follow arts. 201 to 203 of the Civil Code: the first day is not counted, months and years end on the corresponding
 * day or the month's last, and days(), months() and years() roll a last day that is off to the next working day; those
 * whose names begin with x do not. months exact() reports what months() settles: that there is no corresponding day.
 *
 * Dates may be FEEL dates, dates and times, or ISO text ("2026-03-02", "2026-03-02T10:00"); text gives text back, a
 * date or a date and time gives a date. hours() gives a moment. Empty text counts as absent, and what depends on
 * something absent is null. Working days and the words of amounts come from the LawHost that the evaluation's
 * FeelEnv.host points to; without one, or in a year its calendar does not know, the result is null with a reason, never
 * a guess. "Now" is FeelEnv.now_ms. The LawHost is borrowed and read only. Limit: terms of 100,000 days. */
#ifndef YIFA_CORE_LAW_FEEL_LAW_H
#define YIFA_CORE_LAW_FEEL_LAW_H

#include "core/feel/feel.h"
#include "core/law/amount.h"

typedef struct LawHostCalendar {
    Str name;
    /* *ret_known is false when the calendar has no notice for the day's year. */
    bool (*is_workday)(void *ctx, Day day, bool *ret_known);
    void *ctx;
} LawHostCalendar;

typedef struct LawHost {
    const LawHostCalendar *calendars; /* the first serves the functions that name none */
    size_t n_calendars;
    const LawAmountWords *amount_words; /* NULL: none */
} LawHost;

enum { FEEL_LAW_DAYS_MAX = 100000 };

typedef enum LawNames {
    LAW_NAMES_QUALIFIED, /* law.NAME */
    LAW_NAMES_OPEN       /* NAME as well */
} LawNames;
void feel_law_register(FeelScope *scope, LawNames names);

#endif
