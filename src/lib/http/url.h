/* url.h - percent-encoded text of requests, decoded strictly.
 *
 * A '%' that two hexadecimal digits do not follow is an error, not a literal; so is text that is not UTF-8 once
 * decoded. Results live in the arena given. */
#ifndef YIFA_LIB_HTTP_URL_H
#define YIFA_LIB_HTTP_URL_H

#include "lib/http/http.h"

typedef struct HttpPairs {
    HttpPair *items;
    size_t n;
    size_t cap;
} HttpPairs;

void http_pairs_push(HttpPairs *pairs, Arena *arena, Str name, Str value);
/* The first of that name; STR_NONE when there is none. */
Str http_pairs_get(const HttpPairs *pairs, const char *name);

typedef enum HttpDecode { HTTP_DECODE_OK, HTTP_DECODE_MALFORMED, HTTP_DECODE_TOO_MANY } HttpDecode;

/* Names and values of application/x-www-form-urlencoded text (WHATWG URL, 5.1): a query or a form. Empty pieces
 * ("a=1&&b=2") are skipped. */
HttpDecode http_pairs_decode(HttpPairs *pairs, Arena *arena, Str text, size_t max_pairs);

/* A request path, from '/' to before '?'. False for what http_path promises never to show. */
bool http_path_decode(Arena *arena, Str raw, Str *ret_path);

/* Finds a parameter ("boundary", "filename") in the part of a header value that follows the first ';' and copies it,
 * unquoted. Inside quotes only \" is an escape, as browsers and curl send it. STR_NONE when absent or malformed. */
Str http_header_param(Arena *arena, Str value, const char *name);

bool http_name_is(Str a, const char *b); /* equal but for ASCII case */

#endif
