#include "ui/cli/feel_explain.h"

#include "lib/fmt/json.h"
#include "lib/i18n/i18n.h"

enum { PARTS_MAX = 2000, LEVELS_MAX = 40, SHOWN_AGAIN = 3, TEXT_COLUMNS = 72, VALUE_BYTES = 120 };

typedef struct Part {
    struct Part *up;
    struct Part *first;
    struct Part *last;
    struct Part *next;
    FeelPlace place;
    FeelValue value;
    FeelReason reason; /* msgid NULL unless the null began here */
    size_t again;      /* evaluations of this place beyond those shown; on the last one shown */
    bool skipped;
    bool test;
    bool is_row; /* `table` and `label` say which */
    Str table;
    Str label;
} Part;

struct Explain {
    Arena *arena;
    Part top;     /* holds the root as its child */
    Part *part;   /* being evaluated */
    Part **above; /* for each level entered: the part it was entered from */
    size_t levels;
    size_t cap_levels;
    size_t unkept; /* levels below `part` that are not kept */
    bool counted;  /* because the place is shown often enough */
    size_t n;      /* parts kept */
    size_t lost;   /* parts beyond the limits */
};

/* ---- taking down ---- */

static bool same_place(FeelPlace a, FeelPlace b)
{
    return a.source.p == b.source.p && a.from == b.from && a.to == b.to;
}

/* A decision table is a part without a text. */
static bool is_empty(FeelPlace place)
{
    return str_trim(str_slice(place.source, place.from, place.to)).n == 0;
}

/* How often a place stands below `up` already; *ret_last the last of them. */
static size_t seen_below(const Part *up, FeelPlace place, Part **ret_last)
{
    size_t n = 0;
    for (Part *p = up->first; p; p = p->next)
        if (!p->skipped && !p->is_row && same_place(p->place, place)) {
            *ret_last = p;
            n++;
        }
    return n;
}

static Part *add_part(Explain *e, FeelPlace place)
{
    if (e->n == PARTS_MAX) {
        e->lost++;
        return NULL;
    }
    Part *p = ARENA_NEW(e->arena, Part);
    p->up = e->part;
    p->place = place;
    if (e->part->last)
        e->part->last->next = p;
    else
        e->part->first = p;
    e->part->last = p;
    e->n++;
    return p;
}

static void push(Explain *e, Part *part)
{
    *ARENA_PUSH(e->arena, e->above, e->levels, e->cap_levels) = e->part;
    e->part = part;
}

static void on_enter(void *ctx, FeelPlace place, FeelPart kind)
{
    bool literal = kind == FEEL_PART_LITERAL;
    Explain *e = ctx;
    Part *last = NULL;
    if (e->unkept > 0 || literal || e->levels >= LEVELS_MAX) {
        e->lost += !literal && !e->counted;
        e->unkept++;
        return;
    }
    if (e->part != &e->top && (same_place(e->part->place, place) || is_empty(place))) {
        push(e, e->part); /* two nodes for one text, or one without a text of its own: shown once */
        return;
    }
    if (seen_below(e->part, place, &last) >= SHOWN_AGAIN) {
        last->again++;
        e->counted = true;
        e->unkept++;
        return;
    }
    Part *p = add_part(e, place);
    if (!p) {
        e->unkept++;
        return;
    }
    p->test = kind == FEEL_PART_TEST;
    push(e, p);
}

static void on_leave(void *ctx, FeelValue value, const FeelReason *reason)
{
    Explain *e = ctx;
    if (e->unkept > 0) {
        if (--e->unkept == 0)
            e->counted = false;
        return;
    }
    e->part->value = value;
    if (reason->msgid && (same_place(reason->place, e->part->place) || is_empty(reason->place)))
        e->part->reason = *reason;
    e->part = e->above[--e->levels];
}

static void on_skip(void *ctx, FeelPlace place)
{
    Explain *e = ctx;
    Part *p = e->unkept > 0 ? NULL : add_part(e, place);
    if (p)
        p->skipped = true;
}

static void on_row(void *ctx, Str table, Str label)
{
    Explain *e = ctx;
    Part *p = e->unkept > 0 ? NULL : add_part(e, (FeelPlace){ 0 });
    if (!p)
        return;
    p->is_row = true;
    p->table = table;
    p->label = label;
}

Explain *explain_new(Arena *arena, FeelTrace *ret_trace)
{
    Explain *e = ARENA_NEW(arena, Explain);
    e->arena = arena;
    e->part = &e->top;
    *ret_trace = (FeelTrace){ .ctx = e, .enter = on_enter, .leave = on_leave, .skip = on_skip, .row = on_row };
    return e;
}

/* ---- showing ---- */

