#include "fault/office.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/check.h"
#include "core/ledger/audit.h"

#define ORIGIN "fault.example/log"

enum { STEP_MS = 1000, BATCH_MAX = 6 };

static const int64_t START_MS = INT64_C(1700000000000);

void office_place(char *out, size_t n, const char *what)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(out, n, "%s/yifa-fault-%d-%s", base, (int)getpid(), what);
}

void office_remove(const char *folder)
{
    Err err = { 0 };
    if (os_remove_tree(folder, &err) != RC_OK)
        fprintf(stderr, "%s: %s\n", err.place, err.text);
}

/* ---- life ---- */

void office_init(Office *o, const char *folder, uint64_t seed)
{
    *o = (Office){ .folder = folder, .now = START_MS };
    o->acks = calloc(OFFICE_ACKS_MAX, sizeof *o->acks);
    assert(o->acks);
    o->options =
        (AppOptions){ .data = folder, .clock = os_clock_manual(&o->now), .entropy = os_entropy_seeded(&o->seed, seed) };
}

void office_clear(Office *o)
{
    office_close(o);
    free(o->acks);
}

static Rc make_key(Office *o, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(publisher_closep) Publisher *publisher = NULL;
    SignerKey key;
    TRY(publisher_open(o->app, &publisher, err));
    return signer_key_new(publisher_signer(publisher), NOTE_ED25519, STR(ORIGIN), o->now, arena, &key, err);
}

static Rc adopt(Office *o, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    const LawIssue *issues = NULL;
    size_t n = 0;
    return app_adopt(o->app, YIFA_SOURCE "/tests/fault/pack", DAY_NONE, ACTOR_SYSTEM, arena, &issues, &n, err);
}

Rc office_create(Office *o, Err *err)
{
    TRY(app_create(&o->options, true, err));
    Rc rc = app_open(&o->options, &o->app, err);
    if (rc == RC_OK)
        rc = adopt(o, err);
    if (rc == RC_OK)
        rc = make_key(o, err);
    office_close(o);
    return rc;
}

Rc office_open(Office *o, Err *err)
{
    TRY(app_open(&o->options, &o->app, err));
    return publisher_open(o->app, &o->publisher, err);
}

void office_close(Office *o)
{
    publisher_close(o->publisher);
    app_close(o->app);
    o->publisher = NULL;
    o->app = NULL;
}

/* ---- work ---- */

static void acknowledge(Office *o, Ack ack)
{
    assert(o->n_acks < OFFICE_ACKS_MAX);
    o->acks[o->n_acks++] = ack;
    if (o->acknowledged)
        o->acknowledged(&ack, o->n_acks - 1);
}

static ActRequest receive(Arena *arena, unsigned i, unsigned k)
{
    Json form = json_obj();
    json_add(arena, &form, STR("about"), json_str(arena_printf(arena, "letter %u of day %u", k, i)));
    json_add(arena, &form, STR("sender"), json_str(arena_printf(arena, "sender %u", (i * 7 + k) % 50)));
    return (ActRequest){ .actor = ACTOR_PUBLIC, .procedure = STR("letter"), .act = STR("receive"), .form = form };
}

static ActRequest answer(Arena *arena, int64_t matter)
{
    Json form = json_obj();
    json_add(arena, &form, STR("answer"), json_str(STR("it has been done")));
    return (ActRequest){ .actor = ACTOR_SYSTEM, .matter = matter, .act = STR("answer"), .form = form };
}

static void note_results(Office *o, const ActResult *results, size_t n, size_t received)
{
    for (size_t k = 0; k < n; k++) {
        if (results[k].answer != ANSWER_DONE)
            continue;
        if (k < received && o->n_letters < ARRAY_LEN(o->letters))
            o->letters[o->n_letters++] = results[k].matter;
        acknowledge(o, (Ack){ .seq = results[k].seq, .matter = results[k].matter });
    }
}

/* Acts that could not be performed are an error here: nothing in this office is refused. */
static Rc failure_among(const ActResult *results, size_t n, Err *err)
{
    for (size_t k = 0; k < n; k++)
        if (results[k].answer != ANSWER_DONE) {
            *err = results[k].err;
            return results[k].answer == ANSWER_FAILED ? RC_DB
                                                      : err_set(err, RC_INVALID, "answer %d", (int)results[k].answer);
        }
    return RC_OK;
}

