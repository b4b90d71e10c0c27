/* source.h - where yifa-verify reads a published ledger: a folder, or a web server. */
#ifndef YIFA_UI_VERIFY_SOURCE_H
#define YIFA_UI_VERIFY_SOURCE_H

#include "core/ledger/audit.h"
#include "io/net/net.h"

/* place: a folder, or an http(s) prefix. net is used for the latter only and must outlive the source. */
AuditSource source_open(Arena *arena, Str place, Net *net);
/* One file or URL by itself. */
MUST_CHECK Rc source_read(Arena *arena, Net *net, Str place, size_t max, Str *ret_bytes, Err *err);

#endif
