#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "lib/http/internal.h"

/* ---- connections ---- */

static void peer_text(const struct sockaddr *address, char *out, socklen_t n)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        inet_ntop(AF_INET, &in->sin_addr, out, n);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;
        inet_ntop(AF_INET6, &in6->sin6_addr, out, n);
    }
}

static HttpConn *conn_open(HttpServer *server, struct MHD_Connection *wire)
{
    HttpConn *conn = calloc(1, sizeof *conn);
    if (!conn)
        return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_CONNECTION_FD);
    conn->server = server;
    conn->fd = info->connect_fd;
    info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info && info->client_addr)
        peer_text(info->client_addr, conn->peer, sizeof conn->peer);
    http_conn_expect(conn, server->options.head_deadline_ms);
    http_lock(server);
    conn->next = server->conns;
    if (conn->next)
        conn->next->prev = conn;
    server->conns = conn;
    server->stats.connections++;
    http_unlock(server);
    return conn;
}

static void conn_close(HttpConn *conn)
{
    HttpServer *server = conn->server;
    http_lock(server);
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        server->conns = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    server->stats.connections--;
    http_unlock(server);
    free(conn);
}

void http_wire_connection(void *cls, struct MHD_Connection *wire, void **socket_ctx,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_ctx = conn_open(cls, wire);
    } else if (*socket_ctx) {
        conn_close(*socket_ctx);
        *socket_ctx = NULL;
    }
}

/* ---- requests ---- */

/* Paths and queries are decoded by this layer, strictly, so the library must leave them as sent. */
size_t http_wire_keep_encoded(void *cls, struct MHD_Connection *wire, char *text)
{
    (void)cls;
    (void)wire;
    return strlen(text);
}

void *http_wire_first_line(void *cls, const char *uri, struct MHD_Connection *wire)
{
    HttpServer *server = cls;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    HttpConn *conn = info ? info->socket_context : NULL;
    if (!conn)
        return NULL;
    Arena *arena = arena_new(server->options.arena_max_bytes);
    HttpExchange *x = ARENA_NEW(arena, HttpExchange);
    x->server = server;
    x->arena = arena;
    x->wire = wire;
    x->conn = conn;
    x->uri = arena_str(arena, str_c(uri));
    x->peer = arena_str(arena, str_c(conn->peer));
    atomic_init(&x->refs, 1);
    atomic_fetch_add(&server->refs, 1);
    return x;
}

void http_wire_completed(void *cls, struct MHD_Connection *wire, void **con_cls, enum MHD_RequestTerminationCode code)
{
    (void)wire;
    (void)code;
    HttpServer *server = cls;
    HttpExchange *x = *con_cls;
    *con_cls = NULL;
    if (!x)
        return;
    http_conn_expect(x->conn, server->options.head_deadline_ms);
    if (x->is_counted) {
        http_lock(server);
        server->stats.in_flight--;
        pthread_cond_broadcast(&server->idle);
        http_unlock(server);
    }
    http_exchange_unref(x);
}

static enum MHD_Result take_head(HttpExchange *x, const char *method)
{
    HttpServer *server = x->server;
    http_lock(server);
    server->stats.requests++;
    server->stats.in_flight++;
    http_unlock(server);
    x->is_counted = true;
    x->step = HTTP_STEP_BODY;
    http_request_take_head(x, method);
    http_body_open(x);
    http_conn_expect_body(x->conn, &x->body);

    const HttpBody *b = &x->body;
    bool refused = x->failure.status || x->response;
    bool too_long = b->announced != UINT64_MAX && b->announced > http_body_swallow_max(x);
    if (!refused || b->announced == 0 || !(b->expects_continue || b->bad_length || too_long))
        return MHD_YES;
    /* Answering now closes the connection after the reply, as the body is not wanted. */
    x->step = HTTP_STEP_HANDLED;
    if (x->failure.status)
        http_reply_error(x, x->failure.status, x->failure.reason);
    return http_reply_send(x);
}

static enum MHD_Result handle(HttpExchange *x)
{
    const HttpOptions *options = &x->server->options;
    x->step = HTTP_STEP_HANDLED;
    http_conn_expect(x->conn, 0);
    http_body_close(x);
    if (x->failure.status)
        http_reply_error(x, x->failure.status, x->failure.reason);
    else if (!x->response)
        options->handler(options->ctx, x);
    if (x->put_aside)
        return MHD_YES; /* the library calls again once the exchange is resumed */
    if (x->cancelled_at_once)
        return http_reply_send_plain(x, 503, "stopping");
    return http_reply_send(x);
}

static enum MHD_Result resumed(HttpExchange *x)
{
    http_lock(x->server);
    HttpPhase phase = x->phase;
    HttpRefusal cancel = x->cancel;
    http_unlock(x->server);
    if (phase == HTTP_CANCELLED)
        return http_reply_send_plain(x, cancel.status, cancel.reason);
    return phase == HTTP_RESUMED ? http_reply_send(x) : MHD_YES;
}

enum MHD_Result http_wire_request(void *cls, struct MHD_Connection *wire, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **con_cls)
{
    (void)cls;
    (void)wire;
    (void)url;
    (void)version;
    HttpExchange *x = *con_cls;
    if (!x)
        return MHD_NO;
    switch (x->step) {
    case HTTP_STEP_HEAD: return take_head(x, method);
    case HTTP_STEP_BODY:
        if (*size == 0)
            return handle(x);
        if (!http_body_take(x, (Str){ data, *size }))
            return MHD_NO;
        *size = 0;
        return MHD_YES;
    case HTTP_STEP_HANDLED: return resumed(x);
    }
    return MHD_NO;
}
