/* parse_type.c - types, as `instance of` and parameters name them. */
#include "core/feel/feel_internal.h"

typedef struct BasicType {
    const char *name;
    FeelType type;
} BasicType;

static const BasicType BASIC[] = {
    { "number", FEEL_NUMBER },
    { "string", FEEL_STRING },
    { "boolean", FEEL_BOOL },
    { "date", FEEL_DATE },
    { "time", FEEL_TIME },
    { "date and time", FEEL_DATE_TIME },
    { "dateTime", FEEL_DATE_TIME },
    { "days and time duration", FEEL_DAYS_DURATION },
    { "dayTimeDuration", FEEL_DAYS_DURATION },
    { "years and months duration", FEEL_MONTHS_DURATION },
    { "yearMonthDuration", FEEL_MONTHS_DURATION },
    { "Null", FEEL_NULL },
};

static int32_t add_type(Parser *p, Type type)
{
    *ARENA_PUSH(p->arena, p->types, p->n_types, p->cap_types) = type;
    return (int32_t)p->n_types - 1;
}

/* Longest match first, as with names: "date and time" before "date". */
static bool find_basic(Parser *p, FeelType *ret_type)
{
    NameParts parts;
    char storage[FEEL_NAME_BYTES_MAX];
    lex_name_parts(p->text, p->tok.from, 5, &parts);
    for (size_t n = parts.n; n > 0; n--) {
        Str name = lex_name_text(p->text, p->tok.from, parts.ends[n - 1], storage);
        for (size_t i = 0; i < ARRAY_LEN(BASIC); i++)
            if (str_eq_c(name, BASIC[i].name)) {
                p->tok.to = parts.ends[n - 1];
                *ret_type = BASIC[i].type;
                return true;
            }
    }
    return false;
}

static int32_t parse_members(Parser *p, Type type, bool named)
{
    Items items = { 0 };
    if (!parse_need(p, TOK_LT, "<"))
        return NODE_NONE;
    while (p->tok.kind != TOK_GT) {
        Str name;
        if (named) {
            if (!parse_label(p, &name) || !parse_need(p, TOK_COLON, "a name and \":\""))
                return NODE_NONE;
            *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = parse_const(p, feel_str(name));
        }
        int32_t member = parse_type(p);
        if (member < 0)
            return NODE_NONE;
        *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = member;
        if (p->tok.kind == TOK_GT)
            break;
        if (!parse_need(p, TOK_COMMA, "\",\" or >"))
            return NODE_NONE;
    }
    if (!lex_next(p))
        return NODE_NONE;
    bool single = type.kind == TYPE_LIST || type.kind == TYPE_RANGE;
    if (single && items.n != 1)
        return parse_fail(p, p->tok.from, "a list or range has exactly one member type");
    type.first = parse_list_add(p, items.p, items.n);
    type.n = (int32_t)items.n;
    return add_type(p, type);
}

/* The result's type is the last member of a function type. */
static int32_t parse_function_type(Parser *p)
{
    int32_t parameters = parse_members(p, (Type){ .kind = TYPE_FUNCTION }, false);
    if (parameters < 0 || !parse_need(p, TOK_ARROW, "->"))
        return NODE_NONE;
    int32_t result = parse_type(p);
    if (result < 0)
        return NODE_NONE;
    Items items = { 0 };
    for (int32_t i = 0; i < p->types[parameters].n; i++)
        *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = p->lists[p->types[parameters].first + i];
    *ARENA_PUSH(p->arena, items.p, items.n, items.cap) = result;
    Type type = { .kind = TYPE_FUNCTION, .n = (int32_t)items.n };
    type.first = parse_list_add(p, items.p, items.n);
    return add_type(p, type);
}

static int32_t parse_composite(Parser *p, TypeKind kind)
{
    if (!lex_next(p))
        return NODE_NONE;
    if (p->tok.kind != TOK_LT)
        return add_type(p, (Type){ .kind = kind, .any_members = true });
    if (kind == TYPE_FUNCTION)
        return parse_function_type(p);
    return parse_members(p, (Type){ .kind = kind }, kind == TYPE_CONTEXT);
}

static int32_t parse_any_type(Parser *p)
{
    FeelType basic;
    if (p->tok.kind != TOK_WORD)
        return parse_expected(p, "a type");
    if (lex_is(p, "Any"))
        return lex_next(p) ? add_type(p, (Type){ .kind = TYPE_ANY }) : NODE_NONE;
    if (lex_is(p, "list"))
        return parse_composite(p, TYPE_LIST);
    if (lex_is(p, "context"))
        return parse_composite(p, TYPE_CONTEXT);
    if (lex_is(p, "range"))
        return parse_composite(p, TYPE_RANGE);
    if (lex_is(p, "function"))
        return parse_composite(p, TYPE_FUNCTION);
    if (!find_basic(p, &basic))
        return parse_expected(p, "a type such as number, string, date or list<number>");
    return lex_next(p) ? add_type(p, (Type){ .kind = TYPE_BASIC, .basic = basic }) : NODE_NONE;
}

int32_t parse_type(Parser *p)
{
    if (!parse_enter(p))
        return NODE_NONE;
    int32_t type = parse_any_type(p);
    parse_leave(p);
    return type;
}
