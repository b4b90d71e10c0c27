/* Published and derived known answers: merkle_vectors.json, whose path is the program's argument. Without the file
 * these tests are skipped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_tests.h"
#include "lib/fmt/json.h"

static Arena *vectors_arena;
static Json vectors; /* JSON_NULL when absent */

/* The only number in the file beyond JSON_INT_MAX is 2^64 - 1; as -1 it comes out the same after the cast. */
static void replace_largest(char *text)
{
    static const char largest[] = "18446744073709551615";
    for (char *at = strstr(text, largest); at; at = strstr(at, largest))
        memcpy(at, "-1                  ", sizeof largest - 1);
}

static void load_vectors(const char *path)
{
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file)
        return;
    char *text = arena_alloc(vectors_arena, 1 << 20);
    size_t n = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    text[n] = '\0';
    replace_largest(text);
    Err err = { 0 };
    if (json_parse(vectors_arena, (Str){ text, n }, &vectors, &err) != RC_OK) {
        print_error("%s:%s: %s\n", path, err.place, err.text);
        exit(1);
    }
}

static const Json *section(const char *name)
{
    if (vectors.type == JSON_NULL)
        skip();
    const Json *found = json_get(&vectors, str_c(name));
    assert_non_null(found);
    assert_true(found->n > 0);
    return found;
}

/* False when the text is not the hexadecimal form of one hash: what is no hash never reaches a verifier. */
static bool hash_from_hex(Str hex, LedgerHash *ret)
{
    return hex_decode(hex, ret->b, sizeof ret->b);
}

static void assert_hash(const LedgerHash *actual, Str hex)
{
    LedgerHash expected;
    assert_true(hash_from_hex(hex, &expected));
    assert_true(ledger_hash_equal(actual, &expected));
}

static bool proof_from_json(const Json *list, LedgerProof *ret)
{
    *ret = (LedgerProof){ 0 };
    for (uint32_t i = 0; i < list->n; i++)
        if (ret->n == LEDGER_PROOF_MAX || !hash_from_hex(json_as_str(&list->as.items[i]), &ret->hash[ret->n++]))
            return false;
    return true;
}

static uint64_t get_u64(const Json *object, Str key)
{
    return (uint64_t)json_get_int(object, key, 0);
}

static bool inclusion_holds(CryptoHash *h, const Json *v)
{
    LedgerHash leaf;
    LedgerHash root;
    LedgerProof proof;
    return hash_from_hex(json_get_str(v, STR("leaf_hash")), &leaf) &&
           hash_from_hex(json_get_str(v, STR("root")), &root) && proof_from_json(json_get(v, STR("proof")), &proof) &&
           ledger_verify_inclusion(h, &leaf, get_u64(v, STR("index")), get_u64(v, STR("size")), &proof, &root);
}

static bool consistency_holds(CryptoHash *h, const Json *v)
{
    LedgerHash old_root;
    LedgerHash root;
    LedgerProof proof;
    return hash_from_hex(json_get_str(v, STR("root1")), &old_root) &&
           hash_from_hex(json_get_str(v, STR("root2")), &root) && proof_from_json(json_get(v, STR("proof")), &proof) &&
           ledger_verify_consistency(h, get_u64(v, STR("size1")), get_u64(v, STR("size2")), &proof, &old_root, &root);
}

static void check_all(Bench *bench, const char *name, bool (*holds)(CryptoHash *, const Json *), bool expected)
{
    const Json *list = section(name);
    for (uint32_t i = 0; i < list->n; i++) {
        const Json *v = &list->as.items[i];
        if (holds(bench->h, v) == expected)
            continue;
        print_error("%s: %.*s\n", name, STR_ARG(json_get_str(v, STR("src"))));
        fail();
    }
}

static void published_proofs_are_accepted(void **state)
{
    check_all(*state, "inclusion_ok", inclusion_holds, true);
    check_all(*state, "inclusion_other_ok", inclusion_holds, true);
    check_all(*state, "consistency_ok", consistency_holds, true);
}

static void published_bad_proofs_are_refused(void **state)
{
    check_all(*state, "inclusion_must_fail", inclusion_holds, false);
    check_all(*state, "consistency_must_fail", consistency_holds, false);
}

static void load_leaves(Bench *bench, CryptoHash *h)
{
    const Json *inputs = section("leaf_inputs_hex");
    bench->n = inputs->n;
    bench->leaves = ARENA_ARRAY(bench->arena, LedgerHash, bench->n);
    for (uint32_t i = 0; i < inputs->n; i++) {
        Str hex = json_as_str(&inputs->as.items[i]);
        uint8_t bytes[64];
        assert_true(hex_decode(hex, bytes, hex.n / 2));
        ledger_leaf_hash(h, (Str){ (const char *)bytes, hex.n / 2 }, &bench->leaves[i]);
    }
}

