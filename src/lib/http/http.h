/* http.h - an HTTP/1.1 server that knows nothing of what it serves.
 *
 * The server reads requests within limits, checks their text, and calls one handler per request; the handler replies
 * at once, or puts the request aside and lets another thread reply. TLS is the reverse proxy's. The wire protocol is
 * libmicrohttpd's (0.9.75); this layer adds what that library leaves open: total deadlines, strict decoding, uploads
 * to files, a heavy lane, and a stop that cannot abort.
 *
 * Lanes. The handler runs on a loop thread and must be quick (a cheap read). http_defer moves slow work to a bounded
 * pool of heavy threads. http_suspend hands the exchange to a thread of the application (a writer with its own queue),
 * which later calls http_resume exactly once.
 *
 * Ownership. An HttpExchange belongs to the thread that handles it: to the loop thread until the handler returns, to
 * the deferred function while that runs, to whoever http_suspend was called for until http_resume. One thread at a time
 * uses it; nobody may touch it after the handler returned without suspending, or after http_resume. Text handed out
 * lives in the exchange's arena and as long as the exchange. A suspended exchange stays valid until http_resume, even
 * when its client was answered in the meantime because the answer deadline passed or the server stopped: the late
 * reply is then dropped without harm.
 *
 * Limits are in HttpOptions; 0 means the default named there. Every breach ends in a reply (400, 413, 431, 503) through
 * on_error, or in a closed connection when the client is too slow to be answered. */
#ifndef YIFA_LIB_HTTP_HTTP_H
#define YIFA_LIB_HTTP_HTTP_H

#include "base/buf.h"

typedef struct HttpServer HttpServer;
typedef struct HttpExchange HttpExchange;

/* Bits, so that a route can name several. HEAD is presented as GET and its body is left out on the wire. */
typedef enum HttpMethod {
    HTTP_GET = 1 << 0,
    HTTP_POST = 1 << 1,
    HTTP_PUT = 1 << 2,
    HTTP_PATCH = 1 << 3,
    HTTP_DELETE = 1 << 4,
    HTTP_OPTIONS = 1 << 5,
    HTTP_OTHER = 1 << 6 /* any other token; http_method_text has it */
} HttpMethod;

typedef struct HttpPair {
    Str name;
    Str value;
} HttpPair;

/* A file that came with a multipart form. `path` is removed with the exchange; to keep the file, rename it away (same
 * file system) before replying. */
typedef struct HttpUpload {
    Str field;        /* the form field's name */
    Str filename;     /* as the client says, without folders; never use it as a path */
    Str content_type; /* as the client says */
    Str path;         /* in upload_dir; also a C string */
    uint64_t bytes;
    uint8_t sha256[32];
} HttpUpload;

/* What a request may send, decided before its body is read. */
typedef struct HttpBodyRules {
    size_t body_max_bytes;     /* forms and raw bodies, and the fields of a multipart form together */
    uint64_t upload_max_bytes; /* the whole multipart body; 0 refuses files with 413 */
} HttpBodyRules;

typedef void (*HttpHandler)(void *ctx, HttpExchange *x);

