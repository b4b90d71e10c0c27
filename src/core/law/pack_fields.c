/* Fields, derived names, and the scope in which all expressions of a procedure are compiled. */
#include <string.h>

#include "core/law/pack_procedure.h"

static const struct {
    const char *name;
    LawType type;
} field_types[] = {
    { "text", LAW_TEXT },     { "longtext", LAW_LONGTEXT }, { "int", LAW_INT },       { "decimal", LAW_DECIMAL },
    { "money", LAW_MONEY },   { "bool", LAW_BOOL },         { "day", LAW_DAY },       { "instant", LAW_INSTANT },
    { "choice", LAW_CHOICE }, { "choices", LAW_CHOICES },   { "person", LAW_PERSON }, { "persons", LAW_PERSONS },
    { "unit", LAW_UNIT },     { "item", LAW_ITEM },         { "table", LAW_TABLE },
};

typedef struct FieldKeys {
    const YamlNode *id;
    Str name;
    Str title;
    const YamlNode *type;
    const YamlNode *personal;
    const YamlNode *identifies;
    bool public_;
    bool index;
    KeyInt min;
    KeyInt max;
    const YamlNode *options;
    const YamlNode *catalogue;
    const YamlNode *columns;
} FieldKeys;

static const KeySpec field_keys[] = {
    KEY_REQUIRED(FieldKeys, id, KEY_SCALAR),
    KEY(FieldKeys, name, KEY_TEXT),
    KEY_REQUIRED(FieldKeys, title, KEY_TEXT),
    KEY_REQUIRED(FieldKeys, type, KEY_SCALAR),
    KEY(FieldKeys, personal, KEY_SCALAR),
    KEY(FieldKeys, identifies, KEY_SCALAR),
    { "public", KEY_BOOL, false, offsetof(FieldKeys, public_) },
    KEY(FieldKeys, index, KEY_BOOL),
    KEY(FieldKeys, min, KEY_INT),
    KEY(FieldKeys, max, KEY_INT),
    KEY(FieldKeys, options, KEY_MAP),
    KEY(FieldKeys, catalogue, KEY_SCALAR),
    KEY(FieldKeys, columns, KEY_LIST),
};

static LawType read_type(Loader *l, const YamlNode *node)
{
    if (!node)
        return LAW_TEXT;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < ARRAY_LEN(field_types); i++) {
        if (str_eq_c(node->text, field_types[i].name))
            return field_types[i].type;
        pack_nearest_offer(&nearest, str_c(field_types[i].name));
    }
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("see the field types in docs/PACKS.md")),
               "'%.*s' is not a type of field", STR_ARG(node->text));
    return LAW_TEXT;
}

static void read_bounds(Loader *l, const FieldKeys *keys, LawField *field)
{
    field->has_min = keys->min.set;
    field->min = keys->min.value;
    field->has_max = keys->max.set;
    field->max = keys->max.value;
    bool text = field->type == LAW_TEXT || field->type == LAW_LONGTEXT;
    if (text && !field->has_max) {
        field->has_max = true;
        field->max = field->type == LAW_TEXT ? PACK_TEXT_MAX : PACK_LONGTEXT_MAX;
    }
    bool bounded = text || field->type == LAW_INT || field->type == LAW_DECIMAL || field->type == LAW_MONEY;
    if (!bounded && (field->has_min || field->has_max))
        pack_issue(l, field->at, STR_NONE, "'min' and 'max' mean nothing for this type of field");
    if (field->has_min && field->has_max && field->min > field->max)
        pack_issue(l, field->at, STR_NONE, "'min' is greater than 'max'");
}

static void read_privacy(Loader *l, const FieldKeys *keys, LawField *field)
{
    field->is_public = keys->public_;
    if (keys->personal) {
        if (pack_check_id(l, pack_at(keys->personal), keys->personal->text, ID_PLAIN))
            field->personal = keys->personal->text;
        if (field->is_public)
            pack_issue(l, pack_at(keys->personal), STR("drop one of the two"),
                       "a field cannot be both personal and public");
    } else if (field->type == LAW_LONGTEXT && !field->is_public) {
        /* Free text names people, whatever its author intends. */
        field->personal = STR("about");
    }
    if (!keys->identifies)
        return;
    field->identifies = keys->identifies->text;
    if (field->type != LAW_TEXT || field->personal.n == 0)
        pack_issue(l, pack_at(keys->identifies), STR("add `personal: ROLE`"),
                   "only a personal text can identify a person");
}

