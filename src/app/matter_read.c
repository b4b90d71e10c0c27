#include "app/matter_read.h"

#include "io/store/load.h"

static const char SQL_MOMENTS[] =
    "SELECT me.void_seq, me.stage, e.leaf FROM matter_entry me JOIN entry e ON e.j = me.j AND e.seq = me.seq "
    "WHERE me.j = ?1 AND me.matter = ?2 ORDER BY me.version";
static const char SQL_DOCUMENTS[] =
    "SELECT id, template, number, issued_day, seq, void_seq FROM document WHERE j = ?1 AND matter = ?2 ORDER BY id";
static const char SQL_FILES[] =
    "SELECT f.n, f.role, b.media, b.size, f.seq FROM matter_blob f JOIN blob b ON b.j = f.j AND b.digest = f.digest "
    "WHERE f.j = ?1 AND f.matter = ?2 ORDER BY f.n";
static const char SQL_NAME[] = "SELECT number, title, procedure FROM matter WHERE j = ?1 AND id = ?2";
static const char SQL_CODE[] = "SELECT id FROM matter WHERE j = ?1 AND public_code = ?2";
static const char SQL_ENTRY[] = "SELECT leaf, hash FROM entry WHERE j = ?1 AND seq = ?2";
static const char SQL_PLACE[] = "SELECT version, void_seq FROM matter_entry WHERE j = ?1 AND matter = ?2 AND seq = ?3";
static const char SQL_VERSION[] = "SELECT seq FROM matter_entry WHERE j = ?1 AND matter = ?2 AND version = ?3";
static const char SQL_HEAD[] = "SELECT size, root FROM ledger_head WHERE j = ?1";

static Rc query(const MatterSource *source, const char *sql, int64_t id, DbRows **ret, Err *err)
{
    DbValue params[] = { DBI(source->j), DBI(id) };
    return db_query(source->db, sql, params, ARRAY_LEN(params), ret, err);
}

static int64_t int_or(const DbRows *rows, int column, int64_t none)
{
    return db_is_null(rows, column) ? none : db_int(rows, column);
}

/* ---- a matter ---- */

