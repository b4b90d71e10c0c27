#include "core/matter/form.h"

#include "core/law/report_rules.h"

static const char *const fault_names[] = { "required", "unknown", "type", "option", "range",
                                           "person",   "unit",    "item", "lapsed", "hole" };

const char *form_fault_name(FormFaultKind kind)
{
    return fault_names[kind];
}

static void add_fault(Arena *arena, FormFaults *faults, FormFaultKind kind, const LawField *field, int64_t limit)
{
    *ARENA_PUSH(arena, faults->items, faults->n, faults->cap) =
        (FormFault){ .kind = kind, .field = field->id, .title = field->title, .limit = limit };
}

static bool has_option(const LawField *field, Str id)
{
    for (size_t i = 0; i < field->n_options; i++)
        if (str_eq(field->options[i].id, id))
            return true;
    return false;
}

static void check_text(const FormCheck *check, const LawField *field, const Json *value)
{
    if (value->type != JSON_STR) {
        add_fault(check->arena, check->faults, FAULT_TYPE, field, 0);
        return;
    }
    int64_t max = field->has_max ? field->max : field->type == LAW_LONGTEXT ? 4000 : 200;
    if ((int64_t)str_code_points(json_as_str(value)) > max)
        add_fault(check->arena, check->faults, FAULT_RANGE, field, max);
}

static void check_number(const FormCheck *check, const LawField *field, const Json *value)
{
    Dec d;
    if (field->type == LAW_DECIMAL) {
        bool ok = value->type == JSON_INT || (value->type == JSON_STR && dec_parse(json_as_str(value), &d));
        if (!ok)
            add_fault(check->arena, check->faults, FAULT_TYPE, field, 0);
        return;
    }
    if (value->type != JSON_INT)
        add_fault(check->arena, check->faults, FAULT_TYPE, field, 0);
    else if (field->has_min && value->as.i < field->min)
        add_fault(check->arena, check->faults, FAULT_RANGE, field, field->min);
    else if (field->has_max && value->as.i > field->max)
        add_fault(check->arena, check->faults, FAULT_RANGE, field, field->max);
}

static void check_item(const FormCheck *check, const LawField *field, const Json *value)
{
    const LawItem *item = law_item(law_catalogue(check->pack, field->catalogue), json_as_str(value));
    if (!item)
        add_fault(check->arena, check->faults, FAULT_ITEM, field, 0);
    else if (!law_item_holds(item, check->on))
        add_fault(check->arena, check->faults, FAULT_LAPSED, field, 0);
}

static void check_one(const FormCheck *check, const LawField *field, const Json *value);

static void check_list(const FormCheck *check, const LawField *field, const Json *value)
{
    enum { ROWS_MAX = 200 };
    if (value->type != JSON_ARR || value->n > ROWS_MAX) {
        add_fault(check->arena, check->faults, value->type != JSON_ARR ? FAULT_TYPE : FAULT_RANGE, field, ROWS_MAX);
        return;
    }
    for (size_t i = 0; i < value->n; i++) {
        const Json *item = json_at(value, i);
        if (field->type == LAW_PERSONS && !dir_person(check->dir, json_as_int(item, 0)))
            add_fault(check->arena, check->faults, FAULT_PERSON, field, 0);
        if (field->type == LAW_CHOICES && !has_option(field, json_as_str(item)))
            add_fault(check->arena, check->faults, FAULT_OPTION, field, 0);
        for (size_t c = 0; field->type == LAW_TABLE && c < field->n_columns; c++) {
            const Json *cell = json_get(item, field->columns[c].id);
            if (cell && cell->type != JSON_NULL)
                check_one(check, &field->columns[c], cell);
        }
    }
}

static void check_one(const FormCheck *check, const LawField *field, const Json *value)
{
    Day day;
    bool ok = true;
    switch (field->type) {
    case LAW_TEXT:
    case LAW_LONGTEXT: check_text(check, field, value); return;
    case LAW_ITEM: check_item(check, field, value); return;
    case LAW_INT:
    case LAW_DECIMAL:
    case LAW_MONEY: check_number(check, field, value); return;
    case LAW_CHOICES:
    case LAW_PERSONS:
    case LAW_TABLE: check_list(check, field, value); return;
    case LAW_BOOL: ok = value->type == JSON_BOOL; break;
    case LAW_DAY: ok = value->type == JSON_STR && day_parse(json_as_str(value), &day); break;
    case LAW_INSTANT: ok = value->type == JSON_INT; break;
    case LAW_CHOICE:
        if (!has_option(field, json_as_str(value)))
            add_fault(check->arena, check->faults, FAULT_OPTION, field, 0);
        return;
    case LAW_PERSON:
        if (!dir_person(check->dir, json_as_int(value, 0)))
            add_fault(check->arena, check->faults, FAULT_PERSON, field, 0);
        return;
    case LAW_UNIT:
        if (!dir_unit(check->dir, json_as_int(value, 0)))
            add_fault(check->arena, check->faults, FAULT_UNIT, field, 0);
        return;
    }
    if (!ok)
        add_fault(check->arena, check->faults, FAULT_TYPE, field, 0);
}

