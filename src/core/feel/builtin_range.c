/* builtin_range.c - how points and ranges lie to each other (DMN 1.5, table 78). */
#include "core/feel/feel_internal.h"

enum { RANGE_TEXT_MAX = 256 };

/* A point counts as the range from itself to itself. An end that is not there lies beyond every value. */
static FeelRange as_range(FeelValue v)
{
    if (v.type == FEEL_RANGE)
        return *v.as.range;
    return (FeelRange){ .start = v, .end = v, .start_included = true, .end_included = true };
}

/* What lies on both sides of a value has no place before, after or in anything. */
static bool is_split(FeelValue v)
{
    return v.type == FEEL_RANGE && range_is_unequal(v.as.range);
}

typedef struct Ends {
    FeelRange a;
    FeelRange b;
    bool bad; /* two values that have no order were met */
} Ends;

/* Order of two ends of ranges: -2 when unlimited below, 2 when above. */
static int order(Ends *e, FeelValue x, FeelValue y, int x_unlimited, int y_unlimited)
{
    if (x.type == FEEL_NULL || y.type == FEEL_NULL) {
        int left = x.type == FEEL_NULL ? x_unlimited : 0;
        int right = y.type == FEEL_NULL ? y_unlimited : 0;
        return (left > right) - (left < right);
    }
    int result = 0;
    if (!value_order(x, y, &result))
        e->bad = true;
    return result;
}

static int start_start(Ends *e)
{
    int c = order(e, e->a.start, e->b.start, -1, -1);
    return c ? c : (int)e->b.start_included - (int)e->a.start_included;
}

static int end_end(Ends *e)
{
    int c = order(e, e->a.end, e->b.end, 1, 1);
    return c ? c : (int)e->a.end_included - (int)e->b.end_included;
}

/* Negative: a ends before b starts; 0: they touch in a point of both. */
static int end_start(Ends *e)
{
    int c = order(e, e->a.end, e->b.start, 1, -1);
    return c ? c : e->a.end_included && e->b.start_included ? 0 : -1;
}

static int start_end(Ends *e)
{
    int c = order(e, e->a.start, e->b.end, -1, 1);
    return c ? c : e->a.start_included && e->b.end_included ? 0 : 1;
}

static bool before(Ends *e)
{
    return end_start(e) < 0;
}

static bool after(Ends *e)
{
    return start_end(e) > 0;
}

static bool meets(Ends *e)
{
    return e->a.end_included && e->b.start_included && order(e, e->a.end, e->b.start, 1, -1) == 0;
}

static bool met_by(Ends *e)
{
    return e->a.start_included && e->b.end_included && order(e, e->a.start, e->b.end, -1, 1) == 0;
}

static bool overlaps(Ends *e)
{
    return end_start(e) >= 0 && start_end(e) <= 0;
}

static bool overlaps_before(Ends *e)
{
    return start_start(e) < 0 && end_start(e) >= 0 && end_end(e) <= 0;
}

static bool overlaps_after(Ends *e)
{
    return start_start(e) > 0 && start_end(e) <= 0 && end_end(e) >= 0;
}

static bool finishes(Ends *e)
{
    return end_end(e) == 0 && start_start(e) >= 0;
}

static bool finished_by(Ends *e)
{
    return end_end(e) == 0 && start_start(e) <= 0;
}

static bool includes(Ends *e)
{
    return start_start(e) <= 0 && end_end(e) >= 0;
}

static bool during(Ends *e)
{
    return start_start(e) >= 0 && end_end(e) <= 0;
}

static bool starts(Ends *e)
{
    return start_start(e) == 0 && end_end(e) <= 0;
}

static bool started_by(Ends *e)
{
    return start_start(e) == 0 && end_end(e) >= 0;
}

static bool coincides(Ends *e)
{
    return start_start(e) == 0 && end_end(e) == 0;
}

static FeelValue relate(FeelEval *ev, const FeelValue *args, bool (*holds)(Ends *))
{
    Ends e = { .a = as_range(args[0]), .b = as_range(args[1]), .bad = is_split(args[0]) || is_split(args[1]) };
    bool result = holds(&e);
    return e.bad ? eval_null(ev, "the values have no common order") : feel_bool(result);
}

#define RELATION(name)                                                        \
    static FeelValue fn_##name(FeelEval *ev, const FeelValue *args, size_t n) \
    {                                                                         \
        (void)n;                                                              \
        return relate(ev, args, name);                                        \
    }
RELATION(before)
RELATION(after)
RELATION(meets)
RELATION(met_by)
RELATION(overlaps)
RELATION(overlaps_before)
RELATION(overlaps_after)
RELATION(finishes)
RELATION(finished_by)
RELATION(includes)
RELATION(during)
RELATION(starts)
RELATION(started_by)
RELATION(coincides)

