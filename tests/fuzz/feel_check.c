#include "feel_check.h"

#include <assert.h>

enum { STEPS = 20000, PRINT_CHECK_MAX = 4096, DEPTH_CHECK_MAX = 20 };

/* In order of their slots. */
static const struct {
    const char *name;
    const char *text;
} NAMES[] = {
    { "a", "5" },
    { "b", "null" },
    { "xs", "[-3, 4, 11, 2.50]" },
    { "c", "{a: \"text\", b: @\"2024-10-04\", n: null, \"k x1\": 1}" },
    { "s", "\"abc \\u00E9 \\U01F600\"" },
    { "long", "string join(for i in 1..50 return \"abcdefgh \")" },
    { "big", "1234567890123456789012345678901234" },
    { "yes", "true" },
    { "d", "@\"2024-01-31\"" },
    { "t", "@\"13:20:00.5+02:00\"" },
    { "p", "@\"2024-03-31T01:59:59@Europe/Paris\"" },
    { "u", "@\"P1DT2H3.5S\"" },
    { "m", "@\"P1Y1M\"" },
    { "r", "[1..10)" },
    { "due date", "@\"2024-12-31\"" },
    { "records",
      "for i in 1..12 return {a: i, k: if odd(i) then \"x\" else \"y\", d: @\"2024-01-01\" + @\"P1D\" * i}" },
    { "dates", "[@\"2024-01-31\", @\"2024-02-29\", null]" },
};

static FeelValue values[ARRAY_LEN(NAMES)];

static FeelValue slot_value(void *ctx, int slot, Arena *arena)
{
    (void)ctx;
    (void)arena;
    return values[slot];
}

const FeelScope *feel_check_scope(void)
{
    static Arena *kept; /* for the process: sanitizers see it through this pointer */
    static FeelScope *scope;
    if (scope)
        return scope;
    kept = arena_new(0);
    scope = feel_scope_new(kept, NULL);
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        const FeelExpr *expr;
        FeelEnv env = { 0 };
        Rc rc = feel_parse(kept, NULL, str_c(NAMES[i].text), (FeelParseOptions){ 0 }, &expr, NULL);
        assert(rc == RC_OK);
        values[i] = feel_eval(expr, &env, feel_null(), kept, NULL);
        feel_scope_add(scope, str_c(NAMES[i].name), -1);
    }
    return scope;
}

FeelEnv feel_check_env(void)
{
    return (FeelEnv){ .slot = slot_value, .max_steps = STEPS, .now_ms = INT64_C(1700000000123), .zone_minutes = 480 };
}

/* Functions do not print as something that reads back. */
static bool has_function(FeelValue v, int depth)
{
    if (depth > DEPTH_CHECK_MAX || v.type == FEEL_FUNCTION)
        return true;
    for (size_t i = 0; v.type == FEEL_LIST && i < v.as.list->n; i++)
        if (has_function(v.as.list->items[i], depth + 1))
            return true;
    for (size_t i = 0; v.type == FEEL_CONTEXT && i < v.as.ctx->n; i++)
        if (has_function(v.as.ctx->entries[i].value, depth + 1))
            return true;
    return false;
}

void feel_check_value(Arena *arena, FeelValue v, Str reason)
{
    size_t bad;
    assert(str_is_utf8(reason, &bad) && (v.type == FEEL_NULL || reason.n == 0));
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
