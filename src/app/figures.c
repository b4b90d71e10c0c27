#include "app/figures.h"

#include "io/store/schema.h"

static const char SQL_FIG[] = "SELECT fig FROM figure WHERE j = ?1 AND id = ?2";
static const char SQL_SUM[] =
    "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), CAST(COALESCE(SUM(v), 0) AS BIGINT) FROM tally WHERE j = ?1 AND "
    "fig = ?2 AND p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 AND (CAST(?6 AS TEXT) = '' OR dim = ?6) AND k_day <= ?7";
static const char SQL_DISTINCT[] =
    "SELECT COUNT(*) FROM (SELECT key FROM fact WHERE j = ?1 AND fig = ?2 AND p_day >= ?3 AND p_day <= ?4 AND "
    "e_day <= ?5 AND (CAST(?6 AS TEXT) = '' OR dim = ?6) AND seq < ?7 GROUP BY key HAVING SUM(dn) <> 0) AS keys";
static const char SQL_SUM_BEFORE[] =
    "SELECT CAST(COALESCE(SUM(dn), 0) AS BIGINT), CAST(COALESCE(SUM(dv), 0) AS BIGINT) FROM fact WHERE j = ?1 AND "
    "fig = ?2 AND p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 AND (CAST(?6 AS TEXT) = '' OR dim = ?6) AND seq < ?7";
/* The page's matters are found among the facts first and named afterwards: twenty look-ups instead of thousands. */
static const char SQL_RECORDS[] =
    "SELECT f.matter, f.p, f.e, f.d, f.k, m.number, m.title, m.stage, m.procedure, f.v FROM "
    "(SELECT matter, MIN(p_day) AS p, MIN(e_day) AS e, MIN(dim) AS d, MIN(key) AS k, CAST(SUM(dv) AS BIGINT) AS v "
    "FROM fact WHERE j = ?1 AND fig = ?2 AND p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 AND "
    "(CAST(?6 AS TEXT) = '' OR dim = ?6) GROUP BY matter HAVING SUM(dn) <> 0 ORDER BY 2, 1 LIMIT ?7 OFFSET ?8) AS f "
    "JOIN matter m ON m.j = ?1 AND m.id = f.matter ORDER BY f.p, f.matter";
static const char SQL_SLICES[] =
    "SELECT dim, CAST(SUM(n) AS BIGINT), CAST(SUM(v) AS BIGINT) FROM tally WHERE j = ?1 AND fig = ?2 AND "
    "p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 AND (CAST(?6 AS TEXT) = '' OR dim = ?6) AND k_day <= ?7 GROUP BY dim "
    "HAVING SUM(n) <> 0 ORDER BY 2 DESC, 1 LIMIT 200";
static const char SQL_SLICES_BEFORE[] =
    "SELECT dim, CAST(SUM(dn) AS BIGINT), CAST(SUM(dv) AS BIGINT) FROM fact WHERE j = ?1 AND fig = ?2 AND "
    "p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 AND (CAST(?6 AS TEXT) = '' OR dim = ?6) AND seq < ?7 GROUP BY dim "
    "HAVING SUM(dn) <> 0 ORDER BY 1 LIMIT 200";
static const char SQL_CHANGES[] =
    "SELECT seq, matter, CAST(SUM(dn) AS BIGINT), CAST(SUM(dv) AS BIGINT) FROM fact WHERE j = ?1 AND fig = ?2 AND "
    "p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 AND (CAST(?6 AS TEXT) = '' OR dim = ?6) AND seq >= ?7 GROUP BY seq, "
    "matter "
    "HAVING SUM(dn) <> 0 OR SUM(dv) <> 0 ORDER BY seq, matter LIMIT ?8";
static const char SQL_FROZEN[] = "SELECT n, v, size, signer, at FROM frozen WHERE j = ?1 AND report = ?2 AND fig = ?3";

enum { PERIOD_PARAMS = 6 };

typedef struct Period {
    int64_t j;
    int64_t fig;
    const FigureQuery *query;
} Period;

static Rc find_period(Db *db, int64_t j, const FigureQuery *query, Period *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(j), DBT(query->figure->id) };
    TRY(db_query(db, SQL_FIG, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "figure %.*s is not adopted here", STR_ARG(query->figure->id));
    *ret = (Period){ .j = j, .fig = db_int(rows, 0), .query = query };
    return RC_OK;
}

