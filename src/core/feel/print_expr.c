/* print_expr.c - expressions as FEEL text: the inverse of the parser. */
#include "core/feel/feel_internal.h"
#include "core/feel/table.h"

enum { PRINT_MAX = 16 * 1024 * 1024 };

/* How tightly a form binds, as parse.c reads them. What a place asks for at least stands bare, all else in
 * parentheses; those do not show in the tree. */
typedef enum Level {
    LEVEL_UNLISTED,
    LEVEL_OPEN, /* if, for, some, every, function: they take all that follows */
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_COMPARE,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_POWER,
    LEVEL_INSTANCE,
    LEVEL_SIGN,
    LEVEL_POSTFIX,
    LEVEL_VALUE
} Level;

typedef struct Printer {
    Buf out;
    Arena *arena;
    const FeelExpr *expr;
} Printer;

typedef struct Form {
    Level level;
    const char *sign; /* of a binary operator */
    Level right;
} Form;

static const Form FORMS[] = {
    [OP_ADD] = { LEVEL_SUM, " + ", LEVEL_PRODUCT },
    [OP_SUB] = { LEVEL_SUM, " - ", LEVEL_PRODUCT },
    [OP_MUL] = { LEVEL_PRODUCT, " * ", LEVEL_POWER },
    [OP_DIV] = { LEVEL_PRODUCT, " / ", LEVEL_POWER },
    [OP_POW] = { LEVEL_POWER, " ** ", LEVEL_INSTANCE },
    [OP_EQ] = { LEVEL_COMPARE, " = ", LEVEL_SUM },
    [OP_NE] = { LEVEL_COMPARE, " != ", LEVEL_SUM },
    [OP_LT] = { LEVEL_COMPARE, " < ", LEVEL_SUM },
    [OP_LE] = { LEVEL_COMPARE, " <= ", LEVEL_SUM },
    [OP_GT] = { LEVEL_COMPARE, " > ", LEVEL_SUM },
    [OP_GE] = { LEVEL_COMPARE, " >= ", LEVEL_SUM },
    [OP_AND] = { LEVEL_AND, " and ", LEVEL_COMPARE },
    [OP_OR] = { LEVEL_OR, " or ", LEVEL_AND },
    [OP_BETWEEN] = { .level = LEVEL_COMPARE },
    [OP_IN] = { .level = LEVEL_COMPARE },
    [OP_IF] = { .level = LEVEL_OPEN },
    [OP_FOR] = { .level = LEVEL_OPEN },
    [OP_SOME] = { .level = LEVEL_OPEN },
    [OP_EVERY] = { .level = LEVEL_OPEN },
    [OP_FUNCTION] = { .level = LEVEL_OPEN },
    [OP_NEG] = { .level = LEVEL_SIGN },
    [OP_INSTANCE] = { .level = LEVEL_INSTANCE },
    [OP_TESTS] = { .level = LEVEL_OPEN },
    [OP_TEST_CMP] = { .level = LEVEL_OPEN },
    [OP_PATH] = { .level = LEVEL_POSTFIX },
    [OP_FILTER] = { .level = LEVEL_POSTFIX },
    [OP_CALL] = { .level = LEVEL_POSTFIX },
    [OP_CALL_BUILTIN] = { .level = LEVEL_POSTFIX },
    [OP_CALL_HOST] = { .level = LEVEL_POSTFIX },
};

static const Node *node_at(const Printer *p, int32_t index)
{
    return &p->expr->nodes[index];
}

static Str text_const(const Printer *p, int32_t index)
{
    return feel_to_str(p->expr->consts[index]);
}

static Level level_of(const Printer *p, const Node *node)
{
    if (node->op == OP_CONFORM)
        return level_of(p, node_at(p, node->a));
    if (node->op == OP_CONST) { /* -1 is a value in the tree but begins with a sign */
        FeelValue v = p->expr->consts[node->a];
        return v.type == FEEL_NUMBER && dec_sign(feel_to_dec(v)) < 0 ? LEVEL_SIGN : LEVEL_VALUE;
    }
    bool listed = node->op < ARRAY_LEN(FORMS) && FORMS[node->op].level != LEVEL_UNLISTED;
    return listed ? FORMS[node->op].level : LEVEL_VALUE;
}

