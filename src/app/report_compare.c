#include "app/report_compare.h"

#include <stdlib.h>
#include <string.h>

#include "app/report_paper.h"
#include "core/law/report_rules.h"
#include "lib/fmt/json.h"

/* ---- which numbers are none ---- */

enum { NUMBERS_MAX = 200 };

static Rc read_texts(Arena *arena, const Json *json, const char *key, const Str **ret, size_t *ret_n, Err *err)
{
    const Json *list = json_get(json, str_c(key));
    size_t n = list && list->type == JSON_ARR ? list->n : 0;
    Str *texts = ARENA_ARRAY(arena, Str, n);
    if (!list || list->type != JSON_ARR || n > NUMBERS_MAX)
        return err_set(err, RC_INVALID, "\"%s\" is no list of at most %d texts", key, NUMBERS_MAX);
    for (size_t i = 0; i < n; i++) {
        texts[i] = json_as_str(json_at(list, i));
        if (!texts[i].n)
            return err_set(err, RC_INVALID, "\"%s\", %zu: no text", key, i + 1);
    }
    *ret = texts;
    *ret_n = n;
    return RC_OK;
}

static Rc read_pairs(Arena *arena, const Json *json, ReportNumbers *numbers, Err *err)
{
    const Json *list = json_get(json, STR("pairs"));
    size_t n = list && list->type == JSON_ARR ? list->n : 0;
    ReportPair *pairs = ARENA_ARRAY(arena, ReportPair, n);
    if (!list || list->type != JSON_ARR || n > NUMBERS_MAX)
        return err_set(err, RC_INVALID, "\"pairs\" is no list of at most %d pairs", NUMBERS_MAX);
    for (size_t i = 0; i < n; i++) {
        const Json *pair = json_at(list, i);
        bool is_pair = pair->type == JSON_ARR && pair->n == 2;
        pairs[i].open = is_pair ? json_as_str(json_at(pair, 0)) : STR_NONE;
        pairs[i].close = is_pair ? json_as_str(json_at(pair, 1)) : STR_NONE;
        if (!pairs[i].open.n || !pairs[i].close.n)
            return err_set(err, RC_INVALID, "\"pairs\", %zu: not two texts", i + 1);
    }
    numbers->pairs = pairs;
    numbers->n_pairs = n;
    return RC_OK;
}

Rc report_numbers_parse(Arena *arena, Str text, ReportNumbers *ret, Err *err)
{
    Json *json = ARENA_NEW(arena, Json); /* its texts are borrowed */
    ReportNumbers numbers = { 0 };
    TRY(json_parse(arena, arena_str(arena, text), json, err));
    TRY(read_texts(arena, json, "before", &numbers.before, &numbers.n_before, err));
    TRY(read_texts(arena, json, "after", &numbers.after, &numbers.n_after, err));
    TRY(read_pairs(arena, json, &numbers, err));
    *ret = numbers;
    return RC_OK;
}

/* ---- text ---- */

/* One code point, digits and signs of full width made narrow. */
static uint32_t next_narrow(Str text, size_t *at)
{
    uint32_t c = str_next(text, at);
    return c >= 0xff01 && c <= 0xff5e ? c - 0xff01 + '!' : c;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* What makes no difference left out: widths, thousands' commas, spaces. */
static Str plain_number(Arena *arena, Str text)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        uint32_t c = next_narrow(text, &at);
        if (c == ',' || c == ' ' || c == '\n' || c == 0xa0 || c == 0x3000)
            continue;
        if (c < 0x80)
            out[n++] = (char)c;
        else
            for (; from < at; from++)
                out[n++] = text.p[from];
    }
    return (Str){ out, n };
}

static size_t back_points(Str text, size_t at, size_t points)
{
    while (at && points) {
        at--;
        points -= ((unsigned char)text.p[at] & 0xc0) != 0x80;
    }
    return at;
}

static size_t on_points(Str text, size_t at, size_t points)
{
    for (; at < text.n && points; points--)
        str_next(text, &at);
    return at;
}

/* ---- numbers in a line ---- */

