/* Every rule from the fifth chapter of 行政处罚法 (第39至65条), and those of discretion: an act that breaks it is
 * refused or found, the same act in its lawful form passes, and as a fact that happened anyway it is kept with a
 * finding that names the rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/cases.h"
#include "lib/os/file.h"

/* Reaching a stage, and the act done there. In `good`, what is left out is as in `bad`; without `reach` the lawful act
 * follows on the refused one in the same matter. */
typedef struct Deed {
    int64_t (*reach)(Office *office);
    const char *at;
    const char *actor;
    const char *act;
    const char *over;
} Deed;

typedef struct Row {
    const char *rule;
    Deed bad;
    Deed good;
} Row;

/* Where the lawful act has another actor, nobody who could break the rule may do the act at all; only a fact taken in
 * can break it. */
static bool stopped_by_role(const Row *row)
{
    return row->good.actor != NULL;
}

/* ---- stages that need more than the usual ---- */

static int64_t filed_in_october(Office *o)
{
    office_at(o, "2023-10-09 09:00");
    int64_t m = case_opened(o, "penalty.ordinary", "register");
    case_act(o, "officer1", m, "check", NULL);
    return m;
}

/* Of a kind for which there is a table: the first time within a year, 50 yuan. */
static int64_t sorting_informed(Office *o)
{
    case_pads(o);
    office_at(o, "2023-03-06 09:00");
    return office_opened(o, "officer1", "penalty.onspot", "inform",
                         "{'officers':[@officer1,@officer2],'power':'cg-sorting-person','place':'观湖大道12号',"
                         "'party_name':'李四','party_phone':'19900002222','conduct':'混合投放','proposed_fine':10000,"
                         "'unit':#enforcement,'refuses':true,'times_in_year':1}")
        .matter;
}

static int64_t officer1_recused(Office *o)
{
    int64_t m = case_filed(o);
    case_act(o, "head", m, "decide-recusal", "{'recusal_granted':true,'recused':[@officer1]}");
    return m;
}

static int64_t concluded(Office *o)
{
    return case_concluded(o, NULL);
}

static int64_t notified(Office *o)
{
    return case_notified(o, NULL, NULL);
}

static int64_t recusal_asked(Office *o)
{
    int64_t m = notified(o);
    case_act(o, "officer1", m, "ask-recusal", NULL);
    return m;
}

static int64_t recusal_answered(Office *o)
{
    int64_t m = recusal_asked(o);
    case_act(o, "head", m, "decide-recusal", NULL);
    return m;
}

#define MONITOR                                                            \
    "'evidence_way':'monitor','monitor_lawful':true,'monitor_legal':true," \
    "'monitor_marked':true,'monitor_published':'2022-06-01','monitor_taken_on':'2023-03-05'"
#define MONITOR_RECORD ",'monitor_technical':true,'monitor_record':['genuine','clear','whole','exact']"

static int64_t monitored_without_channels(Office *o)
{
    return case_concluded(o, "{" MONITOR MONITOR_RECORD ",'monitor_channels':['query']}");
}

static int64_t monitored(Office *o)
{
    return case_concluded(o, "{" MONITOR MONITOR_RECORD ",'monitor_channels':['query','defence']}");
}

/* A notice that leaves something out happened elsewhere; here it could not. */
static int64_t notified_badly(Office *o, const char *conclude, const char *content)
{
    int64_t m = case_concluded(o, conclude);
    office_at(o, "2023-03-09 09:00");
    (void)office_recorded(o, "officer1", m, "notify", NULL, content);
    return m;
}

static int64_t notified_without_basis(Office *o)
{
    return notified_badly(o, NULL, "{'notice_content':['proposal','facts','reasons','statement','defence']}");
}

static int64_t grave_not_told(Office *o)
{
    return notified_badly(o, case_grave,
                          "{'notice_content':['proposal','facts','reasons','basis','statement','defence']}");
}

static int64_t grave_notified(Office *o)
{
    return case_notified(o, case_grave, NULL);
}

static int64_t grave_statement_waived(Office *o)
{
    int64_t m = grave_notified(o);
    case_act(o, "officer1", m, "waive-statement", NULL);
    return m;
}

static int64_t grave_hearing_waived(Office *o)
{
    int64_t m = grave_statement_waived(o);
    case_act(o, "officer1", m, "waive-hearing", NULL);
    return m;
}

static int64_t stated(Office *o)
{
    int64_t m = notified(o);
    office_at(o, "2023-03-10 09:00");
    case_act(o, "officer1", m, "statement", NULL);
    return m;
}

