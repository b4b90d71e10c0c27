/* A report's text as people write it: the editor with its check beside, an offer adopted, versions and what changed. */
#include <string.h>

#include "ui/web/lint_words.h"
#include "ui/web/report_diff.h"
#include "ui/web/report_view.h"

static Rc find_report(Page *page, ReportView *view, Err *err)
{
    const LawReport *report = report_find(page->pack, page_param(page, "id"));
    if (!report || !report->procedure)
        return err_set(err, RC_NOT_FOUND, "the pack has no such report, or nobody writes its text here");
    *view = (ReportView){ .page = page, .base = arena_printf(page->arena, "/reports/%.*s", STR_ARG(report->id)) };
    return report_values(page->db, app_j(page->app), report, DAY_NONE, page->arena, &view->values, err);
}

/* ---- writing ---- */

/* A browser sends lines that end in CR LF. */
static Str plain_lines(Arena *arena, Str text)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r')
            out[n++] = text.p[i];
    return (Str){ out, n };
}

/* The act that opens the matter in which the text is written, or the one that changes it. */
static Rc write_text(Page *page, const ReportValues *values, Str text, Str summary, ActResult *ret, Err *err)
{
    const LawReport *report = values->report;
    Json form = json_obj();
    ActRequest request = { .actor = page->person->id, .matter = values->matter, .key = page_field(page, "key") };
    json_add(page->arena, &form, STR("text"), json_str(text));
    if (summary.n)
        json_add(page->arena, &form, STR("summary"), json_str(summary));
    if (values->matter) {
        request.act = STR("edit");
        str_to_i64(page_field(page, "version"), &request.version);
    } else {
        request.procedure = report->procedure->id;
        request.act = STR("draft");
        json_add(page->arena, &form, STR("report"), json_str(report->id));
        json_add(page->arena, &form, STR("name"), json_str(report->title));
        if (report->n_figures)
            json_add(page->arena, &form, STR("year"), json_int(day_to_civil(report->figures[0].to).year));
    }
    request.form = form;
    return page_perform(page, &request, ret, err);
}

/* Why nothing was written, in a sentence. */
static Str refusal_text(Page *page, const ActResult *result)
{
    const FormFaults *faults = &result->decision.faults;
    for (size_t i = 0; i < faults->n; i++)
        if (faults->items[i].kind == FAULT_HOLE)
            return arena_printf(page->arena,
                                page_format(page, N_("Line %lld names something that is no figure of the report.")),
                                (long long)faults->items[i].limit);
    switch (result->answer) {
    case ANSWER_STALE:
        return page_text(page, N_("Somebody else has changed the text meanwhile. Compare, then submit again."));
    case ANSWER_INVALID: return page_text(page, N_("The text is too long, or what you changed is not said."));
    case ANSWER_REFUSED: return page_text(page, N_("The report is not open for changes, or not to you."));
    case ANSWER_DONE:
    case ANSWER_REPEATED:
    case ANSWER_FAILED: break;
    }
    return page_text(page, N_("Nothing was recorded."));
}

/* ---- the editor ---- */

static Json show_tokens(ReportView *v)
{
    Page *page = v->page;
    Json list = json_arr();
    for (size_t i = 0; i < v->values.n_lines; i++) {
        const ReportLine *line = &v->values.lines[i];
        Str id = line->figure->figure->id;
        Json out = json_obj();
        model_text(page, &out, "token", arena_printf(page->arena, "{{figure(\"%.*s\")}}", STR_ARG(id)));
        model_text(page, &out, "title", line->figure->figure->title);
        model_text(page, &out, "text",
                   figure_text(page->arena, line->figure->figure, report_display(&v->values, line)));
        json_push(page->arena, &list, out);
    }
    return list;
}

static Rc editor_model(ReportView *v, Str text, Str summary, Str error, Json *ret, Err *err)
{
    Page *page = v->page;
    const LawReport *report = v->values.report;
    Json model = json_obj();
    Json form = page_form(page);
    Err bad = { 0 };
    int64_t version = v->values.version;
    if (page_field(page, "version").n)
        str_to_i64(page_field(page, "version"), &version);
    TRY(report_set_text(page->db, app_j(page->app), &v->values, text, page->arena, err));
    bool readable = report_view_read(v, &bad) == RC_OK;
    if (!readable && !error.n)
        error = arena_printf(page->arena, "%s: %s", bad.place, bad.text);
    page_name(page, &model, page_text(page, N_("Edit the text")), "reports");
    page_crumb(page, &model, page_text(page, N_("Figures and reports")), STR("/reports"));
    page_crumb(page, &model, report->title, v->base);
    page_crumb(page, &model, page_text(page, N_("Edit the text")), STR_NONE);
    model_text(page, &form, "action", arena_printf(page->arena, "%.*s/edit", STR_ARG(v->base)));
    model_int(page, &form, "version", version);
    model_text(page, &form, "text", text);
    model_text(page, &form, "summary", summary);
    model_text(page, &form, "lang", i18n_lang_tag(LANG_ZH));
    model_put(page, &model, "report", json_str(report->title));
    model_text(page, &model, "error", error);
    model_put(page, &model, "form", form);
    model_put(page, &model, "lints", readable ? report_view_lints(v, false) : json_arr());
    model_bool(page, &model, "clean", readable && v->lints.n == 0);
    model_put(page, &model, "tokens", show_tokens(v));
    *ret = model;
    return RC_OK;
}

