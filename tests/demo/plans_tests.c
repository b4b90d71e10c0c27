/* The planner of demo/plans: exact counts and sums, days and hours, people, forms by their fields' types, the same plan
 * from the same seed, and every mistake with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/demo/demo.h"
#include "app/demo/plans.h"
#include "lib/os/file.h"

typedef struct Planned {
    Arena *arena;
    Crypto *crypto;
    Demo demo;
    const LawPack *pack;
    PlanSpecs specs;
    const LawIssue *issues;
    size_t n_issues;
    Rc rc;
} Planned;

/* Ids as a made year would have them. */
static void number_staff(Staff *staff)
{
    for (size_t i = 0; i < staff->n_units; i++)
        staff->units[i].id = 100 + (int64_t)i;
    for (size_t i = 0; i < staff->n_people; i++)
        staff->people[i].id = 1000 + (int64_t)i;
}

static void read_plans(Planned *p, const char *folder)
{
    Err err = { 0 };
    p->arena = arena_new(0);
    const LawIssue *issues = NULL;
    size_t n = 0;
    if (crypto_new(&p->crypto, &err) != RC_OK ||
        app_load_pack(p->arena, p->crypto, folder, &p->pack, &issues, &n, &err) != RC_OK ||
        demo_read(&p->demo, p->arena, folder, 0, &err) != RC_OK)
        fail_msg("%s: %s (%zu issues; %.*s)", err.place, err.text, n, STR_ARG(n ? issues[0].text : STR_NONE));
    p->demo.hours = (Hours){ .calendar = p->pack->calendar, .zone_minutes = p->pack->zone_minutes };
    plan_init(&p->demo.plan, p->arena, p->pack->zone_minutes);
    number_staff(&p->demo.staff);
    p->rc = plans_read(&p->demo, p->pack, folder, &p->specs, &p->issues, &p->n_issues, &err);
}

static void plan_year(Planned *p)
{
    Err err = { 0 };
    read_plans(p, DEMO_TESTS "/pack");
    if (p->rc != RC_OK)
        fail_msg("%.*s:%d: %.*s", STR_ARG(p->issues[0].at.path), p->issues[0].at.line, STR_ARG(p->issues[0].text));
    plans_tell(&p->demo, &p->specs);
    assert_int_equal(plan_finish(&p->demo.plan, day_start(p->demo.status + 1, 480), &err), RC_OK);
}

static void done(Planned *p)
{
    crypto_freep(&p->crypto);
    arena_freep(&p->arena);
}

static size_t count_acts(const Planned *p, const char *act)
{
    size_t n = 0;
    for (size_t i = 0; i < p->demo.plan.n_acts; i++)
        n += str_eq_c(p->demo.plan.acts[i].act, act);
    return n;
}

static Day day_of(const PlanAct *a)
{
    return instant_day(a->at_ms, 480);
}

/* ---- what comes out ---- */

static void paths_and_months_have_exactly_their_numbers(void **state)
{
    (void)state;
    Planned p = { 0 };
    plan_year(&p);
    size_t months[13] = { 0 };
    size_t nights = 0;
    for (size_t i = 0; i < p.demo.plan.n_acts; i++) {
        const PlanAct *a = &p.demo.plan.acts[i];
        bool night = str_eq_c(json_get_str(&a->form, STR("name")), "夜谈");
        nights += night;
        if (a->procedure.n && !night)
            months[day_to_civil(day_of(a)).month]++;
    }
    assert_int_equal(count_acts(&p, "plan"), 100);
    assert_int_equal(nights, 20);
    /* 80 of the 100 by the months' shares: the other 20 have days of their own. */
    size_t sum = 0;
    for (int m = 1; m <= 12; m++)
        sum += months[m];
    assert_int_equal(sum, 80);
    assert_int_equal(months[11], 16);
    assert_int_equal(months[12], 0);
    assert_in_range(months[1], 6, 7);
    assert_int_equal(count_acts(&p, "prepare"), 160);
    assert_int_equal(count_acts(&p, "hold"), 100);
    assert_in_range(count_acts(&p, "correct"), 5, 30);
    done(&p);
}

static void shares_make_up_their_total_exactly(void **state)
{
    (void)state;
    Planned p = { 0 };
    plan_year(&p);
    int64_t prizes = 0;
    int64_t area = 0;
    bool seen[2000] = { 0 };
    for (size_t i = 0; i < p.demo.plan.n_acts; i++) {
        const PlanAct *a = &p.demo.plan.acts[i];
        const Json *part = json_get(&a->form, STR("area"));
        if (str_eq_c(json_get_str(&a->form, STR("name")), "夜谈")) {
            int64_t fen = json_get_int(&a->form, STR("cost"), 0);
            assert_true(fen >= 1000); /* 10 yuan */
            prizes += fen;
        }
        if (part && !seen[a->matter]) {
            assert_true(part->as.i >= 100);
            area += part->as.i;
            seen[a->matter] = true;
        }
    }
    assert_int_equal(prizes, 100000); /* 1,000 yuan over the 20 of its path */
    assert_true(area < 66150);        /* over all 100, of which 80 say it */
    assert_true(area > 66150 / 2);
    done(&p);
}

