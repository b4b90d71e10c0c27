#include "app/report_lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/dec.h"
#include "core/law/report_rules.h"

typedef struct Linting {
    const LawPack *pack;
    const ReportValues *values;
    const LawReportRules *rules;
    const ReportBlock *blocks;
    size_t n_blocks;
    Arena *arena;
    LintReport *out;
} Linting;

const char *lint_id(LintKind kind)
{
    static const char *const ids[LINT_KINDS] = { "claim", "claim-gone", "typed-number", "comparison", "ratio",
                                                 "dates", "unused",     "slices",       "bridge",     "part" };
    return ids[kind];
}

/* ---- where something stands ---- */

static void put_place(const Linting *c, Lint *lint)
{
    Str text = c->values->text;
    lint->line = 1;
    for (size_t i = 0; i < lint->at; i++)
        lint->line += text.p[i] == '\n';
    for (size_t i = 0; i < c->n_blocks && c->blocks[i].line <= lint->line; i++)
        if (c->blocks[i].kind == REPORT_PART || c->blocks[i].kind == REPORT_HEADING)
            lint->where = report_block_text(c->arena, &c->blocks[i]);
}

static void add(Linting *c, Lint lint)
{
    if (c->out->n == LINTS_MAX)
        return;
    if (lint.n)
        put_place(c, &lint);
    lint.order = c->out->n;
    c->out->n_errors += lint.is_error;
    *ARENA_PUSH(c->arena, c->out->items, c->out->n, c->out->cap) = lint;
}

/* A piece of text with its holes filled. Its holes are figures of the report: the pack or report_blocks has checked. */
static Str filled(const Linting *c, Str text)
{
    ReportValues values = *c->values;
    ReportBlock *blocks = NULL;
    size_t n = 0;
    Err err = { 0 };
    values.text = text;
    if (report_blocks(&values, c->arena, &blocks, &n, &err) != RC_OK || n == 0)
        return text;
    return report_block_text(c->arena, &blocks[0]);
}

/* ---- claims ---- */

typedef struct Quotient {
    int64_t n;
    int64_t d;
    Str display;
    Str sum; /* of a ratio: "26 / 130 = 20.00%" */
} Quotient;

/* What stands in the report now, frozen or not. */
static void numbers_of(const Linting *c, const ReportLine *line, int64_t *n, int64_t *v)
{
    bool frozen = line->is_frozen && c->values->as_of == DAY_NONE;
    *n = frozen ? line->frozen.n : line->value.n;
    *v = frozen ? line->frozen.v : line->value.v;
}

static int64_t counted(const Linting *c, const ReportLine *line)
{
    int64_t n = 0;
    int64_t v = 0;
    numbers_of(c, line, &n, &v);
    return line->figure->figure->count == LAW_COUNT_SUM ? v : n;
}

static Quotient figure_side(const Linting *c, const LawReportFigure *figure)
{
    const ReportLine *line = report_line(c->values, figure->figure->id);
    Quotient q = { .d = 1 };
    int64_t v = 0;
    numbers_of(c, line, &q.n, &v);
    q.display = report_display(c->values, line);
    if (figure->figure->count == LAW_COUNT_SUM)
        q.n = v;
    if (figure->figure->count != LAW_COUNT_RATIO)
        return q;
    q.sum = arena_printf(c->arena, "%lld / %lld = %.*s", (long long)q.n, (long long)v, STR_ARG(q.display));
    q.n *= 100; /* in percent, like a target */
    q.d = v;
    return q;
}

static Quotient side(const Linting *c, const LawSide *s, const Quotient *left)
{
    if (s->figure)
        return figure_side(c, s->figure);
    Quotient q = { .n = s->number, .d = 1 };
    if (s->shown && !str_to_i64(left->display, &q.n))
        q.n = left->n;
    q.display = arena_printf(c->arena, "%lld", (long long)q.n);
    return q;
}

/* Exactly, by cross-multiplying in decimal: a quotient of integers is not rounded first. Nothing compares with a
 * quotient by nothing. */
static bool compare(const Quotient *a, const Quotient *b, int *ret)
{
    Dec x;
    Dec y;
    if (a->d == 0 || b->d == 0 || !dec_mul(dec_from_i64(a->n), dec_from_i64(b->d), &x) ||
        !dec_mul(dec_from_i64(b->n), dec_from_i64(a->d), &y))
        return false;
    *ret = dec_cmp(x, y);
    return true;
}

