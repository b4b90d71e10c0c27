/* table_csv.c - decision tables as legal staff write them in a spreadsheet: docs/TABLES.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dmn/dmn.h"
#include "core/dmn/table_cell.h"
#include "lib/fmt/charset.h"
#include "lib/fmt/csv.h"

enum {
    TABLE_BYTES_MAX = 4 * 1024 * 1024,
    TABLE_ROWS_MAX = 10000,
    TABLE_COLUMNS_MAX = 64,
    SHOWN_MAX = 60 /* bytes of a cell in a message */
};

typedef enum ColumnKind {
    KIND_INPUT,
    KIND_OUTPUT,
    KIND_ARTICLE,
    KIND_FROM,
    KIND_TO,
    KIND_NOTE,
    KIND_UNKNOWN
} ColumnKind;

static const char *const KIND_NAMES[] = { "input", "output", "article", "from", "to", "note" };

typedef struct Column {
    ColumnKind kind;
    FeelCell name;
    CellRules rules;
    const FeelTypeDef *type;
    FeelCell allowed;
    FeelCell standard;
} Column;

/* Where a rule's id stands, for the search of duplicates. */
typedef struct RowId {
    Str id;
    size_t line;
} RowId;

typedef struct TableReader {
    Arena *arena;
    Str path;
    const FeelScope *types;
    Err *err;
    CsvRow row; /* being read */
    Column *columns;
    size_t n;                /* columns, the corner's included */
    size_t at[KIND_UNKNOWN]; /* where the column of a kind of which there is one stands; 0: nowhere */
    bool has_standard;
    FeelTable *table;
    FeelTableRow *rows;
    size_t n_rows, cap_rows;
    RowId *ids; /* of the rows */
    size_t n_ids, cap_ids;
} TableReader;

/* ---- messages ---- */

static Str place(const TableReader *r, size_t column)
{
    return arena_printf(r->arena, "%.*s:%zu:%zu", STR_ARG(r->path), r->row.line, column + 1);
}

PRINTF_LIKE(4, 5) static Rc fail(const TableReader *r, Rc rc, size_t column, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_at(r->err, rc, place(r, column).p, "%s", text);
}

static Str cell_at(const TableReader *r, size_t column)
{
    return str_trim(r->row.cells[column]);
}

static Str shown(Str text)
{
    return str_head(text, SHOWN_MAX);
}

/* ---- the first row: hit policy and kinds ---- */

static Rc read_hit(const TableReader *r, FeelHit *ret_hit)
{
    static const char *const names[] = { "U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq_c(cell_at(r, 0), names[i])) {
            *ret_hit = (FeelHit)i;
            return RC_OK;
        }
    return fail(r, RC_PARSE, 0, "the first cell is the hit policy, one of U A P F R O C C+ C< C> C#, not '%.*s'",
                STR_ARG(shown(cell_at(r, 0))));
}

static bool is_aggregate(FeelHit hit)
{
    return hit >= FEEL_HIT_SUM;
}

static Rc read_kind(TableReader *r, size_t column)
{
    Str cell = cell_at(r, column);
    ColumnKind kind = KIND_INPUT;
    while (kind < KIND_UNKNOWN && !str_eq_c(cell, KIND_NAMES[kind]))
        kind++;
    if (kind == KIND_UNKNOWN)
        return fail(r, RC_PARSE, column, "a column is one of input, output, article, from, to, note, not '%.*s'",
                    STR_ARG(shown(cell)));
    bool one = kind == KIND_ARTICLE || kind == KIND_FROM || kind == KIND_TO;
    if (one && r->at[kind])
        return fail(r, RC_PARSE, column, "there are two columns '%s'", KIND_NAMES[kind]);
    r->at[kind] = column;
    r->columns[column].kind = kind;
    return RC_OK;
}

