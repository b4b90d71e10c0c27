/* book.h - the packs a jurisdiction has adopted, and which one speaks on which day.
 *
 * A LawBook is a snapshot in memory; adopting a pack makes a new one. Packs are never unloaded while matters refer to
 * them. */
#ifndef YIFA_CORE_LAW_BOOK_H
#define YIFA_CORE_LAW_BOOK_H

#include "core/law/pack.h"

typedef struct LawAdoption {
    Day from; /* governs from this day */
    int64_t seq;
    Str digest; /* 32 bytes */
    const LawPack *pack;
} LawAdoption;

typedef struct LawBook {
    const LawAdoption *adoptions; /* by (from, seq) */
    size_t n;
} LawBook;

/* The pack in force on a day: of those whose first day has come, the last; before the first, the first. NULL when the
 * book is empty. */
const LawPack *law_book_on(const LawBook *book, Day day);
const LawPack *law_book_find(const LawBook *book, Str digest); /* NULL when not adopted */
/* The set of figures in force: the latest adoption, by seq. */
const LawPack *law_book_latest(const LawBook *book);

#endif
