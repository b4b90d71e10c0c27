#include "lib/http/url.h"

#include <string.h>
#include <strings.h>

void http_pairs_push(HttpPairs *pairs, Arena *arena, Str name, Str value)
{
    *ARENA_PUSH(arena, pairs->items, pairs->n, pairs->cap) = (HttpPair){ name, value };
}

Str http_pairs_get(const HttpPairs *pairs, const char *name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (str_eq_c(pairs->items[i].name, name))
            return pairs->items[i].value;
    return STR_NONE;
}

bool http_name_is(Str a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.n ? a.p : "", b, a.n) == 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte that text[at..at+2] encodes, or -1. */
static int percent_byte(Str text, size_t at)
{
    if (text.n - at < 3)
        return -1;
    int hi = hex_digit(text.p[at + 1]);
    int lo = hex_digit(text.p[at + 2]);
    return hi < 0 || lo < 0 ? -1 : hi << 4 | lo;
}

static bool decode(Arena *arena, Str text, bool form, Str *ret)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int byte = percent_byte(text, i);
            if (byte < 0)
                return false;
            c = (char)byte;
            i += 2;
        } else if (c == '+' && form) {
            c = ' ';
        }
        out[n++] = c;
    }
    out[n] = '\0';
    Str decoded = { out, n };
    size_t at;
    if (!str_is_utf8(decoded, &at))
        return false;
    *ret = decoded;
    return true;
}

HttpDecode http_pairs_decode(HttpPairs *pairs, Arena *arena, Str text, size_t max_pairs)
{
    for (Str rest = text; rest.n > 0;) {
        Str piece = str_cut(rest, '&', &rest);
        if (piece.n == 0)
            continue;
        if (pairs->n >= max_pairs)
            return HTTP_DECODE_TOO_MANY;
        Str raw_value;
        Str raw_name = str_cut(piece, '=', &raw_value);
        Str name;
        Str value;
        if (!decode(arena, raw_name, true, &name) || !decode(arena, raw_value, true, &value))
            return HTTP_DECODE_MALFORMED;
        http_pairs_push(pairs, arena, name, value);
    }
    return HTTP_DECODE_OK;
}

/* An encoded slash would let "/a%2F..%2Fb" pass as one segment in one place and as three in another. */
static bool has_encoded_separator(Str raw)
{
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] != '%')
            continue;
        int byte = percent_byte(raw, i);
        if (byte == '/' || byte == '\\')
            return true;
    }
    return false;
}

bool http_path_decode(Arena *arena, Str raw, Str *ret_path)
{
    Str path;
    if (raw.n == 0 || raw.p[0] != '/' || has_encoded_separator(raw) || !decode(arena, raw, false, &path))
        return false;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x20 || c == 0x7F || c == '\\' || (c == '#' && memchr(raw.p, '#', raw.n)))
            return false;
    }
    for (Str rest = path; rest.n > 0;) {
        Str segment = str_cut(rest, '/', &rest);
        if (str_eq_c(segment, ".") || str_eq_c(segment, ".."))
            return false;
    }
    *ret_path = path;
    return true;
}

/* Reads a quoted string whose opening quote has been passed. Returns how far it got, 0 when it does not end. */
static size_t unquote(Arena *arena, Str text, Str *ret)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"') {
            out[n] = '\0';
            *ret = (Str){ out, n };
            return i + 1;
        }
        if (c == '\\' && i + 1 < text.n && text.p[i + 1] == '"')
            c = text.p[++i];
        out[n++] = c;
    }
    return 0;
}

Str http_header_param(Arena *arena, Str value, const char *name)
{
    Str rest;
    str_cut(value, ';', &rest);
    while (rest.n > 0) {
        size_t eq = 0;
        while (eq < rest.n && rest.p[eq] != '=' && rest.p[eq] != ';')
            eq++;
        Str key = str_trim(str_slice(rest, 0, eq));
        bool has_value = eq < rest.n && rest.p[eq] == '=';
        rest = str_slice(rest, eq + 1, rest.n);
        if (!has_value)
            continue;
        Str found;
        size_t skip;
        if (rest.n > 0 && rest.p[0] == '"') {
            size_t end = unquote(arena, str_slice(rest, 1, rest.n), &found);
            if (end == 0)
                return STR_NONE;
            Str after = str_slice(rest, end + 1, rest.n);
            Str next;
            str_cut(after, ';', &next);
            skip = next.p ? rest.n - next.n : rest.n;
        } else {
            Str next;
            found = arena_str(arena, str_trim(str_cut(rest, ';', &next)));
            skip = next.p ? rest.n - next.n : rest.n;
        }
        if (http_name_is(key, name))
            return found;
        rest = str_slice(rest, skip, rest.n);
    }
    return STR_NONE;
}
