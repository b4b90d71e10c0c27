#include "ui/cli/paths.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "lib/os/file.h"

/* The folder of the running program. */
static Str program_folder(Arena *arena)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return STR(".");
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    return arena_str(arena, (Str){ path, slash ? (size_t)(slash - path) : 0 });
}

/* A program in a build folder uses the source tree's files, so that it runs before it is installed. */
static const char *find(Arena *arena, const char *in_build, const char *in_source, const char *installed)
{
    Str folder = program_folder(arena);
    Str built = arena_printf(arena, "%.*s/%s", STR_ARG(folder), in_build);
    if (in_build[0] && os_exists(built.p))
        return built.p;
    Str source = arena_printf(arena, "%s/%s", YIFA_SOURCE, in_source);
    if (in_source[0] && str_starts(folder, STR(YIFA_BUILD)) && os_exists(source.p))
        return source.p;
    return arena_printf(arena, "%s/%s", YIFA_DATA, installed).p;
}

const char *path_locale(Arena *arena)
{
    return find(arena, "po/locale", "", "locale");
}

const char *path_web(Arena *arena)
{
    return find(arena, "", "web", "web");
}

const char *path_packs(Arena *arena)
{
    return find(arena, "", "packs", "packs");
}