static int64_t rechecked(Office *o)
{
    int64_t m = stated(o);
    case_act(o, "officer1", m, "recheck", NULL);
    return m;
}

static int64_t served(Office *o)
{
    int64_t m = case_decided(o);
    case_act(o, "officer1", m, "serve", NULL);
    return m;
}

static int64_t closed(Office *o)
{
    int64_t m = served(o);
    case_act(o, "officer1", m, "pay", NULL);
    case_act(o, "head", m, "close", NULL);
    return m;
}

static int64_t influential(Office *o)
{
    int64_t m = case_decided(o);
    case_act(o, "head", m, "mark-influential", NULL);
    return m;
}

static int64_t changed(Office *o)
{
    int64_t m = case_decided(o);
    case_act(o, "officer1", m, "publish", NULL);
    case_act(o, "head", m, "change-decision", NULL);
    return m;
}

static int64_t preservation_approved(Office *o)
{
    int64_t m = case_filed(o);
    case_act(o, "head", m, "approve-preserve", NULL);
    return m;
}

static int64_t preserved(Office *o)
{
    int64_t m = preservation_approved(o);
    office_at(o, "2023-03-06 10:30");
    case_act(o, "officer1", m, "preserve", NULL);
    return m;
}

static int64_t complex_notified(Office *o)
{
    return case_notified(o, "{'complex':true}", NULL);
}

static int64_t complex_discussed(Office *o)
{
    int64_t m = case_concluded(o, "{'complex':true}");
    case_act(o, "head", m, "discuss", NULL);
    office_at(o, "2023-03-09 09:00");
    case_act(o, "officer1", m, "notify", NULL);
    return m;
}

static int64_t interest_notified(Office *o)
{
    return case_notified(o, "{'review_grounds':['interest']}", NULL);
}

static int64_t interest_reviewed(Office *o)
{
    int64_t m = case_concluded(o, "{'review_grounds':['interest']}");
    case_act(o, "lawyer", m, "review", NULL);
    office_at(o, "2023-03-09 09:00");
    case_act(o, "officer1", m, "notify", NULL);
    return m;
}

static int64_t heard_and_rechecked(Office *o)
{
    int64_t m = case_heard(o);
    case_act(o, "officer1", m, "recheck", "{'recheck_result':'none'}");
    return m;
}

static int64_t heard_and_reviewed(Office *o)
{
    int64_t m = case_heard(o);
    case_act(o, "lawyer", m, "review-after-hearing", NULL);
    return m;
}

/* A place that has not published how the public may seek redress. */
static int64_t unpublished_checked(Office *o)
{
    Err err = { 0 };
    OsNames names = { 0 };
    Str folder = arena_printf(o->arena, "%s/pack", o->folder);
    if (os_list_tree(o->arena, YIFA_SOURCE "/packs/guanhu", &names, &err) != RC_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < names.n; i++) {
        Str bytes;
        Str from = arena_printf(o->arena, YIFA_SOURCE "/packs/guanhu/%.*s", STR_ARG(names.names[i]));
        Str to = arena_printf(o->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(names.names[i]));
        size_t slash = to.n;
        while (to.p[slash - 1] != '/')
            slash--;
        assert_int_equal(os_mkdirs(arena_c(o->arena, str_slice(to, 0, slash - 1)), 0700, &err), RC_OK);
        assert_int_equal(os_read_file(o->arena, from.p, 16 << 20, &bytes, &err), RC_OK);
        size_t row = str_find(bytes, STR("\nremedy,"));
        if (str_eq_c(names.names[i], "catalogues/disclosures.csv"))
            bytes = str_slice(bytes, 0, row + 1);
        assert_int_equal(os_write_file_atomic(to.p, bytes, 0600, &err), RC_OK);
    }
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    if (app_adopt(o->app, folder.p, DAY_NONE, ACTOR_SYSTEM, o->arena, &issues, &n_issues, &err) != RC_OK)
        fail_msg("%s", err.text);
    return case_checked(o);
}

/* ---- the rules ---- */

#define NOTICED    "2023-03-09 09:00"
#define DECIDING   "2023-03-17 09:00"
#define AFTERWARDS "2023-03-23 09:00"

