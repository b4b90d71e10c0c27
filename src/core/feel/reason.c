/* reason.c - why a value is null, and what a trace is told. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/feel/feel_internal.h"

enum { PART_MAX = 160, ARGS_MAX = 6, REASON_MAX = 4096, STOPPED = FEEL_REASONS_MAX };

/* ---- keeping reasons ---- */

/* A null carries the place of its reason and a stamp of it. Nulls inside lists and contexts may come from other
 * evaluations; their stamps do not fit the reasons found here, so they are taken as nulls without one. */
static uint16_t stamp_of(const Reason *r)
{
    uint64_t h = (uint64_t)(uintptr_t)r->text * 31 + (uint64_t)(uintptr_t)r->expr + r->from;
    return (uint16_t)((h * 0x9E3779B97F4A7C15u) >> 48);
}

static bool has_reason(const FeelEval *ev, FeelValue v)
{
    if (v.type != FEEL_NULL || v.n == 0 || (v.n > ev->n_reasons && !(ev->stopped && v.n == STOPPED + 1)))
        return false;
    return stamp_of(&ev->reasons[v.n - 1]) == v.unused;
}

static FeelValue null_at(const FeelEval *ev, size_t at)
{
    return (FeelValue){ .type = FEEL_NULL, .n = (uint32_t)at + 1, .unused = stamp_of(&ev->reasons[at]) };
}

static FeelValue add_reason(FeelEval *ev, const char *text, const Str *args, size_t n_args)
{
    if (!ev->reasons)
        ev->reasons = arena_alloc(ev->arena, sizeof(Reason) * (STOPPED + 1));
    /* When the table is full its last place is used again: rather a later reason than none. */
    size_t at = ev->n_reasons < STOPPED ? ev->n_reasons++ : STOPPED - 1;
    const Node *node = &ev->expr->nodes[ev->node];
    ev->reasons[at] =
        (Reason){ .text = text, .args = args, .n_args = n_args, .expr = ev->expr, .from = node->from, .to = node->to };
    return null_at(ev, at);
}

FeelValue eval_stopped(FeelEval *ev)
{
    assert(ev->stopped);
    return null_at(ev, STOPPED);
}

FeelValue eval_null(FeelEval *ev, const char *text)
{
    return ev->stopped ? null_at(ev, STOPPED) : add_reason(ev, text, NULL, 0);
}

/* What is computed from a null that was an answer is an error, for the reason which explained the answer. */
FeelValue eval_null_of(FeelEval *ev, FeelValue cause, const char *text)
{
    if (!has_reason(ev, cause))
        return eval_null(ev, text);
    const Reason r = ev->reasons[cause.n - 1];
    if (!r.note || ev->stopped)
        return cause;
    FeelValue v = add_reason(ev, r.text, r.args, r.n_args);
    ev->reasons[v.n - 1] = r;
    ev->reasons[v.n - 1].note = false;
    return null_at(ev, v.n - 1);
}

FeelValue eval_as_note(FeelEval *ev, FeelValue v)
{
    if (!ev->stopped)
        ev->reasons[v.n - 1].note = true;
    return v;
}

FeelValue eval_note(FeelEval *ev, const char *text)
{
    return eval_as_note(ev, eval_null(ev, text));
}

FeelValue eval_note_of(FeelEval *ev, FeelValue cause, const char *text)
{
    return has_reason(ev, cause) ? cause : eval_note(ev, text);
}

FeelValue eval_stop_with(FeelEval *ev, const char *text, const Str *args, size_t n_args)
{
    if (!ev->stopped) {
        FeelValue reason = add_reason(ev, text, args, n_args);
        ev->reasons[STOPPED] = ev->reasons[reason.n - 1];
        ev->stopped = true;
        ev->steps_left = 0; /* so that eval_node looks at one number only */
    }
    return null_at(ev, STOPPED);
}

FeelValue eval_stop(FeelEval *ev, const char *text)
{
    return eval_stop_with(ev, text, NULL, 0);
}

/* ---- formats: each conversion is kept as a text of its own, so that another language can put it elsewhere ---- */

/* The conversion that begins at *at, a '%': its length, with *at moved past it. */
static Str conversion_at(const char *format, size_t *at)
{
    size_t from = *at;
    size_t n = strspn(format + from + 1, "0123456789.*lz") + 2;
    *at = from + n;
    return (Str){ format + from, n };
}

