/* Residents: report a concern, keep the receipt, follow it by its code, add to it, verify a document. */
#include "ui/web/pages_public.h"
#include "app/personal.h"
#include "core/law/pages.h"
#include "ui/web/pages_proof.h"

enum { CODE_MAX = 32, KEY_MAX = 64 };

/* ---- the code ---- */

/* As people type it: with spaces or hyphens, in small letters. */
static Str clean_code(Page *page, Str typed)
{
    char *code = arena_alloc(page->arena, CODE_MAX);
    size_t n = 0;
    for (size_t i = 0; i < typed.n && n < CODE_MAX; i++) {
        char c = typed.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9'))
            code[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (Str){ code, n };
}

/* In groups that can be read aloud. */
static Str spoken_code(Page *page, Str code)
{
    Buf out;
    buf_init(&out, 2 * CODE_MAX + 8);
    for (size_t i = 0; i < code.n && i < CODE_MAX; i++) {
        if (i && i % 3 == 0 && i + 1 < code.n)
            buf_char(&out, ' ');
        buf_char(&out, code.p[i]);
    }
    Str text = buf_to_arena(&out, page->arena);
    buf_free(&out);
    return text;
}

static Rc read_by_code(Page *page, Str typed, MatterRecord *ret, bool *ret_found, Err *err)
{
    MatterSource source = page_source(page);
    Str code = clean_code(page, typed);
    int64_t id = 0;
    *ret_found = false;
    if (!code.n)
        return RC_OK;
    TRY(matter_find_code(&source, code, &id, err));
    if (!id)
        return RC_OK;
    *ret_found = true;
    return matter_read(&source, id, page->arena, ret, err);
}

/* ---- a form for the public ---- */

/* The act with only those fields of its form that residents are asked for. */
static LawAct asked_act(Page *page, const LawAct *act, bool opening)
{
    LawAct asked = *act;
    LawFormField *form = ARENA_ARRAY(page->arena, LawFormField, act->n_form);
    asked.n_form = 0;
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *f = &act->form[i];
        /* When opening, the office's own words for it (category, channel …) are preset or filled in by the office. */
        bool wanted = !opening || f->required || f->required_when.expr || f->field->personal.n;
        if (wanted)
            form[asked.n_form++] = *f;
    }
    asked.form = form;
    return asked;
}

typedef struct PublicVisit {
    Page *page;
    const Matter *matter; /* NULL: opening */
    const LawProcedure *procedure;
    const LawAct *act; /* as the pack has it */
    LawAct asked;
    PageForm form;
    Str action;
    Str problem;          /* what stands above the form when it was refused */
    const LawItem *place; /* of the code at a place that led here; NULL: none */
} PublicVisit;

static Json show_public_form(PublicVisit *v)
{
    Page *page = v->page;
    Json form = page_form(page);
    model_text(page, &form, "action", v->action);
    model_text(page, &form, "title", v->act->title);
    model_text(page, &form, "button", v->act->title);
    model_text(page, &form, "promise",
               page_text(page, N_("No account is needed. You get a code with which you can follow it.")));
    model_text(page, &form, "code", v->place ? v->place->id : STR_NONE);
    model_text(page, &form, "place", v->place ? v->place->title : STR_NONE);
    model_put(page, &form, "fields", form_show_fields(page, &v->form, NULL));
    return form;
}

static void public_model(PublicVisit *v, Json *ret)
{
    Page *page = v->page;
    Json model = json_obj();
    Json errors = form_show_errors(page, &v->form);
    if (v->problem.n) {
        Json problem = json_obj();
        model_text(page, &problem, "field", v->asked.n_form ? v->asked.form[0].field->id : STR("main"));
        model_text(page, &problem, "text", v->problem);
        json_push(page->arena, &errors, problem);
    }
    page_name(page, &model, v->act->title, v->matter ? "follow" : "submit");
    model_put(page, &model, "errors", errors);
    model_put(page, &model, "form", show_public_form(v));
    page->template = STR("submit");
    *ret = model;
}

/* ---- codes at places ---- */

/* NULL when the pack has no such code, or when it does not hold today. */
static const LawItem *find_place(const Page *page, Str code)
{
    const LawPlaceCodes *codes = page->pack->pages ? page->pack->pages->codes : NULL;
    const LawItem *item = codes && code.n ? law_item(codes->catalogue, code) : NULL;
    return item && law_item_holds(item, show_today(page)) ? item : NULL;
}

/* The fields that the code's row and its manner of coming fill, where the form has them. */
static void set_place(PublicVisit *v, Json *form)
{
    const LawPlaceCodes *codes = v->page->pack->pages->codes;
    for (size_t i = 0; i < codes->n_fields; i++) {
        const FeelValue *cell = feel_get(v->place->row, codes->columns[i]);
        bool has = cell && cell->type == FEEL_STRING;
        Str text = codes->columns[i].n ? (has ? feel_to_str(*cell) : STR_NONE) : codes->values[i];
        for (size_t k = 0; text.n && k < v->act->n_form; k++)
            if (v->act->form[k].field == codes->fields[i])
                json_set(v->page->arena, form, codes->fields[i]->id, json_str(text));
    }
}

/* What was typed over what the act is preset with. */
static Json merged_form(PublicVisit *v)
{
    ActCheck check = { .matter = v->matter, .procedure = v->procedure, .act = v->act };
    Json form = act_presets(v->page, &check);
    if (v->place)
        set_place(v, &form);
    for (size_t i = 0; i < v->form.values.n; i++) {
        const JsonMember *m = &v->form.values.as.members[i];
        json_set(v->page->arena, &form, m->key, m->value);
    }
    return form;
}

static Rc answer_public(PublicVisit *v, const ActResult *result, Json *ret, Err *err)
{
    Page *page = v->page;
    Str code = v->matter ? v->matter->public_code : result->public_code;
    switch (result->answer) {
    case ANSWER_DONE:
    case ANSWER_REPEATED: break;
    case ANSWER_INVALID:
        form_add_faults(page, &v->form, &result->decision.faults);
        page->status = 422;
        public_model(v, ret);
        return RC_OK;
    case ANSWER_REFUSED:
    case ANSWER_STALE:
        v->problem = page_text(page, N_("This is not possible any more. Look at how it stands now."));
        page->status = 422;
        public_model(v, ret);
        return RC_OK;
    case ANSWER_FAILED: *err = result->err; return result->err.rc;
    }
    if (!code.n) { /* a repeated submission: its code stands in the matter */
        MatterSource source = page_source(page);
        MatterRecord record;
        TRY(matter_read(&source, result->matter, page->arena, &record, err));
        code = record.m.public_code;
    }
    *ret = json_obj();
    model_text(page, ret, "code", code);
    model_int(page, ret, "seq", result->seq);
    if (!page->wants_json)
        page->redirect = arena_printf(page->arena, "/%s/%.*s", v->matter ? "follow" : "receipt", STR_ARG(code));
    return RC_OK;
}

static Rc perform_public(PublicVisit *v, Json *ret, Err *err)
{
    ActResult result;
    ActRequest request = { .actor = ACTOR_PUBLIC,
                           .procedure = v->matter ? STR_NONE : v->procedure->id,
                           .matter = v->matter ? v->matter->id : 0,
                           .act = v->act->id,
                           .form = merged_form(v),
                           .key = str_slice(page_field(v->page, "key"), 0, KEY_MAX) };
    TRY(page_perform(v->page, &request, &result, err));
    return answer_public(v, &result, ret, err);
}

static Rc visit_public(PublicVisit *v, Json *ret, Err *err)
{
    Page *page = v->page;
    v->asked = asked_act(page, v->act, !v->matter);
    v->form = (PageForm){
        .act = &v->asked, .matter = v->matter, .on = show_today(page), .values = json_obj(), .texts = json_obj()
    };
    if (http_method(page->x) != HTTP_POST) {
        if (v->place)
            set_place(v, &v->form.values);
        public_model(v, ret);
        return RC_OK;
    }
    form_read(page, &v->form);
    if (!v->form.n_faults)
        return perform_public(v, ret, err);
    page->status = 422;
    public_model(v, ret);
    return RC_OK;
}

/* ---- submit ---- */

static const LawAct *intake_act(const LawProcedure *procedure)
{
    for (size_t i = 0; procedure->intake && i < procedure->n_acts; i++)
        if (procedure->acts[i].kind == LAW_ACT_OPEN && procedure->acts[i].by_public)
            return &procedure->acts[i];
    return NULL;
}

Rc page_submit(Page *page, Json *ret_model, Err *err)
{
    for (size_t i = 0; i < page->pack->n_procedures; i++) {
        PublicVisit v = { .page = page, .procedure = page->pack->procedures[i], .action = STR("/submit") };
        v.act = intake_act(v.procedure);
        if (v.act)
            v.place = find_place(page, http_method(page->x) == HTTP_POST ? page_field(page, "code")
                                                                         : page_query(page, "code"));
        if (v.act)
            return visit_public(&v, ret_model, err);
    }
    return err_set(err, RC_NOT_FOUND, "the pack takes nothing in from the public");
}

/* A code at a place leads to the form, filled with where one is. */
Rc page_place_code(Page *page, Json *ret_model, Err *err)
{
    const LawItem *place = find_place(page, page_param(page, "code"));
    (void)err;
    *ret_model = json_obj();
    if (place) {
        page->redirect = arena_printf(page->arena, "/submit?code=%.*s", STR_ARG(place->id));
        return RC_OK;
    }
    page->status = 404;
    page_name(page, ret_model, page_text(page, N_("This code is not in use")), "submit");
    return RC_OK;
}

/* ---- receipt ---- */

static Json show_next(Page *page, const Matter *m)
{
    Json list = json_arr();
    for (size_t i = 0; i < m->n_clocks; i++) {
        Json clock;
        if (m->clocks[i].state != CLOCK_RUNNING || !show_clock(page, m, &m->clocks[i], &clock))
            continue;
        json_push(page->arena, &list,
                  json_str(arena_printf(page->arena, page_format(page, N_("%.*s: by %.*s.")),
                                        STR_ARG(json_get_str(&clock, STR("title"))),
                                        STR_ARG(json_get_str(&clock, STR("due_text"))))));
    }
    json_push(page->arena, &list, json_str(page_text(page, N_("You can follow every step with the code."))));
    return list;
}

Rc page_receipt(Page *page, Json *ret_model, Err *err)
{
    MatterRecord record;
    bool found = false;
    Json model = json_obj();
    Json receipt = json_obj();
    TRY(read_by_code(page, page_param(page, "code"), &record, &found, err));
    if (!found || !record.n_moments)
        return err_set(err, RC_NOT_FOUND, "there is no such code");
    const Matter *m = &record.m;
    int64_t at = record.moments[0].entry.recorded_at;
    page_name(page, &model, page_text(page, N_("Receipt")), "submit");
    model_text(page, &receipt, "code", spoken_code(page, m->public_code));
    model_text(page, &receipt, "url", arena_printf(page->arena, "/follow/%.*s", STR_ARG(m->public_code)));
    model_text(page, &receipt, "received_at", show_iso(page, at));
    model_text(page, &receipt, "received_text",
               arena_printf(page->arena, page_format(page, N_("Received %s.")), show_moment(page, at).p));
    model_null(page, &receipt, "qr");
    model_text(page, &receipt, "proof_url", arena_printf(page->arena, "/receipt/%.*s/proof", STR_ARG(m->public_code)));
    model_put(page, &receipt, "next", show_next(page, m));
    model_put(page, &model, "receipt", receipt);
    *ret_model = model;
    return RC_OK;
}

/* ---- follow ---- */

static void push_track(Page *page, Json *track, const char *state, Str title, int64_t at)
{
    Json out = json_obj();
    model_text(page, &out, "state", str_c(state));
    model_text(page, &out, "title", title);
    model_text(page, &out, "at", at ? show_iso(page, at) : STR_NONE);
    model_text(page, &out, "at_text", at ? show_moment(page, at) : STR_NONE);
    model_null(page, &out, "text");
    json_push(page->arena, track, out);
}

/* The acts that moved it on, where it is now, and the stages still to come. */
static Json show_track(Page *page, const MatterRecord *record)
{
    const Matter *m = &record->m;
    Json track = json_arr();
    Str stage = STR_NONE;
    bool end_shown = false;
    for (size_t i = 0; i < record->n_moments; i++) {
        const MatterMoment *moment = &record->moments[i];
        const LawAct *act = law_act(m->procedure, moment->entry.act);
        if (moment->void_seq >= 0 || !act || str_eq(moment->stage, stage))
            continue;
        stage = moment->stage;
        push_track(page, &track, "done", act->say.n ? act->say : act->title, moment->entry.happened_at);
    }
    if (m->core.closed_day != DAY_NONE)
        return track;
    int now = law_stage(m->procedure, m->core.stage);
    push_track(page, &track, "now", show_stage(m->procedure, m->core.stage), 0);
    for (size_t i = (size_t)(now + 1); i < m->procedure->n_stages && !end_shown; i++) {
        end_shown = m->procedure->stages[i].end;
        push_track(page, &track, "todo", m->procedure->stages[i].title, 0);
    }
    return track;
}

static Json show_public_fields(Page *page, const Matter *m)
{
    Json list = json_arr();
    for (size_t i = 0; i < m->procedure->n_fields; i++) {
        const LawField *field = &m->procedure->fields[i];
        if (!field->is_public || field->personal.n)
            continue;
        Str text = show_value(page, field, json_get(&m->core.fields, field->id));
        Json out = json_obj();
        if (!text.n)
            continue;
        model_text(page, &out, "id", field->id);
        model_text(page, &out, "title", field->title);
        model_text(page, &out, "text", text);
        json_push(page->arena, &list, out);
    }
    return list;
}

static Json show_public_acts(Page *page, const Matter *m)
{
    Json list = json_arr();
    int stage = law_stage(m->procedure, m->core.stage);
    for (size_t i = 0; stage >= 0 && i < m->procedure->n_acts; i++) {
        const LawAct *act = &m->procedure->acts[i];
        Json out = json_obj();
        if (!act->by_public || act->kind == LAW_ACT_OPEN || !(act->from >> stage & 1))
            continue;
        model_text(page, &out, "id", act->id);
        model_text(page, &out, "title", act->title);
        model_text(page, &out, "url",
                   arena_printf(page->arena, "/follow/%.*s/act/%.*s", STR_ARG(m->public_code), STR_ARG(act->id)));
        json_push(page->arena, &list, out);
    }
    return list;
}

/* What the office has promised next: the running term that ends first. */
static Str promise_text(Page *page, const Matter *m)
{
    const MatterClock *first = NULL;
    Json clock;
    for (size_t i = 0; i < m->n_clocks; i++)
        if (m->clocks[i].state == CLOCK_RUNNING && (!first || m->clocks[i].due_at < first->due_at))
            first = &m->clocks[i];
    if (!first || !show_clock(page, m, first, &clock))
        return STR_NONE;
    return arena_printf(page->arena, page_format(page, N_("%.*s: by %.*s.")),
                        STR_ARG(json_get_str(&clock, STR("title"))), STR_ARG(json_get_str(&clock, STR("due_text"))));
}

static Json show_appeal(Page *page, const MatterRecord *record)
{
    const Matter *m = &record->m;
    Json out = json_obj();
    Json track = show_track(page, record);
    int64_t last = record->n_moments ? record->moments[record->n_moments - 1].entry.happened_at : 0;
    model_text(page, &out, "code", spoken_code(page, m->public_code));
    model_text(page, &out, "title", m->core.title.n ? m->core.title : m->procedure->title);
    model_bool(page, &out, "closed", m->core.closed_day != DAY_NONE);
    model_text(page, &out, "state_text", show_stage(m->procedure, m->core.stage));
    model_text(page, &out, "now_text",
               arena_printf(page->arena, page_format(page, N_("Last step: %s.")), show_moment(page, last).p));
    model_text(page, &out, "left_text", promise_text(page, m));
    model_null(page, &out, "reply"); /* an answer names the person it is written to, so it is given by other ways */
    model_put(page, &out, "track", track);
    model_put(page, &out, "acts", show_public_acts(page, m));
    model_put(page, &out, "fields", show_public_fields(page, m));
    return out;
}

/* Whether the last four digits are those of the telephone that was left, for those who were asked for them. */
static Rc tail_fits(Page *page, const Matter *m, Str tail, bool *ret, Err *err)
{
    PersonalRecord personal;
    *ret = true;
    if (!tail.n)
        return RC_OK;
    TRY(personal_read(page->app, page->db, m, page->arena, &personal, err));
    for (size_t i = 0; i < personal.n; i++)
        if (str_eq(personal.items[i].field->identifies, STR("phone")))
            *ret = str_ends(json_as_str(&personal.items[i].value), tail);
    return RC_OK;
}

static Str asked_code(const Page *page)
{
    Str code = page_param(page, "code");
    if (!code.n)
        code = http_method(page->x) == HTTP_POST ? page_field(page, "code") : page_query(page, "code");
    return code;
}

Rc page_follow(Page *page, Json *ret_model, Err *err)
{
    MatterRecord record;
    Json model = json_obj();
    Json form = page_form(page);
    Str code = asked_code(page);
    bool found = false;
    TRY(read_by_code(page, code, &record, &found, err));
    if (found && http_method(page->x) == HTTP_POST)
        TRY(tail_fits(page, &record.m, str_trim(page_field(page, "tail")), &found, err));
    page_name(page, &model, page_text(page, N_("Follow it")), "follow");
    model_text(page, &form, "code", code);
    model_put(page, &model, "form", form);
    model_put(page, &model, "appeal", found ? show_appeal(page, &record) : json_null());
    model_text(page, &model, "error",
               code.n && !found ? page_text(page, N_("There is no such code, or the digits are not right")) : STR_NONE);
    page->status = code.n && !found ? 404 : 200;
    *ret_model = model;
    return RC_OK;
}

Rc page_follow_act(Page *page, Json *ret_model, Err *err)
{
    MatterRecord record;
    bool found = false;
    PublicVisit v = { .page = page };
    TRY(read_by_code(page, page_param(page, "code"), &record, &found, err));
    if (!found)
        return err_set(err, RC_NOT_FOUND, "there is no such code");
    v.matter = &record.m;
    v.procedure = record.m.procedure;
    v.act = law_act(v.procedure, page_param(page, "act"));
    if (!v.act || !v.act->by_public || v.act->kind == LAW_ACT_OPEN)
        return err_set(err, RC_NOT_FOUND, "this cannot be done here");
    v.action = arena_printf(page->arena, "/follow/%.*s/act/%.*s", STR_ARG(record.m.public_code), STR_ARG(v.act->id));
    return visit_public(&v, ret_model, err);
}

/* ---- verify ---- */

static const char SQL_DOCUMENT[] =
    "SELECT d.template, d.issued_day, d.seq, d.void_seq, m.procedure FROM document d "
    "JOIN matter m ON m.j = d.j AND m.id = d.matter WHERE d.j = ?1 AND d.number = ?2 LIMIT 1";

static void push_field(Page *page, Json *fields, const char *title, Str text, bool digest)
{
    Json out = json_obj();
    model_text(page, &out, "title", page_text(page, title));
    model_text(page, &out, "text", text);
    model_bool(page, &out, "digest", digest);
    json_push(page->arena, fields, out);
}

static void push_check(Page *page, Json *checks, Str text)
{
    Json check = json_obj();
    model_text(page, &check, "text", text);
    model_null(page, &check, "digest");
    json_push(page->arena, checks, check);
}

static void put_fields(Page *page, const DbRows *rows, Str number, Json *result)
{
    Json fields = json_arr();
    const LawProcedure *procedure = law_procedure(page->pack, db_str(rows, 4));
    const LawDocument *def = procedure ? law_document(procedure, db_str(rows, 0)) : NULL;
    push_field(page, &fields, N_("Document"), def ? def->title : db_str_in(rows, 0, page->arena), false);
    push_field(page, &fields, N_("Number"), number, false);
    push_field(page, &fields, N_("Issued"), show_day(page, (Day)db_int(rows, 1)), false);
    json_set(page->arena, result, STR("fields"), fields);
}

typedef enum DocumentState { DOCUMENT_GENUINE, DOCUMENT_VOID, DOCUMENT_DIFFERS, DOCUMENT_UNKNOWN } DocumentState;

static const struct {
    const char *state;
    const char *text; /* msgid */
} DOCUMENT_WORDS[] = {
    [DOCUMENT_GENUINE] = { "genuine", N_("It was issued by this office and is valid.") },
    [DOCUMENT_VOID] = { "void", N_("It was issued by this office and has been made void since.") },
    [DOCUMENT_DIFFERS] = { "differs", N_("The number is this office's, but the code is not that of the document.") },
    [DOCUMENT_UNKNOWN] = { "unknown", N_("No document of this office has this number.") },
};

/* A code that does not fit is the sign of a forgery that copied a number: nothing of the true document is shown then.
 */
static Rc put_document(Page *page, const DbRows *rows, Str number, Str code, Json *result, DocumentState *ret_state,
                       Err *err)
{
    Json checks = json_arr();
    int64_t seq = db_int(rows, 2);
    Str right;
    TRY(proof_code(page, seq, number, &right, err));
    if (code.n && !crypto_equal(code, right)) {
        *ret_state = DOCUMENT_DIFFERS;
        return RC_OK;
    }
    *ret_state = db_is_null(rows, 3) ? DOCUMENT_GENUINE : DOCUMENT_VOID;
    put_fields(page, rows, number, result);
    push_check(
        page, &checks,
        arena_printf(page->arena, page_format(page, N_("Recorded in the ledger as number %lld")), (long long)seq));
    if (code.n) {
        push_check(page, &checks, page_text(page, N_("The code fits the entry that issued the document")));
        json_set(page->arena, result, STR("proof_url"),
                 json_str(proof_verify_path(page, "/verify/proof", number, code)));
    }
    json_set(page->arena, result, STR("checks"), checks);
    return RC_OK;
}

static Rc find_document(Page *page, Str number, Str code, Json *result, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(app_j(page->app)), DBT(number) };
    DocumentState state = DOCUMENT_UNKNOWN;
    bool more = false;
    model_put(page, result, "fields", json_arr());
    model_put(page, result, "checks", json_arr());
    model_null(page, result, "proof_url");
    TRY(db_query(page->db, SQL_DOCUMENT, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (more)
        TRY(put_document(page, rows, number, code, result, &state, err));
    model_text(page, result, "state", str_c(DOCUMENT_WORDS[state].state));
    model_text(page, result, "text", page_text(page, DOCUMENT_WORDS[state].text));
    return RC_OK;
}

/* By its form, or by the address in a document's QR code. */
Rc page_verify(Page *page, Json *ret_model, Err *err)
{
    bool sent = http_method(page->x) == HTTP_POST;
    Json model = json_obj();
    Json form = page_form(page);
    Json result = json_null();
    Str number = str_trim(sent ? page_field(page, "number") : page_query(page, "number"));
    Str code = str_trim(sent ? page_field(page, "code") : page_query(page, "code"));
    if (number.n) {
        result = json_obj();
        TRY(find_document(page, number, code, &result, err));
    }
    page_name(page, &model, page_text(page, N_("Verify a document")), "verify");
    model_text(page, &form, "number", number);
    model_text(page, &form, "code", code);
    model_put(page, &model, "form", form);
    model_put(page, &model, "result", result);
    *ret_model = model;
    return RC_OK;
}
