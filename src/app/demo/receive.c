/* What arrives: how many a day, at what hour, by which channel, about what, from where and from whom. */
#include <stdlib.h>

#include "app/demo/demo_internal.h"

enum { DAYS_MAX = 366, TEMPLATES_MAX = 200, REPEAT_PERSON = 0 };

typedef struct Receiving {
    Demo *d;
    Chance chance;
    Appeal *items;
    size_t n;
    size_t cap;
    uint32_t *people; /* who complains, one slot an appeal, shuffled */
    size_t n_people;
    size_t next_person;
} Receiving;

/* ---- how many a day ---- */

static double weekday_weight(const Demo *d, Day day)
{
    static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    const YamlNode *weights = words_at(d->shape, "appeals.day_weight");
    const LawCalendarDay *special = law_calendar_day(d->hours.calendar, day);
    if (special && !special->off)
        return words_weight(weights, "makeup", 0.9);
    if (special)
        return words_weight(weights, "holiday", 0.5);
    bool after_long = law_is_workday(d->hours.calendar, day) && !law_is_workday(d->hours.calendar, day - 1) &&
                      !law_is_workday(d->hours.calendar, day - 2) && !law_is_workday(d->hours.calendar, day - 3);
    double w = words_weight(weights, names[day_weekday(day) - 1], 1);
    return after_long ? w * words_weight(weights, "after_long_holiday", 1.5) : w;
}

double demo_day_weight(const Demo *d, Day day)
{
    const YamlNode *spring = words_at(d->shape, "appeals.spring_festival");
    const YamlNode *season = words_at(d->shape, "appeals.season");
    const YamlNode *storms = words_at(d->shape, "appeals.storms");
    double w = weekday_weight(d, day);
    if (day >= words_day(spring, "from", DAY_NONE) && day <= words_day(spring, "to", DAY_NONE))
        w = words_weight(spring, "weight", 0.2);
    size_t month = (size_t)day_to_civil(day).month;
    if (season && season->kind == YAML_SEQ && season->n >= month)
        w *= strtod(season->items[month - 1]->text.p, NULL);
    for (size_t i = 0; storms && storms->kind == YAML_SEQ && i < storms->n; i++)
        if (words_day(storms->items[i], "day", DAY_NONE) == day)
            w *= words_weight(storms->items[i], "weight", 1);
    return w;
}

/* `total` spread over days by their noisy weights; remainders go to the largest fractions. */
static void spread(Receiving *r, Day from, Day to, int64_t total, int32_t *counts)
{
    double weights[DAYS_MAX];
    double dispersion = words_number(r->d->shape, "appeals.dispersion", 0.28);
    size_t n = (size_t)(to - from + 1);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double noise = 1 + dispersion * chance_normal(&r->chance);
        weights[i] = demo_day_weight(r->d, from + (Day)i) * (noise < 0.3 ? 0.3 : noise);
        sum += weights[i];
    }
    int64_t given = 0;
    for (size_t i = 0; i < n; i++) {
        weights[i] = weights[i] / sum * (double)total;
        counts[i] = (int32_t)weights[i];
        given += counts[i];
    }
    for (; given < total; given++) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (weights[i] - counts[i] > weights[best] - counts[best])
                best = i;
        counts[best]++;
    }
}

static Appeal *add(Receiving *r, Day day)
{
    Appeal *a = ARENA_PUSH(r->d->arena, r->items, r->n, r->cap);
    *a = (Appeal){ .day = day, .person = -1, .root = -1 };
    return a;
}

