/* report_diff.h - two versions of a text compared line by line, a line being a paragraph.
 *
 * Pure. Lines that are equal on both ends are set aside first; what is left is compared by its longest common
 * subsequence while it has at most DIFF_CELLS_MAX pairs of lines, else it counts as written anew. Equal lines away from
 * a change are left out. */
#ifndef YIFA_UI_WEB_REPORT_DIFF_H
#define YIFA_UI_WEB_REPORT_DIFF_H

#include "base/arena.h"

enum { DIFF_CELLS_MAX = 1 << 20 };

typedef enum DiffKind { DIFF_SAME, DIFF_GONE, DIFF_NEW, DIFF_SKIPPED } DiffKind;

typedef struct DiffLine {
    DiffKind kind;
    Str text;
    size_t n; /* of skipped: how many */
} DiffLine;

typedef struct ReportDiff {
    DiffLine *items; /* none when the texts are equal */
    size_t n;
    size_t cap;
} ReportDiff;

ReportDiff report_diff(Arena *arena, Str before, Str after);

#endif
