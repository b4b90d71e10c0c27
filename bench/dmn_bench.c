/* Time of one evaluation for each request of the conformance cases, in process: median and 99th percentile over all.
 *
 * Usage: dmn_bench REQUESTS [REPEATS]. REQUESTS has one request of the line protocol a line (dmn_lines.c), as the
 * runner of the cases sends them: tools/run_bench writes them down while it runs. Each is evaluated REPEATS times from
 * values to value, its model read before; the median counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/os/file.h"
#include "ui/cli/cmd_dmn.h"
#include "ui/cli/dmn_models.h"

enum { REPEATS = 51, REPEATS_MAX = 1001, SLOWEST = 5, REQUESTS_MAX = 64 << 20 };

typedef struct Result {
    double ns;
    Str model;
    Str decision;
} Result;

typedef struct Bench {
    Arena *arena;   /* of all */
    Arena *line;    /* of one request */
    Arena *scratch; /* of one evaluation */
    DmnModels *models;
    int repeats;
    Result *results;
    size_t n;
    size_t cap;
} Bench;

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_time(const void *a, const void *b)
{
    double x = ((const Result *)a)->ns, y = ((const Result *)b)->ns;
    return (x > y) - (x < y);
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(const Bench *b, const DmnModel *model, const Json *request, const DmnRun *run)
{
    double spent[REPEATS_MAX];
    Str decision = json_get_str(request, STR("decision"));
    Str service = json_get_str(request, STR("invocable"));
    for (int i = 0; i < b->repeats; i++) {
        arena_reset(b->scratch);
        double start = now_ns();
        (void)dmn_evaluate(model, decision, service, run, b->scratch);
        spent[i] = now_ns() - start;
    }
    qsort(spent, (size_t)b->repeats, sizeof *spent, by_number);
    return spent[b->repeats / 2];
}

static Rc model_of(Bench *b, const Json *request, const DmnModel **ret, Err *err)
{
    const char *paths[DMN_PATHS_MAX];
    const Json *imports = json_get(request, STR("imports"));
    size_t n = 0;
    paths[n++] = arena_c(b->line, json_get_str(request, STR("model")));
    for (size_t i = 0; imports && i < imports->n && n < DMN_PATHS_MAX; i++)
        paths[n++] = arena_c(b->line, json_as_str(json_at(imports, i)));
    return dmn_models_get(b->models, paths, n, ret, err);
}

/* A request whose model cannot be read has nothing to measure. */
static Rc measure_line(Bench *b, Str line, Err *err)
{
    Json request;
    const DmnModel *model;
    DmnRun run = { 0 };
    TRY(json_parse_decimals(b->line, line, &request, err));
    if (model_of(b, &request, &model, err) != RC_OK)
        return RC_OK;
    TRY(dmn_inputs_read(b->line, json_get(&request, STR("inputs")), json_get(&request, STR("input_ns")), &run, err));
    double ns = measure(b, model, &request, &run);
    Str path = arena_str(b->arena, json_get_str(&request, STR("model")));
    Str decision = arena_str(b->arena, json_get_str(&request, STR("decision")));
    *ARENA_PUSH(b->arena, b->results, b->n, b->cap) = (Result){ ns, path, decision };
    return RC_OK;
}

static void print_results(Bench *b)
{
    qsort(b->results, b->n, sizeof *b->results, by_time);
    printf("%zu evaluations, each the median of %d: median %.1f us, 99th percentile %.1f us\nslowest:\n", b->n,
           b->repeats, b->results[b->n / 2].ns / 1e3, b->results[b->n * 99 / 100].ns / 1e3);
    for (size_t i = 0; i < SLOWEST && i < b->n; i++) {
        const Result *r = &b->results[b->n - 1 - i];
        const char *path = arena_c(b->arena, r->model);
        const char *slash = strrchr(path, '/');
        printf("  %10.1f us  %s: %.*s\n", r->ns / 1e3, slash ? slash + 1 : path, STR_ARG(r->decision));
    }
}

int main(int argc, char **argv)
{
    int repeats = argc > 2 ? atoi(argv[2]) : REPEATS;
    Bench b = { .arena = arena_new(0), .line = arena_new(0), .scratch = arena_new(0), .models = dmn_models_new() };
    b.repeats = repeats > 0 && repeats <= REPEATS_MAX ? repeats : REPEATS;
    Str text = STR_NONE;
    Err err = { 0 };
    Rc rc = argc > 1 ? os_read_file(b.arena, argv[1], REQUESTS_MAX, &text, &err)
                     : err_set(&err, RC_INVALID, "usage: dmn_bench REQUESTS [REPEATS]");
    while (rc == RC_OK && text.n > 0) {
        Str line = str_cut(text, '\n', &text);
        arena_reset(b.line);
        rc = line.n ? measure_line(&b, line, &err) : RC_OK;
    }
    if (rc == RC_OK && b.n > 0)
        print_results(&b);
    else
        fprintf(stderr, "dmn_bench: %s %s\n", err.place, rc == RC_OK ? "no requests" : err.text);
    dmn_models_freep(&b.models);
    arena_free(b.scratch);
    arena_free(b.line);
    arena_free(b.arena);
    return rc == RC_OK ? 0 : 1;
}
