/* A figure opened: its definition and dates, how it divides, and the matters it counts, down to their entries. */
#include "lib/fmt/csv.h"
#include "ui/web/pages_report.h"

enum {
    RECORDS_SHOWN = 20,
    SLICES_SHOWN = 12,
    CHANGES_SHOWN = 20,
    CSV_STEP = 1000,
    CSV_ROWS = 50000,
    CSV_BYTES = 8 << 20,
    DIM_MAX = 200,
    URL_MAX = 4096
};

Str figure_period(Page *page, const FigureQuery *query)
{
    return arena_printf(page->arena, page_format(page, N_("%s to %s")), show_day(page, query->from).p,
                        show_day(page, query->to).p);
}

Str figure_url(Page *page, const FigureQuery *query)
{
    Buf out;
    buf_init(&out, URL_MAX);
    buf_printf(&out, "/figures/%.*s?from=%s&to=%s&status=%s", STR_ARG(query->figure->id), show_day(page, query->from).p,
               show_day(page, query->to).p, show_day(page, query->status).p);
    if (query->dim.n) {
        buf_c(&out, "&dim=");
        buf_url(&out, query->dim);
    }
    Str url = buf_to_arena(&out, page->arena);
    buf_free(&out);
    return url;
}

static void push_fact(Page *page, Json *facts, const char *title, Str text)
{
    Json fact = json_obj();
    if (!text.n)
        return;
    model_text(page, &fact, "title", page_text(page, title));
    model_text(page, &fact, "text", text);
    json_push(page->arena, facts, fact);
}

static Rc slices_text(Page *page, const FigureView *view, Str *ret, Err *err)
{
    FigureSlice *slices = NULL;
    size_t n = 0;
    Str text = STR_NONE;
    *ret = STR_NONE;
    if (view->figure->count == LAW_COUNT_RATIO)
        return RC_OK;
    TRY(figure_slices(page->db, app_j(page->app), &view->query, page->arena, &slices, &n, err));
    if (n < 2)
        return RC_OK;
    for (size_t i = 0; i < n && i < SLICES_SHOWN; i++) {
        Str value = figure_display(page->arena, view->figure, slices[i].n, slices[i].v);
        Str dim = slices[i].dim.n ? figure_dim_title(page->pack, view->figure, slices[i].dim)
                                  : page_text(page, N_("without"));
        text = show_join(page, text, arena_printf(page->arena, "%.*s %.*s", STR_ARG(dim), STR_ARG(value)));
    }
    if (n > SLICES_SHOWN)
        text = show_join(page, text, arena_printf(page->arena, page_format(page, N_("%zu more")), n - SLICES_SHOWN));
    *ret = text;
    return RC_OK;
}

static Rc put_facts(Page *page, const FigureView *view, Json *out, Err *err)
{
    const LawFigure *figure = view->figure;
    Json facts = json_arr();
    Str slices;
    TRY(slices_text(page, view, &slices, err));
    push_fact(page, &facts, N_("Definition"), figure->note);
    push_fact(page, &facts, N_("Period"), figure_period(page, &view->query));
    push_fact(page, &facts, N_("Status as of"), show_day(page, view->query.status));
    if (view->line)
        push_fact(page, &facts, N_("Note"), view->line->figure->note);
    if (figure->count == LAW_COUNT_RATIO) {
        Str parts =
            arena_printf(page->arena, "%.*s / %.*s = %lld / %lld", STR_ARG(figure->numerator->title),
                         STR_ARG(figure->denominator->title), (long long)view->value.n, (long long)view->value.v);
        push_fact(page, &facts, N_("Computed from"), parts);
    }
    if (view->query.dim.n)
        push_fact(page, &facts, N_("Only"), figure_dim_title(page->pack, figure, view->query.dim));
    else
        push_fact(page, &facts, N_("By kind"), slices);
    model_put(page, out, "facts", facts);
    return RC_OK;
}

/* ---- what moved since it was frozen ---- */