static Rc read_moments(const MatterSource *source, Arena *arena, MatterRecord *record, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    size_t cap = 0;
    bool more = false;
    TRY(query(source, SQL_MOMENTS, record->m.id, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        if (record->n_moments == MATTER_ENTRIES_MAX)
            return err_set(err, RC_LIMIT, "matter %lld has more than %d entries", (long long)record->m.id,
                           MATTER_ENTRIES_MAX);
        MatterMoment moment = { .void_seq = int_or(rows, 0, -1), .stage = db_str_in(rows, 1, arena) };
        TRY(entry_decode(arena, db_str(rows, 2), &moment.entry, err));
        *ARENA_PUSH(arena, record->moments, record->n_moments, cap) = moment;
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc read_documents(const MatterSource *source, Arena *arena, MatterRecord *record, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    size_t cap = 0;
    bool more = false;
    TRY(query(source, SQL_DOCUMENTS, record->m.id, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, record->documents, record->n_documents, cap) =
            (MatterDocument){ .id = db_int(rows, 0),
                              .template = db_str_in(rows, 1, arena),
                              .number = db_str_in(rows, 2, arena),
                              .issued = (Day)db_int(rows, 3),
                              .seq = db_int(rows, 4),
                              .is_void = !db_is_null(rows, 5) };
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc read_files(const MatterSource *source, Arena *arena, MatterRecord *record, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    size_t cap = 0;
    bool more = false;
    TRY(query(source, SQL_FILES, record->m.id, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, record->files, record->n_files, cap) = (MatterFile){ .n = db_int(rows, 0),
                                                                                .role = db_str_in(rows, 1, arena),
                                                                                .media = db_str_in(rows, 2, arena),
                                                                                .bytes = db_int(rows, 3),
                                                                                .seq = db_int(rows, 4) };
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

Rc matter_read_name(const MatterSource *source, int64_t id, Arena *arena, MatterName *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(query(source, SQL_NAME, id, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no matter %lld", (long long)id);
    *ret = (MatterName){ .id = id,
                         .number = db_str_in(rows, 0, arena),
                         .title = db_str_in(rows, 1, arena),
                         .procedure = db_str_in(rows, 2, arena) };
    return RC_OK;
}

Rc matter_read(const MatterSource *source, int64_t id, Arena *arena, MatterRecord *ret, Err *err)
{
    StoreReader reader = { .db = source->db, .arena = arena, .j = source->j, .book = source->book };
    MatterRecord record = { 0 };
    TRY(store_load_matter(&reader, id, NEED_ALL, &record.m, NULL, err));
    TRY(read_moments(source, arena, &record, err));
    TRY(read_documents(source, arena, &record, err));
    TRY(read_files(source, arena, &record, err));
    record.others = ARENA_ARRAY(arena, MatterName, record.m.n_links);
    for (size_t i = 0; i < record.m.n_links; i++)
        TRY(matter_read_name(source, record.m.links[i].other, arena, &record.others[i], err));
    *ret = record;
    return RC_OK;
}

Rc matter_find_code(const MatterSource *source, Str code, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(source->j), DBT(code) };
    TRY(db_query(source->db, SQL_CODE, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : 0;
    return RC_OK;
}

/* ---- an entry ---- */

static Rc find_version(const MatterSource *source, int64_t matter, int64_t version, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(source->j), DBI(matter), DBI(version) };
    bool more = false;
    TRY(db_query(source->db, SQL_VERSION, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : -1;
    return RC_OK;
}

/* Where the entry stands among those of its matter. A refusal stands beside them, after the version it met. */
static Rc read_place(const MatterSource *source, EntryRecord *record, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    const Entry *entry = &record->entry;
    DbValue params[] = { DBI(source->j), DBI(entry->matter), DBI(entry->seq) };
    bool more = false;
    TRY(db_query(source->db, SQL_PLACE, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    int64_t version = more ? db_int(rows, 0) : entry->version + 1;
    record->void_seq = more ? int_or(rows, 1, -1) : -1;
    TRY(find_version(source, entry->matter, version - 1, &record->previous, err));
    return find_version(source, entry->matter, more ? version + 1 : version, &record->next, err);
}

static Rc read_head(const MatterSource *source, Arena *arena, EntryRecord *record, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue j = DBI(source->j);
    bool more = false;
    TRY(db_query(source->db, SQL_HEAD, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_CORRUPT, "the store has no head of the ledger");
    record->size = db_int(rows, 0);
    record->root = db_str_in(rows, 1, arena);
    return RC_OK;
}

Rc entry_read(const MatterSource *source, int64_t seq, Arena *arena, EntryRecord *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    EntryRecord record = { .void_seq = -1, .previous = -1, .next = -1 };
    bool more = false;
    TRY(query(source, SQL_ENTRY, seq, &rows, err));
    TRY(db_next(rows, &more, err));
    if (!more)
        return err_set(err, RC_NOT_FOUND, "there is no entry %lld", (long long)seq);
    record.leaf = db_str_in(rows, 0, arena);
    record.hash = db_str_in(rows, 1, arena);
    TRY(entry_decode(arena, record.leaf, &record.entry, err));
    if (record.entry.matter)
        TRY(read_place(source, &record, err));
    TRY(read_head(source, arena, &record, err));
    *ret = record;
    return RC_OK;
}

const LawPack *entry_pack(const LawBook *book, const Entry *entry)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    Str hex = entry->base.n ? entry->base : entry->pack;
    if (!hex_decode(hex, digest, sizeof digest))
        return law_book_latest(book);
    const LawPack *pack = law_book_find(book, (Str){ (const char *)digest, sizeof digest });
    return pack ? pack : law_book_latest(book);
}
