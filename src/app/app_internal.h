/* app_internal.h - what the parts of an App share. */
#ifndef YIFA_APP_APP_INTERNAL_H
#define YIFA_APP_APP_INTERNAL_H

#include "app/app.h"
#include "io/store/work.h"
#include "lib/os/file.h"

enum { APP_BLIND_KEY = 32, APP_FOLLOW_DEPTH = 4 };

typedef struct AppKeys AppKeys;

struct App {
    Arena *arena;  /* lives as long as the App: packs */
    Arena *people; /* the directory; replaced when it is read anew */
    Arena *batch;  /* one batch: loaded matters, rows */
    Arena *act;    /* one act: what deciding it needs */
    OsClock clock;
    OsEntropy entropy;
    Crypto *crypto;
    CryptoHash *hash; /* of the thread that performs */
    Str data;         /* folder */
    Str url;
    Db *db;
    AppKeys *keys;
    OsLock lock;
    int64_t j;
    int64_t epoch;
    bool demonstration;
    LawBook book;
    const LawPack *adopting; /* compiled for an adoption; NULL: none was since the App was opened */
    Directory *dir;
};

/* ---- folder ---- */
typedef struct AppSettings {
    int64_t j;
    bool demonstration;
    Str url;
} AppSettings;
Str app_path(Arena *arena, const char *data, const char *name);
MUST_CHECK Rc app_settings_read(Arena *arena, const char *data, AppSettings *ret, Err *err);

/* An empty ledger: every table, and the head of a tree without leaves. */
MUST_CHECK Rc app_create_tables(Db *db, CryptoHash *hash, int64_t j, Err *err);

/* ---- keys: per-subject keys in a store of their own ---- */
MUST_CHECK Rc keys_open(const char *data, const Crypto *crypto, OsEntropy entropy, int64_t j, bool create,
                        AppKeys **ret, Err *err);
void keys_close(AppKeys *keys);
/* The key of a subject; a new subject gets one. Ready for use at once, durable after keys_commit. RC_NOT_FOUND when it
 * has been destroyed. */
MUST_CHECK Rc keys_subject(AppKeys *keys, int64_t subject, bool create, uint8_t ret_key[CRYPTO_KEY_SIZE], Err *err);
MUST_CHECK Rc keys_commit(AppKeys *keys, Err *err);
void keys_rollback(AppKeys *keys);
/* Keyed blind index of an identifying value. */
void keys_blind(const AppKeys *keys, Str kind, Str value, uint8_t ret_blind[CRYPTO_DIGEST_SIZE]);

/* ---- packs and people ---- */
/* Adopts a tree of files that may stand in no folder. */
MUST_CHECK Rc app_adopt_files(App *app, const LawFile *files, size_t n, Day from, int64_t actor, Arena *arena,
                              const LawIssue **ret_issues, size_t *ret_n_issues, Err *err);
MUST_CHECK Rc app_read_book(App *app, Err *err);
MUST_CHECK Rc app_read_people(App *app, Err *err);
WorkWorld app_world(const App *app);

/* ---- existing entries ---- */
/* Applies leaves in order, as one transaction: all, or up to the first that changes the organisation, which the later
 * ones must see. They must continue the ledger. */
MUST_CHECK Rc app_fold(App *app, const Str *leaves, size_t n, size_t *ret_done, Err *err);

/* ---- one transaction ---- */
typedef Rc (*AppBody)(App *app, Work *work, void *ctx, Err *err);
/* Begins a work, runs the body, makes keys and work durable; when anything fails, neither is changed. A work that did
 * nothing is not committed. */
MUST_CHECK Rc app_transact(App *app, AppBody body, void *ctx, Err *err);

/* ---- an entry on its way: wishes filled in, encoded, applied ---- */
MUST_CHECK Rc app_append(App *app, Work *work, Entry *entry, Err *err);
/* recorded_at of the next entry: at_ms or, when that is 0, the clock; never before the ledger's last. */
int64_t app_next_instant(const App *app, const Work *work, int64_t at_ms);

#endif
