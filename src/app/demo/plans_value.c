/* Values of forms and variables: how each kind is written, what it yields, and whether a field can take that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo/plans_internal.h"
#include "core/matter/form.h"

/* What a value yields, before a field makes its own of it. */
enum {
    YIELDS_TEXT = 1,
    YIELDS_NUMBER = 2,
    YIELDS_BOOL = 4,
    YIELDS_DAY = 8,
    YIELDS_INSTANT = 16,
    YIELDS_PERSONS = 32,
    YIELDS_UNIT = 64,
    YIELDS_ROWS = 128
};

/* ---- reading each kind; `arg` is what stands under the kind's key ---- */

typedef bool (*ReadKind)(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v);

static bool is_anything(const YamlNode *node)
{
    return node->kind == YAML_SCALAR && str_eq(node->text, STR("any"));
}

/* Variables in braces must be declared; braces around anything but a name are text. */
static bool check_text(SpecReader *r, LawPlace at, Str text)
{
    bool ok = true;
    while (ok && text.n) {
        size_t open = str_find(text, STR("{"));
        size_t close = open == SIZE_MAX ? SIZE_MAX : str_find(text, STR("}"));
        if (close == SIZE_MAX || close < open)
            break;
        SpecValue unused;
        Str name = str_slice(text, open + 1, close);
        if (spec_is_name(name))
            ok = spec_find_var(r, at, name, &unused);
        text = str_slice(text, close + 1, text.n);
    }
    return ok;
}

static bool read_text(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind != YAML_SCALAR) {
        spec_issue(r, spec_at(r, arg), STR_NONE, "a text is expected");
        return false;
    }
    v->text = arg->text;
    return check_text(r, spec_at(r, arg), arg->text);
}

static bool read_scalars(SpecReader *r, const YamlNode *list, SpecValue *v)
{
    Str *items = ARENA_ARRAY(r->arena, Str, list->n);
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i]->kind != YAML_SCALAR) {
            spec_issue(r, spec_at(r, list->items[i]), STR_NONE, "a text or a number is expected");
            return false;
        }
        items[i] = list->items[i]->text;
        if (!check_text(r, spec_at(r, list->items[i]), items[i]))
            return false;
    }
    v->items = items;
    v->n = list->n;
    return true;
}

static bool read_weighted(SpecReader *r, const YamlNode *map, SpecValue *v)
{
    Str *items = ARENA_ARRAY(r->arena, Str, map->n);
    double *weights = ARENA_ARRAY(r->arena, double, map->n);
    double sum = 0;
    for (size_t i = 0; i < map->n; i++) {
        items[i] = map->pairs[i].key;
        if (!spec_number(r, map->pairs[i].value, &weights[i]) || !check_text(r, spec_at(r, map), items[i]))
            return false;
        sum += weights[i] < 0 ? -1e12 : weights[i];
    }
    if (sum <= 0) {
        spec_issue(r, spec_at(r, map), STR_NONE, "weights must not be negative, nor all 0");
        return false;
    }
    v->items = items;
    v->weights = weights;
    v->n = map->n;
    return true;
}

/* A list of the file's own words, or of demo/texts*.yaml; in the file a dotted name leads into mappings. */
static bool read_words(SpecReader *r, const YamlNode *arg, SpecValue *v)
{
    char name[128];
    snprintf(name, sizeof name, "%.*s", STR_ARG(arg->text));
    const YamlNode *own = words_at(r->words, name);
    if (own && own->kind == YAML_SEQ && own->n && own->n <= SPEC_ITEMS_MAX)
        return read_scalars(r, own, v);
    if (own && own->kind == YAML_MAP && own->n)
        return read_weighted(r, own, v);
    WordList list = words_list(&r->d->words, name);
    v->items = list.items;
    v->n = list.n;
    if (!list.n)
        spec_issue(r, spec_at(r, arg), STR("write it under words: of this file, or in demo/texts.yaml"),
                   "there is no list of texts %.*s", STR_ARG(arg->text));
    return list.n > 0;
}

