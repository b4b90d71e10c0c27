#include "core/law/pack_procedure.h"

typedef struct ProcedureKeys {
    const YamlNode *procedure;
    Str title;
    Str noun;
    Str section;
    const YamlNode *inherits;
    const YamlNode *basis;
    const YamlNode *title_of;
    const YamlNode *kind_of;
    const YamlNode *number;
    const YamlNode *unit_field;
    const YamlNode *handler_field;
    bool public_code;
    bool intake;
    const YamlNode *fields;
    const YamlNode *let;
    const YamlNode *stages;
    const YamlNode *acts;
    const YamlNode *clocks;
    const YamlNode *documents;
    const YamlNode *sheets;
    const YamlNode *tables;
} ProcedureKeys;

static const KeySpec procedure_keys[] = {
    KEY_REQUIRED(ProcedureKeys, procedure, KEY_SCALAR),
    KEY_REQUIRED(ProcedureKeys, title, KEY_TEXT),
    KEY_REQUIRED(ProcedureKeys, noun, KEY_TEXT),
    KEY(ProcedureKeys, section, KEY_TEXT),
    KEY(ProcedureKeys, inherits, KEY_SCALAR),
    KEY(ProcedureKeys, basis, KEY_LIST),
    KEY_REQUIRED(ProcedureKeys, title_of, KEY_SCALAR),
    KEY(ProcedureKeys, kind_of, KEY_SCALAR),
    KEY(ProcedureKeys, number, KEY_MAP),
    KEY(ProcedureKeys, unit_field, KEY_SCALAR),
    KEY(ProcedureKeys, handler_field, KEY_SCALAR),
    KEY(ProcedureKeys, public_code, KEY_BOOL),
    KEY(ProcedureKeys, intake, KEY_BOOL),
    KEY_REQUIRED(ProcedureKeys, fields, KEY_LIST),
    KEY(ProcedureKeys, let, KEY_MAP),
    KEY_REQUIRED(ProcedureKeys, stages, KEY_LIST),
    KEY_REQUIRED(ProcedureKeys, acts, KEY_MAP),
    KEY(ProcedureKeys, clocks, KEY_MAP),
    KEY(ProcedureKeys, documents, KEY_MAP),
    KEY(ProcedureKeys, sheets, KEY_MAP),
    KEY(ProcedureKeys, tables, KEY_LIST),
};

/* ---- stages ---- */

typedef struct StageKeys {
    const YamlNode *id;
    Str title;
    bool end;
    const YamlNode *outcome;
} StageKeys;

static const KeySpec stage_keys[] = { KEY_REQUIRED(StageKeys, id, KEY_SCALAR), KEY_REQUIRED(StageKeys, title, KEY_TEXT),
                                      KEY(StageKeys, end, KEY_BOOL), KEY(StageKeys, outcome, KEY_SCALAR) };

static void read_stages(ProcedureReader *r, const YamlNode *list)
{
    Loader *l = r->l;
    if (!list || !pack_check_count(l, list, list->n, PACK_STAGES_MAX, "stages"))
        return;
    r->stages = ARENA_ARRAY(l->arena, LawStage, list->n + 1);
    r->stages_at = ARENA_ARRAY(l->arena, LawPlace, list->n + 1);
    r->p->stages = r->stages;
    for (size_t i = 0; i < list->n; i++) {
        StageKeys keys = { 0 };
        if (!pack_read_keys(l, list->items[i], STR("a stage"), stage_keys, ARRAY_LEN(stage_keys), &keys) || !keys.id ||
            !pack_check_id(l, pack_at(keys.id), keys.id->text, ID_PLAIN)) {
            r->graph_broken = true;
            continue;
        }
        size_t n = r->p->n_stages;
        r->stages[n] = (LawStage){ .id = keys.id->text, .title = keys.title, .end = keys.end };
        r->stages_at[n] = pack_at(keys.id);
        if (keys.outcome && !keys.end)
            pack_issue(l, pack_at(keys.outcome), STR("add `end: true` or drop `outcome`"),
                       "only an end stage has an outcome");
        if (keys.outcome && pack_check_id(l, pack_at(keys.outcome), keys.outcome->text, ID_PLAIN))
            r->stages[n].outcome = keys.outcome->text;
        if (map_put(&r->stages_by, keys.id->text, &r->stages[n])) {
            r->graph_broken = true;
            pack_issue(l, pack_at(keys.id), STR("choose another id"), "there are two stages '%.*s'",
                       STR_ARG(keys.id->text));
        }
        r->p->n_stages++;
    }
}

/* ---- numbers, documents, sheets ---- */

static void check_number_text(Loader *l, const YamlNode *node)
{
    Str text = node->text;
    bool counted = false;
    while (text.n > 0) {
        str_cut(text, '{', &text);
        if (!text.p)
            break;
        Str name = str_cut(text, '}', &text);
        counted = counted || str_eq_c(name, "n");
        if (!str_eq_c(name, "n") && !str_eq_c(name, "year"))
            pack_issue(l, pack_at(node), STR("numbers are made of {year} and {n}"), "unknown part '{%.*s}'",
                       STR_ARG(name));
    }
    if (!counted)
        pack_issue(l, pack_at(node), STR("put {n} where the running number goes"), "a number needs {n}");
}

