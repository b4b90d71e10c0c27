/* eval.c - walks the nodes: limits, reasons, and the switch. */
#include <string.h>

#include "core/feel/feel_internal.h"

/* ---- limits ---- */

static FeelValue too_many_steps(FeelEval *ev)
{
    ev->steps_left = 0;
    if (ev->stopped)
        return eval_stopped(ev);
    Str *limit = ARENA_NEW(ev->arena, Str);
    *limit = arena_printf(ev->arena, "%u", ev->max_steps);
    return eval_stop_with(ev, "the limit of %s steps was reached", limit, 1);
}

bool eval_charge(FeelEval *ev, size_t steps)
{
    if (!ev->stopped && steps <= ev->steps_left) {
        ev->steps_left -= (uint32_t)steps;
        return true;
    }
    (void)too_many_steps(ev);
    return false;
}

FeelValue *eval_items(FeelEval *ev, size_t n)
{
    if (n > FEEL_LIST_MAX) {
        (void)eval_stop(ev, "the limit of 1000000 items in a list was reached");
        return NULL;
    }
    return eval_charge(ev, n) ? arena_alloc(ev->arena, (n ? n : 1) * sizeof(FeelValue)) : NULL;
}

FeelValue eval_string(FeelEval *ev, const char *bytes, size_t n)
{
    if (n > FEEL_STRING_MAX)
        return eval_stop(ev, "the limit of 1 MiB for a string was reached");
    if (!eval_charge(ev, n / FEEL_BYTES_PER_STEP))
        return eval_stopped(ev);
    return feel_str(arena_str(ev->arena, (Str){ bytes, n }));
}

Truth eval_equal(FeelEval *ev, FeelValue a, FeelValue b)
{
    if (a.type == FEEL_STRING && b.type == FEEL_STRING && (a.n != b.n || a.n < FEEL_BYTES_PER_STEP))
        return str_eq(feel_to_str(a), feel_to_str(b)) ? YES : NO; /* no more work than a step pays for */
    size_t budget = ev->steps_left;
    Truth truth = value_equal(a, b, &budget);
    ev->steps_left = (uint32_t)budget;
    if (budget == 0)
        (void)too_many_steps(ev);
    return truth;
}

const FeelValue *eval_entry(FeelEval *ev, FeelValue context, Str name)
{
    if (context.type != FEEL_CONTEXT)
        return NULL;
    size_t steps = context.as.ctx->n / 16;
    if (steps > 0 && !eval_charge(ev, steps))
        return NULL;
    return feel_get(context, name);
}

FeelValue eval_truth(FeelEval *ev, Truth truth, const char *why_unknown)
{
    return truth == UNKNOWN ? eval_null(ev, why_unknown) : feel_bool(truth == YES);
}

/* ---- names ---- */

static FeelValue eval_slot(FeelEval *ev, const Node *node)
{
    const Slots *slots = &ev->slots;
    if (slots->get_in)
        return slots->get_in(ev, slots->ctx, node->a);
    FeelValue v = slots->get ? slots->get(slots->ctx, node->a, ev->arena) : feel_null();
    /* A number left over from another evaluation must not be taken for one of our reasons. */
    return v.type == FEEL_NULL ? eval_null(ev, "{} is missing") : v;
}

static const Frame *frame_up(const FeelEval *ev, int32_t hops)
{
    const Frame *frame = ev->frame;
    while (hops-- > 0)
        frame = frame->up;
    return frame;
}

static FeelValue eval_item(FeelEval *ev, const Node *node)
{
    FeelValue item = frame_up(ev, node->b)->values[0];
    FeelValue name = ev->expr->consts[node->a];
    const FeelValue *entry = eval_entry(ev, item, (Str){ name.as.s, name.n });
    if (!entry)
        return eval_node(ev, node->c);
    return entry->type == FEEL_NULL ? eval_note_of(ev, *entry, "{} is missing") : *entry;
}

/* ---- values made of values ---- */

/* Locals of what is inlined into eval_inner are paid for at each of its thousands of levels, in stack and in time. */
#define OUT_OF_LINE __attribute__((noinline)) static

