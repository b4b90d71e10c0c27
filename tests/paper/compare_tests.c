/* An edited report read back: each way in which a number can stop being what was counted is named. */
#include "paper/support.h"

#include "app/report_compare.h"
#include "app/report_paper.h"
#include "core/law/report_rules.h"

enum { FIGURES = 4 };

/* A report of four figures and a table, without an office behind it: comparing is pure. */
typedef struct Sample {
    Arena *arena;
    LawFigure figures[FIGURES];
    LawReportFigure report_figures[FIGURES];
    LawReport report;
    ReportLine lines[FIGURES];
    ReportValues values;
    ReportRun title[1], text[8], cell_runs[4][1], date[1];
    ReportCell cells[4];
    ReportRow rows[2];
    ReportBlock blocks[4];
    ReportNumbers numbers;
    LawPlainNumber names[2];
    LawReportRules rules;
} Sample;

static ReportRun plain(const char *text)
{
    return (ReportRun){ .text = str_c(text) };
}

static ReportRun figure(const Sample *s, int i)
{
    return (ReportRun){ .text = s->lines[i].value.display, .line = &s->lines[i] };
}

static void make_figures(Sample *s)
{
    static const char *const ids[] = { "received", "rate", "penalties", "meetings" };
    static const char *const displays[] = { "7,981", "99.86%", "105", "8" };
    static const char *const units[] = { "件", "", "宗", "次" };
    for (int i = 0; i < FIGURES; i++) {
        s->figures[i] = (LawFigure){ .id = str_c(ids[i]), .title = str_c(ids[i]), .unit = str_c(units[i]) };
        s->report_figures[i] = (LawReportFigure){ .figure = &s->figures[i] };
        s->lines[i] = (ReportLine){ .figure = &s->report_figures[i], .value = { .display = str_c(displays[i]) } };
    }
    s->report = (LawReport){ .id = STR("2023"), .title = STR("年度报告"), .rules = &s->rules };
    s->names[0].text = STR("30-24机制");
    s->names[1].text = STR("12345热线");
    s->rules = (LawReportRules){ .numbers = s->names, .n_numbers = ARRAY_LEN(s->names) };
    s->values = (ReportValues){ .report = &s->report, .as_of = DAY_NONE, .lines = s->lines, .n_lines = FIGURES };
}

static void make_text(Sample *s)
{
    s->title[0] = plain("观湖街道2023年年度报告");
    s->text[0] = plain("共接收事件");
    s->text[1] = figure(s, 0);
    s->text[2] = plain("件，办结率");
    s->text[3] = figure(s, 1);
    s->text[4] = plain("，召开会议");
    s->text[5] = figure(s, 3);
    s->text[6] = plain("次。");
    s->cell_runs[0][0] = plain("事项");
    s->cell_runs[1][0] = plain("数量");
    s->cell_runs[2][0] = plain("行政处罚");
    s->cell_runs[3][0] = figure(s, 2);
    for (int i = 0; i < 4; i++)
        s->cells[i] = (ReportCell){ .runs = s->cell_runs[i], .n_runs = 1 };
    s->rows[0] = (ReportRow){ .cells = s->cells, .n_cells = 2, .is_head = true };
    s->rows[1] = (ReportRow){ .cells = s->cells + 2, .n_cells = 2 };
    s->date[0] = plain("2023年12月22日");
    s->blocks[0] = (ReportBlock){ .kind = REPORT_TITLE, .runs = s->title, .n_runs = 1 };
    s->blocks[1] = (ReportBlock){ .kind = REPORT_PARAGRAPH, .runs = s->text, .n_runs = 7 };
    s->blocks[2] = (ReportBlock){ .kind = REPORT_TABLE, .rows = s->rows, .n_rows = 2 };
    s->blocks[3] = (ReportBlock){ .kind = REPORT_SIGNATURE, .runs = s->date, .n_runs = 1 };
}

static int set_up(void **state)
{
    Sample *s = calloc(1, sizeof *s);
    Err err = { 0 };
    s->arena = arena_new(0);
    make_figures(s);
    make_text(s);
    Str rules = paper_file(s->arena, YIFA_SOURCE "/web/paper/numbers.json");
    paper_must(report_numbers_parse(s->arena, rules, &s->numbers, &err), &err);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    Sample *s = *state;
    arena_free(s->arena);
    free(s);
    return 0;
}

static Str exported(Sample *s)
{
    PaperDoc doc;
    Err err = { 0 };
    paper_must(report_paper(&s->values, s->blocks, ARRAY_LEN(s->blocks), s->arena, &doc, &err), &err);
    return paper_written(s->arena, &doc);
}

