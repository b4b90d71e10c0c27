/* yifa publish, yifa receipt: what outsiders may have of the ledger. */
#include "app/receipt.h"
#include "app/stamp.h"
#include "base/date.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

static Rc stamp(Cli *cli, const App *app, Publisher *publisher, const char *url, Err *err)
{
    CLEANUP(net_freep) Net *net = NULL;
    Stamped stamped;
    TRY(net_init(err));
    TRY(net_new(&net, err));
    TRY(stamp_newest(app, publisher, net, str_c(url), cli->arena, &stamped, err));
    printf(cli_text(cli, N_("Stamped at %s, in %s.\n")), instant_print(cli->arena, stamped.at_ms, 0).p, stamped.path.p);
    return RC_OK;
}

int cmd_publish(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CLEANUP(publisher_closep) Publisher *publisher = NULL;
    const char *tsa = cli_option(cli, "tsa");
    Published done;
    Err err = { 0 };
    if (cli_open(cli, true, &app, &err) != RC_OK || publisher_open(app, &publisher, &err) != RC_OK ||
        publisher_run(publisher, cli->arena, &done, &err) != RC_OK)
        return cli_failed(cli, &err);
    printf(cli_text(cli, N_("%zu files written to %s/log.\n\n%.*s")), done.files, cli_data(cli), STR_ARG(done.note));
    if (tsa && stamp(cli, app, publisher, tsa, &err) != RC_OK)
        return cli_failed(cli, &err);
    return EXIT_DONE;
}

static Rc write_receipt(Cli *cli, Publisher *publisher, Err *err)
{
    const char *out = cli_option(cli, "out");
    int64_t seq;
    Str text;
    if (!str_to_i64(str_c(cli->args[0]), &seq) || seq < 0)
        return err_set(err, RC_INVALID, "say the number of the entry in the ledger");
    TRY(receipt_make(publisher, (uint64_t)seq, cli->arena, &text, err));
    if (out)
        return os_write_file_atomic(out, text, 0644, err);
    printf("%.*s", STR_ARG(text));
    return RC_OK;
}

int cmd_receipt(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    CLEANUP(publisher_closep) Publisher *publisher = NULL;
    Err err = { 0 };
    if (cli_open(cli, true, &app, &err) != RC_OK || publisher_open(app, &publisher, &err) != RC_OK ||
        write_receipt(cli, publisher, &err) != RC_OK)
        return cli_failed(cli, &err);
    return EXIT_DONE;
}
