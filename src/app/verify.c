#include "app/app_internal.h"
#include "app/check.h"
#include "app/check_internal.h"

#include <string.h>

static const char SQL_ENTRIES[] =
    "SELECT seq, hash, leaf FROM entry WHERE j = ?1 AND seq >= ?2 ORDER BY seq LIMIT 5000";
static const char SQL_HEAD[] = "SELECT size, root, frontier, last_at FROM ledger_head WHERE j = ?1";
static const char SQL_TILES[] = "SELECT level, idx, hashes FROM ledger_tile WHERE j = ?1 AND level = 0 AND idx = ?2";

typedef struct Verifying {
    App *app;
    Check check;
    LedgerFrontier frontier;
    int64_t last_at;
    LedgerHash tile[LEDGER_TILE_WIDTH]; /* stored hashes of the leaves being read */
    bool has_tile;
} Verifying;

void check_fault(Check *check, Str where, Str what)
{
    if (check->n_faults < CHECK_FAULTS_MAX)
        check->faults[check->n_faults++] = (CheckFault){ where, what };
}

static Str entry_name(Verifying *v)
{
    return arena_printf(v->check.arena, "entry %llu", (unsigned long long)v->frontier.size);
}

static Rc load_tile(Verifying *v, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(v->app->j), DBI((int64_t)(v->frontier.size / LEDGER_TILE_WIDTH)) };
    TRY(db_query(v->app->db, SQL_TILES, params, 2, &rows, err));
    TRY(db_next(rows, &v->has_tile, err));
    if (v->has_tile && db_str(rows, 2).n == sizeof v->tile)
        memcpy(v->tile, db_str(rows, 2).p, sizeof v->tile);
    return RC_OK;
}

static void verify_content(Verifying *v, Str leaf)
{
    int64_t j = v->app->j;
    Str what = entry_fault(v->check.scratch, leaf, (int64_t)v->frontier.size, &j, &v->last_at);
    if (what.n)
        check_fault(&v->check, entry_name(v), arena_str(v->check.arena, what));
}

static Rc verify_entry(Verifying *v, const DbRows *rows, Err *err)
{
    LedgerHash stored;
    LedgerHash computed;
    if (v->frontier.size % LEDGER_TILE_WIDTH == 0)
        TRY(load_tile(v, err));
    if (db_int(rows, 0) != (int64_t)v->frontier.size)
        check_fault(&v->check, entry_name(v), STR("missing"));
    ledger_leaf_hash(v->app->hash, db_str(rows, 2), &computed);
    bool known = ledger_hash_from(db_str(rows, 1), &stored);
    if (!known || !ledger_hash_equal(&stored, &computed))
        check_fault(&v->check, entry_name(v), STR("the leaf does not have the hash stored beside it"));
    const LedgerHash *in_tile = &v->tile[v->frontier.size % LEDGER_TILE_WIDTH];
    if (v->has_tile && !ledger_hash_equal(in_tile, &computed))
        check_fault(&v->check, entry_name(v), STR("the leaf does not have the hash its tile holds"));
    verify_content(v, db_str(rows, 2));
    arena_reset(v->check.scratch);
    return ledger_append(v->app->hash, &v->frontier, &computed, err);
}

static Rc verify_run(Verifying *v, bool *ret_more, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    *ret_more = false;
    DbValue params[] = { DBI(v->app->j), DBI((int64_t)v->frontier.size) };
    TRY(db_query(v->app->db, SQL_ENTRIES, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ret_more = true;
        TRY(verify_entry(v, rows, err));
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc verify_head(Verifying *v, LedgerHash *ret_root, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    LedgerHash stored;
    bool more = false;
    DbValue j = DBI(v->app->j);
    TRY(db_query(v->app->db, SQL_HEAD, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    ledger_root(v->app->hash, &v->frontier, ret_root);
    if (!more || db_int(rows, 0) != (int64_t)v->frontier.size)
        check_fault(&v->check, STR("ledger head"), STR("its size is not the number of entries"));
    else if (!ledger_hash_from(db_str(rows, 1), &stored) || !ledger_hash_equal(&stored, ret_root))
        check_fault(&v->check, STR("ledger head"), STR("its root is not the root of the entries"));
    else if (!str_eq(db_str(rows, 2), ledger_frontier_encode(v->check.scratch, &v->frontier)))
        check_fault(&v->check, STR("ledger head"), STR("its frontier is not that of the entries"));
    else if (db_int(rows, 3) != (v->frontier.size ? v->last_at : 0))
        check_fault(&v->check, STR("ledger head"), STR("its last instant is not that of the last entry"));
    return RC_OK;
}

Rc app_verify(App *app, CheckProgress progress, Arena *arena, CheckReport *ret, Err *err)
{
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    Verifying *v = ARENA_NEW(arena, Verifying);
    v->app = app;
    v->check = (Check){ .arena = arena, .scratch = scratch };
    v->last_at = INT64_MIN;
    int64_t total = 0;
    TRY(check_count_entries(app, &total, err));
    bool more = true;
    while (more) {
        TRY(verify_run(v, &more, err));
        if (progress.tell)
            progress.tell(progress.ctx, (int64_t)v->frontier.size, total);
    }
    TRY(verify_head(v, &ret->root, err));
    ret->entries = (int64_t)v->frontier.size;
    ret->faults = v->check.faults;
    ret->n_faults = v->check.n_faults;
    return RC_OK;
}
