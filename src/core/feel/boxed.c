/* boxed.c - boxed expressions become the nodes that their texts would give. */
#include <string.h>

#include "core/feel/feel_internal.h"

/* ---- texts: each is put behind those read before, so that places in the whole say which it was ---- */

static bool too_long(Parser *p, int limit, const char *what)
{
    (void)parse_fail(p, p->base, "%s is longer than %d bytes", what, limit);
    p->rc = RC_LIMIT;
    if (p->err)
        p->err->rc = RC_LIMIT;
    return false;
}

static void reserve(Parser *p, size_t n)
{
    if (n <= p->whole_cap)
        return;
    char *grown = arena_alloc(p->arena, 2 * n); /* what was taken from the old storage keeps pointing there */
    if (p->text.n)
        memcpy(grown, p->whole, p->text.n);
    p->whole = grown;
    p->whole_cap = 2 * n;
}

/* Makes the cell's text what is read now, up to its first token. */
static bool open_text(Parser *p, FeelCell cell)
{
    if (p->rc != RC_OK)
        return false;
    p->base = (uint32_t)p->text.n;
    p->place = cell.place;
    if (cell.text.n > FEEL_TEXT_MAX)
        return too_long(p, FEEL_TEXT_MAX, "the expression");
    if (p->text.n + cell.text.n + 1 > FEEL_BOXED_MAX)
        return too_long(p, FEEL_BOXED_MAX, "the boxed expression");
    size_t bad;
    if (!str_is_utf8(cell.text, &bad)) {
        (void)parse_fail(p, p->base, "the expression is not valid UTF-8 (byte %zu)", bad + 1);
        return false;
    }
    reserve(p, p->text.n + cell.text.n + 1);
    p->whole[p->text.n] = '\n'; /* no token reaches over it */
    if (cell.text.n)
        memcpy(p->whole + p->text.n + 1, cell.text.p, cell.text.n);
    p->base++;
    p->text = (Str){ p->whole, p->base + cell.text.n };
    p->tok = (Token){ .from = p->base, .to = p->base };
    p->ready = NODE_NONE;
    p->range_end = false;
    return lex_next(p);
}

static int32_t close_text(Parser *p, int32_t node)
{
    if (node >= 0 && p->tok.kind != TOK_END)
        node = parse_expected(p, "an operator or the end");
    p->last_to = (uint32_t)p->text.n;
    return node;
}

int32_t boxed_text(Parser *p, FeelCell cell)
{
    if (!open_text(p, cell))
        return NODE_NONE;
    if (p->tok.kind == TOK_END)
        return parse_fail(p, p->base, "there is no expression");
    return close_text(p, parse_expression(p));
}

int32_t boxed_tests(Parser *p, FeelCell cell)
{
    if (!open_text(p, cell))
        return NODE_NONE;
    bool empty = p->tok.kind == TOK_END;
    return close_text(p, empty ? parse_node(p, (Node){ .op = OP_TEST_ANY, .from = p->base }) : parse_unary_tests(p));
}

int32_t boxed_conform(Parser *p, int32_t node, const FeelTypeDef *type)
{
    if (node < 0 || !type || (type->kind == FEEL_KIND_ANY && !type->allowed && !type->whole && !type->base))
        return node;
    const Node *of = &p->nodes[node];
    return parse_node(
        p, (Node){ .op = OP_CONFORM, .from = of->from, .to = of->to, .a = node, .b = parse_type_index(p, type) });
}

/* ---- parts ---- */

static int32_t boxed_part(Parser *p, const FeelBoxed *part);

static uint32_t here(const Parser *p)
{
    return (uint32_t)p->text.n;
}

static int32_t part_fails(Parser *p, const FeelBoxed *part, const char *what)
{
    p->base = here(p);
    p->place = part->text.place;
    return parse_fail(p, p->base, "%s", what);
}

static bool is_empty(const FeelBoxed *part)
{
    return part->kind == FEEL_BOXED_TEXT && str_trim(part->text.text).n == 0;
}

/* A cell of a relation, an entry, an argument may be left empty: null, and no error. */
static int32_t part_or_null(Parser *p, const FeelBoxed *part)
{
    return is_empty(part) ? parse_const_node(p, feel_null(), here(p)) : boxed_part(p, part);
}

static bool part_count(Parser *p, const FeelBoxed *b, size_t n, const char *what)
{
    if (b->n == n)
        return true;
    (void)part_fails(p, b, what);
    return false;
}

static Str normal(Parser *p, Str name)
{
    size_t parts;
    return lex_normal_name(p->arena, name, &parts);
}

static void push(Parser *p, Items *items, int32_t value)
{
    *ARENA_PUSH(p->arena, items->p, items->n, items->cap) = value;
}

/* A function may call itself by its entry's name; nothing else sees its own. */
static bool is_function(const FeelBoxed *part)
{
    Str text = str_trim(part->text.text);
    size_t n = strlen("function");
    return part->kind == FEEL_BOXED_FUNCTION || (part->kind == FEEL_BOXED_TEXT && str_starts(text, STR("function")) &&
                                                 text.n > n && (text.p[n] == '(' || text.p[n] == ' '));
}

