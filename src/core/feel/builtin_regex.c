/* builtin_regex.c - matches(), replace(), split(): patterns as regex.c writes them, run by PCRE2.
 *
 * Patterns come from packs, but what they are matched against comes from anyone, so what matching costs is bounded and
 * charged. PCRE2's own limit counts anew at each place where a match could begin, which would make it no limit for a
 * long text; hence tiers: first the whole text with few steps at each place, which nearly always suffices, then place
 * by place with more. Memory is malloc's while a function runs: PCRE2 may need megabytes to go back. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "core/feel/feel_internal.h"
#include "core/feel/regex.h"

enum {
    HEAP_LIMIT_KIB = 4096,
    PATTERN_MAX = 4096,
    STEPS_PER_PATTERN = 100,
    STEPS_PER_MATCH = 10,
    TRANSLATED_BYTES_PER_STEP = 8,
    SCAN_LIMIT = 32, /* of PCRE2 at each place of the text */
    SCAN_BYTES_PER_STEP = 4
};

/* What is tried at one place, and what that costs. */
typedef struct Tier {
    uint32_t limit;
    uint32_t steps;
} Tier;

static const Tier TIERS[] = { { 100, 10 }, { 2000, 200 }, { 50000, 5000 } };

typedef struct Regex {
    FeelEval *ev;
    pcre2_code *code;
    pcre2_match_context *limits;
    pcre2_match_data *match;
    Str subject;
    PCRE2_SIZE *found;
    RegexFlags flags;
    int groups; /* of the pattern */
    int set;    /* groups known of the last match, with the whole as 0 */
    FeelValue null;
} Regex;

static uint32_t options_of(RegexFlags flags)
{
    uint32_t options =
        PCRE2_UTF | PCRE2_UCP | PCRE2_DOTALL | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_UTF_CHECK;
    return flags.ignore_case ? options | PCRE2_CASELESS : options;
}

/* On false r->null says why. */
static bool translate(Regex *r, FeelValue pattern, FeelValue flags, RegexPattern *ret)
{
    FeelEval *ev = r->ev;
    Str bad;
    if (pattern.n > PATTERN_MAX) {
        r->null = eval_null(ev, "a pattern has at most 4096 bytes");
        return false;
    }
    if (!regex_flags(flags.type == FEEL_STRING ? feel_to_str(flags) : STR(""), &r->flags, &bad)) {
        r->null = feel_null_because(ev, "'%.*s' is no flag of a pattern (s m i x q)", STR_ARG(bad));
        return false;
    }
    if (regex_translate(ev->arena, feel_to_str(pattern), r->flags, ret))
        return true;
    r->null = feel_null_because(ev, "the pattern is no regular expression: at character %zu %s", ret->at, ret->why);
    return false;
}

/* On false r->null says why. */
static bool compile(FeelEval *ev, FeelValue subject, FeelValue pattern, FeelValue flags, Regex *r)
{
    RegexPattern translated;
    int code;
    PCRE2_SIZE at;
    *r = (Regex){ .ev = ev, .subject = feel_to_str(subject) };
    if (!eval_charge(ev, STEPS_PER_PATTERN + pattern.n)) {
        r->null = eval_stopped(ev);
        return false;
    }
    if (!translate(r, pattern, flags, &translated))
        return false;
    r->groups = translated.groups;
    if (!eval_charge(ev, translated.text.n / TRANSLATED_BYTES_PER_STEP)) {
        r->null = eval_stopped(ev);
        return false;
    }
    r->code = pcre2_compile((PCRE2_SPTR)translated.text.p, translated.text.n, options_of(r->flags), &code, &at, NULL);
    r->limits = r->code ? pcre2_match_context_create(NULL) : NULL;
    r->match = r->limits ? pcre2_match_data_create_from_pattern(r->code, NULL) : NULL;
    if (!r->match) {
        r->null = eval_null(ev, "the pattern is too large");
        return false;
    }
    pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KIB);
    r->found = pcre2_get_ovector_pointer(r->match);
    return true;
}

static void finish(Regex *r)
{
    pcre2_match_data_free(r->match);
    pcre2_match_context_free(r->limits);
    pcre2_code_free(r->code);
}

enum { FOUND = 1, NOT_FOUND = 0, LIMIT_REACHED = -1 };

static int run(Regex *r, size_t from, uint32_t limit, uint32_t options)
{
    PCRE2_SPTR text = (PCRE2_SPTR)(r->subject.n ? r->subject.p : "");
    pcre2_set_match_limit(r->limits, limit);
    pcre2_set_depth_limit(r->limits, limit);
    int rc = pcre2_match(r->code, text, r->subject.n, from, options | PCRE2_NO_UTF_CHECK, r->match, r->limits);
    r->set = rc;
    return rc > 0 ? FOUND : rc == PCRE2_ERROR_NOMATCH ? NOT_FOUND : LIMIT_REACHED;
}

static int stopped(Regex *r)
{
    r->null = eval_stopped(r->ev);
    return LIMIT_REACHED;
}

static int find_here(Regex *r, size_t at)
{
    for (size_t i = 0; i < ARRAY_LEN(TIERS); i++) {
        if (!eval_charge(r->ev, TIERS[i].steps))
            return stopped(r);
        int found = run(r, at, TIERS[i].limit, PCRE2_ANCHORED);
        if (found != LIMIT_REACHED)
            return found;
    }
    r->null = eval_null(r->ev, "the limit of 50000 steps for matching a pattern was reached");
    return LIMIT_REACHED;
}

