/* parse.c - from text to nodes: entry point, errors, and the levels of operators. */
#include <stdio.h>
#include <string.h>

#include "core/feel/feel_internal.h"

/* ---- errors ---- */

__attribute__((format_arg(2))) static const char *worded(const Parser *p, const char *msgid)
{
    return p->options.wording ? p->options.wording(p->options.wording_ctx, msgid) : msgid;
}

int32_t parse_fail(Parser *p, uint32_t at, const char *format, ...)
{
    if (p->rc != RC_OK)
        return NODE_NONE; /* the first error is the one worth reading */
    p->rc = RC_PARSE;
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, worded(p, format), args);
    va_end(args);
    Str before = str_slice(p->text, p->base, at);
    size_t line = 1;
    Str rest = before;
    for (size_t end = str_find(rest, STR("\n")); end != SIZE_MAX; end = str_find(rest, STR("\n"))) {
        rest = str_slice(rest, end + 1, rest.n);
        line++;
    }
    char place[ERR_PLACE_MAX];
    Str of = str_slice(p->place, 0, ERR_PLACE_MAX / 2);
    snprintf(place, sizeof place, "%.*s%s%zu:%zu", STR_ARG(of), of.n ? ", " : "", line, str_code_points(rest) + 1);
    err_at(p->err, RC_PARSE, place, "%s", text);
    return NODE_NONE;
}

int32_t parse_expected(Parser *p, const char *msgid)
{
    const char *what = worded(p, msgid);
    if (p->tok.kind == TOK_END)
        return parse_fail(p, p->tok.from, "the expression ends where %s was expected", what);
    Str seen = str_slice(p->text, p->tok.from, p->tok.to);
    const char *meant = p->tok.kind == TOK_WORD ? lex_keyword_meant(seen) : NULL;
    if (meant && !str_eq_c(seen, meant))
        return parse_fail(p, p->tok.from, "'%.*s' stands where %s was expected; FEEL writes %s in small letters",
                          STR_ARG(seen), what, meant);
    Str before = str_trim(str_slice(p->text, 0, p->last_to));
    if (lex_same_letters(str_slice(before, before.n < 3 ? 0 : before.n - 3, before.n), STR("not")))
        return parse_fail(p, p->tok.from, "not needs parentheses; write not(...)");
    return parse_fail(p, p->tok.from, "expected %s, not '%.*s'", what, STR_ARG(str_head(seen, 60)));
}

uint32_t parse_here(const Parser *p)
{
    return p->ready == NODE_NONE ? p->tok.from : p->nodes[p->ready].from;
}

bool parse_need(Parser *p, Tok kind, const char *what)
{
    if (p->tok.kind == kind)
        return lex_next(p);
    parse_expected(p, what);
    return false;
}

bool parse_need_word(Parser *p, const char *word)
{
    if (lex_is(p, word))
        return lex_next(p);
    parse_expected(p, word);
    return false;
}

static int32_t parse_too_deep(Parser *p, uint32_t at)
{
    bool first = p->rc == RC_OK;
    int32_t none = parse_fail(p, at, "the expression is nested more than %d levels deep", FEEL_NESTING_MAX);
    if (first)
        p->rc = RC_LIMIT;
    if (first && p->err)
        p->err->rc = RC_LIMIT;
    return none;
}

bool parse_enter(Parser *p)
{
    if (++p->nesting <= FEEL_NESTING_MAX)
        return true;
    parse_too_deep(p, p->tok.from);
    return false;
}

void parse_leave(Parser *p)
{
    p->nesting--;
}

/* ---- nodes ---- */

enum { CHILD_A = 1, CHILD_B = 2, CHILD_C = 4, CHILD_ITEMS = 8, CHILD_VALUES = 16 };