static Rc read_kinds(TableReader *r)
{
    r->n = r->row.n;
    r->columns = arena_zalloc(r->arena, r->n * sizeof(Column));
    TRY(read_hit(r, &r->table->hit));
    for (size_t i = 1; i < r->n; i++)
        TRY(read_kind(r, i));
    if (!r->at[KIND_OUTPUT])
        return fail(r, RC_PARSE, 0, "the table has no output: name one column 'output'");
    return RC_OK;
}

/* ---- the second row: names ---- */

static Rc check_output_name(const TableReader *r, size_t column, Str name)
{
    if (name.n == 0)
        return fail(r, RC_PARSE, column, "the output has no name");
    bool taken = str_eq_c(name, "row") || (r->at[KIND_ARTICLE] && str_eq_c(name, "article"));
    if (taken)
        return fail(r, RC_PARSE, column, "'%.*s' is an output already: choose another name", STR_ARG(name));
    for (size_t i = 1; i < column; i++)
        if (r->columns[i].kind == KIND_OUTPUT && str_eq(r->columns[i].name.text, name))
            return fail(r, RC_PARSE, column, "there are two outputs '%.*s'", STR_ARG(shown(name)));
    return RC_OK;
}

static Rc read_names(TableReader *r)
{
    r->table->name = cell_at(r, 0);
    for (size_t i = 1; i < r->n; i++) {
        Column *c = &r->columns[i];
        Str name = cell_at(r, i);
        if (c->kind == KIND_INPUT && name.n == 0)
            return fail(r, RC_PARSE, i, "the input has no expression");
        if (c->kind == KIND_OUTPUT)
            TRY(check_output_name(r, i, name));
        c->name = (FeelCell){ .text = name, .place = place(r, i) };
    }
    return RC_OK;
}

/* ---- optional rows ---- */

static bool has_tests(const Column *c)
{
    return c->kind == KIND_INPUT || c->kind == KIND_OUTPUT;
}

static Rc read_types(TableReader *r)
{
    for (size_t i = 1; i < r->n; i++) {
        Column *c = &r->columns[i];
        Str text = cell_at(r, i);
        if (!has_tests(c) || text.n == 0)
            continue;
        c->rules.words = str_eq_c(text, "words");
        c->rules.dates = str_eq_c(text, "date");
        Err why;
        Rc rc = feel_parse_type(r->arena, r->types, c->rules.words ? STR("string") : text, &c->type, &why);
        if (rc != RC_OK)
            return fail(r, rc, i, "%s", why.text);
    }
    return RC_OK;
}

static Rc read_allowed(TableReader *r)
{
    for (size_t i = 1; i < r->n; i++) {
        Column *c = &r->columns[i];
        if (!has_tests(c))
            continue;
        const char *problem = table_cell_tests(r->arena, c->rules, r->row.cells[i], &c->allowed.text);
        if (problem)
            return fail(r, RC_PARSE, i, "%s", problem);
        c->allowed.place = place(r, i);
    }
    return RC_OK;
}

static Rc read_defaults(TableReader *r)
{
    for (size_t i = 1; i < r->n; i++) {
        Column *c = &r->columns[i];
        if (c->kind != KIND_OUTPUT)
            continue;
        const char *problem = table_cell_value(r->arena, c->rules, r->row.cells[i], &c->standard.text);
        if (problem)
            return fail(r, RC_PARSE, i, "%s", problem);
        c->standard.place = place(r, i);
    }
    return RC_OK;
}

typedef struct SpecialRow {
    const char *name;
    Rc (*read)(TableReader *r);
} SpecialRow;

/* In this order they must stand: how `allowed` and `default` are read depends on the type. */
static const SpecialRow SPECIAL[] = { { "type", read_types },
                                      { "allowed", read_allowed },
                                      { "default", read_defaults } };

/* SIZE_MAX: the row is a rule. */
static size_t special_row(const TableReader *r)
{
    for (size_t i = 0; i < ARRAY_LEN(SPECIAL); i++)
        if (str_eq_c(cell_at(r, 0), SPECIAL[i].name))
            return i;
    return SIZE_MAX;
}

/* ---- what the table has besides the columns written ---- */

