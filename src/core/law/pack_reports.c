/* reports/: which figures a report states, to which days, and its text. */
#include "core/law/pack_reports.h"

typedef struct ReportKeys {
    const YamlNode *report;
    Str title;
    const YamlNode *figures;
    const YamlNode *text;
    const YamlNode *procedure;
    const YamlNode *requires;
    const YamlNode *claims;
    const YamlNode *comparatives;
    const YamlNode *numbers;
    const YamlNode *bridges;
} ReportKeys;

static const KeySpec report_keys[] = {
    KEY_REQUIRED(ReportKeys, report, KEY_SCALAR),
    KEY_REQUIRED(ReportKeys, title, KEY_TEXT),
    KEY_REQUIRED(ReportKeys, figures, KEY_MAP),
    KEY_REQUIRED(ReportKeys, text, KEY_SCALAR),
    KEY(ReportKeys, procedure, KEY_SCALAR),
    KEY(ReportKeys, requires, KEY_LIST),
    KEY(ReportKeys, claims, KEY_LIST),
    KEY(ReportKeys, comparatives, KEY_LIST),
    KEY(ReportKeys, numbers, KEY_LIST),
    KEY(ReportKeys, bridges, KEY_LIST),
};

/* ---- figures with their dates ---- */

typedef struct EntryKeys {
    Day from;
    Day to;
    Day status;
    Str note;
    const YamlNode *slices;
} EntryKeys;

static const KeySpec entry_keys[] = { KEY_REQUIRED(EntryKeys, from, KEY_DAY), KEY_REQUIRED(EntryKeys, to, KEY_DAY),
                                      KEY_REQUIRED(EntryKeys, status, KEY_DAY), KEY(EntryKeys, note, KEY_TEXT),
                                      KEY(EntryKeys, slices, KEY_MAP) };

static void read_slices(Loader *l, const YamlNode *map, LawReportFigure *figure)
{
    if (!map)
        return;
    if (figure->figure->count != LAW_COUNT_MATTERS && figure->figure->count != LAW_COUNT_SUM)
        pack_issue(l, pack_at(map), STR("only a count or a sum falls into slices"), "'%.*s' has no slices",
                   STR_ARG(figure->figure->id));
    figure->n_slices = pack_read_options(l, map, STR("a slice"), &figure->slices);
}

static void read_entries(Loader *l, const YamlNode *map, LawReport *report)
{
    if (!map || !pack_check_count(l, map, map->n, PACK_LIST_MAX, "figures"))
        return;
    LawReportFigure *figures = ARENA_ARRAY(l->arena, LawReportFigure, map->n + 1);
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        EntryKeys keys = { DAY_NONE, DAY_NONE, DAY_NONE, STR_NONE, NULL };
        Str what = pack_printf(l, "figure '%.*s' of the report", STR_ARG(pair->key));
        const LawFigure *figure = pack_find_figure(l, pack_at_key(pair), pair->key);
        if (!pack_read_keys(l, pair->value, what, entry_keys, ARRAY_LEN(entry_keys), &keys) || !figure)
            continue;
        if (keys.to != DAY_NONE && keys.from > keys.to)
            pack_issue(l, pack_at_key(pair), STR_NONE, "'%.*s': 'from' is after 'to'", STR_ARG(pair->key));
        if (keys.status != DAY_NONE && keys.to > keys.status)
            pack_issue(l, pack_at_key(pair), STR("the status day is the last day looked at"),
                       "'%.*s': 'status' is before 'to'", STR_ARG(pair->key));
        LawReportFigure *f = &figures[report->n_figures++];
        *f = (LawReportFigure){
            .figure = figure, .from = keys.from, .to = keys.to, .status = keys.status, .note = keys.note
        };
        read_slices(l, keys.slices, f);
    }
    report->figures = figures;
}

const LawReportFigure *law_report_figure(const LawReport *report, Str figure)
{
    for (size_t i = 0; i < report->n_figures; i++)
        if (str_eq(report->figures[i].figure->id, figure))
            return &report->figures[i];
    return NULL;
}

/* `"id"` or `"id", "slice"`; false when it is neither. */
static bool read_arguments(Str text, Str *ret_id, Str *ret_slice)
{
    Str parts[2] = { STR_NONE, STR_NONE };
    Str rest = text;
    for (size_t i = 0; i < ARRAY_LEN(parts) && (i == 0 || rest.n); i++) {
        Str part = str_trim(str_cut(rest, ',', &rest));
        if (part.n < 3 || part.p[0] != '"' || part.p[part.n - 1] != '"')
            return false;
        parts[i] = str_slice(part, 1, part.n - 1);
    }
    *ret_id = parts[0];
    *ret_slice = parts[1];
    return rest.n == 0;
}

bool law_report_hole(const LawReport *report, Str hole, const LawReportFigure **ret_figure, Str *ret_slice)
{
    Str inner = str_trim(hole);
    Str head = STR("figure(");
    Str id = STR_NONE;
    if (!str_starts(inner, head) || !str_ends(inner, STR(")")) ||
        !read_arguments(str_slice(inner, head.n, inner.n - 1), &id, ret_slice))
        return false;
    const LawReportFigure *figure = law_report_figure(report, id);
    bool known = figure && !ret_slice->n;
    for (size_t i = 0; figure && !known && i < figure->n_slices; i++)
        known = str_eq(figure->slices[i].id, *ret_slice);
    *ret_figure = figure;
    return known;
}

