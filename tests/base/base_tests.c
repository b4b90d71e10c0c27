#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/map.h"
#include "base/rc.h"
#include "base/str.h"

static int setup(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

#define assert_str(actual, expected) assert_str_((actual), (expected), __FILE__, __LINE__)
static void assert_str_(Str actual, const char *expected, const char *file, int line)
{
    if (str_eq_c(actual, expected))
        return;
    print_error("expected: %s\n  actual: %.*s\n", expected, STR_ARG(actual));
    _fail(file, line);
}

/* ---- arena ---- */

static void arena_memory_is_aligned_and_apart(void **state)
{
    enum { N = 2000 };
    Arena *arena = *state;
    unsigned char *got[N];
    for (size_t i = 0; i < N; i++) {
        size_t bytes = i * 7 % 300;
        got[i] = arena_alloc(arena, bytes);
        assert_int_equal((uintptr_t)got[i] % _Alignof(max_align_t), 0);
        memset(got[i], (int)(i % 251), bytes);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < i * 7 % 300; k++)
            assert_int_equal(got[i][k], i % 251);
}

static void arena_zeroes_where_it_says_so(void **state)
{
    Arena *arena = *state;
    memset(arena_alloc(arena, 4096), 0xAA, 4096);
    arena_reset(arena);
    const unsigned char *zeroed = arena_zalloc(arena, 2048);
    const uint64_t *array = ARENA_ARRAY(arena, uint64_t, 100);
    for (size_t i = 0; i < 2048; i++)
        assert_int_equal(zeroed[i], 0);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(array[i], 0);
}

static void arena_rewinds_to_a_mark_across_blocks(void **state)
{
    Arena *arena = *state;
    char *kept = arena_c(arena, STR("kept"));
    size_t before = arena_used(arena);
    ArenaMark outer = arena_mark(arena);
    arena_alloc(arena, 100);
    ArenaMark inner = arena_mark(arena);
    size_t between = arena_used(arena);
    arena_alloc(arena, 3 << 20); /* a block of its own */
    arena_alloc(arena, 10);
    arena_rewind(arena, inner);
    assert_int_equal(arena_used(arena), between);
    arena_rewind(arena, outer);
    assert_int_equal(arena_used(arena), before);
    assert_string_equal(kept, "kept");
}

static void arena_reset_reuses_its_first_block(void **state)
{
    Arena *arena = *state;
    const void *first = arena_alloc(arena, 64);
    arena_alloc(arena, 1 << 20);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_ptr_equal(arena_alloc(arena, 64), first);
}

static void arena_texts_end_in_nul(void **state)
{
    Arena *arena = *state;
    Str copy = arena_str(arena, str_slice(STR("abcdef"), 1, 4));
    assert_str(copy, "bcd");
    assert_int_equal(copy.p[3], '\0');
    assert_string_equal(arena_c(arena, STR_NONE), "");
    Str printed = arena_printf(arena, "%s-%05d-%.*s", "x", 42, STR_ARG(copy));
    assert_str(printed, "x-00042-bcd");
    assert_int_equal(printed.p[printed.n], '\0');
}

static void arena_arrays_grow(void **state)
{
    int *items = NULL;
    size_t n = 0;
    size_t cap = 0;
    for (int i = 0; i < 1000; i++)
        *ARENA_PUSH(*state, items, n, cap) = i;
    assert_int_equal(n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
}

/* Runs `doing` in a child and tells whether it was stopped by abort(). */
static bool aborts(void (*doing)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        doing();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void take_too_much(void)
{
    Arena *arena = arena_new(1 << 20);
    for (int i = 0; i < 1000; i++)
        arena_alloc(arena, 4096);
}

static void overflow_an_array(void)
{
    Arena *arena = arena_new(0);
    volatile size_t count = SIZE_MAX / 4;
    arena_array(arena, count, 8);
}

static void stay_within(void)
{
    Arena *arena = arena_new(1 << 20);
    for (int i = 0; i < 50; i++)
        arena_alloc(arena, 4096);
    arena_free(arena);
}

static void arena_stops_the_process_at_its_limit(void **state)
{
    (void)state;
    assert_true(aborts(take_too_much));
    assert_true(aborts(overflow_an_array));
    assert_false(aborts(stay_within));
    Arena *none = NULL;
    arena_free(none);
    arena_freep(&none);
}

/* ---- str ---- */

static void str_compares_by_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(STR(""), STR_NONE));
    assert_true(str_eq_c(STR("a\0b"), "a") == false);
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("ab"), STR("a")) > 0);
    assert_true(str_cmp(STR("Z"), STR("a")) < 0);
    assert_true(str_cmp(STR("\xFF"), STR("a")) > 0);
    assert_true(str_cmp(STR("\xEF\xBF\xBF"), STR("\xF0\x90\x80\x80")) < 0); /* by code point, unlike UTF-16 */
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
    assert_true(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), STR_NONE));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
}

