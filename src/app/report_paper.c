#include "app/report_paper.h"

#include <string.h>

#include "app/report_compare.h"
#include "base/map.h"
#include "io/paper/xlsx.h"

/* ---- the document ---- */

#define PROPERTY_REPORT  STR("yifa.report")
#define PROPERTY_AS_OF   STR("yifa.as-of")
#define PROPERTY_WRITTEN "yifa.figure." /* and the mark */

static PaperRun *paper_runs(const ReportRun *runs, size_t n, Arena *arena)
{
    PaperRun *out = ARENA_ARRAY(arena, PaperRun, n);
    for (size_t i = 0; i < n; i++) {
        out[i] = (PaperRun){ .text = runs[i].text, .strong = runs[i].strong };
        if (!runs[i].line)
            continue;
        out[i].mark = report_mark(arena, &runs[i]);
        out[i].kept = runs[i].text;
        out[i].label = report_label(arena, &runs[i]);
    }
    return out;
}

/* A cell of digits and their signs stands at the right, and so does the dash for none. */
static bool is_number(const ReportCell *cell)
{
    size_t digits = 0;
    if (cell->n_runs == 1 && str_eq(cell->runs[0].text, STR("\u2014")))
        return true;
    for (size_t r = 0; r < cell->n_runs; r++)
        for (size_t i = 0; i < cell->runs[r].text.n; i++) {
            char ch = cell->runs[r].text.p[i];
            if ((ch < '0' || ch > '9') && (!ch || !strchr(",.%+- ", ch)))
                return false;
            digits += ch >= '0' && ch <= '9';
        }
    return digits > 0;
}

static PaperRow *paper_rows(const ReportRow *rows, size_t n, Arena *arena)
{
    PaperRow *out = ARENA_ARRAY(arena, PaperRow, n);
    for (size_t i = 0; i < n; i++) {
        out[i] = (PaperRow){ .n_cells = rows[i].n_cells, .is_head = rows[i].is_head };
        out[i].cells = ARENA_ARRAY(arena, PaperCell, rows[i].n_cells);
        for (size_t k = 0; k < rows[i].n_cells; k++) {
            const ReportCell *cell = &rows[i].cells[k];
            out[i].cells[k] = (PaperCell){ paper_runs(cell->runs, cell->n_runs, arena), cell->n_runs, is_number(cell) };
        }
    }
    return out;
}

static PaperBlock paper_block(const ReportBlock *block, Arena *arena)
{
    static const PaperBlockKind kinds[] = {
        [REPORT_TITLE] = PAPER_TITLE,         [REPORT_PART] = PAPER_PART,      [REPORT_HEADING] = PAPER_HEADING,
        [REPORT_PARAGRAPH] = PAPER_PARAGRAPH, [REPORT_ITEM] = PAPER_PARAGRAPH, [REPORT_SIGNATURE] = PAPER_SIGNATURE,
        [REPORT_TABLE] = PAPER_TABLE
    };
    return (PaperBlock){ .kind = kinds[block->kind],
                         .runs = paper_runs(block->runs, block->n_runs, arena),
                         .n_runs = block->n_runs,
                         .rows = paper_rows(block->rows, block->n_rows, arena),
                         .n_rows = block->n_rows };
}

/* Once more beside the text, for programs that drop the tags of controls. */
typedef struct Properties {
    Arena *arena;
    PaperDoc *doc;
    size_t cap;
} Properties;

static void add_property(Properties *p, Str name, Str value)
{
    if (!paper_property(p->doc, name).n && p->doc->n_properties < PAPER_PROPERTIES_MAX)
        *ARENA_PUSH(p->arena, p->doc->properties, p->doc->n_properties, p->cap) = (PaperProperty){ name, value };
}

static void add_written(Properties *p, const PaperRun *runs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (runs[i].mark.n)
            add_property(p, arena_printf(p->arena, PROPERTY_WRITTEN "%.*s", STR_ARG(runs[i].mark)), runs[i].kept);
}

static void add_properties(const ReportValues *values, Arena *arena, PaperDoc *doc)
{
    Properties p = { .arena = arena, .doc = doc };
    add_property(&p, PROPERTY_REPORT, values->report->id);
    if (values->as_of != DAY_NONE)
        add_property(&p, PROPERTY_AS_OF, day_print(arena, values->as_of));
    for (size_t i = 0; i < doc->n_blocks; i++) {
        add_written(&p, doc->blocks[i].runs, doc->blocks[i].n_runs);
        for (size_t r = 0; r < doc->blocks[i].n_rows; r++)
            for (size_t k = 0; k < doc->blocks[i].rows[r].n_cells; k++)
                add_written(&p, doc->blocks[i].rows[r].cells[k].runs, doc->blocks[i].rows[r].cells[k].n_runs);
    }
}