static ReportComparison compared(Sample *s, Str bytes)
{
    ReportComparison c;
    Err err = { 0 };
    paper_must(report_compare(paper_read_back(s->arena, bytes), &s->values, s->blocks, ARRAY_LEN(s->blocks),
                              &s->numbers, s->arena, &c, &err),
               &err);
    assert_int_equal(c.n_left_out, 0);
    return c;
}

/* One finding of this kind, about this figure (NULL: none), found as this text. */
static const ReportFinding *assert_only(const ReportComparison *c, ReportFindingKind kind, const char *id,
                                        const char *found)
{
    if (c->n != 1) {
        for (size_t i = 0; i < c->n; i++)
            print_error("%d %.*s\n", c->findings[i].kind, STR_ARG(c->findings[i].found));
        fail_msg("%zu findings", c->n);
    }
    const ReportFinding *f = &c->findings[0];
    assert_int_equal(f->kind, kind);
    assert_int_equal(c->n_of[kind], 1);
    if (id)
        assert_true(f->line && str_eq_c(f->line->figure->figure->id, id));
    else
        assert_null(f->line);
    if (!str_eq_c(f->found, found))
        fail_msg("found \"%.*s\", wanted \"%s\"", STR_ARG(f->found), found);
    return f;
}

/* A control as it is written, for edits that take it away. */
static const char *control(const Sample *s, const char *mark, int id, const char *text)
{
    return arena_printf(
               s->arena,
               "<w:sdt><w:sdtPr><w:alias w:val=\"%s\"/><w:tag w:val=\"%s=%s\"/><w:id w:val=\"%d\"/><w:text/>"
               "</w:sdtPr><w:sdtContent><w:r><w:t xml:space=\"preserve\">%s</w:t></w:r></w:sdtContent></w:sdt>",
               mark, mark, text, id, text)
        .p;
}

static const char *run_of(const Sample *s, const char *text)
{
    return arena_printf(s->arena, "<w:r><w:t xml:space=\"preserve\">%s</w:t></w:r>", text).p;
}

/* ---- what holds ---- */

static void an_untouched_document_has_no_findings(void **state)
{
    Sample *s = *state;
    ReportComparison c = compared(s, exported(s));
    assert_int_equal(c.n, 0);
    assert_int_equal(c.n_true, FIGURES);
}

static void widths_commas_and_spaces_make_no_difference(void **state)
{
    Sample *s = *state;
    Str bytes = paper_edit(s->arena, exported(s), ">7,981<", "> ７９８１<");
    bytes = paper_edit(s->arena, bytes, ">99.86%<", ">99．86％<");
    assert_int_equal(compared(s, bytes).n, 0);
}

static void a_changed_number_is_named_with_its_place(void **state)
{
    Sample *s = *state;
    ReportComparison c = compared(s, paper_edit(s->arena, exported(s), ">7,981<", ">8,000<"));
    const ReportFinding *f = assert_only(&c, REPORT_CHANGED, "received", "8,000");
    assert_int_equal(f->paragraph, 2);
    assert_true(str_eq_c(f->written, "7,981"));
    assert_true(str_eq_c(f->now, "7,981"));
    assert_true(str_eq_c(f->before, "共接收事件"));
    assert_true(str_starts(f->after, STR("件，办结率99.86%")));
    assert_int_equal(c.n_true, FIGURES - 1);
}

static void a_changed_number_in_a_table_is_named(void **state)
{
    Sample *s = *state;
    ReportComparison c = compared(s, paper_edit(s->arena, exported(s), ">105<", ">150<"));
    assert_int_equal(assert_only(&c, REPORT_CHANGED, "penalties", "150")->paragraph, 3);
}

static void digits_typed_against_a_control_read_with_it(void **state)
{
    Sample *s = *state;
    ReportComparison c = compared(s, paper_edit(s->arena, exported(s), ">件，办结率<", ">0件，办结率<"));
    assert_only(&c, REPORT_CHANGED, "received", "7,9810");
}

static void a_figure_that_moved_is_no_longer_true(void **state)
{
    Sample *s = *state;
    Str bytes = exported(s);
    s->lines[0].value.display = STR("7,985");
    make_text(s);
    ReportComparison c = compared(s, bytes);
    const ReportFinding *f = assert_only(&c, REPORT_OUTDATED, "received", "7,981");
    assert_true(str_eq_c(f->now, "7,985"));
    /* Who corrects it by hand is right; who types another number is not. */
    assert_int_equal(compared(s, paper_edit(s->arena, bytes, ">7,981<", ">7985<")).n, 0);
    c = compared(s, paper_edit(s->arena, bytes, ">7,981<", ">8,000<"));
    assert_only(&c, REPORT_CHANGED, "received", "8,000");
}

static void a_number_whose_control_is_gone_is_untied(void **state)
{
    Sample *s = *state;
    Str bytes = paper_edit(s->arena, exported(s), control(s, "received", 1001, "7,981"), run_of(s, "7981"));
    ReportComparison c = compared(s, bytes);
    assert_only(&c, REPORT_UNTIED, "received", "7981");
}

