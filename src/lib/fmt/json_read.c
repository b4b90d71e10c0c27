/* Reading JSON text.
 *
 * The text is copied once and parsed in place: an escape is never shorter than what it stands for, so strings are
 * unescaped where they stand and values point into the copy. Its final NUL ends every scan. Children of open
 * containers wait on one stack and are moved to arrays of the exact size when their container closes; the stack lives
 * in the reader's frame until a document needs more, then on the heap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fmt/json_order.h"

enum { PENDING_INLINE = 96 };

typedef struct Reader {
    char *base;
    char *p;
    const char *end;
    Str text; /* as given, for places: the copy changes under the reader */
    Arena *arena;
    JsonMember *pending; /* array items have no key */
    size_t pending_n;
    size_t pending_cap;
    unsigned depth;
    bool decimals; /* numbers that are no integers are read too */
    Err *err;
    JsonMember pending_inline[PENDING_INLINE];
} Reader;

/* Lines and columns count from 1, columns in code points, as editors show them. */
static void place_print(Str text, size_t offset, char *out, size_t out_n)
{
    size_t line = 1;
    size_t column = 1;
    for (size_t i = 0; i < offset && i < text.n; i++) {
        bool newline = text.p[i] == '\n';
        bool continuation = ((unsigned char)text.p[i] & 0xC0) == 0x80;
        line += newline;
        column = newline ? 1 : column + !continuation;
    }
    snprintf(out, out_n, "%zu:%zu", line, column);
}

static Rc fail_at(const Reader *r, const char *at, Rc rc, const char *what)
{
    char place[ERR_PLACE_MAX];
    place_print(r->text, (size_t)(at - r->base), place, sizeof place);
    return err_at(r->err, rc, place, "%s", what);
}

static Rc fail(const Reader *r, const char *what)
{
    return fail_at(r, r->p, RC_PARSE, what);
}

static Rc fail_expected(const Reader *r, const char *expected)
{
    char what[128];
    unsigned char c = (unsigned char)*r->p;
    if (r->p == r->end)
        snprintf(what, sizeof what, "expected %s, but the text ends here", expected);
    else if (c > ' ' && c < 0x7F)
        snprintf(what, sizeof what, "expected %s, found '%c'", expected, c);
    else
        snprintf(what, sizeof what, "expected %s, found byte 0x%02x", expected, c);
    return fail(r, what);
}

static void skip_space(Reader *r)
{
    while (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')
        r->p++;
}

static bool pending_push(Reader *r, JsonMember member)
{
    if (r->pending_n == r->pending_cap) {
        size_t cap = r->pending_cap * 2;
        bool inlined = r->pending == r->pending_inline;
        JsonMember *grown = reallocarray(inlined ? NULL : r->pending, cap, sizeof *grown);
        if (!grown)
            return false;
        if (inlined)
            memcpy(grown, r->pending, r->pending_n * sizeof *grown);
        r->pending = grown;
        r->pending_cap = cap;
    }
    r->pending[r->pending_n++] = member;
    return true;
}

static bool read_hex4(const char *p, uint32_t *ret)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i]; /* the final NUL is no digit, so this never runs past the end */
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A') + 10;
        else
            return false;
        value = value << 4 | digit;
    }
    *ret = value;
    return true;
}

