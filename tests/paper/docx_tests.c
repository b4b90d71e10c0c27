/* DOCX: what is written comes back, whatever an editor did to it comes back as a reader sees it, and what is no DOCX is
 * refused. */
#include "paper/support.h"

#include <time.h>

static Arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_freep(&arena);
    return 0;
}

static void assert_says(const PaperBlock *block, const char *wanted)
{
    Str text = paper_say(arena, block);
    if (!str_eq_c(text, wanted))
        fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(text), wanted);
}

/* The only block of a body says this. */
static void assert_body(const char *body, const char *wanted)
{
    PaperDoc *doc = paper_read_back(arena, paper_of_body(arena, body));
    if (doc->n_blocks != 1)
        fail_msg("%zu blocks of %s", doc->n_blocks, body);
    assert_says(&doc->blocks[0], wanted);
}

/* ---- round trip ---- */

static void all_kinds_of_blocks_come_back(void **state)
{
    (void)state;
    PaperDoc doc = paper_sample();
    PaperDoc *back = paper_read_back(arena, paper_written(arena, &doc));
    assert_int_equal(back->n_blocks, doc.n_blocks);
    for (size_t i = 0; i < doc.n_blocks; i++)
        assert_int_equal(back->blocks[i].kind, doc.blocks[i].kind);
    assert_says(&back->blocks[1], "一、主要举措 & 成效");
    assert_says(&back->blocks[3], "共接收事件[appeals-received:7,981]件，办结率[appeals-closed-rate:99.86%]");
    assert_says(&back->blocks[4], "事项|数量/行政处罚|[penalty-cases:105]");
    assert_says(&back->blocks[6], "第一行\n第二行\t加粗");
    assert_true(back->blocks[6].runs[1].strong);
    const PaperRun *run = &back->blocks[3].runs[1];
    assert_true(str_eq_c(run->kept, "7,981"));
    assert_true(str_eq_c(run->label, "接收事件 <数>"));
    assert_true(back->blocks[4].rows[0].is_head);
    assert_true(back->blocks[4].rows[1].cells[1].is_number);
    assert_false(back->blocks[4].rows[1].cells[0].is_number);
    assert_true(str_eq_c(back->title, "年度报告"));
    assert_true(str_eq_c(paper_property(back, STR("yifa.report")), "2023"));
    assert_int_equal(paper_property(back, STR("other")).n, 0);
}

static void the_same_document_gives_the_same_bytes_in_any_zone(void **state)
{
    (void)state;
    PaperDoc doc = paper_sample();
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    Str first = paper_written(arena, &doc);
    setenv("TZ", "America/New_York", 1);
    tzset();
    Str second = paper_written(arena, &doc);
    unsetenv("TZ");
    tzset();
    assert_true(str_eq(first, second));
}

static void a_value_that_no_tag_holds_is_left_out_of_it(void **state)
{
    (void)state;
    PaperDoc doc = paper_sample();
    doc.blocks[3].runs[1].kept = STR("a value of many characters, so that it does not fit beside its mark any more");
    PaperDoc *back = paper_read_back(arena, paper_written(arena, &doc));
    assert_true(str_eq_c(back->blocks[3].runs[1].mark, "appeals-received"));
    assert_int_equal(back->blocks[3].runs[1].kept.n, 0);
}

static void two_tables_in_a_row_stay_two(void **state)
{
    (void)state;
    PaperDoc doc = paper_sample();
    doc.blocks[5] = doc.blocks[4];
    PaperDoc *back = paper_read_back(arena, paper_written(arena, &doc));
    assert_int_equal(back->n_blocks, doc.n_blocks);
    assert_int_equal(back->blocks[5].kind, PAPER_TABLE);
    assert_non_null(
        strstr(arena_c(arena, paper_part(arena, paper_written(arena, &doc), "word/document.xml")), "</w:tbl>\n<w:p>"));
}

