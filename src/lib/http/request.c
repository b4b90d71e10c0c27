#include <string.h>

#include "lib/http/internal.h"

/* The last reference: the wire's, or that of a thread which came too late. */
void http_exchange_unref(HttpExchange *x)
{
    if (atomic_fetch_sub(&x->refs, 1) != 1)
        return;
    http_body_clear(x);
    if (x->response)
        MHD_destroy_response(x->response);
    HttpServer *server = x->server;
    arena_free(x->arena);
    http_server_unref(server);
}

void http_fail(HttpExchange *x, int status, const char *reason)
{
    if (!x->failure.status)
        x->failure = (HttpRefusal){ status, reason };
}

static HttpMethod method_of(Str text)
{
    static const struct {
        const char *text;
        HttpMethod method;
    } names[] = {
        { "GET", HTTP_GET },     { "HEAD", HTTP_GET },      { "POST", HTTP_POST },       { "PUT", HTTP_PUT },
        { "PATCH", HTTP_PATCH }, { "DELETE", HTTP_DELETE }, { "OPTIONS", HTTP_OPTIONS },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq_c(text, names[i].text))
            return names[i].method;
    return HTTP_OTHER;
}

/* Copied, because the library's own list lives no longer than its connection, and a late thread may still ask. */
static enum MHD_Result take_header(void *ctx, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value,
                                   size_t value_n)
{
    (void)kind;
    HttpExchange *x = ctx;
    if (x->headers.n == HTTP_HEADERS_MAX)
        return MHD_NO;
    Str name = arena_str(x->arena, (Str){ key, key_n });
    Str copy = value ? arena_str(x->arena, (Str){ value, value_n }) : STR("");
    http_pairs_push(&x->headers, x->arena, name, copy);
    return MHD_YES;
}

static size_t head_bytes(const HttpExchange *x)
{
    size_t bytes = x->method_text.n + x->uri.n;
    for (size_t i = 0; i < x->headers.n; i++)
        bytes += x->headers.items[i].name.n + x->headers.items[i].value.n + 4;
    return bytes;
}

static void take_target(HttpExchange *x)
{
    Str query;
    Str raw_path = str_cut(x->uri, '?', &query);
    size_t at;
    if (!http_path_decode(x->arena, raw_path, &x->path)) {
        http_fail(x, 400, "bad-path");
        return;
    }
    if (!str_is_utf8(query, &at)) {
        http_fail(x, 400, "bad-query");
        return;
    }
    x->query_text = query;
    switch (http_pairs_decode(&x->queries, x->arena, query, x->server->options.fields_max)) {
    case HTTP_DECODE_OK: break;
    case HTTP_DECODE_MALFORMED: http_fail(x, 400, "bad-query"); break;
    case HTTP_DECODE_TOO_MANY: http_fail(x, 400, "too-many-fields"); break;
    }
}

static Str media_type(HttpExchange *x)
{
    Str rest;
    Str type = str_trim(str_cut(http_header(x, "Content-Type"), ';', &rest));
    char *lower = arena_c(x->arena, type);
    for (size_t i = 0; i < type.n; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] | 0x20);
    return (Str){ lower, type.n };
}

void http_request_take_head(HttpExchange *x, const char *method)
{
    x->method_text = arena_str(x->arena, str_c(method));
    x->method = method_of(x->method_text);
    x->is_head = str_eq_c(x->method_text, "HEAD");
    int count = MHD_get_connection_values_n(x->wire, MHD_HEADER_KIND, take_header, x);
    if (count > HTTP_HEADERS_MAX || head_bytes(x) > x->server->options.head_max_bytes)
        http_fail(x, 431, "head-too-large");
    x->content_type = media_type(x);
    take_target(x);
}

HttpMethod http_method(const HttpExchange *x)
{
    return x->method;
}

Str http_method_text(const HttpExchange *x)
{
    return x->method_text;
}

bool http_is_head(const HttpExchange *x)
{
    return x->is_head;
}

Str http_path(const HttpExchange *x)
{
    return x->path;
}

Str http_query_text(const HttpExchange *x)
{
    return x->query_text;
}

Str http_peer(const HttpExchange *x)
{
    return x->peer;
}

Arena *http_arena(HttpExchange *x)
{
    return x->arena;
}

void http_set_user_data(HttpExchange *x, void *data)
{
    x->user_data = data;
}

void *http_user_data(const HttpExchange *x)
{
    return x->user_data;
}

Str http_header(const HttpExchange *x, const char *name)
{
    for (size_t i = 0; i < x->headers.n; i++)
        if (http_name_is(x->headers.items[i].name, name))
            return x->headers.items[i].value;
    return STR_NONE;
}

/* A browser sends the more specific cookie first, so the first well-formed one counts (RFC 6265, 5.4). */
static Str cookie_in(Str header, const char *name)
{
    while (header.n > 0) {
        Str value;
        Str key = str_trim(str_cut(str_cut(header, ';', &header), '=', &value));
        if (!value.p || !str_eq_c(key, name))
            continue;
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = str_slice(value, 1, value.n - 1);
        size_t at;
        if (str_is_utf8(value, &at))
            return value;
    }
    return STR_NONE;
}

Str http_cookie(const HttpExchange *x, const char *name)
{
    for (size_t i = 0; i < x->headers.n; i++) {
        if (!http_name_is(x->headers.items[i].name, "Cookie"))
            continue;
        Str value = cookie_in(x->headers.items[i].value, name);
        if (value.p)
            return value;
    }
    return STR_NONE;
}

Str http_query(const HttpExchange *x, const char *name)
{
    return http_pairs_get(&x->queries, name);
}

Str http_field(const HttpExchange *x, const char *name)
{
    return http_pairs_get(&x->fields, name);
}

const HttpPair *http_queries(const HttpExchange *x, size_t *ret_n)
{
    *ret_n = x->queries.n;
    return x->queries.items;
}

const HttpPair *http_fields(const HttpExchange *x, size_t *ret_n)
{
    *ret_n = x->fields.n;
    return x->fields.items;
}

const HttpUpload *http_uploads(const HttpExchange *x, size_t *ret_n)
{
    *ret_n = x->upload_count;
    return x->uploads;
}

Str http_content_type(const HttpExchange *x)
{
    return x->content_type;
}

Str http_body(const HttpExchange *x)
{
    return x->body.kind == HTTP_BODY_RAW ? buf_view(&x->body.raw) : STR_NONE;
}
