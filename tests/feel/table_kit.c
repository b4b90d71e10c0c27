/* table_kit.c - decision tables written short. */
#include "feel/table_kit.h"

#include <string.h>

Arena *arena;
FeelScope *scope;
FeelValue slots[SLOTS]; /* a, b, c */
Str reason;

FeelValue slot_in(FeelEval *ev, void *ctx, int slot)
{
    (void)ev;
    (void)ctx;
    return slots[slot];
}

int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("a"), -1);
    feel_scope_add(scope, STR("b"), -1);
    feel_scope_add(scope, STR("c"), -1);
    memset(slots, 0, sizeof slots);
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    arena_freep(&arena);
    return 0;
}

static size_t count(const char *const *names)
{
    size_t n = 0;
    while (n < COLUMNS_MAX && names[n])
        n++;
    return n;
}

FeelCell cell(const char *text)
{
    return (FeelCell){ .text = str_c(text) };
}

FeelTable *table(const Shape *s, const char *const *cells, size_t n_cells)
{
    FeelTable *t = ARENA_NEW(arena, FeelTable);
    FeelTableInput *inputs = arena_zalloc(arena, COLUMNS_MAX * sizeof *inputs);
    FeelTableOutput *outputs = arena_zalloc(arena, COLUMNS_MAX * sizeof *outputs);
    *t = (FeelTable){ .name = STR("T"), .place = STR("here"), .hit = s->hit, .inputs = inputs, .outputs = outputs };
    t->n_inputs = count(s->inputs);
    t->n_outputs = count(s->outputs);
    for (size_t i = 0; i < t->n_inputs; i++)
        inputs[i] = (FeelTableInput){ .expression = cell(s->inputs[i]), .allowed = cell(s->input_allowed[i]) };
    for (size_t i = 0; i < t->n_outputs; i++)
        outputs[i] = (FeelTableOutput){ .name = str_c(s->outputs[i]),
                                        .allowed = cell(s->allowed[i]),
                                        .standard = cell(s->standard[i]) };
    size_t columns = t->n_inputs + t->n_outputs;
    assert_int_equal(n_cells % columns, 0);
    t->n_rows = n_cells / columns;
    FeelTableRow *rows = arena_zalloc(arena, (t->n_rows + 1) * sizeof *rows);
    FeelCell *all = arena_zalloc(arena, (n_cells + 1) * sizeof *all);
    for (size_t i = 0; i < n_cells; i++)
        all[i] = (FeelCell){ str_c(cells[i]), arena_printf(arena, "cell %zu", i) };
    for (size_t i = 0; i < t->n_rows; i++)
        rows[i] = (FeelTableRow){ .cells = all + i * columns, .label = arena_printf(arena, "r%zu", i + 1) };
    t->rows = rows;
    return t;
}

const FeelExpr *compile_with(const FeelTable *t, bool scan)
{
    const FeelExpr *expr = NULL;
    Err err;
    FeelBoxed boxed = { .kind = FEEL_BOXED_TABLE, .table = t };
    if (feel_parse_boxed(arena, scope, &boxed, (FeelParseOptions){ .scan_tables = scan }, &expr, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    return expr;
}

FeelValue run(const FeelExpr *expr)
{
    FeelEnv env = { .slot_in = slot_in };
    return feel_eval(expr, &env, feel_null(), arena, &reason);
}

FeelValue string(const char *text)
{
    return feel_str(str_c(text));
}
