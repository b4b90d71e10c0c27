/* pack_tree.h - a folder's files in memory, as law_pack_load wants them; for tests and the pack_check tool. */
#ifndef YIFA_TESTS_LAW_PACK_TREE_H
#define YIFA_TESTS_LAW_PACK_TREE_H

#include "core/law/pack.h"

/* False when the folder or a file in it cannot be read. Not for several threads at once. */
bool pack_tree_read(Arena *arena, const char *folder, LawFile **ret_files, size_t *ret_n);

#endif
