#include "kit.h"

#include <stdio.h>
#include <string.h>

static App app;

static int start(void **state)
{
    (void)state;
    app_start(&app, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return app_stop(&app, 1000) != 0;
}

static void paths_and_queries_arrive_decoded(void **state)
{
    (void)state;
    Answer a = ask(&app, "GET /echo/%E4%BE%9D?q=%E6%B3%95+x&q=2&e HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(a.status, 200);
    assert_str(a.body, "GET /echo/依 ?q=法 x ?q=2 ?e=");
}

static void bad_text_is_answered_with_400(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *body;
    } rows[] = {
        { "/echo/%FF", "{\"reason\":\"bad-path\"}" },   { "/echo/%zz", "{\"reason\":\"bad-path\"}" },
        { "/echo/%00", "{\"reason\":\"bad-path\"}" },   { "/a/../echo", "{\"reason\":\"bad-path\"}" },
        { "/echo/\xFF", "{\"reason\":\"bad-path\"}" },  { "/echo?a=%C3%28", "{\"reason\":\"bad-query\"}" },
        { "/echo?a=%1", "{\"reason\":\"bad-query\"}" }, { "http://a/echo", "{\"reason\":\"bad-path\"}" },
        { "/echo?\xFF", "{\"reason\":\"bad-query\"}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char request[128];
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", rows[i].target);
        Answer a = ask(&app, request);
        assert_int_equal(a.status, 400);
        assert_str(a.body, rows[i].body);
        assert_str(answer_header(a, "Content-Type"), "application/problem+json");
    }
    assert_int_equal(atomic_load(&app.handled), 0);
}

static void connections_are_kept_and_requests_pipelined(void **state)
{
    (void)state;
    Client c = client_open(&app);
    for (int i = 0; i < 3; i++) {
        client_send_c(&c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_str(client_read(&c, false).body, "hello");
    }
    client_send_c(&c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: "
                      "application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=1GET /echo/3 HTTP/1.1\r\nHost: "
                      "a\r\n\r\nGET /defer HTTP/1.1\r\nHost: a\r\n\r\nGET /echo/5 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(client_read(&c, false).body, "hello");
    assert_str(client_read(&c, false).body, "POST /echo a=1 application/x-www-form-urlencoded:3");
    assert_str(client_read(&c, false).body, "GET /echo/3");
    assert_str(client_read(&c, false).body, "heavy");
    assert_str(client_read(&c, false).body, "GET /echo/5");
    assert_int_equal(http_server_stats(app.server).connections, 1);
    assert_int_equal(http_server_stats(app.server).requests, 8);
    client_close(&c);
}

static void heads_may_arrive_byte_by_byte(void **state)
{
    (void)state;
    Client c = client_open(&app);
    const char *request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Type: a/b\r\n\r\nhi";
    for (const char *p = request; *p; p++)
        client_send(&c, (Str){ p, 1 });
    assert_str(client_read(&c, false).body, "POST /echo a/b:2");
    client_close(&c);
}

static void large_heads_are_refused(void **state)
{
    (void)state;
    Buf request;
    buf_init(&request, 1 << 20);
    buf_c(&request, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Large: ");
    while (request.n < 33 * 1024)
        buf_char(&request, 'x');
    buf_c(&request, "\r\n\r\n");
    Answer a = ask_str(&app, buf_view(&request));
    assert_int_equal(a.status, 431);
    assert_str(a.body, "{\"reason\":\"head-too-large\"}");

    /* Far beyond, the library refuses by itself. */
    buf_clear(&request);
    buf_c(&request, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Large: ");
    while (request.n < 300 * 1024)
        buf_char(&request, 'x');
    buf_c(&request, "\r\n\r\n");
    a = ask_str(&app, buf_view(&request));
    assert_true(a.status == 431 || a.status == -1);

    buf_clear(&request);
    buf_c(&request, "GET /hello HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 200; i++)
        buf_printf(&request, "X-%d: y\r\n", i);
    buf_c(&request, "\r\n");
    assert_int_equal(ask_str(&app, buf_view(&request)).status, 431);
    buf_free(&request);
}

static void a_head_of_almost_the_limit_is_answered(void **state)
{
    (void)state;
    Buf request;
    buf_init(&request, 1 << 20);
    buf_c(&request, "GET /cookie HTTP/1.1\r\nHost: a\r\nX-Large: ");
    while (request.n < 32 * 1024 - 100)
        buf_char(&request, 'x');
    buf_c(&request, "\r\n\r\n");
    assert_int_equal(ask_str(&app, buf_view(&request)).status, 200);
    buf_free(&request);
}

static void two_lengths_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        Client c = client_open(&app);
        client_send_c(&c, bad[i]);
        assert_int_equal(client_read(&c, false).status, 400);
        assert_true(client_is_cut(&c));
        client_close(&c);
    }
    assert_int_equal(ask(&app, "GET /hello HTTP/1.1\r\n\r\n").status, 400); /* no Host */
    assert_int_equal(atomic_load(&app.handled), 0);
}

static void broken_cookies_are_passed_over(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *body;
    } rows[] = {
        { "session=abc", "GET /echo cookie=abc" },
        { "a=1; session=\"abc\"; session=second", "GET /echo cookie=abc" },
        { "session", "GET /echo" },
        { ";;=;session=;", "GET /echo cookie=" },
        { "session=\xFF; session=ok", "GET /echo cookie=ok" },
        { "\"; a=\"b; session=x", "GET /echo cookie=x" },
        { "a = b = c,, session = y", "GET /echo" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char request[256];
        snprintf(request, sizeof request, "GET /echo HTTP/1.1\r\nHost: a\r\nCookie: %s\r\n\r\n", rows[i].header);
        Answer a = ask(&app, request);
        if (a.status != 400) /* the library refuses some by itself */
            assert_str(a.body, rows[i].body);
    }
}

static void on_head_may_answer(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "POST /private HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");
    assert_str(client_read(&c, false).body, "who are you");
    client_send_c(&c, "POST /private HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(client_read(&c, false).status, 401);
    assert_int_equal(atomic_load(&app.handled), 0);
    client_close(&c);
}

static void unknown_methods_reach_the_handler(void **state)
{
    (void)state;
    assert_str(ask(&app, "PROPFIND /echo HTTP/1.1\r\nHost: a\r\n\r\n").body, "PROPFIND /echo");
    assert_str(ask(&app, "DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n").body, "DELETE /echo");
}

static void *ask_a_hundred_times(void *arg)
{
    (void)arg;
    size_t good = 0;
    Client c = client_open(&app);
    for (int i = 0; i < 100; i++) {
        const char *path = i % 10 == 0 ? "/defer" : "/hello";
        char request[64];
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
        client_send_c(&c, request);
        Answer a = client_read(&c, false);
        good += a.status == 200 && str_eq_c(a.body, i % 10 == 0 ? "heavy" : "hello");
    }
    client_close(&c);
    return (void *)good;
}

static void many_connections_are_served_at_once(void **state)
{
    (void)state;
    pthread_t threads[64];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_a_hundred_times, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_int_equal((size_t)good, 100);
    }
    assert_int_equal(http_server_stats(app.server).requests, 6400);
    APP_WAIT(&app, connections, 0);
}

int request_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths_and_queries_arrive_decoded, start, stop),
        cmocka_unit_test_setup_teardown(bad_text_is_answered_with_400, start, stop),
        cmocka_unit_test_setup_teardown(connections_are_kept_and_requests_pipelined, start, stop),
        cmocka_unit_test_setup_teardown(heads_may_arrive_byte_by_byte, start, stop),
        cmocka_unit_test_setup_teardown(large_heads_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_head_of_almost_the_limit_is_answered, start, stop),
        cmocka_unit_test_setup_teardown(two_lengths_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(broken_cookies_are_passed_over, start, stop),
        cmocka_unit_test_setup_teardown(on_head_may_answer, start, stop),
        cmocka_unit_test_setup_teardown(unknown_methods_reach_the_handler, start, stop),
        cmocka_unit_test_setup_teardown(many_connections_are_served_at_once, start, stop),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
