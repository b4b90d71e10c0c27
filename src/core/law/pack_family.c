/* families/NAME.yaml: what several procedures have in common. A procedure that `inherits` a family is its own mapping
 * laid over the family's, before anything of it is read; so a family is never checked by itself, only in its heirs, and
 * each mistake is reported at the file in which it stands.
 *
 * How two values are laid together depends on where they stand: mappings of named things key by key, lists of things
 * with ids by id, a key that ends in '+' adds to the family's list, all else of the heir's replaces the family's. */
#include "core/law/pack_private.h"

typedef enum Merge {
    MERGE_REPLACE,
    MERGE_KEYS,   /* a mapping, key by key: let, number, roles */
    MERGE_THINGS, /* a mapping of mappings, each of them key by key: acts, clocks */
    MERGE_BY_ID   /* a list of mappings that have an id: fields, stages */
} Merge;

static const struct {
    const char *key;
    Merge merge;
} merges[] = {
    { "let", MERGE_KEYS },      { "number", MERGE_KEYS },   { "roles", MERGE_KEYS },
    { "acts", MERGE_THINGS },   { "clocks", MERGE_THINGS }, { "documents", MERGE_THINGS },
    { "sheets", MERGE_THINGS }, { "fields", MERGE_BY_ID },  { "stages", MERGE_BY_ID },
};

/* Keys by which heir and family speak to this file; what is read afterwards does not know them. */
static const char *const own_keys[] = { "family", "drop", "roles" };

static Merge merge_of(Str key)
{
    for (size_t i = 0; i < ARRAY_LEN(merges); i++) {
        if (str_eq_c(key, merges[i].key))
            return merges[i].merge;
    }
    return MERGE_REPLACE;
}

static YamlNode *like(Loader *l, const YamlNode *node, size_t room)
{
    YamlNode *copy = ARENA_NEW(l->arena, YamlNode);
    *copy = *node;
    copy->n = 0;
    copy->items = node->kind == YAML_SEQ ? ARENA_ARRAY(l->arena, YamlNode *, room + 1) : NULL;
    copy->pairs = node->kind == YAML_MAP ? ARENA_ARRAY(l->arena, YamlPair, room + 1) : NULL;
    return copy;
}

static YamlNode *copy_of(Loader *l, const YamlNode *node, size_t more)
{
    YamlNode *copy = like(l, node, node->n + more);
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == YAML_SEQ)
            copy->items[i] = node->items[i];
        else if (node->kind == YAML_MAP)
            copy->pairs[i] = node->pairs[i];
    }
    copy->n = node->n;
    return copy;
}

static size_t index_of_key(const YamlNode *map, Str key)
{
    size_t i = 0;
    while (i < map->n && !str_eq(map->pairs[i].key, key))
        i++;
    return i;
}

static bool expect(Loader *l, const YamlPair *pair, YamlKind kind)
{
    if (pair->value->kind == kind)
        return true;
    pack_issue(l, pack_at(pair->value), STR_NONE, "'%.*s' must be a %s", STR_ARG(pair->key),
               kind == YAML_SEQ ? "list" : "mapping");
    return false;
}

/* ---- one thing laid over another: an act, a field, a clock ---- */

/* "rules+": the family's list with the heir's items behind. */
static void append_list(Loader *l, YamlNode *into, const YamlPair *pair)
{
    Str key = str_slice(pair->key, 0, pair->key.n - 1);
    size_t at = index_of_key(into, key);
    if (!expect(l, pair, YAML_SEQ))
        return;
    if (at == into->n) {
        into->pairs[into->n++] =
            (YamlPair){ .key = key, .path = pair->path, .line = pair->line, .col = pair->col, .value = pair->value };
        return;
    }
    if (!expect(l, &into->pairs[at], YAML_SEQ))
        return;
    YamlNode *list = copy_of(l, into->pairs[at].value, pair->value->n);
    for (size_t i = 0; i < pair->value->n; i++)
        list->items[list->n++] = pair->value->items[i];
    into->pairs[at].value = list;
}

