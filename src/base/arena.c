#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { RED_ZONE = 16 }; /* arenas hide overflows; a poisoned gap between allocations shows them */
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum { ALIGN = 16, FIRST_BLOCK = 16 * 1024, MAX_BLOCK = 1024 * 1024, SPARE_BLOCKS = 128 };

typedef struct Block {
    struct Block *next; /* older block */
    size_t size;        /* usable bytes after the header */
    size_t used;
    size_t pad_; /* keeps data aligned to 16 */
    unsigned char data[];
} Block;

struct Arena {
    Block *top;
    Block *spare; /* full-sized blocks kept for reuse: giving them back costs the kernel's clearing of pages */
    size_t n_spare;
    size_t total; /* bytes in all blocks */
    size_t max;
};

static Block *block_new(size_t size, Block *next)
{
    Block *b = malloc(sizeof(Block) + size);
    if (!b) {
        fputs("yifa: out of memory\n", stderr);
        abort();
    }
    *b = (Block){ .next = next, .size = size };
    POISON(b->data, size);
    return b;
}

Arena *arena_new(size_t max_bytes)
{
    Arena *arena = malloc(sizeof *arena);
    if (!arena) {
        fputs("yifa: out of memory\n", stderr);
        abort();
    }
    *arena = (Arena){ .max = max_bytes ? max_bytes : (size_t)1 << 30 };
    arena->top = block_new(FIRST_BLOCK, NULL);
    arena->total = FIRST_BLOCK;
    return arena;
}

static void pop_blocks(Arena *arena, const Block *keep)
{
    while (arena->top != keep) {
        Block *b = arena->top;
        arena->top = b->next;
        arena->total -= b->size;
        if (b->size == MAX_BLOCK && arena->n_spare < SPARE_BLOCKS) {
            POISON(b->data, b->size);
            b->next = arena->spare;
            arena->spare = b;
            arena->n_spare++;
            continue;
        }
        UNPOISON(b->data, b->size);
        free(b);
    }
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    pop_blocks(arena, NULL);
    while (arena->spare) {
        Block *b = arena->spare;
        arena->spare = b->next;
        UNPOISON(b->data, b->size);
        free(b);
    }
    free(arena);
}

void arena_freep(Arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

void arena_reset(Arena *arena)
{
    Block *first = arena->top;
    while (first->next)
        first = first->next;
    pop_blocks(arena, first);
    first->used = 0;
    POISON(first->data, first->size);
}

ArenaMark arena_mark(Arena *arena)
{
    return (ArenaMark){ arena->top, arena->top->used };
}

void arena_rewind(Arena *arena, ArenaMark mark)
{
    pop_blocks(arena, mark.block);
    arena->top->used = mark.used;
    POISON(arena->top->data + mark.used, arena->top->size - mark.used);
}

size_t arena_used(const Arena *arena)
{
    size_t sum = 0;
    for (const Block *b = arena->top; b; b = b->next)
        sum += b->used;
    return sum;
}

static void arena_new_block(Arena *arena, size_t need)
{
    size_t size = arena->top->size * 2;
    if (size > MAX_BLOCK)
        size = MAX_BLOCK;
    if (size < need)
        size = need;
    if (size > arena->max - arena->total) {
        fprintf(stderr, "yifa: arena limit of %zu bytes reached\n", arena->max);
        abort();
    }
    if (size == MAX_BLOCK && arena->spare) {
        Block *b = arena->spare;
        arena->spare = b->next;
        arena->n_spare--;
        *b = (Block){ .next = arena->top, .size = size };
        arena->top = b;
    } else {
        arena->top = block_new(size, arena->top);
    }
    arena->total += size;
}

void *arena_alloc(Arena *arena, size_t bytes)
{
    assert(bytes < SIZE_MAX / 2);
    size_t need = ((bytes ? bytes : 1) + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
    if (need > arena->top->size - arena->top->used)
        arena_new_block(arena, need);
    void *p = arena->top->data + arena->top->used;
    arena->top->used += need;
    UNPOISON(p, bytes);
    return p;
}

void *arena_zalloc(Arena *arena, size_t bytes)
{
    void *p = arena_alloc(arena, bytes);
    memset(p, 0, bytes);
    return p;
}

void *arena_array(Arena *arena, size_t count, size_t size)
{
    size_t bytes;
    bool overflow = __builtin_mul_overflow(count, size, &bytes);
    assert(!overflow);
    return arena_zalloc(arena, bytes);
}

Str arena_str(Arena *arena, Str s)
{
    return (Str){ arena_c(arena, s), s.n };
}

char *arena_c(Arena *arena, Str s)
{
    char *p = arena_alloc(arena, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

Str arena_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(n >= 0);
    char *p = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (Str){ p, (size_t)n };
}

void *arena_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    size_t next = *capacity ? *capacity * 2 : 8;
    void *p = arena_array(arena, next, size);
    if (count)
        memcpy(p, items, count * size);
    *capacity = next;
    return p;
}
