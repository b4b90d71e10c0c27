/* work.h - one batch of acts against the store: load, apply, flush, in one transaction.
 *
 * A Work belongs to the one writer of a jurisdiction. Matters are loaded once per batch and then live in memory, so an
 * act sees what the acts before it in the same batch did, and a matter touched ten times is written once. Entries are
 * applied in order of seq: work_apply appends the leaf to the tree, folds the effects and gathers rows; work_flush
 * writes them, one statement per table. Nothing reaches the disk before work_commit returns. After any error the whole
 * work must be rolled back; the caller then runs its acts one by one.
 *
 * Live work and rebuild use the same code, so "rebuilds the same" is a property of this module. */
#ifndef YIFA_IO_STORE_WORK_H
#define YIFA_IO_STORE_WORK_H

#include "core/entry/entry.h"
#include "core/figure/figure.h"
#include "core/law/book.h"
#include "core/ledger/ledger.h"
#include "io/store/load.h"
#include "io/store/schema.h"

typedef struct Work Work;

/* What a work reads besides the database; borrowed, unchanged during the batch. */
typedef struct WorkWorld {
    int64_t j;
    CryptoHash *hash; /* of the writer's thread */
    const LawBook *book;
    const Directory *dir;
} WorkWorld;

/* Begins a write transaction and reads the ledger's head. RC_CONFLICT when another process owns the ledger (epoch). */
MUST_CHECK Rc work_begin(Db *db, Arena *arena, const WorkWorld *world, int64_t epoch, Work **ret, Err *err);
/* Flushes, writes the head under the fence, commits. RC_FATAL: durability in doubt, the process must stop. */
MUST_CHECK Rc work_commit(Work *work, Err *err);
void work_rollback(Work *work);

/* Whether anything has been applied or counted that a commit would keep. */
bool work_touched(const Work *work);
int64_t work_next_seq(const Work *work);
int64_t work_last_at(const Work *work);
/* Replaces the world after an entry changed the organisation or the packs. */
void work_set_world(Work *work, const WorkWorld *world);

/* The matter as the batch sees it, with what is needed of it (StoreNeed bits); RC_NOT_FOUND. Valid until the work ends;
 * changed by work_apply. */
MUST_CHECK Rc work_matter(Work *work, int64_t id, unsigned needs, const Matter **ret, Err *err);
/* All entries of a matter, those of this batch included. */
MUST_CHECK Rc work_history(Work *work, int64_t matter, MatterPast **ret, size_t *ret_n, Err *err);
/* Effective instant of a matter's entry, 0 when there is none or it is void. */
MUST_CHECK Rc work_entry_eff_at(Work *work, int64_t matter, int64_t version, int64_t *ret_eff_at, Err *err);
/* An earlier request with this key (16 bytes) within two days: its seq and digest (32 bytes); *ret_seq -1 when none. */
MUST_CHECK Rc work_request(Work *work, Day day, Str key, int64_t *ret_seq, uint8_t ret_digest[32], Err *err);
/* Id by another platform's number, by own number, or by blind index; 0 when unknown. */
MUST_CHECK Rc work_find_alias(Work *work, Str system, Str number, int64_t *ret_matter, Err *err);
MUST_CHECK Rc work_find_number(Work *work, Str number, int64_t *ret_matter, Err *err);
MUST_CHECK Rc work_find_subject(Work *work, Str kind, Str blind, int64_t *ret_subject, Err *err);
/* The next number of a series and year, as the batch sees it. */
MUST_CHECK Rc work_series_next(Work *work, Str series, int64_t year, int64_t *ret_n, Err *err);
/* Is the sheet in a pad that was handed to this person, and not yet used, void or lost? */
MUST_CHECK Rc work_sheet_ok(Work *work, Str series, int64_t sheet, int64_t holder, bool *ret_ok, Err *err);
/* A refusal of the same act on the same version for the same reasons is not recorded again, only counted;
 * *ret_first_seq is that of the recorded one, or -1 when this is the first. */
MUST_CHECK Rc work_refusal_repeat(Work *work, const Entry *refusal, int64_t *ret_first_seq, Err *err);
/* Matters with a clock to fire at or before `now`, in the order of their earliest firing; at most max. */
MUST_CHECK Rc work_due_matters(Work *work, int64_t now, int64_t *ret_ids, size_t max, size_t *ret_n, Err *err);

/* Applies one complete entry with its exact leaf; both are copied. entry->seq must be work_next_seq. */
MUST_CHECK Rc work_apply(Work *work, const Entry *entry, Str leaf, Err *err);
/* A sealed personal value beside an entry (log class); copied. */
void work_personal(Work *work, int64_t seq, int64_t subject, Str ciphertext);

#endif
