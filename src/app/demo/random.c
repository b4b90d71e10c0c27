#include "app/demo/random.h"

/* What a planned matter is, and the stage it would be in had all been accepted. */
typedef struct Guess {
    const LawProcedure *procedure;
    int stage;
} Guess;

typedef struct Randomly {
    const RandomOptions *options;
    Plan *plan;
    Chance chance;
    Guess *guesses; /* one a planned matter */
    size_t cap_guesses;
    size_t n_guesses;
} Randomly;

static int64_t any_person(Randomly *r)
{
    const Directory *dir = r->options->dir;
    return dir->n_people ? dir->by_id[chance_below(&r->chance, (uint32_t)dir->n_people)]->id : ACTOR_SYSTEM;
}

/* Mostly somebody who may do it, so that something happens. */
static int64_t actor_for(Randomly *r, const LawAct *act)
{
    const Directory *dir = r->options->dir;
    if (chance_permille(&r->chance, 40))
        return any_person(r);
    if (act->by_public && chance_permille(&r->chance, 400))
        return ACTOR_PUBLIC;
    if (act->by_system && chance_permille(&r->chance, 200))
        return ACTOR_SYSTEM;
    int64_t found = any_person(r);
    uint32_t seen = 0;
    for (size_t i = 0; i < dir->n_people && act->n_by; i++) {
        const DirPerson *p = dir->by_id[i];
        for (size_t k = 0; k < p->n_roles; k++)
            for (size_t b = 0; b < act->n_by; b++)
                if (str_eq(p->roles[k].role, act->by[b]) && chance_below(&r->chance, ++seen) == 0)
                    found = p->id;
    }
    return found;
}

static Day any_day(Randomly *r)
{
    const RandomOptions *o = r->options;
    return instant_day(chance_between(&r->chance, o->from_ms, o->to_ms), o->pack->zone_minutes);
}

static Str any_option(Randomly *r, const LawField *field)
{
    return field->n_options ? field->options[chance_below(&r->chance, (uint32_t)field->n_options)].id : STR("none");
}

static Str any_item(Randomly *r, const LawField *field)
{
    const LawCatalogue *catalogue = law_catalogue(r->options->pack, field->catalogue);
    if (!catalogue || !catalogue->n_items)
        return STR("none");
    return catalogue->items[chance_below(&r->chance, (uint32_t)catalogue->n_items)].id;
}

static int64_t any_number(Randomly *r, const LawField *field)
{
    int64_t min = field->has_min ? field->min : 0;
    int64_t max = field->has_max ? field->max : min + 6;
    if (field->type == LAW_MONEY)
        return chance_between(&r->chance, 0, 40) * 5000;
    return chance_between(&r->chance, min, max < min + 30 ? max : min + 30);
}

static Json any_value(Randomly *r, const LawField *field);

static Json any_list(Randomly *r, const LawField *field)
{
    Arena *arena = r->plan->arena;
    Json list = json_arr();
    uint32_t n = 1 + chance_below(&r->chance, 3);
    for (uint32_t i = 0; i < n; i++) {
        Json item = json_obj();
        if (field->type == LAW_PERSONS)
            item = json_int(any_person(r));
        else if (field->type == LAW_CHOICES)
            item = json_str(any_option(r, field));
        for (size_t c = 0; field->type == LAW_TABLE && c < field->n_columns; c++)
            json_add(arena, &item, field->columns[c].id, any_value(r, &field->columns[c]));
        json_push(arena, &list, item);
    }
    return list;
}

static Json any_value(Randomly *r, const LawField *field)
{
    const RandomOptions *o = r->options;
    switch (field->type) {
    case LAW_TEXT:
    case LAW_LONGTEXT: return json_str(arena_printf(r->plan->arena, "text %u", chance_below(&r->chance, 300)));
    case LAW_INT:
    case LAW_DECIMAL:
    case LAW_MONEY: return json_int(any_number(r, field));
    case LAW_BOOL: return json_bool(chance_permille(&r->chance, 500));
    case LAW_DAY: return json_str(day_print(r->plan->arena, any_day(r)));
    case LAW_INSTANT: return json_int(chance_between(&r->chance, o->from_ms, o->to_ms));
    case LAW_CHOICE: return json_str(any_option(r, field));
    case LAW_ITEM: return json_str(any_item(r, field));
    case LAW_PERSON: return json_int(any_person(r));
    case LAW_UNIT:
        return json_int(o->dir->n_units ? o->dir->units_by_id[chance_below(&r->chance, (uint32_t)o->dir->n_units)]->id
                                        : 0);
    case LAW_CHOICES:
    case LAW_PERSONS:
    case LAW_TABLE: return any_list(r, field);
    }
    return json_null();
}

