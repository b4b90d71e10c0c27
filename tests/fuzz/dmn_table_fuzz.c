/* A decision table written as CSV: reading and compiling end in a table or an error with a place; a table that was read
 * is checked, and evaluated with inputs of several types, with its index and without. */
#include "fuzz.h"

#include <assert.h>

#include "core/dmn/dmn.h"
#include "feel_check.h"

enum { STEPS = 10000 };

static FeelValue input_value(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    const FeelValue values[] = { feel_int(5), feel_str(STR("a")), feel_date(19000), feel_bool(true), feel_null() };
    return values[((size_t)slot + *(const size_t *)ctx) % ARRAY_LEN(values)];
}

static bool limited(Str reason)
{
    return str_starts(reason, STR("the limit"));
}

/* The index changes nothing, unless a scan takes more steps than there are. */
static void compare(Arena *arena, const FeelExpr *scanned, const FeelEnv *env, FeelValue v, Str reason)
{
    Str other_reason;
    FeelValue other = feel_eval(scanned, env, feel_null(), arena, &other_reason);
    if (!limited(reason) && !limited(other_reason))
        assert(str_eq(feel_print(arena, v), feel_print(arena, other)));
}

static void evaluate(Arena *arena, const FeelScope *scope, const FeelTable *table)
{
    const FeelBoxed boxed = { .kind = FEEL_BOXED_TABLE, .table = table };
    const FeelExpr *expr, *scanned;
    const FeelTableFinding *findings;
    Err err = { 0 };
    if (feel_parse_boxed(arena, scope, &boxed, (FeelParseOptions){ .dynamic_names = true }, &expr, &err) != RC_OK) {
        size_t bad;
        assert(err.text[0] && str_is_utf8(str_c(err.text), &bad));
        return;
    }
    FeelParseOptions scan = { .dynamic_names = true, .scan_tables = true };
    Rc rc = feel_parse_boxed(arena, scope, &boxed, scan, &scanned, &err);
    assert(rc == RC_OK);
    (void)feel_check_tables(expr, arena, &findings);
    for (size_t shift = 0; shift < 5; shift++) {
        FeelEnv env = { .slot = input_value, .ctx = &shift, .max_steps = STEPS };
        Str reason;
        FeelValue v = feel_eval(expr, &env, feel_null(), arena, &reason);
        feel_check_value(arena, v, reason);
        compare(arena, scanned, &env, v, reason);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    const FeelTable *table;
    Err err = { 0 };
    Rc rc = dmn_table_read(arena, STR("t.csv"), (Str){ (const char *)data, size }, NULL, &table, &err);
    if (rc != RC_OK) {
        size_t bad;
        assert(err.rc == rc && err.place[0] && err.text[0] && str_is_utf8(str_c(err.text), &bad));
        return 0;
    }
    FeelScope *scope = feel_scope_new(arena, NULL);
    for (size_t i = 0; i < table->n_inputs; i++)
        if (table->inputs[i].expression.text.n)
            feel_scope_add(scope, table->inputs[i].expression.text, -1);
    evaluate(arena, scope, table);
    return 0;
}
