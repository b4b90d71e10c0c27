/* feel_explain.h - a FEEL evaluation written down as a tree: what each part came to, and what was not needed.
 *
 * A part that is evaluated again and again (the body of a loop, the condition of a filter) is shown the first three
 * times and then counted. Limits: 2,000 parts, 40 levels; what lies beyond is counted, not kept. Everything lives in
 * the arena given. */
#ifndef YIFA_UI_CLI_FEEL_EXPLAIN_H
#define YIFA_UI_CLI_FEEL_EXPLAIN_H

#include "base/buf.h"
#include "core/feel/feel.h"

typedef struct Explain Explain;

/* Put *ret_trace into the FeelEnv of one evaluation. */
Explain *explain_new(Arena *arena, FeelTrace *ret_trace);
/* One line a part, indented by two spaces a level. `wording` as for feel_reason_text(). */
void explain_text(Buf *out, const Explain *explain, FeelWording wording, void *ctx);
/* {"text": .., "value": .., "reason": .., "skipped": true, "rows": [..], "again": n, "parts": [..]}: value is FEEL
 * text; members that say nothing are left out. */
void explain_json(Buf *out, const Explain *explain, FeelWording wording, void *ctx);

/* A part of an expression on one line, white space made single, cut at max_columns. */
Str explain_line(Arena *arena, FeelPlace part, size_t max_columns);

#endif
