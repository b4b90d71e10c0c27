/* regex.c - reads a regular expression as XPath defines it and writes it for PCRE2. */
#include "core/feel/regex.h"

#include <string.h>

#include "base/buf.h"
#include "core/feel/feel.h"

enum { DEPTH_MAX = 100, GROUPS_MAX = 99, COUNT_MAX = 65535, TEXT_MAX = 256 * 1024, LAST = 0x10FFFF };

/* White space and name characters as classes' members; XML 1.1, production 4 and 4a. */
#define SPACE     "\\t\\n\\r\\x20"
#define NOT_SPACE "\\x{0}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"
#define NAME_START                                                                                          \
    "\\:A-Z_a-z\\x{c0}-\\x{d6}\\x{d8}-\\x{f6}\\x{f8}-\\x{2ff}\\x{370}-\\x{37d}\\x{37f}-\\x{1fff}\\x{200c}-" \
    "\\x{200d}\\x{2070}-\\x{218f}\\x{2c00}-\\x{2fef}\\x{3001}-\\x{d7ff}\\x{f900}-\\x{fdcf}\\x{fdf0}-\\x{f"  \
    "ffd}\\x{10000}-\\x{effff}"
#define NOT_NAME_START                                                                                      \
    "\\x{0}-9;-@\\[-\\^`\\{-\\x{bf}\\x{d7}\\x{f7}\\x{300}-\\x{36f}\\x{37e}\\x{2000}-\\x{200b}\\x{200e}-"    \
    "\\x{206f}\\x{2190}-\\x{2bff}\\x{2ff0}-\\x{3000}\\x{e000}-\\x{f8ff}\\x{fdd0}-\\x{fdef}\\x{fffe}-\\x{ff" \
    "ff}\\x{f0000}-\\x{10ffff}"
#define NAME_MORE "\\-.0-9\\x{b7}\\x{300}-\\x{36f}\\x{203f}-\\x{2040}"
#define NOT_NAME                                                                                           \
    "\\x{0}-,\\/;-@\\[-\\^`\\{-\\x{b6}\\x{b8}-\\x{bf}\\x{d7}\\x{f7}\\x{37e}\\x{2000}-\\x{200b}\\x{200e}-"  \
    "\\x{203e}\\x{2041}-\\x{206f}\\x{2190}-\\x{2bff}\\x{2ff0}-\\x{3000}\\x{e000}-\\x{f8ff}\\x{fdd0}-\\x{f" \
    "def}\\x{fffe}-\\x{ffff}\\x{f0000}-\\x{10ffff}"

/* Escapes that stand for many characters, as members of a PCRE2 class. */
typedef struct ManyEscape {
    char letter;
    const char *members;
} ManyEscape;

static const ManyEscape MANY[] = {
    { 's', SPACE },
    { 'S', NOT_SPACE },
    { 'd', "\\p{Nd}" },
    { 'D', "\\P{Nd}" },
    { 'w', "\\p{L}\\p{M}\\p{N}\\p{S}" }, /* all but punctuation, separators and other */
    { 'W', "\\p{P}\\p{Z}\\p{C}" },
    { 'i', NAME_START },
    { 'I', NOT_NAME_START },
    { 'c', NAME_START NAME_MORE },
    { 'C', NOT_NAME },
};

typedef struct Reader {
    Arena *arena;
    Str in;
    size_t at;
    Buf out;
    RegexFlags flags;
    int depth;
    int groups;
    bool closed[GROUPS_MAX + 1];
    const char *why;
    size_t why_at;
} Reader;

static bool fail(Reader *r, const char *why)
{
    if (!r->why) {
        r->why = why;
        r->why_at = r->at;
    }
    return false;
}

static char next(const Reader *r)
{
    return r->at < r->in.n ? r->in.p[r->at] : '\0';
}

static bool ends(const Reader *r)
{
    return r->at >= r->in.n;
}

static bool take(Reader *r, char c)
{
    if (ends(r) || next(r) != c)
        return false;
    r->at++;
    return true;
}

static bool digit(const Reader *r)
{
    return !ends(r) && next(r) >= '0' && next(r) <= '9';
}

/* ---- writing ---- */

static void put_char(Reader *r, uint32_t c)
{
    bool plain = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (plain)
        buf_code_point(&r->out, c);
    else if (c < ' ' || c == 0x7F)
        buf_printf(&r->out, "\\x{%x}", c);
    else
        buf_printf(&r->out, "\\%c", (int)c);
}

/* Surrogates are no characters, and PCRE2 takes none as an end of a range. */
static void put_range(Reader *r, uint32_t first, uint32_t last)
{
    if (first >= 0xD800 && first <= 0xDFFF)
        first = 0xE000;
    if (last >= 0xD800 && last <= 0xDFFF)
        last = 0xD7FF;
    if (first <= last)
        buf_printf(&r->out, "\\x{%x}-\\x{%x}", first, last);
}

