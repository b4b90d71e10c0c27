/* fmt_tests.h - the groups of tests in this folder. Each returns how many of its tests failed. */
#ifndef YIFA_TESTS_LIB_FMT_H
#define YIFA_TESTS_LIB_FMT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

int json_tests(void);
int yaml_tests(void);
int csv_tests(void);
int charset_tests(void);

/* A fresh arena as each test's *state. */
int arena_setup(void **state);
int arena_teardown(void **state);

#define assert_str_equal(actual, expected) assert_str_equal_((actual), (expected), __FILE__, __LINE__)
void assert_str_equal_(Str actual, const char *expected, const char *file, int line);

#define ARENA_TEST(test) cmocka_unit_test_setup_teardown(test, arena_setup, arena_teardown)

#endif
