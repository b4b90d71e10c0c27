/* write.h - how a value enters the place its hole stands in. Private to this room. */
#ifndef YIFA_CORE_TEMPLATE_WRITE_H
#define YIFA_CORE_TEMPLATE_WRITE_H

#include "base/buf.h"
#include "core/feel/feel.h"

typedef enum Writer {
    WRITE_PLAIN,
    WRITE_HTML,     /* text, and values of quoted attributes */
    WRITE_URL,      /* a whole URL, or its beginning */
    WRITE_URL_PART, /* a segment, a parameter */
    WRITE_JSON,     /* in an HTML page */
    WRITE_MARKDOWN
} Writer;

/* False when the value has no form here (a list in text, a URL whose scheme is refused); *ret_problem says why. Null
 * writes nothing. */
bool write_value(Buf *out, Writer writer, FeelValue v, Arena *arena, const char **ret_problem);
/* Text of the template itself, such as wording: trusted in Markdown, never in HTML. */
void write_wording(Buf *out, Writer writer, Str text);
/* http, https, mailto, tel; without regard to case. */
bool write_scheme_is_allowed(Str scheme);

#endif
