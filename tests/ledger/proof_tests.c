#include <string.h>

#include "ledger_tests.h"

static void a_growing_root_is_the_recursive_definition(void **state)
{
    enum { SIZES = 600 };
    Bench *bench = *state;
    CryptoHash *digests[] = { bench->h, bench->sm3 };
    bench_grow(bench, SIZES);
    for (size_t d = 0; d < ARRAY_LEN(digests); d++) {
        LedgerFrontier frontier = { 0 };
        for (size_t n = 0; n <= SIZES; n++) {
            LedgerHash root;
            LedgerHash expected;
            ledger_root(digests[d], &frontier, &root);
            bench_root(digests[d], bench->leaves, n, &expected);
            assert_true(ledger_hash_equal(&root, &expected));
            if (n < SIZES)
                assert_int_equal(ledger_append(digests[d], &frontier, &bench->leaves[n], NULL), RC_OK);
        }
    }
}

static void a_stored_frontier_goes_on_as_if_never_stored(void **state)
{
    enum { SIZES = 300 };
    Bench *bench = *state;
    bench_grow(bench, SIZES);
    LedgerFrontier frontier = { 0 };
    for (size_t n = 0; n < SIZES; n++) {
        LedgerHash root;
        LedgerHash again_root;
        LedgerFrontier again;
        Str bytes = ledger_frontier_encode(bench->arena, &frontier);
        assert_int_equal(ledger_frontier_decode(bytes, n, &again, NULL), RC_OK);
        assert_int_equal(ledger_append(bench->h, &frontier, &bench->leaves[n], NULL), RC_OK);
        assert_int_equal(ledger_append(bench->h, &again, &bench->leaves[n], NULL), RC_OK);
        ledger_root(bench->h, &frontier, &root);
        ledger_root(bench->h, &again, &again_root);
        assert_true(ledger_hash_equal(&root, &again_root));
        frontier = again;
    }
}

static void a_frontier_of_the_wrong_length_is_refused(void **state)
{
    (void)state;
    static const char bytes[64 * LEDGER_HASH_SIZE];
    LedgerFrontier frontier = { .size = 42 };
    assert_int_equal(ledger_frontier_decode((Str){ bytes, 32 }, 3, &frontier, NULL), RC_CORRUPT);
    assert_int_equal(ledger_frontier_decode((Str){ bytes, 65 }, 3, &frontier, NULL), RC_CORRUPT);
    assert_int_equal(ledger_frontier_decode((Str){ bytes, 32 }, 0, &frontier, NULL), RC_CORRUPT);
    assert_int_equal(ledger_frontier_decode((Str){ bytes, 32 }, UINT64_C(1) << 63, &frontier, NULL), RC_CORRUPT);
    assert_int_equal(frontier.size, 42);
    assert_int_equal(ledger_frontier_decode((Str){ bytes, 63 * LEDGER_HASH_SIZE }, LEDGER_SIZE_MAX, &frontier, NULL),
                     RC_OK);
}

static void a_full_ledger_takes_no_more(void **state)
{
    Bench *bench = *state;
    LedgerFrontier frontier = { .size = LEDGER_SIZE_MAX - 1 };
    LedgerHash leaf = { { 0 } };
    assert_int_equal(ledger_append(bench->h, &frontier, &leaf, NULL), RC_OK);
    assert_int_equal(ledger_append(bench->h, &frontier, &leaf, NULL), RC_LIMIT);
}

/* Whatever is changed about a good proof, it must not stand. */
static void assert_only_this_inclusion(Bench *bench, uint64_t index, uint64_t size, const LedgerProof *proof,
                                       const LedgerHash *root)
{
    const LedgerHash *leaf = &bench->leaves[index];
    assert_true(ledger_verify_inclusion(bench->h, leaf, index, size, proof, root));
    for (uint64_t other = 0; other <= size + 1; other++)
        if (other != index)
            assert_false(ledger_verify_inclusion(bench->h, leaf, other, size, proof, root));
    for (size_t i = 0; i < proof->n; i++) {
        LedgerProof changed = *proof;
        changed.hash[i].b[index % LEDGER_HASH_SIZE] ^= 0x10;
        assert_false(ledger_verify_inclusion(bench->h, leaf, index, size, &changed, root));
        changed = *proof; /* one hash left out */
        memmove(&changed.hash[i], &changed.hash[i + 1], (changed.n - i - 1) * sizeof changed.hash[0]);
        changed.n--;
        assert_false(ledger_verify_inclusion(bench->h, leaf, index, size, &changed, root));
    }
    LedgerProof longer = *proof;
    longer.hash[longer.n++] = *root;
    assert_false(ledger_verify_inclusion(bench->h, leaf, index, size, &longer, root));
    LedgerHash other_root = *root;
    other_root.b[0] ^= 1;
    assert_false(ledger_verify_inclusion(bench->h, leaf, index, size, proof, &other_root));
}

