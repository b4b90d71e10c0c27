/* tables.h - decision tables of a pack: what legal staff write as a spreadsheet (tables/NAME.csv, docs/TABLES.md) or as
 * a model (tables/NAME.dmn).
 *
 * A table is a function of every expression of the pack, called by its title; a model's are called as the model calls
 * them. A CSV's rows are also kept as they are written, for pages and for what is published, and are a list of contexts
 * under the table's id. Limits: 64 tables, 16 MiB with the rest of the pack, and those of docs/TABLES.md for each. */
#ifndef YIFA_CORE_LAW_TABLES_H
#define YIFA_CORE_LAW_TABLES_H

#include "core/law/pack.h"

typedef enum LawColumnKind {
    LAW_COLUMN_INPUT,
    LAW_COLUMN_OUTPUT,
    LAW_COLUMN_ARTICLE,
    LAW_COLUMN_FROM,
    LAW_COLUMN_TO,
    LAW_COLUMN_NOTE,
    LAW_COLUMN_KINDS
} LawColumnKind;

typedef struct LawTableColumn {
    LawColumnKind kind;
    Str title; /* of an input its expression, mostly a name */
    Str unit;  /* for people; may be empty */
} LawTableColumn;

typedef struct LawTableRow {
    Str id;
    const Str *cells; /* as written, one a column */
    Day from;         /* DAY_NONE: always was */
    Day to;           /* the first day on which it no longer is; DAY_NONE: open */
    LawPlace at;
} LawTableRow;

struct LawTable {
    Str id;    /* also the name of the list of its rows */
    Str title; /* also the name of the function */
    Str path;
    Str document;  /* from which the table was taken, as people call it */
    Str number;    /* that document's number; may be empty */
    Day published; /* when everybody could first read it; DAY_NONE: never */
    LawBasis basis;
    Str note;
    const LawTableColumn *columns; /* none: a model, which is not shown */
    size_t n_columns;
    const LawTableRow *rows;
    size_t n_rows;
    const LawCatalogue *items; /* what the rows are about; NULL: of nothing in particular */
    size_t by;                 /* the column that names the item */
    const size_t *shown;       /* columns for people, by index */
    size_t n_shown;
    LawPlace at;
};
typedef struct LawTable LawTable;

/* What of a row an act keeps in the matter's fields. */
typedef struct LawTableKeep {
    const LawField *field;
    Str entry; /* of what the table's function gives: an output, `article`, `row` */
} LawTableKeep;

/* A table that a procedure looks at: which of its rows concern the matter, and which of them holds for it. */
typedef struct LawTableUse {
    const LawTable *table;
    const LawField *of; /* names the item; NULL: the table goes by no items */
    LawExpr row;        /* what the table's function gave */
    const LawTableKeep *keep;
    size_t n_keep;
    const int *inputs; /* slot of each column's name in the procedure's scope, -1: no input, or no such name */
} LawTableUse;

const LawTable *law_table(const LawPack *pack, Str id);
const LawTableRow *law_table_row(const LawTable *table, Str id);
/* Whether the row speaks of the item; of a table without items every row does. */
bool law_table_row_concerns(const LawTable *table, const LawTableRow *row, Str item);
bool law_table_row_holds(const LawTableRow *row, Day on);

#endif
