#include "app/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/app_internal.h"
#include "app/check.h"
#include "app/figures.h"
#include "core/matter/form.h"
#include "io/store/load.h"

typedef struct Enrolment {
    const char *login;
    const char *name;
    const char *roles;          /* blank-separated */
    const char *certificate_to; /* or NULL */
} Enrolment;

static const Enrolment people[] = {
    { "dispatcher", "分拨员甲", "dispatcher clerk", NULL },
    { "handler", "经办人乙", "handler unit-head", NULL },
    { "district", "区中心丙", "district", NULL },
    { "head", "负责人丁", "enforcement-head office-head", "2025-06-30" },
    { "officer1", "执法员戊", "case-handler enforcement-officer", "2025-06-30" },
    { "officer2", "执法员己", "enforcement-officer", "2023-09-30" },
    { "officer3", "执法员庚", "enforcement-officer", "2026-06-30" },
    { "lawyer", "审核员辛", "legal-reviewer hearing-host", NULL },
    { "mediator", "调解员壬", "mediator mediation-head", NULL },
    { "supervisor", "监督员癸", "supervisor", NULL },
};

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static Json put_row(Arena *arena, const char *json)
{
    Json row;
    Err err = { 0 };
    must(json_parse(arena, str_c(json), &row, &err), &err);
    return row;
}

static void enrol(Office *o)
{
    Arena *a = o->arena;
    Err err = { 0 };
    Effects units = { 0 };
    static const char *const unit_rows[] = {
        "{\"id\":0,\"kind\":\"team\",\"code\":\"enforcement\",\"name\":\"执法队\",\"from_day\":0}",
        "{\"id\":0,\"kind\":\"block\",\"code\":\"block\",\"name\":\"大和街区\",\"from_day\":0}",
        "{\"id\":0,\"kind\":\"community\",\"code\":\"community\",\"name\":\"鹭湖社区\",\"from_day\":0}",
    };
    for (size_t i = 0; i < ARRAY_LEN(unit_rows); i++)
        effects_add(a, &units, (Effect){ .kind = EFFECT_PUT, .name = STR("unit"), .value = put_row(a, unit_rows[i]) });
    must(app_put(o->app, &units, STR("enrol"), ACTOR_SYSTEM, NULL, &err), &err);
    Effects persons = { 0 };
    int64_t ids[ARRAY_LEN(people)];
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        Str row = arena_printf(a, "{\"id\":0,\"unit\":%lld,\"name\":\"%s\",\"login\":\"%s\",\"from_day\":0}",
                               (long long)office_unit(o, "enforcement"), people[i].name, people[i].login);
        effects_add(a, &persons, (Effect){ .kind = EFFECT_PUT, .name = STR("person"), .value = put_row(a, row.p) });
    }
    must(app_put(o->app, &persons, STR("enrol"), ACTOR_SYSTEM, ids, &err), &err);
    Effects rest = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        Str roles = str_c(people[i].roles);
        while (roles.n) {
            Str role = str_cut(roles, ' ', &roles);
            Str row = arena_printf(a, "{\"person\":%lld,\"role\":\"%.*s\",\"unit\":0,\"from_day\":0}",
                                   (long long)ids[i], STR_ARG(role));
            effects_add(a, &rest,
                        (Effect){ .kind = EFFECT_PUT, .name = STR("role_grant"), .value = put_row(a, row.p) });
        }
        Day to;
        if (people[i].certificate_to && day_parse(str_c(people[i].certificate_to), &to)) {
            Str row = arena_printf(a,
                                   "{\"person\":%lld,\"id\":1,\"kind\":\"enforcement\",\"number\":\"44%03zu\","
                                   "\"from_day\":18000,\"to_day\":%d}",
                                   (long long)ids[i], i, to);
            effects_add(a, &rest,
                        (Effect){ .kind = EFFECT_PUT, .name = STR("credential"), .value = put_row(a, row.p) });
        }
    }
    must(app_put(o->app, &rest, STR("enrol"), ACTOR_SYSTEM, NULL, &err), &err);
}

