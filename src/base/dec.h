/* dec.h - decimal128 arithmetic (IEEE 754-2008, 34 digits), as FEEL numbers require.
 *
 * Wraps Intel's decimal floating-point library (BSD-3), the only file that knows it is dec.c; clang 14 has no
 * _Decimal128. Results round half to even unless said. Values are finite: an operation that would give an infinity or
 * NaN returns false and leaves *ret untouched. Plain values, no ownership. */
#ifndef YIFA_BASE_DEC_H
#define YIFA_BASE_DEC_H

#include "base/arena.h"

typedef struct Dec {
    uint64_t w[2]; /* BID encoding */
} Dec;

typedef enum DecRound {
    DEC_HALF_EVEN,
    DEC_HALF_UP,   /* ties away from zero */
    DEC_HALF_DOWN, /* ties towards zero */
    DEC_UP,        /* away from zero */
    DEC_DOWN,      /* towards zero */
    DEC_CEILING,
    DEC_FLOOR
} DecRound;

Dec dec_from_i64(int64_t value);
Dec dec_scaled(int64_t value, int scale); /* value * 10^-scale, |scale| <= 6000 */
/* FEEL numeric literal or optional sign, digits, fraction, exponent; whole text. */
bool dec_parse(Str text, Dec *ret);
/* Plain notation without exponent while at most 34+6 digits, trailing zeros as they are in the value removed, no "-0".
 */
Str dec_print(Arena *arena, Dec d);
bool dec_to_i64(Dec d, int64_t *ret); /* false unless an integer in range */
/* The inverse of dec_scaled with the smallest scale >= 0; false when it would exceed max_scale or 64 bits. */
bool dec_to_scaled(Dec d, int max_scale, int64_t *ret_value, int *ret_scale);

int dec_cmp(Dec a, Dec b); /* by value: 1.0 equals 1.00 */
int dec_sign(Dec d);
bool dec_is_int(Dec d);
bool dec_add(Dec a, Dec b, Dec *ret);
bool dec_sub(Dec a, Dec b, Dec *ret);
bool dec_mul(Dec a, Dec b, Dec *ret);
bool dec_div(Dec a, Dec b, Dec *ret);
/* Powers, exponentials and logarithms are correctly rounded as far as 60 digits tell (tests/feel/exact_cases.txt): they
 * are computed with twice the digits and rounded once. A power of a negative number needs a whole exponent. */
bool dec_pow(Dec a, Dec b, Dec *ret);
bool dec_rem_floor(Dec a, Dec b, Dec *ret); /* FEEL modulo: a - b*floor(a/b) */
bool dec_sqrt(Dec a, Dec *ret);
bool dec_exp(Dec a, Dec *ret);
bool dec_log(Dec a, Dec *ret);
Dec dec_neg(Dec a);
Dec dec_abs(Dec a);
/* To `scale` decimals (may be negative), -6111 <= scale <= 6176. */
bool dec_round(Dec a, int scale, DecRound mode, Dec *ret);

#endif
