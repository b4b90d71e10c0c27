#include "ui/web/report_diff.h"

#include <string.h>

typedef struct Lines {
    Str *items;
    size_t n;
    size_t cap;
} Lines;

static Lines lines_of(Arena *arena, Str text)
{
    Lines lines = { 0 };
    while (text.n) {
        Str line = str_trim(str_cut(text, '\n', &text));
        if (line.n)
            *ARENA_PUSH(arena, lines.items, lines.n, lines.cap) = line;
    }
    return lines;
}

static void push(Arena *arena, ReportDiff *all, DiffKind kind, Str text)
{
    *ARENA_PUSH(arena, all->items, all->n, all->cap) = (DiffLine){ kind, text, 1 };
}

/* Of a[0..n) and b[0..m): table[i][k] is the length of the longest common subsequence of a[i..] and b[k..]. */
static void compare_middle(Arena *arena, const Str *a, size_t n, const Str *b, size_t m, ReportDiff *all)
{
    size_t width = m + 1;
    bool fits = n <= DIFF_CELLS_MAX && m <= DIFF_CELLS_MAX && (n + 1) * width <= DIFF_CELLS_MAX;
    uint16_t *table = fits ? arena_alloc(arena, (n + 1) * width * sizeof *table) : NULL;
    size_t i = 0;
    size_t k = 0;
    if (table)
        memset(table, 0, (n + 1) * width * sizeof *table);
    for (size_t x = n; table && x-- > 0;)
        for (size_t y = m; y-- > 0;) {
            uint16_t down = table[(x + 1) * width + y];
            uint16_t right = table[x * width + y + 1];
            table[x * width + y] = str_eq(a[x], b[y]) ? (uint16_t)(table[(x + 1) * width + y + 1] + 1)
                                   : down > right     ? down
                                                      : right;
        }
    while (table && i < n && k < m) {
        if (str_eq(a[i], b[k])) {
            push(arena, all, DIFF_SAME, a[i]);
            i++;
            k++;
        } else if (table[(i + 1) * width + k] >= table[i * width + k + 1]) {
            push(arena, all, DIFF_GONE, a[i++]);
        } else {
            push(arena, all, DIFF_NEW, b[k++]);
        }
    }
    while (i < n)
        push(arena, all, DIFF_GONE, a[i++]);
    while (k < m)
        push(arena, all, DIFF_NEW, b[k++]);
}

static bool near_change(const ReportDiff *all, size_t at)
{
    for (size_t i = at ? at - 1 : 0; i <= at + 1 && i < all->n; i++)
        if (all->items[i].kind != DIFF_SAME)
            return true;
    return false;
}

static ReportDiff shortened(Arena *arena, const ReportDiff *all)
{
    ReportDiff out = { 0 };
    for (size_t i = 0; i < all->n; i++) {
        bool shown = near_change(all, i);
        if (shown)
            *ARENA_PUSH(arena, out.items, out.n, out.cap) = all->items[i];
        else if (out.n && out.items[out.n - 1].kind == DIFF_SKIPPED)
            out.items[out.n - 1].n++;
        else
            push(arena, &out, DIFF_SKIPPED, STR_NONE);
    }
    return out;
}

ReportDiff report_diff(Arena *arena, Str before, Str after)
{
    Lines a = lines_of(arena, before);
    Lines b = lines_of(arena, after);
    ReportDiff all = { 0 };
    size_t head = 0;
    size_t tail = 0;
    while (head < a.n && head < b.n && str_eq(a.items[head], b.items[head]))
        head++;
    while (tail < a.n - head && tail < b.n - head && str_eq(a.items[a.n - 1 - tail], b.items[b.n - 1 - tail]))
        tail++;
    if (head == a.n && head == b.n)
        return all;
    for (size_t i = 0; i < head; i++)
        push(arena, &all, DIFF_SAME, a.items[i]);
    compare_middle(arena, a.items + head, a.n - head - tail, b.items + head, b.n - head - tail, &all);
    for (size_t i = a.n - tail; i < a.n; i++)
        push(arena, &all, DIFF_SAME, a.items[i]);
    return shortened(arena, &all);
}
