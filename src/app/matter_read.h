/* matter_read.h - a matter for a page: as it stands, what happened to it, what hangs on it.
 *
 * Reads through a connection of the calling thread; everything lies in the arena given. Moments come in the order in
 * which they were recorded, at most MATTER_ENTRIES_MAX of them. Refused attempts are no part of a matter's history and
 * are read by entry. */
#ifndef YIFA_APP_MATTER_READ_H
#define YIFA_APP_MATTER_READ_H

#include "core/entry/entry.h"
#include "core/law/book.h"
#include "lib/db/db.h"

typedef struct MatterMoment {
    int64_t void_seq; /* entry that voided it, -1: none */
    Str stage;        /* in which the matter was afterwards */
    Entry entry;
} MatterMoment;

typedef struct MatterDocument {
    int64_t id;
    Str template;
    Str number;
    Day issued;
    int64_t seq;
    bool is_void;
} MatterDocument;

typedef struct MatterFile {
    int64_t n;
    Str role;
    Str media;
    int64_t bytes;
    int64_t seq;
} MatterFile;

/* Number and title of another matter, for links. */
typedef struct MatterName {
    int64_t id;
    Str number;
    Str title;
    Str procedure;
} MatterName;

typedef struct MatterRecord {
    Matter m;
    MatterMoment *moments;
    size_t n_moments;
    MatterName *others; /* one per link of m */
    MatterDocument *documents;
    size_t n_documents;
    MatterFile *files;
    size_t n_files;
} MatterRecord;

typedef struct MatterSource {
    Db *db;
    int64_t j;
    const LawBook *book;
} MatterSource;

MUST_CHECK Rc matter_read(const MatterSource *source, int64_t id, Arena *arena, MatterRecord *ret, Err *err);
MUST_CHECK Rc matter_read_name(const MatterSource *source, int64_t id, Arena *arena, MatterName *ret, Err *err);
/* Id by public code; 0 when unknown. */
MUST_CHECK Rc matter_find_code(const MatterSource *source, Str code, int64_t *ret, Err *err);

/* One entry as it stands in the ledger. */
typedef struct EntryRecord {
    Entry entry;
    Str leaf;
    Str hash; /* 32 bytes */
    int64_t void_seq;
    int64_t previous; /* seq of the neighbours on the same matter; -1: none */
    int64_t next;
    int64_t size; /* of the ledger now */
    Str root;     /* 32 bytes */
} EntryRecord;
MUST_CHECK Rc entry_read(const MatterSource *source, int64_t seq, Arena *arena, EntryRecord *ret, Err *err);

/* The pack in whose words an entry speaks: that under which its matter was opened, else the one in force then. */
const LawPack *entry_pack(const LawBook *book, const Entry *entry);

#endif
