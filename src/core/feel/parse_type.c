/* parse_type.c - types, as `instance of` and parameters name them. */
#include "core/feel/feel_internal.h"

typedef struct BasicType {
    const char *name;
    FeelTypeDef type;
} BasicType;

static const BasicType BASIC[] = {
    { "Any", { .kind = FEEL_KIND_ANY } },
    { "number", { .kind = FEEL_KIND_BASIC, .basic = FEEL_NUMBER } },
    { "string", { .kind = FEEL_KIND_BASIC, .basic = FEEL_STRING } },
    { "boolean", { .kind = FEEL_KIND_BASIC, .basic = FEEL_BOOL } },
    { "date", { .kind = FEEL_KIND_BASIC, .basic = FEEL_DATE } },
    { "time", { .kind = FEEL_KIND_BASIC, .basic = FEEL_TIME } },
    { "date and time", { .kind = FEEL_KIND_BASIC, .basic = FEEL_DATE_TIME } },
    { "dateTime", { .kind = FEEL_KIND_BASIC, .basic = FEEL_DATE_TIME } },
    { "days and time duration", { .kind = FEEL_KIND_BASIC, .basic = FEEL_DAYS_DURATION } },
    { "dayTimeDuration", { .kind = FEEL_KIND_BASIC, .basic = FEEL_DAYS_DURATION } },
    { "years and months duration", { .kind = FEEL_KIND_BASIC, .basic = FEEL_MONTHS_DURATION } },
    { "yearMonthDuration", { .kind = FEEL_KIND_BASIC, .basic = FEEL_MONTHS_DURATION } },
    { "Null", { .kind = FEEL_KIND_BASIC, .basic = FEEL_NULL } },
    { "list", { .kind = FEEL_KIND_LIST, .any_members = true } },
    { "context", { .kind = FEEL_KIND_CONTEXT, .any_members = true } },
    { "range", { .kind = FEEL_KIND_RANGE, .any_members = true } },
    { "function", { .kind = FEEL_KIND_FUNCTION, .any_members = true } },
};

enum { BASIC_PARTS_MAX = 5 };

static const FeelTypeDef *named_type(const Parser *p, Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(BASIC); i++)
        if (str_eq_c(name, BASIC[i].name))
            return &BASIC[i].type;
    return scope_type(p->scope, name);
}

/* Longest match first, as with names: "date and time" before "date". Consumes nothing when none is known. */
static const FeelTypeDef *find_named(Parser *p)
{
    NameParts parts;
    char storage[FEEL_NAME_BYTES_MAX];
    size_t max = scope_type_parts(p->scope);
    lex_name_parts(p->text, p->tok.from, max > BASIC_PARTS_MAX ? max : BASIC_PARTS_MAX, &parts);
    for (size_t n = parts.n; n > 0; n--) {
        const FeelTypeDef *type = named_type(p, lex_name_text(p->text, p->tok.from, parts.ends[n - 1], storage));
        if (type) {
            p->tok.to = parts.ends[n - 1];
            return type;
        }
    }
    return NULL;
}

typedef struct Members {
    FeelMember *p;
    size_t n;
    size_t cap;
} Members;

static bool parse_member(Parser *p, Members *members, bool named)
{
    FeelMember member = { 0 };
    if (named && (!parse_label(p, &member.name) || !parse_need(p, TOK_COLON, "a name and \":\"")))
        return false;
    member.type = parse_type_def(p);
    if (!member.type)
        return false;
    *ARENA_PUSH(p->arena, members->p, members->n, members->cap) = member;
    return true;
}

static bool parse_members(Parser *p, Members *members, bool named)
{
    if (!parse_need(p, TOK_LT, "<"))
        return false;
    while (p->tok.kind != TOK_GT) {
        if (!parse_member(p, members, named))
            return false;
        if (p->tok.kind != TOK_GT && !parse_need(p, TOK_COMMA, "\",\" or >"))
            return false;
    }
    return lex_next(p);
}

/* What stands after "list", "context", "range", "function" says more about it: list<number>. */
static const FeelTypeDef *parse_composite(Parser *p, FeelKind kind)
{
    Members members = { 0 };
    uint32_t from = p->tok.from;
    if (!parse_members(p, &members, kind == FEEL_KIND_CONTEXT))
        return NULL;
    if ((kind == FEEL_KIND_LIST || kind == FEEL_KIND_RANGE) && members.n != 1) {
        parse_fail(p, from, "a list or range has exactly one member type");
        return NULL;
    }
    if (kind == FEEL_KIND_FUNCTION && (!parse_need(p, TOK_ARROW, "->") || !parse_member(p, &members, false)))
        return NULL;
    FeelTypeDef *type = ARENA_NEW(p->arena, FeelTypeDef);
    *type = (FeelTypeDef){ .kind = kind, .members = members.p, .n = members.n };
    return type;
}

static const FeelTypeDef *parse_any_type(Parser *p)
{
    if (p->tok.kind != TOK_WORD) {
        parse_expected(p, "a type");
        return NULL;
    }
    const FeelTypeDef *type = find_named(p);
    if (!type) {
        parse_expected(p, "a type such as number, string, date or list<number>");
        return NULL;
    }
    if (!lex_next(p))
        return NULL;
    return type->any_members && type->name.n == 0 && p->tok.kind == TOK_LT ? parse_composite(p, type->kind) : type;
}

const FeelTypeDef *parse_type_def(Parser *p)
{
    if (!parse_enter(p))
        return NULL;
    const FeelTypeDef *type = parse_any_type(p);
    parse_leave(p);
    return type;
}

int32_t parse_type_index(Parser *p, const FeelTypeDef *type)
{
    *ARENA_PUSH(p->arena, p->types, p->n_types, p->cap_types) = type;
    return (int32_t)p->n_types - 1;
}

int32_t parse_type(Parser *p)
{
    const FeelTypeDef *type = parse_type_def(p);
    return type ? parse_type_index(p, type) : NODE_NONE;
}

Rc feel_parse_type(Arena *arena, const FeelScope *scope, Str text, const FeelTypeDef **ret_type, Err *err)
{
    size_t bad;
    if (text.n > FEEL_TEXT_MAX)
        return err_at(err, RC_LIMIT, "1:1", "the type is longer than %d bytes", FEEL_TEXT_MAX);
    if (!str_is_utf8(text, &bad))
        return err_at(err, RC_PARSE, "1:1", "the type is not valid UTF-8 (byte %zu)", bad + 1);
    Parser p = { .arena = arena, .scope = scope, .text = arena_str(arena, text), .err = err, .ready = NODE_NONE };
    const FeelTypeDef *type = lex_next(&p) ? parse_type_def(&p) : NULL;
    if (type && p.tok.kind != TOK_END)
        (void)parse_expected(&p, "the end of the type");
    if (p.rc != RC_OK)
        return p.rc;
    *ret_type = type;
    return RC_OK;
}
