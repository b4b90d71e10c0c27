/* People's mediation: to an agreement, to none, and what follows each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/fixture.h"

static const char applied_form[] = "{'dispute_type':'neighbour','place':'鹭湖花园','applicant_name':'王五',"
                                   "'applicant_phone':'19900004444','respondent_name':'赵六','description':'漏水'}";

static void stands_at(Office *o, int64_t m, const char *stage)
{
    Str now = office_stage(o, m);
    if (!str_eq_c(now, stage))
        fail_msg("the dispute stands at %.*s, not %s", STR_ARG(now), stage);
}

static void has(Office *o, int64_t m, const char *field, const char *value)
{
    Str now = office_field(o, m, field);
    if (!str_eq_c(now, value))
        fail_msg("%s is %.*s, not %s", field, STR_ARG(now), value);
}

static void refused_by(const ActResult *r, const char *rule)
{
    office_expect(r, ANSWER_REFUSED, rule);
    const Verdict *v = office_verdict(r, rule);
    assert_non_null(v);
    assert_int_equal(v->kind, VERDICT_VIOLATED);
}

static void found(Office *o, int64_t m, const ActResult *r, const char *rule)
{
    office_expect(r, ANSWER_DONE, rule);
    assert_int_equal(office_verdict(r, rule)->kind, VERDICT_VIOLATED);
    assert_int_equal(office_findings_open(o, m, rule), 1);
}

/* Monday 2023-03-06 */
static int64_t applied(Office *o)
{
    office_at(o, "2023-03-06 09:00");
    return office_opened(o, "mediator", "mediation", "apply", applied_form).matter;
}

static const char accepting[] = "{'handler':@mediator,'mediators':[@mediator]}";
static const char signing[] = "{'agreement_text':'修好并赔偿五百元','parties_count':2,'signed_count':2,'copies':3}";

static int64_t accepted(Office *o)
{
    int64_t m = applied(o);
    (void)office_done(o, "mediator", m, "accept", accepting);
    return m;
}

static int64_t informed(Office *o)
{
    int64_t m = accepted(o);
    (void)office_done(o, "mediator", m, "inform", NULL);
    return m;
}

static void a_written_agreement_is_signed_confirmed_and_archived(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = informed(&o);
    assert_true(
        str_eq(office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)m), STR("观湖调〔2023〕1号")));
    (void)office_done(&o, "mediator", m, "investigate", "{'record_no':'调查1号'}");
    office_at(&o, "2023-03-10 09:00");
    (void)office_done(&o, "mediator", m, "mediate", "{'record_no':'调解1号'}");
    office_at(&o, "2023-03-13 09:00");
    (void)office_done(&o, "mediator", m, "agree-written", signing);
    stands_at(&o, m, "agreed");
    has(&o, m, "agreed_on", "2023-03-13");
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-03-12"), 0);
    assert_true(str_eq(
        office_textf(&o, "SELECT number FROM document WHERE matter = %lld AND template = 'agreement'", (long long)m),
        STR("观湖调协〔2023〕1号")));
    office_at(&o, "2023-03-20 09:00");
    (void)office_done(&o, "mediator", m, "confirm", NULL);
    int64_t c = office_linked(&o, m, "confirmation");
    stands_at(&o, c, "guided");
    assert_int_equal(office_figure(&o, "judicial-confirmations", "2023-12-31"), 0);
    (void)office_done(&o, "mediator", c, "submit", NULL);
    assert_int_equal(office_figure(&o, "judicial-confirmations", "2023-12-31"), 1);
    (void)office_done(&o, "mediator", c, "rule-valid", NULL);
    stands_at(&o, c, "confirmed");
    has(&o, m, "confirm_result", "valid");
    (void)office_done(&o, "mediator", m, "revisit", "{'performed':'done'}");
    stands_at(&o, m, "revisited");
    (void)office_done(&o, "mediator", m, "archive", "{'files':['register','record','agreement']}");
    stands_at(&o, m, "archived");
    assert_int_equal(office_count(&o, "SELECT count(*) FROM finding"), 0);
    office_check_all(&o);
    office_close(&o);
}

static void an_oral_agreement_counts_as_well(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = informed(&o);
    (void)office_done(&o, "mediator", m, "agree-oral", "{'agreement_text':'当场道歉'}");
    has(&o, m, "agreement_form", "oral");
    has(&o, m, "agreement_text", "·");
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "people-mediated", "2023-12-31"), 2);
    office_check_all(&o);
    office_close(&o);
}

