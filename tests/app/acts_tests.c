/* What holds for every act, whatever the procedure: it is done once, by whom it may be done, as it was said, in its
 * place; and what is personal stays out of the records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/app_internal.h"
#include "app/cases.h"
#include "app/figures.h"

static const char noisy[] = "{'category':'noise','place':'鹭湖路夜市','description':'半夜施工太吵','appellant_name':"
                            "'张三丰','appellant_phone':'19900001111'}";

static int64_t entries(Office *o)
{
    return office_count(o, "SELECT count(*) FROM entry");
}

static int64_t submitted(Office *o)
{
    office_at(o, "2023-03-01 09:00");
    return office_opened(o, "public", "appeal", "submit", noisy).matter;
}

static OfficeAct submission(const char *key)
{
    return (OfficeAct){ .actor = "public", .procedure = "appeal", .act = "submit", .form = noisy, .key = key };
}

/* ---- once ---- */

static void the_same_request_is_performed_once(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    OfficeAct act = submission("a1");
    ActResult first = office_perform(&o, &act);
    office_expect(&first, ANSWER_DONE, "submit");
    int64_t n = entries(&o);
    for (int i = 0; i < 3; i++) {
        ActResult again = office_perform(&o, &act);
        office_expect(&again, ANSWER_REPEATED, "submit");
        assert_int_equal(again.seq, first.seq);
        assert_int_equal(again.matter, first.matter);
        office_reopen(&o); /* it is remembered on the disk */
    }
    assert_int_equal(entries(&o), n);
    assert_int_equal(office_count(&o, "SELECT count(*) FROM matter"), 1);
    office_check_all(&o);
    office_close(&o);
}

static void twice_in_one_batch_is_once_too(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    Err err = { 0 };
    OfficeAct act = submission("a1");
    ActRequest both[] = { office_ask(&o, &act), office_ask(&o, &act) };
    ActResult results[2];
    assert_int_equal(app_perform_many(o.app, both, 2, o.arena, results, &err), RC_OK);
    office_expect(&results[0], ANSWER_DONE, "submit");
    office_expect(&results[1], ANSWER_REPEATED, "submit");
    assert_int_equal(results[1].seq, results[0].seq);
    office_check_all(&o);
    office_close(&o);
}

static void a_key_means_one_request_only(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    OfficeAct act = submission("a1");
    ActResult r = office_perform(&o, &act);
    office_expect(&r, ANSWER_DONE, "submit");
    int64_t n = entries(&o);
    act.form = "{'place':'别处','description':'别的事'}";
    r = office_perform(&o, &act);
    office_expect(&r, ANSWER_FAILED, "submit");
    assert_int_equal(r.err.rc, RC_INVALID);
    assert_int_equal(r.seq, -1);
    assert_int_equal(entries(&o), n);
    /* Another person's key of the same name is another key. */
    act.actor = "dispatcher";
    r = office_perform(&o, &act);
    office_expect(&r, ANSWER_DONE, "submit");
    office_check_all(&o);
    office_close(&o);
}

static void a_repeated_act_on_a_matter_is_repeated_also_when_the_matter_went_on(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    OfficeAct sign = { .actor = "dispatcher", .matter = m, .act = "sign", .key = "s1", .version = 1 };
    ActResult first = office_perform(&o, &sign);
    office_expect(&first, ANSWER_DONE, "sign");
    (void)office_done(&o, "dispatcher", m, "dispatch", "{'unit':#block}");
    ActResult again = office_perform(&o, &sign); /* neither stale nor refused */
    office_expect(&again, ANSWER_REPEATED, "sign");
    assert_int_equal(again.seq, first.seq);
    office_close(&o);
}

