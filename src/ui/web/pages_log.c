#include "ui/web/pages_log.h"

#include "app/witness.h"
#include "core/ledger/audit.h"
#include "io/store/tree.h"
#include "lib/os/file.h"
#include "ui/web/pages_show.h"
#include "ui/web/web_internal.h"

#define IMMUTABLE  STR("public, max-age=31536000, immutable")
#define CHANGES    STR("no-cache")
#define OCTETS     "application/octet-stream"
#define SM3_PREFIX "/log/sm3/"

/* A file of the published log; which tree says the path. */
static Rc send_file(Page *page, Str name, size_t max, const char *type, Str caching, Err *err)
{
    const char *tree = str_starts(http_path(page->x), STR(SM3_PREFIX)) ? "log/sm3" : "log";
    Str path = arena_printf(page->arena, "%s/%s/%.*s", page->web->options.data, tree, STR_ARG(name));
    Str bytes;
    Rc rc = os_read_file(page->arena, path.p, max, &bytes, err);
    if (rc == RC_NOT_FOUND)
        return err_set(err, RC_NOT_FOUND, "the ledger has not been published so far");
    if (rc != RC_OK)
        return rc;
    http_set_header(page->x, "Cache-Control", caching);
    http_set_header(page->x, "Access-Control-Allow-Origin", STR("*"));
    http_reply(page->x, 200, type, bytes);
    return RC_OK;
}

Rc page_log_checkpoint(Page *page, Json *ret_model, Err *err)
{
    *ret_model = json_obj();
    return send_file(page, STR("checkpoint"), NOTE_MAX, "text/plain; charset=utf-8", CHANGES, err);
}

Rc page_log_keys(Page *page, Json *ret_model, Err *err)
{
    *ret_model = json_obj();
    return send_file(page, STR("keys"), NOTE_MAX, "text/plain; charset=utf-8", CHANGES, err);
}

/* Only names that the log itself would write reach the file system. */
static bool tile_asked(Page *page, bool entries, TileName *ret)
{
    Str rest = http_route_param(&page->params, "name");
    Str path = arena_printf(page->arena, "tile/%s%.*s", entries ? "entries/" : "", STR_ARG(rest));
    return tile_path_read(path, ret) && (ret->level == LEDGER_ENTRIES) == entries;
}

Rc page_log_tile(Page *page, Json *ret_model, Err *err)
{
    TileName name;
    *ret_model = json_obj();
    if (!tile_asked(page, false, &name))
        return err_set(err, RC_NOT_FOUND, "no tile has this name");
    return send_file(page, tile_path(page->arena, name), LEDGER_TILE_WIDTH * LEDGER_HASH_SIZE, OCTETS, IMMUTABLE, err);
}

static bool reads_ledger(const Page *page)
{
    for (size_t i = 0; page->person && page->pack && i < page->pack->n_roles; i++)
        if (page->pack->roles[i].ledger && dir_has_role(page->person, page->pack->roles[i].id, show_today(page)))
            return true;
    return false;
}

Rc page_log_entries(Page *page, Json *ret_model, Err *err)
{
    TileName name;
    StoreHead head;
    Str bundle;
    *ret_model = json_obj();
    if (!reads_ledger(page))
        return err_set(err, RC_DENIED, "the entries of the ledger are for those who supervise or keep it");
    if (!tile_asked(page, true, &name))
        return err_set(err, RC_NOT_FOUND, "no bundle has this name");
    TRY(store_tree_head(page->db, app_j(page->app), &head, err));
    uint64_t first = name.index * LEDGER_TILE_WIDTH;
    if (first > head.size || head.size - first < name.width)
        return err_set(err, RC_NOT_FOUND, "the ledger does not have these entries yet");
    TRY(store_tree_bundle(page->db, app_j(page->app), first, name.width, page->arena, &bundle, err));
    http_set_header(page->x, "Cache-Control", STR("private, no-store"));
    http_reply(page->x, 200, OCTETS, bundle);
    return RC_OK;
}

Rc page_add_checkpoint(Page *page, Json *ret_model, Err *err)
{
    CLEANUP(crypto_hash_freep) CryptoHash *hash = crypto_hash_new(app_crypto(page->app), CRYPTO_SHA256);
    CLEANUP(witnesses_closep) Witnesses *witnesses = NULL;
    CLEANUP(signer_closep) Signer *signer = NULL;
    CLEANUP(buf_free) Buf out;
    int status = 0;
    *ret_model = json_obj();
    buf_init(&out, NOTE_MAX);
    TRY(witnesses_open(page->web->options.data, hash, &witnesses, err));
    TRY(signer_open(page->web->options.data, app_j(page->app), hash, app_entropy(page->app), &signer, err));
    TRY(witness_answer(witnesses, signer, http_body(page->x), page->now, &status, &out, err));
    http_reply(page->x, status, status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8", buf_view(&out));
    return RC_OK;
}