static const Row rows[] = {
    { "publicity", { unpublished_checked, "2023-03-06 10:00", "head", "file", NULL }, { .reach = case_checked } },
    { "facts-proved",
      { notified, DECIDING, "head", "decide", "{'facts':[{'fact':'在人行道上摆摊','evidence_count':0}]}" },
      { 0 } },
    { "monitor-approved",
      { case_investigated, NULL, "officer1", "conclude",
        "{" MONITOR ",'monitor_technical':false,'monitor_record':['genuine','clear','whole','exact']}" },
      { .over = "{" MONITOR MONITOR_RECORD "}" } },
    { "monitor-record",
      { case_investigated, NULL, "officer1", "conclude",
        "{" MONITOR ",'monitor_technical':true,'monitor_record':['genuine','clear','whole']}" },
      { .over = "{" MONITOR MONITOR_RECORD "}" } },
    { "monitor-told", { monitored_without_channels, NOTICED, "officer1", "notify", NULL }, { .reach = monitored } },
    { "qualified-officers",
      { filed_in_october, NULL, "head", "file", "{'officers':[@officer1,@officer2,@officer3]}" },
      { .over = "{'officers':[@officer1,@officer3]}" } },
    { "two-officers",
      { filed_in_october, NULL, "head", "file", "{'officers':[@officer1]}" },
      { .over = "{'officers':[@officer1,@officer3]}" } },
    { "recuse-officers",
      { officer1_recused, NULL, "officer1", "investigate", "{'officers':[@officer1,@officer2]}" },
      { .over = "{'officers':[@officer2,@officer3]}" } },
    { "recusal-decided", { recusal_asked, DECIDING, "head", "decide", NULL }, { .reach = recusal_answered } },
    { "notice-complete",
      { concluded, NOTICED, "officer1", "notify",
        "{'notice_content':['proposal','facts','basis','statement','defence']}" },
      { 0 } },
    { "notice-given", { notified_without_basis, DECIDING, "head", "decide", NULL }, { .reach = notified } },
    { "statement-reviewed", { stated, DECIDING, "head", "decide", NULL }, { .reach = rechecked } },
    { "no-heavier", { rechecked, DECIDING, "head", "decide", "{'fine':60000}" }, { .over = "{'fine':50000}" } },
    { "evidence-verified",
      { case_investigated, NULL, "officer1", "conclude",
        "{'evidence':[{'title':'照片','kind':'audiovisual','verified':false,'lawful':true}]}" },
      { 0 } },
    { "evidence-lawful",
      { case_investigated, NULL, "officer1", "conclude",
        "{'evidence':[{'title':'照片','kind':'audiovisual','verified':true,'lawful':false}]}" },
      { 0 } },
    { "full-record",
      { closed, NULL, "officer1", "archive",
        "{'recorded_steps':['start','investigation','review','decision','execution']}" },
      { .reach = closed } },
    { "decision-published",
      { influential, "2023-03-29 09:00", "officer1", "publish", NULL },
      { .reach = influential, .at = "2023-03-28 09:00" } },
    { "publication-withdrawn",
      { changed, "2023-03-23 09:00", "officer1", "unpublish", NULL },
      { .reach = changed, .at = "2023-03-22 09:00" } },
    { "confidential", { case_decided, NULL, "officer1", "publish", "{'masked':false}" }, { 0 } },

    { "benchmark-row",
      { sorting_informed, NULL, "officer1", "issue", "{'fine':5000,'times_in_year':null}" },
      { .over = "{'fine':5000,'times_in_year':1}" } },
    { "benchmark-range",
      { sorting_informed, NULL, "officer1", "issue", "{'fine':10000}" },
      { .over = "{'fine':10000,'deviation':'head','deviation_reason':'当众多次抛撒'}" } },
    { "onspot-threshold", { case_informed, NULL, "officer1", "issue", "{'fine':20100}" }, { .over = "{'fine':5000}" } },
    { "onspot-act",
      { case_informed, NULL, "officer1", "issue", "{'signed':false,'refusal_noted':false}" },
      { .over = "{'signed':false,'refusal_noted':true}" } },
    { "onspot-content",
      { case_informed, NULL, "officer1", "issue",
        "{'decision_content':['conduct','kinds','basis','time','place','review','suit','organ']}" },
      { 0 } },
    { "onspot-filed",
      { case_issued, "2023-03-09 09:00", "officer1", "file", NULL },
      { .reach = case_issued, .at = "2023-03-08 17:00" } },

    { "filed-in-time",
      { case_checked, "2023-03-16 09:00", "head", "file", NULL },
      { .reach = case_checked, .at = "2023-03-15 09:00" } },
    { "showed-id",
      { case_filed, "2023-03-06 11:00", "officer1", "investigate",
        "{'shown_at':<2023-03-06 10:50>,'inspected_at':<2023-03-06 10:40>}" },
      { .over = "{'shown_at':<2023-03-06 10:40>,'inspected_at':<2023-03-06 10:50>}" } },
    { "transcript",
      { case_filed, "2023-03-06 11:00", "officer1", "investigate", "{'transcript_no':null}" },
      { .reach = case_filed } },
    { "preserve-approved",
      { case_filed, "2023-03-06 10:30", "officer1", "preserve", NULL },
      { .reach = preservation_approved } },
    { "preserve-7d",
      { preserved, "2023-03-16 09:00", "officer1", "dispose-preserved", NULL },
      { .reach = preserved, .at = "2023-03-15 09:00" } },
    { "head-review", { notified, DECIDING, "officer1", "decide", NULL }, { .actor = "head" } },
    { "collective", { complex_notified, DECIDING, "head", "decide", NULL }, { .reach = complex_discussed } },
    { "legal-review", { interest_notified, DECIDING, "head", "decide", NULL }, { .reach = interest_reviewed } },
    { "reviewer-exam",
      { concluded, NULL, "lawyer", "review", "{'reviewer_new':true,'reviewer_licensed':false}" },
      { .over = "{'reviewer_new':true,'reviewer_licensed':true}" } },
    { "decision-content",
      { notified, DECIDING, "head", "decide", "{'decision_content':['party','facts','kinds','performance','organ']}" },
      { 0 } },
    { "decision-seal", { notified, DECIDING, "head", "decide", "{'seal':'观湖街道综合行政执法队'}" }, { 0 } },
    { "decide-90d",
      { notified, "2023-06-06 09:00", "head", "decide", NULL },
      { .reach = notified, .at = "2023-06-05 09:00" } },
    { "deliver-7d",
      { case_decided, "2023-03-29 09:00", "officer1", "serve", "{'party_present':false}" },
      { .reach = case_decided, .at = "2023-03-28 09:00", .over = "{'party_present':false}" } },
    { "e-service",
      { case_decided, "2023-03-20 09:00", "officer1", "serve",
        "{'service_way':'electronic','party_present':false,'e_confirmed_on':'2023-03-09','e_address_matches':false}" },
      { .over = "{'service_way':'electronic','party_present':false,'e_confirmed_on':'2023-03-09',"
                "'e_address_matches':true}" } },
    { "heard-before-deciding", { notified, "2023-03-14 09:00", "head", "decide", NULL }, { .at = "2023-03-15 09:00" } },

    { "hearing-told", { grave_not_told, DECIDING, "head", "decide", NULL }, { .reach = grave_notified } },
    { "hearing-held",
      { case_hearing_asked, DECIDING, "head", "decide", NULL },
      { .reach = heard_and_reviewed, .at = AFTERWARDS } },
    { "hearing-free",
      { case_hearing_asked, "2023-03-10 10:00", "lawyer", "notice-hearing", "{'hearing_fee':10000}" },
      { 0 } },
    { "hearing-wait-5d",
      { grave_statement_waived, "2023-03-16 09:00", "head", "decide", NULL },
      { .reach = grave_hearing_waived } },
    { "hearing-notice-7d",
      { case_hearing_asked, "2023-03-10 10:00", "lawyer", "notice-hearing", "{'hearing_planned_on':'2023-03-21'}" },
      { .over = "{'hearing_planned_on':'2023-03-22'}" } },
    { "hearing-public",
      { case_hearing_asked, "2023-03-10 10:00", "lawyer", "notice-hearing", "{'hearing_public':false}" },
      { .over = "{'hearing_public':false,'hearing_private_reason':['privacy']}" } },
    { "hearing-host",
      { case_hearing_asked, "2023-03-10 10:00", "lawyer", "notice-hearing", "{'hearing_host':@officer1}" },
      { 0 } },
    { "hearing-agents",
      { case_hearing_noticed, "2023-03-22 09:00", "lawyer", "hold-hearing", "{'agents':3,'agent_letter':'委1号'}" },
      { .reach = case_hearing_noticed, .over = "{'agents':2,'agent_letter':'委1号'}" } },
    { "hearing-ended",
      { case_hearing_noticed, "2023-03-20 09:00", "lawyer", "end-hearing", "{'hearing_end_reason':'other'}" },
      { 0 } },
    { "hearing-order",
      { case_hearing_noticed, "2023-03-22 09:00", "lawyer", "hold-hearing",
        "{'hearing_steps':['evidence','defence']}" },
      { .reach = case_hearing_noticed } },
    { "hearing-minutes",
      { case_hearing_noticed, "2023-03-22 09:00", "lawyer", "hold-hearing", "{'minutes_signed':false}" },
      { .over = "{'minutes_signed':false,'minutes_refusal':true}" } },
    { "by-minutes",
      { heard_and_reviewed, AFTERWARDS, "head", "decide",
        "{'facts':[{'fact':'在人行道上摆摊','evidence_count':2,'examined':true},"
        "{'fact':'占用盲道','evidence_count':1,'examined':false}]}" },
      { .over = "{'facts':[{'fact':'在人行道上摆摊','evidence_count':2,'examined':true}]}" } },
    { "review-after-hearing",
      { heard_and_rechecked, AFTERWARDS, "head", "decide", NULL },
      { .reach = heard_and_reviewed } },
};

