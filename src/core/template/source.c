#include "core/template/source.h"

#include <stdio.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static void line_column(Str text, size_t at, size_t *ret_line, size_t *ret_column)
{
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at && i < text.n; i++) {
        if (text.p[i] != '\n')
            continue;
        line++;
        start = i + 1;
    }
    *ret_line = line;
    *ret_column = 1 + str_code_points(str_slice(text, start, at));
}

Str source_place(Arena *arena, const Source *s, size_t at)
{
    size_t line, column;
    line_column(s->text, at, &line, &column);
    return arena_printf(arena, "%.*s:%zu:%zu", STR_ARG(s->name), line, column);
}

Rc source_error(const Source *s, size_t at, Err *err, Rc rc, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char place[ERR_PLACE_MAX];
    size_t line, column;
    line_column(s->text, at, &line, &column);
    snprintf(place, sizeof place, "%.*s:%zu:%zu", STR_ARG(s->name), line, column);
    return err_at(err, rc, place, "%s", text);
}

/* Offset behind the "}}" that ends the tag whose inside begins at `at`, or SIZE_MAX. FEEL's strings and contexts may
 * hold braces; wording and remarks may hold quotation marks. */
static size_t tag_end(Str text, size_t at, bool expression)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = at; i < text.n; i++) {
        char c = text.p[i];
        if (expression && quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
            continue;
        }
        bool closes = c == '}' && i + 1 < text.n && text.p[i + 1] == '}';
        if (closes && depth == 0)
            return i + 2;
        if (expression && c == '"')
            quoted = true;
        else if (expression && c == '{')
            depth++;
        else if (expression && c == '}' && depth > 0)
            depth--;
    }
    return SIZE_MAX;
}

typedef struct Keyword {
    const char *text;
    TagKind kind;
    bool whole; /* the tag is the keyword and nothing else */
    bool word;  /* a space follows the keyword */
    bool line;  /* alone on its line, takes the line with it */
} Keyword;

static const Keyword keywords[] = {
    { "#if", TAG_IF, false, true, true },       { "else if", TAG_ELSE_IF, false, true, true },
    { "else", TAG_ELSE, true, false, true },    { "/if", TAG_END_IF, true, false, true },
    { "#each", TAG_EACH, false, true, true },   { "/each", TAG_END_EACH, true, false, true },
    { ">", TAG_PARTIAL, false, false, true },   { "!", TAG_REMARK, false, false, true },
    { "_n", TAG_PLURAL, false, true, false },   { "_", TAG_MESSAGE, false, true, false },
    { "?", TAG_OPTIONAL, false, false, false },
};

static const Keyword *keyword_of(Str body, Str *ret_rest)
{
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        Str word = str_c(keywords[i].text);
        Str rest = str_slice(body, word.n, body.n);
        if (!str_starts(body, word) || (keywords[i].whole && rest.n > 0))
            continue;
        if (keywords[i].word && (rest.n == 0 || !is_space(rest.p[0])))
            continue;
        *ret_rest = str_trim(rest);
        return &keywords[i];
    }
    *ret_rest = body;
    return NULL;
}

/* Widens the tag to its whole line when nothing else stands there. */
static void take_line(Str text, size_t from, size_t *start, size_t *end)
{
    size_t a = *start;
    size_t b = *end;
    while (a > from && is_blank(text.p[a - 1]))
        a--;
    while (b < text.n && (is_blank(text.p[b]) || text.p[b] == '\r'))
        b++;
    bool begins = a == 0 || text.p[a - 1] == '\n';
    bool ends = b == text.n || text.p[b] == '\n';
    if (!begins || !ends)
        return;
    *start = a;
    *end = b < text.n ? b + 1 : b;
}

Rc source_next(const Source *s, size_t from, Tag *ret, Err *err)
{
    Str text = s->text;
    size_t found = str_find(str_slice(text, from, text.n), STR("{{"));
    if (found == SIZE_MAX) {
        *ret = (Tag){ TAG_END, str_slice(text, from, text.n), STR_NONE, text.n, text.n };
        return RC_OK;
    }
    size_t at = from + found;
    Str inside = str_trim(str_slice(text, at + 2, text.n));
    bool wording = inside.n > 0 && (inside.p[0] == '_' || inside.p[0] == '!') &&
                   (inside.p[0] == '!' || inside.n < 2 || inside.p[1] == 'n' || is_space(inside.p[1]));
    size_t end = tag_end(text, at + 2, !wording);
    if (end == SIZE_MAX)
        return source_error(s, at, err, RC_PARSE, "this {{ has no }}; check quotation marks and braces in between");
    Str body;
    const Keyword *keyword = keyword_of(str_trim(str_slice(text, at + 2, end - 2)), &body);
    size_t start = at;
    if (keyword && keyword->line)
        take_line(text, from, &start, &end);
    TagKind kind = keyword ? keyword->kind : TAG_VALUE;
    if (kind == TAG_VALUE && body.n > 0 && (body.p[0] == '#' || body.p[0] == '/'))
        return source_error(s, at, err, RC_PARSE, "unknown block; there are #if, #each, /if and /each");
    *ret = (Tag){ kind, str_slice(text, from, start), body, at, end };
    return RC_OK;
}

Str source_split(Str body, Str *rest, bool *ret_more)
{
    bool quoted = false;
    for (size_t i = 0; i < body.n; i++) {
        if (body.p[i] == '\\' && quoted)
            i++;
        else if (body.p[i] == '"')
            quoted = !quoted;
        else if (body.p[i] == '|' && !quoted) {
            *rest = str_slice(body, i + 1, body.n);
            *ret_more = true;
            return str_trim(str_slice(body, 0, i));
        }
    }
    *rest = STR_NONE;
    *ret_more = false;
    return str_trim(body);
}

bool source_is_name(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return s.n > 0;
}

bool source_as(Str body, Str *ret_expr, Str *ret_name)
{
    for (size_t i = body.n; i-- > 3;) {
        bool as = body.p[i - 2] == 'a' && body.p[i - 1] == 's' && is_space(body.p[i - 3]) && is_space(body.p[i]);
        if (!as)
            continue;
        *ret_expr = str_trim(str_slice(body, 0, i - 3));
        *ret_name = str_trim(str_slice(body, i, body.n));
        return true;
    }
    return false;
}
