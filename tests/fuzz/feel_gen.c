#include "feel_gen.h"

enum { DEPTH_MAX = 9, WHOLE_MAX = 3 };

typedef struct Pool {
    char type;
    const char *const *texts; /* the first is the simplest; ends with NULL */
} Pool;

#define POOL(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The ends of what each type can hold, and what stands near them. */
static const Pool POOLS[] = {
    { 'b', POOL("true", "false", "null", "yes") },
    { 'n', POOL("1", "0", "-1", "2.5", "0.1", "9223372036854775807", "-9223372036854775808", "1e6144", "1e-6176",
                "9999999999999999999999999999999999", "0.000000000000000001", "1234567890.123456789", "-0.5", "a",
                "big", "3.00", "0.9999999999999999999999999999999999") },
    { 'i', POOL("1", "0", "2", "-1", "3", "-2", "12", "31", "-34", "34", "6176", "-6111", "999999999", "2147483648",
                "4294967296", "9223372036854775807", "a", "1000001", "60", "24") },
    { 's', POOL("\"\"", "\"a\"", "\"abc abc\"", "s", "\"\\u4E2D\\u6587\"", "\"\\U01F600x\"", "\"a,b;c\"", "\"1.5\"",
                "\"1,000.50\"", "\",\"", "\".\"", "\" \"", "\"2024-02-29\"", "\"P1DT2H\"", "\"P1Y2M\"",
                "\"10:00:00+01:00\"", "\"2024-02-29T10:00:00@Europe/Paris\"", "\"[1..5]\"", "\"\\n\\t\\\"\\\\\"",
                "\"e\\u0301\"", "\"\\u00DF\\u0130\"", "\"i\"", "\"smx\"", "\"q\"", "long") },
    { 'x', POOL("\"a\"", "\"\"", "\".\"", "\"[a-c]+\"", "\"(a)(b)?\"", "\"^a|c$\"", "\"[a-z-[b]]\"", "\"\\\\p{Lu}\"",
                "\"\\\\i\\\\c*\"", "\"\\\\p{IsBasicLatin}\"", "\"(a*)*b\"", "\"(a|aa)+$\"", "\"[\"", "\"(\"",
                "\"a{2,3}\"", "\"\\\\1\"", "\"(.)\\\\1\"", "\"a{1000}\"", "\"\\\\d\\\\s\\\\w\"", "\"[^a]\"", "\"$1\"",
                "\"$0\\\\$\"", "\"a??\"", "\"(?i)a\"", "\"\\\\\"", "\"[\\\\s-[ ]]\"") },
    { 'd', POOL("@\"2024-02-29\"", "d", "@\"1970-01-01\"", "@\"-999999999-01-01\"", "@\"999999999-12-31\"",
                "@\"2023-12-31\"", "@\"0000-02-29\"", "@\"-0001-03-01\"", "date(2000,1,31)", "today()") },
    { 't', POOL("@\"10:00:00\"", "@\"00:00:00Z\"", "@\"23:59:59.999999999\"", "@\"10:00:00+14:00\"", "t",
                "@\"10:00:00-14:00\"", "@\"02:30:00@Europe/Paris\"", "@\"24:00:00\"", "@\"12:00:00@Etc/UTC\"") },
    { 'p', POOL("@\"2024-02-29T10:00:00\"", "p", "@\"2024-03-31T02:30:00@Europe/Paris\"",
                "@\"999999999-12-31T23:59:59.999999999Z\"", "@\"-999999999-01-01T00:00:00+14:00\"",
                "@\"1969-12-31T23:59:59Z\"", "@\"2024-10-27T02:30:00@Europe/Paris\"", "now()",
                "@\"2024-02-29T00:00:00@Asia/Shanghai\"", "@\"1900-01-01T00:00:00@America/New_York\"") },
    { 'u', POOL("@\"P1D\"", "@\"PT0S\"", "u", "@\"-PT0.000000001S\"", "@\"P106751DT23H47M16.854775807S\"",
                "@\"P999999999D\"", "@\"-P365241780471D\"", "@\"PT24H\"", "@\"P292471Y\"", "@\"P1DT25H61M61S\"") },
    { 'm', POOL("@\"P1M\"", "@\"P0Y\"", "m", "@\"-P1Y\"", "@\"P1999999998Y\"", "@\"-P1999999998Y11M\"", "@\"P12M\"",
                "@\"P9999999999999Y\"") },
    { 'l', POOL("[]", "xs", "[null]", "records", "[1]", "[\"a\",\"b\"]", "[[1,[2]],3]", "[true,null,false]", "dates",
                "[1,2,2,3]", "[[],[[]]]") },
    { 'c', POOL("{}", "c", "{a: 1}", "{\"a b\": 2, c: {d: 3}}", "{f: function(x) x, n: null}", "records[1]") },
    { 'r', POOL("[1..3]", "r", "(1..3)", "(>=5)", "(<null)", "[\"a\"..\"c\"]", "[@\"2024-01-01\"..@\"2024-12-31\")",
                "(=7)", "(!=7)", "]1..2[", "[@\"P1D\"..@\"P2D\"]", "[1..1]", "(1..1)", "[3..1]") },
    { 'f', POOL("function(x) x", "count", "abs", "function(x: number) x + 1", "not", "sum", "string") },
    { 'g', POOL("function(x, y) x < y", "function(x, y) null", "min", "function(x, y) y", "function(x, y) true",
                "contains", "modulo") },
    { 'z', POOL("\"Europe/Paris\"", "\"Asia/Shanghai\"", "\"Etc/GMT+12\"", "\"No/Where\"", "\"+25:00\"", "\"\"",
                "\"../../etc/passwd\"", "\"America/Argentina/Buenos_Aires\"") },
    { 'a', POOL("null", "b", "nobody", "?", "due date", "item", "partial", "yes") },
};

