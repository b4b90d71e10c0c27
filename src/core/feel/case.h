/* case.h - letters in upper and lower case, for upper case() and lower case(). Plain tables. */
#ifndef YIFA_CORE_FEEL_CASE_H
#define YIFA_CORE_FEEL_CASE_H

#include "base/buf.h"

typedef struct CaseRange {
    uint32_t first;
    uint32_t last;
    int32_t distance; /* to the other case */
    uint32_t step;    /* 2: only every second letter of the range */
} CaseRange;

enum { CASE_LETTERS_MAX = 3 };

typedef struct CaseSpecial { /* a letter that becomes several */
    uint32_t letter;
    uint32_t letters[CASE_LETTERS_MAX]; /* 0 ends them */
} CaseSpecial;

/* In order of letters. */
extern const CaseRange case_upper[];
extern const size_t case_upper_n;
extern const CaseRange case_lower[];
extern const size_t case_lower_n;
extern const CaseSpecial case_upper_special[];
extern const size_t case_upper_special_n;
extern const CaseSpecial case_lower_special[];
extern const size_t case_lower_special_n;

#endif
