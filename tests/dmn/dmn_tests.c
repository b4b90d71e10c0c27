/* Decision models: what is read, what is refused and where, and what an evaluation shares and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/dmn/dmn.h"

#define HEAD      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:a\" name=\"a\">"
#define TAIL      "</definitions>"
#define TEXT(t)   "<literalExpression><text>" t "</text></literalExpression>"
#define NEEDS(id) "<informationRequirement><requiredDecision href=\"#" id "\"/></informationRequirement>"
#define DECISION(name, rest) \
    "<decision id=\"" name "\" name=\"" name "\"><variable name=\"" name "\"/>" rest "</decision>"

static Arena *arena;
static const char *models; /* the folder of tests/dmn/models */

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_freep(&arena);
    return 0;
}

/* ---- short ways ---- */

static const DmnModel *read_files(const DmnFile *files, size_t n)
{
    const DmnModel *model = NULL;
    Err err = { 0 };
    if (dmn_read(arena, files, n, NULL, &model, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    return model;
}

static const DmnModel *read_text(const char *xml)
{
    DmnFile file = { STR("a.dmn"), str_c(xml) };
    return read_files(&file, 1);
}

static Str read_path(const char *name)
{
    FILE *f = fopen(arena_printf(arena, "%s/%s", models, name).p, "rb");
    assert_non_null(f);
    char *bytes = arena_alloc(arena, 65536);
    size_t n = fread(bytes, 1, 65536, f);
    fclose(f);
    return (Str){ bytes, n };
}

static const DmnModel *office(void)
{
    DmnFile files[] = { { STR("office.dmn"), read_path("office.dmn") },
                        { STR("office_types.dmn"), read_path("office_types.dmn") } };
    return read_files(files, 2);
}

static void refuses(const DmnFile *files, size_t n, Rc rc, const char *place, const char *text)
{
    const DmnModel *model = NULL;
    Err err = { 0 };
    assert_int_equal(dmn_read(arena, files, n, NULL, &model, &err), rc);
    assert_null(model);
    assert_string_equal(err.place, place);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" is not in: %s", text, err.text);
}

static void refuses_text(const char *xml, Rc rc, const char *place, const char *text)
{
    DmnFile file = { STR("a.dmn"), str_c(xml) };
    refuses(&file, 1, rc, place, text);
}

static DmnResult evaluate(const DmnModel *model, const char *decision, const char *service, const DmnInput *inputs,
                          size_t n)
{
    DmnRun run = { .inputs = inputs, .n = n, .zone_minutes = 480 };
    return dmn_evaluate(model, str_c(decision), str_c(service), &run, arena);
}

static void gives(const DmnModel *model, const char *decision, const char *value)
{
    DmnResult result = evaluate(model, decision, NULL, NULL, 0);
    if (result.failed)
        fail_msg("%s: %.*s", decision, STR_ARG(result.reason));
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)), value);
}

static void fails(const DmnModel *model, const char *decision, const char *reason)
{
    DmnResult result = evaluate(model, decision, NULL, NULL, 0);
    assert_true(result.failed);
    assert_true(feel_is_null(result.value));
    if (!strstr(arena_c(arena, result.reason), reason))
        fail_msg("\"%s\" is not in: %.*s", reason, STR_ARG(result.reason));
}

/* A fault of this element at this line. */
static void has_fault(const DmnModel *model, const char *element, int line, const char *text)
{
    const DmnFault *faults;
    size_t n = dmn_faults(model, &faults);
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(faults[i].element, element) && faults[i].line == line &&
            strstr(arena_c(arena, faults[i].text), text))
            return;
    for (size_t i = 0; i < n; i++)
        print_message("%.*s:%d: %.*s: %.*s\n", STR_ARG(faults[i].path), faults[i].line, STR_ARG(faults[i].element),
                      STR_ARG(faults[i].text));
    fail_msg("no fault of %s at line %d: %s", element, line, text);
}

static FeelValue site(const char *gravity, int64_t area)
{
    static FeelEntry entries[3];
    entries[0] = (FeelEntry){ STR("place"), feel_str(STR("east")) };
    entries[1] = (FeelEntry){ STR("built area"), feel_int(area) };
    entries[2] = (FeelEntry){ STR("gravity"), feel_str(str_c(gravity)) };
    return feel_context(arena, entries, 3);
}

