#include "core/law/feel_law_private.h"

#include <limits.h>

/* ---- moments ---- */

typedef enum Precision { TO_DAY, TO_MINUTE, TO_MS } Precision;

/* A date or a time as it came: local day and time of day in the jurisdiction's zone. */
typedef struct Moment {
    Day day;
    int64_t ms; /* of the day */
    Precision precision;
    bool text;
} Moment;

bool law_is_absent(FeelValue v)
{
    return v.type == FEEL_NULL || (v.type == FEEL_STRING && v.n == 0);
}

static bool moment_from_text(FeelEval *ev, Str text, Moment *ret)
{
    Moment m = { .text = true };
    int zone = feel_env(ev)->zone_minutes;
    int64_t at;
    if (day_parse(text, &m.day)) {
        *ret = m;
        return true;
    }
    if (!instant_parse(text, zone, &at))
        return false;
    m.day = instant_day(at, zone);
    m.ms = instant_of_day(at, zone);
    m.precision = text.n > 16 && text.p[16] == ':' ? TO_MS : TO_MINUTE;
    *ret = m;
    return true;
}

static bool moment_from_date_time(FeelEval *ev, FeelValue v, Moment *ret)
{
    Moment m = { .precision = TO_MS };
    int offset;
    int zone = feel_env(ev)->zone_minutes;
    if (!feel_to_date_time(v, &m.day, &m.ms, &offset))
        return false;
    if (offset != INT_MIN && offset != zone) {
        int64_t at = day_start(m.day, offset) + m.ms;
        m.day = instant_day(at, zone);
        m.ms = instant_of_day(at, zone);
    }
    *ret = m;
    return true;
}

static bool read_moment(FeelEval *ev, FeelValue v, Moment *ret)
{
    if (v.type == FEEL_STRING)
        return moment_from_text(ev, feel_to_str(v), ret);
    if (v.type == FEEL_DATE_TIME)
        return moment_from_date_time(ev, v, ret);
    *ret = (Moment){ 0 };
    return feel_to_date(v, &ret->day);
}

static FeelValue no_date(FeelEval *ev)
{
    return feel_null_because(ev, "what should be a date is none");
}

/* A null that knows why it is one says more than that an argument is missing. */
static bool null_with_reason(const FeelValue *args, size_t n, FeelValue *ret)
{
    for (size_t i = 0; i < n; i++)
        if (args[i].type == FEEL_NULL && args[i].n > 0) {
            *ret = args[i];
            return true;
        }
    return false;
}

/* Reads both arguments of f(date, date); false with *ret_null the result. */
static bool two_moments(FeelEval *ev, const FeelValue *args, Moment *a, Moment *b, FeelValue *ret_null)
{
    if (law_is_absent(args[0]) || law_is_absent(args[1])) {
        if (!null_with_reason(args, 2, ret_null))
            *ret_null = feel_null_because(ev, "a date is missing");
        return false;
    }
    if (!read_moment(ev, args[0], a) || !read_moment(ev, args[1], b)) {
        *ret_null = no_date(ev);
        return false;
    }
    return true;
}

/* Reads the arguments of f(date, n); false with *ret_null the result. */
static bool moment_and_count(FeelEval *ev, const FeelValue *args, Moment *m, int *n, FeelValue *ret_null)
{
    int64_t count;
    if (law_is_absent(args[0]) || law_is_absent(args[1])) {
        if (!null_with_reason(args, 2, ret_null))
            *ret_null = feel_null_because(ev, "the date or the length of a period is missing");
        return false;
    }
    if (!read_moment(ev, args[0], m)) {
        *ret_null = no_date(ev);
        return false;
    }
    if (!feel_to_i64(args[1], &count) || count > FEEL_LAW_DAYS_MAX || count < -FEEL_LAW_DAYS_MAX) {
        *ret_null = feel_null_because(ev, "the length of a period must be a whole number within %d", FEEL_LAW_DAYS_MAX);
        return false;
    }
    *n = (int)count;
    return true;
}

static FeelValue day_like(FeelEval *ev, const Moment *like, Day day)
{
    return like->text ? feel_str(day_print(feel_arena(ev), day)) : feel_date(day);
}

