/* decide.h - the heart: may this act be done, and what does it change?
 *
 * matter_decide is a pure function of its input. It answers one of three things: *invalid* (the form is malformed or
 * incomplete: the caller is told field by field, nothing is recorded), *refused* (authenticated and well-formed, but
 * the procedure or the law forbids it: recorded as a refusal) or *accepted* with effects. Numbers, ids, digests and
 * random codes are left as wishes in the effects; the sequencer fills them in before it encodes the entry.
 *
 * Which version of the pack speaks: the graph and forms are those of the pack under which the matter was opened; rules,
 * new clocks and documents those of the pack in force on the day of the act. Rules refuse only in mode do. In modes
 * record and mirror the fact is taken in, and what it broke becomes a finding. */
#ifndef YIFA_CORE_MATTER_DECIDE_H
#define YIFA_CORE_MATTER_DECIDE_H

#include "core/matter/form.h"

typedef struct DecideInput {
    const LawPack *pack; /* in force on the day of the act */
    const Directory *dir;
    const Matter *matter;          /* NULL for an opening act */
    const LawProcedure *procedure; /* of an opening act; else NULL */
    Str act;
    ActMode mode;
    int64_t actor;
    int64_t happened_at; /* at most now_ms */
    int64_t now_ms;
    const Json *form;    /* object; personal values included */
    const Json *history; /* results of declared queries, or NULL */
    /* Parties whose person is known already, by the blind index of an identifying field. */
    const MatterParty *known;
    size_t n_known;
    /* For an act that does not come last in effective time (a late record, a correction): the core as of its own time,
     * on which it is decided. Else NULL: the matter's core. */
    const MatterCore *past_core;
    /* For correct and void: effective instant of the entry named by the form's `version`, 0 when there is none. */
    int64_t target_eff_at;
    int64_t merge_into; /* for merge: the id that the form's `into` names, 0 unknown */
    bool sheet_ok;      /* for forms with `sheet`: the sheet is in a pad of the actor's and unused */
    bool preview;       /* the form may be incomplete: evaluate all rules for a page, decide nothing */
} DecideInput;

typedef enum VerdictKind { VERDICT_COMPLIED, VERDICT_VIOLATED, VERDICT_UNDECIDED, VERDICT_NOT_APPLICABLE } VerdictKind;
extern const char *const verdict_names[4]; /* "complied" … */

typedef struct Verdict {
    const LawRule *rule;
    VerdictKind kind;
    LawEffect effect;  /* under the profile */
    FeelReason reason; /* undecided: what is missing; may say nothing */
    Str got;           /* what the rule saw, for people; may be empty */
} Verdict;

/* What a table of the procedure says of the matter. */
typedef struct TableFound {
    const struct LawTableUse *use;
    Str item;                /* id of what the matter is about; may be empty */
    FeelValue row;           /* what its function gave; null: no row */
    const FeelValue *inputs; /* by column of the table; null where the procedure knows none */
} TableFound;
/* Those of the procedure's tables, by bits, that have rows for the matter's item; a list in the env's arena. */
size_t env_tables(MatterEnv *env, uint64_t tables, const TableFound **ret);

typedef enum DecisionKind { DECISION_INVALID, DECISION_REFUSED, DECISION_ACCEPTED } DecisionKind;

/* Why the procedure itself, not a rule, stops an act. */
typedef enum DecisionStop {
    STOP_NONE,
    STOP_UNKNOWN_ACT,
    STOP_STAGE,  /* not open at this stage */
    STOP_ROLE,   /* the actor has no role that may do it */
    STOP_WHEN,   /* its own condition does not hold */
    STOP_TARGET, /* correct, void, merge: what is named does not exist or cannot be it */
    STOP_SHEET,  /* no such sheet in the actor's pads, or already used */
    STOP_FUTURE, /* it cannot have happened yet */
    STOP_RULES   /* a rule: see the verdicts */
} DecisionStop;
const char *decision_stop_name(DecisionStop stop);

/* A personal value of the form, to be committed to and kept outside the leaf. */
typedef struct PersonalValue {
    Str role;
    const LawField *field;
    Json value;
} PersonalValue;

typedef struct Decision {
    DecisionKind kind;
    DecisionStop stop;
    const LawProcedure *procedure;
    const LawAct *act;
    Str role; /* in which the actor acts */
    int64_t eff_at;
    Day eff_day;
    FormFaults faults;
    const Verdict *verdicts;
    size_t n_verdicts;
    const TableFound *tables; /* of a preview: what the act's form shows */
    size_t n_tables;
    Effects effects;
    const PersonalValue *personal;
    size_t n_personal;
} Decision;

MUST_CHECK Rc matter_decide(Arena *arena, const DecideInput *in, Decision *ret, Err *err);

/* The clock that is due fires: a warning threshold passed, or the term ended. Effects are effective at the instant at
 * which it fired, clock->fire_at. */
MUST_CHECK Rc matter_decide_fire(Arena *arena, const DecideInput *in, const MatterClock *clock, Decision *ret,
                                 Err *err);

#endif
