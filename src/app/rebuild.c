/* The state is what the entries say it is: fold them into an empty store with the same code and compare. */
#include <unistd.h>

#include "app/check_internal.h"

static const char SQL_COUNT[] = "SELECT size FROM ledger_head WHERE j = ?1";
static const char SQL_LEAVES[] = "SELECT leaf FROM entry WHERE j = ?1 AND seq >= ?2 ORDER BY seq LIMIT 1000";
static const char SQL_PACKS[] = "SELECT digest, name, version, tree FROM pack";

Rc check_count_entries(App *app, int64_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue j = DBI(app->j);
    TRY(db_query(app->db, SQL_COUNT, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret_n = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

/* ---- a shadow of the App over another store ---- */

static Rc copy_packs(App *live, App *shadow, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(live->db, SQL_PACKS, NULL, 0, &rows, err));
    TRY(db_begin(shadow->db, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        DbValue row[] = { DBB(db_str(rows, 0)), DBT(db_str(rows, 1)), DBT(db_str(rows, 2)), DBB(db_str(rows, 3)) };
        TRY(db_write(shadow->db, &schema_tables[T_PACK], DB_IGNORE, row, 1, NULL, err));
        TRY(db_next(rows, &more, err));
    }
    return db_commit(shadow->db, err);
}

static void close_shadow(App *shadow)
{
    db_close(shadow->db);
    arena_free(shadow->arena);
    arena_free(shadow->people);
    arena_free(shadow->act);
    arena_free(shadow->batch);
}

static Rc open_shadow(App *live, Str url, App *shadow, Err *err)
{
    *shadow = (App){ .arena = arena_new(0),
                     .people = arena_new(0),
                     .batch = arena_new((size_t)4 << 30),
                     .act = arena_new(0),
                     .clock = live->clock,
                     .crypto = live->crypto,
                     .hash = live->hash,
                     .url = url,
                     .j = live->j };
    TRY(db_open(url, &(DbOptions){ 0 }, &shadow->db, err));
    TRY(app_create_tables(shadow->db, shadow->hash, shadow->j, err));
    TRY(copy_packs(live, shadow, err));
    return app_read_people(shadow, err);
}

/* ---- folding ---- */

enum { FOLD_LEAVES = 1000 };

static Rc read_leaves(App *live, int64_t at, Arena *arena, Str *leaves, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    size_t n = 0;
    DbValue params[] = { DBI(live->j), DBI(at) };
    TRY(db_query(live->db, SQL_LEAVES, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n < FOLD_LEAVES) {
        leaves[n++] = db_str_in(rows, 0, arena);
        TRY(db_next(rows, &more, err));
    }
    *ret_n = n;
    return RC_OK;
}

/* As many entries from *at on as one fold takes. */
static Rc fold_batch(App *live, App *shadow, Arena *scratch, int64_t *at, Err *err)
{
    Str *leaves = arena_array(scratch, FOLD_LEAVES, sizeof(Str));
    size_t n;
    size_t done = 0;
    TRY(read_leaves(live, *at, scratch, leaves, &n, err));
    while (n > 0 && done < n) {
        size_t folded;
        Rc rc = app_fold(shadow, leaves + done, n - done, &folded, err);
        if (rc != RC_OK)
            return err_wrap(err, rc, "entry %lld", (long long)*at);
        done += folded;
        *at += (int64_t)folded;
    }
    arena_reset(scratch);
    return RC_OK;
}

/* ---- comparing ---- */

static const char *select_all(Arena *arena, const DbTable *table)
{
    Buf sql;
    buf_init(&sql, 4096);
    buf_c(&sql, "SELECT ");
    for (size_t i = 0; i < table->n_columns; i++)
        buf_printf(&sql, "%s%s", i ? ", " : "", table->columns[i].name);
    buf_printf(&sql, " FROM %s ORDER BY ", table->name);
    for (size_t i = 0; i < table->n_key; i++)
        buf_printf(&sql, "%s%s", i ? ", " : "", table->columns[i].name);
    const char *text = arena_c(arena, buf_view(&sql));
    buf_free(&sql);
    return text;
}

static bool same_cell(const DbRows *a, const DbRows *b, const DbTable *table, int column)
{
    if (db_is_null(a, column) || db_is_null(b, column))
        return db_is_null(a, column) && db_is_null(b, column);
    if (table->columns[column].type == DB_INT)
        return db_int(a, column) == db_int(b, column);
    return str_eq(db_str(a, column), db_str(b, column));
}

/* "clock (1, 4096, decide-by): due_at" */
static Str cell_name(Arena *arena, const DbRows *row, const DbTable *table, const char *column)
{
    Buf name;
    buf_init(&name, 1024);
    buf_printf(&name, "%s (", table->name);
    for (size_t i = 0; i < table->n_key; i++) {
        buf_c(&name, i ? ", " : "");
        if (table->columns[i].type == DB_INT)
            buf_i64(&name, db_int(row, (int)i));
        else if (table->columns[i].type == DB_TEXT)
            buf_str(&name, db_str(row, (int)i));
        else
            buf_hex(&name, (const uint8_t *)db_str(row, (int)i).p, db_str(row, (int)i).n);
    }
    buf_printf(&name, "): %s", column);
    Str text = buf_to_arena(&name, arena);
    buf_free(&name);
    return text;
}

static Rc compare_table(App *live, App *shadow, const DbTable *table, Check *check, int64_t *rows_seen, Err *err)
{
    CLEANUP(db_endp) DbRows *a = NULL;
    CLEANUP(db_endp) DbRows *b = NULL;
    bool more_a = false;
    bool more_b = false;
    /* The statement's text must live as long as the connections, which keep statements by its address. */
    const char *sql = select_all(live->arena, table);
    TRY(db_query(live->db, sql, NULL, 0, &a, err));
    TRY(db_query(shadow->db, sql, NULL, 0, &b, err));
    for (;;) {
        TRY(db_next(a, &more_a, err));
        TRY(db_next(b, &more_b, err));
        if (!more_a || !more_b)
            break;
        *rows_seen += 1;
        for (size_t c = 0; c < table->n_columns; c++)
            if (!same_cell(a, b, table, (int)c)) {
                check_fault(check, cell_name(check->arena, a, table, table->columns[c].name),
                            STR("the stored value is not what the entries give"));
                return RC_OK;
            }
    }
    if (more_a != more_b)
        check_fault(check, arena_printf(check->arena, "table %s", table->name),
                    more_a ? STR("has rows that no entry gives") : STR("lacks rows that the entries give"));
    return RC_OK;
}

Rc app_rebuild_check(App *app, const char *data, Str other_url, CheckProgress progress, Arena *arena, CheckReport *ret,
                     Err *err)
{
    App shadow = { 0 };
    Check *check = ARENA_NEW(arena, Check);
    check->arena = arena;
    Str folder = arena_printf(arena, "%s/rebuild-%d", data, (int)getpid());
    Str url = other_url.n ? other_url : arena_printf(arena, "sqlite:%.*s/yifa.db", STR_ARG(folder));
    if (!other_url.n)
        TRY(os_mkdirs(folder.p, 0700, err));
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    int64_t at = 0;
    int64_t total = 0;
    Rc rc = open_shadow(app, url, &shadow, err);
    if (rc == RC_OK)
        rc = check_count_entries(app, &total, err);
    while (rc == RC_OK && at < total) {
        rc = fold_batch(app, &shadow, scratch, &at, err);
        if (progress.tell)
            progress.tell(progress.ctx, at, total);
    }
    for (int t = 0; rc == RC_OK && t < T_COUNT; t++)
        if (schema_class((TableId)t) == TABLE_STATE)
            rc = compare_table(app, &shadow, &schema_tables[t], check, &ret->rows, err);
    close_shadow(&shadow);
    if (!other_url.n) {
        Err ignored;
        Rc removed = os_remove_tree(folder.p, &ignored);
        if (rc == RC_OK && removed != RC_OK) {
            *err = ignored;
            rc = removed;
        }
    }
    ret->entries = at;
    ret->faults = check->faults;
    ret->n_faults = check->n_faults;
    return rc;
}
