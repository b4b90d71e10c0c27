#include "ui/web/report_view.h"

#include <string.h>

#include "ui/web/lint_words.h"

/* A longer bridge is shown without the parts that add nothing. */
enum { BRIDGE_ROWS_MAX = 8 };

Rc report_view_read(ReportView *view, Err *err)
{
    Arena *arena = view->page->arena;
    TRY(report_blocks(&view->values, arena, &view->blocks, &view->n_blocks, err));
    TRY(report_lint(view->page->pack, &view->values, view->blocks, view->n_blocks, arena, &view->lints, err));
    view->marked = ARENA_ARRAY(arena, bool, view->lints.n + 1);
    memset(view->marked, 0, view->lints.n + 1);
    return RC_OK;
}

bool report_may_write(const Page *page, const ReportValues *values)
{
    const LawProcedure *procedure = values->report->procedure;
    const LawAct *act = procedure ? law_act(procedure, values->matter ? STR("edit") : STR("draft")) : NULL;
    for (size_t i = 0; act && i < act->n_by; i++)
        if (dir_has_role(page->person, act->by[i], show_today(page)))
            return true;
    return false;
}

/* ---- the text ---- */

static Str figure_link(const ReportView *v, Str figure)
{
    char joint = str_find(v->base, STR("?")) == SIZE_MAX ? '?' : '&';
    return arena_printf(v->page->arena, "%.*s%copen=%.*s#fig-%.*s", STR_ARG(v->base), joint, STR_ARG(figure),
                        STR_ARG(figure));
}

static Json show_figure_run(const ReportView *v, const ReportRun *run)
{
    Page *page = v->page;
    Json out = json_obj();
    Str id = run->line->figure->figure->id;
    Str url = figure_link(v, id);
    if (run->slice.n) {
        FigureQuery query = run->line->query;
        query.dim = run->slice;
        url = figure_url(page, &query);
    }
    model_text(page, &out, "text", run->text);
    model_text(page, &out, "figure", id);
    model_text(page, &out, "url", url);
    model_bool(page, &out, "open", !run->slice.n && str_eq(id, v->open));
    return out;
}

/* The finding that means byte `at` of the text, as its number from 1; 0: none. */
static size_t lint_at(const ReportView *v, size_t at, size_t *ret_until)
{
    *ret_until = SIZE_MAX;
    for (size_t i = 0; i < v->lints.n; i++) {
        const Lint *lint = &v->lints.items[i];
        if (!lint->n)
            continue;
        if (lint->at <= at && at < lint->at + lint->n) {
            *ret_until = lint->at + lint->n;
            return i + 1;
        }
        if (lint->at > at && lint->at < *ret_until)
            *ret_until = lint->at;
    }
    return 0;
}

/* Plain text, cut where a finding begins or ends. */
static void push_plain(ReportView *v, const ReportRun *run, Json *runs)
{
    Page *page = v->page;
    for (size_t from = 0; from < run->text.n;) {
        size_t until = 0;
        size_t lint = lint_at(v, run->at + from, &until);
        size_t to = until == SIZE_MAX || until - run->at > run->text.n ? run->text.n : until - run->at;
        Json out = json_obj();
        model_text(page, &out, "text", str_slice(run->text, from, to));
        if (lint && !v->marked[lint]) {
            model_int(page, &out, "lint", (int64_t)lint);
            v->marked[lint] = true;
        } else if (lint) {
            model_bool(page, &out, "marked", true);
        } else if (run->strong) {
            model_bool(page, &out, "strong", true);
        }
        json_push(page->arena, runs, out);
        from = to;
    }
}

static Json show_runs(ReportView *v, const ReportRun *runs, size_t n)
{
    Json list = json_arr();
    for (size_t i = 0; i < n; i++) {
        if (runs[i].line)
            json_push(v->page->arena, &list, show_figure_run(v, &runs[i]));
        else
            push_plain(v, &runs[i], &list);
    }
    return list;
}

static Rc open_figure(ReportView *v, const ReportLine *line, Json *ret, Err *err)
{
    Page *page = v->page;
    FigureView view = { .figure = line->figure->figure,
                        .report = v->values.report,
                        .line = line,
                        .query = line->query,
                        .value = line->value,
                        .close_url = v->base };
    view.base = figure_url(page, &line->query);
    v->opened = true;
    return figure_model(page, &view, ret, err);
}

/* The figure to be opened, if it stands among these runs. */
static Rc open_among(ReportView *v, const ReportRun *runs, size_t n, Json *ret, Err *err)
{
    for (size_t i = 0; i < n && !v->opened; i++) {
        const ReportLine *line = runs[i].line;
        if (line && !runs[i].slice.n && str_eq(line->figure->figure->id, v->open))
            return open_figure(v, line, ret, err);
    }
    return RC_OK;
}