/* ---- working days ---- */

/* The calendar of functions that name none. */
static const LawHostCalendar *own_calendar(FeelEval *ev)
{
    const LawHost *host = feel_host(ev);
    return host && host->n_calendars > 0 ? host->calendars : NULL;
}

static FeelValue no_such_calendar(FeelEval *ev, Str name)
{
    const LawHost *host = feel_host(ev);
    Str known = STR("none");
    for (size_t i = 0; host && i < host->n_calendars; i++)
        known = i == 0 ? host->calendars[0].name
                       : arena_printf(feel_arena(ev), "%.*s, %.*s", STR_ARG(known), STR_ARG(host->calendars[i].name));
    return feel_null_because(ev, "there is no calendar '%.*s'; known: %.*s", STR_ARG(str_head(name, 60)),
                             STR_ARG(known));
}

/* NULL with *ret_null the result. */
static const LawHostCalendar *named_calendar(FeelEval *ev, FeelValue name, FeelValue *ret_null)
{
    const LawHost *host = feel_host(ev);
    if (law_is_absent(name) || name.type != FEEL_STRING) {
        *ret_null = feel_null_because(ev, "the calendar's name is missing");
        return NULL;
    }
    for (size_t i = 0; host && i < host->n_calendars; i++)
        if (str_eq(host->calendars[i].name, feel_to_str(name)))
            return &host->calendars[i];
    *ret_null = no_such_calendar(ev, feel_to_str(name));
    return NULL;
}

/* 1 worked, 0 off, -1 unknown with *ret_null the result. */
static int worked(FeelEval *ev, const LawHostCalendar *calendar, Day day, FeelValue *ret_null)
{
    bool known = true;
    *ret_null = feel_null();
    if (!feel_charge(ev, 1))
        return -1;
    if (!calendar) {
        *ret_null = feel_null_because(ev, "no calendar of working days is given");
        return -1;
    }
    bool yes = calendar->is_workday(calendar->ctx, day, &known);
    if (known)
        return yes;
    *ret_null = feel_null_because(ev, "the calendar does not know the year %d", day_to_civil(day).year);
    return -1;
}

/* The working days after `from` up to and including `to`, from <= to; -1 with *ret_null the result. */
static int count_worked(FeelEval *ev, const LawHostCalendar *calendar, Day from, Day to, FeelValue *ret_null)
{
    int count = 0;
    for (Day day = from + 1; day <= to; day++) {
        int w = worked(ev, calendar, day, ret_null);
        if (w < 0)
            return -1;
        count += w;
    }
    return count;
}

static bool within_reach(FeelEval *ev, int64_t days, FeelValue *ret_null)
{
    if (days <= FEEL_LAW_DAYS_MAX && days >= -FEEL_LAW_DAYS_MAX)
        return true;
    *ret_null = feel_null_because(ev, "the dates lie more than %d days apart", FEEL_LAW_DAYS_MAX);
    return false;
}

/* Civil Code art. 203: a last day that is off gives way to the day after the holiday. */
static FeelValue rolled(FeelEval *ev, const Moment *like, Day day)
{
    FeelValue null;
    for (;; day++) {
        int w = worked(ev, own_calendar(ev), day, &null);
        if (w < 0)
            return null;
        if (w > 0)
            return day_like(ev, like, day);
    }
}

static FeelValue fn_wdays(FeelEval *ev, const FeelValue *args, size_t n_args)
{
    (void)n_args;
    Moment m;
    int n;
    FeelValue null;
    if (!moment_and_count(ev, args, &m, &n, &null))
        return null;
    Day day = m.day;
    while (n > 0) {
        int w = worked(ev, own_calendar(ev), ++day, &null);
        if (w < 0)
            return null;
        n -= w;
    }
    return day_like(ev, &m, day);
}

static FeelValue fn_gap_wd(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment a;
    Moment b;
    FeelValue null;
    if (!two_moments(ev, args, &a, &b, &null))
        return null;
    if (b.day <= a.day)
        return feel_int(0);
    if (!within_reach(ev, (int64_t)b.day - a.day, &null))
        return null;
    int count = count_worked(ev, own_calendar(ev), a.day, b.day - 1, &null);
    return count < 0 ? null : feel_int(count);
}

