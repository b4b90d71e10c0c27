/* Two versions of a pack: which one speaks is decided by days, and a rebuild knows it too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/cases.h"
#include "lib/os/file.h"

typedef struct Change {
    const char *file;
    const char *from;
    const char *to;
} Change;

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static Str replaced(Arena *arena, Str text, const Change *change)
{
    size_t at = str_find(text, str_c(change->from));
    assert_int_not_equal(at, SIZE_MAX);
    Str head = str_slice(text, 0, at);
    Str tail = str_slice(text, at + strlen(change->from), text.n);
    return arena_printf(arena, "%.*s%s%.*s", STR_ARG(head), change->to, STR_ARG(tail));
}

/* A copy of packs/guanhu with some texts changed. */
static const char *pack_with(Office *o, const Change *changes, size_t n)
{
    Err err = { 0 };
    OsNames names;
    Str folder = arena_printf(o->arena, "%s/pack-2", o->folder);
    must(os_list_tree(o->arena, YIFA_SOURCE "/packs/guanhu", &names, &err), &err);
    for (size_t i = 0; i < names.n; i++) {
        Str bytes;
        Str from = arena_printf(o->arena, YIFA_SOURCE "/packs/guanhu/%.*s", STR_ARG(names.names[i]));
        Str to = arena_printf(o->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.names[i]));
        must(os_read_file(o->arena, from.p, 4 << 20, &bytes, &err), &err);
        for (size_t k = 0; k < n; k++)
            if (str_eq_c(names.names[i], changes[k].file))
                bytes = replaced(o->arena, bytes, &changes[k]);
        must(os_mkdirs(arena_c(o->arena, str_slice(to, 0, (size_t)(strrchr(to.p, '/') - to.p))), 0755, &err), &err);
        must(os_write_file_atomic(to.p, bytes, 0644, &err), &err);
    }
    return folder.p;
}

static void adopt(Office *o, const Change *changes, size_t n, const char *from)
{
    Err err = { 0 };
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    Day day;
    assert_true(day_parse(str_c(from), &day));
    Rc rc = app_adopt(o->app, pack_with(o, changes, n), day, ACTOR_SYSTEM, o->arena, &issues, &n_issues, &err);
    for (size_t i = 0; i < n_issues; i++)
        print_error("%.*s:%d: %.*s\n", STR_ARG(issues[i].at.path), issues[i].at.line, STR_ARG(issues[i].text));
    must(rc, &err);
}

static const Change stricter[] = {
    { "pack.yaml", "version: \"2023.1\"", "version: \"2023.2\"" },
    { "rules/penalty-general.yaml", "count(实施人员[持证 = true]) >= 2", "count(实施人员[持证 = true]) >= 3" },
    /* One parameter more in front, so that the two packs number their names differently. */
    { "pack.yaml", "sign_minutes: {value: 30",
      "first_of_all: {value: 7, title: 试, unit: 日, note: 试}\n  sign_minutes: {value: 60" },
};

static ActResult filed(Office *o, const char *officers)
{
    ActResult r = office_opened(o, "officer1", "penalty.ordinary", "register",
                                "{'power':'cg-stall','place':'鹭湖路','found_on':'2023-03-01','party_kind':'citizen'}");
    (void)office_done(o, "officer1", r.matter, "check", "{'check_result':'meets'}");
    Str form = arena_printf(o->arena, "{'officers':%s,'power':'cg-stall','unit':#block,'handler':@officer1}", officers);
    return office_act(o, "head", r.matter, "file", form.p);
}

static void rules_are_those_of_the_day_of_the_act(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    adopt(&o, stricter, ARRAY_LEN(stricter), "2023-07-01");
    office_at(&o, "2023-03-02 10:00");
    ActResult before = filed(&o, "[@officer1,@officer3]");
    assert_int_equal(office_verdict(&before, "two-officers")->kind, VERDICT_COMPLIED);
    office_at(&o, "2023-07-03 10:00");
    ActResult after = filed(&o, "[@officer1,@officer3]");
    assert_int_equal(after.answer, ANSWER_REFUSED);
    assert_int_equal(office_verdict(&after, "two-officers")->kind, VERDICT_VIOLATED);
    office_check_all(&o);
    office_close(&o);
}

static void a_matter_keeps_its_graph_but_new_acts_are_judged_anew(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-06-30 10:00");
    ActResult r = office_opened(&o, "officer1", "penalty.ordinary", "register",
                                "{'power':'cg-stall','place':'鹭湖路','found_on':'2023-06-30','party_kind':'citizen'}");
    adopt(&o, stricter, ARRAY_LEN(stricter), "2023-07-01");
    office_at(&o, "2023-07-03 10:00");
    (void)office_done(&o, "officer1", r.matter, "check", "{'check_result':'meets'}");
    /* The matter's own expressions still find the catalogues of the pack it was opened under. */
    assert_true(str_eq_c(office_textf(&o, "SELECT title FROM matter"), "在划定场所外摆卖案"));
    ActResult refused =
        office_act(&o, "head", r.matter, "file",
                   "{'officers':[@officer1,@officer3],'power':'cg-stall','unit':#block,'handler':@officer1}");
    assert_int_equal(office_verdict(&refused, "two-officers")->kind, VERDICT_VIOLATED);
    (void)office_done(
        &o, "head", r.matter, "file",
        "{'officers':[@officer1,@officer2,@officer3],'power':'cg-stall','unit':#block,'handler':@officer1}");
    office_check_all(&o);
    office_close(&o);
}

