/* route.h - which handler a path belongs to, by table.
 *
 * A pattern is literal segments and parameters: "/m/{id}", "/static/{file...}". A parameter takes one segment that is
 * not empty; {name...} stands last and takes the rest, at least one character. The table belongs to the application,
 * is searched in order and the first match wins. Matching copies nothing: values point into the path, names into the
 * pattern. Paths are compared decoded (http_path), so literals may be any UTF-8. */
#ifndef YIFA_LIB_HTTP_ROUTE_H
#define YIFA_LIB_HTTP_ROUTE_H

#include "lib/http/http.h"

enum { HTTP_ROUTE_PARAMS_MAX = 8 };

typedef struct HttpRouteParams {
    HttpPair pairs[HTTP_ROUTE_PARAMS_MAX];
    size_t n;
} HttpRouteParams;

/* *ret_params is untouched unless it matches. Patterns with more than HTTP_ROUTE_PARAMS_MAX parameters are a
 * programmer's error. */
bool http_route_match(const char *pattern, Str path, HttpRouteParams *ret_params);
Str http_route_param(const HttpRouteParams *params, const char *name); /* STR_NONE when the pattern has no such one */

/* The head of a row in the application's table, which may go on with its own members. */
typedef struct HttpRoute {
    unsigned methods; /* HttpMethod bits */
    const char *pattern;
} HttpRoute;

typedef enum HttpRouteResult { HTTP_ROUTE_FOUND, HTTP_ROUTE_NO_PATH, HTTP_ROUTE_NO_METHOD } HttpRouteResult;

/* Rows are row_size bytes apart, each beginning with an HttpRoute. FOUND gives the row's index and parameters.
 * NO_METHOD gives the methods that the path knows, for the Allow header of a 405. */
HttpRouteResult http_route_find(const void *rows, size_t row_count, size_t row_size, HttpMethod method, Str path,
                                size_t *ret_row, HttpRouteParams *ret_params, unsigned *ret_allowed);
/* "GET, HEAD, POST". */
Str http_route_allow(Arena *arena, unsigned methods);

#endif