/* ---- the proof ---- */

static int64_t reach(Office *o, const Deed *deed)
{
    int64_t m = deed->reach(o);
    if (deed->at)
        office_at(o, deed->at);
    office_sweep(o); /* what time alone brings about has happened before the act is tried */
    return m;
}

static Deed good_of(const Row *row)
{
    Deed d = row->good;
    d.actor = d.actor ? d.actor : row->bad.actor;
    d.act = d.act ? d.act : row->bad.act;
    d.at = d.at ? d.at : row->bad.at;
    return d;
}

static LawEffect effect_of(Office *o, const Row *row)
{
    const LawRule *rule = law_rule(app_pack(o->app), str_c(row->rule));
    if (!rule)
        fail_msg("the pack has no rule %s", row->rule);
    return law_rule_effect(app_pack(o->app), rule);
}

static void verdict_is(const ActResult *r, const char *rule, VerdictKind kind)
{
    const Verdict *v = office_verdict(r, rule);
    if (!v)
        fail_msg("%s: there is no verdict", rule);
    if (v->kind != kind)
        fail_msg("%s: %s (%s %.*s), not %s", rule, verdict_names[v->kind], v->reason.msgid ? v->reason.msgid : "",
                 STR_ARG(v->got), verdict_names[kind]);
}

