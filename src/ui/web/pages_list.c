/* The worklist, lists by procedure, and search. */
#include <stdio.h>
#include <string.h>

#include "core/law/pages.h"
#include "ui/web/web_internal.h"

/* ---- pieces ---- */

/* `kinds`: rows are of several procedures, whose names then stand with them. */
static void add_list(Page *page, Json *model, Str caption, size_t n, bool kinds)
{
    Json list = json_obj();
    json_add(page->arena, &list, STR("caption"), json_str(caption));
    json_add(page->arena, &list, STR("count"), json_int((int64_t)n));
    json_add(page->arena, &list, STR("kinds"), json_bool(kinds));
    json_add(page->arena, model, STR("list"), list);
}

static void add_view(Page *page, Json *views, const char *id, Str title, Str url, int64_t count, bool current)
{
    Arena *a = page->arena;
    Json view = json_obj();
    json_add(a, &view, STR("id"), json_c(id));
    json_add(a, &view, STR("title"), json_str(title));
    json_add(a, &view, STR("url"), json_str(url));
    json_add(a, &view, STR("count"), json_int(count));
    json_add(a, &view, STR("current"), json_bool(current));
    json_push(a, views, view);
}

static Json option(Page *page, Str value, Str title, bool selected)
{
    Json json = json_obj();
    json_add(page->arena, &json, STR("value"), json_str(value));
    json_add(page->arena, &json, STR("title"), json_str(title));
    json_add(page->arena, &json, STR("selected"), json_bool(selected));
    return json;
}

static Json filter(Page *page, const char *name, const char *title, Json options)
{
    Json json = json_obj();
    json_add(page->arena, &json, STR("name"), json_c(name));
    json_add(page->arena, &json, STR("title"), json_str(page_text(page, title)));
    json_add(page->arena, &json, STR("options"), options);
    return json;
}

static Json any_option(Page *page, bool selected)
{
    Json options = json_arr();
    json_push(page->arena, &options, option(page, STR(""), page_text(page, N_("All")), selected));
    return options;
}

static Str count_text(const Page *page, size_t n, bool more)
{
    if (more)
        return arena_printf(page->arena, page_format(page, N_("The first %zu matters.")), n);
    return arena_printf(page->arena, page_format_n(page, "%zu matter.", "%zu matters.", n), n);
}

/* ---- CSV ---- */

/* A cell that a spreadsheet would read as a formula is kept a text. */
static void csv_cell(Buf *out, Str s, bool last)
{
    bool formula = s.n > 0 && strchr("=+-@\t\r", s.p[0]);
    buf_char(out, '"');
    if (formula)
        buf_char(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, s.p[i]);
    }
    buf_c(out, last ? "\"\r\n" : "\",");
}

static void reply_csv(Page *page, const ReadRows *rows)
{
    static const char *const heads[] = {
        N_("Number"), N_("Matter"), N_("Stage"), N_("Place"), N_("Opened"), N_("Due")
    };
    Arena *a = page->arena;
    Buf out;
    buf_init(&out, WEB_PAGE_MAX);
    buf_c(&out, "\xef\xbb\xbf"); /* without it spreadsheets take UTF-8 for the local code page */
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        csv_cell(&out, page_text(page, heads[i]), i + 1 == ARRAY_LEN(heads));
    for (size_t i = 0; i < rows->n; i++) {
        const ReadRow *row = &rows->items[i];
        Json json = web_row(page, row);
        csv_cell(&out, json_get_str(&json, STR("number")), false);
        csv_cell(&out, row->title, false);
        csv_cell(&out, json_get_str(json_get(&json, STR("stage")), STR("title")), false);
        csv_cell(&out, json_get_str(&json, STR("place")), false);
        csv_cell(&out, day_print(a, row->opened_day), false);
        csv_cell(&out, row->due_at == INT64_MAX ? STR("") : instant_print(a, row->due_at, page->pack->zone_minutes),
                 true);
    }
    http_set_download(page->x, STR("matters.csv"));
    http_reply_buf(page->x, 200, "text/csv; charset=utf-8", &out);
    buf_free(&out);
}

