/* directory.h - who there is: people, units, roles and credentials, each with validity days.
 *
 * A Directory is a snapshot in memory of the organisation tables, built by app and immutable afterwards; decisions and
 * pages read it, nobody changes it. A jurisdiction has hundreds of people, so it is small. */
#ifndef YIFA_CORE_MATTER_DIRECTORY_H
#define YIFA_CORE_MATTER_DIRECTORY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/map.h"

/* Actors that are no person: the system itself (clocks, follow-ons) and the public (intake without an account). */
enum { ACTOR_SYSTEM = 0, ACTOR_PUBLIC = -1 };

typedef struct DirUnit {
    int64_t id;
    int64_t parent; /* 0: none */
    Str kind;
    Str code;
    Str name;
    Day from;
    Day to; /* DAY_NONE: open */
} DirUnit;

typedef struct DirRole {
    Str role;
    int64_t unit;
    Day from;
    Day to;
} DirRole;

typedef struct DirCredential {
    Str kind; /* "enforcement" */
    Str number;
    Day from;
    Day to;
    Day revoked; /* DAY_NONE: not */
} DirCredential;

typedef struct DirPerson {
    int64_t id;
    Str name;
    int64_t unit;
    Day from;
    Day to;
    const DirRole *roles;
    size_t n_roles;
    const DirCredential *credentials;
    size_t n_credentials;
} DirPerson;

typedef struct Directory {
    Map people; /* id -> DirPerson* */
    Map units;  /* id -> DirUnit* */
    const DirPerson *const *by_id;
    size_t n_people;
    const DirUnit *const *units_by_id;
    size_t n_units;
} Directory;

const DirPerson *dir_person(const Directory *dir, int64_t id); /* NULL when unknown */
const DirUnit *dir_unit(const Directory *dir, int64_t id);
bool dir_has_role(const DirPerson *person, Str role, Day on);
/* The credential of a kind that is valid on a day, else the one that ended last before it (which the caller shows as
 * expired), else NULL. *ret_valid says which. */
const DirCredential *dir_credential(const DirPerson *person, Str kind, Day on, bool *ret_valid);

#endif