static const char KINDS[] = "nsbldtpumcrfgixza";

typedef struct Function {
    const char *name;
    char result;
    const char *params; /* wanted types */
    int least;
    const char *names; /* for calls by name, or NULL */
} Function;

static const Function FUNCTIONS[] = {
    { "date", 'd', "s", 1, "from" },
    { "date", 'd', "p", 1, NULL },
    { "date", 'd', "iii", 3, "year,month,day" },
    { "time", 't', "s", 1, "from" },
    { "time", 't', "p", 1, NULL },
    { "time", 't', "iinu", 3, "hour,minute,second,offset" },
    { "date and time", 'p', "s", 1, "from" },
    { "date and time", 'p', "dt", 2, "date,time" },
    { "date and time", 'p', "pz", 2, NULL },
    { "date and time", 'p', "iiiiinu", 6, NULL },
    { "date and time", 'p', "iiiiinz", 6, NULL },
    { "number", 'n', "sss", 1, "from,grouping separator,decimal separator" },
    { "string", 's', "a", 1, "from" },
    { "duration", 'u', "s", 1, "from" },
    { "years and months duration", 'm', "dd", 2, "from,to" },
    { "years and months duration", 'm', "pp", 2, NULL },
    { "not", 'b', "b", 1, "negand" },
    { "is", 'b', "aa", 2, "value1,value2" },
    { "substring", 's', "sii", 2, "string,start position,length" },
    { "string length", 'n', "s", 1, "string" },
    { "upper case", 's', "s", 1, NULL },
    { "lower case", 's', "s", 1, NULL },
    { "substring before", 's', "ss", 2, "string,match" },
    { "substring after", 's', "ss", 2, NULL },
    { "replace", 's', "sxss", 3, "input,pattern,replacement,flags" },
    { "contains", 'b', "ss", 2, NULL },
    { "starts with", 'b', "ss", 2, NULL },
    { "ends with", 'b', "ss", 2, NULL },
    { "matches", 'b', "sxs", 2, "input,pattern,flags" },
    { "split", 'l', "sx", 2, "string,delimiter" },
    { "string join", 's', "ls", 1, "list,delimiter" },
    { "string join", 's', "lsss", 4, NULL },
    { "list contains", 'b', "la", 2, "list,element" },
    { "list replace", 'l', "lia", 3, "list,position,newItem" },
    { "list replace", 'l', "lga", 3, "list,match,newItem" },
    { "count", 'n', "l", 1, NULL },
    { "min", 'a', "l", 1, NULL },
    { "max", 'a', "l", 1, NULL },
    { "min", 'n', "nnn", 1, NULL },
    { "max", 's', "sss", 1, NULL },
    { "sum", 'n', "l", 1, NULL },
    { "sum", 'n', "nn", 1, NULL },
    { "mean", 'n', "l", 1, NULL },
    { "all", 'b', "l", 1, NULL },
    { "any", 'b', "l", 1, NULL },
    { "sublist", 'l', "lii", 2, "list,start position,length" },
    { "append", 'l', "laa", 2, NULL },
    { "concatenate", 'l', "lll", 1, NULL },
    { "insert before", 'l', "lia", 3, NULL },
    { "remove", 'l', "li", 2, NULL },
    { "reverse", 'l', "l", 1, NULL },
    { "index of", 'l', "la", 2, NULL },
    { "union", 'l', "lll", 1, NULL },
    { "distinct values", 'l', "l", 1, NULL },
    { "flatten", 'l', "l", 1, NULL },
    { "product", 'n', "l", 1, NULL },
    { "median", 'n', "l", 1, NULL },
    { "stddev", 'n', "l", 1, NULL },
    { "mode", 'l', "l", 1, NULL },
    { "sort", 'l', "lg", 1, "list,precedes" },
    { "decimal", 'n', "ni", 2, "n,scale" },
    { "floor", 'n', "ni", 1, "n,scale" },
    { "ceiling", 'n', "ni", 1, NULL },
    { "round up", 'n', "ni", 2, NULL },
    { "round down", 'n', "ni", 2, NULL },
    { "round half up", 'n', "ni", 2, NULL },
    { "round half down", 'n', "ni", 2, NULL },
    { "abs", 'n', "n", 1, "n" },
    { "abs", 'u', "u", 1, NULL },
    { "abs", 'm', "m", 1, NULL },
    { "modulo", 'n', "nn", 2, "dividend,divisor" },
    { "sqrt", 'n', "n", 1, NULL },
    { "log", 'n', "n", 1, NULL },
    { "exp", 'n', "n", 1, NULL },
    { "odd", 'b', "n", 1, NULL },
    { "even", 'b', "n", 1, NULL },
    { "day of year", 'n', "d", 1, NULL },
    { "day of week", 's', "p", 1, "date" },
    { "month of year", 's', "d", 1, NULL },
    { "week of year", 'n', "d", 1, NULL },
    { "before", 'b', "nr", 2, "point,range" },
    { "after", 'b', "rr", 2, "range1,range2" },
    { "meets", 'b', "rr", 2, NULL },
    { "met by", 'b', "rr", 2, NULL },
    { "overlaps", 'b', "rr", 2, NULL },
    { "overlaps before", 'b', "rr", 2, NULL },
    { "overlaps after", 'b', "rr", 2, NULL },
    { "finishes", 'b', "nr", 2, NULL },
    { "finished by", 'b', "rn", 2, NULL },
    { "includes", 'b', "rn", 2, "range,point" },
    { "during", 'b', "dr", 2, NULL },
    { "starts", 'b', "rr", 2, NULL },
    { "started by", 'b', "rn", 2, NULL },
    { "coincides", 'b', "rr", 2, NULL },
    { "range", 'r', "s", 1, "from" },
    { "get value", 'a', "cs", 2, "m,key" },
    { "get value", 'a', "cl", 2, NULL },
    { "get entries", 'l', "c", 1, "m" },
    { "context", 'c', "l", 1, "entries" },
    { "context put", 'c', "csa", 3, "context,key,value" },
    { "context put", 'c', "cla", 3, NULL },
    { "context merge", 'c', "l", 1, "contexts" },
};

