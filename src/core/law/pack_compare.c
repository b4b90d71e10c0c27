/* Lists compared with what stands here: `compare` of imports/NAME.yaml, and `differences` of pack.yaml. */
#include "core/law/pack_private.h"

/* ---- compare ---- */

typedef struct CompareKeys {
    const YamlNode *by;
    const YamlNode *period;
    const YamlNode *only;
    const YamlNode *fields;
} CompareKeys;

static const KeySpec compare_keys[] = {
    KEY(CompareKeys, by, KEY_SCALAR),
    KEY_REQUIRED(CompareKeys, period, KEY_SCALAR),
    KEY(CompareKeys, only, KEY_MAP),
    KEY_REQUIRED(CompareKeys, fields, KEY_MAP),
};

static const LawField *find_field(Loader *l, const LawImport *import, LawPlace at, Str id)
{
    const LawField *field = law_field(import->procedure, id);
    Nearest nearest = pack_nearest(id);
    if (field)
        return field;
    for (size_t i = 0; i < import->procedure->n_fields; i++)
        pack_nearest_offer(&nearest, import->procedure->fields[i].id);
    pack_issue(l, at, pack_nearest_hint(l->arena, &nearest, STR_NONE), "procedure '%.*s' has no field '%.*s'",
               STR_ARG(import->procedure->id), STR_ARG(pack_excerpt(id)));
    return NULL;
}

/* A personal value is not in the ledger, and a list of values does not fit into a cell. */
static bool is_comparable(Loader *l, LawPlace at, const LawField *field)
{
    bool list = field->type == LAW_TABLE || field->type == LAW_CHOICES || field->type == LAW_PERSONS;
    if (!list && !field->personal.n)
        return true;
    pack_issue(l, at, STR("compare fields of one value that are not about a person"), "field '%.*s' cannot be compared",
               STR_ARG(field->id));
    return false;
}

static void read_fields(Loader *l, const YamlNode *map, const LawImport *import, LawCompare *out)
{
    LawCompareField *fields = ARENA_ARRAY(l->arena, LawCompareField, map->n + 1);
    if (!pack_check_count(l, map, map->n, PACK_COLUMNS_MAX, "fields"))
        return;
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        const LawField *field = find_field(l, import, pack_at_key(pair), pair->key);
        if (pair->value->kind != YAML_SCALAR || !pair->value->text.n) {
            pack_issue(l, pack_at(pair->value), STR_NONE, "'%.*s' needs the title of a column", STR_ARG(pair->key));
            continue;
        }
        if (!field || !is_comparable(l, pack_at_key(pair), field))
            continue;
        fields[out->n_fields++] = (LawCompareField){ field, pair->value->text };
        bool dated = field->type == LAW_DAY || field->type == LAW_INSTANT;
        if (dated && str_eq(pair->value->text, out->period))
            out->day = field;
    }
    out->fields = fields;
}

static void read_only(Loader *l, const YamlNode *map, const LawImport *import, LawCompare *out)
{
    if (!map)
        return;
    const YamlPair *pair = map->n == 1 ? &map->pairs[0] : NULL;
    if (!pair || pair->value->kind != YAML_SCALAR) {
        pack_issue(l, pack_at(map), STR("write {field: value}"), "'only' names one field and its value");
        return;
    }
    const LawField *field = find_field(l, import, pack_at_key(pair), pair->key);
    if (!field)
        return;
    bool known = field->type == LAW_TEXT;
    for (size_t i = 0; i < field->n_options; i++)
        known = known || str_eq(field->options[i].id, pair->value->text);
    if (field->type == LAW_CHOICES || !known)
        pack_issue(l, pack_at(pair->value), STR("name an option's id"), "field '%.*s' is never '%.*s'",
                   STR_ARG(field->id), STR_ARG(pack_excerpt(pair->value->text)));
    out->only = field;
    out->only_value = pair->value->text;
}

static void read_by(Loader *l, const YamlNode *node, const LawImport *import, LawCompare *out)
{
    if (!node)
        return;
    const LawField *field = law_field(import->procedure, node->text);
    if (!field && str_eq_c(node->text, "number")) {
        out->by_number = true;
        return;
    }
    field = find_field(l, import, pack_at(node), node->text);
    if (field && (field->type != LAW_TEXT || field->personal.n))
        pack_issue(l, pack_at(node), STR("name a text that is not about a person, or write number"),
                   "field '%.*s' cannot hold a platform's number", STR_ARG(field->id));
    out->by = field;
}

