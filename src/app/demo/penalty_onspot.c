/* Penalties on the spot: shown and told, written on a numbered sheet, handed over, paid, reported. */
#include <stdlib.h>

#include "app/demo/penalty_internal.h"

enum { PADS_MAX = 64, PAD_SHEETS = 50, FIRST_SHEET = 2300001 };

typedef struct Pad {
    const StaffPerson *holder;
    int64_t next;
    int64_t last;
    int voids_left;
} Pad;

typedef struct Onspot {
    Demo *d;
    Chance chance;
    Pad pads[PADS_MAX];
    size_t n_pads;
    int64_t next_sheet;
} Onspot;

typedef struct Case {
    Onspot *o;
    const CaseKind *kind;
    Crew crew;
    const Community *community;
    Str place;
    uint32_t matter;
    int64_t at;
    int64_t fine_fen;
    int32_t person;
} Case;

static int64_t minutes(double n)
{
    return (int64_t)(n * MS_PER_MINUTE);
}

static PlanAct *act(Case *c, int64_t actor, const char *name, Json form)
{
    return plan_act(&c->o->d->plan, c->matter, c->at, actor, name, form);
}

/* ---- pads ---- */

static Pad *pad_of(Onspot *o, const StaffPerson *holder, int64_t at)
{
    Demo *d = o->d;
    for (size_t i = 0; i < o->n_pads; i++)
        if (o->pads[i].holder == holder)
            return &o->pads[i];
    if (o->n_pads == PADS_MAX)
        return NULL;
    Pad *pad = &o->pads[o->n_pads++];
    *pad = (Pad){ .holder = holder,
                  .next = o->next_sheet,
                  .last = o->next_sheet + PAD_SHEETS - 1,
                  .voids_left = (int)words_number(d->shape, "penalty.onspot.voided_per_pad", 2) };
    o->next_sheet += PAD_SHEETS;
    plan_sheet(&d->plan, hours_at(&d->hours, hours_day(&d->hours, at), 8 * 60 + 30), "onspot", "issued", pad->next,
               pad->last, holder->id);
    return pad;
}

static void spoil(Onspot *o, Pad *pad, int64_t at)
{
    if (pad->voids_left <= 0)
        return;
    pad->voids_left--;
    plan_sheet(&o->d->plan, at, "onspot", "void", pad->next, pad->next, pad->holder->id);
    pad->next++;
}

/* ---- one case ---- */

static void inform(Case *c, bool stated)
{
    Demo *d = c->o->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    c->matter = plan_matter(plan, STR_NONE, STR_NONE);
    penalty_officers(d, &c->crew, &form);
    form_bool(plan, &form, "showed_id", true);
    form_str(plan, &form, "power", c->kind->power);
    penalty_party(d, &c->o->chance, c->kind, c->person, &form);
    form_str(plan, &form, "place", c->place);
    form_str(plan, &form, "community", c->community->id);
    form_c(plan, &form, "venue", "here");
    form_str(plan, &form, "conduct", penalty_conduct(d, &c->o->chance, c->kind->power, c->place));
    form_bool(plan, &form, "facts_certain", true);
    penalty_facts(d, c->kind, c->fine_fen, &form);
    form_int(plan, &form, "proposed_fine", c->fine_fen);
    form_list(plan, &form, "notice_content", "proposal facts reasons basis statement defence");
    form_c(plan, &form, "stated", stated ? "yes" : "none");
    if (stated)
        form_str(plan, &form, "statement_text", words_pick(&d->words, &c->o->chance, "penalty.statements"));
    form_int(plan, &form, "unit", c->crew.unit ? c->crew.unit->id : 0);
    form_int(plan, &form, "handler", c->crew.first->id);
    plan_open(plan, c->matter, c->at, c->crew.first->id, "penalty.onspot", "inform", form);
    if (!stated)
        return;
    Json recheck = json_obj();
    form_c(plan, &recheck, "recheck_result", "rejected");
    c->at += minutes(4);
    act(c, c->crew.first->id, "recheck", recheck);
}

static Json issue_form(Case *c, int64_t sheet, int64_t fine_fen)
{
    Demo *d = c->o->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    bool refused = demo_share(d, &c->o->chance, "penalty.onspot.refused_sign");
    penalty_officers(d, &c->crew, &form);
    form_int(plan, &form, "sheet", sheet);
    form_list(plan, &form, "decision_kinds", fine_fen ? "fine" : "warning");
    if (fine_fen)
        form_int(plan, &form, "fine", fine_fen);
    form_bool(plan, &form, "prior_fined", false);
    form_bool(plan, &form, "slight", false);
    form_bool(plan, &form, "corrected", false);
    form_c(plan, &form, "harm", "slight");
    form_list(plan, &form, "decision_content", "conduct kinds basis amount time place review suit organ");
    form_int(plan, &form, "officers_signed", 2);
    form_bool(plan, &form, "delivered", true);
    form_bool(plan, &form, "signed", !refused);
    if (refused)
        form_bool(plan, &form, "refusal_noted", true);
    return form;
}

