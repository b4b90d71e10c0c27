#include "lib/crypto/crypto.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Crypto {
    EVP_MD *digests[2]; /* by CryptoDigest */
    EVP_CIPHER *seal;
    EVP_MAC *hmac;
    EVP_MAC_CTX *hmac_sha256; /* configured once; each use works on a copy */
};

struct CryptoHash {
    EVP_MD_CTX *ctx;
    const EVP_MD *md;
};

/* For what can only fail when memory is exhausted or the library is broken. */
static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "yifa: OpenSSL failed: %s\n", what);
    abort();
}

static bool fetch_all(Crypto *c)
{
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){ "SHA256" }, 0),
                            OSSL_PARAM_construct_end() };
    c->digests[CRYPTO_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
    c->digests[CRYPTO_SM3] = EVP_MD_fetch(NULL, "SM3", NULL);
    c->seal = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    c->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (!c->digests[CRYPTO_SHA256] || !c->digests[CRYPTO_SM3] || !c->seal || !c->hmac)
        return false;
    c->hmac_sha256 = EVP_MAC_CTX_new(c->hmac);
    return c->hmac_sha256 && EVP_MAC_CTX_set_params(c->hmac_sha256, params);
}

Rc crypto_new(Crypto **ret, Err *err)
{
    Crypto *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(err, RC_NOMEM, "out of memory while loading OpenSSL's algorithms");
    if (!fetch_all(c)) {
        crypto_free(c);
        return err_set(err, RC_NOT_FOUND, "OpenSSL %s offers not all of SHA256, SM3, HMAC and AES-256-GCM",
                       OpenSSL_version(OPENSSL_VERSION_STRING));
    }
    *ret = c;
    return RC_OK;
}

void crypto_free(Crypto *crypto)
{
    if (!crypto)
        return;
    EVP_MAC_CTX_free(crypto->hmac_sha256);
    EVP_MAC_free(crypto->hmac);
    EVP_CIPHER_free(crypto->seal);
    EVP_MD_free(crypto->digests[CRYPTO_SM3]);
    EVP_MD_free(crypto->digests[CRYPTO_SHA256]);
    free(crypto);
}

void crypto_freep(Crypto **crypto)
{
    crypto_free(*crypto);
    *crypto = NULL;
}

/* ---- Digests ---- */

void crypto_sha256(const Crypto *crypto, Str bytes, uint8_t ret_digest[static CRYPTO_DIGEST_SIZE])
{
    must(EVP_Digest(bytes.p, bytes.n, ret_digest, NULL, crypto->digests[CRYPTO_SHA256], NULL), "EVP_Digest");
}

CryptoHash *crypto_hash_new(const Crypto *crypto, CryptoDigest digest)
{
    CryptoHash *hash = calloc(1, sizeof *hash);
    must(hash, "out of memory");
    hash->md = crypto->digests[digest];
    hash->ctx = EVP_MD_CTX_new();
    must(hash->ctx && EVP_DigestInit_ex2(hash->ctx, hash->md, NULL), "EVP_DigestInit");
    return hash;
}

void crypto_hash_free(CryptoHash *hash)
{
    if (!hash)
        return;
    EVP_MD_CTX_free(hash->ctx);
    free(hash);
}

void crypto_hash_freep(CryptoHash **hash)
{
    crypto_hash_free(*hash);
    *hash = NULL;
}

void crypto_hash_update(CryptoHash *hash, Str bytes)
{
    must(EVP_DigestUpdate(hash->ctx, bytes.p, bytes.n), "EVP_DigestUpdate");
}

void crypto_hash_final(CryptoHash *hash, uint8_t ret_digest[static CRYPTO_DIGEST_SIZE])
{
    must(EVP_DigestFinal_ex(hash->ctx, ret_digest, NULL), "EVP_DigestFinal");
    must(EVP_DigestInit_ex2(hash->ctx, hash->md, NULL), "EVP_DigestInit");
}

static void mac_ctx_freep(EVP_MAC_CTX **ctx)
{
    EVP_MAC_CTX_free(*ctx);
}

