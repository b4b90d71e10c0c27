/* Mediation: disputes that parties bring, those that courts assign, and those that appeals bring about. What the office
 * itself mediates and labour disputes are told in demo/plans. */
#include <stdio.h>

#include "app/demo/demo_internal.h"

typedef enum Ending { END_WRITTEN, END_ORAL, END_FAILED, END_TERMINATED, END_REJECTED, END_OPEN } Ending;

typedef enum DisputeKind { DISPUTE_PEOPLE, DISPUTE_PRESUIT, DISPUTE_COURT } DisputeKind;

typedef struct Dispute {
    Demo *d;
    Chance chance;
    uint32_t matter;
    int64_t at;
    const Community *community;
    const StaffUnit *unit;
    const StaffPerson *mediator;
    int64_t parties;
    int64_t amount_fen;
    Ending ending;
    int64_t days; /* from acceptance to the end */
    bool confirm;
    DisputeKind kind;
} Dispute;

static int64_t minutes(double n)
{
    return (int64_t)(n * MS_PER_MINUTE);
}

static bool is_success(Ending ending)
{
    return ending == END_WRITTEN || ending == END_ORAL;
}

static void act(Dispute *x, const char *name, Json form)
{
    plan_act(&x->d->plan, x->matter, x->at, x->mediator ? x->mediator->id : ACTOR_SYSTEM, name, form);
}

static bool is_past_end(const Dispute *x)
{
    return x->at >= day_start(x->d->status + 1, x->d->hours.zone_minutes);
}

static void later(Dispute *x, int workdays)
{
    int64_t next = hours_workdays_later(&x->d->hours, &x->chance, x->at, workdays);
    x->at = next > x->at ? next : x->at + minutes(20 + chance_exponential(&x->chance, 40));
}

static void choose_mediator(Dispute *x)
{
    Demo *d = x->d;
    Day on = hours_day(&d->hours, x->at);
    Str where = words_draw(d->shape, "mediation.by_unit", &x->chance, NULL);
    bool communal = x->kind != DISPUTE_COURT && str_eq_c(where, "communities");
    x->unit = staff_unit(&d->staff, communal ? x->community->unit : STR("peace-centre"));
    x->mediator = staff_pick(&d->staff, &x->chance, "mediator", x->unit, on);
    if (!x->mediator)
        x->mediator = staff_pick(&d->staff, &x->chance, "mediator", NULL, on);
}

static Str filled(Dispute *x, const char *list)
{
    Demo *d = x->d;
    WordPair pairs[] = { { "amount", arena_printf(d->arena, "%lld", (long long)(x->amount_fen / 100)) },
                         { "place", x->community->name } };
    return words_fill(d->arena, words_pick(&d->words, &x->chance, list), pairs, ARRAY_LEN(pairs));
}

/* ---- the way of a mediation ---- */

static void accept(Dispute *x)
{
    Plan *plan = &x->d->plan;
    Json form = json_obj();
    const StaffPerson *second =
        staff_pick(&x->d->staff, &x->chance, "mediator", x->unit, hours_day(&x->d->hours, x->at));
    int64_t mediators[2] = { x->mediator->id, second ? second->id : 0 };
    size_t n = second && second != x->mediator && chance_permille(&x->chance, 250) ? 2 : 1;
    form_int(plan, &form, "unit", x->unit ? x->unit->id : 0);
    form_int(plan, &form, "handler", x->mediator->id);
    form_ints(plan, &form, "mediators", mediators, n);
    form_int(plan, &form, "parties_count", x->parties);
    form_bool(plan, &form, "refused", false);
    form_int(plan, &form, "fee", 0);
    act(x, "accept", form);
}

static void inform(Dispute *x)
{
    Json form = json_obj();
    form_bool(&x->d->plan, &form, "rights_told", true);
    form_bool(&x->d->plan, &form, "bars_other_ways", false);
    if (x->kind == DISPUTE_COURT) {
        form_list(&x->d->plan, &form, "told_items", "rights rules steps effect confirmation");
        form_bool(&x->d->plan, &form, "identity_checked", true);
        form_bool(&x->d->plan, &form, "sham_warned", true);
        form_bool(&x->d->plan, &form, "address_form", true);
        form_bool(&x->d->plan, &form, "related", false);
    }
    act(x, "inform", form);
}

