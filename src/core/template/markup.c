#include "core/template/markup.h"

#include <string.h>

/* One run over literal text: `at` moves forward, `out` receives. A step handles one mode and consumes at least one
 * character, or changes the mode. */
typedef struct Run {
    Markup *m;
    Str text;
    size_t at;
    Buf *out;
    MarkupProblem *problem;
} Run;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool fail(MarkupProblem *ret, size_t at, const char *what, Str name)
{
    *ret = (MarkupProblem){ at, what, name };
    return false;
}

static bool run_fail(Run *r, const char *what, Str name)
{
    return fail(r->problem, r->at, what, name);
}

/* Copies up to `to`. */
static void take(Run *r, size_t to)
{
    buf_str(r->out, str_slice(r->text, r->at, to));
    r->at = to;
}

static Str name_from(const Run *r)
{
    const char *end = r->text.p + r->at;
    return (Str){ r->m->from, (size_t)(end - r->m->from) };
}

void markup_init(Markup *m)
{
    *m = (Markup){ .mode = MARKUP_TEXT };
}

static bool is_url(const Markup *m)
{
    return m->attr == MARKUP_ATTR_URL || m->attr == MARKUP_ATTR_FRAGMENT;
}

static Str innermost(const Markup *m)
{
    return m->depth > 0 ? m->open[m->depth - 1] : STR_NONE;
}

static bool is_inside(const Markup *m, Str tag)
{
    for (size_t i = 0; i < m->depth; i++) {
        if (markup_same(m->open[i], tag))
            return true;
    }
    return false;
}

/* ---- text ---- */

static bool step_text(Run *r)
{
    bool keep_space = is_inside(r->m, STR("pre"));
    size_t to = r->at;
    while (to < r->text.n && r->text.p[to] != '<') {
        bool line_end = r->text.p[to] == '\n';
        to++;
        if (!line_end || keep_space)
            continue;
        take(r, to);
        while (r->at < r->text.n && is_space(r->text.p[r->at]))
            r->at++;
        to = r->at;
    }
    take(r, to);
    if (r->at == r->text.n)
        return true;
    r->m->mode = MARKUP_TAG_OPEN;
    take(r, r->at + 1);
    return true;
}

/* Content without elements, up to its own end tag. */
static bool step_raw(Run *r)
{
    Markup *m = r->m;
    for (size_t to = r->at; to < r->text.n; to++) {
        Str end = str_slice(r->text, to + 2, to + 2 + innermost(m).n);
        if (r->text.p[to] == '<' && to + 1 < r->text.n && r->text.p[to + 1] == '/' && markup_same(end, innermost(m))) {
            take(r, to + 2);
            m->mode = MARKUP_TAG_NAME;
            m->closing = true;
            m->from = r->text.p + r->at;
            return true;
        }
        if (m->mode == MARKUP_JSON && !is_space(r->text.p[to])) {
            r->at = to;
            return run_fail(r, "a data block holds one hole and nothing else: {{ expr }}", STR_NONE);
        }
    }
    take(r, r->text.n);
    return true;
}

static bool step_comment(Run *r)
{
    size_t end = str_find(str_slice(r->text, r->at, r->text.n), STR("-->"));
    if (end == SIZE_MAX)
        return run_fail(r, "a comment ends with -->; a template's own remark is {{! ... }}", STR_NONE);
    take(r, r->at + end + 3);
    r->m->mode = MARKUP_TEXT;
    return true;
}

static bool step_declaration(Run *r)
{
    size_t end = str_find(str_slice(r->text, r->at, r->text.n), STR(">"));
    if (end == SIZE_MAX)
        return run_fail(r, "a declaration ends with >", STR_NONE);
    take(r, r->at + end + 1);
    r->m->mode = MARKUP_TEXT;
    return true;
}

/* ---- tags ---- */

static bool step_tag_open(Run *r)
{
    Markup *m = r->m;
    Str rest = str_slice(r->text, r->at, r->text.n);
    m->closing = str_starts(rest, STR("/"));
    m->type = STR_NONE;
    if (str_starts(rest, STR("!--"))) {
        m->mode = MARKUP_COMMENT;
        take(r, r->at + 3);
        return true;
    }
    if (str_starts(rest, STR("!"))) {
        m->mode = MARKUP_DECLARATION;
        return true;
    }
    if (m->closing)
        take(r, r->at + 1);
    if (r->at == r->text.n || !is_letter(r->text.p[r->at]))
        return run_fail(r, "'<' begins a tag here; write &lt; for the sign itself", STR_NONE);
    m->mode = MARKUP_TAG_NAME;
    m->from = r->text.p + r->at;
    return true;
}

