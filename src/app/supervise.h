/* supervise.h - what the findings board shows: open findings, and what was refused and warned lately, by rule.
 *
 * Reads through a connection of the calling thread. Lists are cut at the stated maximum. */
#ifndef YIFA_APP_SUPERVISE_H
#define YIFA_APP_SUPERVISE_H

#include "core/law/book.h"
#include "lib/db/db.h"

typedef struct FindingRow {
    int64_t id;
    Str number;
    Str title;
    Str stage;
    Str kind; /* option of the procedure's kind: where it comes from */
    int64_t unit;
    int64_t due_at; /* INT64_MAX: none */
    Str rule;
    int64_t about; /* matter, 0: none */
    Str about_number;
} FindingRow;

/* Open findings by due instant; empty stage and kind, unit 0: any. */
typedef struct FindingFilter {
    const LawProcedure *procedure;
    Str stage;
    Str kind;
    int64_t unit;
    bool closed;
} FindingFilter;
MUST_CHECK Rc findings_list(Db *db, int64_t j, const FindingFilter *filter, size_t max, Arena *arena, FindingRow **ret,
                            size_t *ret_n, Err *err);

/* Of all open findings. */
typedef struct FindingCount {
    Str stage;
    int64_t unit;
    int64_t open;
    int64_t overdue;
} FindingCount;
MUST_CHECK Rc findings_counts(Db *db, int64_t j, Str procedure, int64_t now, Arena *arena, FindingCount **ret,
                              size_t *ret_n, Err *err);

/* Since the entry `seq`: how often a rule refused, and in how many findings it is named. */
typedef struct RuleCount {
    Str rule;
    int64_t refused;
    int64_t warned;
} RuleCount;
MUST_CHECK Rc findings_by_rule(Db *db, int64_t j, int64_t seq, Arena *arena, RuleCount **ret, size_t *ret_n, Err *err);

typedef struct KindCount {
    Str kind;
    int64_t n;
} KindCount;
/* Findings opened on or after a day, by kind. */
MUST_CHECK Rc findings_by_kind(Db *db, int64_t j, Str procedure, Day from, Arena *arena, KindCount **ret, size_t *ret_n,
                               Err *err);

/* The first entry recorded at or after an instant: a search in the ledger, whose times ascend. */
MUST_CHECK Rc ledger_seq_at(Db *db, int64_t j, int64_t at, int64_t *ret, Err *err);

#endif