static bool holds(LawOp op, int order)
{
    switch (op) {
    case LAW_OP_GREATER: return order > 0;
    case LAW_OP_AT_LEAST: return order >= 0;
    case LAW_OP_EQUAL: return order == 0;
    case LAW_OP_AT_MOST: return order <= 0;
    case LAW_OP_LESS: return order < 0;
    }
    return false;
}

typedef struct Trial {
    bool holds;
    bool is_equal;
    Str sum;
    Str test;
} Trial;

static Trial try_condition(const Linting *c, const LawCondition *condition)
{
    Quotient left = side(c, &condition->left, NULL);
    Quotient right = side(c, &condition->right, &left);
    Trial trial = { .sum = left.sum };
    int order = 0;
    bool known = compare(&left, &right, &order);
    trial.holds = known && holds(condition->op, order);
    trial.is_equal = known && order == 0;
    trial.test = arena_printf(c->arena, "%.*s %s %.*s", STR_ARG(left.display), law_op_signs[condition->op],
                              STR_ARG(right.display));
    return trial;
}

static void add_offers(const Linting *c, const LawClaim *claim, Lint *lint)
{
    size_t cap = 0;
    for (size_t i = 0; i < claim->n_offers; i++) {
        const LawOffer *offer = &claim->offers[i];
        Trial trial = try_condition(c, &offer->when);
        if (!trial.holds)
            continue;
        Str sum =
            trial.sum.n ? arena_printf(c->arena, "%.*s; %.*s", STR_ARG(trial.sum), STR_ARG(trial.test)) : trial.test;
        *ARENA_PUSH(c->arena, lint->offers, lint->n_offers, cap) =
            (LintOffer){ filled(c, offer->text), offer->text, offer->note, sum };
    }
}

static void add_claim(Linting *c, const LawClaim *claim, Str text, size_t at, const Trial *trial)
{
    Lint lint = { .kind = LINT_CLAIM,
                  .is_error = true,
                  .about = claim->id,
                  .quote = filled(c, text),
                  .sum = trial->sum,
                  .test = trial->test,
                  .is_equal = trial->is_equal,
                  .at = at,
                  .n = text.n };
    add_offers(c, claim, &lint);
    add(c, lint);
}

/* One of the sentences that were offered may stand there instead; it must still be true. */
static bool check_adopted(Linting *c, const LawClaim *claim)
{
    bool any = false;
    for (size_t i = 0; i < claim->n_offers; i++) {
        const LawOffer *offer = &claim->offers[i];
        size_t at = str_find(c->values->text, offer->text);
        if (at == SIZE_MAX)
            continue;
        any = true;
        Trial trial = try_condition(c, &offer->when);
        if (!trial.holds)
            add_claim(c, claim, offer->text, at, &trial);
    }
    return any;
}

static void check_claim(Linting *c, const LawClaim *claim)
{
    size_t at = str_find(c->values->text, claim->text);
    if (at == SIZE_MAX) {
        if (!check_adopted(c, claim))
            add(c, (Lint){ .kind = LINT_CLAIM_GONE, .about = claim->id, .quote = filled(c, claim->text) });
        return;
    }
    Trial trial = try_condition(c, &claim->holds);
    if (!trial.holds)
        add_claim(c, claim, claim->text, at, &trial);
}

/* ---- digits ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether bytes [at, at + n) lie inside some occurrence of `phrase`. */
static bool lies_in(Str text, size_t at, size_t n, Str phrase)
{
    if (phrase.n < n)
        return false;
    size_t first = at + n > phrase.n ? at + n - phrase.n : 0;
    for (size_t i = first; i <= at && i + phrase.n <= text.n; i++)
        if (memcmp(text.p + i, phrase.p, phrase.n) == 0)
            return true;
    return false;
}

static bool is_allowed(const Linting *c, size_t at, size_t n)
{
    for (size_t i = 0; i < c->rules->n_numbers; i++)
        if (lies_in(c->values->text, at, n, c->rules->numbers[i].text))
            return true;
    return false;
}

static size_t step_back(Str text, size_t at)
{
    do {
        at--;
    } while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80);
    return at;
}

