#include "app/demo/demo.h"

#include "app/demo/demo_internal.h"
#include "app/demo/plans.h"
#include "app/demo/progress.h"
#include "app/demo/random.h"
#include "lib/os/file.h"

enum { DEMO_PLAN_VERSION = 2, DEMO_FILE_MAX = 1 << 20 };

static const char SQL_LAST[] = "SELECT last_at FROM ledger_head WHERE j = ?1";

/* A demonstration being made: the App with its manual clock, and what is read from the pack's folder. */
typedef struct Making {
    const DemoOptions *options;
    Arena *arena;
    Demo demo;
    PlanSpecs specs; /* of demo/plans */
    App *app;
    int64_t now;
    OsSeeded seeded;
} Making;

/* ---- demo.json ---- */

static Str demo_path(Arena *arena, const char *data)
{
    return arena_printf(arena, "%s/demo.json", data);
}

static Str role_title(const LawPack *pack, const StaffPerson *p)
{
    if (p->title.n || !p->n_roles)
        return p->title;
    const LawRole *role = map_get(&pack->roles_by_id, p->roles[0]);
    return role ? role->title : p->roles[0];
}

static Rc write_file(Making *m, Err *err)
{
    Arena *arena = m->arena;
    const Staff *staff = &m->demo.staff;
    Json accounts = json_arr();
    for (size_t i = 0; i < staff->n_people; i++) {
        const StaffPerson *p = &staff->people[i];
        if (!p->login.n)
            continue;
        Json row = json_obj();
        json_add(arena, &row, STR("login"), json_str(p->login));
        json_add(arena, &row, STR("person"), json_int(p->id));
        json_add(arena, &row, STR("name"), json_str(p->name));
        json_add(arena, &row, STR("role"), json_str(role_title(law_book_latest(app_book(m->app)), p)));
        json_push(arena, &accounts, row);
    }
    Json root = json_obj();
    json_add(arena, &root, STR("accounts"), accounts);
    json_add(arena, &root, STR("plan"), json_int(DEMO_PLAN_VERSION));
    /* As text: a seed may be larger than what JSON numbers hold. */
    json_add(arena, &root, STR("seed"), json_str(arena_printf(arena, "%llu", (unsigned long long)m->demo.seed)));
    return os_write_file_atomic(demo_path(arena, m->options->data).p, json_to_arena(arena, &root), 0640, err);
}

static Rc read_file(Arena *arena, const char *data, Json *ret, Err *err)
{
    Str bytes;
    TRY(os_read_file(arena, demo_path(arena, data).p, DEMO_FILE_MAX, &bytes, err));
    return json_parse(arena, bytes, ret, err);
}

Rc demo_accounts(Arena *arena, const char *data, const DemoAccount **ret, size_t *ret_n, Err *err)
{
    Json root;
    TRY(read_file(arena, data, &root, err));
    const Json *list = json_get(&root, STR("accounts"));
    size_t n = list && list->type == JSON_ARR ? list->n : 0;
    DemoAccount *accounts = ARENA_ARRAY(arena, DemoAccount, n);
    for (size_t i = 0; i < n; i++) {
        const Json *row = json_at(list, i);
        accounts[i] = (DemoAccount){ .login = json_get_str(row, STR("login")),
                                     .person = json_get_int(row, STR("person"), 0),
                                     .name = json_get_str(row, STR("name")),
                                     .role = json_get_str(row, STR("role")) };
    }
    *ret = accounts;
    *ret_n = n;
    return RC_OK;
}

/* ---- the App ---- */

static AppOptions app_options(Making *m)
{
    return (AppOptions){ .data = m->options->data,
                         .url = m->options->url,
                         .clock = os_clock_manual(&m->now),
                         .entropy = m->options->reproducible ? os_entropy_seeded(&m->seeded, m->demo.seed)
                                                             : os_entropy_system() };
}

static Rc say_issues(const Making *m, Rc rc, const LawIssue *issues, size_t n, Err *err)
{
    if (rc == RC_OK || !n)
        return rc;
    for (size_t i = 0; i < n && m->options->complain; i++)
        m->options->complain(m->options->ctx, &issues[i]);
    return err_set(err, RC_INVALID, "the pack has %zu mistakes; the first, at line %d of %.*s: %.*s", n,
                   issues[0].at.line, STR_ARG(issues[0].at.path), STR_ARG(issues[0].text));
}

/* Before a folder is made, so that a pack with mistakes leaves none behind. The plans keep to the pack of the folder.
 */
static Rc read_plans(Making *m, Err *err)
{
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    Demo *d = &m->demo;
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n = 0;
    TRY(crypto_new(&crypto, err));
    Rc rc = app_load_pack(m->arena, crypto, m->options->pack, &pack, &issues, &n, err);
    TRY(say_issues(m, rc, issues, n, err));
    d->hours = (Hours){ .calendar = pack->calendar, .zone_minutes = pack->zone_minutes };
    rc = plans_read(d, pack, m->options->pack, &m->specs, &issues, &n, err);
    return say_issues(m, rc, issues, n, err);
}

static Rc adopt(Making *m, Err *err)
{
    const LawIssue *issues = NULL;
    size_t n = 0;
    Rc rc = app_adopt(m->app, m->options->pack, DAY_NONE, ACTOR_SYSTEM, m->arena, &issues, &n, err);
    return say_issues(m, rc, issues, n, err);
}

/* The office is set up a week before the year begins. */
static Rc set_up(Making *m, Err *err)
{
    AppOptions options = app_options(m);
    m->now = day_start(m->demo.first - 7, 8 * 60) + 9 * (int64_t)MS_PER_HOUR;
    TRY(app_create(&options, true, err));
    TRY(app_open(&options, &m->app, err));
    TRY(adopt(m, err));
    TRY(staff_put(m->app, m->arena, &m->demo.staff, err));
    return write_file(m, err);
}

