/* parse_name.c - which of the known names stands here: the longest that matches. */
#include <string.h>

#include "core/feel/feel_internal.h"

enum { BUILTIN_PARTS_MAX = 4, HINT_POINTS_MAX = 32 };

/* ---- names bound by the expression itself ---- */

void parse_push(Parser *p, Binder *binder, BinderKind kind)
{
    *binder = (Binder){ .up = p->binder, .kind = kind, .max_parts = 1 };
    p->binder = binder;
}

uint8_t parse_pop(Parser *p)
{
    bool captured = p->binder->captured;
    p->binder = p->binder->up;
    return captured ? NODE_CAPTURED : 0;
}

int32_t parse_bind(Parser *p, Str name)
{
    Binder *b = p->binder;
    size_t parts;
    *ARENA_PUSH(p->arena, b->names, b->n, b->cap) = lex_normal_name(p->arena, name, &parts);
    if (parts > b->max_parts)
        b->max_parts = parts;
    return (int32_t)b->n - 1;
}

static bool may_be_unknown(const Parser *p)
{
    if (p->options.dynamic_names)
        return true;
    for (const Binder *b = p->binder; b; b = b->up)
        if (b->kind == BIND_FILTER)
            return true;
    return false;
}

static size_t max_parts(const Parser *p)
{
    size_t max = scope_max_parts(p->scope);
    max = max > BUILTIN_PARTS_MAX ? max : BUILTIN_PARTS_MAX;
    for (const Binder *b = p->binder; b; b = b->up)
        max = b->max_parts > max ? b->max_parts : max;
    return max;
}

/* ---- resolution ---- */

typedef struct Meaning {
    enum { MEANS_NOTHING, MEANS_LOCAL, MEANS_SYMBOL, MEANS_BUILTIN } kind;
    int32_t hops;
    int32_t index;
    const Symbol *symbol;
    const Builtin *builtin;
} Meaning;

static bool find_local(const Parser *p, Str name, Meaning *ret)
{
    int32_t hops = 0;
    for (const Binder *b = p->binder; b; b = b->up, hops++)
        for (size_t i = b->n; i-- > 0;)
            if (str_eq(b->names[i], name)) {
                *ret = (Meaning){ .kind = MEANS_LOCAL, .hops = hops, .index = (int32_t)i };
                return true;
            }
    return false;
}

/* A host function's qualified name ("law.by") gives way to a value called what stands before its dot. */
static bool is_hidden(const Parser *p, const Symbol *symbol, Str name)
{
    Str rest;
    Meaning local;
    Str first = str_cut(name, '.', &rest);
    if (!symbol || symbol->kind != SYMBOL_HOST || !rest.p)
        return false;
    const Symbol *value = scope_symbol(p->scope, first, false);
    return find_local(p, first, &local) || (value && value->kind == SYMBOL_SLOT);
}

static Meaning find_meaning(const Parser *p, Str name, bool called)
{
    Meaning m = { 0 };
    if (find_local(p, name, &m))
        return m;
    m.symbol = scope_symbol(p->scope, name, called);
    m.builtin = builtin_find(name);
    if (!m.symbol && (!called || !m.builtin))
        m.symbol = scope_symbol(p->scope, name, !called);
    if (is_hidden(p, m.symbol, name))
        m.symbol = NULL;
    m.kind = m.symbol ? MEANS_SYMBOL : m.builtin ? MEANS_BUILTIN : MEANS_NOTHING;
    return m;
}

static bool called_at(Str text, uint32_t at)
{
    at = lex_skip_space(text, at);
    return at < text.n && text.p[at] == '(';
}

static int32_t meaning_node(Parser *p, const Meaning *m, uint32_t from, uint32_t to)
{
    Node node = { .from = from, .to = to };
    if (m->kind == MEANS_LOCAL) {
        node.op = OP_LOCAL;
        node.a = m->hops;
        node.b = m->index;
    } else if (m->kind == MEANS_BUILTIN) {
        node.op = OP_BUILTIN;
        node.a = builtin_index(m->builtin);
    } else if (m->symbol->kind == SYMBOL_HOST) {
        node.op = OP_HOST;
        node.a = (int32_t)p->n_hosts;
        *ARENA_PUSH(p->arena, p->hosts, p->n_hosts, p->cap_hosts) = m->symbol->host;
    } else if (m->symbol->kind == SYMBOL_NATIVE) {
        node.op = OP_CONST;
        node.a = parse_const(p, feel_function(p->arena, m->symbol->native));
    } else {
        node.op = OP_SLOT;
        node.a = m->symbol->slot;
    }
    return parse_node(p, node);
}

