/* pages_plots.h - plots, the map and the dashboard made of them. A plot is a table that a script may draw. */
#ifndef YIFA_UI_WEB_PAGES_PLOTS_H
#define YIFA_UI_WEB_PAGES_PLOTS_H

#include "app/plots.h"
#include "core/law/pages.h"
#include "ui/web/pages_report.h"

typedef struct PlotPeriod {
    Day from;
    Day to;
} PlotPeriod;

/* {id, title, note, answer, draw, series, target, caption, columns [{title, num}], rows [{title, url, mark, cells}]} */
MUST_CHECK Rc plot_model(Page *page, const LawPlot *plot, PlotPeriod period, Json *ret, Err *err);
/* {title, note, caption, box, areas, legend, by, views} of the pack's map; `open` colours by what is not done. */
MUST_CHECK Rc map_model(Page *page, PlotPeriod period, bool open, Json *ret, Err *err);
/* "12.34%"; empty when the whole is 0. */
Str plot_percent(Page *page, int64_t part, int64_t whole);
FigureQuery plot_query(const LawFigure *figure, PlotPeriod period);
PlotPeriod plot_period(Page *page);
Json plot_periods(Page *page); /* options of a form */

Rc page_dashboard(Page *page, Json *ret_model, Err *err);
Rc page_map(Page *page, Json *ret_model, Err *err);

#endif