static void str_is_cut_trimmed_and_searched(void **state)
{
    (void)state;
    assert_str(str_slice(STR("abc"), 1, 99), "bc");
    assert_str(str_slice(STR("abc"), 5, 2), "");
    assert_str(str_head(STR("a\xC3\xA9"), 2), "a");
    assert_str(str_head(STR("a\xC3\xA9"), 3), "a\xC3\xA9");
    assert_str(str_head(STR("\xF0\x9F\x98\x80"), 3), "");
    assert_str(str_trim(STR(" \t a b\r\n")), "a b");
    assert_str(str_trim(STR(" \n ")), "");
    assert_str(str_trim(STR("\xE3\x80\x80x")), "\xE3\x80\x80x"); /* only ASCII white space */

    Str rest = STR("a,,b");
    assert_str(str_cut(rest, ',', &rest), "a");
    assert_str(str_cut(rest, ',', &rest), "");
    assert_non_null(rest.p);
    assert_str(str_cut(rest, ',', &rest), "b");
    assert_null(rest.p);
    rest = STR("x,");
    assert_str(str_cut(rest, ',', &rest), "x");
    assert_non_null(rest.p); /* an empty piece follows */

    assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
    assert_int_equal(str_find(STR("abc"), STR("abcd")), SIZE_MAX);
    assert_int_equal(str_find(STR_NONE, STR("a")), SIZE_MAX);
}

static void str_reads_integers_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "+7", true, 7 },
        { "007", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1a", false, 0 },
        { "--1", false, 0 },
        { "0x10", false, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t value = 42;
        assert_int_equal(str_to_i64(str_c(cases[i].text), &value), cases[i].good);
        assert_int_equal(value, cases[i].good ? cases[i].value : 42);
    }
}

static void str_counts_columns_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(str_columns(STR_NONE), 0);
    assert_int_equal(str_columns(STR("abc 1")), 5);
    assert_int_equal(str_columns(STR("\xE7\xBD\x9A\xE6\xAC\xBE + 1")), 8); /* two wide characters */
    assert_int_equal(str_columns(STR("\xEF\xBC\x88\xEF\xBD\xA6")), 3);     /* a fullwidth bracket, a halfwidth letter */
    assert_int_equal(str_columns(STR("e\xCC\x81")), 1);                    /* an accent joins its letter */
    assert_int_equal(str_columns(STR("\xF0\xA0\x80\x80")), 2);
}