static Rc put_frozen(Page *page, const FigureView *view, Json *out, Err *err)
{
    Json list = json_arr();
    Str frozen = STR_NONE;
    const ReportLine *line = view->line;
    FigureChange *changes = NULL;
    size_t n = 0;
    if (line && line->is_frozen) {
        frozen = arena_printf(page->arena, page_format(page, N_("frozen at %s on %s by %s")),
                              arena_c(page->arena, figure_text(page->arena, view->figure, line->frozen_display)),
                              show_moment(page, line->frozen.at).p,
                              arena_c(page->arena, show_person(page, line->frozen.signer)));
        if (view->figure->count != LAW_COUNT_RATIO)
            TRY(figure_changes(page->db, app_j(page->app), &view->query, line->frozen.size, CHANGES_SHOWN, page->arena,
                               &changes, &n, err));
    }
    for (size_t i = 0; i < n; i++) {
        Json change = json_obj();
        int64_t delta = view->figure->count == LAW_COUNT_SUM ? changes[i].v : changes[i].n;
        model_text(page, &change, "text",
                   arena_printf(page->arena, page_format(page, N_("%+lld after it was frozen")), (long long)delta));
        model_int(page, &change, "seq", changes[i].seq);
        model_text(page, &change, "url", arena_printf(page->arena, "/e/%lld", (long long)changes[i].seq));
        json_push(page->arena, &list, change);
    }
    model_put(page, out, "adjustments", list);
    model_text(page, out, "frozen", frozen);
    return RC_OK;
}

/* ---- records ---- */

static Json show_record(Page *page, const FigureView *view, const FigureRecord *record)
{
    const LawProcedure *procedure = law_procedure(page->pack, record->procedure);
    Json out = json_obj();
    Json cells = json_arr();
    Str number = record->number.n ? show_number_short(record->number)
                                  : arena_printf(page->arena, "#%lld", (long long)(record->matter / 256));
    Str texts[] = { record->title, procedure ? show_stage(procedure, record->stage) : record->stage,
                    show_day(page, record->p_day), show_day(page, record->e_day),
                    record->dim.n ? figure_dim_title(page->pack, view->figure, record->dim) : STR_NONE };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        json_push(page->arena, &cells, json_str(texts[i].n ? texts[i] : STR("")));
    model_int(page, &out, "id", record->matter);
    model_text(page, &out, "no", number);
    model_text(page, &out, "url", arena_printf(page->arena, "/m/%lld", (long long)record->matter));
    model_put(page, &out, "cells", cells);
    return out;
}

static const char *const record_columns[] = { N_("Matter"), N_("Stage"), N_("Day of the period"), N_("Counts since"),
                                              N_("Kind") };

/* The same query as a table; a path of its own, since it takes longer than a page may. */
static Str records_url(Page *page, const FigureView *view)
{
    Str query;
    str_cut(view->base, '?', &query);
    return arena_printf(page->arena, "/figures/%.*s/records.csv?%.*s", STR_ARG(view->figure->id), STR_ARG(query));
}

static Json show_paging(Page *page, const FigureView *view, size_t n, int64_t total)
{
    Json out = json_obj();
    size_t first = n ? view->after + 1 : 0;
    size_t before = view->after > RECORDS_SHOWN ? view->after - RECORDS_SHOWN : 0;
    Str next = STR_NONE;
    Str previous = STR_NONE;
    if ((int64_t)(view->after + n) < total)
        next = arena_printf(page->arena, "%.*s&after=%zu", STR_ARG(view->base), view->after + n);
    if (view->after)
        previous = arena_printf(page->arena, "%.*s&after=%zu", STR_ARG(view->base), before);
    model_text(page, &out, "text",
               arena_printf(page->arena, page_format(page, N_("%zu to %zu of %lld.")), first, view->after + n,
                            (long long)total));
    model_text(page, &out, "previous", previous);
    model_text(page, &out, "next", next);
    model_null(page, &out, "all");
    model_text(page, &out, "csv", records_url(page, view));
    return out;
}

