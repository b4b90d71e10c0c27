#include "ui/web/report_files.h"

#include "lib/os/file.h"

enum { DATA_FILE_MAX = 1 << 20 };

/* ---- data ---- */

static Rc read_data(const ReportFiles *f, const char *name, Str *ret, const char **ret_path, Err *err)
{
    *ret_path = arena_printf(f->arena, "%s/paper/%s", f->folder, name).p;
    return os_read_file(f->arena, *ret_path, DATA_FILE_MAX, ret, err);
}

static Rc read_style(const ReportFiles *f, PaperStyle *ret, Err *err)
{
    Str text;
    const char *path;
    TRY(read_data(f, "style.json", &text, &path, err));
    Rc rc = paper_style_parse(f->arena, text, ret, err);
    return rc == RC_OK ? rc : err_wrap(err, rc, "%s", path);
}

static Rc read_numbers(const ReportFiles *f, ReportNumbers *ret, Err *err)
{
    Str text;
    const char *path;
    TRY(read_data(f, "numbers.json", &text, &path, err));
    Rc rc = report_numbers_parse(f->arena, text, ret, err);
    return rc == RC_OK ? rc : err_wrap(err, rc, "%s", path);
}

/* ---- writing ---- */

static int64_t made_at(const ReportFiles *f, const ReportValues *values)
{
    return values->is_frozen && values->as_of == DAY_NONE ? values->frozen_at : f->now;
}

Rc report_docx(const ReportFiles *f, const ReportValues *values, Str *ret, Err *err)
{
    PaperStyle style;
    PaperDoc doc;
    ReportBlock *blocks = NULL;
    size_t n = 0;
    TRY(read_style(f, &style, err));
    TRY(report_blocks(values, f->arena, &blocks, &n, err));
    TRY(report_paper(values, blocks, n, f->arena, &doc, err));
    return paper_docx_write(f->arena, &doc, &style, made_at(f, values), ret, err);
}

Rc report_xlsx(const ReportFiles *f, const ReportValues *values, Buf *out, Err *err)
{
    static const char *const words[REPORT_WORDS] = { [REPORT_WORD_FIGURES] = N_("Figures"),
                                                     [REPORT_WORD_ID] = N_("Id"),
                                                     [REPORT_WORD_FIGURE] = N_("Figure"),
                                                     [REPORT_WORD_SHOWN] = N_("In the report"),
                                                     [REPORT_WORD_VALUE] = N_("Counted now"),
                                                     [REPORT_WORD_UNIT] = N_("Unit"),
                                                     [REPORT_WORD_FROM] = N_("Period from"),
                                                     [REPORT_WORD_TO] = N_("Period to"),
                                                     [REPORT_WORD_STATUS] = N_("Status as of"),
                                                     [REPORT_WORD_NOTE] = N_("Definition"),
                                                     [REPORT_WORD_FROZEN] = N_("Frozen"),
                                                     [REPORT_WORD_ADJUSTMENT] = N_("Adjustment"),
                                                     [REPORT_WORD_NUMBER] = N_("Number"),
                                                     [REPORT_WORD_MATTER] = N_("Matter"),
                                                     [REPORT_WORD_PROCEDURE] = N_("Procedure"),
                                                     [REPORT_WORD_STAGE] = N_("Stage"),
                                                     [REPORT_WORD_DAY] = N_("Day of the period"),
                                                     [REPORT_WORD_KIND] = N_("Kind"),
                                                     [REPORT_WORD_COUNTS] = N_("Adds") };
    ReportBook book = { .pack = f->pack, .values = values, .at_ms = made_at(f, values) };
    for (size_t i = 0; i < REPORT_WORDS; i++)
        book.words[i] = i18n_str(f->lang, words[i]);
    return report_workbook(f->db, f->j, &book, f->arena, out, err);
}

/* ---- reading ---- */

Rc report_read_docx(const ReportFiles *f, const LawReport *report, Str bytes, ReportValues *ret_values,
                    ReportComparison *ret, Err *err)
{
    PaperDoc *doc = NULL;
    ReportNumbers numbers;
    ReportBlock *blocks = NULL;
    size_t n = 0;
    TRY(paper_docx_read(f->arena, bytes, &doc, err));
    TRY(read_numbers(f, &numbers, err));
    TRY(report_values(f->db, f->j, report, report_origin(doc).as_of, f->arena, ret_values, err));
    TRY(report_blocks(ret_values, f->arena, &blocks, &n, err));
    return report_compare(doc, ret_values, blocks, n, &numbers, f->arena, ret, err);
}

const char *report_finding_name(ReportFindingKind kind)
{
    static const char *const names[] = { "changed", "untied", "outdated", "removed", "typed" };
    return names[kind];
}

const char *report_finding_title(ReportFindingKind kind)
{
    static const char *const titles[] = { N_("Number changed"), N_("Number no longer tied to its figure"),
                                          N_("No longer true"), N_("Figure removed"), N_("Number typed by hand") };
    return titles[kind];
}

/* The figure, with the part of it that is meant. */
static Str figure_name(const ReportFiles *f, const ReportFinding *finding)
{
    const LawFigure *figure = finding->line->figure->figure;
    if (!finding->slice.n)
        return figure->title;
    Str slice = figure_dim_title(f->pack, figure, finding->slice);
    return arena_printf(f->arena, "%.*s (%.*s)", STR_ARG(figure->title), STR_ARG(slice));
}

Str report_finding_text(const ReportFiles *f, const ReportFinding *finding)
{
    Arena *arena = f->arena;
    Lang lang = f->lang;
    const char *found = arena_c(arena, finding->found);
    const char *now = arena_c(arena, finding->now);
    const char *name = finding->line ? arena_c(arena, figure_name(f, finding)) : "";
    switch (finding->kind) {
    case REPORT_CHANGED:
        return arena_printf(arena, i18n(lang, N_("The document says %s; the figure \"%s\" is %s.")), found, name, now);
    case REPORT_UNTIED:
        return arena_printf(arena,
                            i18n(lang, N_("%s stands here as plain text; the figure \"%s\" is %s. Put the figure in "
                                          "its place.")),
                            found, name, now);
    case REPORT_OUTDATED:
        return arena_printf(arena, i18n(lang, N_("The document still says %s; the figure \"%s\" is now %s.")), found,
                            name, now);
    case REPORT_REMOVED:
        return arena_printf(arena, i18n(lang, N_("The figure \"%s\" (%s) is not in the text any more.")), name, now);
    default: return arena_printf(arena, i18n(lang, N_("%s is no figure of the report; nobody can check it.")), found);
    }
}
