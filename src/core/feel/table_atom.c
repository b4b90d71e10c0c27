/* table_atom.c - what a cell of constants accepts, as intervals of values: for the index over rows and for the check.
 */
#include <stdlib.h>
#include <string.h>

#include "core/feel/table.h"

enum { ATOMS_MAX = 200000 }; /* of one column; cells beyond are evaluated */

TableKind table_kind(FeelValue v)
{
    switch (v.type) {
    case FEEL_BOOL: return TABLE_BOOL;
    case FEEL_NUMBER: return TABLE_NUMBER;
    case FEEL_STRING: return TABLE_STRING;
    case FEEL_DATE: return TABLE_DATE;
    case FEEL_DAYS_DURATION: return TABLE_DAYS;
    case FEEL_MONTHS_DURATION: return TABLE_MONTHS;
    default: return TABLE_NO_KIND;
    }
}

int table_order(FeelValue a, FeelValue b)
{
    int order = 0;
    if (a.type == FEEL_BOOL)
        return (int)a.as.b - (int)b.as.b;
    (void)value_order(a, b, &order);
    return order;
}

uint32_t table_position(const FeelValue *ends, size_t n, FeelValue v)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = table_order(ends[middle], v);
        if (order == 0)
            return (uint32_t)(2 * middle + 1);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)(2 * low);
}

/* ---- constants ---- */

/* date("2024-01-31") and duration("P1D") are constants as well, though their values are not made while parsing. */
static bool constant_call(const TableAtoms *t, const Node *call, FeelValue *ret)
{
    const Node *arg = call->b == 1 ? &t->nodes[t->lists[call->a]] : NULL;
    if (!arg || arg->op != OP_CONST || t->consts[arg->a].type != FEEL_STRING)
        return false;
    Str text = feel_to_str(t->consts[arg->a]);
    const char *name = builtin_row(call->c)->name;
    FeelValue date = { .type = FEEL_DATE };
    if (str_eq_c(STR("duration"), name))
        return temporal_parse_duration(text, ret);
    if (!str_eq_c(STR("date"), name) || !temporal_parse_date(text, &date.as.i))
        return false;
    *ret = date;
    return true;
}

static bool constant_of(const TableAtoms *t, const Node *node, FeelValue *ret)
{
    if (node->op == OP_CALL_BUILTIN)
        return constant_call(t, node, ret);
    if (node->op != OP_CONST)
        return false;
    *ret = t->consts[node->a];
    return true;
}

/* ---- cells ---- */

static void add_atom(TableAtoms *t, TableCell *cell, TableAtom atom, FeelValue of)
{
    TableKind kind = table_kind(of);
    if (kind == TABLE_NO_KIND || t->n >= ATOMS_MAX) {
        cell->simple = false;
        return;
    }
    atom.row = cell->row;
    atom.kind = (uint8_t)kind;
    *ARENA_PUSH(t->arena, t->items, t->n, t->cap) = atom;
}

static void add_range(TableAtoms *t, TableCell *cell, const FeelRange *r)
{
    if (range_is_unequal(r)) {
        FeelRange below = { .end = r->end };
        FeelRange above = { .start = r->start };
        add_range(t, cell, &below);
        add_range(t, cell, &above);
        return;
    }
    TableAtom atom = { .has_start = r->start.type != FEEL_NULL,
                       .has_end = r->end.type != FEEL_NULL,
                       .start_included = r->start_included,
                       .end_included = r->end_included,
                       .start = r->start,
                       .end = r->end };
    add_atom(t, cell, atom, atom.has_start ? atom.start : atom.end);
}

static void add_equal(TableAtoms *t, TableCell *cell, FeelValue v)
{
    FeelRange only = { .start = v, .end = v, .start_included = true, .end_included = true };
    if (v.type == FEEL_NULL)
        cell->null = true;
    else
        add_range(t, cell, &only);
    if (v.type == FEEL_BOOL)
        cell->strict = true; /* a test that is itself a truth value may mean more for other inputs */
}

static void add_compare(TableAtoms *t, TableCell *cell, Op op, FeelValue v)
{
    FeelRange below = { .end = v, .end_included = op == OP_LE };
    FeelRange above = { .start = v, .start_included = op == OP_GE };
    if (v.type == FEEL_NULL || (v.type == FEEL_BOOL && op != OP_EQ)) {
        cell->simple = false;
        return;
    }
    if (op == OP_EQ)
        add_equal(t, cell, v);
    if (op == OP_LT || op == OP_LE || op == OP_NE)
        add_range(t, cell, &below);
    if (op == OP_GT || op == OP_GE || op == OP_NE)
        add_range(t, cell, &above);
    cell->strict = cell->strict || op == OP_NE; /* null differs from everything */
}

static void add_const(TableAtoms *t, TableCell *cell, FeelValue v)
{
    if (v.type == FEEL_RANGE)
        add_range(t, cell, v.as.range);
    else if (v.type != FEEL_LIST)
        add_equal(t, cell, v);
    for (size_t i = 0; v.type == FEEL_LIST && i < v.as.list->n && cell->simple; i++) {
        FeelValue item = v.as.list->items[i];
        if (item.type == FEEL_RANGE)
            add_range(t, cell, item.as.range);
        else
            add_equal(t, cell, item);
    }
}

/* A range whose ends are calls such as date("2024-01-31"). */
static bool add_called_range(TableAtoms *t, TableCell *cell, const Node *node)
{
    FeelRange range = { .start_included = node->flags & RANGE_START_INCLUDED,
                        .end_included = node->flags & RANGE_END_INCLUDED,
                        .constructor = node->flags & RANGE_CONSTRUCTOR };
    if (node->a != NODE_NONE && !constant_of(t, &t->nodes[node->a], &range.start))
        return false;
    if (node->b != NODE_NONE && !constant_of(t, &t->nodes[node->b], &range.end))
        return false;
    if (!range_is_valid(&range))
        return false;
    add_range(t, cell, &range);
    return true;
}

