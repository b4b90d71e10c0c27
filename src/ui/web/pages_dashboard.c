/* The dashboard: numbers that lead on, then one plot for each question of the pack. It shows the same to everybody and
 * nobody's own work, so what was drawn is kept for a moment and given to all. */
#include <assert.h>

#include "lib/os/clock.h"
#include "ui/web/pages_plots.h"
#include "ui/web/web_internal.h"

enum { KEPT_BYTES = 4 << 20, KEPT_MS = 30000, DRAWING_MS = 5000, WEEK = 7 };

/* ---- the period ---- */

static const struct {
    const char *id;
    const char *title;
    int days; /* 0: this year */
} periods[] = {
    { "year", N_("this year so far"), 0 },
    { "half", N_("the last 26 weeks"), 26 * WEEK },
    { "month", N_("the last 30 days"), 30 },
};

static size_t period_index(const Page *page)
{
    for (size_t i = 0; i < ARRAY_LEN(periods); i++)
        if (str_eq_c(page_query(page, "period"), periods[i].id))
            return i;
    return 0;
}

PlotPeriod plot_period(Page *page)
{
    Day today = show_today(page);
    int days = periods[period_index(page)].days;
    Civil civil = day_to_civil(today);
    return (PlotPeriod){ days ? today - days + 1 : day_from_civil((Civil){ civil.year, 1, 1 }), today };
}

Json plot_periods(Page *page)
{
    Json list = json_arr();
    for (size_t i = 0; i < ARRAY_LEN(periods); i++) {
        Json option = json_obj();
        model_text(page, &option, "value", str_c(periods[i].id));
        model_text(page, &option, "title", page_text(page, periods[i].title));
        model_bool(page, &option, "selected", i == period_index(page));
        json_push(page->arena, &list, option);
    }
    return list;
}

/* ---- what it holds ---- */

static Rc show_counts(Page *page, PlotPeriod period, Json *ret, Err *err)
{
    const LawPages *pages = page->pack->pages;
    *ret = json_arr();
    for (size_t i = 0; i < pages->n_counts; i++) {
        const LawFigure *figure = pages->counts[i];
        FigureQuery query = plot_query(figure, period);
        FigureValue value;
        FigureValue week;
        Json out = json_obj();
        TRY(figure_value(page->db, app_j(page->app), &query, page->arena, &value, err));
        model_text(page, &out, "title", figure->title);
        model_text(page, &out, "count", value.display);
        model_text(page, &out, "unit", figure->count == LAW_COUNT_RATIO ? STR_NONE : figure->unit);
        model_text(page, &out, "url", figure_url(page, &query));
        query.from = period.to - WEEK + 1 > period.from ? period.to - WEEK + 1 : period.from;
        TRY(figure_value(page->db, app_j(page->app), &query, page->arena, &week, err));
        model_text(page, &out, "note",
                   arena_printf(page->arena, page_format(page, N_("%s in the last 7 days")),
                                arena_c(page->arena, week.display)));
        json_push(page->arena, ret, out);
    }
    return RC_OK;
}

/* How far a report's figures are: not their values, which its own page shows. */
static Rc show_reports(Page *page, Json *ret, Err *err)
{
    *ret = json_arr();
    for (size_t i = 0; i < page->pack->n_reports; i++) {
        const LawReport *report = page->pack->reports[i];
        int64_t frozen = 0;
        Json out = json_obj();
        TRY(plot_frozen(page->db, app_j(page->app), report->id, &frozen, err));
        model_text(page, &out, "title", report->title);
        model_text(page, &out, "url", arena_printf(page->arena, "/reports/%.*s", STR_ARG(report->id)));
        model_int(page, &out, "figures", (int64_t)report->n_figures);
        model_int(page, &out, "frozen", frozen);
        json_push(page->arena, ret, out);
    }
    return RC_OK;
}

static Str lede_of(Page *page, const Json *plots)
{
    Str text = STR_NONE;
    static const LawPlotKind told[] = { LAW_PLOT_AGES, LAW_PLOT_CLOCKS, LAW_PLOT_SHARES };
    for (size_t k = 0; k < ARRAY_LEN(told); k++)
        for (size_t i = 0; i < page->pack->pages->n_plots; i++)
            if (page->pack->pages->plots[i].kind == told[k]) {
                Str answer = json_get_str(&plots->as.items[i], STR("answer"));
                text = text.n ? arena_printf(page->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(answer)) : answer;
                break;
            }
    return text;
}

