#include "core/ledger/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* The tile of one level that is being filled, and how many hashes came before it. */
typedef struct Level {
    LedgerHash hashes[LEDGER_TILE_WIDTH];
    unsigned n;
    uint64_t index; /* of the tile */
} Level;

typedef struct OldRoot {
    Checkpoint checkpoint;
    LedgerHash root; /* found at its size */
    bool reached;
} OldRoot;

typedef struct Audit {
    Arena *arena;   /* the report's texts */
    Arena *scratch; /* one tile or bundle */
    CryptoHash *h;
    const AuditSource *source;
    const AuditOptions *options;
    AuditReport *report;
    LedgerFrontier frontier;
    Level levels[LEDGER_TILE_LEVELS];
    OldRoot *older;
    size_t n_older;
} Audit;

PRINTF_LIKE(3, 4) static void fault(Audit *a, Str where, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (a->report->n_faults < AUDIT_FAULTS_MAX)
        a->report->faults[a->report->n_faults] =
            (AuditFault){ arena_str(a->arena, where), arena_str(a->arena, str_c(text)) };
    a->report->n_faults++;
}

static void fault_reading(Audit *a, Str path, Rc rc, const Err *why)
{
    fault(a, path, "%s", rc == RC_NOT_FOUND ? "the file is missing" : why->text);
}

/* ---- signatures ---- */

static void count_time(AuditReport *r, int64_t time_s)
{
    if (r->cosignatures == 0 || time_s < r->first_cosigned_s)
        r->first_cosigned_s = time_s;
    if (r->cosignatures == 0 || time_s > r->last_cosigned_s)
        r->last_cosigned_s = time_s;
    r->cosignatures++;
}

/* RC_DENIED: a trusted key's line does not verify, or too few of them signed. */
static Rc check_signatures(const Note *note, const AuditTrust *trust, AuditReport *r, Err *err)
{
    for (size_t i = 0; i < trust->n_keys; i++) {
        NoteVerdict verdict = note_verify(note, &trust->keys[i], NULL);
        if (verdict == NOTE_BAD)
            return err_set(err, RC_DENIED, "the signature of \"%.*s\" does not verify", STR_ARG(trust->keys[i].name));
        r->signatures += verdict == NOTE_GOOD;
    }
    for (size_t i = 0; i < trust->n_witnesses; i++) {
        int64_t time_s = 0;
        NoteVerdict verdict = note_verify(note, &trust->witnesses[i], &time_s);
        if (verdict == NOTE_BAD)
            return err_set(err, RC_DENIED, "the cosignature of \"%.*s\" does not verify",
                           STR_ARG(trust->witnesses[i].name));
        if (verdict == NOTE_GOOD)
            count_time(r, time_s);
    }
    if (r->signatures == 0)
        return err_set(err, RC_DENIED, "no key of the log that is trusted has signed it");
    if (r->cosignatures < trust->quorum)
        return err_set(err, RC_DENIED, "%zu of the witnesses cosigned it, %zu must have", r->cosignatures,
                       trust->quorum);
    return RC_OK;
}

static Rc read_checkpoint(Arena *arena, Str bytes, const AuditTrust *trust, AuditReport *r, Checkpoint *ret, Err *err)
{
    Note note;
    TRY(note_read(arena, bytes, &note, err));
    TRY(checkpoint_read(note.text, ret, err));
    return check_signatures(&note, trust, r, err);
}

/* ---- tiles ---- */

static void compare_tile(Audit *a, unsigned level)
{
    Level *l = &a->levels[level];
    Str path = tile_path(a->scratch, (TileName){ .level = level, .index = l->index, .width = l->n });
    Str bytes;
    Err err;
    Rc rc = a->source->fetch(a->source->ctx, a->scratch, path, LEDGER_TILE_WIDTH * LEDGER_HASH_SIZE, &bytes, &err);
    if (rc != RC_OK) {
        fault_reading(a, path, rc, &err);
        return;
    }
    a->report->tiles++;
    a->report->bytes += bytes.n;
    if (!str_eq(bytes, (Str){ (const char *)l->hashes, l->n * sizeof(LedgerHash) }))
        fault(a, path, "its hashes are not the roots of the tiles below it");
}

/* The root over a complete tile. */
static LedgerHash tile_root(Audit *a, const LedgerHash hashes[LEDGER_TILE_WIDTH])
{
    LedgerHash row[LEDGER_TILE_WIDTH];
    for (unsigned i = 0; i < LEDGER_TILE_WIDTH; i++)
        row[i] = hashes[i];
    for (unsigned n = LEDGER_TILE_WIDTH; n > 1; n /= 2)
        for (unsigned i = 0; i < n / 2; i++)
            ledger_node_hash(a->h, &row[2 * i], &row[2 * i + 1], &row[i]);
    return row[0];
}

