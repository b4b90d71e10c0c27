#include "app/demo/staff.h"

#include "app/demo/words.h"

static const char SQL_UNITS[] = "SELECT code, id FROM unit WHERE j = ?1";
static const char SQL_PEOPLE[] = "SELECT name, id FROM person WHERE j = ?1";

/* Everybody whose entry names no day was there before the year began. */
static Day staff_first_day(void)
{
    return day_from_civil((Civil){ 2022, 12, 1 });
}

/* ---- reading ---- */

static Rc read_units(Arena *arena, Str path, const YamlNode *list, Staff *staff, Err *err)
{
    if (!list || list->kind != YAML_SEQ || list->n > STAFF_UNITS_MAX)
        return yaml_fail(err, path, 1, 1, "units must be a list of at most %d", STAFF_UNITS_MAX);
    staff->units = ARENA_ARRAY(arena, StaffUnit, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const YamlNode *node = list->items[i];
        StaffUnit *u = &staff->units[staff->n_units];
        *u = (StaffUnit){ .key = words_text(node, "id"),
                          .kind = words_text(node, "kind"),
                          .name = words_text(node, "name"),
                          .parent = words_text(node, "parent"),
                          .from = words_day(node, "from", staff_first_day()) };
        if (!u->key.n || !u->kind.n || !u->name.n)
            return yaml_fail(err, path, node->line, node->col, "a unit needs id, kind and name");
        if (u->parent.n && !staff_unit(staff, u->parent))
            return yaml_fail(err, path, node->line, node->col, "parent %.*s must stand before its units",
                             STR_ARG(u->parent));
        staff->n_units++;
    }
    return RC_OK;
}

static Rc read_person(Str path, const YamlNode *node, const Staff *staff, StaffPerson *p, Err *err)
{
    const StaffUnit *unit = staff_unit(staff, words_text(node, "unit"));
    const YamlNode *roles = yaml_get(node, STR("roles"));
    const YamlNode *certificate = yaml_get(node, STR("certificate"));
    *p = (StaffPerson){ .name = words_text(node, "name"),
                        .login = words_text(node, "login"),
                        .title = words_text(node, "title"),
                        .to = words_day(node, "to", DAY_NONE) };
    if (!p->name.n || !unit || !roles || roles->kind != YAML_SEQ || roles->n > STAFF_ROLES_MAX)
        return yaml_fail(err, path, node->line, node->col, "a person needs a name, a unit and at most %d roles",
                         STAFF_ROLES_MAX);
    p->unit = (size_t)(unit - staff->units);
    for (size_t i = 0; i < roles->n; i++)
        p->roles[p->n_roles++] = roles->items[i]->text;
    if (certificate) {
        p->certificate = words_text(certificate, "number");
        p->certified_from = words_day(certificate, "from", DAY_NONE);
        p->certified_to = words_day(certificate, "to", DAY_NONE);
    }
    return RC_OK;
}

static Rc read_people(Arena *arena, Str path, const YamlNode *list, Staff *staff, Err *err)
{
    if (!list || list->kind != YAML_SEQ || list->n > STAFF_PEOPLE_MAX)
        return yaml_fail(err, path, 1, 1, "people must be a list of at most %d", STAFF_PEOPLE_MAX);
    staff->people = ARENA_ARRAY(arena, StaffPerson, list->n);
    for (size_t i = 0; i < list->n; i++) {
        StaffPerson *p = &staff->people[i];
        TRY(read_person(path, list->items[i], staff, p, err));
        /* Names find people again when a run is continued. */
        for (size_t k = 0; k < i; k++)
            if (str_eq(staff->people[k].name, p->name))
                return yaml_fail(err, path, list->items[i]->line, list->items[i]->col, "two people are called %.*s",
                                 STR_ARG(p->name));
        staff->n_people++;
    }
    return RC_OK;
}

Rc staff_load(Arena *arena, const char *folder, Staff *ret, Err *err)
{
    YamlNode *root = NULL;
    Str path = STR_NONE;
    Staff staff = { 0 };
    TRY(words_yaml(arena, folder, "people.yaml", &path, &root, err));
    TRY(read_units(arena, path, yaml_get(root, STR("units")), &staff, err));
    TRY(read_people(arena, path, yaml_get(root, STR("people")), &staff, err));
    *ret = staff;
    return RC_OK;
}

/* ---- writing ---- */

static void put(Arena *arena, Effects *effects, const char *table, Json row)
{
    effects_add(arena, effects, (Effect){ .kind = EFFECT_PUT, .name = str_c(table), .value = row });
}

