/* xml.c - libxml2's events as a tree.
 *
 * Events instead of libxml2's own tree: nothing is built that a model does not need, a DOCTYPE ends the reading before
 * any of its declarations is looked at, and what is kept lives in one arena. */
#include "core/dmn/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

static const char *const MODEL_NAMESPACES[] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",   /* 1.1 */
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd", /* 1.1, as some tools write it */
    "http://www.omg.org/spec/DMN/20180521/MODEL/",    /* 1.2 */
    "https://www.omg.org/spec/DMN/20191111/MODEL/",   /* 1.3 */
    "https://www.omg.org/spec/DMN/20211108/MODEL/",   /* 1.4 */
    "https://www.omg.org/spec/DMN/20230324/MODEL/",   /* 1.5 */
};

typedef struct Reader {
    Arena *arena;
    xmlParserCtxtPtr parser;
    XmlNode *root;
    XmlNode *open; /* the innermost element not yet closed */
    int depth;     /* of all elements, also of those left out */
    int skipping;  /* levels inside an element that is left out */
    size_t *n_nodes;
    char *text; /* of the element that is open, growing */
    size_t n_text, cap_text;
    Rc rc;
    Err *err;
} Reader;

static void fail(Reader *r, Rc rc, int line, const char *text)
{
    if (r->rc != RC_OK)
        return;
    Str place = arena_printf(r->arena, "%d", line);
    r->rc = err_at(r->err, rc, place.p, "%s", text);
    xmlStopParser(r->parser);
}

static int line_of(const Reader *r)
{
    return r->parser->input ? r->parser->input->line : 0;
}

static Reader *reader_of(void *ctx)
{
    return ((xmlParserCtxtPtr)ctx)->_private;
}

static Str copy(Reader *r, const xmlChar *bytes, size_t n)
{
    return arena_str(r->arena, (Str){ (const char *)bytes, n });
}

static bool is_model(const xmlChar *uri)
{
    for (size_t i = 0; uri && i < ARRAY_LEN(MODEL_NAMESPACES); i++)
        if (strcmp((const char *)uri, MODEL_NAMESPACES[i]) == 0)
            return true;
    return false;
}

/* ---- events ---- */

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    Reader *r = reader_of(ctx);
    fail(r, RC_PARSE, line_of(r), "a DOCTYPE is not allowed in a model; remove it");
}

/* Characters between two children belong to their parent; the text of a leaf is what matters, so one buffer serves. */
static void on_characters(void *ctx, const xmlChar *bytes, int n)
{
    Reader *r = reader_of(ctx);
    if (r->skipping || !r->open || n <= 0)
        return;
    size_t need = r->n_text + (size_t)n;
    while (r->cap_text < need)
        r->text = arena_grow(r->arena, r->text, r->n_text, &r->cap_text, 1);
    memcpy(r->text + r->n_text, bytes, (size_t)n);
    r->n_text = need;
}

/* libxml2 gives an attribute as five pointers: name, prefix, namespace, first and one past the last byte of its value.
 */
static void take_attributes(Reader *r, XmlNode *node, int n, const xmlChar **given)
{
    XmlAttr *attrs = ARENA_ARRAY(r->arena, XmlAttr, (size_t)n);
    for (int i = 0; i < n; i++) {
        const xmlChar **a = &given[i * 5];
        if (a[1])
            continue; /* prefixed: another vocabulary's */
        attrs[node->n_attrs].name = copy(r, a[0], strlen((const char *)a[0]));
        attrs[node->n_attrs++].value = copy(r, a[3], (size_t)(a[4] - a[3]));
    }
    node->attrs = attrs;
}

static void take_prefixes(Reader *r, XmlNode *node, int n, const xmlChar **given)
{
    XmlAttr *prefixes = ARENA_ARRAY(r->arena, XmlAttr, (size_t)n);
    for (int i = 0; i < n; i++) {
        const xmlChar *prefix = given[2 * i];
        const xmlChar *uri = given[2 * i + 1];
        prefixes[i].name = prefix ? copy(r, prefix, strlen((const char *)prefix)) : STR_NONE;
        prefixes[i].value = uri ? copy(r, uri, strlen((const char *)uri)) : STR_NONE;
    }
    node->prefixes = prefixes;
    node->n_prefixes = (size_t)n;
}

