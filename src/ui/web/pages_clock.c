/* Clocks as pages show them: what is left, and how the due instant was reckoned, step by step and day by day. */
#include "ui/web/pages_show.h"

const LawClock *show_clock_def(const Page *page, const Matter *matter, Str id)
{
    const LawProcedure *now = law_procedure(page->pack, matter->procedure->id);
    const LawClock *def = now ? law_clock(now, id, NULL) : NULL;
    return def ? def : law_clock(matter->procedure, id, NULL);
}

static bool is_daily(LawUnit unit)
{
    return unit == LAW_DAYS || unit == LAW_WORKING_DAYS || unit == LAW_MONTHS || unit == LAW_YEARS;
}

/* ---- what is left ---- */

/* Working days after `from` up to `to`. */
static int workdays_between(const Page *page, Day from, Day to)
{
    enum { FAR = 3660 };
    int n = 0;
    for (Day day = from + 1; day <= to && day - from < FAR; day++)
        n += law_is_workday(page->pack->calendar, day);
    return n;
}

static Str span_text(const Page *page, const MatterClock *clock, int64_t from, int64_t to)
{
    Day first = instant_day(from, page->pack->zone_minutes);
    Day last = instant_day(to, page->pack->zone_minutes);
    int64_t minutes = (to - from + MS_PER_MINUTE - 1) / MS_PER_MINUTE;
    if (clock->term.unit == LAW_WORKING_DAYS)
        return arena_printf(page->arena, i18n(page->lang, "%d working days"), workdays_between(page, first, last));
    if (is_daily(clock->term.unit) && last > first)
        return arena_printf(page->arena, i18n(page->lang, "%d days"), (int)(last - first));
    if (minutes >= 120)
        return arena_printf(page->arena, i18n(page->lang, "%d hours"), (int)(minutes / 60));
    return arena_printf(page->arena, i18n(page->lang, "%d minutes"), (int)minutes);
}

static const char *running_state(const Page *page, const MatterClock *clock)
{
    enum { SOON_WORKDAYS = 3 };
    Day today = show_today(page);
    Day due = instant_day(clock->due_at, page->pack->zone_minutes);
    if (page->now > clock->due_at)
        return "overdue";
    if (due == today)
        return "today";
    return clock->next_warn > 0 || workdays_between(page, today, due) <= SOON_WORKDAYS ? "soon" : "left";
}

static Str running_text(const Page *page, const MatterClock *clock)
{
    bool daily = is_daily(clock->term.unit);
    Day due = instant_day(clock->due_at, page->pack->zone_minutes);
    if (page->now > clock->due_at)
        return arena_printf(page->arena, i18n(page->lang, "%s overdue"),
                            span_text(page, clock, clock->due_at, page->now).p);
    if (daily && due == show_today(page))
        return page_text(page, N_("today"));
    return arena_printf(page->arena, i18n(page->lang, "%s left"), span_text(page, clock, page->now, clock->due_at).p);
}

static Str clock_text(const Page *page, const MatterClock *clock, const char **ret_state)
{
    switch (clock->state) {
    case CLOCK_PAUSED: *ret_state = "paused"; return page_text(page, N_("paused"));
    case CLOCK_MET: *ret_state = "met"; return page_text(page, N_("done in time"));
    case CLOCK_LATE: *ret_state = "late"; return page_text(page, N_("done too late"));
    case CLOCK_LAPSED: *ret_state = "expired"; return page_text(page, N_("ended"));
    case CLOCK_CANCELLED: *ret_state = "met"; return page_text(page, N_("no longer runs"));
    case CLOCK_RUNNING:
    case CLOCK_OVERDUE: break;
    }
    *ret_state = running_state(page, clock);
    return running_text(page, clock);
}

static Str due_text(const Page *page, const MatterClock *clock)
{
    if (clock->due_at == INT64_MAX)
        return STR_NONE;
    Day due = instant_day(clock->due_at, page->pack->zone_minutes);
    return is_daily(clock->term.unit) ? show_day_named(page, due) : show_moment(page, clock->due_at + 1);
}

