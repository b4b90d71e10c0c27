/* Every system of the office on its main path, its commonest side path and at one illegal step: tests/office/NAME.yaml
 * says them, this performs them through the engine as the office's own people. See docs/ADDING.md for the keys of a
 * step.
 *
 * A clock only runs forwards, so paths that follow each other in time share an office and the others get a new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/demo/staff.h"
#include "app/fixture.h"
#include "core/law/book.h"
#include "lib/fmt/yaml.h"
#include "lib/os/file.h"

enum { OFFICE_FILE_MAX = 1 << 20, PATHS_MAX = 2000 };

typedef struct Path {
    Str name;
    const YamlNode *node;
    Str start;
    bool done;
} Path;

typedef struct Walk {
    Office office;
    Staff staff;
    const Path *path;
    size_t step;
    int64_t first;  /* the path's own matter */
    int64_t matter; /* the one acted on last */
    Str stage_before;
    int64_t version_before;
} Walk;

static Arena *arena;
static Path paths[PATHS_MAX];
static size_t n_paths;

/* ---- reading ---- */

static Str text(const YamlNode *map, const char *key)
{
    const YamlNode *node = yaml_get(map, str_c(key));
    return node ? node->text : STR_NONE;
}

static void read_file(const char *path)
{
    Err err = { 0 };
    Str bytes;
    YamlNode *root;
    if (os_read_file(arena, path, OFFICE_FILE_MAX, &bytes, &err) != RC_OK ||
        yaml_parse(arena, str_c(path), bytes, &root, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    const YamlNode *map = yaml_get(root, STR("paths"));
    for (size_t i = 0; map && i < map->n; i++) {
        const YamlNode *acts = yaml_get(map->pairs[i].value, STR("acts"));
        if (!acts || acts->kind != YAML_SEQ || !acts->n)
            fail_msg("%s:%d: the path has no acts", path, map->pairs[i].line);
        assert_true(n_paths < PATHS_MAX);
        paths[n_paths++] =
            (Path){ .name = map->pairs[i].key, .node = map->pairs[i].value, .start = text(acts->items[0], "at") };
    }
}

static int by_start(const void *a, const void *b)
{
    const Path *x = a;
    const Path *y = b;
    int order = str_cmp(x->start, y->start);
    return order ? order : str_cmp(x->name, y->name);
}

/* ---- people ---- */

static bool holds(const StaffPerson *p, Str role)
{
    for (size_t i = 0; i < p->n_roles; i++) {
        if (str_eq(p->roles[i], role))
            return true;
    }
    return false;
}

/* The nth person (from 1) with the role who is there all year and, if an officer, certified all year. */
static const StaffPerson *person_in(const Walk *w, Str role, int nth)
{
    for (size_t i = 0; i < w->staff.n_people; i++) {
        const StaffPerson *p = &w->staff.people[i];
        bool certified = !p->certificate.n || p->certified_to >= day_from_civil((Civil){ 2024, 6, 1 });
        if (p->to == DAY_NONE && certified && holds(p, role) && --nth == 0)
            return p;
    }
    fail_msg("%.*s: nobody in demo/people.yaml has the role '%.*s'", STR_ARG(w->path->name), STR_ARG(role));
    abort();
}

static int64_t actor_of(const Walk *w, Str role)
{
    if (str_eq_c(role, "system"))
        return ACTOR_SYSTEM;
    if (str_eq_c(role, "public"))
        return ACTOR_PUBLIC;
    int nth = 1;
    if (role.n && role.p[role.n - 1] >= '2' && role.p[role.n - 1] <= '9')
        nth = role.p[--role.n] - '0';
    return person_in(w, role, nth)->id;
}

static int64_t unit_of(const Walk *w, Str key)
{
    for (size_t i = 0; i < w->staff.n_units; i++) {
        if (!key.n || str_eq(w->staff.units[i].key, key))
            return w->staff.units[i].id;
    }
    fail_msg("%.*s: there is no unit '%.*s'", STR_ARG(w->path->name), STR_ARG(key));
    return 0;
}

/* ---- forms ---- */

static bool is_instant(Str s)
{
    return s.n == 16 && s.p[4] == '-' && s.p[7] == '-' && s.p[10] == 'T' && s.p[13] == ':';
}

static int64_t instant_of(Str s)
{
    Day day = DAY_NONE;
    if (!is_instant(s) || !day_parse(str_slice(s, 0, 10), &day))
        fail_msg("'%.*s' is no instant such as 2023-03-01T10:00", STR_ARG(s));
    int64_t hours = (s.p[11] - '0') * 10 + s.p[12] - '0';
    int64_t minutes = (s.p[14] - '0') * 10 + s.p[15] - '0';
    return day_start(day, 8 * 60) + hours * MS_PER_HOUR + minutes * MS_PER_MINUTE;
}

static Json json_of_text(const Walk *w, const YamlNode *node)
{
    Str s = node->text;
    int64_t n;
    if (s.n > 1 && s.p[0] == '@') {
        Str rest;
        Str head = str_cut(str_slice(s, 1, s.n), ':', &rest);
        return json_int(str_eq_c(head, "unit") ? unit_of(w, rest) : actor_of(w, str_slice(s, 1, s.n)));
    }
    if (is_instant(s))
        return json_int(instant_of(s));
    if (node->quoted)
        return json_str(s);
    if (yaml_is_null(node))
        return json_null();
    if (str_eq_c(s, "true") || str_eq_c(s, "false"))
        return json_bool(str_eq_c(s, "true"));
    return str_to_i64(s, &n) ? json_int(n) : json_str(s);
}

static Json json_of(const Walk *w, const YamlNode *node)
{
    if (node->kind == YAML_SCALAR)
        return json_of_text(w, node);
    Json json = node->kind == YAML_SEQ ? json_arr() : json_obj();
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == YAML_SEQ)
            json_push(arena, &json, json_of(w, node->items[i]));
        else
            json_add(arena, &json, node->pairs[i].key, json_of(w, node->pairs[i].value));
    }
    return json;
}