static void what_a_document_cannot_hold_is_refused(void **state)
{
    (void)state;
    PaperStyle style = paper_style(arena);
    Err err = { 0 };
    Str bytes = STR_NONE;
    PaperDoc doc = paper_sample();
    doc.blocks[3].runs[0].text = STR("a\x01z");
    assert_int_equal(paper_docx_write(arena, &doc, &style, PAPER_AT, &bytes, &err), RC_INVALID);
    assert_non_null(strstr(err.text, "block 4"));
    doc = paper_sample();
    doc.blocks[3].runs[1].mark = STR("a=b");
    assert_int_equal(paper_docx_write(arena, &doc, &style, PAPER_AT, &bytes, &err), RC_INVALID);
    doc = paper_sample();
    doc.blocks[3].runs[1].mark = STR("a-very-long-name-of-a-figure-that-no-tag-of-a-word-processor-can-hold");
    assert_int_equal(paper_docx_write(arena, &doc, &style, PAPER_AT, &bytes, &err), RC_INVALID);
    doc = paper_sample();
    doc.title = STR("\x7f");
    assert_int_equal(paper_docx_write(arena, &doc, &style, PAPER_AT, &bytes, &err), RC_INVALID);
    doc = paper_sample();
    doc.blocks[4].n_rows = 0;
    assert_int_equal(paper_docx_write(arena, &doc, &style, PAPER_AT, &bytes, &err), RC_INVALID);
    assert_int_equal(bytes.n, 0);
}

static void a_style_names_all_its_fonts(void **state)
{
    (void)state;
    PaperStyle style;
    Err err = { 0 };
    assert_int_equal(paper_style_parse(arena, STR("{"), &style, &err), RC_PARSE);
    assert_int_equal(paper_style_parse(arena, STR("{\"fonts\":{}}"), &style, &err), RC_INVALID);
    assert_int_equal(paper_style_parse(arena, STR("{\"lang\":\"zh-CN\",\"fonts\":{\"title\":{}}}"), &style, &err),
                     RC_INVALID);
    assert_non_null(strstr(err.text, "title"));
}

/* ---- what editors do ---- */

static void text_that_was_split_becomes_one(void **state)
{
    (void)state;
    assert_body("<w:p><w:r><w:t>共</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:t>接</w:t><w:t>收</w:t></w:r>"
                "<w:smartTag w:element=\"x\"><w:r><w:t>事件</w:t></w:r></w:smartTag>"
                "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>",
                "共接收事件链接");
    assert_body("<w:p><w:sdt><w:sdtPr><w:tag w:val=\"n=79\"/></w:sdtPr><w:sdtContent><w:r><w:t>7</w:t></w:r><w:r>"
                "<w:rPr><w:b/></w:rPr><w:t>9</w:t></w:r></w:sdtContent></w:sdt></w:p>",
                "[n:79]");
}

static void neighbouring_controls_stay_two(void **state)
{
    (void)state;
    const char *one = "<w:sdt><w:sdtPr><w:tag w:val=\"n=7\"/></w:sdtPr><w:sdtContent><w:r><w:t>7</w:t></w:r>"
                      "</w:sdtContent></w:sdt>";
    Str body = arena_printf(arena, "<w:p>%s%s</w:p>", one, one);
    assert_body(body.p, "[n:7][n:7]");
}

