/* pages_show.h - how the things of a matter become parts of a page's model: days, clocks, laws, verdicts, values.
 *
 * Everything is made in the page's arena and language. Values of persons are never shown by anything here. */
#ifndef YIFA_UI_WEB_PAGES_SHOW_H
#define YIFA_UI_WEB_PAGES_SHOW_H

#include "app/matter_read.h"
#include "ui/web/web.h"

/* ---- members of an object; an empty text is null ---- */
void model_text(Page *page, Json *object, const char *key, Str text);
void model_int(Page *page, Json *object, const char *key, int64_t value);
void model_bool(Page *page, Json *object, const char *key, bool value);
void model_null(Page *page, Json *object, const char *key);
/* Returns the stored place, valid until the next append to the object. */
Json *model_put(Page *page, Json *object, const char *key, Json value);
/* Appends a text to a list with the language's separator. */
Str show_join(const Page *page, Str list, Str item);

/* ---- times ---- */
Day show_today(const Page *page);
Str show_day(const Page *page, Day day);        /* "2023-10-16" */
Str show_day_short(const Page *page, Day day);  /* "10-16", of another year in full */
Str show_day_named(const Page *page, Day day);  /* "10-16" with the weekday */
Str show_time(const Page *page, int64_t at);    /* "08:32" */
Str show_moment(const Page *page, int64_t at);  /* "10-11 08:32" */
Str show_instant(const Page *page, int64_t at); /* "2023-10-11 08:32:05" */
Str show_iso(const Page *page, int64_t at);

/* ---- people and words ---- */
Str show_person(const Page *page, int64_t id);
Str show_actor(const Page *page, int64_t actor); /* also the system and the public */
Str show_unit(const Page *page, int64_t id);
Str show_role(const Page *page, Str role);       /* of the office */
Str show_party_role(const Page *page, Str role); /* of a person in a matter */
Str show_link_kind(const Page *page, Str kind, bool incoming);
Str show_mode(const Page *page, ActMode mode);
Str show_stage(const LawProcedure *procedure, Str stage);
Str show_number_short(Str number);
/* A field's value for people. */
Str show_value(const Page *page, const LawField *field, const Json *value);
Str show_yuan(const Page *page, int64_t fen);
/* An option's or catalogue item's title; the id when unknown. */
Str show_item(const Page *page, const LawField *field, Str id);

/* ---- law ---- */
Str show_cite(const Page *page, const LawBasis *basis, Str note);
Json show_laws(Page *page, const LawBasis *basis);
/* Id of an article in URLs: "a42-1". */
Str show_article_id(const Page *page, Str article);

/* ---- clocks ---- */
/* False when the clock was cancelled and is of no interest. */
bool show_clock(Page *page, const Matter *matter, const MatterClock *clock, Json *ret);
Json show_derivation(Page *page, const Matter *matter, const MatterClock *clock);
const LawClock *show_clock_def(const Page *page, const Matter *matter, Str id);

/* ---- verdicts ---- */
/* How many broken rules stop the act; *ret_warned how many only warn. */
size_t show_lacks(const Verdict *verdicts, size_t n, size_t *ret_warned);
/* Unmet ones first. `cures`, which may be NULL, adds what helps with a verdict's rule to its list. */
typedef struct ShowCures {
    void (*add)(void *ctx, Page *page, const LawRule *rule, Json *cures);
    void *ctx;
} ShowCures;
/* Why a rule cannot be decided, in the reader's language: "amount is missing". */
Str show_reason(Page *page, const Verdict *verdict);
Json show_verdicts(Page *page, const Verdict *verdicts, size_t n, const ShowCures *cures);
Str show_verdicts_text(Page *page, const Verdict *verdicts, size_t n);

/* The model of a matter's head. */
Json show_matter(Page *page, const Matter *matter);
MatterSource page_source(const Page *page);

#endif
