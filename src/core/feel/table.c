/* table.c - decision tables (DMN 1.5, chapter 8): from rows of texts to nodes, and which rows match. */
#include "core/feel/table.h"

enum { SHOWN_MAX = 60 };

/* ---- reading ---- */

static bool check_shape(Parser *p, const FeelTable *t)
{
    p->place = t->place;
    if (t->n_rows > TABLE_ROWS_MAX)
        (void)parse_fail(p, p->base, "a decision table has at most %d rows", TABLE_ROWS_MAX);
    else if (t->n_inputs + t->n_outputs > TABLE_COLUMNS_MAX)
        (void)parse_fail(p, p->base, "a decision table has at most %d columns", TABLE_COLUMNS_MAX);
    else if (t->n_outputs == 0)
        (void)parse_fail(p, p->base, "a decision table needs an output");
    else if (t->hit >= FEEL_HIT_SUM && t->n_outputs > 1)
        (void)parse_fail(p, p->base, "a decision table that aggregates (C+ C< C> C#) has one output");
    return p->rc == RC_OK;
}

static bool is_empty(FeelCell cell)
{
    return str_trim(cell.text).n == 0;
}

static bool read_tests(Parser *p, FeelCell cell, int32_t *ret)
{
    *ret = is_empty(cell) ? NODE_NONE : boxed_tests(p, cell);
    return p->rc == RC_OK;
}

/* A constant that is what the type wants needs no look at each evaluation. */
static bool conforms(const Parser *p, int32_t node, const FeelTypeDef *type)
{
    const Node *of = &p->nodes[node];
    bool plain = type && type->kind == FEEL_KIND_BASIC && !type->allowed && !type->whole && !type->base;
    return plain && of->op == OP_CONST && p->consts[of->a].type == type->basic;
}

static bool read_value(Parser *p, FeelCell cell, const FeelTypeDef *type, int32_t *ret)
{
    *ret = is_empty(cell) ? NODE_NONE : boxed_text(p, cell);
    if (p->rc == RC_OK && *ret != NODE_NONE && !conforms(p, *ret, type))
        *ret = boxed_conform(p, *ret, type);
    return p->rc == RC_OK;
}

static bool read_inputs(Parser *p, const FeelTable *t, Table *table)
{
    TableInput *inputs = ARENA_ARRAY(p->arena, TableInput, t->n_inputs);
    for (size_t i = 0; i < t->n_inputs; i++) {
        const FeelTableInput *in = &t->inputs[i];
        inputs[i].text = in->expression.text;
        inputs[i].node = boxed_text(p, in->expression);
        if (p->rc == RC_OK)
            inputs[i].node = boxed_conform(p, inputs[i].node, in->type);
        if (p->rc != RC_OK || !read_tests(p, in->allowed, &inputs[i].allowed))
            return false;
    }
    table->inputs = inputs;
    table->n_inputs = t->n_inputs;
    return true;
}

/* Tests one by one in an order: what "not(...)" allows has none. */
static bool is_order(const Node *tests)
{
    return tests->op == OP_TESTS && !(tests->flags & TESTS_NOT);
}

/* What a type allows, or else the type that it restricts. */
static const FeelExpr *allowed_of(const FeelTypeDef *type)
{
    while (type && !type->allowed)
        type = type->base;
    return type ? type->allowed : NULL;
}

/* For P and O, the values that outputs may have say what comes first; those of the column, else those of its type. */
static bool has_order(Parser *p, const FeelTable *t, TableOutput *outputs)
{
    bool any = false;
    if (t->hit != FEEL_HIT_PRIORITY && t->hit != FEEL_HIT_OUTPUT_ORDER)
        return true;
    for (size_t i = 0; i < t->n_outputs; i++) {
        const FeelExpr *of_type = allowed_of(t->outputs[i].type);
        if (outputs[i].allowed != NODE_NONE)
            outputs[i].ranked = is_order(&p->nodes[outputs[i].allowed]);
        else
            outputs[i].ranked = of_type && is_order(&of_type->nodes[of_type->root]);
        outputs[i].of_type = of_type;
        any = any || outputs[i].ranked;
    }
    if (any)
        return true;
    p->place = t->place;
    parse_fail(p, p->base, "under P and O an output needs allowed values: their order is the priority");
    return false;
}