/* ---- a store of its own ---- */

static void run_in(Office *o, Str url, const char *format, ...) PRINTF_LIKE(3, 4);
static void run_in(Office *o, Str url, const char *format, ...)
{
    CLEANUP(db_closep) Db *db = NULL;
    Err err = { 0 };
    char sql[256];
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    must(db_open(url, &(DbOptions){ 0 }, &db, &err), &err);
    must(db_run(db, arena_c(o->arena, str_c(sql)), NULL, 0, NULL, &err), &err);
}

static void empty_tables(Str url)
{
    CLEANUP(db_closep) Db *db = NULL;
    const DbTable *tables[T_COUNT];
    Err err = { 0 };
    for (int t = 0; t < T_COUNT; t++)
        tables[t] = &schema_tables[t];
    must(db_open(url, &(DbOptions){ 0 }, &db, &err), &err);
    must(db_create(db, tables, T_COUNT, &err), &err);
    must(db_begin(db, &err), &err);
    for (int t = 0; t < T_COUNT; t++) {
        char sql[64];
        snprintf(sql, sizeof sql, "DELETE FROM %s", tables[t]->name);
        must(db_run(db, sql, NULL, 0, NULL, &err), &err);
    }
    must(db_commit(db, &err), &err);
}

/* A schema of this process, emptied for each office, since making one anew takes many times longer. It goes with the
 * server. */
static void find_schema(Office *o)
{
    const char *server = getenv("YIFA_TEST_PG");
    if (!server || !*server)
        return;
    Str schema = arena_printf(o->arena, "t_%d_%d", (int)getpid(), o->slot);
    run_in(o, str_c(server), "CREATE SCHEMA IF NOT EXISTS %s", schema.p);
    o->url =
        arena_printf(o->arena, "%s%coptions=-csearch_path%%3D%s", server, strchr(server, '?') ? '&' : '?', schema.p);
    empty_tables(o->url);
}

void office_open(Office *o)
{
    Err err = { 0 };
    *o = (Office){ .arena = arena_new(0), .slot = o->slot, .pack = o->pack };
    snprintf(o->folder, sizeof o->folder, "/tmp/yifa-test-XXXXXX");
    assert_non_null(mkdtemp(o->folder));
    find_schema(o);
    office_at(o, "2022-12-01 09:00");
    o->options = (AppOptions){
        .data = o->folder, .url = o->url, .clock = os_clock_manual(&o->now), .entropy = os_entropy_seeded(&o->seed, 42)
    };
    must(app_create(&o->options, true, &err), &err);
    must(app_open(&o->options, &o->app, &err), &err);
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    const char *pack = o->pack ? o->pack : YIFA_SOURCE "/packs/guanhu";
    Rc rc = app_adopt(o->app, pack, DAY_NONE, ACTOR_SYSTEM, o->arena, &issues, &n_issues, &err);
    for (size_t i = 0; i < n_issues; i++)
        print_error("%.*s:%d:%d: %.*s\n", STR_ARG(issues[i].at.path), issues[i].at.line, issues[i].at.col,
                    STR_ARG(issues[i].text));
    must(rc, &err);
    enrol(o);
}

void office_reopen(Office *o)
{
    Err err = { 0 };
    app_close(o->app);
    o->app = NULL;
    must(app_open(&o->options, &o->app, &err), &err);
}

void office_close(Office *o)
{
    Err err = { 0 };
    app_close(o->app);
    must(os_remove_tree(o->folder, &err), &err);
    arena_free(o->arena);
}

void office_at(Office *o, const char *local)
{
    assert_true(instant_parse(str_c(local), 480, &o->now));
}

