/* plots.h - what plots and the map are drawn from: figures by day and by dimension, clocks and open work counted.
 *
 * All functions only read, through a connection of the calling thread, and sum what is kept as sums; lists are cut at
 * the limits below. */
#ifndef YIFA_APP_PLOTS_H
#define YIFA_APP_PLOTS_H

#include "app/figures.h"

enum { PLOT_DAYS_MAX = 1100, PLOT_ROWS_MAX = 500, PLOT_OPEN_MAX = 100000 };

/* A figure on each day of its period that has one, in order; at most PLOT_DAYS_MAX. */
typedef struct PlotDay {
    Day day;
    int64_t n;
    int64_t v;
} PlotDay;
MUST_CHECK Rc plot_days(Db *db, int64_t j, const FigureQuery *query, Arena *arena, PlotDay **ret, size_t *ret_n,
                        Err *err);

/* Clocks of the matters opened in [from, to], by procedure. */
typedef struct PlotClocks {
    Str procedure;
    int64_t met;
    int64_t late;    /* met too late, or overdue now */
    int64_t running; /* also paused */
} PlotClocks;
MUST_CHECK Rc plot_clocks(Db *db, int64_t j, Day from, Day to, Arena *arena, PlotClocks **ret, size_t *ret_n, Err *err);

/* Open matters by procedure and age in days, the day of opening being day 0. */
enum { PLOT_AGES = 5 };
extern const int plot_age_limits[PLOT_AGES - 1]; /* last day of an age class: 7, 30, 90, 180 */
typedef struct PlotAges {
    Str procedure;
    int64_t n[PLOT_AGES];
    int64_t overdue;
    int64_t all;
} PlotAges;
MUST_CHECK Rc plot_ages(Db *db, int64_t j, Day today, int64_t now, Arena *arena, PlotAges **ret, size_t *ret_n,
                        Err *err);

/* How many figures of a report are frozen. */
MUST_CHECK Rc plot_frozen(Db *db, int64_t j, Str report, int64_t *ret, Err *err);

/* The queries, for the tests of their plans. */
extern const char plot_sql_days[];
extern const char plot_sql_clocks[];
extern const char plot_sql_ages[];
extern const char plot_sql_frozen[];

#endif
