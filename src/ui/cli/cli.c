#include "ui/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/feel/feel.h"
#include "lib/os/clock.h"
#include "ui/cli/paths.h"

/* ---- the table of commands ---- */

#define OPTION_DATA                          \
    {                                        \
        "data", "DIR", N_("the data folder") \
    }
#define OPTION_FORMAT                                        \
    {                                                        \
        "format", "text|json", N_("how to print the result") \
    }
#define OPTION_END       \
    {                    \
        NULL, NULL, NULL \
    }

static const CliOption catalogue_options[] = { OPTION_DATA,
                                               { "as", "LOGIN", N_("who imports") },
                                               { "from", "DATE", N_("first day of the new list; today if not said") },
                                               { "preview", NULL, N_("shows what would happen and changes nothing") },
                                               OPTION_END };
static const CliOption ask_options[] = { OPTION_DATA,
                                         { "at", "INSTANT",
                                           N_("the instant of asking, such as 2023-11-20T18:00; now if not said") },
                                         OPTION_FORMAT,
                                         OPTION_END };
static const CliOption archive_options[] = {
    OPTION_DATA,
    { "key", "KEY", N_("the verifier key of the office that made the archive, or a file with it") },
    OPTION_END
};
static const CliOption backup_options[] = { OPTION_DATA, OPTION_END };
static const CliOption restore_options[] = { OPTION_DATA,
                                             { "checkpoint", "FILE",
                                               N_("a checkpoint kept outside, which the backup must extend") },
                                             { "key", "KEY", N_("the verifier key that signed it, or a file with it") },
                                             OPTION_END };
static const CliOption check_options[] = { OPTION_FORMAT, OPTION_END };
static const CliOption demo_options[] = { { "pack", "DIR", N_("the pack to demonstrate") },
                                          { "seed", "N", N_("another seed gives another year") },
                                          { "plan", "year|random", N_("a planned year, or random acts") },
                                          { "acts", "N", N_("how many random acts") },
                                          { "store", "URL", N_("a PostgreSQL store instead of a file in the folder") },
                                          { "restart", NULL, N_("removes what is in the folder first") },
                                          OPTION_END };
static const CliOption dmn_options[] = { { "decision", "NAME", N_("the decision to evaluate") },
                                         { "service", "NAME", N_("the decision service to evaluate") },
                                         { "inputs", "FILE", N_("a JSON object with the inputs by name") },
                                         OPTION_END };
static const CliOption feel_options[] = {
    { "context", "FILE", N_("a JSON object with the names to use") },
    { "tests", "VALUE", N_("takes the expression as unary tests over this value") },
    { "explain", NULL, N_("shows what each part came to") },
    { "law", NULL, N_("law's functions by their bare names too") },
    { "pack", "DIR", N_("the pack whose calendars and words law's functions use") },
    { "at", "INSTANT", N_("what is now, such as 2023-11-20 or 2023-11-20T18:00") },
    OPTION_FORMAT,
    OPTION_END
};
static const CliOption freeze_options[] = { OPTION_DATA, { "signer", "LOGIN", N_("who signs") }, OPTION_END };
static const CliOption import_options[] = { OPTION_DATA,
                                            { "as", "LOGIN", N_("who imports") },
                                            { "preview", NULL, N_("shows what would happen and changes nothing") },
                                            { "undo", "N", N_("takes an import back") },
                                            OPTION_FORMAT,
                                            OPTION_END };
static const CliOption init_options[] = {
    { "pack", "DIR", N_("the pack to adopt") },
    { "origin", "NAME", N_("makes the first signing key: an address, as in office.example/ledger") },
    { "store", "URL", N_("a PostgreSQL store instead of a file in the folder") },
    OPTION_END
};
static const CliOption key_options[] = { OPTION_DATA,
                                         { "type", "ed25519|sm2|witness",
                                           N_("what the key is for; ed25519 if not said") },
                                         { "passphrase", "FILE", N_("a file with the passphrase of a backup") },
                                         OPTION_END };
static const CliOption publish_options[] = { OPTION_DATA,
                                             { "tsa", "URL", N_("also asks this time-stamping authority for a token") },
                                             OPTION_END };
static const CliOption receipt_options[] = { OPTION_DATA,
                                             { "out", "FILE", N_("where the proof goes; printed if not said") },
                                             OPTION_END };
static const CliOption rebuild_options[] = { OPTION_DATA,
                                             { "check", NULL, N_("compares and leaves the data as it is") },
                                             { "store", "URL", N_("an empty store to rebuild into") },
                                             OPTION_FORMAT,
                                             OPTION_END };