static void meet(Dispute *x)
{
    Json form = json_obj();
    WordPair pairs[] = { { "n", arena_printf(x->d->arena, "%u", x->matter) } };
    form_str(&x->d->plan, &form, "record_no",
             words_fill(x->d->arena, words_pick(&x->d->words, &x->chance, "record_no"), pairs, 1));
    form_bool(&x->d->plan, &form, "refused", false);
    act(x, "mediate", form);
}

static void agree(Dispute *x)
{
    Plan *plan = &x->d->plan;
    Json form = json_obj();
    form_str(plan, &form, "agreement_text", filled(x, "mediation.agreements"));
    form_int(plan, &form, "amount", x->amount_fen);
    form_int(plan, &form, "fee", 0);
    if (x->ending == END_WRITTEN) {
        form_int(plan, &form, "parties_count", x->parties);
        form_int(plan, &form, "signed_count", x->parties);
        form_bool(plan, &form, "mediator_signed", true);
        form_bool(plan, &form, "committee_seal", true);
        form_int(plan, &form, "copies", x->parties + 1);
    }
    act(x, x->ending == END_WRITTEN ? "agree-written" : "agree-oral", form);
}

/* One side, or both, would rather not: the usual end of what was sent down before a suit. */
static void decline(Dispute *x)
{
    static const char *const sides[] = { "applicant", "respondent", "both", "unreachable" };
    static const double weights[] = { 15, 50, 10, 25 };
    Plan *plan = &x->d->plan;
    Json form = json_obj();
    form_c(plan, &form, "decline_reason", sides[chance_weighted(&x->chance, weights, ARRAY_LEN(sides))]);
    form_str(plan, &form, "remedies_told", words_pick(&x->d->words, &x->chance, "remedies"));
    form_str(plan, &form, "note", filled(x, "mediation.failures"));
    act(x, "decline", form);
}

static void send_back(Dispute *x)
{
    Json form = json_obj();
    form_str(&x->d->plan, &form, "refuse_reason", words_pick(&x->d->words, &x->chance, "court_return"));
    act(x, "reject", form);
}

static void stop_without(Dispute *x)
{
    static const char *const reasons[] = { "withdrawn", "concealed", "other" };
    static const double weights[] = { 70, 10, 20 };
    Plan *plan = &x->d->plan;
    Json form = json_obj();
    if (x->kind == DISPUTE_PRESUIT && x->ending == END_TERMINATED && chance_permille(&x->chance, 500)) {
        decline(x);
        return;
    }
    if (x->kind == DISPUTE_COURT && x->ending == END_REJECTED) {
        send_back(x);
        return;
    }
    form_str(plan, &form, "remedies_told", words_pick(&x->d->words, &x->chance, "remedies"));
    form_str(plan, &form, "note", filled(x, "mediation.failures"));
    if (x->ending == END_TERMINATED) {
        form_c(plan, &form, "terminate_reason", reasons[chance_weighted(&x->chance, weights, 3)]);
        form_bool(plan, &form, "refused", chance_permille(&x->chance, 500));
    }
    act(x, x->ending == END_FAILED ? "fail" : x->ending == END_TERMINATED ? "terminate" : "reject", form);
}

static void performed(Dispute *x, const char *name)
{
    Json form = json_obj();
    form_c(&x->d->plan, &form, "performed", chance_permille(&x->chance, 820) ? "done" : "part");
    act(x, name, form);
}

