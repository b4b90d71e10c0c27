/* report_paper.h - a report on paper: as a DOCX that people edit, and as a workbook with the records of every figure.
 *
 * In the DOCX each figure is a content control that knows its figure and what it said; the document knows its report
 * and the day it was read as of (report_compare.h reads it back). The workbook begins with a sheet of all figures,
 * followed by one for each figure that counts something. Neither holds a value of a person: titles of matters are made
 * of what is public in them. All functions only read, through a connection of the calling thread. */
#ifndef YIFA_APP_REPORT_PAPER_H
#define YIFA_APP_REPORT_PAPER_H

#include "app/report.h"
#include "io/paper/docx.h"

/* Lies in the arena and borrows the blocks' text. */
MUST_CHECK Rc report_paper(const ReportValues *values, const ReportBlock *blocks, size_t n, Arena *arena, PaperDoc *ret,
                           Err *err);

/* What an edited document says it was made from; empty and DAY_NONE when it does not say. */
typedef struct ReportOrigin {
    Str report;
    Day as_of;
} ReportOrigin;
ReportOrigin report_origin(const PaperDoc *doc);

/* What a figure said when the document was written; empty when that is not known. */
Str report_written(const PaperDoc *doc, Str mark);

/* The wording of the workbook, in the reader's language. */
typedef enum ReportWord {
    REPORT_WORD_FIGURES, /* the first sheet's name */
    REPORT_WORD_ID,
    REPORT_WORD_FIGURE,
    REPORT_WORD_SHOWN,
    REPORT_WORD_VALUE,
    REPORT_WORD_UNIT,
    REPORT_WORD_FROM,
    REPORT_WORD_TO,
    REPORT_WORD_STATUS,
    REPORT_WORD_NOTE,
    REPORT_WORD_FROZEN,
    REPORT_WORD_ADJUSTMENT,
    REPORT_WORD_NUMBER, /* from here on: of records */
    REPORT_WORD_MATTER,
    REPORT_WORD_PROCEDURE,
    REPORT_WORD_STAGE,
    REPORT_WORD_DAY,
    REPORT_WORD_KIND,
    REPORT_WORD_COUNTS,
    REPORT_WORDS
} ReportWord;

typedef struct ReportBook {
    const LawPack *pack;
    const ReportValues *values;
    Str words[REPORT_WORDS];
    int64_t at_ms;      /* when it says it was made */
    const char *folder; /* for temporary files; NULL: the system's */
} ReportBook;

/* Appends the file to `out`. A record's last cell is what it adds to the figure: of a ratio, to its numerator, while
 * the records are those of its denominator. RC_LIMIT: a sheet is full. */
MUST_CHECK Rc report_workbook(Db *db, int64_t j, const ReportBook *book, Arena *arena, Buf *out, Err *err);

#endif
