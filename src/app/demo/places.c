#include "app/demo/places.h"

enum { COMMUNITIES_MAX = 100, PLACES_MAX = 200 };

static Rc read_community(Arena *arena, Str path, const YamlNode *node, Community *ret, Err *err)
{
    const YamlNode *list = yaml_get(node, STR("places"));
    *ret = (Community){ .id = words_text(node, "id"),
                        .name = words_text(node, "name"),
                        .unit = words_text(node, "unit"),
                        .block = words_text(node, "block"),
                        .weight = words_weight(node, "weight", 1) };
    if (!ret->id.n || !list || list->kind != YAML_SEQ || !list->n || list->n > PLACES_MAX)
        return yaml_fail(err, path, node->line, node->col, "a community needs an id and 1 to %d places", PLACES_MAX);
    Place *places = ARENA_ARRAY(arena, Place, list->n);
    for (size_t i = 0; i < list->n; i++)
        places[i] = (Place){ .name = words_text(list->items[i], "name"),
                             .kind = words_text(list->items[i], "kind"),
                             .weight = words_weight(list->items[i], "w", 1) };
    ret->places = places;
    ret->n_places = list->n;
    return RC_OK;
}

Rc places_load(Arena *arena, const char *folder, Places *ret, Err *err)
{
    YamlNode *root = NULL;
    Str path;
    TRY(words_yaml(arena, folder, "places.yaml", &path, &root, err));
    const YamlNode *list = yaml_get(root, STR("communities"));
    const YamlNode *vague = yaml_get(root, STR("vague"));
    if (!list || list->kind != YAML_SEQ || !list->n || list->n > COMMUNITIES_MAX)
        return yaml_fail(err, path, 1, 1, "communities must be a list of 1 to %d", COMMUNITIES_MAX);
    Community *communities = ARENA_ARRAY(arena, Community, list->n);
    Places places = { .communities = communities,
                      .n = list->n,
                      .vague_share = words_weight(root, "vague_share", 0),
                      .repeat_place = words_text(yaml_get(root, STR("repeat_address")), "place") };
    for (size_t i = 0; i < list->n; i++) {
        TRY(read_community(arena, path, list->items[i], &communities[i], err));
        if (str_eq(communities[i].id, words_text(yaml_get(root, STR("repeat_address")), "community")))
            places.repeat_community = i;
    }
    if (vague && vague->kind == YAML_SEQ) {
        Str *items = ARENA_ARRAY(arena, Str, vague->n);
        for (size_t i = 0; i < vague->n; i++)
            items[i] = vague->items[i]->text;
        places.vague = (WordList){ items, vague->n };
    }
    *ret = places;
    return RC_OK;
}

const Community *places_community(const Places *places, Chance *chance)
{
    double weights[COMMUNITIES_MAX];
    for (size_t i = 0; i < places->n; i++)
        weights[i] = places->communities[i].weight;
    return &places->communities[chance_weighted(chance, weights, places->n)];
}

static bool is_wanted(const YamlNode *kinds, Str kind)
{
    for (size_t i = 0; kinds && i < kinds->n; i++)
        if (kinds->kind == YAML_SEQ && str_eq(kinds->items[i]->text, kind))
            return true;
    return !kinds;
}

Str places_pick(const Community *community, Chance *chance, const YamlNode *kinds)
{
    double weights[PLACES_MAX];
    double sum = 0;
    for (size_t i = 0; i < community->n_places; i++) {
        weights[i] = is_wanted(kinds, community->places[i].kind) ? community->places[i].weight : 0;
        sum += weights[i];
    }
    if (sum <= 0)
        return community->places[chance_below(chance, (uint32_t)community->n_places)].name;
    return community->places[chance_weighted(chance, weights, community->n_places)].name;
}