static Str take_arg(Arena *arena, Str conversion, va_list *args)
{
    char last = conversion.p[conversion.n - 1];
    bool wide = memchr(conversion.p, 'l', conversion.n) != NULL;
    if (last == 's' && conversion.n > 2) {
        int n = va_arg(*args, int);
        return arena_str(arena, (Str){ va_arg(*args, const char *), (size_t)n });
    }
    if (last == 's')
        return arena_str(arena, str_c(va_arg(*args, const char *)));
    if (memchr(conversion.p, 'z', conversion.n))
        return arena_printf(arena, "%zu", va_arg(*args, size_t));
    if (wide)
        return arena_printf(arena, "%lld", va_arg(*args, long long));
    return arena_printf(arena, last == 'u' ? "%u" : "%d", va_arg(*args, int));
}

FeelValue feel_null_because(FeelEval *ev, const char *format, ...)
{
    Str *kept = ARENA_ARRAY(ev->arena, Str, ARGS_MAX);
    size_t n = 0;
    size_t bytes = 0;
    va_list args;
    va_start(args, format);
    for (size_t at = 0; format[at] && n < ARGS_MAX;) {
        if (format[at] != '%') {
            at++;
            continue;
        }
        Str conversion = conversion_at(format, &at);
        if (conversion.p[1] == '%')
            continue;
        kept[n] = take_arg(ev->arena, conversion, &args);
        bytes += kept[n++].n;
    }
    va_end(args);
    if (!eval_charge(ev, 3 + bytes / FEEL_BYTES_PER_STEP))
        return null_at(ev, STOPPED);
    return ev->stopped ? null_at(ev, STOPPED) : add_reason(ev, format, kept, n);
}

/* ---- types that do not go together ---- */

typedef struct TypeHint {
    uint8_t a; /* FeelType */
    uint8_t b;
    const char *text;
} TypeHint;

static const char *type_hint(FeelValue a, FeelValue b)
{
    static const TypeHint hints[] = {
        { FEEL_DATE, FEEL_STRING, FEEL_WORD("; a date is written @\"2026-03-02\"") },
        { FEEL_DATE, FEEL_NUMBER, FEEL_WORD("; a date is written @\"2026-03-02\", days are written @\"P90D\"") },
        { FEEL_DATE_TIME, FEEL_STRING, FEEL_WORD("; a date and time is written @\"2026-03-02T20:00:00\"") },
        { FEEL_DATE_TIME, FEEL_NUMBER, FEEL_WORD("; hours are written @\"PT24H\"") },
        { FEEL_DATE_TIME, FEEL_DATE, FEEL_WORD("; date(...) makes a date of a date and time") },
        { FEEL_TIME, FEEL_STRING, FEEL_WORD("; a time is written @\"20:00:00\"") },
        { FEEL_DAYS_DURATION, FEEL_NUMBER, FEEL_WORD("; days are written @\"P90D\", or take .days of the duration") },
        { FEEL_MONTHS_DURATION, FEEL_NUMBER, FEEL_WORD("; years are written @\"P2Y\", months @\"P3M\"") },
        { FEEL_STRING, FEEL_NUMBER,
          FEEL_WORD("; number(...) makes a number of a text, string(...) a text of a number") },
        { FEEL_BOOL, FEEL_STRING, FEEL_WORD("; true and false are written without quotes") },
    };
    for (size_t i = 0; i < ARRAY_LEN(hints); i++)
        if ((a.type == hints[i].a && b.type == hints[i].b) || (b.type == hints[i].a && a.type == hints[i].b))
            return hints[i].text;
    return "";
}

FeelValue eval_not_comparable(FeelEval *ev, FeelValue a, FeelValue b)
{
    return feel_null_because(ev, "a %s and a %s cannot be compared in {}%s", feel_type_name((FeelType)a.type),
                             feel_type_name((FeelType)b.type), type_hint(a, b));
}

FeelValue eval_no_range(FeelEval *ev, FeelValue start, FeelValue end)
{
    int order;
    if (start.type != end.type && start.type != FEEL_NULL && end.type != FEEL_NULL)
        return eval_not_comparable(ev, start, end);
    if (value_order(start, end, &order))
        return eval_null(ev, "the ends of a range are in the wrong order");
    return eval_null(ev, "the ends of a range must have an order");
}

