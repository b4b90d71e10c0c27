#include <string.h>

#include "ledger_tests.h"

/* A store of complete tiles over a bench's leaves. */
typedef struct Shelf {
    Bench *bench;
    LedgerHash *low;  /* level 0, tile after tile */
    LedgerHash *high; /* level 1 */
    size_t n_low;     /* tiles */
    size_t n_high;
    bool broken;
} Shelf;

static Rc shelf_leaves(void *ctx, uint64_t first, size_t n, LedgerHash *ret, Err *err)
{
    Shelf *shelf = ctx;
    LedgerSource source = bench_source(shelf->bench);
    return source.leaves(source.ctx, first, n, ret, err);
}

static Rc shelf_tile(void *ctx, unsigned level, uint64_t index, LedgerHash ret[LEDGER_TILE_WIDTH], bool *ret_found,
                     Err *err)
{
    const Shelf *shelf = ctx;
    const LedgerHash *tiles = level == 0 ? shelf->low : shelf->high;
    size_t n = level == 0 ? shelf->n_low : level == 1 ? shelf->n_high : 0;
    if (shelf->broken) {
        memset(ret, 0xEE, 100);
        return err_set(err, RC_IO, "the disk is gone");
    }
    *ret_found = index < n;
    if (index < n)
        memcpy(ret, tiles + index * LEDGER_TILE_WIDTH, LEDGER_TILE_WIDTH * sizeof *ret);
    return RC_OK;
}

static Rc shelf_put(void *ctx, unsigned level, uint64_t index, const LedgerHash hashes[LEDGER_TILE_WIDTH], Err *err)
{
    Shelf *shelf = ctx;
    size_t *n = level == 0 ? &shelf->n_low : &shelf->n_high;
    LedgerHash *tiles = level == 0 ? shelf->low : shelf->high;
    if (level > 1 || index != *n) /* each tile once, in order */
        return err_set(err, RC_INVALID, "unexpected tile");
    memcpy(tiles + index * LEDGER_TILE_WIDTH, hashes, LEDGER_TILE_WIDTH * sizeof *hashes);
    ++*n;
    return RC_OK;
}

static LedgerTiles *shelf_tiles(Shelf *shelf)
{
    LedgerSource source = { .ctx = shelf, .leaves = shelf_leaves, .tile = shelf_tile };
    return ledger_tiles_new(shelf->bench->arena, shelf->bench->h, source);
}

static Shelf *shelf_new(Bench *bench, size_t n)
{
    Shelf *shelf = ARENA_NEW(bench->arena, Shelf);
    bench_grow(bench, n);
    shelf->bench = bench;
    shelf->low = ARENA_ARRAY(bench->arena, LedgerHash, n + 1);
    shelf->high = ARENA_ARRAY(bench->arena, LedgerHash, n / LEDGER_TILE_WIDTH + 1);
    return shelf;
}

static void tiles_are_complete_once_and_hold_their_level(void **state)
{
    enum { N = 65536 + 3 * 256 + 17 };
    Bench *bench = *state;
    Shelf *shelf = shelf_new(bench, N);
    LedgerTiles *tiles = shelf_tiles(shelf);
    uint64_t size = 0;
    for (uint64_t batch = 1; size < N; batch = batch * 7 % 1009) {
        uint64_t next = size + batch < N ? size + batch : N;
        assert_int_equal(ledger_tiles_complete(tiles, size, next, shelf_put, shelf, NULL), RC_OK);
        size = next;
    }
    assert_int_equal(shelf->n_low, N / 256);
    assert_int_equal(shelf->n_high, 1);
    assert_memory_equal(shelf->low, bench->leaves, shelf->n_low * 256 * sizeof *shelf->low);
    for (size_t i = 0; i < 256; i++) {
        LedgerHash expected;
        bench_root(bench->h, bench->leaves + i * 256, 256, &expected);
        assert_true(ledger_hash_equal(&shelf->high[i], &expected));
    }
    assert_true(bench->leaves_read < 2 * N); /* nothing is read again and again */
}

