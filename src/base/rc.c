#include "base/rc.h"

#include <stdio.h>
#include <string.h>

/* Cuts a partly written UTF-8 sequence off the end of a truncated message. */
static void trim_utf8(char *text, size_t cap)
{
    size_t n = strlen(text);
    if (n + 1 < cap)
        return;
    size_t back = 0;
    while (back < 3 && n > back && ((unsigned char)text[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (n <= back)
        return;
    unsigned char lead = (unsigned char)text[n - 1 - back];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (lead >= 0x80 && back < want)
        text[n - 1 - back] = '\0';
}

__attribute__((format(printf, 4, 0))) static void err_write(Err *err, Rc rc, const char *place, const char *format,
                                                            va_list args)
{
    err->rc = rc;
    snprintf(err->place, sizeof err->place, "%s", place);
    trim_utf8(err->place, sizeof err->place);
    vsnprintf(err->text, sizeof err->text, format, args);
    trim_utf8(err->text, sizeof err->text);
}

Rc err_set(Err *err, Rc rc, const char *format, ...)
{
    if (!err)
        return rc;
    va_list args;
    va_start(args, format);
    err_write(err, rc, "", format, args);
    va_end(args);
    return rc;
}

Rc err_at(Err *err, Rc rc, const char *place, const char *format, ...)
{
    if (!err)
        return rc;
    va_list args;
    va_start(args, format);
    err_write(err, rc, place, format, args);
    va_end(args);
    return rc;
}

Rc err_wrap(Err *err, Rc rc, const char *format, ...)
{
    if (!err)
        return rc;
    char cause[ERR_TEXT_MAX];
    snprintf(cause, sizeof cause, "%s", err->text);
    va_list args;
    va_start(args, format);
    int written = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    size_t n = written < 0 ? 0 : (size_t)written;
    if (n < sizeof err->text) {
        int room = (int)(sizeof err->text - n);
        snprintf(err->text + n, (size_t)room, ": %.*s", room > 3 ? room - 3 : 0, cause);
    }
    trim_utf8(err->text, sizeof err->text);
    if (err->rc == RC_OK)
        err->rc = rc;
    return err->rc;
}

const char *rc_name(Rc rc)
{
    switch (rc) {
    case RC_OK: return "ok";
    case RC_NOMEM: return "out-of-memory";
    case RC_LIMIT: return "limit";
    case RC_PARSE: return "malformed";
    case RC_INVALID: return "invalid";
    case RC_NOT_FOUND: return "not-found";
    case RC_CONFLICT: return "conflict";
    case RC_DENIED: return "denied";
    case RC_IO: return "io";
    case RC_DB: return "database";
    case RC_CORRUPT: return "corrupt";
    case RC_BUSY: return "busy";
    case RC_FATAL: return "fatal";
    }
    return "unknown";
}
