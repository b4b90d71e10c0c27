/* Two lists reconciled: another platform's list looked at, its differences recorded, and what stands open. */
#include "app/reconcile.h"
#include "ui/web/pages_report.h"

enum { BATCHES_SHOWN = 12, ITEMS_SHOWN = 200, OPEN_SHOWN = 200 };

static const struct {
    const char *id;
    const char *title; /* msgid */
} groups[COMPARE_GROUPS] = { [COMPARE_SAME] = { "same", N_("The same") },
                             [COMPARE_OURS] = { "ours", N_("Only here") },
                             [COMPARE_THEIRS] = { "theirs", N_("Only in the list") },
                             [COMPARE_FIELD] = { "field", N_("Other values") } };

static Str counts_text(Page *page, const int64_t counts[COMPARE_GROUPS])
{
    return arena_printf(
        page->arena, page_format(page, N_("%lld the same, %lld only here, %lld only in the list, %lld other values")),
        (long long)counts[COMPARE_SAME], (long long)counts[COMPARE_OURS], (long long)counts[COMPARE_THEIRS],
        (long long)counts[COMPARE_FIELD]);
}

/* Whoever may do something about a difference may record one; everybody may look. */
static bool may_record(const Page *page)
{
    const LawDifferences *d = page->pack->differences;
    for (size_t a = 0; d && a < d->procedure->n_acts; a++)
        for (size_t r = 0; r < d->procedure->acts[a].n_by; r++)
            if (dir_has_role(page->person, d->procedure->acts[a].by[r], show_today(page)))
                return true;
    return false;
}

/* ---- the form and the comparisons before ---- */

static Json show_form(Page *page)
{
    Json form = page_form(page);
    Json kinds = json_arr();
    for (size_t i = 0; i < page->pack->n_imports; i++) {
        const LawImport *import = page->pack->imports[i];
        Json kind = json_obj();
        if (!import->compare)
            continue;
        model_text(page, &kind, "value", import->id);
        model_text(page, &kind, "title", import->title);
        model_bool(page, &kind, "checked", str_eq(page_field(page, "kind"), import->id));
        json_push(page->arena, &kinds, kind);
    }
    model_put(page, &form, "kinds", kinds);
    model_text(page, &form, "from", page_field(page, "from"));
    model_text(page, &form, "to", page_field(page, "to"));
    return form;
}

static Rc show_batches(Page *page, Json *ret, Err *err)
{
    ReconcileBatch *batches = NULL;
    size_t n = 0;
    Json list = json_arr();
    TRY(reconcile_batches(page->db, app_j(page->app), BATCHES_SHOWN, page->arena, &batches, &n, err));
    for (size_t i = 0; i < n; i++) {
        const ReconcileBatch *b = &batches[i];
        const LawImport *import = law_import(page->pack, b->system);
        Json out = json_obj();
        model_int(page, &out, "id", b->id);
        model_text(page, &out, "url", arena_printf(page->arena, "/reconcile/%lld", (long long)b->id));
        model_text(page, &out, "at_text", show_moment(page, b->at));
        model_text(page, &out, "file", b->name);
        model_text(page, &out, "kind", import ? import->title : b->system);
        model_text(page, &out, "by", show_person(page, b->person));
        model_text(page, &out, "result", counts_text(page, b->counts));
        model_bool(page, &out, "recorded", b->recorded);
        json_push(page->arena, &list, out);
    }
    *ret = list;
    return RC_OK;
}

/* ---- what stands open ---- */

static Json show_open_row(Page *page, const OpenDifference *d)
{
    Json out = json_obj();
    model_int(page, &out, "id", d->id);
    model_text(page, &out, "no", d->number);
    model_text(page, &out, "url", arena_printf(page->arena, "/m/%lld", (long long)d->id));
    model_text(page, &out, "title", d->title);
    model_text(page, &out, "ours", json_get_str(d->fields, STR("ours")));
    model_text(page, &out, "theirs", json_get_str(d->fields, STR("theirs")));
    model_text(page, &out, "stage", show_stage(page->pack->differences->procedure, d->stage));
    model_bool(page, &out, "explained", d->explained);
    model_text(page, &out, "owner", d->owner ? show_person(page, d->owner) : STR_NONE);
    model_text(page, &out, "unit", d->unit ? show_unit(page, d->unit) : STR_NONE);
    model_text(page, &out, "due_text", d->due_at == INT64_MAX ? STR_NONE : show_moment(page, d->due_at));
    model_bool(page, &out, "overdue", d->due_at < page->now);
    return out;
}