/* What the mediator sets off is a matter of its own: guided, applied for by both, ruled upon by the court. */
static void confirm(Dispute *x)
{
    Plan *plan = &x->d->plan;
    Json submitted = json_obj();
    Json ruling = json_obj();
    later(x, (int)chance_between(&x->chance, 1, 9));
    act(x, "confirm", json_obj());
    Dispute c = *x;
    c.matter = plan_spawned(plan, x->matter, STR("confirmation"));
    later(&c, (int)chance_between(&x->chance, 0, 4));
    form_bool(plan, &submitted, "joint", true);
    form_str(plan, &submitted, "court", words_pick(&x->d->words, &x->chance, "confirm_court"));
    form_list(plan, &submitted, "materials", "application agreement proof identity commitment");
    form_bool(plan, &submitted, "touches_property", false);
    form_bool(plan, &submitted, "by_agent", false);
    form_list(plan, &submitted, "bars", "");
    form_list(plan, &submitted, "flaws", "");
    act(&c, "submit", submitted);
    later(&c, (int)chance_between(&x->chance, 1, 3));
    if (!is_past_end(&c))
        act(&c, "court-accept", json_obj());
    later(&c, (int)chance_between(&x->chance, 3, 9));
    bool valid = chance_permille(&x->chance, 975);
    form_c(plan, &ruling, "next_step", valid ? "perform" : "remediate");
    if (!is_past_end(&c))
        act(&c, valid ? "rule-valid" : "rule-refused", ruling);
    x->at = c.at;
}

/* The result goes back to the court, with the files when nothing was agreed; or to whoever sent the case down. */
static void report_back(Dispute *x)
{
    Plan *plan = &x->d->plan;
    bool court = x->kind == DISPUTE_COURT;
    bool good = is_success(x->ending);
    Json form = json_obj();
    Json handed = json_obj();
    later(x, (int)chance_between(&x->chance, 1, court ? 3 : 2));
    if (is_past_end(x) || (court && x->ending == END_REJECTED))
        return;
    form_str(plan, &form, "note", words_pick(&x->d->words, &x->chance, good ? "report_back.good" : "report_back.bad"));
    if (court) {
        form_bool(plan, &form, "report_written", true);
        form_bool(plan, &form, "files_returned", true);
    }
    act(x, "report", form);
    if (!court || good)
        return;
    later(x, (int)chance_between(&x->chance, 1, 5));
    form_bool(plan, &handed, "concessions", false);
    if (!is_past_end(x))
        act(x, "hand-over", handed);
}

static void afterwards(Dispute *x)
{
    Json form = json_obj();
    bool reports = x->kind != DISPUTE_PEOPLE;
    if (reports)
        report_back(x);
    if (x->confirm) {
        confirm(x);
    } else if (!reports && is_success(x->ending) && chance_permille(&x->chance, 250)) {
        later(x, (int)chance_between(&x->chance, 5, 25));
        if (!is_past_end(x))
            performed(x, "revisit");
    }
    if (is_success(x->ending) && chance_permille(&x->chance, 12) && !is_past_end(x)) {
        Json right = json_obj();
        x->at += minutes(90);
        form_str(&x->d->plan, &right, "reason", words_pick(&x->d->words, &x->chance, "correct_reason"));
        form_int(&x->d->plan, &right, "amount", x->amount_fen + 50000);
        plan_act(&x->d->plan, x->matter, x->at, x->mediator->id, "correct", right)->target =
            x->ending == END_WRITTEN ? STR("agree-written") : STR("agree-oral");
    }
    if (is_past_end(x) || !chance_permille(&x->chance, 150))
        return;
    later(x, (int)chance_between(&x->chance, 1, 15));
    form_list(&x->d->plan, &form, "files", x->ending == END_WRITTEN ? "register record agreement" : "register record");
    if (!is_past_end(x))
        act(x, "archive", form);
}

/* From acceptance on. Returns when the result was in, 0 when it is not in yet. */
static int64_t run(Dispute *x)
{
    if (!x->mediator || is_past_end(x))
        return 0;
    if (x->ending == END_REJECTED) {
        int64_t rejected_at = x->at;
        stop_without(x);
        if (x->kind != DISPUTE_PEOPLE)
            report_back(x);
        return rejected_at;
    }
    accept(x);
    int64_t accepted_at = x->at;
    later(x, chance_permille(&x->chance, 600) ? 0 : 1);
    if (is_past_end(x))
        return 0;
    inform(x);
    int64_t end = hours_next(&x->d->hours, &x->chance, accepted_at + x->days * MS_PER_DAY, false);
    if (end < x->at + minutes(30))
        end = x->at + minutes(30 + chance_exponential(&x->chance, 60));
    if (chance_permille(&x->chance, 450)) {
        x->at += (end - x->at) / 2;
        if (!is_past_end(x))
            meet(x);
    }
    x->at = end;
    if (x->ending == END_OPEN || is_past_end(x))
        return 0;
    if (is_success(x->ending))
        agree(x);
    else
        stop_without(x);
    int64_t ended_at = x->at;
    afterwards(x);
    return ended_at;
}

