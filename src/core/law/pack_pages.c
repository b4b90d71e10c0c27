/* pages.yaml: plots, map, codes at places, public lists. */
#include "core/law/pack_private.h"
#include "core/law/pages.h"
#include "core/law/tables.h"

enum { PLOTS_MAX = 24, COUNTS_MAX = 12, SECTIONS_MAX = 60, OPEN_MAX = 12, OPEN_FIELDS_MAX = 12 };

static const char *const plot_kinds[LAW_PLOT_KINDS] = {
    [LAW_PLOT_DAYS] = "days",     [LAW_PLOT_WEEKS] = "weeks",     [LAW_PLOT_MONTHS] = "months",
    [LAW_PLOT_SLICES] = "slices", [LAW_PLOT_ORDERED] = "ordered", [LAW_PLOT_VALUES] = "values",
    [LAW_PLOT_SHARES] = "shares", [LAW_PLOT_CLOCKS] = "clocks",   [LAW_PLOT_AGES] = "ages",
};

/* ---- what is named ---- */

static const LawField *find_field(Loader *l, const LawProcedure *procedure, Str id, LawPlace at)
{
    const LawField *field = law_field(procedure, id);
    if (!field)
        pack_issue(l, at, STR_NONE, "procedure '%.*s' has no field '%.*s'", STR_ARG(procedure->id),
                   STR_ARG(pack_excerpt(id)));
    return field;
}

static size_t read_figures(Loader *l, const YamlNode *list, size_t max, const LawFigure **to)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, list, STR("a figure"), &items);
    size_t kept = 0;
    if (n > 0 && !pack_check_count(l, list, n, max, "figures"))
        return 0;
    for (size_t i = 0; i < n; i++) {
        to[kept] = pack_find_figure(l, pack_at(items[i]), items[i]->text);
        kept += to[kept] != NULL;
    }
    return kept;
}

/* ---- plots ---- */

typedef struct PlotKeys {
    const YamlNode *id;
    Str title;
    Str note;
    const YamlNode *kind;
    const YamlNode *figures;
    const YamlNode *of;
    const YamlNode *procedure;
    const YamlNode *field;
    KeyInt target;
} PlotKeys;

static const KeySpec plot_spec[] = { KEY_REQUIRED(PlotKeys, id, KEY_SCALAR), KEY_REQUIRED(PlotKeys, title, KEY_TEXT),
                                     KEY(PlotKeys, note, KEY_TEXT),          KEY_REQUIRED(PlotKeys, kind, KEY_SCALAR),
                                     KEY(PlotKeys, figures, KEY_LIST),       KEY(PlotKeys, of, KEY_SCALAR),
                                     KEY(PlotKeys, procedure, KEY_SCALAR),   KEY(PlotKeys, field, KEY_SCALAR),
                                     KEY(PlotKeys, target, KEY_INT) };

static bool find_kind(Loader *l, const YamlNode *node, LawPlotKind *ret)
{
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < LAW_PLOT_KINDS; i++) {
        if (str_eq_c(node->text, plot_kinds[i])) {
            *ret = (LawPlotKind)i;
            return true;
        }
        pack_nearest_offer(&nearest, str_c(plot_kinds[i]));
    }
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR_NONE), "'%.*s' is not a kind of plot",
               STR_ARG(pack_excerpt(node->text)));
    return false;
}

