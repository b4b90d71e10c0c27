/* dmn.c - evaluates the decisions of a model.
 *
 * A Run holds the values of one evaluation, each found when first asked for. A decision service has a Run of its own,
 * in which its inputs are given: what it computes does not touch the caller's values, nor do they touch its own. All
 * Runs of an evaluation share one FeelEval and so its limits. */
#include "core/dmn/dmn_internal.h"

typedef enum Found { NOT_YET, GIVEN, BUSY, FOUND } Found;

typedef struct Run {
    FeelValue *values; /* by Element.index */
    uint8_t *found;
    bool of_service;
} Run;

/* The names of one element's logic, while a Run lasts. Functions made there keep it, so it lives in the arena. */
typedef struct Names {
    FeelEnv env;
    Run *run;
    const Element *element;
} Names;

static FeelValue value_of(FeelEval *ev, Run *run, const Element *e);

static FeelValue name_value(FeelEval *ev, void *ctx, int slot)
{
    const Names *names = ctx;
    const Element *e = names->element;
    size_t at = (size_t)(slot - e->first_slot);
    if (slot < e->first_slot || at >= e->n_requires)
        return feel_null();
    return value_of(ev, names->run, e->requires[at].element);
}

static FeelValue eval_logic(FeelEval *ev, Run *run, const Element *e)
{
    Names *names = arena_alloc(feel_arena(ev), sizeof *names);
    *names = (Names){ .run = run, .element = e };
    names->env.slot_in = name_value;
    names->env.ctx = names;
    return feel_eval_in(ev, e->expr, &names->env, feel_null());
}

/* The type of a knowledge model's variable is that of its function; tools before DMN 1.2 wrote its result's there. */
static FeelValue knowledge_value(FeelEval *ev, Run *run, const Element *e)
{
    if (!e->expr)
        return feel_null_because(ev, "%s has no logic", e->what.p);
    FeelValue function = eval_logic(ev, run, e);
    bool typed = e->type && e->type->kind == FEEL_KIND_FUNCTION;
    return typed ? feel_conform_in(ev, e->type, function) : function;
}

/* A decision without logic has no value but one given to it. */
static FeelValue compute(FeelEval *ev, Run *run, const Element *e)
{
    if (e->fault)
        return feel_null_because(ev, "%s", e->fault);
    switch (e->kind) {
    case ELEMENT_INPUT:
        if (run->of_service)
            return feel_null_because(ev, "%s is not among the inputs of the decision service", e->what.p);
        return feel_null();
    case ELEMENT_DECISION:
        if (!e->expr)
            return feel_null_because(ev, "%s has no logic", e->what.p);
        return feel_conform_in(ev, e->type, eval_logic(ev, run, e));
    case ELEMENT_KNOWLEDGE: return knowledge_value(ev, run, e);
    case ELEMENT_SERVICE: return feel_function(feel_arena(ev), &e->native);
    }
    return feel_null();
}

static FeelValue value_of(FeelEval *ev, Run *run, const Element *e)
{
    uint8_t *found = &run->found[e->index];
    FeelValue *value = &run->values[e->index];
    if (*found == FOUND)
        return *value;
    if (*found == BUSY)
        return feel_null_because(ev, "%s requires itself", e->what.p);
    FeelValue given = *value;
    Found before = *found;
    *found = BUSY;
    *value = before == GIVEN ? feel_conform_in(ev, e->type, given) : compute(ev, run, e);
    *found = FOUND;
    return *value;
}

/* NULL when the step limit is reached. */
static Run *run_new(FeelEval *ev, const DmnModel *model)
{
    Arena *arena = feel_arena(ev);
    if (!feel_charge(ev, model->n_elements / 3 + 1))
        return NULL;
    Run *run = arena_alloc(arena, sizeof *run);
    run->of_service = false;
    run->values = arena_zalloc(arena, (model->n_elements + 1) * sizeof *run->values);
    run->found = arena_zalloc(arena, model->n_elements + 1);
    return run;
}

static void give(Run *run, const Element *e, FeelValue value)
{
    run->values[e->index] = value;
    run->found[e->index] = GIVEN;
}

/* ---- knowledge models and services as functions ---- */

FeelValue knowledge_call(FeelEval *ev, void *element, const FeelValue *args, size_t n)
{
    const Element *e = element;
    Run *run = run_new(ev, e->model);
    return run ? feel_call(ev, value_of(ev, run, e), args, n) : feel_null();
}

static Run *service_run(FeelEval *ev, const Element *e, const FeelValue *args)
{
    Run *run = run_new(ev, e->model);
    if (!run)
        return NULL;
    run->of_service = true;
    for (size_t i = 0; i < e->n_params; i++)
        give(run, e->inputs[i], args[i]);
    return run;
}

/* One output decision gives its value, several give a context (10.4). */
FeelValue service_call(FeelEval *ev, void *element, const FeelValue *args, size_t n)
{
    const Element *e = element;
    Arena *arena = feel_arena(ev);
    (void)n;
    if (e->fault)
        return feel_null_because(ev, "%s", e->fault);
    Run *run = service_run(ev, e, args);
    if (!run)
        return feel_null();
    if (e->n_outputs == 1)
        return value_of(ev, run, e->outputs[0]);
    FeelEntry *entries = ARENA_ARRAY(arena, FeelEntry, e->n_outputs);
    for (size_t i = 0; i < e->n_outputs; i++)
        entries[i] = (FeelEntry){ e->outputs[i]->name, value_of(ev, run, e->outputs[i]) };
    return feel_context(arena, entries, e->n_outputs);
}

