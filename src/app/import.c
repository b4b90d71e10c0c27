#include <string.h>

#include "app/import_internal.h"
#include "core/matter/form.h"
#include "lib/fmt/charset.h"
#include "lib/fmt/csv.h"

static const char SQL_ALIAS[] =
    "SELECT a.matter, m.stage FROM matter_alias a JOIN matter m ON m.j = a.j AND m.id = a.matter "
    "WHERE a.j = ?1 AND a.system = ?2 AND a.number = ?3";
static const char SQL_ACT[] =
    "SELECT 1 FROM matter_entry WHERE j = ?1 AND matter = ?2 AND act = ?3 AND void_seq IS NULL LIMIT 1";

static void add_problem(ImportRow *row, ImportFault fault, Str column, Str value)
{
    for (size_t i = 0; i < row->n_problems; i++)
        if (str_eq(row->problems[i].column, column))
            return;
    if (row->n_problems < IMPORT_PROBLEMS_MAX)
        row->problems[row->n_problems++] = (ImportProblem){ fault, column, value };
}

Str import_cell(const ImportReading *p, const ImportRow *row, Str column)
{
    const Str *title = column.n ? map_get(&p->columns, column) : NULL;
    return title ? str_trim(row->cells[title - p->table->titles]) : STR_NONE;
}

/* ---- values ---- */

/* Spreadsheets write days as 2023/1/5; the parts are given two digits and hyphens. */
static Str plain_time(Arena *arena, Str text)
{
    Buf out;
    buf_init(&out, 64);
    size_t digits = 0;
    for (size_t i = 0; i <= text.n && i < 48; i++) {
        char c = i < text.n ? text.p[i] : ' ';
        bool digit = c >= '0' && c <= '9';
        if (digit) {
            digits++;
            continue;
        }
        if (digits == 1)
            buf_char(&out, '0');
        buf_bytes(&out, text.p + (i - digits), digits);
        digits = 0;
        if (i < text.n)
            buf_char(&out, c == '/' || (c == '.' && out.n < 10) ? '-' : c);
    }
    Str plain = buf_to_arena(&out, arena);
    buf_free(&out);
    return str_trim(plain);
}

static bool read_time(const ImportReading *p, Str text, int64_t *ret)
{
    int zone = p->source->pack->zone_minutes;
    Day day;
    Str plain = plain_time(p->arena, text);
    if (instant_parse(plain, zone, ret))
        return true;
    if (!day_parse(plain, &day))
        return false;
    *ret = day_start(day, zone);
    return true;
}

static bool read_option(const ImportReading *p, const LawField *field, Str text, Json *ret)
{
    const LawImport *import = p->table->import;
    for (size_t i = 0; i < field->n_options; i++) {
        if (!str_eq(field->options[i].title, text) && !str_eq(field->options[i].id, text))
            continue;
        *ret = json_str(field->options[i].id);
        return true;
    }
    for (size_t i = 0; i < import->n_words; i++) {
        const LawImportWord *word = &import->words[i];
        if (!str_eq(word->field->id, field->id) || !str_eq(word->word, text))
            continue;
        *ret = json_str(word->id);
        return true;
    }
    return false;
}

static bool read_unit(const ImportReading *p, Str text, Json *ret)
{
    const Directory *dir = p->source->dir;
    for (size_t i = 0; i < dir->n_units; i++) {
        const DirUnit *unit = dir->units_by_id[i];
        if (unit->to != DAY_NONE || (!str_eq(unit->name, text) && !str_eq(unit->code, text)))
            continue;
        *ret = json_int(unit->id);
        return true;
    }
    return false;
}

/* Two persons of one name are a question for people, not to be guessed at. */
static bool read_person(const ImportReading *p, Str text, Json *ret)
{
    const Directory *dir = p->source->dir;
    int found = 0;
    for (size_t i = 0; i < dir->n_people; i++) {
        if (dir->by_id[i]->to != DAY_NONE || !str_eq(dir->by_id[i]->name, text))
            continue;
        *ret = json_int(dir->by_id[i]->id);
        found++;
    }
    return found == 1;
}

/* A comma of any width, a semicolon, a slash or the mark between names of a list. */
static bool is_separator(uint32_t c)
{
    return c == ',' || c == ';' || c == '/' || c == 0x3001 || c == 0xff0c || c == 0xff1b;
}

static bool read_persons(const ImportReading *p, Str text, Json *ret)
{
    Json persons = json_arr();
    size_t begin = 0;
    for (size_t at = 0; at < text.n;) {
        size_t end = at;
        bool last = false;
        bool ends = is_separator(str_next(text, &at));
        if (!ends && at == text.n) {
            end = at;
            last = true;
        }
        if (!ends && !last)
            continue;
        Json person;
        Str name = str_trim(str_slice(text, begin, end));
        begin = at;
        if (!name.n)
            continue;
        if (!read_person(p, name, &person))
            return false;
        json_push(p->arena, &persons, person);
    }
    *ret = persons;
    return persons.n > 0;
}

