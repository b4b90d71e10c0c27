/* Plans as they are written: what is read here has been checked against the pack, so that telling cannot fail. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo/plans_internal.h"
#include "lib/os/file.h"

enum { MESSAGE_MAX = 400, LISTED_MAX = 240 };

/* ---- mistakes ---- */

LawPlace spec_at(const SpecReader *r, const YamlNode *node)
{
    return (LawPlace){ .path = r->path, .line = node ? node->line : 1, .col = node ? node->col : 1 };
}

LawPlace spec_at_key(const SpecReader *r, const YamlPair *pair)
{
    return (LawPlace){ .path = r->path, .line = pair->line, .col = pair->col };
}

void spec_issue(SpecReader *r, LawPlace at, Str hint, const char *format, ...)
{
    char text[MESSAGE_MAX];
    va_list args;
    if (r->n_issues >= SPEC_ISSUES_MAX)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t whole = strlen(text);
    (void)str_is_utf8(str_c(text), &whole);
    *ARENA_PUSH(r->arena, r->issues, r->n_issues, r->cap_issues) =
        (LawIssue){ .at = at, .text = arena_str(r->arena, (Str){ text, whole }), .hint = hint };
}

Str spec_listed(Arena *arena, const Str *names, size_t n)
{
    char text[LISTED_MAX];
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < n; i++) {
        if (used + names[i].n + 8 >= sizeof text) {
            used += (size_t)snprintf(text + used, sizeof text - used, " …");
            break;
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.*s", i ? ", " : "", STR_ARG(names[i]));
    }
    return arena_str(arena, (Str){ text, used });
}

static Str known_keys(Arena *arena, const char *const *known)
{
    Str names[64];
    size_t n = 0;
    while (known[n] && n < ARRAY_LEN(names)) {
        names[n] = str_c(known[n]);
        n++;
    }
    return arena_printf(arena, "known here: %s", spec_listed(arena, names, n).p);
}

void spec_keys(SpecReader *r, const YamlNode *map, const char *const *known)
{
    for (size_t i = 0; i < map->n && map->kind == YAML_MAP; i++) {
        size_t k = 0;
        while (known[k] && !str_eq_c(map->pairs[i].key, known[k]))
            k++;
        if (!known[k])
            spec_issue(r, spec_at_key(r, &map->pairs[i]), known_keys(r->arena, known), "unknown key %.*s",
                       STR_ARG(map->pairs[i].key));
    }
}

/* ---- small things ---- */

bool spec_int(SpecReader *r, const YamlNode *node, int64_t min, int64_t max, int64_t *ret)
{
    int64_t value = 0;
    if (!node || node->kind != YAML_SCALAR || !str_to_i64(node->text, &value) || value < min || value > max) {
        spec_issue(r, spec_at(r, node), STR_NONE, "a whole number between %lld and %lld is expected", (long long)min,
                   (long long)max);
        return false;
    }
    *ret = value;
    return true;
}

bool spec_number(SpecReader *r, const YamlNode *node, double *ret)
{
    char *end = NULL;
    double value = node && node->kind == YAML_SCALAR && node->text.n ? strtod(node->text.p, &end) : 0;
    if (!end || *end || !isfinite(value) || fabs(value) > 1e12) {
        spec_issue(r, spec_at(r, node), STR_NONE, "a number is expected");
        return false;
    }
    *ret = value;
    return true;
}

bool spec_range(SpecReader *r, const YamlNode *node, double min, double max, double *ret_lo, double *ret_hi)
{
    bool pair = node->kind == YAML_SEQ && node->n == 2;
    if (!pair && node->kind != YAML_SCALAR) {
        spec_issue(r, spec_at(r, node), STR("for example [2, 5]"), "a number or two numbers are expected");
        return false;
    }
    if (!spec_number(r, pair ? node->items[0] : node, ret_lo) || !spec_number(r, pair ? node->items[1] : node, ret_hi))
        return false;
    if (*ret_lo >= min && *ret_lo <= *ret_hi && *ret_hi <= max)
        return true;
    spec_issue(r, spec_at(r, node), STR_NONE, "the numbers must ascend and lie between %g and %g", min, max);
    return false;
}

static bool read_day(SpecReader *r, const YamlNode *node, Day *ret)
{
    const Demo *d = r->d;
    Day day;
    if (node->kind != YAML_SCALAR || !day_parse(node->text, &day) || day < d->first || day > d->status) {
        spec_issue(r, spec_at(r, node), STR_NONE, "a day of the demonstration is expected, %s to %s",
                   day_print(r->arena, d->first).p, day_print(r->arena, d->status).p);
        return false;
    }
    *ret = day;
    return true;
}

