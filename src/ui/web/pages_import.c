/* Lists of other platforms: looked at, taken in, taken back. */
#include "app/import.h"
#include "lib/fmt/csv.h"
#include "lib/os/file.h"
#include "ui/web/import_words.h"
#include "ui/web/pages_report.h"

enum { BATCHES_SHOWN = 30, ROWS_SHOWN = 200, CELL_SHOWN = 40 };

/* ---- words ---- */

static Str fault_text(Page *page, const ImportProblem *p)
{
    Str text = page_text(page, import_fault_text(p->fault));
    return arena_printf(page->arena, "%.*s%.*s%s%.*s", STR_ARG(p->column), STR_ARG(text), p->value.n ? ": " : "",
                        STR_ARG(p->value));
}

static Str counts_text(Page *page, int64_t fresh, int64_t updated, int64_t same, int64_t wrong)
{
    return arena_printf(page->arena,
                        page_format(page, N_("%lld new, %lld added to, %lld known already, %lld with mistakes")),
                        (long long)fresh, (long long)updated, (long long)same, (long long)wrong);
}

static Str batch_result(Page *page, const ImportBatch *batch)
{
    int64_t counts[IMPORT_STATES];
    if (str_eq(batch->state, STR("preview")))
        return page_text(page, N_("looked at, not taken in"));
    if (str_eq(batch->state, STR("undone")))
        return page_text(page, N_("taken back"));
    import_counts(page->arena, batch, counts);
    return counts_text(page, counts[IMPORT_NEW], counts[IMPORT_UPDATE], counts[IMPORT_SAME], counts[IMPORT_ERROR]);
}

/* ---- the model ---- */

static Json show_kinds(Page *page)
{
    Json kinds = json_arr();
    for (size_t i = 0; i < page->pack->n_imports; i++) {
        Json kind = json_obj();
        model_text(page, &kind, "value", page->pack->imports[i]->id);
        model_text(page, &kind, "title", page->pack->imports[i]->title);
        model_bool(page, &kind, "checked", i == 0);
        model_null(page, &kind, "note");
        json_push(page->arena, &kinds, kind);
    }
    return kinds;
}

static Rc show_batches(Page *page, Json *ret, Err *err)
{
    ImportBatch *batches = NULL;
    size_t n = 0;
    Json list = json_arr();
    TRY(import_batches(page->db, app_j(page->app), BATCHES_SHOWN, page->arena, &batches, &n, err));
    for (size_t i = 0; i < n; i++) {
        const LawImport *import = law_import(page->pack, batches[i].system);
        bool done = str_eq(batches[i].state, STR("done"));
        Json out = page_form(page);
        model_int(page, &out, "id", batches[i].id);
        model_text(page, &out, "at_text", show_moment(page, batches[i].at));
        model_text(page, &out, "file", batches[i].name);
        model_text(page, &out, "kind", import ? import->title : batches[i].system);
        model_text(page, &out, "by", show_person(page, batches[i].person));
        model_text(page, &out, "result", batch_result(page, &batches[i]));
        model_text(page, &out, "undo_url",
                   done ? arena_printf(page->arena, "/import/%lld/undo", (long long)batches[i].id) : STR_NONE);
        json_push(page->arena, &list, out);
    }
    *ret = list;
    return RC_OK;
}

static Json show_columns(Page *page, const ImportTable *table)
{
    Json list = json_arr();
    for (size_t i = 0; i < table->n_columns; i++) {
        Json out = json_obj();
        model_text(page, &out, "title", table->titles[i]);
        model_text(page, &out, "field", table->used[i] ? page_text(page, N_("used")) : STR_NONE);
        json_push(page->arena, &list, out);
    }
    return list;
}

/* Enough of a cell to know it again; a list may hold long stories. */
static Str short_cell(Page *page, Str text)
{
    size_t at = 0;
    for (int i = 0; i < CELL_SHOWN && at < text.n; i++)
        str_next(text, &at);
    return at < text.n ? arena_printf(page->arena, "%.*s\u2026", (int)at, text.p) : text;
}

static Json show_row(Page *page, const ImportTable *table, const ImportRow *row)
{
    static const char *const states[] = { "new", "update", "same", "error" };
    Json out = json_obj();
    Json cells = json_arr();
    Json problems = json_arr();
    for (size_t i = 0; i < table->n_columns; i++)
        json_push(page->arena, &cells, json_str(row->cells[i].n ? short_cell(page, row->cells[i]) : STR("")));
    for (size_t i = 0; i < row->n_problems; i++)
        json_push(page->arena, &problems, json_str(fault_text(page, &row->problems[i])));
    model_int(page, &out, "n", (int64_t)row->line);
    model_text(page, &out, "state", str_c(states[row->state]));
    model_put(page, &out, "cells", cells);
    model_put(page, &out, "problems", problems);
    return out;
}

