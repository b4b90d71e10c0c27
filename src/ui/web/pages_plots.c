/* Plots as tables with a sentence that says what they show. */
#include <stdlib.h>
#include <string.h>

#include "ui/web/pages_plots.h"

enum { SLICES_SHOWN = 14, WEEK = 7, STORM = 2, PLOT_BINS_MAX = 400 };

typedef struct PlotView {
    Page *page;
    const LawPlot *plot;
    PlotPeriod period;
    Json columns;
    Json rows;
    Str answer;
    const char *draw;   /* how a script draws it: time, bars, hours, shares, stack */
    const char *series; /* columns that are drawn, counted from 1 after the first */
} PlotView;

Str plot_percent(Page *page, int64_t part, int64_t whole)
{
    if (whole <= 0)
        return STR_NONE;
    int64_t hundredths = (part * 20000 + whole) / (2 * whole);
    return arena_printf(page->arena, "%lld.%02lld%%", (long long)(hundredths / 100), (long long)(hundredths % 100));
}

FigureQuery plot_query(const LawFigure *figure, PlotPeriod period)
{
    return (
        FigureQuery){ .figure = figure, .from = period.from, .to = period.to, .status = period.to, .known = DAY_NONE };
}

/* ---- pieces ---- */

static void add_column(PlotView *v, Str title, bool num)
{
    Json column = json_obj();
    model_text(v->page, &column, "title", title);
    model_bool(v->page, &column, "num", num);
    json_push(v->page->arena, &v->columns, column);
}

static void add_text_column(PlotView *v, const char *title)
{
    add_column(v, page_text(v->page, title), v->columns.n > 0);
}

static void add_row(PlotView *v, Str title, Str url, bool mark, Json cells)
{
    Json row = json_obj();
    model_text(v->page, &row, "title", title);
    model_text(v->page, &row, "url", url);
    model_bool(v->page, &row, "mark", mark);
    model_put(v->page, &row, "cells", cells);
    json_push(v->page->arena, &v->rows, row);
}

static void add_text(PlotView *v, Json *cells, Str text)
{
    json_push(v->page->arena, cells, json_str(text.n ? text : STR("")));
}

static void add_number(PlotView *v, Json *cells, int64_t number)
{
    add_text(v, cells, arena_printf(v->page->arena, "%lld", (long long)number));
}

static int64_t own_count(const LawFigure *figure, int64_t n, int64_t value)
{
    return figure->count == LAW_COUNT_SUM ? value : n;
}

static Str count_text(PlotView *v, const LawFigure *figure, int64_t n)
{
    return figure_text(v->page->arena, figure, figure_display(v->page->arena, figure, n, n));
}

/* ---- over time ---- */

typedef struct Bin {
    Day from;
    Day to;
    int64_t n[LAW_PLOT_FIGURES];
} Bin;

static Day bin_begin(LawPlotKind kind, Day day)
{
    Civil civil = day_to_civil(day);
    switch (kind) {
    case LAW_PLOT_WEEKS: return day - (day_weekday(day) - 1);
    case LAW_PLOT_MONTHS: return day_from_civil((Civil){ civil.year, civil.month, 1 });
    default: return day;
    }
}

static Day bin_next(LawPlotKind kind, Day begin)
{
    Civil civil = day_to_civil(begin);
    switch (kind) {
    case LAW_PLOT_WEEKS: return begin + WEEK;
    case LAW_PLOT_MONTHS:
        return day_from_civil(civil.month == 12 ? (Civil){ civil.year + 1, 1, 1 }
                                                : (Civil){ civil.year, civil.month + 1, 1 });
    default: return begin + 1;
    }
}

static size_t make_bins(const PlotView *v, Bin *bins)
{
    size_t n = 0;
    for (Day day = bin_begin(v->plot->kind, v->period.from); day <= v->period.to && n < PLOT_BINS_MAX; n++) {
        Day next = bin_next(v->plot->kind, day);
        bins[n] = (Bin){ .from = day < v->period.from ? v->period.from : day,
                         .to = next - 1 > v->period.to ? v->period.to : next - 1 };
        day = next;
    }
    return n;
}

