#include "app/check.h"
#include "ui/cli/cli.h"

#include <string.h>

static void print_json(const Cli *cli, const CheckReport *report)
{
    Arena *arena = cli->arena;
    Json faults = json_arr();
    for (size_t i = 0; i < report->n_faults; i++) {
        Json row = json_obj();
        json_add(arena, &row, STR("where"), json_str(report->faults[i].where));
        json_add(arena, &row, STR("what"), json_str(report->faults[i].what));
        json_push(arena, &faults, row);
    }
    Json all = json_obj();
    json_add(arena, &all, STR("ok"), json_bool(report->n_faults == 0));
    json_add(arena, &all, STR("entries"), json_int(report->entries));
    json_add(arena, &all, STR("rows"), json_int(report->rows));
    json_add(arena, &all, STR("faults"), faults);
    Str text = json_to_arena(arena, &all);
    printf("%.*s\n", STR_ARG(text));
}

static int print_report(const Cli *cli, const CheckReport *report, const char *good)
{
    if (cli_wants_json(cli)) {
        print_json(cli, report);
    } else {
        for (size_t i = 0; i < report->n_faults; i++)
            printf("%.*s: %.*s\n", STR_ARG(report->faults[i].where), STR_ARG(report->faults[i].what));
        if (report->n_faults == 0)
            printf("%s\n", good);
        else
            printf(cli_text(cli, N_("%zu faults.\n")), report->n_faults);
    }
    return report->n_faults ? EXIT_FOUND : EXIT_DONE;
}

int cmd_verify(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CheckReport report = { 0 };
    Err err = { 0 };
    CliProgress bar = { .cli = cli, .what = N_("verifying") };
    if (cli_open(cli, true, &app, &err) != RC_OK ||
        app_verify(app, (CheckProgress){ cli_progress, &bar }, cli->arena, &report, &err) != RC_OK)
        return cli_failed(cli, &err);
    Str root = hex_to_arena(cli->arena, report.root.b, sizeof report.root.b);
    Str good =
        arena_printf(cli->arena, cli_text(cli, N_("%lld entries verified: form, order, hashes, tree.\nroot %.*s")),
                     (long long)report.entries, STR_ARG(root));
    return print_report(cli, &report, good.p);
}

int cmd_rebuild(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CheckReport report = { 0 };
    Err err = { 0 };
    CliProgress bar = { .cli = cli, .what = N_("rebuilding") };
    if (!cli_option(cli, "check")) {
        fprintf(stderr, "yifa: %s\n",
                cli_text(cli, N_("only `rebuild --check` exists: it compares and changes nothing")));
        return EXIT_USAGE;
    }
    const char *store = cli_option(cli, "store");
    if (cli_open(cli, true, &app, &err) != RC_OK ||
        app_rebuild_check(app, cli_data(cli), str_c(store), (CheckProgress){ cli_progress, &bar }, cli->arena, &report,
                          &err) != RC_OK)
        return cli_failed(cli, &err);
    Str good = arena_printf(cli->arena, cli_text(cli, N_("%lld entries rebuilt: %lld rows of state are identical.")),
                            (long long)report.entries, (long long)report.rows);
    return print_report(cli, &report, good.p);
}
