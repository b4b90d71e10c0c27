/* imports/: lists of other platforms, column by column. */
#include "core/law/pack_private.h"

typedef struct ImportKeys {
    const YamlNode *import;
    Str title;
    const YamlNode *procedure;
    Str number;
    const YamlNode *acts;
    const YamlNode *words;
    const YamlNode *compare;
} ImportKeys;

static const KeySpec import_keys[] = { KEY_REQUIRED(ImportKeys, import, KEY_SCALAR),
                                       KEY_REQUIRED(ImportKeys, title, KEY_TEXT),
                                       KEY_REQUIRED(ImportKeys, procedure, KEY_SCALAR),
                                       KEY_REQUIRED(ImportKeys, number, KEY_TEXT),
                                       KEY_REQUIRED(ImportKeys, acts, KEY_MAP),
                                       KEY(ImportKeys, words, KEY_MAP),
                                       KEY(ImportKeys, compare, KEY_MAP) };

typedef struct ImportActKeys {
    Str at;
    Str when;
    const YamlNode *fields;
    const YamlNode *set;
} ImportActKeys;

static const KeySpec act_keys[] = { KEY_REQUIRED(ImportActKeys, at, KEY_TEXT), KEY(ImportActKeys, when, KEY_TEXT),
                                    KEY(ImportActKeys, fields, KEY_MAP), KEY(ImportActKeys, set, KEY_MAP) };

static const LawField *find_form_field(Loader *l, const LawAct *act, const YamlPair *pair)
{
    Nearest nearest = pack_nearest(pair->key);
    for (size_t i = 0; i < act->n_form; i++) {
        if (str_eq(act->form[i].field->id, pair->key))
            return act->form[i].field;
        pack_nearest_offer(&nearest, act->form[i].field->id);
    }
    pack_issue(l, pack_at_key(pair), pack_nearest_hint(l->arena, &nearest, STR("name a field of the act's form")),
               "the form of act '%.*s' has no field '%.*s'", STR_ARG(act->id), STR_ARG(pack_excerpt(pair->key)));
    return NULL;
}

/* Several options' ids. */
static bool read_choices(Loader *l, const LawField *field, const YamlNode *node, Json *ret)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, node, STR("an option"), &items);
    *ret = json_arr();
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t k = 0; k < field->n_options; k++)
            known = known || str_eq(field->options[k].id, items[i]->text);
        if (!known)
            pack_issue(l, pack_at(items[i]), STR("name the id of an option"), "field '%.*s' has no option '%.*s'",
                       STR_ARG(field->id), STR_ARG(pack_excerpt(items[i]->text)));
        json_push(l->arena, ret, json_str(items[i]->text));
    }
    return n > 0;
}

/* A constant as it is stored; only types that a list can leave out are offered. */
static bool read_constant(Loader *l, const LawField *field, const YamlNode *node, Json *ret)
{
    int64_t number;
    Str text = node->kind == YAML_SCALAR ? node->text : STR_NONE;
    if (field->type == LAW_CHOICES && node->kind == YAML_SEQ)
        return read_choices(l, field, node, ret);
    bool known = field->type == LAW_TEXT || field->type == LAW_LONGTEXT;
    for (size_t i = 0; field->type == LAW_CHOICE && i < field->n_options; i++)
        known = known || str_eq(field->options[i].id, text);
    if (text.n && known) {
        *ret = json_str(text);
        return true;
    }
    if (field->type == LAW_BOOL && (str_eq(text, STR("true")) || str_eq(text, STR("false")))) {
        *ret = json_bool(str_eq(text, STR("true")));
        return true;
    }
    if (field->type == LAW_INT && str_to_i64(text, &number)) {
        *ret = json_int(number);
        return true;
    }
    if (field->type == LAW_MONEY && str_to_i64(text, &number) && number >= 0 && number <= JSON_INT_MAX / 100) {
        *ret = json_int(number * 100); /* whole yuan */
        return true;
    }
    pack_issue(l, pack_at(node), STR("write a text, the id of an option, true, false or a whole number"),
               "field '%.*s' cannot be set to '%.*s' here", STR_ARG(field->id), STR_ARG(pack_excerpt(text)));
    return false;
}

static LawImportValue *value_of(LawImportValue *values, size_t *n, const LawField *field)
{
    for (size_t i = 0; i < *n; i++)
        if (values[i].field == field)
            return &values[i];
    values[*n] = (LawImportValue){ .field = field, .otherwise = json_null() };
    return &values[(*n)++];
}

