/* A report taken home as a file, and an edited one brought back: which of its numbers are no longer what was counted.
 */
#include "lib/os/file.h"
#include "ui/web/pages_report.h"
#include "ui/web/report_files.h"
#include "ui/web/web_internal.h"

#define TYPE_OFFICE "application/vnd.openxmlformats-officedocument."

static ReportFiles report_files(const Page *page)
{
    return (ReportFiles){ .folder = page->web->options.folder,
                          .pack = page->pack,
                          .db = page->db,
                          .j = app_j(page->app),
                          .now = page->now,
                          .lang = page->lang,
                          .arena = page->arena };
}

static Rc find_report(Page *page, const LawReport **ret, Err *err)
{
    const LawReport *report = report_find(page->pack, page_param(page, "id"));
    if (!report)
        return err_set(err, RC_NOT_FOUND, "the pack has no such report");
    *ret = report;
    return RC_OK;
}

/* ---- downloads ---- */

static Rc read_report(Page *page, ReportValues *ret, Err *err)
{
    const LawReport *report = NULL;
    Day as_of = DAY_NONE;
    TRY(find_report(page, &report, err));
    (void)day_parse(page_query(page, "as_of"), &as_of);
    return report_values(page->db, app_j(page->app), report, as_of, page->arena, ret, err);
}

static void name_download(Page *page, const ReportValues *values, const char *ending)
{
    http_set_download(page->x, arena_printf(page->arena, "report-%.*s.%s", STR_ARG(values->report->id), ending));
}

Rc page_report_docx(Page *page, Json *ret_model, Err *err)
{
    ReportFiles files = report_files(page);
    ReportValues values;
    Str bytes;
    TRY(read_report(page, &values, err));
    TRY(report_docx(&files, &values, &bytes, err));
    name_download(page, &values, "docx");
    http_reply(page->x, 200, TYPE_OFFICE "wordprocessingml.document", bytes);
    *ret_model = json_obj();
    return RC_OK;
}

Rc page_report_xlsx(Page *page, Json *ret_model, Err *err)
{
    enum { XLSX_BYTES_MAX = 64 << 20 };
    ReportFiles files = report_files(page);
    ReportValues values;
    Buf out;
    TRY(read_report(page, &values, err));
    buf_init(&out, XLSX_BYTES_MAX);
    Rc rc = report_xlsx(&files, &values, &out, err);
    if (rc == RC_OK) {
        name_download(page, &values, "xlsx");
        http_reply_buf(page->x, 200, TYPE_OFFICE "spreadsheetml.sheet", &out);
    }
    buf_free(&out);
    *ret_model = json_obj();
    return rc;
}

/* ---- comparing ---- */

static Json show_finding(Page *page, const ReportFiles *files, const ReportValues *values, const ReportFinding *f)
{
    Json out = json_obj();
    Str url = STR_NONE;
    if (f->line)
        url = arena_printf(page->arena, "/figures/%.*s?report=%.*s", STR_ARG(f->line->figure->figure->id),
                           STR_ARG(values->report->id));
    model_text(page, &out, "kind", str_c(report_finding_name(f->kind)));
    model_text(page, &out, "title", page_text(page, report_finding_title(f->kind)));
    model_int(page, &out, "paragraph", (int64_t)f->paragraph);
    model_text(page, &out, "place",
               f->paragraph ? arena_printf(page->arena, page_format(page, N_("paragraph %zu")), f->paragraph)
                            : page_text(page, N_("in the report's text")));
    model_text(page, &out, "text", report_finding_text(files, f));
    model_text(page, &out, "before", f->before);
    model_text(page, &out, "found", f->found);
    model_text(page, &out, "after", f->after);
    model_text(page, &out, "url", url);
    return out;
}

