/* The form of an act: shown with the rules already checked, sent, and shown again when the law or the form forbids. */
#include "ui/web/pages_form.h"
#include "ui/web/pages_matter.h"
#include "ui/web/pages_procedures.h"
#include "ui/web/pages_tables.h"

enum { SWAPS_MAX = 3, KEY_MAX = 64 };

/* One visit of an act's form. */
typedef struct ActVisit {
    Page *page;
    MatterRecord record; /* of an act on a matter */
    const Matter *matter;
    const LawProcedure *procedure;
    const LawAct *act;
    PageForm form;
    ActMode mode;
    int64_t happened_at; /* 0: now */
    bool bad_time;
    Str happened_text;
    Str key; /* of the form that was sent */
    int64_t version;
    Str action; /* where the form goes */
    Json refusal;
} ActVisit;

/* ---- reading what was sent ---- */

static ActMode read_mode(Str text)
{
    return str_eq(text, STR("record")) ? ACT_RECORD : ACT_DO;
}

static void read_time(ActVisit *v, Str text)
{
    v->happened_text = text;
    if (v->mode == ACT_DO || !text.n)
        return;
    v->bad_time = !instant_parse(text, v->page->pack->zone_minutes, &v->happened_at);
}

/* What is about the act has "act." in front: a field of a form may be called `version` or `draft`, too. */
static void read_html(ActVisit *v)
{
    Page *page = v->page;
    v->mode = read_mode(page_field(page, "act.mode"));
    v->key = str_slice(page_field(page, "key"), 0, KEY_MAX);
    read_time(v, page_field(page, "act.happened_at"));
    if (!str_to_i64(page_field(page, "act.version"), &v->version))
        v->version = 0;
    form_read(page, &v->form);
}

/* {"form", "mode", "happened_at", "version", "key"}: the same as the form sends, with values as they are stored. */
static Rc read_json(ActVisit *v, Err *err)
{
    Page *page = v->page;
    Json body;
    TRY(json_parse(page->arena, http_body(page->x), &body, err));
    const Json *form = json_get(&body, STR("form"));
    v->mode = read_mode(json_get_str(&body, STR("mode")));
    v->key = str_slice(json_get_str(&body, STR("key")), 0, KEY_MAX);
    v->version = json_get_int(&body, STR("version"), 0);
    read_time(v, json_get_str(&body, STR("happened_at")));
    v->form.values = form && form->type == JSON_OBJ ? *form : json_obj();
    v->form.texts = json_obj();
    return RC_OK;
}

/* A fault that no field has, the time of what is recorded afterwards. */
static void check_time(ActVisit *v)
{
    if (!v->bad_time && (v->mode == ACT_DO || v->happened_at))
        return;
    *ARENA_PUSH(v->page->arena, v->form.faults, v->form.n_faults, v->form.cap_faults) =
        (FormFaultText){ STR("happened_at"), page_text(v->page, N_("Say when it happened, as a day and a time")) };
}

/* ---- the model ---- */

static void push_mode(Page *page, Json *modes, const char *value, const char *title, const char *note, bool checked)
{
    Json option = json_obj();
    model_text(page, &option, "value", str_c(value));
    model_text(page, &option, "title", page_text(page, title));
    model_bool(page, &option, "checked", checked);
    model_text(page, &option, "note", page_text(page, note));
    json_push(page->arena, modes, option);
}

static Json show_form(ActVisit *v, const Decision *decision)
{
    Page *page = v->page;
    Json form = page_form(page);
    Json modes = json_arr();
    push_mode(page, &modes, "do", N_("Done here"), N_("It happens now and here; the rules are checked first"),
              v->mode == ACT_DO);
    push_mode(page, &modes, "record", N_("Recorded afterwards"),
              N_("It has happened elsewhere already; what it broke becomes a finding"), v->mode == ACT_RECORD);
    model_text(page, &form, "action", v->action);
    model_put(page, &form, "version", v->matter ? json_int(v->matter->version) : json_null());
    model_text(page, &form, "title", page_text(page, N_("What it says")));
    model_text(page, &form, "button", v->act->title);
    model_bool(page, &form, "drafts", false);
    model_null(page, &form, "draft_text");
    model_put(page, &form, "modes", modes);
    model_text(page, &form, "happened_at", v->happened_text);
    model_put(page, &form, "fields", form_show_fields(page, &v->form, decision));
    return form;
}