Rc report_paper(const ReportValues *values, const ReportBlock *blocks, size_t n, Arena *arena, PaperDoc *ret, Err *err)
{
    PaperDoc doc = { .title = values->report->title, .n_blocks = n };
    if (n > PAPER_BLOCKS_MAX)
        return err_set(err, RC_LIMIT, "a document has at most %d paragraphs", PAPER_BLOCKS_MAX);
    doc.blocks = ARENA_ARRAY(arena, PaperBlock, n);
    for (size_t i = 0; i < n; i++)
        doc.blocks[i] = paper_block(&blocks[i], arena);
    add_properties(values, arena, &doc);
    *ret = doc;
    return RC_OK;
}

ReportOrigin report_origin(const PaperDoc *doc)
{
    ReportOrigin origin = { .report = paper_property(doc, PROPERTY_REPORT), .as_of = DAY_NONE };
    Day day;
    if (day_parse(paper_property(doc, PROPERTY_AS_OF), &day))
        origin.as_of = day;
    return origin;
}

Str report_written(const PaperDoc *doc, Str mark)
{
    for (size_t i = 0; i < doc->n_properties; i++) {
        Str name = doc->properties[i].name;
        if (str_starts(name, STR(PROPERTY_WRITTEN)) &&
            str_eq(str_slice(name, sizeof PROPERTY_WRITTEN - 1, name.n), mark))
            return doc->properties[i].value;
    }
    return STR_NONE;
}

/* ---- the workbook: all figures ---- */

typedef struct Sheet {
    ReportWord word;
    XlsxType type;
    int width;
} Sheet;

static Rc begin_sheet(XlsxBook *xlsx, const ReportBook *book, Str name, const Sheet *columns, size_t n, Err *err)
{
    XlsxColumn list[REPORT_WORDS];
    for (size_t i = 0; i < n; i++)
        list[i] = (XlsxColumn){ book->words[columns[i].word], columns[i].type, columns[i].width };
    return xlsx_sheet(xlsx, name, list, n, err);
}

static Rc write_figure(XlsxBook *xlsx, const ReportBook *book, const ReportLine *line, Arena *arena, Err *err)
{
    const LawFigure *figure = line->figure->figure;
    const FigureQuery *query = &line->query;
    bool own = line->is_frozen && figure->count != LAW_COUNT_RATIO;
    Str note = figure->note;
    if (line->figure->note.n)
        note = arena_printf(arena, "%.*s%s%.*s", STR_ARG(note), note.n ? "\n" : "", STR_ARG(line->figure->note));
    const XlsxCell cells[] = { { .text = figure->id },
                               { .text = figure->title },
                               { .text = report_display(book->values, line) },
                               { .text = line->value.number },
                               { .text = figure->unit },
                               { .i = query->from, .is_set = true },
                               { .i = query->to, .is_set = true },
                               { .i = query->status, .is_set = true },
                               { .text = note },
                               { .text = line->is_frozen ? line->frozen_display : STR_NONE },
                               { .i = line->frozen.adjustment, .is_set = own } };
    return xlsx_row(xlsx, cells, err);
}

static Rc write_figures(XlsxBook *xlsx, const ReportBook *book, Arena *arena, Err *err)
{
    static const Sheet columns[] = { { REPORT_WORD_ID, XLSX_TEXT, 24 },       { REPORT_WORD_FIGURE, XLSX_TEXT, 30 },
                                     { REPORT_WORD_SHOWN, XLSX_TEXT, 12 },    { REPORT_WORD_VALUE, XLSX_DECIMAL, 12 },
                                     { REPORT_WORD_UNIT, XLSX_TEXT, 8 },      { REPORT_WORD_FROM, XLSX_DAY, 12 },
                                     { REPORT_WORD_TO, XLSX_DAY, 12 },        { REPORT_WORD_STATUS, XLSX_DAY, 12 },
                                     { REPORT_WORD_NOTE, XLSX_TEXT, 60 },     { REPORT_WORD_FROZEN, XLSX_TEXT, 12 },
                                     { REPORT_WORD_ADJUSTMENT, XLSX_INT, 10 } };
    TRY(begin_sheet(xlsx, book, book->words[REPORT_WORD_FIGURES], columns, ARRAY_LEN(columns), err));
    for (size_t i = 0; i < book->values->n_lines; i++)
        TRY(write_figure(xlsx, book, &book->values->lines[i], arena, err));
    return RC_OK;
}

/* ---- the workbook: records ---- */

enum { RECORDS_STEP = 5000 };

typedef struct Records {
    Db *db;
    int64_t j;
    const ReportBook *book;
    XlsxBook *xlsx;
    Arena *arena; /* rewound after each step */
    const LawFigure *figure;
    Map *parts; /* of a ratio: matter -> int64_t, what it adds to the numerator; else NULL */
} Records;

