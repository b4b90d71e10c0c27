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
Str figure_period(Page *page, const FigureQuery *query);
/* The page of a figure with the query's days and dimension. */
Str figure_url(Page *page, const FigureQuery *query);

Rc page_reports(Page *page, Json *ret_model, Err *err);
Rc page_report(Page *page, Json *ret_model, Err *err);
Rc page_freeze(Page *page, Json *ret_model, Err *err);
Rc page_report_edit(Page *page, Json *ret_model, Err *err);
Rc page_report_adopt(Page *page, Json *ret_model, Err *err);
Rc page_report_versions(Page *page, Json *ret_model, Err *err);
Rc page_report_docx(Page *page, Json *ret_model, Err *err);
Rc page_report_xlsx(Page *page, Json *ret_model, Err *err);
Rc page_compare(Page *page, Json *ret_model, Err *err);
Rc page_figure(Page *page, Json *ret_model, Err *err);
Rc page_figure_csv(Page *page, Json *ret_model, Err *err);
Rc page_catalogues(Page *page, Json *ret_model, Err *err);
Rc page_catalogue(Page *page, Json *ret_model, Err *err);
Rc page_catalogue_put(Page *page, Json *ret_model, Err *err);
Rc page_catalogue_csv(Page *page, Json *ret_model, Err *err);
/* The list a form sent: the file, or what was pasted. */
MUST_CHECK Rc page_sent_list(Page *page, Str *ret_bytes, Str *ret_name, Err *err);
/* A figure's value as a sentence to copy; empty when the pack has no words for it. */
MUST_CHECK Rc figure_sentence(Page *page, const FigureQuery *query, Str *ret, Err *err);
Rc page_ask(Page *page, Json *ret_model, Err *err);
Rc page_question(Page *page, Json *ret_model, Err *err);
Rc page_reconcile(Page *page, Json *ret_model, Err *err);
Rc page_reconcile_record(Page *page, Json *ret_model, Err *err);
Rc page_import(Page *page, Json *ret_model, Err *err);
Rc page_import_run(Page *page, Json *ret_model, Err *err);
Rc page_import_undo(Page *page, Json *ret_model, Err *err);
Rc page_import_errors(Page *page, Json *ret_model, Err *err);

#endif
