/* Telling plans: which matter takes which path on which day, and then act by act. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo/plans_internal.h"

/* Where a matter stands in time. What is only recorded happened before it was performed. */
typedef struct Cursor {
    uint32_t matter;
    int64_t happened;
    int64_t performed;
    int64_t actor;
    const StaffPerson *person; /* NULL: the system or the public */
    Str role;                  /* in which that one acted */
    const StaffUnit *in;
} Cursor;

/* ---- time ---- */

static int64_t lasting(Telling *t, const SpecAfter *after)
{
    double unit = after->span == SPAN_HOURS ? MS_PER_HOUR : MS_PER_MINUTE;
    double n = after->hi > after->lo ? chance_lognormal(&t->chance, after->lo, after->hi) : after->lo;
    return (int64_t)(n * unit);
}

static int64_t on_day(Telling *t, const SpecStep *step, Day day)
{
    const Hours *hours = &t->d->hours;
    if (!step->has_hours)
        return hours_within(hours, &t->chance, day);
    return hours_at(hours, day, chance_between(&t->chance, step->hours_from, step->hours_to - 1)) +
           chance_between(&t->chance, 0, MS_PER_MINUTE - 1);
}

/* The day itself on duty, else the next that is worked. */
static int64_t on_day_or_next(Telling *t, const SpecStep *step, Day day)
{
    return on_day(t, step, step->duty ? day : law_roll(t->d->hours.calendar, day, NULL));
}

/* When something happens that long after an instant, in office hours unless on duty. Never before it. */
static int64_t later(Telling *t, const SpecStep *step, int64_t from, const SpecAfter *after)
{
    static const SpecAfter soon = { .span = SPAN_MINUTES, .lo = 25, .hi = 90 };
    const Hours *hours = &t->d->hours;
    int64_t at;
    if (after->span == SPAN_NONE)
        after = &soon;
    if (after->span == SPAN_DAYS || after->span == SPAN_WORKDAYS) {
        int n = (int)chance_between(&t->chance, (int64_t)after->lo, (int64_t)after->hi);
        Day from_day = hours_day(hours, from);
        Day then = after->span == SPAN_DAYS ? from_day + n : law_add_workdays(hours->calendar, from_day, n, NULL);
        at = on_day_or_next(t, step, then);
    } else {
        at = from + lasting(t, after);
        if (step->has_hours)
            at = on_day_or_next(t, step, hours_day(hours, at));
        else if (!step->duty)
            at = hours_next(hours, &t->chance, at, false);
    }
    return at > from ? at : from + lasting(t, &soon);
}

/* The hours at which things come in by day and night, from the shape of the appeals. */
static int64_t any_hour(Telling *t, Day day)
{
    const char *path = law_is_workday(t->d->hours.calendar, day) ? "appeals.hours.weekday" : "appeals.hours.weekend";
    const YamlNode *list = words_at(t->d->shape, path);
    double weights[24];
    for (size_t h = 0; h < 24; h++)
        weights[h] = list && list->kind == YAML_SEQ && h < list->n ? strtod(list->items[h]->text.p, NULL) : 1;
    return hours_at(&t->d->hours, day, (int64_t)chance_weighted(&t->chance, weights, 24) * 60) +
           chance_between(&t->chance, 0, MS_PER_HOUR - 1);
}

/* ---- steps ---- */

static const StaffUnit *step_unit(Telling *t, const SpecStep *step)
{
    if (!step->in)
        return NULL;
    Json key = telling_value(t, step->in);
    return staff_unit(&t->d->staff, json_as_str(&key));
}

/* Who does it; false when the pack's people have nobody for it. */
static bool set_actor(Telling *t, const SpecStep *step, Cursor *c)
{
    if (step->by != BY_SAME) {
        c->in = step_unit(t, step);
        c->role = step->by == BY_ROLE ? step->role : STR_NONE;
        c->person = NULL;
        c->actor = step->by == BY_PUBLIC ? ACTOR_PUBLIC : ACTOR_SYSTEM;
    }
    t->in = c->in;
    if (c->role.n) { /* the same one, unless he has left meanwhile */
        c->person = telling_person(t, c->role, 0);
        c->actor = c->person ? c->person->id : ACTOR_SYSTEM;
    }
    t->actor = c->person;
    return c->person || !c->role.n;
}

static void tell_steps(Telling *t, Cursor *c, const SpecStep *steps, size_t n);

static void tell_spawned(Telling *t, const Cursor *c, const SpecStep *step)
{
    Cursor inner = *c;
    if (!step->link.n)
        return;
    inner.matter = plan_spawned(&t->d->plan, c->matter, step->link);
    tell_steps(t, &inner, step->spawned, step->n_spawned);
}

