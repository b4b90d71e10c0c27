/* cases.h - penalty cases brought to a stage, for the tests of penalties and of the rules.
 *
 * The lawful form of every act stands in one table; a test says only what it puts over it. The stages have fixed times
 * in March 2023, a month without holidays, so that a reader can count working days. */
#ifndef YIFA_TESTS_APP_CASES_H
#define YIFA_TESTS_APP_CASES_H

#include "app/fixture.h"

/* The act with its lawful form and `over`, which may be NULL, put over it; whatever the answer. */
ActResult case_try(Office *office, const char *actor, int64_t matter, const char *act, const char *over);
/* The same, failing the test unless it is done. */
void case_act(Office *office, const char *actor, int64_t matter, const char *act, const char *over);
/* The lawful form of an act of the matter, NULL when what the page offers will do. */
const char *case_form(Office *office, int64_t matter, const char *act);
/* Opened by officer1 with the lawful form. */
int64_t case_opened(Office *office, const char *procedure, const char *act);

/* Ordinary procedure. Each goes on from the one before it; returns the matter. */
int64_t case_registered(Office *office);   /* Monday 2023-03-06 09:00 */
int64_t case_checked(Office *office);      /* 09:30 */
int64_t case_filed(Office *office);        /* 10:00 */
int64_t case_investigated(Office *office); /* 11:00 */
/* Tuesday 2023-03-07 09:00 */
int64_t case_concluded(Office *office, const char *over);
/* Thursday 2023-03-09 09:00; the statement's term ends on the 14th, the hearing's on the 16th. */
int64_t case_notified(Office *office, const char *conclude, const char *notify);
/* Friday 2023-03-17 09:00 */
int64_t case_decided(Office *office);
/* A fine for which a hearing must be offered, told of the right, hearing asked for on the 10th. */
int64_t case_hearing_asked(Office *office);
/* Noticed on the 10th for the 22nd, seven working days between. */
int64_t case_hearing_noticed(Office *office);
/* Held on the 22nd. */
int64_t case_heard(Office *office);
/* The forms of a case that must be offered a hearing. */
extern const char case_grave[];

/* Summary procedure: sheets 1001 to 1010 are officer1's, 2001 to 2010 officer3's. */
void case_pads(Office *office);
int64_t case_informed(Office *office); /* Monday 2023-03-06 09:00 */
int64_t case_issued(Office *office);   /* 09:20, sheet 1001 */

#endif
