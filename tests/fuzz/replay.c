/* Runs a fuzz target over the files of the folders given, without a fuzzer: each file, each of its beginnings, and a
 * fixed number of damaged copies. A finding of the fuzzer is kept by adding its file to the corpus.
 *
 * To search for new ones, link the target with libFuzzer instead of this file, for example:
 *   clang -D_GNU_SOURCE -std=gnu17 -g -fsanitize=fuzzer,address,undefined -Isrc tests/fuzz/json_fuzz.c \
 *     src/lib/fmt/json*.c src/base/{arena,buf,rc,str}.c -o /tmp/json_fuzz && /tmp/json_fuzz tests/fuzz/corpus/json */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { FILE_MAX = 64 * 1024, PREFIXES_MAX = 4096, DAMAGED = 300 };

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

static void run_file(const char *path)
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
    for (size_t prefix = 0; prefix < n && prefix < PREFIXES_MAX; prefix++)
        run_once(original, prefix);
    uint32_t seed = (uint32_t)n;
    for (int i = 0; i < DAMAGED && n > 0; i++) {
        memcpy(damaged, original, n);
        damage(damaged, n, &seed);
        run_once(damaged, n);
    }
}

static size_t run_folder(const char *folder)
{
    size_t files = 0;
    DIR *dir = opendir(folder);
    if (!dir) {
        perror(folder);
        exit(1);
    }
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        run_file(path);
        files++;
    }
    closedir(dir);
    return files;
}

int main(int argc, char **argv)
{
    size_t files = 0;
    for (int i = 1; i < argc; i++)
        files += run_folder(argv[i]);
    printf("%zu files\n", files);
    return files > 0 ? 0 : 1;
}