static Json show_result(Page *page, const ReportFiles *files, const ReportValues *values, const ReportComparison *c,
                        Str file)
{
    Json out = json_obj();
    Json findings = json_arr();
    for (size_t i = 0; i < c->n; i++)
        json_push(page->arena, &findings, show_finding(page, files, values, &c->findings[i]));
    model_text(page, &out, "file", file);
    model_text(page, &out, "text",
               arena_printf(page->arena, page_format(page, N_("%zu numbers as they are counted, %zu to look at.")),
                            c->n_true, c->n + c->n_left_out));
    model_int(page, &out, "left_out", (int64_t)c->n_left_out);
    model_put(page, &out, "findings", findings);
    return out;
}

static Json compare_model(Page *page, const LawReport *report, Json notice, Json result)
{
    Json model = json_obj();
    Json form = page_form(page);
    Str url = arena_printf(page->arena, "/reports/%.*s", STR_ARG(report->id));
    page_name(page, &model, page_text(page, N_("Compare an edited report")), "reports");
    page_crumb(page, &model, page_text(page, N_("Figures and reports")), STR("/reports"));
    page_crumb(page, &model, report->title, url);
    page_crumb(page, &model, page_text(page, N_("Compare")), STR_NONE);
    model_text(page, &model, "lede", report->title);
    model_text(page, &form, "action", arena_printf(page->arena, "%.*s/compare", STR_ARG(url)));
    model_text(page, &form, "docx", arena_printf(page->arena, "%.*s/report.docx", STR_ARG(url)));
    model_put(page, &model, "form", form);
    model_put(page, &model, "notice", notice);
    model_put(page, &model, "result", result);
    return model;
}

/* What to do about it, then what exactly was found, which is for those who help. */
static Json show_problem(Page *page, Rc rc, const Err *wrong)
{
    const char *texts[] = { [RC_OK] = N_("Choose a DOCX file first."),
                            [-RC_LIMIT] = N_("The document is larger than a report can be."),
                            [-RC_PARSE] = N_("This is no DOCX that can be read. Open it in WPS or Word and save it as "
                                             "DOCX, without a password."),
                            [-RC_INVALID] = N_("This document was made from another report.") };
    Json notice = json_obj();
    Str text = page_text(page, texts[-rc]);
    if (rc != RC_OK)
        text = arena_printf(page->arena, "%.*s (%s%s%s)", STR_ARG(text), wrong->place, wrong->place[0] ? ": " : "",
                            wrong->text);
    model_text(page, &notice, "tone", STR("warn"));
    model_text(page, &notice, "text", text);
    return notice;
}

/* What is wrong with the file is said on the page; what is wrong here is an error. */
static bool is_the_files_fault(Rc rc)
{
    return rc == RC_PARSE || rc == RC_INVALID || rc == RC_LIMIT;
}

Rc page_compare(Page *page, Json *ret_model, Err *err)
{
    ReportFiles files = report_files(page);
    const LawReport *report = NULL;
    ReportValues values;
    ReportComparison c;
    Str bytes;
    Err wrong = { 0 };
    TRY(find_report(page, &report, err));
    if (http_method(page->x) == HTTP_GET) {
        *ret_model = compare_model(page, report, json_null(), json_null());
        return RC_OK;
    }
    const HttpUpload *upload = page_upload(page);
    if (!upload) {
        page->status = 422;
        *ret_model = compare_model(page, report, show_problem(page, RC_OK, NULL), json_null());
        return RC_OK;
    }
    Rc rc = os_read_file(page->arena, arena_c(page->arena, upload->path), PAPER_FILE_MAX, &bytes, &wrong);
    if (rc == RC_OK)
        rc = report_read_docx(&files, report, bytes, &values, &c, &wrong);
    if (rc == RC_OK) {
        Str name = str_head(upload->filename, 200);
        *ret_model = compare_model(page, report, json_null(), show_result(page, &files, &values, &c, name));
        return RC_OK;
    }
    if (!is_the_files_fault(rc)) {
        *err = wrong;
        return rc;
    }
    page->status = 422;
    *ret_model = compare_model(page, report, show_problem(page, rc, &wrong), json_null());
    return RC_OK;
}
