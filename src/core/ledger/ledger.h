/* ledger.h - the Merkle tree over a jurisdiction's entries: RFC 9162 (2.1), the same tree as RFC 6962.
 *
 * The hash of leaf d is H(0x00 d), of an inner node H(0x01 left right). Which H is the CryptoHash's choice: SHA-256
 * for the ledger itself, SM3 for the parallel tree. A CryptoHash belongs to one thread, and so does what is used with
 * it.
 *
 * What must be stored is small. Of a tree of n leaves only its frontier is needed to append and to know the root: the
 * roots of the perfect subtrees that n's binary digits name, at most 63 hashes. A LedgerFrontier is a plain value; to
 * append provisionally, append to a copy and keep it once the transaction has committed.
 *
 * Everything below the frontier can be computed again from the leaves, and complete tiles save that work: tile (L, i)
 * holds the 256 hashes of tree level 8 L with indices 256 i .. 256 i + 255 (C2SP tlog-tiles). A complete tile never
 * changes, so it may be written with the batch that completes it or at any time after, by anyone. Tiles that are not
 * complete are stored nowhere: LedgerTiles computes what it needs of them and remembers it.
 *
 * Nodes are named (level, index): level 0 are the leaves, node (k, i) is the root over leaves i 2^k .. (i+1) 2^k - 1.
 * Nothing here owns memory but what comes from the arena it was given. */
#ifndef YIFA_CORE_LEDGER_LEDGER_H
#define YIFA_CORE_LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/rc.h"
#include "lib/crypto/crypto.h"

enum {
    LEDGER_HASH_SIZE = CRYPTO_DIGEST_SIZE,
    LEDGER_LEVELS = 63,      /* sizes are below 2^63 */
    LEDGER_PROOF_MAX = 64,   /* hashes in a proof */
    LEDGER_TILE_LEVELS = 8,  /* of tiles, each 8 levels of the tree high */
    LEDGER_TILE_HEIGHT = 8,  /* levels of the tree */
    LEDGER_TILE_WIDTH = 256, /* hashes in a complete tile */
};
#define LEDGER_SIZE_MAX ((uint64_t)INT64_MAX)

typedef struct LedgerHash {
    uint8_t b[LEDGER_HASH_SIZE];
} LedgerHash;

void ledger_leaf_hash(CryptoHash *h, Str leaf, LedgerHash *ret);
void ledger_node_hash(CryptoHash *h, const LedgerHash *left, const LedgerHash *right, LedgerHash *ret);
bool ledger_hash_equal(const LedgerHash *a, const LedgerHash *b);
bool ledger_hash_from(Str bytes, LedgerHash *ret); /* false unless exactly LEDGER_HASH_SIZE bytes */
Str ledger_hash_view(const LedgerHash *hash);      /* as long as the hash lives */

/* ---- The growing tree ---- */

/* All zero is the empty tree. */
typedef struct LedgerFrontier {
    uint64_t size;                  /* leaves */
    LedgerHash hash[LEDGER_LEVELS]; /* hash[k] is meaningful when bit k of size is set */
} LedgerFrontier;

MUST_CHECK Rc ledger_append(CryptoHash *h, LedgerFrontier *frontier, const LedgerHash *leaf, Err *err);
/* 2^level leaves at once, by the root over them. The size must be a multiple of their number. */
MUST_CHECK Rc ledger_append_subtree(CryptoHash *h, LedgerFrontier *frontier, unsigned level, const LedgerHash *root,
                                    Err *err);
/* The root of the empty tree is H(""). */
void ledger_root(CryptoHash *h, const LedgerFrontier *frontier, LedgerHash *ret);

/* The meaningful hashes, the largest subtree's first; the size is kept beside them. */
Str ledger_frontier_encode(Arena *arena, const LedgerFrontier *frontier);
/* RC_CORRUPT when the bytes cannot belong to a tree of this size. */
MUST_CHECK Rc ledger_frontier_decode(Str bytes, uint64_t size, LedgerFrontier *ret, Err *err);

/* ---- Nodes and tiles ---- */