static size_t step_on(Str text, size_t at)
{
    do {
        at++;
    } while (at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80);
    return at;
}

/* Where the hole that a byte lies in begins; the byte itself when it lies in none. */
static size_t hole_start(Str text, size_t at)
{
    for (size_t i = at + 1; i > 0 && text.p[i - 1] != '\n'; i--) {
        if (i < at && str_starts(str_slice(text, i - 1, text.n), STR("}}")))
            return at; /* a hole that ends before it */
        if (str_starts(str_slice(text, i - 1, text.n), STR("{{")))
            return i - 1;
    }
    return at;
}

static size_t hole_end(Str text, size_t at)
{
    size_t end = str_find(str_slice(text, at, text.n), STR("}}"));
    return end == SIZE_MAX ? text.n : at + end + 2;
}

/* The words around a place, up to `chars` characters on either side within its line, holes whole and filled. */
static Str around(const Linting *c, size_t at, size_t n, int chars)
{
    Str text = c->values->text;
    size_t from = at;
    size_t to = at + n;
    for (int left = chars; left > 0 && from > 0 && text.p[from - 1] != '\n'; left--)
        from = hole_start(text, step_back(text, from));
    for (int left = chars; left > 0 && to < text.n && text.p[to] != '\n'; left--)
        to = str_starts(str_slice(text, to, text.n), STR("{{")) ? hole_end(text, to) : step_on(text, to);
    return filled(c, str_slice(text, from, to));
}

static void check_digits(Linting *c)
{
    Str text = c->values->text;
    for (size_t i = 0; i < text.n;) {
        if (str_starts(str_slice(text, i, text.n), STR("{{"))) {
            i = hole_end(text, i);
            continue;
        }
        size_t end = i;
        while (end < text.n && is_digit(text.p[end]))
            end++;
        if (end == i) {
            i++;
            continue;
        }
        while (end < text.n &&
               (text.p[end] == '.' || text.p[end] == ',' || text.p[end] == '%' || is_digit(text.p[end])))
            end++;
        if (!is_allowed(c, i, end - i))
            add(c,
                (Lint){
                    .kind = LINT_NUMBER, .is_error = true, .quote = around(c, i, end - i, 8), .at = i, .n = end - i });
        i = end;
    }
}

/* ---- words that compare ---- */

static bool is_claimed(const Linting *c, size_t at, size_t n)
{
    for (size_t i = 0; i < c->rules->n_claims; i++) {
        const LawClaim *claim = &c->rules->claims[i];
        bool claimed = lies_in(c->values->text, at, n, claim->text);
        for (size_t k = 0; k < claim->n_offers; k++)
            claimed = claimed || lies_in(c->values->text, at, n, claim->offers[k].text);
        if (claimed)
            return true;
    }
    return false;
}

/* A word compares the number right before or right after it. */
static bool touches_number(Str text, size_t at, size_t n)
{
    Str before = str_slice(text, 0, at);
    Str after = str_slice(text, at + n, text.n);
    bool digit_before = before.n && (is_digit(before.p[before.n - 1]) || before.p[before.n - 1] == '%');
    bool digit_after = after.n && is_digit(after.p[0]);
    return digit_before || digit_after || str_ends(before, STR("}}")) || str_starts(after, STR("{{"));
}

static void check_word(Linting *c, Str word)
{
    Str text = c->values->text;
    for (size_t from = 0; from < text.n && word.n;) {
        size_t found = str_find(str_slice(text, from, text.n), word);
        if (found == SIZE_MAX)
            return;
        size_t at = from + found;
        from = at + word.n;
        if (!touches_number(text, at, word.n) || is_claimed(c, at, word.n) || is_allowed(c, at, word.n))
            continue;
        add(c, (Lint){ .kind = LINT_COMPARED,
                       .is_error = true,
                       .about = word,
                       .quote = around(c, at, word.n, 8),
                       .at = at,
                       .n = word.n });
    }
}

/* ---- figures ---- */

static bool same_dates(const LawReportFigure *a, const LawReportFigure *b)
{
    return a->from == b->from && a->to == b->to && a->status == b->status;
}

