/* Where a mistake in an expression stands: FEEL counts lines and columns within the expression's text, people count
 * them in the file. The two meet exactly where the text stands in the file as it was read; with escapes or folded
 * lines between, the place of the whole value has to do. */
#include "core/law/pack_private.h"

typedef struct TextPlace {
    int64_t line;
    int64_t col;
} TextPlace;

static TextPlace parse_place(const char *place)
{
    Str rest;
    Str line = str_cut(str_c(place), ':', &rest);
    TextPlace at = { 1, 1 };
    if (!str_to_i64(line, &at.line) || !str_to_i64(rest, &at.col))
        at = (TextPlace){ 1, 1 };
    return at;
}

static Str nth_line(Str text, int64_t line)
{
    Str current = STR_NONE;
    for (int64_t i = 0; i < line; i++) {
        if (!text.p)
            return STR_NONE;
        current = str_cut(text, '\n', &text);
    }
    return current;
}

static Str skip_chars(Str text, int64_t n)
{
    size_t at = 0;
    while (n > 0 && at < text.n) {
        str_next(text, &at);
        n--;
    }
    return str_slice(text, at, text.n);
}

static int leading_spaces(Str line)
{
    int n = 0;
    while ((size_t)n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

/* The place in the file of one within the node's text, or the node's own. */
static LawPlace place_in_file(const Loader *l, const YamlNode *node, TextPlace at)
{
    LawPlace whole = { .path = node->path, .line = node->line, .col = node->col };
    const LawFile *file = map_get(&l->files, node->path);
    if (!file || at.line < 1 || at.col < 1)
        return whole;
    Str first = skip_chars(nth_line(file->bytes, node->line), node->col - 1);
    bool block = node->quoted && first.n > 0 && (first.p[0] == '|' || first.p[0] == '>');
    LawPlace exact = { .path = node->path };
    if (block) {
        exact.line = node->line + (int)at.line;
        exact.col = 1 + leading_spaces(nth_line(file->bytes, node->line + 1));
    } else {
        exact.line = node->line;
        exact.col = node->col + (node->quoted ? 1 : 0);
        if (at.line != 1)
            return whole;
    }
    Str written = skip_chars(nth_line(file->bytes, exact.line), exact.col - 1);
    Str read = nth_line(node->text, at.line);
    Str before = str_slice(read, 0, read.n - skip_chars(read, at.col - 1).n);
    if (!str_starts(written, before))
        return whole;
    exact.col += (int)at.col - 1;
    return exact;
}

LawExpr pack_compile(Loader *l, const FeelScope *scope, const YamlNode *node, Str context)
{
    LawExpr result = { NULL };
    if (!node)
        return result;
    Err err = { 0 };
    const FeelExpr *expr = NULL;
    FeelParseOptions options = { .dynamic_names = false };
    if (feel_parse(l->arena, scope, node->text, options, &expr, &err) == RC_OK) {
        result.expr = expr;
        return result;
    }
    LawPlace at = place_in_file(l, node, parse_place(err.place));
    if (context.n > 0)
        pack_issue(l, at, STR_NONE, "%.*s: %s", STR_ARG(context), err.text);
    else
        pack_issue(l, at, STR_NONE, "%s", err.text);
    return result;
}

void pack_check_syntax(Loader *l, const YamlNode *node)
{
    if (!node)
        return;
    Err err = { 0 };
    const FeelExpr *expr = NULL;
    FeelParseOptions options = { .dynamic_names = true };
    FeelScope *scope = feel_scope_new(l->arena, NULL);
    if (feel_parse(l->arena, scope, node->text, options, &expr, &err) != RC_OK)
        pack_issue(l, place_in_file(l, node, parse_place(err.place)), STR_NONE, "%s", err.text);
}
