/* read_open.h - what everybody may read: matters of a pack's public list, with the fields it names and no others. */
#ifndef YIFA_APP_READ_OPEN_H
#define YIFA_APP_READ_OPEN_H

#include "app/read.h"
#include "core/law/pages.h"

enum { READ_OPEN_PAGE = 50, READ_OPEN_WALK = 20000 /* matters looked at for one page */ };

typedef struct ReadOpenRow {
    int64_t id;
    Day opened_day;
    Str number;
    Str title;
    Day day;     /* since when */
    Day until;   /* DAY_NONE: open */
    bool over;   /* it no longer holds: by its stage, or because its last day is past */
    Json fields; /* of the list, as stored, in its order; null where empty */
} ReadOpenRow;

/* The newest first, READ_OPEN_PAGE rows at most; continues after the matter opened on `after_day` with id `after_id`
 * (0: from the start). */
MUST_CHECK Rc read_open(const Read *read, const LawOpenList *list, Day after_day, int64_t after_id, ReadOpenRow **ret,
                        size_t *ret_n, bool *ret_more, Err *err);

extern const char read_sql_open[];

#endif