static void bind_period(const Period *p, DbValue values[PERIOD_PARAMS])
{
    values[0] = DBI(p->j);
    values[1] = DBI(p->fig);
    values[2] = DBI(p->query->from);
    values[3] = DBI(p->query->to);
    values[4] = DBI(p->query->status);
    values[5] = DBT(p->query->dim);
}

static Rc two_ints(Db *db, const char *sql, const DbValue *params, size_t n, int64_t *a, int64_t *b, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(db, sql, params, n, &rows, err));
    TRY(db_next(rows, &more, err));
    *a = more ? db_int(rows, 0) : 0;
    if (b)
        *b = more ? db_int(rows, 1) : 0;
    return RC_OK;
}

/* Count and sum over the facts of entries before `size`; over all of them INT64_MAX. */
static Rc value_before(Db *db, const Period *p, int64_t size, int64_t *n, int64_t *v, Err *err)
{
    DbValue params[PERIOD_PARAMS + 1];
    bind_period(p, params);
    params[PERIOD_PARAMS] = DBI(size);
    if (p->query->figure->count == LAW_COUNT_DISTINCT) {
        *v = 0;
        return two_ints(db, SQL_DISTINCT, params, ARRAY_LEN(params), n, NULL, err);
    }
    return two_ints(db, SQL_SUM_BEFORE, params, ARRAY_LEN(params), n, v, err);
}

static Rc raw_value(Db *db, int64_t j, const FigureQuery *query, int64_t *n, int64_t *v, Err *err)
{
    Period p = { 0 };
    DbValue params[PERIOD_PARAMS + 1];
    TRY(find_period(db, j, query, &p, err));
    if (query->figure->count == LAW_COUNT_DISTINCT)
        return value_before(db, &p, query->size ? query->size : INT64_MAX, n, v, err);
    bind_period(&p, params);
    params[PERIOD_PARAMS] = DBI(query->known == DAY_NONE ? INT32_MAX : query->known);
    return two_ints(db, SQL_SUM, params, ARRAY_LEN(params), n, v, err);
}

/* ---- formats ---- */

static Str grouped(Arena *arena, int64_t value)
{
    Buf digits;
    Buf out;
    buf_init(&digits, 64);
    buf_init(&out, 64);
    buf_i64(&digits, value < 0 ? -value : value);
    if (value < 0)
        buf_char(&out, '-');
    for (size_t i = 0; i < digits.n; i++) {
        if (i > 0 && (digits.n - i) % 3 == 0 && digits.n > 4)
            buf_char(&out, ',');
        buf_char(&out, digits.p[i]);
    }
    Str text = buf_to_arena(&out, arena);
    buf_free(&digits);
    buf_free(&out);
    return text;
}

/* value / 10^scale rounded half up, from a ratio of integers: exact, in decimal arithmetic. */
static Str decimal_text(Arena *arena, int64_t numerator, int64_t denominator, int scale)
{
    Dec q;
    if (denominator == 0 || !dec_div(dec_from_i64(numerator), dec_from_i64(denominator), &q) ||
        !dec_round(q, scale, DEC_HALF_UP, &q))
        return STR("0");
    return dec_print(arena, q);
}

/* Trailing zeros belong to a percentage: "100.00". */
static Str with_two_decimals(Arena *arena, Str text)
{
    size_t dot = str_find(text, STR("."));
    if (dot == SIZE_MAX)
        return arena_printf(arena, "%.*s.00", STR_ARG(text));
    return text.n - dot == 2 ? arena_printf(arena, "%.*s0", STR_ARG(text)) : text;
}

static bool is_share(const LawFigure *figure)
{
    return figure->count == LAW_COUNT_RATIO ||
           (figure->count == LAW_COUNT_PARAMETER && str_starts(figure->format, STR("percent")));
}

Str figure_number(Arena *arena, const LawFigure *figure, int64_t n, int64_t v)
{
    if (is_share(figure))
        return decimal_text(arena, n * 100, v, 2);
    int64_t value = figure->count == LAW_COUNT_SUM ? v : n;
    if (str_eq(figure->format, STR("money")))
        return decimal_text(arena, value, 100, 2);
    if (str_eq(figure->format, STR("area")))
        return decimal_text(arena, value, 10000, 2);
    if (str_eq(figure->format, STR("floor10")))
        value -= value % 10;
    return arena_printf(arena, "%lld", (long long)value);
}

