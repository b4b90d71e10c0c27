/* pages_proof.h - receipts: proofs that an entry is in the ledger, for whoever may see the entry. */
#ifndef YIFA_UI_WEB_PAGES_PROOF_H
#define YIFA_UI_WEB_PAGES_PROOF_H

#include "ui/web/web.h"

Rc page_entry_proof(Page *page, Json *ret_model, Err *err);
/* Of a resident's own submission, by his code. */
Rc page_receipt_proof(Page *page, Json *ret_model, Err *err);
/* Of a document, by number and code: ?number=…&code=… */
Rc page_document_proof(Page *page, Json *ret_model, Err *err);

/* The code printed on a document of this number that entry `seq` issued. */
MUST_CHECK Rc proof_code(Page *page, int64_t seq, Str number, Str *ret_code, Err *err);
/* "/verify?number=…&code=…", as a document's QR has it. */
Str proof_verify_path(Page *page, const char *path, Str number, Str code);

/* A path of this server as an address, as this browser reached it; a proxy on this machine says by which scheme. */
Str page_address(Page *page, Str path);

#endif
