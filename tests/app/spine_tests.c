/* The spine: acts from request to ledger, decided by law, kept, found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/check.h"
#include "app/fixture.h"

static void an_appeal_runs_to_its_end(void **state)
{
    (void)state;
    Office o = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-01 09:00");
    ActResult r = office_opened(&o, "public", "appeal", "submit",
                                "{'category':'noise','place':'鹭湖路夜市','description':'半夜施工',"
                                "'appellant_name':'张三','appellant_phone':'19900001111'}");
    assert_int_equal(r.public_code.n, 10);
    assert_true(r.number.n > 0);
    office_at(&o, "2023-03-01 09:10");
    office_done(&o, "dispatcher", r.matter, "sign", NULL);
    office_close(&o);
}

static void the_ledger_verifies_and_rebuilds(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    CheckReport report = { 0 };
    office_open(&o);
    office_at(&o, "2023-03-01 09:00");
    ActResult r = office_opened(&o, "public", "appeal", "submit",
                                "{'category':'noise','place':'鹭湖路夜市','description':'半夜施工'}");
    office_at(&o, "2023-03-02 09:10");
    office_done(&o, "dispatcher", r.matter, "sign", NULL);
    assert_true(office_count(&o, "SELECT count(*) FROM finding") > 0); /* signed a day late */
    if (app_verify(o.app, (CheckProgress){ 0 }, o.arena, &report, &err) != RC_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < report.n_faults; i++)
        print_error("%.*s: %.*s\n", STR_ARG(report.faults[i].where), STR_ARG(report.faults[i].what));
    assert_int_equal(report.n_faults, 0);
    if (app_rebuild_check(o.app, o.folder, STR_NONE, (CheckProgress){ 0 }, o.arena, &report, &err) != RC_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < report.n_faults; i++)
        print_error("%.*s: %.*s\n", STR_ARG(report.faults[i].where), STR_ARG(report.faults[i].what));
    assert_int_equal(report.n_faults, 0);
    assert_true(report.rows > 50);
    int64_t whole = 0;
    if (app_recount(o.app, &whole, 1, (CheckProgress){ 0 }, o.arena, &report, &err) != RC_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < report.n_faults; i++)
        print_error("%.*s: %.*s\n", STR_ARG(report.faults[i].where), STR_ARG(report.faults[i].what));
    assert_int_equal(report.n_faults, 0);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_appeal_runs_to_its_end),
        cmocka_unit_test(the_ledger_verifies_and_rebuilds),
    };
    return cmocka_run_group_tests_name("app", tests, NULL, NULL);
}
