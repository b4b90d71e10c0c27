/* value.c - making, taking apart and comparing values. */
#include <assert.h>
#include <string.h>

#include "core/feel/feel_internal.h"

enum { EQUAL_BUDGET = 4 * FEEL_LIST_MAX };

/* ---- making ---- */

FeelValue feel_null(void)
{
    return (FeelValue){ .type = FEEL_NULL };
}

FeelValue feel_bool(bool b)
{
    return (FeelValue){ .type = FEEL_BOOL, .as.b = b };
}

FeelValue value_scaled(int64_t value, int scale)
{
    return (FeelValue){ .type = FEEL_NUMBER, .scale = (uint8_t)scale, .as.i = value };
}

FeelValue feel_int(int64_t i)
{
    return value_scaled(i, 0);
}

FeelValue feel_dec(Arena *arena, Dec d)
{
    int64_t value;
    int scale;
    if (dec_to_scaled(d, FEEL_INLINE_SCALE_MAX, &value, &scale))
        return value_scaled(value, scale);
    Dec *stored = ARENA_NEW(arena, Dec);
    *stored = d;
    return (FeelValue){ .type = FEEL_NUMBER, .scale = FEEL_SCALE_DEC, .as.dec = stored };
}

FeelValue feel_str(Str s)
{
    assert(s.n <= UINT32_MAX);
    return (FeelValue){ .type = FEEL_STRING, .n = (uint32_t)s.n, .as.s = s.n ? s.p : "" };
}

FeelValue feel_date(Day day)
{
    return (FeelValue){ .type = FEEL_DATE, .as.i = day };
}

FeelValue value_temporal(Arena *arena, FeelType type, FeelTemporal t)
{
    FeelTemporal *stored = ARENA_NEW(arena, FeelTemporal);
    *stored = t;
    return (FeelValue){ .type = (uint8_t)type, .as.t = stored };
}

FeelValue feel_date_time(Arena *arena, Day day, int64_t ms_of_day, int offset_minutes)
{
    FeelTemporal t = { .day = day, .ns = ms_of_day * 1000000, .offset_s = FEEL_NO_OFFSET };
    if (offset_minutes != INT_MIN)
        t.offset_s = offset_minutes * 60;
    return value_temporal(arena, FEEL_DATE_TIME, t);
}

bool value_days_duration(I128 ns, FeelValue *ret)
{
    FeelValue v = { .type = FEEL_DAYS_DURATION };
    if (ns >= INT64_MIN && ns <= INT64_MAX) {
        v.as.ns = (int64_t)ns;
    } else {
        I128 seconds = ns / NS_PER_SECOND;
        if (seconds < INT64_MIN || seconds > INT64_MAX)
            return false;
        v.scale = FEEL_SCALE_SECONDS;
        v.as.ns = (int64_t)seconds;
    }
    *ret = v;
    return true;
}

I128 value_duration_ns(FeelValue v)
{
    return (I128)v.as.ns * (v.scale == FEEL_SCALE_SECONDS ? NS_PER_SECOND : 1);
}

FeelValue feel_days_duration_ms(int64_t ms)
{
    FeelValue v = feel_null();
    (void)value_days_duration((I128)ms * 1000000, &v);
    return v;
}

FeelValue value_months(int64_t months)
{
    return (FeelValue){ .type = FEEL_MONTHS_DURATION, .as.months = months };
}

FeelValue feel_list(Arena *arena, const FeelValue *items, size_t n)
{
    FeelList *list = ARENA_NEW(arena, FeelList);
    *list = (FeelList){ .n = n, .items = items };
    return (FeelValue){ .type = FEEL_LIST, .as.list = list };
}

FeelValue feel_context(Arena *arena, const FeelEntry *entries, size_t n)
{
    FeelContext *context = ARENA_NEW(arena, FeelContext);
    *context = (FeelContext){ .n = n, .entries = entries };
    return (FeelValue){ .type = FEEL_CONTEXT, .as.ctx = context };
}

FeelValue value_function(Arena *arena, FeelFunction fn)
{
    FeelFunction *stored = ARENA_NEW(arena, FeelFunction);
    *stored = fn;
    return (FeelValue){ .type = FEEL_FUNCTION, .as.fn = stored };
}

FeelValue feel_function(Arena *arena, const FeelNative *native)
{
    return value_function(arena, (FeelFunction){ .kind = FUNCTION_NATIVE, .native = native });
}

/* ---- taking apart ---- */

bool feel_is_true(FeelValue v)
{
    return v.type == FEEL_BOOL && v.as.b;
}

bool feel_is_null(FeelValue v)
{
    return v.type == FEEL_NULL;
}

Dec feel_to_dec(FeelValue v)
{
    assert(v.type == FEEL_NUMBER);
    return v.scale == FEEL_SCALE_DEC ? *v.as.dec : dec_scaled(v.as.i, v.scale);
}

