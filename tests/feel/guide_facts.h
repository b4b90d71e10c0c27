/* guide_facts.h - what the guides' examples are run and checked against: the engine with a pack's calendar, the laws'
 * texts, the catalogue of rules. Everything lives in the arena given. */
#ifndef YIFA_TESTS_FEEL_GUIDE_FACTS_H
#define YIFA_TESTS_FEEL_GUIDE_FACTS_H

#include "base/arena.h"
#include "lib/i18n/i18n.h"

typedef struct Guide {
    Arena *arena;
    const char *source; /* the source tree */
    const char *shared; /* the folder with the law's texts and the catalogue, which may be missing */
    Lang lang;          /* of reasons */
} Guide;

bool guide_read(Arena *arena, const char *path, Str *ret);

/* The value as FEEL, "null because REASON" (in Chinese after a colon) or "error PLACE TEXT". `facts` is a FEEL
 * context. */
Str guide_value(const Guide *g, Str expression, Str facts);
/* The same for a rule: a name that has no fact is a field left empty. */
Str guide_rule_value(const Guide *g, Str expression, Str facts);

/* A decision table as CSV: from now on a function of guide_value(), by its name. Gives what is wrong with it. */
Str guide_add_table(Arena *arena, Str csv);

typedef struct GuideRule {
    Str applies;
    Str check;
    Str facts[2]; /* complies, violates */
} GuideRule;
/* 1 found, 0 not in the catalogue, -1 no catalogue here. */
int guide_catalogue_rule(const Guide *g, Str id, GuideRule *ret);
/* The catalogue writes dates as text; apart from that the two contexts are equal. */
bool guide_same_facts(Arena *arena, Str facts, Str in_catalogue);

/* Whether the article's text holds the words, in order ("……" stands for what is left out; spaces do not count). Looked
 * up in the pack's laws, then in the texts beside the source tree; where these are missing too, it is taken as true. */
bool guide_article_says(const Guide *g, Str law, Str article, Str words);

#endif