/* ---- walking ---- */

static _Noreturn void wrong(const Walk *w, const ActResult *r, const char *what)
{
    const YamlNode *step = yaml_get(w->path->node, STR("acts"))->items[w->step];
    print_error("%.*s:%d: path %.*s, act %.*s: %s\n", STR_ARG(step->path), step->line, STR_ARG(w->path->name),
                STR_ARG(text(step, "act")), what);
    if (r) {
        print_error("  answer %d, stop %s, %s %s\n", r->answer, decision_stop_name(r->decision.stop), r->err.place,
                    r->err.text);
        for (size_t i = 0; i < r->decision.faults.n; i++)
            print_error("  field %.*s\n", STR_ARG(r->decision.faults.items[i].field));
        for (size_t i = 0; i < r->decision.n_verdicts; i++)
            print_error("  rule %.*s: %s %s %.*s\n", STR_ARG(r->decision.verdicts[i].rule->id),
                        verdict_names[r->decision.verdicts[i].kind],
                        r->decision.verdicts[i].reason.msgid ? r->decision.verdicts[i].reason.msgid : "",
                        STR_ARG(r->decision.verdicts[i].reason.place.source));
    }
    fail();
    abort();
}

static ActResult perform(Walk *w, const YamlNode *step)
{
    Office *o = &w->office;
    int64_t at = instant_of(text(step, "at"));
    const YamlNode *form = yaml_get(step, STR("form"));
    bool record = str_eq_c(text(step, "mode"), "record");
    Str recorded = text(step, "recorded");
    int64_t now = recorded.n ? instant_of(recorded) : at;
    if (now < o->now && !record)
        wrong(w, NULL, "stands before the act that precedes it");
    if (now > o->now)
        o->now = now;
    office_sweep(o);
    Str on = text(step, "on");
    if (on.n)
        w->matter = str_eq_c(on, "self") ? w->first : office_linked(o, w->matter, arena_c(arena, on));
    if (w->step > 0 && !w->matter)
        wrong(w, NULL, "there is no matter to act on");
    if (w->matter) {
        w->stage_before = office_stage(o, w->matter);
        w->version_before = office_version(o, w->matter);
    }
    ActRequest request = { .actor = actor_of(w, text(step, "role")),
                           .matter = w->matter,
                           .procedure = w->matter ? STR_NONE : text(w->path->node, "procedure"),
                           .act = text(step, "act"),
                           .mode = record ? ACT_RECORD : ACT_DO,
                           .happened_at = record ? at : 0,
                           .at_ms = o->now,
                           .form = form ? json_of(w, form) : json_obj() };
    request.form = office_offered(o, &request, &request.form);
    return office_request(o, &request);
}

