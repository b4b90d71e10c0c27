/* Comparing a list: reading theirs by the pack's columns and ours from the store, and saying what differs. */
#include "app/reconcile.h"

#include <string.h>

#include "app/import_internal.h"

static const char SQL_OURS[] =
    "SELECT m.id, m.number, m.title, m.opened_day, m.unit, m.fields, a.number FROM matter m LEFT JOIN matter_alias a "
    "ON a.j = m.j AND a.matter = m.id AND a.system = ?3 WHERE m.j = ?1 AND m.procedure = ?2 AND m.stage <> '' "
    "ORDER BY m.id LIMIT ?4";
/* Differences of one list: system is "procedure/list", number is "number/field". */
static const char SQL_KNOWN[] = "SELECT a.number, m.id, m.stage FROM matter_alias a JOIN matter m ON m.j = a.j AND "
                                "m.id = a.matter WHERE a.j = ?1 AND a.system = ?2 AND m.stage <> ''";

/* What is shown of a matter of ours, beside what is compared. */
typedef struct OurMatter {
    Str number;
    Str title;
    int64_t unit;
    const Json *values; /* one a field; null: none */
} OurMatter;

typedef struct Comparison {
    const ImportSource *source;
    const LawImport *import;
    const LawCompare *def;
    Arena *arena;
    Arena *scratch; /* one matter's fields */
    ImportTable table;
    ImportReading reading;
    size_t columns[COMPARE_FIELDS_MAX]; /* compared fields whose column the list has, by index in def->fields */
    size_t n_columns;
    CompareRow *ours;
    OurMatter *matters; /* one per row of ours */
    size_t n_ours;
    size_t cap_ours;
    size_t cap_matters;
    size_t n_matters;
    CompareRow *theirs;
    Reconciliation out;
    size_t cap_items;
} Comparison;

/* ---- values ---- */

/* Equal values give equal texts. Lists state times to the minute. */
static Str value_text(Arena *arena, const LawField *field, const Json *value)
{
    Dec d;
    if (!value || value->type == JSON_NULL)
        return STR_NONE;
    if (field->type == LAW_INSTANT && value->type == JSON_INT)
        return arena_printf(arena, "%lld", (long long)(value->as.i / MS_PER_MINUTE));
    if (value->type == JSON_INT)
        return arena_printf(arena, "%lld", (long long)value->as.i);
    if (value->type == JSON_BOOL)
        return value->as.b ? STR("true") : STR("false");
    Str text = json_as_str(value);
    if (field->type == LAW_DECIMAL && dec_parse(text, &d))
        return dec_print(arena, d);
    return compare_text(arena, text);
}

static Str option_title(const Comparison *c, const LawField *field, Str id)
{
    for (size_t i = 0; i < field->n_options; i++)
        if (str_eq(field->options[i].id, id))
            return field->options[i].title;
    const LawItem *item = law_item(law_catalogue(c->source->pack, field->catalogue), id);
    return item ? item->title : id;
}

/* As people read it. */
static Str shown_text(const Comparison *c, const LawField *field, const Json *value)
{
    if (!value || value->type == JSON_NULL)
        return STR_NONE;
    int zone = c->source->pack->zone_minutes;
    int64_t n = json_as_int(value, 0);
    const DirUnit *unit = field->type == LAW_UNIT ? dir_unit(c->source->dir, n) : NULL;
    const DirPerson *person = field->type == LAW_PERSON ? dir_person(c->source->dir, n) : NULL;
    if (unit || person)
        return unit ? unit->name : person->name;
    switch (field->type) {
    case LAW_MONEY: return dec_print(c->arena, dec_scaled(n, 2));
    case LAW_INSTANT:
        return arena_printf(c->arena, "%s %02d:%02d", day_print(c->arena, instant_day(n, zone)).p,
                            (int)(instant_of_day(n, zone) / MS_PER_HOUR),
                            (int)(instant_of_day(n, zone) / MS_PER_MINUTE % 60));
    case LAW_CHOICE:
    case LAW_ITEM: return arena_str(c->arena, option_title(c, field, json_as_str(value)));
    default:
        return arena_str(c->arena, value->type == JSON_STR ? json_as_str(value) : value_text(c->arena, field, value));
    }
}

/* ---- theirs ---- */

