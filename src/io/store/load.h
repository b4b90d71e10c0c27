/* load.h - matters out of the store into memory, for the writer's batches and for pages alike.
 *
 * A StoreReader borrows a connection and an arena; what it loads lies in the arena. Nothing here writes. */
#ifndef YIFA_IO_STORE_LOAD_H
#define YIFA_IO_STORE_LOAD_H

#include "core/entry/entry.h"
#include "core/law/book.h"
#include "lib/db/db.h"

typedef struct StoreReader {
    Db *db;
    Arena *arena;
    int64_t j;
    const LawBook *book;
} StoreReader;

/* What may be loaded of a matter besides its row and its clocks. */
typedef enum StoreNeed { NEED_PARTIES = 1, NEED_LINKS = 2, NEED_DOCUMENTS = 4, NEED_ALL = 7 } StoreNeed;

/* Row, clocks and what is needed. *ret_pack, which may be NULL, gets the digest of the pack it was opened under.
 * RC_NOT_FOUND, RC_CORRUPT. */
MUST_CHECK Rc store_load_matter(const StoreReader *reader, int64_t id, unsigned needs, Matter *ret, Str *ret_pack,
                                Err *err);
/* More of a matter that is loaded: replaces its parties, links or count of documents. */
MUST_CHECK Rc store_load_more(const StoreReader *reader, unsigned needs, Matter *matter, Err *err);
/* All entries of a matter, voided ones marked, in order of version. RC_LIMIT above MATTER_ENTRIES_MAX. */
MUST_CHECK Rc store_load_past(const StoreReader *reader, int64_t matter, MatterPast **ret, size_t *ret_n, Err *err);

#endif
