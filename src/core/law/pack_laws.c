/* laws/, the citations that refer to it, and the calendar's notices. */
#include <string.h>

#include "core/law/pack_private.h"
#include "lib/fmt/json.h"

typedef struct LawsKeys {
    const YamlNode *laws;
} LawsKeys;

static const KeySpec laws_keys[] = { KEY_REQUIRED(LawsKeys, laws, KEY_LIST) };

typedef struct LawKeys {
    const YamlNode *id;
    Str title;
    Str full;
    Str version;
    Day from;
    const YamlNode *articles;
} LawKeys;

static const KeySpec law_keys[] = {
    KEY_REQUIRED(LawKeys, id, KEY_SCALAR), KEY_REQUIRED(LawKeys, title, KEY_TEXT),
    KEY_REQUIRED(LawKeys, full, KEY_TEXT), KEY_REQUIRED(LawKeys, version, KEY_TEXT),
    KEY_REQUIRED(LawKeys, from, KEY_DAY),  KEY_REQUIRED(LawKeys, articles, KEY_MAP),
};

static void read_articles(Loader *l, const YamlNode *node, LawLaw *law)
{
    map_init(&law->articles, l->arena);
    if (!node || !pack_check_count(l, node, node->n, PACK_LIST_MAX, "articles"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        YamlPair *pair = &node->pairs[i];
        if (pair->value->kind != YAML_SCALAR || pair->value->text.n == 0)
            pack_issue(l, pack_at_key(pair), STR("quote the article's words"), "'%.*s' has no text",
                       STR_ARG(pair->key));
        map_put(&law->articles, pair->key, &pair->value->text);
    }
}

void pack_read_laws(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    LawsKeys top = { 0 };
    if (!root || !pack_read_keys(l, root, STR("a file of laws"), laws_keys, ARRAY_LEN(laws_keys), &top) || !top.laws ||
        !pack_check_count(l, top.laws, l->n_laws + top.laws->n, PACK_LIST_MAX, "laws"))
        return;
    for (size_t i = 0; i < top.laws->n; i++) {
        LawKeys keys = { 0 };
        if (!pack_read_keys(l, top.laws->items[i], STR("a law"), law_keys, ARRAY_LEN(law_keys), &keys) || !keys.id ||
            !pack_check_id(l, pack_at(keys.id), keys.id->text, ID_PLAIN))
            continue;
        LawLaw *law = ARENA_NEW(l->arena, LawLaw);
        *law = (LawLaw){
            .id = keys.id->text, .title = keys.title, .full = keys.full, .version = keys.version, .from = keys.from
        };
        read_articles(l, keys.articles, law);
        if (map_put(&l->laws, law->id, law))
            pack_issue(l, pack_at(keys.id), STR("choose another id"), "there are two laws '%.*s'", STR_ARG(law->id));
        *ARENA_PUSH(l->arena, l->law_list, l->n_laws, l->cap_laws) = law;
    }
    l->pack->laws = l->law_list;
    l->pack->n_laws = l->n_laws;
}

static const LawLaw *find_law(Loader *l, const YamlNode *node, Str id)
{
    const LawLaw *law = map_get(&l->laws, id);
    if (law)
        return law;
    Nearest nearest = pack_nearest(id);
    for (size_t i = 0; i < l->pack->n_laws; i++)
        pack_nearest_offer(&nearest, l->pack->laws[i]->id);
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("add it to a file in laws/")),
               "there is no law '%.*s'", STR_ARG(id));
    return NULL;
}

void pack_read_basis(Loader *l, const YamlNode *node, Str note, LawBasis *ret)
{
    if (!node)
        return;
    if (str_eq_c(node->text, "platform")) {
        if (note.n == 0)
            pack_issue(l, pack_at(node), STR("say in `note` which platform or agreement sets it"),
                       "what no law sets needs a note");
        return;
    }
    Str article;
    const LawLaw *law = find_law(l, node, str_cut(node->text, ' ', &article));
    if (!law)
        return;
    article = str_trim(article);
    const Str *quote = map_get(&law->articles, article);
    if (quote) {
        *ret = (LawBasis){ .law = law, .article = article, .quote = *quote };
        return;
    }
    Nearest nearest = pack_nearest(article);
    for (size_t i = 0; i < law->articles.capacity; i++) {
        if (law->articles.slots[i].value)
            pack_nearest_offer(&nearest, law->articles.slots[i].key);
    }
    Str otherwise = STR("write `LAW ARTICLE` and quote the article's words in laws/");
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, otherwise),
               "laws/ does not quote '%.*s' of %.*s", STR_ARG(article), STR_ARG(law->id));
}

/* ---- calendar/YYYY.json ---- */

static void calendar_issue(Loader *l, const LawFile *file, Str near, const char *text)
{
    size_t offset = str_find(file->bytes, near);
    LawPlace at = pack_at_byte(file, near.n == 0 || offset == SIZE_MAX ? 0 : offset);
    pack_issue(l, at, STR("see docs/PACKS.md for the form of a calendar"), "%s", text);
}

