/* The office's lists: what the pack has as catalogues, and units, people, roles and credentials; looked at by day,
 * taken out as CSV, and, by those who administer the office, put in again. */
#include "app/catalogues.h"
#include "core/law/pages.h"
#include "lib/fmt/charset.h"
#include "ui/web/import_words.h"
#include "ui/web/pages_report.h"
#include "ui/web/pages_tables.h"

enum { LIST_BYTES_MAX = 8 << 20, LIST_ROWS_SHOWN = 500 };

static const struct {
    const char *title;
    const char *note;
} roster_texts[ROSTER_COUNT] = {
    [ROSTER_UNITS] = { N_("Units"), N_("Offices, communities, blocks and teams, each from a day and to a day") },
    [ROSTER_PEOPLE] = { N_("People"), N_("Who works here; who leaves gets a last day and stays in what was done") },
    [ROSTER_ROLES] = { N_("Roles"), N_("Who may do what, and in which unit") },
    [ROSTER_CREDENTIALS] = { N_("Credentials"), N_("Enforcement certificates and how long they hold") },
};

static bool may_change(const Page *page)
{
    return page->person && dir_has_role(page->person, STR("admin"), show_today(page));
}

/* ---- all of them ---- */

static void push_list(Page *page, Json *lists, Str id, Str title, Str note, size_t n)
{
    Json row = json_obj();
    model_text(page, &row, "id", id);
    model_text(page, &row, "title", title);
    model_text(page, &row, "note", note);
    model_text(page, &row, "count", arena_printf(page->arena, "%zu", n));
    model_text(page, &row, "url", arena_printf(page->arena, "/catalogues/%.*s", STR_ARG(id)));
    model_text(page, &row, "csv", arena_printf(page->arena, "/catalogues/%.*s/list.csv", STR_ARG(id)));
    json_push(page->arena, lists, row);
}

/* Decision tables change with the pack and not here; those that everybody may read are read where everybody does. */
static void push_tables(Page *page, Json *lists)
{
    const LawPages *pages = page->pack->pages;
    for (size_t i = 0; pages && i < pages->n_tables; i++) {
        const LawTable *table = pages->tables[i];
        Json row = json_obj();
        model_text(page, &row, "id", table->id);
        model_text(page, &row, "title", table->title);
        model_text(page, &row, "note", show_table_source(page, table));
        model_text(page, &row, "count", arena_printf(page->arena, "%zu", table->n_rows));
        model_text(page, &row, "url", arena_printf(page->arena, "/open/tables/%.*s", STR_ARG(table->id)));
        model_null(page, &row, "csv");
        json_push(page->arena, lists, row);
    }
}

Rc page_catalogues(Page *page, Json *ret_model, Err *err)
{
    Json model = json_obj();
    Json lists = json_arr();
    for (int i = 0; i < ROSTER_COUNT; i++) {
        RosterTable table;
        TRY(roster_table(page->db, app_j(page->app), (Roster)i, page->arena, &table, err));
        push_list(page, &lists, str_c(roster_names[i]), page_text(page, roster_texts[i].title),
                  page_text(page, roster_texts[i].note), table.n_rows);
    }
    for (size_t i = 0; i < page->pack->n_catalogues; i++) {
        const LawCatalogue *c = page->pack->catalogues[i];
        push_list(page, &lists, c->name, c->title, STR_NONE, c->n_items);
    }
    push_tables(page, &lists);
    page_name(page, &model, page_text(page, N_("Lists of the office")), "catalogues");
    model_put(page, &model, "lists", lists);
    *ret_model = model;
    return RC_OK;
}

/* ---- one ---- */

static bool cell_contains(Str cell, Str wanted)
{
    return str_find(cell, wanted) != SIZE_MAX;
}

/* A table of texts for the page: rows that hold on the day and hold the words looked for. */
typedef struct Shown {
    Page *page;
    Json rows;
    size_t n; /* in all */
    Str wanted;
} Shown;

static void show_row(Shown *shown, const Str *cells, size_t n, bool lapsed)
{
    Json row = json_obj();
    Json list = json_arr();
    bool matches = !shown->wanted.n;
    for (size_t i = 0; i < n; i++) {
        matches = matches || cell_contains(cells[i], shown->wanted);
        json_push(shown->page->arena, &list, json_str(cells[i]));
    }
    if (!matches || ++shown->n > LIST_ROWS_SHOWN)
        return;
    model_put(shown->page, &row, "cells", list);
    model_bool(shown->page, &row, "lapsed", lapsed);
    json_push(shown->page->arena, &shown->rows, row);
}

static const struct {
    const char *name;
    const char *msgid;
} roster_columns[] = {
    { "id", N_("Number") },       { "code", N_("Short code") },
    { "name", N_("Called") },     { "kind", N_("Kind") },
    { "parent", N_("Within") },   { "login", N_("Login") },
    { "unit", N_("Unit") },       { "person", N_("Person") },
    { "role", N_("Role") },       { "number", N_("Certificate number") },
    { "from", N_("From") },       { "to", N_("To") },
    { "revoked", N_("Revoked") },
};

