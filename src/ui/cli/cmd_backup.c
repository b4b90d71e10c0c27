/* yifa backup, yifa restore. */
#include "app/backup.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

enum { KEY_FILE_MAX = 4096 };

static void print_report(const Cli *cli, const char *done, const BackupReport *report)
{
    Str root = hex_to_arena(cli->arena, report->root.b, sizeof report->root.b);
    printf("%s\n", done);
    printf(cli_text(cli, N_("%lld files, %lld bytes; %lld entries, root %.*s\n")), (long long)report->files,
           (long long)report->bytes, (long long)report->entries, STR_ARG(root));
}

int cmd_backup(Cli *cli)
{
    CLEANUP(app_closep) App *app = NULL;
    BackupReport report;
    Err err = { 0 };
    if (cli_open(cli, true, &app, &err) != RC_OK || app_backup(app, cli->args[0], cli->arena, &report, &err) != RC_OK)
        return cli_failed(cli, &err);
    print_report(cli, cli_text(cli, N_("Backed up. The signing keys are not in it: yifa key backup.")), &report);
    return EXIT_DONE;
}

static Rc read_trust(Cli *cli, RestoreOptions *options, Err *err)
{
    const char *checkpoint = cli_option(cli, "checkpoint");
    const char *key = cli_option(cli, "key");
    if (!checkpoint && !key)
        return RC_OK;
    if (!checkpoint || !key)
        return err_set(err, RC_INVALID, "--checkpoint and --key go together");
    TRY(os_read_file(cli->arena, checkpoint, NOTE_MAX, &options->checkpoint, err));
    options->key = str_c(key);
    return os_exists(key) ? os_read_file(cli->arena, key, KEY_FILE_MAX, &options->key, err) : RC_OK;
}

int cmd_restore(Cli *cli)
{
    RestoreOptions options = {
        .from = cli->args[0], .data = cli_data(cli), .clock = os_clock_system(), .entropy = os_entropy_system()
    };
    CliProgress bar = { .cli = cli, .what = N_("restoring") };
    BackupReport report;
    Err err = { 0 };
    if (read_trust(cli, &options, &err) != RC_OK ||
        app_restore(&options, (CheckProgress){ cli_progress, &bar }, cli->arena, &report, &err) != RC_OK)
        return cli_failed(cli, &err);
    print_report(cli,
                 options.checkpoint.n ? cli_text(cli, N_("Restored; it extends the checkpoint."))
                                      : cli_text(cli, N_("Restored; no checkpoint from outside was compared.")),
                 &report);
    return EXIT_DONE;
}