static void what_the_actor_saw_must_still_stand(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    (void)office_done(&o, "public", m, "urge", NULL);
    int64_t n = entries(&o);
    OfficeAct sign = { .actor = "dispatcher", .matter = m, .act = "sign", .version = 1 };
    ActResult r = office_perform(&o, &sign);
    office_expect(&r, ANSWER_STALE, "sign");
    assert_int_equal(entries(&o), n);
    sign.version = 2;
    r = office_perform(&o, &sign);
    office_expect(&r, ANSWER_DONE, "sign");
    office_close(&o);
}

/* ---- refused ---- */

static void is_refused_once(Office *o, const OfficeAct *act, DecisionStop stop)
{
    int64_t refusals = office_count(o, "SELECT count(*) FROM refusal");
    int64_t repeats = office_count(o, "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM refusal_repeat");
    int64_t n = entries(o);
    ActResult first = office_perform(o, act);
    office_expect(&first, ANSWER_REFUSED, act->act);
    assert_int_equal(first.decision.stop, stop);
    assert_int_equal(first.seq, n);
    assert_int_equal(entries(o), n + 1);
    for (int i = 1; i <= 3; i++) {
        ActResult again = office_perform(o, act);
        office_expect(&again, ANSWER_REFUSED, act->act);
        assert_int_equal(again.seq, first.seq);
        assert_int_equal(office_count(o, "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM refusal_repeat"),
                         repeats + i);
    }
    assert_int_equal(entries(o), n + 1);
    assert_int_equal(office_count(o, "SELECT count(*) FROM refusal"), refusals + 1);
}

static void a_refusal_is_recorded_once_and_then_counted(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    is_refused_once(&o, &(OfficeAct){ .actor = "dispatcher", .matter = m, .act = "fly" }, STOP_UNKNOWN_ACT);
    is_refused_once(&o,
                    &(OfficeAct){ .actor = "dispatcher", .matter = m, .act = "dispatch", .form = "{'unit':#block}" },
                    STOP_STAGE);
    is_refused_once(&o, &(OfficeAct){ .actor = "lawyer", .matter = m, .act = "sign" }, STOP_ROLE);
    is_refused_once(&o,
                    &(OfficeAct){ .actor = "handler", .procedure = "penalty.onspot", .act = "inform", .form = "{}" },
                    STOP_ROLE);
    is_refused_once(&o, &(OfficeAct){ .actor = "dispatcher", .procedure = "appeal", .act = "sign" }, STOP_STAGE);
    is_refused_once(&o, &(OfficeAct){ .actor = "dispatcher", .matter = m, .act = "submit", .form = noisy }, STOP_STAGE);
    assert_int_equal(office_version(&o, m), 1);
    /* Once the matter has moved on, the same attempt is another one. */
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    is_refused_once(&o, &(OfficeAct){ .actor = "lawyer", .matter = m, .act = "sign" }, STOP_ROLE);
    office_check_all(&o);
    office_close(&o);
}

static void refused_openings_of_another_day_are_recorded(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    case_pads(&o);
    OfficeAct alone = { .actor = "officer1",
                        .procedure = "penalty.onspot",
                        .act = "inform",
                        .form =
                            "{'officers':[@officer1],'power':'cg-stall','place':'观湖大道12号','party_name':'李四'}" };
    office_at(&o, "2023-03-06 09:00");
    is_refused_once(&o, &alone, STOP_RULES);
    office_at(&o, "2023-03-07 09:00");
    is_refused_once(&o, &alone, STOP_RULES);
    office_check_all(&o);
    office_close(&o);
}

static void nobody_acts_on_what_is_not_there(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t n = entries(&o);
    ActResult r = office_act(&o, "dispatcher", 999, "sign", NULL);
    office_expect(&r, ANSWER_FAILED, "sign");
    assert_int_equal(r.err.rc, RC_NOT_FOUND);
    r = office_open_matter(&o, "dispatcher", "divination", "open", NULL);
    office_expect(&r, ANSWER_FAILED, "open");
    assert_int_equal(r.err.rc, RC_NOT_FOUND);
    assert_int_equal(entries(&o), n);
    office_close(&o);
}

