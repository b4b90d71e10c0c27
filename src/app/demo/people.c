/* The public's names, numbers and organisations. All of them are made from an index, so that the same person comes
 * back. */
#include <stdio.h>

#include "app/demo/demo_internal.h"

static uint64_t mix(const Demo *d, int32_t person, const char *what)
{
    Chance c = chance_new(d->seed ^ ((uint64_t)(uint32_t)person * UINT64_C(0x9E3779B1)), what);
    return chance_word(&c);
}

Str demo_person_name(const Demo *d, int32_t person)
{
    WordList surnames = words_list(&d->words, "surnames");
    WordList given = words_list(&d->words, "given");
    if (!surnames.n || !given.n)
        return STR_NONE;
    return arena_printf(d->arena, "%.*s%.*s", STR_ARG(surnames.items[mix(d, person, "surname") % surnames.n]),
                        STR_ARG(given.items[mix(d, person, "given") % given.n]));
}

/* 199-0000-nnnn: a range without subscribers. */
Str demo_person_phone(const Demo *d, int32_t person)
{
    return arena_printf(d->arena, "1990000%04d", (int)(person % 10000));
}

/* An identity number with a region that was never given out (000000), so that nobody is meant. */
Str demo_person_id(const Demo *d, int32_t person)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    static const char checks[] = "10X98765432";
    uint64_t r = mix(d, person, "id");
    Str first = arena_printf(d->arena, "000000%04d%02d%02d%03d", (int)(1950 + r % 55), (int)(1 + r / 55 % 12),
                             (int)(1 + r / 660 % 28), (int)(person % 1000));
    int sum = 0;
    for (size_t i = 0; i < 17; i++)
        sum += (first.p[i] - '0') * weights[i];
    return arena_printf(d->arena, "%.*s%c", STR_ARG(first), checks[sum % 11]);
}

Str demo_org_name(Demo *d, Chance *chance)
{
    Str prefix = words_pick(&d->words, chance, "org_prefix");
    Str suffix = words_pick(&d->words, chance, "org_suffix");
    return arena_printf(d->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(suffix));
}

Str demo_date(Demo *d, int64_t at_ms)
{
    Civil c = day_to_civil(hours_day(&d->hours, at_ms));
    WordPair pairs[] = { { "month", arena_printf(d->arena, "%d", c.month) },
                         { "day", arena_printf(d->arena, "%d", c.day) } };
    WordList date = words_list(&d->words, "date");
    return words_fill(d->arena, date.n ? date.items[0] : STR_NONE, pairs, ARRAY_LEN(pairs));
}

bool demo_share(const Demo *d, Chance *chance, const char *path)
{
    return chance_unit(chance) * 100 < words_number(d->shape, path, 0);
}
