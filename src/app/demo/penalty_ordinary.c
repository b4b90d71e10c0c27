/* One ordinary penalty case from the clue to the decision. */
#include "app/demo/ordinary_case.h"

int64_t case_minutes(double n)
{
    return (int64_t)(n * MS_PER_MINUTE);
}

PlanAct *case_act(OrdinaryCase *c, int64_t at, const StaffPerson *who, const char *name, Json form)
{
    if (at <= c->last)
        at = c->last + case_minutes(11 + chance_exponential(&c->chance, 25));
    c->last = at;
    if (at >= day_start(c->d->status + 1, c->d->hours.zone_minutes))
        return &c->beyond;
    return plan_act(&c->d->plan, c->matter, at, who ? who->id : ACTOR_SYSTEM, name, form);
}

int64_t case_later(OrdinaryCase *c, int workdays)
{
    return hours_workdays_later(&c->d->hours, &c->chance, c->last, workdays);
}

int64_t case_on_share(OrdinaryCase *c, double share)
{
    Day day = c->filed + (Day)((double)c->days * share);
    return hours_within(&c->d->hours, &c->chance, law_roll(c->d->hours.calendar, day, NULL));
}

Str case_word(OrdinaryCase *c, const char *list)
{
    /* Dice of the moment: an argument list that draws a time and a word may do so in any order. */
    Chance dice = chance_new(c->d->seed ^ (uint64_t)c->last ^ ((uint64_t)c->index << 44), list);
    WordPair pairs[] = { { "n", arena_printf(c->d->arena, "%u", 200 + c->index) } };
    return words_fill(c->d->arena, words_pick(&c->d->words, &dice, list), pairs, 1);
}

bool case_is_person(const OrdinaryCase *c)
{
    return !str_eq_c(c->kind->party, "legal");
}

static Json noted(OrdinaryCase *c, const char *list)
{
    Json form = json_obj();
    form_str(&c->d->plan, &form, "note", case_word(c, list));
    return form;
}

/* From this fine on the party has a right to a hearing. */
static bool has_hearing_right(const OrdinaryCase *c)
{
    const char *line = case_is_person(c) ? "hearing_line.person" : "hearing_line.org";
    return c->fine_fen >= (int64_t)words_number(c->d->extra, line, 5000) * 100;
}

/* ---- filing ---- */

static const char *category_of(Str power)
{
    if (str_starts(power, STR("xf-")) || str_starts(power, STR("rq-")))
        return "fire";
    if (str_starts(power, STR("gt-")))
        return "land";
    if (str_eq_c(power, "cg-noise") || str_eq_c(power, "cg-dust") || str_eq_c(power, "cg-fumes"))
        return "noise";
    return "cityscape";
}

const Appeal *case_find_source(const OrdinaryCase *c, const Appeals *appeals)
{
    for (size_t i = 0; i < appeals->n; i++) {
        const Appeal *a = &appeals->items[i];
        if (a->day > c->filed - 3)
            return NULL;
        if (a->day >= c->filed - 7 && a->fate == FATE_CLOSED && a->root < 0 && !a->is_main && a->handler &&
            str_eq_c(a->category, category_of(c->kind->power)) && a->closed_at - a->dispatched_at > HOURS_HOURS(30))
            return a;
    }
    return NULL;
}

static void open_from_appeal(OrdinaryCase *c, const Appeal *source)
{
    Demo *d = c->d;
    c->community = source->community;
    c->place = source->place;
    c->last = source->dispatched_at + case_minutes(2);
    plan_act(&d->plan, source->matter, c->last, source->handler->id, "to-penalty", json_obj());
    c->matter = plan_spawned(&d->plan, source->matter, STR("penalty"));
}

