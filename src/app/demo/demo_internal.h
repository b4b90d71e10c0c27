/* demo_internal.h - what the planners of the demonstration year share. */
#ifndef YIFA_APP_DEMO_DEMO_INTERNAL_H
#define YIFA_APP_DEMO_DEMO_INTERNAL_H

#include "app/demo/hours.h"
#include "app/demo/places.h"
#include "app/demo/plan.h"
#include "app/demo/staff.h"

enum { PEOPLE_MAX = 9000 };

typedef struct Demo {
    Arena *arena;
    Plan plan;
    Staff staff;
    Places places;
    Words words;
    const YamlNode *shape; /* shape.yaml: how much of what */
    const YamlNode *extra; /* plan-extra.yaml */
    const YamlNode *texts; /* texts.yaml, where it is more than lists */
    Hours hours;
    uint64_t seed;
    Day first;  /* of the year */
    Day to;     /* receipts until here count */
    Day status; /* and are looked at on this day, the last one of the demonstration */
} Demo;

/* Reads staff, places, words and shape of a pack's demo folder. `seed` 0: that of shape.yaml. */
MUST_CHECK Rc demo_read(Demo *d, Arena *arena, const char *folder, uint64_t seed, Err *err);

typedef enum AppealFate {
    FATE_CLOSED,
    FATE_RETURNED,
    FATE_OPEN,      /* still being handled at the end */
    FATE_SUSPENDED, /* open, and set aside */
    FATE_EXTENDED,  /* open, with a longer term */
    FATE_WITHDRAWN
} AppealFate;

/* One appeal as it arrives; what becomes of it is planned in appeal_path.c. */
typedef struct Appeal {
    int64_t at;
    Day day;
    Str number; /* on the platform */
    Str channel;
    Str nature;
    Str category;
    Str sub;
    const YamlNode *template; /* of its texts */
    Str thing;
    Str time;
    const Community *community;
    Str place; /* public */
    Str description;
    int32_t person; /* -1: anonymous */
    AppealFate fate;
    int32_t root; /* index of the main event, -1: it is no duplicate */
    bool is_main; /* others are duplicates of it */
    bool urgent;
    uint32_t matter; /* in the plan */
    const StaffUnit *unit;
    const StaffPerson *handler;
    bool presuit_success;
    int64_t dispatched_at;
    int64_t closed_at; /* 0: not */
} Appeal;

typedef struct Appeals {
    Appeal *items;
    size_t n;
} Appeals;

/* Everything that arrives in the year, in order of time, with its fate. */
MUST_CHECK Rc demo_receive(Demo *d, Appeals *ret, Err *err);
/* The acts of all appeals and of the pre-suit mediations that they bring about. */
void demo_plan_appeals(Demo *d, Appeals *appeals);
/* One pre-suit mediation; returns the instant at which its result is in, 0 when it stays open. */
int64_t demo_plan_presuit(Demo *d, Chance *chance, const Appeal *a, int64_t end_before);
void demo_plan_disputes(Demo *d);
MUST_CHECK Rc demo_plan_penalties(Demo *d, const Appeals *appeals, Err *err);
/* The on-the-spot half of it. `pads` hands out sheets. */
MUST_CHECK Rc demo_plan_onspot(Demo *d, Err *err);

/* ---- small things ---- */

/* People of the public: the name and number of the n-th. Numbers lie in a range that is plainly invented. */
Str demo_person_name(const Demo *d, int32_t person);
Str demo_person_phone(const Demo *d, int32_t person);
Str demo_person_id(const Demo *d, int32_t person);
Str demo_org_name(Demo *d, Chance *chance);
/* Month and day, in the pack's words. */
Str demo_date(Demo *d, int64_t at_ms);
/* Day of the year drawn by the weights of working life: weekdays, holidays, season. */
double demo_day_weight(const Demo *d, Day day);

/* A share in percent of shape.yaml, as a chance. */
bool demo_share(const Demo *d, Chance *chance, const char *path);

#endif
