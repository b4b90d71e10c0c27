/* csv.h - tables as text: RFC 4180, read row by row from memory and written so that a spreadsheet runs nothing.
 *
 * The reader takes UTF-8 (see charset.h), with or without a byte order mark, lines ending in CRLF or LF. It is strict
 * about quotes, because a guess shifts columns silently. Cells point into the text, or into the arena where doubled
 * quotes had to be undone. An empty line is a row of one empty cell. Rows may differ in length: what that means is the
 * caller's business.
 *
 * The writer quotes where needed, ends lines in CRLF and puts an apostrophe before text that a spreadsheet would take
 * for a formula (leading = + - @ TAB CR). */
#ifndef YIFA_LIB_FMT_CSV_H
#define YIFA_LIB_FMT_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"

enum { CSV_COLUMNS_MAX = 1024, CSV_CELL_BYTES_MAX = 64 * 1024, CSV_ROWS_MAX = 1000000 };

/* Zero means the default above; the separator's is a comma. */
typedef struct CsvOptions {
    char separator;
    size_t columns_max;
    size_t cell_bytes_max;
    size_t rows_max;
} CsvOptions;

typedef struct CsvReader {
    Str text;
    size_t at;
    size_t line; /* of the next row */
    size_t rows; /* read so far */
    CsvOptions options;
} CsvReader;

typedef struct CsvRow {
    size_t line; /* where it begins, from 1; a quoted cell may span several */
    size_t n;
    Str *cells;
} CsvRow;

/* The text must outlive the rows. `options` may be NULL. */
void csv_reader_init(CsvReader *r, Str text, const CsvOptions *options);
/* *ret_found is false at the end. The row's arrays come from the arena; rewind it between rows to read a large file
 * in little memory. On failure the place is "line:column" (in bytes) and the reader must not be used further. */
MUST_CHECK Rc csv_read_row(CsvReader *r, Arena *arena, CsvRow *ret_row, bool *ret_found, Err *err);

typedef struct CsvWriter {
    Buf *out; /* not owned; buf_check says at the end whether all fitted */
    size_t row_at;
    bool in_row;
} CsvWriter;

void csv_writer_init(CsvWriter *w, Buf *out);
void csv_write_bom(CsvWriter *w); /* first of all; without it spreadsheets do not take the file for UTF-8 */
void csv_write_text(CsvWriter *w, Str cell);
void csv_write_i64(CsvWriter *w, int64_t value); /* a number stays one, also a negative one */
void csv_end_row(CsvWriter *w);

#endif