static void every_leaf_is_proved_and_nothing_else(void **state)
{
    enum { SIZES = 40 };
    Bench *bench = *state;
    bench_grow(bench, SIZES);
    LedgerReader reader = bench_reader(bench);
    for (uint64_t size = 1; size <= SIZES; size++) {
        LedgerHash root;
        bench_root(bench->h, bench->leaves, size, &root);
        for (uint64_t index = 0; index < size; index++) {
            LedgerProof proof;
            assert_int_equal(ledger_prove_inclusion(bench->h, &reader, index, size, &proof, NULL), RC_OK);
            assert_only_this_inclusion(bench, index, size, &proof, &root);
        }
    }
}

static void assert_only_this_consistency(Bench *bench, uint64_t old_size, uint64_t size, const LedgerProof *proof)
{
    LedgerHash old_root;
    LedgerHash root;
    bench_root(bench->h, bench->leaves, old_size, &old_root);
    bench_root(bench->h, bench->leaves, size, &root);
    assert_true(ledger_verify_consistency(bench->h, old_size, size, proof, &old_root, &root));
    for (size_t i = 0; i < proof->n; i++) {
        LedgerProof changed = *proof;
        changed.hash[i].b[size % LEDGER_HASH_SIZE] ^= 0x80;
        assert_false(ledger_verify_consistency(bench->h, old_size, size, &changed, &old_root, &root));
    }
    LedgerProof other = *proof;
    other.hash[other.n++] = root;
    assert_false(ledger_verify_consistency(bench->h, old_size, size, &other, &old_root, &root));
    other.n = proof->n ? proof->n - 1 : 1;
    assert_false(ledger_verify_consistency(bench->h, old_size, size, &other, &old_root, &root));
    assert_false(ledger_verify_consistency(bench->h, 0, size, proof, &old_root, &root));
    assert_false(ledger_verify_consistency(bench->h, size + 1, size, proof, &old_root, &root));
    if (old_size < size)
        assert_false(ledger_verify_consistency(bench->h, old_size, size, proof, &root, &old_root));
    LedgerHash wrong = old_root;
    wrong.b[31] ^= 1;
    assert_false(ledger_verify_consistency(bench->h, old_size, size, proof, &wrong, &root));
    wrong = root;
    wrong.b[31] ^= 1;
    assert_false(ledger_verify_consistency(bench->h, old_size, size, proof, &old_root, &wrong));
}

static void every_earlier_tree_is_proved_and_nothing_else(void **state)
{
    enum { SIZES = 70 };
    Bench *bench = *state;
    bench_grow(bench, SIZES);
    LedgerReader reader = bench_reader(bench);
    for (uint64_t size = 1; size <= SIZES; size++) {
        for (uint64_t old_size = 1; old_size <= size; old_size++) {
            LedgerProof proof;
            assert_int_equal(ledger_prove_consistency(bench->h, &reader, old_size, size, &proof, NULL), RC_OK);
            assert_only_this_consistency(bench, old_size, size, &proof);
        }
    }
}

