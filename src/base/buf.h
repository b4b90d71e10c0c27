/* buf.h - text that grows to a stated limit.
 *
 * A Buf owns heap memory and must be freed. Its limit is mandatory. Reaching it (or running out of memory) makes the
 * buffer fail: what was written so far stays, further writes do nothing, and buf_check reports it once, so that a
 * writer of many small pieces checks at its end. */
#ifndef YIFA_BASE_BUF_H
#define YIFA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

typedef struct Buf {
    char *p;
    size_t n;
    size_t cap;
    size_t max; /* bytes */
    bool failed;
} Buf;

void buf_init(Buf *b, size_t max_bytes);
void buf_free(Buf *b);  /* a zeroed or freed Buf is allowed */
void buf_clear(Buf *b); /* empties and un-fails it, keeps the memory */

void buf_bytes(Buf *b, const void *bytes, size_t n);
void buf_str(Buf *b, Str s);
void buf_c(Buf *b, const char *nul_terminated);
void buf_char(Buf *b, char c);
void buf_code_point(Buf *b, uint32_t code_point); /* as UTF-8 */
void buf_i64(Buf *b, int64_t value);
void buf_printf(Buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_hex(Buf *b, const uint8_t *bytes, size_t n); /* lower case */
/* HTML text and quoted attribute values: & < > " ' are escaped. The only way user text enters HTML. */
void buf_html(Buf *b, Str s);
/* RFC 3986 percent-encoding of everything but unreserved characters. */
void buf_url(Buf *b, Str s);

Str buf_view(const Buf *b); /* valid until the next write */
Str buf_to_arena(const Buf *b, Arena *arena);
MUST_CHECK Rc buf_check(const Buf *b, Err *err); /* RC_LIMIT when it failed */

/* RFC 4648 base64 with padding, and its inverse (strict: no spaces, canonical padding). */
void buf_base64(Buf *b, const uint8_t *bytes, size_t n);
/* out must hold n/4*3 bytes; returns false when malformed. */
bool base64_decode(Str text, uint8_t *out, size_t *ret_n);
Str hex_to_arena(Arena *arena, const uint8_t *bytes, size_t n); /* lower case */
bool hex_decode(Str text, uint8_t *out, size_t out_n);          /* exactly out_n bytes */
Str hex_from(Arena *arena, Str text);                           /* the bytes; empty when malformed */

#endif
