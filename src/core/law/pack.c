#include "core/law/pack.h"

#include <stdlib.h>
#include <string.h>

#include "core/law/pack_private.h"
#include "core/law/tables.h"

const char *const law_standard_names[LAW_STD_COUNT] = {
    [LAW_STD_TODAY] = "today",
    [LAW_STD_AS_OF] = "as_of",
    [LAW_STD_ACT_DAY] = "act_day",
    [LAW_STD_ACT_TIME] = "act_time",
    [LAW_STD_NOW_TIME] = "now_time",
    [LAW_STD_MODE] = "mode",
    [LAW_STD_STAGE] = "stage",
    [LAW_STD_OPENED_DAY] = "opened_day",
    [LAW_STD_CLOSED_DAY] = "closed_day",
    [LAW_STD_OUTCOME] = "outcome",
    [LAW_STD_NUMBER] = "number",
    [LAW_STD_ACTOR] = "actor",
    [LAW_STD_HEAD] = "head",
    [LAW_STD_JURISDICTION] = "jurisdiction",
    [LAW_STD_CLOCKS] = "clocks",
    [LAW_STD_LINKS] = "links",
    [LAW_STD_HISTORY] = "history",
    [LAW_STD_UNITS] = "units",
};

/* ---- files ---- */

typedef struct FileKind {
    Str folder; /* with its slash; empty: the pack's own folder */
    Str name; /* the whole name in the folder, or an ending that begins with a dot; empty: anything below the folder */
    void (*read)(Loader *l, const LawFile *file); /* NULL: read by others, or for people */
    void (*finish)(Loader *l);                    /* when all files of the kind have been read; may be NULL */
} FileKind;

#define FOLDER(text)              \
    {                             \
        "" text, sizeof(text) - 1 \
    }

/* Read from top to bottom: each kind may refer to those before it. */
static const FileKind file_kinds[] = {
    { FOLDER(""), FOLDER("pack.yaml"), pack_read_head, NULL },
    { FOLDER("laws/"), FOLDER(".yaml"), pack_read_laws, NULL },
    { FOLDER("calendar/"), FOLDER(".json"), pack_read_calendar, NULL },
    { FOLDER("catalogues/"), FOLDER(".csv"), pack_read_catalogue, NULL },
    { FOLDER("tables/"), FOLDER(".csv"), NULL, NULL },
    { FOLDER("tables/"), FOLDER(".dmn"), NULL, pack_read_tables },
    { FOLDER("rules/"), FOLDER(".yaml"), pack_read_rules, NULL },
    { FOLDER("families/"), FOLDER(".yaml"), pack_read_family, NULL },
    { FOLDER("procedures/"), FOLDER(".yaml"), pack_read_procedure, NULL },
    { FOLDER("figures/"), FOLDER(".yaml"), pack_read_figures, pack_resolve_figures },
    { FOLDER("reports/"), FOLDER(".yaml"), pack_read_report, NULL },
    { FOLDER("imports/"), FOLDER(".yaml"), pack_read_import, NULL },
    { FOLDER("questions/"), FOLDER(".yaml"), pack_read_questions, pack_resolve_questions },
    { FOLDER(""), FOLDER("baselines.csv"), pack_read_baselines, NULL },
    { FOLDER(""), FOLDER("profiles.yaml"), pack_read_profiles, NULL },
    { FOLDER(""), FOLDER("pages.yaml"), pack_read_pages, NULL },
    { FOLDER("map/"), FOLDER(".json"), NULL, NULL },
    { FOLDER("reports/"), FOLDER(".md"), NULL, NULL },
    { FOLDER("templates/"), FOLDER(""), NULL, NULL },
    { FOLDER("demo/"), FOLDER(""), NULL, NULL },
    { FOLDER(""), FOLDER(".md"), NULL, NULL },
    { FOLDER(""), FOLDER("LICENSE"), NULL, NULL },
};

static const char *const required_files[] = { "pack.yaml", "profiles.yaml" };

static bool is_kind(const FileKind *kind, Str path)
{
    if (!str_starts(path, kind->folder))
        return false;
    Str name = str_slice(path, kind->folder.n, path.n);
    if (kind->name.n == 0)
        return true;
    if (kind->name.p[0] != '.')
        return str_eq(name, kind->name);
    return str_ends(name, kind->name) && name.n > kind->name.n && str_find(name, STR("/")) == SIZE_MAX;
}

static void check_file(Loader *l, const LawFile *file)
{
    LawPlace top = { .path = file->path, .line = 1, .col = 1 };
    size_t bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(file_kinds); i++) {
        if (!is_kind(&file_kinds[i], file->path))
            continue;
        if (file_kinds[i].read && !str_is_utf8(file->bytes, &bad)) {
            pack_issue(l, pack_at_byte(file, bad), STR("save it as UTF-8"), "the file is not UTF-8 text");
            l->unreadable = true;
        }
        return;
    }
    pack_issue(l, top, STR("see the table of files in docs/PACKS.md"), "nothing reads this file");
}

