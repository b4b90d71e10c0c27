/* amount.h - sums of money in capital numerals, as decisions and receipts state them.
 *
 * The words come from the pack (pack.yaml, amount_words), the rule from the People's Bank's provisions on filling in
 * bills (Payment and Settlement Measures, annex 1): one zero word for a run of zeros inside, none at the end of a group
 * of four, one after the unit when the tenths are zero and the hundredths are not; "whole" after the unit when nothing
 * follows. Limit: 13 digits before the point. */
#ifndef YIFA_CORE_LAW_AMOUNT_H
#define YIFA_CORE_LAW_AMOUNT_H

#include "base/arena.h"

#define LAW_AMOUNT_MAX_FEN INT64_C(999999999999999)

typedef struct LawAmountWords {
    Str digits[10];
    Str places[3]; /* 10, 100, 1000 */
    Str myriad;    /* 10^4 */
    Str hundred_million;
    Str units[3]; /* of the currency, its tenth and its hundredth */
    Str whole;
    Str minus;
} LawAmountWords;

/* fen: hundredths, within +-LAW_AMOUNT_MAX_FEN. */
Str law_amount_words(Arena *arena, const LawAmountWords *words, int64_t fen);

#endif
