/* The parts of a DOCX that are the same for every document, but for names of fonts. */
#include "io/paper/docx_private.h"

#include "base/date.h"

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

/* ---- text ---- */

static bool is_carried(uint32_t c)
{
    return c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff;
}

bool paper_xml_text(Buf *out, Str text)
{
    if (!str_is_utf8(text, NULL))
        return false;
    for (size_t at = 0; at < text.n;)
        if (!is_carried(str_next(text, &at)))
            return false;
    buf_html(out, text);
    return true;
}

/* ---- styles ---- */

const char *const paper_style_ids[] = { "Title", "Heading1", "Heading2", "Body", "Signature", "Note", "TableText" };

/* What a paragraph style says beyond its font. The number after ind, firstLineChars and the like is in hundredths of a
 * character, that beside it in twips for programs that do not know characters. */
typedef struct Paragraph {
    const char *id;
    const char *name;
    size_t font; /* offset in PaperStyle */
    int half_points;
    bool strong;
    const char *properties; /* of w:pPr, in the schema's order */
} Paragraph;

#define BODY_INDENT   "<w:ind w:firstLineChars=\"200\" w:firstLine=\"630\"/>"
#define TABLE_SPACING "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"360\" w:lineRule=\"atLeast\"/>"

static const Paragraph paragraphs[] = {
    { "Title", "Title", offsetof(PaperStyle, title), 44, false,
      "<w:keepNext/><w:snapToGrid w:val=\"0\"/><w:spacing w:after=\"579\" w:line=\"680\" w:lineRule=\"exact\"/>"
      "<w:jc w:val=\"center\"/>" },
    { "Heading1", "heading 1", offsetof(PaperStyle, part), 32, false,
      "<w:keepNext/>" BODY_INDENT "<w:outlineLvl w:val=\"0\"/>" },
    { "Heading2", "heading 2", offsetof(PaperStyle, heading), 32, false,
      "<w:keepNext/>" BODY_INDENT "<w:outlineLvl w:val=\"1\"/>" },
    { "Body", "Body Text", offsetof(PaperStyle, body), 32, false, BODY_INDENT },
    { "Signature", "Signature", offsetof(PaperStyle, body), 32, false,
      "<w:keepLines/><w:ind w:rightChars=\"200\" w:right=\"630\"/><w:jc w:val=\"right\"/>" },
    { "Note", "Yifa Note", offsetof(PaperStyle, body), 24, false,
      "<w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"60\" w:after=\"120\" w:line=\"360\" w:lineRule=\"atLeast\"/>"
      "<w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/>" },
    { "TableText", "Yifa Table", offsetof(PaperStyle, body), 24, false, TABLE_SPACING "<w:jc w:val=\"left\"/>" },
    { "TableHead", "Yifa Table Head", offsetof(PaperStyle, part), 24, false,
      "<w:keepNext/>" TABLE_SPACING "<w:jc w:val=\"center\"/>" },
};

static void write_fonts_of(Buf *out, const PaperFont *font)
{
    static const char *const slots[] = { "ascii", "hAnsi", "eastAsia", "cs" };
    buf_c(out, "<w:rFonts w:hint=\"eastAsia\"");
    for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
        buf_printf(out, " w:%s=\"", slots[i]);
        buf_html(out, font->name);
        buf_char(out, '"');
    }
    buf_c(out, "/>");
}

static void write_paragraph_style(Buf *out, const PaperStyle *style, const Paragraph *p)
{
    /* The offset is one of PaperStyle's own members, so what it leads to is aligned. */
    const PaperFont *font = (const PaperFont *)(const void *)((const char *)style + p->font);
    buf_printf(out,
               "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/><w:basedOn w:val=\"Normal\"/>"
               "<w:qFormat/><w:pPr>%s</w:pPr><w:rPr>",
               p->id, p->name, p->properties);
    write_fonts_of(out, font);
    buf_printf(out, "%s<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr></w:style>\n", p->strong ? "<w:b/>" : "",
               p->half_points, p->half_points);
}

Rc paper_write_styles(Buf *out, const PaperPackage *package, Err *err)
{
    const PaperStyle *style = package->style;
    (void)err;
    buf_c(out, XML_HEAD "<w:styles xmlns:w=\"" PAPER_NS_WORD "\"><w:docDefaults><w:rPrDefault><w:rPr>");
    write_fonts_of(out, &style->body);
    /* 28 characters of 16 pt do not fit 156 mm: a quarter point less between them makes them 15.75 pt wide, the third
     * size as printers count it. */
    buf_c(out, "<w:spacing w:val=\"-5\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/><w:lang w:val=\"");
    buf_html(out, style->lang);
    buf_c(out, "\" w:eastAsia=\"");
    buf_html(out, style->lang);
    buf_printf(out,
               "\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN "
               "w:val=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults>\n"
               "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/>"
               "<w:qFormat/><w:pPr><w:widowControl w:val=\"0\"/>"
               "<w:spacing w:line=\"%d\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/></w:pPr></w:style>\n"
               "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/>"
               "<w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:left w:w=\"80\" w:type=\"dxa\"/>"
               "<w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\n",
               LINE_PITCH);
    for (size_t i = 0; i < ARRAY_LEN(paragraphs); i++)
        write_paragraph_style(out, style, &paragraphs[i]);
    buf_c(out, "<w:style w:type=\"paragraph\" w:styleId=\"Footer\"><w:name w:val=\"footer\"/>"
               "<w:basedOn w:val=\"Normal\"/><w:pPr><w:snapToGrid w:val=\"0\"/>"
               "<w:spacing w:line=\"280\" w:lineRule=\"exact\"/></w:pPr><w:rPr>");
    write_fonts_of(out, &style->page);
    buf_c(out, "<w:spacing w:val=\"0\"/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr></w:style>\n</w:styles>\n");
    return RC_OK;
}

