/* witness.h - what a witness answers to POST add-checkpoint (c2sp.org/tlog-witness): a pure decision.
 *
 * The caller looks up the origin, hands in what it cosigned last, and on WITNESS_GOOD stores the new checkpoint before
 * it answers, only if what is stored is still what was handed in (compare and swap): else two requests at once could
 * set the witness back. */
#ifndef YIFA_CORE_LEDGER_WITNESS_H
#define YIFA_CORE_LEDGER_WITNESS_H

#include "core/ledger/checkpoint.h"

typedef enum WitnessVerdict {
    WITNESS_GOOD,      /* 200: cosign */
    WITNESS_MALFORMED, /* 400: no request, or an old size above the new one */
    WITNESS_UNSIGNED,  /* 403: no signature of a key trusted for this origin */
    WITNESS_UNKNOWN,   /* 404: an origin not witnessed here */
    WITNESS_STALE,     /* 409: old size is not what was cosigned last, whose size is to be answered */
    WITNESS_FORKED,    /* 409: the same size with another root */
    WITNESS_REFUSED    /* 422: the proof does not show that the tree was extended */
} WitnessVerdict;
int witness_status(WitnessVerdict verdict); /* HTTP */

/* One log that is witnessed. */
typedef struct WitnessedLog {
    Str origin;
    const NoteVerifier *keys;
    size_t n_keys;
    uint64_t size; /* of the checkpoint cosigned last; 0 for none */
    LedgerHash root;
} WitnessedLog;

typedef struct WitnessAnswer {
    WitnessVerdict verdict;
    Checkpoint checkpoint; /* what was sent; views the request */
    Str text;              /* its text, to be cosigned */
} WitnessAnswer;

/* The origin that a request is about, so that the caller can look it up. RC_PARSE: answer WITNESS_MALFORMED. */
MUST_CHECK Rc witness_origin(Arena *arena, Str request, Str *ret_origin, Err *err);
/* log is NULL when the origin is unknown. h must be SHA-256. Unless the verdict is WITNESS_GOOD, *err (which may be
 * NULL) says why. */
WitnessAnswer witness_judge(Arena *arena, CryptoHash *h, const WitnessedLog *log, Str request, Err *err);

#endif