void crypto_hmac(const Crypto *crypto, Str key, Str bytes, uint8_t ret_mac[static CRYPTO_DIGEST_SIZE])
{
    CLEANUP(mac_ctx_freep) EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(crypto->hmac_sha256);
    const unsigned char *key_bytes = (const unsigned char *)(key.n ? key.p : ""); /* NULL would mean: no new key */
    size_t n = 0;
    must(ctx && EVP_MAC_init(ctx, key_bytes, key.n, NULL), "EVP_MAC_init");
    must(EVP_MAC_update(ctx, (const unsigned char *)bytes.p, bytes.n), "EVP_MAC_update");
    must(EVP_MAC_final(ctx, ret_mac, &n, CRYPTO_DIGEST_SIZE) && n == CRYPTO_DIGEST_SIZE, "EVP_MAC_final");
}

/* ---- Sealing ---- */

static void cipher_ctx_freep(EVP_CIPHER_CTX **ctx)
{
    EVP_CIPHER_CTX_free(*ctx); /* wipes the key schedule */
}

static Rc check_sizes(Str bound, size_t plain_n, Err *err)
{
    if (bound.n > CRYPTO_SEAL_MAX || plain_n > CRYPTO_SEAL_MAX)
        return err_set(err, RC_LIMIT, "data to seal or open is larger than the limit of %d bytes", CRYPTO_SEAL_MAX);
    return RC_OK;
}

/* OpenSSL refuses or misreads NULL for empty input. */
static const unsigned char *bytes_of(Str s)
{
    return (const unsigned char *)(s.n ? s.p : "");
}

Rc crypto_seal(const Crypto *crypto, const uint8_t key[static CRYPTO_KEY_SIZE],
               const uint8_t nonce[static CRYPTO_NONCE_SIZE], Str bound, Str plain, uint8_t *out, Err *err)
{
    TRY(check_sizes(bound, plain.n, err));
    CLEANUP(cipher_ctx_freep) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t *text = out + CRYPTO_NONCE_SIZE;
    int n = 0;
    must(ctx && EVP_EncryptInit_ex2(ctx, crypto->seal, key, nonce, NULL), "EVP_EncryptInit");
    must(EVP_EncryptUpdate(ctx, NULL, &n, bytes_of(bound), (int)bound.n), "EVP_EncryptUpdate");
    must(EVP_EncryptUpdate(ctx, text, &n, bytes_of(plain), (int)plain.n), "EVP_EncryptUpdate");
    assert((size_t)n == plain.n);
    must(EVP_EncryptFinal_ex(ctx, text + plain.n, &n), "EVP_EncryptFinal");
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG_SIZE, text + plain.n), "reading the tag");
    memcpy(out, nonce, CRYPTO_NONCE_SIZE);
    return RC_OK;
}

Rc crypto_open(const Crypto *crypto, const uint8_t key[static CRYPTO_KEY_SIZE], Str bound, Str sealed, uint8_t *out,
               Err *err)
{
    if (sealed.n < CRYPTO_SEAL_OVERHEAD)
        return err_set(err, RC_CORRUPT, "sealed data of %zu bytes is too short", sealed.n);
    size_t plain_n = sealed.n - CRYPTO_SEAL_OVERHEAD;
    TRY(check_sizes(bound, plain_n, err));
    CLEANUP(cipher_ctx_freep) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const unsigned char *nonce = bytes_of(sealed);
    const unsigned char *text = nonce + CRYPTO_NONCE_SIZE;
    uint8_t tag[CRYPTO_TAG_SIZE];
    uint8_t end[CRYPTO_TAG_SIZE];
    int n = 0;
    memcpy(tag, text + plain_n, sizeof tag);
    must(ctx && EVP_DecryptInit_ex2(ctx, crypto->seal, key, nonce, NULL), "EVP_DecryptInit");
    must(EVP_DecryptUpdate(ctx, NULL, &n, bytes_of(bound), (int)bound.n), "EVP_DecryptUpdate");
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, CRYPTO_TAG_SIZE, tag), "setting the tag");
    bool done =
        (plain_n == 0 || EVP_DecryptUpdate(ctx, out, &n, text, (int)plain_n)) && EVP_DecryptFinal_ex(ctx, end, &n) == 1;
    if (done)
        return RC_OK;
    crypto_wipe(out, plain_n);
    return err_set(err, RC_CORRUPT, "sealed data does not open: another key, other bound data, or it was changed");
}

/* ---- Small tools ---- */

bool crypto_equal(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void crypto_wipe(void *secret, size_t n)
{
    if (n)
        OPENSSL_cleanse(secret, n);
}
