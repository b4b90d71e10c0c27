/* parse_bind.c - constructs that bind names (for, some, every, function, contexts) and calls. */
#include "core/feel/feel_internal.h"

/* ---- iteration ---- */

static bool push(Parser *p, Items *items, int32_t value)
{
    *ARENA_PUSH(p->arena, items->p, items->n, items->cap) = value;
    return true;
}

/* "x in domain" or "x in first .. last". A name is bound after its own domain, which cannot mean it. */
static bool parse_iterator(Parser *p, Items *pairs)
{
    Str name;
    if (!lex_next(p) || !parse_plain_name(p, &name) || !parse_need_word(p, "in"))
        return false;
    int32_t domain = parse_expression(p);
    int32_t end = NODE_NONE;
    if (domain >= 0 && p->tok.kind == TOK_DOTDOT) {
        end = lex_next(p) ? parse_expression(p) : NODE_NONE;
        if (end < 0)
            return false;
    }
    parse_bind(p, name);
    return domain >= 0 && push(p, pairs, domain) && push(p, pairs, end);
}

bool parse_names_partial(const Parser *p, size_t first_node)
{
    for (size_t i = first_node; i < p->n_nodes; i++) {
        const Node *node = &p->nodes[i];
        if (node->op == OP_LOCAL && str_eq_c(str_slice(p->text, node->from, node->to), "partial"))
            return true;
    }
    return false;
}

int32_t parse_loop(Parser *p, Node node, const int32_t *pairs, size_t n)
{
    int32_t loop = parse_items(p, node, pairs, n);
    for (size_t i = 0; i < n / 2; i++) {
        int32_t name = parse_const(p, feel_str(p->binder->names[i]));
        (void)parse_list_add(p, &name, 1);
    }
    return loop;
}

static int32_t parse_iteration(Parser *p, Op op, const char *word)
{
    uint32_t from = p->tok.from;
    Items pairs = { 0 };
    do {
        if (!parse_iterator(p, &pairs))
            return NODE_NONE;
    } while (p->tok.kind == TOK_COMMA);
    if (!parse_need_word(p, word))
        return NODE_NONE;
    if (op == OP_FOR)
        parse_bind(p, STR("partial"));
    size_t first_node = p->n_nodes;
    int32_t body = parse_expression(p);
    if (body < 0)
        return NODE_NONE;
    Node node = { .op = (uint8_t)op, .from = from, .c = body };
    node.flags =
        (uint8_t)((p->binder->captured ? NODE_CAPTURED : 0) | (parse_names_partial(p, first_node) ? LOOP_PARTIAL : 0));
    return parse_loop(p, node, pairs.p, pairs.n);
}

int32_t parse_for(Parser *p)
{
    Binder binder;
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = parse_iteration(p, OP_FOR, "return");
    parse_pop(p);
    return node;
}

int32_t parse_quantified(Parser *p, Op op)
{
    Binder binder;
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = parse_iteration(p, op, "satisfies");
    parse_pop(p);
    return node;
}

/* ---- functions ---- */

static bool parse_parameters(Parser *p, Items *pairs)
{
    if (!parse_need(p, TOK_LPAREN, "("))
        return false;
    while (p->tok.kind != TOK_RPAREN) {
        Str name;
        if (!parse_plain_name(p, &name))
            return false;
        parse_bind(p, name);
        push(p, pairs, parse_const(p, feel_str(name)));
        int32_t type = NODE_NONE;
        if (p->tok.kind == TOK_COLON && (!lex_next(p) || (type = parse_type(p)) < 0))
            return false;
        push(p, pairs, type);
        if (p->tok.kind == TOK_RPAREN)
            break;
        if (!parse_need(p, TOK_COMMA, "\",\" or )"))
            return false;
    }
    return lex_next(p);
}

static int32_t parse_function_rest(Parser *p, uint32_t from)
{
    Items pairs = { 0 };
    if (!lex_next(p) || !parse_parameters(p, &pairs))
        return NODE_NONE;
    bool external = lex_is(p, "external");
    if (external && !lex_next(p))
        return NODE_NONE;
    int32_t body = parse_expression(p);
    if (body < 0)
        return NODE_NONE;
    /* The body of an external function says where Java or PMML lives; here it can be named but not run. */
    Node node = { .op = OP_FUNCTION, .from = from, .c = external ? NODE_NONE : body };
    return parse_items(p, node, pairs.p, pairs.n);
}

void parse_capture(Parser *p)
{
    for (Binder *b = p->binder; b; b = b->up)
        b->captured = true;
}

int32_t parse_function(Parser *p)
{
    uint32_t from = p->tok.from;
    Binder binder;
    parse_capture(p);
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = parse_function_rest(p, from);
    parse_pop(p);
    return node;
}

/* ---- contexts ---- */

