#include "io/store/work_internal.h"

#include <assert.h>
#include <string.h>

#include "io/store/tree.h"

static const char SQL_HEAD[] = "SELECT epoch, size, frontier, last_at FROM ledger_head WHERE j = ?1";
static const char SQL_FENCE[] = "UPDATE ledger_head SET epoch = ?2, size = ?3, root = ?4, frontier = ?5, last_at = ?6 "
                                "WHERE j = ?1 AND epoch = ?2 AND size = ?7";
static const char SQL_FIGURES[] = "SELECT id, fig FROM figure WHERE j = ?1";

DbValue work_int_or_null(int64_t value, int64_t none)
{
    return value == none ? DBNULL : DBI(value);
}

DbValue work_text_or_null(Str text)
{
    return text.n ? DBT(text) : DBNULL;
}

Str work_key2(Work *work, Str a, Str b)
{
    return arena_printf(work->arena, "%.*s\n%.*s", STR_ARG(a), STR_ARG(b));
}

void work_row(Work *work, TableId table, const DbValue *values)
{
    Rows *rows = &work->rows[table];
    size_t n = schema_tables[table].n_columns;
    for (size_t i = 0; i < n; i++)
        *ARENA_PUSH(work->arena, rows->values, rows->n, rows->cap) = values[i];
    work->unwritten = true;
    work->touched = true;
}