static void days_and_hours_are_those_of_the_office(void **state)
{
    (void)state;
    Planned p = { 0 };
    plan_year(&p);
    for (size_t i = 0; i < p.demo.plan.n_acts; i++) {
        const PlanAct *a = &p.demo.plan.acts[i];
        int64_t minute = instant_of_day(a->at_ms, 480) / MS_PER_MINUTE;
        bool night = str_eq_c(json_get_str(&a->form, STR("name")), "夜谈");
        bool night_later = a->mode == ACT_RECORD;
        if (night) {
            assert_in_range(minute, 19 * 60, 21 * 60 - 1);
            assert_true(day_of(a) == day_from_civil((Civil){ 2023, 5, 1 }) ||
                        day_of(a) == day_from_civil((Civil){ 2023, 5, 2 }));
        } else if (night_later) { /* happened the same night, taken in some days later */
            assert_true(a->happened_at < a->at_ms - 12 * (int64_t)MS_PER_HOUR);
        } else {
            assert_in_range(minute, 8 * 60 + 40, 22 * 60 + 40);
            assert_true(law_is_workday(p.pack->calendar, day_of(a)));
        }
    }
    done(&p);
}

static void acts_of_a_matter_ascend_and_forms_fit_their_fields(void **state)
{
    (void)state;
    Planned p = { 0 };
    plan_year(&p);
    const Plan *plan = &p.demo.plan;
    int64_t *last = ARENA_ARRAY(p.arena, int64_t, plan->n_matters);
    memset(last, 0, plan->n_matters * sizeof *last);
    for (size_t i = 0; i < plan->n_acts; i++) {
        const PlanAct *a = &plan->acts[i];
        const LawProcedure *procedure =
            law_procedure(p.pack, plan->matters[a->matter].parent == PLAN_NOBODY ? STR("event") : STR("report"));
        FormFaults faults = { 0 };
        Directory nobody = { 0 };
        assert_true(a->at_ms > last[a->matter]);
        last[a->matter] = a->at_ms;
        FormCheck check = { .arena = p.arena, .pack = p.pack, .dir = &nobody, .on = day_of(a), .faults = &faults };
        form_check_values(&check, law_act(procedure, a->act), &a->form);
        for (size_t k = 0; k < faults.n; k++) /* there is no directory here to find people in */
            assert_true(faults.items[k].kind == FAULT_PERSON || faults.items[k].kind == FAULT_UNIT);
    }
    done(&p);
}

/* Who plans is of the community; speakers are two, certified, and not the same. */
static void people_hold_their_roles(void **state)
{
    (void)state;
    Planned p = { 0 };
    plan_year(&p);
    for (size_t i = 0; i < p.demo.plan.n_acts; i++) {
        const PlanAct *a = &p.demo.plan.acts[i];
        const Json *speakers = json_get(&a->form, STR("speakers"));
        const StaffPerson *actor = a->actor >= 1000 ? &p.demo.staff.people[a->actor - 1000] : NULL;
        if (!speakers)
            continue;
        assert_int_equal(speakers->n, 2);
        assert_int_not_equal(speakers->as.items[0].as.i, speakers->as.items[1].as.i);
        for (size_t k = 0; k < 2; k++)
            assert_int_not_equal(speakers->as.items[k].as.i, 1006); /* whose certificate has ended */
        assert_non_null(actor);
        assert_int_equal(json_get_int(&a->form, STR("handler"), 0), a->actor);
        assert_int_equal(json_get_int(&a->form, STR("unit"), 0), 100 + (int64_t)actor->unit);
        Str name = json_get_str(&a->form, STR("name"));
        assert_true(str_starts(name, actor->unit == 1 ? STR("东社区") : STR("西社区")));
    }
    done(&p);
}

static void matters_set_off_by_others_go_on(void **state)
{
    (void)state;
    Planned p = { 0 };
    plan_year(&p);
    size_t spawned = 0;
    for (size_t i = 0; i < p.demo.plan.n_matters; i++) {
        const PlanMatter *m = &p.demo.plan.matters[i];
        spawned += m->parent != PLAN_NOBODY && str_eq_c(m->link, "report");
    }
    assert_int_equal(spawned, 80);
    assert_int_equal(count_acts(&p, "print"), 80);
    done(&p);
}

static void the_same_seed_gives_the_same_plan(void **state)
{
    (void)state;
    Planned a = { 0 };
    Planned b = { 0 };
    plan_year(&a);
    plan_year(&b);
    assert_int_equal(a.demo.plan.n_acts, b.demo.plan.n_acts);
    assert_true(plan_digest(&a.demo.plan) == plan_digest(&b.demo.plan));
    for (size_t i = 0; i < a.demo.plan.n_acts; i++) {
        const PlanAct *x = &a.demo.plan.acts[i];
        const PlanAct *y = &b.demo.plan.acts[i];
        assert_true(x->at_ms == y->at_ms && x->actor == y->actor && str_eq(x->act, y->act));
        assert_true(json_equal(&x->form, &y->form));
    }
    b.demo.plan.acts[3].at_ms += PLAN_SLOT_MS;
    assert_true(plan_digest(&a.demo.plan) != plan_digest(&b.demo.plan));
    done(&a);
    done(&b);
}

