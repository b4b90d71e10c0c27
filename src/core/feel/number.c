/* number.c - arithmetic on numbers: 64-bit integers with a scale as long as they suffice, else decimal128. */
#include "core/feel/feel_internal.h"

enum { STEPS_OF_POWER = 16, STEPS_OF_ROOT = 1000 }; /* up to 63 squarings with twice the digits; exp and log */

static const int64_t POW10[] = { 1,
                                 10,
                                 100,
                                 1000,
                                 10000,
                                 100000,
                                 1000000,
                                 10000000,
                                 100000000,
                                 1000000000,
                                 10000000000,
                                 100000000000,
                                 1000000000000,
                                 10000000000000,
                                 100000000000000,
                                 1000000000000000,
                                 10000000000000000,
                                 100000000000000000,
                                 1000000000000000000 };

/* Brings two inline numbers to one scale. */
static bool align(FeelValue *a, FeelValue *b)
{
    if (a->scale == b->scale)
        return a->scale != FEEL_SCALE_DEC;
    if (a->scale == FEEL_SCALE_DEC || b->scale == FEEL_SCALE_DEC)
        return false;
    FeelValue *low = a->scale < b->scale ? a : b;
    uint8_t scale = a->scale < b->scale ? b->scale : a->scale;
    if (__builtin_mul_overflow(low->as.i, POW10[scale - low->scale], &low->as.i))
        return false;
    low->scale = scale;
    return true;
}

/* 64-bit arithmetic where the exact result fits; false sends the caller to decimals. */
static bool inline_arith(Op op, FeelValue a, FeelValue b, FeelValue *ret)
{
    int64_t i;
    if (op == OP_ADD || op == OP_SUB) {
        if (!align(&a, &b))
            return false;
        bool overflow =
            op == OP_ADD ? __builtin_add_overflow(a.as.i, b.as.i, &i) : __builtin_sub_overflow(a.as.i, b.as.i, &i);
        *ret = value_scaled(i, a.scale);
        return !overflow;
    }
    if (a.scale == FEEL_SCALE_DEC || b.scale == FEEL_SCALE_DEC)
        return false;
    if (op == OP_MUL) {
        if (a.scale + b.scale > FEEL_INLINE_SCALE_MAX || __builtin_mul_overflow(a.as.i, b.as.i, &i))
            return false;
        *ret = value_scaled(i, a.scale + b.scale);
        return true;
    }
    if (op == OP_DIV && a.scale >= b.scale && b.as.i > 0 && a.as.i % b.as.i == 0) {
        *ret = value_scaled(a.as.i / b.as.i, a.scale - b.scale);
        return true;
    }
    return false;
}

static FeelValue no_result(FeelEval *ev, Op op, Dec x, Dec y)
{
    if (op == OP_POW && dec_sign(x) == 0)
        return eval_null(ev, "division by zero");
    if (op == OP_POW && dec_sign(x) < 0 && !dec_is_int(y))
        return eval_null(ev, "a negative number has no power with a fraction");
    return eval_null(ev, "the result is too large for a number");
}

FeelValue number_arith(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    FeelValue result;
    if (inline_arith(op, a, b, &result))
        return result;
    Dec x = feel_to_dec(a);
    Dec y = feel_to_dec(b);
    Dec d;
    bool ok = false;
    switch (op) {
    case OP_ADD: ok = dec_add(x, y, &d); break;
    case OP_SUB: ok = dec_sub(x, y, &d); break;
    case OP_MUL: ok = dec_mul(x, y, &d); break;
    case OP_DIV:
        if (dec_sign(y) == 0)
            return eval_null(ev, "division by zero");
        ok = dec_div(x, y, &d);
        break;
    case OP_POW: ok = eval_charge(ev, dec_is_int(y) ? STEPS_OF_POWER : STEPS_OF_ROOT) && dec_pow(x, y, &d); break;
    default: break;
    }
    return ok ? feel_dec(ev->arena, d) : no_result(ev, op, x, y);
}

FeelValue number_neg(Arena *arena, FeelValue a)
{
    if (a.scale != FEEL_SCALE_DEC && a.as.i != INT64_MIN)
        return value_scaled(-a.as.i, a.scale);
    return feel_dec(arena, dec_neg(feel_to_dec(a)));
}