static bool read_pick(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind == YAML_SCALAR)
        return read_words(r, arg, v);
    if (!arg->n || arg->n > SPEC_ITEMS_MAX) {
        spec_issue(r, spec_at(r, arg), STR_NONE, "1 to %d things to pick from are expected", SPEC_ITEMS_MAX);
        return false;
    }
    return arg->kind == YAML_SEQ ? read_scalars(r, arg, v) : read_weighted(r, arg, v);
}

static bool read_between(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    double lo = 0;
    double hi = 0;
    const YamlNode *round = yaml_get(map, STR("round"));
    v->round = 1;
    if (round && !spec_int(r, round, 1, 1000000, &v->round))
        return false;
    if (!spec_range(r, arg, -1e9, 1e12, &lo, &hi))
        return false;
    v->lo = (int64_t)lo;
    v->hi = (int64_t)hi;
    return true;
}

static bool read_lognormal(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    const YamlNode *round = yaml_get(map, STR("round"));
    const YamlNode *min = yaml_get(map, STR("min"));
    const YamlNode *max = yaml_get(map, STR("max"));
    v->round = 1;
    v->max = INT64_C(1000000000000);
    return (!round || spec_int(r, round, 1, 1000000, &v->round)) && (!min || spec_int(r, min, 0, v->max, &v->min)) &&
           (!max || spec_int(r, max, v->min, v->max, &v->max)) && spec_range(r, arg, 1e-6, 1e12, &v->median, &v->p90);
}

static bool read_chance(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    const YamlNode *value = yaml_get(map, STR("value"));
    if (!spec_int(r, arg, 0, 100, &v->lo))
        return false;
    if (!value)
        return true;
    SpecValue *part = ARENA_NEW(r->arena, SpecValue);
    v->parts = part;
    v->n = 1;
    return spec_read_value(r, value, part);
}

static bool read_offset(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    double lo = 0;
    double hi = 0;
    (void)map;
    if (!spec_range(r, arg, v->kind == SPEC_WORKDAY ? 0 : -1000000, 1000000, &lo, &hi))
        return false;
    v->lo = (int64_t)lo;
    v->hi = (int64_t)hi;
    return true;
}

static bool read_person(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind == YAML_SCALAR && str_eq(arg->text, STR("same"))) {
        v->kind = SPEC_PERSON;
        return true;
    }
    if (!spec_role(r, arg))
        return false;
    v->items = &arg->text;
    v->n = 1;
    return true;
}

static bool read_persons(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind != YAML_SEQ || !arg->n || arg->n > 20) {
        spec_issue(r, spec_at(r, arg), STR("[case-handler, enforcement-officer]"),
                   "a list of 1 to 20 roles is expected");
        return false;
    }
    Str *roles = ARENA_ARRAY(r->arena, Str, arg->n);
    for (size_t i = 0; i < arg->n; i++) {
        if (!spec_role(r, arg->items[i]))
            return false;
        roles[i] = arg->items[i]->text;
    }
    v->items = roles;
    v->n = arg->n;
    return true;
}

static bool is_unit(SpecReader *r, const YamlNode *node, Str key)
{
    const Staff *staff = &r->d->staff;
    Str names[STAFF_UNITS_MAX];
    size_t n = 0;
    if (staff_unit(staff, key))
        return true;
    for (; n < staff->n_units; n++)
        names[n] = staff->units[n].key;
    spec_issue(r, spec_at(r, node), arena_printf(r->arena, "units: %s", spec_listed(r->arena, names, n).p),
               "demo/people.yaml has no unit %.*s", STR_ARG(key));
    return false;
}

static bool read_unit(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind == YAML_SCALAR && str_eq(arg->text, STR("same"))) {
        v->kind = SPEC_HERE;
        return true;
    }
    if (arg->kind != YAML_SCALAR || str_starts(arg->text, STR("$")))
        return spec_read_value(r, arg, v);
    v->text = arg->text;
    return is_unit(r, arg, arg->text);
}

static bool read_list(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind != YAML_SEQ || arg->n > 200) {
        spec_issue(r, spec_at(r, arg), STR_NONE, "a list of at most 200 is expected");
        return false;
    }
    SpecValue *parts = ARENA_ARRAY(r->arena, SpecValue, arg->n);
    for (size_t i = 0; i < arg->n; i++)
        if (!spec_read_value(r, arg->items[i], &parts[i]))
            return false;
    v->parts = parts;
    v->n = arg->n;
    return true;
}

