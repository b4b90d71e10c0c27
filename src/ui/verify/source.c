#include "ui/verify/source.h"

#include "lib/os/file.h"

enum { HTTP_OK = 200, HTTP_UNAUTHORIZED = 401, HTTP_FORBIDDEN = 403, HTTP_NOT_FOUND = 404 };

typedef struct Place {
    Str place;
    Net *net;
} Place;

Rc source_read(Arena *arena, Net *net, Str place, size_t max, Str *ret_bytes, Err *err)
{
    NetReply reply;
    if (!net_is_url(place))
        return os_read_file(arena, arena_c(arena, place), max, ret_bytes, err);
    TRY(net_get(net, arena, place, max, &reply, err));
    if (reply.status == HTTP_NOT_FOUND)
        return err_at(err, RC_NOT_FOUND, arena_c(arena, place), "there is nothing at this address (404)");
    if (reply.status == HTTP_FORBIDDEN || reply.status == HTTP_UNAUTHORIZED)
        return err_at(err, RC_DENIED, arena_c(arena, place), "the server shows this to those it knows only");
    if (reply.status != HTTP_OK)
        return err_at(err, RC_IO, arena_c(arena, place), "the server answered with status %d", reply.status);
    *ret_bytes = reply.body;
    return RC_OK;
}

static Rc fetch(void *ctx, Arena *arena, Str path, size_t max, Str *ret_bytes, Err *err)
{
    const Place *p = ctx;
    Str whole = arena_printf(arena, "%.*s/%.*s", STR_ARG(p->place), STR_ARG(path));
    return source_read(arena, p->net, whole, max, ret_bytes, err);
}

AuditSource source_open(Arena *arena, Str place, Net *net)
{
    Place *p = ARENA_NEW(arena, Place);
    while (place.n > 1 && place.p[place.n - 1] == '/')
        place.n--;
    *p = (Place){ .place = place, .net = net };
    return (AuditSource){ .ctx = p, .fetch = fetch };
}
