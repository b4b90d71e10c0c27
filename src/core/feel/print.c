/* print.c - values as FEEL text that parses back to them, and as text for people. */
#include "core/feel/feel_internal.h"

enum { PRINT_MAX = 16 * 1024 * 1024 };

typedef struct Printer {
    Buf out;
    Arena *arena;
    int depth;
} Printer;

static void print_value(Printer *p, FeelValue v);

static void print_number(Printer *p, FeelValue v)
{
    if (v.scale == 0)
        buf_i64(&p->out, v.as.i);
    else
        buf_str(&p->out, dec_print(p->arena, feel_to_dec(v)));
}

static void print_string(Printer *p, Str s)
{
    buf_char(&p->out, '"');
    size_t done = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= ' ' && c != '"' && c != '\\' && c != 0x7F)
            continue;
        buf_str(&p->out, str_slice(s, done, i));
        done = i + 1;
        switch (c) {
        case '"': buf_str(&p->out, STR("\\\"")); break;
        case '\\': buf_str(&p->out, STR("\\\\")); break;
        case '\n': buf_str(&p->out, STR("\\n")); break;
        case '\r': buf_str(&p->out, STR("\\r")); break;
        case '\t': buf_str(&p->out, STR("\\t")); break;
        default: buf_printf(&p->out, "\\u%04X", c); break;
        }
    }
    buf_str(&p->out, str_slice(s, done, s.n));
    buf_char(&p->out, '"');
}

static void print_list(Printer *p, const FeelList *list)
{
    buf_char(&p->out, '[');
    for (size_t i = 0; i < list->n && !p->out.failed; i++) {
        if (i > 0)
            buf_str(&p->out, STR(", "));
        print_value(p, list->items[i]);
    }
    buf_char(&p->out, ']');
}

/* A key that reads as a name needs no quotes. */
bool print_is_plain_key(Str key)
{
    for (size_t i = 0; i < key.n;) {
        bool first = i == 0;
        uint32_t c = str_next(key, &i);
        if (first ? !lex_name_start(c) || c == '?' : !lex_name_part(c))
            return false;
    }
    return key.n > 0 && !lex_keyword(key);
}

static void print_context(Printer *p, const FeelContext *context)
{
    buf_char(&p->out, '{');
    for (size_t i = 0; i < context->n && !p->out.failed; i++) {
        if (i > 0)
            buf_str(&p->out, STR(", "));
        Str key = context->entries[i].key;
        if (print_is_plain_key(key))
            buf_str(&p->out, key);
        else
            print_string(p, key);
        buf_str(&p->out, STR(": "));
        print_value(p, context->entries[i].value);
    }
    buf_char(&p->out, '}');
}

static void print_range(Printer *p, const FeelRange *range)
{
    bool no_start = range->start.type == FEEL_NULL;
    if (no_start || range->end.type == FEEL_NULL) {
        bool included = no_start ? range->end_included : range->start_included;
        buf_printf(&p->out, "(%c%s ", no_start ? '<' : '>', included ? "=" : "");
        print_value(p, no_start ? range->end : range->start);
        buf_char(&p->out, ')');
        return;
    }
    if (range->constructor) {
        buf_c(&p->out, range_is_unequal(range) ? "(!= " : "(= ");
        print_value(p, range->start);
        buf_char(&p->out, ')');
        return;
    }
    buf_char(&p->out, range->start_included ? '[' : '(');
    print_value(p, range->start);
    buf_str(&p->out, STR(".."));
    print_value(p, range->end);
    buf_char(&p->out, range->end_included ? ']' : ')');
}

static void print_parameters(Printer *p, const FeelExpr *expr, const Node *node)
{
    buf_str(&p->out, STR("function("));
    for (int32_t i = 0; i < node->b; i += 2) {
        buf_str(&p->out, i > 0 ? STR(", ") : STR_NONE);
        buf_str(&p->out, feel_to_str(expr->consts[expr->lists[node->a + i]]));
    }
    buf_str(&p->out, STR(") "));
}

/* A closure prints as its source; names it took from outside are not printed with it. */
static void print_function(Printer *p, const FeelFunction *fn)
{
    if (fn->kind == FUNCTION_CLOSURE) {
        const Node *node = &fn->expr->nodes[fn->node];
        if (node->flags & FUNCTION_BOXED)
            print_parameters(p, fn->expr, node);
        buf_str(&p->out, str_trim(str_slice(fn->expr->text, node->from, node->to)));
        return;
    }
    if (fn->kind == FUNCTION_NATIVE)
        buf_str(&p->out, fn->native->name);
    else
        buf_c(&p->out, fn->kind == FUNCTION_BUILTIN ? fn->builtin->name : fn->host->name);
}

static void print_value(Printer *p, FeelValue v)
{
    if (++p->depth > FEEL_NESTING_MAX || p->out.failed) {
        buf_str(&p->out, STR("null")); /* deeper than text could say */
        p->depth--;
        return;
    }
    switch ((FeelType)v.type) {
    case FEEL_NULL: buf_str(&p->out, STR("null")); break;
    case FEEL_BOOL: buf_c(&p->out, v.as.b ? "true" : "false"); break;
    case FEEL_NUMBER: print_number(p, v); break;
    case FEEL_STRING: print_string(p, feel_to_str(v)); break;
    case FEEL_LIST: print_list(p, v.as.list); break;
    case FEEL_CONTEXT: print_context(p, v.as.ctx); break;
    case FEEL_RANGE: print_range(p, v.as.range); break;
    case FEEL_FUNCTION: print_function(p, v.as.fn); break;
    default:
        buf_str(&p->out, STR("@\""));
        temporal_print(&p->out, v);
        buf_char(&p->out, '"');
        break;
    }
    p->depth--;
}

static Str print_within(Arena *arena, FeelValue v, size_t max_bytes, bool *ret_cut)
{
    Printer p = { .arena = arena };
    buf_init(&p.out, max_bytes);
    print_value(&p, v);
    Str text = buf_to_arena(&p.out, arena);
    *ret_cut = p.out.failed;
    buf_free(&p.out);
    return text;
}

Str feel_print(Arena *arena, FeelValue v)
{
    bool cut;
    return print_within(arena, v, PRINT_MAX, &cut);
}

Str feel_print_short(Arena *arena, FeelValue v, size_t max_bytes)
{
    bool cut;
    size_t at;
    Str text = print_within(arena, v, max_bytes, &cut);
    if (!cut)
        return text;
    if (!str_is_utf8(text, &at))
        text.n = at;
    return arena_printf(arena, "%.*s...", STR_ARG(text));
}

Str feel_display(Arena *arena, FeelValue v)
{
    bool temporal = v.type >= FEEL_DATE && v.type <= FEEL_MONTHS_DURATION;
    if (v.type == FEEL_STRING)
        return feel_to_str(v);
    if (!temporal)
        return feel_print(arena, v);
    Buf out;
    buf_init(&out, 256);
    temporal_print(&out, v);
    Str text = buf_to_arena(&out, arena);
    buf_free(&out);
    return text;
}
