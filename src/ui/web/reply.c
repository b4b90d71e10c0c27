/* Models as HTML or JSON, and errors as pages or problem documents (RFC 9457). */
#include <stdio.h>
#include <string.h>

#include "ui/web/web_internal.h"

/* ---- models ---- */

void web_reply_json(HttpExchange *x, int status, const char *content_type, const Json *model)
{
    Buf out;
    buf_init(&out, WEB_PAGE_MAX);
    json_write(&out, model);
    http_reply_buf(x, status, content_type, &out);
    buf_free(&out);
}

static bool render(WebRequest *r, Str name, Json *model, int status)
{
    Page *page = &r->page;
    Buf out;
    Err err = { 0 };
    Str file = arena_printf(page->arena, "%.*s.html", STR_ARG(name));
    const Template *t = template_find(page->web->templates[page->lang], file);
    TemplateOptions options = { .now_ms = page->now, .zone_minutes = page->pack ? page->pack->zone_minutes : 0 };
    buf_init(&out, WEB_PAGE_MAX);
    Rc rc = t ? template_render(t, model, &options, page->arena, &out, &err)
              : err_set(&err, RC_NOT_FOUND, "no template %.*s", STR_ARG(file));
    if (rc == RC_OK)
        http_reply_buf(page->x, status, "text/html; charset=utf-8", &out);
    else
        fprintf(stderr, "yifa: %s: %s: %s %s\n", r->id, file.p, err.place, err.text);
    buf_free(&out);
    return rc == RC_OK;
}

void web_reply_model(WebRequest *r, Json *model)
{
    Page *page = &r->page;
    http_set_header(page->x, "Vary", STR("Accept, Accept-Language, Cookie"));
    if (page->wants_json)
        web_reply_json(page->x, page->status, "application/json", model);
    else if (!render(r, page->template, model, page->status))
        web_reply_error(r, "internal", NULL);
}

/* ---- errors ---- */

typedef struct ErrorKind {
    const char *code;
    int status;
    const char *title; /* msgids */
    const char *text;
    const char *help[2];
} ErrorKind;

static const ErrorKind kinds[] = {
    { "not-found",
      404,
      N_("There is no such page"),
      N_("Nothing stands at this address. It may be mistyped, or you may not see it."),
      { N_("Check the address."), N_("Look for it from the first page.") } },
    { "method",
      405,
      N_("This page cannot be used like that"),
      N_("The address exists, but does not take this request."),
      { N_("Open the page and use its form.") } },
    { "denied",
      403,
      N_("You may not do this"),
      N_("None of your roles allows it."),
      { N_("Sign in with another account, or ask whoever gives out the roles.") } },
    { "csrf",
      403,
      N_("The form is too old"),
      N_("The page was open for too long, or you have signed in or out since. Nothing was changed."),
      { N_("Go back, reload the page and send it again.") } },
    { "not-signed-in", 401, N_("Please sign in"), N_("This is for the staff of the office."), { N_("Sign in.") } },
    { "invalid",
      400,
      N_("The request could not be read"),
      N_("Something in it is missing or malformed. Nothing was changed."),
      { N_("Go back, check what you entered and send it again.") } },
    { "too-large",
      413,
      N_("That is too much at once"),
      N_("What was sent exceeds the limit. Nothing was changed."),
      { N_("Send smaller files, or fewer of them.") } },
    { "head-too-large",
      431,
      N_("The request's head is too large"),
      N_("Address and cookies together exceed the limit."),
      { N_("Shorten the address."), N_("Remove this site's cookies and sign in again.") } },
    { "conflict",
      409,
      N_("Somebody was faster"),
      N_("It has been changed meanwhile. Nothing was changed now."),
      { N_("Open the page anew and look at what has changed.") } },
    { "busy",
      503,
      N_("Too busy at the moment"),
      N_("The queue is full. Nothing was changed."),
      { N_("Wait a few seconds and send it again.") } },
    { "internal",
      500,
      N_("Something went wrong here"),
      N_("The fault is ours. What you did last may not have been kept."),
      { N_("Look whether it was kept before you send it again."),
        N_("Tell whoever looks after the system, naming the request.") } },
};

/* Reasons of lib/http that read the same as one of ours. */
static const struct {
    const char *reason;
    const char *code;
} reasons[] = {
    { "bad-path", "invalid" },         { "bad-query", "invalid" },
    { "bad-form", "invalid" },         { "bad-multipart", "invalid" },
    { "bad-length", "invalid" },       { "too-many-fields", "invalid" },
    { "body-too-large", "too-large" }, { "upload-too-large", "too-large" },
    { "upload-refused", "too-large" }, { "upload-busy", "busy" },
    { "heavy-busy", "busy" },
};

