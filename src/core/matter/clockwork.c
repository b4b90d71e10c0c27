#include "core/matter/clockwork.h"

/* The instant at which the clock next has something to say. */
static void arm(const LawPack *pack, MatterClock *clock, const LawClock *def)
{
    if (clock->next_warn < (int)def->n_warn)
        clock->fire_at =
            clock_threshold(&clock->term, pack->calendar, pack->zone_minutes, def->warn_percent[clock->next_warn]);
    else
        clock->fire_at = clock->due_at + 1; /* the due instant itself is still in time */
}

static Rc set_due(const MatterEnv *env, MatterClock *clock, const LawClock *def, Err *err)
{
    bool known = true;
    clock->due_at = clock_due(&clock->term, env->pack->calendar, env->pack->zone_minutes, &known);
    if (!known)
        return err_set(err, RC_INVALID,
                       "the calendar has no notice for a year that clock %.*s runs into; adopt one first",
                       STR_ARG(def->id));
    arm(env->pack, clock, def);
    return RC_OK;
}

static void emit(const MatterEnv *env, Effects *effects, const MatterClock *clock)
{
    effects_add(env->arena, effects,
                (Effect){ .kind = EFFECT_CLOCK, .name = clock->id, .value = matter_clock_to_json(env->arena, clock) });
}

static Rc start(MatterEnv *env, const LawClock *def, Effects *effects, Err *err)
{
    int64_t length = def->length;
    FeelValue given = env_eval(env, def->length_of, NULL);
    if (def->length_of.expr && given.type != FEEL_NUMBER)
        return RC_OK; /* null: this matter has no such term */
    if (given.type == FEEL_NUMBER &&
        (!dec_to_i64(feel_to_dec(given), &length) || length < 0 || length > clock_length_max(def->unit)))
        return err_set(err, RC_INVALID, "clock %.*s: its length must be a whole number of 0 to %d", STR_ARG(def->id),
                       clock_length_max(def->unit));
    const MatterClock *before = env->matter ? matter_clock(env->matter, def->id) : NULL;
    MatterClock clock = {
        .id = def->id,
        .state = CLOCK_RUNNING,
        .start_at = env->happened_at,
        .gen = before ? before->gen + 1 : 1,
        .term = { .start_at = env->happened_at, .unit = def->unit, .length = (int32_t)length, .roll = def->roll }
    };
    TRY(set_due(env, &clock, def, err));
    emit(env, effects, &clock);
    return RC_OK;
}

static bool is_open(const MatterClock *clock)
{
    return clock->state == CLOCK_RUNNING || clock->state == CLOCK_PAUSED || clock->state == CLOCK_OVERDUE;
}

static Rc pause_or_resume(MatterEnv *env, MatterClock *clock, const LawClock *def, bool resume, Err *err)
{
    ClockTerm *term = &clock->term;
    if (resume && clock->state == CLOCK_PAUSED) {
        term->resumed_at[term->n_pauses - 1] = env->happened_at;
        clock->state = CLOCK_RUNNING;
        return set_due(env, clock, def, err);
    }
    if (!resume && clock->state == CLOCK_RUNNING) {
        if (term->n_pauses == CLOCK_PAUSES_MAX)
            return err_set(err, RC_LIMIT, "clock %.*s has been paused %d times, which is the limit", STR_ARG(def->id),
                           CLOCK_PAUSES_MAX);
        term->paused_at[term->n_pauses] = env->happened_at;
        term->resumed_at[term->n_pauses] = INT64_MAX;
        term->n_pauses++;
        clock->state = CLOCK_PAUSED;
        clock->fire_at = INT64_MAX;
    }
    return RC_OK;
}

static Rc extend(MatterEnv *env, MatterClock *clock, const LawClock *def, Err *err)
{
    int64_t by;
    FeelValue given = env_eval(env, def->extend_by, NULL);
    if (given.type != FEEL_NUMBER || !dec_to_i64(feel_to_dec(given), &by) || by < 0 || by > 10000)
        return err_set(err, RC_INVALID, "clock %.*s: an extension must be a whole number of 0 to 10,000",
                       STR_ARG(def->id));
    clock->term.extension += (int32_t)by;
    if (clock->state == CLOCK_PAUSED)
        return RC_OK;
    TRY(set_due(env, clock, def, err));
    if (clock->due_at < env->happened_at && clock->state == CLOCK_OVERDUE) {
        clock->fire_at = INT64_MAX; /* still overdue, and its finding is open already */
        return RC_OK;
    }
    clock->state = CLOCK_RUNNING;
    while (clock->next_warn < (int)def->n_warn && clock->fire_at < env->happened_at) {
        clock->next_warn++;
        arm(env->pack, clock, def);
    }
    return RC_OK;
}

Rc clockwork_act(MatterEnv *env, MatterEnv *terms, const LawAct *act, Effects *effects, Str *ret_timely,
                 size_t *ret_n_timely, Err *err)
{
    size_t n_timely = 0;
    const LawProcedure *graph = env->procedure;
    for (size_t i = 0; i < graph->n_clocks; i++) {
        uint64_t bit = UINT64_C(1) << i;
        /* A definition is evaluated in the scope of the pack it comes from. */
        const LawClock *def = law_clock(terms->procedure, graph->clocks[i].id, NULL);
        MatterEnv *scope = def ? terms : env;
        if (!def)
            def = &graph->clocks[i];
        if (act->starts & bit) {
            TRY(start(scope, def, effects, err));
            continue;
        }
        const MatterClock *found = env->matter ? matter_clock(env->matter, def->id) : NULL;
        if (!found || !is_open(found))
            continue;
        MatterClock clock = *found;
        if ((act->stops | act->cancels) & bit) {
            bool timely = env->happened_at <= clock.due_at;
            if (clock.state == CLOCK_OVERDUE && timely && (act->stops & bit) && n_timely < MATTER_CLOCKS_MAX)
                ret_timely[n_timely++] = clock.id;
            clock.state = act->cancels & bit ? CLOCK_CANCELLED : timely ? CLOCK_MET : CLOCK_LATE;
            clock.fire_at = INT64_MAX;
        } else if ((act->pauses | act->resumes) & bit) {
            TRY(pause_or_resume(scope, &clock, def, (act->resumes & bit) != 0, err));
        } else if (act->extends & bit) {
            TRY(extend(scope, &clock, def, err));
        } else {
            continue;
        }
        emit(env, effects, &clock);
    }
    *ret_n_timely = n_timely;
    return RC_OK;
}

MatterClock clockwork_fire(const LawPack *pack, const MatterClock *clock, const LawClock *def, int *ret_percent)
{
    MatterClock next = *clock;
    if (clock->next_warn < (int)def->n_warn) {
        *ret_percent = def->warn_percent[clock->next_warn];
        next.next_warn++;
        arm(pack, &next, def);
        return next;
    }
    *ret_percent = 100;
    next.state = def->overdue ? CLOCK_OVERDUE : CLOCK_LAPSED;
    next.fire_at = INT64_MAX;
    return next;
}
