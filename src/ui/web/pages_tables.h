/* pages_tables.h - decision tables of the pack: beside a matter with the row that holds for it, and for everybody. */
#ifndef YIFA_UI_WEB_PAGES_TABLES_H
#define YIFA_UI_WEB_PAGES_TABLES_H

#include "core/law/tables.h"
#include "ui/web/pages_show.h"

/* [{id, title, note, caption, heads, rows, facts}], see MODELS.md; of a preview, with the values filled in so far. */
Json show_tables(Page *page, const TableFound *found, size_t n);
/* The same of a matter as it stands. */
Json show_matter_tables(Page *page, const Matter *matter);
/* From which document, since when published. */
Str show_table_source(const Page *page, const LawTable *table);

Rc page_open_table(Page *page, Json *ret_model, Err *err);

#endif
