/* eval_loop.c - for, some, every. */
#include <string.h>

#include "core/feel/feel_internal.h"

/* What an iterator runs over: a list, or numbers or days counted from a start. */
typedef struct Domain {
    const FeelList *list;
    FeelValue single; /* without a list: the only item */
    FeelValue start;
    int step; /* 0: list */
    size_t n;
} Domain;

typedef struct Loop {
    FeelEval *ev;
    const Node *node;
    size_t iterators;
    size_t values; /* in a frame: the iterators, and for `for` also partial */
    FeelValue *results;
    size_t n;
    size_t cap;
    Truth truth;
    FeelValue cause;
    bool done;
} Loop;

/* ---- domains ---- */

static bool whole_distance(FeelValue start, FeelValue end, int64_t *ret)
{
    if (start.type == FEEL_DATE && end.type == FEEL_DATE)
        return !__builtin_sub_overflow(end.as.i, start.as.i, ret);
    int64_t from;
    int64_t to;
    if (!value_to_i64(start, &from) || !value_to_i64(end, &to))
        return false;
    return !__builtin_sub_overflow(to, from, ret);
}

/* On false *ret_null is the loop's result. */
static bool count_domain(FeelEval *ev, FeelValue start, FeelValue end, Domain *ret, FeelValue *ret_null)
{
    int64_t distance;
    if (!whole_distance(start, end, &distance)) {
        *ret_null = eval_null(ev, "only ranges of whole numbers or dates can be gone through");
        return false;
    }
    uint64_t n = distance < 0 ? 0 - (uint64_t)distance : (uint64_t)distance;
    if (n >= FEEL_LIST_MAX) {
        *ret_null = eval_stop(ev, "the limit of 1000000 values in a range was reached");
        return false;
    }
    *ret = (Domain){ .start = start, .step = distance < 0 ? -1 : 1, .n = (size_t)n + 1 };
    int64_t whole;
    if (value_to_i64(start, &whole))
        ret->start = feel_int(whole);
    return true;
}

static bool range_domain(FeelEval *ev, const FeelRange *range, Domain *ret, FeelValue *ret_null)
{
    if (!count_domain(ev, range->start, range->end, ret, ret_null))
        return false;
    if (!range->start_included) {
        ret->start.as.i += ret->step;
        ret->n--;
    }
    if (!range->end_included && ret->n > 0)
        ret->n--;
    return true;
}

static bool eval_domain(FeelEval *ev, const int32_t *pair, Domain *ret, FeelValue *ret_null)
{
    FeelValue v = eval_node(ev, pair[0]);
    FeelValue end = pair[1] == NODE_NONE ? feel_null() : eval_node(ev, pair[1]);
    bool counted = pair[1] != NODE_NONE;
    if (v.type == FEEL_NULL || (counted && end.type == FEEL_NULL)) {
        *ret_null = eval_null_of(ev, v.type == FEEL_NULL ? v : end, "there is nothing to go through: null");
        return false;
    }
    if (counted)
        return count_domain(ev, v, end, ret, ret_null);
    if (v.type == FEEL_RANGE)
        return range_domain(ev, v.as.range, ret, ret_null);
    *ret = (Domain){ .list = v.type == FEEL_LIST ? v.as.list : NULL, .single = v, .n = 1 };
    if (ret->list)
        ret->n = ret->list->n;
    return true;
}

static FeelValue domain_at(const Domain *d, size_t i)
{
    if (d->step) {
        FeelValue v = d->start;
        v.as.i += d->step * (int64_t)i;
        return v;
    }
    return d->list ? d->list->items[i] : d->single;
}

/* ---- bodies ---- */

static void take_result(Loop *loop, FeelValue v)
{
    FeelEval *ev = loop->ev;
    if (loop->n == loop->cap) {
        size_t cap = loop->cap ? loop->cap * 2 : 8;
        FeelValue *results = eval_items(ev, cap);
        if (!results)
            return;
        if (loop->n)
            memcpy(results, loop->results, loop->n * sizeof *results);
        loop->results = results;
        loop->cap = cap;
    }
    loop->results[loop->n++] = v;
}