static bool parse_key(Parser *p, Str *ret_key)
{
    if (p->tok.kind == TOK_STRING) {
        *ret_key = feel_to_str(p->tok.value);
        return lex_next(p);
    }
    if (!parse_label(p, ret_key))
        return false;
    if (ret_key->n == 0)
        parse_expected(p, "a name or string and \":\"");
    return ret_key->n > 0;
}

static bool parse_entry(Parser *p, Items *pairs)
{
    Str key;
    uint32_t from = p->tok.from;
    if (!parse_key(p, &key) || !parse_need(p, TOK_COLON, "\":\""))
        return false;
    if (pairs->n / 2 >= FEEL_ENTRIES_MAX) {
        parse_fail(p, from, "the context has more than %d entries", FEEL_ENTRIES_MAX);
        return false;
    }
    for (size_t i = 0; i < pairs->n; i += 2)
        if (str_eq(feel_to_str(p->consts[pairs->p[i]]), key)) {
            parse_fail(p, from, "the context has the entry '%.*s' twice", STR_ARG(str_head(key, 90)));
            return false;
        }
    bool recursive = lex_is(p, "function"); /* a function may call itself by its entry's name */
    if (recursive)
        parse_bind(p, key);
    int32_t value = parse_expression(p);
    if (value < 0)
        return false;
    if (!recursive)
        parse_bind(p, key);
    return push(p, pairs, parse_const(p, feel_str(key))) && push(p, pairs, value);
}

static int32_t parse_entries(Parser *p)
{
    uint32_t from = p->tok.from;
    Items pairs = { 0 };
    if (!lex_next(p))
        return NODE_NONE;
    while (p->tok.kind != TOK_RBRACE) {
        if (!parse_entry(p, &pairs))
            return NODE_NONE;
        if (p->tok.kind == TOK_RBRACE)
            break;
        if (!parse_need(p, TOK_COMMA, "an operator, \",\" or }"))
            return NODE_NONE;
    }
    return lex_next(p) ? parse_items(p, (Node){ .op = OP_CONTEXT, .from = from }, pairs.p, pairs.n) : NODE_NONE;
}

int32_t parse_context(Parser *p)
{
    Binder binder;
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = parse_entries(p);
    parse_pop(p);
    return node;
}

/* ---- calls ---- */

static bool parse_argument(Parser *p, Arguments *args)
{
    Str label;
    uint32_t at = p->tok.from;
    if (!parse_label(p, &label))
        return false;
    if (label.n && !parse_need(p, TOK_COLON, "\":\""))
        return false;
    if (args->nodes.n > 0 && args->named != (label.n > 0)) {
        parse_fail(p, at, "a call has either named or positional arguments, not both");
        return false;
    }
    args->named = label.n > 0;
    *ARENA_PUSH(p->arena, args->names, args->n_names, args->cap_names) = label;
    int32_t value = parse_expression(p);
    return value >= 0 && push(p, &args->nodes, value);
}

static bool parse_arguments(Parser *p, Arguments *args)
{
    if (!lex_next(p))
        return false;
    while (p->tok.kind != TOK_RPAREN) {
        if (!parse_argument(p, args))
            return false;
        if (p->tok.kind == TOK_RPAREN)
            break;
        if (!parse_need(p, TOK_COMMA, "an operator, \",\" or )"))
            return false;
    }
    return lex_next(p);
}

/* Puts named arguments where the parameters are; what is not given becomes null. */
static bool order_arguments(Parser *p, Arguments *args, int (*place)(const void *, Str), const void *params)
{
    Items ordered = { 0 };
    for (size_t i = 0; i < args->nodes.n; i++) {
        int at = place(params, args->names[i]);
        if (at < 0)
            return false;
        while (ordered.n <= (size_t)at)
            push(p, &ordered, NODE_NONE);
        if (ordered.p[at] != NODE_NONE)
            return false;
        ordered.p[at] = args->nodes.p[i];
    }
    for (size_t i = 0; i < ordered.n; i++)
        if (ordered.p[i] == NODE_NONE)
            ordered.p[i] = parse_const_node(p, feel_null(), p->tok.from);
    args->nodes = ordered;
    return true;
}

static int builtin_place(const void *params, Str name)
{
    return builtin_param(((const Builtin *)params)->params, name);
}

static int host_place(const void *params, Str name)
{
    const char *const *names = ((const FeelHost *)params)->params;
    for (int i = 0; names && names[i]; i++)
        if (str_eq_c(name, names[i]))
            return i;
    return -1;
}

static int32_t call_node(Parser *p, Op op, uint32_t from, const Arguments *args, int32_t target)
{
    return parse_items(p, (Node){ .op = (uint8_t)op, .from = from, .c = target }, args->nodes.p, args->nodes.n);
}

