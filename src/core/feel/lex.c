/* lex.c - text to tokens, on demand, with the mistakes people make on Chinese keyboards explained. */
#include <string.h>

#include "core/feel/feel_internal.h"

typedef struct CodePointRange {
    uint32_t first;
    uint32_t last;
} CodePointRange;

static bool in_ranges(const CodePointRange *ranges, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* DMN 1.5, 10.3.1.2, rules 28 and 29, less CJK and full-width punctuation: those are operators typed in the wrong
 * width far more often than parts of a name. */
static const CodePointRange NAME_START[] = {
    { 'A', 'Z' },       { 'a', 'z' },       { '_', '_' },         { '?', '?' },       { 0xC0, 0xD6 },
    { 0xD8, 0xF6 },     { 0xF8, 0x2FF },    { 0x370, 0x37D },     { 0x37F, 0x167F },  { 0x1681, 0x180D },
    { 0x180F, 0x1FFF }, { 0x200C, 0x200D }, { 0x2070, 0x218F },   { 0x2C00, 0x2FEF }, { 0x3004, 0x3007 },
    { 0x3012, 0x3013 }, { 0x301E, 0xD7FF }, { 0xF900, 0xFDCF },   { 0xFDF0, 0xFEFE }, { 0xFF21, 0xFF3A },
    { 0xFF41, 0xFF5A }, { 0xFF66, 0xFFDC }, { 0x10000, 0xEFFFF },
};
static const CodePointRange NAME_PART[] = { { '0', '9' }, { 0xB7, 0xB7 }, { 0x300, 0x36F }, { 0x203F, 0x2040 } };
static const CodePointRange SPACE[] = {
    { 0x9, 0xD },       { ' ', ' ' },       { 0x85, 0x85 },     { 0xA0, 0xA0 },
    { 0x1680, 0x1680 }, { 0x180E, 0x180E }, { 0x2000, 0x200B }, { 0x2028, 0x2029 },
    { 0x202F, 0x202F }, { 0x205F, 0x205F }, { 0x3000, 0x3000 }, { 0xFEFF, 0xFEFF },
};

bool lex_name_start(uint32_t c)
{
    return in_ranges(NAME_START, ARRAY_LEN(NAME_START), c);
}

bool lex_name_part(uint32_t c)
{
    return lex_name_start(c) || in_ranges(NAME_PART, ARRAY_LEN(NAME_PART), c);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool at(Str text, uint32_t i, char c)
{
    return i < text.n && text.p[i] == c;
}

static uint32_t peek(Str text, uint32_t i, uint32_t *ret_next)
{
    if (i >= text.n) {
        *ret_next = i;
        return 0;
    }
    size_t next = i;
    uint32_t c = str_next(text, &next);
    *ret_next = (uint32_t)next;
    return c;
}

/* An unclosed comment runs to the end of the text. */
static uint32_t skip_comment(Str text, uint32_t i)
{
    bool line = at(text, i + 1, '/');
    size_t end = str_find(str_slice(text, i + 2, text.n), line ? STR("\n") : STR("*/"));
    if (end == SIZE_MAX)
        return (uint32_t)text.n;
    return i + 2 + (uint32_t)end + (line ? 1 : 2);
}

/* The first byte of a white space or a comment: told quickly, as it is asked at each character of a name. */
static bool may_be_space(char c)
{
    unsigned char b = (unsigned char)c;
    return b <= ' ' || b == '/' || b == 0xC2 || (b >= 0xE1 && b <= 0xE3) || b == 0xEF;
}

uint32_t lex_skip_space(Str text, uint32_t i)
{
    while (i < text.n && may_be_space(text.p[i])) {
        if (at(text, i, '/') && (at(text, i + 1, '/') || at(text, i + 1, '*'))) {
            i = skip_comment(text, i);
            continue;
        }
        uint32_t next;
        if (!in_ranges(SPACE, ARRAY_LEN(SPACE), peek(text, i, &next)))
            break;
        i = next;
    }
    return i;
}

static const char *const KEYWORDS[] = { "and", "between",  "else",      "every", "external", "false",
                                        "for", "function", "if",        "in",    "instance", "null",
                                        "or",  "return",   "satisfies", "some",  "then",     "true" };

bool lex_keyword(Str word)
{
    for (size_t i = 0; i < ARRAY_LEN(KEYWORDS); i++)
        if (str_eq_c(word, KEYWORDS[i]))
            return true;
    return false;
}

bool lex_same_letters(Str a, Str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i];
        char y = b.p[i];
        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return true;
}

const char *lex_keyword_meant(Str word)
{
    for (size_t i = 0; i < ARRAY_LEN(KEYWORDS); i++)
        if (lex_same_letters(word, str_c(KEYWORDS[i])))
            return KEYWORDS[i];
    return NULL;
}

bool lex_is(const Parser *p, const char *word)
{
    return p->tok.kind == TOK_WORD && str_eq_c(str_slice(p->text, p->tok.from, p->tok.to), word);
}

void lex_rewind(Parser *p, Token tok, uint32_t last_to)
{
    p->tok = tok;
    p->last_to = last_to;
}

/* ---- characters that cannot stand in FEEL ---- */

typedef struct FixIt {
    uint32_t code_point;
    const char *write;
} FixIt;

static const char *fix_it(uint32_t c)
{
    static const FixIt fixes[] = {
        { 0x201C, "\"" },      { 0x201D, "\"" },         { 0x2018, "\"" },  { 0x2019, "\"" }, { '\'', "\"" },
        { 0x300C, "\"" },      { 0x300D, "\"" },         { 0x300E, "\"" },  { 0x300F, "\"" }, { 0x3001, "," },
        { 0x3002, "." },       { 0x3008, "<" },          { 0x3009, ">" },   { 0x300A, "<" },  { 0x300B, ">" },
        { 0x3010, "[" },       { 0x3011, "]" },          { 0x3014, "(" },   { 0x3015, ")" },  { 0x2212, "-" },
        { 0x2013, "-" },       { 0x2014, "-" },          { 0xD7, "*" },     { 0xF7, "/" },    { 0x2260, "!=" },
        { 0x2264, "<=" },      { 0x2265, ">=" },         { 0x2266, "<=" },  { 0x2267, ">=" }, { 0x2026, ".." },
        { 0x2227, "and" },     { 0x2228, "or" },         { '&', "and" },    { '|', "or" },    { '!', "!=, not(...)" },
        { '%', "0.20 (20%)" }, { 0xFF05, "0.20 (20%)" }, { 0xFF06, "and" }, { 0xFF5C, "or" }, { 0xFF07, "\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(fixes); i++)
        if (fixes[i].code_point == c)
            return fixes[i].write;
    return NULL;
}

static bool bad_character(Parser *p, uint32_t from, uint32_t c, uint32_t next)
{
    Str seen = str_slice(p->text, from, next);
    const char *fix = fix_it(c);
    p->tok.kind = TOK_ERROR;
    if (fix)
        parse_fail(p, from, "'%.*s' is not a FEEL character; write %s", STR_ARG(seen), fix);
    else if (c >= 0xFF01 && c <= 0xFF5E)
        parse_fail(p, from, "'%.*s' is full-width; write '%c'", STR_ARG(seen), (int)(c - 0xFEE0));
    else if (c < ' ' || c == 0x7F)
        parse_fail(p, from, "a control character (U+%04X) cannot stand here", c);
    else
        parse_fail(p, from, "'%.*s' cannot stand here", STR_ARG(seen));
    return false;
}

/* ---- literals ---- */

static bool lex_number(Parser *p, uint32_t from)
{
    Str t = p->text;
    uint32_t i = from;
    while (i < t.n && is_digit(t.p[i]))
        i++;
    if (at(t, i, '.') && i + 1 < t.n && is_digit(t.p[i + 1]))
        for (i++; i < t.n && is_digit(t.p[i]);)
            i++;
    if (at(t, i, 'e') || at(t, i, 'E')) {
        uint32_t digits = i + 1 + (at(t, i + 1, '-') || at(t, i + 1, '+'));
        if (digits < t.n && is_digit(t.p[digits]))
            for (i = digits; i < t.n && is_digit(t.p[i]);)
                i++;
    }
    Dec d;
    if (!dec_parse(str_slice(t, from, i), &d)) {
        p->tok.kind = TOK_ERROR;
        parse_fail(p, from, "the number is too large for 34 digits and an exponent of 6144");
        return false;
    }
    uint32_t next;
    if (lex_name_start(peek(t, i, &next))) {
        p->tok.kind = TOK_ERROR;
        parse_fail(p, i, "a number is followed at once by a name; an operator is missing");
        return false;
    }
    p->tok = (Token){ TOK_NUMBER, from, i, feel_dec(p->arena, d) };
    return true;
}

static bool hex_number(Str digits, uint32_t *ret)
{
    uint32_t value = 0;
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];
        uint32_t d = is_digit(c)            ? (uint32_t)(c - '0')
                     : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                     : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                            : 16;
        if (d == 16)
            return false;
        value = value << 4 | d;
    }
    *ret = value;
    return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* \uXXXX (a pair of them for a surrogate pair) or \UXXXXXX; *i stands on the letter and moves to its last digit. */
static bool unicode_escape(Str t, uint32_t *i, uint32_t *ret)
{
    uint32_t width = t.p[*i] == 'u' ? 4 : 6;
    uint32_t c;
    if (*i + width >= t.n || !hex_number(str_slice(t, *i + 1, *i + 1 + width), &c))
        return false;
    *i += width;
    if (c >= 0xD800 && c <= 0xDBFF && *i + 6 < t.n && t.p[*i + 1] == '\\' && t.p[*i + 2] == 'u') {
        uint32_t low;
        if (!hex_number(str_slice(t, *i + 3, *i + 7), &low) || low < 0xDC00 || low > 0xDFFF)
            return false;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        *i += 6;
    }
    *ret = c;
    return c != 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

static bool escape(Str t, uint32_t *i, uint32_t *ret)
{
    static const char letters[] = "nrt\"'\\";
    static const char values[] = "\n\r\t\"'\\";
    char c = *i < t.n ? t.p[*i] : '\0';
    if (c == 'u' || c == 'U')
        return unicode_escape(t, i, ret);
    const char *hit = c ? strchr(letters, c) : NULL;
    if (!hit)
        return false;
    *ret = (uint32_t)(unsigned char)values[hit - letters];
    return true;
}

static bool lex_string(Parser *p, uint32_t from)
{
    Str t = p->text;
    uint32_t end = from + 1;
    bool escaped = false;
    while (end < t.n && t.p[end] != '"') {
        escaped = escaped || t.p[end] == '\\';
        end += t.p[end] == '\\' ? 2 : 1;
    }
    p->tok.kind = TOK_ERROR;
    if (end >= t.n) {
        bool wide = str_find(str_slice(t, from, t.n), STR("\xE2\x80\x9D")) != SIZE_MAX; /* U+201D */
        parse_fail(p, from,
                   wide ? FEEL_WORD("the string has no closing \"; a curly quote does not close it")
                        : FEEL_WORD("the string has no closing \""));
        return false;
    }
    Str raw = str_slice(t, from + 1, end);
    p->tok = (Token){ TOK_STRING, from, end + 1, feel_str(raw) };
    if (!escaped)
        return true;
    char *out = arena_alloc(p->arena, raw.n); /* every escape is longer than what it stands for */
    size_t n = 0;
    for (uint32_t i = from + 1; i < end; i++) {
        uint32_t c;
        if (t.p[i] != '\\') {
            out[n++] = t.p[i];
            continue;
        }
        uint32_t slash = i++;
        if (escape(t, &i, &c)) {
            n += put_utf8(out + n, c);
        } else { /* as it stands, so that the patterns of matches() need no doubled backslashes */
            out[n++] = '\\';
            i = slash;
        }
    }
    p->tok.value = feel_str((Str){ out, n });
    return true;
}

static bool lex_at_literal(Parser *p, uint32_t from)
{
    uint32_t quote = lex_skip_space(p->text, from + 1);
    if (!at(p->text, quote, '"')) {
        p->tok.kind = TOK_ERROR;
        parse_fail(p, quote, "expected \" after @, as in @\"2024-01-31\"");
        return false;
    }
    if (!lex_string(p, quote))
        return false;
    Str text = feel_to_str(p->tok.value);
    p->tok.kind = TOK_AT;
    p->tok.from = from;
    if (temporal_parse(p->arena, text, &p->tok.value))
        return true;
    p->tok.kind = TOK_ERROR;
    parse_fail(
        p, from,
        "@\"%.*s\" is no date (2026-03-02), time (20:00:00), date and time (2026-03-02T20:00:00) or duration (P90D)",
        STR_ARG(str_head(text, 60)));
    return false;
}

/* ---- operators and words ---- */

typedef struct Operator {
    char text[3];
    uint8_t n;
    Tok kind;
} Operator;

static const Operator OPERATORS[] = {
    /* longer ones first */
    { "**", 2, TOK_POWER },   { "!=", 2, TOK_NE },    { "<=", 2, TOK_LE },    { ">=", 2, TOK_GE },
    { "..", 2, TOK_DOTDOT },  { "->", 2, TOK_ARROW }, { "+", 1, TOK_PLUS },   { "-", 1, TOK_MINUS },
    { "*", 1, TOK_STAR },     { "/", 1, TOK_SLASH },  { "=", 1, TOK_EQ },     { "<", 1, TOK_LT },
    { ">", 1, TOK_GT },       { "(", 1, TOK_LPAREN }, { ")", 1, TOK_RPAREN }, { "[", 1, TOK_LBRACKET },
    { "]", 1, TOK_RBRACKET }, { "{", 1, TOK_LBRACE }, { "}", 1, TOK_RBRACE }, { ",", 1, TOK_COMMA },
    { ":", 1, TOK_COLON },    { ".", 1, TOK_DOT },
};

static bool lex_operator(Parser *p, uint32_t from)
{
    Str rest = str_slice(p->text, from, p->text.n);
    if (str_starts(rest, STR("=="))) {
        p->tok.kind = TOK_ERROR;
        parse_fail(p, from, "'==' is not FEEL; write =");
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(OPERATORS); i++) {
        const Operator *op = &OPERATORS[i];
        if (str_starts(rest, (Str){ op->text, op->n })) {
            p->tok = (Token){ .kind = op->kind, .from = from, .to = from + op->n };
            return true;
        }
    }
    uint32_t next;
    uint32_t c = peek(p->text, from, &next);
    return bad_character(p, from, c, next);
}

static uint32_t word_end(Str text, uint32_t from)
{
    uint32_t i = from;
    uint32_t next;
    while (i < text.n && lex_name_part(peek(text, i, &next)))
        i = next;
    return i;
}

bool lex_next(Parser *p)
{
    p->last_to = p->tok.to;
    uint32_t from = lex_skip_space(p->text, p->tok.to);
    p->tok = (Token){ .kind = TOK_END, .from = from, .to = from };
    if (from >= p->text.n)
        return true;
    char c = p->text.p[from];
    if (is_digit(c) || (c == '.' && from + 1 < p->text.n && is_digit(p->text.p[from + 1])))
        return lex_number(p, from);
    if (c == '"')
        return lex_string(p, from);
    if (c == '@')
        return lex_at_literal(p, from);
    uint32_t next;
    if (lex_name_start(peek(p->text, from, &next))) {
        p->tok = (Token){ .kind = TOK_WORD, .from = from, .to = word_end(p->text, from) };
        return true;
    }
    return lex_operator(p, from);
}

/* ---- names ---- */

void lex_name_parts(Str text, uint32_t from, size_t max, NameParts *ret)
{
    static const char symbols[] = "./-'+*";
    *ret = (NameParts){ .from = from };
    uint32_t i = from;
    if (max > FEEL_NAME_PARTS_MAX)
        max = FEEL_NAME_PARTS_MAX;
    while (ret->n < max && i < text.n) {
        uint32_t next;
        uint32_t c = peek(text, i, &next);
        bool word = ret->n == 0 ? lex_name_start(c) : lex_name_part(c);
        bool symbol = !word && c < 0x80 && ret->n > 0 && strchr(symbols, (int)c);
        if (!word && !symbol)
            return;
        ret->is_word[ret->n] = word;
        ret->ends[ret->n] = word ? word_end(text, i) : next;
        i = lex_skip_space(text, ret->ends[ret->n++]);
    }
}

Str lex_name_text(Str text, uint32_t from, uint32_t to, char storage[static FEEL_NAME_BYTES_MAX])
{
    Str raw = str_slice(text, from, to);
    bool plain = true;
    for (size_t i = 0; i < raw.n && plain; i++)
        plain = (unsigned char)raw.p[i] > ' ' && raw.p[i] != '/';
    if (plain && !memchr(raw.p ? raw.p : "", 0xE3, raw.n)) /* U+3000 begins with E3 */
        return raw;
    size_t n = 0;
    for (uint32_t i = from; i < to;) {
        uint32_t after = lex_skip_space(text, i);
        if (after > i) {
            if (n < FEEL_NAME_BYTES_MAX)
                storage[n++] = ' ';
            i = after;
            continue;
        }
        if (n < FEEL_NAME_BYTES_MAX)
            storage[n++] = text.p[i];
        i++;
    }
    return (Str){ storage, n };
}

Str lex_normal_name(Arena *arena, Str name, size_t *ret_parts)
{
    char storage[FEEL_NAME_BYTES_MAX];
    NameParts parts;
    name = str_trim(name);
    lex_name_parts(name, 0, FEEL_NAME_PARTS_MAX, &parts);
    *ret_parts = parts.n ? parts.n : 1;
    return arena_str(arena, lex_name_text(name, 0, (uint32_t)name.n, storage));
}
