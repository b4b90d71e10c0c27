/* The office's lists as CSV: what is written reads back as the same, what differs is put, what is wrong changes
 * nothing; and a row of a catalogue counts only on the days on which it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/catalogues.h"
#include "app/fixture.h"

static Office office;

static int open_it(void **state)
{
    *state = &office;
    office = (Office){ 0 };
    office_open(&office);
    office_at(&office, "2023-03-06 09:00");
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    office_close(&office);
    return 0;
}

static Str written(Roster roster)
{
    CLEANUP(db_closep) Db *db = NULL;
    CLEANUP(buf_free) Buf out;
    Err err = { 0 };
    RosterTable table;
    buf_init(&out, 1 << 20);
    assert_int_equal(app_reader(office.app, &db, &err), RC_OK);
    assert_int_equal(roster_table(db, app_j(office.app), roster, office.arena, &table, &err), RC_OK);
    roster_write_csv(&out, &table);
    return buf_to_arena(&out, office.arena);
}

static RosterChange read_in(Roster roster, const char *csv, bool preview)
{
    RosterChange change = { 0 };
    Err err = { 0 };
    if (roster_read_csv(office.app, roster, str_c(csv), ACTOR_SYSTEM, preview, office.arena, &change, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    return change;
}

static void what_is_written_reads_back_as_the_same(void **state)
{
    (void)state;
    for (int i = 0; i < ROSTER_COUNT; i++) {
        Str csv = written((Roster)i);
        Str body = str_slice(csv, 3, csv.n); /* behind the byte order mark */
        int64_t size = office_count(&office, "SELECT size FROM ledger_head");
        RosterChange change = read_in((Roster)i, arena_c(office.arena, body), false);
        assert_int_equal(change.n_new + change.n_changed + change.n_problems, 0);
        assert_true(change.n_same > 0);
        assert_int_equal(office_count(&office, "SELECT size FROM ledger_head"), size);
    }
}

static void who_comes_and_who_leaves(void **state)
{
    (void)state;
    RosterChange change =
        read_in(ROSTER_UNITS,
                "code,name,kind,from\r\nlegal,司法所,team,2023-01-01\r\nblock,大和街区,block,1970-01-01\r\n", false);
    assert_int_equal(change.n_new, 1);
    assert_int_equal(change.n_same, 1);
    change = read_in(ROSTER_PEOPLE,
                     "login,name,unit,from,to\nnewcomer,新来的,legal,2023-03-01,\nofficer3,执法员庚,enforcement,1970-"
                     "01-01,2023-06-30\n",
                     false);
    assert_int_equal(change.n_new, 1);
    assert_int_equal(change.n_changed, 1);
    change = read_in(ROSTER_ROLES, "person,role,unit,from,to\nnewcomer,legal-reviewer,legal,2023-03-01,\n", false);
    assert_int_equal(change.n_new, 1);
    const DirPerson *newcomer =
        dir_person(app_directory(office.app), office_count(&office, "SELECT id FROM person WHERE login = 'newcomer'"));
    assert_non_null(newcomer);
    assert_true(dir_has_role(newcomer, STR("legal-reviewer"), newcomer->from));
    const DirPerson *leaver = dir_person(app_directory(office.app), office_person(&office, "officer3"));
    Day last;
    assert_true(day_parse(STR("2023-06-30"), &last));
    assert_int_equal(leaver->to, last);
    change = read_in(ROSTER_CREDENTIALS,
                     "person,kind,number,from,to\nnewcomer,enforcement,4499,2023-03-01,2026-02-28\n", false);
    assert_int_equal(change.n_new, 1);
    office_check_all(&office);
}

static void a_mistake_anywhere_changes_nothing(void **state)
{
    (void)state;
    int64_t size = office_count(&office, "SELECT size FROM ledger_head");
    RosterChange change = read_in(ROSTER_PEOPLE,
                                  "login,name,unit,from,to\n"
                                  "good,好的,enforcement,2023-03-01,\n"
                                  "x1,没有单位,nowhere,2023-03-01,\n"
                                  "x2,,enforcement,2023-13-01,\n"
                                  "good,重复,enforcement,2023-03-01,\n"
                                  "short,row\n",
                                  false);
    static const RosterFault faults[] = { ROSTER_NO_UNIT, ROSTER_EMPTY, ROSTER_DAY, ROSTER_TWICE, ROSTER_COLUMNS };
    static const size_t lines[] = { 3, 4, 4, 5, 6 };
    assert_int_equal(change.n_problems, ARRAY_LEN(faults));
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        assert_int_equal(change.problems[i].fault, faults[i]);
        assert_int_equal(change.problems[i].line, lines[i]);
    }
    assert_int_equal(office_count(&office, "SELECT size FROM ledger_head"), size);
    change =
        read_in(ROSTER_ROLES, "person,role,unit,from,to\nhead,king,,2023-01-01,\nnobody,clerk,,2023-01-01,\n", false);
    assert_int_equal(change.n_problems, 2);
    Err err = { 0 };
    assert_int_equal(
        roster_read_csv(office.app, ROSTER_UNITS, STR("code,nme\n"), ACTOR_SYSTEM, false, office.arena, &change, &err),
        RC_INVALID);
    assert_non_null(strstr(err.text, "name"));
}