static void perform(Telling *t, Cursor *c, const SpecStep *step, bool opens)
{
    Plan *plan = &t->d->plan;
    t->at = c->happened;
    if (!set_actor(t, step, c))
        return;
    Json form = telling_form(t, step);
    PlanAct *act = plan_act(plan, c->matter, c->performed, c->actor, step->act->id.p, form);
    act->act = step->act->id;
    act->origin = step->origin;
    act->may_refuse = step->may_refuse;
    act->target = step->of;
    if (opens)
        act->procedure = t->spec->procedure->id;
    if (step->record) {
        act->mode = ACT_RECORD;
        act->happened_at = c->happened;
    }
    tell_spawned(t, c, step);
}

/* Late ones are taken in after the fact, but never before what was performed already. */
static void move_on(Telling *t, Cursor *c, const SpecStep *step, const SpecAfter *after)
{
    int64_t from = step->record ? c->happened : c->performed;
    c->happened = later(t, step, from, after);
    c->performed = c->happened;
    if (step->record && step->late.span != SPAN_NONE)
        c->performed = later(t, &(SpecStep){ 0 }, c->happened, &step->late);
}

static void tell_step(Telling *t, Cursor *c, const SpecStep *step, bool opens)
{
    int64_t times = chance_between(&t->chance, step->repeat_lo, step->repeat_hi);
    int64_t performed = c->performed;
    if (step->chance < 100 && chance_below(&t->chance, 100) >= (uint32_t)step->chance)
        return;
    for (int64_t i = 0; i < times; i++) {
        if (!opens)
            move_on(t, c, step, i ? &step->repeat_after : &step->after);
        else if (step->record && step->late.span != SPAN_NONE)
            c->performed = later(t, &(SpecStep){ 0 }, c->happened, &step->late);
        if (c->performed <= performed && !opens)
            c->performed = performed + MS_PER_MINUTE;
        performed = c->performed;
        perform(t, c, step, opens);
    }
}

static void tell_steps(Telling *t, Cursor *c, const SpecStep *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tell_step(t, c, &steps[i], steps[i].act->kind == LAW_ACT_OPEN);
}

/* ---- shares ---- */

/* Parts of a whole number, log-normal in size, each at least a minimum; they make up the total exactly. */
static int64_t *share_out(Demo *d, Chance *chance, int64_t total, int64_t least, size_t n)
{
    int64_t *parts = ARENA_ARRAY(d->arena, int64_t, n);
    double *weights = ARENA_ARRAY(d->arena, double, n);
    double sum = 0;
    int64_t free_part = total - least * (int64_t)n;
    int64_t given = 0;
    for (size_t i = 0; i < n; i++)
        sum += weights[i] = exp(0.8 * chance_normal(chance));
    for (size_t i = 0; i < n; i++) {
        int64_t more = (int64_t)((double)free_part * weights[i] / sum);
        parts[i] = least + more;
        given += more;
    }
    for (size_t i = 0; n && given != free_part; i = (i + 1) % n) {
        int64_t step = given < free_part ? 1 : -1;
        if (parts[i] + step < least)
            continue;
        parts[i] += step;
        given += step;
    }
    return parts;
}

static int64_t **share_all(Demo *d, Chance *chance, const SpecPath *path, size_t from, size_t to, size_t n,
                           int64_t **shares)
{
    for (size_t i = from; i < to; i++) {
        const SpecValue *v = &path->vars[i].value;
        if (v->kind == SPEC_SHARE)
            shares[i] = share_out(d, chance, v->lo, v->hi, n);
    }
    return shares;
}

/* ---- matters ---- */

/* One matter before it is told. */
typedef struct Start {
    const SpecPath *path;
    int64_t **shares;
    uint32_t index; /* names its dice */
    int64_t at;
} Start;

