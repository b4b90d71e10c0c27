#include "lib/os/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void dir_close(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

enum { REASON_MAX = 128 };

static Rc os_fail(Err *err, const char *path, const char *doing)
{
    int cause = errno;
    char reason[REASON_MAX];
    Rc rc = RC_IO;
    if (cause == ENOENT)
        rc = RC_NOT_FOUND;
    else if (cause == EACCES || cause == EPERM || cause == EROFS)
        rc = RC_DENIED;
    else if (cause == ENAMETOOLONG || cause == EMFILE || cause == ENFILE)
        rc = RC_LIMIT;
    else if (cause == ENOTDIR || cause == EISDIR || cause == ELOOP)
        rc = RC_INVALID;
    return err_at(err, rc, path, "%s: %s", doing, strerror_r(cause, reason, sizeof reason));
}

static Rc os_fail_sync(Err *err, const char *path, const char *done)
{
    char reason[REASON_MAX];
    const char *cause = strerror_r(errno, reason, sizeof reason);
    return err_at(err, RC_FATAL, path, "%s, but the folder it is in could not be synced: %s", done, cause);
}

bool os_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

/* ---- reading and writing ---- */

/* Reads until n bytes are there or the file ends; *ret_got says how many. */
static bool read_fully(int fd, char *p, size_t n, size_t *ret_got)
{
    size_t got = 0;
    while (got < n) {
        ssize_t r = read(fd, p + got, n - got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return false;
        if (r == 0)
            break;
        got += (size_t)r;
    }
    *ret_got = got;
    return true;
}

static bool write_fully(int fd, Str bytes)
{
    while (bytes.n > 0) {
        ssize_t w = write(fd, bytes.p, bytes.n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return false;
        bytes = str_slice(bytes, (size_t)w, bytes.n);
    }
    return true;
}

Rc os_read_file(Arena *arena, const char *path, size_t max_bytes, Str *ret_bytes, Err *err)
{
    /* Without O_NONBLOCK opening a pipe would wait for its writer. */
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return os_fail(err, path, "cannot read the file");
    if (!S_ISREG(st.st_mode))
        return err_at(err, RC_INVALID, path, "not a regular file");
    if (st.st_size < 0 || (uintmax_t)st.st_size > max_bytes)
        return err_at(err, RC_LIMIT, path, "the file has %jd bytes, more than %zu", (intmax_t)st.st_size, max_bytes);
    size_t n = (size_t)st.st_size;
    size_t got = 0;
    char *p = arena_alloc(arena, n + 1);
    if (!read_fully(fd, p, n + 1, &got))
        return os_fail(err, path, "cannot read the file");
    if (got != n)
        return err_at(err, RC_IO, path, "the file changed while it was read");
    p[n] = '\0';
    *ret_bytes = (Str){ p, n };
    return RC_OK;
}

/* Makes the names in a folder durable. Some network file systems, which keep them on the server, answer EINVAL. */
static bool dir_sync(const char *path)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
}

/* The folder a path lies in, into `out` of PATH_MAX bytes. */
static bool path_parent(const char *path, char *out)
{
    size_t n = strlen(path);
    if (n == 0 || n >= PATH_MAX)
        return false;
    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    while (n > 1 && path[n - 1] == '/')
        n--;
    if (n == 0)
        return snprintf(out, PATH_MAX, ".") > 0;
    memcpy(out, path, n);
    out[n] = '\0';
    return true;
}

static bool write_and_sync(int fd, Str bytes, unsigned mode)
{
    return fchmod(fd, (mode_t)mode) == 0 && write_fully(fd, bytes) && fsync(fd) == 0;
}

Rc os_write_file_atomic(const char *path, Str bytes, unsigned mode, Err *err)
{
    char parent[PATH_MAX];
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temporary || !path_parent(path, parent))
        return err_at(err, RC_LIMIT, path, "the path is empty or too long");
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return os_fail(err, path, "cannot write the file");
    bool written = write_and_sync(fd, bytes, mode);
    int cause = errno;
    /* A network file system may report a failed write only when the file is closed. */
    if (close(fd) != 0 && written) {
        written = false;
        cause = errno;
    }
    if (written && rename(temporary, path) != 0) {
        written = false;
        cause = errno;
    }
    if (!written) {
        unlink(temporary);
        errno = cause;
        return os_fail(err, path, "cannot write the file");
    }
    return dir_sync(parent) ? RC_OK : os_fail_sync(err, path, "written");
}

/* ---- files of any size ---- */

enum { PIECE_BYTES = 1024 * 1024 };

