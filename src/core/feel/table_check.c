/* table_check.c - what can be said of a decision table without running it: rows that overlap, values no row accepts.
 *
 * Per column the values of all kinds lie on one line of positions (see table_atom.c), one kind behind the other; a row
 * is a few intervals of it. Two rows overlap when they do in every column. For gaps, the columns are walked one after
 * the other with the set of rows still accepting; where it becomes empty, a gap begins. Both walks have a budget. */
#include <stdlib.h>
#include <string.h>

#include "core/feel/table.h"

enum {
    BARRED_MAX = 50,
    OVERLAPS_MAX = 50,
    GAPS_MAX = 20,
    PAIRS_MAX = 20000000,
    GAP_STEPS_MAX = 50000000,
    GAP_WHERE_MAX = 400
};

typedef struct Line {
    const FeelValue *ends;
    size_t n;
    uint32_t base; /* its first position */
} Line;

typedef struct Column {
    Str name;
    Line lines[TABLE_KINDS];
    uint32_t total;       /* positions */
    uint32_t *valid;      /* by position: how many before it can hold a value at all */
    TableInterval *items; /* of row i: items[first[i]] .. items[first[i + 1]] */
    uint32_t *first;
    size_t n, cap;
    bool goes_on; /* some row accepts all dates behind the last end */
} Column;

typedef struct Check {
    const FeelExpr *expr;
    const Table *table;
    Arena *arena; /* findings */
    Arena *scratch;
    Column *columns;
    bool *complex; /* by row: has a cell that is not constant */
    FeelTableFinding *items;
    size_t n, cap;
    size_t barred, overlaps, gaps;
} Check;

/* ---- columns ---- */

static TableAtoms no_atoms(const Check *c)
{
    return (
        TableAtoms){ .arena = c->scratch, .nodes = c->expr->nodes, .lists = c->expr->lists, .consts = c->expr->consts };
}

/* Column `column` of inputs, or of outputs behind them, whose constant values are points. */
static TableAtoms read_atoms(Check *c, size_t column, int32_t allowed)
{
    const Table *t = c->table;
    TableAtoms atoms = no_atoms(c);
    for (size_t i = 0; i < t->n_rows; i++) {
        int32_t cell = t->cells[i * (t->n_inputs + t->n_outputs) + column];
        if (column >= t->n_inputs)
            table_value(&atoms, cell, (uint32_t)i);
        else if (!table_cell(&atoms, cell, (uint32_t)i).simple)
            c->complex[i] = true;
    }
    (void)table_cell(&atoms, allowed, (uint32_t)t->n_rows);
    return atoms;
}

static void make_lines(Check *c, const TableAtoms *atoms, Column *col)
{
    static const FeelValue both[] = { { .type = FEEL_BOOL }, { .type = FEEL_BOOL, .as.b = true } };
    for (TableKind kind = 0; kind < TABLE_KINDS; kind++) {
        FeelValue *ends;
        Line *line = &col->lines[kind];
        line->n = table_ends(atoms, kind, c->scratch, &ends);
        line->ends = ends;
        if (kind == TABLE_BOOL && line->n) {
            line->ends = both;
            line->n = 2;
        }
        line->base = col->total;
        col->total += line->n ? (uint32_t)(2 * line->n + 1) : 0;
    }
    col->total = col->total ? col->total : 1; /* nothing is said of its values */
}

static void add_interval(Check *c, Column *col, uint32_t from, uint32_t to)
{
    *ARENA_PUSH(c->scratch, col->items, col->n, col->cap) = (TableInterval){ from, to };
}

/* What the row of atom *at accepts, of all kinds; *at moves to the next row's. */
static void add_row(Check *c, const TableAtoms *atoms, Column *col, size_t *at)
{
    TableIntervals set = { 0 };
    size_t next = *at;
    for (TableKind kind = 0; kind < TABLE_KINDS; kind++) {
        const Line *line = &col->lines[kind];
        if (line->n)
            next = table_row_intervals(atoms, *at, kind, line->ends, line->n, c->scratch, &set);
        for (size_t i = 0; line->n && i < set.n; i++)
            add_interval(c, col, line->base + set.items[i].from, line->base + set.items[i].to);
    }
    *at = next;
}