static bool read_row(SpecReader *r, const YamlNode *row, SpecValue *v)
{
    if (row->kind != YAML_MAP) {
        spec_issue(r, spec_at(r, row), STR("{column: value, …}"), "a row must be a mapping");
        return false;
    }
    Str *columns = ARENA_ARRAY(r->arena, Str, row->n);
    SpecValue *parts = ARENA_ARRAY(r->arena, SpecValue, row->n);
    *v = (SpecValue){ .kind = SPEC_ROW, .at = spec_at(r, row), .items = columns, .parts = parts, .n = row->n };
    for (size_t i = 0; i < row->n; i++) {
        columns[i] = row->pairs[i].key;
        if (!spec_read_value(r, row->pairs[i].value, &parts[i]))
            return false;
    }
    return true;
}

static bool read_table(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (arg->kind != YAML_SEQ || arg->n > 200) {
        spec_issue(r, spec_at(r, arg), STR_NONE, "a table must be a list of at most 200 rows");
        return false;
    }
    SpecValue *rows = ARENA_ARRAY(r->arena, SpecValue, arg->n);
    v->parts = rows;
    v->n = arg->n;
    for (size_t i = 0; i < arg->n; i++)
        if (!read_row(r, arg->items[i], &rows[i]))
            return false;
    return true;
}

static bool read_rows(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    const YamlNode *row = yaml_get(map, STR("row"));
    double lo = 0;
    double hi = 0;
    if (!row) {
        spec_issue(r, spec_at(r, map), STR("{rows: [1, 3], row: {column: value}}"), "row is missing");
        return false;
    }
    if (!spec_range(r, arg, 0, 200, &lo, &hi))
        return false;
    SpecValue *part = ARENA_NEW(r->arena, SpecValue);
    v->lo = (int64_t)lo;
    v->hi = (int64_t)hi;
    v->parts = part;
    v->n = 1;
    return read_row(r, row, part);
}

static bool is_place_kind(SpecReader *r, LawPlace at, Str kind)
{
    const Places *places = &r->d->places;
    for (size_t i = 0; i < places->n; i++)
        for (size_t k = 0; k < places->communities[i].n_places; k++)
            if (str_eq(places->communities[i].places[k].kind, kind))
                return true;
    spec_issue(r, at, STR("any, or kinds of demo/places.yaml"), "no place is of the kind %.*s", STR_ARG(kind));
    return false;
}

static bool read_place(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (is_anything(arg))
        return true;
    v->items = &arg->text;
    v->n = 1;
    if (arg->kind == YAML_SEQ && arg->n && !read_scalars(r, arg, v))
        return false; /* an empty list is the kind without a name */
    for (size_t i = 0; i < v->n; i++)
        if (!is_place_kind(r, spec_at(r, arg), v->items[i]))
            return false;
    return true;
}

static bool read_community(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    const Places *places = &r->d->places;
    (void)map;
    if (is_anything(arg))
        return true;
    v->text = arg->text;
    for (size_t i = 0; i < places->n; i++)
        if (str_eq(places->communities[i].id, arg->text))
            return true;
    spec_issue(r, spec_at(r, arg), STR("any, or an id of demo/places.yaml"), "unknown community %.*s",
               STR_ARG(arg->text));
    return false;
}

/* The first one, second one … of a kind among the variables, so that name and number are of one person. */
static bool read_somebody(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    if (!is_anything(arg)) {
        spec_issue(r, spec_at(r, arg), STR("any"), "there is only `any` here");
        return false;
    }
    for (size_t i = 0; i < r->n_vars; i++)
        v->lo += r->vars[i].value.kind == v->kind;
    if (v->kind != SPEC_ORG && v->lo >= SPEC_WHO_MAX) {
        spec_issue(r, v->at, STR_NONE, "at most %d people a matter", SPEC_WHO_MAX);
        return false;
    }
    return true;
}

static bool read_share(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    const YamlNode *min = yaml_get(map, STR("min"));
    return spec_int(r, arg, 0, INT64_C(1000000000000), &v->lo) && (!min || spec_int(r, min, 0, v->lo, &v->hi));
}