static bool boxed_entry(Parser *p, const FeelBoxed *part, Items *pairs)
{
    Str key = normal(p, part->name);
    if (pairs->n / 2 >= FEEL_ENTRIES_MAX) {
        (void)part_fails(p, part, "the context has too many entries");
        return false;
    }
    for (size_t i = 0; i < pairs->n; i += 2)
        if (str_eq(feel_to_str(p->consts[pairs->p[i]]), key)) {
            (void)part_fails(p, part, "the context has an entry of this name twice");
            return false;
        }
    bool recursive = is_function(part);
    if (recursive)
        parse_bind(p, key);
    int32_t value = part_or_null(p, part);
    if (!recursive)
        parse_bind(p, key);
    push(p, pairs, parse_const(p, feel_str(key)));
    push(p, pairs, value);
    return value >= 0;
}

static int32_t boxed_entries(Parser *p, const FeelBoxed *b)
{
    Items pairs = { 0 };
    Node node = { .op = OP_CONTEXT, .from = here(p) };
    for (size_t i = 0; i < b->n; i++) {
        const FeelBoxed *part = &b->parts[i];
        bool result = str_trim(part->name).n == 0;
        if (result && i + 1 < b->n)
            return part_fails(p, part, "only the last entry of a context may be without a name");
        if (result)
            node.flags = CONTEXT_RESULT;
        if (!boxed_entry(p, part, &pairs))
            return NODE_NONE;
    }
    return parse_items(p, node, pairs.p, pairs.n);
}

static int32_t boxed_context(Parser *p, const FeelBoxed *b)
{
    Binder binder;
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = boxed_entries(p, b);
    (void)parse_pop(p);
    return node;
}

static int32_t boxed_list(Parser *p, const FeelBoxed *b)
{
    Items items = { 0 };
    uint32_t from = here(p);
    for (size_t i = 0; i < b->n; i++) {
        int32_t item = part_or_null(p, &b->parts[i]);
        if (item < 0)
            return NODE_NONE;
        push(p, &items, item);
    }
    return parse_items(p, (Node){ .op = OP_LIST, .from = from }, items.p, items.n);
}

static int32_t boxed_invocation(Parser *p, const FeelBoxed *b)
{
    Arguments args = { .named = true };
    uint32_t from = here(p);
    int32_t callee = b->n ? boxed_part(p, &b->parts[0]) : part_fails(p, b, "there is nothing to call");
    if (callee < 0)
        return NODE_NONE;
    for (size_t i = 1; i < b->n; i++) {
        int32_t value = part_or_null(p, &b->parts[i]);
        if (value < 0)
            return NODE_NONE;
        push(p, &args.nodes, value);
        *ARENA_PUSH(p->arena, args.names, args.n_names, args.cap_names) = normal(p, b->parts[i].name);
    }
    return parse_call_with(p, callee, from, &args);
}

static int32_t boxed_body(Parser *p, const FeelBoxed *b)
{
    Items pairs = { 0 };
    Node node = { .op = OP_FUNCTION, .flags = FUNCTION_BOXED, .from = here(p), .c = NODE_NONE };
    for (size_t i = 0; i < b->n_params; i++) {
        Str name = normal(p, b->params[i].name);
        parse_bind(p, name);
        push(p, &pairs, parse_const(p, feel_str(name)));
        push(p, &pairs, b->params[i].type ? parse_type_index(p, b->params[i].type) : NODE_NONE);
    }
    if (b->n > 0)
        node.c = boxed_part(p, &b->parts[0]);
    return b->n > 0 && node.c < 0 ? NODE_NONE : parse_items(p, node, pairs.p, pairs.n);
}

static int32_t boxed_function(Parser *p, const FeelBoxed *b)
{
    Binder binder;
    parse_capture(p);
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = boxed_body(p, b);
    (void)parse_pop(p);
    return node;
}

static int32_t boxed_if(Parser *p, const FeelBoxed *b)
{
    Node node = { .op = OP_IF, .from = here(p) };
    if (!part_count(p, b, 3, "a conditional needs three expressions: if, then, else"))
        return NODE_NONE;
    node.a = boxed_part(p, &b->parts[0]);
    node.b = node.a < 0 ? NODE_NONE : boxed_part(p, &b->parts[1]);
    node.c = node.b < 0 ? NODE_NONE : boxed_part(p, &b->parts[2]);
    return node.c < 0 ? NODE_NONE : parse_node(p, node);
}

