/* builtin_number.c - functions on numbers (DMN 1.5, table 77). */
#include "core/feel/feel_internal.h"

enum { STEPS_OF_MODULO = 8, STEPS_OF_SERIES = 500 }; /* exponents far apart take long */

static FeelValue given(FeelEval *ev, bool ok, Dec d)
{
    return ok ? feel_dec(ev->arena, d) : eval_null(ev, "the result is too large for a number");
}

static FeelValue round_to(FeelEval *ev, const FeelValue *args, size_t n, DecRound mode)
{
    int64_t scale = 0;
    if (n > 1 && args[1].type != FEEL_NULL)
        (void)value_to_i64(args[1], &scale);
    if (scale < -6111 || scale > 6176)
        return eval_null(ev, "the scale must be from -6111 to 6176");
    Dec d;
    return dec_round(feel_to_dec(args[0]), (int)scale, mode, &d) ? feel_dec(ev->arena, d) : given(ev, false, d);
}

static FeelValue fn_decimal(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_HALF_EVEN);
}

static FeelValue fn_floor(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_FLOOR);
}

static FeelValue fn_ceiling(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_CEILING);
}

static FeelValue fn_round_up(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_UP);
}

static FeelValue fn_round_down(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_DOWN);
}

static FeelValue fn_half_up(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_HALF_UP);
}

static FeelValue fn_half_down(FeelEval *ev, const FeelValue *args, size_t n)
{
    return round_to(ev, args, n, DEC_HALF_DOWN);
}

/* Also of durations. */
static FeelValue fn_abs(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelValue v = args[0];
    bool negative = (v.type == FEEL_NUMBER && dec_sign(feel_to_dec(v)) < 0) ||
                    (v.type == FEEL_DAYS_DURATION && v.as.ns < 0) ||
                    (v.type == FEEL_MONTHS_DURATION && v.as.months < 0);
    if (v.type != FEEL_NUMBER && v.type != FEEL_DAYS_DURATION && v.type != FEEL_MONTHS_DURATION)
        return eval_null(ev, "abs() takes a number or duration");
    return negative ? eval_negate(ev, v) : v;
}

static FeelValue fn_modulo(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Dec d;
    Dec divisor = feel_to_dec(args[1]);
    if (dec_sign(divisor) == 0)
        return eval_null(ev, "division by zero");
    if (!eval_charge(ev, STEPS_OF_MODULO))
        return eval_stopped(ev);
    return dec_rem_floor(feel_to_dec(args[0]), divisor, &d) ? feel_dec(ev->arena, d) : given(ev, false, d);
}

static FeelValue fn_sqrt(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Dec d;
    if (dec_sign(feel_to_dec(args[0])) < 0)
        return eval_null(ev, "a negative number has no square root");
    return dec_sqrt(feel_to_dec(args[0]), &d) ? feel_dec(ev->arena, d) : given(ev, false, d);
}

static FeelValue fn_log(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Dec d;
    if (dec_sign(feel_to_dec(args[0])) <= 0)
        return eval_null(ev, "only positive numbers have a logarithm");
    if (!eval_charge(ev, STEPS_OF_SERIES))
        return eval_stopped(ev);
    return dec_log(feel_to_dec(args[0]), &d) ? feel_dec(ev->arena, d) : given(ev, false, d);
}

static FeelValue fn_exp(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Dec d;
    if (!eval_charge(ev, STEPS_OF_SERIES))
        return eval_stopped(ev);
    return dec_exp(feel_to_dec(args[0]), &d) ? feel_dec(ev->arena, d) : given(ev, false, d);
}

static FeelValue parity(FeelEval *ev, FeelValue v, int wanted)
{
    Dec rest;
    Dec number = feel_to_dec(v);
    if (!dec_is_int(number))
        return feel_bool(false);
    if (!dec_rem_floor(number, dec_from_i64(2), &rest))
        return given(ev, false, number);
    return feel_bool(dec_cmp(rest, dec_from_i64(wanted)) == 0);
}

static FeelValue fn_odd(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return parity(ev, args[0], 1);
}

static FeelValue fn_even(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return parity(ev, args[0], 0);
}

static const Builtin ROWS[] = {
    { "decimal", "n,scale", "ni", 2, 2, fn_decimal },
    { "floor", "n,scale", "nI", 1, 2, fn_floor },
    { "ceiling", "n,scale", "nI", 1, 2, fn_ceiling },
    { "round up", "n,scale", "ni", 2, 2, fn_round_up },
    { "round down", "n,scale", "ni", 2, 2, fn_round_down },
    { "round half up", "n,scale", "ni", 2, 2, fn_half_up },
    { "round half down", "n,scale", "ni", 2, 2, fn_half_down },
    { "abs", "n", "v", 1, 1, fn_abs },
    { "modulo", "dividend,divisor", "nn", 2, 2, fn_modulo },
    { "sqrt", "number", "n", 1, 1, fn_sqrt },
    { "log", "number", "n", 1, 1, fn_log },
    { "exp", "number", "n", 1, 1, fn_exp },
    { "odd", "number", "n", 1, 1, fn_odd },
    { "even", "number", "n", 1, 1, fn_even },
    { 0 },
};
const BuiltinTable builtin_number_table = BUILTIN_TABLE(ROWS);
