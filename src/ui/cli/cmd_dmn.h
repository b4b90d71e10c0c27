/* cmd_dmn.h - what the files of `yifa dmn` share. */
#ifndef YIFA_UI_CLI_CMD_DMN_H
#define YIFA_UI_CLI_CMD_DMN_H

#include "core/dmn/dmn.h"
#include "lib/fmt/json.h"
#include "ui/cli/cli.h"

/* Answers standard input line by line until it ends; an exit code. */
int dmn_lines(void);
/* Inputs from a JSON object, with this instant as now. namespaces (may be NULL) gives some names' namespace. */
MUST_CHECK Rc dmn_inputs_read(Arena *arena, const Json *values, const Json *namespaces, DmnRun *run, Err *err);

#endif
