/* Drawing the values of one matter: its variables, its people, the forms of its acts. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/demo/plans_internal.h"
#include "base/buf.h"

enum { TEXT_MAX = 65536, PUBLIC_MAX = 5000, CERTIFIED_AHEAD = 60 /* days */ };

/* ---- people of the office ---- */

/* Roles whose acts want an officer's certificate. */
static bool wants_certificate(Str role)
{
    static const char *const roles[] = { "case-handler", "enforcement-officer", "enforcement-head" };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (str_eq_c(role, roles[i]))
            return true;
    return false;
}

static bool is_cast(const Telling *t, const StaffPerson *person)
{
    for (size_t i = 0; i < t->n_cast; i++)
        if (t->cast[i].person == person)
            return true;
    return false;
}

/* How strict a search is: whoever approves should be another than who asks, and an officer certified for some time. */
typedef enum Strictness { STRICT_ALL, STRICT_OTHER, STRICT_NOTHING } Strictness;

static const StaffPerson *search(Telling *t, Str role, const StaffUnit *unit, Day on, Strictness strict)
{
    const Staff *staff = &t->d->staff;
    const StaffPerson *found = NULL;
    char name[64];
    uint32_t seen = 0;
    snprintf(name, sizeof name, "%.*s", STR_ARG(role));
    for (size_t i = 0; i < staff->n_people; i++) {
        const StaffPerson *p = &staff->people[i];
        bool certified = p->certificate.n && p->certified_from <= on && p->certified_to >= on + CERTIFIED_AHEAD;
        if (!staff_holds(staff, p, name, unit, on) || (strict < STRICT_NOTHING && is_cast(t, p)) ||
            (strict == STRICT_ALL && wants_certificate(role) && !certified))
            continue;
        if (chance_below(&t->chance, ++seen) == 0)
            found = p;
    }
    return found;
}

static const StaffPerson *choose(Telling *t, Str role, const StaffUnit *unit, Day on)
{
    const StaffPerson *found = NULL;
    for (int anywhere = unit ? 0 : 1; anywhere < 2 && !found; anywhere++)
        for (Strictness s = STRICT_ALL; s <= STRICT_OTHER && !found; s++)
            found = search(t, role, anywhere ? NULL : unit, on, s);
    return found ? found : search(t, role, NULL, on, STRICT_NOTHING);
}

const StaffPerson *telling_person(Telling *t, Str role, size_t nth)
{
    Day on = hours_day(&t->d->hours, t->at);
    CastPart *part = NULL;
    for (size_t i = 0; i < t->n_cast && !part; i++)
        if (str_eq(t->cast[i].role, role) && t->cast[i].unit == t->in && t->cast[i].nth == nth)
            part = &t->cast[i];
    /* Somebody who has left hands over. */
    if (part && (part->person->to == DAY_NONE || part->person->to >= on))
        return part->person;
    const StaffPerson *person = choose(t, role, t->in, on);
    if (!part && person && t->n_cast < CAST_MAX)
        part = &t->cast[t->n_cast++];
    if (part && person)
        *part = (CastPart){ role, t->in, nth, person };
    return person;
}

static Json persons(Telling *t, const SpecValue *v)
{
    Json list = json_arr();
    for (size_t i = 0; i < v->n; i++) {
        size_t nth = 0;
        for (size_t k = 0; k < i; k++)
            nth += str_eq(v->items[k], v->items[i]);
        const StaffPerson *person = telling_person(t, v->items[i], nth);
        if (person)
            json_push(t->d->arena, &list, json_int(person->id));
    }
    return v->n == 1 && list.n == 1 ? list.as.items[0] : list;
}

/* ---- what the matter is about ---- */

const Community *telling_community(Telling *t)
{
    if (!t->community)
        t->community = places_community(&t->d->places, &t->chance);
    return t->community;
}

static Str place(Telling *t, const SpecValue *v)
{
    const Community *community = telling_community(t);
    YamlNode nodes[16] = { 0 };
    YamlNode *items[16];
    YamlNode kinds = { .kind = YAML_SEQ, .items = items };
    for (size_t i = 0; i < v->n && i < ARRAY_LEN(nodes); i++) {
        nodes[i].text = v->items[i];
        items[i] = &nodes[i];
        kinds.n++;
    }
    return places_pick(community, &t->chance, v->n ? &kinds : NULL);
}

static Str community(Telling *t, const SpecValue *v)
{
    const Places *places = &t->d->places;
    for (size_t i = 0; v->text.n && i < places->n; i++)
        if (str_eq(places->communities[i].id, v->text))
            t->community = &places->communities[i];
    return telling_community(t)->id;
}

static int32_t somebody(Telling *t, size_t nth)
{
    if (!t->who[nth])
        t->who[nth] = (int32_t)chance_below(&t->chance, PUBLIC_MAX) + 1;
    return t->who[nth];
}

/* ---- texts and numbers ---- */

static void put_var(Telling *t, Buf *out, Str name, Str braces)
{
    SpecKind kind;
    Json value = json_str(braces);
    if (spec_implicit(name, &kind))
        value = telling_value(t, &(SpecValue){ .kind = kind });
    for (size_t i = 0; i < t->n_vars; i++)
        if (str_eq(t->path->vars[i].name, name))
            value = t->vars[i];
    if (value.type == JSON_INT)
        buf_i64(out, value.as.i);
    else
        buf_str(out, json_as_str(&value));
}

