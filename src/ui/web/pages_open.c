#include "ui/web/pages_open.h"

#include "lib/fmt/csv.h"
#include "ui/web/pages_tables.h"
#include "ui/web/web_internal.h"

enum { CSV_BYTES = 4 << 20 };

static const LawPages no_pages;

static const LawPages *pages_of(const Page *page)
{
    return page->pack->pages ? page->pack->pages : &no_pages;
}

/* ---- what there is ---- */

static void push_link(Page *page, Json *list, Str title, Str url, Str note)
{
    Json out = json_obj();
    model_text(page, &out, "title", title);
    model_text(page, &out, "url", url);
    model_text(page, &out, "note", note);
    json_push(page->arena, list, out);
}

Rc page_open(Page *page, Json *ret_model, Err *err)
{
    const LawPages *pages = pages_of(page);
    Json model = json_obj();
    Json lists = json_arr();
    Json reports = json_arr();
    for (size_t i = 0; i < pages->n_open; i++)
        push_link(page, &lists, pages->open[i].title,
                  arena_printf(page->arena, "/open/%.*s", STR_ARG(pages->open[i].id)), pages->open[i].note);
    for (size_t i = 0; i < pages->n_reports; i++) {
        const LawReport *report = pages->reports[i];
        bool is_frozen = false;
        int64_t at = 0;
        TRY(report_signed(page->db, app_j(page->app), report->id, &is_frozen, &at, err));
        if (is_frozen)
            push_link(page, &reports, report->title,
                      arena_printf(page->arena, "/open/reports/%.*s", STR_ARG(report->id)),
                      arena_printf(page->arena, page_format(page, N_("Figures frozen %s.")), show_moment(page, at).p));
    }
    for (size_t i = 0; i < pages->n_tables; i++)
        push_link(page, &lists, pages->tables[i]->title,
                  arena_printf(page->arena, "/open/tables/%.*s", STR_ARG(pages->tables[i]->id)),
                  show_table_source(page, pages->tables[i]));
    page_name(page, &model, page_text(page, N_("Open to everybody")), "open");
    model_put(page, &model, "lists", lists);
    model_put(page, &model, "reports", reports);
    *ret_model = model;
    return RC_OK;
}

/* ---- one list ---- */

static const LawOpenList *find_list(const Page *page, Str id)
{
    const LawPages *pages = pages_of(page);
    for (size_t i = 0; i < pages->n_open; i++)
        if (str_eq(pages->open[i].id, id))
            return &pages->open[i];
    return NULL;
}

static Json show_row(Page *page, const LawOpenList *list, const ReadOpenRow *row)
{
    Json out = json_obj();
    Json fields = json_arr();
    for (size_t i = 0; i < list->n_fields; i++) {
        Json field = json_obj();
        const Json *value = json_at(&row->fields, i);
        if (value->type == JSON_NULL)
            continue;
        model_text(page, &field, "title", list->fields[i]->title);
        model_text(page, &field, "text", show_value(page, list->fields[i], value));
        json_push(page->arena, &fields, field);
    }
    model_text(page, &out, "id", arena_printf(page->arena, "m%lld", (long long)row->id));
    model_text(page, &out, "number", row->number);
    model_text(page, &out, "title", row->title);
    model_text(page, &out, "day", show_day(page, row->day));
    model_text(page, &out, "until", row->until == DAY_NONE ? STR_NONE : show_day(page, row->until));
    model_bool(page, &out, "over", row->over);
    model_text(page, &out, "state", page_text(page, row->over ? N_("no longer valid") : N_("valid")));
    model_put(page, &out, "fields", fields);
    return out;
}

static void read_after(const Page *page, Day *day, int64_t *id)
{
    Str rest;
    Str text = str_cut(page_query(page, "after"), '_', &rest);
    if (!day_parse(text, day) || !str_to_i64(rest, id) || *id <= 0)
        *id = 0;
}

Rc page_open_list(Page *page, Json *ret_model, Err *err)
{
    const LawOpenList *list = find_list(page, page_param(page, "list"));
    Read read = web_read(page);
    Json model = json_obj();
    Json rows = json_arr();
    ReadOpenRow *found = NULL;
    size_t n = 0;
    bool more = false;
    Day day = 0;
    int64_t id = 0;
    if (!list)
        return err_set(err, RC_NOT_FOUND, "there is no such public list");
    read_after(page, &day, &id);
    TRY(read_open(&read, list, day, id, &found, &n, &more, err));
    for (size_t i = 0; i < n; i++)
        json_push(page->arena, &rows, show_row(page, list, &found[i]));
    page_name(page, &model, list->title, "open");
    model_text(page, &model, "note", list->note);
    model_bool(page, &model, "has_state", list->over != 0 || list->until != NULL);
    model_put(page, &model, "rows", rows);
    model_text(page, &model, "next",
               more ? arena_printf(page->arena, "/open/%.*s?after=%s_%lld", STR_ARG(list->id),
                                   show_day(page, found[n - 1].opened_day).p, (long long)found[n - 1].id)
                    : STR_NONE);
    *ret_model = model;
    return RC_OK;
}

/* ---- the report as published ---- */

/* RC_NOT_FOUND also while it is not frozen: what may still change is nobody's to quote. */
static Rc find_report(Page *page, ReportValues *ret, Err *err)
{
    const LawPages *pages = pages_of(page);
    for (size_t i = 0; i < pages->n_reports; i++) {
        if (!str_eq(pages->reports[i]->id, page_param(page, "id")))
            continue;
        TRY(report_values(page->db, app_j(page->app), pages->reports[i], DAY_NONE, page->arena, ret, err));
        if (ret->is_frozen)
            return RC_OK;
    }
    return err_set(err, RC_NOT_FOUND, "there is no such published report");
}