static void tracked_changes_read_as_accepted(void **state)
{
    (void)state;
    assert_body("<w:p><w:r><w:t>接收</w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>旧</w:delText></w:r></w:del>"
                "<w:ins w:id=\"2\"><w:r><w:t>新</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>去</w:t></w:r></w:moveFrom>"
                "<w:moveTo><w:r><w:t>来</w:t></w:r></w:moveTo></w:p>",
                "接收新来");
    assert_body(
        "<w:p><w:sdt><w:sdtPr><w:tag w:val=\"n=7\"/></w:sdtPr><w:sdtContent><w:del><w:r><w:delText>7</w:delText>"
        "</w:r></w:del><w:ins><w:r><w:t>8</w:t></w:r></w:ins></w:sdtContent></w:sdt></w:p>",
        "[n:8]");
    assert_body("<w:p><w:pPr><w:rPr><w:del w:id=\"1\"/></w:rPr></w:pPr><w:r><w:t>前</w:t></w:r></w:p>"
                "<w:p><w:r><w:t>后</w:t></w:r></w:p>",
                "前后");
    assert_body("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>留</w:t></w:r></w:p></w:tc></w:tr>"
                "<w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
                "留");
}

static void the_innermost_control_counts(void **state)
{
    (void)state;
    assert_body(
        "<w:sdt><w:sdtPr><w:tag w:val=\"outer\"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>外</w:t></w:r><w:sdt>"
        "<w:sdtPr><w:tag w:val=\"n=7\"/></w:sdtPr><w:sdtContent><w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>7</w:t>"
        "</w:r></w:sdtContent></w:sdt></w:sdtContent></w:sdt></w:p></w:sdtContent></w:sdt>",
        "[outer:外][n:7]");
}

static void an_emptied_control_is_still_there(void **state)
{
    (void)state;
    assert_body("<w:p><w:r><w:t>共</w:t></w:r><w:sdt><w:sdtPr><w:tag w:val=\"n=7\"/><w:showingPlcHdr/></w:sdtPr>"
                "<w:sdtContent><w:r><w:t>单击此处输入文字</w:t></w:r></w:sdtContent></w:sdt></w:p>",
                "共[n:]");
}

static void tables_come_with_nested_ones_and_several_paragraphs(void **state)
{
    (void)state;
    assert_body("<w:tbl><w:sdt><w:sdtPr/><w:sdtContent><w:tr><w:tc><w:p><w:r><w:t>一</w:t></w:r></w:p><w:p><w:r><w:t>二"
                "</w:t></w:r></w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>内</w:t></w:r></w:p></w:tc></w:tr>"
                "</w:tbl><w:p/></w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>",
                "一\n二|内\n");
}

static void a_text_box_is_read_once(void **state)
{
    (void)state;
    PaperDoc *doc = paper_read_back(
        arena, paper_of_body(arena, "<w:p><w:r><w:t>正文</w:t><mc:AlternateContent><mc:Choice Requires=\"wps\">"
                                    "<wps:txbx><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>"
                                    "</wps:txbx></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框"
                                    "</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"
                                    "</w:r></w:p>"));
    assert_int_equal(doc->n_blocks, 2);
    assert_says(&doc->blocks[0], "框");
    assert_says(&doc->blocks[1], "正文");
}

static void hidden_text_field_codes_and_phonetics_are_not_text(void **state)
{
    (void)state;
    assert_body(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
        "<w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
        "<w:r><w:t>2023</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase>"
        "</w:ruby></w:r></w:p>",
        "2023拼");
}

static void renamed_styles_are_known_by_their_names(void **state)
{
    (void)state;
    PaperDoc doc = paper_sample();
    Str bytes = paper_written(arena, &doc);
    bytes = paper_edit_part(arena, bytes, "word/styles.xml", "w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/>",
                            "w:styleId=\"2\"><w:name w:val=\"Heading 1\"/>");
    bytes = paper_edit_part(arena, bytes, "word/styles.xml", "w:styleId=\"Heading2\"><w:name w:val=\"heading 2\"/>",
                            "w:styleId=\"10\"><w:name w:val=\"toc 1\"/>");
    bytes = paper_edit(arena, bytes, "w:val=\"Heading1\"", "w:val=\"2\"");
    bytes = paper_edit(arena, bytes, "w:val=\"Heading2\"", "w:val=\"10\"");
    PaperDoc *back = paper_read_back(arena, bytes);
    assert_int_equal(back->n_blocks, doc.n_blocks - 1); /* the table of contents is generated */
    assert_int_equal(back->blocks[1].kind, PAPER_PART);
}

