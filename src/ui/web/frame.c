/* What every page shows, and what page functions call. */
#include <stdio.h>
#include <string.h>

#include "lib/os/clock.h"
#include "ui/web/pages_procedures.h"
#include "ui/web/web_internal.h"

enum { NAV_FLAT_MAX = 8 };

/* ---- for page functions ---- */

Str page_text(const Page *page, const char *msgid)
{
    return i18n_str(page->lang, msgid);
}

const char *page_format(const Page *page, const char *msgid)
{
    return i18n(page->lang, msgid);
}

const char *page_format_n(const Page *page, const char *one, const char *many, unsigned long n)
{
    return i18n_n(page->lang, one, many, n);
}

Str page_field(const Page *page, const char *name)
{
    return http_field(page->x, name);
}

Str page_query(const Page *page, const char *name)
{
    return http_query(page->x, name);
}

const HttpUpload *page_upload(const Page *page)
{
    size_t n = 0;
    const HttpUpload *uploads = http_uploads(page->x, &n);
    for (size_t i = 0; i < n; i++)
        if (uploads[i].bytes)
            return &uploads[i];
    return NULL;
}

Str page_param(const Page *page, const char *name)
{
    return http_route_param(&page->params, name);
}

Str page_key(Page *page)
{
    uint8_t random[12];
    OsEntropy entropy = app_entropy(page->app);
    os_entropy_fill(&entropy, random, sizeof random);
    return hex_to_arena(page->arena, random, sizeof random);
}

Json page_form(Page *page)
{
    Json form = json_obj();
    json_add(page->arena, &form, STR("csrf"), json_str(page->csrf));
    json_add(page->arena, &form, STR("key"), json_str(page_key(page)));
    return form;
}

/* The model's `page`, made when there is none. */
static Json *page_member(const Page *page, Json *model)
{
    for (size_t i = 0; i < model->n; i++)
        if (str_eq_c(model->as.members[i].key, "page"))
            return &model->as.members[i].value;
    return json_add(page->arena, model, STR("page"), json_obj());
}

void page_name(Page *page, Json *model, Str title, const char *current)
{
    Json *p = page_member(page, model);
    json_set(page->arena, p, STR("title"), json_str(title));
    json_set(page->arena, p, STR("current"), current ? json_c(current) : json_null());
}

void page_crumb(Page *page, Json *model, Str title, Str url)
{
    Json *p = page_member(page, model);
    Json crumb = json_obj();
    json_add(page->arena, &crumb, STR("title"), json_str(title));
    json_add(page->arena, &crumb, STR("url"), url.n ? json_str(url) : json_null());
    for (size_t i = 0; i < p->n; i++)
        if (str_eq_c(p->as.members[i].key, "crumbs")) {
            json_push(page->arena, &p->as.members[i].value, crumb);
            return;
        }
    json_push(page->arena, json_add(page->arena, p, STR("crumbs"), json_arr()), crumb);
}

Rc page_perform(Page *page, const ActRequest *request, ActResult *ret, Err *err)
{
    ActRequest mine = *request;
    mine.actor = page->person ? page->person->id : ACTOR_PUBLIC;
    db_rollback(page->db);
    Rc rc = sequencer_perform(page->web->options.sequencer, &mine, page->arena, ret, err);
    page->dir = app_directory(page->app);
    page->now = app_now(page->app);
    TRY(db_begin_read(page->db, rc == RC_OK ? err : NULL));
    return rc;
}

Rc page_run(Page *page, Rc (*job)(App *app, void *ctx, Err *err), void *ctx, Err *err)
{
    db_rollback(page->db);
    Rc rc = sequencer_run(page->web->options.sequencer, job, ctx, err);
    page->dir = app_directory(page->app);
    TRY(db_begin_read(page->db, rc == RC_OK ? err : NULL));
    return rc;
}

Read web_read(const Page *page)
{
    return (Read){ .db = page->db,
                   .j = app_j(page->app),
                   .pack = page->pack,
                   .dir = page->dir,
                   .arena = page->arena,
                   .now = page->now };
}

/* ---- days ---- */

