/* Residents' appeals from the counter to the archive, with all that may happen on the way, and the figures that follow
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/fixture.h"

static const char noisy[] = "{'category':'noise','place':'鹭湖路夜市','description':'半夜施工','appellant_name':'张三',"
                            "'appellant_phone':'19900001111','community':'luhu'}";

static void stands_at(Office *o, int64_t m, const char *stage)
{
    Str now = office_stage(o, m);
    if (!str_eq_c(now, stage))
        fail_msg("the appeal stands at %.*s, not %s", STR_ARG(now), stage);
}

static void has(Office *o, int64_t m, const char *field, const char *value)
{
    Str now = office_field(o, m, field);
    if (!str_eq_c(now, value))
        fail_msg("%s is %.*s, not %s", field, STR_ARG(now), value);
}

static int64_t clock_value(Office *o, int64_t m, const char *clock, const char *column)
{
    return office_countf(o, "SELECT %s FROM clock WHERE matter = %lld AND id = '%s'", column, (long long)m, clock);
}

static int64_t instant(const char *local)
{
    int64_t at = 0;
    assert_true(instant_parse(str_c(local), 480, &at));
    return at;
}

static int64_t version_of(Office *o, int64_t m, const char *act)
{
    return office_countf(o, "SELECT MAX(version) FROM matter_entry WHERE matter = %lld AND act = '%s'", (long long)m,
                         act);
}

/* Wednesday 2023-03-01, 09:00 */
static int64_t submitted(Office *o)
{
    office_at(o, "2023-03-01 09:00");
    return office_opened(o, "public", "appeal", "submit", noisy).matter;
}

/* 09:30 */
static int64_t dispatched(Office *o)
{
    int64_t m = submitted(o);
    office_at(o, "2023-03-01 09:10");
    (void)office_done(o, "dispatcher", m, "sign", NULL);
    office_at(o, "2023-03-01 09:30");
    (void)office_done(o, "dispatcher", m, "dispatch", "{'unit':#block,'handler':@handler}");
    return m;
}

/* Thursday 2023-03-02 10:00; approved by the dispatcher at 11:00 */
static int64_t answered(Office *o)
{
    int64_t m = dispatched(o);
    office_at(o, "2023-03-01 15:00");
    (void)office_done(o, "handler", m, "contact", "{'contact_result':'reached','contact_way':'phone'}");
    office_at(o, "2023-03-02 10:00");
    (void)office_done(o, "handler", m, "feedback", "{'result':'solved','reply':'已停工,周三复查'}");
    office_at(o, "2023-03-02 11:00");
    (void)office_done(o, "dispatcher", m, "approve", NULL);
    return m;
}

/* Friday 2023-03-03 09:00 */
static int64_t closed(Office *o)
{
    int64_t m = answered(o);
    office_at(o, "2023-03-03 09:00");
    (void)office_done(o, "district", m, "revisit", "{'revisit_result':'solved'}");
    (void)office_done(o, "district", m, "close", NULL);
    return m;
}

