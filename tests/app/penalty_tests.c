/* Penalty cases from their source to the archive, in each way the law lets them go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/cases.h"

static void stands_at(Office *o, int64_t m, const char *stage)
{
    Str now = office_stage(o, m);
    if (!str_eq_c(now, stage))
        fail_msg("the case stands at %.*s, not %s", STR_ARG(now), stage);
}

static void clock_is(Office *o, int64_t m, const char *clock, ClockState state)
{
    int64_t is = office_countf(o, "SELECT state FROM clock WHERE matter = %lld AND id = '%s'", (long long)m, clock);
    if (is != state)
        fail_msg("clock %s has state %lld, not %d", clock, (long long)is, (int)state);
}

static bool has_clock(Office *o, int64_t m, const char *clock)
{
    return office_countf(o, "SELECT count(*) FROM clock WHERE matter = %lld AND id = '%s'", (long long)m, clock) > 0;
}

static Str document(Office *o, int64_t m, const char *template)
{
    return office_textf(o, "SELECT number FROM document WHERE matter = %lld AND template = '%s'", (long long)m,
                        template);
}

static bool nothing_found(Office *o)
{
    Str first = office_textf(o, "SELECT rule FROM finding ORDER BY matter LIMIT 1");
    if (first.n)
        print_error("a finding names %.*s\n", STR_ARG(first));
    return first.n == 0;
}

static void pay_close_archive(Office *o, int64_t m)
{
    case_act(o, "officer1", m, "pay", NULL);
    stands_at(o, m, "performed");
    case_act(o, "head", m, "close", NULL);
    case_act(o, "officer1", m, "archive", NULL);
    stands_at(o, m, "archived");
}

static void an_ordinary_case_runs_from_source_to_archive(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_concluded(&o, NULL);
    Str number = office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)m);
    assert_true(str_eq(number, STR("深龙华观湖综执立字〔2023〕1号")));
    office_at(&o, "2023-03-08 09:00");
    case_act(&o, "lawyer", m, "review", NULL);
    assert_true(str_eq(office_field(&o, m, "review_result"), STR("pass")));
    office_at(&o, "2023-03-09 09:00");
    case_act(&o, "officer1", m, "notify", NULL);
    clock_is(&o, m, "statement_by", CLOCK_RUNNING);
    office_at(&o, "2023-03-10 09:00");
    case_act(&o, "officer1", m, "statement", NULL);
    clock_is(&o, m, "statement_by", CLOCK_MET);
    case_act(&o, "officer1", m, "recheck", NULL);
    office_at(&o, "2023-03-17 09:00");
    case_act(&o, "head", m, "decide", NULL);
    clock_is(&o, m, "decide_by", CLOCK_MET);
    assert_true(str_eq(document(&o, m, "penalty-decision"), STR("深龙华观湖综执罚决字〔2023〕1号")));
    assert_int_equal(office_figure(&o, "penalties-decided", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "fines-decided", "2023-12-31"), 50000);
    assert_int_equal(office_figure(&o, "fines-paid", "2023-12-31"), 0);
    office_at(&o, "2023-03-20 09:00");
    case_act(&o, "officer1", m, "serve", "{'party_present':false}");
    clock_is(&o, m, "deliver_by", CLOCK_MET);
    clock_is(&o, m, "pay_by", CLOCK_RUNNING);
    office_at(&o, "2023-03-24 09:00");
    pay_close_archive(&o, m);
    clock_is(&o, m, "pay_by", CLOCK_MET);
    assert_int_equal(office_figure(&o, "fines-paid", "2023-12-31"), 50000);
    assert_int_equal(office_figure(&o, "fines-paid", "2023-03-23"), 0);
    assert_int_equal(office_figure_of(&o, "penalty-cases", "cg-stall", "2023-03-06", "2023-03-06", "2023-03-06"), 1);
    assert_true(nothing_found(&o));
    office_check_all(&o);
    office_close(&o);
}

static void a_case_with_a_hearing_is_reviewed_again_before_it_is_decided(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_hearing_noticed(&o);
    clock_is(&o, m, "hearing_by", CLOCK_MET);
    assert_true(str_eq(office_field(&o, m, "hearing_told_on"), STR("2023-03-09")));
    office_at(&o, "2023-03-22 09:00");
    case_act(&o, "lawyer", m, "hold-hearing", NULL);
    stands_at(&o, m, "heard");
    ActResult early = case_try(&o, "head", m, "decide", NULL);
    office_expect(&early, ANSWER_REFUSED, "decide");
    assert_int_equal(early.decision.stop, STOP_STAGE);
    case_act(&o, "lawyer", m, "review-after-hearing", NULL);
    office_at(&o, "2023-03-23 09:00");
    case_act(&o, "head", m, "decide", NULL);
    assert_true(str_eq(office_field(&o, m, "fine"), STR("600000")));
    case_act(&o, "officer1", m, "serve", NULL);
    pay_close_archive(&o, m);
    assert_true(nothing_found(&o));
    office_check_all(&o);
    office_close(&o);
}

static void a_hearing_that_ends_early_lets_the_case_go_on(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_hearing_noticed(&o);
    office_at(&o, "2023-03-20 09:00");
    case_act(&o, "lawyer", m, "end-hearing", NULL);
    stands_at(&o, m, "notified");
    case_act(&o, "head", m, "decide", NULL);
    stands_at(&o, m, "decided");
    assert_true(nothing_found(&o));
    office_check_all(&o);
    office_close(&o);
}

static void one_meeting_about_two_cases_counts_once(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t first = case_concluded(&o, "{'complex':true,'review_grounds':['difficult']}");
    int64_t second = case_concluded(&o, "{'major':true}");
    office_at(&o, "2023-03-08 09:00");
    case_act(&o, "lawyer", first, "review", NULL);
    case_act(&o, "head", first, "discuss", "{'heads_present':3}");
    case_act(&o, "head", second, "discuss", "{'heads_present':3}");
    stands_at(&o, second, "discussed");
    assert_int_equal(office_figure(&o, "major-case-meetings", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "major-cases-discussed", "2023-12-31"), 2);
    case_act(&o, "officer1", first, "notify", NULL);
    office_at(&o, "2023-03-17 09:00");
    case_act(&o, "head", first, "decide", NULL);
    /* The number of the minutes was mistyped: now there were two meetings, on the day it was. */
    int64_t version = office_countf(&o, "SELECT version FROM matter_entry WHERE matter = %lld AND act = 'discuss'",
                                    (long long)second);
    Str form = arena_printf(o.arena, "{'version':%lld,'reason':'录错','meeting_no':'纪要2号'}", (long long)version);
    case_act(&o, "lawyer", second, "correct", form.p);
    assert_int_equal(office_figure(&o, "major-case-meetings", "2023-12-31"), 2);
    assert_int_equal(office_figure_of(&o, "major-case-meetings", NULL, "2023-03-08", "2023-03-08", "2023-03-08"), 2);
    office_check_all(&o);
    office_close(&o);
}

