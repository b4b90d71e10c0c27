/* Runs a fuzz target over the files of the folders given, without a fuzzer: each file, some of its beginnings, and some
 * damaged copies, so many that a folder takes seconds however many files it holds. A finding of the fuzzer is kept by
 * adding its file to the corpus. tools/fuzz searches for new ones. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { FILE_MAX = 64 * 1024, RUNS = 8000, RUNS_PER_FILE_MAX = 1000 };

/* An exact copy on the heap, so that a sanitizer sees the first byte read beyond it. */
static void run_once(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        abort();
    memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void damage(uint8_t *bytes, size_t n, uint32_t *seed)
{
    static const uint8_t interesting[] = {
        0, '"', '\\', '{', '}', '[', ']', ':', ',', '-', '\n', '\t', 0x80, 0xE4, 0xFF
    };
    for (uint32_t times = 1 + next_random(seed) % 4; times > 0; times--) {
        size_t at = next_random(seed) % n;
        uint32_t how = next_random(seed) % 3;
        if (how == 0)
            bytes[at] = interesting[next_random(seed) % sizeof interesting];
        else if (how == 1)
            bytes[at] ^= (uint8_t)(1u << next_random(seed) % 8);
        else
            bytes[at] = bytes[next_random(seed) % n];
    }
}

/* `runs` of them besides the file itself: half its beginnings, evenly spread, half damaged copies. */
static void run_file(const char *path, size_t runs)
{
    static uint8_t original[FILE_MAX];
    static uint8_t damaged[FILE_MAX];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    size_t n = fread(original, 1, sizeof original, file);
    fclose(file);
    run_once(original, n);
    size_t step = 1 + n / (runs / 2 + 1);
    for (size_t prefix = 0; prefix < n; prefix += step)
        run_once(original, prefix);
    uint32_t seed = (uint32_t)n;
    for (size_t i = 0; i < runs / 2 && n > 0; i++) {
        memcpy(damaged, original, n);
        damage(damaged, n, &seed);
        run_once(damaged, n);
    }
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static size_t run_folder(const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_file, alphasort);
    if (n < 0) {
        perror(folder);
        exit(1);
    }
    size_t runs = n > 0 ? RUNS / (size_t)n : 0;
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        run_file(path, runs < RUNS_PER_FILE_MAX ? runs : RUNS_PER_FILE_MAX);
        free(entries[i]);
    }
    free(entries);
    return (size_t)n;
}

int main(int argc, char **argv)
{
    size_t files = 0;
    for (int i = 1; i < argc; i++)
        files += run_folder(argv[i]);
    printf("%zu files\n", files);
    return files > 0 ? 0 : 1;
}