/* officer2's certificate ends on 2023-09-30, which is its last good day. */
static void an_expired_certificate_no_longer_counts(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    case_pads(&o);
    OfficeAct inform = { .actor = "officer1",
                         .procedure = "penalty.onspot",
                         .act = "inform",
                         .form = "{'officers':[@officer1,@officer2],'power':'cg-stall','place':'观湖大道12号'}" };
    office_at(&o, "2023-09-30 23:00");
    ActResult r = office_perform(&o, &inform);
    office_expect(&r, ANSWER_DONE, "inform");
    office_at(&o, "2023-10-01 00:00");
    r = office_perform(&o, &inform);
    office_expect(&r, ANSWER_REFUSED, "inform");
    assert_int_equal(office_verdict(&r, "two-officers")->kind, VERDICT_VIOLATED);
    assert_int_equal(office_verdict(&r, "qualified-officers")->kind, VERDICT_VIOLATED);
    assert_true(office_verdict(&r, "two-officers")->got.n > 0);
    office_check_all(&o);
    office_close(&o);
}

/* ---- malformed ---- */

typedef struct BadForm {
    const char *act;
    const char *form;
    FormFaultKind kind;
    const char *field;
} BadForm;

static const BadForm bad_forms[] = {
    { "dispatch", "{'category':'noise'}", FAULT_REQUIRED, "unit" },
    { "dispatch", "{'category':'noise','unit':null}", FAULT_REQUIRED, "unit" },
    { "contact", "{'contact_result':'reached'}", FAULT_REQUIRED, "contact_way" },
    { "feedback", "{'result':'solved','reply':''}", FAULT_REQUIRED, "reply" },
    { "dispatch", "{'category':'noise','unit':#block,'colour':'red'}", FAULT_UNKNOWN, "colour" },
    { "dispatch", "{'category':'noise','unit':#block,'urgent':'yes'}", FAULT_TYPE, "urgent" },
    { "feedback", "{'result':'solved','reply':5}", FAULT_TYPE, "reply" },
    { "suspend", "{'suspend_plan':'等','suspend_until':'2023-02-30','suspend_leader':@head}", FAULT_TYPE,
      "suspend_until" },
    { "dispatch", "{'category':'weather','unit':#block}", FAULT_OPTION, "category" },
    { "apply-extension", "{'extension_days':0,'extension_reason':'等'}", FAULT_RANGE, "extension_days" },
    { "apply-extension", "{'extension_days':181,'extension_reason':'等'}", FAULT_RANGE, "extension_days" },
    { "dispatch", "{'category':'noise','unit':#block,'handler':77}", FAULT_PERSON, "handler" },
    { "dispatch", "{'category':'noise','unit':77}", FAULT_UNIT, "unit" },
};

static void has_fault(const ActResult *r, const BadForm *bad)
{
    for (size_t i = 0; i < r->decision.faults.n; i++) {
        const FormFault *f = &r->decision.faults.items[i];
        if (f->kind == bad->kind && str_eq_c(f->field, bad->field))
            return;
    }
    fail_msg("%s %s: there is no fault %s of %s", bad->act, bad->form, form_fault_name(bad->kind), bad->field);
}

static void a_malformed_form_is_told_field_by_field_and_not_recorded(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t signed_only = submitted(&o);
    (void)office_done(&o, "dispatcher", signed_only, "sign", NULL);
    int64_t handled = submitted(&o);
    (void)office_done(&o, "dispatcher", handled, "sign", NULL);
    (void)office_done(&o, "dispatcher", handled, "dispatch", "{'unit':#block,'handler':@handler}");
    int64_t n = entries(&o);
    for (size_t i = 0; i < ARRAY_LEN(bad_forms); i++) {
        const BadForm *bad = &bad_forms[i];
        bool dispatch = strcmp(bad->act, "dispatch") == 0;
        bool dispatchers = dispatch || strcmp(bad->act, "suspend") == 0;
        ActResult r = office_perform(&o, &(OfficeAct){ .actor = dispatchers ? "dispatcher" : "handler",
                                                       .matter = dispatch ? signed_only : handled,
                                                       .act = bad->act,
                                                       .form = bad->form,
                                                       .bare = true });
        office_expect(&r, ANSWER_INVALID, bad->act);
        has_fault(&r, bad);
        assert_int_equal(r.seq, -1);
    }
    assert_int_equal(entries(&o), n);
    office_close(&o);
}

