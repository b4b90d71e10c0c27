#include "app/demo/chance.h"

#include <math.h>

/* SplitMix64: one addition and three multiplications a word, and any seed is a good one. */
uint64_t chance_word(Chance *c)
{
    uint64_t z = c->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

Chance chance_new(uint64_t seed, const char *name)
{
    Chance c = { .state = seed };
    c.state = chance_word(&c) ^ str_hash(str_c(name));
    return c;
}

uint32_t chance_below(Chance *c, uint32_t n)
{
    /* The bias of taking the high product is below n / 2^32, which no reader of a demonstration will see. */
    return (uint32_t)(((chance_word(c) >> 32) * n) >> 32);
}

int64_t chance_between(Chance *c, int64_t from, int64_t to)
{
    uint64_t span = (uint64_t)(to - from) + 1;
    return span <= 1 ? from : from + (int64_t)(chance_word(c) % span);
}

bool chance_permille(Chance *c, uint32_t permille)
{
    return chance_below(c, 1000) < permille;
}

double chance_unit(Chance *c)
{
    return (double)(chance_word(c) >> 11) * 0x1p-53;
}

size_t chance_weighted(Chance *c, const double *weights, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    double x = chance_unit(c) * sum;
    for (size_t i = 0; i + 1 < n; i++) {
        if (x < weights[i])
            return i;
        x -= weights[i];
    }
    return n - 1;
}

double chance_normal(Chance *c)
{
    double u = 1.0 - chance_unit(c); /* never 0 */
    double v = chance_unit(c);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

double chance_lognormal(Chance *c, double median, double p90)
{
    static const double z90 = 1.2815515655446004;
    double sigma = log(p90 / median) / z90;
    return median * exp(sigma * chance_normal(c));
}

double chance_exponential(Chance *c, double mean)
{
    return -mean * log(1.0 - chance_unit(c));
}

void chance_shuffle(Chance *c, uint32_t *items, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = chance_below(c, (uint32_t)i);
        uint32_t swap = items[i - 1];
        items[i - 1] = items[k];
        items[k] = swap;
    }
}
