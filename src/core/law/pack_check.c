/* The graph of a procedure as a whole: whether every matter can begin, move and end. */
#include "core/law/pack_procedure.h"

static uint64_t bit(int stage)
{
    return UINT64_C(1) << stage;
}

static bool opens(const LawAct *act)
{
    return act->kind == LAW_ACT_OPEN;
}

static void check_openings(ProcedureReader *r, LawPlace at)
{
    bool any = false;
    bool by_public = false;
    for (size_t i = 0; i < r->p->n_acts; i++) {
        any = any || opens(&r->acts[i]);
        by_public = by_public || (opens(&r->acts[i]) && r->acts[i].by_public);
    }
    if (!any)
        pack_issue(r->l, at, STR("give one act `open: true`"), "no act opens a matter of '%.*s'", STR_ARG(r->p->id));
    else if (r->p->intake && !by_public)
        pack_issue(r->l, at, STR("add `public: true` to an act that opens one"),
                   "'intake' is true, but residents may not open a matter of '%.*s'", STR_ARG(r->p->id));
}

static void check_reachable(ProcedureReader *r)
{
    uint64_t reached = 0;
    for (size_t round = 0; round <= r->p->n_stages; round++) {
        for (size_t i = 0; i < r->p->n_acts; i++) {
            const LawAct *act = &r->acts[i];
            if (act->to >= 0 && (opens(act) || (act->from & reached)))
                reached |= bit(act->to);
        }
    }
    for (size_t i = 0; i < r->p->n_stages; i++) {
        if (!(reached & bit((int)i)))
            pack_issue(r->l, r->stages_at[i], STR("let an act lead `to` it, or drop it"),
                       "no act leads to stage '%.*s'", STR_ARG(r->stages[i].id));
    }
}

static bool has_way_out(const LawProcedure *p, int stage)
{
    for (size_t i = 0; i < p->n_acts; i++) {
        const LawAct *act = &p->acts[i];
        if ((act->from & bit(stage)) && act->to >= 0 && act->to != stage)
            return true;
    }
    return false;
}

static void check_ends(ProcedureReader *r)
{
    const LawProcedure *p = r->p;
    for (size_t i = 0; i < p->n_stages; i++) {
        if (!p->stages[i].end && !has_way_out(p, (int)i))
            pack_issue(r->l, r->stages_at[i], STR("mark it `end: true` or let an act lead on"),
                       "a matter in stage '%.*s' can never leave it", STR_ARG(p->stages[i].id));
    }
    for (size_t i = 0; i < p->n_acts; i++) {
        const LawAct *act = &p->acts[i];
        bool back = act->kind == LAW_ACT_PLAIN && act->to >= 0 && !p->stages[act->to].end;
        for (size_t s = 0; back && s < p->n_stages; s++) {
            if (p->stages[s].end && (act->from & bit((int)s)))
                pack_issue(r->l, act->at, STR("mark the act `reopen: true`"),
                           "act '%.*s' leads out of the end stage '%.*s'", STR_ARG(act->id), STR_ARG(p->stages[s].id));
        }
    }
}

static void check_reopen(ProcedureReader *r, const LawAct *act)
{
    const LawProcedure *p = r->p;
    if (act->kind != LAW_ACT_REOPEN)
        return;
    for (size_t s = 0; s < p->n_stages; s++) {
        if (!p->stages[s].end && (act->from & bit((int)s)))
            pack_issue(r->l, act->at, STR("list end stages only"), "act '%.*s' reopens, but stage '%.*s' is not an end",
                       STR_ARG(act->id), STR_ARG(p->stages[s].id));
    }
    if (act->to >= 0 && p->stages[act->to].end)
        pack_issue(r->l, act->at, STR("lead to a stage that is not an end"),
                   "act '%.*s' reopens into the end stage '%.*s'", STR_ARG(act->id), STR_ARG(p->stages[act->to].id));
}

void procedure_check(ProcedureReader *r, LawPlace at)
{
    check_openings(r, at);
    if (r->graph_broken)
        return;
    check_reachable(r);
    check_ends(r);
    for (size_t i = 0; i < r->p->n_acts; i++)
        check_reopen(r, &r->acts[i]);
}