typedef struct HttpOptions {
    const char *address;    /* numeric; NULL is 127.0.0.1 */
    uint16_t port;          /* 0 lets the system choose: http_server_port */
    unsigned loop_threads;  /* default 2, at most 64 */
    unsigned heavy_threads; /* default 2, at most 64 */
    unsigned heavy_queue;   /* jobs waiting for a heavy thread; default 256; beyond: 503 "heavy-busy" */

    HttpHandler handler; /* called once per request, body complete; required */
    void *ctx;           /* handed to handler and hooks */
    /* Called for every well-formed request when its head is known and its body not yet read. It may lower or raise the
     * rules for this path and user, or reply at once (401), in which case the body is dropped and the handler not
     * called. May be NULL. */
    void (*on_head)(void *ctx, HttpExchange *x, HttpBodyRules *rules);
    /* Renders an error found by this layer by calling one of the http_reply functions; when it does not reply, or is
     * NULL, the reply is a short plain text. `reason` is one of the codes listed at the end of this header. The path is
     * empty when it was the path that could not be read. */
    void (*on_error)(void *ctx, HttpExchange *x, int status, const char *reason);
    /* Called by http_server_stop, once the server accepts no more connections, so that the application hurries to
     * resume what it holds. Requests read before may still be suspended after it. May be NULL. */
    void (*on_stop)(void *ctx);

    size_t head_max_bytes;     /* request line and header fields; default 32 KiB, at most 1 MiB */
    size_t body_max_bytes;     /* default 1 MiB, at most 64 MiB */
    uint64_t upload_max_bytes; /* default 25 MiB */
    const char *upload_dir;    /* NULL refuses files */
    unsigned uploads_max;      /* requests that are receiving a file; default 16; beyond: 503 "upload-busy" */
    unsigned fields_max;       /* query parameters; form fields and files together; default 1000 */
    size_t arena_max_bytes;    /* per exchange, see arena.h; default 256 MiB */
    unsigned connections_max;  /* default 1000 */
    unsigned per_ip_max;       /* connections per address; default no limit (one proxy is one address) */

    int64_t head_deadline_ms;   /* from the connection's opening, or its last reply, to a complete head; default 30 s */
    int64_t body_deadline_ms;   /* from the head to the complete body; default 30 s */
    int64_t upload_deadline_ms; /* the same for multipart bodies; default 180 s */
    int64_t answer_deadline_ms; /* from suspending to http_resume, else 504 "no-answer"; default 60 s */
    int64_t reply_deadline_ms;  /* from queueing the reply to its last byte taken; default 180 s */
    unsigned min_bytes_per_s;   /* of a body, after a grace of 5 s; default 1024 */

    const char *csp;         /* Content-Security-Policy; NULL is a strict default: own origin only, no frames */
    const HttpPair *headers; /* further default headers, as C strings; kept by reference, like csp */
    size_t header_count;

    /* Monotonic milliseconds. When given, the server does not look at the time by itself: deadlines pass only in
     * http_server_tick. NULL is the system's monotonic clock, looked at every 250 ms. */
    int64_t (*now_ms)(void *ctx);
} HttpOptions;

/* ---- server ---- */

/* The options are copied; what they point to, ctx included, must outlive the server and every exchange that an
 * application thread still holds. RC_INVALID for options out of range, RC_IO when
 * the address cannot be bound or threads not started. */
MUST_CHECK Rc http_server_start(const HttpOptions *options, HttpServer **ret_server, Err *err);
uint16_t http_server_port(const HttpServer *server);
/* Cuts clients past their deadline and answers suspended requests past theirs. Any thread. */
void http_server_tick(HttpServer *server);

typedef struct HttpStats {
    size_t connections; /* open */
    size_t in_flight;   /* requests with a complete head and no complete reply */
    size_t suspended;   /* of these: put aside, deferred ones included */
    size_t heavy_waiting;
    size_t uploads;    /* receiving a file */
    uint64_t requests; /* since the start */
    uint64_t cut;      /* connections closed for a missed deadline */
} HttpStats;
HttpStats http_server_stats(HttpServer *server);

/* Stops accepting, calls on_stop, waits at most drain_ms (by the system's clock) for requests in flight, then answers
 * what is still suspended with 503 and closes everything. Returns the number of requests that were not finished in
 * time. Exchanges still held by application threads stay valid until their http_resume. A deferred function that is
 * running is waited for. NULL is allowed. */
size_t http_server_stop(HttpServer *server, int64_t drain_ms);

/* ---- request ---- */

HttpMethod http_method(const HttpExchange *x);
Str http_method_text(const HttpExchange *x); /* "GET", also "HEAD" */
bool http_is_head(const HttpExchange *x);
/* Percent-decoded valid UTF-8 that starts with '/'. Requests with control characters, "." or ".." segments, a
 * backslash, or an encoded slash are refused before the handler. */
Str http_path(const HttpExchange *x);
Str http_query_text(const HttpExchange *x); /* as sent, without '?' */
Str http_peer(const HttpExchange *x);       /* numeric address, without port */
Arena *http_arena(HttpExchange *x);
/* For the application: what it found out about this request (session, language). */
void http_set_user_data(HttpExchange *x, void *data);
void *http_user_data(const HttpExchange *x);

/* The first of that name. An absent one is STR_NONE (p == NULL), a present empty one has p != NULL. */
Str http_header(const HttpExchange *x, const char *name); /* case-insensitive; bytes, not checked as UTF-8 */
Str http_cookie(const HttpExchange *x, const char *name); /* valid UTF-8; malformed pairs are skipped */
Str http_query(const HttpExchange *x, const char *name);  /* decoded valid UTF-8, '+' is a space */
/* Fields of application/x-www-form-urlencoded and multipart/form-data bodies (multipart parts without a filename). */
Str http_field(const HttpExchange *x, const char *name);
/* All in order of arrival, repeated names included. */
const HttpPair *http_queries(const HttpExchange *x, size_t *ret_n);
const HttpPair *http_fields(const HttpExchange *x, size_t *ret_n);
const HttpUpload *http_uploads(const HttpExchange *x, size_t *ret_n);
/* The media type of the body in lower case without parameters ("application/json"); empty without a body. */
Str http_content_type(const HttpExchange *x);
/* The bytes of a body that is not multipart; not checked as UTF-8. */
Str http_body(const HttpExchange *x);
/* True when the client closed its side: advisory, for skipping work nobody waits for. */
bool http_client_gone(HttpExchange *x);