int64_t office_person(const Office *o, const char *login)
{
    if (strcmp(login, "system") == 0)
        return ACTOR_SYSTEM;
    if (strcmp(login, "public") == 0)
        return ACTOR_PUBLIC;
    const Directory *dir = app_directory(o->app);
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        for (size_t k = 0; strcmp(people[i].login, login) == 0 && k < dir->n_people; k++)
            if (str_eq_c(dir->by_id[k]->name, people[i].name))
                return dir->by_id[k]->id;
    fail_msg("nobody is called %s", login);
    return 0;
}

int64_t office_unit(const Office *o, const char *code)
{
    const Directory *dir = app_directory(o->app);
    for (size_t i = 0; i < dir->n_units; i++)
        if (str_eq_c(dir->units_by_id[i]->code, code))
            return dir->units_by_id[i]->id;
    fail_msg("no unit %s", code);
    return 0;
}

/* ---- forms ---- */

static void put_name(Office *o, Buf *out, Str *rest)
{
    bool person = rest->p[0] == '@';
    size_t n = 1;
    while (n < rest->n &&
           (rest->p[n] == '-' || (rest->p[n] >= 'a' && rest->p[n] <= 'z') || (rest->p[n] >= '0' && rest->p[n] <= '9')))
        n++;
    const char *name = arena_c(o->arena, str_slice(*rest, 1, n));
    buf_i64(out, person ? office_person(o, name) : office_unit(o, name));
    *rest = str_slice(*rest, n, rest->n);
}

static void put_instant(Buf *out, Str *rest)
{
    int64_t at = 0;
    size_t end = str_find(*rest, STR(">"));
    assert_true(end != SIZE_MAX && instant_parse(str_slice(*rest, 1, end), 480, &at));
    buf_i64(out, at);
    *rest = str_slice(*rest, end + 1, rest->n);
}

/* The form's text with names and instants put in. */
static Json said_form(Office *o, const char *text)
{
    Json said = json_obj();
    Err err = { 0 };
    if (!text)
        return said;
    Buf out;
    buf_init(&out, 1 << 20);
    for (Str rest = str_c(text); rest.n;) {
        char c = rest.p[0];
        if (c == '@' || c == '#') {
            put_name(o, &out, &rest);
        } else if (c == '<') {
            put_instant(&out, &rest);
        } else {
            buf_char(&out, (char)(c == '\'' ? '"' : c));
            rest = str_slice(rest, 1, rest.n);
        }
    }
    must(json_parse(o->arena, buf_view(&out), &said, &err), &err);
    buf_free(&out);
    return said;
}

Json office_offered(Office *o, const ActRequest *req, const Json *said)
{
    Arena *a = o->arena;
    Err err = { 0 };
    Matter loaded = { 0 };
    const Matter *m = req->matter ? &loaded : NULL;
    StoreReader reader = { .db = o->app->db, .arena = a, .j = o->app->j, .book = &o->app->book };
    if (m && store_load_matter(&reader, req->matter, NEED_ALL, &loaded, NULL, &err) != RC_OK)
        return *said; /* no such matter: the act will say so */
    const LawPack *pack = app_pack(o->app);
    const LawProcedure *p = m ? m->procedure : law_procedure(pack, req->procedure);
    const LawAct *act = p ? law_act(p, req->act) : NULL;
    if (!act)
        return *said;
    MatterCore none = matter_core_new();
    MatterEnv env = { .pack = pack,
                      .owner = m ? m->pack : pack,
                      .procedure = p,
                      .dir = app_directory(o->app),
                      .matter = m,
                      .core = m ? &m->core : &none,
                      .actor = req->actor,
                      .happened_at = req->happened_at ? req->happened_at : o->now,
                      .now_ms = o->now,
                      .has_act = true,
                      .arena = a };
    env_init(&env);
    Json form;
    form_presets(&env, act, &form);
    for (size_t i = 0; i < said->n; i++)
        json_set(a, &form, said->as.members[i].key, said->as.members[i].value);
    return form;
}

/* ---- acts ---- */