/* Reads all of `from` in pieces, into `to` (-1: nowhere) and through `each`. */
static bool pump(int from, int to, OsPiece each, void *ctx, int64_t *ret_bytes)
{
    char *piece = malloc(PIECE_BYTES);
    size_t got = piece ? 1 : 0;
    bool good = piece != NULL;
    *ret_bytes = 0;
    while (good && got > 0) {
        good = read_fully(from, piece, PIECE_BYTES, &got);
        Str bytes = { piece, good ? got : 0 };
        if (good && each && bytes.n)
            each(ctx, bytes);
        good = good && (to < 0 || write_fully(to, bytes));
        *ret_bytes += (int64_t)bytes.n;
    }
    int cause = errno;
    free(piece);
    errno = cause;
    return good;
}

Rc os_read_pieces(const char *path, OsPiece each, void *ctx, int64_t *ret_bytes, Err *err)
{
    CLEANUP(fd_close) int from = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return from >= 0 && pump(from, -1, each, ctx, ret_bytes) ? RC_OK : os_fail(err, path, "cannot read the file");
}

Rc os_copy_file(const char *from, const char *to, unsigned mode, OsPiece each, void *ctx, int64_t *ret_bytes, Err *err)
{
    char parent[PATH_MAX];
    CLEANUP(fd_close) int in = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in < 0)
        return os_fail(err, from, "cannot read the file");
    if (!path_parent(to, parent))
        return err_at(err, RC_LIMIT, to, "the path is empty or too long");
    CLEANUP(fd_close) int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (out < 0)
        return os_fail(err, to, "cannot write the file");
    if (!pump(in, out, each, ctx, ret_bytes) || fsync(out) != 0)
        return os_fail(err, to, "cannot copy to the file");
    return dir_sync(parent) ? RC_OK : os_fail_sync(err, to, "copied");
}

/* ---- listing ---- */

typedef struct Listing {
    Arena *arena;
    Str *names;
    size_t n;
    size_t cap;
    const char *root; /* for messages */
} Listing;

static int str_order(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

static Rc listing_add(Listing *list, Str name, Err *err)
{
    size_t bad = 0;
    if (!str_is_utf8(name, &bad))
        return err_at(err, RC_INVALID, list->root, "a file name in it is not UTF-8");
    if (list->n >= OS_LIST_MAX)
        return err_at(err, RC_LIMIT, list->root, "more than %d files", OS_LIST_MAX);
    *ARENA_PUSH(list->arena, list->names, list->n, list->cap) = name;
    return RC_OK;
}

static void listing_finish(Listing *list, OsNames *ret_names)
{
    if (list->n > 1)
        qsort(list->names, list->n, sizeof *list->names, str_order);
    *ret_names = (OsNames){ list->names, list->n };
}

/* The next entry but for . and .., or NULL at the end or, with errno set, at an error. */
static const struct dirent *dir_next(DIR *dir)
{
    const struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(dir);
    } while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    return entry;
}

Rc os_list_dir(Arena *arena, const char *path, OsNames *ret_names, Err *err)
{
    CLEANUP(dir_close) DIR *dir = opendir(path);
    if (!dir)
        return os_fail(err, path, "cannot list the folder");
    Listing list = { .arena = arena, .root = path };
    const struct dirent *entry;
    while ((entry = dir_next(dir)))
        TRY(listing_add(&list, arena_str(arena, str_c(entry->d_name)), err));
    if (errno)
        return os_fail(err, path, "cannot list the folder");
    listing_finish(&list, ret_names);
    return RC_OK;
}

