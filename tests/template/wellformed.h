/* wellformed.h - a second, simpler reader of HTML that knows nothing of templates: tags balanced, attributes quoted and
 * not repeated, no inline script, style or handler (the Content-Security-Policy would refuse them), ids unique, labels
 * and ARIA references pointing at ids of the page. */
#ifndef YIFA_TESTS_TEMPLATE_WELLFORMED_H
#define YIFA_TESTS_TEMPLATE_WELLFORMED_H

#include "base/arena.h"

/* Returns what is wrong, or NULL. */
const char *wellformed(Arena *arena, Str html);

#endif
