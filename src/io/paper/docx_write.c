/* The text of a DOCX, and the package around it. */
#include "io/paper/docx_private.h"
#include "io/paper/zip.h"

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define NS_RELS  "http://schemas.openxmlformats.org/package/2006/relationships"
#define TYPE_W   "application/vnd.openxmlformats-officedocument.wordprocessingml."

typedef struct Writer {
    Buf *out;
    size_t block; /* from 1, for messages */
    int controls; /* so far: each has an id of its own */
} Writer;

/* ---- runs ---- */

static Rc refuse_run(const Writer *w, const PaperRun *run, const char *why, Err *err)
{
    return err_set(err, RC_INVALID, "block %zu%s%.*s: %s", w->block, run->mark.n ? ", " : "", STR_ARG(run->mark), why);
}

/* Between line breaks and tabs, which are elements. */
static bool write_pieces(Buf *out, Str text)
{
    size_t from = 0;
    bool ok = true;
    for (size_t i = 0; i <= text.n; i++) {
        bool ends = i == text.n || text.p[i] == '\n' || text.p[i] == '\t';
        if (!ends)
            continue;
        if (i > from) {
            buf_c(out, "<w:t xml:space=\"preserve\">");
            ok = paper_xml_text(out, str_slice(text, from, i)) && ok;
            buf_c(out, "</w:t>");
        }
        if (i < text.n)
            buf_c(out, text.p[i] == '\n' ? "<w:br/>" : "<w:tab/>");
        from = i + 1;
    }
    return ok;
}

static Rc write_text(Writer *w, const PaperRun *run, Err *err)
{
    buf_c(w->out, "<w:r>");
    buf_c(w->out, run->strong ? "<w:rPr><w:b/></w:rPr>" : "");
    if (!write_pieces(w->out, run->text))
        return refuse_run(w, run, "it has a character that a document cannot hold", err);
    buf_c(w->out, "</w:r>");
    return RC_OK;
}

/* A plain-text content control (ISO/IEC 29500-1, 17.5.2). Its tag carries the mark and what it says now. */
static Rc write_control(Writer *w, const PaperRun *run, Err *err)
{
    Buf *out = w->out;
    bool ok = true;
    size_t taken = str_code_points(run->mark) + 1;
    if (taken > PAPER_MARK_MAX)
        return refuse_run(w, run, "its mark is too long for a tag", err);
    if (str_find(run->mark, STR("=")) != SIZE_MAX)
        return refuse_run(w, run, "its mark has '='", err);
    buf_c(out, "<w:sdt><w:sdtPr>");
    if (run->label.n) {
        size_t end = 0;
        for (int i = 0; i < PAPER_MARK_MAX && end < run->label.n; i++)
            str_next(run->label, &end);
        buf_c(out, "<w:alias w:val=\"");
        ok = paper_xml_text(out, str_slice(run->label, 0, end));
        buf_c(out, "\"/>");
    }
    buf_c(out, "<w:tag w:val=\"");
    ok = paper_xml_text(out, run->mark) && ok;
    if (run->kept.n && taken + str_code_points(run->kept) <= PAPER_MARK_MAX) {
        buf_char(out, '=');
        ok = paper_xml_text(out, run->kept) && ok;
    }
    buf_printf(out, "\"/><w:id w:val=\"%d\"/><w:text/></w:sdtPr><w:sdtContent>", 1000 + ++w->controls);
    if (!ok)
        return refuse_run(w, run, "its mark has a character that a document cannot hold", err);
    TRY(write_text(w, run, err));
    buf_c(out, "</w:sdtContent></w:sdt>");
    return RC_OK;
}

static Rc write_runs(Writer *w, const PaperRun *runs, size_t n, Err *err)
{
    if (n > PAPER_RUNS_MAX)
        return err_set(err, RC_LIMIT, "block %zu has more than %d pieces", w->block, PAPER_RUNS_MAX);
    for (size_t i = 0; i < n; i++)
        TRY((runs[i].mark.n ? write_control : write_text)(w, &runs[i], err));
    return RC_OK;
}

/* ---- tables ---- */

enum { CELL_NARROWEST = 6, CELL_WIDEST = 40, CELL_MARGINS = 2, HALF_CHARACTER = 120 /* twips at 12 pt */ };