/* The list of open differences may be cut to one list, to those without a reason or owner, or to one's own. */
static bool is_wanted(const Page *page, const OpenDifference *d)
{
    Str list = page_query(page, "list");
    Str view = page_query(page, "view");
    if (list.n && !(d->import && str_eq(d->import->id, list)))
        return false;
    if (str_eq(view, STR("unexplained")))
        return !d->explained;
    if (str_eq(view, STR("explained")))
        return d->explained;
    return !str_eq(view, STR("mine")) || d->owner == page->person->id;
}

static void push_view(Page *page, Json *views, const char *id, const char *title, size_t count)
{
    Json view = json_obj();
    Str list = page_query(page, "list");
    bool known = law_import(page->pack, list) != NULL;
    model_text(page, &view, "id", str_c(id));
    model_text(page, &view, "title", page_text(page, title));
    model_text(page, &view, "url",
               arena_printf(page->arena, "/reconcile?view=%s%s%.*s", id, known ? "&list=" : "",
                            STR_ARG(known ? list : STR_NONE)));
    model_int(page, &view, "count", (int64_t)count);
    model_bool(page, &view, "current",
               str_eq_c(page_query(page, "view"), id) || (!page_query(page, "view").n && str_eq_c(str_c(id), "all")));
    json_push(page->arena, views, view);
}

static Json show_lists(Page *page, const OpenDifference *open, size_t n)
{
    Json options = json_arr();
    for (size_t i = 0; i < page->pack->n_imports; i++) {
        const LawImport *import = page->pack->imports[i];
        size_t count = 0;
        Json option = json_obj();
        for (size_t k = 0; k < n; k++)
            count += open[k].import == import;
        if (!count)
            continue;
        model_text(page, &option, "title", import->title);
        model_int(page, &option, "count", (int64_t)count);
        model_text(page, &option, "url", arena_printf(page->arena, "/reconcile?list=%.*s", STR_ARG(import->id)));
        model_bool(page, &option, "current", str_eq(page_query(page, "list"), import->id));
        json_push(page->arena, &options, option);
    }
    return options;
}

static Rc show_open(Page *page, Json *ret, Err *err)
{
    OpenDifference *open = NULL;
    size_t n = 0;
    size_t unexplained = 0;
    size_t mine = 0;
    size_t wanted = 0;
    Json out = json_obj();
    Json rows = json_arr();
    Json views = json_arr();
    TRY(differences_open(page->db, app_j(page->app), page->pack, page->arena, &open, &n, err));
    for (size_t i = 0; i < n; i++) {
        unexplained += !open[i].explained;
        mine += open[i].owner == page->person->id;
        if (!is_wanted(page, &open[i]))
            continue;
        if (wanted++ < OPEN_SHOWN)
            json_push(page->arena, &rows, show_open_row(page, &open[i]));
    }
    push_view(page, &views, "all", N_("All open"), n);
    push_view(page, &views, "unexplained", N_("Without a reason"), unexplained);
    push_view(page, &views, "explained", N_("With a reason"), n - unexplained);
    push_view(page, &views, "mine", N_("Mine"), mine);
    model_int(page, &out, "count", (int64_t)n);
    model_int(page, &out, "unexplained", (int64_t)unexplained);
    /* Whoever asked for them comes for them. */
    model_bool(page, &out, "first", page_query(page, "view").n > 0 || page_query(page, "list").n > 0);
    model_put(page, &out, "views", views);
    model_put(page, &out, "lists", show_lists(page, open, n));
    model_put(page, &out, "rows", rows);
    model_text(page, &out, "more_text",
               wanted > OPEN_SHOWN ? arena_printf(page->arena, page_format(page, N_("%zu more rows are not shown.")),
                                                  wanted - OPEN_SHOWN)
                                   : STR_NONE);
    *ret = out;
    return RC_OK;
}

/* ---- a comparison ---- */

static bool group_of(Str id, CompareGroup *ret)
{
    for (size_t i = 0; i < COMPARE_GROUPS; i++) {
        if (!str_eq_c(id, groups[i].id))
            continue;
        *ret = (CompareGroup)i;
        return true;
    }
    return false;
}

