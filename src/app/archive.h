/* archive.h - a jurisdiction as a folder that needs nothing else: for the archive, a court, the office's successor.
 *
 *   log/…               the published ledger, entries too: what yifa-verify reads (docs/LEDGER.md)
 *   packs/HEX.json      every pack's tree of files, named by the SHA-256 of these bytes
 *   blobs/…             evidence, as the data folder holds it
 *   archive.json        format, jurisdiction, size and root, packs; written last
 *
 * No personal value is in it, only the commitments; no account, no private key. Taking an archive in makes a new data
 * folder: every entry is verified against the signed tree and folded, so that the state is what the entries say. */
#ifndef YIFA_APP_ARCHIVE_H
#define YIFA_APP_ARCHIVE_H

#include "app/check.h"
#include "app/publish.h"
#include "core/ledger/audit.h"

typedef struct ArchiveReport {
    int64_t entries;
    int64_t packs;
    int64_t files;
    LedgerHash root;
} ArchiveReport;

/* Publishes, then writes the archive of what was published. RC_CONFLICT: the folder is not empty. RC_NOT_FOUND: no
 * signing key. */
MUST_CHECK Rc archive_export(App *app, Publisher *publisher, const char *to, CheckProgress progress, Arena *arena,
                             ArchiveReport *ret, Err *err);

typedef struct ArchiveImport {
    const char *from;
    Str key; /* verifier key of the office that made it */
    AppOptions options;
} ArchiveImport;

/* RC_CORRUPT names what is wrong; the new folder is then removed again. */
MUST_CHECK Rc archive_import(const ArchiveImport *import, CheckProgress progress, Arena *arena, ArchiveReport *ret,
                             Err *err);

#endif