OUT_OF_LINE FeelValue eval_list(FeelEval *ev, const Node *node)
{
    size_t n = (size_t)node->b;
    FeelValue *items = eval_items(ev, n);
    if (!items)
        return eval_stopped(ev);
    for (size_t i = 0; i < n; i++)
        items[i] = eval_node(ev, ev->expr->lists[(size_t)node->a + i]);
    return feel_list(ev->arena, items, n);
}

OUT_OF_LINE FeelValue eval_context(FeelEval *ev, const Node *node)
{
    const int32_t *pairs = &ev->expr->lists[node->a];
    size_t n = (size_t)node->b / 2;
    FeelValue *values = eval_items(ev, 2 * n);
    if (!values)
        return eval_stopped(ev);
    memset(values, 0, n * sizeof *values);
    FeelEntry *entries = arena_array(ev->arena, n, sizeof(FeelEntry));
    Frame *frame = arena_alloc(ev->arena, sizeof(Frame));
    *frame = (Frame){ .up = ev->frame, .values = values };
    ev->frame = frame;
    for (size_t i = 0; i < n; i++) {
        values[i] = eval_node(ev, pairs[2 * i + 1]);
        entries[i] = (FeelEntry){ .key = feel_to_str(ev->expr->consts[pairs[2 * i]]), .value = values[i] };
    }
    ev->frame = frame->up;
    if (node->flags & CONTEXT_RESULT)
        return values[n - 1];
    return feel_context(ev->arena, entries, n);
}

OUT_OF_LINE FeelValue eval_range(FeelEval *ev, const Node *node)
{
    FeelRange range = { .start_included = node->flags & RANGE_START_INCLUDED,
                        .end_included = node->flags & RANGE_END_INCLUDED,
                        .constructor = node->flags & RANGE_CONSTRUCTOR };
    if (node->a != NODE_NONE)
        range.start = eval_node(ev, node->a);
    if (node->b != NODE_NONE)
        range.end = node->b == node->a ? range.start : eval_node(ev, node->b);
    if (node->a != NODE_NONE && range.start.type == FEEL_NULL)
        return eval_null_of(ev, range.start, "the start is null");
    if (node->b != NODE_NONE && range.end.type == FEEL_NULL)
        return eval_null_of(ev, range.end, "the end is null");
    if (!range_is_valid(&range))
        return eval_no_range(ev, range.start, range.end);
    FeelRange *stored = arena_alloc(ev->arena, sizeof *stored);
    *stored = range;
    return (FeelValue){ .type = FEEL_RANGE, .as.range = stored };
}

OUT_OF_LINE FeelValue eval_function(FeelEval *ev, FunctionKind kind, const Node *node)
{
    FeelFunction fn = { .kind = kind, .expr = ev->expr, .node = ev->node, .frame = ev->frame, .slots = ev->slots };
    if (kind == FUNCTION_BUILTIN)
        fn.builtin = builtin_row(node->a);
    else if (kind == FUNCTION_HOST)
        fn.host = ev->expr->hosts[node->a];
    return value_function(ev->arena, fn);
}

/* ---- the switch ---- */

static FeelValue eval_binary(FeelEval *ev, const Node *node)
{
    FeelValue a = eval_node(ev, node->a);
    FeelValue b = eval_node(ev, node->b);
    if (node->op >= OP_EQ)
        return eval_compare(ev, (Op)node->op, a, b);
    return eval_arith(ev, (Op)node->op, a, b);
}

static FeelValue eval_instance_of(FeelEval *ev, const Node *node)
{
    FeelValue v = eval_node(ev, node->a);
    return feel_bool(eval_instance(ev, v, ev->expr->types[node->b]));
}

static FeelValue eval_if(FeelEval *ev, const Node *node)
{
    bool yes = feel_is_true(eval_node(ev, node->a));
    if (ev->trace && !yes)
        eval_skipped(ev, node->b);
    FeelValue v = eval_node(ev, yes ? node->b : node->c);
    if (ev->trace && yes)
        eval_skipped(ev, node->c);
    return v;
}