static void collect(Case *c)
{
    Demo *d = c->o->d;
    Json form = json_obj();
    form_str(&d->plan, &form, "fiscal_receipt",
             arena_printf(d->arena, "A%06u", 1000 + chance_below(&c->o->chance, 90000)));
    form_bool(&d->plan, &form, "hard_to_enforce", false);
    c->at += minutes(4);
    act(c, c->crew.first->id, "collect", form);
    c->at = hours_workdays_later(&d->hours, &c->o->chance, c->at, 1);
    act(c, c->crew.first->id, "hand-in", json_obj());
    const StaffPerson *clerk = staff_pick(&d->staff, &c->o->chance, "case-handler", NULL, hours_day(&d->hours, c->at));
    c->at = hours_workdays_later(&d->hours, &c->o->chance, c->at, 1);
    act(c, clerk ? clerk->id : ACTOR_SYSTEM, "bank", json_obj());
}

static bool is_past_end(const Case *c)
{
    return c->at >= day_start(c->o->d->status + 1, c->o->d->hours.zone_minutes);
}

static void report_and_pay(Case *c)
{
    Demo *d = c->o->d;
    Chance *chance = &c->o->chance;
    int64_t issued_at = c->at;
    bool collected = c->fine_fen > 0 && c->fine_fen <= 10000 && demo_share(d, chance, "penalty.onspot.collected_share");
    if (collected)
        collect(c);
    /* Reported within two working days, nearly always. */
    int64_t after = chance_permille(chance, 40) ? 4 : chance_between(chance, 0, 1);
    c->at = hours_workdays_later(&d->hours, chance, issued_at, (int)after);
    if (c->at <= issued_at)
        c->at = issued_at + minutes(45);
    if (is_past_end(c))
        return;
    act(c, c->crew.first->id, "file", json_obj());
    int64_t filed_at = c->at;
    if (c->fine_fen && !collected) {
        Json form = json_obj();
        form_c(&d->plan, &form, "pay_channel", chance_permille(chance, 850) ? "electronic" : "bank");
        double days = chance_lognormal(chance, words_number(d->shape, "penalty.onspot.paid_days.median", 4),
                                       words_number(d->shape, "penalty.onspot.paid_days.p90", 14));
        c->at = hours_next(&d->hours, chance, issued_at + minutes(days * 1440), true);
        c->at = c->at > filed_at ? c->at : filed_at + minutes(30);
        if (is_past_end(c))
            return;
        act(c, c->crew.first->id, "pay", form);
    }
    const StaffPerson *closer = staff_pick(&d->staff, chance, "case-handler", NULL, hours_day(&d->hours, c->at));
    c->at = hours_workdays_later(&d->hours, chance, c->at, (int)chance_between(chance, 1, 6));
    if (is_past_end(c) || !closer)
        return;
    act(c, closer->id, "close", json_obj());
    c->at = hours_workdays_later(&d->hours, chance, c->at, (int)chance_between(chance, 2, 20));
    Json form = json_obj();
    form_list(&d->plan, &form, "recorded_steps", "start investigation review decision service execution");
    if (!is_past_end(c) && chance_permille(chance, 700))
        act(c, closer->id, "archive", form);
}

static void issue(Case *c, bool with_other_pad)
{
    Onspot *o = c->o;
    Pad *pad = pad_of(o, c->crew.first, c->at);
    if (!pad || pad->next > pad->last)
        return;
    c->at += minutes(8 + chance_unit(&o->chance) * 14);
    if (chance_permille(&o->chance, 400))
        spoil(o, pad, c->at - minutes(3));
    if (with_other_pad && o->n_pads > 1) {
        /* A colleague's sheet: the number is not his to use. */
        const Pad *other = &o->pads[pad == &o->pads[0]];
        act(c, c->crew.first->id, "issue", issue_form(c, other->last, c->fine_fen))->may_refuse = true;
        c->at += minutes(3);
    }
    act(c, c->crew.first->id, "issue", issue_form(c, pad->next++, c->fine_fen));
}

