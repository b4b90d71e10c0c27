/* The supervision board: open findings by stage, what was refused and warned lately by rule, and who still owes what.
 */
#include "app/supervise.h"
#include "ui/web/pages_matter.h"

enum { FINDINGS_SHOWN = 200, RECENT_DAYS = 30, BY_RULE_SHOWN = 20, UNITS_MAX = 500 };

typedef struct Board {
    Page *page;
    const LawProcedure *procedure;
    FindingFilter filter;
    Str view;
    FindingRow *rows;
    size_t n_rows;
    FindingCount *counts;
    size_t n_counts;
    RuleCount *rules;
    size_t n_rules;
    KindCount *kinds;
    size_t n_kinds;
    int64_t open;
    int64_t overdue;
    int64_t refused;
} Board;

/* ---- reading ---- */

static void read_filter(Board *b)
{
    Page *page = b->page;
    int64_t unit = 0;
    b->view = page_query(page, "view");
    b->filter = (FindingFilter){ .procedure = b->procedure, .kind = page_query(page, "kind") };
    if (str_eq(b->view, STR("closed")))
        b->filter.closed = true;
    else if (law_stage(b->procedure, b->view) >= 0)
        b->filter.stage = b->view;
    else
        b->view = STR("open");
    if (str_to_i64(page_query(page, "unit"), &unit))
        b->filter.unit = unit;
    if (str_eq(page_query(page, "view"), STR("mine")))
        b->filter.unit = page->person->unit;
}

static Rc read_board(Board *b, Err *err)
{
    Page *page = b->page;
    int64_t j = app_j(page->app);
    int64_t since = page->now - (int64_t)RECENT_DAYS * MS_PER_DAY;
    int64_t seq = 0;
    read_filter(b);
    TRY(findings_list(page->db, j, &b->filter, FINDINGS_SHOWN, page->arena, &b->rows, &b->n_rows, err));
    TRY(findings_counts(page->db, j, b->procedure->id, page->now, page->arena, &b->counts, &b->n_counts, err));
    TRY(ledger_seq_at(page->db, j, since, &seq, err));
    TRY(findings_by_rule(page->db, j, seq, page->arena, &b->rules, &b->n_rules, err));
    TRY(findings_by_kind(page->db, j, b->procedure->id, show_today(page) - RECENT_DAYS, page->arena, &b->kinds,
                         &b->n_kinds, err));
    for (size_t i = 0; i < b->n_counts; i++) {
        b->open += b->counts[i].open;
        b->overdue += b->counts[i].overdue;
    }
    for (size_t i = 0; i < b->n_rules; i++)
        b->refused += b->rules[i].refused;
    return RC_OK;
}

/* ---- counts and views ---- */

static Str kind_title(const Board *b, Str kind)
{
    const LawField *field = law_field(b->procedure, STR("kind"));
    return field ? show_item(b->page, field, kind) : kind;
}

static void push_count(Board *b, Json *counts, Str id, Str title, int64_t n, Str note, Str url)
{
    Json out = json_obj();
    model_text(b->page, &out, "id", id);
    model_text(b->page, &out, "title", title);
    model_int(b->page, &out, "count", n);
    model_null(b->page, &out, "unit");
    model_text(b->page, &out, "note", note);
    model_text(b->page, &out, "url", url);
    json_push(b->page->arena, counts, out);
}

static Json show_counts(Board *b)
{
    Page *page = b->page;
    Json counts = json_arr();
    push_count(b, &counts, STR("refused"), page_text(page, N_("Refused before it happened")), b->refused,
               page_text(page, N_("nothing was done, no finding is opened")), STR("/findings#h-rule"));
    for (size_t i = 0; i < b->n_kinds; i++) {
        Str kind = b->kinds[i].kind;
        if (kind.n)
            push_count(b, &counts, kind, kind_title(b, kind), b->kinds[i].n, page_text(page, N_("findings opened")),
                       arena_printf(page->arena, "/findings?kind=%.*s", STR_ARG(kind)));
    }
    return counts;
}

static void push_view(Board *b, Json *views, Str id, Str title, int64_t count)
{
    Json out = json_obj();
    model_text(b->page, &out, "id", id);
    model_text(b->page, &out, "title", title);
    model_text(b->page, &out, "url", arena_printf(b->page->arena, "/findings?view=%.*s", STR_ARG(id)));
    model_put(b->page, &out, "count", count < 0 ? json_null() : json_int(count));
    model_bool(b->page, &out, "current", str_eq(b->view, id));
    json_push(b->page->arena, views, out);
}

static int64_t stage_count(const Board *b, Str stage)
{
    int64_t n = 0;
    for (size_t i = 0; i < b->n_counts; i++)
        n += str_eq(b->counts[i].stage, stage) ? b->counts[i].open : 0;
    return n;
}

