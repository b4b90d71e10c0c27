/* eval_op.c - arithmetic, comparison, three-valued logic, and tests of membership. */
#include <string.h>

#include "core/feel/feel_internal.h"

/* ---- arithmetic ---- */

/* Of a and b one is null at least. Which operand it is, is said by its own text, unless that is "null". */
static FeelValue null_operand(FeelEval *ev, FeelValue a, FeelValue b)
{
    FeelValue cause = a.type == FEEL_NULL ? a : b;
    const Node *node = &ev->expr->nodes[ev->node];
    bool binary = node->op >= OP_ADD && node->op <= OP_GE;
    int32_t operand = a.type == FEEL_NULL ? node->a : node->b;
    if (!binary || ev->expr->nodes[operand].op == OP_CONST)
        return eval_null_of(ev, cause, "an operand is null");
    int32_t outer = ev->node;
    ev->node = operand;
    FeelValue v = eval_null_of(ev, cause, "{} is null");
    ev->node = outer;
    return v;
}

static FeelValue join(FeelEval *ev, FeelValue a, FeelValue b)
{
    size_t n = (size_t)a.n + b.n;
    if (n > FEEL_STRING_MAX)
        return eval_stop(ev, "the limit of 1 MiB for a string was reached");
    if (!eval_charge(ev, n / FEEL_BYTES_PER_STEP))
        return eval_stopped(ev);
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
        return null_operand(ev, a, b);
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

/* Bits: 1 less, 2 equal, 4 greater. A table, because a switch here is a jump that no processor foresees. */
static bool order_holds(Op op, int order)
{
    static const uint8_t holds[] = { [OP_EQ - OP_EQ] = 2, [OP_NE - OP_EQ] = 5, [OP_LT - OP_EQ] = 1,
                                     [OP_LE - OP_EQ] = 3, [OP_GT - OP_EQ] = 4, [OP_GE - OP_EQ] = 6 };
    unsigned bit = order < 0 ? 1 : order == 0 ? 2 : 4;
    return holds[op - OP_EQ] & bit;
}

static FeelValue no_order(FeelEval *ev, FeelValue a)
{
    if (a.type == FEEL_TIME || a.type == FEEL_DATE_TIME)
        return eval_null(ev, "the offset of one of the two is not known");
    return feel_null_because(ev, "values of the type %s have no order", feel_type_name((FeelType)a.type));
}

static FeelValue equality(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    Truth t = eval_equal(ev, a, b);
    if (t == UNKNOWN)
        return eval_not_comparable(ev, a, b);
    return feel_bool((t == YES) == (op == OP_EQ));
}

FeelValue eval_compare(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    if (a.type == FEEL_NUMBER && b.type == FEEL_NUMBER) {
        bool plain = a.scale == b.scale && a.scale != FEEL_SCALE_DEC;
        int order = plain ? (a.as.i > b.as.i) - (a.as.i < b.as.i) : value_number_cmp(a, b);
        return feel_bool(order_holds(op, order));
    }
    if (op == OP_EQ || op == OP_NE)
        return equality(ev, op, a, b);
    if (a.type == FEEL_NULL || b.type == FEEL_NULL)
        return null_operand(ev, a, b);
    int order;
    if (a.type == FEEL_STRING && !eval_charge(ev, a.n / FEEL_BYTES_PER_STEP))
        return eval_stopped(ev);
    if (!value_order(a, b, &order))
        return a.type == b.type ? no_order(ev, a) : eval_not_comparable(ev, a, b);
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

/* What stands from item `from` on is not read, as the value is settled. */
static void skip_items(FeelEval *ev, const Node *node, int32_t from)
{
    for (int32_t i = from; ev->trace && i < node->b; i++)
        eval_skipped(ev, ev->expr->lists[node->a + i]);
}

/* One operand that decides (false for and, true for or) decides whatever stands beside it; the rest is not read. */
FeelValue eval_logic(FeelEval *ev, const Node *node)
{
    bool deciding = node->op == OP_OR;
    bool unknown = false;
    FeelValue cause = feel_null();
    for (int32_t i = 0; i < node->b; i++) {
        FeelValue v = eval_node(ev, ev->expr->lists[node->a + i]);
        if (v.type == FEEL_BOOL && v.as.b == deciding) {
            skip_items(ev, node, i + 1);
            return v;
        }
        if (v.type == FEEL_BOOL || unknown)
            continue;
        unknown = true;
        cause = v.type == FEEL_NULL ? v : eval_note(ev, "an operand is no boolean");
    }
    return unknown ? eval_note_of(ev, cause, "an operand is null") : feel_bool(!deciding);
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

Truth eval_test(FeelEval *ev, FeelValue value, int32_t index)
{
    const Node *node = &ev->expr->nodes[index];
    if (node->op == OP_TEST_CMP)
        return truth_of(eval_compare(ev, (Op)node->flags, value, eval_node(ev, node->a)));
    FeelValue v = eval_node(ev, index);
    if (node->op == OP_RANGE && v.type == FEEL_NULL)
        return UNKNOWN; /* no range: an end is null, or they are in the wrong order */
    return node->flags & NODE_USES_INPUT ? truth_of(v) : eval_is_in(ev, value, v);
}

/* A test's value is whether it holds, which is not what its expression comes to. */
static Truth traced_test(FeelEval *ev, FeelValue value, int32_t index)
{
    if (!ev->trace)
        return eval_test(ev, value, index);
    eval_entered_test(ev, index);
    Truth t = eval_test(ev, value, index);
    eval_left(ev, t == UNKNOWN ? feel_null() : feel_bool(t == YES));
    return t;
}

static Truth any_test(FeelEval *ev, FeelValue value, const Node *node)
{
    Truth result = NO;
    for (int32_t i = 0; i < node->b; i++) {
        Truth t = traced_test(ev, value, ev->expr->lists[node->a + i]);
        if (t == YES) {
            skip_items(ev, node, i + 1);
            return YES;
        }
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
