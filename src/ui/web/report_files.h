/* report_files.h - a report as files, and what was found in one that came back: shared by pages and command line.
 *
 * `folder` is that of the pages: paper/style.json (fonts) and paper/numbers.json (which numbers are dates and names)
 * lie in it. All functions only read; results live in the arena. */
#ifndef YIFA_UI_WEB_REPORT_FILES_H
#define YIFA_UI_WEB_REPORT_FILES_H

#include "app/report_compare.h"
#include "app/report_paper.h"
#include "lib/i18n/i18n.h"

/* What a report is read from. */
typedef struct ReportFiles {
    const char *folder;
    const LawPack *pack;
    Db *db;
    int64_t j;
    int64_t now;
    Lang lang;
    Arena *arena;
} ReportFiles;

/* A frozen report says that it was made when it was frozen, so it stays the same file. */
MUST_CHECK Rc report_docx(const ReportFiles *files, const ReportValues *values, Str *ret, Err *err);
/* Appends to `out`. */
MUST_CHECK Rc report_xlsx(const ReportFiles *files, const ReportValues *values, Buf *out, Err *err);
/* Reads an edited document and compares it with the report it was made from, as of the day it was made for; that
 * report's values are returned too. `report` is the one it is held to be. RC_PARSE: it is no DOCX. */
MUST_CHECK Rc report_read_docx(const ReportFiles *files, const LawReport *report, Str bytes, ReportValues *ret_values,
                               ReportComparison *ret, Err *err);

/* "changed", for machines; "The number was changed", for people, as a msgid. */
const char *report_finding_name(ReportFindingKind kind);
const char *report_finding_title(ReportFindingKind kind);
/* What stands there, what it was, what is true: one sentence. */
Str report_finding_text(const ReportFiles *files, const ReportFinding *finding);

#endif