static void str_knows_well_formed_utf8(void **state)
{
    (void)state;
    static const char *good[] = { "",
                                  "a",
                                  "\xC2\x80",
                                  "\xDF\xBF",
                                  "\xE0\xA0\x80",
                                  "\xED\x9F\xBF",
                                  "\xEE\x80\x80",
                                  "\xEF\xBF\xBF",
                                  "\xF0\x90\x80\x80",
                                  "\xF4\x8F\xBF\xBF",
                                  "依法" };
    static const struct {
        const char *text;
        size_t bad_at;
    } bad[] = {
        { "\x80", 0 },
        { "a\xC0\x80", 1 },
        { "\xC1\xBF", 0 },
        { "\xE0\x9F\xBF", 0 },
        { "\xED\xA0\x80", 0 },
        { "\xF0\x8F\xBF\xBF", 0 },
        { "\xF4\x90\x80\x80", 0 },
        { "\xF5\x80\x80\x80", 0 },
        { "\xFF", 0 },
        { "ab\xE4\xBE", 2 },
        { "\xE4\xBE"
          "a",
          0 },
        { "依\xC2", 3 },
        { "\xC2\xC2\x80", 0 },
        { "\xF0\x9F\x98"
          "x",
          0 },
    };
    size_t at = 99;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(str_is_utf8(str_c(good[i]), &at));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(str_is_utf8(str_c(bad[i].text), &at));
        assert_int_equal(at, bad[i].bad_at);
    }
    assert_false(str_is_utf8(STR("a\0b"), &at));
    assert_int_equal(at, 1);
}

/* Every code point is written, recognised, and read back as it was. */
static void every_code_point_goes_through_utf8(void **state)
{
    (void)state;
    CLEANUP(buf_free) Buf b;
    buf_init(&b, 16);
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        size_t at = 0;
        buf_clear(&b);
        buf_code_point(&b, c);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        assert_int_equal(str_is_utf8(buf_view(&b), &at), !surrogate);
        at = 0;
        assert_int_equal(str_next(buf_view(&b), &at), c);
        assert_int_equal(at, b.n);
        assert_int_equal(str_code_points(buf_view(&b)), 1);
    }
}

/* ---- buf ---- */

static void buf_stops_at_its_limit_and_says_so_once(void **state)
{
    (void)state;
    CLEANUP(buf_free) Buf b;
    Err err = { 0 };
    buf_init(&b, 5);
    buf_str(&b, STR("abc"));
    buf_str(&b, STR("de"));
    assert_int_equal(buf_check(&b, &err), RC_OK);
    buf_char(&b, 'f');
    assert_str(buf_view(&b), "abcde");
    assert_int_equal(buf_check(&b, &err), RC_LIMIT);
    assert_non_null(strstr(err.text, "5 bytes"));
    buf_clear(&b);
    buf_printf(&b, "%d", 123456); /* too long as a whole: nothing is written */
    assert_int_equal(b.n, 0);
    assert_int_equal(buf_check(&b, NULL), RC_LIMIT);
    buf_clear(&b);
    buf_printf(&b, "%s-%d", "ab", 12);
    assert_str(buf_view(&b), "ab-12");
    assert_int_equal(buf_check(&b, NULL), RC_OK);
    buf_free(&b);
    buf_free(&b);
}

static void buf_grows_and_copies(void **state)
{
    CLEANUP(buf_free) Buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 10000; i++) {
        buf_i64(&b, i);
        buf_char(&b, ' ');
    }
    Str copy = buf_to_arena(&b, *state);
    buf_clear(&b);
    buf_c(&b, "overwritten");
    assert_true(str_starts(copy, STR("0 1 2 3 ")));
    assert_true(str_ends(copy, STR(" 9999 ")));
}

static void buf_prints_integers(void **state)
{
    (void)state;
    CLEANUP(buf_free) Buf b;
    buf_init(&b, 100);
    buf_i64(&b, 0);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_i64(&b, INT64_MIN);
    assert_str(buf_view(&b), "0 9223372036854775807 -9223372036854775808");
}

static void buf_escapes_html_and_urls(void **state)
{
    (void)state;
    CLEANUP(buf_free) Buf b;
    buf_init(&b, 1000);
    buf_html(&b, STR("<a href=\"x\">'依' & 法</a>"));
    assert_str(buf_view(&b), "&lt;a href=&quot;x&quot;&gt;&#39;依&#39; &amp; 法&lt;/a&gt;");
    buf_clear(&b);
    buf_html(&b, STR_NONE);
    assert_int_equal(b.n, 0);
    buf_url(&b, STR("a-Z_0.~/?& 依"));
    assert_str(buf_view(&b), "a-Z_0.~%2F%3F%26%20%E4%BE%9D");
}