static Json show_running_clocks(Page *page, const Matter *m)
{
    Json list = json_arr();
    for (size_t i = 0; m && i < m->n_clocks; i++) {
        ClockState state = m->clocks[i].state;
        Json clock;
        if ((state == CLOCK_RUNNING || state == CLOCK_OVERDUE) && show_clock(page, m, &m->clocks[i], &clock))
            json_push(page->arena, &list, clock);
    }
    return list;
}

static void put_names(ActVisit *v, Json *model)
{
    Page *page = v->page;
    Json act = json_obj();
    Str title = v->act->title;
    Str head = title;
    if (v->refusal.type == JSON_OBJ)
        head = arena_printf(page->arena, page_format(page, N_("Not done: %.*s")), STR_ARG(title));
    model_text(page, &act, "id", v->act->id);
    model_text(page, &act, "title", title);
    model_text(page, &act, "note", act_note(page, v->procedure, v->act));
    page_name(page, model, head, v->matter ? "matter" : "new");
    if (v->matter) {
        Json matter = show_matter(page, v->matter);
        page_crumb(page, model, json_get_str(&matter, STR("no")), json_get_str(&matter, STR("url")));
        model_put(page, model, "matter", matter);
    } else {
        page_crumb(page, model, page_text(page, N_("New")), STR("/new"));
        model_null(page, model, "matter");
    }
    page_crumb(page, model, title, STR_NONE);
    model_put(page, model, "act", act);
}

static Rc act_model(ActVisit *v, const Decision *decided, Json *ret, Err *err)
{
    Page *page = v->page;
    Decision decision;
    Json model = json_obj();
    ActCheck check = { .matter = v->matter,
                       .procedure = v->procedure,
                       .act = v->act,
                       .mode = v->mode,
                       .happened_at = v->happened_at,
                       .form = v->form.values };
    TRY(act_check(page, &check, &decision, err));
    Json tables = show_tables(page, decision.tables, decision.n_tables);
    if (decided)
        decision = *decided; /* what was decided is what is shown, though it would be decided anew alike */
    put_names(v, &model);
    model_put(page, &model, "clocks", show_running_clocks(page, v->matter));
    model_put(page, &model, "refusal", v->refusal);
    model_put(page, &model, "errors", form_show_errors(page, &v->form));
    model_put(page, &model, "form", show_form(v, &decision));
    model_put(page, &model, "tables", tables);
    model_text(page, &model, "rules_text", show_verdicts_text(page, decision.verdicts, decision.n_verdicts));
    model_text(page, &model, "rules_foot",
               arena_printf(page->arena, page_format(page, N_("Checked by the rules of pack %.*s %.*s.")),
                            STR_ARG(page->pack->name), STR_ARG(page->pack->version)));
    model_put(page, &model, "verdicts", show_verdicts(page, decision.verdicts, decision.n_verdicts, NULL));
    *ret = model;
    return RC_OK;
}

/* ---- a refusal and what helps ---- */

static void push_cure(Page *page, Json *cures, Str text, Str title, Str name, Str value, Str url)
{
    Json cure = json_obj();
    model_text(page, &cure, "text", text);
    model_text(page, &cure, "title", title);
    model_text(page, &cure, "name", name);
    model_text(page, &cure, "value", value);
    model_text(page, &cure, "url", url);
    json_push(page->arena, cures, cure);
}

/* For a rule about persons: buttons that exchange the one who does not count for somebody who does. */
static void add_swaps(ActVisit *v, const LawRule *rule, Json *cures)
{
    Page *page = v->page;
    const LawField *field = act_persons_field(v->act, rule);
    const DirPerson *offered[SWAPS_MAX];
    if (!field)
        return;
    const Json *chosen = json_get(&v->form.values, field->id);
    int64_t out = act_uncounted(page, v->form.on, chosen);
    size_t n = act_certified(page, v->form.on, chosen, offered, SWAPS_MAX);
    for (size_t i = 0; i < n; i++) {
        bool valid = false;
        const DirCredential *c = dir_credential(offered[i], STR("enforcement"), v->form.on, &valid);
        Str title = arena_printf(page->arena, page_format(page, out ? N_("Change to %.*s") : N_("Add %.*s")),
                                 STR_ARG(offered[i]->name));
        Str text = arena_printf(page->arena, page_format(page, N_("%.*s's certificate is valid until %s.")),
                                STR_ARG(offered[i]->name), c ? show_day(page, c->to).p : "");
        push_cure(
            page, cures, text, title, STR("swap"),
            arena_printf(page->arena, "%.*s:%lld:%lld", STR_ARG(field->id), (long long)out, (long long)offered[i]->id),
            STR_NONE);
    }
    push_cure(page, cures, page_text(page, N_("Choose among all who hold a certificate.")),
              page_text(page, N_("Choose another")), STR_NONE, STR_NONE,
              arena_printf(page->arena, "#%.*s", STR_ARG(field->id)));
}

