#include "app/catalogues.h"

#include "app/app_internal.h"
#include "lib/fmt/csv.h"

const char *const roster_names[ROSTER_COUNT] = { "units", "people", "roles", "credentials" };

/* ---- what a roster looks like ---- */

typedef enum CellKind {
    CELL_TEXT,
    CELL_ID, /* of the row itself: empty in a new one */
    CELL_DAY,
    CELL_UNIT,
    CELL_PERSON,
    CELL_ROLE,
    CELL_UNIT_KIND
} CellKind;

typedef struct RosterColumn {
    const char *name;   /* in the header */
    const char *member; /* of the row that is put */
    CellKind kind;
    bool key; /* two rows that agree in the keys are the same thing */
    bool optional;
} RosterColumn;

enum { ROSTER_COLUMNS_MAX = 8, ROSTER_KEYS_MAX = 4, PUT_ROWS = 200 };

static const RosterColumn unit_columns[] = {
    { "id", "id", CELL_ID, false, true },           { "code", "code", CELL_TEXT, true, false },
    { "name", "name", CELL_TEXT, false, false },    { "kind", "kind", CELL_UNIT_KIND, false, false },
    { "parent", "parent", CELL_UNIT, false, true }, { "from", "from_day", CELL_DAY, false, false },
    { "to", "to_day", CELL_DAY, false, true },
};
static const RosterColumn people_columns[] = {
    { "id", "id", CELL_ID, false, true },           { "login", "login", CELL_TEXT, true, true },
    { "name", "name", CELL_TEXT, false, false },    { "unit", "unit", CELL_UNIT, false, false },
    { "from", "from_day", CELL_DAY, false, false }, { "to", "to_day", CELL_DAY, false, true },
};
static const RosterColumn role_columns[] = {
    { "person", "person", CELL_PERSON, true, false }, { "role", "role", CELL_ROLE, true, false },
    { "unit", "unit", CELL_UNIT, true, true },        { "from", "from_day", CELL_DAY, true, false },
    { "to", "to_day", CELL_DAY, false, true },
};
static const RosterColumn credential_columns[] = {
    { "id", "id", CELL_ID, false, true },
    { "person", "person", CELL_PERSON, true, false },
    { "kind", "kind", CELL_TEXT, true, false },
    { "number", "number", CELL_TEXT, true, false },
    { "from", "from_day", CELL_DAY, false, false },
    { "to", "to_day", CELL_DAY, false, false },
    { "revoked", "revoked_day", CELL_DAY, false, true },
};

typedef struct RosterShape {
    const char *table;
    const RosterColumn *columns;
    size_t n_columns;
    const char *sql; /* the cells in the order of the columns; days as numbers */
} RosterShape;

static const RosterShape shapes[ROSTER_COUNT] = {
    [ROSTER_UNITS] = { "unit", unit_columns, ARRAY_LEN(unit_columns),
                       "SELECT u.id, u.code, u.name, u.kind, p.code, u.from_day, u.to_day FROM unit u "
                       "LEFT JOIN unit p ON p.j = u.j AND p.id = u.parent WHERE u.j = ?1 ORDER BY u.code, u.id" },
    [ROSTER_PEOPLE] = { "person", people_columns, ARRAY_LEN(people_columns),
                        "SELECT p.id, p.login, p.name, u.code, p.from_day, p.to_day FROM person p "
                        "LEFT JOIN unit u ON u.j = p.j AND u.id = p.unit WHERE p.j = ?1 ORDER BY p.id" },
    [ROSTER_ROLES] = { "role_grant", role_columns, ARRAY_LEN(role_columns),
                       "SELECT CASE WHEN p.login = '' THEN CAST(p.id AS TEXT) ELSE p.login END, r.role, u.code, "
                       "r.from_day, r.to_day FROM role_grant r JOIN person p ON p.j = r.j AND p.id = r.person "
                       "LEFT JOIN unit u ON u.j = r.j AND u.id = r.unit WHERE r.j = ?1 "
                       "ORDER BY p.id, r.role, r.from_day" },
    [ROSTER_CREDENTIALS] = { "credential", credential_columns, ARRAY_LEN(credential_columns),
                             "SELECT c.id, CASE WHEN p.login = '' THEN CAST(p.id AS TEXT) ELSE p.login END, c.kind, "
                             "c.number, c.from_day, c.to_day, c.revoked_day FROM credential c "
                             "JOIN person p ON p.j = c.j AND p.id = c.person WHERE c.j = ?1 ORDER BY p.id, c.id" },
};