/* ---- worklist ---- */

typedef struct View {
    const char *id;
    const char *title; /* msgid; NULL: the unit's name */
} View;

static const View views[] = {
    { "todo", N_("To do") }, { "others", N_("With others") }, { "reminders", N_("Reminders") }, { "unit", NULL }
};

static ReadRows *rows_of(ReadWork *work, size_t view)
{
    ReadRows *const all[] = { &work->todo, &work->others, &work->reminders, &work->unit };
    return all[view];
}

static size_t current_view(const Page *page)
{
    Str wanted = page_query(page, "view");
    for (size_t i = 0; i < ARRAY_LEN(views); i++)
        if (str_eq_c(wanted, views[i].id))
            return i;
    return 0;
}

/* Filters of the worklist work on what has been read, which is all there is to it. */
static void keep_fitting(const Page *page, ReadRows *rows)
{
    Str kind = page_query(page, "kind");
    int64_t unit = 0;
    (void)str_to_i64(page_query(page, "unit"), &unit);
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const ReadRow *row = &rows->items[i];
        if ((kind.n == 0 || str_eq(row->procedure, kind)) && (unit == 0 || row->unit == unit))
            rows->items[n++] = *row;
    }
    rows->n = n;
}

static bool has_unit(const ReadRows *rows, int64_t unit)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->items[i].unit == unit)
            return true;
    return false;
}

static bool has_procedure(const ReadRows *rows, Str id)
{
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(rows->items[i].procedure, id))
            return true;
    return false;
}

static Json unit_filter(Page *page, const ReadRows *rows, int64_t selected)
{
    Json options = any_option(page, selected == 0);
    for (size_t i = 0; i < page->dir->n_units; i++) {
        const DirUnit *u = page->dir->units_by_id[i];
        if (rows && !has_unit(rows, u->id))
            continue;
        Str id = arena_printf(page->arena, "%lld", (long long)u->id);
        json_push(page->arena, &options, option(page, id, u->name, u->id == selected));
    }
    return filter(page, "unit", N_("Unit"), options);
}

static Json home_filters(Page *page, const ReadRows *rows)
{
    Json filters = json_arr();
    Str kind = page_query(page, "kind");
    int64_t unit = 0;
    (void)str_to_i64(page_query(page, "unit"), &unit);
    Json kinds = any_option(page, kind.n == 0);
    for (size_t i = 0; i < page->pack->n_procedures; i++) {
        const LawProcedure *p = page->pack->procedures[i];
        if (has_procedure(rows, p->id))
            json_push(page->arena, &kinds, option(page, p->id, p->title, str_eq(kind, p->id)));
    }
    json_push(page->arena, &filters, filter(page, "kind", N_("Kind"), kinds));
    json_push(page->arena, &filters, unit_filter(page, rows, unit));
    return filters;
}

static Str home_lede(const Page *page, const ReadRows *todo)
{
    Day today = instant_day(page->now, page->pack->zone_minutes);
    int over = 0;
    int due = 0;
    for (size_t i = 0; i < todo->n; i++) {
        int64_t at = todo->items[i].due_at;
        over += at < page->now;
        due += at >= page->now && at != INT64_MAX && instant_day(at, page->pack->zone_minutes) == today;
    }
    if (over == 0 && due == 0)
        return page_text(page, N_("Nothing is overdue, nothing is due today."));
    return arena_printf(page->arena, page_format(page, N_("%d overdue, %d due today.")), over, due);
}

static Json home_views(Page *page, ReadWork *work, size_t current)
{
    const DirUnit *unit = dir_unit(page->dir, page->person->unit);
    Json list = json_arr();
    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        Str title = views[i].title ? page_text(page, views[i].title) : unit ? unit->name : STR("");
        const ReadRows *rows = rows_of(work, i);
        if (title.n)
            add_view(page, &list, views[i].id, title, arena_printf(page->arena, "/?view=%s", views[i].id),
                     (int64_t)rows->n, i == current);
    }
    return list;
}