static Rc fill_bins(PlotView *v, Bin *bins, size_t n, Err *err)
{
    for (size_t f = 0; f < v->plot->n_figures; f++) {
        FigureQuery query = plot_query(v->plot->figures[f], v->period);
        PlotDay *days = NULL;
        size_t n_days = 0;
        size_t bin = 0;
        TRY(plot_days(v->page->db, app_j(v->page->app), &query, v->page->arena, &days, &n_days, err));
        for (size_t i = 0; i < n_days; i++) {
            while (bin < n && days[i].day > bins[bin].to)
                bin++;
            if (bin < n)
                bins[bin].n[f] += own_count(query.figure, days[i].n, days[i].v);
        }
    }
    return RC_OK;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t median(PlotView *v, const Bin *bins, size_t n)
{
    int64_t *sorted = ARENA_ARRAY(v->page->arena, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        sorted[i] = bins[i].n[0];
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, by_size);
    return n ? sorted[n / 2] : 0;
}

static void answer_time(PlotView *v, const Bin *bins, size_t n, int64_t middle)
{
    Page *page = v->page;
    size_t most = 0;
    for (size_t i = 1; i < n; i++)
        most = bins[i].n[0] > bins[most].n[0] ? i : most;
    if (v->plot->n_figures == 1 && n > 0) {
        v->answer =
            arena_printf(page->arena, page_format(page, N_("Most on %s: %s; half of the days have at most %s.")),
                         show_day(page, bins[most].from).p,
                         arena_c(page->arena, count_text(v, v->plot->figures[0], bins[most].n[0])),
                         arena_c(page->arena, count_text(v, v->plot->figures[0], middle)));
        return;
    }
    for (size_t f = 0; f < v->plot->n_figures; f++) {
        int64_t sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += bins[i].n[f];
        v->answer = show_join(page, v->answer,
                              arena_printf(page->arena, "%.*s %.*s", STR_ARG(v->plot->figures[f]->title),
                                           STR_ARG(count_text(v, v->plot->figures[f], sum))));
    }
}

static Str bin_title(const PlotView *v, const Bin *bin)
{
    Civil civil = day_to_civil(bin->from);
    if (v->plot->kind == LAW_PLOT_MONTHS)
        return arena_printf(v->page->arena, "%04d-%02d", civil.year, civil.month);
    return show_day(v->page, bin->from);
}

static Rc over_time(PlotView *v, Err *err)
{
    Bin *bins = ARENA_ARRAY(v->page->arena, Bin, PLOT_BINS_MAX);
    size_t n = make_bins(v, bins);
    static const char *const heads[] = {
        [LAW_PLOT_DAYS] = N_("Day"), [LAW_PLOT_WEEKS] = N_("Week from"), [LAW_PLOT_MONTHS] = N_("Month")
    };
    TRY(fill_bins(v, bins, n, err));
    int64_t middle = median(v, bins, n);
    add_text_column(v, heads[v->plot->kind]);
    for (size_t f = 0; f < v->plot->n_figures; f++)
        add_column(v, v->plot->figures[f]->title, true);
    for (size_t i = 0; i < n; i++) {
        Json cells = json_arr();
        FigureQuery query = plot_query(v->plot->figures[0], (PlotPeriod){ bins[i].from, bins[i].to });
        query.status = v->period.to;
        for (size_t f = 0; f < v->plot->n_figures; f++)
            add_number(v, &cells, bins[i].n[f]);
        bool storm = v->plot->kind == LAW_PLOT_DAYS && middle > 0 && bins[i].n[0] >= STORM * middle;
        add_row(v, bin_title(v, &bins[i]), figure_url(v->page, &query), storm, cells);
    }
    answer_time(v, bins, n, middle);
    v->draw = "time";
    return RC_OK;
}

/* ---- by dimension ---- */

static Str dim_text(const PlotView *v, Str dim)
{
    if (!dim.n)
        return page_text(v->page, N_("without"));
    return v->plot->words ? show_item(v->page, v->plot->words, dim)
                          : figure_dim_title(v->page->pack, v->plot->figures[0], dim);
}

static int64_t slice_of(const FigureSlice *slices, size_t n, Str dim)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(slices[i].dim, dim))
            return slices[i].n;
    return 0;
}

