/* eval_type.c - which values are of which type, and the conversions where a type is asked for. */
#include "core/feel/feel_internal.h"

enum { SHOWN_MAX = 60 };

/* What did not fit, innermost, for the reason. */
typedef struct Misfit {
    const FeelTypeDef *type;
    FeelValue value;
    Str member;   /* of a context; else empty */
    bool missing; /* a context without this member */
    bool barred;  /* of the type, but not among its allowed values */
} Misfit;

/* Without a misfit, only the shape counts and not what is allowed: so "instance of" has it. */
static bool is_type(FeelEval *ev, FeelValue v, const FeelTypeDef *t, int depth, Misfit *misfit);

/* ---- types beside types: functions are of a type by what they declare ---- */

/* DMN 1.5, 10.3.2.9.2: every value of type a may stand where b is asked for. NULL is any. */
static bool type_conforms(FeelEval *ev, const FeelTypeDef *a, const FeelTypeDef *b, int depth);

static const FeelMember *member_named(const FeelTypeDef *type, Str name)
{
    for (size_t i = 0; i < type->n; i++)
        if (str_eq(type->members[i].name, name))
            return &type->members[i];
    return NULL;
}

static bool context_conforms(FeelEval *ev, const FeelTypeDef *a, const FeelTypeDef *b, int depth)
{
    for (size_t i = 0; i < b->n; i++) {
        const FeelMember *member = member_named(a, b->members[i].name);
        if (!member || !eval_charge(ev, a->n / 16) || !type_conforms(ev, member->type, b->members[i].type, depth + 1))
            return false;
    }
    return true;
}

/* Parameters the other way round: a function that takes anything serves where one that takes a number is asked for. */
static bool function_conforms(FeelEval *ev, const FeelTypeDef *a, const FeelTypeDef *b, int depth)
{
    if (a->n != b->n || a->n == 0)
        return false;
    for (size_t i = 0; i + 1 < a->n; i++)
        if (!type_conforms(ev, b->members[i].type, a->members[i].type, depth + 1))
            return false;
    return type_conforms(ev, a->members[a->n - 1].type, b->members[b->n - 1].type, depth + 1);
}

static bool type_conforms(FeelEval *ev, const FeelTypeDef *a, const FeelTypeDef *b, int depth)
{
    if (a == b || !b || b->kind == FEEL_KIND_ANY)
        return true;
    if (!a || depth > FEEL_NESTING_MAX || !eval_charge(ev, 1))
        return false;
    if (a->kind == FEEL_KIND_BASIC && a->basic == FEEL_NULL)
        return true;
    if (a->kind != b->kind)
        return false;
    if (b->kind == FEEL_KIND_BASIC)
        return a->basic == b->basic;
    if (b->any_members)
        return true;
    if (a->any_members)
        return false;
    switch (b->kind) {
    case FEEL_KIND_CONTEXT: return context_conforms(ev, a, b, depth);
    case FEEL_KIND_FUNCTION: return function_conforms(ev, a, b, depth);
    default: return type_conforms(ev, a->members[0].type, b->members[0].type, depth + 1);
    }
}

/* The declared type of parameter i; NULL where nothing was declared. */
static const FeelTypeDef *declared(const FeelFunction *fn, size_t i)
{
    if (fn->kind == FUNCTION_NATIVE)
        return fn->native->params[i].type;
    const Node *node = &fn->expr->nodes[fn->node];
    int32_t type = fn->expr->lists[(size_t)node->a + 2 * i + 1];
    return type == NODE_NONE ? NULL : fn->expr->types[type];
}

/* What a function says of its result; NULL when nothing, which is taken on trust. */
static const FeelTypeDef *declared_result(const FeelFunction *fn)
{
    if (fn->kind == FUNCTION_NATIVE)
        return fn->native->result;
    const Node *node = &fn->expr->nodes[fn->node];
    if (node->c == NODE_NONE)
        return NULL;
    const Node *body = &fn->expr->nodes[node->c];
    return body->op == OP_CONFORM ? fn->expr->types[body->b] : NULL;
}

static bool function_is(FeelEval *ev, const FeelFunction *fn, const FeelTypeDef *t, int depth)
{
    if (t->any_members)
        return true;
    if (t->n == 0 || fn->kind == FUNCTION_HOST)
        return false;
    size_t n = t->n - 1;
    if (fn->kind == FUNCTION_BUILTIN)
        return builtin_for_count(fn->builtin, n) != NULL;
    size_t takes = fn->kind == FUNCTION_NATIVE ? fn->native->n : (size_t)fn->expr->nodes[fn->node].b / 2;
    if (takes != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!type_conforms(ev, t->members[i].type, declared(fn, i), depth + 1))
            return false;
    const FeelTypeDef *result = declared_result(fn);
    return !result || type_conforms(ev, result, t->members[n].type, depth + 1);
}

