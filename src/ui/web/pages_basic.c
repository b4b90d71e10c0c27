/* Signing in and out, oneself, static files, health; and the table of the frame's own routes. */
#include <string.h>

#include "core/law/mask.h"
#include "ui/web/web_internal.h"

/* ---- sign-in ---- */

static Json accounts_of(Page *page)
{
    const WebOptions *o = &page->web->options;
    Json list = json_arr();
    for (size_t i = 0; i < o->n_demo; i++) {
        Json row = json_obj();
        const LawRole *role = page->pack ? map_get(&page->pack->roles_by_id, o->demo[i].role) : NULL;
        Str as = role ? role->title : o->demo[i].role;
        /* Translators: a demonstration account: name, role, password. */
        Str note = arena_printf(page->arena, page_format(page, N_("%s, %s. Password %s")),
                                arena_c(page->arena, o->demo[i].name), arena_c(page->arena, as), o->demo_password.p);
        json_add(page->arena, &row, STR("login"), json_str(o->demo[i].login));
        json_add(page->arena, &row, STR("note"), json_str(note));
        json_push(page->arena, &list, row);
    }
    return list;
}

static Str next_of(const Page *page)
{
    Str next = http_method(page->x) == HTTP_GET ? page_query(page, "next") : page_field(page, "next");
    return http_is_local_path(next) ? next : STR_NONE;
}

static void signin_model(Page *page, Str error, Str login, Json *model)
{
    Arena *a = page->arena;
    Json form = page_form(page);
    Str next = next_of(page);
    page_name(page, model, page_text(page, N_("Sign in")), NULL);
    json_add(a, &form, STR("login"), login.n ? json_str(login) : json_null());
    json_add(a, &form, STR("next"), next.n ? json_str(next) : json_null());
    json_add(a, &form, STR("totp"), json_bool(false));
    json_add(a, model, STR("error"), error.n ? json_str(error) : json_null());
    json_add(a, model, STR("notice"),
             next.n && !error.n ? json_str(page_text(page, N_("After signing in you come back to that page.")))
                                : json_null());
    json_add(a, model, STR("form"), form);
    json_add(a, model, STR("accounts"), accounts_of(page));
}

static Rc page_signin(Page *page, Json *ret_model, Err *err)
{
    (void)err;
    signin_model(page, STR_NONE, STR_NONE, ret_model);
    return RC_OK;
}

static Str wait_text(const Page *page, int64_t wait_ms)
{
    int minutes = (int)((wait_ms + MS_PER_MINUTE - 1) / MS_PER_MINUTE);
    return arena_printf(page->arena,
                        page_format_n(page, "Too many failed attempts. Try again in %d minute.",
                                      "Too many failed attempts. Try again in %d minutes.", (unsigned long)minutes),
                        minutes);
}

/* For programs, which keep the token themselves. */
static void session_model(Page *page, const AuthSignIn *in, Json *model)
{
    Arena *a = page->arena;
    Json session = json_obj();
    json_add(a, &session, STR("token"), json_str(arena_str(a, str_c(in->token))));
    json_add(a, &session, STR("csrf"), json_str(arena_str(a, str_c(in->session.csrf))));
    json_add(a, &session, STR("person"), json_int(in->session.person));
    json_add(a, &session, STR("expires"), json_int(in->session.expires));
    json_add(a, model, STR("session"), session);
}

static Rc page_signin_post(Page *page, Json *ret_model, Err *err)
{
    WebRequest *r = http_user_data(page->x);
    AuthSignIn in;
    Str login = str_trim(page_field(page, "login"));
    Str password = page_field(page, "password");
    TRY(auth_sign_in(page->web->options.auth, page->db, login, password, web_client(page->x), &in, err));
    if (in.answer == AUTH_WELCOME) {
        /* A session that this browser had before ends here, so that it cannot be fixed beforehand. */
        if (r->has_session)
            TRY(auth_sign_out(page->web->options.auth, r->token, err));
        Str next = next_of(page);
        web_set_session_cookie(r, arena_str(page->arena, str_c(in.token)), 0);
        if (page->wants_json)
            session_model(page, &in, ret_model);
        else
            page->redirect = next.n ? next : STR("/");
        return RC_OK;
    }
    page->status = in.answer == AUTH_WAIT ? 429 : 422;
    if (in.answer == AUTH_WAIT)
        http_set_header(page->x, "Retry-After",
                        arena_printf(page->arena, "%lld", (long long)(in.wait_ms / MS_PER_SECOND + 1)));
    signin_model(page,
                 in.answer == AUTH_WAIT ? wait_text(page, in.wait_ms)
                                        : page_text(page, N_("Account or password is not right.")),
                 login, ret_model);
    return RC_OK;
}

