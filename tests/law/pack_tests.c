#include "core/law/tables.h"

#include "law/law_tests.h"
#include "law/pack_tree.h"

static const LawPack *load(Arena *arena, const char *folder)
{
    LawFile *files = NULL;
    size_t n_files = 0;
    assert_true(pack_tree_read(arena, folder, &files, &n_files));
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    Err err = { 0 };
    Rc rc = law_pack_load(arena, files, n_files, &pack, &issues, &n_issues, &err);
    for (size_t i = 0; i < n_issues; i++)
        print_error("%.*s:%d:%d: %.*s\n", STR_ARG(issues[i].at.path), issues[i].at.line, issues[i].at.col,
                    STR_ARG(issues[i].text));
    assert_int_equal(rc, RC_OK);
    return pack;
}

static const LawPack *small(Arena *arena)
{
    return load(arena, LAW_TESTS "/pack");
}

static const LawProcedure *plain_case(Arena *arena)
{
    const LawProcedure *p = law_procedure(small(arena), STR("case.plain"));
    assert_non_null(p);
    return p;
}

static const LawAct *act_of(const LawProcedure *p, const char *id)
{
    const LawAct *act = law_act(p, str_c(id));
    assert_non_null(act);
    return act;
}

static void the_head_says_who_the_office_is(void **state)
{
    const LawPack *pack = small(*state);
    assert_str_equal(pack->name, "small");
    assert_str_equal(pack->office_short, "某街道");
    assert_int_equal(pack->zone_minutes, 480);
    assert_int_equal(pack->n_roles, 2);
    assert_true(pack->roles[1].head);
    assert_str_equal(pack->person_words[0].title, "持证");
    assert_str_equal(pack->findings->open->id, "open");
    assert_null(pack->findings->close);
    assert_true(law_calendar_knows(pack->calendar, day_of("2023-05-01")));
}

static Str evaluated(Arena *arena, const LawProcedure *p, const char *text)
{
    const FeelExpr *expr = NULL;
    Err err = { 0 };
    Str reason;
    FeelParseOptions options = { .dynamic_names = false };
    if (feel_parse(arena, p->scope, str_c(text), options, &expr, &err) != RC_OK)
        fail_msg("%s: %s: %s", text, err.place, err.text);
    LawHost host = small(arena)->host;
    FeelEnv env = { .zone_minutes = 480, .host = &host };
    FeelValue value = feel_eval(expr, &env, feel_null(), arena, &reason);
    return feel_is_null(value) && reason.n ? reason : feel_print(arena, value);
}

