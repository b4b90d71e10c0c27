#include "core/matter/decide_internal.h"

static VerdictKind judge(MatterEnv *env, const LawRuleUse *use, Str *ret_reason)
{
    FeelValue applies = env_eval(env, use->applies, ret_reason);
    if (applies.type != FEEL_BOOL)
        return VERDICT_UNDECIDED;
    if (!feel_is_true(applies))
        return VERDICT_NOT_APPLICABLE;
    FeelValue check = env_eval(env, use->check, ret_reason);
    if (check.type != FEEL_BOOL)
        return VERDICT_UNDECIDED;
    return feel_is_true(check) ? VERDICT_COMPLIED : VERDICT_VIOLATED;
}

/* A rule refuses only an act that is done here and now, when it is broken or cannot be decided. */
static bool refuses(const Verdict *v, ActMode mode)
{
    return mode == ACT_DO && v->effect == LAW_BLOCK && (v->kind == VERDICT_VIOLATED || v->kind == VERDICT_UNDECIDED);
}

bool decide_verdicts(Deciding *d)
{
    MatterEnv *env = deciding_rules_env(d);
    const LawAct *act = d->rules_act;
    Verdict *verdicts = ARENA_ARRAY(d->arena, Verdict, act->n_rules);
    bool passed = true;
    for (size_t i = 0; i < act->n_rules; i++) {
        const LawRuleUse *use = &act->rules[i];
        Verdict *v = &verdicts[i];
        v->rule = use->rule;
        v->effect = law_rule_effect(d->in->pack, use->rule);
        v->kind = judge(env, use, &v->reason);
        if (v->kind != VERDICT_NOT_APPLICABLE && (d->in->preview || v->kind != VERDICT_COMPLIED))
            v->got = env_text(env, use->got);
        passed = passed && !refuses(v, d->in->mode);
    }
    d->out->verdicts = verdicts;
    d->out->n_verdicts = act->n_rules;
    return passed;
}