static YamlNode *lay_thing(Loader *l, const YamlNode *under, const YamlNode *over)
{
    YamlNode *result = copy_of(l, under, over->n);
    for (size_t i = 0; i < over->n; i++) {
        const YamlPair *pair = &over->pairs[i];
        if (pair->key.n > 1 && pair->key.p[pair->key.n - 1] == '+') {
            append_list(l, result, pair);
            continue;
        }
        size_t at = index_of_key(result, pair->key);
        result->pairs[at] = *pair;
        if (at == result->n)
            result->n++;
    }
    return result;
}

/* A mapping of things; `deep`: what both have is laid together, else the heir's replaces. */
static YamlNode *lay_map(Loader *l, const YamlNode *under, const YamlNode *over, bool deep)
{
    YamlNode *result = copy_of(l, under, over->n);
    for (size_t i = 0; i < over->n; i++) {
        YamlPair pair = over->pairs[i];
        size_t at = index_of_key(result, pair.key);
        if (deep && at < result->n && pair.value->kind == YAML_MAP && result->pairs[at].value->kind == YAML_MAP)
            pair.value = lay_thing(l, result->pairs[at].value, pair.value);
        result->pairs[at] = pair;
        if (at == result->n)
            result->n++;
    }
    return result;
}

/* ---- lists of things with ids ---- */

static size_t index_of_id(const YamlNode *list, Str id)
{
    for (size_t i = 0; i < list->n; i++) {
        const YamlNode *own = yaml_get(list->items[i], STR("id"));
        if (own && own->kind == YAML_SCALAR && str_eq(own->text, id))
            return i;
    }
    return list->n;
}

static YamlNode *without_key(Loader *l, const YamlNode *map, Str key)
{
    YamlNode *copy = like(l, map, map->n);
    for (size_t i = 0; i < map->n; i++) {
        if (!str_eq(map->pairs[i].key, key))
            copy->pairs[copy->n++] = map->pairs[i];
    }
    return copy;
}

/* Where a new item goes: behind the one it names in `after`, else at the end. */
static size_t place_of(Loader *l, const YamlNode *list, const YamlNode *item)
{
    const YamlNode *after = yaml_get(item, STR("after"));
    if (!after || after->kind != YAML_SCALAR)
        return list->n;
    size_t at = index_of_id(list, after->text);
    if (at < list->n)
        return at + 1;
    pack_issue(l, pack_at(after), STR_NONE, "there is no '%.*s' to stand after", STR_ARG(after->text));
    return list->n;
}

static YamlNode *lay_list(Loader *l, const YamlNode *under, const YamlNode *over)
{
    YamlNode *result = copy_of(l, under, over->n);
    for (size_t i = 0; i < over->n; i++) {
        YamlNode *item = over->items[i];
        const YamlNode *id = yaml_get(item, STR("id"));
        size_t at = id && id->kind == YAML_SCALAR ? index_of_id(result, id->text) : result->n;
        if (at < result->n) {
            result->items[at] = lay_thing(l, result->items[at], item);
            continue;
        }
        at = place_of(l, result, item);
        for (size_t k = result->n; k > at; k--)
            result->items[k] = result->items[k - 1];
        result->items[at] = item->kind == YAML_MAP ? without_key(l, item, STR("after")) : item;
        result->n++;
    }
    return result;
}

/* ---- dropping ---- */

static bool names(const YamlNode *list, Str id)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i]->kind == YAML_SCALAR && str_eq(list->items[i]->text, id))
            return true;
    }
    return false;
}

static void check_drop(Loader *l, const YamlNode *from, const YamlPair *drop)
{
    for (size_t i = 0; i < drop->value->n; i++) {
        const YamlNode *item = drop->value->items[i];
        bool there = item->kind == YAML_SCALAR && (from->kind == YAML_MAP ? index_of_key(from, item->text)
                                                                          : index_of_id(from, item->text)) < from->n;
        if (!there)
            pack_issue(l, pack_at(item), STR_NONE, "the family has nothing of that name in '%.*s' to drop",
                       STR_ARG(drop->key));
    }
}

static YamlNode *without(Loader *l, const YamlNode *from, const YamlNode *drop)
{
    YamlNode *result = like(l, from, from->n);
    for (size_t i = 0; i < from->n; i++) {
        if (from->kind == YAML_MAP && !names(drop, from->pairs[i].key)) {
            result->pairs[result->n++] = from->pairs[i];
        } else if (from->kind == YAML_SEQ) {
            const YamlNode *id = yaml_get(from->items[i], STR("id"));
            if (!id || !names(drop, id->text))
                result->items[result->n++] = from->items[i];
        }
    }
    return result;
}

