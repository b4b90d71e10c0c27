/* template.h - text whose holes hold FEEL: pages (HTML), reports (Markdown), notices (plain text).
 *
 * Use: make a TemplateSet for one language, template_load() every source, template_set_compile() once, then
 * template_render() as often as wanted from any thread. Sources, programs and translations live in the set's arena; a
 * compiled set is immutable.
 *
 * What a source may hold besides its text:
 *   {{ expr }}                            the value, written as the place it stands in demands; null writes nothing
 *   name="{{? expr}}"                     a whole attribute: left out for null, false and "", bare for true, else
 * valued
 *   {{#if expr}} {{else if expr}} {{else}} {{/if}}
 *   {{#each expr as name}} {{else}} {{/each}}  `name` is the item, `name_index` its number from 1; else: nothing to
 * list
 *   {{> part}}   {{> part expr as name}}  the source "_part" with the same ending, read in place; `name` is seen only
 * there
 *   {{_ English text}}                    translated when loaded; {{_ Due %1, by %2 | expr | expr}} has its holes
 *   {{_n count | one %1 | many %1 | expr}}  by number; %1 is the count, %2 and on are the further expressions
 *   {{! a remark }}
 * Null, false, "" and the empty list are false for #if; everything else, 0 included, is true. A line that holds nothing
 * but one block tag, partial or remark leaves no empty line. Expressions see the model's members and the names bound by
 * #each and partials, of which the inner one wins.
 *
 * HTML is read as HTML when it is loaded, so that each hole knows where it stands: text, a quoted attribute, an
 * attribute with a URL (schemes http, https, mailto, tel or a path of this site; parts after the beginning are
 * percent-encoded), or a whole JSON data block (<script type="application/json">{{ expr }}</script>). Refused with
 * file:line:column: holes in scripts, styles, on*, srcdoc, style, unquoted values, tag names, comments; elements left
 * open; branches that do not end where they began. Attributes are written name="value", always quoted. Spaces at the
 * beginning of lines of text are dropped, except in <pre> and <textarea>.
 *
 * Limits: source 256 KiB, partials 16 deep, blocks 32, elements 64, 65,536 steps a program; 5,000,000 steps a
 * rendering; the output's Buf has its own. */
#ifndef YIFA_CORE_TEMPLATE_TEMPLATE_H
#define YIFA_CORE_TEMPLATE_TEMPLATE_H

#include "base/buf.h"
#include "core/feel/feel.h"
#include "lib/fmt/json.h"

enum { TEMPLATE_SOURCE_MAX = 256 * 1024, TEMPLATE_PARTIAL_DEPTH_MAX = 16, TEMPLATE_STEPS_MAX = 5000000 };

typedef enum TemplateKind {
    TEMPLATE_HTML,
    TEMPLATE_MARKDOWN, /* values are escaped and kept on one line */
    TEMPLATE_TEXT      /* values as they are */
} TemplateKind;

typedef struct Template Template;
typedef struct TemplateSet TemplateSet;

typedef struct TemplateSetOptions {
    /* The wording of a msgid in the set's language; NULL leaves English. White space in msgids is made single. */
    Str (*translate)(void *ctx, Str msgid);
    /* The form for n; asked for 1 and for 2 when loading, since all languages here have at most two forms. */
    Str (*translate_n)(void *ctx, Str one, Str many, unsigned long n);
    void *ctx;
    const FeelHost *host; /* functions that expressions may call; must outlive the set */
    size_t host_n;
} TemplateSetOptions;

/* options may be NULL and is copied. */
TemplateSet *template_set_new(Arena *arena, const TemplateSetOptions *options);
/* Adds a source; name and bytes are copied. Names that begin with '_' are partials: they are compiled where they are
 * used. RC_LIMIT, RC_CONFLICT for a name loaded before, RC_PARSE for bytes that are not UTF-8. */
MUST_CHECK Rc template_load(TemplateSet *set, Str name, Str bytes, TemplateKind kind, Err *err);
/* Compiles everything loaded. RC_PARSE, RC_INVALID, RC_LIMIT or RC_NOT_FOUND (a partial) with err->place
 * "name:line:column", columns counted in characters. */
MUST_CHECK Rc template_set_compile(TemplateSet *set, Err *err);
const Template *template_find(const TemplateSet *set, Str name); /* NULL when absent or a partial */

/* What holes wanted and did not get, for tests: "home.html:12:5: row.titel is missing". */
typedef struct TemplateGaps {
    Str *items;
    size_t n;
    size_t cap;
} TemplateGaps;

typedef struct TemplateOptions {
    void *host;         /* for host functions: feel_host() */
    int64_t now_ms;     /* FEEL's now() and today() */
    int zone_minutes;   /* for them */
    TemplateGaps *gaps; /* NULL, or collects in the arena holes and lists without a value, values that cannot be
                         * written, and URLs that were refused. Nulls given by the model itself are no gaps. */
} TemplateOptions;

/* Appends to `out`, whose limit holds. `model` must be an object; options may be NULL. The arena is scratch. RC_LIMIT
 * when the output or the steps reach their limit. */
MUST_CHECK Rc template_render(const Template *t, const Json *model, const TemplateOptions *options, Arena *arena,
                              Buf *out, Err *err);

#endif
