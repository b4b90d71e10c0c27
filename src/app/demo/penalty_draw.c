/* Which ordinary cases there are, what becomes of each, and which go to the collective meetings. */
#include "app/demo/ordinary_case.h"

static void prepare(OrdinaryCase *c, Demo *d, const CaseList *cases, size_t kind, Day filed, size_t index)
{
    char name[32];
    snprintf(name, sizeof name, "case-%zu", index);
    *c = (OrdinaryCase){ .d = d,
                         .chance = chance_new(d->seed, name),
                         .kind = &cases->kinds[kind],
                         .block = cases->block[kind],
                         .filed = filed,
                         .person = (int32_t)(7000 + index),
                         .index = (uint32_t)index,
                         .meeting = DAY_NONE };
    c->fine_fen = penalty_fine(c->kind, &c->chance);
    c->community = places_community(&d->places, &c->chance);
    c->place = places_pick(c->community, &c->chance, NULL);
    c->fact = penalty_conduct(d, &c->chance, c->kind->power, c->place);
    c->crew = penalty_crew(d, &c->chance, c->community, c->block, "case-handler", filed, filed + 170);
    c->head = staff_pick(&d->staff, &c->chance, "enforcement-head", NULL, filed);
    double days = chance_lognormal(&c->chance, words_number(d->shape, "penalty.ordinary.days_to_decision.median", 34),
                                   words_number(d->shape, "penalty.ordinary.days_to_decision.p90", 80));
    c->days = days < 14 ? 14 : days > 82 ? 82 : (int64_t)days;
}

/* The n-th case, going round in steps that visit all, that may still get an end of its own. */
static OrdinaryCase *next_plain(OrdinaryCase *cases, size_t n, size_t step, int64_t days_left)
{
    for (size_t k = 1; k <= n; k++) {
        OrdinaryCase *c = &cases[(k * step) % n];
        bool plain = c->end == CASE_PENALTY && !c->kind->hearing && !c->extended && !c->premature;
        if (plain && c->d->status - c->filed > days_left)
            return c;
    }
    return NULL;
}

static void draw_special_ends(OrdinaryCase *cases, size_t n, const YamlNode *shape)
{
    int64_t none = (int64_t)words_number(shape, "penalty.ordinary.exempted", 5);
    int64_t extended = (int64_t)words_number(shape, "penalty.ordinary.extended", 3);
    int64_t transferred = (int64_t)words_number(shape, "penalty.ordinary.transferred", 2);
    OrdinaryCase *c;
    for (int64_t i = 0; i < none && (c = next_plain(cases, n, 11, 0)); i++)
        c->end = CASE_NONE;
    for (int64_t i = 0; i < transferred && (c = next_plain(cases, n, 17, 20)); i++)
        c->end = i % 2 ? CASE_TRANSFER : CASE_CRIME;
    for (int64_t i = 0; i < extended && (c = next_plain(cases, n, 7, 130)); i++) {
        c->extended = true;
        c->days = 96 + 5 * i;
    }
    for (int i = 0; i < 2 && (c = next_plain(cases, n, 23, 40)); i++)
        c->premature = true;
}

/* Cases are decided in time for the year's end; the last few stay undecided. */
static void draw_ends(OrdinaryCase *cases, size_t n, Demo *d)
{
    size_t open = (size_t)words_number(d->shape, "penalty.ordinary.open_at_status", 9);
    for (size_t i = 0; i < n; i++) {
        OrdinaryCase *c = &cases[i];
        int64_t most = d->status - c->filed - 6;
        if (i + open >= n) {
            c->end = CASE_UNDECIDED;
            c->days = c->days > most + 10 ? c->days : most + 10 + (int64_t)(i % 7) * 5;
        } else if (c->days > most) {
            c->days = most;
        }
    }
    draw_special_ends(cases, n, d->shape);
    /* Certificates end with quarters; the first case of the last one meets such an officer. */
    for (size_t i = 0; i < n; i++)
        if (cases[i].filed > d->status - 76) {
            cases[i].with_expired = true;
            break;
        }
    for (size_t i = 0; i < n; i++)
        cases[i].concluded = case_on_share(&cases[i], 0.35);
}

