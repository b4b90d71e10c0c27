#include "paper/support.h"

#include "io/paper/zip.h"

static const char *const names[] = {
    "[Content_Types].xml", "_rels/.rels",       "word/document.xml",  "word/_rels/document.xml.rels",
    "word/styles.xml",     "word/settings.xml", "word/fontTable.xml", "word/footer1.xml",
    "word/footer2.xml",    "docProps/core.xml", "docProps/custom.xml"
};

void paper_must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

Str paper_file(Arena *arena, const char *path)
{
    Buf out;
    char step[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buf_init(&out, 64 << 20);
    while ((got = fread(step, 1, sizeof step, file)) > 0)
        buf_bytes(&out, step, got);
    fclose(file);
    Str text = buf_to_arena(&out, arena);
    buf_free(&out);
    return text;
}

PaperStyle paper_style(Arena *arena)
{
    PaperStyle style;
    Err err = { 0 };
    paper_must(paper_style_parse(arena, paper_file(arena, YIFA_SOURCE "/web/paper/style.json"), &style, &err), &err);
    return style;
}

Str paper_written(Arena *arena, const PaperDoc *doc)
{
    PaperStyle style = paper_style(arena);
    Str bytes;
    Err err = { 0 };
    paper_must(paper_docx_write(arena, doc, &style, PAPER_AT, &bytes, &err), &err);
    return bytes;
}

PaperDoc *paper_read_back(Arena *arena, Str bytes)
{
    PaperDoc *doc = NULL;
    Err err = { 0 };
    paper_must(paper_docx_read(arena, bytes, &doc, &err), &err);
    return doc;
}

/* ---- editing ---- */

static Str replaced(Arena *arena, Str text, Str from, Str to)
{
    Buf out;
    size_t at;
    buf_init(&out, 64 << 20);
    while ((at = str_find(text, from)) != SIZE_MAX) {
        buf_str(&out, str_slice(text, 0, at));
        buf_str(&out, to);
        text = str_slice(text, at + from.n, text.n);
    }
    buf_str(&out, text);
    Str done = buf_to_arena(&out, arena);
    buf_free(&out);
    return done;
}

Str paper_part(Arena *arena, Str bytes, const char *part)
{
    CLEANUP(paper_zip_closep) PaperZip *zip = NULL;
    Err err = { 0 };
    Str text;
    paper_must(paper_zip_open(arena, bytes, &zip, &err), &err);
    paper_must(paper_zip_part(zip, arena, str_c(part), &text, &err), &err);
    return text;
}

Str paper_edit_part(Arena *arena, Str bytes, const char *part, const char *from, const char *to)
{
    PaperPart parts[ARRAY_LEN(names)];
    Err err = { 0 };
    Str packed;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        parts[i] = (PaperPart){ names[i], paper_part(arena, bytes, names[i]) };
        if (strcmp(names[i], part) != 0)
            continue;
        if (str_find(parts[i].bytes, str_c(from)) == SIZE_MAX)
            fail_msg("\"%s\" is not in %s:\n%.*s", from, part, STR_ARG(parts[i].bytes));
        parts[i].bytes = replaced(arena, parts[i].bytes, str_c(from), str_c(to));
    }
    paper_must(paper_zip_write(arena, parts, ARRAY_LEN(parts), PAPER_AT, &packed, &err), &err);
    return packed;
}

Str paper_edit(Arena *arena, Str bytes, const char *from, const char *to)
{
    return paper_edit_part(arena, bytes, "word/document.xml", from, to);
}

Str paper_of_body(Arena *arena, const char *body)
{
    Str xml = arena_printf(arena,
                           "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
                           "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "
                           "xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\">"
                           "<w:body>%s</w:body></w:document>",
                           body);
    PaperPart part = { "word/document.xml", xml };
    Err err = { 0 };
    Str packed;
    paper_must(paper_zip_write(arena, &part, 1, PAPER_AT, &packed, &err), &err);
    return packed;
}