typedef struct NumberKeys {
    const YamlNode *series;
    const YamlNode *text;
    const YamlNode *at;
} NumberKeys;

static const KeySpec number_keys[] = { KEY_REQUIRED(NumberKeys, series, KEY_SCALAR),
                                       KEY_REQUIRED(NumberKeys, text, KEY_SCALAR), KEY(NumberKeys, at, KEY_SCALAR) };

static void read_number(ProcedureReader *r, const YamlNode *node, NumberKeys *keys)
{
    Loader *l = r->l;
    if (!node || !pack_read_keys(l, node, STR("number"), number_keys, ARRAY_LEN(number_keys), keys) || !keys->series ||
        !keys->text || !pack_check_id(l, pack_at(keys->series), keys->series->text, ID_PLAIN))
        return;
    check_number_text(l, keys->text);
    r->p->number = (LawNumber){ .series = keys->series->text, .text = keys->text->text };
}

/* The act that allots the number is named at the number, at the act, or at both; it must be named. */
static void check_number(ProcedureReader *r, const YamlNode *node, const NumberKeys *keys)
{
    LawAct *at = keys->at ? procedure_act(r, keys->at) : NULL;
    bool allotted = keys->at != NULL;
    if (at)
        at->numbers = true;
    for (size_t i = 0; i < r->p->n_acts; i++)
        allotted = allotted || r->acts[i].numbers;
    if (node && !allotted)
        pack_issue(r->l, pack_at(node), STR("add `at: act`"), "no act allots the number");
}

typedef struct DocumentKeys {
    Str title;
    const YamlNode *series;
    const YamlNode *number;
    const YamlNode *template_;
} DocumentKeys;

static const KeySpec document_keys[] = { KEY_REQUIRED(DocumentKeys, title, KEY_TEXT),
                                         KEY(DocumentKeys, series, KEY_SCALAR),
                                         KEY(DocumentKeys, number, KEY_SCALAR),
                                         { "template", KEY_SCALAR, false, offsetof(DocumentKeys, template_) } };

static void read_document(ProcedureReader *r, const DocumentKeys *keys, LawPlace at, LawDocument *document)
{
    Loader *l = r->l;
    if ((keys->series != NULL) != (keys->number != NULL))
        pack_issue(l, at, STR("give both `series` and `number`, or neither"), "half a number in document '%.*s'",
                   STR_ARG(document->id));
    if (keys->series && pack_check_id(l, pack_at(keys->series), keys->series->text, ID_PLAIN))
        document->number.series = keys->series->text;
    if (keys->number) {
        check_number_text(l, keys->number);
        document->number.text = keys->number->text;
    }
    if (!keys->template_)
        return;
    document->template = keys->template_->text;
    Str path = pack_printf(l, "templates/%.*s", STR_ARG(keys->template_->text));
    if (!map_get(&l->files, path))
        pack_issue(l, pack_at(keys->template_), STR_NONE, "there is no file '%.*s' in the pack", STR_ARG(path));
}

static void read_documents(ProcedureReader *r, const YamlNode *map)
{
    Loader *l = r->l;
    if (!map || !pack_check_count(l, map, map->n, PACK_LIST_MAX, "documents"))
        return;
    LawDocument *documents = ARENA_ARRAY(l->arena, LawDocument, map->n + 1);
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        DocumentKeys keys = { 0 };
        Str what = pack_printf(l, "document '%.*s'", STR_ARG(pair->key));
        bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
        if (!pack_read_keys(l, pair->value, what, document_keys, ARRAY_LEN(document_keys), &keys) || !good)
            continue;
        LawDocument *document = &documents[r->p->n_documents++];
        *document = (LawDocument){ .id = pair->key, .title = keys.title };
        read_document(r, &keys, pack_at_key(pair), document);
        map_put(&r->documents_by, document->id, document);
    }
    r->p->documents = documents;
}

typedef struct SheetKeys {
    Str title;
    KeyInt digits;
} SheetKeys;

static const KeySpec sheet_keys[] = { KEY_REQUIRED(SheetKeys, title, KEY_TEXT),
                                      KEY_REQUIRED(SheetKeys, digits, KEY_INT) };
enum { SHEET_DIGITS_MAX = 18 };

