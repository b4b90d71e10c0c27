/* yifa key: the office's signing keys. */
#include <string.h>

#include "app/app.h"
#include "app/signer.h"
#include "base/date.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

enum { PASSPHRASE_MAX = 1024, BACKUP_MAX = 256 * 1024 };

typedef struct KeyCommand {
    Cli *cli;
    App *app;
    Signer *signer;
    CryptoHash *hash;
} KeyCommand;

static const struct {
    const char *word;
    NoteType type;
    const char *title;
} TYPES[] = {
    { "ed25519", NOTE_ED25519, N_("signs checkpoints (Ed25519)") },
    { "sm2", NOTE_SM2, N_("signs checkpoints (SM2)") },
    { "witness", NOTE_COSIGNATURE, N_("cosigns other ledgers as a witness (Ed25519)") },
};

static void print_key(const KeyCommand *c, const SignerKey *key)
{
    const char *title = "";
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
        if (TYPES[i].type == key->verifier.type)
            title = TYPES[i].title;
    Arena *arena = c->cli->arena;
    Str text = note_verifier_text(arena, &key->verifier);
    printf("%3lld  %s%s%s\n     %.*s\n", (long long)key->id, cli_text(c->cli, title), key->retired ? ", " : "",
           key->retired ? cli_text(c->cli, N_("retired")) : "", STR_ARG(text));
}

static Rc list_keys(KeyCommand *c, Err *err)
{
    const SignerKey *keys;
    size_t n;
    TRY(signer_keys(c->signer, c->cli->arena, &keys, &n, err));
    for (size_t i = 0; i < n; i++)
        print_key(c, &keys[i]);
    if (n == 0)
        printf("%s\n", cli_text(c->cli, N_("There is no signing key yet; make one with: yifa key new NAME")));
    return RC_OK;
}

static Rc new_key(KeyCommand *c, Err *err)
{
    const char *word = cli_option(c->cli, "type");
    SignerKey key;
    if (c->cli->n_args < 2)
        return err_set(err, RC_INVALID, "say the key's name: an address without https://, as in office.example/ledger");
    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
        if (strcmp(TYPES[i].word, word ? word : "ed25519") != 0)
            continue;
        TRY(signer_key_new(c->signer, TYPES[i].type, str_c(c->cli->args[1]), app_now(c->app), c->cli->arena, &key,
                           err));
        print_key(c, &key);
        return RC_OK;
    }
    return err_set(err, RC_INVALID, "--type is ed25519, sm2 or witness");
}

static Rc retire_key(KeyCommand *c, Err *err)
{
    int64_t id;
    if (c->cli->n_args < 2 || !str_to_i64(str_c(c->cli->args[1]), &id))
        return err_set(err, RC_INVALID, "say the number of the key, as `yifa key list` shows it");
    TRY(signer_key_retire(c->signer, id, app_now(c->app), err));
    return list_keys(c, err);
}

/* A passphrase comes from a file: a command line is read by every other user of the machine. */
static Rc passphrase(const KeyCommand *c, Str *ret, Err *err)
{
    const char *path = cli_option(c->cli, "passphrase");
    Str text;
    if (!path)
        return err_set(err, RC_INVALID, "--passphrase names a file with the passphrase");
    TRY(os_read_file(c->cli->arena, path, PASSPHRASE_MAX, &text, err));
    *ret = str_trim(text);
    return ret->n >= 12 ? RC_OK : err_set(err, RC_INVALID, "a passphrase has at least 12 characters");
}

static Rc backup_keys(KeyCommand *c, Err *err)
{
    Str words;
    Str text;
    if (c->cli->n_args < 2)
        return err_set(err, RC_INVALID, "say the file to write the sealed keys to");
    TRY(passphrase(c, &words, err));
    TRY(signer_backup(c->signer, app_crypto(c->app), words, c->cli->arena, &text, err));
    return os_write_file_atomic(c->cli->args[1], text, 0600, err);
}

static Rc restore_keys(KeyCommand *c, Err *err)
{
    Str words;
    Str text;
    if (c->cli->n_args < 2)
        return err_set(err, RC_INVALID, "say the file with the sealed keys");
    TRY(passphrase(c, &words, err));
    TRY(os_read_file(c->cli->arena, c->cli->args[1], BACKUP_MAX, &text, err));
    TRY(signer_restore(c->signer, app_crypto(c->app), words, text, err));
    return list_keys(c, err);
}

static const struct {
    const char *word;
    Rc (*run)(KeyCommand *c, Err *err);
} ACTIONS[] = { { "list", list_keys },
                { "new", new_key },
                { "retire", retire_key },
                { "backup", backup_keys },
                { "restore", restore_keys } };

static Rc run(KeyCommand *c, Err *err)
{
    TRY(cli_open(c->cli, true, &c->app, err));
    c->hash = crypto_hash_new(app_crypto(c->app), CRYPTO_SHA256);
    TRY(signer_open(cli_data(c->cli), app_j(c->app), c->hash, app_entropy(c->app), &c->signer, err));
    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++)
        if (strcmp(ACTIONS[i].word, c->cli->args[0]) == 0)
            return ACTIONS[i].run(c, err);
    return err_set(err, RC_INVALID, "yifa key list, new, retire, backup or restore");
}

int cmd_key(Cli *cli)
{
    KeyCommand c = { .cli = cli };
    Err err = { 0 };
    Rc rc = run(&c, &err);
    signer_close(c.signer);
    crypto_hash_free(c.hash);
    app_close(c.app);
    return rc == RC_OK ? EXIT_DONE : cli_failed(cli, &err);
}

Rc cli_first_key(Cli *cli, const char *data, const char *origin, Err *err)
{
    CLEANUP(app_closep) App *app = NULL;
    CLEANUP(crypto_hash_freep) CryptoHash *hash = NULL;
    CLEANUP(signer_closep) Signer *signer = NULL;
    SignerKey key;
    AppOptions options = {
        .data = data, .clock = os_clock_system(), .entropy = os_entropy_system(), .read_only = true
    };
    TRY(app_open(&options, &app, err));
    hash = crypto_hash_new(app_crypto(app), CRYPTO_SHA256);
    TRY(signer_open(data, app_j(app), hash, options.entropy, &signer, err));
    TRY(signer_key_new(signer, NOTE_ED25519, str_c(origin), app_now(app), cli->arena, &key, err));
    Str text = note_verifier_text(cli->arena, &key.verifier);
    printf(cli_text(cli, N_("Its ledger is signed by the key\n  %.*s\n")), STR_ARG(text));
    return RC_OK;
}
