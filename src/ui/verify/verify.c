#include "ui/verify/verify.h"

#include "ui/verify/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/entry/entry.h"
#include "lib/i18n/i18n.h"
#include "ui/verify/source.h"

/* ---- the command line ---- */

static int usage(const Session *s, FILE *out)
{
    fprintf(out, "%s\n",
            _(s, N_("Usage: yifa-verify LOG --key KEY [OPTION…]\n"
                    "       yifa-verify --receipt FILE --key KEY [OPTION…]\n\n"
                    "LOG is a folder or an address (https://…) at which an office publishes its ledger.\n"
                    "  --key KEY        a key of the office that you trust: NAME+ID+BASE64, or a file with it\n"
                    "  --witness KEY    a key of a witness that you trust\n"
                    "  --quorum N       how many of the witnesses must have cosigned\n"
                    "  --older FILE     a checkpoint kept from before: the ledger must extend it\n"
                    "  --stamp PATH     a checkpoint with a time stamp over it: PATH.note and PATH.tsr\n"
                    "  --trust FILE     certificates (PEM) of the time-stamping authorities you trust\n"
                    "  --receipt FILE   judges one proof file (.tlog-proof) instead of a ledger\n"
                    "  --hashes-only    does not ask for the entries\n"
                    "  --format json    for programs")));
    return EXIT_USAGE;
}

static Rc add_key(Session *s, Str word, NoteVerifier *keys, size_t *n, Err *err)
{
    Str text = word;
    if (*n == KEYS_MAX)
        return err_set(err, RC_LIMIT, "more than %d keys", KEYS_MAX);
    if (str_find(word, STR("+")) == SIZE_MAX)
        TRY(source_read(s->arena, s->net, word, KEY_FILE_MAX, &text, err));
    TRY(note_verifier_read(s->h, str_trim(text), &keys[*n], err));
    ++*n;
    return RC_OK;
}

static Rc add_older(Session *s, Str word, Err *err)
{
    if (s->r.n_older == OLDER_MAX)
        return err_set(err, RC_LIMIT, "more than %d older checkpoints", OLDER_MAX);
    TRY(source_read(s->arena, s->net, word, NOTE_MAX, &s->r.older[s->r.n_older], err));
    s->r.n_older++;
    return RC_OK;
}

/* A checkpoint with a token of an authority over it: kept from before, like those of --older. */
static Rc read_stamp(Session *s, Err *err)
{
    Str response;
    Str note_bytes;
    Note note;
    Timestamp stamp;
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    Str path = s->r.stamp;
    if (!s->r.trusted.n)
        return err_set(err, RC_INVALID, "--stamp needs --trust, the certificates of the authority that you trust");
    TRY(source_read(s->arena, s->net, arena_printf(s->arena, "%.*s.note", STR_ARG(path)), NOTE_MAX, &note_bytes, err));
    TRY(source_read(s->arena, s->net, arena_printf(s->arena, "%.*s.tsr", STR_ARG(path)), TIMESTAMP_MAX, &response,
                    err));
    TRY(note_read(s->arena, note_bytes, &note, err));
    crypto_sha256(s->crypto, note.text, digest);
    TRY(timestamp_read(s->arena, response, digest, &stamp, err));
    TRY(timestamp_verify(response, digest, s->r.trusted, err));
    if (s->r.n_older == OLDER_MAX)
        return err_set(err, RC_LIMIT, "more than %d older checkpoints", OLDER_MAX);
    s->r.older[s->r.n_older++] = note_bytes;
    s->r.stamped_at = stamp.at_ms;
    return RC_OK;
}

static Rc set_quorum(Session *s, Str word, Err *err)
{
    int64_t n;
    if (!str_to_i64(word, &n) || n < 0 || n > KEYS_MAX)
        return err_set(err, RC_INVALID, "--quorum is a number from 0 to %d", KEYS_MAX);
    s->r.quorum = (size_t)n;
    return RC_OK;
}