/* ---- mistakes ---- */

static void copy_pack(Arena *arena, const char *to)
{
    OsNames names;
    Err err = { 0 };
    assert_int_equal(os_list_tree(arena, DEMO_TESTS "/pack", &names, &err), RC_OK);
    for (size_t i = 0; i < names.n; i++) {
        Str bytes;
        Str path = arena_printf(arena, "%s/%.*s", to, STR_ARG(names.names[i]));
        size_t slash = path.n;
        while (path.p[slash - 1] != '/')
            slash--;
        assert_int_equal(os_mkdirs(arena_c(arena, str_slice(path, 0, slash - 1)), 0755, &err), RC_OK);
        assert_int_equal(os_read_file(arena, arena_printf(arena, DEMO_TESTS "/pack/%.*s", STR_ARG(names.names[i])).p,
                                      1 << 20, &bytes, &err),
                         RC_OK);
        assert_int_equal(os_write_file_atomic(path.p, bytes, 0644, &err), RC_OK);
    }
}

static Str print_issues(const Planned *p)
{
    Buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < p->n_issues; i++) {
        const LawIssue *issue = &p->issues[i];
        buf_printf(&out, "%.*s:%d:%d: %.*s\n", STR_ARG(issue->at.path), issue->at.line, issue->at.col,
                   STR_ARG(issue->text));
        if (issue->hint.n)
            buf_printf(&out, "    %.*s\n", STR_ARG(issue->hint));
    }
    Str text = buf_to_arena(&out, p->arena);
    buf_free(&out);
    return text;
}

/* mistakes.yaml has one of every kind; mistakes.txt what is said of them. YIFA_GOLDEN=write writes it anew. */
static void every_mistake_has_its_place_and_a_hint(void **state)
{
    (void)state;
    Planned p = { 0 };
    char folder[] = "/tmp/yifa-plans-XXXXXX";
    Str golden;
    Str bytes;
    Err err = { 0 };
    Arena *arena = arena_new(0);
    assert_non_null(mkdtemp(folder));
    copy_pack(arena, folder);
    Str to = arena_printf(arena, "%s/demo/plans/events.yaml", folder);
    assert_int_equal(os_read_file(arena, DEMO_TESTS "/mistakes.yaml", 1 << 20, &bytes, &err), RC_OK);
    assert_int_equal(os_write_file_atomic(to.p, bytes, 0644, &err), RC_OK);
    read_plans(&p, folder);
    assert_int_equal(p.rc, RC_INVALID);
    assert_int_equal(p.specs.n, 0);
    Str said = print_issues(&p);
    const char *write = getenv("YIFA_GOLDEN");
    if (write && strcmp(write, "write") == 0)
        assert_int_equal(os_write_file_atomic(DEMO_TESTS "/mistakes.txt", said, 0644, &err), RC_OK);
    assert_int_equal(os_read_file(arena, DEMO_TESTS "/mistakes.txt", 1 << 20, &golden, &err), RC_OK);
    if (!str_eq(golden, said))
        fail_msg("other mistakes are reported than in mistakes.txt:\n%.*s", STR_ARG(said));
    assert_int_equal(os_remove_tree(folder, &err), RC_OK);
    arena_free(arena);
    done(&p);
}

static void a_pack_without_plans_has_none(void **state)
{
    (void)state;
    Planned p = { 0 };
    char folder[] = "/tmp/yifa-plans-XXXXXX";
    Err err = { 0 };
    Arena *arena = arena_new(0);
    assert_non_null(mkdtemp(folder));
    copy_pack(arena, folder);
    assert_int_equal(os_remove_tree(arena_printf(arena, "%s/demo/plans", folder).p, &err), RC_OK);
    read_plans(&p, folder);
    assert_int_equal(p.rc, RC_OK);
    assert_int_equal(p.specs.n, 0);
    assert_int_equal(os_remove_tree(folder, &err), RC_OK);
    arena_free(arena);
    done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_months_have_exactly_their_numbers),
        cmocka_unit_test(shares_make_up_their_total_exactly),
        cmocka_unit_test(days_and_hours_are_those_of_the_office),
        cmocka_unit_test(acts_of_a_matter_ascend_and_forms_fit_their_fields),
        cmocka_unit_test(people_hold_their_roles),
        cmocka_unit_test(matters_set_off_by_others_go_on),
        cmocka_unit_test(the_same_seed_gives_the_same_plan),
        cmocka_unit_test(every_mistake_has_its_place_and_a_hint),
        cmocka_unit_test(a_pack_without_plans_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
