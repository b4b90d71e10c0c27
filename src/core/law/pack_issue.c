#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/law/pack_private.h"

enum { NEAREST_CHARS_MAX = 64, NEAREST_NONE = NEAREST_CHARS_MAX + 1 };

Str pack_vprintf(Loader *l, const char *format, va_list args)
{
    char bytes[PACK_MESSAGE_BYTES_MAX];
    vsnprintf(bytes, sizeof bytes, format, args);
    Str text = str_c(bytes);
    size_t whole = text.n;
    if (!str_is_utf8(text, &whole))
        text.n = whole;
    return arena_str(l->arena, text);
}

Str pack_excerpt(Str text)
{
    size_t at = 0;
    for (int n = 0; n < PACK_EXCERPT_CHARS_MAX && at < text.n; n++)
        str_next(text, &at);
    return str_slice(text, 0, at);
}

void pack_issue(Loader *l, LawPlace at, Str hint, const char *format, ...)
{
    if (l->n_issues > PACK_ISSUES_MAX)
        return;
    va_list args;
    va_start(args, format);
    LawIssue issue = { .at = at, .text = pack_vprintf(l, format, args), .hint = hint };
    va_end(args);
    if (l->n_issues == PACK_ISSUES_MAX)
        issue = (LawIssue){ .at = at, .text = STR("there are more mistakes than are shown") };
    *ARENA_PUSH(l->arena, l->issues, l->n_issues, l->cap_issues) = issue;
}

/* Things to look at, not mistakes: as many as mistakes are shown, then no more. */
void pack_warning(Loader *l, LawPlace at, Str hint, const char *format, ...)
{
    if (l->n_warnings >= PACK_ISSUES_MAX)
        return;
    va_list args;
    va_start(args, format);
    LawIssue warning = { .at = at, .text = pack_vprintf(l, format, args), .hint = hint };
    va_end(args);
    *ARENA_PUSH(l->arena, l->warnings, l->n_warnings, l->cap_warnings) = warning;
}

void pack_issue_err(Loader *l, const Err *err)
{
    /* A place within a cell follows that of the cell: "fines.csv:7:4, 1:3". */
    Str within;
    Str place = str_cut(str_c(err->place), ',', &within);
    int64_t numbers[2] = { 1, 1 }; /* column, line */
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        size_t colon = place.n;
        while (colon > 0 && place.p[colon - 1] != ':')
            colon--;
        if (!str_to_i64(str_slice(place, colon, place.n), &numbers[i]))
            break;
        place = str_slice(place, 0, colon > 0 ? colon - 1 : 0);
    }
    LawPlace at = { .path = l->path, .line = (int)numbers[1], .col = (int)numbers[0] };
    pack_issue(l, at, STR_NONE, "%s", err->text);
}

static int compare_issues(const void *a, const void *b)
{
    const LawIssue *x = a;
    const LawIssue *y = b;
    int order = str_cmp(x->at.path, y->at.path);
    if (order == 0)
        order = (x->at.line > y->at.line) - (x->at.line < y->at.line);
    if (order == 0)
        order = (x->at.col > y->at.col) - (x->at.col < y->at.col);
    return order != 0 ? order : str_cmp(x->text, y->text);
}

void pack_sort_issues(Loader *l)
{
    if (l->n_warnings > 0)
        qsort(l->warnings, l->n_warnings, sizeof *l->warnings, compare_issues);
    if (l->n_issues > 0)
        qsort(l->issues, l->n_issues, sizeof *l->issues, compare_issues);
    /* A rule that several acts use may be wrong in one way only. */
    size_t kept = 0;
    for (size_t i = 0; i < l->n_issues; i++) {
        if (kept == 0 || compare_issues(&l->issues[kept - 1], &l->issues[i]) != 0)
            l->issues[kept++] = l->issues[i];
    }
    l->n_issues = kept;
}

LawPlace pack_at(const YamlNode *node)
{
    return (LawPlace){ .path = node->path, .line = node->line, .col = node->col };
}

LawPlace pack_at_key(const YamlPair *pair)
{
    return (LawPlace){ .path = pair->path, .line = pair->line, .col = pair->col };
}

LawPlace pack_at_byte(const LawFile *file, size_t offset)
{
    LawPlace at = { .path = file->path, .line = 1, .col = 1 };
    for (size_t i = 0; i < offset && i < file->bytes.n; i++) {
        unsigned char c = (unsigned char)file->bytes.p[i];
        if (c == '\n') {
            at.line++;
            at.col = 1;
        } else if ((c & 0xC0) != 0x80) { /* bytes that continue a character are no columns */
            at.col++;
        }
    }
    return at;
}

/* ---- the nearest known word ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t decode(Str s, uint32_t *points)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n && n < NEAREST_CHARS_MAX;)
        points[n++] = str_next(s, &at);
    return n;
}

/* Levenshtein's distance over code points. */
static size_t edit_distance(Str a, Str b)
{
    uint32_t x[NEAREST_CHARS_MAX];
    uint32_t y[NEAREST_CHARS_MAX];
    size_t row[NEAREST_CHARS_MAX + 1];
    size_t n = decode(a, x);
    size_t m = decode(b, y);
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t replaced = diagonal + (x[i - 1] == y[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[m];
}

Nearest pack_nearest(Str wanted)
{
    return (Nearest){ .wanted = wanted, .distance = NEAREST_NONE };
}

void pack_nearest_offer(Nearest *nearest, Str candidate)
{
    size_t distance = edit_distance(nearest->wanted, candidate);
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = candidate;
    }
}

Str pack_nearest_hint(Arena *arena, const Nearest *nearest, Str otherwise)
{
    size_t allowed = least(str_code_points(nearest->wanted) / 3 + 1, 3);
    if (nearest->distance > allowed)
        return otherwise;
    return arena_printf(arena, "did you mean '%.*s'?", STR_ARG(nearest->best));
}