static Json button(Page *page, const char *title, const char *url, const char *kind, const char *icon, const char *only)
{
    Arena *a = page->arena;
    Json json = json_obj();
    json_add(a, &json, STR("title"), json_str(page_text(page, title)));
    json_add(a, &json, STR("url"), json_str(arena_str(a, str_c(url))));
    json_add(a, &json, STR("kind"), kind ? json_c(kind) : json_null());
    json_add(a, &json, STR("icon"), json_c(icon));
    json_add(a, &json, STR("only"), only ? json_c(only) : json_null());
    return json;
}

enum { HOME_ROWS = 200 };

Rc page_home(Page *page, Json *ret_model, Err *err)
{
    Arena *a = page->arena;
    Read read = web_read(page);
    ReadWork work;
    size_t current = current_view(page);
    TRY(read_work(&read, page->person, &work, err));
    ReadRows rows = *rows_of(&work, current);
    Json filters = home_filters(page, &rows);
    Json shown_views = home_views(page, &work, current);
    keep_fitting(page, &rows);
    if (str_eq_c(page_query(page, "format"), "csv")) {
        reply_csv(page, &rows);
        return RC_OK;
    }
    bool cut = rows.n > HOME_ROWS;
    size_t all = rows.n;
    rows.n = cut ? HOME_ROWS : rows.n;
    TRY(read_clocks(&read, rows.items, rows.n, err));
    page_name(page, ret_model, page_text(page, N_("My matters")), "home");
    json_add(a, ret_model, STR("lede"), json_str(home_lede(page, &work.todo)));
    Json buttons = json_arr();
    Str url = arena_printf(a, "/?view=%s&format=csv", views[current].id);
    json_push(a, &buttons, button(page, N_("Export"), url.p, NULL, "down", "desk"));
    json_push(a, &buttons, button(page, N_("New"), "/new", "primary", "plus", NULL));
    json_add(a, ret_model, STR("buttons"), buttons);
    json_add(a, ret_model, STR("views"), shown_views);
    json_add(a, ret_model, STR("filters"), filters);
    json_add(a, ret_model, STR("filter_url"), json_str(STR("/")));
    add_list(page, ret_model, count_text(page, all, false), rows.n, true);
    json_add(a, ret_model, STR("groups"), web_groups(page, &rows));
    json_add(a, ret_model, STR("paging"),
             cut ? web_paging(page, count_text(page, rows.n, true), STR(""), STR("")) : json_null());
    return RC_OK;
}

/* ---- lists ---- */

/* "1697356800000-18408": where the page before ended. */
static bool parse_after(Str text, ReadFilter *f)
{
    Str id;
    Str at = str_cut(text, '-', &id);
    if (!text.n)
        return true;
    if (at.n == 0)
        f->after = INT64_MAX;
    else if (!str_to_i64(at, &f->after))
        return false;
    return str_to_i64(id, &f->after_id) && f->after_id > 0;
}

static Str after_of(const Page *page, const ReadFilter *f, const ReadRow *last)
{
    if (f->closed && !f->field)
        return arena_printf(page->arena, "%d-%lld", last->opened_day, (long long)last->id);
    if (f->field || last->due_at == INT64_MAX)
        return arena_printf(page->arena, "-%lld", (long long)last->id);
    return arena_printf(page->arena, "%lld-%lld", (long long)last->due_at, (long long)last->id);
}

/* This list's address with its filters. */
static Str list_url(const Page *page, const ReadFilter *f, const char *name, Str value)
{
    Buf url;
    buf_init(&url, 8192);
    buf_printf(&url, "/list/%.*s?view=%s", STR_ARG(f->procedure->id), f->closed ? "closed" : "open");
    if (f->stage.n) {
        buf_c(&url, "&stage=");
        buf_url(&url, f->stage);
    }
    if (f->unit)
        buf_printf(&url, "&unit=%lld", (long long)f->unit);
    if (f->overdue)
        buf_c(&url, "&due=over");
    if (f->field) {
        buf_printf(&url, "&in=%.*s:", STR_ARG(f->field->id));
        buf_url(&url, f->value);
    }
    buf_printf(&url, "&%s=", name);
    buf_url(&url, value);
    Str text = buf_to_arena(&url, page->arena);
    buf_free(&url);
    return text;
}

