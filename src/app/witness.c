#include "app/witness.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_PER_LOG_MAX = 16, ANSWER_MAX = 64 * 1024, HTTP_OK = 200, HTTP_CONFLICT = 409 };

struct Witnesses {
    Db *db;
    CryptoHash *sha256;
};

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
static const DbColumn watched_columns[] = { T("origin"), T("keys"), I("size"), B("root"), T("note"), I("at") };
static const DbColumn asked_columns[] = { T("url"), T("key"), I("size"), I("at"), T("trouble") };
#undef I
#undef B
#undef T

static const DbTable table_watched = {
    .name = "watched", .columns = watched_columns, .n_columns = ARRAY_LEN(watched_columns), .n_key = 1
};
static const DbTable table_asked = {
    .name = "asked", .columns = asked_columns, .n_columns = ARRAY_LEN(asked_columns), .n_key = 1
};

static const char SQL_WATCHED[] = "SELECT origin, keys, size, root, at FROM watched WHERE origin = ?1";
static const char SQL_ALL_WATCHED[] = "SELECT origin, keys, size, at FROM watched ORDER BY origin LIMIT 10000";
static const char SQL_KEYS[] = "UPDATE watched SET keys = ?2 WHERE origin = ?1";
static const char SQL_SWAP[] = "UPDATE watched SET size = ?2, root = ?3, note = ?4, at = ?5 "
                               "WHERE origin = ?1 AND size = ?6 AND root = ?7";
static const char SQL_ASKED[] = "SELECT url, key, size, at, trouble FROM asked ORDER BY url LIMIT 16";

Rc witnesses_open(const char *data, CryptoHash *sha256, Witnesses **ret, Err *err)
{
    static const DbTable *const tables[] = { &table_watched, &table_asked };
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Witnesses *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(err, RC_NOMEM, "out of memory");
    w->sha256 = sha256;
    Rc rc = db_open(arena_printf(arena, "sqlite:%s/witness.db", data), &(DbOptions){ 0 }, &w->db, err);
    if (rc == RC_OK)
        rc = db_create(w->db, tables, ARRAY_LEN(tables), err);
    if (rc != RC_OK) {
        witnesses_close(w);
        return rc;
    }
    *ret = w;
    return RC_OK;
}

void witnesses_close(Witnesses *w)
{
    if (!w)
        return;
    db_close(w->db);
    free(w);
}

void witnesses_closep(Witnesses **w)
{
    witnesses_close(*w);
    *w = NULL;
}

/* ---- watching others ---- */

typedef struct Watched {
    bool any;
    WitnessedLog log;
    NoteVerifier keys[KEYS_PER_LOG_MAX];
    Str keys_text;
} Watched;

static Rc read_keys(Witnesses *w, Str text, Watched *ret, Err *err)
{
    while (text.n > 0 && ret->log.n_keys < KEYS_PER_LOG_MAX) {
        Str line = str_cut(text, '\n', &text);
        if (line.n)
            TRY(note_verifier_read(w->sha256, line, &ret->keys[ret->log.n_keys++], err));
    }
    ret->log.keys = ret->keys;
    return RC_OK;
}

static Rc read_watched(Witnesses *w, Str origin, Arena *arena, Watched *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue param = DBT(origin);
    *ret = (Watched){ 0 };
    TRY(db_query(w->db, SQL_WATCHED, &param, 1, &rows, err));
    TRY(db_next(rows, &ret->any, err));
    if (!ret->any)
        return RC_OK;
    ret->log.origin = db_str_in(rows, 0, arena);
    ret->keys_text = db_str_in(rows, 1, arena);
    ret->log.size = (uint64_t)db_int(rows, 2);
    if (!ledger_hash_from(db_str(rows, 3), &ret->log.root))
        return err_set(err, RC_CORRUPT, "the memory of what was cosigned for \"%.*s\" is damaged", STR_ARG(origin));
    return read_keys(w, ret->keys_text, ret, err);
}

