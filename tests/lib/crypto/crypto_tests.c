#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lib/crypto/crypto.h"

static int setup(void **state)
{
    Crypto *crypto = NULL;
    Rc rc = crypto_new(&crypto, NULL);
    *state = crypto;
    return rc == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    crypto_free(*state);
    return 0;
}

static void assert_hex(const uint8_t *bytes, size_t n, const char *hex)
{
    uint8_t expected[256];
    assert_true(hex_decode(str_c(hex), expected, n));
    assert_memory_equal(bytes, expected, n);
}

static Str view(const uint8_t *bytes, size_t n)
{
    return (Str){ (const char *)bytes, n };
}

/* FIPS 180-4 and GB/T 32905-2016, their examples. */
static void digests_give_the_known_answers(void **state)
{
    static const struct {
        CryptoDigest digest;
        const char *text, *hex;
    } cases[] = {
        { CRYPTO_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { CRYPTO_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { CRYPTO_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { CRYPTO_SM3, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
        { CRYPTO_SM3, "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
          "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732" },
    };
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str text = str_c(cases[i].text);
        CLEANUP(crypto_hash_freep) CryptoHash *hash = crypto_hash_new(*state, cases[i].digest);
        for (int again = 0; again < 2; again++) { /* final leaves it ready for the next */
            crypto_hash_update(hash, str_slice(text, 0, text.n / 2));
            crypto_hash_update(hash, str_slice(text, text.n / 2, text.n));
            crypto_hash_final(hash, digest);
            assert_hex(digest, sizeof digest, cases[i].hex);
        }
        if (cases[i].digest != CRYPTO_SHA256)
            continue;
        crypto_sha256(*state, text, digest);
        assert_hex(digest, sizeof digest, cases[i].hex);
    }
    crypto_sha256(*state, STR_NONE, digest);
    assert_hex(digest, sizeof digest, cases[0].hex);
}

/* RFC 4231, cases 1, 2 and 6; the last with an empty key and text. */
static void hmac_gives_the_known_answers(void **state)
{
    uint8_t mac[CRYPTO_DIGEST_SIZE];
    char key[131];
    memset(key, 0x0b, 20);
    crypto_hmac(*state, (Str){ key, 20 }, STR("Hi There"), mac);
    assert_hex(mac, sizeof mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    crypto_hmac(*state, STR("Jefe"), STR("what do ya want for nothing?"), mac);
    assert_hex(mac, sizeof mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    crypto_hmac(*state, (Str){ key, sizeof key }, STR("Test Using Larger Than Block-Size Key - Hash Key First"), mac);
    assert_hex(mac, sizeof mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    crypto_hmac(*state, STR_NONE, STR_NONE, mac);
    assert_hex(mac, sizeof mac, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* The GCM specification's test cases 13, 14 and 16. */
static void sealing_gives_the_known_answers(void **state)
{
    static const struct {
        const char *key, *nonce, *bound, *plain, *cipher_and_tag;
    } cases[] = {
        { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
          "530f8afbc74536b9a963b4f1c4cb738b" },
        { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
          "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
        { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
          "feedfacedeadbeeffeedfacedeadbeefabaddad2",
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5"
          "aa0de657ba637b39",
          "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e63"
          "93ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t key[CRYPTO_KEY_SIZE], nonce[CRYPTO_NONCE_SIZE], bound[64], plain[64], sealed[128], opened[64];
        size_t bound_n = strlen(cases[i].bound) / 2;
        size_t plain_n = strlen(cases[i].plain) / 2;
        assert_true(hex_decode(str_c(cases[i].key), key, sizeof key));
        assert_true(hex_decode(str_c(cases[i].nonce), nonce, sizeof nonce));
        assert_true(hex_decode(str_c(cases[i].bound), bound, bound_n));
        assert_true(hex_decode(str_c(cases[i].plain), plain, plain_n));
        assert_int_equal(crypto_seal(*state, key, nonce, view(bound, bound_n), view(plain, plain_n), sealed, NULL), 0);
        assert_memory_equal(sealed, nonce, sizeof nonce);
        assert_hex(sealed + sizeof nonce, plain_n + CRYPTO_TAG_SIZE, cases[i].cipher_and_tag);
        Str all = view(sealed, plain_n + CRYPTO_SEAL_OVERHEAD);
        assert_int_equal(crypto_open(*state, key, view(bound, bound_n), all, opened, NULL), 0);
        assert_memory_equal(opened, plain, plain_n);
    }
}

static void sealed_data_opens_only_unchanged(void **state)
{
    uint8_t key[CRYPTO_KEY_SIZE] = { 1 };
    uint8_t nonce[CRYPTO_NONCE_SIZE] = { 2 };
    Str plain = STR("a name and a number");
    uint8_t sealed[64], opened[64];
    Str all = view(sealed, plain.n + CRYPTO_SEAL_OVERHEAD);
    assert_int_equal(crypto_seal(*state, key, nonce, STR("matter 7"), plain, sealed, NULL), RC_OK);
    for (size_t i = 0; i < all.n * 8; i++) {
        sealed[i / 8] ^= (uint8_t)(1u << i % 8);
        memset(opened, 'x', sizeof opened);
        assert_int_equal(crypto_open(*state, key, STR("matter 7"), all, opened, NULL), RC_CORRUPT);
        for (size_t k = 0; k < plain.n; k++)
            assert_int_equal(opened[k], 0); /* nothing unauthenticated is left behind */
        sealed[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    Err err = { 0 };
    assert_int_equal(crypto_open(*state, key, STR("matter 8"), all, opened, &err), RC_CORRUPT);
    assert_int_equal(crypto_open(*state, key, STR("matter 7"), str_slice(all, 0, all.n - 1), opened, &err), RC_CORRUPT);
    assert_int_equal(crypto_open(*state, key, STR("matter 7"), str_slice(all, 0, 27), opened, &err), RC_CORRUPT);
    assert_int_equal(crypto_open(*state, key, STR("matter 7"), STR_NONE, opened, &err), RC_CORRUPT);
    key[31] ^= 1;
    assert_int_equal(crypto_open(*state, key, STR("matter 7"), all, opened, &err), RC_CORRUPT);
    assert_int_equal(crypto_seal(*state, key, nonce, STR_NONE, (Str){ "", CRYPTO_SEAL_MAX + (size_t)1 }, sealed, &err),
                     RC_LIMIT);
}

static void comparing_and_wiping(void **state)
{
    (void)state;
    assert_true(crypto_equal(STR("abc"), STR("abc")));
    assert_true(crypto_equal(STR(""), STR_NONE));
    assert_false(crypto_equal(STR("abc"), STR("abd")));
    assert_false(crypto_equal(STR("abc"), STR("ab")));
    char secret[] = "secret";
    crypto_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0", sizeof secret);
    crypto_wipe(NULL, 0);
}

static void a_password_is_verified_by_its_text(void **state)
{
    (void)state;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    const PasswordCost quick = { .memory_kib = 8, .passes = 1 };
    uint8_t salt[CRYPTO_SALT_SIZE] = "0123456789abcde";
    Str text = STR_NONE;
    assert_int_equal(password_hash(arena, STR("依法 correct"), salt, &quick, &text, NULL), RC_OK);
    assert_true(str_starts(text, STR("$argon2id$v=19$m=8,t=1,p=1$")));
    assert_int_equal(password_verify(text, STR("依法 correct"), NULL), RC_OK);
    assert_int_equal(password_verify(text, STR("依法 Correct"), NULL), RC_DENIED);
    assert_int_equal(password_verify(text, STR(""), NULL), RC_DENIED);
    assert_true(password_is_cheaper(text, &password_cost_default));
    assert_false(password_is_cheaper(text, &quick));
    assert_true(password_is_cheaper(STR("plain"), &quick));

    salt[0]++;
    Str other = STR_NONE;
    assert_int_equal(password_hash(arena, STR("依法 correct"), salt, &quick, &other, NULL), RC_OK);
    assert_false(str_eq(text, other));
}

/* From the reference implementation's own tests. */
static void a_foreign_argon2id_text_is_verified(void **state)
{
    (void)state;
    Str text = STR("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");
    assert_int_equal(password_verify(text, STR("password"), NULL), RC_OK);
    assert_int_equal(password_verify(text, STR("passwore"), NULL), RC_DENIED);
}

static void passwords_beyond_the_bounds_are_refused(void **state)
{
    (void)state;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    static const char *texts[] = {
        "",
        "password",
        "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=999999999,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=8,t=99999999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=8,t=1,p=9$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ",
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$!!!!EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(password_verify(str_c(texts[i]), STR("password"), NULL), RC_CORRUPT);

    char long_password[CRYPTO_PASSWORD_MAX + 1] = { 0 };
    Str too_long = { long_password, sizeof long_password };
    uint8_t salt[CRYPTO_SALT_SIZE] = { 0 };
    Str text = STR_NONE;
    assert_int_equal(password_hash(arena, too_long, salt, &password_cost_default, &text, NULL), RC_LIMIT);
    assert_int_equal(password_verify(STR("x"), too_long, NULL), RC_LIMIT);
    const PasswordCost none = { 0 };
    assert_int_equal(password_hash(arena, STR("x"), salt, &none, &text, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_give_the_known_answers),
        cmocka_unit_test(hmac_gives_the_known_answers),
        cmocka_unit_test(sealing_gives_the_known_answers),
        cmocka_unit_test(sealed_data_opens_only_unchanged),
        cmocka_unit_test(comparing_and_wiping),
        cmocka_unit_test(a_password_is_verified_by_its_text),
        cmocka_unit_test(a_foreign_argon2id_text_is_verified),
        cmocka_unit_test(passwords_beyond_the_bounds_are_refused),
    };
    return cmocka_run_group_tests_name("crypto", tests, setup, teardown);
}
