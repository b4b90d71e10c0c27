/* Values of persons: masked for all, opened for who may, gone with their key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "app/fixture.h"
#include "app/matter_read.h"
#include "app/personal.h"

static void masks_show_as_little_as_is_needed(void **state)
{
    static const struct {
        const char *field;
        const char *value;
        const char *masked;
    } cases[] = {
        { "appellant_phone", "13800005678", "138****5678" },
        { "anything", "13800005678", "138****5678" },
        { "id_number", "110105194912310021", "110105********0021" },
        { "id_number", "11010519491231002X", "110105********002X" },
        { "party_code", "11440300342531207R", "114403********207R" },
        { "appellant_name", "张三", "张*" },
        { "appellant_name", "欧阳娜娜", "欧*" },
        { "address", "鹭湖路12号3栋402", "鹭湖路12号****" },
        { "address", "鹭湖路夜市", "鹭湖路夜市" },
        { "party_address", "大和路7号", "大和路7号" },
        { "description", "半夜施工很吵", "半夜****" },
        { "account", "02345678", "023***78" },
        { "appellant_name", "", "" },
    };
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        LawField field = { .id = str_c(cases[i].field), .type = LAW_TEXT };
        Str masked = personal_mask(arena, &field, str_c(cases[i].value));
        if (!str_eq_c(masked, cases[i].masked))
            fail_msg("%s %s: %.*s", cases[i].field, cases[i].value, STR_ARG(masked));
    }
}

static void values_are_read_with_the_subjects_key(void **state)
{
    (void)state;
    CLEANUP(db_closep) Db *db = NULL;
    Office o = { 0 };
    Err err = { 0 };
    MatterRecord record;
    PersonalRecord personal;
    office_open(&o);
    office_at(&o, "2023-03-01 09:00");
    ActResult r = office_opened(&o, "public", "appeal", "submit",
                                "{'place':'鹭湖路','description':'半夜施工','appellant_name':'张三'}");
    office_at(&o, "2023-03-01 09:05");
    office_done(&o, "public", r.matter, "supplement", "{'supplement':'又开工了'}");
    assert_int_equal(app_reader(o.app, &db, &err), RC_OK);
    MatterSource source = { .db = db, .j = app_j(o.app), .book = app_book(o.app) };
    assert_int_equal(matter_read(&source, r.matter, o.arena, &record, &err), RC_OK);
    assert_int_equal(record.n_moments, 2);
    if (personal_read(o.app, db, &record.m, o.arena, &personal, &err) != RC_OK)
        fail_msg("%s", err.text);
    assert_int_equal(personal.n, 3);
    assert_int_equal(personal.n_erased, 0);
    for (size_t i = 0; i < personal.n; i++)
        if (str_eq_c(personal.items[i].field->id, "appellant_name"))
            assert_true(str_eq_c(personal_text(o.arena, &personal.items[i].value), "张三"));
    office_close(&o);
}

static void a_look_is_recorded(void **state)
{
    (void)state;
    Office o = { 0 };
    Err err = { 0 };
    office_open(&o);
    int64_t size = office_count(&o, "SELECT size FROM ledger_head");
    assert_int_equal(app_reveal(o.app, 1024, 1025, STR("contact"), office_person(&o, "dispatcher"), &err), RC_OK);
    assert_int_equal(office_count(&o, "SELECT size FROM ledger_head"), size + 1);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_show_as_little_as_is_needed),
        cmocka_unit_test(values_are_read_with_the_subjects_key),
        cmocka_unit_test(a_look_is_recorded),
    };
    return cmocka_run_group_tests_name("personal", tests, NULL, NULL);
}
