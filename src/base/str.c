#include "base/str.h"

#include <limits.h>
#include <string.h>

Str str_c(const char *nul_terminated)
{
    return nul_terminated ? (Str){ nul_terminated, strlen(nul_terminated) } : STR_NONE;
}

bool str_eq(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_c(Str a, const char *b)
{
    return str_eq(a, str_c(b));
}

int str_cmp(Str a, Str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(Str s, Str prefix)
{
    return s.n >= prefix.n && str_eq(str_slice(s, 0, prefix.n), prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return (Str){ s.p ? s.p + from : NULL, to - from };
}

Str str_head(Str s, size_t max_bytes)
{
    size_t n = s.n < max_bytes ? s.n : max_bytes;
    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return (Str){ s.p, n };
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str s)
{
    size_t from = 0;
    size_t to = s.n;
    while (from < to && is_space(s.p[from]))
        from++;
    while (to > from && is_space(s.p[to - 1]))
        to--;
    return str_slice(s, from, to);
}

Str str_cut(Str s, char sep, Str *rest)
{
    const char *hit = s.n ? memchr(s.p, sep, s.n) : NULL;
    if (!hit) {
        *rest = STR_NONE;
        return s;
    }
    size_t at = (size_t)(hit - s.p);
    *rest = str_slice(s, at + 1, s.n);
    return str_slice(s, 0, at);
}

size_t str_find(Str s, Str needle)
{
    if (needle.n == 0)
        return 0;
    const char *hit = s.n >= needle.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

uint64_t str_hash(Str s)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001B3u;
    h ^= h >> 32;
    return h * 0x9E3779B97F4A7C15u;
}

bool str_to_i64(Str s, int64_t *ret_value)
{
    size_t i = 0;
    bool negative = s.n > 0 && s.p[0] == '-';
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
        i = 1;
    if (i == s.n)
        return false;
    int64_t value = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret_value = negative ? value : -value;
    return true;
}

/* Length of the sequence that starts at p, or 0 when it is not well formed. */
static size_t utf8_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return p[0] != 0;
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || left < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xED && p[1] > 0x9F;
    bool too_high = p[0] == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || too_high ? 0 : n;
}

bool str_is_utf8(Str s, size_t *ret_at)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = utf8_length((const unsigned char *)s.p + i, s.n - i);
        if (n == 0) {
            *ret_at = i;
            return false;
        }
        i += n;
    }
    return true;
}

uint32_t str_next(Str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.p + *at;
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    uint32_t c = p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++)
        c = (c << 6) | (p[i] & 0x3Fu);
    *at += n;
    return c;
}

size_t str_code_points(Str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return count;
}

typedef struct WidthRange {
    uint32_t from;
    uint32_t to;
    int columns;
} WidthRange;

static const WidthRange WIDTHS[] = {
    { 0x0300, 0x036F, 0 },   { 0x1100, 0x115F, 2 },   { 0x200B, 0x200F, 0 },   { 0x20D0, 0x20FF, 0 },
    { 0x2E80, 0x303E, 2 },   { 0x3041, 0x33FF, 2 },   { 0x3400, 0x4DBF, 2 },   { 0x4E00, 0xA4CF, 2 },
    { 0xA960, 0xA97F, 2 },   { 0xAC00, 0xD7A3, 2 },   { 0xF900, 0xFAFF, 2 },   { 0xFE00, 0xFE0F, 0 },
    { 0xFE10, 0xFE19, 2 },   { 0xFE20, 0xFE2F, 0 },   { 0xFE30, 0xFE6F, 2 },   { 0xFF01, 0xFF60, 2 },
    { 0xFFE0, 0xFFE6, 2 },   { 0x1F300, 0x1F64F, 2 }, { 0x1F680, 0x1F6FF, 2 }, { 0x1F900, 0x1F9FF, 2 },
    { 0x20000, 0x3FFFD, 2 },
};

size_t str_columns(Str s)
{
    size_t columns = 0;
    for (size_t at = 0; at < s.n;) {
        uint32_t c = str_next(s, &at);
        int width = 1;
        for (size_t i = 0; i < sizeof WIDTHS / sizeof *WIDTHS && c >= WIDTHS[i].from; i++)
            if (c <= WIDTHS[i].to)
                width = WIDTHS[i].columns;
        columns += (size_t)width;
    }
    return columns;
}
