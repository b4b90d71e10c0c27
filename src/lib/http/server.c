#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "lib/http/internal.h"

enum {
    KIB = 1024,
    MIB = 1024 * 1024,
    THREADS_MAX = 64,
    BACKLOG = 511,
    WATCH_MS = 250,
    LAST_REPLIES_MS = 1000, /* for the replies to what a stop cancels */
    REPLY_HEAD_BYTES = 32 * KIB
};

/* ---- options ---- */

#define DEFAULT(member, value)                                      \
    do {                                                            \
        if (!options->member)                                       \
            options->member = (__typeof__(options->member))(value); \
    } while (0)

static void fill_defaults(HttpOptions *options)
{
    DEFAULT(address, "127.0.0.1");
    DEFAULT(loop_threads, 2);
    DEFAULT(heavy_threads, 2);
    DEFAULT(heavy_queue, 256);
    DEFAULT(head_max_bytes, 32 * KIB);
    DEFAULT(body_max_bytes, MIB);
    DEFAULT(upload_max_bytes, 25 * MIB);
    DEFAULT(uploads_max, 16);
    DEFAULT(fields_max, 1000);
    DEFAULT(arena_max_bytes, 256 * MIB);
    DEFAULT(connections_max, 1000);
    DEFAULT(head_deadline_ms, 30 * 1000);
    DEFAULT(body_deadline_ms, 30 * 1000);
    DEFAULT(upload_deadline_ms, 180 * 1000);
    DEFAULT(answer_deadline_ms, 60 * 1000);
    DEFAULT(reply_deadline_ms, 180 * 1000);
    DEFAULT(min_bytes_per_s, 1024);
}

static Rc check_options(const HttpOptions *o, Err *err)
{
    const int64_t deadlines[] = { o->head_deadline_ms, o->body_deadline_ms, o->upload_deadline_ms,
                                  o->answer_deadline_ms, o->reply_deadline_ms };
    if (!o->handler)
        return err_set(err, RC_INVALID, "the HTTP server has no handler");
    if (o->loop_threads > THREADS_MAX || o->heavy_threads > THREADS_MAX)
        return err_set(err, RC_INVALID, "more than %d HTTP threads of a kind", THREADS_MAX);
    if (o->heavy_queue > 1000000 || o->fields_max > 1000000)
        return err_set(err, RC_INVALID, "a queue of %u jobs or %u form fields is too large", o->heavy_queue,
                       o->fields_max);
    if (o->head_max_bytes > MIB || o->body_max_bytes > 64 * (size_t)MIB)
        return err_set(err, RC_INVALID, "heads are at most 1 MiB, bodies in memory at most 64 MiB");
    if (o->arena_max_bytes < 4 * (o->head_max_bytes + o->body_max_bytes) + MIB)
        return err_set(err, RC_INVALID, "arena_max_bytes is below four times what a request may carry");
    for (size_t i = 0; i < ARRAY_LEN(deadlines); i++)
        if (deadlines[i] < 0 || deadlines[i] > MS_PER_DAY)
            return err_set(err, RC_INVALID, "an HTTP deadline is negative or longer than a day");
    return RC_OK;
}

static Rc listen_on(const HttpOptions *options, int *ret_fd, uint16_t *ret_port, Err *err)
{
    char port[8];
    snprintf(port, sizeof port, "%u", options->port);
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
    struct addrinfo *found;
    if (getaddrinfo(options->address, port, &hints, &found) != 0)
        return err_at(err, RC_INVALID, options->address, "not a numeric address");
    const int on = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int cause = errno;
    freeaddrinfo(found);
    struct sockaddr_storage bound;
    socklen_t bound_n = sizeof bound;
    if (!ok || getsockname(fd, (struct sockaddr *)&bound, &bound_n) != 0) {
        if (fd >= 0)
            close(fd);
        return err_at(err, RC_IO, options->address, "cannot listen on port %u: %s", options->port, strerror(cause));
    }
    const void *any = &bound;
    in_port_t at = bound.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)any)->sin6_port
                                               : ((const struct sockaddr_in *)any)->sin_port;
    *ret_fd = fd;
    *ret_port = ntohs(at);
    return RC_OK;
}

/* ---- life ---- */

static struct timespec in_ms(int64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t ns = at.tv_nsec + ms % 1000 * 1000000;
    at.tv_sec += ms / 1000 + ns / 1000000000;
    at.tv_nsec = ns % 1000000000;
    return at;
}

static HttpServer *server_new(const HttpOptions *options)
{
    HttpServer *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->options = *options;
    server->jobs = calloc(options->heavy_queue, sizeof *server->jobs);
    if (!server->jobs) {
        free(server);
        return NULL;
    }
    atomic_init(&server->refs, 1);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->idle, &monotonic);
    pthread_cond_init(&server->work, &monotonic);
    pthread_cond_init(&server->watch_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return server;
}

