#include "app/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct LawfulForm {
    const char *procedure; /* begins so */
    const char *act;
    const char *form;
} LawfulForm;

static const LawfulForm lawful[] = {
    { "penalty.ordinary", "register",
      "{'place':'观湖大道12号','power':'cg-stall','clue':'在人行道上摆摊','unit':#enforcement}" },
    { "penalty.ordinary", "file",
      "{'officers':[@officer1,@officer2],'party_kind':'citizen','party_name':'李四',"
      "'party_phone':'19900002222','handler':@officer1,'conduct_on':'2023-03-05'}" },
    { "penalty.ordinary", "investigate", "{'activity':'inspection','transcript_no':'笔录1号'}" },
    { "penalty.ordinary", "approve-preserve", "{'preserve_list':'三轮车一辆'}" },
    { "penalty.ordinary", "preserve", "{'preserve_list':'三轮车一辆'}" },
    { "penalty.ordinary", "dispose-preserved", "{'preserve_disposal':'return'}" },
    { "penalty.ordinary", "decide-recusal", "{'recusal_granted':false}" },
    { "penalty.ordinary", "conclude",
      "{'facts':[{'fact':'在人行道上摆摊','evidence_count':2}],"
      "'evidence':[{'title':'照片','kind':'audiovisual','verified':true,'lawful':true}],"
      "'proposed_kinds':['fine'],'proposed_fine':50000,'correction_order':'责改〔2023〕1号'}" },
    { "penalty.ordinary", "discuss", "{'meeting_no':'纪要1号','heads_present':2}" },
    { "penalty.ordinary", "statement", "{'statement_text':'只摆了一次'}" },
    { "penalty.ordinary", "waive-statement", "{'statement_waiver':'笔录2号'}" },
    { "penalty.ordinary", "waive-hearing", "{'hearing_waiver':'笔录3号'}" },
    { "penalty.ordinary", "recheck", "{'recheck_result':'rejected'}" },
    { "penalty.ordinary", "notice-hearing",
      "{'hearing_planned_on':'2023-03-22','hearing_place':'一号会议室','hearing_host':@lawyer}" },
    { "penalty.ordinary", "hold-hearing",
      "{'hearing_minutes':'听证1号',"
      "'facts':[{'fact':'在人行道上摆摊','evidence_count':2,'examined':true}]}" },
    { "penalty.ordinary", "end-hearing", "{'hearing_end_reason':'withdrawn'}" },
    { "penalty.ordinary", "decide-none",
      "{'slight':true,'corrected':true,'harm':'none','education_record':'教育1号'}" },
    { "penalty.ordinary", "serve", "{'receipt_no':'回证1号'}" },
    { "penalty.ordinary", "change-decision", "{'note':'复议决定变更,复决1号'}" },
    { "penalty.ordinary", "unpublish", "{'withdraw_statement':'决定被变更'}" },
    { "penalty.ordinary", "transfer-crime", "{'transfer_to':'观湖派出所'}" },
    { "penalty.ordinary", "transfer", "{'transfer_to':'福城街道办事处'}" },
    { "penalty.ordinary", "withdraw", "{'note':'违法主体认定有误'}" },
    { "penalty.onspot", "inform",
      "{'officers':[@officer1,@officer2],'power':'cg-stall','place':'观湖大道12号','party_name':'李四',"
      "'party_phone':'19900002222','conduct':'在人行道上摆摊','proposed_fine':5000,'unit':#enforcement}" },
    { "penalty.onspot", "issue", "{'sheet':1001}" },
    { "penalty.onspot", "collect", "{'fiscal_receipt':'票1号'}" },
    { "penalty.onspot", "void-sheet", "{'note':'写错,原件收回'}" },
};

const char case_grave[] = "{'proposed_fine':600000}";

static const char *form_in(const char *procedure, const char *act)
{
    for (size_t i = 0; i < ARRAY_LEN(lawful); i++)
        if (strcmp(lawful[i].procedure, procedure) == 0 && strcmp(lawful[i].act, act) == 0)
            return lawful[i].form;
    return NULL;
}

