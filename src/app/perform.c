/* Acts from request to durable entry. A batch shares one transaction; each act in it is decided against what the acts
 * before it did. A business answer (refused, invalid, stale) is given before anything is written, so that no savepoint
 * is needed; an error of the store ends the batch, whose acts then run one by one. */
#include <string.h>

#include "app/perform_internal.h"

int64_t app_next_instant(const App *app, const Work *work, int64_t at_ms)
{
    int64_t now = at_ms ? at_ms : app_now(app);
    int64_t last = work_last_at(work);
    return now > last ? now : last + 1;
}

Rc app_append(App *app, Work *work, Entry *entry, Err *err)
{
    Str leaf;
    entry->j = app->j;
    os_entropy_fill(&app->entropy, entry->nonce, ENTRY_NONCE);
    TRY(entry_encode(app->act, entry, &leaf, err));
    return work_apply(work, entry, leaf, err);
}

/* An error of the store itself, after which the transaction cannot go on; others concern one act only. */
static bool ends_batch(Rc rc)
{
    return rc == RC_DB || rc == RC_IO || rc == RC_FATAL || rc == RC_CONFLICT || rc == RC_CORRUPT || rc == RC_BUSY ||
           rc == RC_NOMEM;
}

/* ---- idempotency ---- */

/* The key names (actor, client's key); the digest the whole request, so that one key cannot mean two things. It is
 * keyed, since a plain digest would let anyone try out what a form may have said. */
static void request_digests(Performing *p, const ActRequest *req)
{
    Buf text;
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    buf_init(&text, JSON_TEXT_MAX);
    buf_printf(&text, "%lld\n", (long long)req->actor);
    buf_str(&text, req->key);
    crypto_sha256(p->app->crypto, buf_view(&text), digest);
    memcpy(p->key, digest, ENTRY_KEY);
    buf_clear(&text);
    buf_printf(&text, "%.*s\n%lld\n%.*s\n%d\n", STR_ARG(req->procedure), (long long)req->matter, STR_ARG(req->act),
               (int)req->mode);
    json_write(&text, &req->form);
    keys_blind(p->app->keys, STR("form"), buf_view(&text), p->digest);
    crypto_wipe(text.p, text.n);
    buf_free(&text);
}

static Rc check_repeat(Performing *p, const ActRequest *req, bool *ret_repeated, Err *err)
{
    *ret_repeated = false;
    p->has_key = req->key.n > 0;
    if (!p->has_key)
        return RC_OK;
    request_digests(p, req);
    int64_t seq = -1;
    uint8_t before[32] = { 0 };
    TRY(work_request(p->work, instant_day(p->now, 0), (Str){ (const char *)p->key, ENTRY_KEY }, &seq, before, err));
    if (seq < 0)
        return RC_OK;
    if (memcmp(before, p->digest, sizeof before) != 0)
        return err_set(err, RC_INVALID, "this idempotency key was used before for another request");
    p->result->answer = ANSWER_REPEATED;
    p->result->seq = seq;
    p->result->matter = req->matter ? req->matter : seq * 256;
    *ret_repeated = true;
    return RC_OK;
}

/* ---- input of the decision ---- */

static const LawProcedure *find_procedure(const Performing *p, const ActRequest *req)
{
    return p->matter ? p->matter->procedure : law_procedure(p->pack, req->procedure);
}

/* Persons who are known already by an identifying value keep their subject. */
static Rc find_known(Performing *p, const ActRequest *req, const LawAct *act, Err *err)
{
    p->known = ARENA_ARRAY(p->arena, MatterParty, act->n_form);
    for (size_t i = 0; i < act->n_form; i++) {
        const LawField *field = act->form[i].field;
        Str value = json_get_str(&req->form, field->id);
        if (!field->identifies.n || !field->personal.n || !value.n)
            continue;
        uint8_t blind[CRYPTO_DIGEST_SIZE];
        int64_t subject = 0;
        keys_blind(p->app->keys, field->identifies, value, blind);
        TRY(work_find_subject(p->work, field->identifies, (Str){ (const char *)blind, sizeof blind }, &subject, err));
        if (subject)
            p->known[p->n_known++] = (MatterParty){ field->personal, subject };
    }
    return RC_OK;
}

static Rc find_merge_target(Performing *p, const ActRequest *req, int64_t *ret, Err *err)
{
    const Json *into = json_get(&req->form, STR("into"));
    int64_t id = 0;
    *ret = 0;
    if (!into)
        return RC_OK;
    if (into->type == JSON_INT)
        id = into->as.i;
    else
        TRY(work_find_number(p->work, json_as_str(into), &id, err));
    const Matter *target = NULL;
    if (id && work_matter(p->work, id, 0, &target, NULL) == RC_OK && target->procedure->id.n &&
        str_eq(target->procedure->id, p->matter->procedure->id) && !target->core.merged_into)
        *ret = id;
    return RC_OK;
}