Rc paper_write_fonts(Buf *out, const PaperPackage *package, Err *err)
{
    const PaperStyle *style = package->style;
    (void)err;
    const PaperFont *fonts[] = { &style->title, &style->part, &style->heading, &style->body, &style->page };
    buf_c(out, XML_HEAD "<w:fonts xmlns:w=\"" PAPER_NS_WORD "\">\n");
    for (size_t i = 0; i < ARRAY_LEN(fonts); i++) {
        buf_c(out, "<w:font w:name=\"");
        buf_html(out, fonts[i]->name);
        buf_c(out, "\">");
        if (fonts[i]->other.n) {
            buf_c(out, "<w:altName w:val=\"");
            buf_html(out, fonts[i]->other);
            buf_c(out, "\"/>");
        }
        /* 0x86: GB 2312 (MS-WMF 2.1.1.5). */
        buf_c(out, "<w:charset w:val=\"86\"/><w:family w:val=\"auto\"/><w:pitch w:val=\"default\"/></w:font>\n");
    }
    buf_c(out, "</w:fonts>\n");
    return RC_OK;
}

/* ---- settings and page numbers ---- */

Rc paper_write_settings(Buf *out, const PaperPackage *package, Err *err)
{
    (void)package;
    (void)err;
    buf_c(out,
          XML_HEAD "<w:settings xmlns:w=\"" PAPER_NS_WORD "\"><w:zoom w:percent=\"100\"/>"
                   "<w:defaultTabStop w:val=\"630\"/><w:evenAndOddHeaders/>"
                   "<w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat><w:doNotExpandShiftReturn/>"
                   "<w:compatSetting w:name=\"compatibilityMode\" "
                   "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/>"
                   "</w:compat></w:settings>\n");
    return RC_OK;
}

/* GB/T 9704-2012, 7.5: between dashes, one character from the outer edge. */
static void write_footer(Buf *out, bool even)
{
    const char *side = even ? "left" : "right";
    buf_printf(out,
               XML_HEAD "<w:ftr xmlns:w=\"" PAPER_NS_WORD "\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>"
                        "<w:ind w:%sChars=\"100\" w:%s=\"280\"/><w:jc w:val=\"%s\"/></w:pPr>"
                        "<w:r><w:t xml:space=\"preserve\">\u2014 </w:t></w:r>"
                        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
                        "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
                        "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>%d</w:t></w:r>"
                        "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
                        "<w:r><w:t xml:space=\"preserve\"> \u2014</w:t></w:r></w:p></w:ftr>\n",
               side, side, side, even ? 2 : 1);
}

Rc paper_write_odd_footer(Buf *out, const PaperPackage *package, Err *err)
{
    (void)package;
    (void)err;
    write_footer(out, false);
    return RC_OK;
}

Rc paper_write_even_footer(Buf *out, const PaperPackage *package, Err *err)
{
    (void)package;
    (void)err;
    write_footer(out, true);
    return RC_OK;
}

/* ---- properties ---- */

Rc paper_write_core(Buf *out, const PaperPackage *package, Err *err)
{
    Str at =
        instant_print(package->arena, package->at_ms - package->at_ms % MS_PER_SECOND, 0); /* "…+00:00", a W3CDTF */
    buf_c(out, XML_HEAD "<cp:coreProperties "
                        "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
                        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
    bool ok = paper_xml_text(out, package->doc->title);
    buf_printf(out,
               "</dc:title><dcterms:created xsi:type=\"dcterms:W3CDTF\">%.*s</dcterms:created>"
               "<dcterms:modified xsi:type=\"dcterms:W3CDTF\">%.*s</dcterms:modified></cp:coreProperties>\n",
               STR_ARG(at), STR_ARG(at));
    return ok ? RC_OK : err_set(err, RC_INVALID, "the title has a character that a document cannot hold");
}

/* The set of properties that users define, numbered from 2 (ISO/IEC 29500-1, 22.3). */
Rc paper_write_custom(Buf *out, const PaperPackage *package, Err *err)
{
    const PaperDoc *doc = package->doc;
    bool ok = true;
    buf_c(out, XML_HEAD "<Properties xmlns=\"" PAPER_NS_OFFICE "custom-properties\" "
                        "xmlns:vt=\"" PAPER_NS_OFFICE "docPropsVTypes\">");
    for (size_t i = 0; i < doc->n_properties; i++) {
        buf_printf(out, "<property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"%zu\" name=\"", i + 2);
        ok = paper_xml_text(out, doc->properties[i].name) && ok;
        buf_c(out, "\"><vt:lpwstr>");
        ok = paper_xml_text(out, doc->properties[i].value) && ok;
        buf_c(out, "</vt:lpwstr></property>");
    }
    buf_c(out, "</Properties>\n");
    return ok ? RC_OK : err_set(err, RC_INVALID, "a property has a character that a document cannot hold");
}
