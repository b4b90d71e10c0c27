#include "core/matter/decide_internal.h"

static FeelPlace place_of(Str text)
{
    return (FeelPlace){ text, 0, (uint32_t)text.n };
}

static bool is_empty(MatterEnv *env, size_t slot)
{
    return feel_is_null(env->feel.slot(env->feel.ctx, (int)slot, env->arena));
}

/* The fields and derived names that an expression reads, and what those of them that are null read in turn. */
static void mark_read(MatterEnv *env, LawExpr expr, bool *read)
{
    size_t n_fields = env->procedure->n_fields;
    size_t n = n_fields + env->procedure->n_lets;
    bool *here = ARENA_ARRAY(env->arena, bool, n + 1);
    feel_expr_slots(expr.expr, here, n);
    for (size_t i = 0; i < n; i++) {
        if (!here[i] || read[i])
            continue;
        read[i] = true;
        if (i >= n_fields && is_empty(env, i))
            mark_read(env, env->procedure->lets[i - n_fields], read);
    }
}

/* A rule that says itself when it cannot be decided ("if host = null then null else ...") gives a null without a
 * reason: then what lacks is the fields it reads that are empty. */
static FeelReason empty_fields(MatterEnv *env, LawExpr expr)
{
    const LawProcedure *p = env->procedure;
    bool *read = ARENA_ARRAY(env->arena, bool, p->n_fields + p->n_lets + 1);
    Str titles = STR_NONE;
    mark_read(env, expr, read);
    for (size_t i = 0; i < p->n_fields; i++) {
        Str title = p->fields[i].title;
        if (read[i] && is_empty(env, i))
            titles = titles.n ? arena_printf(env->arena, "%.*s, %.*s", STR_ARG(titles), STR_ARG(title)) : title;
    }
    return titles.n ? (FeelReason){ .msgid = FEEL_WORD("{} is missing"), .place = place_of(titles) }
                    : (FeelReason){ 0 };
}

/* People know a field by its title, rules often by its id. */
static FeelReason undecided(MatterEnv *env, LawExpr expr, FeelReason reason)
{
    if (!expr.expr)
        return reason;
    if (!reason.msgid)
        return empty_fields(env, expr);
    Str part = str_slice(reason.place.source, reason.place.from, reason.place.to);
    const LawField *field = law_field(env->procedure, part);
    if (field)
        reason.place = place_of(field->title);
    return reason;
}

static VerdictKind judge(MatterEnv *env, const LawRuleUse *use, FeelReason *ret_reason)
{
    FeelReason reason = { 0 };
    FeelValue applies = env_eval(env, use->applies, &reason);
    FeelValue check = feel_is_true(applies) ? env_eval(env, use->check, &reason) : feel_null();
    if (applies.type == FEEL_BOOL && !feel_is_true(applies))
        return VERDICT_NOT_APPLICABLE;
    if (check.type != FEEL_BOOL) {
        *ret_reason = undecided(env, feel_is_true(applies) ? use->check : use->applies, reason);
        return VERDICT_UNDECIDED;
    }
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
