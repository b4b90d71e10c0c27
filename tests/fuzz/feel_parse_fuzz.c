/* Any text as an expression or unary tests, parsed only: what is refused is refused at a place in the text, with words;
 * what is accepted prints as text that is accepted and prints the same. The first byte chooses the options. */
#include "fuzz.h"

#include <assert.h>

#include "feel_check.h"

/* "line:column" lies within the text, or just behind it. */
static void check_place(Str text, const char *place)
{
    Str column;
    int64_t line_number = 0, column_number = 0;
    Str line = str_cut(str_c(place), ':', &column);
    assert(str_to_i64(line, &line_number) && str_to_i64(column, &column_number));
    assert(line_number >= 1 && column_number >= 1 && (uint64_t)line_number <= text.n + 1 &&
           (uint64_t)column_number <= text.n + 1);
}

static void check_print(Arena *arena, const FeelExpr *expr, FeelParseOptions options)
{
    const FeelExpr *again;
    Str text = feel_expr_print(arena, expr);
    Rc rc = feel_parse(arena, feel_check_scope(), text, options, &again, NULL);
    /* Parentheses added may be one level or byte too many. */
    assert(rc == RC_OK || rc == RC_LIMIT);
    if (rc == RC_OK)
        assert(str_eq(feel_expr_print(arena, again), text));
}

static void parse(Arena *arena, Str text, FeelParseOptions options)
{
    const FeelExpr *expr;
    Err err = { 0 };
    size_t bad;
    if (feel_parse(arena, feel_check_scope(), text, options, &expr, &err) != RC_OK) {
        assert(err.text[0] && str_is_utf8(str_c(err.text), &bad));
        check_place(text, err.place);
        return;
    }
    assert(str_eq(feel_expr_text(expr), text));
    size_t n = feel_scope_slots(feel_check_scope());
    bool *used = ARENA_ARRAY(arena, bool, n);
    feel_expr_slots(expr, used, n);
    check_print(arena, expr, options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    FeelParseOptions options = { .unary_tests = data[0] & 1, .dynamic_names = data[0] & 2 };
    parse(arena, arena_str(arena, (Str){ (const char *)data + 1, size - 1 }), options);
    return 0;
}
