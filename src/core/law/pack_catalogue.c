/* catalogues/NAME.csv: a FEEL name NAME whose value is a list of contexts, one a row. The header gives the entries'
 * names, `id` first; `name:day` and the like say that a column is not text. An empty cell is null. */
#include "core/law/pack_private.h"
#include "lib/fmt/csv.h"

typedef bool (*CellFn)(Arena *arena, Str cell, FeelValue *ret);

typedef struct Column {
    Str name;
    const struct ColumnType *type;
} Column;

typedef struct ColumnType {
    const char *name;
    const char *wanted;
    CellFn read;
} ColumnType;

static bool read_text(Arena *arena, Str cell, FeelValue *ret)
{
    (void)arena;
    *ret = feel_str(cell);
    return true;
}

static bool read_day(Arena *arena, Str cell, FeelValue *ret)
{
    (void)arena;
    Day day;
    if (!day_parse(cell, &day))
        return false;
    *ret = feel_date(day);
    return true;
}

static bool read_int(Arena *arena, Str cell, FeelValue *ret)
{
    (void)arena;
    int64_t value;
    if (!str_to_i64(cell, &value))
        return false;
    *ret = feel_int(value);
    return true;
}

static bool read_decimal(Arena *arena, Str cell, FeelValue *ret)
{
    Dec value;
    if (!dec_parse(cell, &value))
        return false;
    *ret = feel_dec(arena, value);
    return true;
}

/* Yuan, as expressions see money, to the fen and no finer. */
static bool read_money(Arena *arena, Str cell, FeelValue *ret)
{
    Dec value;
    Dec rounded;
    if (!dec_parse(cell, &value) || !dec_round(value, 2, DEC_DOWN, &rounded) || dec_cmp(value, rounded) != 0)
        return false;
    *ret = feel_dec(arena, value);
    return true;
}

static bool read_bool(Arena *arena, Str cell, FeelValue *ret)
{
    (void)arena;
    bool yes = str_eq_c(cell, "true");
    if (!yes && !str_eq_c(cell, "false"))
        return false;
    *ret = feel_bool(yes);
    return true;
}

static const ColumnType column_types[] = {
    { "text", "a text", read_text },
    { "day", "a day such as 2023-01-31", read_day },
    { "int", "a whole number", read_int },
    { "decimal", "a number", read_decimal },
    { "money", "yuan with at most two decimals", read_money },
    { "bool", "true or false", read_bool },
};

typedef struct CatalogueReader {
    Loader *l;
    const LawFile *file;
    Column *columns;
    size_t n_columns;
    Map ids;
    LawItem *items;
    size_t n_items;
    size_t cap_items;
} CatalogueReader;

/* Cells point into the file unless doubled quotes were undone in them. */
static LawPlace cell_place(const CatalogueReader *r, const CsvRow *row, Str cell)
{
    uintptr_t begin = (uintptr_t)r->file->bytes.p;
    uintptr_t at = (uintptr_t)cell.p;
    if (cell.n > 0 && at >= begin && at < begin + r->file->bytes.n)
        return pack_at_byte(r->file, at - begin);
    return (LawPlace){ .path = r->file->path, .line = (int)row->line, .col = 1 };
}

static const ColumnType *find_column_type(Loader *l, LawPlace at, Str name)
{
    Nearest nearest = pack_nearest(name);
    for (size_t i = 0; i < ARRAY_LEN(column_types); i++) {
        if (name.n == 0 || str_eq_c(name, column_types[i].name))
            return &column_types[i];
        pack_nearest_offer(&nearest, str_c(column_types[i].name));
    }
    pack_issue(l, at, pack_nearest_hint(l->arena, &nearest, STR("use text, day, int, decimal, money or bool")),
               "'%.*s' is not a type of column", STR_ARG(name));
    return &column_types[0];
}

static bool read_header(CatalogueReader *r, const CsvRow *row)
{
    r->columns = ARENA_ARRAY(r->l->arena, Column, row->n + 1);
    r->n_columns = row->n;
    for (size_t i = 0; i < row->n; i++) {
        LawPlace at = cell_place(r, row, row->cells[i]);
        Str type;
        Str name = str_trim(str_cut(row->cells[i], ':', &type));
        r->columns[i] = (Column){ .name = name, .type = find_column_type(r->l, at, str_trim(type)) };
        if (name.n == 0)
            pack_issue(r->l, at, STR_NONE, "column %zu has no name", i + 1);
        for (size_t k = 0; k < i; k++) {
            if (str_eq(r->columns[k].name, name))
                pack_issue(r->l, at, STR_NONE, "there are two columns '%.*s'", STR_ARG(name));
        }
    }
    if (str_eq_c(r->columns[0].name, "id"))
        return true;
    pack_issue(r->l, cell_place(r, row, row->cells[0]), STR_NONE, "a catalogue's first column must be 'id'");
    return false;
}

static Str text_of(FeelValue row, Str column)
{
    const FeelValue *value = feel_get(row, column);
    return value && value->type == FEEL_STRING ? feel_to_str(*value) : STR_NONE;
}

