/* personal.h - what is known about the persons of a matter: opened for whoever may see it, masked for all others.
 *
 * Personal values lie sealed beside the entries, each under its subject's key in a store of its own. When the key has
 * been destroyed, the values are gone and the subject is `erased`. Reading takes a connection of the calling thread and
 * opens the key store read-only, so it never meets the writer. Full values are shown only once their look has been
 * recorded: app_reveal. */
#ifndef YIFA_APP_PERSONAL_H
#define YIFA_APP_PERSONAL_H

#include "app/app.h"

/* One value as it stands: the latest entry of the matter that is not void gave it. */
typedef struct PersonalItem {
    int64_t subject;
    const LawField *field;
    Json value;
    int64_t seq;
} PersonalItem;

typedef struct PersonalRecord {
    const PersonalItem *items;
    size_t n;
    const int64_t *erased; /* subjects whose key has been destroyed */
    size_t n_erased;
} PersonalRecord;

MUST_CHECK Rc personal_read(const App *app, Db *db, const Matter *matter, Arena *arena, PersonalRecord *ret, Err *err);
bool personal_is_erased(const PersonalRecord *record, int64_t subject);

/* As everybody may see it: a mobile number 138****5678, an identity card its first six and last four, a name its first
 * character, an address up to the building. What a value is shows in its form and, for names and addresses, in its
 * field's id. */
Str personal_mask(Arena *arena, const LawField *field, Str value);
/* The text of a value: a text as it is, anything else as JSON. */
Str personal_text(Arena *arena, const Json *value);

/* Records that an actor looked at a subject's full values, and why (an id such as "contact"), as an entry of its own.
 * On the thread that performs. */
MUST_CHECK Rc app_reveal(App *app, int64_t matter, int64_t subject, Str purpose, int64_t actor, Err *err);

#endif