/* ---- the file ---- */

static void a_doctype_is_refused(void **state)
{
    (void)state;
    refuses_text("<?xml version=\"1.0\"?>\n<!DOCTYPE definitions [<!ENTITY a \"b\">]>\n" HEAD TAIL, RC_PARSE, "a.dmn:2",
                 "DOCTYPE");
    refuses_text("<!DOCTYPE definitions SYSTEM \"file:///etc/passwd\">" HEAD TAIL, RC_PARSE, "a.dmn:1", "DOCTYPE");
}

static void entities_are_refused_but_for_the_predefined(void **state)
{
    (void)state;
    refuses_text(HEAD "\n" DECISION("d", TEXT("&other;")) TAIL, RC_PARSE, "a.dmn:2", "not well-formed XML");
    gives(read_text(HEAD DECISION("d", TEXT("1 &lt; 2 and &quot;&#x5B57;\" = \"\\u5B57\"")) TAIL), "d", "true");
    gives(read_text(HEAD DECISION("d", TEXT("<![CDATA[1 < 2]]> and <!-- no text -->true")) TAIL), "d", "true");
}

static void what_is_no_model_is_refused(void **state)
{
    (void)state;
    refuses_text("", RC_PARSE, "a.dmn:1", "empty");
    refuses_text("decision", RC_PARSE, "a.dmn:1", "not well-formed XML");
    refuses_text(HEAD "\n<decision>\n</definitions>", RC_PARSE, "a.dmn:3", "not well-formed XML");
    refuses_text("<definitions/>", RC_PARSE, "a.dmn:1", "no decision model");
    refuses_text("<definitions xmlns=\"urn:x\"/>", RC_PARSE, "a.dmn:1", "no decision model");
    refuses_text("<a xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>", RC_PARSE, "a.dmn:1", "not definitions");
    refuses_text(HEAD DECISION("d", TEXT("\xff")) TAIL, RC_PARSE, "a.dmn:1", "not well-formed XML");
}

static void all_versions_are_read_alike(void **state)
{
    (void)state;
    static const char *const versions[] = {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    };
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        Str xml = arena_printf(arena,
                               "<m:definitions xmlns:m=\"%s\" xmlns:feel=\"http://www.omg.org/spec/FEEL/20140401\" "
                               "namespace=\"urn:a\"><m:decision name=\"d\"><m:variable name=\"d\" "
                               "typeRef=\"feel:number\"/><m:literalExpression><m:text>[1]</m:text>"
                               "</m:literalExpression></m:decision></m:definitions>",
                               versions[i]);
        gives(read_text(xml.p), "d", "1");
    }
}

static void nesting_and_numbers_are_limited(void **state)
{
    (void)state;
    char *deep = arena_alloc(arena, 1 << 20);
    size_t at = 0;
    at += (size_t)sprintf(deep, "%s", HEAD);
    for (int i = 0; i < 300; i++)
        at += (size_t)sprintf(deep + at, "<list>");
    refuses_text(deep, RC_LIMIT, "a.dmn:1", "deeper than 256");

    at = (size_t)sprintf(deep, "%s", HEAD);
    for (int i = 0; i < 10001; i++)
        at += (size_t)sprintf(deep + at, "<decision name=\"d%d\"/>\n", i);
    sprintf(deep + at, "%s", TAIL);
    refuses_text(deep, RC_LIMIT, "a.dmn:10001", "more than 10000 elements");

    DmnFile files[65] = { 0 };
    refuses(files, 65, RC_LIMIT, "", "64 files");
    files[0].bytes = (Str){ deep, (size_t)17 << 20 }; /* never looked at */
    refuses(files, 1, RC_LIMIT, "", "larger");
}

static void logic_nested_too_deep_is_a_fault(void **state)
{
    (void)state;
    char *deep = arena_alloc(arena, 1 << 20);
    size_t at = (size_t)sprintf(deep, "%s<decision name=\"d\">", HEAD);
    for (int i = 0; i < 240; i++)
        at += (size_t)sprintf(deep + at, "<list>");
    for (int i = 0; i < 240; i++)
        at += (size_t)sprintf(deep + at, "</list>");
    sprintf(deep + at, "</decision>%s%s", DECISION("e", TEXT("1")), TAIL);
    const DmnModel *model = read_text(deep);
    fails(model, "d", "nested deeper");
    gives(model, "e", "1");
}