static void add_day(Arena *arena, Json *row, const char *column, Day day)
{
    if (day != DAY_NONE)
        json_add(arena, row, str_c(column), json_int(day));
}

static Rc put_units(App *app, Arena *arena, Staff *staff, Err *err)
{
    int64_t ids[STAFF_UNITS_MAX];
    Effects effects = { 0 };
    /* Parents get their ids in an entry of their own, level by level; two levels are all a street has. */
    for (int level = 0; level < 3; level++) {
        size_t index[STAFF_UNITS_MAX];
        effects = (Effects){ 0 };
        for (size_t i = 0; i < staff->n_units; i++) {
            const StaffUnit *u = &staff->units[i];
            const StaffUnit *parent = staff_unit(staff, u->parent);
            if (u->id || (u->parent.n && !parent->id))
                continue;
            Json row = json_obj();
            json_add(arena, &row, STR("id"), json_int(0));
            if (parent)
                json_add(arena, &row, STR("parent"), json_int(parent->id));
            json_add(arena, &row, STR("kind"), json_str(u->kind));
            json_add(arena, &row, STR("code"), json_str(u->key));
            json_add(arena, &row, STR("name"), json_str(u->name));
            add_day(arena, &row, "from_day", u->from);
            index[effects.n] = i;
            put(arena, &effects, "unit", row);
        }
        if (!effects.n)
            break;
        TRY(app_put(app, &effects, STR("units"), ACTOR_SYSTEM, ids, err));
        for (size_t i = 0; i < effects.n; i++)
            staff->units[index[i]].id = ids[i];
    }
    return RC_OK;
}

const StaffUnit *staff_unit_on(const Staff *staff, const StaffPerson *person, Day on)
{
    const StaffUnit *u = &staff->units[person->unit];
    const StaffUnit *parent = staff_unit(staff, u->parent);
    return u->from > on && parent ? parent : u;
}

static Json person_row(Arena *arena, const Staff *staff, const StaffPerson *p, Day on)
{
    Json row = json_obj();
    json_add(arena, &row, STR("id"), json_int(p->id));
    json_add(arena, &row, STR("unit"), json_int(staff_unit_on(staff, p, on)->id));
    json_add(arena, &row, STR("name"), json_str(p->name));
    json_add(arena, &row, STR("login"), json_str(p->login));
    add_day(arena, &row, "from_day", staff_first_day());
    add_day(arena, &row, "to_day", p->to);
    return row;
}

static Rc put_people(App *app, Arena *arena, Staff *staff, Err *err)
{
    enum { AT_ONCE = 200 };
    int64_t ids[AT_ONCE];
    for (size_t from = 0; from < staff->n_people; from += AT_ONCE) {
        Effects effects = { 0 };
        for (size_t i = from; i < staff->n_people && i < from + AT_ONCE; i++)
            put(arena, &effects, "person", person_row(arena, staff, &staff->people[i], staff_first_day()));
        TRY(app_put(app, &effects, STR("people"), ACTOR_SYSTEM, ids, err));
        for (size_t i = 0; i < effects.n; i++)
            staff->people[from + i].id = ids[i];
    }
    return RC_OK;
}

static void add_grants(Arena *arena, Effects *effects, const Staff *staff, const StaffPerson *p, Day from)
{
    for (size_t i = 0; i < p->n_roles; i++) {
        Json row = json_obj();
        json_add(arena, &row, STR("person"), json_int(p->id));
        json_add(arena, &row, STR("role"), json_str(p->roles[i]));
        json_add(arena, &row, STR("unit"), json_int(staff_unit_on(staff, p, from)->id));
        add_day(arena, &row, "from_day", from);
        add_day(arena, &row, "to_day", p->to);
        put(arena, effects, "role_grant", row);
    }
}

static void add_credential(Arena *arena, Effects *effects, const StaffPerson *p)
{
    if (!p->certificate.n)
        return;
    Json row = json_obj();
    json_add(arena, &row, STR("person"), json_int(p->id));
    json_add(arena, &row, STR("id"), json_int(0));
    json_add(arena, &row, STR("kind"), json_c("enforcement"));
    json_add(arena, &row, STR("number"), json_str(p->certificate));
    add_day(arena, &row, "from_day", p->certified_from);
    add_day(arena, &row, "to_day", p->certified_to);
    put(arena, effects, "credential", row);
}