static Json show_item_row(Page *page, const ReconcileItem *item)
{
    Json out = json_obj();
    Json difference = json_null();
    if (item->difference) {
        difference = json_obj();
        model_text(page, &difference, "url", arena_printf(page->arena, "/m/%lld", (long long)item->difference));
        model_text(page, &difference, "stage", show_stage(page->pack->differences->procedure, item->stage));
    }
    model_text(page, &out, "number", item->number);
    model_text(page, &out, "group", str_c(groups[item->group].id));
    model_text(page, &out, "group_text", page_text(page, groups[item->group].title));
    model_text(page, &out, "line_text",
               item->line ? arena_printf(page->arena, page_format(page, N_("line %zu")), item->line) : STR_NONE);
    model_text(page, &out, "title", item->title);
    model_text(page, &out, "url",
               item->matter ? arena_printf(page->arena, "/m/%lld", (long long)item->matter) : STR_NONE);
    model_text(page, &out, "field", item->field ? item->field->title : STR_NONE);
    model_text(page, &out, "ours", item->ours);
    model_text(page, &out, "theirs", item->theirs);
    model_text(page, &out, "day", item->day == DAY_NONE ? STR_NONE : show_day(page, item->day));
    model_put(page, &out, "difference", difference);
    return out;
}

static Json show_problems(Page *page, const Reconciliation *found)
{
    Json list = json_arr();
    Str lines = STR_NONE;
    for (size_t i = 0; i < found->n_nameless && i < BATCHES_SHOWN; i++)
        lines = show_join(page, lines, arena_printf(page->arena, "%zu", found->nameless[i]));
    if (lines.n)
        json_push(
            page->arena, &list,
            json_str(arena_printf(page->arena, page_format(page, N_("Without a number, so not compared: lines %.*s")),
                                  STR_ARG(lines))));
    lines = STR_NONE;
    for (size_t i = 0; i < found->n_twice && i < BATCHES_SHOWN; i++)
        lines = show_join(page, lines, arena_printf(page->arena, "%zu", found->twice[i]));
    if (lines.n)
        json_push(page->arena, &list,
                  json_str(arena_printf(page->arena, page_format(page, N_("The number stood before: lines %.*s")),
                                        STR_ARG(lines))));
    for (size_t i = 0; i < found->n_absent; i++)
        json_push(page->arena, &list,
                  json_str(arena_printf(page->arena, page_format(page, N_("Not compared, the list has no column %.*s")),
                                        STR_ARG(found->absent[i]))));
    return list;
}

/* Differences first; what is the same only when asked for. */
static bool shows(CompareGroup group, bool one, CompareGroup wanted)
{
    return one ? group == wanted : group != COMPARE_SAME;
}

static Json show_rows(Page *page, const Reconciliation *found, Str url, bool one, CompareGroup wanted, Json *ret_paging)
{
    Json rows = json_arr();
    Json paging = json_obj();
    int64_t after = 0;
    size_t at = 0;
    if (!str_to_i64(page_query(page, "after"), &after) || after < 0)
        after = 0;
    for (size_t i = 0; i < found->n_items; i++) {
        if (!shows(found->items[i].group, one, wanted))
            continue;
        if (at >= (size_t)after && rows.n < ITEMS_SHOWN)
            json_push(page->arena, &rows, show_item_row(page, &found->items[i]));
        at++;
    }
    Str base = arena_printf(page->arena, "%.*s?group=%s&after=", STR_ARG(url), one ? groups[wanted].id : "");
    model_text(page, &paging, "text",
               arena_printf(page->arena, page_format(page, N_("%zu to %zu of %lld.")), rows.n ? (size_t)after + 1 : 0,
                            (size_t)after + rows.n, (long long)at));
    model_text(page, &paging, "previous",
               after ? arena_printf(page->arena, "%.*s%lld", STR_ARG(base),
                                    (long long)(after > ITEMS_SHOWN ? after - ITEMS_SHOWN : 0))
                     : STR_NONE);
    model_text(page, &paging, "next",
               (size_t)after + rows.n < at
                   ? arena_printf(page->arena, "%.*s%lld", STR_ARG(base), (long long)(after + ITEMS_SHOWN))
                   : STR_NONE);
    model_null(page, &paging, "all");
    model_null(page, &paging, "csv");
    *ret_paging = paging;
    return rows;
}