static void open_case(OrdinaryCase *c)
{
    static const char *const sources[] = { "patrol", "report", "superior", "campaign" };
    static const double weights[] = { 55, 15, 8, 22 };
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    c->matter = plan_matter(plan, STR_NONE, STR_NONE);
    c->last = hours_within(&d->hours, &c->chance, law_roll(d->hours.calendar, c->filed - 6, NULL));
    form_c(plan, &form, "case_source", sources[chance_weighted(&c->chance, weights, 4)]);
    form_str(plan, &form, "power", c->kind->power);
    form_str(plan, &form, "community", c->community->id);
    form_str(plan, &form, "place", c->place);
    form_day(plan, &form, "found_on", hours_day(&d->hours, c->last));
    form_str(plan, &form, "clue", c->fact);
    form_int(plan, &form, "unit", c->crew.unit ? c->crew.unit->id : 0);
    form_int(plan, &form, "handler", c->crew.first->id);
    if (c->last < day_start(d->first, d->hours.zone_minutes))
        c->last = hours_within(&d->hours, &c->chance, d->first + 3);
    plan_open(plan, c->matter, c->last, c->crew.first->id, "penalty.ordinary", "register", form);
}

static Json file_form(OrdinaryCase *c, Day found)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    penalty_officers(d, &c->crew, &form);
    form_str(plan, &form, "power", c->kind->power);
    penalty_party(d, &c->chance, c->kind, c->person, &form);
    form_c(plan, &form, "venue", "here");
    form_bool(plan, &form, "venue_exception", false);
    form_day(plan, &form, "conduct_on", found);
    form_day(plan, &form, "found_on", found);
    form_bool(plan, &form, "continuing", false);
    form_bool(plan, &form, "life_safety", false);
    form_int(plan, &form, "unit", c->crew.unit ? c->crew.unit->id : 0);
    form_int(plan, &form, "handler", c->crew.first->id);
    return form;
}

/* The officer whose certificate ended is entered once, refused, and replaced. */
static void file_with_expired(OrdinaryCase *c, Day found)
{
    Demo *d = c->d;
    for (size_t i = 0; i < d->staff.n_people; i++) {
        const StaffPerson *p = &d->staff.people[i];
        bool ended = p->certificate.n && p->certified_to < c->filed && p->certified_to >= d->first;
        if (!ended || p->to != DAY_NONE)
            continue;
        const StaffPerson *right = c->crew.second;
        c->crew.second = p;
        Json form = file_form(c, found);
        c->crew.second = right;
        case_act(c, hours_at(&d->hours, c->filed, 9 * 60 + 12), c->head, "file", form)->may_refuse = true;
        return;
    }
}

static void file(OrdinaryCase *c)
{
    Demo *d = c->d;
    Json check = json_obj();
    Day found = hours_day(&d->hours, c->last);
    form_c(&d->plan, &check, "check_result", "meets");
    int64_t checked = case_later(c, 1);
    int64_t filed = hours_within(&d->hours, &c->chance, c->filed);
    case_act(c, checked < filed ? checked : c->last + case_minutes(20), c->crew.first, "check", check);
    if (c->with_expired)
        file_with_expired(c, found);
    case_act(c, filed, c->head, "file", file_form(c, found));
}

/* ---- investigation ---- */

static void investigate(OrdinaryCase *c, double share, const char *activity)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    int64_t at = case_on_share(c, share);
    at = at > c->last ? at : c->last + case_minutes(40);
    form_c(plan, &form, "activity", activity);
    penalty_officers(d, &c->crew, &form);
    form_int(plan, &form, "shown_at", at - case_minutes(22));
    form_int(plan, &form, "inspected_at", at - case_minutes(20));
    form_str(plan, &form, "transcript_no", case_word(c, "transcript_no"));
    form_str(plan, &form, "correction_order", case_word(c, "penalty.orders"));
    case_act(c, at, c->crew.first, "investigate", form);
}

static void preserve(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json approve = json_obj();
    Json form = json_obj();
    Json dispose = json_obj();
    form_str(plan, &approve, "preserve_list", case_word(c, "preserve_list"));
    case_act(c, c->last + case_minutes(15), c->head, "approve-preserve", approve);
    form = json_copy(d->arena, &approve);
    form_int(plan, &form, "preserve_at", c->last + case_minutes(20));
    penalty_officers(d, &c->crew, &form);
    case_act(c, c->last + case_minutes(21), c->crew.first, "preserve", form);
    form_c(plan, &dispose, "preserve_disposal", "return");
    case_act(c, case_later(c, (int)chance_between(&c->chance, 2, 6)), c->crew.first, "dispose-preserved", dispose);
}