static void is_passed(Office *o, int64_t m, const Deed *deed, const char *rule)
{
    int64_t found = office_findings(o, m, rule);
    ActResult r = case_try(o, deed->actor, m, deed->act, deed->over);
    office_expect(&r, ANSWER_DONE, rule);
    const Verdict *v = office_verdict(&r, rule);
    if (!v || v->kind == VERDICT_VIOLATED || v->kind == VERDICT_UNDECIDED)
        fail_msg("%s: the lawful act is %s", rule, v ? verdict_names[v->kind] : "not judged");
    assert_int_equal(office_findings(o, m, rule), found);
}

/* Refused, nothing of the matter changed, one refusal kept. */
static void is_refused(Office *o, int64_t m, const Row *row)
{
    int64_t version = office_version(o, m);
    Str fields = office_textf(o, "SELECT fields FROM matter WHERE id = %lld", (long long)m);
    Str stage = office_stage(o, m);
    int64_t entries = office_count(o, "SELECT count(*) FROM entry");
    int64_t documents = office_count(o, "SELECT count(*) FROM document");
    ActResult r = case_try(o, row->bad.actor, m, row->bad.act, row->bad.over);
    office_expect(&r, ANSWER_REFUSED, row->rule);
    if (stopped_by_role(row))
        assert_int_equal(r.decision.stop, STOP_ROLE);
    else
        verdict_is(&r, row->rule, VERDICT_VIOLATED);
    assert_int_equal(office_version(o, m), version);
    assert_true(str_eq(office_stage(o, m), stage));
    assert_true(str_eq(office_textf(o, "SELECT fields FROM matter WHERE id = %lld", (long long)m), fields));
    assert_int_equal(office_count(o, "SELECT count(*) FROM entry"), entries + 1);
    assert_int_equal(office_count(o, "SELECT count(*) FROM document"), documents);
    assert_int_equal(office_countf(o, "SELECT count(*) FROM refusal WHERE matter = %lld", (long long)m), 1);
}

/* Done, and one finding is open that names the rule: the act's, or that of a clock which saw it coming. */
static void is_found(Office *o, int64_t m, const Row *row, LawEffect effect)
{
    ActResult r = case_try(o, row->bad.actor, m, row->bad.act, row->bad.over);
    office_expect(&r, ANSWER_DONE, row->rule);
    verdict_is(&r, row->rule, VERDICT_VIOLATED);
    assert_int_equal(office_findings_open(o, m, row->rule), effect == LAW_RECORD ? 0 : 1);
}