static const char *const months[] = { N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
                                      N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec") };
static const char *const weekdays[] = { N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun") };

Str web_day_text(const Page *page, Day day)
{
    Civil c = day_to_civil(day);
    /* Translators: a date without its year: month, day. */
    return arena_printf(page->arena, page_format(page, N_("%s %d")), i18n(page->lang, months[c.month - 1]), c.day);
}

static Str today_text(const Page *page, Day today)
{
    const LawCalendarDay *special = law_calendar_day(page->pack->calendar, today);
    bool worked = law_is_workday(page->pack->calendar, today);
    Str kind = special && special->off && special->name.n ? special->name
                                                          : page_text(page, worked ? N_("working day") : N_("day off"));
    /* Translators: today's date: date, weekday, "working day" or a holiday's name. */
    return arena_printf(page->arena, page_format(page, N_("%s, %s, %s")), web_day_text(page, today).p,
                        i18n(page->lang, weekdays[day_weekday(today) - 1]), arena_c(page->arena, kind));
}

/* ---- counts ---- */

/* Counting anew waits at least fifty times as long as counting took, so that it never costs more than a fiftieth. */
static Rc count_anew(Web *web, const Page *page, int64_t now, Err *err)
{
    Arena *arena = arena_new(0);
    Read read = web_read(page);
    read.arena = arena;
    ReadCount *counts = NULL;
    size_t n = 0;
    int64_t findings = 0;
    Rc rc = read_counts(&read, &counts, &n, &findings, err);
    if (rc != RC_OK) {
        arena_free(arena);
        return rc;
    }
    int64_t took = os_monotonic_ms() - now;
    arena_free(web->nav.arena);
    web->nav.arena = arena;
    web->nav.counts = counts;
    web->nav.n = n;
    web->nav.findings = findings;
    web->nav.until = now + (50 * took > WEB_NAV_MS ? 50 * took : WEB_NAV_MS);
    return RC_OK;
}

Rc web_nav_counts(Page *page, ReadCount **ret, size_t *ret_n, int64_t *ret_findings, Err *err)
{
    Web *web = page->web;
    int64_t now = os_monotonic_ms();
    pthread_mutex_lock(&web->nav.lock);
    Rc rc = now < web->nav.until ? RC_OK : count_anew(web, page, now, err);
    if (rc == RC_OK) {
        ReadCount *copy = ARENA_ARRAY(page->arena, ReadCount, web->nav.n + 1);
        for (size_t i = 0; i < web->nav.n; i++) {
            copy[i] = web->nav.counts[i];
            copy[i].procedure = arena_str(page->arena, copy[i].procedure);
        }
        *ret = copy;
        *ret_n = web->nav.n;
        *ret_findings = web->nav.findings;
    }
    pthread_mutex_unlock(&web->nav.lock);
    return rc;
}

static Rc count_person(Page *page, NavCounts *ret, Err *err)
{
    Nav *nav = &page->web->nav;
    NavSlot *slot = &nav->people[(uint64_t)page->person->id % WEB_NAV_SLOTS];
    int64_t now = os_monotonic_ms();
    pthread_mutex_lock(&nav->lock);
    bool known = slot->person == page->person->id && now < slot->until;
    *ret = slot->counts;
    pthread_mutex_unlock(&nav->lock);
    if (known)
        return RC_OK;
    Read read = web_read(page);
    ReadWork work;
    NavCounts counts;
    TRY(read_work(&read, page->person, &work, err));
    TRY(read_drafts(&read, page->person->id, &counts.drafts, err));
    counts.home = (int64_t)work.todo.n;
    counts.reminders = (int64_t)work.reminders.n;
    pthread_mutex_lock(&nav->lock);
    *slot = (NavSlot){ page->person->id, now + WEB_NAV_MS, counts };
    pthread_mutex_unlock(&nav->lock);
    *ret = counts;
    return RC_OK;
}

/* ---- the model's `page` ---- */

static void put(const Page *page, Json *object, Str key, Json value)
{
    if (!json_get(object, key))
        json_add(page->arena, object, key, value);
}

/* Procedures under a heading; NULL: all. *ret_open counts their open matters. */
static Json nav_procedures(Page *page, const ReadCount *counts, size_t n, Str current, const Str *section,
                           int64_t *ret_open)
{
    Arena *a = page->arena;
    Json list = json_arr();
    for (size_t i = 0; i < n; i++) {
        const LawProcedure *p = law_procedure(page->pack, counts[i].procedure);
        const LawFindings *findings = page->pack->findings;
        if (!p || (findings && p == findings->procedure) || (section && !str_eq(p->section, *section)))
            continue;
        *ret_open += counts[i].open;
        Json row = json_obj();
        json_add(a, &row, STR("id"), json_str(p->id));
        json_add(a, &row, STR("title"), json_str(p->title));
        json_add(a, &row, STR("url"), json_str(arena_printf(a, "/list/%.*s", STR_ARG(p->id))));
        json_add(a, &row, STR("count"), json_int(counts[i].open));
        json_add(a, &row, STR("current"), json_bool(str_eq(p->id, current)));
        json_push(a, &list, row);
    }
    return list;
}

/* A long list of procedures is folded under its headings; the one that holds the current page is open. */
static Json nav_sections(Page *page, const ReadCount *counts, size_t n, Str current)
{
    Arena *a = page->arena;
    Json list = json_arr();
    const Str *sections;
    size_t n_sections = page_sections(page, &sections);
    const LawProcedure *at = law_procedure(page->pack, current);
    for (size_t s = 0; s < n_sections; s++) {
        int64_t open = 0;
        Json section = json_obj();
        Json procedures = nav_procedures(page, counts, n, current, &sections[s], &open);
        if (!procedures.n)
            continue;
        json_add(a, &section, STR("title"), json_str(page_section_title(page, sections[s])));
        json_add(a, &section, STR("count"), json_int(open));
        json_add(a, &section, STR("open"), json_bool(at && str_eq(at->section, sections[s])));
        json_add(a, &section, STR("procedures"), procedures);
        json_push(a, &list, section);
    }
    return list;
}

static Rc put_nav(Page *page, Json *p, Err *err)
{
    Arena *a = page->arena;
    ReadCount *counts = NULL;
    size_t n = 0;
    int64_t findings = 0;
    NavCounts own;
    TRY(web_nav_counts(page, &counts, &n, &findings, err));
    TRY(count_person(page, &own, err));
    Json nav = json_obj();
    json_add(a, &nav, STR("home"), json_int(own.home));
    json_add(a, &nav, STR("watched"), json_null());
    json_add(a, &nav, STR("drafts"), json_null());
    json_add(a, &nav, STR("findings"), json_int(findings));
    Str current = json_get_str(p, STR("procedure"));
    int64_t open = 0;
    bool folds = n > NAV_FLAT_MAX;
    json_add(a, &nav, STR("procedures"), folds ? json_arr() : nav_procedures(page, counts, n, current, NULL, &open));
    json_add(a, &nav, STR("sections"), folds ? nav_sections(page, counts, n, current) : json_arr());
    put(page, p, STR("nav"), nav);
    put(page, p, STR("reminders"), json_int(own.reminders));
    return RC_OK;
}

static Json user_of(const Page *page)
{
    const DirUnit *unit = dir_unit(page->dir, page->person->unit);
    Json user = json_obj();
    json_add(page->arena, &user, STR("id"), json_int(page->person->id));
    json_add(page->arena, &user, STR("name"), json_str(page->person->name));
    json_add(page->arena, &user, STR("unit"), json_str(unit ? unit->name : STR("")));
    return user;
}

/* This page in the other language: the same address where it can be asked for again. */
static Json other_lang(const Page *page)
{
    Lang other = page->lang == LANG_ZH ? LANG_EN : LANG_ZH;
    Buf url;
    size_t n = 0;
    const HttpPair *queries = http_queries(page->x, &n);
    buf_init(&url, 65536);
    bool again = http_method(page->x) == HTTP_GET && http_path(page->x).n > 0;
    Str path = again ? http_path(page->x) : STR("/");
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '/')
            buf_char(&url, '/');
        else
            buf_url(&url, str_slice(path, i, i + 1));
    buf_printf(&url, "?lang=%s", other == LANG_ZH ? "zh" : "en");
    for (size_t i = 0; again && i < n; i++) {
        if (str_eq_c(queries[i].name, "lang"))
            continue;
        buf_char(&url, '&');
        buf_url(&url, queries[i].name);
        buf_char(&url, '=');
        buf_url(&url, queries[i].value);
    }
    Json json = json_obj();
    json_add(page->arena, &json, STR("tag"), json_str(i18n_lang_tag(other)));
    /* A language is named in its own words. */
    json_add(page->arena, &json, STR("title"), json_str(i18n_str(other, N_("English"))));
    json_add(page->arena, &json, STR("url"), json_str(buf_to_arena(&url, page->arena)));
    buf_free(&url);
    return json;
}

static void put_pack(const Page *page, Json *p)
{
    const LawPack *pack = page->pack;
    Arena *a = page->arena;
    if (!pack)
        return;
    Day today = instant_day(page->now, pack->zone_minutes);
    put(page, p, STR("office"), json_str(pack->office_short));
    put(page, p, STR("office_full"), json_str(pack->office));
    put(page, p, STR("pack"), json_str(arena_printf(a, "%.*s %.*s", STR_ARG(pack->name), STR_ARG(pack->version))));
    put(page, p, STR("today"), json_str(day_print(a, today)));
    put(page, p, STR("today_text"), json_str(today_text(page, today)));
}

Rc web_frame(WebRequest *r, Json *model, Err *err)
{
    Page *page = &r->page;
    Json *p = page_member(page, model);
    put(page, p, STR("title"), json_str(STR("")));
    put(page, p, STR("lang"), json_str(i18n_lang_tag(page->lang)));
    put(page, p, STR("current"), json_null());
    put(page, p, STR("query"), json_null());
    put(page, p, STR("crumbs"), json_arr());
    put(page, p, STR("demo"), json_bool(app_is_demonstration(page->app)));
    put(page, p, STR("hotline"), json_null());
    put(page, p, STR("service"), json_str(page_text(page, N_("Services for residents"))));
    put(page, p, STR("other_lang"), other_lang(page));
    put_pack(page, p);
    put(page, p, STR("user"), page->person ? user_of(page) : json_null());
    if (!page->person || !page->db || !r->route || r->route->access == PAGE_PUBLIC)
        return RC_OK;
    return put_nav(page, p, err);
}
