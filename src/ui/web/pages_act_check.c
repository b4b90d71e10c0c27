#include "ui/web/pages_act_check.h"

static const char credential_kind[] = "enforcement";

static int64_t check_actor(const Page *page, const ActCheck *check)
{
    if (check->actor)
        return check->actor;
    return page->person ? page->person->id : ACTOR_PUBLIC;
}

static bool holds_role(const Page *page, const DirPerson *person, const LawAct *act)
{
    for (size_t i = 0; i < act->n_by; i++)
        if (dir_has_role(person, act->by[i], show_today(page)))
            return true;
    return false;
}

bool act_is_mine(const Page *page, const LawAct *act)
{
    return page->person && holds_role(page, page->person, act);
}

int64_t act_somebody(const Page *page, const LawAct *act)
{
    for (size_t i = 0; i < page->dir->n_people; i++)
        if (holds_role(page, page->dir->by_id[i], act))
            return page->dir->by_id[i]->id;
    return 0;
}

static MatterEnv check_env(Page *page, const ActCheck *check, const MatterCore *core)
{
    return (MatterEnv){ .pack = page->pack,
                        .owner = check->matter ? check->matter->pack : page->pack,
                        .procedure = check->procedure,
                        .dir = page->dir,
                        .matter = check->matter,
                        .core = core,
                        .actor = check_actor(page, check),
                        .mode = check->mode,
                        .happened_at = check->happened_at ? check->happened_at : page->now,
                        .now_ms = page->now,
                        .has_act = true,
                        .arena = page->arena };
}

Json act_presets(Page *page, const ActCheck *check)
{
    Json form;
    MatterCore fresh = matter_core_new();
    MatterEnv env = check_env(page, check, check->matter ? &check->matter->core : &fresh);
    env_init(&env);
    form_presets(&env, check->act, &form);
    return form;
}

Rc act_check(Page *page, ActCheck *check, Decision *ret, Err *err)
{
    if (check->form.type != JSON_OBJ)
        check->form = act_presets(page, check);
    DecideInput in = { .pack = page->pack,
                       .dir = page->dir,
                       .matter = check->matter,
                       .procedure = check->matter ? NULL : check->procedure,
                       .act = check->act->id,
                       .mode = check->mode,
                       .actor = check_actor(page, check),
                       .happened_at = check->happened_at ? check->happened_at : page->now,
                       .now_ms = page->now,
                       .form = &check->form,
                       .sheet_ok = true,
                       .preview = true };
    return matter_decide(page->arena, &in, ret, err);
}

Str act_stop_text(Page *page, const LawAct *act, DecisionStop stop)
{
    Str roles = STR_NONE;
    switch (stop) {
    case STOP_ROLE:
        for (size_t i = 0; i < act->n_by; i++)
            roles = show_join(page, roles, show_role(page, act->by[i]));
        return arena_printf(page->arena, page_format(page, N_("It is for: %.*s")), STR_ARG(roles));
    case STOP_STAGE: return page_text(page, N_("It cannot be done at this stage"));
    case STOP_WHEN: return page_text(page, N_("What it requires first has not happened"));
    case STOP_TARGET: return page_text(page, N_("What it names does not exist here, or cannot be it"));
    case STOP_SHEET: return page_text(page, N_("This sheet was not handed to you, or has been used"));
    case STOP_FUTURE: return page_text(page, N_("It cannot have happened yet"));
    case STOP_UNKNOWN_ACT: return page_text(page, N_("The procedure has no such act"));
    case STOP_NONE:
    case STOP_RULES: break;
    }
    return STR_NONE;
}

Str act_note(Page *page, const LawProcedure *procedure, const LawAct *act)
{
    Str roles = STR_NONE;
    for (size_t i = 0; i < act->n_by; i++)
        roles = show_join(page, roles, show_role(page, act->by[i]));
    if (act->to < 0)
        return arena_printf(page->arena, page_format(page, N_("Done by: %.*s.")), STR_ARG(roles));
    Str stage = procedure->stages[act->to].title;
    return arena_printf(page->arena, page_format(page, N_("Done by: %.*s. Leads to: %.*s.")), STR_ARG(roles),
                        STR_ARG(stage));
}

/* ---- persons who count ---- */

static bool counts(const DirPerson *person, Day on)
{
    bool valid = false;
    bool serves = person->from <= on && (person->to == DAY_NONE || on <= person->to);
    return serves && dir_credential(person, str_c(credential_kind), on, &valid) && valid;
}

static bool is_chosen(const Json *chosen, int64_t id)
{
    for (size_t i = 0; chosen && chosen->type == JSON_ARR && i < chosen->n; i++)
        if (json_as_int(json_at(chosen, i), 0) == id)
            return true;
    return false;
}

size_t act_certified(const Page *page, Day on, const Json *chosen, const DirPerson **ret, size_t max)
{
    size_t n = 0;
    int64_t unit = page->person ? page->person->unit : 0;
    /* Colleagues of one's own unit come first: they are whom one would ask. */
    for (int near = 1; near >= 0; near--) {
        for (size_t i = 0; i < page->dir->n_people && n < max; i++) {
            const DirPerson *person = page->dir->by_id[i];
            bool fits = (person->unit == unit) == (near == 1) && person != page->person;
            if (fits && counts(person, on) && !is_chosen(chosen, person->id))
                ret[n++] = person;
        }
    }
    return n;
}

const LawField *act_persons_field(const LawAct *act, const LawRule *rule)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (act->form[i].field->type == LAW_PERSONS && str_eq(act->form[i].field->id, rule->field))
            return act->form[i].field;
    return NULL;
}

int64_t act_uncounted(const Page *page, Day on, const Json *chosen)
{
    for (size_t i = 0; chosen && chosen->type == JSON_ARR && i < chosen->n; i++) {
        const DirPerson *person = dir_person(page->dir, json_as_int(json_at(chosen, i), 0));
        if (person && !counts(person, on))
            return person->id;
    }
    return 0;
}
