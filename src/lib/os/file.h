/* file.h - files and folders, with errors that name them.
 *
 * Paths are NUL-terminated, at most PATH_MAX - 1 bytes. What is listed or read lies in the caller's arena. Modes are
 * permission bits as for open(2), narrowed by the umask unless said. Errors: RC_NOT_FOUND, RC_DENIED, RC_LIMIT, RC_BUSY
 * (locks), RC_INVALID (not that kind of file, a path that is refused), RC_IO for the rest; RC_FATAL when a change was
 * made but may not survive a power failure. The place of an error is the path. */
#ifndef YIFA_LIB_OS_FILE_H
#define YIFA_LIB_OS_FILE_H

#include "base/arena.h"
#include "base/rc.h"

enum {
    OS_LIST_MAX = 100000, /* names in one listing */
    OS_DEPTH_MAX = 32     /* folders inside one another, where a tree is walked */
};

typedef struct OsNames {
    Str *names; /* each followed by NUL; ordered by bytes */
    size_t n;
} OsNames;

bool os_exists(const char *path); /* follows links; false also when it cannot be known */

/* A whole regular file of at most max_bytes; followed by NUL. */
MUST_CHECK Rc os_read_file(Arena *arena, const char *path, size_t max_bytes, Str *ret_bytes, Err *err);
/* After RC_OK the new content is on the device; after a failure other than RC_FATAL the old file, or its absence, is as
 * before; a reader sees one or the other, whole. The file gets exactly `mode`. */
MUST_CHECK Rc os_write_file_atomic(const char *path, Str bytes, unsigned mode, Err *err);

/* Copies a regular file of any size to a path where none is, durable when it returns RC_OK; each piece goes through
 * `each` (which may be NULL), so that it can be digested. *ret_bytes counts. */
typedef void (*OsPiece)(void *ctx, Str bytes);
MUST_CHECK Rc os_copy_file(const char *from, const char *to, unsigned mode, OsPiece each, void *ctx, int64_t *ret_bytes,
                           Err *err);
/* The same without a copy. */
MUST_CHECK Rc os_read_pieces(const char *path, OsPiece each, void *ctx, int64_t *ret_bytes, Err *err);

/* Names in a folder but for . and .., of every kind of file. A name that is not UTF-8 is RC_INVALID. */
MUST_CHECK Rc os_list_dir(Arena *arena, const char *path, OsNames *ret_names, Err *err);
/* Paths of the regular files in a folder and its subfolders, relative to it: "laws/chufa.yaml". Links are not followed
 * and, like devices and sockets, not listed. */
MUST_CHECK Rc os_list_tree(Arena *arena, const char *path, OsNames *ret_paths, Err *err);

/* Makes a folder with those above it. A folder that is there is left as it is. */
MUST_CHECK Rc os_mkdirs(const char *path, unsigned mode, Err *err);
/* Removes a file, a link (not what it points to) or a folder with all in it. What is not there is removed already.
 * Refuses the root, the empty path and paths ending in "." or "..". */
MUST_CHECK Rc os_remove_tree(const char *path, Err *err);

/* One process at a time: holds an exclusive lock on the file, made if need be, with the process id written in it. The
 * lock ends with os_unlock or with the process, however it dies; the file stays, since removing it would let two
 * processes hold locks on two files of one name. RC_BUSY, with the holder's id, when another has it. */
typedef struct OsLock {
    int fd; /* -1 when not held */
} OsLock;
#define OS_LOCK_NONE ((OsLock){ .fd = -1 })

MUST_CHECK Rc os_lock_file(const char *path, OsLock *ret_lock, Err *err);
void os_unlock(OsLock *lock); /* leaves OS_LOCK_NONE; a lock that is not held is allowed */

#endif
