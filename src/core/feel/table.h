/* table.h - a decision table ready to run; for table*.c alone.
 *
 * A row matches when each of its input cells accepts the column's value. Cells made of constants alone ("high", 5,
 * "[2..5)") are not evaluated: TableIndex knows for each value of a column which rows its cells accept. */
#ifndef YIFA_CORE_FEEL_TABLE_H
#define YIFA_CORE_FEEL_TABLE_H

#include "core/feel/feel_internal.h"

enum { TABLE_ROWS_MAX = 10000, TABLE_COLUMNS_MAX = 64, TABLE_INDEX_BYTES_MAX = 4 * 1024 * 1024 };

typedef struct TableIndex TableIndex;

typedef struct TableInput {
    Str text; /* of its expression, for messages */
    int32_t node;
    int32_t allowed; /* tests, or NODE_NONE */
} TableInput;

typedef struct TableOutput {
    Str name;
    int32_t allowed;  /* tests, or NODE_NONE */
    int32_t standard; /* NODE_NONE: none */
    bool mark;
    bool ranked;             /* its allowed values give a priority */
    const FeelExpr *of_type; /* those of its type, where it has none itself */
} TableOutput;

struct Table {
    Str name;
    FeelHit hit;
    const TableInput *inputs;
    const TableOutput *outputs;
    const int32_t *cells; /* by row, inputs then outputs; NODE_NONE: anything, null */
    const Str *labels;    /* of rows */
    size_t n_inputs, n_outputs, n_rows;
    const TableIndex *index; /* NULL: none */
};

/* ---- table_atom.c: cells of constants as intervals ---- */

/* Kinds of values whose order is total. Times are not among them: whether two compare depends on their zones. */
typedef enum TableKind {
    TABLE_BOOL,
    TABLE_NUMBER,
    TABLE_STRING,
    TABLE_DATE,
    TABLE_DAYS,
    TABLE_MONTHS,
    TABLE_KINDS,
    TABLE_NO_KIND = TABLE_KINDS
} TableKind;

/* One interval of one cell. */
typedef struct TableAtom {
    uint32_t row;
    uint8_t kind;
    bool has_start, has_end, start_included, end_included;
    bool negated; /* the cell is not(...) */
    FeelValue start, end;
} TableAtom;

/* The atoms of one column, by row, and where cells are read from. */
typedef struct TableAtoms {
    Arena *arena;
    const Node *nodes;
    const int32_t *lists;
    const FeelValue *consts;
    TableAtom *items;
    size_t n, cap;
} TableAtoms;

typedef struct TableCell {
    uint32_t row;
    bool any;    /* accepts everything; no atoms */
    bool simple; /* its atoms say all, for values of their kinds; else it has none */
    bool strict; /* they say nothing about other kinds and null; then all atoms are of one kind */
    bool null;   /* accepts null */
} TableCell;

/* From a position up to, but not including, another. */
typedef struct TableInterval {
    uint32_t from, to;
} TableInterval;

typedef struct TableIntervals {
    TableInterval *items;
    size_t n, cap;
} TableIntervals;

TableKind table_kind(FeelValue v);
int table_order(FeelValue a, FeelValue b);                                  /* of one kind */
TableCell table_cell(TableAtoms *atoms, int32_t cell, uint32_t row);        /* adds its atoms */
bool table_constant(const TableAtoms *atoms, int32_t cell, FeelValue *ret); /* of an output: null when empty */
void table_value(TableAtoms *atoms, int32_t cell, uint32_t row); /* of an output: its value, where it is constant */
/* The ends of all atoms of a kind, sorted and distinct. */
size_t table_ends(const TableAtoms *atoms, TableKind kind, Arena *arena, FeelValue **ret_ends);
/* Where a value lies among ends: 2i + 1 at the i-th, 2i before it. */
uint32_t table_position(const FeelValue *ends, size_t n, FeelValue v);
/* What the row of atom `at` accepts of a kind: sorted, disjoint, not touching. Returns the first atom of the next row.
 */
size_t table_row_intervals(const TableAtoms *atoms, size_t at, TableKind kind, const FeelValue *ends, size_t n_ends,
                           Arena *arena, TableIntervals *set);

/* ---- table_index.c ---- */

/* What an index is made of must be the whole of the table's cells. */
const TableIndex *table_index_new(const Parser *p, const Table *table);

/* The rows that may match, by value. Valid as long as the evaluation. */
typedef struct TableRows {
    uint64_t *left;          /* bit set of rows; NULL: all */
    const uint64_t **untold; /* by column: rows whose cell must be evaluated; NULL: all */
} TableRows;
/* False: a limit was reached. */
bool table_index_rows(FeelEval *ev, const Table *table, const FeelValue *inputs, TableRows *ret);

/* table_hit.c: what comes of the rows that match. */
typedef struct TableMatch {
    const Table *table;
    const FeelValue *inputs;
    TableRows rows;
    size_t at; /* next row to look at */
} TableMatch;
bool table_allows(FeelEval *ev, int32_t tests, FeelValue v);       /* table.c */
bool table_next(FeelEval *ev, TableMatch *match, size_t *ret_row); /* table.c */
FeelValue table_result(FeelEval *ev, TableMatch *match);

#endif
