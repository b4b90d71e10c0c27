/* figures.h - figures read from the store: values, the records behind them, frozen values and what moved since.
 *
 * All functions only read; they take a connection of the calling thread (app_reader). */
#ifndef YIFA_APP_FIGURES_H
#define YIFA_APP_FIGURES_H

#include "app/app.h"

/* Received in [from, to], status as of `status`, as known on `known` (DAY_NONE: now). A distinct count cannot be summed
 * from days, so it also wants `size`, the ledger's at the end of that day (0: now). */
typedef struct FigureQuery {
    const LawFigure *figure;
    Day from;
    Day to;
    Day status;
    Day known;
    int64_t size;
    Str dim; /* only this value of the figure's dimension; empty: all */
} FigureQuery;

typedef struct FigureValue {
    int64_t n;   /* count or distinct count; numerator of a ratio */
    int64_t v;   /* sum; denominator of a ratio */
    Str display; /* "7,981", "99.86%", "80": as the figure's format says */
    Str number;  /* a JSON number: "7981", "99.86" */
} FigureValue;

MUST_CHECK Rc figure_value(Db *db, int64_t j, const FigureQuery *query, Arena *arena, FigureValue *ret, Err *err);

/* Matters behind a figure, by period day and id, `max` from `offset` on. *ret_total gets how many there are in all. */
typedef struct FigureRecord {
    int64_t matter;
    Day p_day;
    Day e_day; /* since when it counts */
    Str dim;
    Str key;
    Str number;
    Str title;
    Str stage;
    Str procedure;
    int64_t v;
} FigureRecord;
MUST_CHECK Rc figure_records(Db *db, int64_t j, const FigureQuery *query, size_t offset, size_t max, Arena *arena,
                             FigureRecord **ret, size_t *ret_n, int64_t *ret_total, Err *err);

/* By dimension, largest first. */
typedef struct FigureSlice {
    Str dim;
    int64_t n;
    int64_t v;
} FigureSlice;
MUST_CHECK Rc figure_slices(Db *db, int64_t j, const FigureQuery *query, Arena *arena, FigureSlice **ret, size_t *ret_n,
                            Err *err);

/* The same, by the entries before a size of the ledger (INT64_MAX: all), in the order of the dimension. */
MUST_CHECK Rc figure_slices_before(Db *db, int64_t j, const FigureQuery *query, int64_t size, Arena *arena,
                                   FigureSlice **ret, size_t *ret_n, Err *err);

/* A frozen value of a report and what has been added to it since; *ret_found false when it is not frozen. */
typedef struct FigureFrozen {
    int64_t n;
    int64_t v;
    int64_t adjustment; /* sum of later deltas, in the figure's own count */
    int64_t size;       /* of the ledger when frozen */
    int64_t signer;
    int64_t at;
} FigureFrozen;
MUST_CHECK Rc figure_frozen(Db *db, int64_t j, Str report, const FigureQuery *query, FigureFrozen *ret, bool *ret_found,
                            Err *err);

/* What entries from `size` on, the ledger's size when it was frozen, have added to a frozen value: the first `max`. */
typedef struct FigureChange {
    int64_t seq;
    int64_t matter;
    int64_t n;
    int64_t v;
} FigureChange;
MUST_CHECK Rc figure_changes(Db *db, int64_t j, const FigureQuery *query, int64_t size, size_t max, Arena *arena,
                             FigureChange **ret, size_t *ret_n, Err *err);

/* The query of a report's figure, with its status day no later than `as_of` (DAY_NONE: as defined). */
FigureQuery report_query(const LawReportFigure *figure, Day as_of);

/* A dimension's value is an option's id more often than not: the title of that option, else the value itself. */
Str figure_dim_title(const LawPack *pack, const LawFigure *figure, Str dim);

/* How a count, sum or ratio reads in its format: int, percent2, floor10, money, area. */
Str figure_number(Arena *arena, const LawFigure *figure, int64_t n, int64_t v); /* the same as a JSON number */
Str figure_display(Arena *arena, const LawFigure *figure, int64_t n, int64_t v);
/* A display with the unit behind it; that of a percentage has it already. */
Str figure_text(Arena *arena, const LawFigure *figure, Str display);

#endif