static Rc read_last(Db *db, int64_t j, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(j) };
    TRY(db_query(db, SQL_LAST, params, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

static Rc take_up(Making *m, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    Json root;
    uint64_t seed = m->demo.seed;
    int64_t last = 0;
    Rc rc = read_file(m->arena, m->options->data, &root, err);
    if (rc != RC_OK)
        return err_set(err, RC_CONFLICT,
                       "%s holds data that is no demonstration, or one that was never set up; "
                       "choose another folder",
                       m->options->data);
    Str wanted = arena_printf(m->arena, "%llu", (unsigned long long)seed);
    if (json_get_int(&root, STR("plan"), 0) != DEMO_PLAN_VERSION || !str_eq(json_get_str(&root, STR("seed")), wanted))
        return err_set(err, RC_CONFLICT,
                       "the demonstration in %s was begun with another seed or by another version; "
                       "remove it or choose another folder",
                       m->options->data);
    AppOptions options = app_options(m);
    TRY(app_open(&options, &m->app, err));
    TRY(app_reader(m->app, &db, err));
    TRY(staff_read(db, app_j(m->app), &m->demo.staff, err));
    TRY(read_last(db, app_j(m->app), &last, err));
    /* Nonces must not come again, so what goes on begins from another state. */
    m->seeded.state ^= (uint64_t)last;
    m->now = last;
    return RC_OK;
}

static Rc open_or_make(Making *m, Err *err)
{
    Str settings = arena_printf(m->arena, "%s/yifa.json", m->options->data);
    TRY(demo_read(&m->demo, m->arena, m->options->pack, m->options->seed, err));
    TRY(read_plans(m, err));
    TRY(os_exists(settings.p) ? take_up(m, err) : set_up(m, err));
    const LawPack *pack = law_book_latest(app_book(m->app));
    m->demo.hours = (Hours){ .calendar = pack->calendar, .zone_minutes = pack->zone_minutes };
    plan_init(&m->demo.plan, m->arena, pack->zone_minutes);
    return RC_OK;
}

/* ---- performing ---- */

/* What is continued must be the plan that was begun: another pack would act on matters that are not what it takes them
 * for. */
static Rc keep_to_plan(Making *m, Err *err)
{
    Json root;
    TRY(read_file(m->arena, m->options->data, &root, err));
    Str digest = arena_printf(m->arena, "%016llx", (unsigned long long)plan_digest(&m->demo.plan));
    Str before = json_get_str(&root, STR("acts"));
    if (before.n && !str_eq(before, digest))
        return err_set(err, RC_CONFLICT,
                       "the demonstration in %s was begun with another pack or other plans; "
                       "remove it or choose another folder",
                       m->options->data);
    json_set(m->arena, &root, STR("acts"), json_str(digest));
    return os_write_file_atomic(demo_path(m->arena, m->options->data).p, json_to_arena(m->arena, &root), 0640, err);
}

static Rc perform(Making *m, bool supervised, Err *err)
{
    Demo *d = &m->demo;
    TRY(keep_to_plan(m, err));
    Progress progress = progress_start(m->options->progress);
    RunOptions run = { .seed = d->seed,
                       .now = &m->now,
                       .staff = supervised ? &d->staff : NULL,
                       .words = &d->words,
                       .hours = d->hours,
                       .last = d->status,
                       .tell = progress_tell,
                       .ctx = &progress };
    RunReport report;
    Rc rc = run_plan(m->app, &d->plan, &run, &report, err);
    progress_end(&progress);
    if (rc == RC_OK && m->options->report)
        *m->options->report = report;
    return rc;
}

static Rc plan_year(Making *m, Err *err)
{
    Demo *d = &m->demo;
    Appeals appeals;
    TRY(staff_plan_moves(&d->staff, &d->plan, err));
    TRY(demo_receive(d, &appeals, err));
    demo_plan_appeals(d, &appeals);
    demo_plan_disputes(d);
    plans_tell(d, &m->specs);
    TRY(demo_plan_onspot(d, err));
    TRY(demo_plan_penalties(d, &appeals, err));
    return plan_finish(&d->plan, day_start(d->status + 1, d->hours.zone_minutes), err);
}

static Rc make_year(Making *m, Err *err)
{
    TRY(open_or_make(m, err));
    TRY(plan_year(m, err));
    return perform(m, true, err);
}

Rc demo_run(const DemoOptions *options, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new((size_t)4 << 30);
    Making *m = ARENA_NEW(arena, Making);
    *m = (Making){ .options = options, .arena = arena };
    Rc rc = make_year(m, err);
    app_close(m->app);
    return rc;
}

static Rc make_random(Making *m, size_t n_acts, Err *err)
{
    TRY(open_or_make(m, err));
    Demo *d = &m->demo;
    RandomOptions random = { .pack = law_book_latest(app_book(m->app)),
                             .dir = app_directory(m->app),
                             .seed = d->seed,
                             .n_acts = n_acts,
                             .from_ms = day_start(d->first, d->hours.zone_minutes) + HOURS_HOURS(9),
                             .to_ms = day_start(d->status, d->hours.zone_minutes) };
    TRY(random_plan(&random, &d->plan, err));
    return perform(m, false, err);
}

Rc demo_random_run(const DemoOptions *options, size_t n_acts, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new((size_t)4 << 30);
    Making *m = ARENA_NEW(arena, Making);
    *m = (Making){ .options = options, .arena = arena };
    Rc rc = make_random(m, n_acts, err);
    app_close(m->app);
    return rc;
}