/* 人民调解法 第29条第2款 */
static void an_agreement_lacking_a_signature_has_no_effect(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = informed(&o);
    static const char *const lacking[] = {
        "{'parties_count':2,'signed_count':1,'copies':3}",
        "{'parties_count':2,'signed_count':2,'copies':2}",
        "{'parties_count':2,'signed_count':2,'copies':3,'committee_seal':false}",
        "{'parties_count':2,'signed_count':2,'copies':3,'mediator_signed':false}",
    };
    for (size_t i = 0; i < ARRAY_LEN(lacking); i++) {
        ActResult r = office_act(&o, "mediator", m, "agree-written", lacking[i]);
        refused_by(&r, "agreement-effective");
    }
    stands_at(&o, m, "informed");
    (void)office_done(&o, "mediator", m, "agree-written", signing);
    office_check_all(&o);
    office_close(&o);
}

static void nobody_is_mediated_against_his_will_or_for_a_fee(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = applied(&o);
    ActResult r =
        office_act(&o, "mediator", m, "accept", "{'handler':@mediator,'mediators':[@mediator],'refused':true}");
    refused_by(&r, "not-refused");
    r = office_act(&o, "mediator", m, "accept", "{'handler':@mediator,'mediators':[@mediator],'fee':100}");
    refused_by(&r, "mediation-free");
    (void)office_done(&o, "mediator", m, "accept", accepting);
    r = office_act(&o, "mediator", m, "inform", "{'bars_other_ways':true}");
    refused_by(&r, "no-bar");
    office_check_all(&o);
    office_close(&o);
}

static void a_refusal_to_take_it_up_is_an_end(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = applied(&o);
    (void)office_done(&o, "mediator", m, "reject", "{'note':'法院已受理'}");
    stands_at(&o, m, "rejected");
    has(&o, m, "result", "rejected");
    assert_int_equal(office_figure(&o, "disputes-received", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 0);
    office_check_all(&o);
    office_close(&o);
}

static void failing_and_ending_are_told_and_archived(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t a = informed(&o);
    (void)office_done(&o, "mediator", a, "fail", NULL);
    stands_at(&o, a, "failed");
    int64_t b = informed(&o);
    (void)office_done(&o, "mediator", b, "terminate", "{'terminate_reason':'withdrawn'}");
    stands_at(&o, b, "terminated");
    assert_true(str_eq(office_textf(&o, "SELECT number FROM document WHERE matter = %lld", (long long)b),
                       STR("观湖调终〔2023〕2号")));
    (void)office_done(&o, "mediator", a, "archive", "{'files':['register','record']}");
    ActResult r = office_act(&o, "mediator", b, "archive", "{'files':['register']}");
    found(&o, b, &r, "mediation-archived");
    assert_int_equal(office_findings(&o, a, "mediation-archived"), 0);
    office_check_all(&o);
    office_close(&o);
}

static void thirty_days_end_unless_the_parties_agree_to_more(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t late = informed(&o);
    int64_t longer = informed(&o);
    office_at(&o, "2023-04-03 09:00");
    (void)office_done(&o, "mediator", longer, "extend", "{'extension_days':20}");
    office_at(&o, "2023-04-12 09:00");
    office_sweep(&o);
    assert_int_equal(office_findings_open(&o, late, "mediate-30d"), 1);
    assert_int_equal(office_findings(&o, longer, "mediate-30d"), 0);
    ActResult r = office_act(&o, "mediator", late, "agree-oral", "{'agreement_text':'道歉'}");
    found(&o, late, &r, "mediate-30d");
    (void)office_done(&o, "mediator", longer, "agree-oral", "{'agreement_text':'道歉'}");
    assert_int_equal(office_findings(&o, longer, "mediate-30d"), 0);
    office_check_all(&o);
    office_close(&o);
}

static void a_confirmation_after_thirty_days_is_found(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = informed(&o);
    (void)office_done(&o, "mediator", m, "agree-written", signing);
    office_at(&o, "2023-04-20 09:00");
    (void)office_done(&o, "mediator", m, "confirm", NULL);
    int64_t c = office_linked(&o, m, "confirmation");
    ActResult r = office_act(&o, "mediator", c, "submit", NULL);
    found(&o, c, &r, "confirm-30d");
    office_check_all(&o);
    office_close(&o);
}

static void a_merged_dispute_is_one_success(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t a = informed(&o);
    int64_t b = informed(&o);
    Str number = office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)a);
    (void)office_done(&o, "mediator", b, "merge", arena_printf(o.arena, "{'into':'%.*s'}", STR_ARG(number)).p);
    (void)office_done(&o, "mediator", a, "agree-oral", "{'agreement_text':'道歉'}");
    (void)office_done(&o, "mediator", b, "agree-oral", "{'agreement_text':'道歉'}");
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "disputes-received", "2023-12-31"), 2);
    office_check_all(&o);
    office_close(&o);
}