/* ---- pre-suit, brought about by an appeal ---- */

int64_t demo_plan_presuit(Demo *d, Chance *chance, const Appeal *a, int64_t end_before)
{
    Dispute x = { .d = d,
                  .chance = *chance,
                  .kind = DISPUTE_PRESUIT,
                  .matter = plan_spawned(&d->plan, a->matter, STR("presuit")),
                  .community = a->community,
                  .parties = 2,
                  .amount_fen = chance_between(chance, 8, 900) * 10000 };
    static const double failures[] = { 62, 24, 14 };
    static const Ending endings[] = { END_FAILED, END_TERMINATED, END_REJECTED };
    x.at = hours_workdays_later(&d->hours, &x.chance, a->dispatched_at, (int)chance_between(chance, 1, 3));
    choose_mediator(&x);
    x.ending = a->presuit_success ? (chance_permille(chance, 700) ? END_WRITTEN : END_ORAL)
                                  : endings[chance_weighted(chance, failures, 3)];
    if (a->fate == FATE_OPEN)
        x.ending = END_OPEN;
    double days = chance_lognormal(chance, 14, 25);
    int64_t most = (end_before - x.at) / MS_PER_DAY - 3;
    if (most > 28)
        most = 28;
    x.days = days < 1 ? 1 : days > (double)most ? most - chance_between(chance, 0, 4) : (int64_t)days;
    if (x.days < 1)
        x.days = 1;
    return run(&x);
}

/* ---- disputes of their own ---- */

typedef struct Intake {
    Demo *d;
    Chance chance;
    double *weights; /* per day of the year */
    size_t n_days;
    int64_t confirms; /* still to be led to the court */
} Intake;

static Day draw_day(Intake *in)
{
    return in->d->first + (Day)chance_weighted(&in->chance, in->weights, in->n_days);
}

/* A word with a number in it. */
static Str numbered(Dispute *x, const char *list)
{
    WordPair pairs[] = { { "n", arena_printf(x->d->arena, "%u", 1000 + chance_below(&x->chance, 8000)) } };
    return words_fill(x->d->arena, words_pick(&x->d->words, &x->chance, list), pairs, 1);
}

/* What stands in the court's letter. */
static void letter(Dispute *x, Str type, Json *form)
{
    Demo *d = x->d;
    Plan *plan = &d->plan;
    form_str(plan, form, "court_no", numbered(x, "court_no"));
    form_str(plan, form, "court_name", words_pick(&d->words, &x->chance, "confirm_court"));
    form_str(plan, form, "jingzhi_no", numbered(x, "jingzhi_no"));
    form_str(plan, form, "letter_no", numbered(x, "letter_no"));
    form_str(plan, form, "cause", words_pick2(&d->words, &x->chance, "court_cause", type));
    form_day(plan, form, "assigned_on", hours_day(&d->hours, x->at));
}

static void register_dispute(Intake *in, Dispute *x, Str type, Str place, int64_t people)
{
    Demo *d = in->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    bool court = x->kind == DISPUTE_COURT;
    bool active = !court && chance_permille(&x->chance, 280);
    if (court)
        letter(x, type, &form);
    else
        form_c(plan, &form, "origin", active ? "active" : chance_permille(&x->chance, 80) ? "police" : "party");
    form_str(plan, &form, "dispute_type", type);
    form_day(plan, &form, "received_on", hours_day(&d->hours, x->at));
    form_str(plan, &form, "community", x->community->id);
    form_str(plan, &form, "place", place);
    int32_t who = (int32_t)chance_below(&x->chance, 5000) + 1;
    form_str(plan, &form, "applicant_name", demo_person_name(d, who));
    form_str(plan, &form, "applicant_phone", demo_person_phone(d, who));
    form_str(plan, &form, "respondent_name", demo_org_name(d, &x->chance));
    form_str(plan, &form, "description", words_pick2(&d->words, &x->chance, "mediation", type));
    form_int(plan, &form, "parties_count", x->parties);
    form_int(plan, &form, "people_count", people);
    form_int(plan, &form, "amount", x->amount_fen);
    form_int(plan, &form, "unit", x->unit ? x->unit->id : 0);
    const StaffPerson *registrar = x->mediator;
    if (court)
        registrar = staff_pick(&d->staff, &x->chance, "court-liaison", NULL, hours_day(&d->hours, x->at));
    plan_open(plan, x->matter, x->at, registrar ? registrar->id : ACTOR_SYSTEM, court ? "mediation.court" : "mediation",
              active ? "initiate" : "apply", form);
}

