#include "fuzz.h"

#include <assert.h>

#include "lib/fmt/yaml.h"

/* Every node stands somewhere, no later than its children, and keys are unique valid text. */
static void check_node(const YamlNode *node, int depth)
{
    size_t bad_at;
    assert(depth <= YAML_DEPTH_MAX && node->line >= 1 && node->col >= 1);
    if (node->kind == YAML_SCALAR)
        assert(str_is_utf8(node->text, &bad_at));
    for (size_t i = 0; node->kind == YAML_SEQ && i < node->n; i++) {
        assert(node->items[i]->line >= node->line);
        check_node(node->items[i], depth + 1);
    }
    for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        assert(pair->line >= node->line && pair->value->line >= pair->line);
        assert(str_is_utf8(pair->key, &bad_at) && yaml_pair(node, pair->key) == pair);
        check_node(pair->value, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    YamlNode *root;
    Err err = { 0 };
    Rc rc = yaml_parse(arena, STR("f"), (Str){ (const char *)data, size }, &root, &err);
    if (rc == RC_OK)
        check_node(root, 0);
    else
        assert(err.rc == rc && err.place[0] && err.text[0]);
    return 0;
}
