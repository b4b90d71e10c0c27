#include "kit.h"

#include <sys/socket.h>

static App app;

static void one_heavy_thread(HttpOptions *options)
{
    options->heavy_threads = 1;
    options->heavy_queue = 2;
}

static int start(void **state)
{
    (void)state;
    app_start(&app, one_heavy_thread);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return app_stop(&app, 1000) != 0;
}

static void deferred_work_replies(void **state)
{
    (void)state;
    assert_str(ask(&app, "GET /defer HTTP/1.1\r\nHost: a\r\n\r\n").body, "heavy");
    Client c = client_open(&app);
    client_send_c(&c, "HEAD /defer HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(answer_header(client_read(&c, true), "Content-Length"), "5");
    client_close(&c);
}

static void suspended_requests_are_answered_by_another_thread(void **state)
{
    (void)state;
    Client c = client_open(&app);
    for (int i = 0; i < 2; i++) {
        client_send_c(&c, i == 0 ? "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n"
                                 : "GET /defer-on HTTP/1.1\r\nHost: a\r\n\r\n");
        HttpExchange *x = app_take_held(&app);
        assert_int_equal(http_server_stats(app.server).suspended, 1);
        http_reply(x, 201, "text/plain", http_path(x));
        http_resume(x);
        Answer a = client_read(&c, false);
        assert_int_equal(a.status, 201);
        assert_str(a.body, i == 0 ? "/suspend" : "/defer-on");
    }
    client_close(&c);
}

static void resuming_without_a_reply_gives_500(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n");
    http_resume(app_take_held(&app));
    assert_str(client_read(&c, false).body, "{\"reason\":\"no-reply\"}");
    client_close(&c);
}

static void a_full_queue_gives_503(void **state)
{
    (void)state;
    static const char request[] = "GET /block HTTP/1.1\r\nHost: a\r\n\r\n";
    Client busy[3];
    for (size_t i = 0; i < 3; i++) {
        busy[i] = client_open(&app);
        client_send_c(&busy[i], request);
        if (i == 0)
            app_wait_blocked(&app, 1);
    }
    APP_WAIT(&app, heavy_waiting, 2);
    Answer a = ask(&app, request);
    assert_int_equal(a.status, 503);
    assert_str(a.body, "{\"reason\":\"heavy-busy\"}");
    assert_str(answer_header(a, "Retry-After"), "5");
    app_open_gate(&app);
    for (size_t i = 0; i < 3; i++) {
        assert_str(client_read(&busy[i], false).body, "unblocked");
        client_close(&busy[i]);
    }
}

static void clients_that_left_do_not_harm(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n");
    HttpExchange *x = app_take_held(&app);
    assert_false(http_client_gone(x));
    client_close(&c);
    while (!http_client_gone(x))
        continue;
    http_reply(x, 200, "text/plain", STR("nobody listens"));
    http_resume(x);
    APP_WAIT(&app, connections, 0);
    assert_int_equal(http_server_stats(app.server).in_flight, 0);
}

static void half_closed_clients_are_answered(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n");
    shutdown(c.fd, SHUT_WR);
    HttpExchange *x = app_take_held(&app);
    http_reply(x, 200, "text/plain", STR("still here"));
    http_resume(x);
    assert_str(client_read(&c, false).body, "still here");
    assert_true(client_is_cut(&c));
    client_close(&c);
}

static void stopping_lets_the_application_resume(void **state)
{
    (void)state;
    App own;
    app_start(&own, NULL);
    own.resume_on_stop = 4;
    Client c[4];
    for (size_t i = 0; i < 4; i++) {
        c[i] = client_open(&own);
        client_send_c(&c[i], "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    APP_WAIT(&own, suspended, 4);
    Client idle = client_open(&own);
    assert_int_equal(app_stop(&own, KIT_WAIT_MS), 0);
    for (size_t i = 0; i < 4; i++) {
        Answer a = client_read(&c[i], false);
        assert_str(a.body, "resumed by the stop");
        assert_str(answer_header(a, "Connection"), "close");
        client_close(&c[i]);
    }
    assert_true(client_is_cut(&idle));
    client_close(&idle);
}

static void stopping_answers_what_nobody_resumed(void **state)
{
    (void)state;
    App own;
    app_start(&own, one_heavy_thread);
    Client c[3];
    static const char *const requests[] = { "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n",
                                            "GET /defer-on HTTP/1.1\r\nHost: a\r\n\r\n",
                                            "GET /suspend HTTP/1.1\r\nHost: a\r\n\r\n" };
    HttpExchange *held[3];
    for (size_t i = 0; i < 3; i++) {
        c[i] = client_open(&own);
        client_send_c(&c[i], requests[i]);
        held[i] = app_take_held(&own);
    }
    assert_int_equal(app_stop(&own, 0), 3);
    for (size_t i = 0; i < 3; i++) {
        Answer a = client_read(&c[i], false);
        assert_int_equal(a.status, 503);
        assert_str(a.body, "503 stopping\n");
        client_close(&c[i]);
    }
    for (size_t i = 0; i < 3; i++) { /* late, but in good order */
        assert_true(str_starts(http_path(held[i]), STR("/")));
        assert_str(http_header(held[i], "host"), "a");
        assert_true(http_client_gone(held[i]));
        http_set_header(held[i], "X-Late", STR("1"));
        http_reply(held[i], 200, "text/plain", STR("too late"));
        http_resume(held[i]);
    }
}

static void *open_gate_when_cancelled(void *arg)
{
    App *own = arg;
    APP_WAIT(own, suspended, 0);
    app_open_gate(own);
    return NULL;
}

static void stopping_waits_for_running_work_and_drops_waiting_work(void **state)
{
    (void)state;
    App own;
    app_start(&own, one_heavy_thread);
    Client c[3];
    for (size_t i = 0; i < 3; i++) {
        c[i] = client_open(&own);
        client_send_c(&c[i], "GET /block HTTP/1.1\r\nHost: a\r\n\r\n");
        if (i == 0)
            app_wait_blocked(&own, 1);
    }
    APP_WAIT(&own, heavy_waiting, 2);
    pthread_t opener;
    assert_int_equal(pthread_create(&opener, NULL, open_gate_when_cancelled, &own), 0);
    assert_int_equal(http_server_stop(own.server, 0), 3);
    pthread_join(opener, NULL);
    assert_int_equal(own.blocked, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(client_read(&c[i], false).status, 503);
        client_close(&c[i]);
    }
    own.server = NULL;
    app_stop(&own, 0);
}

int lanes_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(deferred_work_replies, start, stop),
        cmocka_unit_test_setup_teardown(suspended_requests_are_answered_by_another_thread, start, stop),
        cmocka_unit_test_setup_teardown(resuming_without_a_reply_gives_500, start, stop),
        cmocka_unit_test_setup_teardown(a_full_queue_gives_503, start, stop),
        cmocka_unit_test_setup_teardown(clients_that_left_do_not_harm, start, stop),
        cmocka_unit_test_setup_teardown(half_closed_clients_are_answered, start, stop),
        cmocka_unit_test(stopping_lets_the_application_resume),
        cmocka_unit_test(stopping_answers_what_nobody_resumed),
        cmocka_unit_test(stopping_waits_for_running_work_and_drops_waiting_work),
    };
    return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
