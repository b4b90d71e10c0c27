/* feel_law_private.h - what the files of law's FEEL functions share. */
#ifndef YIFA_CORE_LAW_FEEL_LAW_PRIVATE_H
#define YIFA_CORE_LAW_FEEL_LAW_PRIVATE_H

#include "core/law/feel_law.h"

bool law_is_absent(FeelValue v); /* null or empty text */

/* feel_law_text.c */
enum { FEEL_LAW_TEXT_FUNCTIONS = 5 };
extern const FeelHost feel_law_text_functions[FEEL_LAW_TEXT_FUNCTIONS];

#endif
