#include "app/question.h"

#include "app/app_internal.h"
#include "app/question_internal.h"
#include "app/supervise.h"

enum { SENTENCE_MAX = 64 << 10, YEAR_MONTHS = 12 };

Rc ask_source(App *app, Db *db, int64_t at, Arena *arena, AskSource *ret, Err *err)
{
    AskSource source = { .db = db, .j = app_j(app), .book = app_book(app), .at = at };
    OpenDifference *open = NULL;
    source.pack = law_book_latest(source.book);
    if (!source.pack)
        return err_set(err, RC_NOT_FOUND, "no pack has been adopted yet");
    TRY(differences_open(db, source.j, source.pack, arena, &open, &source.n_open, err));
    source.open = open;
    *ret = source;
    return RC_OK;
}

bool question_is_for(const LawQuestion *question, const DirPerson *person, Day today)
{
    bool is_for = question->n_who == 0;
    for (size_t i = 0; person && i < question->n_who; i++)
        is_for = is_for || dir_has_role(person, question->who[i], today);
    return is_for;
}

/* ---- periods ---- */

void question_period(const LawQuestion *question, Day day, Day *ret_from, Day *ret_to)
{
    Civil c = day_to_civil(day);
    *ret_from = day;
    *ret_to = day;
    switch (question->span) {
    case LAW_SPAN_DAY: return;
    case LAW_SPAN_YESTERDAY:
        *ret_from = day - 1;
        *ret_to = day - 1;
        return;
    case LAW_SPAN_WEEK: *ret_from = day - day_weekday(day) + 1; return;
    case LAW_SPAN_MONTH: *ret_from = day_from_civil((Civil){ c.year, c.month, 1 }); return;
    case LAW_SPAN_YEAR: *ret_from = day_from_civil((Civil){ c.year, 1, 1 }); return;
    }
}

static FigureQuery year_before(const FigureQuery *query)
{
    FigureQuery last = *query;
    last.from = day_add_months(query->from, -YEAR_MONTHS, NULL);
    last.to = day_add_months(query->to, -YEAR_MONTHS, NULL);
    last.status = day_add_months(query->status, -YEAR_MONTHS, NULL);
    return last;
}

/* ---- values ---- */

/* A number that can be subtracted from another year's. */
static int64_t plain_number(const LawFigure *figure, int64_t n, int64_t v)
{
    Dec share;
    int64_t hundredths = 0;
    if (figure->count != LAW_COUNT_RATIO) {
        int64_t number = figure->count == LAW_COUNT_SUM ? v : n;
        return str_eq(figure->format, STR("floor10")) ? number - number % 10 : number;
    }
    if (v == 0 || !dec_div(dec_from_i64(n * 10000), dec_from_i64(v), &share) ||
        !dec_round(share, 0, DEC_HALF_UP, &share) || !dec_to_i64(share, &hundredths))
        return 0;
    return hundredths;
}

static bool month_value(const LawPack *pack, const LawFigure *figure, int month, const LawBaseline **ret)
{
    for (size_t i = 0; i < pack->n_baselines; i++) {
        if (pack->baselines[i].figure != figure || pack->baselines[i].month != month)
            continue;
        *ret = &pack->baselines[i];
        return true;
    }
    return false;
}

typedef struct Entered {
    int64_t sum;
    bool shared; /* the last month by its share of days */
    Str source;
} Entered;

/* Only whole months are entered, so a period begins with one. */
static bool sum_months(const LawPack *pack, const LawFigure *figure, Day from, Day to, Entered *ret)
{
    Civil first = day_to_civil(from);
    Civil last = day_to_civil(to);
    Entered e = { 0 };
    if (first.day != 1)
        return false;
    int end = last.year * YEAR_MONTHS + last.month - 1;
    for (int m = first.year * YEAR_MONTHS + first.month - 1; m <= end; m++) {
        const LawBaseline *b = NULL;
        int days = civil_days_in_month(last.year, last.month);
        if (!month_value(pack, figure, m, &b))
            return false;
        bool part = m == end && last.day < days;
        e.sum += part ? (b->value * last.day * 2 + days) / (2 * days) : b->value;
        e.shared = e.shared || part;
        e.source = b->source;
    }
    *ret = e;
    return true;
}

static bool entered_value(const LawPack *pack, const FigureQuery *query, int64_t *n, int64_t *v, Entered *ret)
{
    const LawFigure *figure = query->figure;
    Entered other;
    bool ratio = figure->count == LAW_COUNT_RATIO;
    if (!sum_months(pack, ratio ? figure->numerator : figure, query->from, query->to, ret))
        return false;
    *n = ret->sum;
    *v = ret->sum;
    if (!ratio)
        return true;
    bool both = sum_months(pack, figure->denominator, query->from, query->to, &other);
    *v = other.sum;
    return both;
}

