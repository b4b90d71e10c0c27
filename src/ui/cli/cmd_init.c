/* Makes the data folder of an office from its pack. */
#include "app/app.h"
#include "ui/cli/cli.h"
#include "ui/cli/paths.h"

static int adopt(Cli *cli, App *app, const char *pack)
{
    const LawIssue *issues = NULL;
    size_t n = 0;
    Err err = { 0 };
    Rc rc = app_adopt(app, pack, DAY_NONE, ACTOR_SYSTEM, cli->arena, &issues, &n, &err);
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "%s/%.*s:%d:%d: %.*s\n", pack, STR_ARG(issues[i].at.path), issues[i].at.line, issues[i].at.col,
                STR_ARG(issues[i].text));
    if (rc != RC_OK)
        return n ? EXIT_FOUND : cli_failed(cli, &err);
    const LawPack *adopted = app_pack(app);
    printf(cli_text(cli, N_("The ledger of %.*s begins with pack %.*s %.*s.\n")), STR_ARG(adopted->office),
           STR_ARG(adopted->name), STR_ARG(adopted->version));
    return EXIT_DONE;
}

int cmd_init(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    const char *pack = cli_option(cli, "pack");
    const char *origin = cli_option(cli, "origin");
    AppOptions options = { .data = cli->args[0],
                           .url = str_c(cli_option(cli, "store")),
                           .clock = os_clock_system(),
                           .entropy = os_entropy_system() };
    if (app_create(&options, false, &err) != RC_OK || app_open(&options, &app, &err) != RC_OK)
        return cli_failed(cli, &err);
    int code = adopt(cli, app, pack ? pack : arena_printf(cli->arena, "%s/guanhu", path_packs(cli->arena)).p);
    if (code == EXIT_DONE && origin && cli_first_key(cli, options.data, origin, &err) != RC_OK)
        return cli_failed(cli, &err);
    return code;
}
