#include "app/signer_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SM3_SUFFIX "/sm3"

/* ---- the store ---- */

#define I(name)                    \
    {                              \
        name, DB_INT, false, false \
    }
#define B(name)                      \
    {                                \
        name, DB_BYTES, false, false \
    }
#define T(name)                     \
    {                               \
        name, DB_TEXT, false, false \
    }
static const DbColumn key_columns[] = {
    I("j"), I("id"), I("type"), T("name"), B("secret"), I("created_at"), { "retired_at", DB_INT, true, false }
};
static const DbColumn signed_columns[] = { I("j"), I("tree"), I("size"), B("root"), T("note"), I("at") };
#undef I
#undef B
#undef T

static const DbTable table_key = {
    .name = "signing_key", .columns = key_columns, .n_columns = ARRAY_LEN(key_columns), .n_key = 2
};
static const DbTable table_signed = {
    .name = "signed", .columns = signed_columns, .n_columns = ARRAY_LEN(signed_columns), .n_key = 2
};

static const char SQL_KEYS[] =
    "SELECT id, type, name, secret, created_at, retired_at FROM signing_key WHERE j = ?1 ORDER BY id";
static const char SQL_RETIRE[] =
    "UPDATE signing_key SET retired_at = ?3 WHERE j = ?1 AND id = ?2 AND retired_at IS NULL";
static const char SQL_SIGNED[] = "SELECT size, root, note FROM signed WHERE j = ?1 AND tree = ?2";
static const char SQL_SWAP[] = "UPDATE signed SET size = ?3, root = ?4, note = ?5, at = ?6 "
                               "WHERE j = ?1 AND tree = ?2 AND size = ?7 AND root = ?8";
static const char SQL_NOTE[] = "UPDATE signed SET note = ?4 WHERE j = ?1 AND tree = ?2 AND size = ?3 AND note = ?5";

Rc signer_open(const char *data, int64_t j, CryptoHash *sha256, OsEntropy entropy, Signer **ret, Err *err)
{
    static const DbTable *const tables[] = { &table_key, &table_signed };
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Signer *signer = calloc(1, sizeof *signer);
    if (!signer)
        return err_set(err, RC_NOMEM, "out of memory");
    *signer = (Signer){ .j = j, .sha256 = sha256, .entropy = entropy };
    Rc rc = db_open(arena_printf(arena, "sqlite:%s/signer.db", data), &(DbOptions){ .secure_delete = true },
                    &signer->db, err);
    if (rc == RC_OK)
        rc = db_create(signer->db, tables, ARRAY_LEN(tables), err);
    if (rc != RC_OK) {
        signer_close(signer);
        return rc;
    }
    *ret = signer;
    return RC_OK;
}

void signer_close(Signer *signer)
{
    if (!signer)
        return;
    db_close(signer->db);
    free(signer);
}

void signer_closep(Signer **signer)
{
    signer_close(*signer);
    *signer = NULL;
}

/* ---- keys ---- */

void signer_wipe(LiveKeys **live)
{
    if (*live)
        crypto_wipe(*live, sizeof **live);
}

static CryptoScheme scheme_of(NoteType type)
{
    return type == NOTE_SM2 ? CRYPTO_SM2 : CRYPTO_ED25519;
}

Rc signer_make_live(Signer *signer, LiveKey *live, NoteType type, Str name, Err *err)
{
    CLEANUP(crypto_key_freep) CryptoKey *key = NULL;
    TRY(crypto_key_new(scheme_of(type), live->secret, &key, err));
    return note_verifier_new(signer->sha256, name, type, crypto_key_public(key), &live->key.verifier, err);
}