/* ---- imports ---- */

static void an_import_that_is_not_given_is_refused(void **state)
{
    (void)state;
    refuses_text(HEAD "\n<import name=\"b\" namespace=\"urn:b\"/>" TAIL, RC_PARSE, "a.dmn:2", "'urn:b'");
    gives(read_text(HEAD
                    "<import name=\"x\" namespace=\"urn:x\" importType=\"http://www.w3.org/2001/XMLSchema\"/>" DECISION(
                        "d", TEXT("1")) TAIL),
          "d", "1");
}

#define IMPORTED(ns, rest) \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"" ns "\">" rest "</definitions>"

static void models_may_import_each_other_and_use_equal_names(void **state)
{
    (void)state;
    DmnFile files[] = {
        { STR("a.dmn"),
          STR(HEAD "<import name=\"b\" namespace=\"urn:b\"/>" DECISION(
              "d", "<informationRequirement><requiredDecision href=\"urn:b#d\"/></informationRequirement>" TEXT(
                       "b.d + 1")) TAIL) },
        { STR("b.dmn"),
          STR(IMPORTED("urn:b", "<import name=\"a\" namespace=\"urn:a\"/>"
                                "<import name=\"c\" namespace=\"urn:c\"/>"
                                "<decision id=\"d\" name=\"d\"><variable name=\"d\" typeRef=\"c.t\"/>" TEXT(
                                    "41") "</decision>")) },
        { STR("c.dmn"),
          STR(IMPORTED("urn:c", "<itemDefinition name=\"t\"><typeRef>number</typeRef></itemDefinition>")) },
        { STR("unrelated.dmn"), STR(IMPORTED("urn:z", "<import name=\"y\" namespace=\"urn:nowhere\"/>")) },
    };
    gives(read_files(files, 4), "d", "42");
}

static void a_type_is_named_by_the_way_it_is_imported(void **state)
{
    (void)state;
    DmnFile files[] = {
        { STR("a.dmn"), STR(HEAD "<import name=\"b\" namespace=\"urn:b\"/>" DECISION(
                            "d", TEXT("[1 instance of b.c.t, \"x\" instance of b.c.t]"))
                                DECISION("e", TEXT("1 instance of c.t")) TAIL) },
        { STR("b.dmn"), STR(IMPORTED("urn:b", "<import name=\"c\" namespace=\"urn:c\"/>")) },
        { STR("c.dmn"),
          STR(IMPORTED("urn:c", "<itemDefinition name=\"t\"><typeRef>number</typeRef></itemDefinition>")) },
    };
    const DmnModel *model = read_files(files, 3);
    gives(model, "d", "[true, false]");
    fails(model, "e", "type");
}

static void an_import_without_a_name_adds_its_names_to_the_models_own(void **state)
{
    (void)state;
    DmnFile files[] = {
        { STR("a.dmn"),
          STR(HEAD "<import namespace=\"urn:b\"/>"
                   "<decision id=\"d\" name=\"d\"><variable name=\"d\" typeRef=\"t\"/>"
                   "<informationRequirement><requiredDecision href=\"urn:b#e\"/></informationRequirement>" TEXT(
                       "e + 1") "</decision>" TAIL) },
        { STR("b.dmn"),
          STR(IMPORTED("urn:b", "<itemDefinition name=\"t\"><typeRef>number</typeRef></itemDefinition>" DECISION(
                                    "e", TEXT("1")))) },
    };
    gives(read_files(files, 2), "d", "2");
}

/* ---- types ---- */

