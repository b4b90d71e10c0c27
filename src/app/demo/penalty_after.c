/* What follows on a decision: service, payment in time, late, in parts or through the court, closing. */
#include "app/demo/ordinary_case.h"

static void serve_by_notice(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json announce = json_obj();
    Json form = json_obj();
    form_c(plan, &announce, "service_way", "notice");
    form_bool(plan, &announce, "party_present", false);
    form_bool(plan, &announce, "whereabouts_unknown", true);
    form_str(plan, &announce, "notice_reason", case_word(c, "notice_reason"));
    case_act(c, case_later(c, 2), c->crew.first, "announce-service", announce);
    Day deemed = hours_day(&d->hours, c->last) + 31;
    form_c(plan, &form, "service_way", "notice");
    form_bool(plan, &form, "party_present", false);
    form_day(plan, &form, "deemed_on", deemed);
    case_act(c, hours_within(&d->hours, &c->chance, law_roll(d->hours.calendar, deemed + 1, NULL)), c->crew.first,
             "serve", form);
}

void case_serve(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    int64_t at = case_later(c, (int)chance_between(&c->chance, 0, 5));
    if (c->index % 57 == 13) {
        serve_by_notice(c);
        return;
    }
    form_bool(plan, &form, "party_present", false);
    if (c->index % 57 < 6) {
        form_c(plan, &form, "service_way", "electronic");
        form_day(plan, &form, "e_confirmed_on", c->filed + 1);
        form_bool(plan, &form, "e_address_matches", true);
    } else if (c->index % 57 < 10) {
        form_c(plan, &form, "service_way", "leave");
        form_str(plan, &form, "receipt_no", case_word(c, "receipt_no"));
        form_bool(plan, &form, "service_refused", true);
        form_c(plan, &form, "left_at", "home");
        form_bool(plan, &form, "service_filmed", true);
    } else {
        form_c(plan, &form, "service_way", "direct");
        form_str(plan, &form, "receipt_no", case_word(c, "receipt_no"));
        form_day(plan, &form, "receipt_on", hours_day(&d->hours, at > c->last ? at : c->last));
        form_bool(plan, &form, "receipt_signed", true);
        form_c(plan, &form, "recipient", case_is_person(c) ? "self" : "receiver");
    }
    case_act(c, at, c->crew.first, "serve", form);
}

/* ---- payment ---- */

static void pay(OrdinaryCase *c, const char *name, int64_t fen, int64_t at)
{
    Json form = json_obj();
    form_int(&c->d->plan, &form, "paid", fen);
    form_c(&c->d->plan, &form, "pay_channel", chance_permille(&c->chance, 800) ? "electronic" : "bank");
    form_str(&c->d->plan, &form, "pay_receipt", case_word(c, "pay_receipt"));
    case_act(c, at, c->crew.first, name, form);
}

static void pay_late(OrdinaryCase *c, int64_t served_at)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    int64_t days = chance_between(&c->chance, 3, 18);
    int64_t at = hours_within(&d->hours, &c->chance, hours_day(&d->hours, served_at) + 16 + (Day)days);
    form_int(plan, &form, "surcharge", c->fine_fen * 3 * days / 100);
    form_int(plan, &form, "overdue_days", days);
    form_int(plan, &form, "review_days", 0);
    form_int(plan, &form, "review_days_counted", 0);
    case_act(c, at, c->head, "impose-surcharge", form);
    pay(c, "pay", c->fine_fen, case_later(c, 2));
}

static void pay_in_parts(OrdinaryCase *c)
{
    Demo *d = c->d;
    Plan *plan = &d->plan;
    Json form = json_obj();
    form_str(plan, &form, "defer_request", case_word(c, "defer_request"));
    form_str(plan, &form, "hardship", case_word(c, "hardship"));
    form_day(plan, &form, "defer_until", hours_day(&d->hours, c->last) + 75);
    form_int(plan, &form, "defer_days", 60);
    case_act(c, case_later(c, 3), c->head, "defer", form);
    pay(c, "pay-part", c->fine_fen / 2, case_later(c, 8));
    pay(c, "pay", c->fine_fen - c->fine_fen / 2, case_later(c, 20));
}

static void go_to_court(OrdinaryCase *c)
{
    Json form = json_obj();
    case_act(c, case_later(c, 14), c->crew.first, "demand", json_obj());
    form_list(&c->d->plan, &form, "court_files", "application decision opinion object");
    form_bool(&c->d->plan, &form, "court_signed", true);
    case_act(c, case_later(c, 12), c->head, "apply-court", form);
    c->last = INT64_MAX / 2; /* the court's turn */
}

void case_enforce(OrdinaryCase *c)
{
    int64_t served_at = c->last;
    double shares[] = { words_number(c->d->shape, "penalty.ordinary.paid.in_15_days", 82),
                        words_number(c->d->shape, "penalty.ordinary.paid.late", 10),
                        words_number(c->d->shape, "penalty.ordinary.paid.instalment", 5),
                        words_number(c->d->shape, "penalty.ordinary.paid.court", 3) };
    switch (chance_weighted(&c->chance, shares, 4)) {
    case 1: pay_late(c, served_at); break;
    case 2: pay_in_parts(c); break;
    case 3: go_to_court(c); break;
    default: {
        double days = chance_lognormal(&c->chance, 4, 12);
        int64_t at =
            hours_next(&c->d->hours, &c->chance, served_at + case_minutes((days < 14 ? days : 14) * 1440), true);
        pay(c, "pay", c->fine_fen, at);
        break;
    }
    }
}

void case_finish(OrdinaryCase *c)
{
    Json form = json_obj();
    if (c->last > day_start(c->d->status, 0))
        return;
    case_act(c, case_later(c, (int)chance_between(&c->chance, 1, 8)), c->head, "close", json_obj());
    form_list(&c->d->plan, &form, "recorded_steps",
              c->end == CASE_NONE ? "start investigation review decision service"
                                  : "start investigation review decision service execution");
    case_act(c, case_later(c, (int)chance_between(&c->chance, 3, 20)), c->crew.first, "archive", form);
}
