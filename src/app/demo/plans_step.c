/* Steps as they are written: act, actor, time, form, and what they set off. */
#include <stdio.h>
#include <string.h>

#include "app/demo/plans_internal.h"

enum { NESTING_MAX = 3 };

static const char *const span_names[] = { NULL, "minutes", "hours", "days", "workdays" };

static bool read_after(SpecReader *r, const YamlNode *node, SpecAfter *ret)
{
    static const double longest[] = { 0, 525600, 8760, 400, 300 };
    for (size_t s = SPAN_MINUTES; s <= SPAN_WORKDAYS && node->kind == YAML_MAP && node->n == 1; s++) {
        const YamlNode *range = yaml_get(node, str_c(span_names[s]));
        if (!range)
            continue;
        SpecAfter after = { .span = (SpecSpan)s };
        if (!spec_range(r, range, 0, longest[s], &after.lo, &after.hi))
            return false;
        if (s <= SPAN_HOURS && after.lo <= 0 && after.hi > 0) {
            spec_issue(r, spec_at(r, range), STR("[median, p90], for example [30, 120]"), "a median must not be 0");
            return false;
        }
        *ret = after;
        return true;
    }
    spec_issue(r, spec_at(r, node), STR("one of {minutes: [median, p90]}, {hours: …}, {days: [lo, hi]}, {workdays: …}"),
               "a span of time is expected");
    return false;
}

static const LawAct *read_act_name(SpecReader *r, const LawProcedure *procedure, const YamlNode *node)
{
    const YamlNode *name = yaml_get(node, STR("act"));
    const LawAct *act = name && name->kind == YAML_SCALAR ? law_act(procedure, name->text) : NULL;
    if (act)
        return act;
    Str names[128];
    size_t n = 0;
    for (; n < procedure->n_acts && n < ARRAY_LEN(names); n++)
        names[n] = procedure->acts[n].id;
    Str hint = arena_printf(r->arena, "acts of %.*s: %s", STR_ARG(procedure->id), spec_listed(r->arena, names, n).p);
    if (name)
        spec_issue(r, spec_at(r, name), hint, "unknown act %.*s", STR_ARG(name->text));
    else
        spec_issue(r, spec_at(r, node), hint, "act is missing");
    return NULL;
}

static bool may_perform(const LawAct *act, const SpecStep *step)
{
    if (step->by == BY_SYSTEM)
        return act->by_system;
    if (step->by == BY_PUBLIC)
        return act->by_public;
    for (size_t i = 0; i < act->n_by; i++)
        if (str_eq(act->by[i], step->role))
            return true;
    return false;
}

/* `same` is taken at its word: only the run knows who that was. */
static void read_by(SpecReader *r, const YamlNode *node, const YamlNode *by, SpecStep *step)
{
    const LawAct *act = step->act;
    Str who = by && by->kind == YAML_SCALAR ? by->text : STR_NONE;
    if (!by) { /* the act's first */
        step->by = act->n_by ? BY_ROLE : act->by_system ? BY_SYSTEM : BY_PUBLIC;
        step->role = act->n_by ? act->by[0] : STR_NONE;
        return;
    }
    if (str_eq(who, STR("same"))) {
        step->by = BY_SAME;
        return;
    }
    step->by = str_eq(who, STR("system")) ? BY_SYSTEM : str_eq(who, STR("public")) ? BY_PUBLIC : BY_ROLE;
    step->role = who;
    if (step->by == BY_ROLE && !spec_role(r, by))
        return;
    if (!step->may_refuse && !may_perform(act, step))
        spec_issue(r, spec_at(r, by ? by : node),
                   act->n_by ? arena_printf(r->arena, "it is for: %s", spec_listed(r->arena, act->by, act->n_by).p)
                             : STR("it is for: system or public"),
                   "%.*s may not perform %.*s", STR_ARG(who), STR_ARG(act->id));
}

static void read_hours(SpecReader *r, const YamlNode *node, SpecStep *step)
{
    int minutes[2] = { 0, 0 };
    bool ok = node->kind == YAML_SEQ && node->n == 2;
    for (size_t i = 0; ok && i < 2; i++) {
        int hour = 0;
        int minute = 0;
        ok = node->items[i]->kind == YAML_SCALAR && sscanf(node->items[i]->text.p, "%2d:%2d", &hour, &minute) == 2 &&
             hour >= 0 && hour <= 24 && minute >= 0 && minute < 60;
        minutes[i] = hour * 60 + minute;
    }
    if (!ok || minutes[0] >= minutes[1] || minutes[1] > 24 * 60) {
        spec_issue(r, spec_at(r, node), STR("for example ['19:00', '22:30']"),
                   "hours must be two ascending times of day");
        return;
    }
    step->has_hours = true;
    step->hours_from = minutes[0];
    step->hours_to = minutes[1];
}

/* ---- what a form must have ---- */

static bool is_filled(const SpecReader *r, const LawField *field)
{
    for (size_t i = 0; i < r->n_filled; i++)
        if (r->filled[i] == field)
            return true;
    return false;
}

