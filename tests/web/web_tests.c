/* The frame: who is let in, what is refused, how it is answered. */
#include "web/client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/os/file.h"

#define assert_str(actual, expected)                                       \
    do {                                                                   \
        if (!str_eq_c((actual), (expected)))                               \
            fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(actual), expected); \
    } while (0)

/* ---- signing in ---- */

static void whoever_knows_the_password_is_let_in(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Answer home = site_get(s, "/", session);
    assert_int_equal(home.status, 200);
    assert_true(answer_has(home, "分拨员甲"));
}

static void whoever_does_not_is_told_the_same_as_a_stranger(void **state)
{
    Site *s = *state;
    Answer wrong = site_sign_in(s, "dispatcher", "wrong horse battery");
    Answer unknown = site_sign_in(s, "nobody", "wrong horse battery");
    assert_int_equal(wrong.status, 422);
    assert_int_equal(unknown.status, 422);
    assert_true(answer_has(wrong, "Account or password is not right."));
    assert_true(answer_has(unknown, "Account or password is not right."));
    assert_null(answer_header(wrong, "Set-Cookie").p);
}

static void after_five_failures_a_login_waits(void **state)
{
    Site *s = *state;
    static const char *const logins[] = { "dispatcher", "nobody" };
    for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
        for (int k = 0; k < AUTH_FAILURES; k++)
            assert_int_equal(site_sign_in(s, logins[i], "wrong").status, 422);
        Answer locked = site_sign_in(s, logins[i], SITE_PASSWORD);
        assert_int_equal(locked.status, 429);
        assert_true(answer_header(locked, "Retry-After").n > 0);
        assert_true(answer_has(locked, "Try again in 1 minute."));
    }
    assert_int_equal(site_sign_in(s, "handler", SITE_PASSWORD).status, 303);
    site_at(s, "2023-03-01 09:02");
    assert_int_equal(site_sign_in(s, "dispatcher", SITE_PASSWORD).status, 303);
}

static void a_lock_outlives_a_restart(void **state)
{
    Site *s = *state;
    for (int k = 0; k < AUTH_FAILURES; k++)
        assert_int_equal(site_sign_in(s, "dispatcher", "wrong").status, 422);
    site_restart(s);
    assert_int_equal(site_sign_in(s, "dispatcher", SITE_PASSWORD).status, 429);
}

static void a_session_outlives_a_restart_and_ends_with_sign_out(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    site_restart(s);
    assert_int_equal(site_get(s, "/me", session).status, 200);
    Str form = arena_printf(s->office.arena, "csrf=%.*s", STR_ARG(site_csrf(s, session)));
    Str headers = arena_printf(s->office.arena, "%sContent-Type: application/x-www-form-urlencoded\r\n", session);
    Answer out = site_ask(s, "POST", "/signout", headers.p, form.p);
    assert_int_equal(out.status, 303);
    assert_str(answer_header(out, "Location"), "/signin");
    assert_int_equal(site_get(s, "/me", session).status, 303);
    site_restart(s);
    assert_int_equal(site_get(s, "/me", session).status, 303);
}

static void a_session_ends_when_idle_and_when_old(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    site_at(s, "2023-03-01 09:59");
    assert_int_equal(site_get(s, "/me", session).status, 200);
    site_at(s, "2023-03-01 11:00"); /* 61 minutes later */
    assert_int_equal(site_get(s, "/me", session).status, 303);
    session = site_session(s, "dispatcher");
    for (int i = 0; i < 15; i++) { /* used all day */
        atomic_fetch_add(&s->now, (int64_t)45 * MS_PER_MINUTE);
        assert_int_equal(site_get(s, "/me", session).status, 200);
    }
    atomic_fetch_add(&s->now, (int64_t)45 * MS_PER_MINUTE); /* twelve hours old */
    assert_int_equal(site_get(s, "/me", session).status, 303);
}

