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

static void head_gives_the_head_alone(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    Answer a = client_read(&c, true);
    assert_int_equal(a.status, 200);
    assert_str(answer_header(a, "Content-Length"), "5");
    assert_str(client_read(&c, false).body, "hello");
    client_close(&c);
}

static void replies_carry_safe_headers(void **state)
{
    (void)state;
    Answer a = ask(&app, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(answer_header(a, "X-Content-Type-Options"), "nosniff");
    assert_str(answer_header(a, "X-Frame-Options"), "DENY");
    assert_str(answer_header(a, "Cache-Control"), "no-store");
    assert_true(str_find(answer_header(a, "Content-Security-Policy"), STR("frame-ancestors 'none'")) != SIZE_MAX);
}

static void cookies_and_headers_are_written(void **state)
{
    (void)state;
    Answer a = ask(&app, "GET /cookie HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(str_find(a.head, STR("Set-Cookie: session=t0k3n; Path=/; Max-Age=60; SameSite=Lax; Secure; "
                                     "HttpOnly\r\n")) != SIZE_MAX);
    assert_true(str_find(a.head, STR("Set-Cookie: lang=zh; Path=/a; Max-Age=0; SameSite=Strict\r\n")) != SIZE_MAX);
    assert_str(answer_header(a, "X-Name"), "a  Injected: b");
    assert_str(answer_header(a, "X-Frame-Options"), "SAMEORIGIN");
    assert_true(str_find(a.head, STR("DENY")) == SIZE_MAX);
    assert_str(answer_header(a, "Content-Disposition"), "attachment; filename*=UTF-8''%E5%86%B3%E5%AE%9A%E4%B9%A6.pdf");
}

static void redirects_stay_here(void **state)
{
    (void)state;
    static const struct {
        const char *to;
        const char *location;
    } rows[] = {
        { "/m/7%3Fx=1%2B2", "/m/7?x=1+2" },
        { "/%E4%BA%8B", "/%E4%BA%8B" },
        { "//evil.example/", "/" },
        { "https://evil.example/", "/" },
        { "/%5Cevil", "/" },
        { "/a%0D%0AX:+b", "/" },
        { "", "/" },
        { "/a+b", "/a%20b" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char request[128];
        snprintf(request, sizeof request, "GET /redirect?to=%s HTTP/1.1\r\nHost: a\r\n\r\n", rows[i].to);
        Answer a = ask(&app, request);
        assert_int_equal(a.status, 303);
        assert_str(answer_header(a, "Location"), rows[i].location);
    }
}

static void assets_are_sent_once(void **state)
{
    (void)state;
    Answer a = ask(&app, "GET /asset HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(a.status, 200);
    assert_str(answer_header(a, "ETag"), "\"abc\"");
    assert_str(answer_header(a, "Cache-Control"), "public, max-age=60");
    assert_str(a.body, "p{}");
    Client c = client_open(&app);
    client_send_c(&c, "GET /asset HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\", W/\"abc\"\r\n\r\n");
    a = client_read(&c, true);
    assert_int_equal(a.status, 304);
    assert_str(answer_header(a, "ETag"), "\"abc\"");
    client_send_c(&c, "GET /asset HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n\r\n");
    assert_int_equal(client_read(&c, false).status, 200);
    client_close(&c);
}

static void files_are_streamed(void **state)
{
    (void)state;
    Answer a = ask(&app, "GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(a.body, "\x7F"
                       "ELF");
    assert_str(answer_header(a, "Content-Type"), "application/pdf");
    Client c = client_open(&app);
    client_send_c(&c, "GET /file HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n");
    assert_int_equal(client_read(&c, true).status, 304);
    client_close(&c);
}

static void missing_and_broken_replies_become_500(void **state)
{
    (void)state;
    Answer a = ask(&app, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(a.status, 500);
    assert_str(a.body, "{\"reason\":\"no-reply\"}");
    a = ask(&app, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(a.status, 500);
    assert_str(a.body, "{\"reason\":\"reply-too-large\"}");
}

static void etags_name_the_content(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    assert_str(http_etag(arena, STR("abc")), "\"ba7816bf8f01cfea414140de5dae2223\"");
    arena_free(arena);
}

static void options_out_of_range_are_refused(void **state)
{
    (void)state;
    HttpOptions options = app.options;
    HttpServer *server = NULL;
    Err err;
    options.address = "localhost";
    assert_int_equal(http_server_start(&options, &server, &err), RC_INVALID);
    options.address = NULL;
    options.loop_threads = 1000;
    assert_int_equal(http_server_start(&options, &server, &err), RC_INVALID);
    options.loop_threads = 1;
    options.handler = NULL;
    assert_int_equal(http_server_start(&options, &server, &err), RC_INVALID);
    options.handler = app.options.handler;
    options.port = http_server_port(app.server);
    assert_int_equal(http_server_start(&options, &server, &err), RC_IO);
    assert_non_null(strstr(err.text, "cannot listen"));
    assert_null(server);
    http_server_stop(NULL, 0);
}

int reply_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(head_gives_the_head_alone, start, stop),
        cmocka_unit_test_setup_teardown(replies_carry_safe_headers, start, stop),
        cmocka_unit_test_setup_teardown(cookies_and_headers_are_written, start, stop),
        cmocka_unit_test_setup_teardown(redirects_stay_here, start, stop),
        cmocka_unit_test_setup_teardown(assets_are_sent_once, start, stop),
        cmocka_unit_test_setup_teardown(files_are_streamed, start, stop),
        cmocka_unit_test_setup_teardown(missing_and_broken_replies_become_500, start, stop),
        cmocka_unit_test(etags_name_the_content),
        cmocka_unit_test_setup_teardown(options_out_of_range_are_refused, start, stop),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
