/* chance.h - the demonstration's dice: everything random comes from one seed, so that a year can be made again.
 *
 * A Chance is a plain value. Generators that should not disturb one another take a Chance of their own, named by a
 * text: adding an appeal then changes no penalty case. Floating point appears here for durations only, rounded to whole
 * milliseconds; money is never drawn, only chosen from lists. */
#ifndef YIFA_APP_DEMO_CHANCE_H
#define YIFA_APP_DEMO_CHANCE_H

#include "base/str.h"

typedef struct Chance {
    uint64_t state;
} Chance;

Chance chance_new(uint64_t seed, const char *name);
uint64_t chance_word(Chance *c);
/* 0 .. n-1; n at least 1. */
uint32_t chance_below(Chance *c, uint32_t n);
/* from .. to, both included. */
int64_t chance_between(Chance *c, int64_t from, int64_t to);
bool chance_permille(Chance *c, uint32_t permille);
/* 0 <= x < 1 */
double chance_unit(Chance *c);
/* Index of a weight, drawn in proportion; the weights' sum is positive. */
size_t chance_weighted(Chance *c, const double *weights, size_t n);
/* Standard normal. */
double chance_normal(Chance *c);
/* Log-normal, given by its median and its ninetieth percentile. */
double chance_lognormal(Chance *c, double median, double p90);
/* Exponential with a mean. */
double chance_exponential(Chance *c, double mean);
/* Fisher-Yates over indexes. */
void chance_shuffle(Chance *c, uint32_t *items, size_t n);

#endif
