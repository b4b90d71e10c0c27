/* Nothing in the store can be changed behind the ledger's back without being noticed: every column of every state table
 * by the rebuild, every entry by the verification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/app_internal.h"
#include "app/cases.h"
#include "app/check.h"

/* State tables that nothing fills yet. */
static const TableId empty_tables[] = { T_MATTER_BLOB };

/* ---- an office in which every other table has rows ---- */

static void penalties(Office *o)
{
    int64_t heavy = case_heard(o);
    case_act(o, "lawyer", heavy, "review-after-hearing", NULL);
    office_at(o, "2023-03-23 09:00");
    case_act(o, "head", heavy, "decide", NULL);
    ActResult r = case_try(o, "officer1", heavy, "publish", "{'masked':false}");
    office_expect(&r, ANSWER_REFUSED, "publish");
    (void)case_issued(o);
}

static void appeals(Office *o)
{
    OfficeAct submit = { .actor = "dispatcher",
                         .procedure = "appeal",
                         .act = "submit",
                         .form = "{'place':'鹭湖路','description':'太吵','category':'noise','appellant_name':'张三',"
                                 "'appellant_phone':'19900001111'}",
                         .key = "k1" };
    ActResult r = office_perform(o, &submit);
    office_expect(&r, ANSWER_DONE, "submit");
    (void)office_done(o, "dispatcher", r.matter, "sign", NULL);
    (void)office_done(o, "dispatcher", r.matter, "dispatch", "{'category':'presuit','unit':#block,'handler':@handler}");
    (void)office_done(o, "dispatcher", r.matter, "void", "{'version':2,'reason':'错'}");
    submit.key = NULL;
    submit.mode = ACT_MIRROR;
    submit.system = "minyisuban";
    submit.number = "M1";
    ActResult second = office_perform(o, &submit);
    office_expect(&second, ANSWER_DONE, "submit");
    Str into = arena_printf(o->arena, "{'into':'%.*s'}", STR_ARG(r.number));
    (void)office_done(o, "dispatcher", second.matter, "merge", into.p);
    o->now += 40 * (int64_t)MS_PER_DAY;
    office_sweep(o);
}

static void open_full_office(Office *o)
{
    Err err = { 0 };
    office_open(o);
    penalties(o);
    appeals(o);
    if (app_freeze(o->app, STR("2023"), office_person(o, "head"), &err) != RC_OK)
        fail_msg("%s", err.text);
}

/* ---- changing one value ---- */

typedef struct Row {
    const DbTable *table;
    DbValue values[DB_COLUMNS_MAX]; /* in the office's arena */
} Row;

static bool first_row(Office *o, const DbTable *table, Row *ret)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Err err = { 0 };
    bool more = false;
    Str sql = arena_printf(o->arena, "SELECT * FROM %s ORDER BY %s", table->name, table->columns[1].name);
    assert_int_equal(db_query(o->app->db, sql.p, NULL, 0, &rows, &err), RC_OK);
    assert_int_equal(db_next(rows, &more, &err), RC_OK);
    ret->table = table;
    for (size_t c = 0; more && c < table->n_columns; c++) {
        DbType type = table->columns[c].type;
        ret->values[c] = db_is_null(rows, (int)c) ? DBNULL
                         : type == DB_INT         ? DBI(db_int(rows, (int)c))
                         : type == DB_TEXT        ? DBT(db_str_in(rows, (int)c, o->arena))
                                                  : DBB(db_str_in(rows, (int)c, o->arena));
    }
    return more;
}

/* Sets a column of the row that has the given key. */
static void set_column(Office *o, const DbTable *table, size_t column, DbValue value, const DbValue *key)
{
    Buf sql;
    Err err = { 0 };
    size_t changed = 0;
    DbValue params[DB_COLUMNS_MAX + 1] = { value };
    buf_init(&sql, 4096);
    buf_printf(&sql, "UPDATE %s SET %s = ?1 WHERE ", table->name, table->columns[column].name);
    for (size_t k = 0; k < table->n_key; k++) {
        buf_printf(&sql, "%s%s = ?%zu", k ? " AND " : "", table->columns[k].name, k + 2);
        params[k + 1] = key[k];
    }
    const char *text = arena_c(o->arena, buf_view(&sql));
    buf_free(&sql);
    if (db_run(o->app->db, text, params, table->n_key + 1, &changed, &err) != RC_OK)
        fail_msg("%s.%s: %s", table->name, table->columns[column].name, err.text);
    assert_int_equal(changed, 1);
}

