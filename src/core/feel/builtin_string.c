/* builtin_string.c - functions on strings (DMN 1.5, table 75), counting in characters. */
#include <string.h>

#include "core/feel/feel_internal.h"

static size_t offset_of(Str s, int64_t characters)
{
    size_t at = 0;
    while (characters-- > 0 && at < s.n)
        (void)str_next(s, &at);
    return at;
}

static FeelValue fn_substring(FeelEval *ev, const FeelValue *args, size_t n)
{
    Str s = feel_to_str(args[0]);
    int64_t count = (int64_t)str_code_points(s);
    int64_t start = 0;
    int64_t length = count;
    (void)value_to_i64(args[1], &start);
    if (n > 2 && args[2].type != FEEL_NULL)
        (void)value_to_i64(args[2], &length);
    if (start == 0 || start > count || start < -count)
        return eval_null(ev, "the start position is outside the string");
    if (n > 2 && args[2].type != FEEL_NULL && length < 1)
        return eval_null(ev, "the length must be at least 1");
    int64_t from = start > 0 ? start - 1 : count + start;
    length = length > count - from ? count - from : length;
    size_t first = offset_of(s, from);
    Str rest = str_slice(s, first, s.n);
    return feel_str(str_slice(rest, 0, offset_of(rest, length)));
}

static FeelValue fn_length(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    return feel_int((int64_t)str_code_points(feel_to_str(args[0])));
}

/* ---- case: the scripts that have it and in which a letter stays one letter of the same length in UTF-8 ---- */

typedef struct CaseRange {
    uint32_t upper_first;
    uint32_t upper_last;
    uint32_t distance; /* from upper to lower; 1: the two alternate, upper even unless odd_upper */
    bool odd_upper;
} CaseRange;

static const CaseRange CASES[] = {
    { 'A', 'Z', 32, false },         { 0xC0, 0xD6, 32, false },    { 0xD8, 0xDE, 32, false },
    { 0x100, 0x12F, 1, false },      { 0x132, 0x137, 1, false },   { 0x139, 0x148, 1, true },
    { 0x14A, 0x177, 1, false },      { 0x179, 0x17E, 1, true },    { 0x386, 0x386, 38, false },
    { 0x388, 0x38A, 37, false },     { 0x391, 0x3A1, 32, false },  { 0x3A3, 0x3AB, 32, false },
    { 0x400, 0x40F, 80, false },     { 0x410, 0x42F, 32, false },  { 0x460, 0x481, 1, false },
    { 0x48A, 0x4BF, 1, false },      { 0x4D0, 0x52F, 1, false },   { 0x531, 0x556, 48, false },
    { 0x1E00, 0x1E95, 1, false },    { 0x1EA0, 0x1EFF, 1, false }, { 0xFF21, 0xFF3A, 32, false },
    { 0x10400, 0x10427, 40, false },
};

static uint32_t change_case(uint32_t c, bool to_upper)
{
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        const CaseRange *r = &CASES[i];
        if (r->distance == 1 && c >= r->upper_first && c <= r->upper_last) {
            bool is_upper = (c % 2 == 1) == r->odd_upper;
            return is_upper == to_upper ? c : is_upper ? c + 1 : c - 1;
        }
        if (!to_upper && c >= r->upper_first && c <= r->upper_last)
            return c + r->distance;
        if (to_upper && c >= r->upper_first + r->distance && c <= r->upper_last + r->distance)
            return c - r->distance;
    }
    return c;
}

static FeelValue with_case(FeelEval *ev, Str s, bool to_upper)
{
    Buf out;
    buf_init(&out, FEEL_STRING_MAX * 2);
    for (size_t i = 0; i < s.n;)
        buf_code_point(&out, change_case(str_next(s, &i), to_upper));
    FeelValue v = eval_string(ev, out.p, out.n);
    buf_free(&out);
    return v;
}

static FeelValue fn_upper(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return with_case(ev, feel_to_str(args[0]), true);
}

static FeelValue fn_lower(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return with_case(ev, feel_to_str(args[0]), false);
}

/* ---- searching ---- */

static FeelValue fn_before(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    size_t at = str_find(feel_to_str(args[0]), feel_to_str(args[1]));
    return feel_str(at == SIZE_MAX ? STR("") : str_slice(feel_to_str(args[0]), 0, at));
}

static FeelValue fn_after(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    Str s = feel_to_str(args[0]);
    size_t at = str_find(s, feel_to_str(args[1]));
    return feel_str(at == SIZE_MAX ? STR("") : str_slice(s, at + args[1].n, s.n));
}

static FeelValue fn_contains(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    return feel_bool(str_find(feel_to_str(args[0]), feel_to_str(args[1])) != SIZE_MAX);
}

static FeelValue fn_starts(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    return feel_bool(str_starts(feel_to_str(args[0]), feel_to_str(args[1])));
}

static FeelValue fn_ends(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    return feel_bool(str_ends(feel_to_str(args[0]), feel_to_str(args[1])));
}

/* ---- joining ---- */

static Str text_or_empty(FeelValue v)
{
    return v.type == FEEL_STRING ? feel_to_str(v) : STR("");
}

static FeelValue fn_join(FeelEval *ev, const FeelValue *args, size_t n)
{
    const FeelList *list = args[0].as.list;
    Str delimiter = n > 1 ? text_or_empty(args[1]) : STR("");
    bool any = false;
    Buf out;
    buf_init(&out, FEEL_STRING_MAX + 1);
    if (n > 2)
        buf_str(&out, text_or_empty(args[2]));
    for (size_t i = 0; i < list->n && !out.failed; i++) {
        if (list->items[i].type == FEEL_NULL)
            continue; /* null items are left out */
        if (list->items[i].type != FEEL_STRING) {
            buf_free(&out);
            return eval_null(ev, "string join() takes a list of strings");
        }
        if (any)
            buf_str(&out, delimiter);
        any = true;
        buf_str(&out, feel_to_str(list->items[i]));
    }
    if (n > 3)
        buf_str(&out, text_or_empty(args[3]));
    FeelValue v =
        out.failed ? eval_stop(ev, "the limit of 1 MiB for a string was reached") : eval_string(ev, out.p, out.n);
    buf_free(&out);
    return v;
}

static const Builtin ROWS[] = {
    { "substring", "string,start position,length", "sii", 2, 3, fn_substring },
    { "string length", "string", "s", 1, 1, fn_length },
    { "upper case", "string", "s", 1, 1, fn_upper },
    { "lower case", "string", "s", 1, 1, fn_lower },
    { "substring before", "string,match", "ss", 2, 2, fn_before },
    { "substring after", "string,match", "ss", 2, 2, fn_after },
    { "contains", "string,match", "ss", 2, 2, fn_contains },
    { "starts with", "string,match", "ss", 2, 2, fn_starts },
    { "ends with", "string,match", "ss", 2, 2, fn_ends },
    { "string join", "list,delimiter", "ls", 1, 2, fn_join },
    { "string join", "list,delimiter,prefix,suffix", "lsss", 4, 4, fn_join },
    { 0 },
};
const BuiltinTable builtin_string_table = BUILTIN_TABLE(ROWS);