static Json show_views(Board *b)
{
    Json views = json_arr();
    push_view(b, &views, STR("open"), page_text(b->page, N_("In hand")), b->open);
    for (size_t i = 0; i < b->procedure->n_stages; i++) {
        const LawStage *stage = &b->procedure->stages[i];
        if (!stage->end)
            push_view(b, &views, stage->id, stage->title, stage_count(b, stage->id));
    }
    push_view(b, &views, STR("closed"), page_text(b->page, N_("Closed")), -1);
    return views;
}

/* ---- rows ---- */

static const struct {
    const char *kind;
    const char *tone;
    const char *icon;
} sources[] = {
    { "warned", "warn", "warn" }, { "overdue", "bad", "overdue" }, { "override", "hold", "flag" },
    { "review", "info", "doc" },  { "manual", "", "flag" },
};

static Json show_source(Board *b, Str kind)
{
    Json out = json_obj();
    const char *tone = "";
    const char *icon = "flag";
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        if (!str_eq_c(kind, sources[i].kind))
            continue;
        tone = sources[i].tone;
        icon = sources[i].icon;
    }
    model_text(b->page, &out, "id", kind);
    model_text(b->page, &out, "title", kind_title(b, kind));
    model_text(b->page, &out, "tone", str_c(tone));
    model_text(b->page, &out, "icon", str_c(icon));
    return out;
}

/* The row knows only the instant, which is enough for a list. */
static Json show_due(Board *b, const FindingRow *row)
{
    Page *page = b->page;
    Json out = json_obj();
    if (row->due_at == INT64_MAX || b->filter.closed)
        return json_null();
    Day due = instant_day(row->due_at, page->pack->zone_minutes);
    Day today = show_today(page);
    bool late = row->due_at < page->now;
    int days = (int)(late ? today - due : due - today);
    const char *state = late ? "overdue" : days == 0 ? "today" : days <= 3 ? "soon" : "left";
    Str text = days == 0 ? page_text(page, N_("today"))
                         : arena_printf(page->arena,
                                        page_format(page, late ? N_("%d days overdue") : N_("%d days left")), days);
    model_text(page, &out, "state", str_c(state));
    model_text(page, &out, "text", text);
    model_text(page, &out, "due", day_print(page->arena, due));
    model_text(page, &out, "due_text", show_day_short(page, due));
    return out;
}

static Json show_row(Board *b, const FindingRow *row)
{
    Page *page = b->page;
    const LawRule *rule = law_rule(page->pack, row->rule);
    Json out = json_obj();
    Json about = json_null();
    if (row->about) {
        about = json_obj();
        model_text(page, &about, "no",
                   row->about_number.n ? show_number_short(row->about_number)
                                       : arena_printf(page->arena, "#%lld", (long long)(row->about / 256)));
        model_text(page, &about, "url", arena_printf(page->arena, "/m/%lld", (long long)row->about));
    }
    model_int(page, &out, "id", row->id);
    model_text(page, &out, "url", arena_printf(page->arena, "/m/%lld", (long long)row->id));
    model_text(page, &out, "no", show_number_short(row->number));
    model_text(page, &out, "title", row->title);
    model_put(page, &out, "clock", show_due(b, row));
    model_put(page, &out, "source", show_source(b, row->kind));
    model_text(page, &out, "basis", rule ? show_cite(page, &rule->basis, rule->note) : STR_NONE);
    model_put(page, &out, "about", about);
    model_text(page, &out, "unit", show_unit(page, row->unit));
    return out;
}

static Json show_groups(Board *b)
{
    Page *page = b->page;
    Json groups = json_arr();
    for (size_t s = 0; s < b->procedure->n_stages; s++) {
        const LawStage *stage = &b->procedure->stages[s];
        Json rows = json_arr();
        Json group = json_obj();
        for (size_t i = 0; i < b->n_rows; i++)
            if (str_eq(b->rows[i].stage, stage->id))
                json_push(page->arena, &rows, show_row(b, &b->rows[i]));
        if (!rows.n)
            continue;
        model_text(page, &group, "id", stage->id);
        model_text(page, &group, "title", stage->title);
        model_int(page, &group, "count", rows.n);
        model_put(page, &group, "rows", rows);
        json_push(page->arena, &groups, group);
    }
    return groups;
}

/* ---- tables beside ---- */

