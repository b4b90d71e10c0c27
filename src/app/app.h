/* app.h - the use cases: one data folder, one jurisdiction's ledger, and all that may be done with them.
 *
 * An App owns the writing connection, the adopted packs, the directory of people and the keys. app_perform_many is the
 * one way anything changes. One thread at a time performs (the sequencer's); pages read through their own connections
 * (app/read.h). Snapshots of packs and people stay valid while the App is open. */
#ifndef YIFA_APP_APP_H
#define YIFA_APP_APP_H

#include "core/entry/entry.h"
#include "core/law/book.h"
#include "lib/db/db.h"
#include "lib/os/clock.h"
#include "lib/os/entropy.h"

typedef struct App App;

typedef struct AppOptions {
    const char *data; /* folder */
    Str url;          /* store; empty: sqlite in the folder */
    OsClock clock;
    OsEntropy entropy;
    bool external_checkpoint; /* a thread calls app_checkpoint */
    bool read_only;           /* beside a process that writes: figures and checks, nothing can be performed */
} AppOptions;

/* Makes a new, empty data folder: store, keys, head of the ledger. RC_CONFLICT when there is one already.
 * `demonstration` marks the data as synthetic: only then demonstration accounts may sign in. */
MUST_CHECK Rc app_create(const AppOptions *options, bool demonstration, Err *err);
/* Opens it for writing; RC_BUSY when another process has it open. */
MUST_CHECK Rc app_open(const AppOptions *options, App **ret, Err *err);
void app_close(App *app); /* NULL is allowed */
void app_closep(App **app);

int64_t app_j(const App *app);
bool app_is_demonstration(const App *app);
int64_t app_now(const App *app);
const LawBook *app_book(const App *app);
const LawPack *app_pack(const App *app); /* in force today */
const Directory *app_directory(const App *app);
const Crypto *app_crypto(const App *app);
OsEntropy app_entropy(const App *app);
/* A reading connection of its own for one thread. */
MUST_CHECK Rc app_reader(const App *app, Db **ret, Err *err);
MUST_CHECK Rc app_checkpoint(App *app, Err *err);

/* ---- acts ---- */

typedef struct ActRequest {
    int64_t actor;  /* person, ACTOR_SYSTEM or ACTOR_PUBLIC */
    Str procedure;  /* of an opening act; else empty */
    int64_t matter; /* else 0 */
    Str act;
    ActMode mode;
    int64_t happened_at; /* 0: now. In mode do always now */
    int64_t at_ms;       /* 0: ask the clock. Demonstration and replay say when it is performed; ascending */
    int64_t version;     /* the version the actor saw; 0: any */
    Json form;           /* object */
    Str key;             /* idempotency key, at most 64 bytes; empty: none */
    /* Mode mirror: the number on the other platform. An opening act whose number is known changes nothing. */
    Str system;
    Str number;
    /* Of an opening act by the system: the matter it is about, and the kind of the link to it. */
    int64_t about;
    Str link;
} ActRequest;

typedef enum ActAnswer {
    ANSWER_DONE,
    ANSWER_REPEATED, /* the same request was performed before: seq and matter are those of then */
    ANSWER_REFUSED,  /* by procedure or law; recorded */
    ANSWER_INVALID,  /* the form is incomplete or malformed; nothing recorded */
    ANSWER_STALE,    /* somebody else acted on the matter meanwhile; nothing recorded */
    ANSWER_FAILED    /* see err; nothing recorded */
} ActAnswer;

typedef struct ActResult {
    ActAnswer answer;
    int64_t seq; /* of the entry, refusals too; -1 when none */
    int64_t matter;
    Str number;
    Str public_code;
    Decision decision; /* verdicts and faults for the page */
    Err err;
} ActResult;

/* Performs acts in order, sharing one durable commit. Results lie in the arena. Returns an error only when nothing can
 * be performed at all; RC_FATAL means the process must stop without answering. */
MUST_CHECK Rc app_perform_many(App *app, const ActRequest *requests, size_t n, Arena *arena, ActResult *ret_results,
                               Err *err);
/* Fires clocks that are due on idle matters; *ret_fired counts matters. At most max a call. */
MUST_CHECK Rc app_sweep(App *app, size_t max, size_t *ret_fired, Err *err);

/* ---- organisation ---- */

/* Loads a pack folder, checks it and adopts it from a day on; issues as in law_pack_load. */
MUST_CHECK Rc app_adopt(App *app, const char *folder, Day from, int64_t actor, Arena *arena,
                        const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);
/* Reads a pack folder without adopting it. */
MUST_CHECK Rc app_load_pack(Arena *arena, const Crypto *crypto, const char *folder, const LawPack **ret,
                            const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);
/* Writes rows of organisation tables (EFFECT_PUT, EFFECT_SHEET) as one entry. A row whose "id" is 0 gets one;
 * ret_ids, which may be NULL, has room for one id per effect. */
MUST_CHECK Rc app_put(App *app, const Effects *effects, Str act, int64_t actor, int64_t *ret_ids, Err *err);
/* Freezes a report's figures. */
MUST_CHECK Rc app_freeze(App *app, Str report, int64_t actor, Err *err);

#endif
