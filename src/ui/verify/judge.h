/* judge.h - what the files of yifa-verify share: the request, and the two things that can be judged. */
#ifndef YIFA_UI_VERIFY_JUDGE_H
#define YIFA_UI_VERIFY_JUDGE_H

#include "core/entry/entry.h"
#include "lib/crypto/timestamp.h"
#include "lib/i18n/i18n.h"
#include "ui/verify/source.h"

enum {
    EXIT_GOOD = 0,
    EXIT_FOUND = 1,
    EXIT_USAGE = 2,
    EXIT_UNKNOWN = 3,
    KEYS_MAX = 16,
    OLDER_MAX = 16,
    KEY_FILE_MAX = 4096,
    TRUSTED_MAX = 1024 * 1024
};

/* What the command line asks for. */
typedef struct Request {
    Lang lang;
    Str log;     /* folder or URL */
    Str receipt; /* a proof file instead */
    NoteVerifier keys[KEYS_MAX];
    size_t n_keys;
    NoteVerifier witnesses[KEYS_MAX];
    size_t n_witnesses;
    size_t quorum;
    Str older[OLDER_MAX];
    size_t n_older;
    Str stamp;          /* path without .note and .tsr; empty: none */
    Str trusted;        /* certificates (PEM) of time-stamping authorities */
    int64_t stamped_at; /* ms; read with the request */
    bool hashes_only;
    bool json;
} Request;

typedef struct Session {
    Arena *arena;
    Arena *scratch; /* one entry */
    Crypto *crypto;
    CryptoHash *h;
    Net *net;
    Request r;
} Session;

#define _(s, text) i18n((s)->r.lang, text)

AuditTrust session_trust(const Session *s);
/* Both print what was checked and found, and return an exit code; EXIT_UNKNOWN: see err. */
int judge_log(Session *s, Err *err);
int judge_receipt(Session *s, Err *err);

#endif
