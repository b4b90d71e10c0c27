/* Runs the golden files: cases of three lines (expression, context, result), parted by blank lines; "#" comments.
 *
 * An expression that begins with "unary:" is a unary test over the context, which is then any value. A result is what
 * feel_print writes, "null because REASON" where the reason matters, or "error LINE:COLUMN MESSAGE" from the parser.
 * `golden_tests --write FILE` replaces the results by what comes out: read the difference before you keep it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/feel/feel.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

typedef struct Fields {
    FeelValue context;
} Fields;

static FeelValue field(void *ctx, int slot, Arena *arena)
{
    (void)arena;
    return ((const Fields *)ctx)->context.as.ctx->entries[slot].value;
}

static FeelEnv env_of(Fields *fields)
{
    Day day = 0;
    day_parse(STR("2026-03-02"), &day);
    return (FeelEnv){
        .slot = field, .ctx = fields, .now_ms = day_start(day, 480) + 10 * (int64_t)MS_PER_HOUR, .zone_minutes = 480
    };
}

static FeelValue literal(Arena *arena, Str text)
{
    const FeelExpr *expr;
    Err err;
    FeelEnv env = { 0 };
    if (feel_parse(arena, NULL, text, (FeelParseOptions){ 0 }, &expr, &err) != RC_OK) {
        printf("context %.*s: %s %s\n", STR_ARG(text), err.place, err.text);
        exit(1);
    }
    return feel_eval(expr, &env, feel_null(), arena, NULL);
}

static Str run_case(Arena *arena, Str text, Str context)
{
    FeelParseOptions options = { .unary_tests = str_starts(text, STR("unary:")) };
    Fields fields = { .context = literal(arena, context) };
    FeelScope *scope = feel_scope_new(arena, NULL);
    if (options.unary_tests)
        text = str_trim(str_slice(text, 6, text.n));
    else
        for (size_t i = 0; i < fields.context.as.ctx->n; i++)
            feel_scope_add(scope, fields.context.as.ctx->entries[i].key, -1);
    const FeelExpr *expr;
    Err err;
    if (feel_parse(arena, scope, text, options, &expr, &err) != RC_OK)
        return arena_printf(arena, "error %s %s", err.place, err.text);
    FeelEnv env = env_of(&fields);
    Str reason;
    FeelValue v = feel_eval(expr, &env, options.unary_tests ? fields.context : feel_null(), arena, &reason);
    if (feel_is_null(v) && reason.n)
        return arena_printf(arena, "null because %.*s", STR_ARG(reason));
    return feel_print(arena, v);
}

static bool agrees(Str expected, Str actual)
{
    return str_eq(expected, actual) || (str_eq_c(expected, "null") && str_starts(actual, STR("null because ")));
}

/* What feel_print wrote must be FEEL for the same value. */
static bool parses_back(Arena *arena, Str actual)
{
    if (str_starts(actual, STR("error ")) || str_starts(actual, STR("null")) ||
        str_find(actual, STR("function")) != SIZE_MAX)
        return true;
    return str_eq(feel_print(arena, literal(arena, actual)), actual);
}

typedef struct Counts {
    int cases;
    int failed;
} Counts;

static Str next_line(Str *rest, int *line)
{
    ++*line;
    return str_trim(str_cut(*rest, '\n', rest));
}

static void check_file(Arena *arena, Str text, const char *path, Buf *out, Counts *counts)
{
    int line = 0;
    while (text.p) {
        Str expression = next_line(&text, &line);
        if (expression.n == 0 || expression.p[0] == '#') {
            buf_str(out, expression);
            buf_char(out, '\n');
            continue;
        }
        Str context = next_line(&text, &line);
        Str expected = next_line(&text, &line);
        arena_reset(arena);
        Str actual = run_case(arena, expression, context);
        counts->cases++;
        if (!agrees(expected, actual) || !parses_back(arena, actual)) {
            counts->failed++;
            printf("%s:%d: %.*s\n  with     %.*s\n  expected %.*s\n  got      %.*s\n", path, line - 2,
                   STR_ARG(expression), STR_ARG(context), STR_ARG(expected), STR_ARG(actual));
        }
        bool keep = agrees(expected, actual);
        buf_printf(out, "%.*s\n%.*s\n%.*s\n", STR_ARG(expression), STR_ARG(context), STR_ARG(keep ? expected : actual));
    }
}

static Str read_file(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    char *bytes = arena_alloc(arena, FILE_MAX);
    size_t n = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    return (Str){ bytes, n };
}

static void write_file(const char *path, Str text)
{
    while (str_ends(text, STR("\n\n")))
        text.n--;
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text.p, 1, text.n, file) != text.n || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    bool write = argc > 1 && strcmp(argv[1], "--write") == 0;
    Counts counts = { 0 };
    for (int i = write ? 2 : 1; i < argc; i++) {
        Arena *arena = arena_new(0);
        Arena *texts = arena_new(0);
        Buf out;
        buf_init(&out, FILE_MAX);
        check_file(arena, read_file(texts, argv[i]), argv[i], &out, &counts);
        if (write)
            write_file(argv[i], buf_view(&out));
        buf_free(&out);
        arena_free(texts);
        arena_free(arena);
    }
    printf("%d cases, %d failed\n", counts.cases, counts.failed);
    return counts.cases == 0 || (counts.failed > 0 && !write);
}
