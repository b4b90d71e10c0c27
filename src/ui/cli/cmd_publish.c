/* yifa publish, yifa receipt: what outsiders may have of the ledger. */
#include "app/publish.h"
#include "ui/cli/cli.h"

int cmd_publish(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CLEANUP(publisher_closep) Publisher *publisher = NULL;
    Published done;
    Err err = { 0 };
    if (cli_open(cli, true, &app, &err) != RC_OK || publisher_open(app, &publisher, &err) != RC_OK ||
        publisher_run(publisher, cli->arena, &done, &err) != RC_OK)
        return cli_failed(cli, &err);
    printf(cli_text(cli, N_("%zu files written to %s/log.\n\n%.*s")), done.files, cli_data(cli), STR_ARG(done.note));
    return EXIT_DONE;
}