static Json show_figure(Page *page, const ReportValues *values, const ReportLine *line)
{
    const LawFigure *figure = line->figure->figure;
    Json out = json_obj();
    model_text(page, &out, "id", figure->id);
    model_text(page, &out, "title", figure->title);
    model_text(page, &out, "value", figure_text(page->arena, figure, report_display(values, line)));
    model_text(page, &out, "period", figure_period(page, &line->query));
    model_text(page, &out, "status", show_day(page, line->query.status));
    model_text(page, &out, "note", figure->note);
    model_text(page, &out, "remark", line->figure->note);
    return out;
}

static const char *kind_of(ReportBlockKind kind)
{
    switch (kind) {
    case REPORT_TITLE: return "title";
    case REPORT_PART: return "part";
    case REPORT_HEADING: return "heading";
    case REPORT_ITEM: return "item";
    case REPORT_SIGNATURE: return "signature";
    case REPORT_TABLE: return "table";
    case REPORT_PARAGRAPH: break;
    }
    return "paragraph";
}

static Json show_rows(Page *page, const ReportBlock *table)
{
    Json rows = json_arr();
    for (size_t i = 0; i < table->n_rows; i++) {
        Json row = json_obj();
        Json cells = json_arr();
        for (size_t k = 0; k < table->rows[i].n_cells; k++) {
            const ReportCell *cell = &table->rows[i].cells[k];
            json_push(page->arena, &cells, json_str(report_runs_text(page->arena, cell->runs, cell->n_runs)));
        }
        model_bool(page, &row, "head", table->rows[i].is_head);
        model_put(page, &row, "cells", cells);
        json_push(page->arena, &rows, row);
    }
    return rows;
}

static Rc show_text(Page *page, const ReportValues *values, Json *ret, Err *err)
{
    ReportBlock *blocks = NULL;
    size_t n = 0;
    *ret = json_arr();
    TRY(report_blocks(values, page->arena, &blocks, &n, err));
    for (size_t i = 0; i < n; i++) {
        Json out = json_obj();
        if ((!blocks[i].n_runs && !blocks[i].n_rows) || blocks[i].kind == REPORT_TITLE)
            continue;
        model_text(page, &out, "kind", str_c(kind_of(blocks[i].kind)));
        model_text(page, &out, "text", report_block_text(page->arena, &blocks[i]));
        model_put(page, &out, "rows", show_rows(page, &blocks[i]));
        json_push(page->arena, ret, out);
    }
    return RC_OK;
}

Rc page_open_report(Page *page, Json *ret_model, Err *err)
{
    ReportValues values;
    Json model = json_obj();
    Json figures = json_arr();
    Json blocks;
    TRY(find_report(page, &values, err));
    TRY(show_text(page, &values, &blocks, err));
    for (size_t i = 0; i < values.n_lines; i++)
        json_push(page->arena, &figures, show_figure(page, &values, &values.lines[i]));
    page_name(page, &model, values.report->title, "open");
    model_text(
        page, &model, "frozen",
        arena_printf(page->arena, page_format(page, N_("Figures frozen %s.")), show_moment(page, values.frozen_at).p));
    model_text(page, &model, "csv",
               arena_printf(page->arena, "/open/reports/%.*s/figures.csv", STR_ARG(values.report->id)));
    model_put(page, &model, "blocks", blocks);
    model_put(page, &model, "figures", figures);
    *ret_model = model;
    return RC_OK;
}

static void write_figures(Page *page, const ReportValues *values, CsvWriter *csv)
{
    static const char *const heads[] = { N_("Id"), N_("Figure"),       N_("Value"),      N_("Unit"), N_("From"),
                                         N_("To"), N_("Status as of"), N_("Definition"), N_("Note") };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        csv_write_text(csv, page_text(page, heads[i]));
    csv_end_row(csv);
    for (size_t i = 0; i < values->n_lines; i++) {
        const ReportLine *line = &values->lines[i];
        const LawFigure *figure = line->figure->figure;
        csv_write_text(csv, figure->id);
        csv_write_text(csv, figure->title);
        csv_write_text(csv, report_display(values, line));
        csv_write_text(csv, figure->unit);
        csv_write_text(csv, show_day(page, line->query.from));
        csv_write_text(csv, show_day(page, line->query.to));
        csv_write_text(csv, show_day(page, line->query.status));
        csv_write_text(csv, figure->note);
        csv_write_text(csv, line->figure->note);
        csv_end_row(csv);
    }
}

Rc page_open_csv(Page *page, Json *ret_model, Err *err)
{
    ReportValues values;
    Buf out;
    CsvWriter csv;
    TRY(find_report(page, &values, err));
    buf_init(&out, CSV_BYTES);
    csv_writer_init(&csv, &out);
    csv_write_bom(&csv);
    write_figures(page, &values, &csv);
    Rc rc = buf_check(&out, err);
    if (rc == RC_OK) {
        http_set_download(page->x, arena_printf(page->arena, "figures-%.*s.csv", STR_ARG(values.report->id)));
        http_reply_buf(page->x, 200, "text/csv; charset=utf-8", &out);
    }
    buf_free(&out);
    *ret_model = json_obj();
    return rc;
}
