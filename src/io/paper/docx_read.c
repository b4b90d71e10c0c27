/* What people made of a document: the text that a reader of it would see, with the controls that are left in it. */
#include "io/paper/docx_private.h"
#include "io/paper/zip.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"

#define NS_WORD_STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"

/* ---- XML ---- */

static pthread_once_t xml_once = PTHREAD_ONCE_INIT;

/* A document type is the door to entities and to other files; the format has none (ISO/IEC 29500-2, 8.2.5). */
static void refuse_type(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    xmlParserCtxt *parser = ctx;
    (void)name;
    (void)external;
    (void)system;
    parser->_private = parser;
    xmlStopParser(parser);
}

static Rc says_xml(xmlParserCtxt *parser, const char *part, Err *err)
{
    char place[ERR_PLACE_MAX];
    const xmlError *e = &parser->lastError;
    size_t n = e->message ? strcspn(e->message, "\n") : 0;
    if (parser->_private)
        return err_at(err, RC_PARSE, part, "it declares a document type, which this format may not have");
    snprintf(place, sizeof place, "%s:%d:%d", part, e->line, e->int2);
    return err_at(err, RC_PARSE, place, "the file is damaged: %.*s", n ? (int)n : 12, n ? e->message : "no well XML");
}

static void free_docp(xmlDoc **doc)
{
    xmlFreeDoc(*doc);
}

static Rc parse_xml(Str bytes, const char *part, xmlDoc **ret, Err *err)
{
    const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    pthread_once(&xml_once, xmlInitParser);
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (!parser)
        return err_set(err, RC_NOMEM, "no memory to read a document");
    parser->sax->internalSubset = refuse_type;
    xmlDoc *doc = xmlCtxtReadMemory(parser, bytes.p, (int)bytes.n, NULL, NULL, options);
    Rc rc = doc && !parser->_private ? RC_OK : says_xml(parser, part, err);
    xmlFreeParserCtxt(parser);
    if (rc == RC_OK)
        *ret = doc;
    else
        xmlFreeDoc(doc);
    return rc;
}