/* How many figures a kind draws. */
static void check_plot(Loader *l, const LawPlot *plot)
{
    bool none = plot->kind == LAW_PLOT_CLOCKS || plot->kind == LAW_PLOT_AGES;
    bool one = plot->kind == LAW_PLOT_SLICES || plot->kind == LAW_PLOT_ORDERED;
    if ((none && plot->n_figures > 0) || (one && plot->n_figures != 1) || (!none && !one && plot->n_figures == 0))
        pack_issue(l, plot->at, STR_NONE, "a plot '%s' draws %s", plot_kinds[plot->kind],
                   none  ? "no figure"
                   : one ? "one figure"
                         : "at least one figure");
    for (size_t i = 0; i < plot->n_figures; i++) {
        LawCount count = plot->figures[i]->count;
        bool fits = plot->kind == LAW_PLOT_SHARES   ? count == LAW_COUNT_RATIO
                    : plot->kind == LAW_PLOT_VALUES ? count != LAW_COUNT_RATIO
                                                    : count == LAW_COUNT_MATTERS || count == LAW_COUNT_SUM;
        if (!fits)
            pack_issue(l, plot->at, STR("'shares' draws ratios, 'values' single numbers, the others counts and sums"),
                       "a plot '%s' cannot draw '%.*s'", plot_kinds[plot->kind], STR_ARG(plot->figures[i]->id));
    }
    if (plot->of && (!one || (plot->of->count != LAW_COUNT_MATTERS && plot->of->count != LAW_COUNT_SUM)))
        pack_issue(l, plot->at, STR("use it with 'slices' or 'ordered' and a count"), "`of` is of no use here");
}

static bool read_plot(Loader *l, const YamlNode *node, LawPlot *plot)
{
    PlotKeys keys = { 0 };
    if (!pack_read_keys(l, node, STR("a plot"), plot_spec, ARRAY_LEN(plot_spec), &keys) || !keys.id || !keys.kind ||
        !pack_check_id(l, pack_at(keys.id), keys.id->text, ID_PLAIN))
        return false;
    *plot = (LawPlot){ .id = keys.id->text, .title = keys.title, .note = keys.note, .at = pack_at(keys.id) };
    if (!find_kind(l, keys.kind, &plot->kind))
        return false;
    plot->n_figures = read_figures(l, keys.figures, LAW_PLOT_FIGURES, plot->figures);
    plot->of = keys.of ? pack_find_figure(l, pack_at(keys.of), keys.of->text) : NULL;
    plot->target = keys.target.value;
    const LawProcedure *procedure = keys.procedure ? pack_find_procedure(l, keys.procedure) : NULL;
    if (procedure && keys.field)
        plot->words = find_field(l, procedure, keys.field->text, pack_at(keys.field));
    check_plot(l, plot);
    return true;
}

static void read_plots(Loader *l, const YamlNode *list, LawPages *pages)
{
    if (!list || !pack_check_count(l, list, list->n, PLOTS_MAX, "plots"))
        return;
    LawPlot *plots = ARENA_ARRAY(l->arena, LawPlot, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        if (!read_plot(l, list->items[i], &plots[pages->n_plots]))
            continue;
        for (size_t k = 0; k < pages->n_plots; k++)
            if (str_eq(plots[k].id, plots[pages->n_plots].id))
                pack_issue(l, plots[pages->n_plots].at, STR("choose another id"), "there are two plots '%.*s'",
                           STR_ARG(plots[k].id));
        pages->n_plots++;
    }
    pages->plots = plots;
}

/* ---- map ---- */

typedef struct MapKeys {
    Str title;
    Str note;
    const YamlNode *file;
    const YamlNode *received;
    const YamlNode *open;
    const YamlNode *procedure;
    const YamlNode *field;
} MapKeys;

static const KeySpec map_spec[] = {
    KEY_REQUIRED(MapKeys, title, KEY_TEXT),  KEY_REQUIRED(MapKeys, note, KEY_TEXT),
    KEY_REQUIRED(MapKeys, file, KEY_SCALAR), KEY_REQUIRED(MapKeys, received, KEY_SCALAR),
    KEY_REQUIRED(MapKeys, open, KEY_SCALAR), KEY_REQUIRED(MapKeys, procedure, KEY_SCALAR),
    KEY_REQUIRED(MapKeys, field, KEY_SCALAR)
};

