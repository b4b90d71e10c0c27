#include "app/demo/plan.h"

#include <stdlib.h>
#include <string.h>

void plan_init(Plan *plan, Arena *arena, int zone_minutes)
{
    *plan = (Plan){ .arena = arena, .zone_minutes = zone_minutes };
}

uint32_t plan_matter(Plan *plan, Str system, Str number)
{
    uint32_t index = (uint32_t)plan->n_matters;
    PlanMatter m = { .system = system, .number = number, .parent = PLAN_NOBODY };
    if (!system.n) {
        m.system = STR("demo");
        m.number = arena_printf(plan->arena, "%u", index + 1);
    }
    *ARENA_PUSH(plan->arena, plan->matters, plan->n_matters, plan->cap_matters) = m;
    return index;
}

uint32_t plan_spawned(Plan *plan, uint32_t parent, Str link)
{
    uint32_t index = (uint32_t)plan->n_matters;
    uint32_t nth = 0;
    for (uint32_t i = parent + 1; i < index; i++)
        nth += plan->matters[i].parent == parent && str_eq(plan->matters[i].link, link);
    *ARENA_PUSH(plan->arena, plan->matters, plan->n_matters, plan->cap_matters) =
        (PlanMatter){ .parent = parent, .link = link, .nth = nth };
    return index;
}

PlanAct *plan_act(Plan *plan, uint32_t matter, int64_t at_ms, int64_t actor, const char *act, Json form)
{
    PlanAct *slot = ARENA_PUSH(plan->arena, plan->acts, plan->n_acts, plan->cap_acts);
    *slot = (PlanAct){ .n = (uint32_t)plan->n_acts,
                       .at_ms = at_ms,
                       .matter = matter,
                       .act = str_c(act),
                       .actor = actor,
                       .form = form,
                       .into = PLAN_NOBODY };
    return slot;
}

PlanAct *plan_open(Plan *plan, uint32_t matter, int64_t at_ms, int64_t actor, const char *procedure, const char *act,
                   Json form)
{
    PlanAct *slot = plan_act(plan, matter, at_ms, actor, act, form);
    slot->procedure = str_c(procedure);
    return slot;
}

void plan_org(Plan *plan, int64_t at_ms, const char *act, Effects rows)
{
    PlanAct *slot = plan_act(plan, PLAN_NOBODY, at_ms, ACTOR_SYSTEM, act, json_obj());
    slot->kind = PLAN_ORG;
    slot->org = rows;
}

void plan_sheet(Plan *plan, int64_t at_ms, const char *series, const char *state, int64_t first, int64_t last,
                int64_t holder)
{
    Effects rows = { 0 };
    Json row = json_obj();
    json_add(plan->arena, &row, STR("holder"), json_int(holder));
    effects_add(
        plan->arena, &rows,
        (Effect){
            .kind = EFFECT_SHEET, .name = str_c(series), .text = str_c(state), .a = first, .b = last, .value = row });
    plan_org(plan, at_ms, "sheets", rows);
}

static int by_time(const void *pa, const void *pb)
{
    const PlanAct *a = pa;
    const PlanAct *b = pb;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    return (a->n > b->n) - (a->n < b->n);
}

Rc plan_finish(Plan *plan, int64_t until_ms, Err *err)
{
    if (plan->n_acts > PLAN_ACTS_MAX)
        return err_set(err, RC_LIMIT, "a plan holds at most %d acts", PLAN_ACTS_MAX);
    if (plan->n_acts)
        qsort(plan->acts, plan->n_acts, sizeof *plan->acts, by_time);
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < plan->n_acts; i++) {
        PlanAct *a = &plan->acts[i];
        a->at_ms -= a->at_ms % PLAN_SLOT_MS;
        if (last != INT64_MIN && a->at_ms < last + PLAN_SLOT_MS)
            a->at_ms = last + PLAN_SLOT_MS;
        int64_t since_midnight = instant_of_day(a->at_ms, plan->zone_minutes);
        if (since_midnight < PLAN_QUIET_MS)
            a->at_ms += PLAN_QUIET_MS - since_midnight;
        last = a->at_ms;
        if (last >= until_ms) {
            plan->n_acts = i; /* the rest is later still */
            break;
        }
    }
    return RC_OK;
}

uint64_t plan_digest(const Plan *plan)
{
    uint64_t digest = plan->n_acts;
    for (size_t i = 0; i < plan->n_acts; i++) {
        const PlanAct *a = &plan->acts[i];
        uint64_t said[] = { digest, (uint64_t)a->at_ms, (uint64_t)a->actor, a->matter, str_hash(a->act) };
        digest = str_hash((Str){ (const char *)said, sizeof said });
    }
    return digest;
}

/* ---- forms ---- */

void form_str(Plan *plan, Json *form, const char *field, Str value)
{
    if (value.n)
        json_set(plan->arena, form, str_c(field), json_str(value));
}

void form_c(Plan *plan, Json *form, const char *field, const char *value)
{
    form_str(plan, form, field, str_c(value));
}

void form_int(Plan *plan, Json *form, const char *field, int64_t value)
{
    json_set(plan->arena, form, str_c(field), json_int(value));
}

void form_bool(Plan *plan, Json *form, const char *field, bool value)
{
    json_set(plan->arena, form, str_c(field), json_bool(value));
}

void form_day(Plan *plan, Json *form, const char *field, Day day)
{
    form_str(plan, form, field, day_print(plan->arena, day));
}

void form_ints(Plan *plan, Json *form, const char *field, const int64_t *values, size_t n)
{
    Json list = json_arr();
    for (size_t i = 0; i < n; i++)
        json_push(plan->arena, &list, json_int(values[i]));
    json_set(plan->arena, form, str_c(field), list);
}

void form_list(Plan *plan, Json *form, const char *field, const char *words)
{
    Json list = json_arr();
    Str rest = str_c(words);
    while (rest.n)
        json_push(plan->arena, &list, json_str(str_cut(rest, ' ', &rest)));
    json_set(plan->arena, form, str_c(field), list);
}