static void read_values(Loader *l, const ImportActKeys *keys, LawImportAct *out)
{
    size_t max = (keys->fields ? keys->fields->n : 0) + (keys->set ? keys->set->n : 0);
    LawImportValue *values = ARENA_ARRAY(l->arena, LawImportValue, max + 1);
    size_t n = 0;
    for (size_t i = 0; keys->fields && i < keys->fields->n; i++) {
        const YamlPair *pair = &keys->fields->pairs[i];
        const LawField *field = find_form_field(l, out->act, pair);
        if (!field)
            continue;
        if (field->type == LAW_TABLE || field->type == LAW_CHOICES)
            pack_issue(l, pack_at_key(pair), STR_NONE, "field '%.*s' does not fit into a cell", STR_ARG(field->id));
        else
            value_of(values, &n, field)->column = pair->value->text;
    }
    for (size_t i = 0; keys->set && i < keys->set->n; i++) {
        const LawField *field = find_form_field(l, out->act, &keys->set->pairs[i]);
        Json constant;
        if (field && read_constant(l, field, keys->set->pairs[i].value, &constant))
            value_of(values, &n, field)->otherwise = constant;
    }
    out->values = values;
    out->n_values = n;
}

/* An act that can never be complete would make every row a mistake. */
static void check_required(Loader *l, const LawImportAct *act, LawPlace at)
{
    for (size_t i = 0; i < act->act->n_form; i++) {
        const LawFormField *f = &act->act->form[i];
        bool given = !f->required;
        for (size_t v = 0; v < act->n_values; v++)
            given = given || act->values[v].field == f->field;
        if (!given)
            pack_issue(l, at, STR("name its column under `fields`, or a value under `set`"),
                       "act '%.*s' requires the field '%.*s'", STR_ARG(act->act->id), STR_ARG(f->field->id));
    }
}

static bool read_act(Loader *l, const LawImport *import, const YamlPair *pair, bool first, LawImportAct *out)
{
    ImportActKeys keys = { 0 };
    Str what = pack_printf(l, "act '%.*s'", STR_ARG(pair->key));
    const LawAct *act = law_act(import->procedure, pair->key);
    if (!act) {
        pack_issue(l, pack_at_key(pair), STR_NONE, "procedure '%.*s' has no act '%.*s'", STR_ARG(import->procedure->id),
                   STR_ARG(pack_excerpt(pair->key)));
        return false;
    }
    if ((act->kind == LAW_ACT_OPEN) != first) {
        pack_issue(l, pack_at_key(pair), STR("the first act opens the matter, the others do not"),
                   "act '%.*s' does not stand in its place", STR_ARG(act->id));
        return false;
    }
    if (!pack_read_keys(l, pair->value, what, act_keys, ARRAY_LEN(act_keys), &keys))
        return false;
    *out = (LawImportAct){ .act = act, .at = keys.at, .when = keys.when };
    read_values(l, &keys, out);
    check_required(l, out, pack_at_key(pair));
    return true;
}

static void read_acts(Loader *l, const YamlNode *map, LawImport *import)
{
    if (!pack_check_count(l, map, map->n, PACK_ACTS_MAX, "acts"))
        return;
    LawImportAct *acts = ARENA_ARRAY(l->arena, LawImportAct, map->n + 1);
    for (size_t i = 0; i < map->n; i++)
        import->n_acts += read_act(l, import, &map->pairs[i], i == 0, &acts[import->n_acts]);
    import->acts = acts;
}

static void read_words(Loader *l, const YamlNode *map, LawImport *import)
{
    LawImportWord *words = NULL;
    size_t cap = 0;
    for (size_t i = 0; map && i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        const LawField *field = law_field(import->procedure, pair->key);
        if (!field)
            pack_issue(l, pack_at_key(pair), STR_NONE, "procedure '%.*s' has no field '%.*s'",
                       STR_ARG(import->procedure->id), STR_ARG(pack_excerpt(pair->key)));
        else if (pair->value->kind == YAML_MAP)
            for (size_t n = 0; n < pair->value->n && n < PACK_OPTIONS_MAX; n++)
                *ARENA_PUSH(l->arena, words, import->n_words, cap) =
                    (LawImportWord){ field, pair->value->pairs[n].key, pair->value->pairs[n].value->text };
    }
    import->words = words;
}

void pack_read_import(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    ImportKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("an import"), import_keys, ARRAY_LEN(import_keys), &keys) ||
        !keys.import || !keys.procedure || !keys.acts ||
        !pack_check_id(l, pack_at(keys.import), keys.import->text, ID_PLAIN))
        return;
    LawImport *import = ARENA_NEW(l->arena, LawImport);
    *import = (LawImport){ .id = keys.import->text,
                           .title = keys.title,
                           .procedure = pack_find_procedure(l, keys.procedure),
                           .number = keys.number,
                           .at = pack_at(keys.import) };
    if (!import->procedure)
        return;
    for (size_t i = 0; i < l->n_imports; i++)
        if (str_eq(l->imports[i]->id, import->id))
            pack_issue(l, import->at, STR("choose another id"), "there are two imports '%.*s'", STR_ARG(import->id));
    read_acts(l, keys.acts, import);
    read_words(l, keys.words, import);
    import->compare = pack_read_compare(l, keys.compare, import);
    *ARENA_PUSH(l->arena, l->imports, l->n_imports, l->cap_imports) = import;
}