/* Which of a node's numbers are nodes; CHILD_VALUES: every second entry of the list. */
static const uint8_t CHILDREN[] = {
    [OP_ITEM] = CHILD_C,
    [OP_LIST] = CHILD_ITEMS,
    [OP_CONTEXT] = CHILD_VALUES,
    [OP_RANGE] = CHILD_A | CHILD_B,
    [OP_NEG] = CHILD_A,
    [OP_ADD] = CHILD_A | CHILD_B,
    [OP_SUB] = CHILD_A | CHILD_B,
    [OP_MUL] = CHILD_A | CHILD_B,
    [OP_DIV] = CHILD_A | CHILD_B,
    [OP_POW] = CHILD_A | CHILD_B,
    [OP_EQ] = CHILD_A | CHILD_B,
    [OP_NE] = CHILD_A | CHILD_B,
    [OP_LT] = CHILD_A | CHILD_B,
    [OP_LE] = CHILD_A | CHILD_B,
    [OP_GT] = CHILD_A | CHILD_B,
    [OP_GE] = CHILD_A | CHILD_B,
    [OP_AND] = CHILD_ITEMS,
    [OP_OR] = CHILD_ITEMS,
    [OP_BETWEEN] = CHILD_A | CHILD_B | CHILD_C,
    [OP_IN] = CHILD_ITEMS | CHILD_C,
    [OP_TESTS] = CHILD_ITEMS,
    [OP_TEST_CMP] = CHILD_A,
    [OP_IF] = CHILD_A | CHILD_B | CHILD_C,
    [OP_FOR] = CHILD_ITEMS | CHILD_C,
    [OP_SOME] = CHILD_ITEMS | CHILD_C,
    [OP_EVERY] = CHILD_ITEMS | CHILD_C,
    [OP_INSTANCE] = CHILD_A,
    [OP_PATH] = CHILD_A,
    [OP_FILTER] = CHILD_A | CHILD_B,
    [OP_CALL] = CHILD_ITEMS,
    [OP_CALL_BUILTIN] = CHILD_ITEMS,
    [OP_CALL_HOST] = CHILD_ITEMS,
    [OP_FUNCTION] = CHILD_C,
    [OP_CONFORM] = CHILD_A,
    [OP_TABLE] = 0,
};

static void depth_of(const Parser *p, int32_t child, uint16_t *depth)
{
    if (child != NODE_NONE && p->nodes[child].depth >= *depth)
        *depth = (uint16_t)(p->nodes[child].depth + 1);
}

int32_t parse_node(Parser *p, Node node)
{
    uint8_t children = CHILDREN[node.op];
    node.to = node.to ? node.to : p->last_to;
    if (children & CHILD_A)
        depth_of(p, node.a, &node.depth);
    if (children & CHILD_B)
        depth_of(p, node.b, &node.depth);
    if (children & CHILD_C)
        depth_of(p, node.c, &node.depth);
    if (children & (CHILD_ITEMS | CHILD_VALUES))
        for (int32_t i = children & CHILD_VALUES ? 1 : 0; i < node.b; i += children & CHILD_VALUES ? 2 : 1)
            depth_of(p, p->lists[node.a + i], &node.depth);
    if (node.depth > FEEL_NESTING_MAX)
        return parse_too_deep(p, node.from);
    *ARENA_PUSH(p->arena, p->nodes, p->n_nodes, p->cap_nodes) = node;
    return (int32_t)p->n_nodes - 1;
}

int32_t parse_list_add(Parser *p, const int32_t *items, size_t n)
{
    int32_t first = (int32_t)p->n_lists;
    for (size_t i = 0; i < n; i++)
        *ARENA_PUSH(p->arena, p->lists, p->n_lists, p->cap_lists) = items[i];
    return first;
}

int32_t parse_items(Parser *p, Node node, const int32_t *items, size_t n)
{
    node.a = parse_list_add(p, items, n);
    node.b = (int32_t)n;
    return parse_node(p, node);
}

int32_t parse_const(Parser *p, FeelValue value)
{
    *ARENA_PUSH(p->arena, p->consts, p->n_consts, p->cap_consts) = value;
    return (int32_t)p->n_consts - 1;
}

int32_t parse_const_node(Parser *p, FeelValue value, uint32_t from)
{
    return parse_node(p, (Node){ .op = OP_CONST, .from = from, .a = parse_const(p, value) });
}

static int32_t binary(Parser *p, Op op, uint32_t from, int32_t a, int32_t b)
{
    if (a < 0 || b < 0)
        return NODE_NONE;
    return parse_node(p, (Node){ .op = (uint8_t)op, .from = from, .a = a, .b = b });
}

/* ---- arithmetic ---- */

