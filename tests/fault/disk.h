/* disk.h - a disk that can fail, and that remembers in which order it was written.
 *
 * The program that links this has its own open, pwrite, fsync, rename …, which stand before libc's for SQLite's library
 * too. So one recorder, below SQLite's VFS, sees what the operating system sees: database files, their logs, the syncs
 * of folders that a VFS does inside itself, and the published files. Shared memory (-shm) is written through a mapping
 * and is not durable by design.
 *
 * Recording holds every change in memory. A power cut after the k-th of them leaves: all that was synced; of what was
 * not, each write whole, torn at a sector or not at all, each change of size and each name made, renamed or removed
 * or not, independently of one another. That is more than file systems do, and all that POSIX promises.
 *
 * One thread. Only paths below the watched folder count. A failed assertion stops the program: this is a test. */
#ifndef YIFA_TESTS_FAULT_DISK_H
#define YIFA_TESTS_FAULT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_SECTOR = 512 };

/* ---- recording ---- */

/* Watches a folder, which is empty; with `record` its changes are kept. */
void disk_watch(const char *root, bool record);
/* Changes are carried out but no more seen. What was recorded stays. */
void disk_unwatch(void);
/* Real syncs are left out while it is on: nothing here depends on them, and they are slow. */
void disk_skip_syncs(bool skip);
/* From now on syncs of the paths (relative to the root, "" for itself) that match this pattern of fnmatch(3) are not
 * made, though success is answered: a disk that lies, which the tests must notice. NULL: none. */
void disk_ignore_syncs(const char *pattern);
/* Forgets what was recorded. */
void disk_forget(void);
/* A mark among the changes: what was acknowledged by then. Marks ascend. */
void disk_mark(int64_t mark);
size_t disk_changes(void);
bool disk_is_sync(size_t change);

/* ---- power cuts ---- */

typedef struct DiskReplay DiskReplay;

typedef struct DiskChance {
    uint64_t state;
} DiskChance;
uint64_t disk_random(DiskChance *chance);

DiskReplay *disk_replay_new(void);
void disk_replay_free(DiskReplay *replay);
/* Goes on to the state after the first n changes; n ascends. */
void disk_replay_to(DiskReplay *replay, size_t n);
int64_t disk_replay_mark(const DiskReplay *replay); /* the last one met, or -1 */
/* Makes an image that could exist after a power cut now, in a folder that is not there yet. */
void disk_replay_image(const DiskReplay *replay, DiskChance *chance, const char *folder);

/* ---- failures ---- */

typedef enum DiskCall {
    DISK_OPEN = 1,
    DISK_READ = 2,
    DISK_WRITE = 4,
    DISK_SYNC = 8,
    DISK_TRUNCATE = 16,
    DISK_NAME = 32, /* rename, unlink, mkdir */
    DISK_LOCK = 64,
    DISK_ANY = 127
} DiskCall;

/* Of the calls of these kinds to come, `count` fail with `error` from the n-th on (counted from 1). count 0: none. */
void disk_fail(unsigned calls, size_t n, size_t count, int error);
size_t disk_failed(void);         /* how many did fail */
bool disk_sync_was_retried(void); /* a file whose sync had failed was synced again */

#endif