/* The number a value begins with, an hour say; -1 for none. */
static int64_t leading_number(Str text)
{
    size_t n = 0;
    int64_t value = -1;
    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
        n++;
    return n > 0 && str_to_i64(str_slice(text, 0, n), &value) ? value : -1;
}

static int by_dim(const void *a, const void *b)
{
    const FigureSlice *x = a;
    const FigureSlice *y = b;
    int64_t m = leading_number(x->dim);
    int64_t n = leading_number(y->dim);
    return m != n ? (m < n ? -1 : 1) : str_cmp(x->dim, y->dim);
}

/* The rest in one row, so that shares still add up. */
static void add_rest(PlotView *v, const FigureSlice *slices, size_t n, int64_t total)
{
    int64_t rest = 0;
    Json cells = json_arr();
    for (size_t i = SLICES_SHOWN; i < n; i++)
        rest += own_count(v->plot->figures[0], slices[i].n, slices[i].v);
    FigureQuery query = plot_query(v->plot->figures[0], v->period);
    add_number(v, &cells, rest);
    if (v->plot->of)
        add_text(v, &cells, STR_NONE);
    add_text(v, &cells, plot_percent(v->page, rest, total));
    add_row(v, arena_printf(v->page->arena, page_format(v->page, N_("%zu more")), n - SLICES_SHOWN),
            figure_url(v->page, &query), false, cells);
}

static void add_slice(PlotView *v, const FigureSlice *slice, int64_t total, const int64_t *part)
{
    Json cells = json_arr();
    FigureQuery query = plot_query(v->plot->figures[0], v->period);
    int64_t n = own_count(query.figure, slice->n, slice->v);
    query.dim = slice->dim;
    add_number(v, &cells, n);
    if (part)
        add_number(v, &cells, *part);
    add_text(v, &cells, part ? plot_percent(v->page, *part, n) : plot_percent(v->page, n, total));
    add_row(v, dim_text(v, slice->dim), figure_url(v->page, &query), false, cells);
}

static void answer_slices(PlotView *v, const FigureSlice *slices, size_t n, int64_t total)
{
    Page *page = v->page;
    const LawFigure *figure = v->plot->figures[0];
    size_t most = 0;
    for (size_t i = 1; i < n; i++)
        most = slices[i].n > slices[most].n ? i : most;
    if (n == 0)
        return;
    int64_t largest = own_count(figure, slices[most].n, slices[most].v);
    v->answer = arena_printf(page->arena, page_format(page, N_("Most: %s, %lld of %s (%s).")),
                             arena_c(page->arena, dim_text(v, slices[most].dim)), (long long)largest,
                             arena_c(page->arena, count_text(v, figure, total)),
                             arena_c(page->arena, plot_percent(page, largest, total)));
}

static Rc by_dimension(PlotView *v, Err *err)
{
    Page *page = v->page;
    const LawFigure *figure = v->plot->figures[0];
    bool ordered = v->plot->kind == LAW_PLOT_ORDERED;
    FigureQuery query = plot_query(figure, v->period);
    FigureSlice *slices = NULL;
    FigureSlice *parts = NULL;
    size_t n = 0;
    size_t n_parts = 0;
    int64_t total = 0;
    TRY(figure_slices(page->db, app_j(page->app), &query, page->arena, &slices, &n, err));
    query.figure = v->plot->of;
    if (query.figure)
        TRY(figure_slices(page->db, app_j(page->app), &query, page->arena, &parts, &n_parts, err));
    if (ordered && n > 1)
        qsort(slices, n, sizeof *slices, by_dim);
    for (size_t i = 0; i < n; i++)
        total += own_count(figure, slices[i].n, slices[i].v);
    add_text_column(v, N_("Kind"));
    add_column(v, figure->title, true);
    if (v->plot->of)
        add_column(v, v->plot->of->title, true);
    add_text_column(v, N_("Share"));
    for (size_t i = 0; i < n && (ordered || i < SLICES_SHOWN); i++) {
        int64_t part = v->plot->of ? slice_of(parts, n_parts, slices[i].dim) : 0;
        add_slice(v, &slices[i], total, v->plot->of ? &part : NULL);
    }
    if (!ordered && n > SLICES_SHOWN)
        add_rest(v, slices, n, total);
    answer_slices(v, slices, n, total);
    v->draw = ordered ? "hours" : "bars";
    v->series = v->plot->of ? "1,2" : "1";
    return RC_OK;
}

