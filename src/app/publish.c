#include "app/publish.h"

#include <stdlib.h>
#include <string.h>

#include "app/app_internal.h"
#include "io/store/tree.h"

enum { FOLDER_MODE = 0755, FILE_MODE = 0644 };

/* One of the two trees. */
typedef struct Branch {
    SignerTree tree;
    Str folder; /* its prefix */
    CryptoHash *h;
    StoreTree store;
    LedgerTiles *tiles;
} Branch;

struct Publisher {
    const App *app;
    Arena *arena;   /* as long as the Publisher */
    Arena *scratch; /* one file */
    Db *db;
    Signer *signer;
    Branch branches[SIGNER_TREES];
    size_t files; /* written by the run under way */
};

/* ---- files ---- */

static const char *file_path(Publisher *p, const Branch *b, Str name)
{
    return arena_printf(p->scratch, "%.*s/%.*s", STR_ARG(b->folder), STR_ARG(name)).p;
}

static Rc make_folder_of(Publisher *p, const char *path, Err *err)
{
    char *folder = arena_alloc(p->scratch, strlen(path) + 1);
    strcpy(folder, path);
    *strrchr(folder, '/') = '\0';
    return os_mkdirs(folder, FOLDER_MODE, err);
}

static Rc write_file(Publisher *p, const Branch *b, Str name, Str bytes, Err *err)
{
    const char *path = file_path(p, b, name);
    TRY(make_folder_of(p, path, err));
    TRY(os_write_file_atomic(path, bytes, FILE_MODE, err));
    p->files++;
    return RC_OK;
}

/* Complete tiles of the SM3 tree are read back from where they were published. */
static Rc read_published(void *ctx, unsigned level, uint64_t index, LedgerHash ret[LEDGER_TILE_WIDTH], bool *ret_found,
                         Err *err)
{
    Publisher *p = ctx;
    const Branch *b = &p->branches[SIGNER_SM3];
    Str name = tile_path(p->scratch, (TileName){ .level = level, .index = index, .width = LEDGER_TILE_WIDTH });
    Str bytes;
    Rc rc = os_read_file(p->scratch, file_path(p, b, name), sizeof(LedgerHash) * LEDGER_TILE_WIDTH, &bytes, err);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    *ret_found = bytes.n == sizeof(LedgerHash) * LEDGER_TILE_WIDTH;
    if (*ret_found)
        memcpy(ret, bytes.p, bytes.n);
    return RC_OK;
}

/* ---- opening ---- */

static void open_branch(Publisher *p, SignerTree tree, const char *folder)
{
    Branch *b = &p->branches[tree];
    bool sm3 = tree == SIGNER_SM3;
    b->tree = tree;
    b->folder = app_path(p->arena, p->app->data.p, folder);
    b->h = crypto_hash_new(p->app->crypto, sm3 ? CRYPTO_SM3 : CRYPTO_SHA256);
    b->store = (StoreTree){ .db = p->db, .j = p->app->j };
    if (sm3) {
        b->store.sm3 = b->h;
        b->store.tile = read_published;
        b->store.tile_ctx = p;
    }
    b->tiles = ledger_tiles_new(p->arena, b->h, store_tree_source(&b->store));
}

static Rc open_parts(Publisher *p, Err *err)
{
    TRY(app_reader(p->app, &p->db, err));
    open_branch(p, SIGNER_SHA256, "log");
    open_branch(p, SIGNER_SM3, "log/sm3");
    return signer_open(p->app->data.p, p->app->j, p->branches[SIGNER_SHA256].h, p->app->entropy, &p->signer, err);
}

Rc publisher_open(const App *app, Publisher **ret, Err *err)
{
    Publisher *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(err, RC_NOMEM, "out of memory");
    *p = (Publisher){ .app = app, .arena = arena_new(0), .scratch = arena_new(0) };
    Rc rc = open_parts(p, err);
    if (rc != RC_OK) {
        publisher_close(p);
        return rc;
    }
    *ret = p;
    return RC_OK;
}

void publisher_close(Publisher *publisher)
{
    if (!publisher)
        return;
    signer_close(publisher->signer);
    db_close(publisher->db);
    for (int i = 0; i < SIGNER_TREES; i++)
        crypto_hash_free(publisher->branches[i].h);
    arena_free(publisher->scratch);
    arena_free(publisher->arena);
    free(publisher);
}

void publisher_closep(Publisher **publisher)
{
    publisher_close(*publisher);
    *publisher = NULL;
}

Signer *publisher_signer(Publisher *publisher)
{
    return publisher->signer;
}

/* ---- publishing ---- */

/* What the folder holds a checkpoint of: tiles up to there are written. 0 when there is none, or none that reads. */
static uint64_t published_size(Publisher *p, const Branch *b)
{
    Str bytes;
    Note note;
    Checkpoint c;
    Err unused;
    if (os_read_file(p->scratch, file_path(p, b, STR("checkpoint")), NOTE_MAX, &bytes, &unused) != RC_OK ||
        note_read(p->scratch, bytes, &note, &unused) != RC_OK || checkpoint_read(note.text, &c, &unused) != RC_OK)
        return 0;
    return c.size;
}

typedef struct Writing {
    Publisher *p;
    const Branch *b;
} Writing;

/* A complete tile takes the place of its partial ones. */
static Rc write_tile(void *ctx, unsigned level, uint64_t index, const LedgerHash hashes[LEDGER_TILE_WIDTH], Err *err)
{
    const Writing *w = ctx;
    TileName name = { .level = level, .index = index, .width = LEDGER_TILE_WIDTH };
    Str path = tile_path(w->p->scratch, name);
    Str bytes = { (const char *)hashes, sizeof(LedgerHash) * LEDGER_TILE_WIDTH };
    TRY(write_file(w->p, w->b, path, bytes, err));
    TRY(os_remove_tree(file_path(w->p, w->b, arena_printf(w->p->scratch, "%.*s.p", STR_ARG(path))), err));
    arena_reset(w->p->scratch);
    return RC_OK;
}

