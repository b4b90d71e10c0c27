#include "app/demo/demo.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"
#include "ui/cli/paths.h"

#include <string.h>

static bool number_option(const Cli *cli, const char *name, int64_t missing, int64_t *ret)
{
    const char *text = cli_option(cli, name);
    *ret = missing;
    return !text || (str_to_i64(str_c(text), ret) && *ret >= 0);
}

static void print_report(const Cli *cli, const DemoOptions *options, const RunReport *report)
{
    printf(cli_text(cli, N_("%zu acts performed, %zu refused as planned, %zu continued from an earlier run.\n")),
           report->answers[ANSWER_DONE], report->expected_refusals, report->passed_over);
    for (size_t i = 0; i < report->n_troubles; i++)
        printf("  %zu x %s: %s\n", report->troubles[i].n, report->troubles[i].act, report->troubles[i].text);
    printf(cli_text(cli, N_("All of it is made up. To look at it: yifa serve --data %s\n")), options->data);
}

static void complain(void *ctx, const LawIssue *issue)
{
    const DemoOptions *options = ctx;
    fprintf(stderr, "%s/%.*s:%d:%d: %.*s\n", options->pack, STR_ARG(issue->at.path), issue->at.line, issue->at.col,
            STR_ARG(issue->text));
    if (issue->hint.n)
        fprintf(stderr, "    %.*s\n", STR_ARG(issue->hint));
}

/* Under .example no name is anybody's (RFC 2606). */
#define DEMO_ORIGIN "yifa.example/demonstration"

int cmd_demo(Cli *cli)
{
    int64_t seed = 0;
    int64_t acts = 0;
    RunReport report = { 0 };
    Err err = { 0 };
    const char *pack = cli_option(cli, "pack");
    const char *plan = cli_option(cli, "plan");
    bool random = plan && strcmp(plan, "random") == 0;
    if (!number_option(cli, "seed", 0, &seed) || !number_option(cli, "acts", 5000, &acts) ||
        (plan && !random && strcmp(plan, "year") != 0)) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("--seed and --acts take numbers, --plan takes year or random")));
        return EXIT_USAGE;
    }
    DemoOptions options = { .data = cli->args[0],
                            .pack = pack ? pack : arena_printf(cli->arena, "%s/guanhu", path_packs(cli->arena)).p,
                            .url = str_c(cli_option(cli, "store")),
                            .seed = (uint64_t)seed,
                            .progress = stderr,
                            .report = &report,
                            .complain = complain };
    options.ctx = &options;
    if (cli_option(cli, "restart") && os_remove_tree(options.data, &err) != RC_OK)
        return cli_failed(cli, &err);
    Rc rc = random ? demo_random_run(&options, (size_t)acts, &err) : demo_run(&options, &err);
    if (rc != RC_OK)
        return cli_failed(cli, &err);
    print_report(cli, &options, &report);
    return cli_first_key(cli, options.data, DEMO_ORIGIN, &err) == RC_OK ? EXIT_DONE : cli_failed(cli, &err);
}