static void print_node(Printer *p, const Node *node);

static void print_child(Printer *p, int32_t index, Level least)
{
    const Node *node = node_at(p, index);
    bool bare = level_of(p, node) >= least;
    if (!bare)
        buf_char(&p->out, '(');
    print_node(p, node);
    if (!bare)
        buf_char(&p->out, ')');
}

static void print_children(Printer *p, int32_t first, int32_t n, const char *separator, Level least)
{
    for (int32_t i = 0; i < n; i++) {
        if (i > 0)
            buf_c(&p->out, separator);
        print_child(p, p->expr->lists[first + i], least);
    }
}

static void print_bracketed(Printer *p, char open, int32_t first, int32_t n, char close)
{
    buf_char(&p->out, open);
    print_children(p, first, n, ", ", LEVEL_OPEN);
    buf_char(&p->out, close);
}

/* ---- types ---- */

static void print_type(Printer *p, const FeelTypeDef *type);

static void print_members(Printer *p, const FeelTypeDef *type, size_t n)
{
    buf_char(&p->out, '<');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_c(&p->out, ", ");
        if (type->kind == FEEL_KIND_CONTEXT)
            buf_printf(&p->out, "%.*s: ", STR_ARG(type->members[i].name));
        print_type(p, type->members[i].type);
    }
    buf_char(&p->out, '>');
}

static void print_type(Printer *p, const FeelTypeDef *type)
{
    static const char *const names[] = { [FEEL_KIND_LIST] = "list",
                                         [FEEL_KIND_CONTEXT] = "context",
                                         [FEEL_KIND_RANGE] = "range",
                                         [FEEL_KIND_FUNCTION] = "function" };
    if (!type || type->kind == FEEL_KIND_ANY) {
        buf_c(&p->out, "Any");
        return;
    }
    if (type->name.n) {
        buf_str(&p->out, type->name);
        return;
    }
    if (type->kind == FEEL_KIND_BASIC) {
        buf_c(&p->out, type->basic == FEEL_NULL ? "Null" : feel_type_name(type->basic));
        return;
    }
    buf_c(&p->out, names[type->kind]);
    if (type->any_members)
        return;
    bool function = type->kind == FEEL_KIND_FUNCTION && type->n > 0;
    print_members(p, type, function ? type->n - 1 : type->n);
    if (function) {
        buf_c(&p->out, "->");
        print_type(p, type->members[type->n - 1].type);
    }
}

/* ---- names and values made of values ---- */

/* As it is written, its white space and comments made single spaces. */
static void print_name(Printer *p, const Node *node)
{
    char storage[FEEL_NAME_BYTES_MAX];
    buf_str(&p->out, lex_name_text(p->expr->text, node->from, node->to, storage));
}

static void print_key(Printer *p, Str key)
{
    buf_str(&p->out, print_is_plain_key(key) ? key : feel_print(p->arena, feel_str(key)));
    buf_c(&p->out, ": ");
}

static void print_context(Printer *p, const Node *node)
{
    bool result = node->flags & CONTEXT_RESULT;
    buf_char(&p->out, '{');
    for (int32_t i = 0; i < node->b; i += 2) {
        if (i > 0)
            buf_c(&p->out, ", ");
        bool last = result && i + 2 == node->b;
        print_key(p, last ? STR("result") : text_const(p, p->expr->lists[node->a + i]));
        print_child(p, p->expr->lists[node->a + i + 1], LEVEL_OPEN);
    }
    buf_c(&p->out, result ? "}.result" : "}");
}

static const char *range_sign(const Node *node)
{
    bool included = node->flags & (RANGE_START_INCLUDED | RANGE_END_INCLUDED);
    if (node->a == node->b)
        return included ? "(= " : "(!= ";
    if (node->a == NODE_NONE)
        return included ? "(<= " : "(< ";
    return included ? "(>= " : "(> ";
}

static void print_range(Printer *p, const Node *node)
{
    if (node->flags & RANGE_CONSTRUCTOR) {
        buf_c(&p->out, range_sign(node));
        print_child(p, node->a == NODE_NONE ? node->b : node->a, LEVEL_OPEN);
        buf_char(&p->out, ')');
        return;
    }
    buf_char(&p->out, node->flags & RANGE_START_INCLUDED ? '[' : '(');
    print_child(p, node->a, LEVEL_VALUE);
    buf_c(&p->out, "..");
    print_child(p, node->b, LEVEL_VALUE);
    buf_char(&p->out, node->flags & RANGE_END_INCLUDED ? ']' : ')');
}

