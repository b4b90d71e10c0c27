/* import_internal.h - a list of another platform being read: what taking it in and comparing it share. */
#ifndef YIFA_APP_IMPORT_INTERNAL_H
#define YIFA_APP_IMPORT_INTERNAL_H

#include "app/import.h"

typedef struct ImportReading {
    const ImportSource *source;
    ImportTable *table;
    Arena *arena;
    Map columns; /* title -> Str* in titles */
    Map numbers; /* seen in the list */
} ImportReading;

/* The list's columns and rows; errors as import_plan. *table must live as long as *ret. */
MUST_CHECK Rc import_read(const ImportSource *source, const LawImport *import, Str bytes, Arena *arena,
                          ImportTable *table, ImportReading *ret, Err *err);
/* A row's cell under a column's title, trimmed; empty when the list has no such column. */
Str import_cell(const ImportReading *p, const ImportRow *row, Str column);
/* A cell as the field's stored value. False with the fault when it is none. */
bool import_value(const ImportReading *p, const LawField *field, Str text, Json *ret, ImportFault *fault);

/* The id of the next batch, imports and comparisons being kept in one table. */
MUST_CHECK Rc import_next_batch(App *app, int64_t *ret, Err *err);

#endif
