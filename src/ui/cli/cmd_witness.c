/* yifa witness: which logs this office cosigns, and which witnesses it asks. */
#include <string.h>

#include "app/witness.h"
#include "base/date.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

enum { KEY_FILE_MAX = 4096 };

typedef struct WitnessCommand {
    Cli *cli;
    App *app;
    Publisher *publisher;
    Witnesses *witnesses;
    CryptoHash *hash;
    Net *net;
} WitnessCommand;

static Str when(const WitnessCommand *c, int64_t at)
{
    return at ? instant_print(c->cli->arena, at, 0) : STR("-");
}

static Rc list(WitnessCommand *c, Err *err)
{
    const WatchedLog *logs;
    const AskedWitness *asked;
    size_t n_logs;
    size_t n_asked;
    TRY(witness_watched(c->witnesses, c->cli->arena, &logs, &n_logs, err));
    TRY(witness_asked(c->witnesses, c->cli->arena, &asked, &n_asked, err));
    printf(cli_text(c->cli, N_("%zu logs cosigned here\n")), n_logs);
    for (size_t i = 0; i < n_logs; i++)
        printf("  %.*s  %llu  %.*s\n", STR_ARG(logs[i].origin), (unsigned long long)logs[i].size,
               STR_ARG(when(c, logs[i].at)));
    printf(cli_text(c->cli, N_("%zu witnesses asked\n")), n_asked);
    for (size_t i = 0; i < n_asked; i++)
        printf("  %.*s  %llu  %.*s  %.*s\n", STR_ARG(asked[i].url), (unsigned long long)asked[i].size,
               STR_ARG(when(c, asked[i].at)), STR_ARG(asked[i].trouble));
    return RC_OK;
}

/* A key is written out, or stands in a file. */
static Rc key_of(WitnessCommand *c, const char *word, Str *ret, Err *err)
{
    Str text = str_c(word);
    if (!strchr(word, '+'))
        TRY(os_read_file(c->cli->arena, word, KEY_FILE_MAX, &text, err));
    *ret = str_trim(text);
    return RC_OK;
}

static Rc watch(WitnessCommand *c, Err *err)
{
    Str key;
    if (c->cli->n_args != 2)
        return err_set(err, RC_INVALID, "say the verifier key of the log, or a file with it");
    TRY(key_of(c, c->cli->args[1], &key, err));
    TRY(witness_watch(c->witnesses, key, err));
    return list(c, err);
}

static Rc ask(WitnessCommand *c, Err *err)
{
    Str key;
    if (c->cli->n_args != 3)
        return err_set(err, RC_INVALID, "say the address of the witness and its verifier key, or a file with it");
    TRY(key_of(c, c->cli->args[2], &key, err));
    TRY(witness_ask_from_now(c->witnesses, str_c(c->cli->args[1]), key, err));
    return list(c, err);
}

static Rc run_now(WitnessCommand *c, Err *err)
{
    Published done;
    size_t got;
    TRY(publisher_run(c->publisher, c->cli->arena, &done, err));
    TRY(net_new(&c->net, err));
    TRY(witness_ask_all(c->witnesses, c->publisher, c->net, app_now(c->app), &got, err));
    return list(c, err);
}

static const struct {
    const char *word;
    Rc (*run)(WitnessCommand *c, Err *err);
} ACTIONS[] = { { "list", list }, { "watch", watch }, { "ask", ask }, { "run", run_now } };

static Rc run(WitnessCommand *c, Err *err)
{
    TRY(net_init(err));
    TRY(cli_open(c->cli, true, &c->app, err));
    c->hash = crypto_hash_new(app_crypto(c->app), CRYPTO_SHA256);
    TRY(witnesses_open(cli_data(c->cli), c->hash, &c->witnesses, err));
    TRY(publisher_open(c->app, &c->publisher, err));
    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++)
        if (strcmp(ACTIONS[i].word, c->cli->args[0]) == 0)
            return ACTIONS[i].run(c, err);
    return err_set(err, RC_INVALID, "yifa witness list, watch, ask or run");
}

int cmd_witness(Cli *cli)
{
    WitnessCommand c = { .cli = cli };
    Err err = { 0 };
    Rc rc = run(&c, &err);
    net_free(c.net);
    publisher_close(c.publisher);
    witnesses_close(c.witnesses);
    crypto_hash_free(c.hash);
    app_close(c.app);
    return rc == RC_OK ? EXIT_DONE : cli_failed(cli, &err);
}
