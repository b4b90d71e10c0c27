#include "kit.h"

#include <stdio.h>
#include <string.h>

static App app;

static void two_uploads(HttpOptions *options)
{
    options->uploads_max = 2;
    options->upload_max_bytes = 256 * 1024;
    options->body_max_bytes = 64 * 1024;
    options->fields_max = 5;
}

static int start(void **state)
{
    (void)state;
    app_start(&app, two_uploads);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return app_stop(&app, 1000) != 0;
}

static Answer post(const char *path, const char *type, Str body)
{
    Buf request;
    buf_init(&request, 8 << 20);
    buf_printf(&request, "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", path, type,
               body.n);
    buf_str(&request, body);
    Answer answer = ask_str(&app, buf_view(&request));
    buf_free(&request);
    return answer;
}

#define FORM  "application/x-www-form-urlencoded; charset=utf-8"
#define MULTI "multipart/form-data; boundary=\"-=B\""

static Buf filled(size_t n)
{
    Buf b;
    buf_init(&b, n);
    for (size_t i = 0; i < n; i++)
        buf_char(&b, 'x');
    return b;
}

static void forms_are_decoded(void **state)
{
    (void)state;
    Answer a = post("/echo", FORM, STR("who=%E6%9D%8E&what=a+b&who=2&none"));
    assert_int_equal(a.status, 200);
    assert_true(str_starts(a.body, STR("POST /echo who=李 what=a b who=2 none= ")));
    assert_str(post("/echo", FORM, STR("a=%FF")).body, "{\"reason\":\"bad-form\"}");
    assert_str(post("/echo", FORM, STR("a=%2")).body, "{\"reason\":\"bad-form\"}");
    assert_str(post("/echo", FORM, STR("a&b&c&d&e&f")).body, "{\"reason\":\"too-many-fields\"}");
}

static void chunked_bodies_are_read(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: " FORM
                      "\r\n\r\n3\r\na=1\r\n");
    client_send_c(&c, "4;ext=1\r\n&b=2\r\n0\r\nTrailer: x\r\n\r\n");
    Answer a = client_read(&c, false);
    assert_true(str_starts(a.body, STR("POST /echo a=1 b=2 ")));
    client_send_c(&c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(client_read(&c, false).body, "hello");
    client_close(&c);
}

static void bodies_over_their_limit_get_413(void **state)
{
    (void)state;
    Buf large = filled(64 * 1024 + 1);
    Answer a = post("/echo", "text/plain", buf_view(&large));
    assert_int_equal(a.status, 413);
    assert_str(a.body, "{\"reason\":\"body-too-large\"}");
    assert_int_equal(post("/echo", "text/plain", str_slice(buf_view(&large), 0, 64 * 1024)).status, 200);
    assert_int_equal(post("/echo/small", "text/plain", STR("0123456789")).status, 200);
    assert_int_equal(post("/echo/small", "text/plain", STR("0123456789+")).status, 413);

    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n");
    client_send(&c, buf_view(&large));
    client_send_c(&c, "\r\n0\r\n\r\n");
    assert_int_equal(client_read(&c, false).status, 413);
    client_send_c(&c, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_str(client_read(&c, false).body, "hello");
    client_close(&c);
    buf_free(&large);
}

static void announced_floods_are_answered_unread(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n");
    assert_int_equal(client_read(&c, false).status, 413);
    assert_true(client_is_cut(&c));
    client_close(&c);
}

static void endless_chunks_are_cut(void **state)
{
    (void)state;
    Buf large = filled(64 * 1024);
    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        client_send_c(&c, "10000\r\n");
        client_send(&c, buf_view(&large));
        client_send_c(&c, "\r\n");
    }
    assert_true(client_is_cut(&c));
    client_close(&c);
    buf_free(&large);
}

static void files_are_streamed_with_their_digest(void **state)
{
    (void)state;
    Buf body;
    buf_init(&body, 1 << 20);
    buf_c(&body, "---=B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n中文\r\n---=B\r\n"
                 "Content-Disposition: form-data; name=\"photo\"; filename=\"../现场.jpg\"\r\nContent-Type: "
                 "image/jpeg\r\n\r\n");
    for (int i = 0; i < 200000; i++)
        buf_char(&body, 'a');
    buf_c(&body, "\r\n---=B\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n"
                 "Content-Type: application/octet-stream\r\n\r\n\r\n---=B--\r\n");
    Answer a = post("/echo", MULTI, buf_view(&body));
    assert_int_equal(a.status, 200);
    assert_str(a.body, "POST /echo title=中文 @photo=现场.jpg:image/jpeg:200000:"
                       "2287d207f24a941ff3b56c04c8a25ad56b63e3023207b3bb5b4ac0c9869d74be");
    buf_free(&body);
    APP_WAIT(&app, in_flight, 0);
    assert_int_equal(app_files(&app), 0);
    assert_int_equal(http_server_stats(app.server).uploads, 0);
}

