/* pack.yaml and profiles.yaml: who the office is, which numbers it chose, which rules may block. */
#include "core/law/pack_private.h"

enum { ZONE_MINUTES_MAX = 14 * 60 };

typedef struct HeadKeys {
    Str pack;
    Str version;
    Day from;
    Str title;
    const YamlNode *jurisdiction;
    const YamlNode *roles;
    const YamlNode *unit_kinds;
    const YamlNode *catalogues;
    const YamlNode *columns;
    const YamlNode *parameters;
    const YamlNode *tables;
    const YamlNode *person_words;
    const YamlNode *amount_words;
    const YamlNode *links;
    const YamlNode *findings;
    const YamlNode *differences;
} HeadKeys;

static const KeySpec head_keys[] = {
    KEY_REQUIRED(HeadKeys, pack, KEY_TEXT),
    KEY_REQUIRED(HeadKeys, version, KEY_TEXT),
    KEY_REQUIRED(HeadKeys, from, KEY_DAY),
    KEY_REQUIRED(HeadKeys, title, KEY_TEXT),
    KEY_REQUIRED(HeadKeys, jurisdiction, KEY_MAP),
    KEY_REQUIRED(HeadKeys, roles, KEY_MAP),
    KEY(HeadKeys, catalogues, KEY_MAP),
    KEY(HeadKeys, columns, KEY_MAP),
    KEY_REQUIRED(HeadKeys, unit_kinds, KEY_MAP),
    KEY(HeadKeys, parameters, KEY_MAP),
    KEY(HeadKeys, tables, KEY_MAP),
    KEY(HeadKeys, person_words, KEY_MAP),
    KEY(HeadKeys, amount_words, KEY_MAP),
    KEY(HeadKeys, links, KEY_MAP),
    KEY(HeadKeys, findings, KEY_MAP),
    KEY(HeadKeys, differences, KEY_MAP),
};

typedef struct PlaceKeys {
    Str code;
    Str name;
    Str short_;
    const YamlNode *zone;
} PlaceKeys;

static const KeySpec place_keys[] = {
    KEY_REQUIRED(PlaceKeys, code, KEY_TEXT),
    KEY_REQUIRED(PlaceKeys, name, KEY_TEXT),
    { "short", KEY_TEXT, true, offsetof(PlaceKeys, short_) },
    KEY_REQUIRED(PlaceKeys, zone, KEY_SCALAR),
};

/* "+08:00"; false when malformed. */
static bool parse_zone(Str text, int *ret_minutes)
{
    Str minutes;
    Str hours = str_cut(text, ':', &minutes);
    bool signed_ = hours.n == 3 && (hours.p[0] == '+' || hours.p[0] == '-');
    int64_t h;
    int64_t m;
    if (!signed_ || minutes.n != 2 || minutes.p[0] == '+' || minutes.p[0] == '-' ||
        !str_to_i64(str_slice(hours, 1, 3), &h) || !str_to_i64(minutes, &m))
        return false;
    int64_t total = h * 60 + m;
    if (h < 0 || m > 59 || total > ZONE_MINUTES_MAX)
        return false;
    *ret_minutes = (int)(hours.p[0] == '-' ? -total : total);
    return true;
}

static void read_jurisdiction(Loader *l, const YamlNode *node)
{
    PlaceKeys keys = { 0 };
    if (!node || !pack_read_keys(l, node, STR("jurisdiction"), place_keys, ARRAY_LEN(place_keys), &keys))
        return;
    l->pack->code = keys.code;
    l->pack->office = keys.name;
    l->pack->office_short = keys.short_;
    if (keys.zone && !parse_zone(keys.zone->text, &l->pack->zone_minutes))
        pack_issue(l, pack_at(keys.zone), STR("write a fixed offset such as +08:00"), "'%.*s' is not a zone",
                   STR_ARG(keys.zone->text));
}

typedef struct RoleKeys {
    Str title;
    bool head;
    bool ledger;
} RoleKeys;

static const KeySpec role_keys[] = { KEY_REQUIRED(RoleKeys, title, KEY_TEXT), KEY(RoleKeys, head, KEY_BOOL),
                                     KEY(RoleKeys, ledger, KEY_BOOL) };

static void read_roles(Loader *l, const YamlNode *node)
{
    if (!node || !pack_check_count(l, node, node->n, PACK_LIST_MAX, "roles"))
        return;
    LawRole *roles = ARENA_ARRAY(l->arena, LawRole, node->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        RoleKeys keys = { 0 };
        Str what = pack_printf(l, "role '%.*s'", STR_ARG(pair->key));
        bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
        if (str_eq_c(pair->key, "system") || str_eq_c(pair->key, "public"))
            pack_issue(l, pack_at_key(pair), STR("choose another id"), "'%.*s' is a role the engine knows itself",
                       STR_ARG(pair->key));
        if (!pack_read_keys(l, pair->value, what, role_keys, ARRAY_LEN(role_keys), &keys) || !good)
            continue;
        roles[n] = (LawRole){ .id = pair->key, .title = keys.title, .head = keys.head, .ledger = keys.ledger };
        map_put(&l->pack->roles_by_id, pair->key, &roles[n++]);
    }
    l->pack->roles = roles;
    l->pack->n_roles = n;
}

