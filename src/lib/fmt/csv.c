#include "lib/fmt/csv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const Str byte_order_mark = { "\xEF\xBB\xBF", 3 };

void csv_reader_init(CsvReader *r, Str text, const CsvOptions *options)
{
    *r = (CsvReader){ .text = text, .line = 1 };
    if (options)
        r->options = *options;
    CsvOptions *o = &r->options;
    o->separator = o->separator ? o->separator : ',';
    o->columns_max = o->columns_max ? o->columns_max : CSV_COLUMNS_MAX;
    o->cell_bytes_max = o->cell_bytes_max ? o->cell_bytes_max : CSV_CELL_BYTES_MAX;
    o->rows_max = o->rows_max ? o->rows_max : CSV_ROWS_MAX;
    if (str_starts(text, byte_order_mark))
        r->at = byte_order_mark.n;
}

static Rc fail(const CsvReader *r, Rc rc, size_t at, const char *what, Err *err)
{
    char place[ERR_PLACE_MAX];
    size_t column = 1;
    while (column <= at && r->text.p[at - column] != '\n')
        column++;
    snprintf(place, sizeof place, "%zu:%zu", r->line, column);
    return err_at(err, rc, place, "%s", what);
}

static bool at_line_end(const CsvReader *r)
{
    return r->at == r->text.n || r->text.p[r->at] == '\n' ||
           (r->text.p[r->at] == '\r' && r->at + 1 < r->text.n && r->text.p[r->at + 1] == '\n');
}

static Rc read_bare_cell(CsvReader *r, Str *ret, Err *err)
{
    size_t from = r->at;
    while (!at_line_end(r) && r->text.p[r->at] != r->options.separator) {
        if (r->text.p[r->at] == '"')
            return fail(r, RC_PARSE, r->at, "a quote inside a cell: put the cell in quotes and double this one", err);
        if (r->text.p[r->at] == '\r')
            return fail(r, RC_PARSE, r->at, "a carriage return without a line feed", err);
        r->at++;
    }
    *ret = str_slice(r->text, from, r->at);
    return RC_OK;
}

static Str undouble(Arena *arena, Str quoted)
{
    char *out = arena_alloc(arena, quoted.n);
    size_t n = 0;
    for (size_t i = 0; i < quoted.n; i++) {
        out[n++] = quoted.p[i];
        i += quoted.p[i] == '"';
    }
    return (Str){ out, n };
}

/* At the opening quote. Line feeds inside count for the lines of later rows. */
static Rc read_quoted_cell(CsvReader *r, Arena *arena, Str *ret, Err *err)
{
    size_t open = r->at;
    size_t open_line = r->line;
    size_t doubled = 0;
    size_t from = ++r->at;
    for (;; r->at++) {
        if (r->at == r->text.n) {
            r->line = open_line;
            return fail(r, RC_PARSE, open, "this quote is never closed", err);
        }
        char c = r->text.p[r->at];
        r->line += c == '\n';
        if (c != '"')
            continue;
        if (r->at + 1 == r->text.n || r->text.p[r->at + 1] != '"')
            break;
        doubled++;
        r->at++;
    }
    Str cell = str_slice(r->text, from, r->at++);
    if (!at_line_end(r) && r->text.p[r->at] != r->options.separator)
        return fail(r, RC_PARSE, r->at, "text after the closing quote: double a quote that belongs to the cell", err);
    *ret = doubled ? undouble(arena, cell) : cell;
    return RC_OK;
}

static Rc read_cell(CsvReader *r, Arena *arena, Str *ret, Err *err)
{
    size_t from = r->at;
    size_t line = r->line;
    bool quoted = r->at < r->text.n && r->text.p[r->at] == '"';
    Str cell = STR_NONE;
    TRY(quoted ? read_quoted_cell(r, arena, &cell, err) : read_bare_cell(r, &cell, err));
    if (cell.n > r->options.cell_bytes_max) {
        char what[128];
        snprintf(what, sizeof what, "a cell of %zu bytes, the limit is %zu", cell.n, r->options.cell_bytes_max);
        r->line = line;
        return fail(r, RC_LIMIT, from, what, err);
    }
    *ret = cell;
    return RC_OK;
}

static void skip_line_end(CsvReader *r)
{
    if (r->at == r->text.n)
        return;
    r->at += r->text.p[r->at] == '\r' ? 2 : 1;
    r->line++;
}

Rc csv_read_row(CsvReader *r, Arena *arena, CsvRow *ret_row, bool *ret_found, Err *err)
{
    char what[128];
    if (r->at == r->text.n) {
        *ret_found = false;
        return RC_OK;
    }
    if (r->rows == r->options.rows_max) {
        snprintf(what, sizeof what, "more than %zu rows", r->options.rows_max);
        return fail(r, RC_LIMIT, r->at, what, err);
    }
    CsvRow row = { .line = r->line };
    size_t cap = 0;
    for (;;) {
        if (row.n == r->options.columns_max) {
            snprintf(what, sizeof what, "more than %zu columns", r->options.columns_max);
            return fail(r, RC_LIMIT, r->at, what, err);
        }
        Str cell = STR_NONE;
        TRY(read_cell(r, arena, &cell, err));
        *ARENA_PUSH(arena, row.cells, row.n, cap) = cell;
        if (at_line_end(r))
            break;
        r->at++;
    }
    skip_line_end(r);
    r->rows++;
    *ret_row = row;
    *ret_found = true;
    return RC_OK;
}

void csv_writer_init(CsvWriter *w, Buf *out)
{
    *w = (CsvWriter){ .out = out };
}

void csv_write_bom(CsvWriter *w)
{
    buf_str(w->out, byte_order_mark);
}

static void begin_cell(CsvWriter *w)
{
    if (w->in_row)
        buf_char(w->out, ',');
    else
        w->row_at = w->out->n;
    w->in_row = true;
}

static bool looks_like_formula(Str cell)
{
    return cell.n > 0 && cell.p[0] != '\0' && strchr("=+-@\t\r", cell.p[0]);
}

static bool needs_quotes(Str cell)
{
    for (size_t i = 0; i < cell.n; i++)
        if (cell.p[i] == ',' || cell.p[i] == '"' || cell.p[i] == '\r' || cell.p[i] == '\n')
            return true;
    return false;
}

void csv_write_text(CsvWriter *w, Str cell)
{
    begin_cell(w);
    bool quotes = needs_quotes(cell);
    if (quotes)
        buf_char(w->out, '"');
    if (looks_like_formula(cell))
        buf_char(w->out, '\'');
    size_t from = 0;
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] != '"')
            continue;
        buf_str(w->out, str_slice(cell, from, i + 1));
        from = i; /* the quote is written once more, with what follows it */
    }
    buf_str(w->out, str_slice(cell, from, cell.n));
    if (quotes)
        buf_char(w->out, '"');
}

void csv_write_i64(CsvWriter *w, int64_t value)
{
    begin_cell(w);
    buf_i64(w->out, value);
}

void csv_end_row(CsvWriter *w)
{
    /* A single empty cell would leave an empty line, which some readers skip. */
    if (w->in_row && w->out->n == w->row_at)
        buf_str(w->out, STR("\"\""));
    buf_str(w->out, STR("\r\n"));
    w->in_row = false;
}
