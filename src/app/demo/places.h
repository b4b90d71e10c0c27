/* places.h - the demonstration's invented communities and places, from demo/places.yaml. */
#ifndef YIFA_APP_DEMO_PLACES_H
#define YIFA_APP_DEMO_PLACES_H

#include "app/demo/words.h"

typedef struct Place {
    Str name;
    Str kind; /* road, estate, site … */
    double weight;
} Place;

typedef struct Community {
    Str id;
    Str name;
    Str unit; /* keys of units in people.yaml */
    Str block;
    double weight;
    const Place *places;
    size_t n_places;
} Community;

typedef struct Places {
    const Community *communities;
    size_t n;
    WordList vague; /* words that stand for a place badly described */
    double vague_share;
    /* The address about which the year's most persistent person complains. */
    size_t repeat_community;
    Str repeat_place;
} Places;

MUST_CHECK Rc places_load(Arena *arena, const char *folder, Places *ret, Err *err);
const Community *places_community(const Places *places, Chance *chance);
/* A place of one of these kinds (texts of a sequence, NULL: any); one of any kind where there is none. */
Str places_pick(const Community *community, Chance *chance, const YamlNode *kinds);

#endif
