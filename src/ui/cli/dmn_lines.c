/* dmn_lines.c - decisions for other programs: a JSON object a line on standard input, one a line on standard output.
 *
 *   {"model": PATH, "imports": [PATH...], "decision": NAME, "invocable": SERVICE, "inputs": {NAME: VALUE},
 *    "input_ns": {NAME: NAMESPACE}, "id": ANY}
 *   {"id": ANY, "value": VALUE} or {"id": ANY, "value": null, "error": TEXT}
 *
 * VALUE is as feel_json.h has it; "imports", "invocable", "inputs", "input_ns" and "id" may be absent, other members
 * are ignored. Every line gets an answer, in order. This is the protocol of the TCK's runner. */
#include <stdio.h>

#include "lib/os/clock.h"
#include "ui/cli/cmd_dmn.h"
#include "ui/cli/dmn_models.h"
#include "ui/cli/feel_json.h"

enum { LINE_MAX_BYTES = JSON_TEXT_MAX, ANSWER_MAX = 64 * 1024 * 1024, ZONE_MINUTES = 480 };

typedef struct Speaker {
    Arena *arena; /* of one line */
    DmnModels *models;
    Buf line;
    Buf answer;
} Speaker;

/* False at the end of the input. A line that is too long is read to its end, so that the next one is found. */
static bool read_line(Buf *line)
{
    int c;
    buf_clear(line);
    while ((c = getchar_unlocked()) != EOF && c != '\n')
        buf_char(line, (char)c);
    return c != EOF || line->n > 0 || line->failed;
}

/* ---- requests ---- */

static Rc read_paths(const Json *request, Arena *arena, const char **paths, size_t *ret_n, Err *err)
{
    const Json *imports = json_get(request, STR("imports"));
    Str model = json_get_str(request, STR("model"));
    size_t n = 0;
    if (model.n == 0)
        return err_set(err, RC_INVALID, "\"model\" must name a file");
    paths[n++] = arena_c(arena, model);
    for (size_t i = 0; imports && imports->type == JSON_ARR && i < imports->n; i++) {
        if (n == DMN_PATHS_MAX)
            return err_set(err, RC_LIMIT, "a model is made of at most %d files", DMN_PATHS_MAX);
        paths[n++] = arena_c(arena, json_as_str(&imports->as.items[i]));
    }
    *ret_n = n;
    return RC_OK;
}

Rc dmn_inputs_read(Arena *arena, const Json *values, const Json *namespaces, DmnRun *run, Err *err)
{
    if (values && values->type != JSON_OBJ)
        return err_set(err, RC_INVALID, "the inputs must be a JSON object");
    run->n = values ? values->n : 0;
    DmnInput *inputs = ARENA_ARRAY(arena, DmnInput, run->n);
    for (size_t i = 0; i < run->n; i++) {
        const JsonMember *member = &values->as.members[i];
        inputs[i].name = member->key;
        inputs[i].ns = json_get_str(namespaces, member->key);
        TRY(feel_json_value(arena, &member->value, &inputs[i].value, err));
    }
    run->inputs = inputs;
    OsClock clock = os_clock_system();
    run->now_ms = os_clock_now_ms(&clock);
    run->zone_minutes = ZONE_MINUTES;
    return RC_OK;
}

static Rc decide(Speaker *s, const Json *request, DmnResult *ret, Err *err)
{
    const char *paths[DMN_PATHS_MAX];
    size_t n = 0;
    const DmnModel *model = NULL;
    DmnRun run = { 0 };
    TRY(read_paths(request, s->arena, paths, &n, err));
    TRY(dmn_models_get(s->models, paths, n, &model, err));
    TRY(dmn_inputs_read(s->arena, json_get(request, STR("inputs")), json_get(request, STR("input_ns")), &run, err));
    *ret = dmn_evaluate(model, json_get_str(request, STR("decision")), json_get_str(request, STR("invocable")), &run,
                        s->arena);
    return RC_OK;
}

/* ---- answers ---- */

static void write_text(Buf *out, const char *key, Str text)
{
    Json json = json_str(text);
    buf_printf(out, ",\"%s\":", key);
    json_write(out, &json);
}

static void write_answer(Speaker *s, const Json *id, FeelValue value, Str error)
{
    Json none = json_null();
    Buf *out = &s->answer;
    buf_clear(out);
    buf_c(out, id ? "{\"id\":" : "{");
    if (id)
        json_write(out, id);
    buf_c(out, id ? ",\"value\":" : "\"value\":");
    feel_json_write(out, s->arena, value);
    if (error.n)
        write_text(out, "error", error);
    buf_char(out, '}');
    if (out->failed) {
        buf_clear(out);
        buf_c(out, "{\"id\":");
        json_write(out, id ? id : &none);
        buf_c(out, ",\"value\":null,\"error\":\"the value is larger than 64 MiB\"}");
    }
}

static Str error_text(Arena *arena, const Err *err)
{
    return arena_printf(arena, "%s%s%s", err->place, err->place[0] ? ": " : "", err->text);
}

static void answer_line(Speaker *s)
{
    Err err = { 0 };
    Json request = json_null();
    DmnResult result = { 0 };
    Rc rc = s->line.failed ? err_set(&err, RC_LIMIT, "the line is longer than %d bytes", LINE_MAX_BYTES)
                           : json_parse_decimals(s->arena, buf_view(&s->line), &request, &err);
    if (rc == RC_OK && request.type != JSON_OBJ)
        rc = err_set(&err, RC_INVALID, "a request is a JSON object");
    if (rc == RC_OK)
        rc = decide(s, &request, &result, &err);
    const Json *id = request.type == JSON_OBJ ? json_get(&request, STR("id")) : NULL;
    if (rc != RC_OK)
        write_answer(s, id, feel_null(), error_text(s->arena, &err));
    else
        write_answer(s, id, result.value, result.failed ? result.reason : STR_NONE);
}

static bool speak(Speaker *s)
{
    while (read_line(&s->line)) {
        answer_line(s);
        buf_char(&s->answer, '\n');
        if (fwrite(s->answer.p, 1, s->answer.n, stdout) != s->answer.n || fflush(stdout) != 0)
            return false; /* nobody listens any more */
        arena_reset(s->arena);
    }
    return true;
}

int dmn_lines(void)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    CLEANUP(dmn_models_freep) DmnModels *models = dmn_models_new();
    Speaker s = { .arena = arena, .models = models };
    if (!models)
        return EXIT_FAILED;
    buf_init(&s.line, LINE_MAX_BYTES);
    buf_init(&s.answer, ANSWER_MAX);
    bool spoken = speak(&s);
    buf_free(&s.line);
    buf_free(&s.answer);
    return spoken ? EXIT_DONE : EXIT_FAILED;
}