/* Refused for the reason named, and nothing changed. */
static void check_refused(Walk *w, const ActResult *r, Str why)
{
    static const struct {
        const char *name;
        DecisionStop stop;
    } stops[] = { { "stage", STOP_STAGE }, { "role", STOP_ROLE }, { "when", STOP_WHEN }, { "sheet", STOP_SHEET } };
    if (str_eq_c(why, "form")) {
        if (r->answer != ANSWER_INVALID)
            wrong(w, r, "the form was not found wanting");
        return;
    }
    if (r->answer != ANSWER_REFUSED)
        wrong(w, r, "was not refused");
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        if (str_eq_c(why, stops[i].name)) {
            if (r->decision.stop != stops[i].stop)
                wrong(w, r, "was refused for another reason");
            return;
        }
    }
    const Verdict *verdict = office_verdict(r, arena_c(arena, why));
    if (!verdict || verdict->kind == VERDICT_COMPLIED || verdict->kind == VERDICT_NOT_APPLICABLE)
        wrong(w, r, "was not refused by that rule");
    if (w->matter && (office_version(&w->office, w->matter) != w->version_before ||
                      !str_eq(office_stage(&w->office, w->matter), w->stage_before)))
        wrong(w, r, "was refused, but left a trace in the matter");
}

static void check_found(Walk *w, const ActResult *r, Str rule)
{
    if (r->answer != ANSWER_DONE)
        wrong(w, r, "was not done");
    const Verdict *verdict = office_verdict(r, arena_c(arena, rule));
    if (!verdict || (verdict->kind != VERDICT_VIOLATED && verdict->kind != VERDICT_UNDECIDED))
        wrong(w, r, "was not found to break that rule");
    /* An open finding is not opened twice: the clock's own stands for the act that comes too late. */
    if (verdict->effect != LAW_RECORD && office_findings(&w->office, r->matter, arena_c(arena, rule)) < 1)
        wrong(w, r, "opened no finding");
}

/* Pre-printed sheets, handed to the officer before the path begins. */
static void hand_out_pads(Walk *w)
{
    const YamlNode *pads = yaml_get(w->path->node, STR("pads"));
    Err err = { 0 };
    for (size_t i = 0; pads && i < pads->n; i++) {
        Effects rows = { 0 };
        int64_t first = 0;
        int64_t last = 0;
        str_to_i64(text(pads->items[i], "first"), &first);
        str_to_i64(text(pads->items[i], "last"), &last);
        Json row = json_obj();
        json_add(arena, &row, STR("holder"), json_int(actor_of(w, text(pads->items[i], "holder"))));
        effects_add(arena, &rows,
                    (Effect){ .kind = EFFECT_SHEET,
                              .name = text(pads->items[i], "series"),
                              .text = STR("issued"),
                              .a = first,
                              .b = last,
                              .value = row });
        if (app_put(w->office.app, &rows, STR("sheets"), ACTOR_SYSTEM, NULL, &err) != RC_OK)
            fail_msg("%s: %s", err.place, err.text);
    }
}

