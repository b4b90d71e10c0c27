#include "ledger_tests.h"

#include <string.h>

int bench_setup(void **state)
{
    Arena *arena = arena_new(0);
    Bench *bench = ARENA_NEW(arena, Bench);
    bench->arena = arena;
    if (crypto_new(&bench->crypto, NULL) != RC_OK)
        return -1;
    bench->h = crypto_hash_new(bench->crypto, CRYPTO_SHA256);
    bench->sm3 = crypto_hash_new(bench->crypto, CRYPTO_SM3);
    *state = bench;
    return 0;
}

int bench_teardown(void **state)
{
    Bench *bench = *state;
    crypto_hash_free(bench->h);
    crypto_hash_free(bench->sm3);
    crypto_free(bench->crypto);
    arena_free(bench->arena);
    return 0;
}

void bench_grow(Bench *bench, size_t n)
{
    bench->n = n;
    bench->leaves = ARENA_ARRAY(bench->arena, LedgerHash, n);
    for (size_t i = 0; i < n; i++)
        ledger_leaf_hash(bench->h, arena_printf(bench->arena, "%zu", i), &bench->leaves[i]);
}

void bench_root(CryptoHash *h, const LedgerHash *leaves, size_t n, LedgerHash *ret)
{
    LedgerHash left;
    LedgerHash right;
    size_t k = 1;
    if (n == 0) {
        crypto_hash_final(h, ret->b);
        return;
    }
    if (n == 1) {
        *ret = leaves[0];
        return;
    }
    while (k * 2 < n)
        k *= 2;
    bench_root(h, leaves, k, &left);
    bench_root(h, leaves + k, n - k, &right);
    ledger_node_hash(h, &left, &right, ret);
}

static Rc read_leaves(void *ctx, uint64_t first, size_t n, LedgerHash *ret, Err *err)
{
    Bench *bench = ctx;
    if (n > LEDGER_TILE_WIDTH || first > bench->n || n > bench->n - first)
        return err_set(err, RC_INVALID, "asked for leaves that are not there");
    memcpy(ret, bench->leaves + first, n * sizeof *ret);
    bench->leaves_read += n;
    return RC_OK;
}

static Rc read_node(void *ctx, unsigned level, uint64_t index, LedgerHash *ret, Err *err)
{
    Bench *bench = ctx;
    uint64_t first = index << level;
    uint64_t n = UINT64_C(1) << level;
    if (first > bench->n || n > bench->n - first)
        return err_set(err, RC_INVALID, "asked for a node that is not there");
    bench_root(bench->h, bench->leaves + first, n, ret);
    return RC_OK;
}

LedgerSource bench_source(Bench *bench)
{
    return (LedgerSource){ .ctx = bench, .leaves = read_leaves };
}

LedgerReader bench_reader(Bench *bench)
{
    return (LedgerReader){ .ctx = bench, .read = read_node };
}

int main(int argc, char **argv)
{
    return vector_tests(argc > 1 ? argv[1] : NULL) + audit_tests() + note_tests() + proof_tests() + tile_tests() +
           witness_tests();
}