static void a_broken_cookie_is_no_session(void **state)
{
    Site *s = *state;
    static const char *const cookies[] = {
        "Cookie: yifa=\r\n",
        "Cookie: yifa=zz\r\n",
        "Cookie: yifa=0000000000000000000000000000000000000000000000000000000000000000\r\n",
        "Cookie: yifa=\xff\xfe; yifa_form=\xc3\r\n",
        "Cookie: ;;;===;yifa\r\n",
        "Authorization: Bearer \r\n",
        "Authorization: Bearer 00\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(cookies); i++)
        assert_int_equal(site_get(s, "/me", cookies[i]).status, 303);
}

static void signing_in_leads_back_but_not_away(void **state)
{
    Site *s = *state;
    Answer away = site_get(s, "/list/appeal?view=closed", NULL);
    assert_int_equal(away.status, 303);
    assert_str(answer_header(away, "Location"), "/signin?next=%2Flist%2Fappeal%3Fview%3Dclosed");
    assert_true(answer_has(site_get(s, "/signin?next=%2Flist%2Fappeal", NULL), "value=\"/list/appeal\""));
    assert_false(answer_has(site_get(s, "/signin?next=%2F%2Fevil.example", NULL), "name=\"next\""));
    assert_false(answer_has(site_get(s, "/signin?next=https:%2F%2Fevil.example", NULL), "name=\"next\""));
}

/* ---- CSRF ---- */

static void a_form_without_its_token_changes_nothing(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Str other = site_csrf(s, site_session(s, "handler"));
    Str headers = arena_printf(s->office.arena, "%sContent-Type: application/x-www-form-urlencoded\r\n", session);
    Str stolen = arena_printf(s->office.arena, "csrf=%.*s", STR_ARG(other));
    assert_int_equal(site_ask(s, "POST", "/signout", headers.p, "").status, 403);
    assert_int_equal(site_ask(s, "POST", "/signout", headers.p, "csrf=").status, 403);
    assert_int_equal(site_ask(s, "POST", "/signout", headers.p, stolen.p).status, 403);
    assert_int_equal(site_get(s, "/me", session).status, 200);
    assert_int_equal(site_ask(s, "POST", "/signin", NULL, "login=dispatcher&password=x").status, 403);
}

/* ---- how things are answered ---- */

static void the_same_address_answers_as_page_or_as_json(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Answer page = site_get(s, "/", session);
    Answer json = site_get_json(s, "/", session);
    assert_str(answer_header(page, "Content-Type"), "text/html; charset=utf-8");
    assert_str(answer_header(json, "Content-Type"), "application/json");
    Json model = answer_json(s, json);
    assert_non_null(json_get(&model, STR("views")));
    assert_int_equal(json_get_int(json_get(json_get(&model, STR("page")), STR("user")), STR("id"), 0),
                     office_person(&s->office, "dispatcher"));
}

static void errors_come_as_pages_and_as_problems(void **state)
{
    Site *s = *state;
    Answer page = site_get(s, "/nowhere", NULL);
    Answer problem = site_get_json(s, "/nowhere", NULL);
    assert_int_equal(page.status, 404);
    assert_true(answer_has(page, "There is no such page"));
    assert_int_equal(problem.status, 404);
    assert_str(answer_header(problem, "Content-Type"), "application/problem+json");
    Json json = answer_json(s, problem);
    assert_str(json_get_str(&json, STR("type")), "urn:yifa:problem:not-found");
    assert_int_equal(json_get_int(&json, STR("status"), 0), 404);
    assert_int_equal(site_get_json(s, "/me", NULL).status, 401);
    Answer method = site_ask(s, "DELETE", "/me", NULL, NULL);
    assert_int_equal(method.status, 405);
    assert_str(answer_header(method, "Allow"), "GET, HEAD");
    const char *session = site_session(s, "dispatcher");
    assert_int_equal(site_get(s, "/list/nothing", session).status, 404);
    assert_int_equal(site_get(s, "/list/appeal?stage=nothing", session).status, 400);
    assert_int_equal(site_get(s, "/list/appeal?after=nothing", session).status, 400);
    assert_int_equal(site_get(s, "/static/../web.key", NULL).status, 400);
    assert_int_equal(site_get(s, "/static/none.css", NULL).status, 404);
}

static void what_is_not_utf8_is_refused(void **state)
{
    Site *s = *state;
    assert_int_equal(site_get(s, "/search?q=%ff", NULL).status, 400);
    assert_int_equal(site_get(s, "/%c3%28", NULL).status, 400);
    assert_int_equal(site_get(s, "/search?q=%zz", NULL).status, 400);
    Answer form = site_ask(s, "POST", "/signin", "Content-Type: application/x-www-form-urlencoded\r\n", "login=%ff");
    assert_int_equal(form.status, 400);
    assert_true(answer_has(form, "<h1"));
}

static void what_is_too_large_is_refused(void **state)
{
    Site *s = *state;
    const size_t n = (2 << 20);
    char *body = arena_alloc(s->office.arena, n + 1);
    memset(body, 'a', n);
    body[n] = '\0';
    Answer answer = site_ask(s, "POST", "/signin", "Content-Type: application/x-www-form-urlencoded\r\n", body);
    assert_int_equal(answer.status, 413);
    Str head = arena_printf(s->office.arena, "X-Long: %.*s\r\n", 40000, body);
    assert_int_equal(site_get(s, "/", head.p).status, 431);
}

static void the_language_is_the_reader_s(void **state)
{
    Site *s = *state;
    Answer english = site_ask(s, "GET", "/signin", "Accept-Language: en\r\n", NULL);
    Answer chinese = site_ask(s, "GET", "/signin", NULL, NULL);
    Answer chosen = site_ask(s, "GET", "/signin?lang=en", NULL, NULL);
    assert_true(answer_has(english, "<html lang=\"en\">"));
    assert_true(answer_has(chinese, "<html lang=\"zh-CN\">"));
    assert_true(answer_has(chosen, "<html lang=\"en\">"));
    assert_true(str_find(chosen.head, STR("yifa_lang=en")) != SIZE_MAX);
    assert_true(answer_has(site_ask(s, "GET", "/signin", "Cookie: yifa_lang=en\r\n", NULL), "lang=\"en\""));
}

static void static_files_are_asked_for_once(void **state)
{
    Site *s = *state;
    Answer first = site_get(s, "/static/yifa.css", NULL);
    assert_int_equal(first.status, 200);
    Str headers = arena_printf(s->office.arena, "If-None-Match: %.*s\r\n", STR_ARG(answer_header(first, "ETag")));
    assert_int_equal(site_get(s, "/static/yifa.css", headers.p).status, 304);
    assert_true(str_find(answer_header(first, "Content-Security-Policy"), STR("default-src 'self'")) != SIZE_MAX);
}

/* ---- acts as JSON ---- */

#define SUBMIT                                                                                                     \
    "{\"procedure\":\"appeal\",\"act\":\"submit\",\"form\":{\"category\":\"noise\",\"place\":\"鹭湖路夜市\"," \
    "\"source\":\"resident\","                                                                                     \
    "\"description\":\"半夜施工\"%s},\"key\":\"%s\"}"

static const char *bearer(Site *s, const char *session)
{
    /* "Cookie: yifa=TOKEN\r\n" */
    return arena_printf(s->office.arena, "Authorization: Bearer %.64s\r\nContent-Type: application/json\r\n",
                        session + strlen("Cookie: yifa="))
        .p;
}

static void an_act_is_done_once_however_often_it_is_sent(void **state)
{
    Site *s = *state;
    const char *token = bearer(s, site_session(s, "dispatcher"));
    Str body = arena_printf(s->office.arena, SUBMIT, "", "key-1");
    Answer answer = site_ask(s, "POST", "/api/acts", token, body.p);
    Json first = answer_json(s, answer);
    if (answer.status != 200)
        fail_msg("%.*s", STR_ARG(answer.body));
    assert_str(json_get_str(&first, STR("answer")), "done");
    Json again = answer_json(s, site_ask(s, "POST", "/api/acts", token, body.p));
    assert_str(json_get_str(&again, STR("answer")), "repeated");
    assert_int_equal(json_get_int(&again, STR("matter"), 0), json_get_int(&first, STR("matter"), 1));
    assert_int_equal(office_count(&s->office, "SELECT COUNT(*) FROM matter"), 1);
}

static void acts_that_cannot_be_read_or_done_say_why(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    const char *token = bearer(s, session);
    assert_int_equal(site_ask(s, "POST", "/api/acts", token, "{").status, 400);
    assert_int_equal(site_ask(s, "POST", "/api/acts", token, "[]").status, 400);
    assert_int_equal(site_ask(s, "POST", "/api/acts", token, "{\"act\":\"sign\"}").status, 400);
    assert_int_equal(site_ask(s, "POST", "/api/acts", token, "{\"act\":\"sign\",\"matter\":1}").status, 404);
    assert_int_equal(site_ask(s, "POST", "/api/acts", token, "{\"act\":\"x\",\"matter\":1,\"mode\":\"mirror\"}").status,
                     400);
    assert_int_equal(site_ask(s, "POST", "/api/acts", "Content-Type: application/json\r\n", "{}").status, 303);
    Answer invalid =
        site_ask(s, "POST", "/api/acts", token, "{\"procedure\":\"appeal\",\"act\":\"submit\",\"form\":{\"x\":1}}");
    assert_int_equal(invalid.status, 422);
    /* The cookie alone is not enough: another site could make the browser send it. */
    Str cookie = arena_printf(s->office.arena, "%sContent-Type: application/json\r\n", session);
    assert_int_equal(site_ask(s, "POST", "/api/acts", cookie.p, "{}").status, 403);
    Str with = arena_printf(s->office.arena, "%sX-CSRF-Token: %.*s\r\n", cookie.p, STR_ARG(site_csrf(s, session)));
    assert_int_equal(site_ask(s, "POST", "/api/acts", with.p, "{}").status, 400);
}

typedef struct Worker {
    Site *site;
    Str request;
    int done;
} Worker;

static void *work(void *arg)
{
    Worker *w = arg;
    for (int i = 0; i < 5; i++) { /* the same key each time */
        /* The office's arena belongs to the test's thread. */
        Site mine = { .web = w->site->web };
        mine.office.arena = arena_new(0);
        w->done += site_ask_bytes(&mine, w->request).status == 200;
        arena_free(mine.office.arena);
    }
    return NULL;
}

static void acts_of_many_connections_share_commits(void **state)
{
    enum { WORKERS = 8, EACH = 5 };
    Site *s = *state;
    Worker workers[WORKERS];
    pthread_t threads[WORKERS];
    const char *tokens[] = { bearer(s, site_session(s, "dispatcher")), bearer(s, site_session(s, "handler")) };
    for (size_t i = 0; i < WORKERS; i++) {
        Str body = arena_printf(s->office.arena, SUBMIT, "", arena_printf(s->office.arena, "worker-%zu", i).p);
        Str request = arena_printf(s->office.arena,
                                   "POST /api/acts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n"
                                   "%s\r\n%.*s",
                                   body.n, tokens[i % 2], STR_ARG(body));
        workers[i] = (Worker){ .site = s, .request = request };
    }
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    int done = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        done += workers[i].done;
    }
    assert_int_equal(done, WORKERS * EACH);
    assert_int_equal(office_count(&s->office, "SELECT COUNT(*) FROM matter"), WORKERS);
}

