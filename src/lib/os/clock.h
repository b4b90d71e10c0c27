/* clock.h - time as an argument.
 *
 * An OsClock is handed down from app, so that a deadline can be tested and replayed: nothing below app asks the machine
 * for the time. Values are milliseconds since 1970-01-01T00:00Z without leap seconds. A clock is a plain value; what
 * ctx points to belongs to whoever made it and outlives it. */
#ifndef YIFA_LIB_OS_CLOCK_H
#define YIFA_LIB_OS_CLOCK_H

#include <stdint.h>

typedef struct OsClock {
    int64_t (*now_ms)(void *ctx);
    void *ctx;
} OsClock;

/* The machine's civil time. It may jump, in both directions, when the machine is set right. Any thread may use it. */
OsClock os_clock_system(void);
/* Stands still at *now_ms, which its owner moves. For tests, demonstration and replay. */
OsClock os_clock_manual(int64_t *now_ms);
int64_t os_clock_now_ms(const OsClock *clock);

/* Milliseconds since an arbitrary start, never going back: for time-outs and measuring, not for the calendar. */
int64_t os_monotonic_ms(void);

#endif
