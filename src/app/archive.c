#include "app/archive.h"

#include <string.h>

#include "app/app_internal.h"
#include "io/store/tree.h"
#include "lib/fmt/json.h"

enum { FOLDER_MODE = 0755, FILE_MODE = 0644, HEAD_MAX = 1024 * 1024, PACK_MAX = 64 * 1024 * 1024 };

#define HEAD "archive.json"

static const char SQL_PACKS[] = "SELECT digest, name, version, tree FROM pack ORDER BY digest";

static Rc need_empty(Arena *arena, const char *folder, Err *err)
{
    OsNames names = { 0 };
    if (os_exists(folder))
        TRY(os_list_dir(arena, folder, &names, err));
    return names.n ? err_at(err, RC_CONFLICT, folder, "the folder is not empty") : os_mkdirs(folder, FOLDER_MODE, err);
}

/* ---- out ---- */

typedef struct Export {
    App *app;
    Arena *arena;
    Arena *scratch; /* one file */
    const char *to;
    Json packs;
    ArchiveReport report;
} Export;

static Rc write_file(Export *e, Str name, Str bytes, Err *err)
{
    Str path = arena_printf(e->scratch, "%s/%.*s", e->to, STR_ARG(name));
    char *folder = arena_c(e->scratch, path);
    *strrchr(folder, '/') = '\0';
    TRY(os_mkdirs(folder, FOLDER_MODE, err));
    e->report.files++;
    return os_write_file_atomic(path.p, bytes, FILE_MODE, err);
}

static Rc copy_tree(Export *e, const char *folder, Err *err)
{
    OsNames names;
    int64_t bytes;
    Str from = app_path(e->arena, e->app->data.p, folder);
    if (!os_exists(from.p))
        return RC_OK;
    TRY(os_list_tree(e->arena, from.p, &names, err));
    for (size_t i = 0; i < names.n; i++) {
        Str to = arena_printf(e->scratch, "%s/%s/%.*s", e->to, folder, STR_ARG(names.names[i]));
        char *parent = arena_c(e->scratch, to);
        *strrchr(parent, '/') = '\0';
        TRY(os_mkdirs(parent, FOLDER_MODE, err));
        Str source = arena_printf(e->scratch, "%.*s/%.*s", STR_ARG(from), STR_ARG(names.names[i]));
        TRY(os_copy_file(source.p, to.p, FILE_MODE, NULL, NULL, &bytes, err));
        e->report.files++;
        arena_reset(e->scratch);
    }
    return RC_OK;
}

static Rc write_entries(Export *e, uint64_t size, CheckProgress progress, Err *err)
{
    for (uint64_t first = 0; first < size; first += LEDGER_TILE_WIDTH) {
        TileName name = { .level = LEDGER_ENTRIES, .index = first / LEDGER_TILE_WIDTH };
        Str bundle;
        name.width = tile_width(LEDGER_ENTRIES, name.index, size);
        TRY(store_tree_bundle(e->app->db, e->app->j, first, name.width, e->scratch, &bundle, err));
        Str path = tile_path(e->scratch, name);
        TRY(write_file(e, arena_printf(e->scratch, "log/%.*s", STR_ARG(path)), bundle, err));
        arena_reset(e->scratch);
        if (progress.tell)
            progress.tell(progress.ctx, (int64_t)(first + name.width), (int64_t)size);
    }
    return RC_OK;
}

static Rc write_pack(Export *e, const DbRows *rows, Err *err)
{
    Str digest = db_str(rows, 0);
    Str hex = hex_to_arena(e->arena, (const uint8_t *)digest.p, digest.n);
    Json row = json_obj();
    json_add(e->arena, &row, STR("digest"), json_str(hex));
    json_add(e->arena, &row, STR("name"), json_str(db_str_in(rows, 1, e->arena)));
    json_add(e->arena, &row, STR("version"), json_str(db_str_in(rows, 2, e->arena)));
    json_push(e->arena, &e->packs, row);
    e->report.packs++;
    return write_file(e, arena_printf(e->scratch, "packs/%.*s.json", STR_ARG(hex)), db_str(rows, 3), err);
}

