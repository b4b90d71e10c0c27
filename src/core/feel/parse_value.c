/* parse_value.c - literals, lists, ranges, and what may follow a value: paths, filters, calls. */
#include "core/feel/feel_internal.h"

static bool all_constant(const Parser *p, const int32_t *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p->nodes[items[i]].op != OP_CONST)
            return false;
    return true;
}

static FeelValue constant(const Parser *p, int32_t node)
{
    return p->consts[p->nodes[node].a];
}

/* ---- ranges ---- */

/* Lists and ranges of literals are built here once, not at each evaluation. */
static int32_t range_node(Parser *p, uint32_t from, uint8_t flags, int32_t start, int32_t end)
{
    bool fixed = (start < 0 || p->nodes[start].op == OP_CONST) && (end < 0 || p->nodes[end].op == OP_CONST);
    if (!fixed)
        return parse_node(p, (Node){ .op = OP_RANGE, .flags = flags, .from = from, .a = start, .b = end });
    FeelRange *range = ARENA_NEW(p->arena, FeelRange);
    range->start = start < 0 ? feel_null() : constant(p, start);
    range->end = end < 0 ? feel_null() : constant(p, end);
    range->start_included = flags & RANGE_START_INCLUDED;
    range->end_included = flags & RANGE_END_INCLUDED;
    range->constructor = flags & RANGE_CONSTRUCTOR;
    if (!range_is_valid(range))
        return parse_node(p, (Node){ .op = OP_RANGE, .flags = flags, .from = from, .a = start, .b = end });
    return parse_const_node(p, (FeelValue){ .type = FEEL_RANGE, .as.range = range }, from);
}

int32_t parse_range_rest(Parser *p, uint32_t from, bool start_included, int32_t start)
{
    bool outer = p->range_end;
    p->range_end = true;
    int32_t end = lex_next(p) ? parse_expression(p) : NODE_NONE;
    p->range_end = outer;
    if (end < 0)
        return NODE_NONE;
    bool included = p->tok.kind == TOK_RBRACKET;
    if (!included && p->tok.kind != TOK_RPAREN && p->tok.kind != TOK_LBRACKET)
        return parse_expected(p, "] or ) after the range");
    if (!lex_next(p))
        return NODE_NONE;
    uint8_t flags = (uint8_t)((start_included ? RANGE_START_INCLUDED : 0) | (included ? RANGE_END_INCLUDED : 0));
    return range_node(p, from, flags, start, end);
}

/* "(>= 5)": a range without one end, "(= 5)": of a single value, "(!= 5)": of all others. */
static int32_t parse_range_operator(Parser *p, uint32_t from, Op op)
{
    int32_t value = lex_next(p) ? parse_expression(p) : NODE_NONE;
    if (value < 0 || !parse_need(p, TOK_RPAREN, ")"))
        return NODE_NONE;
    switch (op) {
    case OP_LT: return range_node(p, from, RANGE_CONSTRUCTOR, NODE_NONE, value);
    case OP_LE: return range_node(p, from, RANGE_CONSTRUCTOR | RANGE_END_INCLUDED, NODE_NONE, value);
    case OP_GT: return range_node(p, from, RANGE_CONSTRUCTOR, value, NODE_NONE);
    case OP_GE: return range_node(p, from, RANGE_CONSTRUCTOR | RANGE_START_INCLUDED, value, NODE_NONE);
    case OP_NE: return range_node(p, from, RANGE_CONSTRUCTOR, value, value);
    default: break;
    }
    return range_node(p, from, RANGE_CONSTRUCTOR | RANGE_START_INCLUDED | RANGE_END_INCLUDED, value, value);
}

static int32_t parse_group(Parser *p, uint32_t from)
{
    Op op;
    if (!lex_next(p))
        return NODE_NONE;
    if (parse_compare_op(p->tok.kind, &op))
        return parse_range_operator(p, from, op);
    int32_t inner = parse_expression(p);
    if (inner < 0)
        return NODE_NONE;
    if (p->tok.kind == TOK_DOTDOT)
        return parse_range_rest(p, from, false, inner);
    return parse_need(p, TOK_RPAREN, "an operator or )") ? inner : NODE_NONE;
}

static int32_t parse_open_range(Parser *p, uint32_t from)
{
    int32_t start = lex_next(p) ? parse_expression(p) : NODE_NONE;
    if (start < 0)
        return NODE_NONE;
    return p->tok.kind == TOK_DOTDOT ? parse_range_rest(p, from, false, start) : parse_expected(p, "..");
}

/* ---- lists ---- */

static int32_t list_node(Parser *p, uint32_t from, const Items *items)
{
    if (!all_constant(p, items->p, items->n))
        return parse_items(p, (Node){ .op = OP_LIST, .from = from }, items->p, items->n);
    FeelValue *values = ARENA_ARRAY(p->arena, FeelValue, items->n);
    for (size_t i = 0; i < items->n; i++)
        values[i] = constant(p, items->p[i]);
    return parse_const_node(p, feel_list(p->arena, values, items->n), from);
}

static int32_t parse_list(Parser *p, uint32_t from)
{
    Items items = { 0 };
    if (!lex_next(p))
        return NODE_NONE;
    while (p->tok.kind != TOK_RBRACKET) {
        int32_t item = parse_positive_test(p);
        if (item < 0)
            return NODE_NONE;
        if (p->nodes[item].op == OP_TEST_CMP)
            return parse_fail(p, p->nodes[item].from, "a list cannot hold a test; write it in parentheses");
        if (items.n == 0 && p->tok.kind == TOK_DOTDOT)
            return parse_range_rest(p, from, true, item);
        *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = item;
        if (p->tok.kind == TOK_RBRACKET)
            break;
        if (!parse_need(p, TOK_COMMA, "an operator, \",\" or ]"))
            return NODE_NONE;
    }
    return lex_next(p) ? list_node(p, from, &items) : NODE_NONE;
}