typedef struct Span {
    size_t from;
    size_t to;
    const PaperRun *run; /* in a control; of numbers NULL */
    bool settled;        /* something has been said about it, or there is nothing to say; false of empty controls */
} Span;

/* A paragraph, or a cell of a table. */
typedef struct Line {
    size_t paragraph;
    Str text;
    Span *controls;
    size_t n_controls;
    size_t cap_controls;
    Span *tokens;
    size_t n_tokens;
    size_t cap_tokens;
} Line;

/* The end of the digits that begin at `at`, which may be none. */
static size_t digits_end(Str text, size_t at)
{
    while (at < text.n) {
        size_t next = at;
        if (!is_digit(next_narrow(text, &next)))
            break;
        at = next;
    }
    return at;
}

/* A comma counts before exactly three digits, a point before any. */
static size_t group_end(Str text, size_t at)
{
    size_t from = at;
    uint32_t sign = at < text.n ? str_next(text, &from) : 0;
    if (sign != ',' && sign != '.' && sign != 0xff0e)
        return at;
    size_t end = digits_end(text, from);
    size_t digits = str_code_points(str_slice(text, from, end));
    return digits == 0 || (sign == ',' && digits != 3) ? at : end;
}

static size_t number_end(Str text, size_t at)
{
    size_t end = digits_end(text, at);
    for (size_t next; (next = group_end(text, end)) > end;)
        end = next;
    size_t after = end;
    if (after < text.n && next_narrow(text, &after) == '%')
        end = after;
    return end;
}

static void find_tokens(Line *line, Arena *arena)
{
    uint32_t before = 0;
    for (size_t at = 0; at < line->text.n;) {
        size_t next = at;
        uint32_t c = next_narrow(line->text, &next);
        bool in_word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z');
        if (is_digit(c)) {
            size_t end = number_end(line->text, at);
            if (!in_word)
                *ARENA_PUSH(arena, line->tokens, line->n_tokens, line->cap_tokens) = (Span){ .from = at, .to = end };
            next = end;
        }
        before = c;
        at = next;
    }
}

/* ---- the edited document ---- */

typedef struct Mark {
    Str mark;
    Str label;
    const ReportLine *line;
    Str slice;
    Str now;         /* what the report's text says */
    Str plain;       /* the same as plain_number gives it */
    Str was;         /* the same of `written` */
    Str written;     /* what it said when the document was written; empty: not known */
    size_t expected; /* times in the report's text */
    size_t controls; /* in the document */
    size_t untied;
    bool is_missed; /* that it was removed has been said */
} Mark;

typedef struct Placed {
    ReportFinding finding;
    uint64_t order;
} Placed;

typedef struct Comparing {
    Arena *arena;
    const PaperDoc *edited;
    const ReportValues *values;
    const ReportNumbers *numbers;
    Line *lines;
    size_t n_lines;
    size_t cap_lines;
    size_t n_tokens;
    Mark *marks;
    size_t n_marks;
    size_t cap_marks;
    Placed *found;
    size_t n_found;
    size_t cap_found;
    ReportComparison result;
} Comparing;

static Rc add_line(Comparing *c, size_t paragraph, const PaperRun *runs, size_t n, Err *err)
{
    Line line = { .paragraph = paragraph };
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += runs[i].text.n;
    if (bytes > REPORT_LINE_MAX)
        return err_set(err, RC_LIMIT, "paragraph %zu has more than %d KiB", paragraph, REPORT_LINE_MAX >> 10);
    char *text = arena_alloc(c->arena, bytes + 1);
    line.text = (Str){ text, bytes };
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (runs[i].text.n)
            memcpy(text + at, runs[i].text.p, runs[i].text.n);
        if (runs[i].control)
            *ARENA_PUSH(c->arena, line.controls, line.n_controls, line.cap_controls) =
                (Span){ .from = at, .to = at + runs[i].text.n, .run = &runs[i] };
        at += runs[i].text.n;
    }
    find_tokens(&line, c->arena);
    c->n_tokens += line.n_tokens;
    if (c->n_tokens > REPORT_TOKENS_MAX)
        return err_set(err, RC_LIMIT, "the document has more than %d numbers", REPORT_TOKENS_MAX);
    *ARENA_PUSH(c->arena, c->lines, c->n_lines, c->cap_lines) = line;
    return RC_OK;
}