static void fill(SpecReader *r, const LawField *field)
{
    if (r->n_filled < SPEC_FILLED_MAX && !is_filled(r, field))
        r->filled[r->n_filled++] = field;
}

static const SpecField *read_form(SpecReader *r, const LawAct *act, const YamlNode *node, size_t *ret_n)
{
    SpecField *fields = ARENA_ARRAY(r->arena, SpecField, node->n);
    size_t n = 0;
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        const LawField *field = NULL;
        Str names[128];
        for (size_t k = 0; k < act->n_form && !field; k++)
            field = str_eq(act->form[k].field->id, pair->key) ? act->form[k].field : NULL;
        if (field) {
            fill(r, field);
            fields[n].field = field;
            if (!yaml_is_null(pair->value) && spec_read_for_field(r, field, pair->value, &fields[n].value))
                n++;
            continue;
        }
        size_t n_names = 0;
        for (; n_names < act->n_form && n_names < ARRAY_LEN(names); n_names++)
            names[n_names] = act->form[n_names].field->id;
        spec_issue(r, spec_at_key(r, pair),
                   n_names ? arena_printf(r->arena, "its fields: %s", spec_listed(r->arena, names, n_names).p)
                           : STR("it has no form"),
                   "the form of %.*s has no field %.*s", STR_ARG(act->id), STR_ARG(pair->key));
    }
    *ret_n = n;
    return fields;
}

static void read_repeat(SpecReader *r, const YamlNode *node, SpecStep *step)
{
    static const char *const known[] = { "n", "after", NULL };
    const YamlNode *n = yaml_get(node, STR("n"));
    const YamlNode *after = yaml_get(node, STR("after"));
    double lo = 1;
    double hi = 1;
    spec_keys(r, node, known);
    if (!n)
        spec_issue(r, spec_at(r, node), STR("{n: [1, 3], after: {days: [1, 2]}}"), "every needs n");
    else if (spec_range(r, n, 0, SPEC_REPEATS_MAX, &lo, &hi)) {
        step->repeat_lo = (int64_t)lo;
        step->repeat_hi = (int64_t)hi;
    }
    step->repeat_after = step->after;
    if (after)
        read_after(r, after, &step->repeat_after);
}

/* What is required must come from the form or stand from an earlier step. Fields that are required only sometimes are
 * left to the run. */
static void check_required(SpecReader *r, const SpecStep *step)
{
    const LawAct *act = step->act;
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *f = &act->form[i];
        bool by_run = str_eq(f->field->id, STR("version")) || str_eq(f->field->id, STR("into"));
        if (f->required && !by_run && !step->may_refuse && !is_filled(r, f->field))
            spec_issue(r, step->at, STR("give it a value in the form"), "%.*s requires %.*s", STR_ARG(act->id),
                       STR_ARG(f->field->id));
    }
    for (size_t i = 0; i < act->n_set; i++)
        fill(r, act->set[i].field);
}

/* The matter that a step opens begins with what the pack sets in it. */
static void fill_spawned(SpecReader *r, const LawFollow *follow, const LawProcedure *procedure)
{
    const LawAct *act = law_act(procedure, follow->act);
    for (size_t i = 0; i < follow->n_set; i++)
        fill(r, law_field(procedure, follow->set_ids[i]));
    for (size_t i = 0; act && i < act->n_set; i++)
        fill(r, act->set[i].field);
}

/* A correction or an annulment says of which act. */
static void read_of(SpecReader *r, const LawProcedure *procedure, const YamlNode *node, SpecStep *step)
{
    const YamlNode *of = yaml_get(node, STR("of"));
    bool wanted = step->act->kind == LAW_ACT_CORRECT || step->act->kind == LAW_ACT_VOID;
    if (of && !wanted) {
        spec_issue(r, spec_at(r, of), STR_NONE, "only acts that correct or void others say of which");
    } else if (of && (of->kind != YAML_SCALAR || !law_act(procedure, of->text))) {
        spec_issue(r, spec_at(r, of), STR_NONE, "unknown act %.*s", STR_ARG(of->text));
    } else if (of) {
        step->of = of->text;
    } else if (wanted && !yaml_get(yaml_get(node, STR("form")), STR("version"))) {
        spec_issue(r, spec_at(r, node), STR("of: the act whose latest entry is meant"), "%.*s must say of which act",
                   STR_ARG(step->act->id));
    }
}