/* What people read over a column; the file keeps the name. */
static Str column_title(const Page *page, Str name, bool of_roster)
{
    for (size_t i = 0; of_roster && i < ARRAY_LEN(roster_columns); i++) {
        if (str_eq_c(name, roster_columns[i].name))
            return page_text(page, roster_columns[i].msgid);
    }
    for (size_t i = 0; !of_roster && i < page->pack->n_columns; i++) {
        if (str_eq(name, page->pack->columns[i].id))
            return page->pack->columns[i].title;
    }
    return name;
}

static Rc show_roster(Shown *shown, Roster roster, Json *columns, Err *err)
{
    Page *page = shown->page;
    Day today = show_today(page);
    RosterTable table;
    TRY(roster_table(page->db, app_j(page->app), roster, page->arena, &table, err));
    for (size_t i = 0; i < table.n_columns; i++)
        json_push(page->arena, columns, json_str(column_title(page, str_c(table.columns[i]), true)));
    for (size_t r = 0; r < table.n_rows; r++) {
        bool lapsed = false;
        for (size_t i = 0; i < table.n_columns; i++) {
            Day to;
            if (str_eq_c(str_c(table.columns[i]), "to") && day_parse(table.rows[r][i], &to))
                lapsed = to < today;
        }
        show_row(shown, table.rows[r], table.n_columns, lapsed);
    }
    return RC_OK;
}

static void show_catalogue(Shown *shown, const LawCatalogue *catalogue, Json *columns)
{
    Page *page = shown->page;
    Day today = show_today(page);
    for (size_t i = 0; i < catalogue->n_columns; i++)
        json_push(page->arena, columns, json_str(column_title(page, catalogue->columns[i], false)));
    Str *cells = ARENA_ARRAY(page->arena, Str, catalogue->n_columns + 1);
    for (size_t r = 0; r < catalogue->n_items; r++) {
        const LawItem *item = &catalogue->items[r];
        for (size_t i = 0; i < catalogue->n_columns; i++) {
            const FeelValue *value = feel_get(item->row, catalogue->columns[i]);
            cells[i] = value && value->type != FEEL_NULL ? feel_display(page->arena, *value) : STR_NONE;
        }
        show_row(shown, cells, catalogue->n_columns, !law_item_holds(item, today));
    }
}

typedef struct Listed {
    Str id;
    Str title;
    Roster roster;
    bool is_roster;
    const LawCatalogue *catalogue;
} Listed;

static Rc find_list(Page *page, Listed *ret, Err *err)
{
    Listed list = { .id = page_param(page, "id") };
    list.is_roster = roster_find(list.id, &list.roster);
    list.catalogue = law_catalogue(page->pack, list.id);
    if (!list.is_roster && !list.catalogue)
        return err_set(err, RC_NOT_FOUND, "there is no such list");
    list.title = list.is_roster ? page_text(page, roster_texts[list.roster].title) : list.catalogue->title;
    *ret = list;
    return RC_OK;
}

static Rc list_model(Page *page, const Listed *list, Json notice, Json problems, Json *ret_model, Err *err)
{
    Json model = json_obj();
    Json columns = json_arr();
    Shown shown = { .page = page, .rows = json_arr(), .wanted = str_trim(page_query(page, "q")) };
    if (list->is_roster)
        TRY(show_roster(&shown, list->roster, &columns, err));
    else
        show_catalogue(&shown, list->catalogue, &columns);
    page_name(page, &model, list->title, "catalogues");
    page_crumb(page, &model, page_text(page, N_("Lists of the office")), STR("/catalogues"));
    page_crumb(page, &model, list->title, STR_NONE);
    Json out = json_obj();
    model_text(page, &out, "id", list->id);
    model_text(page, &out, "title", list->title);
    model_text(page, &out, "url", arena_printf(page->arena, "/catalogues/%.*s", STR_ARG(list->id)));
    model_text(page, &out, "csv", arena_printf(page->arena, "/catalogues/%.*s/list.csv", STR_ARG(list->id)));
    model_text(page, &out, "query", shown.wanted);
    Str count =
        shown.n > LIST_ROWS_SHOWN
            ? arena_printf(page->arena, page_format(page, N_("%zu rows, the first %d shown")), shown.n, LIST_ROWS_SHOWN)
            : arena_printf(page->arena, page_format(page, N_("%zu rows")), shown.n);
    model_text(page, &out, "count_text", count);
    model_put(page, &out, "columns", columns);
    model_put(page, &out, "rows", shown.rows);
    model_put(page, &model, "list", out);
    model_put(page, &model, "notice", notice);
    model_put(page, &model, "problems", problems);
    Json form = page_form(page);
    model_bool(page, &form, "roster", list->is_roster);
    model_put(page, &model, "form", may_change(page) ? form : json_null());
    *ret_model = model;
    return RC_OK;
}

