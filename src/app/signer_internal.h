/* signer_internal.h - what signer.c and signer_backup.c share: keys with their secrets. */
#ifndef YIFA_APP_SIGNER_INTERNAL_H
#define YIFA_APP_SIGNER_INTERNAL_H

#include "app/signer.h"

enum { SIGNER_KEYS_MAX = 256 };

struct Signer {
    Db *db;
    int64_t j;
    CryptoHash *sha256;
    OsEntropy entropy;
};

/* A key with its secret, while it is in use here. */
typedef struct LiveKey {
    SignerKey key;
    uint8_t secret[CRYPTO_SECRET_SIZE];
} LiveKey;

typedef struct LiveKeys {
    LiveKey keys[SIGNER_KEYS_MAX];
    size_t n;
} LiveKeys;

/* In the arena; wiped through CLEANUP(signer_wipe). */
MUST_CHECK Rc signer_read_keys(Signer *signer, Arena *arena, LiveKeys **ret, Err *err);
void signer_wipe(LiveKeys **live);
/* Fills the verifier from the secret. */
MUST_CHECK Rc signer_make_live(Signer *signer, LiveKey *live, NoteType type, Str name, Err *err);
MUST_CHECK Rc signer_write_key(Signer *signer, const LiveKey *live, Err *err);

#endif