static Rc take_option(Session *s, Str name, Str value, Err *err)
{
    if (str_eq_c(name, "--key"))
        return add_key(s, value, s->r.keys, &s->r.n_keys, err);
    if (str_eq_c(name, "--witness"))
        return add_key(s, value, s->r.witnesses, &s->r.n_witnesses, err);
    if (str_eq_c(name, "--older"))
        return add_older(s, value, err);
    if (str_eq_c(name, "--quorum"))
        return set_quorum(s, value, err);
    if (str_eq_c(name, "--trust"))
        return source_read(s->arena, s->net, value, TRUSTED_MAX, &s->r.trusted, err);
    if (str_eq_c(name, "--stamp"))
        s->r.stamp = value;
    else if (str_eq_c(name, "--receipt"))
        s->r.receipt = value;
    else if (str_eq_c(name, "--format"))
        s->r.json = str_eq_c(value, "json");
    else
        return err_set(err, RC_INVALID, "unknown option %.*s", STR_ARG(name));
    return RC_OK;
}

static Rc read_words(Session *s, int argc, char **argv, Err *err)
{
    for (int i = 1; i < argc; i++) {
        Str word = str_c(argv[i]);
        if (str_eq_c(word, "--hashes-only"))
            s->r.hashes_only = true;
        else if (!str_starts(word, STR("--")) && !s->r.log.n)
            s->r.log = word;
        else if (i + 1 == argc)
            return err_set(err, RC_INVALID, "%.*s needs a value", STR_ARG(word));
        else
            TRY(take_option(s, word, str_c(argv[++i]), err));
    }
    if ((s->r.log.n > 0) == (s->r.receipt.n > 0))
        return err_set(err, RC_INVALID, "say either a ledger or --receipt FILE");
    if (s->r.stamp.n)
        TRY(read_stamp(s, err));
    if (s->r.n_keys == 0)
        return err_set(err, RC_INVALID, "say with --key which key you trust; the office publishes it");
    return RC_OK;
}

AuditTrust session_trust(const Session *s)
{
    return (AuditTrust){ .keys = s->r.keys,
                         .n_keys = s->r.n_keys,
                         .witnesses = s->r.witnesses,
                         .n_witnesses = s->r.n_witnesses,
                         .quorum = s->r.quorum };
}

int verify_main(int argc, char **argv)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    CLEANUP(crypto_hash_freep) CryptoHash *h = NULL;
    CLEANUP(net_freep) Net *net = NULL;
    Err err = { 0 };
    Lang lang = i18n_lang_from_env();
    if (i18n_init(YIFA_LOCALE, &err) != RC_OK || net_init(&err) != RC_OK || net_new(&net, &err) != RC_OK ||
        crypto_new(&crypto, &err) != RC_OK) {
        fprintf(stderr, "yifa-verify: %s\n", err.text);
        return EXIT_UNKNOWN;
    }
    h = crypto_hash_new(crypto, CRYPTO_SHA256);
    Session s = { .arena = arena, .scratch = scratch, .crypto = crypto, .h = h, .net = net, .r.lang = lang };
    bool asked = argc < 2 || strcmp(argv[1], "--help") == 0;
    if (asked)
        return usage(&s, stdout) == EXIT_USAGE && argc < 2 ? EXIT_USAGE : EXIT_GOOD;
    if (read_words(&s, argc, argv, &err) != RC_OK) {
        fprintf(stderr, "yifa-verify: %s%s%s\n\n", err.place, err.place[0] ? ": " : "", err.text);
        return usage(&s, stderr);
    }
    int code = s.r.receipt.n ? judge_receipt(&s, &err) : judge_log(&s, &err);
    if (code == EXIT_UNKNOWN)
        fprintf(stderr, "yifa-verify: %s%s%s\n", err.place, err.place[0] ? ": " : "", err.text);
    return code;
}