/* ---- evaluation ---- */

typedef struct Start {
    const DmnModel *model;
    Str decision;
    Str service;
    const DmnRun *run;
} Start;

static const Source *source_named(const DmnModel *m, Str ns)
{
    for (size_t i = 0; i < m->n_sources; i++)
        if (m->sources[i].used && str_eq(m->sources[i].ns, ns))
            return &m->sources[i];
    return NULL;
}

/* Input data, or a decision without logic: its outcome is decided elsewhere and may be told. */
static const Element *given_in(const Source *source, Str name)
{
    const Element *e = map_get(&source->inputs, name);
    const Element *decision = e ? NULL : map_get(&source->decisions, name);
    return decision && !decision->expr && !decision->fault ? decision : e;
}

/* The input data of that name, of the namespace's model or of the first that has it. */
static const Element *input_named(const DmnModel *m, const DmnInput *input)
{
    if (input->ns.n) {
        const Source *source = source_named(m, input->ns);
        return source ? given_in(source, input->name) : NULL;
    }
    for (size_t i = 0; i < m->n_sources; i++) {
        const Element *e = m->sources[i].used ? given_in(&m->sources[i], input->name) : NULL;
        if (e)
            return e;
    }
    return NULL;
}

static const Element *element_named(const DmnModel *m, size_t map, Str name)
{
    for (size_t i = 0; i < m->n_sources; i++) {
        const Source *s = &m->sources[i];
        const Element *e = s->used ? map_get(map == 0 ? &s->decisions : &s->functions, name) : NULL;
        if (e)
            return e;
    }
    return NULL;
}

/* The inputs as arguments of a function, by the names of its parameters; what is not given is null. */
static FeelValue *arguments(FeelEval *ev, const Element *e, const DmnRun *run)
{
    FeelValue *args = arena_zalloc(feel_arena(ev), (e->n_params + 1) * sizeof *args);
    if (!feel_charge(ev, e->n_params * run->n / 8))
        return args;
    for (size_t i = 0; i < e->n_params; i++)
        for (size_t k = 0; k < run->n; k++)
            if (str_eq(run->inputs[k].name, e->params[i].name))
                args[i] = run->inputs[k].value;
    return args;
}

/* Of a service's output decisions the one asked for; of a service with one output the value is the service's own, and
 * so is its type. */
static FeelValue service_output(FeelEval *ev, const Element *e, const Start *start)
{
    const Element *output = NULL;
    for (size_t i = 0; i < e->n_outputs; i++)
        if (str_eq(e->outputs[i]->name, start->decision))
            output = e->outputs[i];
    if (!output && start->decision.n)
        return feel_null_because(ev, "%s has no such output decision", e->what.p);
    if (e->fault)
        return feel_null_because(ev, "%s", e->fault);
    if (!output)
        return feel_call(ev, feel_function(feel_arena(ev), &e->native), arguments(ev, e, start->run), e->n_params);
    Run *run = service_run(ev, e, arguments(ev, e, start->run));
    if (!run)
        return feel_null();
    FeelValue value = value_of(ev, run, output);
    return e->n_outputs == 1 ? feel_conform_in(ev, e->native.result, value) : value;
}

static FeelValue decision_value(FeelEval *ev, const Element *e, const Start *start)
{
    Run *run = run_new(ev, start->model);
    for (size_t i = 0; run && i < start->run->n; i++) {
        const Element *input = input_named(start->model, &start->run->inputs[i]);
        if (input)
            give(run, input, start->run->inputs[i].value);
    }
    return run ? value_of(ev, run, e) : feel_null();
}

static FeelValue start_value(FeelEval *ev, void *ctx, int slot)
{
    const Start *start = ctx;
    (void)slot;
    const Element *decision = start->service.n ? NULL : element_named(start->model, 0, start->decision);
    if (decision)
        return decision_value(ev, decision, start);
    Str name = start->service.n ? start->service : start->decision;
    const Element *function = element_named(start->model, 1, name);
    if (!function)
        return feel_null_because(ev, "there is no decision or function called %.*s", STR_ARG(name));
    if (start->service.n && function->kind == ELEMENT_SERVICE)
        return service_output(ev, function, start);
    return feel_call(ev, feel_function(feel_arena(ev), &function->native), arguments(ev, function, start->run),
                     function->n_params);
}

DmnResult dmn_evaluate(const DmnModel *model, Str decision, Str service, const DmnRun *run, Arena *arena)
{
    Start start = { model, decision, service, run };
    FeelEnv env = { .slot_in = start_value,
                    .ctx = &start,
                    .host = run->host,
                    .now_ms = run->now_ms,
                    .zone_minutes = run->zone_minutes,
                    .max_steps = run->max_steps };
    FeelReason why;
    DmnResult result = { .value = feel_eval_why(model->start, &env, feel_null(), arena, &why) };
    result.failed = feel_is_null(result.value) && why.msgid && !why.note;
    result.reason = feel_reason_text(arena, &why, NULL, NULL);
    return result;
}
