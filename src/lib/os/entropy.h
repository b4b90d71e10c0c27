/* entropy.h - randomness as an argument.
 *
 * An OsEntropy is handed down from app. The machine's own is fit for keys, nonces and tokens. The seeded one repeats
 * itself exactly on every machine and is for tests and demonstration only: whoever knows the seed, or has seen a little
 * of its output, knows all the rest. A source is a plain value; what ctx points to belongs to whoever made it. */
#ifndef YIFA_LIB_OS_ENTROPY_H
#define YIFA_LIB_OS_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

typedef struct OsEntropy {
    void (*fill)(void *ctx, void *out, size_t n); /* cannot fail */
    void *ctx;
} OsEntropy;

/* The kernel's generator. Stops the process when the kernel refuses, since going on without would be worse. Any thread
 * may use it. */
OsEntropy os_entropy_system(void);

typedef struct OsSeeded {
    uint64_t state;
} OsSeeded;

/* Never for secrets, see above. One thread uses it at a time. Each call to fill starts with a fresh 64-bit word. */
OsEntropy os_entropy_seeded(OsSeeded *state, uint64_t seed);

void os_entropy_fill(const OsEntropy *entropy, void *out, size_t n);

#endif
