/* builtin_list.c - functions that search, cut and rearrange lists (DMN 1.5, table 76). */
#include <string.h>

#include "core/feel/feel_internal.h"

static const FeelList *list_of(FeelValue v)
{
    return v.as.list;
}

static FeelValue made(FeelEval *ev, const FeelValue *items, size_t n)
{
    return items ? feel_list(ev->arena, items, n) : eval_stopped(ev);
}

static size_t copy_items(FeelValue *to, const FeelValue *from, size_t n)
{
    if (n)
        memcpy(to, from, n * sizeof *to);
    return n;
}

static FeelValue fn_contains(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = list_of(args[0]);
    for (size_t i = 0; i < list->n && !ev->stopped; i++)
        if (eval_equal(ev, list->items[i], args[1]) == YES)
            return feel_bool(true);
    return feel_bool(false);
}

static FeelValue fn_count(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    return feel_int((int64_t)list_of(args[0])->n);
}

/* all() and any() in three values, over a list or the arguments. */
static FeelValue decide(FeelEval *ev, const FeelValue *args, size_t n, bool deciding)
{
    FeelList storage;
    const FeelList *list = builtin_items(args, n, &storage);
    const FeelValue *unknown = NULL;
    if (n == 1 && args[0].type == FEEL_NULL)
        return eval_null_of(ev, args[0], "the list is null");
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].type == FEEL_BOOL && list->items[i].as.b == deciding)
            return feel_bool(deciding);
        if (!unknown && list->items[i].type != FEEL_BOOL)
            unknown = &list->items[i];
    }
    if (!unknown)
        return feel_bool(!deciding);
    return unknown->type == FEEL_NULL ? eval_note_of(ev, *unknown, "an item is null")
                                      : eval_null(ev, "an item is no boolean");
}

static FeelValue fn_all(FeelEval *ev, const FeelValue *args, size_t n)
{
    return decide(ev, args, n, false);
}

static FeelValue fn_any(FeelEval *ev, const FeelValue *args, size_t n)
{
    return decide(ev, args, n, true);
}

/* ---- cutting and joining ---- */

/* A position from 1 at the front or -1 at the back, as an index; false when outside 0..n-1. */
static bool position(FeelValue v, size_t n, size_t *ret)
{
    int64_t i = 0;
    Dec whole;
    if (v.type != FEEL_NUMBER || !dec_round(feel_to_dec(v), 0, DEC_DOWN, &whole) || !dec_to_i64(whole, &i))
        return false;
    i = i < 0 ? i + (int64_t)n : i - 1;
    if (i < 0 || (uint64_t)i >= n)
        return false;
    *ret = (size_t)i;
    return true;
}

static FeelValue fn_sublist(FeelEval *ev, const FeelValue *args, size_t n)
{
    const FeelList *list = list_of(args[0]);
    size_t from;
    int64_t length = 0;
    if (!position(args[1], list->n, &from))
        return eval_null(ev, "the start position is outside the list");
    size_t rest = list->n - from;
    if (n > 2 && args[2].type != FEEL_NULL) {
        (void)value_to_i64(args[2], &length);
        if (length < 0 || (uint64_t)length > rest)
            return eval_null(ev, "the length reaches beyond the list");
        rest = (size_t)length;
    }
    return feel_list(ev->arena, list->items + from, rest); /* lists are immutable, so a part can be shared */
}

static FeelValue fn_append(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList single = { .n = args[0].type == FEEL_NULL ? 0 : 1, .items = args };
    const FeelList *list = args[0].type == FEEL_LIST ? list_of(args[0]) : &single;
    FeelValue *items = eval_items(ev, list->n + n - 1);
    if (!items)
        return eval_stopped(ev);
    size_t count = copy_items(items, list->items, list->n);
    count += copy_items(items + count, args + 1, n - 1);
    return made(ev, items, count);
}