static Str due_iso(const Page *page, const MatterClock *clock)
{
    if (clock->due_at == INT64_MAX)
        return day_print(page->arena, show_today(page));
    Day due = instant_day(clock->due_at, page->pack->zone_minutes);
    return is_daily(clock->term.unit) ? day_print(page->arena, due) : show_iso(page, clock->due_at + 1);
}

bool show_clock(Page *page, const Matter *matter, const MatterClock *clock, Json *ret)
{
    const LawClock *def = show_clock_def(page, matter, clock->id);
    const char *state = "left";
    Json out = json_obj();
    Str text = clock_text(page, clock, &state);
    if (clock->state == CLOCK_CANCELLED)
        return false;
    model_text(page, &out, "id", clock->id);
    model_text(page, &out, "title", def ? def->title : clock->id);
    model_text(page, &out, "basis", def ? show_cite(page, &def->basis, def->note) : STR_NONE);
    model_text(page, &out, "state", str_c(state));
    model_text(page, &out, "text", text);
    model_text(page, &out, "due", due_iso(page, clock));
    model_text(page, &out, "due_text", due_text(page, clock));
    *ret = out;
    return true;
}

/* ---- derivation ---- */

static Str unit_text(const Page *page, LawUnit unit, int64_t n)
{
    int count = (int)n;
    switch (unit) {
    case LAW_MINUTES: return arena_printf(page->arena, i18n(page->lang, "%d minutes"), count);
    case LAW_HOURS: return arena_printf(page->arena, i18n(page->lang, "%d hours"), count);
    case LAW_WORKING_HOURS: return arena_printf(page->arena, i18n(page->lang, "%d working hours"), count);
    case LAW_DAYS: return arena_printf(page->arena, i18n(page->lang, "%d calendar days"), count);
    case LAW_WORKING_DAYS: return arena_printf(page->arena, i18n(page->lang, "%d working days"), count);
    case LAW_MONTHS: return arena_printf(page->arena, i18n(page->lang, "%d months"), count);
    case LAW_YEARS: return arena_printf(page->arena, i18n(page->lang, "%d years"), count);
    }
    return STR_NONE;
}

typedef struct StepText {
    const char *what;
    const char *label;
    const char *cite;
} StepText;

static const StepText step_texts[] = {
    { "start", N_("Begins"), N_("Civil Code, article 201") },
    { "length", N_("Length"), "" },
    { "extension", N_("Extended"), "" },
    { "pause", N_("Suspended"), "" },
    { "skip", N_("Days off"), N_("not counted") },
    { "makeup", N_("Make-up day"), N_("worked, so counted") },
    { "roll", N_("Moved"), N_("Civil Code, article 203") },
    { "due", N_("Ends"), "" },
};

static const StepText *find_step(const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(step_texts); i++)
        if (str_eq_c(str_c(what), step_texts[i].what))
            return &step_texts[i];
    return NULL;
}

static Str range_text(const Page *page, Day from, Day to)
{
    Str first = show_day(page, from);
    if (to == DAY_NONE)
        return arena_printf(page->arena, i18n(page->lang, "since %s"), first.p);
    if (from == to)
        return first;
    return arena_printf(page->arena, i18n(page->lang, "%s to %s"), first.p, show_day(page, to).p);
}

static Str with_name(const Page *page, Str text, Str name)
{
    return name.n ? arena_printf(page->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(name)) : text;
}

