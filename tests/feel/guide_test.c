/* Runs the guides: every fenced block of docs/RULES.md and docs/RULES.zh.md is an example, and both files hold the same
 * ones in the same order.
 *
 *   ```feel      expressions; "← {…}" gives the facts, "→ …" is the value, "null because REASON" or "error PLACE TEXT"
 *   ```rule      a rule's id in the catalogue, its "applies:" and "check:"; then facts and what the check gives. A name
 *                without a fact is an empty field. Where applies is not true, the result is "applies VALUE"
 *   ```law       "LAW ARTICLE", then words that stand in that article ("……" joins parts)
 *   ```console   "$ COMMAND" and what it prints; after "$ cat FILE" stands a file, which is written
 *   ```yaml      "# FILE", then lines that stand together in that file
 *   ```csv       a decision table, from there on a function for ```feel
 *   ```facts     facts for the rows of tables that follow: "| `EXPRESSION` | `→ RESULT` | …"
 *
 * Both files have the same blocks; only reasons and messages are worded in the file's language (.zh.md: Chinese).
 * A fact `as_of` is the day on which the example is judged, else 2026-03-02, ten o'clock. The catalogue of rules and
 * the texts of the laws lie beside the source tree; without them only the pack's articles are looked up.
 *
 * Usage: guide_test [--write] YIFA SOURCE SHARED GUIDE GUIDE. --write puts in the results that come out; read the
 * difference before you keep it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "feel/guide_facts.h"

enum { FILE_MAX = 8 * 1024 * 1024, BLOCKS_MAX = 400, OUTPUT_MAX = 64 * 1024 };

typedef struct Block {
    Str kind;
    Str text; /* as run: with the results that came out */
    int line;
} Block;

typedef struct Test {
    Guide g;
    Arena *arena; /* the guide's */
    const char *yifa;
    const char *path; /* of the guide being read */
    Str facts;        /* for rows of tables */
    char scratch[64]; /* folder of the files that examples show */
    int line;         /* of the example being run */
    int failed;
    int examples;
} Test;

static void failure(Test *t, Str example, Str expected, Str actual)
{
    t->failed++;
    printf("%s:%d: %.*s\n  expected %.*s\n  got      %.*s\n", t->path, t->line, STR_ARG(example), STR_ARG(expected),
           STR_ARG(actual));
}

static void result(Test *t, Str example, Str expected, Str actual, Buf *out)
{
    t->examples++;
    if (!str_eq(expected, actual))
        failure(t, example, expected, actual);
    buf_str(out, actual);
}

static Str after(Str line, const char *mark)
{
    Str m = str_c(mark);
    return str_starts(line, m) ? str_trim(str_slice(line, m.n, line.n)) : STR_NONE;
}

static bool begins(Str line, const char *mark)
{
    return str_starts(line, str_c(mark));
}

/* ---- feel ---- */

typedef struct Example {
    Buf expression;
    Buf facts;
    bool in_facts;
    bool has_result;
} Example;

static void example_clear(Example *e)
{
    buf_clear(&e->expression);
    buf_clear(&e->facts);
    e->in_facts = e->has_result = false;
}

static void add_line(Buf *to, Str line)
{
    if (buf_view(to).n)
        buf_char(to, '\n');
    buf_str(to, line);
}

static void example_end(Test *t, Example *e)
{
    if (buf_view(&e->expression).n && !e->has_result)
        failure(t, buf_view(&e->expression), STR("a line with → and the result"), STR("none"));
    example_clear(e);
}

static void feel_line(Test *t, Example *e, Str line, Buf *out)
{
    if (begins(line, "→")) {
        Str text = buf_to_arena(&e->expression, t->arena);
        Str facts = buf_view(&e->facts).n ? buf_to_arena(&e->facts, t->arena) : STR("{}");
        buf_c(out, "→ ");
        result(t, text, after(line, "→"), guide_value(&t->g, text, facts), out);
        e->has_result = true;
        e->in_facts = false;
        return;
    }
    buf_str(out, line);
    if (str_trim(line).n == 0) {
        example_end(t, e);
    } else if (begins(line, "←")) {
        buf_clear(&e->facts);
        buf_str(&e->facts, after(line, "←"));
        e->in_facts = true;
    } else if (e->in_facts) {
        add_line(&e->facts, line);
    } else {
        if (e->has_result)
            example_end(t, e);
        add_line(&e->expression, line);
    }
}

