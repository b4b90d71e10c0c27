/* yifa report REPORT --lint: what the text says and the figures do not. */
#include <stdlib.h>

#include "ui/cli/cmd_report.h"
#include "ui/web/lint_words.h"

static void print_lint(const Cli *cli, const Lint *lint)
{
    printf("\n%s [%s] %s", lint->is_error ? cli_text(cli, N_("error")) : cli_text(cli, N_("warning")),
           lint_id(lint->kind), lint_title(cli->lang, lint->kind));
    if (lint->about.n)
        printf(": %.*s", STR_ARG(lint->title.n ? lint->title : lint->about));
    putchar('\n');
    if (lint->line) {
        printf("  ");
        printf(cli_text(cli, N_("line %d")), lint->line);
        printf(", %.*s\n", STR_ARG(lint->where));
    }
    if (lint->quote.n)
        printf("  “%.*s”\n", STR_ARG(lint->quote));
    if (lint->sum.n)
        printf("  %.*s\n", STR_ARG(lint->sum));
    if (lint->test.n)
        printf(cli_text(cli, N_("  not true: %.*s\n")), STR_ARG(lint->test));
    printf("  %s\n", lint_reason(cli->lang, lint));
    for (size_t i = 0; i < lint->n_offers; i++)
        printf("  %zu. “%.*s” (%.*s)\n", i + 1, STR_ARG(lint->offers[i].text), STR_ARG(lint->offers[i].sum));
}

static void print_json(const Cli *cli, const ReportValues *values, const LintReport *lints)
{
    Json json = lint_json(cli->arena, values, lints);
    Str text = json_to_arena(cli->arena, &json);
    printf("%.*s\n", STR_ARG(text));
}

Rc report_print_lint(const Cli *cli, const LawPack *pack, const ReportValues *values, Str format, size_t *ret_errors,
                     Err *err)
{
    ReportBlock *blocks = NULL;
    LintReport lints;
    size_t n = 0;
    TRY(report_blocks(values, cli->arena, &blocks, &n, err));
    TRY(report_lint(pack, values, blocks, n, cli->arena, &lints, err));
    *ret_errors = lints.n_errors;
    if (str_eq(format, STR("json"))) {
        print_json(cli, values, &lints);
        return RC_OK;
    }
    printf("%.*s\n", STR_ARG(values->report->title));
    for (size_t i = 0; i < lints.n; i++)
        print_lint(cli, &lints.items[i]);
    putchar('\n');
    printf(cli_text(cli, N_("%zu errors, %zu warnings.\n")), lints.n_errors, lints.n - lints.n_errors);
    return RC_OK;
}
