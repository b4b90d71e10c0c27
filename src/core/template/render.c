#include "core/template/program.h"

typedef struct Slot {
    FeelValue value;
    bool absent; /* the model has no such member and no block binds the name */
} Slot;

/* A binding to undo: what stood in the slots, and for loops the rest of the list. */
typedef struct Binding {
    Slot outer;
    Slot outer_index;
    const FeelList *list;
    size_t i;
} Binding;

typedef struct Render {
    const Template *t;
    const TemplateOptions *options;
    Arena *arena;
    Buf *out;
    FeelEnv env;
    Slot *slots;
    int missed; /* slot of the last absent name that an evaluation asked for, or -1 */
    Binding *bindings;
    size_t n_bindings;
    int64_t steps_left;
} Render;

static FeelValue slot_value(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    Render *r = ctx;
    if (r->slots[slot].absent)
        r->missed = slot;
    return r->slots[slot].value;
}

/* Strings are shared with the model. */
static FeelValue from_json(Arena *arena, const Json *json)
{
    switch (json->type) {
    case JSON_NULL: return feel_null();
    case JSON_BOOL: return feel_bool(json->as.b);
    case JSON_INT: return feel_int(json->as.i);
    case JSON_STR: return feel_str((Str){ json->as.s, json->n });
    case JSON_ARR: {
        FeelValue *items = ARENA_ARRAY(arena, FeelValue, json->n);
        for (uint32_t i = 0; i < json->n; i++)
            items[i] = from_json(arena, &json->as.items[i]);
        return feel_list(arena, items, json->n);
    }
    case JSON_OBJ: {
        FeelEntry *entries = ARENA_ARRAY(arena, FeelEntry, json->n);
        for (uint32_t i = 0; i < json->n; i++)
            entries[i] = (FeelEntry){ json->as.members[i].key, from_json(arena, &json->as.members[i].value) };
        return feel_context(arena, entries, json->n);
    }
    }
    return feel_null();
}

/* Only the members that the template names are converted. */
static void take_model(Render *r, const Json *model)
{
    size_t n = r->t->n_slots;
    r->slots = ARENA_ARRAY(r->arena, Slot, n + 1);
    for (size_t i = 0; i < n; i++) {
        const Json *member = json_get(model, r->t->slots[i]);
        r->slots[i] = (Slot){ member ? from_json(r->arena, member) : feel_null(), member == NULL };
    }
}

/* ---- gaps ---- */

static void gap(Render *r, const Step *step, const char *what, Str detail)
{
    TemplateGaps *gaps = r->options->gaps;
    Str place = source_place(r->arena, step->source, step->at);
    Str text = arena_printf(r->arena, "%.*s: %.*s %s%.*s", STR_ARG(place), STR_ARG(feel_expr_text(step->expr)), what,
                            STR_ARG(detail));
    *ARENA_PUSH(r->arena, gaps->items, gaps->n, gaps->cap) = text;
}

/* FEEL takes a member that is null and one that is absent for the same; a model may say null on purpose. For a plain
 * path, "a.b.c", this tells them apart. */
static bool is_given_null(const Render *r, Str path)
{
    Str name = str_trim(str_cut(path, '.', &path));
    int slot = feel_scope_find(r->t->scope, name);
    if (slot < 0 || (size_t)slot >= r->t->n_slots || r->slots[slot].absent)
        return false;
    FeelValue v = r->slots[slot].value;
    while (path.p != NULL) {
        name = str_trim(str_cut(path, '.', &path));
        const FeelValue *member = feel_get(v, name);
        if (!source_is_name(name) || !member)
            return false;
        v = *member;
    }
    return feel_is_null(v);
}

/* Null because of a missing name or an error is a gap where a value is wanted. */
static FeelValue evaluate(Render *r, const Step *step, bool want_value)
{
    Str reason = STR_NONE;
    r->missed = -1;
    FeelValue v = feel_eval(step->expr, &r->env, feel_null(), r->arena, r->options->gaps ? &reason : NULL);
    if (!want_value || !r->options->gaps || v.type != FEEL_NULL)
        return v;
    if (r->missed >= 0)
        gap(r, step, "is missing: the model has no ", r->t->slots[r->missed]);
    else if (reason.n > 0 && !is_given_null(r, feel_expr_text(step->expr)))
        gap(r, step, "is null: ", reason);
    return v;
}

static bool is_true(FeelValue v)
{
    switch ((FeelType)v.type) {
    case FEEL_NULL: return false;
    case FEEL_BOOL: return v.as.b;
    case FEEL_STRING: return v.n > 0;
    case FEEL_LIST: return v.as.list->n > 0;
    default: return true;
    }
}