/* The results so far, as the body sees them. Later growth never touches what is before n, so no copy is needed. */
static FeelValue partial_list(Loop *loop)
{
    return feel_list(loop->ev->arena, loop->results, loop->n);
}

/* A boxed condition must be a boolean for every item, whatever the others give, so none is skipped. */
static void take_truth(Loop *loop, FeelValue v)
{
    bool strict = loop->node->flags & NODE_STRICT;
    Truth deciding = loop->node->op == OP_SOME ? YES : NO;
    if (v.type == FEEL_BOOL && v.as.b == (deciding == YES)) {
        loop->truth = deciding;
        loop->done = !strict;
    } else if (v.type != FEEL_BOOL && strict) {
        loop->truth = UNKNOWN;
        loop->cause = v;
        loop->done = true;
    } else if (v.type != FEEL_BOOL && loop->truth != UNKNOWN) {
        loop->truth = UNKNOWN;
        loop->cause = v;
    }
}

static void run_body(Loop *loop, Frame *frame)
{
    FeelEval *ev = loop->ev;
    if (loop->node->op == OP_FOR && loop->node->flags & LOOP_PARTIAL)
        frame->values[loop->iterators] = partial_list(loop);
    FeelValue v = eval_node(ev, loop->node->c);
    if (loop->node->op == OP_FOR)
        take_result(loop, v);
    else
        take_truth(loop, v);
}

/* ---- iteration ---- */

static Frame *new_frame(FeelEval *ev, Frame *up, size_t n, const FeelValue *values)
{
    FeelValue *stored = eval_items(ev, n);
    if (!stored)
        return NULL;
    memset(stored, 0, n * sizeof *stored);
    if (values)
        memcpy(stored, values, n * sizeof *stored);
    Frame *frame = arena_alloc(ev->arena, sizeof *frame);
    *frame = (Frame){ .up = up, .values = stored };
    return frame;
}

/* Runs iterator k and all after it; false with *ret_null when its domain is null. */
static bool iterate(Loop *loop, Frame *frame, size_t k, FeelValue *ret_null)
{
    FeelEval *ev = loop->ev;
    Domain domain;
    ev->frame = frame;
    if (!eval_domain(ev, &ev->expr->lists[(size_t)loop->node->a + 2 * k], &domain, ret_null))
        return false;
    bool last = k + 1 == loop->iterators;
    for (size_t i = 0; i < domain.n && !ev->stopped && !loop->done; i++) {
        if (loop->node->flags & NODE_CAPTURED) {
            frame = new_frame(ev, frame->up, loop->values, frame->values);
            if (!frame)
                return true;
        }
        ev->frame = frame;
        frame->values[k] = domain_at(&domain, i);
        if (last)
            run_body(loop, frame);
        else if (!iterate(loop, frame, k + 1, ret_null))
            return false;
    }
    return true;
}

static bool run(Loop *loop, FeelEval *ev, const Node *node, FeelValue *ret_null)
{
    Frame *outer = ev->frame;
    loop->ev = ev;
    loop->node = node;
    loop->iterators = (size_t)node->b / 2;
    loop->values = loop->iterators + (node->op == OP_FOR);
    Frame *frame = new_frame(ev, outer, loop->values, NULL);
    *ret_null = feel_null();
    bool ok = frame && iterate(loop, frame, 0, ret_null);
    ev->frame = outer;
    return ok;
}

FeelValue eval_for(FeelEval *ev, const Node *node)
{
    Loop loop = { 0 };
    FeelValue null;
    if (!run(&loop, ev, node, &null))
        return null;
    return feel_list(ev->arena, loop.results, loop.n);
}

FeelValue eval_quantified(FeelEval *ev, const Node *node)
{
    Loop loop = { .truth = node->op == OP_SOME ? NO : YES };
    FeelValue null;
    if (!run(&loop, ev, node, &null))
        return null;
    if (loop.truth == UNKNOWN && node->flags & NODE_STRICT)
        return eval_null_of(ev, loop.cause, "the condition is no boolean for an item");
    if (loop.truth == UNKNOWN)
        return eval_note_of(ev, loop.cause, "the condition is null or no boolean for an item");
    return feel_bool(loop.truth == YES);
}
