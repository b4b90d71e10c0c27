#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/i18n/i18n.h"

static void the_english_text_is_its_own_wording(void **state)
{
    (void)state;
    assert_string_equal(i18n(LANG_EN, "Hearing"), "Hearing");
    assert_string_equal(i18n(LANG_EN, "not in any file"), "not in any file");
}

static void chinese_comes_from_its_file(void **state)
{
    (void)state;
    assert_string_equal(i18n(LANG_ZH, "Hearing"), "听证");
    assert_true(str_eq_c(i18n_str(LANG_ZH, "Hearing"), "听证"));
    char text[64];
    snprintf(text, sizeof text, i18n(LANG_ZH, "%s was served"), "决定书");
    assert_string_equal(text, "决定书已送达");
}

static void what_has_no_translation_stays_english(void **state)
{
    (void)state;
    assert_string_equal(i18n(LANG_ZH, "not in any file"), "not in any file");
    assert_string_equal(i18n(LANG_ZH, ""), "");
    assert_string_equal(i18n(LANG_EN, ""), "");
}

static void numbers_choose_their_form(void **state)
{
    (void)state;
    static const char one[] = "%lu working day";
    static const char many[] = "%lu working days";
    assert_string_equal(i18n_n(LANG_EN, one, many, 1), one);
    assert_string_equal(i18n_n(LANG_EN, one, many, 0), many);
    assert_string_equal(i18n_n(LANG_EN, one, many, 2), many);
    assert_string_equal(i18n_n(LANG_ZH, one, many, 1), "%lu个工作日");
    assert_string_equal(i18n_n(LANG_ZH, one, many, 5), "%lu个工作日");
}

static void *ask_both(void *arg)
{
    Lang lang = *(const Lang *)arg;
    size_t good = 0;
    for (int i = 0; i < 2000; i++)
        good += strcmp(i18n(lang, "Hearing"), lang == LANG_ZH ? "听证" : "Hearing") == 0;
    return (void *)good;
}

static void threads_may_ask_for_different_languages(void **state)
{
    (void)state;
    Lang langs[4] = { LANG_ZH, LANG_EN, LANG_ZH, LANG_EN };
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_both, &langs[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_int_equal((size_t)good, 2000);
    }
}

static Lang with_env(const char *lc_all, const char *lc_messages, const char *lang)
{
    setenv("LC_ALL", lc_all, 1);
    setenv("LC_MESSAGES", lc_messages, 1);
    setenv("LANG", lang, 1);
    return i18n_lang_from_env();
}

static void the_environment_names_a_language(void **state)
{
    (void)state;
    assert_int_equal(with_env("", "", ""), LANG_EN);
    assert_int_equal(with_env("", "", "zh_CN.UTF-8"), LANG_ZH);
    assert_int_equal(with_env("", "zh", "en_US.UTF-8"), LANG_ZH);
    assert_int_equal(with_env("C", "zh_CN", "zh_CN"), LANG_EN);
    assert_int_equal(with_env("zh_HK.Big5", "en", "en"), LANG_ZH);
    assert_int_equal(with_env("", "", "zhx"), LANG_EN);
}

static void accept_language_is_weighed(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        Lang fallback;
        Lang lang;
    } rows[] = {
        { "", LANG_ZH, LANG_ZH },
        { "zh-CN,zh;q=0.9,en;q=0.8", LANG_EN, LANG_ZH },
        { "en-GB, zh", LANG_ZH, LANG_EN },
        { "en;q=0.5, zh;q=0.6", LANG_EN, LANG_ZH },
        { "fr, de;q=0.9", LANG_ZH, LANG_ZH },
        { "fr, EN;q=0.1", LANG_ZH, LANG_EN },
        { "en;q=0, *", LANG_ZH, LANG_ZH },
        { "zh;q=0", LANG_EN, LANG_EN },
        { "zh; q=1.000 , en; q=0.999", LANG_EN, LANG_ZH },
        { "zh;q=2, en;q=0.1", LANG_ZH, LANG_EN },
        { "zh;q=x;q=1,,;,=;en", LANG_EN, LANG_EN },
        { "zh-Hans-CN", LANG_EN, LANG_ZH },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (i18n_lang_from_header(str_c(rows[i].header), rows[i].fallback) != rows[i].lang)
            fail_msg("%s", rows[i].header);
}

static void tags_are_matched_by_their_language(void **state)
{
    (void)state;
    Lang lang = LANG_COUNT;
    assert_true(i18n_lang_from_tag(STR("zh-Hant"), &lang) && lang == LANG_ZH);
    assert_true(i18n_lang_from_tag(STR("en"), &lang) && lang == LANG_EN);
    assert_false(i18n_lang_from_tag(STR("z"), &lang));
    assert_false(i18n_lang_from_tag(STR(""), &lang));
    assert_int_equal(lang, LANG_EN);
    assert_true(str_eq_c(i18n_lang_tag(LANG_ZH), "zh-CN"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_english_text_is_its_own_wording),
        cmocka_unit_test(chinese_comes_from_its_file),
        cmocka_unit_test(what_has_no_translation_stays_english),
        cmocka_unit_test(numbers_choose_their_form),
        cmocka_unit_test(threads_may_ask_for_different_languages),
        cmocka_unit_test(the_environment_names_a_language),
        cmocka_unit_test(accept_language_is_weighed),
        cmocka_unit_test(tags_are_matched_by_their_language),
    };
    /* What the caller's environment says must not matter. */
    setenv("LC_ALL", "C", 1);
    setenv("LANGUAGE", "de", 1);
    Err err = { 0 };
    if (argc != 2 || i18n_init(argv[1], &err) != RC_OK) {
        fprintf(stderr, "usage: i18n_tests LOCALE_DIR %s\n", err.text);
        return 2;
    }
    return cmocka_run_group_tests_name("i18n", tests, NULL, NULL);
}
