/* Decision models: checks them, evaluates a decision, or answers another program line by line. */
#include "ui/cli/cmd_dmn.h"

#include <string.h>

#include "lib/os/file.h"
#include "ui/cli/dmn_models.h"

enum { INPUTS_MAX = 16 * 1024 * 1024 };

static Rc load(Cli *cli, const DmnModel **ret, Err *err)
{
    return dmn_model_load(cli->arena, cli->args + 1, (size_t)cli->n_args - 1, ret, err);
}

static void print_places(const DmnFault *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        printf("%.*s:%d: %s%.*s: %.*s\n", STR_ARG(list[i].path), list[i].line, word, STR_ARG(list[i].element),
               STR_ARG(list[i].text));
}

static int check_model(Cli *cli)
{
    Err err = { 0 };
    const DmnModel *model = NULL;
    if (load(cli, &model, &err) != RC_OK)
        return cli_failed(cli, &err);
    const DmnFault *faults;
    const DmnFault *warnings;
    size_t n = dmn_faults(model, &faults);
    size_t n_warnings = dmn_warnings(model, cli->arena, &warnings);
    print_places(faults, n, "");
    print_places(warnings, n_warnings, cli_text(cli, N_("warning: ")));
    if (n)
        printf(cli_text(cli, N_("%zu mistakes.\n")), n);
    else
        fputs(cli_text(cli, N_("No mistakes.\n")), stdout);
    return n ? EXIT_FOUND : EXIT_DONE;
}

static Rc read_inputs(Cli *cli, DmnRun *run, Err *err)
{
    const char *path = cli_option(cli, "inputs");
    Json values = json_obj();
    Str bytes;
    if (path) {
        TRY(os_read_file(cli->arena, path, INPUTS_MAX, &bytes, err));
        TRY(json_parse_decimals(cli->arena, bytes, &values, err));
    }
    return dmn_inputs_read(cli->arena, &values, NULL, run, err);
}

static int eval_model(Cli *cli)
{
    Err err = { 0 };
    const DmnModel *model = NULL;
    DmnRun run = { 0 };
    const char *decision = cli_option(cli, "decision");
    const char *service = cli_option(cli, "service");
    if (load(cli, &model, &err) != RC_OK || read_inputs(cli, &run, &err) != RC_OK)
        return cli_failed(cli, &err);
    DmnResult result = dmn_evaluate(model, str_c(decision), str_c(service), &run, cli->arena);
    Str text = feel_print(cli->arena, result.value);
    printf("%.*s\n", STR_ARG(text));
    if (result.failed)
        fprintf(stderr, "yifa: %.*s\n", STR_ARG(result.reason));
    return result.failed ? EXIT_FOUND : EXIT_DONE;
}

int cmd_dmn(Cli *cli)
{
    if (cli->n_args == 0)
        return dmn_lines();
    bool check = strcmp(cli->args[0], "check") == 0;
    bool eval = strcmp(cli->args[0], "eval") == 0;
    bool asks = cli_option(cli, "decision") || cli_option(cli, "service");
    if ((!check && !eval) || cli->n_args < 2 || (eval && !asks)) {
        fprintf(stderr, "yifa: %s\n",
                cli_text(cli, N_("yifa dmn check FILE…, or yifa dmn eval FILE… --decision NAME --inputs FILE")));
        return EXIT_USAGE;
    }
    return check ? check_model(cli) : eval_model(cli);
}
