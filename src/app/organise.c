/* Organisation: rows of people, units, roles, pads, written as one entry. */
#include "app/app_internal.h"

/* A row whose "id" is 0 gets the entry's next id; a row that names an id given here by position ("@2") is left to the
 * caller, who knows the ids after the call. */
static void give_ids(Arena *arena, Effects *effects, int64_t seq, int64_t *ret_ids)
{
    int64_t next = seq * 256;
    for (size_t i = 0; i < effects->n; i++) {
        Effect *e = &effects->items[i];
        const Json *id = e->kind == EFFECT_PUT ? json_get(&e->value, STR("id")) : NULL;
        if (id && id->type == JSON_INT && id->as.i == 0)
            json_set(arena, &e->value, STR("id"), json_int(next++));
        if (ret_ids)
            ret_ids[i] = json_get_int(&e->value, STR("id"), 0);
    }
}

typedef struct Put {
    const Effects *effects;
    Str act;
    int64_t actor;
    int64_t *ret_ids;
} Put;

static Rc put_rows(App *app, Work *work, void *ctx, Err *err)
{
    const Put *put = ctx;
    int64_t now = app_next_instant(app, work, 0);
    Entry entry = { .kind = ENTRY_ORG,
                    .seq = work_next_seq(work),
                    .act = put->act,
                    .actor = put->actor,
                    .happened_at = now,
                    .recorded_at = now,
                    .eff_at = now,
                    .effects = *put->effects };
    give_ids(app->batch, &entry.effects, entry.seq, put->ret_ids);
    return app_append(app, work, &entry, err);
}

Rc app_put(App *app, const Effects *effects, Str act, int64_t actor, int64_t *ret_ids, Err *err)
{
    enum { ROWS_MAX = 250 };
    if (effects->n > ROWS_MAX)
        return err_set(err, RC_LIMIT, "one entry takes at most %d organisation rows", ROWS_MAX);
    Put put = { effects, act, actor, ret_ids };
    TRY(app_transact(app, put_rows, &put, err));
    return app_read_people(app, err);
}
