#include "ui/web/pages_form.h"

#include <string.h>

#include "core/law/mask.h"

/* ---- faults ---- */

static void add_fault(Page *page, PageForm *form, Str field, Str text)
{
    for (size_t i = 0; i < form->n_faults; i++)
        if (str_eq(form->faults[i].field, field))
            return;
    *ARENA_PUSH(page->arena, form->faults, form->n_faults, form->cap_faults) = (FormFaultText){ field, text };
}

static const LawFormField *form_field(const LawAct *act, Str id)
{
    for (size_t i = 0; i < act->n_form; i++)
        if (str_eq(act->form[i].field->id, id))
            return &act->form[i];
    return NULL;
}

static Str type_text(Page *page, LawType type)
{
    switch (type) {
    case LAW_INT: return page_text(page, N_("write a whole number"));
    case LAW_DECIMAL: return page_text(page, N_("write a number"));
    case LAW_MONEY: return page_text(page, N_("write an amount in yuan"));
    case LAW_DAY: return page_text(page, N_("write a day such as 2023-10-11"));
    case LAW_INSTANT: return page_text(page, N_("write a day and a time"));
    case LAW_BOOL:
    case LAW_CHOICE:
    case LAW_CHOICES:
    case LAW_ITEM: return page_text(page, N_("choose one of those offered"));
    case LAW_PERSON:
    case LAW_PERSONS: return page_text(page, N_("choose a person"));
    case LAW_UNIT: return page_text(page, N_("choose a unit"));
    case LAW_TEXT:
    case LAW_LONGTEXT:
    case LAW_TABLE: break;
    }
    return page_text(page, N_("it cannot be read"));
}

static Str fault_text(Page *page, const FormFault *fault, const LawField *field)
{
    switch (fault->kind) {
    case FAULT_REQUIRED: return page_text(page, N_("is missing"));
    case FAULT_UNKNOWN: return page_text(page, N_("does not belong to this form"));
    case FAULT_RANGE:
        return arena_printf(page->arena, page_format(page, N_("is beyond the limit of %lld")), (long long)fault->limit);
    case FAULT_TYPE:
    case FAULT_OPTION: break;
    case FAULT_PERSON: return page_text(page, N_("names nobody who is known here"));
    case FAULT_UNIT: return page_text(page, N_("names no unit that is known here"));
    case FAULT_ITEM: return page_text(page, N_("is not in the catalogue"));
    case FAULT_HOLE:
        return arena_printf(page->arena,
                            page_format(page, N_("has something in line %lld that is no figure of the report")),
                            (long long)fault->limit);
    case FAULT_LAPSED: return page_text(page, N_("is in the catalogue, but does not hold on that day"));
    }
    return type_text(page, field ? field->type : LAW_TEXT);
}

void form_add_faults(Page *page, PageForm *form, const FormFaults *faults)
{
    for (size_t i = 0; i < faults->n; i++) {
        const LawFormField *f = form_field(form->act, faults->items[i].field);
        Str text = fault_text(page, &faults->items[i], f ? f->field : NULL);
        add_fault(page, form, faults->items[i].field,
                  arena_printf(page->arena, page_format(page, N_("%.*s: %.*s")), STR_ARG(faults->items[i].title),
                               STR_ARG(text)));
    }
}

/* ---- reading ---- */

static void unreadable(Page *page, PageForm *form, const LawField *field, Str name, Str typed)
{
    Str text = type_text(page, field->type);
    json_set(page->arena, &form->texts, name, json_str(typed));
    add_fault(page, form, field->id,
              arena_printf(page->arena, page_format(page, N_("%.*s: %.*s")), STR_ARG(field->title), STR_ARG(text)));
}

static void read_scalar(Page *page, PageForm *form, const LawField *field)
{
    Json value;
    Str typed = http_field(page->x, arena_c(page->arena, field->id));
    if (!typed.p || (field->personal.n && !str_trim(typed).n))
        return;
    if (!form_parse_text(page->arena, field, typed, page->pack->zone_minutes, &value))
        unreadable(page, form, field, field->id, typed);
    else if (value.type != JSON_NULL || (form->matter && json_get(&form->matter->core.fields, field->id)))
        json_set(page->arena, &form->values, field->id, value);
    else
        json_remove(&form->values, field->id);
}

