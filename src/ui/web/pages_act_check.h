/* pages_act_check.h - may this act be done, and what would help? For the matter's page and the form's.
 *
 * Decides with the pure matter_decide, as a preview, on the matter as this reader sees it. What the act itself does
 * with the sequencer may differ when somebody acts in between; the form therefore carries the version it was shown for.
 */
#ifndef YIFA_UI_WEB_PAGES_ACT_CHECK_H
#define YIFA_UI_WEB_PAGES_ACT_CHECK_H

#include "ui/web/pages_show.h"

typedef struct ActCheck {
    const Matter *matter;          /* NULL: an opening act */
    const LawProcedure *procedure; /* the matter's, or of the opening act */
    const LawAct *act;
    ActMode mode;
    int64_t happened_at; /* 0: now */
    int64_t actor;       /* 0: the page's person, or the public */
    Json form;           /* null: what the form is preset with */
} ActCheck;

/* check->form gets the presets when it was null. */
MUST_CHECK Rc act_check(Page *page, ActCheck *check, Decision *ret, Err *err);
/* What the form is preset with. */
Json act_presets(Page *page, const ActCheck *check);

/* Whether the person holds one of the act's roles today, and somebody who does (0: nobody). */
bool act_is_mine(const Page *page, const LawAct *act);
int64_t act_somebody(const Page *page, const LawAct *act);

/* Why the procedure stops the act; empty for STOP_NONE and STOP_RULES. */
Str act_stop_text(Page *page, const LawAct *act, DecisionStop stop);
/* "by A or B; leads to C." */
Str act_note(Page *page, const LawProcedure *procedure, const LawAct *act);

/* Persons other than oneself with the credential that counts on a day, who are not yet in `chosen` (a list of ids, or
 * NULL); at most max.
 */
size_t act_certified(const Page *page, Day on, const Json *chosen, const DirPerson **ret, size_t max);
/* The field of the act's form that a rule shows at, when it takes persons; else NULL. */
const LawField *act_persons_field(const LawAct *act, const LawRule *rule);
/* Among the chosen, the first who does not count on that day; 0 when all do. */
int64_t act_uncounted(const Page *page, Day on, const Json *chosen);

#endif