/* Rows of one month: those that count and, beside them, those that are sent back as not this street's. */
static void add_month(Receiving *r, Day from, Day to, int64_t counted, int64_t returned)
{
    int32_t counts[DAYS_MAX];
    size_t first = r->n;
    spread(r, from, to, counted + returned, counts);
    for (Day day = from; day <= to; day++)
        for (int32_t i = 0; i < counts[day - from]; i++)
            add(r, day);
    /* Which of them are sent back is drawn without replacement, so that the rest is exact. */
    size_t n = r->n - first;
    uint32_t *order = ARENA_ARRAY(r->d->arena, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    chance_shuffle(&r->chance, order, n);
    for (size_t i = 0; i < (size_t)returned && i < n; i++)
        r->items[first + order[i]].fate = FATE_RETURNED;
}

static Rc add_year(Receiving *r, Err *err)
{
    const Demo *d = r->d;
    const YamlNode *months = words_at(d->shape, "appeals.monthly");
    int year = day_to_civil(d->first).year;
    double sent_back = words_number(d->shape, "appeals.side_paths.return_applied", 7) *
                       words_number(d->shape, "appeals.side_paths.return_granted_of_applied", 55) / 10000;
    if (!months || months->kind != YAML_MAP)
        return err_set(err, RC_INVALID, "shape.yaml has no appeals.monthly");
    int64_t sum = 0;
    for (int month = 1; month <= day_to_civil(d->to).month; month++) {
        Day from = day_from_civil((Civil){ year, month, 1 });
        char key[4] = { (char)('0' + month / 10), (char)('0' + month % 10), 0 };
        int64_t counted = words_int(months, month < 10 ? key + 1 : key, 0);
        sum += counted;
        add_month(r, from, from + civil_days_in_month(year, month) - 1, counted,
                  (int64_t)((double)counted * sent_back));
    }
    int64_t wanted = (int64_t)words_number(d->shape, "totals.appeals_received", (double)sum);
    if (sum != wanted)
        return err_set(err, RC_INVALID, "shape.yaml: the months add up to %lld, not to the %lld received",
                       (long long)sum, (long long)wanted);
    int64_t december = (int64_t)words_number(d->shape, "totals.appeals_december", 490);
    add_month(r, d->to + 1, d->status, december, (int64_t)((double)december * sent_back));
    return RC_OK;
}

/* ---- about what ---- */

static void draw_template(Receiving *r, Appeal *a)
{
    double weights[TEMPLATES_MAX] = { 0 };
    const YamlNode *list = words_at(r->d->texts, "appeals");
    size_t n = list && list->kind == YAML_SEQ ? list->n : 0;
    for (size_t i = 0; i < n && i < TEMPLATES_MAX; i++)
        if (str_eq(words_text(list->items[i], "category"), a->category))
            weights[i] = words_weight(list->items[i], "weight", 1);
    if (!n)
        return;
    a->template = list->items[chance_weighted(&r->chance, weights, n < TEMPLATES_MAX ? n : TEMPLATES_MAX)];
    a->sub = words_text(a->template, "sub");
    Str tail = words_pick2(&r->d->words, &r->chance, "tail", a->category);
    if (tail.n && demo_share(r->d, &r->chance, "appeals.tail_share"))
        a->sub = tail;
    const YamlNode *things = yaml_get(a->template, STR("things"));
    if (things && things->kind == YAML_SEQ && things->n)
        a->thing = things->items[chance_below(&r->chance, (uint32_t)things->n)]->text;
    a->time = words_pick(&r->d->words, &r->chance, "times");
}

static void draw_place(Receiving *r, Appeal *a)
{
    Demo *d = r->d;
    a->community = places_community(&d->places, &r->chance);
    a->place = places_pick(a->community, &r->chance, yaml_get(a->template, STR("kinds")));
    Str vague = words_pick_in(d->places.vague, &r->chance);
    if (chance_unit(&r->chance) * 100 < d->places.vague_share)
        a->place = arena_printf(d->arena, "%.*s%.*s", STR_ARG(a->community->name), STR_ARG(vague));
}

/* ---- when and by which channel ---- */

static int draw_hour(Receiving *r, const char *curve)
{
    double weights[24];
    const YamlNode *list = words_at(r->d->shape, curve);
    for (size_t i = 0; i < 24; i++)
        weights[i] = list && list->kind == YAML_SEQ && i < list->n ? strtod(list->items[i]->text.p, NULL) : 1;
    return (int)chance_weighted(&r->chance, weights, 24);
}

static void draw_time(Receiving *r, Appeal *a)
{
    const Demo *d = r->d;
    bool worked = law_is_workday(d->hours.calendar, a->day);
    bool office = str_eq_c(a->channel, "presuit") || str_eq_c(a->channel, "window") || str_eq_c(a->channel, "superior");
    if (office || str_eq_c(a->channel, "grid")) {
        a->at = hours_within(&d->hours, &r->chance, a->day);
        return;
    }
    int hour = draw_hour(r, str_eq_c(a->category, "noise") ? "appeals.hours.noise"
                            : worked                       ? "appeals.hours.weekday"
                                                           : "appeals.hours.weekend");
    a->at = hours_at(&d->hours, a->day, hour * 60) + chance_between(&r->chance, 0, MS_PER_HOUR - 1);
}

static void draw_nature(Receiving *r, Appeal *a)
{
    bool about_facts = str_eq_c(a->category, "cityscape") || str_eq_c(a->category, "noise") ||
                       str_eq_c(a->category, "fire") || str_eq_c(a->category, "land");
    a->nature = words_draw(r->d->shape, "appeals.nature", &r->chance, NULL);
    if (str_eq_c(a->category, "presuit"))
        a->nature = STR("help");
    else if (about_facts && (str_eq_c(a->nature, "inquiry") || str_eq_c(a->nature, "thanks")))
        a->nature = STR("complaint");
    else if (str_eq_c(a->category, "community") && chance_permille(&r->chance, 700))
        a->nature = STR("inquiry");
}

/* Pre-suit matters are an exact number; courts send them on working days. */
static void draw_presuit(Receiving *r, Day from, Day to, int64_t wanted)
{
    uint32_t *order = ARENA_ARRAY(r->d->arena, uint32_t, r->n);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const Appeal *a = &r->items[i];
        if (a->day >= from && a->day <= to && a->fate == FATE_CLOSED && law_is_workday(r->d->hours.calendar, a->day))
            order[n++] = (uint32_t)i;
    }
    chance_shuffle(&r->chance, order, n);
    for (size_t i = 0; i < n && i < (size_t)wanted; i++) {
        r->items[order[i]].category = STR("presuit");
        r->items[order[i]].channel = STR("presuit");
    }
}