static void read_map(Loader *l, const YamlNode *node, LawPages *pages)
{
    MapKeys keys = { 0 };
    if (!node || !pack_read_keys(l, node, STR("the map"), map_spec, ARRAY_LEN(map_spec), &keys) || !keys.file ||
        !keys.received || !keys.open || !keys.procedure || !keys.field)
        return;
    LawMap *map = ARENA_NEW(l->arena, LawMap);
    *map = (LawMap){ .title = keys.title, .note = keys.note };
    map->received = pack_find_figure(l, pack_at(keys.received), keys.received->text);
    map->open = pack_find_figure(l, pack_at(keys.open), keys.open->text);
    map->procedure = pack_find_procedure(l, keys.procedure);
    map->field = map->procedure ? find_field(l, map->procedure, keys.field->text, pack_at(keys.field)) : NULL;
    if (map->field && !map->field->indexed)
        pack_issue(l, pack_at(keys.field), STR("give the field `index: true`"), "field '%.*s' is not indexed",
                   STR_ARG(map->field->id));
    Str path = pack_printf(l, "map/%.*s.json", STR_ARG(keys.file->text));
    const LawFile *file = map_get(&l->files, path);
    if (!file)
        pack_issue(l, pack_at(keys.file), STR_NONE, "the pack has no file '%.*s'", STR_ARG(pack_excerpt(path)));
    else if (pack_read_shapes(l, file, map) && map->received && map->open && map->field)
        pages->map = map;
}

/* ---- codes at places ---- */

typedef struct CodeKeys {
    const YamlNode *catalogue;
    const YamlNode *procedure;
    const YamlNode *columns;
    const YamlNode *set;
} CodeKeys;

static const KeySpec code_spec[] = { KEY_REQUIRED(CodeKeys, catalogue, KEY_SCALAR),
                                     KEY_REQUIRED(CodeKeys, procedure, KEY_SCALAR),
                                     KEY_REQUIRED(CodeKeys, columns, KEY_MAP), KEY(CodeKeys, set, KEY_MAP) };

static bool has_column(const LawCatalogue *catalogue, Str name)
{
    for (size_t i = 0; i < catalogue->n_columns; i++)
        if (str_eq(catalogue->columns[i], name))
            return true;
    return false;
}

static void read_code_fields(Loader *l, const CodeKeys *keys, LawPlaceCodes *codes)
{
    size_t max = keys->columns->n + (keys->set ? keys->set->n : 0);
    Str *columns = ARENA_ARRAY(l->arena, Str, max + 1);
    Str *values = ARENA_ARRAY(l->arena, Str, max + 1);
    codes->fields = ARENA_ARRAY(l->arena, const LawField *, max + 1);
    for (size_t i = 0; i < max; i++) {
        bool set = i >= keys->columns->n;
        const YamlPair *pair = set ? &keys->set->pairs[i - keys->columns->n] : &keys->columns->pairs[i];
        const LawField *field = find_field(l, codes->procedure, pair->key, pack_at_key(pair));
        if (!field)
            continue;
        if (field->personal.n)
            pack_issue(l, pack_at_key(pair), STR("name a public field"), "a code at a place fills no personal field");
        if (!set && !has_column(codes->catalogue, pair->value->text))
            pack_issue(l, pack_at(pair->value), STR_NONE, "the catalogue has no column '%.*s'",
                       STR_ARG(pack_excerpt(pair->value->text)));
        columns[codes->n_fields] = set ? STR_NONE : pair->value->text;
        values[codes->n_fields] = set ? pair->value->text : STR_NONE;
        codes->fields[codes->n_fields++] = field;
    }
    codes->columns = columns;
    codes->values = values;
}