/* Proofs out of a store that has all, some or none of the complete tiles are the same. */
static void proofs_do_not_depend_on_which_tiles_are_stored(void **state)
{
    enum { N = 3000 };
    Bench *bench = *state;
    Shelf *shelf = shelf_new(bench, N);
    assert_int_equal(ledger_tiles_complete(shelf_tiles(shelf), 0, N, shelf_put, shelf, NULL), RC_OK);
    LedgerReader plain = bench_reader(bench);
    const size_t stored[] = { shelf->n_low, 4, 0 };
    for (size_t s = 0; s < ARRAY_LEN(stored); s++) {
        shelf->n_low = stored[s];
        LedgerReader tiled = ledger_tiles_reader(shelf_tiles(shelf));
        for (uint64_t size = 1; size <= N; size += 1 + size / 3) {
            LedgerProof a;
            LedgerProof b;
            uint64_t index = size * 2 / 3;
            assert_int_equal(ledger_prove_inclusion(bench->h, &plain, index, size, &a, NULL), RC_OK);
            assert_int_equal(ledger_prove_inclusion(bench->h, &tiled, index, size, &b, NULL), RC_OK);
            assert_int_equal(a.n, b.n);
            assert_memory_equal(a.hash, b.hash, a.n * sizeof a.hash[0]);
            assert_int_equal(ledger_prove_consistency(bench->h, &plain, index + 1, size, &a, NULL), RC_OK);
            assert_int_equal(ledger_prove_consistency(bench->h, &tiled, index + 1, size, &b, NULL), RC_OK);
            assert_int_equal(a.n, b.n);
            assert_memory_equal(a.hash, b.hash, a.n * sizeof a.hash[0]);
        }
    }
}

static void stored_tiles_spare_the_leaves(void **state)
{
    enum { N = 4000 };
    Bench *bench = *state;
    Shelf *shelf = shelf_new(bench, N);
    LedgerProof proof;
    assert_int_equal(ledger_tiles_complete(shelf_tiles(shelf), 0, N, shelf_put, shelf, NULL), RC_OK);
    LedgerReader reader = ledger_tiles_reader(shelf_tiles(shelf));
    bench->leaves_read = 0;
    for (uint64_t index = 0; index < N; index += 97)
        assert_int_equal(ledger_prove_inclusion(bench->h, &reader, index, N, &proof, NULL), RC_OK);
    assert_true(bench->leaves_read <= 2 * LEDGER_TILE_WIDTH * 40);
    bench->leaves_read = 0;
    assert_int_equal(ledger_prove_inclusion(bench->h, &reader, 5, N, &proof, NULL), RC_OK);
    assert_true(bench->leaves_read <= LEDGER_TILE_WIDTH); /* the open tile's, once */
}

static void what_was_rolled_back_is_forgotten(void **state)
{
    Bench *bench = *state;
    bench_grow(bench, 100);
    LedgerTiles *tiles = ledger_tiles_new(bench->arena, bench->h, bench_source(bench));
    LedgerReader reader = ledger_tiles_reader(tiles);
    LedgerHash root;
    LedgerHash expected;
    assert_int_equal(ledger_read_root(bench->h, &reader, 100, &root, NULL), RC_OK);
    bench->leaves[99].b[0] ^= 1; /* another leaf took its place */
    ledger_tiles_forget(tiles);
    assert_int_equal(ledger_read_root(bench->h, &reader, 100, &root, NULL), RC_OK);
    bench_root(bench->h, bench->leaves, 100, &expected);
    assert_true(ledger_hash_equal(&root, &expected));
}

static void a_failing_store_leaves_nothing_wrong_behind(void **state)
{
    Bench *bench = *state;
    Shelf *shelf = shelf_new(bench, 200);
    LedgerReader reader = ledger_tiles_reader(shelf_tiles(shelf));
    LedgerHash root;
    LedgerHash expected;
    Err err = { 0 };
    assert_int_equal(ledger_read_root(bench->h, &reader, 100, &root, NULL), RC_OK);
    shelf->broken = true;
    assert_int_equal(ledger_read_root(bench->h, &reader, 200, &root, &err), RC_IO);
    assert_string_equal(err.text, "the disk is gone");
    shelf->broken = false;
    assert_int_equal(ledger_read_root(bench->h, &reader, 200, &root, NULL), RC_OK);
    bench_root(bench->h, bench->leaves, 200, &expected);
    assert_true(ledger_hash_equal(&root, &expected));
}

int tile_tests(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(tiles_are_complete_once_and_hold_their_level),
        BENCH_TEST(proofs_do_not_depend_on_which_tiles_are_stored),
        BENCH_TEST(stored_tiles_spare_the_leaves),
        BENCH_TEST(what_was_rolled_back_is_forgotten),
        BENCH_TEST(a_failing_store_leaves_nothing_wrong_behind),
    };
    return cmocka_run_group_tests_name("ledger tiles", tests, NULL, NULL);
}
