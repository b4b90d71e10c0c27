#include <assert.h>
#include <poll.h>

#include "lib/http/internal.h"

/* Takes the exchange off the loop, on the loop thread. Under the lock, so that neither the watch nor a stop can come
 * between. False when the server is stopping: then it must not be suspended, and is cancelled instead. */
static bool put_aside(HttpExchange *x)
{
    HttpServer *server = x->server;
    assert(x->phase == HTTP_ON_LOOP);
    if (server->cancelling) {
        x->phase = HTTP_CANCELLED;
        x->cancel = (HttpRefusal){ 503, "stopping" };
        x->cancelled_at_once = true;
        return false;
    }
    x->phase = HTTP_SUSPENDED;
    x->put_aside = true;
    x->conn->held = x;
    server->stats.suspended++;
    http_conn_expect(x->conn, server->options.answer_deadline_ms);
    MHD_suspend_connection(x->wire);
    return true;
}

void http_suspend(HttpExchange *x)
{
    atomic_fetch_add(&x->refs, 1);
    if (x->is_deferred) {
        x->handed_on = true;
        return;
    }
    http_lock(x->server);
    put_aside(x);
    http_unlock(x->server);
}

void http_resume(HttpExchange *x)
{
    HttpServer *server = x->server;
    http_lock(server);
    assert(x->phase == HTTP_SUSPENDED || x->phase == HTTP_CANCELLED);
    if (x->phase == HTTP_SUSPENDED) {
        x->phase = HTTP_RESUMED;
        x->conn->held = NULL;
        server->stats.suspended--;
        MHD_resume_connection(x->wire);
    }
    http_unlock(server);
    http_exchange_unref(x);
}

bool http_client_gone(HttpExchange *x)
{
    http_lock(x->server);
    bool gone = x->phase == HTTP_CANCELLED;
    if (!gone) {
        struct pollfd p = { .fd = x->conn->fd, .events = POLLRDHUP };
        gone = poll(&p, 1, 0) > 0;
    }
    http_unlock(x->server);
    return gone;
}

static bool enqueue(HttpExchange *x, const HttpJob *job)
{
    HttpServer *server = x->server;
    size_t waiting = server->stats.heavy_waiting;
    if (waiting == server->options.heavy_queue || !put_aside(x))
        return false;
    server->jobs[(server->first_job + waiting) % server->options.heavy_queue] = *job;
    server->stats.heavy_waiting++;
    x->is_deferred = true;
    atomic_fetch_add(&x->refs, 1);
    pthread_cond_signal(&server->work);
    return true;
}

bool http_defer(HttpExchange *x, void (*fn)(HttpExchange *x, void *arg), void *arg)
{
    HttpServer *server = x->server;
    http_lock(server);
    bool queued = enqueue(x, &(HttpJob){ x, fn, arg });
    http_unlock(server);
    if (!queued && !x->cancelled_at_once)
        http_reply_error(x, 503, "heavy-busy");
    return queued;
}

static void run_job(const HttpJob *job)
{
    HttpExchange *x = job->x;
    job->fn(x, job->arg);
    /* Whoever the function handed the exchange to has it now; what remains here is the job's own reference. */
    if (x->handed_on)
        http_exchange_unref(x);
    else
        http_resume(x);
}

/* Jobs that wait when the server halts were cancelled before: their clients have been answered, so the work is not
 * begun. */
void *http_heavy_main(void *arg)
{
    HttpServer *server = arg;
    http_lock(server);
    for (;;) {
        while (server->stats.heavy_waiting == 0 && !server->halting)
            pthread_cond_wait(&server->work, &server->lock);
        if (server->stats.heavy_waiting == 0)
            break;
        HttpJob job = server->jobs[server->first_job];
        server->first_job = (server->first_job + 1) % server->options.heavy_queue;
        server->stats.heavy_waiting--;
        bool skip = job.x->phase == HTTP_CANCELLED;
        http_unlock(server);
        if (skip)
            http_exchange_unref(job.x);
        else
            run_job(&job);
        http_lock(server);
    }
    http_unlock(server);
    return NULL;
}
