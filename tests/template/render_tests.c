/* Blocks, partials, wording, limits. */
#include <stdio.h>
#include <string.h>

#include "groups.h"
#include "support.h"

#define text(source, model) render(TEMPLATE_TEXT, (source), (model), NULL)

static void values_are_feel(void **state)
{
    (void)state;
    assert_string_equal(text("{{ a + 1 }} {{ b.c }} {{ string length(d) }} {{ e[2] }}",
                             "{\"a\":1,\"b\":{\"c\":\"x\"},\"d\":\"abc\",\"e\":[7,8]}"),
                        "2 x 3 8");
    assert_string_equal(text("{{ {a: {b: \"}}\"}}.a.b }}", "{}"), "}}");
    assert_string_equal(
        text("{{ count(rows[state = \"open\"]) }}", "{\"rows\":[{\"state\":\"open\"},{\"state\":\"x\"}]}"), "1");
    assert_string_equal(text("{{ n }}{{ t }}{{ missing }}.", "{\"n\":null,\"t\":true}"), "true.");
    assert_string_equal(text("{{ 0.1 + 0.2 }}", "{}"), "0.3");
}

static void conditions_know_presence(void **state)
{
    (void)state;
    const char *t = "{{#if x}}yes{{else}}no{{/if}}";
    static const char *const yes[] = { "true", "1", "0", "\"a\"", "[1]", "{}" };
    static const char *const no[] = { "false", "null", "\"\"", "[]" };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        assert_string_equal(text(t, arena_c(support_arena(), arena_printf(support_arena(), "{\"x\":%s}", yes[i]))),
                            "yes");
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        assert_string_equal(text(t, arena_c(support_arena(), arena_printf(support_arena(), "{\"x\":%s}", no[i]))),
                            "no");
    assert_string_equal(text(t, "{}"), "no");
    const char *chain = "{{#if x = 1}}a{{else if x = 2}}b{{else if x = 3}}c{{else}}d{{/if}}";
    assert_string_equal(text(chain, "{\"x\":1}"), "a");
    assert_string_equal(text(chain, "{\"x\":2}"), "b");
    assert_string_equal(text(chain, "{\"x\":3}"), "c");
    assert_string_equal(text(chain, "{\"x\":4}"), "d");
    assert_string_equal(text("{{#if x = 1}}a{{else if x = 2}}b{{/if}}.", "{\"x\":4}"), ".");
}

static void lists_repeat_and_shadow(void **state)
{
    (void)state;
    assert_string_equal(
        text("{{#each xs as x}}{{ x_index }}{{ x }},{{/each}}{{ x }}", "{\"xs\":[\"a\",\"b\"],\"x\":\"m\"}"),
        "1a,2b,m");
    assert_string_equal(text("{{#each xs as x}}{{ x }}{{else}}none{{/each}}.", "{\"xs\":[]}"), "none.");
    assert_string_equal(text("{{#each xs as x}}{{ x }}{{else}}none{{/each}}.", "{\"xs\":[1]}"), "1.");
    assert_string_equal(
        text("{{#each a as r}}{{#each r as r}}{{ r }}{{/each}}{{ r_index }};{{/each}}", "{\"a\":[[1,2],[3]]}"),
        "121;32;");
    assert_string_equal(text("{{#each a as r}}{{#if r > 1}}{{ r }}{{else}}-{{/if}}{{/each}}", "{\"a\":[1,2]}"), "-2");
}

static void block_tags_leave_no_lines(void **state)
{
    (void)state;
    assert_string_equal(
        text("a\n  {{#if x}}\n  b\n  {{else}}\n  c\n  {{/if}}\nd {{! no }}\n{{! remark }}\ne\n", "{\"x\":1}"),
        "a\n  b\nd \ne\n");
}

static void partials_are_read_in_place(void **state)
{
    (void)state;
    const char *const partials[] = { "_row.html", "<li title=\"{{ r.t }}\">{{> inner}}</li>", "_inner.html",
                                     "{{ r.t }}{{ y }}", NULL };
    assert_string_equal(render(TEMPLATE_HTML,
                               "<ul>{{#each rows as r}}{{> row}}{{/each}}{{> row last as r}}</ul>{{ r }}",
                               "{\"rows\":[{\"t\":\"a\"}],\"last\":{\"t\":\"<\"},\"y\":1,\"r\":\"m\"}", partials),
                        "<ul><li title=\"a\">a1</li><li title=\"&lt;\">&lt;1</li></ul>m");
}