static int compare_files(const void *a, const void *b)
{
    return str_cmp(((const LawFile *)a)->path, ((const LawFile *)b)->path);
}

static Rc take_files(Loader *l, const LawFile *files, size_t n, Err *err)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes = bytes + files[i].bytes.n < bytes ? SIZE_MAX : bytes + files[i].bytes.n;
    if (n > PACK_FILES_MAX || bytes > PACK_BYTES_MAX)
        return err_set(err, RC_LIMIT, "a pack has at most %d files and %d bytes", PACK_FILES_MAX, PACK_BYTES_MAX);
    LawFile *sorted = ARENA_ARRAY(l->arena, LawFile, n + 1);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (LawFile){ arena_str(l->arena, files[i].path), arena_str(l->arena, files[i].bytes) };
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, compare_files);
    for (size_t i = 0; i < n; i++) {
        if (map_put(&l->files, sorted[i].path, &sorted[i]))
            return err_set(err, RC_INVALID, "the pack has two files '%.*s'", STR_ARG(sorted[i].path));
    }
    l->pack->files = sorted;
    l->pack->n_files = n;
    return RC_OK;
}

static void check_files(Loader *l)
{
    for (size_t i = 0; i < l->pack->n_files; i++)
        check_file(l, &l->pack->files[i]);
    for (size_t i = 0; i < ARRAY_LEN(required_files); i++) {
        Str path = str_c(required_files[i]);
        if (map_get(&l->files, path))
            continue;
        pack_issue(l, (LawPlace){ .path = path, .line = 1, .col = 1 }, STR("see docs/PACKS.md"),
                   "the pack has no file '%s'", required_files[i]);
        l->unreadable = true;
    }
}

static void read_kind(Loader *l, const FileKind *kind)
{
    for (size_t i = 0; kind->read && i < l->pack->n_files; i++) {
        const LawFile *file = &l->pack->files[i];
        size_t bad = 0;
        if (!is_kind(kind, file->path) || !str_is_utf8(file->bytes, &bad))
            continue;
        l->path = file->path;
        if (!l->unreadable)
            kind->read(l, file);
        else if (str_ends(file->path, STR(".yaml")))
            pack_parse(l, file);
    }
    if (kind->finish && !l->unreadable)
        kind->finish(l);
    /* From here on expressions may name parameters and catalogues. */
    l->pack->names = l->pack_names;
    l->pack->n_names = l->n_pack_names;
}

/* ---- the whole ---- */

/* Rules that no act uses are no mistake (an overdue clock may name one), but must still be well written. */
static void check_rules(Loader *l)
{
    for (size_t i = 0; i < l->n_rules; i++) {
        const PackRule *rule = l->rules[i];
        if (!rule->used) {
            pack_check_syntax(l, rule->applies);
            pack_check_syntax(l, rule->check);
            pack_check_syntax(l, rule->got);
        } else if (rule->rule.field.n > 0 && !rule->field_found) {
            pack_issue(l, rule->rule.at, STR("name a field's id, or drop `field`"),
                       "no procedure that uses rule '%.*s' has the field '%.*s'", STR_ARG(rule->rule.id),
                       STR_ARG(rule->rule.field));
        }
    }
}

static void finish_lists(Loader *l)
{
    LawPack *pack = l->pack;
    const LawRule **rules = ARENA_ARRAY(l->arena, const LawRule *, l->n_rules + 1);
    for (size_t i = 0; i < l->n_rules; i++)
        rules[i] = &l->rules[i]->rule;
    pack->rules = rules;
    pack->n_rules = l->n_rules;
    pack->procedures = (const LawProcedure *const *)l->procedures;
    pack->n_procedures = l->n_procedures;
    pack->reports = (const LawReport *const *)l->reports;
    pack->n_reports = l->n_reports;
    pack->imports = (const LawImport *const *)l->imports;
    pack->catalogues = (const LawCatalogue *const *)l->catalogues;
    pack->n_catalogues = l->n_catalogues;
    pack->n_imports = l->n_imports;
    pack->tables = (const LawTable *const *)l->table_list;
    pack->n_tables = l->n_tables;
    pack->functions = l->natives;
    pack->n_functions = l->n_natives;
    pack->warnings = l->warnings;
    pack->n_warnings = l->n_warnings;
    pack->questions = l->questions;
    pack->n_questions = l->n_questions;
    pack->any_question = l->any_question;
    pack->baselines = l->baselines;
    pack->n_baselines = l->n_baselines;
}

