#include "fmt_tests.h"
#include "lib/fmt/yaml.h"

#include <stdio.h>
#include <string.h>

static YamlNode *parse_ok(Arena *arena, const char *text)
{
    YamlNode *root = NULL;
    Err err = { 0 };
    if (yaml_parse(arena, STR("p.yaml"), str_c(text), &root, &err) != RC_OK) {
        print_error("%s\n%s: %s\n", text, err.place, err.text);
        fail();
    }
    return root;
}

static void nodes_and_keys_know_their_places(void **state)
{
    const YamlNode *root = parse_ok(*state, "# head\n"
                                            "---\n"
                                            "名称: 行政处罚\n"
                                            "stages:\n"
                                            "  - id: filed\n"
                                            "    title: \"立案\"\n"
                                            "  - {id: closed, days: [15, 30]}\n"
                                            "note: |\n"
                                            "  one\n"
                                            "  two\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->n, 3);
    assert_int_equal(root->line, 3);
    assert_int_equal(root->pairs[0].value->col, 5); /* columns are characters */
    assert_str_equal(root->pairs[0].value->text, "行政处罚");

    const YamlNode *stages = yaml_get(root, STR("stages"));
    assert_int_equal(stages->kind, YAML_SEQ);
    assert_int_equal(stages->n, 2);
    const YamlPair *title = yaml_pair(stages->items[0], STR("title"));
    assert_int_equal(title->line, 6);
    assert_int_equal(title->col, 5);
    assert_int_equal(title->value->line, 6);
    assert_int_equal(title->value->col, 12);
    assert_true(title->value->quoted);

    const YamlNode *days = yaml_get(stages->items[1], STR("days"));
    assert_int_equal(days->items[1]->line, 7);
    assert_int_equal(days->items[1]->col, 29);
    assert_false(days->items[1]->quoted);
    assert_str_equal(yaml_get(root, STR("note"))->text, "one\ntwo\n");
    assert_null(yaml_get(root, STR("absent")));
    assert_null(yaml_get(days, STR("stages")));
}

static void null_is_told_from_text(void **state)
{
    const YamlNode *root = parse_ok(*state, "a:\nb: ~\nc: null\nd: 'null'\ne: ''\nf: no\ng: []\nh: |\n");
    static const bool null[] = { true, true, true, false, false, false, false, false };
    assert_int_equal(root->n, ARRAY_LEN(null));
    for (size_t i = 0; i < root->n; i++)
        assert_int_equal(yaml_is_null(root->pairs[i].value), null[i]);
    assert_true(yaml_is_null(yaml_get(root, STR("absent"))));
}

static void what_is_refused_names_its_place_and_a_way_out(void **state)
{
    static const struct {
        const char *text, *place, *says;
    } cases[] = {
        { "a: 1\nb: 2\na: 3\n", "p.yaml:3:1", "stands here and in line 1" },
        { "x: {a: 1, \"a\": 2}\n", "p.yaml:1:11", "\"a\" stands here" },
        { "a: &x 1\n", "p.yaml:1:4", "anchors" },
        { "a: &x\n  b: 1\n", "p.yaml:1:4", "anchors" },
        { "a: &x [1]\n", "p.yaml:1:4", "anchors" },
        { "a: *x\n", "p.yaml:1:4", "aliases" },
        { "*x : 1\n", "p.yaml:1:1", "aliases" },
        { "<<: {a: 1}\n", "p.yaml:1:1", "merge keys" },
        { "a: !!str 1\n", "p.yaml:1:4", "tags" },
        { "a: !x {b: 1}\n", "p.yaml:1:4", "tags" },
        { "- ! []\n", "p.yaml:1:3", "tags" },
        { "%YAML 1.1\n---\na: 1\n", "p.yaml:1:1", "directives" },
        { "a: 1\n---\nb: 2\n", "p.yaml:2:1", "only one document" },
        { "? [a]\n: 1\n", "p.yaml:1:3", "key must be plain text" },
        { "'': 1\n", "p.yaml:1:1", "key is missing" },
        { "", "p.yaml:1:1", "nothing but white space" },
        { "# only this\n", "p.yaml:2:1", "nothing but white space" },
        { "a: 1\n\tb: 2\n", "p.yaml:2:1", "not tabs" },
        { "a: 1\nb：2\nc: 3\n", "p.yaml:3:1", "full-width colon" },
        { "a: [1, 2\nb: 3\n", "p.yaml:2:2", "while parsing a flow sequence that began at line 1" },
        { "a: \"open\n", "p.yaml:2:1", "unexpected end of stream" },
        { "a: \"\\0\"\n", "p.yaml:1:4", "U+0000" },
        { "a: 依\nb: \xC0\x80\n", "p.yaml:2:4", "UTF-8" },
        { "a: \x01\n", "p.yaml:1:4", "control characters" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        YamlNode *root = NULL;
        Err err = { 0 };
        Rc rc = yaml_parse(*state, STR("p.yaml"), str_c(cases[i].text), &root, &err);
        if (rc != RC_PARSE || strcmp(err.place, cases[i].place) != 0 || !strstr(err.text, cases[i].says)) {
            print_error("%s%s at %s: %s\n", cases[i].text, rc_name(rc), err.place, err.text);
            fail();
        }
        assert_null(root);
    }
}

static void duplicates_are_found_in_large_mappings(void **state)
{
    CLEANUP(buf_free) Buf text;
    buf_init(&text, 100000);
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "key%d: %d\n", i, i);
    YamlNode *root = NULL;
    Err err = { 0 };
    assert_int_equal(yaml_parse(*state, STR("p"), buf_view(&text), &root, &err), RC_OK);
    assert_int_equal(root->n, 1000);
    buf_str(&text, STR("key3: again\n"));
    assert_int_equal(yaml_parse(*state, STR("p"), buf_view(&text), &root, &err), RC_PARSE);
    assert_string_equal(err.place, "p:1001:1");
    assert_non_null(strstr(err.text, "line 4"));
}

static void size_depth_and_nodes_are_limited(void **state)
{
    CLEANUP(buf_free) Buf text;
    buf_init(&text, YAML_BYTES_MAX + 1);
    YamlNode *root = NULL;
    Err err = { 0 };

    for (int i = 0; i < YAML_DEPTH_MAX; i++)
        buf_char(&text, '[');
    for (int i = 0; i < YAML_DEPTH_MAX; i++)
        buf_char(&text, ']');
    assert_int_equal(yaml_parse(*state, STR("p"), buf_view(&text), &root, &err), RC_OK);

    buf_clear(&text);
    for (int i = 0; i < 50000; i++)
        buf_char(&text, '[');
    assert_int_equal(yaml_parse(*state, STR("p"), buf_view(&text), &root, &err), RC_LIMIT);
    assert_string_equal(err.place, "p:1:33");

    buf_clear(&text);
    for (int i = 0; i < YAML_NODES_MAX; i++)
        buf_str(&text, STR("- 1\n"));
    assert_int_equal(yaml_parse(*state, STR("p"), buf_view(&text), &root, &err), RC_LIMIT);
    assert_non_null(strstr(err.text, "nodes"));

    buf_clear(&text);
    while (text.n <= YAML_BYTES_MAX)
        buf_char(&text, ' ');
    assert_int_equal(yaml_parse(*state, STR("p"), buf_view(&text), &root, &err), RC_LIMIT);
    assert_non_null(strstr(err.text, "1048577 bytes"));
}

static void callers_fail_at_a_node(void **state)
{
    (void)state;
    Err err = { 0 };
    char path[600];
    memset(path, 'd', sizeof path);
    memcpy(path + sizeof path - 5, ".yaml", 5);
    assert_int_equal(yaml_fail(&err, (Str){ path, sizeof path }, 12, 5, "no such stage: %s", "x"), RC_INVALID);
    assert_string_equal(err.text, "no such stage: x");
    assert_non_null(strstr(err.place, "d.yaml:12:5")); /* a long path is cut in front */
}

int yaml_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(nodes_and_keys_know_their_places),
        ARENA_TEST(null_is_told_from_text),
        ARENA_TEST(what_is_refused_names_its_place_and_a_way_out),
        ARENA_TEST(duplicates_are_found_in_large_mappings),
        ARENA_TEST(size_depth_and_nodes_are_limited),
        ARENA_TEST(callers_fail_at_a_node),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
