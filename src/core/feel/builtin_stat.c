/* builtin_stat.c - functions that make one value of many: sums, extremes, averages (DMN 1.5, table 76). */
#include <string.h>

#include "core/feel/feel_internal.h"

static FeelValue no_number(FeelEval *ev, FeelValue item)
{
    if (item.type == FEEL_NULL)
        return eval_null_of(ev, item, "an item is null");
    return feel_null_because(ev, "an item is a %s, not a number", feel_type_name((FeelType)item.type));
}

static FeelValue extreme(FeelEval *ev, const FeelValue *args, size_t n, int sign)
{
    FeelList storage;
    const FeelList *list = builtin_items(args, n, &storage);
    if (list->n == 0)
        return eval_null(ev, "the list is empty");
    FeelValue best = list->items[0];
    for (size_t i = 0; i < list->n; i++) {
        int order;
        size_t length = list->items[i].type == FEEL_STRING ? list->items[i].n / FEEL_BYTES_PER_STEP : 0;
        if (!eval_charge(ev, 1 + length))
            return eval_stopped(ev);
        if (!value_order(list->items[i], best, &order))
            return list->items[i].type == FEEL_NULL || best.type == list->items[i].type
                       ? eval_null_of(ev, list->items[i], "an item is null or has no order")
                       : eval_not_comparable(ev, list->items[i], best);
        if (order * sign > 0)
            best = list->items[i];
    }
    return best;
}

static FeelValue fn_min(FeelEval *ev, const FeelValue *args, size_t n)
{
    return extreme(ev, args, n, -1);
}

static FeelValue fn_max(FeelEval *ev, const FeelValue *args, size_t n)
{
    return extreme(ev, args, n, 1);
}

/* Adds or multiplies up; false with *ret the null to give back. Durations can be added too. */
static bool fold(FeelEval *ev, Op op, const FeelList *list, FeelValue *ret)
{
    if (list->n == 0) {
        *ret = eval_null(ev, "the list is empty");
        return false;
    }
    if (!eval_charge(ev, list->n)) {
        *ret = eval_stopped(ev);
        return false;
    }
    FeelValue total = list->items[0];
    bool summable = total.type == FEEL_NUMBER || total.type == FEEL_DAYS_DURATION || total.type == FEEL_MONTHS_DURATION;
    if (!summable || (op == OP_MUL && total.type != FEEL_NUMBER)) {
        *ret = no_number(ev, total);
        return false;
    }
    for (size_t i = 1; i < list->n && total.type != FEEL_NULL; i++) {
        if (list->items[i].type != list->items[0].type) {
            *ret = no_number(ev, list->items[i]);
            return false;
        }
        total = eval_arith(ev, op, total, list->items[i]);
    }
    *ret = total;
    return total.type != FEEL_NULL;
}

static FeelValue fn_sum(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList storage;
    FeelValue total;
    (void)fold(ev, OP_ADD, builtin_items(args, n, &storage), &total);
    return total;
}

static FeelValue fn_product(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList storage;
    FeelValue total;
    (void)fold(ev, OP_MUL, builtin_items(args, n, &storage), &total);
    return total;
}

static FeelValue fn_mean(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList storage;
    FeelValue total;
    const FeelList *list = builtin_items(args, n, &storage);
    if (!fold(ev, OP_ADD, list, &total))
        return total;
    return eval_arith(ev, OP_DIV, total, feel_int((int64_t)list->n));
}

/* ---- order statistics: a sorted copy of numbers ---- */

static void sift(FeelValue *heap, size_t at, size_t n)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && value_number_cmp(heap[child], heap[child + 1]) < 0)
            child++;
        if (value_number_cmp(heap[at], heap[child]) >= 0)
            return;
        FeelValue swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
        at = child;
    }
}