Rc page_catalogue(Page *page, Json *ret_model, Err *err)
{
    Listed list;
    TRY(find_list(page, &list, err));
    return list_model(page, &list, json_null(), json_arr(), ret_model, err);
}

Rc page_catalogue_csv(Page *page, Json *ret_model, Err *err)
{
    CLEANUP(buf_free) Buf out;
    Listed list;
    TRY(find_list(page, &list, err));
    buf_init(&out, LIST_BYTES_MAX);
    if (list.is_roster) {
        RosterTable table;
        TRY(roster_table(page->db, app_j(page->app), list.roster, page->arena, &table, err));
        roster_write_csv(&out, &table);
    } else {
        buf_str(&out, catalogue_csv(page->pack, list.id));
    }
    TRY(buf_check(&out, err));
    http_set_download(page->x, arena_printf(page->arena, "%.*s.csv", STR_ARG(list.id)));
    http_reply_buf(page->x, 200, "text/csv; charset=utf-8", &out);
    *ret_model = json_obj();
    return RC_OK;
}

/* ---- putting one in ---- */

typedef struct Putting {
    const Listed *list;
    Str csv;
    Day from;
    int64_t person;
    bool preview;
    Arena *arena;
    RosterChange change;
    const LawIssue *issues;
    size_t n_issues;
} Putting;

static Rc put(App *app, void *ctx, Err *err)
{
    Putting *p = ctx;
    if (p->list->is_roster)
        return roster_read_csv(app, p->list->roster, p->csv, p->person, p->preview, p->arena, &p->change, err);
    return catalogue_put(app, p->list->id, p->csv, p->from, p->person, p->arena, &p->issues, &p->n_issues, err);
}

static Json show_problems(Page *page, const Putting *p)
{
    Json list = json_arr();
    for (size_t i = 0; i < p->change.n_problems; i++) {
        const RosterProblem *x = &p->change.problems[i];
        Str text =
            arena_printf(page->arena, page_format(page, N_("Row %zu, %.*s: “%.*s” %.*s")), x->line, STR_ARG(x->column),
                         STR_ARG(x->value), STR_ARG(page_text(page, roster_fault_text(x->fault))));
        json_push(page->arena, &list, json_str(text));
    }
    for (size_t i = 0; i < p->n_issues; i++) {
        const LawIssue *x = &p->issues[i];
        Str text =
            arena_printf(page->arena, "%.*s:%d:%d: %.*s", STR_ARG(x->at.path), x->at.line, x->at.col, STR_ARG(x->text));
        json_push(page->arena, &list, json_str(text));
    }
    return list;
}

static Json show_outcome(Page *page, const Putting *p, const Err *wrong, bool failed)
{
    Json notice = json_obj();
    Str text;
    if (failed)
        text =
            arena_printf(page->arena, page_format(page, N_("Nothing was changed: %s %s")), wrong->place, wrong->text);
    else if (p->change.n_problems)
        text = page_text(page, N_("Nothing was changed, since the list has mistakes."));
    else if (!p->list->is_roster)
        text = page_text(page, N_("The new list is in force from the day given; acts before it keep the old one."));
    else
        text = arena_printf(page->arena, page_format(page, N_("%zu new, %zu changed, %zu as they were.")),
                            p->change.n_new, p->change.n_changed, p->change.n_same);
    model_text(page, &notice, "tone", failed || p->change.n_problems ? STR("warn") : STR("ok"));
    model_text(page, &notice, "text", text);
    return notice;
}

static Rc sent_csv(Page *page, Str *ret_csv, Err *err)
{
    Str bytes;
    Str name;
    const char *charset;
    TRY(page_sent_list(page, &bytes, &name, err));
    if (!bytes.n)
        return err_set(err, RC_INVALID, "choose a file");
    return text_to_utf8(page->arena, bytes, ret_csv, &charset, err);
}

Rc page_catalogue_put(Page *page, Json *ret_model, Err *err)
{
    Listed list;
    Err wrong = { 0 };
    TRY(find_list(page, &list, err));
    if (!may_change(page))
        return err_set(err, RC_DENIED, "only who administers the office may change its lists");
    Putting p = { .list = &list, .person = page->person->id, .arena = page->arena, .from = DAY_NONE };
    p.preview = page_field(page, "preview").n > 0;
    Rc rc = sent_csv(page, &p.csv, &wrong);
    if (rc == RC_OK && page_field(page, "from").n && !day_parse(page_field(page, "from"), &p.from))
        rc = err_set(&wrong, RC_INVALID, "the first day is no day");
    if (rc == RC_OK)
        rc = page_run(page, put, &p, &wrong);
    if (rc == RC_FATAL)
        return err_set(err, rc, "%s", wrong.text);
    if (rc != RC_OK || p.change.n_problems)
        page->status = 422;
    page->pack = app_pack(page->app);
    TRY(find_list(page, &list, err));
    return list_model(page, &list, show_outcome(page, &p, &wrong, rc != RC_OK), show_problems(page, &p), ret_model,
                      err);
}