/* LIMIT_REACHED: r->null says which limit. */
static int find(Regex *r, size_t from)
{
    int found = run(r, from, SCAN_LIMIT, 0);
    size_t scanned = (found == FOUND ? r->found[1] : r->subject.n) - from;
    if (!eval_charge(r->ev, STEPS_PER_MATCH + scanned / SCAN_BYTES_PER_STEP))
        return stopped(r);
    for (size_t at = from; found == LIMIT_REACHED;) {
        found = find_here(r, at);
        if (found != NOT_FOUND || at >= r->subject.n)
            return found;
        (void)str_next(r->subject, &at);
        found = LIMIT_REACHED;
    }
    return found;
}

static FeelValue optional(const FeelValue *args, size_t n, size_t i)
{
    return i < n ? args[i] : feel_null();
}

static FeelValue fn_matches(FeelEval *ev, const FeelValue *args, size_t n)
{
    Regex r;
    bool ok = compile(ev, args[0], args[1], optional(args, n, 2), &r);
    int found = ok ? find(&r, 0) : LIMIT_REACHED;
    finish(&r);
    return found == LIMIT_REACHED ? r.null : feel_bool(found == FOUND);
}

/* Of the digits after $ as many count as make the number of a group; the first always counts. */
static int group_of(const Regex *r, Str with, size_t *at)
{
    int group = 0;
    for (size_t i = *at; i < with.n && with.p[i] >= '0' && with.p[i] <= '9'; i++) {
        int longer = group * 10 + (with.p[i] - '0');
        if (i > *at && longer > r->groups)
            break;
        group = longer;
        *at = i;
        if (group == 0)
            break;
    }
    return group;
}

/* Functions and Operators 3.1, 5.6.4: $n stands for a group, \$ and \\ for themselves; other $ or \ are errors. */
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
        int group = group_of(r, with, &i);
        if (group < r->set && r->found[2 * group] != PCRE2_UNSET)
            buf_str(out, str_slice(r->subject, r->found[2 * group], r->found[2 * group + 1]));
    }
    return true;
}

/* A pattern that matches nothing at all cannot cut a text. False: r->null says so. */
static bool matches_something(Regex *r)
{
    Str subject = r->subject;
    r->subject = STR("");
    int found = find(r, 0);
    r->subject = subject;
    if (found == FOUND)
        r->null = eval_null(r->ev, "the pattern matches the empty string");
    return found == NOT_FOUND;
}

static FeelValue replace_all(Regex *r, Str with, Buf *out)
{
    size_t at = 0;
    int found;
    Buf unused;
    buf_init(&unused, FEEL_STRING_MAX);
    bool sound = r->flags.literal || put_replacement(&unused, r, with);
    buf_free(&unused);
    if (!sound)
        return eval_null(r->ev, "the replacement has $ or \\ without a group's number");
    while ((found = find(r, at)) == FOUND && !out->failed) {
        if (r->found[0] == r->found[1])
            return eval_null(r->ev, "the pattern matches the empty string");
        buf_str(out, str_slice(r->subject, at, r->found[0]));
        if (r->flags.literal)
            buf_str(out, with);
        else
            (void)put_replacement(out, r, with);
        at = r->found[1];
    }
    if (found == LIMIT_REACHED)
        return r->null;
    buf_str(out, str_slice(r->subject, at, r->subject.n));
    if (out->failed)
        return eval_stop(r->ev, "the limit of 1 MiB for a string was reached");
    return eval_string(r->ev, out->p, out->n);
}

static FeelValue fn_replace(FeelEval *ev, const FeelValue *args, size_t n)
{
    Regex r;
    Buf out;
    buf_init(&out, FEEL_STRING_MAX + 1);
    bool ok = compile(ev, args[0], args[1], optional(args, n, 3), &r) && matches_something(&r);
    FeelValue v = ok ? replace_all(&r, feel_to_str(args[2]), &out) : r.null;
    buf_free(&out);
    finish(&r);
    return v;
}

static FeelValue split_all(Regex *r)
{
    Arena *arena = r->ev->arena;
    FeelValue *parts = NULL;
    size_t count = 0;
    size_t cap = 0;
    size_t at = 0;
    int found;
    while ((found = find(r, at)) == FOUND) {
        if (r->found[0] == r->found[1])
            return eval_null(r->ev, "the pattern matches the empty string");
        *ARENA_PUSH(arena, parts, count, cap) = feel_str(str_slice(r->subject, at, r->found[0]));
        at = r->found[1];
    }
    if (found == LIMIT_REACHED)
        return r->null;
    *ARENA_PUSH(arena, parts, count, cap) = feel_str(str_slice(r->subject, at, r->subject.n));
    return feel_list(arena, parts, count);
}

static FeelValue fn_split(FeelEval *ev, const FeelValue *args, size_t n)
{
    Regex r;
    bool ok = compile(ev, args[0], args[1], optional(args, n, 2), &r) && matches_something(&r);
    FeelValue v = ok ? split_all(&r) : r.null;
    finish(&r);
    return v;
}

static const Builtin ROWS[] = {
    { "matches", "input,pattern,flags", "sss", 2, 3, fn_matches },
    { "replace", "input,pattern,replacement,flags", "ssss", 3, 4, fn_replace },
    { "split", "string,delimiter,flags", "sss", 2, 3, fn_split },
    { 0 },
};
const BuiltinTable builtin_regex_table = BUILTIN_TABLE(ROWS);
