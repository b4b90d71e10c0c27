/* paths.h - where the program finds its own files: beside the build, else where it was installed. */
#ifndef YIFA_UI_CLI_PATHS_H
#define YIFA_UI_CLI_PATHS_H

#include "base/arena.h"

const char *path_locale(Arena *arena); /* folder of message catalogues */
const char *path_web(Arena *arena);    /* templates and static files */
const char *path_packs(Arena *arena);  /* packs shipped with the program */

#endif