static int32_t call_builtin(Parser *p, const Node *callee, uint32_t from, Arguments *args)
{
    const Builtin *row = builtin_row(callee->a);
    const char *name = row->name;
    const Builtin *chosen = NULL;
    if (!args->named)
        chosen = builtin_for_count(row, args->nodes.n);
    else if (builtin_named(row, args->names, args->n_names, &chosen) &&
             !order_arguments(p, args, builtin_place, chosen))
        chosen = NULL;
    if (chosen)
        return call_node(p, OP_CALL_BUILTIN, from, args, builtin_index(chosen));
    if (p->options.dynamic_names) { /* as DMN has it: a call that cannot succeed is null */
        uint8_t flags = (uint8_t)(CALL_BAD | (args->named ? CALL_NAMED : 0));
        Node node = { .op = OP_CALL_BUILTIN, .flags = flags, .from = from, .c = callee->a };
        return parse_items(p, node, args->nodes.p, args->nodes.n);
    }
    if (args->named)
        return parse_fail(p, from, "%s has no parameters of these names; it takes (%s)", name, row->params);
    return parse_fail(p, from, "%s cannot take %zu arguments; it takes (%s)", name, args->nodes.n, row->params);
}

static int32_t call_host(Parser *p, const Node *callee, uint32_t from, Arguments *args)
{
    const FeelHost *host = p->hosts[callee->a];
    Str name = str_slice(p->text, callee->from, callee->to); /* as written: it may have several */
    if (args->named && !order_arguments(p, args, host_place, host))
        return parse_fail(p, from, "%.*s has no parameters of these names", STR_ARG(name));
    int n = (int)args->nodes.n;
    if (n >= host->min_args && (host->max_args < 0 || n <= host->max_args))
        return call_node(p, OP_CALL_HOST, from, args, callee->a);
    if (host->min_args == host->max_args)
        return parse_fail(p, from, "%.*s cannot take %d arguments; it takes %d", STR_ARG(name), n, host->min_args);
    if (host->max_args < 0)
        return parse_fail(p, from, "%.*s cannot take %d arguments; it takes %d or more", STR_ARG(name), n,
                          host->min_args);
    return parse_fail(p, from, "%.*s cannot take %d arguments; it takes %d to %d", STR_ARG(name), n, host->min_args,
                      host->max_args);
}

static int32_t call_value(Parser *p, int32_t callee, uint32_t from, const Arguments *args)
{
    Items items = { 0 };
    push(p, &items, callee);
    for (size_t i = 0; i < args->nodes.n; i++)
        push(p, &items, args->nodes.p[i]);
    int32_t names = NODE_NONE;
    for (size_t i = 0; args->named && i < args->n_names; i++) {
        int32_t constant = parse_const(p, feel_str(args->names[i]));
        int32_t at = parse_list_add(p, &constant, 1);
        names = i == 0 ? at : names;
    }
    uint8_t flags = args->named ? CALL_NAMED : 0;
    return parse_items(p, (Node){ .op = OP_CALL, .flags = flags, .from = from, .c = names }, items.p, items.n);
}

/* The native a constant stands for: what can be said of its call now is worth more than a null later. */
static const FeelNative *native_called(const Parser *p, const Node *callee)
{
    if (callee->op != OP_CONST || p->consts[callee->a].type != FEEL_FUNCTION)
        return NULL;
    const FeelFunction *fn = p->consts[callee->a].as.fn;
    return fn->kind == FUNCTION_NATIVE ? fn->native : NULL;
}

static bool native_has(const FeelNative *native, Str name)
{
    for (size_t i = 0; i < native->n; i++)
        if (str_eq(native->params[i].name, name))
            return true;
    return false;
}

static bool native_takes(Parser *p, const FeelNative *native, uint32_t from, const Arguments *args)
{
    if (args->nodes.n != native->n) {
        parse_fail(p, from, "%.*s takes %zu arguments, not %zu", STR_ARG(str_head(native->name, 90)), native->n,
                   args->nodes.n);
        return false;
    }
    for (size_t i = 0; args->named && i < args->n_names; i++)
        if (!native_has(native, args->names[i])) {
            parse_fail(p, from, "%.*s has no parameter '%.*s'", STR_ARG(str_head(native->name, 90)),
                       STR_ARG(str_head(args->names[i], 90)));
            return false;
        }
    return true;
}

int32_t parse_call_with(Parser *p, int32_t callee, uint32_t from, Arguments *args)
{
    Node target = p->nodes[callee]; /* a copy: new nodes may move the array */
    const FeelNative *native = native_called(p, &target);
    if (native && !p->options.dynamic_names && !native_takes(p, native, from, args))
        return NODE_NONE;
    if (target.op == OP_BUILTIN)
        return call_builtin(p, &target, from, args);
    if (target.op == OP_HOST)
        return call_host(p, &target, from, args);
    return call_value(p, callee, from, args);
}

int32_t parse_call(Parser *p, int32_t callee, uint32_t from)
{
    Arguments args = { 0 };
    bool outer = p->range_end;
    p->range_end = false;
    bool ok = parse_arguments(p, &args);
    p->range_end = outer;
    return ok ? parse_call_with(p, callee, from, &args) : NODE_NONE;
}
