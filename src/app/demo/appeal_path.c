/* What becomes of an appeal: signed for, dispatched, answered, approved, closed - and the ways aside from that.
 *
 * Every step moves a cursor in time; terms are those of the platform, so that lateness is rare and lies where it is
 * drawn to lie. */
#include "app/demo/appeal_internal.h"

enum { LATE_SIGN_PERMILLE = 5, LATE_DISPATCH_PERMILLE = 5, LATE_CONTACT_PERMILLE = 6 };

static void act(Path *p, int64_t at, int64_t actor, const char *name, Json form)
{
    plan_act(&p->d->plan, p->a->matter, at, actor, name, form);
}

static int64_t person_id(const StaffPerson *person)
{
    return person ? person->id : ACTOR_SYSTEM;
}

/* Who happens to be there at an instant. These dice are the instant's own: an argument list may draw in any order. */
static Chance dice_at(const Path *p, int64_t at, const char *what)
{
    return chance_new(p->d->seed ^ (uint64_t)at ^ ((uint64_t)p->a->matter << 44), what);
}

static int64_t anyone(Path *p, const char *role, int64_t at)
{
    Chance dice = dice_at(p, at, role);
    return person_id(staff_pick(&p->d->staff, &dice, role, NULL, hours_day(&p->d->hours, at)));
}

static int64_t minutes(double n)
{
    return (int64_t)(n * MS_PER_MINUTE);
}