static void make_rows(Check *c, const TableAtoms *atoms, Column *col, size_t column)
{
    const Table *t = c->table;
    size_t at = 0;
    col->first = ARENA_ARRAY(c->scratch, uint32_t, t->n_rows + 2);
    for (size_t i = 0; i <= t->n_rows; i++) {
        bool allowed = i == t->n_rows;
        bool any =
            allowed || (column < t->n_inputs && t->cells[i * (t->n_inputs + t->n_outputs) + column] == NODE_NONE);
        col->first[i] = (uint32_t)col->n;
        if (at < atoms->n && atoms->items[at].row == i)
            add_row(c, atoms, col, &at);
        else if (any)
            add_interval(c, col, 0, col->total);
    }
    col->first[t->n_rows + 1] = (uint32_t)col->n;
}

static bool neighbours(FeelValue a, FeelValue b)
{
    int64_t x, y;
    if (a.type == FEEL_DATE)
        return b.as.i - a.as.i == 1;
    return value_to_i64(a, &x) && value_to_i64(b, &y) && y - x == 1;
}

/* Positions between two ends hold no value between false and true, nor between a day and the next. */
static bool can_hold(const Line *line, TableKind kind, size_t position)
{
    size_t i = position / 2; /* an even position lies before the i-th end */
    if (position % 2)
        return true;
    return kind != TABLE_BOOL &&
           (kind != TABLE_DATE || i == 0 || i == line->n || !neighbours(line->ends[i - 1], line->ends[i]));
}

/* Some row holds beyond the last day that the table names. */
static bool goes_on(const Check *c, const Column *col)
{
    const Line *line = &col->lines[TABLE_DATE];
    for (size_t i = 0; line->n && i < col->first[c->table->n_rows]; i++)
        if (col->items[i].to > line->base + 2 * line->n)
            return true;
    return false;
}

static void make_valid(Check *c, Column *col)
{
    bool *holds = arena_zalloc(c->scratch, col->total);
    const uint32_t *first = &col->first[c->table->n_rows];
    for (uint32_t i = first[0]; i < first[1]; i++)
        memset(holds + col->items[i].from, true, col->items[i].to - col->items[i].from);
    for (TableKind kind = 0; kind < TABLE_KINDS; kind++)
        for (size_t i = 0; col->lines[kind].n && i < 2 * col->lines[kind].n + 1; i++)
            if (!can_hold(&col->lines[kind], kind, i))
                holds[col->lines[kind].base + i] = false;
    col->valid = ARENA_ARRAY(c->scratch, uint32_t, col->total + 1);
    col->valid[0] = 0;
    for (uint32_t i = 0; i < col->total; i++)
        col->valid[i + 1] = col->valid[i] + holds[i];
    col->goes_on = goes_on(c, col);
}

static void make_column(Check *c, size_t column, Column *col)
{
    const Table *t = c->table;
    bool input = column < t->n_inputs;
    int32_t allowed = input ? t->inputs[column].allowed : t->outputs[column - t->n_inputs].allowed;
    TableAtoms atoms = read_atoms(c, column, allowed);
    col->name = input ? t->inputs[column].text : t->outputs[column - t->n_inputs].name;
    make_lines(c, &atoms, col);
    make_rows(c, &atoms, col, column);
    make_valid(c, col);
}

/* ---- words ---- */

static const Line *line_at(const Column *col, uint32_t position, TableKind *ret_kind)
{
    TableKind kind = TABLE_KINDS;
    while (kind-- > 0)
        if (col->lines[kind].n && col->lines[kind].base <= position)
            break;
    *ret_kind = kind;
    return kind < TABLE_KINDS ? &col->lines[kind] : NULL;
}

static Str shown(Check *c, FeelValue v)
{
    return feel_print(c->arena, v);
}