static FeelValue concatenate(FeelEval *ev, const FeelValue *args, size_t n)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += args[i].type == FEEL_LIST ? list_of(args[i])->n : 1;
    FeelValue *items = eval_items(ev, total);
    size_t count = 0;
    for (size_t i = 0; items && i < n; i++)
        count += args[i].type == FEEL_LIST ? copy_items(items + count, list_of(args[i])->items, list_of(args[i])->n)
                                           : copy_items(items + count, &args[i], 1);
    return made(ev, items, count);
}

static FeelValue fn_insert(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = list_of(args[0]);
    size_t at;
    if (!position(args[1], list->n, &at))
        return eval_null(ev, "the position is outside the list");
    FeelValue *items = eval_items(ev, list->n + 1);
    if (!items)
        return eval_stopped(ev);
    copy_items(items, list->items, at);
    items[at] = args[2];
    copy_items(items + at + 1, list->items + at, list->n - at);
    return made(ev, items, list->n + 1);
}

static FeelValue fn_remove(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = list_of(args[0]);
    size_t at;
    if (!position(args[1], list->n, &at))
        return eval_null(ev, "the position is outside the list");
    FeelValue *items = eval_items(ev, list->n);
    if (!items)
        return eval_stopped(ev);
    copy_items(items, list->items, at);
    copy_items(items + at, list->items + at + 1, list->n - at - 1);
    return made(ev, items, list->n - 1);
}

/* The second argument is a position, or a function of item and new item that says which ones to replace. */
static FeelValue fn_replace(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = list_of(args[0]);
    size_t at = 0;
    bool by_function = args[1].type == FEEL_FUNCTION;
    if (!by_function && !position(args[1], list->n, &at))
        return eval_null(ev, "the position is outside the list");
    FeelValue *items = eval_items(ev, list->n);
    if (!items)
        return eval_stopped(ev);
    copy_items(items, list->items, list->n);
    if (!by_function)
        items[at] = args[2];
    for (size_t i = 0; by_function && i < list->n && !ev->stopped; i++) {
        FeelValue pair[2] = { list->items[i], args[2] };
        FeelValue match = eval_call_function(ev, args[1], pair, 2);
        if (match.type != FEEL_BOOL)
            return eval_null_of(ev, match, "the match function must give a boolean");
        items[i] = match.as.b ? args[2] : items[i];
    }
    return made(ev, items, list->n);
}

static FeelValue fn_reverse(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = list_of(args[0]);
    FeelValue *items = eval_items(ev, list->n);
    for (size_t i = 0; items && i < list->n; i++)
        items[i] = list->items[list->n - 1 - i];
    return made(ev, items, list->n);
}

static FeelValue fn_index_of(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = list_of(args[0]);
    FeelValue *items = eval_items(ev, list->n);
    size_t count = 0;
    for (size_t i = 0; items && i < list->n && !ev->stopped; i++)
        if (eval_equal(ev, list->items[i], args[1]) == YES)
            items[count++] = feel_int((int64_t)i + 1);
    return made(ev, items, count);
}

/* ---- sets ---- */

static FeelValue distinct(FeelEval *ev, const FeelList *list)
{
    FeelValue *items = eval_items(ev, list->n);
    size_t count = 0;
    for (size_t i = 0; items && i < list->n && !ev->stopped; i++) {
        size_t k = 0;
        while (k < count && eval_equal(ev, items[k], list->items[i]) != YES)
            k++;
        if (k == count)
            items[count++] = list->items[i];
    }
    return made(ev, items, count);
}

static FeelValue fn_distinct(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return distinct(ev, list_of(args[0]));
}

static FeelValue fn_union(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelValue all = concatenate(ev, args, n);
    return all.type == FEEL_LIST ? distinct(ev, list_of(all)) : all;
}

typedef struct Flat {
    FeelEval *ev;
    FeelValue *items;
    size_t n;
    size_t cap;
} Flat;

static bool flatten(Flat *flat, const FeelList *list, int depth)
{
    if (depth > FEEL_NESTING_MAX) {
        (void)eval_stop(flat->ev, "the limit of 200 lists in lists was reached");
        return false;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (!eval_charge(flat->ev, 1))
            return false;
        if (list->items[i].type == FEEL_LIST) {
            if (!flatten(flat, list_of(list->items[i]), depth + 1))
                return false;
            continue;
        }
        *ARENA_PUSH(flat->ev->arena, flat->items, flat->n, flat->cap) = list->items[i];
    }
    return true;
}

