#include "app/read_open.h"

const char read_sql_open[] =
    "SELECT id, opened_day, stage, number, title, fields FROM matter WHERE j = ?1 AND procedure = ?2 AND "
    "(opened_day, id) < (?3, ?4) ORDER BY opened_day DESC, id DESC LIMIT ?5";

static Day day_in(const Json *fields, const LawField *field)
{
    const Json *value = field ? json_get(fields, field->id) : NULL;
    Day day;
    return value && value->type == JSON_STR && day_parse(json_as_str(value), &day) ? day : DAY_NONE;
}

static bool is_filled(const Json *fields, const LawField *field)
{
    const Json *value = field ? json_get(fields, field->id) : NULL;
    return value && value->type != JSON_NULL;
}

/* False when it is not for everybody's eyes, or not yet, or not any more. */
static bool take_row(const Read *read, const LawOpenList *list, const DbRows *rows, ReadOpenRow *row, Rc *rc, Err *err)
{
    int stage = law_stage(list->procedure, db_str(rows, 2));
    Day today = instant_day(read->now, read->pack->zone_minutes);
    Json fields;
    if (stage < 0 || !(list->stages >> stage & 1))
        return false;
    *rc = json_parse(read->arena, db_str_in(rows, 5, read->arena), &fields, err);
    if (*rc != RC_OK)
        return false;
    *row = (ReadOpenRow){ .id = db_int(rows, 0),
                          .opened_day = (Day)db_int(rows, 1),
                          .number = db_str_in(rows, 3, read->arena),
                          .title = db_str_in(rows, 4, read->arena),
                          .day = day_in(&fields, list->day),
                          .until = day_in(&fields, list->until),
                          .fields = json_arr() };
    if (row->day == DAY_NONE || row->day > today || is_filled(&fields, list->gone))
        return false;
    row->over = (list->over >> stage & 1) || (row->until != DAY_NONE && row->until < today);
    for (size_t i = 0; i < list->n_fields; i++) {
        const Json *value = json_get(&fields, list->fields[i]->id);
        json_push(read->arena, &row->fields, value ? *value : json_null());
    }
    return true;
}

Rc read_open(const Read *read, const LawOpenList *list, Day after_day, int64_t after_id, ReadOpenRow **ret,
             size_t *ret_n, bool *ret_more, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(read->j), DBT(list->procedure->id), DBI(after_id ? after_day : INT32_MAX), DBI(after_id),
                         DBI(READ_OPEN_WALK) };
    ReadOpenRow *found = ARENA_ARRAY(read->arena, ReadOpenRow, READ_OPEN_PAGE + 1);
    size_t n = 0;
    bool more = false;
    TRY(db_query(read->db, read_sql_open, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n <= READ_OPEN_PAGE) {
        Rc rc = RC_OK;
        n += take_row(read, list, rows, &found[n], &rc, err);
        TRY(rc);
        TRY(db_next(rows, &more, err));
    }
    *ret_more = n > READ_OPEN_PAGE;
    *ret_n = n > READ_OPEN_PAGE ? READ_OPEN_PAGE : n;
    *ret = found;
    return RC_OK;
}
