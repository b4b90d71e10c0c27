/* identity.h - codes that identify persons and organisations, and their check digits.
 *
 * A code that passes is well formed; whether it was ever given out is not known here. Letters are capitals, as the
 * standards have them, but the X that ends an identity number may be small. */
#ifndef YIFA_CORE_LAW_IDENTITY_H
#define YIFA_CORE_LAW_IDENTITY_H

#include "base/date.h"

typedef struct LawIdentity {
    Str region; /* six digits, in the number given */
    Day birth;
    bool female;
} LawIdentity;

/* GB 11643-1999: 17 digits and a check digit by ISO 7064 MOD 11-2; the birth date exists. */
bool law_identity_number(Str number, LawIdentity *ret); /* ret may be NULL */
/* GB 32100-2015: 18 digits and capitals but I, O, S, V and Z; the third to the eighth are digits. */
bool law_credit_code(Str code);

#endif
