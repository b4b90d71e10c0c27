/* ordinary_case.h - one ordinary penalty case while it is planned: penalty_draw.c decides what each is to become,
 * penalty_ordinary.c takes it from the clue to the decision, penalty_after.c serves and enforces it. */
#ifndef YIFA_APP_DEMO_ORDINARY_CASE_H
#define YIFA_APP_DEMO_ORDINARY_CASE_H

#include "app/demo/penalty_internal.h"

typedef enum CaseEnd { CASE_PENALTY, CASE_NONE, CASE_CRIME, CASE_TRANSFER, CASE_UNDECIDED } CaseEnd;

typedef struct OrdinaryCase {
    Demo *d;
    Chance chance;
    const CaseKind *kind;
    bool block;
    Day filed;
    CaseEnd end;
    int64_t fine_fen;
    int32_t person;
    uint32_t index;
    Crew crew;
    const Community *community;
    Str place;
    uint32_t matter;
    int64_t days;      /* from filing to the decision */
    int64_t concluded; /* instant */
    Day meeting;       /* DAY_NONE: not discussed */
    Str meeting_no;
    int64_t last; /* time of the last act */
    const StaffPerson *head;
    bool extended;
    bool departs;      /* what the party said was heard: the fine is less than was announced */
    bool premature;    /* a decision is tried too early, and refused */
    bool with_expired; /* filed at first with an officer whose certificate has ended, and refused */
    Str fact;
    PlanAct beyond; /* stands for acts after the year's end: written to and never read */
} OrdinaryCase;

/* Plans an act unless the year is over by then; time never goes back within a case. */
PlanAct *case_act(OrdinaryCase *c, int64_t at, const StaffPerson *who, const char *name, Json form);
int64_t case_minutes(double n);
/* In working hours, n working days after the last act. */
int64_t case_later(OrdinaryCase *c, int workdays);
/* When that share of the time from filing to decision has passed. */
int64_t case_on_share(OrdinaryCase *c, double share);
Str case_word(OrdinaryCase *c, const char *list);
bool case_is_person(const OrdinaryCase *c);

void case_plan(OrdinaryCase *c, const Appeal *source);
void case_serve(OrdinaryCase *c);
void case_enforce(OrdinaryCase *c);
void case_finish(OrdinaryCase *c);
/* An appeal of that kind a few days before, handled for more than a day, from which the case can come; or NULL. */
const Appeal *case_find_source(const OrdinaryCase *c, const Appeals *appeals);

#endif