uint8_t feel_gen_byte(FeelGen *g)
{
    return g->at < g->n ? g->bytes[g->at++] : 0;
}

static size_t choose(FeelGen *g, size_t n)
{
    return feel_gen_byte(g) % n;
}

static void put(FeelGen *g, const char *text)
{
    buf_c(g->out, text);
}

/* ---- leaves ---- */

static void pool_text(FeelGen *g, char wanted)
{
    for (size_t i = 0; i < ARRAY_LEN(POOLS); i++) {
        if (POOLS[i].type != wanted)
            continue;
        size_t n = 0;
        while (POOLS[i].texts[n])
            n++;
        put(g, POOLS[i].texts[choose(g, n)]);
        return;
    }
}

static void free_number(FeelGen *g)
{
    buf_printf(g->out, "%d", (int)(int8_t)feel_gen_byte(g));
    for (size_t more = choose(g, 4); more > 0; more--)
        buf_printf(g->out, "%s%03u", more == 2 ? "." : "", (unsigned)feel_gen_byte(g) * 4u % 1000u);
}

/* Any text, so that regular expressions and dates are the fuzzer's own: ASCII as it is, other bytes as characters. */
static void free_string(FeelGen *g)
{
    put(g, "\"");
    for (size_t left = choose(g, 24); left > 0; left--) {
        uint8_t c = feel_gen_byte(g);
        if (c == '"' || c == '\\')
            buf_printf(g->out, "\\%c", c);
        else if (c >= ' ' && c < 127)
            buf_char(g->out, (char)c);
        else
            buf_code_point(g->out, 0x80u + c * 37u);
    }
    put(g, "\"");
}

