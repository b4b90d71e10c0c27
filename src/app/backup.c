#include "app/backup.h"

#include <string.h>

#include "app/app_internal.h"
#include "core/ledger/checkpoint.h"
#include "io/store/tree.h"
#include "lib/fmt/json.h"

enum { MANIFEST_MAX = 64 * 1024 * 1024, FOLDER_MODE = 0700, FILE_MODE = 0600 };

#define MANIFEST "manifest.json"

/* What is copied as it lies in the data folder, when it is there. */
static const char *const FOLDERS[] = { "log", "blobs" };
static const char *const FILES[] = { "yifa.json", "today" };

typedef struct Copying {
    App *app;
    Arena *arena;
    const char *to;
    CryptoHash *hash;
    Json files; /* of the manifest */
    BackupReport report;
} Copying;

static void digest_piece(void *ctx, Str bytes)
{
    crypto_hash_update(ctx, bytes);
}

static void add_file(Copying *c, Str path, int64_t bytes)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    Json row = json_obj();
    crypto_hash_final(c->hash, digest);
    json_add(c->arena, &row, STR("path"), json_str(path));
    json_add(c->arena, &row, STR("bytes"), json_int(bytes));
    json_add(c->arena, &row, STR("sha256"), json_str(hex_to_arena(c->arena, digest, sizeof digest)));
    json_push(c->arena, &c->files, row);
    c->report.files++;
    c->report.bytes += bytes;
}

static Rc make_parent(Arena *arena, Str path, Err *err)
{
    char *parent = arena_c(arena, path);
    *strrchr(parent, '/') = '\0';
    return os_mkdirs(parent, FOLDER_MODE, err);
}

static Rc copy_file(Copying *c, Str path, Err *err)
{
    Str to = arena_printf(c->arena, "%s/%.*s", c->to, STR_ARG(path));
    int64_t bytes;
    TRY(make_parent(c->arena, to, err));
    TRY(os_copy_file(arena_printf(c->arena, "%s/%.*s", c->app->data.p, STR_ARG(path)).p, to.p, FILE_MODE, digest_piece,
                     c->hash, &bytes, err));
    add_file(c, path, bytes);
    return RC_OK;
}

