/* builtin_context.c - functions on contexts (DMN 1.5, table 83). */
#include <string.h>

#include "core/feel/feel_internal.h"

static FeelEntry *entries_room(FeelEval *ev, size_t n)
{
    if (n > FEEL_LIST_MAX)
        (void)eval_stop(ev, "the limit of 1000000 entries in a context was reached");
    return eval_charge(ev, 2 * n) ? arena_array(ev->arena, n ? n : 1, sizeof(FeelEntry)) : NULL;
}

static FeelValue fn_get_entries(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelContext *context = args[0].as.ctx;
    FeelValue *items = eval_items(ev, 4 * context->n);
    for (size_t i = 0; items && i < context->n; i++) {
        FeelEntry *pair = entries_room(ev, 2);
        if (!pair)
            return eval_stopped(ev);
        pair[0] = (FeelEntry){ STR("key"), feel_str(context->entries[i].key) };
        pair[1] = (FeelEntry){ STR("value"), context->entries[i].value };
        items[i] = feel_context(ev->arena, pair, 2);
    }
    return items ? feel_list(ev->arena, items, context->n) : eval_stopped(ev);
}

/* The key, or a list of keys that leads into contexts in contexts. */
static FeelValue fn_get_value(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelList single = { .n = 1, .items = &args[1] };
    const FeelList *keys = args[1].type == FEEL_LIST ? args[1].as.list : &single;
    FeelValue at = args[0];
    for (size_t i = 0; i < keys->n; i++) {
        if (keys->items[i].type != FEEL_STRING)
            return eval_null(ev, "a key must be a string");
        const FeelValue *entry = eval_entry(ev, at, feel_to_str(keys->items[i]));
        if (!entry)
            return eval_null(ev, "there is no such entry");
        at = *entry;
    }
    return keys->n ? at : eval_null(ev, "there is no key");
}

static FeelValue put(FeelEval *ev, const FeelContext *context, Str key, FeelValue value)
{
    FeelEntry *entries = entries_room(ev, context->n + 1);
    if (!entries)
        return eval_stopped(ev);
    size_t at = context->n;
    for (size_t i = 0; i < context->n; i++) {
        entries[i] = context->entries[i];
        at = str_eq(entries[i].key, key) ? i : at;
    }
    entries[at] = (FeelEntry){ key, value };
    return feel_context(ev->arena, entries, at == context->n ? at + 1 : context->n);
}

static FeelValue put_path(FeelEval *ev, FeelValue context, const FeelList *keys, size_t at, FeelValue value)
{
    if (context.type != FEEL_CONTEXT || keys->items[at].type != FEEL_STRING)
        return eval_null(ev, "the keys lead to no context");
    Str key = feel_to_str(keys->items[at]);
    if (at + 1 < keys->n) {
        const FeelValue *inner = eval_entry(ev, context, key);
        if (!inner || keys->n > FEEL_NESTING_MAX)
            return eval_null(ev, "the keys lead to no context");
        value = put_path(ev, *inner, keys, at + 1, value);
        if (value.type == FEEL_NULL)
            return value;
    }
    return put(ev, context.as.ctx, key, value);
}

static FeelValue fn_put(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelList single = { .n = 1, .items = &args[1] };
    const FeelList *keys = args[1].type == FEEL_LIST ? args[1].as.list : &single;
    if (keys->n == 0)
        return eval_null(ev, "there is no key");
    return put_path(ev, args[0], keys, 0, args[2]);
}

/* Later contexts win. */
static FeelValue fn_merge(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = args[0].as.list;
    size_t total = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].type != FEEL_CONTEXT)
            return eval_null(ev, "context merge() takes contexts");
        total += list->items[i].as.ctx->n;
    }
    FeelEntry *entries = entries_room(ev, total);
    size_t count = 0;
    for (size_t i = 0; entries && i < list->n; i++)
        for (size_t k = 0; k < list->items[i].as.ctx->n; k++) {
            const FeelEntry *entry = &list->items[i].as.ctx->entries[k];
            size_t at = 0;
            while (at < count && !str_eq(entries[at].key, entry->key))
                at++;
            if (!eval_charge(ev, at / 16))
                return eval_stopped(ev);
            entries[at] = *entry;
            count = at == count ? count + 1 : count;
        }
    return entries ? feel_context(ev->arena, entries, count) : eval_stopped(ev);
}

/* A list of contexts with "key" and "value". */
static FeelValue fn_context(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelList *list = args[0].as.list;
    FeelEntry *entries = entries_room(ev, list->n);
    for (size_t i = 0; entries && i < list->n; i++) {
        const FeelValue *key = feel_get(list->items[i], STR("key"));
        const FeelValue *value = feel_get(list->items[i], STR("value"));
        if (!key || key->type != FEEL_STRING || !value)
            return eval_null(ev, "context() takes contexts with a \"key\" and a \"value\"");
        for (size_t k = 0; k < i; k++)
            if (str_eq(entries[k].key, feel_to_str(*key)))
                return eval_null(ev, "context() was given a key twice");
        if (!eval_charge(ev, i / 16))
            return eval_stopped(ev);
        entries[i] = (FeelEntry){ feel_to_str(*key), *value };
    }
    return entries ? feel_context(ev->arena, entries, list->n) : eval_stopped(ev);
}

static const Builtin ROWS[] = {
    { "get entries", "m", "c", 1, 1, fn_get_entries },
    { "get value", "m,key", "cv", 2, 2, fn_get_value },
    { "get value", "context,keys", "cv", 2, 2, fn_get_value },
    { "context put", "context,keys,value", "cva", 3, 3, fn_put },
    { "context put", "context,key,value", "csa", 3, 3, fn_put },
    { "context merge", "contexts", "l", 1, 1, fn_merge },
    { "context", "entries", "l", 1, 1, fn_context },
    { 0 },
};
const BuiltinTable builtin_context_table = BUILTIN_TABLE(ROWS);