Str feel_to_str(FeelValue v)
{
    assert(v.type == FEEL_STRING);
    return (Str){ v.as.s, v.n };
}

bool value_to_i64(FeelValue v, int64_t *ret)
{
    if (v.type != FEEL_NUMBER)
        return false;
    if (v.scale != 0)
        return dec_to_i64(feel_to_dec(v), ret);
    *ret = v.as.i;
    return true;
}

bool feel_to_i64(FeelValue v, int64_t *ret)
{
    return value_to_i64(v, ret);
}

bool feel_to_date(FeelValue v, Day *ret_day)
{
    if (v.type != FEEL_DATE && v.type != FEEL_DATE_TIME)
        return false;
    int64_t day = v.type == FEEL_DATE ? v.as.i : v.as.t->day;
    if (day <= INT32_MIN || day > INT32_MAX)
        return false;
    *ret_day = (Day)day;
    return true;
}

bool feel_to_date_time(FeelValue v, Day *ret_day, int64_t *ret_ms_of_day, int *ret_offset_minutes)
{
    if (v.type != FEEL_DATE_TIME || !feel_to_date(v, ret_day))
        return false;
    *ret_ms_of_day = v.as.t->ns / 1000000;
    *ret_offset_minutes = v.as.t->offset_s == FEEL_NO_OFFSET ? INT_MIN : v.as.t->offset_s / 60;
    return true;
}

const FeelValue *feel_get(FeelValue context, Str key)
{
    if (context.type != FEEL_CONTEXT)
        return NULL;
    const FeelContext *c = context.as.ctx;
    for (size_t i = 0; i < c->n; i++) {
        Str k = c->entries[i].key; /* most keys differ in length or beginning, which needs no call */
        if (k.n == key.n && (k.n == 0 || (k.p[0] == key.p[0] && memcmp(k.p, key.p, k.n) == 0)))
            return &c->entries[i].value;
    }
    return NULL;
}

const char *feel_type_name(FeelType type)
{
    static const char *const names[] = { FEEL_WORD("null"),
                                         FEEL_WORD("boolean"),
                                         FEEL_WORD("number"),
                                         FEEL_WORD("string"),
                                         FEEL_WORD("date"),
                                         FEEL_WORD("time"),
                                         FEEL_WORD("date and time"),
                                         FEEL_WORD("days and time duration"),
                                         FEEL_WORD("years and months duration"),
                                         FEEL_WORD("list"),
                                         FEEL_WORD("context"),
                                         FEEL_WORD("range"),
                                         FEEL_WORD("function") };
    return (size_t)type < ARRAY_LEN(names) ? names[type] : "?";
}

/* ---- order ---- */

static int sign64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int sign128(I128 a, I128 b)
{
    return (a > b) - (a < b);
}

int value_number_cmp(FeelValue a, FeelValue b)
{
    if (a.scale == b.scale && a.scale != FEEL_SCALE_DEC)
        return sign64(a.as.i, b.as.i);
    if (a.scale == FEEL_SCALE_DEC || b.scale == FEEL_SCALE_DEC)
        return dec_cmp(feel_to_dec(a), feel_to_dec(b));
    I128 x = a.as.i;
    I128 y = b.as.i;
    for (int i = a.scale; i < b.scale; i++) /* at most 18 tens: 2^63 * 10^18 fits in 128 bits */
        x *= 10;
    for (int i = b.scale; i < a.scale; i++)
        y *= 10;
    return sign128(x, y);
}

bool value_order(FeelValue a, FeelValue b, int *ret_order)
{
    if (a.type != b.type)
        return false;
    switch (a.type) {
    case FEEL_NUMBER: *ret_order = value_number_cmp(a, b); return true;
    case FEEL_STRING: *ret_order = str_cmp(feel_to_str(a), feel_to_str(b)); return true;
    case FEEL_DATE: *ret_order = sign64(a.as.i, b.as.i); return true;
    case FEEL_MONTHS_DURATION: *ret_order = sign64(a.as.months, b.as.months); return true;
    case FEEL_DAYS_DURATION: *ret_order = sign128(value_duration_ns(a), value_duration_ns(b)); return true;
    case FEEL_TIME:
    case FEEL_DATE_TIME:
        if (!temporal_same_clock(a.as.t, b.as.t))
            return false;
        *ret_order = sign128(temporal_instant(a.as.t), temporal_instant(b.as.t));
        return true;
    default: return false;
    }
}

/* ---- equality ---- */

static Truth equal(FeelValue a, FeelValue b, int depth, size_t *budget);

static Truth list_equal(const FeelList *a, const FeelList *b, int depth, size_t *budget)
{
    if (a->n != b->n)
        return NO;
    for (size_t i = 0; i < a->n; i++)
        if (equal(a->items[i], b->items[i], depth + 1, budget) != YES)
            return NO;
    return YES;
}

