/* table_hit.c - hit policies (DMN 1.5, 8.2.11): what comes of the rows that match. Outputs are evaluated only for rows
 * that the policy needs. */
#include "core/feel/table.h"

enum { LABELS_MAX = 5, LABELS_BYTES_MAX = 300 };

/* One row's result. */
typedef struct Hit {
    FeelValue value;
    const uint32_t *ranks; /* by ranked output: place among its allowed values */
} Hit;

typedef struct Hits {
    Hit *items;
    size_t n, cap;
} Hits;

/* ---- messages ---- */

static void add_label(FeelEval *ev, Str *labels, Str label)
{
    if (labels->n + label.n > LABELS_BYTES_MAX)
        label = STR("...");
    *labels = labels->n ? arena_printf(ev->arena, "%.*s, %.*s", STR_ARG(*labels), STR_ARG(label)) : label;
}

static FeelValue several_match(FeelEval *ev, TableMatch *m, size_t first, size_t second)
{
    const Table *t = m->table;
    Str labels = STR_NONE;
    add_label(ev, &labels, t->labels[first]);
    add_label(ev, &labels, t->labels[second]);
    size_t row;
    for (size_t n = 2; table_next(ev, m, &row); n++) {
        add_label(ev, &labels, n < LABELS_MAX ? t->labels[row] : STR("..."));
        if (n >= LABELS_MAX)
            break;
    }
    return feel_null_because(ev, "in the table '%.*s' more than one row matches: %.*s", STR_ARG(t->name),
                             STR_ARG(labels));
}

static FeelValue disagree(FeelEval *ev, const Table *t, size_t first, size_t second)
{
    return feel_null_because(ev, "in the table '%.*s' the rows %.*s and %.*s match and differ in what they give",
                             STR_ARG(t->name), STR_ARG(t->labels[first]), STR_ARG(t->labels[second]));
}

static FeelValue output_barred(FeelEval *ev, const Table *t, const TableOutput *output, Str label)
{
    return feel_null_because(ev, "in the table '%.*s' the output '%.*s' of row %.*s is not among its allowed values",
                             STR_ARG(t->name), STR_ARG(output->name), STR_ARG(label));
}

/* ---- outputs ---- */

static const int32_t *output_cells(const Table *t, size_t row)
{
    return &t->cells[row * (t->n_inputs + t->n_outputs) + t->n_inputs];
}

/* False: *ret_failed is the row's result. */
static bool eval_outputs(FeelEval *ev, const Table *t, size_t row, FeelValue *values, FeelValue *ret_failed)
{
    const int32_t *cells = output_cells(t, row);
    for (size_t i = 0; i < t->n_outputs; i++) {
        values[i] = cells[i] == NODE_NONE ? feel_null() : eval_node(ev, cells[i]);
        if (values[i].type == FEEL_NULL || table_allows(ev, t->outputs[i].allowed, values[i]))
            continue;
        *ret_failed = output_barred(ev, t, &t->outputs[i], t->labels[row]);
        return false;
    }
    return true;
}

/* One output without a name is the value itself, others are the entries of a context. */
static FeelValue value_of(FeelEval *ev, const Table *t, const FeelValue *values)
{
    if (t->n_outputs == 1 && t->outputs[0].name.n == 0)
        return values[0];
    if (!eval_charge(ev, t->n_outputs))
        return eval_stopped(ev);
    FeelEntry *entries = ARENA_ARRAY(ev->arena, FeelEntry, t->n_outputs);
    for (size_t i = 0; i < t->n_outputs; i++)
        entries[i] = (FeelEntry){ .key = t->outputs[i].name, .value = values[i] };
    return feel_context(ev->arena, entries, t->n_outputs);
}

static FeelValue row_value(FeelEval *ev, const Table *t, size_t row)
{
    FeelValue failed;
    FeelValue *values = eval_items(ev, t->n_outputs);
    if (!values)
        return eval_stopped(ev);
    return eval_outputs(ev, t, row, values, &failed) ? value_of(ev, t, values) : failed;
}

/* ---- no row ---- */

static bool has_standard(const Table *t)
{
    for (size_t i = 0; i < t->n_outputs; i++)
        if (t->outputs[i].standard != NODE_NONE)
            return true;
    return false;
}

static FeelValue standard_value(FeelEval *ev, const Table *t)
{
    FeelValue *values = eval_items(ev, t->n_outputs);
    if (!values)
        return eval_stopped(ev);
    for (size_t i = 0; i < t->n_outputs; i++)
        values[i] = t->outputs[i].standard == NODE_NONE ? feel_null() : eval_node(ev, t->outputs[i].standard);
    return value_of(ev, t, values);
}