static void a_slight_offence_put_right_is_not_punished(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_notified(&o, "{'slight':true,'corrected':true,'harm':'none'}", NULL);
    office_at(&o, "2023-03-17 09:00");
    ActResult r = case_try(&o, "head", m, "decide", NULL);
    office_expect(&r, ANSWER_REFUSED, "decide");
    assert_int_equal(office_verdict(&r, "minor-exempt")->kind, VERDICT_VIOLATED);
    case_act(&o, "head", m, "decide-none", NULL);
    stands_at(&o, m, "decided");
    assert_int_equal(office_figure(&o, "penalties-exempted", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "penalties-decided", "2023-12-31"), 0);
    case_act(&o, "officer1", m, "serve", NULL);
    /* There is nothing to pay, so no term for paying runs, nor one for asking the court. */
    assert_false(has_clock(&o, m, "pay_by"));
    assert_false(has_clock(&o, m, "court_by"));
    case_act(&o, "head", m, "close", NULL);
    case_act(&o, "officer1", m, "archive",
             "{'recorded_steps':['start','investigation','review','decision','service']}");
    office_at(&o, "2024-03-01 09:00");
    office_sweep(&o);
    assert_true(nothing_found(&o));
    office_check_all(&o);
    office_close(&o);
}

static void a_case_that_needs_no_hearing_has_no_term_for_asking(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_notified(&o, NULL, NULL);
    assert_false(has_clock(&o, m, "hearing_by"));
    office_close(&o);
}