static size_t read_fields(Loader *l, const YamlNode *list, bool columns, Map *by_id, LawField **ret);

/* What a type needs besides: a choice its options, an item its catalogue, a table its columns. */
static void read_details(Loader *l, const FieldKeys *keys, bool column, LawField *field)
{
    bool choice = field->type == LAW_CHOICE || field->type == LAW_CHOICES;
    if (choice != (keys->options != NULL))
        pack_issue(l, field->at, STR("`options: {id: title}` belongs to choice and choices"),
                   choice ? "'options' is missing" : "only a choice has 'options'");
    if ((field->type == LAW_ITEM) != (keys->catalogue != NULL))
        pack_issue(l, field->at, STR("`catalogue: NAME` belongs to item"),
                   field->type == LAW_ITEM ? "'catalogue' is missing" : "only an item has a 'catalogue'");
    if ((field->type == LAW_TABLE) != (keys->columns != NULL))
        pack_issue(l, field->at, STR("`columns: [...]` belongs to table"),
                   field->type == LAW_TABLE ? "'columns' is missing" : "only a table has 'columns'");
    if (keys->options)
        field->n_options = pack_read_options(l, keys->options, STR("options"), &field->options);
    if (keys->catalogue) {
        const LawName *name = map_get(&l->names, keys->catalogue->text);
        field->catalogue = keys->catalogue->text;
        if (!name || name->value.type != FEEL_LIST)
            pack_issue(l, pack_at(keys->catalogue), STR("catalogues are the files in catalogues/"),
                       "there is no catalogue '%.*s'", STR_ARG(keys->catalogue->text));
    }
    if (keys->columns && column) {
        pack_issue(l, pack_at(keys->columns), STR_NONE, "a table cannot hold another table");
    } else if (keys->columns) {
        Map by_id;
        LawField *fields = NULL;
        map_init(&by_id, l->arena);
        field->n_columns = read_fields(l, keys->columns, true, &by_id, &fields);
        field->columns = fields;
    }
}

static size_t read_fields(Loader *l, const YamlNode *list, bool columns, Map *by_id, LawField **ret)
{
    if (!list || !pack_check_count(l, list, list->n, columns ? PACK_COLUMNS_MAX : PACK_FIELDS_MAX, "fields"))
        return 0;
    LawField *fields = ARENA_ARRAY(l->arena, LawField, list->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        FieldKeys keys = { 0 };
        const YamlNode *node = list->items[i];
        if (!pack_read_keys(l, node, columns ? STR("a column") : STR("a field"), field_keys, ARRAY_LEN(field_keys),
                            &keys) ||
            !keys.id || !pack_check_id(l, pack_at(keys.id), keys.id->text, ID_NAME))
            continue;
        LawField *field = &fields[n];
        *field = (LawField){ .id = keys.id->text,
                             .name = keys.name,
                             .title = keys.title,
                             .type = read_type(l, keys.type),
                             .indexed = keys.index,
                             .slot = (int)n,
                             .at = pack_at(keys.id) };
        if (map_put(by_id, field->id, field))
            pack_issue(l, field->at, STR("choose another id"), "there are two fields '%.*s'", STR_ARG(field->id));
        read_bounds(l, &keys, field);
        read_privacy(l, &keys, field);
        read_details(l, &keys, columns, field);
        n++;
    }
    *ret = fields;
    return n;
}

/* What every form sends besides its fields: a field of that name could not be told from it. */
static void check_reserved(Loader *l, const LawField *field)
{
    static const char *const reserved[] = { "csrf", "key", "add", "drop", "swap" };
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
        if (str_eq_c(field->id, reserved[i]))
            pack_issue(l, field->at, STR("choose another id"), "every form has a '%s' of its own", reserved[i]);
    }
}

void procedure_read_fields(ProcedureReader *r, const YamlNode *list)
{
    r->p->n_fields = read_fields(r->l, list, false, &r->fields_by, &r->fields);
    r->p->fields = r->fields;
    for (size_t i = 0; i < r->p->n_fields; i++)
        check_reserved(r->l, &r->fields[i]);
}

/* ---- the scope ---- */

static void claim_name(ProcedureReader *r, LawPlace at, Str name, Str bearer)
{
    const Str *taken = map_get(&r->names, name);
    if (taken) {
        r->names_collide = true;
        pack_issue(r->l, at, STR("choose another name"), "the name '%.*s' is taken by %.*s", STR_ARG(name),
                   STR_ARG(*taken));
        return;
    }
    Str *copy = ARENA_NEW(r->l->arena, Str);
    *copy = bearer;
    map_put(&r->names, name, copy);
}