/* ---- discretion ---- */

/* The row for a first refusal ends with June; from July there is another. */
#define SORTING_FROM                                                                \
    "分类1,cg-sorting-person,true,1,-,-,-,false,一般,拒不改正,50,50,50元," \
    "深圳市生活垃圾分类管理条例，条号待核,,"
#define SORTING_TO(low)                                                             \
    "分类5,cg-sorting-person,true,1,-,-,-,false,一般,拒不改正," low "," low "," low \
    "元,深圳市生活垃圾分类管理条例，条号待核,2023-07-01,,2023-06-01,新,\n" SORTING_FROM "2023-07-01"

/* Seen in June, decided in July under the next version of the pack: refused with `wrong`, done with `right` (fen). */
static Str row_kept(const char *next, int64_t wrong, int64_t right)
{
    const Change changes[] = { { "pack.yaml", "version: \"2023.1\"", "version: \"2023.2\"" },
                               { "tables/cityscape.csv", SORTING_FROM, next } };
    Office o = { 0 };
    office_open(&o);
    case_pads(&o);
    office_at(&o, "2023-06-30 16:00");
    ActResult r = office_opened(&o, "officer1", "penalty.onspot", "inform",
                                "{'officers':[@officer1,@officer2],'power':'cg-sorting-person','place':'鹭湖路',"
                                "'party_name':'李四','conduct':'乱丢垃圾','proposed_fine':5000,'unit':#enforcement,"
                                "'refuses':true,'times_in_year':1}");
    adopt(&o, changes, ARRAY_LEN(changes), "2023-07-01");
    office_at(&o, "2023-07-03 10:00");
    Str form = arena_printf(o.arena, "{'sheet':1001,'fine':%lld}", (long long)wrong);
    ActResult refused = office_act(&o, "officer1", r.matter, "issue", form.p);
    assert_int_equal(refused.answer, ANSWER_REFUSED);
    assert_int_equal(office_verdict(&refused, "benchmark-range")->kind, VERDICT_VIOLATED);
    form = arena_printf(o.arena, "{'sheet':1001,'fine':%lld}", (long long)right);
    (void)office_done(&o, "officer1", r.matter, "issue", form.p);
    static char kept[64];
    snprintf(kept, sizeof kept, "%.*s", STR_ARG(office_field(&o, r.matter, "benchmark_row")));
    office_check_all(&o);
    office_close(&o);
    return str_c(kept);
}

static void of_two_rows_that_of_the_conduct_applies_or_the_later_lighter_one(void **state)
{
    (void)state;
    assert_true(str_eq_c(row_kept(SORTING_TO("20"), 5000, 2000), "分类5"));
    assert_true(str_eq_c(row_kept(SORTING_TO("100"), 10000, 5000), "分类1"));
}

static int64_t minutes_to_sign(Office *o)
{
    (void)office_opened(o, "public", "appeal", "submit", "{'category':'noise','place':'鹭湖路','description':'噪声'}");
    return office_count(o, "SELECT (due_at - start_at) / 60000 FROM clock WHERE id = 'sign_by' ORDER BY matter DESC");
}

static void clocks_take_the_length_in_force_when_they_start(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    adopt(&o, stricter, ARRAY_LEN(stricter), "2023-07-01");
    office_at(&o, "2023-06-30 10:00");
    assert_int_equal(minutes_to_sign(&o), 30);
    office_at(&o, "2023-07-03 10:00");
    assert_int_equal(minutes_to_sign(&o), 60);
    office_check_all(&o);
    office_close(&o);
}

static void figures_are_not_redefined_under_matters(void **state)
{
    (void)state;
    static const Change otherwise[] = {
        { "figures/appeals.yaml", "of: [appeal]", "of: [appeal, mediation]" },
    };
    Office o = { 0 };
    Err err = { 0 };
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    office_open(&o);
    (void)minutes_to_sign(&o);
    int64_t entries = office_count(&o, "SELECT count(*) FROM entry");
    Rc rc = app_adopt(o.app, pack_with(&o, otherwise, 1), DAY_NONE, ACTOR_SYSTEM, o.arena, &issues, &n_issues, &err);
    assert_int_equal(rc, RC_INVALID);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM entry"), entries);
    office_check_all(&o);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_those_of_the_day_of_the_act),
        cmocka_unit_test(a_matter_keeps_its_graph_but_new_acts_are_judged_anew),
        cmocka_unit_test(of_two_rows_that_of_the_conduct_applies_or_the_later_lighter_one),
        cmocka_unit_test(clocks_take_the_length_in_force_when_they_start),
        cmocka_unit_test(figures_are_not_redefined_under_matters),
    };
    return cmocka_run_group_tests_name("versions", tests, NULL, NULL);
}