/* A minus binds tighter than ** in FEEL (-3 ** 2 is 9), and is part of a number, so that -1 instance of number holds.
 */
static int32_t parse_negated(Parser *p)
{
    uint32_t from = p->tok.from;
    if (p->tok.kind != TOK_MINUS || p->ready != NODE_NONE)
        return parse_postfix(p);
    if (!parse_enter(p) || !lex_next(p))
        return NODE_NONE;
    int32_t operand = parse_negated(p);
    parse_leave(p);
    if (operand < 0)
        return NODE_NONE;
    const Node *node = &p->nodes[operand];
    if (node->op == OP_CONST && p->consts[node->a].type == FEEL_NUMBER)
        return parse_const_node(p, number_neg(p->arena, p->consts[node->a]), from);
    return parse_node(p, (Node){ .op = OP_NEG, .from = from, .a = operand });
}

static int32_t parse_instance(Parser *p)
{
    uint32_t from = parse_here(p);
    int32_t left = parse_negated(p);
    while (left >= 0 && lex_is(p, "instance")) {
        if (!lex_next(p) || !parse_need_word(p, "of"))
            return NODE_NONE;
        int32_t type = parse_type(p);
        if (type < 0)
            return NODE_NONE;
        left = parse_node(p, (Node){ .op = OP_INSTANCE, .from = from, .a = left, .b = type });
    }
    return left;
}

static int32_t parse_power(Parser *p)
{
    uint32_t from = parse_here(p);
    int32_t left = parse_instance(p);
    while (left >= 0 && p->tok.kind == TOK_POWER) /* left-associative, as all FEEL operators are */
        left = lex_next(p) ? binary(p, OP_POW, from, left, parse_instance(p)) : NODE_NONE;
    return left;
}

static int32_t parse_product(Parser *p)
{
    uint32_t from = parse_here(p);
    int32_t left = parse_power(p);
    while (left >= 0 && (p->tok.kind == TOK_STAR || p->tok.kind == TOK_SLASH)) {
        Op op = p->tok.kind == TOK_STAR ? OP_MUL : OP_DIV;
        left = lex_next(p) ? binary(p, op, from, left, parse_power(p)) : NODE_NONE;
    }
    return left;
}

int32_t parse_sum(Parser *p)
{
    uint32_t from = parse_here(p);
    int32_t left = parse_product(p);
    while (left >= 0 && (p->tok.kind == TOK_PLUS || p->tok.kind == TOK_MINUS)) {
        Op op = p->tok.kind == TOK_PLUS ? OP_ADD : OP_SUB;
        left = lex_next(p) ? binary(p, op, from, left, parse_product(p)) : NODE_NONE;
    }
    return left;
}

/* ---- comparisons and tests ---- */

bool parse_compare_op(Tok kind, Op *ret_op)
{
    if (kind < TOK_EQ || kind > TOK_GE)
        return false;
    *ret_op = (Op)(OP_EQ + (kind - TOK_EQ));
    return true;
}

static int32_t parse_cmp_test(Parser *p, Op op)
{
    uint32_t from = p->tok.from;
    int32_t operand = lex_next(p) ? parse_sum(p) : NODE_NONE;
    if (operand < 0)
        return NODE_NONE;
    return parse_node(p, (Node){ .op = OP_TEST_CMP, .flags = (uint8_t)op, .from = from, .a = operand });
}

/* A test that reads ? says itself what it compares; `before` is how many ? there were before it. */
static int32_t mark_input(Parser *p, int32_t test, size_t before)
{
    if (test >= 0 && p->inputs > before)
        p->nodes[test].flags |= NODE_USES_INPUT;
    return test;
}

int32_t parse_positive_test(Parser *p)
{
    Op op;
    size_t before = p->inputs;
    if (parse_compare_op(p->tok.kind, &op))
        return parse_cmp_test(p, op);
    return mark_input(p, parse_expression(p), before);
}

bool parse_tests(Parser *p, Items *ret_items)
{
    for (;;) {
        int32_t test = parse_positive_test(p);
        if (test < 0)
            return false;
        *ARENA_PUSH(p->arena, ret_items->p, ret_items->n, ret_items->cap) = test;
        if (p->tok.kind != TOK_COMMA)
            return true;
        if (!lex_next(p))
            return false;
    }
}

