#include "fault/disk_internal.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Bytes {
    char *p;
    size_t n;
    size_t cap;
} Bytes;

typedef struct List {
    size_t *at; /* places in the log */
    size_t n;
    size_t cap;
} List;

typedef struct File {
    Bytes durable;
    List pending; /* writes and sizes since the last sync */
} File;

typedef struct Entry {
    const char *path; /* in the log */
    int node;         /* -1: a folder */
} Entry;

typedef struct Entries {
    Entry *items;
    size_t n;
    size_t cap;
} Entries;

struct DiskReplay {
    size_t at;
    int64_t mark;
    File *files;
    Entries durable;
    List names; /* changes of names that are not durable */
};

/* splitmix64 (Steele, Lea and Flood 2014). */
uint64_t disk_random(DiskChance *chance)
{
    uint64_t z = (chance->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void list_add(List *list, size_t at)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 16;
        list->at = realloc(list->at, list->cap * sizeof *list->at);
        assert(list->at);
    }
    list->at[list->n++] = at;
}

/* ---- what a change does ---- */

static void bytes_resize(Bytes *b, size_t n)
{
    if (n > b->cap) {
        b->cap = n * 2;
        b->p = realloc(b->p, b->cap);
        assert(b->p);
    }
    if (n > b->n)
        memset(b->p + b->n, 0, n - b->n);
    b->n = n;
}

/* The first `n` bytes of a write, or a change of size. */
static void file_apply(Bytes *b, const Change *c, size_t n)
{
    if (c->kind == CHANGE_SIZE) {
        bytes_resize(b, c->n);
        return;
    }
    if (c->offset + n > b->n)
        bytes_resize(b, c->offset + n);
    memcpy(b->p + c->offset, c->bytes, n);
}

static void entries_drop(Entries *e, const char *path)
{
    for (size_t i = 0; i < e->n; i++)
        if (strcmp(e->items[i].path, path) == 0) {
            e->items[i] = e->items[--e->n];
            return;
        }
}

static void entries_set(Entries *e, const char *path, int node)
{
    entries_drop(e, path);
    if (e->n == e->cap) {
        e->cap = e->cap ? e->cap * 2 : 64;
        e->items = realloc(e->items, e->cap * sizeof *e->items);
        assert(e->items);
    }
    e->items[e->n++] = (Entry){ path, node };
}

static void entries_apply(Entries *e, const Change *c)
{
    if (c->kind != CHANGE_MAKE && c->kind != CHANGE_FOLDER)
        entries_drop(e, c->path);
    if (c->kind != CHANGE_REMOVE)
        entries_set(e, c->to ? c->to : c->path, c->node);
}

static bool lies_in(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    if (n == 0)
        return !strchr(path, '/');
    return strncmp(path, folder, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

/* ---- going on ---- */

static void sync_file(File *f)
{
    for (size_t i = 0; i < f->pending.n; i++) {
        const Change *c = &disk_log[f->pending.at[i]];
        file_apply(&f->durable, c, c->n);
    }
    f->pending.n = 0;
}

static void sync_folder(DiskReplay *r, const char *folder)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->names.n; i++) {
        const Change *c = &disk_log[r->names.at[i]];
        if (lies_in(c->to ? c->to : c->path, folder))
            entries_apply(&r->durable, c);
        else
            r->names.at[kept++] = r->names.at[i];
    }
    r->names.n = kept;
}

static void step(DiskReplay *r, size_t at)
{
    const Change *c = &disk_log[at];
    switch (c->kind) {
    case CHANGE_MAKE:
    case CHANGE_FOLDER:
    case CHANGE_REMOVE:
    case CHANGE_RENAME: list_add(&r->names, at); break;
    case CHANGE_WRITE:
    case CHANGE_SIZE: list_add(&r->files[c->node].pending, at); break;
    case CHANGE_SYNC: sync_file(&r->files[c->node]); break;
    case CHANGE_SYNC_DIR: sync_folder(r, c->path); break;
    case CHANGE_MARK: r->mark = (int64_t)c->n; break;
    }
}

DiskReplay *disk_replay_new(void)
{
    DiskReplay *r = calloc(1, sizeof *r);
    assert(r);
    r->mark = -1;
    r->files = calloc((size_t)disk_nodes() + 1, sizeof *r->files);
    assert(r->files);
    return r;
}