static Rc put_records(Page *page, const FigureView *view, Json *out, Err *err)
{
    FigureRecord *records = NULL;
    size_t n = 0;
    int64_t total = 0;
    Json part = json_obj();
    Json columns = json_arr();
    Json rows = json_arr();
    TRY(figure_records(page->db, app_j(page->app), &view->query, view->after, RECORDS_SHOWN, page->arena, &records, &n,
                       &total, err));
    for (size_t i = 0; i < ARRAY_LEN(record_columns); i++)
        json_push(page->arena, &columns, json_str(page_text(page, record_columns[i])));
    for (size_t i = 0; i < n; i++)
        json_push(page->arena, &rows, show_record(page, view, &records[i]));
    model_text(page, &part, "caption",
               arena_printf(page->arena, page_format(page, N_("Records behind %.*s")), STR_ARG(view->figure->title)));
    model_put(page, &part, "columns", columns);
    model_put(page, &part, "rows", rows);
    model_put(page, out, "records", part);
    model_put(page, out, "paging", show_paging(page, view, n, total));
    return RC_OK;
}

Rc figure_model(Page *page, const FigureView *view, Json *ret, Err *err)
{
    const LawFigure *figure = view->figure;
    Json out = json_obj();
    Str text = figure_text(page->arena, figure, view->value.display);
    int64_t whole = 0;
    bool is_whole = str_to_i64(view->value.number, &whole);
    model_text(page, &out, "id", figure->id);
    model_put(page, &out, "value", is_whole ? json_int(whole) : json_null());
    model_text(page, &out, "number", view->value.number);
    model_text(page, &out, "text", text);
    model_text(page, &out, "heading",
               arena_printf(page->arena, page_format(page, N_("%.*s: %.*s")), STR_ARG(figure->title), STR_ARG(text)));
    TRY(put_facts(page, view, &out, err));
    Str sentence;
    TRY(figure_sentence(page, &view->query, &sentence, err));
    model_text(page, &out, "sentence", sentence);
    model_text(page, &out, "formula", figure->definition);
    TRY(put_frozen(page, view, &out, err));
    model_text(page, &out, "close_url", view->close_url);
    TRY(put_records(page, view, &out, err));
    *ret = out;
    return RC_OK;
}

/* ---- all records as a table for a spreadsheet ---- */

static Rc write_csv_rows(Page *page, const FigureView *view, CsvWriter *csv, Err *err)
{
    int64_t total = 1;
    for (size_t at = 0; at < CSV_ROWS && (int64_t)at < total; at += CSV_STEP) {
        ArenaMark mark = arena_mark(page->arena);
        FigureRecord *records = NULL;
        size_t n = 0;
        TRY(figure_records(page->db, app_j(page->app), &view->query, at, CSV_STEP, page->arena, &records, &n, &total,
                           err));
        for (size_t i = 0; i < n; i++) {
            csv_write_text(csv, records[i].number);
            csv_write_text(csv, records[i].title);
            csv_write_text(csv, records[i].procedure);
            csv_write_text(csv, records[i].stage);
            csv_write_text(csv, show_day(page, records[i].p_day));
            csv_write_text(csv, show_day(page, records[i].e_day));
            csv_write_text(csv, records[i].dim);
            csv_write_i64(csv, records[i].matter);
            csv_end_row(csv);
        }
        arena_rewind(page->arena, mark);
    }
    return total > CSV_ROWS ? err_set(err, RC_LIMIT, "a table holds at most %d records", CSV_ROWS) : RC_OK;
}

