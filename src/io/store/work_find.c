#include "io/store/work_internal.h"

#include <string.h>

static const char SQL_EFF_AT[] =
    "SELECT eff_at FROM matter_entry WHERE j = ?1 AND matter = ?2 AND version = ?3 AND void_seq IS NULL";
static const char SQL_REQUEST[] =
    "SELECT seq, digest FROM request WHERE j = ?1 AND day >= ?2 AND day <= ?3 AND key = ?4";
static const char SQL_ALIAS[] = "SELECT matter FROM matter_alias WHERE j = ?1 AND system = ?2 AND number = ?3";
static const char SQL_NUMBER[] = "SELECT id FROM matter WHERE j = ?1 AND number = ?2";
static const char SQL_SUBJECT[] = "SELECT subject FROM subject_alias WHERE j = ?1 AND kind = ?2 AND blind = ?3";
static const char SQL_SERIES[] = "SELECT last FROM series WHERE j = ?1 AND series = ?2 AND year = ?3";
static const char SQL_SHEET_BLOCK[] = "SELECT first FROM sheet WHERE j = ?1 AND series = ?2 AND state = 'issued' AND "
                                      "first <= ?3 AND last >= ?3 AND holder = ?4";
static const char SQL_SHEET_USED[] =
    "SELECT first FROM sheet WHERE j = ?1 AND series = ?2 AND state IN ('used', 'void', 'lost') AND first = ?3";
static const char SQL_REFUSAL[] = "SELECT first_seq FROM refusal WHERE j = ?1 AND actor = ?2 AND matter = ?3 AND "
                                  "version = ?4 AND act = ?5 AND rules = ?6";
static const char SQL_DUE[] =
    "SELECT matter, MIN(fire_at) FROM clock WHERE j = ?1 AND fire_at IS NOT NULL AND fire_at <= ?2 "
    "GROUP BY matter ORDER BY 2, 1 LIMIT ?3";

/* First column of the first row; `missing` when there is none. */
static Rc find_int(Work *work, const char *sql, const DbValue *params, size_t n, int64_t missing, int64_t *ret,
                   Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(work->db, sql, params, n, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : missing;
    return RC_OK;
}

Rc work_entry_eff_at(Work *work, int64_t matter, int64_t version, int64_t *ret_eff_at, Err *err)
{
    TRY(work_flush(work, err));
    DbValue params[] = { DBI(work->world.j), DBI(matter), DBI(version) };
    return find_int(work, SQL_EFF_AT, params, 3, 0, ret_eff_at, err);
}

Rc work_request(Work *work, Day day, Str key, int64_t *ret_seq, uint8_t ret_digest[32], Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    if (map_get(&work->requests, key))
        TRY(work_flush(work, err));
    DbValue params[] = { DBI(work->world.j), DBI(day - 2), DBI(day), DBB(key) };
    TRY(db_query(work->db, SQL_REQUEST, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    *ret_seq = more ? db_int(rows, 0) : -1;
    if (more && db_str(rows, 1).n == 32)
        memcpy(ret_digest, db_str(rows, 1).p, 32);
    return RC_OK;
}

Rc work_find_alias(Work *work, Str system, Str number, int64_t *ret_matter, Err *err)
{
    const int64_t *here = map_get(&work->aliases, work_key2(work, system, number));
    if (here) {
        *ret_matter = *here;
        return RC_OK;
    }
    DbValue params[] = { DBI(work->world.j), DBT(system), DBT(number) };
    return find_int(work, SQL_ALIAS, params, 3, 0, ret_matter, err);
}

Rc work_find_number(Work *work, Str number, int64_t *ret_matter, Err *err)
{
    for (size_t i = 0; i < work->n_order; i++) {
        if (str_eq(work->order[i]->m.number, number)) {
            *ret_matter = work->order[i]->m.id;
            return RC_OK;
        }
    }
    DbValue params[] = { DBI(work->world.j), DBT(number) };
    return find_int(work, SQL_NUMBER, params, 2, 0, ret_matter, err);
}

Rc work_find_subject(Work *work, Str kind, Str blind, int64_t *ret_subject, Err *err)
{
    const int64_t *here = map_get(&work->blinds, work_key2(work, kind, blind));
    if (here) {
        *ret_subject = *here;
        return RC_OK;
    }
    DbValue params[] = { DBI(work->world.j), DBT(kind), DBB(blind) };
    return find_int(work, SQL_SUBJECT, params, 3, 0, ret_subject, err);
}

Rc work_series_next(Work *work, Str series, int64_t year, int64_t *ret_n, Err *err)
{
    Str key = arena_printf(work->arena, "%.*s\n%lld", STR_ARG(series), (long long)year);
    const WorkSeries *here = map_get(&work->series, key);
    int64_t last = 0;
    if (here) {
        last = here->last;
    } else {
        DbValue params[] = { DBI(work->world.j), DBT(series), DBI(year) };
        TRY(find_int(work, SQL_SERIES, params, 3, 0, &last, err));
    }
    *ret_n = last + 1;
    return RC_OK;
}

Rc work_sheet_ok(Work *work, Str series, int64_t sheet, int64_t holder, bool *ret_ok, Err *err)
{
    int64_t block = 0;
    int64_t used = 0;
    if (work->rows[T_SHEET].n)
        TRY(work_flush(work, err));
    DbValue params[] = { DBI(work->world.j), DBT(series), DBI(sheet), DBI(holder) };
    TRY(find_int(work, SQL_SHEET_BLOCK, params, 4, -1, &block, err));
    TRY(find_int(work, SQL_SHEET_USED, params, 3, -1, &used, err));
    *ret_ok = block >= 0 && used < 0;
    return RC_OK;
}

Rc work_refusal_repeat(Work *work, const Entry *refusal, int64_t *ret_first_seq, Err *err)
{
    if (work->rows[T_REFUSAL].n)
        TRY(work_flush(work, err));
    Str reasons = entry_refusal_key(work->arena, refusal);
    DbValue params[] = { DBI(work->world.j),
                         DBI(refusal->actor),
                         DBI(refusal->matter),
                         DBI(refusal->version),
                         DBT(refusal->act),
                         DBT(reasons),
                         DBI(1) };
    TRY(find_int(work, SQL_REFUSAL, params, 6, -1, ret_first_seq, err));
    if (*ret_first_seq < 0)
        return RC_OK;
    work->touched = true;
    return db_write(work->db, &schema_tables[T_REFUSAL_REPEAT], DB_UPSERT, params, 1, NULL, err);
}

Rc work_due_matters(Work *work, int64_t now, int64_t *ret_ids, size_t max, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    size_t n = 0;
    TRY(work_flush(work, err));
    DbValue params[] = { DBI(work->world.j), DBI(now), DBI((int64_t)max) };
    TRY(db_query(work->db, SQL_DUE, params, 3, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n < max) {
        ret_ids[n++] = db_int(rows, 0);
        TRY(db_next(rows, &more, err));
    }
    *ret_n = n;
    return RC_OK;
}