bool roster_find(Str name, Roster *ret)
{
    for (int i = 0; i < ROSTER_COUNT; i++) {
        if (str_eq_c(name, roster_names[i])) {
            *ret = (Roster)i;
            return true;
        }
    }
    return false;
}

/* ---- as it stands ---- */

static Str read_cell(DbRows *rows, int i, const RosterColumn *column, Arena *arena)
{
    if (db_is_null(rows, i))
        return STR_NONE;
    if (column->kind == CELL_DAY)
        return arena_str(arena, str_c(day_print(arena, (Day)db_int(rows, i)).p));
    if (column->kind == CELL_ID)
        return arena_printf(arena, "%lld", (long long)db_int(rows, i));
    return db_str_in(rows, i, arena);
}

Rc roster_table(Db *db, int64_t j, Roster roster, Arena *arena, RosterTable *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    const RosterShape *shape = &shapes[roster];
    const Str **list = NULL;
    size_t n = 0;
    size_t cap = 0;
    bool more = false;
    DbValue param = DBI(j);
    TRY(db_query(db, shape->sql, &param, 1, &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Str *cells = ARENA_ARRAY(arena, Str, shape->n_columns);
        for (size_t i = 0; i < shape->n_columns; i++)
            cells[i] = read_cell(rows, (int)i, &shape->columns[i], arena);
        *ARENA_PUSH(arena, list, n, cap) = cells;
        TRY(db_next(rows, &more, err));
    }
    const char **columns = ARENA_ARRAY(arena, const char *, shape->n_columns);
    for (size_t i = 0; i < shape->n_columns; i++)
        columns[i] = shape->columns[i].name;
    *ret = (RosterTable){
        .columns = columns, .n_columns = shape->n_columns, .rows = (const Str *const *)list, .n_rows = n
    };
    return RC_OK;
}

void roster_write_csv(Buf *out, const RosterTable *table)
{
    CsvWriter w;
    csv_writer_init(&w, out);
    csv_write_bom(&w);
    for (size_t i = 0; i < table->n_columns; i++)
        csv_write_text(&w, str_c(table->columns[i]));
    csv_end_row(&w);
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t i = 0; i < table->n_columns; i++)
            csv_write_text(&w, table->rows[r][i]);
        csv_end_row(&w);
    }
}

/* ---- reading one ---- */

typedef struct Reading {
    App *app;
    Arena *arena;
    const RosterShape *shape;
    RosterTable now;
    Map by_key;                 /* of what stands: key -> const Str *cells */
    Map by_id;                  /* id as text -> the same */
    Map seen;                   /* keys of the file */
    Map units;                  /* code -> int64_t id */
    Map people;                 /* login or id -> int64_t id */
    int at[ROSTER_COLUMNS_MAX]; /* of each column in the file; -1: it has none */
    size_t n_file_columns;
    Effects rows;
    RosterChange change;
    Map next_credential; /* person as text -> int64_t, credentials are numbered by person */
} Reading;

static Str key_of(Reading *r, const Str *cells)
{
    Str key = STR_NONE;
    for (size_t i = 0; i < r->shape->n_columns; i++) {
        if (r->shape->columns[i].key)
            key = arena_printf(r->arena, "%.*s%.*s\x1f", STR_ARG(key), STR_ARG(cells[i]));
    }
    return key;
}

/* People who may not sign in have no login; they are known by their id alone. */
static bool has_key(const Reading *r, const Str *cells)
{
    for (size_t i = 0; i < r->shape->n_columns; i++) {
        const RosterColumn *column = &r->shape->columns[i];
        if (column->key && column->kind == CELL_TEXT && !cells[i].n)
            return false;
    }
    return true;
}

static void put_id(Arena *arena, Map *map, Str name, Str id)
{
    int64_t *value = ARENA_NEW(arena, int64_t);
    if (name.n && str_to_i64(id, value))
        map_put(map, name, value);
}