static Str filled(Telling *t, Str text)
{
    Buf out;
    if (str_find(text, STR("{")) == SIZE_MAX)
        return text;
    buf_init(&out, TEXT_MAX);
    while (text.n) {
        size_t open = str_find(text, STR("{"));
        size_t close = open == SIZE_MAX ? SIZE_MAX : str_find(text, STR("}"));
        if (close == SIZE_MAX || close < open)
            break;
        buf_str(&out, str_slice(text, 0, open));
        put_var(t, &out, str_slice(text, open + 1, close), str_slice(text, open, close + 1));
        text = str_slice(text, close + 1, text.n);
    }
    buf_str(&out, text);
    Str made = buf_to_arena(&out, t->d->arena);
    buf_free(&out);
    return made;
}

static Str picked(Telling *t, const SpecValue *v)
{
    size_t i = v->weights ? chance_weighted(&t->chance, v->weights, v->n) : chance_below(&t->chance, (uint32_t)v->n);
    return filled(t, v->items[i]);
}

static int64_t rounded(double value, int64_t to)
{
    return (int64_t)floor(value / (double)to + 0.5) * to;
}

static int64_t lognormal(Telling *t, const SpecValue *v)
{
    int64_t value =
        rounded(v->median >= v->p90 ? v->median : chance_lognormal(&t->chance, v->median, v->p90), v->round);
    return value < v->min ? v->min : value > v->max ? v->max : value;
}

static int64_t between(Telling *t, const SpecValue *v)
{
    int64_t value = chance_between(&t->chance, v->lo, v->hi);
    return v->round > 1 ? rounded((double)value, v->round) : value;
}

static Json day(Telling *t, const SpecValue *v)
{
    const Hours *hours = &t->d->hours;
    Day on = hours_day(hours, t->at);
    int n = (int)chance_between(&t->chance, v->lo, v->hi);
    Day then = v->kind == SPEC_DAY ? on + n : law_add_workdays(hours->calendar, on, n, NULL);
    return json_str(day_print(t->d->arena, then));
}

/* ---- any value ---- */

static Json list(Telling *t, const SpecValue *v, int64_t times)
{
    Json made = json_arr();
    for (int64_t k = 0; k < times; k++)
        for (size_t i = 0; i < v->n; i++) {
            Json item = telling_value(t, &v->parts[i]);
            if (item.type != JSON_NULL)
                json_push(t->d->arena, &made, item);
        }
    return made;
}

static Json row(Telling *t, const SpecValue *v)
{
    Json made = json_obj();
    for (size_t i = 0; i < v->n; i++)
        json_add(t->d->arena, &made, v->items[i], telling_value(t, &v->parts[i]));
    return made;
}

/* By percent, so that 0 never and 100 always happens. */
static Json chance_value(Telling *t, const SpecValue *v)
{
    bool hit = chance_below(&t->chance, 100) < (uint32_t)v->lo;
    if (!v->n)
        return json_bool(hit);
    return hit ? telling_value(t, &v->parts[0]) : json_null();
}

static Json key_of(const StaffUnit *unit)
{
    return unit ? json_str(unit->key) : json_null();
}

static const StaffUnit *here(const Telling *t)
{
    const Staff *staff = &t->d->staff;
    return t->actor ? staff_unit_on(staff, t->actor, hours_day(&t->d->hours, t->at)) : t->in;
}

Json telling_value(Telling *t, const SpecValue *v)
{
    Demo *d = t->d;
    switch (v->kind) {
    case SPEC_TEXT: return json_str(filled(t, v->text));
    case SPEC_VAR: return t->vars[v->lo];
    case SPEC_PICK: return json_str(picked(t, v));
    case SPEC_BETWEEN: return json_int(between(t, v));
    case SPEC_LOGNORMAL: return json_int(lognormal(t, v));
    case SPEC_CHANCE: return chance_value(t, v);
    case SPEC_DAY:
    case SPEC_WORKDAY: return day(t, v);
    case SPEC_AT: return json_int(t->at + chance_between(&t->chance, v->lo, v->hi) * MS_PER_MINUTE);
    case SPEC_PERSON: return t->actor ? json_int(t->actor->id) : json_null();
    case SPEC_PERSONS: return persons(t, v);
    case SPEC_UNIT: return json_str(v->text);
    case SPEC_HERE: return key_of(here(t));
    case SPEC_LIST: return list(t, v, 1);
    case SPEC_ROW: return row(t, v);
    case SPEC_ROWS: return list(t, v, chance_between(&t->chance, v->lo, v->hi));
    case SPEC_PLACE: return json_str(place(t, v));
    case SPEC_COMMUNITY: return json_str(community(t, v));
    case SPEC_COMMUNITY_NAME: return json_str(telling_community(t)->name);
    case SPEC_COMMUNITY_UNIT: return json_str(telling_community(t)->unit);
    case SPEC_BLOCK: return json_str(telling_community(t)->block);
    case SPEC_ORG: return json_str(demo_org_name(d, &t->chance));
    case SPEC_PERSON_NAME: return json_str(demo_person_name(d, somebody(t, (size_t)v->lo)));
    case SPEC_PHONE: return json_str(demo_person_phone(d, somebody(t, (size_t)v->lo)));
    case SPEC_ID_NUMBER: return json_str(demo_person_id(d, somebody(t, (size_t)v->lo)));
    case SPEC_DATE: return json_str(demo_date(d, t->at));
    case SPEC_RANK: return json_int((int64_t)t->rank + 1);
    case SPEC_SHARE:
    case SPEC_SERIAL: break; /* of all matters: drawn with the variables */
    }
    return json_null();
}

Json telling_form(Telling *t, const SpecStep *step)
{
    Json form = json_obj();
    for (size_t i = 0; i < step->n_form; i++) {
        Json made;
        /* What the pack takes was checked; what is empty all the same is left out. */
        const SpecField *f = &step->form[i];
        if (!spec_convert(t->d, t->d->arena, f->field, telling_value(t, &f->value), &made) && made.type != JSON_NULL)
            json_set(t->d->arena, &form, f->field->id, made);
    }
    return form;
}