static void push_item(Page *page, const LawField *field, Str text, Json *list)
{
    int64_t id = 0;
    if (list->n >= FORM_LIST_MAX || !text.n)
        return;
    if (field->type == LAW_CHOICES)
        json_push(page->arena, list, json_str(text));
    else if (str_to_i64(text, &id) && id > 0 && id <= JSON_INT_MAX)
        json_push(page->arena, list, json_int(id));
}

static void read_list(Page *page, PageForm *form, const LawField *field)
{
    size_t n = 0;
    const HttpPair *pairs = http_fields(page->x, &n);
    Json list = json_arr();
    for (size_t i = 0; i < n; i++)
        if (str_eq(pairs[i].name, field->id))
            push_item(page, field, pairs[i].value, &list);
    if (list.n || (form->matter && json_get(&form->matter->core.fields, field->id)))
        json_set(page->arena, &form->values, field->id, list);
    else
        json_remove(&form->values, field->id);
}

static bool read_row(Page *page, PageForm *form, const LawField *field, int row, Json *ret)
{
    Json cells = json_obj();
    bool any = false;
    for (size_t c = 0; c < field->n_columns; c++) {
        Json value;
        Str name = arena_printf(page->arena, "%.*s.%d.%.*s", STR_ARG(field->id), row, STR_ARG(field->columns[c].id));
        Str typed = http_field(page->x, name.p);
        if (!str_trim(typed).n)
            continue;
        any = true;
        if (form_parse_text(page->arena, &field->columns[c], typed, page->pack->zone_minutes, &value))
            json_add(page->arena, &cells, field->columns[c].id, value);
        else
            unreadable(page, form, field, name, typed);
    }
    *ret = cells;
    return any;
}

static void read_table(Page *page, PageForm *form, const LawField *field)
{
    Json rows = json_arr();
    for (int row = 1; row <= FORM_ROWS_MAX; row++) {
        Json cells;
        if (read_row(page, form, field, row, &cells))
            json_push(page->arena, &rows, cells);
    }
    if (rows.n)
        json_set(page->arena, &form->values, field->id, rows);
    else
        json_remove(&form->values, field->id);
}

void form_read(Page *page, PageForm *form)
{
    form->values = json_obj();
    form->texts = json_obj();
    for (size_t i = 0; i < form->act->n_form; i++) {
        const LawField *field = form->act->form[i].field;
        if (field->type == LAW_TABLE)
            read_table(page, form, field);
        else if (field->type == LAW_PERSONS || field->type == LAW_CHOICES)
            read_list(page, form, field);
        else
            read_scalar(page, form, field);
    }
}

void form_read_query(Page *page, PageForm *form)
{
    for (size_t i = 0; i < form->act->n_form; i++) {
        const LawField *field = form->act->form[i].field;
        Str given = page_query(page, arena_c(page->arena, field->id));
        Json value;
        if (!given.n)
            continue;
        if (field->type == LAW_PERSONS || field->type == LAW_CHOICES) {
            Json list = json_arr();
            while (given.n)
                push_item(page, field, str_cut(given, ',', &given), &list);
            json_set(page->arena, &form->values, field->id, list);
        } else if (form_parse_text(page->arena, field, given, page->pack->zone_minutes, &value)) {
            json_set(page->arena, &form->values, field->id, value);
        }
    }
}

/* ---- buttons that only change the form ---- */

static bool has_person(const Json *value, int64_t id)
{
    for (size_t i = 0; value && value->type == JSON_ARR && i < value->n; i++)
        if (json_as_int(json_at(value, i), 0) == id)
            return true;
    return json_as_int(value, 0) == id;
}

/* Puts `new` in the place of `old`, or at the end of a list of persons; 0 for none of them. */
static void exchange(Page *page, PageForm *form, Str id, int64_t old, int64_t new)
{
    const Json *before = json_get(&form->values, id);
    Json list = json_arr();
    bool placed = !new || has_person(before, new);
    for (size_t i = 0; before && before->type == JSON_ARR && i < before->n; i++) {
        int64_t person = json_as_int(json_at(before, i), 0);
        if (person != old) {
            json_push(page->arena, &list, json_int(person));
        } else if (!placed) {
            json_push(page->arena, &list, json_int(new));
            placed = true;
        }
    }
    if (!placed)
        json_push(page->arena, &list, json_int(new));
    json_set(page->arena, &form->values, id, list);
}

