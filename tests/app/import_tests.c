/* Lists of another platform: read once, read again, taken back, read anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/check.h"
#include "app/fixture.h"
#include "app/import.h"

static const char list[] =
    "事件编号,标题,来源,大类,社区,描述,上报时间,签收时间,处置单位,反馈时间,结案时间,评价,备注\r\n"
    "SZ001,夜间噪声,民生诉求受理,噪声扰民,鹭湖社区,半夜施工,2023/3/1 9:05,2023/3/1 9:20,,,,,甲\r\n"
    "SZ002,占道摆卖,12345,市容环卫,大和社区,早餐店占道,2023-03-01 09:10,2023-03-01 09:15,大和街区,"
    "2023-03-02 10:00,2023-03-03 11:00,满意,乙\r\n";

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static const LawImport *the_import(const Office *o)
{
    const LawImport *import = law_import(app_pack(o->app), STR("myss"));
    assert_non_null(import);
    return import;
}

static ImportTable plan(Office *o, Str bytes)
{
    CLEANUP(db_closep) Db *db = NULL;
    ImportTable table;
    Err err = { 0 };
    must(app_reader(o->app, &db, &err), &err);
    ImportSource source = {
        .db = db, .j = app_j(o->app), .pack = app_pack(o->app), .dir = app_directory(o->app), .now = app_now(o->app)
    };
    must(import_plan(&source, the_import(o), bytes, o->arena, &table, &err), &err);
    return table;
}

static ImportTable take(Office *o, Str bytes, int64_t *batch)
{
    ImportTable table;
    Err err = { 0 };
    must(app_import(o->app, the_import(o), bytes, STR("list.csv"), office_person(o, "dispatcher"), 0, o->arena, &table,
                    batch, &err),
         &err);
    return table;
}

static void show_problems(const ImportTable *table)
{
    for (size_t i = 0; i < table->n_rows; i++)
        for (size_t k = 0; k < table->rows[i].n_problems; k++)
            print_error("line %zu, %.*s: fault %d %.*s\n", table->rows[i].line,
                        STR_ARG(table->rows[i].problems[k].column), (int)table->rows[i].problems[k].fault,
                        STR_ARG(table->rows[i].problems[k].value));
}

/* The second row's source is a word nobody has told the pack. */
static Str good_list(Office *o)
{
    return arena_printf(o->arena, "%.*s%s", (int)(strstr(list, "12345") - list), list,
                        strstr(list, "12345") + strlen("12345"));
}

static void a_list_is_looked_at_first(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-04 09:00");
    int64_t before = office_count(&o, "SELECT size FROM ledger_head");
    ImportTable table = plan(&o, str_c(list));
    assert_int_equal(table.n_rows, 2);
    assert_int_equal(table.counts[IMPORT_NEW], 1);
    assert_int_equal(table.counts[IMPORT_ERROR], 1);
    assert_int_equal(table.rows[1].problems[0].fault, IMPORT_OPTION);
    assert_true(str_eq_c(table.rows[1].problems[0].column, "来源"));
    assert_int_equal(table.rows[1].line, 3);
    assert_true(table.used[0]);
    assert_false(table.used[12]); /* 备注 */
    assert_int_equal(office_count(&o, "SELECT size FROM ledger_head"), before);
    office_close(&o);
}

static void reading_a_list_twice_changes_nothing(void **state)
{
    (void)state;
    Office o = { 0 };
    int64_t batch = 0;
    office_open(&o);
    office_at(&o, "2023-03-04 09:00");
    Str good = good_list(&o);
    ImportTable first = take(&o, good, &batch);
    show_problems(&first);
    assert_int_equal(first.counts[IMPORT_NEW], 2);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter WHERE procedure = 'appeal'"), 2);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter WHERE stage = 'closed'"), 1);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter_entry WHERE mode = 2"), 9);
    int64_t size = office_count(&o, "SELECT size FROM ledger_head");
    ImportTable again = take(&o, good, &batch);
    assert_int_equal(again.counts[IMPORT_SAME], 2);
    assert_int_equal(office_count(&o, "SELECT size FROM ledger_head"), size);
    office_close(&o);
}

