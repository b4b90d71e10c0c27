/* client.h - a server over a small office, and a client that says over a socket exactly what a test writes. */
#ifndef YIFA_TESTS_WEB_CLIENT_H
#define YIFA_TESTS_WEB_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/fixture.h"
#include "lib/fmt/json.h"
#include "ui/web/web.h"

typedef struct Site {
    Office office;
    atomic_llong now;
    Sequencer *sequencer;
    Auth *auth;
    Web *web;
} Site;

/* Accounts: every person of the office with the password below. */
#define SITE_PASSWORD "correct horse battery"
void site_open(Site *site);
void site_close(Site *site);
/* The same for a test group: *state is a Site. */
int site_set_up(void **state);
int site_tear_down(void **state);
void site_restart(Site *site); /* of the server, with the data as they are */
void site_at(Site *site, const char *local);

typedef struct Answer {
    int status;
    Str head;
    Str body;
} Answer;

/* `headers` are whole lines ending in CRLF, or NULL; `body` may be NULL. Lies in the office's arena. */
Answer site_ask(Site *site, const char *method, const char *path, const char *headers, const char *body);
Answer site_ask_bytes(Site *site, Str request);
Answer site_get(Site *site, const char *path, const char *headers);
Answer site_get_json(Site *site, const char *path, const char *headers);
Str answer_header(Answer answer, const char *name);
bool answer_has(Answer answer, const char *text); /* in the body */
Json answer_json(Site *site, Answer answer);

/* The sign-in form: its cookie and token; then the form posted with them. */
Answer site_sign_in(Site *site, const char *login, const char *password);
/* "Cookie: yifa=…" of a session, CRLF included; fails the test when the person is not let in. */
const char *site_session(Site *site, const char *login);
/* A form token of the session: from its page /me. */
Str site_csrf(Site *site, const char *session);

/* A form sent with the session's token; `fields` is "name=value&…". */
Answer site_post(Site *site, const char *session, const char *path, const char *fields);
/* A value percent-encoded for it. */
const char *site_enc(Site *site, const char *text);

#endif