static Str dates_of(const Linting *c, const LawReportFigure *f)
{
    return arena_printf(c->arena, "%.*s..%.*s, %.*s", STR_ARG(day_print(c->arena, f->from)),
                        STR_ARG(day_print(c->arena, f->to)), STR_ARG(day_print(c->arena, f->status)));
}

static void check_part_dates(Linting *c, const LawReportFigure *ratio, const LawFigure *part)
{
    const LawReportFigure *stated = law_report_figure(c->values->report, part->id);
    if (!stated || same_dates(stated, ratio))
        return;
    add(c,
        (Lint){ .kind = LINT_DATES,
                .is_error = true,
                .about = ratio->figure->id,
                .title = ratio->figure->title,
                .sum = arena_printf(c->arena, "%.*s: %.*s; %.*s: %.*s", STR_ARG(ratio->figure->title),
                                    STR_ARG(dates_of(c, ratio)), STR_ARG(part->title), STR_ARG(dates_of(c, stated))) });
}

/* What the text shows as a ratio is the quotient of the two counts the text shows. */
static void check_ratio(Linting *c, const ReportLine *line)
{
    const LawFigure *figure = line->figure->figure;
    const ReportLine *numerator = report_line(c->values, figure->numerator->id);
    const ReportLine *denominator = report_line(c->values, figure->denominator->id);
    int64_t n = 0;
    int64_t v = 0;
    check_part_dates(c, line->figure, figure->numerator);
    check_part_dates(c, line->figure, figure->denominator);
    if (!numerator || !denominator)
        return;
    numbers_of(c, line, &n, &v);
    int64_t stated_n = counted(c, numerator);
    int64_t stated_v = counted(c, denominator);
    if (n == stated_n && v == stated_v)
        return;
    add(c,
        (Lint){ .kind = LINT_RATIO,
                .is_error = true,
                .about = figure->id,
                .title = figure->title,
                .sum = arena_printf(c->arena, "%lld / %lld = %.*s; %lld / %lld = %.*s", (long long)n, (long long)v,
                                    STR_ARG(report_display(c->values, line)), (long long)stated_n, (long long)stated_v,
                                    STR_ARG(figure_display(c->arena, figure, stated_n, stated_v))) });
}

static bool is_in_bridge(const LawReportRules *rules, const LawReportFigure *figure)
{
    for (size_t i = 0; i < rules->n_bridges; i++) {
        const LawBridge *b = &rules->bridges[i];
        bool found = b->from == figure || b->to == figure;
        for (size_t k = 0; k < b->n_add; k++)
            found = found || b->add[k] == figure;
        for (size_t k = 0; k < b->n_subtract; k++)
            found = found || b->subtract[k] == figure;
        if (found)
            return true;
    }
    return false;
}

static bool side_uses(const LawCondition *condition, const LawReportFigure *figure)
{
    return condition->left.figure == figure || condition->right.figure == figure;
}

/* Claims, offers and ratios need figures that the text itself need not state. */
static bool is_needed(const Linting *c, const LawReportFigure *figure)
{
    for (size_t i = 0; i < c->rules->n_claims; i++) {
        const LawClaim *claim = &c->rules->claims[i];
        bool used = side_uses(&claim->holds, figure);
        for (size_t k = 0; k < claim->n_offers; k++)
            used = used || side_uses(&claim->offers[k].when, figure);
        if (used)
            return true;
    }
    for (size_t i = 0; i < c->values->n_lines; i++) {
        const LawFigure *other = c->values->lines[i].figure->figure;
        if (other->count == LAW_COUNT_RATIO &&
            (other->numerator == figure->figure || other->denominator == figure->figure))
            return true;
    }
    return is_in_bridge(c->rules, figure);
}

static void check_used(Linting *c, const LawReportFigure *figure)
{
    Str call = arena_printf(c->arena, "figure(\"%.*s\"", STR_ARG(figure->figure->id));
    if (str_find(c->values->text, call) != SIZE_MAX || is_needed(c, figure))
        return;
    add(c, (Lint){ .kind = LINT_UNUSED, .about = figure->figure->id, .title = figure->figure->title });
}