static void leaf(FeelGen *g, char wanted)
{
    if (g->bound > 0 && (feel_gen_byte(g) & 3) == 3) {
        buf_printf(g->out, "p%zu", choose(g, (size_t)g->bound));
        return;
    }
    bool own = g->at < g->n && (g->bytes[g->at] & 7) == 7;
    if (own && (wanted == 'n' || wanted == 'i'))
        free_number(g);
    else if (own && (wanted == 's' || wanted == 'x'))
        free_string(g);
    else
        pool_text(g, wanted);
}

/* ---- forms ---- */

static void many(FeelGen *g, const char *open, const char *close)
{
    put(g, open);
    size_t n = choose(g, 4);
    char kind = KINDS[choose(g, sizeof KINDS - 1)];
    for (size_t i = 0; i < n; i++) {
        put(g, i ? ", " : "");
        feel_gen(g, kind);
    }
    put(g, close);
}

static void context(FeelGen *g, char wanted)
{
    static const char *const names[] = { "a", "b", "k x", "\"q, r\"", "item" };
    put(g, "{");
    for (size_t n = choose(g, 3); n > 0; n--) {
        buf_printf(g->out, "%s%zu: ", names[choose(g, 3)], n);
        feel_gen(g, KINDS[choose(g, sizeof KINDS - 1)]);
        put(g, ", ");
    }
    buf_printf(g->out, "%s: ", names[choose(g, ARRAY_LEN(names))]);
    feel_gen(g, wanted);
    put(g, "}");
}

static void bound_part(FeelGen *g, char wanted)
{
    g->bound++;
    feel_gen(g, wanted);
    g->bound--;
}

static void domain(FeelGen *g, int name)
{
    buf_printf(g->out, "p%d in ", name);
    if (choose(g, 3) != 2) {
        feel_gen(g, 'l');
        return;
    }
    feel_gen(g, 'i');
    put(g, "..");
    feel_gen(g, 'i');
}

static void loop(FeelGen *g, const char *word, const char *then, char wanted)
{
    bool second = choose(g, 4) == 3;
    int outer = g->bound;
    put(g, word);
    domain(g, g->bound++);
    if (second) {
        put(g, ", ");
        domain(g, g->bound++);
    }
    put(g, then);
    if (choose(g, 8) == 7)
        put(g, "partial[-1] = ");
    feel_gen(g, wanted);
    g->bound = outer;
}