static YamlNode *drop_from(Loader *l, const YamlNode *family, const YamlNode *drop)
{
    YamlNode *result = copy_of(l, family, 0);
    if (!drop)
        return result;
    if (drop->kind != YAML_MAP) {
        pack_issue(l, pack_at(drop), STR("write `drop: {acts: [id]}`"), "'drop' must be a mapping");
        return result;
    }
    for (size_t i = 0; i < drop->n; i++) {
        const YamlPair *pair = &drop->pairs[i];
        size_t at = index_of_key(result, pair->key);
        if (!expect(l, pair, YAML_SEQ))
            continue;
        if (at == result->n || result->pairs[at].value->kind == YAML_SCALAR) {
            pack_issue(l, pack_at_key(pair), STR("fields, let, stages, acts, clocks or documents"),
                       "the family has no '%.*s' to drop from", STR_ARG(pair->key));
            continue;
        }
        check_drop(l, result->pairs[at].value, pair);
        result->pairs[at].value = without(l, result->pairs[at].value, pair->value);
    }
    return result;
}

/* ---- the whole ---- */

static YamlNode *lay_value(Loader *l, const YamlNode *under, const YamlPair *over)
{
    Merge merge = merge_of(over->key);
    YamlKind wanted = merge == MERGE_BY_ID ? YAML_SEQ : YAML_MAP;
    if (merge == MERGE_REPLACE || under->kind != wanted || over->value->kind != wanted)
        return over->value;
    if (merge == MERGE_BY_ID)
        return lay_list(l, under, over->value);
    return lay_map(l, under, over->value, merge == MERGE_THINGS);
}

static bool at_every_stage(const YamlNode *act)
{
    const YamlNode *from = yaml_get(act, STR("from"));
    return !yaml_get(act, STR("open")) && (!from || from->kind == YAML_SCALAR);
}

/* What can be done at every stage, corrections above all, stands behind what the heir adds; else all keep their order.
 */
static void put_last(Loader *l, YamlNode *acts)
{
    YamlPair *late = ARENA_ARRAY(l->arena, YamlPair, acts->n + 1);
    size_t n_late = 0;
    size_t n = 0;
    for (size_t i = 0; i < acts->n; i++) {
        if (at_every_stage(acts->pairs[i].value))
            late[n_late++] = acts->pairs[i];
        else
            acts->pairs[n++] = acts->pairs[i];
    }
    for (size_t i = 0; i < n_late; i++)
        acts->pairs[n++] = late[i];
}

static const YamlNode *lay(Loader *l, const YamlNode *family, const YamlNode *heir)
{
    YamlNode *base = drop_from(l, family, yaml_get(heir, STR("drop")));
    YamlNode *result = copy_of(l, base, heir->n);
    /* Of a family's family the heir sees nothing but what it became. */
    result->line = heir->line;
    result->col = heir->col;
    result->path = heir->path;
    for (size_t i = 0; i < heir->n; i++) {
        YamlPair pair = heir->pairs[i];
        size_t at = index_of_key(result, pair.key);
        if (at < result->n)
            pair.value = lay_value(l, result->pairs[at].value, &pair);
        if (at < result->n && str_eq(pair.key, STR("acts")) && pair.value->kind == YAML_MAP)
            put_last(l, pair.value);
        result->pairs[at] = pair;
        if (at == result->n)
            result->n++;
    }
    return result;
}

static PackFamily *find_family(Loader *l, const YamlNode *name)
{
    Nearest nearest = pack_nearest(name->text);
    for (size_t i = 0; i < l->n_families; i++) {
        if (str_eq(l->families[i].id, name->text))
            return &l->families[i];
        pack_nearest_offer(&nearest, l->families[i].id);
    }
    pack_issue(l, pack_at(name), pack_nearest_hint(l->arena, &nearest, STR("add it to families/")),
               "there is no family '%.*s'", STR_ARG(name->text));
    return NULL;
}

static const YamlNode *with_ancestors(Loader *l, const YamlNode *root);