static Rc read_names(Reading *r, Db *db, Err *err)
{
    RosterTable table;
    TRY(roster_table(db, r->app->j, ROSTER_UNITS, r->arena, &table, err));
    for (size_t i = 0; i < table.n_rows; i++)
        put_id(r->arena, &r->units, table.rows[i][1], table.rows[i][0]);
    TRY(roster_table(db, r->app->j, ROSTER_PEOPLE, r->arena, &table, err));
    for (size_t i = 0; i < table.n_rows; i++) {
        put_id(r->arena, &r->people, table.rows[i][1], table.rows[i][0]);
        put_id(r->arena, &r->people, table.rows[i][0], table.rows[i][0]);
    }
    return RC_OK;
}

static void index_now(Reading *r)
{
    for (size_t i = 0; i < r->now.n_rows; i++) {
        const Str *cells = r->now.rows[i];
        if (has_key(r, cells))
            map_put(&r->by_key, key_of(r, cells), (void *)(uintptr_t)cells);
        if (r->shape->columns[0].kind == CELL_ID && r->shape != &shapes[ROSTER_CREDENTIALS])
            map_put(&r->by_id, cells[0], (void *)(uintptr_t)cells);
    }
}

static Rc start(Reading *r, Roster roster, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    Map *const maps[] = { &r->by_key, &r->by_id, &r->seen, &r->units, &r->people, &r->next_credential };
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        map_init(maps[i], r->arena);
    TRY(app_reader(r->app, &db, err));
    TRY(read_names(r, db, err));
    TRY(roster_table(db, r->app->j, roster, r->arena, &r->now, err));
    index_now(r);
    return RC_OK;
}

static void problem(Reading *r, size_t line, const char *column, Str value, RosterFault fault)
{
    RosterChange *change = &r->change;
    if (!change->problems)
        change->problems = ARENA_ARRAY(r->arena, RosterProblem, ROSTER_PROBLEMS_MAX);
    if (change->n_problems < ROSTER_PROBLEMS_MAX)
        change->problems[change->n_problems++] =
            (RosterProblem){ .line = line, .column = str_c(column), .value = value, .fault = fault };
}

static Rc read_header(Reading *r, const CsvRow *row, Err *err)
{
    const RosterShape *shape = r->shape;
    r->n_file_columns = row->n;
    for (size_t i = 0; i < shape->n_columns; i++) {
        r->at[i] = -1;
        for (size_t k = 0; k < row->n; k++) {
            if (str_eq_c(str_trim(row->cells[k]), shape->columns[i].name))
                r->at[i] = (int)k;
        }
        if (r->at[i] < 0 && (shape->columns[i].key || !shape->columns[i].optional))
            return err_at(err, RC_INVALID, "1:1", "the header has no column '%s'", shape->columns[i].name);
    }
    for (size_t k = 0; k < row->n; k++) {
        bool known = false;
        for (size_t i = 0; i < shape->n_columns; i++)
            known = known || str_eq_c(str_trim(row->cells[k]), shape->columns[i].name);
        if (!known)
            return err_at(err, RC_INVALID, "1:1", "there is no column '%.*s' in this list", STR_ARG(row->cells[k]));
    }
    return RC_OK;
}

static bool has_role(const LawPack *pack, Str role)
{
    return map_get(&pack->roles_by_id, role) != NULL;
}

static bool has_unit_kind(const LawPack *pack, Str kind)
{
    for (size_t i = 0; i < pack->n_unit_kinds; i++) {
        if (str_eq(pack->unit_kinds[i].id, kind))
            return true;
    }
    return false;
}

/* One cell as a member of the row that is put. */
static void read_value(Reading *r, size_t line, const RosterColumn *column, Str cell, Json *row)
{
    const LawPack *pack = app_pack(r->app);
    const int64_t *id = NULL;
    Day day;
    Json value = json_null();
    if (!cell.n && !column->optional) {
        problem(r, line, column->name, cell, ROSTER_EMPTY);
        return;
    }
    switch (column->kind) {
    case CELL_TEXT: value = json_str(cell); break;
    case CELL_ID: break; /* given below */
    case CELL_DAY:
        if (cell.n && !day_parse(cell, &day))
            problem(r, line, column->name, cell, ROSTER_DAY);
        else if (cell.n)
            value = json_int(day);
        break;
    case CELL_UNIT:
        id = map_get(&r->units, cell);
        if (cell.n && !id)
            problem(r, line, column->name, cell, ROSTER_NO_UNIT);
        value = id ? json_int(*id) : column->key ? json_int(0) : json_null();
        break;
    case CELL_PERSON:
        id = map_get(&r->people, cell);
        if (!id)
            problem(r, line, column->name, cell, ROSTER_NO_PERSON);
        value = json_int(id ? *id : 0);
        break;
    case CELL_ROLE:
        if (!has_role(pack, cell))
            problem(r, line, column->name, cell, ROSTER_NO_ROLE);
        value = json_str(cell);
        break;
    case CELL_UNIT_KIND:
        if (!has_unit_kind(pack, cell))
            problem(r, line, column->name, cell, ROSTER_NO_KIND);
        value = json_str(cell);
        break;
    }
    if (value.type != JSON_NULL || column->kind != CELL_ID)
        json_add(r->arena, row, str_c(column->member), value);
}