/* Only literals and conversions such as date("2024-01-31") may stand at the ends. */
static bool is_plain_range(const FeelExpr *expr)
{
    for (size_t i = 0; i < expr->n_nodes; i++) {
        const Node *node = &expr->nodes[i];
        if (node->op == OP_CALL_BUILTIN) {
            const Builtin *row = builtin_row(node->c);
            const BuiltinTable *conversions = &builtin_convert_table;
            if (row < conversions->rows || row >= conversions->rows + conversions->n)
                return false;
            for (int32_t k = 0; k < node->b; k++)
                if (expr->nodes[expr->lists[node->a + k]].op != OP_CONST)
                    return false;
        } else if (node->op != OP_CONST && node->op != OP_RANGE && node->op != OP_BUILTIN) {
            return false;
        }
    }
    const Node *root = &expr->nodes[expr->root];
    return root->op == OP_RANGE || (root->op == OP_CONST && expr->consts[root->a].type == FEEL_RANGE);
}

/* "(..5]" and "[5..)" have no end on one side (DMN 1.5, grammar rule 66), which expressions write (<= 5) and (>= 5). */
static Str with_operator(Arena *arena, Str text)
{
    text = str_trim(text);
    if (text.n < 2)
        return text;
    char first = text.p[0];
    char last = text.p[text.n - 1];
    Str inner = str_trim(str_slice(text, 1, text.n - 1));
    if ((first == '(' || first == ']') && str_starts(inner, STR("..")) && (last == ']' || last == ')' || last == '['))
        return arena_printf(arena, "(<%s %.*s)", last == ']' ? "=" : "", STR_ARG(str_slice(inner, 2, inner.n)));
    if ((last == ')' || last == '[') && str_ends(inner, STR("..")) && (first == '[' || first == '(' || first == ']'))
        return arena_printf(arena, "(>%s %.*s)", first == '[' ? "=" : "", STR_ARG(str_slice(inner, 0, inner.n - 2)));
    return text;
}

static FeelValue fn_range(FeelEval *ev, const FeelValue *args, size_t n)
{
    (void)n;
    const FeelExpr *expr;
    Str text = feel_to_str(args[0]);
    if (!eval_charge(ev, 100 + text.n)) /* parsing takes memory too */
        return eval_stopped(ev);
    if (text.n > RANGE_TEXT_MAX)
        return eval_null(ev, "the text is too long for a range");
    text = with_operator(ev->arena, text);
    if (feel_parse(ev->arena, NULL, text, (FeelParseOptions){ 0 }, &expr, NULL) != RC_OK || !is_plain_range(expr))
        return eval_null(ev, "the text is no range of literals such as \"[1..3]\"");
    const FeelEnv nothing = { 0 };
    FeelValue range = feel_eval_in(ev, expr, &nothing, feel_null());
    return range.type == FEEL_NULL ? eval_null_of(ev, range, "the text is no range") : range;
}

static const Builtin ROWS[] = {
    { "before", "point1,point2", "vv", 2, 2, fn_before },
    { "before", "point,range", "vv", 2, 2, fn_before },
    { "before", "range,point", "vv", 2, 2, fn_before },
    { "before", "range1,range2", "vv", 2, 2, fn_before },
    { "after", "point1,point2", "vv", 2, 2, fn_after },
    { "after", "point,range", "vv", 2, 2, fn_after },
    { "after", "range,point", "vv", 2, 2, fn_after },
    { "after", "range1,range2", "vv", 2, 2, fn_after },
    { "meets", "range1,range2", "vv", 2, 2, fn_meets },
    { "met by", "range1,range2", "vv", 2, 2, fn_met_by },
    { "overlaps", "range1,range2", "vv", 2, 2, fn_overlaps },
    { "overlaps before", "range1,range2", "vv", 2, 2, fn_overlaps_before },
    { "overlaps after", "range1,range2", "vv", 2, 2, fn_overlaps_after },
    { "finishes", "point,range", "vv", 2, 2, fn_finishes },
    { "finishes", "range1,range2", "vv", 2, 2, fn_finishes },
    { "finished by", "range,point", "vv", 2, 2, fn_finished_by },
    { "finished by", "range1,range2", "vv", 2, 2, fn_finished_by },
    { "includes", "range,point", "vv", 2, 2, fn_includes },
    { "includes", "range1,range2", "vv", 2, 2, fn_includes },
    { "during", "point,range", "vv", 2, 2, fn_during },
    { "during", "range1,range2", "vv", 2, 2, fn_during },
    { "starts", "point,range", "vv", 2, 2, fn_starts },
    { "starts", "range1,range2", "vv", 2, 2, fn_starts },
    { "started by", "range,point", "vv", 2, 2, fn_started_by },
    { "started by", "range1,range2", "vv", 2, 2, fn_started_by },
    { "coincides", "point1,point2", "vv", 2, 2, fn_coincides },
    { "coincides", "range1,range2", "vv", 2, 2, fn_coincides },
    { "range", "from", "s", 1, 1, fn_range },
    { 0 },
};
const BuiltinTable builtin_range_table = BUILTIN_TABLE(ROWS);
