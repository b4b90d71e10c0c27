#include <assert.h>
#include <string.h>

#include "core/ledger/ledger.h"

/* ---- Making proofs ---- */

/* The largest power of two below n > 1: where RFC 9162 splits a tree of n leaves. */
static uint64_t split_of(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* The root over leaves first .. first + n - 1, where the tree is split that way from the top, so that `first` is a
 * multiple of every perfect subtree's size in it. */
static Rc range_root(CryptoHash *h, const LedgerReader *reader, uint64_t first, uint64_t n, LedgerHash *ret, Err *err)
{
    bool any = false;
    LedgerHash root = { { 0 } };
    uint64_t end = first + n;
    for (uint64_t left = n; left > 0; left &= left - 1) { /* from the smallest subtree, which stands rightmost */
        unsigned level = (unsigned)__builtin_ctzll(left);
        LedgerHash subtree;
        end -= UINT64_C(1) << level;
        TRY(reader->read(reader->ctx, level, end >> level, &subtree, err));
        if (any)
            ledger_node_hash(h, &subtree, &root, &root);
        else
            root = subtree;
        any = true;
    }
    *ret = root;
    return RC_OK;
}

Rc ledger_read_root(CryptoHash *h, const LedgerReader *reader, uint64_t size, LedgerHash *ret, Err *err)
{
    if (size > LEDGER_SIZE_MAX)
        return err_set(err, RC_INVALID, "no ledger has that many entries");
    if (size == 0) {
        crypto_hash_final(h, ret->b);
        return RC_OK;
    }
    return range_root(h, reader, 0, size, ret, err);
}

static Rc proof_push(CryptoHash *h, const LedgerReader *reader, uint64_t first, uint64_t n, LedgerProof *proof,
                     Err *err)
{
    assert(proof->n < LEDGER_PROOF_MAX);
    TRY(range_root(h, reader, first, n, &proof->hash[proof->n], err));
    proof->n++;
    return RC_OK;
}

/* Both proofs are found from the root down and told from the bottom up. */
static void proof_reverse(LedgerProof *proof)
{
    for (size_t i = 0; i < proof->n / 2; i++) {
        LedgerHash swapped = proof->hash[i];
        proof->hash[i] = proof->hash[proof->n - 1 - i];
        proof->hash[proof->n - 1 - i] = swapped;
    }
}

/* PATH of RFC 9162, 2.1.3.1. */
Rc ledger_prove_inclusion(CryptoHash *h, const LedgerReader *reader, uint64_t index, uint64_t size, LedgerProof *ret,
                          Err *err)
{
    if (index >= size || size > LEDGER_SIZE_MAX)
        return err_set(err, RC_INVALID, "a ledger of %llu entries has no entry %llu", (unsigned long long)size,
                       (unsigned long long)index);
    LedgerProof proof = { 0 };
    uint64_t first = 0;
    uint64_t n = size;
    while (n > 1) {
        uint64_t split = split_of(n);
        bool in_left = index - first < split;
        TRY(proof_push(h, reader, in_left ? first + split : first, in_left ? n - split : split, &proof, err));
        first += in_left ? 0 : split;
        n = in_left ? split : n - split;
    }
    proof_reverse(&proof);
    *ret = proof;
    return RC_OK;
}

/* SUBPROOF of RFC 9162, 2.1.4.1. */
Rc ledger_prove_consistency(CryptoHash *h, const LedgerReader *reader, uint64_t old_size, uint64_t size,
                            LedgerProof *ret, Err *err)
{
    if (old_size == 0 || old_size > size || size > LEDGER_SIZE_MAX)
        return err_set(err, RC_INVALID, "there is no proof that a ledger of %llu entries extends one of %llu",
                       (unsigned long long)size, (unsigned long long)old_size);
    LedgerProof proof = { 0 };
    uint64_t first = 0;
    uint64_t n = size;
    while (old_size - first < n) {
        uint64_t split = split_of(n);
        bool in_left = old_size - first <= split;
        TRY(proof_push(h, reader, in_left ? first + split : first, in_left ? n - split : split, &proof, err));
        first += in_left ? 0 : split;
        n = in_left ? split : n - split;
    }
    /* What remains is a subtree of the old tree; if it is all of it, the verifier has its root already. */
    if (first > 0)
        TRY(proof_push(h, reader, first, n, &proof, err));
    proof_reverse(&proof);
    *ret = proof;
    return RC_OK;
}

/* ---- Checking proofs ---- */

bool ledger_verify_inclusion(CryptoHash *h, const LedgerHash *leaf, uint64_t index, uint64_t size,
                             const LedgerProof *proof, const LedgerHash *root)
{
    if (index >= size || proof->n > LEDGER_PROOF_MAX)
        return false;
    uint64_t fn = index;
    uint64_t sn = size - 1;
    LedgerHash r = *leaf;
    for (size_t i = 0; i < proof->n; i++) {
        if (sn == 0)
            return false;
        if (!(fn & 1) && fn != sn) {
            ledger_node_hash(h, &r, &proof->hash[i], &r);
        } else {
            ledger_node_hash(h, &proof->hash[i], &r, &r);
            unsigned skip = fn ? (unsigned)__builtin_ctzll(fn) : 0; /* levels on which the node has no sibling */
            fn >>= skip;
            sn >>= skip;
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && ledger_hash_equal(&r, root);
}

bool ledger_verify_consistency(CryptoHash *h, uint64_t old_size, uint64_t size, const LedgerProof *proof,
                               const LedgerHash *old_root, const LedgerHash *root)
{
    if (old_size == 0 || old_size > size || proof->n > LEDGER_PROOF_MAX)
        return false;
    if (old_size == size)
        return proof->n == 0 && ledger_hash_equal(old_root, root);
    if (proof->n == 0)
        return false;
    /* A perfect old tree is itself the first node of the path, and the proof leaves it out. */
    bool perfect = (old_size & (old_size - 1)) == 0;
    LedgerHash old_r = perfect ? *old_root : proof->hash[0];
    LedgerHash r = old_r;
    unsigned skip = (unsigned)__builtin_ctzll(old_size); /* as many ones end old_size - 1 */
    uint64_t fn = (old_size - 1) >> skip;
    uint64_t sn = (size - 1) >> skip;
    for (size_t i = perfect ? 0 : 1; i < proof->n; i++) {
        const LedgerHash *c = &proof->hash[i];
        if (sn == 0)
            return false;
        if (!(fn & 1) && fn != sn) {
            ledger_node_hash(h, &r, c, &r);
        } else {
            ledger_node_hash(h, c, &old_r, &old_r);
            ledger_node_hash(h, c, &r, &r);
            skip = fn ? (unsigned)__builtin_ctzll(fn) : 0;
            fn >>= skip;
            sn >>= skip;
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && ledger_hash_equal(&old_r, old_root) && ledger_hash_equal(&r, root);
}

Str ledger_proof_view(const LedgerProof *proof)
{
    return (Str){ (const char *)proof->hash, proof->n * LEDGER_HASH_SIZE };
}

Rc ledger_proof_decode(Str bytes, LedgerProof *ret, Err *err)
{
    size_t n = bytes.n / LEDGER_HASH_SIZE;
    if (bytes.n % LEDGER_HASH_SIZE != 0 || n > LEDGER_PROOF_MAX)
        return err_set(err, RC_PARSE, "a proof of %zu bytes is not 0 to %d hashes", bytes.n, LEDGER_PROOF_MAX);
    *ret = (LedgerProof){ .n = n };
    if (n)
        memcpy(ret->hash, bytes.p, bytes.n);
    return RC_OK;
}
