#include "core/matter/env.h"

#include <limits.h>
#include <string.h>

const char *const act_mode_names[3] = { "do", "record", "mirror" };

static FeelValue instant_value(const MatterEnv *env, int64_t at_ms)
{
    int zone = env->pack->zone_minutes;
    return feel_date_time(env->arena, instant_day(at_ms, zone), instant_of_day(at_ms, zone), zone);
}

static FeelValue day_value(Day day)
{
    return day == DAY_NONE ? feel_null() : feel_date(day);
}

static FeelValue text_value(Str s)
{
    return s.n ? feel_str(s) : feel_null();
}

/* ---- people and units ---- */

static bool is_recused(const MatterEnv *env, int64_t person)
{
    const Json *list = json_get(&env->core->fields, STR("recused"));
    for (size_t i = 0; list && list->type == JSON_ARR && i < list->n; i++)
        if (json_as_int(json_at(list, i), 0) == person)
            return true;
    return false;
}

static Day env_act_day(const MatterEnv *env)
{
    return instant_day(env->has_act ? env->happened_at : env->now_ms, env->pack->zone_minutes);
}

static bool any_head(const MatterEnv *env, const DirPerson *p, Day on)
{
    for (size_t i = 0; i < p->n_roles; i++) {
        const LawRole *role = map_get(&env->pack->roles_by_id, p->roles[i].role);
        if (role && role->head && dir_has_role(p, p->roles[i].role, on))
            return true;
    }
    return false;
}

static FeelValue role_list(const MatterEnv *env, const DirPerson *p, Day on)
{
    FeelValue *items = ARENA_ARRAY(env->arena, FeelValue, p->n_roles);
    size_t n = 0;
    for (size_t i = 0; i < p->n_roles; i++)
        if (dir_has_role(p, p->roles[i].role, on))
            items[n++] = feel_str(p->roles[i].role);
    return feel_list(env->arena, items, n);
}

static FeelValue person_value(MatterEnv *env, int64_t id)
{
    enum { OWN = 9 };
    const DirPerson *p = env->dir ? dir_person(env->dir, id) : NULL;
    if (!p)
        return feel_null();
    Day on = env_act_day(env);
    bool certified = false;
    const DirCredential *c = dir_credential(p, STR("enforcement"), on, &certified);
    const DirUnit *unit = dir_unit(env->dir, p->unit);
    FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, OWN + env->pack->n_person_words);
    FeelEntry own[OWN] = {
        { STR("id"), feel_int(p->id) },
        { STR("name"), feel_str(p->name) },
        { STR("unit"), feel_int(p->unit) },
        { STR("unit_name"), unit ? feel_str(unit->name) : feel_null() },
        { STR("roles"), role_list(env, p, on) },
        { STR("head"), feel_bool(any_head(env, p, on)) },
        { STR("certified"), feel_bool(certified) },
        { STR("certificate_to"), c ? day_value(c->to) : feel_null() },
        { STR("recused"), feel_bool(is_recused(env, id)) },
    };
    memcpy(e, own, sizeof own);
    size_t n = OWN;
    for (size_t i = 0; i < env->pack->n_person_words; i++)
        for (size_t k = 0; k < OWN; k++)
            if (str_eq(own[k].key, env->pack->person_words[i].id))
                e[n++] = (FeelEntry){ env->pack->person_words[i].title, own[k].value };
    return feel_context(env->arena, e, n);
}

static FeelValue unit_value(const MatterEnv *env, int64_t id)
{
    const DirUnit *u = env->dir ? dir_unit(env->dir, id) : NULL;
    if (!u)
        return feel_null();
    FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, 4);
    e[0] = (FeelEntry){ STR("id"), feel_int(u->id) };
    e[1] = (FeelEntry){ STR("name"), feel_str(u->name) };
    e[2] = (FeelEntry){ STR("kind"), text_value(u->kind) };
    e[3] = (FeelEntry){ STR("code"), text_value(u->code) };
    return feel_context(env->arena, e, 4);
}

/* ---- fields ---- */

static FeelValue list_value(MatterEnv *env, const LawField *field, const Json *json)
{
    if (json->type != JSON_ARR)
        return feel_null();
    FeelValue *items = ARENA_ARRAY(env->arena, FeelValue, json->n);
    for (size_t i = 0; i < json->n; i++) {
        const Json *item = json_at(json, i);
        if (field->type == LAW_PERSONS)
            items[i] = person_value(env, json_as_int(item, 0));
        else
            items[i] = feel_str(json_as_str(item));
    }
    return feel_list(env->arena, items, json->n);
}