static const Verdict *first_refusing(const Decision *d)
{
    static const VerdictKind kinds[] = { VERDICT_VIOLATED, VERDICT_UNDECIDED };
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (size_t i = 0; i < d->n_verdicts; i++)
            if (d->verdicts[i].kind == kinds[k] && d->verdicts[i].effect == LAW_BLOCK)
                return &d->verdicts[i];
    return NULL;
}

static void refuse_by_rule(ActVisit *v, const Decision *d, const Verdict *verdict)
{
    Page *page = v->page;
    const LawRule *rule = verdict->rule;
    Json *out = &v->refusal;
    Json cures = json_arr();
    bool broken = verdict->kind == VERDICT_VIOLATED;
    Str why = broken ? rule->say : rule->title;
    add_swaps(v, rule, &cures);
    if (rule->cure.n)
        push_cure(page, &cures, rule->cure, STR_NONE, STR_NONE, STR_NONE, STR_NONE);
    Str title =
        arena_printf(page->arena, page_format(page, N_("Not done: %.*s. %.*s")), STR_ARG(v->act->title), STR_ARG(why));
    Str text = verdict->got;
    if (!broken)
        text = arena_printf(page->arena, page_format(page, N_("It cannot be decided: %.*s")),
                            STR_ARG(show_reason(page, verdict)));
    size_t others = show_lacks(d->verdicts, d->n_verdicts, NULL);
    if (others > 1)
        text =
            show_join(page, text,
                      arena_printf(page->arena, page_format(page, N_("%zu further rules forbid it too")), others - 1));
    model_text(page, out, "title", title);
    model_text(page, out, "text", text);
    model_put(page, out, "laws", show_laws(page, &rule->basis));
    model_text(page, out, "cite", show_cite(page, &rule->basis, rule->note));
    model_put(page, out, "cures", cures);
    model_text(page, out, "rule", rule->id);
    model_text(page, out, "effect_text", page_text(page, N_("blocks")));
}

static void refuse_by_stop(ActVisit *v, const Decision *d)
{
    Page *page = v->page;
    Json *out = &v->refusal;
    model_text(page, out, "title",
               arena_printf(page->arena, page_format(page, N_("Not done: %.*s")), STR_ARG(v->act->title)));
    model_text(page, out, "text", act_stop_text(page, v->act, d->stop));
    model_put(page, out, "laws", json_arr());
    model_null(page, out, "cite");
    model_put(page, out, "cures", json_arr());
    model_text(page, out, "rule", str_c(decision_stop_name(d->stop)));
    model_text(page, out, "effect_text", page_text(page, N_("blocks")));
}

static Rc show_refusal(ActVisit *v, const ActResult *result, Json *ret, Err *err)
{
    const Decision *d = &result->decision;
    const Verdict *verdict = d->stop == STOP_RULES ? first_refusing(d) : NULL;
    v->refusal = json_obj();
    model_text(v->page, &v->refusal, "tone", STR("bad"));
    if (verdict)
        refuse_by_rule(v, d, verdict);
    else
        refuse_by_stop(v, d);
    model_int(v->page, &v->refusal, "seq", result->seq);
    model_text(v->page, &v->refusal, "url", arena_printf(v->page->arena, "/e/%lld", (long long)result->seq));
    v->page->status = 422;
    return act_model(v, d->n_verdicts ? d : NULL, ret, err);
}

/* Clocks that were due fired before the act was looked at, and others may have acted: what is shown again, and the
 * version that the form carries, is how the matter stands now. */
static Rc read_again(ActVisit *v, Err *err)
{
    MatterSource source = page_source(v->page);
    if (!v->matter)
        return RC_OK;
    TRY(matter_read(&source, v->matter->id, v->page->arena, &v->record, err));
    v->matter = &v->record.m;
    v->form.matter = v->matter;
    return RC_OK;
}

