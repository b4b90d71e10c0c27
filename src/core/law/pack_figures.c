/* figures/: what is counted. */
#include <string.h>

#include "core/law/pack_private.h"
#include "lib/fmt/json.h"

typedef struct FiguresKeys {
    const YamlNode *figures;
} FiguresKeys;

static const KeySpec figures_keys[] = { KEY_REQUIRED(FiguresKeys, figures, KEY_MAP) };

struct FigureKeys {
    Str title;
    const YamlNode *of;
    const YamlNode *where;
    const YamlNode *count;
    const YamlNode *key;
    const YamlNode *value;
    const YamlNode *period;
    const YamlNode *dim;
    bool outcome;
    Str unit;
    Str note;
    const YamlNode *ratio;
    const YamlNode *parameter;
    const YamlNode *format;
};
typedef struct FigureKeys FigureKeys;

static const KeySpec figure_keys[] = {
    KEY_REQUIRED(FigureKeys, title, KEY_TEXT), KEY(FigureKeys, of, KEY_LIST),
    KEY(FigureKeys, where, KEY_SCALAR),        KEY(FigureKeys, count, KEY_SCALAR),
    KEY(FigureKeys, key, KEY_SCALAR),          KEY(FigureKeys, value, KEY_SCALAR),
    KEY(FigureKeys, period, KEY_SCALAR),       KEY(FigureKeys, dim, KEY_SCALAR),
    KEY(FigureKeys, outcome, KEY_BOOL),        KEY_REQUIRED(FigureKeys, unit, KEY_TEXT),
    KEY(FigureKeys, note, KEY_TEXT),           KEY(FigureKeys, ratio, KEY_LIST),
    KEY(FigureKeys, format, KEY_SCALAR),       KEY(FigureKeys, parameter, KEY_SCALAR),
};

/* The one of the words that a scalar is, or the first with an issue. NULL node: the first. */
static size_t read_word(Loader *l, const YamlNode *node, const char *const *words, size_t n, const char *what)
{
    if (!node)
        return 0;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < n; i++) {
        if (str_eq_c(node->text, words[i]))
            return i;
        pack_nearest_offer(&nearest, str_c(words[i]));
    }
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("see docs/PACKS.md")), "'%.*s' is not a %s",
               STR_ARG(node->text), what);
    return 0;
}

/* What the figure means, and nothing of how it is called: two definitions are the same when these bytes are. */
static Str definition(Loader *l, const FigureKeys *keys, LawCount count)
{
    static const char *const counts[] = { "matters", "distinct", "sum", "ratio", "parameter" };
    const struct {
        const char *name;
        const YamlNode *node;
    } texts[] = { { "where", keys->where },   { "key", keys->key }, { "value", keys->value },
                  { "period", keys->period }, { "dim", keys->dim }, { "parameter", keys->parameter } };
    const struct {
        const char *name;
        const YamlNode *list;
    } lists[] = { { "of", keys->of }, { "ratio", keys->ratio } };
    Json json = json_obj();
    json_add(l->arena, &json, STR("count"), json_c(counts[count]));
    json_add(l->arena, &json, STR("outcome"), json_bool(keys->outcome));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].node)
            json_add(l->arena, &json, str_c(texts[i].name), json_str(texts[i].node->text));
    }
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        if (!lists[i].list)
            continue;
        Json array = json_arr();
        for (size_t k = 0; k < lists[i].list->n; k++)
            json_push(l->arena, &array, json_str(lists[i].list->items[k]->text));
        json_add(l->arena, &json, str_c(lists[i].name), array);
    }
    return json_to_arena(l->arena, &json);
}

/* ---- a counted figure looks at procedures ---- */

static bool matches(Str pattern, Str id)
{
    if (str_ends(pattern, STR("*")))
        return str_starts(id, str_slice(pattern, 0, pattern.n - 1));
    return str_eq(pattern, id);
}

static void use_in(Loader *l, const FigureKeys *keys, const LawFigure *figure, LawProcedure *p, LawFigureUse *use)
{
    Str context = pack_printf(l, "in %.*s", STR_ARG(p->id));
    *use = (LawFigureUse){ .figure = figure };
    use->where = pack_compile(l, p->scope, keys->where, context);
    use->key = pack_compile(l, p->scope, keys->key, context);
    use->value = pack_compile(l, p->scope, keys->value, context);
    use->period = pack_compile(l, p->scope, keys->period, context);
    use->dim = pack_compile(l, p->scope, keys->dim, context);
}

