#include "ui/web/pages_show.h"

#include <string.h>

/* ---- members ---- */

Json *model_put(Page *page, Json *object, const char *key, Json value)
{
    return json_set(page->arena, object, str_c(key), value);
}

void model_text(Page *page, Json *object, const char *key, Str text)
{
    model_put(page, object, key, text.n ? json_str(text) : json_null());
}

void model_int(Page *page, Json *object, const char *key, int64_t value)
{
    model_put(page, object, key, json_int(value));
}

void model_bool(Page *page, Json *object, const char *key, bool value)
{
    model_put(page, object, key, json_bool(value));
}

void model_null(Page *page, Json *object, const char *key)
{
    model_put(page, object, key, json_null());
}

Str show_join(const Page *page, Str list, Str item)
{
    if (!list.n)
        return item;
    Str comma = i18n_str(page->lang, ", ");
    return arena_printf(page->arena, "%.*s%.*s%.*s", STR_ARG(list), STR_ARG(comma), STR_ARG(item));
}

/* ---- times ---- */

static int zone(const Page *page)
{
    return page->pack->zone_minutes;
}

Day show_today(const Page *page)
{
    return instant_day(page->now, zone(page));
}

Str show_day(const Page *page, Day day)
{
    return day == DAY_NONE ? STR_NONE : day_print(page->arena, day);
}

Str show_day_short(const Page *page, Day day)
{
    if (day == DAY_NONE)
        return STR_NONE;
    Civil civil = day_to_civil(day);
    if (civil.year != day_to_civil(show_today(page)).year)
        return day_print(page->arena, day);
    return arena_printf(page->arena, "%02d-%02d", civil.month, civil.day);
}

Str show_day_named(const Page *page, Day day)
{
    static const char *const names[] = { N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
                                         N_("Friday"), N_("Saturday"), N_("Sunday") };
    Str text = show_day_short(page, day);
    Str name = page_text(page, names[day_weekday(day) - 1]);
    return arena_printf(page->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(name));
}

Str show_time(const Page *page, int64_t at)
{
    int64_t minutes = instant_of_day(at, zone(page)) / MS_PER_MINUTE;
    return arena_printf(page->arena, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

Str show_moment(const Page *page, int64_t at)
{
    Str day = show_day_short(page, instant_day(at, zone(page)));
    Str time = show_time(page, at);
    return arena_printf(page->arena, "%.*s %.*s", STR_ARG(day), STR_ARG(time));
}

Str show_instant(const Page *page, int64_t at)
{
    Str day = day_print(page->arena, instant_day(at, zone(page)));
    int64_t seconds = instant_of_day(at, zone(page)) / MS_PER_SECOND;
    return arena_printf(page->arena, "%.*s %02d:%02d:%02d", STR_ARG(day), (int)(seconds / 3600),
                        (int)(seconds / 60 % 60), (int)(seconds % 60));
}

Str show_iso(const Page *page, int64_t at)
{
    return instant_print(page->arena, at, zone(page));
}

/* ---- people and words ---- */

Str show_person(const Page *page, int64_t id)
{
    const DirPerson *person = dir_person(page->dir, id);
    return person ? person->name : arena_printf(page->arena, "%lld", (long long)id);
}

Str show_actor(const Page *page, int64_t actor)
{
    if (actor == ACTOR_SYSTEM)
        return page_text(page, N_("the system"));
    return actor == ACTOR_PUBLIC ? page_text(page, N_("the public")) : show_person(page, actor);
}

Str show_unit(const Page *page, int64_t id)
{
    const DirUnit *unit = dir_unit(page->dir, id);
    return unit ? unit->name : STR_NONE;
}

Str show_role(const Page *page, Str role)
{
    const LawRole *known = map_get(&page->pack->roles_by_id, role);
    if (known)
        return known->title;
    if (str_eq(role, STR("system")))
        return page_text(page, N_("the system"));
    return str_eq(role, STR("public")) ? page_text(page, N_("the public")) : role;
}

typedef struct Word {
    const char *id;
    const char *msgid;
} Word;

static Str word_text(const Page *page, const Word *words, size_t n, Str id)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(id, words[i].id))
            return page_text(page, words[i].msgid);
    return id;
}

