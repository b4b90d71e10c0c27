#include "app/read.h"
#include "app/report.h"
#include "ui/cli/cli.h"

static Rc freeze(Cli *cli, App *app, const char *login, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    int64_t signer = 0;
    TRY(app_reader(app, &db, err));
    /* A frozen figure stands in a published document, so somebody answers for it by name. */
    TRY(read_login(db, app_j(app), str_c(login), &signer, err));
    TRY(app_freeze(app, str_c(cli->args[0]), signer, err));
    printf(cli_text(cli, N_("Report %s is frozen, signed by %s.\n")), cli->args[0], login);
    return RC_OK;
}

int cmd_freeze(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    Err err = { 0 };
    const char *login = cli_option(cli, "signer");
    if (!login) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("--signer LOGIN says who answers for the figures")));
        return EXIT_USAGE;
    }
    if (cli_open(cli, false, &app, &err) != RC_OK || freeze(cli, app, login, &err) != RC_OK)
        return cli_failed(cli, &err);
    return EXIT_DONE;
}
