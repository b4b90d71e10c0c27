/* table_cell.c - what spreadsheets do to FEEL: full-width signs, bare words, bare dates. */
#include "core/dmn/table_cell.h"

#include <string.h>

#include "base/date.h"

typedef struct Sign {
    uint32_t code_point;
    const char *plain;
} Sign;

/* What an input method or a spreadsheet puts in place of a plain sign, where only one can be meant. */
static const Sign SIGNS[] = {
    { 0x2013, "-" },  { 0x2014, "-" },  { 0x201C, "\"" }, { 0x201D, "\"" }, { 0x2212, "-" }, { 0x2260, "!=" },
    { 0x2264, "<=" }, { 0x2265, ">=" }, { 0x2266, "<=" }, { 0x2267, ">=" }, { 0x3000, " " }, { 0xFF01, "!" },
    { 0xFF02, "\"" }, { 0xFF08, "(" },  { 0xFF09, ")" },  { 0xFF0A, "*" },  { 0xFF0B, "+" }, { 0xFF0C, "," },
    { 0xFF0D, "-" },  { 0xFF0E, "." },  { 0xFF0F, "/" },  { 0xFF1A, ":" },  { 0xFF1C, "<" }, { 0xFF1D, "=" },
    { 0xFF1E, ">" },  { 0xFF1F, "?" },  { 0xFF3B, "[" },  { 0xFF3D, "]" },  { 0xFF5B, "{" }, { 0xFF5C, "|" },
    { 0xFF5D, "}" },
};

/* What could mean several things, and what to write instead. */
static const Sign REFUSED[] = {
    { '%', "'%' is not FEEL: write 0.05 for 5 per cent" },
    { 0xFF05, "a per cent sign is not FEEL: write 0.05 for 5 per cent" },
    { '~', "'~' is not FEEL: write [2..5] for 2 to 5, [2..5) to leave out 5" },
    { 0xFF5E, "a wave dash is not FEEL: write [2..5] for 2 to 5, [2..5) to leave out 5" },
    { 0x301C, "a wave dash is not FEEL: write [2..5] for 2 to 5, [2..5) to leave out 5" },
    { 0x3001, "an ideographic comma is not FEEL: write a comma between values" },
    { 0x2018, "single quotes are not FEEL: write \"text\", or make it a column of words" },
    { 0x2019, "single quotes are not FEEL: write \"text\", or make it a column of words" },
    { 0xFF04, "write amounts as plain numbers" },
    { 0xFFE5, "write amounts as plain numbers" },
};

#define WIDE_BLANK "\xE3\x80\x80" /* U+3000 */
#define WIDE_OPEN  "\xEF\xBC\x88" /* U+FF08 */
#define WIDE_CLOSE "\xEF\xBC\x89" /* U+FF09 */

enum { DASH = '-', CURLY_OPEN = 0x201C, CURLY_CLOSE = 0x201D };

static const char *sign_for(const Sign *signs, size_t n, uint32_t code_point)
{
    for (size_t i = 0; i < n; i++)
        if (signs[i].code_point == code_point)
            return signs[i].plain;
    return NULL;
}

/* White space of any width off both ends, and the apostrophe by which a spreadsheet (and our own CSV writer) keeps a
 * cell from becoming a formula. */
static Str cell_text(Str cell)
{
    for (Str before = STR_NONE; before.n != cell.n || before.p != cell.p;) {
        before = cell;
        cell = str_trim(cell);
        if (str_starts(cell, STR(WIDE_BLANK)))
            cell = str_slice(cell, 3, cell.n);
        if (str_ends(cell, STR(WIDE_BLANK)))
            cell = str_slice(cell, 0, cell.n - 3);
    }
    return str_starts(cell, STR("'")) ? str_slice(cell, 1, cell.n) : cell;
}

static bool is_dash(Str cell)
{
    if (cell.n == 0)
        return false;
    size_t at = 0;
    uint32_t c = str_next(cell, &at);
    const char *plain = sign_for(SIGNS, ARRAY_LEN(SIGNS), c);
    return at == cell.n && (c == DASH || (plain && plain[0] == DASH));
}

/* At most 2 * text.n + 2 bytes. */
static size_t quote(char *p, Str text)
{
    size_t n = 0;
    p[n++] = '"';
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"' || c == '\\')
            p[n++] = '\\';
        if (c == '\n' || c == '\r' || c == '\t') {
            p[n++] = '\\';
            c = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
        }
        p[n++] = c;
    }
    p[n++] = '"';
    return n;
}