static void types_refer_to_each_other_in_any_order(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD
        "<itemDefinition name=\"a\"><typeRef>b</typeRef></itemDefinition>"
        "<itemDefinition name=\"b\" isCollection=\"true\"><typeRef>c</typeRef></itemDefinition>"
        "<itemDefinition name=\"c\"><typeRef>number</typeRef><allowedValues><text>[0..9]</text>"
        "</allowedValues></itemDefinition>"
        "<decision name=\"d\"><variable name=\"d\" typeRef=\"a\"/>" TEXT(
            "[1, 2]") "</decision>"
                      "<decision name=\"e\"><variable name=\"e\" typeRef=\"a\"/>" TEXT("[1, 12]") "</decision>" TAIL);
    gives(model, "d", "[1, 2]");
    fails(model, "e", "12 is not among the allowed values of c");
}

static void a_type_made_of_itself_is_a_fault(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD
        "\n<itemDefinition name=\"a\"><itemComponent name=\"x\"><typeRef>b</typeRef></itemComponent>"
        "</itemDefinition>\n<itemDefinition name=\"b\" isCollection=\"true\"><typeRef>a</typeRef>"
        "</itemDefinition>" DECISION("d", TEXT("1")) "<decision name=\"e\"><variable name=\"e\" typeRef=\"a\"/>" TEXT(
            "1") "</decision>" TAIL);
    has_fault(model, "type 'b'", 3, "the type 'a' is made of itself");
    has_fault(model, "type 'a'", 2, "the type 'b' is at fault");
    gives(model, "d", "1");
    fails(model, "e", "there is no type 'a', or it is at fault");
}

static void a_type_that_does_not_exist_is_a_fault(void **state)
{
    (void)state;
    const DmnModel *model = read_text(HEAD "\n<decision name=\"d\">\n<variable name=\"d\" typeRef=\"nothing\"/>" TEXT(
        "1") "</decision>\n<itemDefinition name=\"t\"><typeRef>neither</typeRef></itemDefinition>" DECISION("e",
                                                                                                            TEXT("1"))
                                          TAIL);
    has_fault(model, "decision 'd'", 3, "there is no type 'nothing'");
    has_fault(model, "type 't'", 4, "there is no type 'neither'");
    fails(model, "d", "there is no type 'nothing'");
    gives(model, "e", "1");
}

static void types_made_of_types_are_limited_in_depth(void **state)
{
    (void)state;
    char *xml = arena_alloc(arena, 1 << 18);
    size_t at = (size_t)sprintf(xml, "%s" DECISION("d", TEXT("1")), HEAD);
    for (int i = 0; i < 250; i++)
        at +=
            (size_t)sprintf(xml + at, "<itemDefinition name=\"t%d\"><typeRef>t%d</typeRef></itemDefinition>", i, i + 1);
    sprintf(xml + at, "<itemDefinition name=\"t250\"><typeRef>number</typeRef></itemDefinition>%s", TAIL);
    const DmnModel *model = read_text(xml);
    has_fault(model, "type 't200'", 1, "more than 200 deep");
    gives(model, "d", "1");
}

static void constraints_of_a_type_and_of_the_one_under_it_both_hold(void **state)
{
    (void)state;
    const DmnModel *model = office();
    DmnInput inputs[] = { { STR("site"), STR_NONE, site("minor", -1) },
                          { STR("first offence"), STR_NONE, feel_bool(false) } };
    DmnResult result = evaluate(model, "fine", NULL, inputs, 2);
    assert_true(result.failed);
    const DmnModel *small = read_text(
        HEAD "<itemDefinition name=\"a\"><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues>"
             "</itemDefinition><itemDefinition name=\"b\"><typeRef>a</typeRef><allowedValues><text>&lt; 100</text>"
             "</allowedValues></itemDefinition><itemDefinition name=\"c\"><typeRef>b</typeRef><allowedValues>"
             "<text>not(13)</text></allowedValues></itemDefinition>"
             "<decision name=\"low\"><variable name=\"low\" typeRef=\"c\"/>" TEXT(
                 "-1") "</decision>"
                       "<decision name=\"high\"><variable name=\"high\" typeRef=\"c\"/>" TEXT(
                           "100") "</decision>"
                                  "<decision name=\"bad\"><variable name=\"bad\" typeRef=\"c\"/>" TEXT(
                                      "13") "</decision>"
                                            "<decision name=\"good\"><variable name=\"good\" typeRef=\"c\"/>" TEXT(
                                                "14") "</decision>" TAIL);
    fails(small, "low", "allowed");
    fails(small, "high", "allowed");
    fails(small, "bad", "allowed");
    gives(small, "good", "14");
}