static void another_number_where_a_control_stood_is_untied_too(void **state)
{
    Sample *s = *state;
    Str bytes = paper_edit(s->arena, exported(s), control(s, "received", 1001, "7,981"), run_of(s, "八千余（8,000）"));
    ReportComparison c = compared(s, bytes);
    assert_int_equal(c.n, 2); /* somewhere else than the number stood: typed, and the figure is gone */
    bytes = paper_edit(s->arena, exported(s), control(s, "received", 1001, "7,981"), run_of(s, "8,000"));
    c = compared(s, bytes);
    const ReportFinding *f = assert_only(&c, REPORT_UNTIED, "received", "8,000");
    assert_true(str_eq_c(f->now, "7,981"));
}

static void a_figures_value_elsewhere_in_the_text_is_untied(void **state)
{
    Sample *s = *state;
    ReportComparison c = compared(s, paper_edit(s->arena, exported(s), "次。", "次。处罚105宗。"));
    assert_only(&c, REPORT_UNTIED, "penalties", "105");
    c = compared(s, paper_edit(s->arena, exported(s), "次。", "次。培训8次。")); /* short, but with its unit */
    assert_only(&c, REPORT_UNTIED, "meetings", "8");
    c = compared(s, paper_edit(s->arena, exported(s), "次。", "次。培训8人。"));
    assert_only(&c, REPORT_TYPED, NULL, "8");
}

static void a_figure_whose_sentence_was_deleted_is_removed(void **state)
{
    Sample *s = *state;
    Str bytes = paper_edit(s->arena, exported(s), control(s, "meetings", 1003, "8"), "");
    ReportComparison c = compared(s, bytes);
    const ReportFinding *f = assert_only(&c, REPORT_REMOVED, "meetings", "");
    assert_int_equal(f->paragraph, 0);
    assert_true(str_eq_c(f->before, "，召开会议"));
    bytes = paper_edit(s->arena, exported(s), "<w:t xml:space=\"preserve\">8</w:t>", "");
    c = compared(s, bytes);
    assert_int_equal(assert_only(&c, REPORT_REMOVED, "meetings", "")->paragraph, 2);
    bytes = paper_edit(s->arena, bytes, "次。", "9次。"); /* beside the empty control */
    c = compared(s, bytes);
    assert_only(&c, REPORT_UNTIED, "meetings", "9");
}

static void a_deletion_that_is_only_tracked_counts(void **state)
{
    Sample *s = *state;
    const char *now = "<w:sdtContent><w:del w:id=\"1\"><w:r><w:delText>7,981</w:delText></w:r></w:del>"
                      "<w:ins w:id=\"2\"><w:r><w:t>7,</w:t></w:r><w:r><w:t>999</w:t></w:r></w:ins></w:sdtContent>";
    const char *was = "<w:sdtContent><w:r><w:t xml:space=\"preserve\">7,981</w:t></w:r></w:sdtContent>";
    ReportComparison c = compared(s, paper_edit(s->arena, exported(s), was, now));
    assert_only(&c, REPORT_CHANGED, "received", "7,999");
}

static void a_typed_number_is_no_figure(void **state)
{
    Sample *s = *state;
    ReportComparison c = compared(s, paper_edit(s->arena, exported(s), "次。", "次。同比增长20.5%，新增1,234人。"));
    assert_int_equal(c.n, 2);
    assert_int_equal(c.n_of[REPORT_TYPED], 2);
    assert_true(str_eq_c(c.findings[0].found, "20.5%"));
    assert_true(str_eq_c(c.findings[1].found, "1,234"));
}

static void dates_ordinals_titles_and_names_are_no_numbers(void **state)
{
    Sample *s = *state;
    static const char *const texts[] = { "2022年12月31日前", "2023-12-22 09:30", "第3次会议",
                                         "《规划2035》",     "深府〔2023〕5号",  "30-24机制",
                                         "拨打12345热线",    "“1+6+N”体系",      "A4纸",
                                         "观湖大道12号",     "上午9时30分之前" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        Str to = arena_printf(s->arena, "次。%s。", texts[i]);
        ReportComparison c = compared(s, paper_edit(s->arena, exported(s), "次。", to.p));
        if (c.n)
            fail_msg("%s: %.*s", texts[i], STR_ARG(c.findings[0].found));
    }
}

