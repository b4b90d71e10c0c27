/* Saved questions: the sentence, the day of asking, the year before, and what is under dispute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/fixture.h"
#include "app/question.h"

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static int64_t appeal(Office *o, const char *at, const char *number)
{
    office_at(o, at);
    Str form = arena_printf(
        o->arena, "{'platform_no':'%s','category':'noise','community':'luhu','place':'某路','description':'某事'}",
        number);
    return office_opened(o, "public", "appeal", "submit", arena_c(o->arena, form)).matter;
}

static void withdraw(Office *o, const char *at, int64_t matter)
{
    office_at(o, at);
    office_done(o, "dispatcher", matter, "withdraw", NULL);
}

static Answer ask(Office *o, const char *question, const char *at)
{
    CLEANUP(db_closep) Db *db = NULL;
    AskSource source;
    Answer answer;
    Err err = { 0 };
    int64_t instant = 0;
    const LawQuestion *q = law_question(app_pack(o->app), str_c(question));
    assert_non_null(q);
    assert_true(instant_parse(str_c(at), app_pack(o->app)->zone_minutes, &instant));
    must(app_reader(o->app, &db, &err), &err);
    must(ask_source(o->app, db, instant, o->arena, &source, &err), &err);
    must(question_answer(&source, q, o->arena, &answer, &err), &err);
    return answer;
}

static void assert_says(Office *o, const char *question, const char *at, const char *wanted)
{
    Str sentence = ask(o, question, at).sentence;
    if (!str_eq_c(sentence, wanted))
        fail_msg("%s: %.*s", question, STR_ARG(sentence));
}

static void a_question_is_answered_in_a_sentence(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t first = appeal(&o, "2023-11-01 09:00", "SZ1");
    appeal(&o, "2023-11-19 09:00", "SZ2");
    withdraw(&o, "2023-11-19 10:00", first);
    appeal(&o, "2023-11-20 10:00", "SZ3");
    assert_says(&o, "appeals-yesterday", "2023-11-20T18:00",
                "11月19日，接收民生诉求事件1件，当日结案1件。（口径：接收按接收日计；结案按结案日计，不问哪天接收；"
                "截至11月20日18时）");
    assert_says(&o, "communities-month", "2023-11-20T18:30",
                "截至11月20日18时30分，11月民生诉求事件3件，最多的三个社区是鹭湖社区3件。（口径：按接收日和事件发生的"
                "社区计，没有填社区的不排）");
    assert_says(&o, "gas-year", "2023-11-20T18:00",
                "截至11月20日18时，今年燃气立案0宗、罚款0元，立案数同比减少2宗（去年数据：2022年各月月报，演示用合成"
                "数据，当月按天数折算）。（口径：普通程序按立案日、当场处罚按决定日计；罚款按决定日计，不含加处罚款）");
    assert_says(&o, "appeals-late-year", "2023-11-20T18:00",
                "截至11月20日18时，今年超过处置时限的事件0件，超时率0.00%，在挂账0件；超时件数去年同期无数据。（口径："
                "审核通过时已超过处置时限的，延期、挂账的时间扣除；超时率以已反馈件数为分母）");
    office_close(&o);
}

static void the_same_moment_gives_the_same_answer_later(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    int64_t first = appeal(&o, "2023-03-01 09:00", "SZ1");
    Str then = ask(&o, "appeals-year", "2023-03-02T18:00").sentence;
    withdraw(&o, "2023-03-03 09:00", first);
    appeal(&o, "2023-03-05 09:00", "SZ2");
    /* Taken in late, of a day before the one asked about. */
    OfficeAct late = { .actor = "dispatcher",
                       .procedure = "appeal",
                       .act = "submit",
                       .mode = ACT_RECORD,
                       .happened = "2023-03-01 10:00",
                       .form = "{'category':'noise','place':'某路','description':'某事'}" };
    ActResult result = office_perform(&o, &late);
    office_expect(&result, ANSWER_DONE, "submit");
    assert_true(str_eq(ask(&o, "appeals-year", "2023-03-02T18:00").sentence, then));
    assert_int_equal(ask(&o, "appeals-year", "2023-03-06T18:00").values[0].number, 3);
    office_close(&o);
}

static void the_year_before_comes_from_the_ledger_when_it_was_kept(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    appeal(&o, "2023-03-01 09:00", "SZ1");
    appeal(&o, "2023-03-09 09:00", "SZ2");
    appeal(&o, "2024-02-29 09:00", "SZ3");
    Answer answer = ask(&o, "appeals-year", "2024-03-05T18:00");
    assert_int_equal(answer.values[0].last_from, ASK_LAST_LEDGER);
    assert_int_equal(answer.values[0].number, 1);
    assert_int_equal(answer.values[0].last_number, 1); /* of the same days: not the one of the 9th */
    assert_true(str_find(answer.sentence, STR("接收量与去年同期持平。")) != SIZE_MAX);
    answer = ask(&o, "appeals-year", "2023-12-31T18:00");
    assert_int_equal(answer.values[0].last_from, ASK_LAST_ENTERED);
    assert_int_equal(answer.values[0].last_number, 7180);
    answer = ask(&o, "appeals-yesterday", "2023-12-31T18:00");
    assert_int_equal(answer.values[0].last_from, ASK_LAST_NONE);
    office_close(&o);
}

