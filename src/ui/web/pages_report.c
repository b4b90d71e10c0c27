/* Reports: the text, in which every number is a figure that opens in place, and the freeze. */
#include <string.h>

#include "ui/web/report_view.h"

/* ---- the list ---- */

static Json show_report_row(Page *page, const ReportValues *values)
{
    Json out = json_obj();
    const LawReport *report = values->report;
    model_text(page, &out, "id", report->id);
    model_text(page, &out, "title", report->title);
    model_text(page, &out, "url", arena_printf(page->arena, "/reports/%.*s", STR_ARG(report->id)));
    model_text(page, &out, "note", arena_printf(page->arena, page_format(page, N_("%zu figures")), report->n_figures));
    model_text(page, &out, "state_text",
               values->is_frozen ? arena_printf(page->arena, page_format(page, N_("frozen %s")),
                                                show_moment(page, values->frozen_at).p)
                                 : page_text(page, N_("not frozen")));
    return out;
}

static Json show_figure_row(Page *page, const ReportValues *values, const ReportLine *line)
{
    const LawFigure *figure = line->figure->figure;
    Json out = json_obj();
    int64_t whole = 0;
    bool is_whole = str_to_i64(line->value.number, &whole);
    model_text(page, &out, "id", figure->id);
    model_text(page, &out, "title", figure->title);
    model_text(page, &out, "text", figure_text(page->arena, figure, report_display(values, line)));
    model_put(page, &out, "value", is_whole ? json_int(whole) : json_null());
    model_text(page, &out, "period", figure_period(page, &line->query));
    model_text(
        page, &out, "url",
        arena_printf(page->arena, "/figures/%.*s?report=%.*s", STR_ARG(figure->id), STR_ARG(values->report->id)));
    return out;
}

Rc page_reports(Page *page, Json *ret_model, Err *err)
{
    Json model = json_obj();
    Json reports = json_arr();
    Json figures = json_arr();
    for (size_t i = 0; i < page->pack->n_reports; i++) {
        ReportValues values;
        TRY(report_values(page->db, app_j(page->app), page->pack->reports[i], DAY_NONE, page->arena, &values, err));
        json_push(page->arena, &reports, show_report_row(page, &values));
        for (size_t f = 0; f < values.n_lines; f++)
            json_push(page->arena, &figures, show_figure_row(page, &values, &values.lines[f]));
    }
    page_name(page, &model, page_text(page, N_("Figures and reports")), "reports");
    model_text(page, &model, "lede", page_text(page, N_("Every number opens the matters behind it.")));
    model_put(page, &model, "reports", reports);
    model_text(page, &model, "figures_note",
               arena_printf(page->arena, page_format(page, N_("as of %s")), show_day(page, show_today(page)).p));
    model_put(page, &model, "figures", figures);
    *ret_model = model;
    return RC_OK;
}

/* ---- the text ---- */

static int64_t figures_of(const ReportRun *runs, size_t n)
{
    int64_t figures = 0;
    for (size_t i = 0; i < n; i++)
        figures += runs[i].line != NULL;
    return figures;
}

static int64_t count_figures(const ReportBlock *block)
{
    int64_t figures = figures_of(block->runs, block->n_runs);
    for (size_t i = 0; i < block->n_rows; i++)
        for (size_t k = 0; k < block->rows[i].n_cells; k++)
            figures += figures_of(block->rows[i].cells[k].runs, block->rows[i].cells[k].n_runs);
    return figures;
}

/* Parts and headings, with how many figures stand below each. */
static Json show_toc(Page *page, const ReportBlock *blocks, size_t n)
{
    Json toc = json_arr();
    for (size_t i = 0; i < n; i++) {
        Json out = json_obj();
        int64_t figures = 0;
        if (blocks[i].kind != REPORT_PART && blocks[i].kind != REPORT_HEADING)
            continue;
        for (size_t k = i + 1; k < n && blocks[k].kind != REPORT_PART &&
                               (blocks[k].kind != REPORT_HEADING || blocks[i].kind == REPORT_PART);
             k++)
            figures += count_figures(&blocks[k]);
        model_text(page, &out, "id", blocks[i].id);
        model_text(page, &out, "title", report_block_text(page->arena, &blocks[i]));
        model_int(page, &out, "figures", figures);
        json_push(page->arena, &toc, out);
    }
    return toc;
}

static void push_button(Page *page, Json *buttons, const char *title, Str url)
{
    Json out = json_obj();
    model_text(page, &out, "title", str_c(title));
    model_text(page, &out, "url", url);
    model_null(page, &out, "kind");
    model_text(page, &out, "icon", STR("down"));
    model_null(page, &out, "only");
    json_push(page->arena, buttons, out);
}

