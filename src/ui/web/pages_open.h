/* pages_open.h - what everybody may read without an account: public lists, and the annual report once it is frozen. */
#ifndef YIFA_UI_WEB_PAGES_OPEN_H
#define YIFA_UI_WEB_PAGES_OPEN_H

#include "app/read_open.h"
#include "ui/web/pages_report.h"

Rc page_open(Page *page, Json *ret_model, Err *err);
Rc page_open_list(Page *page, Json *ret_model, Err *err);
Rc page_open_report(Page *page, Json *ret_model, Err *err);
/* The same figures with their definitions as a table for a spreadsheet. */
Rc page_open_csv(Page *page, Json *ret_model, Err *err);

#endif