static bool step_tag_name(Run *r)
{
    Markup *m = r->m;
    size_t to = r->at;
    while (to < r->text.n && !is_space(r->text.p[to]) && r->text.p[to] != '>' && r->text.p[to] != '/')
        to++;
    take(r, to);
    if (r->at == r->text.n)
        return true; /* markup_hole or the next piece of text complains */
    m->tag = name_from(r);
    m->mode = MARKUP_AFTER_VALUE;
    return true;
}

static bool close_element(Run *r)
{
    Markup *m = r->m;
    if (m->depth == 0)
        return run_fail(r, "nothing is open that this could close", m->tag);
    if (!markup_same(innermost(m), m->tag))
        return run_fail(r, "another element must be closed first", innermost(m));
    m->depth--;
    m->mode = MARKUP_TEXT;
    return true;
}

static bool tag_done(Run *r, bool self_closed)
{
    Markup *m = r->m;
    if (m->closing)
        return close_element(r);
    bool foreign = is_inside(m, STR("svg")) || is_inside(m, STR("math"));
    m->mode = MARKUP_TEXT;
    if (markup_is_void(m->tag) || (self_closed && foreign))
        return true;
    if (self_closed)
        return run_fail(r, "only void and SVG elements may end with />; write the end tag", m->tag);
    if (m->depth == MARKUP_DEPTH_MAX)
        return run_fail(r, "elements are nested too deep (64)", m->tag);
    m->open[m->depth++] = m->tag;
    m->mode = foreign ? MARKUP_TEXT : markup_content(m->tag, m->type);
    m->json_full = false;
    if (foreign && markup_content(m->tag, m->type) == MARKUP_RAW)
        m->mode = MARKUP_RAW;
    return true;
}

/* Between attributes. Space must part them, as HTML wants it. */
static bool step_between(Run *r)
{
    Markup *m = r->m;
    char c = r->text.p[r->at];
    if (is_space(c)) {
        m->mode = MARKUP_BEFORE_ATTR;
        m->attr_out = r->out->n;
        while (r->at < r->text.n && is_space(r->text.p[r->at]))
            r->at++;
        bool ends = r->at < r->text.n && r->text.p[r->at] == '>';
        if (!ends)
            buf_char(r->out, ' ');
        return true;
    }
    if (c == '>') {
        bool done = tag_done(r, false);
        take(r, r->at + 1);
        return done;
    }
    if (c == '/') {
        m->mode = MARKUP_SELF_CLOSE;
        take(r, r->at + 1);
        return true;
    }
    if (m->mode != MARKUP_BEFORE_ATTR)
        return run_fail(r, "a space must stand before an attribute", m->tag);
    if (c == '=')
        return run_fail(r, "write name=\"value\" without spaces around '='", m->tag);
    m->mode = MARKUP_ATTR_NAME;
    m->from = r->text.p + r->at;
    return true;
}

static bool step_self_close(Run *r)
{
    if (r->text.p[r->at] != '>')
        return run_fail(r, "'/' may only stand before '>' in a tag", r->m->tag);
    bool done = tag_done(r, true);
    take(r, r->at + 1);
    return done;
}

static bool step_attr_name(Run *r)
{
    Markup *m = r->m;
    size_t to = r->at;
    while (to < r->text.n && !is_space(r->text.p[to]) && strchr("=>/\"'<", r->text.p[to]) == NULL)
        to++;
    take(r, to);
    m->attr_name = name_from(r);
    if (r->at == r->text.n)
        return true;
    if (r->text.p[r->at] != '=') {
        m->mode = MARKUP_AFTER_VALUE;
        return true;
    }
    take(r, r->at + 1);
    m->attr = markup_attr(m->tag, m->attr_name);
    m->url = (MarkupUrl){ .settled = !is_url(m) };
    m->mode = MARKUP_BEFORE_VALUE;
    return true;
}

static bool step_before_value(Run *r)
{
    Markup *m = r->m;
    char c = r->text.p[r->at];
    if (c != '"' && c != '\'')
        return run_fail(r, "attribute values are written in quotes", m->attr_name);
    take(r, r->at + 1);
    m->quote = c;
    m->value_empty = true;
    m->value_mixed = false;
    m->from = r->text.p + r->at;
    m->mode = MARKUP_VALUE;
    return true;
}

/* ---- values ---- */

static bool url_literal(Run *r, char c)
{
    MarkupUrl *u = &r->m->url;
    u->started = true;
    if (u->settled)
        return true;
    if (c == '/' || c == '?' || c == '#') {
        u->settled = true;
        return true;
    }
    if (c != ':') {
        if (u->scheme_n < MARKUP_SCHEME_MAX)
            u->scheme[u->scheme_n++] = c;
        return true;
    }
    u->settled = true;
    if (u->has_hole)
        return run_fail(r, "a hole may not make the scheme of a URL; begin with '/' or the scheme", r->m->attr_name);
    Str scheme = { u->scheme, u->scheme_n };
    if (markup_same(scheme, STR("javascript")) || markup_same(scheme, STR("vbscript")))
        return run_fail(r, "URLs may not hold scripts", r->m->attr_name);
    u->bad_scheme = !write_scheme_is_allowed(scheme);
    return true;
}