/* ---- saying ---- */

static void say_runs(Buf *out, const PaperRun *runs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (runs[i].control)
            buf_printf(out, "[%.*s:%.*s]", STR_ARG(runs[i].mark), STR_ARG(runs[i].text));
        else
            buf_str(out, runs[i].text);
    }
}

Str paper_say(Arena *arena, const PaperBlock *block)
{
    Buf out;
    buf_init(&out, 1 << 20);
    say_runs(&out, block->runs, block->n_runs);
    for (size_t r = 0; r < block->n_rows; r++) {
        buf_c(&out, r ? "/" : "");
        for (size_t c = 0; c < block->rows[r].n_cells; c++) {
            buf_c(&out, c ? "|" : "");
            say_runs(&out, block->rows[r].cells[c].runs, block->rows[r].cells[c].n_runs);
        }
    }
    Str text = buf_to_arena(&out, arena);
    buf_free(&out);
    return text;
}

/* ---- a document ---- */

static PaperRun plain(const char *text)
{
    return (PaperRun){ .text = str_c(text) };
}

static PaperRun figure(const char *mark, const char *text)
{
    return (PaperRun){ .text = str_c(text), .mark = str_c(mark), .kept = str_c(text), .label = STR("接收事件 <数>") };
}

PaperDoc paper_sample(void)
{
    static PaperRun title[1], part[1], heading[1], text[4], two[2], note[1], signature[1], date[1];
    static PaperRun cells[4][1];
    static PaperCell head_cells[2], row_cells[2];
    static PaperRow rows[2];
    static PaperBlock blocks[9];
    static PaperProperty properties[1];
    title[0] = plain("观湖街道年度报告");
    part[0] = plain("一、主要举措 & 成效");
    heading[0] = plain("（一）民意速办");
    text[0] = plain("共接收事件");
    text[1] = figure("appeals-received", "7,981");
    text[2] = plain("件，办结率");
    text[3] = figure("appeals-closed-rate", "99.86%");
    two[0] = plain("第一行\n第二行\t");
    two[1] = (PaperRun){ .text = STR("加粗"), .strong = true };
    cells[0][0] = plain("事项");
    cells[1][0] = plain("数量");
    cells[2][0] = plain("行政处罚");
    cells[3][0] = figure("penalty-cases", "105");
    for (size_t i = 0; i < 2; i++) {
        head_cells[i] = (PaperCell){ cells[i], 1, false };
        row_cells[i] = (PaperCell){ cells[2 + i], 1, i == 1 };
    }
    rows[0] = (PaperRow){ head_cells, 2, true };
    rows[1] = (PaperRow){ row_cells, 2, false };
    note[0] = plain("注：演示数据。");
    signature[0] = plain("观湖街道办事处");
    date[0] = plain("2023年12月22日");
    blocks[0] = (PaperBlock){ PAPER_TITLE, title, 1, NULL, 0 };
    blocks[1] = (PaperBlock){ PAPER_PART, part, 1, NULL, 0 };
    blocks[2] = (PaperBlock){ PAPER_HEADING, heading, 1, NULL, 0 };
    blocks[3] = (PaperBlock){ PAPER_PARAGRAPH, text, 4, NULL, 0 };
    blocks[4] = (PaperBlock){ PAPER_TABLE, NULL, 0, rows, 2 };
    blocks[5] = (PaperBlock){ PAPER_NOTE, note, 1, NULL, 0 };
    blocks[6] = (PaperBlock){ PAPER_PARAGRAPH, two, 2, NULL, 0 };
    blocks[7] = (PaperBlock){ PAPER_SIGNATURE, signature, 1, NULL, 0 };
    blocks[8] = (PaperBlock){ PAPER_SIGNATURE, date, 1, NULL, 0 };
    properties[0] = (PaperProperty){ STR("yifa.report"), STR("2023") };
    return (PaperDoc){ STR("年度报告"), blocks, 9, properties, 1 };
}
