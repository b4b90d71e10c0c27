#include "core/law/identity.h"

#include <string.h>

enum { CODE_LENGTH = 18 };

static bool digits(Str s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static int number_at(Str s, size_t from, size_t n)
{
    int value = 0;
    for (size_t i = from; i < from + n; i++)
        value = value * 10 + (s.p[i] - '0');
    return value;
}

/* The weights are 2^(17-i) mod 11. */
static char identity_check(Str s)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (size_t i = 0; i + 1 < CODE_LENGTH; i++)
        sum += (s.p[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

bool law_identity_number(Str number, LawIdentity *ret)
{
    enum { REGION = 6, YEAR = 4, SEX_AT = 16 };
    if (number.n != CODE_LENGTH || !digits(number, 0, CODE_LENGTH - 1))
        return false;
    Civil birth = { .year = number_at(number, REGION, YEAR),
                    .month = number_at(number, REGION + YEAR, 2),
                    .day = number_at(number, REGION + YEAR + 2, 2) };
    bool exists = birth.month >= 1 && birth.month <= 12 && birth.day >= 1 &&
                  birth.day <= civil_days_in_month(birth.year, birth.month);
    char last = number.p[CODE_LENGTH - 1];
    if (!exists || number.p[0] == '0' || (last == 'x' ? 'X' : last) != identity_check(number))
        return false;
    if (ret)
        *ret = (LawIdentity){ .region = str_slice(number, 0, REGION),
                              .birth = day_from_civil(birth),
                              .female = number_at(number, SEX_AT, 1) % 2 == 0 };
    return true;
}

bool law_credit_code(Str code)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    enum { BASE = 31, REGION_FROM = 2, REGION_TO = 8 };
    int sum = 0;
    int weight = 1;
    int value = 0;
    if (code.n != CODE_LENGTH || !digits(code, REGION_FROM, REGION_TO))
        return false;
    for (size_t i = 0; i < CODE_LENGTH; i++) {
        const char *at = memchr(alphabet, code.p[i], BASE);
        if (!at)
            return false;
        value = (int)(at - alphabet);
        if (i + 1 < CODE_LENGTH)
            sum += value * weight;
        weight = weight * 3 % BASE;
    }
    return (sum + value) % BASE == 0;
}
