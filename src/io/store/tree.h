/* tree.h - the tree's leaves and tiles as the store has them: for whoever proves, publishes or completes tiles.
 *
 * The ledger's own tree is over SHA-256, whose leaf hashes and complete tiles are stored. The parallel tree over SM3
 * has nothing stored: its leaves are hashed as they are read, and its tiles are where they were published. */
#ifndef YIFA_IO_STORE_TREE_H
#define YIFA_IO_STORE_TREE_H

#include "core/ledger/ledger.h"
#include "lib/db/db.h"

typedef struct StoreTree {
    Db *db;
    int64_t j;
    CryptoHash *sm3; /* NULL: the stored tree */
    /* Of the SM3 tree: complete tiles, or NULL. As in LedgerSource. */
    Rc (*tile)(void *ctx, unsigned level, uint64_t index, LedgerHash ret[LEDGER_TILE_WIDTH], bool *ret_found, Err *err);
    void *tile_ctx;
} StoreTree;

/* The StoreTree must outlive the source. RC_CORRUPT for leaves that are missing or hashes of a wrong size. */
LedgerSource store_tree_source(StoreTree *tree);

/* The ledger's head as committed. RC_CORRUPT when there is none. */
typedef struct StoreHead {
    uint64_t size;
    LedgerHash root;
    int64_t last_at;
} StoreHead;
MUST_CHECK Rc store_tree_head(Db *db, int64_t j, StoreHead *ret, Err *err);

/* The exact bytes of n entries from `first`, as a bundle (core/ledger/checkpoint.h); n <= LEDGER_TILE_WIDTH. */
MUST_CHECK Rc store_tree_bundle(Db *db, int64_t j, uint64_t first, size_t n, Arena *arena, Str *ret_bundle, Err *err);
/* One entry's exact bytes; RC_NOT_FOUND. */
MUST_CHECK Rc store_tree_leaf(Db *db, int64_t j, uint64_t index, Arena *arena, Str *ret_leaf, Err *err);

#endif
