#include "app/stamp.h"

#include <inttypes.h>

#include "app/app_internal.h"

enum { HTTP_OK = 200, FILE_MODE = 0644, FOLDER_MODE = 0755 };

static Rc ask(const App *app, Net *net, Str url, const uint8_t digest[CRYPTO_DIGEST_SIZE], Arena *arena,
              Str *ret_response, Timestamp *ret, Err *err)
{
    uint64_t nonce = 0;
    Str request;
    NetReply reply;
    os_entropy_fill(&app->entropy, &nonce, sizeof nonce);
    nonce = nonce >> 1 | 1; /* positive, and not 0 */
    TRY(timestamp_request(arena, digest, nonce, &request, err));
    TRY(net_post(net, arena, url, "application/timestamp-query", request, TIMESTAMP_MAX, &reply, err));
    if (reply.status != HTTP_OK)
        return err_at(err, RC_DENIED, arena_c(arena, url), "the time-stamping authority answered %d", reply.status);
    TRY(timestamp_read(arena, reply.body, digest, ret, err));
    if (ret->nonce != nonce)
        return err_at(err, RC_DENIED, arena_c(arena, url), "the time stamp answers another request");
    *ret_response = reply.body;
    return RC_OK;
}

static Rc keep(const App *app, uint64_t size, Str note, Str response, Arena *arena, Str *ret_path, Err *err)
{
    Str folder = app_path(arena, app->data.p, "log/timestamps");
    Str path = arena_printf(arena, "%.*s/%" PRIu64, STR_ARG(folder), size);
    *ret_path = arena_printf(arena, "%.*s.tsr", STR_ARG(path));
    TRY(os_mkdirs(folder.p, FOLDER_MODE, err));
    TRY(os_write_file_atomic(arena_printf(arena, "%.*s.note", STR_ARG(path)).p, note, FILE_MODE, err));
    return os_write_file_atomic(ret_path->p, response, FILE_MODE, err);
}

Rc stamp_newest(const App *app, Publisher *publisher, Net *net, Str url, Arena *arena, Stamped *ret, Err *err)
{
    Checkpoint checkpoint = { 0 };
    Str note;
    Str response;
    Timestamp stamp;
    Stamped stamped;
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    TRY(signer_last(publisher_signer(publisher), SIGNER_SHA256, arena, &checkpoint, &note, err));
    if (!note.n)
        return err_set(err, RC_NOT_FOUND, "nothing has been published that could be stamped");
    crypto_sha256(app->crypto, checkpoint_text(arena, &checkpoint), digest);
    TRY(ask(app, net, url, digest, arena, &response, &stamp, err));
    TRY(keep(app, checkpoint.size, note, response, arena, &stamped.path, err));
    stamped.size = checkpoint.size;
    stamped.at_ms = stamp.at_ms;
    *ret = stamped;
    return RC_OK;
}