static bool step_value(Run *r)
{
    Markup *m = r->m;
    size_t to = r->at;
    while (to < r->text.n && r->text.p[to] != m->quote) {
        if (is_url(m) && !url_literal(&(Run){ m, r->text, to, r->out, r->problem }, r->text.p[to]))
            return false;
        to++;
    }
    m->value_empty = m->value_empty && to == r->at;
    take(r, to);
    if (r->at == r->text.n)
        return true;
    if (markup_same(m->attr_name, STR("type")) && !m->value_mixed)
        m->type = name_from(r);
    take(r, r->at + 1);
    m->mode = MARKUP_AFTER_VALUE;
    return true;
}

bool markup_literal(Markup *m, Str text, Buf *out, MarkupProblem *ret)
{
    static bool (*const steps[])(Run *) = {
        [MARKUP_TEXT] = step_text,
        [MARKUP_RCDATA] = step_raw,
        [MARKUP_RAW] = step_raw,
        [MARKUP_JSON] = step_raw,
        [MARKUP_TAG_OPEN] = step_tag_open,
        [MARKUP_TAG_NAME] = step_tag_name,
        [MARKUP_BEFORE_ATTR] = step_between,
        [MARKUP_ATTR_NAME] = step_attr_name,
        [MARKUP_BEFORE_VALUE] = step_before_value,
        [MARKUP_VALUE] = step_value,
        [MARKUP_AFTER_VALUE] = step_between,
        [MARKUP_SELF_CLOSE] = step_self_close,
        [MARKUP_COMMENT] = step_comment,
        [MARKUP_DECLARATION] = step_declaration,
    };
    Run r = { m, text, 0, out, ret };
    m->from = text.p; /* a value that goes on after a hole */
    while (r.at < text.n) {
        if (!steps[m->mode](&r))
            return false;
    }
    return true;
}

/* ---- holes ---- */

static const char *place_is_closed(MarkupMode mode)
{
    switch (mode) {
    case MARKUP_RAW: return "no holes in scripts and styles; put data into a data-* attribute or a JSON data block";
    case MARKUP_TAG_OPEN:
    case MARKUP_TAG_NAME: return "no holes in tag names";
    case MARKUP_BEFORE_ATTR:
    case MARKUP_ATTR_NAME:
    case MARKUP_AFTER_VALUE:
    case MARKUP_SELF_CLOSE:
        return "no holes in a tag outside quoted values; for a whole attribute write name=\"{{? expr}}\"";
    case MARKUP_BEFORE_VALUE: return "no holes in unquoted values; write name=\"{{ expr }}\"";
    case MARKUP_COMMENT:
    case MARKUP_DECLARATION: return "no holes in comments and declarations";
    case MARKUP_TEXT:
    case MARKUP_RCDATA:
    case MARKUP_JSON:
    case MARKUP_VALUE: break;
    }
    return NULL;
}

static bool url_hole(Markup *m, Writer *ret_writer, MarkupProblem *ret)
{
    MarkupUrl *u = &m->url;
    if (u->bad_scheme)
        return fail(ret, 0, "no holes in a URL of this scheme; http, https, mailto and tel are allowed", m->attr_name);
    if (m->attr == MARKUP_ATTR_FRAGMENT && !u->started)
        return fail(ret, 0, "this URL must begin with '#' in the template", m->attr_name);
    *ret_writer = u->started ? WRITE_URL_PART : WRITE_URL;
    u->started = true;
    u->has_hole = true;
    return true;
}

bool markup_hole(Markup *m, Writer *ret_writer, MarkupProblem *ret)
{
    const char *closed = place_is_closed(m->mode);
    if (closed)
        return fail(ret, 0, closed, m->mode == MARKUP_RAW ? innermost(m) : STR_NONE);
    if (m->mode == MARKUP_JSON) {
        if (m->json_full)
            return fail(ret, 0, "a data block holds one hole and nothing else: {{ expr }}", STR_NONE);
        m->json_full = true;
        *ret_writer = WRITE_JSON;
        return true;
    }
    *ret_writer = WRITE_HTML;
    if (m->mode != MARKUP_VALUE)
        return true;
    m->value_empty = false;
    m->value_mixed = true;
    if (m->attr == MARKUP_ATTR_CLOSED)
        return fail(ret, 0, "no holes in attributes that a browser runs or loads", m->attr_name);
    return m->attr == MARKUP_ATTR_PLAIN || url_hole(m, ret_writer, ret);
}