void http_server_unref(HttpServer *server)
{
    if (atomic_fetch_sub(&server->refs, 1) != 1)
        return;
    pthread_cond_destroy(&server->watch_wake);
    pthread_cond_destroy(&server->work);
    pthread_cond_destroy(&server->idle);
    pthread_mutex_destroy(&server->lock);
    free(server->jobs);
    free(server);
}

static void *watch_main(void *arg)
{
    HttpServer *server = arg;
    http_lock(server);
    while (!server->halting) {
        struct timespec until = in_ms(WATCH_MS);
        if (pthread_cond_timedwait(&server->watch_wake, &server->lock, &until) != ETIMEDOUT)
            continue;
        http_unlock(server);
        http_server_tick(server);
        http_lock(server);
    }
    http_unlock(server);
    return NULL;
}

/* Signals are the main thread's business. */
static bool start_threads(HttpServer *server)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = true;
    while (ok && server->heavy_started < server->options.heavy_threads) {
        ok = pthread_create(&server->heavy[server->heavy_started], NULL, http_heavy_main, server) == 0;
        server->heavy_started += ok;
    }
    if (ok && !server->options.now_ms) {
        ok = pthread_create(&server->watch, NULL, watch_main, server) == 0;
        server->watch_started = ok;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

static void halt_threads(HttpServer *server)
{
    http_lock(server);
    server->halting = true;
    pthread_cond_broadcast(&server->work);
    pthread_cond_broadcast(&server->watch_wake);
    http_unlock(server);
    for (unsigned i = 0; i < server->heavy_started; i++)
        pthread_join(server->heavy[i], NULL);
    if (server->watch_started)
        pthread_join(server->watch, NULL);
}

/* The library's own timeout stays off: it restarts with every byte, so it would never fire on a client that drips. */
static struct MHD_Daemon *start_daemon(HttpServer *server, int fd)
{
    const HttpOptions *o = &server->options;
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    size_t memory = o->head_max_bytes + REPLY_HEAD_BYTES;
    return MHD_start_daemon(flags, 0, NULL, NULL, http_wire_request, server, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_THREAD_POOL_SIZE, o->loop_threads, MHD_OPTION_CONNECTION_LIMIT,
                            o->connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_ip_max,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
                            (size_t)16 * KIB, MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_UNESCAPE_CALLBACK, http_wire_keep_encoded, NULL, MHD_OPTION_URI_LOG_CALLBACK,
                            http_wire_first_line, server, MHD_OPTION_NOTIFY_COMPLETED, http_wire_completed, server,
                            MHD_OPTION_NOTIFY_CONNECTION, http_wire_connection, server, MHD_OPTION_END);
}

Rc http_server_start(const HttpOptions *options, HttpServer **ret_server, Err *err)
{
    HttpOptions filled = *options;
    fill_defaults(&filled);
    TRY(check_options(&filled, err));
    int fd = -1;
    uint16_t port = 0;
    TRY(listen_on(&filled, &fd, &port, err));
    HttpServer *server = server_new(&filled);
    if (!server) {
        close(fd);
        return err_set(err, RC_NOMEM, "no memory for the HTTP server");
    }
    server->port = port;
    if (start_threads(server))
        server->daemon = start_daemon(server, fd);
    if (!server->daemon) {
        close(fd);
        halt_threads(server);
        http_server_unref(server);
        return err_set(err, RC_IO, "cannot start the HTTP server's threads");
    }
    *ret_server = server;
    return RC_OK;
}

uint16_t http_server_port(const HttpServer *server)
{
    return server->port;
}

HttpStats http_server_stats(HttpServer *server)
{
    http_lock(server);
    HttpStats stats = server->stats;
    http_unlock(server);
    return stats;
}

/* Under the lock; returns how many requests are still in flight. */
static size_t wait_idle(HttpServer *server, int64_t within_ms)
{
    struct timespec until = in_ms(within_ms);
    while (server->stats.in_flight > 0)
        if (pthread_cond_timedwait(&server->idle, &server->lock, &until) == ETIMEDOUT)
            break;
    return server->stats.in_flight;
}

/* The library aborts when it is stopped with suspended connections. So nothing is suspended from `cancelling` on, and
 * what was is resumed with a 503 before the daemon stops. */
size_t http_server_stop(HttpServer *server, int64_t drain_ms)
{
    if (!server)
        return 0;
    http_lock(server);
    server->draining = true;
    http_unlock(server);
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    shutdown(listening, SHUT_RDWR); /* refuses clients at once; a loop may still be accepting, so closing comes last */
    if (server->options.on_stop)
        server->options.on_stop(server->options.ctx);

    http_lock(server);
    size_t unfinished = wait_idle(server, drain_ms);
    server->cancelling = true;
    http_cancel_all_suspended(server, 503, "stopping");
    wait_idle(server, unfinished ? LAST_REPLIES_MS : 0);
    http_unlock(server);

    MHD_stop_daemon(server->daemon);
    close(listening);
    halt_threads(server);
    assert(!server->conns && server->stats.suspended == 0);
    http_server_unref(server);
    return unfinished;
}
