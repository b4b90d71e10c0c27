#include "core/template/markup.h"
#include "core/template/program.h"

enum { MESSAGE_ARGS_MAX = 9, TEXT_MAX = 4 * 1024 * 1024, NO_STEP = 0 };

/* An #if or #each that is open. Jumps to its end are chained through Step.jump until the end is known. */
typedef struct Block {
    TagKind kind; /* TAG_IF or TAG_EACH */
    size_t at;
    bool has_else;
    bool has_merged;
    uint32_t pending; /* the conditional step that jumps to the next branch, or NO_STEP when that is settled */
    uint32_t ends;    /* last of the chain; NO_STEP ends it */
    Markup start;
    Markup merged;
} Block;

typedef struct Compile {
    TemplateSet *set;
    Template *t;
    Source *source; /* being read now: the page or a partial */
    Err *err;
    Arena *scratch; /* blocks and parsed pieces */
    Buf text;       /* literal text not yet made a step */
    Markup markup;
    Block *blocks[PROGRAM_BLOCK_DEPTH_MAX];
    size_t n_blocks;
    size_t partials;
    size_t bindings;
} Compile;

static Rc compile_source(Compile *c, Source *source);

static Rc problem(Compile *c, size_t at, const MarkupProblem *p)
{
    if (p->name.n == 0)
        return source_error(c->source, at, c->err, RC_INVALID, "%s", p->what);
    return source_error(c->source, at, c->err, RC_INVALID, "%s (%.*s)", p->what, STR_ARG(p->name));
}

/* ---- steps ---- */

static Rc add_step(Compile *c, Step step, uint32_t *ret_index)
{
    Template *t = c->t;
    if (t->n_steps >= PROGRAM_STEPS_MAX)
        return source_error(c->source, step.at, c->err, RC_LIMIT, "a template may compile to %d steps at most",
                            PROGRAM_STEPS_MAX);
    step.source = c->source;
    if (ret_index)
        *ret_index = (uint32_t)t->n_steps;
    *ARENA_PUSH(c->set->arena, t->steps, t->n_steps, t->cap_steps) = step;
    return RC_OK;
}

/* Makes the pending literal text a step, so that what follows can be jumped to. */
static Rc flush(Compile *c, size_t at)
{
    TRY(buf_check(&c->text, c->err));
    c->markup.attr_out = 0;
    if (c->text.n == 0)
        return RC_OK;
    Step step = { .kind = STEP_TEXT, .at = (uint32_t)at, .text = buf_to_arena(&c->text, c->set->arena) };
    buf_clear(&c->text);
    return add_step(c, step, NULL);
}

static Rc flush_step(Compile *c, Step step, uint32_t *ret_index)
{
    TRY(flush(c, step.at));
    return add_step(c, step, ret_index);
}

static uint32_t here(const Compile *c)
{
    return (uint32_t)c->t->n_steps;
}

/* ---- expressions ---- */

static int slot_of(Compile *c, Str name)
{
    int slot = feel_scope_find(c->t->scope, name);
    if (slot >= 0)
        return slot;
    name = arena_str(c->set->arena, name);
    slot = feel_scope_add(c->t->scope, name, -1);
    while (c->t->n_slots <= (size_t)slot)
        *ARENA_PUSH(c->set->arena, c->t->slots, c->t->n_slots, c->t->cap_slots) = name;
    return slot;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_feel_word(Str word)
{
    static const char *const words[] = { "if",        "then", "else", "for",     "in",       "return",  "some",
                                         "every",     "and",  "or",   "between", "instance", "of",      "not",
                                         "satisfies", "true", "null", "false",   "function", "external" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq_c(word, words[i]))
            return true;
    }
    return false;
}

/* FEEL wants to know its names before it reads an expression; here every name may be a member of the model. So the
 * words that could be names become slots first: not members behind a dot, not functions before a parenthesis. A word
 * too many costs an unused slot. */
static void declare_names(Compile *c, Str expr)
{
    bool quoted = false;
    for (size_t i = 0; i < expr.n; i++) {
        if (expr.p[i] == '\\' && quoted) {
            i++;
            continue;
        }
        if (expr.p[i] == '"')
            quoted = !quoted;
        if (quoted || !is_name_byte(expr.p[i]))
            continue;
        size_t from = i;
        while (i < expr.n && is_name_byte(expr.p[i]))
            i++;
        Str word = str_slice(expr, from, i);
        size_t next = i;
        while (next < expr.n && expr.p[next] == ' ')
            next++;
        i--;
        bool member = from > 0 && expr.p[from - 1] == '.';
        bool call = next < expr.n && expr.p[next] == '(';
        if (!member && !call && source_is_name(word) && !is_feel_word(word))
            (void)slot_of(c, word);
    }
}