void disk_replay_free(DiskReplay *replay)
{
    for (int i = 0; i < disk_nodes(); i++) {
        free(replay->files[i].durable.p);
        free(replay->files[i].pending.at);
    }
    free(replay->files);
    free(replay->durable.items);
    free(replay->names.at);
    free(replay);
}

void disk_replay_to(DiskReplay *replay, size_t n)
{
    assert(n <= disk_log_n);
    for (; replay->at < n; replay->at++)
        step(replay, replay->at);
}

int64_t disk_replay_mark(const DiskReplay *replay)
{
    return replay->mark;
}

/* ---- an image ---- */

/* How lucky what was not synced is: in one image all of it is lost, in another all of it is there, mostly by lot. */
static unsigned luck_of(DiskChance *chance)
{
    static const unsigned luck[] = { 0, 256, 16, 64, 128, 192, 240, 128 };
    return luck[disk_random(chance) % (sizeof luck / sizeof *luck)];
}

static bool happens(DiskChance *chance, unsigned luck)
{
    return disk_random(chance) % 256 < luck;
}

/* A torn write ends at a sector of the device, wherever the write began. */
static size_t torn(const Change *c, DiskChance *chance)
{
    size_t sectors = (c->offset % DISK_SECTOR + c->n + DISK_SECTOR - 1) / DISK_SECTOR;
    size_t end = disk_random(chance) % sectors * DISK_SECTOR;
    size_t before = c->offset % DISK_SECTOR;
    return end > before ? end - before : 0;
}

static void file_write(const char *path, const Bytes *b)
{
    FILE *file = fopen(path, "wb");
    assert(file);
    size_t written = b->n ? fwrite(b->p, 1, b->n, file) : 0;
    int closed = fclose(file);
    assert(written == b->n && closed == 0);
}

static bool is_shared_memory(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, "-shm") == 0;
}

static void image_file(const File *f, const Entry *entry, DiskChance *chance, unsigned luck, const char *path)
{
    Bytes b = { 0 };
    bytes_resize(&b, f->durable.n);
    if (f->durable.n)
        memcpy(b.p, f->durable.p, f->durable.n);
    for (size_t i = 0; i < f->pending.n; i++) {
        const Change *c = &disk_log[f->pending.at[i]];
        if (!happens(chance, luck))
            continue;
        bool whole = c->kind == CHANGE_SIZE || luck == 256 || disk_random(chance) % 4 > 0;
        size_t n = whole ? c->n : torn(c, chance);
        if (n || c->kind == CHANGE_SIZE)
            file_apply(&b, c, n);
    }
    /* A mapping may have left anything there. */
    for (size_t i = 0; is_shared_memory(entry->path) && i < b.n; i++)
        b.p[i] = (char)disk_random(chance);
    file_write(path, &b);
    free(b.p);
}

/* The names that stand in the image; those whose folder does not go with it. */
static void image_names(const DiskReplay *r, DiskChance *chance, unsigned luck, Entries *out)
{
    for (size_t i = 0; i < r->durable.n; i++)
        entries_set(out, r->durable.items[i].path, r->durable.items[i].node);
    for (size_t i = 0; i < r->names.n; i++)
        if (happens(chance, luck))
            entries_apply(out, &disk_log[r->names.at[i]]);
}

static int by_path(const void *a, const void *b)
{
    const Entry *x = a;
    const Entry *y = b;
    return strcmp(x->path, y->path);
}

void disk_replay_image(const DiskReplay *replay, DiskChance *chance, const char *folder)
{
    Entries names = { 0 };
    char path[PATH_MAX];
    struct stat st;
    image_names(replay, chance, luck_of(chance), &names);
    qsort(names.items, names.n, sizeof *names.items, by_path);
    int made = mkdir(folder, 0750);
    assert(made == 0);
    for (size_t i = 0; i < names.n; i++) {
        const Entry *e = &names.items[i];
        snprintf(path, sizeof path, "%s/%s", folder, e->path);
        *strrchr(path, '/') = '\0';
        bool reachable = stat(path, &st) == 0;
        path[strlen(path)] = '/';
        if (!reachable)
            continue;
        if (e->node < 0)
            made = mkdir(path, 0755);
        else
            image_file(&replay->files[e->node], e, chance, luck_of(chance), path);
    }
    free(names.items);
}