static void call(FeelGen *g, char wanted)
{
    size_t at = choose(g, ARRAY_LEN(FUNCTIONS));
    for (size_t i = 0; i < ARRAY_LEN(FUNCTIONS) && wanted != 'a' && FUNCTIONS[at].result != wanted; i++)
        at = (at + 1) % ARRAY_LEN(FUNCTIONS);
    const Function *f = &FUNCTIONS[at];
    Str names = str_c(f->names);
    bool by_name = f->names && choose(g, 4) == 3;
    buf_printf(g->out, "%s(", f->name);
    int extra = 0;
    while (f->params[f->least + extra])
        extra++;
    int n = f->least + (extra ? (int)choose(g, (size_t)extra + 1) : 0);
    for (int i = 0; i < n; i++) {
        put(g, i ? ", " : "");
        if (by_name) {
            buf_str(g->out, str_cut(names, ',', &names));
            put(g, ": ");
        }
        feel_gen(g, f->params[i]);
    }
    put(g, ")");
}

static void lambda(FeelGen *g, char wanted, bool called)
{
    buf_printf(g->out, "%sfunction(p%d%s) ", called ? "(" : "", g->bound, choose(g, 4) == 3 ? ": list<Any>" : "");
    bound_part(g, wanted);
    if (!called)
        return;
    put(g, ")(");
    feel_gen(g, KINDS[choose(g, sizeof KINDS - 1)]);
    put(g, ")");
}

static void between_signs(FeelGen *g, char left, const char *const *signs, size_t n, char right)
{
    put(g, "(");
    feel_gen(g, left);
    buf_printf(g->out, " %s ", signs[choose(g, n)]);
    feel_gen(g, right);
    put(g, ")");
}

static void arithmetic(FeelGen *g, char wanted)
{
    static const char *const all[] = { "+", "-", "*", "/", "**" };
    static const char *const sums[] = { "+", "-" };
    static const char *const scales[] = { "*", "/" };
    switch (wanted) {
    case 'n':
    case 'i': between_signs(g, 'n', all, ARRAY_LEN(all), 'n'); break;
    case 's': between_signs(g, 's', sums, 1, 's'); break;
    case 'd': between_signs(g, 'd', sums, 2, "um"[choose(g, 2)]); break;
    case 't':
    case 'p': between_signs(g, wanted, sums, 2, "um"[choose(g, 2)]); break;
    case 'u':
        if (choose(g, 2))
            between_signs(g, "dpt"[choose(g, 3)], sums + 1, 1, "dpt"[choose(g, 3)]);
        else
            between_signs(g, 'u', scales, 2, 'n');
        break;
    case 'm': between_signs(g, 'm', scales, 2, 'n'); break;
    default: between_signs(g, KINDS[choose(g, 10)], all, ARRAY_LEN(all), KINDS[choose(g, 10)]); break;
    }
}

static void comparison(FeelGen *g)
{
    static const char *const signs[] = { "=", "<", "!=", ">=", "<=", ">" };
    static const char *const words[] = { "and", "or" };
    char kind = KINDS[choose(g, sizeof KINDS - 1)];
    switch (choose(g, 6)) {
    case 0: between_signs(g, kind, signs, ARRAY_LEN(signs), kind); break;
    case 1: between_signs(g, 'b', words, 2, 'b'); break;
    case 2:
        put(g, "(");
        feel_gen(g, kind);
        put(g, " between ");
        feel_gen(g, kind);
        put(g, " and ");
        feel_gen(g, kind);
        put(g, ")");
        break;
    case 3:
        put(g, "(");
        feel_gen(g, kind);
        put(g, " in (");
        feel_gen_tests(g, kind);
        put(g, "))");
        break;
    case 4: loop(g, choose(g, 2) ? "some " : "every ", " satisfies ", 'b'); break;
    default: {
        static const char *const types[] = {
            "number", "list<number>",         "context<a: Any>",        "range<date>",  "Any",
            "Null",   "function<Any> -> Any", "days and time duration", "date and time"
        };
        put(g, "(");
        feel_gen(g, kind);
        buf_printf(g->out, " instance of %s)", types[choose(g, ARRAY_LEN(types))]);
        break;
    }
    }
}

static void filter(FeelGen *g)
{
    feel_gen(g, 'l');
    put(g, "[");
    if (choose(g, 3) == 2)
        feel_gen(g, 'i');
    else if (choose(g, 2)) {
        put(g, "item ");
        put(g, choose(g, 2) ? ">= " : "!= ");
        feel_gen(g, 'a');
    } else
        feel_gen(g, 'b');
    put(g, "]");
}