Str figure_display(Arena *arena, const LawFigure *figure, int64_t n, int64_t v)
{
    Str number = figure_number(arena, figure, n, v);
    if (is_share(figure))
        return arena_printf(
            arena, "%.*s%%",
            STR_ARG(str_eq(figure->format, STR("percent")) ? number : with_two_decimals(arena, number)));
    int64_t whole;
    return str_to_i64(number, &whole) ? grouped(arena, whole) : number;
}

Str figure_text(Arena *arena, const LawFigure *figure, Str display)
{
    if (!figure->unit.n || str_ends(display, figure->unit))
        return display;
    return arena_printf(arena, "%.*s%.*s", STR_ARG(display), STR_ARG(figure->unit));
}

Rc figure_value(Db *db, int64_t j, const FigureQuery *query, Arena *arena, FigureValue *ret, Err *err)
{
    FigureValue value = { 0 };
    const LawFigure *figure = query->figure;
    if (figure->count == LAW_COUNT_RATIO) {
        FigureQuery part = *query;
        FigureValue numerator;
        FigureValue denominator;
        part.figure = figure->numerator;
        TRY(figure_value(db, j, &part, arena, &numerator, err));
        part.figure = figure->denominator;
        TRY(figure_value(db, j, &part, arena, &denominator, err));
        value.n = figure->numerator->count == LAW_COUNT_SUM ? numerator.v : numerator.n;
        value.v = figure->denominator->count == LAW_COUNT_SUM ? denominator.v : denominator.n;
    } else if (figure->count == LAW_COUNT_PARAMETER) {
        value = (FigureValue){ .n = figure->parameter, .v = 100 };
    } else {
        TRY(raw_value(db, j, query, &value.n, &value.v, err));
    }
    value.display = figure_display(arena, figure, value.n, value.v);
    value.number = figure_number(arena, figure, value.n, value.v);
    *ret = value;
    return RC_OK;
}

/* ---- records ---- */