/* A column with a number in it stands at the right, its head too. */
static bool is_number_column(const ReportBlock *table, size_t column)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        const ReportRow *row = &table->rows[i];
        if (row->is_head || column >= row->n_cells)
            continue;
        if (row->cells[column].n_runs == 1 && row->cells[column].runs[0].line)
            return true;
    }
    return false;
}

static Json show_cell(ReportView *v, const ReportCell *cell, bool num)
{
    Json out = json_obj();
    model_bool(v->page, &out, "num", num);
    model_put(v->page, &out, "runs", show_runs(v, cell->runs, cell->n_runs));
    return out;
}

static Rc show_table(ReportView *v, const ReportBlock *block, Json *out, Err *err)
{
    Page *page = v->page;
    Json heads = json_arr();
    Json rows = json_arr();
    Json open = json_null();
    for (size_t i = 0; i < block->n_rows; i++) {
        Json cells = json_arr();
        Json row = json_obj();
        for (size_t k = 0; k < block->rows[i].n_cells; k++) {
            const ReportCell *cell = &block->rows[i].cells[k];
            json_push(page->arena, &cells, show_cell(v, cell, is_number_column(block, k)));
            TRY(open_among(v, cell->runs, cell->n_runs, &open, err));
        }
        model_put(page, &row, "cells", cells);
        json_push(page->arena, block->rows[i].is_head ? &heads : &rows, row);
    }
    model_put(page, out, "heads", heads);
    model_put(page, out, "rows", rows);
    model_put(page, out, "open", open);
    return RC_OK;
}

static Rc show_block(ReportView *v, const ReportBlock *block, Json *ret, Err *err)
{
    static const char *const kinds[] = { "title", "part", "heading", "paragraph", "item", "signature", "table" };
    Page *page = v->page;
    Json out = json_obj();
    Json open = json_null();
    model_text(page, &out, "kind", str_c(kinds[block->kind]));
    if (block->kind == REPORT_TABLE) {
        TRY(show_table(v, block, &out, err));
    } else if (block->kind <= REPORT_HEADING) {
        model_text(page, &out, "id", block->id);
        model_text(page, &out, "text", report_block_text(page->arena, block));
    } else {
        model_put(page, &out, "runs", show_runs(v, block->runs, block->n_runs));
        TRY(open_among(v, block->runs, block->n_runs, &open, err));
        model_put(page, &out, "open", open);
    }
    *ret = out;
    return RC_OK;
}

Rc report_view_blocks(ReportView *view, Json *ret, Err *err)
{
    Json list = json_arr();
    for (size_t i = 0; i < view->n_blocks; i++) {
        Json block;
        TRY(show_block(view, &view->blocks[i], &block, err));
        json_push(view->page->arena, &list, block);
    }
    *ret = list;
    return RC_OK;
}

/* ---- checks ---- */