static void run_feel(Test *t, Str text, Buf *out)
{
    Example e = { 0 };
    buf_init(&e.expression, FILE_MAX);
    buf_init(&e.facts, FILE_MAX);
    while (text.p) {
        t->line++;
        feel_line(t, &e, str_cut(text, '\n', &text), out);
        buf_char(out, '\n');
    }
    example_end(t, &e);
    buf_free(&e.expression);
    buf_free(&e.facts);
}

/* ---- rule ---- */

typedef struct RuleText {
    Str id;
    Buf applies;
    Buf check;
    Buf facts;
    Buf *part; /* what a line without a mark goes on with */
    int results;
} RuleText;

static Str rule_value(Test *t, RuleText *rule, Str facts)
{
    Arena *a = t->arena;
    Str applies = guide_rule_value(&t->g, buf_to_arena(&rule->applies, a), facts);
    if (!str_eq_c(applies, "true"))
        return arena_printf(a, "applies %.*s", STR_ARG(applies));
    return guide_rule_value(&t->g, buf_to_arena(&rule->check, a), facts);
}

/* The first two examples are the catalogue's own: one that complies, one that violates. */
static void against_catalogue(Test *t, const RuleText *rule, Str facts)
{
    GuideRule in_catalogue;
    int found = guide_catalogue_rule(&t->g, rule->id, &in_catalogue);
    if (found < 0)
        return;
    if (!found || !str_eq(buf_view(&rule->applies), in_catalogue.applies) ||
        !str_eq(buf_view(&rule->check), in_catalogue.check))
        failure(t, rule->id, found ? in_catalogue.check : STR("a rule of the catalogue"), buf_view(&rule->check));
    else if (rule->results < 2 && !guide_same_facts(t->arena, facts, in_catalogue.facts[rule->results]))
        failure(t, rule->id, in_catalogue.facts[rule->results], facts);
}

static void rule_line(Test *t, RuleText *rule, Str line, Buf *out)
{
    if (begins(line, "→")) {
        Str facts = buf_to_arena(&rule->facts, t->arena);
        against_catalogue(t, rule, facts);
        buf_c(out, "→ ");
        Str value = rule_value(t, rule, facts);
        result(t, rule->id, after(line, "→"), value, out);
        if (rule->results < 2 && !str_eq_c(value, rule->results ? "false" : "true"))
            failure(t, rule->id, STR("first an example that complies, then one that violates"), value);
        rule->results++;
        return;
    }
    buf_str(out, line);
    if (begins(line, "applies:")) {
        buf_str(rule->part = &rule->applies, after(line, "applies:"));
    } else if (begins(line, "check:")) {
        buf_str(rule->part = &rule->check, after(line, "check:"));
    } else if (begins(line, "←")) {
        buf_clear(rule->part = &rule->facts);
        buf_str(rule->part, after(line, "←"));
    } else if (!rule->part) {
        rule->id = str_trim(line);
    } else if (str_trim(line).n) {
        /* Long expressions go on in the next line; the catalogue has them in one. */
        buf_char(rule->part, ' ');
        buf_str(rule->part, str_trim(line));
    }
}

static void run_rule(Test *t, Str text, Buf *out)
{
    RuleText rule = { 0 };
    buf_init(&rule.applies, FILE_MAX);
    buf_init(&rule.check, FILE_MAX);
    buf_init(&rule.facts, FILE_MAX);
    while (text.p) {
        t->line++;
        rule_line(t, &rule, str_cut(text, '\n', &text), out);
        buf_char(out, '\n');
    }
    if (rule.results < 3)
        failure(t, rule.id, STR("three examples: complied, violated, a fact missing"), STR("fewer"));
    buf_free(&rule.applies);
    buf_free(&rule.check);
    buf_free(&rule.facts);
}