static FeelValue dispatch(FeelEval *ev, const Node *node)
{
    switch ((Op)node->op) {
    case OP_CONST: return ev->expr->consts[node->a];
    case OP_SLOT: return eval_slot(ev, node);
    case OP_LOCAL: return frame_up(ev, node->a)->values[node->b];
    case OP_ITEM: return eval_item(ev, node);
    case OP_MISSING: return eval_null(ev, "{} is missing");
    case OP_INPUT: return ev->input;
    case OP_BUILTIN: return eval_function(ev, FUNCTION_BUILTIN, node);
    case OP_HOST: return eval_function(ev, FUNCTION_HOST, node);
    case OP_FUNCTION: return eval_function(ev, FUNCTION_CLOSURE, node);
    case OP_LIST: return eval_list(ev, node);
    case OP_CONTEXT: return eval_context(ev, node);
    case OP_RANGE: return eval_range(ev, node);
    case OP_NEG: return eval_negate(ev, eval_node(ev, node->a));
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_POW:
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE: return eval_binary(ev, node);
    case OP_AND:
    case OP_OR: return eval_logic(ev, node);
    case OP_BETWEEN: return eval_between(ev, eval_node(ev, node->a), eval_node(ev, node->b), eval_node(ev, node->c));
    case OP_IN: return eval_in(ev, node);
    case OP_TESTS: return eval_tests(ev, node);
    case OP_TEST_ANY: return feel_bool(true);
    case OP_TEST_CMP: return eval_compare(ev, (Op)node->flags, ev->input, eval_node(ev, node->a));
    case OP_IF: return eval_if(ev, node);
    case OP_FOR: return eval_for(ev, node);
    case OP_SOME:
    case OP_EVERY: return eval_quantified(ev, node);
    case OP_INSTANCE: return eval_instance_of(ev, node);
    case OP_PATH: return eval_path(ev, eval_node(ev, node->a), feel_to_str(ev->expr->consts[node->b]));
    case OP_FILTER: return eval_filter(ev, node);
    case OP_CALL: return eval_call(ev, node);
    case OP_CALL_BUILTIN: return eval_call_builtin(ev, node);
    case OP_CALL_HOST: return eval_call_host(ev, node);
    case OP_CONFORM: return eval_conform(ev, node);
    case OP_TABLE: return eval_table(ev, node);
    }
    return feel_null();
}

OUT_OF_LINE FeelValue eval_inner(FeelEval *ev, int32_t index)
{
    if (ev->steps_left == 0)
        return too_many_steps(ev);
    ev->steps_left--;
    if (ev->levels >= FEEL_LEVELS_MAX)
        return eval_stop(ev, "the limit of 3000 nested levels was reached");
    int32_t outer = ev->node;
    ev->levels++;
    ev->node = index;
    if (ev->trace)
        eval_entered(ev, index);
    FeelValue v = dispatch(ev, &ev->expr->nodes[index]);
    if (ev->trace)
        eval_left(ev, v);
    ev->node = outer;
    ev->levels--;
    return v;
}

/* Constants and names are most of all nodes: they are read without a level and without the switch. */
FeelValue eval_node(FeelEval *ev, int32_t index)
{
    const Node *node = &ev->expr->nodes[index];
    bool leaf = node->op == OP_CONST || node->op == OP_LOCAL || node->op == OP_SLOT || node->op == OP_ITEM;
    if (!leaf || ev->trace || ev->steps_left == 0)
        return eval_inner(ev, index);
    ev->steps_left--;
    if (node->op == OP_CONST)
        return ev->expr->consts[node->a];
    if (node->op == OP_LOCAL)
        return frame_up(ev, node->a)->values[node->b];
    int32_t outer = ev->node;
    ev->node = index;
    FeelValue v = node->op == OP_SLOT ? eval_slot(ev, node) : eval_item(ev, node);
    ev->node = outer;
    return v;
}

/* ---- entry ---- */

static Slots slots_of(const FeelEnv *env)
{
    return (Slots){ .get = env->slot, .get_in = env->slot_in, .ctx = env->ctx };
}

static void begin(FeelEval *ev, const FeelExpr *expr, const FeelEnv *env, Arena *arena)
{
    uint32_t steps = env->max_steps ? env->max_steps : FEEL_STEPS_MAX;
    *ev = (FeelEval){ .expr = expr,
                      .env = env,
                      .slots = slots_of(env),
                      .arena = arena,
                      .node = expr->root,
                      .steps_left = steps,
                      .max_steps = steps,
                      .trace = env->trace };
}