/* ---- parameters ---- */

void pack_add_name(Loader *l, LawPlace at, LawName name)
{
    const LawName *taken = map_get(&l->names, name.name);
    bool standard = false;
    for (size_t i = 0; i < LAW_STD_COUNT; i++)
        standard = standard || str_eq_c(name.name, law_standard_names[i]);
    if (taken || standard) {
        pack_issue(l, at, STR("choose another id"), "the name '%.*s' is taken by %s", STR_ARG(name.name),
                   standard ? "a standard name" : "another parameter, catalogue or table");
        return;
    }
    LawName *copy = ARENA_NEW(l->arena, LawName);
    *copy = name;
    map_put(&l->names, name.name, copy);
    *ARENA_PUSH(l->arena, l->pack_names, l->n_pack_names, l->cap_pack_names) = name;
}

typedef struct ParameterKeys {
    const YamlNode *value;
    Str title;
    Str unit;
    Str note;
} ParameterKeys;

static const KeySpec parameter_keys[] = { KEY_REQUIRED(ParameterKeys, value, KEY_ANY),
                                          KEY_REQUIRED(ParameterKeys, title, KEY_TEXT),
                                          KEY(ParameterKeys, unit, KEY_TEXT), KEY(ParameterKeys, note, KEY_TEXT) };

/* Quoted: text. Plain: number, truth value, day, or else text. A list becomes a list. */
static FeelValue read_constant(Loader *l, const YamlNode *node)
{
    Dec number;
    Day day;
    if (node->kind == YAML_SEQ && pack_check_count(l, node, node->n, PACK_LIST_MAX, "values")) {
        FeelValue *items = ARENA_ARRAY(l->arena, FeelValue, node->n + 1);
        for (size_t i = 0; i < node->n; i++)
            items[i] = read_constant(l, node->items[i]);
        return feel_list(l->arena, items, node->n);
    }
    if (node->kind == YAML_MAP)
        pack_issue(l, pack_at(node), STR_NONE, "a parameter's value is a number, a text, a day or a list of them");
    if (node->kind != YAML_SCALAR)
        return feel_null();
    if (node->quoted)
        return feel_str(node->text);
    if (dec_parse(node->text, &number))
        return feel_dec(l->arena, number);
    if (day_parse(node->text, &day))
        return feel_date(day);
    if (str_eq_c(node->text, "true") || str_eq_c(node->text, "false"))
        return feel_bool(str_eq_c(node->text, "true"));
    return feel_str(node->text);
}

static void read_parameters(Loader *l, const YamlNode *node)
{
    if (!node || !pack_check_count(l, node, node->n, PACK_LIST_MAX, "parameters"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        ParameterKeys keys = { 0 };
        Str what = pack_printf(l, "parameter '%.*s'", STR_ARG(pair->key));
        bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_NAME);
        if (!pack_read_keys(l, pair->value, what, parameter_keys, ARRAY_LEN(parameter_keys), &keys) || !good ||
            !keys.value)
            continue;
        pack_add_name(l, pack_at_key(pair),
                      (LawName){ .name = pair->key, .title = keys.title, .value = read_constant(l, keys.value) });
    }
}

/* Unlike options, both sides are free: the key names a value the engine supplies, the other side is FEEL. */
static void read_person_words(Loader *l, const YamlNode *node)
{
    static const char *const known[] = { "id",   "name",      "unit",        "unit_name",      "roles",
                                         "head", "certified", "certificate", "certificate_to", "recused" };
    if (!node)
        return;
    l->pack->n_person_words = pack_read_options(l, node, STR("person_words"), &l->pack->person_words);
    for (size_t i = 0; i < node->n; i++) {
        Nearest nearest = pack_nearest(node->pairs[i].key);
        for (size_t k = 0; k < ARRAY_LEN(known); k++)
            pack_nearest_offer(&nearest, str_c(known[k]));
        if (nearest.distance > 0)
            pack_issue(l, pack_at_key(&node->pairs[i]), pack_nearest_hint(l->arena, &nearest, STR_NONE),
                       "a person has no value '%.*s'", STR_ARG(node->pairs[i].key));
    }
}

typedef struct AmountKeys {
    const YamlNode *digits;
    const YamlNode *places;
    const YamlNode *units;
    Str myriad;
    Str hundred_million;
    Str whole;
    Str minus;
} AmountKeys;

static const KeySpec amount_keys[] = {
    KEY_REQUIRED(AmountKeys, digits, KEY_LIST),          KEY_REQUIRED(AmountKeys, places, KEY_LIST),
    KEY_REQUIRED(AmountKeys, units, KEY_LIST),           KEY_REQUIRED(AmountKeys, myriad, KEY_TEXT),
    KEY_REQUIRED(AmountKeys, hundred_million, KEY_TEXT), KEY_REQUIRED(AmountKeys, whole, KEY_TEXT),
    KEY_REQUIRED(AmountKeys, minus, KEY_TEXT),
};

