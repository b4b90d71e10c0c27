/* words.h - the demonstration's own words and numbers, read from the pack's demo folder: no text of any language stands
 * in C.
 *
 * A file is a tree of mappings. Its lists of texts, and single texts as lists of one, are known by dotted names:
 * "notes.redo". In a text {name} stands for what the caller gives. */
#ifndef YIFA_APP_DEMO_WORDS_H
#define YIFA_APP_DEMO_WORDS_H

#include "app/demo/chance.h"
#include "base/date.h"
#include "base/map.h"
#include "lib/fmt/yaml.h"

/* ---- reading any demo file ---- */

/* Reads demo/<file> of a pack folder. *ret_path is for messages. */
MUST_CHECK Rc words_yaml(Arena *arena, const char *folder, const char *file, Str *ret_path, YamlNode **ret_root,
                         Err *err);
Str words_text(const YamlNode *map, const char *key); /* empty when absent */
Day words_day(const YamlNode *map, const char *key, Day missing);
int64_t words_int(const YamlNode *map, const char *key, int64_t missing);
/* A decimal such as "0.57", for weights and shares only. */
double words_weight(const YamlNode *map, const char *key, double missing);
/* The node at a dotted path, or NULL. */
const YamlNode *words_at(const YamlNode *root, const char *path);
/* The number at a dotted path; RC_NOT_FOUND would help nobody, so a missing one is `missing`. */
double words_number(const YamlNode *root, const char *path, double missing);
/* Draws a key of the mapping at a path by its values as weights; `except` (which may be NULL) is left out. */
Str words_draw(const YamlNode *root, const char *path, Chance *chance, const char *except);

/* ---- lists of texts ---- */

typedef struct WordList {
    const Str *items;
    size_t n;
} WordList;

typedef struct Words {
    Arena *arena;
    Map lists; /* name -> WordList* */
} Words;

/* words_load adds all lists of demo/<file>. */
void words_init(Words *words, Arena *arena);
MUST_CHECK Rc words_load(Words *words, const char *folder, const char *file, Err *err);
/* RC_NOT_FOUND names the first of these lists that is missing or empty. */
MUST_CHECK Rc words_require(const Words *words, const char *const *names, size_t n, Err *err);
WordList words_list(const Words *words, const char *name); /* empty when unknown */
Str words_pick(const Words *words, Chance *chance, const char *name);
/* Of the list "group.name". */
Str words_pick2(const Words *words, Chance *chance, const char *group, Str name);
Str words_pick_in(WordList list, Chance *chance);

typedef struct WordPair {
    const char *name;
    Str value;
} WordPair;
/* The template with {name} replaced; unknown names stay as they are. */
Str words_fill(Arena *arena, Str text, const WordPair *pairs, size_t n);

#endif
