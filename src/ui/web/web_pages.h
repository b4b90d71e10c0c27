/* web_pages.h - the tables of routes, one a file of pages; web.c searches them in this order. */
#ifndef YIFA_UI_WEB_WEB_PAGES_H
#define YIFA_UI_WEB_WEB_PAGES_H

#include "ui/web/web.h"

extern const PageRoute web_routes_basic[];
extern const size_t web_routes_basic_n;
extern const PageRoute web_routes_matter[];
extern const size_t web_routes_matter_n;
extern const PageRoute web_routes_public[];
extern const size_t web_routes_public_n;
extern const PageRoute web_routes_report[];
extern const size_t web_routes_report_n;

#endif