static Rc perform(Office *o, unsigned i, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    ActRequest requests[BATCH_MAX + 1];
    ActResult results[BATCH_MAX + 1];
    size_t received = 1 + i * 2654435761u % BATCH_MAX;
    size_t n = 0;
    for (unsigned k = 0; k < received; k++)
        requests[n++] = receive(arena, i, k);
    if (i % 3 == 2 && o->n_letters)
        requests[n++] = answer(arena, o->letters[--o->n_letters]);
    TRY(app_perform_many(o->app, requests, n, arena, results, err));
    note_results(o, results, n, received);
    return failure_among(results, n, err);
}

static Rc publish(Office *o, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Published done;
    TRY(publisher_run(o->publisher, arena, &done, err));
    acknowledge(o, (Ack){ .seq = -1, .size = done.size });
    return RC_OK;
}

Rc office_work(Office *o, unsigned i, Err *err)
{
    o->now += STEP_MS;
    TRY(perform(o, i, err));
    if (i % 4 == 1)
        TRY(publish(o, err));
    if (i % 9 == 5)
        TRY(app_checkpoint(o->app, err));
    if (i % 13 == 8) {
        office_close(o);
        TRY(office_open(o, err));
    }
    return RC_OK;
}

/* ---- afterwards ---- */

static bool wrong(OfficeFound *f, const char *format, ...) PRINTF_LIKE(2, 3);
static bool wrong(OfficeFound *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!f->text[0])
        vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return false;
}

typedef struct Checking {
    Office office;
    Arena *arena;
    OfficeFound *found;
    uint64_t published; /* acknowledged */
} Checking;

static bool ok(Checking *c, Rc rc, const Err *err, const char *doing)
{
    return rc == RC_OK || wrong(c->found, "%s: %s: %s %s", doing, rc_name(rc), err->place, err->text);
}

static Rc find_entry(App *app, const Ack *ack, bool *ret, Err *err)
{
    static const char sql[] = "SELECT 1 FROM matter_entry WHERE j = ?1 AND matter = ?2 AND seq = ?3";
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(app->j), DBI(ack->matter), DBI(ack->seq) };
    TRY(db_query(app->db, sql, params, 3, &rows, err));
    return db_next(rows, ret, err);
}

static bool check_acks(Checking *c, const Ack *acks, size_t n)
{
    Err err = { 0 };
    for (size_t i = 0; i < n; i++) {
        bool there = true;
        if (acks[i].seq < 0)
            c->published = acks[i].size;
        else if (!ok(c, find_entry(c->office.app, &acks[i], &there, &err), &err, "entries"))
            return false;
        c->found->lost += !there;
        if (!there)
            wrong(c->found, "entry %lld was acknowledged and is not there", (long long)acks[i].seq);
    }
    return c->found->lost == 0;
}