/* An interval of one kind as a test: "= 5", ">= 5", "(1..2]". */
static Str interval_text(Check *c, const Line *line, TableKind kind, size_t from, size_t to)
{
    size_t last = to - 1;
    bool start = from > 0;
    bool end = last < 2 * line->n;
    Str low = start ? shown(c, line->ends[(from - 1) / 2]) : STR_NONE;
    Str high = end ? shown(c, line->ends[last / 2]) : STR_NONE;
    if (from == last && from % 2)
        return arena_printf(c->arena, "= %.*s", STR_ARG(high));
    if (kind == TABLE_STRING && from == last)
        return STR("= ...");
    if (start && end)
        return arena_printf(c->arena, "in %c%.*s..%.*s%c", from % 2 ? '[' : '(', STR_ARG(low), STR_ARG(high),
                            last % 2 ? ']' : ')');
    if (start)
        return arena_printf(c->arena, "%s %.*s", from % 2 ? ">=" : ">", STR_ARG(low));
    return end ? arena_printf(c->arena, "%s %.*s", last % 2 ? "<=" : "<", STR_ARG(high)) : STR_NONE;
}

/* "amount in [5..10)"; empty when the interval says nothing. */
static Str column_text(Check *c, const Column *col, TableInterval interval)
{
    TableKind kind;
    const Line *line = line_at(col, interval.from, &kind);
    if (!line)
        return STR_NONE;
    uint32_t end = line->base + (uint32_t)(2 * line->n + 1);
    uint32_t to = interval.to < end ? interval.to : end;
    Str test = interval_text(c, line, kind, interval.from - line->base, to - line->base);
    return test.n ? arena_printf(c->arena, "%.*s %.*s", STR_ARG(col->name), STR_ARG(test)) : STR_NONE;
}

/* "amount in [5..10), degree = "x"": one interval of each column; those that say nothing are left out. */
static Str region_text(Check *c, const TableInterval *region, size_t n)
{
    Str all = STR_NONE;
    for (size_t i = 0; i < n; i++) {
        const Column *col = &c->columns[i];
        bool whole = col->valid[region[i].to] - col->valid[region[i].from] == col->valid[col->total];
        Str part = whole || all.n > GAP_WHERE_MAX ? STR_NONE : column_text(c, col, region[i]);
        if (part.n)
            all = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(all), all.n ? ", " : "", STR_ARG(part));
    }
    return all;
}

static FeelTableFinding *add_finding(Check *c, FeelFindingKind kind, Str where)
{
    FeelTableFinding *finding = ARENA_PUSH(c->arena, c->items, c->n, c->cap);
    *finding = (FeelTableFinding){ .kind = kind, .table = c->table->name, .where = where };
    return finding;
}

/* ---- values that are not allowed ---- */

/* One value, or all that the row accepts: not what not(...) leaves at the ends. */
static bool is_named(const Column *col, size_t row, TableInterval interval)
{
    TableKind kind;
    const Line *line = line_at(col, interval.from, &kind);
    bool point = line && interval.to - interval.from == 1 && (interval.from - line->base) % 2;
    return point || col->first[row + 1] - col->first[row] == 1;
}

/* A cell names what the column cannot have: mostly a word mistyped. */
static void find_barred(Check *c, const Column *col)
{
    for (size_t row = 0; row < c->table->n_rows; row++)
        for (uint32_t i = col->first[row]; i < col->first[row + 1] && c->barred < BARRED_MAX; i++) {
            TableInterval interval = col->items[i];
            if (col->valid[interval.to] > col->valid[interval.from] || !is_named(col, row, interval))
                continue;
            FeelTableFinding *finding = add_finding(c, FEEL_FINDING_BARRED, column_text(c, col, interval));
            finding->rows[0] = c->table->labels[row];
            finding->row = row;
            c->barred++;
        }
}

static void check_outputs(Check *c)
{
    const Table *t = c->table;
    for (size_t i = 0; i < t->n_outputs; i++) {
        Column col = { 0 };
        if (t->outputs[i].allowed == NODE_NONE)
            continue;
        make_column(c, t->n_inputs + i, &col);
        find_barred(c, &col);
    }
}

/* ---- overlaps ---- */

/* Some value of the column that both rows accept: a part of *ret that can hold one. */
static bool column_overlaps(const Column *col, size_t a, size_t b, TableInterval *ret)
{
    uint32_t i = col->first[a];
    uint32_t k = col->first[b];
    while (i < col->first[a + 1] && k < col->first[b + 1]) {
        TableInterval x = col->items[i];
        TableInterval y = col->items[k];
        TableInterval both = { x.from > y.from ? x.from : y.from, x.to < y.to ? x.to : y.to };
        if (both.from < both.to && col->valid[both.to] > col->valid[both.from]) {
            *ret = both;
            return true;
        }
        if (x.to < y.to)
            i++;
        else
            k++;
    }
    return false;
}