static void check_other_reports(Linting *c, const LawReportFigure *figure)
{
    for (size_t i = 0; i < c->pack->n_reports; i++) {
        const LawReport *other = c->pack->reports[i];
        const LawReportFigure *there = law_report_figure(other, figure->figure->id);
        if (other == c->values->report || !there || there->from != figure->from || same_dates(there, figure))
            continue;
        add(c, (Lint){ .kind = LINT_DATES,
                       .about = figure->figure->id,
                       .title = figure->figure->title,
                       .sum = arena_printf(c->arena, "%.*s: %.*s; %.*s: %.*s", STR_ARG(c->values->report->title),
                                           STR_ARG(dates_of(c, figure)), STR_ARG(other->title),
                                           STR_ARG(dates_of(c, there))) });
    }
}

/* A table that gives a figure slice by slice shows all of it. */
static void check_slices(Linting *c, const ReportLine *line)
{
    const LawFigure *figure = line->figure->figure;
    bool sums = figure->count == LAW_COUNT_SUM;
    int64_t shown = 0;
    int64_t whole = 0;
    if (!line->figure->n_slices)
        return;
    for (size_t i = 0; i < line->figure->n_slices; i++) {
        FigureSlice slice = report_slice(line, line->figure->slices[i].id);
        shown += sums ? slice.v : slice.n;
    }
    for (size_t i = 0; i < line->n_slices; i++)
        whole += sums ? line->slices[i].v : line->slices[i].n;
    if (shown == whole)
        return;
    add(c, (Lint){ .kind = LINT_SLICES,
                   .is_error = true,
                   .about = figure->id,
                   .title = figure->title,
                   .sum = arena_printf(c->arena, "%lld / %lld", (long long)shown, (long long)whole) });
}

static void check_figures(Linting *c)
{
    for (size_t i = 0; i < c->values->n_lines; i++) {
        const ReportLine *line = &c->values->lines[i];
        if (line->figure->figure->count == LAW_COUNT_RATIO)
            check_ratio(c, line);
        check_used(c, line->figure);
        check_other_reports(c, line->figure);
        check_slices(c, line);
    }
}

/* ---- bridges ---- */

static void add_bridge_row(const Linting *c, BridgeSum *sum, const LawReportFigure *figure, int sign)
{
    const ReportLine *line = report_line(c->values, figure->figure->id);
    BridgeRow row = { line, sign, counted(c, line) };
    sum->rows[sum->n_rows++] = row;
}

BridgeSum bridge_sum(const ReportValues *values, const LawBridge *bridge, Arena *arena)
{
    Linting c = { .values = values, .arena = arena };
    BridgeSum sum = { .bridge = bridge };
    sum.rows = ARENA_ARRAY(arena, BridgeRow, bridge->n_add + bridge->n_subtract + 2);
    add_bridge_row(&c, &sum, bridge->from, 0);
    for (size_t i = 0; i < bridge->n_add; i++)
        add_bridge_row(&c, &sum, bridge->add[i], 1);
    for (size_t i = 0; i < bridge->n_subtract; i++)
        add_bridge_row(&c, &sum, bridge->subtract[i], -1);
    sum.got = sum.rows[0].n;
    for (size_t i = 1; i < sum.n_rows; i++)
        sum.got += sum.rows[i].sign * sum.rows[i].n;
    add_bridge_row(&c, &sum, bridge->to, 0);
    sum.balances = sum.got == sum.rows[sum.n_rows - 1].n;
    return sum;
}

static void check_bridge(Linting *c, const LawBridge *bridge)
{
    BridgeSum sum = bridge_sum(c->values, bridge, c->arena);
    Str text = arena_printf(c->arena, "%lld", (long long)sum.rows[0].n);
    if (sum.balances)
        return;
    for (size_t i = 1; i + 1 < sum.n_rows; i++)
        text = arena_printf(c->arena, "%.*s %c %lld", STR_ARG(text), sum.rows[i].sign > 0 ? '+' : '-',
                            (long long)sum.rows[i].n);
    add(c, (Lint){ .kind = LINT_BRIDGE,
                   .is_error = true,
                   .about = bridge->id,
                   .title = bridge->title,
                   .sum = arena_printf(c->arena, "%.*s = %lld, %lld", STR_ARG(text), (long long)sum.got,
                                       (long long)sum.rows[sum.n_rows - 1].n) });
}

/* ---- parts ---- */

static bool is_heading(const ReportBlock *block)
{
    return block->kind == REPORT_PART || block->kind == REPORT_HEADING;
}