/* Opens a folder inside another without following a link, so that no walk leaves its tree. */
static DIR *dir_open_at(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

static Rc tree_walk(Listing *list, DIR *dir, Str prefix, int depth, Err *err)
{
    if (depth > OS_DEPTH_MAX)
        return err_at(err, RC_LIMIT, list->root, "more than %d folders inside one another", OS_DEPTH_MAX);
    const struct dirent *entry;
    while ((entry = dir_next(dir))) {
        struct stat st;
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            return os_fail(err, list->root, "cannot list the folder");
        if (S_ISREG(st.st_mode)) {
            TRY(listing_add(list, arena_printf(list->arena, "%.*s%s", STR_ARG(prefix), entry->d_name), err));
            continue;
        }
        if (!S_ISDIR(st.st_mode))
            continue;
        CLEANUP(dir_close) DIR *inner = dir_open_at(dirfd(dir), entry->d_name);
        if (!inner)
            return os_fail(err, list->root, "cannot list a folder in it");
        Str inner_prefix = arena_printf(list->arena, "%.*s%s/", STR_ARG(prefix), entry->d_name);
        TRY(tree_walk(list, inner, inner_prefix, depth + 1, err));
    }
    return errno ? os_fail(err, list->root, "cannot list the folder") : RC_OK;
}

Rc os_list_tree(Arena *arena, const char *path, OsNames *ret_paths, Err *err)
{
    CLEANUP(dir_close) DIR *dir = opendir(path);
    if (!dir)
        return os_fail(err, path, "cannot list the folder");
    Listing list = { .arena = arena, .root = path };
    TRY(tree_walk(&list, dir, STR_NONE, 0, err));
    listing_finish(&list, ret_paths);
    return RC_OK;
}

/* ---- folders ---- */

static Rc mkdir_one(const char *path, unsigned mode, Err *err)
{
    struct stat st;
    if (mkdir(path, (mode_t)mode) == 0) {
        char parent[PATH_MAX];
        return path_parent(path, parent) && dir_sync(parent) ? RC_OK : os_fail_sync(err, path, "made");
    }
    if (errno != EEXIST)
        return os_fail(err, path, "cannot make the folder");
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return RC_OK;
    return err_at(err, RC_INVALID, path, "is there already and not a folder");
}

Rc os_mkdirs(const char *path, unsigned mode, Err *err)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return err_at(err, RC_LIMIT, path, "the path is empty or too long");
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        if (path[i - 1] == '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        TRY(mkdir_one(part, mode, err));
    }
    return RC_OK;
}

static Rc tree_remove_in(DIR *dir, const char *root, int depth, Err *err);

/* Removes one name in an open folder. */
static Rc tree_remove_at(int parent, const char *name, const char *root, int depth, Err *err)
{
    struct stat st;
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? RC_OK : os_fail(err, root, "cannot remove");
    if (!S_ISDIR(st.st_mode))
        return unlinkat(parent, name, 0) == 0 || errno == ENOENT ? RC_OK : os_fail(err, root, "cannot remove");
    if (depth > OS_DEPTH_MAX)
        return err_at(err, RC_LIMIT, root, "more than %d folders inside one another", OS_DEPTH_MAX);
    struct stat top;
    if (stat("/", &top) == 0 && st.st_dev == top.st_dev && st.st_ino == top.st_ino)
        return err_at(err, RC_INVALID, root, "the root is not removed");
    CLEANUP(dir_close) DIR *dir = dir_open_at(parent, name);
    if (!dir)
        return os_fail(err, root, "cannot remove");
    TRY(tree_remove_in(dir, root, depth, err));
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 ? RC_OK : os_fail(err, root, "cannot remove");
}

static Rc tree_remove_in(DIR *dir, const char *root, int depth, Err *err)
{
    const struct dirent *entry;
    while ((entry = dir_next(dir)))
        TRY(tree_remove_at(dirfd(dir), entry->d_name, root, depth + 1, err));
    return errno ? os_fail(err, root, "cannot remove") : RC_OK;
}

Rc os_remove_tree(const char *path, Err *err)
{
    /* A slash at the end would follow a link to a folder. */
    char clean[PATH_MAX];
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    if (n >= sizeof clean)
        return err_at(err, RC_LIMIT, path, "the path is too long");
    memcpy(clean, path, n);
    clean[n] = '\0';
    const char *slash = strrchr(clean, '/');
    const char *last = slash ? slash + 1 : clean;
    if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0)
        return err_at(err, RC_INVALID, path, "this path is not removed");
    return tree_remove_at(AT_FDCWD, clean, path, 0, err);
}

/* ---- locks ---- */

static Rc lock_busy(int fd, const char *path, Err *err)
{
    char holder[24] = "";
    ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
    holder[n > 0 ? n : 0] = '\0';
    holder[strspn(holder, "0123456789")] = '\0';
    return err_at(err, RC_BUSY, path, "in use by process %s", *holder ? holder : "(unknown)");
}

Rc os_lock_file(const char *path, OsLock *ret_lock, Err *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return os_fail(err, path, "cannot open the lock");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? lock_busy(fd, path, err) : os_fail(err, path, "cannot lock");
    char id[24];
    int n = snprintf(id, sizeof id, "%jd\n", (intmax_t)getpid());
    if (ftruncate(fd, 0) != 0 || !write_fully(fd, (Str){ id, (size_t)n }))
        return os_fail(err, path, "cannot write the lock");
    ret_lock->fd = fd;
    fd = -1; /* It is the caller's now. */
    return RC_OK;
}

void os_unlock(OsLock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    *lock = OS_LOCK_NONE;
}