/* A name that FEEL would read as something else ("a and b") can never be used. */
static void check_name(ProcedureReader *r, LawPlace at, Str name, int slot)
{
    Loader *l = r->l;
    Err err = { 0 };
    const FeelExpr *expr = NULL;
    Rc rc = feel_parse(l->arena, r->p->scope, name, (FeelParseOptions){ .dynamic_names = false }, &expr, &err);
    if (rc == RC_OK && slot >= 0 && (size_t)slot < r->p->n_slots) {
        feel_expr_slots(expr, r->used, r->p->n_slots);
        if (r->used[slot])
            return;
    }
    pack_issue(l, at, STR("use letters, digits and _ and no FEEL keyword"), "expressions cannot use the name '%.*s'",
               STR_ARG(name));
}

static void add_names(ProcedureReader *r, const YamlNode *lets)
{
    LawProcedure *p = r->p;
    const LawPack *pack = r->l->pack;
    /* Reserved first, so that the message stands at the name that can be changed. */
    for (size_t i = 0; i < LAW_STD_COUNT; i++)
        claim_name(r, p->at, str_c(law_standard_names[i]), STR("a standard name"));
    for (size_t i = 0; i < pack->n_names; i++)
        claim_name(r, p->at, pack->names[i].name, STR("a parameter or catalogue"));
    for (size_t i = 0; i < p->n_fields; i++) {
        const LawField *field = &p->fields[i];
        int slot = feel_scope_add(p->scope, field->id, -1);
        if (map_get(&r->fields_by, field->id) == field)
            claim_name(r, field->at, field->id, STR("a field"));
        else
            r->names_collide = true; /* two fields with one id are reported already */
        if (field->name.n > 0 && !str_eq(field->name, field->id)) {
            claim_name(r, field->at, field->name, STR("a field"));
            feel_scope_add(p->scope, field->name, slot);
        }
    }
    for (size_t i = 0; i < p->n_lets; i++) {
        claim_name(r, pack_at_key(&lets->pairs[i]), lets->pairs[i].key, STR("a derived name"));
        feel_scope_add(p->scope, lets->pairs[i].key, -1);
    }
    p->slot_std = (int)feel_scope_slots(p->scope);
    for (size_t i = 0; i < LAW_STD_COUNT; i++)
        feel_scope_add(p->scope, str_c(law_standard_names[i]), -1);
    p->slot_pack = (int)feel_scope_slots(p->scope);
    for (size_t i = 0; i < pack->n_names; i++)
        feel_scope_add(p->scope, pack->names[i].name, -1);
}

static void check_names(ProcedureReader *r, const YamlNode *lets)
{
    for (size_t i = 0; i < r->p->n_fields; i++) {
        const LawField *field = &r->p->fields[i];
        check_name(r, field->at, field->id, field->slot);
        if (field->name.n > 0)
            check_name(r, field->at, field->name, field->slot);
    }
    for (size_t i = 0; i < r->p->n_lets; i++)
        check_name(r, pack_at_key(&lets->pairs[i]), lets->pairs[i].key, (int)(r->p->n_fields + i));
}

/* Only earlier names may be used, so that values can be computed in order and never in a circle. */
static void read_let(ProcedureReader *r, const YamlPair *pair, size_t index, LawExpr *ret)
{
    Loader *l = r->l;
    LawProcedure *p = r->p;
    bool *row = r->let_reads + index * p->n_slots;
    if (pair->value->kind != YAML_SCALAR || pair->value->text.n == 0) {
        pack_issue(l, pack_at(pair->value), STR_NONE, "'%.*s' must be an expression", STR_ARG(pair->key));
        return;
    }
    *ret = pack_compile(l, p->scope, pair->value, STR_NONE);
    if (!ret->expr || r->names_collide)
        return;
    feel_expr_slots(ret->expr, row, p->n_slots);
    for (size_t i = index; i < p->n_lets; i++) {
        if (row[p->n_fields + i])
            pack_issue(l, pack_at(pair->value), STR("put the names it uses before it"), "'%.*s' uses %s",
                       STR_ARG(pair->key), i == index ? "itself" : "a name that comes after it");
    }
    for (size_t i = 0; i < index; i++) {
        for (size_t s = 0; row[p->n_fields + i] && s < p->n_slots; s++)
            row[s] = row[s] || r->let_reads[i * p->n_slots + s];
    }
}

