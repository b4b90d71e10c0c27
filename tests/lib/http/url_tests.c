#include "kit.h"

#include "lib/http/url.h"

static const char *path_of(Arena *arena, const char *raw)
{
    Str path;
    return http_path_decode(arena, str_c(raw), &path) ? path.p : NULL;
}

static void paths_are_decoded(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    assert_string_equal(path_of(arena, "/"), "/");
    assert_string_equal(path_of(arena, "/m/12"), "/m/12");
    assert_string_equal(path_of(arena, "/%E4%BE%9D%e6%b3%95"), "/依法");
    assert_string_equal(path_of(arena, "/a+b"), "/a+b");
    assert_string_equal(path_of(arena, "/a%23b"), "/a#b");
    assert_string_equal(path_of(arena, "/..a/...b"), "/..a/...b");
    arena_free(arena);
}

static void paths_that_mislead_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",       "*",          "http://a/b", "/%",     "/%4",   "/%zz", "/%00",
                                       "/%C3",   "/%ED%A0%80", "/a/../b",    "/..",    "/.",    "/./a", "/%2e%2E/a",
                                       "/a%2Fb", "/a%5Cb",     "/a\\b",      "/a%0Ab", "/a%7F", "/a#b", "/\xFF" };
    Arena *arena = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (path_of(arena, bad[i]))
            fail_msg("accepted: %s", bad[i]);
    arena_free(arena);
}

static void pairs_keep_order_and_repetition(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    HttpPairs pairs = { 0 };
    assert_int_equal(http_pairs_decode(&pairs, arena, STR("a=1&&b=x+y%26&a=%E4%B8%AD&c&=d"), 10), HTTP_DECODE_OK);
    assert_int_equal(pairs.n, 5);
    assert_str(pairs.items[1].value, "x y&");
    assert_str(pairs.items[2].value, "中");
    assert_str(http_pairs_get(&pairs, "a"), "1");
    assert_non_null(http_pairs_get(&pairs, "c").p);
    assert_str(http_pairs_get(&pairs, "c"), "");
    assert_null(http_pairs_get(&pairs, "z").p);
    assert_str(pairs.items[4].name, "");
    arena_free(arena);
}

static void pairs_are_strict_and_bounded(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    HttpPairs pairs = { 0 };
    assert_int_equal(http_pairs_decode(&pairs, arena, STR("a=%"), 10), HTTP_DECODE_MALFORMED);
    assert_int_equal(http_pairs_decode(&pairs, arena, STR("%FF=1"), 10), HTTP_DECODE_MALFORMED);
    assert_int_equal(http_pairs_decode(&pairs, arena, STR("a=%00"), 10), HTTP_DECODE_MALFORMED);
    assert_int_equal(http_pairs_decode(&pairs, arena, STR("a&b&c"), 2), HTTP_DECODE_TOO_MANY);
    arena_free(arena);
}

static void header_parameters_are_found(void **state)
{
    (void)state;
    Arena *arena = arena_new(0);
    Str value = STR("form-data; name=\"a;b\"; x; filename=\"q\\\"u.txt\" ; Size = 12");
    assert_str(http_header_param(arena, value, "name"), "a;b");
    assert_str(http_header_param(arena, value, "filename"), "q\"u.txt");
    assert_str(http_header_param(arena, value, "size"), "12");
    assert_null(http_header_param(arena, value, "none").p);
    assert_null(http_header_param(arena, STR("a; name=\"open"), "name").p);
    assert_null(http_header_param(arena, STR(""), "name").p);
    assert_str(http_header_param(arena, STR("a;name="), "name"), "");
    arena_free(arena);
}

int url_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_decoded),
        cmocka_unit_test(paths_that_mislead_are_refused),
        cmocka_unit_test(pairs_keep_order_and_repetition),
        cmocka_unit_test(pairs_are_strict_and_bounded),
        cmocka_unit_test(header_parameters_are_found),
    };
    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