static void describe_all(Receiving *r)
{
    Demo *d = r->d;
    draw_presuit(r, d->first, d->to, (int64_t)words_number(d->shape, "totals.presuit_cases", 254));
    draw_presuit(r, d->to + 1, d->status, 15);
    for (size_t i = 0; i < r->n; i++) {
        Appeal *a = &r->items[i];
        if (!a->category.n) {
            a->category = words_draw(d->shape, "appeals.category", &r->chance, "presuit");
            a->channel = words_draw(d->shape, "appeals.channel", &r->chance, "presuit");
        }
        draw_nature(r, a);
        draw_template(r, a);
        draw_place(r, a);
        draw_time(r, a);
        a->urgent =
            (str_eq_c(a->category, "fire") || str_eq_c(a->category, "municipal")) && chance_permille(&r->chance, 60);
    }
}

/* The hotline hands its rows over in batches: a quarter share their second with another. */
static void batch_hotline(Receiving *r)
{
    const Appeal *last = NULL;
    for (size_t i = 0; i < r->n; i++) {
        Appeal *a = &r->items[i];
        if (!str_eq_c(a->channel, "hotline"))
            continue;
        if (last && last->day == a->day && demo_share(r->d, &r->chance, "appeals.batch_12345"))
            a->at = last->at;
        last = a;
    }
}

static int by_time(const void *pa, const void *pb)
{
    const Appeal *a = pa;
    const Appeal *b = pb;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->person > b->person) - (a->person < b->person); /* holds the place in which it was drawn */
}

static void sort_by_time(Receiving *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->items[i].person = (int32_t)i;
    qsort(r->items, r->n, sizeof *r->items, by_time);
    for (size_t i = 0; i < r->n; i++)
        r->items[i].person = -1;
}

/* ---- from whom ---- */