static Rc page_signout(Page *page, Json *ret_model, Err *err)
{
    (void)ret_model;
    WebRequest *r = http_user_data(page->x);
    TRY(auth_sign_out(page->web->options.auth, r->token, err));
    web_set_session_cookie(r, STR("-"), -1);
    page->redirect = STR("/signin");
    return RC_OK;
}

/* ---- oneself ---- */

static Json role_titles(const Page *page, Day today)
{
    Json list = json_arr();
    for (size_t i = 0; i < page->person->n_roles; i++) {
        Str id = page->person->roles[i].role;
        const LawRole *role = map_get(&page->pack->roles_by_id, id);
        if (dir_has_role(page->person, id, today))
            json_push(page->arena, &list, json_str(role ? role->title : id));
    }
    return list;
}

static Json credentials_of(const Page *page, Day today)
{
    Arena *a = page->arena;
    Json list = json_arr();
    for (size_t i = 0; i < page->person->n_credentials; i++) {
        const DirCredential *c = &page->person->credentials[i];
        Day until = c->revoked != DAY_NONE && c->revoked < c->to ? c->revoked : c->to;
        Json row = json_obj();
        json_add(a, &row, STR("kind"), json_str(c->kind));
        json_add(a, &row, STR("title"),
                 json_str(str_eq_c(c->kind, "enforcement") ? page_text(page, N_("Enforcement certificate")) : c->kind));
        json_add(a, &row, STR("number"), json_str(law_mask(a, LAW_MASK_CERTIFICATE, c->number)));
        json_add(a, &row, STR("until"), json_str(day_print(a, until)));
        json_add(a, &row, STR("expired"), json_bool(until < today));
        json_push(a, &list, row);
    }
    return list;
}

static Rc page_me(Page *page, Json *ret_model, Err *err)
{
    (void)err;
    Day today = instant_day(page->now, page->pack->zone_minutes);
    page_name(page, ret_model, page->person->name, "me");
    json_add(page->arena, ret_model, STR("roles"), role_titles(page, today));
    json_add(page->arena, ret_model, STR("credentials"), credentials_of(page, today));
    json_add(page->arena, ret_model, STR("form"), page_form(page));
    return RC_OK;
}

/* ---- files, health ---- */

static Rc page_static(Page *page, Json *ret_model, Err *err)
{
    (void)ret_model;
    const HttpAsset *asset = map_get(&page->web->assets, page_param(page, "file"));
    if (!asset)
        return err_set(err, RC_NOT_FOUND, "no such file");
    http_reply_asset(page->x, asset);
    return RC_OK;
}

static Rc page_health(Page *page, Json *ret_model, Err *err)
{
    (void)ret_model;
    Read read = web_read(page);
    int64_t size = 0;
    Json json = json_obj();
    TRY(read_size(&read, &size, err));
    json_add(page->arena, &json, STR("status"), json_c("ok"));
    json_add(page->arena, &json, STR("entries"), json_int(size));
    web_reply_json(page->x, 200, "application/json", &json);
    return RC_OK;
}

const PageRoute web_routes_basic[] = {
    { { HTTP_GET, "/" }, "home", PAGE_STAFF, page_home, PAGE_QUICK },
    { { HTTP_GET, "/list/{procedure}" }, "list", PAGE_STAFF, page_list, PAGE_QUICK },
    { { HTTP_GET, "/search" }, "search", PAGE_STAFF, page_search, PAGE_QUICK },
    { { HTTP_GET, "/me" }, "me", PAGE_STAFF, page_me, PAGE_QUICK },
    { { HTTP_GET, "/signin" }, "signin", PAGE_PUBLIC, page_signin, PAGE_QUICK },
    { { HTTP_POST, "/signin" }, "signin", PAGE_PUBLIC, page_signin_post, PAGE_HEAVY },
    { { HTTP_POST, "/signout" }, NULL, PAGE_STAFF, page_signout, PAGE_HEAVY },
    { { HTTP_POST, "/api/acts" }, NULL, PAGE_STAFF, page_api_acts, PAGE_QUICK },
    { { HTTP_GET, "/static/{file...}" }, NULL, PAGE_PUBLIC, page_static, PAGE_QUICK },
    { { HTTP_GET, "/healthz" }, NULL, PAGE_PUBLIC, page_health, PAGE_QUICK },
};
const size_t web_routes_basic_n = ARRAY_LEN(web_routes_basic);