Str show_party_role(const Page *page, Str role)
{
    static const Word words[] = { { "appellant", N_("Person who reported") }, { "applicant", N_("Applicant") },
                                  { "respondent", N_("Other party") },        { "third", N_("Third party") },
                                  { "about", N_("What it is about") },        { "party", N_("Party") } };
    return word_text(page, words, ARRAY_LEN(words), role);
}

/* A link runs from what followed to what was there first. */
Str show_link_kind(const Page *page, Str kind, bool incoming)
{
    if (str_eq_c(kind, "merged"))
        return page_text(page, incoming ? N_("merged into this one") : N_("merged into"));
    for (size_t i = 0; i < page->pack->n_links; i++) {
        const LawOption *link = &page->pack->links[i];
        if (str_eq(link->id, kind))
            return arena_printf(page->arena, page_format(page, incoming ? N_("%.*s: followed") : N_("%.*s: came from")),
                                STR_ARG(link->title));
    }
    return page_text(page, incoming ? N_("matter that followed") : N_("came from"));
}

Str show_mode(const Page *page, ActMode mode)
{
    static const char *const names[] = { N_("Done here"), N_("Recorded afterwards"), N_("Taken over") };
    return page_text(page, names[mode]);
}

Str show_stage(const LawProcedure *procedure, Str stage)
{
    int i = law_stage(procedure, stage);
    return i < 0 ? stage : procedure->stages[i].title;
}

/* Numbers are written series, year in tortoise-shell brackets (U+3014), counter. Of the series the last two characters
 * tell enough beside the year. */
Str show_number_short(Str number)
{
    size_t at = str_find(number, STR("\u3014"));
    if (at == SIZE_MAX)
        return number;
    for (int chars = 0; chars < 2 && at > 0;) {
        at--;
        chars += ((unsigned char)number.p[at] & 0xc0) != 0x80;
    }
    return str_slice(number, at, number.n);
}

Str show_yuan(const Page *page, int64_t fen)
{
    return dec_print(page->arena, dec_scaled(fen, 2));
}

Str show_item(const Page *page, const LawField *field, Str id)
{
    for (size_t i = 0; i < field->n_options; i++)
        if (str_eq(field->options[i].id, id))
            return field->options[i].title;
    const LawItem *item = law_item(law_catalogue(page->pack, field->catalogue), id);
    return item ? item->title : id;
}

static Str show_list(const Page *page, const LawField *field, const Json *value)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < value->n; i++) {
        const Json *item = json_at(value, i);
        if (field->type == LAW_PERSONS)
            text = show_join(page, text, show_person(page, json_as_int(item, 0)));
        else
            text = show_join(page, text, show_item(page, field, json_as_str(item)));
    }
    return text;
}

static Str show_table(const Page *page, const LawField *field, const Json *value)
{
    Str text = STR_NONE;
    for (size_t i = 0; i < value->n; i++) {
        Str row = STR_NONE;
        for (size_t c = 0; c < field->n_columns; c++) {
            const Json *cell = json_get(json_at(value, i), field->columns[c].id);
            Str part = cell ? show_value(page, &field->columns[c], cell) : STR_NONE;
            row = arena_printf(page->arena, "%.*s%s%.*s", STR_ARG(row), row.n && part.n ? " " : "", STR_ARG(part));
        }
        text = show_join(page, text, row);
    }
    return text;
}

Str show_value(const Page *page, const LawField *field, const Json *value)
{
    if (!value || value->type == JSON_NULL)
        return STR_NONE;
    switch (field->type) {
    case LAW_MONEY: return arena_printf(page->arena, i18n(page->lang, "%s yuan"), show_yuan(page, value->as.i).p);
    case LAW_BOOL: return page_text(page, value->as.b ? N_("yes") : N_("no"));
    case LAW_INSTANT: return value->type == JSON_INT ? show_instant(page, value->as.i) : STR_NONE;
    case LAW_CHOICE:
    case LAW_ITEM: return show_item(page, field, json_as_str(value));
    case LAW_PERSON: return show_person(page, json_as_int(value, 0));
    case LAW_UNIT: return show_unit(page, json_as_int(value, 0));
    case LAW_CHOICES:
    case LAW_PERSONS: return value->type == JSON_ARR ? show_list(page, field, value) : STR_NONE;
    case LAW_TABLE: return value->type == JSON_ARR ? show_table(page, field, value) : STR_NONE;
    case LAW_INT: return value->type == JSON_INT ? arena_printf(page->arena, "%lld", (long long)value->as.i) : STR_NONE;
    case LAW_TEXT:
    case LAW_LONGTEXT:
    case LAW_DECIMAL:
    case LAW_DAY: break;
    }
    return value->type == JSON_INT ? arena_printf(page->arena, "%lld", (long long)value->as.i) : json_as_str(value);
}

