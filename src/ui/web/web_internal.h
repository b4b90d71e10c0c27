/* web_internal.h - the parts of the frame: files, handling of a request, what every page shows, replies. */
#ifndef YIFA_UI_WEB_WEB_INTERNAL_H
#define YIFA_UI_WEB_WEB_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/auth.h"
#include "app/read.h"
#include "core/template/template.h"
#include "io/search/search.h"
#include "ui/web/web_pages.h"

enum {
    WEB_PAGE_MAX = 8 << 20, /* bytes of one page */
    WEB_ASSETS_MAX = 4 << 20,
    WEB_UPLOAD_MAX = 25 << 20,
    WEB_BODY_MAX = 1 << 20,
    WEB_STRANGER_BODY_MAX = 64 << 10, /* of a request that will be refused anyway */
    WEB_KEEP_MS = 30000,
    WEB_FOLLOW_MS = 1000,
    WEB_NAV_SLOTS = 256,
    WEB_NAV_MS = 5000
};

/* Counts that every page shows, at most some seconds old. */
typedef struct NavCounts {
    int64_t home;
    int64_t reminders;
    int64_t drafts;
} NavCounts;

typedef struct NavSlot {
    int64_t person;
    int64_t until; /* monotonic */
    NavCounts counts;
} NavSlot;

typedef struct Nav {
    pthread_mutex_t lock;
    int64_t until;
    Arena *arena; /* of counts; replaced with them */
    ReadCount *counts;
    size_t n;
    int64_t findings;
    NavSlot people[WEB_NAV_SLOTS];
} Nav;

/* Plots as they were drawn last, one a language and period. */
enum { WEB_PERIODS = 3 };
typedef struct KeptPlots {
    Arena *arena;          /* of text; NULL: none yet */
    Str text;              /* a model as JSON */
    int64_t until;         /* monotonic */
    int64_t drawing_until; /* monotonic: somebody draws it anew */
    Day day;
} KeptPlots;

struct Web {
    WebOptions options;
    Arena *arena; /* routes, templates, assets: what lives as long as the server */
    HttpServer *server;
    PageRoute *routes;
    size_t n_routes;
    TemplateSet *templates[LANG_COUNT];
    Map assets;
    bool loopback;
    pthread_key_t thread_key;
    bool has_thread_key;
    Nav nav;
    pthread_mutex_t kept_lock;
    KeptPlots kept[LANG_COUNT * WEB_PERIODS];
    atomic_uint requests;

    pthread_t keeper;
    bool has_keeper;
    pthread_mutex_t keeper_lock;
    pthread_cond_t keeper_wake;
    bool stopping;
};

/* What one thread holds on to: reading connections. */
typedef struct WebThread {
    Web *web;
    Db *db;
    Search *search; /* NULL until the index has been made */
} WebThread;

/* The calling thread's; made when first asked for. */
MUST_CHECK Rc web_thread(Web *web, WebThread **ret, Err *err);

/* One request on its way. Lies in the exchange's arena. */
typedef struct WebRequest {
    Page page; /* first */
    const PageRoute *route;
    AuthSession session;
    bool has_session;
    bool by_bearer; /* the token came in Authorization, which no other site can make a browser send */
    Str token;
    char id[16];
    char form_token[AUTH_TOKEN_TEXT + 1];
} WebRequest;

/* ---- files.c ---- */
#define WEB_ECHARTS "echarts.js" /* under /static/, when it is installed */
MUST_CHECK Rc web_load_templates(Web *web, Err *err);
MUST_CHECK Rc web_load_assets(Web *web, Err *err);

/* ---- handle.c ---- */
void web_handle(void *ctx, HttpExchange *x);
void web_on_head(void *ctx, HttpExchange *x, HttpBodyRules *rules);
void web_on_error(void *ctx, HttpExchange *x, int status, const char *reason);
/* Where the client is: the last hop that a proxy on this machine saw, else the peer. */
Str web_client(const HttpExchange *x);
void web_set_session_cookie(WebRequest *r, Str token, int64_t max_age_s);

/* ---- reply.c ---- */
void web_reply_model(WebRequest *r, Json *model);
/* An error page or problem document; `code` names the row of the table of errors. `detail` may be NULL. */
void web_reply_error(WebRequest *r, const char *code, const Err *detail);
/* The code of an error that a page function returned. */
const char *web_error_code(Rc rc);
void web_reply_json(HttpExchange *x, int status, const char *content_type, const Json *model);

/* ---- frame.c ---- */
/* Completes the model's `page`. Reads counts when somebody is signed in. */
MUST_CHECK Rc web_frame(WebRequest *r, Json *model, Err *err);
Read web_read(const Page *page);
MUST_CHECK Rc web_nav_counts(Page *page, ReadCount **ret, size_t *ret_n, int64_t *ret_findings, Err *err);
/* "Oct 16", in the reader's language. */
Str web_day_text(const Page *page, Day day);

/* ---- api.c ---- */
/* Performs the act in the request's JSON body; replies from the sequencer's thread. */
void web_api_act(WebRequest *r);
Rc page_api_acts(Page *page, Json *ret_model, Err *err); /* marks the route */

/* ---- rows.c ---- */
/* Rows of a worklist as the templates' `work` wants them; their clocks must have been read. */
Json web_row(Page *page, const ReadRow *row);
/* By urgency: overdue, today, soon, later, no term. */
Json web_groups(Page *page, const ReadRows *rows);
Json web_one_group(Page *page, const ReadRows *rows);
Json web_paging(Page *page, Str text, Str next, Str csv);

/* ---- pages ---- */
Rc page_home(Page *page, Json *ret_model, Err *err);
Rc page_list(Page *page, Json *ret_model, Err *err);
Rc page_search(Page *page, Json *ret_model, Err *err);

#endif