/* ---- requirements ---- */

static void what_is_not_required_is_unknown(void **state)
{
    (void)state;
    const DmnModel *model = read_text(HEAD DECISION("a", TEXT("1")) "\n" DECISION("b", TEXT("a + 1")) TAIL);
    has_fault(model, "decision 'b'", 2, "unknown name 'a'");
    fails(model, "b", "unknown name 'a'");
    gives(model, "a", "1");
}

static void a_requirement_must_exist_and_be_of_its_kind(void **state)
{
    (void)state;
    const DmnModel *model =
        read_text(HEAD "\n<decision name=\"d\">\n" NEEDS("nothing")
                      TEXT("1") "</decision>\n"
                                "<decision name=\"e\">" NEEDS("i") TEXT("1") "</decision>"
                                                                             "<inputData id=\"i\" name=\"i\"/>" TAIL);
    has_fault(model, "decision 'd'", 3, "there is no element '#nothing' for requiredDecision");
    has_fault(model, "decision 'e'", 4, "requiredDecision cannot be input 'i'");
}

static void a_cycle_is_a_fault_of_those_on_it(void **state)
{
    (void)state;
    const DmnModel *model =
        read_text(HEAD "\n" DECISION("a", NEEDS("b") TEXT("b")) "\n" DECISION("b", NEEDS("a") TEXT("a")) "\n" DECISION(
            "self", NEEDS("self") TEXT("self")) DECISION("c", NEEDS("a") TEXT("if a = null then 1 else 2")) TAIL);
    has_fault(model, "decision 'a'", 2, "requires itself");
    has_fault(model, "decision 'b'", 3, "requires itself");
    has_fault(model, "decision 'self'", 4, "requires itself");
    fails(model, "a", "requires itself");
    gives(model, "c", "1");
}

static void a_service_that_needs_itself_ends(void **state)
{
    (void)state;
    const DmnModel *model = read_text(HEAD "<decision id=\"d\" name=\"d\"><knowledgeRequirement><requiredKnowledge "
                                           "href=\"#s\"/></knowledgeRequirement>" TEXT(
                                               "s()") "</decision><decisionService id=\"s\" name=\"s\"><outputDecision "
                                                      "href=\"#d\"/></decisionService>" TAIL);
    DmnResult result = evaluate(model, "d", NULL, NULL, 0);
    assert_true(result.failed);
}

static void requirements_are_limited_in_depth(void **state)
{
    (void)state;
    char *xml = arena_alloc(arena, 1 << 18);
    size_t at = (size_t)sprintf(xml, "%s", HEAD);
    for (int i = 0; i <= 250; i++) {
        at += (size_t)sprintf(xml + at, "<decision id=\"d%d\" name=\"d%d\">", i, i);
        if (i)
            at += (size_t)sprintf(xml + at, NEEDS("d%d"), i - 1);
        at += i ? (size_t)sprintf(xml + at, TEXT("d%d + 1") "</decision>", i - 1)
                : (size_t)sprintf(xml + at, TEXT("1") "</decision>");
    }
    sprintf(xml + at, "%s", TAIL);
    const DmnModel *model = read_text(xml);
    gives(model, "d190", "191");
    fails(model, "d220", "more than 200 deep");
}

static void names_are_unique_in_a_model(void **state)
{
    (void)state;
    const DmnModel *model =
        read_text(HEAD DECISION("a", TEXT("1")) "\n" DECISION("a", TEXT("2")) "\n<inputData name=\" a\"/>" TAIL);
    has_fault(model, "decision 'a'", 2, "another element has this name already");
    has_fault(model, "input 'a'", 3, "another element has this name already");
    gives(model, "a", "1");
}

/* ---- logic ---- */

static void a_fault_spoils_its_decision_only_and_says_where(void **state)
{
    (void)state;
    const DmnModel *model = office();
    has_fault(model, "decision 'broken', rule 2, input 1", 83, "unknown name");
    fails(model, "broken", "decision 'broken', rule 2, input 1: ");
    const DmnFault *faults;
    assert_int_equal(dmn_faults(model, &faults), 1);
    assert_string_equal(arena_c(arena, faults[0].path), "office.dmn");
}