/* "community:xintian": only matters with this option. */
static bool parse_in(Str text, ReadFilter *f)
{
    Str value;
    const LawField *field = law_field(f->procedure, str_cut(text, ':', &value));
    if (!text.n)
        return true;
    if (!field || !field->indexed || field->type != LAW_CHOICE)
        return false;
    for (size_t i = 0; i < field->n_options; i++)
        if (str_eq(field->options[i].id, value)) {
            f->field = field;
            f->value = value;
            return true;
        }
    return false;
}

static Rc parse_filter(const Page *page, ReadFilter *ret, Err *err)
{
    Str stage = page_query(page, "stage");
    Str unit = page_query(page, "unit");
    *ret = (ReadFilter){ .procedure = law_procedure(page->pack, page_param(page, "procedure")),
                         .closed = str_eq_c(page_query(page, "view"), "closed"),
                         .overdue = str_eq_c(page_query(page, "due"), "over") };
    if (!ret->procedure)
        return err_set(err, RC_NOT_FOUND, "no such procedure");
    if (stage.n && law_stage(ret->procedure, stage) < 0)
        return err_set(err, RC_INVALID, "no such stage");
    ret->stage = stage;
    if (!parse_in(page_query(page, "in"), ret))
        return err_set(err, RC_INVALID, "\"in\" names an indexed field and one of its options");
    if (unit.n && !str_to_i64(unit, &ret->unit))
        return err_set(err, RC_INVALID, "a unit is a number");
    if (!parse_after(page_query(page, "after"), ret))
        return err_set(err, RC_INVALID, "\"after\" is not where a page ended");
    ret->overdue = ret->overdue && !ret->closed;
    return RC_OK;
}

/* The field by which the map divides matters of the procedure. */
static const LawField *map_field(const Page *page, const LawProcedure *procedure)
{
    const LawMap *map = page->pack->pages ? page->pack->pages->map : NULL;
    return map && map->procedure == procedure && map->field->type == LAW_CHOICE ? map->field : NULL;
}

static Json field_filter(Page *page, const LawField *field, const ReadFilter *f)
{
    Arena *a = page->arena;
    Json options = any_option(page, !f->field);
    for (size_t i = 0; i < field->n_options; i++) {
        Str value = arena_printf(a, "%.*s:%.*s", STR_ARG(field->id), STR_ARG(field->options[i].id));
        json_push(a, &options,
                  option(page, value, field->options[i].title, f->field && str_eq(field->options[i].id, f->value)));
    }
    Json json = filter(page, "in", N_("Kind"), options);
    json_set(a, &json, STR("title"), json_str(field->title));
    return json;
}

static Json list_filters(Page *page, const ReadFilter *f)
{
    Arena *a = page->arena;
    Json filters = json_arr();
    Json view = json_arr();
    json_push(a, &view, option(page, STR("open"), page_text(page, N_("In progress")), !f->closed));
    json_push(a, &view, option(page, STR("closed"), page_text(page, N_("Closed")), f->closed));
    Json stages = any_option(page, f->stage.n == 0);
    for (size_t i = 0; i < f->procedure->n_stages; i++) {
        const LawStage *s = &f->procedure->stages[i];
        if (s->end == f->closed)
            json_push(a, &stages, option(page, s->id, s->title, str_eq(f->stage, s->id)));
    }
    Json due = any_option(page, !f->overdue);
    json_push(a, &due, option(page, STR("over"), page_text(page, N_("Overdue")), f->overdue));
    json_push(a, &filters, filter(page, "view", N_("State"), view));
    json_push(a, &filters, filter(page, "stage", N_("Stage"), stages));
    json_push(a, &filters, unit_filter(page, NULL, f->unit));
    const LawField *divides = f->field ? f->field : map_field(page, f->procedure);
    if (divides)
        json_push(a, &filters, field_filter(page, divides, f));
    if (!f->closed)
        json_push(a, &filters, filter(page, "due", N_("Term"), due));
    return filters;
}

