/* charset.h - the character sets in which Chinese offices keep their files.
 *
 * Text enters as UTF-8 or as GB18030 (which includes GBK and GB 2312); everything behind this point is UTF-8 without
 * U+0000. */
#ifndef YIFA_LIB_FMT_CHARSET_H
#define YIFA_LIB_FMT_CHARSET_H

#include "base/arena.h"
#include "base/rc.h"

enum { CHARSET_BYTES_MAX = 64 << 20 };

/* Recognises UTF-8, with a byte order mark or without, else takes the bytes for GB18030. *ret_text is the text without
 * its mark: a view of `bytes`, or a conversion in the arena. *ret_charset is "UTF-8" or "GB18030", a constant.
 * RC_PARSE: neither; the place is "byte N", counted from 0. */
MUST_CHECK Rc text_to_utf8(Arena *arena, Str bytes, Str *ret_text, const char **ret_charset, Err *err);

#endif
