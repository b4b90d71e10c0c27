#include "io/net/net.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"

struct Net {
    CURL *curl;
};

Rc net_init(Err *err)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? RC_OK
                                                             : err_set(err, RC_NOMEM, "libcurl cannot be initialised");
}

Rc net_new(Net **ret, Err *err)
{
    Net *net = calloc(1, sizeof *net);
    if (net)
        net->curl = curl_easy_init();
    if (!net || !net->curl) {
        net_free(net);
        return err_set(err, RC_NOMEM, "out of memory while preparing a connection");
    }
    *ret = net;
    return RC_OK;
}

void net_free(Net *net)
{
    if (!net)
        return;
    curl_easy_cleanup(net->curl);
    free(net);
}

void net_freep(Net **net)
{
    net_free(*net);
    *net = NULL;
}

bool net_is_url(Str text)
{
    return str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
}

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
    Buf *body = ctx;
    buf_bytes(body, bytes, size * n);
    return body->failed ? 0 : size * n;
}

static void set_common(CURL *curl, const char *url, Buf *body, char why[static CURL_ERROR_SIZE])
{
    curl_easy_reset(curl);
    why[0] = '\0';
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)NET_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)NET_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "yifa");
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
}

/* Queries may carry what belongs in no message. */
static const char *place_of(Arena *arena, Str url)
{
    Str query;
    return arena_c(arena, str_cut(url, '?', &query));
}

static Rc perform(Net *net, Arena *arena, Str url, const char *why, const Buf *body, NetReply *ret, Err *err)
{
    long status = 0;
    const char *type = NULL;
    CURLcode code = curl_easy_perform(net->curl);
    if (body->failed)
        return err_at(err, RC_LIMIT, place_of(arena, url), "the answer is larger than %zu bytes", body->max);
    if (code != CURLE_OK)
        return err_at(err, RC_IO, place_of(arena, url), "%s", why[0] ? why : curl_easy_strerror(code));
    curl_easy_getinfo(net->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(net->curl, CURLINFO_CONTENT_TYPE, &type);
    *ret = (NetReply){ .status = (int)status,
                       .body = buf_to_arena(body, arena),
                       .type = type ? arena_str(arena, str_c(type)) : STR_NONE };
    return RC_OK;
}

static Rc check_url(Arena *arena, Str url, Err *err)
{
    return net_is_url(url)
               ? RC_OK
               : err_at(err, RC_INVALID, place_of(arena, url), "an address begins with http:// or https://");
}

Rc net_get(Net *net, Arena *arena, Str url, size_t max_bytes, NetReply *ret, Err *err)
{
    char why[CURL_ERROR_SIZE];
    CLEANUP(buf_free) Buf body;
    TRY(check_url(arena, url, err));
    buf_init(&body, max_bytes);
    set_common(net->curl, arena_c(arena, url), &body, why);
    return perform(net, arena, url, why, &body, ret, err);
}

Rc net_post(Net *net, Arena *arena, Str url, const char *type, Str body, size_t max_bytes, NetReply *ret, Err *err)
{
    char why[CURL_ERROR_SIZE];
    CLEANUP(buf_free) Buf answer;
    TRY(check_url(arena, url, err));
    buf_init(&answer, max_bytes);
    set_common(net->curl, arena_c(arena, url), &answer, why);
    struct curl_slist *headers = curl_slist_append(NULL, arena_printf(arena, "Content-Type: %s", type).p);
    if (!headers)
        return err_set(err, RC_NOMEM, "out of memory while preparing a request");
    curl_easy_setopt(net->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(net->curl, CURLOPT_POSTFIELDS, body.n ? body.p : "");
    curl_easy_setopt(net->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    Rc rc = perform(net, arena, url, why, &answer, ret, err);
    curl_slist_free_all(headers);
    return rc;
}