/* Values are sealed under keys of the other store: an entry whose key is lost is lost as well. */
static Rc check_keys(App *app, Str *ret_lost, Arena *arena, Err *err)
{
    static const char sql[] = "SELECT DISTINCT subject FROM personal WHERE j = ?1";
    CLEANUP(db_endp) DbRows *rows = NULL;
    uint8_t key[CRYPTO_KEY_SIZE];
    bool more = false;
    DbValue j = DBI(app->j);
    TRY(db_query(app->db, sql, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Rc rc = keys_subject(app->keys, db_int(rows, 0), false, key, err);
        if (rc == RC_NOT_FOUND)
            *ret_lost = arena_printf(arena, "the key of subject %lld is lost", (long long)db_int(rows, 0));
        else if (rc != RC_OK)
            return rc;
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static bool check_ledger(Checking *c)
{
    Err err = { 0 };
    CheckReport report = { 0 };
    Str lost = STR_NONE;
    if (!ok(c, app_verify(c->office.app, (CheckProgress){ 0 }, c->arena, &report, &err), &err, "verify"))
        return false;
    c->found->entries = (size_t)report.entries;
    if (report.n_faults)
        return wrong(c->found, "%.*s: %.*s", STR_ARG(report.faults[0].where), STR_ARG(report.faults[0].what));
    if (!ok(c, check_keys(c->office.app, &lost, c->arena, &err), &err, "keys"))
        return false;
    c->found->lost += lost.n > 0;
    return lost.n ? wrong(c->found, "%s", lost.p) : true;
}

static Rc fetch(void *ctx, Arena *arena, Str path, size_t max, Str *ret, Err *err)
{
    const char *folder = ctx;
    return os_read_file(arena, arena_printf(arena, "%s/log/%.*s", folder, STR_ARG(path)).p, max, ret, err);
}

static Rc trusted(Checking *c, AuditTrust *ret, Err *err)
{
    const SignerKey *keys;
    TRY(signer_keys(publisher_signer(c->office.publisher), c->arena, &keys, &ret->n_keys, err));
    NoteVerifier *verifiers = ARENA_ARRAY(c->arena, NoteVerifier, ret->n_keys + 1);
    for (size_t i = 0; i < ret->n_keys; i++)
        verifiers[i] = keys[i].verifier;
    ret->keys = verifiers;
    return RC_OK;
}

/* What was published was remembered as signed before. */
static bool check_memory(Checking *c, const Checkpoint *published)
{
    Err err = { 0 };
    Checkpoint signed_last = { 0 };
    Str note;
    Signer *signer = publisher_signer(c->office.publisher);
    if (!ok(c, signer_last(signer, SIGNER_SHA256, c->arena, &signed_last, &note, &err), &err, "signed last"))
        return false;
    bool remembered = signed_last.size > published->size ||
                      (signed_last.size == published->size && ledger_hash_equal(&signed_last.root, &published->root));
    c->found->lost += !remembered;
    return remembered || wrong(c->found, "published are %llu entries, but the signer remembers %llu",
                               (unsigned long long)published->size, (unsigned long long)signed_last.size);
}

/* The published files, as an outsider sees them. */
static bool audit(Checking *c, uint64_t at_least)
{
    Err err = { 0 };
    AuditSource source = { (char *)(uintptr_t)c->office.folder, fetch };
    AuditOptions options = { .hashes_only = true };
    AuditReport *report = ARENA_NEW(c->arena, AuditReport);
    if (!ok(c, trusted(c, &options.trust, &err), &err, "signing keys"))
        return false;
    Rc rc = audit_log(c->arena, c->office.app->hash, &source, &options, report, &err);
    if (rc == RC_NOT_FOUND && at_least == 0)
        return true;
    if (rc != RC_OK || report->checkpoint.size < at_least) {
        c->found->lost++;
        return wrong(c->found, "a ledger of %llu entries was published; now: %s, %llu entries, %s",
                     (unsigned long long)at_least, rc_name(rc), (unsigned long long)report->checkpoint.size, err.text);
    }
    if (report->n_faults)
        return wrong(c->found, "published %.*s: %.*s", STR_ARG(report->faults[0].where),
                     STR_ARG(report->faults[0].what));
    return check_memory(c, &report->checkpoint);
}

/* The office goes on: what the cut left must not stand in the way. */
static bool work_on(Checking *c)
{
    Err err = { 0 };
    CheckReport report = { 0 };
    c->office.now = START_MS - 1000 * STEP_MS; /* and its clock has been set back */
    if (!ok(c, perform(&c->office, 1, &err), &err, "acts afterwards") ||
        !ok(c, publish(&c->office, &err), &err, "publishing afterwards") ||
        !ok(c, app_verify(c->office.app, (CheckProgress){ 0 }, c->arena, &report, &err), &err, "verify afterwards"))
        return false;
    if (report.n_faults)
        return wrong(c->found, "afterwards, %.*s: %.*s", STR_ARG(report.faults[0].where),
                     STR_ARG(report.faults[0].what));
    return audit(c, (uint64_t)report.entries);
}

bool office_check(const char *folder, const Ack *acks, size_t n_acks, OfficeFound *ret)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Checking c = { .arena = arena, .found = ret };
    Err err = { 0 };
    *ret = (OfficeFound){ 0 };
    office_init(&c.office, folder, SEED_CHECK);
    bool good = ok(&c, office_open(&c.office, &err), &err, "open");
    if (!good)
        ret->lost = n_acks;
    good = good && check_acks(&c, acks, n_acks) && check_ledger(&c) && audit(&c, c.published) && work_on(&c);
    office_clear(&c.office);
    return good;
}

bool office_check_creation(const char *folder, OfficeFound *ret)
{
    Office o;
    Err err = { 0 };
    *ret = (OfficeFound){ 0 };
    office_init(&o, folder, SEED_CHECK);
    Rc rc = app_create(&o.options, true, &err);
    if (rc == RC_OK || rc == RC_CONFLICT) /* it had ended */
        rc = app_open(&o.options, &o.app, &err);
    if (rc != RC_OK)
        wrong(ret, "create: %s: %s %s", rc_name(rc), err.place, err.text);
    office_clear(&o);
    return rc == RC_OK;
}
