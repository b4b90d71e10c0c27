/* table_index.c - for a value of a column, which rows' cells accept it, without looking at the cells.
 *
 * A column's cells that consist of constants are sets of intervals over one kind of value. The ends of all intervals,
 * sorted, cut the line of values into positions: 2i + 1 is the i-th end itself, 2i what lies before it. A row's set
 * begins and ends at positions (toggles, sorted); the rows that accept a value are those whose toggles up to the
 * value's position are odd in number. Every so many toggles the set of rows is kept (a snapshot), so that a look-up is
 * a binary search, a copy, and fewer toggles than lie between two snapshots. Sorting and searching, not hashing: no
 * table makes this slow. What is not so simple is `untold`: those cells are evaluated.
 *
 * Memory is bounded by TABLE_INDEX_BYTES_MAX a table; snapshots grow sparser, then columns stay without. */
#include <stdlib.h>
#include <string.h>

#include "core/feel/table.h"

enum { SPACING_MIN = 16 };

typedef struct Toggle {
    uint32_t position;
    uint32_t row;
} Toggle;

/* The intervals over one kind of value. */
typedef struct Line {
    const FeelValue *ends; /* sorted, distinct */
    size_t n_ends;
    const uint32_t *upto; /* by position: how many toggles lie at it or before */
    const Toggle *toggles;
    size_t spacing;            /* toggles between snapshots */
    const uint64_t *snapshots; /* the k-th: rows after k * spacing toggles */
    const uint64_t *untold;    /* NULL: none */
} Line;

typedef struct ColumnIndex {
    const Line *lines[TABLE_KINDS]; /* NULL: no cell is about this kind */
    const uint64_t *any;            /* rows whose cell is empty */
    const uint64_t *nulls;          /* rows that accept null: any, and those that name it */
    const uint64_t *complex;        /* rows whose cell must be evaluated, whatever the value */
    const uint64_t *foreign;        /* the same, for values of a kind no line is about, and null */
    const uint64_t *written;        /* all that are not `any` */
} ColumnIndex;

struct TableIndex {
    size_t words; /* of a set of rows */
    const ColumnIndex *columns;
};

/* ---- building ---- */

typedef struct Builder {
    const Parser *p;
    const Table *table;
    Arena *scratch;
    size_t words;
    size_t bytes_left;
    TableAtoms atoms; /* of one column, by row */
    uint64_t *any, *nulls, *complex, *foreign, *written;
} Builder;

