/* A report's text on its pages: the check beside it, an offer adopted, an edit with a hole that is no figure, versions.
 */
#include "web/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Answer write_text(Site *s, const char *session, const char *key, const char *version, const char *text)
{
    Str fields = arena_printf(s->office.arena, "key=%s&version=%s&summary=%s&text=%s", key, version, site_enc(s, "改"),
                              site_enc(s, text));
    return site_post(s, session, "/reports/2023/edit", fields.p);
}

static Json model_of(Site *s, const char *session, const char *path)
{
    return answer_json(s, site_get_json(s, path, session));
}

static void the_text_is_written_checked_and_its_versions_compared(void **state)
{
    Site *s = *state;
    const char *head = site_session(s, "head");
    assert_int_equal(site_get(s, "/reports/2023/edit", head).status, 200);
    Answer bad = write_text(s, head, "k1", "0", "甲\r\n\r\n{{figure(\"nothing\")}}件");
    assert_int_equal(bad.status, 422);
    assert_true(answer_has(bad, "3"));
    assert_true(answer_has(bad, "figure(&quot;nothing&quot;)") || answer_has(bad, "figure(\"nothing\")"));
    assert_int_equal(
        write_text(s, head, "k2", "0", "# 年报\r\n\r\n接收{{figure(\"appeals-received\")}}件，又收3件。").status, 303);
    Json report = model_of(s, head, "/reports/2023");
    bool typed = false;
    const Json *lints = json_get(&report, STR("lints"));
    for (size_t i = 0; i < lints->n; i++)
        typed = typed || json_get_bool(json_at(lints, i), STR("in_text"));
    assert_true(typed);
    assert_int_equal(write_text(s, head, "k3", "1", "# 年报\r\n\r\n接收{{figure(\"appeals-received\")}}件。").status,
                     303);
    Json versions = model_of(s, head, "/reports/2023/versions?from=1&to=2");
    assert_int_equal(json_get(&versions, STR("versions"))->n, 3);
    const Json *diff = json_get(&versions, STR("diff"));
    assert_int_equal(diff->n, 3);
    assert_true(str_eq_c(json_get_str(json_at(diff, 1), STR("kind")), "gone"));
    assert_true(str_eq_c(json_get_str(json_at(diff, 2), STR("kind")), "new"));
}

static void an_edit_of_an_older_version_is_refused(void **state)
{
    Site *s = *state;
    const char *head = site_session(s, "head");
    assert_int_equal(write_text(s, head, "k1", "0", "一。").status, 303);
    assert_int_equal(write_text(s, head, "k2", "1", "二。").status, 303);
    assert_int_equal(write_text(s, head, "k3", "1", "三。").status, 422);
}

static void only_those_who_write_reports_may(void **state)
{
    Site *s = *state;
    const char *handler = site_session(s, "handler");
    assert_int_equal(site_get(s, "/reports/2023/edit", handler).status, 403);
    assert_int_equal(write_text(s, handler, "k1", "0", "甲。").status, 403);
    /* A sentence that is not offered cannot be adopted. */
    assert_int_equal(site_post(s, site_session(s, "head"), "/reports/2023/adopt", "key=k2&fix=court-target:9").status,
                     400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_text_is_written_checked_and_its_versions_compared, site_set_up,
                                        site_tear_down),
        cmocka_unit_test_setup_teardown(an_edit_of_an_older_version_is_refused, site_set_up, site_tear_down),
        cmocka_unit_test_setup_teardown(only_those_who_write_reports_may, site_set_up, site_tear_down),
    };
    return cmocka_run_group_tests_name("report text", tests, NULL, NULL);
}
