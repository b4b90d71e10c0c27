/* law_tests.h - the groups of tests in this folder. Each returns how many of its tests failed. */
#ifndef YIFA_TESTS_LAW_H
#define YIFA_TESTS_LAW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/law/pack.h"

int calendar_tests(void);
int clock_tests(void);
int derive_tests(void);
int pack_tests(void);
int mistake_tests(void);
int picture_tests(void);

/* A fresh arena as each test's *state. */
int arena_setup(void **state);
int arena_teardown(void **state);

#define assert_str_equal(actual, expected) assert_str_equal_((actual), (expected), __FILE__, __LINE__)
void assert_str_equal_(Str actual, const char *expected, const char *file, int line);

/* The office's calendar: the notices of 2019 to 2026; 2027 is not given yet. */
const LawCalendar *office_calendar(Arena *arena);
Day day_of(const char *text);
/* An instant of China's time, UTC+8: "2023-10-11T09:31". */
int64_t instant_of(const char *text);
Str instant_text(Arena *arena, int64_t at);
/* Numbers that look random and are the same each time. */
uint32_t next_random(uint64_t *seed);

enum { CHINA_MINUTES = 480 };

#define ARENA_TEST(test) cmocka_unit_test_setup_teardown(test, arena_setup, arena_teardown)

#endif