ActRequest office_ask(Office *o, const OfficeAct *act)
{
    ActRequest req = { .actor = office_person(o, act->actor),
                       .matter = act->matter,
                       .procedure = str_c(act->procedure),
                       .act = str_c(act->act),
                       .mode = act->mode,
                       .key = str_c(act->key),
                       .system = str_c(act->system),
                       .number = str_c(act->number),
                       .version = act->version };
    if (act->happened)
        assert_true(instant_parse(str_c(act->happened), 480, &req.happened_at));
    Json said = said_form(o, act->form);
    Json over = said_form(o, act->over);
    for (size_t i = 0; i < over.n; i++)
        json_set(o->arena, &said, over.as.members[i].key, over.as.members[i].value);
    req.form = act->bare ? said : office_offered(o, &req, &said);
    return req;
}

ActResult office_request(Office *o, const ActRequest *request)
{
    ActResult result = { 0 };
    Err err = { 0 };
    must(app_perform_many(o->app, request, 1, o->arena, &result, &err), &err);
    return result;
}

ActResult office_perform(Office *o, const OfficeAct *act)
{
    ActRequest req = office_ask(o, act);
    return office_request(o, &req);
}

ActResult office_act(Office *o, const char *actor, int64_t matter, const char *act, const char *form)
{
    return office_perform(o, &(OfficeAct){ .actor = actor, .matter = matter, .act = act, .form = form });
}

ActResult office_open_matter(Office *o, const char *actor, const char *procedure, const char *act, const char *form)
{
    return office_perform(o, &(OfficeAct){ .actor = actor, .procedure = procedure, .act = act, .form = form });
}

void office_expect(const ActResult *r, ActAnswer answer, const char *act)
{
    static const char *const answers[] = { "done", "repeated", "refused", "invalid", "stale", "failed" };
    if (r->answer == answer)
        return;
    print_error("%s: %s, stop %s, %s\n", act, answers[r->answer], decision_stop_name(r->decision.stop), r->err.text);
    for (size_t i = 0; i < r->decision.faults.n; i++)
        print_error("  field %.*s: %s\n", STR_ARG(r->decision.faults.items[i].field),
                    form_fault_name(r->decision.faults.items[i].kind));
    for (size_t i = 0; i < r->decision.n_verdicts; i++) {
        const Verdict *v = &r->decision.verdicts[i];
        if (v->kind == VERDICT_VIOLATED || v->kind == VERDICT_UNDECIDED)
            print_error("  rule %.*s: %s %s %.*s\n", STR_ARG(v->rule->id), verdict_names[v->kind],
                        v->reason.msgid ? v->reason.msgid : "", STR_ARG(v->reason.place.source));
    }
    fail_msg("%s was %s, not %s", act, answers[r->answer], answers[answer]);
}

ActResult office_done(Office *o, const char *actor, int64_t matter, const char *act, const char *form)
{
    ActResult r = office_act(o, actor, matter, act, form);
    office_expect(&r, ANSWER_DONE, act);
    return r;
}

ActResult office_opened(Office *o, const char *actor, const char *procedure, const char *act, const char *form)
{
    ActResult r = office_open_matter(o, actor, procedure, act, form);
    office_expect(&r, ANSWER_DONE, act);
    return r;
}

ActResult office_recorded(Office *o, const char *actor, int64_t matter, const char *act, const char *happened,
                          const char *form)
{
    ActResult r = office_perform(
        o, &(OfficeAct){
               .actor = actor, .matter = matter, .act = act, .form = form, .mode = ACT_RECORD, .happened = happened });
    office_expect(&r, ANSWER_DONE, act);
    return r;
}

void office_sweep(Office *o)
{
    size_t fired = 0;
    Err err = { 0 };
    do {
        must(app_sweep(o->app, 500, &fired, &err), &err);
    } while (fired);
}