static Json facts_of(OrdinaryCase *c, bool examined)
{
    Arena *arena = c->d->arena;
    Json row = json_obj();
    Json list = json_arr();
    json_add(arena, &row, STR("fact"), json_str(c->fact));
    json_add(arena, &row, STR("evidence_count"), json_int(3));
    json_add(arena, &row, STR("examined"), json_bool(examined));
    json_push(arena, &list, row);
    return list;
}

static Json evidence_of(OrdinaryCase *c)
{
    static const char *const kinds[] = { "audiovisual", "record", "statement" };
    Arena *arena = c->d->arena;
    WordList titles = words_list(&c->d->words, "penalty.evidence");
    Json list = json_arr();
    for (size_t i = 0; i < 3 && i < titles.n; i++) {
        Json row = json_obj();
        json_add(arena, &row, STR("title"), json_str(titles.items[i]));
        json_add(arena, &row, STR("kind"), json_c(kinds[i]));
        json_add(arena, &row, STR("verified"), json_bool(true));
        json_add(arena, &row, STR("lawful"), json_bool(true));
        json_push(arena, &list, row);
    }
    return list;
}

static Json conclusion(OrdinaryCase *c)
{
    Plan *plan = &c->d->plan;
    Json form = json_obj();
    bool mild = c->end == CASE_NONE;
    bool grave = c->meeting != DAY_NONE;
    penalty_officers(c->d, &c->crew, &form);
    json_add(plan->arena, &form, STR("facts"), facts_of(c, false));
    json_add(plan->arena, &form, STR("evidence"), evidence_of(c));
    form_c(plan, &form, "evidence_way", "scene");
    form_bool(plan, &form, "slight", mild);
    form_bool(plan, &form, "corrected", mild);
    form_c(plan, &form, "harm", mild ? "none" : "slight");
    form_bool(plan, &form, "first_time", true);
    form_str(plan, &form, "first_offence_reason", case_word(c, "first_offence"));
    form_bool(plan, &form, "no_fault", false);
    form_bool(plan, &form, "complex", grave);
    form_bool(plan, &form, "major", grave);
    form_bool(plan, &form, "crime_suspected", false);
    if (grave)
        form_list(plan, &form, "review_grounds", "difficult");
    form_list(plan, &form, "proposed_kinds", "fine");
    penalty_facts(c->d, c->kind, c->fine_fen, &form);
    form_int(plan, &form, "proposed_fine", c->fine_fen);
    form_bool(plan, &form, "large_confiscation", false);
    return form;
}

/* ---- review, discussion, notice ---- */

static void review(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    const StaffPerson *who = staff_pick(&d->staff, &c->chance, "legal-reviewer", NULL, c->filed);
    if (!who)
        return;
    if (chance_permille(&c->chance, 90) && c->days > 20) {
        case_act(c, case_later(c, 1), who, "return-for-supplement", noted(c, "supplement_note"));
        case_act(c, case_later(c, 1), c->crew.first, "conclude", conclusion(c));
    }
    Json form = json_obj();
    form_int(plan, &form, "reviewer", who->id);
    form_bool(plan, &form, "reviewer_new", false);
    form_bool(plan, &form, "reviewer_licensed", true);
    case_act(c, case_later(c, 1), who, "review", form);
}

static void discuss(OrdinaryCase *c)
{
    Demo *d = c->d;
    Json form = json_obj();
    form_str(&d->plan, &form, "meeting_no", c->meeting_no);
    form_day(&d->plan, &form, "meeting_on", c->meeting);
    form_int(&d->plan, &form, "heads_present", chance_between(&c->chance, 2, 4));
    case_act(c, hours_at(&d->hours, c->meeting, 15 * 60 + 40 + c->index % 40), c->head, "discuss", form);
}

static void notify(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    int64_t at = case_on_share(c, 0.55);
    penalty_officers(d, &c->crew, &form);
    form_list(plan, &form, "notice_kinds", "fine");
    form_int(plan, &form, "notice_fine", c->fine_fen);
    form_list(plan, &form, "notice_content",
              has_hearing_right(c) ? "proposal facts reasons basis statement defence hearing"
                                   : "proposal facts reasons basis statement defence");
    form_int(plan, &form, "statement_term", 3);
    case_act(c, at > c->last ? at : case_later(c, 1), c->crew.first, "notify", form);
}

