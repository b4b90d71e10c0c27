#include "app/report.h"

#include <string.h>

const LawReport *report_find(const LawPack *pack, Str id)
{
    return pack ? map_get(&pack->reports_by_id, id) : NULL;
}

/* ---- values ---- */

static int64_t counted(const LawFigure *figure, const FigureFrozen *frozen)
{
    return figure->count == LAW_COUNT_SUM ? frozen->v : frozen->n;
}

/* A ratio is frozen with its parts and follows from them. */
static Rc frozen_ratio(Db *db, int64_t j, Str report, const FigureQuery *query, FigureFrozen *ret, bool *ret_found,
                       Err *err)
{
    const LawFigure *figure = query->figure;
    FigureQuery part = *query;
    FigureFrozen numerator = { 0 };
    FigureFrozen denominator = { 0 };
    bool both = false;
    part.figure = figure->numerator;
    TRY(figure_frozen(db, j, report, &part, &numerator, ret_found, err));
    part.figure = figure->denominator;
    TRY(figure_frozen(db, j, report, &part, &denominator, &both, err));
    *ret_found = *ret_found && both;
    *ret = numerator;
    ret->n = counted(figure->numerator, &numerator);
    ret->v = counted(figure->denominator, &denominator);
    ret->adjustment = 0;
    return RC_OK;
}

static Rc read_line(Db *db, int64_t j, const LawReport *report, Arena *arena, ReportLine *line, Err *err)
{
    const LawFigure *figure = line->figure->figure;
    bool ratio = figure->count == LAW_COUNT_RATIO;
    FigureQuery defined = report_query(line->figure, DAY_NONE);
    TRY(figure_value(db, j, &line->query, arena, &line->value, err));
    TRY((ratio ? frozen_ratio : figure_frozen)(db, j, report->id, &defined, &line->frozen, &line->is_frozen, err));
    if (!line->is_frozen)
        return RC_OK;
    line->frozen_display = figure_display(arena, figure, line->frozen.n, line->frozen.v);
    line->is_moved = line->frozen.n != line->value.n || line->frozen.v != line->value.v;
    return RC_OK;
}

Rc report_values(Db *db, int64_t j, const LawReport *report, Day as_of, Arena *arena, ReportValues *ret, Err *err)
{
    ReportValues values = { .report = report, .as_of = as_of, .n_lines = report->n_figures };
    values.lines = ARENA_ARRAY(arena, ReportLine, report->n_figures);
    memset(values.lines, 0, report->n_figures * sizeof *values.lines);
    for (size_t i = 0; i < report->n_figures; i++) {
        ReportLine *line = &values.lines[i];
        line->figure = &report->figures[i];
        line->query = report_query(line->figure, as_of);
        TRY(read_line(db, j, report, arena, line, err));
        if (!line->is_frozen || values.is_frozen)
            continue;
        values.is_frozen = true;
        values.frozen_at = line->frozen.at;
        values.signer = line->frozen.signer;
    }
    *ret = values;
    return RC_OK;
}

const ReportLine *report_line(const ReportValues *values, Str figure)
{
    for (size_t i = 0; i < values->n_lines; i++)
        if (str_eq(values->lines[i].figure->figure->id, figure))
            return &values->lines[i];
    return NULL;
}

Str report_display(const ReportValues *values, const ReportLine *line)
{
    return line->is_frozen && values->as_of == DAY_NONE ? line->frozen_display : line->value.display;
}

/* ---- text ---- */

typedef struct Cutting {
    const ReportValues *values;
    Arena *arena;
    ReportBlock *blocks;
    size_t n;
    size_t cap;
    size_t cap_runs; /* of the last block */
    int part;
    int heading;
} Cutting;

