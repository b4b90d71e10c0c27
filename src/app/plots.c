#include "app/plots.h"

#include "core/matter/matter.h"

const char plot_sql_days[] =
    "SELECT p_day, CAST(SUM(n) AS BIGINT), CAST(SUM(v) AS BIGINT) FROM tally WHERE j = ?1 AND "
    "fig = (SELECT fig FROM figure WHERE j = ?1 AND id = ?2) AND p_day >= ?3 AND p_day <= ?4 AND e_day <= ?5 "
    "GROUP BY p_day ORDER BY p_day LIMIT ?6";
/* Walks all clocks: whoever shows this keeps it for a while. */
const char plot_sql_clocks[] =
    "SELECT m.procedure, c.state, COUNT(*) FROM clock c JOIN matter m ON m.j = c.j AND m.id = c.matter "
    "WHERE c.j = ?1 AND m.opened_day >= ?2 AND m.opened_day <= ?3 GROUP BY m.procedure, c.state ORDER BY m.procedure, "
    "c.state";
/* Ordered by stage as well, so that the index of open matters has the order asked for and is chosen. */
const char plot_sql_ages[] = "SELECT procedure, opened_day, due_at FROM matter WHERE j = ?1 AND closed_day IS NULL "
                             "ORDER BY procedure, stage LIMIT ?2";
const char plot_sql_frozen[] = "SELECT COUNT(*) FROM frozen WHERE j = ?1 AND report = ?2";

const int plot_age_limits[PLOT_AGES - 1] = { 7, 30, 90, 180 };

Rc plot_days(Db *db, int64_t j, const FigureQuery *query, Arena *arena, PlotDay **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j),         DBT(query->figure->id), DBI(query->from),
                         DBI(query->to), DBI(query->status),     DBI(PLOT_DAYS_MAX) };
    PlotDay *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, plot_sql_days, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = (PlotDay){ (Day)db_int(rows, 0), db_int(rows, 1), db_int(rows, 2) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

static void count_clock(PlotClocks *to, ClockState state, int64_t n)
{
    switch (state) {
    case CLOCK_MET: to->met += n; break;
    case CLOCK_LATE:
    case CLOCK_OVERDUE: to->late += n; break;
    case CLOCK_RUNNING:
    case CLOCK_PAUSED: to->running += n; break;
    default: break;
    }
}

Rc plot_clocks(Db *db, int64_t j, Day from, Day to, Arena *arena, PlotClocks **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBI(from), DBI(to) };
    PlotClocks *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, plot_sql_clocks, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n < PLOT_ROWS_MAX) {
        Str procedure = db_str(rows, 0);
        if (n == 0 || !str_eq(list[n - 1].procedure, procedure))
            *ARENA_PUSH(arena, list, n, cap) = (PlotClocks){ .procedure = arena_str(arena, procedure) };
        count_clock(&list[n - 1], (ClockState)db_int(rows, 1), db_int(rows, 2));
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

static size_t age_class(Day today, Day opened)
{
    size_t class = 0;
    while (class < PLOT_AGES - 1 && today - opened > plot_age_limits[class])
        class ++;
    return class;
}

Rc plot_ages(Db *db, int64_t j, Day today, int64_t now, Arena *arena, PlotAges **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBI(PLOT_OPEN_MAX) };
    PlotAges *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, plot_sql_ages, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n < PLOT_ROWS_MAX) {
        Str procedure = db_str(rows, 0);
        if (n == 0 || !str_eq(list[n - 1].procedure, procedure))
            *ARENA_PUSH(arena, list, n, cap) = (PlotAges){ .procedure = arena_str(arena, procedure) };
        PlotAges *row = &list[n - 1];
        row->n[age_class(today, (Day)db_int(rows, 1))]++;
        row->all++;
        row->overdue += !db_is_null(rows, 2) && db_int(rows, 2) < now;
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

Rc plot_frozen(Db *db, int64_t j, Str report, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBT(report) };
    bool more = false;
    TRY(db_query(db, plot_sql_frozen, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}