static void only_feel_is_understood(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD
        "\n<decision name=\"d\"><literalExpression expressionLanguage=\"urn:groovy\"><text>1</text></literalExpression>"
        "</decision><decision name=\"e\"><literalExpression "
        "expressionLanguage=\"https://www.omg.org/spec/DMN/20230324/FEEL/\"><text>1</text></literalExpression></"
        "decision>"
        "<businessKnowledgeModel id=\"j\" name=\"j\"><encapsulatedLogic kind=\"Java\"><formalParameter "
        "name=\"x\"/><context/>"
        "</encapsulatedLogic></businessKnowledgeModel><decision name=\"f\"><knowledgeRequirement><requiredKnowledge "
        "href=\"#j\"/></knowledgeRequirement>" TEXT("j(1)") "</decision>" TAIL);
    has_fault(model, "decision 'd'", 2, "'urn:groovy' is not FEEL");
    gives(model, "e", "1");
    assert_true(evaluate(model, "f", NULL, NULL, 0).failed);
}

static void tables_are_looked_at_without_running_them(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD "<inputData id=\"i\" name=\"i\"/><decision name=\"d\"><informationRequirement><requiredInput "
             "href=\"#i\"/></informationRequirement>\n<decisionTable><input><inputExpression typeRef=\"number\">"
             "<text>i</text></inputExpression></input><output/>\n"
             "<rule><inputEntry><text>[0..10]</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>\n"
             "<rule><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>\n"
             "</decisionTable></decision>" TAIL);
    const DmnFault *warnings;
    assert_int_equal(dmn_warnings(model, arena, &warnings), 2);
    assert_string_equal(arena_c(arena, warnings[0].text), "rules 1 and 2 both match: i in (5..10]");
    assert_int_equal(warnings[0].line, 4);
    assert_string_equal(arena_c(arena, warnings[1].text), "no rule matches: i < 0");
    assert_int_equal(warnings[1].line, 2);
}

static void malformed_logic_is_a_fault(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD
        "\n<decision name=\"a\"><decisionTable hitPolicy=\"BEST\"><output/></decisionTable></decision>"
        "\n<decision name=\"b\"><decisionTable><input/><output/></decisionTable></decision>"
        "\n<decision name=\"c\"><decisionTable><output/><rule/></decisionTable></decision>"
        "\n<decision name=\"d\"><relation><column name=\"x\"/><row/></relation></decision>"
        "\n<decision name=\"e\"><conditional><if>" TEXT(
            "true") "</if></conditional></decision>"
                    "\n<decision name=\"f\"><invocation/></decision>"
                    "\n<decision name=\"g\"><context><contextEntry>" TEXT("1") "</contextEntry><contextEntry>" TEXT(
                        "2") "</contextEntry></context></decision>"
                             "\n<decision name=\"h\"><decisionTable hitPolicy=\"COLLECT\" "
                             "aggregation=\"AVERAGE\"><output/></decisionTable>"
                             "</decision>\n<decision/>" TAIL);
    has_fault(model, "decision 'a'", 2, "no hit policy 'BEST'");
    has_fault(model, "decision 'b', input 1", 3, "expression is missing");
    has_fault(model, "decision 'c', rule 1", 4, "has 0 output entries, the table 1");
    has_fault(model, "decision 'd', row 1", 5, "0 cells, the relation 1 columns");
    has_fault(model, "decision 'e'", 6, "<then> is missing");
    has_fault(model, "decision 'f'", 7, "what is called");
    has_fault(model, "decision 'g', result", 8, "must be the last");
    has_fault(model, "decision 'h'", 9, "no aggregation 'AVERAGE'");
    has_fault(model, "decision ''", 10, "it has no name");
}

/* ---- evaluation ---- */

static void the_office_decides(void **state)
{
    (void)state;
    const DmnModel *model = office();
    DmnInput inputs[] = { { STR("site"), STR("urn:yifa:test:office-types"), site("serious", 30) },
                          { STR("first offence"), STR_NONE, feel_bool(false) } };
    DmnResult result = evaluate(model, "notice", NULL, inputs, 2);
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)), "{sum: 3000, hearing: \"offered\"}");
    inputs[0].value = site("ordinary", 30);
    result = evaluate(model, "fine", NULL, inputs, 2);
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)), "1500");
}