static void fill_people(Receiving *r)
{
    const Demo *d = r->d;
    int64_t once = (int64_t)words_number(d->shape, "appeals.people.once", 4190);
    int64_t twice = (int64_t)words_number(d->shape, "appeals.people.twice", 690);
    int64_t several = (int64_t)words_number(d->shape, "appeals.people.several.n", 395);
    int64_t many = (int64_t)words_number(d->shape, "appeals.people.many.n", 25);
    r->people = ARENA_ARRAY(d->arena, uint32_t, r->n * 2);
    uint32_t who = REPEAT_PERSON + 1;
    for (int64_t i = 0; i < once + twice + several + many; i++, who++) {
        int64_t times = i < once                     ? 1
                        : i < once + twice           ? 2
                        : i < once + twice + several ? chance_between(&r->chance, 3, 6)
                                                     : chance_between(&r->chance, 15, 40);
        for (int64_t k = 0; k < times && r->n_people < r->n * 2; k++)
            r->people[r->n_people++] = who;
    }
    chance_shuffle(&r->chance, r->people, r->n_people);
}

/* Somebody complains eighty to a hundred and twenty times, nearly always at night, about one address. */
static bool is_repeat(Receiving *r, const Appeal *a)
{
    int64_t hour = instant_of_day(a->at, r->d->hours.zone_minutes) / MS_PER_HOUR;
    return str_eq_c(a->category, "noise") && (hour >= 22 || hour <= 1) && chance_permille(&r->chance, 330);
}

static void name_people(Receiving *r)
{
    Demo *d = r->d;
    fill_people(r);
    for (size_t i = 0; i < r->n; i++) {
        Appeal *a = &r->items[i];
        bool staff_row = str_eq_c(a->channel, "grid");
        if (staff_row || (!str_eq_c(a->channel, "presuit") && demo_share(d, &r->chance, "appeals.anonymous")))
            continue;
        if (a->fate != FATE_RETURNED && is_repeat(r, a)) {
            a->person = REPEAT_PERSON;
            a->community = &d->places.communities[d->places.repeat_community];
            a->place = d->places.repeat_place;
            continue;
        }
        a->person = (int32_t)r->people[r->next_person++ % r->n_people];
    }
}

/* ---- duplicates ---- */

/* Rows of the following day and a half become duplicates of a main event, until there are enough. */
static size_t gather(Receiving *r, size_t root, size_t wanted)
{
    Appeal *main = &r->items[root];
    size_t got = 0;
    for (size_t i = root + 1; i < r->n && got < wanted; i++) {
        Appeal *a = &r->items[i];
        if (a->at > main->at + HOURS_HOURS(36))
            break;
        if (a->root >= 0 || a->is_main || a->fate != FATE_CLOSED || str_eq_c(a->category, "presuit"))
            continue;
        if (!str_eq(a->category, main->category) && !chance_permille(&r->chance, 250))
            continue;
        a->root = (int32_t)root;
        a->category = main->category;
        a->nature = STR("complaint");
        a->sub = main->sub;
        a->template = main->template;
        a->thing = main->thing;
        a->time = main->time;
        a->community = main->community;
        a->place = main->place;
        a->urgent = main->urgent;
        got++;
    }
    return got;
}

static void draw_duplicates(Receiving *r)
{
    size_t wanted = (size_t)((double)r->n * words_number(r->d->shape, "appeals.duplicates", 13) / 100);
    size_t got = 0;
    for (size_t tries = 0; got < wanted && tries < 20 * r->n; tries++) {
        size_t root = chance_below(&r->chance, (uint32_t)r->n);
        Appeal *a = &r->items[root];
        if (a->root >= 0 || a->is_main || a->fate != FATE_CLOSED || str_eq_c(a->category, "presuit") ||
            str_eq_c(a->category, "labour"))
            continue;
        /* Mostly neighbours, now and then a whole building site's night. */
        size_t size = chance_permille(&r->chance, 60) ? (size_t)chance_between(&r->chance, 5, 40)
                                                      : (size_t)chance_between(&r->chance, 1, 4);
        size_t some = gather(r, root, size < wanted - got ? size : wanted - got);
        a->is_main = some > 0;
        got += some;
    }
}

