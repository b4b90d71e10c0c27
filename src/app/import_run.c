/* Taking a list in, as acts, and taking it back. */
#include "app/app_internal.h"
#include "app/import_internal.h"
#include "core/matter/form.h"

enum { ROWS_AT_ONCE = 64, VOIDS_AT_ONCE = 128 };

static const char SQL_NEXT[] = "SELECT COALESCE(MAX(id), 0) + 1 FROM import WHERE j = ?1";
static const char SQL_BATCH[] =
    "SELECT id, name, system, at, person, rows, state, report FROM import WHERE j = ?1 AND id = ?2";
static const char SQL_BATCHES[] =
    "SELECT id, name, system, at, person, rows, state, report FROM import WHERE j = ?1 AND state IN ('preview', "
    "'done', 'undone') ORDER BY id DESC LIMIT ?2";
static const char SQL_VERSION[] =
    "SELECT version FROM matter_entry WHERE j = ?1 AND matter = ?2 AND seq = ?3 AND void_seq IS NULL";

/* ---- batches ---- */

static ImportBatch batch_row(const DbRows *rows, Arena *arena)
{
    return (ImportBatch){ .id = db_int(rows, 0),
                          .name = db_str_in(rows, 1, arena),
                          .system = db_str_in(rows, 2, arena),
                          .at = db_int(rows, 3),
                          .person = db_int(rows, 4),
                          .rows = db_int(rows, 5),
                          .state = db_str_in(rows, 6, arena),
                          .report = db_str_in(rows, 7, arena) };
}

Rc import_batch(Db *db, int64_t j, int64_t id, Arena *arena, ImportBatch *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBI(id) };
    bool more = false;
    TRY(db_query(db, SQL_BATCH, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no import %lld", (long long)id);
    *ret = batch_row(rows, arena);
    return RC_OK;
}

Rc import_batches(Db *db, int64_t j, size_t max, Arena *arena, ImportBatch **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBI((int64_t)max) };
    ImportBatch *list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(db, SQL_BATCHES, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, list, n, cap) = batch_row(rows, arena);
        TRY(db_next(rows, &more, err));
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}

void import_counts(Arena *arena, const ImportBatch *batch, int64_t ret_counts[IMPORT_STATES])
{
    Json report;
    Err err;
    bool parsed = !str_eq(batch->state, STR("preview")) && json_parse(arena, batch->report, &report, &err) == RC_OK;
    const Json *counts = parsed ? json_get(&report, STR("counts")) : NULL;
    for (size_t i = 0; i < IMPORT_STATES; i++)
        ret_counts[i] = counts && i < counts->n ? json_as_int(json_at(counts, i), 0) : 0;
}

static Rc write_batch(App *app, const ImportBatch *b, Err *err)
{
    DbValue row[] = { DBI(app->j),    DBI(b->id),   DBT(b->name),  DBT(b->system), DBI(b->at),
                      DBI(b->person), DBI(b->rows), DBT(b->state), DBB(b->report) };
    return db_write(app->db, &schema_tables[T_IMPORT], DB_UPSERT, row, 1, NULL, err);
}

Rc import_next_batch(App *app, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(app->j);
    bool more = false;
    TRY(db_query(app->db, SQL_NEXT, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = db_int(rows, 0);
    return RC_OK;
}

Rc app_import_keep(App *app, const ImportTable *table, Str name, int64_t person, int64_t *ret_batch, Err *err)
{
    ImportBatch batch = { .name = name,
                          .system = table->import->id,
                          .at = app_now(app),
                          .person = person,
                          .rows = (int64_t)table->n_rows,
                          .state = STR("preview"),
                          .report = table->text };
    TRY(import_next_batch(app, &batch.id, err));
    TRY(write_batch(app, &batch, err));
    *ret_batch = batch.id;
    return RC_OK;
}

/* ---- taking in ---- */

typedef struct Importing {
    App *app;
    Arena *arena;
    ImportTable *table;
    int64_t person;
    Json acts; /* [[matter, seq], …] of what was done */
} Importing;

static ActRequest step_request(const Importing *in, const ImportRow *row, const ImportStep *step)
{
    const LawImport *import = in->table->import;
    bool opens = !row->matter;
    return (ActRequest){ .actor = in->person,
                         .procedure = opens ? import->procedure->id : STR_NONE,
                         .matter = row->matter,
                         .act = step->act->act->id,
                         .mode = ACT_MIRROR,
                         .happened_at = step->at,
                         .form = step->form,
                         .system = opens ? import->id : STR_NONE,
                         .number = opens ? row->number : STR_NONE };
}

static Str why_not(Arena *arena, const ActResult *result)
{
    if (result->answer == ANSWER_FAILED)
        return arena_str(arena, str_c(result->err.text));
    Str text = result->answer == ANSWER_REFUSED ? str_c(decision_stop_name(result->decision.stop)) : STR_NONE;
    for (size_t i = 0; i < result->decision.faults.n; i++)
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), text.n ? ", " : "",
                            STR_ARG(result->decision.faults.items[i].title));
    return text;
}

