#include "ui/web/web.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/os/clock.h"
#include "lib/os/file.h"
#include "ui/web/web_internal.h"

/* ---- what a thread holds on to ---- */

static void thread_free(void *arg)
{
    WebThread *thread = arg;
    search_close(thread->search);
    db_close(thread->db);
    free(thread);
}

Rc web_thread(Web *web, WebThread **ret, Err *err)
{
    WebThread *thread = pthread_getspecific(web->thread_key);
    if (thread) {
        *ret = thread;
        return RC_OK;
    }
    Db *db = NULL;
    TRY(app_reader(web->options.app, &db, err));
    thread = calloc(1, sizeof *thread);
    if (!thread || pthread_setspecific(web->thread_key, thread) != 0) {
        free(thread);
        db_close(db);
        return err_set(err, RC_NOMEM, "no memory for a thread's connection");
    }
    *thread = (WebThread){ .web = web, .db = db };
    *ret = thread;
    return RC_OK;
}

/* ---- the keeper: sessions and the search index, besides all requests ---- */

static Rc follow(Web *web, Search **search, Db **db, Err *err)
{
    bool more = true;
    if (!*search) {
        CLEANUP(arena_freep) Arena *arena = arena_new(0);
        Str path = arena_printf(arena, "%s/search.db", web->options.data);
        TRY(search_open(path.p, true, search, err));
    }
    if (!*db)
        TRY(app_reader(web->options.app, db, err));
    while (more && !__atomic_load_n(&web->stopping, __ATOMIC_ACQUIRE))
        TRY(search_follow(*search, *db, app_j(web->options.app), &more, err));
    return RC_OK;
}

/* False when the server stops. */
static bool keeper_sleep(Web *web, int64_t ms)
{
    struct timespec until;
    int waited = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / MS_PER_SECOND;
    until.tv_nsec += ms % MS_PER_SECOND * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&web->keeper_lock);
    while (!web->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&web->keeper_wake, &web->keeper_lock, &until);
    bool go_on = !web->stopping;
    pthread_mutex_unlock(&web->keeper_lock);
    return go_on;
}

/* The same complaint once a second would fill the journal. */
static void complain(char last[ERR_TEXT_MAX], const char *what, const Err *err)
{
    if (strcmp(last, err->text) != 0)
        fprintf(stderr, "yifa: %s: %s\n", what, err->text);
    snprintf(last, ERR_TEXT_MAX, "%s", err->text);
}

static void *keeper_main(void *arg)
{
    Web *web = arg;
    Search *search = NULL;
    Db *db = NULL;
    int64_t kept = os_monotonic_ms();
    char last[ERR_TEXT_MAX] = "";
    do {
        Err err = { 0 };
        if (follow(web, &search, &db, &err) != RC_OK)
            complain(last, "search", &err);
        if (os_monotonic_ms() - kept < WEB_KEEP_MS)
            continue;
        kept = os_monotonic_ms();
        if (auth_keep(web->options.auth, &err) != RC_OK)
            complain(last, "sessions", &err);
    } while (keeper_sleep(web, WEB_FOLLOW_MS));
    Err err = { 0 };
    if (auth_keep(web->options.auth, &err) != RC_OK)
        fprintf(stderr, "yifa: sessions: %s\n", err.text);
    search_close(search);
    db_close(db);
    return NULL;
}

static Rc start_keeper(Web *web, Err *err)
{
    sigset_t all;
    sigset_t before;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&web->keeper_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&web->keeper_lock, NULL);
    /* Signals are the main thread's business. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    web->has_keeper = pthread_create(&web->keeper, NULL, keeper_main, web) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return web->has_keeper ? RC_OK : err_set(err, RC_NOMEM, "cannot start a thread");
}

static void stop_keeper(Web *web)
{
    if (!web->has_keeper)
        return;
    pthread_mutex_lock(&web->keeper_lock);
    __atomic_store_n(&web->stopping, true, __ATOMIC_RELEASE);
    pthread_cond_signal(&web->keeper_wake);
    pthread_mutex_unlock(&web->keeper_lock);
    pthread_join(web->keeper, NULL);
    pthread_cond_destroy(&web->keeper_wake);
    pthread_mutex_destroy(&web->keeper_lock);
}

/* ---- start and stop ---- */

static void join_routes(Web *web)
{
    const struct {
        const PageRoute *routes;
        size_t n;
    } tables[] = {
        { web_routes_basic, web_routes_basic_n },
        { web_routes_matter, web_routes_matter_n },
        { web_routes_public, web_routes_public_n },
        { web_routes_report, web_routes_report_n },
    };
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        n += tables[i].n;
    web->routes = ARENA_ARRAY(web->arena, PageRoute, n);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        for (size_t k = 0; k < tables[i].n; k++)
            web->routes[web->n_routes++] = tables[i].routes[k];
}

static Rc start_server(Web *web, Err *err)
{
    Str uploads = arena_printf(web->arena, "%s/uploads", web->options.data);
    TRY(os_mkdirs(uploads.p, 0700, err));
    HttpOptions options = { .address = web->options.address,
                            .port = web->options.port,
                            .loop_threads = web->options.threads,
                            .heavy_threads = WEB_HEAVY_THREADS,
                            .handler = web_handle,
                            .ctx = web,
                            .on_head = web_on_head,
                            .on_error = web_on_error,
                            .body_max_bytes = WEB_BODY_MAX,
                            .upload_max_bytes = WEB_UPLOAD_MAX,
                            .upload_dir = uploads.p };
    return http_server_start(&options, &web->server, err);
}

static Rc start_parts(Web *web, Err *err)
{
    if (pthread_key_create(&web->thread_key, thread_free) != 0)
        return err_set(err, RC_NOMEM, "no room for a thread's connection");
    web->has_thread_key = true;
    join_routes(web);
    TRY(web_load_templates(web, err));
    TRY(web_load_assets(web, err));
    TRY(start_keeper(web, err));
    return start_server(web, err);
}

Rc web_start(const WebOptions *options, Web **ret, Err *err)
{
    Web *web = calloc(1, sizeof *web);
    if (!web)
        return err_set(err, RC_NOMEM, "out of memory");
    web->options = *options;
    web->arena = arena_new(0);
    Str address = str_c(options->address ? options->address : "127.0.0.1");
    web->loopback = str_starts(address, STR("127.")) || str_eq(address, STR("::1"));
    pthread_mutex_init(&web->nav.lock, NULL);
    pthread_mutex_init(&web->kept_lock, NULL);
    Rc rc = start_parts(web, err);
    if (rc != RC_OK) {
        web_stop(web);
        return rc;
    }
    *ret = web;
    return RC_OK;
}

uint16_t web_port(const Web *web)
{
    return http_server_port(web->server);
}

void web_stop(Web *web)
{
    enum { DRAIN_MS = 10000 };
    if (!web)
        return;
    http_server_stop(web->server, DRAIN_MS);
    stop_keeper(web);
    if (web->has_thread_key)
        pthread_key_delete(web->thread_key);
    pthread_mutex_destroy(&web->nav.lock);
    pthread_mutex_destroy(&web->kept_lock);
    for (size_t i = 0; i < ARRAY_LEN(web->kept); i++)
        arena_free(web->kept[i].arena);
    arena_free(web->nav.arena);
    arena_free(web->arena);
    free(web);
}