/* The reasons end with the evaluation, and so what a null says of them. */
static FeelValue end(FeelEval *ev, FeelValue v, FeelReason *ret_reason)
{
    bool null = ev->stopped || v.type == FEEL_NULL;
    if (ret_reason)
        *ret_reason = null ? eval_reason(ev, ev->stopped ? eval_stopped(ev) : v) : (FeelReason){ 0 };
    return null ? feel_null() : v;
}

FeelValue feel_eval_why(const FeelExpr *expr, const FeelEnv *env, FeelValue input, Arena *arena, FeelReason *ret_reason)
{
    FeelEval ev;
    begin(&ev, expr, env, arena);
    ev.input = input;
    FeelValue v = eval_node(&ev, expr->root);
    return v.type == FEEL_NULL || ev.stopped || ret_reason ? end(&ev, v, ret_reason) : v;
}

FeelValue feel_eval(const FeelExpr *expr, const FeelEnv *env, FeelValue input, Arena *arena, Str *ret_reason)
{
    if (!ret_reason)
        return feel_eval_why(expr, env, input, arena, NULL);
    FeelReason reason;
    FeelValue v = feel_eval_why(expr, env, input, arena, &reason);
    *ret_reason = feel_reason_text(arena, &reason, NULL, NULL);
    return v;
}

/* Stands where an evaluation begins without an expression: its reasons quote nothing. */
static const Node NO_NODES[1];
static const FeelExpr NO_EXPR = { .nodes = NO_NODES, .n_nodes = 1 };

FeelValue feel_apply(FeelValue fn, const FeelValue *args, size_t n, const FeelEnv *env, Arena *arena, Str *ret_reason)
{
    FeelEval ev;
    FeelReason reason;
    begin(&ev, &NO_EXPR, env, arena);
    FeelValue v = end(&ev, eval_call_function(&ev, fn, args, n), &reason);
    if (ret_reason)
        *ret_reason = feel_reason_text(arena, &reason, NULL, NULL);
    return v;
}

FeelValue feel_conform(const FeelTypeDef *type, FeelValue v, const FeelEnv *env, Arena *arena, Str *ret_reason)
{
    FeelEval ev;
    FeelReason reason;
    begin(&ev, &NO_EXPR, env, arena);
    FeelValue conformed = end(&ev, feel_conform_in(&ev, type, v), &reason);
    if (ret_reason)
        *ret_reason = feel_reason_text(arena, &reason, NULL, NULL);
    return conformed;
}

FeelValue feel_eval_in(FeelEval *ev, const FeelExpr *expr, const FeelEnv *env, FeelValue input)
{
    if (ev->evals >= FEEL_EVALS_MAX)
        return eval_stop(ev, "the limit of 400 expressions needing each other was reached");
    const FeelExpr *outer_expr = ev->expr;
    Slots outer_slots = ev->slots;
    FeelValue outer_input = ev->input;
    Frame *outer_frame = ev->frame;
    int32_t outer_node = ev->node;
    ev->expr = expr;
    ev->slots = slots_of(env);
    ev->input = input;
    ev->frame = NULL;
    ev->node = expr->root; /* of this expression, for what is said before any node of it is entered */
    ev->evals++;
    FeelValue v = eval_node(ev, expr->root);
    ev->evals--;
    ev->expr = outer_expr;
    ev->slots = outer_slots;
    ev->input = outer_input;
    ev->frame = outer_frame;
    ev->node = outer_node;
    return v;
}

Arena *feel_arena(FeelEval *ev)
{
    return ev->arena;
}

void *feel_host(FeelEval *ev)
{
    return ev->env->host;
}

const FeelEnv *feel_env(FeelEval *ev)
{
    return ev->env;
}

bool feel_charge(FeelEval *ev, size_t steps)
{
    return eval_charge(ev, steps);
}

bool feel_equal_in(FeelEval *ev, FeelValue a, FeelValue b)
{
    return eval_equal(ev, a, b) == YES;
}