/* ---- values, shares ---- */

static Rc values(PlotView *v, Err *err)
{
    add_text_column(v, N_("Figure"));
    add_text_column(v, N_("Value"));
    for (size_t f = 0; f < v->plot->n_figures; f++) {
        FigureQuery query = plot_query(v->plot->figures[f], v->period);
        FigureValue value;
        Json cells = json_arr();
        TRY(figure_value(v->page->db, app_j(v->page->app), &query, v->page->arena, &value, err));
        add_text(v, &cells, value.display);
        add_row(v, query.figure->title, figure_url(v->page, &query), false, cells);
    }
    v->draw = "bars";
    return RC_OK;
}

static Rc shares(PlotView *v, Err *err)
{
    Page *page = v->page;
    Str missed = STR_NONE;
    add_text_column(v, N_("Ratio"));
    add_text_column(v, N_("Part"));
    add_text_column(v, N_("Whole"));
    add_text_column(v, N_("Share"));
    for (size_t f = 0; f < v->plot->n_figures; f++) {
        FigureQuery query = plot_query(v->plot->figures[f], v->period);
        FigureValue value;
        Json cells = json_arr();
        TRY(figure_value(page->db, app_j(page->app), &query, page->arena, &value, err));
        add_number(v, &cells, value.n);
        add_number(v, &cells, value.v);
        add_text(v, &cells, value.display);
        add_row(v, query.figure->title, figure_url(page, &query), false, cells);
        if (v->plot->target && value.v > 0 && value.n * 100 <= v->plot->target * value.v)
            missed = show_join(page, missed,
                               arena_printf(page->arena, "%.*s %lld / %lld = %.*s", STR_ARG(query.figure->title),
                                            (long long)value.n, (long long)value.v, STR_ARG(value.display)));
    }
    v->draw = "shares";
    v->series = "3";
    if (v->plot->target && missed.n)
        v->answer = arena_printf(page->arena, page_format(page, N_("Not above %lld%%: %s.")),
                                 (long long)v->plot->target, arena_c(page->arena, missed));
    else if (v->plot->target)
        v->answer = arena_printf(page->arena, page_format(page, N_("All above %lld%%.")), (long long)v->plot->target);
    return RC_OK;
}

/* ---- clocks, open work ---- */

static Str procedure_title(const PlotView *v, Str id)
{
    const LawProcedure *procedure = law_procedure(v->page->pack, id);
    return procedure ? procedure->title : id;
}

static Str list_of(const PlotView *v, Str procedure)
{
    return arena_printf(v->page->arena, "/list/%.*s", STR_ARG(procedure));
}

static int by_late(const void *a, const void *b)
{
    const PlotClocks *x = a;
    const PlotClocks *y = b;
    if (x->late != y->late)
        return x->late > y->late ? -1 : 1;
    return str_cmp(x->procedure, y->procedure);
}

static Rc clocks(PlotView *v, Err *err)
{
    static const char *const heads[] = { N_("Procedure"), N_("Late"), N_("In time"), N_("Kept") };
    Page *page = v->page;
    PlotClocks *rows = NULL;
    size_t n = 0;
    int64_t met = 0;
    int64_t all = 0;
    TRY(plot_clocks(page->db, app_j(page->app), v->period.from, v->period.to, page->arena, &rows, &n, err));
    if (n > 1)
        qsort(rows, n, sizeof *rows, by_late);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        add_text_column(v, heads[i]);
    for (size_t i = 0; i < n; i++) {
        Json cells = json_arr();
        if (rows[i].met + rows[i].late == 0)
            continue;
        add_number(v, &cells, rows[i].late);
        add_number(v, &cells, rows[i].met);
        add_text(v, &cells, plot_percent(page, rows[i].met, rows[i].met + rows[i].late));
        add_row(v, procedure_title(v, rows[i].procedure), list_of(v, rows[i].procedure), false, cells);
        met += rows[i].met;
        all += rows[i].met + rows[i].late;
    }
    v->draw = "bars";
    v->series = "1";
    if (all)
        v->answer =
            arena_printf(page->arena, page_format(page, N_("%lld of %lld terms kept (%s), %lld not.")), (long long)met,
                         (long long)all, arena_c(page->arena, plot_percent(page, met, all)), (long long)(all - met));
    return RC_OK;
}

