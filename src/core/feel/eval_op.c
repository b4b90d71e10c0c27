/* eval_op.c - arithmetic, comparison, three-valued logic, and tests of membership. */
#include <string.h>

#include "core/feel/feel_internal.h"

/* ---- arithmetic ---- */

static FeelValue join(FeelEval *ev, FeelValue a, FeelValue b)
{
    size_t n = (size_t)a.n + b.n;
    if (n > FEEL_STRING_MAX)
        return eval_stop(ev, "the limit of 1 MiB for a string was reached");
    if (!eval_charge(ev, n / FEEL_BYTES_PER_STEP))
        return eval_null(ev, "");
    char *p = arena_alloc(ev->arena, n);
    memcpy(p, a.as.s, a.n);
    memcpy(p + a.n, b.as.s, b.n);
    return feel_str((Str){ p, n });
}

FeelValue eval_arith(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    if (a.type == FEEL_NUMBER && b.type == FEEL_NUMBER)
        return number_arith(ev, op, a, b);
    if (a.type == FEEL_NULL || b.type == FEEL_NULL)
        return eval_null_of(ev, a.type == FEEL_NULL ? a : b, "an operand is null");
    if (a.type == FEEL_STRING && b.type == FEEL_STRING && op == OP_ADD)
        return join(ev, a, b);
    return temporal_arith(ev, op, a, b);
}

FeelValue eval_negate(FeelEval *ev, FeelValue a)
{
    FeelValue result;
    switch (a.type) {
    case FEEL_NUMBER: return number_neg(ev->arena, a);
    case FEEL_MONTHS_DURATION: return value_months(-a.as.months);
    case FEEL_DAYS_DURATION:
        if (value_days_duration(-value_duration_ns(a), &result))
            return result;
        return eval_null(ev, "the duration is too long");
    case FEEL_NULL: return eval_null_of(ev, a, "the operand is null");
    default: return eval_null(ev, "only numbers and durations have a negative");
    }
}

/* ---- comparison ---- */

static bool order_holds(Op op, int order)
{
    switch (op) {
    case OP_LT: return order < 0;
    case OP_LE: return order <= 0;
    case OP_GT: return order > 0;
    default: return order >= 0;
    }
}

static FeelValue equality(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    Truth t = eval_equal(ev, a, b);
    if (t == UNKNOWN)
        return eval_null(ev, "values of different types are neither equal nor different");
    return feel_bool((t == YES) == (op == OP_EQ));
}

FeelValue eval_compare(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    if (a.type == FEEL_NUMBER && b.type == FEEL_NUMBER) {
        int order = value_number_cmp(a, b);
        return feel_bool(op == OP_EQ ? order == 0 : op == OP_NE ? order != 0 : order_holds(op, order));
    }
    if (op == OP_EQ || op == OP_NE)
        return equality(ev, op, a, b);
    if (a.type == FEEL_NULL || b.type == FEEL_NULL)
        return eval_null_of(ev, a.type == FEEL_NULL ? a : b, "an operand is null");
    int order;
    if (a.type == FEEL_STRING && !eval_charge(ev, a.n / FEEL_BYTES_PER_STEP))
        return eval_null(ev, "");
    if (!value_order(a, b, &order))
        return eval_null(ev, "values of these types have no order");
    return feel_bool(order_holds(op, order));
}

FeelValue eval_between(FeelEval *ev, FeelValue v, FeelValue low, FeelValue high)
{
    FeelValue from = eval_compare(ev, OP_GE, v, low);
    FeelValue to = eval_compare(ev, OP_LE, v, high);
    bool no = (from.type == FEEL_BOOL && !from.as.b) || (to.type == FEEL_BOOL && !to.as.b);
    if (no)
        return feel_bool(false);
    return from.type == FEEL_NULL ? from : to;
}

/* ---- logic ---- */

/* One operand that decides (false for and, true for or) decides whatever stands beside it; the rest is not read. */
FeelValue eval_logic(FeelEval *ev, const Node *node)
{
    bool deciding = node->op == OP_OR;
    bool unknown = false;
    FeelValue cause = feel_null();
    for (int32_t i = 0; i < node->b; i++) {
        FeelValue v = eval_node(ev, ev->expr->lists[node->a + i]);
        if (v.type == FEEL_BOOL && v.as.b == deciding)
            return v;
        if (v.type == FEEL_BOOL || unknown)
            continue;
        unknown = true;
        cause = v.type == FEEL_NULL ? v : eval_null(ev, "an operand is no boolean");
    }
    return unknown ? eval_null_of(ev, cause, "an operand is null") : feel_bool(!deciding);
}

/* ---- membership ---- */

static Truth in_list(FeelEval *ev, FeelValue value, const FeelList *list)
{
    for (size_t i = 0; i < list->n && !ev->stopped; i++) {
        FeelValue item = list->items[i];
        Truth t = item.type == FEEL_RANGE && value.type != FEEL_RANGE ? range_contains(item.as.range, value)
                                                                      : eval_equal(ev, value, item);
        if (t == YES)
            return YES;
    }
    return NO;
}

Truth eval_is_in(FeelEval *ev, FeelValue value, FeelValue test)
{
    if (test.type == FEEL_RANGE && value.type != FEEL_RANGE)
        return value.type == FEEL_NULL ? UNKNOWN : range_contains(test.as.range, value);
    if (test.type == FEEL_LIST && in_list(ev, value, test.as.list) == YES)
        return YES;
    if (test.type == FEEL_LIST && value.type != FEEL_LIST)
        return NO;
    return eval_equal(ev, value, test);
}

static Truth truth_of(FeelValue v)
{
    return v.type != FEEL_BOOL ? UNKNOWN : v.as.b ? YES : NO;
}

static Truth eval_test(FeelEval *ev, FeelValue value, int32_t index)
{
    const Node *node = &ev->expr->nodes[index];
    if (node->op == OP_TEST_CMP)
        return truth_of(eval_compare(ev, (Op)node->flags, value, eval_node(ev, node->a)));
    FeelValue v = eval_node(ev, index);
    return node->flags & NODE_USES_INPUT ? truth_of(v) : eval_is_in(ev, value, v);
}

static Truth any_test(FeelEval *ev, FeelValue value, const Node *node)
{
    Truth result = NO;
    for (int32_t i = 0; i < node->b; i++) {
        Truth t = eval_test(ev, value, ev->expr->lists[node->a + i]);
        if (t == YES)
            return YES;
        result = t == UNKNOWN ? UNKNOWN : result;
    }
    return result;
}

FeelValue eval_in(FeelEval *ev, const Node *node)
{
    FeelValue outer = ev->input;
    FeelValue value = eval_node(ev, node->c);
    ev->input = value;
    Truth t = any_test(ev, value, node);
    ev->input = outer;
    if (t == UNKNOWN && value.type == FEEL_NULL)
        return eval_null_of(ev, value, "the tested value is null");
    return eval_truth(ev, t, "the tested value is of another type than the tests");
}

FeelValue eval_tests(FeelEval *ev, const Node *node)
{
    Truth t = any_test(ev, ev->input, node);
    if (t != UNKNOWN && node->flags & TESTS_NOT)
        t = t == YES ? NO : YES;
    return eval_truth(ev, t, "the input is null or of another type than the tests");
}
