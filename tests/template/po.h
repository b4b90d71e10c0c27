/* po.h - reads a .po file as far as the tests need it: msgid, msgid_plural, msgstr, msgstr[0], one language with one
 * plural form. */
#ifndef YIFA_TESTS_TEMPLATE_PO_H
#define YIFA_TESTS_TEMPLATE_PO_H

#include "base/map.h"

typedef struct Po {
    Arena *arena;
    Map texts; /* msgid -> Str */
} Po;

void po_read(Po *po, Arena *arena, Str text);
/* STR_NONE when there is no translation. */
Str po_find(const Po *po, Str msgid);

#endif