/* ---- lists ---- */

static void submit(Site *s, const char *token, const char *place, int n)
{
    Str body =
        arena_printf(s->office.arena,
                     "{\"procedure\":\"appeal\",\"act\":\"submit\",\"form\":{\"category\":\"noise\","
                     "\"place\":\"%s\",\"source\":\"resident\",\"description\":\"x\",\"appellant_phone\":\"199%08d\"}}",
                     place, n);
    Answer a = site_ask(s, "POST", "/api/acts", token, body.p);
    if (a.status != 200)
        fail_msg("%.*s", STR_ARG(a.body));
}

static void a_list_goes_on_where_it_stopped(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    for (int i = 0; i < 60; i++)
        submit(s, bearer(s, session), "鹭湖路", i);
    Json model = answer_json(s, site_get_json(s, "/list/appeal", session));
    assert_int_equal(json_get_int(json_get(&model, STR("list")), STR("count"), 0), 50);
    Str next = json_get_str(json_get(&model, STR("paging")), STR("next"));
    assert_true(next.n > 0);
    model = answer_json(s, site_get_json(s, arena_c(s->office.arena, next), session));
    assert_int_equal(json_get_int(json_get(&model, STR("list")), STR("count"), 0), 10);
    assert_int_equal(json_get_str(json_get(&model, STR("paging")), STR("next")).n, 0);
    Answer csv = site_get(s, "/list/appeal?format=csv", session);
    assert_str(answer_header(csv, "Content-Type"), "text/csv; charset=utf-8");
    size_t lines = 0;
    for (size_t i = 0; i < csv.body.n; i++)
        lines += csv.body.p[i] == '\n';
    assert_int_equal(lines, 1 + 60);
    model = answer_json(s, site_get_json(s, "/", session));
    assert_int_equal(json_get_int(json_get(&model, STR("list")), STR("count"), 0), 60);
}

