/* An outsider's audit of a published log in memory: a good one passes, and each kind of tampering is named. */
#include "ledger_tests.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "core/ledger/audit.h"

#define ORIGIN STR("office.example/log")

/* What the operator publishes: path -> bytes. */
typedef struct Site {
    Bench *b;
    Map files;
    CryptoKey *key;
    NoteVerifier verifier;
    NoteVerifier witness;
    CryptoKey *witness_key;
    Str *entries;
    size_t n;
} Site;

static Rc fetch(void *ctx, Arena *arena, Str path, size_t max, Str *ret_bytes, Err *err)
{
    const Site *site = ctx;
    const Str *bytes = map_get(&site->files, path);
    (void)arena;
    if (!bytes || bytes->n > max)
        return err_set(err, bytes ? RC_LIMIT : RC_NOT_FOUND, "no %.*s", STR_ARG(path));
    *ret_bytes = *bytes;
    return RC_OK;
}

static void put(Site *site, Str path, Str bytes)
{
    Str *stored = ARENA_NEW(site->b->arena, Str);
    *stored = arena_str(site->b->arena, bytes);
    map_put(&site->files, arena_str(site->b->arena, path), stored);
}

static Str *file(Site *site, const char *path)
{
    Str *bytes = map_get(&site->files, str_c(path));
    assert_non_null(bytes);
    return bytes;
}

static Str checkpoint_of(Site *site, uint64_t size, bool cosigned)
{
    Bench *b = site->b;
    Checkpoint c = { .origin = ORIGIN, .size = size };
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    bench_root(b->h, b->leaves, size, &c.root);
    Str text = checkpoint_text(b->arena, &c);
    buf_str(&out, text);
    buf_char(&out, '\n');
    note_sign(&out, &site->verifier, site->key, text, 0);
    if (cosigned)
        note_sign(&out, &site->witness, site->witness_key, text, 1700000000);
    return buf_to_arena(&out, b->arena);
}

/* Levels above the leaves by the definition of tiles: hash i of level L is the root of its 256^L leaves. */
static void publish_tiles(Site *site, unsigned level, size_t span)
{
    Bench *b = site->b;
    size_t hashes = site->n / span;
    for (size_t first = 0; first < hashes; first += LEDGER_TILE_WIDTH) {
        LedgerHash tile[LEDGER_TILE_WIDTH];
        unsigned width = tile_width(level, first / LEDGER_TILE_WIDTH, site->n);
        for (unsigned i = 0; i < width; i++)
            bench_root(b->h, b->leaves + (first + i) * span, span, &tile[i]);
        TileName name = { .level = level, .index = first / LEDGER_TILE_WIDTH, .width = width };
        put(site, tile_path(b->arena, name), (Str){ (const char *)tile, width * sizeof tile[0] });
    }
}

static void publish_bundles(Site *site)
{
    for (size_t first = 0; first < site->n; first += LEDGER_TILE_WIDTH) {
        CLEANUP(buf_free) Buf out;
        buf_init(&out, AUDIT_BUNDLE_MAX);
        unsigned width = tile_width(LEDGER_ENTRIES, first / LEDGER_TILE_WIDTH, site->n);
        for (unsigned i = 0; i < width; i++)
            assert_true(bundle_add(&out, site->entries[first + i]));
        TileName name = { .level = LEDGER_ENTRIES, .index = first / LEDGER_TILE_WIDTH, .width = width };
        put(site, tile_path(site->b->arena, name), buf_view(&out));
    }
}

static Site *site_new(Bench *b, size_t n)
{
    Site *site = ARENA_NEW(b->arena, Site);
    uint8_t secret[CRYPTO_SECRET_SIZE] = { 5 };
    site->b = b;
    map_init(&site->files, b->arena);
    assert_int_equal(crypto_key_new(CRYPTO_ED25519, secret, &site->key, NULL), RC_OK);
    secret[0] = 6;
    assert_int_equal(crypto_key_new(CRYPTO_ED25519, secret, &site->witness_key, NULL), RC_OK);
    assert_int_equal(note_verifier_new(b->h, ORIGIN, NOTE_ED25519, crypto_key_public(site->key), &site->verifier, NULL),
                     RC_OK);
    assert_int_equal(note_verifier_new(b->h, STR("archive.example/w"), NOTE_COSIGNATURE,
                                       crypto_key_public(site->witness_key), &site->witness, NULL),
                     RC_OK);
    bench_grow(b, n);
    site->n = n;
    site->entries = ARENA_ARRAY(b->arena, Str, n);
    for (size_t i = 0; i < n; i++)
        site->entries[i] = arena_printf(b->arena, "%zu", i);
    for (unsigned level = 0, span = 1; level < 3 && span <= n; level++, span *= LEDGER_TILE_WIDTH)
        publish_tiles(site, level, span);
    publish_bundles(site);
    put(site, STR("checkpoint"), checkpoint_of(site, n, true));
    return site;
}

