#include "lib/os/entropy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>

static void system_fill(void *ctx, void *out, size_t n)
{
    (void)ctx;
    unsigned char *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            perror("getrandom");
            abort();
        }
        p += got;
        n -= (size_t)got;
    }
}

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): a counter in steps of the
 * golden ratio, its bits mixed. Equidistributed over its period of 2^64 words, and any seed is a good one. */
static uint64_t seeded_next(OsSeeded *seeded)
{
    uint64_t z = seeded->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Bytes leave a word lowest first, whatever the machine's byte order, so that demonstrations agree. */
static void seeded_fill(void *ctx, void *out, size_t n)
{
    unsigned char *p = out;
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++) {
        word = i % 8 ? word >> 8 : seeded_next(ctx);
        p[i] = (unsigned char)(word & 0xFF);
    }
}

OsEntropy os_entropy_system(void)
{
    return (OsEntropy){ .fill = system_fill };
}

OsEntropy os_entropy_seeded(OsSeeded *state, uint64_t seed)
{
    state->state = seed;
    return (OsEntropy){ .fill = seeded_fill, .ctx = state };
}

void os_entropy_fill(const OsEntropy *entropy, void *out, size_t n)
{
    entropy->fill(entropy->ctx, out, n);
}
