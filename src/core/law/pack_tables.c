/* tables/NAME.csv and tables/NAME.dmn: decision tables, named in pack.yaml. What a table means is read by core/dmn;
 * here its rows are kept as they are written, for those who look at it. */
#include <stdio.h>
#include <string.h>

#include "core/dmn/dmn.h"
#include "core/law/feel_law.h"
#include "core/law/pack_private.h"
#include "core/law/tables.h"
#include "lib/fmt/charset.h"
#include "lib/fmt/csv.h"

static const char *const column_kinds[LAW_COLUMN_KINDS] = {
    [LAW_COLUMN_INPUT] = "input", [LAW_COLUMN_OUTPUT] = "output", [LAW_COLUMN_ARTICLE] = "article",
    [LAW_COLUMN_FROM] = "from",   [LAW_COLUMN_TO] = "to",         [LAW_COLUMN_NOTE] = "note",
};

typedef struct TableKeys {
    Str title;
    const YamlNode *file;
    Str document;
    Str number;
    Day published;
    const YamlNode *basis;
    Str note;
    const YamlNode *by;
    const YamlNode *catalogue;
    const YamlNode *show;
    const YamlNode *units;
} TableKeys;

static const KeySpec table_keys[] = {
    KEY_REQUIRED(TableKeys, title, KEY_TEXT), KEY_REQUIRED(TableKeys, file, KEY_SCALAR),
    KEY(TableKeys, document, KEY_TEXT),       KEY(TableKeys, number, KEY_TEXT),
    KEY(TableKeys, published, KEY_DAY),       KEY(TableKeys, basis, KEY_SCALAR),
    KEY(TableKeys, note, KEY_TEXT),           KEY(TableKeys, by, KEY_SCALAR),
    KEY(TableKeys, catalogue, KEY_SCALAR),    KEY(TableKeys, show, KEY_LIST),
    KEY(TableKeys, units, KEY_MAP),
};

typedef struct TableReader {
    Loader *l;
    const LawFile *file;
    LawTable *table;
    LawTableColumn *columns;
    LawTableRow *rows;
    size_t cap_rows;
} TableReader;

/* ---- functions ---- */

void pack_add_functions(Loader *l, FeelScope *scope)
{
    feel_law_register(scope, LAW_NAMES_OPEN);
    for (size_t i = 0; i < l->n_natives; i++)
        feel_scope_add_native(scope, l->natives[i]);
}

static void add_native(Loader *l, LawPlace at, const FeelNative *native)
{
    for (size_t i = 0; i < l->n_natives; i++) {
        if (!str_eq(l->natives[i]->name, native->name))
            continue;
        pack_issue(l, at, STR("choose another title"), "another table is called '%.*s'", STR_ARG(native->name));
        return;
    }
    *ARENA_PUSH(l->arena, l->natives, l->n_natives, l->cap_natives) = native;
}

/* What a table's own expressions may call. */
static FeelScope *table_scope(Loader *l)
{
    FeelScope *scope = feel_scope_new(l->arena, NULL);
    feel_law_register(scope, LAW_NAMES_OPEN);
    return scope;
}

/* The arguments of a call are the slots of the table's expressions. */
static FeelValue answer_argument(FeelEval *ev, void *ctx, int slot)
{
    (void)ev;
    const FeelValue *args = ctx;
    return args[slot];
}

static FeelValue call_table(FeelEval *ev, void *ctx, const FeelValue *args, size_t n)
{
    const FeelExpr *expr = ctx;
    FeelValue *slots = ARENA_ARRAY(feel_arena(ev), FeelValue, n + 1);
    for (size_t i = 0; i < n; i++)
        slots[i] = args[i];
    FeelEnv env = { .slot_in = answer_argument, .ctx = slots };
    return feel_eval_in(ev, expr, &env, feel_null());
}

/* A word without quotes is a name to FEEL, and mostly one that nobody knows. */
static Rc explain_words(Err *err)
{
    size_t n = strlen(err->text);
    if (strncmp(err->text, "unknown name", strlen("unknown name")) == 0)
        snprintf(err->text + n, sizeof err->text - n, " (text goes in quotes, or into a column of type words)");
    return err->rc;
}

