#include "kit.h"

#include <sys/socket.h>

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

static void pass(int64_t ms)
{
    atomic_fetch_add(&app.now_ms, ms);
    http_server_tick(app.server);
}

static uint64_t cut(void)
{
    return http_server_stats(app.server).cut;
}

static void a_head_that_drips_is_cut(void **state)
{
    (void)state;
    Client c = client_open(&app);
    APP_WAIT(&app, connections, 1);
    const char *request = "GET /hello HTTP/1.1\r\nX: aaaaaaaaaaaaaaa";
    int seconds = 0;
    for (; cut() == 0; seconds++) {
        client_send(&c, (Str){ request + seconds, 1 });
        pass(1000);
    }
    assert_int_equal(seconds, 30);
    assert_true(client_is_cut(&c));
    APP_WAIT(&app, connections, 0);
    client_close(&c);
}

static void an_idle_connection_is_cut_after_its_last_reply(void **state)
{
    (void)state;
    Client c = client_open(&app);
    for (int i = 0; i < 3; i++) {
        client_send_c(&c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_int_equal(client_read(&c, false).status, 200);
        APP_WAIT(&app, in_flight, 0);
        pass(29999);
        assert_int_equal(cut(), 0);
    }
    pass(1);
    assert_true(client_is_cut(&c));
    client_close(&c);
}

static void a_body_that_drips_is_cut_by_its_rate(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    APP_WAIT(&app, in_flight, 1);
    int seconds = 0;
    for (; cut() == 0; seconds++) {
        client_send(&c, STR("x"));
        pass(1000);
    }
    assert_int_equal(seconds, 5);
    assert_true(client_is_cut(&c));
    APP_WAIT(&app, in_flight, 0);
    assert_int_equal(atomic_load(&app.handled), 0);
    client_close(&c);
}

static void a_body_has_a_total_time(void **state)
{
    (void)state;
    static char plenty[200 * 1024];
    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
    client_send(&c, (Str){ plenty, sizeof plenty });
    APP_WAIT(&app, in_flight, 1);
    /* Far above the minimum rate, but the rest never comes. */
    pass(4000);
    assert_int_equal(cut(), 0);
    pass(26000);
    assert_int_equal(cut(), 1);
    assert_true(client_is_cut(&c));
    client_close(&c);
}

static void an_answer_that_does_not_come_is_504(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n");
    HttpExchange *x = app_take_held(&app);
    pass(59999);
    assert_false(http_client_gone(x));
    pass(1);
    Answer a = client_read(&c, false);
    assert_int_equal(a.status, 504);
    assert_str(a.body, "504 no-answer\n");
    client_send_c(&c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(client_read(&c, false).body, "hello");
    http_reply(x, 200, "text/plain", STR("too late"));
    http_resume(x);
    client_close(&c);
}

static void a_client_that_does_not_read_is_cut(void **state)
{
    (void)state;
    Client c = client_open(&app);
    const int small = 4096;
    setsockopt(c.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client_send_c(&c, "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n");
    HttpExchange *x = app_take_held(&app);
    Buf large;
    buf_init(&large, 16 << 20);
    while (large.n < 16 << 20)
        buf_bytes(&large, "0123456789abcdef", 16);
    http_reply_buf(x, 200, "text/plain", &large);
    http_resume(x);
    char first;
    assert_int_equal(recv(c.fd, &first, 1, 0), 1); /* it is being sent */
    pass(179999);
    assert_int_equal(cut(), 0);
    pass(1);
    APP_WAIT(&app, connections, 0);
    assert_int_equal(cut(), 1);
    client_close(&c);
}

static void real_time(HttpOptions *options)
{
    options->now_ms = NULL;
    options->head_deadline_ms = 1;
}

static void the_server_watches_by_itself(void **state)
{
    (void)state;
    App own;
    app_start(&own, real_time);
    Client c = client_open(&own);
    assert_true(client_is_cut(&c));
    client_close(&c);
    assert_int_equal(app_stop(&own, 1000), 0);
}

int deadline_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_head_that_drips_is_cut, start, stop),
        cmocka_unit_test_setup_teardown(an_idle_connection_is_cut_after_its_last_reply, start, stop),
        cmocka_unit_test_setup_teardown(a_body_that_drips_is_cut_by_its_rate, start, stop),
        cmocka_unit_test_setup_teardown(a_body_has_a_total_time, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_that_does_not_come_is_504, start, stop),
        cmocka_unit_test_setup_teardown(a_client_that_does_not_read_is_cut, start, stop),
        cmocka_unit_test(the_server_watches_by_itself),
    };
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