static Rc write_packs(Export *e, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(e->app->db, SQL_PACKS, NULL, 0, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        TRY(write_pack(e, rows, err));
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc write_head(Export *e, const Published *published, Err *err)
{
    Json all = json_obj();
    json_add(e->arena, &all, STR("yifa_archive"), json_int(1));
    json_add(e->arena, &all, STR("jurisdiction"), json_int(e->app->j));
    json_add(e->arena, &all, STR("demonstration"), json_bool(e->app->demonstration));
    json_add(e->arena, &all, STR("entries"), json_int((int64_t)published->size));
    json_add(e->arena, &all, STR("packs"), e->packs);
    return write_file(e, STR(HEAD), json_to_arena(e->arena, &all), err);
}

static Rc export_all(Export *e, Publisher *publisher, CheckProgress progress, Err *err)
{
    Published published;
    Note note;
    Checkpoint checkpoint;
    TRY(publisher_run(publisher, e->arena, &published, err));
    TRY(note_read(e->arena, published.note, &note, err));
    TRY(checkpoint_read(note.text, &checkpoint, err));
    e->report.entries = (int64_t)published.size;
    e->report.root = checkpoint.root;
    TRY(copy_tree(e, "log", err));
    TRY(write_entries(e, published.size, progress, err));
    TRY(write_packs(e, err));
    TRY(copy_tree(e, "blobs", err));
    return write_head(e, &published, err);
}

Rc archive_export(App *app, Publisher *publisher, const char *to, CheckProgress progress, Arena *arena,
                  ArchiveReport *ret, Err *err)
{
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    Export e = { .app = app, .arena = arena, .scratch = scratch, .to = to, .packs = json_arr() };
    TRY(need_empty(arena, to, err));
    TRY(export_all(&e, publisher, progress, err));
    *ret = e.report;
    return RC_OK;
}

/* ---- in ---- */

typedef struct Import {
    const ArchiveImport *what;
    App *app;
    Arena *arena;
    Arena *scratch;
    Json head;
    Str leaves[LEDGER_TILE_WIDTH]; /* verified, not folded so far */
    size_t n;
    Rc rc; /* of folding, which goes on within the audit */
    Err *err;
    ArchiveReport report;
} Import;

static Rc fetch(void *ctx, Arena *arena, Str path, size_t max, Str *ret_bytes, Err *err)
{
    const Import *m = ctx;
    Str whole = arena_printf(arena, "%s/log/%.*s", m->what->from, STR_ARG(path));
    return os_read_file(arena, whole.p, max, ret_bytes, err);
}

static void fold_gathered(Import *m)
{
    size_t done = 0;
    while (m->rc == RC_OK && done < m->n) {
        size_t folded = 0;
        m->rc = app_fold(m->app, m->leaves + done, m->n - done, &folded, m->err);
        done += folded;
    }
    m->n = 0;
    arena_reset(m->scratch);
}

/* Each entry in order, once the tree vouches for it. */
static void take_entry(void *ctx, uint64_t index, Str leaf)
{
    Import *m = ctx;
    if (m->rc != RC_OK || (int64_t)index != m->report.entries)
        return;
    m->leaves[m->n++] = arena_str(m->scratch, leaf);
    m->report.entries++;
    if (m->n == LEDGER_TILE_WIDTH)
        fold_gathered(m);
}

static Rc read_pack(Import *m, const Json *row, Err *err)
{
    Str bytes;
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    Str hex = json_get_str(row, STR("digest"));
    uint8_t named[CRYPTO_DIGEST_SIZE];
    if (!hex_decode(hex, named, sizeof named))
        return err_set(err, RC_CORRUPT, HEAD " names a pack without a digest");
    Str path = arena_printf(m->scratch, "%s/packs/%.*s.json", m->what->from, STR_ARG(hex));
    TRY(os_read_file(m->scratch, path.p, PACK_MAX, &bytes, err));
    crypto_sha256(m->app->crypto, bytes, digest);
    if (memcmp(digest, named, sizeof digest) != 0)
        return err_at(err, RC_CORRUPT, path.p, "the pack does not have the digest it is named by");
    DbValue values[] = { DBB(((Str){ (const char *)digest, sizeof digest })), DBT(json_get_str(row, STR("name"))),
                         DBT(json_get_str(row, STR("version"))), DBB(bytes) };
    TRY(db_write(m->app->db, &schema_tables[T_PACK], DB_IGNORE, values, 1, NULL, err));
    m->report.packs++;
    arena_reset(m->scratch);
    return RC_OK;
}

static Rc read_packs(Import *m, Err *err)
{
    const Json *packs = json_get(&m->head, STR("packs"));
    for (size_t i = 0; packs && i < packs->n; i++)
        TRY(read_pack(m, json_at(packs, i), err));
    return RC_OK;
}

static Rc take_ledger(Import *m, CheckProgress progress, Err *err)
{
    NoteVerifier key;
    AuditReport *report = ARENA_NEW(m->arena, AuditReport);
    AuditSource source = { m, fetch };
    AuditOptions options = { .trust = { .keys = &key, .n_keys = 1 }, .entry = take_entry, .ctx = m };
    TRY(note_verifier_read(m->app->hash, str_trim(m->what->key), &key, err));
    TRY(audit_log(m->arena, m->app->hash, &source, &options, report, err));
    fold_gathered(m);
    if (m->rc != RC_OK)
        return m->rc;
    if (report->n_faults)
        return err_set(err, RC_CORRUPT, "%.*s: %.*s", STR_ARG(report->faults[0].where),
                       STR_ARG(report->faults[0].what));
    if ((uint64_t)m->report.entries != report->checkpoint.size)
        return err_set(err, RC_CORRUPT, "the archive holds %lld of %llu entries", (long long)m->report.entries,
                       (unsigned long long)report->checkpoint.size);
    m->report.root = report->checkpoint.root;
    if (progress.tell)
        progress.tell(progress.ctx, m->report.entries, m->report.entries);
    return RC_OK;
}

static Rc copy_blobs(Import *m, Err *err)
{
    OsNames names;
    int64_t bytes;
    Str from = arena_printf(m->arena, "%s/blobs", m->what->from);
    if (!os_exists(from.p))
        return RC_OK;
    TRY(os_list_tree(m->arena, from.p, &names, err));
    for (size_t i = 0; i < names.n; i++) {
        Str to = arena_printf(m->scratch, "%.*s/blobs/%.*s", STR_ARG(m->app->data), STR_ARG(names.names[i]));
        char *parent = arena_c(m->scratch, to);
        *strrchr(parent, '/') = '\0';
        TRY(os_mkdirs(parent, FOLDER_MODE, err));
        Str source = arena_printf(m->scratch, "%.*s/%.*s", STR_ARG(from), STR_ARG(names.names[i]));
        TRY(os_copy_file(source.p, to.p, FILE_MODE, NULL, NULL, &bytes, err));
        m->report.files++;
        arena_reset(m->scratch);
    }
    return RC_OK;
}

static Rc import_all(Import *m, CheckProgress progress, Err *err)
{
    TRY(app_open(&m->what->options, &m->app, err));
    if (m->app->j != json_get_int(&m->head, STR("jurisdiction"), 0))
        return err_set(err, RC_INVALID, "the archive is of jurisdiction %lld",
                       (long long)json_get_int(&m->head, STR("jurisdiction"), 0));
    TRY(read_packs(m, err));
    TRY(take_ledger(m, progress, err));
    return copy_blobs(m, err);
}

Rc archive_import(const ArchiveImport *import, CheckProgress progress, Arena *arena, ArchiveReport *ret, Err *err)
{
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    Import *m = ARENA_NEW(arena, Import);
    Str bytes;
    Str path = arena_printf(arena, "%s/" HEAD, import->from);
    *m = (Import){ .what = import, .arena = arena, .scratch = scratch, .err = err };
    TRY(os_read_file(arena, path.p, HEAD_MAX, &bytes, err));
    TRY(json_parse(arena, bytes, &m->head, err));
    if (json_get_int(&m->head, STR("yifa_archive"), 0) != 1)
        return err_at(err, RC_INVALID, path.p, "this is no archive of format 1");
    TRY(app_create(&import->options, json_get_bool(&m->head, STR("demonstration")), err));
    Rc rc = import_all(m, progress, err);
    app_close(m->app);
    if (rc != RC_OK) {
        Err ignored;
        (void)!os_remove_tree(import->options.data, &ignored);
        return rc;
    }
    *ret = m->report;
    return RC_OK;
}
