#include "base/dec.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* libbidgcc000: arguments by value, rounding mode and status flags as parameters. Of the library's eight builds this
 * is the one without globals, so threads need no care. These are bid_conf.h's defaults, spelt out because the build
 * file links the matching archive. */
#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>

#include <bid_functions.h>

__extension__ typedef unsigned __int128 U128;

enum { BIAS = 6176, DIGITS_MAX = 34, PLAIN_MAX = 40, KEPT_DIGITS = 40, EXPONENT_CLAMP = 100000 };

/* A finite value taken apart: (-1)^negative * coefficient * 10^exponent. */
typedef struct Parts {
    bool negative;
    int exponent;
    U128 coefficient;
} Parts;

static BID_UINT128 bid(Dec d)
{
    return (BID_UINT128){ { d.w[0], d.w[1] } };
}

/* Every result passes here, so that no infinity or NaN ever becomes a Dec. */
static bool keep_finite(BID_UINT128 b, Dec *ret)
{
    if (!bid128_isFinite(b))
        return false;
    *ret = (Dec){ { b.w[0], b.w[1] } };
    return true;
}

static Parts parts(Dec d)
{
    Parts p = { .negative = d.w[1] >> 63 };
    if ((d.w[1] >> 61 & 3) == 3) /* the encoding's long form only holds non-canonical values, which mean zero */
        return p;
    p.exponent = (int)(d.w[1] >> 49 & 0x3FFF) - BIAS;
    p.coefficient = (U128)(d.w[1] & 0x1FFFFFFFFFFFFu) << 64 | d.w[0];
    return p;
}

static Dec compose(bool negative, uint64_t coefficient, int exponent)
{
    assert(exponent >= -BIAS && exponent <= 6111);
    return (Dec){ { coefficient, (uint64_t)negative << 63 | (uint64_t)(exponent + BIAS) << 49 } };
}

Dec dec_scaled(int64_t value, int scale)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return compose(value < 0, magnitude, -scale);
}

Dec dec_from_i64(int64_t value)
{
    return dec_scaled(value, 0);
}

bool dec_to_scaled(Dec d, int max_scale, int64_t *ret_value, int *ret_scale)
{
    Parts p = parts(d);
    while (p.exponent < 0 && p.coefficient != 0 && p.coefficient % 10 == 0) {
        p.coefficient /= 10;
        p.exponent++;
    }
    if (p.coefficient == 0)
        p.exponent = 0;
    while (p.exponent > 0 && p.coefficient <= INT64_MAX / 10) {
        p.coefficient *= 10;
        p.exponent--;
    }
    if (p.exponent > 0 || p.exponent < -max_scale || p.coefficient > INT64_MAX)
        return false;
    int64_t value = (int64_t)p.coefficient;
    *ret_value = p.negative ? -value : value;
    *ret_scale = -p.exponent;
    return true;
}

bool dec_to_i64(Dec d, int64_t *ret)
{
    int scale;
    return dec_to_scaled(d, 0, ret, &scale);
}

/* ---- text ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Significant digits gathered while reading; those beyond KEPT_DIGITS only matter as "something more", which rounding
 * needs to know, so they leave a trace in the last kept digit. */
typedef struct Reading {
    char digits[KEPT_DIGITS + 1];
    size_t n;
    bool more;
    int64_t exponent;
    bool any;
} Reading;

static size_t read_digits(Str text, size_t i, bool fraction, Reading *r)
{
    for (; i < text.n && is_digit(text.p[i]); i++) {
        r->any = true;
        bool leading_zero = r->n == 0 && text.p[i] == '0';
        bool kept = r->n < KEPT_DIGITS;
        if (kept && !leading_zero)
            r->digits[r->n++] = text.p[i];
        if (!kept)
            r->more = r->more || text.p[i] != '0';
        r->exponent += (kept ? 0 : 1) - (fraction ? 1 : 0);
    }
    return i;
}