static bool read_outputs(Parser *p, const FeelTable *t, Table *table)
{
    TableOutput *outputs = ARENA_ARRAY(p->arena, TableOutput, t->n_outputs);
    for (size_t i = 0; i < t->n_outputs; i++) {
        const FeelTableOutput *out = &t->outputs[i];
        outputs[i] = (TableOutput){ .name = arena_str(p->arena, out->name), .mark = out->mark };
        if (!read_tests(p, out->allowed, &outputs[i].allowed) ||
            !read_value(p, out->standard, out->type, &outputs[i].standard))
            return false;
    }
    table->outputs = outputs;
    table->n_outputs = t->n_outputs;
    return has_order(p, t, outputs);
}

static bool read_row(Parser *p, const FeelTable *t, const FeelTableRow *row, int32_t *cells)
{
    for (size_t i = 0; i < t->n_inputs; i++) {
        if (!read_tests(p, row->cells[i], &cells[i]))
            return false;
        if (cells[i] != NODE_NONE && p->nodes[cells[i]].op == OP_TEST_ANY)
            cells[i] = NODE_NONE;
    }
    for (size_t i = t->n_inputs; i < t->n_inputs + t->n_outputs; i++)
        if (!read_value(p, row->cells[i], t->outputs[i - t->n_inputs].type, &cells[i]))
            return false;
    return true;
}

static bool read_rows(Parser *p, const FeelTable *t, Table *table)
{
    size_t columns = t->n_inputs + t->n_outputs;
    int32_t *cells = ARENA_ARRAY(p->arena, int32_t, t->n_rows * columns);
    Str *labels = ARENA_ARRAY(p->arena, Str, t->n_rows);
    for (size_t i = 0; i < t->n_rows; i++) {
        if (!read_row(p, t, &t->rows[i], cells + i * columns))
            return false;
        labels[i] = t->rows[i].label.n ? arena_str(p->arena, t->rows[i].label) : arena_printf(p->arena, "%zu", i + 1);
    }
    table->cells = cells;
    table->labels = labels;
    table->n_rows = t->n_rows;
    return true;
}

/* One level above the deepest of its cells: what bounds the depth of the evaluation. */
static uint16_t depth_of(const Parser *p, size_t first)
{
    uint16_t depth = 0;
    for (size_t i = first; i < p->n_nodes; i++)
        depth = p->nodes[i].depth > depth ? p->nodes[i].depth : depth;
    return (uint16_t)(depth + 1);
}

int32_t table_parse(Parser *p, const FeelTable *t)
{
    Table *table = ARENA_NEW(p->arena, Table);
    size_t first = p->n_nodes;
    *table = (Table){ .name = arena_str(p->arena, t->name), .hit = t->hit };
    if (!check_shape(p, t) || !parse_enter(p))
        return NODE_NONE;
    bool ok = read_inputs(p, t, table) && read_outputs(p, t, table) && read_rows(p, t, table);
    parse_leave(p);
    if (!ok)
        return NODE_NONE;
    table->index = p->options.scan_tables ? NULL : table_index_new(p, table);
    *ARENA_PUSH(p->arena, p->tables, p->n_tables, p->cap_tables) = table;
    /* It has no text of its own to show in a reason: its cells are too much, its name stands in the reasons. */
    return parse_node(p, (Node){ .op = OP_TABLE,
                                 .a = (int32_t)p->n_tables - 1,
                                 .from = p->last_to,
                                 .to = p->last_to,
                                 .depth = depth_of(p, first) });
}

/* ---- inputs ---- */

static bool passes(FeelEval *ev, int32_t tests, FeelValue v)
{
    FeelValue outer = ev->input;
    ev->input = v;
    bool yes = feel_is_true(eval_node(ev, tests));
    ev->input = outer;
    return yes;
}

