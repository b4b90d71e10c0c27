/* markup.h - where in an HTML page a template's hole stands. Private to this room.
 *
 * A Markup follows the literal text of a page the way a browser would, in a strict dialect (attributes quoted, elements
 * closed) in which no input can be read in two ways. It is a plain value: the compiler copies it at the beginning of a
 * branch and compares at its end. Names point into the source, which outlives it. */
#ifndef YIFA_CORE_TEMPLATE_MARKUP_H
#define YIFA_CORE_TEMPLATE_MARKUP_H

#include "base/buf.h"
#include "core/template/write.h"

enum { MARKUP_DEPTH_MAX = 64, MARKUP_SCHEME_MAX = 15 };

typedef enum MarkupMode {
    MARKUP_TEXT,
    MARKUP_RCDATA, /* title, textarea: text without elements */
    MARKUP_RAW,    /* script, style: not ours to fill */
    MARKUP_JSON,   /* script type="application/json" */
    MARKUP_TAG_OPEN,
    MARKUP_TAG_NAME,
    MARKUP_BEFORE_ATTR,
    MARKUP_ATTR_NAME,
    MARKUP_BEFORE_VALUE,
    MARKUP_VALUE,
    MARKUP_AFTER_VALUE,
    MARKUP_SELF_CLOSE,
    MARKUP_COMMENT,
    MARKUP_DECLARATION
} MarkupMode;

typedef enum MarkupAttr { MARKUP_ATTR_PLAIN, MARKUP_ATTR_URL, MARKUP_ATTR_FRAGMENT, MARKUP_ATTR_CLOSED } MarkupAttr;

/* The beginning of a URL attribute's value, as far as literal text and holes have determined it. */
typedef struct MarkupUrl {
    bool started;     /* something was, or may have been, written */
    bool has_hole;    /* part of what may still be the scheme came from a hole */
    bool settled;     /* what follows cannot be part of a scheme any more */
    bool bad_scheme;  /* a literal scheme that holes may not continue */
    uint8_t scheme_n; /* letters before the first of : / ? # */
    char scheme[MARKUP_SCHEME_MAX];
} MarkupUrl;

typedef struct Markup {
    MarkupMode mode;
    char quote;
    bool closing;     /* the tag being read is an end tag */
    bool value_empty; /* nothing yet since the opening quote */
    bool value_mixed; /* the value came in several pieces */
    bool json_full;   /* the data block has its hole */
    MarkupAttr attr;
    MarkupUrl url;
    Str tag;
    Str attr_name;
    Str type;         /* of the tag being read */
    const char *from; /* where the name or value being read begins */
    size_t attr_out;  /* where the attribute, with the space before it, begins in the output */
    size_t depth;
    Str open[MARKUP_DEPTH_MAX];
} Markup;

typedef struct MarkupProblem {
    size_t at;        /* bytes into the literal text */
    const char *what; /* with what to do about it */
    Str name;         /* the element or attribute; may be empty */
} MarkupProblem;

void markup_init(Markup *m);
/* Follows literal text and appends it to `out` without the spaces that mean nothing. */
MUST_CHECK bool markup_literal(Markup *m, Str text, Buf *out, MarkupProblem *ret);
/* A value is to be written here: which writer? */
MUST_CHECK bool markup_hole(Markup *m, Writer *ret_writer, MarkupProblem *ret);
/* Wording is to be written here. */
MUST_CHECK bool markup_message(Markup *m, MarkupProblem *ret);
/* The hole is a whole attribute, {{? }}; `next` is the character behind it. Afterwards the attribute counts as written
 * with its quotes, and the caller cuts the output back to attr_out. */
MUST_CHECK bool markup_optional(Markup *m, char next, MarkupProblem *ret);

/* May the text be interrupted here, for a remark or between a partial and its surroundings? */
MUST_CHECK bool markup_pause(const Markup *m, MarkupProblem *ret);
/* May a branch begin here? A loop may be left out and repeated. */
MUST_CHECK bool markup_branch(Markup *m, bool loop, MarkupProblem *ret);
/* A branch that began as `start` has come to `end`; *merged (if *has_merged, else set) covers both ways. */
MUST_CHECK bool markup_merge(const Markup *start, const Markup *end, Markup *merged, bool *has_merged,
                             MarkupProblem *ret);
/* Is the page complete? */
MUST_CHECK bool markup_finish(const Markup *m, MarkupProblem *ret);

/* markup_names.c: what elements and attributes mean. Names are compared without case. */
bool markup_same(Str a, Str b);
bool markup_is_void(Str tag);
MarkupMode markup_content(Str tag, Str type);
MarkupAttr markup_attr(Str tag, Str name);

#endif
