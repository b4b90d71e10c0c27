#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/plots.h"
#include "app/read_internal.h"
#include "app/read_open.h"
#include "io/store/schema.h"

// clang-format off
#define ROW \
    "SELECT id, procedure, pack, stage, version, opened_day, closed_day, outcome, number, public_code, title, kind, " \
    "unit, handler, due_at FROM matter "
// clang-format on

/* Rows without a term have no due_at and come after all others; the two parts are read apart, so that each is answered
 * in the order of the index. */
static const char SQL_HANDLER_DUE[] =
    ROW "WHERE j = ?1 AND handler = ?2 AND closed_day IS NULL AND due_at IS NOT NULL ORDER BY due_at, id LIMIT ?3";
static const char SQL_HANDLER_REST[] =
    ROW "WHERE j = ?1 AND handler = ?2 AND closed_day IS NULL AND due_at IS NULL ORDER BY id LIMIT ?3";
static const char SQL_UNIT_DUE[] =
    ROW "WHERE j = ?1 AND unit = ?2 AND closed_day IS NULL AND due_at IS NOT NULL ORDER BY due_at, id LIMIT ?3";
static const char SQL_UNIT_REST[] =
    ROW "WHERE j = ?1 AND unit = ?2 AND closed_day IS NULL AND due_at IS NULL ORDER BY id LIMIT ?3";
static const char SQL_STAGE_DUE[] =
    ROW "WHERE j = ?1 AND procedure = ?2 AND stage = ?3 AND closed_day IS NULL AND due_at IS NOT NULL AND "
        "(due_at, id) > (?4, ?5) AND due_at < ?6 AND (CAST(?7 AS BIGINT) = 0 OR unit = ?7) "
        "ORDER BY due_at, id LIMIT ?8";
static const char SQL_STAGE_REST[] =
    ROW "WHERE j = ?1 AND procedure = ?2 AND stage = ?3 AND closed_day IS NULL AND due_at IS NULL AND id > ?4 AND "
        "(CAST(?5 AS BIGINT) = 0 OR unit = ?5) ORDER BY id LIMIT ?6";
static const char SQL_CLOSED[] =
    ROW "WHERE j = ?1 AND procedure = ?2 AND closed_day IS NOT NULL AND (opened_day, id) < (?3, ?4) AND "
        "(CAST(?5 AS BIGINT) = 0 OR unit = ?5) AND (CAST(?6 AS TEXT) = '' OR stage = ?6) "
        "ORDER BY opened_day DESC, id DESC LIMIT ?7";
/* By one value of an indexed field, the newest first. */
static const char SQL_BY_FIELD[] =
    ROW "m JOIN matter_attr a ON a.j = m.j AND a.matter = m.id WHERE a.j = ?1 AND a.field = ?2 AND a.k = ?3 AND "
        "a.matter < ?4 AND m.procedure = ?5 AND (m.closed_day IS NULL) = (CAST(?6 AS BIGINT) = 0) AND "
        "(CAST(?7 AS BIGINT) = 0 OR m.unit = ?7) AND (CAST(?8 AS TEXT) = '' OR m.stage = ?8) AND "
        "(CAST(?9 AS BIGINT) = 0 OR m.due_at < ?9) ORDER BY a.matter DESC LIMIT ?10";
/* Grouped by stage as well, so that the index of open matters has the order asked for and is chosen. */
static const char SQL_OPEN_COUNTS[] =
    "SELECT procedure, COUNT(*) FROM matter WHERE j = ?1 AND closed_day IS NULL GROUP BY procedure, stage "
    "ORDER BY procedure, stage";
static const char SQL_ALL_COUNTS[] =
    "SELECT procedure, COUNT(*) FROM matter WHERE j = ?1 GROUP BY procedure ORDER BY procedure";
static const char SQL_FINDINGS[] = "SELECT COUNT(*) FROM finding WHERE j = ?1 AND open = 1 AND rule > ''";
static const char SQL_DRAFTS[] = "SELECT COUNT(*) FROM draft WHERE j = ?1 AND person = ?2";
static const char SQL_NUMBER[] = "SELECT id FROM matter WHERE j = ?1 AND number = ?2 AND number IS NOT NULL";
static const char SQL_CODE[] = "SELECT id FROM matter WHERE j = ?1 AND public_code = ?2 AND public_code IS NOT NULL";
/* Platforms are few: hopping from one to the next is answered by the key. */
static const char SQL_SYSTEM[] = "SELECT MIN(system) FROM matter_alias WHERE j = ?1 AND system > ?2";
static const char SQL_ALIAS[] = "SELECT matter FROM matter_alias WHERE j = ?1 AND system = ?2 AND number = ?3";
static const char SQL_SIZE[] = "SELECT size FROM ledger_head WHERE j = ?1";