/* The core as of an instant: what a late record or a correction is decided on. */
static Rc find_past_core(Performing *p, int64_t eff_at, const MatterCore **ret, Err *err)
{
    MatterPast *past = NULL;
    size_t n = 0;
    size_t kept = 0;
    TRY(work_history(p->work, p->matter->id, &past, &n, err));
    for (size_t i = 0; i < n; i++)
        if (past[i].eff_at <= eff_at)
            past[kept++] = past[i];
    MatterCore *core = ARENA_NEW(p->arena, MatterCore);
    matter_refold(p->arena, core, p->matter->procedure, past, kept);
    *ret = core;
    return RC_OK;
}

static Rc build_input(Performing *p, const ActRequest *req, DecideInput *in, Err *err)
{
    const LawProcedure *procedure = find_procedure(p, req);
    if (!procedure)
        return err_set(err, RC_NOT_FOUND, "no procedure %.*s in the pack in force", STR_ARG(req->procedure));
    *in = (DecideInput){ .pack = p->pack,
                         .dir = p->app->dir,
                         .matter = p->matter,
                         .procedure = procedure,
                         .act = req->act,
                         .mode = req->mode,
                         .actor = req->actor,
                         .happened_at = p->happened_at,
                         .now_ms = p->now,
                         .form = &req->form };
    const LawAct *act = law_act(procedure, req->act);
    if (!act)
        return RC_OK; /* decide says so */
    TRY(find_known(p, req, act, err));
    in->known = p->known;
    in->n_known = p->n_known;
    if (p->matter && (act->kind == LAW_ACT_CORRECT || act->kind == LAW_ACT_VOID))
        TRY(work_entry_eff_at(p->work, p->matter->id, json_get_int(&req->form, STR("version"), 0), &in->target_eff_at,
                              err));
    int64_t eff_at = act->kind == LAW_ACT_CORRECT && in->target_eff_at ? in->target_eff_at : p->happened_at;
    if (p->matter && eff_at < p->matter->last_eff_at)
        TRY(find_past_core(p, eff_at, &in->past_core, err));
    if (p->matter && act->kind == LAW_ACT_MERGE)
        TRY(find_merge_target(p, req, &in->merge_into, err));
    int64_t sheet = json_get_int(&req->form, STR("sheet"), 0);
    if (procedure->n_sheets && sheet)
        TRY(work_sheet_ok(p->work, procedure->sheets[0].id, sheet, req->actor, &in->sheet_ok, err));
    return RC_OK;
}

/* ---- clocks that are due before the act ---- */

static Rc fire_one(Performing *p, const MatterClock *clock, Err *err)
{
    const Matter *m = p->matter;
    Day on = instant_day(clock->fire_at, p->pack->zone_minutes);
    DecideInput in = { .pack = law_book_on(&p->app->book, on),
                       .dir = p->app->dir,
                       .matter = m,
                       .mode = ACT_DO,
                       .actor = ACTOR_SYSTEM,
                       .happened_at = clock->fire_at,
                       .now_ms = p->now };
    Decision decision;
    TRY(matter_decide_fire(p->arena, &in, clock, &decision, err));
    Entry entry = { .kind = ENTRY_CLOCK,
                    .matter = m->id,
                    .version = m->version + 1,
                    .act = arena_printf(p->arena, "clock/%.*s/%d/%d", STR_ARG(clock->id), clock->gen, clock->next_warn),
                    .role = STR("system"),
                    .happened_at = clock->fire_at,
                    .eff_at = clock->fire_at,
                    .effects = decision.effects };
    return perform_entry(p, &entry, in.pack, err);
}

Rc perform_fire(Performing *p, Err *err)
{
    enum { FIRINGS_MAX = 512 };
    for (int i = 0; i < FIRINGS_MAX; i++) {
        const MatterClock *clock = matter_next_firing(p->matter, p->now);
        if (!clock)
            return RC_OK;
        TRY(fire_one(p, clock, err));
    }
    return err_set(err, RC_CORRUPT, "the clocks of matter %lld do not come to rest", (long long)p->matter->id);
}

/* ---- entries ---- */

Rc perform_entry(Performing *p, Entry *entry, const LawPack *pack, Err *err)
{
    entry->seq = work_next_seq(p->work);
    entry->recorded_at = app_next_instant(p->app, p->work, p->at_ms);
    entry->pack = pack->digest_hex;
    p->wrote = true;
    TRY(app_append(p->app, p->work, entry, err));
    return perform_follows(p, entry, err);
}