/* ---- values ---- */

static bool list_is(FeelEval *ev, const FeelList *list, const FeelTypeDef *t, int depth, Misfit *misfit)
{
    for (size_t i = 0; !t->any_members && i < list->n; i++)
        if (!is_type(ev, list->items[i], t->members[0].type, depth + 1, misfit))
            return false;
    return true;
}

static bool context_is(FeelEval *ev, FeelValue v, const FeelTypeDef *t, int depth, Misfit *misfit)
{
    for (size_t i = 0; !t->any_members && i < t->n; i++) {
        const FeelMember *member = &t->members[i];
        const FeelValue *entry = eval_entry(ev, v, member->name);
        if (!entry && misfit)
            *misfit = (Misfit){ .type = t, .value = v, .member = member->name, .missing = true };
        if (!entry || !is_type(ev, *entry, member->type, depth + 1, misfit)) {
            if (misfit && misfit->member.n == 0)
                misfit->member = member->name;
            return false;
        }
    }
    return true;
}

static bool range_is(FeelEval *ev, const FeelRange *range, const FeelTypeDef *t, int depth, Misfit *misfit)
{
    return t->any_members || (is_type(ev, range->start, t->members[0].type, depth + 1, misfit) &&
                              is_type(ev, range->end, t->members[0].type, depth + 1, misfit));
}

static bool has_shape(FeelEval *ev, FeelValue v, const FeelTypeDef *t, int depth, Misfit *misfit)
{
    switch (t->kind) {
    case FEEL_KIND_ANY: return true;
    case FEEL_KIND_BASIC: return v.type == t->basic;
    case FEEL_KIND_LIST: return v.type == FEEL_LIST && list_is(ev, v.as.list, t, depth, misfit);
    case FEEL_KIND_CONTEXT: return v.type == FEEL_CONTEXT && context_is(ev, v, t, depth, misfit);
    case FEEL_KIND_RANGE: return v.type == FEEL_RANGE && range_is(ev, v.as.range, t, depth, misfit);
    case FEEL_KIND_FUNCTION: return v.type == FEEL_FUNCTION && function_is(ev, v.as.fn, t, depth);
    }
    return false;
}

static bool passes(FeelEval *ev, const FeelExpr *tests, FeelValue v)
{
    static const FeelEnv nothing = { 0 }; /* allowed values know no names but those of functions */
    return v.type == FEEL_NULL || feel_is_true(feel_eval_in(ev, tests, &nothing, v));
}

static bool is_allowed_by(FeelEval *ev, FeelValue v, const FeelTypeDef *t, Misfit *misfit)
{
    FeelList single = { .n = 1, .items = &v };
    const FeelList *items = v.type == FEEL_LIST && t->kind == FEEL_KIND_LIST ? v.as.list : &single;
    *misfit = (Misfit){ .type = t, .value = v, .barred = true };
    for (size_t i = 0; t->allowed && i < items->n; i++) {
        misfit->value = items->items[i];
        if (!passes(ev, t->allowed, items->items[i]))
            return false;
    }
    misfit->value = v;
    return !t->whole || passes(ev, t->whole, v);
}

static bool is_allowed(FeelEval *ev, FeelValue v, const FeelTypeDef *t, Misfit *misfit)
{
    for (; t; t = t->base)
        if ((t->allowed || t->whole) && !is_allowed_by(ev, v, t, misfit))
            return false;
    return true;
}

/* Null may stand inside any type, but alone is of the type Null only. */
static bool is_type(FeelEval *ev, FeelValue v, const FeelTypeDef *t, int depth, Misfit *misfit)
{
    if (!t || (v.type == FEEL_NULL && depth > 0))
        return true;
    if (!eval_charge(ev, 1))
        return false;
    if (misfit)
        *misfit = (Misfit){ .type = t, .value = v };
    if (depth > FEEL_NESTING_MAX)
        return false;
    if (v.type == FEEL_NULL)
        return t->kind == FEEL_KIND_BASIC && t->basic == FEEL_NULL;
    if (ev->levels >= FEEL_LEVELS_MAX) { /* what is allowed may ask for a type again, and so on */
        (void)eval_stop(ev, "the limit of 3000 nested levels was reached");
        return false;
    }
    ev->levels++;
    bool ok = has_shape(ev, v, t, depth, misfit) && (!misfit || is_allowed(ev, v, t, misfit));
    ev->levels--;
    return ok;
}