/* ---- escapes ---- */

static bool is_category(Str name)
{
    static const char *const minor[] = { "Lultmo", "Mnce", "Ndlo", "Pcdseifo", "Zslp", "Smcko", "Ccfon" };
    for (size_t i = 0; i < sizeof minor / sizeof minor[0]; i++)
        if (name.n > 0 && name.p[0] == minor[i][0])
            return name.n == 1 || (name.n == 2 && name.p[1] != '\0' && strchr(minor[i] + 1, name.p[1]));
    return false;
}

static const RegexBlock *find_block(Str name)
{
    size_t low = 0;
    size_t high = regex_blocks_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(name, str_c(regex_blocks[middle].name));
        if (order == 0)
            return &regex_blocks[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* \p{L}, \P{IsGreek}: what stands after the letter p or P. */
static bool read_property(Reader *r, bool negated)
{
    size_t from = r->at + 1;
    if (!take(r, '{'))
        return fail(r, FEEL_WORD("{ must follow \\p, as in \\p{L}"));
    while (!ends(r) && next(r) != '}')
        r->at++;
    Str name = str_slice(r->in, from, r->at);
    if (!take(r, '}'))
        return fail(r, FEEL_WORD("} is missing after \\p{"));
    if (is_category(name)) {
        buf_printf(&r->out, "\\%c{%.*s}", negated ? 'P' : 'p', STR_ARG(name));
        return true;
    }
    r->at = from;
    if (!str_starts(name, STR("Is")))
        return fail(r, FEEL_WORD("there is no category of this name (such as L, Lu, Nd; a block begins with Is)"));
    const RegexBlock *block = find_block(str_slice(name, 2, name.n));
    if (!block)
        return fail(r, FEEL_WORD("there is no Unicode block of this name (such as IsBasicLatin)"));
    r->at += name.n + 1;
    if (!negated) {
        put_range(r, block->first, block->last);
        return true;
    }
    if (block->first > 0)
        put_range(r, 0, block->first - 1);
    if (block->last < LAST)
        put_range(r, block->last + 1, LAST);
    return true;
}

/* An escape for one character: \n, \\, \-. */
static bool single_escape(char c, uint32_t *ret)
{
    static const char letters[] = "nrt\\|.?*+(){}-[]^$";
    const char *hit = c ? strchr(letters, c) : NULL;
    if (!hit)
        return false;
    *ret = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : (uint32_t)(unsigned char)c;
    return true;
}

static const char *many_escape(char c)
{
    for (size_t i = 0; i < sizeof MANY / sizeof MANY[0]; i++)
        if (MANY[i].letter == c)
            return MANY[i].members;
    return NULL;
}

/* After a backslash, where many characters may be meant; writes members of a class. False: it is no such escape. */
static bool read_many(Reader *r, bool *ret_found)
{
    char c = next(r);
    const char *members = many_escape(c);
    *ret_found = members || c == 'p' || c == 'P';
    if (members) {
        r->at++;
        buf_c(&r->out, members);
        return true;
    }
    if (!*ret_found)
        return true;
    r->at++;
    return read_property(r, c == 'P');
}

/* ---- classes ---- */

static bool read_class(Reader *r);

/* One character of a class, which may be escaped. */
static bool class_char(Reader *r, uint32_t *ret)
{
    if (ends(r))
        return fail(r, FEEL_WORD("] is missing"));
    if (take(r, '\\')) {
        if (!single_escape(next(r), ret))
            return fail(r, FEEL_WORD("no such escape in a class"));
        r->at++;
        return true;
    }
    if (next(r) == '[' || next(r) == ']')
        return fail(r, FEEL_WORD("[ and ] in a class need a \\"));
    *ret = str_next(r->in, &r->at);
    return true;
}

/* A hyphen is itself at the start and the end of a class; elsewhere it makes a range. */
static bool read_member(Reader *r, bool first)
{
    uint32_t from;
    uint32_t to;
    bool many;
    Str rest = str_slice(r->in, r->at, r->in.n);
    if (str_starts(rest, STR("-")) && !first && !str_starts(rest, STR("-]")) && !str_starts(rest, STR("-[")))
        return fail(r, FEEL_WORD("a - inside a class needs a \\"));
    if (str_starts(rest, STR("\\"))) {
        r->at++;
        if (!read_many(r, &many) || many)
            return many && !r->why;
        r->at--;
    }
    if (!class_char(r, &from))
        return false;
    rest = str_slice(r->in, r->at, r->in.n);
    bool range =
        from != '-' && str_starts(rest, STR("-")) && !str_starts(rest, STR("-]")) && !str_starts(rest, STR("-["));
    if (!range) {
        put_char(r, from);
        return true;
    }
    r->at++;
    if (!class_char(r, &to))
        return false;
    if (to < from)
        return fail(r, FEEL_WORD("the range of a class runs backwards"));
    put_range(r, from, to);
    return true;
}

/* PCRE2 has no empty class: [\p{IsHighSurrogates}] matches nothing. */
static void close_class(Reader *r, size_t start, size_t members, bool negated)
{
    if (r->out.n > members) {
        buf_char(&r->out, ']');
    } else {
        r->out.n = start;
        buf_c(&r->out, negated ? "." : "(?!)");
    }
}

/* "[a-z-[aeiou]]" becomes "(?:(?![aeiou])[a-z])". */
static bool read_subtraction(Reader *r, size_t start)
{
    Str whole = arena_str(r->arena, str_slice(buf_view(&r->out), start, r->out.n));
    r->out.n = start;
    buf_c(&r->out, "(?:(?!");
    if (!read_class(r))
        return false;
    buf_char(&r->out, ')');
    buf_str(&r->out, whole);
    buf_char(&r->out, ')');
    return take(r, ']') || fail(r, FEEL_WORD("] must follow what is taken away from a class"));
}

static bool read_class(Reader *r)
{
    if (!take(r, '[') || ++r->depth > DEPTH_MAX)
        return fail(r, FEEL_WORD("classes and groups are nested more than 100 deep"));
    size_t start = r->out.n;
    bool negated = take(r, '^');
    buf_c(&r->out, negated ? "[^" : "[");
    size_t members = r->out.n;
    bool first = true;
    bool ok = next(r) != ']' || fail(r, FEEL_WORD("a class must not be empty"));
    bool subtract = false;
    while (ok && next(r) != ']' && !subtract) {
        subtract = !first && str_starts(str_slice(r->in, r->at, r->in.n), STR("-["));
        ok = subtract || (!r->out.failed && read_member(r, first));
        first = false;
    }
    if (!ok)
        return false;
    close_class(r, start, members, negated);
    r->at++; /* ] or the - of a subtraction */
    ok = !subtract || read_subtraction(r, start);
    r->depth--;
    return ok;
}

/* ---- atoms and quantifiers ---- */

static bool read_branches(Reader *r);

static bool read_group(Reader *r)
{
    int group = 0;
    if (++r->depth > DEPTH_MAX)
        return fail(r, FEEL_WORD("classes and groups are nested more than 100 deep"));
    if (take(r, '?')) {
        if (!take(r, ':'))
            return fail(r, FEEL_WORD("after (? only : can follow"));
    } else if (r->groups == GROUPS_MAX) {
        return fail(r, FEEL_WORD("there are more than 99 groups"));
    } else {
        group = ++r->groups;
    }
    buf_c(&r->out, group ? "(" : "(?:");
    if (!read_branches(r))
        return false;
    if (!take(r, ')'))
        return fail(r, FEEL_WORD(") is missing"));
    buf_char(&r->out, ')');
    r->closed[group] = true;
    r->depth--;
    return true;
}

/* "\12" is group 12 if there are so many before, else group 1 and a 2 after it. */
static bool read_back_reference(Reader *r)
{
    int group = next(r) - '0';
    r->at++;
    while (digit(r) && group * 10 + (next(r) - '0') <= r->groups) {
        group = group * 10 + (next(r) - '0');
        r->at++;
    }
    if (group > r->groups || !r->closed[group])
        return fail(r, FEEL_WORD("a back-reference needs a group that is closed before it"));
    buf_printf(&r->out, "\\g{%d}", group);
    return true;
}

static bool read_escape(Reader *r)
{
    uint32_t c;
    bool many;
    if (ends(r))
        return fail(r, FEEL_WORD("a \\ stands at the end"));
    if (next(r) >= '1' && next(r) <= '9')
        return read_back_reference(r);
    if (single_escape(next(r), &c)) {
        r->at++;
        put_char(r, c);
        return true;
    }
    size_t start = r->out.n;
    buf_char(&r->out, '[');
    if (!read_many(r, &many))
        return false;
    if (!many)
        return fail(r, FEEL_WORD("no such escape"));
    close_class(r, start, start + 1, false);
    return true;
}

static bool read_atom(Reader *r)
{
    char c = next(r);
    switch (c) {
    case '(': r->at++; return read_group(r);
    case '[': return read_class(r);
    case '\\': r->at++; return read_escape(r);
    case '.':
        r->at++;
        buf_c(&r->out, r->flags.dot_all ? "." : "[^\\n\\r]");
        return true;
    case '^': /* in many lines not after a line feed that ends the text */
        r->at++;
        buf_c(&r->out, r->flags.multi_line ? "(?:\\A|(?<=\\n)(?!\\z))" : "(?:\\A)");
        return true;
    case '$':
        r->at++;
        buf_c(&r->out, r->flags.multi_line ? "(?:(?=\\n)|(?<!\\n)\\z)" : "(?:\\z)");
        return true;
    case '?':
    case '*':
    case '+':
    case '{': return fail(r, FEEL_WORD("there is nothing to repeat"));
    case ']': return fail(r, FEEL_WORD("a ] without [ needs a \\"));
    case '}': return fail(r, FEEL_WORD("a } without { needs a \\"));
    default: put_char(r, str_next(r->in, &r->at)); return true;
    }
}

static bool read_count(Reader *r, int *ret)
{
    int value = 0;
    if (!digit(r))
        return fail(r, FEEL_WORD("a number is missing in { }"));
    for (; digit(r); r->at++) {
        value = value * 10 + (next(r) - '0');
        if (value > COUNT_MAX)
            return fail(r, FEEL_WORD("an atom can be repeated 65535 times at most"));
    }
    *ret = value;
    return true;
}

static bool read_braces(Reader *r)
{
    int low;
    int high;
    if (!read_count(r, &low))
        return false;
    if (!take(r, ',')) {
        buf_printf(&r->out, "{%d}", low);
    } else if (next(r) == '}') {
        buf_printf(&r->out, "{%d,}", low);
    } else {
        if (!read_count(r, &high))
            return false;
        if (high < low)
            return fail(r, FEEL_WORD("the counts in { } are in the wrong order"));
        buf_printf(&r->out, "{%d,%d}", low, high);
    }
    return take(r, '}') || fail(r, FEEL_WORD("} is missing"));
}

static bool read_quantifier(Reader *r)
{
    char c = next(r);
    if (ends(r) || (c != '?' && c != '*' && c != '+' && c != '{'))
        return true;
    r->at++;
    if (c != '{')
        buf_char(&r->out, c);
    else if (!read_braces(r))
        return false;
    if (take(r, '?'))
        buf_char(&r->out, '?');
    return true;
}

static bool read_branches(Reader *r)
{
    while (!ends(r) && next(r) != ')') {
        if (r->out.failed)
            return fail(r, FEEL_WORD("the pattern is too long"));
        if (take(r, '|')) {
            buf_char(&r->out, '|');
            continue;
        }
        if (!read_atom(r) || !read_quantifier(r))
            return false;
    }
    return true;
}

/* ---- flags ---- */

bool regex_flags(Str flags, RegexFlags *ret, Str *ret_bad)
{
    *ret = (RegexFlags){ 0 };
    for (size_t i = 0; i < flags.n;) {
        size_t from = i;
        switch (str_next(flags, &i)) {
        case 's': ret->dot_all = true; break;
        case 'm': ret->multi_line = true; break;
        case 'i': ret->ignore_case = true; break;
        case 'x': ret->without_spaces = true; break;
        case 'q': ret->literal = true; break;
        default: *ret_bad = str_slice(flags, from, i); return false;
        }
    }
    return true;
}

/* Flag x removes white space everywhere but in classes, even behind a backslash. */
static Str without_spaces(Arena *arena, Str pattern)
{
    char *out = arena_alloc(arena, pattern.n + 1);
    size_t n = 0;
    int depth = 0;
    bool escaped = false;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (space && depth == 0)
            continue;
        out[n++] = c;
        if (!escaped && c == '[')
            depth++;
        else if (!escaped && c == ']' && depth > 0)
            depth--;
        escaped = c == '\\' && !escaped;
    }
    return (Str){ out, n };
}

bool regex_translate(Arena *arena, Str pattern, RegexFlags flags, RegexPattern *ret)
{
    *ret = (RegexPattern){ 0 };
    Reader r = { .arena = arena, .in = pattern, .flags = flags };
    if (flags.without_spaces && !flags.literal)
        r.in = without_spaces(arena, pattern);
    buf_init(&r.out, TEXT_MAX);
    bool ok = true;
    if (flags.literal)
        for (; r.at < r.in.n;)
            put_char(&r, str_next(r.in, &r.at));
    else
        ok = read_branches(&r) && (ends(&r) || fail(&r, FEEL_WORD("a ) without ( needs a \\")));
    if (ok && r.out.failed)
        ok = fail(&r, FEEL_WORD("the pattern is too long"));
    ret->text = buf_to_arena(&r.out, arena);
    ret->groups = r.groups;
    ret->why = r.why;
    ret->at = r.why ? str_code_points(str_slice(r.in, 0, r.why_at)) + 1 : 0;
    buf_free(&r.out);
    return ok;
}