/* ---- constructs ---- */

static void print_chain(Printer *p, const Node *node)
{
    const Form *form = &FORMS[node->op];
    print_children(p, node->a, node->b, form->sign, form->right);
}

static void print_binary(Printer *p, const Node *node)
{
    const Form *form = &FORMS[node->op];
    print_child(p, node->a, form->level);
    buf_c(&p->out, form->sign);
    print_child(p, node->b, form->right);
}

static void print_between(Printer *p, const Node *node)
{
    print_child(p, node->a, LEVEL_COMPARE);
    buf_c(&p->out, " between ");
    print_child(p, node->b, LEVEL_SUM);
    buf_c(&p->out, " and ");
    print_child(p, node->c, LEVEL_SUM);
}

static void print_in(Printer *p, const Node *node)
{
    print_child(p, node->c, LEVEL_COMPARE);
    buf_c(&p->out, " in (");
    print_children(p, node->a, node->b, ", ", LEVEL_OPEN);
    buf_char(&p->out, ')');
}

/* A single test that calls not() would be read as the negation of tests. */
static void print_tests(Printer *p, const Node *node)
{
    bool negated = node->flags & TESTS_NOT;
    buf_c(&p->out, negated ? "not(" : "");
    size_t from = p->out.n;
    print_children(p, node->a, node->b, ", ", LEVEL_OPEN);
    if (!negated && node->b == 1 && str_starts(str_slice(buf_view(&p->out), from, p->out.n), STR("not("))) {
        p->out.n = from;
        print_child(p, p->expr->lists[node->a], LEVEL_VALUE + 1);
    }
    buf_c(&p->out, negated ? ")" : "");
}

static void print_if(Printer *p, const Node *node)
{
    buf_c(&p->out, "if ");
    print_child(p, node->a, LEVEL_OPEN);
    buf_c(&p->out, " then ");
    print_child(p, node->b, LEVEL_OPEN);
    buf_c(&p->out, " else ");
    print_child(p, node->c, LEVEL_OPEN);
}

static void print_loop(Printer *p, const Node *node)
{
    buf_c(&p->out, node->op == OP_FOR ? "for " : node->op == OP_SOME ? "some " : "every ");
    for (int32_t i = 0; i < node->b; i += 2) {
        const int32_t *pair = &p->expr->lists[node->a + i];
        buf_c(&p->out, i > 0 ? ", " : "");
        buf_str(&p->out, text_const(p, p->expr->lists[node->a + node->b + i / 2]));
        buf_c(&p->out, " in ");
        print_child(p, pair[0], LEVEL_OR);
        if (pair[1] == NODE_NONE)
            continue;
        buf_c(&p->out, "..");
        print_child(p, pair[1], LEVEL_OR);
    }
    buf_c(&p->out, node->op == OP_FOR ? " return " : " satisfies ");
    print_child(p, node->c, LEVEL_OPEN);
}

static void print_function(Printer *p, const Node *node)
{
    if (node->c == NODE_NONE) { /* external: its body is no part of the tree */
        buf_str(&p->out, str_trim(str_slice(p->expr->text, node->from, node->to)));
        return;
    }
    buf_c(&p->out, "function(");
    for (int32_t i = 0; i < node->b; i += 2) {
        int32_t type = p->expr->lists[node->a + i + 1];
        buf_c(&p->out, i > 0 ? ", " : "");
        buf_str(&p->out, text_const(p, p->expr->lists[node->a + i]));
        if (type == NODE_NONE)
            continue;
        buf_c(&p->out, ": ");
        print_type(p, p->expr->types[type]);
    }
    buf_c(&p->out, ") ");
    print_child(p, node->c, LEVEL_OPEN);
}

static void print_cmp_test(Printer *p, const Node *node)
{
    buf_str(&p->out, str_trim(str_c(FORMS[node->flags].sign)));
    buf_char(&p->out, ' ');
    print_child(p, node->a, LEVEL_SUM);
}

