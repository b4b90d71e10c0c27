/* The rule catalogue, 314 rules with one case each that complies and one that does not: every expression parses,
 * applies to both cases, and decides them as the catalogue says. Working days come from the catalogue's own calendar.
 *
 * Usage: law_rules_tests FOLDER, which holds rules.csv, fields.csv and reference/calendar.json. Exit 77 (skipped) when
 * the folder is not there. Contexts are JSON, which is FEEL too: text stays text, also where it is a date. */
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "core/law/feel_law.h"
#include "lib/fmt/csv.h"

enum { FILE_MAX = 8 * 1024 * 1024, SKIPPED = 77, RULES_MIN = 314, UNDECLARED_MAX = 7 };

typedef struct Calendar {
    Map special; /* "2026-10-01" -> "off" or "work" */
} Calendar;

static bool is_workday(void *ctx, Day day, bool *ret_known)
{
    const Calendar *calendar = ctx;
    char text[64];
    Civil c = day_to_civil(day);
    snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
    const char *special = map_get(&calendar->special, str_c(text));
    *ret_known = true; /* as the reference does: a year without a notice has only weekends */
    return special ? special[0] == 'w' : day_weekday(day) <= 5;
}

static bool read_file(Arena *arena, const char *folder, const char *name, Str *ret)
{
    FILE *file = fopen(arena_printf(arena, "%s/%s", folder, name).p, "rb");
    if (!file)
        return false;
    char *bytes = arena_alloc(arena, FILE_MAX);
    *ret = (Str){ bytes, fread(bytes, 1, FILE_MAX, file) };
    fclose(file);
    return true;
}