/* The root over a complete tile goes into the tile above, and so on up. */
static void climb(Audit *a, unsigned level, LedgerHash root)
{
    while (level < LEDGER_TILE_LEVELS) {
        Level *l = &a->levels[level];
        l->hashes[l->n++] = root;
        if (l->n < LEDGER_TILE_WIDTH)
            return;
        compare_tile(a, level++);
        root = tile_root(a, l->hashes);
        l->n = 0;
        l->index++;
    }
}

/* ---- leaves ---- */

static void note_old_roots(Audit *a, const LedgerFrontier *frontier)
{
    for (size_t i = 0; i < a->n_older; i++) {
        if (a->older[i].checkpoint.size != frontier->size)
            continue;
        ledger_root(a->h, frontier, &a->older[i].root);
        a->older[i].reached = true;
    }
}

static bool ends_old_tree(const Audit *a, uint64_t size)
{
    for (size_t i = 0; i < a->n_older; i++)
        if (a->older[i].checkpoint.size > a->frontier.size && a->older[i].checkpoint.size <= size)
            return true;
    return false;
}

/* A complete tile goes into the tree by its root, unless an older tree ended within it; then leaf by leaf. */
static Rc add_leaves(Audit *a, const LedgerHash *hashes, unsigned width, Err *err)
{
    bool whole = width == LEDGER_TILE_WIDTH;
    LedgerHash root = { 0 };
    if (whole) {
        root = tile_root(a, hashes);
        climb(a, 1, root);
    }
    if (whole && !ends_old_tree(a, a->frontier.size + width))
        return ledger_append_subtree(a->h, &a->frontier, LEDGER_TILE_HEIGHT, &root, err);
    for (unsigned i = 0; i < width; i++) {
        TRY(ledger_append(a->h, &a->frontier, &hashes[i], err));
        note_old_roots(a, &a->frontier);
    }
    return RC_OK;
}

/* The entries of one bundle against the hashes of its tile. */
static void check_bundle(Audit *a, Str path, Str bundle, const LedgerHash *hashes, unsigned width)
{
    Str rest = bundle;
    Str leaf;
    bool cut;
    unsigned n = 0;
    for (; n < width && bundle_next(&rest, &leaf, &cut); n++) {
        LedgerHash hash;
        uint64_t index = a->frontier.size + n;
        ledger_leaf_hash(a->h, leaf, &hash);
        a->report->entries++;
        if (!ledger_hash_equal(&hash, &hashes[n]))
            fault(a, arena_printf(a->scratch, "entry %" PRIu64, index),
                  "its bytes do not have the hash that the tree has at its place");
        else if (a->options->entry)
            a->options->entry(a->options->ctx, index, leaf);
    }
    if (n < width || rest.n > 0)
        fault(a, path, n < width ? "it is cut short" : "it holds more than the entries it should");
}

static void read_bundle(Audit *a, uint64_t index, const LedgerHash *hashes, unsigned width)
{
    Err why = { 0 };
    Str path = tile_path(a->scratch, (TileName){ .level = LEDGER_ENTRIES, .index = index, .width = width });
    Str bundle;
    if (a->options->hashes_only || a->report->without_entries)
        return;
    Rc rc = a->source->fetch(a->source->ctx, a->scratch, path, AUDIT_BUNDLE_MAX, &bundle, &why);
    if ((rc == RC_NOT_FOUND || rc == RC_DENIED) && index == 0) {
        a->report->without_entries = true;
        return;
    }
    if (rc != RC_OK) {
        fault_reading(a, path, rc, &why);
        return;
    }
    a->report->bytes += bundle.n;
    check_bundle(a, path, bundle, hashes, width);
}

/* One tile of leaf hashes with its entries. False when it cannot be read, since nothing above it can be judged then. */
static Rc read_leaf_tile(Audit *a, uint64_t index, unsigned width, bool *ret_read, Err *err)
{
    LedgerHash hashes[LEDGER_TILE_WIDTH];
    Str path = tile_path(a->scratch, (TileName){ .level = 0, .index = index, .width = width });
    Str bytes;
    Err why = { 0 };
    Rc rc = a->source->fetch(a->source->ctx, a->scratch, path, sizeof hashes, &bytes, &why);
    *ret_read = rc == RC_OK && bytes.n == width * sizeof(LedgerHash);
    if (!*ret_read) {
        if (rc == RC_OK)
            fault(a, path, "it does not hold the hashes it should");
        else
            fault_reading(a, path, rc, &why);
        return RC_OK;
    }
    a->report->tiles++;
    a->report->bytes += bytes.n;
    for (unsigned i = 0; i < width; i++)
        (void)ledger_hash_from(str_slice(bytes, i * sizeof(LedgerHash), (i + 1) * sizeof(LedgerHash)), &hashes[i]);
    read_bundle(a, index, hashes, width);
    return add_leaves(a, hashes, width, err);
}

