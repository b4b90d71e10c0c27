/* builtin_regex.c - matches(), replace(), split() through PCRE2, whose syntax contains nearly all of XPath's.
 *
 * Patterns come from packs, but what they are matched against comes from anyone: backtracking has a limit, and memory
 * is the evaluation's arena. Not supported: subtraction in character classes, block escapes such as \p{IsGreek}. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "core/feel/feel_internal.h"

enum {
    MATCH_LIMIT = 50000,
    HEAP_LIMIT_KIB = 4096,
    PATTERN_MAX = 4096,
    STEPS_PER_MATCH = 100,
    STEPS_OF_A_LIMIT = 20000
};

typedef struct Regex {
    FeelEval *ev;
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *match;
    Str subject;
    PCRE2_SIZE *found;
    int groups;
    FeelValue null;
} Regex;

static void *take(PCRE2_SIZE bytes, void *arena)
{
    return arena_alloc(arena, bytes);
}

static void give_back(void *p, void *arena)
{
    (void)p;
    (void)arena;
}

static bool read_flags(FeelValue v, uint32_t *ret)
{
    *ret = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_UTF_CHECK;
    if (v.type == FEEL_NULL)
        return true;
    for (uint32_t i = 0; i < v.n; i++) {
        switch (v.as.s[i]) {
        case 's': *ret |= PCRE2_DOTALL; break;
        case 'm': *ret |= PCRE2_MULTILINE; break;
        case 'i': *ret |= PCRE2_CASELESS; break;
        case 'x': break; /* see without_spaces */
        case 'q': *ret |= PCRE2_LITERAL; break;
        default: return false;
        }
    }
    if (*ret & PCRE2_LITERAL)
        *ret &= PCRE2_LITERAL | PCRE2_CASELESS | PCRE2_UTF | PCRE2_NO_UTF_CHECK;
    return true;
}

static bool has_flag(FeelValue flags, char flag)
{
    return flags.type == FEEL_STRING && memchr(flags.as.s, flag, flags.n);
}

/* Flag x in XPath removes white space everywhere but in character classes, even behind a backslash. */
static Str without_spaces(Arena *arena, Str pattern)
{
    char *out = arena_alloc(arena, pattern.n);
    size_t n = 0;
    bool in_class = false;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        bool escaped = i > 0 && pattern.p[i - 1] == '\\';
        if (!escaped && (c == '[' || c == ']'))
            in_class = c == '[';
        if (in_class || (c != ' ' && c != '\t' && c != '\n' && c != '\r'))
            out[n++] = c;
    }
    return (Str){ out, n };
}

/* On false r->null says why. */
static bool compile(FeelEval *ev, FeelValue subject, FeelValue pattern, FeelValue flags, Regex *r)
{
    uint32_t options;
    int code;
    PCRE2_SIZE at;
    *r = (Regex){ .ev = ev, .subject = feel_to_str(subject) };
    r->null = eval_null(ev, "the pattern is no regular expression");
    if (pattern.n > PATTERN_MAX || !read_flags(flags, &options) || !eval_charge(ev, STEPS_PER_MATCH + pattern.n))
        return false;
    pcre2_general_context *memory = pcre2_general_context_create(take, give_back, ev->arena);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    Str text = feel_to_str(pattern);
    if (has_flag(flags, 'x'))
        text = without_spaces(ev->arena, text);
    r->code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &code, &at, context);
    if (!r->code)
        return false;
    r->limits = pcre2_match_context_create(memory);
    pcre2_set_match_limit(r->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(r->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KIB);
    r->match = pcre2_match_data_create_from_pattern(r->code, memory);
    r->found = pcre2_get_ovector_pointer(r->match);
    return true;
}

/* -1 on a limit (r->null says which), 0 no match, 1 found. */
static int find(Regex *r, size_t from)
{
    if (!eval_charge(r->ev, STEPS_PER_MATCH + (r->subject.n - from) / FEEL_BYTES_PER_STEP)) {
        r->null = eval_null(r->ev, "");
        return -1;
    }
    PCRE2_SPTR text = (PCRE2_SPTR)(r->subject.n ? r->subject.p : "");
    int rc = pcre2_match(r->code, text, r->subject.n, from, 0, r->match, r->limits);
    if (rc > 0) {
        r->groups = rc;
        /* \K in a lookahead could report an end before its start. */
        return r->found[0] <= r->found[1] ? 1 : 0;
    }
    if (rc == PCRE2_ERROR_NOMATCH)
        return 0;
    (void)eval_charge(r->ev, STEPS_OF_A_LIMIT);
    r->null = eval_null(r->ev, "the limit of 50000 steps for matching a pattern was reached");
    return -1;
}