/* ---- reply ---- */

/* Header fields and cookies are collected first and sent with the reply. A name set twice is sent twice, except that
 * it replaces a default header of that name. Control characters in a value become spaces. */
void http_set_header(HttpExchange *x, const char *name, Str value);

typedef enum HttpSameSite { HTTP_SAME_SITE_LAX, HTTP_SAME_SITE_STRICT, HTTP_SAME_SITE_NONE } HttpSameSite;

/* Name and value must be made of RFC 6265 cookie characters (asserted): tokens, base64, words. */
typedef struct HttpCookie {
    Str name;
    Str value;
    const char *path;  /* NULL is "/" */
    int64_t max_age_s; /* 0 makes a session cookie, negative deletes */
    HttpSameSite same_site;
    bool insecure; /* leaves out Secure: for plain HTTP on a developer's machine */
    bool readable; /* leaves out HttpOnly: scripts may read it */
} HttpCookie;
void http_set_cookie(HttpExchange *x, const HttpCookie *cookie);
/* Content-Disposition with the name in RFC 8187 form. */
void http_set_download(HttpExchange *x, Str filename);

/* Each request gets exactly one reply; a second one replaces the first as long as the exchange is in hand (so an error
 * page can take the place of a half-made answer). Without a Cache-Control of its own a reply says no-store. */
void http_reply(HttpExchange *x, int status, const char *content_type, Str body); /* copies */
/* Takes the buffer's memory and leaves *body empty. A buffer that reached its limit gives 500 "reply-too-large". */
void http_reply_buf(HttpExchange *x, int status, const char *content_type, Buf *body);
/* 303 See Other to a path of this server. Anything that is not one ("//host", "https:") goes to "/" instead, so a
 * location taken from a request cannot lead away. */
void http_redirect(HttpExchange *x, Str local_path);
bool http_is_local_path(Str location);
/* 302 to another site: only for addresses from configuration. */
void http_redirect_away(HttpExchange *x, Str url);

/* Bytes that outlive the server (assets loaded at start) with their entity tag; answers If-None-Match with 304.
 * cache_control NULL is "no-cache" (keep, but ask). */
typedef struct HttpAsset {
    const char *content_type;
    Str body;
    Str etag; /* quoted: http_etag */
    const char *cache_control;
} HttpAsset;
void http_reply_asset(HttpExchange *x, const HttpAsset *asset);
Str http_etag(Arena *arena, Str body); /* quoted, from the SHA-256 of the body */
/* The first `bytes` bytes of an open file, streamed; takes the descriptor, also on failure. An etag that is not empty
 * is compared with If-None-Match. */
void http_reply_file(HttpExchange *x, const char *content_type, int fd, uint64_t bytes, Str etag);
/* An error as this layer reports its own: through on_error. */
void http_reply_error(HttpExchange *x, int status, const char *reason);
bool http_has_reply(const HttpExchange *x);

/* ---- other threads ---- */

/* Runs fn on a heavy thread, which owns the exchange meanwhile. fn replies, or calls http_suspend to hand the exchange
 * on. With a full queue the exchange is answered with 503 "heavy-busy" and Retry-After, and false returned. Call it
 * last in the handler; once per exchange, not from fn. */
bool http_defer(HttpExchange *x, void (*fn)(HttpExchange *x, void *arg), void *arg);

/* Puts the exchange aside. The caller hands it to another thread, which replies and then calls http_resume; both may
 * happen before the handler returns. */
void http_suspend(HttpExchange *x);
/* Ends the suspension and gives the exchange up. Without a reply the client gets 500 "no-reply". */
void http_resume(HttpExchange *x);

/* ---- reasons ----
 * 400 bad-path bad-query bad-form bad-multipart bad-length (both Content-Length and Transfer-Encoding)
 * 413 body-too-large upload-too-large upload-refused
 * 400 too-many-fields   431 head-too-large   500 no-reply reply-too-large upload-failed
 * 503 upload-busy heavy-busy (with Retry-After)
 * As plain text only, since the exchange is in other hands then: 503 stopping, 504 no-answer. */

#endif