/* ---- steps ---- */

static void write(Render *r, const Step *step, FeelValue v)
{
    const char *why = NULL;
    if (!write_value(r->out, (Writer)step->writer, v, r->arena, &why) && r->options->gaps)
        gap(r, step, why, STR_NONE);
}

/* What a hole's evaluation allocates is given back at once, unless gaps are being collected in the same arena. */
static void run_value(Render *r, const Step *step)
{
    ArenaMark mark = arena_mark(r->arena);
    FeelValue v = evaluate(r, step, true);
    write(r, step, v);
    if (!r->options->gaps)
        arena_rewind(r->arena, mark);
}

static void run_attr(Render *r, const Step *step)
{
    FeelValue v = evaluate(r, step, false);
    if (!is_true(v))
        return;
    buf_str(r->out, step->text);
    if (v.type == FEEL_BOOL)
        return;
    buf_str(r->out, STR("=\""));
    write(r, step, v);
    buf_char(r->out, '"');
}

static void bind(Render *r, int32_t slot, FeelValue v)
{
    r->slots[slot] = (Slot){ v, false };
}

static size_t run_each(Render *r, const Step *step, size_t next)
{
    FeelValue v = evaluate(r, step, true);
    if (v.type != FEEL_LIST || v.as.list->n == 0) {
        if (v.type != FEEL_LIST && v.type != FEEL_NULL && r->options->gaps)
            gap(r, step, "is not a list", STR_NONE);
        return step->jump;
    }
    r->bindings[r->n_bindings++] = (Binding){ r->slots[step->slot], r->slots[step->index_slot], v.as.list, 0 };
    bind(r, step->slot, v.as.list->items[0]);
    bind(r, step->index_slot, feel_int(1));
    return next;
}

static size_t run_next(Render *r, const Step *step)
{
    Binding *b = &r->bindings[r->n_bindings - 1];
    b->i++;
    if (b->i < b->list->n) {
        bind(r, step->slot, b->list->items[b->i]);
        bind(r, step->index_slot, feel_int((int64_t)b->i + 1));
        return step->back + 1;
    }
    r->slots[step->slot] = b->outer;
    r->slots[step->index_slot] = b->outer_index;
    r->n_bindings--;
    return step->jump;
}

static bool is_one(FeelValue v)
{
    return feel_equal(v, feel_int(1));
}

static size_t run_step(Render *r, size_t at)
{
    const Step *step = &r->t->steps[at];
    size_t next = at + 1;
    switch ((StepKind)step->kind) {
    case STEP_TEXT: buf_str(r->out, step->text); return next;
    case STEP_VALUE: run_value(r, step); return next;
    case STEP_ATTR: run_attr(r, step); return next;
    case STEP_UNLESS: return is_true(evaluate(r, step, false)) ? next : step->jump;
    case STEP_NOT_ONE: return is_one(evaluate(r, step, true)) ? next : step->jump;
    case STEP_JUMP: return step->jump;
    case STEP_EACH: return run_each(r, step, next);
    case STEP_NEXT: return run_next(r, step);
    case STEP_BIND:
        r->bindings[r->n_bindings++] = (Binding){ .outer = r->slots[step->slot] };
        bind(r, step->slot, evaluate(r, step, true));
        return next;
    case STEP_UNBIND: r->slots[step->slot] = r->bindings[--r->n_bindings].outer; return next;
    }
    return next;
}

Rc template_render(const Template *t, const Json *model, const TemplateOptions *options, Arena *arena, Buf *out,
                   Err *err)
{
    static const TemplateOptions none = { 0 };
    Render r = { .t = t, .options = options ? options : &none, .arena = arena, .out = out };
    r.steps_left = TEMPLATE_STEPS_MAX;
    r.env = (FeelEnv){ .slot = slot_value,
                       .ctx = &r,
                       .host = r.options->host,
                       .now_ms = r.options->now_ms,
                       .zone_minutes = r.options->zone_minutes };
    r.bindings = ARENA_ARRAY(arena, Binding, t->depth + 1);
    take_model(&r, model);
    for (size_t at = 0; at < t->n_steps && !out->failed;) {
        if (r.steps_left-- == 0)
            return err_set(err, RC_LIMIT, "rendering %.*s takes more than %d steps", STR_ARG(t->name),
                           TEMPLATE_STEPS_MAX);
        at = run_step(&r, at);
    }
    return buf_check(out, err);
}