static void read_codes(Loader *l, const YamlNode *node, LawPages *pages)
{
    CodeKeys keys = { 0 };
    if (!node || !pack_read_keys(l, node, STR("codes"), code_spec, ARRAY_LEN(code_spec), &keys) || !keys.catalogue ||
        !keys.procedure || !keys.columns)
        return;
    LawPlaceCodes *codes = ARENA_NEW(l->arena, LawPlaceCodes);
    *codes = (LawPlaceCodes){ .procedure = pack_find_procedure(l, keys.procedure) };
    for (size_t i = 0; i < l->n_catalogues; i++)
        if (str_eq(l->catalogues[i]->name, keys.catalogue->text))
            codes->catalogue = l->catalogues[i];
    if (!codes->catalogue)
        pack_issue(l, pack_at(keys.catalogue), STR_NONE, "there is no catalogue '%.*s'",
                   STR_ARG(pack_excerpt(keys.catalogue->text)));
    if (!codes->catalogue || !codes->procedure)
        return;
    read_code_fields(l, &keys, codes);
    pages->codes = codes;
}

/* ---- public lists ---- */

typedef struct OpenKeys {
    const YamlNode *id;
    Str title;
    Str note;
    const YamlNode *procedure;
    const YamlNode *stages;
    const YamlNode *over;
    const YamlNode *day;
    const YamlNode *gone;
    const YamlNode *until;
    const YamlNode *fields;
} OpenKeys;

static const KeySpec open_spec[] = { KEY_REQUIRED(OpenKeys, id, KEY_SCALAR),
                                     KEY_REQUIRED(OpenKeys, title, KEY_TEXT),
                                     KEY(OpenKeys, note, KEY_TEXT),
                                     KEY_REQUIRED(OpenKeys, procedure, KEY_SCALAR),
                                     KEY_REQUIRED(OpenKeys, stages, KEY_LIST),
                                     KEY(OpenKeys, over, KEY_LIST),
                                     KEY_REQUIRED(OpenKeys, day, KEY_SCALAR),
                                     KEY(OpenKeys, gone, KEY_SCALAR),
                                     KEY(OpenKeys, until, KEY_SCALAR),
                                     KEY(OpenKeys, fields, KEY_LIST) };

static uint64_t read_stages(Loader *l, const LawProcedure *procedure, const YamlNode *list)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, list, STR("a stage"), &items);
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        int stage = law_stage(procedure, items[i]->text);
        if (stage < 0)
            pack_issue(l, pack_at(items[i]), STR_NONE, "procedure '%.*s' has no stage '%.*s'", STR_ARG(procedure->id),
                       STR_ARG(pack_excerpt(items[i]->text)));
        else
            bits |= UINT64_C(1) << stage;
    }
    return bits;
}

/* What everybody may read must have been declared public where the field is. */
static const LawField *public_field(Loader *l, const LawProcedure *procedure, const YamlNode *node)
{
    const LawField *field = node ? find_field(l, procedure, node->text, pack_at(node)) : NULL;
    if (field && (!field->is_public || field->personal.n))
        pack_issue(l, pack_at(node), STR("give the field `public: true` if everybody may read it"),
                   "field '%.*s' is not public", STR_ARG(field->id));
    return field;
}

static bool read_open_list(Loader *l, const YamlNode *node, LawOpenList *list)
{
    OpenKeys keys = { 0 };
    const YamlNode **items;
    if (!pack_read_keys(l, node, STR("a public list"), open_spec, ARRAY_LEN(open_spec), &keys) || !keys.id ||
        !keys.procedure || !keys.stages || !keys.day || !pack_check_id(l, pack_at(keys.id), keys.id->text, ID_PLAIN))
        return false;
    *list = (LawOpenList){ .id = keys.id->text, .title = keys.title, .note = keys.note };
    list->procedure = pack_find_procedure(l, keys.procedure);
    if (!list->procedure)
        return false;
    list->stages = read_stages(l, list->procedure, keys.stages);
    list->over = read_stages(l, list->procedure, keys.over) & list->stages;
    list->day = public_field(l, list->procedure, keys.day);
    list->gone = public_field(l, list->procedure, keys.gone);
    list->until = public_field(l, list->procedure, keys.until);
    size_t n = pack_read_list(l, keys.fields, STR("a field"), &items);
    if (n > 0 && !pack_check_count(l, keys.fields, n, OPEN_FIELDS_MAX, "fields"))
        return false;
    list->fields = ARENA_ARRAY(l->arena, const LawField *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawField *field = public_field(l, list->procedure, items[i]);
        if (field)
            list->fields[list->n_fields++] = field;
    }
    return true;
}

