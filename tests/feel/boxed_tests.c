/* Boxed expressions, types by name, natives, and what a null of them says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/feel/boxed.h"

static Arena *arena;
static FeelScope *scope;

static FeelValue slot_null(void *ctx, int slot, Arena *to)
{
    (void)ctx;
    (void)slot;
    (void)to;
    return feel_null();
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    scope = feel_scope_new(arena, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_freep(&arena);
    return 0;
}

/* ---- short ways of writing boxed expressions ---- */

#define COUNT(...) (sizeof((const FeelBoxed[]){ __VA_ARGS__ }) / sizeof(FeelBoxed))
#define PARTS(...) .parts = (const FeelBoxed[]){ __VA_ARGS__ }, .n = COUNT(__VA_ARGS__)
#define TEXT(t)                                               \
    {                                                         \
        .kind = FEEL_BOXED_TEXT, .text = { STR(t), STR_NONE } \
    }
#define TEXT_AT(t, at)                                       \
    {                                                        \
        .kind = FEEL_BOXED_TEXT, .text = { STR(t), STR(at) } \
    }
#define NAMED(key, t)                                                           \
    {                                                                           \
        .kind = FEEL_BOXED_TEXT, .name = STR(key), .text = { STR(t), STR_NONE } \
    }
#define BOX(of, ...)                     \
    {                                    \
        .kind = (of), PARTS(__VA_ARGS__) \
    }
#define NAMED_BOX(key, of, ...)                            \
    {                                                      \
        .kind = (of), .name = STR(key), PARTS(__VA_ARGS__) \
    }
#define LOOP(of, variable, ...)                                     \
    {                                                               \
        .kind = (of), .iterator = STR(variable), PARTS(__VA_ARGS__) \
    }

