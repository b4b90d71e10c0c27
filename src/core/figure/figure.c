#include "core/figure/figure.h"

static int64_t whole_number(FeelValue v)
{
    int64_t i = 0;
    if (v.type == FEEL_NUMBER)
        (void)dec_to_i64(feel_to_dec(v), &i);
    return i;
}

static FigureState one_state(MatterEnv *env, const LawFigureUse *use)
{
    FigureState off = { .on = false };
    if (use->figure->outcome && env->core->merged_into)
        return off;
    if (use->where.expr && !feel_is_true(env_eval(env, use->where, NULL)))
        return off;
    FigureState on = { .on = true, .p_day = env->core->opened_day };
    if (use->period.expr) {
        FeelValue day = env_eval(env, use->period, NULL);
        if (day.type != FEEL_DATE)
            return off;
        on.p_day = (Day)day.as.i;
    }
    on.dim = env_text(env, use->dim);
    on.key = env_text(env, use->key);
    on.v = whole_number(env_eval(env, use->value, NULL));
    if (use->figure->count == LAW_COUNT_DISTINCT && !on.key.n)
        return off;
    return on;
}

FigureState *figure_states(const FigureWorld *world, const MatterCore *core)
{
    const LawProcedure *p = world->procedure;
    FigureState *states = ARENA_ARRAY(world->arena, FigureState, p->n_figures);
    if (!core->stage.n && core->opened_day == DAY_NONE)
        return states; /* not opened yet: counted nowhere */
    MatterEnv env = {
        .pack = world->pack, .procedure = p, .dir = world->dir, .core = core, .now_ms = 0, .arena = world->arena
    };
    env_init(&env);
    for (size_t i = 0; i < p->n_figures; i++)
        states[i] = one_state(&env, &p->figures[i]);
    return states;
}

static bool same_state(const FigureState *a, const FigureState *b)
{
    if (!a->on || !b->on)
        return a->on == b->on;
    return a->p_day == b->p_day && a->v == b->v && str_eq(a->dim, b->dim) && str_eq(a->key, b->key);
}

static void add_fact(const FigureWorld *world, Facts *facts, const LawFigure *figure, const FigureState *state,
                     Day e_day, int sign)
{
    *ARENA_PUSH(world->arena, facts->items, facts->n, facts->cap) = (Fact){ .figure = figure,
                                                                            .p_day = state->p_day,
                                                                            .e_day = e_day,
                                                                            .dim = state->dim,
                                                                            .key = state->key,
                                                                            .dn = sign,
                                                                            .dv = sign * state->v };
}

void figure_diff(const FigureWorld *world, const FigureState *before, const FigureState *after, Day e_day, Facts *facts)
{
    for (size_t i = 0; i < world->procedure->n_figures; i++) {
        const LawFigure *figure = world->procedure->figures[i].figure;
        if (same_state(&before[i], &after[i]))
            continue;
        if (before[i].on)
            add_fact(world, facts, figure, &before[i], e_day, -1);
        if (after[i].on)
            add_fact(world, facts, figure, &after[i], e_day, 1);
    }
}

void figure_history(const FigureWorld *world, MatterPast *past, size_t n, Facts *facts)
{
    MatterCore core;
    matter_refold(world->arena, &core, world->procedure, past, n); /* sorts; its result is not needed */
    core = matter_core_new();
    FigureState *before = figure_states(world, &core);
    for (size_t i = 0; i < n; i++) {
        if (past[i].voided)
            continue;
        matter_fold(world->arena, &core, world->procedure, &past[i].effects, past[i].eff_day);
        FigureState *after = figure_states(world, &core);
        figure_diff(world, before, after, past[i].eff_day, facts);
        before = after;
    }
}

static bool same_fact(const Fact *a, const Fact *b)
{
    return a->figure == b->figure && a->p_day == b->p_day && a->e_day == b->e_day && str_eq(a->dim, b->dim) &&
           str_eq(a->key, b->key);
}

/* Adds sign * fact to the list, joining it with an equal one. A matter has few facts, so a scan will do. */
static void join(Arena *arena, Facts *facts, const Fact *fact, int sign)
{
    for (size_t i = 0; i < facts->n; i++) {
        Fact *f = &facts->items[i];
        if (same_fact(f, fact)) {
            f->dn += sign * fact->dn;
            f->dv += sign * fact->dv;
            return;
        }
    }
    Fact *added = ARENA_PUSH(arena, facts->items, facts->n, facts->cap);
    *added = *fact;
    added->dn *= sign;
    added->dv *= sign;
}

void figure_difference(Arena *arena, const Facts *after, const Facts *before, Facts *ret)
{
    Facts sum = { 0 };
    for (size_t i = 0; i < after->n; i++)
        join(arena, &sum, &after->items[i], 1);
    for (size_t i = 0; i < before->n; i++)
        join(arena, &sum, &before->items[i], -1);
    for (size_t i = 0; i < sum.n; i++)
        if (sum.items[i].dn || sum.items[i].dv)
            *ARENA_PUSH(arena, ret->items, ret->n, ret->cap) = sum.items[i];
}
