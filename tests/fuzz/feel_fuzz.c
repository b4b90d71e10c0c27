/* Any text: parsing and evaluating must end, within the limits, and what is printed must read as FEEL again. The first
 * byte chooses the options; names a, b, xs and c are in scope. */
#include "fuzz.h"

#include <assert.h>

#include "core/feel/feel.h"

enum { FUZZ_STEPS = 20000, PRINT_CHECK_MAX = 4096 };

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

/* Functions do not print as something that reads back, and what reads a closed-over name cannot. */
static bool has_function(FeelValue v, int depth)
{
    if (depth > 20 || v.type == FEEL_FUNCTION)
        return true;
    for (size_t i = 0; v.type == FEEL_LIST && i < v.as.list->n; i++)
        if (has_function(v.as.list->items[i], depth + 1))
            return true;
    for (size_t i = 0; v.type == FEEL_CONTEXT && i < v.as.ctx->n; i++)
        if (has_function(v.as.ctx->entries[i].value, depth + 1))
            return true;
    return false;
}

static void check_print(Arena *arena, FeelValue v)
{
    if (has_function(v, 0))
        return;
    Str text = feel_print(arena, v);
    if (text.n > PRINT_CHECK_MAX)
        return;
    const FeelExpr *expr;
    FeelEnv env = { 0 };
    Rc rc = feel_parse(arena, NULL, text, (FeelParseOptions){ 0 }, &expr, NULL);
    assert(rc == RC_OK);
    FeelValue back = feel_eval(expr, &env, feel_null(), arena, NULL);
    assert(str_eq(feel_print(arena, back), text));
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
        size_t bad;
        assert(str_is_utf8(reason, &bad));
        check_print(arena, v);
    } else {
        assert(err.place[0] && err.text[0]);
    }
    arena_free(arena);
    return 0;
}
