/* Evaluations per second of guards as packs have them, each evaluation from slots to verdict in a reused arena.
 *
 * Usage: feel_bench [ROUNDS]. Prints nanoseconds per evaluation, and fails if the heap grew while measuring. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/feel/feel.h"

enum { ROUNDS = 1000000, WARM_UP = 1000 };

typedef struct Guard {
    const char *name;
    const char *text;
} Guard;

static const Guard GUARDS[] = {
    { "officers and amount", "count(officers[certified = true]) >= 2 and amount <= 3000" },
    { "officers by quantifier", "every o in officers satisfies o.valid_to >= decided" },
    { "dates", "decided <= filed + @\"P90D\" and decided >= filed" },
    { "decimals", "amount * 1.05 / 3 < 2000.50" },
    { "text", "kind in (\"fine\", \"warning\") and contains(place, \"road\")" },
    { "constant", "true" },
};

typedef struct Fields {
    FeelValue values[6];
} Fields;

static FeelValue field(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    return ((const Fields *)ctx)->values[slot];
}

static FeelValue literal(Arena *arena, Str text)
{
    const FeelExpr *expr;
    FeelEnv env = { 0 };
    if (feel_parse(arena, NULL, text, (FeelParseOptions){ 0 }, &expr, NULL) != RC_OK)
        abort();
    return feel_eval(expr, &env, feel_null(), arena, NULL);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static size_t heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static bool measure(const FeelExpr *expr, const FeelEnv *env, const char *name, int rounds)
{
    Arena *scratch = arena_new(0);
    int trues = 0;
    for (int i = 0; i < WARM_UP; i++) {
        arena_reset(scratch);
        trues += feel_is_true(feel_eval(expr, env, feel_null(), scratch, NULL));
    }
    size_t heap = heap_bytes();
    double start = now_ns();
    for (int i = 0; i < rounds; i++) {
        arena_reset(scratch);
        trues += feel_is_true(feel_eval(expr, env, feel_null(), scratch, NULL));
    }
    double each = (now_ns() - start) / rounds;
    bool grew = heap_bytes() != heap;
    printf("%-24s %8.1f ns  %10.0f /s%s%s\n", name, each, 1e9 / each, trues ? "" : "  (never true)",
           grew ? "  (heap grew)" : "");
    arena_free(scratch);
    return !grew;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
    Arena *arena = arena_new(0);
    FeelScope *scope = feel_scope_new(arena, NULL);
    static const char *const names[] = { "officers", "amount", "filed", "decided", "kind", "place" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        feel_scope_add(scope, str_c(names[i]), -1);
    Fields fields = { { literal(arena, STR("[{name: \"A\", certified: true, valid_to: @\"2027-01-01\"},"
                                           " {name: \"B\", certified: true, valid_to: @\"2027-06-01\"},"
                                           " {name: \"C\", certified: false, valid_to: @\"2026-12-01\"}]")),
                        literal(arena, STR("2500.00")), literal(arena, STR("@\"2026-01-10\"")),
                        literal(arena, STR("@\"2026-03-02\"")), literal(arena, STR("\"fine\"")),
                        literal(arena, STR("\"12 river road\"")) } };
    FeelEnv env = { .slot = field, .ctx = &fields };
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LEN(GUARDS); i++) {
        const FeelExpr *expr;
        Err err;
        if (feel_parse(arena, scope, str_c(GUARDS[i].text), (FeelParseOptions){ 0 }, &expr, &err) != RC_OK) {
            printf("%s: %s %s\n", GUARDS[i].name, err.place, err.text);
            return 1;
        }
        ok = measure(expr, &env, GUARDS[i].name, rounds > 0 ? rounds : ROUNDS) && ok;
    }
    arena_free(arena);
    return ok ? 0 : 1;
}
