#include "io/store/tree.h"

#include <string.h>

#include "core/ledger/audit.h"

static const char SQL_HEAD[] = "SELECT size, root, last_at FROM ledger_head WHERE j = ?1";
static const char SQL_HASHES[] = "SELECT hash FROM entry WHERE j = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq";
static const char SQL_LEAVES[] = "SELECT leaf FROM entry WHERE j = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq";
static const char SQL_TILE[] = "SELECT hashes FROM ledger_tile WHERE j = ?1 AND level = ?2 AND idx = ?3";

/* Calls `take` with the first column of each of n rows from `first` on. */
static Rc each_entry(Db *db, int64_t j, const char *sql, uint64_t first, size_t n,
                     Rc (*take)(void *ctx, size_t i, Str bytes, Err *err), void *ctx, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    size_t got = 0;
    DbValue params[] = { DBI(j), DBI((int64_t)first), DBI((int64_t)(first + n)) };
    TRY(db_query(db, sql, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && got < n) {
        TRY(take(ctx, got++, db_str(rows, 0), err));
        TRY(db_next(rows, &more, err));
    }
    return got == n ? RC_OK : err_set(err, RC_CORRUPT, "entries from %llu on are missing", (unsigned long long)first);
}

/* ---- hashes ---- */

typedef struct Hashes {
    CryptoHash *sm3;
    LedgerHash *ret;
} Hashes;

static Rc take_hash(void *ctx, size_t i, Str bytes, Err *err)
{
    const Hashes *hashes = ctx;
    return ledger_hash_from(bytes, &hashes->ret[i])
               ? RC_OK
               : err_set(err, RC_CORRUPT, "an entry's hash has %zu bytes", bytes.n);
}

static Rc take_leaf(void *ctx, size_t i, Str bytes, Err *err)
{
    const Hashes *hashes = ctx;
    (void)err;
    ledger_leaf_hash(hashes->sm3, bytes, &hashes->ret[i]);
    return RC_OK;
}

static Rc read_leaves(void *ctx, uint64_t first, size_t n, LedgerHash *ret, Err *err)
{
    const StoreTree *tree = ctx;
    Hashes hashes = { .sm3 = tree->sm3, .ret = ret };
    return tree->sm3 ? each_entry(tree->db, tree->j, SQL_LEAVES, first, n, take_leaf, &hashes, err)
                     : each_entry(tree->db, tree->j, SQL_HASHES, first, n, take_hash, &hashes, err);
}

static Rc read_tile(void *ctx, unsigned level, uint64_t index, LedgerHash ret[LEDGER_TILE_WIDTH], bool *ret_found,
                    Err *err)
{
    const StoreTree *tree = ctx;
    if (tree->tile)
        return tree->tile(tree->tile_ctx, level, index, ret, ret_found, err);
    if (tree->sm3)
        return RC_OK;
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(tree->j), DBI(level), DBI((int64_t)index) };
    TRY(db_query(tree->db, SQL_TILE, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, ret_found, err));
    if (!*ret_found)
        return RC_OK;
    Str hashes = db_str(rows, 0);
    if (hashes.n != sizeof(LedgerHash) * LEDGER_TILE_WIDTH)
        return err_set(err, RC_CORRUPT, "tile %u/%llu has %zu bytes", level, (unsigned long long)index, hashes.n);
    memcpy(ret, hashes.p, hashes.n);
    return RC_OK;
}

LedgerSource store_tree_source(StoreTree *tree)
{
    return (LedgerSource){ .ctx = tree, .leaves = read_leaves, .tile = read_tile };
}

Rc store_tree_head(Db *db, int64_t j, StoreHead *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue param = DBI(j);
    StoreHead head;
    TRY(db_query(db, SQL_HEAD, &param, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more || !ledger_hash_from(db_str(rows, 1), &head.root))
        return err_set(err, RC_CORRUPT, "the store has no ledger for jurisdiction %lld", (long long)j);
    head.size = (uint64_t)db_int(rows, 0);
    head.last_at = db_int(rows, 2);
    *ret = head;
    return RC_OK;
}

/* ---- bytes ---- */

static Rc take_entry(void *ctx, size_t i, Str bytes, Err *err)
{
    (void)i;
    return bundle_add(ctx, bytes) ? RC_OK : err_set(err, RC_LIMIT, "an entry has %zu bytes", bytes.n);
}

Rc store_tree_bundle(Db *db, int64_t j, uint64_t first, size_t n, Arena *arena, Str *ret_bundle, Err *err)
{
    CLEANUP(buf_free) Buf bundle;
    buf_init(&bundle, AUDIT_BUNDLE_MAX);
    TRY(each_entry(db, j, SQL_LEAVES, first, n, take_entry, &bundle, err));
    TRY(buf_check(&bundle, err));
    *ret_bundle = buf_to_arena(&bundle, arena);
    return RC_OK;
}

typedef struct OneLeaf {
    Arena *arena;
    Str leaf;
} OneLeaf;

static Rc keep_leaf(void *ctx, size_t i, Str bytes, Err *err)
{
    OneLeaf *one = ctx;
    (void)i;
    (void)err;
    one->leaf = arena_str(one->arena, bytes);
    return RC_OK;
}

Rc store_tree_leaf(Db *db, int64_t j, uint64_t index, Arena *arena, Str *ret_leaf, Err *err)
{
    OneLeaf one = { .arena = arena };
    if (each_entry(db, j, SQL_LEAVES, index, 1, keep_leaf, &one, NULL) != RC_OK)
        return err_set(err, RC_NOT_FOUND, "there is no entry %llu", (unsigned long long)index);
    *ret_leaf = one.leaf;
    return RC_OK;
}