static void walk(Walk *w)
{
    const YamlNode *acts = yaml_get(w->path->node, STR("acts"));
    w->first = w->matter = 0;
    w->step = 0;
    hand_out_pads(w);
    for (w->step = 0; w->step < acts->n; w->step++) {
        const YamlNode *step = acts->items[w->step];
        ActResult r = perform(w, step);
        Str refused = text(step, "refused");
        Str found = text(step, "found");
        if (refused.n) {
            check_refused(w, &r, refused);
            continue;
        }
        if (found.n)
            check_found(w, &r, found);
        else if (r.answer != ANSWER_DONE)
            wrong(w, &r, "was not done");
        w->matter = r.matter;
        w->first = w->first ? w->first : r.matter;
    }
    w->step = acts->n - 1;
    Str ends = text(w->path->node, "ends");
    if (ends.n && !str_eq(office_stage(&w->office, w->first), ends))
        wrong(w, NULL, arena_printf(arena, "the matter ends as %.*s", STR_ARG(office_stage(&w->office, w->first))).p);
    const YamlNode *spawned = yaml_get(w->path->node, STR("spawned"));
    for (size_t i = 0; spawned && i < spawned->n; i++) {
        int64_t wanted = 0;
        str_to_i64(spawned->pairs[i].value->text, &wanted);
        int64_t n = office_countf(&w->office,
                                  "SELECT count(*) FROM matter m JOIN link l ON l.j = m.j AND l.a = m.id "
                                  "WHERE l.b = %lld AND m.procedure = '%.*s'",
                                  (long long)w->first, STR_ARG(spawned->pairs[i].key));
        if (n != wanted)
            wrong(w, NULL, "has not opened what it should");
    }
}

static void open_office(Walk *w)
{
    Err err = { 0 };
    const char *pack = getenv("YIFA_OFFICE_PACK"); /* of those who write one elsewhere */
    w->office = (Office){ .pack = pack ? pack : YIFA_SOURCE "/packs/guanhu" };
    office_open(&w->office);
    if (staff_load(w->office.arena, w->office.pack, &w->staff, &err) != RC_OK ||
        staff_put(w->office.app, w->office.arena, &w->staff, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
}

static Walk walker;

/* Each path is a test; the office goes on to the next as long as that begins later. */
static void path_test(void **state)
{
    Path *path = *state;
    walker.path = path;
    if (!walker.office.app)
        open_office(&walker);
    else if (instant_of(path->start) < walker.office.now) {
        office_close(&walker.office);
        open_office(&walker);
    }
    walk(&walker);
}

/* Puts the paths into an order in which few of them begin before the one before them has ended. */
static size_t order_paths(struct CMUnitTest *tests)
{
    size_t n = 0;
    qsort(paths, n_paths, sizeof *paths, by_start);
    while (n < n_paths) {
        Str now = STR_NONE;
        for (size_t i = 0; i < n_paths; i++) {
            if (paths[i].done || str_cmp(paths[i].start, now) < 0)
                continue;
            const YamlNode *acts = yaml_get(paths[i].node, STR("acts"));
            for (size_t k = 0; k < acts->n; k++) {
                Str at = text(acts->items[k], "at");
                Str recorded = text(acts->items[k], "recorded");
                now = str_cmp(at, now) > 0 ? at : now;
                now = str_cmp(recorded, now) > 0 ? recorded : now;
            }
            paths[i].done = true;
            tests[n++] = (struct CMUnitTest){ .name = arena_c(arena, paths[i].name),
                                              .test_func = path_test,
                                              .initial_state = &paths[i] };
        }
    }
    return n;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[PATHS_MAX];
    arena = arena_new((size_t)1 << 30);
    for (int i = 1; i < argc; i++)
        read_file(argv[i]);
    size_t n = order_paths(tests);
    int failed = _cmocka_run_group_tests("office", tests, n, NULL, NULL);
    if (walker.office.app)
        office_close(&walker.office);
    arena_free(arena);
    return failed;
}