static const LawField *form_field(const LawAct *act, Str id)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (str_eq(act->form[i].field->id, id))
            return act->form[i].field;
    return NULL;
}

void form_check_values(const FormCheck *check, const LawAct *act, const Json *form)
{
    FormFaults *faults = check->faults;
    for (size_t i = 0; i < form->n; i++) {
        const JsonMember *m = &form->as.members[i];
        const LawField *field = form_field(act, m->key);
        if (!field)
            *ARENA_PUSH(check->arena, faults->items, faults->n, faults->cap) =
                (FormFault){ .kind = FAULT_UNKNOWN, .field = m->key, .title = m->key };
        else if (m->value.type != JSON_NULL)
            check_one(check, field, &m->value);
    }
}

static bool is_absent(const Json *value)
{
    return !value || value->type == JSON_NULL || (value->type == JSON_STR && value->n == 0) ||
           (value->type == JSON_ARR && value->n == 0);
}

void form_check_required(MatterEnv *env, const LawAct *act, const Json *form, FormFaults *faults)
{
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *f = &act->form[i];
        bool required = f->required || feel_is_true(env_eval(env, f->required_when, NULL));
        const Json *given = json_get(form, f->field->id);
        if (!given) /* what stands from an earlier act need not be said again */
            given = json_get(&env->core->fields, f->field->id);
        if (required && is_absent(given))
            add_fault(env->arena, faults, FAULT_REQUIRED, f->field, 0);
    }
}

static bool asks_for(const LawAct *act, const LawField *field)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (act->form[i].field == field)
            return true;
    return false;
}

void form_check_report(const MatterEnv *env, const LawAct *act, FormFaults *faults)
{
    const Json *fields = &env->core->fields;
    for (size_t i = 0; i < env->pack->n_reports; i++) {
        const LawReport *report = env->pack->reports[i];
        Str hole = STR_NONE;
        /* Nearly every act is of a procedure in which no report is written; it is told by this alone. */
        if (!report->procedure || !str_eq(report->procedure->id, env->procedure->id) ||
            !str_eq(json_get_str(fields, STR("report")), report->id))
            continue;
        const LawField *field = law_field(env->procedure, STR("text"));
        int line =
            field && asks_for(act, field) ? law_report_bad_hole(report, json_get_str(fields, STR("text")), &hole) : 0;
        if (line)
            add_fault(env->arena, faults, FAULT_HOLE, field, line);
    }
}

void form_presets(MatterEnv *env, const LawAct *act, Json *ret)
{
    Json form = json_obj();
    for (size_t i = 0; i < act->n_form; i++) {
        const LawField *field = act->form[i].field;
        const Json *stands = json_get(&env->core->fields, field->id);
        Json value = json_null();
        if (field->personal.n)
            continue;
        if (act->form[i].preset.expr &&
            env_to_json(env->arena, field, env_eval(env, act->form[i].preset, NULL), &value, NULL) != RC_OK)
            value = json_null();
        /* A correction says only what was wrong: offering what stands now would carry it back to the corrected day. */
        if (value.type == JSON_NULL && stands && act->kind != LAW_ACT_CORRECT)
            value = *stands;
        if (value.type != JSON_NULL)
            json_add(env->arena, &form, field->id, value);
    }
    *ret = form;
}

/* ---- text from an HTML form ---- */

static bool parse_number(Arena *arena, Str text, int scale, Json *ret)
{
    char *plain = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ',')
            plain[n++] = text.p[i];
    Dec d;
    int64_t i;
    if (!dec_parse((Str){ plain, n }, &d) || !dec_mul(d, dec_scaled(1, -scale), &d) || !dec_to_i64(d, &i) ||
        i > JSON_INT_MAX || i < -JSON_INT_MAX)
        return false;
    *ret = json_int(i);
    return true;
}

bool form_parse_text(Arena *arena, const LawField *field, Str text, int zone_minutes, Json *ret)
{
    Day day;
    int64_t at;
    Dec d;
    text = str_trim(text);
    *ret = json_null();
    if (text.n == 0)
        return true;
    switch (field->type) {
    case LAW_TEXT:
    case LAW_LONGTEXT:
    case LAW_CHOICE:
    case LAW_ITEM: *ret = json_str(arena_str(arena, text)); return true;
    case LAW_INT:
    case LAW_PERSON:
    case LAW_UNIT: return parse_number(arena, text, 0, ret);
    case LAW_MONEY: return parse_number(arena, text, 2, ret);
    case LAW_DECIMAL: *ret = json_str(arena_str(arena, text)); return dec_parse(text, &d);
    case LAW_BOOL:
        *ret = json_bool(str_eq(text, STR("on")) || str_eq(text, STR("true")));
        return ret->as.b || str_eq(text, STR("false"));
    case LAW_DAY: *ret = json_str(arena_str(arena, text)); return day_parse(text, &day);
    case LAW_INSTANT:
        if (!instant_parse(text, zone_minutes, &at))
            return false;
        *ret = json_int(at);
        return true;
    case LAW_CHOICES:
    case LAW_PERSONS:
    case LAW_TABLE: return false; /* lists are gathered by the caller, item by item */
    }
    return false;
}