static bool read_words(Loader *l, const YamlNode *node, size_t n, Str *ret)
{
    const YamlNode **items;
    if (!node)
        return false;
    size_t got = pack_read_list(l, node, STR("a word"), &items);
    if (got != n)
        pack_issue(l, pack_at(node), STR_NONE, "here stand %zu words, not %zu", n, got);
    for (size_t i = 0; i < n && got == n; i++)
        ret[i] = items[i]->text;
    return got == n;
}

/* The numerals of law.amount in words(). */
static void read_amount_words(Loader *l, const YamlNode *node)
{
    AmountKeys keys = { 0 };
    if (!node || !pack_read_keys(l, node, STR("amount_words"), amount_keys, ARRAY_LEN(amount_keys), &keys))
        return;
    LawAmountWords *words = ARENA_NEW(l->arena, LawAmountWords);
    bool good = read_words(l, keys.digits, ARRAY_LEN(words->digits), words->digits);
    good = read_words(l, keys.places, ARRAY_LEN(words->places), words->places) && good;
    good = read_words(l, keys.units, ARRAY_LEN(words->units), words->units) && good;
    words->myriad = keys.myriad;
    words->hundred_million = keys.hundred_million;
    words->whole = keys.whole;
    words->minus = keys.minus;
    if (good)
        l->pack->host.amount_words = words;
}

void pack_read_head(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    HeadKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("pack.yaml"), head_keys, ARRAY_LEN(head_keys), &keys))
        return;
    l->pack->name = keys.pack;
    l->pack->version = keys.version;
    l->pack->title = keys.title;
    l->pack->from = keys.from;
    l->tables = keys.tables;
    l->findings = keys.findings;
    l->differences = keys.differences;
    read_jurisdiction(l, keys.jurisdiction);
    read_roles(l, keys.roles);
    l->n_catalogue_titles = pack_read_options(l, keys.catalogues, STR("catalogues"), &l->catalogue_titles);
    l->pack->n_columns = pack_read_options(l, keys.columns, STR("columns"), &l->pack->columns);
    l->pack->n_links = pack_read_options(l, keys.links, STR("links"), &l->pack->links);
    l->pack->n_unit_kinds = pack_read_options(l, keys.unit_kinds, STR("unit_kinds"), &l->pack->unit_kinds);
    read_parameters(l, keys.parameters);
    read_person_words(l, keys.person_words);
    read_amount_words(l, keys.amount_words);
}

/* ---- profiles.yaml ---- */

typedef struct ProfilesKeys {
    const YamlNode *profiles;
    const YamlNode *default_;
} ProfilesKeys;

static const KeySpec profiles_keys[] = { KEY_REQUIRED(ProfilesKeys, profiles, KEY_MAP),
                                         { "default", KEY_SCALAR, true, offsetof(ProfilesKeys, default_) } };

typedef struct ProfileKeys {
    Str title;
    const YamlNode *block;
} ProfileKeys;

static const KeySpec profile_keys[] = { KEY_REQUIRED(ProfileKeys, title, KEY_TEXT),
                                        KEY_REQUIRED(ProfileKeys, block, KEY_ANY) };

static void read_block(Loader *l, const YamlNode *node, LawProfile *profile)
{
    if (!node)
        return;
    if (node->kind == YAML_SCALAR && str_eq_c(node->text, "all")) {
        profile->block_all = true;
        return;
    }
    if (node->kind != YAML_SEQ) {
        pack_issue(l, pack_at(node), STR("write 'all' or a list of rule ids"), "'block' says which rules may block");
        return;
    }
    const YamlNode **items;
    size_t n = pack_read_list(l, node, STR("a rule"), &items);
    Str *ids = ARENA_ARRAY(l->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++) {
        const PackRule *rule = pack_find_rule(l, items[i]);
        if (rule)
            ids[profile->n_block++] = rule->rule.id;
    }
    profile->block = ids;
}

void pack_read_profiles(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    ProfilesKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("profiles.yaml"), profiles_keys, ARRAY_LEN(profiles_keys), &keys) ||
        !keys.profiles || !pack_check_count(l, keys.profiles, keys.profiles->n, PACK_LIST_MAX, "profiles"))
        return;
    LawProfile *profiles = ARENA_ARRAY(l->arena, LawProfile, keys.profiles->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < keys.profiles->n; i++) {
        const YamlPair *pair = &keys.profiles->pairs[i];
        ProfileKeys one = { 0 };
        Str what = pack_printf(l, "profile '%.*s'", STR_ARG(pair->key));
        if (!pack_read_keys(l, pair->value, what, profile_keys, ARRAY_LEN(profile_keys), &one))
            continue;
        profiles[n] = (LawProfile){ .id = pair->key, .title = one.title };
        read_block(l, one.block, &profiles[n]);
        if (keys.default_ && str_eq(pair->key, keys.default_->text))
            l->pack->profile = &profiles[n];
        n++;
    }
    l->pack->profiles = profiles;
    l->pack->n_profiles = n;
    if (keys.default_ && !l->pack->profile)
        pack_issue(l, pack_at(keys.default_), STR_NONE, "there is no profile '%.*s'", STR_ARG(keys.default_->text));
}
