/* timestamp.h - trusted time over a digest: requests to and tokens of a time-stamping authority (RFC 3161).
 *
 * Bytes in, bytes out: whoever sends them is elsewhere. A token says that its authority saw a SHA-256 digest at a time;
 * it is believed only by whoever trusts the certificates given to timestamp_verify, which must chain the authority's
 * key, marked for time stamping (RFC 3161, 2.3), to one of them at the token's own time. */
#ifndef YIFA_LIB_CRYPTO_TIMESTAMP_H
#define YIFA_LIB_CRYPTO_TIMESTAMP_H

#include "lib/crypto/crypto.h"

enum { TIMESTAMP_MAX = 64 * 1024 /* bytes of a response */ };

typedef struct Timestamp {
    int64_t at_ms;  /* since 1970, UTC */
    Str serial;     /* hex */
    Str policy;     /* object identifier */
    Str token;      /* DER of the signed token within the response */
    uint64_t nonce; /* 0: none */
} Timestamp;

/* A DER request that asks for the authority's certificate. The nonce (not 0) ties the answer to this request. */
MUST_CHECK Rc timestamp_request(Arena *arena, const uint8_t digest[static CRYPTO_DIGEST_SIZE], uint64_t nonce,
                                Str *ret_der, Err *err);
/* A DER response that grants a token over this digest. RC_DENIED: the authority refused, with its words. RC_PARSE: no
 * response. RC_INVALID: a token over something else. No signature is looked at. */
MUST_CHECK Rc timestamp_read(Arena *arena, Str response, const uint8_t digest[static CRYPTO_DIGEST_SIZE],
                             Timestamp *ret, Err *err);
/* The signature, by an authority that chains to one of the certificates (PEM, at most 1 MiB). RC_DENIED says why not.
 */
MUST_CHECK Rc timestamp_verify(Str response, const uint8_t digest[static CRYPTO_DIGEST_SIZE], Str trusted_pem,
                               Err *err);

#endif
