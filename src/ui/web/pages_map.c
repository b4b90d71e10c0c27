/* The map: the pack's drawing of its areas, coloured by what a figure says of each. Drawn here, so that it needs no
 * script; the number stands in every area, and a table says the same. */
#include <stdlib.h>

#include "ui/web/pages_plots.h"

enum { STEPS = 5, EDGES_MAX = 4096, PATH_BYTES = 1 << 16, DARK_STEP = 4 };

typedef struct MapView {
    Page *page;
    const LawMap *map;
    PlotPeriod period;
    bool open;
    FigureSlice *received;
    size_t n_received;
    FigureSlice *undone;
    size_t n_undone;
    int64_t bounds[STEPS]; /* the largest value of each step */
} MapView;

static int64_t value_of(const FigureSlice *slices, size_t n, Str area)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(slices[i].dim, area))
            return slices[i].n;
    return 0;
}

static int64_t shown(const MapView *v, const LawArea *area)
{
    return v->open ? value_of(v->undone, v->n_undone, area->id) : value_of(v->received, v->n_received, area->id);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Steps of as many areas each: few large values do not make all others look the same. */
static void make_steps(MapView *v)
{
    size_t n = v->map->n_areas;
    int64_t *sorted = ARENA_ARRAY(v->page->arena, int64_t, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = shown(v, &v->map->areas[i]);
    qsort(sorted, n, sizeof *sorted, by_size);
    for (size_t s = 0; s < STEPS; s++)
        v->bounds[s] = sorted[(s + 1) * n / STEPS - (s + 1 == STEPS || (s + 1) * n / STEPS > 0)];
}

static int step_of(const MapView *v, int64_t value)
{
    int step = 0;
    while (step < STEPS - 1 && value > v->bounds[step])
        step++;
    return step + 1;
}

static Json show_legend(const MapView *v)
{
    Json legend = json_arr();
    int64_t low = 0;
    for (int s = 0; s < STEPS; s++) {
        Json item = json_obj();
        int64_t high = v->bounds[s];
        if (high < low)
            continue; /* a step without a value of its own */
        model_int(v->page, &item, "step", s + 1);
        model_text(v->page, &item, "text",
                   low == high ? arena_printf(v->page->arena, "%lld", (long long)low)
                               : arena_printf(v->page->arena, page_format(v->page, N_("%lld to %lld")), (long long)low,
                                              (long long)high));
        json_push(v->page->arena, &legend, item);
        low = high + 1;
    }
    return legend;
}

/* ---- shapes ---- */

static Str cell_path(Page *page, const LawArea *area)
{
    Buf out;
    buf_init(&out, PATH_BYTES);
    for (size_t c = 0; c < area->n_cells; c++) {
        const LawCell *cell = &area->cells[c];
        for (size_t i = 0; i < cell->n; i++)
            buf_printf(&out, "%c%d %d", i ? 'L' : 'M', cell->xy[2 * i], cell->xy[2 * i + 1]);
        buf_char(&out, 'Z');
    }
    Str path = buf_to_arena(&out, page->arena);
    buf_free(&out);
    return path;
}

typedef struct Edge {
    const int32_t *a;
    const int32_t *b;
    bool inner;
} Edge;

static bool same_point(const int32_t *a, const int32_t *b)
{
    return a[0] == b[0] && a[1] == b[1];
}

/* The area's outline: edges that only one of its cells has. */
static Str outline_path(Page *page, const LawArea *area)
{
    Edge *edges = ARENA_ARRAY(page->arena, Edge, EDGES_MAX);
    size_t n = 0;
    Buf out;
    for (size_t c = 0; c < area->n_cells; c++) {
        const LawCell *cell = &area->cells[c];
        for (size_t i = 0; i < cell->n && n < EDGES_MAX; i++) {
            Edge edge = { &cell->xy[2 * i], &cell->xy[2 * ((i + 1) % cell->n)], false };
            for (size_t k = 0; k < n; k++)
                if (same_point(edges[k].a, edge.b) && same_point(edges[k].b, edge.a))
                    edges[k].inner = edge.inner = true;
            edges[n++] = edge;
        }
    }
    buf_init(&out, PATH_BYTES);
    for (size_t i = 0; i < n; i++)
        if (!edges[i].inner)
            buf_printf(&out, "M%d %dL%d %d", edges[i].a[0], edges[i].a[1], edges[i].b[0], edges[i].b[1]);
    Str path = buf_to_arena(&out, page->arena);
    buf_free(&out);
    return path;
}

static Str area_url(const MapView *v, const LawArea *area)
{
    return arena_printf(v->page->arena, "/list/%.*s?in=%.*s:%.*s", STR_ARG(v->map->procedure->id),
                        STR_ARG(v->map->field->id), STR_ARG(area->id));
}

static Json show_area(const MapView *v, const LawArea *area)
{
    Page *page = v->page;
    Json out = json_obj();
    int step = step_of(v, shown(v, area));
    FigureQuery query = plot_query(v->map->received, v->period);
    query.dim = area->id;
    model_text(page, &out, "id", area->id);
    model_text(page, &out, "title", area->title);
    model_text(page, &out, "url", area_url(v, area));
    model_text(page, &out, "figure_url", figure_url(page, &query));
    model_int(page, &out, "value", shown(v, area));
    model_int(page, &out, "received", value_of(v->received, v->n_received, area->id));
    model_int(page, &out, "open", value_of(v->undone, v->n_undone, area->id));
    model_int(page, &out, "step", step);
    model_bool(page, &out, "dark", step >= DARK_STEP);
    model_int(page, &out, "x", area->x);
    model_int(page, &out, "y", area->y - 4);
    model_int(page, &out, "y2", area->y + 18);
    model_text(page, &out, "cells", cell_path(page, area));
    model_text(page, &out, "outline", outline_path(page, area));
    return out;
}

Rc map_model(Page *page, PlotPeriod period, bool open, Json *ret, Err *err)
{
    MapView v = { .page = page, .map = page->pack->pages->map, .period = period, .open = open };
    FigureQuery query = plot_query(v.map->received, period);
    Json out = json_obj();
    Json areas = json_arr();
    TRY(figure_slices(page->db, app_j(page->app), &query, page->arena, &v.received, &v.n_received, err));
    query.figure = v.map->open;
    TRY(figure_slices(page->db, app_j(page->app), &query, page->arena, &v.undone, &v.n_undone, err));
    make_steps(&v);
    for (size_t i = 0; i < v.map->n_areas; i++)
        json_push(page->arena, &areas, show_area(&v, &v.map->areas[i]));
    model_text(page, &out, "title", v.map->title);
    model_text(page, &out, "note", v.map->note);
    model_text(page, &out, "what", open ? v.map->open->title : v.map->received->title);
    model_text(page, &out, "unit", v.map->received->unit);
    model_text(page, &out, "box", arena_printf(page->arena, "0 0 %d %d", v.map->width, v.map->height));
    model_put(page, &out, "areas", areas);
    model_put(page, &out, "legend", show_legend(&v));
    *ret = out;
    return RC_OK;
}

/* ---- the page ---- */

static void push_view(Page *page, Json *views, const char *id, Str title, bool current)
{
    Json view = json_obj();
    model_text(page, &view, "id", str_c(id));
    model_text(page, &view, "title", title);
    model_text(page, &view, "url",
               arena_printf(page->arena, "/map?by=%s&period=%.*s", id, STR_ARG(page_query(page, "period"))));
    model_null(page, &view, "count");
    model_bool(page, &view, "current", current);
    json_push(page->arena, views, view);
}

Rc page_map(Page *page, Json *ret_model, Err *err)
{
    Json model = json_obj();
    Json map;
    Json views = json_arr();
    bool open = str_eq_c(page_query(page, "by"), "open");
    if (!page->pack->pages || !page->pack->pages->map)
        return err_set(err, RC_NOT_FOUND, "the pack has no map");
    PlotPeriod period = plot_period(page);
    TRY(map_model(page, period, open, &map, err));
    page_name(page, &model, page->pack->pages->map->title, "map");
    push_view(page, &views, "received", page->pack->pages->map->received->title, !open);
    push_view(page, &views, "open", page->pack->pages->map->open->title, open);
    model_text(page, &model, "lede",
               arena_printf(page->arena, page_format(page, N_("%s to %s. %s.")), show_day(page, period.from).p,
                            show_day(page, period.to).p, arena_c(page->arena, page->pack->pages->map->note)));
    model_put(page, &model, "by", json_c(open ? "open" : "received"));
    model_put(page, &model, "periods", plot_periods(page));
    model_put(page, &model, "views", views);
    model_put(page, &model, "map", map);
    *ret_model = model;
    return RC_OK;
}
