/* crypto.h - digests, keyed digests, sealing and passwords: the only door to OpenSSL and libargon2.
 *
 * A Crypto holds the algorithms, fetched once (a fetch costs more than a small digest). It never changes after
 * crypto_new, so all threads share one. A CryptoHash is a digest under way and belongs to one thread.
 *
 * Nothing here makes up randomness or reads a clock: salts and nonces are arguments (lib/os provides entropy). Digests
 * cannot fail: where OpenSSL reports that it has no memory, the process stops, as it does for arenas. Secrets that
 * pass through this module's own memory are wiped; the caller wipes its own with crypto_wipe. */
#ifndef YIFA_LIB_CRYPTO_CRYPTO_H
#define YIFA_LIB_CRYPTO_CRYPTO_H

#include "base/arena.h"
#include "base/rc.h"

enum {
    CRYPTO_DIGEST_SIZE = 32, /* of SHA-256, SM3 and HMAC-SHA-256 */
    CRYPTO_KEY_SIZE = 32,    /* AES-256 */
    CRYPTO_NONCE_SIZE = 12,
    CRYPTO_TAG_SIZE = 16,
    CRYPTO_SEAL_OVERHEAD = CRYPTO_NONCE_SIZE + CRYPTO_TAG_SIZE,
    CRYPTO_SEAL_MAX = 64 << 20, /* bytes of plain text, and of associated data */
    CRYPTO_SALT_SIZE = 16,
    CRYPTO_PASSWORD_MAX = 1024, /* bytes */
};

typedef struct Crypto Crypto;
typedef struct CryptoHash CryptoHash;

typedef enum CryptoDigest {
    CRYPTO_SHA256, /* FIPS 180-4 */
    CRYPTO_SM3     /* GB/T 32905-2016 */
} CryptoDigest;

MUST_CHECK Rc crypto_new(Crypto **ret, Err *err); /* RC_NOT_FOUND when this OpenSSL lacks an algorithm */
void crypto_free(Crypto *crypto);                 /* NULL is allowed; after the last CryptoHash */
void crypto_freep(Crypto **crypto);

void crypto_sha256(const Crypto *crypto, Str bytes, uint8_t ret_digest[static CRYPTO_DIGEST_SIZE]);

/* A digest in pieces. crypto_hash_final leaves the CryptoHash ready for the next digest. */
CryptoHash *crypto_hash_new(const Crypto *crypto, CryptoDigest digest);
void crypto_hash_free(CryptoHash *hash); /* NULL is allowed */
void crypto_hash_freep(CryptoHash **hash);
void crypto_hash_update(CryptoHash *hash, Str bytes);
void crypto_hash_final(CryptoHash *hash, uint8_t ret_digest[static CRYPTO_DIGEST_SIZE]);

/* RFC 2104 with SHA-256; a key of any length. */
void crypto_hmac(const Crypto *crypto, Str key, Str bytes, uint8_t ret_mac[static CRYPTO_DIGEST_SIZE]);

/* AES-256-GCM (NIST SP 800-38D). Sealed text is nonce, cipher text, tag: out holds plain.n + CRYPTO_SEAL_OVERHEAD
 * bytes. `bound` is associated data: not stored, but opening needs the same. A nonce must never be used twice with one
 * key; random ones are good for 2^32 seals. RC_LIMIT above CRYPTO_SEAL_MAX. */
MUST_CHECK Rc crypto_seal(const Crypto *crypto, const uint8_t key[static CRYPTO_KEY_SIZE],
                          const uint8_t nonce[static CRYPTO_NONCE_SIZE], Str bound, Str plain, uint8_t *out, Err *err);
/* out holds sealed.n - CRYPTO_SEAL_OVERHEAD bytes and is wiped on failure. RC_CORRUPT: another key, other associated
 * data, or changed since it was sealed; which of these cannot be known. */
MUST_CHECK Rc crypto_open(const Crypto *crypto, const uint8_t key[static CRYPTO_KEY_SIZE], Str bound, Str sealed,
                          uint8_t *out, Err *err);

/* In time that depends on the lengths only. */
bool crypto_equal(Str a, Str b);
void crypto_wipe(void *secret, size_t n); /* not optimised away */

/* What a password costs whoever guesses it. The default (19 MiB, two passes, one lane) is OWASP's. */
typedef struct PasswordCost {
    uint32_t memory_kib; /* 8 .. 1 GiB */
    uint32_t passes;     /* 1 .. 64 */
} PasswordCost;

extern const PasswordCost password_cost_default;

/* Argon2id (RFC 9106) in its text form, "$argon2id$v=19$m=...", which carries cost and salt. */
MUST_CHECK Rc password_hash(Arena *arena, Str password, const uint8_t salt[static CRYPTO_SALT_SIZE],
                            const PasswordCost *cost, Str *ret_text, Err *err);
/* RC_DENIED: another password. RC_CORRUPT: `text` was not made by password_hash, or costs beyond the bounds above. */
MUST_CHECK Rc password_verify(Str text, Str password, Err *err);
/* A key from a passphrase (Argon2id), for what is sealed under it. */
MUST_CHECK Rc password_key(Str password, const uint8_t salt[static CRYPTO_SALT_SIZE], const PasswordCost *cost,
                           uint8_t ret_key[static CRYPTO_KEY_SIZE], Err *err);
/* Whether a stored text was made with less than this cost, so that it should be made anew at the next log-in. */
bool password_is_cheaper(Str text, const PasswordCost *cost);

#endif