static void a_preview_tells_and_changes_nothing(void **state)
{
    (void)state;
    int64_t size = office_count(&office, "SELECT size FROM ledger_head");
    RosterChange change = read_in(ROSTER_UNITS, "code,name,kind,from\nnew,新单位,team,2023-01-01\n", true);
    assert_int_equal(change.n_new, 1);
    assert_int_equal(office_count(&office, "SELECT size FROM ledger_head"), size);
}

/* The powers as they are, with a last day for one of them. */
static Str powers_until(const char *id, const char *to)
{
    Arena *a = office.arena;
    Str csv = catalogue_csv(app_pack(office.app), STR("powers"));
    Str out = STR_NONE;
    bool header = true;
    while (csv.n) {
        Str line = str_cut(csv, '\n', &csv);
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        Str rest;
        Str own = str_cut(line, ',', &rest);
        if (line.n)
            out = arena_printf(a, "%.*s%.*s,%s\n", STR_ARG(out), STR_ARG(line),
                               header              ? "valid_to:day"
                               : str_eq_c(own, id) ? to
                                                   : "");
        header = false;
    }
    return out;
}

static void a_catalogue_counts_only_while_it_holds(void **state)
{
    (void)state;
    Arena *a = office.arena;
    const LawIssue *issues = NULL;
    size_t n = 0;
    Err err = { 0 };
    assert_int_equal(catalogue_put(office.app, STR("powers"), powers_until("cg-stall", "2023-03-31"), DAY_NONE,
                                   ACTOR_SYSTEM, a, &issues, &n, &err),
                     RC_OK);
    static const char form[] = "{'case_source':'patrol','place':'鹭湖路','found_on':'2023-03-06','power':'cg-stall'}";
    office_opened(&office, "officer1", "penalty.ordinary", "register", form);
    office_at(&office, "2023-04-03 09:00");
    ActResult r = office_open_matter(&office, "officer1", "penalty.ordinary", "register", form);
    assert_int_equal(r.answer, ANSWER_INVALID);
    assert_int_equal(r.decision.faults.n, 1);
    assert_int_equal(r.decision.faults.items[0].kind, FAULT_LAPSED);
    /* What happened while it held may still be taken in. */
    r = office_perform(&office, &(OfficeAct){ .actor = "officer1",
                                              .procedure = "penalty.ordinary",
                                              .act = "register",
                                              .form = form,
                                              .mode = ACT_RECORD,
                                              .happened = "2023-03-30 10:00" });
    assert_int_equal(r.answer, ANSWER_DONE);
    r = office_open_matter(&office, "officer1", "penalty.ordinary", "register",
                           "{'case_source':'patrol','place':'鹭湖路','found_on':'2023-03-06','power':'cg-stal'}");
    assert_int_equal(r.decision.faults.items[0].kind, FAULT_ITEM);
    office_check_all(&office);
}

/* Put in and refused: what is said about it. */
static Str refused_for(const char *csv, size_t *ret_issues)
{
    const LawIssue *issues = NULL;
    Err err = { 0 };
    *ret_issues = 0;
    assert_int_equal(catalogue_put(office.app, STR("powers"), str_c(csv), DAY_NONE, ACTOR_SYSTEM, office.arena, &issues,
                                   ret_issues, &err),
                     RC_INVALID);
    return arena_str(office.arena, str_c(err.text));
}

static void a_catalogue_with_a_mistake_is_not_adopted(void **state)
{
    (void)state;
    const LawIssue *issues = NULL;
    size_t n = 0;
    Err err = { 0 };
    int64_t size = office_count(&office, "SELECT size FROM ledger_head");
    assert_true(str_find(refused_for("id,name\nx,y\n", &n), STR("the column 'field' is missing")) != SIZE_MAX);
    Str csv = catalogue_csv(app_pack(office.app), STR("powers"));
    Str rest;
    Str header = str_cut(csv, '\n', &rest);
    Str said = refused_for(arena_printf(office.arena, "%.*s\n", STR_ARG(header)).p, &n);
    assert_true(str_find(said, STR("the row 'cg-stall' is missing")) != SIZE_MAX);
    refused_for(arena_printf(office.arena, "%.*sx,too,short\n", STR_ARG(csv)).p, &n);
    assert_int_equal(n, 1);
    assert_int_equal(
        catalogue_put(office.app, STR("nothing"), STR("id\n"), DAY_NONE, ACTOR_SYSTEM, office.arena, &issues, &n, &err),
        RC_NOT_FOUND);
    assert_int_equal(office_count(&office, "SELECT size FROM ledger_head"), size);
}

int main(void)
{
#define IN_OFFICE(f) cmocka_unit_test_setup_teardown(f, open_it, close_it)
    const struct CMUnitTest tests[] = {
        IN_OFFICE(what_is_written_reads_back_as_the_same), IN_OFFICE(who_comes_and_who_leaves),
        IN_OFFICE(a_mistake_anywhere_changes_nothing),     IN_OFFICE(a_preview_tells_and_changes_nothing),
        IN_OFFICE(a_catalogue_counts_only_while_it_holds), IN_OFFICE(a_catalogue_with_a_mistake_is_not_adopted),
    };
    return cmocka_run_group_tests_name("catalogues", tests, NULL, NULL);
}
