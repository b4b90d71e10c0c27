#include "web/client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

/* ---- server ---- */

static int64_t site_now(void *ctx)
{
    return atomic_load((atomic_llong *)ctx);
}

static void start(Site *s)
{
    Err err = { 0 };
    SequencerOptions sequencer = { .sweep_ms = 0 };
    must(sequencer_start(s->office.app, &sequencer, &s->sequencer, &err), &err);
    must(auth_open(s->office.app, s->sequencer, s->office.folder, &s->auth, &err), &err);
    WebOptions options = { .app = s->office.app,
                           .sequencer = s->sequencer,
                           .auth = s->auth,
                           .data = s->office.folder,
                           .folder = YIFA_SOURCE "/web",
                           .threads = 2 };
    must(web_start(&options, &s->web, &err), &err);
}

static void stop(Site *s)
{
    web_stop(s->web);
    sequencer_stop(s->sequencer);
    auth_close(s->auth);
}

void site_open(Site *s)
{
    static const char *const logins[] = { "dispatcher", "handler", "head", "officer1", "supervisor" };
    Err err = { 0 };
    office_open(&s->office);
    /* The server's threads ask at the same time, which the fixture's own clock and randomness do not stand. */
    atomic_store(&s->now, s->office.now);
    s->office.options.clock = (OsClock){ site_now, &s->now };
    s->office.options.entropy = os_entropy_system();
    office_reopen(&s->office);
    site_at(s, "2023-03-01 09:00");
    start(s);
    for (size_t i = 0; i < ARRAY_LEN(logins); i++)
        must(auth_account(s->auth, office_person(&s->office, logins[i]), str_c(logins[i]), STR(SITE_PASSWORD), &err),
             &err);
}

void site_close(Site *s)
{
    stop(s);
    office_close(&s->office);
}

void site_restart(Site *s)
{
    stop(s);
    office_reopen(&s->office);
    start(s);
}

void site_at(Site *s, const char *local)
{
    office_at(&s->office, local);
    atomic_store(&s->now, s->office.now);
}

/* ---- client ---- */

static int connect_to(Site *s)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(web_port(s->web)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

Answer site_ask_bytes(Site *s, Str request)
{
    Buf all;
    char piece[65536];
    ssize_t n = 0;
    int fd = connect_to(s);
    for (size_t sent = 0; sent < request.n; sent += (size_t)n) {
        n = send(fd, request.p + sent, request.n - sent, MSG_NOSIGNAL);
        if (n <= 0)
            break; /* refused before it was all sent; the answer says why */
    }
    buf_init(&all, 64 << 20);
    while ((n = read(fd, piece, sizeof piece)) > 0)
        buf_bytes(&all, piece, (size_t)n);
    close(fd);
    Str text = buf_to_arena(&all, s->office.arena);
    buf_free(&all);
    size_t end = str_find(text, STR("\r\n\r\n"));
    if (end == SIZE_MAX || text.n < 12)
        fail_msg("no answer: %.*s", STR_ARG(text));
    int64_t status = 0;
    assert_true(str_to_i64(str_slice(text, 9, 12), &status));
    return (Answer){ (int)status, str_slice(text, 0, end + 2), str_slice(text, end + 4, text.n) };
}

Answer site_ask(Site *s, const char *method, const char *path, const char *headers, const char *body)
{
    Str request = arena_printf(s->office.arena,
                               "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
                               method, path, body ? strlen(body) : 0, headers ? headers : "", body ? body : "");
    return site_ask_bytes(s, request);
}

Answer site_get(Site *s, const char *path, const char *headers)
{
    Str all = arena_printf(s->office.arena, "Accept: text/html\r\nAccept-Language: en\r\n%s", headers ? headers : "");
    return site_ask(s, "GET", path, all.p, NULL);
}

Answer site_get_json(Site *s, const char *path, const char *headers)
{
    Str all = arena_printf(s->office.arena, "Accept: application/json\r\n%s", headers ? headers : "");
    return site_ask(s, "GET", path, all.p, NULL);
}

Str answer_header(Answer answer, const char *name)
{
    Str lines = answer.head;
    while (lines.n) {
        Str value;
        Str key = str_cut(str_cut(lines, '\n', &lines), ':', &value);
        if (value.p && key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0)
            return str_trim(value);
    }
    return STR_NONE;
}

bool answer_has(Answer answer, const char *text)
{
    return str_find(answer.body, str_c(text)) != SIZE_MAX;
}

Json answer_json(Site *s, Answer answer)
{
    Json json;
    Err err = { 0 };
    if (json_parse(s->office.arena, answer.body, &json, &err) != RC_OK)
        fail_msg("%d %.*s: %s", answer.status, STR_ARG(answer.body), err.text);
    return json;
}

/* ---- signing in ---- */

static Str cookie_of(Answer answer)
{
    Str rest;
    return str_cut(answer_header(answer, "Set-Cookie"), ';', &rest);
}

Answer site_sign_in(Site *s, const char *login, const char *password)
{
    Arena *a = s->office.arena;
    Answer form = site_get_json(s, "/signin", NULL);
    Json model = answer_json(s, form);
    Str csrf = json_get_str(json_get(&model, STR("form")), STR("csrf"));
    Str headers = arena_printf(a,
                               "Cookie: %.*s\r\nAccept: text/html\r\nAccept-Language: en\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n",
                               STR_ARG(cookie_of(form)));
    Buf body;
    buf_init(&body, 65536);
    buf_printf(&body, "csrf=%.*s&login=", STR_ARG(csrf));
    buf_url(&body, str_c(login));
    buf_c(&body, "&password=");
    buf_url(&body, str_c(password));
    Str text = buf_to_arena(&body, a);
    buf_free(&body);
    return site_ask(s, "POST", "/signin", headers.p, text.p);
}

const char *site_session(Site *s, const char *login)
{
    Answer answer = site_sign_in(s, login, SITE_PASSWORD);
    if (answer.status != 303)
        fail_msg("%s was not let in: %d", login, answer.status);
    return arena_printf(s->office.arena, "Cookie: %.*s\r\n", STR_ARG(cookie_of(answer))).p;
}

Str site_csrf(Site *s, const char *session)
{
    Json model = answer_json(s, site_get_json(s, "/me", session));
    return json_get_str(json_get(&model, STR("form")), STR("csrf"));
}

int site_set_up(void **state)
{
    Site *s = calloc(1, sizeof *s);
    site_open(s);
    *state = s;
    return 0;
}

int site_tear_down(void **state)
{
    site_close(*state);
    free(*state);
    return 0;
}

const char *site_enc(Site *s, const char *text)
{
    Buf out;
    buf_init(&out, 1 << 18);
    buf_url(&out, str_c(text));
    const char *encoded = arena_c(s->office.arena, buf_view(&out));
    buf_free(&out);
    return encoded;
}

Answer site_post(Site *s, const char *session, const char *path, const char *fields)
{
    Str headers = arena_printf(s->office.arena, "%sContent-Type: application/x-www-form-urlencoded\r\n", session);
    Str csrf = site_csrf(s, session);
    Str body = arena_printf(s->office.arena, "csrf=%.*s&%s", STR_ARG(csrf), fields);
    return site_ask(s, "POST", path, headers.p, body.p);
}
