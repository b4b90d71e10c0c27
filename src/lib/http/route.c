#include "lib/http/route.h"

#include <assert.h>

/* "{name}" or "{name...}" gives the name. */
static bool is_param(Str segment, Str *ret_name, bool *ret_rest)
{
    if (segment.n < 3 || segment.p[0] != '{' || segment.p[segment.n - 1] != '}')
        return false;
    Str name = str_slice(segment, 1, segment.n - 1);
    *ret_rest = str_ends(name, STR("..."));
    *ret_name = *ret_rest ? str_slice(name, 0, name.n - 3) : name;
    return true;
}

bool http_route_match(const char *pattern, Str path, HttpRouteParams *ret_params)
{
    HttpRouteParams params = { .n = 0 };
    Str want_rest = str_c(pattern);
    Str have_rest = path;
    while (want_rest.p && have_rest.p) {
        Str whole = have_rest;
        Str want = str_cut(want_rest, '/', &want_rest);
        Str have = str_cut(have_rest, '/', &have_rest);
        Str name;
        bool takes_rest;
        if (!is_param(want, &name, &takes_rest)) {
            if (!str_eq(want, have))
                return false;
            continue;
        }
        Str value = takes_rest ? whole : have;
        if (value.n == 0)
            return false;
        assert(params.n < HTTP_ROUTE_PARAMS_MAX);
        params.pairs[params.n++] = (HttpPair){ name, value };
        if (takes_rest) {
            assert(!want_rest.p);
            have_rest = STR_NONE;
        }
    }
    if (want_rest.p || have_rest.p)
        return false;
    *ret_params = params;
    return true;
}

Str http_route_param(const HttpRouteParams *params, const char *name)
{
    for (size_t i = 0; i < params->n; i++)
        if (str_eq_c(params->pairs[i].name, name))
            return params->pairs[i].value;
    return STR_NONE;
}

HttpRouteResult http_route_find(const void *rows, size_t row_count, size_t row_size, HttpMethod method, Str path,
                                size_t *ret_row, HttpRouteParams *ret_params, unsigned *ret_allowed)
{
    unsigned allowed = 0;
    for (size_t i = 0; i < row_count; i++) {
        const HttpRoute *route = (const void *)((const char *)rows + i * row_size);
        HttpRouteParams params;
        if (!http_route_match(route->pattern, path, &params))
            continue;
        if (route->methods & method) {
            *ret_row = i;
            *ret_params = params;
            return HTTP_ROUTE_FOUND;
        }
        allowed |= route->methods;
    }
    if (allowed == 0)
        return HTTP_ROUTE_NO_PATH;
    *ret_allowed = allowed;
    return HTTP_ROUTE_NO_METHOD;
}

Str http_route_allow(Arena *arena, unsigned methods)
{
    static const struct {
        HttpMethod method;
        const char *text;
    } names[] = {
        { HTTP_GET, "GET" },     { HTTP_GET, "HEAD" },      { HTTP_POST, "POST" },       { HTTP_PUT, "PUT" },
        { HTTP_PATCH, "PATCH" }, { HTTP_DELETE, "DELETE" }, { HTTP_OPTIONS, "OPTIONS" },
    };
    Str text = STR("");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (methods & names[i].method)
            text = arena_printf(arena, "%.*s%s%s", STR_ARG(text), text.n ? ", " : "", names[i].text);
    return text;
}