static void put_by_rule(Board *b, Json *model)
{
    Page *page = b->page;
    Json list = json_arr();
    int64_t most = 1;
    for (size_t i = 0; i < b->n_rules; i++) {
        const RuleCount *count = &b->rules[i];
        const LawRule *rule = law_rule(page->pack, count->rule);
        Json out = json_obj();
        if (!rule || list.n == BY_RULE_SHOWN)
            continue;
        most = count->refused + count->warned > most ? count->refused + count->warned : most;
        model_text(page, &out, "rule", rule->id);
        model_text(page, &out, "title", rule->title);
        model_text(page, &out, "cite", show_cite(page, &rule->basis, rule->note));
        model_int(page, &out, "refused", count->refused);
        model_int(page, &out, "warned", count->warned);
        json_push(page->arena, &list, out);
    }
    model_text(page, model, "by_rule_note", page_text(page, N_("the last 30 days")));
    model_int(page, model, "by_rule_max", most);
    model_put(page, model, "by_rule", list);
}

static Json show_by_unit(Board *b)
{
    Page *page = b->page;
    Json list = json_arr();
    int64_t seen[UNITS_MAX];
    size_t n_seen = 0;
    for (size_t i = 0; i < b->n_counts; i++) {
        int64_t unit = b->counts[i].unit;
        int64_t open = 0;
        int64_t overdue = 0;
        Json out = json_obj();
        bool again = n_seen == UNITS_MAX;
        for (size_t k = 0; k < n_seen; k++)
            again = again || seen[k] == unit;
        if (again)
            continue;
        seen[n_seen++] = unit;
        for (size_t k = i; k < b->n_counts; k++) {
            open += b->counts[k].unit == unit ? b->counts[k].open : 0;
            overdue += b->counts[k].unit == unit ? b->counts[k].overdue : 0;
        }
        model_int(page, &out, "id", unit);
        model_text(page, &out, "title", unit ? show_unit(page, unit) : page_text(page, N_("no unit named")));
        model_text(page, &out, "url", arena_printf(page->arena, "/findings?unit=%lld", (long long)unit));
        model_int(page, &out, "open", open);
        model_int(page, &out, "overdue", overdue);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_paging(Board *b)
{
    Page *page = b->page;
    Json out = json_obj();
    model_text(page, &out, "text",
               arena_printf(page->arena,
                            page_format(page, b->n_rows == FINDINGS_SHOWN ? N_("The first %zu.") : N_("%zu in all.")),
                            b->n_rows));
    model_null(page, &out, "previous");
    model_null(page, &out, "next");
    model_null(page, &out, "all");
    model_null(page, &out, "csv");
    return out;
}

static Json show_buttons(Board *b)
{
    Page *page = b->page;
    Json buttons = json_arr();
    const LawAct *open = page->pack->findings->open;
    for (size_t i = 0; i < open->n_by; i++) {
        Json out = json_obj();
        if (!dir_has_role(page->person, open->by[i], show_today(page)))
            continue;
        model_text(page, &out, "title", open->title);
        model_text(page, &out, "url",
                   arena_printf(page->arena, "/new/%.*s/%.*s", STR_ARG(b->procedure->id), STR_ARG(open->id)));
        model_text(page, &out, "kind", STR("primary"));
        model_text(page, &out, "icon", STR("plus"));
        model_null(page, &out, "only");
        json_push(page->arena, &buttons, out);
        break;
    }
    return buttons;
}

Rc page_findings(Page *page, Json *ret_model, Err *err)
{
    Board b = { .page = page };
    Json model = json_obj();
    Json list = json_obj();
    if (!page->pack->findings)
        return err_set(err, RC_NOT_FOUND, "the pack has no supervision");
    b.procedure = page->pack->findings->procedure;
    TRY(read_board(&b, err));
    page_name(page, &model, page_text(page, N_("Findings")), "findings");
    model_text(
        page, &model, "lede",
        arena_printf(page->arena,
                     page_format(page, N_("%lld open, %lld of them overdue. Refused in the last 30 days: %lld.")),
                     (long long)b.open, (long long)b.overdue, (long long)b.refused));
    model_put(page, &model, "buttons", show_buttons(&b));
    model_text(page, &model, "counts_label", page_text(page, N_("The last 30 days, by source")));
    model_put(page, &model, "counts", show_counts(&b));
    model_put(page, &model, "views", show_views(&b));
    model_text(page, &list, "caption",
               arena_printf(page->arena, page_format(page, N_("Findings, %zu, by stage")), b.n_rows));
    model_int(page, &list, "count", (int64_t)b.n_rows);
    model_put(page, &model, "list", list);
    model_put(page, &model, "groups", show_groups(&b));
    model_put(page, &model, "paging", show_paging(&b));
    put_by_rule(&b, &model);
    model_put(page, &model, "by_unit", show_by_unit(&b));
    *ret_model = model;
    return RC_OK;
}
