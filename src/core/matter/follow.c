#include "core/matter/decide_internal.h"

static void offer(Deciding *d, Json *form, const LawAct *act, const char *field, Json value)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (str_eq_c(act->form[i].field->id, field))
            json_add(d->arena, form, str_c(field), value);
}

static Json spawn_row(Deciding *d, Str link, Json form)
{
    Json row = json_obj();
    json_add(d->arena, &row, STR("form"), form);
    json_add(d->arena, &row, STR("link"), json_str(link));
    return row;
}

/* Whoever is responsible for the matter is asked first. */
static void offer_responsible(Deciding *d, Json *form, const LawAct *open, const char *field, int index)
{
    const Json *value = index < 0 ? NULL : json_get(&d->core.fields, d->graph->fields[index].id);
    if (value)
        offer(d, form, open, field, *value);
}

void decide_finding(Deciding *d, const LawRule *rule, Str what)
{
    const LawFindings *findings = d->in->pack->findings;
    if (!findings || str_eq(d->graph->id, findings->procedure->id))
        return; /* a finding about a finding would never end */
    Json form = json_obj();
    const LawAct *open = findings->open;
    offer(d, &form, open, "rule", json_str(rule->id));
    offer(d, &form, open, "say", json_str(rule->say));
    offer(d, &form, open, "basis", json_str(law_basis_print(d->arena, &rule->basis)));
    offer(d, &form, open, "source_act", json_str(what));
    offer_responsible(d, &form, open, "unit", d->graph->unit_field);
    offer_responsible(d, &form, open, "handler", d->graph->handler_field);
    effects_add(d->arena, &d->out->effects,
                (Effect){ .kind = EFFECT_SPAWN,
                          .name = findings->procedure->id,
                          .text = open->id,
                          .value = spawn_row(d, str_starts(what, STR("clock/")) ? what : findings->link, form) });
}

Str clock_relation(Arena *arena, const MatterClock *clock)
{
    return arena_printf(arena, "clock/%.*s/%d", STR_ARG(clock->id), clock->gen);
}

/* A clock that ran over has opened the finding about its rule already. */
static bool found_by_clock(const Deciding *d, const LawRule *rule)
{
    const Matter *m = d->in->matter;
    for (size_t i = 0; m && i < m->n_clocks; i++) {
        const LawClock *def = law_clock(d->rules, m->clocks[i].id, NULL);
        bool over = m->clocks[i].state == CLOCK_OVERDUE || m->clocks[i].state == CLOCK_LATE;
        if (over && def && def->overdue && str_eq(def->overdue->id, rule->id))
            return true;
    }
    return false;
}

void decide_findings(Deciding *d)
{
    for (size_t i = 0; i < d->out->n_verdicts; i++) {
        const Verdict *v = &d->out->verdicts[i];
        if (v->kind == VERDICT_VIOLATED && v->effect != LAW_RECORD && !found_by_clock(d, v->rule))
            decide_finding(d, v->rule, d->act->id);
    }
}

static bool is_open_finding(const LawFindings *findings, const MatterLink *link)
{
    int stage = law_stage(findings->procedure, link->stage);
    return link->incoming && stage >= 0 && !findings->procedure->stages[stage].end;
}

/* A finding about a clock is linked to its matter by the clock's own run, so that it can be found again. */
void decide_close_findings(Deciding *d, const Str *clocks, size_t n)
{
    const LawFindings *findings = d->in->pack->findings;
    size_t n_links = findings && findings->close && d->in->matter ? d->in->matter->n_links : 0;
    for (size_t i = 0; i < n; i++) {
        const MatterClock *clock = matter_clock(d->in->matter, clocks[i]);
        Str relation = clock_relation(d->arena, clock);
        for (size_t k = 0; k < n_links; k++) {
            const MatterLink *link = &d->in->matter->links[k];
            if (!str_eq(link->kind, relation) || !is_open_finding(findings, link))
                continue;
            effects_add(d->arena, &d->out->effects,
                        (Effect){ .kind = EFFECT_SIGNAL,
                                  .name = relation,
                                  .text = findings->close->id,
                                  .a = link->other,
                                  .value = json_obj() });
        }
    }
}

/* The other matter's form, from this one's values. The types are those of the other procedure's fields. */
static Rc follow_form(Deciding *d, const LawProcedure *other, const LawFollow *follow, Json *ret, Err *err)
{
    Json form = json_obj();
    for (size_t i = 0; i < follow->n_set; i++) {
        const LawField *field = law_field(other, follow->set_ids[i]);
        Json value;
        if (!field)
            continue; /* the loader has checked this for the pack in force */
        TRY(env_to_json(d->arena, field, env_eval(&d->env, follow->set_values[i], NULL), &value, err));
        if (value.type != JSON_NULL)
            json_add(d->arena, &form, field->id, value);
    }
    *ret = form;
    return RC_OK;
}

static bool follow_wanted(Deciding *d, const LawFollow *follow)
{
    return !follow->when.expr || feel_is_true(env_eval(&d->env, follow->when, NULL));
}

static Rc send_signals(Deciding *d, const LawFollow *follow, Err *err)
{
    size_t n = d->in->matter ? d->in->matter->n_links : 0;
    for (size_t i = 0; i < n; i++) {
        const MatterLink *link = &d->in->matter->links[i];
        const LawProcedure *other = law_procedure(d->in->pack, link->procedure);
        if (!str_eq(link->kind, follow->link) || !other)
            continue;
        Json form;
        TRY(follow_form(d, other, follow, &form, err));
        effects_add(
            d->arena, &d->out->effects,
            (Effect){
                .kind = EFFECT_SIGNAL, .name = follow->link, .text = follow->act, .a = link->other, .value = form });
    }
    return RC_OK;
}

Rc decide_follows(Deciding *d, Err *err)
{
    for (size_t i = 0; i < d->act->n_spawn; i++) {
        const LawFollow *follow = &d->act->spawn[i];
        const LawProcedure *other = law_procedure(d->in->pack, follow->procedure);
        if (!other || !follow_wanted(d, follow))
            continue;
        Json form;
        TRY(follow_form(d, other, follow, &form, err));
        effects_add(d->arena, &d->out->effects,
                    (Effect){ .kind = EFFECT_SPAWN,
                              .name = follow->procedure,
                              .text = follow->act,
                              .value = spawn_row(d, follow->link, form) });
    }
    for (size_t i = 0; i < d->act->n_signal; i++)
        if (follow_wanted(d, &d->act->signal[i]))
            TRY(send_signals(d, &d->act->signal[i], err));
    return RC_OK;
}