static void partials_are_checked(void **state)
{
    (void)state;
    refused("{{> nothing}}", "t.html:1:1", "no partial _nothing.html");
    Err err = { 0 };
    TemplateSet *set = template_set_new(support_arena(), NULL);
    assert_int_equal(template_load(set, STR("t.html"), STR("{{> a}}"), TEMPLATE_HTML, &err), RC_OK);
    assert_int_equal(template_load(set, STR("_a.html"), STR("x\n{{> b}}"), TEMPLATE_HTML, &err), RC_OK);
    assert_int_equal(template_load(set, STR("_b.html"), STR("{{> a}}"), TEMPLATE_HTML, &err), RC_OK);
    assert_int_equal(template_load(set, STR("_b.html"), STR(""), TEMPLATE_HTML, &err), RC_CONFLICT);
    assert_int_equal(template_set_compile(set, &err), RC_INVALID);
    assert_string_equal(err.place, "_b.html:1:1");
    assert_non_null(strstr(err.text, "includes itself"));
    assert_null(template_find(set, STR("_a.html")));
}

static Str shout(void *ctx, Str msgid)
{
    (void)ctx;
    return str_eq_c(msgid, "Due %1, by %2") ? STR("%2 <must> by %1")
           : str_eq_c(msgid, "Name \"x\"")  ? STR("N&\"")
                                            : msgid;
}

static Str shout_n(void *ctx, Str one, Str many, unsigned long n)
{
    (void)ctx;
    return n == 1 ? one : many;
}

