/* A request from the wire to the page function: route, language, session, CSRF, lane. */
#include <stdio.h>
#include <string.h>

#include "ui/web/web_internal.h"

static const char COOKIE_SESSION[] = "yifa";
static const char COOKIE_FORM[] = "yifa_form";
static const char COOKIE_LANG[] = "yifa_lang";

enum { FORM_COOKIE = 32 /* hexadecimal digits */, YEAR_S = 365 * 24 * 3600 };

/* ---- who and how ---- */

Str web_client(const HttpExchange *x)
{
    Str peer = http_peer(x);
    if (!str_eq_c(peer, "127.0.0.1") && !str_eq_c(peer, "::1"))
        return peer;
    /* A proxy on this machine appends the address it saw; what stands before it is the client's own claim. */
    Str list = http_header(x, "X-Forwarded-For");
    Str last = list;
    while (list.n)
        last = str_cut(list, ',', &list);
    last = str_trim(last);
    for (size_t i = 0; i < last.n; i++)
        if (!strchr("0123456789abcdefABCDEF.:", last.p[i]))
            return peer;
    return last.n > 0 && last.n <= 45 ? last : peer;
}

/* JSON only for those who ask for it and not for HTML as well: browsers never name it. */
static bool wants_json(const HttpExchange *x)
{
    Str accept = http_header(x, "Accept");
    bool json = str_find(accept, STR("application/json")) != SIZE_MAX ||
                str_find(accept, STR("application/problem+json")) != SIZE_MAX;
    return json && str_find(accept, STR("text/html")) == SIZE_MAX;
}

/* Plain HTTP is for a browser on this machine; behind a proxy with TLS the proxy says so. */
static bool is_plain(const Web *web, const HttpExchange *x)
{
    return web->loopback && !str_eq_c(http_header(x, "X-Forwarded-Proto"), "https");
}

static void set_cookie(const Web *web, HttpExchange *x, const char *name, Str value, int64_t max_age_s)
{
    http_set_cookie(x, &(HttpCookie){ .name = str_c(name),
                                      .value = value,
                                      .max_age_s = max_age_s,
                                      .same_site = HTTP_SAME_SITE_LAX,
                                      .insecure = is_plain(web, x) });
}

void web_set_session_cookie(WebRequest *r, Str token, int64_t max_age_s)
{
    set_cookie(r->page.web, r->page.x, COOKIE_SESSION, token, max_age_s);
}

static Lang find_lang(const Web *web, HttpExchange *x)
{
    Lang lang;
    if (i18n_lang_from_tag(http_query(x, "lang"), &lang)) {
        set_cookie(web, x, COOKIE_LANG, lang == LANG_ZH ? STR("zh") : STR("en"), YEAR_S);
        return lang;
    }
    if (i18n_lang_from_tag(http_cookie(x, COOKIE_LANG), &lang))
        return lang;
    return i18n_lang_from_header(http_header(x, "Accept-Language"), LANG_ZH);
}

/* From Authorization, else from the cookie. */
static Str sent_session(const HttpExchange *x, bool *ret_bearer)
{
    static const Str bearer = { "Bearer ", 7 };
    Str authorization = http_header(x, "Authorization");
    *ret_bearer = str_starts(authorization, bearer);
    return *ret_bearer ? str_trim(str_slice(authorization, bearer.n, authorization.n)) : http_cookie(x, COOKIE_SESSION);
}

static void find_session(WebRequest *r)
{
    r->token = sent_session(r->page.x, &r->by_bearer);
    r->has_session = auth_session(r->page.web->options.auth, r->token, &r->session);
    if (r->has_session)
        r->page.person = dir_person(r->page.dir, r->session.person);
}

