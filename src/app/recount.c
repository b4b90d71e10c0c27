/* Figures counted again from the entries: every matter's whole history is folded and evaluated afresh, and the sums
 * must equal those of the facts that were appended act by act; for the whole ledger the tallies must equal them too. */
#include <string.h>

#include "app/check_internal.h"

static const char SQL_LEAVES[] = "SELECT leaf FROM entry WHERE j = ?1 AND seq >= ?2 ORDER BY seq LIMIT 5000";
static const char SQL_FACTS[] =
    "SELECT g.id, f.p_day, f.e_day, f.dim, CAST(SUM(f.dn) AS BIGINT), CAST(SUM(f.dv) AS BIGINT) FROM fact f "
    "JOIN figure g ON g.j = f.j AND g.fig = f.fig WHERE f.j = ?1 AND f.seq < ?2 GROUP BY g.id, f.p_day, f.e_day, f.dim "
    "HAVING SUM(f.dn) <> 0 OR SUM(f.dv) <> 0";
static const char SQL_TALLIES[] =
    "SELECT g.id, t.p_day, t.e_day, t.dim, CAST(SUM(t.n) AS BIGINT), CAST(SUM(t.v) AS BIGINT) FROM tally t "
    "JOIN figure g ON g.j = t.j AND g.fig = t.fig WHERE t.j = ?1 AND ?2 = ?2 GROUP BY g.id, t.p_day, t.e_day, t.dim "
    "HAVING SUM(t.n) <> 0 OR SUM(t.v) <> 0";

typedef struct History {
    int64_t id;
    const LawProcedure *procedure; /* of the pack whose figures are adopted */
    MatterPast *past;
    size_t n;
    size_t cap;
} History;

typedef struct Cell {
    Str name;
    int64_t n;
    int64_t v;
    bool seen;
} Cell;

typedef struct Recounting {
    App *app;
    Check check;
    Arena *arena; /* histories */
    Arena *round; /* one size */
    const LawPack *pack;
    Map by_id; /* History* */
    History **list;
    size_t n;
    size_t cap;
    Map cells; /* of the round: name -> Cell* */
    Cell **cell_list;
    size_t n_cells;
    size_t cap_cells;
} Recounting;

static void remember(Recounting *r, const Entry *entry)
{
    History *h = idmap_get(&r->by_id, entry->matter);
    const Effect *first = entry->effects.n ? &entry->effects.items[0] : NULL;
    if (!h && first && first->kind == EFFECT_OPEN) {
        h = ARENA_NEW(r->arena, History);
        *h = (History){ .id = entry->matter, .procedure = law_procedure(r->pack, first->name) };
        idmap_put(&r->by_id, entry->matter, h);
        *ARENA_PUSH(r->arena, r->list, r->n, r->cap) = h;
    }
    if (!h || (entry->kind != ENTRY_ACT && entry->kind != ENTRY_CLOCK))
        return;
    *ARENA_PUSH(r->arena, h->past, h->n, h->cap) =
        (MatterPast){ .seq = entry->seq,
                      .version = entry->version,
                      .eff_at = entry->eff_at,
                      .eff_day = instant_day(entry->eff_at, r->pack->zone_minutes),
                      .effects = entry->effects };
}

static Rc read_histories(Recounting *r, int64_t total, Err *err)
{
    for (int64_t at = 0; at < total;) {
        CLEANUP(db_endp) DbRows *rows = NULL;
        bool more = false;
        DbValue params[] = { DBI(r->app->j), DBI(at) };
        TRY(db_query(r->app->db, SQL_LEAVES, params, 2, &rows, err));
        TRY(db_next(rows, &more, err));
        if (!more)
            return err_set(err, RC_CORRUPT, "entry %lld is missing", (long long)at);
        while (more) {
            Entry entry;
            TRY(entry_decode(r->arena, db_str(rows, 0), &entry, err));
            remember(r, &entry);
            at++;
            TRY(db_next(rows, &more, err));
        }
    }
    return RC_OK;
}

static Cell *cell(Recounting *r, Str figure, Day p_day, Day e_day, Str dim)
{
    Str name = arena_printf(r->round, "%.*s %d %d %.*s", STR_ARG(figure), p_day, e_day, STR_ARG(dim));
    Cell *c = map_get(&r->cells, name);
    if (!c) {
        c = ARENA_NEW(r->round, Cell);
        c->name = name;
        map_put(&r->cells, name, c);
        *ARENA_PUSH(r->round, r->cell_list, r->n_cells, r->cap_cells) = c;
    }
    return c;
}