static Rc add_lines(Comparing *c, const PaperDoc *doc, Err *err)
{
    for (size_t i = 0; i < doc->n_blocks; i++) {
        const PaperBlock *block = &doc->blocks[i];
        if (block->kind != PAPER_TABLE)
            TRY(add_line(c, i + 1, block->runs, block->n_runs, err));
        for (size_t r = 0; r < block->n_rows; r++)
            for (size_t k = 0; k < block->rows[r].n_cells; k++)
                TRY(add_line(c, i + 1, block->rows[r].cells[k].runs, block->rows[r].cells[k].n_runs, err));
    }
    return RC_OK;
}

/* ---- the report's figures ---- */

Str report_mark(Arena *arena, const ReportRun *run)
{
    Str id = run->line->figure->figure->id;
    return run->slice.n ? arena_printf(arena, "%.*s/%.*s", STR_ARG(id), STR_ARG(run->slice)) : id;
}

Str report_label(Arena *arena, const ReportRun *run)
{
    Str title = run->line->figure->figure->title;
    return run->slice.n ? arena_printf(arena, "%.*s (%.*s)", STR_ARG(title), STR_ARG(run->slice)) : title;
}

static Mark *find_mark(Comparing *c, Str mark)
{
    for (size_t i = 0; i < c->n_marks; i++)
        if (str_eq(c->marks[i].mark, mark))
            return &c->marks[i];
    return NULL;
}

/* What a control is of: LibreOffice 7.4 drops tags and keeps labels. */
static Mark *mark_of(Comparing *c, const PaperRun *run)
{
    Mark *found = NULL;
    if (run->mark.n)
        return find_mark(c, run->mark);
    for (size_t i = 0; i < c->n_marks; i++) {
        if (!str_eq(c->marks[i].label, run->label))
            continue;
        if (found)
            return NULL; /* it may be of either */
        found = &c->marks[i];
    }
    return found;
}

static void set_written(Comparing *c, Mark *mark, Str written)
{
    mark->written = written;
    mark->was = plain_number(c->arena, written);
}

static Mark *add_mark(Comparing *c, const ReportRun *run)
{
    Mark *mark = ARENA_PUSH(c->arena, c->marks, c->n_marks, c->cap_marks);
    *mark = (Mark){ .mark = report_mark(c->arena, run),
                    .label = report_label(c->arena, run),
                    .line = run->line,
                    .slice = run->slice,
                    .now = run->text,
                    .plain = plain_number(c->arena, run->text) };
    set_written(c, mark, report_written(c->edited, mark->mark));
    return mark;
}

static void expect_runs(Comparing *c, const ReportRun *runs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!runs[i].line)
            continue;
        Str id = report_mark(c->arena, &runs[i]);
        Mark *mark = find_mark(c, id);
        if (!mark)
            mark = add_mark(c, &runs[i]);
        mark->expected++;
    }
}

/* Those of the text first, as it states them; then the report's others, which a document may name from earlier. */
static void add_marks(Comparing *c, const ReportBlock *blocks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        expect_runs(c, blocks[i].runs, blocks[i].n_runs);
        for (size_t r = 0; r < blocks[i].n_rows; r++)
            for (size_t k = 0; k < blocks[i].rows[r].n_cells; k++)
                expect_runs(c, blocks[i].rows[r].cells[k].runs, blocks[i].rows[r].cells[k].n_runs);
    }
    for (size_t i = 0; i < c->values->n_lines; i++) {
        const ReportLine *line = &c->values->lines[i];
        if (!find_mark(c, line->figure->figure->id))
            add_mark(c, &(ReportRun){ .text = report_display(c->values, line), .line = line });
    }
}

/* ---- findings ---- */

