#include "lib/http/multipart.h"

#include <string.h>

static bool is_boundary(Str boundary)
{
    if (boundary.n == 0 || boundary.n > MULTIPART_BOUNDARY_MAX || boundary.p[boundary.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < boundary.n; i++) {
        char c = boundary.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (c == '\0' || !strchr("'()+_,-./:=? ", c)))
            return false;
    }
    return true;
}

bool multipart_init(Multipart *m, Arena *arena, Str boundary, const MultipartSink *sink)
{
    if (!is_boundary(boundary))
        return false;
    m->arena = arena;
    m->sink = *sink;
    m->state = MULTIPART_PREAMBLE;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.p, boundary.n);
    m->delimiter_n = 4 + boundary.n;
    m->matched = 2; /* the first delimiter stands at the very beginning: its line end is imagined */
    m->head_n = 0;
    return true;
}

static bool emit(Multipart *m, Str bytes)
{
    if (bytes.n == 0 || m->state == MULTIPART_PREAMBLE)
        return true;
    return m->sink.data(m->sink.ctx, bytes);
}

/* Data or preamble up to the next delimiter. CR stands only at the delimiter's beginning, so a match that fails can
 * only start anew at the byte that broke it, and what had matched is data known from the delimiter itself: nothing has
 * to be kept from one piece to the next. */
static bool feed_data(Multipart *m, Str bytes, size_t *at)
{
    size_t from = *at;
    while (*at < bytes.n) {
        char c = bytes.p[*at];
        if (c == m->delimiter[m->matched]) {
            if (m->matched == 0 && !emit(m, str_slice(bytes, from, *at)))
                return false;
            *at += 1;
            m->matched += 1;
            from = *at;
            if (m->matched == m->delimiter_n)
                return true;
        } else if (m->matched > 0) {
            Str was_data = { m->delimiter, m->matched };
            m->matched = 0;
            if (!emit(m, was_data))
                return false;
        } else {
            const char *cr = memchr(bytes.p + *at, '\r', bytes.n - *at);
            *at = cr ? (size_t)(cr - bytes.p) : bytes.n;
        }
    }
    return m->matched > 0 || emit(m, str_slice(bytes, from, *at));
}

static Str header_value(Str head, const char *name)
{
    while (head.n > 0) {
        Str line = str_cut(head, '\n', &head);
        Str value;
        Str key = str_cut(line, ':', &value);
        if (http_name_is(key, name))
            return str_trim(value);
    }
    return STR_NONE;
}

/* Browsers write a quote inside a name as %22 (WHATWG HTML, multipart/form-data encoding). */
static Str undo_quotes(Arena *arena, Str s)
{
    if (str_find(s, STR("%22")) == SIZE_MAX)
        return s;
    char *out = arena_alloc(arena, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool quote = str_starts(str_slice(s, i, s.n), STR("%22"));
        out[n++] = quote ? '"' : s.p[i];
        i += quote ? 2 : 0;
    }
    return (Str){ out, n };
}

static bool begin_part(Multipart *m)
{
    Str head = arena_str(m->arena, (Str){ m->head, m->head_n });
    Str disposition = header_value(head, "content-disposition");
    Str rest;
    if (!http_name_is(str_trim(str_cut(disposition, ';', &rest)), "form-data"))
        return false;
    MultipartPart part = { .name = http_header_param(m->arena, disposition, "name"),
                           .filename = http_header_param(m->arena, disposition, "filename"),
                           .content_type = header_value(head, "content-type") };
    size_t bad;
    if (part.name.n == 0 || !str_is_utf8(part.name, &bad) || !str_is_utf8(part.filename, &bad) ||
        !str_is_utf8(part.content_type, &bad))
        return false;
    part.name = undo_quotes(m->arena, part.name);
    part.filename = undo_quotes(m->arena, part.filename);
    m->state = MULTIPART_DATA;
    m->matched = 0;
    return m->sink.begin(m->sink.ctx, &part);
}

/* After a delimiter: "--" closes the body, white space and a line end lead to a part's head (RFC 2046 allows padding
 * there). head[] holds the one character that must be remembered. */
static bool feed_delimiter(Multipart *m, char c)
{
    char before = m->head_n ? m->head[0] : '\0';
    if (before == '-')
        m->state = c == '-' ? MULTIPART_EPILOGUE : MULTIPART_FAILED;
    else if (before == '\r')
        m->state = c == '\n' ? MULTIPART_HEAD : MULTIPART_FAILED;
    else if (c == '\r' || (c == '-' && before == '\0'))
        before = c;
    else if (c == ' ' || c == '\t')
        before = ' ';
    else
        m->state = MULTIPART_FAILED;
    m->head[0] = before;
    m->head_n = m->state == MULTIPART_DELIMITER ? 1 : 0;
    return m->state != MULTIPART_FAILED;
}

static bool feed_head(Multipart *m, char c)
{
    if (m->head_n == sizeof m->head)
        return false;
    m->head[m->head_n++] = c;
    Str head = { m->head, m->head_n };
    if (str_ends(head, STR("\r\n\r\n")))
        return begin_part(m);
    /* A part without any header field has no name either. */
    return !str_eq(head, STR("\r\n"));
}

static bool feed_until_delimiter(Multipart *m, Str bytes, size_t *at)
{
    if (!feed_data(m, bytes, at))
        return false;
    if (m->matched < m->delimiter_n)
        return true;
    bool ok = m->state == MULTIPART_PREAMBLE || m->sink.end(m->sink.ctx);
    m->state = MULTIPART_DELIMITER;
    m->matched = 0;
    m->head_n = 0;
    return ok;
}

bool multipart_feed(Multipart *m, Str bytes)
{
    bool ok = m->state != MULTIPART_FAILED;
    for (size_t at = 0; ok && at < bytes.n;) {
        switch (m->state) {
        case MULTIPART_PREAMBLE:
        case MULTIPART_DATA: ok = feed_until_delimiter(m, bytes, &at); break;
        case MULTIPART_DELIMITER: ok = feed_delimiter(m, bytes.p[at++]); break;
        case MULTIPART_HEAD: ok = feed_head(m, bytes.p[at++]); break;
        case MULTIPART_EPILOGUE: return true;
        case MULTIPART_FAILED: ok = false; break;
        }
    }
    if (!ok)
        m->state = MULTIPART_FAILED;
    return ok;
}

bool multipart_is_complete(const Multipart *m)
{
    return m->state == MULTIPART_EPILOGUE;
}
