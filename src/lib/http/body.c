#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/http/internal.h"

/* ---- parts of a multipart form ---- */

/* At most so many requests write files at a time: they are what a client can make this machine store. */
static bool take_slot(HttpExchange *x)
{
    if (x->body.has_slot)
        return true;
    http_lock(x->server);
    x->body.has_slot = x->server->stats.uploads < x->server->options.uploads_max;
    if (x->body.has_slot)
        x->server->stats.uploads++;
    http_unlock(x->server);
    return x->body.has_slot;
}

static void give_slot(HttpExchange *x)
{
    if (!x->body.has_slot)
        return;
    http_lock(x->server);
    x->server->stats.uploads--;
    http_unlock(x->server);
    x->body.has_slot = false;
}

/* Some clients send a whole path; only its last part is a name. Control characters have no place in one. */
static Str plain_filename(Arena *arena, Str filename)
{
    size_t from = filename.n;
    while (from > 0 && filename.p[from - 1] != '/' && filename.p[from - 1] != '\\')
        from--;
    Str name = str_slice(filename, from, filename.n);
    char *out = arena_c(arena, name);
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7F)
            out[i] = '_';
    return (Str){ out, name.n };
}

static bool refuse(HttpExchange *x, int status, const char *reason)
{
    http_fail(x, status, reason);
    return false;
}

static bool begin_file(HttpExchange *x)
{
    HttpBody *b = &x->body;
    const HttpOptions *options = &x->server->options;
    if (!options->upload_dir || b->rules.upload_max_bytes == 0)
        return refuse(x, 413, "upload-refused");
    if (!take_slot(x))
        return refuse(x, 503, "upload-busy");
    Str path = arena_printf(x->arena, "%s/upload-XXXXXX", options->upload_dir);
    char *name = arena_c(x->arena, path);
    b->file_fd = mkostemp(name, O_CLOEXEC);
    if (b->file_fd < 0)
        return refuse(x, 500, "upload-failed");
    b->file = (HttpUpload){ .field = b->part.name,
                            .filename = plain_filename(x->arena, b->part.filename),
                            .content_type = b->part.content_type,
                            .path = { name, path.n } };
    if (!b->digest)
        b->digest = EVP_MD_CTX_new();
    if (!b->digest || !EVP_DigestInit_ex(b->digest, EVP_sha256(), NULL))
        return refuse(x, 500, "upload-failed");
    return true;
}

static bool part_begin(void *ctx, const MultipartPart *part)
{
    HttpExchange *x = ctx;
    HttpBody *b = &x->body;
    if (x->fields.n + x->upload_count >= x->server->options.fields_max)
        return refuse(x, 400, "too-many-fields");
    b->part = *part;
    b->is_skipped = part->filename.p && part->filename.n == 0;
    b->is_file = part->filename.n > 0;
    b->field_bytes += part->name.n;
    buf_clear(&b->raw);
    return !b->is_file || begin_file(x);
}

static bool write_all(int fd, Str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
    return true;
}

static bool part_data(void *ctx, Str bytes)
{
    HttpExchange *x = ctx;
    HttpBody *b = &x->body;
    if (b->is_file) {
        b->file.bytes += bytes.n;
        if (!write_all(b->file_fd, bytes) || !EVP_DigestUpdate(b->digest, bytes.p, bytes.n))
            return refuse(x, 500, "upload-failed");
        return true;
    }
    if (b->is_skipped)
        return true;
    b->field_bytes += bytes.n;
    if (b->field_bytes > b->rules.body_max_bytes)
        return refuse(x, 413, "body-too-large");
    buf_str(&b->raw, bytes);
    return !b->raw.failed || refuse(x, 413, "body-too-large");
}

static bool end_file(HttpExchange *x)
{
    HttpBody *b = &x->body;
    int failed = close(b->file_fd);
    b->file_fd = -1;
    *ARENA_PUSH(x->arena, x->uploads, x->upload_count, x->upload_cap) = b->file;
    HttpUpload *upload = &x->uploads[x->upload_count - 1];
    b->file.path = STR_NONE;
    if (failed || !EVP_DigestFinal_ex(b->digest, upload->sha256, NULL))
        return refuse(x, 500, "upload-failed");
    return true;
}

static bool part_end(void *ctx)
{
    HttpExchange *x = ctx;
    HttpBody *b = &x->body;
    if (b->is_file)
        return end_file(x);
    if (b->is_skipped)
        return true;
    Str value = buf_to_arena(&b->raw, x->arena);
    size_t at;
    if (!str_is_utf8(value, &at))
        return refuse(x, 400, "bad-form");
    http_pairs_push(&x->fields, x->arena, b->part.name, value);
    return true;
}

/* ---- the body ---- */

static void open_multipart(HttpExchange *x)
{
    HttpBody *b = &x->body;
    MultipartSink sink = { .ctx = x, .begin = part_begin, .data = part_data, .end = part_end };
    Str boundary = http_header_param(x->arena, http_header(x, "Content-Type"), "boundary");
    b->kind = HTTP_BODY_MULTIPART;
    b->multipart = ARENA_NEW(x->arena, Multipart);
    if (!multipart_init(b->multipart, x->arena, boundary, &sink))
        http_fail(x, 400, "bad-multipart");
}

