/* audit.h - verifies a published ledger from its files alone, as an outsider does.
 *
 * What is read comes through an AuditSource: files in a folder, a web server, a test's memory. Paths are those of
 * c2sp.org/tlog-tiles: "checkpoint", "tile/0/000", "tile/entries/x001/234.p/7". The log is read once from the first
 * tile to the last and holds one tile a level in memory, whatever its size. Findings name the file at fault; reading
 * goes on after one, so that all are found. Nothing is trusted but the keys given. */
#ifndef YIFA_CORE_LEDGER_AUDIT_H
#define YIFA_CORE_LEDGER_AUDIT_H

#include "core/ledger/checkpoint.h"

enum { AUDIT_FAULTS_MAX = 50, AUDIT_BUNDLE_MAX = LEDGER_TILE_WIDTH * (2 + 65535) };

typedef struct AuditSource {
    void *ctx;
    /* The bytes of a file of at most max bytes; RC_NOT_FOUND when there is none, RC_DENIED when it is not for us. */
    Rc (*fetch)(void *ctx, Arena *arena, Str path, size_t max, Str *ret_bytes, Err *err);
} AuditSource;

/* Whose signatures count. */
typedef struct AuditTrust {
    const NoteVerifier *keys; /* of the log: every one whose line is there must verify, and at least one must be */
    size_t n_keys;
    const NoteVerifier *witnesses;
    size_t n_witnesses;
    size_t quorum; /* how many witnesses must have cosigned */
} AuditTrust;

typedef struct AuditFault {
    Str where; /* "checkpoint", "tile/0/012", "entry 4711" */
    Str what;
} AuditFault;

typedef struct AuditReport {
    Checkpoint checkpoint;
    size_t signatures; /* of trusted keys, verified */
    size_t cosignatures;
    int64_t first_cosigned_s; /* the earliest and the latest time of a cosignature; 0 for none */
    int64_t last_cosigned_s;
    uint64_t tiles;   /* read and compared */
    uint64_t entries; /* whose bytes were read and hashed */
    uint64_t bytes;
    bool without_entries; /* no bundles there, or not for us: hashes only */
    size_t older;         /* older checkpoints that this one extends */
    AuditFault faults[AUDIT_FAULTS_MAX];
    size_t n_faults; /* found; those beyond AUDIT_FAULTS_MAX are counted only */
} AuditReport;

typedef struct AuditOptions {
    AuditTrust trust;
    const Str *older; /* signed checkpoints kept from before: the log must extend each */
    size_t n_older;
    bool hashes_only; /* do not ask for entries */
    /* Each entry in order, once its hash is known to be the tree's; may be NULL. */
    void (*entry)(void *ctx, uint64_t index, Str leaf);
    void (*progress)(void *ctx, uint64_t done, uint64_t size); /* may be NULL */
    void *ctx;
} AuditOptions;

/* Fails only when nothing can be said: no checkpoint, no memory. h must be SHA-256. */
MUST_CHECK Rc audit_log(Arena *arena, CryptoHash *h, const AuditSource *source, const AuditOptions *options,
                        AuditReport *ret, Err *err);
/* A proof file against the leaf it is about. RC_DENIED says what does not hold. */
MUST_CHECK Rc audit_receipt(Arena *arena, CryptoHash *h, const Receipt *receipt, Str leaf, const AuditTrust *trust,
                            Checkpoint *ret, Err *err);

#endif
