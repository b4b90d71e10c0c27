/* dmn_gen.h - bytes into a well-formed decision model; see feel_gen.h. */
#ifndef YIFA_TESTS_FUZZ_DMN_GEN_H
#define YIFA_TESTS_FUZZ_DMN_GEN_H

#include "feel_gen.h"

void dmn_gen(FeelGen *g);

#endif
