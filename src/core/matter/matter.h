/* matter.h - one matter in memory, and the fold that is the only way it changes.
 *
 * A Matter lives in an arena with all it points to. Its *core* (stage, fields, title …) is the fold of its entries'
 * core effects in order of effective instant, then seq; matter_apply does this incrementally when an entry comes last
 * in that order (nearly always), and matter_refold from all entries when it does not (late records, corrections,
 * voids). Both give the same core; a property test holds them to it. */
#ifndef YIFA_CORE_MATTER_MATTER_H
#define YIFA_CORE_MATTER_MATTER_H

#include "base/date.h"
#include "core/law/clock.h"
#include "core/law/pack.h"
#include "core/matter/effect.h"

enum { MATTER_CLOCKS_MAX = 64, MATTER_PARTIES_MAX = 200, MATTER_LINKS_MAX = 50, MATTER_ENTRIES_MAX = 2000 };

typedef struct MatterCore {
    Str stage;   /* id, empty before opening */
    Str outcome; /* of the end stage it is in, else empty */
    Str title;
    Str kind;
    Day opened_day;
    Day closed_day; /* DAY_NONE while open */
    int64_t merged_into;
    Json fields; /* object: public values by field id; personal ones stand as "·" */
} MatterCore;

typedef struct MatterClock {
    Str id;
    ClockState state;
    int64_t start_at;
    int64_t due_at;
    int64_t fire_at; /* next threshold, INT64_MAX: none */
    int gen;         /* how many times it was started */
    int next_warn;   /* index into the definition's warn_percent; n_warn means: due */
    ClockTerm term;
} MatterClock;

typedef struct MatterParty {
    Str role;
    int64_t subject;
} MatterParty;

typedef struct MatterLink {
    Str kind;
    bool incoming; /* the other matter points here */
    int64_t other;
    Str procedure; /* of the other */
    Str stage;
    Str outcome;
} MatterLink;

typedef struct Matter {
    int64_t id;
    const LawPack *pack; /* under which it was opened: graph and forms */
    const LawProcedure *procedure;
    int64_t version;     /* entries so far */
    int64_t last_eff_at; /* greatest effective instant among its entries */
    MatterCore core;
    Str number;
    Str public_code;
    MatterClock *clocks;
    size_t n_clocks;
    size_t cap_clocks;
    MatterParty *parties;
    size_t n_parties;
    size_t cap_parties;
    MatterLink *links;
    size_t n_links;
    size_t cap_links;
    int64_t n_documents;
} Matter;

/* One entry's contribution to the core, for a refold. */
typedef struct MatterPast {
    int64_t seq;
    int64_t version;
    int64_t eff_at;
    Day eff_day;
    bool voided;
    Effects effects;
} MatterPast;

/* Folds core effects, effective on eff_day, into core. Other effects are passed over. */
void matter_fold(Arena *arena, MatterCore *core, const LawProcedure *procedure, const Effects *effects, Day eff_day);
/* The core after all of `past` that is not voided; past is sorted in place by (eff_at, seq). */
void matter_refold(Arena *arena, MatterCore *ret, const LawProcedure *procedure, MatterPast *past, size_t n);
MatterCore matter_core_new(void);
/* A copy whose fields object may be changed without touching the original. */
MatterCore matter_core_copy(Arena *arena, const MatterCore *core);
/* Applies the effects that are not core: clocks, parties, links, numbers. */
MUST_CHECK Rc matter_apply_rest(Arena *arena, Matter *matter, const Effects *effects, Err *err);

MatterClock *matter_clock(const Matter *matter, Str id); /* NULL when it has none */
int64_t matter_subject(const Matter *matter, Str role);  /* 0 when none */
/* Earliest due instant of its running clocks that are not a party's own term; INT64_MAX when none. */
int64_t matter_due_at(const Matter *matter);
/* The clock that fires next at or before `now`, or NULL. */
MatterClock *matter_next_firing(const Matter *matter, int64_t now);

Json matter_clock_to_json(Arena *arena, const MatterClock *clock);
MUST_CHECK Rc matter_clock_from_json(Str id, const Json *row, MatterClock *ret, Err *err);

#endif