static bool sorted_numbers(FeelEval *ev, const FeelList *list, FeelValue **ret, FeelValue *ret_null)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].type != FEEL_NUMBER) {
            *ret_null = no_number(ev, list->items[i]);
            return false;
        }
    FeelValue *heap = eval_items(ev, list->n);
    if (!heap) {
        *ret_null = eval_stopped(ev);
        return false;
    }
    if (list->n)
        memcpy(heap, list->items, list->n * sizeof *heap);
    for (size_t i = list->n / 2; i-- > 0;)
        sift(heap, i, list->n);
    for (size_t n = list->n; n > 1; n--) {
        FeelValue top = heap[0];
        heap[0] = heap[n - 1];
        heap[n - 1] = top;
        sift(heap, 0, n - 1);
    }
    *ret = heap;
    return true;
}

static FeelValue fn_median(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList storage;
    FeelValue *sorted;
    FeelValue null;
    const FeelList *list = builtin_items(args, n, &storage);
    if (list->n == 0)
        return eval_note(ev, "the list is empty");
    if (!sorted_numbers(ev, list, &sorted, &null))
        return null;
    FeelValue high = sorted[list->n / 2];
    if (list->n % 2)
        return high;
    return eval_arith(ev, OP_DIV, eval_arith(ev, OP_ADD, sorted[list->n / 2 - 1], high), feel_int(2));
}

static size_t run_length(const FeelValue *sorted, size_t at, size_t n)
{
    size_t end = at + 1;
    while (end < n && value_number_cmp(sorted[at], sorted[end]) == 0)
        end++;
    return end - at;
}

static FeelValue fn_mode(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList storage;
    FeelValue *sorted;
    FeelValue null;
    const FeelList *list = builtin_items(args, n, &storage);
    if (!sorted_numbers(ev, list, &sorted, &null))
        return null;
    size_t longest = 0;
    for (size_t i = 0; i < list->n; i += run_length(sorted, i, list->n)) {
        size_t length = run_length(sorted, i, list->n);
        longest = length > longest ? length : longest;
    }
    size_t count = 0;
    for (size_t i = 0; i < list->n;) { /* the modes move to the front, which has been read already */
        size_t length = run_length(sorted, i, list->n);
        if (length == longest)
            sorted[count++] = sorted[i];
        i += length;
    }
    return feel_list(ev->arena, sorted, count);
}

/* Of a sample: divided by n - 1. */
static FeelValue fn_stddev(FeelEval *ev, const FeelValue *args, size_t n)
{
    FeelList storage;
    const FeelList *list = builtin_items(args, n, &storage);
    if (list->n < 2)
        return eval_null(ev, "a standard deviation needs two numbers");
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].type != FEEL_NUMBER)
            return no_number(ev, list->items[i]);
    if (!eval_charge(ev, 2 * list->n))
        return eval_stopped(ev);
    FeelValue mean = fn_mean(ev, args, n);
    FeelValue sum = feel_int(0);
    for (size_t i = 0; i < list->n; i++) {
        FeelValue d = eval_arith(ev, OP_SUB, list->items[i], mean);
        sum = eval_arith(ev, OP_ADD, sum, eval_arith(ev, OP_MUL, d, d));
    }
    FeelValue variance = eval_arith(ev, OP_DIV, sum, feel_int((int64_t)list->n - 1));
    Dec root;
    if (variance.type != FEEL_NUMBER || !dec_sqrt(feel_to_dec(variance), &root))
        return eval_null_of(ev, variance, "the numbers are too large");
    return feel_dec(ev->arena, root);
}

static const Builtin ROWS[] = {
    { "min", "list", "*", 1, -1, fn_min },
    { "max", "list", "*", 1, -1, fn_max },
    { "sum", "list", "*", 1, -1, fn_sum },
    { "product", "list", "*", 1, -1, fn_product },
    { "mean", "list", "*", 1, -1, fn_mean },
    { "median", "list", "*", 1, -1, fn_median },
    { "mode", "list", "*", 1, -1, fn_mode },
    { "stddev", "list", "*", 1, -1, fn_stddev },
    { 0 },
};
const BuiltinTable builtin_stat_table = BUILTIN_TABLE(ROWS);
