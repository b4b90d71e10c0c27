#include "base/map.h"

#include <assert.h>

void map_init(Map *map, Arena *arena)
{
    *map = (Map){ .arena = arena };
}

static uint64_t id_hash(int64_t id)
{
    uint64_t h = (uint64_t)id * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

static uint64_t slot_hash(Str key, int64_t id)
{
    return key.p ? str_hash(key) : id_hash(id);
}

/* The slot that holds the key, or the free one where it would go. Text keys always have p != NULL. */
static MapSlot *map_slot(MapSlot *slots, size_t capacity, Str key, int64_t id)
{
    size_t i = slot_hash(key, id) & (capacity - 1);
    for (;; i = (i + 1) & (capacity - 1)) {
        MapSlot *slot = &slots[i];
        if (!slot->value)
            return slot;
        if (key.p ? str_eq(slot->key, key) : slot->id == id)
            return slot;
    }
}

static void map_enlarge(Map *map)
{
    size_t capacity = map->capacity ? map->capacity * 2 : 16;
    MapSlot *slots = ARENA_ARRAY(map->arena, MapSlot, capacity);
    for (size_t i = 0; i < map->capacity; i++) {
        const MapSlot *old = &map->slots[i];
        if (old->value)
            *map_slot(slots, capacity, old->key, old->id) = *old;
    }
    map->slots = slots;
    map->capacity = capacity;
}

static void *put(Map *map, Str key, int64_t id, void *value)
{
    assert(value);
    if (map->count * 3 >= map->capacity * 2)
        map_enlarge(map);
    MapSlot *slot = map_slot(map->slots, map->capacity, key, id);
    void *before = slot->value;
    if (!before)
        map->count++;
    *slot = (MapSlot){ .key = key, .id = id, .value = value };
    return before;
}

void *map_get(const Map *map, Str key)
{
    if (!map->capacity)
        return NULL;
    return map_slot(map->slots, map->capacity, key.p ? key : STR(""), 0)->value;
}

void *map_put(Map *map, Str key, void *value)
{
    return put(map, key.p ? key : STR(""), 0, value);
}

void *idmap_get(const Map *map, int64_t id)
{
    return map->capacity ? map_slot(map->slots, map->capacity, STR_NONE, id)->value : NULL;
}

void *idmap_put(Map *map, int64_t id, void *value)
{
    return put(map, STR_NONE, id, value);
}