/* Counts as periods do: the first day is not counted, the last is. So adding what lies between leads from one to the
 * other, and the way back is negative. */
static FeelValue fn_days_between(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment a;
    Moment b;
    FeelValue null;
    if (!two_moments(ev, args, &a, &b, &null))
        return null;
    const LawHostCalendar *calendar = named_calendar(ev, args[2], &null);
    if (!calendar || !within_reach(ev, (int64_t)b.day - a.day, &null))
        return null;
    bool back = b.day < a.day;
    int count = count_worked(ev, calendar, back ? b.day : a.day, back ? a.day : b.day, &null);
    return count < 0 ? null : feel_int(back ? -count : count);
}

/* The n-th working day after the date, or before it. */
static FeelValue fn_add_days(FeelEval *ev, const FeelValue *args, size_t n_args)
{
    (void)n_args;
    Moment m;
    int n;
    FeelValue null;
    if (!moment_and_count(ev, args, &m, &n, &null))
        return null;
    const LawHostCalendar *calendar = named_calendar(ev, args[2], &null);
    if (!calendar)
        return null;
    Day day = m.day;
    int step = n < 0 ? -1 : 1;
    while (n != 0) {
        day += step;
        int w = worked(ev, calendar, day, &null);
        if (w < 0)
            return null;
        n -= w * step;
    }
    return day_like(ev, &m, day);
}

static FeelValue fn_workday(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment m;
    FeelValue null;
    if (law_is_absent(args[0]))
        return null_with_reason(args, 1, &null) ? null : feel_null_because(ev, "a date is missing");
    if (!read_moment(ev, args[0], &m))
        return no_date(ev);
    int w = worked(ev, own_calendar(ev), m.day, &null);
    return w < 0 ? null : feel_bool(w > 0);
}

/* ---- periods ---- */

static bool within_days(Day day, int64_t days)
{
    return day + days > -FEEL_LAW_DAYS_MAX * INT64_C(10) && day + days < FEEL_LAW_DAYS_MAX * INT64_C(10);
}

static FeelValue period(FeelEval *ev, const FeelValue *args, bool months, int unit, bool roll)
{
    Moment m;
    int n;
    FeelValue null;
    if (!moment_and_count(ev, args, &m, &n, &null))
        return null;
    if (!within_days(m.day, (int64_t)n * unit * (months ? 31 : 1)))
        return feel_null_because(ev, "the period ends too far away");
    Day day = months ? day_add_months(m.day, n * unit, NULL) : m.day + n;
    return roll ? rolled(ev, &m, day) : day_like(ev, &m, day);
}

static FeelValue fn_days(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return period(ev, args, false, 1, true);
}

static FeelValue fn_xdays(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return period(ev, args, false, 1, false);
}

static FeelValue fn_months(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return period(ev, args, true, 1, true);
}

static FeelValue fn_years(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return period(ev, args, true, 12, true);
}

static FeelValue fn_xyears(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    return period(ev, args, true, 12, false);
}

/* Where a rule must not settle it silently that a month has no corresponding day. */
static FeelValue fn_months_exact(FeelEval *ev, const FeelValue *args, size_t n_args)
{
    (void)n_args;
    Moment m;
    int n;
    bool clamped;
    FeelValue null;
    if (!moment_and_count(ev, args, &m, &n, &null))
        return null;
    if (!within_days(m.day, (int64_t)n * 31))
        return feel_null_because(ev, "the period ends too far away");
    Day day = day_add_months(m.day, n, &clamped);
    if (!clamped)
        return day_like(ev, &m, day);
    Str from = day_print(feel_arena(ev), m.day);
    Str last = day_print(feel_arena(ev), day);
    return feel_null_because(ev, "%.*s has no corresponding day in %.*s, which ends on %.*s", STR_ARG(from),
                             STR_ARG(str_slice(last, 0, last.n - 3)), STR_ARG(last));
}

