/* Notes, checkpoints, tile paths, proof files: known answers, and every way of writing one wrong. */
#include "ledger_tests.h"

#include <limits.h>
#include <string.h>

#include "core/ledger/checkpoint.h"

/* The example of Go's sumdb/note. */
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_TEXT                                               \
    "If you think cryptography is the answer to your problem,\n" \
    "then you don't know what your problem is.\n"
#define PETER_LINE                                                         \
    "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZ" \
    "InNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static CryptoKey *key_of(CryptoScheme scheme, uint8_t first)
{
    uint8_t secret[CRYPTO_SECRET_SIZE] = { first, 1, 2, 3 };
    CryptoKey *key = NULL;
    assert_int_equal(crypto_key_new(scheme, secret, &key, NULL), RC_OK);
    return key;
}

static void a_known_note_verifies(void **state)
{
    Bench *b = *state;
    NoteVerifier peter;
    Note note;
    assert_int_equal(note_verifier_read(b->h, STR(PETER), &peter, NULL), RC_OK);
    assert_true(str_eq_c(note_verifier_text(b->arena, &peter), PETER));
    assert_int_equal(note_read(b->arena, STR(PETER_TEXT "\n" PETER_LINE), &note, NULL), RC_OK);
    assert_true(str_eq_c(note.text, PETER_TEXT));
    assert_int_equal(note_verify(&note, &peter, NULL), NOTE_GOOD);
    assert_int_equal(note_read(b->arena, STR("x" PETER_TEXT "\n" PETER_LINE), &note, NULL), RC_OK);
    assert_int_equal(note_verify(&note, &peter, NULL), NOTE_BAD);
    peter.name = STR("Enoch");
    assert_int_equal(note_verify(&note, &peter, NULL), NOTE_UNSIGNED);
}

static void every_type_of_key_signs_and_reads_back(void **state)
{
    Bench *b = *state;
    static const struct {
        NoteType type;
        CryptoScheme scheme;
    } cases[] = { { NOTE_ED25519, CRYPTO_ED25519 }, { NOTE_COSIGNATURE, CRYPTO_ED25519 }, { NOTE_SM2, CRYPTO_SM2 } };
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    buf_c(&out, "one\n\ntwo\n\n");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(crypto_key_freep) CryptoKey *key = key_of(cases[i].scheme, (uint8_t)(i + 1));
        NoteVerifier v;
        NoteVerifier again;
        Note note;
        int64_t time_s = 0;
        assert_int_equal(
            note_verifier_new(b->h, STR("office.example/log"), cases[i].type, crypto_key_public(key), &v, NULL), RC_OK);
        assert_int_equal(note_verifier_read(b->h, note_verifier_text(b->arena, &v), &again, NULL), RC_OK);
        assert_int_equal(again.id, v.id);
        note_sign(&out, &v, key, STR("one\n\ntwo\n"), 1700000000);
        assert_int_equal(note_read(b->arena, buf_view(&out), &note, NULL), RC_OK);
        assert_int_equal(note.n, i + 1);
        assert_int_equal(note_verify(&note, &again, &time_s), NOTE_GOOD);
        assert_int_equal(time_s, cases[i].type == NOTE_COSIGNATURE ? 1700000000 : 0);
        note.text = STR("one\n\ntwO\n");
        assert_int_equal(note_verify(&note, &again, NULL), NOTE_BAD);
    }
}

static void malformed_notes_are_refused(void **state)
{
    Bench *b = *state;
    static const char *const bad[] = {
        "",
        "text\n",
        "text\n\n",
        "text\n\n\xE2\x80\x94 a\n",
        "text\n\n\xE2\x80\x94 a AAAA\n",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n\xE2\x80\x94 a AAAAAAA=",
        "text\n\n\xE2\x80\x94  AAAAAAA=\n",
        "text\n\n\xE2\x80\x94 a+b AAAAAAA=\n",
        "te\x01xt\n\n\xE2\x80\x94 a AAAAAAA=\n",
        "te\xFFxt\n\n\xE2\x80\x94 a AAAAAAA=\n",
        "text\n\n\xE2\x80\x94 a AAAAAAB=\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        Note note;
        Err err;
        if (note_read(b->arena, str_c(bad[i]), &note, &err) == RC_OK)
            fail_msg("note %zu was accepted", i);
        assert_true(err.text[0]);
    }
    static const char *const keys[] = { "",
                                        "a",
                                        "a+b",
                                        "a+c74f20a3",
                                        "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                        "a b+c74f20a3+AR" };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        NoteVerifier v;
        if (note_verifier_read(b->h, str_c(keys[i]), &v, NULL) == RC_OK)
            fail_msg("key %zu was accepted", i);
    }
}

