#include "fmt_tests.h"
#include "lib/fmt/json.h"

#include <stdio.h>
#include <string.h>

static Json parse_ok(Arena *arena, const char *text)
{
    Json value = json_null();
    Err err = { 0 };
    if (json_parse(arena, str_c(text), &value, &err) != RC_OK) {
        print_error("%s: %s: %s\n", text, err.place, err.text);
        fail();
    }
    return value;
}

static void scalars_are_read(void **state)
{
    Arena *arena = *state;
    assert_int_equal(parse_ok(arena, " null\n").type, JSON_NULL);
    assert_true(parse_ok(arena, "true").as.b);
    assert_false(parse_ok(arena, "false").as.b);
    assert_int_equal(parse_ok(arena, "0").as.i, 0);
    assert_int_equal(parse_ok(arena, "-9007199254740991").as.i, -JSON_INT_MAX);
    assert_int_equal(parse_ok(arena, "9007199254740991").as.i, JSON_INT_MAX);
    Json empty = parse_ok(arena, "\"\"");
    assert_int_equal(empty.n, 0);
    assert_non_null(empty.as.s);
}

static void escapes_are_undone_in_place(void **state)
{
    Json v = parse_ok(*state, "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u4f9D\\ud83d\\uDE00z法\"");
    assert_str_equal(json_as_str(&v), "a\"\\/\b\f\n\r\t\xC3\xA9依\xF0\x9F\x98\x80z法");
}

static void the_text_need_not_outlive_the_call(void **state)
{
    Json v = json_null();
    char text[] = "{\"name\":\"观湖\",\"n\":[1,2]}";
    assert_int_equal(json_parse(*state, str_c(text), &v, NULL), RC_OK);
    memset(text, 'x', sizeof text);
    assert_str_equal(json_get_str(&v, STR("name")), "观湖");
    assert_int_equal(json_as_int(json_at(json_get(&v, STR("n")), 1), 0), 2);
}

/* Each malformed text with the place and a part of the message. */
static void malformed_text_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text, *place, *says;
    } cases[] = {
        { "", "1:1", "the text ends here" },
        { "  ", "1:3", "expected a value" },
        { "{\"a\":1,}", "1:8", "a key in double quotes" },
        { "[1,]", "1:4", "expected a value" },
        { "[1 2]", "1:4", "',' or ']'" },
        { "{\"a\" 1}", "1:6", "':' after the key" },
        { "{\"a\":1", "1:7", "',' or '}'" },
        { "{a:1}", "1:2", "double quotes" },
        { "[1]\n x", "2:2", "nothing after the value" },
        { "nul", "1:1", "expected a value" },
        { "True", "1:1", "expected a value, found 'T'" },
        { "01", "1:1", "leading zero" },
        { "-0", "1:1", "minus zero" },
        { "-", "1:2", "a digit" },
        { "+1", "1:1", "expected a value" },
        { "1.5", "1:1", "only integers" },
        { "1e3", "1:1", "only integers" },
        { "9007199254740992", "1:1", "beyond" },
        { "-9007199254740992", "1:1", "beyond" },
        { "99999999999999999999999999", "1:1", "beyond" },
        { "\"abc", "1:5", "closing quote" },
        { "\"a\nb\"", "1:3", "control characters" },
        { "\"a\x7F\\x\"", "1:5", "after the backslash" },
        { "\"\\u12g4\"", "1:3", "four hexadecimal digits" },
        { "\"\\u0000\"", "1:3", "U+0000" },
        { "\"\\ud800\"", "1:3", "high surrogate" },
        { "\"\\ud800\\u0041\"", "1:3", "high surrogate" },
        { "\"\\udc00\"", "1:3", "low surrogate" },
        { "\"依法\xC0\x80\"", "1:4", "UTF-8" },
        { "\"\xED\xA0\x80\"", "1:2", "UTF-8" },
        { "\"\xE4\xBE\"", "1:2", "UTF-8" },
        { "{\"a\":1,\n \"b\":2, \"a\":3}", "2:9", "\"a\" stands twice" },
        { "{\"x\":{\"\":1,\"\":2}}", "1:12", "stands twice" },
        { "\xEF\xBB\xBF{}", "1:1", "expected a value" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Json v = json_int(7);
        Err err = { 0 };
        Rc rc = json_parse(*state, str_c(cases[i].text), &v, &err);
        if (rc != RC_PARSE || strcmp(err.place, cases[i].place) != 0 || !strstr(err.text, cases[i].says)) {
            print_error("%s: %s at %s: %s\n", cases[i].text, rc_name(rc), err.place, err.text);
            fail();
        }
        assert_int_equal(v.as.i, 7); /* outputs are untouched on failure */
    }
}

