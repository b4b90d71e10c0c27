/* reconcile.h - another platform's list compared with our matters, and what becomes of the differences.
 *
 * The pack says which columns mean which fields (imports/NAME.yaml, compare). Comparing changes nothing. Recording a
 * comparison opens a matter of the pack's difference procedure for every difference that has none, tells those whose
 * values are others now, opens again those that came back, and closes those the list no longer shows; so recording the
 * same list twice changes nothing the second time. A difference is known by list, number and field. It counts as
 * unexplained while it stands at the stage at which it was opened.
 *
 * Limits: 20,000 rows and 16 MiB a list, 200,000 matters of the procedure, 10,000 open differences. Texts lie in the
 * arena given. What the list says beyond the compared columns is not kept. */
#ifndef YIFA_APP_RECONCILE_H
#define YIFA_APP_RECONCILE_H

#include "app/compare.h"
#include "app/import.h"

enum { RECONCILE_OURS_MAX = 200000, RECONCILE_OPEN_MAX = 10000 };

/* DAY_NONE: the first or last day that the list itself has. */
typedef struct ReconcileSpan {
    Day from;
    Day to;
} ReconcileSpan;

typedef struct ReconcileItem {
    CompareGroup group;
    Str number;            /* the platform's, else ours */
    size_t line;           /* in the list; 0: not in it */
    int64_t matter;        /* 0: not here */
    Str title;             /* of the matter */
    Day day;               /* DAY_NONE: none */
    int64_t unit;          /* responsible for the matter; 0: none */
    const LawField *field; /* COMPARE_FIELD: the one that differs; an item a field */
    Str ours;              /* as people read it */
    Str theirs;
    Str key;            /* names the difference */
    int64_t difference; /* its matter; 0: not recorded */
    Str stage;          /* of that */
} ReconcileItem;

typedef struct Reconciliation {
    const LawImport *import;
    ReconcileSpan span;
    size_t n_rows;                 /* of the list */
    size_t counts[COMPARE_GROUPS]; /* numbers; one whose fields differ counts once */
    ReconcileItem *items;
    size_t n_items;
    size_t *nameless; /* lines without a number */
    size_t n_nameless;
    size_t *twice; /* lines whose number stood before */
    size_t n_twice;
    size_t n_outside;
    const Str *absent; /* columns to compare that the list has not */
    size_t n_absent;
    Map keys; /* their numbers */
} Reconciliation;

/* RC_INVALID: the pack does not compare this list, or its number or period column is missing. */
MUST_CHECK Rc reconcile(const ImportSource *source, const LawImport *import, Str bytes, ReconcileSpan span,
                        Arena *arena, Reconciliation *ret, Err *err);

/* Only what is compared, as CSV: what is kept of a list. */
MUST_CHECK Rc reconcile_cut(const LawImport *import, Str bytes, Arena *arena, Str *ret, Err *err);

/* ---- recording; on the thread that performs ---- */

typedef struct ReconcileDone {
    int64_t opened;
    int64_t changed;
    int64_t reopened;
    int64_t closed;
    int64_t refused; /* acts the difference procedure did not take; `why` has the first reason */
    Str why;
} ReconcileDone;
/* RC_INVALID when the pack keeps no differences. */
MUST_CHECK Rc app_reconcile(App *app, const LawImport *import, Str bytes, ReconcileSpan span, int64_t person,
                            Arena *arena, Reconciliation *ret, ReconcileDone *ret_done, Err *err);

/* A comparison that was looked at or recorded, kept so that it can be shown again. */
typedef struct ReconcileBatch {
    int64_t id;
    Str name; /* of the file */
    Str system;
    int64_t at;
    int64_t person;
    int64_t rows;
    bool recorded;
    ReconcileSpan span;
    Str list; /* as reconcile_cut gives it */
    int64_t counts[COMPARE_GROUPS];
} ReconcileBatch;
/* `batch->id` 0 makes a new one; ret_id may not be NULL. */
MUST_CHECK Rc app_reconcile_keep(App *app, const ReconcileBatch *batch, int64_t *ret_id, Err *err);
MUST_CHECK Rc reconcile_batch(Db *db, int64_t j, int64_t id, Arena *arena, ReconcileBatch *ret, Err *err);
/* The newest first, without their lists. */
MUST_CHECK Rc reconcile_batches(Db *db, int64_t j, size_t max, Arena *arena, ReconcileBatch **ret, size_t *ret_n,
                                Err *err);

/* ---- open differences ---- */

typedef struct OpenDifference {
    int64_t id;
    Str number; /* of the difference */
    Str title;
    Str stage;
    bool explained;
    const LawImport *import; /* NULL: of a list the pack no longer reads */
    Day day;                 /* DAY_NONE: none */
    int64_t owner;           /* 0: none yet */
    int64_t unit;            /* 0: none */
    int64_t due_at;          /* INT64_MAX: none */
    const Json *fields;
} OpenDifference;
/* By due instant. */
MUST_CHECK Rc differences_open(Db *db, int64_t j, const LawPack *pack, Arena *arena, OpenDifference **ret,
                               size_t *ret_n, Err *err);
/* How many of them are unexplained and may change a figure of the days from `from` to `to`: their day lies in these or
 * in the year before, since a matter's later days may be what the figure goes by. */
size_t differences_about(const OpenDifference *open, size_t n, const LawFigure *figure, Day from, Day to);

#endif
