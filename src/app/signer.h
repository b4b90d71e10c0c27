/* signer.h - the office's signing keys, and the memory of what was signed last.
 *
 * Both lie in a store of their own, signer.db in the data folder, so that a main store that is put back to an old copy
 * meets a signer that remembers: it never signs a tree that does not extend the one it signed last (compare and swap).
 * Keys are never deleted: a retired one signs no more, but what it signed can still be verified. Their secrets leave
 * this module only as a sealed backup. One thread uses a Signer at a time; several Signers of one folder are safe. */
#ifndef YIFA_APP_SIGNER_H
#define YIFA_APP_SIGNER_H

#include "core/ledger/checkpoint.h"
#include "lib/db/db.h"
#include "lib/os/entropy.h"

typedef struct Signer Signer;

/* Which tree: the ledger's own, or the parallel one over SM3, whose origin ends in "/sm3". */
typedef enum SignerTree { SIGNER_SHA256, SIGNER_SM3, SIGNER_TREES } SignerTree;

typedef struct SignerKey {
    int64_t id;
    NoteVerifier verifier; /* its name is the origin, or the witness's name */
    bool retired;
    int64_t created_at; /* ms */
    int64_t retired_at;
} SignerKey;

/* Opens signer.db of a data folder, made if need be. sha256 must outlive the Signer. */
MUST_CHECK Rc signer_open(const char *data, int64_t j, CryptoHash *sha256, OsEntropy entropy, Signer **ret, Err *err);
void signer_close(Signer *signer); /* NULL is allowed */
void signer_closep(Signer **signer);

/* The origin of the ledger's checkpoints; the empty text before the first key was made. */
MUST_CHECK Rc signer_origin(Signer *signer, Arena *arena, Str *ret_origin, Err *err);
/* Makes a key. NOTE_ED25519 and NOTE_SM2 sign checkpoints under the origin `name`, which is settled by the first key;
 * NOTE_COSIGNATURE signs as a witness called `name`. */
MUST_CHECK Rc signer_key_new(Signer *signer, NoteType type, Str name, int64_t now, Arena *arena, SignerKey *ret,
                             Err *err);
MUST_CHECK Rc signer_keys(Signer *signer, Arena *arena, const SignerKey **ret, size_t *ret_n, Err *err);
/* RC_NOT_FOUND; RC_INVALID when it is the last key in use that can sign checkpoints: make another one first. */
MUST_CHECK Rc signer_key_retire(Signer *signer, int64_t id, int64_t now, Err *err);

/* All keys, sealed under a passphrase (Argon2id, AES-256-GCM), as text to be kept elsewhere; and back, into a folder
 * without keys. RC_DENIED: another passphrase. */
MUST_CHECK Rc signer_backup(Signer *signer, const Crypto *crypto, Str passphrase, Arena *arena, Str *ret_text,
                            Err *err);
MUST_CHECK Rc signer_restore(Signer *signer, const Crypto *crypto, Str passphrase, Str text, Err *err);

/* Signs the tree of this size and root with all keys in use and remembers it. Signing the same tree again gives the
 * note of before. RC_CORRUPT, naming both sizes, when the tree does not extend the one signed last: `reader` proves
 * that it does, `hash` is the tree's. RC_NOT_FOUND: no key yet. */
MUST_CHECK Rc signer_sign(Signer *signer, SignerTree tree, CryptoHash *hash, const LedgerReader *reader, uint64_t size,
                          const LedgerHash *root, int64_t now, Arena *arena, Str *ret_note, Err *err);
/* Sets the memory of a signer that has none, after a restore, to a checkpoint kept outside. RC_CONFLICT: it has one. */
MUST_CHECK Rc signer_remember(Signer *signer, SignerTree tree, const Checkpoint *checkpoint, Str note, int64_t now,
                              Err *err);
/* The note signed last, with cosignatures gathered since; empty when none. */
MUST_CHECK Rc signer_last(Signer *signer, SignerTree tree, Arena *arena, Checkpoint *ret, Str *ret_note, Err *err);
/* Adds signature lines of witnesses to the note signed last, if it is still this one. */
MUST_CHECK Rc signer_add_lines(Signer *signer, SignerTree tree, uint64_t size, Str lines, Err *err);

/* A cosignature line by the witness's key over another log's checkpoint text. RC_NOT_FOUND: there is no such key. */
MUST_CHECK Rc signer_cosign(Signer *signer, Str text, int64_t now, Buf *out, Err *err);

#endif
