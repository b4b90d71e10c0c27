/* eval_type.c - which values are of which type, and the conversions at a function's door. */
#include "core/feel/feel_internal.h"

static bool is_type(const FeelExpr *expr, FeelValue v, int32_t type, int depth);

static bool list_is(const FeelExpr *expr, const FeelList *list, const Type *t, int depth)
{
    for (size_t i = 0; i < list->n; i++)
        if (!is_type(expr, list->items[i], expr->lists[t->first], depth + 1))
            return false;
    return true;
}

static bool context_is(const FeelExpr *expr, FeelValue v, const Type *t, int depth)
{
    for (int32_t i = 0; i < t->n; i += 2) {
        const FeelValue *entry = feel_get(v, feel_to_str(expr->consts[expr->lists[t->first + i]]));
        if (!entry || !is_type(expr, *entry, expr->lists[t->first + i + 1], depth + 1))
            return false;
    }
    return true;
}

static bool range_is(const FeelExpr *expr, const FeelRange *range, const Type *t, int depth)
{
    int32_t member = expr->lists[t->first];
    bool start = range->start.type == FEEL_NULL || is_type(expr, range->start, member, depth + 1);
    return start && (range->end.type == FEEL_NULL || is_type(expr, range->end, member, depth + 1));
}

static bool same_type(const FeelExpr *a_expr, int32_t a, const FeelExpr *b_expr, int32_t b)
{
    const Type *x = &a_expr->types[a];
    const Type *y = &b_expr->types[b];
    return x->kind == y->kind && (x->kind != TYPE_BASIC || x->basic == y->basic);
}

/* A function conforms when it takes as many parameters, of the types named (those it does not declare may be any). */
static bool function_is(const FeelExpr *expr, const FeelFunction *fn, const Type *t)
{
    if (fn->kind != FUNCTION_CLOSURE)
        return false;
    const Node *node = &fn->expr->nodes[fn->node];
    if (node->b / 2 != t->n - 1)
        return false;
    for (int32_t i = 0; i < t->n - 1; i++) {
        int32_t declared = fn->expr->lists[node->a + 2 * i + 1];
        if (declared >= 0 && !same_type(fn->expr, declared, expr, expr->lists[t->first + i]))
            return false;
    }
    return true;
}

static bool is_type(const FeelExpr *expr, FeelValue v, int32_t type, int depth)
{
    const Type *t = &expr->types[type];
    if (depth > FEEL_NESTING_MAX)
        return false;
    if (v.type == FEEL_NULL)
        return depth > 0 || (t->kind == TYPE_BASIC && t->basic == FEEL_NULL); /* null may stand inside any type */
    switch (t->kind) {
    case TYPE_ANY: return true;
    case TYPE_BASIC: return v.type == t->basic;
    case TYPE_LIST: return v.type == FEEL_LIST && (t->any_members || list_is(expr, v.as.list, t, depth));
    case TYPE_CONTEXT: return v.type == FEEL_CONTEXT && (t->any_members || context_is(expr, v, t, depth));
    case TYPE_RANGE: return v.type == FEEL_RANGE && (t->any_members || range_is(expr, v.as.range, t, depth));
    case TYPE_FUNCTION: return v.type == FEEL_FUNCTION && (t->any_members || function_is(expr, v.as.fn, t));
    }
    return false;
}

bool eval_instance(const FeelExpr *expr, FeelValue v, int32_t type)
{
    return is_type(expr, v, type, 0);
}

bool eval_conform(FeelEval *ev, const FeelExpr *expr, int32_t type, FeelValue *v)
{
    const Type *t = &expr->types[type];
    if (v->type == FEEL_NULL || is_type(expr, *v, type, 0))
        return true;
    if (v->type == FEEL_LIST && v->as.list->n == 1 && is_type(expr, v->as.list->items[0], type, 0)) {
        *v = v->as.list->items[0];
        return true;
    }
    if (t->kind == TYPE_LIST && v->type != FEEL_LIST) {
        FeelValue *item = eval_items(ev, 1);
        if (!item)
            return false;
        *item = *v;
        FeelValue list = feel_list(ev->arena, item, 1);
        if (!is_type(expr, list, type, 0))
            return false;
        *v = list;
        return true;
    }
    if (v->type == FEEL_DATE && t->kind == TYPE_BASIC && t->basic == FEEL_DATE_TIME) {
        *v = value_temporal(ev->arena, FEEL_DATE_TIME, (FeelTemporal){ .day = v->as.i });
        return true;
    }
    return false;
}