static void base64_gives_the_known_answers(void **state)
{
    (void)state;
    static const char *pairs[][2] = { { "", "" },
                                      { "f", "Zg==" },
                                      { "fo", "Zm8=" },
                                      { "foo", "Zm9v" },
                                      { "foob", "Zm9vYg==" },
                                      { "fooba", "Zm9vYmE=" },
                                      { "foobar", "Zm9vYmFy" } };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) { /* RFC 4648, 10 */
        CLEANUP(buf_free) Buf b;
        uint8_t out[16];
        size_t n = 99;
        buf_init(&b, 100);
        buf_base64(&b, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
        assert_str(buf_view(&b), pairs[i][1]);
        assert_true(base64_decode(buf_view(&b), out, &n));
        assert_int_equal(n, strlen(pairs[i][0]));
        assert_memory_equal(out, pairs[i][0], n);
    }
    static const char *bad[] = { "Zg", "Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Z===", "====", "Zm 9", "Zm9v\n", "Zm-_" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        uint8_t out[16];
        size_t n = 99;
        assert_false(base64_decode(str_c(bad[i]), out, &n));
        assert_int_equal(n, 99);
    }
}

static void all_bytes_go_through_base64_and_hex(void **state)
{
    (void)state;
    CLEANUP(buf_free) Buf b;
    uint8_t bytes[256];
    uint8_t out[258];
    size_t n = 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 151 + 7);
    buf_init(&b, 1000);
    buf_base64(&b, bytes, sizeof bytes);
    assert_true(base64_decode(buf_view(&b), out, &n));
    assert_int_equal(n, sizeof bytes);
    assert_memory_equal(out, bytes, n);
    buf_clear(&b);
    buf_hex(&b, bytes, sizeof bytes);
    assert_true(hex_decode(buf_view(&b), out, sizeof bytes));
    assert_memory_equal(out, bytes, sizeof bytes);
    assert_false(hex_decode(buf_view(&b), out, sizeof bytes - 1));
    assert_false(hex_decode(STR("AB"), out, 1)); /* lower case only */
    assert_false(hex_decode(STR("0g"), out, 1));
}

/* ---- map ---- */

static void map_keeps_many_texts(void **state)
{
    enum { N = 5000 };
    Arena *arena = *state;
    static int values[N];
    Map map;
    map_init(&map, arena);
    assert_null(map_get(&map, STR("nothing yet")));
    for (size_t i = 0; i < N; i++)
        assert_null(map_put(&map, arena_printf(arena, "key %zu", i), &values[i]));
    assert_int_equal(map.count, N);
    assert_true(map.count * 3 <= map.capacity * 2 + 3);
    for (size_t i = 0; i < N; i++)
        assert_ptr_equal(map_get(&map, arena_printf(arena, "key %zu", i)), &values[i]);
    assert_null(map_get(&map, STR("key 5000")));
    assert_ptr_equal(map_put(&map, STR("key 7"), &values[0]), &values[7]);
    assert_ptr_equal(map_get(&map, STR("key 7")), &values[0]);
    assert_int_equal(map.count, N);
}

static void map_takes_the_empty_text_for_a_key(void **state)
{
    int value = 0;
    Map map;
    map_init(&map, *state);
    assert_null(map_put(&map, STR_NONE, &value));
    assert_ptr_equal(map_get(&map, STR("")), &value);
    assert_ptr_equal(map_get(&map, STR_NONE), &value);
}

static void idmap_keeps_many_numbers(void **state)
{
    enum { N = 5000 };
    static int values[N];
    Map map;
    map_init(&map, *state);
    assert_null(idmap_get(&map, 0));
    for (int64_t i = 0; i < N; i++)
        assert_null(idmap_put(&map, (i - N / 2) * 256, &values[i]));
    for (int64_t i = 0; i < N; i++)
        assert_ptr_equal(idmap_get(&map, (i - N / 2) * 256), &values[i]);
    assert_null(idmap_get(&map, 1));
    assert_null(idmap_put(&map, INT64_MIN, &values[1]));
    assert_ptr_equal(idmap_get(&map, INT64_MIN), &values[1]);
}