static Day day_of(FeelValue row, Str column)
{
    const FeelValue *value = feel_get(row, column);
    Day day;
    return value && feel_to_date(*value, &day) ? day : DAY_NONE;
}

static void add_item(CatalogueReader *r, const CsvRow *row, Str id, FeelValue value)
{
    LawItem item = { .id = id, .row = value, .title = text_of(value, STR("title")) };
    item.from = day_of(value, STR("valid_from"));
    item.to = day_of(value, STR("valid_to"));
    if (!item.title.n)
        item.title = text_of(value, STR("name"));
    if (!item.title.n)
        item.title = id;
    if (item.from != DAY_NONE && item.to != DAY_NONE && item.to < item.from)
        pack_issue(r->l, cell_place(r, row, id), STR("the last day is that of `valid_to`"),
                   "'%.*s' ends before it begins", STR_ARG(id));
    *ARENA_PUSH(r->l->arena, r->items, r->n_items, r->cap_items) = item;
}

static void read_row(CatalogueReader *r, const CsvRow *row)
{
    if (row->n == 1 && row->cells[0].n == 0)
        return;
    if (row->n != r->n_columns) {
        pack_issue(r->l, cell_place(r, row, row->cells[0]), STR("put text that holds a comma in double quotes"),
                   "this row has %zu cells, the header %zu", row->n, r->n_columns);
        return;
    }
    FeelEntry *entries = ARENA_ARRAY(r->l->arena, FeelEntry, row->n);
    for (size_t i = 0; i < row->n; i++) {
        const ColumnType *type = r->columns[i].type;
        entries[i] = (FeelEntry){ .key = r->columns[i].name, .value = feel_null() };
        if (row->cells[i].n > 0 && !type->read(r->l->arena, row->cells[i], &entries[i].value))
            pack_issue(r->l, cell_place(r, row, row->cells[i]), STR_NONE, "'%.*s' must be %s, not '%.*s'",
                       STR_ARG(r->columns[i].name), type->wanted, STR_ARG(pack_excerpt(row->cells[i])));
    }
    Str id = row->cells[0];
    if (id.n == 0)
        pack_issue(r->l, cell_place(r, row, id), STR_NONE, "this row has no id");
    else if (map_put(&r->ids, id, entries))
        pack_issue(r->l, cell_place(r, row, id), STR("ids name one item each"), "there are two items '%.*s'",
                   STR_ARG(id));
    add_item(r, row, id, feel_context(r->l->arena, entries, row->n));
}

static Str file_stem(Str path)
{
    Str rest;
    str_cut(path, '/', &rest);
    return str_slice(rest, 0, rest.n - STR(".csv").n);
}

static void read_rows(CatalogueReader *r)
{
    CsvReader csv;
    csv_reader_init(&csv, r->file->bytes, &(CsvOptions){ .rows_max = PACK_CATALOGUE_ROWS_MAX });
    for (;;) {
        Err err = { 0 };
        CsvRow row;
        bool found = false;
        if (csv_read_row(&csv, r->l->arena, &row, &found, &err) != RC_OK) {
            pack_issue_err(r->l, &err);
            return;
        }
        if (!found)
            return;
        if (r->columns)
            read_row(r, &row);
        else if (!read_header(r, &row))
            return;
    }
}

void pack_read_catalogue(Loader *l, const LawFile *file)
{
    LawPlace top = { .path = file->path, .line = 1, .col = 1 };
    CatalogueReader r = { .l = l, .file = file };
    map_init(&r.ids, l->arena);
    read_rows(&r);
    Str name = file_stem(file->path);
    if (file->bytes.n == 0)
        pack_issue(l, top, STR("begin with a row of column names"), "the catalogue is empty");
    if (!pack_check_id(l, top, name, ID_NAME))
        return;
    FeelValue *rows = ARENA_ARRAY(l->arena, FeelValue, r.n_items + 1);
    Str *columns = ARENA_ARRAY(l->arena, Str, r.n_columns + 1);
    LawCatalogue *catalogue = ARENA_NEW(l->arena, LawCatalogue);
    *catalogue = (LawCatalogue){ .name = name,
                                 .title = name,
                                 .path = file->path,
                                 .items = r.items,
                                 .n_items = r.n_items,
                                 .columns = columns,
                                 .n_columns = r.n_columns };
    for (size_t i = 0; i < l->n_catalogue_titles; i++) {
        if (str_eq(l->catalogue_titles[i].id, name))
            catalogue->title = l->catalogue_titles[i].title;
    }
    map_init(&catalogue->by_id, l->arena);
    for (size_t i = 0; i < r.n_items; i++) {
        rows[i] = r.items[i].row;
        map_put(&catalogue->by_id, r.items[i].id, &r.items[i]);
    }
    for (size_t i = 0; i < r.n_columns; i++)
        columns[i] = r.columns[i].name;
    *ARENA_PUSH(l->arena, l->catalogues, l->n_catalogues, l->cap_catalogues) = catalogue;
    pack_add_name(l, top, (LawName){ .name = name, .title = name, .value = feel_list(l->arena, rows, r.n_items) });
}