static void multipart_errors_are_told(void **state)
{
    (void)state;
    assert_str(post("/echo", MULTI, STR("---=B\r\n")).body, "{\"reason\":\"bad-multipart\"}");
    assert_str(post("/echo", "multipart/form-data", STR("x")).body, "{\"reason\":\"bad-multipart\"}");
    assert_str(post("/echo", MULTI, STR("---=B\r\nContent-Disposition: form-data; name=a\r\n\r\n\xFF\r\n---=B--")).body,
               "{\"reason\":\"bad-form\"}");
    Buf large = filled(256 * 1024 + 1);
    assert_str(post("/echo", MULTI, buf_view(&large)).body, "{\"reason\":\"upload-too-large\"}");
    buf_free(&large);

    Buf fields;
    buf_init(&fields, 1 << 20);
    for (int i = 0; i < 2; i++) {
        buf_c(&fields, "---=B\r\nContent-Disposition: form-data; name=a\r\n\r\n");
        for (int k = 0; k < 40000; k++)
            buf_char(&fields, 'x');
        buf_c(&fields, "\r\n");
    }
    buf_c(&fields, "---=B--");
    assert_str(post("/echo", MULTI, buf_view(&fields)).body, "{\"reason\":\"body-too-large\"}");
    buf_free(&fields);
}

static void files_are_refused_where_rules_say_so(void **state)
{
    (void)state;
    Str body = STR("--B\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n\r\n--B--");
    Answer a = post("/echo", "multipart/form-data; boundary=B", body);
    assert_int_equal(a.status, 200);
    a = post("/echo/small", "multipart/form-data; boundary=B", str_slice(body, 0, 9));
    assert_int_equal(a.status, 400);
    a = post("/echo/small", "multipart/form-data; boundary=B", body);
    assert_int_equal(a.status, 413);
}

static void only_so_many_upload_at_a_time(void **state)
{
    (void)state;
    static const char head[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\n"
                               "Content-Length: 66\r\n\r\n--B\r\nContent-Disposition: form-data; name=a; "
                               "filename=b\r\n\r\n";
    Client slow[2];
    for (size_t i = 0; i < 2; i++) {
        slow[i] = client_open(&app);
        client_send_c(&slow[i], head);
    }
    APP_WAIT(&app, uploads, 2);
    assert_int_equal(app_files(&app), 2);
    Client third = client_open(&app);
    client_send_c(&third, head);
    client_send_c(&third, "\r\n--B--");
    Answer a = client_read(&third, false);
    assert_int_equal(a.status, 503);
    assert_str(a.body, "{\"reason\":\"upload-busy\"}");
    assert_str(answer_header(a, "Retry-After"), "5");

    client_send_c(&slow[0], "\r\n--B--");
    assert_int_equal(client_read(&slow[0], false).status, 200);
    client_close(&slow[1]); /* leaves in the middle: its file goes too */
    APP_WAIT(&app, uploads, 0);
    APP_WAIT(&app, in_flight, 0);
    assert_int_equal(app_files(&app), 0);
    client_close(&slow[0]);
    client_close(&third);
}

static void clients_that_ask_first_are_told_to_go_on(void **state)
{
    (void)state;
    Client c = client_open(&app);
    client_send_c(&c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Type: " FORM
                      "\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(client_read(&c, false).status, 100);
    client_send_c(&c, "a=1");
    assert_int_equal(client_read(&c, false).status, 200);
    client_close(&c);
}

int body_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(forms_are_decoded, start, stop),
        cmocka_unit_test_setup_teardown(chunked_bodies_are_read, start, stop),
        cmocka_unit_test_setup_teardown(bodies_over_their_limit_get_413, start, stop),
        cmocka_unit_test_setup_teardown(announced_floods_are_answered_unread, start, stop),
        cmocka_unit_test_setup_teardown(endless_chunks_are_cut, start, stop),
        cmocka_unit_test_setup_teardown(files_are_streamed_with_their_digest, start, stop),
        cmocka_unit_test_setup_teardown(multipart_errors_are_told, start, stop),
        cmocka_unit_test_setup_teardown(files_are_refused_where_rules_say_so, start, stop),
        cmocka_unit_test_setup_teardown(only_so_many_upload_at_a_time, start, stop),
        cmocka_unit_test_setup_teardown(clients_that_ask_first_are_told_to_go_on, start, stop),
    };
    return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