/* ---- if ---- */

static int32_t parse_if(Parser *p)
{
    uint32_t from = p->tok.from;
    int32_t condition = lex_next(p) ? parse_expression(p) : NODE_NONE;
    if (condition < 0 || !parse_need_word(p, "then"))
        return NODE_NONE;
    int32_t yes = parse_expression(p);
    if (yes < 0 || !parse_need_word(p, "else"))
        return NODE_NONE;
    int32_t no = parse_expression(p);
    if (no < 0)
        return NODE_NONE;
    return parse_node(p, (Node){ .op = OP_IF, .from = from, .a = condition, .b = yes, .c = no });
}

/* ---- values ---- */

static int32_t parse_literal(Parser *p, FeelValue value)
{
    uint32_t from = p->tok.from;
    return lex_next(p) ? parse_const_node(p, value, from) : NODE_NONE;
}

static int32_t parse_word(Parser *p)
{
    if (lex_is(p, "true") || lex_is(p, "false"))
        return parse_literal(p, feel_bool(lex_is(p, "true")));
    if (lex_is(p, "null"))
        return parse_literal(p, feel_null());
    if (lex_is(p, "if"))
        return parse_if(p);
    if (lex_is(p, "for"))
        return parse_for(p);
    if (lex_is(p, "some"))
        return parse_quantified(p, OP_SOME);
    if (lex_is(p, "every"))
        return parse_quantified(p, OP_EVERY);
    if (lex_is(p, "function"))
        return parse_function(p);
    if (lex_keyword(str_slice(p->text, p->tok.from, p->tok.to)))
        return parse_expected(p, "a value");
    return parse_name(p);
}

/* Between brackets of any kind a "[" is a filter again, whatever range we are in. */
static int32_t parse_bracketed(Parser *p, int32_t (*parse)(Parser *, uint32_t))
{
    bool outer = p->range_end;
    p->range_end = false;
    int32_t node = parse(p, p->tok.from);
    p->range_end = outer;
    return node;
}

static int32_t parse_braced(Parser *p, uint32_t from)
{
    (void)from;
    return parse_context(p);
}

static int32_t parse_primary(Parser *p)
{
    if (p->ready != NODE_NONE) {
        int32_t ready = p->ready;
        p->ready = NODE_NONE;
        return ready;
    }
    switch (p->tok.kind) {
    case TOK_NUMBER:
    case TOK_STRING:
    case TOK_AT: return parse_literal(p, p->tok.value);
    case TOK_WORD: return parse_word(p);
    case TOK_LPAREN: return parse_bracketed(p, parse_group);
    case TOK_LBRACKET: return parse_bracketed(p, parse_list);
    case TOK_RBRACKET: return parse_bracketed(p, parse_open_range);
    case TOK_LBRACE: return parse_bracketed(p, parse_braced);
    default: break;
    }
    if (p->tok.kind == TOK_GT && p->tok.from > 0 && p->text.p[p->tok.from - 1] == '<')
        return parse_fail(p, p->tok.from - 1, "'<>' is not FEEL; write !="); /* it is only a type: function<> */
    return parse_expected(p, "a value");
}

/* ---- what follows a value ---- */

/* In "[1..n[" the last bracket closes the range: no expression can follow it, as one would in a filter. */
static bool closes_range(const Parser *p)
{
    uint32_t i = lex_skip_space(p->text, p->tok.to);
    if (i >= p->text.n)
        return true;
    char c = p->text.p[i];
    if (c == ')' || c == ']' || c == '}' || c == ',' || c == '.' || c == '=' || c == '<' || c == '>' || c == '!')
        return true;
    NameParts parts;
    lex_name_parts(p->text, i, 1, &parts);
    static const char *const after[] = {
        "and", "or", "then", "else", "return", "satisfies", "in", "between", "instance"
    };
    for (size_t k = 0; parts.n && k < ARRAY_LEN(after); k++)
        if (str_eq_c(str_slice(p->text, i, parts.ends[0]), after[k]))
            return true;
    return false;
}

static int32_t parse_path(Parser *p, int32_t node, uint32_t from)
{
    Str name;
    if (!lex_next(p) || !parse_plain_name(p, &name))
        return NODE_NONE;
    return parse_node(p, (Node){ .op = OP_PATH, .from = from, .a = node, .b = parse_const(p, feel_str(name)) });
}

static int32_t parse_filter(Parser *p, int32_t node, uint32_t from)
{
    bool outer = p->range_end;
    Binder binder;
    parse_push(p, &binder, BIND_FILTER);
    parse_bind(p, STR("item"));
    p->range_end = false;
    int32_t filter = lex_next(p) ? parse_expression(p) : NODE_NONE;
    p->range_end = outer;
    uint8_t flags = parse_pop(p);
    if (filter < 0 || !parse_need(p, TOK_RBRACKET, "an operator or ]"))
        return NODE_NONE;
    return parse_node(p, (Node){ .op = OP_FILTER, .flags = flags, .from = from, .a = node, .b = filter });
}

int32_t parse_postfix(Parser *p)
{
    uint32_t from = parse_here(p);
    int32_t node = parse_primary(p);
    while (node >= 0) {
        if (p->tok.kind == TOK_DOT)
            node = parse_path(p, node, from);
        else if (p->tok.kind == TOK_LBRACKET && !(p->range_end && closes_range(p)))
            node = parse_filter(p, node, from);
        else if (p->tok.kind == TOK_LPAREN)
            node = parse_call(p, node, from);
        else
            break;
    }
    return node;
}