static void plan_case(Onspot *o, const CaseKind *kind, bool block, Day day, size_t index)
{
    Demo *d = o->d;
    Case c = { .o = o, .kind = kind, .community = places_community(&d->places, &o->chance) };
    c.crew = penalty_crew(d, &o->chance, c.community, block, "enforcement-officer", day, day);
    /* The main unit shares four pads; each block has its own. */
    for (size_t i = 0, own = 0; !block && i < o->n_pads; i++) {
        bool same = staff_holds(&d->staff, o->pads[i].holder, "enforcement-officer", c.crew.unit, day);
        own += same;
        if (same && (own == 4 || chance_permille(&o->chance, 350))) {
            c.crew.first = o->pads[i].holder;
            break;
        }
    }
    if (c.crew.second == c.crew.first)
        c.crew.second =
            staff_pick_officer(&d->staff, &o->chance, "enforcement-officer", c.crew.unit, c.crew.first, day);
    if (!c.crew.first || !c.crew.second)
        return;
    c.at = hours_within(&d->hours, &o->chance, day);
    c.place = places_pick(c.community, &o->chance, NULL);
    c.fine_fen = penalty_fine(kind, &o->chance);
    c.person = (int32_t)(6000 + index);
    inform(&c, chance_permille(&o->chance, 100));
    issue(&c, index == 7);
    report_and_pay(&c);
}

/* Too high a fine for the spot is refused; the officer then turns to the ordinary procedure. */
static void plan_refused(Onspot *o, const CaseKind *kind, Day day)
{
    Demo *d = o->d;
    Case c = { .o = o, .kind = kind, .community = places_community(&d->places, &o->chance) };
    c.crew = penalty_crew(d, &o->chance, c.community, false, "enforcement-officer", day, day);
    Pad *pad = c.crew.first ? pad_of(o, c.crew.first, day_start(day, d->hours.zone_minutes)) : NULL;
    if (!pad || !c.crew.second)
        return;
    c.at = hours_within(&d->hours, &o->chance, day);
    c.place = places_pick(c.community, &o->chance, NULL);
    c.fine_fen = 50000;
    c.person = 6900;
    inform(&c, false);
    c.at += minutes(9);
    act(&c, c.crew.first->id, "issue", issue_form(&c, pad->next, c.fine_fen))->may_refuse = true;
    c.at += minutes(6);
    Json form = json_obj();
    form_str(&d->plan, &form, "note", words_pick(&d->words, &o->chance, "drop_note"));
    act(&c, c.crew.first->id, "drop", form);
}

/* A decision whose party was wrong: the sheet is called back. It does not count. */
static void plan_voided(Onspot *o, const CaseKind *kind, Day day)
{
    Demo *d = o->d;
    Case c = { .o = o, .kind = kind, .community = places_community(&d->places, &o->chance) };
    c.crew = penalty_crew(d, &o->chance, c.community, false, "enforcement-officer", day, day);
    if (!c.crew.first || !c.crew.second)
        return;
    c.at = hours_within(&d->hours, &o->chance, day);
    c.place = places_pick(c.community, &o->chance, NULL);
    c.fine_fen = 20000;
    c.person = 6901;
    inform(&c, false);
    issue(&c, false);
    c.at += minutes(35);
    const StaffPerson *head = staff_pick(&d->staff, &o->chance, "enforcement-head", NULL, day);
    Json form = json_obj();
    form_str(&d->plan, &form, "note", words_pick(&d->words, &o->chance, "voided_sheet"));
    if (head)
        act(&c, head->id, "void-sheet", form);
}

Rc demo_plan_onspot(Demo *d, Err *err)
{
    Onspot *o = ARENA_NEW(d->arena, Onspot);
    *o = (Onspot){ .d = d, .chance = chance_new(d->seed, "onspot"), .next_sheet = FIRST_SHEET };
    CaseList cases;
    TRY(penalty_cases(d, "onspot", &cases, err));
    uint32_t *order = ARENA_ARRAY(d->arena, uint32_t, cases.n);
    for (size_t i = 0; i < cases.n; i++)
        order[i] = (uint32_t)i;
    chance_shuffle(&o->chance, order, cases.n);
    Day blocks_from = words_day(words_at(d->shape, "penalty"), "blocks_from", d->first);
    /* Planned in order of time below, since a pad's sheets are used in order. */
    Day *days = ARENA_ARRAY(d->arena, Day, cases.n);
    for (size_t i = 0; i < cases.n; i++) {
        Day from = cases.block[order[i]] ? blocks_from + 5 : d->first + 4;
        do
            days[i] = (Day)chance_between(&o->chance, from, d->status - 1);
        while (!law_is_workday(d->hours.calendar, days[i]) && !chance_permille(&o->chance, 300));
    }
    for (Day day = d->first; day <= d->status; day++) {
        for (size_t i = 0; i < cases.n; i++)
            if (days[i] == day)
                plan_case(o, &cases.kinds[order[i]], cases.block[order[i]], day, i);
        if (day == d->first + 136)
            plan_refused(o, &cases.kinds[0], day);
        if (day == d->first + 204)
            plan_voided(o, &cases.kinds[0], day);
    }
    return RC_OK;
}