/* Successes must be agreed by the end, so those who come late settle fast. */
static int64_t draw_days(Intake *in, const Dispute *x, double median, double p90)
{
    double days = chance_lognormal(&in->chance, median, p90);
    int64_t most = in->d->status - hours_day(&in->d->hours, x->at) - 5;
    if (most > 28)
        most = 28;
    if (days > (double)most)
        return most - (most > 8 ? chance_between(&in->chance, 0, 6) : 0);
    return days < 1 ? 1 : (int64_t)days;
}

/* The day by which a confirmation must have begun for its application to be in by the end. */
enum { CONFIRM_DAYS = 62 };

static void plan_dispute(Intake *in, DisputeKind kind, Ending ending, Day day, Str type, Str place, int64_t people)
{
    Demo *d = in->d;
    char name[48];
    snprintf(name, sizeof name, "dispute-%zu", d->plan.n_matters);
    bool court = kind == DISPUTE_COURT;
    Dispute x = { .d = d,
                  .chance = chance_new(d->seed, name),
                  .ending = ending,
                  .kind = kind,
                  .community = places_community(&d->places, &in->chance),
                  .at = hours_within(&d->hours, &in->chance, day),
                  .matter = plan_matter(&d->plan, STR_NONE, STR_NONE) };
    x.parties = chance_permille(&x.chance, 880) ? 2 : 3;
    double yuan = chance_lognormal(&x.chance, words_number(d->shape, "mediation.amount_yuan.median", 6000),
                                   words_number(d->shape, "mediation.amount_yuan.p90", 60000));
    x.amount_fen = (int64_t)(yuan / 100) * 10000;
    x.confirm = ending == END_WRITTEN && in->confirms > 0 && day < d->status - CONFIRM_DAYS &&
                chance_permille(&in->chance, court ? 700 : 640);
    in->confirms -= x.confirm;
    if (!place.n)
        place = places_pick(x.community, &x.chance, NULL);
    choose_mediator(&x);
    register_dispute(in, &x, type, place, people);
    later(&x, (int)chance_between(&x.chance, 0, 2));
    const char *days = court ? "mediation.court_days" : "mediation.days";
    char median[64];
    char p90[64];
    snprintf(median, sizeof median, "%s.median", days);
    snprintf(p90, sizeof p90, "%s.p90", days);
    x.days = draw_days(in, &x, words_number(d->shape, median, 9), words_number(d->shape, p90, 26));
    run(&x);
}

static void plan_some(Intake *in, DisputeKind kind, int64_t n, Ending (*draw)(Intake *in), Day from, Day to)
{
    for (int64_t i = 0; i < n; i++) {
        Day day;
        do
            day = draw_day(in);
        while (day < from || day > to);
        Str type = words_draw(in->d->shape, "mediation.types", &in->chance, NULL);
        Ending ending = draw(in);
        int64_t people = chance_permille(&in->chance, 90) ? 5 : 2;
        plan_dispute(in, kind, ending, day, type, STR_NONE, people);
    }
}

static Ending draw_success(Intake *in)
{
    return chance_unit(&in->chance) * 100 < words_number(in->d->shape, "mediation.oral", 45) ? END_ORAL : END_WRITTEN;
}

static Ending draw_failure(Intake *in)
{
    return chance_permille(&in->chance, 700) ? END_FAILED : END_TERMINATED;
}

static Ending draw_rejected(Intake *in)
{
    (void)in;
    return END_REJECTED;
}

static Ending draw_open(Intake *in)
{
    (void)in;
    return END_OPEN;
}

