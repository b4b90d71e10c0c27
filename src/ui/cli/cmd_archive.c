/* yifa archive: a jurisdiction out as a folder that needs nothing else, and in again. */
#include <string.h>

#include "app/archive.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

enum { KEY_FILE_MAX = 4096 };

static void print_report(const Cli *cli, const ArchiveReport *report)
{
    Str root = hex_to_arena(cli->arena, report->root.b, sizeof report->root.b);
    printf(cli_text(cli, N_("%lld entries, %lld packs, %lld files; root %.*s\n")), (long long)report->entries,
           (long long)report->packs, (long long)report->files, STR_ARG(root));
}

static Rc export_to(Cli *cli, const char *folder, Err *err)
{
    CLEANUP(app_closep) App *app = NULL;
    CLEANUP(publisher_closep) Publisher *publisher = NULL;
    CliProgress bar = { .cli = cli, .what = N_("writing entries") };
    ArchiveReport report;
    TRY(cli_open(cli, true, &app, err));
    TRY(publisher_open(app, &publisher, err));
    TRY(archive_export(app, publisher, folder, (CheckProgress){ cli_progress, &bar }, cli->arena, &report, err));
    print_report(cli, &report);
    return RC_OK;
}

static Rc import_from(Cli *cli, const char *folder, Err *err)
{
    CliProgress bar = { .cli = cli, .what = N_("taking entries in") };
    const char *key = cli_option(cli, "key");
    ArchiveReport report;
    ArchiveImport import = {
        .from = folder, .options = { .data = cli_data(cli), .clock = os_clock_system(), .entropy = os_entropy_system() }
    };
    if (!key)
        return err_set(err, RC_INVALID, "--key says which key of the office that made the archive you trust");
    import.key = str_c(key);
    if (os_exists(key))
        TRY(os_read_file(cli->arena, key, KEY_FILE_MAX, &import.key, err));
    TRY(archive_import(&import, (CheckProgress){ cli_progress, &bar }, cli->arena, &report, err));
    print_report(cli, &report);
    return RC_OK;
}

int cmd_archive(Cli *cli)
{
    Err err = { 0 };
    bool out = strcmp(cli->args[0], "export") == 0;
    if (!out && strcmp(cli->args[0], "import") != 0) {
        fprintf(stderr, "yifa: %s\n", cli_text(cli, N_("yifa archive export FOLDER, or import FOLDER")));
        return EXIT_USAGE;
    }
    Rc rc = out ? export_to(cli, cli->args[1], &err) : import_from(cli, cli->args[1], &err);
    return rc == RC_OK ? EXIT_DONE : cli_failed(cli, &err);
}