static FeelValue table_value(MatterEnv *env, const LawField *field, const Json *json)
{
    if (json->type != JSON_ARR)
        return feel_null();
    FeelValue *rows = ARENA_ARRAY(env->arena, FeelValue, json->n);
    for (size_t i = 0; i < json->n; i++) {
        FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, 2 * field->n_columns);
        size_t n = 0;
        for (size_t c = 0; c < field->n_columns; c++) {
            const LawField *column = &field->columns[c];
            FeelValue value = env_value(env, column, json_get(json_at(json, i), column->id));
            e[n++] = (FeelEntry){ column->id, value };
            if (column->name.n)
                e[n++] = (FeelEntry){ column->name, value };
        }
        rows[i] = feel_context(env->arena, e, n);
    }
    return feel_list(env->arena, rows, json->n);
}

static FeelValue decimal_value(const MatterEnv *env, const Json *json)
{
    Dec d;
    if (json->type == JSON_INT)
        return feel_int(json->as.i);
    return dec_parse(json_as_str(json), &d) ? feel_dec(env->arena, d) : feel_null();
}

FeelValue env_value(MatterEnv *env, const LawField *field, const Json *json)
{
    if (!json || json->type == JSON_NULL)
        return feel_null();
    if (field->personal.n && str_eq(json_as_str(json), STR("\xC2\xB7")))
        return feel_str(json_as_str(json));
    Day day;
    switch (field->type) {
    case LAW_TEXT:
    case LAW_LONGTEXT:
    case LAW_CHOICE:
    case LAW_ITEM: return text_value(json_as_str(json));
    case LAW_INT: return json->type == JSON_INT ? feel_int(json->as.i) : feel_null();
    case LAW_DECIMAL: return decimal_value(env, json);
    case LAW_MONEY: return json->type == JSON_INT ? feel_dec(env->arena, dec_scaled(json->as.i, 2)) : feel_null();
    case LAW_BOOL: return json->type == JSON_BOOL ? feel_bool(json->as.b) : feel_null();
    case LAW_DAY: return day_parse(json_as_str(json), &day) ? feel_date(day) : feel_null();
    case LAW_INSTANT: return json->type == JSON_INT ? instant_value(env, json->as.i) : feel_null();
    case LAW_CHOICES:
    case LAW_PERSONS: return list_value(env, field, json);
    case LAW_PERSON: return person_value(env, json_as_int(json, 0));
    case LAW_UNIT: return unit_value(env, json_as_int(json, 0));
    case LAW_TABLE: return table_value(env, field, json);
    }
    return feel_null();
}

static FeelValue field_slot(MatterEnv *env, const LawField *field)
{
    const Json *json = field->personal.n && env->form ? json_get(env->form, field->id) : NULL;
    return env_value(env, field, json ? json : json_get(&env->core->fields, field->id));
}

/* ---- standard names ---- */

static FeelValue actor_value(MatterEnv *env)
{
    if (env->actor > 0)
        return person_value(env, env->actor);
    FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, 2);
    e[0] = (FeelEntry){ STR("id"), feel_int(env->actor) };
    e[1] = (FeelEntry){ STR("name"), feel_null() };
    return feel_context(env->arena, e, 2);
}

static FeelValue head_value(const MatterEnv *env)
{
    const LawRole *role = map_get(&env->pack->roles_by_id, env->role);
    return feel_bool(role && role->head);
}

static FeelValue jurisdiction_value(const MatterEnv *env)
{
    FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, 3);
    e[0] = (FeelEntry){ STR("code"), text_value(env->pack->code) };
    e[1] = (FeelEntry){ STR("name"), text_value(env->pack->office) };
    e[2] = (FeelEntry){ STR("short"), text_value(env->pack->office_short) };
    return feel_context(env->arena, e, 3);
}

static const char *clock_state_name(ClockState state)
{
    static const char *const names[] = { "none", "running", "paused", "met", "late", "cancelled", "overdue", "lapsed" };
    return names[state];
}

static FeelValue clocks_value(const MatterEnv *env)
{
    size_t n = env->matter ? env->matter->n_clocks : 0;
    FeelEntry *all = ARENA_ARRAY(env->arena, FeelEntry, n);
    for (size_t i = 0; i < n; i++) {
        const MatterClock *c = &env->matter->clocks[i];
        FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, 3);
        e[0] = (FeelEntry){ STR("start"), instant_value(env, c->start_at) };
        e[1] = (FeelEntry){ STR("due"), instant_value(env, c->due_at) };
        e[2] = (FeelEntry){ STR("state"), feel_str(str_c(clock_state_name(c->state))) };
        all[i] = (FeelEntry){ c->id, feel_context(env->arena, e, 3) };
    }
    return feel_context(env->arena, all, n);
}

