/* arena.h - memory by lifetime.
 *
 * An arena hands out memory that is given back all at once. There is one per lifetime (process, worker, request,
 * scratch), passed explicitly. Allocation cannot return NULL: reaching the arena's limit, or the machine's, stops the
 * process. So limits are set far above what checked input can need, and input is checked against its own limits
 * first. Not thread-safe: one thread uses an arena at a time. */
#ifndef YIFA_BASE_ARENA_H
#define YIFA_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

typedef struct Arena Arena;
typedef struct ArenaMark {
    void *block;
    size_t used;
} ArenaMark;

/* max_bytes 0 means 1 GiB. */
Arena *arena_new(size_t max_bytes);
void arena_free(Arena *arena); /* NULL is allowed */
void arena_freep(Arena **arena);
/* Empties the arena but keeps up to 128 MiB of its blocks, so that a reused arena does not call malloc. */
void arena_reset(Arena *arena);
/* Everything allocated after the mark is given back by arena_rewind. Marks nest. */
ArenaMark arena_mark(Arena *arena);
void arena_rewind(Arena *arena, ArenaMark mark);
size_t arena_used(const Arena *arena);

/* Aligned for any type; not zeroed by arena_alloc, zeroed by arena_zalloc. */
void *arena_alloc(Arena *arena, size_t bytes) __attribute__((malloc, alloc_size(2), returns_nonnull));
void *arena_zalloc(Arena *arena, size_t bytes) __attribute__((malloc, alloc_size(2), returns_nonnull));
/* count * size with the overflow checked. */
void *arena_array(Arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));
Str arena_str(Arena *arena, Str s); /* a copy, followed by NUL */
char *arena_c(Arena *arena, Str s); /* the same as a C string */
Str arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull(2)));

#define ARENA_NEW(arena, Type)          ((Type *)arena_zalloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_array((arena), (count), sizeof(Type)))

/* Growable arrays in an arena: a pointer, a count and a capacity held by the caller. Old storage stays in the arena
 * until it is reset, so growth doubles. */
void *arena_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size);
#define ARENA_PUSH(arena, items, count, capacity)                                                                      \
    ((items) = ((count) < (capacity)) ? (items) : arena_grow((arena), (items), (count), &(capacity), sizeof *(items)), \
     &(items)[(count)++])

#endif