static bool is_before(const OrdinaryCase *a, const OrdinaryCase *b)
{
    return a->concluded < b->concluded;
}

/* The gravest cases go to the collective meetings: fourteen to eight, taken in the order in which they are ready. */
static void hold_meetings(OrdinaryCase *cases, size_t n, Demo *d)
{
    enum { DISCUSSED_MAX = 200 };
    OrdinaryCase *picked[DISCUSSED_MAX];
    size_t wanted = (size_t)words_number(d->shape, "penalty.ordinary.discussed", 14);
    size_t meetings = (size_t)words_number(d->shape, "penalty.ordinary.meetings", 8);
    size_t n_picked = 0;
    wanted = wanted < DISCUSSED_MAX ? wanted : DISCUSSED_MAX;
    for (int64_t line = 10000000; line > 0 && n_picked < wanted; line -= 10000)
        for (size_t i = 0; i < n && n_picked < wanted; i++)
            if (cases[i].end == CASE_PENALTY && !cases[i].extended && cases[i].fine_fen > line - 10000 &&
                cases[i].fine_fen <= line)
                picked[n_picked++] = &cases[i];
    for (size_t i = 1; i < n_picked; i++)
        for (size_t k = i; k > 0 && is_before(picked[k], picked[k - 1]); k--) {
            OrdinaryCase *swap = picked[k];
            picked[k] = picked[k - 1];
            picked[k - 1] = swap;
        }
    WordList numbers = words_list(&d->words, "penalty.meetings");
    for (size_t m = 0, at = 0; m < meetings && at < n_picked; m++) {
        size_t left = meetings - m;
        size_t size = (n_picked - at + left - 1) / left;
        Day ready = hours_day(&d->hours, picked[at + size - 1]->concluded);
        Day on = law_add_workdays(d->hours.calendar, ready, 4, NULL);
        for (size_t i = 0; i < size; i++, at++) {
            picked[at]->meeting = on;
            picked[at]->meeting_no = numbers.n ? numbers.items[m % numbers.n] : STR_NONE;
        }
    }
}

Rc demo_plan_penalties(Demo *d, const Appeals *appeals, Err *err)
{
    enum { CASES_MAX = 366 };
    CaseList list;
    Day days[CASES_MAX];
    Chance chance = chance_new(d->seed, "ordinary");
    TRY(penalty_cases(d, "ordinary", &list, err));
    size_t n = penalty_days(d, &chance, "penalty.ordinary.months", days, CASES_MAX);
    if (n != list.n)
        return err_set(err, RC_INVALID, "shape.yaml has %zu days for ordinary cases, plan-extra.yaml %zu cases", n,
                       list.n);
    uint32_t *order = ARENA_ARRAY(d->arena, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    chance_shuffle(&chance, order, n);
    /* The blocks' cases go to the days since there are blocks; hearings need time before the year ends. */
    Day blocks_from = words_day(words_at(d->shape, "penalty"), "blocks_from", d->first);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            bool misplaced =
                (list.block[order[i]] && days[i] < blocks_from + 3) || (list.kinds[order[i]].hearing && i > n / 2);
            bool fits = list.block[order[i]] ? days[k] >= blocks_from + 3 && k + 12 < n : k < n / 2;
            if (!misplaced || !fits || list.block[order[k]] || list.kinds[order[k]].hearing)
                continue;
            uint32_t swap = order[i];
            order[i] = order[k];
            order[k] = swap;
        }
    OrdinaryCase *cases = ARENA_ARRAY(d->arena, OrdinaryCase, n);
    for (size_t i = 0; i < n; i++)
        prepare(&cases[i], d, &list, order[i], days[i], i);
    draw_ends(cases, n, d);
    hold_meetings(cases, n, d);
    for (size_t i = 0; i < n; i++) {
        const Appeal *source = i % 6 == 2 ? case_find_source(&cases[i], appeals) : NULL;
        if (cases[i].crew.first && cases[i].crew.second && cases[i].head)
            case_plan(&cases[i], source);
    }
    return RC_OK;
}