static void an_input_of_another_type_is_null_with_a_reason(void **state)
{
    (void)state;
    const DmnModel *model = office();
    DmnInput inputs[] = { { STR("site"), STR_NONE, site("frivolous", 30) } };
    DmnResult result = evaluate(model, "fine", NULL, inputs, 1);
    assert_true(result.failed);
    assert_non_null(strstr(arena_c(arena, result.reason), "\"frivolous\" is not among the allowed values of tGravity"));
}

static void a_service_has_values_of_its_own(void **state)
{
    (void)state;
    const DmnModel *model = office();
    DmnInput inputs[] = { { STR("site"), STR_NONE, site("minor", 10) }, { STR("rate"), STR_NONE, feel_int(7) } };
    DmnResult result = evaluate(model, "fine", "assess", inputs, 2);
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)), "70");
    result = evaluate(model, "assess", NULL, inputs, 2);
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)),
                        "{fine: 70, notice: {sum: 70, hearing: \"none\"}}");
    result = evaluate(model, "rate", "assess", inputs, 2);
    assert_true(result.failed);
    FeelValue sites[] = { site("minor", 10), site("minor", 10) };
    DmnInput all[] = { { STR("all sites"), STR_NONE, feel_list(arena, sites, 2) } };
    result = evaluate(model, "total", NULL, all, 1);
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)), "200");
}

static void a_decision_that_people_take_may_be_told(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD "<decision id=\"h\" name=\"h\"><variable name=\"h\" typeRef=\"number\"/></decision>"
             "<decision id=\"l\" name=\"l\">" TEXT("2") "</decision>" DECISION("d", NEEDS("h") NEEDS("l") TEXT("h + l"))
                 TAIL);
    DmnInput inputs[] = { { STR("h"), STR_NONE, feel_int(40) }, { STR("l"), STR_NONE, feel_int(1) } };
    DmnResult result = evaluate(model, "d", NULL, inputs, 2);
    assert_string_equal(arena_c(arena, feel_print(arena, result.value)), "42");
    fails(model, "d", "decision 'h' has no logic");
}

static void a_service_lists_all_its_inputs(void **state)
{
    (void)state;
    const DmnModel *model = read_text(
        HEAD "<inputData id=\"i\" name=\"i\"/><decision id=\"d\" name=\"d\"><informationRequirement><requiredInput "
             "href=\"#i\"/></informationRequirement>" TEXT(
                 "i") "</decision><decisionService id=\"s\" name=\"s\"><outputDecision "
                      "href=\"#d\"/></decisionService>" TAIL);
    DmnInput inputs[] = { { STR("i"), STR_NONE, feel_int(1) } };
    assert_false(evaluate(model, "d", NULL, inputs, 1).failed);
    DmnResult result = evaluate(model, "d", "s", inputs, 1);
    assert_true(result.failed);
    assert_non_null(strstr(arena_c(arena, result.reason), "input 'i' is not among the inputs"));
}

static void each_decision_is_evaluated_once(void **state)
{
    (void)state;
    char *xml = arena_alloc(arena, 1 << 16);
    size_t at = (size_t)sprintf(xml, "%s" DECISION("d0", TEXT("1")), HEAD);
    for (int i = 1; i <= 60; i++)
        at +=
            (size_t)sprintf(xml + at, "<decision id=\"d%d\" name=\"d%d\">" NEEDS("d%d") TEXT("d%d + d%d") "</decision>",
                            i, i, i - 1, i - 1, i - 1);
    sprintf(xml + at, "%s", TAIL);
    gives(read_text(xml), "d60", "1152921504606846976");
}