static void state(OrdinaryCase *c)
{
    Plan *plan = &c->d->plan;
    Json form = json_obj();
    Json recheck = json_obj();
    bool upheld = chance_permille(&c->chance, 200) && c->fine_fen >= 200000;
    form_str(plan, &form, "statement_text", case_word(c, "penalty.statements"));
    case_act(c, case_later(c, 2), c->crew.first, "statement", form);
    form_c(plan, &recheck, "recheck_result", upheld ? "partly" : "rejected");
    if (upheld)
        form_bool(plan, &recheck, "adopted", true);
    form_str(plan, &recheck, "recheck_note", case_word(c, "penalty.recheck"));
    case_act(c, case_later(c, 3), c->crew.first, "recheck", recheck);
    c->departs = upheld && c->kind->benchmark;
    if (upheld)
        c->fine_fen = c->fine_fen / 2 / 5000 * 5000;
}

static void hear(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Chance *chance = &c->chance;
    const StaffPerson *host = staff_pick(&d->staff, chance, "hearing-host", NULL, c->filed);
    const StaffPerson *reviewer = staff_pick(&d->staff, chance, "legal-reviewer", NULL, c->filed);
    Json notice = json_obj();
    Json held = json_obj();
    Json recheck = json_obj();
    Json again = json_obj();
    if (!host || !reviewer)
        return;
    case_act(c, case_later(c, 3), c->crew.first, "ask-hearing", json_obj());
    int64_t noticed = case_later(c, 1);
    Day on = law_add_workdays(d->hours.calendar, hours_day(&d->hours, noticed), 9, NULL);
    form_day(plan, &notice, "hearing_planned_on", on);
    form_str(plan, &notice, "hearing_place", case_word(c, "hearing_place"));
    form_int(plan, &notice, "hearing_host", host->id);
    form_bool(plan, &notice, "hearing_public", true);
    form_list(plan, &notice, "hearing_notice_content", "time place host");
    form_int(plan, &notice, "hearing_fee", 0);
    case_act(c, noticed, reviewer, "notice-hearing", notice);
    form_int(plan, &held, "hearing_host", host->id);
    form_bool(plan, &held, "hearing_public", true);
    form_list(plan, &held, "hearing_steps", "evidence defence examination");
    form_str(plan, &held, "hearing_minutes", case_word(c, "hearing_minutes"));
    form_bool(plan, &held, "minutes_signed", true);
    form_bool(plan, &held, "minutes_refusal", false);
    form_int(plan, &held, "agents", 0);
    form_int(plan, &held, "hearing_fee", 0);
    json_add(plan->arena, &held, STR("facts"), facts_of(c, true));
    case_act(c, hours_at(&d->hours, on, 10 * 60), host, "hold-hearing", held);
    form_c(plan, &recheck, "recheck_result", "none");
    case_act(c, case_later(c, 1), reviewer, "recheck", recheck);
    form_int(plan, &again, "reviewer", reviewer->id);
    form_bool(plan, &again, "reviewer_new", false);
    form_bool(plan, &again, "reviewer_licensed", true);
    form_c(plan, &again, "review_result", "pass");
    case_act(c, case_later(c, 1), reviewer, "review-after-hearing", again);
}

/* ---- decision ---- */

static Json decision(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    penalty_officers(d, &c->crew, &form);
    form_list(plan, &form, "decision_kinds", "fine");
    form_int(plan, &form, "fine", c->fine_fen);
    form_bool(plan, &form, "prior_fined", false);
    form_bool(plan, &form, "law_changed", false);
    if (c->departs) {
        form_c(plan, &form, "deviation", "head");
        form_str(plan, &form, "deviation_reason", case_word(c, "deviation_reason"));
    }
    form_list(plan, &form, "decision_content", "party facts kinds performance remedies organ");
    form_str(plan, &form, "seal", case_word(c, "seal"));
    return form;
}

