/* yifa serve: opens a data folder, performs acts and shows pages until it is told to stop. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/auth.h"
#include "app/outbox.h"
#include "app/sequencer.h"
#include "io/net/net.h"
#include "lib/os/clock.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"
#include "ui/cli/paths.h"
#include "ui/web/web.h"

enum { SWEEP_MS = 1000, PUBLISH_MS = 10000, THREADS_MAX = 32 };

typedef struct Serve {
    Cli *cli;
    char *host;
    uint16_t port;
    unsigned threads;
    App *app;
    Sequencer *sequencer;
    Auth *auth;
    Web *web;
    Outbox *outbox;
    WebOptions options;
} Serve;

/* ---- options ---- */

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (this machine only). */
static Rc parse_listen(Serve *s, const char *text, Err *err)
{
    const char *colon = strrchr(text, ':');
    int64_t port = 0;
    if (!colon || !str_to_i64(str_c(colon + 1), &port) || port < 0 || port > UINT16_MAX)
        return err_set(err, RC_INVALID, "--listen takes an address and a port, as in 127.0.0.1:8080");
    Str host = { text, (size_t)(colon - text) };
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_slice(host, 1, host.n - 1);
    s->host = arena_c(s->cli->arena, host.n ? host : STR("127.0.0.1"));
    s->port = (uint16_t)port;
    return RC_OK;
}

static Rc parse_options(Serve *s, Err *err)
{
    const char *listen = cli_option(s->cli, "listen");
    const char *threads = cli_option(s->cli, "threads");
    int64_t n = 2;
    if (threads && (!str_to_i64(str_c(threads), &n) || n < 1 || n > THREADS_MAX))
        return err_set(err, RC_INVALID, "--threads takes a number from 1 to %d", THREADS_MAX);
    s->threads = (unsigned)n;
    return parse_listen(s, listen ? listen : "127.0.0.1:8080", err);
}

/* ---- start, run, stop ---- */

static Rc make_demo_accounts(Serve *s, Err *err)
{
    if (!app_is_demonstration(s->app))
        return RC_OK;
    Rc rc = auth_demo_accounts(s->auth, s->cli->arena, &s->options.demo, &s->options.n_demo, &s->options.demo_password,
                               err);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void tell_trouble(void *ctx, const Err *err)
{
    (void)ctx;
    fprintf(stderr, "yifa: outbox: %s\n", err ? err->text : "well again");
}

static Rc start(Serve *s, const char *data, Err *err)
{
    OutboxOptions outbox = { .interval_ms = PUBLISH_MS, .trouble = tell_trouble };
    TRY(net_init(err));
    SequencerOptions sequencer = { .sweep_ms = SWEEP_MS };
    TRY(cli_open(s->cli, false, &s->app, err));
    TRY(sequencer_start(s->app, &sequencer, &s->sequencer, err));
    TRY(auth_open(s->app, s->sequencer, data, &s->auth, err));
    TRY(make_demo_accounts(s, err));
    s->options.app = s->app;
    s->options.sequencer = s->sequencer;
    s->options.auth = s->auth;
    s->options.data = data;
    s->options.folder = path_web(s->cli->arena);
    s->options.address = s->host;
    s->options.port = s->port;
    s->options.threads = s->threads;
    TRY(web_start(&s->options, &s->web, err));
    return outbox_start(s->app, &outbox, &s->outbox, err);
}

/* First no more requests and those under way answered, then what is queued performed, then the folder given up. */
static void stop(Serve *s)
{
    web_stop(s->web);
    sequencer_stop(s->sequencer);
    outbox_stop(s->outbox);
    auth_close(s->auth);
    app_close(s->app);
}

static void print_ready(const Serve *s)
{
    bool v6 = strchr(s->host, ':') != NULL;
    Str url = arena_printf(s->cli->arena, "http://%s%s%s:%u/", v6 ? "[" : "", s->host, v6 ? "]" : "", web_port(s->web));
    printf(cli_text(s->cli, N_("Serving %s\n")), url.p);
    for (size_t i = 0; i < s->options.n_demo; i++) {
        const AuthDemo *demo = &s->options.demo[i];
        const LawRole *role = map_get(&app_pack(s->app)->roles_by_id, demo->role);
        Str title = role ? role->title : demo->role;
        printf("  %-14.*s %.*s  %.*s\n", STR_ARG(demo->login), STR_ARG(demo->name), STR_ARG(title));
    }
    if (s->options.n_demo)
        printf(cli_text(s->cli, N_("Password of all demonstration accounts: %s\n")), s->options.demo_password.p);
    fflush(stdout);
}

static void wait_for_signal(const sigset_t *signals)
{
    int got = 0;
    while (sigwait(signals, &got) == EINTR)
        continue;
}

int cmd_serve(Cli *cli)
{
    Serve s = { .cli = cli };
    const char *data = cli_option(cli, "data");
    Err err = { 0 };
    sigset_t signals;
    /* Blocked before any thread is started, so that none of them is interrupted and the main thread gets them. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    Rc rc = parse_options(&s, &err);
    if (rc == RC_OK)
        rc = data ? start(&s, data, &err) : err_set(&err, RC_INVALID, "--data says which folder to serve");
    if (rc == RC_OK) {
        print_ready(&s);
        wait_for_signal(&signals);
        printf("%s\n", cli_text(cli, N_("Stopping…")));
    }
    stop(&s);
    return rc == RC_OK ? EXIT_DONE : cli_failed(cli, &err);
}
