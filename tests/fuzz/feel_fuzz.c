/* Any text: parsing and evaluating must end, within the limits, and what is printed must read as FEEL again. The first
 * byte chooses the options; names a, b, xs and c are in scope. */
#include "fuzz.h"

#include <assert.h>

#include "feel_check.h"

enum { FUZZ_STEPS = 20000 };

static FeelValue field(void *ctx, int slot, Arena *arena)
{
    (void)ctx;
    FeelValue *items = ARENA_ARRAY(arena, FeelValue, 3);
    for (int i = 0; i < 3; i++)
        items[i] = feel_int(i * 7 - 3);
    FeelEntry *entries = ARENA_ARRAY(arena, FeelEntry, 2);
    entries[0] = (FeelEntry){ STR("a"), feel_str(STR("text")) };
    entries[1] = (FeelEntry){ STR("b"), feel_date(20000) };
    switch (slot) {
    case 0: return feel_int(5);
    case 1: return feel_null();
    case 2: return feel_list(arena, items, 3);
    default: return feel_context(arena, entries, 2);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Arena *arena = arena_new(0);
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("a"), -1);
    feel_scope_add(scope, STR("b"), -1);
    feel_scope_add(scope, STR("xs"), -1);
    feel_scope_add(scope, STR("c"), -1);
    FeelParseOptions options = { .unary_tests = data[0] & 1, .dynamic_names = data[0] & 2 };
    Str text = arena_str(arena, (Str){ (const char *)data + 1, size - 1 });
    const FeelExpr *expr;
    Err err;
    if (feel_parse(arena, scope, text, options, &expr, &err) == RC_OK) {
        FeelEnv env = { .slot = field, .max_steps = FUZZ_STEPS };
        Str reason;
        FeelValue v = feel_eval(expr, &env, feel_int(3), arena, &reason);
        feel_check_value(arena, v, reason);
    } else {
        assert(err.place[0] && err.text[0]);
    }
    arena_free(arena);
    return 0;
}
