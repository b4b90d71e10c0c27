#include "kit.h"

#include "lib/http/route.h"

static bool matches(const char *pattern, const char *path)
{
    HttpRouteParams params;
    return http_route_match(pattern, str_c(path), &params);
}

static void patterns_match_whole_paths(void **state)
{
    (void)state;
    assert_true(matches("/", "/"));
    assert_true(matches("/m/{id}", "/m/12"));
    assert_true(matches("/事件/{id}", "/事件/12"));
    assert_true(matches("/s/{file...}", "/s/a/b.css"));
    assert_false(matches("/m/{id}", "/m/"));
    assert_false(matches("/m/{id}", "/m/12/"));
    assert_false(matches("/m/{id}", "/m"));
    assert_false(matches("/m", "/m/12"));
    assert_false(matches("/s/{file...}", "/s/"));
    assert_false(matches("/", ""));
}

static void parameters_are_named(void **state)
{
    (void)state;
    HttpRouteParams params;
    assert_true(http_route_match("/m/{id}/act/{kind}/{rest...}", STR("/m/7/act/hear/x/y"), &params));
    assert_int_equal(params.n, 3);
    assert_str(http_route_param(&params, "id"), "7");
    assert_str(http_route_param(&params, "kind"), "hear");
    assert_str(http_route_param(&params, "rest"), "x/y");
    assert_null(http_route_param(&params, "none").p);
}

static void tables_tell_no_path_from_no_method(void **state)
{
    (void)state;
    static const struct {
        HttpRoute route;
        int more;
    } rows[] = { { { HTTP_GET, "/m/new" }, 1 },
                 { { HTTP_GET | HTTP_POST, "/m/{id}" }, 2 },
                 { { HTTP_DELETE, "/m/{id}" }, 3 } };
    size_t row = 99;
    unsigned allowed = 0;
    HttpRouteParams params;
    assert_int_equal(http_route_find(rows, 3, sizeof rows[0], HTTP_GET, STR("/m/new"), &row, &params, &allowed),
                     HTTP_ROUTE_FOUND);
    assert_int_equal(rows[row].more, 1);
    assert_int_equal(http_route_find(rows, 3, sizeof rows[0], HTTP_DELETE, STR("/m/4"), &row, &params, &allowed),
                     HTTP_ROUTE_FOUND);
    assert_int_equal(rows[row].more, 3);
    assert_int_equal(http_route_find(rows, 3, sizeof rows[0], HTTP_GET, STR("/x"), &row, &params, &allowed),
                     HTTP_ROUTE_NO_PATH);
    assert_int_equal(http_route_find(rows, 3, sizeof rows[0], HTTP_PUT, STR("/m/4"), &row, &params, &allowed),
                     HTTP_ROUTE_NO_METHOD);
    Arena *arena = arena_new(0);
    assert_str(http_route_allow(arena, allowed), "GET, HEAD, POST, DELETE");
    arena_free(arena);
}

int route_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_whole_paths),
        cmocka_unit_test(parameters_are_named),
        cmocka_unit_test(tables_tell_no_path_from_no_method),
    };
    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
