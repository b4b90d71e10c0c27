#include "core/matter/directory.h"

static bool in_force(Day from, Day to, Day on)
{
    return from <= on && (to == DAY_NONE || on <= to);
}

const DirPerson *dir_person(const Directory *dir, int64_t id)
{
    return idmap_get(&dir->people, id);
}

const DirUnit *dir_unit(const Directory *dir, int64_t id)
{
    return idmap_get(&dir->units, id);
}

bool dir_has_role(const DirPerson *person, Str role, Day on)
{
    for (size_t i = 0; i < person->n_roles; i++) {
        const DirRole *r = &person->roles[i];
        if (str_eq(r->role, role) && in_force(r->from, r->to, on))
            return true;
    }
    return false;
}

const DirCredential *dir_credential(const DirPerson *person, Str kind, Day on, bool *ret_valid)
{
    const DirCredential *last = NULL;
    *ret_valid = false;
    for (size_t i = 0; i < person->n_credentials; i++) {
        const DirCredential *c = &person->credentials[i];
        if (!str_eq(c->kind, kind) || c->from > on)
            continue;
        bool revoked = c->revoked != DAY_NONE && c->revoked <= on;
        if (in_force(c->from, c->to, on) && !revoked) {
            *ret_valid = true;
            return c;
        }
        if (!last || c->to > last->to)
            last = c;
    }
    return last;
}