static bool rows_overlap(const Check *c, size_t a, size_t b, TableInterval *region)
{
    for (size_t i = 0; i < c->table->n_inputs; i++)
        if (!column_overlaps(&c->columns[i], a, b, &region[i]))
            return false;
    return true;
}

/* Whether the outputs of two rows are constants that differ. */
static bool outputs_differ(const Check *c, size_t a, size_t b)
{
    const Table *t = c->table;
    TableAtoms atoms = no_atoms(c);
    size_t columns = t->n_inputs + t->n_outputs;
    for (size_t i = 0; i < t->n_outputs; i++) {
        FeelValue x, y;
        size_t column = t->n_inputs + i;
        bool known = !t->outputs[i].mark && table_constant(&atoms, t->cells[a * columns + column], &x) &&
                     table_constant(&atoms, t->cells[b * columns + column], &y);
        if (known && !feel_equal(x, y))
            return true;
    }
    return false;
}

/* Under U rows that overlap are a fault, under A those that also differ. */
static bool is_fault(const Check *c, size_t a, size_t b, TableInterval *region)
{
    if (c->complex[a] || c->complex[b] || !rows_overlap(c, a, b, region))
        return false;
    return c->table->hit == FEEL_HIT_UNIQUE || outputs_differ(c, a, b);
}

/* A row as one interval of the column by which rows are sorted. */
typedef struct Span {
    uint32_t row, from, to;
} Span;

static int span_sort(const void *a, const void *b)
{
    const Span *x = a, *y = b;
    return x->from != y->from ? (x->from > y->from) - (x->from < y->from) : (x->row > y->row) - (x->row < y->row);
}

static Span span_of(const Column *col, size_t row)
{
    uint32_t first = col->first[row];
    uint32_t end = col->first[row + 1];
    if (first == end)
        return (Span){ .row = (uint32_t)row };
    return (Span){ (uint32_t)row, col->items[first].from, col->items[end - 1].to };
}

/* The column that tells rows apart best: with the least sum of the rows' spans, as parts of its line. */
static const Column *best_column(const Check *c)
{
    const Column *best = &c->columns[0];
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < c->table->n_inputs; i++) {
        const Column *col = &c->columns[i];
        uint64_t sum = 0;
        for (size_t row = 0; row < c->table->n_rows; row++) {
            Span span = span_of(col, row);
            sum += (uint64_t)(span.to - span.from) * 1000 / col->total;
        }
        if (sum < least) {
            least = sum;
            best = col;
        }
    }
    return best;
}

static void report_overlap(Check *c, size_t a, size_t b, const TableInterval *region)
{
    FeelTableFinding *finding = add_finding(c, FEEL_FINDING_OVERLAP, region_text(c, region, c->table->n_inputs));
    finding->rows[0] = c->table->labels[a < b ? a : b];
    finding->rows[1] = c->table->labels[a < b ? b : a];
    finding->row = a < b ? b : a;
    c->overlaps++;
}

static void find_overlaps(Check *c)
{
    const Table *t = c->table;
    const Column *col = best_column(c);
    Span *spans = ARENA_ARRAY(c->scratch, Span, t->n_rows);
    TableInterval *region = ARENA_ARRAY(c->scratch, TableInterval, t->n_inputs);
    size_t pairs = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        spans[i] = span_of(col, i);
    qsort(spans, t->n_rows, sizeof *spans, span_sort);
    for (size_t i = 0; i < t->n_rows; i++)
        for (size_t k = i + 1; k < t->n_rows && spans[k].from < spans[i].to; k++) {
            if (++pairs > PAIRS_MAX || c->overlaps >= OVERLAPS_MAX) {
                add_finding(c, FEEL_FINDING_UNCHECKED, str_c(FEEL_WORD("not all pairs of rows were compared")));
                return;
            }
            size_t a = spans[i].row;
            size_t b = spans[k].row;
            if (is_fault(c, a, b, region))
                report_overlap(c, a, b, region);
        }
}

/* ---- gaps ---- */

typedef struct Toggle {
    uint32_t position, row;
} Toggle;

