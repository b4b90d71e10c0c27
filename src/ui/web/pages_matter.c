/* The page of one matter: what it is, what may be done next and what is missing, what happened, who and what belongs to
 * it. */
#include "ui/web/pages_matter.h"
#include "app/personal.h"
#include "ui/web/pages_tables.h"

/* ---- what can be done next ---- */

typedef struct NextActs {
    Page *page;
    const MatterRecord *record;
    Json list;
    Json theirs;   /* acts that others do at this stage */
    Str elsewhere; /* titles of acts that this stage does not allow */
    int64_t n_elsewhere;
    int n_ready;
    int n_lacks;
    int n_other;
    Str main_title;
    Str main_url;
} NextActs;

typedef struct MatterCures {
    const ActCheck *check;
    Str url; /* of the form */
} MatterCures;

static void push_cure(Page *page, Json *cures, Str title, Str url)
{
    Json cure = json_obj();
    model_text(page, &cure, "title", title);
    model_text(page, &cure, "url", url);
    json_push(page->arena, cures, cure);
}

/* For a rule about persons: exchange the one who does not count, or add one; else a way to the field. */
static void add_cures(void *ctx, Page *page, const LawRule *rule, Json *cures)
{
    const MatterCures *c = ctx;
    const LawField *field = act_persons_field(c->check->act, rule);
    if (!field) {
        if (rule->field.n)
            push_cure(page, cures, page_text(page, N_("Go to the field")),
                      arena_printf(page->arena, "%.*s#%.*s", STR_ARG(c->url), STR_ARG(rule->field)));
        return;
    }
    Day today = show_today(page);
    const Json *chosen = json_get(&c->check->form, field->id);
    const DirPerson *person = NULL;
    int64_t out = act_uncounted(page, today, chosen);
    if (act_certified(page, today, chosen, &person, 1)) {
        Str ids = STR_NONE;
        for (size_t i = 0; chosen && chosen->type == JSON_ARR && i < chosen->n; i++) {
            int64_t id = json_as_int(json_at(chosen, i), 0);
            if (id != out)
                ids = arena_printf(page->arena, "%.*s%lld,", STR_ARG(ids), (long long)id);
        }
        Str url = arena_printf(page->arena, "%.*s?%.*s=%.*s%lld", STR_ARG(c->url), STR_ARG(field->id), STR_ARG(ids),
                               (long long)person->id);
        push_cure(page, cures,
                  arena_printf(page->arena, page_format(page, out ? N_("Change to %.*s") : N_("Add %.*s")),
                               STR_ARG(person->name)),
                  url);
    }
    push_cure(page, cures, page_text(page, N_("Choose another")),
              arena_printf(page->arena, "%.*s#%.*s", STR_ARG(c->url), STR_ARG(field->id)));
}

static void put_act(NextActs *next, const LawAct *act, const ActCheck *check, const Decision *d)
{
    Page *page = next->page;
    size_t warned = 0;
    size_t lacks = show_lacks(d->verdicts, d->n_verdicts, &warned);
    Str url = arena_printf(page->arena, "/m/%lld/act/%.*s", (long long)next->record->m.id, STR_ARG(act->id));
    MatterCures context = { .check = check, .url = url };
    ShowCures cures = { .add = add_cures, .ctx = &context };
    bool other = !act_is_mine(page, act);
    const char *state = other ? "other" : lacks ? "lacks" : warned ? "warn" : "ready";
    Json out = json_obj();
    model_text(page, &out, "id", act->id);
    model_text(page, &out, "title", act->title);
    model_text(page, &out, "state", str_c(state));
    model_int(page, &out, "lack", (int64_t)lacks);
    model_text(page, &out, "note", act_note(page, check->procedure, act));
    model_text(page, &out, "url", other ? STR_NONE : url);
    model_text(page, &out, "button", page_text(page, N_("Do it")));
    model_put(page, &out, "verdicts", show_verdicts(page, d->verdicts, d->n_verdicts, other ? NULL : &cures));
    json_push(page->arena, other ? &next->theirs : &next->list, out);
    next->n_other += other;
    next->n_lacks += !other && lacks;
    next->n_ready += !other && !lacks;
    if (!other && !next->main_url.n && act->to >= 0) {
        next->main_title = act->title;
        next->main_url = url;
    }
}

static bool is_correction(const LawAct *act)
{
    return act->kind != LAW_ACT_PLAIN && act->kind != LAW_ACT_OPEN;
}

