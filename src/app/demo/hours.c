#include "app/demo/hours.h"

/* Minutes since midnight. */
enum { MORNING = 8 * 60 + 40, NOON = 11 * 60 + 50, AFTERNOON = 14 * 60, EVENING = 18 * 60 + 10, NIGHT = 22 * 60 + 30 };

Day hours_day(const Hours *h, int64_t at_ms)
{
    return instant_day(at_ms, h->zone_minutes);
}

int64_t hours_at(const Hours *h, Day day, int64_t minutes)
{
    return day_start(day, h->zone_minutes) + minutes * MS_PER_MINUTE;
}

static int64_t soon_after(Chance *chance, int64_t at_ms)
{
    double minutes = chance_exponential(chance, 22);
    return at_ms + (int64_t)((minutes < 150 ? minutes : 150) * MS_PER_MINUTE);
}

int64_t hours_next(const Hours *h, Chance *chance, int64_t at_ms, bool duty)
{
    Day day = hours_day(h, at_ms);
    int64_t minute = instant_of_day(at_ms, h->zone_minutes) / MS_PER_MINUTE;
    bool works = duty || law_is_workday(h->calendar, day);
    if (works && minute < MORNING)
        return soon_after(chance, hours_at(h, day, MORNING));
    if (works && (minute < NOON || (minute >= AFTERNOON && minute < EVENING)))
        return at_ms;
    if (works && minute < AFTERNOON)
        return soon_after(chance, hours_at(h, day, AFTERNOON));
    if (works && minute < NIGHT && chance_permille(chance, 120))
        return at_ms;
    day++;
    if (!duty)
        day = law_roll(h->calendar, day, NULL);
    return soon_after(chance, hours_at(h, day, MORNING));
}

int64_t hours_within(const Hours *h, Chance *chance, Day day)
{
    int64_t worked = (NOON - MORNING) + (EVENING - AFTERNOON);
    int64_t minute = MORNING + chance_between(chance, 0, worked - 1);
    if (minute >= NOON)
        minute += AFTERNOON - NOON;
    return hours_at(h, day, minute) + chance_between(chance, 0, MS_PER_MINUTE - 1);
}

int64_t hours_workdays_later(const Hours *h, Chance *chance, int64_t at_ms, int n)
{
    return hours_within(h, chance, law_add_workdays(h->calendar, hours_day(h, at_ms), n, NULL));
}

int64_t hours_term_end(const Hours *h, int64_t at_ms, int n)
{
    return day_start(law_add_workdays(h->calendar, hours_day(h, at_ms), n, NULL) + 1, h->zone_minutes) - 1;
}
