/* Whatever is tried, in whatever order: the ledger verifies, folding its entries gives the state that is there, and
 * counting them afresh gives the figures, now and at every size tried.
 *
 * Acts are drawn from the pack: any act of any procedure, in all three modes, with forms made up from the fields'
 * types; corrections, voids, merges and reopenings among them. What a draw makes of it, done, refused or invalid, is
 * all one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/app_internal.h"
#include "app/cases.h"

enum { SEEDS = 30, ACTS = 60, BATCH_MAX = 5 };

typedef struct Draw {
    Office *o;
    uint64_t state;
    int64_t start;
    int64_t answers[ANSWER_FAILED + 1];
    int64_t kinds[LAW_ACT_UNMERGE + 1]; /* done, by kind of act */
} Draw;

/* ---- chance (splitmix64) ---- */

static uint64_t draw_bits(Draw *d)
{
    uint64_t z = (d->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t draw(Draw *d, size_t n)
{
    return (size_t)(draw_bits(d) % n);
}

static bool draw_percent(Draw *d, size_t percent)
{
    return draw(d, 100) < percent;
}

/* ---- forms ---- */

static Json draw_value(Draw *d, const LawField *field);

static Json draw_day(Draw *d)
{
    Day day = instant_day(d->o->now, 480) - (Day)draw(d, 40) + (Day)draw(d, 10);
    return json_str(day_print(d->o->arena, day));
}

static Json draw_person(Draw *d)
{
    const Directory *dir = app_directory(d->o->app);
    return json_int(dir->by_id[draw(d, dir->n_people)]->id);
}

static Json draw_list(Draw *d, const LawField *field)
{
    Json list = json_arr();
    size_t n = draw(d, 4);
    for (size_t i = 0; i < n; i++) {
        if (field->type == LAW_PERSONS) {
            json_push(d->o->arena, &list, draw_person(d));
        } else if (field->type == LAW_CHOICES) {
            json_push(d->o->arena, &list, json_str(field->options[draw(d, field->n_options)].id));
        } else {
            Json row = json_obj();
            for (size_t c = 0; c < field->n_columns; c++)
                json_add(d->o->arena, &row, field->columns[c].id, draw_value(d, &field->columns[c]));
            json_push(d->o->arena, &list, row);
        }
    }
    return list;
}

static Json draw_number(Draw *d, const LawField *field)
{
    int64_t min = field->has_min ? field->min : 0;
    int64_t max = field->has_max && field->max < min + 50 ? field->max : min + 50;
    int64_t n = min + (int64_t)draw(d, (size_t)(max - min + 1));
    return json_int(field->type == LAW_MONEY ? n * 1000 : n);
}

static Json draw_text(Draw *d)
{
    static const char *const texts[] = { "一", "鹭湖路12号", "19900001111", "19900002222", "a|b\n\"c\"", "0" };
    return json_c(texts[draw(d, ARRAY_LEN(texts))]);
}

static Json draw_value(Draw *d, const LawField *field)
{
    const Directory *dir = app_directory(d->o->app);
    switch (field->type) {
    case LAW_TEXT:
    case LAW_LONGTEXT: return draw_text(d);
    case LAW_ITEM:
        return json_c(draw_percent(d, 80) ? "cg-stall" : draw_percent(d, 50) ? "cg-noise" : "cg-sorting-person");
    case LAW_INT:
    case LAW_DECIMAL:
    case LAW_MONEY: return draw_number(d, field);
    case LAW_BOOL: return json_bool(draw_percent(d, 50));
    case LAW_DAY: return draw_day(d);
    case LAW_INSTANT: return json_int(d->o->now - (int64_t)draw(d, 100) * MS_PER_HOUR);
    case LAW_CHOICE: return json_str(field->options[draw(d, field->n_options)].id);
    case LAW_PERSON: return draw_person(d);
    case LAW_UNIT: return json_int(dir->units_by_id[draw(d, dir->n_units)]->id);
    case LAW_CHOICES:
    case LAW_PERSONS:
    case LAW_TABLE: return draw_list(d, field);
    }
    return json_null();
}

static Json draw_special(Draw *d, const LawField *field, const ActRequest *req)
{
    if (str_eq_c(field->id, "version"))
        return json_int(1 + (int64_t)draw(d, (size_t)(office_version(d->o, req->matter) + 2)));
    if (str_eq_c(field->id, "into"))
        return json_str(office_textf(d->o,
                                     "SELECT b.number FROM matter a JOIN matter b ON b.procedure = a.procedure AND "
                                     "b.id <> a.id WHERE a.id = %lld AND b.number IS NOT NULL ORDER BY b.id LIMIT 1 "
                                     "OFFSET %zu",
                                     (long long)req->matter, draw(d, 3)));
    return json_int(1001 + (int64_t)draw(d, 20)); /* sheet */
}

/* Required fields nearly always, others now and then; now and then a value of another field's type. */
static Json draw_form(Draw *d, const LawAct *act, const ActRequest *req)
{
    Json form = json_obj();
    for (size_t i = 0; i < act->n_form; i++) {
        const LawField *field = act->form[i].field;
        bool wanted = act->form[i].required || act->form[i].required_when.expr;
        bool special = str_eq_c(field->id, "version") || str_eq_c(field->id, "into") || str_eq_c(field->id, "sheet");
        if (special)
            json_add(d->o->arena, &form, field->id, draw_special(d, field, req));
        else if (draw_percent(d, wanted ? 99 : 30))
            json_add(d->o->arena, &form, field->id, draw_percent(d, 1) ? json_c("?") : draw_value(d, field));
    }
    return form;
}

/* ---- acts ---- */

static int64_t draw_matter(Draw *d)
{
    int64_t n = office_count(d->o, "SELECT count(*) FROM matter");
    if (!n)
        return 0;
    return office_countf(d->o, "SELECT id FROM matter ORDER BY id LIMIT 1 OFFSET %zu", draw(d, (size_t)n));
}

/* Mostly somebody who may. */
static int64_t draw_actor(Draw *d, const LawAct *act)
{
    const Directory *dir = app_directory(d->o->app);
    Day today = instant_day(d->o->now, 480);
    if (act->by_public && draw_percent(d, 40))
        return ACTOR_PUBLIC;
    for (size_t tries = 0; tries < 40 && draw_percent(d, 98); tries++) {
        const DirPerson *p = dir->by_id[draw(d, dir->n_people)];
        for (size_t i = 0; i < act->n_by; i++)
            if (dir_has_role(p, act->by[i], today))
                return p->id;
    }
    return dir->by_id[draw(d, dir->n_people)]->id;
}

/* Merged matters are few: of those drawn, some are parted again. */
static const LawAct *draw_parting(Draw *d, const LawProcedure *p, int64_t matter)
{
    bool merged = matter && draw_percent(d, 50) &&
                  office_countf(d->o, "SELECT count(*) FROM matter WHERE id = %lld AND merged_into IS NOT NULL",
                                (long long)matter);
    for (size_t i = 0; merged && i < p->n_acts; i++)
        if (p->acts[i].kind == LAW_ACT_UNMERGE)
            return &p->acts[i];
    return NULL;
}

static const LawAct *draw_act(Draw *d, const LawProcedure *p, int64_t matter)
{
    const LawAct *parting = draw_parting(d, p, matter);
    if (parting)
        return parting;
    int stage = matter ? law_stage(p, office_stage(d->o, matter)) : -1;
    const LawAct *act = NULL;
    for (size_t tries = 0; tries < 60; tries++) {
        act = &p->acts[draw(d, p->n_acts)];
        bool fits = matter ? stage >= 0 && (act->from >> stage & 1) : act->kind == LAW_ACT_OPEN;
        if (fits || draw_percent(d, 2))
            break;
    }
    return act;
}

static void draw_time(Draw *d, ActRequest *req)
{
    if (draw_percent(d, 65))
        return;
    req->mode = draw_percent(d, 70) ? ACT_RECORD : ACT_MIRROR;
    if (draw_percent(d, 80))
        req->happened_at = d->start + (int64_t)(draw_bits(d) % (uint64_t)(d->o->now - d->start + MS_PER_HOUR));
}

static ActRequest draw_request(Draw *d, const LawAct **ret_act)
{
    static const char *const openings[] = { "appeal", "appeal", "mediation", "penalty.onspot", "penalty.ordinary" };
    const LawPack *pack = app_pack(d->o->app);
    ActRequest req = { .matter = draw_percent(d, 80) ? draw_matter(d) : 0 };
    if (!req.matter)
        req.procedure = str_c(openings[draw(d, ARRAY_LEN(openings))]);
    Str id = req.matter ? office_textf(d->o, "SELECT procedure FROM matter WHERE id = %lld", (long long)req.matter)
                        : req.procedure;
    const LawProcedure *p = law_procedure(pack, id);
    const LawAct *act = draw_act(d, p, req.matter);
    req.act = act->id;
    req.actor = draw_actor(d, act);
    draw_time(d, &req);
    req.form = draw_form(d, act, &req);
    *ret_act = act;
    return req;
}

static void perform_some(Draw *d)
{
    ActRequest requests[BATCH_MAX];
    ActResult results[BATCH_MAX];
    const LawAct *acts[BATCH_MAX];
    Err err = { 0 };
    size_t n = draw_percent(d, 70) ? 1 : 1 + draw(d, BATCH_MAX);
    for (size_t i = 0; i < n; i++)
        requests[i] = draw_request(d, &acts[i]);
    if (app_perform_many(d->o->app, requests, n, d->o->arena, results, &err) != RC_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++) {
        d->answers[results[i].answer]++;
        d->kinds[acts[i]->kind] += results[i].answer == ANSWER_DONE;
        Rc rc = results[i].err.rc;
        if (results[i].answer == ANSWER_FAILED && rc != RC_INVALID && rc != RC_LIMIT && rc != RC_NOT_FOUND)
            fail_msg("%.*s: %s", STR_ARG(requests[i].act), results[i].err.text);
    }
}

static void one_seed(Draw *d, uint64_t seed)
{
    Office o = { 0 };
    office_open(&o);
    case_pads(&o);
    office_at(&o, "2023-03-01 09:00");
    d->o = &o;
    d->state = seed;
    d->start = o.now;
    for (int i = 0; i < ACTS; i++) {
        perform_some(d);
        o.now += (int64_t)draw(d, draw_percent(d, 20) ? 72 : 3) * MS_PER_HOUR + (int64_t)draw(d, 3600000);
        if (draw_percent(d, 10))
            office_sweep(&o);
        if (draw_percent(d, 3))
            office_reopen(&o);
    }
    office_check_all(&o);
    office_close(&o);
}

static void any_sequence_verifies_rebuilds_and_counts(void **state)
{
    (void)state;
    Draw d = { 0 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed); /* the last one printed is the one that failed */
        one_seed(&d, seed);
    }
    assert_true(d.answers[ANSWER_DONE] > 500);
    assert_true(d.answers[ANSWER_REFUSED] > 50);
    assert_true(d.answers[ANSWER_INVALID] > 50);
    for (size_t k = 0; k < ARRAY_LEN(d.kinds); k++)
        if (!d.kinds[k])
            fail_msg("no act of kind %zu was done", k);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(any_sequence_verifies_rebuilds_and_counts) };
    return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