static Rc draw(Page *page, PlotPeriod period, Json *ret, Err *err)
{
    const LawPages *pages = page->pack->pages;
    Json counts;
    Json reports;
    Json map = json_null();
    Json plots = json_arr();
    TRY(show_counts(page, period, &counts, err));
    for (size_t i = 0; i < pages->n_plots; i++) {
        Json plot;
        TRY(plot_model(page, &pages->plots[i], period, &plot, err));
        json_push(page->arena, &plots, plot);
    }
    if (pages->map)
        TRY(map_model(page, period, false, &map, err));
    TRY(show_reports(page, &reports, err));
    *ret = json_obj();
    model_text(page, ret, "lede", lede_of(page, &plots));
    model_put(page, ret, "counts", counts);
    model_put(page, ret, "plots", plots);
    model_put(page, ret, "map", map);
    model_put(page, ret, "reports", reports);
    return RC_OK;
}

/* ---- kept ---- */

static Rc keep(Page *page, KeptPlots *kept, PlotPeriod period, const Json *drawn, int64_t took, Err *err)
{
    Buf text;
    buf_init(&text, KEPT_BYTES);
    json_write(&text, drawn);
    Rc rc = buf_check(&text, err);
    if (rc == RC_OK) {
        pthread_mutex_lock(&page->web->kept_lock);
        arena_free(kept->arena);
        kept->arena = arena_new(0);
        kept->text = buf_to_arena(&text, kept->arena);
        /* Drawing anew waits at least fifty times as long as drawing took, so that it never costs more than that. */
        kept->until = os_monotonic_ms() + (50 * took > KEPT_MS ? 50 * took : KEPT_MS);
        kept->day = period.to;
        pthread_mutex_unlock(&page->web->kept_lock);
    }
    buf_free(&text);
    return rc;
}

/* What is kept, also when it is old and somebody is drawing it anew: nobody waits for another. */
static Str find_kept(Page *page, KeptPlots *kept, PlotPeriod period, bool *ret_mine)
{
    Str text = STR_NONE;
    int64_t now = os_monotonic_ms();
    pthread_mutex_lock(&page->web->kept_lock);
    bool is_drawing = now < kept->drawing_until;
    if (kept->arena && kept->day == period.to && (now < kept->until || is_drawing))
        text = arena_str(page->arena, kept->text);
    *ret_mine = !text.n;
    if (*ret_mine)
        kept->drawing_until = now + DRAWING_MS;
    pthread_mutex_unlock(&page->web->kept_lock);
    return text;
}

static Rc kept_or_drawn(Page *page, PlotPeriod period, Json *ret, Err *err)
{
    KeptPlots *kept = &page->web->kept[(size_t)page->lang * ARRAY_LEN(periods) + period_index(page)];
    bool mine = false;
    Str text = find_kept(page, kept, period, &mine);
    if (!mine)
        return json_parse(page->arena, text, ret, err);
    int64_t began = os_monotonic_ms();
    TRY(draw(page, period, ret, err));
    return keep(page, kept, period, ret, os_monotonic_ms() - began, err);
}

Rc page_dashboard(Page *page, Json *ret_model, Err *err)
{
    static_assert(ARRAY_LEN(periods) == WEB_PERIODS, "a place for each period");
    Json model = json_obj();
    Json drawn;
    if (!page->pack->pages || !page->pack->pages->n_plots)
        return err_set(err, RC_NOT_FOUND, "the pack has no plots");
    PlotPeriod period = plot_period(page);
    TRY(kept_or_drawn(page, period, &drawn, err));
    page_name(page, &model, page_text(page, N_("Dashboard")), "dashboard");
    model_put(page, &model, "periods", plot_periods(page));
    model_text(page, &model, "counts_label",
               arena_printf(page->arena, page_format(page, N_("%s to %s")), show_day(page, period.from).p,
                            show_day(page, period.to).p));
    bool can_draw = map_get(&page->web->assets, STR(WEB_ECHARTS)) != NULL;
    model_bool(page, &model, "echarts", can_draw);
    for (size_t i = 0; i < drawn.n; i++)
        json_add(page->arena, &model, drawn.as.members[i].key, drawn.as.members[i].value);
    *ret_model = model;
    return RC_OK;
}
