#include "dmn_gen.h"

enum {
    DEPTH_MAX = 4,
    FEEL_DEPTH = 6 /* of the depth feel_gen() goes to: short texts */,
    TEXT_MAX = 1024,
    DECISIONS_MAX = 4
};

static size_t choose(FeelGen *g, size_t n)
{
    return feel_gen_byte(g) % n;
}

static void put(FeelGen *g, const char *text)
{
    buf_c(g->out, text);
}

/* FEEL within <text>; one too long for a model of this size becomes null. */
static void text(FeelGen *g, char wanted, bool tests)
{
    CLEANUP(buf_free) Buf feel;
    buf_init(&feel, TEXT_MAX);
    Buf *xml = g->out;
    int depth = g->depth;
    g->out = &feel;
    g->depth = FEEL_DEPTH;
    if (tests)
        feel_gen_tests(g, wanted);
    else
        feel_gen(g, wanted);
    g->out = xml;
    g->depth = depth;
    put(g, "<text>");
    buf_html(xml, buf_check(&feel, NULL) == RC_OK ? buf_view(&feel) : STR("null"));
    put(g, "</text>");
}

static void literal(FeelGen *g, char wanted)
{
    put(g, "<literalExpression>");
    text(g, wanted, false);
    put(g, "</literalExpression>");
}

static const char *type_ref(FeelGen *g)
{
    static const char *const types[] = { "",
                                         " typeRef=\"number\"",
                                         " typeRef=\"string\"",
                                         " typeRef=\"tGrade\"",
                                         " typeRef=\"tList\"",
                                         " typeRef=\"tPart\"",
                                         " typeRef=\"date and time\"",
                                         " typeRef=\"Any\"" };
    return types[choose(g, ARRAY_LEN(types))];
}

static void table(FeelGen *g)
{
    static const char *const policies[] = { "",
                                            "UNIQUE",
                                            "ANY",
                                            "PRIORITY",
                                            "FIRST",
                                            "RULE ORDER",
                                            "OUTPUT ORDER",
                                            "COLLECT",
                                            "COLLECT\" aggregation=\"SUM",
                                            "COLLECT\" aggregation=\"MIN",
                                            "COLLECT\" aggregation=\"MAX",
                                            "COLLECT\" aggregation=\"COUNT" };
    static const char kinds[] = "nsdbpula";
    size_t inputs = 1 + choose(g, 3);
    size_t outputs = 1 + choose(g, 2);
    char wanted[3];
    const char *policy = policies[choose(g, ARRAY_LEN(policies))];
    buf_printf(g->out, policy[0] ? "<decisionTable hitPolicy=\"%s\">" : "<decisionTable>%s", policy);
    for (size_t i = 0; i < inputs; i++) {
        wanted[i] = kinds[choose(g, sizeof kinds - 1)];
        put(g, "<input><inputExpression>");
        text(g, wanted[i], false);
        put(g, "</inputExpression></input>");
    }
    for (size_t i = 0; i < outputs; i++) {
        buf_printf(g->out, "<output name=\"o%zu\"%s>", i, type_ref(g));
        put(g, choose(g, 2) ? "<outputValues><text>\"x\", 2, 1, \"y\"</text></outputValues>" : "");
        put(g, choose(g, 3) ? "" : "<defaultOutputEntry><text>1</text></defaultOutputEntry>");
        put(g, "</output>");
    }
    for (size_t rows = choose(g, 6); rows > 0; rows--) {
        put(g, "<rule>");
        for (size_t i = 0; i < inputs; i++) {
            put(g, "<inputEntry>");
            text(g, wanted[i], true);
            put(g, "</inputEntry>");
        }
        for (size_t i = 0; i < outputs; i++) {
            static const char *const values[] = { "\"x\"", "1", "2", "\"y\"", "null" };
            size_t which = choose(g, ARRAY_LEN(values) + 1);
            put(g, "<outputEntry>");
            if (which == ARRAY_LEN(values))
                text(g, 'a', false);
            else
                buf_printf(g->out, "<text>%s</text>", values[which]);
            put(g, "</outputEntry>");
        }
        put(g, "</rule>");
    }
    put(g, "</decisionTable>");
}

static void boxed(FeelGen *g, char wanted);

static void part(FeelGen *g, const char *element, char wanted)
{
    buf_printf(g->out, "<%s>", element);
    boxed(g, wanted);
    buf_printf(g->out, "</%s>", element);
}

static void entries(FeelGen *g)
{
    put(g, "<context>");
    for (size_t i = choose(g, 3); i > 0; i--) {
        buf_printf(g->out, "<contextEntry><variable name=\"p%d\"%s/>", g->bound, type_ref(g));
        boxed(g, 'a');
        put(g, "</contextEntry>");
        g->bound++;
    }
    put(g, "<contextEntry>");
    put(g, choose(g, 2) ? "<variable name=\"a\"/>" : "");
    boxed(g, 'n');
    put(g, "</contextEntry></context>");
}

static void function(FeelGen *g, char wanted)
{
    static const char *const kinds[] = { "", " kind=\"FEEL\"", " kind=\"Java\"" };
    buf_printf(g->out, "<functionDefinition%s><formalParameter name=\"p%d\"%s/>", kinds[choose(g, ARRAY_LEN(kinds))],
               g->bound, type_ref(g));
    g->bound++;
    boxed(g, wanted);
    g->bound--;
    put(g, "</functionDefinition>");
}

