/* Another platform's list compared with the ledger, and what becomes of the differences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/fixture.h"
#include "app/reconcile.h"

#define HEAD "事件编号,上报时间,大类,社区,评价,诉求人\r\n"
static const char agreed[] =
    HEAD "SZ1,2023-03-01 09:05,噪声扰民,鹭湖社区,,张三\r\nSZ2,2023/3/2 10:00,消防,大和社区,,李四\r\n";
static const char apart[] =
    HEAD "SZ1,2023-03-01 09:05,消防,鹭湖社区,,张三\r\nSZ3,2023-03-02 11:00,消防,大和社区,,王五\r\n"
         ",2023-03-02 11:00,消防,大和社区,,\r\nSZ3,2023-03-02 11:00,消防,大和社区,,\r\n";

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static int64_t appeal(Office *o, const char *at, const char *number, const char *category, const char *community)
{
    office_at(o, at);
    Str form = arena_printf(o->arena,
                            "{'platform_no':'%s','category':'%s','community':'%s','place':'某路','description':'某事'}",
                            number, category, community);
    return office_opened(o, "public", "appeal", "submit", arena_c(o->arena, form)).matter;
}

/* SZ1 and SZ2, registered here by hand. */
static int64_t office_with_two(Office *o)
{
    office_open(o);
    int64_t first = appeal(o, "2023-03-01 09:05", "SZ1", "noise", "luhu");
    appeal(o, "2023-03-02 10:00", "SZ2", "fire", "dahe");
    office_at(o, "2023-03-06 09:00");
    return first;
}

static const LawImport *myss(const Office *o)
{
    const LawImport *import = law_import(app_pack(o->app), STR("myss"));
    assert_non_null(import);
    return import;
}

static Reconciliation look(Office *o, Str list)
{
    CLEANUP(db_closep) Db *db = NULL;
    Reconciliation found;
    Err err = { 0 };
    must(app_reader(o->app, &db, &err), &err);
    ImportSource source = {
        .db = db, .j = app_j(o->app), .pack = app_pack(o->app), .dir = app_directory(o->app), .now = app_now(o->app)
    };
    must(reconcile(&source, myss(o), list, (ReconcileSpan){ DAY_NONE, DAY_NONE }, o->arena, &found, &err), &err);
    return found;
}

static ReconcileDone take(Office *o, Str list)
{
    Reconciliation found;
    ReconcileDone done;
    Err err = { 0 };
    must(app_reconcile(o->app, myss(o), list, (ReconcileSpan){ DAY_NONE, DAY_NONE }, office_person(o, "dispatcher"),
                       o->arena, &found, &done, &err),
         &err);
    if (done.refused)
        fail_msg("refused: %.*s", STR_ARG(done.why));
    return done;
}

static void assert_done(ReconcileDone done, int64_t opened, int64_t changed, int64_t reopened, int64_t closed)
{
    assert_int_equal(done.opened, opened);
    assert_int_equal(done.changed, changed);
    assert_int_equal(done.reopened, reopened);
    assert_int_equal(done.closed, closed);
}

static int64_t difference(Office *o, const char *key)
{
    return office_countf(o, "SELECT matter FROM matter_alias WHERE system = 'difference/myss' AND number = '%s'", key);
}

static void looking_says_what_differs_and_changes_nothing(void **state)
{
    (void)state;
    Office o = { 0 };
    int64_t first = office_with_two(&o);
    int64_t size = office_count(&o, "SELECT size FROM ledger_head");
    Reconciliation same = look(&o, str_c(agreed));
    assert_int_equal(same.counts[COMPARE_SAME], 2);
    assert_int_equal(same.n_items, 2);
    Reconciliation found = look(&o, str_c(apart));
    assert_int_equal(found.counts[COMPARE_OURS], 1);
    assert_int_equal(found.counts[COMPARE_THEIRS], 1);
    assert_int_equal(found.counts[COMPARE_FIELD], 1);
    assert_int_equal(found.n_nameless, 1);
    assert_int_equal(found.nameless[0], 4);
    assert_int_equal(found.n_twice, 1);
    assert_int_equal(found.twice[0], 5);
    assert_int_equal(found.n_absent, 1); /* the list has no small kind */
    assert_true(str_eq_c(found.absent[0], "小类"));
    const ReconcileItem *item = &found.items[0];
    assert_int_equal(item->matter, first);
    assert_true(str_eq_c(item->field->id, "category"));
    assert_true(str_eq_c(item->ours, "噪声油烟环保"));
    assert_true(str_eq_c(item->theirs, "消防"));
    assert_int_equal(item->line, 2);
    assert_int_equal(office_count(&o, "SELECT size FROM ledger_head"), size);
    office_close(&o);
}

