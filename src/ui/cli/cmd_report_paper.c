/* A report as a file, and an edited one compared with what was counted. */
#include "ui/cli/cmd_report.h"

#include "lib/os/file.h"
#include "ui/cli/paths.h"
#include "ui/web/report_files.h"

static ReportFiles report_files(const Cli *cli, const App *app, Db *db)
{
    return (ReportFiles){ .folder = path_web(cli->arena),
                          .pack = law_book_latest(app_book(app)),
                          .db = db,
                          .j = app_j(app),
                          .now = app_now(app),
                          .lang = cli->lang,
                          .arena = cli->arena };
}

Rc report_write_file(const Cli *cli, const App *app, Db *db, const ReportValues *values, Str format, const char *path,
                     Err *err)
{
    enum { XLSX_BYTES_MAX = 64 << 20 };
    ReportFiles files = report_files(cli, app, db);
    Str bytes = STR_NONE;
    Buf out;
    buf_init(&out, XLSX_BYTES_MAX);
    Rc rc =
        str_eq(format, STR("docx")) ? report_docx(&files, values, &bytes, err) : report_xlsx(&files, values, &out, err);
    if (rc == RC_OK)
        rc = os_write_file_atomic(path, out.n ? buf_view(&out) : bytes, 0666, err);
    buf_free(&out);
    return rc;
}

static void print_finding(const ReportFiles *files, const ReportFinding *f)
{
    Str text = report_finding_text(files, f);
    printf("%s", i18n(files->lang, report_finding_title(f->kind)));
    if (f->paragraph)
        printf(i18n(files->lang, N_(", paragraph %zu")), f->paragraph);
    printf("\n  %.*s\n  \u2026%.*s[%.*s]%.*s\u2026\n", STR_ARG(text), STR_ARG(f->before), STR_ARG(f->found),
           STR_ARG(f->after));
}

static Json finding_json(const ReportFiles *files, const ReportFinding *f)
{
    Json out = json_obj();
    const struct {
        Str key;
        Str value;
    } texts[] = { { STR("kind"), str_c(report_finding_name(f->kind)) },
                  { STR("figure"), f->line ? f->line->figure->figure->id : STR_NONE },
                  { STR("slice"), f->slice },
                  { STR("found"), f->found },
                  { STR("written"), f->written },
                  { STR("now"), f->now },
                  { STR("before"), f->before },
                  { STR("after"), f->after } };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        json_add(files->arena, &out, texts[i].key, texts[i].value.n ? json_str(texts[i].value) : json_null());
    json_add(files->arena, &out, STR("paragraph"), json_int((int64_t)f->paragraph));
    return out;
}

static Rc print_json(const ReportFiles *files, const ReportComparison *c, Err *err)
{
    enum { JSON_BYTES_MAX = 16 << 20 };
    Json all = json_obj();
    Json list = json_arr();
    Buf out;
    for (size_t i = 0; i < c->n; i++)
        json_push(files->arena, &list, finding_json(files, &c->findings[i]));
    json_add(files->arena, &all, STR("true"), json_int((int64_t)c->n_true));
    json_add(files->arena, &all, STR("findings"), list);
    buf_init(&out, JSON_BYTES_MAX);
    json_write_pretty(&out, &all);
    buf_char(&out, '\n');
    Rc rc = buf_check(&out, err);
    if (rc == RC_OK)
        fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
    return rc;
}

Rc report_compare_file(const Cli *cli, const App *app, Db *db, const LawReport *report, Str format, const char *path,
                       size_t *ret_findings, Err *err)
{
    ReportFiles files = report_files(cli, app, db);
    ReportValues values;
    ReportComparison c;
    Str bytes;
    TRY(os_read_file(cli->arena, path, PAPER_FILE_MAX, &bytes, err));
    TRY(report_read_docx(&files, report, bytes, &values, &c, err));
    *ret_findings = c.n + c.n_left_out;
    if (str_eq(format, STR("json")))
        return print_json(&files, &c, err);
    for (size_t i = 0; i < c.n; i++)
        print_finding(&files, &c.findings[i]);
    if (c.n_left_out)
        printf(cli_text(cli, N_("%zu more are not listed.\n")), c.n_left_out);
    printf(cli_text(cli, N_("%zu numbers as they are counted, %zu to look at.\n")), c.n_true, *ret_findings);
    return RC_OK;
}
