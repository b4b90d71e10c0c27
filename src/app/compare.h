/* compare.h - two lists of the same things, compared by number: pure.
 *
 * Ours are matters, each known by one or several numbers; theirs are the rows of another platform's list, each with
 * one. A row meets the matter that has its number; numbers are compared without regard to the width of characters, the
 * kind of brackets, spaces and case, which platforms and typists set differently. What has no counterpart is reported
 * when its day lies in the span; what has one is compared wherever it lies. A number that stands in their list twice
 * meets nothing the second time. Everything lies in the arena given; cost is linear. */
#ifndef YIFA_APP_COMPARE_H
#define YIFA_APP_COMPARE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/map.h"

enum { COMPARE_NUMBERS_MAX = 4, COMPARE_FIELDS_MAX = 50 };

typedef struct CompareRow {
    Str numbers[COMPARE_NUMBERS_MAX]; /* the surest first; theirs have one at most */
    size_t n_numbers;
    const Str *values; /* one a field, in a form in which equal values are equal texts */
    Day day;           /* DAY_NONE: lies in every span */
    int64_t id;        /* the caller's */
} CompareRow;

typedef struct CompareInput {
    const CompareRow *ours;
    size_t n_ours;
    const CompareRow *theirs;
    size_t n_theirs;
    size_t n_fields; /* at most COMPARE_FIELDS_MAX */
    Day from;
    Day to;
} CompareInput;

typedef enum CompareGroup { COMPARE_SAME, COMPARE_OURS, COMPARE_THEIRS, COMPARE_FIELD, COMPARE_GROUPS } CompareGroup;

typedef struct ComparePair {
    CompareGroup group;
    const CompareRow *ours;   /* NULL: COMPARE_THEIRS */
    const CompareRow *theirs; /* NULL: COMPARE_OURS */
    uint64_t fields;          /* bit i: field i differs */
} ComparePair;

typedef struct CompareResult {
    ComparePair *pairs; /* theirs in their order, then ours that they lack */
    size_t n;
    size_t counts[COMPARE_GROUPS];
    const CompareRow **nameless; /* theirs without a number */
    size_t n_nameless;
    const CompareRow **twice; /* theirs whose number, or whose matter, was met before */
    size_t n_twice;
    size_t n_outside; /* of either side, without a counterpart and outside the span */
    Map keys;         /* of their numbers, as compare_key gives them */
} CompareResult;

void compare_lists(Arena *arena, const CompareInput *input, CompareResult *ret);
/* A number as it is compared. */
Str compare_key(Arena *arena, Str number);
/* A text as it is compared: full-width letters and brackets made plain, trimmed; case and inner spaces count. */
Str compare_text(Arena *arena, Str text);

#endif