/* Something stands below it before the next heading of its own rank or higher. */
static bool has_text(const Linting *c, size_t heading)
{
    for (size_t i = heading + 1; i < c->n_blocks && c->blocks[i].kind != REPORT_SIGNATURE; i++) {
        if (is_heading(&c->blocks[i]) && c->blocks[i].kind <= c->blocks[heading].kind)
            return false;
        if (!is_heading(&c->blocks[i]))
            return true;
    }
    return false;
}

static void check_part(Linting *c, const LawRequired *required)
{
    for (size_t i = 0; i < c->n_blocks; i++)
        if (is_heading(&c->blocks[i]) && str_starts(report_block_text(c->arena, &c->blocks[i]), required->heading) &&
            has_text(c, i))
            return;
    add(c, (Lint){ .kind = LINT_PART, .is_error = true, .about = required->part, .quote = required->heading });
}

/* ---- all of it ---- */

static int by_place(const void *a, const void *b)
{
    const Lint *x = a;
    const Lint *y = b;
    size_t at_x = x->n ? x->at : SIZE_MAX;
    size_t at_y = y->n ? y->at : SIZE_MAX;
    if (at_x != at_y)
        return at_x < at_y ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

Rc report_lint(const LawPack *pack, const ReportValues *values, const ReportBlock *blocks, size_t n, Arena *arena,
               LintReport *ret, Err *err)
{
    LintReport out = { 0 };
    Linting c = { .pack = pack,
                  .values = values,
                  .rules = values->report->rules,
                  .blocks = blocks,
                  .n_blocks = n,
                  .arena = arena,
                  .out = &out };
    for (size_t i = 0; i < c.rules->n_required; i++)
        check_part(&c, &c.rules->required[i]);
    for (size_t i = 0; i < c.rules->n_claims; i++)
        check_claim(&c, &c.rules->claims[i]);
    for (size_t i = 0; i < c.rules->n_comparatives; i++)
        check_word(&c, c.rules->comparatives[i]);
    check_digits(&c);
    check_figures(&c);
    for (size_t i = 0; i < c.rules->n_bridges; i++)
        check_bridge(&c, &c.rules->bridges[i]);
    if (out.n == LINTS_MAX)
        return err_set(err, RC_LIMIT, "report %.*s has more than %d things wrong", STR_ARG(values->report->id),
                       LINTS_MAX);
    if (out.n > 1)
        qsort(out.items, out.n, sizeof *out.items, by_place);
    *ret = out;
    return RC_OK;
}

/* ---- for programs ---- */

static Json offers_json(Arena *arena, const Lint *lint)
{
    Json list = json_arr();
    for (size_t i = 0; i < lint->n_offers; i++) {
        Json out = json_obj();
        json_add(arena, &out, STR("text"), json_str(lint->offers[i].text));
        json_add(arena, &out, STR("source"), json_str(lint->offers[i].source));
        json_add(arena, &out, STR("sum"), json_str(lint->offers[i].sum));
        json_push(arena, &list, out);
    }
    return list;
}

Json lint_json(Arena *arena, const ReportValues *values, const LintReport *lints)
{
    Json out = json_obj();
    Json list = json_arr();
    for (size_t i = 0; i < lints->n; i++) {
        const Lint *lint = &lints->items[i];
        Json item = json_obj();
        json_add(arena, &item, STR("kind"), json_c(lint_id(lint->kind)));
        json_add(arena, &item, STR("error"), json_bool(lint->is_error));
        json_add(arena, &item, STR("about"), json_str(lint->about));
        json_add(arena, &item, STR("quote"), json_str(lint->quote));
        json_add(arena, &item, STR("line"), json_int(lint->line));
        json_add(arena, &item, STR("where"), json_str(lint->where));
        json_add(arena, &item, STR("sum"), json_str(lint->sum));
        json_add(arena, &item, STR("test"), json_str(lint->test));
        json_add(arena, &item, STR("offers"), offers_json(arena, lint));
        json_push(arena, &list, item);
    }
    json_add(arena, &out, STR("report"), json_str(values->report->id));
    json_add(arena, &out, STR("errors"), json_int((int64_t)lints->n_errors));
    json_add(arena, &out, STR("lints"), list);
    return out;
}
