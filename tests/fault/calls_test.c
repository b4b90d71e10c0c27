/* The n-th call to the operating system fails, for every n: reads, writes, syncs, opens, truncations, renames, locks.
 * Each time the office must answer with an error that says why, or stop; and afterwards everything that it acknowledged
 * is there and verifies.
 *
 *   calls_test STRIDE     1: every n; 7: every seventh */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault/disk.h"
#include "fault/trial.h"

enum { WORK = 8, CALLS_MAX = 100000, BUSY_WAIT_MS = 1 };

/* A lock that is refused is waited for; here not for long. */
int sqlite3_busy_timeout(sqlite3 *handle, int ms)
{
    int (*real)(sqlite3 *, int) = NULL;
    *(void **)(&real) = dlsym(RTLD_NEXT, "sqlite3_busy_timeout");
    return real(handle, ms > BUSY_WAIT_MS ? BUSY_WAIT_MS : ms);
}

typedef struct Failing {
    const char *name; /* of the test */
    unsigned calls;
    size_t count; /* how many fail, from the n-th on */
    int error;
    bool recovers; /* the same process must be able to go on when the failures end */
    size_t n;
} Failing;

static const Failing failings[] = {
    { .name = "a_failed_read_loses_nothing", .calls = DISK_READ, .count = 1, .error = EIO },
    { .name = "a_failed_write_loses_nothing", .calls = DISK_WRITE, .count = 1, .error = EIO },
    { .name = "a_failed_sync_stops_the_process", .calls = DISK_SYNC, .count = 1, .error = EIO },
    { .name = "a_failed_open_loses_nothing", .calls = DISK_OPEN, .count = 1, .error = EMFILE, .recovers = true },
    { .name = "a_failed_truncation_loses_nothing", .calls = DISK_TRUNCATE, .count = 1, .error = EIO },
    { .name = "a_failed_rename_or_removal_loses_nothing", .calls = DISK_NAME, .count = 1, .error = EIO },
    { .name = "a_lock_that_is_held_loses_nothing", .calls = DISK_LOCK, .count = 40, .error = EAGAIN, .recovers = true },
    { .name = "everything_fails_from_some_call_on", .calls = DISK_ANY, .count = CALLS_MAX, .error = EIO },
    { .name = "a_full_disk_loses_nothing", .calls = DISK_WRITE, .count = CALLS_MAX, .error = ENOSPC, .recovers = true },
};

static TrialEnd bad(const char *what, const Err *err)
{
    fprintf(stderr, "%s: %s %s\n", what, err->place, err->text);
    return TRIAL_WRONG;
}

/* What the office says of itself after an error. */
static TrialEnd judge(Rc rc, const Err *err)
{
    if (disk_sync_was_retried())
        return bad("a sync that had failed was tried again", err);
    if (rc == RC_OK)
        return disk_failed() ? TRIAL_FAILED : TRIAL_PASSED;
    if (!err->text[0])
        return bad("an error without words", err);
    if (!disk_failed())
        return bad("an error although nothing failed", err);
    return rc == RC_FATAL ? TRIAL_FATAL : TRIAL_FAILED;
}

/* When the failures are over, the same process works again; unless it must stop. */
static TrialEnd recover(Office *o, unsigned i)
{
    Err err = { 0 };
    disk_fail(0, 0, 0, 0);
    if (!o->publisher) {
        office_close(o);
        if (office_open(o, &err) != RC_OK)
            return bad("it could not be opened again", &err);
    }
    for (unsigned k = 0; k < 4; k++)
        if (office_work(o, i + k, &err) != RC_OK)
            return bad("it did not recover", &err);
    office_close(o);
    return TRIAL_FAILED;
}

static TrialEnd work(Trial *t, void *ctx)
{
    const Failing *f = ctx;
    Office o;
    Err err = { 0 };
    unsigned i = 0;
    office_init(&o, t->folder, SEED_CHILD);
    o.acknowledged = trial_acknowledge;
    o.now += 1000000;
    disk_skip_syncs(true);
    disk_watch(t->folder, false);
    disk_fail(f->calls, f->n, f->count, f->error);
    Rc rc = office_open(&o, &err);
    TrialEnd end = judge(rc, &err);
    while (rc == RC_OK && end != TRIAL_WRONG && i < WORK) {
        rc = office_work(&o, i++, &err);
        end = judge(rc, &err);
    }
    if (end == TRIAL_FATAL || end == TRIAL_WRONG)
        return end;
    if (rc != RC_OK && f->recovers)
        return recover(&o, i);
    office_close(&o);
    return disk_failed() ? TRIAL_FAILED : end;
}

typedef struct Count {
    size_t trials;
    size_t failed;
    size_t fatal;
    size_t acknowledged;
} Count;

static bool run_all(Trial *t, Failing f, size_t stride)
{
    Count count = { 0 };
    bool good = true;
    TrialEnd end = TRIAL_FAILED;
    for (f.n = 1; good && end != TRIAL_PASSED && f.n < CALLS_MAX; f.n += stride) {
        end = trial_run(t, work, &f, false);
        good = end == TRIAL_PASSED || end == TRIAL_FAILED || end == TRIAL_FATAL;
        if (!good)
            printf("call %zu: the process ended with %d\n", f.n, (int)end);
        count.trials++;
        count.failed += end == TRIAL_FAILED;
        count.fatal += end == TRIAL_FATAL;
        count.acknowledged += t->n - t->n_before;
        good = trial_check(t, f.name, f.n) && good;
    }
    printf("%zu runs: %zu answered with an error or got by, %zu stopped, %zu acknowledged acts\n", count.trials,
           count.failed, count.fatal, count.acknowledged);
    return good && end == TRIAL_PASSED && count.failed + count.fatal > 0;
}

int main(int argc, char **argv)
{
    Trial t;
    int failures = 0;
    if (argc < 2)
        return 2;
    size_t stride = (size_t)strtoul(argv[1], NULL, 10);
    trial_init(&t, "calls");
    for (size_t i = 0; i < ARRAY_LEN(failings); i++) {
        if (argc > 2 && !strstr(failings[i].name, argv[2]))
            continue;
        bool good = run_all(&t, failings[i], stride);
        printf("[ %8s ] %s\n", good ? "OK" : "FAILED", failings[i].name);
        fflush(stdout);
        failures += !good;
    }
    trial_clear(&t);
    return failures ? 1 : 0;
}
