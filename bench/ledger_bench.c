/* ledger_bench.c - what verifying costs, beside what the digest alone costs.
 *
 * Usage: ledger_bench LEAF_BYTES OPENSSL, the latter in bytes per second as `openssl speed` measured it just before for
 * SHA-256 and blocks of LEAF_BYTES + 1 (a leaf is hashed with one byte before it). Verifies a published log of a
 * million leaves held in memory, entries included, as yifa-verify does; and rebuilds its trees. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "core/ledger/audit.h"
#include "lib/os/clock.h"

enum { LEAVES = 1000000 };

typedef struct Log {
    CryptoHash *h;
    size_t leaf_bytes;
    LedgerHash *leaves;
    Str checkpoint;
    Map upper;    /* path -> Str: tiles above the leaves, made beforehand */
    size_t bytes; /* of entries handed out */
} Log;

static void must(Rc rc, const Err *err)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "ledger_bench: %s %s\n", err->place, err->text);
    exit(1);
}

/* Leaf i: its number, and the same filling for all. */
static Str leaf_of(const Log *log, uint64_t i, char *room)
{
    memset(room, 'x', log->leaf_bytes);
    memcpy(room, &i, sizeof i);
    return (Str){ room, log->leaf_bytes };
}

static Rc read_leaves(void *ctx, uint64_t first, size_t n, LedgerHash *ret, Err *err)
{
    const Log *log = ctx;
    (void)err;
    memcpy(ret, log->leaves + first, n * sizeof *ret);
    return RC_OK;
}

static Rc fetch(void *ctx, Arena *arena, Str path, size_t max, Str *ret_bytes, Err *err)
{
    Log *log = ctx;
    TileName name;
    const LedgerHash *hashes;
    (void)max;
    if (str_eq_c(path, "checkpoint")) {
        *ret_bytes = log->checkpoint;
        return RC_OK;
    }
    if (!tile_path_read(path, &name))
        return err_set(err, RC_NOT_FOUND, "no such file");
    if (name.level == 0) {
        hashes = log->leaves + name.index * LEDGER_TILE_WIDTH;
        *ret_bytes = (Str){ (const char *)hashes, name.width * sizeof *hashes };
        return RC_OK;
    }
    if (name.level != LEDGER_ENTRIES) {
        *ret_bytes = *(const Str *)map_get(&log->upper, path);
        return RC_OK;
    }
    size_t record = log->leaf_bytes + 2;
    char *bundle = arena_alloc(arena, record * name.width);
    for (unsigned i = 0; i < name.width; i++) {
        bundle[i * record] = (char)(log->leaf_bytes >> 8);
        bundle[i * record + 1] = (char)(log->leaf_bytes & 0xFF);
        (void)leaf_of(log, name.index * LEDGER_TILE_WIDTH + i, bundle + i * record + 2);
    }
    log->bytes += log->leaf_bytes * name.width;
    *ret_bytes = (Str){ bundle, record * name.width };
    return RC_OK;
}

static double seconds_since(int64_t from_ms)
{
    int64_t ms = os_monotonic_ms() - from_ms;
    return (double)(ms > 0 ? ms : 1) / 1000;
}

static void rebuild(Arena *arena, Log *log, LedgerFrontier *ret, const char *name)
{
    Err err = { 0 };
    char *room = arena_alloc(arena, log->leaf_bytes);
    int64_t from = os_monotonic_ms();
    for (uint64_t i = 0; i < LEAVES; i++) {
        ledger_leaf_hash(log->h, leaf_of(log, i, room), &log->leaves[i]);
        must(ledger_append(log->h, ret, &log->leaves[i], &err), &err);
    }
    printf("%-28s %.2f s\n", name, seconds_since(from));
}

