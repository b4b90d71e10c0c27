#include "lib/fmt/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

/* GB18030 text passes for UTF-8 by accident now and then, but not for this many characters of three bytes. */
enum { SURELY_UTF8 = 8 };

static const Str byte_order_mark = { "\xEF\xBB\xBF", 3 };

static Rc fail(Err *err, size_t at, const char *what)
{
    char place[ERR_PLACE_MAX];
    snprintf(place, sizeof place, "byte %zu", at);
    return err_at(err, RC_PARSE, place, "%s", what);
}

static size_t long_characters(Str valid)
{
    size_t count = 0;
    for (size_t i = 0; i < valid.n; i++)
        count += (unsigned char)valid.p[i] >= 0xE0;
    return count;
}

static void converter_close(iconv_t *converter)
{
    if (*converter != (iconv_t)-1)
        iconv_close(*converter);
}

/* *ret_bad_at is the offset of what could not be converted when RC_PARSE is returned, which fills no err. */
static Rc from_gb18030(Arena *arena, Str bytes, Str *ret_text, size_t *ret_bad_at, Err *err)
{
    CLEANUP(converter_close) iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1)
        return err_set(err, RC_IO, "this system cannot convert GB18030: install the C library's gconv modules");
    /* One byte gives at most one of ASCII, two give at most three, four give at most four. */
    size_t room = bytes.n + bytes.n / 2 + 1;
    char *text = arena_alloc(arena, room);
    char *in = (char *)(uintptr_t)bytes.p; /* iconv's prototype takes away a const that it honours */
    char *out = text;
    size_t left = bytes.n;
    if (iconv(converter, &in, &left, &out, &room) == (size_t)-1) {
        *ret_bad_at = bytes.n - left;
        return errno == E2BIG ? err_set(err, RC_LIMIT, "GB18030 grew beyond expectation") : RC_PARSE;
    }
    *ret_text = (Str){ text, (size_t)(out - text) };
    return RC_OK;
}

Rc text_to_utf8(Arena *arena, Str bytes, Str *ret_text, const char **ret_charset, Err *err)
{
    if (bytes.n > CHARSET_BYTES_MAX)
        return err_set(err, RC_LIMIT, "the file has %zu bytes, the limit is %d", bytes.n, CHARSET_BYTES_MAX);
    bool marked = str_starts(bytes, byte_order_mark);
    Str body = marked ? str_slice(bytes, byte_order_mark.n, bytes.n) : bytes;
    size_t skipped = bytes.n - body.n;
    size_t utf8_bad;
    if (str_is_utf8(body, &utf8_bad)) {
        *ret_text = body;
        *ret_charset = "UTF-8";
        return RC_OK;
    }
    if (marked || long_characters(str_slice(body, 0, utf8_bad)) >= SURELY_UTF8)
        return fail(err, skipped + utf8_bad, "the text is UTF-8 with a damaged character here: correct it and save");
    if (str_starts(bytes, STR("\xFF\xFE")) || str_starts(bytes, STR("\xFE\xFF")))
        return fail(err, 0, "the file is UTF-16: save it as UTF-8");
    if (str_find(bytes, (Str){ "", 1 }) != SIZE_MAX)
        return fail(err, str_find(bytes, (Str){ "", 1 }), "a zero byte: this is no text file");

    size_t gb_bad = 0;
    Rc rc = from_gb18030(arena, bytes, ret_text, &gb_bad, err);
    if (rc == RC_PARSE) /* the reading that came further is the likelier one */
        return fail(err, gb_bad > utf8_bad ? gb_bad : utf8_bad,
                    "the text is neither UTF-8 nor GB18030: save the file as UTF-8");
    TRY(rc);
    *ret_charset = "GB18030";
    return RC_OK;
}
