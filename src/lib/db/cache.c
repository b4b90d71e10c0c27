/* cache.c - the prepared statements of one connection, in a chained hash table.
 *
 * The key is an address, so finding a statement costs nanoseconds. A statement that is running is passed over: a query
 * inside a loop over the same query gets a second statement. */
#include "lib/db/db_internal.h"

#include <string.h>

static size_t cache_chain(const void *of, uint32_t use)
{
    uint64_t h = (uint64_t)(uintptr_t)of ^ (uint64_t)use << 40;
    h *= 0x9E3779B97F4A7C15u; /* 2^64 divided by the golden ratio spreads neighbouring addresses */
    return (size_t)(h >> 56) % CACHE_CHAINS;
}

DbRows *cache_find(const DbCache *cache, const DbKey *key)
{
    for (DbRows *rows = cache->chains[cache_chain(key->of, key->use)]; rows; rows = rows->next) {
        if (rows->of != key->of || rows->use != key->use || rows->running)
            continue;
        if ((rows->types & key->filled) != (key->types & key->filled))
            continue;
        if (key->use != USE_SQL || strcmp(rows->text, key->of) == 0)
            return rows;
    }
    return NULL;
}

void cache_add(DbCache *cache, DbRows *rows)
{
    DbRows **head = &cache->chains[cache_chain(rows->of, rows->use)];
    rows->next = *head;
    *head = rows;
    cache->count++;
}

void cache_drop(DbCache *cache, bool idle_only, void (*drop)(DbRows *rows))
{
    for (size_t i = 0; i < CACHE_CHAINS; i++) {
        DbRows **at = &cache->chains[i];
        while (*at) {
            DbRows *rows = *at;
            if (idle_only && rows->running) {
                at = &rows->next;
                continue;
            }
            *at = rows->next;
            cache->count--;
            drop(rows);
        }
    }
}