Rc figure_records(Db *db, int64_t j, const FigureQuery *query, size_t offset, size_t max, Arena *arena,
                  FigureRecord **ret, size_t *ret_n, int64_t *ret_total, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Period p = { 0 };
    DbValue params[PERIOD_PARAMS + 2];
    FigureRecord *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    FigureQuery counted = *query;
    if (query->figure->count ==
        LAW_COUNT_RATIO) /* what a ratio is made of: the whole, of which its numerator is a part */
        counted.figure = query->figure->denominator;
    TRY(find_period(db, j, &counted, &p, err));
    bind_period(&p, params);
    /* Every matter that counts has one fact more for it than against it, so the tally knows how many there are. */
    params[PERIOD_PARAMS] = DBI(INT32_MAX);
    TRY(two_ints(db, SQL_SUM, params, PERIOD_PARAMS + 1, ret_total, NULL, err));
    params[PERIOD_PARAMS] = DBI((int64_t)max);
    params[PERIOD_PARAMS + 1] = DBI((int64_t)offset);
    TRY(db_query(db, SQL_RECORDS, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = (FigureRecord){ .matter = db_int(rows, 0),
                                                           .p_day = (Day)db_int(rows, 1),
                                                           .e_day = (Day)db_int(rows, 2),
                                                           .dim = db_str_in(rows, 3, arena),
                                                           .key = db_str_in(rows, 4, arena),
                                                           .number = db_str_in(rows, 5, arena),
                                                           .title = db_str_in(rows, 6, arena),
                                                           .stage = db_str_in(rows, 7, arena),
                                                           .procedure = db_str_in(rows, 8, arena),
                                                           .v = db_int(rows, 9) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

static Rc collect_slices(DbRows *rows, Arena *arena, FigureSlice **ret, size_t *ret_n, Err *err)
{
    FigureSlice *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = (FigureSlice){ db_str_in(rows, 0, arena), db_int(rows, 1), db_int(rows, 2) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

Rc figure_slices(Db *db, int64_t j, const FigureQuery *query, Arena *arena, FigureSlice **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Period p = { 0 };
    DbValue params[PERIOD_PARAMS + 1];
    TRY(find_period(db, j, query, &p, err));
    bind_period(&p, params);
    params[PERIOD_PARAMS] = DBI(query->known == DAY_NONE ? INT32_MAX : query->known);
    TRY(db_query(db, SQL_SLICES, params, ARRAY_LEN(params), &rows, err));
    return collect_slices(rows, arena, ret, ret_n, err);
}

Rc figure_slices_before(Db *db, int64_t j, const FigureQuery *query, int64_t size, Arena *arena, FigureSlice **ret,
                        size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Period p = { 0 };
    DbValue params[PERIOD_PARAMS + 1];
    TRY(find_period(db, j, query, &p, err));
    bind_period(&p, params);
    params[PERIOD_PARAMS] = DBI(size);
    TRY(db_query(db, SQL_SLICES_BEFORE, params, ARRAY_LEN(params), &rows, err));
    return collect_slices(rows, arena, ret, ret_n, err);
}

/* Of one field: an option's or a catalogue item's; empty when it has no such one. */
static Str item_title(const LawPack *pack, const LawField *field, Str id)
{
    for (size_t i = 0; i < field->n_options; i++)
        if (str_eq(field->options[i].id, id))
            return field->options[i].title;
    const LawItem *item = law_item(law_catalogue(pack, field->catalogue), id);
    return item ? item->title : STR_NONE;
}

Str figure_dim_title(const LawPack *pack, const LawFigure *figure, Str dim)
{
    for (size_t i = 0; i < pack->n_procedures; i++) {
        const LawProcedure *procedure = pack->procedures[i];
        Str by = STR_NONE;
        for (size_t k = 0; k < procedure->n_figures; k++) {
            const LawFigureUse *use = &procedure->figures[k];
            if (str_eq(use->figure->id, figure->id) && use->dim.expr)
                by = feel_expr_text(use->dim.expr);
        }
        for (size_t f = 0; by.n && f < procedure->n_fields; f++) {
            const LawField *field = &procedure->fields[f];
            /* Divided by a field, that field's words; by an expression, those of any field it may have come from. */
            if (law_field(procedure, by) && !str_eq(field->id, by))
                continue;
            Str title = item_title(pack, field, dim);
            if (title.n)
                return title;
        }
    }
    return dim;
}

/* ---- frozen ---- */

Rc figure_frozen(Db *db, int64_t j, Str report, const FigureQuery *query, FigureFrozen *ret, bool *ret_found, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Period p = { 0 };
    *ret_found = false;
    if (query->figure->count == LAW_COUNT_RATIO)
        return RC_OK; /* its parts are frozen, and it follows from them */
    TRY(find_period(db, j, query, &p, err));
    DbValue params[] = { DBI(j), DBT(report), DBI(p.fig) };
    TRY(db_query(db, SQL_FROZEN, params, 3, &rows, err));
    TRY(db_next(rows, ret_found, err));
    if (!*ret_found)
        return RC_OK;
    FigureFrozen frozen = { .n = db_int(rows, 0),
                            .v = db_int(rows, 1),
                            .size = db_int(rows, 2),
                            .signer = db_int(rows, 3),
                            .at = db_int(rows, 4) };
    int64_t n = query->figure->parameter;
    int64_t v = 0;
    if (query->figure->count != LAW_COUNT_PARAMETER)
        TRY(raw_value(db, j, query, &n, &v, err));
    frozen.adjustment = query->figure->count == LAW_COUNT_SUM ? v - frozen.v : n - frozen.n;
    *ret = frozen;
    return RC_OK;
}

Rc figure_changes(Db *db, int64_t j, const FigureQuery *query, int64_t size, size_t max, Arena *arena,
                  FigureChange **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Period p = { 0 };
    DbValue params[PERIOD_PARAMS + 2];
    FigureChange *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(find_period(db, j, query, &p, err));
    bind_period(&p, params);
    params[PERIOD_PARAMS] = DBI(size);
    params[PERIOD_PARAMS + 1] = DBI((int64_t)max);
    TRY(db_query(db, SQL_CHANGES, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) =
            (FigureChange){ db_int(rows, 0), db_int(rows, 1), db_int(rows, 2), db_int(rows, 3) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

FigureQuery report_query(const LawReportFigure *figure, Day as_of)
{
    bool earlier = as_of != DAY_NONE && as_of < figure->status;
    return (FigureQuery){ .figure = figure->figure,
                          .from = figure->from,
                          .to = figure->to,
                          .status = earlier ? as_of : figure->status,
                          .known = DAY_NONE };
}