bool spec_bool(SpecReader *r, const YamlNode *node)
{
    if (!node)
        return false;
    if (node->kind != YAML_SCALAR || (!str_eq(node->text, STR("true")) && !str_eq(node->text, STR("false"))))
        spec_issue(r, spec_at(r, node), STR_NONE, "true or false is expected");
    return str_eq(node->text, STR("true"));
}

static Str read_text(SpecReader *r, const YamlNode *map, const char *key)
{
    Str text = words_text(map, key);
    if (!text.n)
        spec_issue(r, spec_at(r, map), STR_NONE, "%s is missing", key);
    return text;
}

bool spec_role(SpecReader *r, const YamlNode *node)
{
    const Staff *staff = &r->d->staff;
    if (node->kind != YAML_SCALAR || !map_get(&r->pack->roles_by_id, node->text)) {
        Str names[128];
        size_t n = 0;
        for (; n < r->pack->n_roles && n < ARRAY_LEN(names); n++)
            names[n] = r->pack->roles[n].id;
        spec_issue(r, spec_at(r, node), arena_printf(r->arena, "roles: %s", spec_listed(r->arena, names, n).p),
                   "unknown role %.*s", STR_ARG(node->text));
        return false;
    }
    for (size_t i = 0; i < staff->n_people; i++)
        for (size_t k = 0; k < staff->people[i].n_roles; k++)
            if (str_eq(staff->people[i].roles[k], node->text))
                return true;
    spec_issue(r, spec_at(r, node), STR("give it to somebody in demo/people.yaml"), "nobody has the role %.*s",
               STR_ARG(node->text));
    return false;
}

/* ---- days ---- */

static void read_months(SpecReader *r, const YamlNode *node, SpecDays *days)
{
    if (node->kind != YAML_SEQ || node->n != 12) {
        spec_issue(r, spec_at(r, node), STR_NONE, "months must be twelve numbers");
        return;
    }
    double sum = 0;
    for (size_t m = 0; m < 12; m++) {
        if (!spec_number(r, node->items[m], &days->months[m]))
            return;
        int year = day_to_civil(r->d->first).year;
        Day first = day_from_civil((Civil){ year, (int)m + 1, 1 });
        Day last = first + civil_days_in_month(year, (int)m + 1) - 1;
        if (days->months[m] < 0 || (days->months[m] > 0 && (last < days->from || first > days->to)))
            spec_issue(r, spec_at(r, node->items[m]), STR("from and to leave no day in that month"),
                       "month %zu cannot have a share", m + 1);
        sum += days->months[m];
    }
    days->has_months = sum > 0;
    if (sum <= 0)
        spec_issue(r, spec_at(r, node), STR_NONE, "months must not all be 0");
}

static void read_bursts(SpecReader *r, const YamlNode *node, SpecDays *days)
{
    static const char *const known[] = { "from", "to", "weight", NULL };
    if (node->kind != YAML_SEQ || node->n > SPEC_ITEMS_MAX) {
        spec_issue(r, spec_at(r, node), STR("[{from: 2023-06-01, to: 2023-06-30, weight: 3}]"),
                   "bursts must be a list");
        return;
    }
    SpecBurst *bursts = ARENA_ARRAY(r->arena, SpecBurst, node->n);
    for (size_t i = 0; i < node->n; i++) {
        const YamlNode *item = node->items[i];
        const YamlNode *from = yaml_get(item, STR("from"));
        const YamlNode *to = yaml_get(item, STR("to"));
        const YamlNode *weight = yaml_get(item, STR("weight"));
        spec_keys(r, item, known);
        if (!from || !to || !weight) {
            spec_issue(r, spec_at(r, item), STR_NONE, "a burst has from, to and weight");
            continue;
        }
        SpecBurst *b = &bursts[days->n_bursts];
        if (read_day(r, from, &b->from) && read_day(r, to, &b->to) && spec_number(r, weight, &b->weight))
            days->n_bursts++;
    }
    days->bursts = bursts;
}