static FeelValue links_value(const MatterEnv *env)
{
    size_t n = env->matter ? env->matter->n_links : 0;
    FeelValue *all = ARENA_ARRAY(env->arena, FeelValue, n);
    for (size_t i = 0; i < n; i++) {
        const MatterLink *l = &env->matter->links[i];
        FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, 4);
        e[0] = (FeelEntry){ STR("kind"), text_value(l->kind) };
        e[1] = (FeelEntry){ STR("procedure"), text_value(l->procedure) };
        e[2] = (FeelEntry){ STR("stage"), text_value(l->stage) };
        e[3] = (FeelEntry){ STR("outcome"), text_value(l->outcome) };
        all[i] = feel_context(env->arena, e, 4);
    }
    return feel_list(env->arena, all, n);
}

static FeelValue history_value(const MatterEnv *env)
{
    size_t n = env->history && env->history->type == JSON_OBJ ? env->history->n : 0;
    FeelEntry *e = ARENA_ARRAY(env->arena, FeelEntry, n);
    for (size_t i = 0; i < n; i++) {
        const JsonMember *m = &env->history->as.members[i];
        e[i] = (FeelEntry){ m->key, feel_int(json_as_int(&m->value, 0)) };
    }
    return feel_context(env->arena, e, n);
}

/* Those that are there on the day of the act, by which a form may be offered the one that a catalogue names. */
static FeelValue units_value(const MatterEnv *env)
{
    size_t max = env->dir ? env->dir->n_units : 0;
    FeelValue *all = ARENA_ARRAY(env->arena, FeelValue, max);
    Day on = env_act_day(env);
    size_t n = 0;
    for (size_t i = 0; i < max; i++) {
        const DirUnit *u = env->dir->units_by_id[i];
        if (u->from <= on && (u->to == DAY_NONE || on <= u->to))
            all[n++] = unit_value(env, u->id);
    }
    return feel_list(env->arena, all, n);
}

static FeelValue standard_value(MatterEnv *env, LawStd name)
{
    int zone = env->pack->zone_minutes;
    switch (name) {
    case LAW_STD_TODAY:
    case LAW_STD_AS_OF: return feel_date(instant_day(env->now_ms, zone));
    case LAW_STD_ACT_DAY: return env->has_act ? feel_date(env_act_day(env)) : feel_null();
    case LAW_STD_ACT_TIME: return env->has_act ? instant_value(env, env->happened_at) : feel_null();
    case LAW_STD_NOW_TIME: return instant_value(env, env->now_ms);
    case LAW_STD_MODE: return env->has_act ? feel_str(str_c(act_mode_names[env->mode])) : feel_null();
    case LAW_STD_STAGE: return text_value(env->core->stage);
    case LAW_STD_OPENED_DAY: return day_value(env->core->opened_day);
    case LAW_STD_CLOSED_DAY: return day_value(env->core->closed_day);
    case LAW_STD_OUTCOME: return text_value(env->core->outcome);
    case LAW_STD_NUMBER: return env->matter ? text_value(env->matter->number) : feel_null();
    case LAW_STD_ACTOR: return actor_value(env);
    case LAW_STD_HEAD: return head_value(env);
    case LAW_STD_JURISDICTION: return jurisdiction_value(env);
    case LAW_STD_CLOCKS: return clocks_value(env);
    case LAW_STD_LINKS: return links_value(env);
    case LAW_STD_HISTORY: return history_value(env);
    case LAW_STD_UNITS: return units_value(env);
    case LAW_STD_COUNT: break;
    }
    return feel_null();
}

/* ---- the environment ---- */

static FeelValue make_slot(MatterEnv *env, int slot)
{
    const LawProcedure *p = env->procedure;
    if (slot < (int)p->n_fields)
        return field_slot(env, &p->fields[slot]);
    if (slot < p->slot_std)
        return env_eval(env, p->lets[slot - (int)p->n_fields], NULL);
    if (slot < p->slot_pack)
        return standard_value(env, (LawStd)(slot - p->slot_std));
    return env->owner->names[slot - p->slot_pack].value;
}

static FeelValue answer_slot(void *ctx, int slot, Arena *arena)
{
    (void)arena; /* values outlive one evaluation, so they are made in the environment's own arena */
    MatterEnv *env = ctx;
    if (env->state[slot] == 2)
        return env->memo[slot];
    if (env->state[slot] == 1)
        return feel_null(); /* the loader refuses derived names that need themselves */
    env->state[slot] = 1;
    env->memo[slot] = make_slot(env, slot);
    env->state[slot] = 2;
    return env->memo[slot];
}

void env_init(MatterEnv *env)
{
    if (!env->owner)
        env->owner = env->pack;
    env->host = env->pack->host;
    env->feel = (FeelEnv){ .slot = answer_slot,
                           .ctx = env,
                           .host = &env->host,
                           .now_ms = env->now_ms,
                           .zone_minutes = env->pack->zone_minutes };
    env->memo =
        arena_alloc(env->arena, env->procedure->n_slots * sizeof *env->memo); /* read only where state says so */
    env->state = ARENA_ARRAY(env->arena, uint8_t, env->procedure->n_slots);
}

