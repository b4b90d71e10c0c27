/* Differences as matters: opened, told of other values, opened again, closed; and those that stand open. */
#include "app/app_internal.h"
#include "app/import_internal.h"
#include "app/reconcile.h"

/* A list is cut by one day of a matter (filing); figures go by later ones as well (decision, payment), so a difference
 * may touch what is counted within a year after it. */
enum { ACTS_AT_ONCE = 128, TEXT_CHARS = 200, LATER_DAYS = 366 };

static const char SQL_ALL[] =
    "SELECT a.number, m.id, m.stage, m.closed_day, m.fields FROM matter_alias a JOIN matter m ON m.j = a.j AND "
    "m.id = a.matter WHERE a.j = ?1 AND a.system = ?2 AND m.stage <> ''";
static const char SQL_OPEN[] =
    "SELECT id, number, title, stage, handler, unit, due_at, fields FROM matter WHERE j = ?1 AND procedure = ?2 AND "
    "closed_day IS NULL AND stage <> '' ORDER BY due_at NULLS LAST, id LIMIT ?3";
static const char SQL_BATCH[] = "SELECT id, name, system, at, person, rows, state, report FROM import WHERE j = ?1 AND "
                                "id = ?2 AND (state = 'compared' OR state = 'recorded')";
static const char SQL_BATCHES[] =
    "SELECT id, name, system, at, person, rows, state, report FROM import WHERE j = ?1 AND (state = 'compared' OR "
    "state = 'recorded') ORDER BY id DESC LIMIT ?2";

/* ---- recording ---- */

typedef struct Recording {
    App *app;
    Arena *arena;
    const LawDifferences *def;
    const Reconciliation *found;
    Str system;
    int64_t person;
    ReconcileDone done;
    ActRequest requests[ACTS_AT_ONCE];
    int64_t *counts[ACTS_AT_ONCE]; /* what each adds to */
    ActResult results[ACTS_AT_ONCE];
    size_t n;
} Recording;

static Rc flush(Recording *r, Err *err)
{
    if (!r->n)
        return RC_OK;
    TRY(app_perform_many(r->app, r->requests, r->n, r->arena, r->results, err));
    for (size_t i = 0; i < r->n; i++) {
        const ActResult *result = &r->results[i];
        if (result->answer == ANSWER_DONE) {
            *r->counts[i] += 1;
        } else if (result->answer != ANSWER_REPEATED) {
            Str why = result->answer == ANSWER_FAILED ? str_c(result->err.text)
                      : result->decision.faults.n > 0 ? result->decision.faults.items[0].title
                                                      : str_c(decision_stop_name(result->decision.stop));
            r->done.why = r->done.refused++ ? r->done.why : arena_str(r->arena, why);
        }
    }
    r->n = 0;
    return RC_OK;
}

static Rc add(Recording *r, ActRequest request, int64_t *count, Err *err)
{
    request.actor = ACTOR_SYSTEM;
    request.mode = ACT_DO;
    r->requests[r->n] = request;
    r->counts[r->n++] = count;
    return r->n == ACTS_AT_ONCE ? flush(r, err) : RC_OK;
}

/* What a text field takes. */
static Str cut_text(Str text)
{
    size_t at = 0;
    for (int i = 0; i < TEXT_CHARS && at < text.n; i++)
        str_next(text, &at);
    return str_slice(text, 0, at);
}

static void give(Recording *r, Json *form, const LawAct *act, const char *field, Json value)
{
    bool empty = value.type == JSON_NULL || (value.type == JSON_STR && !value.n);
    for (size_t i = 0; !empty && i < act->n_form; i++)
        if (str_eq_c(act->form[i].field->id, field))
            json_add(r->arena, form, str_c(field), value);
}

