#include "app/demo/words.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "lib/os/file.h"

Rc words_yaml(Arena *arena, const char *folder, const char *file, Str *ret_path, YamlNode **ret_root, Err *err)
{
    Str bytes;
    Str path = arena_printf(arena, "%s/demo/%s", folder, file);
    TRY(os_read_file(arena, path.p, YAML_BYTES_MAX, &bytes, err));
    TRY(yaml_parse(arena, path, bytes, ret_root, err));
    *ret_path = path;
    return RC_OK;
}

Str words_text(const YamlNode *map, const char *key)
{
    const YamlNode *node = yaml_get(map, str_c(key));
    return node && node->kind == YAML_SCALAR && !yaml_is_null(node) ? node->text : STR_NONE;
}

Day words_day(const YamlNode *map, const char *key, Day missing)
{
    Day day;
    return day_parse(words_text(map, key), &day) ? day : missing;
}

int64_t words_int(const YamlNode *map, const char *key, int64_t missing)
{
    int64_t value;
    return str_to_i64(words_text(map, key), &value) ? value : missing;
}

double words_weight(const YamlNode *map, const char *key, double missing)
{
    Str text = words_text(map, key);
    return text.n ? strtod(text.p, NULL) : missing; /* scalars are followed by NUL */
}

const YamlNode *words_at(const YamlNode *root, const char *path)
{
    const YamlNode *node = root;
    Str rest = str_c(path);
    while (node && rest.n)
        node = yaml_get(node, str_cut(rest, '.', &rest));
    return node;
}

double words_number(const YamlNode *root, const char *path, double missing)
{
    const YamlNode *node = words_at(root, path);
    return node && node->kind == YAML_SCALAR ? strtod(node->text.p, NULL) : missing;
}

Str words_draw(const YamlNode *root, const char *path, Chance *chance, const char *except)
{
    enum { CHOICES_MAX = 64 };
    double weights[CHOICES_MAX] = { 0 };
    const YamlNode *map = words_at(root, path);
    if (!map || map->kind != YAML_MAP || !map->n || map->n > CHOICES_MAX)
        return STR_NONE;
    for (size_t i = 0; i < map->n; i++) {
        bool out = except && str_eq_c(map->pairs[i].key, except);
        weights[i] = out ? 0 : strtod(map->pairs[i].value->text.p, NULL);
    }
    return map->pairs[chance_weighted(chance, weights, map->n)].key;
}

void words_init(Words *words, Arena *arena)
{
    words->arena = arena;
    map_init(&words->lists, arena);
}

static void add_list(Words *words, Str name, const YamlNode *node)
{
    size_t n = node->kind == YAML_SEQ ? node->n : 1;
    Str *items = ARENA_ARRAY(words->arena, Str, n);
    WordList *list = ARENA_NEW(words->arena, WordList);
    list->items = items;
    for (size_t i = 0; i < n; i++) {
        const YamlNode *item = node->kind == YAML_SEQ ? node->items[i] : node;
        if (item->kind == YAML_SCALAR)
            items[list->n++] = item->text;
    }
    map_put(&words->lists, name, list);
}

static void add_tree(Words *words, Str prefix, const YamlNode *map)
{
    for (size_t i = 0; i < map->n; i++) {
        const YamlNode *value = map->pairs[i].value;
        Str name = map->pairs[i].key;
        if (prefix.n)
            name = arena_printf(words->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(name));
        if (value->kind == YAML_MAP)
            add_tree(words, name, value); /* the reader has bounded the depth */
        else
            add_list(words, name, value);
    }
}

Rc words_load(Words *words, const char *folder, const char *file, Err *err)
{
    YamlNode *root = NULL;
    Str path;
    TRY(words_yaml(words->arena, folder, file, &path, &root, err));
    if (root->kind == YAML_MAP)
        add_tree(words, STR_NONE, root);
    return RC_OK;
}

Rc words_require(const Words *words, const char *const *names, size_t n, Err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!words_list(words, names[i]).n)
            return err_set(err, RC_NOT_FOUND, "the demonstration's texts have no list \"%s\"", names[i]);
    return RC_OK;
}

WordList words_list(const Words *words, const char *name)
{
    const WordList *list = map_get(&words->lists, str_c(name));
    return list ? *list : (WordList){ 0 };
}

Str words_pick_in(WordList list, Chance *chance)
{
    return list.n ? list.items[chance_below(chance, (uint32_t)list.n)] : STR_NONE;
}

Str words_pick(const Words *words, Chance *chance, const char *name)
{
    return words_pick_in(words_list(words, name), chance);
}

Str words_pick2(const Words *words, Chance *chance, const char *group, Str name)
{
    char full[128];
    snprintf(full, sizeof full, "%s.%.*s", group, STR_ARG(name));
    return words_pick(words, chance, full);
}

static const WordPair *find_pair(Str name, const WordPair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(name, pairs[i].name))
            return &pairs[i];
    return NULL;
}

Str words_fill(Arena *arena, Str text, const WordPair *pairs, size_t n)
{
    Buf out;
    buf_init(&out, 16384);
    while (text.n) {
        size_t open = str_find(text, STR("{"));
        size_t close = open == SIZE_MAX ? SIZE_MAX : str_find(text, STR("}"));
        if (close == SIZE_MAX || close < open)
            break;
        const WordPair *pair = find_pair(str_slice(text, open + 1, close), pairs, n);
        buf_str(&out, str_slice(text, 0, open));
        buf_str(&out, pair ? pair->value : str_slice(text, open, close + 1));
        text = str_slice(text, close + 1, text.n);
    }
    buf_str(&out, text);
    Str filled = buf_to_arena(&out, arena);
    buf_free(&out);
    return filled;
}
