/* What holds of SQLite alone: its files, its failures, its plans. */
#include "db_tests.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *in(Store *s, const char *name)
{
    return arena_printf(s->arena, "%s/%s", s->folder, name).p;
}

static void the_file_keeps_a_write_ahead_log(void **state)
{
    Store *s = *state;
    unsigned char head[20];
    FILE *file = fopen(in(s, "db"), "rb");
    assert_non_null(file);
    assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
    fclose(file);
    /* The file format's write and read version: 2 is a write-ahead log (sqlite.org/fileformat2.html, 1.3.3). */
    assert_int_equal(head[18], 2);
    assert_int_equal(head[19], 2);
}

/* Makes the device full for this process. */
static void limit_files(rlim_t bytes, struct rlimit *ret_before)
{
    assert_int_equal(getrlimit(RLIMIT_FSIZE, ret_before), 0);
    struct rlimit limit = { .rlim_cur = bytes, .rlim_max = ret_before->rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_commit_that_cannot_be_written_is_fatal(void **state)
{
    Store *s = *state;
    DbValue row[THING_COLUMNS];
    char bytes[20000];
    memset(bytes, 'x', sizeof bytes);
    thing_fill(row, 1, STR("x"));
    row[5] = DBB(((Str){ bytes, sizeof bytes }));
    OK(s, db_begin(s->db, &s->err));
    OK(s, db_write(s->db, &thing_table, DB_INSERT, row, 1, NULL, &s->err));
    struct stat st;
    struct rlimit before;
    assert_int_equal(stat(in(s, "db-wal"), &st), 0);
    limit_files((rlim_t)st.st_size, &before);
    Rc rc = db_commit(s->db, &s->err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    FAILS(s, RC_FATAL, rc);
    assert_int_equal(thing_count(s, s->db), 0);
}

static void a_file_of_another_kind_is_corrupt(void **state)
{
    Store *s = *state;
    Db *db = NULL;
    FILE *file = fopen(in(s, "other"), "wb");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("not a database\n", file);
    fclose(file);
    Str url = arena_printf(s->arena, "sqlite:%s", in(s, "other"));
    FAILS(s, RC_CORRUPT, db_open(url, NULL, &db, &s->err));
    assert_non_null(strstr(s->err.text, "other"));
    FAILS(s, RC_CORRUPT, db_open(url, &(DbOptions){ .read_only = true }, &db, &s->err));
    unlink(in(s, "other"));
}

static void a_path_that_cannot_be_opened_is_named(void **state)
{
    Store *s = *state;
    Db *db = NULL;
    Str url = arena_printf(s->arena, "sqlite:%s", in(s, "none/db"));
    FAILS(s, RC_IO, db_open(url, NULL, &db, &s->err));
    assert_string_equal(s->err.place, in(s, "none/db"));
    url = arena_printf(s->arena, "sqlite:%s", in(s, "none"));
    FAILS(s, RC_IO, db_open(url, &(DbOptions){ .read_only = true }, &db, &s->err));
    FAILS(s, RC_INVALID, db_open(STR("sqlite:"), NULL, &db, &s->err));
    FAILS(s, RC_INVALID, db_open(STR("sqlite:a\0b"), NULL, &db, &s->err));
    FAILS(s, RC_INVALID, db_open(STR("sqlite:file:x?mode=memory"), NULL, &db, &s->err));
}

static void a_store_in_memory_works(void **state)
{
    Store *s = *state;
    const DbTable *tables[] = { &thing_table };
    CLEANUP(db_closep) Db *db = NULL;
    OK(s, db_open(STR("sqlite::memory:"), NULL, &db, &s->err));
    OK(s, db_create(db, tables, 1, &s->err));
    thing_insert(s, db, 1, "x");
    assert_int_equal(thing_count(s, db), 1);
}

static void a_truncating_checkpoint_empties_the_log(void **state)
{
    Store *s = *state;
    Db *writer = store_connect(s, &(DbOptions){ .external_checkpoint = true, .secure_delete = true });
    struct stat st;
    thing_insert(s, writer, 1, "x");
    assert_int_equal(stat(in(s, "db-wal"), &st), 0);
    assert_true(st.st_size > 0);
    OK(s, db_checkpoint(writer, true, &s->err));
    assert_int_equal(stat(in(s, "db-wal"), &st), 0);
    assert_int_equal(st.st_size, 0);
    db_close(writer);
}

static void a_truncating_checkpoint_waits_for_readers_in_vain(void **state)
{
    Store *s = *state;
    Db *reader = store_connect(s, NULL);
    Db *other = store_connect(s, &(DbOptions){ .busy_timeout_ms = 20 });
    OK(s, db_begin_read(reader, &s->err));
    thing_insert(s, s->db, 1, "x");
    FAILS(s, RC_BUSY, db_checkpoint(other, true, &s->err));
    OK(s, db_commit(reader, &s->err));
    OK(s, db_checkpoint(other, true, &s->err));
    db_close(other);
    db_close(reader);
}

static void secure_deletion_leaves_no_trace_in_the_file(void **state)
{
    Store *s = *state;
    static const char secret[] = "ein sehr geheimer Satz";
    char content[1 << 16];
    Db *db = store_connect(s, &(DbOptions){ .secure_delete = true });
    thing_insert(s, db, 1, secret);
    OK(s, db_checkpoint(db, true, &s->err));
    DbValue key[] = { DBI(1), DBI(1) };
    for (int pass = 0; pass < 2; pass++) {
        FILE *file = fopen(in(s, "db"), "rb");
        assert_non_null(file);
        size_t n = fread(content, 1, sizeof content, file);
        fclose(file);
        bool there = str_find((Str){ content, n }, STR("ein sehr geheimer Satz")) != SIZE_MAX;
        assert_int_equal(there, pass == 0);
        OK(s, db_write(db, &thing_table, DB_DELETE, key, 1, NULL, &s->err));
        OK(s, db_checkpoint(db, true, &s->err));
    }
    db_close(db);
}

static void a_query_that_writes_is_refused(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    thing_insert(s, s->db, 1, "x");
    FAILS(s, RC_INVALID, db_query(s->db, "DELETE FROM thing RETURNING id", NULL, 0, &rows, &s->err));
    assert_int_equal(thing_count(s, s->db), 1);
}

static void only_one_statement_at_a_time_is_taken(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    FAILS(s, RC_INVALID, db_query(s->db, "SELECT 1; SELECT 2", NULL, 0, &rows, &s->err));
    FAILS(s, RC_INVALID, db_query(s->db, "  ", NULL, 0, &rows, &s->err));
}

static void a_mistyped_name_in_quotes_is_no_text(void **state)
{
    Store *s = *state;
    DbRows *rows = NULL;
    FAILS(s, RC_DB, db_query(s->db, "SELECT \"titel\" FROM thing", NULL, 0, &rows, &s->err));
}

static void plans_use_the_index_and_indent_their_steps(void **state)
{
    Store *s = *state;
    Str plan;
    DbValue params[] = { DBI(1), DBI(10), DBI(20) };
    OK(s, db_explain(s->db, "SELECT id FROM thing WHERE j=?1 AND due>=?2 ORDER BY due, id", params, 2, s->arena, &plan,
                     &s->err));
    assert_string_equal(plan.p, "SEARCH thing USING COVERING INDEX thing_due (j=? AND due>?)\n");
    /* The shape of db_load: the list of ids is walked in order, so nothing is sorted. */
    OK(s, db_explain(s->db, "SELECT title FROM thing WHERE j=?1 AND id IN(?2,?3) ORDER BY j,id", params, 3, s->arena,
                     &plan, &s->err));
    assert_string_equal(plan.p, "SEARCH thing USING PRIMARY KEY (j=? AND id=?)\n");
    OK(s,
       db_explain(s->db, "SELECT id FROM member UNION ALL SELECT id FROM account", NULL, 0, s->arena, &plan, &s->err));
    assert_string_equal(plan.p, "COMPOUND QUERY\n  LEFT-MOST SUBQUERY\n    SCAN member\n  UNION ALL\n    SCAN account "
                                "USING COVERING INDEX sqlite_autoindex_account_1\n");
}

int run_sqlite_tests(void)
{
    const struct CMUnitTest sqlite[] = {
        STORE_TEST(the_file_keeps_a_write_ahead_log),
        STORE_TEST(a_commit_that_cannot_be_written_is_fatal),
        STORE_TEST(a_file_of_another_kind_is_corrupt),
        STORE_TEST(a_path_that_cannot_be_opened_is_named),
        STORE_TEST(a_store_in_memory_works),
        STORE_TEST(a_truncating_checkpoint_empties_the_log),
        STORE_TEST(a_truncating_checkpoint_waits_for_readers_in_vain),
        STORE_TEST(secure_deletion_leaves_no_trace_in_the_file),
        STORE_TEST(a_query_that_writes_is_refused),
        STORE_TEST(only_one_statement_at_a_time_is_taken),
        STORE_TEST(a_mistyped_name_in_quotes_is_no_text),
        STORE_TEST(plans_use_the_index_and_indent_their_steps),
    };
    return cmocka_run_group_tests(sqlite, NULL, NULL);
}
