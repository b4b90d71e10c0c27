/* feel_check.h - what the FEEL targets share: names to use and what holds for every value. */
#ifndef YIFA_TESTS_FUZZ_FEEL_CHECK_H
#define YIFA_TESTS_FUZZ_FEEL_CHECK_H

#include "core/feel/feel.h"

/* A scope with a name of each type, and an environment that gives their values; both live as long as the process. */
const FeelScope *feel_check_scope(void);
FeelEnv feel_check_env(void); /* with few steps: no input may take long */
/* What is printed reads back as a value that prints the same; a reason is text. */
void feel_check_value(Arena *arena, FeelValue v, Str reason);

#endif