static const FeelExpr *parse_boxed(FeelBoxed boxed)
{
    const FeelExpr *expr = NULL;
    Err err;
    if (feel_parse_boxed(arena, scope, &boxed, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        fail_msg("%s %s", err.place, err.text);
    return expr;
}

static const FeelExpr *parse(Str text)
{
    return parse_boxed((FeelBoxed){ .kind = FEEL_BOXED_TEXT, .text = { text, STR_NONE } });
}

static FeelValue eval(const FeelExpr *expr, Str *ret_reason)
{
    FeelEnv env = { .slot = slot_null };
    return feel_eval(expr, &env, feel_null(), arena, ret_reason);
}

static void gives(FeelBoxed boxed, const char *text)
{
    Str reason;
    FeelValue v = eval(parse_boxed(boxed), &reason);
    if (strcmp(feel_print(arena, v).p, text) != 0)
        fail_msg("%s (%.*s), not %s", feel_print(arena, v).p, STR_ARG(reason), text);
}

static void gives_null(FeelBoxed boxed, const char *part)
{
    Str reason;
    FeelValue v = eval(parse_boxed(boxed), &reason);
    assert_string_equal(feel_print(arena, v).p, "null");
    if (str_find(reason, str_c(part)) == SIZE_MAX || (part[0] == '\0' && reason.n > 0))
        fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(reason), part);
}

static void refused(FeelBoxed boxed, const char *place, const char *part)
{
    const FeelExpr *expr = NULL;
    Err err;
    Rc rc = feel_parse_boxed(arena, scope, &boxed, (FeelParseOptions){ 0 }, &expr, &err);
    assert_int_equal(rc, strstr(part, "levels") ? RC_LIMIT : RC_PARSE);
    assert_null(expr);
    assert_string_equal(err.place, place);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", err.text, part);
}

static const FeelTypeDef *type_of(Str text)
{
    const FeelTypeDef *type = NULL;
    Err err;
    if (feel_parse_type(arena, scope, text, &type, &err) != RC_OK)
        fail_msg("%s %s", err.place, err.text);
    return type;
}

static FeelValue value_of(Str text)
{
    Str reason;
    FeelValue v = eval(parse(text), &reason);
    return v;
}

static void conforms(Str type, Str value, const char *text)
{
    Str reason;
    FeelEnv env = { 0 };
    FeelValue v = feel_conform(type_of(type), value_of(value), &env, arena, &reason);
    if (strcmp(feel_print(arena, v).p, text) != 0)
        fail_msg("%s (%.*s), not %s", feel_print(arena, v).p, STR_ARG(reason), text);
    assert_int_equal(reason.n, 0);
}

static void does_not_conform(Str type, Str value, const char *why)
{
    Str reason;
    FeelEnv env = { 0 };
    FeelValue v = feel_conform(type_of(type), value_of(value), &env, arena, &reason);
    assert_true(feel_is_null(v));
    assert_string_equal(arena_c(arena, reason), why);
}

/* ---- types ---- */

static const FeelExpr *tests(Str text)
{
    const FeelExpr *expr = NULL;
    Err err;
    if (feel_parse(arena, NULL, text, (FeelParseOptions){ .unary_tests = true }, &expr, &err) != RC_OK)
        fail_msg("%s %s", err.place, err.text);
    return expr;
}

static FeelTypeDef *named(Str name, FeelTypeDef type)
{
    FeelTypeDef *stored = ARENA_NEW(arena, FeelTypeDef);
    *stored = type;
    stored->name = name;
    feel_scope_add_type(scope, name, stored);
    return stored;
}

/* Person { name, age, friends: list of Person }: a type within itself. */
static void add_person(void)
{
    static FeelMember members[3];
    static FeelMember friends[1];
    static FeelTypeDef list;
    named(STR("Age"),
          (FeelTypeDef){ .kind = FEEL_KIND_BASIC, .basic = FEEL_NUMBER, .allowed = tests(STR("[0..150]")) });
    FeelTypeDef *person = named(STR("Natural  person"), (FeelTypeDef){ .kind = FEEL_KIND_CONTEXT, .n = 3 });
    friends[0] = (FeelMember){ STR_NONE, person };
    list = (FeelTypeDef){ .kind = FEEL_KIND_LIST, .members = friends, .n = 1 };
    members[0] = (FeelMember){ STR("name"), type_of(STR("string")) };
    members[1] = (FeelMember){ STR("age"), type_of(STR("Age")) };
    members[2] = (FeelMember){ STR("friends"), &list };
    person->members = members;
    feel_scope_add_type(scope, STR("other model.person"), person);
}

static void types_by_name_check_members_and_values_conform_to_what_is_allowed(void **state)
{
    (void)state;
    add_person();
    gives((FeelBoxed)TEXT("{name: \"a\", age: 3, friends: []} instance of Natural person"), "true");
    gives((FeelBoxed)TEXT("{name: \"a\", age: 200, friends: []} instance of Natural person"), "true");
    does_not_conform(STR("Natural person"), STR("{name: \"a\", age: 200, friends: []}"),
                     "200 is not among the allowed values of Age");
    gives((FeelBoxed)TEXT("{name: \"a\", age: 3} instance of Natural person"), "false");
    gives((FeelBoxed)TEXT("[{name: \"a\", age: null, friends: [{name: \"b\", age: 4, friends: null}]}]"
                          " instance of list<Natural person>"),
          "true");
    gives((FeelBoxed)TEXT("{name: \"a\", age: 3, friends: [{name: \"b\", age: \"4\", friends: []}]}"
                          " instance of other model.person and true"),
          "false");
    gives((FeelBoxed)TEXT("3 instance of Age"), "true");
    gives((FeelBoxed)TEXT("null instance of Age"), "false");
    refused((FeelBoxed)TEXT_AT("3 instance of Agee", "rule 1"), "rule 1, 1:15", "a type such as");
}

static void a_type_within_itself_ends(void **state)
{
    (void)state;
    FeelTypeDef *loop = named(STR("Loop"), (FeelTypeDef){ .kind = FEEL_KIND_FUNCTION, .n = 2 });
    FeelMember members[2] = { { STR_NONE, loop }, { STR_NONE, loop } };
    loop->members = members;
    FeelTypeDef *other = named(STR("Other"), (FeelTypeDef){ .kind = FEEL_KIND_FUNCTION, .n = 2 });
    FeelMember others[2] = { { STR_NONE, other }, { STR_NONE, other } };
    other->members = others;
    Str reason;
    FeelValue v = eval(parse(STR("(function(f: Loop) f) instance of function<Other>->Other")), &reason);
    assert_true(feel_is_null(v) || v.type == FEEL_BOOL);
}

static void values_conform_to_types(void **state)
{
    (void)state;
    add_person();
    conforms(STR("number"), STR("[5]"), "5");
    conforms(STR("list<number>"), STR("5"), "[5]");
    conforms(STR("date and time"), STR("@\"2024-02-29\""), "@\"2024-02-29T00:00:00Z\"");
    conforms(STR("Any"), STR("[5]"), "[5]");
    conforms(STR("number"), STR("null"), "null");
    conforms(STR("list<list<number>>"), STR("[[1], [2]]"), "[[1], [2]]");
    conforms(STR("context<a: number>"), STR("{a: 1, b: 2}"), "{a: 1, b: 2}");
    conforms(STR("Age"), STR("[5]"), "5");
    conforms(STR("list<Age>"), STR("5"), "[5]");
    conforms(STR("range<number>"), STR("[1..5]"), "[1..5]");
    does_not_conform(STR("number"), STR("\"x\""), "the value must be of type number, not \"x\"");
    does_not_conform(STR("Age"), STR("151"), "151 is not among the allowed values of Age");
    does_not_conform(STR("list<Age>"), STR("[3, 151]"), "151 is not among the allowed values of Age");
    does_not_conform(STR("Natural person"), STR("{name: 1, age: 2, friends: []}"),
                     "'name' must be of type string, not 1");
    does_not_conform(STR("Natural person"), STR("{name: \"a\"}"),
                     "the entry 'age' is missing in what must be of type Natural  person");
    does_not_conform(STR("number"), STR("[1, 2]"), "the value must be of type number, not list");
    does_not_conform(STR("range<string>"), STR("[1..5]"), "the value must be of type string, not 1");
}

static void allowed_is_for_each_item_and_whole_for_the_list(void **state)
{
    (void)state;
    FeelMember number = { STR_NONE, type_of(STR("number")) };
    named(STR("Scores"), (FeelTypeDef){ .kind = FEEL_KIND_LIST,
                                        .members = &number,
                                        .n = 1,
                                        .allowed = tests(STR("[1..6]")),
                                        .whole = tests(STR("count(?) <= 3")) });
    conforms(STR("Scores"), STR("[1, 6]"), "[1, 6]");
    conforms(STR("Scores"), STR("4"), "[4]");
    does_not_conform(STR("Scores"), STR("[1, 7]"), "7 is not among the allowed values of Scores");
    does_not_conform(STR("Scores"), STR("[1, 2, 3, 4]"), "list is not among the allowed values of Scores");
}

static void functions_are_of_types_by_what_they_declare(void **state)
{
    (void)state;
    gives((FeelBoxed)TEXT("(function(a: number) a) instance of function<number>->Any"), "true");
    gives((FeelBoxed)TEXT("(function(a: string) a) instance of function<number>->Any"), "false");
    gives((FeelBoxed)TEXT("(function(a) a) instance of function<number>->number"), "true");
    gives((FeelBoxed)TEXT("(function(a, b) a) instance of function<number>->number"), "false");
    gives((FeelBoxed)TEXT("(function(a: list<number>) a) instance of function<list<string>>->number"), "false");
}

/* ---- each kind of boxed expression ---- */

static void contexts_bind_their_entries(void **state)
{
    (void)state;
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("Monthly  rate", "2"), NAMED("b", "Monthly rate * 3")),
          "{\"Monthly rate\": 2, b: 6}");
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("a", "2"), NAMED("b", "a * 3"), TEXT("a + b")), "8");
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("a", "2"),
                         NAMED_BOX("b", FEEL_BOXED_CONTEXT, NAMED("a", "5"), NAMED("c", "a")), TEXT("a + b.c")),
          "7");
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("a", "")), "{a: null}");
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, TEXT("1 + 1")), "2");
    gives((FeelBoxed){ .kind = FEEL_BOXED_CONTEXT }, "{}");
    refused((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("a", "2"), NAMED("b", "b + 1")), "1:1", "unknown name 'b'");
    refused((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("a", "2"), NAMED("a", "1")), "1:1", "twice");
    refused((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, TEXT("2"), NAMED("a", "1")), "1:1", "only the last");
    scope = feel_scope_new(arena, NULL);
    feel_scope_add(scope, STR("b"), -1);
    gives_null((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("b", "b"), TEXT("b + 1")), "b is missing");
}

