/* decide_internal.h - what the parts of a decision share. */
#ifndef YIFA_CORE_MATTER_DECIDE_INTERNAL_H
#define YIFA_CORE_MATTER_DECIDE_INTERNAL_H

#include "core/matter/clockwork.h"
#include "core/matter/decide.h"

typedef struct Deciding {
    Arena *arena;
    const DecideInput *in;
    Decision *out;
    const LawProcedure *graph; /* of the pack at opening: stages, acts, forms */
    const LawProcedure *rules; /* of the pack in force: rules, clocks, documents */
    const LawAct *act;
    const LawAct *rules_act; /* the same act in the pack in force */
    MatterCore core;         /* as it will be */
    MatterEnv env;           /* over `graph` */
    MatterEnv rules_env;     /* over `rules`; the same as env when both are one */
} Deciding;

/* Adds an effect and folds it at once, so that later expressions see it. */
void deciding_effect(Deciding *d, Effect effect);
MatterEnv *deciding_rules_env(Deciding *d);

/* Evaluates the act's rules; true when none refuses. */
bool decide_verdicts(Deciding *d);

/* Findings for what was broken, matters to open, signals to send. */
void decide_findings(Deciding *d);
MUST_CHECK Rc decide_follows(Deciding *d, Err *err);
/* A finding about a rule, broken by `what` (an act or a clock). */
void decide_finding(Deciding *d, const LawRule *rule, Str what);
/* How a finding about this run of a clock is linked to its matter: "clock/<id>/<generation>". */
Str clock_relation(Arena *arena, const MatterClock *clock);
/* Tells the findings about these clocks that the term was kept after all. */
void decide_close_findings(Deciding *d, const Str *clocks, size_t n);

#endif
