/* table_cell.h - from what stands in a spreadsheet's cell to FEEL text; for table_csv.c alone.
 *
 * Functions return NULL, or what is wrong and what to write instead; then *ret is untouched. Text that needs no change
 * is not copied. */
#ifndef YIFA_CORE_DMN_TABLE_CELL_H
#define YIFA_CORE_DMN_TABLE_CELL_H

#include "base/arena.h"
#include "base/rc.h"

typedef struct CellRules {
    bool words; /* bare words, several separated by | */
    bool dates; /* dates need no quotes */
} CellRules;

/* Empty: anything. */
const char *table_cell_tests(Arena *arena, CellRules rules, Str cell, Str *ret);
/* Empty: null. In a column of words the whole cell is one text. */
const char *table_cell_value(Arena *arena, CellRules rules, Str cell, Str *ret);
/* A date such as 2024-01-31 or 2024/1/31 as @"2024-01-31". */
const char *table_cell_date(Arena *arena, Str cell, Str *ret);
Str table_cell_quoted(Arena *arena, Str text); /* as a FEEL string */

#endif