static Rc record_refusal(Performing *p, const ActRequest *req, const Decision *d, Err *err)
{
    /* What could not be opened has no version; there the day tells one attempt from the next. */
    Str act = p->matter ? req->act : arena_printf(p->arena, "%.*s/%.*s", STR_ARG(req->procedure), STR_ARG(req->act));
    Entry entry = { .kind = ENTRY_REFUSAL,
                    .matter = p->matter ? p->matter->id : 0,
                    .version = p->matter ? p->matter->version : instant_day(p->now, p->pack->zone_minutes),
                    .act = act,
                    .mode = req->mode,
                    .actor = req->actor,
                    .role = d->role,
                    .happened_at = p->happened_at,
                    .eff_at = p->happened_at,
                    .stop = str_c(decision_stop_name(d->stop)),
                    .verdicts = entry_verdicts(p->arena, d->verdicts, d->n_verdicts) };
    p->result->answer = ANSWER_REFUSED;
    TRY(work_refusal_repeat(p->work, &entry, &p->result->seq, err));
    if (p->result->seq >= 0)
        return RC_OK;
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    keys_blind(p->app->keys, STR("form"), json_to_arena(p->arena, &req->form), digest);
    entry.form = hex_to_arena(p->arena, digest, sizeof digest);
    p->result->seq = work_next_seq(p->work);
    return perform_entry(p, &entry, p->pack, err);
}

static Rc record_act(Performing *p, const ActRequest *req, Decision *d, Err *err)
{
    int64_t seq = work_next_seq(p->work);
    Entry entry = { .kind = ENTRY_ACT,
                    .matter = p->matter ? p->matter->id : seq * 256,
                    .version = p->matter ? p->matter->version + 1 : 1,
                    .act = req->act,
                    .mode = req->mode,
                    .actor = req->actor,
                    .role = d->role,
                    .happened_at = p->happened_at,
                    .eff_at = d->eff_at,
                    .verdicts = entry_verdicts(p->arena, d->verdicts, d->n_verdicts),
                    .effects = d->effects };
    if (p->has_key) {
        entry.key = hex_to_arena(p->arena, p->key, ENTRY_KEY);
        entry.form = hex_to_arena(p->arena, p->digest, CRYPTO_DIGEST_SIZE);
    }
    TRY(perform_wishes(p, req, d, &entry, err));
    TRY(perform_entry(p, &entry, p->pack, err));
    const Matter *after = NULL;
    TRY(work_matter(p->work, entry.matter, 0, &after, err));
    p->result->answer = ANSWER_DONE;
    p->result->seq = seq;
    p->result->matter = entry.matter;
    p->result->number = after->number;
    p->result->public_code = after->public_code;
    return RC_OK;
}

/* ---- one act ---- */

/* What the act reads of the matter, from its declaration: parties when it brings in personal values, links when it
 * signals, reads them or may close a finding, the count of documents when it issues one. */
static unsigned matter_needs(const Performing *p, Str act_id)
{
    const LawAct *act = law_act(p->matter->procedure, act_id);
    unsigned needs = 0;
    if (!act)
        return 0;
    for (size_t i = 0; i < act->n_form; i++)
        if (act->form[i].field->personal.n)
            needs |= NEED_PARTIES;
    if (act->n_signal || act->reads.links)
        needs |= NEED_LINKS;
    for (size_t i = 0; i < p->matter->n_clocks; i++)
        if (p->matter->clocks[i].state == CLOCK_OVERDUE)
            needs |= NEED_LINKS;
    return act->n_documents ? needs | NEED_DOCUMENTS : needs;
}

static Rc find_matter(Performing *p, const ActRequest *req, Err *err)
{
    int64_t known = 0;
    if (req->number.n)
        TRY(work_find_alias(p->work, req->system, req->number, &known, err));
    p->new_alias = req->system.n && req->number.n && !known;
    int64_t id = req->matter ? req->matter : known;
    if (!id)
        return RC_OK;
    TRY(work_matter(p->work, id, 0, &p->matter, err));
    /* A mirrored matter whose opening was made void has been taken back: its number is free again. */
    if (!req->matter && req->procedure.n && !p->matter->core.stage.n) {
        p->matter = NULL;
        p->new_alias = true;
    }
    return RC_OK;
}