static void a_reopened_dispute_is_no_success_until_it_is_one_again(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = informed(&o);
    (void)office_done(&o, "mediator", m, "agree-oral", "{'agreement_text':'道歉'}");
    office_at(&o, "2023-04-03 09:00");
    (void)office_done(&o, "mediator", m, "reopen", "{'note':'反悔'}");
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 0);
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-03-31"), 1);
    has(&o, m, "result", "");
    office_at(&o, "2023-04-06 09:00");
    (void)office_done(&o, "mediator", m, "agree-written", signing);
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_corrected_result_moves_the_figure_on_the_day_it_was(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = informed(&o);
    (void)office_done(&o, "mediator", m, "agree-oral", "{'agreement_text':'道歉'}");
    int64_t v = office_version(&o, m);
    office_at(&o, "2023-05-08 09:00");
    (void)office_done(&o, "mediator", m, "correct",
                      arena_printf(o.arena, "{'version':%lld,'reason':'录错','result':'failed'}", (long long)v).p);
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-03-31"), 0);
    office_check_all(&o);
    office_close(&o);
}

static void a_court_case_is_mirrored_by_its_number_there(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-08 09:00");
    OfficeAct mirrored = { .actor = "mediator",
                           .procedure = "mediation.court",
                           .act = "apply",
                           .form = "{'dispute_type':'debt','court_no':'粤0309民初1号','received_on':'2023-03-07',"
                                   "'assigned_on':'2023-03-07'}",
                           .mode = ACT_MIRROR,
                           .happened = "2023-03-07 15:00",
                           .system = "court",
                           .number = "粤0309民初1号" };
    ActResult first = office_perform(&o, &mirrored);
    office_expect(&first, ANSWER_DONE, "apply");
    ActResult again = office_perform(&o, &mirrored);
    office_expect(&again, ANSWER_REPEATED, "apply");
    assert_int_equal(again.matter, first.matter);
    /* What is done there is taken in by the number there. */
    OfficeAct accept = { .actor = "mediator",
                         .act = "accept",
                         .form = accepting,
                         .mode = ACT_MIRROR,
                         .system = "court",
                         .number = "粤0309民初1号",
                         .bare = true };
    ActResult done = office_perform(&o, &accept);
    office_expect(&done, ANSWER_INVALID, "accept"); /* nothing offered: refused and fee are required */
    accept.form = "{'handler':@mediator,'mediators':[@mediator],'refused':false,'fee':0}";
    done = office_perform(&o, &accept);
    office_expect(&done, ANSWER_DONE, "accept");
    assert_int_equal(done.matter, first.matter);
    assert_int_equal(office_figure(&o, "court-assigned", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_agreement_is_signed_confirmed_and_archived),
        cmocka_unit_test(an_oral_agreement_counts_as_well),
        cmocka_unit_test(an_agreement_lacking_a_signature_has_no_effect),
        cmocka_unit_test(nobody_is_mediated_against_his_will_or_for_a_fee),
        cmocka_unit_test(a_refusal_to_take_it_up_is_an_end),
        cmocka_unit_test(failing_and_ending_are_told_and_archived),
        cmocka_unit_test(thirty_days_end_unless_the_parties_agree_to_more),
        cmocka_unit_test(a_confirmation_after_thirty_days_is_found),
        cmocka_unit_test(a_merged_dispute_is_one_success),
        cmocka_unit_test(a_reopened_dispute_is_no_success_until_it_is_one_again),
        cmocka_unit_test(a_corrected_result_moves_the_figure_on_the_day_it_was),
        cmocka_unit_test(a_court_case_is_mirrored_by_its_number_there),
    };
    return cmocka_run_group_tests_name("mediation", tests, NULL, NULL);
}