/* Where nodes come from. `read` is asked for perfect subtrees within the leaves that exist, and for no others. */
typedef struct LedgerReader {
    void *ctx;
    Rc (*read)(void *ctx, unsigned level, uint64_t index, LedgerHash *ret, Err *err);
} LedgerReader;

/* What the store offers. `leaves` gives the hashes of n <= LEDGER_TILE_WIDTH leaves; `tile` a complete tile when it is
 * stored (one that is not is made from what is below it; then `ret` stays untouched), and may be NULL. */
typedef struct LedgerSource {
    void *ctx;
    Rc (*leaves)(void *ctx, uint64_t first, size_t n, LedgerHash *ret, Err *err);
    Rc (*tile)(void *ctx, unsigned level, uint64_t index, LedgerHash ret[LEDGER_TILE_WIDTH], bool *ret_found, Err *err);
} LedgerSource;

/* Reads nodes out of tiles and remembers the last tile of each level, complete or not (66 KB). Kept from proof to
 * proof, it reads each tile once: without it a proof may have to hash up to 65,280 leaves again. */
typedef struct LedgerTiles LedgerTiles;

LedgerTiles *ledger_tiles_new(Arena *arena, CryptoHash *h, LedgerSource source);
LedgerReader ledger_tiles_reader(LedgerTiles *tiles);
/* Required when leaves that were read are no longer there, as after a rollback. */
void ledger_tiles_forget(LedgerTiles *tiles);

/* The first n hashes of a tile, complete or not; valid until the next call for this level or one above it. */
MUST_CHECK Rc ledger_tiles_get(LedgerTiles *tiles, unsigned level, uint64_t index, size_t n, const LedgerHash **ret,
                               Err *err);

/* Hands to `sink` each tile that growing from one size to the other completed, lower levels first. The source must
 * already offer the new leaves. Tiles of higher levels are made from lower ones whether or not the source has them. */
typedef Rc (*LedgerTileSink)(void *ctx, unsigned level, uint64_t index, const LedgerHash hashes[LEDGER_TILE_WIDTH],
                             Err *err);
MUST_CHECK Rc ledger_tiles_complete(LedgerTiles *tiles, uint64_t size_before, uint64_t size_after, LedgerTileSink sink,
                                    void *sink_ctx, Err *err);

/* ---- Proofs ---- */

typedef struct LedgerProof {
    size_t n;
    LedgerHash hash[LEDGER_PROOF_MAX];
} LedgerProof;

/* The root as it was at a size, from nodes. */
MUST_CHECK Rc ledger_read_root(CryptoHash *h, const LedgerReader *reader, uint64_t size, LedgerHash *ret, Err *err);
/* That leaf `index` is in the tree of `size` leaves. RC_INVALID unless index < size. */
MUST_CHECK Rc ledger_prove_inclusion(CryptoHash *h, const LedgerReader *reader, uint64_t index, uint64_t size,
                                     LedgerProof *ret, Err *err);
/* That the tree of `size` extends that of `old_size`. RC_INVALID unless 0 < old_size <= size: an empty tree is a part
 * of any other, which proves nothing. */
MUST_CHECK Rc ledger_prove_consistency(CryptoHash *h, const LedgerReader *reader, uint64_t old_size, uint64_t size,
                                       LedgerProof *ret, Err *err);

/* RFC 9162, 2.1.3.2 and 2.1.4.2. False for anything but the one proof that these sizes have. */
bool ledger_verify_inclusion(CryptoHash *h, const LedgerHash *leaf, uint64_t index, uint64_t size,
                             const LedgerProof *proof, const LedgerHash *root);
bool ledger_verify_consistency(CryptoHash *h, uint64_t old_size, uint64_t size, const LedgerProof *proof,
                               const LedgerHash *old_root, const LedgerHash *root);

Str ledger_proof_view(const LedgerProof *proof); /* its hashes one after the other, as long as the proof lives */
MUST_CHECK Rc ledger_proof_decode(Str bytes, LedgerProof *ret, Err *err); /* RC_PARSE: not whole hashes, or too many */

#endif