static void site_free(Site *site)
{
    crypto_key_free(site->key);
    crypto_key_free(site->witness_key);
}

static AuditReport audit(Site *site, const Str *older, size_t n_older)
{
    AuditSource source = { site, fetch };
    AuditOptions options = {
        .trust = { .keys = &site->verifier, .n_keys = 1, .witnesses = &site->witness, .n_witnesses = 1, .quorum = 1 },
        .older = older,
        .n_older = n_older
    };
    AuditReport report;
    assert_int_equal(audit_log(site->b->arena, site->b->h, &source, &options, &report, NULL), RC_OK);
    return report;
}

/* The first finding must name this place; NULL: there must be none. */
static void expect(Site *site, const char *where, const char *what)
{
    AuditReport report = audit(site, NULL, 0);
    if (!where) {
        if (report.n_faults)
            fail_msg("%.*s: %.*s", STR_ARG(report.faults[0].where), STR_ARG(report.faults[0].what));
        return;
    }
    assert_true(report.n_faults > 0);
    for (size_t i = 0; i < report.n_faults && i < AUDIT_FAULTS_MAX; i++)
        if (str_eq_c(report.faults[i].where, where) && str_find(report.faults[i].what, str_c(what)) != SIZE_MAX)
            return;
    fail_msg("no finding at %s; the first is %.*s: %.*s", where, STR_ARG(report.faults[0].where),
             STR_ARG(report.faults[0].what));
}

static void good_logs_of_all_sizes_pass(void **state)
{
    Bench *b = *state;
    static const size_t sizes[] = { 0, 1, 2, 255, 256, 257, 511, 512, 1000, 65536, 66000 };
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        Site *site = site_new(b, sizes[i]);
        AuditReport report = audit(site, NULL, 0);
        if (report.n_faults)
            fail_msg("size %zu: %.*s: %.*s", sizes[i], STR_ARG(report.faults[0].where), STR_ARG(report.faults[0].what));
        assert_int_equal(report.entries, sizes[i]);
        assert_int_equal(report.cosignatures, 1);
        assert_int_equal(report.last_cosigned_s, 1700000000);
        site_free(site);
    }
}

static void every_change_is_named(void **state)
{
    Site *site = site_new(*state, 1000);
    Str *tile = file(site, "tile/0/001");
    Str good = *tile;
    char *changed = arena_alloc(site->b->arena, good.n);

    memcpy(changed, good.p, good.n);
    changed[40] ^= 1;
    *tile = (Str){ changed, good.n };
    expect(site, "entry 257", "hash");
    expect(site, "tile/1/000.p/3", "roots");
    expect(site, "checkpoint", "root");
    *tile = str_slice(good, 0, good.n - 32);
    expect(site, "tile/0/001", "hashes it should");
    *tile = good;

    Str *bundle = file(site, "tile/entries/000");
    Str entries = *bundle;
    char *flipped = arena_alloc(site->b->arena, entries.n);
    memcpy(flipped, entries.p, entries.n);
    flipped[2] ^= 1;
    *bundle = (Str){ flipped, entries.n };
    expect(site, "entry 0", "hash");
    *bundle = str_slice(entries, 0, entries.n - 1);
    expect(site, "tile/entries/000", "cut short");
    *bundle = entries;

    Str *top = file(site, "tile/1/000.p/3");
    Str whole = *top;
    *top = str_slice(whole, 0, 64);
    expect(site, "tile/1/000.p/3", "roots");
    *top = whole;
    expect(site, NULL, NULL);
    site_free(site);
}

