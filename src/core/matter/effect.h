/* effect.h - what an act changes, as data.
 *
 * An act is decided into a list of effects; the list is kept in the act's ledger entry, and folding effects is the only
 * way state changes, live and in a rebuild. Every effect has the same five slots; effect.c's table says what each kind
 * uses them for and how they are spelt in JSON, so that encoding and decoding are one loop.
 *
 * Effects fall in two orders. *Core* effects (open, set, stage, title, kind, merge, commit) describe what was so in the
 * world: they are folded by effective time, so that a late record or a correction lands where it belongs. The others
 * (clocks, numbers, links, parties, documents …) describe what this office did about it: they are folded by seq. */
#ifndef YIFA_CORE_MATTER_EFFECT_H
#define YIFA_CORE_MATTER_EFFECT_H

#include "base/arena.h"
#include "base/rc.h"
#include "lib/fmt/json.h"

typedef enum EffectKind {
    EFFECT_OPEN,     /* procedure; code: random public code or empty */
    EFFECT_SET,      /* field := value; null empties it */
    EFFECT_COMMIT,   /* personal field := value known by its salted digest only (wish: digest empty) */
    EFFECT_STAGE,    /* stage; outcome of an end stage */
    EFFECT_TITLE,    /* the matter's title */
    EFFECT_KIND,     /* the matter's kind, for lists */
    EFFECT_MERGE,    /* into: matter id, 0 undoes it */
    EFFECT_VOID,     /* version: that entry of this matter no longer counts */
    EFFECT_CLOCK,    /* id; row: the whole clock row */
    EFFECT_NUMBER,   /* series, text, year, n: the matter's number (wish: n 0 and text a template) */
    EFFECT_ALIAS,    /* system, number: the matter's number on another platform */
    EFFECT_PARTY,    /* role, subject id (wish: 0, a new one) */
    EFFECT_BLIND,    /* kind, digest: keyed blind index of a party, subject */
    EFFECT_LINK,     /* kind, to: matter id */
    EFFECT_DOCUMENT, /* id in the matter, template; number text; series, year, n inside row */
    EFFECT_SHEET,    /* series, holder, first, last: a pad handed out; or used/void/lost with first == last */
    EFFECT_FINDING,  /* rule; source matter, source seq, grade */
    EFFECT_SPAWN,    /* procedure.act; row: what is opened next, performed as an entry of its own */
    EFFECT_SIGNAL,   /* act; to: matter; row: form. Performed as an entry of its own */
    EFFECT_BLOB,     /* digest, role: a stored file belongs to the matter */
    EFFECT_PUT,      /* table; row: one row of an organisation table */
    EFFECT_FREEZE,   /* report; row: frozen figures */
    EFFECT_COUNT
} EffectKind;

typedef struct Effect {
    EffectKind kind;
    Str name;
    Str text;
    int64_t a;
    int64_t b;
    Json value; /* JSON_NULL when unused */
} Effect;

typedef struct Effects {
    Effect *items;
    size_t n;
    size_t cap;
} Effects;

Effect *effects_add(Arena *arena, Effects *effects, Effect effect);
/* A copy that shares nothing with the original. */
Effects effects_copy(Arena *arena, const Effects *effects);
bool effect_is_core(EffectKind kind);
const char *effect_name(EffectKind kind);
Json effects_to_json(Arena *arena, const Effects *effects);
MUST_CHECK Rc effects_from_json(Arena *arena, const Json *json, Effects *ret, Err *err);

#endif