const Verdict *office_verdict(const ActResult *result, const char *rule)
{
    for (size_t i = 0; i < result->decision.n_verdicts; i++)
        if (str_eq_c(result->decision.verdicts[i].rule->id, rule))
            return &result->decision.verdicts[i];
    return NULL;
}

/* ---- whole tables ---- */

static const char *select_all(Office *o, const DbTable *table)
{
    Buf sql;
    buf_init(&sql, 4096);
    buf_printf(&sql, "SELECT * FROM %s ORDER BY ", table->name);
    for (size_t i = 0; i < table->n_key; i++)
        buf_printf(&sql, "%s%s", i ? ", " : "", table->columns[i].name);
    Str text = buf_to_arena(&sql, o->arena);
    buf_free(&sql);
    return arena_c(o->arena, text);
}

Str office_dump(Office *o, const DbTable *table)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Err err = { 0 };
    bool more = false;
    Buf out;
    buf_init(&out, (size_t)64 << 20);
    must(db_query(o->app->db, select_all(o, table), NULL, 0, &rows, &err), &err);
    must(db_next(rows, &more, &err), &err);
    while (more) {
        for (size_t c = 0; c < table->n_columns; c++) {
            buf_c(&out, c ? "|" : "");
            if (db_is_null(rows, (int)c))
                buf_c(&out, "null");
            else if (table->columns[c].type == DB_INT)
                buf_i64(&out, db_int(rows, (int)c));
            else
                buf_str(&out, db_str(rows, (int)c));
        }
        buf_char(&out, '\n');
        must(db_next(rows, &more, &err), &err);
    }
    Str text = buf_to_arena(&out, o->arena);
    buf_free(&out);
    return text;
}

/* ---- what stands ---- */

int64_t office_count(Office *o, const char *sql)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Err err = { 0 };
    bool more = false;
    must(db_query(o->app->db, sql, NULL, 0, &rows, &err), &err);
    must(db_next(rows, &more, &err), &err);
    return more ? db_int(rows, 0) : -1;
}

static const char *format_sql(Office *o, const char *format, va_list args) PRINTF_LIKE(2, 0);
static const char *format_sql(Office *o, const char *format, va_list args)
{
    char sql[2048];
    int n = vsnprintf(sql, sizeof sql, format, args);
    assert_true(n > 0 && (size_t)n < sizeof sql);
    return arena_c(o->arena, str_c(sql)); /* statements are kept by the address of their text */
}

int64_t office_countf(Office *o, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *sql = format_sql(o, format, args);
    va_end(args);
    return office_count(o, sql);
}

Str office_textf(Office *o, const char *format, ...)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Err err = { 0 };
    bool more = false;
    va_list args;
    va_start(args, format);
    const char *sql = format_sql(o, format, args);
    va_end(args);
    must(db_query(o->app->db, sql, NULL, 0, &rows, &err), &err);
    must(db_next(rows, &more, &err), &err);
    return more ? db_str_in(rows, 0, o->arena) : STR_NONE;
}

size_t office_meddle(Office *o, const char *format, ...)
{
    Err err = { 0 };
    size_t changed = 0;
    va_list args;
    va_start(args, format);
    const char *sql = format_sql(o, format, args);
    va_end(args);
    must(db_run(o->app->db, sql, NULL, 0, &changed, &err), &err);
    return changed;
}

Str office_stage(Office *o, int64_t matter)
{
    return office_textf(o, "SELECT stage FROM matter WHERE id = %lld", (long long)matter);
}

int64_t office_version(Office *o, int64_t matter)
{
    return office_countf(o, "SELECT version FROM matter WHERE id = %lld", (long long)matter);
}

Str office_field(Office *o, int64_t matter, const char *field)
{
    Json fields = json_obj();
    Err err = { 0 };
    Str text = office_textf(o, "SELECT fields FROM matter WHERE id = %lld", (long long)matter);
    must(json_parse(o->arena, text, &fields, &err), &err);
    const Json *value = json_get(&fields, str_c(field));
    if (!value)
        return STR("");
    return value->type == JSON_STR ? json_as_str(value) : json_to_arena(o->arena, value);
}

