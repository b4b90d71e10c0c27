/* Yifa's side of the bench beside npm's feelin: the same expressions and tables, the same data, one request at a time.
 *
 * Usage: feel_vs CASES.json. Reads lines "KIND INDEX WHAT MS", with KIND "expressions" or "tables", and answers each
 * with one line. WHAT: "value" answers the values (one for each set of inputs); "once" the evaluations a second of what
 * was parsed once, measured for MS milliseconds; "text" the same with parsing before each evaluation. feel_vs.mjs asks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/feel/boxed.h"
#include "lib/fmt/json.h"

enum { FILE_MAX = 1 << 20, NAMES_MAX = 16, BATCH_NS = 100000 };

typedef struct Bench {
    Arena *arena;
    Arena *scratch;
    Json cases;
} Bench;

/* One case made ready. */
typedef struct Task {
    FeelScope *scope;
    Str text;
    FeelBoxed boxed;
    FeelTable table;
    const FeelExpr *expr;
    const FeelValue *rows; /* values of the slots, one array for each set of inputs */
    size_t n_rows;
    size_t n_slots;
} Task;

static void die(const char *what, const Err *err)
{
    fprintf(stderr, "feel_vs: %s: %s %s\n", what, err ? err->place : "", err ? err->text : "");
    exit(1);
}

static FeelValue slot_value(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    return ((const FeelValue *)ctx)[slot];
}

