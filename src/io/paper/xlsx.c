#include "io/paper/xlsx.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/map.h"

enum {
    EXCEL_EPOCH = 25569,
    EXCEL_FIRST_DAY = 61
}; /* 1970-01-01; 1900-03-01: before it the format counts a day wrong */
#define EXACT_MAX (INT64_C(1) << 53)

struct XlsxBook {
    Arena *arena;
    lxw_workbook *workbook; /* NULL once it is closed */
    lxw_worksheet *sheet;
    lxw_format *head;
    lxw_format *formats[XLSX_TYPES];
    char **names; /* of sheets */
    size_t n_sheets;
    size_t cap_names;
    XlsxType types[XLSX_COLUMNS_MAX];
    int widths[XLSX_COLUMNS_MAX];
    size_t n_columns;
    lxw_row_t row; /* the next one; 0 is the head */
    char path[256];
};

static Rc says(Err *err, lxw_error error, const char *what)
{
    Rc rc = error == LXW_ERROR_MEMORY_MALLOC_FAILED ? RC_NOMEM : RC_IO;
    return error == LXW_NO_ERROR ? RC_OK : err_set(err, rc, "%s: %s", what, lxw_strerror(error));
}

/* ---- the book ---- */

static void make_formats(XlsxBook *book)
{
    static const char *const number[XLSX_TYPES] = { "@", "0", "yyyy\\-mm\\-dd", "#,##0.00", "General" };
    book->head = workbook_add_format(book->workbook);
    format_set_bold(book->head);
    format_set_text_wrap(book->head);
    format_set_align(book->head, LXW_ALIGN_LEFT);
    format_set_indent(book->head, 1);
    format_set_align(book->head, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bottom(book->head, LXW_BORDER_THIN);
    format_set_bg_color(book->head, 0xe8ecf0);
    for (size_t i = 0; i < XLSX_TYPES; i++) {
        book->formats[i] = workbook_add_format(book->workbook);
        format_set_num_format(book->formats[i], number[i]);
        format_set_align(book->formats[i], LXW_ALIGN_VERTICAL_TOP);
        if (i == XLSX_DAY)
            format_set_align(book->formats[i], LXW_ALIGN_CENTER);
        if (i != XLSX_TEXT)
            continue;
        format_set_text_wrap(book->formats[i]);
        format_set_align(book->formats[i], LXW_ALIGN_LEFT);
        format_set_indent(book->formats[i], 1);
    }
}

Rc xlsx_new(Str title, int64_t at_ms, const char *folder, XlsxBook **ret, Err *err)
{
    const char *in = folder ? folder : P_tmpdir;
    Arena *arena = arena_new(0);
    XlsxBook *book = ARENA_NEW(arena, XlsxBook);
    book->arena = arena;
    int n = snprintf(book->path, sizeof book->path, "%s/yifa-xlsx-XXXXXX", in);
    int fd = n > 0 && (size_t)n < sizeof book->path ? mkstemp(book->path) : -1;
    if (fd < 0) {
        Rc rc = err_at(err, RC_IO, in, "no temporary file can be made here: %s", strerror(errno));
        arena_free(arena);
        return rc;
    }
    close(fd);
    lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = arena_c(arena, str_c(in)) };
    lxw_doc_properties properties = { .title = arena_c(arena, title), .created = (time_t)(at_ms / MS_PER_SECOND) };
    book->workbook = workbook_new_opt(book->path, &options);
    if (!book->workbook) {
        xlsx_freep(&book);
        return err_set(err, RC_NOMEM, "no memory for a workbook");
    }
    workbook_set_properties(book->workbook, &properties);
    make_formats(book);
    *ret = book;
    return RC_OK;
}

void xlsx_freep(XlsxBook **at)
{
    XlsxBook *book = *at;
    *at = NULL;
    if (!book)
        return;
    if (book->workbook)
        lxw_workbook_free(book->workbook);
    unlink(book->path);
    arena_free(book->arena);
}

/* ---- names of sheets ---- */

static size_t utf16_units(Str text)
{
    size_t n = 0;
    for (size_t at = 0; at < text.n;)
        n += str_next(text, &at) > 0xffff ? 2 : 1;
    return n;
}

/* The first of it that has at most so many UTF-16 units. */
static Str cut_units(Str text, size_t max)
{
    size_t units = 0;
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        units += str_next(text, &at) > 0xffff ? 2 : 1;
        if (units > max)
            return str_slice(text, 0, from);
    }
    return text;
}

static bool is_taken(const XlsxBook *book, const char *name)
{
    for (size_t i = 0; i < book->n_sheets; i++)
        if (strcasecmp(book->names[i], name) == 0)
            return true;
    return strcasecmp(name, "history") == 0; /* Excel keeps this one for itself */
}