static void wording_is_translated_and_filled(void **state)
{
    (void)state;
    Err err = { 0 };
    TemplateSet *set = template_set_new(support_arena(), &(TemplateSetOptions){ shout, shout_n, NULL, NULL, 0 });
    const char *source = "<p title=\"{{_ Name \"x\"}}\">{{_  Due  %1, by %2 | day | who.name }} 100%1 "
                         "{{_n n | %1 day | %1 days of %2 | who.name}}</p>";
    assert_int_equal(template_load(set, STR("t.html"), str_c(source), TEMPLATE_HTML, &err), RC_OK);
    if (template_set_compile(set, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    Json model;
    for (int n = 1; n <= 2; n++) {
        Str text = arena_printf(support_arena(), "{\"day\":\"today\",\"who\":{\"name\":\"<A>\"},\"n\":%d}", n);
        assert_int_equal(json_parse(support_arena(), text, &model, &err), RC_OK);
        Buf out;
        buf_init(&out, 4096);
        assert_int_equal(template_render(template_find(set, STR("t.html")), &model, NULL, support_arena(), &out, &err),
                         RC_OK);
        assert_string_equal(
            arena_c(support_arena(), buf_view(&out)),
            n == 1 ? "<p title=\"N&amp;&quot;\">&lt;A&gt; &lt;must&gt; by today 100%1 1 day</p>"
                   : "<p title=\"N&amp;&quot;\">&lt;A&gt; &lt;must&gt; by today 100%1 2 days of &lt;A&gt;</p>");
        buf_free(&out);
    }
    refused("<p>{{_ Due %2 | x}}</p>", "t.html:1:4", "no expression for %2");
    refused("<a href=\"{{_ x}}\">a</a>", "t.html:1:10", "wording may stand");
    refused("<p>{{_n x | one}}</p>", "t.html:1:4", "write {{_n count");
}

static void markdown_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(render(TEMPLATE_MARKDOWN, "{{ a }}\nx {{ b }} 2023-11-30\n",
                               "{\"a\":\"1. #a\\n- b\",\"b\":\"*x* <b>|[1](2) - 3.\"}", NULL),
                        "1\\. \\#a - b\nx \\*x\\* \\<b\\>\\|\\[1\\](2) - 3. 2023-11-30\n");
}

static void gaps_name_what_is_missing(void **state)
{
    (void)state;
    const char *found = gaps("<p>{{ a }}{{ b }}\n{{ c.d }}{{#if nothing}}x{{/if}}{{#each e as f}}{{/each}}</p>",
                             "{\"a\":null,\"c\":{}}");
    assert_non_null(strstr(found, "t.html:1:11: b is missing"));
    assert_non_null(strstr(found, "t.html:2:1: c.d is "));
    assert_non_null(strstr(found, "t.html:2:33: e is missing"));
    assert_null(strstr(found, "nothing"));
    assert_null(strstr(found, " a is"));
    assert_string_equal(gaps("<p>{{ a.b }}</p>", "{\"a\":{\"b\":null}}"), "");
    assert_non_null(strstr(gaps("<p>{{ a }}</p>", "{\"a\":[1]}"), "is not a text"));
    assert_non_null(strstr(gaps("<p>{{#each a as b}}{{/each}}</p>", "{\"a\":1}"), "is not a list"));
    assert_non_null(strstr(gaps("<a href=\"{{ a }}\">b</a>", "{\"a\":\"javascript:x\"}"), "is not an allowed URL"));
    /* A bound null is a null the model gave. */
    assert_string_equal(gaps("<p>{{#each a as b}}{{ b }}{{/each}}</p>", "{\"a\":[null]}"), "");
}

static void syntax_errors_have_their_place(void **state)
{
    (void)state;
    refused("<p>\n {{ a", "t.html:2:2", "no }}");
    refused("<p>{{ a + }}</p>", "t.html:1:4", "{{ a + }} at 1:");
    refused("{{#if a}}", "t.html:1:1", "no {{/if}}");
    refused("{{/if}}", "t.html:1:1", "no open block");
    refused("{{#if a}}{{/each}}", "t.html:1:10", "no open block");
    refused("{{#if a}}{{else}}{{else}}{{/if}}", "t.html:1:18", "has had its");
    refused("{{#each a}}{{/each}}", "t.html:1:1", "{{#each expr as name}}");
    refused("{{#unless a}}{{/unless}}", "t.html:1:1", "unknown block");
    refused("{{}}", "t.html:1:1", "expression is missing");
}

static FeelValue figure_fn(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const int64_t *base = feel_host(ev);
    return feel_int(*base + (int64_t)feel_to_str(args[0]).n);
}

static void host_functions_are_called(void **state)
{
    (void)state;
    static const FeelHost table[] = { { "figure", 1, 1, NULL, figure_fn } };
    Err err = { 0 };
    TemplateSet *set = template_set_new(support_arena(), &(TemplateSetOptions){ .host = table, .host_n = 1 });
    assert_int_equal(template_load(set, STR("r.md"), STR("{{ figure(\"abc\") }}"), TEMPLATE_MARKDOWN, &err), RC_OK);
    if (template_set_compile(set, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    int64_t base = 7978;
    Json model = json_obj();
    Buf out;
    buf_init(&out, 64);
    TemplateOptions options = { .host = &base };
    assert_int_equal(template_render(template_find(set, STR("r.md")), &model, &options, support_arena(), &out, &err),
                     RC_OK);
    assert_string_equal(arena_c(support_arena(), buf_view(&out)), "7981");
    buf_free(&out);
}

static void limits_hold(void **state)
{
    (void)state;
    Err err = { 0 };
    TemplateSet *set = template_set_new(support_arena(), NULL);
    char *big = arena_alloc(support_arena(), TEMPLATE_SOURCE_MAX + 1);
    memset(big, 'a', TEMPLATE_SOURCE_MAX + 1);
    assert_int_equal(template_load(set, STR("a.txt"), (Str){ big, TEMPLATE_SOURCE_MAX + 1 }, TEMPLATE_TEXT, &err),
                     RC_LIMIT);
    assert_int_equal(template_load(set, STR("a.txt"), STR("\xFF"), TEMPLATE_TEXT, &err), RC_PARSE);
    const char *loop =
        "{{#each a as b}}{{#each a as c}}{{#each a as d}}{{#each a as e}}{{/each}}{{/each}}{{/each}}{{/each}}";
    assert_int_equal(template_load(set, STR("l.txt"), str_c(loop), TEMPLATE_TEXT, &err), RC_OK);
    assert_int_equal(template_load(set, STR("o.txt"), STR("{{#each a as b}}0123456789{{/each}}"), TEMPLATE_TEXT, &err),
                     RC_OK);
    assert_int_equal(template_set_compile(set, &err), RC_OK);
    Json model = json_obj();
    Json items = json_arr();
    for (int i = 0; i < 100; i++)
        json_push(support_arena(), &items, json_int(i));
    json_add(support_arena(), &model, STR("a"), items);
    Buf out;
    buf_init(&out, 64);
    assert_int_equal(template_render(template_find(set, STR("l.txt")), &model, NULL, support_arena(), &out, &err),
                     RC_LIMIT);
    assert_non_null(strstr(err.text, "steps"));
    assert_int_equal(template_render(template_find(set, STR("o.txt")), &model, NULL, support_arena(), &out, &err),
                     RC_LIMIT);
    buf_free(&out);
    char deep[34 * 20] = "";
    for (int i = 0; i < 33; i++)
        strcat(deep, "{{#if a}}");
    refused(deep, "t.html:1:289", "32 deep");
}

static int teardown(void **state)
{
    (void)state;
    support_done();
    return 0;
}

int render_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(values_are_feel, teardown),
        cmocka_unit_test_teardown(conditions_know_presence, teardown),
        cmocka_unit_test_teardown(lists_repeat_and_shadow, teardown),
        cmocka_unit_test_teardown(block_tags_leave_no_lines, teardown),
        cmocka_unit_test_teardown(partials_are_read_in_place, teardown),
        cmocka_unit_test_teardown(partials_are_checked, teardown),
        cmocka_unit_test_teardown(wording_is_translated_and_filled, teardown),
        cmocka_unit_test_teardown(markdown_is_escaped, teardown),
        cmocka_unit_test_teardown(gaps_name_what_is_missing, teardown),
        cmocka_unit_test_teardown(syntax_errors_have_their_place, teardown),
        cmocka_unit_test_teardown(host_functions_are_called, teardown),
        cmocka_unit_test_teardown(limits_hold, teardown),
    };
    return cmocka_run_group_tests_name("template: render", tests, NULL, NULL);
}