static void a_longer_list_adds_what_is_new(void **state)
{
    (void)state;
    Office o = { 0 };
    int64_t batch = 0;
    static const char before[] = "事件编号,上报时间,签收时间,结案时间\nSZ9,2023-03-01 09:05,,\n";
    static const char after[] = "事件编号,上报时间,签收时间,结案时间\nSZ9,2023-03-01 09:05,2023-03-01 09:30,\n";
    office_open(&o);
    office_at(&o, "2023-03-04 09:00");
    assert_int_equal(take(&o, str_c(before), &batch).counts[IMPORT_NEW], 1);
    ImportTable table = take(&o, str_c(after), &batch);
    assert_int_equal(table.counts[IMPORT_UPDATE], 1);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter_entry WHERE act = 'sign'"), 1);
    office_close(&o);
}

static void a_list_is_taken_back_and_read_anew(void **state)
{
    (void)state;
    Office o = { 0 };
    int64_t batch = 0;
    int64_t undone = 0;
    Err err = { 0 };
    CheckReport report = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-04 09:00");
    Str good = good_list(&o);
    take(&o, good, &batch);
    office_at(&o, "2023-03-04 09:30");
    must(app_import_undo(o.app, batch, STR("wrong file"), office_person(&o, "dispatcher"), o.arena, &undone, &err),
         &err);
    assert_int_equal(undone, 9);
    assert_int_equal(office_count(&o, "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM tally t JOIN figure f ON "
                                      "f.j = t.j AND f.fig = t.fig WHERE f.id = 'appeals-received'"),
                     0);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM clock c JOIN matter m ON m.j = c.j AND m.id = c.matter "
                                      "WHERE m.procedure = 'appeal' AND c.fire_at IS NOT NULL"),
                     0);
    assert_int_equal(
        app_import_undo(o.app, batch, STR("again"), office_person(&o, "dispatcher"), o.arena, &undone, &err),
        RC_INVALID);
    ImportTable table = take(&o, good, &batch);
    show_problems(&table);
    assert_int_equal(table.counts[IMPORT_NEW], 2);
    ImportTable again = take(&o, good, &batch);
    show_problems(&again);
    assert_int_equal(again.counts[IMPORT_SAME], 2);
    must(app_rebuild_check(o.app, o.folder, STR_NONE, (CheckProgress){ 0 }, o.arena, &report, &err), &err);
    for (size_t i = 0; i < report.n_faults; i++)
        print_error("%.*s: %.*s\n", STR_ARG(report.faults[i].where), STR_ARG(report.faults[i].what));
    assert_int_equal(report.n_faults, 0);
    office_close(&o);
}

static void mistakes_name_their_row_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        ImportFault fault;
        const char *column;
    } cases[] = {
        { ",2023-03-01 09:05,,,", IMPORT_EMPTY, "事件编号" },
        { "A1,,,,", IMPORT_EMPTY, "上报时间" },
        { "A1,morning,,,", IMPORT_TIME, "上报时间" },
        { "A1,2024-01-01 09:00,,,", IMPORT_FUTURE, "上报时间" },
        { "A1,2023-03-01 09:05,2023-03-01 09:10,外星单位,市容环卫", IMPORT_UNIT, "处置单位" },
    };
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-04 09:00");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str text = arena_printf(o.arena, "事件编号,上报时间,签收时间,处置单位,大类\n%s\n", cases[i].row);
        ImportTable table = plan(&o, text);
        assert_int_equal(table.counts[IMPORT_ERROR], 1);
        assert_int_equal(table.rows[0].problems[0].fault, cases[i].fault);
        assert_true(str_eq_c(table.rows[0].problems[0].column, cases[i].column));
    }
    ImportTable twice = plan(&o, STR("事件编号,上报时间\nA1,2023-03-01 09:05\nA1,2023-03-01 09:05\n"));
    assert_int_equal(twice.rows[1].problems[0].fault, IMPORT_TWICE);
    office_close(&o);
}

static void lists_come_in_the_charset_of_spreadsheets(void **state)
{
    (void)state;
    /* 事件编号,上报时间 in GB18030 */
    static const char gb[] =
        "\xca\xc2\xbc\xfe\xb1\xe0\xba\xc5,\xc9\xcf\xb1\xa8\xca\xb1\xbc\xe4\r\nA1,2023-03-01 09:05\r\n";
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-04 09:00");
    ImportTable table = plan(&o, str_c(gb));
    assert_string_equal(table.charset, "GB18030");
    assert_int_equal(table.counts[IMPORT_NEW], 1);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_looked_at_first),
        cmocka_unit_test(reading_a_list_twice_changes_nothing),
        cmocka_unit_test(a_longer_list_adds_what_is_new),
        cmocka_unit_test(a_list_is_taken_back_and_read_anew),
        cmocka_unit_test(mistakes_name_their_row_and_column),
        cmocka_unit_test(lists_come_in_the_charset_of_spreadsheets),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
