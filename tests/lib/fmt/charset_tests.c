#include "fmt_tests.h"
#include "lib/fmt/charset.h"

#include <string.h>

static void utf8_is_taken_as_it_is(void **state)
{
    Str bytes = STR("依法行政 ok");
    Str text = STR_NONE;
    const char *charset = NULL;
    assert_int_equal(text_to_utf8(*state, bytes, &text, &charset, NULL), RC_OK);
    assert_ptr_equal(text.p, bytes.p);
    assert_string_equal(charset, "UTF-8");

    assert_int_equal(text_to_utf8(*state,
                                  STR("\xEF\xBB\xBF"
                                      "a"),
                                  &text, &charset, NULL),
                     RC_OK);
    assert_str_equal(text, "a");
    assert_int_equal(text_to_utf8(*state, STR_NONE, &text, &charset, NULL), RC_OK);
    assert_int_equal(text.n, 0);
}

static void gb18030_is_recognised_and_converted(void **state)
{
    /* "编号,观湖" in GBK, then U+20000 in four bytes. */
    Str bytes = STR("\xB1\xE0\xBA\xC5,\xB9\xDB\xBA\xFE\x95\x32\x82\x36\n");
    Str text = STR_NONE;
    const char *charset = NULL;
    assert_int_equal(text_to_utf8(*state, bytes, &text, &charset, NULL), RC_OK);
    assert_string_equal(charset, "GB18030");
    assert_str_equal(text, "编号,观湖\xF0\xA0\x80\x80\n");
}

static void other_bytes_are_refused_with_place_and_hint(void **state)
{
    static const struct {
        Str bytes;
        const char *place, *says;
    } cases[] = {
        { { "ab\xB1", 3 }, "byte 2", "neither" },
        { { "a\xB1\xE0"
            "b\xFF\xFF",
            6 },
          "byte 4",
          "neither" },
        { { "\xEF\xBB\xBF"
            "a\xFF",
            5 },
          "byte 4",
          "damaged" },
        { { "依法行政公开透明\xB1\xE0", 26 }, "byte 24", "damaged" },
        { { "\xFF\xFE"
            "a\0",
            4 },
          "byte 0",
          "UTF-16" },
        { { "a\0b", 3 }, "byte 1", "no text file" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str text = STR("before");
        const char *charset = NULL;
        Err err = { 0 };
        Rc rc = text_to_utf8(*state, cases[i].bytes, &text, &charset, &err);
        if (rc != RC_PARSE || strcmp(err.place, cases[i].place) != 0 || !strstr(err.text, cases[i].says)) {
            print_error("case %zu: %s at %s: %s\n", i, rc_name(rc), err.place, err.text);
            fail();
        }
        assert_str_equal(text, "before");
        assert_null(charset);
    }
}

int charset_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(utf8_is_taken_as_it_is),
        ARENA_TEST(gb18030_is_recognised_and_converted),
        ARENA_TEST(other_bytes_are_refused_with_place_and_hint),
    };
    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
