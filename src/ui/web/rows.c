/* Matters as rows: what is due, what comes next, where. */
#include <string.h>

#include "ui/web/web_internal.h"

enum { SOON_DAYS = 3 /* working days */ };

/* ---- clocks ---- */

static bool counts_working_days(const MatterClock *clock)
{
    return clock->term.unit == LAW_WORKING_DAYS || clock->term.unit == LAW_WORKING_HOURS;
}

/* Working days from one day to a later one, the first not counted. */
static int working_days(const Page *page, Day from, Day to)
{
    return law_workdays_between(page->pack->calendar, from, to + 1);
}

static Str clock_text_left(const Page *page, const MatterClock *clock, Day today, Day due)
{
    Arena *a = page->arena;
    if (counts_working_days(clock)) {
        int n = working_days(page, today, due);
        return arena_printf(a, page_format_n(page, "%d working day left", "%d working days left", (unsigned long)n), n);
    }
    int n = due - today;
    return arena_printf(a, page_format_n(page, "%d day left", "%d days left", (unsigned long)n), n);
}

static Str clock_text_today(const Page *page, int64_t due_at)
{
    int64_t ms = instant_of_day(due_at, page->pack->zone_minutes);
    int minute = (int)(ms / MS_PER_MINUTE);
    if (minute == 24 * 60 - 1)
        return page_text(page, N_("due today"));
    return arena_printf(page->arena, page_format(page, N_("due today, %02d:%02d")), minute / 60, minute % 60);
}

static Str clock_text_over(const Page *page, const MatterClock *clock, Day today, Day due)
{
    Arena *a = page->arena;
    int64_t hours = (page->now - clock->due_at) / MS_PER_HOUR;
    if (due == today)
        return arena_printf(a, page_format_n(page, "%d hour over", "%d hours over", (unsigned long)hours), (int)hours);
    int n = counts_working_days(clock) ? working_days(page, due, today) : today - due;
    if (counts_working_days(clock) && n > 0)
        return arena_printf(a, page_format_n(page, "%d working day over", "%d working days over", (unsigned long)n), n);
    n = today - due;
    return arena_printf(a, page_format_n(page, "%d day over", "%d days over", (unsigned long)n), n);
}

static Str clock_text_paused(const Page *page, Day since, Day today)
{
    return arena_printf(page->arena, page_format(page, N_("paused, day %d")), today - since + 1);
}

typedef struct Shown {
    const char *state;
    Str text;
    Day day;
} Shown;

static Shown show_clock(const Page *page, const MatterClock *clock)
{
    int zone = page->pack->zone_minutes;
    Day today = instant_day(page->now, zone);
    if (clock->state == CLOCK_PAUSED) {
        size_t n = clock->term.n_pauses;
        Day since = n ? instant_day(clock->term.paused_at[n - 1], zone) : today;
        return (Shown){ "paused", clock_text_paused(page, since, today), since };
    }
    Day due = instant_day(clock->due_at, zone);
    if (page->now > clock->due_at)
        return (Shown){ "overdue", clock_text_over(page, clock, today, due), due };
    if (due == today)
        return (Shown){ "today", clock_text_today(page, clock->due_at), due };
    bool soon = working_days(page, today, due) <= SOON_DAYS;
    return (Shown){ soon ? "soon" : "left", clock_text_left(page, clock, today, due), due };
}

static Json clock_json(const Page *page, const MatterClock *clock)
{
    Arena *a = page->arena;
    Json json = json_obj();
    Shown shown = show_clock(page, clock);
    json_add(a, &json, STR("state"), json_c(shown.state));
    json_add(a, &json, STR("text"), json_str(shown.text));
    json_add(a, &json, STR("due"), json_str(day_print(a, shown.day)));
    Civil c = day_to_civil(shown.day);
    json_add(a, &json, STR("due_text"), json_str(arena_printf(a, "%02d-%02d", c.month, c.day)));
    return json;
}

/* ---- rows ---- */

/* A number without the office's name before it and the word after it: the two characters before the bracketed year, and
 * what follows to the last digit. The bracket is U+3014, as in all official Chinese document numbers. */
static Str short_number(Str number)
{
    enum { BEFORE = 2 };
    static const Str bracket = { "\xe3\x80\x94", 3 };
    size_t at = str_find(number, bracket);
    size_t end = number.n;
    if (at == SIZE_MAX)
        return number;
    for (int i = 0; i < BEFORE && at > 0; i++)
        do {
            at--;
        } while (at > 0 && ((unsigned char)number.p[at] & 0xc0) == 0x80);
    while (end > at && (number.p[end - 1] < '0' || number.p[end - 1] > '9'))
        end--;
    return end > at ? str_slice(number, at, end) : number;
}