/* Another value of the same type. */
static DbValue other_value(Office *o, const DbColumn *column, DbValue value)
{
    switch (column->type) {
    case DB_INT: return DBI(value.type == DB_NULL ? 7 : value.i + 1000003);
    case DB_TEXT: return DBT(arena_printf(o->arena, "%.*s~", STR_ARG(value.s)));
    default: return DBB(arena_printf(o->arena, "%.*s~", STR_ARG(value.s)));
    }
}

static bool names(const CheckReport *report, const char *table)
{
    for (size_t i = 0; i < report->n_faults; i++) {
        Str where = report->faults[i].where;
        if (str_starts(where, STR("table ")))
            where = str_slice(where, 6, where.n);
        Str rest = str_slice(where, strlen(table), where.n);
        if (str_starts(where, str_c(table)) && (!rest.n || rest.p[0] == ' '))
            return true;
    }
    return false;
}

static CheckReport rebuild(Office *o)
{
    CheckReport report = { 0 };
    Err err = { 0 };
    if (app_rebuild_check(o->app, o->folder, STR_NONE, (CheckProgress){ 0 }, o->arena, &report, &err) != RC_OK)
        fail_msg("%s", err.text);
    return report;
}

static void is_noticed(Office *o, const DbTable *table, const char *what)
{
    CheckReport report = rebuild(o);
    if (!names(&report, table->name))
        fail_msg("%s: %s goes unnoticed", table->name, what);
}

static void change_column(Office *o, const Row *row, size_t column)
{
    DbValue key[DB_COLUMNS_MAX];
    memcpy(key, row->values, row->table->n_key * sizeof *key);
    DbValue other = other_value(o, &row->table->columns[column], row->values[column]);
    set_column(o, row->table, column, other, key);
    if (column < row->table->n_key)
        key[column] = other;
    is_noticed(o, row->table, row->table->columns[column].name);
    set_column(o, row->table, column, row->values[column], key);
}

static void remove_row(Office *o, const Row *row)
{
    Err err = { 0 };
    size_t changed = 0;
    assert_int_equal(db_write(o->app->db, row->table, DB_DELETE, row->values, 1, &changed, &err), RC_OK);
    assert_int_equal(changed, 1);
    is_noticed(o, row->table, "a missing row");
    assert_int_equal(db_write(o->app->db, row->table, DB_INSERT, row->values, 1, NULL, &err), RC_OK);
}

static void add_row(Office *o, const Row *row)
{
    Err err = { 0 };
    DbValue added[DB_COLUMNS_MAX];
    memcpy(added, row->values, sizeof added);
    for (size_t c = 0; c < row->table->n_columns; c++) /* texts too, since some are unique */
        if (c > 0 && added[c].type != DB_NULL)
            added[c] = other_value(o, &row->table->columns[c], added[c]);
    if (row->table->n_key == 1)
        added[0].i += 1000003;
    if (db_write(o->app->db, row->table, DB_INSERT, added, 1, NULL, &err) != RC_OK)
        fail_msg("%s: %s", row->table->name, err.text);
    is_noticed(o, row->table, "an added row");
    assert_int_equal(db_write(o->app->db, row->table, DB_DELETE, added, 1, NULL, &err), RC_OK);
}

static bool is_empty_here(TableId id)
{
    for (size_t i = 0; i < ARRAY_LEN(empty_tables); i++)
        if (empty_tables[i] == id)
            return true;
    return false;
}