static void print_instance(Printer *p, const Node *node)
{
    print_child(p, node->a, LEVEL_INSTANCE);
    buf_c(&p->out, " instance of ");
    print_type(p, p->expr->types[node->b]);
}

static void print_call(Printer *p, const Node *node)
{
    const int32_t *items = &p->expr->lists[node->a];
    print_child(p, items[0], LEVEL_POSTFIX);
    if (!(node->flags & CALL_NAMED)) {
        print_bracketed(p, '(', node->a + 1, node->b - 1, ')');
        return;
    }
    buf_char(&p->out, '(');
    for (int32_t i = 1; i < node->b; i++) {
        buf_c(&p->out, i > 1 ? ", " : "");
        buf_str(&p->out, text_const(p, p->expr->lists[node->c + i - 1]));
        buf_c(&p->out, ": ");
        print_child(p, items[i], LEVEL_OPEN);
    }
    buf_char(&p->out, ')');
}

static void print_call_builtin(Printer *p, const Node *node)
{
    if (node->flags & CALL_BAD) {
        buf_str(&p->out, str_trim(str_slice(p->expr->text, node->from, node->to)));
        return;
    }
    buf_c(&p->out, builtin_row(node->c)->name);
    print_bracketed(p, '(', node->a, node->b, ')');
}

/* ---- the switch ---- */

static void print_node(Printer *p, const Node *node)
{
    if (p->out.failed)
        return;
    switch ((Op)node->op) {
    case OP_CONST: buf_str(&p->out, feel_print(p->arena, p->expr->consts[node->a])); break;
    case OP_SLOT:
    case OP_LOCAL:
    case OP_ITEM:
    case OP_MISSING:
    case OP_BUILTIN:
    case OP_HOST: print_name(p, node); break;
    case OP_INPUT: buf_char(&p->out, '?'); break;
    case OP_LIST: print_bracketed(p, '[', node->a, node->b, ']'); break;
    case OP_CONTEXT: print_context(p, node); break;
    case OP_RANGE: print_range(p, node); break;
    case OP_NEG:
        buf_char(&p->out, '-');
        print_child(p, node->a, LEVEL_POSTFIX);
        break;
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
    case OP_GE: print_binary(p, node); break;
    case OP_AND:
    case OP_OR: print_chain(p, node); break;
    case OP_BETWEEN: print_between(p, node); break;
    case OP_IN: print_in(p, node); break;
    case OP_TESTS: print_tests(p, node); break;
    case OP_TEST_CMP: print_cmp_test(p, node); break;
    case OP_TEST_ANY: buf_char(&p->out, '-'); break;
    case OP_IF: print_if(p, node); break;
    case OP_FOR:
    case OP_SOME:
    case OP_EVERY: print_loop(p, node); break;
    case OP_INSTANCE: print_instance(p, node); break;
    case OP_PATH:
        print_child(p, node->a, LEVEL_POSTFIX);
        buf_printf(&p->out, ".%.*s", STR_ARG(text_const(p, node->b)));
        break;
    case OP_FILTER:
        print_child(p, node->a, LEVEL_POSTFIX);
        buf_char(&p->out, '[');
        print_child(p, node->b, LEVEL_OPEN);
        buf_char(&p->out, ']');
        break;
    case OP_CALL: print_call(p, node); break;
    case OP_CALL_BUILTIN: print_call_builtin(p, node); break;
    case OP_CALL_HOST:
        buf_c(&p->out, p->expr->hosts[node->c]->name);
        print_bracketed(p, '(', node->a, node->b, ')');
        break;
    case OP_FUNCTION: print_function(p, node); break;
    case OP_CONFORM: print_node(p, node_at(p, node->a)); break;
    case OP_TABLE: buf_printf(&p->out, "%.*s()", STR_ARG(p->expr->tables[node->a]->name)); break;
    }
}

Str feel_expr_print(Arena *arena, const FeelExpr *expr)
{
    Printer p = { .arena = arena, .expr = expr };
    buf_init(&p.out, PRINT_MAX);
    print_node(&p, &expr->nodes[expr->root]);
    Str text = buf_to_arena(&p.out, arena);
    buf_free(&p.out);
    return text;
}
