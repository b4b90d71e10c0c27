/* kit.h - a small application and a raw client for the tests of lib/http.
 *
 * The application's handler does what the path asks for. The client speaks over sockets byte by byte, so that a test
 * decides where a request is cut. Nothing sleeps: waiting is polling with a limit of some seconds. */
#ifndef YIFA_TESTS_HTTP_KIT_H
#define YIFA_TESTS_HTTP_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>

#include "lib/http/http.h"

enum { KIT_HELD_MAX = 64, KIT_BUFFER = 4 << 20, KIT_WAIT_MS = 20000 };

typedef struct App {
    HttpServer *server;
    HttpOptions options;
    atomic_llong now_ms;
    char upload_dir[64];

    pthread_mutex_t lock;
    pthread_cond_t changed;
    HttpExchange *held[KIT_HELD_MAX]; /* suspended by "/suspend" and "/defer-on" */
    size_t held_n;
    bool gate_open; /* lets "/block" go on */
    size_t blocked;
    size_t resume_on_stop; /* so many held exchanges are answered by on_stop */
    atomic_int handled;
} App;

/* Starts a server with the application's handler and hooks; `tune` may change the options before. */
void app_start(App *app, void (*tune)(HttpOptions *options));
/* Stops it and checks that no upload was left behind; returns what http_server_stop did. */
size_t app_stop(App *app, int64_t drain_ms);
HttpExchange *app_take_held(App *app); /* waits for one */
void app_wait_blocked(App *app, size_t n);
void app_open_gate(App *app);
size_t app_files(const App *app); /* in the upload folder */
#define APP_WAIT(app, member, value) app_wait_stat((app), offsetof(HttpStats, member), (value))
void app_wait_stat(App *app, size_t offset, size_t value);

typedef struct Client {
    int fd;
    char *bytes;
    size_t n;
} Client;

typedef struct Answer {
    int status;
    Str head;
    Str body;
} Answer;

Client client_open(const App *app);
void client_close(Client *client);
void client_send(Client *client, Str bytes);
void client_send_c(Client *client, const char *text);
/* One whole reply; what the previous one pointed to is gone. without_body for HEAD. */
Answer client_read(Client *client, bool without_body);
bool client_is_cut(Client *client); /* waits for the connection's end */
Str answer_header(Answer answer, const char *name);
/* Opens, sends, reads one reply, closes; the body is kept in a static buffer. */
Answer ask(const App *app, const char *request);
Answer ask_str(const App *app, Str request);

#define assert_str(actual, expected) assert_str_at((actual), (expected), __FILE__, __LINE__)
void assert_str_at(Str actual, const char *expected, const char *file, int line);

int url_tests(void);
int route_tests(void);
int multipart_tests(void);
int request_tests(void);
int body_tests(void);
int reply_tests(void);
int lanes_tests(void);
int deadline_tests(void);

#endif
