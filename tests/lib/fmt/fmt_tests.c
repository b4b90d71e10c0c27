#include "fmt_tests.h"

int arena_setup(void **state)
{
    *state = arena_new(0);
    return 0;
}

int arena_teardown(void **state)
{
    arena_free(*state);
    return 0;
}

void assert_str_equal_(Str actual, const char *expected, const char *file, int line)
{
    if (str_eq_c(actual, expected))
        return;
    print_error("expected: %s\n  actual: %.*s\n", expected, STR_ARG(actual));
    _fail(file, line);
}

int main(void)
{
    return json_tests() + yaml_tests() + csv_tests() + charset_tests();
}