static void proofs_that_cannot_be_are_refused(void **state)
{
    Bench *bench = *state;
    bench_grow(bench, 3);
    LedgerReader reader = bench_reader(bench);
    LedgerProof proof = { .n = 7 };
    LedgerHash root;
    assert_int_equal(ledger_prove_inclusion(bench->h, &reader, 3, 3, &proof, NULL), RC_INVALID);
    assert_int_equal(ledger_prove_inclusion(bench->h, &reader, 0, 0, &proof, NULL), RC_INVALID);
    assert_int_equal(ledger_prove_inclusion(bench->h, &reader, 0, UINT64_MAX, &proof, NULL), RC_INVALID);
    assert_int_equal(ledger_prove_consistency(bench->h, &reader, 0, 3, &proof, NULL), RC_INVALID);
    assert_int_equal(ledger_prove_consistency(bench->h, &reader, 3, 2, &proof, NULL), RC_INVALID);
    assert_int_equal(ledger_prove_consistency(bench->h, &reader, 1, UINT64_MAX, &proof, NULL), RC_INVALID);
    assert_int_equal(ledger_read_root(bench->h, &reader, UINT64_MAX, &root, NULL), RC_INVALID);
    assert_int_equal(ledger_prove_inclusion(bench->h, &reader, 0, 4, &proof, NULL), RC_INVALID); /* the reader says */
    assert_int_equal(proof.n, 7);
}

static void verifiers_stand_sizes_from_outside(void **state)
{
    Bench *bench = *state;
    LedgerHash hash = { { 1 } };
    LedgerProof proof = { .n = LEDGER_PROOF_MAX };
    const uint64_t sizes[] = { 0, 1, 2, UINT64_C(1) << 62, UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX };
    for (size_t a = 0; a < ARRAY_LEN(sizes); a++) {
        for (size_t b = 0; b < ARRAY_LEN(sizes); b++) {
            assert_false(ledger_verify_inclusion(bench->h, &hash, sizes[a], sizes[b], &proof, &hash));
            assert_false(ledger_verify_consistency(bench->h, sizes[a], sizes[b], &proof, &hash, &hash));
        }
    }
    proof.n = LEDGER_PROOF_MAX + 1;
    assert_false(ledger_verify_inclusion(bench->h, &hash, 0, 1, &proof, &hash));
    assert_false(ledger_verify_consistency(bench->h, 1, 2, &proof, &hash, &hash));
}

static void a_proof_goes_through_bytes(void **state)
{
    Bench *bench = *state;
    bench_grow(bench, 11);
    LedgerReader reader = bench_reader(bench);
    LedgerProof proof;
    LedgerProof again;
    assert_int_equal(ledger_prove_inclusion(bench->h, &reader, 4, 11, &proof, NULL), RC_OK);
    Str bytes = ledger_proof_view(&proof);
    assert_int_equal(bytes.n, 4 * LEDGER_HASH_SIZE);
    assert_int_equal(ledger_proof_decode(bytes, &again, NULL), RC_OK);
    assert_int_equal(again.n, proof.n);
    assert_memory_equal(again.hash, proof.hash, bytes.n);
    assert_int_equal(ledger_proof_decode(STR_NONE, &again, NULL), RC_OK);
    assert_int_equal(again.n, 0);
    assert_int_equal(ledger_proof_decode(str_slice(bytes, 0, bytes.n - 1), &again, NULL), RC_PARSE);
    static const char zeros[(LEDGER_PROOF_MAX + 1) * LEDGER_HASH_SIZE];
    assert_int_equal(ledger_proof_decode((Str){ zeros, sizeof zeros }, &again, NULL), RC_PARSE);

    LedgerHash hash;
    assert_true(ledger_hash_from(ledger_hash_view(&proof.hash[1]), &hash));
    assert_true(ledger_hash_equal(&hash, &proof.hash[1]));
    assert_false(ledger_hash_from(STR("short"), &hash));
}

int proof_tests(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_growing_root_is_the_recursive_definition),
        BENCH_TEST(a_stored_frontier_goes_on_as_if_never_stored),
        BENCH_TEST(a_frontier_of_the_wrong_length_is_refused),
        BENCH_TEST(a_full_ledger_takes_no_more),
        BENCH_TEST(every_leaf_is_proved_and_nothing_else),
        BENCH_TEST(every_earlier_tree_is_proved_and_nothing_else),
        BENCH_TEST(proofs_that_cannot_be_are_refused),
        BENCH_TEST(verifiers_stand_sizes_from_outside),
        BENCH_TEST(a_proof_goes_through_bytes),
    };
    return cmocka_run_group_tests_name("ledger proofs", tests, NULL, NULL);
}
