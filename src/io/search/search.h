/* search.h - finding matters by words of their titles, numbers and public texts.
 *
 * The index is a SQLite file of its own beside the data (DIR/search.db), whatever store the data are in: it holds
 * nothing that the ledger does not, and may be deleted at any time, after which it is made anew. It follows the ledger
 * at a small distance: search_follow takes in the entries that came since the last call, a limited number at a time.
 *
 * Chinese has no spaces between words, and two characters are the usual length of a word, which a trigram index cannot
 * find. So text is cut into overlapping pairs of characters, and a query is a phrase of such pairs: any run of two or
 * more characters is found where it stands, by the index. Runs of ASCII letters and digits are kept whole and found by
 * their beginning. Only public texts are indexed; personal ones are not in the rows that are read.
 *
 * Ownership: one thread uses a Search at a time. Any number of readers and one writer may have the file open. */
#ifndef YIFA_IO_SEARCH_SEARCH_H
#define YIFA_IO_SEARCH_SEARCH_H

#include "base/buf.h"
#include "lib/db/db.h"

enum {
    SEARCH_QUERY_MAX = 200, /* bytes; what is longer is cut at a character */
    SEARCH_HITS_MAX = 500,
    SEARCH_TEXT_MAX = 8192, /* bytes indexed of one matter */
    SEARCH_STEP = 2000      /* entries taken in by one search_follow */
};

typedef struct Search Search;

/* Opens the index; `writer` creates it when it is not there. RC_NOT_FOUND for a reader of an index not yet made. */
MUST_CHECK Rc search_open(const char *path, bool writer, Search **ret, Err *err);
void search_close(Search *search); /* NULL is allowed */
void search_closep(Search **search);

/* Reads up to SEARCH_STEP entries of jurisdiction j behind the index from `store` (a reading connection without a
 * transaction of its own) and indexes their matters anew. *ret_more: there may be more. */
MUST_CHECK Rc search_follow(Search *search, Db *store, int64_t j, bool *ret_more, Err *err);

/* Ids of matters in which all words of the query stand, the newest first. `max` at most SEARCH_HITS_MAX. */
MUST_CHECK Rc search_find(Search *search, Str query, size_t max, Arena *arena, int64_t **ret_ids, size_t *ret_n,
                          Err *err);

/* How text is cut, for tests: the words that are indexed, and the query in the index's own language. */
void search_cut(Str text, Buf *out);
void search_phrase(Str query, Buf *out);

#endif
