#include "ui/cli/cmd_report.h"
#include "app/check.h"

#include <stdlib.h>
#include <string.h>

enum { PREFIXES_MAX = 1000, OUTPUT_MAX = 16 << 20 };

/* ---- the table for people ---- */

static void print_table(const Cli *cli, const ReportValues *values)
{
    Arena *arena = cli->arena;
    printf("%.*s\n", STR_ARG(values->report->title));
    for (size_t i = 0; i < values->n_lines; i++) {
        const ReportLine *line = &values->lines[i];
        const LawFigure *figure = line->figure->figure;
        Str from = day_print(arena, line->query.from);
        Str to = day_print(arena, line->query.to);
        Str status = day_print(arena, line->query.status);
        printf("%12.*s  %.*s (%.*s)  %.*s..%.*s, %s %.*s", STR_ARG(line->value.display), STR_ARG(figure->title),
               STR_ARG(figure->id), STR_ARG(from), STR_ARG(to), cli_text(cli, N_("status")), STR_ARG(status));
        if (line->is_frozen)
            printf("  %s %.*s %+lld", cli_text(cli, N_("frozen")), STR_ARG(line->frozen_display),
                   (long long)line->frozen.adjustment);
        putchar('\n');
    }
}

/* ---- the other formats ---- */

static Rc write_text(const Cli *cli, const ReportValues *values, Str format, Buf *out, Err *err)
{
    ReportBlock *blocks = NULL;
    size_t n = 0;
    TRY(report_blocks(values, cli->arena, &blocks, &n, err));
    if (str_eq(format, STR("md")))
        report_write_markdown(out, blocks, n);
    else
        report_write_html(out, values, blocks, n, i18n_lang_tag(LANG_ZH));
    return RC_OK;
}

static Rc print_values(const Cli *cli, const ReportValues *values, Str format, Err *err)
{
    Buf out;
    Rc rc = RC_OK;
    if (str_eq(format, STR("text"))) {
        print_table(cli, values);
        return RC_OK;
    }
    buf_init(&out, OUTPUT_MAX);
    if (str_eq(format, STR("json"))) {
        report_write_json(&out, cli->arena, values);
        buf_char(&out, '\n');
    } else {
        rc = write_text(cli, values, format, &out, err);
    }
    if (rc == RC_OK)
        rc = buf_check(&out, err);
    if (rc == RC_OK)
        fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
    return rc;
}

/* ---- counting again ---- */

/* Sizes of the ledger that are the same in every run, so that a fault found once is found again. */
static void choose_sizes(int64_t total, size_t n, int64_t *sizes)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    sizes[0] = 0; /* all */
    for (size_t i = 1; i <= n; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        sizes[i] = total > 1 ? 1 + (int64_t)((state >> 16) % (uint64_t)(total - 1)) : 0;
    }
}

static Rc count_entries(App *app, Db *db, int64_t *ret, Err *err)
{
    static const char sql[] = "SELECT size FROM ledger_head WHERE j = ?1";
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(app_j(app));
    bool more = false;
    TRY(db_query(db, sql, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

static Rc recount(Cli *cli, App *app, Db *db, int64_t prefixes, CheckReport *ret, Err *err)
{
    int64_t total = 0;
    CliProgress bar = { .cli = cli, .what = N_("counting again") };
    int64_t *sizes = ARENA_ARRAY(cli->arena, int64_t, (size_t)prefixes + 1);
    TRY(count_entries(app, db, &total, err));
    choose_sizes(total, (size_t)prefixes, sizes);
    return app_recount(app, sizes, (size_t)prefixes + 1, (CheckProgress){ cli_progress, &bar }, cli->arena, ret, err);
}

static int show_recount(const Cli *cli, const CheckReport *report)
{
    for (size_t i = 0; i < report->n_faults; i++)
        fprintf(stderr, "%.*s: %.*s\n", STR_ARG(report->faults[i].where), STR_ARG(report->faults[i].what));
    if (report->n_faults)
        fprintf(stderr, cli_text(cli, N_("%zu faults.\n")), report->n_faults);
    else
        fprintf(stderr, cli_text(cli, N_("%lld entries counted again: every figure agrees.\n")),
                (long long)report->entries);
    return report->n_faults ? EXIT_FOUND : EXIT_DONE;
}

/* ---- the command ---- */

typedef struct ReportArgs {
    Str format;
    const char *out;     /* NULL: standard output */
    const char *compare; /* an edited DOCX, or NULL */
    Day as_of;
    int64_t prefixes;
    bool recount;
    bool lint;
} ReportArgs;

/* Formats that a terminal cannot show. */
static bool is_file(Str format)
{
    return str_eq(format, STR("docx")) || str_eq(format, STR("xlsx"));
}

static bool read_args(const Cli *cli, ReportArgs *args)
{
    static const char *const formats[] = { "text", "json", "html", "md", "docx", "xlsx" };
    const char *format = cli_option(cli, "format");
    const char *as_of = cli_option(cli, "as-of");
    const char *prefixes = cli_option(cli, "prefixes");
    bool known = !format;
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        known = known || strcmp(format, formats[i]) == 0;
    *args = (ReportArgs){ .format = str_c(format ? format : "text"),
                          .out = cli_option(cli, "out"),
                          .compare = cli_option(cli, "compare"),
                          .as_of = DAY_NONE,
                          .lint = cli_option(cli, "lint") != NULL,
                          .recount = cli_option(cli, "recount") || prefixes };
    if (!known)
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("--format is text, json, html, md, docx or xlsx")));
    else if (is_file(args->format) && !args->out)
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("this format is written to a file: --out FILE")));
    else if (as_of && !day_parse(str_c(as_of), &args->as_of))
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("--as-of takes a day such as 2023-12-22")));
    else if (prefixes &&
             (!str_to_i64(str_c(prefixes), &args->prefixes) || args->prefixes < 0 || args->prefixes > PREFIXES_MAX))
        fprintf(stderr, cli_text(cli, N_("yifa: --prefixes takes a number from 0 to %d\n")), PREFIXES_MAX);
    else
        return true;
    return false;
}

static Rc run_report(Cli *cli, const ReportArgs *args, App *app, CheckReport *counted, size_t *found, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    ReportValues values;
    const LawReport *report = report_find(law_book_latest(app_book(app)), str_c(cli->args[0]));
    if (!report)
        return err_set(err, RC_NOT_FOUND, "the pack has no report %s", cli->args[0]);
    TRY(app_reader(app, &db, err));
    if (args->compare)
        return report_compare_file(cli, app, db, report, args->format, args->compare, found, err);
    TRY(report_values(db, app_j(app), report, args->as_of, cli->arena, &values, err));
    if (args->lint)
        return report_print_lint(cli, law_book_latest(app_book(app)), &values, args->format, found, err);
    if (is_file(args->format))
        TRY(report_write_file(cli, app, db, &values, args->format, args->out, err));
    else
        TRY(print_values(cli, &values, args->format, err));
    return args->recount ? recount(cli, app, db, args->prefixes, counted, err) : RC_OK;
}

int cmd_report(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CheckReport counted = { 0 };
    size_t found = 0; /* in an edited document, or by the check */
    ReportArgs args;
    Err err = { 0 };
    if (!read_args(cli, &args))
        return EXIT_USAGE;
    if (cli_open(cli, true, &app, &err) != RC_OK || run_report(cli, &args, app, &counted, &found, &err) != RC_OK)
        return cli_failed(cli, &err);
    if (args.recount && !args.compare && !args.lint)
        return show_recount(cli, &counted);
    return found ? EXIT_FOUND : EXIT_DONE;
}