typedef struct Gaps {
    Check *c;
    size_t words;
    Toggle **toggles; /* by column */
    size_t *n_toggles;
    uint64_t **full; /* by column: rows that accept anything there and behind */
    TableInterval *region;
    size_t steps_left;
} Gaps;

static int toggle_sort(const void *a, const void *b)
{
    const Toggle *x = a, *y = b;
    return (x->position > y->position) - (x->position < y->position);
}

static void flip(uint64_t *rows, size_t row)
{
    rows[row / 64] ^= UINT64_C(1) << (row % 64);
}

static bool is_full(const Column *col, size_t row)
{
    uint32_t first = col->first[row];
    return first < col->first[row + 1] && col->items[first].from == 0 && col->items[first].to == col->total;
}

static void prepare_gaps(Gaps *g)
{
    const Table *t = g->c->table;
    Arena *scratch = g->c->scratch;
    for (size_t i = t->n_inputs; i-- > 0;) {
        const Column *col = &g->c->columns[i];
        Toggle *toggles = ARENA_ARRAY(scratch, Toggle, 2 * col->n);
        size_t n = 0;
        g->full[i] = arena_zalloc(scratch, g->words * sizeof(uint64_t));
        for (size_t row = 0; row < t->n_rows; row++) {
            bool behind = i + 1 == t->n_inputs || (g->full[i + 1][row / 64] >> (row % 64) & 1);
            if (behind && is_full(col, row))
                flip(g->full[i], row);
            for (uint32_t k = col->first[row]; k < col->first[row + 1]; k++) {
                toggles[n++] = (Toggle){ col->items[k].from, (uint32_t)row };
                toggles[n++] = (Toggle){ col->items[k].to, (uint32_t)row };
            }
        }
        qsort(toggles, n, sizeof *toggles, toggle_sort);
        g->toggles[i] = toggles;
        g->n_toggles[i] = n;
    }
}

/* What nobody would call a gap: before the first day, after the last where all rows have ended, between neighbouring
 * whole numbers, which are counts, and of other texts all places but one. */
static bool is_asked(const Column *col, uint32_t position)
{
    TableKind kind;
    const Line *line = line_at(col, position, &kind);
    if (col->valid[position + 1] == col->valid[position])
        return false;
    size_t i = line ? (position - line->base) / 2 : 0;
    if (line && kind == TABLE_DATE)
        return position > line->base && (position < line->base + 2 * line->n - 1 || col->goes_on);
    if (!line || (position - line->base) % 2)
        return true;
    bool inside = i > 0 && i < line->n;
    switch (kind) {
    case TABLE_NUMBER: return !inside || !neighbours(line->ends[i - 1], line->ends[i]);
    case TABLE_STRING: return i == line->n;
    default: return true;
    }
}

static bool is_empty(const uint64_t *rows, size_t words)
{
    for (size_t i = 0; i < words; i++)
        if (rows[i])
            return false;
    return true;
}

static bool meet(const uint64_t *a, const uint64_t *b, size_t words)
{
    for (size_t i = 0; i < words; i++)
        if (a[i] & b[i])
            return true;
    return false;
}

static void report_gap(Gaps *g, size_t n_columns)
{
    Check *c = g->c;
    if (c->gaps++ < GAPS_MAX)
        add_finding(c, FEEL_FINDING_GAP, region_text(c, g->region, n_columns));
}

static bool same_rows(const uint64_t *a, const uint64_t *b, size_t words)
{
    return memcmp(a, b, words * sizeof *a) == 0;
}

static void find_gaps(Gaps *g, size_t column, const uint64_t *rows);

/* Positions from..to of a column are accepted by the same rows. */
static void look_at(Gaps *g, size_t column, const uint64_t *rows, TableInterval at)
{
    g->region[column] = at;
    if (is_empty(rows, g->words))
        report_gap(g, column + 1);
    else if (column + 1 < g->c->table->n_inputs && !meet(rows, g->full[column + 1], g->words))
        find_gaps(g, column + 1, rows);
}

/* Whether position p may be told in one with those before it, which the same rows accept. Texts have no "from to". */
static bool continues(const Column *col, TableInterval run, uint32_t p)
{
    TableKind kind, other;
    return line_at(col, run.from, &kind) == line_at(col, p, &other) && (run.to == p || kind != TABLE_STRING);
}

