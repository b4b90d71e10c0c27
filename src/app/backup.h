/* backup.h - copies of an office that can be relied on.
 *
 * A backup is a folder: the stores as SQLite's own online backup copies them, the published log, evidence, settings,
 * and manifest.json, written last, with the size and SHA-256 of every file and the size and root of the ledger. Subject
 * keys lie in keys/ within it, since they have a shorter cycle: destroying them there too completes an erasure. Signing
 * keys and the signer's memory are not in it (yifa key backup): an old memory would sign what it should refuse. A store
 * in PostgreSQL is backed up by pg_basebackup; the rest goes as here.
 *
 * Restoring goes into a folder that holds no office. Every file must have its digest, the ledger must verify, and,
 * where a checkpoint kept outside is given, extend it; the restored signer then remembers that checkpoint, so that
 * nothing older is ever signed. */
#ifndef YIFA_APP_BACKUP_H
#define YIFA_APP_BACKUP_H

#include "app/check.h"
#include "app/signer.h"
#include "core/ledger/note.h"

typedef struct BackupReport {
    int64_t entries;
    int64_t files;
    int64_t bytes;
    LedgerHash root;
} BackupReport;

/* While others work. `to` must not exist or be empty. RC_CONFLICT otherwise. */
MUST_CHECK Rc app_backup(App *app, const char *to, Arena *arena, BackupReport *ret, Err *err);

typedef struct RestoreOptions {
    const char *from;
    const char *data; /* where the office will be */
    Str checkpoint;   /* signed, kept outside; empty: none */
    Str key;          /* verifier key for it */
    OsClock clock;
    OsEntropy entropy;
} RestoreOptions;

/* RC_CORRUPT, naming the file or entry, when something is not as the manifest or the checkpoint says; the folder is
 * then removed again. */
MUST_CHECK Rc app_restore(const RestoreOptions *options, CheckProgress progress, Arena *arena, BackupReport *ret,
                          Err *err);

#endif