/* After the notice: the party speaks, waives, asks for a hearing or lets the term pass. */
static void listen(OrdinaryCase *c)
{
    Demo *d = c->d;
    uint32_t dice = chance_below(&c->chance, 1000);
    double statements = words_number(d->shape, "penalty.ordinary.statements", 12) / 57 * 1000;
    double waivers = words_number(d->shape, "penalty.ordinary.waived_statement", 20) / 57 * 1000;
    if (c->premature)
        case_act(c, case_later(c, 1), c->head, "decide", decision(c))->may_refuse = true;
    if (c->kind->hearing) {
        hear(c);
        return;
    }
    if (dice < statements) {
        state(c);
    } else if (dice < statements + waivers) {
        Json form = json_obj();
        form_str(&d->plan, &form, "statement_waiver", case_word(c, "waived"));
        case_act(c, case_later(c, 1), c->crew.first, "waive-statement", form);
    } else {
        c->last = case_later(c, 4); /* the term ends by itself */
    }
    if (has_hearing_right(c)) {
        Json form = json_obj();
        form_str(&d->plan, &form, "hearing_waiver", case_word(c, "waived"));
        case_act(c, case_later(c, 1), c->crew.first, "waive-hearing", form);
    }
}

static void extend_term(OrdinaryCase *c)
{
    Json form = json_obj();
    int64_t at = hours_within(&c->d->hours, &c->chance, law_roll(c->d->hours.calendar, c->filed + 78, NULL));
    form_int(&c->d->plan, &form, "extension_days", 30);
    form_str(&c->d->plan, &form, "extension_basis", case_word(c, "extend_basis"));
    case_act(c, at, c->head, "extend-term", form);
}

static void decide(OrdinaryCase *c)
{
    if (c->extended)
        extend_term(c);
    int64_t at = case_on_share(c, 1);
    case_act(c, at > c->last ? at : case_later(c, 1), c->head, "decide", decision(c));
}

static void decide_none(OrdinaryCase *c)
{
    Plan *plan = &c->d->plan;
    Json form = json_obj();
    form_c(plan, &form, "none_kind", "none");
    form_str(plan, &form, "education_record", case_word(c, "penalty.education"));
    form_str(plan, &form, "seal", case_word(c, "seal"));
    case_act(c, case_later(c, 3), c->head, "decide-none", form);
}

/* ---- one case ---- */

static void hand_over(OrdinaryCase *c)
{
    Json form = json_obj();
    bool crime = c->end == CASE_CRIME;
    form_str(&c->d->plan, &form, "transfer_to", case_word(c, crime ? "transfer_crime_to" : "transfer_to"));
    case_act(c, case_later(c, 4), c->head, crime ? "transfer-crime" : "transfer", form);
}

/* A place written down wrongly, put right as from the beginning. */
static void put_place_right(OrdinaryCase *c)
{
    Json form = json_obj();
    form_str(&c->d->plan, &form, "reason", case_word(c, "correct_reason"));
    form_str(&c->d->plan, &form, "place", places_pick(c->community, &c->chance, NULL));
    case_act(c, c->last + case_minutes(90), c->crew.first, "correct", form)->target = STR("register");
}

static void influence(OrdinaryCase *c)
{
    Json form = json_obj();
    case_act(c, c->last + case_minutes(50), c->head, "mark-influential", json_obj());
    form_bool(&c->d->plan, &form, "masked", true);
    case_act(c, case_later(c, 4), c->crew.first, "publish", form);
}

void case_plan(OrdinaryCase *c, const Appeal *source)
{
    if (source)
        open_from_appeal(c, source);
    else
        open_case(c);
    file(c);
    investigate(c, 0.08, "inspection");
    if (c->index % 14 == 3)
        preserve(c);
    if (c->end == CASE_CRIME || c->end == CASE_TRANSFER) {
        hand_over(c);
        return;
    }
    investigate(c, 0.2, "inquiry");
    if (c->index % 15 == 7)
        put_place_right(c);
    case_act(c, c->concluded, c->crew.first, "conclude", conclusion(c));
    if (c->end == CASE_NONE) {
        decide_none(c);
        case_serve(c);
        case_finish(c);
        return;
    }
    if (c->meeting != DAY_NONE || c->kind->hearing || chance_permille(&c->chance, 300))
        review(c);
    if (c->meeting != DAY_NONE)
        discuss(c);
    notify(c);
    listen(c);
    decide(c);
    if (c->index % 19 == 5)
        influence(c);
    case_serve(c);
    case_enforce(c);
    case_finish(c);
}
