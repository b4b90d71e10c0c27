/* import.h - lists of other platforms: looked at first, taken in, taken back.
 *
 * A list is CSV, or cells pasted with tabs between them, in UTF-8 or GB18030, whose first row names the columns; the
 * pack says which column means what (imports/NAME.yaml). Each row becomes acts in mode mirror, at the times it states:
 * an opening act when the platform's number is not known yet, later acts when the matter's history has not got them. So
 * a list read twice changes nothing. A row with a mistake is left out whole and reported with its line and column; the
 * others are taken in.
 *
 * Taking a list back makes void what it brought, newest first, in entries of their own: the ledger forgets nothing.
 * Limits: 20,000 rows and 16 MiB a list. Texts lie in the arena given. */
#ifndef YIFA_APP_IMPORT_H
#define YIFA_APP_IMPORT_H

#include "app/app.h"

enum { IMPORT_ROWS_MAX = 20000, IMPORT_BYTES_MAX = 16 << 20, IMPORT_PROBLEMS_MAX = 8 /* of one row */ };

typedef enum ImportState { IMPORT_NEW, IMPORT_UPDATE, IMPORT_SAME, IMPORT_ERROR, IMPORT_STATES } ImportState;

typedef enum ImportFault {
    IMPORT_EMPTY,  /* a value is required */
    IMPORT_TYPE,   /* not a number, day … */
    IMPORT_OPTION, /* the platform's word is not known */
    IMPORT_UNIT,   /* no unit of that name */
    IMPORT_PERSON, /* no person of that name, or several */
    IMPORT_TIME,   /* no day and time */
    IMPORT_FUTURE, /* it cannot have happened yet */
    IMPORT_TWICE,  /* the number stands in the list before */
    IMPORT_REFUSED /* the procedure does not take it; `value` says why */
} ImportFault;

typedef struct ImportProblem {
    ImportFault fault;
    Str column;
    Str value;
} ImportProblem;

typedef struct ImportStep {
    const LawImportAct *act;
    int64_t at;
    Json form;
} ImportStep;

typedef struct ImportRow {
    size_t line;
    Str *cells; /* as many as the table has columns */
    ImportState state;
    Str number;
    int64_t matter; /* 0: not known yet */
    ImportStep *steps;
    size_t n_steps;
    ImportProblem problems[IMPORT_PROBLEMS_MAX];
    size_t n_problems;
} ImportRow;

typedef struct ImportTable {
    const LawImport *import;
    const char *charset;
    Str text; /* as UTF-8 */
    Str *titles;
    bool *used; /* by column: whether the pack says what it means */
    size_t n_columns;
    ImportRow *rows;
    size_t n_rows;
    size_t counts[IMPORT_STATES];
} ImportTable;

typedef struct ImportSource {
    Db *db;
    int64_t j;
    const LawPack *pack;
    const Directory *dir;
    int64_t now;
} ImportSource;

/* Reads a list and says of each row what would come of it; changes nothing. RC_PARSE: no CSV. RC_INVALID: the column
 * with the platform's number is missing. */
MUST_CHECK Rc import_plan(const ImportSource *source, const LawImport *import, Str bytes, Arena *arena,
                          ImportTable *ret, Err *err);

/* ---- batches; what changes runs on the thread that performs ---- */

typedef struct ImportBatch {
    int64_t id;
    Str name; /* of the file */
    Str system;
    int64_t at;
    int64_t person;
    int64_t rows;
    Str state;  /* "preview", "done" or "undone" */
    Str report; /* of a preview: the list itself; else JSON {"counts": [new, update, same, error], "acts": …} */
} ImportBatch;

MUST_CHECK Rc import_batch(Db *db, int64_t j, int64_t id, Arena *arena, ImportBatch *ret, Err *err);
/* The newest first, without their reports. */
MUST_CHECK Rc import_batches(Db *db, int64_t j, size_t max, Arena *arena, ImportBatch **ret, size_t *ret_n, Err *err);
/* The four counts of a batch that was taken in. */
void import_counts(Arena *arena, const ImportBatch *batch, int64_t ret_counts[IMPORT_STATES]);

/* Keeps a list that was looked at, to be taken in later. */
MUST_CHECK Rc app_import_keep(App *app, const ImportTable *table, Str name, int64_t person, int64_t *ret_batch,
                              Err *err);
/* Plans again, for what others did meanwhile, and takes it in. `batch` is a kept one, or 0. */
MUST_CHECK Rc app_import(App *app, const LawImport *import, Str bytes, Str name, int64_t person, int64_t batch,
                         Arena *arena, ImportTable *ret, int64_t *ret_batch, Err *err);
/* *ret_n acts have been made void. RC_INVALID when the batch is not one that was taken in. */
MUST_CHECK Rc app_import_undo(App *app, int64_t batch, Str reason, int64_t person, Arena *arena, int64_t *ret_n,
                              Err *err);

#endif
