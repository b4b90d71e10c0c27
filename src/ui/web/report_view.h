/* report_view.h - a report's text and checks as parts of pages' models: shared by its page, its editor and versions. */
#ifndef YIFA_UI_WEB_REPORT_VIEW_H
#define YIFA_UI_WEB_REPORT_VIEW_H

#include "app/report_lint.h"
#include "ui/web/pages_report.h"

typedef struct ReportView {
    Page *page;
    ReportValues values;
    ReportBlock *blocks;
    size_t n_blocks;
    LintReport lints;
    Str open; /* id of the figure that is opened in place */
    Str base; /* URL of the report, with as_of */
    bool opened;
    bool *marked; /* by lint: its place in the text has been shown */
} ReportView;

/* Cuts and checks the text of the values. */
MUST_CHECK Rc report_view_read(ReportView *view, Err *err);
/* [{kind, …}] as MODELS.md says. */
MUST_CHECK Rc report_view_blocks(ReportView *view, Json *ret, Err *err);
/* Findings; with `adopt` the offers can be chosen. */
Json report_view_lints(ReportView *view, bool adopt);
Json report_view_checks(ReportView *view);
Json report_view_bridges(ReportView *view);
Json report_view_adjustments(ReportView *view);

/* Whether the reader may write the text, by the role the procedure's act asks for. */
bool report_may_write(const Page *page, const ReportValues *values);

#endif
