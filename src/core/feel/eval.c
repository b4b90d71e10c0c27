/* eval.c - walks the nodes: limits, reasons, and the switch. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/feel/feel_internal.h"

enum { REASON_TEXT_MAX = 160, STOPPED = FEEL_REASONS_MAX };

/* ---- reasons ---- */

/* A null carries the place of its reason and a stamp of it. Nulls inside lists and contexts may come from other
 * evaluations; their stamps do not fit the reasons found here, so they are taken as nulls without one. */
static uint16_t stamp_of(const Reason *r)
{
    uint64_t h = (uint64_t)(uintptr_t)r->text * 31 + (uint64_t)(uintptr_t)r->expr + r->from;
    return (uint16_t)((h * 0x9E3779B97F4A7C15u) >> 48);
}

static bool has_reason(const FeelEval *ev, FeelValue v)
{
    if (v.type != FEEL_NULL || v.n == 0 || (v.n > ev->n_reasons && !(ev->stopped && v.n == STOPPED + 1)))
        return false;
    return stamp_of(&ev->reasons[v.n - 1]) == v.unused;
}

static FeelValue null_at(const FeelEval *ev, size_t at)
{
    return (FeelValue){ .type = FEEL_NULL, .n = (uint32_t)at + 1, .unused = stamp_of(&ev->reasons[at]) };
}

static FeelValue add_reason(FeelEval *ev, const char *text)
{
    if (!ev->reasons)
        ev->reasons = arena_alloc(ev->arena, sizeof(Reason) * (STOPPED + 1));
    /* When the table is full its last place is used again: rather a later reason than none. */
    size_t at = ev->n_reasons < STOPPED ? ev->n_reasons++ : STOPPED - 1;
    const Node *node = &ev->expr->nodes[ev->node];
    ev->reasons[at] = (Reason){ .text = text, .expr = ev->expr, .from = node->from, .to = node->to };
    return null_at(ev, at);
}

FeelValue eval_null(FeelEval *ev, const char *text)
{
    return ev->stopped ? null_at(ev, STOPPED) : add_reason(ev, text);
}

FeelValue eval_null_of(FeelEval *ev, FeelValue cause, const char *text)
{
    return has_reason(ev, cause) ? cause : eval_null(ev, text);
}

FeelValue eval_stop(FeelEval *ev, const char *text)
{
    if (!ev->stopped) {
        FeelValue reason = add_reason(ev, text);
        ev->reasons[STOPPED] = ev->reasons[reason.n - 1];
        ev->stopped = true;
    }
    return null_at(ev, STOPPED);
}

FeelValue feel_null_because(FeelEval *ev, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!eval_charge(ev, 1 + strlen(text) / FEEL_BYTES_PER_STEP))
        return eval_null(ev, "");
    return eval_null(ev, arena_c(ev->arena, str_c(text)));
}

/* Cut at a character's end. */
static Str shorten(Str text)
{
    size_t n = text.n;
    if (n <= REASON_TEXT_MAX)
        return text;
    for (n = REASON_TEXT_MAX; n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80;)
        n--;
    return str_slice(text, 0, n);
}

static Str reason_text(FeelEval *ev, FeelValue v)
{
    if (!has_reason(ev, v))
        return STR_NONE;
    const Reason *r = &ev->reasons[v.n - 1];
    Str whole = str_slice(r->expr->text, r->from, r->to);
    Str part = shorten(whole);
    const char *dots = part.n < whole.n ? "..." : "";
    if (r->text[0] == '%')
        return arena_printf(ev->arena, "%.*s%s%s", STR_ARG(part), dots, r->text + 1);
    return arena_printf(ev->arena, "%s in %.*s%s", r->text, STR_ARG(part), dots);
}

/* ---- limits ---- */

static FeelValue too_many_steps(FeelEval *ev)
{
    ev->steps_left = 0;
    if (ev->stopped)
        return eval_null(ev, "");
    Str text = arena_printf(ev->arena, "the limit of %u steps was reached", ev->max_steps);
    return eval_stop(ev, text.p);
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
        return eval_null(ev, "");
    return feel_str(arena_str(ev->arena, (Str){ bytes, n }));
}

Truth eval_equal(FeelEval *ev, FeelValue a, FeelValue b)
{
    size_t budget = ev->steps_left;
    Truth truth = value_equal(a, b, &budget);
    ev->steps_left = (uint32_t)budget;
    if (budget == 0)
        (void)too_many_steps(ev);
    return truth;
}