const ReadQuery read_queries[] = {
    { "handler_due", SQL_HANDLER_DUE, "iii" },
    { "handler_rest", SQL_HANDLER_REST, "iii" },
    { "unit_due", SQL_UNIT_DUE, "iii" },
    { "unit_rest", SQL_UNIT_REST, "iii" },
    { "stage_due", SQL_STAGE_DUE, "ittiiiii" },
    { "stage_rest", SQL_STAGE_REST, "ittiii" },
    { "closed", SQL_CLOSED, "itiiiti" },
    { "by_field", SQL_BY_FIELD, "itbitiitii" },
    { "open_counts", SQL_OPEN_COUNTS, "i" },
    { "all_counts", SQL_ALL_COUNTS, "i" },
    { "findings", SQL_FINDINGS, "i" },
    { "drafts", SQL_DRAFTS, "ii" },
    { "number", SQL_NUMBER, "it" },
    { "code", SQL_CODE, "it" },
    { "system", SQL_SYSTEM, "it" },
    { "alias", SQL_ALIAS, "itt" },
    { "size", SQL_SIZE, "i" },
    { "subject", read_sql_subject, "itb" },
    { "party", read_sql_party, "iii" },
    { "open_list", read_sql_open, "itiii" },
    { "plot_days", plot_sql_days, "itiiii" },
    { "plot_clocks", plot_sql_clocks, "iii" },
    { "plot_ages", plot_sql_ages, "ii" },
    { "plot_frozen", plot_sql_frozen, "it" },
};
const size_t read_queries_n = ARRAY_LEN(read_queries);

/* ---- rows ---- */

static Day day_or_none(const DbRows *rows, int column)
{
    return db_is_null(rows, column) ? DAY_NONE : (Day)db_int(rows, column);
}

/* The columns of ROW, of which the first stands at `at`: 0 in the queries here, 1 in a whole row of the table, which
 * begins with the jurisdiction. */
static ReadRow take_row(const Read *read, const DbRows *rows, int at)
{
    Arena *a = read->arena;
    return (ReadRow){ .id = db_int(rows, at),
                      .procedure = db_str_in(rows, at + 1, a),
                      .pack = db_str_in(rows, at + 2, a),
                      .stage = db_str_in(rows, at + 3, a),
                      .version = db_int(rows, at + 4),
                      .opened_day = (Day)db_int(rows, at + 5),
                      .closed_day = day_or_none(rows, at + 6),
                      .outcome = db_str_in(rows, at + 7, a),
                      .number = db_str_in(rows, at + 8, a),
                      .public_code = db_str_in(rows, at + 9, a),
                      .title = db_str_in(rows, at + 10, a),
                      .kind = db_str_in(rows, at + 11, a),
                      .unit = db_int(rows, at + 12),
                      .handler = db_int(rows, at + 13),
                      .due_at = db_is_null(rows, at + 14) ? INT64_MAX : db_int(rows, at + 14) };
}