static Rc consider_act(NextActs *next, const LawAct *act, Err *err)
{
    const Matter *m = &next->record->m;
    int stage = law_stage(m->procedure, m->core.stage);
    Decision decision;
    ActCheck check = { .matter = m, .procedure = m->procedure, .act = act, .mode = ACT_DO };
    /* What only the system or the public does is nothing to be done here. */
    if (act->kind == LAW_ACT_OPEN || !act->n_by)
        return RC_OK;
    /* Others' acts are shown as they would find them, so that what they will lack can be seen in time. */
    if (!act_is_mine(next->page, act))
        check.actor = act_somebody(next->page, act);
    if (stage < 0 || !(act->from >> stage & 1)) {
        next->elsewhere = show_join(next->page, next->elsewhere, act->title);
        next->n_elsewhere++;
        return RC_OK;
    }
    TRY(act_check(next->page, &check, &decision, err));
    if (decision.stop == STOP_WHEN) {
        next->elsewhere = show_join(next->page, next->elsewhere, act->title);
        next->n_elsewhere++;
        return RC_OK;
    }
    put_act(next, act, &check, &decision);
    return RC_OK;
}

/* What moves the matter on comes first, what only adds to it next, corrections last. */
static int act_rank(const LawAct *act)
{
    return is_correction(act) ? 2 : act->to < 0;
}

static Rc gather_acts(NextActs *next, Err *err)
{
    const LawProcedure *procedure = next->record->m.procedure;
    next->list = json_arr();
    next->theirs = json_arr();
    for (int rank = 0; rank <= 2; rank++)
        for (size_t i = 0; i < procedure->n_acts; i++)
            if (act_rank(&procedure->acts[i]) == rank)
                TRY(consider_act(next, &procedure->acts[i], err));
    return RC_OK;
}

static Rc put_acts(Page *page, const MatterRecord *record, Json *model, Err *err)
{
    NextActs next = { .page = page, .record = record };
    TRY(gather_acts(&next, err));
    Str text = arena_printf(page->arena, page_format(page, N_("%d can be done, %d lack something, %d are not for you")),
                            next.n_ready, next.n_lacks, next.n_other);
    model_put(page, model, "acts", next.list);
    model_put(page, model, "their_acts", next.theirs);
    model_text(page, model, "acts_text", text);
    Json other = json_null();
    if (next.n_elsewhere) {
        other = json_obj();
        model_int(page, &other, "count", next.n_elsewhere);
        model_text(page, &other, "text", next.elsewhere);
    }
    model_put(page, model, "other_acts", other);
    Json main_act = json_null();
    if (next.main_url.n) {
        main_act = json_obj();
        model_text(page, &main_act, "title", next.main_title);
        model_text(page, &main_act, "url", next.main_url);
    }
    model_put(page, model, "main_act", main_act);
    return RC_OK;
}

/* ---- facts, clocks ---- */