static void add_finding(Comparing *c, ReportFindingKind kind, const Mark *mark, const Line *line, size_t from,
                        size_t to)
{
    ReportFinding f = { .kind = kind };
    c->result.n_of[kind]++;
    if (c->n_found == REPORT_FINDINGS_MAX) {
        c->result.n_left_out++;
        return;
    }
    if (mark) {
        f.line = mark->line;
        f.slice = mark->slice;
        f.now = mark->now;
        f.written = mark->written;
    }
    f.paragraph = line->paragraph;
    f.found = str_slice(line->text, from, to);
    f.before = str_slice(line->text, back_points(line->text, from, REPORT_CONTEXT_MAX), from);
    f.after = str_slice(line->text, to, on_points(line->text, to, REPORT_CONTEXT_MAX));
    *ARENA_PUSH(c->arena, c->found, c->n_found, c->cap_found) =
        (Placed){ f, (uint64_t)(line - c->lines) << 32 | (uint32_t)from };
}

static void check_control(Comparing *c, Line *line, Span *control)
{
    Mark *mark = mark_of(c, control->run);
    size_t from = control->from;
    size_t to = control->to;
    if (!mark)
        return; /* somebody else's control: what is in it is text like any other */
    for (size_t i = 0; i < line->n_tokens; i++) {
        Span *token = &line->tokens[i];
        if (token->to <= control->from || token->from >= control->to)
            continue;
        token->settled = true;
        from = token->from < from ? token->from : from;
        to = token->to > to ? token->to : to;
    }
    Str found = plain_number(c->arena, str_slice(line->text, from, to));
    if (control->run->kept.n)
        set_written(c, mark, control->run->kept);
    if (!found.n)
        return; /* its number may have been typed beside it */
    control->settled = true;
    mark->controls++;
    if (str_eq(found, mark->plain)) {
        c->result.n_true++;
    } else if (mark->written.n && str_eq(found, mark->was)) {
        add_finding(c, REPORT_OUTDATED, mark, line, from, to);
    } else {
        add_finding(c, REPORT_CHANGED, mark, line, from, to);
    }
}

/* ---- numbers that are typed ---- */

/* The number that stands right after this text, where a control stood before. */
static Span *token_after(Comparing *c, Str context, Line **ret_line)
{
    for (size_t i = 0; i < c->n_lines; i++) {
        Line *line = &c->lines[i];
        for (size_t k = 0; k < line->n_tokens; k++) {
            Span *token = &line->tokens[k];
            if (token->settled || !str_ends(str_slice(line->text, 0, token->from), context))
                continue;
            *ret_line = line;
            return token;
        }
    }
    return NULL;
}

/* What stands before a run: enough to find the place again. */
static Str context_before(Comparing *c, const ReportRun *runs, size_t at)
{
    enum { ENOUGH = 6, TOO_LITTLE = 2 };
    Buf text;
    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < at; i++)
        buf_str(&text, runs[i].text);
    Str all = buf_to_arena(&text, c->arena);
    buf_free(&text);
    Str context = str_slice(all, back_points(all, all.n, ENOUGH), all.n);
    return str_code_points(context) < TOO_LITTLE ? STR_NONE : context;
}

static void seek_untied(Comparing *c, const ReportBlock *blocks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < blocks[i].n_runs; r++) {
            const ReportRun *run = &blocks[i].runs[r];
            Mark *mark = run->line ? find_mark(c, report_mark(c->arena, run)) : NULL;
            Str context = context_before(c, blocks[i].runs, r);
            Line *line = NULL;
            if (!mark || mark->controls + mark->untied >= mark->expected || !context.n)
                continue;
            Span *token = token_after(c, context, &line);
            if (!token)
                continue;
            token->settled = true;
            mark->untied++;
            add_finding(c, REPORT_UNTIED, mark, line, token->from, token->to);
        }
}

static bool is_of_date(char ch)
{
    return (ch >= '0' && ch <= '9') || ch == '-' || ch == '/' || ch == ':';
}