static const CliOption reconcile_options[] = {
    OPTION_DATA,
    { "from", "DATE", N_("the first day the list covers; its own first if not said") },
    { "to", "DATE", N_("the last day the list covers; its own last if not said") },
    { "as", "LOGIN", N_("who compares") },
    { "preview", NULL, N_("shows the differences and records nothing") },
    OPTION_FORMAT,
    OPTION_END
};
static const CliOption report_options[] = { OPTION_DATA,
                                            { "as-of", "DATE", N_("status no later than this day") },
                                            { "format", "text|json|html|md|docx|xlsx", N_("how to print the result") },
                                            { "out", "FILE", N_("where a DOCX or XLSX goes") },
                                            { "compare", "FILE", N_("compares an edited DOCX with the figures") },
                                            { "lint", NULL, N_("checks what the text says of the figures") },
                                            { "recount", NULL, N_("counts again from the entries and compares") },
                                            { "prefixes", "N", N_("recounts also at N random sizes of the ledger") },
                                            OPTION_END };
static const CliOption serve_options[] = { OPTION_DATA,
                                           { "listen", "HOST:PORT", N_("where to listen, 127.0.0.1:8080 if not said") },
                                           { "threads", "N", N_("how many threads read requests") },
                                           { "now", "DATE",
                                             N_("pretends to be on this day (demonstration data only)") },
                                           OPTION_END };
static const CliOption verify_options[] = { OPTION_DATA, OPTION_FORMAT, OPTION_END };

static const CliOption witness_options[] = { OPTION_DATA, OPTION_END };

static const CliCommand commands[] = {
    { "catalogue", "list|export|import", N_("lists, writes and reads catalogues, units and people as CSV"), 1, 3,
      catalogue_options, cmd_catalogue },
    { "ask", "QUESTION", N_("answers a saved question in one sentence; lists them without one"), 0, 1, ask_options,
      cmd_ask },
    { "archive", "export|import", N_("a whole office as a folder that needs nothing else, and back"), 2, 2,
      archive_options, cmd_archive },
    { "backup", "FOLDER", N_("copies the office while it works"), 1, 1, backup_options, cmd_backup },
    { "check", "PACK", N_("checks a pack and lists its mistakes"), 1, 1, check_options, cmd_check },
    { "demo", "DIR", N_("makes a synthetic year of an office"), 1, 1, demo_options, cmd_demo },
    { "dmn", "[check|eval FILE…]", N_("checks a decision model, evaluates it, or answers JSON lines"), 0, 8,
      dmn_options, cmd_dmn },
    { "feel", "EXPRESSION", N_("evaluates a FEEL expression"), 1, 1, feel_options, cmd_feel },
    { "freeze", "REPORT", N_("freezes a report's figures"), 1, 1, freeze_options, cmd_freeze },
    { "import", "FILE", N_("takes in a list from another platform"), 0, 1, import_options, cmd_import },
    { "init", "DIR", N_("makes an office's data folder from its pack"), 1, 1, init_options, cmd_init },
    { "key", "list|new|…", N_("the signing keys: list, new NAME, retire N, backup FILE, restore FILE"), 1, 2,
      key_options, cmd_key },
    { "publish", "", N_("signs the ledger's tree and writes its tiles for outsiders"), 0, 0, publish_options,
      cmd_publish },
    { "receipt", "ENTRY", N_("writes the proof that an entry is in the ledger"), 1, 1, receipt_options, cmd_receipt },
    { "rebuild", "", N_("rebuilds the state from the ledger"), 0, 0, rebuild_options, cmd_rebuild },
    { "reconcile", "LIST FILE", N_("compares a list of another platform with what stands here"), 2, 2,
      reconcile_options, cmd_reconcile },
    { "report", "REPORT", N_("prints a report's figures or text"), 1, 1, report_options, cmd_report },
    { "restore", "FOLDER", N_("makes the office from a backup and verifies it"), 1, 1, restore_options, cmd_restore },
    { "serve", "", N_("serves the pages"), 0, 0, serve_options, cmd_serve },
    { "verify", "", N_("verifies the ledger"), 0, 0, verify_options, cmd_verify },
    { "witness", "list|watch|…", N_("cosigning: list, watch KEY, ask ADDRESS KEY, run"), 1, 3, witness_options,
      cmd_witness },
};

/* ---- help ---- */

const char *cli_text(const Cli *cli, const char *msgid)
{
    return i18n(cli->lang, msgid);
}

static void print_usage(const Cli *cli, FILE *out)
{
    fprintf(out, "%s yifa COMMAND [OPTION…]\n\n", cli_text(cli, N_("Usage:")));
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-9s %-11s %s\n", commands[i].name, commands[i].args, cli_text(cli, commands[i].summary));
    fprintf(out, "\n%s\n", cli_text(cli, N_("yifa COMMAND --help says more.")));
}

static void print_command(const Cli *cli, FILE *out)
{
    const CliCommand *c = cli->command;
    fprintf(out, "%s yifa %s%s%s%s\n\n%s\n\n", cli_text(cli, N_("Usage:")), c->name, c->args[0] ? " " : "", c->args,
            c->options[0].name ? " [OPTION…]" : "", cli_text(cli, c->summary));
    for (const CliOption *o = c->options; o->name; o++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
        fprintf(out, "  %-28s %s\n", left, cli_text(cli, o->help));
    }
}