static void init_maps(Loader *l)
{
    LawPack *pack = l->pack;
    Map *const maps[] = { &l->files,
                          &l->laws,
                          &l->names,
                          &pack->rules_by_id,
                          &pack->procedures_by_id,
                          &pack->figures_by_id,
                          &pack->reports_by_id,
                          &pack->roles_by_id };
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        map_init(maps[i], l->arena);
}

Rc law_pack_load(Arena *arena, const LawFile *files, size_t n_files, const LawPack **ret_pack,
                 const LawIssue **ret_issues, size_t *ret_n_issues, Err *err)
{
    Loader *l = ARENA_NEW(arena, Loader);
    l->arena = arena;
    l->pack = ARENA_NEW(arena, LawPack);
    init_maps(l);
    TRY(take_files(l, files, n_files, err));
    check_files(l);
    for (size_t i = 0; i < ARRAY_LEN(file_kinds); i++)
        read_kind(l, &file_kinds[i]);
    pack_build_calendar(l);
    if (!l->unreadable) {
        pack_resolve_follows(l);
        pack_resolve_findings(l);
        pack_resolve_differences(l);
        check_rules(l);
    }
    pack_sort_issues(l);
    finish_lists(l);
    *ret_issues = l->issues;
    *ret_n_issues = l->n_issues;
    if (l->n_issues > 0)
        return err_set(err, RC_INVALID, "the pack has %zu mistakes", l->n_issues);
    *ret_pack = l->pack;
    return RC_OK;
}

/* ---- looking things up ---- */

const LawProcedure *law_procedure(const LawPack *pack, Str id)
{
    return map_get(&pack->procedures_by_id, id);
}

const LawAct *law_act(const LawProcedure *procedure, Str id)
{
    for (size_t i = 0; i < procedure->n_acts; i++) {
        if (str_eq(procedure->acts[i].id, id))
            return &procedure->acts[i];
    }
    return NULL;
}

const LawField *law_field(const LawProcedure *procedure, Str id)
{
    for (size_t i = 0; i < procedure->n_fields; i++) {
        if (str_eq(procedure->fields[i].id, id))
            return &procedure->fields[i];
    }
    return NULL;
}

const LawClock *law_clock(const LawProcedure *procedure, Str id, size_t *ret_index)
{
    for (size_t i = 0; i < procedure->n_clocks; i++) {
        if (!str_eq(procedure->clocks[i].id, id))
            continue;
        if (ret_index)
            *ret_index = i;
        return &procedure->clocks[i];
    }
    return NULL;
}

const LawRule *law_rule(const LawPack *pack, Str id)
{
    return map_get(&pack->rules_by_id, id);
}

const LawQuestion *law_question(const LawPack *pack, Str id)
{
    for (size_t i = 0; i < pack->n_questions; i++) {
        if (str_eq(pack->questions[i].id, id))
            return &pack->questions[i];
    }
    return NULL;
}

const LawCatalogue *law_catalogue(const LawPack *pack, Str name)
{
    for (size_t i = 0; i < pack->n_catalogues; i++) {
        if (str_eq(pack->catalogues[i]->name, name))
            return pack->catalogues[i];
    }
    return NULL;
}

const LawItem *law_item(const LawCatalogue *catalogue, Str id)
{
    return catalogue ? map_get(&catalogue->by_id, id) : NULL;
}

bool law_item_holds(const LawItem *item, Day on)
{
    return (item->from == DAY_NONE || item->from <= on) && (item->to == DAY_NONE || on <= item->to);
}

const LawImport *law_import(const LawPack *pack, Str id)
{
    for (size_t i = 0; i < pack->n_imports; i++) {
        if (str_eq(pack->imports[i]->id, id))
            return pack->imports[i];
    }
    return NULL;
}

int law_stage(const LawProcedure *procedure, Str id)
{
    for (size_t i = 0; i < procedure->n_stages; i++) {
        if (str_eq(procedure->stages[i].id, id))
            return (int)i;
    }
    return -1;
}

const LawDocument *law_document(const LawProcedure *procedure, Str id)
{
    for (size_t i = 0; i < procedure->n_documents; i++) {
        if (str_eq(procedure->documents[i].id, id))
            return &procedure->documents[i];
    }
    return NULL;
}

LawEffect law_rule_effect(const LawPack *pack, const LawRule *rule)
{
    if (rule->effect != LAW_BLOCK || !pack->profile || pack->profile->block_all)
        return rule->effect;
    for (size_t i = 0; i < pack->profile->n_block; i++) {
        if (str_eq(pack->profile->block[i], rule->id))
            return LAW_BLOCK;
    }
    return LAW_WARN;
}

Str law_basis_print(Arena *arena, const LawBasis *basis)
{
    if (!basis->law)
        return STR_NONE;
    return arena_printf(arena, "%.*s %.*s", STR_ARG(basis->law->title), STR_ARG(basis->article));
}
