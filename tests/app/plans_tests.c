/* The plan of every daily query is what it should be: an index for each, no table walked. The plans of SQLite are
 * golden files; YIFA_GOLDEN=write writes them anew, to be read before they are kept. PostgreSQL chooses its plans by
 * what the tables hold, so there each query is only explained. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/fixture.h"
#include "app/read.h"
#include "lib/os/file.h"

static Str plan_of(Office *o, Db *db, const ReadQuery *q)
{
    DbValue params[DB_PARAMS_MAX];
    Str plan = STR_NONE;
    Err err = { 0 };
    size_t n = strlen(q->params);
    for (size_t i = 0; i < n; i++)
        params[i] = q->params[i] == 'i' ? DBI(1) : q->params[i] == 'b' ? DBB(STR("x")) : DBT(STR("x"));
    if (db_explain(db, q->sql, params, n, o->arena, &plan, &err) != RC_OK)
        fail_msg("%s: %s", q->name, err.text);
    return plan;
}

static void check_golden(Office *o, const ReadQuery *q, Str plan)
{
    Err err = { 0 };
    Str golden = STR_NONE;
    Str path = arena_printf(o->arena, "%s/tests/golden/plans/%s.txt", YIFA_SOURCE, q->name);
    const char *write = getenv("YIFA_GOLDEN");
    if (write && strcmp(write, "write") == 0) {
        assert_int_equal(os_write_file_atomic(path.p, plan, 0644, &err), RC_OK);
        return;
    }
    if (os_read_file(o->arena, path.p, 65536, &golden, &err) != RC_OK)
        fail_msg("%s", err.text);
    if (!str_eq(golden, plan))
        fail_msg("%s has another plan:\n%.*s\ninstead of\n%.*s", q->name, STR_ARG(plan), STR_ARG(golden));
}

static void every_daily_query_has_its_plan(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    office_open(&o);
    assert_int_equal(app_reader(o.app, &db, &err), RC_OK);
    for (size_t i = 0; i < read_queries_n; i++) {
        Str plan = plan_of(&o, db, &read_queries[i]);
        assert_true(plan.n > 0);
        if (strcmp(db_kind(db), "sqlite") != 0)
            continue;
        /* A walk over an index that holds only what is wanted is a "SCAN … USING"; one over a table is not. */
        if (str_find(plan, STR("SCAN ")) != SIZE_MAX && str_find(plan, STR("USING")) == SIZE_MAX)
            fail_msg("%s walks a table: %.*s", read_queries[i].name, STR_ARG(plan));
        check_golden(&o, &read_queries[i], plan);
    }
    db_close(db);
    db = NULL;
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_daily_query_has_its_plan) };
    return cmocka_run_group_tests_name("plans", tests, NULL, NULL);
}