int64_t office_findings(Office *o, int64_t matter, const char *rule)
{
    return office_countf(o, "SELECT count(*) FROM finding WHERE source = %lld AND rule = '%s'", (long long)matter,
                         rule);
}

int64_t office_findings_open(Office *o, int64_t matter, const char *rule)
{
    return office_countf(o, "SELECT count(*) FROM finding WHERE source = %lld AND rule = '%s' AND open = 1",
                         (long long)matter, rule);
}

int64_t office_linked(Office *o, int64_t matter, const char *kind)
{
    int64_t from = office_countf(o, "SELECT COALESCE(MAX(a), 0) FROM link WHERE b = %lld AND kind = '%s'",
                                 (long long)matter, kind);
    return from ? from
                : office_countf(o, "SELECT COALESCE(MAX(b), 0) FROM link WHERE a = %lld AND kind = '%s'",
                                (long long)matter, kind);
}

/* ---- figures ---- */

static FigureQuery figure_query(Office *o, const char *id, const char *from, const char *to, const char *status)
{
    FigureQuery q = { .figure = map_get(&app_pack(o->app)->figures_by_id, str_c(id)), .known = DAY_NONE };
    if (!q.figure)
        fail_msg("no figure %s", id);
    assert_true(day_parse(str_c(from), &q.from) && day_parse(str_c(to), &q.to));
    assert_true(day_parse(str_c(status), &q.status));
    return q;
}

int64_t office_figure_of(Office *o, const char *figure, const char *dim, const char *from, const char *to,
                         const char *status)
{
    Err err = { 0 };
    FigureQuery q = figure_query(o, figure, from, to, status);
    bool sum = q.figure->count == LAW_COUNT_SUM;
    if (!dim) {
        FigureValue value;
        must(figure_value(o->app->db, o->app->j, &q, o->arena, &value, &err), &err);
        return sum ? value.v : value.n;
    }
    FigureSlice *slices = NULL;
    size_t n = 0;
    must(figure_slices(o->app->db, o->app->j, &q, o->arena, &slices, &n, &err), &err);
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(slices[i].dim, dim))
            return sum ? slices[i].v : slices[i].n;
    return 0;
}

int64_t office_figure(Office *o, const char *figure, const char *status)
{
    return office_figure_of(o, figure, NULL, "2023-01-01", "2023-12-31", status);
}

/* ---- what a sceptic runs ---- */

static void no_faults(const CheckReport *report, Rc rc, const Err *err, const char *what)
{
    must(rc, err);
    for (size_t i = 0; i < report->n_faults; i++)
        print_error("%s: %.*s: %.*s\n", what, STR_ARG(report->faults[i].where), STR_ARG(report->faults[i].what));
    if (report->n_faults)
        fail_msg("%s finds %zu faults", what, report->n_faults);
}

void office_check_all(Office *o)
{
    Err err = { 0 };
    CheckProgress silent = { 0 };
    CheckReport verified = { 0 };
    Rc rc = app_verify(o->app, silent, o->arena, &verified, &err);
    no_faults(&verified, rc, &err, "verify");
    CheckReport rebuilt = { 0 };
    rc = app_rebuild_check(o->app, o->folder, STR_NONE, silent, o->arena, &rebuilt, &err);
    no_faults(&rebuilt, rc, &err, "rebuild");
    assert_int_equal(rebuilt.entries, verified.entries);
    assert_true(rebuilt.rows > 0);
    CheckReport counted = { 0 };
    int64_t sizes[] = { 0, verified.entries / 3, verified.entries / 2, verified.entries - 1 };
    rc = app_recount(o->app, sizes, ARRAY_LEN(sizes), silent, o->arena, &counted, &err);
    no_faults(&counted, rc, &err, "recount");
}