/* Credentials are numbered within their person, all else by the entry that puts it. */
static int64_t new_id(Reading *r, const Json *row)
{
    if (r->shape != &shapes[ROSTER_CREDENTIALS])
        return 0;
    Str person = arena_printf(r->arena, "%lld", (long long)json_get_int(row, STR("person"), 0));
    int64_t *next = map_get(&r->next_credential, person);
    if (!next) {
        next = ARENA_NEW(r->arena, int64_t);
        *next = 0;
        for (size_t i = 0; i < r->now.n_rows; i++) {
            const int64_t *holder = map_get(&r->people, r->now.rows[i][1]);
            int64_t id = 0;
            if (holder && *holder == json_get_int(row, STR("person"), 0) && str_to_i64(r->now.rows[i][0], &id) &&
                id > *next)
                *next = id;
        }
        map_put(&r->next_credential, person, next);
    }
    return ++*next;
}

static void read_row(Reading *r, const CsvRow *file_row)
{
    const RosterShape *shape = r->shape;
    Str cells[ROSTER_COLUMNS_MAX];
    if (file_row->n != r->n_file_columns) {
        problem(r, file_row->line, "", STR_NONE, ROSTER_COLUMNS);
        return;
    }
    for (size_t i = 0; i < shape->n_columns; i++)
        cells[i] = r->at[i] < 0 ? STR_NONE : str_trim(file_row->cells[r->at[i]]);
    const Str *before = cells[0].n && shape->columns[0].kind == CELL_ID ? map_get(&r->by_id, cells[0]) : NULL;
    if (!before && has_key(r, cells))
        before = map_get(&r->by_key, key_of(r, cells));
    for (size_t i = 0; before && i < shape->n_columns; i++) {
        if (r->at[i] < 0 || shape->columns[i].kind == CELL_ID)
            cells[i] = before[i];
    }
    Str key = has_key(r, cells) ? key_of(r, cells) : STR_NONE;
    if (key.n && map_put(&r->seen, key, r))
        problem(r, file_row->line, shape->columns[0].name, cells[0], ROSTER_TWICE);
    bool same = before != NULL;
    for (size_t i = 0; same && i < shape->n_columns; i++)
        same = str_eq(before[i], cells[i]);
    if (same) {
        r->change.n_same++;
        return;
    }
    Json row = json_obj();
    for (size_t i = 0; i < shape->n_columns; i++)
        read_value(r, file_row->line, &shape->columns[i], cells[i], &row);
    int64_t id = 0;
    if (before)
        str_to_i64(cells[0], &id);
    if (shape->columns[0].kind == CELL_ID)
        json_set(r->arena, &row, STR("id"), json_int(before ? id : new_id(r, &row)));
    effects_add(r->arena, &r->rows, (Effect){ .kind = EFFECT_PUT, .name = str_c(shape->table), .value = row });
    r->change.n_changed += before != NULL;
    r->change.n_new += before == NULL;
}

static Rc read_rows(Reading *r, Str csv, Err *err)
{
    CsvReader reader;
    bool header = false;
    csv_reader_init(&reader, csv, &(CsvOptions){ .rows_max = ROSTER_ROWS_MAX });
    for (;;) {
        CsvRow row;
        bool found = false;
        TRY(csv_read_row(&reader, r->arena, &row, &found, err));
        if (!found)
            return header ? RC_OK : err_at(err, RC_INVALID, "1:1", "the file has no header");
        if (!header)
            TRY(read_header(r, &row, err));
        else if (row.n > 1 || row.cells[0].n)
            read_row(r, &row);
        header = true;
    }
}

