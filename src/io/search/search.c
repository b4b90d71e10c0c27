#include "io/search/search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "lib/fmt/json.h"

static const char SQL_MAKE_INDEX[] = "CREATE VIRTUAL TABLE IF NOT EXISTS doc USING fts5(words, tokenize='unicode61')";
static const char SQL_FORGET[] = "DELETE FROM doc WHERE rowid = ?1";
static const char SQL_INDEX[] = "INSERT INTO doc(rowid, words) VALUES(?1, ?2)";
static const char SQL_FIND[] = "SELECT rowid FROM doc WHERE doc MATCH ?1 ORDER BY rowid DESC LIMIT ?2";
static const char SQL_CURSOR[] = "SELECT seq FROM cursor WHERE j = ?1";

/* Of the store. */
static const char SQL_ENTRIES[] = "SELECT seq, leaf FROM entry WHERE j = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3";
static const char SQL_MATTER[] = "SELECT number, public_code, title, fields FROM matter WHERE j = ?1 AND id = ?2";
static const char SQL_ALIASES[] = "SELECT number FROM matter_alias WHERE j = ?1 AND matter = ?2 LIMIT 50";
static const char SQL_DOCUMENTS[] =
    "SELECT number FROM document WHERE j = ?1 AND matter = ?2 AND number IS NOT NULL LIMIT 50";

static const DbColumn cursor_columns[] = { { "j", DB_INT, false, false }, { "seq", DB_INT, false, false } };
static const DbTable cursor_table = {
    .name = "cursor", .columns = cursor_columns, .n_columns = 2, .n_key = 1, .without_rowid = true
};

struct Search {
    Db *db;
};

/* ---- life ---- */

static Rc make(Db *db, Err *err)
{
    const DbTable *const tables[] = { &cursor_table };
    TRY(db_create(db, tables, 1, err));
    return db_run(db, SQL_MAKE_INDEX, NULL, 0, NULL, err);
}

Rc search_open(const char *path, bool writer, Search **ret, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(db_closep) Db *db = NULL;
    Str url = arena_printf(arena, "sqlite:%s", path);
    Rc rc = db_open(url, &(DbOptions){ .read_only = !writer }, &db, err);
    if (rc == RC_IO && !writer)
        return err_set(err, RC_NOT_FOUND, "the index has not been made yet");
    TRY(rc);
    if (writer)
        TRY(make(db, err));
    Search *search = calloc(1, sizeof *search);
    if (!search)
        return err_set(err, RC_NOMEM, "out of memory");
    search->db = db;
    db = NULL;
    *ret = search;
    return RC_OK;
}

void search_close(Search *search)
{
    if (!search)
        return;
    db_close(search->db);
    free(search);
}

void search_closep(Search **search)
{
    search_close(*search);
    *search = NULL;
}

/* ---- following the ledger ---- */

typedef struct Follow {
    Search *search;
    Db *store;
    int64_t j;
    Arena *arena;
    Buf words;
} Follow;

static void add_text(Follow *f, Str text)
{
    if (f->words.n + 2 * text.n < SEARCH_TEXT_MAX)
        search_cut(text, &f->words);
}