static size_t count(const TableReader *r, ColumnKind kind)
{
    size_t n = 0;
    for (size_t i = 1; i < r->n; i++)
        n += r->columns[i].kind == kind;
    return n;
}

static bool has_period(const TableReader *r)
{
    return r->at[KIND_FROM] || r->at[KIND_TO];
}

static FeelTableOutput output_of(const Column *c)
{
    return (FeelTableOutput){ .name = c->name.text, .type = c->type, .allowed = c->allowed, .standard = c->standard };
}

/* Once all that stands above the rules is known. */
static Rc build_columns(TableReader *r)
{
    FeelTable *t = r->table;
    bool marks = !is_aggregate(t->hit);
    if (!marks && count(r, KIND_OUTPUT) > 1)
        return fail(r, RC_PARSE, 0, "a table that aggregates (C+ C< C> C#) has one output");
    FeelTableInput *inputs = ARENA_ARRAY(r->arena, FeelTableInput, count(r, KIND_INPUT) + 1);
    FeelTableOutput *outputs = ARENA_ARRAY(r->arena, FeelTableOutput, count(r, KIND_OUTPUT) + 2);
    for (size_t i = 1; i < r->n; i++) {
        const Column *c = &r->columns[i];
        if (c->kind == KIND_INPUT)
            inputs[t->n_inputs++] = (FeelTableInput){ .expression = c->name, .type = c->type, .allowed = c->allowed };
        else if (c->kind == KIND_OUTPUT)
            outputs[t->n_outputs++] = output_of(c);
    }
    if (has_period(r)) {
        FeelTableInput date = { .expression = { .text = STR("date"), .place = t->place } };
        TRY(feel_parse_type(r->arena, NULL, STR("date"), &date.type, r->err));
        inputs[t->n_inputs++] = date;
    }
    if (marks && r->at[KIND_ARTICLE])
        outputs[t->n_outputs++] = (FeelTableOutput){ .name = STR("article"), .mark = true };
    if (marks)
        outputs[t->n_outputs++] = (FeelTableOutput){ .name = STR("row"), .mark = true };
    else
        outputs[0].name = STR_NONE;
    t->inputs = inputs;
    t->outputs = outputs;
    return RC_OK;
}

/* ---- rules ---- */