static void one_rule_holds(void **state)
{
    const Row *row = *state;
    Office o = { 0 };
    office_open(&o);
    LawEffect effect = effect_of(&o, row);
    Deed good = good_of(row);
    int64_t m = reach(&o, &row->bad);
    if (effect == LAW_BLOCK)
        is_refused(&o, m, row);
    else
        is_found(&o, m, row, effect);
    if (good.reach) {
        office_close(&o);
        o = (Office){ 0 };
        office_open(&o);
        m = reach(&o, &good);
    } else if (row->good.at) {
        office_at(&o, row->good.at);
        office_sweep(&o);
    }
    is_passed(&o, m, &good, row->rule);
    office_close(&o);
}

/* What has happened is kept, whatever rule it broke, and the finding says which. */
static void one_fact_is_kept(void **state)
{
    const Row *row = *state;
    Office o = { 0 };
    office_open(&o);
    LawEffect effect = effect_of(&o, row);
    int64_t m = reach(&o, &row->bad);
    ActResult r = office_perform(&o, &(OfficeAct){ .actor = row->bad.actor,
                                                   .matter = m,
                                                   .act = row->bad.act,
                                                   .form = case_form(&o, m, row->bad.act),
                                                   .over = row->bad.over,
                                                   .mode = ACT_RECORD });
    office_expect(&r, ANSWER_DONE, row->rule);
    verdict_is(&r, row->rule, VERDICT_VIOLATED);
    assert_int_equal(office_findings_open(&o, m, row->rule), effect == LAW_RECORD ? 0 : 1);
    office_check_all(&o);
    office_close(&o);
}

/* "xzcf-42-two-officers": a rule of the fifth chapter, articles 39 to 65. */
static bool is_of_chapter_five(const LawRule *rule)
{
    int64_t article = 0;
    Str rest;
    if (!str_eq(str_cut(rule->source, '-', &rest), STR("xzcf")))
        return false;
    return str_to_i64(str_cut(rest, '-', &rest), &article) && article >= 39 && article <= 65;
}

static bool has_row(const LawRule *rule)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_eq_c(rule->id, rows[i].rule))
            return true;
    return false;
}

static void every_rule_of_the_chapter_is_proved(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    const LawPack *pack = app_pack(o.app);
    size_t missing = 0;
    size_t seen = 0;
    for (size_t p = 0; p < pack->n_procedures; p++)
        for (size_t a = 0; a < pack->procedures[p]->n_acts; a++) {
            const LawAct *act = &pack->procedures[p]->acts[a];
            for (size_t r = 0; r < act->n_rules; r++) {
                const LawRule *rule = act->rules[r].rule;
                seen += is_of_chapter_five(rule);
                if (is_of_chapter_five(rule) && !has_row(rule)) {
                    print_error("%.*s (%.*s, act %.*s) has no row\n", STR_ARG(rule->id), STR_ARG(rule->source),
                                STR_ARG(act->id));
                    missing++;
                }
            }
        }
    assert_true(seen > 60);
    assert_int_equal(missing, 0);
    /* And every rule of the chapter that the pack defines is asked by some act. */
    for (size_t r = 0; r < pack->n_rules; r++)
        if (is_of_chapter_five(pack->rules[r]) && !has_row(pack->rules[r]))
            fail_msg("rule %.*s is used by no act", STR_ARG(pack->rules[r]->id));
    office_close(&o);
}

int main(void)
{
    enum { N = ARRAY_LEN(rows) };
    static char names[2 * N][64];
    static struct CMUnitTest tests[2 * N + 1];
    for (size_t i = 0; i < N; i++) {
        snprintf(names[2 * i], sizeof names[0], "%s_holds", rows[i].rule);
        snprintf(names[2 * i + 1], sizeof names[0], "%s_broken_elsewhere_is_found", rows[i].rule);
        void *row = (void *)(uintptr_t)&rows[i];
        tests[2 * i] = (struct CMUnitTest){ names[2 * i], one_rule_holds, NULL, NULL, row };
        tests[2 * i + 1] = (struct CMUnitTest){ names[2 * i + 1], one_fact_is_kept, NULL, NULL, row };
    }
    tests[2 * N] = (struct CMUnitTest)cmocka_unit_test(every_rule_of_the_chapter_is_proved);
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