static void take_result(Importing *in, ImportRow *row, const ImportStep *step, const ActResult *result)
{
    if (result->matter && !row->matter)
        row->matter = result->matter;
    if (result->answer == ANSWER_DONE) {
        Json pair = json_arr();
        json_push(in->arena, &pair, json_int(result->matter));
        json_push(in->arena, &pair, json_int(result->seq));
        json_push(in->arena, &in->acts, pair);
    } else if (result->answer != ANSWER_REPEATED && row->n_problems < IMPORT_PROBLEMS_MAX) {
        row->problems[row->n_problems++] = (ImportProblem){ IMPORT_REFUSED, step->act->at, why_not(in->arena, result) };
        in->table->counts[row->state]--;
        row->state = IMPORT_ERROR;
        in->table->counts[row->state]++;
    }
}

/* One round: the openings of the rows that have no matter yet, or all that is left of those that have. */
static Rc run_round(Importing *in, ImportRow *rows, size_t n, bool opening, Err *err)
{
    size_t max = n * in->table->import->n_acts;
    ActRequest *requests = ARENA_ARRAY(in->arena, ActRequest, max);
    ActResult *results = ARENA_ARRAY(in->arena, ActResult, max);
    ImportRow **of = ARENA_ARRAY(in->arena, ImportRow *, max);
    const ImportStep **steps = ARENA_ARRAY(in->arena, const ImportStep *, max);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool begins = rows[i].state == IMPORT_NEW;
        size_t first = begins && !opening ? 1 : 0;
        size_t end = !opening ? rows[i].n_steps : begins ? 1 : 0;
        for (size_t s = first; rows[i].state <= IMPORT_UPDATE && s < end; s++) {
            of[count] = &rows[i];
            steps[count] = &rows[i].steps[s];
            requests[count++] = step_request(in, &rows[i], &rows[i].steps[s]);
        }
    }
    if (!count)
        return RC_OK;
    TRY(app_perform_many(in->app, requests, count, in->arena, results, err));
    for (size_t i = 0; i < count; i++)
        take_result(in, of[i], steps[i], &results[i]);
    return RC_OK;
}

static Str write_report(const Importing *in)
{
    Json report = json_obj();
    Json counts = json_arr();
    for (size_t i = 0; i < IMPORT_STATES; i++)
        json_push(in->arena, &counts, json_int((int64_t)in->table->counts[i]));
    json_add(in->arena, &report, STR("acts"), in->acts);
    json_add(in->arena, &report, STR("counts"), counts);
    return json_to_arena(in->arena, &report);
}

Rc app_import(App *app, const LawImport *import, Str bytes, Str name, int64_t person, int64_t batch, Arena *arena,
              ImportTable *ret, int64_t *ret_batch, Err *err)
{
    ImportTable table;
    ImportSource source = { .db = app->db, .j = app->j, .pack = app_pack(app), .dir = app->dir, .now = app_now(app) };
    TRY(import_plan(&source, import, bytes, arena, &table, err));
    Importing in = { .app = app, .arena = arena, .table = &table, .person = person, .acts = json_arr() };
    for (size_t i = 0; i < table.n_rows; i += ROWS_AT_ONCE) {
        size_t n = table.n_rows - i < ROWS_AT_ONCE ? table.n_rows - i : ROWS_AT_ONCE;
        TRY(run_round(&in, &table.rows[i], n, true, err));
        TRY(run_round(&in, &table.rows[i], n, false, err));
    }
    ImportBatch row = { .id = batch,
                        .name = name,
                        .system = import->id,
                        .at = app_now(app),
                        .person = person,
                        .rows = (int64_t)table.n_rows,
                        .state = STR("done"),
                        .report = write_report(&in) };
    if (!batch)
        TRY(import_next_batch(app, &row.id, err));
    TRY(write_batch(app, &row, err));
    *ret = table;
    *ret_batch = row.id;
    return RC_OK;
}