static const ErrorKind *kind_of(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (strcmp(reasons[i].reason, code) == 0)
            code = reasons[i].code;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].code, code) == 0)
            return &kinds[i];
    return &kinds[ARRAY_LEN(kinds) - 1];
}

const char *web_error_code(Rc rc)
{
    switch (rc) {
    case RC_NOT_FOUND: return "not-found";
    case RC_DENIED: return "denied";
    case RC_PARSE:
    case RC_INVALID: return "invalid";
    case RC_LIMIT: return "too-large";
    case RC_CONFLICT: return "conflict";
    case RC_BUSY: return "busy";
    default: return "internal";
    }
}

static Json help_of(const Page *page, const ErrorKind *kind)
{
    Json help = json_arr();
    for (size_t i = 0; i < ARRAY_LEN(kind->help) && kind->help[i]; i++)
        json_push(page->arena, &help, json_str(page_text(page, kind->help[i])));
    return help;
}

static void reply_problem(WebRequest *r, const ErrorKind *kind, Str detail)
{
    Page *page = &r->page;
    Arena *a = page->arena;
    Json problem = json_obj();
    json_add(a, &problem, STR("type"), json_str(arena_printf(a, "urn:yifa:problem:%s", kind->code)));
    json_add(a, &problem, STR("title"), json_str(page_text(page, kind->title)));
    json_add(a, &problem, STR("status"), json_int(kind->status));
    json_add(a, &problem, STR("detail"), json_str(detail));
    json_add(a, &problem, STR("code"), json_c(kind->code));
    json_add(a, &problem, STR("help"), help_of(page, kind));
    json_add(a, &problem, STR("request"), json_c(r->id));
    web_reply_json(page->x, kind->status, "application/problem+json", &problem);
}

static Json link_to(Page *page, const char *title, const char *url)
{
    Json link = json_obj();
    json_add(page->arena, &link, STR("title"), json_str(page_text(page, title)));
    json_add(page->arena, &link, STR("url"), json_c(url));
    return link;
}

static void reply_page(WebRequest *r, const ErrorKind *kind, Str detail)
{
    Page *page = &r->page;
    Arena *a = page->arena;
    Err err = { 0 };
    Json model = json_obj();
    Json error = json_obj();
    Json links = json_arr();
    page_name(page, &model, page_text(page, kind->title), NULL);
    if (strcmp(kind->code, "not-signed-in") == 0)
        json_push(a, &links, link_to(page, N_("Sign in"), "/signin"));
    json_push(a, &links,
              page->person ? link_to(page, N_("To my matters"), "/")
                           : link_to(page, N_("To the first page"), "/submit"));
    json_add(a, &error, STR("status"), json_int(kind->status));
    json_add(a, &error, STR("code"), json_c(kind->code));
    json_add(a, &error, STR("request"), json_c(r->id));
    json_add(a, &error, STR("text"), json_str(detail));
    json_add(a, &error, STR("help"), help_of(page, kind));
    json_add(a, &error, STR("links"), links);
    json_add(a, &model, STR("error"), error);
    if (web_frame(r, &model, &err) != RC_OK || !render(r, STR("error"), &model, kind->status))
        http_reply(page->x, kind->status, "text/plain; charset=utf-8", page_text(page, kind->title));
}

void web_reply_error(WebRequest *r, const char *code, const Err *detail)
{
    const ErrorKind *kind = kind_of(code);
    Page *page = &r->page;
    /* What went wrong inside is for the journal; what was wrong with the request is for whoever sent it. */
    bool tell = detail && detail->text[0] && kind->status < 500;
    Str text = tell && page->wants_json ? arena_str(page->arena, str_c(detail->text)) : page_text(page, kind->text);
    if (detail && kind->status == 500)
        fprintf(stderr, "yifa: %s: %s: %s %s\n", r->id, rc_name(detail->rc), detail->place, detail->text);
    if (kind->status == 503)
        http_set_header(page->x, "Retry-After", STR("2"));
    if (kind->status == 401)
        http_set_header(page->x, "WWW-Authenticate", STR("Bearer"));
    if (kind->status == 403 && strcmp(code, "denied") == 0)
        auth_log(page->web->options.auth, "denied", web_client(page->x), r->route ? r->route->route.pattern : "-");
    if (page->wants_json)
        reply_problem(r, kind, text);
    else
        reply_page(r, kind, text);
}