/* How long the body says it is. Two statements about it could be read differently by a proxy in front, which would let
 * one request hide in another, so they are refused (RFC 9112, 6.3). */
static bool announced_length(const HttpExchange *x, uint64_t *ret_length)
{
    size_t statements = 0;
    uint64_t length = 0;
    for (size_t i = 0; i < x->headers.n; i++) {
        const HttpPair *header = &x->headers.items[i];
        int64_t value;
        if (http_name_is(header->name, "Transfer-Encoding")) {
            statements++;
            length = UINT64_MAX;
            if (!http_name_is(str_trim(header->value), "chunked"))
                return false;
        } else if (http_name_is(header->name, "Content-Length")) {
            statements++;
            if (!str_to_i64(header->value, &value) || value < 0)
                return false;
            length = (uint64_t)value;
        }
    }
    *ret_length = length;
    return statements < 2;
}

static uint64_t body_limit(const HttpBody *b)
{
    uint64_t limit = b->rules.body_max_bytes;
    if (b->kind == HTTP_BODY_MULTIPART && b->rules.upload_max_bytes > limit)
        limit = b->rules.upload_max_bytes;
    return limit;
}

static void refuse_size(HttpExchange *x)
{
    bool upload = x->body.kind == HTTP_BODY_MULTIPART && x->body.rules.upload_max_bytes > x->body.rules.body_max_bytes;
    http_fail(x, 413, upload ? "upload-too-large" : "body-too-large");
}

void http_body_open(HttpExchange *x)
{
    HttpBody *b = &x->body;
    const HttpOptions *options = &x->server->options;
    b->file_fd = -1;
    b->rules = (HttpBodyRules){ options->body_max_bytes, options->upload_dir ? options->upload_max_bytes : 0 };
    b->started_ms = http_now_ms(x->server);
    b->total_ms = options->body_deadline_ms;
    b->expects_continue = http_header(x, "Expect").n > 0;
    if (!announced_length(x, &b->announced)) {
        b->bad_length = true;
        b->announced = UINT64_MAX;
        http_fail(x, 400, "bad-length");
    }
    if (!x->failure.status && options->on_head)
        options->on_head(options->ctx, x, &b->rules);
    if (b->announced == 0 || x->failure.status || x->response)
        return;
    buf_init(&b->raw, b->rules.body_max_bytes);
    b->kind = HTTP_BODY_RAW;
    if (str_eq_c(x->content_type, "multipart/form-data")) {
        open_multipart(x);
        b->total_ms = options->upload_deadline_ms;
    }
    if (b->announced != UINT64_MAX && b->announced > body_limit(b))
        refuse_size(x);
}

uint64_t http_body_swallow_max(const HttpExchange *x)
{
    uint64_t limit = x->server->options.body_max_bytes;
    if (limit < x->server->options.upload_max_bytes)
        limit = x->server->options.upload_max_bytes;
    if (limit < x->body.rules.body_max_bytes)
        limit = x->body.rules.body_max_bytes;
    if (limit < x->body.rules.upload_max_bytes)
        limit = x->body.rules.upload_max_bytes;
    return limit < UINT64_MAX / 2 ? 2 * limit : UINT64_MAX;
}

bool http_body_take(HttpExchange *x, Str bytes)
{
    HttpBody *b = &x->body;
    b->received += bytes.n;
    http_conn_expect_body(x->conn, b);
    if (!x->failure.status && !x->response && b->received > body_limit(b))
        refuse_size(x);
    if (x->failure.status || x->response)
        return b->received <= http_body_swallow_max(x);
    if (b->kind == HTTP_BODY_RAW) {
        buf_str(&b->raw, bytes);
        if (b->raw.failed)
            http_fail(x, 413, "body-too-large");
    } else if (!multipart_feed(b->multipart, bytes)) {
        http_fail(x, 400, "bad-multipart");
    }
    return true;
}

static void close_form(HttpExchange *x)
{
    switch (http_pairs_decode(&x->fields, x->arena, buf_view(&x->body.raw), x->server->options.fields_max)) {
    case HTTP_DECODE_OK: break;
    case HTTP_DECODE_MALFORMED: http_fail(x, 400, "bad-form"); break;
    case HTTP_DECODE_TOO_MANY: http_fail(x, 400, "too-many-fields"); break;
    }
}

void http_body_close(HttpExchange *x)
{
    HttpBody *b = &x->body;
    give_slot(x);
    if (x->failure.status || x->response)
        return;
    if (b->kind == HTTP_BODY_MULTIPART && !multipart_is_complete(b->multipart))
        http_fail(x, 400, "bad-multipart");
    if (b->kind == HTTP_BODY_RAW && str_eq_c(x->content_type, "application/x-www-form-urlencoded"))
        close_form(x);
}

void http_body_clear(HttpExchange *x)
{
    HttpBody *b = &x->body;
    give_slot(x);
    buf_free(&b->raw);
    EVP_MD_CTX_free(b->digest);
    if (b->kind == HTTP_BODY_MULTIPART && b->file_fd >= 0)
        close(b->file_fd);
    if (b->file.path.n > 0)
        unlink(b->file.path.p);
    for (size_t i = 0; i < x->upload_count; i++)
        unlink(x->uploads[i].path.p);
}