static void numbers_of_other_programs_keep_their_digits(void **state)
{
    static const struct {
        const char *text;
        const char *canonical;
    } cases[] = {
        { "[1.10,-0.5,1E-3,2e+10]",
          "[{\"@number\":\"1.10\"},{\"@number\":\"-0.5\"},{\"@number\":\"1E-3\"},{\"@number\":\"2e+10\"}]" },
        { "[5,-5,0,-0]", "[5,-5,0,0]" },
        { "[9007199254740991,9007199254740992]", "[9007199254740991,{\"@number\":\"9007199254740992\"}]" },
        { "123456789012345678901234567890.12", "{\"@number\":\"123456789012345678901234567890.12\"}" },
    };
    static const char *const bad[] = { "1.", ".5", "01.5", "1e", "1e+", "-", "--1", "1.5.2", "+1", "0x1" };
    Json v;
    Err err = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(json_parse_decimals(*state, str_c(cases[i].text), &v, &err), RC_OK);
        assert_string_equal(arena_c(*state, json_to_arena(*state, &v)), cases[i].canonical);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(json_parse_decimals(*state, str_c(bad[i]), &v, &err), RC_PARSE);
}

static void a_zero_byte_is_refused(void **state)
{
    Json v;
    Err err = { 0 };
    assert_int_equal(json_parse(*state, STR("[1,\0 2]"), &v, &err), RC_PARSE);
    assert_string_equal(err.place, "1:4");
    assert_int_equal(json_parse(*state, STR("1\0"), &v, &err), RC_PARSE);
    assert_int_equal(json_parse(*state, STR("\"a\0b\""), &v, &err), RC_PARSE);
}

static void depth_and_size_are_limited(void **state)
{
    char text[2 * JSON_DEPTH_MAX + 3];
    Json v;
    Err err = { 0 };
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    assert_int_equal(json_parse(*state, (Str){ text, 2 * JSON_DEPTH_MAX }, &v, &err), RC_OK);
    CLEANUP(buf_free) Buf out;
    buf_init(&out, 1000);
    json_write(&out, &v);
    assert_int_equal(out.n, 2 * JSON_DEPTH_MAX);

    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    assert_int_equal(json_parse(*state, (Str){ text, 2 * JSON_DEPTH_MAX + 2 }, &v, &err), RC_LIMIT);
    assert_string_equal(err.place, "1:65");
    assert_int_equal(json_parse(*state, (Str){ text, JSON_TEXT_MAX + (size_t)1 }, &v, &err), RC_LIMIT);
}

static void canonical_members_are_sorted_by_bytes(void **state)
{
    Json v = parse_ok(*state, "{ \"b\" : 1, \"a\" : [ ], \"\" : { }, \"B\" : null, \"aa\" : false }");
    assert_str_equal(json_to_arena(*state, &v), "{\"\":{},\"B\":null,\"a\":[],\"aa\":false,\"b\":1}");
    assert_true(str_eq_c(v.as.members[0].key, "b")); /* writing does not disturb the order */
}

static void strings_are_escaped_as_jcs_says(void **state)
{
    Json v = json_c("\x01\b\t\n\x0B\f\r\x1F \"\\/\x7F\xC3\xA9依");
    assert_str_equal(json_to_arena(*state, &v), "\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\x7F\xC3\xA9依\"");
}

static void pretty_keeps_the_order_and_indents(void **state)
{
    Json v = parse_ok(*state, "{\"b\":[1,{\"x\":[]}],\"a\":{}}");
    CLEANUP(buf_free) Buf out;
    buf_init(&out, 1000);
    json_write_pretty(&out, &v);
    assert_str_equal(buf_view(&out), "{\n  \"b\": [\n    1,\n    {\n      \"x\": []\n    }\n  ],\n  \"a\": {}\n}");
}

/* Around and beyond the size where the way of sorting changes, each size with its own shuffle. */
static void objects_of_any_size_are_sorted(void **state)
{
    Arena *arena = *state;
    uint32_t seed = 1;
    for (uint32_t n = 0; n < 200; n++) {
        Json object = json_obj();
        Json again = json_null();
        for (uint32_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            json_add(arena, &object, arena_printf(arena, "k%08x", seed), json_int(i));
        }
        assert_int_equal(json_parse(arena, json_to_arena(arena, &object), &again, NULL), RC_OK);
        assert_int_equal(again.n, n);
        assert_true(json_equal(&object, &again));
        for (uint32_t i = 1; i < n; i++)
            assert_true(str_cmp(again.as.members[i - 1].key, again.as.members[i].key) < 0);
    }
}