static void read_spawned(SpecReader *r, const YamlNode *node, int depth, SpecStep *step)
{
    static const char *const known[] = { "link", "acts", NULL };
    Str link = words_text(node, "link");
    const YamlNode *acts = yaml_get(node, STR("acts"));
    const LawFollow *follow = NULL;
    Str links[16];
    size_t n = 0;
    spec_keys(r, node, known);
    for (size_t i = 0; i < step->act->n_spawn; i++) {
        if (n < ARRAY_LEN(links))
            links[n++] = step->act->spawn[i].link;
        if (str_eq(step->act->spawn[i].link, link))
            follow = &step->act->spawn[i];
    }
    if (!follow) {
        spec_issue(r, spec_at(r, node),
                   n ? arena_printf(r->arena, "its links: %s", spec_listed(r->arena, links, n).p)
                     : STR("it opens no matter"),
                   "%.*s opens nothing with the link %.*s", STR_ARG(step->act->id), STR_ARG(link));
        return;
    }
    if (depth >= NESTING_MAX) {
        spec_issue(r, spec_at(r, node), STR_NONE, "steps nest at most %d deep", NESTING_MAX);
        return;
    }
    step->link = link;
    if (!acts)
        return;
    const LawProcedure *procedure = law_procedure(r->pack, follow->procedure);
    const LawField **outer = r->filled;
    size_t n_outer = r->n_filled;
    r->filled = ARENA_ARRAY(r->arena, const LawField *, SPEC_FILLED_MAX);
    r->n_filled = 0;
    fill_spawned(r, follow, procedure);
    spec_read_steps(r, procedure, acts, depth + 1, &step->spawned, &step->n_spawned);
    r->filled = outer;
    r->n_filled = n_outer;
}

static void read_when(SpecReader *r, const YamlNode *node, SpecStep *step)
{
    const YamlNode *part;
    int64_t chance = 100;
    if ((part = yaml_get(node, STR("after"))))
        read_after(r, part, &step->after);
    if ((part = yaml_get(node, STR("hours"))))
        read_hours(r, part, step);
    if ((part = yaml_get(node, STR("chance"))) && spec_int(r, part, 0, 100, &chance))
        step->chance = (int)chance;
    if ((part = yaml_get(node, STR("every"))))
        read_repeat(r, part, step);
    step->duty = spec_bool(r, yaml_get(node, STR("duty")));
    if ((part = yaml_get(node, STR("mode")))) {
        step->record = part->kind == YAML_SCALAR && str_eq(part->text, STR("record"));
        if (!step->record && !str_eq(part->text, STR("do")))
            spec_issue(r, spec_at(r, part), STR_NONE, "mode is do or record");
    }
    if ((part = yaml_get(node, STR("late")))) {
        if (!step->record)
            spec_issue(r, spec_at(r, part), STR("add mode: record"), "only what is recorded can be late");
        read_after(r, part, &step->late);
    }
}

static bool read_step(SpecReader *r, const LawProcedure *procedure, const YamlNode *node, int depth, SpecStep *step)
{
    static const char *const known[] = { "act",    "by",         "in",    "after",   "duty", "hours", "mode", "late",
                                         "chance", "may_refuse", "every", "spawned", "form", "of",    NULL };
    *step = (SpecStep){ .at = spec_at(r, node), .chance = 100, .repeat_lo = 1, .repeat_hi = 1 };
    step->origin = arena_printf(r->arena, "%.*s:%d", STR_ARG(r->file), node->line);
    if (node->kind != YAML_MAP) {
        spec_issue(r, spec_at(r, node), STR("{act: …, by: …, form: {…}}"), "a step must be a mapping");
        return false;
    }
    spec_keys(r, node, known);
    step->act = read_act_name(r, procedure, node);
    if (!step->act)
        return false;
    const YamlNode *part;
    step->may_refuse = spec_bool(r, yaml_get(node, STR("may_refuse")));
    read_by(r, node, yaml_get(node, STR("by")), step);
    read_when(r, node, step);
    read_of(r, procedure, node, step);
    if ((part = yaml_get(node, STR("in")))) {
        static const LawField unit = { .type = LAW_UNIT };
        SpecValue *in = ARENA_NEW(r->arena, SpecValue);
        if (spec_read_for_field(r, &unit, part, in))
            step->in = in;
    }
    if ((part = yaml_get(node, STR("form"))) && !yaml_is_null(part)) {
        if (part->kind == YAML_MAP)
            step->form = read_form(r, step->act, part, &step->n_form);
        else
            spec_issue(r, spec_at(r, part), STR_NONE, "a form must be a mapping");
    }
    check_required(r, step);
    if ((part = yaml_get(node, STR("spawned"))))
        read_spawned(r, part, depth, step);
    return true;
}

void spec_read_steps(SpecReader *r, const LawProcedure *procedure, const YamlNode *list, int depth,
                     const SpecStep **ret, size_t *ret_n)
{
    if (!list || list->kind != YAML_SEQ || list->n > SPEC_STEPS_MAX) {
        spec_issue(r, spec_at(r, list), STR_NONE, "acts must be a list of at most %d steps", SPEC_STEPS_MAX);
        return;
    }
    SpecStep *steps = ARENA_ARRAY(r->arena, SpecStep, list->n);
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        bool first = depth == 0 && i == 0;
        if (!read_step(r, procedure, list->items[i], depth, &steps[n]))
            continue;
        if (first != (steps[n].act->kind == LAW_ACT_OPEN))
            spec_issue(r, steps[n].at, STR_NONE,
                       first ? "the first step must open the matter" : "only the first step opens the matter");
        if (first &&
            (steps[n].by == BY_SAME || steps[n].repeat_lo != 1 || steps[n].repeat_hi != 1 || steps[n].chance != 100))
            spec_issue(r, steps[n].at, STR_NONE, "what opens the matter happens once, and nobody was there before");
        n++;
    }
    *ret = steps;
    *ret_n = n;
}