static char *sheet_name(const XlsxBook *book, Str wanted)
{
    char *legal = arena_c(book->arena, cut_units(wanted, XLSX_NAME_MAX));
    for (char *p = legal; *p; p++)
        if (strchr("[]:*?/\\'", *p) || (unsigned char)*p < ' ')
            *p = ' ';
    Str name = str_trim(str_c(legal));
    char *unique = name.n ? arena_c(book->arena, name) : arena_c(book->arena, STR("Sheet"));
    name = str_c(unique);
    for (int i = 2; is_taken(book, unique); i++) {
        Str end = arena_printf(book->arena, " %d", i);
        Str start = cut_units(name, XLSX_NAME_MAX - end.n);
        unique = arena_c(book->arena, arena_printf(book->arena, "%.*s%.*s", STR_ARG(start), STR_ARG(end)));
    }
    return unique;
}

/* ---- sheets ---- */

/* Filters on the rows that came, as soon as it is known how many. */
static void end_sheet(XlsxBook *book)
{
    if (book->sheet && book->row > 1)
        worksheet_autofilter(book->sheet, 0, 0, book->row - 1, (lxw_col_t)(book->n_columns - 1));
}

/* How many lines a text takes in a column. Wide characters take two narrow ones; the indent takes about three. */
static int lines_of(Str text, int width)
{
    enum { WIDE_FROM = 0x1100, INDENT = 3, NARROWEST = 4 };
    int room = width - INDENT < NARROWEST ? NARROWEST : width - INDENT;
    int lines = 1;
    int used = 0;
    for (size_t at = 0; at < text.n;) {
        uint32_t c = str_next(text, &at);
        int takes = c >= WIDE_FROM ? 2 : 1;
        if (c == '\n' || used + takes > room) {
            lines++;
            used = 0;
        }
        used += c == '\n' ? 0 : takes;
    }
    return lines;
}

/* Programs do not fit the heights of rows that they did not write themselves. */
static lxw_error fit_row(XlsxBook *book, lxw_row_t row, int lines)
{
    const double line_points = 15.0;
    const double highest = 409.0; /* the format's limit */
    double height = line_points * lines;
    return lines < 2 ? LXW_NO_ERROR : worksheet_set_row(book->sheet, row, height < highest ? height : highest, NULL);
}

static Rc check_columns(const XlsxColumn *columns, size_t n, Err *err)
{
    if (!n || n > XLSX_COLUMNS_MAX)
        return err_set(err, RC_LIMIT, "a sheet has 1 to %d columns", XLSX_COLUMNS_MAX);
    for (size_t i = 0; i < n; i++)
        if (utf16_units(columns[i].title) > XLSX_TEXT_MAX || columns[i].width > XLSX_WIDTH_MAX)
            return err_set(err, RC_LIMIT, "column %zu is wider than %d characters, or its title too long", i + 1,
                           XLSX_WIDTH_MAX);
    return RC_OK;
}

Rc xlsx_sheet(XlsxBook *book, Str wanted, const XlsxColumn *columns, size_t n, Err *err)
{
    TRY(check_columns(columns, n, err));
    if (book->n_sheets == XLSX_SHEETS_MAX)
        return err_set(err, RC_LIMIT, "a workbook has at most %d sheets", XLSX_SHEETS_MAX);
    char *name = sheet_name(book, wanted);
    end_sheet(book);
    book->sheet = workbook_add_worksheet(book->workbook, name);
    if (!book->sheet)
        return err_set(err, RC_IO, "the sheet %s cannot be made", name);
    *ARENA_PUSH(book->arena, book->names, book->n_sheets, book->cap_names) = name;
    book->n_columns = n;
    book->row = 1;
    worksheet_freeze_panes(book->sheet, 1, 0);
    worksheet_repeat_rows(book->sheet, 0, 0);
    worksheet_set_landscape(book->sheet);
    worksheet_set_paper(book->sheet, 9); /* A4 */
    worksheet_fit_to_pages(book->sheet, 1, 0);
    int lines = 1;
    for (size_t i = 0; i < n; i++) {
        int wants = lines_of(columns[i].title, columns[i].width);
        lines = wants > lines ? wants : lines;
    }
    TRY(says(err, fit_row(book, 0, lines), name));
    for (size_t i = 0; i < n; i++) {
        ArenaMark mark = arena_mark(book->arena);
        lxw_col_t column = (lxw_col_t)i;
        book->types[i] = columns[i].type;
        book->widths[i] = columns[i].width;
        lxw_error error = worksheet_set_column(book->sheet, column, column, columns[i].width, NULL);
        if (error == LXW_NO_ERROR)
            error = worksheet_write_string(book->sheet, 0, column, arena_c(book->arena, columns[i].title), book->head);
        arena_rewind(book->arena, mark);
        TRY(says(err, error, name));
    }
    return RC_OK;
}