static Rc list_views(Page *page, const ReadFilter *f, Json *ret, int64_t *ret_open, Err *err)
{
    ReadCount *counts = NULL;
    size_t n = 0;
    int64_t findings = 0;
    ReadCount own = { 0 };
    TRY(web_nav_counts(page, &counts, &n, &findings, err));
    for (size_t i = 0; i < n; i++)
        if (str_eq(counts[i].procedure, f->procedure->id))
            own = counts[i];
    Str base = arena_printf(page->arena, "/list/%.*s", STR_ARG(f->procedure->id));
    *ret = json_arr();
    *ret_open = own.open;
    add_view(page, ret, "open", page_text(page, N_("In progress")), base, own.open, !f->closed);
    add_view(page, ret, "closed", page_text(page, N_("Closed")),
             arena_printf(page->arena, "%.*s?view=closed", STR_ARG(base)), own.all - own.open, f->closed);
    return RC_OK;
}

/* Words of a search box stand above all filters: the list then shows what was found of this procedure. */
static Rc search_rows(Page *page, Str query, size_t max, ReadRows *ret, Err *err);

/* All pages of a list, for a download; at most CSV_ROWS rows. */
static Rc all_rows(const Read *read, const ReadFilter *f, ReadRows *ret, Err *err)
{
    enum { CSV_ROWS = 10000 };
    ReadFilter at = *f;
    ReadRows piece = { .more = true };
    while (piece.more && ret->n < CSV_ROWS) {
        TRY(read_list(read, &at, &piece, err));
        for (size_t i = 0; i < piece.n; i++)
            *ARENA_PUSH(read->arena, ret->items, ret->n, ret->cap) = piece.items[i];
        if (piece.n == 0)
            break;
        const ReadRow *last = &piece.items[piece.n - 1];
        at.after = f->closed ? last->opened_day : last->due_at;
        at.after_id = last->id;
    }
    return RC_OK;
}

static bool wants_csv(const Page *page)
{
    return str_eq_c(page_query(page, "format"), "csv");
}

static Rc rows_for_list(Page *page, const ReadFilter *f, ReadRows *ret, Err *err)
{
    Read read = web_read(page);
    Str query = str_trim(page_query(page, "q"));
    if (!query.n)
        return wants_csv(page) ? all_rows(&read, f, ret, err) : read_list(&read, f, ret, err);
    TRY(search_rows(page, query, SEARCH_HITS_MAX, ret, err));
    size_t n = 0;
    for (size_t i = 0; i < ret->n && n < READ_PAGE; i++)
        if (str_eq(ret->items[i].procedure, f->procedure->id))
            ret->items[n++] = ret->items[i];
    ret->n = n;
    ret->more = false;
    return RC_OK;
}

Rc page_list(Page *page, Json *ret_model, Err *err)
{
    Arena *a = page->arena;
    Read read = web_read(page);
    ReadFilter f;
    ReadRows rows = { 0 };
    Json shown_views;
    int64_t open = 0;
    TRY(parse_filter(page, &f, err));
    TRY(rows_for_list(page, &f, &rows, err));
    if (wants_csv(page)) {
        reply_csv(page, &rows);
        return RC_OK;
    }
    TRY(read_clocks(&read, rows.items, rows.n, err));
    TRY(list_views(page, &f, &shown_views, &open, err));
    page_name(page, ret_model, f.procedure->title, "list");
    page_crumb(page, ret_model, page_text(page, N_("Business")), STR(""));
    page_crumb(page, ret_model, f.procedure->title, STR(""));
    json_add(a, &ret_model->as.members[0].value, STR("procedure"), json_str(f.procedure->id));
    Str lede = arena_printf(a, page_format_n(page, "%lld open matter.", "%lld open matters.", (unsigned long)open),
                            (long long)open);
    json_add(a, ret_model, STR("lede"), json_str(lede));
    json_add(a, ret_model, STR("buttons"), json_arr());
    json_add(a, ret_model, STR("views"), shown_views);
    json_add(a, ret_model, STR("filters"), list_filters(page, &f));
    json_add(a, ret_model, STR("filter_url"), json_str(arena_printf(a, "/list/%.*s", STR_ARG(f.procedure->id))));
    Str text = count_text(page, rows.n, false);
    add_list(page, ret_model, arena_printf(a, "%.*s, %.*s", STR_ARG(f.procedure->title), STR_ARG(text)), rows.n, false);
    json_add(a, ret_model, STR("groups"), web_one_group(page, &rows));
    Str next = rows.more ? list_url(page, &f, "after", after_of(page, &f, &rows.items[rows.n - 1])) : STR("");
    Str shown =
        f.after_id || rows.more ? arena_printf(a, page_format(page, N_("%zu matters on this page.")), rows.n) : text;
    json_add(a, ret_model, STR("paging"), web_paging(page, shown, next, list_url(page, &f, "format", STR("csv"))));
    return RC_OK;
}