static Str long_text(Office *o, size_t n)
{
    char *text = arena_alloc(o->arena, n + 1);
    memset(text, 'x', n);
    text[n] = 0;
    return (Str){ text, n };
}

static void texts_have_a_limit_in_characters(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    Str fits = arena_printf(o.arena, "{'place':'%s','description':'太吵'}", long_text(&o, 200).p);
    Str too_long = arena_printf(o.arena, "{'place':'%s','description':'太吵'}", long_text(&o, 201).p);
    ActResult r = office_open_matter(&o, "public", "appeal", "submit", too_long.p);
    office_expect(&r, ANSWER_INVALID, "submit");
    assert_int_equal(r.decision.faults.items[0].kind, FAULT_RANGE);
    assert_int_equal(r.decision.faults.items[0].limit, 200);
    (void)office_opened(&o, "public", "appeal", "submit", fits.p);
    office_close(&o);
}

/* ---- numbers ---- */

static void numbers_have_no_gaps_whatever_was_refused_between(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    for (int i = 1; i <= 4; i++) {
        int64_t m = case_checked(&o);
        office_at(&o, "2023-03-06 10:00");
        ActResult r = case_try(&o, "head", m, "file", "{'officers':[@officer1]}");
        office_expect(&r, ANSWER_REFUSED, "file");
        r = case_try(&o, "head", m, "file", "{'power':null}");
        office_expect(&r, ANSWER_INVALID, "file");
        case_act(&o, "head", m, "file", NULL);
        Str number = arena_printf(o.arena, "深龙华观湖综执立字〔2023〕%d号", i);
        assert_true(str_eq(office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)m), number));
    }
    assert_int_equal(office_count(&o, "SELECT last FROM series WHERE series = 'case' AND year = 2023"), 4);
    office_at(&o, "2024-01-02 09:00");
    int64_t m = case_opened(&o, "penalty.ordinary", "register");
    case_act(&o, "head", m, "file", "{'officers':[@officer1,@officer3]}");
    assert_true(str_eq(office_textf(&o, "SELECT number FROM matter WHERE id = %lld", (long long)m),
                       STR("深龙华观湖综执立字〔2024〕1号")));
    office_check_all(&o);
    office_close(&o);
}

/* ---- mirrored ---- */

static void a_mirrored_appeal_arrives_once(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-02 09:00");
    OfficeAct arrives = submission(NULL);
    arrives.actor = "dispatcher";
    arrives.mode = ACT_MIRROR;
    arrives.happened = "2023-03-01 17:00";
    arrives.system = "minyisuban";
    arrives.number = "M202303010001";
    ActResult first = office_perform(&o, &arrives);
    office_expect(&first, ANSWER_DONE, "submit");
    int64_t n = entries(&o);
    ActResult again = office_perform(&o, &arrives);
    office_expect(&again, ANSWER_REPEATED, "submit");
    assert_int_equal(again.matter, first.matter);
    assert_int_equal(entries(&o), n);
    OfficeAct there = { .actor = "dispatcher",
                        .act = "sign",
                        .mode = ACT_MIRROR,
                        .happened = "2023-03-01 17:10",
                        .system = "minyisuban",
                        .number = "M202303010001" };
    ActResult r = office_perform(&o, &there);
    office_expect(&r, ANSWER_DONE, "sign");
    assert_int_equal(r.matter, first.matter);
    assert_true(str_eq(office_stage(&o, first.matter), STR("to-dispatch")));
    assert_int_equal(office_figure_of(&o, "appeals-received", NULL, "2023-03-01", "2023-03-01", "2023-03-01"), 1);
    office_check_all(&o);
    office_close(&o);
}