static Rc show_stale(ActVisit *v, Json *ret, Err *err)
{
    Page *page = v->page;
    Json *out = &v->refusal;
    *out = json_obj();
    model_text(page, out, "tone", STR("warn"));
    model_text(page, out, "title", page_text(page, N_("Somebody else has acted on this matter meanwhile")));
    model_text(
        page, out, "text",
        page_text(page, N_("Nothing was recorded and what you wrote is kept below. Look at what has changed, then "
                           "submit again.")));
    model_put(page, out, "laws", json_arr());
    model_put(page, out, "cures", json_arr());
    model_null(page, out, "rule");
    model_null(page, out, "effect_text");
    model_null(page, out, "seq");
    model_null(page, out, "url");
    page->status = 409;
    return act_model(v, NULL, ret, err);
}

/* ---- performing ---- */

static Rc show_done(ActVisit *v, const ActResult *result, Json *ret)
{
    Page *page = v->page;
    Json model = json_obj();
    if (!page->wants_json) {
        page->redirect =
            arena_printf(page->arena, "/m/%lld?done=%lld", (long long)result->matter, (long long)result->seq);
        *ret = model;
        return RC_OK;
    }
    model_text(page, &model, "answer", result->answer == ANSWER_DONE ? STR("done") : STR("repeated"));
    model_int(page, &model, "seq", result->seq);
    model_int(page, &model, "matter", result->matter);
    model_text(page, &model, "url", arena_printf(page->arena, "/m/%lld", (long long)result->matter));
    model_text(page, &model, "number", result->number);
    *ret = model;
    return RC_OK;
}

static Rc perform(ActVisit *v, Json *ret, Err *err)
{
    ActResult result;
    ActRequest request = { .actor = v->page->person->id,
                           .procedure = v->matter ? STR_NONE : v->procedure->id,
                           .matter = v->matter ? v->matter->id : 0,
                           .act = v->act->id,
                           .mode = v->mode,
                           .happened_at = v->happened_at,
                           .version = v->version,
                           .form = v->form.values,
                           .key = v->key };
    TRY(page_perform(v->page, &request, &result, err));
    if (result.answer == ANSWER_DONE || result.answer == ANSWER_REPEATED)
        return show_done(v, &result, ret);
    TRY(read_again(v, err));
    switch (result.answer) {
    case ANSWER_DONE:
    case ANSWER_REPEATED: break;
    case ANSWER_REFUSED: return show_refusal(v, &result, ret, err);
    case ANSWER_STALE: return show_stale(v, ret, err);
    case ANSWER_INVALID:
        form_add_faults(v->page, &v->form, &result.decision.faults);
        v->page->status = 422;
        return act_model(v, NULL, ret, err);
    case ANSWER_FAILED: break;
    }
    *err = result.err;
    return result.err.rc == RC_OK ? err_set(err, RC_INVALID, "the act failed") : result.err.rc;
}

static Rc visit(ActVisit *v, Json *ret, Err *err)
{
    Page *page = v->page;
    v->refusal = json_null();
    v->form.act = v->act;
    v->form.matter = v->matter;
    v->form.on = show_today(page);
    if (http_method(page->x) != HTTP_POST) {
        ActCheck check = { .matter = v->matter, .procedure = v->procedure, .act = v->act };
        v->form.values = act_presets(page, &check);
        v->form.texts = json_obj();
        form_read_query(page, &v->form);
        return act_model(v, NULL, ret, err);
    }
    if (str_eq(http_content_type(page->x), STR("application/json")))
        TRY(read_json(v, err));
    else
        read_html(v);
    if (v->mode != ACT_DO && v->happened_at)
        v->form.on = instant_day(v->happened_at, page->pack->zone_minutes);
    if (form_press(page, &v->form)) {
        v->form.n_faults = 0; /* not sent yet */
        return act_model(v, NULL, ret, err);
    }
    check_time(v);
    if (v->form.n_faults) {
        page->status = 422;
        return act_model(v, NULL, ret, err);
    }
    return perform(v, ret, err);
}

