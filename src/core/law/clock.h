/* clock.h - deadlines: pure arithmetic, with a derivation that can be printed.
 *
 * The day of the start event is not counted; months end on the corresponding day or the month's last; a last day that
 * is not worked moves to the next working day where the clock rolls (docs/PACKS.md cites the articles). A term in days
 * ends at the end of its last day; minutes and hours run from the stated instant. Working hours are 09:00-12:00 and
 * 14:00-18:00 on working days.
 *
 * A pause adds the time it lasted, in the clock's own unit. In terms counted by the day, the day of the pause is no
 * longer counted and the day of resumption is again; in terms of months or years a pause adds calendar days. A pause
 * that begins after the term has ended adds nothing, because what has ended cannot be suspended. An extension adds to
 * the length before anything else is counted.
 *
 * Nothing here allocates but clock_term_to_json and clock_derive. Limits: 16 pauses; lengths of about a hundred years
 * (clock_length_max), beyond which a length counts as that maximum, and below zero as zero. */
#ifndef YIFA_CORE_LAW_CLOCK_H
#define YIFA_CORE_LAW_CLOCK_H

#include "core/law/pack.h"
#include "lib/fmt/json.h"

typedef enum ClockState {
    CLOCK_RUNNING = 1,
    CLOCK_PAUSED = 2,
    CLOCK_MET = 3,  /* stopped in time */
    CLOCK_LATE = 4, /* stopped after the due instant */
    CLOCK_CANCELLED = 5,
    CLOCK_OVERDUE = 6, /* due passed, still running */
    CLOCK_LAPSED = 7   /* a party's own term ended */
} ClockState;

enum { CLOCK_PAUSES_MAX = 16, CLOCK_GRID_DAYS_MAX = 60 };

/* All that determines a due instant. Kept as JSON in the clock's row so that it can be computed again. */
typedef struct ClockTerm {
    int64_t start_at; /* instant of the start event */
    LawUnit unit;
    int32_t length;
    int32_t extension; /* same unit */
    bool roll;
    size_t n_pauses; /* in order of time, not overlapping */
    int64_t paused_at[CLOCK_PAUSES_MAX];
    int64_t resumed_at[CLOCK_PAUSES_MAX]; /* INT64_MAX while paused */
} ClockTerm;

/* The longest length, with extension, that a unit allows. */
int32_t clock_length_max(LawUnit unit);
/* "working_days": how a unit is written in JSON. */
const char *clock_unit_name(LawUnit unit);

/* The due instant: the last millisecond that is still in time; INT64_MAX while a pause is open. *ret_known, which may
 * be NULL, is false when a calendar year was needed that the calendar does not have. */
int64_t clock_due(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, bool *ret_known);
/* The instant at which `percent` (1..100) of the term has gone; INT64_MAX when it lies in a pause still open. Paused
 * time is not part of a term, nor are the days by which its end is rolled: practice warns at the end that is not
 * rolled. Shares of terms in working days or working hours are shares of those. */
int64_t clock_threshold(const ClockTerm *term, const LawCalendar *calendar, int zone_minutes, int percent);

Json clock_term_to_json(Arena *arena, const ClockTerm *term);
MUST_CHECK Rc clock_term_from_json(const Json *json, ClockTerm *ret, Err *err);

/* One step of the printed derivation, language-neutral: the page puts `what` into words.
 *   start      from: the day of the start event, which is not counted
 *   length     n of the term's unit; from..to: the first and last day by the length alone
 *   extension  n of the term's unit; to: the last day with it
 *   pause      from..to: the days of pause and resumption (to DAY_NONE: still open); n: counted days it adds
 *              (minutes for terms in minutes or hours, counted minutes for working hours)
 *   skip       from..to: days off that were not counted, n of them; name: the holiday, empty for plain weekends
 * together makeup     from: a weekend day that was counted because it is worked roll       from: the last day, not
 * worked; to: the next working day; n: days between; name: the holiday due        from: the day of the due instant; n:
 * the due instant */
typedef struct ClockStep {
    const char *what;
    Day from;
    Day to;
    int64_t n;
    Str name; /* holiday */
} ClockStep;
typedef struct ClockDay {
    Day day;
    /* start; count; end (the due day); off (not counted: not worked, or passed over by a roll); none (paused) */
    const char *kind;
    int n;    /* running count for `count` and `end` */
    Str name; /* holiday or make-up day */
} ClockDay;
typedef struct ClockDerivation {
    const ClockStep *steps;
    size_t n_steps;
    const ClockDay *days; /* for terms counted by the day that span at most 60 calendar days; else none */
    size_t n_days;
} ClockDerivation;
void clock_derive(Arena *arena, const ClockTerm *term, const LawCalendar *calendar, int zone_minutes,
                  ClockDerivation *ret);

#endif