static void iteration(FeelGen *g, const char *element, const char *last, char wanted)
{
    buf_printf(g->out, "<%s iteratorVariable=\"p%d\">", element, g->bound);
    part(g, "in", 'l');
    g->bound++;
    part(g, last, wanted);
    g->bound--;
    buf_printf(g->out, "</%s>", element);
}

static void relation(FeelGen *g)
{
    size_t columns = 1 + choose(g, 2);
    put(g, "<relation>");
    for (size_t i = 0; i < columns; i++)
        buf_printf(g->out, "<column name=\"%c\"/>", (char)('a' + i));
    for (size_t rows = choose(g, 3); rows > 0; rows--) {
        put(g, "<row>");
        for (size_t i = 0; i < columns; i++)
            literal(g, 'a');
        put(g, "</row>");
    }
    put(g, "</relation>");
}

static void invocation(FeelGen *g)
{
    static const char *const callees[] = { "k0", "service", "abs", "function(p0) p0", "nobody" };
    buf_printf(g->out, "<invocation><literalExpression><text>%s</text></literalExpression>",
               callees[choose(g, ARRAY_LEN(callees))]);
    put(g, "<binding><parameter name=\"p0\"/>");
    boxed(g, 'n');
    put(g, "</binding></invocation>");
}

static void boxed_form(FeelGen *g, char wanted)
{
    switch (choose(g, 14)) {
    case 0:
    case 1: literal(g, wanted); break;
    case 2:
    case 3: table(g); break;
    case 4: entries(g); break;
    case 5:
        put(g, "<list>");
        literal(g, wanted);
        boxed(g, 'a');
        put(g, "</list>");
        break;
    case 6: relation(g); break;
    case 7: invocation(g); break;
    case 8: function(g, wanted); break;
    case 9: iteration(g, "for", "return", 'a'); break;
    case 10: iteration(g, "some", "satisfies", 'b'); break;
    case 11: iteration(g, "every", "satisfies", 'b'); break;
    case 12:
        put(g, "<filter>");
        part(g, "in", 'l');
        part(g, "match", 'b');
        put(g, "</filter>");
        break;
    default:
        put(g, "<conditional>");
        part(g, "if", 'b');
        part(g, "then", wanted);
        part(g, "else", wanted);
        put(g, "</conditional>");
        break;
    }
}

static void boxed(FeelGen *g, char wanted)
{
    if (g->depth >= DEPTH_MAX || g->at >= g->n) {
        literal(g, wanted);
        return;
    }
    g->depth++;
    boxed_form(g, wanted);
    g->depth--;
}

static void items(FeelGen *g)
{
    put(g, "<itemDefinition name=\"tGrade\"><typeRef>string</typeRef><allowedValues>");
    text(g, 's', true);
    put(g, "</allowedValues></itemDefinition><itemDefinition name=\"tList\" isCollection=\"true\"><typeRef>");
    put(g, choose(g, 2) ? "tGrade" : "number");
    put(g, "</typeRef></itemDefinition><itemDefinition name=\"tPart\"><itemComponent name=\"a\"><typeRef>");
    put(g, choose(g, 4) == 3 ? "tPart" : "tList");
    put(g, "</typeRef></itemComponent></itemDefinition>");
}

static void decision(FeelGen *g, size_t i)
{
    buf_printf(g->out, "<decision id=\"d%zu\" name=\"d%zu\"><variable name=\"d%zu\"%s/>", i, i, i, type_ref(g));
    /* What comes later may be required too: a ring must be found. */
    if (i > 0 || choose(g, 8) == 7)
        buf_printf(g->out, "<informationRequirement><requiredDecision href=\"#d%zu\"/></informationRequirement>",
                   choose(g, DECISIONS_MAX));
    put(g, "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>"
           "<knowledgeRequirement><requiredKnowledge href=\"#k0\"/></knowledgeRequirement>");
    if (choose(g, 2))
        put(g, "<knowledgeRequirement><requiredKnowledge href=\"#service\"/></knowledgeRequirement>");
    boxed(g, "nsdlcba"[choose(g, 7)]);
    put(g, "</decision>");
}

void dmn_gen(FeelGen *g)
{
    put(g, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"n\" name=\"m\">");
    items(g);
    buf_printf(g->out, "<inputData id=\"a\" name=\"a\"><variable name=\"a\"%s/></inputData>", type_ref(g));
    put(g, "<businessKnowledgeModel id=\"k0\" name=\"k0\"><variable name=\"k0\"/><encapsulatedLogic>"
           "<formalParameter name=\"p0\"/>");
    g->bound = 1;
    boxed(g, 'n');
    g->bound = 0;
    put(g, "</encapsulatedLogic></businessKnowledgeModel>");
    size_t n = 1 + choose(g, DECISIONS_MAX);
    for (size_t i = 0; i < n; i++)
        decision(g, i);
    put(g, "<decisionService id=\"service\" name=\"service\"><variable name=\"service\"/>"
           "<outputDecision href=\"#d0\"/>");
    put(g, n > 1 ? "<encapsulatedDecision href=\"#d1\"/>" : "");
    put(g, choose(g, 2) ? "<inputData href=\"#a\"/>" : "<inputDecision href=\"#d2\"/>");
    put(g, "</decisionService></definitions>");
}