static void laws_functions_have_the_packs_calendars_and_words(void **state)
{
    Arena *arena = *state;
    static const struct {
        const char *text;
        const char *value;
    } cases[] = {
        { "law.wdays(@\"2023-09-28\", 1)", "@\"2023-10-02\"" },
        { "add working days(@\"2023-09-28\", 1, \"national\")", "@\"2023-10-02\"" },
        { "add working days(@\"2023-09-28\", 2, \"market\")", "@\"2023-10-01\"" },
        { "add working days(@\"2023-04-28\", 1, \"court\")",
          "there is no calendar 'court'; known: national, market in add working days(@\"2023-04-28\", 1, \"court\")" },
        { "amount in words(107000.53)", "\"壹拾万柒仟元伍角叁分\"" },
        { "amount in words(-300)", "\"负叁佰元整\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str value = evaluated(arena, plain_case(arena), cases[i].text);
        if (!str_eq_c(value, cases[i].value))
            fail_msg("%s: %.*s, not %s", cases[i].text, STR_ARG(value), cases[i].value);
    }
}

static void tables_are_functions_of_every_expression(void **state)
{
    static const char *const cases[][2] = {
        { "罚款基准(\"a1\", 1, date(\"2023-05-31\")).row", "\"a1-old\"" },
        { "罚款基准(\"a1\", 1, date(\"2023-06-01\")).row", "\"a1-first\"" },
        { "罚款基准(\"a1\", 1, date(\"2023-06-01\")).low", "30" },
        { "罚款基准(\"a2\", 3, date(\"2024-01-01\")).degree", "\"严重\"" },
        { "罚款基准(\"a2\", 3, date(\"2024-01-01\")).article", "\"第60条\"" },
        { "罚款基准(\"a2\", 1, date(\"2024-01-01\"))", "no row of the table '罚款基准' matches" },
        { "罚款基准(times: 2, power: \"a1\", date: date(\"2024-01-01\")).high", "90" },
        { "加倍(21)", "42" },
    };
    Arena *arena = *state;
    const LawProcedure *p = plain_case(arena);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str_equal(evaluated(arena, p, cases[i][0]), cases[i][1]);
}

static void the_rows_of_a_table_are_kept_as_written(void **state)
{
    Arena *arena = *state;
    const LawPack *pack = small(arena);
    const LawTable *table = law_table(pack, STR("fines"));
    assert_non_null(table);
    assert_int_equal(table->n_rows, 3);
    assert_int_equal(table->n_shown, 2);
    assert_str_equal(table->columns[table->shown[1]].title, "条款");
    assert_int_equal(table->published, day_of("2023-05-20"));
    assert_non_null(table->basis.law);
    const LawTableRow *old = law_table_row(table, STR("a1-old"));
    const LawTableRow *again = law_table_row(table, STR("a1-again"));
    assert_int_equal(old->at.line, 4);
    assert_true(law_table_row_holds(old, day_of("2023-05-31")));
    assert_false(law_table_row_holds(old, day_of("2023-06-01")));
    assert_true(law_table_row_holds(again, day_of("2023-06-01")));
    assert_false(law_table_row_concerns(table, old, STR("a2")));
    assert_true(law_table_row_concerns(table, again, STR("a2")));
    assert_null(law_table_row(table, STR("a1-older")));
    assert_null(law_table(pack, STR("none")));
    assert_int_equal(law_table(pack, STR("double"))->n_columns, 0);
    const LawProcedure *p = law_procedure(pack, STR("case.plain"));
    assert_int_equal(p->n_tables, 1);
    assert_ptr_equal(p->tables[0].table, table);
    assert_str_equal(p->tables[0].of->id, "power");
    assert_int_equal(p->tables[0].inputs[0], law_field(p, STR("power"))->slot);
    assert_int_equal(p->tables[0].inputs[1], -1);
    assert_int_equal(act_of(p, "decide")->tables, 1);
    assert_int_equal(act_of(p, "file")->tables, 0);
}

static void rows_that_overlap_are_a_warning_at_the_later_one(void **state)
{
    Arena *arena = *state;
    LawFile *files = NULL;
    size_t n_files = 0;
    size_t n_issues = 0;
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    Err err = { 0 };
    assert_true(pack_tree_read(arena, LAW_TESTS "/pack", &files, &n_files));
    for (size_t i = 0; i < n_files; i++) {
        size_t at = str_find(files[i].bytes, STR("a1-first,a1,1,"));
        if (at != SIZE_MAX)
            files[i].bytes = arena_printf(arena, "%.*sa1-first,a1,>= 1,%.*s", (int)at, files[i].bytes.p,
                                          STR_ARG(str_slice(files[i].bytes, at + 14, files[i].bytes.n)));
    }
    assert_int_equal(law_pack_load(arena, files, n_files, &pack, &issues, &n_issues, &err), RC_OK);
    size_t overlaps = 0;
    for (size_t i = 0; i < pack->n_warnings; i++) {
        if (!str_starts(pack->warnings[i].text, STR("rows 'a1-first' and 'a1-again' both match: ")))
            continue;
        overlaps++;
        assert_str_equal(pack->warnings[i].at.path, "tables/fines.csv");
        assert_int_equal(pack->warnings[i].at.line, 6);
    }
    assert_int_equal(overlaps, 1);
}

static void parameters_and_catalogues_are_values(void **state)
{
    Arena *arena = *state;
    const LawPack *pack = small(arena);
    static const struct {
        const char *name;
        const char *value;
    } expected[] = {
        { "file_days", "2" },
        { "limit", "200.50" },
        { "since", "date(\"2023-01-01\")" },
        { "kinds", "[\"a\", \"2\"]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_str_equal(pack->names[i].name, expected[i].name);
        if (i != 1 && i != 2) /* how numbers and dates are spelled is FEEL's business */
            assert_str_equal(feel_print(arena, pack->names[i].value), expected[i].value);
    }
    FeelValue limit = feel_dec(arena, dec_scaled(20050, 2));
    assert_true(feel_equal(pack->names[1].value, limit));
    assert_true(feel_equal(pack->names[2].value, feel_date(day_of("2023-01-01"))));
    const LawName *powers = &pack->names[4];
    assert_str_equal(powers->name, "powers");
    assert_int_equal(powers->value.as.list->n, 2);
    FeelValue first = powers->value.as.list->items[0];
    FeelValue second = powers->value.as.list->items[1];
    assert_true(feel_equal(*feel_get(first, STR("published")), feel_date(day_of("2021-09-01"))));
    assert_true(feel_equal(*feel_get(first, STR("fine_max")), feel_dec(arena, dec_scaled(10005, 1))));
    assert_true(feel_equal(*feel_get(first, STR("active")), feel_bool(true)));
    assert_str_equal(feel_to_str(*feel_get(second, STR("name"))), "张贴, 涂写");
    assert_true(feel_is_null(*feel_get(second, STR("fine_max"))));
}

static void slots_are_laid_out_as_the_header_says(void **state)
{
    Arena *arena = *state;
    const LawPack *pack = small(arena);
    const LawProcedure *p = law_procedure(pack, STR("case.plain"));
    assert_int_equal(p->n_fields, 12);
    assert_int_equal(p->n_lets, 3);
    for (size_t i = 0; i < p->n_fields; i++) {
        assert_int_equal(feel_scope_find(p->scope, p->fields[i].id), i);
        assert_int_equal(p->fields[i].slot, i);
    }
    assert_int_equal(feel_scope_find(p->scope, STR("执法人员")), law_field(p, STR("officers"))->slot);
    assert_int_equal(feel_scope_find(p->scope, STR("人数")), (int)p->n_fields + 2);
    assert_int_equal(p->slot_std, (int)(p->n_fields + p->n_lets));
    for (int i = 0; i < LAW_STD_COUNT; i++)
        assert_int_equal(feel_scope_find(p->scope, str_c(law_standard_names[i])), p->slot_std + i);
    for (size_t i = 0; i < pack->n_names; i++)
        assert_int_equal(feel_scope_find(p->scope, pack->names[i].name), p->slot_pack + (int)i);
    assert_int_equal(p->n_slots, p->slot_pack + (int)pack->n_names);
}

static void fields_have_their_defaults(void **state)
{
    const LawProcedure *p = plain_case(*state);
    const LawField *cause = law_field(p, STR("cause"));
    assert_true(cause->is_public && cause->has_max && cause->max == 200 && cause->personal.n == 0);
    const LawField *story = law_field(p, STR("story"));
    assert_int_equal(story->max, 4000);
    assert_str_equal(story->personal, "about"); /* free text names people */
    assert_str_equal(law_field(p, STR("party"))->identifies, "phone");
    assert_int_equal(law_field(p, STR("goods"))->n_columns, 2);
    assert_str_equal(law_field(p, STR("category"))->options[1].title, "噪声");
    assert_int_equal(p->unit_field, 8);
    assert_null(law_field(p, STR("none")));
    assert_int_equal(p->n_basis, 1);
    assert_str_equal(p->basis[0].article, "第60条");
}

static void acts_know_their_stages_and_families(void **state)
{
    const LawProcedure *p = plain_case(*state);
    assert_int_equal(act_of(p, "register")->kind, LAW_ACT_OPEN);
    assert_true(act_of(p, "register")->by_public);
    assert_int_equal(act_of(p, "register")->n_by, 1);
    assert_int_equal(act_of(p, "file")->from, 1);
    assert_int_equal(act_of(p, "file")->to, 1);
    assert_true(act_of(p, "file")->numbers);
    assert_false(act_of(p, "decide")->numbers);
    assert_int_equal(act_of(p, "note")->from, 7); /* every stage that is not an end */
    assert_int_equal(act_of(p, "note")->to, -1);
    assert_int_equal(act_of(p, "void")->kind, LAW_ACT_VOID);
    assert_int_equal(act_of(p, "void")->from, 31); /* what is done can be voided in any stage */
    assert_int_equal(act_of(p, "reopen")->from, 24);
    assert_int_equal(act_of(p, "merge")->kind, LAW_ACT_MERGE);
    assert_true(act_of(p, "lapse")->by_system);
    assert_int_equal(act_of(p, "decide")->n_documents, 1);
    assert_ptr_equal(act_of(p, "decide")->documents[0], law_document(p, STR("decision")));
}

static void forms_say_what_is_required(void **state)
{
    const LawProcedure *p = plain_case(*state);
    const LawAct *file = act_of(p, "file");
    assert_int_equal(file->n_form, 2);
    assert_true(file->form[0].required);
    assert_false(file->form[1].required);
    assert_non_null(file->form[1].required_when.expr);
    assert_non_null(file->form[1].preset.expr);
    assert_str_equal(file->form[1].note, "选一个");
    assert_int_equal(file->n_set, 1);
    assert_str_equal(file->spawn[0].procedure, "hearing");
    assert_str_equal(file->spawn[0].set_ids[0], "topic");
}

static void clocks_are_bits_of_acts(void **state)
{
    const LawProcedure *p = plain_case(*state);
    size_t index = 9;
    const LawClock *clock = law_clock(p, STR("decide_by"), &index);
    assert_int_equal(index, 0);
    assert_int_equal(clock->length, 90);
    assert_int_equal(clock->unit, LAW_DAYS);
    assert_true(clock->roll);
    assert_int_equal(clock->n_warn, 2);
    assert_int_equal(clock->warn_percent[1], 90);
    assert_str_equal(clock->overdue->id, "in-time");
    assert_str_equal(clock->basis.law->id, "xzcf");
    assert_int_equal(act_of(p, "file")->starts, 1);
    assert_int_equal(act_of(p, "decide")->stops, 1);
    assert_int_equal(act_of(p, "decide")->starts, 2);
    assert_int_equal(act_of(p, "suspend")->pauses, 1);
    assert_int_equal(act_of(p, "resume")->resumes, 1);
    assert_int_equal(act_of(p, "extend")->extends, 1);
    assert_int_equal(act_of(p, "archive")->cancels, 2);
    const LawClock *term = law_clock(p, STR("appeal_by"), NULL);
    assert_null(term->basis.law);
    assert_null(term->overdue);
    assert_str_equal(term->due_act, "lapse");
    assert_non_null(term->length_of.expr);
}

static void read_plans_follow_derived_names_rules_and_clocks(void **state)
{
    const LawProcedure *p = plain_case(*state);
    LawReadPlan none = act_of(p, "suspend")->reads;
    assert_true(!none.clocks && !none.links && !none.history && !none.persons);
    assert_true(act_of(p, "file")->reads.persons);  /* its rule counts officers */
    assert_true(act_of(p, "lapse")->reads.persons); /* its `when` does, behind a derived name */
    assert_true(act_of(p, "decide")->reads.clocks); /* its rule asks a clock */
    assert_true(act_of(p, "decide")->reads.links);  /* the length of the clock it starts counts links */
    assert_true(act_of(law_procedure(small(*state), STR("hearing")), "end")->reads.links); /* it signals them */
}

static void a_rule_blocks_only_where_the_profile_lets_it(void **state)
{
    Arena *arena = *state;
    LawPack pack = *small(arena);
    const LawRule *rule = law_rule(&pack, STR("two-officers"));
    assert_int_equal(law_rule_effect(&pack, rule), LAW_BLOCK);
    pack.profile = &pack.profiles[1]; /* trial: none is promoted yet */
    assert_int_equal(law_rule_effect(&pack, rule), LAW_WARN);
    LawProfile promoted = *pack.profile;
    promoted.block = &rule->id;
    promoted.n_block = 1;
    pack.profile = &promoted;
    assert_int_equal(law_rule_effect(&pack, rule), LAW_BLOCK);
    assert_int_equal(law_rule_effect(&pack, law_rule(&pack, STR("listed"))), LAW_RECORD);
    assert_str_equal(law_rule(&pack, STR("listed"))->note, "本街道规定");
    assert_str_equal(law_basis_print(arena, &rule->basis), "行政处罚法 第42条第1款");
}

static void figures_look_at_the_procedures_they_name(void **state)
{
    const LawPack *pack = small(*state);
    const LawProcedure *p = law_procedure(pack, STR("case.plain"));
    const LawProcedure *hearing = law_procedure(pack, STR("hearing"));
    assert_int_equal(p->n_figures, 4);
    assert_int_equal(hearing->n_figures, 1);
    assert_str_equal(hearing->figures[0].figure->id, "closed");
    const LawFigure *rate = map_get(&pack->figures_by_id, STR("rate"));
    assert_int_equal(rate->count, LAW_COUNT_RATIO);
    assert_str_equal(rate->numerator->id, "closed");
    assert_str_equal(p->figures[0].figure->definition,
                     "{\"count\":\"matters\",\"dim\":\"category\",\"of\":[\"case.*\"],\"outcome\":false,"
                     "\"period\":\"opened_day\",\"where\":\"true\"}");
    const LawReport *report = map_get(&pack->reports_by_id, STR("2023"));
    assert_int_equal(report->n_figures, 2);
    assert_int_equal(report->figures[1].status, day_of("2023-12-22"));
    assert_true(report->text.n > 0);
}

/* tests/law/pack/procedures/training.yaml over families/register.yaml. */
static void a_procedure_is_laid_over_its_family(void **state)
{
    const LawProcedure *p = law_procedure(small(*state), STR("training"));
    assert_non_null(p);
    assert_str_equal(p->noun, "期");
    assert_str_equal(p->section, "登记");
    assert_str_equal(p->family, "register");
    static const char *const fields[] = { "name", "programme", "held_on" };
    assert_int_equal(p->n_fields, ARRAY_LEN(fields));
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        assert_str_equal(p->fields[i].id, fields[i]);
    assert_str_equal(p->fields[0].title, "培训名称");
    assert_true(p->fields[0].is_public);
    assert_int_equal(law_stage(p, STR("checked")), 1);
    const LawAct *plan = act_of(p, "plan");
    assert_int_equal(plan->n_form, 3);
    assert_int_equal(plan->n_by, 2); /* doer is the head here; officer stands for itself */
    assert_str_equal(plan->by[0], "head");
    assert_str_equal(plan->by[1], "officer");
    assert_int_equal(act_of(p, "check")->n_by, 1);
    assert_str_equal(act_of(p, "hold")->say, "办了");
    assert_int_equal(act_of(p, "hold")->from, UINT64_C(1) << 1);
    assert_null(law_act(p, STR("correct")));
    assert_str_equal(p->acts[p->n_acts - 1].id, "move"); /* possible at every stage, so behind the heir's `check` */
}

static void the_offices_pack_is_right(void **state)
{
    Arena *arena = *state;
    const LawPack *pack = load(arena, LAW_PACKS "/guanhu");
    assert_true(pack->n_procedures >= 5);
    assert_true(pack->n_rules >= 100);
}

static void too_much_is_refused(void **state)
{
    LawFile *files = ARENA_ARRAY(*state, LawFile, 2001);
    for (size_t i = 0; i < 2001; i++)
        files[i] = (LawFile){ .path = STR("a.md") };
    const LawPack *pack = NULL;
    const LawIssue *issues = NULL;
    size_t n_issues = 0;
    Err err = { 0 };
    assert_int_equal(law_pack_load(*state, files, 2001, &pack, &issues, &n_issues, &err), RC_LIMIT);
    assert_int_equal(law_pack_load(*state, files, 2, &pack, &issues, &n_issues, &err), RC_INVALID);
    assert_string_equal(err.text, "the pack has two files 'a.md'");
    assert_int_equal(law_pack_load(*state, files, 0, &pack, &issues, &n_issues, &err), RC_INVALID);
    assert_int_equal(n_issues, 2);
    assert_null(pack);
}

int pack_tests(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(the_head_says_who_the_office_is),
        ARENA_TEST(laws_functions_have_the_packs_calendars_and_words),
        ARENA_TEST(parameters_and_catalogues_are_values),
        ARENA_TEST(tables_are_functions_of_every_expression),
        ARENA_TEST(the_rows_of_a_table_are_kept_as_written),
        ARENA_TEST(rows_that_overlap_are_a_warning_at_the_later_one),
        ARENA_TEST(slots_are_laid_out_as_the_header_says),
        ARENA_TEST(fields_have_their_defaults),
        ARENA_TEST(acts_know_their_stages_and_families),
        ARENA_TEST(forms_say_what_is_required),
        ARENA_TEST(clocks_are_bits_of_acts),
        ARENA_TEST(read_plans_follow_derived_names_rules_and_clocks),
        ARENA_TEST(a_rule_blocks_only_where_the_profile_lets_it),
        ARENA_TEST(figures_look_at_the_procedures_they_name),
        ARENA_TEST(a_procedure_is_laid_over_its_family),
        ARENA_TEST(the_offices_pack_is_right),
        ARENA_TEST(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