static Rc read_last(const AskSource *source, AskValue *value, Arena *arena, Err *err)
{
    const LawFigure *figure = value->query.figure;
    FigureQuery last = year_before(&value->query);
    FigureValue then = { 0 };
    Entered entered = { 0 };
    if (source->book->n && source->book->adoptions[0].from <= last.from) {
        TRY(figure_value(source->db, source->j, &last, arena, &then, err));
        value->last_from = ASK_LAST_LEDGER;
    } else if (entered_value(source->pack, &last, &then.n, &then.v, &entered)) {
        value->last_from = entered.shared ? ASK_LAST_SHARED : ASK_LAST_ENTERED;
        value->source = entered.source;
    } else {
        return RC_OK;
    }
    value->last_number = plain_number(figure, then.n, then.v);
    value->last_text = figure_text(arena, figure, figure_display(arena, figure, then.n, then.v));
    return RC_OK;
}

static Rc read_adjusted(const AskSource *source, AskValue *value, Err *err)
{
    const LawPack *pack = source->pack;
    for (size_t r = 0; r < pack->n_reports; r++) {
        for (size_t f = 0; f < pack->reports[r]->n_figures; f++) {
            const LawReportFigure *rf = &pack->reports[r]->figures[f];
            bool touches = rf->from <= value->query.to && rf->to >= value->query.from;
            FigureFrozen frozen = { 0 };
            bool found = false;
            FigureQuery query = report_query(rf, DAY_NONE);
            if (!touches || !str_eq(rf->figure->id, value->query.figure->id))
                continue;
            TRY(figure_frozen(source->db, source->j, pack->reports[r]->id, &query, &frozen, &found, err));
            value->adjusted += found ? frozen.adjustment : 0;
        }
    }
    return RC_OK;
}

static Rc read_value(const AskSource *source, const LawQuestion *question, AskValue *value, Arena *arena, Err *err)
{
    const FigureQuery *query = &value->query;
    TRY(figure_value(source->db, source->j, query, arena, &value->value, err));
    value->number = plain_number(query->figure, value->value.n, value->value.v);
    value->differences =
        (int64_t)differences_about(source->open, source->n_open, query->figure, query->from, query->to);
    TRY(read_adjusted(source, value, err));
    return question->last_year ? read_last(source, value, arena, err) : RC_OK;
}

/* ---- answers ---- */

static Rc render(const AskSource *source, Arena *arena, Answer *answer, Err *err)
{
    Buf out;
    TemplateOptions options = { .now_ms = source->at, .zone_minutes = source->pack->zone_minutes };
    TRY(ask_model(source, arena, answer, &answer->model, err));
    buf_init(&out, SENTENCE_MAX);
    Rc rc = template_render(answer->question->sentence, &answer->model, &options, arena, &out, err);
    if (rc == RC_OK)
        rc = buf_check(&out, err);
    if (rc == RC_OK)
        answer->sentence = str_trim(buf_to_arena(&out, arena));
    buf_free(&out);
    return rc;
}

static Rc answer(const AskSource *source, const FigureQuery *base, Arena *arena, Answer *a, Err *err)
{
    for (size_t i = 0; i < a->n_values; i++) {
        AskValue *value = &a->values[i];
        const LawFigure *figure = value->query.figure;
        value->query = *base;
        value->query.figure = figure;
        TRY(read_value(source, a->question, value, arena, err));
        a->is_disputed = a->is_disputed || value->differences || value->adjusted;
    }
    return render(source, arena, a, err);
}

Rc question_answer(const AskSource *source, const LawQuestion *question, Arena *arena, Answer *ret, Err *err)
{
    int zone = source->pack->zone_minutes;
    Day day = instant_day(source->at, zone);
    Answer a = { .question = question, .n_values = question->n_figures };
    FigureQuery base = { .status = day, .known = day };
    question_period(question, day, &a.from, &a.to);
    base.from = a.from;
    base.to = a.to;
    TRY(ledger_seq_at(source->db, source->j, day_start(day + 1, zone), &base.size, err));
    a.values = ARENA_ARRAY(arena, AskValue, question->n_figures + 1);
    for (size_t i = 0; i < question->n_figures; i++)
        a.values[i] =
            (AskValue){ .name = question->figures[i].name, .query = { .figure = question->figures[i].figure } };
    TRY(answer(source, &base, arena, &a, err));
    *ret = a;
    return RC_OK;
}

Rc question_figure(const AskSource *source, const FigureQuery *query, Arena *arena, Answer *ret, Err *err)
{
    const LawQuestion *any = source->pack->any_question;
    if (!any)
        return err_set(err, RC_NOT_FOUND, "the pack has no sentence for any figure");
    Answer a = { .question = any, .from = query->from, .to = query->to, .n_values = 1 };
    a.values = ARENA_ARRAY(arena, AskValue, 1);
    a.values[0] = (AskValue){ .name = STR("f"), .query = *query };
    TRY(answer(source, query, arena, &a, err));
    *ret = a;
    return RC_OK;
}