/* ---- taking back ---- */

static const LawAct *void_act(const LawProcedure *procedure)
{
    for (size_t i = 0; i < procedure->n_acts; i++)
        if (procedure->acts[i].kind == LAW_ACT_VOID)
            return &procedure->acts[i];
    return NULL;
}

/* Which version of its matter an entry is; 0 when it has been made void already. */
static Rc find_version(App *app, int64_t matter, int64_t seq, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(app->j), DBI(matter), DBI(seq) };
    bool more = false;
    TRY(db_query(app->db, SQL_VERSION, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

typedef struct Undoing {
    App *app;
    Arena *arena;
    const LawAct *act;
    Str reason;
    int64_t person;
    ActRequest requests[VOIDS_AT_ONCE];
    ActResult results[VOIDS_AT_ONCE];
    size_t n;
    int64_t done;
} Undoing;

static Rc flush_voids(Undoing *u, Err *err)
{
    if (!u->n)
        return RC_OK;
    TRY(app_perform_many(u->app, u->requests, u->n, u->arena, u->results, err));
    for (size_t i = 0; i < u->n; i++)
        u->done += u->results[i].answer == ANSWER_DONE;
    u->n = 0;
    return RC_OK;
}

static bool asks(const LawAct *act, Str field)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (str_eq(act->form[i].field->id, field))
            return true;
    return false;
}

static Rc add_void(Undoing *u, const Json *pair, Err *err)
{
    Json form = json_obj();
    int64_t matter = json_as_int(json_at(pair, 0), 0);
    int64_t version = 0;
    TRY(find_version(u->app, matter, json_as_int(json_at(pair, 1), 0), &version, err));
    if (!version)
        return RC_OK;
    json_add(u->arena, &form, STR("version"), json_int(version));
    if (asks(u->act, STR("reason")))
        json_add(u->arena, &form, STR("reason"), json_str(u->reason));
    /* Recorded, not done: an import is taken back at any stage, by whoever may import. */
    u->requests[u->n++] =
        (ActRequest){ .actor = u->person, .matter = matter, .act = u->act->id, .mode = ACT_RECORD, .form = form };
    return u->n == VOIDS_AT_ONCE ? flush_voids(u, err) : RC_OK;
}

Rc app_import_undo(App *app, int64_t id, Str reason, int64_t person, Arena *arena, int64_t *ret_n, Err *err)
{
    ImportBatch batch;
    Json report;
    TRY(import_batch(app->db, app->j, id, arena, &batch, err));
    const LawPack *pack = app_pack(app);
    const LawImport *import = pack ? law_import(pack, batch.system) : NULL;
    if (!str_eq(batch.state, STR("done")) || !import)
        return err_set(err, RC_INVALID, "import %lld is not one that can be taken back", (long long)id);
    Undoing *u = ARENA_NEW(arena, Undoing);
    *u =
        (Undoing){ .app = app, .arena = arena, .act = void_act(import->procedure), .reason = reason, .person = person };
    if (!u->act)
        return err_set(err, RC_INVALID, "procedure %.*s has no act that makes records void",
                       STR_ARG(import->procedure->id));
    TRY(json_parse(arena, batch.report, &report, err));
    const Json *acts = json_get(&report, STR("acts"));
    for (size_t i = acts ? acts->n : 0; i > 0; i--)
        TRY(add_void(u, json_at(acts, i - 1), err));
    TRY(flush_voids(u, err));
    batch.state = STR("undone");
    TRY(write_batch(app, &batch, err));
    *ret_n = u->done;
    return RC_OK;
}
