/* source.h - a template's text as a sequence of literal pieces and {{ tags }}. Private to this room. */
#ifndef YIFA_CORE_TEMPLATE_SOURCE_H
#define YIFA_CORE_TEMPLATE_SOURCE_H

#include "core/template/template.h"

typedef struct Source {
    Str name;
    Str text;
    TemplateKind kind;
    bool open;          /* being compiled: a partial that is open includes itself */
    Template *compiled; /* NULL for partials */
} Source;

typedef enum TagKind {
    TAG_END, /* no further tag: the rest is literal */
    TAG_VALUE,
    TAG_OPTIONAL,
    TAG_IF,
    TAG_ELSE_IF,
    TAG_ELSE,
    TAG_END_IF,
    TAG_EACH,
    TAG_END_EACH,
    TAG_PARTIAL,
    TAG_MESSAGE,
    TAG_PLURAL,
    TAG_REMARK,
    TAG_KINDS
} TagKind;

typedef struct Tag {
    TagKind kind;
    Str literal; /* between the last tag and this one */
    Str body;    /* what follows the keyword, trimmed */
    size_t at;   /* of "{{" */
    size_t end;  /* behind "}}" */
} Tag;

/* Reads the next tag from `from` on. */
MUST_CHECK Rc source_next(const Source *s, size_t from, Tag *ret, Err *err);
/* "name:line:column" for messages about the text at a byte offset. */
Str source_place(Arena *arena, const Source *s, size_t at);
/* Fills *err with the place of `at`. */
Rc source_error(const Source *s, size_t at, Err *err, Rc rc, const char *format, ...) PRINTF_LIKE(5, 6);

/* Splits `body` at '|' outside quotes: *rest gets what follows, *ret_more whether there was one. */
Str source_split(Str body, Str *rest, bool *ret_more);
/* Splits "expr as name" at the last " as "; false when there is none. */
bool source_as(Str body, Str *ret_expr, Str *ret_name);
bool source_is_name(Str s);

#endif
