/* cli.h - the command line: one table of sub-commands, each with its options and help.
 *
 * Output is for people first; --format json is for programs. Exit codes: 0 done, 1 done and something was found wrong
 * (a pack's mistakes, a ledger's faults), 2 the command line is off, 3 it could not be done. Messages go to standard
 * error, results to standard output. */
#ifndef YIFA_UI_CLI_CLI_H
#define YIFA_UI_CLI_CLI_H

#include <stdio.h>

#include "base/arena.h"
#include "base/rc.h"
#include "lib/i18n/i18n.h"

enum { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

typedef struct CliOption {
    const char *name;  /* "data": --data VALUE */
    const char *value; /* NULL: a switch */
    const char *help;  /* msgid */
} CliOption;

enum { CLI_OPTIONS_MAX = 12, CLI_ARGS_MAX = 8 };

typedef struct Cli {
    Lang lang;
    Arena *arena;
    const struct CliCommand *command;
    const char *values[CLI_OPTIONS_MAX]; /* by position in command->options; "" for a switch that is set */
    const char *args[CLI_ARGS_MAX];
    int n_args;
} Cli;

typedef struct CliCommand {
    const char *name;
    const char *args;    /* "DIR", "YEAR" … as shown in usage */
    const char *summary; /* msgid */
    int min_args;
    int max_args;
    const CliOption *options; /* ends with a NULL name */
    int (*run)(Cli *cli);
} CliCommand;

int cli_main(int argc, char **argv);

/* Makes the first signing key of a new data folder and shows it. */
MUST_CHECK Rc cli_first_key(struct Cli *cli, const char *data, const char *origin, Err *err);
/* The value of an option, or NULL when it was not given. */
const char *cli_option(const Cli *cli, const char *name);
bool cli_wants_json(const Cli *cli);
/* Shows an error with its place; returns EXIT_FAILED. */
int cli_failed(const Cli *cli, const Err *err);
/* The wording of a text in the user's language. */
const char *cli_text(const Cli *cli, const char *msgid) __attribute__((format_arg(2)));
/* A progress bar on a terminal, else a line at every tenth; `done` == `total` ends it. */
typedef struct CliProgress {
    const Cli *cli;
    const char *what; /* msgid */
    int64_t started_ms;
    int last_tenth;
} CliProgress;
void cli_progress(void *progress, int64_t done, int64_t total);

/* The folder that --data names, "data" when it names none. */
const char *cli_data(const Cli *cli);
/* Opens it; the caller closes the App, also after a failure when *ret is not NULL. A demonstration keeps its own day,
 * or takes that of --now where the command has it. */
struct App;
MUST_CHECK Rc cli_open(const Cli *cli, bool read_only, struct App **ret, Err *err);

/* One per file. */
int cmd_catalogue(Cli *cli);
int cmd_ask(Cli *cli);
int cmd_archive(Cli *cli);
int cmd_backup(Cli *cli);
int cmd_restore(Cli *cli);
int cmd_check(Cli *cli);
int cmd_demo(Cli *cli);
int cmd_dmn(Cli *cli);
int cmd_feel(Cli *cli);
int cmd_freeze(Cli *cli);
int cmd_import(Cli *cli);
int cmd_init(Cli *cli);
int cmd_key(Cli *cli);
int cmd_publish(Cli *cli);
int cmd_receipt(Cli *cli);
int cmd_rebuild(Cli *cli);
int cmd_reconcile(Cli *cli);
int cmd_report(Cli *cli);
int cmd_serve(Cli *cli);
int cmd_verify(Cli *cli);
int cmd_witness(Cli *cli);

#endif
