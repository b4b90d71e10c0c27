/* support.h - one template, one model, one result: what most tests of this room need. */
#ifndef YIFA_TESTS_TEMPLATE_SUPPORT_H
#define YIFA_TESTS_TEMPLATE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above. */
#include <cmocka.h>

#include "core/template/template.h"

/* Renders `source` as the page "t.html" (or "t.md", "t.txt") with the partials given as name, text, ..., NULL. Returns
 * the output, which lives until support_done. Fails the test when something fails. */
const char *render(TemplateKind kind, const char *source, const char *model, const char *const *partials);
#define html(source, model) render(TEMPLATE_HTML, (source), (model), NULL)

/* Loads the source and expects it to be refused: the place and a part of the text. */
void refused(const char *source, const char *place, const char *text);

/* Gaps of one rendering, joined by newlines. */
const char *gaps(const char *source, const char *model);

/* A whole file, in the arena; fails the test when it cannot be read. */
Str read_file(Arena *arena, const char *path);

void support_done(void);
Arena *support_arena(void);

#endif