static Json show_groups(Page *page, const Reconciliation *found, Str url, bool one, CompareGroup wanted)
{
    Json list = json_arr();
    for (size_t i = 0; i < COMPARE_GROUPS; i++) {
        Json out = json_obj();
        model_text(page, &out, "id", str_c(groups[i].id));
        model_text(page, &out, "title", page_text(page, groups[i].title));
        model_int(page, &out, "count", (int64_t)found->counts[i]);
        model_text(page, &out, "url", arena_printf(page->arena, "%.*s?group=%s", STR_ARG(url), groups[i].id));
        model_bool(page, &out, "current", one && wanted == (CompareGroup)i);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_result(Page *page, const ReconcileBatch *batch, const Reconciliation *found)
{
    Json out = page_form(page);
    Json paging;
    CompareGroup wanted = COMPARE_SAME;
    bool one = group_of(page_query(page, "group"), &wanted);
    Str url = arena_printf(page->arena, "/reconcile/%lld", (long long)batch->id);
    int64_t counts[COMPARE_GROUPS];
    for (size_t i = 0; i < COMPARE_GROUPS; i++)
        counts[i] = (int64_t)found->counts[i];
    size_t differing = found->n_items - found->counts[COMPARE_SAME];
    Str from = found->span.from == DAY_NONE ? STR("") : show_day(page, found->span.from);
    Str to = found->span.to == DAY_NONE ? STR("") : show_day(page, found->span.to);
    model_int(page, &out, "id", batch->id);
    model_text(page, &out, "file", batch->name);
    model_text(page, &out, "kind", found->import->title);
    model_text(page, &out, "span", arena_printf(page->arena, page_format(page, N_("%s to %s")), from.p, to.p));
    model_text(page, &out, "text", counts_text(page, counts));
    model_text(page, &out, "action", url);
    model_bool(page, &out, "recorded", batch->recorded);
    model_bool(page, &out, "can_record", may_record(page));
    model_int(page, &out, "differing", (int64_t)differing);
    model_put(page, &out, "groups", show_groups(page, found, url, one, wanted));
    model_put(page, &out, "problems", show_problems(page, found));
    model_put(page, &out, "rows", show_rows(page, found, url, one, wanted, &paging));
    model_put(page, &out, "paging", paging);
    return out;
}

/* ---- the page ---- */

static Json show_notice(Page *page, const char *tone, Str text)
{
    Json notice = json_obj();
    model_text(page, &notice, "tone", str_c(tone));
    model_text(page, &notice, "text", text);
    return notice;
}

/* Sent here from a freeze that was refused. */
static Json stopped_notice(Page *page, int64_t unexplained)
{
    Str stops = page_query(page, "stops");
    const LawReport *report = stops.n ? report_find(page->pack, stops) : NULL;
    if (!report)
        return json_null();
    return show_notice(
        page, "warn",
        arena_printf(page->arena,
                     page_format(page, N_("%.*s is not frozen: differences that touch its figures have no "
                                          "reason yet, %lld in all. Explain them, then freeze again.")),
                     STR_ARG(report->title), (long long)unexplained));
}

static Rc reconcile_model(Page *page, Json notice, Json result, Json *ret, Err *err)
{
    Json model = json_obj();
    Json batches;
    Json open;
    TRY(show_batches(page, &batches, err));
    TRY(show_open(page, &open, err));
    page_name(page, &model, page_text(page, N_("Compare two lists")), "reconcile");
    page_crumb(page, &model, page_text(page, N_("Compare two lists")),
               result.type == JSON_OBJ ? STR("/reconcile") : STR_NONE);
    if (notice.type == JSON_NULL)
        notice = stopped_notice(page, json_get_int(&open, STR("unexplained"), 0));
    model_put(page, &model, "notice", notice);
    model_put(page, &model, "form", show_form(page));
    model_put(page, &model, "result", result);
    model_put(page, &model, "batches", batches);
    model_put(page, &model, "open", open);
    *ret = model;
    return RC_OK;
}

static Rc compare(Page *page, const LawImport *import, Str bytes, ReconcileSpan span, Reconciliation *ret, Err *err)
{
    ImportSource source = {
        .db = page->db, .j = app_j(page->app), .pack = page->pack, .dir = page->dir, .now = page->now
    };
    return reconcile(&source, import, bytes, span, page->arena, ret, err);
}

typedef struct Keeping {
    ReconcileBatch batch;
    int64_t id;
} Keeping;

static Rc keep(App *app, void *ctx, Err *err)
{
    Keeping *k = ctx;
    return app_reconcile_keep(app, &k->batch, &k->id, err);
}

static Day field_day(const Page *page, const char *name)
{
    Day day = DAY_NONE;
    (void)day_parse(page_field(page, name), &day);
    return day;
}

static Rc look(Page *page, Json *ret, Err *err)
{
    Reconciliation found;
    Keeping k = { 0 };
    Str bytes;
    Err wrong = { 0 };
    const LawImport *import = law_import(page->pack, page_field(page, "kind"));
    if (!import || !import->compare)
        return err_set(err, RC_INVALID, "the pack does not compare this kind of list");
    ReconcileSpan span = { field_day(page, "from"), field_day(page, "to") };
    TRY(page_sent_list(page, &bytes, &k.batch.name, err));
    if (compare(page, import, bytes, span, &found, &wrong) != RC_OK) {
        Str text =
            arena_printf(page->arena, page_format(page, N_("The list cannot be read: %s %s")), wrong.place, wrong.text);
        page->status = 422;
        return reconcile_model(page, show_notice(page, "warn", text), json_null(), ret, err);
    }
    TRY(reconcile_cut(import, bytes, page->arena, &k.batch.list, err));
    k.batch.system = import->id;
    k.batch.person = page->person->id;
    k.batch.rows = (int64_t)found.n_rows;
    k.batch.span = span;
    for (size_t i = 0; i < COMPARE_GROUPS; i++)
        k.batch.counts[i] = (int64_t)found.counts[i];
    TRY(page_run(page, keep, &k, err));
    page->redirect = arena_printf(page->arena, "/reconcile/%lld", (long long)k.id);
    *ret = json_obj();
    return RC_OK;
}

static Rc read_batch(Page *page, ReconcileBatch *batch, const LawImport **ret_import, Err *err)
{
    int64_t id = 0;
    if (!str_to_i64(page_param(page, "batch"), &id))
        return err_set(err, RC_NOT_FOUND, "there is no such comparison");
    TRY(reconcile_batch(page->db, app_j(page->app), id, page->arena, batch, err));
    *ret_import = law_import(page->pack, batch->system);
    return *ret_import ? RC_OK : err_set(err, RC_NOT_FOUND, "the pack no longer reads this list");
}

Rc page_reconcile(Page *page, Json *ret_model, Err *err)
{
    ReconcileBatch batch;
    Reconciliation found;
    const LawImport *import = NULL;
    if (http_method(page->x) == HTTP_POST)
        return look(page, ret_model, err);
    if (!page_param(page, "batch").n)
        return reconcile_model(page, json_null(), json_null(), ret_model, err);
    TRY(read_batch(page, &batch, &import, err));
    TRY(compare(page, import, batch.list, batch.span, &found, err));
    return reconcile_model(page, json_null(), show_result(page, &batch, &found), ret_model, err);
}

/* ---- recording ---- */

typedef struct Recording {
    const LawImport *import;
    ReconcileBatch *batch;
    int64_t person;
    Arena *arena;
    ReconcileDone done;
} Recording;

static Rc record(App *app, void *ctx, Err *err)
{
    Recording *r = ctx;
    Reconciliation found;
    int64_t id = 0;
    TRY(app_reconcile(app, r->import, r->batch->list, r->batch->span, r->person, r->arena, &found, &r->done, err));
    r->batch->recorded = true;
    r->batch->person = r->person;
    return app_reconcile_keep(app, r->batch, &id, err);
}

Rc page_reconcile_record(Page *page, Json *ret_model, Err *err)
{
    ReconcileBatch batch;
    Recording r = { .batch = &batch, .person = page->person->id, .arena = page->arena };
    if (!may_record(page))
        return err_set(err, RC_DENIED, "only those who explain or settle differences may record them");
    TRY(read_batch(page, &batch, &r.import, err));
    TRY(page_run(page, record, &r, err));
    page->redirect = arena_printf(page->arena, "/reconcile/%lld", (long long)batch.id);
    *ret_model = json_obj();
    return RC_OK;
}