static void read_open(Loader *l, const YamlNode *list, LawPages *pages)
{
    if (!list || !pack_check_count(l, list, list->n, OPEN_MAX, "public lists"))
        return;
    LawOpenList *open = ARENA_ARRAY(l->arena, LawOpenList, list->n + 1);
    for (size_t i = 0; i < list->n; i++)
        pages->n_open += read_open_list(l, list->items[i], &open[pages->n_open]);
    pages->open = open;
}

static void read_reports(Loader *l, const YamlNode *list, LawPages *pages)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, list, STR("a report"), &items);
    const LawReport **reports = ARENA_ARRAY(l->arena, const LawReport *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawReport *report = map_get(&l->pack->reports_by_id, items[i]->text);
        if (report)
            reports[pages->n_reports++] = report;
        else
            pack_issue(l, pack_at(items[i]), STR_NONE, "there is no report '%.*s'",
                       STR_ARG(pack_excerpt(items[i]->text)));
    }
    pages->reports = reports;
}

/* A model has no rows that could be read. */
static void read_tables(Loader *l, const YamlNode *list, LawPages *pages)
{
    const YamlNode **items;
    size_t n = pack_read_list(l, list, STR("a table"), &items);
    const LawTable **tables = ARENA_ARRAY(l->arena, const LawTable *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawTable *table = pack_find_table(l, items[i]);
        if (table && !table->n_columns)
            pack_issue(l, pack_at(items[i]), STR("publish tables that are CSV"),
                       "'%.*s' is a model without rows to show", STR_ARG(table->id));
        else if (table)
            tables[pages->n_tables++] = table;
    }
    pages->tables = tables;
}

/* ---- the file ---- */

typedef struct PagesKeys {
    const YamlNode *sections;
    const YamlNode *counts;
    const YamlNode *plots;
    const YamlNode *map;
    const YamlNode *codes;
    const YamlNode *open;
    const YamlNode *reports;
    const YamlNode *tables;
} PagesKeys;

static const KeySpec pages_spec[] = { KEY(PagesKeys, sections, KEY_LIST), KEY(PagesKeys, counts, KEY_LIST),
                                      KEY(PagesKeys, plots, KEY_LIST),    KEY(PagesKeys, map, KEY_MAP),
                                      KEY(PagesKeys, codes, KEY_MAP),     KEY(PagesKeys, open, KEY_LIST),
                                      KEY(PagesKeys, reports, KEY_LIST),  KEY(PagesKeys, tables, KEY_LIST) };

void pack_read_pages(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    PagesKeys keys = { 0 };
    const YamlNode **items;
    if (!root || !pack_read_keys(l, root, STR("pages"), pages_spec, ARRAY_LEN(pages_spec), &keys))
        return;
    LawPages *pages = ARENA_NEW(l->arena, LawPages);
    *pages = (LawPages){ 0 };
    size_t n = pack_read_list(l, keys.sections, STR("a heading"), &items);
    if (n > 0 && pack_check_count(l, keys.sections, n, SECTIONS_MAX, "sections")) {
        Str *sections = ARENA_ARRAY(l->arena, Str, n);
        for (size_t i = 0; i < n; i++)
            sections[i] = items[i]->text;
        pages->sections = sections;
        pages->n_sections = n;
    }
    const LawFigure **counts = ARENA_ARRAY(l->arena, const LawFigure *, COUNTS_MAX);
    pages->n_counts = read_figures(l, keys.counts, COUNTS_MAX, counts);
    pages->counts = counts;
    read_plots(l, keys.plots, pages);
    read_map(l, keys.map, pages);
    read_codes(l, keys.codes, pages);
    read_open(l, keys.open, pages);
    read_reports(l, keys.reports, pages);
    read_tables(l, keys.tables, pages);
    l->pack->pages = pages;
}