static Rc make_function(Loader *l, const FeelTable *table, Str name, const FeelExpr **ret_expr, const FeelNative **ret,
                        Err *err)
{
    const FeelBoxed *function = NULL;
    const FeelExpr *expr = NULL;
    FeelScope *scope = table_scope(l);
    FeelParseOptions options = { .dynamic_names = false };
    dmn_table_function(l->arena, table, &function);
    for (size_t i = 0; i < function->n_params; i++)
        feel_scope_add(scope, function->params[i].name, -1);
    Rc rc = feel_parse_boxed(l->arena, scope, &function->parts[0], options, &expr, err);
    if (rc != RC_OK)
        return explain_words(err);
    FeelNative *native = ARENA_NEW(l->arena, FeelNative);
    *native = (FeelNative){ .name = name, .params = function->params, .n = function->n_params, .fn = call_table };
    /* The expression is only read; natives have one pointer type for all. */
    memcpy(&native->ctx, &expr, sizeof native->ctx);
    *ret_expr = expr;
    *ret = native;
    return RC_OK;
}

/* ---- rows as they are written ---- */

static bool is_row(Str corner)
{
    static const char *const heads[] = { "type", "allowed", "default" };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (str_eq_c(corner, heads[i]))
            return false;
    }
    return corner.n > 0;
}

static void read_kinds(TableReader *r, const CsvRow *row)
{
    r->columns = ARENA_ARRAY(r->l->arena, LawTableColumn, row->n);
    r->table->n_columns = row->n - 1;
    for (size_t i = 1; i < row->n; i++) {
        Str kind = str_trim(row->cells[i]);
        for (size_t k = 0; k < LAW_COLUMN_KINDS; k++) {
            if (str_eq_c(kind, column_kinds[k]))
                r->columns[i - 1].kind = (LawColumnKind)k;
        }
    }
}

/* Spreadsheets write days with either separator. */
static Day cell_day(Arena *arena, Str cell)
{
    Str rest = str_trim(cell);
    int64_t parts[3] = { 0 };
    Day day;
    if (day_parse(rest, &day))
        return day;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!str_to_i64(str_cut(rest, '/', &rest), &parts[i]))
            return DAY_NONE;
    }
    Str text =
        arena_printf(arena, "%04lld-%02lld-%02lld", (long long)parts[0], (long long)parts[1], (long long)parts[2]);
    return day_parse(text, &day) ? day : DAY_NONE;
}

static void keep_row(TableReader *r, const CsvRow *row)
{
    LawTable *table = r->table;
    Str *cells = ARENA_ARRAY(r->l->arena, Str, table->n_columns + 1);
    LawTableRow kept = { .id = str_trim(row->cells[0]),
                         .cells = cells,
                         .from = DAY_NONE,
                         .to = DAY_NONE,
                         .at = { .path = r->file->path, .line = (int)row->line, .col = 1 } };
    for (size_t i = 0; i < table->n_columns; i++) {
        cells[i] = str_trim(row->cells[i + 1]);
        if (r->columns[i].kind == LAW_COLUMN_FROM)
            kept.from = cell_day(r->l->arena, cells[i]);
        if (r->columns[i].kind == LAW_COLUMN_TO)
            kept.to = cell_day(r->l->arena, cells[i]);
    }
    *ARENA_PUSH(r->l->arena, r->rows, table->n_rows, r->cap_rows) = kept;
}

/* The table is in order: dmn_table_read has seen to that. */
static Rc keep_rows(TableReader *r, Err *err)
{
    const char *charset;
    Str text;
    CsvReader csv;
    TRY(text_to_utf8(r->l->arena, r->file->bytes, &text, &charset, err));
    csv_reader_init(&csv, text, &(CsvOptions){ .rows_max = PACK_TABLE_ROWS_MAX });
    for (size_t n = 0;;) {
        CsvRow row;
        bool found = false;
        TRY(csv_read_row(&csv, r->l->arena, &row, &found, err));
        if (!found)
            return RC_OK;
        if (n > 0 && row.n != r->table->n_columns + 1)
            continue; /* empty */
        if (n == 0)
            read_kinds(r, &row);
        for (size_t i = 1; n == 1 && i < row.n; i++)
            r->columns[i - 1].title = str_trim(row.cells[i]);
        if (n > 1 && is_row(str_trim(row.cells[0])))
            keep_row(r, &row);
        n++;
    }
}

/* ---- what looks wrong ---- */