FeelValue eval_not_defined(FeelEval *ev, Op op, FeelValue a, FeelValue b)
{
    static const char *const signs[] = {
        [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_POW] = "**"
    };
    return feel_null_because(ev, "\"%s\" is not defined for a %s and a %s in {}%s", signs[op],
                             feel_type_name((FeelType)a.type), feel_type_name((FeelType)b.type), type_hint(a, b));
}

/* ---- words ---- */

FeelReason eval_reason(const FeelEval *ev, FeelValue v)
{
    if (!has_reason(ev, v))
        return (FeelReason){ 0 };
    const Reason *r = &ev->reasons[v.n - 1];
    return (FeelReason){ r->text, r->args, r->n_args, { r->expr->text, r->from, r->to }, r->note };
}

static void write_part(Buf *out, FeelPlace place)
{
    Str whole = str_trim(str_slice(place.source, place.from, place.to));
    Str part = str_head(whole, PART_MAX);
    buf_str(out, part);
    if (part.n < whole.n)
        buf_c(out, "...");
}

/* The text with its conversions and "{}" filled in. */
static void write_words(Buf *out, const char *text, const FeelReason *r, FeelWording wording, void *ctx)
{
    size_t n = 0;
    for (size_t at = 0; text[at];) {
        if (text[at] == '{' && text[at + 1] == '}') {
            write_part(out, r->place);
            at += 2;
        } else if (text[at] != '%') {
            buf_char(out, text[at++]);
        } else {
            Str conversion = conversion_at(text, &at);
            bool word = wording && conversion.n == 2 && conversion.p[1] == 's';
            if (conversion.p[1] == '%')
                buf_char(out, '%');
            else if (n < r->n_args && word && r->args[n].n)
                buf_c(out, wording(ctx, r->args[n].p)), n++;
            else if (n < r->n_args)
                buf_str(out, r->args[n++]);
        }
    }
}

Str feel_reason_text(Arena *arena, const FeelReason *reason, FeelWording wording, void *ctx)
{
    if (!reason->msgid)
        return STR_NONE;
    Buf out;
    buf_init(&out, REASON_MAX);
    const char *text = wording ? wording(ctx, reason->msgid) : reason->msgid;
    write_words(&out, text, reason, wording, ctx);
    if (!strstr(reason->msgid, "{}") && reason->place.to > reason->place.from) {
        const char *in = FEEL_WORD(" in {}");
        write_words(&out, wording ? wording(ctx, in) : in, reason, NULL, NULL);
    }
    Str words = buf_to_arena(&out, arena);
    buf_free(&out);
    return words;
}

FeelReason feel_reason_copy(Arena *arena, const FeelReason *reason)
{
    FeelReason copy = *reason;
    Str part = arena_str(arena, str_slice(reason->place.source, reason->place.from, reason->place.to));
    Str *args = ARENA_ARRAY(arena, Str, reason->n_args);
    for (size_t i = 0; i < reason->n_args; i++)
        args[i] = arena_str(arena, reason->args[i]);
    copy.args = args;
    copy.place = (FeelPlace){ part, 0, (uint32_t)part.n };
    return copy;
}

/* ---- the trace ---- */

static FeelPlace place_of(const FeelEval *ev, int32_t index)
{
    const Node *node = &ev->expr->nodes[index];
    return (FeelPlace){ ev->expr->text, node->from, node->to };
}

/* A value written down, also where it is only made to conform to a type. */
static bool is_literal(const FeelEval *ev, int32_t index)
{
    const Node *node = &ev->expr->nodes[index];
    return node->op == OP_CONST || (node->op == OP_CONFORM && ev->expr->nodes[node->a].op == OP_CONST);
}

void eval_entered(FeelEval *ev, int32_t node)
{
    ev->trace->enter(ev->trace->ctx, place_of(ev, node), is_literal(ev, node) ? FEEL_PART_LITERAL : FEEL_PART_PLAIN);
}

void eval_entered_test(FeelEval *ev, int32_t node)
{
    ev->trace->enter(ev->trace->ctx, place_of(ev, node), FEEL_PART_TEST);
}

void eval_left(FeelEval *ev, FeelValue v)
{
    FeelReason reason = eval_reason(ev, v);
    ev->trace->leave(ev->trace->ctx, v.type == FEEL_NULL ? feel_null() : v, &reason);
}

void eval_skipped(FeelEval *ev, int32_t node)
{
    ev->trace->skip(ev->trace->ctx, place_of(ev, node));
}