static int64_t at_most(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t at_least(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t duty(Path *p, int64_t at)
{
    return hours_next(&p->d->hours, &p->chance, at, true);
}

static double number(const Path *p, const char *path, double missing)
{
    return words_number(p->d->shape, path, missing);
}

static Str note(Path *p, const char *list)
{
    WordPair pairs[] = { { "place", p->a->community->name } };
    return words_fill(p->d->arena, words_pick(&p->d->words, &p->chance, list), pairs, ARRAY_LEN(pairs));
}

static Json noted(Path *p, const char *list)
{
    Json form = json_obj();
    form_str(&p->d->plan, &form, "note", note(p, list));
    return form;
}

/* ---- who handles it ---- */

static const StaffUnit *communal_or(Path *p, Str kind)
{
    Demo *d = p->d;
    Day on = hours_day(&d->hours, p->at);
    const StaffUnit *block = staff_unit(&d->staff, p->a->community->block);
    if (str_eq_c(kind, "communities"))
        return staff_unit(&d->staff, p->a->community->unit);
    /* Since the blocks are there, much of what the streets show is theirs. */
    if (str_eq_c(kind, "enforcement") && block && block->from <= on && chance_permille(&p->chance, 600))
        return block;
    return staff_unit(&d->staff, kind);
}

static void choose_handler(Path *p)
{
    char path[96];
    Appeal *a = p->a;
    Demo *d = p->d;
    Day on = hours_day(&d->hours, p->at);
    snprintf(path, sizeof path, "appeals.handler_of_category.%.*s", STR_ARG(a->category));
    a->unit = communal_or(p, words_draw(d->shape, path, &p->chance, NULL));
    if (!a->unit)
        a->unit = staff_unit(&d->staff, a->community->unit);
    a->handler = staff_pick(&d->staff, &p->chance, "handler", a->unit, on);
    if (!a->handler)
        a->handler = staff_pick(&d->staff, &p->chance, "handler", NULL, on);
}

/* Whoever approves is not the one who answered. */
static int64_t approver(Path *p, int64_t at)
{
    Demo *d = p->d;
    Day on = hours_day(&d->hours, at);
    Chance dice = dice_at(p, at, "approver");
    const StaffUnit *unit = p->a->unit;
    const StaffPerson *head = staff_pick(&d->staff, &dice, "unit-head", unit, on);
    if (!head && unit)
        head = staff_pick(&d->staff, &dice, "unit-head", staff_unit(&d->staff, unit->parent), on);
    return head ? head->id : anyone(p, "dispatcher", at);
}

/* A handler who has left by then hands over first. */
static int64_t handler_at(Path *p, int64_t at)
{
    Demo *d = p->d;
    Appeal *a = p->a;
    const StaffPerson *h = a->handler;
    if (!h)
        return ACTOR_SYSTEM;
    if (h->to == DAY_NONE || h->to >= hours_day(&d->hours, at))
        return h->id;
    Chance dice = dice_at(p, at, "successor");
    int64_t moved = hours_next(&d->hours, &dice, hours_at(&d->hours, h->to + 1, 9 * 60), true);
    const StaffPerson *next = staff_pick(&d->staff, &dice, "handler", a->unit, hours_day(&d->hours, at));
    a->handler = next ? next : staff_pick(&d->staff, &dice, "handler", NULL, hours_day(&d->hours, at));
    Json form = json_obj();
    form_int(&d->plan, &form, "handler", person_id(a->handler));
    act(p, at_most(moved, at - minutes(1)), approver(p, at), "accept", form);
    return person_id(a->handler);
}

/* ---- arrival ---- */

static int64_t submitter(Path *p)
{
    const Appeal *a = p->a;
    if (str_eq_c(a->channel, "mini"))
        return ACTOR_PUBLIC;
    if (str_eq_c(a->channel, "hotline"))
        return ACTOR_SYSTEM; /* over the interface */
    if (str_eq_c(a->channel, "grid")) {
        const StaffUnit *unit = staff_unit(&p->d->staff, a->community->unit);
        const StaffPerson *grid = staff_pick(&p->d->staff, &p->chance, "grid", unit, a->day);
        return grid ? grid->id : anyone(p, "grid", a->at);
    }
    return anyone(p, str_eq_c(a->channel, "window") ? "clerk" : "district", a->at);
}

static Json submission(Path *p)
{
    Demo *d = p->d;
    const Appeal *a = p->a;
    Plan *plan = &d->plan;
    Json form = json_obj();
    Str source = words_pick2(&d->words, &p->chance, "appeals.source_of_channel", a->channel);
    form_str(plan, &form, "platform_no", a->number);
    form_str(plan, &form, "source", source.n ? source : STR("resident"));
    form_str(plan, &form, "channel", a->channel);
    form_str(plan, &form, "nature", a->nature);
    /* Residents rarely choose the category themselves, and sometimes choose wrongly: see recategorise. */
    form_str(plan, &form, "category", p->wrong_category.n ? p->wrong_category : a->category);
    form_str(plan, &form, "subcategory", a->sub);
    form_str(plan, &form, "community", a->community->id);
    form_str(plan, &form, "place", a->place);
    form_str(plan, &form, "description", appeal_description(p));
    form_bool(plan, &form, "anonymous", a->person < 0);
    form_bool(plan, &form, "urgent", a->urgent);
    if (a->person >= 0) {
        form_str(plan, &form, "appellant_name", demo_person_name(d, a->person));
        form_str(plan, &form, "appellant_phone", demo_person_phone(d, a->person));
        if (chance_permille(&p->chance, 450))
            form_str(plan, &form, "address", appeal_address(p));
    }
    return form;
}

static void arrive(Path *p)
{
    Appeal *a = p->a;
    a->matter = plan_matter(&p->d->plan, STR("myssb"), a->number);
    plan_open(&p->d->plan, a->matter, a->at, submitter(p), "appeal", "submit", submission(p));
    p->at = a->at;
}

static void sign(Path *p)
{
    double after = chance_lognormal(&p->chance, number(p, "appeals.sign_minutes.median", 9),
                                    number(p, "appeals.sign_minutes.p90", 24));
    bool late = chance_permille(&p->chance, LATE_SIGN_PERMILLE);
    after = late ? 32 + chance_unit(&p->chance) * 50 : after < 1 ? 1 : after > 28 ? 28 : after;
    p->at += minutes(after);
    act(p, p->at, anyone(p, "dispatcher", p->at), "sign", json_obj());
    p->signed_at = p->at;
}

static void dispatch(Path *p, int64_t after)
{
    Appeal *a = p->a;
    Plan *plan = &p->d->plan;
    p->at += after;
    Json form = json_obj();
    form_str(plan, &form, "category", p->wrong_category.n ? p->wrong_category : a->category);
    const YamlNode *event = yaml_get(words_at(p->d->extra, "event_of"), a->sub);
    if (event && !p->wrong_category.n)
        form_str(plan, &form, "event", event->text);
    form_int(plan, &form, "unit", a->unit ? a->unit->id : 0);
    form_int(plan, &form, "handler", person_id(a->handler));
    act(p, p->at, anyone(p, "dispatcher", p->at), "dispatch", form);
    a->dispatched_at = p->at;
}

static int64_t dispatch_delay(Path *p)
{
    double after = chance_lognormal(&p->chance, number(p, "appeals.dispatch_minutes.median", 20),
                                    number(p, "appeals.dispatch_minutes.p90", 85));
    if (chance_permille(&p->chance, LATE_DISPATCH_PERMILLE))
        return minutes(125 + chance_unit(&p->chance) * 90);
    return minutes(after < 2 ? 2 : after > 112 ? 112 : after);
}

/* ---- sent back ---- */

/* Applied for by the dispatcher, granted or not by the district. */
static void ask_return(Path *p, bool granted, double patience_minutes)
{
    Plan *plan = &p->d->plan;
    Json form = json_obj();
    form_str(plan, &form, "return_reason", note(p, "notes.return_reason"));
    form_str(plan, &form, "return_basis", note(p, "notes.return_basis"));
    p->at = duty(p, p->at + minutes(5 + chance_unit(&p->chance) * patience_minutes));
    act(p, p->at, anyone(p, "dispatcher", p->at), "apply-return", form);
    p->at = duty(p, p->at + minutes(5 + chance_unit(&p->chance) * patience_minutes));
    if (granted)
        act(p, p->at, anyone(p, "district", p->at), "grant-return", json_obj());
    else
        act(p, p->at, anyone(p, "district", p->at), "deny-return", noted(p, "deny_note"));
}

/* Refused twice, the centre asks for a ruling. */
static void ask_ruling(Path *p, bool ours)
{
    Plan *plan = &p->d->plan;
    Json form = json_obj();
    Json ruling = json_obj();
    p->at = duty(p, p->at + minutes(10 + chance_unit(&p->chance) * 60));
    form_str(plan, &form, "ruling_reason", note(p, "notes.return_basis"));
    act(p, p->at, anyone(p, "dispatcher", p->at), "ask-ruling", form);
    p->at = duty(p, p->at + minutes(60 + chance_unit(&p->chance) * 240));
    form_str(plan, &ruling, "ruling_basis", note(p, ours ? "ruling.ours" : "ruling.not_ours"));
    act(p, p->at, anyone(p, "district", p->at), ours ? "rule-ours" : "rule-not-ours", ruling);
}

/* Not granted at first: now and then asked for again, and then ruled upon. */
static void ask_return_in_vain(Path *p)
{
    ask_return(p, false, 60);
    if (!demo_share(p->d, &p->chance, "appeals.side_paths.asked_again_of_denied"))
        return;
    ask_return(p, false, 45);
    if (demo_share(p->d, &p->chance, "appeals.side_paths.ruled_of_asked_again"))
        ask_ruling(p, true);
}

static void ask_return_until_ruled(Path *p)
{
    ask_return(p, false, 60);
    ask_return(p, false, 45);
    ask_ruling(p, false);
}

/* ---- contact and what happens meanwhile ---- */

static void contact(Path *p)
{
    static const char *const ways[] = { "phone", "visit", "message" };
    static const double way_weights[] = { 78, 12, 10 };
    Appeal *a = p->a;
    Plan *plan = &p->d->plan;
    double after = chance_lognormal(&p->chance, number(p, "appeals.contact_hours.median", 4) * 0.6,
                                    number(p, "appeals.contact_hours.p90", 18) * 0.6);
    int64_t at = duty(p, p->at + minutes(after * 60));
    if (chance_permille(&p->chance, LATE_CONTACT_PERMILLE))
        at = duty(p, a->dispatched_at + HOURS_HOURS(25) + minutes(chance_exponential(&p->chance, 300)));
    else
        at = at_most(at, a->dispatched_at + HOURS_HOURS(23));
    Json form = json_obj();
    bool reached = a->person >= 0 && chance_permille(&p->chance, 900);
    form_c(plan, &form, "contact_result",
           reached                            ? "reached"
           : a->person < 0                    ? "anonymous"
           : chance_permille(&p->chance, 700) ? "unreachable"
                                              : "refused");
    if (reached)
        form_c(plan, &form, "contact_way", ways[chance_weighted(&p->chance, way_weights, 3)]);
    p->at = at_least(at, p->at + minutes(3));
    PlanAct *act_planned = plan_act(plan, a->matter, p->at, handler_at(p, p->at), "contact", form);
    if (!p->late_record)
        return;
    /* Done in the street and typed in days later: the term then looks missed until the record proves it kept. */
    act_planned->happened_at = p->at;
    act_planned->mode = ACT_RECORD;
    act_planned->at_ms = p->at = at_least(p->recorded_at, p->at + minutes(30));
    p->late_record = false;
}

static void meanwhile(Path *p, int64_t until)
{
    Plan *plan = &p->d->plan;
    int64_t span = until - p->at;
    if (span < HOURS_HOURS(3))
        return;
    int64_t middle = p->at + span / 3;
    if (span > HOURS_HOURS(60) && chance_permille(&p->chance, 420)) {
        Json form = json_obj();
        int64_t at = duty(p, middle);
        int64_t typed = chance_permille(&p->chance, 350) ? duty(p, at + HOURS_HOURS(30)) : at;
        form_str(plan, &form, "progress_note", note(p, "progress"));
        if (typed < p->at + span * 7 / 10) {
            PlanAct *planned = plan_act(plan, p->a->matter, typed, handler_at(p, typed), "progress", form);
            planned->mode = typed > at ? ACT_RECORD : ACT_DO;
            planned->happened_at = typed > at ? at : 0;
        }
    }
    if (chance_permille(&p->chance, 18) && p->a->person >= 0)
        act(p, p->at + span / 2, ACTOR_PUBLIC, "urge", noted(p, "notes.urge"));
    if (chance_permille(&p->chance, 15) && p->a->person >= 0) {
        Json form = json_obj();
        form_str(plan, &form, "supplement", note(p, "supplement"));
        act(p, p->at + span / 4, ACTOR_PUBLIC, "supplement", form);
    }
    if (chance_permille(&p->chance, 15)) {
        Json form = json_obj();
        const StaffUnit *other = staff_unit(&p->d->staff, p->a->community->unit);
        form_int(plan, &form, "assist_unit", other ? other->id : 0);
        form_str(plan, &form, "note", note(p, "assist"));
        if (other)
            act(p, p->at + span / 5, handler_at(p, p->at + span / 5), "ask-assist", form);
    }
    if (demo_share(p->d, &p->chance, "appeals.side_paths.supervised")) {
        Json form = noted(p, "supervise_note");
        form_c(plan, &form, "supervise_level", chance_permille(&p->chance, 800) ? "street" : "district");
        act(p, middle, anyone(p, "supervisor", middle), "supervise", form);
    }
}

/* ---- the term, and more of it ---- */

static int term_days(const Path *p)
{
    const Appeal *a = p->a;
    char path[64];
    Str key = str_eq_c(a->category, "presuit") ? a->category
              : str_eq_c(a->nature, "inquiry") ? a->nature
              : a->urgent                      ? STR("urgent")
                                               : a->category;
    snprintf(path, sizeof path, "terms.%.*s", STR_ARG(key));
    return (int)words_number(p->d->extra, path, 5);
}

static void extend_term(Path *p, int64_t before, int days)
{
    Plan *plan = &p->d->plan;
    int64_t span = before - p->at;
    int64_t asked = p->at + span * 7 / 10;
    Json ask = json_obj();
    Json grant = json_obj();
    form_int(plan, &ask, "extension_days", days);
    form_str(plan, &ask, "extension_reason", note(p, "notes.extension_reason"));
    form_int(plan, &grant, "extension_days", days);
    act(p, asked, handler_at(p, asked), "apply-extension", ask);
    act(p, asked + (before - asked) / 3, anyone(p, "district", asked), "grant-extension", grant);
    p->at = asked + (before - asked) / 3 + minutes(5);
}

/* Set aside for a while with a plan and a leader who answers for it; the term stands still meanwhile. */
static void set_aside(Path *p, int64_t until)
{
    Demo *d = p->d;
    Plan *plan = &d->plan;
    const Appeal *a = p->a;
    bool long_work = str_eq_c(a->category, "land") || str_eq_c(a->category, "property") ||
                     str_eq_c(a->category, "municipal") || str_eq_c(a->category, "labour");
    if (!long_work || until - p->at < HOURS_HOURS(72) || !chance_permille(&p->chance, 110))
        return;
    int64_t from = p->at + (until - p->at) / 6;
    int64_t to = p->at + (until - p->at) / 2;
    const StaffPerson *leader = staff_pick(&d->staff, &p->chance, "office-head", NULL, hours_day(&d->hours, from));
    Json form = json_obj();
    form_str(plan, &form, "suspend_plan", note(p, "notes.suspend_plan"));
    form_day(plan, &form, "suspend_until", hours_day(&d->hours, to) + 20);
    form_int(plan, &form, "suspend_leader", person_id(leader));
    act(p, from, person_id(leader), "suspend", form);
    act(p, to, anyone(p, "dispatcher", to), "resume", json_obj());
    p->at = to;
}

static bool draw_late(Path *p)
{
    /* Communities are late four times as often as the rest, and handle about three tenths. */
    double overall = number(p, "appeals.late.overall", 0.8);
    double times = number(p, "appeals.late.communities_times", 4);
    double rest = overall / (0.7 + 0.3 * times);
    bool communal = p->a->unit && str_eq_c(p->a->unit->kind, "community");
    return chance_unit(&p->chance) * 100 < (communal ? rest * times : rest);
}

static double closing(const Path *p, const char *what)
{
    char path[96];
    Str key = str_eq_c(p->a->nature, "inquiry") ? STR("inquiry") : p->a->category;
    snprintf(path, sizeof path, "appeals.closing_hours.%.*s.%s", STR_ARG(key), what);
    return number(p, path, str_eq_c(str_c(what), "p90") ? 72 : 12);
}

/* When the answer is approved: as long as such matters take, but within the term, some at its very end, few after. */
static int64_t answer_time(Path *p)
{
    Appeal *a = p->a;
    int64_t wanted =
        duty(p, a->at + minutes(60 * chance_lognormal(&p->chance, closing(p, "median"), closing(p, "p90"))));
    int64_t end = hours_term_end(&p->d->hours, a->dispatched_at, term_days(p));
    if (p->late)
        return duty(p, end + minutes(60 * chance_lognormal(&p->chance, 20, 70)));
    if (a->day <= p->d->to)
        wanted = at_most(wanted, p->closed_before - minutes(180 + chance_exponential(&p->chance, 2000)));
    bool over = wanted > end - HOURS_HOURS(6);
    if ((over && chance_permille(&p->chance, 550)) || p->extended) {
        int days = (int)chance_between(&p->chance, 5, 15);
        extend_term(p, at_least(end - HOURS_HOURS(8), p->at + HOURS_HOURS(2)), days);
        end = hours_term_end(&p->d->hours, a->dispatched_at, term_days(p) + days);
        over = wanted > end - HOURS_HOURS(6);
    }
    if (over || (wanted < end - HOURS_HOURS(30) && chance_permille(&p->chance, 60))) {
        Day day = hours_day(&p->d->hours, end);
        wanted = hours_within(&p->d->hours, &p->chance, day);
    }
    return wanted;
}

/* ---- the answer ---- */

static void feedback(Path *p, int64_t approved_at)
{
    Demo *d = p->d;
    Json form = json_obj();
    Str result = STR_NONE;
    Str reply = appeal_reply(p, &result);
    form_str(&d->plan, &form, "result", result);
    form_str(&d->plan, &form, "reply", reply);
    int64_t lead = at_most(minutes(12 + chance_exponential(&p->chance, 60)), (approved_at - p->at) / 4);
    int64_t at = at_least(p->at + minutes(4), approved_at - lead);
    act(p, at, handler_at(p, at), "feedback", form);
    p->at = at;
    if (chance_permille(&p->chance, 15) && approved_at - at > minutes(10)) {
        int64_t back = at + (approved_at - at) / 3;
        act(p, back, approver(p, back), "return-to-handler", noted(p, "notes.handler_return"));
        act(p, back + (approved_at - at) / 3, handler_at(p, back), "feedback", form);
        p->at = back + (approved_at - at) / 3;
    }
}

static void answer(Path *p, int64_t approved_at)
{
    feedback(p, approved_at);
    p->at = at_least(approved_at, p->at + minutes(6));
    act(p, p->at, approver(p, p->at), "approve", json_obj());
}

/* The district finds the answer wanting: another round. */
static void redo(Path *p)
{
    p->at = duty(p, p->at + minutes(60 + chance_exponential(&p->chance, 300)));
    act(p, p->at, anyone(p, "district", p->at), "redo", noted(p, "notes.redo"));
    dispatch(p, minutes(3 + chance_unit(&p->chance) * 80));
    contact(p);
    answer(p, duty(p, p->at + minutes(60 + chance_exponential(&p->chance, 600))));
}

static void evaluate(Path *p)
{
    Json form = json_obj();
    double scores[] = { number(p, "appeals.scored.good", 91), number(p, "appeals.scored.middle", 2),
                        number(p, "appeals.scored.bad", 7) };
    static const char *const names[] = { "good", "middle", "bad" };
    size_t score = chance_weighted(&p->chance, scores, 3);
    int64_t at = p->at + minutes(20 + chance_exponential(&p->chance, 900));
    form_c(&p->d->plan, &form, "satisfaction", names[score]);
    if (score == 2 || chance_permille(&p->chance, 200))
        form_str(&p->d->plan, &form, "satisfaction_note", note(p, score == 2 ? "scored_bad" : "scored_good"));
    if (at >= day_start(p->d->status + 1, p->d->hours.zone_minutes))
        return;
    act(p, at, ACTOR_PUBLIC, "evaluate", form);
    if (score != 2 || !chance_permille(&p->chance, 400))
        return;
    int64_t contested = hours_workdays_later(&p->d->hours, &p->chance, at, 2);
    if (contested < p->closed_before && contested > p->at) {
        Plan *plan = &p->d->plan;
        Json claim = json_obj();
        Json result = json_obj();
        bool removed = chance_permille(&p->chance, 450);
        form_c(plan, &claim, "appraisal_item", "bad");
        form_str(plan, &claim, "appraisal_reason", note(p, "notes.contest"));
        form_list(plan, &claim, "appraisal_evidence", "photo call");
        form_str(plan, &result, "appraisal_answer", note(p, removed ? "appraisal_removed" : "appraisal_kept"));
        act(p, contested, anyone(p, "dispatcher", contested), "contest", claim);
        act(p, contested + HOURS_HOURS(30), anyone(p, "district", contested),
            removed ? "remove-deduction" : "keep-deduction", result);
    }
}

/* Whatever the day, the district closes before the year's figures are read, unless the matter is to stay open. */
static void close(Path *p)
{
    double hours = chance_lognormal(&p->chance, number(p, "appeals.district_close_hours.median", 6),
                                    number(p, "appeals.district_close_hours.p90", 30));
    int64_t at = duty(p, p->at + minutes(60 * hours));
    if (p->a->day <= p->d->to)
        at = at_least(at_most(at, p->closed_before - minutes(2)), p->at + minutes(2));
    if (at >= day_start(p->d->status + 1, p->d->hours.zone_minutes))
        return;
    if (chance_permille(&p->chance, 50)) {
        Json form = json_obj();
        form_c(&p->d->plan, &form, "revisit_result", chance_permille(&p->chance, 850) ? "solved" : "unreachable");
        act(p, p->at + (at - p->at) / 2, anyone(p, "dispatcher", at), "revisit", form);
    }
    p->at = at;
    act(p, at, anyone(p, "district", at), "close", json_obj());
    p->a->closed_at = at;
    if (p->a->person >= 0 && demo_share(p->d, &p->chance, "appeals.scored.share"))
        evaluate(p);
}

/* ---- the whole way ---- */

/* Wrong by the resident or the hotline, put right by the dispatcher as from the beginning. */
static void put_category_right(Path *p)
{
    if (!p->wrong_category.n)
        return;
    Json form = json_obj();
    form_str(&p->d->plan, &form, "reason", note(p, "recategorise_reason"));
    form_str(&p->d->plan, &form, "category", p->a->category);
    int64_t at = p->at + minutes(5 + chance_exponential(&p->chance, 200));
    plan_act(&p->d->plan, p->a->matter, at, anyone(p, "dispatcher", at), "recategorise", form)->target = STR("submit");
    p->wrong_category = STR_NONE;
}

/* A wrong nature, noticed when comparing with the platform. */
static void put_nature_right(Path *p)
{
    if (!chance_permille(&p->chance, 8) || p->late_record)
        return;
    Json form = json_obj();
    int64_t at = p->at + minutes(3 + chance_exponential(&p->chance, 60));
    form_str(&p->d->plan, &form, "reason", note(p, "correct_reason"));
    form_str(&p->d->plan, &form, "nature", words_draw(p->d->shape, "appeals.nature", &p->chance, NULL));
    plan_act(&p->d->plan, p->a->matter, at, anyone(p, "dispatcher", at), "correct", form)->target = STR("submit");
}

static void merge(Path *p)
{
    if (p->a->root < 0)
        return;
    int64_t at = p->at + minutes(2 + chance_exponential(&p->chance, 15));
    PlanAct *planned =
        plan_act(&p->d->plan, p->a->matter, at, anyone(p, "dispatcher", at), "merge", noted(p, "merge_note"));
    planned->into = p->appeals->items[p->a->root].matter;
    p->at = at;
    if (!chance_permille(&p->chance, 15))
        return;
    /* Taken apart again: it was another building site after all. */
    at += minutes(30 + chance_exponential(&p->chance, 60));
    act(p, at, anyone(p, "dispatcher", at), "unmerge", json_obj());
    p->at = at;
}

static void stay_open(Path *p)
{
    Demo *d = p->d;
    Plan *plan = &d->plan;
    int64_t end = day_start(d->status + 1, d->hours.zone_minutes);
    if (p->a->fate == FATE_EXTENDED)
        extend_term(p, at_least(p->at + HOURS_HOURS(48), end - HOURS_HOURS(150)), 20);
    if (p->a->fate == FATE_SUSPENDED) {
        Json form = json_obj();
        const StaffPerson *leader = staff_pick(&d->staff, &p->chance, "office-head", NULL, d->status);
        form_str(plan, &form, "suspend_plan", note(p, "notes.suspend_plan"));
        form_day(plan, &form, "suspend_until", d->status + 90);
        form_int(plan, &form, "suspend_leader", person_id(leader));
        p->at = hours_workdays_later(&d->hours, &p->chance, p->at, 5);
        act(p, p->at, person_id(leader), "suspend", form);
    }
    for (int i = 0; i < 2; i++) {
        Json form = json_obj();
        p->at = hours_workdays_later(&d->hours, &p->chance, p->at, 3);
        form_str(plan, &form, "progress_note", note(p, "progress"));
        if (p->at < end)
            act(p, p->at, handler_at(p, p->at), "progress", form);
    }
}

/* A few get an urging by mistake, which is then struck out. */
static void strike_out(Path *p, int64_t until)
{
    if (!demo_share(p->d, &p->chance, "dirt.voided_documents") || until - p->at < HOURS_HOURS(2))
        return;
    Json form = json_obj();
    int64_t at = p->at + (until - p->at) / 6;
    form_str(&p->d->plan, &form, "reason", note(p, "void_reason"));
    act(p, at, anyone(p, "dispatcher", at), "urge", noted(p, "notes.urge"));
    plan_act(&p->d->plan, p->a->matter, at + (until - at) / 4, anyone(p, "dispatcher", at), "void", form)->target =
        STR("urge");
}

static void presuit_way(Path *p)
{
    Appeal *a = p->a;
    int64_t end = hours_term_end(&p->d->hours, a->dispatched_at, term_days(p));
    int64_t result_at = demo_plan_presuit(p->d, &p->chance, a, at_most(end, p->closed_before) - HOURS_HOURS(52));
    if (!result_at)
        return;
    p->at = at_least(p->at, result_at);
    answer(p, at_most(hours_workdays_later(&p->d->hours, &p->chance, p->at, 1), end - HOURS_HOURS(6)));
    close(p);
}

static void handle(Path *p)
{
    Appeal *a = p->a;
    contact(p);
    if (str_eq_c(a->category, "presuit")) {
        presuit_way(p);
        return;
    }
    if (a->fate != FATE_CLOSED) {
        stay_open(p);
        return;
    }
    int64_t approved_at = answer_time(p);
    if (a->day <= p->d->to)
        approved_at = at_most(approved_at, p->closed_before - HOURS_HOURS(3));
    if (approved_at >= day_start(p->d->status + 1, p->d->hours.zone_minutes) - HOURS_HOURS(1))
        return; /* a December appeal that is still being handled */
    set_aside(p, approved_at);
    meanwhile(p, approved_at);
    strike_out(p, approved_at);
    answer(p, approved_at);
    if (p->at < p->closed_before - HOURS_HOURS(96) && demo_share(p->d, &p->chance, "appeals.side_paths.redone"))
        redo(p);
    close(p);
}

static void withdraw(Path *p)
{
    p->at += minutes(10 + chance_exponential(&p->chance, 60));
    act(p, p->at, ACTOR_PUBLIC, "withdraw", noted(p, "notes.withdraw"));
}

/* Tried first by a unit that says it is not its own. */
static void reject_first(Path *p)
{
    if (!chance_permille(&p->chance, 15) || str_eq_c(p->a->category, "presuit"))
        return;
    int64_t at = duty(p, p->at + minutes(20 + chance_exponential(&p->chance, 60)));
    at = at_most(at, p->a->dispatched_at + HOURS_HOURS(16));
    act(p, at, person_id(p->a->handler), "reject", noted(p, "notes.reject"));
    p->at = at;
    choose_handler(p);
    dispatch(p, minutes(4 + chance_unit(&p->chance) * 40));
}

static void draw_oddities(Path *p)
{
    const Appeal *a = p->a;
    Demo *d = p->d;
    bool plain = a->fate == FATE_CLOSED && !str_eq_c(a->category, "presuit");
    p->late_record = plain && a->person >= 0 && term_days(p) >= 7 && chance_permille(&p->chance, 45);
    if (plain && !p->late_record && a->root < 0 && demo_share(d, &p->chance, "appeals.side_paths.recategorised")) {
        Str other = words_draw(d->shape, "appeals.category", &p->chance, "presuit");
        p->wrong_category = str_eq(other, a->category) ? STR_NONE : other;
    }
    if (p->late_record) {
        Day monday = a->day + 2;
        monday += (8 - day_weekday(monday)) % 7;
        p->recorded_at = hours_within(&d->hours, &p->chance, law_roll(d->hours.calendar, monday, NULL));
    }
}

/* Whether the term is missed or made longer depends on who has it. */
static void draw_term(Path *p)
{
    const Appeal *a = p->a;
    bool plain = a->fate == FATE_CLOSED && !str_eq_c(a->category, "presuit") && !p->late_record;
    p->late = plain && draw_late(p);
    p->extended = plain && !p->late && a->day <= p->d->to - 30 && term_days(p) >= 5 && chance_permille(&p->chance, 60);
}

static void plan_one(Path *p)
{
    Appeal *a = p->a;
    draw_oddities(p);
    arrive(p);
    sign(p);
    choose_handler(p);
    draw_term(p);
    int64_t hour = instant_of_day(p->at, p->d->hours.zone_minutes) / MS_PER_HOUR;
    bool quick = hour == 9 || hour == 14 || hour == 15; /* neither lunch nor evening comes between */
    if (a->fate == FATE_RETURNED && quick && chance_permille(&p->chance, 800)) {
        ask_return(p, true, 45); /* within the two hours for dispatching */
        return;
    }
    dispatch(p, dispatch_delay(p));
    if (a->fate == FATE_RETURNED) {
        if (demo_share(p->d, &p->chance, "appeals.side_paths.ruled_of_returned"))
            ask_return_until_ruled(p);
        else
            ask_return(p, true, 240);
        return;
    }
    if (a->fate == FATE_WITHDRAWN) {
        withdraw(p);
        return;
    }
    put_category_right(p);
    put_nature_right(p);
    merge(p);
    reject_first(p);
    if (a->fate == FATE_CLOSED && chance_permille(&p->chance, 31) && a->root < 0 && !str_eq_c(a->category, "presuit"))
        ask_return_in_vain(p);
    handle(p);
}

void demo_plan_appeals(Demo *d, Appeals *appeals)
{
    int64_t before = hours_at(&d->hours, d->status, 17 * 60 + 30);
    for (size_t i = 0; i < appeals->n; i++) {
        char name[32];
        snprintf(name, sizeof name, "appeal-%zu", i);
        Path p = { .d = d,
                   .appeals = appeals,
                   .chance = chance_new(d->seed, name),
                   .a = &appeals->items[i],
                   .closed_before = before };
        plan_one(&p);
    }
}
