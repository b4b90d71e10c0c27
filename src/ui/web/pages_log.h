/* pages_log.h - the published ledger over HTTP, as c2sp.org/tlog-tiles has it, under /log and /log/sm3. */
#ifndef YIFA_UI_WEB_PAGES_LOG_H
#define YIFA_UI_WEB_PAGES_LOG_H

#include "ui/web/web.h"

Rc page_log_checkpoint(Page *page, Json *ret_model, Err *err);
Rc page_log_keys(Page *page, Json *ret_model, Err *err);
Rc page_log_tile(Page *page, Json *ret_model, Err *err);
/* Bundles of entries: for those whose role reads the whole ledger. */
Rc page_log_entries(Page *page, Json *ret_model, Err *err);

/* This office as a witness of others (c2sp.org/tlog-witness). */
Rc page_add_checkpoint(Page *page, Json *ret_model, Err *err);

#endif