static Rc read_head(Work *work, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(work->world.j);
    bool more = false;
    TRY(db_query(work->db, SQL_HEAD, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "jurisdiction %lld has no ledger here", (long long)work->world.j);
    if (db_int(rows, 0) != work->epoch)
        return err_set(err, RC_CONFLICT, "another process has taken over this ledger (epoch %lld, ours %lld)",
                       (long long)db_int(rows, 0), (long long)work->epoch);
    work->first_size = db_int(rows, 1);
    work->last_at = db_int(rows, 3);
    return ledger_frontier_decode(db_str(rows, 2), (uint64_t)work->first_size, &work->frontier, err);
}

static Rc read_figures(Work *work, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(work->world.j);
    bool more = false;
    TRY(db_query(work->db, SQL_FIGURES, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        int64_t *fig = ARENA_NEW(work->arena, int64_t);
        *fig = db_int(rows, 1);
        map_put(&work->figures, db_str_in(rows, 0, work->arena), fig);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

Rc work_begin(Db *db, Arena *arena, const WorkWorld *world, int64_t epoch, Work **ret, Err *err)
{
    Work *work = ARENA_NEW(arena, Work);
    *work = (Work){ .db = db, .arena = arena, .world = *world, .epoch = epoch };
    Map *maps[] = { &work->matters, &work->tallies, &work->series, &work->requests,
                    &work->aliases, &work->blinds,  &work->figures };
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        map_init(maps[i], arena);
    TRY(db_begin(db, err));
    Rc rc = read_head(work, err);
    if (rc == RC_OK)
        rc = read_figures(work, err);
    if (rc != RC_OK) {
        db_rollback(db);
        return rc;
    }
    *ret = work;
    return RC_OK;
}

bool work_touched(const Work *work)
{
    return work->touched;
}

int64_t work_next_seq(const Work *work)
{
    return (int64_t)work->frontier.size;
}

int64_t work_last_at(const Work *work)
{
    return work->last_at;
}

void work_set_world(Work *work, const WorkWorld *world)
{
    work->world = *world;
}

/* ---- flush ---- */

static bool same_json(const Json *a, const Json *b)
{
    return a == b || (a && b && json_equal(a, b));
}

/* An indexed value as bytes that sort as the value does. */
static Str index_key(Work *work, const Json *value)
{
    if (value->type == JSON_INT) {
        char *key = arena_alloc(work->arena, 8);
        uint64_t bits = (uint64_t)value->as.i ^ (UINT64_C(1) << 63);
        for (int i = 7; i >= 0; i--, bits >>= 8)
            key[i] = (char)(bits & 0xFF);
        return (Str){ key, 8 };
    }
    if (value->type == JSON_BOOL)
        return value->as.b ? STR("1") : STR("0");
    return json_as_str(value);
}

static Rc delete_attr(Work *work, int64_t matter, Str field, const Json *value, Err *err)
{
    size_t n = value->type == JSON_ARR ? value->n : 1;
    for (size_t i = 0; i < n; i++) {
        DbValue key[] = { DBI(work->world.j), DBI(matter), DBT(field), DBI((int64_t)i) };
        TRY(db_write(work->db, &schema_tables[T_MATTER_ATTR], DB_DELETE, key, 1, NULL, err));
    }
    return RC_OK;
}

static void insert_attr(Work *work, int64_t matter, Str field, const Json *value)
{
    size_t n = value->type == JSON_ARR ? value->n : 1;
    for (size_t i = 0; i < n; i++) {
        const Json *item = value->type == JSON_ARR ? json_at(value, i) : value;
        DbValue row[] = { DBI(work->world.j), DBI(matter), DBT(field), DBI((int64_t)i), DBB(index_key(work, item)) };
        work_row(work, T_MATTER_ATTR, row);
    }
}

static Rc flush_attrs(Work *work, WorkMatter *wm, Err *err)
{
    const LawProcedure *p = wm->m.procedure;
    for (size_t i = 0; i < p->n_fields; i++) {
        Str id = p->fields[i].id;
        const Json *now = json_get(&wm->m.core.fields, id);
        const Json *before = json_get(&wm->attrs, id);
        if (!p->fields[i].indexed || same_json(now, before))
            continue;
        if (before)
            TRY(delete_attr(work, wm->m.id, id, before, err));
        if (now)
            insert_attr(work, wm->m.id, id, now);
    }
    wm->attrs = wm->m.core.fields;
    return RC_OK;
}

static int64_t core_id(const WorkMatter *wm, int field)
{
    return field < 0 ? 0 : json_get_int(&wm->m.core.fields, wm->m.procedure->fields[field].id, 0);
}

static void flush_matter_row(Work *work, const WorkMatter *wm)
{
    const Matter *m = &wm->m;
    const MatterCore *core = &m->core;
    DbValue row[] = { DBI(work->world.j),
                      DBI(m->id),
                      DBT(m->procedure->id),
                      DBB(wm->pack_digest),
                      DBT(core->stage),
                      DBI(m->version),
                      DBI(core->opened_day),
                      work_int_or_null(core->closed_day, DAY_NONE),
                      work_text_or_null(core->outcome),
                      work_text_or_null(m->number),
                      work_text_or_null(m->public_code),
                      DBT(core->title),
                      work_text_or_null(core->kind),
                      work_int_or_null(core_id(wm, m->procedure->unit_field), 0),
                      work_int_or_null(core_id(wm, m->procedure->handler_field), 0),
                      work_int_or_null(matter_due_at(m), INT64_MAX),
                      work_int_or_null(core->merged_into, 0),
                      DBI(m->last_eff_at),
                      DBB(json_to_arena(work->arena, &core->fields)) };
    work_row(work, T_MATTER, row);
}

static void flush_clocks(Work *work, WorkMatter *wm)
{
    for (size_t i = 0; i < wm->m.n_clocks; i++) {
        const MatterClock *c = &wm->m.clocks[i];
        if (!(wm->clocks >> i & 1))
            continue;
        Json row = matter_clock_to_json(work->arena, c);
        DbValue values[] = { DBI(work->world.j),
                             DBI(wm->m.id),
                             DBT(c->id),
                             DBI(c->state),
                             DBI(c->start_at),
                             DBI(c->due_at),
                             work_int_or_null(c->fire_at, INT64_MAX),
                             DBI(c->gen),
                             DBB(json_to_arena(work->arena, &row)) };
        work_row(work, T_CLOCK, values);
    }
    wm->clocks = 0;
}

static void flush_finding(Work *work, const WorkMatter *wm)
{
    if (!wm->finding_rule.n)
        return;
    DbValue row[] = { DBI(work->world.j),      DBI(wm->m.id),        DBT(wm->finding_rule),
                      DBI(wm->finding_source), DBI(wm->finding_seq), DBI(wm->m.core.closed_day == DAY_NONE) };
    work_row(work, T_FINDING, row);
}

static Rc gather_matters(Work *work, Err *err)
{
    for (size_t i = 0; i < work->n_order; i++) {
        WorkMatter *wm = work->order[i];
        if (!wm->dirty)
            continue;
        wm->dirty = false;
        flush_matter_row(work, wm);
        flush_clocks(work, wm);
        flush_finding(work, wm);
        TRY(flush_attrs(work, wm, err));
    }
    return RC_OK;
}

static void gather_sums(Work *work)
{
    for (size_t i = 0; i < work->n_tallies; i++) {
        const WorkTally *t = work->tally_order[i];
        DbValue row[] = { DBI(work->world.j), DBI(t->fig), DBI(t->p), DBI(t->e),
                          DBI(t->k),          DBT(t->dim), DBI(t->n), DBI(t->v) };
        /* Also when it comes to nothing: which rows there are must not depend on how acts were batched. */
        work_row(work, T_TALLY, row);
    }
    work->n_tallies = 0;
    map_init(&work->tallies, work->arena);
    for (size_t i = 0; i < work->n_series; i++) {
        const WorkSeries *s = work->series_order[i];
        DbValue row[] = { DBI(work->world.j), DBT(s->series), DBI(s->year), DBI(s->last) };
        work_row(work, T_SERIES, row);
    }
}

static DbWrite how_written(TableId table)
{
    switch (table) {
    case T_MATTER:
    case T_MATTER_ALIAS: /* the number of a matter that was taken back passes to its successor */
    case T_CLOCK:
    case T_FINDING:
    case T_SERIES:
    case T_TALLY:
    case T_JURISDICTION:
    case T_UNIT:
    case T_PERSON:
    case T_ROLE_GRANT:
    case T_CREDENTIAL: return DB_UPSERT;
    case T_PACK:
    case T_BLOB:
    case T_SUBJECT:
    case T_SUBJECT_ALIAS: return DB_IGNORE;
    default: return DB_INSERT;
    }
}

Rc work_flush(Work *work, Err *err)
{
    if (!work->unwritten)
        return RC_OK;
    TRY(gather_matters(work, err));
    gather_sums(work);
    for (int t = 0; t < T_COUNT; t++) {
        Rows *rows = &work->rows[t];
        size_t n = rows->n / schema_tables[t].n_columns;
        if (n)
            TRY(db_write(work->db, &schema_tables[t], how_written((TableId)t), rows->values, n, NULL, err));
        rows->n = 0;
    }
    work->unwritten = false;
    return RC_OK;
}

/* ---- tiles that the batch completed, made from the leaves just written ---- */

static Rc write_tile(void *ctx, unsigned level, uint64_t index, const LedgerHash hashes[LEDGER_TILE_WIDTH], Err *err)
{
    Work *work = ctx;
    Str bytes = { (const char *)hashes, sizeof(LedgerHash) * LEDGER_TILE_WIDTH };
    DbValue row[] = { DBI(work->world.j), DBI(level), DBI((int64_t)index), DBB(bytes) };
    return db_write(work->db, &schema_tables[T_LEDGER_TILE], DB_INSERT, row, 1, NULL, err);
}

static Rc complete_tiles(Work *work, Err *err)
{
    uint64_t before = (uint64_t)work->first_size;
    uint64_t after = work->frontier.size;
    if (before / LEDGER_TILE_WIDTH == after / LEDGER_TILE_WIDTH)
        return RC_OK;
    StoreTree tree = { .db = work->db, .j = work->world.j };
    LedgerTiles *tiles = ledger_tiles_new(work->arena, work->world.hash, store_tree_source(&tree));
    return ledger_tiles_complete(tiles, before, after, write_tile, work, err);
}

Rc work_commit(Work *work, Err *err)
{
    TRY(work_flush(work, err));
    TRY(complete_tiles(work, err));
    LedgerHash root;
    ledger_root(work->world.hash, &work->frontier, &root);
    Str frontier = ledger_frontier_encode(work->arena, &work->frontier);
    DbValue params[] = { DBI(work->world.j),           DBI(work->epoch), DBI((int64_t)work->frontier.size),
                         DBB(ledger_hash_view(&root)), DBB(frontier),    DBI(work->last_at),
                         DBI(work->first_size) };
    size_t changed = 0;
    TRY(db_run(work->db, SQL_FENCE, params, ARRAY_LEN(params), &changed, err));
    if (changed != 1)
        return err_set(err, RC_CONFLICT, "another process has written to this ledger");
    return db_commit(work->db, err);
}

void work_rollback(Work *work)
{
    db_rollback(work->db);
}

void work_personal(Work *work, int64_t seq, int64_t subject, Str ciphertext)
{
    DbValue row[] = { DBI(work->world.j), DBI(seq), DBI(subject), DBB(arena_str(work->arena, ciphertext)) };
    work_row(work, T_PERSONAL, row);
}
