/* Well-formed expressions of all kinds, made of bytes, evaluated: each ends within its steps, and its value prints as
 * FEEL that reads back. The first byte chooses what is wanted. */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "feel_check.h"
#include "feel_gen.h"

enum { TEXT_MAX = 16 * 1024 };

static void evaluate(Arena *arena, Str text, bool unary_tests)
{
    const FeelExpr *expr;
    Err err;
    FeelParseOptions options = { .unary_tests = unary_tests, .dynamic_names = true };
    if (feel_parse(arena, feel_check_scope(), text, options, &expr, &err) != RC_OK)
        return;
    FeelEnv env = feel_check_env();
    Str reason;
    FeelValue v = feel_eval(expr, &env, feel_int(3), arena, &reason);
    assert(!unary_tests || v.type == FEEL_BOOL || v.type == FEEL_NULL);
    feel_check_value(arena, v, reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(buf_free) Buf out;
    buf_init(&out, TEXT_MAX);
    FeelGen g = { .bytes = data + 1, .n = size - 1, .out = &out };
    bool unary_tests = data[0] & 1;
    if (unary_tests)
        feel_gen_tests(&g, 'n');
    else
        feel_gen(&g, "abnsdtpumlcr"[data[0] / 2 % 12]);
    if (buf_check(&out, NULL) != RC_OK)
        return 0;
    /* To see what a finding's bytes stand for. */
    if (getenv("FEEL_FUZZ_SHOW"))
        printf("%.*s\n", STR_ARG(buf_view(&out)));
    evaluate(arena, buf_to_arena(&out, arena), unary_tests);
    return 0;
}