Rc witness_watch(Witnesses *w, Str key, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    NoteVerifier verifier;
    Watched known;
    LedgerHash none = { 0 };
    TRY(note_verifier_read(w->sha256, key, &verifier, err));
    TRY(read_watched(w, verifier.name, arena, &known, err));
    if (!known.any) {
        DbValue row[] = { DBT(verifier.name), DBT(key), DBI(0), DBB(ledger_hash_view(&none)), DBT(STR("")), DBI(0) };
        return db_write(w->db, &table_watched, DB_INSERT, row, 1, NULL, err);
    }
    if (known.log.n_keys == KEYS_PER_LOG_MAX)
        return err_set(err, RC_LIMIT, "a log has at most %d keys", KEYS_PER_LOG_MAX);
    DbValue params[] = { DBT(verifier.name),
                         DBT(arena_printf(arena, "%.*s\n%.*s", STR_ARG(known.keys_text), STR_ARG(key))) };
    return db_run(w->db, SQL_KEYS, params, ARRAY_LEN(params), NULL, err);
}

Rc witness_watched(Witnesses *w, Arena *arena, const WatchedLog **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    WatchedLog *logs = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    TRY(db_query(w->db, SQL_ALL_WATCHED, NULL, 0, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(arena, logs, n, cap) = (WatchedLog){ .origin = db_str_in(rows, 0, arena),
                                                         .keys = db_str_in(rows, 1, arena),
                                                         .size = (uint64_t)db_int(rows, 2),
                                                         .at = db_int(rows, 3) };
        TRY(db_next(rows, &more, err));
    }
    *ret = logs;
    *ret_n = n;
    return RC_OK;
}

/* False when another request was faster. */
static Rc remember(Witnesses *w, const Watched *before, const WitnessAnswer *answer, int64_t now, bool *ret_done,
                   Err *err)
{
    size_t changed = 0;
    DbValue params[] = { DBT(before->log.origin),
                         DBI((int64_t)answer->checkpoint.size),
                         DBB(ledger_hash_view(&answer->checkpoint.root)),
                         DBT(answer->text),
                         DBI(now),
                         DBI((int64_t)before->log.size),
                         DBB(ledger_hash_view(&before->log.root)) };
    TRY(db_run(w->db, SQL_SWAP, params, ARRAY_LEN(params), &changed, err));
    *ret_done = changed == 1;
    return RC_OK;
}

static void put_size(Buf *out, uint64_t size)
{
    buf_clear(out);
    buf_printf(out, "%" PRIu64 "\n", size);
}

Rc witness_answer(Witnesses *w, Signer *signer, Str request, int64_t now, int *ret_status, Buf *out, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Watched *known = ARENA_NEW(arena, Watched);
    Err why = { 0 };
    Str origin;
    bool done = false;
    if (witness_origin(arena, request, &origin, &why) == RC_OK)
        TRY(read_watched(w, origin, arena, known, err));
    WitnessAnswer answer = witness_judge(arena, w->sha256, known->any ? &known->log : NULL, request, &why);
    *ret_status = witness_status(answer.verdict);
    if (answer.verdict == WITNESS_STALE) {
        put_size(out, known->log.size);
        return RC_OK;
    }
    if (answer.verdict != WITNESS_GOOD) {
        buf_printf(out, "%s\n", why.text);
        return RC_OK;
    }
    TRY(signer_cosign(signer, answer.text, now, out, err));
    TRY(remember(w, known, &answer, now, &done, err));
    if (!done) {
        TRY(read_watched(w, origin, arena, known, err));
        put_size(out, known->log.size);
        *ret_status = HTTP_CONFLICT;
    }
    return RC_OK;
}

/* ---- being watched ---- */

Rc witness_ask_from_now(Witnesses *w, Str url, Str key, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    const AskedWitness *asked;
    size_t n;
    NoteVerifier verifier;
    TRY(note_verifier_read(w->sha256, key, &verifier, err));
    TRY(witness_asked(w, arena, &asked, &n, err));
    if (verifier.type != NOTE_COSIGNATURE)
        return err_set(err, RC_INVALID, "this is no witness's key");
    if (!net_is_url(url))
        return err_set(err, RC_INVALID, "a witness has an address that begins with https:// or http://");
    if (n == WITNESS_ASKED_MAX)
        return err_set(err, RC_LIMIT, "at most %d witnesses are asked", WITNESS_ASKED_MAX);
    DbValue row[] = { DBT(url), DBT(key), DBI(0), DBI(0), DBT(STR("")) };
    return db_write(w->db, &table_asked, DB_UPSERT, row, 1, NULL, err);
}

Rc witness_asked(Witnesses *w, Arena *arena, const AskedWitness **ret, size_t *ret_n, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    AskedWitness *asked = arena_array(arena, WITNESS_ASKED_MAX, sizeof *asked);
    size_t n = 0;
    bool more = false;
    TRY(db_query(w->db, SQL_ASKED, NULL, 0, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more && n < WITNESS_ASKED_MAX) {
        asked[n++] = (AskedWitness){ .url = db_str_in(rows, 0, arena),
                                     .key = db_str_in(rows, 1, arena),
                                     .size = (uint64_t)db_int(rows, 2),
                                     .at = db_int(rows, 3),
                                     .trouble = db_str_in(rows, 4, arena) };
        TRY(db_next(rows, &more, err));
    }
    *ret = asked;
    *ret_n = n;
    return RC_OK;
}

typedef struct Asking {
    Witnesses *w;
    Publisher *publisher;
    Net *net;
    Arena *arena;
    Checkpoint newest;
    Str note;
} Asking;

static Rc post(Asking *a, const AskedWitness *witness, uint64_t old_size, NetReply *ret, Err *err)
{
    WitnessRequest request = { .old_size = old_size, .checkpoint = a->note };
    CLEANUP(buf_free) Buf body;
    buf_init(&body, ANSWER_MAX * 2);
    TRY(publisher_prove_growth(a->publisher, old_size, a->newest.size, &request.proof, err));
    TRY(witness_request_write(&body, &request, err));
    Str url = arena_printf(a->arena, "%.*s/add-checkpoint", STR_ARG(witness->url));
    return net_post(a->net, a->arena, url, "text/plain", buf_view(&body), ANSWER_MAX, ret, err);
}

/* The lines sent back, if they are this witness's over this checkpoint. */
static Rc take_lines(Asking *a, const AskedWitness *witness, Str lines, Err *err)
{
    NoteVerifier verifier;
    Note note;
    Note plain;
    TRY(note_verifier_read(a->w->sha256, witness->key, &verifier, err));
    TRY(note_read(a->arena, a->note, &plain, err));
    TRY(note_read(a->arena, arena_printf(a->arena, "%.*s\n%.*s", STR_ARG(plain.text), STR_ARG(lines)), &note, err));
    if (note_verify(&note, &verifier, NULL) != NOTE_GOOD)
        return err_set(err, RC_DENIED, "what it answered is not its cosignature of this checkpoint");
    return signer_add_lines(publisher_signer(a->publisher), SIGNER_SHA256, a->newest.size, lines, err);
}

static Rc ask(Asking *a, const AskedWitness *witness, Err *err)
{
    NetReply reply;
    int64_t known;
    TRY(post(a, witness, witness->size, &reply, err));
    if (reply.status == HTTP_CONFLICT && str_to_i64(str_trim(reply.body), &known) && known >= 0 &&
        (uint64_t)known <= a->newest.size)
        TRY(post(a, witness, (uint64_t)known, &reply, err));
    if (reply.status != HTTP_OK)
        return err_set(err, RC_DENIED, "it answered %d: %.*s", reply.status,
                       STR_ARG(str_trim(str_slice(reply.body, 0, 300))));
    return take_lines(a, witness, reply.body, err);
}

static Rc keep_outcome(Asking *a, const AskedWitness *witness, Rc rc, const Err *why, int64_t now, Err *err)
{
    bool done = rc == RC_OK;
    DbValue row[] = { DBT(witness->url), DBT(witness->key),
                      DBI(done ? (int64_t)a->newest.size : (int64_t)witness->size), DBI(done ? now : witness->at),
                      DBT(done ? STR("") : str_c(why->text)) };
    return db_write(a->w->db, &table_asked, DB_UPSERT, row, 1, NULL, err);
}

Rc witness_ask_all(Witnesses *w, Publisher *publisher, Net *net, int64_t now, size_t *ret_got, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Asking a = { .w = w, .publisher = publisher, .net = net, .arena = arena };
    const AskedWitness *asked;
    size_t n;
    *ret_got = 0;
    TRY(witness_asked(w, arena, &asked, &n, err));
    TRY(signer_last(publisher_signer(publisher), SIGNER_SHA256, arena, &a.newest, &a.note, err));
    for (size_t i = 0; a.note.n && i < n; i++) {
        Err why = { 0 };
        if (asked[i].size == a.newest.size && !asked[i].trouble.n)
            continue;
        Rc rc = ask(&a, &asked[i], &why);
        *ret_got += rc == RC_OK;
        TRY(keep_outcome(&a, &asked[i], rc, &why, now, err));
    }
    return *ret_got ? publisher_checkpoint(publisher, SIGNER_SHA256, err) : RC_OK;
}
