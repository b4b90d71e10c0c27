/* yaml.h - the YAML in which packs are written, as a tree that knows where everything stands.
 *
 * A strict subset of YAML 1.1, read with libyaml: one document of mappings with unique text keys, sequences and
 * scalars. Anchors, aliases, merge keys, tags and directives are refused, because a reviewer must see what a rule
 * says where it stands, and a value must not change type by a mark. Scalars stay text: whoever reads a node decides
 * what it means. The tree lives in the arena and does not need the text afterwards.
 *
 * Lines and columns count from 1, columns in code points. */
#ifndef YIFA_LIB_FMT_YAML_H
#define YIFA_LIB_FMT_YAML_H

#include "base/arena.h"
#include "base/rc.h"

enum { YAML_BYTES_MAX = 1 << 20, YAML_DEPTH_MAX = 32, YAML_NODES_MAX = 100000 };

typedef enum YamlKind { YAML_SCALAR, YAML_SEQ, YAML_MAP } YamlKind;

typedef struct YamlNode YamlNode;

typedef struct YamlPair {
    Str key;
    Str path; /* of the file, as given to yaml_parse */
    int line; /* of the key */
    int col;
    YamlNode *value; /* never NULL */
} YamlPair;

struct YamlNode {
    YamlKind kind;
    Str path; /* of the file, as given to yaml_parse: trees of several files may be put together */
    int line;
    int col;
    bool quoted; /* a scalar in quotes or in block form: text for certain, never null */
    Str text;    /* of a scalar */
    size_t n;    /* of items or pairs */
    YamlNode **items;
    YamlPair *pairs; /* in the order written */
};

/* `path`, which must live as long as the tree, says where things stand: err->place is "path:line:col". RC_PARSE:
 * malformed or not in the subset. RC_LIMIT: larger, deeper or more than the limits above. */
MUST_CHECK Rc yaml_parse(Arena *arena, Str path, Str text, YamlNode **ret_root, Err *err);

/* The value of a key, or NULL when it is absent or `map` is no mapping. */
const YamlNode *yaml_get(const YamlNode *map, Str key);
const YamlPair *yaml_pair(const YamlNode *map, Str key);

/* Absent, empty, ~ or null (also Null, NULL), but not in quotes. */
bool yaml_is_null(const YamlNode *node);

/* For those who give the tree a meaning: fails with RC_INVALID and the place of a node or a pair's key. */
Rc yaml_fail(Err *err, Str path, int line, int col, const char *format, ...) PRINTF_LIKE(5, 6);

#endif
