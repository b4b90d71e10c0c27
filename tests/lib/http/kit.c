#include "kit.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- the application ---- */

static void hold(App *app, HttpExchange *x)
{
    http_suspend(x);
    pthread_mutex_lock(&app->lock);
    app->held[app->held_n++] = x;
    pthread_cond_broadcast(&app->changed);
    pthread_mutex_unlock(&app->lock);
}

static void defer_reply(HttpExchange *x, void *arg)
{
    (void)arg;
    http_reply(x, 200, "text/plain", STR("heavy"));
}

static void defer_on(HttpExchange *x, void *arg)
{
    hold(arg, x);
}

static void defer_block(HttpExchange *x, void *arg)
{
    App *app = arg;
    pthread_mutex_lock(&app->lock);
    app->blocked++;
    pthread_cond_broadcast(&app->changed);
    while (!app->gate_open)
        pthread_cond_wait(&app->changed, &app->lock);
    pthread_mutex_unlock(&app->lock);
    http_reply(x, 200, "text/plain", STR("unblocked"));
}

static void echo(HttpExchange *x)
{
    Buf out;
    buf_init(&out, 8 << 20);
    buf_str(&out, http_method_text(x));
    buf_char(&out, ' ');
    buf_str(&out, http_path(x));
    size_t n;
    const HttpPair *pairs = http_queries(x, &n);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, " ?%.*s=%.*s", STR_ARG(pairs[i].name), STR_ARG(pairs[i].value));
    pairs = http_fields(x, &n);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, " %.*s=%.*s", STR_ARG(pairs[i].name), STR_ARG(pairs[i].value));
    const HttpUpload *uploads = http_uploads(x, &n);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&out, " @%.*s=%.*s:%.*s:%llu:", STR_ARG(uploads[i].field), STR_ARG(uploads[i].filename),
                   STR_ARG(uploads[i].content_type), (unsigned long long)uploads[i].bytes);
        buf_hex(&out, uploads[i].sha256, 32);
        assert_int_equal(access(uploads[i].path.p, R_OK), 0);
    }
    Str cookie = http_cookie(x, "session");
    if (cookie.p)
        buf_printf(&out, " cookie=%.*s", STR_ARG(cookie));
    if (n == 0 && http_body(x).n > 0 && http_content_type(x).n > 0)
        buf_printf(&out, " %.*s:%zu", STR_ARG(http_content_type(x)), http_body(x).n);
    http_reply_buf(x, 200, "text/plain; charset=utf-8", &out);
}

static void reply_special(App *app, HttpExchange *x)
{
    Str path = http_path(x);
    if (str_eq_c(path, "/asset")) {
        static const HttpAsset asset = { "text/css", { "p{}", 3 }, { "\"abc\"", 5 }, "public, max-age=60" };
        http_reply_asset(x, &asset);
    } else if (str_eq_c(path, "/file")) {
        http_reply_file(x, "application/pdf", open("/proc/self/exe", O_RDONLY | O_CLOEXEC), 4, STR("\"elf\""));
    } else if (str_eq_c(path, "/redirect")) {
        http_redirect(x, http_query(x, "to"));
    } else if (str_eq_c(path, "/cookie")) {
        http_set_cookie(x, &(HttpCookie){ .name = STR("session"), .value = STR("t0k3n"), .max_age_s = 60 });
        http_set_cookie(x, &(HttpCookie){ .name = STR("lang"),
                                          .value = STR("zh"),
                                          .path = "/a",
                                          .max_age_s = -1,
                                          .same_site = HTTP_SAME_SITE_STRICT,
                                          .insecure = true,
                                          .readable = true });
        http_set_header(x, "X-Name", STR("a\r\nInjected: b"));
        http_set_header(x, "X-Frame-Options", STR("SAMEORIGIN"));
        http_set_download(x, STR("决定书.pdf"));
        http_reply(x, 200, "text/plain", STR("ok"));
    } else if (str_eq_c(path, "/large")) {
        Buf small;
        buf_init(&small, 4);
        buf_c(&small, "more than four");
        http_reply_buf(x, 200, "text/plain", &small);
    } else if (str_eq_c(path, "/gone")) {
        http_reply(x, 200, "text/plain", http_client_gone(x) ? STR("gone") : STR("here"));
    }
    (void)app; /* "/none" and the rest give no reply */
}