static Rc read_tree(Audit *a, bool *ret_whole, Err *err)
{
    uint64_t size = a->report->checkpoint.size;
    *ret_whole = true;
    for (uint64_t index = 0; *ret_whole && index * LEDGER_TILE_WIDTH < size; index++) {
        TRY(read_leaf_tile(a, index, tile_width(0, index, size), ret_whole, err));
        arena_reset(a->scratch);
        if (a->options->progress)
            a->options->progress(a->options->ctx, a->frontier.size, size);
    }
    for (unsigned level = 1; *ret_whole && level < LEDGER_TILE_LEVELS; level++)
        if (a->levels[level].n > 0)
            compare_tile(a, level);
    return RC_OK;
}

/* ---- judgement ---- */

static void judge_roots(Audit *a)
{
    LedgerHash root;
    const Checkpoint *c = &a->report->checkpoint;
    ledger_root(a->h, &a->frontier, &root);
    if (!ledger_hash_equal(&root, &c->root))
        fault(a, STR("checkpoint"), "its root is not the root of the tree of %" PRIu64 " leaves", c->size);
    for (size_t i = 0; i < a->n_older; i++) {
        const OldRoot *o = &a->older[i];
        Str name = arena_printf(a->scratch, "older checkpoint of size %" PRIu64, o->checkpoint.size);
        if (o->checkpoint.size > c->size)
            fault(a, name, "the log has shrunk to %" PRIu64 ": it was rolled back", c->size);
        else if (!o->reached || !ledger_hash_equal(&o->root, &o->checkpoint.root))
            fault(a, name, "the log does not extend it: what it held then has been changed");
        else
            a->report->older++;
    }
}

static void read_older(Audit *a)
{
    const AuditOptions *o = a->options;
    AuditTrust trust = { .keys = o->trust.keys, .n_keys = o->trust.n_keys };
    a->older = arena_array(a->arena, o->n_older ? o->n_older : 1, sizeof(OldRoot));
    for (size_t i = 0; i < o->n_older; i++) {
        AuditReport ignored = { 0 };
        OldRoot old = { 0 };
        Err err;
        Rc rc = read_checkpoint(a->arena, o->older[i], &trust, &ignored, &old.checkpoint, &err);
        if (rc != RC_OK)
            fault(a, STR("older checkpoint"), "%s", err.text);
        else if (!str_eq(old.checkpoint.origin, a->report->checkpoint.origin))
            fault(a, STR("older checkpoint"), "it is of another log, \"%.*s\"", STR_ARG(old.checkpoint.origin));
        else
            a->older[a->n_older++] = old;
    }
    note_old_roots(a, &a->frontier); /* an empty log is the beginning of every other */
}

Rc audit_log(Arena *arena, CryptoHash *h, const AuditSource *source, const AuditOptions *options, AuditReport *ret,
             Err *err)
{
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    Audit *a = ARENA_NEW(arena, Audit);
    *ret = (AuditReport){ 0 };
    *a = (Audit){ .arena = arena, .scratch = scratch, .h = h, .source = source, .options = options, .report = ret };
    Str bytes;
    Err why = { 0 };
    bool whole = false;
    TRY(source->fetch(source->ctx, arena, STR("checkpoint"), NOTE_MAX, &bytes, err));
    Rc rc = read_checkpoint(arena, bytes, &options->trust, ret, &ret->checkpoint, &why);
    if (rc == RC_DENIED)
        fault(a, STR("checkpoint"), "%s", why.text);
    else if (rc != RC_OK)
        return err_at(err, rc, "checkpoint", "%s", why.text);
    read_older(a);
    TRY(read_tree(a, &whole, err));
    if (whole)
        judge_roots(a);
    return RC_OK;
}

Rc audit_receipt(Arena *arena, CryptoHash *h, const Receipt *receipt, Str leaf, const AuditTrust *trust,
                 Checkpoint *ret, Err *err)
{
    AuditReport report = { 0 };
    Checkpoint checkpoint;
    LedgerHash hash;
    TRY(read_checkpoint(arena, receipt->checkpoint, trust, &report, &checkpoint, err));
    ledger_leaf_hash(h, leaf, &hash);
    if (receipt->index >= checkpoint.size ||
        !ledger_verify_inclusion(h, &hash, receipt->index, checkpoint.size, &receipt->proof, &checkpoint.root))
        return err_set(err, RC_DENIED, "the proof does not show that this entry is in the ledger");
    *ret = checkpoint;
    return RC_OK;
}
