/* pages_matter.h - the pages around one matter, and what they share. */
#ifndef YIFA_UI_WEB_PAGES_MATTER_H
#define YIFA_UI_WEB_PAGES_MATTER_H

#include "ui/web/pages_act_check.h"

/* A number from the path; false when it is none. */
bool page_id(const Page *page, const char *param, int64_t *ret);

/* The model of a matter's page; the values of subject `revealed` (0: nobody) stand in full, once. */
MUST_CHECK Rc matter_model(Page *page, int64_t id, int64_t revealed, Json *ret, Err *err);

/* The stages of its picture; *ret_text says the same in words. */
Json matter_stages(Page *page, const MatterRecord *record, Str *ret_text);
/* The whole procedure as a drawing with the way the matter took. */
Json matter_picture(Page *page, const MatterRecord *record);

/* ---- pages_timeline.c ---- */
Json show_timeline(Page *page, const MatterRecord *record);
/* What an entry did, as its act or clock says it. */
Str moment_title(Page *page, const Matter *matter, const Entry *entry);
/* The verdicts of an entry, by id, as `Verdict`s of the pack that spoke. */
const Verdict *moment_verdicts(Page *page, const LawPack *pack, const Entry *entry, size_t *ret_n);

/* ---- page functions ---- */
Rc page_matter(Page *page, Json *ret_model, Err *err);
Rc page_unmask(Page *page, Json *ret_model, Err *err);
Rc page_act(Page *page, Json *ret_model, Err *err);
Rc page_new(Page *page, Json *ret_model, Err *err);
Rc page_new_matter(Page *page, Json *ret_model, Err *err);
Rc page_entry(Page *page, Json *ret_model, Err *err);
Rc page_leaf(Page *page, Json *ret_model, Err *err);
Rc page_findings(Page *page, Json *ret_model, Err *err);
Rc page_laws(Page *page, Json *ret_model, Err *err);
Rc page_law(Page *page, Json *ret_model, Err *err);

#endif