/* An incomplete table gives null, which is its answer and no error; but where an input failed, that is why. */
static FeelValue no_row(FeelEval *ev, const TableMatch *m)
{
    const Table *t = m->table;
    if (has_standard(t))
        return standard_value(ev, t);
    for (size_t i = 0; i < t->n_inputs; i++)
        if (m->inputs[i].type == FEEL_NULL && m->inputs[i].n)
            return m->inputs[i];
    return eval_as_note(ev, feel_null_because(ev, "no row of the table '%.*s' matches", STR_ARG(t->name)));
}

/* ---- one hit ---- */

static FeelValue hit_unique(FeelEval *ev, TableMatch *m)
{
    size_t first, second;
    if (!table_next(ev, m, &first))
        return no_row(ev, m);
    return table_next(ev, m, &second) ? several_match(ev, m, first, second) : row_value(ev, m->table, first);
}

static FeelValue hit_first(FeelEval *ev, TableMatch *m)
{
    size_t row;
    return table_next(ev, m, &row) ? row_value(ev, m->table, row) : no_row(ev, m);
}

static bool agree(FeelEval *ev, const Table *t, const FeelValue *a, const FeelValue *b)
{
    for (size_t i = 0; i < t->n_outputs; i++)
        if (!t->outputs[i].mark && eval_equal(ev, a[i], b[i]) != YES)
            return false;
    return true;
}

static FeelValue hit_any(FeelEval *ev, TableMatch *m)
{
    const Table *t = m->table;
    size_t first, row;
    FeelValue failed;
    FeelValue *values = eval_items(ev, 2 * t->n_outputs);
    if (!values)
        return eval_stopped(ev);
    if (!table_next(ev, m, &first))
        return no_row(ev, m);
    if (!eval_outputs(ev, t, first, values, &failed))
        return failed;
    while (table_next(ev, m, &row)) {
        FeelValue *others = values + t->n_outputs;
        if (!eval_outputs(ev, t, row, others, &failed))
            return failed;
        if (!agree(ev, t, values, others))
            return disagree(ev, t, first, row);
    }
    return value_of(ev, t, values);
}

/* ---- order of outputs ---- */

/* The place of the first test that the value passes; behind all when none. */
static uint32_t rank_in(FeelEval *ev, const Node *tests, FeelValue v)
{
    FeelValue outer = ev->input;
    uint32_t rank = 0;
    ev->input = v;
    while (rank < (uint32_t)tests->b && eval_test(ev, v, ev->expr->lists[(uint32_t)tests->a + rank]) != YES)
        rank++;
    ev->input = outer;
    return rank;
}

/* The same in the expression of a type, which knows no names of ours. */
static uint32_t rank_in_type(FeelEval *ev, const FeelExpr *allowed, FeelValue v)
{
    const FeelExpr *outer = ev->expr;
    Frame *frame = ev->frame;
    Slots slots = ev->slots;
    int32_t node = ev->node;
    ev->expr = allowed;
    ev->frame = NULL;
    ev->slots = (Slots){ 0 };
    ev->node = allowed->root;
    uint32_t rank = rank_in(ev, &allowed->nodes[allowed->root], v);
    ev->expr = outer;
    ev->frame = frame;
    ev->slots = slots;
    ev->node = node;
    return rank;
}

static const uint32_t *ranks_of(FeelEval *ev, const Table *t, const FeelValue *values)
{
    uint32_t *ranks = ARENA_ARRAY(ev->arena, uint32_t, t->n_outputs);
    for (size_t i = 0; i < t->n_outputs; i++) {
        const TableOutput *output = &t->outputs[i];
        if (!output->ranked)
            ranks[i] = 0;
        else if (output->allowed != NODE_NONE)
            ranks[i] = rank_in(ev, &ev->expr->nodes[output->allowed], values[i]);
        else
            ranks[i] = rank_in_type(ev, output->of_type, values[i]);
    }
    return ranks;
}

static bool before(const Table *t, const Hit *a, const Hit *b)
{
    for (size_t i = 0; i < t->n_outputs; i++)
        if (a->ranks[i] != b->ranks[i])
            return a->ranks[i] < b->ranks[i];
    return false;
}

static bool ranked_hit(FeelEval *ev, const Table *t, size_t row, Hit *ret_hit, FeelValue *ret_failed)
{
    FeelValue *values = eval_items(ev, 2 * t->n_outputs);
    if (!values) {
        *ret_failed = eval_stopped(ev);
        return false;
    }
    if (!eval_outputs(ev, t, row, values, ret_failed))
        return false;
    *ret_hit = (Hit){ .value = value_of(ev, t, values), .ranks = ranks_of(ev, t, values) };
    return true;
}

