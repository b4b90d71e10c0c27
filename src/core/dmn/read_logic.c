/* read_logic.c - boxed expressions (DMN 1.5, 10.2) as FeelBoxed. One function for each element, by table. */
#include <stdarg.h>
#include <stdio.h>

#include "core/dmn/dmn_internal.h"

enum { PLACE_OUTER_MAX = 120 };

/* Where in an element's logic the reader stands. */
typedef struct At {
    Loader *l;
    Element *e;
    Map *places;
    Str place; /* "entry 'Rate', rule 3"; empty for the logic itself */
    int depth;
} At;

typedef struct Parts {
    FeelBoxed *p;
    size_t n;
    size_t cap;
} Parts;

static bool read_expression(const At *at, const XmlNode *node, FeelBoxed *ret);

/* ---- places and faults ---- */

PRINTF_LIKE(3, 4) static bool fault(const At *at, const XmlNode *node, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    loader_element_fault(at->l, at->e, node->line, at->place, text);
    return false;
}

PRINTF_LIKE(2, 3) static At inside(const At *at, const char *format, ...)
{
    char text[ERR_PLACE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    At inner = *at;
    Str outer = at->place;
    if (outer.n > PLACE_OUTER_MAX)
        outer = STR("..."); /* places do not grow with the depth of what they are the places of */
    inner.depth++;
    inner.place = arena_printf(at->l->arena, "%.*s%s%s", STR_ARG(outer), outer.n ? ", " : "", text);
    return inner;
}

/* The text of `holder`, and where it begins in the file: the line of its tag and the line breaks before its first
 * character. */
static FeelCell cell_of(const At *at, const XmlNode *holder)
{
    const XmlNode *node = xml_child(holder, "text");
    if (!node)
        return (FeelCell){ .place = at->place };
    Str text = str_trim(node->text);
    LogicPlace *place = ARENA_NEW(at->l->arena, LogicPlace);
    place->line = node->line;
    for (const char *p = node->text.p; text.n && p < text.p; p++)
        place->line += *p == '\n';
    (void)map_put(at->places, at->place, place);
    return (FeelCell){ text, at->place };
}

static bool check_language(const At *at, const XmlNode *node)
{
    Str language = xml_attr(node, "expressionLanguage");
    if (language_is_feel(at->e->source, node))
        return true;
    return fault(at, node, "the expression language '%.*s' is not FEEL", STR_ARG(language));
}

static bool read_type(const At *at, const XmlNode *node, const FeelTypeDef **ret)
{
    Str ref = xml_attr(node, "typeRef");
    if (types_find(at->l, at->e->source, node, ref, ret))
        return true;
    return fault(at, node, "there is no type '%.*s', or it is at fault", STR_ARG(ref));
}

static FeelBoxed *add_part(const At *at, Parts *parts)
{
    FeelBoxed *part = ARENA_PUSH(at->l->arena, parts->p, parts->n, parts->cap);
    *part = (FeelBoxed){ .kind = FEEL_BOXED_TEXT, .text = { STR("null"), at->place } };
    return part;
}

static bool finish(FeelBoxed *ret, FeelBoxedKind kind, const Parts *parts)
{
    ret->kind = kind;
    ret->parts = parts->p;
    ret->n = parts->n;
    return true;
}

/* ---- which element says what ---- */

typedef bool (*ReadFn)(const At *at, const XmlNode *node, FeelBoxed *ret);

static bool read_text(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_context(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_relation(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_list(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_invocation(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_function(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_table(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_conditional(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_for(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_some(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_every(const At *at, const XmlNode *node, FeelBoxed *ret);
static bool read_filter(const At *at, const XmlNode *node, FeelBoxed *ret);

static const struct {
    const char *tag;
    ReadFn read;
} EXPRESSIONS[] = {
    { "literalExpression", read_text },
    { "decisionTable", read_table },
    { "context", read_context },
    { "invocation", read_invocation },
    { "functionDefinition", read_function },
    { "relation", read_relation },
    { "list", read_list },
    { "conditional", read_conditional },
    { "for", read_for },
    { "some", read_some },
    { "every", read_every },
    { "filter", read_filter },
};

static ReadFn reader_of(const XmlNode *node)
{
    for (size_t i = 0; i < ARRAY_LEN(EXPRESSIONS); i++)
        if (xml_is(node, EXPRESSIONS[i].tag))
            return EXPRESSIONS[i].read;
    return NULL;
}

/* The first expression among node and those after it, or NULL. */
static const XmlNode *expression_from(const XmlNode *node)
{
    while (node && !reader_of(node))
        node = node->next;
    return node;
}

static bool read_expression(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    if (at->depth > DMN_LOGIC_NESTING_MAX)
        return fault(at, node, "the logic is nested deeper than %d levels", DMN_LOGIC_NESTING_MAX);
    return read_type(at, node, &ret->type) && reader_of(node)(at, node, ret);
}

/* The expression that an element such as <if> holds. */
static bool read_held(const At *at, const XmlNode *holder, const char *tag, Parts *parts)
{
    const XmlNode *node = xml_child(holder, tag);
    const XmlNode *expression = node ? expression_from(node->first) : NULL;
    if (!expression)
        return fault(at, node ? node : holder, "the expression of <%s> is missing", tag);
    At inner = inside(at, "%s", tag);
    return read_expression(&inner, expression, add_part(&inner, parts));
}

/* ---- the simple ones ---- */

/* A literal expression without a text, and what is imported instead of one, is null. */
static bool read_text(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    FeelCell cell = cell_of(at, node);
    ret->kind = FEEL_BOXED_TEXT;
    ret->text = cell.text.n ? cell : (FeelCell){ STR("null"), at->place };
    return cell.text.n == 0 || check_language(at, node);
}

static bool read_context(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    Parts parts = { 0 };
    const XmlNode *entry = xml_child(node, "contextEntry");
    for (; entry; entry = xml_sibling(entry, "contextEntry")) {
        const XmlNode *variable = xml_child(entry, "variable");
        const XmlNode *expression = expression_from(entry->first);
        Str name = variable ? loader_name(at->l, xml_attr(variable, "name")) : STR_NONE;
        At inner = name.n ? inside(at, "entry '%.*s'", STR_ARG(name)) : inside(at, "result");
        FeelBoxed *part = add_part(&inner, &parts);
        part->name = name;
        if (name.n == 0 && xml_sibling(entry, "contextEntry"))
            return fault(&inner, entry, "an entry without a name must be the last of its context");
        if (expression && !read_expression(&inner, expression, part))
            return false;
        if (variable && !part->type && !read_type(&inner, variable, &part->type))
            return false;
    }
    return finish(ret, FEEL_BOXED_CONTEXT, &parts);
}

static bool read_items(const At *at, const XmlNode *node, const char *word, Parts *parts)
{
    const XmlNode *expression = expression_from(node->first);
    for (; expression; expression = expression_from(expression->next)) {
        At inner = inside(at, "%s %zu", word, parts->n + 1);
        if (!read_expression(&inner, expression, add_part(&inner, parts)))
            return false;
    }
    return true;
}

static bool read_list(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    Parts parts = { 0 };
    return read_items(at, node, "item", &parts) && finish(ret, FEEL_BOXED_LIST, &parts);
}

static bool read_columns(const At *at, const XmlNode *node, FeelMember **ret, size_t *ret_n)
{
    size_t cap = 0;
    const XmlNode *column = xml_child(node, "column");
    for (; column; column = xml_sibling(column, "column")) {
        FeelMember member = { .name = loader_name(at->l, xml_attr(column, "name")) };
        if (!read_type(at, column, &member.type))
            return false;
        *ARENA_PUSH(at->l->arena, *ret, *ret_n, cap) = member;
    }
    return true;
}

/* A list of contexts. */
static bool read_relation(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    Parts rows = { 0 };
    FeelMember *columns = NULL;
    size_t n_columns = 0;
    if (!read_columns(at, node, &columns, &n_columns))
        return false;
    for (const XmlNode *row = xml_child(node, "row"); row; row = xml_sibling(row, "row")) {
        Parts cells = { 0 };
        At inner = inside(at, "row %zu", rows.n + 1);
        if (!read_items(&inner, row, "column", &cells))
            return false;
        if (cells.n != n_columns)
            return fault(&inner, row, "the row has %zu cells, the relation %zu columns", cells.n, n_columns);
        for (size_t i = 0; i < n_columns; i++) {
            cells.p[i].name = columns[i].name;
            cells.p[i].type = cells.p[i].type ? cells.p[i].type : columns[i].type;
        }
        (void)finish(add_part(&inner, &rows), FEEL_BOXED_CONTEXT, &cells);
    }
    return finish(ret, FEEL_BOXED_LIST, &rows);
}

static bool read_invocation(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    Parts parts = { 0 };
    const XmlNode *called = expression_from(node->first);
    if (!called)
        return fault(at, node, "it does not say what is called");
    At callee = inside(at, "function called");
    if (!read_expression(&callee, called, add_part(&callee, &parts)))
        return false;
    for (const XmlNode *b = xml_child(node, "binding"); b; b = xml_sibling(b, "binding")) {
        const XmlNode *parameter = xml_child(b, "parameter");
        const XmlNode *expression = expression_from(b->first);
        Str name = parameter ? loader_name(at->l, xml_attr(parameter, "name")) : STR_NONE;
        At inner = inside(at, "argument '%.*s'", STR_ARG(name));
        FeelBoxed *part = add_part(&inner, &parts);
        if (name.n == 0)
            return fault(&inner, b, "a binding without the name of its parameter");
        part->name = name;
        if (expression && !read_expression(&inner, expression, part))
            return false;
        if (!part->type && !read_type(&inner, parameter, &part->type))
            return false;
    }
    return finish(ret, FEEL_BOXED_INVOCATION, &parts);
}

static bool read_function(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    Parts parts = { 0 };
    FeelMember *params = NULL;
    size_t n = 0;
    size_t cap = 0;
    const XmlNode *parameter = xml_child(node, "formalParameter");
    for (; parameter; parameter = xml_sibling(parameter, "formalParameter")) {
        FeelMember member = { .name = loader_name(at->l, xml_attr(parameter, "name")) };
        if (!read_type(at, parameter, &member.type))
            return false;
        *ARENA_PUSH(at->l->arena, params, n, cap) = member;
    }
    ret->params = params;
    ret->n_params = n;
    Str kind = xml_attr(node, "kind");
    const XmlNode *body = expression_from(node->first);
    bool external = kind.n && !str_eq_c(kind, "FEEL");
    if (!external && body) {
        At inner = inside(at, "body");
        inner.place = at->place.n ? inner.place : STR_NONE; /* a knowledge model is nothing else but its body */
        if (!read_expression(&inner, body, add_part(&inner, &parts)))
            return false;
    }
    return finish(ret, FEEL_BOXED_FUNCTION, &parts);
}

/* ---- conditional, iterations, filter (DMN 1.4 and later) ---- */

static bool read_conditional(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    Parts parts = { 0 };
    return read_held(at, node, "if", &parts) && read_held(at, node, "then", &parts) &&
           read_held(at, node, "else", &parts) && finish(ret, FEEL_BOXED_IF, &parts);
}

static bool read_iteration(const At *at, const XmlNode *node, FeelBoxedKind kind, const char *body, FeelBoxed *ret)
{
    Parts parts = { 0 };
    ret->iterator = loader_name(at->l, xml_attr(node, "iteratorVariable"));
    if (kind != FEEL_BOXED_FILTER && ret->iterator.n == 0)
        return fault(at, node, "the iterator has no name");
    return read_held(at, node, "in", &parts) && read_held(at, node, body, &parts) && finish(ret, kind, &parts);
}

static bool read_for(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    return read_iteration(at, node, FEEL_BOXED_FOR, "return", ret);
}

static bool read_some(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    return read_iteration(at, node, FEEL_BOXED_SOME, "satisfies", ret);
}

static bool read_every(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    return read_iteration(at, node, FEEL_BOXED_EVERY, "satisfies", ret);
}

static bool read_filter(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    return read_iteration(at, node, FEEL_BOXED_FILTER, "match", ret);
}

/* ---- decision tables (chapter 8) ---- */

static const struct {
    const char *policy;
    const char *aggregation; /* NULL: none */
    FeelHit hit;
} HITS[] = {
    { "UNIQUE", NULL, FEEL_HIT_UNIQUE },         { "ANY", NULL, FEEL_HIT_ANY },
    { "PRIORITY", NULL, FEEL_HIT_PRIORITY },     { "FIRST", NULL, FEEL_HIT_FIRST },
    { "RULE ORDER", NULL, FEEL_HIT_RULE_ORDER }, { "OUTPUT ORDER", NULL, FEEL_HIT_OUTPUT_ORDER },
    { "COLLECT", "SUM", FEEL_HIT_SUM },          { "COLLECT", "MIN", FEEL_HIT_MIN },
    { "COLLECT", "MAX", FEEL_HIT_MAX },          { "COLLECT", "COUNT", FEEL_HIT_COUNT },
    { "COLLECT", NULL, FEEL_HIT_COLLECT },
};

static bool read_hit(const At *at, const XmlNode *node, FeelHit *ret)
{
    Str policy = str_trim(xml_attr(node, "hitPolicy"));
    Str aggregation = str_trim(xml_attr(node, "aggregation"));
    if (policy.n == 0)
        policy = STR("UNIQUE");
    for (size_t i = 0; i < ARRAY_LEN(HITS); i++) {
        bool same = !HITS[i].aggregation || str_eq_c(aggregation, HITS[i].aggregation);
        if (!str_eq_c(policy, HITS[i].policy) || !same)
            continue;
        *ret = HITS[i].hit;
        if (*ret == FEEL_HIT_COLLECT && aggregation.n)
            return fault(at, node, "there is no aggregation '%.*s'", STR_ARG(aggregation));
        return true;
    }
    return fault(at, node, "there is no hit policy '%.*s'", STR_ARG(policy));
}

static size_t count(const XmlNode *node, const char *tag)
{
    size_t n = 0;
    for (const XmlNode *child = xml_child(node, tag); child; child = xml_sibling(child, tag))
        n++;
    return n;
}

static bool read_tests(const At *at, const XmlNode *holder, const char *tag, const char *word, FeelCell *ret)
{
    const XmlNode *node = xml_child(holder, tag);
    if (!node)
        return true;
    At inner = inside(at, "%s", word);
    *ret = cell_of(&inner, node);
    return ret->text.n == 0 || check_language(&inner, node);
}

static bool read_inputs(const At *at, const XmlNode *node, FeelTable *table)
{
    FeelTableInput *inputs = ARENA_ARRAY(at->l->arena, FeelTableInput, table->n_inputs);
    const XmlNode *input = xml_child(node, "input");
    for (size_t i = 0; i < table->n_inputs; i++, input = xml_sibling(input, "input")) {
        const XmlNode *expression = xml_child(input, "inputExpression");
        At inner = inside(at, "input %zu", i + 1);
        inputs[i] = (FeelTableInput){ 0 };
        if (!expression)
            return fault(&inner, input, "the input's expression is missing");
        inputs[i].expression = cell_of(&inner, expression);
        if (inputs[i].expression.text.n == 0)
            return fault(&inner, expression, "the input's expression is empty");
        if (!check_language(&inner, expression) || !read_type(&inner, expression, &inputs[i].type) ||
            !read_tests(&inner, input, "inputValues", "allowed values", &inputs[i].allowed))
            return false;
    }
    table->inputs = inputs;
    return true;
}

/* P and O go by the order of the outputs' allowed values (chapter 8); where the table has none, its type may. */
static void inherit_allowed(const At *at, FeelTableOutput *output, size_t n_outputs)
{
    const FeelTypeDef *type = output->type;
    if (!type && n_outputs == 1 && at->place.n == 0)
        type = at->e->type;
    if (type && type->allowed && output->allowed.text.n == 0)
        output->allowed.text = feel_expr_text(type->allowed);
}

static bool read_outputs(const At *at, const XmlNode *node, FeelTable *table)
{
    bool ordered = table->hit == FEEL_HIT_PRIORITY || table->hit == FEEL_HIT_OUTPUT_ORDER;
    FeelTableOutput *outputs = ARENA_ARRAY(at->l->arena, FeelTableOutput, table->n_outputs);
    const XmlNode *output = xml_child(node, "output");
    for (size_t i = 0; i < table->n_outputs; i++, output = xml_sibling(output, "output")) {
        At inner = inside(at, "output %zu", i + 1);
        outputs[i] = (FeelTableOutput){ 0 };
        if (table->n_outputs > 1)
            outputs[i].name = loader_name(at->l, xml_attr(output, "name"));
        if (table->n_outputs > 1 && outputs[i].name.n == 0)
            return fault(&inner, output, "each of several outputs must have a name");
        if (!read_type(&inner, output, &outputs[i].type) ||
            !read_tests(&inner, output, "outputValues", "allowed values", &outputs[i].allowed) ||
            !read_tests(&inner, output, "defaultOutputEntry", "default", &outputs[i].standard))
            return false;
        if (ordered)
            inherit_allowed(at, &outputs[i], table->n_outputs);
    }
    table->outputs = outputs;
    return true;
}

static bool read_cells(const At *at, const XmlNode *rule, const char *tag, const char *word, size_t n, FeelCell *ret)
{
    const XmlNode *entry = xml_child(rule, tag);
    if (count(rule, tag) != n)
        return fault(at, rule, "the rule has %zu %s entries, the table %zu", count(rule, tag), word, n);
    for (size_t i = 0; i < n; i++, entry = xml_sibling(entry, tag)) {
        At inner = inside(at, "%s %zu", word, i + 1);
        ret[i] = cell_of(&inner, entry);
        if (ret[i].text.n && !check_language(&inner, entry))
            return false;
    }
    return true;
}

static bool read_rules(const At *at, const XmlNode *node, FeelTable *table)
{
    FeelTableRow *rows = ARENA_ARRAY(at->l->arena, FeelTableRow, table->n_rows);
    const XmlNode *rule = xml_child(node, "rule");
    for (size_t i = 0; i < table->n_rows; i++, rule = xml_sibling(rule, "rule")) {
        At inner = inside(at, "rule %zu", i + 1);
        FeelCell *cells = ARENA_ARRAY(at->l->arena, FeelCell, table->n_inputs + table->n_outputs);
        if (!read_cells(&inner, rule, "inputEntry", "input", table->n_inputs, cells) ||
            !read_cells(&inner, rule, "outputEntry", "output", table->n_outputs, cells + table->n_inputs))
            return false;
        rows[i] = (FeelTableRow){ cells, arena_printf(at->l->arena, "%zu", i + 1) };
    }
    table->rows = rows;
    return true;
}

static bool read_table(const At *at, const XmlNode *node, FeelBoxed *ret)
{
    FeelTable *table = ARENA_NEW(at->l->arena, FeelTable);
    *table = (FeelTable){ .name = at->e->name,
                          .n_inputs = count(node, "input"),
                          .n_outputs = count(node, "output"),
                          .n_rows = count(node, "rule") };
    ret->kind = FEEL_BOXED_TABLE;
    ret->table = table;
    if (table->n_outputs == 0)
        return fault(at, node, "the table has no output");
    return read_hit(at, node, &table->hit) && read_inputs(at, node, table) && read_outputs(at, node, table) &&
           read_rules(at, node, table);
}

/* ---- the logic of an element ---- */

static void keep_params(Element *e, const FeelBoxed *function, Arena *arena)
{
    e->n_params = function->n_params;
    e->params = ARENA_ARRAY(arena, FeelMember, function->n_params);
    for (size_t i = 0; i < function->n_params; i++)
        e->params[i] = function->params[i];
}

void logic_read(Loader *l, Element *e, Logic *ret)
{
    FeelBoxed *boxed = ARENA_NEW(l->arena, FeelBoxed);
    At at = { .l = l, .e = e, .places = &ret->places };
    const XmlNode *node = e->kind == ELEMENT_KNOWLEDGE ? xml_child(e->node, "encapsulatedLogic") : e->node;
    const XmlNode *logic = e->kind == ELEMENT_KNOWLEDGE || !node ? node : expression_from(node->first);
    map_init(&ret->places, l->arena);
    ret->boxed = NULL;
    if (!logic)
        return;
    bool good = e->kind == ELEMENT_KNOWLEDGE ? read_function(&at, logic, boxed) : read_expression(&at, logic, boxed);
    if (e->kind == ELEMENT_KNOWLEDGE)
        keep_params(e, boxed, l->arena);
    if (good)
        ret->boxed = boxed;
}