static void every_column_of_every_state_table_is_compared(void **state)
{
    (void)state;
    Office o = { 0 };
    open_full_office(&o);
    office_check_all(&o);
    for (int t = 0; t < T_COUNT; t++) {
        Row row = { 0 };
        if (schema_class((TableId)t) != TABLE_STATE)
            continue;
        bool found = first_row(&o, &schema_tables[t], &row);
        if (found == is_empty_here((TableId)t))
            fail_msg("table %s %s", schema_tables[t].name, found ? "has rows now" : "has no rows");
        for (size_t c = 0; found && c < schema_tables[t].n_columns; c++)
            change_column(&o, &row, c);
        if (found) {
            remove_row(&o, &row);
            add_row(&o, &row);
        }
    }
    office_check_all(&o); /* all is back as it was */
    office_close(&o);
}

/* ---- the ledger ---- */

static CheckReport verify(Office *o)
{
    CheckReport report = { 0 };
    Err err = { 0 };
    if (app_verify(o->app, (CheckProgress){ 0 }, o->arena, &report, &err) != RC_OK)
        fail_msg("%s", err.text);
    return report;
}

static bool names_place(const CheckReport *report, const char *where)
{
    for (size_t i = 0; i < report->n_faults; i++)
        if (str_eq_c(report->faults[i].where, where))
            return true;
    return false;
}

static Row entry_row(Office *o, int64_t seq)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    Err err = { 0 };
    bool more = false;
    DbValue params[] = { DBI(seq) };
    assert_int_equal(
        db_query(o->app->db, "SELECT j, seq, hash, leaf FROM entry WHERE seq = ?1", params, 1, &rows, &err), RC_OK);
    assert_int_equal(db_next(rows, &more, &err), RC_OK);
    assert_true(more);
    return (Row){ .table = &schema_tables[T_ENTRY],
                  .values = { DBI(db_int(rows, 0)), DBI(db_int(rows, 1)), DBB(db_str_in(rows, 2, o->arena)),
                              DBB(db_str_in(rows, 3, o->arena)) } };
}

static void flip(Office *o, const Row *row, size_t column, size_t at)
{
    Str bytes = row->values[column].s;
    char *copy = arena_c(o->arena, bytes);
    copy[at % bytes.n] = (char)(copy[at % bytes.n] ^ 1);
    set_column(o, row->table, column, DBB(((Str){ copy, bytes.n })), row->values);
    CheckReport report = verify(o);
    Str where = arena_printf(o->arena, "entry %lld", (long long)row->values[1].i);
    if (!names_place(&report, where.p))
        fail_msg("%s: byte %zu of %s goes unnoticed", where.p, at % bytes.n, row->table->columns[column].name);
    set_column(o, row->table, column, row->values[column], row->values);
}

static void a_flipped_byte_of_an_entry_is_named(void **state)
{
    (void)state;
    Office o = { 0 };
    open_full_office(&o);
    int64_t n = office_count(&o, "SELECT count(*) FROM entry");
    int64_t seqs[] = { 0, 1, n / 3, n / 2, n - 1 };
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++) {
        Row row = entry_row(&o, seqs[i]);
        size_t length = row.values[3].s.n;
        size_t places[] = { 0, 1, length / 3, length / 2, length - 1 };
        for (size_t p = 0; p < ARRAY_LEN(places); p++)
            flip(&o, &row, 3, places[p]);
        flip(&o, &row, 2, 5);
    }
    office_check_all(&o);
    office_close(&o);
}

/* Leaf and hash replaced together: then the root says so. */
static void a_forged_entry_with_its_hash_changes_the_root(void **state)
{
    (void)state;
    Office o = { 0 };
    open_full_office(&o);
    Row row = entry_row(&o, 20);
    LedgerHash hash;
    char *leaf = arena_c(o.arena, row.values[3].s);
    char *nonce = strstr(leaf, "\"nonce\":\"") + 9;
    *nonce = *nonce == '0' ? '1' : '0'; /* still a canonical leaf, of another act */
    Str forged = { leaf, row.values[3].s.n };
    ledger_leaf_hash(o.app->hash, forged, &hash);
    set_column(&o, row.table, 3, DBB(forged), row.values);
    set_column(&o, row.table, 2, DBB(ledger_hash_view(&hash)), row.values);
    CheckReport report = verify(&o);
    assert_true(names_place(&report, "ledger head"));
    office_close(&o);
}

