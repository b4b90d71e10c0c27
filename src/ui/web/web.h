/* web.h - the pages: one table of routes, each a function that makes a model, shown as HTML or as JSON.
 *
 * A page function gets a Page and answers with a model (a Json object, the contract of web/templates/MODELS.md) or with
 * an error or a redirect. The frame does all else: finds the route, the session and the language, checks the CSRF token
 * of a POST, adds what every page shows (`page` in the model), and writes the model through its template, or as JSON
 * when the client accepts application/json. Pages read through the thread's own connection; what changes goes through
 * the sequencer. No page function sees HTML or HTTP. */
#ifndef YIFA_UI_WEB_WEB_H
#define YIFA_UI_WEB_WEB_H

#include "app/app.h"
#include "app/auth.h"
#include "app/sequencer.h"
#include "lib/http/route.h"
#include "lib/i18n/i18n.h"

typedef struct Web Web;

typedef struct WebOptions {
    App *app;
    Sequencer *sequencer;
    Auth *auth;
    const char *data;    /* the data folder: uploads and the search index lie in it */
    const char *folder;  /* templates/ and static/ */
    const char *address; /* numeric */
    uint16_t port;       /* 0: any */
    unsigned threads;    /* that read requests; 0: 2 */
    /* Shown at sign-in; none unless the data are a demonstration. */
    const AuthDemo *demo;
    size_t n_demo;
    Str demo_password;
} WebOptions;

MUST_CHECK Rc web_start(const WebOptions *options, Web **ret, Err *err);
uint16_t web_port(const Web *web);
void web_stop(Web *web);

/* ---- for page functions ---- */

typedef struct Page {
    Web *web;
    HttpExchange *x;
    Arena *arena;
    Lang lang;
    App *app;
    const LawPack *pack; /* in force today */
    const Directory *dir;
    Db *db; /* this thread's reading connection, in a read transaction */
    int64_t now;
    const DirPerson *person; /* signed in; NULL on public pages */
    Str csrf;                /* token that the page's forms carry */
    HttpRouteParams params;  /* of the route's pattern */
    bool wants_json;
    int status;   /* 200; a page may set 422 for a refusal or a form with faults */
    Str template; /* preset by the route; a page may choose another */
    Str redirect; /* when set, a 303 goes there instead of a page */
} Page;

/* PAGE_MACHINE: other programs, whose requests carry signatures of their own and so no token of a form. */
typedef enum PageAccess { PAGE_PUBLIC, PAGE_STAFF, PAGE_MACHINE } PageAccess;

/* Fills *ret_model, an object. Its `page` may bring {title, current, crumbs, query, procedure}; the frame adds what
 * every page shows. RC_NOT_FOUND gives 404, RC_DENIED 403, RC_INVALID 400, RC_LIMIT 413, RC_BUSY 503; others 500. A
 * page that is a download replies itself (http_set_download, http_reply on page->x); when http_has_reply, the frame
 * writes nothing. */
typedef Rc (*PageFn)(Page *page, Json *ret_model, Err *err);

/* Where it runs. GET pages run on the loop thread that read the request and must be quick; all others, which may wait
 * for the sequencer, and those marked PAGE_HEAVY run on one of WEB_HEAVY_THREADS threads, so at most that many wait at
 * once. Acts sent as JSON to /api/acts wait on no thread. */
typedef enum PageLane { PAGE_QUICK, PAGE_HEAVY } PageLane;
enum { WEB_HEAVY_THREADS = 24 };

typedef struct PageRoute {
    HttpRoute route; /* first, as http_route_find wants it */
    const char *template;
    PageAccess access;
    PageFn fn;
    PageLane lane; /* 0: quick */
} PageRoute;

/* The wording of a text in the reader's language. Mark the text for extraction: page_text(page, N_("Find")). */
Str page_text(const Page *page, const char *msgid);
/* The same as a format for arena_printf. */
const char *page_format(const Page *page, const char *msgid) __attribute__((format_arg(2)));
const char *page_format_n(const Page *page, const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(2), format_arg(3)));
/* Form fields and query parameters; STR_NONE when absent. */
Str page_field(const Page *page, const char *name);
Str page_query(const Page *page, const char *name);
Str page_param(const Page *page, const char *name);
/* The first file of the form that has bytes; NULL when none was chosen. */
const HttpUpload *page_upload(const Page *page);
/* Runs a job on the sequencer's thread and waits for it: a freeze, an import, what is recorded about a look. */
MUST_CHECK Rc page_run(Page *page, Rc (*job)(App *app, void *ctx, Err *err), void *ctx, Err *err);
/* A fresh idempotency key for a form of the page, and {csrf, key} as the templates' `hidden` wants it. */
Str page_key(Page *page);
Json page_form(Page *page);
/* Sets title and current of the model's `page`; adds a crumb to it, url empty for none. */
void page_name(Page *page, Json *model, Str title, const char *current);
void page_crumb(Page *page, Json *model, Str title, Str url);
/* Performs one act on behalf of the page's person (or the public) and waits for it. Only on the heavy lane. The page's
 * read transaction is ended before and begun anew after, so later reads see what was done. */
MUST_CHECK Rc page_perform(Page *page, const ActRequest *request, ActResult *ret, Err *err);

#endif
