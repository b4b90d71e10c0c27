/* A report as files, and an edited one brought back: through the server, as a browser sends it. */
#include "web/client.h"

#include <stdlib.h>
#include <string.h>

#include "paper/support.h"

/* The file as a form with a file field sends it; `bytes` with p NULL: no file chosen. */
static Answer bring_back(Site *s, const char *session, const char *path, Str csrf, Str bytes)
{
    Buf body;
    Buf request;
    buf_init(&body, 64 << 20);
    buf_init(&request, 64 << 20);
    buf_printf(&body, "--B\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n", STR_ARG(csrf));
    buf_printf(&body,
               "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n",
               bytes.p ? "report.docx" : "");
    buf_str(&body, bytes);
    buf_c(&body, "\r\n--B--\r\n");
    buf_printf(&request,
               "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: application/json\r\n%s"
               "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: %zu\r\n\r\n",
               path, session, body.n);
    buf_str(&request, buf_view(&body));
    Answer answer = site_ask_bytes(s, buf_view(&request));
    buf_free(&body);
    buf_free(&request);
    return answer;
}

static Str docx_of(Site *s, const char *session)
{
    Answer answer = site_get(s, "/reports/2023/report.docx", session);
    assert_int_equal(answer.status, 200);
    return answer.body;
}

static void a_report_goes_out_as_files(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Answer docx = site_get(s, "/reports/2023/report.docx", session);
    assert_int_equal(docx.status, 200);
    assert_true(str_eq_c(answer_header(docx, "Content-Type"),
                         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"));
    assert_true(str_find(answer_header(docx, "Content-Disposition"), STR("report-2023.docx")) != SIZE_MAX);
    PaperDoc *doc = paper_read_back(s->office.arena, docx.body);
    assert_int_equal(doc->blocks[0].kind, PAPER_TITLE);
    assert_true(str_eq_c(paper_property(doc, STR("yifa.report")), "2023"));
    Answer xlsx = site_get(s, "/reports/2023/report.xlsx", session);
    assert_int_equal(xlsx.status, 200);
    Str first = paper_part(s->office.arena, xlsx.body, "xl/worksheets/sheet1.xml");
    assert_true(str_find(first, STR("appeals-received")) != SIZE_MAX);
    assert_int_equal(site_get(s, "/reports/1999/report.docx", session).status, 404);
    assert_int_equal(site_get(s, "/reports/2023/report.docx", NULL).status, 303); /* to sign in */
}

static void a_workbook_names_nobody(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    office_at(&s->office, "2023-03-01 09:00");
    office_opened(&s->office, "public", "appeal", "submit",
                  "{'category':'noise','place':'鹭湖路','description':'半夜施工','appellant_name':'张三丰',"
                  "'appellant_phone':'19900001111'}");
    Answer xlsx = site_get(s, "/reports/2023/report.xlsx", session);
    assert_int_equal(xlsx.status, 200);
    Str sheets = paper_part(s->office.arena, xlsx.body, "xl/workbook.xml");
    bool listed = false;
    int n = 0;
    for (size_t at; (at = str_find(sheets, STR("<sheet "))) != SIZE_MAX; sheets = str_slice(sheets, at + 1, sheets.n)) {
        Str name = arena_printf(s->office.arena, "xl/worksheets/sheet%d.xml", ++n);
        Str sheet = paper_part(s->office.arena, xlsx.body, name.p);
        listed = listed || str_find(sheet, STR("鹭湖路")) != SIZE_MAX;
        assert_true(str_find(sheet, STR("张三丰")) == SIZE_MAX);
        assert_true(str_find(sheet, STR("19900001111")) == SIZE_MAX);
    }
    assert_true(n > 5);
    assert_true(listed);
}

static void an_edited_report_is_compared(void **state)
{
    Site *s = *state;
    Arena *arena = s->office.arena;
    const char *session = site_session(s, "dispatcher");
    Str csrf = site_csrf(s, session);
    const char *path = "/reports/2023/compare";
    assert_int_equal(site_get(s, path, session).status, 200);
    Str bytes = docx_of(s, session);
    Answer same = bring_back(s, session, path, csrf, bytes);
    assert_int_equal(same.status, 200);
    Json model = answer_json(s, same);
    size_t before = json_get(json_get(&model, STR("result")), STR("findings"))->n;
    Str changed = paper_edit(arena, bytes, "=0\"/>", "=12345\"/>"); /* as if all had been more when it was written */
    model = answer_json(s, bring_back(s, session, path, csrf, paper_edit(arena, changed, ">0</w:t>", ">12345</w:t>")));
    const Json *findings = json_get(json_get(&model, STR("result")), STR("findings"));
    assert_true(findings->n > before);
    bool outdated = false;
    for (size_t i = 0; i < findings->n; i++)
        outdated = outdated || str_eq_c(json_get_str(json_at(findings, i), STR("kind")), "outdated");
    assert_true(outdated);
}

static void what_cannot_be_compared_is_said(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Str csrf = site_csrf(s, session);
    const char *path = "/reports/2023/compare";
    Answer wrong = bring_back(s, session, path, csrf, STR("no document"));
    assert_int_equal(wrong.status, 422);
    assert_true(answer_has(wrong, "no DOCX"));
    assert_int_equal(bring_back(s, session, path, csrf, STR_NONE).status, 422);
    Str other = paper_edit_part(s->office.arena, docx_of(s, session), "docProps/custom.xml", ">2023<", ">2022<");
    assert_int_equal(bring_back(s, session, path, csrf, other).status, 422);
    assert_int_equal(bring_back(s, session, path, STR("forged"), docx_of(s, session)).status, 403);
    assert_int_equal(bring_back(s, session, "/reports/1999/compare", csrf, docx_of(s, session)).status, 404);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_report_goes_out_as_files),
        TEST(a_workbook_names_nobody),
        TEST(an_edited_report_is_compared),
        TEST(what_cannot_be_compared_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
