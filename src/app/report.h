/* report.h - a report as a whole: its figures' values, frozen or not, and its text cut into blocks.
 *
 * A report's text is Markdown of the plainest kind, a block a line: "# title", "## part", "### heading", "- item",
 * "> signature line", "| cell | cell |" (a line |---|---| makes the rows above it heads), paragraphs; inside a block
 * **strong** and the holes {{figure("id")}} and {{figure("id", "slice")}}, one slice of a figure by its dimension. A
 * number in it is always a figure, which is why a page can open it. All functions only read, through a connection of
 * the calling thread; results live in the arena. Limits: 2,000 blocks, 200 pieces of one block, 30 cells a row. */
#ifndef YIFA_APP_REPORT_H
#define YIFA_APP_REPORT_H

#include "app/figures.h"

enum { REPORT_BLOCKS_MAX = 2000, REPORT_RUNS_MAX = 200, REPORT_CELLS_MAX = 30 };

typedef struct ReportLine {
    const LawReportFigure *figure;
    FigureQuery query;
    FigureValue value; /* as counted now, to the query's status day */
    bool is_frozen;
    FigureFrozen frozen; /* of a ratio: its parts' frozen values, adjustment 0 */
    Str frozen_display;
    bool is_moved;             /* counted now is not what was frozen */
    const FigureSlice *slices; /* as the text states them: as frozen, once it is; only of figures it states by slice */
    size_t n_slices;
} ReportLine;

typedef struct ReportValues {
    const LawReport *report;
    Day as_of; /* DAY_NONE: as defined */
    ReportLine *lines;
    size_t n_lines;
    bool is_frozen;
    int64_t frozen_at;
    int64_t signer;
    Str text;        /* what people wrote last, else the pack's */
    int64_t matter;  /* whose field it is, 0: the pack's; also the matter that waits for its first text */
    int64_t version; /* of that matter */
} ReportValues;

/* NULL when the pack has no such report. */
const LawReport *report_find(const LawPack *pack, Str id);
MUST_CHECK Rc report_values(Db *db, int64_t j, const LawReport *report, Day as_of, Arena *arena, ReportValues *ret,
                            Err *err);
/* Puts another text, which must live as long as the values, in place of what people wrote last. */
MUST_CHECK Rc report_set_text(Db *db, int64_t j, ReportValues *values, Str text, Arena *arena, Err *err);
const ReportLine *report_line(const ReportValues *values, Str figure); /* NULL when it has no such figure */
/* One line of a report as defined, without reading the others; NULL when it has no such figure. */
MUST_CHECK Rc report_one_line(Db *db, int64_t j, const LawReport *report, Str figure, Arena *arena,
                              const ReportLine **ret, Err *err);
/* Whether the report is frozen, and since when; nothing of its values is read. */
MUST_CHECK Rc report_signed(Db *db, int64_t j, Str report, bool *ret_is_frozen, int64_t *ret_at, Err *err);
/* Zero when the figure has no such slice today. */
FigureSlice report_slice(const ReportLine *line, Str slice);
/* What stands in the text: the frozen value once there is one and the report is read as defined. */
Str report_display(const ReportValues *values, const ReportLine *line);

typedef enum ReportBlockKind {
    REPORT_TITLE,
    REPORT_PART,
    REPORT_HEADING,
    REPORT_PARAGRAPH,
    REPORT_ITEM,      /* of a list */
    REPORT_SIGNATURE, /* who signs, and the day: one block a line, at the right */
    REPORT_TABLE
} ReportBlockKind;

typedef struct ReportRun {
    Str text;               /* of a figure: its display */
    const ReportLine *line; /* NULL: plain text */
    Str slice;              /* one of the figure's; empty: the whole */
    Str number;             /* of a figure: as a JSON number */
    size_t at;              /* where it starts in the text, in bytes */
    bool strong;
} ReportRun;

typedef struct ReportCell {
    ReportRun *runs;
    size_t n_runs;
} ReportCell;

typedef struct ReportRow {
    ReportCell *cells;
    size_t n_cells;
    bool is_head;
} ReportRow;

typedef struct ReportBlock {
    ReportBlockKind kind;
    Str id;          /* "part-2", "part-2-4": of parts and headings, for links */
    ReportRun *runs; /* none of a table */
    size_t n_runs;
    ReportRow *rows; /* of a table */
    size_t n_rows;
    int line; /* of the text, from 1: where it starts */
} ReportBlock;

/* RC_INVALID, with the line as place, when the text has a hole that is not a figure of the report. */
MUST_CHECK Rc report_blocks(const ReportValues *values, Arena *arena, ReportBlock **ret, size_t *ret_n, Err *err);
Str report_runs_text(Arena *arena, const ReportRun *runs, size_t n);
Str report_block_text(Arena *arena, const ReportBlock *block); /* nothing of a table */

/* {"report", "title", "as_of", "figures": {id: {"value", "display", …}}}; "value" is a JSON number, so this is text and
 * not a Json, which knows integers only. */
void report_write_json(Buf *out, Arena *arena, const ReportValues *values);
void report_write_markdown(Buf *out, const ReportBlock *blocks, size_t n);
/* A document of its own. `lang` is the value of its lang attribute. */
void report_write_html(Buf *out, const ReportValues *values, const ReportBlock *blocks, size_t n, Str lang);

#endif
