/* eval_path.c - a.b and a[b]. */
#include "core/feel/feel_internal.h"

/* ---- paths ---- */

static bool range_property(FeelEval *ev, const FeelRange *range, Str name, FeelValue *ret)
{
    if (str_eq_c(name, "start"))
        *ret = range->start;
    else if (str_eq_c(name, "end"))
        *ret = range->end;
    else if (str_eq_c(name, "start included"))
        *ret = feel_bool(range->start_included);
    else if (str_eq_c(name, "end included"))
        *ret = feel_bool(range->end_included);
    else
        return false;
    if (ret->type == FEEL_NULL)
        *ret = eval_note(ev, "{} is unlimited");
    return true;
}

static FeelValue list_path(FeelEval *ev, const FeelList *list, Str name)
{
    FeelValue *items = eval_items(ev, list->n);
    if (!items)
        return eval_stopped(ev);
    for (size_t i = 0; i < list->n; i++)
        items[i] = list->items[i].type == FEEL_LIST ? eval_null(ev, "lists in lists have no entries")
                                                    : eval_path(ev, list->items[i], name);
    return feel_list(ev->arena, items, list->n);
}

FeelValue eval_path(FeelEval *ev, FeelValue v, Str name)
{
    FeelValue result;
    switch (v.type) {
    case FEEL_CONTEXT: {
        const FeelValue *entry = eval_entry(ev, v, name);
        if (!entry)
            return eval_null(ev, "{} is missing");
        return entry->type == FEEL_NULL ? eval_note_of(ev, *entry, "{} is missing") : *entry;
    }
    case FEEL_LIST: return list_path(ev, v.as.list, name);
    case FEEL_RANGE: return range_property(ev, v.as.range, name, &result) ? result : eval_null(ev, "{} does not exist");
    case FEEL_NULL: return eval_null_of(ev, v, "{} is missing");
    default: return temporal_property(ev, v, name, &result) ? result : eval_null(ev, "{} does not exist");
    }
}

/* ---- filters ---- */

/* From 1 at the front, from -1 at the back. */
static FeelValue item_at(FeelEval *ev, const FeelList *list, FeelValue index)
{
    int64_t i;
    if (!value_to_i64(index, &i))
        return eval_null(ev, "the index is no whole number");
    if (i < 0)
        i += (int64_t)list->n + 1;
    if (i < 1 || (uint64_t)i > list->n)
        return eval_note(ev, "{} is missing: no item has this index");
    FeelValue v = list->items[i - 1];
    return v.type == FEEL_NULL ? eval_note_of(ev, v, "{} is null") : v;
}

static Frame *item_frame(FeelEval *ev, const Node *node, Frame *reused, FeelValue item)
{
    Frame *frame = reused;
    if (node->flags & NODE_CAPTURED) {
        frame = arena_alloc(ev->arena, sizeof(Frame));
        *frame = (Frame){ .up = reused->up, .values = arena_alloc(ev->arena, sizeof(FeelValue)) };
    }
    frame->values[0] = item;
    return frame;
}

static FeelValue filter_list(FeelEval *ev, const Node *node, const FeelList *list)
{
    FeelValue value = feel_null();
    Frame reused = { .up = ev->frame, .values = &value };
    FeelValue *kept = NULL;
    size_t n = 0;
    FeelValue result = feel_null();
    bool indexed = false;
    for (size_t i = 0; i < list->n && !ev->stopped && !indexed; i++) {
        ev->frame = item_frame(ev, node, &reused, list->items[i]);
        FeelValue test = eval_node(ev, node->b);
        if (node->flags & NODE_STRICT && test.type != FEEL_BOOL) {
            ev->frame = reused.up;
            return eval_null_of(ev, test, "the condition is no boolean for an item");
        }
        indexed = i == 0 && test.type == FEEL_NUMBER;
        if (indexed)
            result = test;
        if (!feel_is_true(test))
            continue;
        if (!kept && !(kept = eval_items(ev, list->n - i)))
            break;
        kept[n++] = list->items[i];
    }
    ev->frame = reused.up;
    return indexed ? item_at(ev, list, result) : feel_list(ev->arena, kept, n);
}

FeelValue eval_filter(FeelEval *ev, const Node *node)
{
    FeelValue v = eval_node(ev, node->a);
    if (v.type == FEEL_NULL)
        return eval_null_of(ev, v, "{} is missing: what is filtered is null");
    FeelList single = { .n = 1, .items = &v };
    const FeelList *list = v.type == FEEL_LIST ? v.as.list : &single;
    const Node *filter = &ev->expr->nodes[node->b];
    if (!(node->flags & NODE_STRICT) && filter->op == OP_CONST && ev->expr->consts[filter->a].type == FEEL_NUMBER)
        return item_at(ev, list, ev->expr->consts[filter->a]);
    return filter_list(ev, node, list);
}
