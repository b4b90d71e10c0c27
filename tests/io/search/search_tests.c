/* The search index: how text is cut, and that what was put in is found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/search/search.h"

static void check(void (*fn)(Str, Buf *), const char *text, const char *expected)
{
    Buf out;
    buf_init(&out, 4096);
    fn(str_c(text), &out);
    buf_char(&out, '\0');
    assert_string_equal(out.p, expected);
    buf_free(&out);
}

static void characters_are_cut_into_pairs(void **state)
{
    (void)state;
    check(search_cut, "湖畔烧烤店", "湖畔 畔烧 烧烤 烤店 店");
    check(search_cut, "店", "店");
    check(search_cut, "", "");
    check(search_cut, "，。 ", "");
}

static void letters_and_digits_stay_whole(void **state)
{
    (void)state;
    check(search_cut, "民诉〔2023〕8641号", "民诉 诉 2023 8641 号");
    check(search_cut, "粤B１２Ａ45", "粤 b12a45");
    check(search_cut, "12345热线", "12345 热线 线");
}

static void queries_are_phrases(void **state)
{
    (void)state;
    check(search_phrase, "烧烤店", "\"烧烤 烤店\"");
    check(search_phrase, "烧", "\"烧\"*");
    check(search_phrase, "鹭湖 噪声", "\"鹭湖\" AND \"噪声\"");
    check(search_phrase, "立〔2023〕71", "\"立\"* AND \"2023\" AND \"71\"");
    check(search_phrase, "Guanhu", "\"guanhu\"*");
    check(search_phrase, "440301", "\"440301\"*");
    /* Nothing of the index's own language gets through. */
    check(search_phrase, "\" OR doc:* NEAR(", "\"or\"* AND \"doc\"* AND \"near\"*");
}

/* ---- an index beside a small store ---- */

typedef struct Shelf {
    char folder[32];
    Arena *arena;
    Db *store;
    Search *search;
} Shelf;

static void must(Rc rc, const Err *err)
{
    if (rc != RC_OK)
        fail_msg("%s: %s", err->place, err->text);
}

static const DbColumn entry_columns[] = { { "j", DB_INT, false, false },
                                          { "seq", DB_INT, false, false },
                                          { "leaf", DB_BYTES, false, false } };
static const DbColumn matter_columns[] = { { "j", DB_INT, false, false },      { "id", DB_INT, false, false },
                                           { "number", DB_TEXT, true, false }, { "public_code", DB_TEXT, true, false },
                                           { "title", DB_TEXT, false, false }, { "fields", DB_BYTES, false, false } };
static const DbColumn alias_columns[] = { { "j", DB_INT, false, false },
                                          { "number", DB_TEXT, false, false },
                                          { "matter", DB_INT, false, false } };
static const DbTable entry_table = { .name = "entry", .columns = entry_columns, .n_columns = 3, .n_key = 2 };
static const DbTable matter_table = { .name = "matter", .columns = matter_columns, .n_columns = 6, .n_key = 2 };
static const DbTable alias_table = { .name = "matter_alias", .columns = alias_columns, .n_columns = 3, .n_key = 2 };
static const DbTable document_table = { .name = "document", .columns = alias_columns, .n_columns = 3, .n_key = 2 };

static int set_up(void **state)
{
    Shelf *s = calloc(1, sizeof *s);
    Err err = { 0 };
    const DbTable *const tables[] = { &entry_table, &matter_table, &alias_table, &document_table };
    s->arena = arena_new(0);
    snprintf(s->folder, sizeof s->folder, "/tmp/yifa-search-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    must(db_open(STR("sqlite::memory:"), &(DbOptions){ 0 }, &s->store, &err), &err);
    must(db_create(s->store, tables, 4, &err), &err);
    must(search_open(arena_printf(s->arena, "%s/search.db", s->folder).p, true, &s->search, &err), &err);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    Shelf *s = *state;
    search_close(s->search);
    db_close(s->store);
    Str command = arena_printf(s->arena, "rm -rf %s", s->folder);
    int gone = system(command.p);
    arena_free(s->arena);
    free(s);
    return gone;
}

static void put(Shelf *s, int64_t seq, int64_t matter, const char *title, const char *fields)
{
    Err err = { 0 };
    Str leaf = arena_printf(s->arena, "{\"matter\":%lld}", (long long)matter);
    DbValue entry[] = { DBI(1), DBI(seq), DBB(leaf) };
    DbValue row[] = { DBI(1), DBI(matter), DBT(STR("民诉〔2023〕7号")), DBNULL, DBT(str_c(title)), DBB(str_c(fields)) };
    must(db_write(s->store, &entry_table, DB_INSERT, entry, 1, NULL, &err), &err);
    must(db_write(s->store, &matter_table, DB_UPSERT, row, 1, NULL, &err), &err);
}

static void follow(Shelf *s)
{
    Err err = { 0 };
    bool more = true;
    while (more)
        must(search_follow(s->search, s->store, 1, &more, &err), &err);
}

static size_t hits(Shelf *s, const char *query)
{
    Err err = { 0 };
    int64_t *ids = NULL;
    size_t n = 0;
    must(search_find(s->search, str_c(query), 10, s->arena, &ids, &n, &err), &err);
    return n;
}

static void what_was_put_in_is_found(void **state)
{
    Shelf *s = *state;
    DbValue alias[] = { DBI(1), DBT(STR("20231011-0042")), DBI(256) };
    Err err = { 0 };
    must(db_write(s->store, &alias_table, DB_INSERT, alias, 1, NULL, &err), &err);
    put(s, 0, 256, "鹭湖路湖畔烧烤店噪声", "{\"category\":\"noise\",\"place\":\"鹭湖路夜市\",\"description\":\"·\"}");
    follow(s);
    assert_int_equal(hits(s, "烧烤"), 1);
    assert_int_equal(hits(s, "夜市"), 1);
    assert_int_equal(hits(s, "烧"), 1);
    assert_int_equal(hits(s, "0042"), 1);
    assert_int_equal(hits(s, "民诉 7"), 1);
    assert_int_equal(hits(s, "烧店"), 0); /* not beside one another */
    assert_int_equal(hits(s, "noise"), 0);
    assert_int_equal(hits(s, "！"), 0);
}

static void a_matter_that_changed_is_indexed_anew(void **state)
{
    Shelf *s = *state;
    put(s, 0, 256, "鹭湖路垃圾", "{}");
    follow(s);
    put(s, 1, 256, "大和路噪声", "{}");
    follow(s);
    assert_int_equal(hits(s, "鹭湖"), 0);
    assert_int_equal(hits(s, "大和"), 1);
}

static void a_long_text_is_cut_and_a_long_query_too(void **state)
{
    Shelf *s = *state;
    char text[3 * 6000 + 1];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "长", 3);
    text[sizeof text - 1] = '\0';
    put(s, 0, 256, "起头", arena_printf(s->arena, "{\"a\":\"%s\"}", text).p);
    follow(s);
    assert_int_equal(hits(s, "起头"), 1);
    assert_int_equal(hits(s, text), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_cut_into_pairs),
        cmocka_unit_test(letters_and_digits_stay_whole),
        cmocka_unit_test(queries_are_phrases),
        cmocka_unit_test_setup_teardown(what_was_put_in_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_matter_that_changed_is_indexed_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_text_is_cut_and_a_long_query_too, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