/* calendar/2026.json belongs to the calendar "national", calendar/court-2026.json to "court". NULL after an issue. */
static PackCalendar *calendar_of(Loader *l, const LawFile *file)
{
    Str stem = str_slice(file->path, STR("calendar/").n, file->path.n - STR(".json").n);
    size_t dash = stem.n;
    while (dash > 0 && stem.p[dash - 1] != '-')
        dash--;
    Str name = dash > 1 ? str_slice(stem, 0, dash - 1) : STR(LAW_CALENDAR_NATIONAL);
    LawPlace top = { .path = file->path, .line = 1, .col = 1 };
    for (size_t i = 0; i < l->n_calendars; i++)
        if (str_eq(l->calendars[i]->name, name))
            return l->calendars[i];
    if (!pack_check_id(l, top, name, ID_PLAIN))
        return NULL;
    if (l->n_calendars == LAW_CALENDARS_MAX) {
        pack_issue(l, top, STR_NONE, "there are more than %d calendars", LAW_CALENDARS_MAX);
        return NULL;
    }
    PackCalendar *calendar = ARENA_NEW(l->arena, PackCalendar);
    calendar->name = name;
    return l->calendars[l->n_calendars++] = calendar;
}

static void read_calendar_day(Loader *l, const LawFile *file, PackCalendar *calendar, const Json *json)
{
    const Json *off = json_get(json, STR("isOffDay"));
    Str date = json_get_str(json, STR("date"));
    Day day;
    if (!day_parse(date, &day)) {
        calendar_issue(l, file, date, "a day needs a date such as 2023-01-31");
        return;
    }
    if (!off || off->type != JSON_BOOL) {
        calendar_issue(l, file, date, "a day needs isOffDay: true or false");
        return;
    }
    for (size_t i = 0; i < calendar->n_days; i++) {
        if (calendar->days[i].day == day && calendar->days[i].off != off->as.b) {
            calendar_issue(l, file, date, "this day is both off and worked");
            return;
        }
    }
    *ARENA_PUSH(l->arena, calendar->days, calendar->n_days, calendar->cap_days) =
        (LawCalendarDay){ .day = day, .off = off->as.b, .name = json_get_str(json, STR("name")) };
}

void pack_read_calendar(Loader *l, const LawFile *file)
{
    Err err = { 0 };
    Json root;
    if (json_parse(l->arena, file->bytes, &root, &err) != RC_OK) {
        pack_issue_err(l, &err);
        return;
    }
    int64_t year = json_get_int(&root, STR("year"), 0);
    const Json *days = json_get(&root, STR("days"));
    if (year < 1 || year > 9999 || !days || days->type != JSON_ARR) {
        calendar_issue(l, file, STR_NONE, "a calendar needs a year and a list of days");
        return;
    }
    PackCalendar *calendar = calendar_of(l, file);
    if (!calendar)
        return;
    if (calendar->n_years == LAW_CALENDAR_YEARS_MAX || calendar->n_days + days->n > LAW_CALENDAR_DAYS_MAX) {
        calendar_issue(l, file, STR_NONE, "there are more calendars than the limit allows");
        return;
    }
    /* A file without days stands for a year whose notice has not been given yet. */
    if (days->n > 0)
        calendar->years[calendar->n_years++] = (int)year;
    for (size_t i = 0; i < days->n; i++)
        read_calendar_day(l, file, calendar, json_at(days, i));
}

static bool host_is_workday(void *ctx, Day day, bool *ret_known)
{
    const LawCalendar *calendar = ctx;
    *ret_known = law_calendar_knows(calendar, day);
    return law_is_workday(calendar, day);
}

/* The national one stands first, also in a pack without any. */
void pack_build_calendar(Loader *l)
{
    PackCalendar none = { .name = STR(LAW_CALENDAR_NATIONAL) };
    const PackCalendar *order[LAW_CALENDARS_MAX + 1] = { &none };
    size_t n = 1;
    for (size_t i = 0; i < l->n_calendars; i++)
        if (str_eq(l->calendars[i]->name, none.name))
            order[0] = l->calendars[i];
        else
            order[n++] = l->calendars[i];
    LawHostCalendar *calendars = ARENA_ARRAY(l->arena, LawHostCalendar, n);
    for (size_t i = 0; i < n; i++) {
        Err err = { 0 };
        const LawCalendar *made = NULL;
        const PackCalendar *c = order[i];
        if (law_calendar_new(l->arena, c->days, c->n_days, c->years, c->n_years, &made, &err) != RC_OK) {
            pack_issue(l, (LawPlace){ .path = STR("calendar"), .line = 1, .col = 1 }, STR_NONE, "%s", err.text);
            return;
        }
        calendars[i] = (LawHostCalendar){ .name = c->name, .is_workday = host_is_workday };
        /* The calendar is only read; the host interface has one pointer type for all. */
        memcpy(&calendars[i].ctx, &made, sizeof made);
        if (i == 0)
            l->pack->calendar = made;
    }
    l->pack->host.calendars = calendars;
    l->pack->host.n_calendars = n;
}
