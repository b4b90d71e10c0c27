#include "law/pack_tree.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Tree {
    Arena *arena;
    const char *folder;
    LawFile *files;
    size_t n;
    size_t cap;
} Tree;

static bool read_file(Tree *tree, const char *relative)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", tree->folder, relative);
    FILE *file = fopen(path, "rb");
    struct stat st;
    if (!file)
        return false;
    bool good = fstat(fileno(file), &st) == 0;
    size_t size = good ? (size_t)st.st_size : 0;
    char *bytes = arena_alloc(tree->arena, size + 1);
    good = good && fread(bytes, 1, size, file) == size;
    fclose(file);
    *ARENA_PUSH(tree->arena, tree->files, tree->n, tree->cap) =
        (LawFile){ .path = arena_str(tree->arena, str_c(relative)), .bytes = { bytes, size } };
    return good;
}

static bool read_folder(Tree *tree, const char *relative)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", tree->folder, relative);
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    bool good = true;
    for (struct dirent *entry = readdir(dir); good && entry; entry = readdir(dir)) {
        char below[2048];
        struct stat st;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "%s%s%s", relative, relative[0] ? "/" : "", entry->d_name);
        snprintf(path, sizeof path, "%s/%s", tree->folder, below);
        if (stat(path, &st) != 0)
            good = false;
        else
            good = S_ISDIR(st.st_mode) ? read_folder(tree, below) : read_file(tree, below);
    }
    closedir(dir);
    return good;
}

bool pack_tree_read(Arena *arena, const char *folder, LawFile **ret_files, size_t *ret_n)
{
    Tree tree = { .arena = arena, .folder = folder };
    if (!read_folder(&tree, ""))
        return false;
    *ret_files = tree.files;
    *ret_n = tree.n;
    return true;
}
