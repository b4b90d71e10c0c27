/* Reports: values, text, what is frozen and what moved since. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/fixture.h"
#include "app/report.h"

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static int64_t appeal(Office *o, const char *at)
{
    office_at(o, at);
    return office_opened(o, "public", "appeal", "submit",
                         "{'category':'noise','place':'鹭湖路','description':'半夜施工'}")
        .matter;
}

static void withdraw(Office *o, const char *at, int64_t matter)
{
    office_at(o, at);
    office_done(o, "dispatcher", matter, "withdraw", NULL);
}

static ReportValues values_of(Office *o, Db *db, Day as_of)
{
    ReportValues values;
    Err err = { 0 };
    const LawReport *report = report_find(app_pack(o->app), STR("2023"));
    assert_non_null(report);
    must(report_values(db, app_j(o->app), report, as_of, o->arena, &values, &err), &err);
    return values;
}

static void assert_display(const ReportValues *values, const char *figure, const char *wanted)
{
    const ReportLine *line = report_line(values, str_c(figure));
    assert_non_null(line);
    Str display = report_display(values, line);
    if (!str_eq_c(display, wanted))
        fail_msg("%s: %.*s, wanted %s", figure, STR_ARG(display), wanted);
}

static void a_report_counts_and_says_it_in_its_text(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    ReportBlock *blocks = NULL;
    size_t n = 0;
    Buf out;
    office_open(&o);
    int64_t first = appeal(&o, "2023-03-01 09:00");
    appeal(&o, "2023-03-01 10:00");
    appeal(&o, "2023-03-01 11:00");
    withdraw(&o, "2023-03-02 09:00", first);
    must(app_reader(o.app, &db, &err), &err);
    ReportValues values = values_of(&o, db, DAY_NONE);
    assert_display(&values, "appeals-received", "3");
    assert_display(&values, "appeals-closed", "1");
    assert_display(&values, "appeals-closed-rate", "33.33%");
    must(report_blocks(&values, o.arena, &blocks, &n, &err), &err);
    assert_int_equal(blocks[0].kind, REPORT_TITLE);
    buf_init(&out, 1 << 20);
    report_write_markdown(&out, blocks, n);
    assert_true(str_find(buf_view(&out), STR("共接收事件3件，已办结1件，办结率33.33%")) != SIZE_MAX);
    assert_true(str_find(buf_view(&out), STR("{{")) == SIZE_MAX);
    buf_clear(&out);
    report_write_json(&out, o.arena, &values);
    assert_true(str_find(buf_view(&out), STR("\"appeals-closed-rate\":{\"value\":33.33,")) != SIZE_MAX);
    assert_true(str_find(buf_view(&out), STR("\"appeals-received\":{\"value\":3,\"display\":\"3\"")) != SIZE_MAX);
    buf_free(&out);
    office_close(&o);
}

static void an_earlier_day_sees_less(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    Day day;
    office_open(&o);
    int64_t first = appeal(&o, "2023-03-01 09:00");
    withdraw(&o, "2023-03-05 09:00", first);
    must(app_reader(o.app, &db, &err), &err);
    assert_true(day_parse(STR("2023-03-04"), &day));
    ReportValues values = values_of(&o, db, day);
    assert_display(&values, "appeals-closed", "0");
    values = values_of(&o, db, DAY_NONE);
    assert_display(&values, "appeals-closed", "1");
    office_close(&o);
}

static void what_is_frozen_stands_and_corrections_stand_beside_it(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    FigureChange *changes = NULL;
    size_t n = 0;
    office_open(&o);
    int64_t first = appeal(&o, "2023-03-01 09:00");
    appeal(&o, "2023-03-01 10:00");
    office_at(&o, "2023-12-23 09:00");
    must(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), &err);
    office_at(&o, "2023-12-28 09:00");
    office_done(&o, "dispatcher", first, "void", "{'version':1,'reason':'重复登记'}");
    must(app_reader(o.app, &db, &err), &err);
    ReportValues values = values_of(&o, db, DAY_NONE);
    const ReportLine *line = report_line(&values, STR("appeals-received"));
    assert_true(values.is_frozen);
    assert_int_equal(values.signer, office_person(&o, "head"));
    assert_display(&values, "appeals-received", "2");
    assert_int_equal(line->value.n, 1);
    assert_int_equal(line->frozen.adjustment, -1);
    assert_true(line->is_moved);
    must(figure_changes(db, app_j(o.app), &line->query, line->frozen.size, 10, o.arena, &changes, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(changes[0].n, -1);
    assert_int_equal(changes[0].matter, first);
    assert_int_equal(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), RC_CONFLICT);
    office_close(&o);
}

/* ---- the text that people write ---- */