/* A file of the report as it is read here. */
static Str report_file_url(const ReportView *v, const char *name)
{
    Arena *arena = v->page->arena;
    Str url = arena_printf(arena, "/reports/%.*s/%s", STR_ARG(v->values.report->id), name);
    if (v->values.as_of == DAY_NONE)
        return url;
    return arena_printf(arena, "%.*s?as_of=%s", STR_ARG(url), show_day(v->page, v->values.as_of).p);
}

static void push_lint_tag(ReportView *v, Json *tags)
{
    Page *page = v->page;
    Json tag = json_obj();
    model_text(page, &tag, "title",
               arena_printf(page->arena, page_format(page, N_("%zu to be put right")), v->lints.n_errors));
    model_text(page, &tag, "tone", STR("warn"));
    model_text(page, &tag, "icon", STR("warn"));
    json_push(page->arena, tags, tag);
}

static void put_edit_buttons(ReportView *v, Json *buttons)
{
    Page *page = v->page;
    Str id = v->values.report->id;
    if (report_may_write(page, &v->values)) {
        push_button(page, buttons, page_text(page, N_("Edit the text")).p,
                    arena_printf(page->arena, "/reports/%.*s/edit", STR_ARG(id)));
        json_set(page->arena, &buttons->as.items[buttons->n - 1], STR("kind"), json_c("primary"));
        json_set(page->arena, &buttons->as.items[buttons->n - 1], STR("icon"), json_null());
    }
    if (v->values.matter)
        push_button(page, buttons, page_text(page, N_("Versions")).p,
                    arena_printf(page->arena, "/reports/%.*s/versions", STR_ARG(id)));
}

static void put_head(ReportView *v, Json *model)
{
    Page *page = v->page;
    const ReportValues *values = &v->values;
    Str id = values->report->id;
    Json facts = json_arr();
    Json tags = json_arr();
    Json tag = json_obj();
    Json buttons = json_arr();
    if (values->as_of != DAY_NONE)
        json_push(page->arena, &facts,
                  json_str(arena_printf(page->arena, page_format(page, N_("Status as of %s")),
                                        show_day(page, values->as_of).p)));
    json_push(page->arena, &facts,
              json_str(arena_printf(page->arena, page_format(page, N_("%zu figures")), values->n_lines)));
    model_text(page, &tag, "title",
               values->is_frozen ? arena_printf(page->arena, page_format(page, N_("Frozen %s, signed by %s")),
                                                show_moment(page, values->frozen_at).p,
                                                arena_c(page->arena, show_person(page, values->signer)))
                                 : page_text(page, N_("Draft")));
    model_text(page, &tag, "tone", values->is_frozen ? STR("ok") : STR_NONE);
    model_text(page, &tag, "icon", values->is_frozen ? STR("lock") : STR_NONE);
    json_push(page->arena, &tags, tag);
    if (v->lints.n_errors)
        push_lint_tag(v, &tags);
    put_edit_buttons(v, &buttons);
    push_button(page, &buttons, "Markdown", arena_printf(page->arena, "/reports/%.*s.md", STR_ARG(id)));
    push_button(page, &buttons, "HTML", arena_printf(page->arena, "/reports/%.*s.html", STR_ARG(id)));
    push_button(page, &buttons, "DOCX", report_file_url(v, "report.docx"));
    push_button(page, &buttons, "XLSX", report_file_url(v, "report.xlsx"));
    push_button(page, &buttons, "JSON", arena_printf(page->arena, "/reports/%.*s.json", STR_ARG(id)));
    model_put(page, model, "facts", facts);
    model_put(page, model, "tags", tags);
    model_put(page, model, "buttons", buttons);
}

/* Whoever keeps the office's statistics, or heads it, may say that a number stands. */
static bool may_freeze(const Page *page)
{
    for (size_t i = 0; i < page->person->n_roles; i++) {
        Str id = page->person->roles[i].role;
        const LawRole *role = map_get(&page->pack->roles_by_id, id);
        bool fits = str_eq(id, STR("reporter")) || (role && role->head);
        if (fits && dir_has_role(page->person, id, show_today(page)))
            return true;
    }
    return false;
}

static Json show_freeze(Page *page, const ReportValues *values)
{
    if (values->is_frozen || !may_freeze(page))
        return json_null();
    Json form = page_form(page);
    model_text(page, &form, "action", arena_printf(page->arena, "/reports/%.*s/freeze", STR_ARG(values->report->id)));
    return form;
}

