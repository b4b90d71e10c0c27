/* builtin_string.c - functions on strings (DMN 1.5, table 75), counting in characters. */
#include <string.h>

#include "core/feel/case.h"
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

/* ---- case ---- */

typedef struct Case {
    const CaseRange *ranges;
    size_t n;
    const CaseSpecial *specials;
    size_t n_specials;
} Case;

static const CaseSpecial *special_of(const Case *to, uint32_t c)
{
    for (size_t i = 0; i < to->n_specials; i++)
        if (to->specials[i].letter == c)
            return &to->specials[i];
    return NULL;
}

static uint32_t letter_of(const Case *to, uint32_t c)
{
    size_t low = 0;
    size_t high = to->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const CaseRange *r = &to->ranges[middle];
        if (c >= r->first && c <= r->last)
            return (c - r->first) % r->step == 0 ? (uint32_t)((int32_t)c + r->distance) : c;
        if (c < r->first)
            high = middle;
        else
            low = middle + 1;
    }
    return c;
}

static void put_in_case(Buf *out, const Case *to, uint32_t c)
{
    uint32_t letter = letter_of(to, c);
    const CaseSpecial *special = c < 0x80 || letter != c ? NULL : special_of(to, c);
    if (!special) {
        buf_code_point(out, letter);
        return;
    }
    for (size_t i = 0; i < CASE_LETTERS_MAX && special->letters[i]; i++)
        buf_code_point(out, special->letters[i]);
}

static FeelValue with_case(FeelEval *ev, Str s, const Case *to)
{
    Buf out;
    buf_init(&out, FEEL_STRING_MAX + 1);
    for (size_t i = 0; i < s.n;)
        put_in_case(&out, to, str_next(s, &i));
    FeelValue v =
        out.failed ? eval_stop(ev, "the limit of 1 MiB for a string was reached") : eval_string(ev, out.p, out.n);
    buf_free(&out);
    return v;
}

static FeelValue fn_upper(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const Case upper = { case_upper, case_upper_n, case_upper_special, case_upper_special_n };
    return with_case(ev, feel_to_str(args[0]), &upper);
}

static FeelValue fn_lower(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const Case lower = { case_lower, case_lower_n, case_lower_special, case_lower_special_n };
    return with_case(ev, feel_to_str(args[0]), &lower);
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