static void a_missing_entry_is_named(void **state)
{
    (void)state;
    Office o = { 0 };
    open_full_office(&o);
    assert_int_equal(office_meddle(&o, "DELETE FROM entry WHERE seq = 17"), 1);
    CheckReport report = verify(&o);
    assert_true(names_place(&report, "entry 17"));
    office_close(&o);
}

static void the_head_is_that_of_the_entries(void **state)
{
    (void)state;
    static const TableId head = T_LEDGER_HEAD;
    Office o = { 0 };
    Row row = { 0 };
    open_full_office(&o);
    assert_true(first_row(&o, &schema_tables[head], &row));
    for (size_t c = 2; c < row.table->n_columns; c++) { /* the epoch says who writes, not what was written */
        set_column(&o, row.table, c, other_value(&o, &row.table->columns[c], row.values[c]), row.values);
        CheckReport report = verify(&o);
        if (!names_place(&report, "ledger head"))
            fail_msg("ledger_head.%s goes unnoticed", row.table->columns[c].name);
        set_column(&o, row.table, c, row.values[c], row.values);
    }
    office_check_all(&o);
    office_close(&o);
}

/* A tile is written once 256 entries are full. */
static void a_changed_tile_is_named(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    office_open(&o);
    int64_t m = office_opened(&o, "public", "appeal", "submit", "{'place':'鹭湖路','description':'太吵'}").matter;
    OfficeAct urge = { .actor = "public", .matter = m, .act = "urge" };
    ActRequest requests[270];
    ActResult results[270];
    for (size_t i = 0; i < ARRAY_LEN(requests); i++)
        requests[i] = office_ask(&o, &urge);
    assert_int_equal(app_perform_many(o.app, requests, ARRAY_LEN(requests), o.arena, results, &err), RC_OK);
    office_check_all(&o);
    Row row = { 0 };
    assert_true(first_row(&o, &schema_tables[T_LEDGER_TILE], &row));
    Str hashes = row.values[3].s;
    char *changed = arena_c(o.arena, hashes);
    changed[(size_t)40 * CRYPTO_DIGEST_SIZE] = (char)(changed[(size_t)40 * CRYPTO_DIGEST_SIZE] ^ 1);
    set_column(&o, row.table, 3, DBB(((Str){ changed, hashes.n })), row.values);
    CheckReport report = verify(&o);
    assert_true(names_place(&report, "entry 40"));
    assert_int_equal(report.n_faults, 1);
    office_close(&o);
}

/* ---- the figures ---- */

static void a_changed_fact_or_tally_is_counted_otherwise(void **state)
{
    (void)state;
    static const char *const meddling[] = { "UPDATE fact SET dn = dn + 1 WHERE dn = 1 AND fig = 1",
                                            "UPDATE tally SET n = n + 1 WHERE n > 0 AND fig = 1" };
    for (size_t i = 0; i < ARRAY_LEN(meddling); i++) {
        Office o = { 0 };
        Err err = { 0 };
        CheckReport report = { 0 };
        int64_t whole = 0;
        open_full_office(&o);
        assert_true(office_meddle(&o, "%s", meddling[i]) > 0);
        assert_int_equal(app_recount(o.app, &whole, 1, (CheckProgress){ 0 }, o.arena, &report, &err), RC_OK);
        assert_true(report.n_faults > 0);
        office_close(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_of_every_state_table_is_compared),
        cmocka_unit_test(a_flipped_byte_of_an_entry_is_named),
        cmocka_unit_test(a_forged_entry_with_its_hash_changes_the_root),
        cmocka_unit_test(a_missing_entry_is_named),
        cmocka_unit_test(the_head_is_that_of_the_entries),
        cmocka_unit_test(a_changed_tile_is_named),
        cmocka_unit_test(a_changed_fact_or_tally_is_counted_otherwise),
    };
    return cmocka_run_group_tests_name("mutation", tests, NULL, NULL);
}