/* A catalogue's row by its id or its title. */
static bool read_item(const ImportReading *p, const LawField *field, Str text, Json *ret)
{
    const LawCatalogue *catalogue = law_catalogue(p->source->pack, field->catalogue);
    for (size_t i = 0; catalogue && i < catalogue->n_items; i++) {
        if (!str_eq(catalogue->items[i].id, text) && !str_eq(catalogue->items[i].title, text))
            continue;
        *ret = json_str(catalogue->items[i].id);
        return true;
    }
    return false;
}

bool import_value(const ImportReading *p, const LawField *field, Str text, Json *ret, ImportFault *fault)
{
    int64_t at = 0;
    switch (field->type) {
    case LAW_CHOICE: *fault = IMPORT_OPTION; return read_option(p, field, text, ret);
    case LAW_UNIT: *fault = IMPORT_UNIT; return read_unit(p, text, ret);
    case LAW_PERSON: *fault = IMPORT_PERSON; return read_person(p, text, ret);
    case LAW_INSTANT:
        *fault = IMPORT_TIME;
        if (!read_time(p, text, &at))
            return false;
        *ret = json_int(at);
        return true;
    case LAW_DAY:
        *fault = IMPORT_TIME;
        if (!read_time(p, text, &at))
            return false;
        *ret = json_str(day_print(p->arena, instant_day(at, p->source->pack->zone_minutes)));
        return true;
    case LAW_PERSONS: *fault = IMPORT_PERSON; return read_persons(p, text, ret);
    case LAW_ITEM: *fault = IMPORT_OPTION; return read_item(p, field, text, ret) || read_option(p, field, text, ret);
    default: *fault = IMPORT_TYPE; return form_parse_text(p->arena, field, text, p->source->pack->zone_minutes, ret);
    }
}

static bool is_required(const LawAct *act, const LawField *field)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (act->form[i].field == field)
            return act->form[i].required;
    return false;
}

static Json read_form(const ImportReading *p, ImportRow *row, const LawImportAct *act)
{
    Json form = json_obj();
    for (size_t i = 0; i < act->n_values; i++) {
        const LawImportValue *v = &act->values[i];
        Str text = import_cell(p, row, v->column);
        Json value = v->otherwise;
        ImportFault fault = IMPORT_TYPE;
        if (text.n && !import_value(p, v->field, text, &value, &fault))
            add_problem(row, fault, v->column, text);
        else if (value.type != JSON_NULL)
            json_add(p->arena, &form, v->field->id, value);
        else if (is_required(act->act, v->field))
            add_problem(row, IMPORT_EMPTY, v->column, STR_NONE);
    }
    return form;
}

/* ---- rows ---- */

/* The matter with this number; one whose opening was made void counts as none. */
static Rc find_matter(const ImportReading *p, ImportRow *row, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(p->source->j), DBT(p->table->import->id), DBT(row->number) };
    bool more = false;
    TRY(db_query(p->source->db, SQL_ALIAS, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (more && db_str(rows, 1).n)
        row->matter = db_int(rows, 0);
    return RC_OK;
}

static Rc has_act(const ImportReading *p, const ImportRow *row, Str act, bool *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(p->source->j), DBI(row->matter), DBT(act) };
    *ret = false;
    if (!row->matter)
        return RC_OK;
    TRY(db_query(p->source->db, SQL_ACT, params, ARRAY_LEN(params), &rows, err));
    return db_next(rows, ret, err);
}

static Rc plan_act(const ImportReading *p, ImportRow *row, const LawImportAct *act, Err *err)
{
    Str time = import_cell(p, row, act->at);
    int64_t at = 0;
    bool opens = act == &p->table->import->acts[0];
    bool known = false;
    if (!time.n || (act->when.n && !import_cell(p, row, act->when).n)) {
        if (opens && !row->matter)
            add_problem(row, IMPORT_EMPTY, act->at, STR_NONE);
        return RC_OK;
    }
    TRY(has_act(p, row, act->act->id, &known, err));
    if (known)
        return RC_OK;
    if (!read_time(p, time, &at))
        add_problem(row, IMPORT_TIME, act->at, time);
    else if (at > p->source->now)
        add_problem(row, IMPORT_FUTURE, act->at, time);
    row->steps[row->n_steps++] = (ImportStep){ .act = act, .at = at, .form = read_form(p, row, act) };
    return RC_OK;
}