static void hashes_are_those_of_the_rfc(void **state)
{
    Bench *bench = *state;
    const Json *hasher = section("hasher");
    LedgerHash hash;
    ledger_leaf_hash(bench->h, STR_NONE, &hash);
    assert_hash(&hash, json_get_str(hasher, STR("leaf_empty")));
    ledger_leaf_hash(bench->h, STR("L123456"), &hash);
    assert_hash(&hash, json_get_str(hasher, STR("leaf_L123456_ascii")));
    ledger_root(bench->h, &(LedgerFrontier){ 0 }, &hash);
    assert_hash(&hash, json_get_str(hasher, STR("empty_root")));
}

static void nodes_and_roots_have_the_known_hashes(void **state)
{
    Bench *bench = *state;
    load_leaves(bench, bench->h);
    LedgerReader readers[] = { bench_reader(bench),
                               ledger_tiles_reader(ledger_tiles_new(bench->arena, bench->h, bench_source(bench))) };
    const Json *levels = section("node_hashes_by_level");
    const Json *roots = section("roots_by_size");
    for (size_t r = 0; r < ARRAY_LEN(readers); r++) {
        LedgerHash hash;
        for (uint32_t level = 0; level < levels->n; level++) {
            const Json *row = json_at(levels, level);
            for (uint32_t i = 0; i < row->n; i++) {
                assert_int_equal(readers[r].read(readers[r].ctx, level, i, &hash, NULL), RC_OK);
                assert_hash(&hash, json_as_str(json_at(row, i)));
            }
        }
        for (uint32_t size = 0; size < roots->n; size++) {
            assert_int_equal(ledger_read_root(bench->h, &readers[r], size, &hash, NULL), RC_OK);
            assert_hash(&hash, json_as_str(json_at(roots, size)));
        }
    }
}

static void grow_and_compare(Bench *bench, CryptoHash *h, const char *name)
{
    const Json *roots = section(name);
    load_leaves(bench, h);
    LedgerFrontier frontier = { 0 };
    LedgerHash root;
    for (uint32_t size = 0; size < roots->n; size++) {
        ledger_root(h, &frontier, &root);
        assert_hash(&root, json_as_str(json_at(roots, size)));
        if (size < bench->n)
            assert_int_equal(ledger_append(h, &frontier, &bench->leaves[size], NULL), RC_OK);
    }
}

static void a_growing_tree_has_the_known_roots(void **state)
{
    Bench *bench = *state;
    grow_and_compare(bench, bench->h, "roots_by_size");
}

static void a_growing_sm3_tree_has_the_known_roots(void **state)
{
    Bench *bench = *state;
    grow_and_compare(bench, bench->sm3, "derived_sm3_roots_by_size");
}

static void assert_proof(const LedgerProof *proof, const Json *v)
{
    LedgerProof expected;
    assert_true(proof_from_json(json_get(v, STR("proof")), &expected));
    assert_int_equal(proof->n, expected.n);
    assert_memory_equal(proof->hash, expected.hash, proof->n * sizeof proof->hash[0]);
}

static void proofs_made_are_the_derived_ones(void **state)
{
    Bench *bench = *state;
    load_leaves(bench, bench->h);
    LedgerReader reader = bench_reader(bench);
    const Json *inclusion = section("derived_all_inclusion_1_8");
    const Json *consistency = section("derived_all_consistency_1_8");
    LedgerProof proof;
    for (uint32_t i = 0; i < inclusion->n; i++) {
        const Json *v = json_at(inclusion, i);
        assert_int_equal(
            ledger_prove_inclusion(bench->h, &reader, get_u64(v, STR("index")), get_u64(v, STR("size")), &proof, NULL),
            RC_OK);
        assert_proof(&proof, v);
    }
    for (uint32_t i = 0; i < consistency->n; i++) {
        const Json *v = json_at(consistency, i);
        assert_int_equal(ledger_prove_consistency(bench->h, &reader, get_u64(v, STR("size1")), get_u64(v, STR("size2")),
                                                  &proof, NULL),
                         RC_OK);
        assert_proof(&proof, v);
    }
}

int vector_tests(const char *path)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(hashes_are_those_of_the_rfc),        BENCH_TEST(nodes_and_roots_have_the_known_hashes),
        BENCH_TEST(a_growing_tree_has_the_known_roots), BENCH_TEST(a_growing_sm3_tree_has_the_known_roots),
        BENCH_TEST(published_proofs_are_accepted),      BENCH_TEST(published_bad_proofs_are_refused),
        BENCH_TEST(proofs_made_are_the_derived_ones),
    };
    vectors_arena = arena_new(0);
    load_vectors(path);
    int failed = cmocka_run_group_tests_name("ledger vectors", tests, NULL, NULL);
    arena_free(vectors_arena);
    return failed;
}
