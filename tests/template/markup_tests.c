/* Where a hole stands decides how it is written, and where none may stand. */
#include "groups.h"
#include "support.h"

static void text_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(html("<p>{{ x }}</p>", "{\"x\":\"<script>alert('1')</script>&amp;\"}"),
                        "<p>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</p>");
    assert_string_equal(html("<title>{{ x }}</title><textarea>{{ x }}</textarea>", "{\"x\":\"</title></textarea>\"}"),
                        "<title>&lt;/title&gt;&lt;/textarea&gt;</title>"
                        "<textarea>&lt;/title&gt;&lt;/textarea&gt;</textarea>");
}

static void attributes_cannot_be_left(void **state)
{
    (void)state;
    assert_string_equal(html("<p title=\"a {{ x }} b\" class='{{ x }}'></p>", "{\"x\":\"\\\" onclick='alert(1)\"}"),
                        "<p title=\"a &quot; onclick=&#39;alert(1) b\" class='&quot; onclick=&#39;alert(1)'></p>");
}

static void urls_are_checked_and_encoded(void **state)
{
    (void)state;
    const char *page = "<a href=\"{{ x }}\">a</a>";
    assert_string_equal(html(page, "{\"x\":\"/m/1?a=1&b=%20#t\"}"), "<a href=\"/m/1?a=1&amp;b=%20#t\">a</a>");
    assert_string_equal(html(page, "{\"x\":\"https://a.example/\xE4\xBE\x9D\"}"),
                        "<a href=\"https://a.example/%E4%BE%9D\">a</a>");
    assert_string_equal(html(page, "{\"x\":\"mailto:a@b.c\"}"), "<a href=\"mailto:a@b.c\">a</a>");
    assert_string_equal(html(page, "{\"x\":\"a b'\\\"\"}"), "<a href=\"a%20b%27%22\">a</a>");
    static const char *const evil[] = { "javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x",
                                        "//evil.example",      "/\\\\evil.example",   ":x" };
    for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
        Str model = arena_printf(support_arena(), "{\"x\":\"%s\"}", evil[i]);
        assert_string_equal(html(page, arena_c(support_arena(), model)), "<a href=\"#\">a</a>");
    }
    /* Browsers drop blanks and control characters before they look for the scheme; encoded they stay. */
    assert_string_equal(html(page, "{\"x\":\" javascript:alert(1)\"}"), "<a href=\"#\">a</a>");
    assert_string_equal(html(page, "{\"x\":\"java\\tscript:alert(1)\"}"), "<a href=\"#\">a</a>");
}

static void parts_of_urls_are_encoded_whole(void **state)
{
    (void)state;
    assert_string_equal(html("<a href=\"/m/{{ x }}?q={{ x }}\">a</a>", "{\"x\":\"a/b&c=d:e\"}"),
                        "<a href=\"/m/a%2Fb%26c%3Dd%3Ae?q=a%2Fb%26c%3Dd%3Ae\">a</a>");
    assert_string_equal(html("<a href=\"{{ x }}{{ y }}\">a</a>", "{\"x\":\"\",\"y\":\"javascript:alert(1)\"}"),
                        "<a href=\"javascript%3Aalert%281%29\">a</a>");
    assert_string_equal(html("<a href=\"tel:{{ x }}\">a</a>", "{\"x\":\"12345\"}"), "<a href=\"tel:12345\">a</a>");
    assert_string_equal(html("<a href=\"{{#if x}}{{ x }}{{else}}/{{/if}}{{ y }}\">a</a>", "{\"y\":\"x:y\"}"),
                        "<a href=\"/x%3Ay\">a</a>");
}

static void urls_keep_their_scheme_in_the_template(void **state)
{
    (void)state;
    refused("<a href=\"javascript:f({{ x }})\">a</a>", "t.html:1:20", "may not hold scripts");
    refused("<a href=\"java{{ x }}:f\">a</a>", "t.html:1:21", "scheme of a URL");
    refused("<a href=\"{{ x }}:f\">a</a>", "t.html:1:17", "scheme of a URL");
    refused("<a href=\"data:{{ x }}\">a</a>", "t.html:1:15", "this scheme");
    refused("<a href=\"{{#if a}}java{{else}}/{{/if}}script:{{ x }}\">a</a>", "t.html:1:45", "scheme of a URL");
    refused("<svg><use href=\"{{ x }}\"/></svg>", "t.html:1:17", "begin with '#'");
    assert_string_equal(html("<svg><use href=\"#i-{{ x }}\"/></svg>", "{\"x\":\"a b\"}"),
                        "<svg><use href=\"#i-a%20b\"/></svg>");
}