/* What stands in parentheses after "in" may be tests, a range, or the beginning of an expression: "in (a, b)",
 * "in (1..5)", "in (a + b) * 2". It is read once, as tests, and what follows tells; reading it twice would double the
 * work with each level of nesting. */
static int32_t parse_in_group(Parser *p, Items *tests)
{
    uint32_t from = p->tok.from;
    size_t before = p->inputs;
    if (!lex_next(p) || !parse_tests(p, tests))
        return NODE_NONE;
    int32_t first = tests->p[0];
    bool single = tests->n == 1 && p->nodes[first].op != OP_TEST_CMP;
    bool range = single && p->tok.kind == TOK_DOTDOT;
    if (range)
        first = parse_range_rest(p, from, false, first);
    else if (!parse_need(p, TOK_RPAREN, "an operator, \",\" or )"))
        return NODE_NONE;
    bool continues = (p->tok.kind >= TOK_PLUS && p->tok.kind <= TOK_POWER) || p->tok.kind == TOK_DOT ||
                     p->tok.kind == TOK_LPAREN || p->tok.kind == TOK_LBRACKET;
    if (first < 0 || !single || (!range && !continues))
        return first;
    p->ready = first;
    tests->p[0] = mark_input(p, parse_sum(p), before);
    return tests->p[0];
}

static int32_t parse_in(Parser *p, uint32_t from, int32_t left)
{
    Items tests = { 0 };
    bool range_end = p->range_end;
    size_t inputs = p->inputs;
    if (!lex_next(p))
        return NODE_NONE;
    if (p->tok.kind == TOK_LPAREN) {
        p->range_end = false;
        if (parse_in_group(p, &tests) < 0)
            return NODE_NONE;
        p->range_end = range_end;
    } else {
        Op op;
        int32_t test = parse_compare_op(p->tok.kind, &op) ? parse_cmp_test(p, op) : mark_input(p, parse_sum(p), inputs);
        if (test < 0)
            return NODE_NONE;
        *ARENA_PUSH(p->arena, tests.p, tests.n, tests.cap) = test;
    }
    p->inputs = inputs; /* those of the tests are bound here */
    return parse_items(p, (Node){ .op = OP_IN, .from = from, .c = left }, tests.p, tests.n);
}

static int32_t parse_between(Parser *p, uint32_t from, int32_t left)
{
    int32_t low = lex_next(p) ? parse_sum(p) : NODE_NONE;
    if (low < 0 || !parse_need_word(p, "and"))
        return NODE_NONE;
    int32_t high = parse_sum(p);
    if (high < 0)
        return NODE_NONE;
    return parse_node(p, (Node){ .op = OP_BETWEEN, .from = from, .a = left, .b = low, .c = high });
}

static int32_t parse_comparison(Parser *p)
{
    uint32_t from = parse_here(p);
    int32_t left = parse_sum(p);
    while (left >= 0) {
        Op op;
        if (parse_compare_op(p->tok.kind, &op))
            left = lex_next(p) ? binary(p, op, from, left, parse_sum(p)) : NODE_NONE;
        else if (lex_is(p, "between"))
            left = parse_between(p, from, left);
        else if (lex_is(p, "in"))
            left = parse_in(p, from, left);
        else
            break;
    }
    return left;
}

/* ---- logic ---- */

/* Chains are one node with many items, so that a rule of three hundred alternatives is not three hundred levels. */
static int32_t parse_chain(Parser *p, Op op, const char *word, int32_t (*operand)(Parser *))
{
    uint32_t from = p->tok.from;
    int32_t first = operand(p);
    if (first < 0 || !lex_is(p, word))
        return first;
    Items items = { 0 };
    *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = first;
    while (lex_is(p, word)) {
        int32_t next = lex_next(p) ? operand(p) : NODE_NONE;
        if (next < 0)
            return NODE_NONE;
        *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = next;
    }
    return parse_items(p, (Node){ .op = (uint8_t)op, .from = from }, items.p, items.n);
}

static int32_t parse_conjunction(Parser *p)
{
    return parse_chain(p, OP_AND, "and", parse_comparison);
}