Rc page_report_edit(Page *page, Json *ret_model, Err *err)
{
    ReportView v;
    TRY(find_report(page, &v, err));
    if (!report_may_write(page, &v.values))
        return err_set(err, RC_DENIED, "only those who write reports may change the text");
    if (http_method(page->x) != HTTP_POST)
        return editor_model(&v, v.values.text, STR_NONE, STR_NONE, ret_model, err);
    Str text = plain_lines(page->arena, page_field(page, "text"));
    Str summary = str_trim(page_field(page, "summary"));
    if (page_field(page, "check").n)
        return editor_model(&v, text, summary, STR_NONE, ret_model, err);
    ActResult result;
    TRY(write_text(page, &v.values, text, summary, &result, err));
    if (result.answer == ANSWER_DONE || result.answer == ANSWER_REPEATED) {
        page->redirect = v.base;
        *ret_model = json_obj();
        return RC_OK;
    }
    page->status = 422;
    return editor_model(&v, text, summary, refusal_text(page, &result), ret_model, err);
}

/* ---- an offer adopted ---- */

static Str replaced(Arena *arena, Str text, const Lint *lint, Str by)
{
    return arena_printf(arena, "%.*s%.*s%.*s", (int)lint->at, text.p, STR_ARG(by), (int)(text.n - lint->at - lint->n),
                        text.p + lint->at + lint->n);
}

/* `fix` is "claim:offer", as report_view_lints gave it. */
static const LintOffer *find_offer(const ReportView *v, Str fix, const Lint **ret_lint)
{
    Str number = STR_NONE;
    int64_t n = 0;
    Str claim = str_cut(fix, ':', &number);
    for (size_t i = 0; i < v->lints.n; i++) {
        const Lint *lint = &v->lints.items[i];
        *ret_lint = lint;
        if (lint->kind == LINT_CLAIM && str_eq(lint->about, claim) && str_to_i64(number, &n) && n >= 0 &&
            (size_t)n < lint->n_offers)
            return &lint->offers[n];
    }
    return NULL;
}

Rc page_report_adopt(Page *page, Json *ret_model, Err *err)
{
    ReportView v;
    const Lint *lint = NULL;
    ActResult result;
    TRY(find_report(page, &v, err));
    TRY(report_view_read(&v, err));
    const LintOffer *offer = find_offer(&v, page_field(page, "fix"), &lint);
    if (!offer)
        return err_set(err, RC_INVALID, "this sentence is not offered, or no longer true; look at the report again");
    Str summary = arena_printf(page->arena, page_format(page, N_("“%.*s” instead of “%.*s”")), STR_ARG(offer->text),
                               STR_ARG(lint->quote));
    TRY(write_text(page, &v.values, replaced(page->arena, v.values.text, lint, offer->source), summary, &result, err));
    *ret_model = json_obj();
    page->redirect = v.base;
    if (result.answer == ANSWER_DONE || result.answer == ANSWER_REPEATED)
        return RC_OK;
    page->redirect = STR_NONE;
    Str why = refusal_text(page, &result);
    return err_set(err, RC_DENIED, "%.*s", STR_ARG(why));
}

/* ---- versions ---- */

typedef struct TextVersion {
    Str text;
    Str summary;
    int64_t actor; /* 0 with at 0: the pack's */
    int64_t at;
    int64_t seq;
} TextVersion;

typedef struct TextVersions {
    TextVersion *items;
    size_t n;
    size_t cap;
} TextVersions;

static const Json *value_set(const Effects *effects, const char *field)
{
    for (size_t i = 0; i < effects->n; i++)
        if (effects->items[i].kind == EFFECT_SET && str_eq_c(effects->items[i].name, field))
            return &effects->items[i].value;
    return NULL;
}

