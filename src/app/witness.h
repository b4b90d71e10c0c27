/* witness.h - offices that witness one another: the only defence against one that rewrites everything it keeps.
 *
 * As a witness, this office cosigns checkpoints of the logs it was told to watch (by their keys), never one that does
 * not extend what it cosigned last. As a log, it asks witnesses, by address and key, for cosignatures of its own newest
 * checkpoint. Both lists and what was cosigned last lie in witness.db in the data folder. One thread uses a Witnesses
 * at a time; several of one folder are safe. */
#ifndef YIFA_APP_WITNESS_H
#define YIFA_APP_WITNESS_H

#include "app/publish.h"
#include "core/ledger/witness.h"
#include "io/net/net.h"

enum { WITNESS_LOGS_MAX = 10000, WITNESS_ASKED_MAX = 16 };

typedef struct Witnesses Witnesses;

MUST_CHECK Rc witnesses_open(const char *data, CryptoHash *sha256, Witnesses **ret, Err *err);
void witnesses_close(Witnesses *w); /* NULL is allowed */
void witnesses_closep(Witnesses **w);

/* ---- watching others ---- */

/* Watches the log that this verifier key names; further keys of the same log may be added. */
MUST_CHECK Rc witness_watch(Witnesses *w, Str key, Err *err);

typedef struct WatchedLog {
    Str origin;
    Str keys; /* one a line */
    uint64_t size;
    int64_t at; /* ms, of the last cosignature; 0: none */
} WatchedLog;
MUST_CHECK Rc witness_watched(Witnesses *w, Arena *arena, const WatchedLog **ret, size_t *ret_n, Err *err);

/* Answers a request of add-checkpoint: *ret_status as HTTP has it, and the body in `out`: signature lines, the size of
 * WITNESS_STALE, or the reason. An Err is for what the witness itself cannot do. */
MUST_CHECK Rc witness_answer(Witnesses *w, Signer *signer, Str request, int64_t now, int *ret_status, Buf *out,
                             Err *err);

/* ---- being watched ---- */

/* Asks the witness at this address (of which "/add-checkpoint" is a part) from now on. */
MUST_CHECK Rc witness_ask_from_now(Witnesses *w, Str url, Str key, Err *err);

typedef struct AskedWitness {
    Str url;
    Str key;
    uint64_t size; /* of ours that it cosigned last */
    int64_t at;    /* ms */
    Str trouble;   /* why the last request brought nothing; empty: it did */
} AskedWitness;
MUST_CHECK Rc witness_asked(Witnesses *w, Arena *arena, const AskedWitness **ret, size_t *ret_n, Err *err);
/* Asks each witness that has not cosigned the newest checkpoint; new cosignatures are in the published one. Troubles
 * are kept with their witness, not returned. */
MUST_CHECK Rc witness_ask_all(Witnesses *w, Publisher *publisher, Net *net, int64_t now, size_t *ret_got, Err *err);

#endif
