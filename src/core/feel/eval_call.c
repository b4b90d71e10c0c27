/* eval_call.c - calls of built-ins, host functions and functions written in FEEL. */
#include <string.h>

#include "core/feel/feel_internal.h"

enum { ARGS_ON_STACK = 8, OMITTED_MAX = 8 };

/* What a built-in's work can be proportional to, so that calling it a million times costs what it should. */
static bool charge_arguments(FeelEval *ev, const FeelValue *args, size_t n)
{
    size_t cost = 0;
    for (size_t i = 0; i < n; i++) {
        if (args[i].type == FEEL_STRING)
            cost += args[i].n / FEEL_BYTES_PER_STEP;
        else if (args[i].type == FEEL_LIST)
            cost += args[i].as.list->n / 16;
        else if (args[i].type == FEEL_CONTEXT)
            cost += args[i].as.ctx->n / 16;
    }
    return eval_charge(ev, cost);
}

static FeelValue *eval_arguments(FeelEval *ev, const int32_t *nodes, size_t n, FeelValue *on_stack)
{
    FeelValue *args = n <= ARGS_ON_STACK ? on_stack : eval_items(ev, n);
    for (size_t i = 0; args && i < n; i++)
        args[i] = eval_node(ev, nodes[i]);
    return args;
}

/* ---- the types built-ins ask for ---- */

static bool has_type(char letter, FeelValue v)
{
    switch (letter) {
    case 's': return v.type == FEEL_STRING;
    case 'n':
    case 'i':
    case 'I': return v.type == FEEL_NUMBER;
    case 'b': return v.type == FEEL_BOOL;
    case 'l': return v.type == FEEL_LIST;
    case 'c': return v.type == FEEL_CONTEXT;
    case 'f': return v.type == FEEL_FUNCTION;
    case 'd': return v.type == FEEL_DATE;
    case 'p': return v.type == FEEL_DATE || v.type == FEEL_DATE_TIME;
    case 'm': return v.type == FEEL_MONTHS_DURATION;
    default: return true;
    }
}

static const char *type_wanted(char letter)
{
    switch (letter) {
    case 's': return FEEL_WORD("a string");
    case 'n':
    case 'i':
    case 'I': return FEEL_WORD("a number");
    case 'b': return FEEL_WORD("a boolean");
    case 'c': return FEEL_WORD("a context");
    case 'f': return FEEL_WORD("a function");
    case 'd': return FEEL_WORD("a date");
    case 'p': return FEEL_WORD("a date or date and time");
    case 'm': return FEEL_WORD("a years and months duration");
    default: return FEEL_WORD("another value");
    }
}

/* A list of one stands for its item and an item for a list of one (DMN 1.5, 10.3.2.9.4). */
static bool coerce(FeelEval *ev, char letter, FeelValue *v)
{
    if (has_type(letter, *v))
        return true;
    if (letter == 'l') {
        FeelValue *item = eval_items(ev, 1);
        if (!item)
            return false;
        *item = *v;
        *v = feel_list(ev->arena, item, 1);
        return true;
    }
    if (v->type != FEEL_LIST || v->as.list->n != 1 || !has_type(letter, v->as.list->items[0]))
        return false;
    *v = v->as.list->items[0];
    return true;
}

/* Positions, lengths and scales drop their fraction. */
static bool make_whole(char letter, FeelValue *v)
{
    int64_t whole;
    Dec d;
    if ((letter != 'i' && letter != 'I') || v->scale == 0)
        return true;
    if (!dec_round(feel_to_dec(*v), 0, DEC_DOWN, &d) || !dec_to_i64(d, &whole))
        return false;
    *v = feel_int(whole);
    return true;
}

FeelValue builtin_call(FeelEval *ev, const Builtin *row, const FeelValue *args, size_t n)
{
    FeelValue checked[ARGS_ON_STACK];
    if (!charge_arguments(ev, args, n))
        return eval_stopped(ev);
    if (row->types[0] == '*' || n > ARGS_ON_STACK)
        return row->fn(ev, args, n);
    for (size_t i = 0; i < n; i++) {
        char letter = row->types[i];
        checked[i] = args[i];
        if (letter == 'a')
            continue;
        if (args[i].type == FEEL_NULL && (int)i >= row->min_args && letter != 'I')
            continue; /* an optional argument that is null is absent */
        if (args[i].type == FEEL_NULL)
            return eval_null_of(ev, args[i], "an argument is null");
        if (!coerce(ev, letter, &checked[i]) || !make_whole(letter, &checked[i]))
            return feel_null_because(ev, "argument %zu of %s must be %s, not a %s", i + 1, row->name,
                                     type_wanted(letter), feel_type_name((FeelType)args[i].type));
    }
    return row->fn(ev, checked, n);
}