/* ---- date ---- */

/* The calendar as one counts it by hand, day after day, over two eras of 400 years on either side of 1970. */
static void days_follow_one_another(void **state)
{
    (void)state;
    Civil c = { 1200, 1, 1 };
    Day day = day_from_civil(c);
    int weekday = day_weekday(day);
    for (; c.year < 2801; day++) {
        Civil got = day_to_civil(day);
        assert_true(got.year == c.year && got.month == c.month && got.day == c.day);
        assert_int_equal(day_from_civil(c), day);
        assert_int_equal(day_weekday(day), weekday);
        weekday = weekday % 7 + 1;
        if (++c.day > civil_days_in_month(c.year, c.month)) {
            c.day = 1;
            c.year += c.month == 12;
            c.month = c.month % 12 + 1;
        }
    }
}

static void known_days_have_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(day_from_civil((Civil){ 1970, 1, 1 }), 0);
    assert_int_equal(day_from_civil((Civil){ 2000, 3, 1 }), 11017);
    assert_int_equal(day_from_civil((Civil){ 1969, 12, 31 }), -1);
    assert_int_equal(day_from_civil((Civil){ 1, 1, 1 }), -719162);
    assert_int_equal(day_weekday(day_from_civil((Civil){ 2023, 10, 11 })), 3);
    assert_int_equal(day_weekday(day_from_civil((Civil){ 1949, 10, 1 })), 6);
    for (int year = -5000000; year <= 5000000; year += 99991) {
        Civil c = day_to_civil(day_from_civil((Civil){ year, 2, 28 }));
        assert_true(c.year == year && c.month == 2 && c.day == 28);
    }
}

static void impossible_days_are_refused(void **state)
{
    (void)state;
    assert_true(civil_is_valid((Civil){ 2000, 2, 29 }) && civil_is_valid((Civil){ 2024, 2, 29 }));
    assert_false(civil_is_valid((Civil){ 1900, 2, 29 }) || civil_is_valid((Civil){ 2023, 2, 29 }));
    assert_false(civil_is_valid((Civil){ 2023, 4, 31 }) || civil_is_valid((Civil){ 2023, 0, 1 }));
    assert_false(civil_is_valid((Civil){ 2023, 13, 1 }) || civil_is_valid((Civil){ 2023, 1, 0 }));
    static const char *bad[] = { "",           "2023-10-1", "2023-10-111", "2023/10/11", "2023-02-29", "2023-13-01",
                                 "2023-00-10", "20231011",  " 2023-10-11", "2023-1a-11", "-023-10-11", "2023-10-00" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        Day day = 5;
        assert_false(day_parse(str_c(bad[i]), &day));
        assert_int_equal(day, 5);
    }
}

