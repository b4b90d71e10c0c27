/* cmd_report.h - what the parts of the report command share. */
#ifndef YIFA_UI_CLI_CMD_REPORT_H
#define YIFA_UI_CLI_CMD_REPORT_H

#include "app/report.h"
#include "ui/cli/cli.h"

/* Format docx or xlsx. */
MUST_CHECK Rc report_write_file(const Cli *cli, const App *app, Db *db, const ReportValues *values, Str format,
                                const char *path, Err *err);
/* Prints what was found in an edited DOCX; format json is for programs. */
MUST_CHECK Rc report_compare_file(const Cli *cli, const App *app, Db *db, const LawReport *report, Str format,
                                  const char *path, size_t *ret_findings, Err *err);

/* What the text says and the figures do not; format json is for programs. */
MUST_CHECK Rc report_print_lint(const Cli *cli, const LawPack *pack, const ReportValues *values, Str format,
                                size_t *ret_errors, Err *err);

#endif
