/* figure.h - statistics as facts: what one matter contributes to each figure, and when.
 *
 * For each figure that looks at a matter's procedure, the matter is at any moment either counted (with a period day, a
 * dimension, a key, a value) or not. Whenever that changes on an effective day, facts say so: -1 for what it was, +1
 * for what it is. A figure's value for a period, as of a status day, as known on a day, is the sum over all facts; a
 * distinct count is the number of keys whose sum is not zero. Pure functions of one matter's history: the store adds
 * them up. */
#ifndef YIFA_CORE_FIGURE_FIGURE_H
#define YIFA_CORE_FIGURE_FIGURE_H

#include "core/matter/env.h"

typedef struct FigureState {
    bool on;
    Day p_day; /* day that must fall in a period */
    Str dim;
    Str key; /* distinct counts */
    int64_t v;
} FigureState;

typedef struct Fact {
    const LawFigure *figure;
    Day p_day;
    Day e_day; /* effective day of the change: status */
    Str dim;
    Str key;
    int64_t dn;
    int64_t dv;
} Fact;

typedef struct Facts {
    Fact *items;
    size_t n;
    size_t cap;
} Facts;

/* What an evaluation needs besides the core. `pack` is the pack whose figures are adopted. */
typedef struct FigureWorld {
    Arena *arena;
    const LawPack *pack;
    const LawProcedure *procedure; /* of `pack`, with its figures */
    const Directory *dir;
} FigureWorld;

/* One state per figure of the procedure. */
FigureState *figure_states(const FigureWorld *world, const MatterCore *core);
/* Adds the facts of a change from one set of states to another on e_day. */
void figure_diff(const FigureWorld *world, const FigureState *before, const FigureState *after, Day e_day,
                 Facts *facts);
/* All facts of a whole history; past is sorted in place. */
void figure_history(const FigureWorld *world, MatterPast *past, size_t n, Facts *facts);
/* Adds after - before, with equal facts cancelled. */
void figure_difference(Arena *arena, const Facts *after, const Facts *before, Facts *ret);

#endif