int32_t parse_expression(Parser *p)
{
    if (!parse_enter(p))
        return NODE_NONE;
    int32_t node = parse_chain(p, OP_OR, "or", parse_conjunction);
    parse_leave(p);
    return node;
}

/* ---- unary tests ---- */

static int32_t tests_node(Parser *p, uint8_t flags, const Items *items)
{
    return parse_items(p, (Node){ .op = OP_TESTS, .flags = flags }, items->p, items->n);
}

/* not(test, test): only when nothing follows, else it is the function not() at the start of an expression. */
static int32_t parse_not_tests(Parser *p, bool *ret_found)
{
    Token start = p->tok;
    uint32_t start_last = p->last_to;
    Items items = { 0 };
    *ret_found = false;
    if (!lex_is(p, "not") || !lex_next(p))
        return NODE_NONE;
    if (p->tok.kind == TOK_LPAREN) {
        size_t n_nodes = p->n_nodes;
        if (!lex_next(p) || !parse_tests(p, &items) || !parse_need(p, TOK_RPAREN, ")"))
            return NODE_NONE;
        *ret_found = p->tok.kind == TOK_END;
        if (*ret_found)
            return tests_node(p, TESTS_NOT, &items);
        p->n_nodes = n_nodes;
    }
    lex_rewind(p, start, start_last);
    return NODE_NONE;
}

int32_t parse_unary_tests(Parser *p)
{
    Items items = { 0 };
    Token start = p->tok;
    if (start.kind == TOK_MINUS) {
        if (!lex_next(p))
            return NODE_NONE;
        if (p->tok.kind == TOK_END)
            return parse_node(p, (Node){ .op = OP_TEST_ANY });
        lex_rewind(p, start, 0);
    }
    bool found;
    int32_t negated = parse_not_tests(p, &found);
    if (found || p->rc != RC_OK)
        return negated;
    return parse_tests(p, &items) ? tests_node(p, 0, &items) : NODE_NONE;
}

/* ---- entry ---- */

const FeelExpr *parse_finish(Parser *p, int32_t root)
{
    FeelExpr *expr = ARENA_NEW(p->arena, FeelExpr);
    *expr = (FeelExpr){ .text = p->text,
                        .nodes = p->nodes,
                        .root = root,
                        .consts = p->consts,
                        .lists = p->lists ? p->lists : ARENA_NEW(p->arena, int32_t), /* "{}": all are read from here */
                        .types = p->types,
                        .hosts = p->hosts,
                        .tables = p->tables,
                        .n_tables = p->n_tables,
                        .n_nodes = p->n_nodes };
    return expr;
}

Rc feel_parse(Arena *arena, const FeelScope *scope, Str text, FeelParseOptions options, const FeelExpr **ret_expr,
              Err *err)
{
    size_t bad;
    if (text.n > FEEL_TEXT_MAX)
        return err_at(err, RC_LIMIT, "1:1", "the expression is longer than %d bytes", FEEL_TEXT_MAX);
    if (!str_is_utf8(text, &bad))
        return err_at(err, RC_PARSE, "1:1", "the expression is not valid UTF-8 (byte %zu)", bad + 1);
    Parser p = { .arena = arena,
                 .scope = scope,
                 .options = options,
                 .text = arena_str(arena, text),
                 .err = err,
                 .ready = NODE_NONE };
    if (!lex_next(&p))
        return p.rc;
    if (p.tok.kind == TOK_END)
        return err_at(err, RC_PARSE, "1:1", "the expression is empty");
    int32_t root = options.unary_tests ? parse_unary_tests(&p) : parse_expression(&p);
    if (root >= 0 && p.tok.kind != TOK_END)
        root = parse_expected(&p, "an operator or the end");
    if (root < 0)
        return p.rc;
    *ret_expr = parse_finish(&p, root);
    return RC_OK;
}

Str feel_expr_text(const FeelExpr *expr)
{
    return expr->text;
}

void feel_expr_slots(const FeelExpr *expr, bool *ret_used, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ret_used[i] = false;
    for (size_t i = 0; i < expr->n_nodes; i++) {
        const Node *node = &expr->nodes[i];
        if (node->op == OP_SLOT && (size_t)node->a < n)
            ret_used[node->a] = true;
    }
}
