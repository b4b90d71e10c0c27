#include "lib/os/clock.h"

#include <assert.h>
#include <stddef.h>
#include <time.h>

static int64_t clock_read_ms(clockid_t id)
{
    struct timespec t;
    int failed = clock_gettime(id, &t);
    assert(!failed); /* Both clocks exist on every Linux. */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now_ms(void *ctx)
{
    (void)ctx;
    return clock_read_ms(CLOCK_REALTIME);
}

static int64_t manual_now_ms(void *ctx)
{
    return *(const int64_t *)ctx;
}

OsClock os_clock_system(void)
{
    return (OsClock){ .now_ms = system_now_ms };
}

OsClock os_clock_manual(int64_t *now_ms)
{
    return (OsClock){ .now_ms = manual_now_ms, .ctx = now_ms };
}

int64_t os_clock_now_ms(const OsClock *clock)
{
    return clock->now_ms(clock->ctx);
}

int64_t os_monotonic_ms(void)
{
    return clock_read_ms(CLOCK_MONOTONIC);
}
