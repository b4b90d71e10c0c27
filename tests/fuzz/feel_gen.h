/* feel_gen.h - bytes into well-formed FEEL, so that a fuzzer's changes reach the evaluator instead of the parser.
 *
 * Every decision takes one byte: a byte changed is a decision changed. When the bytes end, the simplest choice is taken
 * everywhere, so that every input ends. What is made is of a wanted type mostly, and now and then of another. */
#ifndef YIFA_TESTS_FUZZ_FEEL_GEN_H
#define YIFA_TESTS_FUZZ_FEEL_GEN_H

#include "base/buf.h"

typedef struct FeelGen {
    const uint8_t *bytes;
    size_t n;
    size_t at;
    Buf *out; /* its limit ends the making: check buf_check() */
    int depth;
    int bound; /* names p0, p1 ... bound around the place being written */
} FeelGen;

/* Wanted types: a any, b boolean, n number, i whole number, s string, d date, t time, p date and time, u days duration,
 * m months duration, l list, c context, r range, f function of one parameter, g of two, x regular expression, z zone.
 */
void feel_gen(FeelGen *g, char wanted);
void feel_gen_tests(FeelGen *g, char wanted); /* unary tests */
uint8_t feel_gen_byte(FeelGen *g);

#endif