static void find_columns(Comparison *c)
{
    Str *absent = ARENA_ARRAY(c->arena, Str, c->def->n_fields);
    for (size_t i = 0; i < c->def->n_fields && i < COMPARE_FIELDS_MAX; i++) {
        if (map_get(&c->reading.columns, c->def->fields[i].column))
            c->columns[c->n_columns++] = i;
        else
            absent[c->out.n_absent++] = c->def->fields[i].column;
    }
    c->out.absent = absent;
}

/* A cell that is no value of its field equals nothing. */
static Str cell_text(Comparison *c, const LawField *field, Str cell)
{
    Json value = json_null();
    ImportFault fault;
    if (!cell.n)
        return STR_NONE;
    if (!import_value(&c->reading, field, cell, &value, &fault))
        return arena_printf(c->arena, "?%.*s", STR_ARG(cell));
    return value_text(c->arena, field, &value);
}

static Day cell_day(const Comparison *c, Str cell)
{
    static const LawField day_field = { .type = LAW_DAY };
    Json value = json_null();
    ImportFault fault;
    Day day = DAY_NONE;
    if (cell.n && import_value(&c->reading, &day_field, cell, &value, &fault))
        (void)day_parse(json_as_str(&value), &day);
    return day;
}

static void read_theirs(Comparison *c)
{
    c->theirs = ARENA_ARRAY(c->arena, CompareRow, c->table.n_rows + 1);
    for (size_t i = 0; i < c->table.n_rows; i++) {
        const ImportRow *row = &c->table.rows[i];
        Str *values = ARENA_ARRAY(c->arena, Str, c->n_columns + 1);
        for (size_t k = 0; k < c->n_columns; k++) {
            const LawCompareField *f = &c->def->fields[c->columns[k]];
            values[k] = cell_text(c, f->field, import_cell(&c->reading, row, f->column));
        }
        c->theirs[i] = (CompareRow){ .numbers = { import_cell(&c->reading, row, c->import->number) },
                                     .n_numbers = 1,
                                     .values = values,
                                     .day = cell_day(c, import_cell(&c->reading, row, c->def->period)),
                                     .id = (int64_t)i };
    }
}

static void find_span(Comparison *c, ReconcileSpan span)
{
    Day first = DAY_NONE;
    Day last = DAY_NONE;
    for (size_t i = 0; i < c->table.n_rows; i++) {
        Day day = c->theirs[i].day;
        if (day == DAY_NONE)
            continue;
        first = first == DAY_NONE || day < first ? day : first;
        last = last == DAY_NONE || day > last ? day : last;
    }
    c->out.span = (ReconcileSpan){ span.from == DAY_NONE ? first : span.from, span.to == DAY_NONE ? last : span.to };
}

/* ---- ours ---- */

static void add_number(CompareRow *row, Str number)
{
    if (number.n && row->n_numbers < COMPARE_NUMBERS_MAX)
        row->numbers[row->n_numbers++] = number;
}

static Day our_day(const Comparison *c, const Json *fields, Day opened)
{
    const Json *value = c->def->day ? json_get(fields, c->def->day->id) : NULL;
    Day day = DAY_NONE;
    if (!c->def->day)
        return opened;
    if (value && value->type == JSON_INT)
        return instant_day(value->as.i, c->source->pack->zone_minutes);
    return value && day_parse(json_as_str(value), &day) ? day : DAY_NONE;
}

static bool is_wanted(const Comparison *c, const Json *fields, Day day)
{
    if (c->def->only && !str_eq(json_get_str(fields, c->def->only->id), c->def->only_value))
        return false;
    /* Without the day by which lists are cut it has not come so far (a case not yet filed) and stands in none. */
    return day != DAY_NONE;
}

static void add_ours(Comparison *c, const DbRows *rows, const Json *fields, Day day)
{
    Json *values = ARENA_ARRAY(c->arena, Json, c->n_columns + 1);
    Str *texts = ARENA_ARRAY(c->arena, Str, c->n_columns + 1);
    CompareRow row = { .values = texts, .day = day, .id = db_int(rows, 0) };
    for (size_t k = 0; k < c->n_columns; k++) {
        const LawField *field = c->def->fields[c->columns[k]].field;
        const Json *value = json_get(fields, field->id);
        values[k] = value ? json_copy(c->arena, value) : json_null();
        texts[k] = value_text(c->arena, field, value);
    }
    add_number(&row, db_str_in(rows, 6, c->arena));
    if (c->def->by)
        add_number(&row, arena_str(c->arena, json_get_str(fields, c->def->by->id)));
    if (c->def->by_number)
        add_number(&row, db_str_in(rows, 1, c->arena));
    *ARENA_PUSH(c->arena, c->matters, c->n_matters, c->cap_matters) =
        (OurMatter){ db_str_in(rows, 1, c->arena), db_str_in(rows, 2, c->arena), db_int(rows, 4), values };
    *ARENA_PUSH(c->arena, c->ours, c->n_ours, c->cap_ours) = row;
}