static Rc add_rows(const Read *read, const char *sql, const DbValue *params, size_t n, ReadRows *to, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(read->db, sql, params, n, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(read->arena, to->items, to->n, to->cap) = take_row(read, rows, 0);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static int by_urgency(const void *a, const void *b)
{
    const ReadRow *x = a;
    const ReadRow *y = b;
    if (x->due_at != y->due_at)
        return x->due_at < y->due_at ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void sort_by_urgency(ReadRows *rows)
{
    if (rows->n > 1)
        qsort(rows->items, rows->n, sizeof *rows->items, by_urgency);
}

/* ---- clocks ---- */

static ReadRow *row_of(ReadRow *rows, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].id == id)
            return &rows[i];
    return NULL;
}

/* The clock a list shows: the one that gives the row its due instant; without one, a paused one. */
static bool is_shown(const ReadRow *row, ClockState state, int64_t due_at)
{
    if (row->due_at != INT64_MAX)
        return due_at == row->due_at && (state == CLOCK_RUNNING || state == CLOCK_OVERDUE);
    return state == CLOCK_PAUSED && !row->clock.state;
}

Rc read_clocks(const Read *read, ReadRow *rows, size_t n, Err *err)
{
    CLEANUP(db_endp) DbRows *found = NULL;
    int64_t *ids = ARENA_ARRAY(read->arena, int64_t, n + 1);
    bool more = false;
    assert(n <= DB_IDS_MAX);
    if (n == 0)
        return RC_OK;
    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    TRY(db_load(read->db, &schema_tables[T_CLOCK], read->j, "matter", ids, n, &found, err));
    TRY(db_next(found, &more, err));
    while (more) {
        ReadRow *row = row_of(rows, n, db_int(found, 1));
        if (row && is_shown(row, (ClockState)db_int(found, 3), db_int(found, 5))) {
            Json json;
            TRY(json_parse(read->arena, db_str(found, 8), &json, err));
            TRY(matter_clock_from_json(db_str_in(found, 2, read->arena), &json, &row->clock, err));
        }
        TRY(db_next(found, &more, err));
    }
    return RC_OK;
}

/* ---- a person's work ---- */

/* Which units have somebody who holds which role, so that the nearest holders of a role can be found. */
typedef struct Holders {
    const Read *read;
    const DirPerson *person;
    Day today;
    Map keys; /* "role unit" -> anything */
} Holders;

static Str holder_key(Arena *arena, Str role, int64_t unit)
{
    return arena_printf(arena, "%.*s %lld", STR_ARG(role), (long long)unit);
}

static void holders_init(Holders *h, const Read *read, const DirPerson *person)
{
    const Directory *dir = read->dir;
    *h = (Holders){ .read = read, .person = person, .today = instant_day(read->now, read->pack->zone_minutes) };
    map_init(&h->keys, read->arena);
    for (size_t i = 0; i < dir->n_people; i++) {
        const DirPerson *p = dir->by_id[i];
        for (size_t k = 0; k < p->n_roles; k++)
            if (dir_has_role(p, p->roles[k].role, h->today))
                map_put(&h->keys, holder_key(read->arena, p->roles[k].role, p->unit), h);
    }
}

/* Is the person among those who hold the role nearest to the unit? Where nobody on the way up holds it, all do. */
static bool is_nearest(const Holders *h, Str role, int64_t unit)
{
    enum { LEVELS_MAX = 16 };
    if (!dir_has_role(h->person, role, h->today))
        return false;
    for (int level = 0; unit && level < LEVELS_MAX; level++) {
        if (map_get(&h->keys, holder_key(h->read->arena, role, unit)))
            return h->person->unit == unit;
        const DirUnit *u = dir_unit(h->read->dir, unit);
        unit = u ? u->parent : 0;
    }
    return true;
}

static bool may_do(const Read *read, const LawAct *act, const DirPerson *person)
{
    Day today = instant_day(read->now, read->pack->zone_minutes);
    for (size_t i = 0; person && i < act->n_by; i++)
        if (dir_has_role(person, act->by[i], today))
            return true;
    return false;
}

/* An act by which people move a matter out of a stage, other than by suspending it. */
static bool moves(const LawAct *act, int stage)
{
    return act->kind == LAW_ACT_PLAIN && act->to >= 0 && act->to != stage && (act->from >> stage & 1) &&
           act->n_by > 0 && act->pauses == 0;
}

static bool goes_forward(const LawProcedure *procedure, const LawAct *act, int stage)
{
    return moves(act, stage) && act->to > stage && !procedure->stages[act->to].end;
}

/* The usual steps from a stage, by index in the procedure's acts: those that lead to a later stage that is no end.
 * Where there are none (the last stage, a suspended one), the first act that leads out. */
typedef struct Steps {
    size_t acts[64];
    size_t n;
} Steps;

static Steps steps_from(const LawProcedure *procedure, int stage)
{
    Steps steps = { 0 };
    for (size_t i = 0; stage >= 0 && i < procedure->n_acts && steps.n < ARRAY_LEN(steps.acts); i++)
        if (goes_forward(procedure, &procedure->acts[i], stage))
            steps.acts[steps.n++] = i;
    for (size_t i = 0; stage >= 0 && i < procedure->n_acts && steps.n == 0; i++)
        if (moves(&procedure->acts[i], stage))
            steps.acts[steps.n++] = i;
    return steps;
}

const LawAct *read_next_act(const Read *read, const LawProcedure *procedure, int stage, const DirPerson *person,
                            bool *ret_mine)
{
    Steps steps = steps_from(procedure, stage);
    *ret_mine = false;
    for (size_t i = 0; i < steps.n; i++) {
        const LawAct *act = &procedure->acts[steps.acts[i]];
        if (may_do(read, act, person)) {
            *ret_mine = true;
            return act;
        }
    }
    return steps.n ? &procedure->acts[steps.acts[0]] : NULL;
}

/* A finding that nobody has been asked to answer yet is for whoever may record one. */
static bool is_unassigned_finding(const Read *read, const ReadRow *row, const LawProcedure *procedure)
{
    const LawFindings *findings = read->pack->findings;
    return findings && procedure == findings->procedure && !row->handler && !row->unit;
}

static bool is_duty(const Holders *h, const ReadRow *row, const LawProcedure *procedure, int stage)
{
    if (is_unassigned_finding(h->read, row, procedure))
        return may_do(h->read, h->read->pack->findings->open, h->person);
    const DirPerson *handler = row->handler ? dir_person(h->read->dir, row->handler) : NULL;
    Steps steps = steps_from(procedure, stage);
    for (size_t i = 0; i < steps.n; i++) {
        const LawAct *act = &procedure->acts[steps.acts[i]];
        if (may_do(h->read, act, handler))
            continue;
        for (size_t k = 0; k < act->n_by; k++)
            if (is_nearest(h, act->by[k], row->unit))
                return true;
    }
    return false;
}

static bool may_have_duty(const Read *read, const LawProcedure *procedure, int stage, const DirPerson *person)
{
    const LawFindings *findings = read->pack->findings;
    bool mine = false;
    read_next_act(read, procedure, stage, person, &mine);
    return mine || (findings && procedure == findings->procedure && may_do(read, findings->open, person));
}

static Rc two_parts(const Read *read, const char *due, const char *rest, int64_t key, ReadRows *ret, Err *err)
{
    DbValue params[] = { DBI(read->j), DBI(key), DBI(READ_STAGE_MAX) };
    TRY(add_rows(read, due, params, 3, ret, err));
    if (ret->n < READ_STAGE_MAX)
        TRY(add_rows(read, rest, params, 3, ret, err));
    ret->more = ret->n >= READ_STAGE_MAX;
    return RC_OK;
}

typedef struct StageQuery {
    Str procedure;
    Str stage;
    int64_t after;
    int64_t after_id;
    int64_t before; /* due before; INT64_MAX: any, and those without a term too */
    int64_t unit;
    size_t max;
} StageQuery;

static Rc add_stage(const Read *read, const StageQuery *q, ReadRows *to, Err *err)
{
    size_t had = to->n;
    if (q->after != INT64_MAX) {
        DbValue params[] = { DBI(read->j),     DBT(q->procedure), DBT(q->stage), DBI(q->after),
                             DBI(q->after_id), DBI(q->before),    DBI(q->unit),  DBI((int64_t)q->max) };
        TRY(add_rows(read, SQL_STAGE_DUE, params, 8, to, err));
    }
    size_t left = q->max - (to->n - had);
    if (left == 0 || q->before != INT64_MAX)
        return RC_OK;
    DbValue params[] = { DBI(read->j), DBT(q->procedure), DBT(q->stage), DBI(q->after == INT64_MAX ? q->after_id : 0),
                         DBI(q->unit), DBI((int64_t)left) };
    return add_rows(read, SQL_STAGE_REST, params, 6, to, err);
}

/* Matters of others at a stage at which the person may have a duty. */
static Rc add_duties(const Holders *h, const LawProcedure *procedure, int stage, ReadRows *to, Err *err)
{
    ReadRows rows = { 0 };
    StageQuery q = { .procedure = procedure->id,
                     .stage = procedure->stages[stage].id,
                     .after = INT64_MIN,
                     .before = INT64_MAX,
                     .max = READ_STAGE_MAX };
    TRY(add_stage(h->read, &q, &rows, err));
    to->more = to->more || rows.n == READ_STAGE_MAX;
    for (size_t i = 0; i < rows.n; i++)
        if (rows.items[i].handler != h->person->id && is_duty(h, &rows.items[i], procedure, stage))
            *ARENA_PUSH(h->read->arena, to->items, to->n, to->cap) = rows.items[i];
    return RC_OK;
}

static void add_if_finding(const Read *read, const ReadRow *row, ReadRows *to)
{
    const LawFindings *findings = read->pack->findings;
    if (findings && str_eq(row->procedure, findings->procedure->id))
        *ARENA_PUSH(read->arena, to->items, to->n, to->cap) = *row;
}

Rc read_work(const Read *read, const DirPerson *person, ReadWork *ret, Err *err)
{
    Holders h;
    ReadRows mine = { 0 };
    bool can = false;
    *ret = (ReadWork){ 0 };
    holders_init(&h, read, person);
    TRY(two_parts(read, SQL_HANDLER_DUE, SQL_HANDLER_REST, person->id, &mine, err));
    for (size_t i = 0; i < mine.n; i++) {
        const LawProcedure *p = law_procedure(read->pack, mine.items[i].procedure);
        int stage = p ? law_stage(p, mine.items[i].stage) : -1;
        const LawAct *next = p ? read_next_act(read, p, stage, person, &can) : NULL;
        ReadRows *to = next && !can ? &ret->others : &ret->todo;
        *ARENA_PUSH(read->arena, to->items, to->n, to->cap) = mine.items[i];
    }
    ret->todo.more = mine.more;
    for (size_t i = 0; i < read->pack->n_procedures; i++) {
        const LawProcedure *p = read->pack->procedures[i];
        for (size_t s = 0; s < p->n_stages; s++)
            if (!p->stages[s].end && may_have_duty(read, p, (int)s, person))
                TRY(add_duties(&h, p, (int)s, &ret->todo, err));
    }
    sort_by_urgency(&ret->todo);
    sort_by_urgency(&ret->others);
    for (size_t i = 0; i < ret->todo.n; i++)
        add_if_finding(read, &ret->todo.items[i], &ret->reminders);
    for (size_t i = 0; i < ret->others.n; i++)
        add_if_finding(read, &ret->others.items[i], &ret->reminders);
    return two_parts(read, SQL_UNIT_DUE, SQL_UNIT_REST, person->unit, &ret->unit, err);
}

/* ---- lists ---- */

static Rc list_closed(const Read *read, const ReadFilter *f, ReadRows *ret, Err *err)
{
    DbValue params[] = { DBI(read->j),      DBT(f->procedure->id), DBI(f->after_id ? f->after : INT32_MAX),
                         DBI(f->after_id),  DBI(f->unit),          DBT(f->stage),
                         DBI(READ_PAGE + 1) };
    return add_rows(read, SQL_CLOSED, params, 7, ret, err);
}

static Rc list_by_field(const Read *read, const ReadFilter *f, ReadRows *ret, Err *err)
{
    DbValue params[] = { DBI(read->j),
                         DBT(f->field->id),
                         DBB(f->value),
                         DBI(f->after_id ? f->after_id : INT64_MAX),
                         DBT(f->procedure->id),
                         DBI(f->closed),
                         DBI(f->unit),
                         DBT(f->stage),
                         DBI(f->overdue ? read->now : 0),
                         DBI(READ_PAGE + 1) };
    return add_rows(read, SQL_BY_FIELD, params, ARRAY_LEN(params), ret, err);
}

/* Each stage is read in the order of the index, and the pages are merged. */
static Rc list_open(const Read *read, const ReadFilter *f, ReadRows *ret, Err *err)
{
    StageQuery q = { .procedure = f->procedure->id,
                     .after = f->after_id ? f->after : INT64_MIN,
                     .after_id = f->after_id,
                     .before = f->overdue ? read->now : INT64_MAX,
                     .unit = f->unit,
                     .max = READ_PAGE + 1 };
    for (size_t s = 0; s < f->procedure->n_stages; s++) {
        q.stage = f->procedure->stages[s].id;
        if (!f->procedure->stages[s].end && (f->stage.n == 0 || str_eq(f->stage, q.stage)))
            TRY(add_stage(read, &q, ret, err));
    }
    sort_by_urgency(ret);
    return RC_OK;
}

Rc read_list(const Read *read, const ReadFilter *filter, ReadRows *ret, Err *err)
{
    *ret = (ReadRows){ 0 };
    if (filter->field)
        TRY(list_by_field(read, filter, ret, err));
    else
        TRY(filter->closed ? list_closed(read, filter, ret, err) : list_open(read, filter, ret, err));
    ret->more = ret->n > READ_PAGE;
    if (ret->more)
        ret->n = READ_PAGE;
    return RC_OK;
}

/* ---- counts and lookups ---- */

static Rc one_int(const Read *read, const char *sql, const DbValue *params, size_t n, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(read->db, sql, params, n, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

Rc read_ids(const Read *read, const char *sql, const DbValue *params, size_t n, ReadIds *to, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(read->db, sql, params, n, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(read->arena, to->items, to->n, to->cap) = db_int(rows, 0);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static ReadCount *count_of(ReadCount *counts, size_t n, Str procedure)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(counts[i].procedure, procedure))
            return &counts[i];
    return NULL;
}

static Rc add_counts(const Read *read, const char *sql, bool open, ReadCount *counts, size_t n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(read->j);
    bool more = false;
    TRY(db_query(read->db, sql, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        ReadCount *c = count_of(counts, n, db_str(rows, 0));
        if (c)
            *(open ? &c->open : &c->all) += db_int(rows, 1);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

Rc read_counts(const Read *read, ReadCount **ret, size_t *ret_n, int64_t *ret_findings, Err *err)
{
    size_t n = read->pack->n_procedures;
    ReadCount *counts = arena_zalloc(read->arena, (n + 1) * sizeof *counts);
    DbValue j = DBI(read->j);
    for (size_t i = 0; i < n; i++)
        counts[i].procedure = read->pack->procedures[i]->id;
    TRY(add_counts(read, SQL_OPEN_COUNTS, true, counts, n, err));
    TRY(add_counts(read, SQL_ALL_COUNTS, false, counts, n, err));
    TRY(one_int(read, SQL_FINDINGS, &j, 1, ret_findings, err));
    *ret = counts;
    *ret_n = n;
    return RC_OK;
}

Rc read_drafts(const Read *read, int64_t person, int64_t *ret, Err *err)
{
    return one_int(read, SQL_DRAFTS, (const DbValue[]){ DBI(read->j), DBI(person) }, 2, ret, err);
}

Rc read_size(const Read *read, int64_t *ret, Err *err)
{
    return one_int(read, SQL_SIZE, (const DbValue[]){ DBI(read->j) }, 1, ret, err);
}

/* *ret is empty when there is no further one. */
static Rc next_system(const Read *read, Str before, Str *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(read->j), DBT(before) };
    TRY(db_query(read->db, SQL_SYSTEM, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more && !db_is_null(rows, 0) ? db_str_in(rows, 0, read->arena) : STR("");
    return RC_OK;
}

static Rc find_alias(const Read *read, Str number, int64_t *ret, Err *err)
{
    enum { SYSTEMS_MAX = 32 };
    Str system = STR("");
    *ret = 0;
    for (int i = 0; i < SYSTEMS_MAX && *ret == 0; i++) {
        TRY(next_system(read, system, &system, err));
        if (!system.n)
            return RC_OK;
        DbValue params[] = { DBI(read->j), DBT(system), DBT(number) };
        TRY(one_int(read, SQL_ALIAS, params, 3, ret, err));
    }
    return RC_OK;
}

Rc read_find(const Read *read, Str text, int64_t *ret, Err *err)
{
    DbValue params[] = { DBI(read->j), DBT(text) };
    TRY(one_int(read, SQL_NUMBER, params, 2, ret, err));
    if (*ret == 0)
        TRY(one_int(read, SQL_CODE, params, 2, ret, err));
    if (*ret == 0)
        TRY(find_alias(read, text, ret, err));
    return RC_OK;
}

Rc read_rows(const Read *read, const int64_t *ids, size_t n, ReadRows *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Map found;
    bool more = false;
    *ret = (ReadRows){ 0 };
    if (n == 0)
        return RC_OK;
    map_init(&found, read->arena);
    TRY(db_load(read->db, &schema_tables[T_MATTER], read->j, "id", ids, n, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        ReadRow *row = ARENA_NEW(read->arena, ReadRow);
        *row = take_row(read, rows, 1);
        idmap_put(&found, row->id, row);
        TRY(db_next(rows, &more, err));
    }
    for (size_t i = 0; i < n; i++) {
        const ReadRow *row = idmap_get(&found, ids[i]);
        if (row)
            *ARENA_PUSH(read->arena, ret->items, ret->n, ret->cap) = *row;
    }
    return RC_OK;
}

Rc read_login(Db *db, int64_t j, Str login, int64_t *ret_person, Err *err)
{
    static const char sql[] = "SELECT id FROM person WHERE j = ?1 AND login = ?2";
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBT(login) };
    bool more = false;
    TRY(db_query(db, sql, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no person with the account %.*s", STR_ARG(login));
    *ret_person = db_int(rows, 0);
    return RC_OK;
}