/* Mistakes first: they are what somebody has to do something about. */
static Json show_rows(Page *page, const ImportTable *table, size_t *ret_left)
{
    Json list = json_arr();
    for (int wrong = 1; wrong >= 0; wrong--)
        for (size_t i = 0; i < table->n_rows && list.n < ROWS_SHOWN; i++)
            if ((table->rows[i].state == IMPORT_ERROR) == (wrong == 1))
                json_push(page->arena, &list, show_row(page, table, &table->rows[i]));
    *ret_left = table->n_rows - list.n;
    return list;
}

static Json show_preview(Page *page, const ImportTable *table, const ImportBatch *batch)
{
    Json out = page_form(page);
    size_t left = 0;
    const size_t *c = table->counts;
    Str url = arena_printf(page->arena, "/import/%lld", (long long)batch->id);
    model_text(page, &out, "file", batch->name);
    model_text(page, &out, "action", url);
    model_text(page, &out, "text",
               counts_text(page, (int64_t)c[IMPORT_NEW], (int64_t)c[IMPORT_UPDATE], (int64_t)c[IMPORT_SAME],
                           (int64_t)c[IMPORT_ERROR]));
    model_put(page, &out, "columns", show_columns(page, table));
    model_put(page, &out, "rows", show_rows(page, table, &left));
    model_text(page, &out, "more_text",
               left ? arena_printf(page->arena, page_format(page, N_("%zu more rows are not shown.")), left)
                    : STR_NONE);
    model_int(page, &out, "taken", (int64_t)(c[IMPORT_NEW] + c[IMPORT_UPDATE]));
    model_text(page, &out, "errors_url",
               c[IMPORT_ERROR] ? arena_printf(page->arena, "%.*s/errors.csv", STR_ARG(url)) : STR_NONE);
    return out;
}

static Json show_notice(Page *page, const char *tone, Str text)
{
    Json notice = json_obj();
    model_text(page, &notice, "tone", str_c(tone));
    model_text(page, &notice, "text", text);
    return notice;
}

static Rc import_model(Page *page, Json notice, Json preview, Json *ret, Err *err)
{
    Json model = json_obj();
    Json form = page_form(page);
    Json batches;
    TRY(show_batches(page, &batches, err));
    page_name(page, &model, page_text(page, N_("Import lists")), "import");
    page_crumb(page, &model, page_text(page, N_("Import lists")), STR_NONE);
    model_put(page, &form, "kinds", show_kinds(page));
    model_put(page, &model, "notice", notice);
    model_put(page, &model, "form", form);
    model_put(page, &model, "preview", preview);
    model_put(page, &model, "batches", batches);
    *ret = model;
    return RC_OK;
}

/* ---- looking ---- */

static Rc plan(Page *page, const LawImport *import, Str bytes, ImportTable *ret, Err *err)
{
    ImportSource source = {
        .db = page->db, .j = app_j(page->app), .pack = page->pack, .dir = page->dir, .now = page->now
    };
    return import_plan(&source, import, bytes, page->arena, ret, err);
}

Rc page_sent_list(Page *page, Str *ret_bytes, Str *ret_name, Err *err)
{
    const HttpUpload *sent = page_upload(page);
    if (!sent) {
        *ret_name = page_text(page, N_("pasted list"));
        *ret_bytes = page_field(page, "paste");
        return RC_OK;
    }
    *ret_name = str_head(sent->filename, 200);
    return os_read_file(page->arena, arena_c(page->arena, sent->path), IMPORT_BYTES_MAX, ret_bytes, err);
}

typedef struct Keeping {
    const ImportTable *table;
    Str name;
    int64_t person;
    int64_t batch;
} Keeping;

static Rc keep(App *app, void *ctx, Err *err)
{
    Keeping *k = ctx;
    return app_import_keep(app, k->table, k->name, k->person, &k->batch, err);
}

static Rc look(Page *page, Json *ret, Err *err)
{
    ImportTable table;
    Str bytes;
    Str name;
    Err wrong = { 0 };
    const LawImport *import = law_import(page->pack, page_field(page, "kind"));
    if (!import)
        return err_set(err, RC_INVALID, "the pack does not read this kind of list");
    TRY(page_sent_list(page, &bytes, &name, err));
    if (plan(page, import, bytes, &table, &wrong) != RC_OK) {
        Str text =
            arena_printf(page->arena, page_format(page, N_("The list cannot be read: %s %s")), wrong.place, wrong.text);
        page->status = 422;
        return import_model(page, show_notice(page, "warn", text), json_null(), ret, err);
    }
    Keeping k = { .table = &table, .name = name, .person = page->person->id };
    TRY(page_run(page, keep, &k, err));
    page->redirect = arena_printf(page->arena, "/import/%lld", (long long)k.batch);
    *ret = json_obj();
    return RC_OK;
}