static void warn_of(TableReader *r, const FeelExpr *expr)
{
    const LawTable *table = r->table;
    const FeelTableFinding *found = NULL;
    size_t n = feel_check_tables(expr, r->l->arena, &found);
    for (size_t i = 0; i < n; i++) {
        const FeelTableFinding *f = &found[i];
        LawPlace at =
            f->row < table->n_rows ? table->rows[f->row].at : (LawPlace){ .path = table->path, .line = 1, .col = 1 };
        Str where = f->where.n ? f->where : STR("any input");
        if (f->kind == FEEL_FINDING_OVERLAP)
            pack_warning(r->l, at, STR("say in one of them what the other has not"),
                         "rows '%.*s' and '%.*s' both match: %.*s", STR_ARG(f->rows[0]), STR_ARG(f->rows[1]),
                         STR_ARG(where));
        if (f->kind == FEEL_FINDING_BARRED)
            pack_warning(r->l, at, STR("write one of the allowed values"), "row '%.*s' names what is not allowed: %.*s",
                         STR_ARG(f->rows[0]), STR_ARG(where));
        if (f->kind == FEEL_FINDING_GAP)
            pack_warning(r->l, (LawPlace){ .path = table->path, .line = 1, .col = 1 }, STR_NONE, "no row matches: %.*s",
                         STR_ARG(where));
    }
}

/* ---- what the rows are about, and which columns people see ---- */

static size_t find_column(TableReader *r, LawPlace at, Str title)
{
    Nearest nearest = pack_nearest(title);
    for (size_t i = 0; i < r->table->n_columns; i++) {
        if (str_eq(r->columns[i].title, title))
            return i;
        pack_nearest_offer(&nearest, r->columns[i].title);
    }
    pack_issue(r->l, at, pack_nearest_hint(r->l->arena, &nearest, STR_NONE), "%.*s has no column '%.*s'",
               STR_ARG(r->file->path), STR_ARG(pack_excerpt(title)));
    return SIZE_MAX;
}

/* A cell of words: "a|b", or in quotes: "a", "b". */
static Str next_word(Str *rest)
{
    size_t end = 0;
    while (end < rest->n && rest->p[end] != '|' && rest->p[end] != ',')
        end++;
    Str word = str_trim(str_slice(*rest, 0, end));
    *rest = str_slice(*rest, end + 1 < rest->n ? end + 1 : rest->n, rest->n);
    if (word.n >= 2 && word.p[0] == '"' && word.p[word.n - 1] == '"')
        word = str_slice(word, 1, word.n - 1);
    return word;
}

/* In a catalogue that could not be read well, rows may be missing for that reason. */
static bool has_issue(const Loader *l, Str path)
{
    for (size_t i = 0; i < l->n_issues; i++) {
        if (str_eq(l->issues[i].at.path, path))
            return true;
    }
    return false;
}

/* Columns count cells, the row's id being the first. */
static LawPlace place_of(const LawTableRow *row, size_t column)
{
    return (LawPlace){ .path = row->at.path, .line = row->at.line, .col = (int)column + 2 };
}

static void check_items(TableReader *r)
{
    const LawTable *table = r->table;
    if (has_issue(r->l, table->items->path))
        return;
    for (size_t i = 0; i < table->n_rows; i++) {
        Str rest = table->rows[i].cells[table->by];
        while (rest.n > 0 && !str_eq_c(rest, "-")) {
            Str word = next_word(&rest);
            if (!law_item(table->items, word))
                pack_issue(r->l, place_of(&table->rows[i], table->by), STR("write ids of the catalogue"),
                           "the catalogue '%.*s' has no '%.*s'", STR_ARG(table->items->name),
                           STR_ARG(pack_excerpt(word)));
        }
    }
}

static void read_items(TableReader *r, const TableKeys *keys, LawPlace at)
{
    Loader *l = r->l;
    LawTable *table = r->table;
    if ((keys->by != NULL) != (keys->catalogue != NULL))
        pack_issue(l, at, STR("give both `by` and `catalogue`, or neither"),
                   "'%.*s' says half of what its rows are about", STR_ARG(table->id));
    if (!keys->by || !keys->catalogue)
        return;
    table->by = find_column(r, pack_at(keys->by), keys->by->text);
    for (size_t i = 0; i < l->n_catalogues; i++) {
        if (str_eq(l->catalogues[i]->name, keys->catalogue->text))
            table->items = l->catalogues[i];
    }
    if (!table->items)
        pack_issue(l, pack_at(keys->catalogue), STR_NONE, "there is no catalogue '%.*s'",
                   STR_ARG(pack_excerpt(keys->catalogue->text)));
    if (table->by == SIZE_MAX)
        table->items = NULL;
    if (table->items)
        check_items(r);
}