static void checkpoints_read_back_and_only_one_way(void **state)
{
    Bench *b = *state;
    Checkpoint c = { .origin = STR("office.example/log"), .size = 20852163 };
    Checkpoint again;
    memset(c.root.b, 7, sizeof c.root.b);
    Str text = checkpoint_text(b->arena, &c);
    assert_int_equal(checkpoint_read(text, &again, NULL), RC_OK);
    assert_true(str_eq(again.origin, c.origin) && again.size == c.size && ledger_hash_equal(&again.root, &c.root));
#define ROOT "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
    assert_int_equal(checkpoint_read(STR("o\n0\n" ROOT "\nextension\n"), &again, NULL), RC_OK);
    static const char *const bad[] = { "",
                                       "o\n",
                                       "o\n1\n",
                                       "o\n01\n" ROOT "\n",
                                       "o\n+1\n" ROOT "\n",
                                       "o\n1 \n" ROOT "\n",
                                       "\n1\n" ROOT "\n",
                                       "o\n1\n" ROOT,
                                       "o\n1\n" ROOT "\n\n",
                                       "o\n9223372036854775808\n" ROOT "\n",
                                       "o\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw==\n" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (checkpoint_read(str_c(bad[i]), &again, NULL) == RC_OK)
            fail_msg("checkpoint %zu was accepted", i);
}

static void tile_paths_are_those_of_the_specification(void **state)
{
    Bench *b = *state;
    static const struct {
        const char *path;
        TileName name;
    } good[] = { { "tile/0/x001/x234/067", { 0, 1234067, 256 } },
                 { "tile/0/000", { 0, 0, 256 } },
                 { "tile/2/999.p/17", { 2, 999, 17 } },
                 { "tile/0/x001/000", { 0, 1000, 256 } },
                 { "tile/entries/x001/x000/000.p/1", { LEDGER_ENTRIES, 1000000, 1 } } };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        TileName name;
        assert_true(tile_path_read(str_c(good[i].path), &name));
        assert_true(name.level == good[i].name.level && name.index == good[i].name.index &&
                    name.width == good[i].name.width);
        assert_true(str_eq_c(tile_path(b->arena, name), good[i].path));
    }
    static const char *const bad[] = { "tile",
                                       "tile/0",
                                       "tile/0/",
                                       "tile/00/000",
                                       "tile/8/000",
                                       "tile/0/0",
                                       "tile/0/x000/001",
                                       "tile/0/x01/001",
                                       "tile/0/x001",
                                       "tile/0/001/002",
                                       "tile/0/000.p/0",
                                       "tile/0/000.p/256",
                                       "tile/0/000.p/01",
                                       "tile/0/000.p/",
                                       "tile/-1/000",
                                       "tile/0/x/000",
                                       "/tile/0/000",
                                       "tile/0/x999/x999/x999/x999/x999/x999/x999/999" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        TileName name;
        if (tile_path_read(str_c(bad[i]), &name))
            fail_msg("%s was accepted", bad[i]);
    }
    /* The specification's example: a tree of 70,000. */
    assert_int_equal(tile_width(0, 272, 70000), 256);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_width(0, 274, 70000), 0);
    assert_int_equal(tile_width(1, 0, 70000), 256);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_width(1, 0, 256), 1);
    assert_int_equal(tile_width(0, 0, 256), 256);
    assert_int_equal(tile_width(0, 1, 256), 0);
    assert_int_equal(tile_width(LEDGER_ENTRIES, 273, 70000), 112);
}

static void bundles_give_their_entries_back(void **state)
{
    Bench *b = *state;
    CLEANUP(buf_free) Buf out;
    char *large = arena_alloc(b->arena, 65536);
    memset(large, 'x', 65536);
    buf_init(&out, 1 << 20);
    assert_true(bundle_add(&out, STR("one")));
    assert_true(bundle_add(&out, STR_NONE));
    assert_true(bundle_add(&out, (Str){ large, 65535 }));
    assert_false(bundle_add(&out, (Str){ large, 65536 }));
    Str rest = buf_view(&out);
    Str entry;
    bool cut;
    assert_true(bundle_next(&rest, &entry, &cut) && str_eq_c(entry, "one"));
    assert_true(bundle_next(&rest, &entry, &cut) && entry.n == 0);
    assert_true(bundle_next(&rest, &entry, &cut) && entry.n == 65535);
    assert_false(bundle_next(&rest, &entry, &cut) || cut);
    rest = str_slice(buf_view(&out), 0, 4);
    assert_false(bundle_next(&rest, &entry, &cut));
    assert_true(cut);
}

static void proof_files_and_requests_read_back(void **state)
{
    Bench *b = *state;
    Receipt receipt = { .extra = STR("{}"), .index = 5, .checkpoint = STR("o\n1\n" ROOT "\n\nsigned\n") };
    Receipt again;
    CLEANUP(buf_free) Buf out;
    buf_init(&out, RECEIPT_MAX);
    receipt.proof.n = 2;
    memset(receipt.proof.hash, 9, sizeof receipt.proof.hash);
    assert_int_equal(receipt_write(&out, &receipt, NULL), RC_OK);
    assert_int_equal(receipt_read(b->arena, buf_view(&out), &again, NULL), RC_OK);
    assert_true(again.index == 5 && again.proof.n == 2 && str_eq_c(again.extra, "{}"));
    assert_true(str_eq(again.checkpoint, receipt.checkpoint));
    for (size_t n = 0; n < out.n - receipt.checkpoint.n; n++)
        assert_int_not_equal(receipt_read(b->arena, str_slice(buf_view(&out), 0, n), &again, NULL), RC_OK);
    WitnessRequest request = { .old_size = 4, .proof = receipt.proof, .checkpoint = receipt.checkpoint };
    WitnessRequest request_again;
    buf_clear(&out);
    assert_int_equal(witness_request_write(&out, &request, NULL), RC_OK);
    assert_int_equal(witness_request_read(buf_view(&out), &request_again, NULL), RC_OK);
    assert_true(request_again.old_size == 4 && request_again.proof.n == 2);
    assert_int_not_equal(witness_request_read(STR("old 04\n\n"), &request_again, NULL), RC_OK);
}

int note_tests(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_known_note_verifies),
        BENCH_TEST(every_type_of_key_signs_and_reads_back),
        BENCH_TEST(malformed_notes_are_refused),
        BENCH_TEST(checkpoints_read_back_and_only_one_way),
        BENCH_TEST(tile_paths_are_those_of_the_specification),
        BENCH_TEST(bundles_give_their_entries_back),
        BENCH_TEST(proof_files_and_requests_read_back),
    };
    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