void procedure_make_scope(ProcedureReader *r, const YamlNode *lets)
{
    Loader *l = r->l;
    LawProcedure *p = r->p;
    if (lets && pack_check_count(l, lets, lets->n, PACK_LETS_MAX, "derived names"))
        p->n_lets = lets->n;
    add_names(r, lets);
    p->n_slots = feel_scope_slots(p->scope);
    size_t wanted = p->n_fields + p->n_lets + LAW_STD_COUNT + l->pack->n_names;
    /* Colliding names share a slot; the mistake is reported, and what follows must only stay within bounds. */
    p->n_slots = p->n_slots < wanted ? wanted : p->n_slots;
    r->used = arena_zalloc(l->arena, p->n_slots);
    r->let_reads = arena_zalloc(l->arena, p->n_lets * p->n_slots + 1);
    if (!r->names_collide)
        check_names(r, lets);
    LawExpr *values = ARENA_ARRAY(l->arena, LawExpr, p->n_lets + 1);
    memset(values, 0, (p->n_lets + 1) * sizeof *values);
    for (size_t i = 0; i < p->n_lets; i++)
        read_let(r, &lets->pairs[i], i, &values[i]);
    p->lets = values;
}

/* ---- compiling for an act ---- */

static void slots_used(ProcedureReader *r, const FeelExpr *expr)
{
    LawProcedure *p = r->p;
    memset(r->used, 0, p->n_slots);
    feel_expr_slots(expr, r->used, p->n_slots);
    for (size_t i = 0; i < p->n_lets; i++) {
        for (size_t s = 0; r->used[p->n_fields + i] && s < p->n_slots; s++)
            r->used[s] = r->used[s] || r->let_reads[i * p->n_slots + s];
    }
}

static bool names_person(const LawField *field)
{
    bool person = field->type == LAW_PERSON || field->type == LAW_PERSONS;
    for (size_t i = 0; i < field->n_columns; i++)
        person = person || names_person(&field->columns[i]);
    return person;
}

static bool is_personal(const LawField *field)
{
    bool personal = field->personal.n > 0;
    for (size_t i = 0; i < field->n_columns; i++)
        personal = personal || is_personal(&field->columns[i]);
    return personal;
}

void procedure_add_reads(ProcedureReader *r, LawExpr expr, LawReadPlan *plan)
{
    LawProcedure *p = r->p;
    if (!expr.expr)
        return;
    slots_used(r, expr.expr);
    const bool *standard = r->used + p->slot_std;
    plan->clocks = plan->clocks || standard[LAW_STD_CLOCKS];
    plan->links = plan->links || standard[LAW_STD_LINKS];
    plan->history = plan->history || standard[LAW_STD_HISTORY];
    for (size_t i = 0; i < p->n_fields; i++)
        plan->persons = plan->persons || (r->used[i] && names_person(&p->fields[i]));
}

LawExpr procedure_compile(ProcedureReader *r, const YamlNode *node, LawReadPlan *plan)
{
    LawExpr result = pack_compile(r->l, r->p->scope, node, STR_NONE);
    if (plan)
        procedure_add_reads(r, result, plan);
    return result;
}

LawExpr procedure_compile_rule(ProcedureReader *r, const YamlNode *node, LawReadPlan *plan)
{
    LawExpr result = pack_compile(r->l, r->p->scope, node, r->context);
    procedure_add_reads(r, result, plan);
    return result;
}

LawExpr procedure_compile_public(ProcedureReader *r, const YamlNode *node, const char *what, LawReadPlan *plan)
{
    LawExpr result = procedure_compile(r, node, plan);
    if (!result.expr || r->names_collide)
        return result;
    slots_used(r, result.expr);
    for (size_t i = 0; i < r->p->n_fields; i++) {
        const LawField *field = &r->p->fields[i];
        if (r->used[i] && is_personal(field))
            pack_issue(r->l, pack_at(node), STR("use fields that are not personal"),
                       "%s uses '%.*s', which is personal", what, STR_ARG(field->id));
    }
    return result;
}

LawField *procedure_field(ProcedureReader *r, const YamlNode *node)
{
    LawField *field = map_get(&r->fields_by, node->text);
    if (field)
        return field;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < r->p->n_fields; i++)
        pack_nearest_offer(&nearest, r->p->fields[i].id);
    pack_issue(r->l, pack_at(node), pack_nearest_hint(r->l->arena, &nearest, STR("add it to `fields`")),
               "there is no field '%.*s'", STR_ARG(node->text));
    return NULL;
}