static void read_shown(TableReader *r, const YamlNode *list)
{
    const YamlNode **items;
    LawTable *table = r->table;
    size_t n = pack_read_list(r->l, list, STR("a column"), &items);
    size_t *shown = ARENA_ARRAY(r->l->arena, size_t, n + table->n_columns + 1);
    for (size_t i = 0; i < n; i++) {
        size_t column = find_column(r, pack_at(items[i]), items[i]->text);
        if (column != SIZE_MAX)
            shown[table->n_shown++] = column;
    }
    for (size_t i = 0; n == 0 && i < table->n_columns; i++)
        shown[table->n_shown++] = i;
    table->shown = shown;
}

static void read_units(TableReader *r, const YamlNode *map)
{
    for (size_t i = 0; map && i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        size_t column = find_column(r, pack_at_key(pair), pair->key);
        if (pair->value->kind != YAML_SCALAR)
            pack_issue(r->l, pack_at(pair->value), STR_NONE, "a unit is a text");
        else if (column != SIZE_MAX)
            r->columns[column].unit = pair->value->text;
    }
}

/* The rows as a list of contexts under the table's id: `row`, then the cells as written, validity as days. */
static void add_list(TableReader *r, LawPlace at)
{
    Loader *l = r->l;
    const LawTable *table = r->table;
    FeelValue *rows = ARENA_ARRAY(l->arena, FeelValue, table->n_rows + 1);
    for (size_t i = 0; i < table->n_rows; i++) {
        const LawTableRow *row = &table->rows[i];
        FeelEntry *entries = ARENA_ARRAY(l->arena, FeelEntry, table->n_columns + 3);
        size_t n = 0;
        entries[n++] = (FeelEntry){ STR("row"), feel_str(row->id) };
        entries[n++] = (FeelEntry){ STR("from"), row->from == DAY_NONE ? feel_null() : feel_date(row->from) };
        entries[n++] = (FeelEntry){ STR("to"), row->to == DAY_NONE ? feel_null() : feel_date(row->to) };
        for (size_t c = 0; c < table->n_columns; c++) {
            if (table->columns[c].kind != LAW_COLUMN_FROM && table->columns[c].kind != LAW_COLUMN_TO)
                entries[n++] = (FeelEntry){ table->columns[c].title, feel_str(row->cells[c]) };
        }
        rows[i] = feel_context(l->arena, entries, n);
    }
    pack_add_name(
        l, at,
        (LawName){ .name = table->id, .title = table->title, .value = feel_list(l->arena, rows, table->n_rows) });
}

/* ---- the files ---- */

static bool read_csv(TableReader *r, const TableKeys *keys, LawPlace at)
{
    Loader *l = r->l;
    const FeelTable *table = NULL;
    const FeelExpr *expr = NULL;
    const FeelNative *native = NULL;
    Err err = { 0 };
    if (dmn_table_read(l->arena, r->file->path, r->file->bytes, NULL, &table, &err) != RC_OK ||
        make_function(l, table, r->table->title, &expr, &native, &err) != RC_OK || keep_rows(r, &err) != RC_OK) {
        pack_issue_err(l, &err);
        return false;
    }
    r->table->columns = r->columns;
    r->table->rows = r->rows;
    add_native(l, at, native);
    warn_of(r, expr);
    read_items(r, keys, at);
    read_shown(r, keys->show);
    read_units(r, keys->units);
    add_list(r, at);
    return true;
}

static bool read_model(TableReader *r, LawPlace at)
{
    Loader *l = r->l;
    const DmnModel *model = NULL;
    const FeelNative *natives = NULL;
    const DmnFault *faults = NULL;
    Err err = { 0 };
    DmnFile file = { .path = r->file->path, .bytes = r->file->bytes };
    if (dmn_read(l->arena, &file, 1, table_scope(l), &model, &err) != RC_OK) {
        pack_issue_err(l, &err);
        return false;
    }
    size_t n_faults = dmn_faults(model, &faults);
    for (size_t i = 0; i < n_faults; i++)
        pack_issue(l, (LawPlace){ .path = r->file->path, .line = faults[i].line, .col = 1 }, STR_NONE, "%.*s: %.*s",
                   STR_ARG(faults[i].element), STR_ARG(faults[i].text));
    size_t n = dmn_functions(model, &natives);
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        found = found || str_eq(natives[i].name, r->table->title);
        add_native(l, at, &natives[i]);
    }
    if (!found)
        pack_issue(l, at, STR("the title is the name of a business knowledge model or a decision service"),
                   "%.*s has no function '%.*s'", STR_ARG(r->file->path), STR_ARG(r->table->title));
    return true;
}