static Rc write_partial_tiles(Publisher *p, Branch *b, uint64_t size, Err *err)
{
    uint64_t hashes = size;
    for (unsigned level = 0; level < LEDGER_TILE_LEVELS && hashes > 0; level++, hashes /= LEDGER_TILE_WIDTH) {
        uint64_t index = hashes / LEDGER_TILE_WIDTH;
        unsigned width = tile_width(level, index, size);
        const LedgerHash *row;
        if (width == 0)
            continue;
        TRY(ledger_tiles_get(b->tiles, level, index, width, &row, err));
        Str name = tile_path(p->scratch, (TileName){ .level = level, .index = index, .width = width });
        TRY(write_file(p, b, name, (Str){ (const char *)row, width * sizeof *row }, err));
        arena_reset(p->scratch);
    }
    return RC_OK;
}

static Rc publish_branch(Publisher *p, Branch *b, const StoreHead *head, Arena *arena, Str *ret_note, Err *err)
{
    Writing w = { p, b };
    LedgerReader reader = ledger_tiles_reader(b->tiles);
    LedgerHash root = head->root;
    if (b->tree == SIGNER_SM3)
        TRY(ledger_read_root(b->h, &reader, head->size, &root, err));
    TRY(signer_sign(p->signer, b->tree, b->h, &reader, head->size, &root, app_now(p->app), arena, ret_note, err));
    uint64_t before = published_size(p, b);
    if (before == head->size && before > 0)
        return RC_OK;
    if (before > head->size)
        before = 0;
    TRY(ledger_tiles_complete(b->tiles, before, head->size, write_tile, &w, err));
    TRY(write_partial_tiles(p, b, head->size, err));
    return write_file(p, b, STR("checkpoint"), *ret_note, err);
}

static Rc write_keys(Publisher *p, Arena *arena, Err *err)
{
    const SignerKey *keys;
    size_t n;
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    TRY(signer_keys(p->signer, arena, &keys, &n, err));
    for (size_t i = 0; i < n; i++) {
        buf_str(&out, note_verifier_text(arena, &keys[i].verifier));
        buf_char(&out, '\n');
    }
    TRY(buf_check(&out, err));
    return write_file(p, &p->branches[SIGNER_SHA256], STR("keys"), buf_view(&out), err);
}

static Rc publish_all(Publisher *p, Arena *arena, Published *ret, Err *err)
{
    StoreHead head;
    Str sm3;
    TRY(store_tree_head(p->db, p->app->j, &head, err));
    TRY(publish_branch(p, &p->branches[SIGNER_SHA256], &head, arena, &ret->note, err));
    TRY(publish_branch(p, &p->branches[SIGNER_SM3], &head, arena, &sm3, err));
    ret->size = head.size;
    return p->files ? write_keys(p, arena, err) : RC_OK;
}

Rc publisher_run(Publisher *publisher, Arena *arena, Published *ret, Err *err)
{
    Published done = { 0 };
    publisher->files = 0;
    TRY(db_begin_read(publisher->db, err));
    Rc rc = publish_all(publisher, arena, &done, err);
    db_rollback(publisher->db);
    arena_reset(publisher->scratch);
    if (rc != RC_OK) {
        /* What was remembered may be of a ledger that was put back. */
        for (int i = 0; i < SIGNER_TREES; i++)
            ledger_tiles_forget(publisher->branches[i].tiles);
        return rc;
    }
    done.files = publisher->files;
    *ret = done;
    return RC_OK;
}

Rc publisher_checkpoint(Publisher *publisher, SignerTree tree, Err *err)
{
    Checkpoint c;
    Str note;
    TRY(signer_last(publisher->signer, tree, publisher->scratch, &c, &note, err));
    Rc rc = note.n ? write_file(publisher, &publisher->branches[tree], STR("checkpoint"), note, err) : RC_OK;
    arena_reset(publisher->scratch);
    return rc;
}

Rc publisher_prove(Publisher *publisher, uint64_t index, Receipt *ret, Arena *arena, Err *err)
{
    Checkpoint c = { 0 };
    Receipt receipt = { .index = index };
    Branch *b = &publisher->branches[SIGNER_SHA256];
    LedgerReader reader = ledger_tiles_reader(b->tiles);
    TRY(signer_last(publisher->signer, SIGNER_SHA256, arena, &c, &receipt.checkpoint, err));
    if (index >= c.size)
        return err_set(err, RC_BUSY, "entry %llu is not in a signed checkpoint yet; the next one will hold it",
                       (unsigned long long)index);
    TRY(ledger_prove_inclusion(b->h, &reader, index, c.size, &receipt.proof, err));
    *ret = receipt;
    return RC_OK;
}

Rc publisher_prove_growth(Publisher *publisher, uint64_t old_size, uint64_t size, LedgerProof *ret, Err *err)
{
    Branch *b = &publisher->branches[SIGNER_SHA256];
    LedgerReader reader = ledger_tiles_reader(b->tiles);
    ret->n = 0;
    return old_size ? ledger_prove_consistency(b->h, &reader, old_size, size, ret, err) : RC_OK;
}

Rc publisher_leaf(Publisher *publisher, uint64_t index, Arena *arena, Str *ret_leaf, Err *err)
{
    return store_tree_leaf(publisher->db, publisher->app->j, index, arena, ret_leaf, err);
}