static void read_of(Loader *l, const FigureKeys *keys, const LawFigure *figure, LawFigureUse *const *uses)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, keys->of, STR("a procedure"), &items);
    for (size_t i = 0; i < n; i++) {
        Nearest nearest = pack_nearest(items[i]->text);
        bool found = false;
        for (size_t k = 0; k < l->n_procedures; k++) {
            LawProcedure *p = l->procedures[k];
            pack_nearest_offer(&nearest, p->id);
            if (!matches(items[i]->text, p->id))
                continue;
            found = true;
            /* Two patterns may both match it; it counts once. */
            if (p->n_figures == 0 || p->figures[p->n_figures - 1].figure != figure)
                use_in(l, keys, figure, p, &uses[k][p->n_figures++]);
        }
        if (!found)
            pack_issue(l, pack_at(items[i]), pack_nearest_hint(l->arena, &nearest, STR_NONE),
                       "there is no procedure '%.*s'", STR_ARG(items[i]->text));
    }
}

static void check_counted(Loader *l, const FigureKeys *keys, const LawFigure *figure)
{
    if (!keys->of || !keys->where)
        pack_issue(l, figure->at, STR("add `of: [procedure]` and `where: 'FEEL'`, or `ratio: [figure, figure]`"),
                   "figure '%.*s' does not say what it counts", STR_ARG(figure->id));
    if ((figure->count == LAW_COUNT_DISTINCT) != (keys->key != NULL))
        pack_issue(l, figure->at, STR("`key` belongs to `count: distinct`"), "figure '%.*s': %s", STR_ARG(figure->id),
                   keys->key ? "only a distinct count has a key" : "a distinct count needs a key");
    if ((figure->count == LAW_COUNT_SUM) != (keys->value != NULL))
        pack_issue(l, figure->at, STR("`value` belongs to `count: sum`"), "figure '%.*s': %s", STR_ARG(figure->id),
                   keys->value ? "only a sum has a value" : "a sum needs a value");
}

/* ---- a ratio looks at figures ---- */

const LawFigure *pack_find_figure(Loader *l, LawPlace at, Str id)
{
    const LawFigure *figure = map_get(&l->pack->figures_by_id, id);
    if (figure)
        return figure;
    Nearest nearest = pack_nearest(id);
    for (size_t i = 0; i < l->pack->n_figures; i++)
        pack_nearest_offer(&nearest, l->pack->figures[i]->id);
    pack_issue(l, at, pack_nearest_hint(l->arena, &nearest, STR("add it to a file in figures/")),
               "there is no figure '%.*s'", STR_ARG(pack_excerpt(id)));
    return NULL;
}

static void check_uncounted(Loader *l, const FigureKeys *keys, const LawFigure *figure, Str hint, const char *what)
{
    if (keys->of || keys->where || keys->count || keys->key || keys->value || keys->period || keys->dim)
        pack_issue(l, figure->at, hint, "figure '%.*s' is a %s and counts nothing itself", STR_ARG(figure->id), what);
}

static void read_ratio(Loader *l, const FigureKeys *keys, LawFigure *figure)
{
    check_uncounted(l, keys, figure, STR("a ratio has its two figures, a unit and a format"), "ratio");
    if (keys->ratio->n != 2 || keys->ratio->items[0]->kind != YAML_SCALAR ||
        keys->ratio->items[1]->kind != YAML_SCALAR) {
        pack_issue(l, pack_at(keys->ratio), STR("write [numerator, denominator]"), "a ratio is of two figures");
        return;
    }
    const LawFigure *parts[2];
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const YamlNode *item = keys->ratio->items[i];
        parts[i] = pack_find_figure(l, pack_at(item), item->text);
        if (parts[i] && parts[i]->count >= LAW_COUNT_RATIO)
            pack_issue(l, pack_at(item), STR("name counted figures"), "a ratio cannot be of a ratio");
    }
    figure->numerator = parts[0];
    figure->denominator = parts[1];
}