/* Civil Code art. 201 (2): hours run from the moment they are counted from. */
static FeelValue fn_hours(FeelEval *ev, const FeelValue *args, size_t n_args)
{
    (void)n_args;
    Moment m;
    int n;
    FeelValue null;
    if (!moment_and_count(ev, args, &m, &n, &null))
        return null;
    if (m.precision == TO_DAY) /* counted from midnight it would end hours too early */
        return feel_null_because(ev, "what should be a time of day is none");
    int64_t at = day_start(m.day, 0) + m.ms + (int64_t)n * MS_PER_HOUR;
    Day day = instant_day(at, 0);
    int64_t ms = instant_of_day(at, 0);
    if (!m.text)
        return feel_date_time(feel_arena(ev), day, ms, feel_env(ev)->zone_minutes);
    Str date = day_print(feel_arena(ev), day);
    return feel_str(arena_printf(feel_arena(ev), "%.*sT%02d:%02d", STR_ARG(date), (int)(ms / MS_PER_HOUR),
                                 (int)(ms / MS_PER_MINUTE % 60)));
}

/* ---- differences ---- */

static FeelValue fn_diff_d(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment a;
    Moment b;
    FeelValue null;
    return two_moments(ev, args, &a, &b, &null) ? feel_int((int64_t)b.day - a.day) : null;
}

static FeelValue fn_gap_d(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment a;
    Moment b;
    FeelValue null;
    return two_moments(ev, args, &a, &b, &null) ? feel_int((int64_t)b.day - a.day - 1) : null;
}

static FeelValue fn_hour(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment m;
    FeelValue null;
    if (law_is_absent(args[0]))
        return null_with_reason(args, 1, &null) ? null : feel_null_because(ev, "a time is missing");
    if (!read_moment(ev, args[0], &m) || m.precision == TO_DAY)
        return feel_null_because(ev, "what should be a time of day is none");
    return feel_int(m.ms / MS_PER_HOUR);
}

/* Judicial interpretation Fashi [2006] 1, art. 2: an age is reached on the day after the birthday. */
static FeelValue fn_age(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    Moment birth;
    Moment on;
    FeelValue null;
    if (!two_moments(ev, args, &birth, &on, &null))
        return null;
    Civil b = day_to_civil(birth.day);
    Civil o = day_to_civil(on.day);
    bool reached = o.month > b.month || (o.month == b.month && o.day > b.day);
    return feel_int(o.year - b.year - (reached ? 0 : 1));
}

/* Done in time; or not done yet and still in time. Compared as finely as the coarser of the two is known. */
static FeelValue fn_by(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelEnv *env = feel_env(ev);
    Moment due;
    Moment done = { .day = instant_day(env->now_ms, env->zone_minutes),
                    .ms = instant_of_day(env->now_ms, env->zone_minutes),
                    .precision = TO_MS };
    FeelValue null;
    if (law_is_absent(args[1]))
        return null_with_reason(args + 1, 1, &null) ? null : feel_null_because(ev, "the due date is missing");
    if (!read_moment(ev, args[1], &due) || (!law_is_absent(args[0]) && !read_moment(ev, args[0], &done)))
        return no_date(ev);
    Precision precision = done.precision < due.precision ? done.precision : due.precision;
    if (done.day != due.day || precision == TO_DAY)
        return feel_bool(done.day <= due.day);
    int64_t unit = precision == TO_MINUTE ? MS_PER_MINUTE : 1;
    return feel_bool(done.ms / unit <= due.ms / unit);
}

/* ---- presence and sets ---- */

static FeelValue fn_has(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)ev;
    (void)n;
    bool no = law_is_absent(args[0]) || (args[0].type == FEEL_BOOL && !args[0].as.b) ||
              (args[0].type == FEEL_LIST && args[0].as.list->n == 0);
    return feel_bool(!no);
}

/* Null is the empty list, anything else but a list a list of one. */
static FeelList as_list(const FeelValue *v)
{
    if (v->type == FEEL_LIST)
        return *v->as.list;
    return (FeelList){ .n = v->type == FEEL_NULL ? 0 : 1, .items = v };
}

static size_t count_in(FeelEval *ev, FeelList some, FeelList all)
{
    size_t count = 0;
    for (size_t i = 0; i < some.n; i++) {
        bool found = false;
        for (size_t k = 0; k < all.n && !found; k++)
            found = feel_equal_in(ev, some.items[i], all.items[k]);
        count += found;
    }
    return count;
}