static void data_blocks_hold_json(void **state)
{
    (void)state;
    const char *page = "<script type=\"application/json\" id=\"d\">{{ x }}</script>";
    assert_string_equal(html(page, "{\"x\":{\"a\":[1,true,null],\"b\":\"</script><!--\\u2028\\\"\"}}"),
                        "<script type=\"application/json\" id=\"d\">{\"a\":[1,true,null],"
                        "\"b\":\"\\u003c/script\\u003e\\u003c!--\\u2028\\\"\"}</script>");
    refused("<script type=\"application/json\">{\"a\":{{ x }}}</script>", "t.html:1:33", "one hole and nothing else");
    refused("<script type=\"application/json\">{{ x }}{{ y }}</script>", "t.html:1:40", "one hole and nothing else");
}

static void closed_places_are_refused(void **state)
{
    (void)state;
    refused("<script>var x = {{ x }};</script>", "t.html:1:17", "no holes in scripts");
    refused("<script type=\"module\">{{ x }}</script>", "t.html:1:23", "no holes in scripts");
    refused("<style>p { color: {{ x }} }</style>", "t.html:1:19", "no holes in scripts");
    refused("<svg><style>{{ x }}</style></svg>", "t.html:1:13", "no holes in scripts");
    refused("<p onclick=\"f({{ x }})\"></p>", "t.html:1:15", "runs or loads (onclick)");
    refused("<p ONCLICK=\"{{ x }}\"></p>", "t.html:1:13", "runs or loads");
    refused("<p style=\"color:{{ x }}\"></p>", "t.html:1:17", "runs or loads (style)");
    refused("<iframe srcdoc=\"{{ x }}\"></iframe>", "t.html:1:17", "runs or loads");
    refused("<script src=\"{{ x }}\"></script>", "t.html:1:14", "runs or loads (src)");
    refused("<link href=\"{{ x }}\">", "t.html:1:13", "runs or loads");
    refused("<base href=\"{{ x }}\">", "t.html:1:13", "runs or loads");
    refused("<meta content=\"0;url={{ x }}\">", "t.html:1:22", "runs or loads");
    refused("<img srcset=\"{{ x }}\">", "t.html:1:14", "runs or loads");
    refused("<svg><animate to=\"{{ x }}\"/></svg>", "t.html:1:19", "runs or loads");
    refused("<p class={{ x }}></p>", "t.html:1:10", "unquoted");
    refused("<p {{ x }}></p>", "t.html:1:4", "outside quoted values");
    refused("<{{ x }}></p>", "t.html:1:2", "tag names");
    refused("<h{{ x }}></h1>", "t.html:1:3", "tag names");
    refused("<!-- {{ x }} -->", "t.html:1:5", "a comment ends");
    refused("<!-- a --><p>{{! b }}</p><!-- {{! c }} -->", "t.html:1:30", "a comment ends");
    refused("<sc{{! x }}ript>", "t.html:1:4", "may not split a name");
}

static void markup_must_be_sound(void **state)
{
    (void)state;
    refused("<p>\n<b>x</p>", "t.html:2:8", "closed first (b)");
    refused("<p>", "t.html:1:4", "never closed (p)");
    refused("</p>", "t.html:1:4", "nothing is open");
    refused("<p class=a></p>", "t.html:1:10", "written in quotes");
    refused("<p class = \"a\"></p>", "t.html:1:10", "without spaces around");
    refused("<p class=\"a\"id=\"b\"></p>", "t.html:1:13", "space must stand before");
    refused("<div/>", "t.html:1:6", "only void and SVG");
    refused("a < b", "t.html:1:4", "&lt;");
    refused("\xE4\xBE\x9D\xE6\xB3\x95 <p", "t.html:1:6", "inside a tag");
    assert_string_equal(html("<p>\n    a\n\n   b<br>\n</p><pre>\n  x</pre>", "{}"),
                        "<p>\na\nb<br>\n</p><pre>\n  x</pre>");
    assert_string_equal(html("<!DOCTYPE html>\n<!-- c --><p\n  class=\"a\"\n  hidden >x</p>", "{}"),
                        "<!DOCTYPE html>\n<!-- c --><p class=\"a\" hidden>x</p>");
}