static int64_t found(Site *s, const char *session, const char *query)
{
    Str path = arena_printf(s->office.arena, "/search?q=%s", query);
    Json model = answer_json(s, site_get_json(s, path.p, session));
    return json_get_int(json_get(&model, STR("list")), STR("count"), -1);
}

static void matters_are_found_by_number_person_and_words(void **state)
{
    enum { TRIES = 100, WAIT_US = 50000 };
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    submit(s, bearer(s, session), "湖畔烧烤店", 42);
    assert_int_equal(found(s, session, "19900000042"), 1);
    assert_int_equal(found(s, session, "19900000043"), 0);
    assert_int_equal(found(s, session, ""), 0);
    /* The index follows the ledger within seconds. */
    int64_t n = 0;
    for (int i = 0; i < TRIES && n == 0; i++) {
        usleep(WAIT_US);
        n = found(s, session, "%E7%83%A7%E7%83%A4");
    }
    assert_int_equal(n, 1);
}

/* ---- security log ---- */

static void what_was_refused_is_logged_without_names(void **state)
{
    Site *s = *state;
    Err err = { 0 };
    Str log;
    site_sign_in(s, "dispatcher", "my secret");
    site_get(s, "/me?who=zhangsan", NULL);
    site_get(s, "/%c3%28", NULL);
    Str path = arena_printf(s->office.arena, "%s/security.log", s->office.folder);
    assert_int_equal(os_read_file(s->office.arena, path.p, 65536, &log, &err), RC_OK);
    assert_true(str_find(log, STR("sign-in-wrong 127.0.0.1 /signin")) != SIZE_MAX);
    assert_true(str_find(log, STR("not-signed-in 127.0.0.1 /me")) != SIZE_MAX);
    assert_true(str_find(log, STR("bad-path 127.0.0.1 -")) != SIZE_MAX);
    assert_true(str_find(log, STR("dispatcher")) == SIZE_MAX);
    assert_true(str_find(log, STR("secret")) == SIZE_MAX);
    assert_true(str_find(log, STR("zhangsan")) == SIZE_MAX);
}