static Rc parse_expr(Compile *c, Str text, size_t at, const FeelExpr **ret)
{
    if (text.n == 0)
        return source_error(c->source, at, c->err, RC_PARSE, "an expression is missing here");
    declare_names(c, text);
    Err why = { 0 };
    Rc rc = feel_parse(c->set->arena, c->t->scope, text, (FeelParseOptions){ 0 }, ret, &why);
    if (rc == RC_OK)
        return RC_OK;
    return source_error(c->source, at, c->err, rc, "in {{ %.*s }} at %s: %s", STR_ARG(text), why.place, why.text);
}

/* ---- literal text, values, wording ---- */

static Rc literal(Compile *c, Str text)
{
    if (c->t->kind != TEMPLATE_HTML) {
        buf_str(&c->text, text);
        return RC_OK;
    }
    MarkupProblem p;
    if (markup_literal(&c->markup, text, &c->text, &p))
        return RC_OK;
    size_t from = (size_t)(text.p - c->source->text.p);
    return problem(c, from + p.at, &p);
}

static Rc value_step(Compile *c, Str expr, size_t at)
{
    Writer writer = c->t->kind == TEMPLATE_MARKDOWN ? WRITE_MARKDOWN : WRITE_PLAIN;
    MarkupProblem p;
    if (c->t->kind == TEMPLATE_HTML && !markup_hole(&c->markup, &writer, &p))
        return problem(c, at, &p);
    Step step = { .kind = STEP_VALUE, .writer = (uint8_t)writer, .at = (uint32_t)at };
    TRY(parse_expr(c, expr, at, &step.expr));
    return flush_step(c, step, NULL);
}

static Rc on_value(Compile *c, const Tag *tag)
{
    return value_step(c, tag->body, tag->at);
}

static Rc on_optional(Compile *c, const Tag *tag)
{
    MarkupProblem p = { 0, "{{? }} belongs to HTML", STR_NONE };
    char next = tag->end < c->source->text.n ? c->source->text.p[tag->end] : '\0';
    if (c->t->kind != TEMPLATE_HTML || !markup_optional(&c->markup, next, &p))
        return problem(c, tag->at, &p);
    Step step = { .kind = STEP_ATTR, .writer = WRITE_HTML, .at = (uint32_t)tag->at };
    step.text = arena_printf(c->set->arena, " %.*s", STR_ARG(c->markup.attr_name));
    c->text.n = c->markup.attr_out;
    TRY(parse_expr(c, tag->body, tag->at, &step.expr));
    return flush_step(c, step, NULL);
}

/* White space made single, so that wording may be wrapped in the source. */
static Str single_spaced(Arena *arena, Str s)
{
    char *p = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool space = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';
        if (!space)
            p[n++] = s.p[i];
        else if (n > 0 && p[n - 1] != ' ')
            p[n++] = ' ';
    }
    while (n > 0 && p[n - 1] == ' ')
        n--;
    return (Str){ p, n };
}

/* The expressions behind the wording. */
typedef struct MessageArgs {
    Str items[MESSAGE_ARGS_MAX];
    size_t n;
} MessageArgs;

static Rc message_args(Compile *c, const Tag *tag, Str rest, bool more, MessageArgs *args)
{
    while (more) {
        if (args->n == MESSAGE_ARGS_MAX)
            return source_error(c->source, tag->at, c->err, RC_LIMIT, "wording has at most %d holes", MESSAGE_ARGS_MAX);
        args->items[args->n++] = source_split(rest, &rest, &more);
    }
    return RC_OK;
}

/* "Due %1" as literal text and values. A digit without an expression is plain text only in wording without any. */
static Rc message_text(Compile *c, const Tag *tag, Str text, const MessageArgs *args)
{
    Writer writer = c->t->kind == TEMPLATE_HTML ? WRITE_HTML : WRITE_PLAIN;
    size_t from = 0;
    for (size_t i = 0; i + 1 < text.n; i++) {
        char digit = text.p[i + 1];
        if (text.p[i] != '%' || digit < '1' || digit > '9' || args->n == 0)
            continue;
        size_t k = (size_t)(digit - '1');
        if (k >= args->n)
            return source_error(c->source, tag->at, c->err, RC_INVALID, "\"%.*s\" has no expression for %%%c",
                                STR_ARG(text), digit);
        write_wording(&c->text, writer, str_slice(text, from, i));
        TRY(value_step(c, args->items[k], tag->at));
        from = i + 2;
        i++;
    }
    write_wording(&c->text, writer, str_slice(text, from, text.n));
    return RC_OK;
}

