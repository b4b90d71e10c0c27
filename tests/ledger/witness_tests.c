/* A witness never cosigns what does not extend what it cosigned last, and says why in the statuses of the protocol. */
#include "ledger_tests.h"

#include <string.h>

#include "core/ledger/witness.h"

#define ORIGIN STR("office.example/log")

/* A log that signs whatever it is told to, and the witness's memory of it. */
typedef struct World {
    CryptoKey *key;
    NoteVerifier verifier;
    WitnessedLog log;
} World;

static World world_new(Bench *b)
{
    World w = { 0 };
    uint8_t secret[CRYPTO_SECRET_SIZE] = { 5 };
    assert_int_equal(crypto_key_new(CRYPTO_ED25519, secret, &w.key, NULL), RC_OK);
    assert_int_equal(note_verifier_new(b->h, ORIGIN, NOTE_ED25519, crypto_key_public(w.key), &w.verifier, NULL), RC_OK);
    bench_grow(b, 600);
    return w;
}

static Str signed_checkpoint(Bench *b, const World *w, Str origin, uint64_t size)
{
    Checkpoint c = { .origin = origin, .size = size };
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    bench_root(b->h, b->leaves, size, &c.root);
    Str text = checkpoint_text(b->arena, &c);
    buf_str(&out, text);
    buf_char(&out, '\n');
    note_sign(&out, &w->verifier, w->key, text, 0);
    return buf_to_arena(&out, b->arena);
}

static Str request_of(Bench *b, Str checkpoint, uint64_t old_size, uint64_t size)
{
    WitnessRequest request = { .old_size = old_size, .checkpoint = checkpoint };
    LedgerReader reader = bench_reader(b);
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    if (old_size > 0 && old_size <= size)
        assert_int_equal(ledger_prove_consistency(b->h, &reader, old_size, size, &request.proof, NULL), RC_OK);
    assert_int_equal(witness_request_write(&out, &request, NULL), RC_OK);
    return buf_to_arena(&out, b->arena);
}

static WitnessVerdict send(Bench *b, World *w, Str request)
{
    Err err = { 0 };
    w->log.origin = ORIGIN;
    w->log.keys = &w->verifier;
    w->log.n_keys = 1;
    WitnessAnswer answer = witness_judge(b->arena, b->h, &w->log, request, &err);
    if (answer.verdict == WITNESS_GOOD) {
        w->log.size = answer.checkpoint.size;
        w->log.root = answer.checkpoint.root;
    } else {
        assert_true(err.text[0]);
    }
    return answer.verdict;
}

static void a_growing_log_is_cosigned(void **state)
{
    Bench *b = *state;
    World w = world_new(b);
    static const uint64_t sizes[] = { 0, 1, 2, 7, 255, 256, 257, 600 };
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        Str checkpoint = signed_checkpoint(b, &w, ORIGIN, sizes[i]);
        Str request = request_of(b, checkpoint, w.log.size, sizes[i]);
        Str origin;
        assert_int_equal(witness_origin(b->arena, request, &origin, NULL), RC_OK);
        assert_true(str_eq(origin, ORIGIN));
        assert_int_equal(send(b, &w, request), WITNESS_GOOD);
        assert_int_equal(send(b, &w, request_of(b, checkpoint, sizes[i], sizes[i])), WITNESS_GOOD);
    }
    crypto_key_free(w.key);
}

static void what_does_not_extend_is_refused(void **state)
{
    Bench *b = *state;
    World w = world_new(b);
    assert_int_equal(send(b, &w, request_of(b, signed_checkpoint(b, &w, ORIGIN, 300), 0, 300)), WITNESS_GOOD);
    Str older = signed_checkpoint(b, &w, ORIGIN, 200);
    assert_int_equal(send(b, &w, request_of(b, older, 200, 200)), WITNESS_STALE);
    assert_int_equal(send(b, &w, request_of(b, older, 300, 200)), WITNESS_MALFORMED);
    assert_int_equal(send(b, &w, request_of(b, signed_checkpoint(b, &w, ORIGIN, 600), 0, 600)), WITNESS_STALE);
    b->leaves[7].b[3] ^= 1; /* the operator rewrites an old leaf */
    Str rewritten = signed_checkpoint(b, &w, ORIGIN, 600);
    assert_int_equal(send(b, &w, request_of(b, rewritten, 300, 600)), WITNESS_REFUSED);
    assert_int_equal(send(b, &w, request_of(b, signed_checkpoint(b, &w, ORIGIN, 300), 300, 300)), WITNESS_FORKED);
    assert_int_equal(w.log.size, 300);
    crypto_key_free(w.key);
}

static void who_is_not_known_is_not_cosigned(void **state)
{
    Bench *b = *state;
    World w = world_new(b);
    Str request = request_of(b, signed_checkpoint(b, &w, ORIGIN, 10), 0, 10);
    uint8_t secret[CRYPTO_SECRET_SIZE] = { 6 };
    CLEANUP(crypto_key_freep) CryptoKey *own = w.key;
    assert_int_equal(crypto_key_new(CRYPTO_ED25519, secret, &w.key, NULL), RC_OK);
    CLEANUP(crypto_key_freep) CryptoKey *other = w.key;
    Str forged = request_of(b, signed_checkpoint(b, &w, ORIGIN, 10), 0, 10);
    (void)own;
    (void)other;
    assert_int_equal(send(b, &w, forged), WITNESS_UNSIGNED);
    assert_int_equal(send(b, &w, request_of(b, signed_checkpoint(b, &w, STR("other"), 10), 0, 10)), WITNESS_UNKNOWN);
    assert_int_equal(witness_judge(b->arena, b->h, NULL, request, NULL).verdict, WITNESS_UNKNOWN);
    for (size_t n = 0; n < request.n; n += 3)
        assert_int_not_equal(send(b, &w, str_slice(request, 0, n)), WITNESS_GOOD);
    assert_int_equal(send(b, &w, request), WITNESS_GOOD);
}

int witness_tests(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_growing_log_is_cosigned),
        BENCH_TEST(what_does_not_extend_is_refused),
        BENCH_TEST(who_is_not_known_is_not_cosigned),
    };
    return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