static void set_bit(uint64_t *bits, size_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

static void read_cell(Builder *b, int32_t node, uint32_t row)
{
    TableCell cell = table_cell(&b->atoms, node, row);
    set_bit(cell.any ? b->any : b->written, row);
    if (cell.simple && cell.null)
        set_bit(b->nulls, row);
    if (!cell.simple)
        set_bit(b->complex, row);
    if (!cell.simple || cell.strict)
        set_bit(b->foreign, row);
}

typedef struct LineBuilder {
    Builder *b;
    TableKind kind;
    const FeelValue *ends;
    size_t n_ends;
    Toggle *toggles;
    size_t n, cap;
} LineBuilder;

static void add_toggle(LineBuilder *l, uint32_t position, uint32_t row)
{
    if (position < 2 * l->n_ends + 1) /* behind the last position nothing follows */
        *ARENA_PUSH(l->b->scratch, l->toggles, l->n, l->cap) = (Toggle){ position, row };
}

static void add_rows(LineBuilder *l)
{
    const TableAtoms *atoms = &l->b->atoms;
    TableIntervals set = { 0 };
    for (size_t i = 0; i < atoms->n;) {
        uint32_t row = atoms->items[i].row;
        i = table_row_intervals(atoms, i, l->kind, l->ends, l->n_ends, l->b->scratch, &set);
        for (size_t k = 0; k < set.n; k++) {
            add_toggle(l, set.items[k].from, row);
            add_toggle(l, set.items[k].to, row);
        }
    }
}

static int toggle_sort(const void *a, const void *b)
{
    const Toggle *x = a, *y = b;
    return (x->position > y->position) - (x->position < y->position);
}

static bool take_bytes(Builder *b, size_t bytes)
{
    if (bytes > b->bytes_left)
        return false;
    b->bytes_left -= bytes;
    return true;
}

/* Snapshots as dense as memory allows. False: not even one. */
static bool choose_spacing(Builder *b, size_t n_toggles, size_t *ret_spacing)
{
    size_t bytes = b->words * sizeof(uint64_t);
    size_t spacing = SPACING_MIN;
    while (spacing <= n_toggles && (n_toggles / spacing + 1) * bytes > b->bytes_left / 2)
        spacing *= 2;
    *ret_spacing = spacing;
    return take_bytes(b, (n_toggles / spacing + 1) * bytes);
}

static const void *keep(const Builder *b, const void *items, size_t n, size_t size)
{
    void *kept = arena_array(b->p->arena, n ? n : 1, size);
    if (n)
        memcpy(kept, items, n * size);
    return kept;
}

static const uint64_t *make_snapshots(const LineBuilder *l, size_t spacing)
{
    size_t words = l->b->words;
    uint64_t *all = ARENA_ARRAY(l->b->p->arena, uint64_t, (l->n / spacing + 1) * words);
    uint64_t *rows = arena_zalloc(l->b->scratch, words * sizeof *rows);
    for (size_t i = 0; i <= l->n; i++) {
        if (i % spacing == 0)
            memcpy(all + i / spacing * words, rows, words * sizeof *rows);
        if (i < l->n)
            rows[l->toggles[i].row / 64] ^= UINT64_C(1) << (l->toggles[i].row % 64);
    }
    return all;
}

static const uint32_t *count_toggles(const LineBuilder *l)
{
    size_t positions = 2 * l->n_ends + 1;
    uint32_t *upto = ARENA_ARRAY(l->b->p->arena, uint32_t, positions);
    size_t at = 0;
    for (size_t i = 0; i < positions; i++) {
        while (at < l->n && l->toggles[at].position <= i)
            at++;
        upto[i] = (uint32_t)at;
    }
    return upto;
}

/* Cells that are strict about another kind than this one must be evaluated for values of this one. */
static const uint64_t *untold_of(const Builder *b, TableKind kind)
{
    uint64_t *rows = arena_array(b->p->arena, b->words, sizeof(uint64_t));
    memcpy(rows, b->foreign, b->words * sizeof *rows);
    for (size_t i = 0; i < b->atoms.n; i++) {
        const TableAtom *atom = &b->atoms.items[i];
        if (atom->kind == kind)
            rows[atom->row / 64] &= ~(UINT64_C(1) << (atom->row % 64));
    }
    return rows;
}

/* *ret_line is NULL when no cell is about this kind. False: memory does not suffice. */
static bool build_line(Builder *b, TableKind kind, const Line **ret_line)
{
    size_t spacing;
    FeelValue *ends;
    LineBuilder l = { .b = b, .kind = kind };
    l.n_ends = table_ends(&b->atoms, kind, b->scratch, &ends);
    l.ends = ends;
    *ret_line = NULL;
    if (l.n_ends == 0)
        return true;
    add_rows(&l);
    if (l.n > 1)
        qsort(l.toggles, l.n, sizeof *l.toggles, toggle_sort);
    size_t bytes = l.n_ends * (sizeof(FeelValue) + 2 * sizeof(uint32_t)) + l.n * sizeof(Toggle);
    if (!take_bytes(b, bytes + b->words * sizeof(uint64_t)) || !choose_spacing(b, l.n, &spacing))
        return false;
    Line *line = ARENA_NEW(b->p->arena, Line);
    *line = (Line){ .ends = keep(b, ends, l.n_ends, sizeof *ends),
                    .n_ends = l.n_ends,
                    .upto = count_toggles(&l),
                    .toggles = keep(b, l.toggles, l.n, sizeof *l.toggles),
                    .spacing = spacing,
                    .snapshots = make_snapshots(&l, spacing),
                    .untold = untold_of(b, kind) };
    *ret_line = line;
    return true;
}

/* ---- building: columns ---- */

static uint64_t *new_set(const Builder *b)
{
    return arena_zalloc(b->p->arena, b->words * sizeof(uint64_t));
}

static void build_column(Builder *b, size_t column, ColumnIndex *ret)
{
    const Table *t = b->table;
    ArenaMark mark = arena_mark(b->scratch);
    b->atoms = (TableAtoms){ .arena = b->scratch, .nodes = b->p->nodes, .lists = b->p->lists, .consts = b->p->consts };
    b->any = new_set(b);
    b->nulls = new_set(b);
    b->complex = new_set(b);
    b->foreign = new_set(b);
    b->written = new_set(b);
    for (size_t i = 0; i < t->n_rows; i++)
        read_cell(b, t->cells[i * (t->n_inputs + t->n_outputs) + column], (uint32_t)i);
    *ret = (ColumnIndex){
        .any = b->any, .nulls = b->nulls, .complex = b->complex, .foreign = b->foreign, .written = b->written
    };
    bool fits = take_bytes(b, 5 * b->words * sizeof(uint64_t));
    for (TableKind kind = 0; kind < TABLE_KINDS && fits; kind++)
        fits = build_line(b, kind, &ret->lines[kind]);
    arena_rewind(b->scratch, mark);
    if (fits)
        return;
    /* Without an index: whatever the value, all that is written is evaluated. */
    *ret = (ColumnIndex){
        .any = b->any, .nulls = b->any, .complex = b->written, .foreign = b->written, .written = b->written
    };
}

const TableIndex *table_index_new(const Parser *p, const Table *table)
{
    if (table->n_rows == 0 || table->n_inputs == 0)
        return NULL;
    Builder b = { .p = p,
                  .table = table,
                  .scratch = arena_new(0),
                  .words = (table->n_rows + 63) / 64,
                  .bytes_left = TABLE_INDEX_BYTES_MAX };
    ColumnIndex *columns = ARENA_ARRAY(p->arena, ColumnIndex, table->n_inputs);
    for (size_t i = 0; i < table->n_inputs; i++)
        build_column(&b, i, &columns[i]);
    TableIndex *index = ARENA_NEW(p->arena, TableIndex);
    *index = (TableIndex){ .words = b.words, .columns = columns };
    arena_free(b.scratch);
    return index;
}

/* ---- using ---- */

static void narrow_by_line(const Line *line, const ColumnIndex *c, size_t words, FeelValue v, uint64_t *left,
                           uint64_t *accept)
{
    size_t n = line->upto[table_position(line->ends, line->n_ends, v)];
    const uint64_t *snapshot = line->snapshots + n / line->spacing * words;
    for (size_t i = 0; i < words; i++)
        accept[i] = snapshot[i];
    for (size_t i = n / line->spacing * line->spacing; i < n; i++)
        accept[line->toggles[i].row / 64] ^= UINT64_C(1) << (line->toggles[i].row % 64);
    for (size_t i = 0; i < words; i++)
        left[i] &= accept[i] | c->any[i] | line->untold[i];
}

/* Takes from `left` the rows that do not accept v; those whose cell must be evaluated stay and are returned. */
static const uint64_t *narrow(const ColumnIndex *c, size_t words, FeelValue v, uint64_t *left, uint64_t *spare)
{
    TableKind kind = table_kind(v);
    const uint64_t *untold = v.type == FEEL_NULL || kind != TABLE_NO_KIND ? c->foreign : c->written;
    if (kind != TABLE_NO_KIND && c->lines[kind]) {
        narrow_by_line(c->lines[kind], c, words, v, left, spare);
        return c->lines[kind]->untold;
    }
    const uint64_t *accept = v.type == FEEL_NULL ? c->nulls : c->any;
    for (size_t i = 0; i < words; i++)
        left[i] &= accept[i] | untold[i];
    return untold;
}

bool table_index_rows(FeelEval *ev, const Table *t, const FeelValue *inputs, TableRows *ret)
{
    const TableIndex *index = t->index;
    size_t words = index->words;
    if (!eval_charge(ev, 1 + t->n_inputs + t->n_inputs * words / 8))
        return false;
    uint64_t *left = ARENA_ARRAY(ev->arena, uint64_t, 2 * words);
    const uint64_t **untold = ARENA_ARRAY(ev->arena, const uint64_t *, t->n_inputs);
    memset(left, 0xFF, words * sizeof *left);
    if (t->n_rows % 64)
        left[words - 1] = (UINT64_C(1) << (t->n_rows % 64)) - 1;
    for (size_t i = 0; i < t->n_inputs; i++)
        untold[i] = narrow(&index->columns[i], words, inputs[i], left, left + words);
    *ret = (TableRows){ .left = left, .untold = untold };
    return true;
}