static void read_sheets(ProcedureReader *r, const YamlNode *map)
{
    Loader *l = r->l;
    if (!map || !pack_check_count(l, map, map->n, PACK_LIST_MAX, "sheets"))
        return;
    LawSheet *sheets = ARENA_ARRAY(l->arena, LawSheet, map->n + 1);
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        SheetKeys keys = { 0 };
        Str what = pack_printf(l, "sheet '%.*s'", STR_ARG(pair->key));
        bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
        if (!pack_read_keys(l, pair->value, what, sheet_keys, ARRAY_LEN(sheet_keys), &keys) || !good)
            continue;
        if (keys.digits.set && (keys.digits.value < 1 || keys.digits.value > SHEET_DIGITS_MAX))
            pack_issue(l, pack_at_key(pair), STR_NONE, "sheet numbers have 1 to %d digits", SHEET_DIGITS_MAX);
        else
            sheets[r->p->n_sheets++] =
                (LawSheet){ .id = pair->key, .title = keys.title, .digits = (int)keys.digits.value };
    }
    r->p->sheets = sheets;
}

/* ---- the whole ---- */

static int special_field(ProcedureReader *r, const YamlNode *node, LawType type, const char *wanted)
{
    const LawField *field = node ? procedure_field(r, node) : NULL;
    if (!field)
        return -1;
    if (field->type != type)
        pack_issue(r->l, pack_at(node), STR_NONE, "'%.*s' must be a field of type %s", STR_ARG(field->id), wanted);
    return (int)(field - r->fields);
}

/* What a matter is called is decided when it is opened. */
static void read_names(ProcedureReader *r, const ProcedureKeys *keys)
{
    LawReadPlan reads = { 0 };
    r->p->title_of = procedure_compile_public(r, keys->title_of, "the title", &reads);
    r->p->kind_of = procedure_compile_public(r, keys->kind_of, "the kind", &reads);
    for (size_t i = 0; i < r->p->n_acts; i++) {
        if (r->acts[i].kind != LAW_ACT_OPEN)
            continue;
        procedure_add_reads(r, r->p->title_of, &r->acts[i].reads);
        procedure_add_reads(r, r->p->kind_of, &r->acts[i].reads);
    }
}

static void read_basis(ProcedureReader *r, const YamlNode *list)
{
    const YamlNode **items;
    size_t n = pack_read_list(r->l, list, STR("an article"), &items);
    LawBasis *basis = ARENA_ARRAY(r->l->arena, LawBasis, n + 1);
    for (size_t i = 0; i < n; i++) {
        basis[i] = (LawBasis){ 0 };
        pack_read_basis(r->l, items[i], STR_NONE, &basis[i]);
    }
    r->p->basis = basis;
    r->p->n_basis = n;
}

static void read_parts(ProcedureReader *r, const ProcedureKeys *keys, LawPlace at)
{
    NumberKeys number = { 0 };
    read_basis(r, keys->basis);
    procedure_read_fields(r, keys->fields);
    procedure_make_scope(r, keys->let);
    read_stages(r, keys->stages);
    read_number(r, keys->number, &number);
    read_documents(r, keys->documents);
    read_sheets(r, keys->sheets);
    procedure_read_acts(r, keys->acts);
    procedure_read_clocks(r, keys->clocks);
    procedure_read_tables(r, keys->tables);
    check_number(r, keys->number, &number);
    r->p->unit_field = special_field(r, keys->unit_field, LAW_UNIT, "unit");
    r->p->handler_field = special_field(r, keys->handler_field, LAW_PERSON, "person");
    read_names(r, keys);
    procedure_check(r, at);
}

void pack_read_procedure(Loader *l, const LawFile *file)
{
    const YamlNode *written = pack_parse(l, file);
    const YamlNode *root = written ? pack_inherit(l, written) : NULL;
    ProcedureKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("a procedure"), procedure_keys, ARRAY_LEN(procedure_keys), &keys) ||
        !keys.procedure || !pack_check_id(l, pack_at(keys.procedure), keys.procedure->text, ID_DOTTED))
        return;
    LawProcedure *p = ARENA_NEW(l->arena, LawProcedure);
    *p = (LawProcedure){ .id = keys.procedure->text,
                         .title = keys.title,
                         .noun = keys.noun,
                         .section = keys.section,
                         .family = keys.inherits ? keys.inherits->text : STR_NONE,
                         .public_code = keys.public_code,
                         .intake = keys.intake,
                         .scope = feel_scope_new(l->arena, NULL),
                         .at = pack_at(keys.procedure) };
    pack_add_functions(l, p->scope);
    ProcedureReader r = { .l = l, .p = p, .context = pack_printf(l, "in %.*s", STR_ARG(p->id)) };
    Map *const maps[] = { &r.names, &r.fields_by, &r.stages_by, &r.acts_by, &r.documents_by, &r.rule_uses };
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        map_init(maps[i], l->arena);
    read_parts(&r, &keys, p->at);
    const LawProcedure *other = map_put(&l->pack->procedures_by_id, p->id, p);
    if (other)
        pack_issue(l, p->at, STR("choose another id"), "procedure '%.*s' stands in %.*s already", STR_ARG(p->id),
                   STR_ARG(other->at.path));
    *ARENA_PUSH(l->arena, l->procedures, l->n_procedures, l->cap_procedures) = p;
}