/* ---- search ---- */

/* This thread's reader of the index, or NULL while it is being made. */
static Search *index_of(Page *page)
{
    WebThread *thread = NULL;
    Err err = { 0 };
    if (web_thread(page->web, &thread, &err) != RC_OK)
        return NULL;
    if (!thread->search) {
        Str path = arena_printf(page->arena, "%s/search.db", page->web->options.data);
        if (search_open(path.p, false, &thread->search, &err) != RC_OK)
            return NULL;
    }
    return thread->search;
}

static void add_id(ReadIds *ids, Arena *arena, int64_t id)
{
    for (size_t i = 0; i < ids->n; i++)
        if (ids->items[i] == id)
            return;
    *ARENA_PUSH(arena, ids->items, ids->n, ids->cap) = id;
}

/* An exact number stands first, then the matters of a person with this telephone number, then what the words find. */
static Rc search_rows(Page *page, Str query, size_t max, ReadRows *ret, Err *err)
{
    Read read = web_read(page);
    int64_t exact = 0;
    int64_t *found = NULL;
    size_t n_found = 0;
    ReadIds ids = { 0 };
    ReadIds of_person = { 0 };
    Search *index = index_of(page);
    TRY(read_find(&read, query, &exact, err));
    TRY(read_party(page->app, &read, query, max, &of_person, err));
    if (index && search_find(index, query, max, page->arena, &found, &n_found, err) != RC_OK)
        fprintf(stderr, "yifa: search: %s\n", err->text);
    if (exact)
        add_id(&ids, page->arena, exact);
    for (size_t i = 0; i < of_person.n; i++)
        add_id(&ids, page->arena, of_person.items[i]);
    for (size_t i = 0; i < n_found; i++)
        add_id(&ids, page->arena, found[i]);
    TRY(read_rows(&read, ids.items, ids.n < max ? ids.n : max, ret, err));
    ret->more = n_found == max || ids.n > max;
    return RC_OK;
}

enum { SEARCH_ROWS = 100 };

Rc page_search(Page *page, Json *ret_model, Err *err)
{
    Arena *a = page->arena;
    Read read = web_read(page);
    Str query = str_trim(page_query(page, "q"));
    query = str_slice(query, 0, query.n <= SEARCH_QUERY_MAX ? query.n : 0);
    ReadRows rows = { 0 };
    if (query.n)
        TRY(search_rows(page, query, SEARCH_ROWS, &rows, err));
    TRY(read_clocks(&read, rows.items, rows.n, err));
    page_name(page, ret_model, page_text(page, N_("Find")), "search");
    json_add(a, &ret_model->as.members[0].value, STR("query"), query.n ? json_str(query) : json_null());
    Str text =
        query.n ? count_text(page, rows.n, rows.more) : page_text(page, N_("By number, party, address or document."));
    json_add(a, ret_model, STR("lede"), json_str(text));
    add_list(page, ret_model, text, rows.n, true);
    json_add(a, ret_model, STR("groups"), web_one_group(page, &rows));
    json_add(a, ret_model, STR("paging"), rows.n ? web_paging(page, text, STR(""), STR("")) : json_null());
    return RC_OK;
}
