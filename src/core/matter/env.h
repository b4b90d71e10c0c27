/* env.h - what FEEL sees of a matter: fields as typed values, derived names, and the standard names of docs/PACKS.md.
 *
 * A MatterEnv answers a procedure's slots from a core (and, for personal fields, from the form being decided). Values
 * are made when first asked for and kept until env_reset. It borrows everything; the arena given owns the values. */
#ifndef YIFA_CORE_MATTER_ENV_H
#define YIFA_CORE_MATTER_ENV_H

#include "core/law/feel_law.h"
#include "core/matter/directory.h"
#include "core/matter/matter.h"

typedef enum ActMode { ACT_DO, ACT_RECORD, ACT_MIRROR } ActMode;
extern const char *const act_mode_names[3]; /* "do", "record", "mirror" */

typedef struct MatterEnv {
    const LawPack *pack;           /* in force: calendar, roles, words */
    const LawPack *owner;          /* of the procedure: parameters and catalogues; NULL: the same */
    const LawProcedure *procedure; /* whose slots are answered */
    const Directory *dir;          /* may be NULL: persons are then only ids */
    const Matter *matter;          /* clocks, links, number; NULL while opening */
    const MatterCore *core;
    const Json *form;    /* personal values of this act, or NULL */
    const Json *history; /* results of history queries, or NULL */
    int64_t actor;
    Str role; /* role in which the actor acts */
    ActMode mode;
    int64_t happened_at;
    int64_t now_ms;
    bool has_act; /* false for figures and pages: act_day … are null */
    Arena *arena;
    FeelEnv feel;
    LawHost host;
    FeelValue *memo;
    uint8_t *state; /* per slot: 0 unknown, 1 being made, 2 known */
} MatterEnv;

/* Fill the plain members first. */
void env_init(MatterEnv *env);
void env_reset(MatterEnv *env); /* after the core changed */
/* Null with a reason when absent; ret_reason may be NULL. */
FeelValue env_eval(MatterEnv *env, LawExpr expr, FeelReason *ret_reason);
/* Evaluates to text for people; empty when null. */
Str env_text(MatterEnv *env, LawExpr expr);

/* A stored value as FEEL sees it, and back: RC_INVALID when FEEL gave a type that the field cannot hold. */
FeelValue env_value(MatterEnv *env, const LawField *field, const Json *json);
MUST_CHECK Rc env_to_json(Arena *arena, const LawField *field, FeelValue value, Json *ret, Err *err);

#endif