static bool read_serial(SpecReader *r, const YamlNode *map, const YamlNode *arg, SpecValue *v)
{
    (void)map;
    return spec_int(r, arg, 0, 1000000000, &v->lo);
}

static const struct ValueKind {
    const char *key;
    SpecKind kind;
    ReadKind read;
    const char *also[4]; /* further keys */
} kinds[] = {
    { "text", SPEC_TEXT, read_text, { NULL } },
    { "pick", SPEC_PICK, read_pick, { NULL } },
    { "money", SPEC_PICK, read_pick, { NULL } },
    { "between", SPEC_BETWEEN, read_between, { "round", NULL } },
    { "lognormal", SPEC_LOGNORMAL, read_lognormal, { "round", "min", "max", NULL } },
    { "chance", SPEC_CHANCE, read_chance, { "value", NULL } },
    { "day", SPEC_DAY, read_offset, { NULL } },
    { "workday", SPEC_WORKDAY, read_offset, { NULL } },
    { "at", SPEC_AT, read_offset, { NULL } },
    { "person", SPEC_PERSONS, read_person, { NULL } },
    { "persons", SPEC_PERSONS, read_persons, { NULL } },
    { "unit", SPEC_UNIT, read_unit, { NULL } },
    { "table", SPEC_LIST, read_table, { NULL } },
    { "rows", SPEC_ROWS, read_rows, { "row", NULL } },
    { "place", SPEC_PLACE, read_place, { NULL } },
    { "community", SPEC_COMMUNITY, read_community, { NULL } },
    { "org", SPEC_ORG, read_somebody, { NULL } },
    { "person_name", SPEC_PERSON_NAME, read_somebody, { NULL } },
    { "phone", SPEC_PHONE, read_somebody, { NULL } },
    { "id_number", SPEC_ID_NUMBER, read_somebody, { NULL } },
    { "share_of", SPEC_SHARE, read_share, { "min", NULL } },
    { "serial", SPEC_SERIAL, read_serial, { NULL } },
};

/* ---- variables ---- */

static const struct {
    const char *name;
    SpecKind kind;
} implicit[] = { { "community_name", SPEC_COMMUNITY_NAME },
                 { "community_unit", SPEC_COMMUNITY_UNIT },
                 { "block", SPEC_BLOCK },
                 { "date", SPEC_DATE },
                 { "n", SPEC_RANK } };

bool spec_implicit(Str name, SpecKind *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(implicit); i++)
        if (str_eq_c(name, implicit[i].name)) {
            *ret = implicit[i].kind;
            return true;
        }
    return false;
}

bool spec_find_var(SpecReader *r, LawPlace at, Str name, SpecValue *ret)
{
    Str names[SPEC_VARS_MAX + ARRAY_LEN(implicit)];
    size_t n = 0;
    for (size_t i = r->n_vars; i-- > 0;) {
        if (str_eq(r->vars[i].name, name)) {
            *ret = (SpecValue){ .kind = SPEC_VAR, .at = at, .lo = (int64_t)i, .text = name };
            return true;
        }
        names[n++] = r->vars[i].name;
    }
    SpecKind kind;
    if (spec_implicit(name, &kind)) {
        *ret = (SpecValue){ .kind = kind, .at = at };
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(implicit); i++)
        names[n++] = str_c(implicit[i].name);
    spec_issue(r, at, arena_printf(r->arena, "variables: %s", spec_listed(r->arena, names, n).p),
               "there is no variable %.*s before this", STR_ARG(name));
    return false;
}

/* ---- any value ---- */

static bool read_kind(SpecReader *r, const YamlNode *node, SpecValue *v)
{
    Str names[ARRAY_LEN(kinds)];
    const struct ValueKind *kind = NULL;
    const YamlNode *arg = NULL;
    for (size_t i = 0; i < ARRAY_LEN(kinds) && !kind; i++) {
        names[i] = str_c(kinds[i].key);
        arg = yaml_get(node, names[i]);
        kind = arg ? &kinds[i] : NULL;
    }
    if (!kind) {
        spec_issue(r, spec_at(r, node), spec_listed(r->arena, names, ARRAY_LEN(names)), "unknown kind of value%s%.*s",
                   node->n ? " " : "", STR_ARG(node->n ? node->pairs[0].key : STR_NONE));
        return false;
    }
    const char *known[6] = { kind->key };
    for (size_t i = 0; kind->also[i]; i++)
        known[i + 1] = kind->also[i];
    spec_keys(r, node, known);
    v->kind = kind->kind;
    return kind->read(r, node, arg, v);
}