static Rc check_message_place(Compile *c, const Tag *tag)
{
    MarkupProblem p;
    if (c->t->kind != TEMPLATE_HTML || markup_message(&c->markup, &p))
        return RC_OK;
    return problem(c, tag->at, &p);
}

static Rc on_message(Compile *c, const Tag *tag)
{
    TRY(check_message_place(c, tag));
    Str rest;
    Str msgid = single_spaced(c->set->arena, str_cut(tag->body, '|', &rest));
    MessageArgs args = { .n = 0 };
    TRY(message_args(c, tag, rest, rest.p != NULL, &args));
    const TemplateSetOptions *o = &c->set->options;
    return message_text(c, tag, o->translate ? o->translate(o->ctx, msgid) : msgid, &args);
}

static Rc on_plural(Compile *c, const Tag *tag)
{
    TRY(check_message_place(c, tag));
    bool more;
    Str rest;
    MessageArgs args = { .n = 1 };
    args.items[0] = source_split(tag->body, &rest, &more);
    Str one = single_spaced(c->set->arena, str_cut(rest, '|', &rest));
    Str many = single_spaced(c->set->arena, str_cut(rest, '|', &rest));
    if (one.n == 0 || many.n == 0)
        return source_error(c->source, tag->at, c->err, RC_PARSE, "write {{_n count | %%1 thing | %%1 things}}");
    TRY(message_args(c, tag, rest, rest.p != NULL, &args));
    const TemplateSetOptions *o = &c->set->options;
    if (o->translate_n) {
        Str msgid = one;
        one = o->translate_n(o->ctx, msgid, many, 1);
        many = o->translate_n(o->ctx, msgid, many, 2);
    }
    if (str_eq(one, many))
        return message_text(c, tag, one, &args);
    Step step = { .kind = STEP_NOT_ONE, .at = (uint32_t)tag->at };
    uint32_t condition, jump;
    TRY(parse_expr(c, args.items[0], tag->at, &step.expr));
    TRY(flush_step(c, step, &condition));
    TRY(message_text(c, tag, one, &args));
    TRY(flush_step(c, (Step){ .kind = STEP_JUMP, .at = (uint32_t)tag->at }, &jump));
    c->t->steps[condition].jump = here(c);
    TRY(message_text(c, tag, many, &args));
    TRY(flush(c, tag->at));
    c->t->steps[jump].jump = here(c);
    return RC_OK;
}

/* ---- blocks ---- */

static Rc begin_block(Compile *c, const Tag *tag, Block **ret)
{
    if (c->n_blocks == PROGRAM_BLOCK_DEPTH_MAX)
        return source_error(c->source, tag->at, c->err, RC_LIMIT, "blocks may be nested %d deep",
                            PROGRAM_BLOCK_DEPTH_MAX);
    MarkupProblem p;
    if (c->t->kind == TEMPLATE_HTML && !markup_branch(&c->markup, tag->kind == TAG_EACH, &p))
        return problem(c, tag->at, &p);
    TRY(flush(c, tag->at));
    Block *b = ARENA_NEW(c->scratch, Block);
    b->kind = tag->kind;
    b->at = tag->at;
    b->start = c->markup;
    c->blocks[c->n_blocks++] = b;
    *ret = b;
    return RC_OK;
}

/* Adds the conditional step that begins a branch. */
static Rc begin_branch(Compile *c, Block *b, Step step, Str expr)
{
    TRY(parse_expr(c, expr, step.at, &step.expr));
    return flush_step(c, step, &b->pending);
}

static Rc end_branch(Compile *c, Block *b, const Tag *tag)
{
    MarkupProblem p;
    if (c->t->kind == TEMPLATE_HTML && !markup_merge(&b->start, &c->markup, &b->merged, &b->has_merged, &p))
        return problem(c, tag->at, &p);
    TRY(flush(c, tag->at));
    uint32_t last;
    Step step = { .kind = STEP_JUMP, .at = (uint32_t)tag->at, .jump = b->ends };
    if (b->kind == TAG_EACH && !b->has_else) {
        const Step *each = &c->t->steps[b->pending];
        step.kind = STEP_NEXT;
        step.back = b->pending;
        step.slot = each->slot;
        step.index_slot = each->index_slot;
        c->bindings -= 2;
    }
    TRY(add_step(c, step, &last));
    b->ends = last;
    if (b->pending != NO_STEP)
        c->t->steps[b->pending].jump = here(c);
    b->pending = NO_STEP;
    c->markup = b->start;
    return RC_OK;
}

