/* sign.h - signatures: Ed25519 (RFC 8032) for what the world verifies, SM2 (GB/T 32918.2-2016) beside it.
 *
 * A private key is made from 32 secret bytes that the caller draws (lib/os) and keeps; nothing else has to be stored.
 * A CryptoKey never changes and may be used from any thread. SM2 signs with the distinguishing id 1234567812345678
 * (GM/T 0009-2012) and draws its nonce from OpenSSL's generator, the one place in this room where chance enters: two
 * SM2 signatures of one text differ. */
#ifndef YIFA_LIB_CRYPTO_SIGN_H
#define YIFA_LIB_CRYPTO_SIGN_H

#include "lib/crypto/crypto.h"

typedef enum CryptoScheme { CRYPTO_ED25519, CRYPTO_SM2 } CryptoScheme;

enum {
    CRYPTO_SECRET_SIZE = 32,
    CRYPTO_PUBLIC_MAX = 65,    /* Ed25519: 32 bytes; SM2: 0x04, x, y */
    CRYPTO_SIGNATURE_MAX = 72, /* Ed25519: 64 bytes; SM2: DER of (r, s), 8 to 72 bytes */
};

typedef struct CryptoPublic {
    CryptoScheme scheme;
    size_t n;
    uint8_t b[CRYPTO_PUBLIC_MAX];
} CryptoPublic;

typedef struct CryptoSignature {
    size_t n;
    uint8_t b[CRYPTO_SIGNATURE_MAX];
} CryptoSignature;

typedef struct CryptoKey CryptoKey;

/* The secret is copied. RC_INVALID when it is no SM2 key (zero or not below the order less one; once in 2^32): draw
 * again. */
MUST_CHECK Rc crypto_key_new(CryptoScheme scheme, const uint8_t secret[static CRYPTO_SECRET_SIZE], CryptoKey **ret,
                             Err *err);
void crypto_key_free(CryptoKey *key); /* NULL is allowed; wipes the secret */
void crypto_key_freep(CryptoKey **key);
const CryptoPublic *crypto_key_public(const CryptoKey *key); /* as long as the key */

void crypto_sign(const CryptoKey *key, Str message, CryptoSignature *ret);
/* False for any signature, key or length that is not exactly right; a public key that is no point verifies nothing. */
bool crypto_verify(const CryptoPublic *key, Str message, Str signature);

#endif
