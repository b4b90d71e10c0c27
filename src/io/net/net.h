/* net.h - asking other machines over HTTP: one request, one answer, in bounded time and memory (libcurl).
 *
 * http and https only, certificates verified, no redirects, no proxies but what the environment names. A Net keeps its
 * connections for the next request and belongs to one thread at a time. Nothing is retried: the caller knows whether
 * asking twice is harmless. */
#ifndef YIFA_IO_NET_NET_H
#define YIFA_IO_NET_NET_H

#include "base/arena.h"
#include "base/rc.h"

enum { NET_TIMEOUT_MS = 30000, NET_CONNECT_MS = 10000 };

typedef struct Net Net;

typedef struct NetReply {
    int status;
    Str body;
    Str type; /* Content-Type, may be empty */
} NetReply;

/* Once per process before threads are started. */
MUST_CHECK Rc net_init(Err *err);

MUST_CHECK Rc net_new(Net **ret, Err *err);
void net_free(Net *net); /* NULL is allowed */
void net_freep(Net **net);

bool net_is_url(Str text); /* begins with http:// or https:// */

/* Any status is an answer. RC_IO: no connection, no certificate, no answer in time; RC_LIMIT: a body over max_bytes;
 * RC_INVALID: no http(s) URL. The place of an error is the URL without its query. */
MUST_CHECK Rc net_get(Net *net, Arena *arena, Str url, size_t max_bytes, NetReply *ret, Err *err);
MUST_CHECK Rc net_post(Net *net, Arena *arena, Str url, const char *type, Str body, size_t max_bytes, NetReply *ret,
                       Err *err);

#endif