static Rc report_model(ReportView *v, Json *ret, Err *err)
{
    Page *page = v->page;
    Json model = json_obj();
    Json report = json_obj();
    Json blocks;
    TRY(report_view_read(v, err));
    TRY(report_view_blocks(v, &blocks, err));
    page_name(page, &model, v->values.report->title, "reports");
    page_crumb(page, &model, page_text(page, N_("Figures and reports")), STR("/reports"));
    page_crumb(page, &model, v->values.report->title, STR_NONE);
    put_head(v, &model);
    model_text(page, &report, "id", v->values.report->id);
    model_text(page, &report, "lang", i18n_lang_tag(LANG_ZH)); /* packs are written in Chinese */
    model_put(page, &report, "blocks", blocks);
    model_put(page, &model, "report", report);
    model_put(page, &model, "lints", report_view_lints(v, report_may_write(page, &v->values)));
    model_put(page, &model, "checks", report_view_checks(v));
    model_put(page, &model, "bridges", report_view_bridges(v));
    model_put(page, &model, "adjustments", report_view_adjustments(v));
    model_put(page, &model, "toc", show_toc(page, v->blocks, v->n_blocks));
    model_put(page, &model, "freeze", show_freeze(page, &v->values));
    *ret = model;
    return RC_OK;
}

/* ---- downloads ---- */

static Rc reply_file(ReportView *v, Str ending, Err *err)
{
    Page *page = v->page;
    ReportBlock *blocks = NULL;
    size_t n = 0;
    Buf out;
    const char *type = "text/markdown; charset=utf-8";
    TRY(report_blocks(&v->values, page->arena, &blocks, &n, err));
    buf_init(&out, 4 << 20);
    if (str_eq(ending, STR("json"))) {
        type = "application/json";
        report_write_json(&out, page->arena, &v->values);
    } else if (str_eq(ending, STR("html"))) {
        type = "text/html; charset=utf-8";
        report_write_html(&out, &v->values, blocks, n, i18n_lang_tag(LANG_ZH));
    } else {
        report_write_markdown(&out, blocks, n);
    }
    Rc rc = buf_check(&out, err);
    if (rc == RC_OK) {
        http_set_download(
            page->x, arena_printf(page->arena, "report-%.*s.%.*s", STR_ARG(v->values.report->id), STR_ARG(ending)));
        http_reply_buf(page->x, 200, type, &out);
    }
    buf_free(&out);
    return rc;
}

static bool is_ending(Str text)
{
    return str_eq(text, STR("md")) || str_eq(text, STR("html")) || str_eq(text, STR("json"));
}

Rc page_report(Page *page, Json *ret_model, Err *err)
{
    ReportView v = { .page = page, .open = page_query(page, "open") };
    Str ending = STR_NONE;
    Str id = page_param(page, "id");
    const LawReport *report = report_find(page->pack, id);
    Day as_of = DAY_NONE;
    if (!report)
        report = report_find(page->pack, str_cut(id, '.', &ending));
    if (!report || (ending.n && !is_ending(ending)))
        return err_set(err, RC_NOT_FOUND, "the pack has no such report");
    v.base = arena_printf(page->arena, "/reports/%.*s", STR_ARG(report->id));
    if (day_parse(page_query(page, "as_of"), &as_of))
        v.base = arena_printf(page->arena, "%.*s?as_of=%s", STR_ARG(v.base), show_day(page, as_of).p);
    TRY(report_values(page->db, app_j(page->app), report, as_of, page->arena, &v.values, err));
    *ret_model = json_obj();
    return ending.n ? reply_file(&v, ending, err) : report_model(&v, ret_model, err);
}

/* ---- freezing ---- */

typedef struct Freezing {
    Str report;
    int64_t signer;
} Freezing;

static Rc freeze(App *app, void *ctx, Err *err)
{
    const Freezing *f = ctx;
    return app_freeze(app, f->report, f->signer, err);
}

Rc page_freeze(Page *page, Json *ret_model, Err *err)
{
    Freezing f = { .report = page_param(page, "id"), .signer = page->person->id };
    if (!report_find(page->pack, f.report))
        return err_set(err, RC_NOT_FOUND, "the pack has no such report");
    if (!may_freeze(page))
        return err_set(err, RC_DENIED, "only those who keep the statistics or head the office may freeze a report");
    Rc rc = page_run(page, freeze, &f, err);
    if (rc == RC_INVALID &&
        strcmp(err->place, "/reconcile") == 0) { /* what has to be explained first is listed there */
        page->redirect = arena_printf(page->arena, "/reconcile?view=unexplained&stops=%.*s", STR_ARG(f.report));
        *ret_model = json_obj();
        return RC_OK;
    }
    TRY(rc);
    page->redirect = arena_printf(page->arena, "/reports/%.*s", STR_ARG(f.report));
    *ret_model = json_obj();
    return RC_OK;
}