static bool read_exponent(Str text, size_t i, Reading *r)
{
    bool negative = i < text.n && text.p[i] == '-';
    if (i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
        i++;
    if (i == text.n)
        return false;
    int64_t value = 0;
    for (; i < text.n; i++) {
        if (!is_digit(text.p[i]))
            return false;
        if (value < EXPONENT_CLAMP)
            value = value * 10 + (text.p[i] - '0');
    }
    r->exponent += negative ? -value : value;
    return true;
}

bool dec_parse(Str text, Dec *ret)
{
    bool negative = text.n > 0 && text.p[0] == '-';
    size_t i = text.n > 0 && (text.p[0] == '-' || text.p[0] == '+') ? 1 : 0;
    Reading r = { 0 };
    i = read_digits(text, i, false, &r);
    if (i < text.n && text.p[i] == '.') {
        size_t from = i + 1;
        i = read_digits(text, from, true, &r);
        if (i == from)
            return false;
    }
    if (!r.any)
        return false;
    if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
        if (!read_exponent(text, i + 1, &r))
            return false;
        i = text.n;
    }
    if (i != text.n)
        return false;
    if (r.more && r.digits[KEPT_DIGITS - 1] == '0')
        r.digits[KEPT_DIGITS - 1] = '1';
    char number[96];
    snprintf(number, sizeof number, "%s%sE%lld", negative ? "-" : "", r.n ? r.digits : "0", (long long)r.exponent);
    unsigned flags = 0;
    return keep_finite(bid128_from_string(number, BID_ROUNDING_TO_NEAREST, &flags), ret);
}

/* Writes the coefficient's digits without trailing zeros and moves those into the exponent. */
static size_t coefficient_digits(Parts *p, char digits[static DIGITS_MAX + 8])
{
    while (p->coefficient != 0 && p->coefficient % 10 == 0) {
        p->coefficient /= 10;
        p->exponent++;
    }
    if (p->coefficient == 0)
        p->exponent = 0;
    char reversed[DIGITS_MAX + 8];
    size_t n = 0;
    do {
        reversed[n++] = (char)('0' + (int)(p->coefficient % 10));
        p->coefficient /= 10;
    } while (p->coefficient != 0);
    for (size_t i = 0; i < n; i++)
        digits[i] = reversed[n - 1 - i];
    return n;
}

Str dec_print(Arena *arena, Dec d)
{
    Parts p = parts(d);
    bool negative = p.negative && p.coefficient != 0;
    char digits[DIGITS_MAX + 8];
    int n = (int)coefficient_digits(&p, digits);
    const char *sign = negative ? "-" : "";
    if (p.exponent >= 0 && n + p.exponent <= PLAIN_MAX)
        return arena_printf(arena, "%s%.*s%.*s", sign, n, digits, p.exponent,
                            "0000000000000000000000000000000000000000");
    int point = n + p.exponent; /* digits before the decimal point */
    if (p.exponent < 0 && point > 0)
        return arena_printf(arena, "%s%.*s.%.*s", sign, point, digits, n - point, digits + point);
    if (p.exponent < 0 && -p.exponent <= PLAIN_MAX)
        return arena_printf(arena, "%s0.%.*s%.*s", sign, -point, "0000000000000000000000000000000000000000", n, digits);
    return arena_printf(arena, "%s%c%s%.*sE%+d", sign, digits[0], n > 1 ? "." : "", n - 1, digits + 1, point - 1);
}

/* ---- comparison ---- */

int dec_cmp(Dec a, Dec b)
{
    unsigned flags = 0;
    if (bid128_quiet_less(bid(a), bid(b), &flags))
        return -1;
    return bid128_quiet_greater(bid(a), bid(b), &flags) ? 1 : 0;
}

int dec_sign(Dec d)
{
    Parts p = parts(d);
    if (p.coefficient == 0)
        return 0;
    return p.negative ? -1 : 1;
}

bool dec_is_int(Dec d)
{
    Parts p = parts(d);
    while (p.exponent < 0 && p.coefficient != 0 && p.coefficient % 10 == 0) {
        p.coefficient /= 10;
        p.exponent++;
    }
    return p.exponent >= 0 || p.coefficient == 0;
}

/* ---- arithmetic ---- */

