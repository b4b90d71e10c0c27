/* receipt.h - what a party takes home: that an entry stands in the ledger, as a file that anyone can verify.
 *
 * A receipt is a .tlog-proof (core/ledger/checkpoint.h) whose extra data are {"leaf": the entry's exact bytes}. It is
 * given to whoever may see the entry: staff, and who holds a document that the entry issued. For the latter each
 * document bears a code of eight digits, derived from the entry's bytes: they hold 128 secret bits, so a code can be
 * known from the paper only. */
#ifndef YIFA_APP_RECEIPT_H
#define YIFA_APP_RECEIPT_H

#include "app/publish.h"

enum { RECEIPT_CODE_DIGITS = 8 };

/* Publishes first when the last checkpoint does not hold the entry yet. RC_NOT_FOUND: no such entry, or no key. */
MUST_CHECK Rc receipt_make(Publisher *publisher, uint64_t seq, Arena *arena, Str *ret_text, Err *err);
/* Eight digits, RECEIPT_CODE_DIGITS, of a document by its number. */
Str receipt_code(const Crypto *crypto, Str leaf, Str number, Arena *arena);

#endif
