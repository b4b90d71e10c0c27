/* str.h - text as a pointer and a length.
 *
 * A Str owns nothing and need not end in NUL. Text is UTF-8, checked where it enters the program (str_is_utf8). */
#ifndef YIFA_BASE_STR_H
#define YIFA_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Str {
    const char *p; /* may be NULL only when n is 0 */
    size_t n;      /* bytes */
} Str;

#define STR(literal) ((Str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE     ((Str){ NULL, 0 })
/* For printf: "%.*s", STR_ARG(text). */
#define STR_ARG(s) (int)(s).n, (s).n ? (s).p : ""

Str str_c(const char *nul_terminated); /* NULL gives the empty text */
bool str_eq(Str a, Str b);
bool str_eq_c(Str a, const char *b);
int str_cmp(Str a, Str b); /* by bytes, which for UTF-8 is by code point */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
Str str_slice(Str s, size_t from, size_t to); /* clamped to the text */
Str str_head(Str s, size_t max_bytes);        /* what a message has room for, cut at a character's end */
Str str_trim(Str s);                          /* ASCII white space off both ends */
/* Splits off what stands before the first `sep`; *rest gets what follows it. Without a `sep` all is returned and *rest
 * becomes empty with p == NULL. */
Str str_cut(Str s, char sep, Str *rest);
/* Byte offset of the needle, or SIZE_MAX. */
size_t str_find(Str s, Str needle);
uint64_t str_hash(Str s); /* FNV-1a with a final mix; not for adversarial keys */

/* Decimal integer with optional sign, whole text, no spaces. False when malformed or out of range. */
bool str_to_i64(Str s, int64_t *ret_value);

/* Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF) without U+0000, which PostgreSQL
 * cannot store. *ret_at gets the offset of the first bad byte. */
bool str_is_utf8(Str s, size_t *ret_at);
/* Decodes the code point at *at and moves *at past it. The text must be valid and *at inside it. */
uint32_t str_next(Str s, size_t *at);
size_t str_code_points(Str s);
/* Columns on a terminal: East Asian wide and fullwidth characters (Unicode Standard Annex 11) take two, marks that join
 * the character before them none. */
size_t str_columns(Str s);

#endif