int law_report_bad_hole(const LawReport *report, Str text, Str *ret_hole)
{
    int line = 1;
    for (Str rest = text; rest.n;) {
        size_t at = str_find(rest, STR("{{"));
        Str before = str_slice(rest, 0, at);
        for (size_t i = 0; i < before.n; i++)
            line += before.p[i] == '\n';
        if (at == SIZE_MAX)
            return 0;
        rest = str_slice(rest, at + 2, rest.n);
        size_t end = str_find(str_slice(rest, 0, str_find(rest, STR("\n"))), STR("}}"));
        const LawReportFigure *figure = NULL;
        Str slice = STR_NONE;
        *ret_hole = str_slice(rest, 0, end);
        if (end == SIZE_MAX || !law_report_hole(report, *ret_hole, &figure, &slice))
            return line;
        rest = str_slice(rest, end + 2, rest.n);
    }
    return 0;
}

const LawReportFigure *pack_report_figure(Loader *l, const LawReport *report, Str id, LawPlace at)
{
    const LawReportFigure *found = law_report_figure(report, id);
    if (found)
        return found;
    Nearest nearest = pack_nearest(id);
    for (size_t i = 0; i < report->n_figures; i++)
        pack_nearest_offer(&nearest, report->figures[i].figure->id);
    pack_issue(l, at, pack_nearest_hint(l->arena, &nearest, STR("add it to `figures` of the report, with its dates")),
               "report '%.*s' has no figure '%.*s'", STR_ARG(report->id), STR_ARG(pack_excerpt(id)));
    return NULL;
}

/* ---- holes ---- */

static void check_slice(Loader *l, const LawReportFigure *figure, Str slice, LawPlace at)
{
    Nearest nearest = pack_nearest(slice);
    for (size_t i = 0; i < figure->n_slices; i++) {
        if (str_eq(figure->slices[i].id, slice))
            return;
        pack_nearest_offer(&nearest, figure->slices[i].id);
    }
    pack_issue(l, at, pack_nearest_hint(l->arena, &nearest, STR("add it to the figure's `slices` in the report")),
               "figure '%.*s' has no slice '%.*s' in the report", STR_ARG(figure->figure->id),
               STR_ARG(pack_excerpt(slice)));
}

/* `file`, in which the text stands, gives the places; without it they are all `at`. */
static void check_holes(Loader *l, const LawReport *report, Str text, const LawFile *file, LawPlace at)
{
    static const char call[] = "figure(\"";
    for (size_t i = 0; i < text.n;) {
        Str rest = str_slice(text, i, text.n);
        size_t found = str_find(rest, STR("figure(\""));
        if (found == SIZE_MAX)
            return;
        i += found + sizeof call - 1;
        Str id = str_cut(str_slice(text, i, text.n), '"', &rest);
        LawPlace place = file ? pack_at_byte(file, i) : at;
        const LawReportFigure *figure = pack_report_figure(l, report, id, place);
        Str joint = STR(", \"");
        if (figure && str_starts(rest, joint))
            check_slice(l, figure, str_cut(str_slice(rest, joint.n, rest.n), '"', &rest), place);
    }
}

void pack_check_holes(Loader *l, const LawReport *report, const YamlNode *node)
{
    check_holes(l, report, node->text, NULL, pack_at(node));
}

/* ---- a report ---- */

static void read_text(Loader *l, const YamlNode *node, LawReport *report)
{
    report->text_path = pack_printf(l, "reports/%.*s", STR_ARG(node->text));
    const LawFile *text = map_get(&l->files, report->text_path);
    if (!text) {
        pack_issue(l, pack_at(node), STR("the text stands beside the report, in reports/"),
                   "there is no file '%.*s' in the pack", STR_ARG(report->text_path));
        return;
    }
    report->text = text->bytes;
    check_holes(l, report, text->bytes, text, pack_at(node));
}

static void read_procedure(Loader *l, const YamlNode *node, LawReport *report)
{
    report->procedure = pack_find_procedure(l, node);
    if (!report->procedure)
        return;
    const LawAct *draft = law_act(report->procedure, STR("draft"));
    if (!draft || draft->kind != LAW_ACT_OPEN || !law_act(report->procedure, STR("edit")))
        pack_issue(l, pack_at(node), STR("name the act that opens it `draft`, the one that changes the text `edit`"),
                   "'%.*s' has no acts in which a report is written", STR_ARG(node->text));
    const LawField *id = law_field(report->procedure, STR("report"));
    const LawField *text = law_field(report->procedure, STR("text"));
    if (!id || id->type != LAW_TEXT || !id->indexed || !id->is_public)
        pack_issue(l, pack_at(node), STR("add {id: report, type: text, public: true, index: true}"),
                   "'%.*s' has no field that says which report it is about", STR_ARG(node->text));
    if (!text || text->type != LAW_LONGTEXT || !text->is_public)
        pack_issue(l, pack_at(node), STR("add {id: text, type: longtext, public: true, max: 40000}"),
                   "'%.*s' has no field for the report's text", STR_ARG(node->text));
}

void pack_read_report(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    ReportKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("a report"), report_keys, ARRAY_LEN(report_keys), &keys) || !keys.report)
        return;
    LawReport *report = ARENA_NEW(l->arena, LawReport);
    *report = (LawReport){ .id = keys.report->text, .title = keys.title };
    read_entries(l, keys.figures, report);
    if (keys.text)
        read_text(l, keys.text, report);
    if (keys.procedure)
        read_procedure(l, keys.procedure, report);
    PackReportLists lists = { keys.requires, keys.claims, keys.comparatives, keys.numbers, keys.bridges };
    report->rules = pack_read_report_rules(l, report, &lists);
    if (map_put(&l->pack->reports_by_id, report->id, report))
        pack_issue(l, pack_at(keys.report), STR("choose another id"), "there are two reports '%.*s'",
                   STR_ARG(report->id));
    *ARENA_PUSH(l->arena, l->reports, l->n_reports, l->cap_reports) = report;
}