static int by_open(const void *a, const void *b)
{
    const PlotAges *x = a;
    const PlotAges *y = b;
    if (x->all != y->all)
        return x->all > y->all ? -1 : 1;
    return str_cmp(x->procedure, y->procedure);
}

static Rc ages(PlotView *v, Err *err)
{
    static const char *const heads[] = { N_("Procedure"), N_("Up to 7 days"), N_("8 to 30"),    N_("31 to 90"),
                                         N_("91 to 180"), N_("Over 180"),     N_("Still open"), N_("Overdue") };
    Page *page = v->page;
    PlotAges *rows = NULL;
    size_t n = 0;
    int64_t open = 0;
    int64_t overdue = 0;
    TRY(plot_ages(page->db, app_j(page->app), show_today(page), page->now, page->arena, &rows, &n, err));
    if (n > 1)
        qsort(rows, n, sizeof *rows, by_open);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        add_text_column(v, heads[i]);
    for (size_t i = 0; i < n; i++) {
        Json cells = json_arr();
        for (size_t k = 0; k < PLOT_AGES; k++)
            add_number(v, &cells, rows[i].n[k]);
        add_number(v, &cells, rows[i].all);
        add_number(v, &cells, rows[i].overdue);
        add_row(v, procedure_title(v, rows[i].procedure), list_of(v, rows[i].procedure), false, cells);
        open += rows[i].all;
        overdue += rows[i].overdue;
    }
    v->draw = "stack";
    v->series = "1,2,3,4,5";
    v->answer = arena_printf(page->arena, page_format(page, N_("%lld open, %lld of them overdue.")), (long long)open,
                             (long long)overdue);
    return RC_OK;
}

/* ---- the plot ---- */

static Rc (*const makers[LAW_PLOT_KINDS])(PlotView *v, Err *err) = {
    [LAW_PLOT_DAYS] = over_time,      [LAW_PLOT_WEEKS] = over_time,      [LAW_PLOT_MONTHS] = over_time,
    [LAW_PLOT_SLICES] = by_dimension, [LAW_PLOT_ORDERED] = by_dimension, [LAW_PLOT_VALUES] = values,
    [LAW_PLOT_SHARES] = shares,       [LAW_PLOT_CLOCKS] = clocks,        [LAW_PLOT_AGES] = ages,
};

static Str all_series(const PlotView *v)
{
    Buf out;
    buf_init(&out, 64);
    for (size_t i = 0; i < v->plot->n_figures; i++)
        buf_printf(&out, i ? ",%zu" : "%zu", i + 1);
    Str text = buf_to_arena(&out, v->page->arena);
    buf_free(&out);
    return text;
}

Rc plot_model(Page *page, const LawPlot *plot, PlotPeriod period, Json *ret, Err *err)
{
    PlotView v = { .page = page, .plot = plot, .period = period, .columns = json_arr(), .rows = json_arr() };
    Json out = json_obj();
    TRY(makers[plot->kind](&v, err));
    model_text(page, &out, "id", plot->id);
    model_text(page, &out, "title", plot->title);
    model_text(page, &out, "note", plot->note);
    model_text(page, &out, "answer", v.answer);
    model_text(page, &out, "draw", str_c(v.draw));
    model_text(page, &out, "series",
               v.series                        ? str_c(v.series)
               : plot->kind == LAW_PLOT_VALUES ? STR("1")
                                               : all_series(&v));
    model_put(page, &out, "target", plot->target ? json_int(plot->target) : json_null());
    model_text(page, &out, "caption", plot->title);
    model_put(page, &out, "columns", v.columns);
    model_put(page, &out, "rows", v.rows);
    *ret = out;
    return RC_OK;
}