static void reordered_deleted_and_forged_are_named(void **state)
{
    Bench *b = *state;
    Site *site = site_new(b, 600);
    Str kept = arena_str(b->arena, *file(site, "checkpoint"));
    Str older = checkpoint_of(site, 300, false);
    AuditReport report = audit(site, &older, 1);
    assert_int_equal(report.n_faults, 0);
    assert_int_equal(report.older, 1);

    /* The operator swaps two old leaves and publishes all anew, well signed: only what was kept outside tells. */
    LedgerHash first = b->leaves[10];
    b->leaves[10] = b->leaves[11];
    b->leaves[11] = first;
    Str swapped = site->entries[10];
    site->entries[10] = site->entries[11];
    site->entries[11] = swapped;
    publish_tiles(site, 0, 1);
    publish_tiles(site, 1, LEDGER_TILE_WIDTH);
    publish_bundles(site);
    put(site, STR("checkpoint"), checkpoint_of(site, 600, true));
    expect(site, NULL, NULL);
    report = audit(site, &older, 1);
    assert_int_equal(report.n_faults, 1);
    assert_true(str_find(report.faults[0].what, STR("does not extend")) != SIZE_MAX);

    /* An old copy put back. */
    Site *rolled = site_new(b, 300);
    report = audit(rolled, &kept, 1);
    assert_true(str_find(report.faults[report.n_faults - 1].what, STR("rolled back")) != SIZE_MAX);
    site_free(rolled);
    bench_grow(b, 600); /* the leaves of the shorter log stood in the same place */

    /* Another key signs. */
    uint8_t secret[CRYPTO_SECRET_SIZE] = { 9 };
    crypto_key_free(site->key);
    assert_int_equal(crypto_key_new(CRYPTO_ED25519, secret, &site->key, NULL), RC_OK);
    put(site, STR("checkpoint"), checkpoint_of(site, 600, true));
    expect(site, "checkpoint", "does not verify");
    put(site, STR("checkpoint"), checkpoint_of(site, 600, false));
    expect(site, "checkpoint", "does not verify");
    site_free(site);
}

static void a_log_without_witness_or_files_says_so(void **state)
{
    Site *site = site_new(*state, 300);
    put(site, STR("checkpoint"), checkpoint_of(site, 300, false));
    expect(site, "checkpoint", "cosigned");
    Site *other = site_new(*state, 300);
    map_init(&other->files, site->b->arena);
    put(other, STR("checkpoint"), checkpoint_of(other, 300, true));
    expect(other, "tile/0/000", "missing");
    AuditSource source = { other, fetch };
    AuditOptions options = { .trust = { .keys = &other->verifier, .n_keys = 1 } };
    AuditReport report;
    Err err;
    put(other, STR("checkpoint"), STR("nonsense"));
    assert_int_equal(audit_log(site->b->arena, site->b->h, &source, &options, &report, &err), RC_PARSE);
    site_free(site);
    site_free(other);
}

static void receipts_prove_their_entry_and_no_other(void **state)
{
    Bench *b = *state;
    Site *site = site_new(b, 700);
    LedgerReader reader = bench_reader(b);
    AuditTrust trust = { .keys = &site->verifier, .n_keys = 1, .witnesses = &site->witness, .n_witnesses = 1 };
    Receipt receipt = { .index = 345, .checkpoint = *file(site, "checkpoint") };
    Checkpoint at;
    Err err;
    assert_int_equal(ledger_prove_inclusion(b->h, &reader, 345, 700, &receipt.proof, NULL), RC_OK);
    assert_int_equal(audit_receipt(b->arena, b->h, &receipt, STR("345"), &trust, &at, &err), RC_OK);
    assert_int_equal(at.size, 700);
    assert_int_equal(audit_receipt(b->arena, b->h, &receipt, STR("346"), &trust, &at, &err), RC_DENIED);
    receipt.index = 344;
    assert_int_equal(audit_receipt(b->arena, b->h, &receipt, STR("345"), &trust, &at, &err), RC_DENIED);
    receipt.index = 345;
    trust.quorum = 2;
    assert_int_equal(audit_receipt(b->arena, b->h, &receipt, STR("345"), &trust, &at, &err), RC_DENIED);
    site_free(site);
}

int audit_tests(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(good_logs_of_all_sizes_pass),
        BENCH_TEST(every_change_is_named),
        BENCH_TEST(reordered_deleted_and_forged_are_named),
        BENCH_TEST(a_log_without_witness_or_files_says_so),
        BENCH_TEST(receipts_prove_their_entry_and_no_other),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