static bool is_ascii(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Texts inside field values. Those of ASCII alone are ids of options and days, which nobody looks for by their words.
 */
static void add_values(Follow *f, const Json *value, int depth)
{
    enum { DEPTH_MAX = 4 };
    if (value->type == JSON_STR && !is_ascii(json_as_str(value)))
        add_text(f, json_as_str(value));
    for (size_t i = 0; depth < DEPTH_MAX && value->type == JSON_ARR && i < value->n; i++)
        add_values(f, &value->as.items[i], depth + 1);
    for (size_t i = 0; depth < DEPTH_MAX && value->type == JSON_OBJ && i < value->n; i++)
        add_values(f, &value->as.members[i].value, depth + 1);
}

static Rc add_numbers(Follow *f, const char *sql, int64_t matter, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(f->j), DBI(matter) };
    TRY(db_query(f->store, sql, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        add_text(f, db_str(rows, 0));
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc add_matter(Follow *f, int64_t matter, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(f->j), DBI(matter) };
    TRY(db_query(f->store, SQL_MATTER, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return RC_OK;
    for (int i = 0; i < 3; i++)
        add_text(f, db_str(rows, i));
    Json fields;
    TRY(json_parse(f->arena, db_str(rows, 3), &fields, err));
    add_values(f, &fields, 0);
    return RC_OK;
}

static Rc index_matter(Follow *f, int64_t matter, Err *err)
{
    ArenaMark mark = arena_mark(f->arena);
    buf_clear(&f->words);
    TRY(add_matter(f, matter, err));
    TRY(add_numbers(f, SQL_ALIASES, matter, err));
    TRY(add_numbers(f, SQL_DOCUMENTS, matter, err));
    DbValue params[] = { DBI(matter), DBT(buf_view(&f->words)) };
    TRY(db_run(f->search->db, SQL_FORGET, params, 1, NULL, err));
    TRY(db_run(f->search->db, SQL_INDEX, params, 2, NULL, err));
    arena_rewind(f->arena, mark);
    return RC_OK;
}

/* Matters of the entries from `seq` on, each once; *ret_next is the seq after the last entry read. */
static Rc touched(Follow *f, int64_t seq, int64_t **ret_ids, size_t *ret_n, int64_t *ret_next, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    int64_t *ids = ARENA_ARRAY(f->arena, int64_t, SEARCH_STEP);
    size_t n = 0;
    bool more = false;
    Map known;
    map_init(&known, f->arena);
    *ret_next = seq;
    DbValue params[] = { DBI(f->j), DBI(seq), DBI(SEARCH_STEP) };
    TRY(db_query(f->store, SQL_ENTRIES, params, 3, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        ArenaMark mark = arena_mark(f->arena);
        Json leaf;
        TRY(json_parse(f->arena, db_str(rows, 1), &leaf, err));
        int64_t matter = json_get_int(&leaf, STR("matter"), 0);
        arena_rewind(f->arena, mark);
        if (matter && !idmap_put(&known, matter, f))
            ids[n++] = matter;
        *ret_next = db_int(rows, 0) + 1;
        TRY(db_next(rows, &more, err));
    }
    *ret_ids = ids;
    *ret_n = n;
    return RC_OK;
}

static Rc cursor(const Search *search, int64_t j, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue param = DBI(j);
    TRY(db_query(search->db, SQL_CURSOR, &param, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

static Rc write_index(Follow *f, const int64_t *ids, size_t n, int64_t next, Err *err)
{
    for (size_t i = 0; i < n; i++)
        TRY(index_matter(f, ids[i], err));
    DbValue row[] = { DBI(f->j), DBI(next) };
    return db_write(f->search->db, &cursor_table, DB_UPSERT, row, 1, NULL, err);
}

static Rc follow(Follow *f, bool *ret_more, Err *err)
{
    int64_t seq = 0;
    int64_t next = 0;
    int64_t *ids = NULL;
    size_t n = 0;
    TRY(cursor(f->search, f->j, &seq, err));
    TRY(touched(f, seq, &ids, &n, &next, err));
    *ret_more = next - seq >= SEARCH_STEP;
    if (next == seq)
        return RC_OK;
    TRY(db_begin(f->search->db, err));
    Rc rc = write_index(f, ids, n, next, err);
    if (rc != RC_OK) {
        db_rollback(f->search->db);
        return rc;
    }
    return db_commit(f->search->db, err);
}

Rc search_follow(Search *search, Db *store, int64_t j, bool *ret_more, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Follow f = { .search = search, .store = store, .j = j, .arena = arena };
    buf_init(&f.words, 4 * SEARCH_TEXT_MAX);
    Rc rc = follow(&f, ret_more, err);
    buf_free(&f.words);
    return rc;
}

/* ---- finding ---- */

/* Cut at a character, so that what is left is UTF-8. */
static Str bounded(Str query)
{
    size_t n = query.n < SEARCH_QUERY_MAX ? query.n : SEARCH_QUERY_MAX;
    while (n > 0 && n < query.n && ((unsigned char)query.p[n] & 0xc0) == 0x80)
        n--;
    return str_slice(query, 0, n);
}

static Rc find(const Search *search, Str phrase, size_t max, int64_t *ids, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    size_t n = 0;
    DbValue params[] = { DBT(phrase), DBI((int64_t)max) };
    TRY(db_query(search->db, SQL_FIND, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n < max) {
        ids[n++] = db_int(rows, 0);
        TRY(db_next(rows, &more, err));
    }
    *ret_n = n;
    return RC_OK;
}

Rc search_find(Search *search, Str query, size_t max, Arena *arena, int64_t **ret_ids, size_t *ret_n, Err *err)
{
    Buf phrase;
    assert(max <= SEARCH_HITS_MAX);
    int64_t *ids = ARENA_ARRAY(arena, int64_t, max + 1);
    size_t n = 0;
    buf_init(&phrase, 16 * SEARCH_QUERY_MAX);
    search_phrase(bounded(query), &phrase);
    Rc rc = phrase.n ? find(search, buf_view(&phrase), max, ids, &n, err) : RC_OK;
    buf_free(&phrase);
    if (rc != RC_OK)
        return rc;
    *ret_ids = ids;
    *ret_n = n;
    return RC_OK;
}