static void a_duplicate_is_found_in_a_large_object(void **state)
{
    Arena *arena = *state;
    for (uint32_t at = 0; at < 300; at += 23) {
        Json object = json_obj();
        Json again = json_null();
        Err err = { 0 };
        for (uint32_t i = 0; i < 300; i++)
            json_add(arena, &object, arena_printf(arena, "k%08x", i * 2654435761u), json_int(i));
        json_add(arena, &object, object.as.members[at].key, json_null());
        assert_int_equal(json_parse(arena, json_to_arena(arena, &object), &again, &err), RC_PARSE);
        assert_non_null(strstr(err.text, "stands twice"));
    }
}

static void a_value_can_be_built_and_changed(void **state)
{
    Arena *arena = *state;
    Json object = json_obj();
    Json *list = json_add(arena, &object, STR("list"), json_arr());
    for (int i = 0; i < 20; i++)
        json_push(arena, list, json_int(i));
    json_set(arena, &object, STR("n"), json_int(1));
    json_set(arena, &object, STR("n"), json_int(-2));
    json_set(arena, &object, STR("gone"), json_bool(true));
    json_remove(&object, STR("gone"));
    json_remove(&object, STR("never there"));
    assert_int_equal(object.n, 2);
    assert_int_equal(json_get(&object, STR("list"))->n, 20);
    assert_int_equal(json_get_int(&object, STR("n"), 0), -2);

    Json parsed = parse_ok(arena, "[1,2]");
    json_push(arena, &parsed, json_c("three"));
    assert_str_equal(json_to_arena(arena, &parsed), "[1,2,\"three\"]");
}

static void a_copy_is_deep(void **state)
{
    Arena *other = arena_new(0);
    Json v = parse_ok(other, "{\"a\":[{\"b\":\"依法\"},[],{}],\"c\":null}");
    Json copy = json_copy(*state, &v);
    assert_true(json_equal(&v, &copy));
    arena_free(other);
    assert_str_equal(json_to_arena(*state, &copy), "{\"a\":[{\"b\":\"依法\"},[],{}],\"c\":null}");
}

static void reading_the_wrong_type_gives_the_default(void **state)
{
    Json v = parse_ok(*state, "{\"s\":\"x\",\"i\":3,\"b\":true,\"a\":[1]}");
    assert_int_equal(json_get_int(&v, STR("s"), -1), -1);
    assert_int_equal(json_get_int(NULL, STR("s"), -1), -1);
    assert_int_equal(json_get_str(&v, STR("i")).n, 0);
    assert_true(json_get_bool(&v, STR("b")));
    assert_false(json_get_bool(&v, STR("i")));
    assert_null(json_get(json_get(&v, STR("a")), STR("x")));
    assert_null(json_at(json_get(&v, STR("a")), 1));
    assert_null(json_at(&v, 0));
}

static void equality_ignores_only_the_order_of_members(void **state)
{
    Json a = parse_ok(*state, "{\"x\":1,\"y\":[1,2]}");
    const char *different[] = { "{\"x\":1}",           "{\"x\":1,\"z\":[1,2]}",    "{\"x\":1,\"y\":[2,1]}",
                                "{\"x\":1,\"y\":[1]}", "{\"x\":true,\"y\":[1,2]}", "[]" };
    Json same = parse_ok(*state, "{\"y\":[1,2],\"x\":1}");
    assert_true(json_equal(&a, &same));
    for (size_t i = 0; i < ARRAY_LEN(different); i++) {
        Json b = parse_ok(*state, different[i]);
        assert_false(json_equal(&a, &b));
    }
}

int json_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(scalars_are_read),
        ARENA_TEST(escapes_are_undone_in_place),
        ARENA_TEST(the_text_need_not_outlive_the_call),
        ARENA_TEST(malformed_text_is_refused_with_its_place),
        ARENA_TEST(numbers_of_other_programs_keep_their_digits),
        ARENA_TEST(a_zero_byte_is_refused),
        ARENA_TEST(depth_and_size_are_limited),
        ARENA_TEST(canonical_members_are_sorted_by_bytes),
        ARENA_TEST(strings_are_escaped_as_jcs_says),
        ARENA_TEST(pretty_keeps_the_order_and_indents),
        ARENA_TEST(objects_of_any_size_are_sorted),
        ARENA_TEST(a_duplicate_is_found_in_a_large_object),
        ARENA_TEST(a_value_can_be_built_and_changed),
        ARENA_TEST(a_copy_is_deep),
        ARENA_TEST(reading_the_wrong_type_gives_the_default),
        ARENA_TEST(equality_ignores_only_the_order_of_members),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
