#include "app/question_internal.h"

enum { TOP_MAX = 10 };

static Json day_model(Arena *arena, Day day)
{
    Civil c = day_to_civil(day);
    Json out = json_obj();
    json_add(arena, &out, STR("year"), json_int(c.year));
    json_add(arena, &out, STR("month"), json_int(c.month));
    json_add(arena, &out, STR("day"), json_int(c.day));
    return out;
}

static Json instant_model(Arena *arena, int64_t at, int zone)
{
    Json out = day_model(arena, instant_day(at, zone));
    int64_t ms = instant_of_day(at, zone);
    json_add(arena, &out, STR("hour"), json_int(ms / MS_PER_HOUR));
    json_add(arena, &out, STR("minute"), json_int(ms / MS_PER_MINUTE % 60));
    return out;
}

static Json text_or_null(Str text)
{
    return text.n ? json_str(text) : json_null();
}

/* ---- by dimension ---- */

static Rc top_model(const AskSource *source, Arena *arena, const AskValue *value, Json *ret, Err *err)
{
    const LawFigure *figure = value->query.figure;
    FigureSlice *slices = NULL;
    size_t n = 0;
    Json list = json_arr();
    bool counts = figure->count == LAW_COUNT_MATTERS || figure->count == LAW_COUNT_SUM;
    if (counts)
        TRY(figure_slices(source->db, source->j, &value->query, arena, &slices, &n, err));
    for (size_t i = 0; i < n && list.n < TOP_MAX; i++) {
        Json out = json_obj();
        if (!slices[i].dim.n)
            continue;
        Str text = figure_display(arena, figure, slices[i].n, slices[i].v);
        json_add(arena, &out, STR("title"), json_str(figure_dim_title(source->pack, figure, slices[i].dim)));
        json_add(arena, &out, STR("text"), json_str(figure_text(arena, figure, text)));
        json_add(arena, &out, STR("value"), json_int(figure->count == LAW_COUNT_SUM ? slices[i].v : slices[i].n));
        json_push(arena, &list, out);
    }
    *ret = list;
    return RC_OK;
}

/* ---- a figure ---- */

static Str change_text(Arena *arena, const LawFigure *figure, int64_t change)
{
    int64_t size = change < 0 ? -change : change;
    if (figure->count == LAW_COUNT_RATIO) /* hundredths of a percent: percentage points */
        return dec_print(arena, dec_scaled(size, 2));
    bool sum = figure->count == LAW_COUNT_SUM;
    return figure_text(arena, figure, figure_display(arena, figure, sum ? 0 : size, sum ? size : 0));
}

static Rc value_model(const AskSource *source, Arena *arena, const AskValue *value, Json *ret, Err *err)
{
    static const char *const sources[] = { NULL, "ledger", "entered", "shared" };
    const LawFigure *figure = value->query.figure;
    bool has_last = value->last_from != ASK_LAST_NONE;
    int64_t change = value->number - value->last_number;
    Json out = json_obj();
    Json top;
    TRY(top_model(source, arena, value, &top, err));
    json_add(arena, &out, STR("id"), json_str(figure->id));
    json_add(arena, &out, STR("title"), json_str(figure->title));
    json_add(arena, &out, STR("unit"), text_or_null(figure->unit));
    json_add(arena, &out, STR("note"), text_or_null(figure->note));
    json_add(arena, &out, STR("value"), json_int(value->number));
    json_add(arena, &out, STR("text"), json_str(figure_text(arena, figure, value->value.display)));
    json_add(arena, &out, STR("last"), has_last ? json_int(value->last_number) : json_null());
    json_add(arena, &out, STR("last_text"), text_or_null(value->last_text));
    json_add(arena, &out, STR("last_from"), has_last ? json_c(sources[value->last_from]) : json_null());
    json_add(arena, &out, STR("source"), text_or_null(value->source));
    json_add(arena, &out, STR("change"), has_last ? json_int(change) : json_null());
    json_add(arena, &out, STR("change_text"), has_last ? json_str(change_text(arena, figure, change)) : json_null());
    json_add(arena, &out, STR("is_ratio"), json_bool(figure->count == LAW_COUNT_RATIO));
    json_add(arena, &out, STR("is_money"), json_bool(str_eq(figure->format, STR("money"))));
    json_add(arena, &out, STR("differences"), json_int(value->differences));
    json_add(arena, &out, STR("adjusted"), json_int(value->adjusted));
    json_add(arena, &out, STR("top"), top);
    *ret = out;
    return RC_OK;
}

Rc ask_model(const AskSource *source, Arena *arena, const Answer *answer, Json *ret, Err *err)
{
    Json model = json_obj();
    int64_t differences = 0;
    int64_t adjusted = 0;
    for (size_t i = 0; i < answer->n_values; i++) {
        const AskValue *value = &answer->values[i];
        Json figure;
        TRY(value_model(source, arena, value, &figure, err));
        json_set(arena, &model, value->name, figure);
        differences = value->differences > differences ? value->differences : differences;
        adjusted += value->adjusted != 0;
    }
    json_set(arena, &model, STR("at"), instant_model(arena, source->at, source->pack->zone_minutes));
    json_set(arena, &model, STR("from"), day_model(arena, answer->from));
    json_set(arena, &model, STR("to"), day_model(arena, answer->to));
    json_set(arena, &model, STR("office"), json_str(source->pack->office_short));
    json_set(arena, &model, STR("differences"), json_int(differences));
    json_set(arena, &model, STR("adjusted"), json_int(adjusted));
    *ret = model;
    return RC_OK;
}