static void a_function_of_a_context_may_call_itself(void **state)
{
    (void)state;
    const FeelMember params[] = { { STR("n"), NULL } };
    FeelBoxed body = TEXT("if n < 2 then 1 else n * fac(n - 1)");
    FeelBoxed parts[] = {
        { .kind = FEEL_BOXED_FUNCTION, .name = STR("fac"), .params = params, .n_params = 1, .parts = &body, .n = 1 },
        TEXT("fac(10)")
    };
    gives((FeelBoxed){ .kind = FEEL_BOXED_CONTEXT, .parts = parts, .n = 2 }, "3628800");
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("f", "function(n) if n < 2 then 1 else n * f(n - 1)"), TEXT("f(5)")),
          "120");
}

static void lists_and_relations(void **state)
{
    (void)state;
    gives((FeelBoxed)BOX(FEEL_BOXED_LIST, TEXT("1"), TEXT("1 + 1"), TEXT("")), "[1, 2, null]");
    gives((FeelBoxed){ .kind = FEEL_BOXED_LIST }, "[]");
    gives((FeelBoxed)BOX(FEEL_BOXED_LIST, BOX(FEEL_BOXED_CONTEXT, NAMED("a", "1"), NAMED("b", "a + 1"))),
          "[{a: 1, b: 2}]");
}

