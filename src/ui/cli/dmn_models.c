#include "ui/cli/dmn_models.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/os/file.h"

enum { FILE_MAX = 16 * 1024 * 1024 };

typedef struct Stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
} Stamp;

typedef struct Kept {
    Arena *arena; /* NULL: free */
    const char *const *paths;
    const Stamp *stamps;
    size_t n;
    uint64_t used;
    Rc rc;
    Err err;
    const DmnModel *model;
} Kept;

struct DmnModels {
    uint64_t clock;
    Kept kept[DMN_MODELS_MAX];
};

Rc dmn_model_load(Arena *arena, const char *const *paths, size_t n, const DmnModel **ret, Err *err)
{
    DmnFile files[DMN_PATHS_MAX];
    if (n > DMN_PATHS_MAX)
        return err_set(err, RC_LIMIT, "a model is made of at most %d files", DMN_PATHS_MAX);
    for (size_t i = 0; i < n; i++) {
        files[i].path = str_c(paths[i]);
        TRY(os_read_file(arena, paths[i], FILE_MAX, &files[i].bytes, err));
    }
    return dmn_read(arena, files, n, NULL, ret, err);
}

/* ---- keeping ---- */

DmnModels *dmn_models_new(void)
{
    return calloc(1, sizeof(DmnModels));
}

static void kept_clear(Kept *k)
{
    arena_free(k->arena);
    *k = (Kept){ 0 };
}

void dmn_models_freep(DmnModels **models)
{
    for (size_t i = 0; *models && i < DMN_MODELS_MAX; i++)
        kept_clear(&(*models)->kept[i]);
    free(*models);
    *models = NULL;
}

/* A file that is not there has a stamp of its own, so that it is looked for again when it comes. */
static Stamp stamp_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (Stamp){ .size = -1 };
    return (Stamp){ st.st_dev, st.st_ino, st.st_size, st.st_mtim };
}

static bool same_stamp(const Stamp *a, const Stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static bool same_paths(const Kept *k, const char *const *paths, size_t n)
{
    if (!k->arena || k->n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(k->paths[i], paths[i]) != 0)
            return false;
    return true;
}

static bool is_current(const Kept *k)
{
    for (size_t i = 0; i < k->n; i++) {
        Stamp now = stamp_of(k->paths[i]);
        if (!same_stamp(&now, &k->stamps[i]))
            return false;
    }
    return true;
}

/* The place for these paths: theirs, or a free one, or that of the model not used for longest. */
static Kept *place_for(DmnModels *models, const char *const *paths, size_t n)
{
    Kept *oldest = &models->kept[0];
    for (size_t i = 0; i < DMN_MODELS_MAX; i++) {
        Kept *k = &models->kept[i];
        if (same_paths(k, paths, n))
            return k;
        if (k->used < oldest->used)
            oldest = k;
    }
    kept_clear(oldest);
    return oldest;
}

/* The stamps are taken before the files are read: what changes meanwhile is read again next time. */
static void read_into(Kept *k, const char *const *paths, size_t n)
{
    Arena *arena = arena_new(0);
    const char **own_paths = (const char **)arena_array(arena, n, sizeof *own_paths);
    Stamp *stamps = ARENA_ARRAY(arena, Stamp, n);
    for (size_t i = 0; i < n; i++) {
        own_paths[i] = arena_c(arena, str_c(paths[i]));
        stamps[i] = stamp_of(paths[i]);
    }
    kept_clear(k);
    *k = (Kept){ .arena = arena, .paths = own_paths, .stamps = stamps, .n = n };
    k->rc = dmn_model_load(arena, own_paths, n, &k->model, &k->err);
}

Rc dmn_models_get(DmnModels *models, const char *const *paths, size_t n, const DmnModel **ret, Err *err)
{
    if (n == 0 || n > DMN_PATHS_MAX)
        return err_set(err, RC_LIMIT, "a model is made of 1 to %d files", DMN_PATHS_MAX);
    Kept *k = place_for(models, paths, n);
    if (!k->arena || !is_current(k))
        read_into(k, paths, n);
    k->used = ++models->clock;
    if (k->rc != RC_OK) {
        *err = k->err;
        return k->rc;
    }
    *ret = k->model;
    return RC_OK;
}
