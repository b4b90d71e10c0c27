#include <string.h>
#include <strings.h>

#include "core/template/write.h"

enum { JSON_VALUE_DEPTH_MAX = 64 };

bool write_scheme_is_allowed(Str scheme)
{
    static const char *const allowed[] = { "http", "https", "mailto", "tel" };
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
        if (strlen(allowed[i]) == scheme.n && strncasecmp(allowed[i], scheme.p, scheme.n) == 0)
            return true;
    }
    return false;
}

/* What stands before the first ':' is a scheme unless one of / ? # comes earlier. Two slashes in front would lead to
 * another host; browsers take a backslash for a slash. */
static bool url_is_allowed(Str url)
{
    size_t end = 0;
    while (end < url.n && strchr(":/?#\\", url.p[end]) == NULL)
        end++;
    if (end < url.n && url.p[end] == ':')
        return write_scheme_is_allowed(str_slice(url, 0, end));
    bool slash = end == 0 && url.n > 0 && (url.p[0] == '/' || url.p[0] == '\\');
    return !slash || url.n == 1 || (url.p[1] != '/' && url.p[1] != '\\');
}

/* RFC 3986: keeps what may stand in a URL, escapes already made included, and percent-encodes the rest, so that blanks
 * and control characters, which browsers drop before they read the scheme, cannot hide one. */
static void write_url(Buf *out, Str url)
{
    static const char kept[] = "-._~:/?#[]@!$*+,;=%()";
    for (size_t i = 0; i < url.n; i++) {
        char c = url.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (alnum || (c != '\0' && strchr(kept, c) != NULL))
            buf_char(out, c);
        else if (c == '&')
            buf_str(out, STR("&amp;"));
        else
            buf_url(out, str_slice(url, i, i + 1));
    }
}

/* CommonMark. Letters of emphasis, code, links, tables and HTML are escaped everywhere; what makes a heading, list or
 * quotation only at the beginning of a line. A value never begins a new line. */
static void write_markdown(Buf *out, Str text)
{
    bool line_start = out->n == 0 || out->p[out->n - 1] == '\n';
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\n' || c == '\r') {
            buf_char(out, ' ');
            continue;
        }
        bool everywhere = c != '\0' && strchr("\\`*_[]<>&#|~!", c) != NULL;
        bool digits = line_start && (c == '.' || c == ')');
        if (everywhere || digits || (line_start && (c == '-' || c == '+' || c == '=')))
            buf_char(out, '\\');
        buf_char(out, c);
        line_start = line_start && ((c >= '0' && c <= '9') || c == ' ');
    }
}

/* A JSON string that is also harmless inside <script>: no '<', no end of a comment, no line separators. */
static void write_json_str(Buf *out, Str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool separator = c == 0xE2 && i + 2 < s.n && (unsigned char)s.p[i + 1] == 0x80 &&
                         ((unsigned char)s.p[i + 2] == 0xA8 || (unsigned char)s.p[i + 2] == 0xA9);
        if (separator) {
            buf_str(out, (unsigned char)s.p[i + 2] == 0xA8 ? STR("\\u2028") : STR("\\u2029"));
            i += 2;
        } else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
            buf_printf(out, "\\u%04x", c);
        } else {
            if (c == '"' || c == '\\')
                buf_char(out, '\\');
            buf_char(out, (char)c);
        }
    }
    buf_char(out, '"');
}

static bool write_json(Buf *out, FeelValue v, Arena *arena, int depth)
{
    if (depth > JSON_VALUE_DEPTH_MAX)
        return false;
    switch ((FeelType)v.type) {
    case FEEL_NULL: buf_str(out, STR("null")); return true;
    case FEEL_BOOL: buf_str(out, v.as.b ? STR("true") : STR("false")); return true;
    case FEEL_NUMBER: buf_str(out, feel_display(arena, v)); return true;
    case FEEL_LIST:
        buf_char(out, '[');
        for (size_t i = 0; i < v.as.list->n; i++) {
            if (i > 0)
                buf_char(out, ',');
            if (!write_json(out, v.as.list->items[i], arena, depth + 1))
                return false;
        }
        buf_char(out, ']');
        return true;
    case FEEL_CONTEXT:
        buf_char(out, '{');
        for (size_t i = 0; i < v.as.ctx->n; i++) {
            if (i > 0)
                buf_char(out, ',');
            write_json_str(out, v.as.ctx->entries[i].key);
            buf_char(out, ':');
            if (!write_json(out, v.as.ctx->entries[i].value, arena, depth + 1))
                return false;
        }
        buf_char(out, '}');
        return true;
    case FEEL_RANGE:
    case FEEL_FUNCTION: return false;
    case FEEL_STRING:
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME:
    case FEEL_DAYS_DURATION:
    case FEEL_MONTHS_DURATION: write_json_str(out, feel_display(arena, v)); return true;
    }
    return false;
}

void write_wording(Buf *out, Writer writer, Str text)
{
    if (writer == WRITE_HTML)
        buf_html(out, text);
    else
        buf_str(out, text);
}

bool write_value(Buf *out, Writer writer, FeelValue v, Arena *arena, const char **ret_problem)
{
    if (writer == WRITE_JSON) {
        *ret_problem = "cannot be written as JSON";
        return write_json(out, v, arena, 0);
    }
    if (v.type == FEEL_NULL)
        return true;
    if (v.type == FEEL_LIST || v.type == FEEL_CONTEXT || v.type == FEEL_RANGE || v.type == FEEL_FUNCTION) {
        *ret_problem = "is not a text; name a member, or use #each";
        return false;
    }
    if (v.type == FEEL_NUMBER && v.scale == 0) {
        buf_i64(out, v.as.i);
        return true;
    }
    Str text = v.type == FEEL_STRING ? feel_to_str(v) : feel_display(arena, v);
    switch (writer) {
    case WRITE_HTML: buf_html(out, text); return true;
    case WRITE_URL_PART: buf_url(out, text); return true;
    case WRITE_MARKDOWN: write_markdown(out, text); return true;
    case WRITE_URL:
        if (!url_is_allowed(text)) {
            *ret_problem = "is not an allowed URL";
            buf_char(out, '#');
            return false;
        }
        write_url(out, text);
        return true;
    case WRITE_PLAIN:
    case WRITE_JSON: break;
    }
    buf_str(out, text);
    return true;
}