static FeelValue literal(Bench *b, Str text)
{
    const FeelExpr *expr;
    Err err = { 0 };
    if (feel_parse(b->arena, NULL, text, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        die(arena_c(b->arena, text), &err);
    FeelEnv env = { 0 };
    return feel_eval(expr, &env, feel_null(), b->arena, NULL);
}

/* ---- making cases ready ---- */

static Rc compile(Arena *arena, const Task *t, const FeelExpr **ret, Err *err)
{
    if (t->table.n_rows == 0)
        return feel_parse(arena, t->scope, t->text, (FeelParseOptions){ 0 }, ret, err);
    return feel_parse_boxed(arena, t->scope, &t->boxed, (FeelParseOptions){ 0 }, ret, err);
}

static void read_expression(Bench *b, const Json *spec, Task *t)
{
    const Json *uses = json_get(spec, STR("uses"));
    FeelValue *values = ARENA_ARRAY(b->arena, FeelValue, NAMES_MAX);
    for (size_t i = 0; i < uses->n; i++) {
        Str name = json_as_str(json_at(uses, i));
        feel_scope_add(t->scope, name, -1);
        values[i] = literal(b, json_get_str(json_get(&b->cases, STR("data")), name));
    }
    t->text = json_get_str(spec, STR("text"));
    *t = (Task){ .scope = t->scope, .text = t->text, .rows = values, .n_rows = 1, .n_slots = uses->n };
}

static void read_rows(Bench *b, const Json *spec, Task *t)
{
    FeelValue rows = literal(b, json_get_str(spec, STR("rows")));
    FeelTableRow *out = ARENA_ARRAY(b->arena, FeelTableRow, rows.as.list->n);
    for (size_t i = 0; i < rows.as.list->n; i++) {
        const FeelList *texts = rows.as.list->items[i].as.list;
        FeelCell *cells = ARENA_ARRAY(b->arena, FeelCell, texts->n);
        for (size_t k = 0; k < texts->n; k++)
            cells[k] = (FeelCell){ .text = feel_to_str(texts->items[k]) };
        out[i] = (FeelTableRow){ .cells = cells, .label = arena_printf(b->arena, "%zu", i + 1) };
    }
    t->table.rows = out;
    t->table.n_rows = rows.as.list->n;
}

static void read_table(Bench *b, const Json *spec, Task *t)
{
    const Json *names = json_get(spec, STR("inputs"));
    FeelTableInput *inputs = ARENA_ARRAY(b->arena, FeelTableInput, names->n);
    FeelTableOutput *output = ARENA_NEW(b->arena, FeelTableOutput);
    for (size_t i = 0; i < names->n; i++) {
        Str name = json_as_str(json_at(names, i));
        feel_scope_add(t->scope, name, -1);
        inputs[i] = (FeelTableInput){ .expression = { .text = name } };
    }
    t->table =
        (FeelTable){ .hit = FEEL_HIT_FIRST, .inputs = inputs, .n_inputs = names->n, .outputs = output, .n_outputs = 1 };
    read_rows(b, spec, t);
    t->boxed = (FeelBoxed){ .kind = FEEL_BOXED_TABLE, .table = &t->table };
    const FeelList *sets = literal(b, json_get_str(spec, STR("values"))).as.list;
    FeelValue *values = ARENA_ARRAY(b->arena, FeelValue, sets->n * names->n);
    for (size_t i = 0; i < sets->n * names->n; i++) {
        Str name = json_as_str(json_at(names, i % names->n));
        values[i] = *feel_get(sets->items[i / names->n], name);
    }
    t->rows = values;
    t->n_rows = sets->n;
    t->n_slots = names->n;
}

static void task_read(Bench *b, const char *kind, size_t index, Task *t)
{
    const Json *spec = json_at(json_get(&b->cases, str_c(kind)), index);
    if (!spec)
        die("no such case", NULL);
    *t = (Task){ .scope = feel_scope_new(b->arena, NULL) };
    if (strcmp(kind, "tables") == 0)
        read_table(b, spec, t);
    else
        read_expression(b, spec, t);
    Err err = { 0 };
    if (compile(b->arena, t, &t->expr, &err) != RC_OK)
        die("cannot be parsed", &err);
}

/* ---- running ---- */

static FeelValue run(Bench *b, const Task *t, const FeelExpr *expr, size_t set, Str *ret_reason)
{
    FeelValue values[NAMES_MAX];
    memcpy(values, t->rows + set * t->n_slots, t->n_slots * sizeof *values);
    FeelEnv env = { .slot = slot_value, .ctx = values };
    return feel_eval(expr, &env, feel_null(), b->scratch, ret_reason);
}

static void answer_values(Bench *b, const Task *t)
{
    for (size_t set = 0; set < t->n_rows; set++) {
        Str reason;
        arena_reset(b->scratch);
        FeelValue v = run(b, t, t->expr, set, &reason);
        Str text = v.type == FEEL_NULL ? reason : feel_display(b->scratch, v);
        printf("%s%.*s", set ? " | " : "", STR_ARG(text));
    }
    printf("\n");
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void one_round(Bench *b, const Task *t, bool parse)
{
    for (size_t set = 0; set < t->n_rows; set++) {
        const FeelExpr *expr = t->expr;
        arena_reset(b->scratch);
        if (parse && compile(b->scratch, t, &expr, NULL) != RC_OK)
            die("cannot be parsed again", NULL);
        (void)run(b, t, expr, set, NULL);
    }
}

static void answer_rate(Bench *b, const Task *t, bool parse, double ms)
{
    double start = now_ns();
    one_round(b, t, parse);
    double once = now_ns() - start;
    size_t batch = once < BATCH_NS ? (size_t)(BATCH_NS / (once + 1)) + 1 : 1;
    size_t rounds = 0;
    double spent = 0;
    for (start = now_ns(); spent < ms * 1e6; spent = now_ns() - start, rounds += batch)
        for (size_t i = 0; i < batch; i++)
            one_round(b, t, parse);
    printf("%.1f\n", (double)rounds * (double)t->n_rows / spent * 1e9);
}

int main(int argc, char **argv)
{
    static char text[FILE_MAX];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!file)
        die("usage: feel_vs CASES.json", NULL);
    size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    Bench b = { .arena = arena_new(0), .scratch = arena_new(0) };
    Err err = { 0 };
    if (json_parse(b.arena, (Str){ text, n }, &b.cases, &err) != RC_OK)
        die(argv[1], &err);
    char line[128], kind[32], what[32];
    size_t index;
    double ms;
    Task t;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%31s %zu %31s %lf", kind, &index, what, &ms) != 4)
            die("what is asked is KIND INDEX WHAT MS", NULL);
        ArenaMark mark = arena_mark(b.arena);
        task_read(&b, kind, index, &t);
        if (strcmp(what, "value") == 0)
            answer_values(&b, &t);
        else
            answer_rate(&b, &t, strcmp(what, "text") == 0, ms);
        fflush(stdout);
        arena_rewind(b.arena, mark);
    }
    arena_free(b.scratch);
    arena_free(b.arena);
    return 0;
}
