/* Signatures: known answers from the standards, and what must not verify. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lib/crypto/sign.h"

static CryptoKey *key_of(CryptoScheme scheme, const char *hex)
{
    uint8_t secret[CRYPTO_SECRET_SIZE];
    CryptoKey *key = NULL;
    assert_true(hex_decode(str_c(hex), secret, sizeof secret));
    assert_int_equal(crypto_key_new(scheme, secret, &key, NULL), RC_OK);
    return key;
}

static Str view(const CryptoSignature *s)
{
    return (Str){ (const char *)s->b, s->n };
}

/* RFC 8032, 7.1, test 2. */
static void ed25519_signs_as_the_rfc_shows(void **state)
{
    (void)state;
    CLEANUP(crypto_key_freep)
    CryptoKey *key = key_of(CRYPTO_ED25519, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    CryptoSignature signature;
    uint8_t expected[64];
    uint8_t public[32];
    hex_decode(STR("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), public, sizeof public);
    assert_int_equal(crypto_key_public(key)->n, 32);
    assert_memory_equal(crypto_key_public(key)->b, public, 32);
    hex_decode(STR("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                   "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
               expected, sizeof expected);
    crypto_sign(key, STR("\x72"), &signature);
    assert_int_equal(signature.n, sizeof expected);
    assert_memory_equal(signature.b, expected, sizeof expected);
    assert_true(crypto_verify(crypto_key_public(key), STR("\x72"), view(&signature)));
}

/* GB/T 32918.5-2017, annex A: the key, and a signature as DER. */
static void sm2_verifies_the_standards_example(void **state)
{
    (void)state;
    CLEANUP(crypto_key_freep)
    CryptoKey *key = key_of(CRYPTO_SM2, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    uint8_t public[65];
    uint8_t signature[72];
    hex_decode(STR("0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                   "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"),
               public, sizeof public);
    assert_int_equal(crypto_key_public(key)->n, 65);
    assert_memory_equal(crypto_key_public(key)->b, public, 65);
    hex_decode(STR("3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
                   "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"),
               signature, sizeof signature);
    assert_true(crypto_verify(crypto_key_public(key), STR("message digest"), (Str){ (char *)signature, 72 }));
    assert_false(crypto_verify(crypto_key_public(key), STR("message digesT"), (Str){ (char *)signature, 72 }));
}

static void what_was_signed_verifies_and_nothing_else(void **state)
{
    (void)state;
    for (CryptoScheme scheme = CRYPTO_ED25519; scheme <= CRYPTO_SM2; scheme++) {
        CLEANUP(crypto_key_freep)
        CryptoKey *key = key_of(scheme, "11223344556677889900aabbccddeeff"
                                        "00112233445566778899aabbccddeeff");
        CLEANUP(crypto_key_freep)
        CryptoKey *other = key_of(scheme, "21223344556677889900aabbccddeeff"
                                          "00112233445566778899aabbccddeeff");
        CryptoSignature s;
        crypto_sign(key, STR("text"), &s);
        assert_true(crypto_verify(crypto_key_public(key), STR("text"), view(&s)));
        assert_false(crypto_verify(crypto_key_public(other), STR("text"), view(&s)));
        assert_false(crypto_verify(crypto_key_public(key), STR("texts"), view(&s)));
        assert_false(crypto_verify(crypto_key_public(key), STR_NONE, view(&s)));
        assert_false(crypto_verify(crypto_key_public(key), STR("text"), str_slice(view(&s), 0, s.n - 1)));
        assert_false(crypto_verify(crypto_key_public(key), STR("text"), STR_NONE));
        for (size_t i = 0; i < s.n; i++) {
            CryptoSignature changed = s;
            changed.b[i] ^= 0x10;
            assert_false(crypto_verify(crypto_key_public(key), STR("text"), view(&changed)));
        }
        crypto_sign(key, STR_NONE, &s);
        assert_true(crypto_verify(crypto_key_public(key), STR_NONE, view(&s)));
    }
}

static void bytes_that_are_no_key_are_refused(void **state)
{
    (void)state;
    uint8_t zero[CRYPTO_SECRET_SIZE] = { 0 };
    uint8_t high[CRYPTO_SECRET_SIZE];
    CryptoKey *key = NULL;
    Err err;
    memset(high, 0xFF, sizeof high);
    assert_int_equal(crypto_key_new(CRYPTO_SM2, zero, &key, &err), RC_INVALID);
    assert_int_equal(crypto_key_new(CRYPTO_SM2, high, &key, &err), RC_INVALID);
    assert_null(key);
    CryptoPublic no_point = { .scheme = CRYPTO_SM2, .n = 65, .b = { 4, 1, 2, 3 } };
    CryptoPublic too_short = { .scheme = CRYPTO_ED25519, .n = 31 };
    assert_false(crypto_verify(&no_point, STR("text"), STR("0000000000000000000")));
    assert_false(crypto_verify(&too_short, STR("text"), (Str){ (char *)high, 64 > sizeof high ? sizeof high : 64 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_signs_as_the_rfc_shows),
        cmocka_unit_test(sm2_verifies_the_standards_example),
        cmocka_unit_test(what_was_signed_verifies_and_nothing_else),
        cmocka_unit_test(bytes_that_are_no_key_are_refused),
    };
    return cmocka_run_group_tests_name("signatures", tests, NULL, NULL);
}