static void property(FeelGen *g, char wanted)
{
    static const char *const of_date[] = { "year", "month", "day", "weekday", "hour", "minute", "second" };
    static const char *const of_span[] = { "days", "hours", "minutes", "seconds", "years", "months" };
    put(g, "(");
    if (wanted == 'n' || wanted == 'i') {
        bool span = choose(g, 2);
        feel_gen(g, span ? "um"[choose(g, 2)] : "dpt"[choose(g, 3)]);
        buf_printf(g->out, ").%s", span ? of_span[choose(g, 6)] : of_date[choose(g, 7)]);
        return;
    }
    if (wanted == 'u' || wanted == 's' || wanted == 'z') {
        feel_gen(g, "pt"[choose(g, 2)]);
        put(g, wanted == 'u' ? ").time offset" : ").timezone");
        return;
    }
    bool range = choose(g, 2);
    feel_gen(g, range ? 'r' : 'c');
    put(g, range ? (choose(g, 2) ? ").start" : ").end included") : ").a");
}

static void range(FeelGen *g)
{
    char kind = "ndtpsum"[choose(g, 7)];
    put(g, choose(g, 2) ? "(" : "[");
    feel_gen(g, kind);
    put(g, "..");
    feel_gen(g, kind);
    put(g, choose(g, 2) ? ")" : "]");
}

static void conditional(FeelGen *g, char wanted)
{
    put(g, "(if ");
    feel_gen(g, 'b');
    put(g, " then ");
    feel_gen(g, wanted);
    put(g, " else ");
    feel_gen(g, wanted);
    put(g, ")");
}

/* What only this type has. */
static void own_form(FeelGen *g, char wanted)
{
    switch (wanted) {
    case 'b': comparison(g); break;
    case 'l':
        if (choose(g, 3) == 0)
            many(g, "[", "]");
        else if (choose(g, 2))
            filter(g);
        else {
            put(g, "(");
            loop(g, "for ", " return ", KINDS[choose(g, sizeof KINDS - 1)]);
            put(g, ")");
        }
        break;
    case 'c': context(g, KINDS[choose(g, sizeof KINDS - 1)]); break;
    case 'r': range(g); break;
    case 'f': lambda(g, KINDS[choose(g, sizeof KINDS - 1)], false); break;
    case 'g':
    case 'x':
    case 'z': leaf(g, wanted); break;
    default: arithmetic(g, wanted); break;
    }
}

void feel_gen(FeelGen *g, char wanted)
{
    uint8_t how = feel_gen_byte(g);
    if (how >= 240)
        wanted = KINDS[choose(g, sizeof KINDS - 1)];
    if (g->depth >= DEPTH_MAX || g->at >= g->n) {
        leaf(g, wanted);
        return;
    }
    g->depth++;
    switch (how % 12) {
    case 0:
    case 1: leaf(g, wanted); break;
    case 2:
    case 3:
    case 4: own_form(g, wanted); break;
    case 5:
    case 6: call(g, wanted); break;
    case 7: conditional(g, wanted); break;
    case 8: lambda(g, wanted, true); break;
    case 9:
        context(g, wanted);
        put(g, choose(g, 2) ? ".a" : ".b");
        break;
    case 10: property(g, wanted); break;
    default:
        put(g, "[");
        feel_gen(g, wanted);
        put(g, "][1]");
        break;
    }
    g->depth--;
}

void feel_gen_tests(FeelGen *g, char wanted)
{
    static const char *const signs[] = { "< ", "<= ", "> ", ">= ", "= ", "!= " };
    bool negated = choose(g, 8) == 7;
    put(g, negated ? "not(" : "");
    for (size_t left = 1 + choose(g, WHOLE_MAX); left > 0; left--) {
        switch (choose(g, 4)) {
        case 0: put(g, signs[choose(g, ARRAY_LEN(signs))]); break;
        case 1: put(g, "? = "); break;
        default: break;
        }
        feel_gen(g, choose(g, 3) == 2 ? 'r' : wanted);
        put(g, left > 1 ? ", " : "");
    }
    put(g, negated ? ")" : "");
}