/* ---- personal ---- */

static bool holds(Str bytes, const char *needle)
{
    return str_find(bytes, str_c(needle)) != SIZE_MAX;
}

static void personal_values_stand_in_no_record(void **state)
{
    (void)state;
    static const char *const secrets[] = { "19900001111", "张三丰", "半夜施工太吵", "19900002222", "李四" };
    Office o = { 0 };
    office_open(&o);
    Err err = { 0 };
    int64_t m = submitted(&o);
    (void)office_done(&o, "public", m, "supplement", "{'supplement':'半夜施工太吵'}");
    ActResult refused = office_act(&o, "lawyer", m, "supplement", "{'supplement':'半夜施工太吵'}");
    office_expect(&refused, ANSWER_REFUSED, "supplement");
    (void)case_filed(&o);
    OfficeAct keyed = submission("k1");
    (void)office_perform(&o, &keyed);
    for (int t = 0; t < T_COUNT; t++) {
        Str rows = office_dump(&o, &schema_tables[t]);
        for (size_t s = 0; s < ARRAY_LEN(secrets); s++)
            if (holds(rows, secrets[s]))
                fail_msg("table %s holds %s", schema_tables[t].name, secrets[s]);
    }
    /* Nor anywhere in the folder: the store, its log, the keys. */
    OsNames names;
    assert_int_equal(os_list_tree(o.arena, o.folder, &names, &err), RC_OK);
    assert_true(names.n > 1);
    for (size_t i = 0; i < names.n; i++) {
        Str bytes;
        Str path = arena_printf(o.arena, "%s/%.*s", o.folder, STR_ARG(names.names[i]));
        assert_int_equal(os_read_file(o.arena, path.p, (size_t)64 << 20, &bytes, &err), RC_OK);
        for (size_t s = 0; s < ARRAY_LEN(secrets); s++)
            if (holds(bytes, secrets[s]))
                fail_msg("%s holds %s", path.p, secrets[s]);
    }
    assert_int_equal(office_count(&o, "SELECT count(*) FROM personal"), 5);
    office_check_all(&o);
    office_close(&o);
}

/* ---- batches ---- */