Str table_cell_quoted(Arena *arena, Str text)
{
    char *p = arena_alloc(arena, 2 * text.n + 2);
    return (Str){ p, quote(p, text) };
}

/* ---- dates ---- */

static bool digit(Str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static int number_at(Str s, size_t *at, size_t max_digits)
{
    int value = 0;
    for (size_t i = 0; i < max_digits && digit(s, *at); i++)
        value = value * 10 + (s.p[(*at)++] - '0');
    return value;
}

/* Y-M-D or Y/M/D at `from`, with nothing of a number around it. */
static bool date_at(Str s, size_t from, size_t *ret_to, Civil *ret)
{
    size_t at = from;
    if (!digit(s, at) || (from > 0 && digit(s, from - 1)))
        return false;
    Civil c = { .year = number_at(s, &at, 4) };
    char separator = at < s.n ? s.p[at] : 0;
    if (at != from + 4 || (separator != '-' && separator != '/') || !digit(s, ++at))
        return false;
    c.month = number_at(s, &at, 2);
    if (at >= s.n || s.p[at] != separator || !digit(s, ++at))
        return false;
    c.day = number_at(s, &at, 2);
    *ret_to = at;
    *ret = c;
    return !digit(s, at);
}

static const char NO_SUCH_DAY[] = "there is no such day";

static Str date_literal(Arena *arena, Civil c)
{
    return arena_printf(arena, "@\"%04d-%02d-%02d\"", c.year, c.month, c.day);
}

const char *table_cell_date(Arena *arena, Str cell, Str *ret)
{
    Civil c;
    size_t to;
    cell = cell_text(cell);
    if (!date_at(cell, 0, &to, &c) || to != cell.n)
        return "a date is written 2024-01-31";
    if (!civil_is_valid(c))
        return NO_SUCH_DAY;
    *ret = date_literal(arena, c);
    return NULL;
}

/* ---- FEEL ---- */

typedef struct Cleaner {
    Arena *arena;
    CellRules rules;
    Str in;
    size_t at;
    char *out;
    size_t n;
} Cleaner;

static void put(Cleaner *c, Str s)
{
    memcpy(c->out + c->n, s.p, s.n);
    c->n += s.n;
}

/* What stands between quotes is kept; quotes of typographers become plain ones. False: it does not end. */
static bool clean_string(Cleaner *c, uint32_t opened_by)
{
    put(c, STR("\""));
    for (;;) {
        size_t from = c->at;
        if (from >= c->in.n)
            return false;
        uint32_t point = str_next(c->in, &c->at);
        bool curly = opened_by == CURLY_OPEN || opened_by == CURLY_CLOSE;
        if (point == opened_by || (curly && point == CURLY_CLOSE))
            break;
        if (point == '"')
            put(c, STR("\\"));
        put(c, str_slice(c->in, from, c->at));
        if (point == '\\' && c->at < c->in.n)
            put(c, str_slice(c->in, c->at, c->at + 1)), c->at++;
    }
    put(c, STR("\""));
    return true;
}

/* "1,000" would be two values, and a spreadsheet may have put the comma there by itself. */
static bool thousands_at(Str s, size_t comma)
{
    size_t after = comma + 1;
    if (comma == 0 || !digit(s, comma - 1))
        return false;
    return digit(s, after) && digit(s, after + 1) && digit(s, after + 2) && !digit(s, after + 3);
}

static const char *clean_plain(Cleaner *c, Str piece)
{
    Civil civil;
    size_t to;
    size_t from = c->at;
    if (date_at(piece, from, &to, &civil)) {
        if (!c->rules.dates)
            return "a date in a column that is not of type date: set the column's type, or write @\"2024-01-31\"";
        if (!civil_is_valid(civil))
            return NO_SUCH_DAY;
        put(c, date_literal(c->arena, civil));
        c->at = to;
        return NULL;
    }
    if (piece.p[from] == ',' && thousands_at(piece, from))
        return "a comma within a number: write 1000 for one number, or 1, 000 with a blank for two values";
    put(c, str_slice(piece, from, from + 1));
    c->at++;
    return NULL;
}

/* Plain signs for wide ones, outside quotes. The text does not grow: each sign becomes at most as many bytes. */
static const char *plain_signs(Arena *arena, Str cell, Str *ret)
{
    Cleaner c = { .arena = arena, .in = cell, .out = arena_alloc(arena, 2 * cell.n + 2) };
    while (c.at < cell.n) {
        size_t from = c.at;
        uint32_t point = str_next(cell, &c.at);
        const char *plain = sign_for(SIGNS, ARRAY_LEN(SIGNS), point);
        const char *refused = sign_for(REFUSED, ARRAY_LEN(REFUSED), point);
        if (refused)
            return refused;
        bool is_quote = point == '"' || (plain && plain[0] == '"');
        if (is_quote && !clean_string(&c, point))
            return "a quote is opened and not closed";
        if (is_quote)
            continue;
        if (point >= 0xFF10 && point <= 0xFF19)
            c.out[c.n++] = (char)('0' + (point - 0xFF10));
        else
            put(&c, plain ? str_c(plain) : str_slice(cell, from, c.at));
    }
    *ret = (Str){ c.out, c.n };
    return NULL;
}

static const char *clean(Arena *arena, CellRules rules, Str cell, Str *ret)
{
    Str plain;
    if (str_starts(cell, STR("#")))
        return "the spreadsheet put an error here: look at the cell's formula, and make the cell text";
    bool yes = str_eq_c(cell, "TRUE");
    if (yes || str_eq_c(cell, "FALSE")) { /* how spreadsheets write them */
        *ret = yes ? STR("true") : STR("false");
        return NULL;
    }
    const char *problem = plain_signs(arena, cell, &plain);
    if (problem)
        return problem;
    /* A date of 8 characters becomes one of 13. */
    Cleaner c = { .arena = arena, .rules = rules, .in = plain, .out = arena_alloc(arena, 2 * plain.n + 16) };
    while (c.at < plain.n) {
        if (plain.p[c.at] == '"') {
            c.at++;
            (void)clean_string(&c, '"'); /* it ends: the first pass saw to that */
        } else if ((problem = clean_plain(&c, plain))) {
            return problem;
        }
    }
    *ret = (Str){ c.out, c.n };
    return NULL;
}

/* ---- words ---- */

static const char *word_list(Arena *arena, Str cell, Str *ret)
{
    char *out = arena_alloc(arena, 6 * cell.n + 4); /* each byte escaped, each word in quotes after a comma */
    size_t n = 0;
    for (Str rest = cell; rest.p;) {
        Str word = cell_text(str_cut(rest, '|', &rest));
        if (word.n == 0)
            return "a word is missing beside |";
        if (word.n > 1 && str_starts(word, STR("\"")) && str_ends(word, STR("\"")))
            return "a column of words needs no quotes";
        if (n)
            out[n++] = ',';
        n += quote(out + n, word);
    }
    *ret = (Str){ out, n };
    return NULL;
}

/* Wide bars and parentheses become plain ones; words themselves stay as they are. */
static Str plain_bars(Arena *arena, Str cell)
{
    char *out = arena_alloc(arena, cell.n);
    size_t n = 0;
    for (size_t at = 0; at < cell.n;) {
        size_t from = at;
        bool bar = str_next(cell, &at) == 0xFF5C;
        Str piece = bar ? STR("|") : str_slice(cell, from, at);
        memcpy(out + n, piece.p, piece.n);
        n += piece.n;
    }
    return (Str){ out, n };
}

static const char *word_tests(Arena *arena, Str cell, Str *ret)
{
    cell = plain_bars(arena, cell);
    if (!str_starts(cell, STR("not")))
        return word_list(arena, cell, ret);
    Str rest = str_trim(str_slice(cell, 3, cell.n));
    size_t open = str_starts(rest, STR("(")) ? 1 : str_starts(rest, STR(WIDE_OPEN)) ? 3 : 0;
    size_t close = str_ends(rest, STR(")")) ? 1 : str_ends(rest, STR(WIDE_CLOSE)) ? 3 : 0;
    if (!open || !close)
        return word_list(arena, cell, ret);
    Str list;
    const char *problem = word_list(arena, str_slice(rest, open, rest.n - close), &list);
    if (!problem)
        *ret = arena_printf(arena, "not(%.*s)", STR_ARG(list));
    return problem;
}

/* ---- entry ---- */

const char *table_cell_tests(Arena *arena, CellRules rules, Str cell, Str *ret)
{
    cell = cell_text(cell);
    if (cell.n == 0 || is_dash(cell)) {
        *ret = STR_NONE;
        return NULL;
    }
    return rules.words ? word_tests(arena, cell, ret) : clean(arena, rules, cell, ret);
}

const char *table_cell_value(Arena *arena, CellRules rules, Str cell, Str *ret)
{
    cell = cell_text(cell);
    if (cell.n && !rules.words)
        return clean(arena, rules, cell, ret);
    *ret = cell.n ? table_cell_quoted(arena, cell) : STR_NONE;
    return NULL;
}