static Rc add_run(Cutting *c, ReportRun run, Err *err)
{
    ReportBlock *block = &c->blocks[c->n - 1];
    if (!run.text.n)
        return RC_OK;
    if (block->n_runs == REPORT_RUNS_MAX)
        return err_set(err, RC_LIMIT, "a paragraph of report %.*s has more than %d pieces",
                       STR_ARG(c->values->report->id), REPORT_RUNS_MAX);
    *ARENA_PUSH(c->arena, block->runs, block->n_runs, c->cap_runs) = run;
    return RC_OK;
}

/* What stands between {{ and }}. */
static Rc add_hole(Cutting *c, Str hole, bool strong, Err *err)
{
    Str inner = str_trim(hole);
    Str head = STR("figure(\"");
    Str tail = STR("\")");
    Str id = str_slice(inner, head.n, inner.n > tail.n ? inner.n - tail.n : 0);
    bool formed = str_starts(inner, head) && str_ends(inner, tail);
    const ReportLine *line = formed ? report_line(c->values, id) : NULL;
    if (!line)
        return err_at(err, RC_INVALID, c->values->report->text_path.p,
                      "{{%.*s}} is no figure of the report; write {{figure(\"id\")}}", STR_ARG(hole));
    return add_run(c, (ReportRun){ report_display(c->values, line), line, strong }, err);
}

static Rc add_runs(Cutting *c, Str text, Err *err)
{
    bool strong = false;
    while (text.n) {
        size_t hole = str_find(text, STR("{{"));
        size_t mark = str_find(text, STR("**"));
        size_t at = hole < mark ? hole : mark;
        TRY(add_run(c, (ReportRun){ str_slice(text, 0, at), NULL, strong }, err));
        if (at == SIZE_MAX)
            return RC_OK;
        text = str_slice(text, at + 2, text.n);
        if (at == mark) {
            strong = !strong;
            continue;
        }
        size_t end = str_find(text, STR("}}"));
        TRY(add_hole(c, str_slice(text, 0, end), strong, err));
        text = str_slice(text, end == SIZE_MAX ? text.n : end + 2, text.n);
    }
    return RC_OK;
}

static ReportBlockKind block_kind(Str *line)
{
    static const struct {
        Str mark;
        ReportBlockKind kind;
    } marks[] = { { { "### ", 4 }, REPORT_HEADING }, { { "## ", 3 }, REPORT_PART }, { { "# ", 2 }, REPORT_TITLE } };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (!str_starts(*line, marks[i].mark))
            continue;
        *line = str_slice(*line, marks[i].mark.n, line->n);
        return marks[i].kind;
    }
    return REPORT_PARAGRAPH;
}

static Rc add_block(Cutting *c, Str line, Err *err)
{
    if (c->n == REPORT_BLOCKS_MAX)
        return err_set(err, RC_LIMIT, "report %.*s has more than %d paragraphs", STR_ARG(c->values->report->id),
                       REPORT_BLOCKS_MAX);
    ReportBlock block = { .kind = block_kind(&line) };
    if (block.kind == REPORT_PART) {
        block.id = arena_printf(c->arena, "part-%d", ++c->part);
        c->heading = 0;
    } else if (block.kind == REPORT_HEADING) {
        block.id = arena_printf(c->arena, "part-%d-%d", c->part, ++c->heading);
    }
    *ARENA_PUSH(c->arena, c->blocks, c->n, c->cap) = block;
    c->cap_runs = 0;
    return add_runs(c, line, err);
}

Rc report_blocks(const ReportValues *values, Arena *arena, ReportBlock **ret, size_t *ret_n, Err *err)
{
    Cutting c = { .values = values, .arena = arena };
    Str rest = values->report->text;
    while (rest.n) {
        Str line = str_trim(str_cut(rest, '\n', &rest));
        if (line.n)
            TRY(add_block(&c, line, err));
    }
    *ret = c.blocks;
    *ret_n = c.n;
    return RC_OK;
}

Str report_block_text(Arena *arena, const ReportBlock *block)
{
    Buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < block->n_runs; i++)
        buf_str(&out, block->runs[i].text);
    Str text = buf_to_arena(&out, arena);
    buf_free(&out);
    return text;
}