static void months_are_added_to_the_corresponding_day(void **state)
{
    static const struct {
        const char *from;
        int months;
        const char *to;
        bool clamped;
    } cases[] = {
        { "2023-01-31", 1, "2023-02-28", true },      { "2024-01-31", 1, "2024-02-29", true },
        { "2023-01-28", 1, "2023-02-28", false },     { "2023-03-31", -1, "2023-02-28", true },
        { "2023-12-15", 1, "2024-01-15", false },     { "2023-01-15", -1, "2022-12-15", false },
        { "2024-02-29", 12, "2025-02-28", true },     { "2024-02-29", 48, "2028-02-29", false },
        { "2023-05-31", 6, "2023-11-30", true },      { "2023-05-20", 0, "2023-05-20", false },
        { "2023-05-20", -1200, "1923-05-20", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Day from = 0;
        bool clamped = !cases[i].clamped;
        assert_true(day_parse(str_c(cases[i].from), &from));
        Day to = day_add_months(from, cases[i].months, &clamped);
        assert_str(day_print(*state, to), cases[i].to);
        assert_int_equal(clamped, cases[i].clamped);
        assert_int_equal(day_add_months(from, cases[i].months, NULL), to);
    }
}

static void instants_fall_on_local_days(void **state)
{
    enum { SHANGHAI = 480, NEWFOUNDLAND = -210 };
    Arena *arena = *state;
    Day day = day_from_civil((Civil){ 2023, 10, 11 });
    int64_t midnight = day_start(day, SHANGHAI);
    assert_int_equal(instant_day(midnight, SHANGHAI), day);
    assert_int_equal(instant_day(midnight - 1, SHANGHAI), day - 1);
    assert_int_equal(instant_of_day(midnight - 1, SHANGHAI), MS_PER_DAY - 1);
    assert_int_equal(instant_day(midnight, 0), day - 1);
    assert_int_equal(instant_day(-1, 0), -1); /* floor, also before 1970 */
    assert_int_equal(instant_of_day(-1, 0), MS_PER_DAY - 1);
    assert_str(instant_print(arena, midnight + 34265000, SHANGHAI), "2023-10-11T09:31:05+08:00");
    assert_str(instant_print(arena, 7, 0), "1970-01-01T00:00:00.007+00:00");
    assert_str(instant_print(arena, 0, NEWFOUNDLAND), "1969-12-31T20:30:00-03:30");
}

static void instants_are_read_in_their_zone(void **state)
{
    Arena *arena = *state;
    static const struct {
        const char *text, *printed;
    } good[] = {
        { "2023-10-11T09:31", "2023-10-11T09:31:00+08:00" },
        { "2023-10-11 09:31:05", "2023-10-11T09:31:05+08:00" },
        { "2023-10-11T09:31:05.250", "2023-10-11T09:31:05.250+08:00" },
        { "2023-10-11T01:31:05Z", "2023-10-11T09:31:05+08:00" },
        { "2023-10-11T01:31Z", "2023-10-11T09:31:00+08:00" },
        { "2023-10-10T22:01:05-03:30", "2023-10-11T09:31:05+08:00" },
        { "2024-02-29T23:59:59.999+08:00", "2024-02-29T23:59:59.999+08:00" },
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t at = 0;
        assert_true(instant_parse(str_c(good[i].text), 480, &at));
        assert_str(instant_print(arena, at, 480), good[i].printed);
    }
    static const char *bad[] = { "",
                                 "2023-10-11",
                                 "2023-10-11T24:00",
                                 "2023-10-11T09:60",
                                 "2023-10-11T09:31:60",
                                 "2023-10-11T09:31:5",
                                 "2023-10-11T09:31:05.",
                                 "2023-10-11T09:31:05.1234567890",
                                 "2023-10-11x09:31",
                                 "2023-10-11T09:31:05+8:00",
                                 "2023-10-11T09:31:05+19:00",
                                 "2023-10-11T09:31:05+08:60",
                                 "2023-10-11T09:31:05z",
                                 "2023-10-11T09:31:05Z ",
                                 "2023-02-30T09:31" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t at = 5;
        assert_false(instant_parse(str_c(bad[i]), 480, &at));
        assert_int_equal(at, 5);
    }
}

/* ---- rc ---- */

static void err_carries_message_place_and_cause(void **state)
{
    (void)state;
    Err err = { 0 };
    assert_int_equal(err_at(&err, RC_PARSE, "laws.yaml:3:1", "no %s", "title"), RC_PARSE);
    assert_int_equal(err_wrap(&err, RC_INVALID, "loading pack %d", 7), RC_PARSE); /* the cause's code stays */
    assert_string_equal(err.text, "loading pack 7: no title");
    assert_string_equal(err.place, "laws.yaml:3:1");
    assert_int_equal(err_set(&err, RC_IO, "gone"), RC_IO);
    assert_string_equal(err.place, "");
    assert_int_equal(err_set(NULL, RC_IO, "gone"), RC_IO);
    assert_int_equal(err_at(NULL, RC_IO, "x", "gone"), RC_IO);
    assert_int_equal(err_wrap(NULL, RC_IO, "gone"), RC_IO);
    err = (Err){ 0 };
    assert_int_equal(err_wrap(&err, RC_BUSY, "alone"), RC_BUSY);
}

static void long_messages_are_cut_between_characters(void **state)
{
    Arena *arena = *state;
    for (size_t ascii = 0; ascii < 4; ascii++) {
        CLEANUP(buf_free) Buf b;
        Err err = { 0 };
        size_t bad_at = 0;
        buf_init(&b, 10000);
        for (size_t i = 0; i < ascii; i++)
            buf_char(&b, 'x');
        for (size_t i = 0; i < 600; i++)
            buf_str(&b, i % 2 ? STR("法") : STR("\xF0\x9F\x98\x80"));
        const char *text = arena_c(arena, buf_view(&b));
        err_set(&err, RC_IO, "%s", text);
        assert_true(str_is_utf8(str_c(err.text), &bad_at));
        assert_in_range(strlen(err.text), ERR_TEXT_MAX - 4, ERR_TEXT_MAX - 1);
        err_wrap(&err, RC_IO, "doing");
        assert_true(str_starts(str_c(err.text), STR("doing: ")));
        assert_true(str_is_utf8(str_c(err.text), &bad_at));
        err_wrap(&err, RC_IO, "%s", text);
        assert_true(str_is_utf8(str_c(err.text), &bad_at));
    }
}

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    for (int a = RC_FATAL; a <= RC_OK; a++)
        for (int b = RC_FATAL; b < a; b++)
            assert_string_not_equal(rc_name((Rc)a), rc_name((Rc)b));
}