/* Inside filters an item's own entries come first: from the outermost filter to the innermost, each wraps what the name
 * would mean outside it. Names bound inside a filter are nearer than its item and so are not wrapped. */
static int32_t wrap_filters(Parser *p, int32_t node, Str name, const Meaning *m, uint32_t from, uint32_t to)
{
    int32_t hops[FEEL_NESTING_MAX];
    int32_t n = 0;
    int32_t depth = 0;
    for (const Binder *b = p->binder; b && n < FEEL_NESTING_MAX; b = b->up, depth++) {
        bool bound_here = m->kind == MEANS_LOCAL && m->hops == depth;
        if (b->kind == BIND_FILTER)
            hops[n++] = depth;
        if (bound_here)
            break;
    }
    if (n == 0)
        return node;
    int32_t constant = parse_const(p, feel_str(arena_str(p->arena, name)));
    while (n-- > 0) {
        node = parse_node(p, (Node){ .op = OP_ITEM, .from = from, .to = to, .a = constant, .b = hops[n], .c = node });
        if (p->rc != RC_OK)
            return NODE_NONE;
    }
    return node;
}

/* ---- names nobody knows ---- */

static uint32_t plain_end(Str text, uint32_t from)
{
    NameParts parts;
    lex_name_parts(text, from, FEEL_NAME_PARTS_MAX, &parts);
    uint32_t end = from;
    for (size_t i = 0; i < parts.n && parts.is_word[i]; i++) {
        uint32_t start = lex_skip_space(text, end);
        if (i > 0 && lex_keyword(str_slice(text, start, parts.ends[i])))
            break;
        end = parts.ends[i];
    }
    return end;
}

/* Levenshtein distance in characters; texts longer than HINT_POINTS_MAX are too far from anything. */
static size_t distance(Str a, Str b)
{
    uint32_t points[HINT_POINTS_MAX];
    size_t row[HINT_POINTS_MAX + 1];
    size_t n = 0;
    if (str_code_points(a) > HINT_POINTS_MAX || str_code_points(b) > HINT_POINTS_MAX)
        return SIZE_MAX;
    for (size_t i = 0; i < b.n;)
        points[n++] = str_next(b, &i);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; i < a.n;) {
        uint32_t c = str_next(a, &i);
        size_t diagonal = row[0]++;
        for (size_t j = 1; j <= n; j++) {
            size_t swap = diagonal + (points[j - 1] != c);
            size_t gap = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = swap < gap ? swap : gap;
        }
    }
    return row[n];
}

typedef struct Nearest {
    Str wanted;
    Str name;
    size_t distance;
} Nearest;

static void consider(Nearest *nearest, Str name)
{
    Str bare;
    bool qualified = str_cut(name, '.', &bare).n > 0 && str_eq(bare, nearest->wanted); /* law.days, where days stands */
    bool same = qualified || lex_same_letters(nearest->wanted, name);
    size_t d = same ? 0 : distance(nearest->wanted, name);
    if (d < nearest->distance)
        *nearest = (Nearest){ nearest->wanted, name, d };
}

/* "IF a", "a AND b": a word that would be a keyword in small letters. */
static bool fail_capitals(Parser *p, Str name, uint32_t from)
{
    for (Str rest = name; rest.p && rest.n;) {
        Str word = str_cut(rest, ' ', &rest);
        const char *meant = lex_same_letters(word, STR("not")) ? "not(...)" : lex_keyword_meant(word);
        if (meant) {
            parse_fail(p, from, "unknown name '%.*s'; FEEL writes %s in small letters", STR_ARG(str_head(name, 90)),
                       meant);
            return true;
        }
    }
    return false;
}