static FeelBoxed function_of(const FeelBoxed *body, const FeelMember *params, size_t n)
{
    return (FeelBoxed){
        .kind = FEEL_BOXED_FUNCTION, .params = params, .n_params = n, .parts = body, .n = body ? 1 : 0, .name = STR("f")
    };
}

static void invocations_pass_arguments_by_name(void **state)
{
    (void)state;
    FeelMember params[] = { { STR("loan amount"), type_of(STR("number")) }, { STR("b"), NULL } };
    FeelBoxed body = TEXT("if b = null then loan amount else loan amount - b");
    FeelBoxed function = function_of(&body, params, 2);
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, function,
                         BOX(FEEL_BOXED_INVOCATION, TEXT("f"), NAMED("b", "1"), NAMED("loan  amount", "[5]"))),
          "4");
    gives_null((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, function,
                              BOX(FEEL_BOXED_INVOCATION, TEXT("f"), NAMED("b", "1"), NAMED("c", "5"))),
               "no parameters of these names");
    gives_null((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, function,
                              BOX(FEEL_BOXED_INVOCATION, TEXT("f"), NAMED("b", "1"), NAMED("loan amount", "\"5\""))),
               "'loan amount' must be of type number, not \"5\"");
    gives((FeelBoxed)BOX(FEEL_BOXED_INVOCATION, TEXT("abs"), NAMED("n", "-1")), "1");
    gives_null((FeelBoxed)BOX(FEEL_BOXED_INVOCATION, TEXT("5"), NAMED("n", "-1")), "no function");
    refused((FeelBoxed){ .kind = FEEL_BOXED_INVOCATION }, "1:1", "nothing to call");
    gives_null((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, function_of(NULL, params, 2), TEXT("f(1, 2)")), "external");
}

static void boxed_functions_print_as_functions(void **state)
{
    (void)state;
    const FeelMember params[] = { { STR("the amount"), NULL }, { STR("b"), NULL } };
    FeelBoxed body = TEXT(" the amount + b ");
    gives(function_of(&body, params, 2), "function(the amount, b) the amount + b");
}

/* A type whose allowed values ask for the type again of a deep value. */
static void types_asking_for_themselves_meet_a_limit(void **state)
{
    (void)state;
    FeelTypeDef *tree = named(STR("Tree"), (FeelTypeDef){ .kind = FEEL_KIND_LIST, .n = 1 });
    FeelMember member = { STR_NONE, tree };
    tree->members = &member;
    const FeelExpr *test = NULL;
    Str text = STR("(function(x: Tree) true)([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[?]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])");
    assert_int_equal(feel_parse(arena, scope, text, (FeelParseOptions){ .unary_tests = true }, &test, NULL), RC_OK);
    tree->allowed = test;
    gives_null((FeelBoxed)TEXT("(function(x: Tree) x)([[[[]]]])"), "limit");
}

