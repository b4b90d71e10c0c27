#include <sys/socket.h>

#include "lib/http/internal.h"
#include "lib/os/clock.h"

int64_t http_now_ms(HttpServer *server)
{
    return server->options.now_ms ? server->options.now_ms(server->options.ctx) : os_monotonic_ms();
}

void http_conn_expect(HttpConn *conn, int64_t within_ms)
{
    int64_t at = within_ms ? http_now_ms(conn->server) + within_ms : HTTP_NEVER;
    atomic_store_explicit(&conn->deadline_ms, at, memory_order_relaxed);
}

void http_conn_expect_body(HttpConn *conn, const HttpBody *body)
{
    uint64_t earned_ms = body->received / conn->server->options.min_bytes_per_s * 1000;
    int64_t within_ms = body->total_ms;
    if (earned_ms < (uint64_t)within_ms && within_ms - (int64_t)earned_ms > HTTP_GRACE_MS)
        within_ms = (int64_t)earned_ms + HTTP_GRACE_MS;
    atomic_store_explicit(&conn->deadline_ms, body->started_ms + within_ms, memory_order_relaxed);
}

/* The exchange stays with the thread that has it; only its connection is let go. */
static void cancel_held(HttpConn *conn, int status, const char *reason)
{
    HttpExchange *x = conn->held;
    x->phase = HTTP_CANCELLED;
    x->cancel = (HttpRefusal){ status, reason };
    conn->held = NULL;
    conn->server->stats.suspended--;
    atomic_store_explicit(&conn->deadline_ms, HTTP_NEVER, memory_order_relaxed);
    MHD_resume_connection(x->wire);
}

void http_cancel_all_suspended(HttpServer *server, int status, const char *reason)
{
    for (HttpConn *conn = server->conns; conn; conn = conn->next)
        if (conn->held)
            cancel_held(conn, status, reason);
}

/* libmicrohttpd offers no way to close a connection from outside, but it notices when the socket is shut down. */
static void cut(HttpConn *conn)
{
    atomic_store_explicit(&conn->deadline_ms, HTTP_NEVER, memory_order_relaxed);
    shutdown(conn->fd, SHUT_RDWR);
    conn->server->stats.cut++;
}

void http_server_tick(HttpServer *server)
{
    int64_t now_ms = http_now_ms(server);
    http_lock(server);
    for (HttpConn *conn = server->conns; conn; conn = conn->next) {
        if (atomic_load_explicit(&conn->deadline_ms, memory_order_relaxed) > now_ms)
            continue;
        if (conn->held)
            cancel_held(conn, 504, "no-answer");
        else
            cut(conn);
    }
    http_unlock(server);
}
