/* internal.h - what the files of this room share.
 *
 * server.c     starting, stopping, counting
 * wire.c       libmicrohttpd's callbacks: connections, and a request's way from head to reply
 * watch.c      deadlines
 * request.c    head and query taken in, accessors
 * body.c       body taken in: raw, form, multipart with files
 * reply.c      replies made and sent
 * lanes.c      suspension, the heavy pool
 *
 * Threads. An exchange's plain members belong to the thread that has it in hand; handing over goes through the server's
 * lock, which orders memory. `phase`, `cancel` and HttpConn.held are only touched under that lock. While phase is
 * SUSPENDED the library keeps the connection, so `wire`, `conn` and `fd` may be used under the lock; afterwards only on
 * the loop thread.
 *
 * Life of an exchange. It is counted: one reference is the wire's (first line read until reply complete), one each is
 * that of a suspension and of a deferred job. It lives in its own arena. The server is counted too, by its exchanges,
 * because those handed to other threads may outlive http_server_stop. */
#ifndef YIFA_LIB_HTTP_INTERNAL_H
#define YIFA_LIB_HTTP_INTERNAL_H

#include <limits.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>

#include "lib/http/multipart.h"

#define HTTP_NEVER INT64_MAX

enum { HTTP_RETRY_AFTER_S = 5, HTTP_HEADERS_MAX = 128, HTTP_GRACE_MS = 5000 };

typedef struct HttpConn {
    HttpServer *server;
    struct HttpConn *prev;
    struct HttpConn *next;
    int fd; /* open as long as the connection is listed: the library closes it after taking it off */
    char peer[INET6_ADDRSTRLEN];
    _Atomic int64_t deadline_ms; /* set by the loop thread, read by the watch */
    HttpExchange *held;          /* the suspended exchange, if any */
} HttpConn;

typedef struct HttpJob {
    HttpExchange *x;
    void (*fn)(HttpExchange *x, void *arg);
    void *arg;
} HttpJob;

struct HttpServer {
    HttpOptions options; /* defaults filled in */
    atomic_size_t refs;
    struct MHD_Daemon *daemon;
    uint16_t port;

    pthread_mutex_t lock; /* everything below */
    pthread_cond_t idle;  /* in_flight fell */
    HttpConn *conns;
    HttpStats stats;
    bool draining;   /* replies close their connections */
    bool cancelling; /* nothing is suspended any more */

    pthread_cond_t work; /* a job waits, or halting */
    HttpJob *jobs;       /* a ring of options.heavy_queue */
    size_t first_job;
    bool halting;
    pthread_t heavy[64];
    unsigned heavy_started;
    pthread_t watch;
    bool watch_started;
    pthread_cond_t watch_wake;
};

typedef enum HttpStep { HTTP_STEP_HEAD, HTTP_STEP_BODY, HTTP_STEP_HANDLED } HttpStep;
typedef enum HttpPhase { HTTP_ON_LOOP, HTTP_SUSPENDED, HTTP_RESUMED, HTTP_CANCELLED } HttpPhase;
typedef enum HttpBodyKind { HTTP_BODY_NONE, HTTP_BODY_RAW, HTTP_BODY_MULTIPART } HttpBodyKind;

typedef struct HttpRefusal {
    int status; /* 0: none */
    const char *reason;
} HttpRefusal;

typedef struct HttpBody {
    HttpBodyKind kind;
    HttpBodyRules rules;
    bool expects_continue;
    bool bad_length;
    uint64_t announced; /* Content-Length; UINT64_MAX when chunked */
    uint64_t received;
    int64_t started_ms;
    int64_t total_ms;
    Buf raw; /* the raw body, or the multipart field being received */

    Multipart *multipart;
    MultipartPart part;
    size_t field_bytes; /* names and values of multipart fields so far */
    bool is_file;
    bool is_skipped; /* a file input left empty */
    bool has_slot;   /* counted in stats.uploads */
    HttpUpload file;
    int file_fd;
    EVP_MD_CTX *digest;
} HttpBody;

struct HttpExchange {
    HttpServer *server;
    Arena *arena;
    atomic_uint refs;
    struct MHD_Connection *wire;
    HttpConn *conn;
    void *user_data;

    HttpPhase phase;
    HttpRefusal cancel;

    HttpStep step;
    bool is_counted;          /* in stats.in_flight */
    bool put_aside;           /* suspended on the wire by its handler; loop thread only */
    bool cancelled_at_once;   /* the same, but the server was stopping */
    bool is_deferred;         /* in the hands of a heavy thread */
    bool handed_on;           /* that thread's function called http_suspend */
    bool is_replying_failure; /* keeps on_error from being called by its own failure */

    HttpMethod method;
    bool is_head;
    Str method_text;
    Str uri;
    Str path;
    Str query_text;
    Str peer;
    Str content_type;
    HttpPairs headers;
    HttpPairs queries;
    HttpPairs fields;
    HttpUpload *uploads;
    size_t upload_count;
    size_t upload_cap;
    HttpBody body;
    HttpRefusal failure; /* the first error found in the request */

    struct MHD_Response *response;
    int status;
    const char *reply_type;
    HttpPairs reply_headers;
};

/* server.c */
void http_server_unref(HttpServer *server);
static inline void http_lock(HttpServer *server)
{
    pthread_mutex_lock(&server->lock);
}
static inline void http_unlock(HttpServer *server)
{
    pthread_mutex_unlock(&server->lock);
}

/* wire.c */
enum MHD_Result http_wire_request(void *cls, struct MHD_Connection *wire, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **con_cls);
void *http_wire_first_line(void *cls, const char *uri, struct MHD_Connection *wire);
void http_wire_completed(void *cls, struct MHD_Connection *wire, void **con_cls, enum MHD_RequestTerminationCode code);
void http_wire_connection(void *cls, struct MHD_Connection *wire, void **socket_ctx,
                          enum MHD_ConnectionNotificationCode code);
size_t http_wire_keep_encoded(void *cls, struct MHD_Connection *wire, char *text);

/* watch.c */
int64_t http_now_ms(HttpServer *server);
void http_conn_expect(HttpConn *conn, int64_t within_ms); /* from now; 0 is never */
/* The next deadline of a body: its total time, or sooner when it stays below the minimum rate. */
void http_conn_expect_body(HttpConn *conn, const HttpBody *body);
void http_cancel_all_suspended(HttpServer *server, int status, const char *reason); /* under the lock */

/* request.c */
void http_exchange_unref(HttpExchange *x);
/* Keeps the first failure. */
void http_fail(HttpExchange *x, int status, const char *reason);
void http_request_take_head(HttpExchange *x, const char *method);

/* body.c */
void http_body_open(HttpExchange *x);
/* False when the connection must be closed: the client goes on sending what is refused. */
bool http_body_take(HttpExchange *x, Str bytes);
void http_body_close(HttpExchange *x);
void http_body_clear(HttpExchange *x); /* gives back what an unfinished body holds, removes files */
/* A body that is refused is still read to its end, so that the client sees the reply, up to this many bytes. */
uint64_t http_body_swallow_max(const HttpExchange *x);

/* reply.c */
enum MHD_Result http_reply_send(HttpExchange *x);
/* Does not touch what belongs to the thread that still has the exchange. */
enum MHD_Result http_reply_send_plain(HttpExchange *x, int status, const char *reason);

/* lanes.c */
void *http_heavy_main(void *server);

#endif