static int32_t fail_unknown(Parser *p, Str name, uint32_t from)
{
    if (fail_capitals(p, name, from))
        return NODE_NONE;
    size_t points = str_code_points(name);
    Nearest nearest = { .wanted = name, .distance = points / 3 + 2 };
    for (const Binder *b = p->binder; b; b = b->up)
        for (size_t i = 0; i < b->n; i++)
            consider(&nearest, b->names[i]);
    for (const FeelScope *s = p->scope; s; s = s->parent)
        for (size_t i = 0; i < s->n; i++)
            consider(&nearest, s->order[i]->name);
    for (size_t i = 0; i < builtin_count(); i++)
        consider(&nearest, str_c(builtin_row((int32_t)i)->name));
    Str shown = str_head(name, 90);
    if (nearest.name.n == 0)
        return parse_fail(p, from, "unknown name '%.*s'", STR_ARG(shown));
    return parse_fail(p, from, "unknown name '%.*s'; did you mean '%.*s'?", STR_ARG(shown), STR_ARG(nearest.name));
}

static int32_t unknown_name(Parser *p, uint32_t from)
{
    char storage[FEEL_NAME_BYTES_MAX];
    uint32_t end = plain_end(p->text, from);
    Str name = lex_name_text(p->text, from, end, storage);
    if (!may_be_unknown(p))
        return fail_unknown(p, name, from);
    int32_t constant = parse_const(p, feel_str(arena_str(p->arena, name)));
    int32_t node = parse_node(p, (Node){ .op = OP_MISSING, .from = from, .to = end, .a = constant });
    p->tok.to = end;
    Meaning nothing = { 0 };
    return node >= 0 && lex_next(p) ? wrap_filters(p, node, name, &nothing, from, end) : NODE_NONE;
}

/* ---- entry points ---- */

int32_t parse_name(Parser *p)
{
    uint32_t from = p->tok.from;
    char storage[FEEL_NAME_BYTES_MAX];
    NameParts parts;
    lex_name_parts(p->text, from, max_parts(p), &parts);
    for (size_t n = parts.n; n > 0; n--) {
        uint32_t end = parts.ends[n - 1];
        Str name = lex_name_text(p->text, from, end, storage);
        if (str_eq(name, STR("?"))) {
            p->tok.to = end;
            p->inputs++;
            return lex_next(p) ? parse_node(p, (Node){ .op = OP_INPUT, .from = from, .to = end }) : NODE_NONE;
        }
        bool called = called_at(p->text, end);
        Meaning m = find_meaning(p, name, called);
        if (m.kind == MEANS_NOTHING)
            continue;
        if (may_be_unknown(p) && plain_end(p->text, from) > end)
            break; /* "first name" of an item, where only "first" is known outside */
        int32_t node = meaning_node(p, &m, from, end);
        p->tok.to = end;
        if (node < 0 || !lex_next(p))
            return NODE_NONE;
        bool function = m.kind == MEANS_BUILTIN || (m.kind == MEANS_SYMBOL && m.symbol->kind != SYMBOL_SLOT);
        return function && called ? node : wrap_filters(p, node, name, &m, from, end);
    }
    return unknown_name(p, from);
}

bool parse_plain_name(Parser *p, Str *ret_name)
{
    if (p->tok.kind != TOK_WORD) {
        parse_expected(p, "a name");
        return false;
    }
    char storage[FEEL_NAME_BYTES_MAX];
    uint32_t from = p->tok.from;
    uint32_t end = plain_end(p->text, from);
    *ret_name = arena_str(p->arena, lex_name_text(p->text, from, end, storage));
    p->tok.to = end;
    return lex_next(p);
}

bool parse_label(Parser *p, Str *ret_name)
{
    *ret_name = STR_NONE;
    if (p->tok.kind != TOK_WORD)
        return true;
    NameParts parts;
    lex_name_parts(p->text, p->tok.from, FEEL_NAME_PARTS_MAX, &parts);
    uint32_t end = parts.ends[parts.n - 1];
    uint32_t colon = lex_skip_space(p->text, end);
    if (colon >= p->text.n || p->text.p[colon] != ':')
        return true;
    char storage[FEEL_NAME_BYTES_MAX];
    *ret_name = arena_str(p->arena, lex_name_text(p->text, p->tok.from, end, storage));
    p->tok.to = end;
    return lex_next(p);
}
