#include "app/supervise.h"

#include "core/entry/entry.h"

static const char SQL_OPEN[] =
    "SELECT m.id, m.number, m.title, m.stage, m.kind, m.unit, m.due_at, f.rule, f.source, a.number FROM matter m "
    "LEFT JOIN finding f ON f.j = m.j AND f.matter = m.id LEFT JOIN matter a ON a.j = f.j AND a.id = f.source "
    "WHERE m.j = ?1 AND m.procedure = ?2 AND m.closed_day IS NULL AND (CAST(?3 AS TEXT) = '' OR m.stage = ?3) AND "
    "(CAST(?4 AS TEXT) = '' OR m.kind = ?4) AND (CAST(?5 AS BIGINT) = 0 OR m.unit = ?5) ORDER BY m.due_at NULLS LAST, "
    "m.id LIMIT ?6";
static const char SQL_CLOSED[] =
    "SELECT m.id, m.number, m.title, m.stage, m.kind, m.unit, m.due_at, f.rule, f.source, a.number FROM matter m "
    "LEFT JOIN finding f ON f.j = m.j AND f.matter = m.id LEFT JOIN matter a ON a.j = f.j AND a.id = f.source "
    "WHERE m.j = ?1 AND m.procedure = ?2 AND m.closed_day IS NOT NULL AND (CAST(?3 AS TEXT) = '' OR m.stage = ?3) AND "
    "(CAST(?4 AS TEXT) = '' OR m.kind = ?4) AND (CAST(?5 AS BIGINT) = 0 OR m.unit = ?5) ORDER BY m.opened_day DESC, "
    "m.id DESC LIMIT ?6";
static const char SQL_COUNTS[] =
    "SELECT stage, unit, COUNT(*), CAST(SUM(CASE WHEN due_at < ?3 THEN 1 ELSE 0 END) AS BIGINT) FROM matter "
    "WHERE j = ?1 AND procedure = ?2 AND closed_day IS NULL GROUP BY stage, unit ORDER BY stage, unit";
static const char SQL_REFUSED[] =
    "SELECT rules, COUNT(*) FROM refusal WHERE j = ?1 AND first_seq >= ?2 GROUP BY rules ORDER BY 2 DESC LIMIT 500";
static const char SQL_WARNED[] =
    "SELECT rule, COUNT(*) FROM finding WHERE j = ?1 AND source_seq >= ?2 GROUP BY rule ORDER BY 2 DESC LIMIT 500";
static const char SQL_KINDS[] = "SELECT kind, COUNT(*) FROM matter WHERE j = ?1 AND procedure = ?2 AND opened_day >= "
                                "?3 GROUP BY kind ORDER BY kind";
static const char SQL_SIZE[] = "SELECT size FROM ledger_head WHERE j = ?1";
static const char SQL_LEAF[] = "SELECT leaf FROM entry WHERE j = ?1 AND seq = ?2";

Rc findings_list(Db *db, int64_t j, const FindingFilter *filter, size_t max, Arena *arena, FindingRow **ret,
                 size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = {
        DBI(j), DBT(filter->procedure->id), DBT(filter->stage), DBT(filter->kind), DBI(filter->unit), DBI((int64_t)max)
    };
    FindingRow *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, filter->closed ? SQL_CLOSED : SQL_OPEN, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = (FindingRow){ .id = db_int(rows, 0),
                                                         .number = db_str_in(rows, 1, arena),
                                                         .title = db_str_in(rows, 2, arena),
                                                         .stage = db_str_in(rows, 3, arena),
                                                         .kind = db_str_in(rows, 4, arena),
                                                         .unit = db_int(rows, 5),
                                                         .due_at = db_is_null(rows, 6) ? INT64_MAX : db_int(rows, 6),
                                                         .rule = db_str_in(rows, 7, arena),
                                                         .about = db_int(rows, 8),
                                                         .about_number = db_str_in(rows, 9, arena) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

Rc findings_counts(Db *db, int64_t j, Str procedure, int64_t now, Arena *arena, FindingCount **ret, size_t *ret_n,
                   Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBT(procedure), DBI(now) };
    FindingCount *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, SQL_COUNTS, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = (FindingCount){ .stage = db_str_in(rows, 0, arena),
                                                           .unit = db_int(rows, 1),
                                                           .open = db_int(rows, 2),
                                                           .overdue = db_int(rows, 3) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

/* ---- by rule ---- */

typedef struct RuleCounts {
    Arena *arena;
    RuleCount *items;
    size_t n;
    size_t cap;
} RuleCounts;

static RuleCount *count_of(RuleCounts *counts, Str rule)
{
    for (size_t i = 0; i < counts->n; i++)
        if (str_eq(counts->items[i].rule, rule))
            return &counts->items[i];
    RuleCount *fresh = ARENA_PUSH(counts->arena, counts->items, counts->n, counts->cap);
    *fresh = (RuleCount){ .rule = arena_str(counts->arena, rule) };
    return fresh;
}

/* "rules two-officers legal-review": why it was stopped, then the rules that did. */
static void count_refusals(RuleCounts *counts, Str key, int64_t n)
{
    Str rest = key;
    str_cut(rest, ' ', &rest);
    while (rest.n) {
        Str rule = str_cut(rest, ' ', &rest);
        count_of(counts, rule)->refused += n;
    }
}

Rc findings_by_rule(Db *db, int64_t j, int64_t seq, Arena *arena, RuleCount **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *refused = NULL;
    CLEANUP(db_endp) DbRows *warned = NULL;
    DbValue params[] = { DBI(j), DBI(seq) };
    RuleCounts counts = { .arena = arena };
    bool more = false;
    TRY(db_query(db, SQL_REFUSED, params, ARRAY_LEN(params), &refused, err));
    TRY(db_next(refused, &more, err));
    while (more) {
        count_refusals(&counts, db_str(refused, 0), db_int(refused, 1));
        TRY(db_next(refused, &more, err));
    }
    TRY(db_query(db, SQL_WARNED, params, ARRAY_LEN(params), &warned, err));
    TRY(db_next(warned, &more, err));
    while (more) {
        count_of(&counts, db_str(warned, 0))->warned += db_int(warned, 1);
        TRY(db_next(warned, &more, err));
    }
    *ret = counts.items;
    *ret_n = counts.n;
    return RC_OK;
}

Rc findings_by_kind(Db *db, int64_t j, Str procedure, Day from, Arena *arena, KindCount **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBT(procedure), DBI(from) };
    KindCount *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, SQL_KINDS, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = (KindCount){ db_str_in(rows, 0, arena), db_int(rows, 1) };
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

/* ---- the ledger's times ---- */

static Rc recorded_at(Db *db, int64_t j, int64_t seq, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    DbValue params[] = { DBI(j), DBI(seq) };
    Entry entry;
    bool more = false;
    TRY(db_query(db, SQL_LEAF, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_CORRUPT, "entry %lld is missing", (long long)seq);
    TRY(entry_decode(scratch, db_str(rows, 0), &entry, err));
    *ret = entry.recorded_at;
    return RC_OK;
}

Rc ledger_seq_at(Db *db, int64_t j, int64_t at, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue param = DBI(j);
    bool more = false;
    TRY(db_query(db, SQL_SIZE, &param, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    int64_t low = 0;
    int64_t high = more ? db_int(rows, 0) : 0;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        int64_t then = 0;
        TRY(recorded_at(db, j, middle, &then, err));
        if (then < at)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return RC_OK;
}