/* The same quarrel brought a second time: joined to the first, and ended there. It does not count as settled. */
static void plan_joined(Intake *in, uint32_t root, Day day)
{
    Demo *d = in->d;
    Dispute x = { .d = d,
                  .chance = chance_new(d->seed ^ root, "joined"),
                  .ending = END_TERMINATED,
                  .community = places_community(&d->places, &in->chance),
                  .at = hours_within(&d->hours, &in->chance, day),
                  .parties = 2,
                  .matter = plan_matter(&d->plan, STR_NONE, STR_NONE) };
    choose_mediator(&x);
    Str type = words_draw(d->shape, "mediation.types", &in->chance, NULL);
    register_dispute(in, &x, type, places_pick(x.community, &x.chance, NULL), 2);
    later(&x, 1);
    accept(&x);
    x.at += minutes(40);
    Json form = json_obj();
    PlanAct *planned = plan_act(&d->plan, x.matter, x.at, x.mediator->id, "merge", form);
    planned->into = root;
    x.at += minutes(15);
    stop_without(&x);
}

/* All that the figures count come in by the last day of the period; some more come after it. */
static void plan_court(Intake *in)
{
    const Demo *d = in->d;
    int64_t n = (int64_t)words_number(d->shape, "totals.court_assigned", 130);
    int64_t good = (int64_t)words_number(d->shape, "totals.court_assigned_success", 26);
    int64_t returned = (int64_t)words_number(d->shape, "mediation.court_returned", 8);
    int64_t open = (int64_t)words_number(d->shape, "mediation.court_open", 6);
    int64_t more = (int64_t)words_number(d->shape, "mediation.court_december", 8);
    plan_some(in, DISPUTE_COURT, good, draw_success, d->first, d->to);
    plan_some(in, DISPUTE_COURT, returned, draw_rejected, d->first, d->to);
    plan_some(in, DISPUTE_COURT, n - good - returned - open, draw_failure, d->first, d->to);
    plan_some(in, DISPUTE_COURT, open, draw_open, d->to - 5, d->to);
    plan_some(in, DISPUTE_COURT, more, draw_open, d->to + 1, d->status);
}

/* What is settled in all, without what is settled elsewhere. */
static int64_t settled_by_people(const Demo *d)
{
    static const char *const elsewhere[] = { "totals.presuit_success", "totals.court_assigned_success",
                                             "totals.admin_mediations", "totals.labour_mediated" };
    int64_t n = (int64_t)words_number(d->shape, "totals.disputes_mediated", 966);
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
        n -= (int64_t)words_number(d->shape, elsewhere[i], 0);
    return n;
}

void demo_plan_disputes(Demo *d)
{
    Intake in = { .d = d, .chance = chance_new(d->seed, "disputes"), .n_days = (size_t)(d->status - d->first + 1) };
    in.weights = ARENA_ARRAY(d->arena, double, in.n_days);
    for (size_t i = 0; i < in.n_days; i++) {
        Day day = d->first + (Day)i;
        in.weights[i] = law_is_workday(d->hours.calendar, day) ? demo_day_weight(d, day) : 0.05;
    }
    in.confirms = (int64_t)words_number(d->shape, "totals.judicial_confirmations", 193) -
                  (int64_t)words_number(d->shape, "totals.labour_confirmations", 0);
    int64_t good = settled_by_people(d);
    double rate = words_number(d->shape, "mediation.ordinary_success", 97) / 100;
    int64_t bad = (int64_t)((double)good / rate) - good;
    Day late = d->status - 12;
    plan_court(&in);
    for (Day day = d->first + 40; day < d->first + 320; day += 70) {
        uint32_t root = (uint32_t)d->plan.n_matters;
        plan_dispute(&in, DISPUTE_PEOPLE, END_WRITTEN, day, STR("property"), STR_NONE, 2);
        plan_joined(&in, root, day + 5);
        good--;
    }
    plan_some(&in, DISPUTE_PEOPLE, good, draw_success, d->first, late);
    plan_some(&in, DISPUTE_PEOPLE, bad, draw_failure, d->first, late);
    plan_some(&in, DISPUTE_PEOPLE, 12, draw_open, d->status - 25, d->status);
}
