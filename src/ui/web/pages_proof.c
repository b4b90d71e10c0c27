#include "ui/web/pages_proof.h"

#include "app/receipt.h"
#include "io/store/tree.h"
#include "ui/web/pages_form.h"
#include "ui/web/web_internal.h"

enum { HOST_MAX = 255 };

static const char SQL_ISSUED[] = "SELECT seq FROM document WHERE j = ?1 AND number = ?2 LIMIT 1";
static const char SQL_OPENED[] = "SELECT me.seq FROM matter m JOIN matter_entry me ON me.j = m.j AND me.matter = m.id "
                                 "WHERE m.j = ?1 AND m.public_code = ?2 ORDER BY me.version LIMIT 1";

static Rc send_proof(Page *page, int64_t seq, Err *err)
{
    CLEANUP(publisher_closep) Publisher *publisher = NULL;
    Str text;
    TRY(publisher_open(page->app, &publisher, err));
    TRY(receipt_make(publisher, (uint64_t)seq, page->arena, &text, err));
    http_set_download(page->x, arena_printf(page->arena, "entry-%lld.tlog-proof", (long long)seq));
    http_reply(page->x, 200, "text/plain; charset=utf-8", text);
    return RC_OK;
}

/* The entry that a text names through one query; RC_NOT_FOUND. */
static Rc find_seq(Page *page, const char *sql, Str name, int64_t *ret_seq, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(app_j(page->app)), DBT(name) };
    bool more = false;
    TRY(db_query(page->db, sql, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no such number or code");
    *ret_seq = db_int(rows, 0);
    return RC_OK;
}

Rc page_entry_proof(Page *page, Json *ret_model, Err *err)
{
    int64_t seq;
    *ret_model = json_obj();
    if (!str_to_i64(http_route_param(&page->params, "seq"), &seq) || seq < 0)
        return err_set(err, RC_NOT_FOUND, "no such entry");
    return send_proof(page, seq, err);
}

Rc page_receipt_proof(Page *page, Json *ret_model, Err *err)
{
    int64_t seq;
    *ret_model = json_obj();
    TRY(find_seq(page, SQL_OPENED, http_route_param(&page->params, "code"), &seq, err));
    return send_proof(page, seq, err);
}

Rc proof_code(Page *page, int64_t seq, Str number, Str *ret_code, Err *err)
{
    Str leaf;
    TRY(store_tree_leaf(page->db, app_j(page->app), (uint64_t)seq, page->arena, &leaf, err));
    *ret_code = receipt_code(app_crypto(page->app), leaf, number, page->arena);
    return RC_OK;
}

Rc page_document_proof(Page *page, Json *ret_model, Err *err)
{
    Str number = str_trim(http_query(page->x, "number"));
    Str code;
    int64_t seq;
    *ret_model = json_obj();
    TRY(find_seq(page, SQL_ISSUED, number, &seq, err));
    TRY(proof_code(page, seq, number, &code, err));
    if (!crypto_equal(code, str_trim(http_query(page->x, "code"))))
        return err_set(err, RC_NOT_FOUND, "there is no such number or code");
    return send_proof(page, seq, err);
}

Str proof_verify_path(Page *page, const char *path, Str number, Str code)
{
    CLEANUP(buf_free) Buf out;
    buf_init(&out, 2048);
    buf_printf(&out, "%s?number=", path);
    buf_url(&out, number);
    buf_printf(&out, "&code=%.*s", STR_ARG(code));
    return buf_to_arena(&out, page->arena);
}

/* A header is any bytes: what is no host's name is not put into an address. */
static Str host_of(const Page *page)
{
    Str host = http_header(page->x, "Host");
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !(c == '.' || c == ':' || c == '-' || c == '[' || c == ']'))
            return STR("localhost");
    }
    return host.n && host.n <= HOST_MAX ? host : STR("localhost");
}

Str page_address(Page *page, Str path)
{
    bool secure = str_eq_c(http_header(page->x, "X-Forwarded-Proto"), "https");
    Str host = host_of(page);
    return arena_printf(page->arena, "%s://%.*s%.*s", secure ? "https" : "http", STR_ARG(host), STR_ARG(path));
}