static Rc write_rows(Reading *r, int64_t actor, Err *err)
{
    for (size_t from = 0; from < r->rows.n; from += PUT_ROWS) {
        Effects part = { 0 };
        for (size_t i = from; i < r->rows.n && i < from + PUT_ROWS; i++)
            effects_add(r->arena, &part, r->rows.items[i]);
        TRY(app_put(r->app, &part, STR("roster"), actor, NULL, err));
    }
    return RC_OK;
}

Rc roster_read_csv(App *app, Roster roster, Str csv, int64_t actor, bool preview, Arena *arena, RosterChange *ret,
                   Err *err)
{
    Reading r = { .app = app, .arena = arena, .shape = &shapes[roster] };
    TRY(start(&r, roster, err));
    TRY(read_rows(&r, csv, err));
    if (!preview && !r.change.n_problems)
        TRY(write_rows(&r, actor, err));
    *ret = r.change;
    return RC_OK;
}

/* ---- catalogues of the pack ---- */

Str catalogue_csv(const LawPack *pack, Str name)
{
    const LawCatalogue *catalogue = law_catalogue(pack, name);
    for (size_t i = 0; catalogue && i < pack->n_files; i++) {
        if (str_eq(pack->files[i].path, catalogue->path))
            return pack->files[i].bytes;
    }
    return STR_NONE;
}

/* The first cells of a file's rows, and the names in its header. */
static Rc read_ids(Arena *arena, Str csv, Map *columns, Map *ids, Err *err)
{
    CsvReader reader;
    bool header = true;
    csv_reader_init(&reader, csv, &(CsvOptions){ .rows_max = ROSTER_ROWS_MAX });
    for (;;) {
        CsvRow row;
        bool found = false;
        TRY(csv_read_row(&reader, arena, &row, &found, err));
        if (!found)
            return RC_OK;
        for (size_t i = 0; header && i < row.n; i++) {
            Str rest;
            map_put(columns, str_trim(str_cut(row.cells[i], ':', &rest)), columns);
        }
        if (!header)
            map_put(ids, row.cells[0], ids);
        header = false;
    }
}

/* What acts were judged by stays readable: a list may grow and rows may end, but no row and no column goes away. */
static Rc check_keeps(Arena *arena, const LawCatalogue *catalogue, Str csv, Err *err)
{
    Map columns;
    Map ids;
    map_init(&columns, arena);
    map_init(&ids, arena);
    TRY(read_ids(arena, csv, &columns, &ids, err));
    for (size_t i = 0; i < catalogue->n_columns; i++) {
        if (!map_get(&columns, catalogue->columns[i]))
            return err_at(err, RC_INVALID, "1:1", "the column '%.*s' is missing; rules and forms may read it",
                          STR_ARG(catalogue->columns[i]));
    }
    for (size_t i = 0; i < catalogue->n_items; i++) {
        if (!map_get(&ids, catalogue->items[i].id))
            return err_set(err, RC_INVALID, "the row '%.*s' is missing; give it a last day in valid_to instead",
                           STR_ARG(catalogue->items[i].id));
    }
    return RC_OK;
}

Rc catalogue_put(App *app, Str name, Str csv, Day from, int64_t actor, Arena *arena, const LawIssue **ret_issues,
                 size_t *ret_n_issues, Err *err)
{
    const LawPack *pack = app_pack(app);
    const LawCatalogue *catalogue = pack ? law_catalogue(pack, name) : NULL;
    if (!catalogue)
        return err_set(err, RC_NOT_FOUND, "the pack has no catalogue '%.*s'", STR_ARG(name));
    TRY(check_keeps(arena, catalogue, csv, err));
    LawFile *files = ARENA_ARRAY(arena, LawFile, pack->n_files);
    for (size_t i = 0; i < pack->n_files; i++) {
        files[i] = pack->files[i];
        if (str_eq(files[i].path, catalogue->path))
            files[i].bytes = csv;
    }
    if (from == DAY_NONE)
        from = instant_day(app_now(app), pack->zone_minutes);
    return app_adopt_files(app, files, pack->n_files, from, actor, arena, ret_issues, ret_n_issues, err);
}
