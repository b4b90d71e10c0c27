#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(Buf *b, size_t max_bytes)
{
    *b = (Buf){ .max = max_bytes };
}

void buf_free(Buf *b)
{
    free(b->p);
    *b = (Buf){ 0 };
}

void buf_clear(Buf *b)
{
    b->n = 0;
    b->failed = false;
}

/* Makes room for n more bytes and a final NUL. */
static bool buf_reserve(Buf *b, size_t n)
{
    if (b->failed || n > b->max || b->n > b->max - n) {
        b->failed = true;
        return false;
    }
    if (b->n + n < b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : 256;
    if (cap < b->n + n + 1)
        cap = b->n + n + 1;
    char *p = realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

/* Room enough already: the common case of a writer of many small pieces. A failed buffer is full by definition. */
static bool buf_has_room(const Buf *b, size_t n)
{
    return b->cap - b->n > n && !b->failed && b->max - b->n >= n;
}

void buf_bytes(Buf *b, const void *bytes, size_t n)
{
    if (n == 0 || (!buf_has_room(b, n) && !buf_reserve(b, n)))
        return;
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
}

void buf_str(Buf *b, Str s)
{
    buf_bytes(b, s.p, s.n);
}

void buf_c(Buf *b, const char *nul_terminated)
{
    buf_str(b, str_c(nul_terminated));
}

void buf_char(Buf *b, char c)
{
    if (buf_has_room(b, 1) || buf_reserve(b, 1))
        b->p[b->n++] = c;
}

void buf_code_point(Buf *b, uint32_t c)
{
    char out[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (n == 1) {
        out[0] = (char)c;
    } else {
        for (size_t i = n - 1; i > 0; i--, c >>= 6)
            out[i] = (char)(0x80 | (c & 0x3F));
        out[0] = (char)((0xF00 >> n & 0xF0) | c);
    }
    buf_bytes(b, out, n);
}

void buf_i64(Buf *b, int64_t value)
{
    char out[20];
    size_t at = sizeof out;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        out[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (value < 0)
        out[--at] = '-';
    buf_bytes(b, out + at, sizeof out - at);
}

void buf_printf(Buf *b, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        b->failed = true;
    else if (buf_reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

static const char hex_digits[] = "0123456789abcdef";

void buf_hex(Buf *b, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char pair[2] = { hex_digits[bytes[i] >> 4], hex_digits[bytes[i] & 15] };
        buf_bytes(b, pair, 2);
    }
}

Str hex_to_arena(Arena *arena, const uint8_t *bytes, size_t n)
{
    char *text = arena_alloc(arena, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = hex_digits[bytes[i] >> 4];
        text[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
    text[2 * n] = '\0';
    return (Str){ text, 2 * n };
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void buf_html(Buf *b, Str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *entity = html_entity(s.p[i]);
        if (!entity)
            continue;
        buf_str(b, str_slice(s, from, i));
        buf_c(b, entity);
        from = i + 1;
    }
    buf_str(b, str_slice(s, from, s.n));
}

void buf_url(Buf *b, Str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || c == '-' || c == '.' || c == '_' || c == '~') {
            buf_char(b, (char)c);
            continue;
        }
        char out[3] = { '%', digits[c >> 4], digits[c & 15] };
        buf_bytes(b, out, 3);
    }
}

Str buf_view(const Buf *b)
{
    return (Str){ b->p, b->n };
}

Str buf_to_arena(const Buf *b, Arena *arena)
{
    return arena_str(arena, buf_view(b));
}

Rc buf_check(const Buf *b, Err *err)
{
    if (b->failed)
        return err_set(err, RC_LIMIT, "output is larger than its limit of %zu bytes", b->max);
    return RC_OK;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_base64(Buf *b, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)bytes[i] << 16;
        if (i + 1 < n)
            v |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < n)
            v |= bytes[i + 2];
        char out[4] = { base64_digits[v >> 18], base64_digits[v >> 12 & 63], '=', '=' };
        if (i + 1 < n)
            out[2] = base64_digits[v >> 6 & 63];
        if (i + 2 < n)
            out[3] = base64_digits[v & 63];
        buf_bytes(b, out, 4);
    }
}

static int base64_value(char c)
{
    const char *hit = c ? strchr(base64_digits, c) : NULL;
    return hit ? (int)(hit - base64_digits) : -1;
}

bool base64_decode(Str text, uint8_t *out, size_t *ret_n)
{
    if (text.n % 4 != 0)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i += 4) {
        bool last = i + 4 == text.n;
        size_t pad = last && text.p[i + 3] == '=' ? (text.p[i + 2] == '=' ? 2 : 1) : 0;
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            int digit = k >= 4 - pad ? 0 : base64_value(text.p[i + k]);
            if (digit < 0)
                return false;
            v = v << 6 | (uint32_t)digit;
        }
        if (pad && (v & (pad == 2 ? 0xFFFFu : 0xFFu)))
            return false; /* bits that the padding says are not there */
        for (size_t k = 0; k < 3 - pad; k++)
            out[n++] = (uint8_t)(v >> (16 - 8 * k));
    }
    *ret_n = n;
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool hex_decode(Str text, uint8_t *out, size_t out_n)
{
    if (text.n != out_n * 2)
        return false;
    for (size_t i = 0; i < out_n; i++) {
        int hi = hex_value(text.p[2 * i]);
        int lo = hex_value(text.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        out[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}

Str hex_from(Arena *arena, Str text)
{
    uint8_t *bytes = arena_alloc(arena, text.n / 2 + 1);
    return hex_decode(text, bytes, text.n / 2) ? (Str){ (const char *)bytes, text.n / 2 } : STR_NONE;
}