static FeelValue bad_call(FeelEval *ev, const Node *node)
{
    const Builtin *row = builtin_row(node->c);
    if (node->flags & CALL_NAMED)
        return feel_null_because(ev, "%s has no parameters of these names; it takes (%s)", row->name, row->params);
    return feel_null_because(ev, "%s cannot take %d arguments; it takes (%s)", row->name, (int)node->b, row->params);
}

FeelValue eval_call_builtin(FeelEval *ev, const Node *node)
{
    if (node->flags & CALL_BAD)
        return bad_call(ev, node);
    FeelValue on_stack[ARGS_ON_STACK];
    size_t n = (size_t)node->b;
    FeelValue *args = eval_arguments(ev, ev->expr->lists + node->a, n, on_stack);
    if (!args)
        return eval_stopped(ev);
    return builtin_call(ev, builtin_row(node->c), args, n);
}

FeelValue eval_call_host(FeelEval *ev, const Node *node)
{
    FeelValue on_stack[ARGS_ON_STACK];
    size_t n = (size_t)node->b;
    FeelValue *args = eval_arguments(ev, ev->expr->lists + node->a, n, on_stack);
    if (!args || !charge_arguments(ev, args, n))
        return eval_stopped(ev);
    return ev->expr->hosts[node->c]->fn(ev, args, n);
}

/* ---- function values ---- */

/* An argument as its parameter wants it. False: *value is the call's result, null with a reason. */
static bool take_argument(FeelEval *ev, FeelMember param, FeelValue arg, FeelValue *value)
{
    *value = eval_conform_as(ev, param.type, arg, param.name);
    return value->type != FEEL_NULL || arg.type == FEEL_NULL;
}

static FeelValue wrong_count(FeelEval *ev, size_t wanted, size_t given)
{
    return feel_null_because(ev, "the function takes %zu arguments, not %zu", wanted, given);
}

static FeelValue run_closure(FeelEval *ev, const FeelFunction *fn, FeelValue *values)
{
    Frame *frame = arena_alloc(ev->arena, sizeof *frame);
    *frame = (Frame){ .up = fn->frame, .values = values };
    Frame *outer_frame = ev->frame;
    const FeelExpr *outer_expr = ev->expr;
    Slots outer_slots = ev->slots;
    int32_t outer_node = ev->node;
    ev->frame = frame;
    ev->expr = fn->expr;
    ev->slots = fn->slots;
    ev->node = fn->node; /* of this expression, for what is said before its body is entered */
    ev->calls++;
    FeelValue result = eval_node(ev, fn->expr->nodes[fn->node].c);
    ev->calls--;
    ev->frame = outer_frame;
    ev->expr = outer_expr;
    ev->slots = outer_slots;
    ev->node = outer_node;
    return result;
}

static FeelValue call_closure(FeelEval *ev, const FeelFunction *fn, const FeelValue *args, size_t n)
{
    const Node *node = &fn->expr->nodes[fn->node];
    if (n != (size_t)node->b / 2)
        return wrong_count(ev, (size_t)node->b / 2, n);
    if (node->c == NODE_NONE)
        return eval_null(ev, "external functions are not supported");
    if (ev->calls >= FEEL_CALLS_MAX)
        return eval_stop(ev, "the limit of 200 functions calling each other was reached");
    FeelValue *values = eval_items(ev, n);
    if (!values)
        return eval_stopped(ev);
    for (size_t i = 0; i < n; i++) {
        const int32_t *pair = &fn->expr->lists[(size_t)node->a + 2 * i];
        FeelMember param = { .name = feel_to_str(fn->expr->consts[pair[0]]),
                             .type = pair[1] == NODE_NONE ? NULL : fn->expr->types[pair[1]] };
        if (!take_argument(ev, param, args[i], &values[i]))
            return values[i];
    }
    return run_closure(ev, fn, values);
}

static FeelValue call_native(FeelEval *ev, const FeelNative *native, const FeelValue *args, size_t n)
{
    if (n != native->n)
        return wrong_count(ev, native->n, n);
    if (ev->calls >= FEEL_CALLS_MAX)
        return eval_stop(ev, "the limit of 200 functions calling each other was reached");
    FeelValue *values = eval_items(ev, n);
    if (!values)
        return eval_stopped(ev);
    for (size_t i = 0; i < n; i++)
        if (!take_argument(ev, native->params[i], args[i], &values[i]))
            return values[i];
    ev->calls++;
    FeelValue result = native->fn(ev, native->ctx, values, n);
    ev->calls--;
    return feel_conform_in(ev, native->result, result);
}