static void handle(void *ctx, HttpExchange *x)
{
    App *app = ctx;
    atomic_fetch_add(&app->handled, 1);
    Str path = http_path(x);
    if (str_eq_c(path, "/hello"))
        http_reply(x, 200, "text/plain", STR("hello"));
    else if (str_starts(path, STR("/echo")))
        echo(x);
    else if (str_eq_c(path, "/suspend"))
        hold(app, x);
    else if (str_eq_c(path, "/defer"))
        http_defer(x, defer_reply, NULL);
    else if (str_eq_c(path, "/defer-on"))
        http_defer(x, defer_on, app);
    else if (str_eq_c(path, "/block"))
        http_defer(x, defer_block, app);
    else
        reply_special(app, x);
}

static void on_head(void *ctx, HttpExchange *x, HttpBodyRules *rules)
{
    (void)ctx;
    if (str_eq_c(http_path(x), "/private"))
        http_reply(x, 401, "text/plain", STR("who are you"));
    if (str_eq_c(http_path(x), "/echo/small"))
        *rules = (HttpBodyRules){ .body_max_bytes = 10 };
}

static void on_error(void *ctx, HttpExchange *x, int status, const char *reason)
{
    (void)ctx;
    http_reply(x, status, "application/problem+json", arena_printf(http_arena(x), "{\"reason\":\"%s\"}", reason));
}

static void on_stop(void *ctx)
{
    App *app = ctx;
    for (size_t i = 0; i < app->resume_on_stop; i++) {
        HttpExchange *x = app_take_held(app);
        http_reply(x, 200, "text/plain", STR("resumed by the stop"));
        http_resume(x);
    }
}

static int64_t test_now(void *ctx)
{
    App *app = ctx;
    return atomic_load(&app->now_ms);
}

void app_start(App *app, void (*tune)(HttpOptions *options))
{
    memset(app, 0, sizeof *app);
    pthread_mutex_init(&app->lock, NULL);
    pthread_cond_init(&app->changed, NULL);
    strcpy(app->upload_dir, "/tmp/http-tests-XXXXXX");
    assert_non_null(mkdtemp(app->upload_dir));
    app->options = (HttpOptions){ .handler = handle,
                                  .ctx = app,
                                  .on_head = on_head,
                                  .on_error = on_error,
                                  .on_stop = on_stop,
                                  .upload_dir = app->upload_dir,
                                  .now_ms = test_now };
    if (tune)
        tune(&app->options);
    Err err = { 0 };
    if (http_server_start(&app->options, &app->server, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
}

size_t app_files(const App *app)
{
    DIR *dir = opendir(app->upload_dir);
    assert_non_null(dir);
    size_t n = 0;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

size_t app_stop(App *app, int64_t drain_ms)
{
    size_t unfinished = http_server_stop(app->server, drain_ms);
    assert_int_equal(app_files(app), 0);
    rmdir(app->upload_dir);
    pthread_cond_destroy(&app->changed);
    pthread_mutex_destroy(&app->lock);
    return unfinished;
}

/* Under the application's lock. */
static void wait_change(App *app)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += KIT_WAIT_MS / 1000;
    if (pthread_cond_timedwait(&app->changed, &app->lock, &until) != 0)
        fail_msg("the application waited in vain");
}

HttpExchange *app_take_held(App *app)
{
    pthread_mutex_lock(&app->lock);
    while (app->held_n == 0)
        wait_change(app);
    HttpExchange *x = app->held[--app->held_n];
    pthread_mutex_unlock(&app->lock);
    return x;
}

void app_wait_blocked(App *app, size_t n)
{
    pthread_mutex_lock(&app->lock);
    while (app->blocked < n)
        wait_change(app);
    pthread_mutex_unlock(&app->lock);
}

void app_open_gate(App *app)
{
    pthread_mutex_lock(&app->lock);
    app->gate_open = true;
    pthread_cond_broadcast(&app->changed);
    pthread_mutex_unlock(&app->lock);
}

void app_wait_stat(App *app, size_t offset, size_t value)
{
    for (int i = 0; i < KIT_WAIT_MS; i++) {
        HttpStats stats = http_server_stats(app->server);
        size_t now;
        memcpy(&now, (const char *)&stats + offset, sizeof now);
        if (now == value)
            return;
        poll(NULL, 0, 1);
    }
    fail_msg("the server did not come to the state awaited");
}

/* ---- the client ---- */

Client client_open(const App *app)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(http_server_port(app->server)) };
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    Client client = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .bytes = malloc(KIT_BUFFER) };
    assert_true(client.fd >= 0 && client.bytes);
    assert_int_equal(connect(client.fd, (const struct sockaddr *)&at, sizeof at), 0);
    return client;
}