/* ---- output ---- */

static void write_member(Buf *out, const char *key, Json value)
{
    buf_printf(out, "\"%s\":", key);
    json_write(out, &value);
}

static void write_line(Buf *out, Arena *arena, const ReportLine *line)
{
    const LawFigure *figure = line->figure->figure;
    Json id = json_str(figure->id);
    json_write(out, &id);
    buf_str(out, STR(":{\"value\":"));
    buf_str(out, line->value.number);
    buf_char(out, ',');
    write_member(out, "display", json_str(line->value.display));
    buf_char(out, ',');
    write_member(out, "title", json_str(figure->title));
    buf_char(out, ',');
    write_member(out, "unit", json_str(figure->unit));
    buf_char(out, ',');
    write_member(out, "from", json_str(day_print(arena, line->query.from)));
    buf_char(out, ',');
    write_member(out, "to", json_str(day_print(arena, line->query.to)));
    buf_char(out, ',');
    write_member(out, "status", json_str(day_print(arena, line->query.status)));
    if (line->is_frozen) {
        buf_char(out, ',');
        write_member(out, "frozen", json_str(line->frozen_display));
        buf_char(out, ',');
        write_member(out, "adjustment", json_int(line->frozen.adjustment));
    }
    buf_char(out, '}');
}

void report_write_json(Buf *out, Arena *arena, const ReportValues *values)
{
    buf_char(out, '{');
    write_member(out, "report", json_str(values->report->id));
    buf_char(out, ',');
    write_member(out, "title", json_str(values->report->title));
    buf_char(out, ',');
    write_member(out, "as_of", values->as_of == DAY_NONE ? json_null() : json_str(day_print(arena, values->as_of)));
    buf_str(out, STR(",\"figures\":{"));
    for (size_t i = 0; i < values->n_lines; i++) {
        if (i)
            buf_char(out, ',');
        write_line(out, arena, &values->lines[i]);
    }
    buf_str(out, STR("}}"));
}

void report_write_markdown(Buf *out, const ReportBlock *blocks, size_t n)
{
    static const char *const marks[] = { "# ", "## ", "### ", "" };
    for (size_t i = 0; i < n; i++) {
        buf_c(out, i ? "\n" : "");
        buf_c(out, marks[blocks[i].kind]);
        for (size_t r = 0; r < blocks[i].n_runs; r++) {
            const ReportRun *run = &blocks[i].runs[r];
            buf_c(out, run->strong ? "**" : "");
            buf_str(out, run->text);
            buf_c(out, run->strong ? "**" : "");
        }
        buf_char(out, '\n');
    }
}

static void write_run(Buf *out, const ReportRun *run)
{
    buf_c(out, run->strong ? "<b>" : "");
    if (run->line) {
        buf_str(out, STR("<data value=\""));
        buf_html(out, run->line->value.number);
        buf_str(out, STR("\" title=\""));
        buf_html(out, run->line->figure->figure->title);
        buf_str(out, STR("\">"));
    }
    buf_html(out, run->text);
    buf_c(out, run->line ? "</data>" : "");
    buf_c(out, run->strong ? "</b>" : "");
}

void report_write_html(Buf *out, const ReportValues *values, const ReportBlock *blocks, size_t n, Str lang)
{
    static const char *const tags[] = { "h1", "h2", "h3", "p" };
    buf_str(out, STR("<!DOCTYPE html>\n<html lang=\""));
    buf_html(out, lang);
    buf_str(out, STR("\">\n<meta charset=\"utf-8\">\n<title>"));
    buf_html(out, values->report->title);
    buf_str(out, STR("</title>\n"));
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "<%s>", tags[blocks[i].kind]);
        for (size_t r = 0; r < blocks[i].n_runs; r++)
            write_run(out, &blocks[i].runs[r]);
        buf_printf(out, "</%s>\n", tags[blocks[i].kind]);
    }
    buf_str(out, STR("</html>\n"));
}
