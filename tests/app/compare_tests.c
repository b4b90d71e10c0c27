/* Two lists compared: the four groups, and what lists do wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/compare.h"
#include "base/rc.h"

typedef struct Lists {
    Arena *arena;
    CompareRow ours[8];
    size_t n_ours;
    CompareRow theirs[8];
    size_t n_theirs;
    CompareResult result;
} Lists;

static CompareRow row(Lists *l, const char *number, const char *second, Day day, const char *a, const char *b)
{
    Str *values = ARENA_ARRAY(l->arena, Str, 2);
    values[0] = str_c(a);
    values[1] = str_c(b);
    return (CompareRow){
        .numbers = { str_c(number), str_c(second) }, .n_numbers = second ? 2 : 1, .values = values, .day = day
    };
}

static void ours(Lists *l, const char *number, const char *second, Day day, const char *a, const char *b)
{
    l->ours[l->n_ours] = row(l, number, second, day, a, b);
    l->ours[l->n_ours].id = (int64_t)(100 + l->n_ours);
    l->n_ours++;
}

static void theirs(Lists *l, const char *number, Day day, const char *a, const char *b)
{
    l->theirs[l->n_theirs] = row(l, number, NULL, day, a, b);
    l->theirs[l->n_theirs].id = (int64_t)l->n_theirs;
    l->n_theirs++;
}

static void run(Lists *l)
{
    CompareInput input = { .ours = l->ours,
                           .n_ours = l->n_ours,
                           .theirs = l->theirs,
                           .n_theirs = l->n_theirs,
                           .n_fields = 2,
                           .from = 10,
                           .to = 20 };
    compare_lists(l->arena, &input, &l->result);
}

static void assert_counts(const Lists *l, size_t same, size_t mine, size_t other, size_t field)
{
    assert_int_equal(l->result.counts[COMPARE_SAME], same);
    assert_int_equal(l->result.counts[COMPARE_OURS], mine);
    assert_int_equal(l->result.counts[COMPARE_THEIRS], other);
    assert_int_equal(l->result.counts[COMPARE_FIELD], field);
}

static void every_number_falls_into_one_of_four_groups(void **state)
{
    (void)state;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Lists l = { .arena = arena };
    ours(&l, "A1", NULL, 12, "500", "x");
    ours(&l, "A2", NULL, 13, "500", "x");
    ours(&l, "A3", NULL, 14, "500", "x");
    theirs(&l, "A1", 12, "500", "x");
    theirs(&l, "A2", 13, "800", "x");
    theirs(&l, "A4", 15, "500", "x");
    run(&l);
    assert_counts(&l, 1, 1, 1, 1);
    assert_int_equal(l.result.pairs[1].group, COMPARE_FIELD);
    assert_int_equal(l.result.pairs[1].fields, 1);
    assert_int_equal(l.result.pairs[3].ours->id, 102);
}

static void what_stands_twice_or_without_a_number_meets_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Lists l = { .arena = arena };
    ours(&l, "A1", "粤1", 12, "500", "x");
    ours(&l, "A2", "A1", 12, "700", "y"); /* a weaker claim to a number that is taken */
    theirs(&l, "A1", 12, "500", "x");
    theirs(&l, " A1 ", 12, "500", "x");
    theirs(&l, "粤1", 12, "500", "x"); /* the same matter by its other number */
    theirs(&l, "", 12, "500", "x");
    run(&l);
    assert_counts(&l, 1, 1, 0, 0);
    assert_int_equal(l.result.n_twice, 2);
    assert_int_equal(l.result.n_nameless, 1);
    assert_int_equal(l.result.nameless[0]->id, 3);
}

static void only_what_has_no_counterpart_is_held_to_the_span(void **state)
{
    (void)state;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Lists l = { .arena = arena };
    ours(&l, "A1", NULL, 9, "500", "x");  /* compared though it lies outside */
    ours(&l, "A2", NULL, 21, "500", "x"); /* last year's */
    ours(&l, "A3", NULL, DAY_NONE, "500", "x");
    theirs(&l, "A1", 12, "500", "x");
    theirs(&l, "A9", 30, "500", "x");
    run(&l);
    assert_counts(&l, 1, 1, 0, 0);
    assert_int_equal(l.result.n_outside, 2);
}

static void numbers_and_texts_are_compared_as_people_read_them(void **state)
{
    (void)state;
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    assert_true(
        str_eq(compare_key(arena, str_c("深龙〔2023〕5号")), compare_key(arena, str_c("深龙［２０２３］ 5号"))));
    assert_true(str_eq(compare_key(arena, str_c("深龙(2023)5号")), compare_key(arena, str_c("深龙（2023）5号"))));
    assert_true(str_eq(compare_key(arena, str_c("sz-1")), str_c("SZ-1")));
    assert_true(str_eq(compare_text(arena, str_c("　某某（深圳）有限公司 ")), str_c("某某(深圳)有限公司")));
    assert_false(str_eq(compare_text(arena, str_c("A b")), compare_text(arena, str_c("Ab"))));
}

static void comparing_is_linear(void **state)
{
    (void)state;
    enum { N = 20000 };
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CompareRow *a = ARENA_ARRAY(arena, CompareRow, N);
    CompareRow *b = ARENA_ARRAY(arena, CompareRow, N);
    Str *values = ARENA_ARRAY(arena, Str, 1);
    values[0] = STR("x");
    for (int i = 0; i < N; i++) {
        Str number = arena_printf(arena, "N%d", i);
        a[i] = (CompareRow){ .numbers = { number }, .n_numbers = 1, .values = values, .day = 12, .id = i };
        b[N - 1 - i] = a[i];
    }
    CompareInput input = { a, N, b, N, 1, 10, 20 };
    CompareResult result;
    compare_lists(arena, &input, &result);
    assert_int_equal(result.counts[COMPARE_SAME], N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_falls_into_one_of_four_groups),
        cmocka_unit_test(what_stands_twice_or_without_a_number_meets_nothing),
        cmocka_unit_test(only_what_has_no_counterpart_is_held_to_the_span),
        cmocka_unit_test(numbers_and_texts_are_compared_as_people_read_them),
        cmocka_unit_test(comparing_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
