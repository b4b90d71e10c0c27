/* report_compare.h - an edited report read back: which of its numbers are no longer what the office counted.
 *
 * Pure. The document comes from paper_docx_read; the report's blocks say which figures its text states and where. A
 * number is a run of digits, also of full width, with thousands' commas, decimals and a percent sign; commas and widths
 * make no difference. What reads as one number counts as one, also where a part of it stands outside its control.
 * Dates, ordinals and titles are told from numbers by rules that are data (ReportNumbers), since they are words of a
 * language; names with digits are the report's own (core/law/report_rules.h, numbers). Numbers written in words are not
 * seen. Everything lies in the arena or is borrowed from the arguments. */
#ifndef YIFA_APP_REPORT_COMPARE_H
#define YIFA_APP_REPORT_COMPARE_H

#include "app/report.h"
#include "io/paper/docx.h"

enum {
    REPORT_FINDINGS_MAX = 2000,
    REPORT_CONTEXT_MAX = 24,    /* characters on each side */
    REPORT_TOKENS_MAX = 20000,  /* numbers in a document */
    REPORT_LINE_MAX = 100 << 10 /* bytes of a paragraph or cell */
};

typedef struct ReportPair {
    Str open;
    Str close;
} ReportPair;

/* Which numbers in a text are none of its figures. */
typedef struct ReportNumbers {
    const Str *before; /* what stands right before an ordinal */
    size_t n_before;
    const Str *after; /* right after a date, an ordinal */
    size_t n_after;
    const ReportPair *pairs; /* brackets of titles and names, which may hold numbers */
    size_t n_pairs;
} ReportNumbers;

/* Reads {"before": [text], "after": [text], "pairs": [[text, text]]}; at most 200 of each. */
MUST_CHECK Rc report_numbers_parse(Arena *arena, Str json, ReportNumbers *ret, Err *err);

typedef enum ReportFindingKind {
    REPORT_CHANGED,  /* the text in the control is not what the figure says */
    REPORT_UNTIED,   /* a number typed where a control stood, or that is a figure's value outside of one */
    REPORT_OUTDATED, /* unchanged since it was written, but the figure has moved */
    REPORT_REMOVED,  /* the figure is in the report's text, but no more in the document */
    REPORT_TYPED,    /* a number that is no figure at all */
    REPORT_FINDING_KINDS
} ReportFindingKind;

typedef struct ReportFinding {
    ReportFindingKind kind;
    const ReportLine *line; /* NULL: REPORT_TYPED */
    Str slice;              /* of the figure; empty: the whole */
    size_t paragraph;       /* of the document, from 1; a table is one. 0: not in it any more */
    Str found;              /* as it stands in the document; empty: nothing */
    Str written;            /* what it said when the document was written; empty when that is not known */
    Str now;                /* what the figure says */
    Str before;             /* the text around it; of what was removed, in the report's own text */
    Str after;
} ReportFinding;

typedef struct ReportComparison {
    ReportFinding *findings; /* in the order of the document, what is not in it last */
    size_t n;
    size_t n_of[REPORT_FINDING_KINDS];
    size_t n_left_out; /* beyond REPORT_FINDINGS_MAX */
    size_t n_true;     /* controls that say what their figure says */
} ReportComparison;

/* What names a figure in a document: "id" or "id/slice"; and for people, its title, with the slice in brackets. */
Str report_mark(Arena *arena, const ReportRun *run);
Str report_label(Arena *arena, const ReportRun *run);

/* RC_INVALID: the document says that it was made from another report. RC_LIMIT: it is larger than a report can be. */
MUST_CHECK Rc report_compare(const PaperDoc *edited, const ReportValues *values, const ReportBlock *blocks, size_t n,
                             const ReportNumbers *numbers, Arena *arena, ReportComparison *ret, Err *err);

#endif