/* ---- law ---- */

/* Digits of the article, and of its paragraph: the only parts that a URL needs. */
Str show_article_id(const Page *page, Str article)
{
    Buf out;
    buf_init(&out, 256);
    buf_char(&out, 'a');
    for (size_t i = 0; i < article.n; i++) {
        bool digit = article.p[i] >= '0' && article.p[i] <= '9';
        bool begins = digit && (i == 0 || article.p[i - 1] < '0' || article.p[i - 1] > '9');
        if (begins && out.n > 1)
            buf_char(&out, '-');
        if (digit)
            buf_char(&out, article.p[i]);
    }
    Str id = buf_to_arena(&out, page->arena);
    buf_free(&out);
    return id;
}

Str show_cite(const Page *page, const LawBasis *basis, Str note)
{
    if (basis->law)
        return law_basis_print(page->arena, basis);
    return note.n ? note : page_text(page, N_("agreed on the platform"));
}

static Json show_paragraphs(Page *page, Str quote)
{
    Json list = json_arr();
    Str rest = quote;
    while (rest.n) {
        Str line = str_trim(str_cut(rest, '\n', &rest));
        if (line.n)
            json_push(page->arena, &list, json_str(line));
    }
    return list;
}

Json show_laws(Page *page, const LawBasis *basis)
{
    Json list = json_arr();
    if (!basis->law)
        return list;
    Json law = json_obj();
    model_text(page, &law, "law", basis->law->title);
    model_text(page, &law, "article", basis->article);
    model_put(page, &law, "paragraphs", show_paragraphs(page, basis->quote));
    model_text(page, &law, "version_text",
               arena_printf(page->arena, i18n(page->lang, "Version %.*s, in force since %s."),
                            STR_ARG(basis->law->version), show_day(page, basis->law->from).p));
    Str article = show_article_id(page, basis->article);
    model_text(page, &law, "url",
               arena_printf(page->arena, "/laws/%.*s#%.*s", STR_ARG(basis->law->id), STR_ARG(article)));
    json_push(page->arena, &list, law);
    return list;
}

/* ---- verdicts ---- */

static bool is_met(const Verdict *v)
{
    return v->kind == VERDICT_COMPLIED;
}

static const char *verdict_state(const Verdict *v)
{
    if (v->kind == VERDICT_UNDECIDED)
        return "wait";
    if (is_met(v))
        return "yes";
    return v->effect == LAW_BLOCK ? "no" : "warn";
}

size_t show_lacks(const Verdict *verdicts, size_t n, size_t *ret_warned)
{
    size_t lacks = 0;
    size_t warned = 0;
    for (size_t i = 0; i < n; i++) {
        bool broken = verdicts[i].kind == VERDICT_VIOLATED;
        lacks += broken && verdicts[i].effect == LAW_BLOCK;
        warned += broken && verdicts[i].effect != LAW_BLOCK;
    }
    if (ret_warned)
        *ret_warned = warned;
    return lacks;
}

static const char *reason_word(void *ctx, const char *msgid)
{
    const Page *page = ctx;
    return i18n(page->lang, msgid);
}

Str show_reason(Page *page, const Verdict *verdict)
{
    Str why = feel_reason_text(page->arena, &verdict->reason, reason_word, page);
    return why.n > 0 ? why : page_text(page, N_("the rule gives neither yes nor no"));
}