/* A number that the office sets, such as a target, stated beside those that are counted. */
static void read_parameter(Loader *l, const FigureKeys *keys, LawFigure *figure)
{
    Str id = keys->parameter->text;
    check_uncounted(l, keys, figure, STR("a target has its parameter, a unit and a format"), "parameter");
    if (keys->ratio)
        pack_issue(l, pack_at(keys->ratio), STR("keep one of the two"), "a figure is a ratio or a parameter");
    Nearest nearest = pack_nearest(id);
    for (size_t i = 0; i < l->pack->n_names; i++) {
        const LawName *parameter = &l->pack->names[i];
        pack_nearest_offer(&nearest, parameter->name);
        if (!str_eq(parameter->name, id))
            continue;
        if (!feel_to_i64(parameter->value, &figure->parameter))
            pack_issue(l, pack_at(keys->parameter), STR_NONE, "parameter '%.*s' is no whole number", STR_ARG(id));
        return;
    }
    pack_issue(l, pack_at(keys->parameter), pack_nearest_hint(l->arena, &nearest, STR("add it to pack.yaml")),
               "there is no parameter '%.*s'", STR_ARG(id));
}

static void read_figure(Loader *l, const FigureKeys *keys, LawFigure *figure, LawFigureUse *const *uses)
{
    if (figure->count == LAW_COUNT_PARAMETER) {
        read_parameter(l, keys, figure);
        return;
    }
    if (figure->count == LAW_COUNT_RATIO) {
        read_ratio(l, keys, figure);
        return;
    }
    check_counted(l, keys, figure);
    read_of(l, keys, figure, uses);
}

static bool start_figure(Loader *l, const YamlPair *pair, int index, FigureKeys *keys, LawFigure *figure)
{
    static const char *const counts[] = { "matters", "distinct", "sum" };
    static const char *const formats[] = { "int", "percent2", "percent", "floor10", "money", "area" };
    Str what = pack_printf(l, "figure '%.*s'", STR_ARG(pair->key));
    bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
    if (!pack_read_keys(l, pair->value, what, figure_keys, ARRAY_LEN(figure_keys), keys) || !good)
        return false;
    LawCount count = (LawCount)read_word(l, keys->count, counts, ARRAY_LEN(counts), "way to count");
    *figure = (LawFigure){ .id = pair->key,
                           .title = keys->title,
                           .count = keys->parameter ? LAW_COUNT_PARAMETER
                                    : keys->ratio   ? LAW_COUNT_RATIO
                                                    : count,
                           .outcome = keys->outcome,
                           .unit = keys->unit,
                           .format = str_c(formats[read_word(l, keys->format, formats, ARRAY_LEN(formats), "format")]),
                           .note = keys->note,
                           .index = index,
                           .at = pack_at_key(pair) };
    figure->definition = definition(l, keys, figure->count);
    const LawFigure *other = map_put(&l->pack->figures_by_id, figure->id, figure);
    if (other)
        pack_issue(l, figure->at, STR("choose another id"), "figure '%.*s' stands in %.*s already", STR_ARG(figure->id),
                   STR_ARG(other->at.path));
    return true;
}

/* What a file says is kept; it is read when all files are known, since a ratio may be of figures in two of them. */
void pack_read_figures(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    FiguresKeys top = { 0 };
    if (!root || !pack_read_keys(l, root, STR("a file of figures"), figures_keys, ARRAY_LEN(figures_keys), &top) ||
        !top.figures || !pack_check_count(l, top.figures, l->n_figures + top.figures->n, PACK_LIST_MAX, "figures"))
        return;
    for (size_t i = 0; i < top.figures->n; i++) {
        PackFigure *figure = ARENA_NEW(l->arena, PackFigure);
        *figure = (PackFigure){ .keys = ARENA_NEW(l->arena, FigureKeys) };
        memset(figure->keys, 0, sizeof *figure->keys);
        if (start_figure(l, &top.figures->pairs[i], (int)l->n_figures, figure->keys, &figure->figure))
            *ARENA_PUSH(l->arena, l->figures, l->n_figures, l->cap_figures) = figure;
    }
}

void pack_resolve_figures(Loader *l)
{
    size_t n = l->n_figures;
    const LawFigure **list = ARENA_ARRAY(l->arena, const LawFigure *, n + 1);
    LawFigureUse **uses = ARENA_ARRAY(l->arena, LawFigureUse *, l->n_procedures + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = &l->figures[i]->figure;
    l->pack->figures = list;
    l->pack->n_figures = n;
    for (size_t i = 0; i < l->n_procedures; i++)
        l->procedures[i]->figures = uses[i] = ARENA_ARRAY(l->arena, LawFigureUse, n + 1);
    for (size_t i = 0; i < n; i++)
        read_figure(l, l->figures[i]->keys, &l->figures[i]->figure, uses);
}