static int64_t adds(const LawFigure *figure, const FigureRecord *record)
{
    return figure->count == LAW_COUNT_SUM ? record->v : 1;
}

static Rc write_record(const Records *r, const FigureRecord *record, Err *err)
{
    const LawProcedure *procedure = law_procedure(r->book->pack, record->procedure);
    int stage = procedure ? law_stage(procedure, record->stage) : -1;
    const int64_t *part = r->parts ? idmap_get(r->parts, record->matter) : NULL;
    int64_t n = r->parts ? (part ? *part : 0) : adds(r->figure, record);
    const XlsxCell cells[] = { { .text = record->number },
                               { .text = record->title },
                               { .text = procedure ? procedure->title : record->procedure },
                               { .text = stage >= 0 ? procedure->stages[stage].title : record->stage },
                               { .i = record->p_day, .is_set = true },
                               { .text = figure_dim_title(r->book->pack, r->figure, record->dim) },
                               { .i = n, .is_set = true } };
    return xlsx_row(r->xlsx, cells, err);
}

/* Calls `each` for every record of the query, step by step. */
static Rc each_record(const Records *r, const FigureQuery *query,
                      Rc (*each)(const Records *, const FigureRecord *, Err *), Err *err)
{
    int64_t total = 1;
    for (size_t at = 0; (int64_t)at < total; at += RECORDS_STEP) {
        ArenaMark mark = arena_mark(r->arena);
        FigureRecord *records = NULL;
        size_t n = 0;
        Rc rc = figure_records(r->db, r->j, query, at, RECORDS_STEP, r->arena, &records, &n, &total, err);
        for (size_t i = 0; rc == RC_OK && i < n; i++)
            rc = each(r, &records[i], err);
        arena_rewind(r->arena, mark);
        TRY(rc);
    }
    return RC_OK;
}

static Rc keep_part(const Records *r, const FigureRecord *record, Err *err)
{
    int64_t *n = ARENA_NEW(r->parts->arena, int64_t);
    (void)err;
    *n = adds(r->figure->numerator, record);
    idmap_put(r->parts, record->matter, n);
    return RC_OK;
}

/* A sum of money is shown as money. */
static XlsxType adds_type(const LawFigure *figure)
{
    bool sum = figure->count == LAW_COUNT_SUM;
    return sum && str_eq(figure->format, STR("money")) ? XLSX_MONEY : XLSX_INT;
}

static Rc write_records(Records *r, const ReportLine *line, Err *err)
{
    const LawFigure *figure = line->figure->figure;
    const LawFigure *counted = figure->count == LAW_COUNT_RATIO ? figure->numerator : figure;
    const Sheet columns[] = { { REPORT_WORD_NUMBER, XLSX_TEXT, 30 },
                              { REPORT_WORD_MATTER, XLSX_TEXT, 50 },
                              { REPORT_WORD_PROCEDURE, XLSX_TEXT, 18 },
                              { REPORT_WORD_STAGE, XLSX_TEXT, 14 },
                              { REPORT_WORD_DAY, XLSX_DAY, 12 },
                              { REPORT_WORD_KIND, XLSX_TEXT, 16 },
                              { REPORT_WORD_COUNTS, adds_type(counted), 12 } };
    Map parts;
    CLEANUP(arena_freep) Arena *kept = NULL;
    if (figure->count == LAW_COUNT_PARAMETER)
        return RC_OK;
    r->figure = figure;
    r->parts = NULL;
    if (figure->count == LAW_COUNT_RATIO && figure->numerator->count != LAW_COUNT_PARAMETER) {
        FigureQuery query = line->query;
        query.figure = figure->numerator;
        kept = arena_new(0);
        map_init(&parts, kept);
        r->parts = &parts;
        TRY(each_record(r, &query, keep_part, err));
    }
    TRY(begin_sheet(r->xlsx, r->book, figure->title, columns, ARRAY_LEN(columns), err));
    return each_record(r, &line->query, write_record, err);
}

Rc report_workbook(Db *db, int64_t j, const ReportBook *book, Arena *arena, Buf *out, Err *err)
{
    CLEANUP(xlsx_freep) XlsxBook *xlsx = NULL;
    TRY(xlsx_new(book->values->report->title, book->at_ms, book->folder, &xlsx, err));
    TRY(write_figures(xlsx, book, arena, err));
    Records records = { .db = db, .j = j, .book = book, .xlsx = xlsx, .arena = arena };
    for (size_t i = 0; i < book->values->n_lines; i++)
        TRY(write_records(&records, &book->values->lines[i], err));
    return xlsx_finish(xlsx, out, err);
}