static Rc reply_csv(Page *page, const FigureView *view, Err *err)
{
    static const char *const heads[] = {
        N_("Number"),       N_("Matter"), N_("Procedure"), N_("Stage"), N_("Day of the period"),
        N_("Counts since"), N_("Kind"),   N_("Id")
    };
    Buf out;
    CsvWriter csv;
    buf_init(&out, CSV_BYTES);
    csv_writer_init(&csv, &out);
    csv_write_bom(&csv);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        csv_write_text(&csv, page_text(page, heads[i]));
    csv_end_row(&csv);
    Rc rc = write_csv_rows(page, view, &csv, err);
    if (rc == RC_OK)
        rc = buf_check(&out, err);
    if (rc == RC_OK) {
        http_set_download(page->x, arena_printf(page->arena, "%.*s.csv", STR_ARG(view->figure->id)));
        http_reply_buf(page->x, 200, "text/csv; charset=utf-8", &out);
    }
    buf_free(&out);
    return rc;
}

/* ---- the page ---- */

static const LawReport *report_of(const Page *page, Str id, Str figure)
{
    for (size_t i = 0; i < page->pack->n_reports; i++) {
        const LawReport *report = page->pack->reports[i];
        for (size_t f = 0; f < report->n_figures; f++)
            if (str_eq(report->figures[f].figure->id, figure) && (!id.n || str_eq(report->id, id)))
                return report;
    }
    return NULL;
}

static Day query_day(const Page *page, const char *name, Day otherwise)
{
    Day day;
    return day_parse(page_query(page, name), &day) ? day : otherwise;
}

/* The dates of the report it stands in, else this year so far; each may be given in the address. */
static Rc read_view(Page *page, FigureView *view, Err *err)
{
    Day today = show_today(page);
    Civil civil = day_to_civil(today);
    FigureQuery query = { .figure = view->figure,
                          .from = day_from_civil((Civil){ civil.year, 1, 1 }),
                          .to = today,
                          .status = today,
                          .known = DAY_NONE };
    view->report = report_of(page, page_query(page, "report"), view->figure->id);
    if (view->report) {
        TRY(report_one_line(page->db, app_j(page->app), view->report, view->figure->id, page->arena, &view->line, err));
        query = view->line->query;
    }
    query.from = query_day(page, "from", query.from);
    query.to = query_day(page, "to", query.to);
    query.status = query_day(page, "status", query.status);
    query.dim = str_slice(page_query(page, "dim"), 0, DIM_MAX);
    view->query = query;
    view->base = figure_url(page, &query);
    int64_t after = 0;
    if (str_to_i64(page_query(page, "after"), &after) && after > 0 && after < DB_ROWS_MAX)
        view->after = (size_t)after;
    return figure_value(page->db, app_j(page->app), &query, page->arena, &view->value, err);
}

Rc page_figure_csv(Page *page, Json *ret_model, Err *err)
{
    FigureView view = { .figure = map_get(&page->pack->figures_by_id, page_param(page, "id")) };
    if (!view.figure)
        return err_set(err, RC_NOT_FOUND, "the pack has no such figure");
    TRY(read_view(page, &view, err));
    *ret_model = json_obj();
    return reply_csv(page, &view, err);
}

Rc page_figure(Page *page, Json *ret_model, Err *err)
{
    FigureView view = { .figure = map_get(&page->pack->figures_by_id, page_param(page, "id")) };
    Json model = json_obj();
    Json facts = json_arr();
    Json figure;
    if (!view.figure)
        return err_set(err, RC_NOT_FOUND, "the pack has no such figure");
    TRY(read_view(page, &view, err));
    TRY(figure_model(page, &view, &figure, err));
    page_name(page, &model, view.figure->title, "reports");
    page_crumb(page, &model, page_text(page, N_("Figures and reports")), STR("/reports"));
    page_crumb(page, &model, view.figure->title, STR_NONE);
    Str period = figure_period(page, &view.query);
    json_push(page->arena, &facts,
              json_str(arena_printf(page->arena, page_format(page, N_("Received %.*s")), STR_ARG(period))));
    json_push(page->arena, &facts,
              json_str(arena_printf(page->arena, page_format(page, N_("Status as of %s")),
                                    show_day(page, view.query.status).p)));
    model_put(page, &model, "facts", facts);
    model_put(page, &model, "figure", figure);
    *ret_model = model;
    return RC_OK;
}