static char *put_code_point(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

/* At the 'u' of \uXXXX; a high surrogate must be followed by the escape of a low one. */
static Rc read_unicode_escape(Reader *r, char **out)
{
    uint32_t c;
    if (!read_hex4(r->p + 1, &c))
        return fail(r, "expected four hexadecimal digits after \\u");
    if (c == 0)
        return fail(r, "U+0000 is not allowed in text");
    if (c >= 0xDC00 && c <= 0xDFFF)
        return fail(r, "a low surrogate stands without a high one before it");
    if (c >= 0xD800 && c <= 0xDBFF) {
        uint32_t low;
        if (r->p[5] != '\\' || r->p[6] != 'u' || !read_hex4(r->p + 7, &low) || low < 0xDC00 || low > 0xDFFF)
            return fail(r, "a high surrogate stands without a low one after it");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        r->p += 6;
    }
    r->p += 5;
    *out = put_code_point(*out, c);
    return RC_OK;
}

static Rc read_escape(Reader *r, char **out)
{
    char plain;
    r->p++;
    switch (*r->p) {
    case '"': plain = '"'; break;
    case '\\': plain = '\\'; break;
    case '/': plain = '/'; break;
    case 'b': plain = '\b'; break;
    case 'f': plain = '\f'; break;
    case 'n': plain = '\n'; break;
    case 'r': plain = '\r'; break;
    case 't': plain = '\t'; break;
    case 'u': return read_unicode_escape(r, out);
    default: return fail_expected(r, "one of \" \\ / b f n r t u after the backslash");
    }
    r->p++;
    *(*out)++ = plain;
    return RC_OK;
}

/* A run of bytes above 0x7F is well formed exactly when it is so by itself. */
static Rc check_utf8_run(Reader *r)
{
    const char *from = r->p;
    while ((unsigned char)*r->p >= 0x80)
        r->p++;
    size_t bad_at;
    if (!str_is_utf8((Str){ from, (size_t)(r->p - from) }, &bad_at))
        return fail_at(r, from + bad_at, RC_PARSE, "the text is not valid UTF-8");
    return RC_OK;
}

/* Stops at a quote, a backslash, a control character or the end. */
static Rc read_plain_run(Reader *r)
{
    for (;;) {
        unsigned char c = (unsigned char)*r->p;
        if (c >= 0x80)
            TRY(check_utf8_run(r));
        else if (c < 0x20 || c == '"' || c == '\\')
            return RC_OK;
        else
            r->p++;
    }
}

/* At the opening quote. */
static Rc read_string(Reader *r, Str *ret)
{
    char *from = ++r->p;
    TRY(read_plain_run(r));
    char *out = r->p;
    while (*r->p == '\\') {
        TRY(read_escape(r, &out));
        const char *run = r->p;
        TRY(read_plain_run(r));
        size_t n = (size_t)(r->p - run);
        memmove(out, run, n);
        out += n;
    }
    if (*r->p != '"')
        return fail_expected(r, "a closing quote (control characters must be escaped)");
    r->p++;
    *ret = (Str){ from, (size_t)(out - from) };
    return RC_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Past the digits at r->p; false when there are none. */
static bool skip_digits(Reader *r)
{
    const char *from = r->p;
    while (is_digit(*r->p))
        r->p++;
    return r->p > from;
}

/* RFC 8259's number, kept as its own text in {"@number": "1.10"}. */
static Rc read_decimal(Reader *r, const char *from, Json *ret)
{
    r->p = r->base + (from - r->base) + (*from == '-');
    (void)skip_digits(r);
    if (*r->p == '.') {
        r->p++;
        if (!skip_digits(r))
            return fail_expected(r, "a digit");
    }
    if (*r->p == 'e' || *r->p == 'E') {
        r->p += r->p[1] == '+' || r->p[1] == '-' ? 2 : 1;
        if (!skip_digits(r))
            return fail_expected(r, "a digit");
    }
    *ret = json_obj();
    json_add(r->arena, ret, JSON_NUMBER_KEY, json_str((Str){ from, (size_t)(r->p - from) }));
    return RC_OK;
}

static Rc read_number(Reader *r, Json *ret)
{
    const char *from = r->p;
    bool negative = *r->p == '-';
    r->p += negative;
    if (!is_digit(*r->p))
        return fail_expected(r, "a digit");
    if (*r->p == '0' && (is_digit(r->p[1]) || (negative && !r->decimals)))
        return fail_at(r, from, RC_PARSE, "numbers have no leading zero and no minus zero");
    int64_t value = 0;
    for (; is_digit(*r->p); r->p++) {
        value = value * 10 + (*r->p - '0');
        if (value > JSON_INT_MAX && r->decimals)
            return read_decimal(r, from, ret);
        if (value > JSON_INT_MAX)
            return fail_at(r, from, RC_PARSE, "the number is beyond 9007199254740991; write it as text");
    }
    bool integer = *r->p != '.' && *r->p != 'e' && *r->p != 'E';
    if (!integer && r->decimals)
        return read_decimal(r, from, ret);
    if (!integer)
        return fail_at(r, from, RC_PARSE, "only integers are allowed; write the number as text");
    *ret = json_int(negative ? -value : value);
    return RC_OK;
}

static Rc read_word(Reader *r, Str word, Json value, Json *ret)
{
    if (strncmp(r->p, word.p, word.n) != 0)
        return fail_expected(r, "a value");
    r->p += word.n;
    *ret = value;
    return RC_OK;
}

static Rc read_value(Reader *r, Json *ret);

static Rc open_container(Reader *r)
{
    if (r->depth == JSON_DEPTH_MAX)
        return fail_at(r, r->p, RC_LIMIT, "nested deeper than 64 levels");
    r->depth++;
    r->p++;
    skip_space(r);
    return RC_OK;
}

/* After a child: true in *ret_more when another follows. */
static Rc read_separator(Reader *r, char close, const char *expected, bool *ret_more)
{
    skip_space(r);
    if (*r->p != ',' && *r->p != close)
        return fail_expected(r, expected);
    *ret_more = *r->p == ',';
    r->p++;
    if (*ret_more)
        skip_space(r);
    return RC_OK;
}

static Rc read_array(Reader *r, Json *ret)
{
    TRY(open_container(r));
    size_t first = r->pending_n;
    bool more = *r->p != ']';
    r->p += !more;
    while (more) {
        JsonMember item = { 0 };
        TRY(read_value(r, &item.value));
        if (!pending_push(r, item))
            return err_set(r->err, RC_NOMEM, "out of memory while reading JSON");
        TRY(read_separator(r, ']', "',' or ']'", &more));
    }
    uint32_t n = (uint32_t)(r->pending_n - first);
    Json array = { .type = JSON_ARR, .n = n, .cap = n };
    if (n)
        array.as.items = arena_alloc(r->arena, n * sizeof(Json));
    for (uint32_t i = 0; i < n; i++)
        array.as.items[i] = r->pending[first + i].value;
    r->pending_n = first;
    r->depth--;
    *ret = array;
    return RC_OK;
}

static Rc refuse_duplicates(const Reader *r, const JsonMember *members, uint32_t n)
{
    CLEANUP(json_order_clear) JsonOrder order;
    if (!json_order_init(&order, members, n))
        return err_set(r->err, RC_NOMEM, "out of memory while reading JSON");
    for (uint32_t i = 1; i < n; i++) {
        Str a = members[order.at[i - 1]].key;
        Str b = members[order.at[i]].key;
        if (!str_eq(a, b))
            continue;
        char what[128];
        size_t shown = b.n < 64 ? b.n : 64;
        snprintf(what, sizeof what, "the key \"%.*s\" stands twice in one object", (int)shown, b.p);
        return fail_at(r, (a.p > b.p ? a.p : b.p) - 1, RC_PARSE, what);
    }
    return RC_OK;
}

static Rc read_member(Reader *r)
{
    JsonMember member;
    if (*r->p != '"')
        return fail_expected(r, "a key in double quotes");
    TRY(read_string(r, &member.key));
    skip_space(r);
    if (*r->p != ':')
        return fail_expected(r, "':' after the key");
    r->p++;
    skip_space(r);
    TRY(read_value(r, &member.value));
    if (!pending_push(r, member))
        return err_set(r->err, RC_NOMEM, "out of memory while reading JSON");
    return RC_OK;
}

static Rc read_object(Reader *r, Json *ret)
{
    TRY(open_container(r));
    size_t first = r->pending_n;
    bool more = *r->p != '}';
    r->p += !more;
    while (more) {
        TRY(read_member(r));
        TRY(read_separator(r, '}', "',' or '}'", &more));
    }
    uint32_t n = (uint32_t)(r->pending_n - first);
    Json object = { .type = JSON_OBJ, .n = n, .cap = n };
    if (n) {
        TRY(refuse_duplicates(r, r->pending + first, n));
        object.as.members = arena_alloc(r->arena, n * sizeof(JsonMember));
        memcpy(object.as.members, r->pending + first, n * sizeof(JsonMember));
    }
    r->pending_n = first;
    r->depth--;
    *ret = object;
    return RC_OK;
}

static Rc read_value(Reader *r, Json *ret)
{
    switch (*r->p) {
    case '{': return read_object(r, ret);
    case '[': return read_array(r, ret);
    case '"': {
        Str s;
        TRY(read_string(r, &s));
        *ret = json_str(s);
        return RC_OK;
    }
    case 't': return read_word(r, STR("true"), json_bool(true), ret);
    case 'f': return read_word(r, STR("false"), json_bool(false), ret);
    case 'n': return read_word(r, STR("null"), json_null(), ret);
    default: break;
    }
    if (*r->p == '-' || is_digit(*r->p))
        return read_number(r, ret);
    return fail_expected(r, "a value");
}

static void reader_clear(Reader *r)
{
    if (r->pending != r->pending_inline)
        free(r->pending);
}

static Rc parse(Arena *arena, Str text, bool decimals, Json *ret, Err *err)
{
    if (text.n > JSON_TEXT_MAX)
        return err_set(err, RC_LIMIT, "JSON text of %zu bytes is larger than the limit of %d", text.n, JSON_TEXT_MAX);
    CLEANUP(reader_clear) Reader r;
    r.base = r.p = arena_c(arena, text);
    r.end = r.base + text.n;
    r.text = text;
    r.arena = arena;
    r.pending = r.pending_inline;
    r.pending_n = 0;
    r.pending_cap = PENDING_INLINE;
    r.depth = 0;
    r.decimals = decimals;
    r.err = err;

    Json value;
    skip_space(&r);
    TRY(read_value(&r, &value));
    skip_space(&r);
    if (r.p != r.end)
        return fail_expected(&r, "nothing after the value");
    *ret = value;
    return RC_OK;
}

Rc json_parse(Arena *arena, Str text, Json *ret, Err *err)
{
    return parse(arena, text, false, ret, err);
}

Rc json_parse_decimals(Arena *arena, Str text, Json *ret, Err *err)
{
    return parse(arena, text, true, ret, err);
}