static Truth context_equal(FeelValue a, FeelValue b, int depth, size_t *budget)
{
    if (a.as.ctx->n != b.as.ctx->n)
        return NO;
    for (size_t i = 0; i < a.as.ctx->n; i++) {
        const FeelEntry *entry = &a.as.ctx->entries[i];
        const FeelValue *other = feel_get(b, entry->key);
        if (!other || equal(entry->value, *other, depth + 1, budget) != YES)
            return NO;
    }
    return YES;
}

static Truth range_equal(const FeelRange *a, const FeelRange *b, int depth, size_t *budget)
{
    /* The same ends and the same operator (DMN 1.5, 10.3.2.2). Whether an end that is not there is included says
     * nothing. */
    if (a->constructor != b->constructor || (a->start_included != b->start_included && a->start.type != FEEL_NULL) ||
        (a->end_included != b->end_included && a->end.type != FEEL_NULL))
        return NO;
    bool same = equal(a->start, b->start, depth + 1, budget) == YES && equal(a->end, b->end, depth + 1, budget) == YES;
    return same ? YES : NO;
}

/* The budget and depth bound what a value built to be deep or shared many times can cost; beyond them, not equal. */
static Truth equal(FeelValue a, FeelValue b, int depth, size_t *budget)
{
    if (depth > FEEL_NESTING_MAX || *budget == 0)
        return NO;
    size_t cost = 1 + (a.type == FEEL_STRING ? a.n / FEEL_BYTES_PER_STEP : 0);
    *budget -= cost < *budget ? cost : *budget;
    if (a.type == FEEL_NULL || b.type == FEEL_NULL)
        return a.type == b.type ? YES : NO;
    if (a.type != b.type)
        return UNKNOWN;
    int order;
    switch (a.type) {
    case FEEL_BOOL: return a.as.b == b.as.b ? YES : NO;
    case FEEL_STRING: return str_eq(feel_to_str(a), feel_to_str(b)) ? YES : NO;
    case FEEL_LIST: return a.as.list == b.as.list ? YES : list_equal(a.as.list, b.as.list, depth, budget);
    case FEEL_CONTEXT: return a.as.ctx == b.as.ctx ? YES : context_equal(a, b, depth, budget);
    case FEEL_RANGE: return range_equal(a.as.range, b.as.range, depth, budget);
    case FEEL_FUNCTION: return a.as.fn == b.as.fn ? YES : NO;
    default: return value_order(a, b, &order) && order == 0 ? YES : NO;
    }
}

Truth value_equal(FeelValue a, FeelValue b, size_t *budget)
{
    return equal(a, b, 0, budget);
}

bool feel_equal(FeelValue a, FeelValue b)
{
    size_t budget = EQUAL_BUDGET;
    return value_equal(a, b, &budget) == YES;
}

/* ---- ranges ---- */

bool range_is_valid(const FeelRange *range)
{
    bool no_start = range->start.type == FEEL_NULL;
    bool no_end = range->end.type == FEEL_NULL;
    int order;
    if (no_start && no_end)
        return false;
    if (no_start || no_end)
        return range->constructor &&
               value_order(no_start ? range->end : range->start, no_start ? range->end : range->start, &order);
    return value_order(range->start, range->end, &order) && order <= 0;
}

bool feel_range(Arena *arena, FeelEnds ends, FeelValue *ret)
{
    FeelRange range = { .start = ends.start,
                        .end = ends.end,
                        .start_included = ends.start_included,
                        .end_included = ends.end_included,
                        .constructor = ends.start.type == FEEL_NULL || ends.end.type == FEEL_NULL };
    if (!range_is_valid(&range))
        return false;
    FeelRange *stored = arena_alloc(arena, sizeof *stored);
    *stored = range;
    *ret = (FeelValue){ .type = FEEL_RANGE, .as.range = stored };
    return true;
}

bool feel_ends(FeelValue v, FeelEnds *ret)
{
    if (v.type != FEEL_RANGE)
        return false;
    const FeelRange *r = v.as.range;
    *ret = (FeelEnds){ r->start, r->end, r->start_included, r->end_included };
    return true;
}

bool range_is_unequal(const FeelRange *range)
{
    bool ends = range->start.type != FEEL_NULL && range->end.type != FEEL_NULL;
    return range->constructor && ends && !range->start_included && !range->end_included;
}

Truth range_contains(const FeelRange *range, FeelValue v)
{
    int order;
    if (range_is_unequal(range))
        return !value_order(range->start, v, &order) ? UNKNOWN : order != 0 ? YES : NO;
    if (range->start.type != FEEL_NULL) {
        if (!value_order(range->start, v, &order))
            return UNKNOWN;
        if (order > 0 || (order == 0 && !range->start_included))
            return NO;
    }
    if (range->end.type != FEEL_NULL) {
        if (!value_order(v, range->end, &order))
            return UNKNOWN;
        if (order > 0 || (order == 0 && !range->end_included))
            return NO;
    }
    return YES;
}