static void a_list_in_gb18030_is_read_alike(void **state)
{
    (void)state;
    /* "事件编号,上报时间\n" and one row, in GB18030. */
    static const char gb[] = "\xca\xc2\xbc\xfe\xb1\xe0\xba\xc5,\xc9\xcf\xb1\xa8\xca\xb1\xbc\xe4\n"
                             "SZ1,2023-03-01 09:05\n";
    Office o = { 0 };
    office_with_two(&o);
    Reconciliation found = look(&o, str_c(gb));
    assert_int_equal(found.counts[COMPARE_SAME], 1);
    assert_int_equal(found.n_absent, 4);
    office_close(&o);
}

static void recording_twice_changes_nothing(void **state)
{
    (void)state;
    Office o = { 0 };
    int64_t first = office_with_two(&o);
    assert_done(take(&o, str_c(apart)), 3, 0, 0, 0);
    int64_t id = difference(&o, "SZ1/category");
    assert_int_equal(office_linked(&o, id, "compares"), first);
    assert_true(str_eq_c(office_field(&o, id, "group"), "field"));
    assert_true(str_eq_c(office_field(&o, id, "ours"), "噪声油烟环保"));
    assert_true(str_eq_c(office_field(&o, id, "day"), "2023-03-01"));
    int64_t size = office_count(&o, "SELECT size FROM ledger_head");
    assert_done(take(&o, str_c(apart)), 0, 0, 0, 0);
    assert_int_equal(office_count(&o, "SELECT size FROM ledger_head"), size);
    Reconciliation found = look(&o, str_c(apart));
    assert_int_equal(found.items[0].difference, id);
    assert_true(str_eq_c(found.items[0].stage, "to-explain"));
    office_check_all(&o);
    office_close(&o);
}

static void explain(Office *o, int64_t id)
{
    office_done(o, "dispatcher", id, "explain",
                "{'owner':@dispatcher,'reason_kind':'lag','explanation':'平台晚一天同步'}");
}

static void what_a_later_list_no_longer_shows_is_closed(void **state)
{
    (void)state;
    Office o = { 0 };
    office_with_two(&o);
    take(&o, str_c(apart));
    int64_t id = difference(&o, "SZ1/category");
    explain(&o, id);
    assert_true(str_eq_c(office_stage(&o, id), "explained"));
    /* SZ3 is in neither list now; its day lies in the span, so it has gone as well. */
    assert_done(take(&o, str_c(agreed)), 0, 0, 0, 3);
    assert_true(str_eq_c(office_stage(&o, id), "vanished"));
    assert_done(take(&o, str_c(apart)), 0, 0, 3, 0);
    assert_true(str_eq_c(office_stage(&o, id), "to-explain"));
    assert_true(str_eq_c(office_field(&o, id, "times"), "2"));
    office_check_all(&o);
    office_close(&o);
}