static Json any_form(Randomly *r, const LawAct *act)
{
    Json form = json_obj();
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *f = &act->form[i];
        bool likely = f->required || f->required_when.expr;
        if (chance_permille(&r->chance, likely ? 985 : 500))
            json_set(r->plan->arena, &form, f->field->id, any_value(r, f->field));
    }
    if (act->kind == LAW_ACT_CORRECT || act->kind == LAW_ACT_VOID)
        form_int(r->plan, &form, "version", chance_between(&r->chance, 1, 6));
    return form;
}

static const LawAct *opening(Randomly *r, const LawProcedure *procedure)
{
    const LawAct *found = NULL;
    uint32_t seen = 0;
    for (size_t i = 0; i < procedure->n_acts; i++)
        if (procedure->acts[i].kind == LAW_ACT_OPEN && chance_below(&r->chance, ++seen) == 0)
            found = &procedure->acts[i];
    return found;
}

/* A late record happened up to a month before. */
static void maybe_late(Randomly *r, PlanAct *planned)
{
    if (!chance_permille(&r->chance, 200))
        return;
    planned->mode = chance_permille(&r->chance, 700) ? ACT_RECORD : ACT_MIRROR;
    planned->happened_at = planned->at_ms - chance_between(&r->chance, 0, 30 * (int64_t)MS_PER_DAY);
}

static void open_one(Randomly *r, int64_t at)
{
    const LawPack *pack = r->options->pack;
    const LawProcedure *procedure = pack->procedures[chance_below(&r->chance, (uint32_t)pack->n_procedures)];
    const LawAct *act = opening(r, procedure);
    if (!act)
        return;
    uint32_t matter = plan_matter(r->plan, STR_NONE, STR_NONE);
    *ARENA_PUSH(r->plan->arena, r->guesses, r->n_guesses, r->cap_guesses) = (Guess){ procedure, act->to };
    PlanAct *planned = plan_act(r->plan, matter, at, actor_for(r, act), "", any_form(r, act));
    planned->act = act->id;
    planned->procedure = procedure->id;
    maybe_late(r, planned);
}

/* Three in four fit the stage that is guessed; without this, little would ever be accepted. */
static const LawAct *any_act(Randomly *r, const Guess *guess)
{
    enum { TRIES = 60 };
    const LawProcedure *procedure = guess->procedure;
    bool fitting = guess->stage >= 0 && chance_permille(&r->chance, 750);
    const LawAct *act = NULL;
    for (int i = 0; i < TRIES; i++) {
        act = &procedure->acts[chance_below(&r->chance, (uint32_t)procedure->n_acts)];
        if (act->kind != LAW_ACT_OPEN && (!fitting || (act->from >> guess->stage & 1)))
            return act;
    }
    return act && act->kind != LAW_ACT_OPEN ? act : NULL;
}

static void act_one(Randomly *r, int64_t at)
{
    /* Mostly on young matters, which then get somewhere. */
    size_t n = r->plan->n_matters;
    size_t recent = n < 40 ? n : 40;
    size_t matter = chance_permille(&r->chance, 800) ? n - 1 - chance_below(&r->chance, (uint32_t)recent)
                                                     : chance_below(&r->chance, (uint32_t)n);
    Guess *guess = &r->guesses[matter];
    const LawAct *act = any_act(r, guess);
    if (!act)
        return;
    PlanAct *planned = plan_act(r->plan, (uint32_t)matter, at, actor_for(r, act), "", any_form(r, act));
    planned->act = act->id;
    if (act->to >= 0)
        guess->stage = act->to;
    maybe_late(r, planned);
    if (act->kind == LAW_ACT_MERGE && n > 1)
        planned->into = chance_below(&r->chance, (uint32_t)n);
}

Rc random_plan(const RandomOptions *options, Plan *plan, Err *err)
{
    Randomly r = { .options = options, .plan = plan, .chance = chance_new(options->seed, "random") };
    if (!options->n_acts || options->n_acts > PLAN_ACTS_MAX || options->to_ms <= options->from_ms)
        return err_set(err, RC_INVALID, "a random plan has 1 to %d acts and a span of time", PLAN_ACTS_MAX);
    double step = (double)(options->to_ms - options->from_ms) / (double)options->n_acts;
    for (size_t i = 0; i < options->n_acts; i++) {
        int64_t at = options->from_ms + (int64_t)(step * (double)i);
        if (!plan->n_matters || chance_permille(&r.chance, 150))
            open_one(&r, at);
        else
            act_one(&r, at);
    }
    return plan_finish(plan, INT64_MAX, err);
}
