/* report_rules.h - what a report must be, besides its figures: its required parts, what it claims of them, which
 * numbers may be written by hand, and which sums must balance. The words are the pack's; app/report_lint.h checks them.
 *
 * Everything lies in the pack's arena. Limits: PACK_LIST_MAX entries of each list. */
#ifndef YIFA_CORE_LAW_REPORT_RULES_H
#define YIFA_CORE_LAW_REPORT_RULES_H

#include "core/law/pack.h"

/* One side of a comparison, in the figure's own unit: a ratio in percent. */
typedef struct LawSide {
    const LawReportFigure *figure; /* NULL: the number */
    int64_t number;
    bool shown; /* the left figure as the text shows it, which a format may have rounded down */
} LawSide;

typedef enum LawOp { LAW_OP_GREATER, LAW_OP_AT_LEAST, LAW_OP_EQUAL, LAW_OP_AT_MOST, LAW_OP_LESS } LawOp;

typedef struct LawCondition {
    LawSide left;
    LawOp op;
    LawSide right;
} LawCondition;

/* A true sentence offered in place of a claim that does not hold; offered only while its own condition holds. */
typedef struct LawOffer {
    Str text; /* with its holes */
    Str note;
    LawCondition when;
} LawOffer;

typedef struct LawClaim {
    Str id;
    Str text; /* exactly as in the report, with its holes */
    LawCondition holds;
    const LawOffer *offers;
    size_t n_offers;
} LawClaim;

/* A part that the rules demand, and the beginning of the heading that carries it. */
typedef struct LawRequired {
    Str part;
    Str heading;
} LawRequired;

/* A piece of text whose digits are no count: a year, a title, a label. */
typedef struct LawPlainNumber {
    Str text;
    Str reason;
} LawPlainNumber;

/* from + add - subtract = to: two ways of counting the same things. */
typedef struct LawBridge {
    Str id;
    Str title;
    Str note;
    const LawReportFigure *from;
    const LawReportFigure *to;
    const LawReportFigure **add;
    size_t n_add;
    const LawReportFigure **subtract;
    size_t n_subtract;
} LawBridge;

typedef struct LawReportRules {
    const LawRequired *required;
    size_t n_required;
    const LawClaim *claims;
    size_t n_claims;
    const Str *comparatives; /* words that compare the number beside them */
    size_t n_comparatives;
    const LawPlainNumber *numbers;
    size_t n_numbers;
    const LawBridge *bridges;
    size_t n_bridges;
} LawReportRules;

extern const char *const law_op_signs[]; /* by LawOp: ">", ">=" … */

/* What stands between {{ and }}: figure("id") or figure("id", "slice"). False when it is neither, or when the report
 * states no such figure or slice of it. */
bool law_report_hole(const LawReport *report, Str hole, const LawReportFigure **ret_figure, Str *ret_slice);
/* The first hole of a text that is none of those: its line from 1, and what it holds. 0: every hole is good. */
int law_report_bad_hole(const LawReport *report, Str text, Str *ret_hole);

/* NULL when the report does not state the figure. */
const LawReportFigure *law_report_figure(const LawReport *report, Str figure);

#endif