static FeelValue optional(const FeelValue *args, size_t n, size_t i)
{
    return i < n ? args[i] : feel_null();
}

static FeelValue fn_matches(FeelEval *ev, const FeelValue *args, size_t n)
{
    Regex r;
    if (!compile(ev, args[0], args[1], optional(args, n, 2), &r))
        return r.null;
    int found = find(&r, 0);
    return found < 0 ? r.null : feel_bool(found > 0);
}

/* XPath 3.1, 5.6.4: $n stands for a group, \$ and \\ for themselves; everything else that has $ or \ is an error. */
static bool put_replacement(Buf *out, const Regex *r, Str with)
{
    for (size_t i = 0; i < with.n; i++) {
        char c = with.p[i];
        char next = i + 1 < with.n ? with.p[i + 1] : '\0';
        if (c != '$' && c != '\\') {
            buf_char(out, c);
            continue;
        }
        i++;
        if (c == '\\' && (next == '$' || next == '\\')) {
            buf_char(out, next);
            continue;
        }
        if (c == '\\' || next < '0' || next > '9')
            return false;
        int group = next - '0';
        if (group < r->groups && r->found[2 * group] != PCRE2_UNSET)
            buf_str(out, str_slice(r->subject, r->found[2 * group], r->found[2 * group + 1]));
    }
    return true;
}

static FeelValue replace_all(Regex *r, Str with, bool literal, Buf *out)
{
    size_t at = 0;
    int found;
    while ((found = find(r, at)) > 0 && !out->failed) {
        if (r->found[0] == r->found[1])
            return eval_null(r->ev, "the pattern matches the empty string");
        buf_str(out, str_slice(r->subject, at, r->found[0]));
        if (literal)
            buf_str(out, with);
        else if (!put_replacement(out, r, with))
            return eval_null(r->ev, "the replacement has $ or \\ without a group's number");
        at = r->found[1];
    }
    if (found < 0)
        return r->null;
    buf_str(out, str_slice(r->subject, at, r->subject.n));
    if (out->failed)
        return eval_stop(r->ev, "the limit of 1 MiB for a string was reached");
    return eval_string(r->ev, out->p, out->n);
}

static FeelValue fn_replace(FeelEval *ev, const FeelValue *args, size_t n)
{
    Regex r;
    FeelValue flags = optional(args, n, 3);
    if (!compile(ev, args[0], args[1], flags, &r))
        return r.null;
    bool literal = has_flag(flags, 'q');
    Buf out;
    buf_init(&out, FEEL_STRING_MAX + 1);
    FeelValue v = replace_all(&r, feel_to_str(args[2]), literal, &out);
    buf_free(&out);
    return v;
}

static FeelValue fn_split(FeelEval *ev, const FeelValue *args, size_t n)
{
    Regex r;
    if (!compile(ev, args[0], args[1], optional(args, n, 2), &r))
        return r.null;
    FeelValue *parts = NULL;
    size_t count = 0;
    size_t cap = 0;
    size_t at = 0;
    int found;
    while ((found = find(&r, at)) > 0) {
        if (r.found[0] == r.found[1])
            return eval_null(ev, "the pattern matches the empty string");
        *ARENA_PUSH(ev->arena, parts, count, cap) = feel_str(str_slice(r.subject, at, r.found[0]));
        at = r.found[1];
    }
    if (found < 0)
        return r.null;
    *ARENA_PUSH(ev->arena, parts, count, cap) = feel_str(str_slice(r.subject, at, r.subject.n));
    return feel_list(ev->arena, parts, count);
}

static const Builtin ROWS[] = {
    { "matches", "input,pattern,flags", "sss", 2, 3, fn_matches },
    { "replace", "input,pattern,replacement,flags", "ssss", 3, 4, fn_replace },
    { "split", "string,delimiter,flags", "sss", 2, 3, fn_split },
    { 0 },
};
const BuiltinTable builtin_regex_table = BUILTIN_TABLE(ROWS);