bool spec_read_value(SpecReader *r, const YamlNode *node, SpecValue *ret)
{
    SpecValue v = { .at = spec_at(r, node) };
    bool ok;
    if (node->kind == YAML_SEQ) {
        v.kind = SPEC_LIST;
        ok = read_list(r, node, node, &v);
    } else if (node->kind == YAML_MAP) {
        ok = read_kind(r, node, &v);
    } else if (str_starts(node->text, STR("$")) && spec_is_name(str_slice(node->text, 1, node->text.n))) {
        ok = spec_find_var(r, v.at, str_slice(node->text, 1, node->text.n), &v);
    } else {
        ok = read_text(r, node, node, &v);
    }
    if (ok)
        *ret = v; /* else it stays without a place, by which it is known as reported */
    return ok;
}

/* ---- does it fit? ---- */

static unsigned yields(const SpecValue *v)
{
    switch (v->kind) {
    case SPEC_TEXT:
    case SPEC_PICK: return YIELDS_TEXT | YIELDS_NUMBER | YIELDS_BOOL | YIELDS_DAY | YIELDS_INSTANT | YIELDS_UNIT;
    case SPEC_PLACE:
    case SPEC_COMMUNITY:
    case SPEC_COMMUNITY_NAME:
    case SPEC_ORG:
    case SPEC_PERSON_NAME:
    case SPEC_PHONE:
    case SPEC_ID_NUMBER:
    case SPEC_DATE: return YIELDS_TEXT;
    case SPEC_BETWEEN:
    case SPEC_LOGNORMAL:
    case SPEC_RANK:
    case SPEC_SHARE:
    case SPEC_SERIAL: return YIELDS_NUMBER | YIELDS_TEXT;
    case SPEC_CHANCE: return YIELDS_BOOL;
    case SPEC_DAY:
    case SPEC_WORKDAY: return YIELDS_DAY | YIELDS_TEXT;
    case SPEC_AT: return YIELDS_INSTANT;
    case SPEC_PERSON:
    case SPEC_PERSONS: return YIELDS_PERSONS;
    case SPEC_UNIT:
    case SPEC_HERE:
    case SPEC_COMMUNITY_UNIT:
    case SPEC_BLOCK: return YIELDS_UNIT;
    case SPEC_ROW:
    case SPEC_ROWS: return YIELDS_ROWS;
    case SPEC_LIST:
    case SPEC_VAR: break; /* what their parts do */
    }
    return 0;
}

static const struct FieldWish {
    unsigned takes;
    const char *expected;
} wishes[] = {
    [LAW_TEXT] = { YIELDS_TEXT | YIELDS_NUMBER | YIELDS_DAY, "a text" },
    [LAW_LONGTEXT] = { YIELDS_TEXT | YIELDS_NUMBER | YIELDS_DAY, "a text" },
    [LAW_INT] = { YIELDS_NUMBER, "a whole number" },
    [LAW_DECIMAL] = { YIELDS_NUMBER, "a number" },
    [LAW_MONEY] = { YIELDS_NUMBER, "an amount in yuan" },
    [LAW_BOOL] = { YIELDS_BOOL, "true or false" },
    [LAW_DAY] = { YIELDS_DAY, "a day: 2023-03-01 or {day: 3}" },
    [LAW_INSTANT] = { YIELDS_INSTANT, "an instant: 2023-03-01T10:00 or {at: 30}" },
    [LAW_CHOICE] = { YIELDS_TEXT, "an option" },
    [LAW_CHOICES] = { YIELDS_TEXT, "a list of options" },
    [LAW_PERSON] = { YIELDS_PERSONS, "a person: {person: ROLE}" },
    [LAW_PERSONS] = { YIELDS_PERSONS, "persons: {persons: [ROLE, …]}" },
    [LAW_UNIT] = { YIELDS_UNIT, "a unit: {unit: KEY}" },
    [LAW_ITEM] = { YIELDS_TEXT, "an item of the catalogue" },
    [LAW_TABLE] = { YIELDS_ROWS, "rows: {table: […]} or {rows: [1, 3], row: {…}}" },
};