bool eval_instance(FeelEval *ev, FeelValue v, const FeelTypeDef *type)
{
    return is_type(ev, v, type, 0, NULL);
}

/* ---- conversions ---- */

/* A date and time from a date is midnight UTC (DMN 1.5, 10.3.2.9.4). */
static bool convert(FeelEval *ev, const FeelTypeDef *t, FeelValue *v)
{
    if (v->type == FEEL_LIST && v->as.list->n == 1 && t->kind != FEEL_KIND_LIST) {
        *v = v->as.list->items[0];
        return v->type != FEEL_NULL;
    }
    if (t->kind == FEEL_KIND_LIST && v->type != FEEL_LIST) {
        FeelValue *item = eval_items(ev, 1);
        if (!item)
            return false;
        *item = *v;
        *v = feel_list(ev->arena, item, 1);
        return true;
    }
    if (v->type != FEEL_DATE || t->kind != FEEL_KIND_BASIC || t->basic != FEEL_DATE_TIME)
        return false;
    *v = value_temporal(ev->arena, FEEL_DATE_TIME, (FeelTemporal){ .day = v->as.i, .offset_s = 0 });
    return true;
}

static Str type_text(Arena *arena, const FeelTypeDef *t)
{
    static const char *const names[] = { "any value", "", "list", "context", "range", "function" };
    if (!t)
        return STR("any value");
    if (t->name.n)
        return t->name;
    if (t->kind == FEEL_KIND_BASIC)
        return str_c(feel_type_name(t->basic));
    bool member = (t->kind == FEEL_KIND_LIST || t->kind == FEEL_KIND_RANGE) && !t->any_members;
    if (!member || !t->members[0].type)
        return str_c(names[t->kind]);
    const FeelTypeDef *of = t->members[0].type;
    Str inner = of->name.n ? of->name : of->kind == FEEL_KIND_BASIC ? str_c(feel_type_name(of->basic)) : STR("...");
    return arena_printf(arena, "%s<%.*s>", names[t->kind], STR_ARG(inner));
}

/* What the value is, for a reason: the value itself when it is short. */
static Str value_text(Arena *arena, FeelValue v)
{
    Str text = v.type < FEEL_LIST ? feel_print(arena, v) : STR_NONE;
    return text.n > 0 && text.n <= SHOWN_MAX ? text : str_c(feel_type_name((FeelType)v.type));
}

static FeelValue refuse(FeelEval *ev, const Misfit *m, Str what)
{
    Str name = m->member.n ? m->member : what;
    Str type = type_text(ev->arena, m->type);
    if (m->missing)
        return feel_null_because(ev, "the entry '%.*s' is missing in what must be of type %.*s", STR_ARG(name),
                                 STR_ARG(type));
    Str value = value_text(ev->arena, m->value);
    if (m->barred)
        return feel_null_because(ev, "%.*s is not among the allowed values of %.*s", STR_ARG(value), STR_ARG(type));
    const char *of = arena_c(ev->arena, type);
    const char *is = arena_c(ev->arena, value);
    if (name.n)
        return feel_null_because(ev, "'%.*s' must be of type %s, not %s", STR_ARG(name), of, is);
    return feel_null_because(ev, "the value must be of type %s, not %s", of, is);
}

FeelValue eval_conform_as(FeelEval *ev, const FeelTypeDef *type, FeelValue v, Str what)
{
    Misfit misfit = { 0 };
    if (!type || v.type == FEEL_NULL || is_type(ev, v, type, 0, &misfit))
        return v;
    FeelValue converted = v;
    Misfit second = { 0 }; /* stays so when the limit of steps is reached */
    if (convert(ev, type, &converted)) {
        if (is_type(ev, converted, type, 0, &second))
            return converted;
        if (second.barred)
            misfit = second;
    }
    return ev->stopped ? eval_stopped(ev) : refuse(ev, &misfit, what);
}

FeelValue feel_conform_in(FeelEval *ev, const FeelTypeDef *type, FeelValue v)
{
    return eval_conform_as(ev, type, v, STR_NONE);
}

FeelValue eval_conform(FeelEval *ev, const Node *node)
{
    return feel_conform_in(ev, ev->expr->types[node->b], eval_node(ev, node->a));
}
