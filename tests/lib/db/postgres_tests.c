/* What holds of PostgreSQL alone: connections that are lost, types it alone has, processes that start together. */
#include "db_tests.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Ends the server process behind a connection, as an administrator or a crash would. */
static void kill_connection(Store *s, Db *db)
{
    DbValue id = DBI(store_ask(s, db, "SELECT pg_backend_pid()", NULL, 0));
    Db *admin = store_connect(s, NULL);
    assert_int_equal(store_ask(s, admin, "SELECT pg_terminate_backend(CAST(?1 AS INTEGER))", &id, 1), 1);
    /* The answer comes before the end does. */
    while (store_ask(s, admin, "SELECT COUNT(*) FROM pg_stat_activity WHERE pid=CAST(?1 AS INTEGER)", &id, 1))
        usleep(1000);
    db_close(admin);
}

static void a_transaction_begins_again_after_an_idle_connection_was_lost(void **state)
{
    Store *s = *state;
    thing_insert(s, s->db, 1, "prepared before");
    kill_connection(s, s->db);
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 2, "prepared again");
    OK(s, db_commit(s->db, &s->err));
    assert_int_equal(thing_count(s, s->db), 2);
}

static void a_query_on_a_lost_connection_is_busy_and_the_next_one_works(void **state)
{
    Store *s = *state;
    static const char sql[] = "SELECT COUNT(*) FROM thing";
    DbRows *rows = NULL;
    DbRows *kept = NULL;
    bool more = false;
    thing_insert(s, s->db, 1, "x");
    OK(s, db_query(s->db, "SELECT id FROM thing", NULL, 0, &kept, &s->err));
    kill_connection(s, s->db);
    FAILS(s, RC_BUSY, db_query(s->db, sql, NULL, 0, &rows, &s->err));
    OK(s, db_query(s->db, sql, NULL, 0, &rows, &s->err));
    db_end(rows);
    /* A result that had arrived is still there, and its statement is prepared again when next used. */
    OK(s, db_next(kept, &more, &s->err));
    assert_int_equal(db_int(kept, 0), 1);
    db_end(kept);
    OK(s, db_query(s->db, "SELECT id FROM thing", NULL, 0, &kept, &s->err));
    db_end(kept);
}

static void a_connection_lost_inside_a_transaction_undoes_it(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    thing_fill(row, 2, STR("x"));
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    kill_connection(s, s->db);
    FAILS(s, RC_BUSY, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    FAILS(s, RC_DB, db_commit(s->db, &s->err));
    assert_int_equal(thing_count(s, s->db), 0);
    thing_insert(s, s->db, 1, "x");
}

static void a_connection_lost_at_the_commit_is_fatal(void **state)
{
    Store *s = *state;
    OK(s, db_begin(s->db, &s->err));
    thing_insert(s, s->db, 1, "x");
    kill_connection(s, s->db);
    FAILS(s, RC_FATAL, db_commit(s->db, &s->err));
    assert_non_null(strstr(s->err.text, "unknown"));
}

static void a_server_that_is_not_there_is_an_error_without_the_password(void **state)
{
    Store *s = *state;
    Db *db = NULL;
    Str url = STR("postgresql://yifa:geheim@/x?host=/tmp/there/is/no/such/folder");
    FAILS(s, RC_IO, db_open(url, NULL, &db, &s->err));
    assert_null(strstr(s->err.text, "geheim"));
    assert_null(db);
}

static void a_column_of_a_type_that_is_not_read_asks_for_a_cast(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    FAILS(s, RC_INVALID, db_query(s->db, "SELECT id, SUM(due) FROM thing GROUP BY id", NULL, 0, &rows, &s->err));
    assert_non_null(strstr(s->err.text, "column 2"));
    FAILS(s, RC_INVALID, db_query(s->db, "SELECT 1.5", NULL, 0, &rows, &s->err));
}

static void an_error_about_a_value_does_not_quote_it(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    DbValue text = DBT(STR("张三的秘密"));
    FAILS(s, RC_DB, db_query(s->db, "SELECT CAST(?1 AS BIGINT)", &text, 1, &rows, &s->err));
    assert_null(strstr(s->err.text, "张三"));
}

static void processes_that_start_together_create_the_tables_once(void **state)
{
    Store *s = *state;
    enum { PROCESSES = 4 };
    const DbTable *tables[] = { &thing_table, &account_table, &member_table };
    OK(s, db_run(s->db, "DROP TABLE thing, account, member", NULL, 0, NULL, &s->err));
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            Db *db = NULL;
            Rc rc = db_open(str_c(s->url), NULL, &db, &s->err);
            if (rc == RC_OK)
                rc = db_create(db, tables, ARRAY_LEN(tables), &s->err);
            db_close(db);
            _exit(rc == RC_OK ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = 1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(thing_count(s, s->db), 0);
}

static void a_fence_holds_between_two_writers(void **state)
{
    Store *s = *state;
    static const char fence[] = "UPDATE thing SET n=n+1 WHERE j=?1 AND id=?2 AND n=?3";
    DbValue head[] = { DBI(1), DBI(1), DBI(1) };
    Db *other = store_connect(s, NULL);
    size_t changed = 9;
    thing_insert(s, s->db, 1, "head");
    OK(s, db_begin(other, &s->err));
    assert_int_equal(thing_count(s, other), 1);
    OK(s, db_begin(s->db, &s->err));
    OK(s, db_run(s->db, fence, head, 3, &changed, &s->err));
    assert_int_equal(changed, 1);
    OK(s, db_commit(s->db, &s->err));
    OK(s, db_run(other, fence, head, 3, &changed, &s->err));
    assert_int_equal(changed, 0);
    db_rollback(other);
    db_close(other);
}

int run_postgres_tests(void)
{
    const struct CMUnitTest postgres[] = {
        STORE_TEST(a_transaction_begins_again_after_an_idle_connection_was_lost),
        STORE_TEST(a_query_on_a_lost_connection_is_busy_and_the_next_one_works),
        STORE_TEST(a_connection_lost_inside_a_transaction_undoes_it),
        STORE_TEST(a_connection_lost_at_the_commit_is_fatal),
        STORE_TEST(a_server_that_is_not_there_is_an_error_without_the_password),
        STORE_TEST(a_column_of_a_type_that_is_not_read_asks_for_a_cast),
        STORE_TEST(an_error_about_a_value_does_not_quote_it),
        STORE_TEST(processes_that_start_together_create_the_tables_once),
        STORE_TEST(a_fence_holds_between_two_writers),
    };
    return cmocka_run_group_tests(postgres, NULL, NULL);
}
