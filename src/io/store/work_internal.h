/* work_internal.h - the parts of a work. */
#ifndef YIFA_IO_STORE_WORK_INTERNAL_H
#define YIFA_IO_STORE_WORK_INTERNAL_H

#include "io/store/work.h"

typedef struct Rows {
    DbValue *values;
    size_t n; /* values, not rows */
    size_t cap;
} Rows;

typedef struct WorkMatter {
    Matter m;
    Str pack_digest; /* 32 bytes, at opening */
    unsigned loaded; /* StoreNeed bits: what of m is complete */
    bool dirty;
    const FigureState *states; /* of the core as it is; NULL: not computed yet */
    Json attrs;                /* indexed fields as they are in the store: field -> value */
    uint64_t clocks;           /* bit i: m.clocks[i] must be written */
    Str finding_rule;          /* of a finding: what it is about */
    int64_t finding_source;
    int64_t finding_seq;
} WorkMatter;

typedef struct WorkTally {
    int64_t fig;
    Day p;
    Day e;
    Day k;
    Str dim;
    int64_t n;
    int64_t v;
} WorkTally;

typedef struct WorkSeries {
    Str series;
    int64_t year;
    int64_t last;
} WorkSeries;

struct Work {
    Db *db;
    Arena *arena;
    WorkWorld world;
    int64_t epoch;
    int64_t first_size; /* of the ledger when the batch began */
    int64_t last_at;
    LedgerFrontier frontier;
    Map matters;        /* id -> WorkMatter* */
    WorkMatter **order; /* matters in order of first touch */
    size_t n_order;
    size_t cap_order;
    Map tallies; /* text key -> WorkTally* */
    WorkTally **tally_order;
    size_t n_tallies;
    size_t cap_tallies;
    Map series; /* text key -> WorkSeries* */
    WorkSeries **series_order;
    size_t n_series;
    size_t cap_series;
    Map requests; /* key bytes -> request row in this batch */
    Map aliases;  /* "system\n number" -> id*, this batch */
    Map blinds;   /* "kind\n blind" -> id*, this batch */
    Map figures;  /* id -> int64_t* number of the figure's row */
    Rows rows[T_COUNT];
    bool touched;   /* there is something to commit */
    bool unwritten; /* rows or dirty matters since the last flush */
};

/* Gathers one row for a table; values are as many as the table has columns. */
void work_row(Work *work, TableId table, const DbValue *values);
MUST_CHECK Rc work_flush(Work *work, Err *err);
MUST_CHECK Rc work_load_matter(Work *work, int64_t id, WorkMatter **ret, Err *err);
WorkMatter *work_new_matter(Work *work, int64_t id);
/* Facts of one entry, added to rows and tallies. */
MUST_CHECK Rc work_facts(Work *work, const Entry *entry, int64_t matter, const Facts *facts, Err *err);
MUST_CHECK Rc work_effects(Work *work, WorkMatter *wm, const Entry *entry, Err *err);
MUST_CHECK Rc work_put(Work *work, const Effect *effect, const Entry *entry, Err *err);
Str work_key2(Work *work, Str a, Str b);
/* A value that stands as NULL when it equals `none`. */
DbValue work_int_or_null(int64_t value, int64_t none);
DbValue work_text_or_null(Str text);

#endif