static Rc read_row(Signer *signer, const DbRows *rows, Arena *arena, LiveKey *live, Err *err)
{
    Str secret = db_str(rows, 3);
    if (secret.n != CRYPTO_SECRET_SIZE)
        return err_set(err, RC_CORRUPT, "signing key %" PRId64 " is damaged", db_int(rows, 0));
    memcpy(live->secret, secret.p, CRYPTO_SECRET_SIZE);
    live->key = (SignerKey){ .id = db_int(rows, 0),
                             .created_at = db_int(rows, 4),
                             .retired = !db_is_null(rows, 5),
                             .retired_at = db_int(rows, 5) };
    return signer_make_live(signer, live, (NoteType)db_int(rows, 1), db_str_in(rows, 2, arena), err);
}

Rc signer_read_keys(Signer *signer, Arena *arena, LiveKeys **ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    LiveKeys *live = ARENA_NEW(arena, LiveKeys);
    bool more = false;
    DbValue j = DBI(signer->j);
    *ret = live;
    TRY(db_query(signer->db, SQL_KEYS, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && live->n < SIGNER_KEYS_MAX) {
        TRY(read_row(signer, rows, arena, &live->keys[live->n], err));
        live->n++;
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Str origin_of(const LiveKeys *live)
{
    for (size_t i = 0; i < live->n; i++)
        if (live->keys[i].key.verifier.type != NOTE_COSIGNATURE)
            return live->keys[i].key.verifier.name;
    return STR_NONE;
}

Rc signer_origin(Signer *signer, Arena *arena, Str *ret_origin, Err *err)
{
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    TRY(signer_read_keys(signer, arena, &live, err));
    *ret_origin = origin_of(live);
    return RC_OK;
}

Rc signer_keys(Signer *signer, Arena *arena, const SignerKey **ret, size_t *ret_n, Err *err)
{
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    TRY(signer_read_keys(signer, arena, &live, err));
    SignerKey *keys = arena_array(arena, live->n ? live->n : 1, sizeof *keys);
    for (size_t i = 0; i < live->n; i++)
        keys[i] = live->keys[i].key;
    *ret = keys;
    *ret_n = live->n;
    return RC_OK;
}

Rc signer_write_key(Signer *signer, const LiveKey *live, Err *err)
{
    const SignerKey *k = &live->key;
    DbValue row[] = { DBI(signer->j),
                      DBI(k->id),
                      DBI(k->verifier.type),
                      DBT(k->verifier.name),
                      DBB(((Str){ (const char *)live->secret, sizeof live->secret })),
                      DBI(k->created_at),
                      k->retired ? DBI(k->retired_at) : DBNULL };
    return db_write(signer->db, &table_key, DB_INSERT, row, 1, NULL, err);
}

static Rc check_name(const LiveKeys *live, NoteType type, Str name, Err *err)
{
    Str origin = origin_of(live);
    if (live->n == SIGNER_KEYS_MAX)
        return err_set(err, RC_LIMIT, "there are %d keys already", SIGNER_KEYS_MAX);
    if (type != NOTE_COSIGNATURE && origin.n && !str_eq(origin, name))
        return err_set(err, RC_CONFLICT, "the ledger's origin is \"%.*s\" and cannot change: name the key so",
                       STR_ARG(origin));
    return RC_OK;
}

Rc signer_key_new(Signer *signer, NoteType type, Str name, int64_t now, Arena *arena, SignerKey *ret, Err *err)
{
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    TRY(signer_read_keys(signer, arena, &live, err));
    TRY(check_name(live, type, name, err));
    LiveKey made = { .key = { .id = live->n ? live->keys[live->n - 1].key.id + 1 : 1, .created_at = now } };
    Rc rc;
    do {
        os_entropy_fill(&signer->entropy, made.secret, sizeof made.secret);
        rc = signer_make_live(signer, &made, type, arena_str(arena, name), err);
    } while (rc == RC_INVALID && type == NOTE_SM2 && name.n); /* not every 32 bytes are an SM2 key */
    if (rc == RC_OK)
        rc = signer_write_key(signer, &made, err);
    crypto_wipe(made.secret, sizeof made.secret);
    if (rc == RC_OK)
        *ret = made.key;
    return rc;
}

Rc signer_key_retire(Signer *signer, int64_t id, int64_t now, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    size_t signing = 0;
    const LiveKey *found = NULL;
    TRY(signer_read_keys(signer, arena, &live, err));
    for (size_t i = 0; i < live->n; i++) {
        const SignerKey *k = &live->keys[i].key;
        signing += !k->retired && k->verifier.type == NOTE_ED25519;
        if (k->id == id && !k->retired)
            found = &live->keys[i];
    }
    if (!found)
        return err_set(err, RC_NOT_FOUND, "there is no key %" PRId64 " in use", id);
    if (found->key.verifier.type == NOTE_ED25519 && signing == 1)
        return err_set(err, RC_INVALID, "key %" PRId64 " is the last one that signs checkpoints; make another first",
                       id);
    DbValue params[] = { DBI(signer->j), DBI(id), DBI(now) };
    return db_run(signer->db, SQL_RETIRE, params, ARRAY_LEN(params), NULL, err);
}

/* ---- what was signed ---- */

typedef struct Signed {
    bool any;
    uint64_t size;
    LedgerHash root;
    Str note;
} Signed;

static Rc read_signed(Signer *signer, SignerTree tree, Arena *arena, Signed *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Signed s = { 0 };
    DbValue params[] = { DBI(signer->j), DBI(tree) };
    TRY(db_query(signer->db, SQL_SIGNED, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &s.any, err));
    if (s.any && !ledger_hash_from(db_str(rows, 1), &s.root))
        return err_set(err, RC_CORRUPT, "the signer's memory of what it signed is damaged");
    s.size = s.any ? (uint64_t)db_int(rows, 0) : 0;
    s.note = s.any ? db_str_in(rows, 2, arena) : STR_NONE;
    *ret = s;
    return RC_OK;
}

static Rc check_extends(const Signed *last, CryptoHash *hash, const LedgerReader *reader, uint64_t size,
                        const LedgerHash *root, Err *err)
{
    LedgerProof proof = { 0 };
    if (!last->any || last->size == 0)
        return RC_OK;
    if (size < last->size)
        return err_set(err, RC_CORRUPT,
                       "the ledger has %" PRIu64 " entries, but %" PRIu64 " were signed before: it was put back", size,
                       last->size);
    TRY(ledger_prove_consistency(hash, reader, last->size, size, &proof, err));
    if (ledger_verify_consistency(hash, last->size, size, &proof, &last->root, root))
        return RC_OK;
    return err_set(err, RC_CORRUPT,
                   "the ledger of %" PRIu64 " entries does not extend the one of %" PRIu64 " signed before", size,
                   last->size);
}

static Rc sign_all(const LiveKeys *live, Str text, int64_t now, Buf *out, Err *err)
{
    buf_str(out, text);
    buf_char(out, '\n');
    for (size_t i = 0; i < live->n; i++) {
        const SignerKey *k = &live->keys[i].key;
        if (k->retired || k->verifier.type == NOTE_COSIGNATURE)
            continue;
        CLEANUP(crypto_key_freep) CryptoKey *key = NULL;
        TRY(crypto_key_new(scheme_of(k->verifier.type), live->keys[i].secret, &key, err));
        note_sign(out, &k->verifier, key, text, now / 1000);
    }
    return buf_check(out, err);
}

static Rc swap_signed(Signer *signer, SignerTree tree, const Signed *last, uint64_t size, const LedgerHash *root,
                      Str note, int64_t now, Err *err)
{
    size_t changed = 1;
    DbValue row[] = { DBI(signer->j), DBI(tree), DBI((int64_t)size),       DBB(ledger_hash_view(root)),
                      DBT(note),      DBI(now),  DBI((int64_t)last->size), DBB(ledger_hash_view(&last->root)) };
    if (!last->any)
        return db_write(signer->db, &table_signed, DB_INSERT, row, 1, NULL, err);
    TRY(db_run(signer->db, SQL_SWAP, row, ARRAY_LEN(row), &changed, err));
    return changed == 1 ? RC_OK : err_set(err, RC_CONFLICT, "another process has signed a tree meanwhile");
}

Rc signer_sign(Signer *signer, SignerTree tree, CryptoHash *hash, const LedgerReader *reader, uint64_t size,
               const LedgerHash *root, int64_t now, Arena *arena, Str *ret_note, Err *err)
{
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    Signed last;
    CLEANUP(buf_free) Buf out;
    buf_init(&out, NOTE_MAX);
    TRY(signer_read_keys(signer, arena, &live, err));
    Str origin = origin_of(live);
    if (!origin.n)
        return err_set(err, RC_NOT_FOUND, "there is no signing key yet; make one with: yifa key new NAME");
    TRY(read_signed(signer, tree, arena, &last, err));
    if (last.any && last.size == size && ledger_hash_equal(&last.root, root)) {
        *ret_note = last.note;
        return RC_OK;
    }
    TRY(check_extends(&last, hash, reader, size, root, err));
    Checkpoint c = { .origin = tree == SIGNER_SM3 ? arena_printf(arena, "%.*s" SM3_SUFFIX, STR_ARG(origin)) : origin,
                     .size = size,
                     .root = *root };
    TRY(sign_all(live, checkpoint_text(arena, &c), now, &out, err));
    Str note = buf_to_arena(&out, arena);
    TRY(swap_signed(signer, tree, &last, size, root, note, now, err));
    *ret_note = note;
    return RC_OK;
}

Rc signer_remember(Signer *signer, SignerTree tree, const Checkpoint *checkpoint, Str note, int64_t now, Err *err)
{
    Signed none = { 0 };
    return swap_signed(signer, tree, &none, checkpoint->size, &checkpoint->root, note, now, err);
}

Rc signer_last(Signer *signer, SignerTree tree, Arena *arena, Checkpoint *ret, Str *ret_note, Err *err)
{
    Signed last;
    Note note;
    TRY(read_signed(signer, tree, arena, &last, err));
    if (last.any) {
        TRY(note_read(arena, last.note, &note, err));
        TRY(checkpoint_read(note.text, ret, err));
    }
    *ret_note = last.note;
    return RC_OK;
}

Rc signer_add_lines(Signer *signer, SignerTree tree, uint64_t size, Str lines, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Signed last;
    Note note;
    size_t changed = 0;
    TRY(read_signed(signer, tree, arena, &last, err));
    Str longer = arena_printf(arena, "%.*s%.*s", STR_ARG(last.note), STR_ARG(lines));
    TRY(note_read(arena, longer, &note, err));
    DbValue params[] = { DBI(signer->j), DBI(tree), DBI((int64_t)size), DBT(longer), DBT(last.note) };
    TRY(db_run(signer->db, SQL_NOTE, params, ARRAY_LEN(params), &changed, err));
    return changed == 1 ? RC_OK : err_set(err, RC_CONFLICT, "a newer tree has been signed meanwhile");
}

Rc signer_cosign(Signer *signer, Str text, int64_t now, Buf *out, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    bool any = false;
    TRY(signer_read_keys(signer, arena, &live, err));
    for (size_t i = 0; i < live->n; i++) {
        const SignerKey *k = &live->keys[i].key;
        if (k->retired || k->verifier.type != NOTE_COSIGNATURE)
            continue;
        CLEANUP(crypto_key_freep) CryptoKey *key = NULL;
        TRY(crypto_key_new(CRYPTO_ED25519, live->keys[i].secret, &key, err));
        note_sign(out, &k->verifier, key, text, now / 1000);
        any = true;
    }
    if (!any)
        return err_set(err, RC_NOT_FOUND, "there is no witness key; make one with: yifa key new NAME --witness");
    return buf_check(out, err);
}