static FeelValue fn_has_all(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelList required = as_list(&args[1]);
    if (args[1].type == FEEL_NULL)
        return args[1].n ? args[1] : feel_null_because(ev, "the list of what is required is missing");
    return feel_bool(count_in(ev, required, as_list(&args[0])) == required.n);
}

static FeelValue fn_any_in(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    if (args[1].type == FEEL_NULL)
        return args[1].n ? args[1] : feel_null_because(ev, "the list to look in is missing");
    return feel_bool(count_in(ev, as_list(&args[0]), as_list(&args[1])) > 0);
}

static FeelValue fn_subset(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    FeelList some = as_list(&args[0]);
    if (args[1].type == FEEL_NULL)
        return args[1].n ? args[1] : feel_null_because(ev, "the list of what is allowed is missing");
    return feel_bool(count_in(ev, some, as_list(&args[1])) == some.n);
}

/* ---- the table ---- */

static const char *const DATE_N[] = { "date", "n", NULL };
static const char *const FROM_TO[] = { "from", "to", NULL };
static const char *const ONE_DATE[] = { "date", NULL };
static const char *const ACTUAL_DUE[] = { "actual", "due", NULL };
static const char *const BIRTH_ON[] = { "birth", "on", NULL };
static const char *const ONE_VALUE[] = { "value", NULL };
static const char *const LIST_REQUIRED[] = { "list", "required", NULL };
static const char *const LIST_OPTIONS[] = { "list", "options", NULL };
static const char *const LIST_ALLOWED[] = { "list", "allowed", NULL };

static const char *const FROM_TO_BY[] = { "from", "to", "calendar", NULL };
static const char *const DATE_N_BY[] = { "date", "n", "calendar", NULL };

static const FeelHost FUNCTIONS[] = {
    { "law.by", 2, 2, ACTUAL_DUE, fn_by },
    { "law.days", 2, 2, DATE_N, fn_days },
    { "law.xdays", 2, 2, DATE_N, fn_xdays },
    { "law.wdays", 2, 2, DATE_N, fn_wdays },
    { "law.months", 2, 2, DATE_N, fn_months },
    { "law.months exact", 2, 2, DATE_N, fn_months_exact },
    { "law.years", 2, 2, DATE_N, fn_years },
    { "law.xyears", 2, 2, DATE_N, fn_xyears },
    { "law.hours", 2, 2, DATE_N, fn_hours },
    { "law.gap_wd", 2, 2, FROM_TO, fn_gap_wd },
    { "law.gap_d", 2, 2, FROM_TO, fn_gap_d },
    { "law.diff_d", 2, 2, FROM_TO, fn_diff_d },
    { "law.working days between", 3, 3, FROM_TO_BY, fn_days_between },
    { "law.add working days", 3, 3, DATE_N_BY, fn_add_days },
    { "law.workday", 1, 1, ONE_DATE, fn_workday },
    { "law.hour", 1, 1, ONE_DATE, fn_hour },
    { "law.age", 2, 2, BIRTH_ON, fn_age },
    { "law.has", 1, 1, ONE_VALUE, fn_has },
    { "law.has_all", 2, 2, LIST_REQUIRED, fn_has_all },
    { "law.any_in", 2, 2, LIST_OPTIONS, fn_any_in },
    { "law.subset", 2, 2, LIST_ALLOWED, fn_subset },
};

static void register_all(FeelScope *scope, const FeelHost *table, size_t n, LawNames names)
{
    feel_scope_add_host(scope, table, n);
    for (size_t i = 0; names == LAW_NAMES_OPEN && i < n; i++)
        feel_scope_add_host_as(scope, str_slice(str_c(table[i].name), STR("law.").n, SIZE_MAX), &table[i]);
}

void feel_law_register(FeelScope *scope, LawNames names)
{
    register_all(scope, FUNCTIONS, ARRAY_LEN(FUNCTIONS), names);
    register_all(scope, feel_law_text_functions, FEEL_LAW_TEXT_FUNCTIONS, names);
}