bool dec_add(Dec a, Dec b, Dec *ret)
{
    unsigned flags = 0;
    return keep_finite(bid128_add(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool dec_sub(Dec a, Dec b, Dec *ret)
{
    unsigned flags = 0;
    return keep_finite(bid128_sub(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool dec_mul(Dec a, Dec b, Dec *ret)
{
    unsigned flags = 0;
    return keep_finite(bid128_mul(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool dec_div(Dec a, Dec b, Dec *ret)
{
    unsigned flags = 0;
    return keep_finite(bid128_div(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

/* An unevaluated sum hi + lo of two decimals carries about 68 digits. */
typedef struct Pair {
    BID_UINT128 hi;
    BID_UINT128 lo;
} Pair;

static BID_UINT128 fma128(BID_UINT128 x, BID_UINT128 y, BID_UINT128 z)
{
    unsigned flags = 0;
    return bid128_fma(x, y, z, BID_ROUNDING_TO_NEAREST, &flags);
}

static BID_UINT128 add128(BID_UINT128 x, BID_UINT128 y)
{
    unsigned flags = 0;
    return bid128_add(x, y, BID_ROUNDING_TO_NEAREST, &flags);
}

/* Moves what lo contributes to the leading 34 digits into hi; |lo| < |hi| is given. */
static Pair pair_normal(BID_UINT128 hi, BID_UINT128 lo)
{
    BID_UINT128 sum = add128(hi, lo);
    BID_UINT128 rest = add128(lo, add128(hi, bid128_negate(sum)));
    return (Pair){ sum, rest };
}

static Pair pair_mul(Pair a, Pair b)
{
    unsigned flags = 0;
    BID_UINT128 product = bid128_mul(a.hi, b.hi, BID_ROUNDING_TO_NEAREST, &flags);
    BID_UINT128 error = fma128(a.hi, b.hi, bid128_negate(product)); /* exact: fma rounds only once */
    error = fma128(a.hi, b.lo, error);
    error = fma128(a.lo, b.hi, error);
    return pair_normal(product, error);
}

static Pair pair_inverse(Pair a)
{
    unsigned flags = 0;
    BID_UINT128 one = bid(dec_from_i64(1));
    BID_UINT128 q = bid128_div(one, a.hi, BID_ROUNDING_TO_NEAREST, &flags);
    BID_UINT128 minus_q = bid128_negate(q);
    BID_UINT128 rest = fma128(minus_q, a.lo, fma128(minus_q, a.hi, one));
    return pair_normal(q, bid128_div(rest, a.hi, BID_ROUNDING_TO_NEAREST, &flags));
}

/* Square and multiply. The library's own pow is a unit in the last place off for arguments as plain as 1.05^360, which
 * money cannot accept, so integer powers keep the second half of every product. */
static bool pow_int(Dec base, int64_t exponent, Dec *ret)
{
    uint64_t n = exponent < 0 ? 0 - (uint64_t)exponent : (uint64_t)exponent;
    BID_UINT128 zero = bid(dec_from_i64(0));
    Pair square = { bid(base), zero };
    Pair result = { bid(dec_from_i64(1)), zero };
    if (exponent < 0) /* first, because the inverse of a power may be in range where the power is not */
        square = pair_inverse(square);
    while (n > 0) {
        if (n & 1)
            result = pair_mul(result, square);
        n >>= 1;
        if (n > 0)
            square = pair_mul(square, square);
    }
    return keep_finite(result.hi, ret);
}

/* ---- exponentials and logarithms, with the second half too, so that they are rounded once ---- */

/* After 24 halvings what is left is below 7e-8, so that from the fifth term on one half holds enough digits. */
enum { LIMIT_OF_EXP = 15000, HALVINGS = 24, EXP_TERMS = 9, EXP_PAIR_TERMS = 4, LOG_TERMS = 10 };

static Pair pair_of(BID_UINT128 x)
{
    return (Pair){ x, bid(dec_from_i64(0)) };
}

static Pair pair_neg(Pair a)
{
    return (Pair){ bid128_negate(a.hi), bid128_negate(a.lo) };
}

/* The error of a sum is known exactly (Knuth, TAOCP 4.2.2, theorem B). */
static Pair pair_add(Pair a, Pair b)
{
    BID_UINT128 sum = add128(a.hi, b.hi);
    BID_UINT128 part = add128(sum, bid128_negate(a.hi));
    BID_UINT128 left = add128(a.hi, bid128_negate(add128(sum, bid128_negate(part))));
    BID_UINT128 right = add128(b.hi, bid128_negate(part));
    return pair_normal(sum, add128(add128(left, right), add128(a.lo, b.lo)));
}

static Pair pair_div_int(Pair a, int n)
{
    unsigned flags = 0;
    BID_UINT128 divisor = bid(dec_from_i64(n));
    BID_UINT128 q = bid128_div(a.hi, divisor, BID_ROUNDING_TO_NEAREST, &flags);
    BID_UINT128 rest = add128(fma128(bid128_negate(q), divisor, a.hi), a.lo);
    return pair_normal(q, bid128_div(rest, divisor, BID_ROUNDING_TO_NEAREST, &flags));
}

static Pair ln10(void)
{
    Dec hi;
    Dec lo;
    bool ok = dec_parse(STR("2.302585092994045684017991454684364"), &hi) &&
              dec_parse(STR("2.076011014886287729760333279009676E-34"), &lo);
    assert(ok);
    return (Pair){ bid(hi), bid(lo) };
}

/* e^x = *ret * 10^*ret_scale, for |x| <= LIMIT_OF_EXP: tens are taken out, the rest is halved until few terms of the
 * series suffice, and squared back. */
static void pair_exp(Pair x, Pair *ret, int *ret_scale)
{
    unsigned flags = 0;
    Pair ten = ln10();
    BID_UINT128 tens = bid128_div(x.hi, ten.hi, BID_ROUNDING_TO_NEAREST, &flags);
    int scale = bid128_to_int32_rnint(tens, &flags);
    Pair rest = pair_add(x, pair_neg(pair_mul(pair_of(bid(dec_from_i64(scale))), ten)));
    rest = pair_div_int(rest, 1 << HALVINGS);
    BID_UINT128 unit = bid(dec_from_i64(1));
    BID_UINT128 tail = unit;
    for (int n = EXP_TERMS; n > EXP_PAIR_TERMS; n--)
        tail = fma128(bid128_div(rest.hi, bid(dec_from_i64(n)), BID_ROUNDING_TO_NEAREST, &flags), tail, unit);
    Pair sum = pair_of(tail);
    for (int n = EXP_PAIR_TERMS; n > 0; n--)
        sum = pair_add(pair_of(unit), pair_div_int(pair_mul(rest, sum), n));
    for (int i = 0; i < HALVINGS; i++)
        sum = pair_mul(sum, sum);
    *ret = sum;
    *ret_scale = scale;
}

static bool exp_rounded(Pair x, Dec *ret)
{
    unsigned flags = 0;
    Pair power;
    int scale;
    Dec limit = dec_from_i64(LIMIT_OF_EXP);
    if (!bid128_isFinite(x.hi) || bid128_quiet_greater(x.hi, bid(limit), &flags))
        return false;
    if (bid128_quiet_less(x.hi, bid(dec_neg(limit)), &flags)) {
        *ret = dec_from_i64(0);
        return true;
    }
    pair_exp(x, &power, &scale);
    return keep_finite(bid128_scalbn(power.hi, scale, BID_ROUNDING_TO_NEAREST, &flags), ret);
}

/* Near 1: t - t^2/2 + t^3/3 ... */
static Pair log_series(BID_UINT128 t)
{
    Pair one = pair_of(bid(dec_from_i64(1)));
    Pair x = pair_of(t);
    Pair sum = pair_div_int(one, LOG_TERMS);
    for (int n = LOG_TERMS - 1; n > 0; n--)
        sum = pair_add(pair_div_int(one, n), pair_neg(pair_mul(x, sum)));
    return pair_mul(x, sum);
}

/* Of a positive number: the library's logarithm, which is right to 33 digits, and one step of Halley's method. */
static Pair pair_log(Dec a)
{
    unsigned flags = 0;
    BID_UINT128 t = add128(bid(a), bid(dec_from_i64(-1)));
    if (bid128_quiet_less(bid128_abs(t), bid(dec_scaled(1, 9)), &flags))
        return log_series(t);
    Pair power;
    int scale;
    BID_UINT128 y = bid128_log(bid(a), BID_ROUNDING_TO_NEAREST, &flags);
    pair_exp(pair_of(y), &power, &scale);
    BID_UINT128 x = bid128_scalbn(bid(a), -scale, BID_ROUNDING_TO_NEAREST, &flags);
    Pair difference = pair_add(pair_of(x), pair_neg(power));
    BID_UINT128 twice = add128(difference.hi, difference.hi);
    return pair_normal(y, bid128_div(twice, add128(x, power.hi), BID_ROUNDING_TO_NEAREST, &flags));
}

bool dec_pow(Dec a, Dec b, Dec *ret)
{
    int64_t n;
    if (dec_sign(a) == 0) {
        if (dec_sign(b) < 0)
            return false;
        *ret = dec_from_i64(dec_sign(b) == 0);
        return true;
    }
    if (dec_to_i64(b, &n) && pow_int(a, n, ret))
        return true;
    if (dec_sign(a) > 0)
        return exp_rounded(pair_mul(pair_of(bid(b)), pair_log(a)), ret);
    unsigned flags = 0;
    return keep_finite(bid128_pow(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool dec_exp(Dec a, Dec *ret)
{
    return exp_rounded(pair_of(bid(a)), ret);
}

bool dec_log(Dec a, Dec *ret)
{
    if (dec_sign(a) <= 0)
        return false;
    return keep_finite(pair_log(a).hi, ret);
}

bool dec_rem_floor(Dec a, Dec b, Dec *ret)
{
    unsigned flags = 0;
    Dec r;
    if (dec_sign(b) == 0 || !keep_finite(bid128_fmod(bid(a), bid(b), &flags), &r))
        return false;
    /* fmod truncates and is exact; floor differs from it when the signs do. */
    if (dec_sign(r) * dec_sign(b) < 0)
        return dec_add(r, b, ret);
    *ret = r;
    return true;
}

bool dec_sqrt(Dec a, Dec *ret)
{
    unsigned flags = 0;
    return keep_finite(bid128_sqrt(bid(a), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

Dec dec_neg(Dec a)
{
    a.w[1] ^= UINT64_C(1) << 63;
    return a;
}

Dec dec_abs(Dec a)
{
    a.w[1] &= ~(UINT64_C(1) << 63);
    return a;
}

/* ---- rounding ---- */

static bool quantize(Dec a, int scale, unsigned mode, Dec *ret)
{
    unsigned flags = 0;
    return keep_finite(bid128_quantize(bid(a), bid(dec_scaled(1, scale)), mode, &flags), ret);
}

/* IEEE 754 has no "ties towards zero": truncate, and step away from zero when more than half was cut off. */
static bool round_half_down(Dec a, int scale, Dec *ret)
{
    Dec cut;
    Dec rest;
    if (!quantize(a, scale, BID_ROUNDING_TO_ZERO, &cut) || !dec_sub(a, cut, &rest))
        return false;
    Dec step = dec_scaled(dec_sign(a), scale);
    Dec twice;
    if (!dec_add(dec_abs(rest), dec_abs(rest), &twice))
        return false;
    if (dec_cmp(twice, dec_abs(step)) > 0)
        return dec_add(cut, step, ret);
    *ret = cut;
    return true;
}

bool dec_round(Dec a, int scale, DecRound mode, Dec *ret)
{
    if (scale < -6111 || scale > BIAS)
        return false;
    if (-parts(a).exponent <= scale) { /* nothing to cut off; quantize would fail for want of digits */
        *ret = a;
        return true;
    }
    switch (mode) {
    case DEC_HALF_EVEN: return quantize(a, scale, BID_ROUNDING_TO_NEAREST, ret);
    case DEC_HALF_UP: return quantize(a, scale, BID_ROUNDING_TIES_AWAY, ret);
    case DEC_HALF_DOWN: return round_half_down(a, scale, ret);
    case DEC_UP: return quantize(a, scale, dec_sign(a) < 0 ? BID_ROUNDING_DOWN : BID_ROUNDING_UP, ret);
    case DEC_DOWN: return quantize(a, scale, BID_ROUNDING_TO_ZERO, ret);
    case DEC_CEILING: return quantize(a, scale, BID_ROUNDING_UP, ret);
    case DEC_FLOOR: return quantize(a, scale, BID_ROUNDING_DOWN, ret);
    }
    return false;
}
