/* With 64-bit offsets asked for, libc's headers would turn open into open64; here both are defined. */
#undef _FILE_OFFSET_BITS
#include "fault/disk_internal.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { FDS = 1024 };

/* A name below the root as it stands now, durable or not. */
typedef struct Name {
    char *path;
    int node; /* -1: a folder */
} Name;

Change *disk_log;
size_t disk_log_n;

/* Interposed functions have no object to find their state in. */
static struct Disk {
    char root[PATH_MAX];
    size_t root_n; /* 0: not watching */
    bool record;
    bool skip_syncs;
    const char *ignored; /* pattern of paths */
    size_t log_cap;
    Name *names;
    size_t n_names;
    size_t names_cap;
    int nodes;
    char *fd_path[FDS]; /* relative; NULL: not ours */
    int fd_node[FDS];   /* -1: a folder */
    bool *sync_failed;  /* by node */
    bool retried;
    unsigned fail_calls;
    size_t fail_at;
    size_t fail_count;
    size_t calls;
    size_t failed;
    int fail_errno;
} disk;

/* ---- the log ---- */

static void *grown(void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 64;
    void *more = realloc(items, *cap * size);
    assert(more);
    return more;
}

static char *copy(const char *text)
{
    char *p = strdup(text);
    assert(p);
    return p;
}

static Change *change_add(ChangeKind kind)
{
    disk_log = grown(disk_log, disk_log_n, &disk.log_cap, sizeof *disk_log);
    disk_log[disk_log_n] = (Change){ .kind = kind, .node = -1 };
    return &disk_log[disk_log_n++];
}

static void change_name(ChangeKind kind, const char *path, const char *to, int node)
{
    if (!disk.record)
        return;
    Change *c = change_add(kind);
    c->path = copy(path);
    c->to = to ? copy(to) : NULL;
    c->node = node;
}

static void change_write(int node, size_t offset, const void *bytes, size_t n)
{
    if (!disk.record || n == 0)
        return;
    Change *c = change_add(CHANGE_WRITE);
    c->node = node;
    c->offset = offset;
    c->n = n;
    c->bytes = malloc(n);
    assert(c->bytes);
    memcpy(c->bytes, bytes, n);
}

void disk_mark(int64_t mark)
{
    assert(mark >= 0);
    if (disk.record)
        change_add(CHANGE_MARK)->n = (size_t)mark;
}

size_t disk_changes(void)
{
    return disk_log_n;
}

bool disk_is_sync(size_t change)
{
    return disk_log[change].kind == CHANGE_SYNC || disk_log[change].kind == CHANGE_SYNC_DIR;
}

int disk_nodes(void)
{
    return disk.nodes;
}

/* ---- names ---- */

/* Relative to the root, or NULL when it is not below it. */
static const char *inside(const char *path)
{
    if (!disk.root_n || strncmp(path, disk.root, disk.root_n) != 0)
        return NULL;
    const char *rest = path + disk.root_n;
    if (*rest == '\0')
        return rest;
    return *rest == '/' ? rest + 1 : NULL;
}

static Name *name_find(const char *path)
{
    for (size_t i = 0; i < disk.n_names; i++)
        if (strcmp(disk.names[i].path, path) == 0)
            return &disk.names[i];
    return NULL;
}

static void name_set(const char *path, int node)
{
    Name *known = name_find(path);
    if (known) {
        known->node = node;
        return;
    }
    disk.names = grown(disk.names, disk.n_names, &disk.names_cap, sizeof *disk.names);
    disk.names[disk.n_names++] = (Name){ copy(path), node };
}

static void name_drop(const char *path)
{
    Name *known = name_find(path);
    if (!known)
        return;
    free(known->path);
    *known = disk.names[--disk.n_names];
}

static void fd_note(int fd, const char *path, int node)
{
    if (fd < 0 || fd >= FDS)
        return;
    free(disk.fd_path[fd]);
    disk.fd_path[fd] = path ? copy(path) : NULL;
    disk.fd_node[fd] = node;
}

static bool fd_ours(int fd)
{
    return disk.root_n && fd >= 0 && fd < FDS && disk.fd_path[fd];
}

/* Called when a descriptor for a path has been got: the file may be new. */
static void opened(int fd, const char *path, int flags)
{
    const char *rest = inside(path);
    if (fd < 0)
        return;
    fd_note(fd, NULL, -1);
    if (!rest)
        return;
    struct stat st;
    if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
        fd_note(fd, rest, -1);
        return;
    }
    const Name *known = name_find(rest);
    int node = known ? known->node : disk.nodes;
    if (!known) {
        disk.nodes++;
        name_set(rest, node);
        change_name(CHANGE_MAKE, rest, NULL, node);
    }
    if (flags & O_TRUNC && disk.record)
        change_add(CHANGE_SIZE)->node = node;
    fd_note(fd, rest, node);
}

