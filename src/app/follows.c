/* What an entry sets off: matters opened and acts performed on linked matters, each an entry of its own in the same
 * transaction. They are facts that follow from a fact, so they are taken in mode record: rules judge, nothing refuses.
 */
#include "app/perform_internal.h"

static Rc follow(Performing *p, const Entry *entry, const ActRequest *req, Str link, Err *err)
{
    if (p->depth >= APP_FOLLOW_DEPTH)
        return err_set(err, RC_CORRUPT, "acts set each other off more than %d deep; the pack has a loop",
                       APP_FOLLOW_DEPTH);
    ActResult result = { .seq = -1 };
    Performing next = { .app = p->app,
                        .work = p->work,
                        .arena = p->arena,
                        .result = &result,
                        .wrote = true,
                        .depth = p->depth + 1,
                        .source = entry->matter,
                        .source_seq = entry->seq,
                        .link = link };
    return perform_act(&next, req, err);
}

Rc perform_follows(Performing *p, const Entry *entry, Err *err)
{
    for (size_t i = 0; i < entry->effects.n; i++) {
        const Effect *e = &entry->effects.items[i];
        if (e->kind != EFFECT_SPAWN && e->kind != EFFECT_SIGNAL)
            continue;
        ActRequest req = { .actor = ACTOR_SYSTEM,
                           .act = e->text,
                           .mode = ACT_RECORD,
                           .happened_at = entry->happened_at,
                           .at_ms = p->at_ms,
                           .form = json_obj() };
        if (e->kind == EFFECT_SPAWN) {
            const Json *form = json_get(&e->value, STR("form"));
            req.procedure = e->name;
            req.form = form ? *form : json_obj();
            TRY(follow(p, entry, &req, json_get_str(&e->value, STR("link")), err));
        } else {
            /* Clearing a finding is what the office does now, however long ago the proof of it happened. */
            if (str_starts(e->name, STR("clock/")))
                req.happened_at = entry->recorded_at;
            req.matter = e->a;
            req.form = e->value;
            TRY(follow(p, entry, &req, STR_NONE, err));
        }
    }
    return RC_OK;
}

void perform_keep_result(Arena *arena, ActResult *r)
{
    Decision *d = &r->decision;
    r->number = arena_str(arena, r->number);
    r->public_code = arena_str(arena, r->public_code);
    Verdict *verdicts = ARENA_ARRAY(arena, Verdict, d->n_verdicts);
    for (size_t k = 0; k < d->n_verdicts; k++) {
        verdicts[k] = d->verdicts[k];
        verdicts[k].reason = feel_reason_copy(arena, &d->verdicts[k].reason);
        verdicts[k].got = arena_str(arena, d->verdicts[k].got);
    }
    FormFault *faults = ARENA_ARRAY(arena, FormFault, d->faults.n);
    for (size_t k = 0; k < d->faults.n; k++) {
        faults[k] = d->faults.items[k];
        faults[k].field = arena_str(arena, d->faults.items[k].field);
        faults[k].title = arena_str(arena, d->faults.items[k].title);
    }
    d->verdicts = verdicts;
    d->faults.items = faults;
    d->effects = (Effects){ 0 };
    d->personal = NULL;
    d->n_personal = 0;
    d->role = arena_str(arena, d->role);
}