static Rc read_xml(PaperZip *zip, Arena *arena, Str part, xmlDoc **ret, Err *err)
{
    Str bytes;
    TRY(paper_zip_part(zip, arena, part, &bytes, err));
    return parse_xml(bytes, arena_c(arena, part), ret, err);
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *child_of(const xmlNode *node, const char *name)
{
    const xmlNode *child = node ? node->children : NULL;
    while (child && !is_named(child, name))
        child = child->next;
    return child;
}

/* An attribute by its local name: prefixes are the writing program's choice. */
static Str attribute(const xmlNode *node, const char *name)
{
    const xmlAttr *a = node ? node->properties : NULL;
    while (a && strcmp((const char *)a->name, name) != 0)
        a = a->next;
    return a && a->children ? str_c((const char *)a->children->content) : STR_NONE;
}

/* A property that is on by being there (ISO/IEC 29500-1, 17.17.4). */
static bool is_on(const xmlNode *properties, const char *name)
{
    const xmlNode *p = child_of(properties, name);
    Str value = attribute(p, "val");
    return p && !str_eq(value, STR("0")) && !str_eq(value, STR("false")) && !str_eq(value, STR("off"));
}

static bool is_word(const xmlNode *node)
{
    const char *ns = node->ns ? (const char *)node->ns->href : "";
    return strcmp(ns, PAPER_NS_WORD) == 0 || strcmp(ns, NS_WORD_STRICT) == 0;
}

/* ---- what is being read ---- */

typedef struct Runs {
    PaperRun *items;
    size_t n;
    size_t cap;
} Runs;

/* What holds for all text below a node. */
typedef struct Under {
    Str mark;
    Str kept;
    Str label;
    int control;
    bool strong;
    int depth;
} Under;

typedef struct Reader {
    Arena *arena;
    Map styles; /* id -> StyleKind */
    PaperDoc *doc;
    size_t cap_blocks;
    Runs *open;        /* of the paragraph or cell that text goes to; NULL: outside */
    PaperBlock *table; /* that is being read, not yet among the blocks */
    size_t cap_rows;
    size_t cap_cells;
    Runs *cell;
    bool glue; /* the mark of the paragraph before was deleted: the next one goes on with it */
    int controls;
} Reader;

static Rc read_children(Reader *r, const xmlNode *node, Under under, Err *err);

static void add_text(Reader *r, const Under *under, Str text)
{
    if (!r->open)
        return;
    *ARENA_PUSH(r->arena, r->open->items, r->open->n, r->open->cap) = (PaperRun){ .text = text,
                                                                                  .mark = under->mark,
                                                                                  .kept = under->kept,
                                                                                  .label = under->label,
                                                                                  .control = under->control,
                                                                                  .strong = under->strong };
}

/* Programs cut text wherever they once had the cursor: neighbours that are alike become one. */
static Rc merge_runs(Reader *r, Runs *runs, Err *err)
{
    size_t kept = 0;
    for (size_t from = 0, to; from < runs->n; from = to) {
        PaperRun run = runs->items[from];
        size_t bytes = 0;
        for (to = from; to < runs->n; to++) {
            const PaperRun *next = &runs->items[to];
            if (next->control != run.control || (next->strong != run.strong && !run.control))
                break;
            bytes += next->text.n;
        }
        char *text = arena_alloc(r->arena, bytes + 1);
        run.text = (Str){ text, bytes };
        for (size_t i = from; i < to; i++) {
            const PaperRun *piece = &runs->items[i];
            if (piece->text.n)
                memcpy(text, piece->text.p, piece->text.n);
            text += piece->text.n;
        }
        if (bytes || run.control)
            runs->items[kept++] = run;
    }
    runs->n = kept;
    return kept > PAPER_RUNS_MAX ? err_set(err, RC_LIMIT, "a paragraph has more than %d pieces", PAPER_RUNS_MAX)
                                 : RC_OK;
}

static bool is_blank(const Runs *runs)
{
    for (size_t i = 0; i < runs->n; i++)
        if (runs->items[i].control || str_trim(runs->items[i].text).n)
            return false;
    return true;
}

static Rc push_block(Reader *r, PaperBlock block, Err *err)
{
    if (r->doc->n_blocks == PAPER_BLOCKS_MAX)
        return err_set(err, RC_LIMIT, "the document has more than %d paragraphs", PAPER_BLOCKS_MAX);
    *ARENA_PUSH(r->arena, r->doc->blocks, r->doc->n_blocks, r->cap_blocks) = block;
    return RC_OK;
}

/* ---- text ---- */

static Rc read_text(Reader *r, const xmlNode *node, Under under, Err *err)
{
    (void)err;
    for (const xmlNode *c = node->children; c; c = c->next) {
        Str text = c->type == XML_TEXT_NODE ? arena_str(r->arena, str_c((const char *)c->content)) : STR_NONE;
        char *p = text.n ? arena_alloc(r->arena, text.n) : NULL;
        for (size_t i = 0; i < text.n; i++) /* white space in XML is a space in text */
            p[i] = (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i];
        if (text.n)
            add_text(r, &under, (Str){ p, text.n });
    }
    return RC_OK;
}

static Rc read_break(Reader *r, const xmlNode *node, Under under, Err *err)
{
    (void)node;
    (void)err;
    add_text(r, &under, STR("\n"));
    return RC_OK;
}

static Rc read_tab(Reader *r, const xmlNode *node, Under under, Err *err)
{
    (void)node;
    (void)err;
    add_text(r, &under, STR("\t"));
    return RC_OK;
}

static Rc read_hyphen(Reader *r, const xmlNode *node, Under under, Err *err)
{
    (void)node;
    (void)err;
    add_text(r, &under, STR("-"));
    return RC_OK;
}

static Rc read_run(Reader *r, const xmlNode *node, Under under, Err *err)
{
    const xmlNode *properties = child_of(node, "rPr");
    if (is_on(properties, "vanish"))
        return RC_OK; /* hidden: nobody reads it */
    under.strong = is_on(properties, "b");
    return read_children(r, node, under, err);
}

/* What was deleted or moved away, properties, field codes, the sound above a word. */
static Rc skip(Reader *r, const xmlNode *node, Under under, Err *err)
{
    (void)r;
    (void)node;
    (void)under;
    (void)err;
    return RC_OK;
}

/* Of markup for newer and older programs, one is read (ISO/IEC 29500-3): else a text box would be read twice. */
static Rc read_alternatives(Reader *r, const xmlNode *node, Under under, Err *err)
{
    const xmlNode *chosen = child_of(node, "Choice");
    if (!chosen)
        chosen = child_of(node, "Fallback");
    return chosen ? read_children(r, chosen, under, err) : RC_OK;
}

/* A control with a name marks what stands in it; the innermost one counts. */
static Rc read_control(Reader *r, const xmlNode *node, Under under, Err *err)
{
    const xmlNode *properties = child_of(node, "sdtPr");
    const xmlNode *content = child_of(node, "sdtContent");
    Str tag = attribute(child_of(properties, "tag"), "val");
    size_t before = r->open ? r->open->n : 0;
    Str label = attribute(child_of(properties, "alias"), "val");
    if (!tag.n && !label.n)
        return content ? read_children(r, content, under, err) : RC_OK;
    Str kept = STR_NONE;
    Str mark = str_cut(tag, '=', &kept);
    under.mark = arena_str(r->arena, mark);
    under.kept = arena_str(r->arena, kept);
    under.label = arena_str(r->arena, label);
    under.control = ++r->controls;
    /* "Click here to enter text" is the program's, not the author's. */
    if (content && !is_on(properties, "showingPlcHdr"))
        TRY(read_children(r, content, under, err));
    if (r->open && r->open->n == before)
        add_text(r, &under, STR(""));
    return RC_OK;
}

/* ---- paragraphs ---- */

typedef struct StyleKind {
    PaperBlockKind kind;
    bool generated; /* of a table of contents */
} StyleKind;

static StyleKind paragraph_kind(Reader *r, const xmlNode *properties)
{
    Str id = attribute(child_of(properties, "pStyle"), "val");
    const StyleKind *style = id.n ? map_get(&r->styles, id) : NULL;
    return style ? *style : (StyleKind){ PAPER_PARAGRAPH, false };
}

static Rc end_paragraph(Reader *r, PaperBlockKind kind, Runs *runs, bool glued, Err *err)
{
    TRY(merge_runs(r, runs, err));
    if (is_blank(runs))
        return RC_OK;
    if (!glued)
        return push_block(r, (PaperBlock){ .kind = kind, .runs = runs->items, .n_runs = runs->n }, err);
    PaperBlock *last = &r->doc->blocks[r->doc->n_blocks - 1];
    last->runs = runs->items;
    last->n_runs = runs->n;
    return RC_OK;
}

static Rc read_paragraph(Reader *r, const xmlNode *node, Under under, Err *err)
{
    const xmlNode *properties = child_of(node, "pPr");
    StyleKind style = paragraph_kind(r, properties);
    bool deleted = child_of(child_of(properties, "rPr"), "del") != NULL;
    Runs own = { 0 };
    Runs *outer = r->open;
    if (style.generated)
        return RC_OK;
    if (r->cell) {
        r->open = r->cell;
        if (r->cell->n && !r->glue)
            add_text(r, &(Under){ 0 }, STR("\n"));
        r->glue = deleted;
        TRY(read_children(r, node, under, err));
        r->open = outer;
        return RC_OK;
    }
    const PaperBlock *last = r->doc->n_blocks ? &r->doc->blocks[r->doc->n_blocks - 1] : NULL;
    bool glued = r->glue && last && last->kind != PAPER_TABLE;
    for (size_t i = 0; glued && i < last->n_runs; i++)
        *ARENA_PUSH(r->arena, own.items, own.n, own.cap) = last->runs[i];
    r->open = &own;
    r->glue = false;
    TRY(read_children(r, node, under, err));
    r->open = outer;
    TRY(end_paragraph(r, style.kind, &own, glued, err));
    r->glue = deleted;
    return RC_OK;
}

/* ---- tables ---- */

static Rc read_table(Reader *r, const xmlNode *node, Under under, Err *err)
{
    PaperBlock table = { .kind = PAPER_TABLE };
    if (r->cell) /* a table in a cell is more text of the cell */
        return read_children(r, node, under, err);
    r->glue = false;
    r->table = &table;
    r->cap_rows = 0;
    TRY(read_children(r, node, under, err));
    r->table = NULL;
    return table.n_rows ? push_block(r, table, err) : RC_OK;
}

static Rc read_row(Reader *r, const xmlNode *node, Under under, Err *err)
{
    const xmlNode *properties = child_of(node, "trPr");
    if (!r->table || r->cell)
        return read_children(r, node, under, err);
    if (child_of(properties, "del"))
        return RC_OK;
    if (r->table->n_rows == PAPER_ROWS_MAX)
        return err_set(err, RC_LIMIT, "a table has more than %d rows", PAPER_ROWS_MAX);
    *ARENA_PUSH(r->arena, r->table->rows, r->table->n_rows, r->cap_rows) =
        (PaperRow){ .is_head = is_on(properties, "tblHeader") };
    r->cap_cells = 0;
    return read_children(r, node, under, err);
}

static bool is_right(const xmlNode *cell)
{
    Str jc = attribute(child_of(child_of(child_of(cell, "p"), "pPr"), "jc"), "val");
    return str_eq(jc, STR("right")) || str_eq(jc, STR("end"));
}

static Rc read_cell(Reader *r, const xmlNode *node, Under under, Err *err)
{
    Runs runs = { 0 };
    if (!r->table || !r->table->n_rows || r->cell)
        return read_children(r, node, under, err);
    PaperRow *row = &r->table->rows[r->table->n_rows - 1];
    if (row->n_cells == PAPER_COLUMNS_MAX)
        return err_set(err, RC_LIMIT, "a table has more than %d columns", PAPER_COLUMNS_MAX);
    r->cell = &runs;
    r->glue = false;
    TRY(read_children(r, node, under, err));
    r->cell = NULL;
    r->glue = false;
    TRY(merge_runs(r, &runs, err));
    *ARENA_PUSH(r->arena, row->cells, row->n_cells, r->cap_cells) =
        (PaperCell){ .runs = runs.items, .n_runs = runs.n, .is_number = is_right(node) };
    return RC_OK;
}

/* ---- the tree ---- */

typedef Rc (*ReadFn)(Reader *r, const xmlNode *node, Under under, Err *err);

/* Elements of WordprocessingML that mean something here. What is not named is looked into: insertions, moves, links,
 * smart tags and drawings hold text like any other. */
static ReadFn reader_of(const xmlNode *node)
{
    static const struct {
        const char *name;
        ReadFn read;
    } readers[] = {
        { "t", read_text },       { "r", read_run },    { "p", read_paragraph }, { "sdt", read_control },
        { "tbl", read_table },    { "tr", read_row },   { "tc", read_cell },     { "br", read_break },
        { "cr", read_break },     { "tab", read_tab },  { "ptab", read_tab },    { "noBreakHyphen", read_hyphen },
        { "del", skip },          { "moveFrom", skip }, { "delText", skip },     { "instrText", skip },
        { "delInstrText", skip }, { "pPr", skip },      { "rPr", skip },         { "tblPr", skip },
        { "tblGrid", skip },      { "trPr", skip },     { "tcPr", skip },        { "sectPr", skip },
        { "sdtPr", skip },        { "sdtEndPr", skip }, { "rt", skip },
    };
    for (size_t i = 0; i < ARRAY_LEN(readers); i++)
        if (is_named(node, readers[i].name) && is_word(node))
            return readers[i].read;
    return is_named(node, "AlternateContent") ? read_alternatives : read_children;
}

static Rc read_children(Reader *r, const xmlNode *node, Under under, Err *err)
{
    if (++under.depth > PAPER_DEPTH_MAX)
        return err_set(err, RC_LIMIT, "the document has more than %d elements inside one another", PAPER_DEPTH_MAX);
    for (const xmlNode *c = node->children; c; c = c->next)
        if (c->type == XML_ELEMENT_NODE)
            TRY(reader_of(c)(r, c, under, err));
    return RC_OK;
}

/* ---- the package ---- */

/* The part that the package says is its text: usually word/document.xml. */
static Str main_part(PaperZip *zip, Arena *arena)
{
    CLEANUP(free_docp) xmlDoc *doc = NULL;
    if (read_xml(zip, arena, STR("_rels/.rels"), &doc, NULL) == RC_OK)
        for (const xmlNode *c = xmlDocGetRootElement(doc)->children; c; c = c->next) {
            Str target = attribute(c, "Target");
            if (is_named(c, "Relationship") && str_ends(attribute(c, "Type"), STR("/officeDocument")) && target.n)
                return arena_str(arena, target.p[0] == '/' ? str_slice(target, 1, target.n) : target);
        }
    return STR("word/document.xml");
}

static Str beside(Arena *arena, Str part, const char *name)
{
    size_t slash = part.n;
    while (slash && part.p[slash - 1] != '/')
        slash--;
    return arena_printf(arena, "%.*s%s", (int)slash, part.p, name);
}

static bool same_name(Str name, const char *other)
{
    return name.n == strlen(other) && strncasecmp(name.p, other, name.n) == 0;
}

/* Programs rename a style's id, but not the name of a built-in one, apart from its capitals. */
static StyleKind kind_of_style(Str name)
{
    static const struct {
        const char *name;
        PaperBlockKind kind;
    } kinds[] = { { "title", PAPER_TITLE },
                  { "heading 1", PAPER_PART },
                  { "heading 2", PAPER_HEADING },
                  { "signature", PAPER_SIGNATURE },
                  { "yifa note", PAPER_NOTE } };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (same_name(name, kinds[i].name))
            return (StyleKind){ kinds[i].kind, false };
    return (StyleKind){ PAPER_PARAGRAPH, name.n == 5 && same_name(str_slice(name, 0, 4), "toc ") };
}

/* A document without readable styles is all paragraphs. */
static void read_styles(Reader *r, PaperZip *zip, Str part)
{
    CLEANUP(free_docp) xmlDoc *doc = NULL;
    map_init(&r->styles, r->arena);
    if (read_xml(zip, r->arena, beside(r->arena, part, "styles.xml"), &doc, NULL) != RC_OK)
        return;
    for (const xmlNode *c = xmlDocGetRootElement(doc)->children; c; c = c->next) {
        Str id = attribute(c, "styleId");
        if (!is_named(c, "style") || !id.n)
            continue;
        StyleKind *kind = ARENA_NEW(r->arena, StyleKind);
        *kind = kind_of_style(attribute(child_of(c, "name"), "val"));
        map_put(&r->styles, arena_str(r->arena, id), kind);
    }
}

static Str text_of(Arena *arena, const xmlNode *node)
{
    return node && node->children && node->children->type == XML_TEXT_NODE
               ? arena_str(arena, str_c((const char *)node->children->content))
               : STR_NONE;
}

static void read_properties(Arena *arena, PaperZip *zip, PaperDoc *doc)
{
    CLEANUP(free_docp) xmlDoc *core = NULL;
    CLEANUP(free_docp) xmlDoc *custom = NULL;
    size_t cap = 0;
    if (read_xml(zip, arena, STR("docProps/core.xml"), &core, NULL) == RC_OK)
        doc->title = text_of(arena, child_of(xmlDocGetRootElement(core), "title"));
    if (read_xml(zip, arena, STR("docProps/custom.xml"), &custom, NULL) != RC_OK)
        return;
    for (const xmlNode *c = xmlDocGetRootElement(custom)->children; c; c = c->next) {
        if (!is_named(c, "property") || doc->n_properties == PAPER_PROPERTIES_MAX)
            continue;
        const xmlNode *value = c->children;
        while (value && value->type != XML_ELEMENT_NODE)
            value = value->next;
        *ARENA_PUSH(arena, doc->properties, doc->n_properties, cap) =
            (PaperProperty){ arena_str(arena, attribute(c, "name")), text_of(arena, value) };
    }
}

static Rc read_package(Arena *arena, PaperZip *zip, PaperDoc *doc, Err *err)
{
    CLEANUP(free_docp) xmlDoc *xml = NULL;
    Reader r = { .arena = arena, .doc = doc };
    Str part = main_part(zip, arena);
    Rc rc = read_xml(zip, arena, part, &xml, err);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND
                   ? err_at(err, RC_PARSE, arena_c(arena, part), "the file lacks its text; is it a DOCX?")
                   : rc;
    const xmlNode *root = xmlDocGetRootElement(xml);
    if (!is_word(root) || !is_named(root, "document"))
        return err_at(err, RC_PARSE, arena_c(arena, part), "this is no text document; choose a DOCX file");
    read_styles(&r, zip, part);
    read_properties(arena, zip, doc);
    return read_children(&r, root, (Under){ 0 }, err);
}

Rc paper_docx_read(Arena *arena, Str bytes, PaperDoc **ret, Err *err)
{
    CLEANUP(paper_zip_closep) PaperZip *zip = NULL;
    PaperDoc *doc = ARENA_NEW(arena, PaperDoc);
    TRY(paper_zip_open(arena, bytes, &zip, err));
    TRY(read_package(arena, zip, doc, err));
    *ret = doc;
    return RC_OK;
}

Str paper_property(const PaperDoc *doc, Str name)
{
    for (size_t i = 0; i < doc->n_properties; i++)
        if (str_eq(doc->properties[i].name, name))
            return doc->properties[i].value;
    return STR_NONE;
}
