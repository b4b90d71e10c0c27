/* mask.h - personal values as everybody may see them: enough to recognise one's own, too little to find another's.
 *
 * One way for pages, lists and FEEL's law.mask(). A masked text is never longer than the text by more than four bytes.
 * Texts are UTF-8. */
#ifndef YIFA_CORE_LAW_MASK_H
#define YIFA_CORE_LAW_MASK_H

#include "base/arena.h"

typedef enum LawMask {
    LAW_MASK_NAME,        /* the first character, then one star */
    LAW_MASK_PHONE,       /* a mobile number 138****5678; other numbers as accounts */
    LAW_MASK_IDENTITY,    /* the first six and the last four */
    LAW_MASK_ADDRESS,     /* up to the first number and the word after it */
    LAW_MASK_ACCOUNT,     /* the first three and the last two of at least seven digits */
    LAW_MASK_PLATE,       /* the first two characters; for whatever has no form of its own too */
    LAW_MASK_CERTIFICATE, /* the first four and the last four */
    LAW_MASK_COUNT
} LawMask;

/* "name", "phone", "identity number" ...: false when there is no such kind. */
bool law_mask_kind(Str name, LawMask *ret);
const char *law_mask_name(LawMask kind);
Str law_mask(Arena *arena, LawMask kind, Str text); /* empty stays empty */
/* The kind that a text shows by its form: a mobile number, an identity number, an account. */
bool law_mask_guess(Str text, LawMask *ret);

#endif