/* ---- who is still open at the end ---- */

/* The last rows of a category before receipts stop. */
static void keep_open(Receiving *r, const char *category, int64_t n, AppealFate first_fate, int64_t n_first,
                      int64_t n_extended)
{
    for (size_t i = r->n; i-- > 0 && n > 0;) {
        Appeal *a = &r->items[i];
        if (a->day > r->d->to || a->fate != FATE_CLOSED || a->root >= 0 || a->is_main ||
            !str_eq_c(a->category, category))
            continue;
        a->fate = n_first > 0 ? first_fate : n_extended > 0 ? FATE_EXTENDED : FATE_OPEN;
        n_extended -= n_first <= 0 && n_extended > 0;
        n_first--;
        n--;
    }
}

static void draw_fates(Receiving *r)
{
    const YamlNode *shape = r->d->shape;
    keep_open(r, "land", (int64_t)words_number(shape, "appeals.open_at_status.land.n", 7), FATE_SUSPENDED,
              (int64_t)words_number(shape, "appeals.open_at_status.land.suspended", 1),
              (int64_t)words_number(shape, "appeals.open_at_status.land.extended", 2));
    keep_open(r, "presuit", (int64_t)words_number(shape, "appeals.open_at_status.presuit.n", 2), FATE_OPEN, 0, 0);
    keep_open(r, "labour", (int64_t)words_number(shape, "appeals.open_at_status.labour.n", 2), FATE_OPEN, 0, 0);
    for (size_t i = 0; i < r->n; i++) {
        Appeal *a = &r->items[i];
        bool plain = a->fate == FATE_CLOSED && a->root < 0 && !a->is_main && !str_eq_c(a->category, "presuit");
        if (plain && str_eq_c(a->channel, "mini") && chance_permille(&r->chance, 25))
            a->fate = FATE_WITHDRAWN;
    }
}

static void draw_presuit_success(Receiving *r)
{
    uint32_t *order = ARENA_ARRAY(r->d->arena, uint32_t, r->n);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const Appeal *a = &r->items[i];
        if (str_eq_c(a->category, "presuit") && a->day <= r->d->to && a->fate == FATE_CLOSED)
            order[n++] = (uint32_t)i;
    }
    chance_shuffle(&r->chance, order, n);
    size_t wanted = (size_t)words_number(r->d->shape, "totals.presuit_success", 62);
    for (size_t i = 0; i < n && i < wanted; i++)
        r->items[order[i]].presuit_success = true;
}

/* "SZLH" with date, time and a serial of that second; serials have gaps, as real ones do. */
static void number_all(Receiving *r)
{
    int64_t second = -1;
    int64_t serial = 0;
    for (size_t i = 0; i < r->n; i++) {
        Appeal *a = &r->items[i];
        int64_t now = a->at / MS_PER_SECOND;
        serial = now == second ? serial + chance_between(&r->chance, 1, 3) : chance_between(&r->chance, 1, 9);
        second = now;
        Civil c = day_to_civil(a->day);
        int64_t s = instant_of_day(a->at, r->d->hours.zone_minutes) / MS_PER_SECOND;
        a->number = arena_printf(r->d->arena, "SZLH%04d%02d%02d%02d%02d%02d%04d", c.year, c.month, c.day,
                                 (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60), (int)serial);
    }
}

Rc demo_receive(Demo *d, Appeals *ret, Err *err)
{
    Receiving r = { .d = d, .chance = chance_new(d->seed, "receive") };
    TRY(add_year(&r, err));
    describe_all(&r);
    sort_by_time(&r);
    batch_hotline(&r);
    sort_by_time(&r);
    name_people(&r);
    draw_duplicates(&r);
    draw_fates(&r);
    draw_presuit_success(&r);
    number_all(&r);
    *ret = (Appeals){ r.items, r.n };
    return RC_OK;
}