const FeelValue *eval_entry(FeelEval *ev, FeelValue context, Str name)
{
    if (context.type != FEEL_CONTEXT || !eval_charge(ev, context.as.ctx->n / 16))
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
    const FeelEnv *env = ev->env;
    FeelValue v = env->slot ? env->slot(env->ctx, node->a, ev->arena) : feel_null();
    /* A number left over from another evaluation must not be taken for one of our reasons. */
    return v.type == FEEL_NULL ? eval_null(ev, "% is missing") : v;
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
    const FeelValue *entry = eval_entry(ev, item, feel_to_str(ev->expr->consts[node->a]));
    if (!entry)
        return eval_node(ev, node->c);
    return entry->type == FEEL_NULL ? eval_null_of(ev, *entry, "% is missing") : *entry;
}

/* ---- values made of values ---- */

static FeelValue eval_list(FeelEval *ev, const Node *node)
{
    size_t n = (size_t)node->b;
    FeelValue *items = eval_items(ev, n);
    if (!items)
        return eval_null(ev, "");
    for (size_t i = 0; i < n; i++)
        items[i] = eval_node(ev, ev->expr->lists[(size_t)node->a + i]);
    return feel_list(ev->arena, items, n);
}

static FeelValue eval_context(FeelEval *ev, const Node *node)
{
    const int32_t *pairs = &ev->expr->lists[node->a];
    size_t n = (size_t)node->b / 2;
    FeelValue *values = eval_items(ev, 2 * n);
    if (!values)
        return eval_null(ev, "");
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
    return feel_context(ev->arena, entries, n);
}

static FeelValue eval_range(FeelEval *ev, const Node *node)
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
        return eval_null(ev, "the ends are not in order or not of one comparable type");
    FeelRange *stored = arena_alloc(ev->arena, sizeof *stored);
    *stored = range;
    return (FeelValue){ .type = FEEL_RANGE, .as.range = stored };
}

static FeelValue eval_function(FeelEval *ev, FunctionKind kind, const Node *node)
{
    FeelFunction fn = { .kind = kind, .expr = ev->expr, .node = ev->node, .frame = ev->frame };
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
    return feel_bool(eval_instance(ev->expr, v, node->b));
}

static FeelValue dispatch(FeelEval *ev, const Node *node)
{
    switch ((Op)node->op) {
    case OP_CONST: return ev->expr->consts[node->a];
    case OP_SLOT: return eval_slot(ev, node);
    case OP_LOCAL: return frame_up(ev, node->a)->values[node->b];
    case OP_ITEM: return eval_item(ev, node);
    case OP_MISSING: return eval_null(ev, "% is missing");
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
    case OP_IF: return eval_node(ev, feel_is_true(eval_node(ev, node->a)) ? node->b : node->c);
    case OP_FOR: return eval_for(ev, node);
    case OP_SOME:
    case OP_EVERY: return eval_quantified(ev, node);
    case OP_INSTANCE: return eval_instance_of(ev, node);
    case OP_PATH: return eval_path(ev, eval_node(ev, node->a), feel_to_str(ev->expr->consts[node->b]));
    case OP_FILTER: return eval_filter(ev, node);
    case OP_CALL: return eval_call(ev, node);
    case OP_CALL_BUILTIN: return eval_call_builtin(ev, node);
    case OP_CALL_HOST: return eval_call_host(ev, node);
    }
    return feel_null();
}

FeelValue eval_node(FeelEval *ev, int32_t index)
{
    if (ev->steps_left == 0 || ev->stopped)
        return too_many_steps(ev);
    ev->steps_left--;
    if (ev->levels >= FEEL_LEVELS_MAX)
        return eval_stop(ev, "the limit of 3000 nested levels was reached");
    int32_t outer = ev->node;
    ev->levels++;
    ev->node = index;
    FeelValue v = dispatch(ev, &ev->expr->nodes[index]);
    ev->node = outer;
    ev->levels--;
    return v;
}

/* ---- entry ---- */

FeelValue feel_eval(const FeelExpr *expr, const FeelEnv *env, FeelValue input, Arena *arena, Str *ret_reason)
{
    uint32_t steps = env->max_steps ? env->max_steps : FEEL_STEPS_MAX;
    FeelEval ev = { .expr = expr, .env = env, .arena = arena, .input = input, .steps_left = steps, .max_steps = steps };
    ev.node = expr->root;
    FeelValue v = eval_node(&ev, expr->root);
    if (ev.stopped)
        v = eval_null(&ev, "");
    if (ret_reason)
        *ret_reason = reason_text(&ev, v);
    return v.type == FEEL_NULL ? feel_null() : v; /* the reasons end with the evaluation */
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