Rc staff_put(App *app, Arena *arena, Staff *staff, Err *err)
{
    enum { AT_ONCE = 200 };
    TRY(put_units(app, arena, staff, err));
    TRY(put_people(app, arena, staff, err));
    Effects effects = { 0 };
    for (size_t i = 0; i < staff->n_people; i++) {
        const StaffPerson *p = &staff->people[i];
        add_grants(arena, &effects, staff, p, staff_first_day());
        add_credential(arena, &effects, p);
        if (effects.n < AT_ONCE && i + 1 < staff->n_people)
            continue;
        TRY(app_put(app, &effects, STR("roles"), ACTOR_SYSTEM, NULL, err));
        effects = (Effects){ 0 };
    }
    return RC_OK;
}

Rc staff_plan_moves(Staff *staff, Plan *plan, Err *err)
{
    for (size_t u = 0; u < staff->n_units; u++) {
        const StaffUnit *unit = &staff->units[u];
        if (unit->from <= staff_first_day())
            continue;
        Effects effects = { 0 };
        for (size_t i = 0; i < staff->n_people; i++) {
            const StaffPerson *p = &staff->people[i];
            if (p->unit != u)
                continue;
            put(plan->arena, &effects, "person", person_row(plan->arena, staff, p, unit->from));
            add_grants(plan->arena, &effects, staff, p, unit->from);
        }
        if (effects.n > PLAN_ORG_MAX)
            return err_set(err, RC_LIMIT, "at most %d rows move into one unit", PLAN_ORG_MAX);
        if (effects.n)
            plan_org(plan, day_start(unit->from, plan->zone_minutes) + 8 * (int64_t)MS_PER_HOUR, "move", effects);
    }
    return RC_OK;
}

/* ---- ids of what is there ---- */

static Rc read_ids(Db *db, const char *sql, int64_t j, Map *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(j) };
    TRY(db_query(db, sql, params, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        int64_t *id = ARENA_NEW(ret->arena, int64_t);
        *id = db_int(rows, 1);
        map_put(ret, db_str_in(rows, 0, ret->arena), id);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

Rc staff_read(Db *db, int64_t j, Staff *staff, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Map units;
    Map people;
    map_init(&units, arena);
    map_init(&people, arena);
    TRY(read_ids(db, SQL_UNITS, j, &units, err));
    TRY(read_ids(db, SQL_PEOPLE, j, &people, err));
    for (size_t i = 0; i < staff->n_units; i++) {
        const int64_t *id = map_get(&units, staff->units[i].key);
        if (!id)
            return err_set(err, RC_CORRUPT, "this demonstration has no unit %.*s", STR_ARG(staff->units[i].key));
        staff->units[i].id = *id;
    }
    for (size_t i = 0; i < staff->n_people; i++) {
        const int64_t *id = map_get(&people, staff->people[i].name);
        if (!id)
            return err_set(err, RC_CORRUPT, "this demonstration has no %.*s", STR_ARG(staff->people[i].name));
        staff->people[i].id = *id;
    }
    return RC_OK;
}

/* ---- who ---- */

const StaffUnit *staff_unit(const Staff *staff, Str key)
{
    for (size_t i = 0; i < staff->n_units; i++)
        if (str_eq(staff->units[i].key, key))
            return &staff->units[i];
    return NULL;
}

bool staff_holds(const Staff *staff, const StaffPerson *person, const char *role, const StaffUnit *unit, Day on)
{
    if (person->to != DAY_NONE && person->to < on)
        return false;
    for (size_t i = 0; i < person->n_roles; i++)
        if (str_eq_c(person->roles[i], role))
            return !unit || staff_unit_on(staff, person, on) == unit;
    return false;
}

const StaffPerson *staff_pick(const Staff *staff, Chance *chance, const char *role, const StaffUnit *unit, Day on)
{
    const StaffPerson *found = NULL;
    uint32_t seen = 0;
    for (size_t i = 0; i < staff->n_people; i++)
        if (staff_holds(staff, &staff->people[i], role, unit, on) && chance_below(chance, ++seen) == 0)
            found = &staff->people[i];
    return found;
}

const StaffPerson *staff_pick_officer(const Staff *staff, Chance *chance, const char *role, const StaffUnit *unit,
                                      const StaffPerson *not_him, Day on)
{
    const StaffPerson *found = NULL;
    uint32_t seen = 0;
    for (size_t i = 0; i < staff->n_people; i++) {
        const StaffPerson *p = &staff->people[i];
        bool certified = p->certificate.n && p->certified_from <= on && on <= p->certified_to;
        if (p != not_him && certified && staff_holds(staff, p, role, unit, on) && chance_below(chance, ++seen) == 0)
            found = p;
    }
    return found;
}