static void strict_documents_and_other_prefixes_are_read(void **state)
{
    (void)state;
    PaperDoc doc = paper_sample();
    Str bytes = paper_edit(arena, paper_written(arena, &doc), "<w:", "<x:");
    bytes = paper_edit(arena, bytes, "</w:", "</x:");
    bytes = paper_edit(arena, bytes, " w:", " x:");
    bytes = paper_edit(arena, bytes, "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"",
                       "xmlns:x=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"");
    PaperDoc *back = paper_read_back(arena, bytes);
    assert_int_equal(back->n_blocks, doc.n_blocks);
    assert_says(&back->blocks[3], "共接收事件[appeals-received:7,981]件，办结率[appeals-closed-rate:99.86%]");
}

/* ---- what is no DOCX ---- */

static Rc read_of(Str bytes, Err *err)
{
    PaperDoc *doc = NULL;
    Arena *own = arena_new(0);
    Rc rc = paper_docx_read(own, bytes, &doc, err);
    assert_true(rc == RC_OK || err->text[0]);
    arena_free(own);
    return rc;
}

static void what_is_no_docx_is_refused_with_a_hint(void **state)
{
    (void)state;
    Err err = { 0 };
    assert_int_equal(read_of(STR(""), &err), RC_PARSE);
    assert_int_equal(read_of(STR("hello"), &err), RC_PARSE);
    assert_non_null(strstr(err.text, "no DOCX"));
    assert_int_equal(read_of(STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), &err), RC_PARSE);
    assert_non_null(strstr(err.text, "password"));
    PaperDoc doc = paper_sample();
    Str bytes = paper_written(arena, &doc);
    Str sheet = paper_edit_part(arena, bytes, "_rels/.rels", "word/document.xml", "word/styles.xml");
    assert_int_equal(read_of(sheet, &err), RC_PARSE);
    assert_non_null(strstr(err.text, "no text document"));
    Str nowhere = paper_edit_part(arena, bytes, "_rels/.rels", "word/document.xml", "nowhere.xml");
    assert_int_equal(read_of(nowhere, &err), RC_PARSE);
    Str broken = paper_edit(arena, bytes, "</w:body>", "");
    assert_int_equal(read_of(broken, &err), RC_PARSE);
    assert_non_null(strstr(err.place, "word/document.xml:"));
}

static void a_document_type_is_refused_before_its_entities(void **state)
{
    (void)state;
    Err err = { 0 };
    PaperDoc doc = paper_sample();
    Str bytes = paper_edit(arena, paper_written(arena, &doc), "<w:document ",
                           "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">"
                           "<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<w:document ");
    bytes = paper_edit(arena, bytes, "民意速办", "&b;&f;");
    assert_int_equal(read_of(bytes, &err), RC_PARSE);
    assert_non_null(strstr(err.text, "document type"));
}

static void depth_and_size_have_limits(void **state)
{
    (void)state;
    Err err = { 0 };
    Buf body;
    buf_init(&body, 64 << 20);
    for (int i = 0; i < PAPER_DEPTH_MAX + 5; i++)
        buf_c(&body, "<w:ins>");
    for (int i = 0; i < PAPER_DEPTH_MAX + 5; i++)
        buf_c(&body, "</w:ins>");
    assert_int_equal(read_of(paper_of_body(arena, arena_c(arena, buf_view(&body))), &err), RC_LIMIT);
    buf_clear(&body);
    for (int i = 0; i < PAPER_BLOCKS_MAX + 1; i++)
        buf_c(&body, "<w:p><w:r><w:t>x</w:t></w:r></w:p>");
    assert_int_equal(read_of(paper_of_body(arena, arena_c(arena, buf_view(&body))), &err), RC_LIMIT);
    buf_clear(&body);
    for (int i = 0; i < PAPER_PART_MAX; i++) /* unpacks to a thousand times its size */
        buf_char(&body, ' ');
    Str bomb = paper_of_body(arena, arena_c(arena, buf_view(&body)));
    assert_true(bomb.n < 100000);
    assert_int_equal(read_of(bomb, &err), RC_LIMIT);
    assert_non_null(strstr(err.text, "unpacks"));
    buf_clear(&body);
    for (int i = 0; i < PAPER_COLUMNS_MAX + 1; i++)
        buf_c(&body, "<w:tc><w:p/></w:tc>");
    Str row = arena_printf(arena, "<w:tbl><w:tr>%.*s</w:tr></w:tbl>", STR_ARG(buf_view(&body)));
    assert_int_equal(read_of(paper_of_body(arena, row.p), &err), RC_LIMIT);
    buf_free(&body);
}