/* ---- cells ---- */

static lxw_error write_words(XlsxBook *book, lxw_col_t column, Str text)
{
    ArenaMark mark = arena_mark(book->arena);
    lxw_error error =
        worksheet_write_string(book->sheet, book->row, column, arena_c(book->arena, text), book->formats[XLSX_TEXT]);
    arena_rewind(book->arena, mark);
    return error;
}

static lxw_error write_number(XlsxBook *book, lxw_col_t column, double number)
{
    return worksheet_write_number(book->sheet, book->row, column, number, book->formats[book->types[column]]);
}

static lxw_error write_int(XlsxBook *book, lxw_col_t column, int64_t value)
{
    if (value < -EXACT_MAX || value > EXACT_MAX)
        return write_words(book, column, arena_printf(book->arena, "%lld", (long long)value));
    return write_number(book, column, (double)value / (book->types[column] == XLSX_MONEY ? 100.0 : 1.0));
}

static lxw_error write_day(XlsxBook *book, lxw_col_t column, int64_t day)
{
    if (day + EXCEL_EPOCH < EXCEL_FIRST_DAY)
        return write_words(book, column, day_print(book->arena, (Day)day));
    return write_number(book, column, (double)(day + EXCEL_EPOCH));
}

/* The nearest binary number has about 16 digits; longer decimals stay text. */
static lxw_error write_decimal(XlsxBook *book, lxw_col_t column, Str text)
{
    enum { EXACT_DIGITS = 15 };
    char *end = NULL;
    ArenaMark mark = arena_mark(book->arena);
    char *digits = arena_c(book->arena, text);
    double value = strtod(digits, &end);
    bool whole = *end == '\0' && text.n <= EXACT_DIGITS + 2;
    arena_rewind(book->arena, mark);
    return whole ? write_number(book, column, value) : write_words(book, column, text);
}

static lxw_error write_cell(XlsxBook *book, lxw_col_t column, const XlsxCell *cell)
{
    switch (book->types[column]) {
    case XLSX_TEXT: return cell->text.n ? write_words(book, column, cell->text) : LXW_NO_ERROR;
    case XLSX_DECIMAL: return cell->text.n ? write_decimal(book, column, cell->text) : LXW_NO_ERROR;
    case XLSX_DAY: return cell->is_set ? write_day(book, column, cell->i) : LXW_NO_ERROR;
    default: return cell->is_set ? write_int(book, column, cell->i) : LXW_NO_ERROR;
    }
}

Rc xlsx_row(XlsxBook *book, const XlsxCell *cells, Err *err)
{
    assert(book->n_sheets);
    const char *name = book->names[book->n_sheets - 1];
    if (book->row > XLSX_ROWS_MAX)
        return err_set(err, RC_LIMIT, "sheet %s has more than %d rows", name, XLSX_ROWS_MAX);
    int lines = 1;
    for (size_t i = 0; i < book->n_columns; i++) {
        int wants = book->types[i] == XLSX_TEXT ? lines_of(cells[i].text, book->widths[i]) : 1;
        lines = wants > lines ? wants : lines;
    }
    TRY(says(err, fit_row(book, book->row, lines), name));
    for (size_t i = 0; i < book->n_columns; i++) {
        if (utf16_units(cells[i].text) > XLSX_TEXT_MAX)
            return err_set(err, RC_LIMIT, "sheet %s, row %u: a text has more than %d characters", name,
                           (unsigned)book->row, XLSX_TEXT_MAX);
        TRY(says(err, write_cell(book, (lxw_col_t)i, &cells[i]), name));
    }
    book->row++;
    return RC_OK;
}

/* ---- the file ---- */

static Rc read_back(const char *path, Buf *out, Err *err)
{
    char step[65536];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (!file)
        return err_at(err, RC_IO, path, "%s", strerror(errno));
    while ((got = fread(step, 1, sizeof step, file)) > 0 && !out->failed)
        buf_bytes(out, step, got);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return err_at(err, RC_IO, path, "the workbook cannot be read back");
    return buf_check(out, err);
}

Rc xlsx_finish(XlsxBook *book, Buf *out, Err *err)
{
    lxw_workbook *workbook = book->workbook;
    if (!book->n_sheets)
        return err_set(err, RC_INVALID, "a workbook has at least one sheet");
    end_sheet(book);
    book->workbook = NULL; /* closing frees it, however it ends */
    TRY(says(err, workbook_close(workbook), "the workbook"));
    return read_back(book->path, out, err);
}