void env_reset(MatterEnv *env)
{
    memset(env->state, 0, env->procedure->n_slots);
}

FeelValue env_eval(MatterEnv *env, LawExpr expr, FeelReason *ret_reason)
{
    if (!expr.expr)
        return feel_null();
    return feel_eval_why(expr.expr, &env->feel, feel_null(), env->arena, ret_reason);
}

Str env_text(MatterEnv *env, LawExpr expr)
{
    FeelValue v = env_eval(env, expr, NULL);
    return feel_is_null(v) ? STR_NONE : feel_display(env->arena, v);
}

/* ---- FEEL to stored values ---- */

static bool whole(FeelValue v, int scale, int64_t *ret)
{
    Dec shifted;
    return v.type == FEEL_NUMBER && dec_mul(feel_to_dec(v), dec_scaled(1, -scale), &shifted) &&
           dec_to_i64(shifted, ret) && *ret <= JSON_INT_MAX && *ret >= -JSON_INT_MAX;
}

static bool person_id(FeelValue v, int64_t *ret)
{
    if (v.type == FEEL_CONTEXT) {
        const FeelValue *id = feel_get(v, STR("id"));
        return id && whole(*id, 0, ret);
    }
    return whole(v, 0, ret);
}

static bool scalar_json(Arena *arena, const LawField *field, FeelValue v, Json *ret);

/* A row of a table from a context, by the columns' ids; cells that are null are left out. */
static bool row_json(Arena *arena, const LawField *field, FeelValue v, Json *ret)
{
    *ret = json_obj();
    for (size_t c = 0; v.type == FEEL_CONTEXT && c < field->n_columns; c++) {
        const LawField *column = &field->columns[c];
        const FeelValue *cell = feel_get(v, column->id);
        Json json = json_null();
        if (!cell || feel_is_null(*cell))
            continue;
        if (!scalar_json(arena, column, *cell, &json))
            return false;
        json_add(arena, ret, column->id, json);
    }
    return v.type == FEEL_CONTEXT;
}

static bool list_json(Arena *arena, const LawField *field, FeelValue v, Json *ret)
{
    if (v.type != FEEL_LIST)
        return false;
    *ret = json_arr();
    for (size_t i = 0; i < v.as.list->n; i++) {
        FeelValue item = v.as.list->items[i];
        Json row;
        int64_t id;
        if (field->type == LAW_TABLE && row_json(arena, field, item, &row))
            json_push(arena, ret, row);
        else if (field->type == LAW_CHOICES && item.type == FEEL_STRING)
            json_push(arena, ret, json_str(feel_to_str(item)));
        else if (field->type == LAW_PERSONS && person_id(item, &id))
            json_push(arena, ret, json_int(id));
        else
            return false;
    }
    return true;
}

static bool scalar_json(Arena *arena, const LawField *field, FeelValue v, Json *ret)
{
    int64_t i;
    Day day;
    int offset;
    switch (field->type) {
    case LAW_TEXT:
    case LAW_LONGTEXT:
    case LAW_CHOICE:
    case LAW_ITEM: *ret = json_str(v.type == FEEL_STRING ? feel_to_str(v) : STR_NONE); return v.type == FEEL_STRING;
    case LAW_INT:
    case LAW_MONEY:
        if (!whole(v, field->type == LAW_MONEY ? 2 : 0, &i))
            return false;
        *ret = json_int(i);
        return true;
    case LAW_PERSON:
    case LAW_UNIT:
        if (!person_id(v, &i))
            return false;
        *ret = json_int(i);
        return true;
    case LAW_DECIMAL: *ret = json_str(feel_print(arena, v)); return v.type == FEEL_NUMBER;
    case LAW_BOOL: *ret = json_bool(feel_is_true(v)); return v.type == FEEL_BOOL;
    case LAW_DAY:
        if (!feel_to_date(v, &day))
            return false;
        *ret = json_str(day_print(arena, day));
        return true;
    case LAW_INSTANT:
        if (!feel_to_date_time(v, &day, &i, &offset) || offset == INT_MIN)
            return false; /* a local time without an offset is no instant */
        *ret = json_int(day_start(day, offset) + i);
        return true;
    case LAW_CHOICES:
    case LAW_PERSONS:
    case LAW_TABLE: return list_json(arena, field, v, ret);
    }
    return false;
}

Rc env_to_json(Arena *arena, const LawField *field, FeelValue value, Json *ret, Err *err)
{
    Json json = json_null();
    if (!feel_is_null(value) && !scalar_json(arena, field, value, &json))
        return err_set(err, RC_INVALID, "field %.*s cannot hold a FEEL %s", STR_ARG(field->id),
                       feel_type_name((FeelType)value.type));
    *ret = json;
    return RC_OK;
}