static void conditionals_loops_and_filters(void **state)
{
    (void)state;
    gives((FeelBoxed)BOX(FEEL_BOXED_IF, TEXT("1 > 2"), TEXT("1"), BOX(FEEL_BOXED_LIST, TEXT("2"))), "[2]");
    gives((FeelBoxed)LOOP(FEEL_BOXED_FOR, "x", TEXT("1..4"), TEXT("x + count(partial)")), "[1, 3, 5, 7]");
    gives((FeelBoxed)LOOP(FEEL_BOXED_FOR, "the item", TEXT("[3, 4]"), BOX(FEEL_BOXED_LIST, TEXT("the item"))),
          "[[3], [4]]");
    gives((FeelBoxed)LOOP(FEEL_BOXED_SOME, "x", TEXT("[1, 2]"), TEXT("x > 1")), "true");
    gives((FeelBoxed)LOOP(FEEL_BOXED_EVERY, "x", TEXT("[1, 2]"), TEXT("x > 1")), "false");
    gives((FeelBoxed)BOX(FEEL_BOXED_FILTER, TEXT("[{a: 1}, {a: 2}]"), TEXT("a > 1")), "[{a: 2}]");
    gives((FeelBoxed)BOX(FEEL_BOXED_FILTER, TEXT("[1, 2, 3]"), TEXT("item > 1")), "[2, 3]");
    gives_null((FeelBoxed)BOX(FEEL_BOXED_FILTER, TEXT("[1, 2, 3]"), TEXT("2")), "the condition is no boolean");
    refused((FeelBoxed)BOX(FEEL_BOXED_IF, TEXT("true"), TEXT("1")), "1:1", "three");
    refused((FeelBoxed)BOX(FEEL_BOXED_FILTER, TEXT("[]")), "1:1", "two");
    refused((FeelBoxed)BOX(FEEL_BOXED_FOR, TEXT("[]"), TEXT("1")), "1:1", "no name");
    refused((FeelBoxed)LOOP(FEEL_BOXED_FOR, "x", TEXT("[]")), "1:1", "two");
    refused((FeelBoxed)BOX(FEEL_BOXED_IF, TEXT("true"), TEXT("1"), TEXT_AT(" ", "else")), "else, 1:1",
            "there is no expression");
}

static void functions_made_in_loops_keep_their_item(void **state)
{
    (void)state;
    const FeelMember params[] = { { STR("y"), NULL } };
    FeelBoxed body = TEXT("x * 10 + y");
    FeelBoxed loop = LOOP(FEEL_BOXED_FOR, "x", TEXT("[1, 2]"), function_of(&body, params, 1));
    loop.name = STR("fs");
    gives((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, loop, TEXT("for f in fs return f(3)")), "[13, 23]");
}

static void errors_and_reasons_name_the_place(void **state)
{
    (void)state;
    refused((FeelBoxed)BOX(FEEL_BOXED_LIST, TEXT("1 +\n 1"), TEXT_AT("1 +\n  * 2", "item 2")), "item 2, 2:3",
            "expected a value");
    refused((FeelBoxed)BOX(FEEL_BOXED_LIST, TEXT_AT("(1", "item 1"), TEXT("2)")), "item 1, 1:3", "the expression ends");
    refused((FeelBoxed)BOX(FEEL_BOXED_LIST, TEXT_AT("\xff", "item 1")), "item 1, 1:1", "UTF-8");
    refused((FeelBoxed){ .kind = (FeelBoxedKind)99, .text = { STR_NONE, STR("here") } }, "here, 1:1", "unknown kind");
    Str reason;
    eval(parse_boxed((FeelBoxed)BOX(FEEL_BOXED_CONTEXT, NAMED("a", "1 + 1"), TEXT("a / (a - 2)"))), &reason);
    assert_string_equal(arena_c(arena, reason), "division by zero in a / (a - 2)");
}

static void parts_conform_to_their_types(void **state)
{
    (void)state;
    FeelBoxed item = TEXT("[5]");
    item.type = type_of(STR("number"));
    gives(item, "5");
    item.text.text = STR("[5, 6]");
    gives_null(item, "the value must be of type number, not list in [5, 6]");
    FeelBoxed context = BOX(FEEL_BOXED_CONTEXT, NAMED("a", "1"));
    context.type = type_of(STR("context<a: string>"));
    gives_null(context, "'a' must be of type string, not 1");
}

static void slots_are_reported_for_read_plans(void **state)
{
    (void)state;
    feel_scope_add(scope, STR("amount"), -1);
    feel_scope_add(scope, STR("unused"), -1);
    bool used[2];
    FeelBoxed item = TEXT("amount");
    item.type = type_of(STR("number"));
    feel_expr_slots(parse_boxed((FeelBoxed)BOX(FEEL_BOXED_IF, TEXT("true"), BOX(FEEL_BOXED_LIST, item), TEXT("1"))),
                    used, 2);
    assert_true(used[0]);
    assert_false(used[1]);
}

/* ---- natives ---- */

typedef struct Model {
    const FeelExpr *body;
    FeelValue arg;
    int calls;
} Model;

static FeelValue model_slot(FeelEval *ev, void *ctx, int slot)
{
    (void)ev;
    return slot == 0 ? ((const Model *)ctx)->arg : feel_null();
}

