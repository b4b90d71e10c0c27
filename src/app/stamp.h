/* stamp.h - trusted time over the ledger: tokens of a time-stamping authority (RFC 3161) over published checkpoints.
 *
 * A token is over SHA-256 of the checkpoint's text (origin, size, root), without signature lines, which others may
 * still add. It lies beside the checkpoint it is about: log/timestamps/SIZE.note and SIZE.tsr. Which authority is
 * believed is the verifier's choice; here the token is only read. */
#ifndef YIFA_APP_STAMP_H
#define YIFA_APP_STAMP_H

#include "app/publish.h"
#include "io/net/net.h"
#include "lib/crypto/timestamp.h"

typedef struct Stamped {
    uint64_t size;
    int64_t at_ms; /* as the authority says */
    Str path;      /* of the token */
} Stamped;

/* Asks the authority at this address for a token over the checkpoint signed last. RC_NOT_FOUND: nothing signed yet.
 * RC_DENIED: it refused, or answered something else than what was asked. */
MUST_CHECK Rc stamp_newest(const App *app, Publisher *publisher, Net *net, Str url, Arena *arena, Stamped *ret,
                           Err *err);

#endif