static void health_is_said_to_anybody(void **state)
{
    Site *s = *state;
    Answer answer = site_get(s, "/healthz", NULL);
    assert_int_equal(answer.status, 200);
    assert_true(answer_has(answer, "\"status\":\"ok\""));
}

#define WEB_TEST(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WEB_TEST(whoever_knows_the_password_is_let_in),
        WEB_TEST(whoever_does_not_is_told_the_same_as_a_stranger),
        WEB_TEST(after_five_failures_a_login_waits),
        WEB_TEST(a_lock_outlives_a_restart),
        WEB_TEST(a_session_outlives_a_restart_and_ends_with_sign_out),
        WEB_TEST(a_session_ends_when_idle_and_when_old),
        WEB_TEST(a_broken_cookie_is_no_session),
        WEB_TEST(signing_in_leads_back_but_not_away),
        WEB_TEST(a_form_without_its_token_changes_nothing),
        WEB_TEST(the_same_address_answers_as_page_or_as_json),
        WEB_TEST(errors_come_as_pages_and_as_problems),
        WEB_TEST(what_is_not_utf8_is_refused),
        WEB_TEST(what_is_too_large_is_refused),
        WEB_TEST(the_language_is_the_reader_s),
        WEB_TEST(static_files_are_asked_for_once),
        WEB_TEST(an_act_is_done_once_however_often_it_is_sent),
        WEB_TEST(acts_that_cannot_be_read_or_done_say_why),
        WEB_TEST(acts_of_many_connections_share_commits),
        WEB_TEST(a_list_goes_on_where_it_stopped),
        WEB_TEST(matters_are_found_by_number_person_and_words),
        WEB_TEST(what_was_refused_is_logged_without_names),
        WEB_TEST(health_is_said_to_anybody),
    };
    return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