static Json next_json(Page *page, const ReadRow *row, const LawProcedure *procedure, int stage)
{
    Arena *a = page->arena;
    Read read = web_read(page);
    bool mine = false;
    const LawAct *act = read_next_act(&read, procedure, stage, page->person, &mine);
    if (!act || row->closed_day != DAY_NONE)
        return json_null();
    Json next = json_obj();
    json_add(a, &next, STR("id"), json_str(act->id));
    json_add(a, &next, STR("title"), json_str(act->title));
    json_add(a, &next, STR("url"),
             mine ? json_str(arena_printf(a, "/m/%lld/act/%.*s", (long long)row->id, STR_ARG(act->id))) : json_null());
    json_add(a, &next, STR("lack"), json_int(0));
    return next;
}

Json web_row(Page *page, const ReadRow *row)
{
    Arena *a = page->arena;
    const LawPack *pack = law_book_find(app_book(page->app), row->pack);
    const LawProcedure *procedure = law_procedure(pack ? pack : page->pack, row->procedure);
    int stage = procedure ? law_stage(procedure, row->stage) : -1;
    const DirUnit *unit = dir_unit(page->dir, row->unit);
    Str number = row->number.n ? row->number : row->public_code;
    Json json = json_obj();
    Json stage_json = json_obj();
    json_add(a, &stage_json, STR("id"), json_str(row->stage));
    json_add(a, &stage_json, STR("title"), json_str(stage >= 0 ? procedure->stages[stage].title : row->stage));
    json_add(a, &json, STR("id"), json_int(row->id));
    json_add(a, &json, STR("url"), json_str(arena_printf(a, "/m/%lld", (long long)row->id)));
    json_add(a, &json, STR("no"), json_str(short_number(number)));
    json_add(a, &json, STR("number"), json_str(number));
    json_add(a, &json, STR("title"), json_str(row->title));
    json_add(a, &json, STR("kind"), json_str(procedure ? procedure->title : row->procedure));
    json_add(a, &json, STR("unread"), json_bool(false));
    json_add(a, &json, STR("procedure"), json_str(row->procedure));
    json_add(a, &json, STR("stage"), stage_json);
    json_add(a, &json, STR("next"), procedure ? next_json(page, row, procedure, stage) : json_null());
    json_add(a, &json, STR("place"), json_str(unit ? unit->name : STR("")));
    bool open = row->closed_day == DAY_NONE;
    json_add(a, &json, STR("clock"), open && row->clock.state ? clock_json(page, &row->clock) : json_null());
    return json;
}

/* ---- groups ---- */

static Json group_json(Page *page, Str id, Str title, const ReadRow *rows, size_t n)
{
    Arena *a = page->arena;
    Json group = json_obj();
    Json list = json_arr();
    for (size_t i = 0; i < n; i++)
        json_push(a, &list, web_row(page, &rows[i]));
    json_add(a, &group, STR("id"), json_str(id));
    json_add(a, &group, STR("title"), title.n ? json_str(title) : json_null());
    json_add(a, &group, STR("count"), json_int((int64_t)n));
    json_add(a, &group, STR("rows"), list);
    return group;
}

static int urgency(const Page *page, const ReadRow *row)
{
    Day today = instant_day(page->now, page->pack->zone_minutes);
    if (row->due_at == INT64_MAX)
        return row->clock.state == CLOCK_PAUSED ? 4 : 5;
    Day due = instant_day(row->due_at, page->pack->zone_minutes);
    if (row->due_at < page->now)
        return 0;
    if (due == today)
        return 1;
    return working_days(page, today, due) <= SOON_DAYS ? 2 : 3;
}

Json web_groups(Page *page, const ReadRows *rows)
{
    static const struct {
        const char *id;
        const char *title;
    } groups[] = {
        { "overdue", N_("Overdue") }, { "today", N_("Due today") },       { "soon", N_("Within three working days") },
        { "later", N_("Later") },     { "paused", N_("Term suspended") }, { "none", N_("No term") },
    };
    Json list = json_arr();
    ReadRow *of_group = ARENA_ARRAY(page->arena, ReadRow, rows->n + 1);
    for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
        size_t n = 0;
        for (size_t i = 0; i < rows->n; i++)
            if (urgency(page, &rows->items[i]) == (int)g)
                of_group[n++] = rows->items[i];
        if (n > 0)
            json_push(page->arena, &list,
                      group_json(page, str_c(groups[g].id), page_text(page, groups[g].title), of_group, n));
    }
    return list;
}

Json web_one_group(Page *page, const ReadRows *rows)
{
    Json list = json_arr();
    if (rows->n > 0)
        json_push(page->arena, &list, group_json(page, STR("all"), STR(""), rows->items, rows->n));
    return list;
}

Json web_paging(Page *page, Str text, Str next, Str csv)
{
    Arena *a = page->arena;
    Json paging = json_obj();
    json_add(a, &paging, STR("text"), json_str(text));
    json_add(a, &paging, STR("previous"), json_null());
    json_add(a, &paging, STR("next"), next.n ? json_str(next) : json_null());
    json_add(a, &paging, STR("all"), json_null());
    json_add(a, &paging, STR("csv"), csv.n ? json_str(csv) : json_null());
    return paging;
}