/* "2023-12-22", "2023/12", "9:30". */
static bool is_date(Str text, size_t from, size_t to)
{
    enum { DATE_MAX = 20 };
    for (int i = 0; i < DATE_MAX && from && is_of_date(text.p[from - 1]); i++)
        from--;
    for (int i = 0; i < DATE_MAX && to < text.n && is_of_date(text.p[to]); i++)
        to++;
    Str all = str_slice(text, from, to);
    if (str_find(all, STR(":")) != SIZE_MAX)
        return true;
    Str rest = all;
    Str year = str_cut(all, str_find(all, STR("-")) != SIZE_MAX ? '-' : '/', &rest);
    return year.n == 4 && rest.n >= 3;
}

static bool in_name(const LawReportRules *rules, Str text, const Span *token)
{
    for (size_t i = 0; i < rules->n_numbers; i++) {
        Str name = rules->numbers[i].text;
        size_t at = token->to > name.n ? token->to - name.n : 0;
        for (; at <= token->from; at++)
            if (str_starts(str_slice(text, at, text.n), name) && at + name.n >= token->to)
                return true;
    }
    return false;
}

/* Titles are not longer than this. */
static bool in_pair(const ReportNumbers *rules, Str text, const Span *token)
{
    enum { TITLE_MAX = 60 };
    size_t first = back_points(text, token->from, TITLE_MAX);
    size_t last = on_points(text, token->to, TITLE_MAX);
    for (size_t i = 0; i < rules->n_pairs; i++) {
        Str open = rules->pairs[i].open;
        Str close = rules->pairs[i].close;
        bool inside = false;
        for (size_t at = first; at < token->from; at++) {
            Str rest = str_slice(text, at, text.n);
            inside = str_starts(rest, close) ? false : inside || str_starts(rest, open);
        }
        if (inside && str_find(str_slice(text, token->to, last), close) != SIZE_MAX)
            return true;
    }
    return false;
}

/* Years, ordinals, titles and names are no numbers of a report. */
static bool is_none(const Comparing *c, Str text, const Span *token)
{
    const ReportNumbers *rules = c->numbers;
    Str before = str_slice(text, 0, token->from);
    Str after = str_slice(text, token->to, text.n);
    for (size_t i = 0; i < rules->n_before; i++)
        if (str_ends(before, rules->before[i]))
            return true;
    for (size_t i = 0; i < rules->n_after; i++)
        if (str_starts(after, rules->after[i]))
            return true;
    return is_date(text, token->from, token->to) || in_name(c->values->report->rules, text, token) ||
           in_pair(rules, text, token);
}

/* Whether a typed number is this figure's value. A short one may be so by chance, unless its unit follows. */
static bool is_value_of(const Mark *mark, Str plain, Str after)
{
    enum { TELLING_BYTES = 3 };
    Str unit = mark->line->figure->figure->unit;
    bool telling = plain.n >= TELLING_BYTES || (unit.n && str_starts(after, unit));
    return telling && (str_eq(plain, mark->plain) || (mark->was.n && str_eq(plain, mark->was)));
}

/* Of several figures with this value, first one whose control is missing, then one whose unit follows. */
static Mark *mark_of_value(Comparing *c, Str plain, Str after)
{
    Mark *best = NULL;
    int best_rank = -1;
    for (size_t i = 0; i < c->n_marks; i++) {
        Mark *mark = &c->marks[i];
        Str unit = mark->line->figure->figure->unit;
        int rank = 2 * (mark->controls + mark->untied < mark->expected) + (unit.n && str_starts(after, unit));
        if (rank <= best_rank || !is_value_of(mark, plain, after))
            continue;
        best = mark;
        best_rank = rank;
    }
    return best;
}

static void check_token(Comparing *c, const Line *line, Span *token)
{
    Str after = str_slice(line->text, token->to, line->text.n);
    if (token->settled || is_none(c, line->text, token))
        return;
    Mark *mark = mark_of_value(c, plain_number(c->arena, str_slice(line->text, token->from, token->to)), after);
    if (mark)
        mark->untied++;
    add_finding(c, mark ? REPORT_UNTIED : REPORT_TYPED, mark, line, token->from, token->to);
}

/* ---- what is gone ---- */