static FeelValue model_call(FeelEval *ev, void *ctx, const FeelValue *args, size_t n)
{
    Model inner = *(const Model *)ctx;
    ((Model *)ctx)->calls++;
    inner.arg = n ? args[0] : feel_null();
    Model *kept = arena_alloc(feel_arena(ev), sizeof *kept); /* closures made by the body refer to it */
    *kept = inner;
    FeelEnv env = { .slot_in = model_slot, .ctx = kept };
    return feel_eval_in(ev, inner.body, &env, feel_null());
}

static FeelNative native_of(Str name, Model *model)
{
    FeelMember *param = ARENA_NEW(arena, FeelMember);
    *param = (FeelMember){ STR("the amount"), type_of(STR("number")) };
    return (FeelNative){ .name = name, .params = param, .n = 1, .fn = model_call, .ctx = model };
}

static const FeelExpr *body_with_argument(Str text)
{
    FeelScope *own = feel_scope_new(arena, scope);
    feel_scope_add(own, STR("the amount"), -1);
    const FeelExpr *expr = NULL;
    Err err;
    if (feel_parse(arena, own, text, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        fail_msg("%s %s", err.place, err.text);
    return expr;
}

static void natives_are_called_by_names_with_spaces(void **state)
{
    (void)state;
    Model model = { .body = body_with_argument(STR("the amount * 2")) };
    FeelNative native = native_of(STR("Twice of it"), &model);
    native.result = type_of(STR("list<number>"));
    feel_scope_add_native(scope, &native);
    gives((FeelBoxed)TEXT("Twice of it(4)"), "[8]");
    gives((FeelBoxed)TEXT("Twice of it(the amount: [4])"), "[8]");
    gives((FeelBoxed)TEXT("[1, 2][Twice of it(item)[1] > 2]"), "[2]");
    gives((FeelBoxed)TEXT("for f in [Twice of it] return f(1)"), "[[2]]");
    gives((FeelBoxed)BOX(FEEL_BOXED_INVOCATION, TEXT("Twice of it"), NAMED("the amount", "3")), "[6]");
    gives((FeelBoxed)TEXT("Twice of it instance of function<number>->list<number>"), "true");
    gives((FeelBoxed)TEXT("Twice of it instance of function<string>->list<number>"), "false");
    gives((FeelBoxed)TEXT("Twice of it"), "Twice of it");
    gives_null((FeelBoxed)TEXT("Twice of it(\"a\")"), "'the amount' must be of type number, not \"a\"");
    refused((FeelBoxed)TEXT("Twice of it(1, 2)"), "1:1", "Twice of it takes 1 arguments, not 2");
    refused((FeelBoxed)TEXT("Twice of it(amount: 1)"), "1:1", "Twice of it has no parameter 'amount'");
    gives_null((FeelBoxed)TEXT("(if true then Twice of it else abs)(1, 2)"), "the function takes 1 arguments, not 2");
    gives_null((FeelBoxed)TEXT("(if true then Twice of it else abs)(n: 1)"), "no parameters of these names");
    gives_null((FeelBoxed)TEXT("(function(a, b) a)(b: 1)"), "the function takes 2 arguments, not 1");
    gives_null((FeelBoxed)TEXT("(function(a, b) a)(b: 1, b: 2)"), "no parameters of these names");
    gives((FeelBoxed)TEXT("{f: replace, r: f(flags: \"i\", pattern: \"A\", input: \"banana\", replacement: \"o\")}.r"),
          "\"bonono\"");
    gives_null((FeelBoxed)TEXT("Twice of it(null)"), "the amount is null");
}

static void closures_keep_the_slots_they_were_made_among(void **state)
{
    (void)state;
    Model model = { .body = body_with_argument(STR("function(b) the amount * 100 + b")) };
    FeelNative native = native_of(STR("adder"), &model);
    feel_scope_add_native(scope, &native);
    gives((FeelBoxed)TEXT("for f in [adder(1), adder(2)] return f(5)"), "[105, 205]");
    /* And from one evaluation to the next. */
    Str reason;
    FeelValue fn = eval(parse(STR("adder(7)")), &reason);
    assert_int_equal(fn.type, FEEL_FUNCTION);
    FeelEnv env = { .slot = slot_null };
    FeelValue arg = feel_int(1);
    assert_string_equal(feel_print(arena, feel_apply(fn, &arg, 1, &env, arena, &reason)).p, "701");
    assert_true(feel_is_null(feel_apply(feel_int(1), &arg, 1, &env, arena, &reason)));
    assert_string_equal(arena_c(arena, reason), "what is called is no function");
}

static void a_native_that_calls_itself_meets_a_limit(void **state)
{
    (void)state;
    Model model = { 0 };
    FeelNative native = native_of(STR("again"), &model);
    feel_scope_add_native(scope, &native);
    model.body = body_with_argument(STR("1 + again(the amount + 1)"));
    gives_null((FeelBoxed)TEXT("again(1)"), "the limit of 200 functions");
    model.body = body_with_argument(STR("if the amount > 150 then 0 else 1 + again(the amount + 1)"));
    gives((FeelBoxed)TEXT("again(1)"), "150");
}

/* Slots that are computed: each reads the one after it. */
static const FeelExpr *chain_body;
static FeelValue chain_slot(FeelEval *ev, void *ctx, int slot)
{
    FeelEnv env = { .slot_in = chain_slot, .ctx = (char *)ctx + 1 };
    (void)slot;
    return feel_eval_in(ev, chain_body, &env, feel_null());
}

static void slots_needing_each_other_meet_a_limit(void **state)
{
    (void)state;
    feel_scope_add(scope, STR("next"), -1);
    chain_body = parse(STR("next + 1"));
    char base[1000] = { 0 };
    FeelEnv env = { .slot_in = chain_slot, .ctx = base };
    Str reason;
    assert_true(feel_is_null(feel_eval(chain_body, &env, feel_null(), arena, &reason)));
    assert_true(str_starts(reason, STR("the limit of 400 expressions needing each other")));
}

/* ---- limits ---- */

static void nesting_is_limited(void **state)
{
    (void)state;
    enum { DEEP = 300 };
    FeelBoxed *levels = ARENA_ARRAY(arena, FeelBoxed, DEEP);
    levels[0] = (FeelBoxed)TEXT("1");
    for (size_t i = 1; i < DEEP; i++)
        levels[i] = (FeelBoxed){ .kind = FEEL_BOXED_LIST, .parts = &levels[i - 1], .n = 1 };
    Str reason;
    FeelValue v = eval(parse_boxed(levels[190]), &reason);
    assert_int_equal(v.type, FEEL_LIST);
    refused(levels[299], "1:1", "nested more than 200 levels deep");
}

static void long_texts_are_limited(void **state)
{
    (void)state;
    enum { ITEMS = 80, BYTES = 60 * 1024 };
    char *text = arena_alloc(arena, BYTES);
    memset(text, ' ', BYTES);
    text[0] = '7';
    FeelBoxed *items = ARENA_ARRAY(arena, FeelBoxed, ITEMS);
    for (size_t i = 0; i < ITEMS; i++)
        items[i] = (FeelBoxed){ .kind = FEEL_BOXED_TEXT, .text = { { text, BYTES }, STR("cell") } };
    FeelBoxed list = { .kind = FEEL_BOXED_LIST, .parts = items, .n = 60 };
    Str reason;
    assert_int_equal(eval(parse_boxed(list), &reason).as.list->n, 60);
    list.n = ITEMS;
    const FeelExpr *expr;
    Err err;
    assert_int_equal(feel_parse_boxed(arena, scope, &list, (FeelParseOptions){ 0 }, &expr, &err), RC_LIMIT);
    assert_int_equal(err.rc, RC_LIMIT);
    assert_non_null(strstr(err.text, "4194304"));
}

static void values_shared_many_times_are_charged(void **state)
{
    (void)state;
    FeelValue v = feel_int(1);
    for (int i = 0; i < 60; i++) {
        FeelValue *pair = ARENA_ARRAY(arena, FeelValue, 2);
        pair[0] = pair[1] = v;
        v = feel_list(arena, pair, 2);
    }
    FeelTypeDef *tree = ARENA_NEW(arena, FeelTypeDef);
    FeelMember *member = ARENA_NEW(arena, FeelMember);
    member->type = tree;
    *tree = (FeelTypeDef){ .kind = FEEL_KIND_LIST, .members = member, .n = 1 };
    Str reason;
    FeelEnv env = { 0 };
    assert_true(feel_is_null(feel_conform(tree, v, &env, arena, &reason)));
}

/* ---- whatever is put together ---- */

static uint32_t random_state = 1;

static uint32_t roll(uint32_t n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % n;
}

static Str random_text(void)
{
    static const char *const texts[] = { "",
                                         "1",
                                         "x + 1",
                                         "f(2)",
                                         "[1, 2, 3]",
                                         "x",
                                         "item > 1",
                                         "f",
                                         "{a: x}.a",
                                         "partial[-1]",
                                         "1..3",
                                         "(",
                                         "\"t\"",
                                         "null",
                                         "function(y) f(y)",
                                         "x[1].a",
                                         "a.b",
                                         "true",
                                         "? > 1",
                                         "for x in 1..3 return f(x)",
                                         "x[item]",
                                         "[x, x]",
                                         "sort([2, 1], f)",
                                         "-",
                                         "x instance of Age",
                                         "f(x: 1)",
                                         "sum(for x in [1, 2] return x)",
                                         "{f: f, x: f}" };
    return str_c(texts[roll(ARRAY_LEN(texts))]);
}

static FeelBoxed random_boxed(int depth)
{
    static const char *const names[] = { "x", "f", "a b", "", "n" };
    FeelBoxed b = { .kind = (FeelBoxedKind)(depth > 0 ? roll(FEEL_BOXED_TABLE + 2) : FEEL_BOXED_TEXT),
                    .name = str_c(names[roll(ARRAY_LEN(names))]),
                    .iterator = str_c(names[roll(ARRAY_LEN(names))]),
                    .type = roll(6) == 0 ? type_of(STR("list<Age>")) : NULL,
                    .text = { random_text(), STR("here") } };
    FeelMember *params = ARENA_ARRAY(arena, FeelMember, 2);
    params[0] = (FeelMember){ str_c(names[roll(3)]), roll(2) ? type_of(STR("Age")) : NULL };
    params[1] = (FeelMember){ STR("y"), NULL };
    b.params = params;
    b.n_params = roll(3);
    b.n = depth > 0 ? (roll(8) ? (b.kind == FEEL_BOXED_IF ? 3 : 2) : roll(4)) : 0;
    FeelBoxed *parts = ARENA_ARRAY(arena, FeelBoxed, b.n);
    for (size_t i = 0; i < b.n; i++)
        parts[i] = random_boxed(depth - 1);
    b.parts = parts;
    return b;
}

static void anything_put_together_gives_an_error_or_a_value(void **state)
{
    (void)state;
    size_t values = 0;
    size_t reasons = 0;
    for (int i = 0; i < 20000; i++) {
        arena_reset(arena);
        scope = feel_scope_new(arena, NULL);
        feel_scope_add(scope, STR("x"), -1);
        named(STR("Age"),
              (FeelTypeDef){ .kind = FEEL_KIND_BASIC, .basic = FEEL_NUMBER, .allowed = tests(STR("[0..150]")) });
        FeelBoxed boxed = random_boxed(1 + (int)roll(4));
        const FeelExpr *expr = NULL;
        Err err = { .rc = RC_OK };
        if (feel_parse_boxed(arena, scope, &boxed, (FeelParseOptions){ .dynamic_names = roll(2) != 0 }, &expr, &err)) {
            assert_null(expr);
            assert_true(err.rc != RC_OK && err.text[0] && strstr(err.place, ":"));
            continue;
        }
        Str reason;
        FeelEnv env = { .slot = slot_null, .max_steps = 20000 };
        FeelValue v = feel_eval(expr, &env, feel_int(2), arena, &reason);
        (void)feel_print(arena, v);
        values += !feel_is_null(v);
        reasons += reason.n > 0;
    }
    assert_true(values > 500 && reasons > 500);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest all[] = {
        CASE(types_by_name_check_members_and_values_conform_to_what_is_allowed),
        CASE(a_type_within_itself_ends),
        CASE(values_conform_to_types),
        CASE(allowed_is_for_each_item_and_whole_for_the_list),
        CASE(functions_are_of_types_by_what_they_declare),
        CASE(contexts_bind_their_entries),
        CASE(a_function_of_a_context_may_call_itself),
        CASE(lists_and_relations),
        CASE(invocations_pass_arguments_by_name),
        CASE(boxed_functions_print_as_functions),
        CASE(types_asking_for_themselves_meet_a_limit),
        CASE(conditionals_loops_and_filters),
        CASE(functions_made_in_loops_keep_their_item),
        CASE(errors_and_reasons_name_the_place),
        CASE(parts_conform_to_their_types),
        CASE(slots_are_reported_for_read_plans),
        CASE(natives_are_called_by_names_with_spaces),
        CASE(closures_keep_the_slots_they_were_made_among),
        CASE(a_native_that_calls_itself_meets_a_limit),
        CASE(slots_needing_each_other_meet_a_limit),
        CASE(nesting_is_limited),
        CASE(long_texts_are_limited),
        CASE(values_shared_many_times_are_charged),
        CASE(anything_put_together_gives_an_error_or_a_value),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
