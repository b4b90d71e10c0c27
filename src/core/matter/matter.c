#include "core/matter/matter.h"

#include <stdlib.h>
#include <string.h>

MatterCore matter_core_new(void)
{
    return (MatterCore){ .opened_day = DAY_NONE, .closed_day = DAY_NONE, .fields = json_obj() };
}

MatterCore matter_core_copy(Arena *arena, const MatterCore *core)
{
    MatterCore copy = *core;
    copy.fields.cap = copy.fields.n + 8;
    copy.fields.as.members = ARENA_ARRAY(arena, JsonMember, copy.fields.cap);
    if (core->fields.n)
        memcpy(copy.fields.as.members, core->fields.as.members, core->fields.n * sizeof(JsonMember));
    return copy;
}

static void fold_field(Arena *arena, MatterCore *core, Str field, Json value)
{
    if (value.type == JSON_NULL)
        json_remove(&core->fields, field);
    else
        json_set(arena, &core->fields, field, value);
}

static void fold_stage(MatterCore *core, const LawProcedure *procedure, const Effect *e, Day eff_day)
{
    int stage = law_stage(procedure, e->name);
    bool end = stage >= 0 && procedure->stages[stage].end;
    core->stage = e->name;
    core->outcome = e->text;
    if (!end)
        core->closed_day = DAY_NONE;
    else if (core->closed_day == DAY_NONE)
        core->closed_day = eff_day;
}

void matter_fold(Arena *arena, MatterCore *core, const LawProcedure *procedure, const Effects *effects, Day eff_day)
{
    for (size_t i = 0; i < effects->n; i++) {
        const Effect *e = &effects->items[i];
        switch (e->kind) {
        case EFFECT_OPEN: core->opened_day = eff_day; break;
        case EFFECT_SET: fold_field(arena, core, e->name, e->value); break;
        case EFFECT_COMMIT: fold_field(arena, core, e->name, json_c("\xC2\xB7")); break;
        case EFFECT_STAGE: fold_stage(core, procedure, e, eff_day); break;
        case EFFECT_TITLE: core->title = e->text; break;
        case EFFECT_KIND: core->kind = e->text; break;
        case EFFECT_MERGE: core->merged_into = e->a; break;
        default: break;
        }
    }
}

static int past_order(const void *pa, const void *pb)
{
    const MatterPast *a = pa;
    const MatterPast *b = pb;
    if (a->eff_at != b->eff_at)
        return a->eff_at < b->eff_at ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

void matter_refold(Arena *arena, MatterCore *ret, const LawProcedure *procedure, MatterPast *past, size_t n)
{
    qsort(past, n, sizeof *past, past_order);
    MatterCore core = matter_core_new();
    for (size_t i = 0; i < n; i++)
        if (!past[i].voided)
            matter_fold(arena, &core, procedure, &past[i].effects, past[i].eff_day);
    *ret = core;
}

MatterClock *matter_clock(const Matter *matter, Str id)
{
    for (size_t i = 0; i < matter->n_clocks; i++)
        if (str_eq(matter->clocks[i].id, id))
            return &matter->clocks[i];
    return NULL;
}

int64_t matter_subject(const Matter *matter, Str role)
{
    for (size_t i = 0; i < matter->n_parties; i++)
        if (str_eq(matter->parties[i].role, role))
            return matter->parties[i].subject;
    return 0;
}

int64_t matter_due_at(const Matter *matter)
{
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < matter->n_clocks; i++) {
        const MatterClock *c = &matter->clocks[i];
        bool open = c->state == CLOCK_RUNNING || c->state == CLOCK_OVERDUE;
        const LawClock *def = law_clock(matter->procedure, c->id, NULL);
        if (open && def && def->overdue && c->due_at < due)
            due = c->due_at;
    }
    return due;
}

MatterClock *matter_next_firing(const Matter *matter, int64_t now)
{
    MatterClock *first = NULL;
    for (size_t i = 0; i < matter->n_clocks; i++) {
        MatterClock *c = &matter->clocks[i];
        if (c->fire_at <= now && (!first || c->fire_at < first->fire_at))
            first = c;
    }
    return first;
}

Json matter_clock_to_json(Arena *arena, const MatterClock *clock)
{
    Json row = json_obj();
    json_add(arena, &row, STR("due"), json_int(clock->due_at));
    if (clock->fire_at != INT64_MAX)
        json_add(arena, &row, STR("fire"), json_int(clock->fire_at));
    json_add(arena, &row, STR("gen"), json_int(clock->gen));
    json_add(arena, &row, STR("start"), json_int(clock->start_at));
    json_add(arena, &row, STR("state"), json_int(clock->state));
    json_add(arena, &row, STR("term"), clock_term_to_json(arena, &clock->term));
    json_add(arena, &row, STR("warned"), json_int(clock->next_warn));
    return row;
}

Rc matter_clock_from_json(Str id, const Json *row, MatterClock *ret, Err *err)
{
    MatterClock c = { .id = id,
                      .state = (ClockState)json_get_int(row, STR("state"), 0),
                      .start_at = json_get_int(row, STR("start"), 0),
                      .due_at = json_get_int(row, STR("due"), 0),
                      .fire_at = json_get_int(row, STR("fire"), INT64_MAX),
                      .gen = (int)json_get_int(row, STR("gen"), 0),
                      .next_warn = (int)json_get_int(row, STR("warned"), 0) };
    if (c.state < CLOCK_RUNNING || c.state > CLOCK_LAPSED)
        return err_set(err, RC_CORRUPT, "clock %.*s has no known state", STR_ARG(id));
    TRY(clock_term_from_json(json_get(row, STR("term")), &c.term, err));
    *ret = c;
    return RC_OK;
}

static Rc put_clock(Arena *arena, Matter *matter, const Effect *e, Err *err)
{
    MatterClock next;
    TRY(matter_clock_from_json(e->name, &e->value, &next, err));
    MatterClock *slot = matter_clock(matter, e->name);
    if (!slot)
        slot = ARENA_PUSH(arena, matter->clocks, matter->n_clocks, matter->cap_clocks);
    *slot = next;
    return RC_OK;
}

Rc matter_apply_rest(Arena *arena, Matter *matter, const Effects *effects, Err *err)
{
    for (size_t i = 0; i < effects->n; i++) {
        const Effect *e = &effects->items[i];
        switch (e->kind) {
        case EFFECT_OPEN: matter->public_code = e->text; break;
        case EFFECT_NUMBER: matter->number = e->text; break;
        case EFFECT_CLOCK: TRY(put_clock(arena, matter, e, err)); break;
        case EFFECT_PARTY:
            *ARENA_PUSH(arena, matter->parties, matter->n_parties, matter->cap_parties) =
                (MatterParty){ e->name, e->a };
            break;
        case EFFECT_LINK:
            *ARENA_PUSH(arena, matter->links, matter->n_links, matter->cap_links) =
                (MatterLink){ .kind = e->name, .other = e->a };
            break;
        case EFFECT_DOCUMENT: matter->n_documents++; break;
        default: break;
        }
    }
    return RC_OK;
}
