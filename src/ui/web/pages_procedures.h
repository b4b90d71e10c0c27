/* pages_procedures.h - procedures as their users read them: a picture, and a guide made of what the pack says. */
#ifndef YIFA_UI_WEB_PAGES_PROCEDURES_H
#define YIFA_UI_WEB_PAGES_PROCEDURES_H

#include "core/law/picture.h"
#include "ui/web/pages_show.h"

/* Stages in the order in which one matter was at them, as indexes; none for a procedure by itself. */
typedef struct PicturePath {
    const int *stages;
    size_t n;
    bool open; /* it is at the last one */
} PicturePath;

/* {box, width, height, lines [{d, tips, taken, back}], stages [{id, title, x, y, …, state, side, sub}]} */
Json picture_model(Page *page, const LawProcedure *procedure, const PicturePath *path);

/* The headings under which procedures stand: the pack's in its order, then others as they come; the empty one, if any
 * procedure has none, is last. */
size_t page_sections(Page *page, const Str **ret);
/* The heading's own words; for the empty one what a reader calls the rest. */
Str page_section_title(Page *page, Str section);

Rc page_procedures(Page *page, Json *ret_model, Err *err);
Rc page_procedure(Page *page, Json *ret_model, Err *err);

#endif
