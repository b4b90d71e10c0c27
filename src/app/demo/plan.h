/* plan.h - a year of acts in memory, before any of it is performed.
 *
 * Planners add matters and acts in any order; plan_finish puts the acts in order of time and keeps them PLAN_SLOT_MS
 * apart. That distance is what makes an interrupted run continuable without any bookkeeping: an act sets off fewer
 * entries than a slot has milliseconds, and the ledger's instants ascend, so an act was performed exactly when the
 * ledger's last instant is not before the act's.
 *
 * A matter's id is known only once it is opened, so acts name matters by their index in the plan. All is owned by the
 * plan's arena. */
#ifndef YIFA_APP_DEMO_PLAN_H
#define YIFA_APP_DEMO_PLAN_H

#include "app/app.h"

enum {
    PLAN_SLOT_MS = 128,
    PLAN_QUIET_MS = 30000, /* no acts in a day's first half minute: the sweep of clocks has it for itself */
    PLAN_ACTS_MAX = 1000000,
    PLAN_ORG_MAX = 200
};
#define PLAN_NOBODY UINT32_MAX

typedef struct PlanMatter {
    Str system; /* its number on another platform, by which it is found while its id is unknown */
    Str number;
    uint32_t parent; /* of a matter that another one opens; else PLAN_NOBODY */
    Str link;        /* the relation in which it then stands to its parent */
    uint32_t nth;    /* of those that the parent opened in that relation, from 0 */
    /* Filled in by the run. */
    int64_t id;
    Str own_number;
    uint32_t opened_in;  /* number of the batch that opened it, 0: none in this run */
    uint32_t touched_in; /* number of the batch that last acted on it */
} PlanMatter;

typedef enum PlanKind { PLAN_ACT, PLAN_ORG } PlanKind;

typedef struct PlanAct {
    PlanKind kind;
    uint32_t n; /* order in which it was planned, which decides among equal times */
    int64_t at_ms;
    uint32_t matter;   /* PLAN_NOBODY: see matter_id */
    int64_t matter_id; /* of a matter that is there already */
    Str procedure;     /* of an opening act */
    Str act;
    ActMode mode;
    int64_t happened_at; /* mode record */
    int64_t actor;
    Json form;
    uint32_t into;   /* merge: the matter whose number goes into the form; else PLAN_NOBODY */
    Str target;      /* correct, void: the act whose latest entry is meant; else empty */
    bool may_refuse; /* a refusal is part of the story */
    Str origin;      /* file and line of a plan in YAML, for what is said of a refusal; may be empty */
    Effects org;     /* PLAN_ORG: rows of the organisation */
} PlanAct;

typedef struct Plan {
    Arena *arena;
    PlanMatter *matters;
    size_t n_matters;
    size_t cap_matters;
    PlanAct *acts;
    size_t n_acts;
    size_t cap_acts;
    int zone_minutes;
} Plan;

void plan_init(Plan *plan, Arena *arena, int zone_minutes);
/* A matter that an act of this plan opens. An empty system gives it the number of its index on system "demo". */
uint32_t plan_matter(Plan *plan, Str system, Str number);
/* A matter that another one sets off, standing to it in relation `link`. */
uint32_t plan_spawned(Plan *plan, uint32_t parent, Str link);
/* The act returned may be completed until the next call. */
PlanAct *plan_open(Plan *plan, uint32_t matter, int64_t at_ms, int64_t actor, const char *procedure, const char *act,
                   Json form);
PlanAct *plan_act(Plan *plan, uint32_t matter, int64_t at_ms, int64_t actor, const char *act, Json form);
/* Rows of the organisation, at most PLAN_ORG_MAX. */
void plan_org(Plan *plan, int64_t at_ms, const char *act, Effects rows);
/* Sheets of pre-printed forms handed out ("issued") or spoilt ("void"). */
void plan_sheet(Plan *plan, int64_t at_ms, const char *series, const char *state, int64_t first, int64_t last,
                int64_t holder);
/* Sorts and spaces the acts and drops those from `until_ms` on. RC_LIMIT when there are too many. */
MUST_CHECK Rc plan_finish(Plan *plan, int64_t until_ms, Err *err);

/* Tells one plan from another: what is done, when and by whom. */
uint64_t plan_digest(const Plan *plan);

/* ---- forms, in short ---- */

void form_str(Plan *plan, Json *form, const char *field, Str value); /* an empty text is left out */
void form_c(Plan *plan, Json *form, const char *field, const char *value);
void form_int(Plan *plan, Json *form, const char *field, int64_t value);
void form_bool(Plan *plan, Json *form, const char *field, bool value);
void form_day(Plan *plan, Json *form, const char *field, Day day);
void form_ints(Plan *plan, Json *form, const char *field, const int64_t *values, size_t n);
/* Words separated by single spaces, as a list. */
void form_list(Plan *plan, Json *form, const char *field, const char *words);

#endif