Rc page_act(Page *page, Json *ret_model, Err *err)
{
    MatterSource source = page_source(page);
    ActVisit v = { .page = page };
    int64_t id = 0;
    if (!page_id(page, "id", &id))
        return err_set(err, RC_NOT_FOUND, "no such matter");
    TRY(matter_read(&source, id, page->arena, &v.record, err));
    v.matter = &v.record.m;
    v.procedure = v.matter->procedure;
    v.act = law_act(v.procedure, page_param(page, "act"));
    if (!v.act || v.act->kind == LAW_ACT_OPEN)
        return err_set(err, RC_NOT_FOUND, "the procedure has no such act");
    v.action = arena_printf(page->arena, "/m/%lld/act/%.*s", (long long)id, STR_ARG(v.act->id));
    return visit(&v, ret_model, err);
}

/* ---- new matters ---- */

static bool may_open(const Page *page, const LawAct *act)
{
    if (act->kind != LAW_ACT_OPEN)
        return false;
    for (size_t i = 0; i < act->n_by; i++)
        if (dir_has_role(page->person, act->by[i], show_today(page)))
            return true;
    return false;
}

static const LawAct *opening_act(const Page *page, const LawProcedure *procedure)
{
    const LawAct *any = NULL;
    for (size_t i = 0; i < procedure->n_acts; i++) {
        const LawAct *act = &procedure->acts[i];
        if (may_open(page, act))
            return act;
        if (act->kind == LAW_ACT_OPEN && !any)
            any = act;
    }
    return any;
}

Rc page_new_matter(Page *page, Json *ret_model, Err *err)
{
    ActVisit v = { .page = page, .procedure = law_procedure(page->pack, page_param(page, "procedure")) };
    Str named = page_param(page, "act");
    if (!v.procedure)
        return err_set(err, RC_NOT_FOUND, "the pack has no such procedure");
    v.act = named.n ? law_act(v.procedure, named) : opening_act(page, v.procedure);
    if (!v.act || v.act->kind != LAW_ACT_OPEN)
        return err_set(err, RC_NOT_FOUND, "the procedure has no such act");
    v.action = arena_printf(page->arena, "/new/%.*s/%.*s", STR_ARG(v.procedure->id), STR_ARG(v.act->id));
    return visit(&v, ret_model, err);
}

static Json show_openings(Page *page, const LawProcedure *procedure)
{
    Json acts = json_arr();
    for (size_t i = 0; i < procedure->n_acts; i++) {
        const LawAct *act = &procedure->acts[i];
        Json out = json_obj();
        if (!may_open(page, act))
            continue;
        model_text(page, &out, "id", arena_printf(page->arena, "%.*s/%.*s", STR_ARG(procedure->id), STR_ARG(act->id)));
        model_text(page, &out, "title", act->title);
        model_text(page, &out, "note", act_note(page, procedure, act));
        model_text(page, &out, "button", page_text(page, N_("Begin")));
        model_text(page, &out, "url",
                   arena_printf(page->arena, "/new/%.*s/%.*s", STR_ARG(procedure->id), STR_ARG(act->id)));
        json_push(page->arena, &acts, out);
    }
    return acts;
}

static Json openings_of_section(Page *page, Str section)
{
    Json list = json_arr();
    for (size_t i = 0; i < page->pack->n_procedures; i++) {
        const LawProcedure *procedure = page->pack->procedures[i];
        Json acts = show_openings(page, procedure);
        Json out = json_obj();
        if (!acts.n || !str_eq(procedure->section, section))
            continue;
        model_text(page, &out, "title", procedure->title);
        model_text(page, &out, "guide_url", arena_printf(page->arena, "/procedures/%.*s", STR_ARG(procedure->id)));
        model_put(page, &out, "acts", acts);
        json_push(page->arena, &list, out);
    }
    return list;
}

Rc page_new(Page *page, Json *ret_model, Err *err)
{
    Json model = json_obj();
    Json groups = json_arr();
    const Str *sections;
    size_t n = page_sections(page, &sections);
    (void)err;
    for (size_t s = 0; s < n; s++) {
        Json procedures = openings_of_section(page, sections[s]);
        Json group = json_obj();
        if (!procedures.n)
            continue;
        model_text(page, &group, "title", page_section_title(page, sections[s]));
        model_put(page, &group, "procedures", procedures);
        json_push(page->arena, &groups, group);
    }
    page_name(page, &model, page_text(page, N_("New")), "new");
    model_put(page, &model, "groups", groups);
    *ret_model = model;
    return RC_OK;
}