static const YamlNode *whole_family(Loader *l, const YamlNode *name)
{
    PackFamily *family = name->kind == YAML_SCALAR ? find_family(l, name) : NULL;
    if (!family)
        return NULL;
    if (family->merging) {
        pack_issue(l, pack_at(name), STR_NONE, "families inherit from each other in a circle");
        return NULL;
    }
    if (!family->merged) {
        family->merging = true;
        const YamlNode *root = with_ancestors(l, family->root);
        family->merging = false;
        family->root = root ? root : family->root;
        family->merged = true;
    }
    return family->root;
}

static const YamlNode *with_ancestors(Loader *l, const YamlNode *root)
{
    const YamlNode *name = yaml_get(root, STR("inherits"));
    if (!name)
        return root;
    const YamlNode *family = whole_family(l, name);
    return family ? lay(l, family, root) : NULL;
}

/* ---- roles of a family ---- */

/* `by: [doer]` where `roles: {doer: [clerk]}`: the names are replaced by what they stand for. */
static void put_roles(Loader *l, YamlPair *by, const YamlNode *roles)
{
    if (by->value->kind != YAML_SEQ)
        return;
    size_t room = 0;
    for (size_t i = 0; i < by->value->n; i++) {
        const YamlNode *meant = yaml_get(roles, by->value->items[i]->text);
        room += meant && meant->kind == YAML_SEQ ? meant->n : 1;
    }
    YamlNode *list = like(l, by->value, room);
    for (size_t i = 0; i < by->value->n; i++) {
        YamlNode *item = by->value->items[i];
        const YamlNode *meant = yaml_get(roles, item->text);
        bool is_list = meant && meant->kind == YAML_SEQ;
        for (size_t k = 0; k < (is_list ? meant->n : 1); k++) {
            YamlNode *role = is_list ? meant->items[k] : item;
            if (!names(list, role->text))
                list->items[list->n++] = role;
        }
    }
    by->value = list;
}

static void resolve_roles(Loader *l, YamlNode *root)
{
    const YamlNode *roles = yaml_get(root, STR("roles"));
    size_t at = index_of_key(root, STR("acts"));
    if (!roles || at == root->n || root->pairs[at].value->kind != YAML_MAP)
        return;
    if (roles->kind != YAML_MAP) {
        pack_issue(l, pack_at(roles), STR("write `roles: {doer: [role]}`"), "'roles' must be a mapping");
        return;
    }
    YamlNode *acts = copy_of(l, root->pairs[at].value, 0);
    for (size_t i = 0; i < acts->n; i++) {
        if (acts->pairs[i].value->kind != YAML_MAP)
            continue;
        YamlNode *act = copy_of(l, acts->pairs[i].value, 0);
        size_t by = index_of_key(act, STR("by"));
        if (by < act->n)
            put_roles(l, &act->pairs[by], roles);
        acts->pairs[i].value = act;
    }
    root->pairs[at].value = acts;
}

const YamlNode *pack_inherit(Loader *l, const YamlNode *root)
{
    if (!yaml_get(root, STR("inherits")))
        return root;
    const YamlNode *merged = with_ancestors(l, root);
    if (!merged)
        return NULL;
    YamlNode *whole = copy_of(l, merged, 0);
    resolve_roles(l, whole);
    for (size_t i = 0; i < ARRAY_LEN(own_keys); i++)
        whole = without_key(l, whole, str_c(own_keys[i]));
    return whole;
}

/* ---- the files ---- */

void pack_read_family(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    const YamlNode *id = root ? yaml_get(root, STR("family")) : NULL;
    if (!root)
        return;
    if (!id || id->kind != YAML_SCALAR) {
        pack_issue(l, pack_at(root), STR("begin the file with `family: id`"), "'family' is missing in a family");
        return;
    }
    if (!pack_check_id(l, pack_at(id), id->text, ID_PLAIN))
        return;
    for (size_t i = 0; i < l->n_families; i++) {
        if (str_eq(l->families[i].id, id->text))
            pack_issue(l, pack_at(id), STR("choose another id"), "there are two families '%.*s'", STR_ARG(id->text));
    }
    *ARENA_PUSH(l->arena, l->families, l->n_families, l->cap_families) = (PackFamily){ .id = id->text, .root = root };
}