static void read_table(Loader *l, const YamlPair *pair, Map *files)
{
    TableKeys keys = { .published = DAY_NONE };
    Str what = pack_printf(l, "table '%.*s'", STR_ARG(pair->key));
    LawPlace at = pack_at_key(pair);
    bool good = pack_check_id(l, at, pair->key, ID_NAME);
    if (!pack_read_keys(l, pair->value, what, table_keys, ARRAY_LEN(table_keys), &keys) || !keys.title.n ||
        !keys.file || !good)
        return;
    const LawFile *file = map_get(&l->files, keys.file->text);
    if (!file || !str_starts(keys.file->text, STR("tables/"))) {
        pack_issue(l, pack_at(keys.file), STR("tables are files such as tables/fines.csv"),
                   "the pack has no table '%.*s'", STR_ARG(pack_excerpt(keys.file->text)));
        return;
    }
    LawTable *table = ARENA_NEW(l->arena, LawTable);
    map_put(files, file->path, table);
    *table = (LawTable){ .id = pair->key,
                         .title = keys.title,
                         .path = file->path,
                         .document = keys.document,
                         .number = keys.number,
                         .published = keys.published,
                         .note = keys.note,
                         .by = SIZE_MAX,
                         .at = at };
    pack_read_basis(l, keys.basis, keys.note, &table->basis);
    TableReader r = { .l = l, .file = file, .table = table };
    l->path = file->path;
    if (str_ends(file->path, STR(".dmn")) ? read_model(&r, at) : read_csv(&r, &keys, at))
        *ARENA_PUSH(l->arena, l->table_list, l->n_tables, l->cap_tables) = table;
    else
        l->unreadable = true;
}

void pack_read_tables(Loader *l)
{
    Map named;
    map_init(&named, l->arena);
    if (l->tables && pack_check_count(l, l->tables, l->tables->n, PACK_TABLES_MAX, "tables")) {
        for (size_t i = 0; i < l->tables->n; i++)
            read_table(l, &l->tables->pairs[i], &named);
    }
    for (size_t i = 0; i < l->pack->n_files; i++) {
        Str path = l->pack->files[i].path;
        if (str_starts(path, STR("tables/")) && !map_get(&named, path))
            pack_issue(l, (LawPlace){ .path = path, .line = 1, .col = 1 }, STR("name it under `tables` in pack.yaml"),
                       "nothing reads this table");
    }
}

const LawTable *pack_find_table(Loader *l, const YamlNode *node)
{
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < l->n_tables; i++) {
        if (str_eq(l->table_list[i]->id, node->text))
            return l->table_list[i];
        pack_nearest_offer(&nearest, l->table_list[i]->id);
    }
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("add it to `tables` in pack.yaml")),
               "there is no table '%.*s'", STR_ARG(pack_excerpt(node->text)));
    return NULL;
}

/* ---- looking things up ---- */

const LawTable *law_table(const LawPack *pack, Str id)
{
    for (size_t i = 0; i < pack->n_tables; i++) {
        if (str_eq(pack->tables[i]->id, id))
            return pack->tables[i];
    }
    return NULL;
}

const LawTableRow *law_table_row(const LawTable *table, Str id)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        if (str_eq(table->rows[i].id, id))
            return &table->rows[i];
    }
    return NULL;
}

bool law_table_row_concerns(const LawTable *table, const LawTableRow *row, Str item)
{
    if (!table->items)
        return true;
    Str rest = row->cells[table->by];
    if (str_eq_c(rest, "-") || rest.n == 0)
        return true;
    while (rest.n > 0) {
        if (str_eq(next_word(&rest), item))
            return true;
    }
    return false;
}

bool law_table_row_holds(const LawTableRow *row, Day on)
{
    return (row->from == DAY_NONE || row->from <= on) && (row->to == DAY_NONE || on < row->to);
}