static void acts_in_one_batch_see_each_other(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    Err err = { 0 };
    int64_t m = submitted(&o);
    OfficeAct sign = { .actor = "dispatcher", .matter = m, .act = "sign" };
    OfficeAct early = { .actor = "handler", .matter = m, .act = "accept", .form = "{'handler':@handler}" };
    OfficeAct dispatch = { .actor = "dispatcher", .matter = m, .act = "dispatch", .form = "{'unit':#block}" };
    OfficeAct again = { .actor = "public", .procedure = "appeal", .act = "submit", .form = noisy };
    OfficeAct nothing = { .actor = "dispatcher", .matter = 999, .act = "sign" };
    OfficeAct bare = { .actor = "dispatcher", .matter = m, .act = "ask-assist", .bare = true };
    const OfficeAct *acts[] = { &sign, &early, &nothing, &dispatch, &bare, &early, &again, &again };
    static const ActAnswer answers[] = { ANSWER_DONE,    ANSWER_REFUSED, ANSWER_FAILED, ANSWER_DONE,
                                         ANSWER_INVALID, ANSWER_DONE,    ANSWER_DONE,   ANSWER_DONE };
    ActRequest requests[ARRAY_LEN(acts)];
    ActResult results[ARRAY_LEN(acts)];
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        requests[i] = office_ask(&o, acts[i]);
    assert_int_equal(app_perform_many(o.app, requests, ARRAY_LEN(acts), o.arena, results, &err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        office_expect(&results[i], answers[i], acts[i]->act);
    assert_true(str_eq(results[6].number, STR("民诉〔2023〕2号")));
    assert_true(str_eq(results[7].number, STR("民诉〔2023〕3号")));
    office_check_all(&o);
    office_close(&o);
}

enum { MIXED = 200 };

/* Appeals that come, are signed, dispatched, urged, merged, corrected and refused, one after another. */
static ActRequest mixed_request(Office *o, int i, const int64_t *matters, size_t n)
{
    int64_t last = n ? matters[n - 1] : 0;
    int64_t before = n > 1 ? matters[n - 2] : last;
    OfficeAct acts[] = {
        { .actor = "public", .procedure = "appeal", .act = "submit", .form = noisy },
        { .actor = "dispatcher", .matter = last, .act = "sign" },
        { .actor = "dispatcher", .matter = last, .act = "dispatch", .form = "{'unit':#block,'handler':@handler}" },
        { .actor = "lawyer", .matter = last, .act = "accept", .form = "{'handler':@handler}" },
        { .actor = "public", .matter = before, .act = "urge" },
        { .actor = "handler",
          .matter = last,
          .act = "contact",
          .form = "{'contact_result':'anonymous'}",
          .mode = ACT_RECORD,
          .happened = "2023-03-01 09:00" },
        { .actor = "dispatcher",
          .matter = before,
          .act = "recategorise",
          .form = "{'version':1,'reason':'错','category':'fire','subcategory':null}" },
        { .actor = "public", .matter = last, .act = "withdraw" },
        { .actor = "dispatcher", .matter = last, .act = "void", .form = "{'version':3,'reason':'错'}" },
        { .actor = "dispatcher", .matter = last, .act = "reopen", .form = "{'note':'又来'}" },
    };
    return office_ask(o, &acts[i % (int)ARRAY_LEN(acts)]);
}

static void a_batch_gives_what_its_acts_give_one_by_one(void **state)
{
    (void)state;
    Office single = { 0 };
    Office batch = { .slot = 1 };
    Err err = { 0 };
    office_open(&single);
    office_open(&batch);
    office_at(&single, "2023-03-01 10:00");
    office_at(&batch, "2023-03-01 10:00");
    ActRequest *requests = ARENA_ARRAY(single.arena, ActRequest, MIXED);
    ActResult *results = ARENA_ARRAY(single.arena, ActResult, MIXED);
    int64_t matters[MIXED];
    size_t n = 0;
    size_t answers[ANSWER_FAILED + 1] = { 0 };
    for (int i = 0; i < MIXED; i++) {
        requests[i] = mixed_request(&single, i, matters, n);
        ActResult r = office_request(&single, &requests[i]);
        answers[r.answer]++;
        if (requests[i].procedure.n && r.answer == ANSWER_DONE)
            matters[n++] = r.matter;
    }
    assert_true(answers[ANSWER_DONE] > 100 && answers[ANSWER_REFUSED] > 10);
    assert_int_equal(app_perform_many(batch.app, requests, MIXED, batch.arena, results, &err), RC_OK);
    for (int t = 0; t < T_COUNT; t++) {
        TableId id = (TableId)t;
        bool sealed = id == T_PERSONAL || id == T_PACK;
        if (schema_class(id) == TABLE_STATE || (schema_class(id) == TABLE_LOG && !sealed))
            if (!str_eq(office_dump(&single, &schema_tables[t]), office_dump(&batch, &schema_tables[t])))
                fail_msg("table %s differs", schema_tables[t].name);
    }
    office_check_all(&batch);
    office_close(&single);
    office_close(&batch);
}

/* ---- frozen ---- */

static void what_moves_after_freezing_stands_beside_the_frozen_figure(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    Err err = { 0 };
    FigureFrozen frozen;
    bool found = false;
    int64_t m = submitted(&o);
    (void)submitted(&o);
    office_at(&o, "2023-12-25 09:00");
    const LawReport *report = map_get(&app_pack(o.app)->reports_by_id, STR("2023"));
    assert_non_null(report);
    FigureQuery query = { 0 };
    for (size_t i = 0; i < report->n_figures; i++)
        if (str_eq_c(report->figures[i].figure->id, "appeals-received"))
            query = report_query(&report->figures[i], DAY_NONE);
    assert_non_null(query.figure);
    assert_int_equal(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), RC_OK);
    assert_int_equal(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), RC_CONFLICT);
    assert_int_equal(figure_frozen(o.app->db, o.app->j, STR("2023"), &query, &frozen, &found, &err), RC_OK);
    assert_true(found);
    assert_int_equal(frozen.n, 2);
    assert_int_equal(frozen.adjustment, 0);
    assert_int_equal(frozen.signer, office_person(&o, "head"));
    (void)office_done(&o, "dispatcher", m, "correct", "{'version':1,'reason':'接收日','received_on':'2022-12-30'}");
    assert_int_equal(figure_frozen(o.app->db, o.app->j, STR("2023"), &query, &frozen, &found, &err), RC_OK);
    assert_int_equal(frozen.n, 2); /* the report stands as it was signed */
    assert_int_equal(frozen.adjustment, -1);
    assert_int_equal(office_figure(&o, "appeals-received", "2023-12-31"), 1);
    office_check_all(&o);
    office_close(&o);
}

