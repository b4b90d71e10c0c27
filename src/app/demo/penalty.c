#include "app/demo/penalty_internal.h"

#include <stdlib.h>

static CaseKind read_kind(Demo *d, const YamlNode *node)
{
    CaseKind kind = { .power = words_text(node, "power"),
                      .party = words_text(node, "party"),
                      .times = yaml_get(node, STR("times")),
                      .spots = words_int(node, "spots", 0),
                      .hearing = str_eq_c(words_text(node, "hearing"), "true"),
                      .benchmark = str_eq_c(words_text(node, "benchmark"), "true") };
    const YamlNode *fines = yaml_get(node, STR("fines"));
    size_t n = fines && fines->kind == YAML_SEQ ? fines->n : 0;
    Str *items = ARENA_ARRAY(d->arena, Str, n);
    for (size_t i = 0; i < n; i++)
        items[i] = fines->items[i]->text;
    kind.fines = (WordList){ items, n };
    return kind;
}

Rc penalty_cases(Demo *d, const char *list_path, CaseList *ret, Err *err)
{
    enum { CASES_MAX = 1000 };
    const YamlNode *list = words_at(d->extra, list_path);
    CaseList all = { .kinds = ARENA_ARRAY(d->arena, CaseKind, CASES_MAX),
                     .block = ARENA_ARRAY(d->arena, bool, CASES_MAX) };
    for (size_t i = 0; list && list->kind == YAML_SEQ && i < list->n; i++) {
        CaseKind kind = read_kind(d, list->items[i]);
        int64_t n = words_int(list->items[i], "n", 1);
        int64_t block = words_int(list->items[i], "block", 0);
        if (!kind.power.n || n < 0 || all.n + (size_t)n > CASES_MAX)
            return err_set(err, RC_INVALID, "plan-extra.yaml: %s wants at most %d cases, each with a power", list_path,
                           CASES_MAX);
        for (int64_t k = 0; k < n; k++) {
            all.kinds[all.n] = kind;
            all.block[all.n++] = k < block;
        }
    }
    if (!all.n)
        return err_set(err, RC_INVALID, "plan-extra.yaml has no cases under %s", list_path);
    *ret = all;
    return RC_OK;
}

int64_t penalty_fine(const CaseKind *kind, Chance *chance)
{
    int64_t yuan = 0;
    (void)str_to_i64(words_pick_in(kind->fines, chance), &yuan);
    return yuan * 100;
}

void penalty_facts(Demo *d, const CaseKind *kind, int64_t fine_fen, Json *form)
{
    Str fine = arena_printf(d->arena, "%lld", (long long)(fine_fen / 100));
    form_bool(&d->plan, form, "refuses", true);
    form_int(&d->plan, form, "times_in_year", words_int(kind->times, arena_c(d->arena, fine), 1));
    form_bool(&d->plan, form, "fire_lane", false);
    form_bool(&d->plan, form, "scattered", false);
    if (kind->spots)
        form_int(&d->plan, form, "spots", kind->spots);
}

static const StaffPerson *officer(Demo *d, Chance *chance, const char *role, const StaffUnit *unit,
                                  const StaffPerson *not_him, Day on, Day until)
{
    enum { TRIES = 40 };
    for (int i = 0; i < TRIES; i++) {
        const StaffPerson *p = staff_pick_officer(&d->staff, chance, role, unit, not_him, on);
        if (p && p->certified_to >= until && (p->to == DAY_NONE || p->to >= until))
            return p;
    }
    return NULL;
}

Crew penalty_crew(Demo *d, Chance *chance, const Community *community, bool block, const char *role, Day on, Day until)
{
    Crew crew = { .unit = staff_unit(&d->staff, block ? community->block : STR("enforcement")) };
    crew.first = officer(d, chance, role, crew.unit, NULL, on, until);
    if (!crew.first)
        crew.first = officer(d, chance, role, NULL, NULL, on, until);
    crew.second = officer(d, chance, "enforcement-officer", crew.unit, crew.first, on, until);
    if (!crew.second)
        crew.second = officer(d, chance, "enforcement-officer", NULL, crew.first, on, until);
    return crew;
}

void penalty_party(Demo *d, Chance *chance, const CaseKind *kind, int32_t person, Json *form)
{
    Plan *plan = &d->plan;
    form_str(plan, form, "party_kind", kind->party);
    if (!str_eq_c(kind->party, "citizen"))
        form_str(plan, form, "org_name", demo_org_name(d, chance));
    form_str(plan, form, "party_name", demo_person_name(d, person));
    form_str(plan, form, "party_id", demo_person_id(d, person));
    form_str(plan, form, "party_phone", demo_person_phone(d, person));
}

Str penalty_conduct(Demo *d, Chance *chance, Str power, Str place)
{
    WordPair pairs[] = { { "place", place },
                         { "area", arena_printf(d->arena, "%u", 2 + chance_below(chance, 28)) },
                         { "n", arena_printf(d->arena, "%u", 2 + chance_below(chance, 9)) } };
    return words_fill(d->arena, words_pick2(&d->words, chance, "penalty.facts", power), pairs, ARRAY_LEN(pairs));
}

void penalty_officers(Demo *d, const Crew *crew, Json *form)
{
    int64_t ids[] = { crew->first ? crew->first->id : 0, crew->second ? crew->second->id : 0 };
    form_ints(&d->plan, form, "officers", ids, 2);
}

static int by_day(const void *pa, const void *pb)
{
    const Day *a = pa;
    const Day *b = pb;
    return (*a > *b) - (*a < *b);
}

size_t penalty_days(Demo *d, Chance *chance, const char *months, Day *ret, size_t max)
{
    const YamlNode *list = words_at(d->shape, months);
    int year = day_to_civil(d->first).year;
    size_t n = 0;
    for (size_t m = 0; list && list->kind == YAML_SEQ && m < list->n && m < 12; m++) {
        int64_t count = 0;
        (void)str_to_i64(list->items[m]->text, &count);
        Day from = day_from_civil((Civil){ year, (int)m + 1, 1 });
        Day to = from + civil_days_in_month(year, (int)m + 1) - 1;
        to = to < d->status ? to : d->status;
        for (int64_t i = 0; i < count && n < max; n++, i++) {
            do
                ret[n] = (Day)chance_between(chance, from, to);
            while (!law_is_workday(d->hours.calendar, ret[n]));
        }
    }
    if (n)
        qsort(ret, n, sizeof *ret, by_day);
    return n;
}