static Json show_fields(Page *page, const Matter *m)
{
    Json list = json_arr();
    for (size_t i = 0; i < m->procedure->n_fields; i++) {
        const LawField *field = &m->procedure->fields[i];
        const Json *value = json_get(&m->core.fields, field->id);
        Str text = field->personal.n ? STR_NONE : show_value(page, field, value);
        if (!text.n)
            continue;
        Json out = json_obj();
        model_text(page, &out, "id", field->id);
        model_text(page, &out, "title", field->title);
        model_text(page, &out, "text", text);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_clocks(Page *page, const Matter *m)
{
    Json list = json_arr();
    for (int running = 1; running >= 0; running--) {
        for (size_t i = 0; i < m->n_clocks; i++) {
            ClockState state = m->clocks[i].state;
            bool runs = state == CLOCK_RUNNING || state == CLOCK_OVERDUE || state == CLOCK_PAUSED;
            Json clock;
            if (runs == (running == 1) && show_clock(page, m, &m->clocks[i], &clock))
                json_push(page->arena, &list, clock);
        }
    }
    return list;
}

/* ---- persons ---- */

static void put_values(Page *page, const PersonalRecord *personal, int64_t subject, bool revealed, Json *party)
{
    Json values = json_arr();
    for (size_t i = 0; i < personal->n; i++) {
        const PersonalItem *item = &personal->items[i];
        Json out = json_obj();
        if (item->subject != subject)
            continue;
        Str full = personal_text(page->arena, &item->value);
        model_text(page, &out, "id", item->field->id);
        model_text(page, &out, "title", item->field->title);
        model_text(page, &out, "text", revealed ? full : personal_mask(page->arena, item->field, full));
        json_push(page->arena, &values, out);
    }
    model_put(page, party, "values", values);
}

static Rc put_parties(Page *page, const Matter *m, int64_t revealed, Json *model, Err *err)
{
    PersonalRecord personal = { 0 };
    Json list = json_arr();
    if (m->n_parties)
        TRY(personal_read(page->app, page->db, m, page->arena, &personal, err));
    for (size_t i = 0; i < m->n_parties; i++) {
        const MatterParty *p = &m->parties[i];
        bool erased = personal_is_erased(&personal, p->subject);
        Json out = json_obj();
        Str url = arena_printf(page->arena, "/m/%lld/unmask/%lld", (long long)m->id, (long long)p->subject);
        model_int(page, &out, "id", p->subject);
        model_text(page, &out, "role", show_party_role(page, p->role));
        model_bool(page, &out, "erased", erased);
        model_text(page, &out, "unmask_url", erased || revealed == p->subject ? STR_NONE : url);
        put_values(page, &personal, p->subject, revealed == p->subject, &out);
        json_push(page->arena, &list, out);
    }
    model_put(page, model, "parties", list);
    return RC_OK;
}

/* ---- files, documents, links ---- */

static Json show_evidence(Page *page, const MatterRecord *record)
{
    Json out = json_obj();
    Json items = json_arr();
    for (size_t i = 0; i < record->n_files; i++) {
        const MatterFile *f = &record->files[i];
        Json item = json_obj();
        model_int(page, &item, "n", f->n);
        model_text(page, &item, "icon", str_starts(f->media, STR("image/")) ? STR("photo") : STR("doc"));
        model_text(page, &item, "title", f->role);
        model_text(page, &item, "meta", arena_printf(page->arena, "%lld KB", (long long)(f->bytes / 1024)));
        model_text(page, &item, "url", arena_printf(page->arena, "/e/%lld", (long long)f->seq));
        model_null(page, &item, "day");
        model_null(page, &item, "day_text");
        json_push(page->arena, &items, item);
    }
    model_text(page, &out, "title", page_text(page, N_("Files")));
    model_int(page, &out, "count", (int64_t)record->n_files);
    model_null(page, &out, "check");
    model_put(page, &out, "items", items);
    return out;
}

static Json show_documents(Page *page, const MatterRecord *record)
{
    Json list = json_arr();
    for (size_t i = 0; i < record->n_documents; i++) {
        const MatterDocument *d = &record->documents[i];
        const LawDocument *def = law_document(record->m.procedure, d->template);
        Json out = json_obj();
        model_int(page, &out, "id", d->id);
        model_text(page, &out, "title", def ? def->title : d->template);
        model_text(page, &out, "number", d->number);
        model_text(page, &out, "url", arena_printf(page->arena, "/e/%lld", (long long)d->seq));
        model_text(page, &out, "state", d->is_void ? STR("void") : STR("issued"));
        model_text(page, &out, "state_text",
                   d->is_void ? page_text(page, N_("void")) : show_day_short(page, d->issued));
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_links(Page *page, const MatterRecord *record)
{
    Json list = json_arr();
    for (size_t i = 0; i < record->m.n_links; i++) {
        const MatterLink *link = &record->m.links[i];
        const MatterName *other = &record->others[i];
        const LawProcedure *procedure = law_procedure(page->pack, link->procedure);
        Json out = json_obj();
        model_text(page, &out, "kind", link->kind);
        model_text(page, &out, "kind_text", show_link_kind(page, link->kind, link->incoming));
        model_text(page, &out, "no", show_number_short(other->number));
        model_text(page, &out, "title", other->title);
        model_text(page, &out, "url", arena_printf(page->arena, "/m/%lld", (long long)other->id));
        model_text(page, &out, "stage", procedure ? show_stage(procedure, link->stage) : link->stage);
        json_push(page->arena, &list, out);
    }
    return list;
}

/* ---- the whole ---- */

static void push_part(Page *page, Json *parts, const char *id, const char *msgid, int64_t count)
{
    Json part = json_obj();
    model_text(page, &part, "id", str_c(id));
    model_text(page, &part, "title", page_text(page, msgid));
    model_put(page, &part, "count", count < 0 ? json_null() : json_int(count));
    json_push(page->arena, parts, part);
}

static int64_t list_count(const Json *model, const char *key)
{
    const Json *list = json_get(model, str_c(key));
    return list && list->type == JSON_ARR ? list->n : 0;
}

static Json show_parts(Page *page, const MatterRecord *record, const Json *model)
{
    Json parts = json_arr();
    push_part(page, &parts, "next", N_("Next"), list_count(model, "acts"));
    if (list_count(model, "tables"))
        push_part(page, &parts, "disc", N_("Discretion"), -1);
    push_part(page, &parts, "time", N_("History"), (int64_t)record->n_moments);
    if (list_count(model, "fields"))
        push_part(page, &parts, "facts", N_("Facts"), -1);
    if (list_count(model, "parties"))
        push_part(page, &parts, "party", N_("Persons"), list_count(model, "parties"));
    push_part(page, &parts, "ev", N_("Files"), (int64_t)record->n_files);
    if (list_count(model, "documents"))
        push_part(page, &parts, "docs", N_("Documents"), list_count(model, "documents"));
    if (list_count(model, "links"))
        push_part(page, &parts, "links", N_("Links"), list_count(model, "links"));
    return parts;
}

/* After an act: what was done, with a link to its record. */
static void put_notice(Page *page, const MatterRecord *record, Json *model)
{
    int64_t seq = 0;
    Json notice = json_obj();
    if (!str_to_i64(page_query(page, "done"), &seq))
        return;
    for (size_t i = 0; i < record->n_moments; i++) {
        const Entry *entry = &record->moments[i].entry;
        if (entry->seq != seq)
            continue;
        Str title = moment_title(page, &record->m, entry);
        model_text(page, &notice, "tone", STR("ok"));
        model_text(page, &notice, "text",
                   arena_printf(page->arena, page_format(page, N_("Done: %.*s.")), STR_ARG(title)));
        model_text(page, &notice, "url", arena_printf(page->arena, "/e/%lld", (long long)seq));
        model_text(page, &notice, "link", arena_printf(page->arena, "#%lld", (long long)seq));
        model_put(page, model, "notice", notice);
        return;
    }
}

Rc matter_model(Page *page, int64_t id, int64_t revealed, Json *ret, Err *err)
{
    MatterSource source = page_source(page);
    MatterRecord record;
    Json model = json_obj();
    Str stages_text;
    TRY(matter_read(&source, id, page->arena, &record, err));
    Json matter = show_matter(page, &record.m);
    page_name(page, &model,
              arena_printf(page->arena, "%.*s %.*s", STR_ARG(json_get_str(&matter, STR("title"))),
                           STR_ARG(json_get_str(&matter, STR("no")))),
              "matter");
    page_crumb(page, &model, record.m.procedure->title,
               arena_printf(page->arena, "/list/%.*s", STR_ARG(record.m.procedure->id)));
    page_crumb(page, &model, json_get_str(&matter, STR("no")), STR_NONE);
    model_put(page, &model, "matter", matter);
    put_notice(page, &record, &model);
    model_put(page, &model, "buttons", json_arr());
    model_put(page, &model, "clocks", show_clocks(page, &record.m));
    model_put(page, &model, "stages", matter_stages(page, &record, &stages_text));
    model_text(page, &model, "stages_text", stages_text);
    model_put(page, &model, "picture", matter_picture(page, &record));
    TRY(put_acts(page, &record, &model, err));
    model_put(page, &model, "fields", show_fields(page, &record.m));
    model_put(page, &model, "tables", show_matter_tables(page, &record.m));
    model_put(page, &model, "timeline", show_timeline(page, &record));
    TRY(put_parties(page, &record.m, revealed, &model, err));
    model_put(page, &model, "evidence", show_evidence(page, &record));
    model_put(page, &model, "documents", show_documents(page, &record));
    model_put(page, &model, "links", show_links(page, &record));
    model_put(page, &model, "notes", json_arr());
    model_put(page, &model, "parts", show_parts(page, &record, &model));
    *ret = model;
    return RC_OK;
}

bool page_id(const Page *page, const char *param, int64_t *ret)
{
    return str_to_i64(page_param(page, param), ret) && *ret > 0 && *ret <= JSON_INT_MAX;
}

Rc page_matter(Page *page, Json *ret_model, Err *err)
{
    int64_t id = 0;
    if (!page_id(page, "id", &id))
        return err_set(err, RC_NOT_FOUND, "no such matter");
    return matter_model(page, id, 0, ret_model, err);
}

/* ---- looking at a person's full values ---- */

typedef struct Looking {
    int64_t matter;
    int64_t subject;
    Str purpose;
    int64_t actor;
} Looking;

static Rc record_look(App *app, void *ctx, Err *err)
{
    const Looking *l = ctx;
    return app_reveal(app, l->matter, l->subject, l->purpose, l->actor, err);
}

/* The purposes are few and fixed: a free text would bring personal values into the ledger. */
static const struct {
    const char *id;
    const char *title;
} purposes[] = { { "contact", N_("To contact the person") },
                 { "serve", N_("To serve a document") },
                 { "check", N_("To check the identity") },
                 { "supervise", N_("To supervise the handling") } };

static Json show_purpose(Page *page, bool missing)
{
    Json field = json_obj();
    Json options = json_arr();
    for (size_t i = 0; i < ARRAY_LEN(purposes); i++) {
        Json option = json_obj();
        model_text(page, &option, "value", str_c(purposes[i].id));
        model_text(page, &option, "title", page_text(page, purposes[i].title));
        model_bool(page, &option, "checked", false);
        model_null(page, &option, "note");
        json_push(page->arena, &options, option);
    }
    model_text(page, &field, "id", STR("purpose"));
    model_text(page, &field, "type", STR("choice"));
    model_text(page, &field, "title", page_text(page, N_("What for")));
    model_bool(page, &field, "required", true);
    model_null(page, &field, "value");
    model_text(page, &field, "hint", page_text(page, N_("Your look is recorded in the ledger with its purpose.")));
    model_text(page, &field, "error", missing ? page_text(page, N_("Say what for")) : STR_NONE);
    model_null(page, &field, "warn");
    model_null(page, &field, "suffix");
    model_put(page, &field, "options", options);
    model_bool(page, &field, "readonly", false);
    return field;
}

static Rc ask_purpose(Page *page, const Looking *look, bool missing, Json *ret, Err *err)
{
    MatterSource source = page_source(page);
    MatterRecord record;
    Json model = json_obj();
    Json act = json_obj();
    Json fields = json_arr();
    TRY(matter_read(&source, look->matter, page->arena, &record, err));
    Json matter = show_matter(page, &record.m);
    Str title = page_text(page, N_("See a person's full data"));
    Json form = page_form(page);
    page_name(page, &model, title, "matter");
    page_crumb(page, &model, json_get_str(&matter, STR("no")), json_get_str(&matter, STR("url")));
    page_crumb(page, &model, title, STR_NONE);
    model_text(page, &act, "id", STR("unmask"));
    model_text(page, &act, "title", title);
    model_null(page, &act, "note");
    json_push(page->arena, &fields, show_purpose(page, missing));
    model_text(page, &form, "action",
               arena_printf(page->arena, "/m/%lld/unmask/%lld", (long long)look->matter, (long long)look->subject));
    model_null(page, &form, "version");
    model_text(page, &form, "title", title);
    model_text(page, &form, "button", page_text(page, N_("Show them")));
    model_bool(page, &form, "drafts", false);
    model_null(page, &form, "draft_text");
    model_put(page, &form, "modes", json_arr());
    model_null(page, &form, "happened_at");
    model_put(page, &form, "fields", fields);
    model_put(page, &model, "act", act);
    model_put(page, &model, "matter", matter);
    model_put(page, &model, "clocks", json_arr());
    model_null(page, &model, "refusal");
    model_put(page, &model, "errors", json_arr());
    model_put(page, &model, "form", form);
    model_null(page, &model, "rules_text");
    model_null(page, &model, "rules_foot");
    model_put(page, &model, "verdicts", json_arr());
    page->template = STR("act");
    page->status = missing ? 422 : 200;
    *ret = model;
    return RC_OK;
}

Rc page_unmask(Page *page, Json *ret_model, Err *err)
{
    Looking look = { .actor = page->person->id, .purpose = page_field(page, "purpose") };
    bool known = false;
    if (!page_id(page, "id", &look.matter) || !page_id(page, "subject", &look.subject))
        return err_set(err, RC_NOT_FOUND, "no such person here");
    for (size_t i = 0; i < ARRAY_LEN(purposes); i++)
        known = known || str_eq_c(look.purpose, purposes[i].id);
    bool posted = http_method(page->x) == HTTP_POST;
    if (!posted || !known)
        return ask_purpose(page, &look, posted, ret_model, err);
    TRY(page_run(page, record_look, &look, err));
    page->template = STR("matter");
    return matter_model(page, look.matter, look.subject, ret_model, err);
}