static void a_run_has_one_limit_of_steps(void **state)
{
    (void)state;
    const DmnModel *model = read_text(HEAD DECISION("a", TEXT("sum(for i in 1..3000 return i)")) DECISION(
        "b", TEXT("sum(for i in 1..3000 return i)")) DECISION("c", NEEDS("a") NEEDS("b") TEXT("a + b")) TAIL);
    DmnRun run = { .max_steps = 20000 };
    DmnResult result = dmn_evaluate(model, STR("a"), STR_NONE, &run, arena);
    assert_false(result.failed);
    run.max_steps = 15000;
    result = dmn_evaluate(model, STR("c"), STR_NONE, &run, arena);
    assert_true(result.failed);
    assert_non_null(strstr(arena_c(arena, result.reason), "the limit of 15000 steps"));
}

static void a_null_that_is_the_answer_is_no_failure(void **state)
{
    (void)state;
    const DmnModel *model = read_text(HEAD DECISION("a", TEXT("null")) DECISION("b", NEEDS("a") TEXT("a"))
                                          DECISION("c", NEEDS("a") TEXT("a + 1")) TAIL);
    assert_false(evaluate(model, "a", NULL, NULL, 0).failed);
    assert_false(evaluate(model, "b", NULL, NULL, 0).failed);
    assert_true(evaluate(model, "c", NULL, NULL, 0).failed);
    fails(model, "nothing", "there is no decision or function called nothing");
}

static void functions_of_a_model_serve_other_expressions(void **state)
{
    (void)state;
    const DmnModel *model = read_text(HEAD "<businessKnowledgeModel id=\"k\" name=\"twice\"><encapsulatedLogic>"
                                           "<formalParameter name=\"x\" typeRef=\"number\"/>" TEXT(
                                               "2 * x") "</encapsulatedLogic></businessKnowledgeModel>" TAIL);
    const FeelNative *functions;
    assert_int_equal(dmn_functions(model, &functions), 1);
    FeelScope *scope = feel_scope_new(arena, NULL);
    feel_scope_add_native(scope, &functions[0]);
    const FeelExpr *expr = NULL;
    Err err = { 0 };
    assert_int_equal(feel_parse(arena, scope, STR("twice(x: 20) + twice(1)"), (FeelParseOptions){ 0 }, &expr, &err),
                     RC_OK);
    FeelEnv env = { 0 };
    Str reason;
    FeelValue value = feel_eval(expr, &env, feel_null(), arena, &reason);
    assert_string_equal(arena_c(arena, feel_print(arena, value)), "42");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    models = argv[1];
    const struct CMUnitTest tests[] = {
        CASE(a_doctype_is_refused),
        CASE(entities_are_refused_but_for_the_predefined),
        CASE(what_is_no_model_is_refused),
        CASE(all_versions_are_read_alike),
        CASE(nesting_and_numbers_are_limited),
        CASE(logic_nested_too_deep_is_a_fault),
        CASE(an_import_that_is_not_given_is_refused),
        CASE(models_may_import_each_other_and_use_equal_names),
        CASE(a_type_is_named_by_the_way_it_is_imported),
        CASE(an_import_without_a_name_adds_its_names_to_the_models_own),
        CASE(types_refer_to_each_other_in_any_order),
        CASE(a_type_made_of_itself_is_a_fault),
        CASE(a_type_that_does_not_exist_is_a_fault),
        CASE(types_made_of_types_are_limited_in_depth),
        CASE(constraints_of_a_type_and_of_the_one_under_it_both_hold),
        CASE(what_is_not_required_is_unknown),
        CASE(a_requirement_must_exist_and_be_of_its_kind),
        CASE(a_cycle_is_a_fault_of_those_on_it),
        CASE(a_service_that_needs_itself_ends),
        CASE(requirements_are_limited_in_depth),
        CASE(names_are_unique_in_a_model),
        CASE(a_fault_spoils_its_decision_only_and_says_where),
        CASE(only_feel_is_understood),
        CASE(tables_are_looked_at_without_running_them),
        CASE(malformed_logic_is_a_fault),
        CASE(the_office_decides),
        CASE(an_input_of_another_type_is_null_with_a_reason),
        CASE(a_service_has_values_of_its_own),
        CASE(a_decision_that_people_take_may_be_told),
        CASE(a_service_lists_all_its_inputs),
        CASE(each_decision_is_evaluated_once),
        CASE(a_run_has_one_limit_of_steps),
        CASE(a_null_that_is_the_answer_is_no_failure),
        CASE(functions_of_a_model_serve_other_expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