static FeelValue fn_flatten(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Flat flat = { .ev = ev };
    if (!flatten(&flat, list_of(args[0]), 0))
        return eval_stopped(ev);
    return feel_list(ev->arena, flat.items, flat.n);
}

/* ---- sort ---- */

typedef struct Sorting {
    FeelEval *ev;
    FeelValue precedes;
    FeelValue failed; /* what precedes gave instead of a boolean */
    bool stop;
} Sorting;

/* Without a function the natural order counts; items that have none stay where they are. */
static bool comes_first(Sorting *s, FeelValue a, FeelValue b)
{
    int order;
    if (s->precedes.type == FEEL_NULL)
        return eval_charge(s->ev, 1) && value_order(a, b, &order) && order < 0;
    FeelValue pair[2] = { a, b };
    FeelValue v = s->stop ? feel_null() : eval_call_function(s->ev, s->precedes, pair, 2);
    if (v.type != FEEL_BOOL && !s->stop) {
        s->stop = true;
        s->failed = v;
    }
    return feel_is_true(v);
}

/* Bottom-up merge sort: stable, and never wrong in memory however odd the order function is. */
static void merge(Sorting *s, const FeelValue *from, FeelValue *to, size_t middle, size_t n)
{
    size_t left = 0;
    size_t right = middle;
    for (size_t k = 0; k < n; k++) {
        bool take_right = left == middle || (right < n && comes_first(s, from[right], from[left]));
        to[k] = take_right ? from[right++] : from[left++];
    }
}

static FeelValue fn_sort(FeelEval *ev, const FeelValue *args, size_t n)
{
    const FeelList *list = list_of(args[0]);
    Sorting s = { .ev = ev, .precedes = n > 1 ? args[1] : feel_null() };
    FeelValue *a = eval_items(ev, list->n);
    FeelValue *b = eval_items(ev, list->n);
    if (!a || !b)
        return eval_stopped(ev);
    copy_items(a, list->items, list->n);
    for (size_t width = 1; width < list->n && !ev->stopped && !s.stop; width *= 2) {
        for (size_t i = 0; i < list->n; i += 2 * width) {
            size_t run = list->n - i < 2 * width ? list->n - i : 2 * width;
            merge(&s, a + i, b + i, run < width ? run : width, run);
        }
        FeelValue *swap = a;
        a = b;
        b = swap;
    }
    if (s.stop)
        return eval_null_of(ev, s.failed,
                            "the function must say by true or false whether the first comes before the second");
    return made(ev, a, list->n);
}

static const Builtin ROWS[] = {
    { "list contains", "list,element", "la", 2, 2, fn_contains },
    { "count", "list", "l", 1, 1, fn_count },
    { "all", "list", "*", 1, -1, fn_all },
    { "any", "list", "*", 1, -1, fn_any },
    { "sublist", "list,start position,length", "lii", 2, 3, fn_sublist },
    { "append", "list,item", "*", 1, -1, fn_append },
    { "concatenate", "list", "*", 1, -1, concatenate },
    { "insert before", "list,position,newItem", "lia", 3, 3, fn_insert },
    { "remove", "list,position", "li", 2, 2, fn_remove },
    { "list replace", "list,position,newItem", "lva", 3, 3, fn_replace },
    { "list replace", "list,match,newItem", "lva", 3, 3, fn_replace },
    { "reverse", "list", "l", 1, 1, fn_reverse },
    { "index of", "list,match", "la", 2, 2, fn_index_of },
    { "union", "list", "*", 1, -1, fn_union },
    { "distinct values", "list", "l", 1, 1, fn_distinct },
    { "flatten", "list", "l", 1, 1, fn_flatten },
    { "sort", "list,precedes", "lf", 1, 2, fn_sort },
    { 0 },
};
const BuiltinTable builtin_list_table = BUILTIN_TABLE(ROWS);
