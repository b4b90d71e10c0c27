#include "law/law_tests.h"

#include "law/pack_tree.h"
#include "lib/fmt/json.h"

int arena_setup(void **state)
{
    *state = arena_new(0);
    return 0;
}

int arena_teardown(void **state)
{
    arena_free(*state);
    return 0;
}

void assert_str_equal_(Str actual, const char *expected, const char *file, int line)
{
    if (str_eq_c(actual, expected))
        return;
    print_error("expected: %s\n  actual: %.*s\n", expected, STR_ARG(actual));
    _fail(file, line);
}

Day day_of(const char *text)
{
    Day day = DAY_NONE;
    assert_true(day_parse(str_c(text), &day));
    return day;
}

int64_t instant_of(const char *text)
{
    int64_t at = 0;
    assert_true(instant_parse(str_c(text), CHINA_MINUTES, &at));
    return at;
}

Str instant_text(Arena *arena, int64_t at)
{
    return at == INT64_MAX ? STR("never") : instant_print(arena, at, CHINA_MINUTES);
}

uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

static size_t add_notice(Arena *arena, Str text, LawCalendarDay *days, size_t n, int *ret_year)
{
    Err err = { 0 };
    Json root;
    assert_int_equal(json_parse(arena, text, &root, &err), RC_OK);
    *ret_year = (int)json_get_int(&root, STR("year"), 0);
    const Json *list = json_get(&root, STR("days"));
    for (size_t i = 0; i < list->n; i++) {
        const Json *day = json_at(list, i);
        days[n].name = json_get_str(day, STR("name"));
        days[n].off = json_get_bool(day, STR("isOffDay"));
        assert_true(day_parse(json_get_str(day, STR("date")), &days[n++].day));
    }
    return n;
}

const LawCalendar *office_calendar(Arena *arena)
{
    static LawCalendarDay days[2000];
    int years[32];
    size_t n = 0;
    size_t n_years = 0;
    LawFile *files = NULL;
    size_t n_files = 0;
    assert_true(pack_tree_read(arena, LAW_PACKS "/guanhu/calendar", &files, &n_files));
    for (size_t i = 0; i < n_files; i++) {
        size_t before = n;
        n = add_notice(arena, files[i].bytes, days, n, &years[n_years]);
        n_years += n > before ? 1 : 0;
    }
    const LawCalendar *calendar = NULL;
    Err err = { 0 };
    assert_int_equal(law_calendar_new(arena, days, n, years, n_years, &calendar, &err), RC_OK);
    return calendar;
}

int main(void)
{
    return calendar_tests() + clock_tests() + derive_tests() + pack_tests() + mistake_tests() + picture_tests();
}