/* ---- console ---- */

static Str program_folder(const Test *t)
{
    Str path = str_c(t->yifa);
    while (path.n && path.p[--path.n] != '/')
        ;
    return path;
}

static Str run_command(Test *t, Str command)
{
    char *bytes = arena_alloc(t->arena, OUTPUT_MAX);
    Str folder = program_folder(t);
    Str line =
        arena_printf(t->arena, "cd '%s' && PATH=\"%.*s:$PATH\" LC_ALL=%s && export PATH LC_ALL && { %.*s\n} 2>&1",
                     t->scratch, STR_ARG(folder), t->g.lang == LANG_ZH ? "zh_CN.UTF-8" : "C.UTF-8", STR_ARG(command));
    FILE *pipe = popen(line.p, "r");
    if (!pipe)
        return STR("the command could not be run");
    Str output = { bytes, fread(bytes, 1, OUTPUT_MAX, pipe) };
    pclose(pipe);
    while (str_ends(output, STR("\n")))
        output.n--;
    return output;
}

static void show_file(Test *t, Str name, Str text)
{
    Str path = arena_printf(t->arena, "%s/%.*s", t->scratch, STR_ARG(name));
    FILE *file = fopen(path.p, "wb");
    if (!file || fwrite(text.p, 1, text.n, file) != text.n || fclose(file) != 0)
        failure(t, path, STR("a file"), STR("could not be written"));
}

/* Lines up to the next command. */
static Str take_output(Str *rest, int *ret_lines)
{
    Str output = { rest->p, 0 };
    for (*ret_lines = 0; rest->p && !begins(*rest, "$ "); ++*ret_lines) {
        Str line = str_cut(*rest, '\n', rest);
        output.n = (size_t)(line.p + line.n - output.p);
    }
    while (str_ends(output, STR("\n")))
        output.n--;
    return output;
}

static void run_console(Test *t, Str text, Buf *out)
{
    while (text.p) {
        int lines;
        t->line++;
        Str line = str_cut(text, '\n', &text);
        Str command = after(line, "$");
        Str expected = take_output(&text, &lines);
        buf_printf(out, "%.*s\n", STR_ARG(line));
        if (begins(command, "cat ")) {
            show_file(t, str_trim(str_slice(command, 4, command.n)), expected);
            buf_str(out, expected);
        } else {
            result(t, line, expected, run_command(t, command), out);
        }
        buf_char(out, '\n');
        t->line += lines;
    }
}

/* ---- law, yaml ---- */

static void run_law(Test *t, Str text, Buf *out)
{
    buf_str(out, text);
    Str words;
    Str head = str_trim(str_cut(text, '\n', &words));
    size_t space = str_find(head, STR(" "));
    t->examples++;
    t->line++;
    if (space == SIZE_MAX)
        failure(t, head, STR("LAW ARTICLE"), head);
    else if (!guide_article_says(&t->g, str_slice(head, 0, space), str_slice(head, space + 1, head.n), str_trim(words)))
        failure(t, head, str_trim(words), STR("the article does not say this"));
}

static void run_yaml(Test *t, Str text, Buf *out)
{
    buf_str(out, text);
    Str lines;
    Str head = str_cut(text, '\n', &lines);
    Str file;
    t->examples++;
    t->line++;
    Str path = arena_printf(t->arena, "%s/%.*s", t->g.source, STR_ARG(after(head, "#")));
    if (!guide_read(t->arena, path.p, &file))
        failure(t, head, STR("# a file of the project"), path);
    else if (str_find(file, str_trim(lines)) == SIZE_MAX)
        failure(t, head, lines, STR("these lines do not stand there"));
}

static void run_facts(Test *t, Str text, Buf *out)
{
    t->facts = arena_str(t->arena, text);
    buf_str(out, text);
}

static void run_csv(Test *t, Str text, Buf *out)
{
    t->examples++;
    Str problem = guide_add_table(t->arena, text);
    if (problem.n)
        failure(t, STR("csv"), STR("a decision table"), problem);
    buf_str(out, text);
}

/* ---- rows of tables ---- */