/* NULL, with the error reported, when the innermost open block of this source is not of the wanted kind. */
static Block *innermost(Compile *c, const Tag *tag, TagKind wanted, size_t base)
{
    Block *b = c->n_blocks > base ? c->blocks[c->n_blocks - 1] : NULL;
    if (b && (wanted == TAG_KINDS || b->kind == wanted))
        return b;
    (void)source_error(c->source, tag->at, c->err, RC_PARSE, "there is no open block of this kind here");
    return NULL;
}

static Rc on_if(Compile *c, const Tag *tag)
{
    Block *b = NULL;
    TRY(begin_block(c, tag, &b));
    return begin_branch(c, b, (Step){ .kind = STEP_UNLESS, .at = (uint32_t)tag->at }, tag->body);
}

static void track_bindings(Compile *c, size_t n)
{
    c->bindings += n;
    if (c->bindings > c->t->depth)
        c->t->depth = c->bindings;
}

static Rc on_each(Compile *c, const Tag *tag)
{
    Str expr, name;
    if (!source_as(tag->body, &expr, &name) || !source_is_name(name))
        return source_error(c->source, tag->at, c->err, RC_PARSE, "write {{#each expr as name}}");
    Block *b = NULL;
    TRY(begin_block(c, tag, &b));
    Step step = { .kind = STEP_EACH, .at = (uint32_t)tag->at };
    step.slot = slot_of(c, name);
    step.index_slot = slot_of(c, arena_printf(c->scratch, "%.*s_index", STR_ARG(name)));
    track_bindings(c, 2);
    return begin_branch(c, b, step, expr);
}

static Rc on_else(Compile *c, const Tag *tag, size_t base)
{
    Block *b = innermost(c, tag, TAG_KINDS, base);
    if (!b)
        return RC_PARSE;
    if (b->has_else)
        return source_error(c->source, tag->at, c->err, RC_PARSE, "this block has had its {{else}}");
    if (tag->kind == TAG_ELSE_IF && b->kind == TAG_EACH)
        return source_error(c->source, tag->at, c->err, RC_PARSE, "{{else if}} belongs to #if");
    TRY(end_branch(c, b, tag));
    b->has_else = tag->kind == TAG_ELSE;
    if (tag->kind == TAG_ELSE)
        return RC_OK;
    return begin_branch(c, b, (Step){ .kind = STEP_UNLESS, .at = (uint32_t)tag->at }, tag->body);
}

static Rc on_end(Compile *c, const Tag *tag, size_t base)
{
    Block *b = innermost(c, tag, tag->kind == TAG_END_IF ? TAG_IF : TAG_EACH, base);
    if (!b)
        return RC_PARSE;
    TRY(end_branch(c, b, tag));
    MarkupProblem p;
    /* Without {{else}} nothing at all is written the other way. */
    if (c->t->kind == TEMPLATE_HTML && !b->has_else &&
        !markup_merge(&b->start, &b->start, &b->merged, &b->has_merged, &p))
        return problem(c, tag->at, &p);
    uint32_t at = b->ends;
    while (at != NO_STEP) {
        uint32_t before = c->t->steps[at].jump;
        c->t->steps[at].jump = here(c);
        at = before;
    }
    if (c->t->kind == TEMPLATE_HTML)
        c->markup = b->merged;
    c->markup.attr_out = 0;
    c->n_blocks--;
    return RC_OK;
}

/* ---- partials ---- */

static Rc check_pause(Compile *c, size_t at)
{
    MarkupProblem p;
    if (c->t->kind != TEMPLATE_HTML || markup_pause(&c->markup, &p))
        return RC_OK;
    return problem(c, at, &p);
}

/* "part" in "home.html" is the source "_part.html". */
static Rc find_partial(Compile *c, const Tag *tag, Str name, Source **ret)
{
    Str page = c->source->name;
    size_t dot = page.n;
    while (dot > 0 && page.p[dot - 1] != '.')
        dot--;
    Str ending = dot > 0 ? str_slice(page, dot - 1, page.n) : STR_NONE;
    Str full = arena_printf(c->scratch, "_%.*s%.*s", STR_ARG(name), STR_ARG(ending));
    Source *source = map_get(&c->set->sources, full);
    if (!source)
        return source_error(c->source, tag->at, c->err, RC_NOT_FOUND, "there is no partial %.*s", STR_ARG(full));
    if (source->open)
        return source_error(c->source, tag->at, c->err, RC_INVALID, "%.*s includes itself", STR_ARG(full));
    if (source->kind != c->t->kind)
        return source_error(c->source, tag->at, c->err, RC_INVALID, "%.*s is of another kind", STR_ARG(full));
    if (c->partials == TEMPLATE_PARTIAL_DEPTH_MAX)
        return source_error(c->source, tag->at, c->err, RC_LIMIT, "partials may be nested %d deep",
                            TEMPLATE_PARTIAL_DEPTH_MAX);
    *ret = source;
    return RC_OK;
}