static void read_exact_days(SpecReader *r, const YamlNode *node, SpecDays *days)
{
    if (node->kind != YAML_SEQ || !node->n || node->n > SPEC_ITEMS_MAX) {
        spec_issue(r, spec_at(r, node), STR_NONE, "on must be a list of days");
        return;
    }
    Day *on = ARENA_ARRAY(r->arena, Day, node->n);
    for (size_t i = 0; i < node->n; i++)
        if (read_day(r, node->items[i], &on[days->n_on]))
            days->n_on++;
    days->on = on;
}

static void read_weights(SpecReader *r, const YamlNode *node, SpecDays *days)
{
    static const char *const names[] = { "workdays", "everyday", "appeals" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (node->kind == YAML_SCALAR && str_eq_c(node->text, names[i])) {
            days->weights = (SpecWeights)i;
            return;
        }
    spec_issue(r, spec_at(r, node), STR("workdays, everyday or appeals"), "unknown weights");
}

static const SpecDays *read_days(SpecReader *r, const YamlNode *node)
{
    static const char *const known[] = { "from", "to", "weights", "months", "weekend_share", "bursts", "on", NULL };
    SpecDays *days = ARENA_NEW(r->arena, SpecDays);
    *days = (SpecDays){ .from = r->d->first, .to = r->d->status, .off_share = -1 };
    if (!node)
        return days;
    if (node->kind != YAML_MAP) {
        spec_issue(r, spec_at(r, node), known_keys(r->arena, known), "days must be a mapping");
        return days;
    }
    spec_keys(r, node, known);
    const YamlNode *part;
    if ((part = yaml_get(node, STR("from"))))
        read_day(r, part, &days->from);
    if ((part = yaml_get(node, STR("to"))))
        read_day(r, part, &days->to);
    if (days->from > days->to)
        spec_issue(r, spec_at(r, node), STR_NONE, "from must not lie after to");
    if ((part = yaml_get(node, STR("weights"))))
        read_weights(r, part, days);
    if ((part = yaml_get(node, STR("months"))))
        read_months(r, part, days);
    if ((part = yaml_get(node, STR("bursts"))))
        read_bursts(r, part, days);
    if ((part = yaml_get(node, STR("on"))))
        read_exact_days(r, part, days);
    double share = 0;
    if ((part = yaml_get(node, STR("weekend_share"))) && spec_range(r, part, 0, 100, &share, &share))
        days->off_share = share;
    return days;
}

/* ---- variables ---- */

bool spec_is_name(Str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || name.p[i] == '_' ||
              (i && name.p[i] >= '0' && name.p[i] <= '9')))
            return false;
    return name.n > 0;
}

/* Appends to what is declared; later ones may use earlier ones. */
static void read_vars(SpecReader *r, const YamlNode *node, SpecVar *vars)
{
    if (!node || yaml_is_null(node))
        return;
    if (node->kind != YAML_MAP) {
        spec_issue(r, spec_at(r, node), STR_NONE, "vars must be a mapping");
        return;
    }
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        if (!spec_is_name(pair->key))
            spec_issue(r, spec_at_key(r, pair), STR_NONE, "names of variables are small letters, digits and _");
        if (r->n_vars == SPEC_VARS_MAX) {
            spec_issue(r, spec_at_key(r, pair), STR_NONE, "at most %d variables", SPEC_VARS_MAX);
            return;
        }
        /* One that is wrong stays declared, so that it is complained about once. */
        SpecVar *var = &vars[r->n_vars];
        *var = (SpecVar){ .name = pair->key };
        (void)spec_read_value(r, pair->value, &var->value);
        r->n_vars++;
    }
}

/* ---- paths and plans ---- */

static void read_path(SpecReader *r, const LawProcedure *procedure, const YamlNode *node, const SpecDays *days,
                      SpecVar *vars, SpecPath *path)
{
    static const char *const known[] = { "n", "rest", "vars", "days", "acts", "note", NULL };
    const YamlNode *own = yaml_get(node, STR("days"));
    size_t n_shared = r->n_vars;
    spec_keys(r, node, known);
    *path = (SpecPath){ .n_shared = n_shared, .days = own ? read_days(r, own) : days };
    r->n_filled = 0;
    read_vars(r, yaml_get(node, STR("vars")), vars);
    spec_read_steps(r, procedure, yaml_get(node, STR("acts")), 0, &path->steps, &path->n_steps);
    SpecVar *kept = ARENA_ARRAY(r->arena, SpecVar, r->n_vars);
    if (r->n_vars)
        memcpy(kept, vars, r->n_vars * sizeof *vars);
    path->vars = kept;
    path->n_vars = r->n_vars;
    r->n_vars = n_shared;
}

