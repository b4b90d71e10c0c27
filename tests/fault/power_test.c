/* Power cuts: an office works on a disk that remembers, and for moments before, at and after every sync the disks that
 * a power cut could leave are made, opened, verified and worked on.
 *
 *   power_test CUTS SEED     prints what was found; exits with 1 when anything acknowledged is lost
 *
 * Then the same with a disk that lies about one kind of sync after another. Each lie must show as a loss, or else the
 * sync is not needed or the test is blind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault/disk.h"
#include "fault/office.h"

enum { WORK = 60, LIE_CUTS = 60, PATH_BYTES = 128 };

typedef struct Tally {
    size_t moments;
    size_t cuts;
    size_t opened;
    size_t acknowledged;
    size_t bad;
    size_t lost;
    char first[ERR_TEXT_MAX + 512];
} Tally;

static size_t created_at; /* changes when the office was there */

static void remember(const Ack *ack, size_t number)
{
    (void)ack;
    disk_mark((int64_t)number);
}

static void must(Rc rc, const Err *err)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s %s\n", err->place, err->text);
    exit(2);
}

/* The whole run, recorded once. A lie begins when the office has been made. */
static void record(Office *o, const char *folder, const char *lie)
{
    Err err = { 0 };
    office_init(o, folder, SEED_START);
    must(os_mkdirs(folder, 0750, &err), &err);
    disk_skip_syncs(true);
    disk_watch(folder, true);
    must(office_create(o, &err), &err);
    created_at = disk_changes();
    disk_ignore_syncs(lie);
    o->acknowledged = remember;
    must(office_open(o, &err), &err);
    for (unsigned i = 0; i < WORK; i++)
        must(office_work(o, i, &err), &err);
    disk_unwatch();
    office_close(o);
    office_remove(folder);
}

static void cut(const Office *o, DiskReplay *replay, size_t at, DiskChance *chance, Tally *t)
{
    char image[PATH_BYTES];
    OfficeFound found;
    office_place(image, sizeof image, "image");
    disk_replay_image(replay, chance, image);
    size_t n = (size_t)(disk_replay_mark(replay) + 1);
    bool good = at < created_at ? office_check_creation(image, &found) : office_check(image, o->acks, n, &found);
    t->cuts++;
    t->opened += good || found.entries > 0;
    t->lost += found.lost;
    if (!good && !t->bad++)
        snprintf(t->first, sizeof t->first, "after change %zu, %zu acknowledged: %s", at, n, found.text);
    if (!good && getenv("YIFA_KEEP_IMAGE"))
        exit(1);
    office_remove(image);
}

static bool is_boundary(size_t at)
{
    return disk_is_sync(at - 1) || (at < disk_changes() && disk_is_sync(at));
}

/* Moments are the states after each change, from `from` on. Two thirds of the cuts are where a sync begins or has
 * ended, one third between, spread evenly. */
static Tally cut_all(const Office *o, size_t from, size_t cuts, uint64_t seed)
{
    Tally t = { .acknowledged = o->n_acks };
    DiskChance chance = { seed };
    DiskReplay *replay = disk_replay_new();
    size_t total = disk_changes();
    size_t boundaries = 0;
    for (size_t at = from; at <= total; at++)
        boundaries += is_boundary(at);
    size_t share[2] = { cuts - cuts * 2 / 3, cuts * 2 / 3 };
    size_t moments[2] = { total + 1 - from - boundaries, boundaries };
    size_t carried[2] = { 0, 0 };
    for (size_t at = from; at <= total; at++) {
        bool b = is_boundary(at);
        carried[b] += share[b];
        size_t here = carried[b] / moments[b];
        carried[b] %= moments[b];
        disk_replay_to(replay, at);
        t.moments += here > 0;
        for (size_t k = 0; k < here; k++)
            cut(o, replay, at, &chance, &t);
    }
    disk_replay_free(replay);
    return t;
}

static Tally run(const char *lie, size_t cuts, uint64_t seed)
{
    char folder[PATH_BYTES];
    Office o;
    office_place(folder, sizeof folder, "office");
    record(&o, folder, lie);
    Tally t = cut_all(&o, lie ? created_at + 1 : 1, cuts, seed);
    office_clear(&o);
    return t;
}

static bool power_cuts(size_t cuts, uint64_t seed)
{
    Tally t = run(NULL, cuts, seed);
    printf("%zu power cuts at %zu of %zu moments, %zu images opened, %zu acknowledged acts, %zu lost\n", t.cuts,
           t.moments, disk_changes(), t.opened, t.acknowledged, t.lost);
    if (t.bad)
        printf("%zu images are bad; the first: %s\n", t.bad, t.first);
    disk_forget();
    return t.bad == 0 && t.opened == t.cuts && t.cuts > 0;
}

typedef struct Lie {
    const char *syncs; /* pattern of paths */
    const char *name;  /* of the test */
} Lie;

static const Lie lies[] = {
    { "yifa.db-wal", "missing_syncs_of_acts_are_found" },
    { "keys.db-wal", "missing_syncs_of_keys_are_found" },
    { "signer.db-wal", "missing_syncs_of_the_signer_are_found" },
    { "yifa.db", "missing_syncs_of_checkpoints_are_found" },
    { "", "missing_syncs_of_the_data_folder_are_found" },
    { "log/checkpoint.*", "missing_syncs_of_the_published_checkpoint_are_found" },
    { "log", "missing_syncs_of_the_published_folder_are_found" },
    { "log/tile/*", "missing_syncs_of_tiles_are_found" },
};

static bool find_lie(const Lie *lie, size_t cuts, uint64_t seed)
{
    Tally t = run(lie->syncs, cuts, seed);
    printf("without syncs of \"%s\": %zu of %zu images bad, %zu acknowledgements lost; the first: %s\n", lie->syncs,
           t.bad, t.cuts, t.lost, t.first);
    disk_forget();
    return t.bad > 0;
}

static void report(bool good, const char *name, int *failures)
{
    printf("[ %8s ] %s\n", good ? "OK" : "FAILED", name);
    fflush(stdout);
    *failures += !good;
}

int main(int argc, char **argv)
{
    int failures = 0;
    if (argc < 3)
        return 2;
    size_t cuts = (size_t)strtoul(argv[1], NULL, 10);
    uint64_t seed = strtoull(argv[2], NULL, 10);
    report(power_cuts(cuts, seed), "nothing_acknowledged_is_lost_in_a_power_cut", &failures);
    for (size_t i = 0; i < ARRAY_LEN(lies); i++)
        report(find_lie(&lies[i], LIE_CUTS, seed), lies[i].name, &failures);
    return failures ? 1 : 0;
}