static FeelValue literal(Arena *arena, Str text)
{
    const FeelExpr *expr;
    Err err;
    FeelEnv env = { 0 };
    if (feel_parse(arena, NULL, text, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK) {
        printf("%s %s: %.*s\n", err.place, err.text, STR_ARG(text));
        exit(1);
    }
    return feel_eval(expr, &env, feel_null(), arena, NULL);
}

static void load_calendar(Arena *arena, Str json, Calendar *calendar)
{
    static char off[] = "off";
    static char work[] = "work";
    FeelValue value = literal(arena, json);
    map_init(&calendar->special, arena);
    const FeelValue *days = feel_get(value, STR("off"));
    for (size_t i = 0; i < days->as.list->n; i++)
        map_put(&calendar->special, feel_to_str(days->as.list->items[i]), off);
    days = feel_get(value, STR("work"));
    for (size_t i = 0; i < days->as.list->n; i++)
        map_put(&calendar->special, feel_to_str(days->as.list->items[i]), work);
}

typedef struct Catalogue {
    Arena *arena;
    FeelScope *scope;
    Str names[4096];
    size_t n_names;
    LawHost host;
    int failed;
    int evaluated;
    int undeclared; /* expressions with a field that fields.csv does not list */
} Catalogue;

static CsvRow next_row(Catalogue *c, CsvReader *reader, bool *ret_found)
{
    CsvRow row;
    Err err;
    if (csv_read_row(reader, c->arena, &row, ret_found, &err) != RC_OK) {
        printf("%s %s\n", err.place, err.text);
        exit(1);
    }
    return row;
}

/* The part of "a.b" or "a[].b" before its first separator is the name an expression may use. */
static void declare_fields(Catalogue *c, Str csv)
{
    CsvReader reader;
    csv_reader_init(&reader, csv, NULL);
    bool found;
    for (CsvRow row = next_row(c, &reader, &found); found; row = next_row(c, &reader, &found)) {
        Str name = row.cells[0];
        for (size_t i = 0; i < name.n; i++)
            if (name.p[i] == '.' || name.p[i] == '[')
                name.n = i;
        int slot = feel_scope_add(c->scope, name, -1);
        c->names[slot] = name;
        c->n_names = feel_scope_slots(c->scope);
    }
}

typedef struct Case {
    const Catalogue *catalogue;
    FeelValue context;
} Case;

static FeelValue field(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    const Case *one = ctx;
    const FeelValue *v = feel_get(one->context, one->catalogue->names[slot]);
    if (!v && str_eq_c(one->catalogue->names[slot], "as_of"))
        return feel_str(STR("2026-11-23"));
    return v ? *v : feel_null();
}

static FeelEnv env_of(Case *one)
{
    const FeelValue *as_of = feel_get(one->context, STR("as_of"));
    Str text = as_of ? feel_to_str(*as_of) : STR("2026-11-23");
    Day day;
    int64_t now_ms;
    if (day_parse(text, &day))
        now_ms = day_start(day, 480);
    else if (!instant_parse(text, 480, &now_ms))
        exit(1);
    LawHost *host = arena_alloc(one->catalogue->arena, sizeof *host);
    *host = one->catalogue->host;
    return (FeelEnv){ .slot = field, .ctx = one, .host = host, .now_ms = now_ms, .zone_minutes = 480 };
}

static const FeelExpr *parse(Catalogue *c, Str id, Str text)
{
    const FeelExpr *expr = NULL;
    Err err;
    if (feel_parse(c->arena, c->scope, text, (FeelParseOptions){ 0 }, &expr, &err) == RC_OK)
        return expr;
    /* fields.csv lacks some optional fields, which its two cases do not have either. */
    if (++c->undeclared <= UNDECLARED_MAX &&
        feel_parse(c->arena, c->scope, text, (FeelParseOptions){ .dynamic_names = true }, &expr, &err) == RC_OK)
        return expr;
    printf("%.*s: %s %s\n  %.*s\n", STR_ARG(id), err.place, err.text, STR_ARG(text));
    c->failed++;
    return NULL;
}

static void expect(Catalogue *c, Str id, const FeelExpr *expr, Str context, bool wanted)
{
    if (!expr)
        return;
    Case one = { .catalogue = c, .context = literal(c->arena, context) };
    FeelEnv env = env_of(&one);
    Str reason;
    FeelValue v = feel_eval(expr, &env, feel_null(), c->arena, &reason);
    c->evaluated++;
    if (v.type == FEEL_BOOL && v.as.b == wanted)
        return;
    c->failed++;
    printf("%.*s: %.*s instead of %s (%.*s)\n  %.*s\n  %.*s\n", STR_ARG(id), STR_ARG(feel_print(c->arena, v)),
           wanted ? "true" : "false", STR_ARG(reason), STR_ARG(feel_expr_text(expr)), STR_ARG(context));
}

static size_t column(const CsvRow *header, const char *name)
{
    for (size_t i = 0; i < header->n; i++)
        if (str_eq_c(header->cells[i], name))
            return i;
    printf("rules.csv has no column %s\n", name);
    exit(1);
}

static int check_rules(Catalogue *c, Str csv)
{
    CsvReader reader;
    csv_reader_init(&reader, csv, NULL);
    bool found;
    int rules = 0;
    CsvRow header = next_row(c, &reader, &found);
    size_t applies = column(&header, "applies_when");
    size_t check = column(&header, "check_expr");
    size_t positive = column(&header, "test_positive_json");
    size_t negative = column(&header, "test_negative_json");
    for (CsvRow row = next_row(c, &reader, &found); found; row = next_row(c, &reader, &found)) {
        Str id = row.cells[0];
        const FeelExpr *when = parse(c, id, row.cells[applies]);
        const FeelExpr *complied = parse(c, id, row.cells[check]);
        expect(c, id, when, row.cells[positive], true);
        expect(c, id, when, row.cells[negative], true);
        expect(c, id, complied, row.cells[positive], true);
        expect(c, id, complied, row.cells[negative], false);
        rules++;
    }
    return rules;
}

int main(int argc, char **argv)
{
    static Catalogue c;
    Arena *arena = arena_new(0);
    Calendar calendar;
    Str rules;
    Str fields;
    Str days;
    if (argc < 2 || !read_file(arena, argv[1], "rules.csv", &rules) ||
        !read_file(arena, argv[1], "fields.csv", &fields) ||
        !read_file(arena, argv[1], "reference/calendar.json", &days)) {
        printf("no rule catalogue: skipped\n");
        arena_free(arena);
        return SKIPPED;
    }
    load_calendar(arena, days, &calendar);
    c.arena = arena;
    c.scope = feel_scope_new(arena, NULL);
    LawHostCalendar national = { .name = STR("national"), .is_workday = is_workday, .ctx = &calendar };
    c.host = (LawHost){ .calendars = &national, .n_calendars = 1 };
    feel_law_register(c.scope, LAW_NAMES_OPEN);
    c.names[feel_scope_add(c.scope, STR("as_of"), -1)] = STR("as_of");
    declare_fields(&c, fields);
    int n = check_rules(&c, rules);
    printf("%d rules, %d evaluations, %d failures; %d expressions with unlisted fields\n", n, c.evaluated, c.failed,
           c.undeclared);
    arena_free(arena);
    return c.failed > 0 || n < RULES_MIN;
}
