/* Cutting text for the index: runs of Chinese characters into overlapping pairs, runs of letters and digits into words.
 * The last character of a run also stands alone, so that every single character begins some word. */
#include "io/search/search.h"

typedef enum Script { NONE, WORD, IDEOGRAPH } Script;

/* Full-width letters and digits count as their ASCII twins; letters are made small. */
static uint32_t plain(uint32_t c)
{
    if (c >= 0xff10 && c <= 0xff5a)
        c -= 0xfee0;
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static Script script_of(uint32_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0xc0 && c < 0x250 && c != 0xd7 && c != 0xf7))
        return WORD;
    bool punctuation = (c >= 0x3000 && c < 0x3041 && c != 0x3005 && c != 0x3007) || c >= 0xff00;
    if (c >= 0x2e80 && (!punctuation || c >= 0x20000))
        return c >= 0xe000 && c < 0xf900 ? NONE : IDEOGRAPH;
    return NONE;
}

typedef struct Run {
    Script script;
    Str text; /* as it stands */
} Run;

/* The next run of one script; false at the end. */
static bool next_run(Str text, size_t *at, Run *ret)
{
    Script script = NONE;
    size_t from = *at;
    while (*at < text.n) {
        size_t before = *at;
        Script here = script_of(plain(str_next(text, at)));
        if (script == NONE) {
            script = here;
            from = before;
        } else if (here != script) {
            *at = before;
            break;
        }
    }
    *ret = (Run){ script, str_slice(text, from, *at) };
    return script != NONE;
}

static void put_word(Str word, Buf *out)
{
    for (size_t at = 0; at < word.n;)
        buf_code_point(out, plain(str_next(word, &at)));
}

static void put_pairs(Str run, bool with_last, Buf *out)
{
    size_t at = 0;
    uint32_t before = str_next(run, &at);
    while (at < run.n) {
        uint32_t c = str_next(run, &at);
        buf_code_point(out, before);
        buf_code_point(out, c);
        if (with_last || at < run.n)
            buf_char(out, ' ');
        before = c;
    }
    if (with_last)
        buf_code_point(out, before);
}

void search_cut(Str text, Buf *out)
{
    Run run;
    for (size_t at = 0; next_run(text, &at, &run);) {
        if (out->n > 0)
            buf_char(out, ' ');
        if (run.script == WORD)
            put_word(run.text, out);
        else
            put_pairs(run.text, true, out);
    }
}

static bool is_digits(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* Short numbers are years and running numbers, which are meant whole; other words are found by their beginning. */
static bool is_prefix(const Run *run)
{
    enum { NUMBER_DIGITS = 5 };
    if (run->script == IDEOGRAPH)
        return str_code_points(run->text) == 1;
    return !is_digits(run->text) || run->text.n > NUMBER_DIGITS;
}

void search_phrase(Str query, Buf *out)
{
    Run run;
    for (size_t at = 0; next_run(query, &at, &run);) {
        buf_c(out, out->n > 0 ? " AND \"" : "\"");
        if (run.script == WORD || str_code_points(run.text) == 1)
            put_word(run.text, out);
        else
            put_pairs(run.text, false, out);
        buf_c(out, is_prefix(&run) ? "\"*" : "\"");
    }
}
