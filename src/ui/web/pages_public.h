/* pages_public.h - what residents see without an account: nothing here shows a value of a person. */
#ifndef YIFA_UI_WEB_PAGES_PUBLIC_H
#define YIFA_UI_WEB_PAGES_PUBLIC_H

#include "ui/web/pages_form.h"

Rc page_submit(Page *page, Json *ret_model, Err *err);
/* GET /q/{code}: to the form, or a page that says that the code is unknown or has run out. */
Rc page_place_code(Page *page, Json *ret_model, Err *err);
/* GET /qr, for staff: the codes that hold today, to be printed. */
Rc page_codes(Page *page, Json *ret_model, Err *err);
Rc page_receipt(Page *page, Json *ret_model, Err *err);
Rc page_follow(Page *page, Json *ret_model, Err *err);
Rc page_follow_act(Page *page, Json *ret_model, Err *err);
Rc page_verify(Page *page, Json *ret_model, Err *err);

#endif