static int row_id_cmp(const void *a, const void *b)
{
    const RowId *x = a, *y = b;
    int order = str_cmp(x->id, y->id);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sorted rather than hashed: no choice of ids makes this slow. */
static Rc check_ids(TableReader *r)
{
    qsort(r->ids, r->n_rows, sizeof(RowId), row_id_cmp);
    for (size_t i = 1; i < r->n_rows; i++)
        if (str_eq(r->ids[i - 1].id, r->ids[i].id)) {
            r->row.line = r->ids[i].line;
            return fail(r, RC_CONFLICT, 0, "the row '%.*s' stands in line %zu already: ids name one row each",
                        STR_ARG(shown(r->ids[i].id)), r->ids[i - 1].line);
        }
    return RC_OK;
}

/* *ret_literal is empty where the row is open. */
static Rc read_day(const TableReader *r, size_t column, Str *ret_literal)
{
    *ret_literal = STR_NONE;
    if (!column || cell_at(r, column).n == 0 || str_eq_c(cell_at(r, column), "-"))
        return RC_OK;
    const char *problem = table_cell_date(r->arena, r->row.cells[column], ret_literal);
    return problem ? fail(r, RC_PARSE, column, "%s", problem) : RC_OK;
}

static Rc read_period(const TableReader *r, FeelCell *ret)
{
    Str from, to;
    size_t column = r->at[KIND_FROM] ? r->at[KIND_FROM] : r->at[KIND_TO];
    TRY(read_day(r, r->at[KIND_FROM], &from));
    TRY(read_day(r, r->at[KIND_TO], &to));
    if (from.n && to.n && str_cmp(from, to) >= 0) /* both are @"YYYY-MM-DD" */
        return fail(r, RC_INVALID, r->at[KIND_TO],
                    "'to' must be after 'from': it is the first day on which the row is "
                    "no longer in force");
    ret->place = place(r, column);
    if (from.n && to.n)
        ret->text = arena_printf(r->arena, "[%.*s..%.*s)", STR_ARG(from), STR_ARG(to));
    else if (from.n)
        ret->text = arena_printf(r->arena, ">= %.*s", STR_ARG(from));
    else if (to.n)
        ret->text = arena_printf(r->arena, "< %.*s", STR_ARG(to));
    return RC_OK;
}

static Rc read_cell(const TableReader *r, size_t column, FeelCell *ret)
{
    const Column *c = &r->columns[column];
    const char *problem = c->kind == KIND_INPUT
                              ? table_cell_tests(r->arena, c->rules, r->row.cells[column], &ret->text)
                              : table_cell_value(r->arena, c->rules, r->row.cells[column], &ret->text);
    ret->place = place(r, column);
    return problem ? fail(r, RC_PARSE, column, "%s", problem) : RC_OK;
}

static Rc read_marks(const TableReader *r, Str id, FeelCell *cells)
{
    size_t article = r->at[KIND_ARTICLE];
    if (article && cell_at(r, article).n == 0)
        return fail(r, RC_PARSE, article, "the row '%.*s' names no article on which it stands", STR_ARG(shown(id)));
    if (is_aggregate(r->table->hit))
        return RC_OK;
    if (article)
        *cells++ = (FeelCell){ table_cell_quoted(r->arena, cell_at(r, article)), place(r, article) };
    *cells = (FeelCell){ table_cell_quoted(r->arena, id), place(r, 0) };
    return RC_OK;
}

static Rc read_rule(TableReader *r)
{
    const FeelTable *t = r->table;
    Str id = cell_at(r, 0);
    if (id.n == 0)
        return fail(r, RC_PARSE, 0, "the row has no id: put one into its first cell");
    if (r->n_rows >= TABLE_ROWS_MAX)
        return fail(r, RC_LIMIT, 0, "a table has at most %d rows", TABLE_ROWS_MAX);
    FeelCell *cells = arena_zalloc(r->arena, (t->n_inputs + t->n_outputs) * sizeof(FeelCell));
    FeelCell *in = cells;
    FeelCell *out = cells + t->n_inputs;
    for (size_t i = 1; i < r->n; i++) {
        ColumnKind kind = r->columns[i].kind;
        if (kind == KIND_INPUT)
            TRY(read_cell(r, i, in++));
        else if (kind == KIND_OUTPUT)
            TRY(read_cell(r, i, out++));
    }
    if (has_period(r))
        TRY(read_period(r, in));
    TRY(read_marks(r, id, out));
    *ARENA_PUSH(r->arena, r->ids, r->n_ids, r->cap_ids) = (RowId){ .id = id, .line = r->row.line };
    *ARENA_PUSH(r->arena, r->rows, r->n_rows, r->cap_rows) = (FeelTableRow){ .cells = cells, .label = id };
    return RC_OK;
}

/* ---- rows ---- */

static bool is_empty_row(const CsvRow *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (str_trim(row->cells[i]).n)
            return false;
    return true;
}

/* Reads what stands after the names; `stage` is the first special row that may still come. */
static Rc read_body_row(TableReader *r, size_t *stage)
{
    size_t special = special_row(r);
    if (special == SIZE_MAX) {
        if (*stage <= ARRAY_LEN(SPECIAL))
            TRY(build_columns(r));
        *stage = ARRAY_LEN(SPECIAL) + 1;
        return read_rule(r);
    }
    if (special < *stage)
        return fail(r, RC_PARSE, 0,
                    "rows 'type', 'allowed' and 'default' stand once each, in this order, before the rules");
    *stage = special + 1;
    return SPECIAL[special].read(r);
}

static Rc read_row(TableReader *r, size_t index, size_t *stage)
{
    if (index > 0 && r->row.n != r->n)
        return fail(r, RC_PARSE, r->row.n < r->n ? r->row.n - 1 : r->n,
                    "the row has %zu cells, the first row %zu: put text that holds a comma in double quotes", r->row.n,
                    r->n);
    if (index == 0)
        return read_kinds(r);
    return index == 1 ? read_names(r) : read_body_row(r, stage);
}

static Rc read_rows(TableReader *r, CsvReader *csv)
{
    size_t stage = 0;
    for (size_t index = 0;;) {
        bool found;
        Err why;
        Rc rc = csv_read_row(csv, r->arena, &r->row, &found, &why);
        if (rc != RC_OK)
            return err_at(r->err, rc, arena_printf(r->arena, "%.*s:%s", STR_ARG(r->path), why.place).p, "%s", why.text);
        if (!found)
            break;
        if (!is_empty_row(&r->row))
            TRY(read_row(r, index++, &stage));
    }
    if (r->n_rows == 0)
        return fail(r, RC_PARSE, 0,
                    "the table has no rules: after the row of kinds and the row of names, each row is one");
    return check_ids(r);
}

static Rc read_text(Arena *arena, Str path, Str bytes, Str *ret_text, Err *err)
{
    const char *charset, *at = arena_c(arena, path);
    Err why;
    if (bytes.n > TABLE_BYTES_MAX)
        return err_at(err, RC_LIMIT, at, "a table has at most %d MiB", TABLE_BYTES_MAX >> 20);
    Rc rc = text_to_utf8(arena, bytes, ret_text, &charset, &why);
    return rc == RC_OK ? RC_OK : err_at(err, rc, at, "%s (%s): save it as CSV in UTF-8", why.text, why.place);
}

Rc dmn_table_read(Arena *arena, Str path, Str bytes, const FeelScope *types, const FeelTable **ret_table, Err *err)
{
    Str text;
    CsvReader csv;
    TRY(read_text(arena, path, bytes, &text, err));
    TableReader r = { .arena = arena, .path = path, .types = types, .err = err, .row = { .line = 1 } };
    r.table = ARENA_NEW(arena, FeelTable);
    r.table->place = path;
    csv_reader_init(&csv, text, &(CsvOptions){ .columns_max = TABLE_COLUMNS_MAX, .rows_max = 2 * TABLE_ROWS_MAX });
    TRY(read_rows(&r, &csv));
    r.table->rows = r.rows;
    r.table->n_rows = r.n_rows;
    *ret_table = r.table;
    return RC_OK;
}

/* ---- as a function ---- */

/* A name without signs: whatever else an input's expression may be, it is no parameter. */
static bool is_plain_name(Str text)
{
    static const char *const literals[] = { "true", "false", "null" };
    for (size_t i = 0; i < ARRAY_LEN(literals); i++)
        if (str_eq_c(text, literals[i]))
            return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        if (!letter && (i == 0 || (!digit && c != ' ')))
            return false;
    }
    return text.n > 0;
}

static bool has_member(const FeelMember *members, size_t n, Str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(members[i].name, name))
            return true;
    return false;
}

void dmn_table_function(Arena *arena, const FeelTable *table, const FeelBoxed **ret_function)
{
    FeelMember *params = ARENA_ARRAY(arena, FeelMember, table->n_inputs);
    FeelBoxed *body = ARENA_NEW(arena, FeelBoxed);
    FeelBoxed *function = ARENA_NEW(arena, FeelBoxed);
    size_t n = 0;
    for (size_t i = 0; i < table->n_inputs; i++) {
        const FeelTableInput *input = &table->inputs[i];
        if (is_plain_name(input->expression.text) && !has_member(params, n, input->expression.text))
            params[n++] = (FeelMember){ .name = input->expression.text, .type = input->type };
    }
    *body = (FeelBoxed){ .kind = FEEL_BOXED_TABLE, .table = table };
    *function = (FeelBoxed){
        .kind = FEEL_BOXED_FUNCTION, .params = params, .n_params = n, .parts = body, .n = 1, .name = table->name
    };
    *ret_function = function;
}
