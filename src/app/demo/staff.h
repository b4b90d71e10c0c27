/* staff.h - the demonstration's organisation: units and people from demo/people.yaml, as rows of the directory.
 *
 * Ids are known once the rows have been written, or read back when a run is continued. People of the blocks work in
 * their parent unit until the blocks are set up; the move is an act of the plan like any other. */
#ifndef YIFA_APP_DEMO_STAFF_H
#define YIFA_APP_DEMO_STAFF_H

#include "app/demo/chance.h"
#include "app/demo/plan.h"

enum { STAFF_UNITS_MAX = 200, STAFF_PEOPLE_MAX = 1000, STAFF_ROLES_MAX = 8 };

typedef struct StaffUnit {
    Str key;
    Str kind;
    Str name;
    Str parent; /* key, empty: none */
    Day from;
    int64_t id;
} StaffUnit;

typedef struct StaffPerson {
    Str name;
    Str login; /* empty: may not sign in */
    Str title;
    size_t unit; /* index */
    Str roles[STAFF_ROLES_MAX];
    size_t n_roles;
    Str certificate; /* number; empty: none */
    Day certified_from;
    Day certified_to;
    Day to; /* DAY_NONE: stays */
    int64_t id;
} StaffPerson;

typedef struct Staff {
    StaffUnit *units;
    size_t n_units;
    StaffPerson *people;
    size_t n_people;
} Staff;

/* `folder` is the pack's; reads demo/people.yaml in it. */
MUST_CHECK Rc staff_load(Arena *arena, const char *folder, Staff *ret, Err *err);
/* Writes units, people, roles and credentials through the App. */
MUST_CHECK Rc staff_put(App *app, Arena *arena, Staff *staff, Err *err);
/* Reads the ids of what is there already. RC_CORRUPT when somebody is missing. */
MUST_CHECK Rc staff_read(Db *db, int64_t j, Staff *staff, Err *err);
/* The move into units that are set up during the year. */
MUST_CHECK Rc staff_plan_moves(Staff *staff, Plan *plan, Err *err);

/* NULL when there is no such unit. */
const StaffUnit *staff_unit(const Staff *staff, Str key);
/* Where somebody works on a day: in the parent of his unit until that is set up. */
const StaffUnit *staff_unit_on(const Staff *staff, const StaffPerson *person, Day on);
/* Does this person hold the role, in this unit (NULL: any), on that day? */
bool staff_holds(const Staff *staff, const StaffPerson *person, const char *role, const StaffUnit *unit, Day on);
/* Somebody who does, drawn evenly; NULL when nobody does. */
const StaffPerson *staff_pick(const Staff *staff, Chance *chance, const char *role, const StaffUnit *unit, Day on);
/* An enforcement officer with a valid certificate, other than `not_him` (which may be NULL). */
const StaffPerson *staff_pick_officer(const Staff *staff, Chance *chance, const char *role, const StaffUnit *unit,
                                      const StaffPerson *not_him, Day on);

#endif