static void findings_come_in_the_order_of_the_document(void **state)
{
    Sample *s = *state;
    Str bytes = paper_edit(s->arena, exported(s), ">105<", ">106<");
    bytes = paper_edit(s->arena, bytes, ">7,981<", ">7,980<");
    bytes = paper_edit(s->arena, bytes, control(s, "rate", 1002, "99.86%"), "");
    bytes = paper_edit(s->arena, bytes, "次。", "次，77人。");
    ReportComparison c = compared(s, bytes);
    static const ReportFindingKind kinds[] = { REPORT_CHANGED, REPORT_TYPED, REPORT_CHANGED, REPORT_REMOVED };
    assert_int_equal(c.n, ARRAY_LEN(kinds));
    for (size_t i = 0; i < c.n; i++)
        assert_int_equal(c.findings[i].kind, kinds[i]);
}

static void a_document_of_too_many_numbers_is_refused(void **state)
{
    Sample *s = *state;
    ReportComparison c;
    Err err = { 0 };
    Buf text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i <= REPORT_TOKENS_MAX; i++)
        buf_c(&text, i % 1000 ? "1 " : "</w:t></w:r></w:p><w:p><w:r><w:t>1 ");
    Str bytes = paper_edit(s->arena, exported(s), "次。", arena_c(s->arena, buf_view(&text)));
    buf_free(&text);
    assert_int_equal(report_compare(paper_read_back(s->arena, bytes), &s->values, s->blocks, ARRAY_LEN(s->blocks),
                                    &s->numbers, s->arena, &c, &err),
                     RC_LIMIT);
}

static void another_reports_document_is_refused(void **state)
{
    Sample *s = *state;
    ReportComparison c;
    Err err = { 0 };
    Str bytes = paper_edit_part(s->arena, exported(s), "docProps/custom.xml", ">2023<", ">2022<");
    assert_int_equal(report_compare(paper_read_back(s->arena, bytes), &s->values, s->blocks, ARRAY_LEN(s->blocks),
                                    &s->numbers, s->arena, &c, &err),
                     RC_INVALID);
    assert_non_null(strstr(err.text, "2022"));
}

/* As LibreOffice 7.4 saves it. */
static void controls_that_lost_their_tags_are_known_by_their_labels(void **state)
{
    Sample *s = *state;
    Str bytes = exported(s);
    static const char *const tags[] = { "received=7,981", "rate=99.86%", "penalties=105", "meetings=8" };
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        bytes = paper_edit(s->arena, bytes, arena_printf(s->arena, "<w:tag w:val=\"%s\"/>", tags[i]).p, "");
    assert_int_equal(compared(s, bytes).n_true, FIGURES);
    ReportComparison c = compared(s, paper_edit(s->arena, bytes, ">7,981<", ">8,000<"));
    assert_true(str_eq_c(assert_only(&c, REPORT_CHANGED, "received", "8,000")->written, "7,981"));
    s->lines[0].value.display = STR("7,985");
    make_text(s);
    c = compared(s, bytes);
    assert_only(&c, REPORT_OUTDATED, "received", "7,981");
}

static void the_document_remembers_its_day(void **state)
{
    Sample *s = *state;
    assert_int_equal(report_origin(paper_read_back(s->arena, exported(s))).as_of, DAY_NONE);
    Day day;
    assert_true(day_parse(STR("2023-10-31"), &day));
    s->values.as_of = day;
    ReportOrigin origin = report_origin(paper_read_back(s->arena, exported(s)));
    assert_int_equal(origin.as_of, day);
    assert_true(str_eq_c(origin.report, "2023"));
}

static void rules_of_the_wrong_shape_are_refused(void **state)
{
    Sample *s = *state;
    ReportNumbers rules;
    Err err = { 0 };
    static const char *const wrong[] = { "{}", "{\"before\":[1],\"after\":[],\"pairs\":[]}",
                                         "{\"before\":[],\"after\":[],\"pairs\":[[\"(\"]]}" };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(report_numbers_parse(s->arena, str_c(wrong[i]), &rules, &err), RC_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_untouched_document_has_no_findings),
        TEST(widths_commas_and_spaces_make_no_difference),
        TEST(a_changed_number_is_named_with_its_place),
        TEST(a_changed_number_in_a_table_is_named),
        TEST(digits_typed_against_a_control_read_with_it),
        TEST(a_figure_that_moved_is_no_longer_true),
        TEST(a_number_whose_control_is_gone_is_untied),
        TEST(another_number_where_a_control_stood_is_untied_too),
        TEST(a_figures_value_elsewhere_in_the_text_is_untied),
        TEST(a_figure_whose_sentence_was_deleted_is_removed),
        TEST(a_deletion_that_is_only_tracked_counts),
        TEST(a_typed_number_is_no_figure),
        TEST(dates_ordinals_titles_and_names_are_no_numbers),
        TEST(findings_come_in_the_order_of_the_document),
        TEST(a_document_of_too_many_numbers_is_refused),
        TEST(another_reports_document_is_refused),
        TEST(controls_that_lost_their_tags_are_known_by_their_labels),
        TEST(the_document_remembers_its_day),
        TEST(rules_of_the_wrong_shape_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