void disk_watch(const char *root, bool record)
{
    assert(strlen(root) < sizeof disk.root);
    strcpy(disk.root, root);
    disk.root_n = strlen(root);
    disk.record = record;
}

void disk_unwatch(void)
{
    for (int fd = 0; fd < FDS; fd++)
        fd_note(fd, NULL, -1);
    disk.root_n = 0;
    disk.record = false;
    disk.fail_count = 0;
}

void disk_forget(void)
{
    for (size_t i = 0; i < disk_log_n; i++) {
        free(disk_log[i].bytes);
        free(disk_log[i].path);
        free(disk_log[i].to);
    }
    while (disk.n_names)
        name_drop(disk.names[0].path);
    disk_log_n = 0;
    disk.nodes = 0;
}

void disk_skip_syncs(bool skip)
{
    disk.skip_syncs = skip;
}

void disk_ignore_syncs(const char *pattern)
{
    disk.ignored = pattern;
}

/* ---- failures ---- */

void disk_fail(unsigned calls, size_t n, size_t count, int error)
{
    disk.fail_calls = calls;
    disk.fail_at = n;
    disk.fail_count = count;
    disk.fail_errno = error;
    disk.calls = 0;
    disk.failed = 0;
}

size_t disk_failed(void)
{
    return disk.failed;
}

bool disk_sync_was_retried(void)
{
    return disk.retried;
}

static bool fails(DiskCall call)
{
    if (!disk.fail_count || !(disk.fail_calls & (unsigned)call))
        return false;
    disk.calls++;
    if (disk.calls < disk.fail_at || disk.calls - disk.fail_at >= disk.fail_count)
        return false;
    disk.failed++;
    errno = disk.fail_errno;
    return true;
}

static bool path_fails(DiskCall call, const char *path)
{
    return inside(path) && fails(call);
}

static bool fd_fails(DiskCall call, int fd)
{
    return fd_ours(fd) && fails(call);
}

/* ---- libc's functions, with the real ones behind them ---- */

#define REAL(name, type) \
    static type real;    \
    if (!real)           \
    *(void **)(&real) = dlsym(RTLD_NEXT, name)

typedef int OpenFn(const char *, int, ...);
typedef int OpenAtFn(int, const char *, int, ...);
typedef ssize_t WriteFn(int, const void *, size_t);
typedef ssize_t PwriteFn(int, const void *, size_t, off_t);
typedef ssize_t ReadFn(int, void *, size_t);
typedef ssize_t PreadFn(int, void *, size_t, off_t);
typedef int SizeFn(int, off_t);
typedef int FdFn(int);
typedef int PathFn(const char *);
typedef int RenameFn(const char *, const char *);
typedef int MkdirFn(const char *, mode_t);
typedef int UnlinkAtFn(int, const char *, int);
typedef int TempFn(char *, int);
typedef int FcntlFn(int, int, ...);

static mode_t mode_of(int flags, va_list args)
{
    return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    REAL("open", OpenFn *);
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    if (path_fails(DISK_OPEN, path))
        return -1;
    int fd = real(path, flags, mode);
    opened(fd, path, flags);
    return fd;
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    return open(path, flags, mode);
}

int openat(int parent, const char *name, int flags, ...)
{
    REAL("openat", OpenAtFn *);
    char path[PATH_MAX];
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    if (fd_fails(DISK_OPEN, parent))
        return -1;
    int fd = real(parent, name, flags, mode);
    int cause = errno;
    if (parent == AT_FDCWD || *name == '/')
        opened(fd, name, flags);
    else if (fd_ours(parent) &&
             snprintf(path, sizeof path, "%s/%s/%s", disk.root, disk.fd_path[parent], name) < (int)sizeof path)
        opened(fd, path, flags);
    else
        fd_note(fd, NULL, -1);
    errno = cause;
    return fd;
}

int openat64(int parent, const char *name, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    return openat(parent, name, flags, mode);
}

int mkostemp(char *template, int flags)
{
    REAL("mkostemp", TempFn *);
    if (path_fails(DISK_OPEN, template))
        return -1;
    int fd = real(template, flags);
    opened(fd, template, flags);
    return fd;
}

int mkostemp64(char *template, int flags)
{
    return mkostemp(template, flags);
}

int close(int fd)
{
    REAL("close", FdFn *);
    fd_note(fd, NULL, -1);
    return real(fd);
}

ssize_t read(int fd, void *bytes, size_t n)
{
    REAL("read", ReadFn *);
    return fd_fails(DISK_READ, fd) ? -1 : real(fd, bytes, n);
}