static void a_damaged_file_never_does_more_than_fail(void **state)
{
    (void)state;
    Err err = { 0 };
    PaperDoc doc = paper_sample();
    Str bytes = paper_written(arena, &doc);
    uint64_t seed = 7;
    for (size_t n = 0; n < bytes.n; n += 97)
        assert_int_not_equal(read_of(str_slice(bytes, 0, n), &err), RC_OK);
    for (int round = 0; round < 600; round++) {
        char *copy = arena_c(arena, bytes);
        for (int k = 0; k < 1 + round % 8; k++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            copy[(seed >> 16) % bytes.n] = (char)(seed >> 56);
        }
        (void)read_of((Str){ copy, bytes.n }, &err);
    }
}

/* The same with the text itself, which a checksum does not guard here. */
static void damaged_markup_never_does_more_than_fail(void **state)
{
    (void)state;
    Err err = { 0 };
    PaperDoc doc = paper_sample();
    Str xml = paper_part(arena, paper_written(arena, &doc), "word/document.xml");
    Str body = str_slice(xml, str_find(xml, STR("<w:p>")), str_find(xml, STR("</w:body>")));
    uint64_t seed = 11;
    size_t read = 0;
    for (int round = 0; round < 400; round++) {
        ArenaMark mark = arena_mark(arena);
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t from = (seed >> 16) % body.n;
        size_t to = from + 1 + (seed >> 48) % 30;
        Str cut = arena_printf(arena, "%.*s%s%.*s", (int)from, body.p, round % 2 ? "" : "<w:tc>",
                               STR_ARG(str_slice(body, to, body.n)));
        read += read_of(paper_of_body(arena, cut.p), &err) == RC_OK;
        arena_rewind(arena, mark);
    }
    assert_true(read < 400);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(all_kinds_of_blocks_come_back),
        TEST(the_same_document_gives_the_same_bytes_in_any_zone),
        TEST(a_value_that_no_tag_holds_is_left_out_of_it),
        TEST(two_tables_in_a_row_stay_two),
        TEST(what_a_document_cannot_hold_is_refused),
        TEST(a_style_names_all_its_fonts),
        TEST(text_that_was_split_becomes_one),
        TEST(neighbouring_controls_stay_two),
        TEST(tracked_changes_read_as_accepted),
        TEST(the_innermost_control_counts),
        TEST(an_emptied_control_is_still_there),
        TEST(tables_come_with_nested_ones_and_several_paragraphs),
        TEST(a_text_box_is_read_once),
        TEST(hidden_text_field_codes_and_phonetics_are_not_text),
        TEST(renamed_styles_are_known_by_their_names),
        TEST(strict_documents_and_other_prefixes_are_read),
        TEST(what_is_no_docx_is_refused_with_a_hint),
        TEST(a_document_type_is_refused_before_its_entities),
        TEST(depth_and_size_have_limits),
        TEST(a_damaged_file_never_does_more_than_fail),
        TEST(damaged_markup_never_does_more_than_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
