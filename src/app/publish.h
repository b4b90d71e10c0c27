/* publish.h - what outsiders may see of the ledger, as files: DATA/log is the prefix of a tiled log (C2SP tlog-tiles).
 *
 *   log/checkpoint, log/tile/…          the ledger's tree, over SHA-256
 *   log/sm3/checkpoint, log/sm3/tile/…  the parallel tree over SM3 of the same leaves
 *   log/keys                            the verifier keys, one a line
 *
 * Hashes only: leaves carry a nonce, so a hash says nothing about a case. A tree is signed first (signer.h: never one
 * that does not extend the last), then its tiles are written, the checkpoint last, each file durable before the next
 * step; whatever moment the power fails, what stands there is a whole log. Publishing reads through a connection of its
 * own and meets the sequencer nowhere. One thread uses a Publisher. */
#ifndef YIFA_APP_PUBLISH_H
#define YIFA_APP_PUBLISH_H

#include "app/app.h"
#include "app/signer.h"

typedef struct Publisher Publisher;

typedef struct Published {
    uint64_t size;
    size_t files; /* written now */
    Str note;     /* the ledger's checkpoint, signed */
} Published;

MUST_CHECK Rc publisher_open(const App *app, Publisher **ret, Err *err);
void publisher_close(Publisher *publisher); /* NULL is allowed */
void publisher_closep(Publisher **publisher);
Signer *publisher_signer(Publisher *publisher);

/* Signs and publishes both trees as they stand. RC_NOT_FOUND: no key yet. RC_CORRUPT: see signer_sign; nothing was
 * published. */
MUST_CHECK Rc publisher_run(Publisher *publisher, Arena *arena, Published *ret, Err *err);
/* Writes the checkpoint file anew, after cosignatures came in. */
MUST_CHECK Rc publisher_checkpoint(Publisher *publisher, SignerTree tree, Err *err);

/* A proof of one entry against the last checkpoint, whose tree must already hold it (else RC_BUSY: publish first). */
MUST_CHECK Rc publisher_prove(Publisher *publisher, uint64_t index, Receipt *ret, Arena *arena, Err *err);

/* An entry's exact bytes. RC_NOT_FOUND. */
MUST_CHECK Rc publisher_leaf(Publisher *publisher, uint64_t index, Arena *arena, Str *ret_leaf, Err *err);
/* That the ledger of `size` entries, at most those signed last, extends that of old_size; empty for an old size of 0.
 */
MUST_CHECK Rc publisher_prove_growth(Publisher *publisher, uint64_t old_size, uint64_t size, LedgerProof *ret,
                                     Err *err);

#endif