/* A file of the log may be replaced or a partial tile removed while the list is walked: what is gone is not needed. */
static Rc copy_folder(Copying *c, const char *folder, Err *err)
{
    OsNames names;
    Str from = app_path(c->arena, c->app->data.p, folder);
    if (!os_exists(from.p))
        return RC_OK;
    TRY(os_list_tree(c->arena, from.p, &names, err));
    for (size_t i = 0; i < names.n; i++) {
        Rc rc = copy_file(c, arena_printf(c->arena, "%s/%.*s", folder, STR_ARG(names.names[i])), err);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

static Rc copy_store(Copying *c, Db *db, const char *path, Err *err)
{
    Str to = arena_printf(c->arena, "%s/%s", c->to, path);
    int64_t bytes;
    TRY(make_parent(c->arena, to, err));
    TRY(db_backup(db, to.p, err));
    TRY(os_read_pieces(to.p, digest_piece, c->hash, &bytes, err));
    add_file(c, str_c(path), bytes);
    return RC_OK;
}

static Rc copy_side_store(Copying *c, const char *name, const char *path, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    Str from = app_path(c->arena, c->app->data.p, name);
    if (!os_exists(from.p))
        return RC_OK;
    TRY(db_open(arena_printf(c->arena, "sqlite:%.*s", STR_ARG(from)), &(DbOptions){ .read_only = true }, &db, err));
    return copy_store(c, db, path, err);
}

/* The ledger's head as the copy has it, not as the living store has it by now. */
static Rc read_head(Copying *c, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    StoreHead head;
    Str url = arena_printf(c->arena, "sqlite:%s/yifa.db", c->to);
    TRY(db_open(url, &(DbOptions){ .read_only = true }, &db, err));
    TRY(store_tree_head(db, c->app->j, &head, err));
    c->report.entries = (int64_t)head.size;
    c->report.root = head.root;
    return RC_OK;
}

static Rc write_manifest(Copying *c, Err *err)
{
    Json all = json_obj();
    json_add(c->arena, &all, STR("yifa_backup"), json_int(1));
    json_add(c->arena, &all, STR("made_at"), json_int(app_now(c->app)));
    json_add(c->arena, &all, STR("entries"), json_int(c->report.entries));
    json_add(c->arena, &all, STR("root"), json_str(hex_to_arena(c->arena, c->report.root.b, sizeof c->report.root.b)));
    json_add(c->arena, &all, STR("files"), c->files);
    Str path = arena_printf(c->arena, "%s/" MANIFEST, c->to);
    return os_write_file_atomic(path.p, json_to_arena(c->arena, &all), FILE_MODE, err);
}

/* The main store first: a personal value in it has its key in the copy of the keys that is made after it. */
static Rc copy_all(Copying *c, Err *err)
{
    TRY(copy_store(c, c->app->db, "yifa.db", err));
    TRY(copy_side_store(c, "keys.db", "keys/keys.db", err));
    TRY(copy_side_store(c, "witness.db", "witness.db", err));
    for (size_t i = 0; i < ARRAY_LEN(FOLDERS); i++)
        TRY(copy_folder(c, FOLDERS[i], err));
    for (size_t i = 0; i < ARRAY_LEN(FILES); i++)
        if (os_exists(app_path(c->arena, c->app->data.p, FILES[i]).p))
            TRY(copy_file(c, str_c(FILES[i]), err));
    TRY(read_head(c, err));
    return write_manifest(c, err);
}

static Rc need_empty(Arena *arena, const char *folder, Err *err)
{
    OsNames names = { 0 };
    if (os_exists(folder))
        TRY(os_list_dir(arena, folder, &names, err));
    return names.n ? err_at(err, RC_CONFLICT, folder, "the folder is not empty") : os_mkdirs(folder, FOLDER_MODE, err);
}

Rc app_backup(App *app, const char *to, Arena *arena, BackupReport *ret, Err *err)
{
    CLEANUP(crypto_hash_freep) CryptoHash *hash = crypto_hash_new(app->crypto, CRYPTO_SHA256);
    Copying c = { .app = app, .arena = arena, .to = to, .hash = hash, .files = json_arr() };
    TRY(need_empty(arena, to, err));
    TRY(copy_all(&c, err));
    *ret = c.report;
    return RC_OK;
}

/* ---- restoring ---- */

typedef struct Restoring {
    const RestoreOptions *options;
    Arena *arena;
    CryptoHash *hash;
    Json manifest;
    BackupReport report;
} Restoring;

static Rc read_manifest(Restoring *r, Err *err)
{
    Str bytes;
    Str path = arena_printf(r->arena, "%s/" MANIFEST, r->options->from);
    TRY(os_read_file(r->arena, path.p, MANIFEST_MAX, &bytes, err));
    TRY(json_parse(r->arena, bytes, &r->manifest, err));
    if (json_get_int(&r->manifest, STR("yifa_backup"), 0) != 1)
        return err_at(err, RC_INVALID, path.p, "this is no backup of format 1");
    return RC_OK;
}

/* A manifest from outside must not write outside. */
static bool path_is_safe(Str path)
{
    return path.n && path.p[0] != '/' && str_find(path, STR("..")) == SIZE_MAX;
}

/* Subject keys go back beside the main store. */
static Str place_of(Str path)
{
    return str_eq_c(path, "keys/keys.db") ? STR("keys.db") : path;
}

static Rc restore_file(Restoring *r, const Json *row, Err *err)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    int64_t bytes;
    Str path = json_get_str(row, STR("path"));
    if (!path_is_safe(path))
        return err_set(err, RC_CORRUPT, "the manifest names a file outside its folder");
    Str place = place_of(path);
    Str from = arena_printf(r->arena, "%s/%.*s", r->options->from, STR_ARG(path));
    Str to = arena_printf(r->arena, "%s/%.*s", r->options->data, STR_ARG(place));
    TRY(make_parent(r->arena, to, err));
    TRY(os_copy_file(from.p, to.p, FILE_MODE, digest_piece, r->hash, &bytes, err));
    crypto_hash_final(r->hash, digest);
    Str hex = hex_to_arena(r->arena, digest, sizeof digest);
    if (bytes != json_get_int(row, STR("bytes"), -1) || !str_eq(hex, json_get_str(row, STR("sha256"))))
        return err_at(err, RC_CORRUPT, from.p, "the file is not the one that was backed up");
    r->report.files++;
    r->report.bytes += bytes;
    return RC_OK;
}

static Rc restore_files(Restoring *r, CheckProgress progress, Err *err)
{
    const Json *files = json_get(&r->manifest, STR("files"));
    for (size_t i = 0; files && i < files->n; i++) {
        TRY(restore_file(r, json_at(files, i), err));
        if (progress.tell)
            progress.tell(progress.ctx, (int64_t)i + 1, files->n);
    }
    return RC_OK;
}

static Rc check_ledger(Restoring *r, App *app, CheckProgress progress, Err *err)
{
    CheckReport check = { 0 };
    TRY(app_verify(app, progress, r->arena, &check, err));
    if (check.n_faults)
        return err_set(err, RC_CORRUPT, "%.*s: %.*s", STR_ARG(check.faults[0].where), STR_ARG(check.faults[0].what));
    r->report.entries = check.entries;
    r->report.root = check.root;
    Str root = hex_to_arena(r->arena, check.root.b, sizeof check.root.b);
    if (check.entries != json_get_int(&r->manifest, STR("entries"), -1) ||
        !str_eq(root, json_get_str(&r->manifest, STR("root"))))
        return err_set(err, RC_CORRUPT, "the ledger is not the one that the manifest names");
    return RC_OK;
}

/* The checkpoint from outside, if its key signed it. */
static Rc read_outside(Restoring *r, Checkpoint *ret, Err *err)
{
    NoteVerifier key;
    Note note;
    TRY(note_verifier_read(r->hash, str_trim(r->options->key), &key, err));
    TRY(note_read(r->arena, r->options->checkpoint, &note, err));
    TRY(checkpoint_read(note.text, ret, err));
    return note_verify(&note, &key, NULL) == NOTE_GOOD
               ? RC_OK
               : err_set(err, RC_DENIED, "the checkpoint is not signed by the key given");
}

static Rc check_outside(Restoring *r, App *app, Err *err)
{
    CLEANUP(signer_closep) Signer *signer = NULL;
    Checkpoint outside;
    LedgerHash root;
    if (!r->options->checkpoint.n)
        return RC_OK;
    TRY(read_outside(r, &outside, err));
    if (outside.size > (uint64_t)r->report.entries)
        return err_set(err, RC_CORRUPT,
                       "the backup holds %lld entries, the checkpoint %llu: what came between is not in it",
                       (long long)r->report.entries, (unsigned long long)outside.size);
    StoreTree tree = { .db = app->db, .j = app->j };
    LedgerTiles *tiles = ledger_tiles_new(r->arena, r->hash, store_tree_source(&tree));
    LedgerReader reader = ledger_tiles_reader(tiles);
    TRY(ledger_read_root(r->hash, &reader, outside.size, &root, err));
    if (!ledger_hash_equal(&root, &outside.root))
        return err_set(err, RC_CORRUPT, "the backup's ledger does not extend the checkpoint of %llu entries",
                       (unsigned long long)outside.size);
    TRY(signer_open(r->options->data, app->j, r->hash, r->options->entropy, &signer, err));
    return signer_remember(signer, SIGNER_SHA256, &outside, r->options->checkpoint, app_now(app), err);
}

static Rc check_all(Restoring *r, CheckProgress progress, Err *err)
{
    CLEANUP(app_closep) App *app = NULL;
    AppOptions options = {
        .data = r->options->data, .clock = r->options->clock, .entropy = r->options->entropy, .read_only = true
    };
    TRY(app_open(&options, &app, err));
    TRY(check_ledger(r, app, progress, err));
    return check_outside(r, app, err);
}

Rc app_restore(const RestoreOptions *options, CheckProgress progress, Arena *arena, BackupReport *ret, Err *err)
{
    CLEANUP(crypto_freep) Crypto *crypto = NULL;
    CLEANUP(crypto_hash_freep) CryptoHash *hash = NULL;
    Restoring r = { .options = options, .arena = arena };
    TRY(crypto_new(&crypto, err));
    hash = crypto_hash_new(crypto, CRYPTO_SHA256);
    r.hash = hash;
    TRY(read_manifest(&r, err));
    TRY(need_empty(arena, options->data, err));
    Rc rc = restore_files(&r, progress, err);
    if (rc == RC_OK)
        rc = check_all(&r, progress, err);
    if (rc != RC_OK) {
        Err ignored;
        (void)!os_remove_tree(options->data, &ignored);
        return rc;
    }
    *ret = r.report;
    return RC_OK;
}
