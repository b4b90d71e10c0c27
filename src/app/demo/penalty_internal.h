/* penalty_internal.h - what on-the-spot and ordinary cases share: officers, parties, fines. */
#ifndef YIFA_APP_DEMO_PENALTY_INTERNAL_H
#define YIFA_APP_DEMO_PENALTY_INTERNAL_H

#include <stdio.h>

#include "app/demo/demo_internal.h"

/* One kind of case in plan-extra.yaml: how many, of whom, with what fines. */
typedef struct CaseKind {
    Str power;
    Str party; /* citizen, sole, legal */
    WordList fines;
    const YamlNode *times; /* fine in yuan -> the how manieth time within a year; NULL: always the first */
    int64_t spots;         /* 0: not counted */
    bool hearing;
    bool benchmark; /* a fine below what was announced departs from the table */
} CaseKind;

typedef struct Crew {
    const StaffUnit *unit;
    const StaffPerson *first; /* who handles it */
    const StaffPerson *second;
} Crew;

/* One entry per case, `n` times each kind; *ret_block says which are a block's. */
typedef struct CaseList {
    CaseKind *kinds;
    bool *block;
    size_t n;
} CaseList;
MUST_CHECK Rc penalty_cases(Demo *d, const char *list, CaseList *ret, Err *err);

int64_t penalty_fine(const CaseKind *kind, Chance *chance); /* fen */
/* Two certified officers whose certificates last until a day; of the community's block, or of the main unit. */
Crew penalty_crew(Demo *d, Chance *chance, const Community *community, bool block, const char *role, Day on, Day until);
void penalty_party(Demo *d, Chance *chance, const CaseKind *kind, int32_t person, Json *form);
Str penalty_conduct(Demo *d, Chance *chance, Str power, Str place);
/* What discretion looks at: with these the table's row allows the fine. */
void penalty_facts(Demo *d, const CaseKind *kind, int64_t fine_fen, Json *form);
void penalty_officers(Demo *d, const Crew *crew, Json *form);
/* n days in the year with these monthly numbers (a sequence of twelve at a path), ascending, on working days. */
size_t penalty_days(Demo *d, Chance *chance, const char *months, Day *ret, size_t max);

#endif