/* Of a list, each item may be what is allowed: the column's type is then a collection. */
bool table_allows(FeelEval *ev, int32_t tests, FeelValue v)
{
    if (tests == NODE_NONE || passes(ev, tests, v))
        return true;
    for (size_t i = 0; v.type == FEEL_LIST && i < v.as.list->n; i++)
        if (!passes(ev, tests, v.as.list->items[i]))
            return false;
    return v.type == FEEL_LIST;
}

static FeelValue not_allowed(FeelEval *ev, const TableInput *input, FeelValue v)
{
    if (v.type == FEEL_NULL && v.n)
        return eval_null_of(ev, v, "an input that must be one of the allowed values is null");
    bool fits = v.type < FEEL_LIST && (v.type != FEEL_STRING || v.n <= SHOWN_MAX);
    Str shown = fits ? feel_print(ev->arena, v) : str_c(feel_type_name((FeelType)v.type));
    return feel_null_because(ev, "the input '%.*s' is not among its allowed values: %.*s", STR_ARG(input->text),
                             STR_ARG(shown));
}

/* False: *ret_failed is the table's result. */
static bool eval_inputs(FeelEval *ev, const Table *table, FeelValue *values, FeelValue *ret_failed)
{
    for (size_t i = 0; i < table->n_inputs; i++) {
        const TableInput *input = &table->inputs[i];
        values[i] = eval_node(ev, input->node);
        if (!table_allows(ev, input->allowed, values[i])) {
            *ret_failed = not_allowed(ev, input, values[i]);
            return false;
        }
    }
    return true;
}

/* ---- rows ---- */

static bool has_bit(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static bool row_matches(FeelEval *ev, const TableMatch *m, size_t row)
{
    const int32_t *cells = &m->table->cells[row * (m->table->n_inputs + m->table->n_outputs)];
    FeelValue outer = ev->input;
    bool matches = true;
    for (size_t i = 0; i < m->table->n_inputs && matches; i++) {
        bool told = m->rows.untold && !(m->rows.untold[i] && has_bit(m->rows.untold[i], row));
        if (told || cells[i] == NODE_NONE)
            continue;
        ev->input = m->inputs[i];
        matches = feel_is_true(eval_node(ev, cells[i]));
    }
    ev->input = outer;
    return matches;
}

/* The next row from `at` that may match, or n_rows. */
static size_t next_left(const TableMatch *m, size_t at)
{
    size_t n = m->table->n_rows;
    if (!m->rows.left || at >= n)
        return at;
    uint64_t word = m->rows.left[at / 64] & (~UINT64_C(0) << (at % 64));
    for (size_t i = at / 64; !word;) {
        if (++i > (n - 1) / 64)
            return n;
        word = m->rows.left[i];
        at = i * 64;
    }
    return at / 64 * 64 + (size_t)__builtin_ctzll(word);
}

bool table_next(FeelEval *ev, TableMatch *m, size_t *ret_row)
{
    for (size_t row = next_left(m, m->at); row < m->table->n_rows && eval_charge(ev, 1); row = next_left(m, row + 1))
        if (row_matches(ev, m, row)) {
            if (ev->trace && ev->trace->row)
                ev->trace->row(ev->trace->ctx, m->table->name, m->table->labels[row]);
            m->at = row + 1;
            *ret_row = row;
            return true;
        }
    m->at = m->table->n_rows;
    return false;
}

FeelValue eval_table(FeelEval *ev, const Node *node)
{
    const Table *table = ev->expr->tables[node->a];
    FeelValue *values = eval_items(ev, table->n_inputs);
    FeelValue failed;
    if (!values)
        return eval_stopped(ev);
    if (!eval_inputs(ev, table, values, &failed))
        return failed;
    TableMatch match = { .table = table, .inputs = values };
    if (table->index && !table_index_rows(ev, table, values, &match.rows))
        return eval_stopped(ev);
    FeelValue result = table_result(ev, &match);
    return ev->stopped ? eval_stopped(ev) : result;
}