/* Shares of a total need room for the least part of each. */
static void check_shares(SpecReader *r, const SpecVar *vars, size_t from, size_t to, int64_t n)
{
    for (size_t i = from; i < to; i++) {
        const SpecValue *v = &vars[i].value;
        if (v->kind == SPEC_SHARE && v->hi > 0 && n > v->lo / v->hi)
            spec_issue(r, v->at, STR_NONE, "%lld parts of at least %lld are more than %lld", (long long)n,
                       (long long)v->hi, (long long)v->lo);
    }
}

static void check_days(SpecReader *r, const YamlNode *node, const SpecDays *days, int64_t n)
{
    if (days->n_on && (int64_t)days->n_on > n)
        spec_issue(r, spec_at(r, node), STR_NONE, "on names %zu days for %lld matters", days->n_on, (long long)n);
}

static void read_paths(SpecReader *r, const YamlNode *node, const SpecDays *days, SpecVar *vars, PlanSpec *spec)
{
    const YamlNode *list = yaml_get(node, STR("paths"));
    if (!list || list->kind != YAML_SEQ || !list->n || list->n > SPEC_PATHS_MAX) {
        spec_issue(r, spec_at(r, list ? list : node), STR_NONE, "paths must be a list of 1 to %d", SPEC_PATHS_MAX);
        return;
    }
    SpecPath *paths = ARENA_ARRAY(r->arena, SpecPath, list->n);
    int64_t sum = 0;
    for (size_t i = 0; i < list->n; i++) {
        const YamlNode *item = list->items[i];
        const YamlNode *n = yaml_get(item, STR("n"));
        bool rest = spec_bool(r, yaml_get(item, STR("rest")));
        if (item->kind != YAML_MAP || (!n && !rest) || (n && rest) || (rest && i + 1 < list->n)) {
            spec_issue(r, spec_at(r, item), STR("n: 40, or in the last one rest: true"), "a path needs n or rest");
            continue;
        }
        read_path(r, spec->procedure, item, days, vars, &paths[i]);
        if (n && spec_int(r, n, 0, SPEC_MATTERS_MAX, &paths[i].n))
            sum += paths[i].n;
        if (rest)
            paths[i].n = spec->n > sum ? spec->n - sum : 0;
        if (rest && spec->n < sum)
            sum -= 1; /* reported below */
        else if (rest)
            sum = spec->n;
        check_shares(r, paths[i].vars, paths[i].n_shared, paths[i].n_vars, paths[i].n);
        if (paths[i].days != days)
            check_days(r, yaml_get(item, STR("days")), paths[i].days, paths[i].n);
    }
    if (sum != spec->n)
        spec_issue(r, spec_at(r, list), STR("let the last one say rest: true"),
                   "the paths have %lld matters, the plan %lld", (long long)sum, (long long)spec->n);
    spec->paths = paths;
    spec->n_paths = list->n;
}

static void read_plan(SpecReader *r, const YamlPair *pair, PlanSpec *spec)
{
    static const char *const known[] = { "procedure", "n", "days", "vars", "paths", "note", NULL };
    const YamlNode *node = pair->value;
    *spec = (PlanSpec){ .id = pair->key };
    if (node->kind != YAML_MAP) {
        spec_issue(r, spec_at_key(r, pair), known_keys(r->arena, known), "a plan must be a mapping");
        return;
    }
    spec_keys(r, node, known);
    Str procedure = read_text(r, node, "procedure");
    spec->procedure = law_procedure(r->pack, procedure);
    if (!spec->procedure && procedure.n)
        spec_issue(r, spec_at(r, yaml_get(node, STR("procedure"))), STR_NONE, "unknown procedure %.*s",
                   STR_ARG(procedure));
    if (!yaml_get(node, STR("n")))
        spec_issue(r, spec_at(r, node), STR_NONE, "n is missing");
    else
        spec_int(r, yaml_get(node, STR("n")), 0, SPEC_MATTERS_MAX, &spec->n);
    if (!spec->procedure)
        return;
    SpecVar *vars = ARENA_ARRAY(r->arena, SpecVar, SPEC_VARS_MAX);
    r->vars = vars;
    r->n_vars = 0;
    const SpecDays *days = read_days(r, yaml_get(node, STR("days")));
    check_days(r, node, days, spec->n);
    read_vars(r, yaml_get(node, STR("vars")), vars);
    check_shares(r, vars, 0, r->n_vars, spec->n);
    read_paths(r, node, days, vars, spec);
}

