/* xlsx.h - workbooks of typed columns, row after row, for people who go on counting in their spreadsheet program.
 *
 * Each sheet has a head row that stays in sight and filters. Rows are written as they come, through temporary files
 * (libxlsxwriter's constant-memory mode), so a sheet holds one row in memory. Cells are never formulas, whatever their
 * text begins with. The same rows and instant give the same bytes.
 *
 * A spreadsheet's number is a binary floating-point number: money and decimals become the nearest one, which prints as
 * the decimal it came from. A number too large for that (beyond 2^53) is written as text. A book belongs to one thread;
 * free it with xlsx_freep. After an error only that may be called. */
#ifndef YIFA_IO_PAPER_XLSX_H
#define YIFA_IO_PAPER_XLSX_H

#include "base/buf.h"
#include "base/date.h"

enum {
    XLSX_ROWS_MAX = 1048575, /* of a sheet, below its head */
    XLSX_SHEETS_MAX = 500,
    XLSX_COLUMNS_MAX = 100,
    XLSX_TEXT_MAX = 32767, /* characters of a cell: the format's limit, in UTF-16 units */
    XLSX_NAME_MAX = 31,    /* the same, of a sheet's name */
    XLSX_WIDTH_MAX = 255,  /* characters */
    XLSX_FILE_MAX = 64 << 20
};

typedef enum XlsxType {
    XLSX_TEXT,
    XLSX_INT,
    XLSX_DAY,     /* shown as 2023-10-11 */
    XLSX_MONEY,   /* fen, shown in yuan with two decimals */
    XLSX_DECIMAL, /* a JSON number as text, shown as it is */
    XLSX_TYPES
} XlsxType;

typedef struct XlsxColumn {
    Str title;
    XlsxType type;
    int width; /* in characters of the narrow kind */
} XlsxColumn;

typedef struct XlsxCell {
    Str text;    /* of text and decimals; an empty one leaves the cell empty */
    int64_t i;   /* of integers, days and money */
    bool is_set; /* of integers, days and money: false leaves the cell empty */
} XlsxCell;

typedef struct XlsxBook XlsxBook;

/* `folder` is where temporary files go; NULL: the system's. */
MUST_CHECK Rc xlsx_new(Str title, int64_t at_ms, const char *folder, XlsxBook **ret, Err *err);
/* Begins the next sheet. The name is made legal and unlike the others': characters that the format forbids become
 * spaces, what is too long is cut, and a name that is taken gets a number. */
MUST_CHECK Rc xlsx_sheet(XlsxBook *book, Str name, const XlsxColumn *columns, size_t n, Err *err);
/* One cell for each column of the sheet. RC_LIMIT: the sheet is full, or a text is too long. */
MUST_CHECK Rc xlsx_row(XlsxBook *book, const XlsxCell *cells, Err *err);
/* The whole file, appended to `out`. */
MUST_CHECK Rc xlsx_finish(XlsxBook *book, Buf *out, Err *err);
void xlsx_freep(XlsxBook **book);

#endif