const char *case_form(Office *o, int64_t matter, const char *act)
{
    Str procedure = office_textf(o, "SELECT procedure FROM matter WHERE id = %lld", (long long)matter);
    return form_in(arena_c(o->arena, procedure), act);
}

ActResult case_try(Office *o, const char *actor, int64_t matter, const char *act, const char *over)
{
    return office_perform(
        o,
        &(OfficeAct){ .actor = actor, .matter = matter, .act = act, .form = case_form(o, matter, act), .over = over });
}

void case_act(Office *o, const char *actor, int64_t matter, const char *act, const char *over)
{
    ActResult r = case_try(o, actor, matter, act, over);
    office_expect(&r, ANSWER_DONE, act);
}

/* ---- ordinary procedure ---- */

int64_t case_opened(Office *o, const char *procedure, const char *act)
{
    return office_opened(o, "officer1", procedure, act, form_in(procedure, act)).matter;
}

int64_t case_registered(Office *o)
{
    office_at(o, "2023-03-06 09:00");
    return case_opened(o, "penalty.ordinary", "register");
}

int64_t case_checked(Office *o)
{
    int64_t m = case_registered(o);
    office_at(o, "2023-03-06 09:30");
    case_act(o, "officer1", m, "check", NULL);
    return m;
}

int64_t case_filed(Office *o)
{
    int64_t m = case_checked(o);
    office_at(o, "2023-03-06 10:00");
    case_act(o, "head", m, "file", NULL);
    return m;
}

int64_t case_investigated(Office *o)
{
    int64_t m = case_filed(o);
    office_at(o, "2023-03-06 11:00");
    case_act(o, "officer1", m, "investigate", NULL);
    return m;
}

int64_t case_concluded(Office *o, const char *over)
{
    int64_t m = case_investigated(o);
    office_at(o, "2023-03-07 09:00");
    case_act(o, "officer1", m, "conclude", over);
    return m;
}

int64_t case_notified(Office *o, const char *conclude, const char *notify)
{
    int64_t m = case_concluded(o, conclude);
    office_at(o, "2023-03-09 09:00");
    case_act(o, "officer1", m, "notify", notify);
    return m;
}

int64_t case_decided(Office *o)
{
    int64_t m = case_notified(o, NULL, NULL);
    office_at(o, "2023-03-17 09:00");
    case_act(o, "head", m, "decide", NULL);
    return m;
}

int64_t case_hearing_asked(Office *o)
{
    int64_t m = case_notified(o, case_grave, NULL);
    office_at(o, "2023-03-10 09:00");
    case_act(o, "officer1", m, "ask-hearing", NULL);
    return m;
}

int64_t case_hearing_noticed(Office *o)
{
    int64_t m = case_hearing_asked(o);
    office_at(o, "2023-03-10 10:00");
    case_act(o, "lawyer", m, "notice-hearing", NULL);
    return m;
}

int64_t case_heard(Office *o)
{
    int64_t m = case_hearing_noticed(o);
    office_at(o, "2023-03-22 09:00");
    case_act(o, "lawyer", m, "hold-hearing", NULL);
    return m;
}

/* ---- summary procedure ---- */

static void hand_out(Office *o, const char *officer, int64_t first, int64_t last)
{
    Effects pads = { 0 };
    Err err = { 0 };
    Json row = json_obj();
    json_add(o->arena, &row, STR("holder"), json_int(office_person(o, officer)));
    effects_add(
        o->arena, &pads,
        (Effect){
            .kind = EFFECT_SHEET, .name = STR("onspot"), .text = STR("issued"), .a = first, .b = last, .value = row });
    if (app_put(o->app, &pads, STR("issue-pad"), office_person(o, "head"), NULL, &err) != RC_OK)
        fail_msg("%s", err.text);
}

void case_pads(Office *o)
{
    hand_out(o, "officer1", 1001, 1010);
    hand_out(o, "officer3", 2001, 2010);
}

int64_t case_informed(Office *o)
{
    case_pads(o);
    office_at(o, "2023-03-06 09:00");
    return case_opened(o, "penalty.onspot", "inform");
}

int64_t case_issued(Office *o)
{
    int64_t m = case_informed(o);
    office_at(o, "2023-03-06 09:20");
    case_act(o, "officer1", m, "issue", NULL);
    return m;
}