static void sign(Arena *arena, Log *log, const LedgerFrontier *frontier, NoteVerifier *ret_key)
{
    Err err = { 0 };
    uint8_t secret[CRYPTO_SECRET_SIZE] = { 1 };
    CLEANUP(crypto_key_freep) CryptoKey *key = NULL;
    CLEANUP(buf_free) Buf out;
    Checkpoint c = { .origin = STR("bench.example/log"), .size = LEAVES };
    buf_init(&out, NOTE_MAX);
    ledger_root(log->h, frontier, &c.root);
    must(crypto_key_new(CRYPTO_ED25519, secret, &key, &err), &err);
    must(note_verifier_new(log->h, c.origin, NOTE_ED25519, crypto_key_public(key), ret_key, &err), &err);
    Str text = checkpoint_text(arena, &c);
    buf_str(&out, text);
    buf_char(&out, '\n');
    note_sign(&out, ret_key, key, text, 0);
    log->checkpoint = buf_to_arena(&out, arena);
}

static void make_upper(Arena *arena, Log *log)
{
    Err err = { 0 };
    LedgerTiles *tiles = ledger_tiles_new(arena, log->h, (LedgerSource){ .ctx = log, .leaves = read_leaves });
    map_init(&log->upper, arena);
    for (unsigned level = 1; level < LEDGER_TILE_LEVELS; level++)
        for (uint64_t index = 0; tile_width(level, index, LEAVES) > 0; index++) {
            TileName name = { .level = level, .index = index, .width = tile_width(level, index, LEAVES) };
            const LedgerHash *hashes;
            Str *bytes = ARENA_NEW(arena, Str);
            must(ledger_tiles_get(tiles, level, index, name.width, &hashes, &err), &err);
            *bytes = arena_str(arena, (Str){ (const char *)hashes, name.width * sizeof *hashes });
            map_put(&log->upper, tile_path(arena, name), bytes);
        }
}

static void verify(Arena *arena, Log *log, const NoteVerifier *key, double openssl)
{
    Err err = { 0 };
    AuditReport *report = ARENA_NEW(arena, AuditReport);
    AuditSource source = { log, fetch };
    AuditOptions options = { .trust = { .keys = key, .n_keys = 1 } };
    make_upper(arena, log);
    int64_t from = os_monotonic_ms();
    must(audit_log(arena, log->h, &source, &options, report, &err), &err);
    double rate = (double)log->bytes / seconds_since(from);
    if (report->n_faults) {
        fprintf(stderr, "ledger_bench: %.*s\n", STR_ARG(report->faults[0].what));
        exit(1);
    }
    printf("%-28s %.0f MB/s of entries, with their tiles", "verified, SHA-256", rate / 1e6);
    if (openssl > 0)
        printf("; openssl speed %.0f MB/s; ratio %.2f", openssl / 1e6, rate / openssl);
    printf("\n");
}

int main(int argc, char **argv)
{
    Err err = { 0 };
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    CLEANUP(arena_freep) Arena *arena = arena_new((size_t)1 << 30);
    LedgerFrontier frontier = { 0 };
    LedgerFrontier sm3_frontier = { 0 };
    NoteVerifier key;
    must(crypto_new(&crypto, &err), &err);
    Log log = { .leaf_bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 512,
                .h = crypto_hash_new(crypto, CRYPTO_SHA256) };
    Log sm3 = { .leaf_bytes = log.leaf_bytes, .h = crypto_hash_new(crypto, CRYPTO_SM3) };
    log.leaves = sm3.leaves = arena_array(arena, LEAVES, sizeof(LedgerHash));
    printf("a million leaves of %zu bytes\n", log.leaf_bytes);
    rebuild(arena, &sm3, &sm3_frontier, "tree rebuilt, SM3");
    rebuild(arena, &log, &frontier, "tree rebuilt, SHA-256");
    sign(arena, &log, &frontier, &key);
    verify(arena, &log, &key, argc > 2 ? strtod(argv[2], NULL) : 0);
    crypto_hash_free(sm3.h);
    crypto_hash_free(log.h);
    return 0;
}
