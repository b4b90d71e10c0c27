/* map.h - a hash table from text or integer keys to pointers, in an arena.
 *
 * Keys of text are not copied: they must live as long as the map. Nothing is deleted; the arena gives all back. */
#ifndef YIFA_BASE_MAP_H
#define YIFA_BASE_MAP_H

#include "base/arena.h"

typedef struct MapSlot {
    Str key;     /* used by map_* */
    int64_t id;  /* used by idmap_* */
    void *value; /* NULL marks a free slot, so values are never NULL */
} MapSlot;

typedef struct Map {
    Arena *arena;
    MapSlot *slots; /* capacity is a power of two, at most 2/3 full */
    size_t capacity;
    size_t count;
} Map;

void map_init(Map *map, Arena *arena);
void *map_get(const Map *map, Str key); /* NULL when absent */
/* Returns the value that stood there before, or NULL. */
void *map_put(Map *map, Str key, void *value);

/* The same with 64-bit keys. A map uses either text or integer keys, never both. */
void *idmap_get(const Map *map, int64_t id);
void *idmap_put(Map *map, int64_t id, void *value);

#endif