/* A control that was emptied, and no number in its stead. */
static void check_empty(Comparing *c, const Line *line, const Span *control)
{
    Mark *mark = mark_of(c, control->run);
    if (!mark || control->settled || mark->is_missed ||
        (mark->untied && mark->controls + mark->untied >= mark->expected))
        return;
    mark->is_missed = true;
    add_finding(c, REPORT_REMOVED, mark, line, control->from, control->to);
}

static void add_removed(Comparing *c, const ReportRun *runs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Mark *mark = runs[i].line ? find_mark(c, report_mark(c->arena, &runs[i])) : NULL;
        Str before = STR_NONE;
        if (!mark || mark->controls || mark->untied || mark->is_missed)
            continue;
        if (i)
            before = runs[i - 1].text;
        Str after = i + 1 < n ? runs[i + 1].text : STR_NONE;
        c->result.n_of[REPORT_REMOVED]++;
        mark->is_missed = true;
        if (c->n_found == REPORT_FINDINGS_MAX) {
            c->result.n_left_out++;
            continue;
        }
        ReportFinding f = { .kind = REPORT_REMOVED, .line = mark->line, .slice = mark->slice, .now = mark->now };
        f.before = str_slice(before, back_points(before, before.n, REPORT_CONTEXT_MAX), before.n);
        f.after = str_slice(after, 0, on_points(after, 0, REPORT_CONTEXT_MAX));
        *ARENA_PUSH(c->arena, c->found, c->n_found, c->cap_found) =
            (Placed){ f, UINT64_MAX - REPORT_FINDINGS_MAX + c->n_found };
    }
}

static int by_order(const void *a, const void *b)
{
    uint64_t x = ((const Placed *)a)->order;
    uint64_t y = ((const Placed *)b)->order;
    return (x > y) - (x < y);
}

static void finish(Comparing *c, ReportComparison *ret)
{
    if (c->n_found)
        qsort(c->found, c->n_found, sizeof *c->found, by_order);
    c->result.findings = ARENA_ARRAY(c->arena, ReportFinding, c->n_found);
    c->result.n = c->n_found;
    for (size_t i = 0; i < c->n_found; i++)
        c->result.findings[i] = c->found[i].finding;
    *ret = c->result;
}

Rc report_compare(const PaperDoc *edited, const ReportValues *values, const ReportBlock *blocks, size_t n,
                  const ReportNumbers *numbers, Arena *arena, ReportComparison *ret, Err *err)
{
    Comparing c = { .arena = arena, .edited = edited, .values = values, .numbers = numbers };
    Str origin = report_origin(edited).report;
    if (origin.n && !str_eq(origin, values->report->id))
        return err_set(err, RC_INVALID, "the document was made from report %.*s, not %.*s",
                       STR_ARG(str_head(origin, 60)), STR_ARG(values->report->id));
    add_marks(&c, blocks, n);
    TRY(add_lines(&c, edited, err));
    for (size_t i = 0; i < c.n_lines; i++)
        for (size_t k = 0; k < c.lines[i].n_controls; k++)
            check_control(&c, &c.lines[i], &c.lines[i].controls[k]);
    seek_untied(&c, blocks, n);
    for (size_t i = 0; i < c.n_lines; i++)
        for (size_t k = 0; k < c.lines[i].n_tokens; k++)
            check_token(&c, &c.lines[i], &c.lines[i].tokens[k]);
    for (size_t i = 0; i < c.n_lines; i++)
        for (size_t k = 0; k < c.lines[i].n_controls; k++)
            check_empty(&c, &c.lines[i], &c.lines[i].controls[k]);
    for (size_t i = 0; i < n; i++) {
        add_removed(&c, blocks[i].runs, blocks[i].n_runs);
        for (size_t r = 0; r < blocks[i].n_rows; r++)
            for (size_t k = 0; k < blocks[i].rows[r].n_cells; k++)
                add_removed(&c, blocks[i].rows[r].cells[k].runs, blocks[i].rows[r].cells[k].n_runs);
    }
    finish(&c, ret);
    return RC_OK;
}