static Rc read_batch(Page *page, ImportBatch *batch, const LawImport **ret_import, Err *err)
{
    int64_t id = 0;
    if (!str_to_i64(page_param(page, "batch"), &id))
        return err_set(err, RC_NOT_FOUND, "there is no such import");
    TRY(import_batch(page->db, app_j(page->app), id, page->arena, batch, err));
    *ret_import = law_import(page->pack, batch->system);
    return *ret_import ? RC_OK : err_set(err, RC_NOT_FOUND, "the pack no longer reads this list");
}

Rc page_import(Page *page, Json *ret_model, Err *err)
{
    ImportBatch batch;
    ImportTable table;
    const LawImport *import = NULL;
    if (http_method(page->x) == HTTP_POST)
        return look(page, ret_model, err);
    if (!page_param(page, "batch").n)
        return import_model(page, json_null(), json_null(), ret_model, err);
    TRY(read_batch(page, &batch, &import, err));
    if (!str_eq(batch.state, STR("preview"))) {
        Str text = batch_result(page, &batch);
        return import_model(page, show_notice(page, "ok", text), json_null(), ret_model, err);
    }
    TRY(plan(page, import, batch.report, &table, err));
    return import_model(page, json_null(), show_preview(page, &table, &batch), ret_model, err);
}

/* ---- taking in, taking back ---- */

typedef struct Taking {
    const LawImport *import;
    const ImportBatch *batch;
    Str reason;
    int64_t person;
    Arena *arena;
    ImportTable table;
    int64_t n;
} Taking;

static Rc take(App *app, void *ctx, Err *err)
{
    Taking *t = ctx;
    int64_t batch = 0;
    return app_import(app, t->import, t->batch->report, t->batch->name, t->person, t->batch->id, t->arena, &t->table,
                      &batch, err);
}

Rc page_import_run(Page *page, Json *ret_model, Err *err)
{
    ImportBatch batch;
    Taking t = { .batch = &batch, .person = page->person->id, .arena = page->arena };
    TRY(read_batch(page, &batch, &t.import, err));
    if (!str_eq(batch.state, STR("preview")))
        return err_set(err, RC_CONFLICT, "this list has been taken in already");
    TRY(page_run(page, take, &t, err));
    page->redirect = arena_printf(page->arena, "/import/%lld", (long long)batch.id);
    *ret_model = json_obj();
    return RC_OK;
}

static Rc take_back(App *app, void *ctx, Err *err)
{
    Taking *t = ctx;
    return app_import_undo(app, t->batch->id, t->reason, t->person, t->arena, &t->n, err);
}

Rc page_import_undo(Page *page, Json *ret_model, Err *err)
{
    ImportBatch batch;
    Taking t = { .batch = &batch, .person = page->person->id, .arena = page->arena };
    TRY(read_batch(page, &batch, &t.import, err));
    t.reason = page_text(page, N_("the import was taken back"));
    TRY(page_run(page, take_back, &t, err));
    page->redirect = arena_printf(page->arena, "/import/%lld", (long long)batch.id);
    *ret_model = json_obj();
    return RC_OK;
}

/* The rows with mistakes as they came, with one more column that says what is wrong. */
Rc page_import_errors(Page *page, Json *ret_model, Err *err)
{
    ImportBatch batch;
    ImportTable table;
    const LawImport *import = NULL;
    Buf out;
    CsvWriter csv;
    TRY(read_batch(page, &batch, &import, err));
    if (!str_eq(batch.state, STR("preview")))
        return err_set(err, RC_NOT_FOUND, "the list itself is kept only until it is taken in");
    TRY(plan(page, import, batch.report, &table, err));
    buf_init(&out, IMPORT_BYTES_MAX);
    csv_writer_init(&csv, &out);
    csv_write_bom(&csv);
    for (size_t i = 0; i < table.n_columns; i++)
        csv_write_text(&csv, table.titles[i]);
    csv_write_text(&csv, page_text(page, N_("Mistake")));
    csv_end_row(&csv);
    for (size_t i = 0; i < table.n_rows; i++) {
        const ImportRow *row = &table.rows[i];
        Str text = STR_NONE;
        if (row->state != IMPORT_ERROR)
            continue;
        for (size_t c = 0; c < table.n_columns; c++)
            csv_write_text(&csv, row->cells[c]);
        for (size_t k = 0; k < row->n_problems; k++)
            text = show_join(page, text, fault_text(page, &row->problems[k]));
        csv_write_text(&csv, text);
        csv_end_row(&csv);
    }
    Rc rc = buf_check(&out, err);
    if (rc == RC_OK) {
        http_set_download(page->x, STR("errors.csv"));
        http_reply_buf(page->x, 200, "text/csv; charset=utf-8", &out);
    }
    buf_free(&out);
    *ret_model = json_obj();
    return rc;
}
