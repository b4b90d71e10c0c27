/* clockwork.h - what an act does to a matter's clocks, as effects. */
#ifndef YIFA_CORE_MATTER_CLOCKWORK_H
#define YIFA_CORE_MATTER_CLOCKWORK_H

#include "core/matter/env.h"

/* Adds clock effects for an act that happened at env->happened_at. The act's clock bits are those of env's procedure;
 * `terms` answers for the procedure in force (perhaps of a later pack), whose definitions new clocks take. *ret_timely
 * gets the ids of overdue clocks that the act stopped and thereby proved to have been met in time. */
MUST_CHECK Rc clockwork_act(MatterEnv *env, MatterEnv *terms, const LawAct *act, Effects *effects, Str *ret_timely,
                            size_t *ret_n_timely, Err *err);

/* The next state of a clock that fires at clock->fire_at. *ret_percent gets the threshold, 100 at the end. */
MatterClock clockwork_fire(const LawPack *pack, const MatterClock *clock, const LawClock *def, int *ret_percent);

#endif
