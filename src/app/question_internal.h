/* question_internal.h - the model from which a sentence is made. */
#ifndef YIFA_APP_QUESTION_INTERNAL_H
#define YIFA_APP_QUESTION_INTERNAL_H

#include "app/question.h"

/* {at, from, to: {year, month, day}, office, differences, adjusted, and each figure by its name}; docs/PACKS.md says
 * it in full. */
MUST_CHECK Rc ask_model(const AskSource *source, Arena *arena, const Answer *answer, Json *ret, Err *err);

#endif