/* ---- files ---- */

/* A file that cannot be read as YAML is one mistake, at its place. */
static bool parse_file(SpecReader *r, const char *full, YamlNode **ret)
{
    Str bytes;
    Err err = { 0 };
    if (os_read_file(r->arena, full, YAML_BYTES_MAX, &bytes, &err) == RC_OK &&
        yaml_parse(r->arena, r->path, bytes, ret, &err) == RC_OK)
        return true;
    int line = 1;
    int col = 1;
    const char *place = err.place + (strlen(err.place) > r->path.n ? r->path.n : 0);
    (void)sscanf(place, ":%d:%d", &line, &col);
    spec_issue(r, (LawPlace){ .path = r->path, .line = line, .col = col }, STR_NONE, "%s", err.text);
    return false;
}

static void read_file(SpecReader *r, const char *full, PlanSpec *specs, size_t *n)
{
    static const char *const known[] = { "plans", "words", NULL };
    YamlNode *root = NULL;
    if (!parse_file(r, full, &root))
        return;
    spec_keys(r, root, known);
    const YamlNode *plans = yaml_get(root, STR("plans"));
    r->words = yaml_get(root, STR("words"));
    if (!plans || plans->kind != YAML_MAP) {
        spec_issue(r, spec_at(r, root), STR_NONE, "plans must be a mapping");
        return;
    }
    for (size_t i = 0; i < plans->n; i++) {
        for (size_t k = 0; k < *n; k++)
            if (str_eq(specs[k].id, plans->pairs[i].key))
                spec_issue(r, spec_at_key(r, &plans->pairs[i]), STR_NONE, "there is a plan %.*s already",
                           STR_ARG(specs[k].id));
        if (*n == SPECS_MAX) {
            spec_issue(r, spec_at_key(r, &plans->pairs[i]), STR_NONE, "at most %d plans", SPECS_MAX);
            return;
        }
        read_plan(r, &plans->pairs[i], &specs[(*n)++]);
    }
}

static int by_place(const void *pa, const void *pb)
{
    const LawIssue *a = pa;
    const LawIssue *b = pb;
    int order = str_cmp(a->at.path, b->at.path);
    order = order ? order : (a->at.line > b->at.line) - (a->at.line < b->at.line);
    order = order ? order : (a->at.col > b->at.col) - (a->at.col < b->at.col);
    return order ? order : str_cmp(a->text, b->text);
}

/* In order of place, each once: a variable that does not fit may be used many times. */
static void sort_issues(SpecReader *r)
{
    size_t kept = 0;
    if (r->n_issues)
        qsort(r->issues, r->n_issues, sizeof *r->issues, by_place);
    for (size_t i = 0; i < r->n_issues; i++)
        if (!kept || by_place(&r->issues[kept - 1], &r->issues[i]) != 0)
            r->issues[kept++] = r->issues[i];
    r->n_issues = kept;
}

Rc plans_read(const Demo *d, const LawPack *pack, const char *folder, PlanSpecs *ret, const LawIssue **ret_issues,
              size_t *ret_n_issues, Err *err)
{
    SpecReader r = { .d = d, .arena = d->arena, .pack = pack };
    Str dir = arena_printf(d->arena, "%s/demo/plans", folder);
    PlanSpec *specs = ARENA_ARRAY(d->arena, PlanSpec, SPECS_MAX);
    OsNames names = { 0 };
    size_t n = 0;
    *ret = (PlanSpecs){ 0 };
    if (!os_exists(dir.p))
        return RC_OK;
    TRY(os_list_dir(d->arena, dir.p, &names, err));
    r.filled = ARENA_ARRAY(d->arena, const LawField *, SPEC_FILLED_MAX);
    for (size_t i = 0; i < names.n; i++) {
        if (!str_ends(names.names[i], STR(".yaml")))
            continue;
        r.file = names.names[i];
        r.path = arena_printf(d->arena, "demo/plans/%.*s", STR_ARG(r.file));
        read_file(&r, arena_printf(d->arena, "%s/%.*s", dir.p, STR_ARG(r.file)).p, specs, &n);
    }
    sort_issues(&r);
    *ret_issues = r.issues;
    *ret_n_issues = r.n_issues;
    if (r.n_issues)
        return err_set(err, RC_INVALID, "the demonstration's plans have %zu mistakes", r.n_issues);
    *ret = (PlanSpecs){ specs, n };
    return RC_OK;
}