/* The token of forms for those without a session: from a cookie of theirs, given out when they have none. */
static void find_form_token(WebRequest *r, bool give)
{
    HttpExchange *x = r->page.x;
    Web *web = r->page.web;
    uint8_t bytes[FORM_COOKIE / 2];
    Str cookie = http_cookie(x, COOKIE_FORM);
    if (cookie.n != FORM_COOKIE || !hex_decode(cookie, bytes, sizeof bytes)) {
        if (!give)
            return;
        OsEntropy entropy = app_entropy(web->options.app);
        char *text = arena_alloc(r->page.arena, FORM_COOKIE + 1);
        os_entropy_fill(&entropy, bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            snprintf(text + 2 * i, 3, "%02x", bytes[i]);
        cookie = (Str){ text, FORM_COOKIE };
        set_cookie(web, x, COOKIE_FORM, cookie, 0);
    }
    auth_form_token(web->options.auth, cookie, r->form_token);
}

static WebRequest *request_new(Web *web, HttpExchange *x)
{
    WebRequest *r = ARENA_NEW(http_arena(x), WebRequest);
    App *app = web->options.app;
    r->page = (Page){ .web = web,
                      .x = x,
                      .arena = http_arena(x),
                      .lang = find_lang(web, x),
                      .app = app,
                      .pack = app_pack(app),
                      .dir = app_directory(app),
                      .now = app_now(app),
                      .wants_json = wants_json(x),
                      .status = 200 };
    snprintf(r->id, sizeof r->id, "r-%x", atomic_fetch_add(&web->requests, 1));
    http_set_user_data(x, r);
    return r;
}

/* ---- CSRF ---- */

/* A form's field, or a header for clients that send JSON. */
static Str sent_token(const HttpExchange *x)
{
    Str header = http_header(x, "X-CSRF-Token");
    return header.n ? header : http_field(x, "csrf");
}

static bool csrf_ok(const WebRequest *r)
{
    if ((r->has_session && r->by_bearer) || r->route->access == PAGE_MACHINE)
        return true;
    Str sent = sent_token(r->page.x);
    if (r->has_session && crypto_equal(sent, str_c(r->session.csrf)))
        return true;
    /* Whoever signed in with another tab still has the public form's own token. It is not enough for staff pages, since
     * a neighbouring site of the same domain could plant its own pair of cookie and token. */
    return r->route->access == PAGE_PUBLIC && r->form_token[0] && crypto_equal(sent, str_c(r->form_token));
}

/* ---- running a page ---- */

static void answer(WebRequest *r, Rc rc, Json *model, Err *err)
{
    Page *page = &r->page;
    if (rc != RC_OK)
        web_reply_error(r, web_error_code(rc), err);
    else if (http_has_reply(page->x))
        return;
    else if (page->redirect.p)
        http_redirect(page->x, page->redirect);
    else if (web_frame(r, model, err) != RC_OK)
        web_reply_error(r, "internal", err);
    else
        web_reply_model(r, model);
}

static void run_page(WebRequest *r)
{
    Page *page = &r->page;
    WebThread *thread = NULL;
    Err err = { 0 };
    Json model = json_obj();
    Rc rc = web_thread(page->web, &thread, &err);
    if (rc == RC_OK) {
        page->db = thread->db;
        rc = db_begin_read(page->db, &err);
    }
    if (rc != RC_OK) {
        web_reply_error(r, web_error_code(rc), &err);
        return;
    }
    rc = r->route->fn(page, &model, &err);
    answer(r, rc, &model, &err);
    db_rollback(page->db);
}

static void run_deferred(HttpExchange *x, void *arg)
{
    (void)x;
    run_page(arg);
}

/* ---- routing ---- */

static bool sends_away(WebRequest *r)
{
    Page *page = &r->page;
    if (r->route->access != PAGE_STAFF || page->person)
        return false;
    auth_log(page->web->options.auth, "not-signed-in", web_client(page->x), r->route->route.pattern);
    if (page->wants_json || !page->pack) {
        web_reply_error(r, "not-signed-in", NULL);
        return true;
    }
    Buf to;
    buf_init(&to, 16384);
    buf_c(&to, "/signin?next=");
    if (http_method(page->x) == HTTP_GET) {
        Str query = http_query_text(page->x);
        buf_url(&to, http_path(page->x));
        if (query.n) {
            buf_url(&to, STR("?"));
            buf_url(&to, query);
        }
    }
    http_redirect(page->x, buf_to_arena(&to, page->arena));
    buf_free(&to);
    return true;
}

static bool find_route(WebRequest *r)
{
    Page *page = &r->page;
    Web *web = page->web;
    size_t row = 0;
    unsigned allowed = 0;
    HttpRouteResult found = http_route_find(web->routes, web->n_routes, sizeof *web->routes, http_method(page->x),
                                            http_path(page->x), &row, &page->params, &allowed);
    if (found == HTTP_ROUTE_FOUND) {
        r->route = &web->routes[row];
        page->template = str_c(r->route->template);
        return true;
    }
    if (found == HTTP_ROUTE_NO_METHOD) {
        http_set_header(page->x, "Allow", http_route_allow(page->arena, allowed));
        web_reply_error(r, "method", NULL);
        return false;
    }
    web_reply_error(r, "not-found", NULL);
    return false;
}

void web_handle(void *ctx, HttpExchange *x)
{
    WebRequest *r = request_new(ctx, x);
    Page *page = &r->page;
    find_session(r);
    if (!find_route(r) || sends_away(r))
        return;
    find_form_token(r, r->route->template != NULL && !r->has_session);
    page->csrf = r->has_session ? str_c(r->session.csrf) : str_c(r->form_token);
    if (http_method(x) != HTTP_GET && !csrf_ok(r)) {
        auth_log(page->web->options.auth, "csrf", web_client(x), r->route->route.pattern);
        web_reply_error(r, "csrf", NULL);
        return;
    }
    if (r->route->fn == page_api_acts)
        web_api_act(r);
    else if (http_method(x) == HTTP_GET && r->route->lane == PAGE_QUICK)
        run_page(r);
    else
        http_defer(x, run_deferred, r);
}

/* ---- hooks ---- */

/* Nobody sends much before it is known that somebody may receive it. */
void web_on_head(void *ctx, HttpExchange *x, HttpBodyRules *rules)
{
    Web *web = ctx;
    size_t row = 0;
    unsigned allowed = 0;
    HttpRouteParams params;
    AuthSession session;
    if (http_method(x) == HTTP_GET)
        return;
    bool by_bearer = false;
    if (http_route_find(web->routes, web->n_routes, sizeof *web->routes, http_method(x), http_path(x), &row, &params,
                        &allowed) != HTTP_ROUTE_FOUND) {
        *rules = (HttpBodyRules){ .body_max_bytes = WEB_STRANGER_BODY_MAX };
        return;
    }
    const PageRoute *route = &web->routes[row];
    bool welcome =
        route->access != PAGE_STAFF || auth_session(web->options.auth, sent_session(x, &by_bearer), &session);
    if (!welcome)
        rules->body_max_bytes = WEB_STRANGER_BODY_MAX;
    /* Pages without a template take no forms with files, and the sign-in page asks for none. */
    if (!welcome || !route->template || strcmp(route->template, "signin") == 0)
        rules->upload_max_bytes = 0;
}

void web_on_error(void *ctx, HttpExchange *x, int status, const char *reason)
{
    Web *web = ctx;
    WebRequest *r = http_user_data(x);
    if (!r)
        r = request_new(web, x);
    if (status < 500)
        auth_log(web->options.auth, reason, web_client(x), "-");
    web_reply_error(r, reason, NULL);
}