static Json show_verdict(Page *page, const Verdict *v, const ShowCures *cures)
{
    const LawRule *rule = v->rule;
    Json out = json_obj();
    Json list = json_arr();
    bool broken = v->kind == VERDICT_VIOLATED;
    if (broken && cures)
        cures->add(cures->ctx, page, rule, &list);
    model_text(page, &out, "rule", rule->id);
    model_text(page, &out, "title", rule->title);
    model_text(page, &out, "state", str_c(verdict_state(v)));
    model_text(page, &out, "got", v->kind == VERDICT_UNDECIDED && v->got.n == 0 ? show_reason(page, v) : v->got);
    model_text(page, &out, "cite", show_cite(page, &rule->basis, rule->note));
    model_put(page, &out, "laws", show_laws(page, &rule->basis));
    model_text(page, &out, "say", broken ? rule->say : STR_NONE);
    model_text(page, &out, "cure", broken ? rule->cure : STR_NONE);
    model_put(page, &out, "cures", list);
    model_bool(page, &out, "open", broken && v->effect == LAW_BLOCK);
    return out;
}

Json show_verdicts(Page *page, const Verdict *verdicts, size_t n, const ShowCures *cures)
{
    static const char *const order[] = { "no", "warn", "wait", "yes" };
    Json list = json_arr();
    for (size_t o = 0; o < ARRAY_LEN(order); o++)
        for (size_t i = 0; i < n; i++)
            if (verdicts[i].kind != VERDICT_NOT_APPLICABLE && strcmp(verdict_state(&verdicts[i]), order[o]) == 0)
                json_push(page->arena, &list, show_verdict(page, &verdicts[i], cures));
    return list;
}

Str show_verdicts_text(Page *page, const Verdict *verdicts, size_t n)
{
    size_t warned = 0;
    size_t met = 0;
    size_t waiting = 0;
    size_t lacks = show_lacks(verdicts, n, &warned);
    for (size_t i = 0; i < n; i++) {
        met += is_met(&verdicts[i]);
        waiting += verdicts[i].kind == VERDICT_UNDECIDED;
    }
    Str text = STR_NONE;
    if (lacks)
        text = show_join(page, text, arena_printf(page->arena, i18n(page->lang, "%zu blocking"), lacks));
    if (warned)
        text = show_join(page, text, arena_printf(page->arena, i18n(page->lang, "%zu warning"), warned));
    if (waiting)
        text = show_join(page, text, arena_printf(page->arena, i18n(page->lang, "%zu not known yet"), waiting));
    if (met)
        text = show_join(page, text, arena_printf(page->arena, i18n(page->lang, "%zu complied with"), met));
    return text;
}

/* ---- matters ---- */

static Json titled(Page *page, Str id, Str title)
{
    Json out = json_obj();
    model_text(page, &out, "id", id);
    model_text(page, &out, "title", title);
    return out;
}

/* The title of whoever stands in a field of the matter, by the index that the procedure names; empty for none. */
static Str field_text(const Page *page, const Matter *m, int field)
{
    if (field < 0)
        return STR_NONE;
    const LawField *f = &m->procedure->fields[field];
    return show_value(page, f, json_get(&m->core.fields, f->id));
}

Json show_matter(Page *page, const Matter *m)
{
    Json out = json_obj();
    Str number = m->number.n ? m->number : arena_printf(page->arena, "#%lld", (long long)(m->id / 256));
    model_int(page, &out, "id", m->id);
    model_text(page, &out, "url", arena_printf(page->arena, "/m/%lld", (long long)m->id));
    model_text(page, &out, "title", m->core.title.n ? m->core.title : m->procedure->title);
    model_text(page, &out, "number", number);
    model_text(page, &out, "no", show_number_short(number));
    model_int(page, &out, "version", m->version);
    model_put(page, &out, "procedure", titled(page, m->procedure->id, m->procedure->title));
    model_put(page, &out, "stage", titled(page, m->core.stage, show_stage(m->procedure, m->core.stage)));
    model_bool(page, &out, "closed", m->core.closed_day != DAY_NONE);
    model_text(page, &out, "handler", field_text(page, m, m->procedure->handler_field));
    model_text(page, &out, "unit", field_text(page, m, m->procedure->unit_field));
    return out;
}

MatterSource page_source(const Page *page)
{
    return (MatterSource){ .db = page->db, .j = app_j(page->app), .book = app_book(page->app) };
}