void client_close(Client *client)
{
    close(client->fd);
    free(client->bytes);
    *client = (Client){ .fd = -1 };
}

void client_send(Client *client, Str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(client->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n < 0)
            return; /* the server closed: what it said before is what counts */
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
}

void client_send_c(Client *client, const char *text)
{
    client_send(client, str_c(text));
}

/* More bytes; false at the connection's end. */
static bool receive(Client *client)
{
    struct pollfd p = { .fd = client->fd, .events = POLLIN };
    if (poll(&p, 1, KIT_WAIT_MS) != 1)
        fail_msg("the client waited in vain");
    assert_true(client->n < KIT_BUFFER);
    ssize_t n = recv(client->fd, client->bytes + client->n, KIT_BUFFER - client->n, 0);
    if (n <= 0)
        return false;
    client->n += (size_t)n;
    return true;
}

Str answer_header(Answer answer, const char *name)
{
    for (Str rest = answer.head; rest.n > 0;) {
        Str value;
        Str line = str_cut(rest, '\n', &rest);
        Str key = str_cut(line, ':', &value);
        if (key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0)
            return str_trim(value);
    }
    return STR_NONE;
}

/* Replies are read from the front of the buffer, and the front is dropped when the next is asked for. */
Answer client_read(Client *client, bool without_body)
{
    static _Thread_local char kept[KIT_BUFFER];
    size_t head_n;
    while ((head_n = str_find((Str){ client->bytes, client->n }, STR("\r\n\r\n"))) == SIZE_MAX)
        if (!receive(client))
            return (Answer){ .status = -1, .head = STR(""), .body = STR("") };
    head_n += 4;
    Answer answer = { .head = { client->bytes, head_n }, .body = STR("") };
    int64_t body_n = 0;
    Str length = answer_header(answer, "Content-Length");
    if (length.n > 0 && !without_body)
        assert_true(str_to_i64(length, &body_n));
    while (client->n < head_n + (size_t)body_n)
        if (!receive(client))
            fail_msg("the reply's body is cut");
    size_t all = head_n + (size_t)body_n;
    memcpy(kept, client->bytes, all);
    memmove(client->bytes, client->bytes + all, client->n - all);
    client->n -= all;
    int64_t status = 0;
    assert_true(str_to_i64((Str){ kept + 9, 3 }, &status));
    return (Answer){ (int)status, { kept, head_n }, { kept + head_n, (size_t)body_n } };
}

bool client_is_cut(Client *client)
{
    size_t before = client->n;
    while (receive(client))
        continue;
    return client->n == before;
}

Answer ask_str(const App *app, Str request)
{
    Client client = client_open(app);
    client_send(&client, request);
    Answer answer = client_read(&client, str_starts(request, STR("HEAD")));
    client_close(&client);
    return answer;
}

Answer ask(const App *app, const char *request)
{
    return ask_str(app, str_c(request));
}

void assert_str_at(Str actual, const char *expected, const char *file, int line)
{
    if (str_eq_c(actual, expected))
        return;
    print_error("\"%.*s\" != \"%s\"\n", STR_ARG(actual), expected);
    _fail(file, line);
}