typedef struct Show {
    Buf *out;
    const Explain *explain;
    FeelWording wording;
    void *ctx;
} Show;

static const char *word(const Show *s, const char *msgid) __attribute__((format_arg(2)));
static const char *word(const Show *s, const char *msgid)
{
    return s->wording ? s->wording(s->ctx, msgid) : msgid;
}

Str explain_line(Arena *arena, FeelPlace part, size_t max_columns)
{
    Str text = str_trim(str_slice(part.source, part.from, part.to));
    char *line = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        bool space = text.p[i] == ' ' || text.p[i] == '\n' || text.p[i] == '\r' || text.p[i] == '\t';
        if (!space)
            line[n++] = text.p[i];
        else if (n > 0 && line[n - 1] != ' ')
            line[n++] = ' ';
    }
    Str whole = { line, n };
    size_t end = 0;
    for (size_t columns = 0; end < n;) {
        size_t next = end;
        str_next(whole, &next);
        columns += str_columns(str_slice(whole, end, next));
        if (columns > max_columns)
            return arena_printf(arena, "%.*s...", (int)end, line);
        end = next;
    }
    return whole;
}

static void show_part(const Show *s, const Part *p, int level);

static void show_parts(const Show *s, const Part *up, int level)
{
    for (const Part *p = up->first; p; p = p->next)
        show_part(s, p, level);
}

static void indent(Buf *out, int level)
{
    for (int i = 0; i < level; i++)
        buf_c(out, "  ");
}

static void show_part(const Show *s, const Part *p, int level)
{
    Arena *arena = s->explain->arena;
    Buf *out = s->out;
    indent(out, level);
    if (p->is_row) {
        buf_printf(out, word(s, N_("row %.*s of %.*s")), STR_ARG(p->label), STR_ARG(p->table));
        buf_char(out, '\n');
        return;
    }
    buf_str(out, explain_line(arena, p->place, TEXT_COLUMNS));
    if (p->skipped) {
        buf_printf(out, "  (%s)\n", word(s, N_("not evaluated")));
        return;
    }
    if (p->test) {
        const char *held = feel_is_null(p->value)   ? N_("cannot be decided")
                           : feel_is_true(p->value) ? N_("holds")
                                                    : N_("does not hold");
        buf_printf(out, ": %s", word(s, held));
    } else {
        buf_c(out, " = ");
        buf_str(out, feel_print_short(arena, p->value, VALUE_BYTES));
    }
    if (p->reason.msgid) {
        Str why = feel_reason_text(arena, &p->reason, s->wording, s->ctx);
        buf_printf(out, "  (%.*s)", STR_ARG(why));
    }
    buf_char(out, '\n');
    show_parts(s, p, level + 1);
    if (p->again) {
        indent(out, level);
        buf_printf(out, word(s, N_("... and %zu more times")), p->again);
        buf_char(out, '\n');
    }
}

void explain_text(Buf *out, const Explain *explain, FeelWording wording, void *ctx)
{
    Show s = { out, explain, wording, ctx };
    show_parts(&s, &explain->top, 0);
    if (explain->lost) {
        buf_printf(out, word(&s, N_("%zu further parts are not shown.")), explain->lost);
        buf_char(out, '\n');
    }
}

/* ---- as JSON ---- */

static void json_member(Buf *out, const char *key, Str text)
{
    Json value = json_str(text);
    buf_printf(out, "\"%s\":", key);
    json_write(out, &value);
}

static void json_part(const Show *s, const Part *p)
{
    Arena *arena = s->explain->arena;
    Buf *out = s->out;
    buf_char(out, '{');
    if (p->is_row) {
        json_member(out, "table", p->table);
        buf_char(out, ',');
        json_member(out, "row", p->label);
        buf_char(out, '}');
        return;
    }
    json_member(out, "text", explain_line(arena, p->place, SIZE_MAX));
    buf_char(out, ',');
    if (p->skipped)
        buf_c(out, "\"skipped\":true");
    else
        json_member(out, "value", feel_print_short(arena, p->value, VALUE_BYTES));
    if (p->reason.msgid) {
        buf_char(out, ',');
        json_member(out, "reason", feel_reason_text(arena, &p->reason, s->wording, s->ctx));
    }
    if (p->again)
        buf_printf(out, ",\"again\":%zu", p->again);
    if (p->first)
        buf_c(out, ",\"parts\":[");
    for (const Part *child = p->first; child; child = child->next) {
        json_part(s, child);
        buf_c(out, child->next ? "," : "]");
    }
    buf_char(out, '}');
}

void explain_json(Buf *out, const Explain *explain, FeelWording wording, void *ctx)
{
    Show s = { out, explain, wording, ctx };
    if (explain->top.first)
        json_part(&s, explain->top.first);
    else
        buf_c(out, "null");
}