static Json form_of(Recording *r, const LawAct *act, const ReconcileItem *item)
{
    static const char *const groups[] = { "", "ours", "theirs", "field" };
    Json form = json_obj();
    give(r, &form, act, "list", json_str(r->found->import->id));
    give(r, &form, act, "list_title", json_str(cut_text(r->found->import->title)));
    give(r, &form, act, "their_number", json_str(cut_text(item->number)));
    give(r, &form, act, "group", json_c(groups[item->group]));
    give(r, &form, act, "field", item->field ? json_str(item->field->title) : json_null());
    give(r, &form, act, "ours", json_str(cut_text(item->ours)));
    give(r, &form, act, "theirs", json_str(cut_text(item->theirs)));
    give(r, &form, act, "day", item->day == DAY_NONE ? json_null() : json_str(day_print(r->arena, item->day)));
    give(r, &form, act, "unit", item->unit ? json_int(item->unit) : json_null());
    give(r, &form, act, "compared_by", r->person > 0 ? json_int(r->person) : json_null());
    return form;
}

typedef struct Known {
    int64_t matter;
    bool closed;
    bool gone; /* by a later list, not by people */
    Json fields;
} Known;

static bool is_as_before(const Known *known, const ReconcileItem *item)
{
    return str_eq(json_get_str(&known->fields, STR("ours")), cut_text(item->ours)) &&
           str_eq(json_get_str(&known->fields, STR("theirs")), cut_text(item->theirs));
}

static Rc record_item(Recording *r, const ReconcileItem *item, const Known *known, Err *err)
{
    if (!known)
        return add(r,
                   (ActRequest){ .procedure = r->def->procedure->id,
                                 .act = r->def->open->id,
                                 .form = form_of(r, r->def->open, item),
                                 .system = r->system,
                                 .number = item->key,
                                 .about = item->matter,
                                 .link = item->matter ? r->def->link : STR_NONE },
                   &r->done.opened, err);
    bool same = is_as_before(known, item);
    /* What people have settled stays settled as long as it is the same. */
    if (known->closed ? same && !known->gone : same)
        return RC_OK;
    const LawAct *act = known->closed ? r->def->reopen : r->def->change;
    return add(r, (ActRequest){ .matter = known->matter, .act = act->id, .form = form_of(r, act, item) },
               known->closed ? &r->done.reopened : &r->done.changed, err);
}

/* Whether this comparison looked at what the difference is about. */
static bool was_compared(const Recording *r, Str key, const Json *fields)
{
    Day day;
    Str field = STR_NONE;
    Str number = key;
    const Reconciliation *f = r->found;
    for (size_t i = key.n; i > 0 && !field.p; i--) {
        if (key.p[i - 1] != '/')
            continue;
        field = str_slice(key, i, key.n);
        number = str_slice(key, 0, i - 1);
    }
    for (size_t i = 0; i < f->n_absent; i++)
        for (size_t k = 0; k < f->import->compare->n_fields; k++) {
            const LawCompareField *c = &f->import->compare->fields[k];
            if (str_eq(c->column, f->absent[i]) && str_eq(c->field->id, field))
                return false;
        }
    if (map_get(&f->keys, number))
        return true;
    return day_parse(json_get_str(fields, STR("day")), &day) && day >= f->span.from && day <= f->span.to;
}

static bool is_gone(const Recording *r, Str stage)
{
    int to = r->def->close->to;
    return to >= 0 && str_eq(r->def->procedure->stages[to].id, stage);
}

