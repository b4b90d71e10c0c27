/* report.h - a report as a whole: its figures' values, frozen or not, and its text cut into blocks.
 *
 * A report's text is Markdown of the plainest kind: "# title", "## part", "### heading", paragraphs, **strong**, and
 * holes {{figure("id")}}. A number in it is always a figure, which is why a page can open it. All functions only read,
 * through a connection of the calling thread; results live in the arena. Limits: 2,000 blocks, 200 pieces of one
 * block. */
#ifndef YIFA_APP_REPORT_H
#define YIFA_APP_REPORT_H

#include "app/figures.h"

enum { REPORT_BLOCKS_MAX = 2000, REPORT_RUNS_MAX = 200 };

typedef struct ReportLine {
    const LawReportFigure *figure;
    FigureQuery query;
    FigureValue value; /* as counted now, to the query's status day */
    bool is_frozen;
    FigureFrozen frozen; /* of a ratio: its parts' frozen values, adjustment 0 */
    Str frozen_display;
    bool is_moved; /* counted now is not what was frozen */
} ReportLine;

typedef struct ReportValues {
    const LawReport *report;
    Day as_of; /* DAY_NONE: as defined */
    ReportLine *lines;
    size_t n_lines;
    bool is_frozen;
    int64_t frozen_at;
    int64_t signer;
} ReportValues;

/* NULL when the pack has no such report. */
const LawReport *report_find(const LawPack *pack, Str id);
MUST_CHECK Rc report_values(Db *db, int64_t j, const LawReport *report, Day as_of, Arena *arena, ReportValues *ret,
                            Err *err);
const ReportLine *report_line(const ReportValues *values, Str figure); /* NULL when it has no such figure */
/* What stands in the text: the frozen value once there is one and the report is read as defined. */
Str report_display(const ReportValues *values, const ReportLine *line);

typedef enum ReportBlockKind { REPORT_TITLE, REPORT_PART, REPORT_HEADING, REPORT_PARAGRAPH } ReportBlockKind;

typedef struct ReportRun {
    Str text;               /* of a figure: its display */
    const ReportLine *line; /* NULL: plain text */
    bool strong;
} ReportRun;

typedef struct ReportBlock {
    ReportBlockKind kind;
    Str id; /* "part-2", "part-2-4": of parts and headings, for links */
    ReportRun *runs;
    size_t n_runs;
} ReportBlock;

/* RC_INVALID when the text has a hole that is not a figure of the report. */
MUST_CHECK Rc report_blocks(const ReportValues *values, Arena *arena, ReportBlock **ret, size_t *ret_n, Err *err);
Str report_block_text(Arena *arena, const ReportBlock *block);

/* {"report", "title", "as_of", "figures": {id: {"value", "display", …}}}; "value" is a JSON number, so this is text and
 * not a Json, which knows integers only. */
void report_write_json(Buf *out, Arena *arena, const ReportValues *values);
void report_write_markdown(Buf *out, const ReportBlock *blocks, size_t n);
/* A document of its own. `lang` is the value of its lang attribute. */
void report_write_html(Buf *out, const ReportValues *values, const ReportBlock *blocks, size_t n, Str lang);

#endif