static void an_appeal_runs_from_the_counter_to_the_archive(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    (void)office_done(&o, "handler", m, "accept", NULL);
    (void)office_done(&o, "handler", m, "progress", "{'progress_note':'已联系工地'}");
    (void)office_done(&o, "handler", m, "contact", "{'contact_result':'reached','contact_way':'phone'}");
    (void)office_done(&o, "handler", m, "feedback", "{'result':'solved','reply':'已停工'}");
    assert_int_equal(office_figure(&o, "appeals-answered", "2023-12-31"), 0);
    office_at(&o, "2023-03-02 11:00");
    (void)office_done(&o, "dispatcher", m, "approve", NULL);
    assert_int_equal(office_figure(&o, "appeals-answered", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 0);
    (void)office_done(&o, "district", m, "revisit", "{'revisit_result':'solved'}");
    (void)office_done(&o, "district", m, "close", NULL);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-03-01"), 0);
    (void)office_done(&o, "public", m, "evaluate", "{'satisfaction':'good'}");
    assert_int_equal(office_figure(&o, "appeals-satisfied", "2023-12-31"), 1);
    (void)office_done(&o, "dispatcher", m, "archive", NULL);
    stands_at(&o, m, "archived");
    assert_int_equal(office_count(&o, "SELECT count(*) FROM finding"), 0);
    assert_int_equal(clock_value(&o, m, "dispose_by", "state"), CLOCK_MET);
    office_check_all(&o);
    office_close(&o);
}

static void only_the_district_closes(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = answered(&o);
    ActResult r = office_act(&o, "dispatcher", m, "close", NULL);
    office_expect(&r, ANSWER_REFUSED, "close");
    assert_int_equal(r.decision.stop, STOP_ROLE);
    stands_at(&o, m, "answered");
    office_close(&o);
}

static void a_return_is_applied_for_denied_and_granted(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    ActResult r = office_act(&o, "district", m, "grant-return", NULL);
    office_expect(&r, ANSWER_REFUSED, "grant-return");
    assert_int_equal(r.decision.stop, STOP_WHEN);
    const char *why = "{'return_reason':'不在本街道','return_basis':'地界图'}";
    (void)office_done(&o, "dispatcher", m, "apply-return", why);
    assert_int_equal(clock_value(&o, m, "return_by", "state"), CLOCK_MET);
    (void)office_done(&o, "district", m, "deny-return", "{'note':'在本街道'}");
    has(&o, m, "return_state", "denied");
    assert_int_equal(office_figure(&o, "appeals-received", "2023-12-31"), 1);
    (void)office_done(&o, "dispatcher", m, "apply-return", why);
    office_at(&o, "2023-03-02 09:00");
    (void)office_done(&o, "district", m, "grant-return", NULL);
    stands_at(&o, m, "returned");
    has(&o, m, "return_count", "2");
    assert_int_equal(office_figure(&o, "appeals-received", "2023-12-31"), 0);
    assert_int_equal(office_figure(&o, "appeals-received", "2023-03-01"), 1); /* as it stood the day before */
    assert_int_equal(office_figure(&o, "appeals-returned", "2023-12-31"), 1);
    assert_int_equal(clock_value(&o, m, "dispose_by", "state"), CLOCK_CANCELLED);
    office_check_all(&o);
    office_close(&o);
}

static void an_extension_moves_the_due_day_and_three_are_the_limit(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    /* Noise: three working days after Wednesday 1 March. */
    assert_int_equal(clock_value(&o, m, "dispose_by", "due_at"), instant("2023-03-07 00:00") - 1);
    for (int i = 0; i < 3; i++) {
        (void)office_done(&o, "handler", m, "apply-extension", "{'extension_days':2,'extension_reason':'等检测'}");
        (void)office_done(&o, "district", m, "grant-extension", NULL);
    }
    assert_int_equal(clock_value(&o, m, "dispose_by", "due_at"), instant("2023-03-15 00:00") - 1);
    assert_int_equal(office_figure(&o, "appeals-extended", "2023-12-31"), 1);
    ActResult r = office_act(&o, "handler", m, "apply-extension", "{'extension_days':2,'extension_reason':'等检测'}");
    office_expect(&r, ANSWER_REFUSED, "apply-extension");
    assert_int_equal(office_verdict(&r, "extension-limit")->kind, VERDICT_VIOLATED);
    office_check_all(&o);
    office_close(&o);
}

static void a_suspension_stops_the_clock(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    (void)office_done(&o, "handler", m, "contact", "{'contact_result':'reached','contact_way':'phone'}");
    office_at(&o, "2023-03-03 09:00");
    (void)office_done(&o, "district", m, "suspend",
                      "{'suspend_plan':'等规划批复','suspend_until':'2023-04-03','suspend_leader':@head}");
    assert_int_equal(clock_value(&o, m, "dispose_by", "state"), CLOCK_PAUSED);
    assert_int_equal(office_figure(&o, "appeals-suspended", "2023-12-31"), 1);
    office_at(&o, "2023-04-10 09:00");
    office_sweep(&o);
    assert_int_equal(office_findings(&o, m, "dispose-in-time"), 0);
    (void)office_done(&o, "district", m, "resume", NULL);
    /* One day, Thursday 2 March, had been counted; the Monday of resumption is the second. */
    assert_int_equal(clock_value(&o, m, "dispose_by", "due_at"), instant("2023-04-12 00:00") - 1);
    assert_int_equal(office_figure(&o, "appeals-suspended", "2023-12-31"), 0);
    assert_int_equal(office_figure(&o, "appeals-suspended", "2023-03-31"), 1);
    (void)office_done(&o, "handler", m, "feedback", "{'result':'planned','reply':'列入计划'}");
    (void)office_done(&o, "dispatcher", m, "approve", NULL);
    assert_int_equal(clock_value(&o, m, "dispose_by", "state"), CLOCK_MET);
    assert_int_equal(office_findings(&o, m, "dispose-in-time"), 0);
    has(&o, m, "late", "false");
    office_check_all(&o);
    office_close(&o);
}

static void urging_and_supervision_are_counted_without_moving_the_matter(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    (void)office_done(&o, "public", m, "urge", NULL);
    (void)office_done(&o, "district", m, "urge", "{'note':'请尽快'}");
    has(&o, m, "urge_count", "2");
    (void)office_done(&o, "supervisor", m, "supervise", "{'supervise_level':'district'}");
    has(&o, m, "supervise_level", "district");
    (void)office_done(&o, "public", m, "supplement", "{'supplement':'昨晚又有'}");
    has(&o, m, "supplement", "·");
    stands_at(&o, m, "handling");
    office_check_all(&o);
    office_close(&o);
}

static void redoing_opens_a_new_round_with_clocks_of_its_own(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = answered(&o);
    office_at(&o, "2023-03-06 09:00");
    (void)office_done(&o, "district", m, "redo", "{'note':'夜里仍有噪声'}");
    stands_at(&o, m, "to-dispatch");
    has(&o, m, "round", "2");
    assert_int_equal(office_figure(&o, "appeals-redone", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "appeals-answered", "2023-12-31"), 0);
    assert_int_equal(office_figure(&o, "appeals-answered", "2023-03-05"), 1);
    (void)office_done(&o, "dispatcher", m, "dispatch", NULL);
    assert_int_equal(clock_value(&o, m, "dispose_by", "gen"), 2);
    assert_int_equal(clock_value(&o, m, "dispose_by", "due_at"), instant("2023-03-10 00:00") - 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_late_signature_is_found_answered_and_cleared(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    office_at(&o, "2023-03-01 10:00");
    office_sweep(&o);
    assert_int_equal(clock_value(&o, m, "sign_by", "state"), CLOCK_OVERDUE);
    assert_int_equal(office_findings_open(&o, m, "sign-in-time"), 1);
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    assert_int_equal(clock_value(&o, m, "sign_by", "state"), CLOCK_LATE);
    assert_int_equal(office_findings(&o, m, "sign-in-time"), 1); /* one breach, one finding */
    int64_t f = office_linked(&o, m, "clock/sign_by/1");
    has(&o, f, "kind", "overdue");
    assert_int_equal(office_figure(&o, "findings-opened", "2023-12-31"), 1);
    (void)office_done(&o, "dispatcher", f, "answer", "{'answer_kind':'explained','answer':'系统故障,已登记'}");
    (void)office_done(&o, "supervisor", f, "return", "{'note':'附故障单'}");
    (void)office_done(&o, "dispatcher", f, "answer", "{'answer_kind':'explained','answer':'故障单号17'}");
    has(&o, f, "rounds", "2");
    (void)office_done(&o, "supervisor", f, "accept", NULL);
    stands_at(&o, f, "cleared");
    has(&o, f, "close_way", "accepted");
    assert_int_equal(office_findings_open(&o, m, "sign-in-time"), 0);
    assert_int_equal(office_figure(&o, "findings-cleared", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_finding_not_answered_in_time_brings_up_no_other(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    (void)m;
    office_at(&o, "2023-06-01 09:00");
    office_sweep(&o);
    assert_int_equal(office_findings(&o, m, "sign-in-time"), 1);
    int64_t f = office_linked(&o, m, "clock/sign_by/1");
    assert_int_equal(clock_value(&o, f, "answer_by", "state"), CLOCK_OVERDUE);
    assert_int_equal(office_findings(&o, f, "answer-in-time"), 0);
    office_check_all(&o);
    office_close(&o);
}

static void a_contact_recorded_late_that_was_in_time_clears_its_finding(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    office_at(&o, "2023-03-03 09:00");
    office_sweep(&o);
    assert_int_equal(office_findings_open(&o, m, "contact-in-time"), 1);
    (void)office_recorded(&o, "handler", m, "contact", "2023-03-01 16:00",
                          "{'contact_result':'reached','contact_way':'phone'}");
    assert_int_equal(clock_value(&o, m, "contact_by", "state"), CLOCK_MET);
    int64_t f = office_linked(&o, m, "clock/contact_by/1");
    stands_at(&o, f, "cleared");
    assert_int_equal(office_findings_open(&o, m, "contact-in-time"), 0);
    has(&o, f, "close_way", "corrected");
    office_check_all(&o);
    office_close(&o);
}

static void a_contact_recorded_late_that_was_late_keeps_its_finding(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    office_at(&o, "2023-03-06 09:00");
    office_sweep(&o);
    (void)office_recorded(&o, "handler", m, "contact", "2023-03-03 09:00",
                          "{'contact_result':'reached','contact_way':'phone'}");
    assert_int_equal(clock_value(&o, m, "contact_by", "state"), CLOCK_LATE);
    assert_int_equal(office_findings_open(&o, m, "contact-in-time"), 1);
    office_check_all(&o);
    office_close(&o);
}

/* The second round's contact says nothing about the first round's. */
static void clearing_one_round_leaves_the_finding_of_another(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    office_at(&o, "2023-03-03 09:00");
    (void)office_done(&o, "handler", m, "contact", "{'contact_result':'reached','contact_way':'phone'}");
    int64_t first = office_linked(&o, m, "clock/contact_by/1");
    (void)office_done(&o, "handler", m, "feedback", "{'result':'solved','reply':'已停工'}");
    (void)office_done(&o, "dispatcher", m, "approve", NULL);
    office_at(&o, "2023-03-06 09:00");
    (void)office_done(&o, "district", m, "redo", "{'note':'夜里仍有噪声'}");
    (void)office_done(&o, "dispatcher", m, "dispatch", NULL);
    office_at(&o, "2023-03-08 09:00");
    office_sweep(&o);
    (void)office_recorded(&o, "handler", m, "contact", "2023-03-06 16:00",
                          "{'contact_result':'reached','contact_way':'phone'}");
    assert_int_equal(clock_value(&o, m, "contact_by", "state"), CLOCK_MET);
    stands_at(&o, first, "to-answer");
    office_check_all(&o);
    office_close(&o);
}

static void a_finding_that_was_cleared_stays_as_it_was(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    office_at(&o, "2023-03-03 09:00");
    office_sweep(&o);
    int64_t f = office_linked(&o, m, "clock/contact_by/1");
    (void)office_done(&o, "dispatcher", f, "answer", "{'answer_kind':'explained','answer':'说明'}");
    (void)office_done(&o, "supervisor", f, "accept", NULL);
    (void)office_recorded(&o, "handler", m, "contact", "2023-03-01 16:00",
                          "{'contact_result':'reached','contact_way':'phone'}");
    has(&o, f, "close_way", "accepted");
    office_check_all(&o);
    office_close(&o);
}

/* ---- corrections ---- */

static int64_t noise(Office *o, const char *status)
{
    return office_figure_of(o, "appeals-received", "noise", "2023-03-01", "2023-03-01", status);
}

static int64_t municipal(Office *o, const char *status)
{
    return office_figure_of(o, "appeals-received", "municipal", "2023-03-01", "2023-03-01", status);
}

static void recategorise(Office *o, int64_t m, int64_t version, const char *category)
{
    Str form = arena_printf(o->arena, "{'version':%lld,'reason':'归错类','category':'%s','subcategory':null}",
                            (long long)version, category);
    (void)office_done(o, "dispatcher", m, "recategorise", form.p);
}

static void another_category_counts_from_the_day_the_appeal_came(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = closed(&o);
    assert_int_equal(noise(&o, "2023-12-31"), 1);
    office_at(&o, "2023-05-08 09:00");
    recategorise(&o, m, 1, "municipal");
    assert_int_equal(noise(&o, "2023-12-31"), 0);
    assert_int_equal(municipal(&o, "2023-12-31"), 1);
    assert_int_equal(noise(&o, "2023-03-01"), 0);
    assert_int_equal(municipal(&o, "2023-03-01"), 1);
    has(&o, m, "category", "municipal");
    stands_at(&o, m, "closed");
    assert_true(
        str_eq(office_textf(&o, "SELECT title FROM matter WHERE id = %lld", (long long)m), STR("鹭湖路夜市市政绿化")));
    office_check_all(&o);
    office_close(&o);
}

/* The dispatcher's category stands from then on; correcting the first one changes only the time before. */
static void a_correction_to_what_stands_now_still_changes_what_was_before(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    office_at(&o, "2023-03-03 09:00");
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    (void)office_done(&o, "dispatcher", m, "dispatch", "{'category':'municipal','unit':#block,'handler':@handler}");
    assert_int_equal(noise(&o, "2023-03-02"), 1);
    assert_int_equal(municipal(&o, "2023-03-03"), 1);
    recategorise(&o, m, 1, "municipal");
    assert_int_equal(noise(&o, "2023-03-02"), 0);
    assert_int_equal(municipal(&o, "2023-03-02"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_corrected_day_moves_the_appeal_to_its_month(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = closed(&o);
    (void)office_done(&o, "dispatcher", m, "correct", "{'version':1,'reason':'平台接收日','received_on':'2023-02-28'}");
    assert_int_equal(office_figure_of(&o, "appeals-received", NULL, "2023-02-01", "2023-02-28", "2023-12-31"), 1);
    assert_int_equal(office_figure_of(&o, "appeals-received", NULL, "2023-03-01", "2023-03-31", "2023-12-31"), 0);
    assert_int_equal(office_figure_of(&o, "appeals-closed", NULL, "2023-02-01", "2023-02-28", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

/* The page offers every field with the value that stands; only the one that was changed is a correction. */
static void a_correction_leaves_alone_what_came_later(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = closed(&o);
    office_at(&o, "2023-03-20 09:00");
    (void)office_done(&o, "public", m, "evaluate", "{'satisfaction':'good'}");
    (void)office_done(&o, "dispatcher", m, "correct", "{'version':1,'reason':'地点写错','place':'鹭湖路夜市东口'}");
    assert_int_equal(office_figure(&o, "appeals-scored", "2023-03-19"), 0);
    assert_int_equal(office_figure(&o, "appeals-scored", "2023-03-20"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_correction_names_an_entry_that_is_there(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    ActResult r = office_act(&o, "dispatcher", m, "recategorise",
                             "{'version':9,'reason':'归错类','category':'municipal','subcategory':null}");
    office_expect(&r, ANSWER_REFUSED, "recategorise");
    assert_int_equal(r.decision.stop, STOP_TARGET);
    office_close(&o);
}

static void a_void_entry_no_longer_counts(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = closed(&o);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 1);
    Str form = arena_printf(o.arena, "{'version':%lld,'reason':'结错了件'}", (long long)version_of(&o, m, "close"));
    (void)office_done(&o, "dispatcher", m, "void", form.p);
    stands_at(&o, m, "checked");
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 0);
    assert_int_equal(
        office_countf(&o, "SELECT count(*) FROM matter WHERE id = %lld AND closed_day IS NULL", (long long)m), 1);
    ActResult r = office_act(&o, "dispatcher", m, "void", form.p);
    office_expect(&r, ANSWER_REFUSED, "void"); /* it is void already */
    assert_int_equal(r.decision.stop, STOP_TARGET);
    (void)office_done(&o, "district", m, "close", NULL);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

/* Two people record the same signature; voiding one leaves the other's. */
static void voiding_one_of_two_equal_records_leaves_the_other(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    office_at(&o, "2023-03-01 09:10");
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    office_at(&o, "2023-03-01 10:00");
    (void)office_recorded(&o, "dispatcher", m, "sign", "2023-03-01 09:20", NULL);
    (void)office_done(&o, "dispatcher", m, "void", "{'version':2,'reason':'重复登记'}");
    stands_at(&o, m, "to-dispatch");
    office_check_all(&o);
    office_close(&o);
}

static void a_reopened_appeal_is_open_again_and_counted_so(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = closed(&o);
    office_at(&o, "2023-04-03 09:00");
    (void)office_done(&o, "district", m, "reopen", "{'note':'诉求人反映复发'}");
    stands_at(&o, m, "to-dispatch");
    has(&o, m, "round", "2");
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 0);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-03-31"), 1);
    assert_int_equal(
        office_countf(&o, "SELECT count(*) FROM matter WHERE id = %lld AND closed_day IS NULL", (long long)m), 1);
    office_check_all(&o);
    office_close(&o);
}

static void a_fact_recorded_late_counts_from_the_day_it_happened(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = answered(&o);
    office_at(&o, "2023-12-20 09:00");
    (void)office_recorded(&o, "district", m, "close", "2023-03-10 09:00", NULL);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-03-09"), 0);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-03-10"), 1);
    assert_int_equal(office_countf(&o, "SELECT closed_day FROM matter WHERE id = %lld", (long long)m),
                     instant_day(instant("2023-03-10 09:00"), 480));
    office_check_all(&o);
    office_close(&o);
}

static void a_fact_of_the_future_cannot_be_recorded(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = answered(&o);
    ActResult r = office_perform(
        &o, &(OfficeAct){
                .actor = "district", .matter = m, .act = "close", .mode = ACT_RECORD, .happened = "2023-03-20 09:00" });
    office_expect(&r, ANSWER_REFUSED, "close");
    assert_int_equal(r.decision.stop, STOP_FUTURE);
    office_close(&o);
}

/* ---- merging ---- */

static void merged_appeals_are_each_counted_and_may_part_again(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t first = dispatched(&o);
    office_at(&o, "2023-03-02 09:00");
    ActResult second = office_opened(&o, "public", "appeal", "submit", noisy);
    Str number = office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)first);
    Str form = arena_printf(o.arena, "{'into':'%.*s'}", STR_ARG(number));
    (void)office_done(&o, "dispatcher", second.matter, "merge", form.p);
    assert_int_equal(office_countf(&o, "SELECT merged_into FROM matter WHERE id = %lld", (long long)second.matter),
                     first);
    assert_int_equal(office_figure(&o, "appeals-received", "2023-12-31"), 2);
    ActResult again = office_act(&o, "dispatcher", second.matter, "merge", form.p);
    office_expect(&again, ANSWER_REFUSED, "merge");
    assert_int_equal(again.decision.stop, STOP_TARGET);
    (void)office_done(&o, "dispatcher", second.matter, "unmerge", NULL);
    assert_int_equal(office_countf(&o, "SELECT count(*) FROM matter WHERE id = %lld AND merged_into IS NULL",
                                   (long long)second.matter),
                     1);
    office_check_all(&o);
    office_close(&o);
}

static void an_appeal_is_not_merged_into_itself_or_what_is_not_there(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    Str number = office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)m);
    const char *forms[] = { arena_printf(o.arena, "{'into':'%.*s'}", STR_ARG(number)).p,
                            "{'into':'民诉〔2023〕99号'}" };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        ActResult r = office_act(&o, "dispatcher", m, "merge", forms[i]);
        office_expect(&r, ANSWER_REFUSED, "merge");
        assert_int_equal(r.decision.stop, STOP_TARGET);
    }
    office_close(&o);
}

/* ---- what appeals set off ---- */

static void a_dispute_before_court_is_mediated_and_its_result_comes_back(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    office_at(&o, "2023-03-01 09:10");
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    (void)office_done(&o, "dispatcher", m, "dispatch", "{'category':'presuit','unit':#block,'handler':@handler}");
    int64_t d = office_linked(&o, m, "presuit");
    assert_true(d > 0);
    stands_at(&o, d, "applied");
    has(&o, d, "kind", "presuit");
    has(&o, d, "origin", "appeal");
    assert_int_equal(office_figure(&o, "presuit-cases", "2023-12-31"), 1);
    assert_int_equal(office_findings(&o, d, "not-refused"), 0);

    (void)office_done(&o, "handler", m, "contact", "{'contact_result':'reached','contact_way':'visit'}");
    (void)office_done(&o, "handler", m, "feedback", "{'result':'explained','reply':'调解中'}");
    (void)office_done(&o, "dispatcher", m, "approve", NULL);
    ActResult early = office_act(&o, "district", m, "close", NULL);
    office_expect(&early, ANSWER_REFUSED, "close");
    assert_int_equal(office_verdict(&early, "presuit-answered")->kind, VERDICT_VIOLATED);

    (void)office_done(&o, "mediator", d, "accept", "{'handler':@mediator,'mediators':[@mediator]}");
    (void)office_done(&o, "mediator", d, "inform", NULL);
    office_at(&o, "2023-03-06 09:00");
    (void)office_done(&o, "mediator", d, "agree-written",
                      "{'agreement_text':'赔偿二千元','parties_count':2,'signed_count':2,'copies':3}");
    stands_at(&o, d, "agreed");
    has(&o, m, "presuit_result", "success");
    assert_int_equal(office_figure(&o, "presuit-success", "2023-12-31"), 1);
    assert_int_equal(office_figure(&o, "disputes-mediated", "2023-12-31"), 1);
    (void)office_done(&o, "district", m, "close", NULL);
    office_check_all(&o);
    office_close(&o);
}

static void a_second_dispatch_opens_no_second_mediation(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    office_at(&o, "2023-03-01 09:10");
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    (void)office_done(&o, "dispatcher", m, "dispatch", "{'category':'presuit','unit':#block,'handler':@handler}");
    (void)office_done(&o, "handler", m, "reject", "{'note':'属社区'}");
    (void)office_done(&o, "dispatcher", m, "dispatch", "{'unit':#community}");
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter WHERE procedure = 'mediation.presuit'"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void an_appeal_may_become_a_penalty_case(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    (void)office_done(&o, "handler", m, "to-penalty", NULL);
    int64_t c = office_linked(&o, m, "penalty");
    assert_true(c > 0);
    stands_at(&o, c, "registered");
    has(&o, c, "case_source", "appeal");
    has(&o, c, "place", "鹭湖路夜市");
    has(&o, c, "community", "luhu");
    office_check_all(&o);
    office_close(&o);
}

static void a_withdrawn_appeal_stops_its_clocks_and_counts_as_closed(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = dispatched(&o);
    (void)office_done(&o, "public", m, "withdraw", NULL);
    stands_at(&o, m, "withdrawn");
    assert_int_equal(
        office_countf(&o, "SELECT count(*) FROM clock WHERE matter = %lld AND fire_at IS NOT NULL", (long long)m), 0);
    assert_int_equal(office_figure(&o, "appeals-closed", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

static int64_t subject_of(Office *o, int64_t m)
{
    return office_countf(o, "SELECT subject FROM party WHERE matter = %lld", (long long)m);
}

static void the_same_phone_is_the_same_person(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-01 09:00");
    int64_t a = office_opened(&o, "public", "appeal", "submit", noisy).matter;
    int64_t b = office_opened(&o, "public", "appeal", "submit", noisy).matter;
    int64_t c = office_opened(&o, "public", "appeal", "submit",
                              "{'place':'大和路','description':'井盖','appellant_phone':'19900003333'}")
                    .matter;
    assert_int_equal(subject_of(&o, a), subject_of(&o, b));
    assert_true(subject_of(&o, a) != subject_of(&o, c));
    assert_int_equal(office_count(&o, "SELECT count(*) FROM subject"), 2);
    office_check_all(&o);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_appeal_runs_from_the_counter_to_the_archive),
        cmocka_unit_test(only_the_district_closes),
        cmocka_unit_test(a_return_is_applied_for_denied_and_granted),
        cmocka_unit_test(an_extension_moves_the_due_day_and_three_are_the_limit),
        cmocka_unit_test(a_suspension_stops_the_clock),
        cmocka_unit_test(urging_and_supervision_are_counted_without_moving_the_matter),
        cmocka_unit_test(redoing_opens_a_new_round_with_clocks_of_its_own),
        cmocka_unit_test(a_late_signature_is_found_answered_and_cleared),
        cmocka_unit_test(a_finding_not_answered_in_time_brings_up_no_other),
        cmocka_unit_test(a_contact_recorded_late_that_was_in_time_clears_its_finding),
        cmocka_unit_test(a_contact_recorded_late_that_was_late_keeps_its_finding),
        cmocka_unit_test(clearing_one_round_leaves_the_finding_of_another),
        cmocka_unit_test(a_finding_that_was_cleared_stays_as_it_was),
        cmocka_unit_test(another_category_counts_from_the_day_the_appeal_came),
        cmocka_unit_test(a_correction_to_what_stands_now_still_changes_what_was_before),
        cmocka_unit_test(a_corrected_day_moves_the_appeal_to_its_month),
        cmocka_unit_test(a_correction_leaves_alone_what_came_later),
        cmocka_unit_test(a_correction_names_an_entry_that_is_there),
        cmocka_unit_test(a_void_entry_no_longer_counts),
        cmocka_unit_test(voiding_one_of_two_equal_records_leaves_the_other),
        cmocka_unit_test(a_reopened_appeal_is_open_again_and_counted_so),
        cmocka_unit_test(a_fact_recorded_late_counts_from_the_day_it_happened),
        cmocka_unit_test(a_fact_of_the_future_cannot_be_recorded),
        cmocka_unit_test(merged_appeals_are_each_counted_and_may_part_again),
        cmocka_unit_test(an_appeal_is_not_merged_into_itself_or_what_is_not_there),
        cmocka_unit_test(a_dispute_before_court_is_mediated_and_its_result_comes_back),
        cmocka_unit_test(a_second_dispatch_opens_no_second_mediation),
        cmocka_unit_test(an_appeal_may_become_a_penalty_case),
        cmocka_unit_test(a_withdrawn_appeal_stops_its_clocks_and_counts_as_closed),
        cmocka_unit_test(the_same_phone_is_the_same_person),
    };
    return cmocka_run_group_tests_name("appeal", tests, NULL, NULL);
}
