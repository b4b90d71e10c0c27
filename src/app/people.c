/* The directory of people and units, read from the organisation tables. */
#include "app/app_internal.h"

static const char SQL_UNITS[] =
    "SELECT id, parent, kind, code, name, from_day, to_day FROM unit WHERE j = ?1 ORDER BY id";
static const char SQL_PEOPLE[] = "SELECT id, unit, name, from_day, to_day FROM person WHERE j = ?1 ORDER BY id";
static const char SQL_ROLES[] =
    "SELECT role, unit, from_day, to_day FROM role_grant WHERE j = ?1 AND person = ?2 ORDER BY role, unit, from_day";
static const char SQL_CREDENTIALS[] =
    "SELECT kind, number, from_day, to_day, revoked_day FROM credential WHERE j = ?1 AND person = ?2 ORDER BY id";

static Day day_or_none(const DbRows *rows, int column)
{
    return db_is_null(rows, column) ? DAY_NONE : (Day)db_int(rows, column);
}

static Rc read_units(App *app, Directory *dir, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    const DirUnit **list = NULL;
    size_t cap = 0;
    bool more = false;
    DbValue j = DBI(app->j);
    TRY(db_query(app->db, SQL_UNITS, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        DirUnit *u = ARENA_NEW(app->people, DirUnit);
        *u = (DirUnit){ .id = db_int(rows, 0),
                        .parent = db_int(rows, 1),
                        .kind = db_str_in(rows, 2, app->people),
                        .code = db_str_in(rows, 3, app->people),
                        .name = db_str_in(rows, 4, app->people),
                        .from = (Day)db_int(rows, 5),
                        .to = day_or_none(rows, 6) };
        idmap_put(&dir->units, u->id, u);
        *ARENA_PUSH(app->people, list, dir->n_units, cap) = u;
        TRY(db_next(rows, &more, err));
    }
    dir->units_by_id = list;
    return RC_OK;
}

static Rc read_roles(App *app, DirPerson *p, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DirRole *list = NULL;
    size_t cap = 0;
    bool more = false;
    DbValue params[] = { DBI(app->j), DBI(p->id) };
    TRY(db_query(app->db, SQL_ROLES, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(app->people, list, p->n_roles, cap) = (DirRole){ .role = db_str_in(rows, 0, app->people),
                                                                     .unit = db_int(rows, 1),
                                                                     .from = (Day)db_int(rows, 2),
                                                                     .to = day_or_none(rows, 3) };
        TRY(db_next(rows, &more, err));
    }
    p->roles = list;
    return RC_OK;
}

static Rc read_credentials(App *app, DirPerson *p, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DirCredential *list = NULL;
    size_t cap = 0;
    bool more = false;
    DbValue params[] = { DBI(app->j), DBI(p->id) };
    TRY(db_query(app->db, SQL_CREDENTIALS, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        *ARENA_PUSH(app->people, list, p->n_credentials, cap) =
            (DirCredential){ .kind = db_str_in(rows, 0, app->people),
                             .number = db_str_in(rows, 1, app->people),
                             .from = (Day)db_int(rows, 2),
                             .to = (Day)db_int(rows, 3),
                             .revoked = day_or_none(rows, 4) };
        TRY(db_next(rows, &more, err));
    }
    p->credentials = list;
    return RC_OK;
}

static Rc read_persons(App *app, Directory *dir, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    const DirPerson **list = NULL;
    size_t cap = 0;
    bool more = false;
    DbValue j = DBI(app->j);
    TRY(db_query(app->db, SQL_PEOPLE, &j, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        DirPerson *p = ARENA_NEW(app->people, DirPerson);
        *p = (DirPerson){ .id = db_int(rows, 0),
                          .unit = db_int(rows, 1),
                          .name = db_str_in(rows, 2, app->people),
                          .from = (Day)db_int(rows, 3),
                          .to = day_or_none(rows, 4) };
        TRY(read_roles(app, p, err));
        TRY(read_credentials(app, p, err));
        idmap_put(&dir->people, p->id, p);
        *ARENA_PUSH(app->people, list, dir->n_people, cap) = p;
        TRY(db_next(rows, &more, err));
    }
    dir->by_id = list;
    return RC_OK;
}

/* Older directories stay valid, since a page may still be reading one; the organisation changes a few times a year. */
Rc app_read_people(App *app, Err *err)
{
    Directory *dir = ARENA_NEW(app->people, Directory);
    map_init(&dir->people, app->people);
    map_init(&dir->units, app->people);
    TRY(read_units(app, dir, err));
    TRY(read_persons(app, dir, err));
    __atomic_store_n(&app->dir, dir, __ATOMIC_RELEASE);
    return RC_OK;
}