/* "FIELD:OLD:NEW"; false when it names no list of persons of the form. */
static bool press(Page *page, PageForm *form, Str what)
{
    Str rest;
    int64_t old = 0;
    int64_t new = 0;
    Str id = str_cut(what, ':', &rest);
    const LawFormField *f = form_field(form->act, id);
    Str first = str_cut(rest, ':', &rest);
    if (!f || f->field->type != LAW_PERSONS || (first.n && !str_to_i64(first, &old)) ||
        (rest.n && !str_to_i64(rest, &new)) || old < 0 || new < 0 || old > JSON_INT_MAX || new > JSON_INT_MAX)
        return false;
    exchange(page, form, id, old, new);
    return true;
}

bool form_press(Page *page, PageForm *form)
{
    static const char *const plain[] = { "add", "act.check", "act.draft" };
    if (press(page, form, page_field(page, "swap")) || press(page, form, page_field(page, "drop")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (page_field(page, plain[i]).n)
            return true; /* what is added came with the list itself */
    return false;
}

/* ---- showing ---- */

static Str local_instant(Page *page, int64_t at)
{
    Str day = day_print(page->arena, instant_day(at, page->pack->zone_minutes));
    Str time = show_time(page, at);
    return arena_printf(page->arena, "%.*sT%.*s", STR_ARG(day), STR_ARG(time));
}

/* A value as its control wants it. */
static Str control_text(Page *page, const LawField *field, const Json *value)
{
    if (!value || value->type == JSON_NULL || value->type == JSON_ARR)
        return STR_NONE;
    if (value->type == JSON_BOOL)
        return value->as.b ? STR("true") : STR("false");
    if (value->type == JSON_STR)
        return json_as_str(value);
    if (field->type == LAW_MONEY)
        return dec_print(page->arena, dec_scaled(value->as.i, 2));
    if (field->type == LAW_INSTANT)
        return local_instant(page, value->as.i);
    return arena_printf(page->arena, "%lld", (long long)value->as.i);
}

static void push_option(Page *page, Json *list, Str value, Str title, bool checked)
{
    Json option = json_obj();
    model_text(page, &option, "value", value);
    model_text(page, &option, "title", title);
    model_bool(page, &option, "checked", checked);
    model_null(page, &option, "note");
    json_push(page->arena, list, option);
}

static bool has_choice(const Json *value, Str id)
{
    if (value && value->type == JSON_ARR) {
        for (size_t i = 0; i < value->n; i++)
            if (str_eq(json_as_str(json_at(value, i)), id))
                return true;
        return false;
    }
    return str_eq(json_as_str(value), id);
}

static Str person_title(Page *page, const DirPerson *person, Day on, bool with_certificate)
{
    bool valid = false;
    const DirCredential *c = dir_credential(person, STR("enforcement"), on, &valid);
    Str unit = show_unit(page, person->unit);
    if (!with_certificate || !c)
        return arena_printf(page->arena, page_format(page, N_("%.*s (%.*s)")), STR_ARG(person->name), STR_ARG(unit));
    return arena_printf(page->arena,
                        page_format(page, valid ? N_("%.*s (%.*s, valid until %s)") : N_("%.*s (%.*s, expired %s)")),
                        STR_ARG(person->name), STR_ARG(unit), day_print(page->arena, c->to).p);
}

static void offer_people(Page *page, const PageForm *form, const LawField *field, const Json *value, Json *options)
{
    bool list = field->type == LAW_PERSONS;
    for (size_t i = 0; i < page->dir->n_people; i++) {
        const DirPerson *person = page->dir->by_id[i];
        bool chosen = has_person(value, person->id);
        bool serves = person->from <= form->on && (person->to == DAY_NONE || form->on <= person->to);
        if (!serves || (list && chosen))
            continue;
        push_option(page, options, arena_printf(page->arena, "%lld", (long long)person->id),
                    person_title(page, person, form->on, list), chosen);
    }
}

static void offer_units(Page *page, const Json *value, Json *options)
{
    for (size_t i = 0; i < page->dir->n_units; i++) {
        const DirUnit *unit = page->dir->units_by_id[i];
        push_option(page, options, arena_printf(page->arena, "%lld", (long long)unit->id), unit->name,
                    json_as_int(value, 0) == unit->id);
    }
}

/* What holds on the day of the act, and what is chosen already. */
static void offer_catalogue(Page *page, const PageForm *form, const LawField *field, const Json *value, Json *options)
{
    const LawCatalogue *catalogue = law_catalogue(page->pack, field->catalogue);
    for (size_t i = 0; catalogue && i < catalogue->n_items; i++) {
        const LawItem *item = &catalogue->items[i];
        bool chosen = has_choice(value, item->id);
        if (chosen || law_item_holds(item, form->on))
            push_option(page, options, item->id, item->title, chosen);
    }
}

static Json show_options(Page *page, const PageForm *form, const LawField *field, const Json *value)
{
    Json options = json_arr();
    for (size_t i = 0; i < field->n_options; i++)
        push_option(page, &options, field->options[i].id, field->options[i].title,
                    has_choice(value, field->options[i].id));
    if (field->type == LAW_PERSON || field->type == LAW_PERSONS)
        offer_people(page, form, field, value, &options);
    if (field->type == LAW_UNIT)
        offer_units(page, value, &options);
    if (field->type == LAW_ITEM && !field->n_options)
        offer_catalogue(page, form, field, value, &options);
    return options;
}

static Json show_people(Page *page, const PageForm *form, const Json *value)
{
    Json list = json_arr();
    for (size_t i = 0; value && value->type == JSON_ARR && i < value->n; i++) {
        const DirPerson *person = dir_person(page->dir, json_as_int(json_at(value, i), 0));
        bool valid = false;
        Json out = json_obj();
        if (!person)
            continue;
        const DirCredential *c = dir_credential(person, STR("enforcement"), form->on, &valid);
        model_text(page, &out, "id", arena_printf(page->arena, "%lld", (long long)person->id));
        model_text(page, &out, "name", person->name);
        model_text(page, &out, "number",
                   c ? law_mask(page->arena, LAW_MASK_CERTIFICATE, c->number) : page_text(page, N_("no certificate")));
        model_text(page, &out, "until", c ? show_day(page, c->to) : STR_NONE);
        model_bool(page, &out, "expired", c && !valid);
        model_bool(page, &out, "counts", valid);
        json_push(page->arena, &list, out);
    }
    return list;
}

/* What a cell chooses from; null when it is typed. */
static Json cell_options(Page *page, const PageForm *form, const LawField *column, const Json *value)
{
    if (column->type == LAW_CHOICE || column->type == LAW_ITEM)
        return show_options(page, form, column, value);
    if (column->type != LAW_BOOL)
        return json_null();
    Json options = json_arr();
    bool given = value && value->type == JSON_BOOL;
    push_option(page, &options, STR("true"), page_text(page, N_("Yes")), given && value->as.b);
    push_option(page, &options, STR("false"), page_text(page, N_("No")), given && !value->as.b);
    return options;
}

static Json show_cell(Page *page, const PageForm *form, const LawField *field, size_t row, const LawField *column,
                      const Json *cells)
{
    Json cell = json_obj();
    Str name = arena_printf(page->arena, "%.*s.%zu.%.*s", STR_ARG(field->id), row, STR_ARG(column->id));
    Str typed = json_get_str(&form->texts, name);
    model_text(page, &cell, "name", name);
    model_text(page, &cell, "title", column->title);
    model_text(page, &cell, "value", typed.n ? typed : control_text(page, column, json_get(cells, column->id)));
    model_text(page, &cell, "error", typed.n ? type_text(page, column->type) : STR_NONE);
    model_put(page, &cell, "options", cell_options(page, form, column, json_get(cells, column->id)));
    return cell;
}

/* The rows there are and one to write into. */
static void put_table(Page *page, const PageForm *form, const LawField *field, const Json *value, Json *out)
{
    Json columns = json_arr();
    Json rows = json_arr();
    size_t n = value && value->type == JSON_ARR ? value->n : 0;
    for (size_t c = 0; c < field->n_columns; c++) {
        Json column = json_obj();
        model_text(page, &column, "id", field->columns[c].id);
        model_text(page, &column, "title", field->columns[c].title);
        json_push(page->arena, &columns, column);
    }
    for (size_t r = 1; r <= n + 1 && r <= FORM_ROWS_MAX; r++) {
        Json row = json_arr();
        for (size_t c = 0; c < field->n_columns; c++)
            json_push(page->arena, &row,
                      show_cell(page, form, field, r, &field->columns[c], r <= n ? json_at(value, r - 1) : NULL));
        json_push(page->arena, &rows, row);
    }
    model_put(page, out, "columns", columns);
    model_put(page, out, "rows", rows);
}

static const char *const control_types[] = {
    [LAW_TEXT] = "text",     [LAW_LONGTEXT] = "longtext", [LAW_INT] = "int",       [LAW_DECIMAL] = "decimal",
    [LAW_MONEY] = "money",   [LAW_BOOL] = "bool",         [LAW_DAY] = "day",       [LAW_INSTANT] = "instant",
    [LAW_CHOICE] = "choice", [LAW_CHOICES] = "choices",   [LAW_PERSON] = "person", [LAW_PERSONS] = "persons",
    [LAW_UNIT] = "unit",     [LAW_ITEM] = "item",         [LAW_TABLE] = "table",
};

/* Many options are a list to choose from, few are buttons. */
static Str control_type(const LawField *field)
{
    enum { BUTTONS_MAX = 7 };
    if (field->type == LAW_CHOICE && field->n_options > BUTTONS_MAX)
        return STR("select");
    return str_c(control_types[field->type]);
}

static Str field_error(const PageForm *form, Str id)
{
    for (size_t i = 0; i < form->n_faults; i++)
        if (str_eq(form->faults[i].field, id))
            return form->faults[i].text;
    return STR_NONE;
}

/* What broken rules say at this field: `blocking` ones are errors, the others warnings. */
static Str rule_text(Page *page, const Decision *decision, Str id, bool blocking)
{
    for (size_t i = 0; decision && i < decision->n_verdicts; i++) {
        const Verdict *v = &decision->verdicts[i];
        if (v->kind != VERDICT_VIOLATED || !str_eq(v->rule->field, id) || (v->effect == LAW_BLOCK) != blocking)
            continue;
        Str cite = show_cite(page, &v->rule->basis, v->rule->note);
        return arena_printf(page->arena, page_format(page, N_("%.*s. %.*s")), STR_ARG(v->rule->say), STR_ARG(cite));
    }
    return STR_NONE;
}

static Json show_field(Page *page, const PageForm *form, const LawFormField *f, const Decision *decision)
{
    const LawField *field = f->field;
    const Json *value = json_get(&form->values, field->id);
    Str typed = json_get_str(&form->texts, field->id);
    Str error = field_error(form, field->id);
    Json out = json_obj();
    model_text(page, &out, "id", field->id);
    model_text(page, &out, "type", control_type(field));
    model_text(page, &out, "title", field->title);
    model_bool(page, &out, "required", f->required);
    model_text(page, &out, "value", typed.n ? typed : control_text(page, field, value));
    model_text(page, &out, "hint", f->note);
    model_text(page, &out, "error", error.n ? error : rule_text(page, decision, field->id, true));
    model_text(page, &out, "warn", rule_text(page, decision, field->id, false));
    model_text(page, &out, "suffix", field->type == LAW_MONEY ? page_text(page, N_("yuan")) : STR_NONE);
    model_put(page, &out, "options", show_options(page, form, field, value));
    model_bool(page, &out, "readonly", false);
    if (field->type == LAW_PERSONS)
        model_put(page, &out, "people", show_people(page, form, value));
    if (field->type == LAW_TABLE)
        put_table(page, form, field, value, &out);
    if (str_eq(field->identifies, STR("phone"))) {
        model_text(page, &out, "input", STR("tel"));
        model_text(page, &out, "autocomplete", STR("tel"));
    }
    return out;
}

Json form_show_fields(Page *page, const PageForm *form, const Decision *decision)
{
    Json list = json_arr();
    for (size_t i = 0; i < form->act->n_form; i++)
        json_push(page->arena, &list, show_field(page, form, &form->act->form[i], decision));
    return list;
}

Json form_show_errors(Page *page, const PageForm *form)
{
    Json list = json_arr();
    for (size_t i = 0; i < form->n_faults; i++) {
        Json out = json_obj();
        model_text(page, &out, "field", form->faults[i].field);
        model_text(page, &out, "text", form->faults[i].text);
        json_push(page->arena, &list, out);
    }
    return list;
}