static const char draft[] = "{\"report\":\"2023\",\"name\":\"年报\",\"year\":2023,"
                            "\"text\":\"年报\\n\\n接收{{figure(\\\"appeals-received\\\")}}件。\"}";
static const char better[] =
    "{\"summary\":\"改\",\"text\":\"年报\\n\\n共接收{{figure(\\\"appeals-received\\\")}}件。\"}";
static const char broken[] = "{\"summary\":\"改\",\"text\":\"年报\\n\\n共{{figure(\\\"appeals-recieved\\\")}}件。\"}";

static Str markdown_of(Office *o, Db *db)
{
    ReportBlock *blocks = NULL;
    size_t n = 0;
    Buf out;
    Err err = { 0 };
    ReportValues values = values_of(o, db, DAY_NONE);
    must(report_blocks(&values, o->arena, &blocks, &n, &err), &err);
    buf_init(&out, 1 << 20);
    report_write_markdown(&out, blocks, n);
    Str text = buf_to_arena(&out, o->arena);
    buf_free(&out);
    return text;
}

static void what_people_write_is_the_text_and_every_hole_in_it_a_figure(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    office_open(&o);
    appeal(&o, "2023-03-01 09:00");
    must(app_reader(o.app, &db, &err), &err);
    assert_int_equal(values_of(&o, db, DAY_NONE).matter, 0);
    office_at(&o, "2023-12-20 09:00");
    int64_t matter = office_opened(&o, "head", "annual-report", "draft", draft).matter;
    assert_int_equal(values_of(&o, db, DAY_NONE).matter, matter);
    assert_true(str_eq(markdown_of(&o, db), STR("年报\n\n接收1件。\n")));
    ActResult refused = office_act(&o, "head", matter, "edit", broken);
    assert_int_equal(refused.answer, ANSWER_INVALID);
    assert_int_equal(refused.decision.faults.n, 1);
    assert_int_equal(refused.decision.faults.items[0].kind, FAULT_HOLE);
    assert_int_equal(refused.decision.faults.items[0].limit, 3);
    assert_true(str_eq(markdown_of(&o, db), STR("年报\n\n接收1件。\n")));
    office_done(&o, "head", matter, "edit", better);
    assert_true(str_eq(markdown_of(&o, db), STR("年报\n\n共接收1件。\n")));
    assert_int_equal(office_version(&o, matter), 2);
    office_check_all(&o);
    office_close(&o);
}

static void slices_of_a_frozen_report_are_those_of_then(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    FigureSlice *slices = NULL;
    size_t n = 0;
    office_open(&o);
    int64_t first = appeal(&o, "2023-03-01 09:00");
    appeal(&o, "2023-03-01 10:00");
    int64_t size = office_count(&o, "SELECT size FROM ledger_head");
    office_done(&o, "dispatcher", first, "void", "{'version':1,'reason':'重复登记'}");
    must(app_reader(o.app, &db, &err), &err);
    ReportValues values = values_of(&o, db, DAY_NONE);
    const FigureQuery *query = &report_line(&values, STR("appeals-received"))->query;
    must(figure_slices_before(db, app_j(o.app), query, size, o.arena, &slices, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(slices[0].n, 2);
    must(figure_slices_before(db, app_j(o.app), query, INT64_MAX, o.arena, &slices, &n, &err), &err);
    assert_int_equal(slices[0].n, 1);
    office_close(&o);
}

static void a_target_is_frozen_like_a_count_and_never_moves(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    office_open(&o);
    office_at(&o, "2023-12-23 09:00");
    must(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), &err);
    must(app_reader(o.app, &db, &err), &err);
    ReportValues values = values_of(&o, db, DAY_NONE);
    const ReportLine *line = report_line(&values, STR("mediation-success-target"));
    assert_display(&values, "mediation-success-target", "20%");
    assert_int_equal(line->frozen.adjustment, 0);
    assert_false(line->is_moved);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_counts_and_says_it_in_its_text),
        cmocka_unit_test(an_earlier_day_sees_less),
        cmocka_unit_test(what_is_frozen_stands_and_corrections_stand_beside_it),
        cmocka_unit_test(what_people_write_is_the_text_and_every_hole_in_it_a_figure),
        cmocka_unit_test(slices_of_a_frozen_report_are_those_of_then),
        cmocka_unit_test(a_target_is_frozen_like_a_count_and_never_moves),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