static Rc plan_row(ImportReading *p, ImportRow *row, Err *err)
{
    const LawImport *import = p->table->import;
    row->number = import_cell(p, row, import->number);
    row->steps = ARENA_ARRAY(p->arena, ImportStep, import->n_acts);
    if (!row->number.n) {
        add_problem(row, IMPORT_EMPTY, import->number, STR_NONE);
    } else if (map_put(&p->numbers, row->number, row)) {
        add_problem(row, IMPORT_TWICE, import->number, row->number);
    } else {
        TRY(find_matter(p, row, err));
        for (size_t i = 0; i < import->n_acts; i++)
            TRY(plan_act(p, row, &import->acts[i], err));
    }
    if (row->n_problems)
        row->state = IMPORT_ERROR;
    else if (!row->matter)
        row->state = IMPORT_NEW;
    else
        row->state = row->n_steps ? IMPORT_UPDATE : IMPORT_SAME;
    p->table->counts[row->state]++;
    return RC_OK;
}

/* ---- the list ---- */

static bool is_used(const LawImport *import, Str title)
{
    bool used = str_eq(import->number, title);
    for (size_t a = 0; a < import->n_acts; a++) {
        const LawImportAct *act = &import->acts[a];
        used = used || str_eq(act->at, title) || str_eq(act->when, title);
        for (size_t v = 0; v < act->n_values; v++)
            used = used || str_eq(act->values[v].column, title);
    }
    return used;
}

static Rc take_titles(ImportReading *p, const CsvRow *first, Err *err)
{
    ImportTable *t = p->table;
    t->n_columns = first->n;
    t->titles = ARENA_ARRAY(p->arena, Str, first->n);
    t->used = ARENA_ARRAY(p->arena, bool, first->n);
    for (size_t i = 0; i < first->n; i++) {
        t->titles[i] = str_trim(first->cells[i]);
        t->used[i] = is_used(t->import, t->titles[i]);
        if (t->titles[i].n && !map_get(&p->columns, t->titles[i]))
            map_put(&p->columns, t->titles[i], &t->titles[i]);
    }
    if (!map_get(&p->columns, t->import->number))
        return err_set(err, RC_INVALID, "the list has no column %.*s", STR_ARG(t->import->number));
    return RC_OK;
}

static bool is_blank(const CsvRow *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (str_trim(row->cells[i]).n)
            return false;
    return true;
}

static void take_row(ImportReading *p, const CsvRow *csv, size_t *cap)
{
    ImportTable *t = p->table;
    ImportRow *row = ARENA_PUSH(p->arena, t->rows, t->n_rows, *cap);
    memset(row, 0, sizeof *row);
    row->line = csv->line;
    row->cells = ARENA_ARRAY(p->arena, Str, t->n_columns);
    for (size_t i = 0; i < t->n_columns; i++)
        row->cells[i] = i < csv->n ? csv->cells[i] : STR_NONE;
}

/* What is pasted from a spreadsheet has tabs between its cells. */
static char find_separator(Str text)
{
    Str rest;
    Str first = str_cut(text, '\n', &rest);
    return str_find(first, STR("\t")) != SIZE_MAX ? '\t' : ',';
}

Rc import_read(const ImportSource *source, const LawImport *import, Str bytes, Arena *arena, ImportTable *table,
               ImportReading *ret, Err *err)
{
    ImportReading p = { .source = source, .table = table, .arena = arena };
    CsvReader csv;
    CsvRow row;
    bool found = false;
    size_t cap = 0;
    *table = (ImportTable){ .import = import };
    if (bytes.n > IMPORT_BYTES_MAX)
        return err_set(err, RC_LIMIT, "a list has at most %d bytes", IMPORT_BYTES_MAX);
    map_init(&p.columns, arena);
    map_init(&p.numbers, arena);
    TRY(text_to_utf8(arena, bytes, &table->text, &table->charset, err));
    csv_reader_init(&csv, table->text, &(CsvOptions){ .separator = find_separator(table->text) });
    TRY(csv_read_row(&csv, arena, &row, &found, err));
    if (!found)
        return err_set(err, RC_INVALID, "the list is empty");
    TRY(take_titles(&p, &row, err));
    TRY(csv_read_row(&csv, arena, &row, &found, err));
    while (found) {
        if (table->n_rows == IMPORT_ROWS_MAX)
            return err_set(err, RC_LIMIT, "a list has at most %d rows", IMPORT_ROWS_MAX);
        if (!is_blank(&row))
            take_row(&p, &row, &cap);
        TRY(csv_read_row(&csv, arena, &row, &found, err));
    }
    *ret = p;
    return RC_OK;
}

Rc import_plan(const ImportSource *source, const LawImport *import, Str bytes, Arena *arena, ImportTable *ret, Err *err)
{
    ImportTable table;
    ImportReading p;
    TRY(import_read(source, import, bytes, arena, &table, &p, err));
    for (size_t i = 0; i < table.n_rows; i++)
        TRY(plan_row(&p, &table.rows[i], err));
    *ret = table;
    return RC_OK;
}