FeelValue eval_call_function(FeelEval *ev, FeelValue fn, const FeelValue *args, size_t n)
{
    if (fn.type != FEEL_FUNCTION)
        return eval_null_of(ev, fn, "what is called is no function");
    const FeelFunction *f = fn.as.fn;
    if (f->kind == FUNCTION_CLOSURE)
        return call_closure(ev, f, args, n);
    if (f->kind == FUNCTION_NATIVE)
        return call_native(ev, f->native, args, n);
    if (f->kind == FUNCTION_HOST) {
        if (!charge_arguments(ev, args, n))
            return eval_stopped(ev);
        bool fits = n >= (size_t)f->host->min_args && (f->host->max_args < 0 || n <= (size_t)f->host->max_args);
        return fits ? f->host->fn(ev, args, n) : eval_null(ev, "the function takes another number of arguments");
    }
    const Builtin *row = builtin_for_count(f->builtin, n);
    return row ? builtin_call(ev, row, args, n) : eval_null(ev, "the function takes another number of arguments");
}

FeelValue feel_call(FeelEval *ev, FeelValue fn, const FeelValue *args, size_t n)
{
    return eval_call_function(ev, fn, args, n);
}

/* ---- named arguments of function values: only now is it known which function it is ---- */

static int closure_param(const FeelFunction *fn, Str name)
{
    const Node *node = &fn->expr->nodes[fn->node];
    for (int32_t i = 0; i < node->b; i += 2)
        if (str_eq(feel_to_str(fn->expr->consts[fn->expr->lists[node->a + i]]), name))
            return i / 2;
    return -1;
}

static int native_param(const FeelNative *native, Str name)
{
    for (size_t i = 0; i < native->n; i++)
        if (str_eq(native->params[i].name, name))
            return (int)i;
    return -1;
}

static int param_place(const FeelFunction *fn, const Builtin *row, Str name)
{
    if (fn->kind == FUNCTION_CLOSURE)
        return closure_param(fn, name);
    if (fn->kind == FUNCTION_NATIVE)
        return native_param(fn->native, name);
    if (fn->kind == FUNCTION_BUILTIN)
        return row ? builtin_param(row->params, name) : -1;
    for (int i = 0; fn->host->params && fn->host->params[i]; i++)
        if (str_eq_c(name, fn->host->params[i]))
            return i;
    return -1;
}

/* How many parameters a function declares; SIZE_MAX where it may be called with fewer. */
static size_t declared_count(const FeelFunction *fn)
{
    if (fn->kind == FUNCTION_NATIVE)
        return fn->native->n;
    return fn->kind == FUNCTION_CLOSURE ? (size_t)fn->expr->nodes[fn->node].b / 2 : SIZE_MAX;
}

static FeelValue call_named(FeelEval *ev, FeelValue fn, const Node *node, const FeelValue *args, size_t n)
{
    if (fn.type != FEEL_FUNCTION)
        return eval_null_of(ev, fn, "what is called is no function");
    size_t declared = declared_count(fn.as.fn);
    if (declared != SIZE_MAX && declared != n)
        return wrong_count(ev, declared, n);
    if (!eval_charge(ev, n * n / 16))
        return eval_stopped(ev);
    Str *names = arena_array(ev->arena, n, sizeof(Str));
    for (size_t i = 0; i < n; i++)
        names[i] = feel_to_str(ev->expr->consts[ev->expr->lists[(size_t)node->c + i]]);
    const Builtin *row = NULL;
    if (fn.as.fn->kind == FUNCTION_BUILTIN)
        (void)builtin_named(fn.as.fn->builtin, names, n, &row);
    size_t room = n + OMITTED_MAX;
    FeelValue *ordered = eval_items(ev, room);
    if (!ordered)
        return eval_stopped(ev);
    memset(ordered, 0, room * sizeof *ordered); /* nulls, for what is omitted */
    bool *given = arena_array(ev->arena, room, sizeof(bool));
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        int at = param_place(fn.as.fn, row, names[i]);
        if (at < 0 || (size_t)at >= room || given[at])
            return eval_null(ev, "the function has no parameters of these names");
        ordered[at] = args[i];
        given[at] = true;
        count = (size_t)at + 1 > count ? (size_t)at + 1 : count;
    }
    return eval_call_function(ev, fn, ordered, count);
}

FeelValue eval_call(FeelEval *ev, const Node *node)
{
    FeelValue on_stack[ARGS_ON_STACK];
    size_t n = (size_t)node->b - 1;
    FeelValue fn = eval_node(ev, ev->expr->lists[node->a]);
    FeelValue *args = eval_arguments(ev, ev->expr->lists + node->a + 1, n, on_stack);
    if (!args)
        return eval_stopped(ev);
    if (node->flags & CALL_NAMED)
        return call_named(ev, fn, node, args, n);
    return eval_call_function(ev, fn, args, n);
}