static void a_number_under_dispute_says_so(void **state)
{
    (void)state;
    static const char list[] = "事件编号,上报时间\nSZ1,2023-03-01 09:00\nSZ2,2023-03-01 10:00\n";
    Office o = { 0 };
    Err err = { 0 };
    Reconciliation found;
    ReconcileDone done;
    office_open(&o);
    appeal(&o, "2023-03-01 09:00", "SZ1");
    office_at(&o, "2023-03-02 09:00");
    assert_false(ask(&o, "appeals-year", "2023-03-02T18:00").is_disputed);
    must(app_reconcile(o.app, law_import(app_pack(o.app), STR("myss")), str_c(list),
                       (ReconcileSpan){ DAY_NONE, DAY_NONE }, 0, o.arena, &found, &done, &err),
         &err);
    assert_int_equal(done.opened, 1);
    Answer answer = ask(&o, "appeals-year", "2023-03-02T18:00");
    assert_true(answer.is_disputed);
    assert_true(str_ends(answer.sentence, STR("注意：有1处双录差异还没有说明，此数有争议。")));
    assert_false(ask(&o, "publicity-year", "2023-03-02T18:00").is_disputed);
    office_close(&o);
}

static void what_moved_since_a_freeze_is_said(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    office_open(&o);
    int64_t first = appeal(&o, "2023-03-01 09:00", "SZ1");
    appeal(&o, "2023-03-02 09:00", "SZ2");
    office_at(&o, "2023-12-23 09:00");
    must(app_freeze(o.app, STR("2023"), office_person(&o, "head"), &err), &err);
    assert_false(ask(&o, "appeals-year", "2023-12-23T18:00").is_disputed);
    office_at(&o, "2023-12-28 09:00");
    office_done(&o, "dispatcher", first, "void", "{'version':1,'reason':'重复登记'}");
    Answer answer = ask(&o, "appeals-year", "2023-12-28T18:00");
    assert_int_equal(answer.values[0].adjusted, -1);
    assert_true(str_ends(answer.sentence, STR("注意：定数以后有调整，与已发布的数不同。")));
    office_close(&o);
}

/* Every name a sentence uses is in its model: a mistyped one would leave a hole that nobody sees. */
static void every_sentence_of_the_pack_is_whole(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    AskSource source;
    office_open(&o);
    appeal(&o, "2023-03-01 09:00", "SZ1");
    const LawPack *pack = app_pack(o.app);
    must(app_reader(o.app, &db, &err), &err);
    must(ask_source(o.app, db, app_now(o.app), o.arena, &source, &err), &err);
    assert_true(pack->n_questions >= 12);
    for (size_t i = 0; i < pack->n_questions; i++) {
        Answer answer;
        Buf out;
        TemplateGaps gaps = { 0 };
        must(question_answer(&source, &pack->questions[i], o.arena, &answer, &err), &err);
        buf_init(&out, 1 << 16);
        must(template_render(pack->questions[i].sentence, &answer.model, &(TemplateOptions){ .gaps = &gaps }, o.arena,
                             &out, &err),
             &err);
        buf_free(&out);
        if (gaps.n)
            fail_msg("%.*s: %.*s", STR_ARG(pack->questions[i].id), STR_ARG(gaps.items[0]));
        assert_true(answer.sentence.n > 20);
    }
    office_close(&o);
}

static void any_figure_can_be_said_in_a_sentence(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    AskSource source;
    Answer answer;
    Day from;
    Day to = DAY_NONE;
    office_open(&o);
    appeal(&o, "2023-03-01 09:00", "SZ1");
    office_at(&o, "2023-03-02 09:00");
    assert_true(day_parse(STR("2023-01-01"), &from) && day_parse(STR("2023-03-02"), &to));
    must(app_reader(o.app, &db, &err), &err);
    must(ask_source(o.app, db, app_now(o.app), o.arena, &source, &err), &err);
    FigureQuery query = { .figure = map_get(&app_pack(o.app)->figures_by_id, STR("appeals-returned")),
                          .from = from,
                          .to = to,
                          .status = to,
                          .known = DAY_NONE };
    must(question_figure(&source, &query, o.arena, &answer, &err), &err);
    if (!str_eq_c(answer.sentence, "截至3月2日9时，今年同意退件的事件0件，去年同期无数据。（口径：区中心同意退件的，"
                                   "不在接收件数之内。）"))
        fail_msg("%.*s", STR_ARG(answer.sentence));
    office_close(&o);
}

static void periods_end_on_the_day_of_asking(void **state)
{
    (void)state;
    static const struct {
        LawSpan span;
        const char *from;
        const char *to;
    } cases[] = { { LAW_SPAN_DAY, "2023-11-22", "2023-11-22" },
                  { LAW_SPAN_YESTERDAY, "2023-11-21", "2023-11-21" },
                  { LAW_SPAN_WEEK, "2023-11-20", "2023-11-22" },
                  { LAW_SPAN_MONTH, "2023-11-01", "2023-11-22" },
                  { LAW_SPAN_YEAR, "2023-01-01", "2023-11-22" } };
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Day day;
    assert_true(day_parse(STR("2023-11-22"), &day));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Day from;
        Day to;
        question_period(&(LawQuestion){ .span = cases[i].span }, day, &from, &to);
        assert_true(str_eq_c(day_print(arena, from), cases[i].from));
        assert_true(str_eq_c(day_print(arena, to), cases[i].to));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_answered_in_a_sentence),
        cmocka_unit_test(the_same_moment_gives_the_same_answer_later),
        cmocka_unit_test(the_year_before_comes_from_the_ledger_when_it_was_kept),
        cmocka_unit_test(a_number_under_dispute_says_so),
        cmocka_unit_test(what_moved_since_a_freeze_is_said),
        cmocka_unit_test(every_sentence_of_the_pack_is_whole),
        cmocka_unit_test(any_figure_can_be_said_in_a_sentence),
        cmocka_unit_test(periods_end_on_the_day_of_asking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