/* The history as it stood when the ledger had `size` entries. */
static size_t cut_history(Recounting *r, const History *h, int64_t size, MatterPast **ret)
{
    MatterPast *past = ARENA_ARRAY(r->check.scratch, MatterPast, h->n);
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        if (h->past[i].seq < size)
            past[n++] = h->past[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < past[i].effects.n; k++)
            for (size_t t = 0; past[i].effects.items[k].kind == EFFECT_VOID && t < n; t++)
                if (past[t].version == past[i].effects.items[k].a)
                    past[t].voided = true;
    *ret = past;
    return n;
}

static void count_history(Recounting *r, const History *h, int64_t size)
{
    MatterPast *past = NULL;
    Facts facts = { 0 };
    size_t n = cut_history(r, h, size, &past);
    if (!n || !h->procedure || !h->procedure->n_figures)
        return;
    FigureWorld world = { .arena = r->check.scratch, .pack = r->pack, .procedure = h->procedure, .dir = r->app->dir };
    figure_history(&world, past, n, &facts);
    for (size_t i = 0; i < facts.n; i++) {
        const Fact *f = &facts.items[i];
        Cell *c = cell(r, f->figure->id, f->p_day, f->e_day, f->dim);
        c->n += f->dn;
        c->v += f->dv;
    }
}

static Rc compare(Recounting *r, const char *sql, int64_t size, const char *what, int64_t *rows_seen, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    for (size_t i = 0; i < r->n_cells; i++)
        r->cell_list[i]->seen = false;
    DbValue params[] = { DBI(r->app->j), DBI(size) };
    TRY(db_query(r->app->db, sql, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Cell *c = cell(r, db_str(rows, 0), (Day)db_int(rows, 1), (Day)db_int(rows, 2), db_str(rows, 3));
        c->seen = true;
        *rows_seen += 1;
        if (c->n != db_int(rows, 4) || c->v != db_int(rows, 5))
            check_fault(&r->check, arena_str(r->check.arena, c->name),
                        arena_printf(r->check.arena, "%s say %lld (%lld), the entries before %lld give %lld (%lld)",
                                     what, (long long)db_int(rows, 4), (long long)db_int(rows, 5), (long long)size,
                                     (long long)c->n, (long long)c->v));
        TRY(db_next(rows, &more, err));
    }
    for (size_t i = 0; i < r->n_cells; i++) {
        const Cell *c = r->cell_list[i];
        if (!c->seen && (c->n || c->v))
            check_fault(&r->check, arena_str(r->check.arena, c->name),
                        arena_printf(r->check.arena, "%s say nothing, the entries before %lld give %lld (%lld)", what,
                                     (long long)size, (long long)c->n, (long long)c->v));
    }
    return RC_OK;
}

static Rc recount_at(Recounting *r, int64_t size, bool whole, int64_t *rows_seen, Err *err)
{
    arena_reset(r->round);
    map_init(&r->cells, r->round);
    r->n_cells = 0;
    r->cap_cells = 0;
    for (size_t i = 0; i < r->n; i++) {
        arena_reset(r->check.scratch);
        count_history(r, r->list[i], size);
    }
    TRY(compare(r, SQL_FACTS, size, "the facts", rows_seen, err));
    return whole ? compare(r, SQL_TALLIES, size, "the tallies", rows_seen, err) : RC_OK;
}

Rc app_recount(App *app, const int64_t *sizes, size_t n_sizes, CheckProgress progress, Arena *arena, CheckReport *ret,
               Err *err)
{
    CLEANUP(arena_freep) Arena *histories = arena_new((size_t)8 << 30);
    CLEANUP(arena_freep) Arena *round = arena_new(0);
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    Recounting *r = ARENA_NEW(arena, Recounting);
    *r = (Recounting){ .app = app,
                       .check = { .arena = arena, .scratch = scratch },
                       .arena = histories,
                       .round = round,
                       .pack = law_book_latest(&app->book) };
    map_init(&r->by_id, histories);
    int64_t total = 0;
    TRY(check_count_entries(app, &total, err));
    if (r->pack)
        TRY(read_histories(r, total, err));
    for (size_t i = 0; r->pack && i < n_sizes; i++) {
        bool whole = sizes[i] == 0 || sizes[i] == total;
        TRY(recount_at(r, whole ? total : sizes[i], whole, &ret->rows, err));
        if (progress.tell)
            progress.tell(progress.ctx, (int64_t)i + 1, (int64_t)n_sizes);
    }
    ret->entries = total;
    ret->matters = (int64_t)r->n;
    ret->faults = r->check.faults;
    ret->n_faults = r->check.n_faults;
    return RC_OK;
}