/* "| `EXPRESSION` | `→ RESULT` | …" */
static bool split_row(Str line, Str *ret_expression, Str *ret_result, Str *ret_rest)
{
    Str middle = STR("` | `→ ");
    size_t at = str_find(line, middle);
    if (!begins(line, "| `") || at == SIZE_MAX)
        return false;
    Str rest = str_slice(line, at + middle.n, line.n);
    size_t end = str_find(rest, STR("` |"));
    if (end == SIZE_MAX)
        return false;
    *ret_expression = str_slice(line, 3, at);
    *ret_result = str_slice(rest, 0, end);
    *ret_rest = str_slice(rest, end, rest.n);
    return true;
}

/* Writes the line; true when it was an example. */
static bool run_row(Test *t, Str line, Buf *out)
{
    Str expression;
    Str expected;
    Str rest;
    if (!split_row(line, &expression, &expected, &rest)) {
        buf_str(out, line);
        return false;
    }
    buf_printf(out, "| `%.*s` | `→ ", STR_ARG(expression));
    result(t, expression, expected, guide_value(&t->g, expression, t->facts), out);
    buf_str(out, rest);
    return true;
}

/* ---- guides ---- */

typedef struct Kind {
    const char *name;
    void (*run)(Test *t, Str text, Buf *out);
} Kind;

static const Kind KINDS[] = {
    { "feel", run_feel }, { "rule", run_rule }, { "law", run_law },     { "console", run_console },
    { "yaml", run_yaml }, { "csv", run_csv },   { "facts", run_facts },
};

static void run_block(Test *t, Str kind, Str text, Buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (str_eq_c(kind, KINDS[i].name)) {
            KINDS[i].run(t, text, out);
            return;
        }
    failure(t, kind, STR("feel, rule, law, console, yaml, csv or facts"), STR("a block that nothing runs"));
    buf_str(out, text);
}

/* The text of a fenced block, up to its closing fence, without the last line end. */
static Str take_block(Str *rest)
{
    const char *from = rest->p;
    while (rest->p && !begins(*rest, "```"))
        str_cut(*rest, '\n', rest);
    Str text = { from, rest->p ? (size_t)(rest->p - from) : 0 };
    str_cut(*rest, '\n', rest);
    if (text.n)
        text.n--;
    return text;
}

/* One fenced block, its opening line already written. Gives the block as run. */
static Block run_fenced(Test *t, Str kind, Str *rest, int line, Buf *out)
{
    Str body = take_block(rest);
    size_t from = buf_view(out).n;
    t->line = line;
    run_block(t, kind, body, out);
    if (!str_ends(buf_view(out), STR("\n")))
        buf_char(out, '\n');
    Str done = buf_view(out);
    Block block = { kind, arena_str(t->arena, str_slice(done, from, done.n)), line };
    buf_c(out, "```\n");
    return block;
}