static void add_test(TableAtoms *t, TableCell *cell, int32_t index)
{
    const Node *node = &t->nodes[index];
    const Node *operand = node->op == OP_TEST_CMP ? &t->nodes[node->a] : node;
    FeelValue v;
    if (node->op == OP_RANGE)
        cell->simple = add_called_range(t, cell, node) && cell->simple;
    else if (!constant_of(t, operand, &v))
        cell->simple = false;
    else if (node->op == OP_TEST_CMP)
        add_compare(t, cell, (Op)node->flags, v);
    else
        add_const(t, cell, v);
}

/* All atoms from `first` on are of one kind, and there are some. */
static bool one_kind(const TableAtoms *t, size_t first)
{
    for (size_t i = first + 1; i < t->n; i++)
        if (t->items[i].kind != t->items[first].kind)
            return false;
    return t->n > first;
}

TableCell table_cell(TableAtoms *t, int32_t cell, uint32_t row)
{
    TableCell c = { .row = row, .any = cell == NODE_NONE, .simple = true, .null = cell == NODE_NONE };
    if (c.any)
        return c;
    const Node *tests = &t->nodes[cell];
    size_t first = t->n;
    c.strict = tests->flags & TESTS_NOT;
    c.simple = tests->op == OP_TESTS;
    for (int32_t i = 0; c.simple && i < tests->b; i++)
        add_test(t, &c, t->lists[tests->a + i]);
    if (c.simple && c.strict)
        c.simple = one_kind(t, first) && !c.null;
    if (!c.simple)
        t->n = first;
    for (size_t i = first; i < t->n; i++)
        t->items[i].negated = tests->flags & TESTS_NOT;
    return c;
}

bool table_constant(const TableAtoms *t, int32_t cell, FeelValue *ret)
{
    FeelValue v = feel_null();
    if (cell != NODE_NONE && t->nodes[cell].op == OP_CONFORM)
        cell = t->nodes[cell].a;
    if (cell != NODE_NONE && !constant_of(t, &t->nodes[cell], &v))
        return false;
    *ret = v;
    return true;
}

void table_value(TableAtoms *t, int32_t cell, uint32_t row)
{
    TableCell c = { .row = row };
    FeelValue v;
    if (table_constant(t, cell, &v))
        add_equal(t, &c, v);
}

/* ---- positions ---- */

static int end_sort(const void *a, const void *b)
{
    FeelValue x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return table_order(x, y);
}

size_t table_ends(const TableAtoms *t, TableKind kind, Arena *arena, FeelValue **ret_ends)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += t->items[i].kind == kind;
    FeelValue *ends = ARENA_ARRAY(arena, FeelValue, 2 * n + 1);
    n = 0;
    for (size_t i = 0; i < t->n; i++) {
        const TableAtom *atom = &t->items[i];
        if (atom->kind == kind && atom->has_start)
            ends[n++] = atom->start;
        if (atom->kind == kind && atom->has_end)
            ends[n++] = atom->end;
    }
    qsort(ends, n, sizeof *ends, end_sort);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++)
        if (distinct == 0 || table_order(ends[distinct - 1], ends[i]) != 0)
            ends[distinct++] = ends[i];
    *ret_ends = ends;
    return distinct;
}

static int interval_sort(const void *a, const void *b)
{
    const TableInterval *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

static TableInterval interval_of(const TableAtom *atom, const FeelValue *ends, size_t n)
{
    TableInterval interval = { 0, (uint32_t)(2 * n + 1) };
    if (atom->has_start)
        interval.from = table_position(ends, n, atom->start) + (atom->start_included ? 0 : 1);
    if (atom->has_end)
        interval.to = table_position(ends, n, atom->end) + (atom->end_included ? 1 : 0);
    return interval;
}

static void merge_intervals(TableIntervals *set)
{
    size_t n = 0;
    if (set->n > 1)
        qsort(set->items, set->n, sizeof *set->items, interval_sort);
    for (size_t i = 0; i < set->n; i++) {
        TableInterval next = set->items[i];
        TableInterval *last = n ? &set->items[n - 1] : NULL;
        if (!last || next.from > last->to)
            set->items[n++] = next;
        else if (next.to > last->to)
            last->to = next.to;
    }
    set->n = n;
}

/* What lies between. There is room for one interval more. */
static void complement(TableIntervals *set, uint32_t end)
{
    uint32_t from = 0;
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        TableInterval next = set->items[i];
        if (from < next.from)
            set->items[n++] = (TableInterval){ from, next.from };
        from = next.to;
    }
    if (from < end)
        set->items[n++] = (TableInterval){ from, end };
    set->n = n;
}

size_t table_row_intervals(const TableAtoms *t, size_t at, TableKind kind, const FeelValue *ends, size_t n_ends,
                           Arena *arena, TableIntervals *set)
{
    const TableAtom *first = &t->items[at];
    bool negated = first->negated && first->kind == kind;
    set->n = 0;
    for (; at < t->n && t->items[at].row == first->row; at++) {
        if (t->items[at].kind != kind)
            continue;
        TableInterval interval = interval_of(&t->items[at], ends, n_ends);
        if (interval.from < interval.to)
            *ARENA_PUSH(arena, set->items, set->n, set->cap) = interval;
    }
    if (negated)
        *ARENA_PUSH(arena, set->items, set->n, set->cap) = (TableInterval){ 0 }; /* room for complement() */
    set->n -= negated;
    merge_intervals(set);
    if (negated)
        complement(set, (uint32_t)(2 * n_ends + 1));
    return at;
}