static Rc on_partial(Compile *c, const Tag *tag)
{
    Str body = tag->body;
    size_t n = 0;
    while (n < body.n && body.p[n] != ' ' && body.p[n] != '\n')
        n++;
    Source *partial = NULL;
    TRY(find_partial(c, tag, str_slice(body, 0, n), &partial));
    TRY(check_pause(c, tag->at));
    Str expr, name;
    Str rest = str_trim(str_slice(body, n, body.n));
    Step bind = { .kind = STEP_BIND, .at = (uint32_t)tag->at };
    if (rest.n > 0) {
        if (!source_as(rest, &expr, &name) || !source_is_name(name))
            return source_error(c->source, tag->at, c->err, RC_PARSE, "write {{> part expr as name}}");
        bind.slot = slot_of(c, name);
        TRY(parse_expr(c, expr, tag->at, &bind.expr));
        TRY(flush_step(c, bind, NULL));
        track_bindings(c, 1);
    }
    Source *outer = c->source;
    c->partials++;
    TRY(compile_source(c, partial));
    TRY(check_pause(c, partial->text.n));
    c->partials--;
    c->source = outer;
    if (rest.n == 0)
        return RC_OK;
    c->bindings--;
    return flush_step(c, (Step){ .kind = STEP_UNBIND, .at = (uint32_t)tag->at, .slot = bind.slot }, NULL);
}

/* ---- the whole ---- */

static Rc on_tag(Compile *c, const Tag *tag, size_t base)
{
    switch (tag->kind) {
    case TAG_VALUE: return on_value(c, tag);
    case TAG_OPTIONAL: return on_optional(c, tag);
    case TAG_IF: return on_if(c, tag);
    case TAG_EACH: return on_each(c, tag);
    case TAG_ELSE:
    case TAG_ELSE_IF: return on_else(c, tag, base);
    case TAG_END_IF:
    case TAG_END_EACH: return on_end(c, tag, base);
    case TAG_PARTIAL: return on_partial(c, tag);
    case TAG_MESSAGE: return on_message(c, tag);
    case TAG_PLURAL: return on_plural(c, tag);
    case TAG_REMARK: return check_pause(c, tag->at);
    case TAG_END:
    case TAG_KINDS: break;
    }
    return RC_OK;
}

static Rc compile_source(Compile *c, Source *source)
{
    size_t base = c->n_blocks;
    size_t at = 0;
    c->source = source;
    source->open = true;
    for (;;) {
        Tag tag;
        TRY(source_next(source, at, &tag, c->err));
        TRY(literal(c, tag.literal));
        if (tag.kind == TAG_END)
            break;
        TRY(on_tag(c, &tag, base));
        at = tag.end;
        /* {{? }} has taken the closing quote of its value. */
        if (tag.kind == TAG_OPTIONAL)
            at++;
    }
    source->open = false;
    if (c->n_blocks > base) {
        const Block *b = c->blocks[c->n_blocks - 1];
        return source_error(source, b->at, c->err, RC_PARSE, "this block has no {{/%s}}",
                            b->kind == TAG_IF ? "if" : "each");
    }
    return RC_OK;
}

static Rc compile_page(Compile *c, Source *source)
{
    /* Step 0 does nothing, so that 0 can mean "no step" in chains of jumps. */
    c->source = source;
    TRY(add_step(c, (Step){ .kind = STEP_TEXT }, NULL));
    TRY(compile_source(c, source));
    MarkupProblem p;
    if (c->t->kind == TEMPLATE_HTML && !markup_finish(&c->markup, &p))
        return problem(c, source->text.n, &p);
    return flush(c, source->text.n);
}

Rc compile_template(TemplateSet *set, Source *source, Err *err)
{
    Template *t = ARENA_NEW(set->arena, Template);
    t->name = source->name;
    t->kind = source->kind;
    t->scope = feel_scope_new(set->arena, NULL);
    if (set->options.host_n > 0)
        feel_scope_add_host(t->scope, set->options.host, set->options.host_n);
    Compile c = { .set = set, .t = t, .err = err, .scratch = arena_new(0) };
    markup_init(&c.markup);
    buf_init(&c.text, TEXT_MAX);
    Rc rc = compile_page(&c, source);
    buf_free(&c.text);
    arena_free(c.scratch);
    if (rc == RC_OK)
        source->compiled = t;
    return rc;
}