/* How wide a cell wants to be, in halves of a character. */
static int wants(const PaperCell *cell, bool two_lines)
{
    enum { WIDE_FROM = 0x1100 };
    int width = 0;
    for (size_t r = 0; r < cell->n_runs; r++)
        for (size_t at = 0; at < cell->runs[r].text.n && width < 2 * CELL_WIDEST;)
            width += str_next(cell->runs[r].text, &at) >= WIDE_FROM ? 2 : 1;
    width = (two_lines ? (width + 1) / 2 : width) + CELL_MARGINS;
    return width < CELL_NARROWEST ? CELL_NARROWEST : width > CELL_WIDEST ? CELL_WIDEST : width;
}

/* Columns get what they want if it fits; else the widest give first. What is left over or lacks is shared. */
static void share_width(int *widths, size_t n)
{
    int sum = 0;
    for (int cap = CELL_WIDEST; cap >= CELL_NARROWEST; cap--) {
        sum = 0;
        for (size_t c = 0; c < n; c++) {
            widths[c] = widths[c] < cap ? widths[c] : cap;
            sum += widths[c];
        }
        if (sum * HALF_CHARACTER <= TEXT_WIDTH)
            break;
    }
    for (size_t c = 0; c < n; c++)
        widths[c] = TEXT_WIDTH * widths[c] / sum;
}

/* What its widest cell makes each column want; returns the sum. */
static int wanted_widths(const PaperBlock *table, bool wrap_heads, int *widths, size_t n)
{
    int sum = 0;
    for (size_t c = 0; c < n; c++) {
        widths[c] = CELL_NARROWEST;
        for (size_t r = 0; r < table->n_rows; r++) {
            const PaperRow *row = &table->rows[r];
            int wanted = c < row->n_cells ? wants(&row->cells[c], wrap_heads && row->is_head) : 0;
            widths[c] = wanted > widths[c] ? wanted : widths[c];
        }
        sum += widths[c];
    }
    return sum;
}

static Rc column_widths(Writer *w, const PaperBlock *table, int *widths, size_t *ret_n, Err *err)
{
    size_t n = 0;
    for (size_t r = 0; r < table->n_rows; r++)
        n = table->rows[r].n_cells > n ? table->rows[r].n_cells : n;
    if (n > PAPER_COLUMNS_MAX)
        return err_set(err, RC_LIMIT, "the table in block %zu has more than %d columns", w->block, PAPER_COLUMNS_MAX);
    if (!n)
        return err_set(err, RC_INVALID, "the table in block %zu is empty", w->block);
    /* Where it is crowded, heads take two lines. */
    if (wanted_widths(table, false, widths, n) * HALF_CHARACTER > TEXT_WIDTH)
        wanted_widths(table, true, widths, n);
    share_width(widths, n);
    *ret_n = n;
    return RC_OK;
}

static Rc write_cell(Writer *w, const PaperCell *cell, bool head, int width, Err *err)
{
    buf_printf(w->out,
               "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr>"
               "<w:pStyle w:val=\"%s\"/>%s</w:pPr>",
               width, head ? "TableHead" : "TableText", cell->is_number && !head ? "<w:jc w:val=\"right\"/>" : "");
    TRY(write_runs(w, cell->runs, cell->n_runs, err));
    buf_c(w->out, "</w:p></w:tc>");
    return RC_OK;
}

static Rc write_row(Writer *w, const PaperRow *row, const int *widths, size_t n, Err *err)
{
    const PaperCell none = { 0 };
    buf_printf(w->out, "<w:tr><w:trPr><w:cantSplit/>%s</w:trPr>", row->is_head ? "<w:tblHeader/>" : "");
    for (size_t c = 0; c < n; c++)
        TRY(write_cell(w, c < row->n_cells ? &row->cells[c] : &none, row->is_head, widths[c], err));
    buf_c(w->out, "</w:tr>\n");
    return RC_OK;
}

