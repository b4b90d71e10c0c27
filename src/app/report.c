#include "app/report.h"

#include <string.h>

#include "core/law/report_rules.h"

const LawReport *report_find(const LawPack *pack, Str id)
{
    return pack ? map_get(&pack->reports_by_id, id) : NULL;
}

/* The newest first; there is one a report and year. */
static const char SQL_TEXTS[] =
    "SELECT id, version, fields FROM matter WHERE j = ?1 AND procedure = ?2 ORDER BY opened_day DESC, id DESC LIMIT 50";

static const char SQL_SIGNED[] = "SELECT at FROM frozen WHERE j = ?1 AND report = ?2 LIMIT 1";

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

static Rc read_line(Db *db, int64_t j, const LawReport *report, const LawReportFigure *of, Day as_of, Arena *arena,
                    ReportLine *line, Err *err)
{
    const LawFigure *figure = of->figure;
    *line = (ReportLine){ .figure = of, .query = report_query(of, as_of) };
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

/* Of the few matters in which reports are written, the newest about this one. */
static Rc find_text(Db *db, int64_t j, ReportValues *values, Arena *arena, Str *ret_text, Err *err)
{
    const LawReport *report = values->report;
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    *ret_text = report->text;
    if (!report->procedure)
        return RC_OK;
    DbValue params[] = { DBI(j), DBT(report->procedure->id) };
    TRY(db_query(db, SQL_TEXTS, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Json fields;
        TRY(json_parse(arena, db_str(rows, 2), &fields, err));
        if (str_eq(json_get_str(&fields, STR("report")), report->id)) {
            Str text = json_get_str(&fields, STR("text"));
            *ret_text = text.n ? text : report->text;
            values->matter = db_int(rows, 0);
            values->version = db_int(rows, 1);
            return RC_OK;
        }
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

Rc report_set_text(Db *db, int64_t j, ReportValues *values, Str text, Arena *arena, Err *err)
{
    values->text = text;
    for (size_t i = 0; i < values->n_lines; i++) {
        ReportLine *line = &values->lines[i];
        Str call = arena_printf(arena, "figure(\"%.*s\",", STR_ARG(line->figure->figure->id));
        bool frozen = line->is_frozen && values->as_of == DAY_NONE;
        FigureSlice *slices = NULL;
        if (line->slices || str_find(text, call) == SIZE_MAX)
            continue;
        TRY(figure_slices_before(db, j, &line->query, frozen ? line->frozen.size : INT64_MAX, arena, &slices,
                                 &line->n_slices, err));
        line->slices = slices;
    }
    return RC_OK;
}

Rc report_values(Db *db, int64_t j, const LawReport *report, Day as_of, Arena *arena, ReportValues *ret, Err *err)
{
    ReportValues values = { .report = report, .as_of = as_of, .n_lines = report->n_figures };
    Str text = STR_NONE;
    values.lines = ARENA_ARRAY(arena, ReportLine, report->n_figures);
    for (size_t i = 0; i < report->n_figures; i++) {
        ReportLine *line = &values.lines[i];
        TRY(read_line(db, j, report, &report->figures[i], as_of, arena, line, err));
        if (!line->is_frozen || values.is_frozen)
            continue;
        values.is_frozen = true;
        values.frozen_at = line->frozen.at;
        values.signer = line->frozen.signer;
    }
    TRY(find_text(db, j, &values, arena, &text, err));
    TRY(report_set_text(db, j, &values, text, arena, err));
    *ret = values;
    return RC_OK;
}

Rc report_one_line(Db *db, int64_t j, const LawReport *report, Str figure, Arena *arena, const ReportLine **ret,
                   Err *err)
{
    *ret = NULL;
    for (size_t i = 0; i < report->n_figures; i++) {
        if (!str_eq(report->figures[i].figure->id, figure))
            continue;
        ReportLine *line = ARENA_NEW(arena, ReportLine);
        *ret = line;
        return read_line(db, j, report, &report->figures[i], DAY_NONE, arena, line, err);
    }
    return RC_OK;
}

Rc report_signed(Db *db, int64_t j, Str report, bool *ret_is_frozen, int64_t *ret_at, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(j), DBT(report) };
    TRY(db_query(db, SQL_SIGNED, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, ret_is_frozen, err));
    *ret_at = *ret_is_frozen ? db_int(rows, 0) : 0;
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

typedef struct RunList {
    ReportRun *items;
    size_t n;
    size_t cap;
} RunList;

typedef struct Cutting {
    const ReportValues *values;
    Arena *arena;
    ReportBlock *blocks;
    size_t n;
    size_t cap;
    size_t cap_rows; /* of the last block, when it is a table */
    int line;
    int part;
    int heading;
    bool in_table; /* the line before belonged to one */
} Cutting;

static const char *place(const Cutting *c)
{
    Str path = c->values->text.p == c->values->report->text.p ? c->values->report->text_path : STR("text");
    return arena_printf(c->arena, "%.*s:%d", STR_ARG(path), c->line).p;
}

static size_t offset(const Cutting *c, Str part)
{
    return (size_t)(part.p - c->values->text.p);
}

static Rc add_run(Cutting *c, RunList *list, ReportRun run, Err *err)
{
    if (!run.text.n)
        return RC_OK;
    if (list->n == REPORT_RUNS_MAX)
        return err_at(err, RC_LIMIT, place(c), "a paragraph of report %.*s has more than %d pieces",
                      STR_ARG(c->values->report->id), REPORT_RUNS_MAX);
    *ARENA_PUSH(c->arena, list->items, list->n, list->cap) = run;
    return RC_OK;
}

FigureSlice report_slice(const ReportLine *line, Str slice)
{
    for (size_t i = 0; i < line->n_slices; i++)
        if (str_eq(line->slices[i].dim, slice))
            return line->slices[i];
    return (FigureSlice){ .dim = slice };
}

static Str display(const Cutting *c, const ReportLine *line, Str slice, Str *ret_number)
{
    *ret_number = line->value.number;
    if (!slice.n)
        return report_display(c->values, line);
    FigureSlice part = report_slice(line, slice);
    *ret_number = figure_number(c->arena, line->figure->figure, part.n, part.v);
    return figure_display(c->arena, line->figure->figure, part.n, part.v);
}

/* What stands between {{ and }}. */
static Rc add_hole(Cutting *c, RunList *list, Str hole, bool strong, Err *err)
{
    const LawReportFigure *figure = NULL;
    Str slice = STR_NONE;
    if (!law_report_hole(c->values->report, hole, &figure, &slice))
        return err_at(err, RC_INVALID, place(c), "{{%.*s}} is no figure of the report; write {{figure(\"id\")}}",
                      STR_ARG(hole));
    const ReportLine *line = report_line(c->values, figure->figure->id);
    ReportRun run = { .line = line, .slice = slice, .at = offset(c, hole) - 2, .strong = strong };
    run.text = display(c, line, slice, &run.number);
    return add_run(c, list, run, err);
}

static Rc add_runs(Cutting *c, RunList *list, Str text, Err *err)
{
    bool strong = false;
    while (text.n) {
        size_t hole = str_find(text, STR("{{"));
        size_t mark = str_find(text, STR("**"));
        size_t at = hole < mark ? hole : mark;
        ReportRun plain = { .text = str_slice(text, 0, at), .at = offset(c, text), .strong = strong };
        TRY(add_run(c, list, plain, err));
        if (at == SIZE_MAX)
            return RC_OK;
        text = str_slice(text, at + 2, text.n);
        if (at == mark) {
            strong = !strong;
            continue;
        }
        size_t end = str_find(text, STR("}}"));
        if (end == SIZE_MAX)
            return err_at(err, RC_INVALID, place(c), "{{%.*s has no end; write {{figure(\"id\")}}", STR_ARG(text));
        TRY(add_hole(c, list, str_slice(text, 0, end), strong, err));
        text = str_slice(text, end + 2, text.n);
    }
    return RC_OK;
}

static ReportBlockKind block_kind(Str *line)
{
    static const struct {
        Str mark;
        ReportBlockKind kind;
    } marks[] = { { { "### ", 4 }, REPORT_HEADING }, { { "## ", 3 }, REPORT_PART },     { { "# ", 2 }, REPORT_TITLE },
                  { { "- ", 2 }, REPORT_ITEM },      { { "> ", 2 }, REPORT_SIGNATURE }, { { "|", 1 }, REPORT_TABLE } };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (!str_starts(*line, marks[i].mark))
            continue;
        *line = str_slice(*line, marks[i].mark.n, line->n);
        return marks[i].kind;
    }
    return REPORT_PARAGRAPH;
}

/* A line of dashes under the heads: |---|---:| */
static bool is_rule(Str line)
{
    size_t dashes = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (!strchr("|-: ", line.p[i]))
            return false;
        dashes += line.p[i] == '-';
    }
    return dashes > 0;
}

static Rc add_row(Cutting *c, Str line, Err *err)
{
    ReportBlock *table = &c->blocks[c->n - 1];
    ReportRow row = { 0 };
    size_t cap = 0;
    if (is_rule(line)) {
        for (size_t i = 0; i < table->n_rows; i++)
            table->rows[i].is_head = true;
        return RC_OK;
    }
    if (table->n_rows == REPORT_BLOCKS_MAX)
        return err_at(err, RC_LIMIT, place(c), "a table has more than %d rows", REPORT_BLOCKS_MAX);
    if (str_ends(line, STR("|")))
        line = str_slice(line, 0, line.n - 1);
    for (bool more = true; more;) {
        RunList list = { 0 };
        size_t end = str_find(line, STR("|"));
        if (row.n_cells == REPORT_CELLS_MAX)
            return err_at(err, RC_LIMIT, place(c), "a row has more than %d cells", REPORT_CELLS_MAX);
        TRY(add_runs(c, &list, str_trim(str_slice(line, 0, end)), err));
        *ARENA_PUSH(c->arena, row.cells, row.n_cells, cap) = (ReportCell){ list.items, list.n };
        more = end != SIZE_MAX;
        line = more ? str_slice(line, end + 1, line.n) : line;
    }
    *ARENA_PUSH(c->arena, table->rows, table->n_rows, c->cap_rows) = row;
    return RC_OK;
}

static void number_block(Cutting *c, ReportBlock *block)
{
    if (block->kind == REPORT_PART) {
        block->id = arena_printf(c->arena, "part-%d", ++c->part);
        c->heading = 0;
    } else if (block->kind == REPORT_HEADING) {
        block->id = arena_printf(c->arena, "part-%d-%d", c->part, ++c->heading);
    }
}

static Rc add_block(Cutting *c, Str line, Err *err)
{
    ReportBlock block = { .kind = block_kind(&line), .line = c->line };
    bool table = block.kind == REPORT_TABLE;
    RunList runs = { 0 };
    if (table && c->in_table)
        return add_row(c, line, err);
    if (c->n == REPORT_BLOCKS_MAX)
        return err_at(err, RC_LIMIT, place(c), "report %.*s has more than %d paragraphs",
                      STR_ARG(c->values->report->id), REPORT_BLOCKS_MAX);
    number_block(c, &block);
    c->cap_rows = 0;
    c->in_table = table;
    if (!table)
        TRY(add_runs(c, &runs, line, err));
    block.runs = runs.items;
    block.n_runs = runs.n;
    *ARENA_PUSH(c->arena, c->blocks, c->n, c->cap) = block;
    return table ? add_row(c, line, err) : RC_OK;
}

Rc report_blocks(const ReportValues *values, Arena *arena, ReportBlock **ret, size_t *ret_n, Err *err)
{
    Cutting c = { .values = values, .arena = arena };
    Str rest = values->text;
    while (rest.n) {
        Str line = str_trim(str_cut(rest, '\n', &rest));
        c.line++;
        if (line.n)
            TRY(add_block(&c, line, err));
        else
            c.in_table = false;
    }
    *ret = c.blocks;
    *ret_n = c.n;
    return RC_OK;
}

Str report_runs_text(Arena *arena, const ReportRun *runs, size_t n)
{
    Buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < n; i++)
        buf_str(&out, runs[i].text);
    Str text = buf_to_arena(&out, arena);
    buf_free(&out);
    return text;
}

Str report_block_text(Arena *arena, const ReportBlock *block)
{
    return report_runs_text(arena, block->runs, block->n_runs);
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

static void write_markdown_runs(Buf *out, const ReportRun *runs, size_t n)
{
    for (size_t r = 0; r < n; r++) {
        buf_c(out, runs[r].strong ? "**" : "");
        buf_str(out, runs[r].text);
        buf_c(out, runs[r].strong ? "**" : "");
    }
}

static void write_markdown_table(Buf *out, const ReportBlock *table)
{
    for (size_t i = 0; i < table->n_rows; i++) {
        const ReportRow *row = &table->rows[i];
        for (size_t k = 0; k < row->n_cells; k++) {
            buf_c(out, k ? " | " : "| ");
            write_markdown_runs(out, row->cells[k].runs, row->cells[k].n_runs);
        }
        buf_str(out, STR(" |\n"));
        bool last_head = row->is_head && (i + 1 == table->n_rows || !table->rows[i + 1].is_head);
        for (size_t k = 0; last_head && k < row->n_cells; k++)
            buf_c(out, k + 1 < row->n_cells ? "|---" : "|---|\n");
    }
}

void report_write_markdown(Buf *out, const ReportBlock *blocks, size_t n)
{
    static const char *const marks[] = { "# ", "## ", "### ", "", "- ", "> ", "" };
    for (size_t i = 0; i < n; i++) {
        bool follows = i > 0 && blocks[i].kind == REPORT_ITEM && blocks[i - 1].kind == REPORT_ITEM;
        buf_c(out, i > 0 && !follows ? "\n" : "");
        if (blocks[i].kind == REPORT_TABLE) {
            write_markdown_table(out, &blocks[i]);
            continue;
        }
        buf_c(out, marks[blocks[i].kind]);
        write_markdown_runs(out, blocks[i].runs, blocks[i].n_runs);
        buf_char(out, '\n');
    }
}

static void write_run(Buf *out, const ReportRun *run)
{
    buf_c(out, run->strong ? "<b>" : "");
    if (run->line) {
        buf_str(out, STR("<data value=\""));
        buf_html(out, run->number);
        buf_str(out, STR("\" title=\""));
        buf_html(out, run->line->figure->figure->title);
        buf_str(out, STR("\">"));
    }
    buf_html(out, run->text);
    buf_c(out, run->line ? "</data>" : "");
    buf_c(out, run->strong ? "</b>" : "");
}

static void write_html_table(Buf *out, const ReportBlock *table)
{
    buf_str(out, STR("<table border=\"1\">\n"));
    for (size_t i = 0; i < table->n_rows; i++) {
        const char *tag = table->rows[i].is_head ? "th" : "td";
        buf_str(out, STR("<tr>"));
        for (size_t k = 0; k < table->rows[i].n_cells; k++) {
            buf_printf(out, "<%s>", tag);
            for (size_t r = 0; r < table->rows[i].cells[k].n_runs; r++)
                write_run(out, &table->rows[i].cells[k].runs[r]);
            buf_printf(out, "</%s>", tag);
        }
        buf_str(out, STR("</tr>\n"));
    }
    buf_str(out, STR("</table>\n"));
}

void report_write_html(Buf *out, const ReportValues *values, const ReportBlock *blocks, size_t n, Str lang)
{
    static const char *const opens[] = { "<h1>", "<h2>", "<h3>", "<p>", "<ul><li>", "<p align=\"right\">", "" };
    static const char *const closes[] = { "</h1>", "</h2>", "</h3>", "</p>", "</li></ul>", "</p>", "" };
    buf_str(out, STR("<!DOCTYPE html>\n<html lang=\""));
    buf_html(out, lang);
    buf_str(out, STR("\">\n<meta charset=\"utf-8\">\n<title>"));
    buf_html(out, values->report->title);
    buf_str(out, STR("</title>\n"));
    for (size_t i = 0; i < n; i++) {
        if (blocks[i].kind == REPORT_TABLE) {
            write_html_table(out, &blocks[i]);
            continue;
        }
        buf_c(out, opens[blocks[i].kind]);
        for (size_t r = 0; r < blocks[i].n_runs; r++)
            write_run(out, &blocks[i].runs[r]);
        buf_c(out, closes[blocks[i].kind]);
        buf_char(out, '\n');
    }
    buf_str(out, STR("</html>\n"));
}