static void what_is_settled_stays_so_until_the_values_change(void **state)
{
    (void)state;
    static const char other[] = HEAD "SZ1,2023-03-01 09:05,交通,鹭湖社区,,张三\r\n";
    static const char once[] = HEAD "SZ1,2023-03-01 09:05,消防,鹭湖社区,,张三\r\n";
    Office o = { 0 };
    office_with_two(&o);
    assert_done(take(&o, str_c(once)), 1, 0, 0, 0);
    int64_t id = difference(&o, "SZ1/category");
    explain(&o, id);
    assert_int_equal(office_act(&o, "dispatcher", id, "settle", NULL).answer, ANSWER_REFUSED);
    office_done(&o, "supervisor", id, "settle", NULL);
    assert_done(take(&o, str_c(once)), 0, 0, 0, 0);
    assert_true(str_eq_c(office_stage(&o, id), "settled"));
    assert_done(take(&o, str_c(other)), 0, 0, 1, 0);
    assert_true(str_eq_c(office_field(&o, id, "theirs"), "交通"));
    explain(&o, id);
    assert_done(take(&o, str_c(once)), 0, 1, 0, 0);
    assert_true(str_eq_c(office_stage(&o, id), "to-explain"));
    office_check_all(&o);
    office_close(&o);
}

static void unexplained_differences_stop_a_freeze(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    office_with_two(&o);
    take(&o, str_c(apart));
    office_at(&o, "2023-12-23 09:00");
    assert_int_equal(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), RC_INVALID);
    assert_non_null(strstr(err.text, "3 differences from 民意速办事件清单"));
    assert_string_equal(err.place, "/reconcile");
    assert_int_equal(office_count(&o, "SELECT count(*) FROM frozen"), 0);
    explain(&o, difference(&o, "SZ1/category"));
    explain(&o, difference(&o, "SZ3/"));
    explain(&o, difference(&o, "SZ2/"));
    must(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), &err);
    assert_true(office_count(&o, "SELECT count(*) FROM frozen") > 0);
    office_check_all(&o);
    office_close(&o);
}

static void differences_of_another_year_stop_nothing(void **state)
{
    (void)state;
    static const char next_year[] = HEAD "SZ9,2024-01-05 09:05,消防,鹭湖社区,,张三\r\n";
    Office o = { 0 };
    Err err = { 0 };
    office_with_two(&o);
    office_at(&o, "2024-01-08 09:00");
    assert_done(take(&o, str_c(next_year)), 1, 0, 0, 0);
    must(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), &err);
    office_close(&o);
}

static void only_what_is_compared_is_kept(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    ReconcileBatch batch = { .name = STR("list.csv"), .system = STR("myss"), .rows = 2 };
    ReconcileBatch *kept = NULL;
    size_t n = 0;
    int64_t id = 0;
    office_with_two(&o);
    must(reconcile_cut(myss(&o), str_c(agreed), o.arena, &batch.list, &err), &err);
    assert_true(str_find(batch.list, STR("SZ1")) != SIZE_MAX);
    assert_true(str_find(batch.list, STR("张三")) == SIZE_MAX);
    must(app_reconcile_keep(o.app, &batch, &id, &err), &err);
    CLEANUP(db_closep) Db *db = NULL;
    must(app_reader(o.app, &db, &err), &err);
    must(reconcile_batches(db, app_j(o.app), 10, o.arena, &kept, &n, &err), &err);
    assert_int_equal(n, 1);
    must(reconcile_batch(db, app_j(o.app), id, o.arena, &batch, &err), &err);
    assert_int_equal(look(&o, batch.list).counts[COMPARE_SAME], 2);
    office_close(&o);
}

/* A list is taken in and, from then on, agrees; what a clerk types into the other platform alone does not. */
static void take_in(Office *o, const char *import, const char *list)
{
    ImportTable table;
    int64_t batch = 0;
    Err err = { 0 };
    must(app_import(o->app, law_import(app_pack(o->app), str_c(import)), str_c(list), STR("list.csv"),
                    office_person(o, "head"), 0, o->arena, &table, &batch, &err),
         &err);
    for (size_t i = 0; i < table.n_rows; i++)
        for (size_t k = 0; k < table.rows[i].n_problems; k++)
            fail_msg("line %zu, %.*s: fault %d %.*s", table.rows[i].line, STR_ARG(table.rows[i].problems[k].column),
                     (int)table.rows[i].problems[k].fault, STR_ARG(table.rows[i].problems[k].value));
}