static Rc write_table(Writer *w, const PaperBlock *table, Err *err)
{
    static const char *const sides[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    int widths[PAPER_COLUMNS_MAX];
    size_t n = 0;
    if (table->n_rows > PAPER_ROWS_MAX)
        return err_set(err, RC_LIMIT, "the table in block %zu has more than %d rows", w->block, PAPER_ROWS_MAX);
    TRY(column_widths(w, table, widths, &n, err));
    buf_c(w->out, "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        buf_printf(w->out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>", sides[i]);
    buf_c(w->out, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (size_t c = 0; c < n; c++)
        buf_printf(w->out, "<w:gridCol w:w=\"%d\"/>", widths[c]);
    buf_c(w->out, "</w:tblGrid>\n");
    for (size_t r = 0; r < table->n_rows; r++)
        TRY(write_row(w, &table->rows[r], widths, n, err));
    buf_c(w->out, "</w:tbl>\n");
    return RC_OK;
}

/* ---- blocks ---- */

/* The first line of a signature stands off the text and all of it stays together (GB/T 9704-2012, 7.3.5). */
static const char *signature_spacing(const PaperDoc *doc, size_t at)
{
    bool first = at == 0 || doc->blocks[at - 1].kind != PAPER_SIGNATURE;
    bool last = at + 1 == doc->n_blocks || doc->blocks[at + 1].kind != PAPER_SIGNATURE;
    if (first)
        return last ? "<w:spacing w:before=\"579\"/>" : "<w:keepNext/><w:spacing w:before=\"579\"/>";
    return last ? "<w:ind w:rightChars=\"400\" w:right=\"1260\"/>" : "<w:keepNext/>";
}

static bool is_table(const PaperDoc *doc, size_t at)
{
    return at < doc->n_blocks && doc->blocks[at].kind == PAPER_TABLE;
}

/* A table has no margins of its own: its neighbours keep their distance. */
static void write_distance(Writer *w, const PaperDoc *doc, size_t at)
{
    const bool below = at > 0 && is_table(doc, at - 1);
    const bool above = is_table(doc, at + 1);
    if (below && above)
        buf_c(w->out, "<w:spacing w:before=\"120\" w:after=\"60\"/>");
    else if (below || above)
        buf_c(w->out, below ? "<w:spacing w:before=\"120\"/>" : "<w:spacing w:after=\"60\"/>");
}

static Rc write_block(Writer *w, const PaperDoc *doc, size_t at, Err *err)
{
    const PaperBlock *block = &doc->blocks[at];
    w->block = at + 1;
    if (block->kind == PAPER_TABLE) {
        /* Without a paragraph between them word processors make one table of two. */
        if (at > 0 && is_table(doc, at - 1))
            buf_c(w->out, "<w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr></w:p>\n");
        return write_table(w, block, err);
    }
    buf_printf(w->out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>", paper_style_ids[block->kind]);
    if (block->kind == PAPER_SIGNATURE)
        buf_c(w->out, signature_spacing(doc, at));
    else if (block->kind != PAPER_NOTE) /* has its own */
        write_distance(w, doc, at);
    buf_c(w->out, "</w:pPr>");
    TRY(write_runs(w, block->runs, block->n_runs, err));
    buf_c(w->out, "</w:p>\n");
    return RC_OK;
}

static Rc write_document(Buf *out, const PaperPackage *package, Err *err)
{
    const PaperDoc *doc = package->doc;
    Writer w = { .out = out };
    if (doc->n_blocks > PAPER_BLOCKS_MAX)
        return err_set(err, RC_LIMIT, "a document has at most %d paragraphs", PAPER_BLOCKS_MAX);
    buf_c(out,
          XML_HEAD "<w:document xmlns:w=\"" PAPER_NS_WORD "\" xmlns:r=\"" PAPER_NS_OFFICE "relationships\"><w:body>\n");
    for (size_t i = 0; i < doc->n_blocks; i++)
        TRY(write_block(&w, doc, i, err));
    /* A body may not end with a table: word processors add a paragraph below it. */
    if (doc->n_blocks && doc->blocks[doc->n_blocks - 1].kind == PAPER_TABLE)
        buf_c(out, "<w:p/>\n");
    buf_printf(out,
               "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/>"
               "<w:footerReference w:type=\"even\" r:id=\"rId5\"/><w:pgSz w:w=\"%d\" w:h=\"%d\"/>"
               "<w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"851\" w:footer=\"%d\" "
               "w:gutter=\"0\"/><w:docGrid w:type=\"lines\" w:linePitch=\"%d\"/></w:sectPr></w:body></w:document>\n",
               PAGE_WIDTH, PAGE_HEIGHT, PAGE_TOP, PAGE_RIGHT, PAGE_BOTTOM, PAGE_LEFT, PAGE_FOOT, LINE_PITCH);
    return RC_OK;
}

/* ---- the package ---- */

typedef struct Part {
    const char *name;
    Rc (*write)(Buf *out, const PaperPackage *package, Err *err);
    const char *type;   /* content type; NULL: none of its own */
    const char *target; /* as word/document.xml names it; NULL: not named there */
    const char *relation;
} Part;

static Rc write_types(Buf *out, const PaperPackage *package, Err *err);
static Rc write_package_relations(Buf *out, const PaperPackage *package, Err *err);
static Rc write_document_relations(Buf *out, const PaperPackage *package, Err *err);

/* The relations of the document are numbered from 1 in this order: its footers are rId4 and rId5. */
static const Part parts[] = {
    { "[Content_Types].xml", write_types, NULL, NULL, NULL },
    { "_rels/.rels", write_package_relations, NULL, NULL, NULL },
    { "word/document.xml", write_document, TYPE_W "document.main+xml", NULL, NULL },
    { "word/_rels/document.xml.rels", write_document_relations, NULL, NULL, NULL },
    { "word/styles.xml", paper_write_styles, TYPE_W "styles+xml", "styles.xml", "styles" },
    { "word/settings.xml", paper_write_settings, TYPE_W "settings+xml", "settings.xml", "settings" },
    { "word/fontTable.xml", paper_write_fonts, TYPE_W "fontTable+xml", "fontTable.xml", "fontTable" },
    { "word/footer1.xml", paper_write_odd_footer, TYPE_W "footer+xml", "footer1.xml", "footer" },
    { "word/footer2.xml", paper_write_even_footer, TYPE_W "footer+xml", "footer2.xml", "footer" },
    { "docProps/core.xml", paper_write_core, "application/vnd.openxmlformats-package.core-properties+xml", NULL, NULL },
    { "docProps/custom.xml", paper_write_custom, "application/vnd.openxmlformats-officedocument.custom-properties+xml",
      NULL, NULL },
};

static Rc write_types(Buf *out, const PaperPackage *package, Err *err)
{
    (void)package;
    (void)err;
    buf_c(out, XML_HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                        "<Default Extension=\"rels\" "
                        "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i].type)
            buf_printf(out, "<Override PartName=\"/%s\" ContentType=\"%s\"/>", parts[i].name, parts[i].type);
    buf_c(out, "</Types>\n");
    return RC_OK;
}

static Rc write_package_relations(Buf *out, const PaperPackage *package, Err *err)
{
    (void)package;
    (void)err;
    buf_c(out, XML_HEAD "<Relationships xmlns=\"" NS_RELS "\">"
                        "<Relationship Id=\"rId1\" Type=\"" PAPER_NS_OFFICE
                        "relationships/officeDocument\" Target=\"word/document.xml\"/>"
                        "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/"
                        "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
                        "<Relationship Id=\"rId3\" Type=\"" PAPER_NS_OFFICE
                        "relationships/custom-properties\" Target=\"docProps/custom.xml\"/></Relationships>\n");
    return RC_OK;
}

static Rc write_document_relations(Buf *out, const PaperPackage *package, Err *err)
{
    (void)package;
    (void)err;
    int n = 0;
    buf_c(out, XML_HEAD "<Relationships xmlns=\"" NS_RELS "\">");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i].target)
            buf_printf(out, "<Relationship Id=\"rId%d\" Type=\"" PAPER_NS_OFFICE "relationships/%s\" Target=\"%s\"/>",
                       ++n, parts[i].relation, parts[i].target);
    buf_c(out, "</Relationships>\n");
    return RC_OK;
}

static Rc check_properties(const PaperDoc *doc, Err *err)
{
    if (doc->n_properties > PAPER_PROPERTIES_MAX)
        return err_set(err, RC_LIMIT, "a document has at most %d properties", PAPER_PROPERTIES_MAX);
    for (size_t i = 0; i < doc->n_properties; i++)
        if (str_code_points(doc->properties[i].name) > PAPER_PROPERTY_TEXT_MAX ||
            str_code_points(doc->properties[i].value) > PAPER_PROPERTY_TEXT_MAX)
            return err_set(err, RC_LIMIT, "property %.*s is longer than %d characters",
                           STR_ARG(str_head(doc->properties[i].name, 80)), PAPER_PROPERTY_TEXT_MAX);
    return RC_OK;
}

Rc paper_docx_write(Arena *arena, const PaperDoc *doc, const PaperStyle *style, int64_t at_ms, Str *ret, Err *err)
{
    PaperPackage package = { arena, doc, style, at_ms };
    PaperPart written[ARRAY_LEN(parts)];
    TRY(check_properties(doc, err));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        Buf out;
        buf_init(&out, PAPER_DOCUMENT_MAX);
        Rc rc = parts[i].write(&out, &package, err);
        if (rc == RC_OK)
            rc = buf_check(&out, err);
        written[i] = (PaperPart){ parts[i].name, buf_to_arena(&out, arena) };
        buf_free(&out);
        TRY(rc);
    }
    return paper_zip_write(arena, written, ARRAY_LEN(written), at_ms, ret, err);
}
