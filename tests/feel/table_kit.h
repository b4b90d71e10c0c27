/* table_kit.h - decision tables written short, for the tests of tables: cells of one row after the other. */
#ifndef YIFA_TESTS_FEEL_TABLE_KIT_H
#define YIFA_TESTS_FEEL_TABLE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/feel/boxed.h"

enum { SLOTS = 3, COLUMNS_MAX = 8 };

extern Arena *arena; /* of the test that runs */
extern FeelScope *scope;
extern FeelValue slots[SLOTS]; /* a, b, c */
extern Str reason;             /* of run() */

typedef struct Shape {
    FeelHit hit;
    const char *inputs[COLUMNS_MAX];
    const char *outputs[COLUMNS_MAX]; /* "" for the only one */
    const char *allowed[COLUMNS_MAX]; /* of outputs */
    const char *standard[COLUMNS_MAX];
    const char *input_allowed[COLUMNS_MAX];
} Shape;

int set_up(void **state);
int tear_down(void **state);
FeelValue slot_in(FeelEval *ev, void *ctx, int slot);
FeelCell cell(const char *text);
FeelTable *table(const Shape *s, const char *const *cells, size_t n_cells);
const FeelExpr *compile_with(const FeelTable *t, bool scan); /* scan: without the index */
FeelValue run(const FeelExpr *expr);
FeelValue string(const char *text);

#define TABLE(shape, ...) \
    table(&(shape), (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

#endif