/* ---- later ---- */

static void all_is_there_after_opening_again(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = case_notified(&o, NULL, NULL);
    office_reopen(&o);
    office_at(&o, "2023-03-17 09:00");
    case_act(&o, "head", m, "decide", NULL);
    office_reopen(&o);
    case_act(&o, "officer1", m, "serve", NULL);
    office_check_all(&o);
    office_close(&o);
}

static void a_clock_set_back_does_not_turn_the_ledger_around(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t m = submitted(&o);
    office_at(&o, "2023-02-01 09:00");
    (void)office_done(&o, "dispatcher", m, "sign", NULL);
    assert_int_equal(office_countf(&o,
                                   "SELECT count(*) FROM matter_entry a JOIN matter_entry b ON a.j = b.j AND "
                                   "a.matter = b.matter WHERE a.version = 1 AND b.version = 2 AND "
                                   "b.eff_at > a.eff_at AND a.matter = %lld",
                                   (long long)m),
                     1);
    office_check_all(&o);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_request_is_performed_once),
        cmocka_unit_test(twice_in_one_batch_is_once_too),
        cmocka_unit_test(a_key_means_one_request_only),
        cmocka_unit_test(a_repeated_act_on_a_matter_is_repeated_also_when_the_matter_went_on),
        cmocka_unit_test(what_the_actor_saw_must_still_stand),
        cmocka_unit_test(a_refusal_is_recorded_once_and_then_counted),
        cmocka_unit_test(refused_openings_of_another_day_are_recorded),
        cmocka_unit_test(nobody_acts_on_what_is_not_there),
        cmocka_unit_test(an_expired_certificate_no_longer_counts),
        cmocka_unit_test(a_malformed_form_is_told_field_by_field_and_not_recorded),
        cmocka_unit_test(texts_have_a_limit_in_characters),
        cmocka_unit_test(numbers_have_no_gaps_whatever_was_refused_between),
        cmocka_unit_test(a_mirrored_appeal_arrives_once),
        cmocka_unit_test(personal_values_stand_in_no_record),
        cmocka_unit_test(acts_in_one_batch_see_each_other),
        cmocka_unit_test(a_batch_gives_what_its_acts_give_one_by_one),
        cmocka_unit_test(what_moves_after_freezing_stands_beside_the_frozen_figure),
        cmocka_unit_test(all_is_there_after_opening_again),
        cmocka_unit_test(a_clock_set_back_does_not_turn_the_ledger_around),
    };
    return cmocka_run_group_tests_name("acts", tests, NULL, NULL);
}
