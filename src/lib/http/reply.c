#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/http/internal.h"

#define DEFAULT_CSP                                                                                      \
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; " \
    "frame-ancestors 'none'"

/* What every reply says unless it, or the application's defaults, say otherwise. */
static const HttpPair default_headers[] = {
    { { "X-Content-Type-Options", 22 }, { "nosniff", 7 } },
    { { "X-Frame-Options", 15 }, { "DENY", 4 } },
    { { "Referrer-Policy", 15 }, { "same-origin", 11 } },
    { { "Cross-Origin-Opener-Policy", 26 }, { "same-origin", 11 } },
    { { "Cross-Origin-Resource-Policy", 28 }, { "same-origin", 11 } },
    { { "Permissions-Policy", 18 }, { "camera=(), geolocation=(), microphone=()", 40 } },
    { { "Cache-Control", 13 }, { "no-store", 8 } },
};

/* ---- header fields ---- */

static bool names_header(const HttpPair *headers, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (http_name_is(headers[i].name, name))
            return true;
    return false;
}

void http_set_header(HttpExchange *x, const char *name, Str value)
{
    char *clean = arena_c(x->arena, value);
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)clean[i] < 0x20 || clean[i] == 0x7F)
            clean[i] = ' ';
    http_pairs_push(&x->reply_headers, x->arena, arena_str(x->arena, str_c(name)), (Str){ clean, value.n });
}

static bool is_cookie_text(Str s, const char *refused)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= 0x20 || s.p[i] == 0x7F || strchr(refused, s.p[i]))
            return false;
    return true;
}

void http_set_cookie(HttpExchange *x, const HttpCookie *cookie)
{
    static const char *const same_site[] = { "Lax", "Strict", "None" };
    assert(cookie->name.n > 0 && is_cookie_text(cookie->name, "()<>@,;:\\\"/[]?={}"));
    assert(is_cookie_text(cookie->value, "\",;\\"));
    Str age = STR("");
    if (cookie->max_age_s)
        age = arena_printf(x->arena, "; Max-Age=%lld", cookie->max_age_s > 0 ? (long long)cookie->max_age_s : 0LL);
    Str text =
        arena_printf(x->arena, "%.*s=%.*s; Path=%s%.*s; SameSite=%s%s%s", STR_ARG(cookie->name), STR_ARG(cookie->value),
                     cookie->path ? cookie->path : "/", STR_ARG(age), same_site[cookie->same_site],
                     cookie->insecure ? "" : "; Secure", cookie->readable ? "" : "; HttpOnly");
    http_set_header(x, "Set-Cookie", text);
}

void http_set_download(HttpExchange *x, Str filename)
{
    Buf value;
    buf_init(&value, filename.n * 3 + 64);
    buf_c(&value, "attachment; filename*=UTF-8''");
    buf_url(&value, filename);
    http_set_header(x, "Content-Disposition", buf_view(&value));
    buf_free(&value);
}

/* ---- replies ---- */

/* The library takes bytes it promises not to change through a pointer that is not const. */
static void *unconst(const char *p)
{
    return (void *)(uintptr_t)p;
}

static void set_response(HttpExchange *x, int status, const char *content_type, struct MHD_Response *response)
{
    if (x->response)
        MHD_destroy_response(x->response);
    x->response = response; /* NULL, when memory ran out, ends as 500 no-reply */
    x->status = status;
    x->reply_type = content_type;
}

static struct MHD_Response *response_from(Str body, enum MHD_ResponseMemoryMode mode)
{
    return MHD_create_response_from_buffer(body.n, unconst(body.n ? body.p : ""), mode);
}

void http_reply(HttpExchange *x, int status, const char *content_type, Str body)
{
    set_response(x, status, content_type, response_from(body, MHD_RESPMEM_MUST_COPY));
}