Rc perform_act(Performing *p, const ActRequest *req, Err *err)
{
    bool repeated = false;
    p->at_ms = req->at_ms;
    p->now = app_next_instant(p->app, p->work, p->at_ms);
    p->happened_at = req->mode == ACT_DO || !req->happened_at ? p->now : req->happened_at;
    TRY(check_repeat(p, req, &repeated, err));
    if (repeated)
        return RC_OK;
    TRY(find_matter(p, req, err));
    const LawPack *latest = law_book_latest(&p->app->book);
    if (!latest)
        return err_set(err, RC_NOT_FOUND, "no pack has been adopted yet");
    p->pack = law_book_on(&p->app->book, instant_day(p->happened_at, latest->zone_minutes));
    if (p->matter && req->procedure.n) { /* a mirrored matter that is here already */
        p->result->answer = ANSWER_REPEATED;
        p->result->matter = p->matter->id;
        return RC_OK;
    }
    if (p->matter && req->version && req->version != p->matter->version) {
        p->result->answer = ANSWER_STALE;
        return RC_OK;
    }
    if (p->matter) {
        TRY(perform_fire(p, err));
        TRY(work_matter(p->work, p->matter->id, matter_needs(p, req->act), &p->matter, err));
    }
    DecideInput in;
    TRY(build_input(p, req, &in, err));
    Decision *d = &p->result->decision;
    TRY(matter_decide(p->arena, &in, d, err));
    if (d->kind == DECISION_INVALID) {
        p->result->answer = ANSWER_INVALID;
        return RC_OK;
    }
    if (d->kind == DECISION_REFUSED)
        return record_refusal(p, req, d, err);
    return record_act(p, req, d, err);
}

/* ---- batches ---- */

/* Performs one act of a batch. What only the decision needs lies in the act's own arena, which stays small enough for
 * the processor's caches; what the batch keeps is copied by the work. */
static Rc run_act(App *app, Work *work, const ActRequest *request, Arena *arena, ActResult *ret, Err *err)
{
    *ret = (ActResult){ .seq = -1 };
    Performing p = {
        .app = app, .work = work, .arena = app->act, .result = ret, .source = request->about, .link = request->link
    };
    arena_reset(app->act);
    Rc rc = perform_act(&p, request, err);
    if (rc != RC_OK && !p.wrote && !ends_batch(rc)) {
        *ret = (ActResult){ .answer = ANSWER_FAILED, .seq = -1, .err = *err };
        return RC_OK;
    }
    perform_keep_result(arena, ret);
    return rc;
}

typedef struct Batch {
    const ActRequest *requests;
    size_t n;
    Arena *arena;
    ActResult *results;
} Batch;

static Rc run_batch(App *app, Work *work, void *ctx, Err *err)
{
    const Batch *batch = ctx;
    for (size_t i = 0; i < batch->n; i++)
        TRY(run_act(app, work, &batch->requests[i], batch->arena, &batch->results[i], err));
    return RC_OK;
}

Rc app_perform_many(App *app, const ActRequest *requests, size_t n, Arena *arena, ActResult *ret_results, Err *err)
{
    Batch all = { requests, n, arena, ret_results };
    Rc rc = app_transact(app, run_batch, &all, err);
    if (rc == RC_OK || rc == RC_FATAL)
        return rc;
    for (size_t i = 0; i < n; i++) {
        Batch one = { &requests[i], 1, arena, &ret_results[i] };
        rc = app_transact(app, run_batch, &one, err);
        if (rc == RC_FATAL || (rc == RC_CONFLICT && n == 1))
            return rc;
        if (rc != RC_OK)
            ret_results[i] = (ActResult){ .answer = ANSWER_FAILED, .seq = -1, .err = *err };
    }
    return RC_OK;
}

typedef struct Sweep {
    size_t max;
    size_t fired;
} Sweep;

static Rc sweep(App *app, Work *work, void *ctx, Err *err)
{
    Sweep *s = ctx;
    int64_t *ids = ARENA_ARRAY(app->batch, int64_t, s->max);
    TRY(work_due_matters(work, app_now(app), ids, s->max, &s->fired, err));
    for (size_t i = 0; i < s->fired; i++) {
        ActResult unused = { 0 };
        Performing p = { .app = app, .work = work, .arena = app->act, .result = &unused };
        arena_reset(app->act);
        p.now = app_next_instant(app, work, 0);
        p.pack = law_book_latest(&app->book);
        TRY(work_matter(work, ids[i], 0, &p.matter, err));
        TRY(perform_fire(&p, err));
    }
    return RC_OK;
}

Rc app_sweep(App *app, size_t max, size_t *ret_fired, Err *err)
{
    Sweep s = { .max = max };
    TRY(app_transact(app, sweep, &s, err));
    *ret_fired = s.fired;
    return RC_OK;
}