static Rc take_ours(Comparison *c, const DbRows *rows, Err *err)
{
    Json fields;
    if (c->n_ours && c->ours[c->n_ours - 1].id == db_int(rows, 0)) { /* one more number of the same matter */
        add_number(&c->ours[c->n_ours - 1], db_str_in(rows, 6, c->arena));
        return RC_OK;
    }
    arena_reset(c->scratch);
    TRY(json_parse(c->scratch, db_str(rows, 5), &fields, err));
    Day day = our_day(c, &fields, (Day)db_int(rows, 3));
    if (is_wanted(c, &fields, day))
        add_ours(c, rows, &fields, day);
    return RC_OK;
}

static Rc read_ours(Comparison *c, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(c->source->j), DBT(c->import->procedure->id), DBT(c->import->id),
                         DBI(RECONCILE_OURS_MAX + 1) };
    bool more = false;
    size_t n = 0;
    TRY(db_query(c->source->db, SQL_OURS, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        if (n++ == RECONCILE_OURS_MAX)
            return err_set(err, RC_LIMIT, "at most %d matters can be compared with a list", RECONCILE_OURS_MAX);
        TRY(take_ours(c, rows, err));
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

/* ---- what comes of it ---- */

static ReconcileItem item_of(const Comparison *c, const ComparePair *pair)
{
    ReconcileItem item = { .group = pair->group, .day = pair->ours ? pair->ours->day : pair->theirs->day };
    if (pair->theirs) {
        const ImportRow *row = &c->table.rows[pair->theirs->id];
        item.number = import_cell(&c->reading, row, c->import->number);
        item.line = row->line;
    }
    if (pair->ours) {
        const OurMatter *m = &c->matters[pair->ours - c->ours];
        item.matter = pair->ours->id;
        item.title = m->title;
        item.unit = m->unit;
        if (!item.number.n && pair->ours->n_numbers)
            item.number = pair->ours->numbers[0];
    }
    return item;
}

static void push_item(Comparison *c, ReconcileItem item)
{
    Str number =
        item.number.n ? compare_key(c->arena, item.number) : arena_printf(c->arena, "#%lld", (long long)item.matter);
    item.key = arena_printf(c->arena, "%.*s/%.*s", STR_ARG(number), STR_ARG(item.field ? item.field->id : STR("")));
    *ARENA_PUSH(c->arena, c->out.items, c->out.n_items, c->cap_items) = item;
}

static void add_items(Comparison *c, const ComparePair *pair)
{
    ReconcileItem item = item_of(c, pair);
    if (pair->group != COMPARE_FIELD) {
        push_item(c, item);
        return;
    }
    const OurMatter *m = &c->matters[pair->ours - c->ours];
    const ImportRow *row = &c->table.rows[pair->theirs->id];
    for (size_t k = 0; k < c->n_columns; k++) {
        const LawCompareField *f = &c->def->fields[c->columns[k]];
        if (!(pair->fields & UINT64_C(1) << k))
            continue;
        item.field = f->field;
        item.ours = shown_text(c, f->field, &m->values[k]);
        item.theirs = import_cell(&c->reading, row, f->column);
        push_item(c, item);
    }
}

static size_t *lines_of(const Comparison *c, const CompareRow *const *rows, size_t n)
{
    size_t *lines = ARENA_ARRAY(c->arena, size_t, n + 1);
    for (size_t i = 0; i < n; i++)
        lines[i] = c->table.rows[rows[i]->id].line;
    return lines;
}

/* Which differences have a matter already. */
static Rc find_known(Comparison *c, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    const LawDifferences *d = c->source->pack->differences;
    Map by_key;
    bool more = false;
    if (!d)
        return RC_OK;
    map_init(&by_key, c->arena);
    for (size_t i = 0; i < c->out.n_items; i++)
        map_put(&by_key, c->out.items[i].key, &c->out.items[i]);
    Str system = arena_printf(c->arena, "%.*s/%.*s", STR_ARG(d->procedure->id), STR_ARG(c->import->id));
    DbValue params[] = { DBI(c->source->j), DBT(system) };
    TRY(db_query(c->source->db, SQL_KNOWN, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        ReconcileItem *item = map_get(&by_key, db_str(rows, 0));
        if (item && item->group != COMPARE_SAME) {
            item->difference = db_int(rows, 1);
            item->stage = db_str_in(rows, 2, c->arena);
        }
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

static Rc compare(Comparison *c, ReconcileSpan span, Err *err)
{
    CompareResult result;
    find_columns(c);
    read_theirs(c);
    find_span(c, span);
    TRY(read_ours(c, err));
    CompareInput input = { .ours = c->ours,
                           .n_ours = c->n_ours,
                           .theirs = c->theirs,
                           .n_theirs = c->table.n_rows,
                           .n_fields = c->n_columns,
                           .from = c->out.span.from,
                           .to = c->out.span.to };
    compare_lists(c->arena, &input, &result);
    for (size_t i = 0; i < result.n; i++)
        add_items(c, &result.pairs[i]);
    c->out.n_rows = c->table.n_rows;
    memcpy(c->out.counts, result.counts, sizeof result.counts);
    c->out.n_nameless = result.n_nameless;
    c->out.nameless = lines_of(c, result.nameless, result.n_nameless);
    c->out.n_twice = result.n_twice;
    c->out.twice = lines_of(c, result.twice, result.n_twice);
    c->out.n_outside = result.n_outside;
    c->out.keys = result.keys;
    return find_known(c, err);
}

Rc reconcile(const ImportSource *source, const LawImport *import, Str bytes, ReconcileSpan span, Arena *arena,
             Reconciliation *ret, Err *err)
{
    CLEANUP(arena_freep) Arena *scratch = arena_new(0);
    Comparison c = { .source = source,
                     .import = import,
                     .def = import->compare,
                     .arena = arena,
                     .scratch = scratch,
                     .out = { .import = import } };
    if (!c.def)
        return err_set(err, RC_INVALID, "imports/%.*s.yaml does not say how its list is compared", STR_ARG(import->id));
    TRY(import_read(source, import, bytes, arena, &c.table, &c.reading, err));
    if (!map_get(&c.reading.columns, c.def->period))
        return err_set(err, RC_INVALID, "the list has no column %.*s", STR_ARG(c.def->period));
    TRY(compare(&c, span, err));
    *ret = c.out;
    return RC_OK;
}

/* ---- what is kept of a list ---- */

static bool is_compared(const LawImport *import, Str title)
{
    bool used = str_eq(title, import->number) || str_eq(title, import->compare->period);
    for (size_t i = 0; i < import->compare->n_fields; i++)
        used = used || str_eq(title, import->compare->fields[i].column);
    return used;
}

/* As it came, in quotes: a writer for spreadsheets would put a mark before what looks like a formula. */
static void write_cell(Buf *out, bool first, Str cell)
{
    buf_c(out, first ? "\"" : ",\"");
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            buf_char(out, '"');
        buf_char(out, cell.p[i]);
    }
    buf_char(out, '"');
}

Rc reconcile_cut(const LawImport *import, Str bytes, Arena *arena, Str *ret, Err *err)
{
    ImportTable table;
    ImportReading reading;
    ImportSource none = { 0 };
    Buf out;
    if (!import->compare)
        return err_set(err, RC_INVALID, "this list is not compared");
    TRY(import_read(&none, import, bytes, arena, &table, &reading, err));
    buf_init(&out, IMPORT_BYTES_MAX);
    for (size_t i = 0; i <= table.n_rows; i++) {
        bool first = true;
        for (size_t k = 0; k < table.n_columns; k++) {
            if (!is_compared(import, table.titles[k]))
                continue;
            write_cell(&out, first, i ? table.rows[i - 1].cells[k] : table.titles[k]);
            first = false;
        }
        buf_char(&out, '\n');
    }
    Rc rc = buf_check(&out, err);
    if (rc == RC_OK)
        *ret = buf_to_arena(&out, arena);
    buf_free(&out);
    return rc;
}