const LawCompare *pack_read_compare(Loader *l, const YamlNode *node, const LawImport *import)
{
    CompareKeys keys = { 0 };
    if (!node || !import->procedure ||
        !pack_read_keys(l, node, STR("compare"), compare_keys, ARRAY_LEN(compare_keys), &keys) || !keys.period ||
        !keys.fields)
        return NULL;
    LawCompare *compare = ARENA_NEW(l->arena, LawCompare);
    *compare = (LawCompare){ .period = keys.period->text };
    read_by(l, keys.by, import, compare);
    read_only(l, keys.only, import, compare);
    read_fields(l, keys.fields, import, compare);
    return compare;
}

/* ---- differences ---- */

typedef struct DifferencesKeys {
    const YamlNode *procedure;
    const YamlNode *act;
    const YamlNode *change;
    const YamlNode *close;
    const YamlNode *reopen;
    const YamlNode *link;
} DifferencesKeys;

static const KeySpec differences_keys[] = {
    KEY_REQUIRED(DifferencesKeys, procedure, KEY_SCALAR), KEY_REQUIRED(DifferencesKeys, act, KEY_SCALAR),
    KEY_REQUIRED(DifferencesKeys, change, KEY_SCALAR),    KEY_REQUIRED(DifferencesKeys, close, KEY_SCALAR),
    KEY_REQUIRED(DifferencesKeys, reopen, KEY_SCALAR),    KEY_REQUIRED(DifferencesKeys, link, KEY_SCALAR),
};

/* What the engine gives, and as which type. */
static const struct {
    const char *field;
    LawType type;
} given[] = {
    { "list", LAW_TEXT },  { "list_title", LAW_TEXT },    { "their_number", LAW_TEXT }, { "group", LAW_CHOICE },
    { "field", LAW_TEXT }, { "ours", LAW_TEXT },          { "theirs", LAW_TEXT },       { "day", LAW_DAY },
    { "unit", LAW_UNIT },  { "compared_by", LAW_PERSON },
};

static void check_given(Loader *l, const YamlNode *node, const LawAct *act)
{
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *f = &act->form[i];
        bool known = false;
        for (size_t k = 0; k < ARRAY_LEN(given); k++) {
            if (!str_eq_c(f->field->id, given[k].field))
                continue;
            known = true;
            if (f->field->type != given[k].type || f->field->personal.n)
                pack_issue(l, pack_at(node), STR("see differences in docs/PACKS.md"),
                           "field '%.*s' of act '%.*s' has not the type the engine gives", STR_ARG(f->field->id),
                           STR_ARG(act->id));
        }
        if (f->required && !known && !f->preset.expr)
            pack_issue(l, pack_at(node), STR("see differences in docs/PACKS.md for what it gives"),
                       "act '%.*s' requires the field '%.*s', which the engine cannot give", STR_ARG(act->id),
                       STR_ARG(f->field->id));
    }
    if (!act->by_system)
        pack_issue(l, pack_at(node), STR("add system to its roles"), "act '%.*s' is not performed by the system",
                   STR_ARG(act->id));
}

static const LawAct *find_act(Loader *l, const LawProcedure *procedure, const YamlNode *node, LawActKind kind)
{
    const LawAct *act = pack_find_act(l, procedure, node);
    if (!act)
        return NULL;
    if (act->kind != kind)
        pack_issue(l, pack_at(node), STR("see differences in docs/PACKS.md"), "act '%.*s' is of another kind",
                   STR_ARG(act->id));
    check_given(l, node, act);
    return act;
}

void pack_resolve_differences(Loader *l)
{
    DifferencesKeys keys = { 0 };
    l->path = STR("pack.yaml");
    if (!l->differences ||
        !pack_read_keys(l, l->differences, STR("differences"), differences_keys, ARRAY_LEN(differences_keys), &keys) ||
        !keys.procedure || !keys.act || !keys.change || !keys.close || !keys.reopen || !keys.link)
        return;
    const LawProcedure *procedure = pack_find_procedure(l, keys.procedure);
    if (!procedure)
        return;
    LawDifferences *d = ARENA_NEW(l->arena, LawDifferences);
    *d = (LawDifferences){ .procedure = procedure,
                           .open = find_act(l, procedure, keys.act, LAW_ACT_OPEN),
                           .change = find_act(l, procedure, keys.change, LAW_ACT_PLAIN),
                           .close = find_act(l, procedure, keys.close, LAW_ACT_PLAIN),
                           .reopen = find_act(l, procedure, keys.reopen, LAW_ACT_REOPEN),
                           .link = keys.link->text };
    pack_check_id(l, pack_at(keys.link), keys.link->text, ID_PLAIN);
    l->pack->differences = d;
}