static Rc read_versions(ReportView *v, TextVersions *ret, Err *err)
{
    Page *page = v->page;
    MatterSource source = page_source(page);
    MatterRecord record;
    *ARENA_PUSH(page->arena, ret->items, ret->n, ret->cap) = (TextVersion){ .text = v->values.report->text };
    if (!v->values.matter)
        return RC_OK;
    TRY(matter_read(&source, v->values.matter, page->arena, &record, err));
    for (size_t i = 0; i < record.n_moments; i++) {
        const MatterMoment *moment = &record.moments[i];
        const Json *text = value_set(&moment->entry.effects, "text");
        const Json *summary = value_set(&moment->entry.effects, "summary");
        if (!text || text->type != JSON_STR || moment->void_seq >= 0)
            continue;
        *ARENA_PUSH(page->arena, ret->items, ret->n, ret->cap) =
            (TextVersion){ .text = json_as_str(text),
                           .summary = summary ? json_as_str(summary) : STR_NONE,
                           .actor = moment->entry.actor,
                           .at = moment->entry.happened_at,
                           .seq = moment->entry.seq };
    }
    return RC_OK;
}

static size_t chosen(const Page *page, const char *name, size_t n, size_t otherwise)
{
    int64_t value = 0;
    return str_to_i64(page_query(page, name), &value) && value >= 0 && (size_t)value < n ? (size_t)value : otherwise;
}

static Json show_versions(ReportView *v, const TextVersions *versions, size_t from, size_t to)
{
    Page *page = v->page;
    Json list = json_arr();
    for (size_t i = versions->n; i-- > 0;) {
        const TextVersion *version = &versions->items[i];
        Json out = json_obj();
        bool pack = version->at == 0;
        model_int(page, &out, "n", (int64_t)i);
        model_text(page, &out, "title",
                   pack ? page_text(page, N_("The pack's text"))
                        : arena_printf(page->arena, page_format(page, N_("Version %zu")), i));
        model_text(page, &out, "by", pack ? STR_NONE : show_actor(page, version->actor));
        model_text(page, &out, "at_text", pack ? STR_NONE : show_moment(page, version->at));
        model_text(page, &out, "summary", version->summary);
        model_text(page, &out, "url", pack ? STR_NONE : arena_printf(page->arena, "/e/%lld", (long long)version->seq));
        model_text(page, &out, "compare_url",
                   i == 0
                       ? STR_NONE
                       : arena_printf(page->arena, "%.*s/versions?from=%zu&to=%zu#h-diff", STR_ARG(v->base), i - 1, i));
        model_bool(page, &out, "is_from", i == from);
        model_bool(page, &out, "is_to", i == to);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_diff(Page *page, Str before, Str after)
{
    static const char *const kinds[] = { "same", "gone", "new", "skipped" };
    ReportDiff diff = report_diff(page->arena, before, after);
    Json list = json_arr();
    for (size_t i = 0; i < diff.n; i++) {
        Json out = json_obj();
        model_text(page, &out, "kind", str_c(kinds[diff.items[i].kind]));
        model_text(page, &out, "text",
                   diff.items[i].kind == DIFF_SKIPPED
                       ? arena_printf(page->arena, page_format(page, N_("%zu paragraphs unchanged")), diff.items[i].n)
                       : diff.items[i].text);
        json_push(page->arena, &list, out);
    }
    return list;
}

Rc page_report_versions(Page *page, Json *ret_model, Err *err)
{
    ReportView v;
    TextVersions versions = { 0 };
    Json model = json_obj();
    TRY(find_report(page, &v, err));
    TRY(read_versions(&v, &versions, err));
    size_t to = chosen(page, "to", versions.n, versions.n - 1);
    size_t from = chosen(page, "from", versions.n, to ? to - 1 : 0);
    page_name(page, &model, page_text(page, N_("Versions")), "reports");
    page_crumb(page, &model, page_text(page, N_("Figures and reports")), STR("/reports"));
    page_crumb(page, &model, v.values.report->title, v.base);
    page_crumb(page, &model, page_text(page, N_("Versions")), STR_NONE);
    model_text(page, &model, "lede", v.values.report->title);
    model_text(page, &model, "lang", i18n_lang_tag(LANG_ZH));
    model_put(page, &model, "versions", show_versions(&v, &versions, from, to));
    model_text(page, &model, "matter_url",
               v.values.matter ? arena_printf(page->arena, "/m/%lld", (long long)v.values.matter) : STR_NONE);
    model_put(page, &model, "diff", show_diff(page, versions.items[from].text, versions.items[to].text));
    *ret_model = model;
    return RC_OK;
}
