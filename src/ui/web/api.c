/* Acts as JSON: POST /api/acts. The exchange is put aside while the act waits for its commit, so that any number of
 * connections share one; no thread waits with it. */
#include <string.h>

#include "ui/web/web_internal.h"

Rc page_api_acts(Page *page, Json *ret_model, Err *err)
{
    (void)page;
    (void)ret_model;
    return err_set(err, RC_INVALID, "acts are sent with POST");
}

/* ---- the request ---- */

static Rc parse_act(Page *page, ActRequest *ret, Err *err)
{
    Json body;
    size_t at;
    Str text = http_body(page->x);
    if (!str_eq_c(http_content_type(page->x), "application/json"))
        return err_set(err, RC_INVALID, "send the act as application/json");
    if (!str_is_utf8(text, &at))
        return err_set(err, RC_PARSE, "byte %zu of the body is not UTF-8", at);
    TRY(json_parse(page->arena, text, &body, err));
    if (body.type != JSON_OBJ)
        return err_set(err, RC_INVALID, "an act is a JSON object");
    const Json *form = json_get(&body, STR("form"));
    Str mode = json_get_str(&body, STR("mode"));
    if (form && form->type != JSON_OBJ)
        return err_set(err, RC_INVALID, "the member \"form\" is an object");
    /* Mirroring another platform goes through imports, which are looked at before they are taken in. */
    if (mode.n && !str_eq_c(mode, act_mode_names[ACT_DO]) && !str_eq_c(mode, act_mode_names[ACT_RECORD]))
        return err_set(err, RC_INVALID, "the member \"mode\" is \"do\" or \"record\"");
    *ret = (ActRequest){ .actor = page->person->id,
                         .procedure = json_get_str(&body, STR("procedure")),
                         .matter = json_get_int(&body, STR("matter"), 0),
                         .act = json_get_str(&body, STR("act")),
                         .mode = str_eq_c(mode, act_mode_names[ACT_RECORD]) ? ACT_RECORD : ACT_DO,
                         .happened_at = json_get_int(&body, STR("happened_at"), 0),
                         .version = json_get_int(&body, STR("version"), 0),
                         .form = form ? *form : json_obj(),
                         .key = json_get_str(&body, STR("key")) };
    if (!ret->act.n || (!ret->matter && !ret->procedure.n))
        return err_set(err, RC_INVALID, "name the \"act\", and the \"matter\" or the \"procedure\" it opens");
    if (ret->key.n > 64)
        return err_set(err, RC_INVALID, "the member \"key\" has at most 64 bytes");
    return RC_OK;
}

/* ---- the answer ---- */

static Json verdicts_of(Arena *a, const Decision *d)
{
    Json list = json_arr();
    for (size_t i = 0; i < d->n_verdicts; i++) {
        const Verdict *v = &d->verdicts[i];
        if (v->kind != VERDICT_VIOLATED && v->kind != VERDICT_UNDECIDED)
            continue;
        Json row = json_obj();
        json_add(a, &row, STR("rule"), json_str(v->rule->id));
        json_add(a, &row, STR("verdict"), json_c(verdict_names[v->kind]));
        json_add(a, &row, STR("blocks"), json_bool(v->effect == LAW_BLOCK));
        json_add(a, &row, STR("say"), json_str(v->rule->say));
        json_add(a, &row, STR("cure"), json_str(v->rule->cure));
        if (v->kind == VERDICT_UNDECIDED)
            json_add(a, &row, STR("reason"), json_str(feel_reason_text(a, &v->reason, NULL, NULL)));
        json_add(a, &row, STR("basis"), json_str(law_basis_print(a, &v->rule->basis)));
        json_push(a, &list, row);
    }
    return list;
}

static Json faults_of(Arena *a, const Decision *d)
{
    Json list = json_arr();
    for (size_t i = 0; i < d->faults.n; i++) {
        Json row = json_obj();
        json_add(a, &row, STR("field"), json_str(d->faults.items[i].field));
        json_add(a, &row, STR("fault"), json_c(form_fault_name(d->faults.items[i].kind)));
        json_push(a, &list, row);
    }
    return list;
}

static const struct {
    const char *name;
    int status;
} answers[] = {
    [ANSWER_DONE] = { "done", 200 },       [ANSWER_REPEATED] = { "repeated", 200 },
    [ANSWER_REFUSED] = { "refused", 422 }, [ANSWER_INVALID] = { "invalid", 422 },
    [ANSWER_STALE] = { "stale", 409 },     [ANSWER_FAILED] = { "failed", 500 },
};

/* On the sequencer's thread: builds a small object and gives the exchange back. The Web may be stopping, so nothing of
 * it is touched. */
static void acts_done(void *ctx, const ActResult *result)
{
    WebRequest *r = ctx;
    Page *page = &r->page;
    Arena *a = page->arena;
    Json json = json_obj();
    int status = answers[result->answer].status;
    json_add(a, &json, STR("answer"), json_c(answers[result->answer].name));
    json_add(a, &json, STR("seq"), result->seq >= 0 ? json_int(result->seq) : json_null());
    json_add(a, &json, STR("matter"), result->matter ? json_int(result->matter) : json_null());
    json_add(a, &json, STR("number"), result->number.n ? json_str(result->number) : json_null());
    json_add(a, &json, STR("public_code"), result->public_code.n ? json_str(result->public_code) : json_null());
    if (result->answer == ANSWER_REFUSED)
        json_add(a, &json, STR("stop"), json_c(decision_stop_name(result->decision.stop)));
    json_add(a, &json, STR("verdicts"), verdicts_of(a, &result->decision));
    json_add(a, &json, STR("faults"), faults_of(a, &result->decision));
    if (result->answer == ANSWER_FAILED) {
        bool ours = result->err.rc != RC_NOT_FOUND && result->err.rc != RC_INVALID && result->err.rc != RC_LIMIT;
        status = ours ? 500 : result->err.rc == RC_NOT_FOUND ? 404 : 400;
        json_add(a, &json, STR("detail"), ours ? json_c(rc_name(result->err.rc)) : json_c(result->err.text));
    }
    web_reply_json(page->x, status, "application/json", &json);
    http_resume(page->x);
}

void web_api_act(WebRequest *r)
{
    Page *page = &r->page;
    ActRequest request;
    Err err = { 0 };
    page->wants_json = true;
    Rc rc = parse_act(page, &request, &err);
    if (rc != RC_OK) {
        web_reply_error(r, web_error_code(rc), &err);
        return;
    }
    http_suspend(page->x);
    rc = sequencer_submit(page->web->options.sequencer, &request, acts_done, r, &err);
    if (rc == RC_OK)
        return; /* acts_done has the exchange, and may have given it back already */
    web_reply_error(r, web_error_code(rc), &err);
    http_resume(page->x);
}