static Rc read_known(Recording *r, Map *known, Str **ret_keys, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(r->app->j), DBT(r->system) };
    size_t cap = 0;
    bool more = false;
    TRY(db_query(r->app->db, SQL_ALL, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Known *k = ARENA_NEW(r->arena, Known);
        *k = (Known){ .matter = db_int(rows, 1), .closed = !db_is_null(rows, 3), .gone = is_gone(r, db_str(rows, 2)) };
        TRY(json_parse(r->arena, db_str(rows, 4), &k->fields, err));
        Str *key = ARENA_PUSH(r->arena, *ret_keys, *ret_n, cap);
        *key = db_str_in(rows, 0, r->arena);
        map_put(known, *key, k);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc record(Recording *r, Err *err)
{
    Map known;
    Map seen;
    Str *keys = NULL;
    size_t n_keys = 0;
    map_init(&known, r->arena);
    map_init(&seen, r->arena);
    TRY(read_known(r, &known, &keys, &n_keys, err));
    for (size_t i = 0; i < r->found->n_items; i++) {
        const ReconcileItem *item = &r->found->items[i];
        if (item->group == COMPARE_SAME || map_put(&seen, item->key, (void *)(uintptr_t)item))
            continue;
        TRY(record_item(r, item, map_get(&known, item->key), err));
    }
    for (size_t i = 0; i < n_keys; i++) {
        const Known *k = map_get(&known, keys[i]);
        if (k->closed || map_get(&seen, keys[i]) || !was_compared(r, keys[i], &k->fields))
            continue;
        TRY(add(r, (ActRequest){ .matter = k->matter, .act = r->def->close->id, .form = json_obj() }, &r->done.closed,
                err));
    }
    return flush(r, err);
}

Rc app_reconcile(App *app, const LawImport *import, Str bytes, ReconcileSpan span, int64_t person, Arena *arena,
                 Reconciliation *ret, ReconcileDone *ret_done, Err *err)
{
    Reconciliation found;
    const LawPack *pack = app_pack(app);
    ImportSource source = { .db = app->db, .j = app->j, .pack = pack, .dir = app->dir, .now = app_now(app) };
    if (!pack->differences)
        return err_set(err, RC_INVALID, "the pack does not say what becomes of differences (pack.yaml, differences)");
    TRY(reconcile(&source, import, bytes, span, arena, &found, err));
    Recording *r = ARENA_NEW(arena, Recording);
    r->app = app;
    r->arena = arena;
    r->def = pack->differences;
    r->found = &found;
    r->person = person;
    r->system = arena_printf(arena, "%.*s/%.*s", STR_ARG(r->def->procedure->id), STR_ARG(import->id));
    TRY(record(r, err));
    /* Once more, for the matters that the differences have now. */
    TRY(reconcile(&source, import, bytes, span, arena, ret, err));
    *ret_done = r->done;
    return RC_OK;
}

/* ---- kept comparisons ---- */

static Rc batch_row(const DbRows *rows, Arena *arena, bool with_list, ReconcileBatch *ret, Err *err)
{
    Json report;
    TRY(json_parse(arena, db_str(rows, 7), &report, err));
    const Json *counts = json_get(&report, STR("counts"));
    *ret = (ReconcileBatch){ .id = db_int(rows, 0),
                             .name = db_str_in(rows, 1, arena),
                             .system = db_str_in(rows, 2, arena),
                             .at = db_int(rows, 3),
                             .person = db_int(rows, 4),
                             .rows = db_int(rows, 5),
                             .recorded = str_eq(db_str(rows, 6), STR("recorded")),
                             .span = { (Day)json_get_int(&report, STR("from"), DAY_NONE),
                                       (Day)json_get_int(&report, STR("to"), DAY_NONE) },
                             .list = with_list ? json_get_str(&report, STR("list")) : STR_NONE };
    for (size_t i = 0; i < COMPARE_GROUPS; i++)
        ret->counts[i] = counts ? json_as_int(json_at(counts, i), 0) : 0;
    return RC_OK;
}

Rc reconcile_batch(Db *db, int64_t j, int64_t id, Arena *arena, ReconcileBatch *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBI(id) };
    bool more = false;
    TRY(db_query(db, SQL_BATCH, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no comparison %lld", (long long)id);
    return batch_row(rows, arena, true, ret, err);
}

Rc reconcile_batches(Db *db, int64_t j, size_t max, Arena *arena, ReconcileBatch **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBI((int64_t)max) };
    ReconcileBatch *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, SQL_BATCHES, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        TRY(batch_row(rows, arena, false, ARENA_PUSH(arena, list, n, cap), err));
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

Rc app_reconcile_keep(App *app, const ReconcileBatch *batch, int64_t *ret_id, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Json report = json_obj();
    Json counts = json_arr();
    int64_t id = batch->id;
    if (!id)
        TRY(import_next_batch(app, &id, err));
    for (size_t i = 0; i < COMPARE_GROUPS; i++)
        json_push(arena, &counts, json_int(batch->counts[i]));
    json_add(arena, &report, STR("counts"), counts);
    json_add(arena, &report, STR("from"), json_int(batch->span.from));
    json_add(arena, &report, STR("list"), json_str(batch->list));
    json_add(arena, &report, STR("to"), json_int(batch->span.to));
    DbValue row[] = { DBI(app->j),
                      DBI(id),
                      DBT(batch->name),
                      DBT(batch->system),
                      DBI(app_now(app)),
                      DBI(batch->person),
                      DBI(batch->rows),
                      DBT(batch->recorded ? STR("recorded") : STR("compared")),
                      DBB(json_to_arena(arena, &report)) };
    TRY(db_write(app->db, &schema_tables[T_IMPORT], DB_UPSERT, row, 1, NULL, err));
    *ret_id = id;
    return RC_OK;
}

/* ---- what stands open ---- */

static Rc open_row(const DbRows *rows, const LawPack *pack, Arena *arena, OpenDifference *ret, Err *err)
{
    Json *fields = ARENA_NEW(arena, Json);
    Day day = DAY_NONE;
    int to = pack->differences->open->to;
    Str first = to >= 0 ? pack->differences->procedure->stages[to].id : STR_NONE;
    TRY(json_parse(arena, db_str(rows, 7), fields, err));
    (void)day_parse(json_get_str(fields, STR("day")), &day);
    *ret = (OpenDifference){ .id = db_int(rows, 0),
                             .number = db_str_in(rows, 1, arena),
                             .title = db_str_in(rows, 2, arena),
                             .stage = db_str_in(rows, 3, arena),
                             .explained = !str_eq(db_str(rows, 3), first),
                             .import = law_import(pack, json_get_str(fields, STR("list"))),
                             .day = day,
                             .owner = db_int(rows, 4),
                             .unit = db_int(rows, 5),
                             .due_at = db_is_null(rows, 6) ? INT64_MAX : db_int(rows, 6),
                             .fields = fields };
    return RC_OK;
}

Rc differences_open(Db *db, int64_t j, const LawPack *pack, Arena *arena, OpenDifference **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    OpenDifference *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    if (pack->differences) {
        DbValue params[] = { DBI(j), DBT(pack->differences->procedure->id), DBI(RECONCILE_OPEN_MAX) };
        TRY(db_query(db, SQL_OPEN, params, ARRAY_LEN(params), &rows, err));
        TRY(db_next(rows, &more, err));
    }
    while (more) {
        TRY(open_row(rows, pack, arena, ARENA_PUSH(arena, list, n, cap), err));
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

static bool counts(const LawProcedure *procedure, const LawFigure *figure)
{
    for (size_t i = 0; i < procedure->n_figures; i++) {
        const LawFigure *used = procedure->figures[i].figure;
        if (str_eq(used->id, figure->id) ||
            (figure->count == LAW_COUNT_RATIO &&
             (str_eq(used->id, figure->numerator->id) || str_eq(used->id, figure->denominator->id))))
            return true;
    }
    return false;
}

size_t differences_about(const OpenDifference *open, size_t n, const LawFigure *figure, Day from, Day to)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const OpenDifference *d = &open[i];
        bool inside = d->day == DAY_NONE || (d->day >= from - LATER_DAYS && d->day <= to);
        found += !d->explained && inside && d->import && counts(d->import->procedure, figure);
    }
    return found;
}
