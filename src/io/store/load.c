#include "io/store/load.h"

static const char SQL_CLOCKS[] = "SELECT id, row FROM clock WHERE j = ?1 AND matter = ?2 ORDER BY id";
static const char SQL_PARTIES[] = "SELECT role, subject FROM party WHERE j = ?1 AND matter = ?2 ORDER BY role, subject";
static const char SQL_LINKS_OUT[] =
    "SELECT l.kind, l.b, m.procedure, m.stage, m.outcome FROM link l JOIN matter m ON m.j = l.b_j AND m.id = l.b "
    "WHERE l.j = ?1 AND l.a = ?2 ORDER BY l.kind, l.b LIMIT 50";
static const char SQL_LINKS_IN[] =
    "SELECT l.kind, l.a, m.procedure, m.stage, m.outcome FROM link l JOIN matter m ON m.j = l.j AND m.id = l.a "
    "WHERE l.j = ?1 AND l.b = ?2 ORDER BY l.kind, l.a LIMIT 50";
static const char SQL_DOCUMENTS[] = "SELECT count(*) FROM document WHERE j = ?1 AND matter = ?2";
static const char SQL_MATTER[] =
    "SELECT procedure, pack, stage, version, opened_day, closed_day, outcome, number, public_code, title, kind, "
    "merged_into, last_eff_at, fields FROM matter WHERE j = ?1 AND id = ?2";
static const char SQL_HISTORY[] =
    "SELECT me.seq, me.version, me.eff_at, me.eff_day, me.void_seq, e.leaf FROM matter_entry me "
    "JOIN entry e ON e.j = me.j AND e.seq = me.seq WHERE me.j = ?1 AND me.matter = ?2 ORDER BY me.version";

static Rc query2(const StoreReader *reader, const char *sql, int64_t id, DbRows **ret, Err *err)
{
    DbValue params[] = { DBI(reader->j), DBI(id) };
    return db_query(reader->db, sql, params, 2, ret, err);
}

static Rc load_clocks(const StoreReader *reader, Matter *m, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(query2(reader, SQL_CLOCKS, m->id, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Json row;
        MatterClock clock;
        TRY(json_parse(reader->arena, db_str(rows, 1), &row, err));
        TRY(matter_clock_from_json(db_str_in(rows, 0, reader->arena), &row, &clock, err));
        *ARENA_PUSH(reader->arena, m->clocks, m->n_clocks, m->cap_clocks) = clock;
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc load_parties(const StoreReader *reader, Matter *m, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(query2(reader, SQL_PARTIES, m->id, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(reader->arena, m->parties, m->n_parties, m->cap_parties) =
            (MatterParty){ db_str_in(rows, 0, reader->arena), db_int(rows, 1) };
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc load_links(const StoreReader *reader, Matter *m, bool incoming, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(query2(reader, incoming ? SQL_LINKS_IN : SQL_LINKS_OUT, m->id, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        MatterLink link = { .kind = db_str_in(rows, 0, reader->arena),
                            .incoming = incoming,
                            .other = db_int(rows, 1),
                            .procedure = db_str_in(rows, 2, reader->arena),
                            .stage = db_str_in(rows, 3, reader->arena),
                            .outcome = db_str_in(rows, 4, reader->arena) };
        *ARENA_PUSH(reader->arena, m->links, m->n_links, m->cap_links) = link;
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc load_count(const StoreReader *reader, Matter *m, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(query2(reader, SQL_DOCUMENTS, m->id, &rows, err));
    TRY(db_next(rows, &more, err));
    m->n_documents = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

static Rc load_row(const StoreReader *reader, int64_t id, Matter *m, Str *ret_pack, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(query2(reader, SQL_MATTER, id, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no matter %lld", (long long)id);
    Arena *arena = reader->arena;
    Str digest = db_str_in(rows, 1, arena);
    *m = (Matter){ .id = id, .pack = law_book_find(reader->book, digest) };
    m->procedure = m->pack ? law_procedure(m->pack, db_str(rows, 0)) : NULL;
    if (!m->procedure)
        return err_set(err, RC_CORRUPT, "matter %lld was opened under a pack that is not adopted here", (long long)id);
    m->version = db_int(rows, 3);
    m->number = db_str_in(rows, 7, arena);
    m->public_code = db_str_in(rows, 8, arena);
    m->last_eff_at = db_int(rows, 12);
    m->core = (MatterCore){ .stage = db_str_in(rows, 2, arena),
                            .outcome = db_str_in(rows, 6, arena),
                            .title = db_str_in(rows, 9, arena),
                            .kind = db_str_in(rows, 10, arena),
                            .opened_day = (Day)db_int(rows, 4),
                            .closed_day = db_is_null(rows, 5) ? DAY_NONE : (Day)db_int(rows, 5),
                            .merged_into = db_int(rows, 11) };
    if (ret_pack)
        *ret_pack = digest;
    return json_parse(arena, db_str(rows, 13), &m->core.fields, err);
}

Rc store_load_more(const StoreReader *reader, unsigned needs, Matter *m, Err *err)
{
    if (needs & NEED_PARTIES) {
        m->n_parties = 0;
        TRY(load_parties(reader, m, err));
    }
    if (needs & NEED_LINKS) {
        m->n_links = 0;
        TRY(load_links(reader, m, false, err));
        TRY(load_links(reader, m, true, err));
    }
    return needs & NEED_DOCUMENTS ? load_count(reader, m, err) : RC_OK;
}

Rc store_load_matter(const StoreReader *reader, int64_t id, unsigned needs, Matter *ret, Str *ret_pack, Err *err)
{
    TRY(load_row(reader, id, ret, ret_pack, err));
    TRY(load_clocks(reader, ret, err));
    return store_load_more(reader, needs, ret, err);
}

Rc store_load_past(const StoreReader *reader, int64_t matter, MatterPast **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    MatterPast *past = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(query2(reader, SQL_HISTORY, matter, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        if (n == MATTER_ENTRIES_MAX)
            return err_set(err, RC_LIMIT, "matter %lld has more than %d entries", (long long)matter,
                           MATTER_ENTRIES_MAX);
        Entry entry;
        TRY(entry_decode(reader->arena, db_str(rows, 5), &entry, err));
        *ARENA_PUSH(reader->arena, past, n, cap) = (MatterPast){ .seq = db_int(rows, 0),
                                                                 .version = db_int(rows, 1),
                                                                 .eff_at = db_int(rows, 2),
                                                                 .eff_day = (Day)db_int(rows, 3),
                                                                 .voided = !db_is_null(rows, 4),
                                                                 .effects = entry.effects };
        TRY(db_next(rows, &more, err));
    }
    *ret = past;
    *ret_n = n;
    return RC_OK;
}
