/* Days of a plan: exact ones, or drawn by weights of days, months, weekends and bursts. */
#include <stdlib.h>

#include "app/demo/plans_internal.h"

static bool is_off(const Demo *d, Day day)
{
    return !law_is_workday(d->hours.calendar, day);
}

/* Nobody gives a talk at the Spring Festival; on other holidays some do. */
static double festival_weight(const Demo *d, Day day)
{
    const YamlNode *festival = words_at(d->shape, "appeals.spring_festival");
    if (!festival || day < words_day(festival, "from", day + 1) || day > words_day(festival, "to", day - 1))
        return 1;
    return words_weight(festival, "weight", 1);
}

static double day_weight(const Demo *d, const SpecDays *days, Day day)
{
    double weight = 1;
    if (days->weights == WEIGHTS_APPEALS)
        weight = demo_day_weight(d, day);
    else if (is_off(d, day))
        weight = days->weights == WEIGHTS_EVERYDAY || days->off_share > 0 ? festival_weight(d, day) : 0;
    for (size_t i = 0; i < days->n_bursts; i++)
        if (day >= days->bursts[i].from && day <= days->bursts[i].to)
            weight *= days->bursts[i].weight;
    return weight;
}

/* Scales the days off so that they hold that share of all. */
static void share_off(const Demo *d, const SpecDays *days, double *weights, size_t n)
{
    double off = 0;
    double worked = 0;
    for (size_t i = 0; i < n; i++)
        *(is_off(d, days->from + (Day)i) ? &off : &worked) += weights[i];
    double share = days->off_share / 100;
    if (off <= 0 || share >= 1)
        return;
    double factor = worked > 0 ? share / (1 - share) * worked / off : 1;
    for (size_t i = 0; i < n; i++)
        if (is_off(d, days->from + (Day)i))
            weights[i] *= factor;
}

/* How many of n each month gets: exactly by the months' numbers, what is left over to the largest remainders. */
static void share_months(const double *months, size_t n, size_t *ret)
{
    double sum = 0;
    double rest[12];
    size_t given = 0;
    for (size_t m = 0; m < 12; m++)
        sum += months[m];
    for (size_t m = 0; m < 12; m++) {
        double exact = (double)n * months[m] / sum;
        ret[m] = (size_t)(exact + 1e-9);
        rest[m] = exact - (double)ret[m];
        given += ret[m];
    }
    while (given < n) {
        size_t best = 0;
        for (size_t m = 1; m < 12; m++)
            if (rest[m] > rest[best])
                best = m;
        rest[best] -= 1;
        ret[best]++;
        given++;
    }
}

static int by_day(const void *pa, const void *pb)
{
    const Day *a = pa;
    const Day *b = pb;
    return (*a > *b) - (*a < *b);
}

static size_t draw_in(Chance *chance, const SpecDays *days, const double *weights, size_t from, size_t to, Day *ret,
                      size_t n)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += weights[i];
    for (size_t k = 0; k < n; k++)
        ret[k] = days->from + (Day)(sum > 0 ? from + chance_weighted(chance, weights + from, to - from)
                                            : from + chance_below(chance, (uint32_t)(to - from)));
    return n;
}

static void draw_by_months(Chance *chance, const SpecDays *days, const double *weights, size_t n_weights, Day *ret,
                           size_t n)
{
    size_t shares[12];
    size_t done = 0;
    share_months(days->months, n, shares);
    for (size_t m = 0, from = 0; m < 12; m++) {
        size_t to = from;
        while (to < n_weights && day_to_civil(days->from + (Day)to).month == (int)m + 1)
            to++;
        if (to > from)
            done += draw_in(chance, days, weights, from, to, ret + done, shares[m]);
        from = to;
    }
    while (done < n) /* a month without days was refused when the plan was read */
        ret[done++] = days->to;
}

void spec_days(const Demo *d, Chance *chance, const SpecDays *days, Day *ret, size_t n)
{
    for (size_t i = 0; days->n_on && i < n; i++)
        ret[i] = days->on[i % days->n_on];
    if (!days->n_on) {
        size_t n_weights = (size_t)(days->to - days->from + 1);
        double *weights = ARENA_ARRAY(d->arena, double, n_weights);
        for (size_t i = 0; i < n_weights; i++)
            weights[i] = day_weight(d, days, days->from + (Day)i);
        if (days->off_share >= 0)
            share_off(d, days, weights, n_weights);
        if (days->has_months)
            draw_by_months(chance, days, weights, n_weights, ret, n);
        else
            draw_in(chance, days, weights, 0, n_weights, ret, n);
    }
    if (n)
        qsort(ret, n, sizeof *ret, by_day);
}