static void branches_end_where_they_began(void **state)
{
    (void)state;
    refused("{{#if a}}<p>{{/if}}x</p>", "t.html:1:13", "must close the elements it opens");
    refused("<p>{{#if a}}</p>{{/if}}", "t.html:1:17", "must close the elements it opens");
    refused("<p {{#if a}}title=\"{{/if}}x\"></p>", "t.html:1:20", "end where it began");
    refused("<p title=\"{{#if a}}\" {{/if}}></p>", "t.html:1:22", "end where it began");
    refused("<p{{#if a}} hidden{{/if}}></p>", "t.html:1:3", "space before the block");
    refused("<p {{#if a}}data-a{{/if}}data-b></p>", "t.html:1:26", "space must stand before");
    refused("{{#each a as b}}<li>{{/each}}</li>", "t.html:1:21", "must close the elements it opens");
    refused("<script>{{#if a}}{{/if}}</script>", "t.html:1:9", "no blocks here");
    const char *page = "<p {{#if a}}hidden{{else}}class=\"x\"{{/if}}>y</p>";
    assert_string_equal(html(page, "{\"a\":true}"), "<p hidden>y</p>");
    assert_string_equal(html(page, "{\"a\":false}"), "<p class=\"x\">y</p>");
    assert_string_equal(html("<p class=\"a{{#if a}} b{{/if}}\">y</p>", "{\"a\":1}"), "<p class=\"a b\">y</p>");
}

static void whole_attributes_come_and_go(void **state)
{
    (void)state;
    const char *page = "<input type=\"checkbox\" checked=\"{{? a }}\" name=\"n\">";
    assert_string_equal(html(page, "{\"a\":true}"), "<input type=\"checkbox\" checked name=\"n\">");
    assert_string_equal(html(page, "{\"a\":false}"), "<input type=\"checkbox\" name=\"n\">");
    assert_string_equal(html(page, "{}"), "<input type=\"checkbox\" name=\"n\">");
    assert_string_equal(html(page, "{\"a\":\"x\\\"y\"}"), "<input type=\"checkbox\" checked=\"x&quot;y\" name=\"n\">");
    assert_string_equal(html("<a {{#if x}}id=\"{{? a }}\"{{/if}}>b</a>", "{\"x\":1,\"a\":0}"), "<a  id=\"0\">b</a>");
    refused("<input class=\"a {{? a }}\">", "t.html:1:17", "whole attribute");
    refused("<input class=\"{{? a }} b\">", "t.html:1:15", "whole attribute");
    refused("<a href=\"{{? a }}\">b</a>", "t.html:1:10", "cannot be a URL");
    refused("<a onclick=\"{{? a }}\">b</a>", "t.html:1:13", "cannot be a URL");
    refused("<p>{{? a }}</p>", "t.html:1:4", "whole attribute");
}

static int teardown(void **state)
{
    (void)state;
    support_done();
    return 0;
}

int markup_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(text_is_escaped, teardown),
        cmocka_unit_test_teardown(attributes_cannot_be_left, teardown),
        cmocka_unit_test_teardown(urls_are_checked_and_encoded, teardown),
        cmocka_unit_test_teardown(parts_of_urls_are_encoded_whole, teardown),
        cmocka_unit_test_teardown(urls_keep_their_scheme_in_the_template, teardown),
        cmocka_unit_test_teardown(data_blocks_hold_json, teardown),
        cmocka_unit_test_teardown(closed_places_are_refused, teardown),
        cmocka_unit_test_teardown(markup_must_be_sound, teardown),
        cmocka_unit_test_teardown(branches_end_where_they_began, teardown),
        cmocka_unit_test_teardown(whole_attributes_come_and_go, teardown),
    };
    return cmocka_run_group_tests_name("template: markup", tests, NULL, NULL);
}