static void a_suspected_crime_is_transferred(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_notified(&o, "{'crime_suspected':true}", NULL);
    office_at(&o, "2023-03-17 09:00");
    ActResult r = case_try(&o, "head", m, "decide", NULL);
    office_expect(&r, ANSWER_REFUSED, "decide");
    assert_int_equal(office_verdict(&r, "crime-transferred")->kind, VERDICT_VIOLATED);
    case_act(&o, "head", m, "transfer-crime", NULL);
    stands_at(&o, m, "transferred");
    clock_is(&o, m, "decide_by", CLOCK_CANCELLED);
    assert_int_equal(office_figure(&o, "cases-transferred", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "penalty-cases", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_case_may_be_withdrawn_and_taken_up_again(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_concluded(&o, NULL);
    case_act(&o, "head", m, "withdraw", NULL);
    stands_at(&o, m, "withdrawn");
    assert_true(office_countf(&o, "SELECT closed_day FROM matter WHERE id = %lld", (long long)m) > 0);
    case_act(&o, "head", m, "reopen", "{'note':'新证据'}");
    stands_at(&o, m, "investigating");
    assert_int_equal(
        office_countf(&o, "SELECT count(*) FROM matter WHERE id = %lld AND closed_day IS NULL", (long long)m), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_suspension_moves_the_term_for_deciding(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_filed(&o);
    int64_t due = office_countf(&o, "SELECT due_at FROM clock WHERE matter = %lld AND id = 'decide_by'", (long long)m);
    office_at(&o, "2023-03-13 09:00");
    case_act(&o, "head", m, "suspend", "{'note':'当事人住院'}");
    clock_is(&o, m, "decide_by", CLOCK_PAUSED);
    office_at(&o, "2023-08-01 09:00");
    office_sweep(&o);
    assert_true(nothing_found(&o));
    case_act(&o, "head", m, "resume", NULL);
    int64_t later =
        office_countf(&o, "SELECT due_at FROM clock WHERE matter = %lld AND id = 'decide_by'", (long long)m);
    /* Filed on 6 March; the last day would have been Sunday 4 June, so Monday 5 June. From 13 March to 1 August 141
     * days do not count: 23 October, a Monday. */
    assert_int_equal((later - due) / MS_PER_DAY, 140);
    assert_true(str_eq(office_field(&o, m, "suspended_days"), STR("141")));
    office_check_all(&o);
    office_close(&o);
}

static void service_by_notice_counts_from_the_thirtieth_day(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_decided(&o);
    office_at(&o, "2023-03-20 09:00");
    case_act(&o, "officer1", m, "announce-service", "{'notice_reason':'直接、邮寄送达均被退回'}");
    clock_is(&o, m, "deliver_by", CLOCK_MET);
    office_at(&o, "2023-04-21 09:00");
    ActResult r = case_try(&o, "officer1", m, "serve", "{'service_way':'notice','deemed_on':'2023-04-18'}");
    office_expect(&r, ANSWER_REFUSED, "serve");
    assert_int_equal(office_verdict(&r, "service-notice")->kind, VERDICT_VIOLATED);
    case_act(&o, "officer1", m, "serve", "{'service_way':'notice','deemed_on':'2023-04-19'}");
    assert_true(str_eq(office_field(&o, m, "served_on"), STR("2023-04-19")));
    office_check_all(&o);
    office_close(&o);
}

static void a_fine_not_paid_goes_to_the_court(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_decided(&o);
    case_act(&o, "officer1", m, "serve", NULL);
    office_at(&o, "2023-04-11 09:00");
    office_sweep(&o);
    clock_is(&o, m, "pay_by", CLOCK_LAPSED);
    ActResult r = case_try(&o, "head", m, "impose-surcharge", "{'surcharge':99999,'overdue_days':10}");
    office_expect(&r, ANSWER_REFUSED, "impose-surcharge");
    assert_int_equal(office_verdict(&r, "surcharge-3pct")->kind, VERDICT_VIOLATED);
    case_act(&o, "head", m, "impose-surcharge", "{'surcharge':15000,'overdue_days':10}");
    office_at(&o, "2023-09-18 09:00");
    case_act(&o, "officer1", m, "demand", NULL);
    /* Ten working days after 18 September; 29 September to 6 October is off, the weekend after it is worked. */
    office_at(&o, "2023-10-08 09:00");
    r = case_try(&o, "head", m, "apply-court", NULL);
    office_expect(&r, ANSWER_REFUSED, "apply-court");
    assert_int_equal(office_verdict(&r, "demand-10d")->kind, VERDICT_VIOLATED);
    office_at(&o, "2023-10-09 09:00");
    case_act(&o, "head", m, "apply-court", NULL);
    clock_is(&o, m, "court_by", CLOCK_MET);
    case_act(&o, "head", m, "end-enforcement", "{'note':'法院裁定终结'}");
    case_act(&o, "head", m, "close", NULL);
    office_check_all(&o);
    office_close(&o);
}

static void a_decision_cannot_close_before_the_fine_is_paid(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_decided(&o);
    case_act(&o, "officer1", m, "serve", NULL);
    case_act(&o, "officer1", m, "pay-part", "{'paid':20000}");
    ActResult r = case_try(&o, "head", m, "close", NULL);
    office_expect(&r, ANSWER_REFUSED, "close");
    assert_int_equal(office_verdict(&r, "paid-or-ended")->kind, VERDICT_VIOLATED);
    case_act(&o, "officer1", m, "pay", "{'paid':30000}");
    case_act(&o, "head", m, "close", NULL);
    assert_int_equal(office_figure(&o, "fines-paid", "2023-12-31"), 50000);
    office_check_all(&o);
    office_close(&o);
}

/* ---- summary procedure ---- */

static void a_fine_on_the_spot_is_issued_collected_and_banked(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_issued(&o);
    stands_at(&o, m, "issued");
    case_act(&o, "officer1", m, "collect", NULL);
    office_at(&o, "2023-03-07 09:00");
    case_act(&o, "officer1", m, "hand-in", NULL);
    case_act(&o, "officer1", m, "bank", NULL);
    case_act(&o, "officer1", m, "file", NULL);
    case_act(&o, "head", m, "close", NULL);
    case_act(&o, "officer1", m, "archive", NULL);
    stands_at(&o, m, "archived");
    assert_int_equal(office_figure(&o, "penalty-cases-onspot", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "fines-paid", "2023-12-31"), 5000);
    assert_true(nothing_found(&o));
    office_check_all(&o);
    office_close(&o);
}

static void refuse_sheet(Office *o, const char *officer, int64_t m, const char *over)
{
    int64_t used = office_count(o, "SELECT count(*) FROM sheet");
    ActResult r = case_try(o, officer, m, "issue", over);
    office_expect(&r, ANSWER_REFUSED, "issue");
    assert_int_equal(r.decision.stop, STOP_SHEET);
    assert_int_equal(office_count(o, "SELECT count(*) FROM sheet"), used);
}

static void a_sheet_is_used_once_and_only_by_its_holder(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_issued(&o);
    assert_int_equal(office_countf(&o,
                                   "SELECT count(*) FROM sheet WHERE series = 'onspot' AND state = 'used' AND "
                                   "first = 1001 AND matter = %lld",
                                   (long long)m),
                     1);
    int64_t next = case_opened(&o, "penalty.onspot", "inform");
    refuse_sheet(&o, "officer1", next, "{'sheet':1001}"); /* used */
    refuse_sheet(&o, "officer1", next, "{'sheet':2001}"); /* another's pad */
    refuse_sheet(&o, "officer1", next, "{'sheet':1011}"); /* in no pad */
    refuse_sheet(&o, "officer2", next, "{'sheet':1002}"); /* has no pad */
    case_act(&o, "officer1", next, "issue", "{'sheet':1002}");
    office_check_all(&o);
    office_close(&o);
}

static void a_void_or_lost_sheet_cannot_be_used(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    Err err = { 0 };
    int64_t m = case_informed(&o);
    Effects gone = { 0 };
    effects_add(o.arena, &gone,
                (Effect){ .kind = EFFECT_SHEET, .name = STR("onspot"), .text = STR("void"), .a = 1003, .b = 1003 });
    effects_add(o.arena, &gone,
                (Effect){ .kind = EFFECT_SHEET, .name = STR("onspot"), .text = STR("lost"), .a = 1004, .b = 1004 });
    assert_int_equal(app_put(o.app, &gone, STR("sheets-gone"), office_person(&o, "officer1"), NULL, &err), RC_OK);
    refuse_sheet(&o, "officer1", m, "{'sheet':1003}");
    refuse_sheet(&o, "officer1", m, "{'sheet':1004}");
    case_act(&o, "officer1", m, "issue", "{'sheet':1005}");
    office_check_all(&o);
    office_close(&o);
}

static void a_decision_on_the_spot_that_is_void_counts_nowhere(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_issued(&o);
    assert_int_equal(office_figure(&o, "penalty-cases", "2023-12-31"), 1);
    case_act(&o, "head", m, "void-sheet", NULL);
    stands_at(&o, m, "voided");
    assert_int_equal(office_figure(&o, "penalty-cases", "2023-12-31"), 0);
    assert_int_equal(office_figure(&o, "fines-decided", "2023-12-31"), 0);
    clock_is(&o, m, "file_by", CLOCK_CANCELLED);
    clock_is(&o, m, "pay_by", CLOCK_CANCELLED);
    office_check_all(&o);
    office_close(&o);
}

static void a_warning_on_the_spot_has_no_term_for_paying(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_informed(&o);
    case_act(&o, "officer1", m, "issue", "{'decision_kinds':['warning'],'fine':null}");
    assert_false(has_clock(&o, m, "pay_by"));
    office_check_all(&o);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_case_runs_from_source_to_archive),
        cmocka_unit_test(a_case_with_a_hearing_is_reviewed_again_before_it_is_decided),
        cmocka_unit_test(a_hearing_that_ends_early_lets_the_case_go_on),
        cmocka_unit_test(one_meeting_about_two_cases_counts_once),
        cmocka_unit_test(a_slight_offence_put_right_is_not_punished),
        cmocka_unit_test(a_case_that_needs_no_hearing_has_no_term_for_asking),
        cmocka_unit_test(a_suspected_crime_is_transferred),
        cmocka_unit_test(a_case_may_be_withdrawn_and_taken_up_again),
        cmocka_unit_test(a_suspension_moves_the_term_for_deciding),
        cmocka_unit_test(service_by_notice_counts_from_the_thirtieth_day),
        cmocka_unit_test(a_fine_not_paid_goes_to_the_court),
        cmocka_unit_test(a_decision_cannot_close_before_the_fine_is_paid),
        cmocka_unit_test(a_fine_on_the_spot_is_issued_collected_and_banked),
        cmocka_unit_test(a_sheet_is_used_once_and_only_by_its_holder),
        cmocka_unit_test(a_void_or_lost_sheet_cannot_be_used),
        cmocka_unit_test(a_decision_on_the_spot_that_is_void_counts_nowhere),
        cmocka_unit_test(a_warning_on_the_spot_has_no_term_for_paying),
    };
    return cmocka_run_group_tests_name("penalty", tests, NULL, NULL);
}