bool markup_message(Markup *m, MarkupProblem *ret)
{
    bool value = m->mode == MARKUP_VALUE && m->attr == MARKUP_ATTR_PLAIN;
    if (!value && m->mode != MARKUP_TEXT && m->mode != MARKUP_RCDATA)
        return fail(ret, 0, "wording may stand in text and in quoted attributes that hold text", STR_NONE);
    m->value_empty = false;
    m->value_mixed = true;
    return true;
}

bool markup_optional(Markup *m, char next, MarkupProblem *ret)
{
    if (m->mode != MARKUP_VALUE || !m->value_empty || next != m->quote)
        return fail(ret, 0, "{{? expr}} is a whole attribute: name=\"{{? expr}}\"", STR_NONE);
    if (m->attr != MARKUP_ATTR_PLAIN)
        return fail(ret, 0, "{{? expr}} cannot be a URL; put the element into {{#if}}", m->attr_name);
    m->mode = MARKUP_AFTER_VALUE;
    return true;
}

/* ---- branches ---- */

bool markup_pause(const Markup *m, MarkupProblem *ret)
{
    switch (m->mode) {
    case MARKUP_TEXT:
    case MARKUP_RCDATA:
    case MARKUP_BEFORE_ATTR:
    case MARKUP_AFTER_VALUE:
    case MARKUP_VALUE: return true;
    default:
        return fail(ret, 0, "partials and remarks may not split a name, and not stand in scripts or comments", m->tag);
    }
}

bool markup_branch(Markup *m, bool loop, MarkupProblem *ret)
{
    switch (m->mode) {
    case MARKUP_TEXT:
    case MARKUP_RCDATA:
    case MARKUP_BEFORE_ATTR: return true;
    case MARKUP_VALUE:
        m->value_empty = false;
        m->value_mixed = true;
        if (loop)
            m->url.started = true;
        return true;
    case MARKUP_AFTER_VALUE:
    case MARKUP_TAG_NAME:
    case MARKUP_ATTR_NAME:
        return fail(ret, 0, "put a space before the block, so that it holds whole attributes", STR_NONE);
    default:
        return fail(ret, 0, "no blocks here; they may hold text, whole attributes and parts of quoted values",
                    STR_NONE);
    }
}

static bool is_between(MarkupMode mode)
{
    return mode == MARKUP_BEFORE_ATTR || mode == MARKUP_AFTER_VALUE || mode == MARKUP_ATTR_NAME;
}

static bool same_open(const Markup *a, const Markup *b)
{
    if (a->depth != b->depth)
        return false;
    for (size_t i = 0; i < a->depth; i++) {
        if (!markup_same(a->open[i], b->open[i]))
            return false;
    }
    return true;
}

/* What holds whichever way was taken: each uncertainty is settled to the safer side. */
static void merge_url(MarkupUrl *into, const MarkupUrl *other)
{
    bool same = into->scheme_n == other->scheme_n && memcmp(into->scheme, other->scheme, into->scheme_n) == 0;
    into->has_hole = into->has_hole || other->has_hole || !same;
    into->started = into->started || other->started;
    into->settled = into->settled && other->settled;
    into->bad_scheme = into->bad_scheme || other->bad_scheme;
}

bool markup_merge(const Markup *start, const Markup *end, Markup *merged, bool *has_merged, MarkupProblem *ret)
{
    bool between = is_between(start->mode) && is_between(end->mode);
    if (!between && end->mode != start->mode)
        return fail(ret, 0, "the branch must end where it began: in text, in the same tag or in the same value",
                    STR_NONE);
    if (!same_open(start, end))
        return fail(ret, 0, "the branch must close the elements it opens, and no others", innermost(end));
    if (start->mode == MARKUP_VALUE && (start->quote != end->quote || !markup_same(start->attr_name, end->attr_name)))
        return fail(ret, 0, "the branch must end in the value it began in", start->attr_name);
    if (!*has_merged) {
        *merged = *end;
        *has_merged = true;
    } else {
        merge_url(&merged->url, &end->url);
    }
    /* Whether the last branch wrote an attribute is not known: what follows must begin with a space or end the tag. */
    if (between)
        merged->mode = MARKUP_AFTER_VALUE;
    return true;
}

bool markup_finish(const Markup *m, MarkupProblem *ret)
{
    if (m->depth > 0)
        return fail(ret, 0, "this element is never closed", innermost(m));
    if (m->mode != MARKUP_TEXT)
        return fail(ret, 0, "the page ends inside a tag", m->tag);
    return true;
}