static void find_gaps(Gaps *g, size_t column, const uint64_t *rows)
{
    const Column *col = &g->c->columns[column];
    size_t words = g->words;
    ArenaMark mark = arena_mark(g->c->scratch);
    uint64_t *here = arena_zalloc(g->c->scratch, 3 * words * sizeof *here);
    uint64_t *left = here + words;
    uint64_t *before = left + words;
    TableInterval run = { 0, 0 }; /* positions that the rows `before` accept; empty at first */
    size_t at = 0;
    for (uint32_t p = 0; p < col->total && g->c->gaps < GAPS_MAX && g->steps_left >= words + 4; p++) {
        for (; at < g->n_toggles[column] && g->toggles[column][at].position <= p; at++)
            flip(here, g->toggles[column][at].row);
        if (!is_asked(col, p))
            continue;
        g->steps_left -= words + 4;
        for (size_t i = 0; i < words; i++)
            left[i] = rows[i] & here[i];
        bool begun = run.to > run.from;
        if (!begun || !same_rows(left, before, words) || !continues(col, run, p)) {
            if (begun)
                look_at(g, column, before, run);
            run.from = p;
            memcpy(before, left, words * sizeof *left);
        }
        run.to = p + 1;
    }
    if (run.to > run.from)
        look_at(g, column, before, run);
    arena_rewind(g->c->scratch, mark);
}

static void check_gaps(Check *c)
{
    const Table *t = c->table;
    Gaps g = { .c = c, .words = (t->n_rows + 63) / 64, .steps_left = GAP_STEPS_MAX };
    g.toggles = ARENA_ARRAY(c->scratch, Toggle *, t->n_inputs);
    g.n_toggles = ARENA_ARRAY(c->scratch, size_t, t->n_inputs);
    g.full = ARENA_ARRAY(c->scratch, uint64_t *, t->n_inputs);
    g.region = ARENA_ARRAY(c->scratch, TableInterval, t->n_inputs);
    prepare_gaps(&g);
    uint64_t *all = ARENA_ARRAY(c->scratch, uint64_t, g.words);
    memset(all, 0xFF, g.words * sizeof *all);
    if (t->n_rows % 64)
        all[g.words - 1] = (UINT64_C(1) << (t->n_rows % 64)) - 1;
    if (!meet(all, g.full[0], g.words))
        find_gaps(&g, 0, all);
    if (g.steps_left < g.words + 4 || c->gaps >= GAPS_MAX)
        add_finding(c, FEEL_FINDING_UNCHECKED, str_c(FEEL_WORD("not all gaps were looked for")));
}

/* ---- entry ---- */

static bool has_standard(const Table *t)
{
    for (size_t i = 0; i < t->n_outputs; i++)
        if (t->outputs[i].standard != NODE_NONE)
            return true;
    return false;
}

static void check_table(Check *c)
{
    const Table *t = c->table;
    if (t->n_rows == 0 || t->n_inputs == 0)
        return;
    c->columns = arena_zalloc(c->scratch, t->n_inputs * sizeof(Column));
    c->complex = arena_zalloc(c->scratch, t->n_rows * sizeof(bool));
    c->barred = c->overlaps = c->gaps = 0;
    for (size_t i = 0; i < t->n_inputs; i++) {
        make_column(c, i, &c->columns[i]);
        find_barred(c, &c->columns[i]);
    }
    check_outputs(c);
    size_t n_complex = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        n_complex += c->complex[i];
    if (t->hit == FEEL_HIT_UNIQUE || t->hit == FEEL_HIT_ANY)
        find_overlaps(c);
    if (n_complex > 0)
        add_finding(c, FEEL_FINDING_UNCHECKED, str_c(FEEL_WORD("rows with cells that are not constant were left out")));
    else if (t->hit <= FEEL_HIT_FIRST && !has_standard(t))
        check_gaps(c);
}

size_t feel_check_tables(const FeelExpr *expr, Arena *arena, const FeelTableFinding **ret_findings)
{
    Check c = { .expr = expr, .arena = arena, .scratch = arena_new(0) };
    for (size_t i = 0; i < expr->n_tables; i++) {
        arena_reset(c.scratch);
        c.table = expr->tables[i];
        check_table(&c);
    }
    arena_free(c.scratch);
    *ret_findings = c.items;
    return c.n;
}