static Str option_names(SpecReader *r, const LawField *field)
{
    Str names[200];
    size_t n = 0;
    for (; n < field->n_options && n < ARRAY_LEN(names); n++)
        names[n] = field->options[n].id;
    return n ? arena_printf(r->arena, "options: %s", spec_listed(r->arena, names, n).p) : STR_NONE;
}

/* Text without variables can be tried at once. */
static bool check_literal(SpecReader *r, const LawField *field, LawPlace at, Str text)
{
    Json made;
    if (str_find(text, STR("{")) != SIZE_MAX)
        return true;
    const char *complaint = spec_convert(r->d, r->arena, field, json_str(text), &made);
    bool known = true;
    if (!complaint && field->type == LAW_ITEM)
        known = law_item(law_catalogue(r->pack, field->catalogue), text) != NULL;
    if (!complaint && known)
        return true;
    spec_issue(r, at, option_names(r, field), "%.*s is no value of %.*s: %s is expected", STR_ARG(text),
               STR_ARG(field->id), complaint ? complaint : wishes[field->type].expected);
    return false;
}

static bool check_value(SpecReader *r, const LawField *field, const SpecValue *v, LawPlace at);

static bool check_row(SpecReader *r, const LawField *field, const SpecValue *row)
{
    Str names[200];
    size_t n = 0;
    bool ok = true;
    for (; n < field->n_columns && n < ARRAY_LEN(names); n++)
        names[n] = field->columns[n].id;
    for (size_t i = 0; i < row->n; i++) {
        const LawField *column = NULL;
        for (size_t c = 0; c < field->n_columns; c++)
            if (str_eq(field->columns[c].id, row->items[i]))
                column = &field->columns[c];
        if (column) {
            ok = check_value(r, column, &row->parts[i], row->parts[i].at) && ok;
            continue;
        }
        spec_issue(r, row->at, arena_printf(r->arena, "its columns: %s", spec_listed(r->arena, names, n).p),
                   "%.*s has no column %.*s", STR_ARG(field->id), STR_ARG(row->items[i]));
        ok = false;
    }
    return ok;
}

static bool check_parts(SpecReader *r, const LawField *field, const SpecValue *v, LawPlace at)
{
    bool ok = true;
    for (size_t i = 0; i < v->n; i++)
        ok = (v->parts[i].kind == SPEC_ROW && field->type == LAW_TABLE ? check_row(r, field, &v->parts[i])
                                                                       : check_value(r, field, &v->parts[i], at)) &&
             ok;
    return ok;
}

static bool takes_list(const LawField *field)
{
    return field->type == LAW_CHOICES || field->type == LAW_PERSONS || field->type == LAW_TABLE;
}

static bool check_value(SpecReader *r, const LawField *field, const SpecValue *v, LawPlace at)
{
    bool ok = true;
    if (!v->at.line)
        return false; /* it was reported when it was read */
    if (v->kind == SPEC_VAR)
        return check_value(r, field, &r->vars[v->lo].value, at);
    if (v->kind == SPEC_CHANCE && v->n)
        return check_value(r, field, &v->parts[0], at);
    if ((v->kind == SPEC_LIST && takes_list(field)) || v->kind == SPEC_ROWS)
        ok = takes_list(field) && check_parts(r, field, v, at);
    else if (!(yields(v) & wishes[field->type].takes))
        ok = false;
    else if (v->kind == SPEC_TEXT)
        return check_literal(r, field, at, v->text);
    else if (v->kind == SPEC_PICK)
        for (size_t i = 0; i < v->n; i++)
            if (!check_literal(r, field, at, v->items[i]))
                return false;
    if (!ok && (v->kind != SPEC_LIST || !takes_list(field)))
        spec_issue(r, at, option_names(r, field), "%.*s cannot be this: %s is expected", STR_ARG(field->id),
                   wishes[field->type].expected);
    return ok;
}