static int lines_in(Str text)
{
    int n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static size_t run_guide(Test *t, Str text, Block *blocks, Buf *out)
{
    size_t n = 0;
    Str whole = text;
    while (text.p && n < BLOCKS_MAX) {
        int line = 1 + lines_in((Str){ whole.p, (size_t)(text.p - whole.p) });
        Str here = str_cut(text, '\n', &text);
        size_t from = buf_view(out).n;
        t->line = line;
        if (run_row(t, here, out)) {
            Str row = str_slice(buf_view(out), from, buf_view(out).n);
            row.n = str_find(row, STR("→")) + str_find(str_slice(row, str_find(row, STR("→")), row.n), STR("` |"));
            blocks[n++] = (Block){ STR("row"), arena_str(t->arena, row), line };
        }
        if (text.p)
            buf_char(out, '\n');
        if (begins(here, "```"))
            blocks[n++] = run_fenced(t, after(here, "```"), &text, line, out);
    }
    return n;
}

/* Messages and reasons are worded in the guide's language; all else is the same. */
static bool same_line(Str kind, Str a, Str b)
{
    if (str_eq(a, b))
        return true;
    if (str_eq_c(kind, "console"))
        return !begins(a, "$ ") && !begins(b, "$ ");
    size_t mark_a = str_find(a, STR("→ "));
    size_t mark_b = str_find(b, STR("→ "));
    if (mark_a == SIZE_MAX || mark_a != mark_b || !str_eq(str_slice(a, 0, mark_a), str_slice(b, 0, mark_b)))
        return false;
    Str result_a = str_slice(a, mark_a, a.n);
    Str result_b = str_slice(b, mark_b, b.n);
    static const char *const WORDED[] = { "→ null", "→ applies null", "→ error " };
    for (size_t i = 0; i < ARRAY_LEN(WORDED); i++)
        if (begins(result_a, WORDED[i]) && begins(result_b, WORDED[i]))
            return true;
    return false;
}

static bool same_block(const Block *a, const Block *b)
{
    Str rest_a = a->text;
    Str rest_b = b->text;
    if (!str_eq(a->kind, b->kind))
        return false;
    while (rest_a.p && rest_b.p)
        if (!same_line(a->kind, str_cut(rest_a, '\n', &rest_a), str_cut(rest_b, '\n', &rest_b)))
            return false;
    return !rest_a.p && !rest_b.p;
}

static int compare_guides(const Block *a, size_t n_a, const Block *b, size_t n_b, char **paths)
{
    for (size_t i = 0; i < n_a && i < n_b; i++)
        if (!same_block(&a[i], &b[i])) {
            printf("%s:%d and %s:%d differ:\n%.*s\n%.*s\n", paths[0], a[i].line, paths[1], b[i].line,
                   STR_ARG(a[i].text), STR_ARG(b[i].text));
            return 1;
        }
    if (n_a == n_b)
        return 0;
    printf("%s has %zu blocks, %s %zu\n", paths[0], n_a, paths[1], n_b);
    return 1;
}

static void write_back(const char *path, Str text)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text.p, 1, text.n, file) != text.n || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static bool read_guide(Test *t, const char *path, Block *blocks, size_t *ret_n, bool write)
{
    Str text;
    Buf out;
    t->path = path;
    t->g.lang = str_ends(str_c(path), STR(".zh.md")) ? LANG_ZH : LANG_EN;
    if (!guide_read(t->arena, path, &text)) {
        perror(path);
        return false;
    }
    buf_init(&out, FILE_MAX);
    *ret_n = run_guide(t, text, blocks, &out);
    if (write)
        write_back(path, buf_view(&out));
    buf_free(&out);
    return true;
}

int main(int argc, char **argv)
{
    static Block blocks[2][BLOCKS_MAX];
    size_t n[2] = { 0 };
    Err err = { 0 };
    bool write = argc > 1 && strcmp(argv[1], "--write") == 0;
    char **args = argv + 1 + write;
    if (argc - 1 - write != 5) {
        fprintf(stderr, "usage: guide_test [--write] YIFA SOURCE SHARED GUIDE GUIDE\n");
        return 2;
    }
    Test t = { .arena = arena_new(0), .yifa = args[0], .scratch = "/tmp/yifa-guide-XXXXXX" };
    t.g = (Guide){ .arena = t.arena, .source = args[1], .shared = args[2] };
    Str folder = program_folder(&t);
    /* Examples name the packs as somebody in the source tree would. */
    if (!mkdtemp(t.scratch) ||
        symlink(arena_printf(t.arena, "%s/packs", t.g.source).p, arena_printf(t.arena, "%s/packs", t.scratch).p) != 0 ||
        i18n_init(arena_printf(t.arena, "%.*s/po/locale", STR_ARG(folder)).p, &err) != RC_OK)
        return 2;
    for (int i = 0; i < 2; i++)
        if (!read_guide(&t, args[3 + i], blocks[i], &n[i], write))
            return 1;
    int different = compare_guides(blocks[0], n[0], blocks[1], n[1], args + 3);
    printf("%zu blocks, %d examples, %d failed\n", n[0] + n[1], t.examples, t.failed);
    if (system(arena_printf(t.arena, "rm -r '%s'", t.scratch).p) != 0)
        return 2;
    arena_free(t.arena);
    return different || n[0] == 0 || (t.failed && !write);
}