static Str step_text(const Page *page, const MatterClock *clock, const ClockStep *step)
{
    LawUnit unit = clock->term.unit;
    Str what = str_c(step->what);
    Str range = range_text(page, step->from, step->to);
    if (str_eq(what, STR("start")))
        return is_daily(unit) ? arena_printf(page->arena, i18n(page->lang, "%s, a day that is not counted"), range.p)
                              : show_instant(page, clock->term.start_at);
    if (str_eq(what, STR("length")) || str_eq(what, STR("extension")))
        return arena_printf(page->arena, i18n(page->lang, "%s, until %s"), unit_text(page, unit, step->n).p,
                            show_day(page, step->to).p);
    if (str_eq(what, STR("pause")))
        return step->to == DAY_NONE ? range
                                    : arena_printf(page->arena, i18n(page->lang, "%s, adds %s"), range.p,
                                                   unit_text(page, is_daily(unit) ? LAW_DAYS : LAW_MINUTES, step->n).p);
    if (str_eq(what, STR("skip")))
        return with_name(page, arena_printf(page->arena, i18n(page->lang, "%s, %d days"), range.p, (int)step->n),
                         step->name);
    if (str_eq(what, STR("due")))
        return is_daily(unit) ? show_day_named(page, step->to) : show_instant(page, step->n + 1);
    return with_name(page, range, step->name);
}

static Json show_step(Page *page, const MatterClock *clock, const LawClock *def, const ClockStep *step)
{
    const StepText *words = find_step(step->what);
    bool length = str_eq_c(STR("length"), step->what);
    bool due = str_eq_c(STR("due"), step->what);
    Str cite = words && words->cite[0] ? page_text(page, words->cite) : STR_NONE;
    Json out = json_obj();
    if (length && def)
        cite = show_cite(page, &def->basis, def->note);
    bool by_calendar = clock->term.unit == LAW_DAYS || clock->term.unit == LAW_MONTHS || clock->term.unit == LAW_YEARS;
    if (due && by_calendar && !clock->term.roll)
        cite = page_text(page, N_("not moved by days off"));
    model_text(page, &out, "label", words ? page_text(page, words->label) : str_c(step->what));
    model_text(page, &out, "text", step_text(page, clock, step));
    model_text(page, &out, "cite", cite);
    model_bool(page, &out, "sum", due);
    return out;
}

static Json show_grid_day(Page *page, Day day, const ClockDay *known)
{
    Json out = json_obj();
    Json notes = json_arr();
    Civil civil = day_to_civil(day);
    bool counted = known && known->n > 0;
    model_text(page, &out, "date", day_print(page->arena, day));
    model_text(page, &out, "text",
               civil.day == 1 ? arena_printf(page->arena, "%d-%d", civil.month, civil.day)
                              : arena_printf(page->arena, "%d", civil.day));
    model_text(page, &out, "kind", known ? str_c(known->kind) : STR("none"));
    if (counted)
        json_push(page->arena, &notes, json_str(arena_printf(page->arena, i18n(page->lang, "day %d"), known->n)));
    if (known && known->name.n)
        json_push(page->arena, &notes, json_str(known->name));
    model_put(page, &out, "notes", notes);
    return out;
}

/* Whole weeks, so that the grid reads like a calendar. */
static Json show_grid(Page *page, const ClockDerivation *d)
{
    Json list = json_arr();
    if (!d->n_days)
        return list;
    Day first = d->days[0].day - (day_weekday(d->days[0].day) - 1);
    Day end = d->days[d->n_days - 1].day;
    Day last = end + 7 - day_weekday(end);
    for (Day day = first; day <= last; day++) {
        bool inside = day >= d->days[0].day && day <= end;
        json_push(page->arena, &list, show_grid_day(page, day, inside ? &d->days[day - d->days[0].day] : NULL));
    }
    return list;
}

Json show_derivation(Page *page, const Matter *matter, const MatterClock *clock)
{
    const LawClock *def = show_clock_def(page, matter, clock->id);
    ClockDerivation d;
    Json out = json_obj();
    Json steps = json_arr();
    clock_derive(page->arena, &clock->term, page->pack->calendar, page->pack->zone_minutes, &d);
    for (size_t i = 0; i < d.n_steps; i++)
        json_push(page->arena, &steps, show_step(page, clock, def, &d.steps[i]));
    model_bool(page, &out, "open", false);
    model_put(page, &out, "steps", steps);
    model_put(page, &out, "days", show_grid(page, &d));
    model_text(page, &out, "days_label", page_text(page, N_("Day by day")));
    model_put(page, &out, "after", json_arr());
    return out;
}
