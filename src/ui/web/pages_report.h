/* pages_report.h - reports, figures down to the records behind them, and lists taken in from other platforms. */
#ifndef YIFA_UI_WEB_PAGES_REPORT_H
#define YIFA_UI_WEB_PAGES_REPORT_H

#include "app/report.h"
#include "ui/web/pages_show.h"

/* A figure opened: what it counts, and a page of its records. `report`, which may be NULL, is the one it stands in. */
typedef struct FigureView {
    const LawFigure *figure;
    const LawReport *report;
    const ReportLine *line; /* in the report, or NULL */
    FigureQuery query;
    FigureValue value;
    Str base; /* URL with what fixes the query, to which paging is added */
    size_t after;
    Str close_url;
} FigureView;

MUST_CHECK Rc figure_model(Page *page, const FigureView *view, Json *ret, Err *err);
/* A value with its unit. */
Str figure_text(Page *page, const LawFigure *figure, Str display);
Str figure_period(Page *page, const FigureQuery *query);

Rc page_reports(Page *page, Json *ret_model, Err *err);
Rc page_report(Page *page, Json *ret_model, Err *err);
Rc page_freeze(Page *page, Json *ret_model, Err *err);
Rc page_figure(Page *page, Json *ret_model, Err *err);
Rc page_figure_csv(Page *page, Json *ret_model, Err *err);
Rc page_import(Page *page, Json *ret_model, Err *err);
Rc page_import_run(Page *page, Json *ret_model, Err *err);
Rc page_import_undo(Page *page, Json *ret_model, Err *err);
Rc page_import_errors(Page *page, Json *ret_model, Err *err);

#endif