/* What a loop goes through; as a text it may be "first .. last". */
static bool boxed_domain(Parser *p, const FeelBoxed *part, Items *pairs)
{
    int32_t end = NODE_NONE;
    int32_t domain;
    if (part->kind != FEEL_BOXED_TEXT || is_empty(part)) {
        domain = boxed_part(p, part);
    } else {
        domain = open_text(p, part->text) ? parse_expression(p) : NODE_NONE;
        if (domain >= 0 && p->tok.kind == TOK_DOTDOT) {
            end = lex_next(p) ? parse_expression(p) : NODE_NONE;
            domain = end < 0 ? NODE_NONE : domain;
        }
        domain = close_text(p, domain);
        domain = end < 0 ? boxed_conform(p, domain, part->type) : domain;
    }
    push(p, pairs, domain);
    push(p, pairs, end);
    return domain >= 0;
}

static int32_t boxed_iteration(Parser *p, const FeelBoxed *b)
{
    static const Op ops[] = { [FEEL_BOXED_FOR] = OP_FOR, [FEEL_BOXED_SOME] = OP_SOME, [FEEL_BOXED_EVERY] = OP_EVERY };
    Items pairs = { 0 };
    Node node = { .op = (uint8_t)ops[b->kind], .from = here(p) };
    if (!part_count(p, b, 2, "a loop needs two expressions: what it goes through, and what it gives for each"))
        return NODE_NONE;
    Str iterator = normal(p, b->iterator);
    if (iterator.n == 0)
        return part_fails(p, b, "the loop's variable has no name");
    if (!boxed_domain(p, &b->parts[0], &pairs))
        return NODE_NONE;
    parse_bind(p, iterator);
    if (node.op == OP_FOR)
        parse_bind(p, STR("partial"));
    size_t first_node = p->n_nodes;
    node.c = boxed_part(p, &b->parts[1]);
    if (node.c < 0)
        return NODE_NONE;
    if (node.op == OP_FOR && parse_names_partial(p, first_node))
        node.flags = LOOP_PARTIAL;
    if (p->binder->captured)
        node.flags |= NODE_CAPTURED;
    if (node.op != OP_FOR)
        node.flags |= NODE_STRICT;
    return parse_loop(p, node, pairs.p, pairs.n);
}

static int32_t boxed_loop(Parser *p, const FeelBoxed *b)
{
    Binder binder;
    parse_push(p, &binder, BIND_LOCAL);
    int32_t node = boxed_iteration(p, b);
    (void)parse_pop(p);
    return node;
}

static int32_t boxed_filter(Parser *p, const FeelBoxed *b)
{
    Binder binder;
    Node node = { .op = OP_FILTER, .from = here(p) };
    if (!part_count(p, b, 2, "a filter needs two expressions: the list, and the match"))
        return NODE_NONE;
    node.a = boxed_part(p, &b->parts[0]);
    if (node.a < 0)
        return NODE_NONE;
    parse_push(p, &binder, BIND_FILTER);
    parse_bind(p, STR("item"));
    node.b = boxed_part(p, &b->parts[1]);
    node.flags = parse_pop(p) | NODE_STRICT;
    return node.b < 0 ? NODE_NONE : parse_node(p, node);
}

static int32_t boxed_literal(Parser *p, const FeelBoxed *b)
{
    return boxed_text(p, b->text);
}

static int32_t boxed_table(Parser *p, const FeelBoxed *b)
{
    return b->table ? table_parse(p, b->table) : part_fails(p, b, "there is no decision table");
}

static int32_t boxed_part(Parser *p, const FeelBoxed *part)
{
    static int32_t (*const kinds[])(Parser *, const FeelBoxed *) = {
        [FEEL_BOXED_TEXT] = boxed_literal,      [FEEL_BOXED_CONTEXT] = boxed_context,
        [FEEL_BOXED_LIST] = boxed_list,         [FEEL_BOXED_INVOCATION] = boxed_invocation,
        [FEEL_BOXED_FUNCTION] = boxed_function, [FEEL_BOXED_IF] = boxed_if,
        [FEEL_BOXED_FOR] = boxed_loop,          [FEEL_BOXED_SOME] = boxed_loop,
        [FEEL_BOXED_EVERY] = boxed_loop,        [FEEL_BOXED_FILTER] = boxed_filter,
        [FEEL_BOXED_TABLE] = boxed_table,
    };
    if (p->rc != RC_OK || (size_t)part->kind >= ARRAY_LEN(kinds))
        return p->rc != RC_OK ? NODE_NONE : part_fails(p, part, "an unknown kind of boxed expression");
    if (!parse_enter(p))
        return NODE_NONE;
    int32_t node = kinds[part->kind](p, part);
    parse_leave(p);
    return boxed_conform(p, node, part->type);
}

Rc feel_parse_boxed(Arena *arena, const FeelScope *scope, const FeelBoxed *boxed, FeelParseOptions options,
                    const FeelExpr **ret_expr, Err *err)
{
    Parser p = { .arena = arena, .scope = scope, .options = options, .err = err, .ready = NODE_NONE };
    int32_t root = boxed_part(&p, boxed);
    if (root < 0)
        return p.rc;
    *ret_expr = parse_finish(&p, root);
    return RC_OK;
}
