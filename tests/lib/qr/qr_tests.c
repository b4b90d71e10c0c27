#include "lib/qr/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIDE = 21, BIG = 200 };

/* The path's runs as modules: "M x y h n v1 h -n z". */
static void paint(Str path, char modules[BIG][BIG])
{
    int x = 0;
    int y = 0;
    int n = 0;
    const char *at = path.p;
    memset(modules, 0, BIG * (size_t)BIG);
    while (at < path.p + path.n) {
        char *end = NULL;
        assert_int_equal(*at, 'M');
        x = (int)strtol(at + 1, &end, 10);
        y = (int)strtol(end + 1, &end, 10);
        n = (int)strtol(end + 1, &end, 10);
        for (int i = 0; i < n; i++)
            modules[y][x + i] = 1;
        at = strchr(end, 'z') + 1;
    }
}

static void check_finder(char modules[BIG][BIG], int x, int y)
{
    for (int i = 0; i < 7; i++) {
        assert_true(modules[y][x + i] && modules[y + 6][x + i] && modules[y + i][x] && modules[y + i][x + 6]);
        assert_true(!modules[y + 1][x + 1] && modules[y + 3][x + 3]);
    }
}

static void a_text_becomes_a_symbol_with_three_finders(void **state)
{
    static char modules[BIG][BIG];
    Arena *arena = arena_new(0);
    Err err = { 0 };
    Qr qr;
    (void)state;
    assert_int_equal(qr_encode(arena, STR("YIFA"), &qr, &err), RC_OK);
    assert_int_equal(qr.size, SIDE);
    paint(qr.path, modules);
    check_finder(modules, 0, 0);
    check_finder(modules, SIDE - 7, 0);
    check_finder(modules, 0, SIDE - 7);
    for (int i = 8; i < SIDE - 8; i++) /* timing patterns alternate */
        assert_true(modules[6][i] == (i % 2 == 0) && modules[i][6] == (i % 2 == 0));
    arena_free(arena);
}

static void the_same_text_gives_the_same_symbol_and_a_longer_one_a_larger(void **state)
{
    Arena *arena = arena_new(0);
    Err err = { 0 };
    Qr a;
    Qr b;
    Qr c;
    (void)state;
    assert_int_equal(qr_encode(arena, STR("http://example.org/q/g001"), &a, &err), RC_OK);
    assert_int_equal(qr_encode(arena, STR("http://example.org/q/g001"), &b, &err), RC_OK);
    assert_int_equal(qr_encode(arena, STR("http://a-much-longer-name.example.org/q/g001"), &c, &err), RC_OK);
    assert_true(str_eq(a.path, b.path));
    assert_true(c.size > a.size);
    arena_free(arena);
}

static void what_cannot_be_a_symbol_is_refused(void **state)
{
    Arena *arena = arena_new(0);
    char long_text[QR_TEXT_MAX + 1];
    Err err = { 0 };
    Qr qr;
    (void)state;
    memset(long_text, 'a', sizeof long_text);
    assert_int_equal(qr_encode(arena, STR_NONE, &qr, &err), RC_INVALID);
    assert_int_equal(qr_encode(arena, (Str){ "a\0b", 3 }, &qr, &err), RC_INVALID);
    assert_int_equal(qr_encode(arena, (Str){ long_text, sizeof long_text }, &qr, &err), RC_LIMIT);
    assert_int_equal(qr_encode(arena, (Str){ long_text, QR_TEXT_MAX }, &qr, &err), RC_OK);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_a_symbol_with_three_finders),
        cmocka_unit_test(the_same_text_gives_the_same_symbol_and_a_longer_one_a_larger),
        cmocka_unit_test(what_cannot_be_a_symbol_is_refused),
    };
    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