void http_reply_buf(HttpExchange *x, int status, const char *content_type, Buf *body)
{
    if (body->failed) {
        buf_free(body);
        http_reply_error(x, 500, "reply-too-large");
        return;
    }
    if (body->n == 0) {
        buf_free(body);
        http_reply(x, status, content_type, STR(""));
        return;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback(body->n, body->p, free);
    if (response)
        *body = (Buf){ .max = body->max };
    else
        buf_free(body);
    set_response(x, status, content_type, response);
}

bool http_has_reply(const HttpExchange *x)
{
    return x->response != NULL;
}

static void reply_plain(HttpExchange *x, int status, const char *reason)
{
    http_reply(x, status, "text/plain; charset=utf-8", arena_printf(x->arena, "%d %s\n", status, reason));
}

void http_reply_error(HttpExchange *x, int status, const char *reason)
{
    const HttpOptions *options = &x->server->options;
    if (x->response) {
        MHD_destroy_response(x->response);
        x->response = NULL;
    }
    if (status == 503 && !names_header(x->reply_headers.items, x->reply_headers.n, "Retry-After"))
        http_set_header(x, "Retry-After", arena_printf(x->arena, "%d", HTTP_RETRY_AFTER_S));
    if (options->on_error && !x->is_replying_failure) {
        x->is_replying_failure = true;
        options->on_error(options->ctx, x, status, reason);
        x->is_replying_failure = false;
    }
    if (!x->response)
        reply_plain(x, status, reason);
}

bool http_is_local_path(Str location)
{
    if (location.n == 0 || location.p[0] != '/')
        return false;
    if (location.n > 1 && location.p[1] == '/')
        return false;
    for (size_t i = 0; i < location.n; i++) {
        unsigned char c = (unsigned char)location.p[i];
        if (c < 0x20 || c == 0x7F || c == '\\') /* browsers read a backslash as a slash */
            return false;
    }
    return true;
}

/* What may not stand in a URI is encoded; what is encoded already stays. */
static void set_location(HttpExchange *x, Str location)
{
    Buf out;
    buf_init(&out, location.n * 3);
    for (size_t i = 0; i < location.n; i++) {
        Str c = str_slice(location, i, i + 1);
        bool plain = c.p[0] > 0x20 && c.p[0] < 0x7F && !strchr("\"<>\\^`{|}", c.p[0]);
        if (plain)
            buf_str(&out, c);
        else
            buf_url(&out, c);
    }
    http_set_header(x, "Location", buf_view(&out));
    buf_free(&out);
}

void http_redirect(HttpExchange *x, Str local_path)
{
    set_location(x, http_is_local_path(local_path) ? local_path : STR("/"));
    http_reply(x, 303, NULL, STR(""));
}

void http_redirect_away(HttpExchange *x, Str url)
{
    set_location(x, url);
    http_reply(x, 302, NULL, STR(""));
}

/* ---- entity tags ---- */

/* If-None-Match is compared weakly (RFC 9110, 13.1.2). */
static bool client_has(const HttpExchange *x, Str etag)
{
    if (x->method != HTTP_GET || etag.n == 0)
        return false;
    for (Str rest = http_header(x, "If-None-Match"); rest.n > 0;) {
        Str tag = str_trim(str_cut(rest, ',', &rest));
        if (str_starts(tag, STR("W/")))
            tag = str_slice(tag, 2, tag.n);
        if (str_eq(tag, etag) || str_eq_c(tag, "*"))
            return true;
    }
    return false;
}

Str http_etag(Arena *arena, Str body)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[2 + 32 + 1] = "\"";
    if (!EVP_Digest(body.p, body.n, digest, NULL, EVP_sha256(), NULL))
        return STR_NONE;
    for (size_t i = 0; i < 16; i++) {
        text[1 + 2 * i] = "0123456789abcdef"[digest[i] >> 4];
        text[2 + 2 * i] = "0123456789abcdef"[digest[i] & 15];
    }
    text[33] = '"';
    return arena_str(arena, (Str){ text, 34 });
}

void http_reply_asset(HttpExchange *x, const HttpAsset *asset)
{
    if (asset->etag.n)
        http_set_header(x, "ETag", asset->etag);
    http_set_header(x, "Cache-Control", str_c(asset->cache_control ? asset->cache_control : "no-cache"));
    if (client_has(x, asset->etag))
        http_reply(x, 304, NULL, STR(""));
    else
        set_response(x, 200, asset->content_type, response_from(asset->body, MHD_RESPMEM_PERSISTENT));
}

void http_reply_file(HttpExchange *x, const char *content_type, int fd, uint64_t bytes, Str etag)
{
    if (etag.n)
        http_set_header(x, "ETag", etag);
    if (client_has(x, etag)) {
        close(fd);
        http_reply(x, 304, NULL, STR(""));
        return;
    }
    struct MHD_Response *response = MHD_create_response_from_fd64(bytes, fd);
    if (!response)
        close(fd);
    set_response(x, 200, content_type, response);
}

/* ---- sending, on the loop thread ---- */

static void add_defaults(const HttpServer *server, struct MHD_Response *response, const HttpPairs *own)
{
    const HttpOptions *options = &server->options;
    for (size_t i = 0; i < options->header_count; i++) {
        const char *name = options->headers[i].name.p;
        if (!names_header(own->items, own->n, name))
            MHD_add_response_header(response, name, options->headers[i].value.p);
    }
    for (size_t i = 0; i < ARRAY_LEN(default_headers); i++) {
        const char *name = default_headers[i].name.p;
        if (!names_header(own->items, own->n, name) && !names_header(options->headers, options->header_count, name))
            MHD_add_response_header(response, name, default_headers[i].value.p);
    }
    if (!names_header(own->items, own->n, "Content-Security-Policy"))
        MHD_add_response_header(response, "Content-Security-Policy", options->csp ? options->csp : DEFAULT_CSP);
}

static enum MHD_Result send_response(HttpExchange *x, int status, struct MHD_Response *response)
{
    HttpServer *server = x->server;
    http_lock(server);
    bool closing = server->draining;
    http_unlock(server);
    if (closing || x->body.bad_length)
        MHD_add_response_header(response, "Connection", "close");
    http_conn_expect(x->conn, server->options.reply_deadline_ms);
    return MHD_queue_response(x->wire, (unsigned)status, response);
}

enum MHD_Result http_reply_send(HttpExchange *x)
{
    if (!x->response)
        http_reply_error(x, 500, "no-reply");
    if (!x->response)
        return MHD_NO;
    if (x->reply_type)
        MHD_add_response_header(x->response, "Content-Type", x->reply_type);
    add_defaults(x->server, x->response, &x->reply_headers);
    for (size_t i = 0; i < x->reply_headers.n; i++)
        MHD_add_response_header(x->response, x->reply_headers.items[i].name.p, x->reply_headers.items[i].value.p);
    return send_response(x, x->status, x->response);
}

enum MHD_Result http_reply_send_plain(HttpExchange *x, int status, const char *reason)
{
    static const HttpPairs none = { 0 };
    char text[64];
    int n = snprintf(text, sizeof text, "%d %s\n", status, reason);
    struct MHD_Response *response = response_from((Str){ text, (size_t)n }, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    if (status == 503)
        MHD_add_response_header(response, "Retry-After", "5");
    add_defaults(x->server, response, &none);
    enum MHD_Result result = send_response(x, status, response);
    MHD_destroy_response(response);
    return result;
}