static int usage_error(const Cli *cli, const char *what, const char *name)
{
    fprintf(stderr, "yifa: %s %s\n", cli_text(cli, what), name);
    if (cli->command)
        print_command(cli, stderr);
    else
        print_usage(cli, stderr);
    return EXIT_USAGE;
}

/* ---- arguments ---- */

static int find_option(const CliCommand *command, Str name)
{
    for (int i = 0; command->options[i].name; i++)
        if (str_eq_c(name, command->options[i].name))
            return i;
    return -1;
}

/* Takes argv[*at], an option; *at moves past its value. */
static int take_option(Cli *cli, int argc, char **argv, int *at)
{
    const char *word = argv[*at] + 2;
    const char *equals = strchr(word, '=');
    Str name = equals ? (Str){ word, (size_t)(equals - word) } : str_c(word);
    int i = find_option(cli->command, name);
    if (i < 0)
        return usage_error(cli, N_("unknown option"), argv[*at]);
    if (!cli->command->options[i].value) {
        cli->values[i] = "";
    } else if (equals) {
        cli->values[i] = equals + 1;
    } else {
        *at += 1;
        if (*at >= argc)
            return usage_error(cli, N_("a value is missing for"), argv[*at - 1]);
        cli->values[i] = argv[*at];
    }
    return EXIT_DONE;
}

static int take_arguments(Cli *cli, int argc, char **argv)
{
    for (int at = 2; at < argc; at++) {
        if (strncmp(argv[at], "--", 2) == 0) {
            int code = take_option(cli, argc, argv, &at);
            if (code != EXIT_DONE)
                return code;
        } else if (cli->n_args == cli->command->max_args) {
            return usage_error(cli, N_("one argument too many:"), argv[at]);
        } else {
            cli->args[cli->n_args++] = argv[at];
        }
    }
    if (cli->n_args < cli->command->min_args)
        return usage_error(cli, N_("an argument is missing:"), cli->command->args);
    return EXIT_DONE;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

const char *cli_option(const Cli *cli, const char *name)
{
    int i = find_option(cli->command, str_c(name));
    return i < 0 ? NULL : cli->values[i];
}

bool cli_wants_json(const Cli *cli)
{
    const char *format = cli_option(cli, "format");
    return format && strcmp(format, "json") == 0;
}

int cli_failed(const Cli *cli, const Err *err)
{
    (void)cli;
    fprintf(stderr, "yifa: %s%s%s\n", err->place, err->place[0] ? ": " : "", err->text);
    return EXIT_FAILED;
}

/* ---- progress ---- */

static void progress_bar(const CliProgress *p, int64_t done, int64_t total)
{
    enum { WIDTH = 30 };
    int64_t ms = os_monotonic_ms() - p->started_ms;
    int filled = total ? (int)(done * WIDTH / total) : WIDTH;
    char bar[WIDTH + 1];
    memset(bar, '.', WIDTH);
    memset(bar, '#', (size_t)filled);
    bar[WIDTH] = '\0';
    double rate = ms > 0 ? (double)done * 1000 / (double)ms : 0;
    double left = rate > 0 ? (double)(total - done) / rate : 0;
    fprintf(stderr, "\r%s [%s] %lld/%lld %.0f/s %.0f s ", cli_text(p->cli, p->what), bar, (long long)done,
            (long long)total, rate, left);
    if (done >= total)
        fputc('\n', stderr);
}

void cli_progress(void *ctx, int64_t done, int64_t total)
{
    CliProgress *p = ctx;
    if (!p->started_ms)
        p->started_ms = os_monotonic_ms();
    if (isatty(STDERR_FILENO)) {
        progress_bar(p, done, total);
        return;
    }
    int tenth = total ? (int)(done * 10 / total) : 10;
    if (tenth > p->last_tenth)
        fprintf(stderr, "%s %d0%%\n", cli_text(p->cli, p->what), tenth);
    p->last_tenth = tenth;
}

/* ---- main ---- */

static int run(Cli *cli, int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-') {
        bool version = argc == 2 && strcmp(argv[1], "--version") == 0;
        if (version)
            printf("yifa " YIFA_VERSION " (tz %s)\n", feel_zone_version());
        else
            print_usage(cli, wants_help(argc, argv) ? stdout : stderr);
        return version || wants_help(argc, argv) ? EXIT_DONE : EXIT_USAGE;
    }
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            cli->command = &commands[i];
    if (!cli->command)
        return usage_error(cli, N_("unknown command"), argv[1]);
    if (wants_help(argc, argv)) {
        print_command(cli, stdout);
        return EXIT_DONE;
    }
    int code = take_arguments(cli, argc, argv);
    return code == EXIT_DONE ? cli->command->run(cli) : code;
}

int cli_main(int argc, char **argv)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Cli cli = { .lang = i18n_lang_from_env(), .arena = arena };
    Err err = { 0 };
    if (i18n_init(path_locale(arena), &err) != RC_OK)
        return cli_failed(&cli, &err);
    return run(&cli, argc, argv);
}
