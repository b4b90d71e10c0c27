/* report_lint.h - what a report says and its figures do not: checked before anybody signs it.
 *
 * Pure. It reads the text as people wrote it, the values, and the rules of the report's definition
 * (core/law/report_rules.h); which words compare and which digits are no counts, the pack says. An error is something
 * untrue or untied; a warning something to look at. Sentences offered in place of an untrue one have been found true.
 * Everything lies in the arena or is borrowed from the values. Limit: LINTS_MAX findings. */
#ifndef YIFA_APP_REPORT_LINT_H
#define YIFA_APP_REPORT_LINT_H

#include "app/report.h"
#include "core/law/report_rules.h"

enum { LINTS_MAX = 500 };

typedef enum LintKind {
    LINT_CLAIM,      /* the figures do not bear out what the text claims of them */
    LINT_CLAIM_GONE, /* the words of a claim no longer stand in the text */
    LINT_NUMBER,     /* digits that no figure gives and the definition does not allow */
    LINT_COMPARED,   /* a word compares a number, and no claim says how */
    LINT_RATIO,      /* not the quotient of the two numbers the report states */
    LINT_DATES,      /* counted to other days than what it is made of, or than in another report */
    LINT_UNUSED,     /* defined, but the text does not state it */
    LINT_SLICES,     /* what the table shows does not add up to the whole */
    LINT_BRIDGE,     /* two ways of counting that do not agree */
    LINT_PART,       /* a required part is missing or empty */
    LINT_KINDS
} LintKind;

typedef struct LintOffer {
    Str text;   /* as it would read today */
    Str source; /* with its holes, to put in place of the claim's */
    Str note;
    Str sum; /* what makes it true */
} LintOffer;

typedef struct Lint {
    LintKind kind;
    bool is_error;
    Str about;     /* id of the claim, figure or bridge; the part's title; empty of digits */
    Str title;     /* the same for people, may be empty */
    Str quote;     /* what the text says there, holes filled; may be empty */
    Str sum;       /* arithmetic: "26 / 130 = 20.00%" */
    Str test;      /* of a claim: "20.00% > 20%" */
    bool is_equal; /* of a claim: both sides are exactly equal */
    int line;      /* of the text; 0: nowhere */
    Str where;     /* heading it stands below */
    size_t at;     /* bytes of the text that are meant; n 0: none */
    size_t n;
    LintOffer *offers;
    size_t n_offers;
    size_t order; /* in which it was found */
} Lint;

typedef struct LintReport {
    Lint *items; /* in the order of the text, then what stands nowhere */
    size_t n;
    size_t cap;
    size_t n_errors;
} LintReport;

/* `blocks` are those of report_blocks over the same values. */
MUST_CHECK Rc report_lint(const LawPack *pack, const ReportValues *values, const ReportBlock *blocks, size_t n,
                          Arena *arena, LintReport *ret, Err *err);
const char *lint_id(LintKind kind); /* "claim", "typed-number" … */

/* A bridge with its numbers. */
typedef struct BridgeRow {
    const ReportLine *line;
    int sign; /* 0: one of the two ends */
    int64_t n;
} BridgeRow;
typedef struct BridgeSum {
    const LawBridge *bridge;
    BridgeRow *rows; /* from, what is added, what is taken off, to */
    size_t n_rows;
    int64_t got; /* what the sum gives; it should be the last row's */
    bool balances;
} BridgeSum;
BridgeSum bridge_sum(const ReportValues *values, const LawBridge *bridge, Arena *arena);

/* {"report", "errors", "lints": [{"kind", "error", "about", "quote", "line", "where", "sum", "test", "offers"}]} */
Json lint_json(Arena *arena, const ReportValues *values, const LintReport *lints);

#endif