static Json show_offers(ReportView *v, const Lint *lint)
{
    Page *page = v->page;
    Json list = json_arr();
    for (size_t i = 0; i < lint->n_offers; i++) {
        const LintOffer *offer = &lint->offers[i];
        Json out = json_obj();
        model_text(page, &out, "value", arena_printf(page->arena, "%.*s:%zu", STR_ARG(lint->about), i));
        model_text(page, &out, "title", arena_printf(page->arena, "“%.*s”", STR_ARG(offer->text)));
        model_bool(page, &out, "checked", i == 0);
        model_text(page, &out, "note",
                   offer->note.n ? arena_printf(page->arena, page_format(page, N_("%.*s, %.*s")), STR_ARG(offer->note),
                                                STR_ARG(offer->sum))
                                 : offer->sum);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Str lint_heading(Page *page, const Lint *lint)
{
    Str what = lint->quote.n ? lint->quote : lint->title.n ? lint->title : lint->about;
    return arena_printf(page->arena, page_format(page, N_("“%.*s”: %s")), STR_ARG(what),
                        lint_title(page->lang, lint->kind));
}

static Str lint_where(Page *page, const Lint *lint)
{
    if (!lint->line)
        return STR_NONE;
    Str line = arena_printf(page->arena, page_format(page, N_("line %d")), lint->line);
    return arena_printf(page->arena, page_format(page, N_("%.*s, %.*s")), STR_ARG(line), STR_ARG(lint->where));
}

Json report_view_lints(ReportView *view, bool adopt)
{
    Page *page = view->page;
    Json list = json_arr();
    for (size_t i = 0; i < view->lints.n; i++) {
        const Lint *lint = &view->lints.items[i];
        Json out = page_form(page);
        model_int(page, &out, "n", (int64_t)i + 1);
        model_bool(page, &out, "error", lint->is_error);
        model_bool(page, &out, "in_text", lint->n > 0);
        model_text(page, &out, "where", lint_where(page, lint));
        model_text(page, &out, "action",
                   arena_printf(page->arena, "/reports/%.*s/adopt", STR_ARG(view->values.report->id)));
        model_int(page, &out, "version", view->values.version);
        model_text(page, &out, "title", lint_heading(page, lint));
        model_text(page, &out, "sum", lint->sum.n ? lint->sum : lint->test);
        model_text(page, &out, "text", str_c(lint_reason(page->lang, lint)));
        model_put(page, &out, "options", show_offers(view, lint));
        model_bool(page, &out, "adopt", adopt && lint->n_offers > 0);
        json_push(page->arena, &list, out);
    }
    return list;
}

static bool has_lint(const ReportView *v, LintKind kind)
{
    for (size_t i = 0; i < v->lints.n; i++)
        if (v->lints.items[i].kind == kind)
            return true;
    return false;
}

static void push_check(Page *page, Json *list, Str text)
{
    Json out = json_obj();
    model_text(page, &out, "text", text);
    model_null(page, &out, "note");
    json_push(page->arena, list, out);
}

/* What was looked at and found good, and every ratio with the division that gives it. */
Json report_view_checks(ReportView *view)
{
    static const struct {
        LintKind kind;
        const char *text;
    } good[] = {
        { LINT_NUMBER, N_("No number in the text is typed by hand") },
        { LINT_COMPARED, N_("Every comparison is checked") },
        { LINT_PART, N_("All required parts are there") },
        { LINT_BRIDGE, N_("The two ways of counting agree") },
        { LINT_SLICES, N_("Tables show all that was counted") },
    };
    Page *page = view->page;
    Json list = json_arr();
    bool bridges = view->values.report->rules->n_bridges > 0;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        if (!has_lint(view, good[i].kind) && (bridges || good[i].kind < LINT_SLICES || good[i].kind == LINT_PART))
            push_check(page, &list, page_text(page, good[i].text));
    for (size_t i = 0; i < view->values.n_lines; i++) {
        const ReportLine *line = &view->values.lines[i];
        const LawFigure *figure = line->figure->figure;
        if (figure->count == LAW_COUNT_RATIO)
            push_check(page, &list,
                       arena_printf(page->arena, "%.*s: %lld / %lld = %.*s", STR_ARG(figure->title),
                                    (long long)line->value.n, (long long)line->value.v, STR_ARG(line->value.display)));
    }
    return list;
}

/* ---- bridges and adjustments ---- */

static Json show_bridge_row(ReportView *v, const BridgeRow *row)
{
    static const char *const signs[] = { "−", "", "+" };
    Page *page = v->page;
    Json out = json_obj();
    model_text(page, &out, "sign", str_c(signs[row->sign + 1]));
    model_text(page, &out, "title", row->line->figure->figure->title);
    model_text(page, &out, "url", figure_url(page, &row->line->query));
    model_text(page, &out, "text", arena_printf(page->arena, "%lld", (long long)row->n));
    return out;
}

Json report_view_bridges(ReportView *view)
{
    Page *page = view->page;
    const LawReportRules *rules = view->values.report->rules;
    Json list = json_arr();
    for (size_t i = 0; i < rules->n_bridges; i++) {
        BridgeSum sum = bridge_sum(&view->values, &rules->bridges[i], page->arena);
        Json out = json_obj();
        Json rows = json_arr();
        for (size_t k = 0; k < sum.n_rows; k++)
            if (sum.n_rows <= BRIDGE_ROWS_MAX || sum.rows[k].n || !sum.rows[k].sign)
                json_push(page->arena, &rows, show_bridge_row(view, &sum.rows[k]));
        model_text(page, &out, "id", rules->bridges[i].id);
        model_text(page, &out, "title", rules->bridges[i].title);
        model_text(page, &out, "note", rules->bridges[i].note);
        size_t left_out = sum.n_rows - rows.n;
        model_put(page, &out, "rows", rows);
        model_text(page, &out, "left_out",
                   left_out ? arena_printf(page->arena, page_format(page, N_("%zu parts of 0 are left out.")), left_out)
                            : STR_NONE);
        model_bool(page, &out, "balances", sum.balances);
        json_push(page->arena, &list, out);
    }
    return list;
}

/* Frozen values beside what is counted now, where they differ. */
Json report_view_adjustments(ReportView *view)
{
    Page *page = view->page;
    Json list = json_arr();
    for (size_t i = 0; i < view->values.n_lines; i++) {
        const ReportLine *line = &view->values.lines[i];
        const LawFigure *figure = line->figure->figure;
        if (!line->is_moved)
            continue;
        Json out = json_obj();
        model_text(page, &out, "title", figure->title);
        model_text(page, &out, "url",
                   arena_printf(page->arena, "/figures/%.*s?report=%.*s", STR_ARG(figure->id),
                                STR_ARG(view->values.report->id)));
        model_text(page, &out, "frozen", line->frozen_display);
        model_text(page, &out, "now", line->value.display);
        model_text(page, &out, "change",
                   figure->count == LAW_COUNT_RATIO
                       ? STR_NONE
                       : arena_printf(page->arena, "%+lld", (long long)line->frozen.adjustment));
        json_push(page->arena, &list, out);
    }
    return list;
}
