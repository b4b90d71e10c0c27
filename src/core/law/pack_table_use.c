/* `tables` of a procedure: which tables it looks at, for which item, and with what its acts show them. */
#include "core/law/pack_procedure.h"
#include "core/law/tables.h"

enum { USES_MAX = 64 };

typedef struct UseKeys {
    const YamlNode *table;
    const YamlNode *of;
    const YamlNode *row;
    const YamlNode *acts;
    const YamlNode *keep;
    const YamlNode *keep_at;
} UseKeys;

static const KeySpec use_keys[] = {
    KEY_REQUIRED(UseKeys, table, KEY_SCALAR),
    KEY(UseKeys, of, KEY_SCALAR),
    KEY_REQUIRED(UseKeys, row, KEY_SCALAR),
    KEY(UseKeys, acts, KEY_LIST),
    KEY(UseKeys, keep, KEY_MAP),
    KEY(UseKeys, keep_at, KEY_LIST),
};

/* The names of the columns that the procedure knows, so that a page can show what the table looked at. */
static const int *input_slots(ProcedureReader *r, const LawTable *table)
{
    int *slots = ARENA_ARRAY(r->l->arena, int, table->n_columns + 1);
    for (size_t i = 0; i < table->n_columns; i++) {
        bool is_input = table->columns[i].kind == LAW_COLUMN_INPUT;
        slots[i] = is_input ? feel_scope_find(r->p->scope, table->columns[i].title) : -1;
        if (slots[i] >= 0 && slots[i] < (int)r->p->n_fields && r->fields[slots[i]].personal.n)
            slots[i] = -1; /* not for a page to show */
    }
    return slots;
}

static bool is_known(const Loader *l, Str catalogue)
{
    for (size_t i = 0; i < l->n_catalogues; i++) {
        if (str_eq(l->catalogues[i]->name, catalogue))
            return true;
    }
    return false;
}

static void check_of(ProcedureReader *r, const YamlNode *node, LawPlace at, const LawTableUse *use)
{
    const LawCatalogue *items = use->table->items;
    const LawField *of = use->of;
    if (items && !node)
        pack_issue(r->l, at, STR("add `of: field`"), "table '%.*s' goes by items: say which field names one",
                   STR_ARG(use->table->id));
    if (!of || !items)
        return;
    bool other = is_known(r->l, of->catalogue) && !str_eq(of->catalogue, items->name);
    if (of->type != LAW_ITEM || other)
        pack_issue(r->l, pack_at(node), STR_NONE, "'%.*s' must be an item of the catalogue that the table goes by",
                   STR_ARG(of->id));
}

static bool is_entry(const LawTable *table, Str name)
{
    if (str_eq_c(name, "row") || str_eq_c(name, "article"))
        return true;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].kind == LAW_COLUMN_OUTPUT && str_eq(table->columns[i].title, name))
            return true;
    }
    return table->n_columns == 0; /* a model's results are its own business */
}

static void read_keep(ProcedureReader *r, const YamlNode *map, LawTableUse *use)
{
    if (!map || !pack_check_count(r->l, map, map->n, PACK_LIST_MAX, "fields"))
        return;
    LawTableKeep *keep = ARENA_ARRAY(r->l->arena, LawTableKeep, map->n + 1);
    for (size_t i = 0; i < map->n; i++) {
        const YamlNode *entry = map->pairs[i].value;
        YamlNode name = { .kind = YAML_SCALAR,
                          .path = map->pairs[i].path,
                          .line = map->pairs[i].line,
                          .col = map->pairs[i].col,
                          .text = map->pairs[i].key };
        const LawField *field = procedure_field(r, &name);
        if (field && field->personal.n)
            pack_issue(r->l, pack_at(&name), STR_NONE, "'%.*s' is personal: a row says nothing of a person",
                       STR_ARG(field->id));
        else if (entry->kind != YAML_SCALAR || !is_entry(use->table, entry->text))
            pack_issue(r->l, pack_at(entry), STR("name an output, `article` or `row`"), "table '%.*s' gives no '%.*s'",
                       STR_ARG(use->table->id), STR_ARG(pack_excerpt(entry->text)));
        else if (field)
            keep[use->n_keep++] = (LawTableKeep){ .field = field, .entry = entry->text };
    }
    use->keep = keep;
}

/* Bits go into the acts' member at `offset`. */
static void mark_acts(ProcedureReader *r, const YamlNode *list, const LawTableUse *use, size_t index, size_t offset)
{
    const YamlNode **acts;
    size_t n = pack_read_list(r->l, list, STR("an act"), &acts);
    for (size_t i = 0; i < n; i++) {
        LawAct *act = procedure_act(r, acts[i]);
        if (!act)
            continue;
        *(uint64_t *)((char *)act + offset) |= UINT64_C(1) << index;
        procedure_add_reads(r, use->row, &act->reads);
    }
}

static bool read_use(ProcedureReader *r, const YamlNode *node, size_t index, LawTableUse *use)
{
    UseKeys keys = { 0 };
    if (!pack_read_keys(r->l, node, STR("a table"), use_keys, ARRAY_LEN(use_keys), &keys) || !keys.table || !keys.row)
        return false;
    *use = (LawTableUse){ .table = pack_find_table(r->l, keys.table) };
    if (!use->table)
        return false;
    use->of = keys.of ? procedure_field(r, keys.of) : NULL;
    use->row = procedure_compile(r, keys.row, NULL);
    use->inputs = input_slots(r, use->table);
    check_of(r, keys.of, pack_at(keys.table), use);
    read_keep(r, keys.keep, use);
    if (keys.keep && !keys.keep_at)
        pack_issue(r->l, pack_at(keys.keep), STR("name the acts in `keep_at`"), "no act keeps these values");
    mark_acts(r, keys.acts, use, index, offsetof(LawAct, tables));
    mark_acts(r, keys.keep_at, use, index, offsetof(LawAct, keeps_rows));
    return true;
}

void procedure_read_tables(ProcedureReader *r, const YamlNode *list)
{
    if (!list || !pack_check_count(r->l, list, list->n, USES_MAX, "tables"))
        return;
    LawTableUse *uses = ARENA_ARRAY(r->l->arena, LawTableUse, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        if (read_use(r, list->items[i], r->p->n_tables, &uses[r->p->n_tables]))
            r->p->n_tables++;
    }
    r->p->tables = uses;
}
