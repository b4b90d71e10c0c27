#include "core/ledger/ledger.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(LedgerHash) == LEDGER_HASH_SIZE, "hashes lie in arrays as bytes without gaps");

void ledger_leaf_hash(CryptoHash *h, Str leaf, LedgerHash *ret)
{
    crypto_hash_update(h, (Str){ "\x00", 1 });
    crypto_hash_update(h, leaf);
    crypto_hash_final(h, ret->b);
}

void ledger_node_hash(CryptoHash *h, const LedgerHash *left, const LedgerHash *right, LedgerHash *ret)
{
    char bytes[1 + 2 * LEDGER_HASH_SIZE]; /* one update costs less than three */
    bytes[0] = 0x01;
    memcpy(bytes + 1, left->b, LEDGER_HASH_SIZE);
    memcpy(bytes + 1 + LEDGER_HASH_SIZE, right->b, LEDGER_HASH_SIZE);
    crypto_hash_update(h, (Str){ bytes, sizeof bytes });
    crypto_hash_final(h, ret->b);
}

bool ledger_hash_equal(const LedgerHash *a, const LedgerHash *b)
{
    return memcmp(a->b, b->b, LEDGER_HASH_SIZE) == 0;
}

bool ledger_hash_from(Str bytes, LedgerHash *ret)
{
    if (bytes.n != LEDGER_HASH_SIZE)
        return false;
    memcpy(ret->b, bytes.p, LEDGER_HASH_SIZE);
    return true;
}

Str ledger_hash_view(const LedgerHash *hash)
{
    return (Str){ (const char *)hash->b, LEDGER_HASH_SIZE };
}

/* Adding one to a binary number: each perfect subtree that the carry passes becomes the left half of the next. */
Rc ledger_append_subtree(CryptoHash *h, LedgerFrontier *frontier, unsigned level, const LedgerHash *root, Err *err)
{
    uint64_t leaves = (uint64_t)1 << level;
    assert(level < LEDGER_LEVELS && (frontier->size & (leaves - 1)) == 0);
    if (frontier->size > LEDGER_SIZE_MAX - leaves)
        return err_set(err, RC_LIMIT, "the ledger is full");
    LedgerHash carry = *root;
    for (; frontier->size >> level & 1; level++)
        ledger_node_hash(h, &frontier->hash[level], &carry, &carry);
    frontier->hash[level] = carry;
    frontier->size += leaves;
    return RC_OK;
}

Rc ledger_append(CryptoHash *h, LedgerFrontier *frontier, const LedgerHash *leaf, Err *err)
{
    return ledger_append_subtree(h, frontier, 0, leaf, err);
}

void ledger_root(CryptoHash *h, const LedgerFrontier *frontier, LedgerHash *ret)
{
    if (frontier->size == 0) {
        crypto_hash_final(h, ret->b);
        return;
    }
    unsigned level = (unsigned)__builtin_ctzll(frontier->size);
    LedgerHash root = frontier->hash[level];
    for (level++; level < LEDGER_LEVELS; level++)
        if (frontier->size >> level & 1)
            ledger_node_hash(h, &frontier->hash[level], &root, &root);
    *ret = root;
}

Str ledger_frontier_encode(Arena *arena, const LedgerFrontier *frontier)
{
    size_t n = (size_t)__builtin_popcountll(frontier->size) * LEDGER_HASH_SIZE;
    char *bytes = arena_alloc(arena, n);
    char *out = bytes;
    for (unsigned level = LEDGER_LEVELS; level-- > 0;) {
        if (!(frontier->size >> level & 1))
            continue;
        memcpy(out, frontier->hash[level].b, LEDGER_HASH_SIZE);
        out += LEDGER_HASH_SIZE;
    }
    return (Str){ bytes, n };
}

Rc ledger_frontier_decode(Str bytes, uint64_t size, LedgerFrontier *ret, Err *err)
{
    if (size > LEDGER_SIZE_MAX || bytes.n != (size_t)__builtin_popcountll(size) * LEDGER_HASH_SIZE)
        return err_set(err, RC_CORRUPT, "a frontier of %zu bytes cannot be that of a ledger with %llu entries", bytes.n,
                       (unsigned long long)size);
    *ret = (LedgerFrontier){ .size = size };
    const char *in = bytes.p;
    for (unsigned level = LEDGER_LEVELS; level-- > 0;) {
        if (!(size >> level & 1))
            continue;
        memcpy(ret->hash[level].b, in, LEDGER_HASH_SIZE);
        in += LEDGER_HASH_SIZE;
    }
    return RC_OK;
}