ssize_t pread64(int fd, void *bytes, size_t n, off_t offset)
{
    REAL("pread64", PreadFn *);
    return fd_fails(DISK_READ, fd) ? -1 : real(fd, bytes, n, offset);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    REAL("write", WriteFn *);
    if (!fd_ours(fd))
        return real(fd, bytes, n);
    if (fails(DISK_WRITE))
        return -1;
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t w = real(fd, bytes, n);
    if (w > 0)
        change_write(disk.fd_node[fd], (size_t)offset, bytes, (size_t)w);
    return w;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t offset)
{
    REAL("pwrite64", PwriteFn *);
    if (fd_fails(DISK_WRITE, fd))
        return -1;
    ssize_t w = real(fd, bytes, n, offset);
    if (w > 0 && fd_ours(fd))
        change_write(disk.fd_node[fd], (size_t)offset, bytes, (size_t)w);
    return w;
}

int ftruncate64(int fd, off_t size)
{
    REAL("ftruncate64", SizeFn *);
    if (fd_fails(DISK_TRUNCATE, fd))
        return -1;
    int rc = real(fd, size);
    if (rc == 0 && fd_ours(fd) && disk.record) {
        Change *c = change_add(CHANGE_SIZE);
        c->node = disk.fd_node[fd];
        c->n = (size_t)size;
    }
    return rc;
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

static bool sync_fails(int fd)
{
    int node = disk.fd_node[fd];
    size_t nodes = (size_t)disk.nodes + 1;
    if (node >= 0 && disk.sync_failed && disk.sync_failed[node])
        disk.retried = true;
    if (!fails(DISK_SYNC))
        return false;
    if (node >= 0) {
        if (!disk.sync_failed)
            disk.sync_failed = calloc(nodes + FDS, sizeof *disk.sync_failed);
        assert(disk.sync_failed && (size_t)node < nodes + FDS);
        disk.sync_failed[node] = true;
    }
    return true;
}

int fsync(int fd)
{
    REAL("fsync", FdFn *);
    if (!fd_ours(fd))
        return disk.skip_syncs ? 0 : real(fd);
    if (sync_fails(fd))
        return -1;
    if (disk.record && !(disk.ignored && fnmatch(disk.ignored, disk.fd_path[fd], 0) == 0)) {
        bool folder = disk.fd_node[fd] < 0;
        change_name(folder ? CHANGE_SYNC_DIR : CHANGE_SYNC, disk.fd_path[fd], NULL, disk.fd_node[fd]);
    }
    return disk.skip_syncs ? 0 : real(fd);
}

int fdatasync(int fd)
{
    return fsync(fd);
}

static void removed(const char *path)
{
    const char *rest = inside(path);
    if (!rest)
        return;
    name_drop(rest);
    change_name(CHANGE_REMOVE, rest, NULL, -1);
}

int unlink(const char *path)
{
    REAL("unlink", PathFn *);
    if (path_fails(DISK_NAME, path))
        return -1;
    int rc = real(path);
    if (rc == 0)
        removed(path);
    return rc;
}

int unlinkat(int parent, const char *name, int flags)
{
    REAL("unlinkat", UnlinkAtFn *);
    char path[PATH_MAX];
    if (parent == AT_FDCWD ? path_fails(DISK_NAME, name) : fd_fails(DISK_NAME, parent))
        return -1;
    int rc = real(parent, name, flags);
    if (rc == 0 && parent == AT_FDCWD)
        removed(name);
    else if (rc == 0 && fd_ours(parent) &&
             snprintf(path, sizeof path, "%s/%s/%s", disk.root, disk.fd_path[parent], name) < (int)sizeof path)
        removed(path);
    return rc;
}

int rename(const char *path, const char *to)
{
    REAL("rename", RenameFn *);
    if (path_fails(DISK_NAME, to))
        return -1;
    int rc = real(path, to);
    const Name *known = rc == 0 && inside(path) && inside(to) ? name_find(inside(path)) : NULL;
    if (known) {
        int node = known->node;
        name_drop(inside(path));
        name_set(inside(to), node);
        change_name(CHANGE_RENAME, inside(path), inside(to), node);
    }
    return rc;
}

int mkdir(const char *path, mode_t mode)
{
    REAL("mkdir", MkdirFn *);
    if (path_fails(DISK_NAME, path))
        return -1;
    int rc = real(path, mode);
    if (rc == 0 && inside(path)) {
        name_set(inside(path), -1);
        change_name(CHANGE_FOLDER, inside(path), NULL, -1);
    }
    return rc;
}

int fcntl64(int fd, int command, ...)
{
    REAL("fcntl64", FcntlFn *);
    va_list args;
    va_start(args, command);
    void *arg = va_arg(args, void *);
    va_end(args);
    if (command == F_SETLK && ((const struct flock *)arg)->l_type != F_UNLCK && fd_fails(DISK_LOCK, fd))
        return -1;
    return real(fd, command, arg);
}