static FeelValue hit_priority(FeelEval *ev, TableMatch *m)
{
    size_t row;
    Hit best, hit;
    FeelValue failed;
    if (!table_next(ev, m, &row))
        return no_row(ev, m);
    if (!ranked_hit(ev, m->table, row, &best, &failed))
        return failed;
    while (table_next(ev, m, &row)) {
        if (!ranked_hit(ev, m->table, row, &hit, &failed))
            return failed;
        if (before(m->table, &hit, &best))
            best = hit;
    }
    return best.value;
}

/* ---- several hits ---- */

static FeelValue list_of(FeelEval *ev, const Hits *hits)
{
    FeelValue *values = eval_items(ev, hits->n);
    if (!values)
        return eval_stopped(ev);
    for (size_t i = 0; i < hits->n; i++)
        values[i] = hits->items[i].value;
    return feel_list(ev->arena, values, hits->n);
}

static void merge(const Table *t, const Hit *from, size_t n, size_t half, Hit *to)
{
    size_t a = 0;
    size_t b = half;
    for (size_t i = 0; i < n; i++)
        to[i] = a < half && (b >= n || !before(t, &from[b], &from[a])) ? from[a++] : from[b++];
}

/* Rows of one rank stay in their order. */
static bool sort_hits(FeelEval *ev, const Table *t, Hits *hits)
{
    Hit *spare = ARENA_ARRAY(ev->arena, Hit, hits->n);
    for (size_t width = 1; width < hits->n; width *= 2) {
        if (!eval_charge(ev, hits->n))
            return false;
        for (size_t at = 0; at < hits->n; at += 2 * width) {
            size_t n = hits->n - at < 2 * width ? hits->n - at : 2 * width;
            merge(t, hits->items + at, n, n < width ? n : width, spare + at);
        }
        Hit *sorted = spare;
        spare = hits->items;
        hits->items = sorted;
    }
    return true;
}

static bool collect(FeelEval *ev, TableMatch *m, Hits *hits, FeelValue *ret_failed)
{
    size_t row;
    while (table_next(ev, m, &row)) {
        Hit hit = { 0 };
        bool ok = true;
        if (m->table->hit == FEEL_HIT_OUTPUT_ORDER)
            ok = ranked_hit(ev, m->table, row, &hit, ret_failed);
        else
            hit.value = row_value(ev, m->table, row);
        if (!ok || !eval_charge(ev, 2))
            return false;
        *ARENA_PUSH(ev->arena, hits->items, hits->n, hits->cap) = hit;
    }
    return true;
}

/* Sum, minimum, maximum and count are those of the built-in functions. */
static FeelValue aggregate(FeelEval *ev, const Table *t, FeelValue list)
{
    static const char *const names[] = { "sum", "min", "max", "count" };
    const Builtin *function = builtin_find(str_c(names[t->hit - FEEL_HIT_SUM]));
    return builtin_call(ev, builtin_for_count(function, 1), &list, 1);
}

static FeelValue hit_several(FeelEval *ev, TableMatch *m)
{
    const Table *t = m->table;
    Hits hits = { 0 };
    FeelValue failed = feel_null();
    if (!collect(ev, m, &hits, &failed))
        return failed;
    if (hits.n == 0 && has_standard(t)) {
        FeelValue value = standard_value(ev, t);
        if (t->hit >= FEEL_HIT_SUM)
            return value;
        *ARENA_PUSH(ev->arena, hits.items, hits.n, hits.cap) = (Hit){ .value = value };
    }
    if (hits.n == 0 && t->hit >= FEEL_HIT_SUM && t->hit != FEEL_HIT_COUNT)
        return no_row(ev, m);
    if (t->hit == FEEL_HIT_OUTPUT_ORDER && hits.n > 1 && !sort_hits(ev, t, &hits))
        return eval_stopped(ev);
    FeelValue list = list_of(ev, &hits);
    return t->hit >= FEEL_HIT_SUM && list.type == FEEL_LIST ? aggregate(ev, t, list) : list;
}

FeelValue table_result(FeelEval *ev, TableMatch *m)
{
    switch (m->table->hit) {
    case FEEL_HIT_UNIQUE: return hit_unique(ev, m);
    case FEEL_HIT_ANY: return hit_any(ev, m);
    case FEEL_HIT_PRIORITY: return hit_priority(ev, m);
    case FEEL_HIT_FIRST: return hit_first(ev, m);
    default: return hit_several(ev, m);
    }
}
