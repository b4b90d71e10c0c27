#include "lib/crypto/sign.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ED25519_PUBLIC = 32, ED25519_SIGNATURE = 64, SM2_PUBLIC = 65 };
static const char SM2_ID[] = "1234567812345678";

struct CryptoKey {
    EVP_PKEY *pkey;
    CryptoPublic public;
};

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "yifa: OpenSSL failed: %s\n", what);
    abort();
}

/* ---- SM2 keys: OpenSSL wants the point beside the number ---- */

/* 0 < d < order - 1 (GB/T 32918.1, 6.1). */
static bool sm2_in_range(const EC_GROUP *group, const BIGNUM *d)
{
    BIGNUM *top = BN_dup(EC_GROUP_get0_order(group));
    must(top && BN_sub_word(top, 1), "SM2 order");
    bool fits = !BN_is_zero(d) && BN_cmp(d, top) < 0;
    BN_free(top);
    return fits;
}

static void sm2_public(const EC_GROUP *group, const BIGNUM *d, CryptoPublic *ret)
{
    EC_POINT *point = EC_POINT_new(group);
    must(point && EC_POINT_mul(group, point, d, NULL, NULL, NULL), "SM2 point");
    ret->n = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, ret->b, sizeof ret->b, NULL);
    must(ret->n == SM2_PUBLIC, "SM2 point");
    EC_POINT_free(point);
}

/* d is NULL for a public key. NULL when the bytes are no point of the curve. */
static EVP_PKEY *sm2_pkey(const CryptoPublic *public, const BIGNUM *d)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    must(build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) &&
             OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public->b, public->n) &&
             (!d || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d)),
         "SM2 parameters");
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    must(params && ctx && EVP_PKEY_fromdata_init(ctx) == 1, "SM2 key");
    EVP_PKEY *pkey = NULL;
    if (EVP_PKEY_fromdata(ctx, &pkey, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

static Rc sm2_key(const uint8_t secret[static CRYPTO_SECRET_SIZE], CryptoKey *key, Err *err)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    BIGNUM *d = BN_secure_new();
    must(group && d && BN_bin2bn(secret, CRYPTO_SECRET_SIZE, d), "SM2 curve");
    bool fits = sm2_in_range(group, d);
    if (fits) {
        sm2_public(group, d, &key->public);
        key->pkey = sm2_pkey(&key->public, d);
        must(key->pkey, "SM2 key");
    }
    BN_clear_free(d);
    EC_GROUP_free(group);
    return fits ? RC_OK : err_set(err, RC_INVALID, "these 32 bytes are no SM2 private key; draw others");
}

/* ---- keys ---- */

static void ed25519_key(const uint8_t secret[static CRYPTO_SECRET_SIZE], CryptoKey *key)
{
    key->pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, secret, CRYPTO_SECRET_SIZE);
    key->public.n = sizeof key->public.b;
    must(key->pkey && EVP_PKEY_get_raw_public_key(key->pkey, key->public.b, &key->public.n) == 1, "Ed25519 key");
}

Rc crypto_key_new(CryptoScheme scheme, const uint8_t secret[static CRYPTO_SECRET_SIZE], CryptoKey **ret, Err *err)
{
    CryptoKey *key = calloc(1, sizeof *key);
    if (!key)
        return err_set(err, RC_NOMEM, "out of memory while loading a key");
    key->public.scheme = scheme;
    if (scheme == CRYPTO_ED25519) {
        ed25519_key(secret, key);
    } else {
        Rc rc = sm2_key(secret, key, err);
        if (rc != RC_OK) {
            crypto_key_free(key);
            return rc;
        }
    }
    *ret = key;
    return RC_OK;
}

void crypto_key_free(CryptoKey *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

void crypto_key_freep(CryptoKey **key)
{
    crypto_key_free(*key);
    *key = NULL;
}

const CryptoPublic *crypto_key_public(const CryptoKey *key)
{
    return &key->public;
}

/* ---- signatures ---- */

/* A digest context set up for the scheme; *ret_key context must be freed by the caller (OpenSSL does not own it). */
typedef struct Signing {
    EVP_MD_CTX *md;
    EVP_PKEY_CTX *id; /* SM2's distinguishing id lives here */
} Signing;

static void signing_free(Signing *s)
{
    EVP_MD_CTX_free(s->md);
    EVP_PKEY_CTX_free(s->id);
}

static void signing_init(Signing *s, CryptoScheme scheme, EVP_PKEY *pkey)
{
    s->md = EVP_MD_CTX_new();
    must(s->md, "EVP_MD_CTX_new");
    if (scheme != CRYPTO_SM2)
        return;
    s->id = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    must(s->id && EVP_PKEY_CTX_set1_id(s->id, SM2_ID, (int)strlen(SM2_ID)) == 1, "SM2 id");
    EVP_MD_CTX_set_pkey_ctx(s->md, s->id);
}

static const unsigned char *bytes_of(Str s)
{
    return (const unsigned char *)(s.n ? s.p : "");
}

void crypto_sign(const CryptoKey *key, Str message, CryptoSignature *ret)
{
    CLEANUP(signing_free) Signing s = { 0 };
    bool sm2 = key->public.scheme == CRYPTO_SM2;
    signing_init(&s, key->public.scheme, key->pkey);
    must(EVP_DigestSignInit_ex(s.md, NULL, sm2 ? "SM3" : NULL, NULL, NULL, key->pkey, NULL) == 1, "DigestSignInit");
    ret->n = sizeof ret->b;
    must(EVP_DigestSign(s.md, ret->b, &ret->n, bytes_of(message), message.n) == 1, "DigestSign");
}

static EVP_PKEY *public_pkey(const CryptoPublic *key)
{
    if (key->scheme == CRYPTO_SM2)
        return key->n == SM2_PUBLIC ? sm2_pkey(key, NULL) : NULL;
    return key->n == ED25519_PUBLIC ? EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, key->b, key->n) : NULL;
}

static void pkey_freep(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
}

bool crypto_verify(const CryptoPublic *key, Str message, Str signature)
{
    bool sm2 = key->scheme == CRYPTO_SM2;
    if (sm2 ? signature.n > CRYPTO_SIGNATURE_MAX : signature.n != ED25519_SIGNATURE)
        return false;
    CLEANUP(pkey_freep) EVP_PKEY *pkey = public_pkey(key);
    if (!pkey)
        return false;
    CLEANUP(signing_free) Signing s = { 0 };
    signing_init(&s, key->scheme, pkey);
    return EVP_DigestVerifyInit_ex(s.md, NULL, sm2 ? "SM3" : NULL, NULL, NULL, pkey, NULL) == 1 &&
           EVP_DigestVerify(s.md, bytes_of(signature), signature.n, bytes_of(message), message.n) == 1;
}