static void link_node(Reader *r, XmlNode *node)
{
    XmlNode *parent = r->open;
    node->parent = parent;
    if (!parent) {
        r->root = node;
    } else {
        if (parent->last)
            parent->last->next = node;
        else
            parent->first = node;
        parent->last = node;
    }
    r->open = node;
    r->n_text = 0;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_prefixes,
                     const xmlChar **prefixes, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
    (void)prefix;
    (void)n_defaulted;
    Reader *r = reader_of(ctx);
    if (r->rc != RC_OK)
        return;
    int line = line_of(r);
    r->depth++;
    *r->n_nodes += 1 + (size_t)n_attrs + (size_t)n_prefixes;
    if (r->depth > XML_NESTING_MAX)
        fail(r, RC_LIMIT, line, "elements are nested deeper than 256 levels");
    else if (*r->n_nodes > XML_NODES_MAX || n_attrs > XML_ATTRIBUTES_MAX || n_prefixes > XML_ATTRIBUTES_MAX)
        fail(r, RC_LIMIT, line, "too many elements or attributes");
    else if (!r->root && !is_model(uri))
        fail(r, RC_PARSE, line, "this is no decision model: the outermost element is not DMN's definitions");
    if (r->rc != RC_OK)
        return;
    if (r->skipping || !is_model(uri)) {
        r->skipping++;
        return;
    }
    XmlNode *node = ARENA_NEW(r->arena, XmlNode);
    node->name = copy(r, name, strlen((const char *)name));
    node->line = line;
    take_attributes(r, node, n_attrs, attrs);
    take_prefixes(r, node, n_prefixes, prefixes);
    link_node(r, node);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name;
    (void)prefix;
    (void)uri;
    Reader *r = reader_of(ctx);
    if (r->rc != RC_OK)
        return;
    r->depth--;
    if (r->skipping) {
        r->skipping--;
        return;
    }
    if (!r->open->first)
        r->open->text = arena_str(r->arena, (Str){ r->text, r->n_text });
    r->n_text = 0;
    r->open = r->open->parent;
}

/* Also where libxml2 would go on (an undeclared prefix), the file is refused: its meaning would be a guess. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    Reader *r = reader_of(ctx);
    if (error->level < XML_ERR_ERROR || r->rc != RC_OK)
        return;
    Str what = str_trim(str_c(error->message));
    Str text = arena_printf(r->arena, "not well-formed XML: %.*s", STR_ARG(what));
    fail(r, RC_PARSE, error->line, text.p);
}

/* ---- reading ---- */

static void set_events(xmlParserCtxtPtr parser)
{
    xmlSAXHandler *sax = parser->sax;
    memset(sax, 0, sizeof *sax);
    sax->initialized = XML_SAX2_MAGIC;
    sax->internalSubset = on_doctype;
    sax->startElementNs = on_start;
    sax->endElementNs = on_end;
    sax->characters = on_characters;
    sax->ignorableWhitespace = on_characters;
    sax->cdataBlock = on_characters;
    sax->serror = on_error;
}

static void parser_freep(xmlParserCtxtPtr *parser)
{
    if (*parser)
        xmlFreeParserCtxt(*parser);
}

Rc xml_read(Arena *arena, Str bytes, size_t *n_nodes, const XmlNode **ret_root, Err *err)
{
    if (bytes.n > XML_BYTES_MAX)
        return err_set(err, RC_LIMIT, "the file is larger than %d bytes", XML_BYTES_MAX);
    if (bytes.n == 0)
        return err_at(err, RC_PARSE, "1", "the file is empty");
    xmlInitParser();
    CLEANUP(parser_freep) xmlParserCtxtPtr parser = xmlCreateMemoryParserCtxt(bytes.p, (int)bytes.n);
    if (!parser)
        return err_set(err, RC_NOMEM, "out of memory while reading XML");
    Reader r = { .arena = arena, .parser = parser, .n_nodes = n_nodes, .err = err };
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NODICT | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT);
    set_events(parser);
    parser->_private = &r;
    int failed = xmlParseDocument(parser);
    if (r.rc != RC_OK)
        return r.rc;
    if (failed || !parser->wellFormed || !r.root || r.open)
        return err_at(err, RC_PARSE, "1", "not well-formed XML");
    *ret_root = r.root;
    return RC_OK;
}

/* ---- looking at the tree ---- */

Str xml_attr(const XmlNode *node, const char *name)
{
    for (size_t i = 0; i < node->n_attrs; i++)
        if (str_eq_c(node->attrs[i].name, name))
            return node->attrs[i].value;
    return STR_NONE;
}

bool xml_is(const XmlNode *node, const char *name)
{
    return node && str_eq_c(node->name, name);
}

static const XmlNode *named_from(const XmlNode *node, const char *name)
{
    while (node && !xml_is(node, name))
        node = node->next;
    return node;
}

const XmlNode *xml_child(const XmlNode *node, const char *name)
{
    return node ? named_from(node->first, name) : NULL;
}

const XmlNode *xml_sibling(const XmlNode *node, const char *name)
{
    return named_from(node->next, name);
}

Str xml_child_text(const XmlNode *node, const char *name)
{
    const XmlNode *child = xml_child(node, name);
    return child ? str_trim(child->text) : STR_NONE;
}

Str xml_namespace(const XmlNode *node, Str prefix)
{
    for (; node; node = node->parent)
        for (size_t i = 0; i < node->n_prefixes; i++)
            if (str_eq(node->prefixes[i].name, prefix))
                return node->prefixes[i].value;
    return STR_NONE;
}
