#include "lib/fmt/json.h"

#include <assert.h>
#include <string.h>

#include "lib/fmt/json_order.h"

/* ---- Building ---- */

Json json_null(void)
{
    return (Json){ .type = JSON_NULL };
}

Json json_bool(bool b)
{
    return (Json){ .type = JSON_BOOL, .as.b = b };
}

Json json_int(int64_t i)
{
    assert(i >= -JSON_INT_MAX && i <= JSON_INT_MAX);
    return (Json){ .type = JSON_INT, .as.i = i };
}

Json json_str(Str s)
{
    assert(s.n <= UINT32_MAX);
    return (Json){ .type = JSON_STR, .n = (uint32_t)s.n, .as.s = s.p ? s.p : "" };
}

Json json_c(const char *s)
{
    return json_str(str_c(s));
}

Json json_arr(void)
{
    return (Json){ .type = JSON_ARR };
}

Json json_obj(void)
{
    return (Json){ .type = JSON_OBJ };
}

Json *json_push(Arena *arena, Json *array, Json value)
{
    assert(array->type == JSON_ARR && array->n < UINT32_MAX / 2);
    size_t cap = array->cap;
    if (array->n == cap)
        array->as.items = arena_grow(arena, array->as.items, array->n, &cap, sizeof value);
    array->cap = (uint32_t)cap;
    array->as.items[array->n] = value;
    return &array->as.items[array->n++];
}

Json *json_add(Arena *arena, Json *object, Str key, Json value)
{
    assert(object->type == JSON_OBJ && object->n < UINT32_MAX / 2);
    size_t cap = object->cap;
    if (object->n == cap)
        object->as.members = arena_grow(arena, object->as.members, object->n, &cap, sizeof(JsonMember));
    object->cap = (uint32_t)cap;
    JsonMember *member = &object->as.members[object->n++];
    *member = (JsonMember){ key, value };
    return &member->value;
}

static JsonMember *find_empty(const Json *object)
{
    for (uint32_t i = 0; i < object->n; i++)
        if (!object->as.members[i].key.n)
            return &object->as.members[i];
    return NULL;
}

static JsonMember *find_member(const Json *object, Str key)
{
    if (!key.n)
        return find_empty(object);
    /* Most keys differ in length or first letter, which costs less to see than a call. */
    for (uint32_t i = 0; i < object->n; i++) {
        Str here = object->as.members[i].key;
        if (here.n == key.n && here.p[0] == key.p[0] && memcmp(here.p, key.p, key.n) == 0)
            return &object->as.members[i];
    }
    return NULL;
}

Json *json_set(Arena *arena, Json *object, Str key, Json value)
{
    assert(object->type == JSON_OBJ);
    JsonMember *member = find_member(object, key);
    if (!member)
        return json_add(arena, object, key, value);
    member->value = value;
    return &member->value;
}

void json_remove(Json *object, Str key)
{
    assert(object->type == JSON_OBJ);
    JsonMember *member = find_member(object, key);
    if (!member)
        return;
    size_t after = object->n - (size_t)(member - object->as.members) - 1;
    memmove(member, member + 1, after * sizeof *member);
    object->n--;
}

static Json copy_object(Arena *arena, const Json *object)
{
    Json copy = { .type = JSON_OBJ, .n = object->n, .cap = object->n };
    copy.as.members = ARENA_ARRAY(arena, JsonMember, object->n);
    for (uint32_t i = 0; i < object->n; i++) {
        copy.as.members[i].key = arena_str(arena, object->as.members[i].key);
        copy.as.members[i].value = json_copy(arena, &object->as.members[i].value);
    }
    return copy;
}

Json json_copy(Arena *arena, const Json *value)
{
    switch (value->type) {
    case JSON_STR: return json_str(arena_str(arena, json_as_str(value)));
    case JSON_OBJ: return value->n ? copy_object(arena, value) : json_obj();
    case JSON_ARR: {
        Json copy = { .type = JSON_ARR, .n = value->n, .cap = value->n };
        if (value->n)
            copy.as.items = ARENA_ARRAY(arena, Json, value->n);
        for (uint32_t i = 0; i < value->n; i++)
            copy.as.items[i] = json_copy(arena, &value->as.items[i]);
        return copy;
    }
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_INT: break;
    }
    return *value;
}

/* ---- Reading ---- */

const Json *json_get(const Json *object, Str key)
{
    if (!object || object->type != JSON_OBJ)
        return NULL;
    const JsonMember *member = find_member(object, key);
    return member ? &member->value : NULL;
}

const Json *json_at(const Json *array, size_t i)
{
    return array && array->type == JSON_ARR && i < array->n ? &array->as.items[i] : NULL;
}

Str json_as_str(const Json *value)
{
    return value && value->type == JSON_STR ? (Str){ value->as.s, value->n } : STR_NONE;
}

int64_t json_as_int(const Json *value, int64_t missing)
{
    return value && value->type == JSON_INT ? value->as.i : missing;
}

Str json_get_str(const Json *object, Str key)
{
    return json_as_str(json_get(object, key));
}

int64_t json_get_int(const Json *object, Str key, int64_t missing)
{
    return json_as_int(json_get(object, key), missing);
}

bool json_get_bool(const Json *object, Str key)
{
    const Json *value = json_get(object, key);
    return value && value->type == JSON_BOOL && value->as.b;
}

static bool object_equal(const Json *a, const Json *b)
{
    CLEANUP(json_order_clear) JsonOrder order_a;
    CLEANUP(json_order_clear) JsonOrder order_b;
    bool ordered_a = json_order_init(&order_a, a->as.members, a->n);
    bool ordered_b = json_order_init(&order_b, b->as.members, b->n);
    for (uint32_t i = 0; i < a->n; i++) {
        const JsonMember *x = &a->as.members[i];
        const JsonMember *y;
        if (ordered_a && ordered_b) {
            x = &a->as.members[order_a.at[i]];
            y = &b->as.members[order_b.at[i]];
        } else {
            y = find_member(b, x->key); /* slower, but needs no memory */
        }
        if (!y || !str_eq(x->key, y->key) || !json_equal(&x->value, &y->value))
            return false;
    }
    return true;
}

bool json_equal(const Json *a, const Json *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case JSON_NULL: return true;
    case JSON_BOOL: return a->as.b == b->as.b;
    case JSON_INT: return a->as.i == b->as.i;
    case JSON_STR: return str_eq(json_as_str(a), json_as_str(b));
    case JSON_OBJ: return a->n == b->n && object_equal(a, b);
    case JSON_ARR:
        for (uint32_t i = 0; i < a->n && a->n == b->n; i++)
            if (!json_equal(&a->as.items[i], &b->as.items[i]))
                return false;
        return a->n == b->n;
    }
    return false;
}