bool spec_read_for_field(SpecReader *r, const LawField *field, const YamlNode *node, SpecValue *ret)
{
    static const LawField plain_unit = { .id = { "in", 2 }, .name = { NULL, 0 }, .type = LAW_UNIT };
    /* Mappings in the list of a table's field are its rows. */
    if (field->type == LAW_TABLE && node->kind == YAML_SEQ) {
        *ret = (SpecValue){ .kind = SPEC_LIST, .at = spec_at(r, node) };
        if (!read_table(r, node, node, ret))
            return false;
    } else if (!spec_read_value(r, node, ret)) {
        return false;
    }
    return check_value(r, field->id.n ? field : &plain_unit, ret, spec_at(r, node));
}

/* ---- conversion ---- */

static const char *convert_unit(const Demo *d, Json value, Json *ret)
{
    const StaffUnit *unit = staff_unit(&d->staff, json_as_str(&value));
    if (!unit)
        return wishes[LAW_UNIT].expected;
    *ret = json_int(unit->id);
    return NULL;
}

static const char *convert_list(const Demo *d, Arena *arena, const LawField *field, Json value, Json *ret)
{
    LawField one = *field;
    Json list = json_arr();
    one.type = field->type == LAW_CHOICES ? LAW_CHOICE : LAW_PERSON;
    if (value.type != JSON_ARR)
        value = (Json){ .type = JSON_ARR, .n = 1, .as.items = json_push(arena, &list, value) };
    Json made = json_arr();
    for (size_t i = 0; i < value.n; i++) {
        Json item = value.as.items[i];
        const char *complaint = field->type == LAW_TABLE ? spec_convert_row(d, arena, field, &item, &item)
                                                         : spec_convert(d, arena, &one, item, &item);
        if (complaint)
            return complaint;
        json_push(arena, &made, item);
    }
    *ret = made;
    return NULL;
}

const char *spec_convert_row(const Demo *d, Arena *arena, const LawField *field, const Json *row, Json *ret)
{
    Json made = json_obj();
    for (size_t c = 0; c < field->n_columns; c++) {
        const Json *cell = json_get(row, field->columns[c].id);
        Json value;
        if (!cell || cell->type == JSON_NULL)
            continue;
        const char *complaint = spec_convert(d, arena, &field->columns[c], *cell, &value);
        if (complaint)
            return complaint;
        json_add(arena, &made, field->columns[c].id, value);
    }
    *ret = made;
    return NULL;
}

static bool is_option(const LawField *field, Str id)
{
    for (size_t i = 0; i < field->n_options; i++)
        if (str_eq(field->options[i].id, id))
            return true;
    return false;
}

static const char *convert_text(const Demo *d, Arena *arena, const LawField *field, Json value, Json *ret)
{
    if (value.type == JSON_INT)
        value = json_str(arena_printf(arena, "%lld", (long long)value.as.i));
    Str text = json_as_str(&value);
    if (value.type != JSON_STR || !form_parse_text(arena, field, text, d->hours.zone_minutes, ret) ||
        (field->type == LAW_CHOICE && !is_option(field, text)))
        return wishes[field->type].expected;
    return NULL;
}

const char *spec_convert(const Demo *d, Arena *arena, const LawField *field, Json value, Json *ret)
{
    if (value.type == JSON_NULL) {
        *ret = value;
        return NULL;
    }
    switch (field->type) {
    case LAW_CHOICES:
    case LAW_PERSONS:
    case LAW_TABLE: return convert_list(d, arena, field, value, ret);
    case LAW_UNIT: return convert_unit(d, value, ret);
    case LAW_PERSON:
    case LAW_INSTANT:
        if (value.type == JSON_INT) {
            *ret = value;
            return NULL;
        }
        return convert_text(d, arena, field, value, ret);
    case LAW_BOOL:
        if (value.type == JSON_BOOL) {
            *ret = value;
            return NULL;
        }
        return convert_text(d, arena, field, value, ret);
    default: return convert_text(d, arena, field, value, ret);
    }
}