static int by_start(const void *pa, const void *pb)
{
    const Start *a = pa;
    const Start *b = pb;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static Chance dice(const Demo *d, const PlanSpec *spec, uint32_t index)
{
    char name[96];
    snprintf(name, sizeof name, "plan %.*s", STR_ARG(spec->id));
    return chance_new(d->seed ^ ((uint64_t)index * UINT64_C(0x9E3779B97F4A7C15)), name);
}

static void draw_vars(Telling *t)
{
    for (size_t i = 0; i < t->path->n_vars; i++) {
        const SpecValue *v = &t->path->vars[i].value;
        size_t rank = i < t->path->n_shared ? t->rank : t->path_rank;
        if (v->kind == SPEC_SHARE)
            t->vars[i] = json_int(t->shares[i][rank]);
        else if (v->kind == SPEC_SERIAL)
            t->vars[i] = json_int(v->lo + (int64_t)rank);
        else
            t->vars[i] = telling_value(t, v);
        t->n_vars = i + 1;
    }
}

static void tell_matter(Demo *d, const PlanSpec *spec, const Start *start, size_t rank, size_t path_rank)
{
    const SpecPath *path = start->path;
    Telling *t = ARENA_NEW(d->arena, Telling);
    *t = (Telling){ .d = d,
                    .spec = spec,
                    .path = path,
                    .chance = dice(d, spec, start->index + 1),
                    .rank = rank,
                    .path_rank = path_rank,
                    .shares = start->shares,
                    .at = start->at };
    Cursor c = { .matter = plan_matter(&d->plan, STR_NONE, STR_NONE),
                 .happened = start->at,
                 .performed = start->at,
                 .actor = ACTOR_SYSTEM };
    draw_vars(t);
    tell_steps(t, &c, path->steps, path->n_steps);
}

/* Paths with days of their own draw from them; the others share out the plan's days at random. */
static void draw_starts(Demo *d, const PlanSpec *spec, Chance *chance, Start *starts)
{
    size_t n = 0;
    for (size_t p = 0; p < spec->n_paths; p++) {
        const SpecPath *path = &spec->paths[p];
        for (int64_t i = 0; i < path->n; i++)
            starts[n++] = (Start){ .path = path };
    }
    for (size_t p = 0; p < spec->n_paths; p++) {
        const SpecDays *days = spec->paths[p].days;
        size_t group = 0;
        bool done = false;
        for (size_t q = 0; q < p; q++)
            done = done || spec->paths[q].days == days;
        uint32_t *order = ARENA_ARRAY(d->arena, uint32_t, n);
        for (size_t i = 0; i < n; i++)
            if (starts[i].path->days == days)
                order[group++] = (uint32_t)i;
        if (done || !group)
            continue;
        Day *drawn = ARENA_ARRAY(d->arena, Day, group);
        spec_days(d, chance, days, drawn, group);
        if (!days->n_on) /* exact days go to the paths in their order */
            chance_shuffle(chance, order, group);
        for (size_t i = 0; i < group; i++)
            starts[order[i]].at = day_start(drawn[i], d->hours.zone_minutes);
    }
}

static void draw_hour(Demo *d, const PlanSpec *spec, Start *start)
{
    const SpecStep *first = start->path->n_steps ? &start->path->steps[0] : NULL;
    Telling t = { .d = d, .chance = dice(d, spec, start->index + 1000003) };
    Day day = hours_day(&d->hours, start->at);
    if (first && first->has_hours)
        start->at = on_day(&t, first, day);
    else if (first && first->duty)
        start->at = any_hour(&t, day);
    else
        start->at = hours_within(&d->hours, &t.chance, day);
}

static void tell_plan(Demo *d, const PlanSpec *spec)
{
    Chance chance = dice(d, spec, 0);
    size_t n = (size_t)spec->n;
    Start *starts = ARENA_ARRAY(d->arena, Start, n);
    size_t *ranks = ARENA_ARRAY(d->arena, size_t, spec->n_paths);
    int64_t **shared = ARENA_ARRAY(d->arena, int64_t *, SPEC_VARS_MAX);
    if (!n || !spec->n_paths)
        return;
    draw_starts(d, spec, &chance, starts);
    for (size_t i = 0; i < n; i++) {
        starts[i].index = (uint32_t)i;
        draw_hour(d, spec, &starts[i]);
    }
    qsort(starts, n, sizeof *starts, by_start);
    memset(ranks, 0, spec->n_paths * sizeof *ranks);
    memset(shared, 0, SPEC_VARS_MAX * sizeof *shared);
    share_all(d, &chance, &spec->paths[0], 0, spec->paths[0].n_shared, n, shared);
    for (size_t p = 0; p < spec->n_paths; p++) {
        const SpecPath *path = &spec->paths[p];
        int64_t **own = ARENA_ARRAY(d->arena, int64_t *, SPEC_VARS_MAX);
        memcpy(own, shared, SPEC_VARS_MAX * sizeof *shared);
        share_all(d, &chance, path, path->n_shared, path->n_vars, (size_t)path->n, own);
        for (size_t i = 0; i < n; i++)
            if (starts[i].path == path)
                starts[i].shares = own;
    }
    for (size_t i = 0; i < n; i++)
        tell_matter(d, spec, &starts[i], i, ranks[starts[i].path - spec->paths]++);
}

void plans_tell(Demo *d, const PlanSpecs *specs)
{
    for (size_t i = 0; i < specs->n; i++)
        tell_plan(d, &specs->items[i]);
}