static void assert_compares(Office *o, const char *import, const char *list, size_t same, size_t field)
{
    CLEANUP(db_closep) Db *db = NULL;
    Reconciliation found;
    Err err = { 0 };
    must(app_reader(o->app, &db, &err), &err);
    ImportSource source = {
        .db = db, .j = app_j(o->app), .pack = app_pack(o->app), .dir = app_directory(o->app), .now = app_now(o->app)
    };
    must(reconcile(&source, law_import(app_pack(o->app), str_c(import)), str_c(list),
                   (ReconcileSpan){ DAY_NONE, DAY_NONE }, o->arena, &found, &err),
         &err);
    for (size_t i = 0; i < found.n_items; i++)
        if (found.items[i].group == COMPARE_FIELD && !field)
            fail_msg("%.*s: %.*s / %.*s", STR_ARG(found.items[i].field->id), STR_ARG(found.items[i].ours),
                     STR_ARG(found.items[i].theirs));
    assert_int_equal(found.counts[COMPARE_SAME], same);
    assert_int_equal(found.counts[COMPARE_FIELD], field);
    assert_int_equal(found.counts[COMPARE_OURS] + found.counts[COMPARE_THEIRS], 0);
}

#define YZF_HEAD "案号,立案日期,发现日期,案由,案发地点,执法人员,承办单位,承办人,处罚决定日期,罚款金额,结案日期\r\n"
static void cases_of_the_provincial_platform_are_taken_in_and_agree(void **state)
{
    (void)state;
    static const char list[] =
        YZF_HEAD "粤A〔2023〕1号,2023/3/"
                 "1,2023-02-27,餐饮油烟扰民,某路,执法员戊、执法员庚,执法队,执法员戊,2023-04-03,\"5,000.00\",\r\n"
                 "粤A〔2023〕2号,2023-03-02,2023-03-01,cg-noise,某路,\"执法员戊,执法员庚\",执法队,执法员戊,,,\r\n";
    static const char other[] = YZF_HEAD "粤A[2023]1号,2023-03-01,,餐饮油烟扰民,,,,,2023-04-03,5000,\r\n"
                                         "粤A[2023]2号,2023-03-02,,施工噪声扰民,,,,,2023-04-05,800,\r\n";
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-05-06 09:00");
    take_in(&o, "yzf", list);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter WHERE procedure = 'penalty.ordinary'"), 2);
    assert_compares(&o, "yzf", list, 2, 0);
    assert_compares(&o, "yzf", other, 1, 1);
    office_check_all(&o);
    office_close(&o);
}

static void disputes_assigned_by_the_court_are_taken_in_and_agree(void **state)
{
    (void)state;
    static const char list[] =
        "法院案号,委派日期,案由,案由大类,当事人人数,标的额,受理日期,调解员,协议日期,终结日期,不成原因,调解结果\r\n"
        "（2023）粤0309诉前调1号,2023-03-01,民间借贷纠纷,借贷,2,20000,2023-03-02,调解员壬,2023-03-20,,,成功\r\n"
        "（2023）粤0309诉前调2号,2023-03-02,离婚纠纷,婚姻家庭,2,,2023-03-03,调解员壬,,2023-03-25,一方不同意,不成功\r\n";
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-05-06 09:00");
    take_in(&o, "jzjf", list);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter WHERE procedure = 'mediation.court'"), 2);
    assert_compares(&o, "jzjf", list, 2, 0);
    office_check_all(&o);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_says_what_differs_and_changes_nothing),
        cmocka_unit_test(a_list_in_gb18030_is_read_alike),
        cmocka_unit_test(recording_twice_changes_nothing),
        cmocka_unit_test(what_a_later_list_no_longer_shows_is_closed),
        cmocka_unit_test(what_is_settled_stays_so_until_the_values_change),
        cmocka_unit_test(unexplained_differences_stop_a_freeze),
        cmocka_unit_test(differences_of_another_year_stop_nothing),
        cmocka_unit_test(only_what_is_compared_is_kept),
        cmocka_unit_test(cases_of_the_provincial_platform_are_taken_in_and_agree),
        cmocka_unit_test(disputes_assigned_by_the_court_are_taken_in_and_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