static Rc fail_with(Rc rc)
{
    TRY(rc);
    return RC_CONFLICT;
}

static void count_up(int **n)
{
    ++**n;
}

static Rc leave_early(int *counter, Rc rc)
{
    CLEANUP(count_up) int *counting = counter;
    TRY(rc);
    assert_int_equal(*counting, 0);
    return RC_OK;
}

static void try_returns_early_and_cleanup_runs(void **state)
{
    (void)state;
    assert_int_equal(fail_with(RC_DENIED), RC_DENIED);
    assert_int_equal(fail_with(RC_OK), RC_CONFLICT);
    int counter = 0;
    assert_int_equal(leave_early(&counter, RC_OK), RC_OK);
    assert_int_equal(leave_early(&counter, RC_IO), RC_IO);
    assert_int_equal(counter, 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arena_memory_is_aligned_and_apart),
        TEST(arena_zeroes_where_it_says_so),
        TEST(arena_rewinds_to_a_mark_across_blocks),
        TEST(arena_reset_reuses_its_first_block),
        TEST(arena_texts_end_in_nul),
        TEST(arena_arrays_grow),
        TEST(arena_stops_the_process_at_its_limit),
        TEST(str_compares_by_bytes),
        TEST(str_is_cut_trimmed_and_searched),
        TEST(str_reads_integers_strictly),
        TEST(str_counts_columns_of_a_terminal),
        TEST(str_knows_well_formed_utf8),
        TEST(every_code_point_goes_through_utf8),
        TEST(buf_stops_at_its_limit_and_says_so_once),
        TEST(buf_grows_and_copies),
        TEST(buf_prints_integers),
        TEST(buf_escapes_html_and_urls),
        TEST(base64_gives_the_known_answers),
        TEST(all_bytes_go_through_base64_and_hex),
        TEST(map_keeps_many_texts),
        TEST(map_takes_the_empty_text_for_a_key),
        TEST(idmap_keeps_many_numbers),
        TEST(days_follow_one_another),
        TEST(known_days_have_their_numbers),
        TEST(impossible_days_are_refused),
        TEST(months_are_added_to_the_corresponding_day),
        TEST(instants_fall_on_local_days),
        TEST(instants_are_read_in_their_zone),
        TEST(err_carries_message_place_and_cause),
        TEST(long_messages_are_cut_between_characters),
        TEST(every_code_has_its_own_name),
        TEST(try_returns_early_and_cleanup_runs),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
