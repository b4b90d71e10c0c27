/* Saved questions: every answer is a sentence to copy in one touch; one of them opened down to its figures. */
#include "app/question.h"
#include "ui/web/pages_report.h"

/* Now, or the instant that was asked for. */
static int64_t asked_at(const Page *page)
{
    int64_t at = 0;
    Str text = page_query(page, "at");
    return text.n && instant_parse(text, page->pack->zone_minutes, &at) && at <= page->now ? at : page->now;
}

static Str question_url(Page *page, const LawQuestion *question)
{
    Str at = page_query(page, "at");
    bool past = at.n > 0 && asked_at(page) != page->now;
    return arena_printf(page->arena, "/ask/%.*s%s%.*s", STR_ARG(question->id), past ? "?at=" : "",
                        STR_ARG(past ? at : STR_NONE));
}

static Json show_answer(Page *page, const Answer *answer)
{
    Json out = json_obj();
    model_text(page, &out, "id", answer->question->id);
    model_text(page, &out, "title", answer->question->title);
    model_text(page, &out, "url", question_url(page, answer->question));
    model_text(page, &out, "sentence", answer->sentence);
    model_bool(page, &out, "disputed", answer->is_disputed);
    return out;
}

/* The questions of one section, in the pack's order; *at moves past them. */
static Rc show_group(Page *page, const AskSource *source, size_t *at, Json *ret, Err *err)
{
    const LawPack *pack = page->pack;
    Str section = pack->questions[*at].section;
    Json list = json_arr();
    Json group = json_obj();
    model_text(page, &group, "id", arena_printf(page->arena, "g-%zu", *at));
    model_text(page, &group, "title", section.n ? section : page_text(page, N_("Other questions")));
    for (; *at < pack->n_questions && str_eq(pack->questions[*at].section, section); ++*at) {
        const LawQuestion *question = &pack->questions[*at];
        Answer answer;
        if (!question_is_for(question, page->person, show_today(page)))
            continue;
        TRY(question_answer(source, question, page->arena, &answer, err));
        json_push(page->arena, &list, show_answer(page, &answer));
    }
    model_put(page, &group, "questions", list);
    *ret = group;
    return RC_OK;
}

static Rc put_groups(Page *page, const AskSource *source, Json *model, Err *err)
{
    Json groups = json_arr();
    for (size_t at = 0; at < page->pack->n_questions;) {
        Json group;
        TRY(show_group(page, source, &at, &group, err));
        if (json_get(&group, STR("questions"))->n)
            json_push(page->arena, &groups, group);
    }
    model_put(page, model, "groups", groups);
    return RC_OK;
}

static Json show_at(Page *page, int64_t at)
{
    Json out = json_obj();
    model_text(page, &out, "text", show_moment(page, at));
    /* As the control for a day and a time wants it. */
    model_text(page, &out, "value",
               arena_printf(page->arena, "%sT%s", show_day(page, instant_day(at, page->pack->zone_minutes)).p,
                            show_time(page, at).p));
    return out;
}

static Rc read_source(Page *page, AskSource *ret, Err *err)
{
    return ask_source(page->app, page->db, asked_at(page), page->arena, ret, err);
}

Rc page_ask(Page *page, Json *ret_model, Err *err)
{
    AskSource source;
    Json model = json_obj();
    TRY(read_source(page, &source, err));
    TRY(put_groups(page, &source, &model, err));
    page_name(page, &model, page_text(page, N_("Numbers in a sentence")), "ask");
    page_crumb(page, &model, page_text(page, N_("Numbers in a sentence")), STR_NONE);
    model_put(page, &model, "at", show_at(page, source.at));
    model_text(page, &model, "action", STR("/ask"));
    model_null(page, &model, "question");
    *ret_model = model;
    return RC_OK;
}

/* ---- one ---- */

static const char *last_text(AskLast from)
{
    static const char *const texts[] = { N_("nothing to compare with"), N_("from the ledger"),
                                         N_("entered from earlier papers"),
                                         N_("entered from earlier papers, the last month by its share of days") };
    return texts[from];
}

static Json show_values(Page *page, const Answer *answer)
{
    Json list = json_arr();
    for (size_t i = 0; i < answer->n_values; i++) {
        const AskValue *value = &answer->values[i];
        const LawFigure *figure = value->query.figure;
        Json out = json_obj();
        Str last = STR_NONE;
        if (answer->question->last_year)
            last = arena_printf(page->arena, "%.*s%s%.*s", STR_ARG(value->last_text), value->last_text.n ? ", " : "",
                                STR_ARG(page_text(page, last_text(value->last_from))));
        model_text(page, &out, "id", figure->id);
        model_text(page, &out, "title", figure->title);
        model_text(page, &out, "text", figure_text(page->arena, figure, value->value.display));
        model_text(page, &out, "last_text", last);
        model_text(page, &out, "note", figure->note);
        model_int(page, &out, "differences", value->differences);
        model_text(page, &out, "url", figure_url(page, &value->query));
        json_push(page->arena, &list, out);
    }
    return list;
}

Rc page_question(Page *page, Json *ret_model, Err *err)
{
    const LawQuestion *question = law_question(page->pack, page_param(page, "id"));
    AskSource source;
    Answer answer;
    Json model = json_obj();
    if (!question)
        return err_set(err, RC_NOT_FOUND, "the pack has no such question");
    if (!question_is_for(question, page->person, show_today(page)))
        return err_set(err, RC_DENIED, "this question is for other roles");
    TRY(read_source(page, &source, err));
    TRY(question_answer(&source, question, page->arena, &answer, err));
    Json out = show_answer(page, &answer);
    page_name(page, &model, question->title, "ask");
    page_crumb(page, &model, page_text(page, N_("Numbers in a sentence")), STR("/ask"));
    page_crumb(page, &model, question->title, STR_NONE);
    model_text(page, &out, "period",
               arena_printf(page->arena, page_format(page, N_("%s to %s")), show_day(page, answer.from).p,
                            show_day(page, answer.to).p));
    model_put(page, &out, "figures", show_values(page, &answer));
    model_put(page, &model, "at", show_at(page, source.at));
    model_text(page, &model, "action", arena_printf(page->arena, "/ask/%.*s", STR_ARG(question->id)));
    model_put(page, &model, "groups", json_arr());
    model_put(page, &model, "question", out);
    *ret_model = model;
    return RC_OK;
}

/* ---- any figure ---- */

Rc figure_sentence(Page *page, const FigureQuery *query, Str *ret, Err *err)
{
    AskSource source;
    Answer answer;
    int zone = page->pack->zone_minutes;
    int64_t end = day_start(query->status + 1, zone) - MS_PER_MINUTE;
    *ret = STR_NONE;
    if (!page->pack->any_question || query->figure->count == LAW_COUNT_PARAMETER || query->dim.n)
        return RC_OK;
    TRY(ask_source(page->app, page->db, end < page->now ? end : page->now, page->arena, &source, err));
    TRY(question_figure(&source, query, page->arena, &answer, err));
    *ret = answer.sentence;
    return RC_OK;
}
