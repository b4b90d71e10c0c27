/* Evaluates one FEEL expression: for authors who try out a rule. */
#include "core/feel/feel.h"
#include "core/law/feel_law.h"
#include "lib/fmt/json.h"
#include "lib/os/clock.h"
#include "lib/os/file.h"
#include "ui/cli/cli.h"

enum { CONTEXT_MAX = 1 << 20 };

typedef struct Names {
    const Json *context;
    Arena *arena;
} Names;

static FeelValue from_json(Arena *arena, const Json *json)
{
    switch (json->type) {
    case JSON_NULL: return feel_null();
    case JSON_BOOL: return feel_bool(json->as.b);
    case JSON_INT: return feel_int(json->as.i);
    case JSON_STR: return feel_str(json_as_str(json));
    case JSON_ARR: {
        FeelValue *items = ARENA_ARRAY(arena, FeelValue, json->n);
        for (size_t i = 0; i < json->n; i++)
            items[i] = from_json(arena, &json->as.items[i]);
        return feel_list(arena, items, json->n);
    }
    case JSON_OBJ: {
        FeelEntry *entries = ARENA_ARRAY(arena, FeelEntry, json->n);
        for (size_t i = 0; i < json->n; i++)
            entries[i] = (FeelEntry){ json->as.members[i].key, from_json(arena, &json->as.members[i].value) };
        return feel_context(arena, entries, json->n);
    }
    }
    return feel_null();
}

static FeelValue name_value(void *ctx, int slot, Arena *arena)
{
    const Names *names = ctx;
    (void)arena;
    return from_json(names->arena, &names->context->as.members[slot].value);
}

static Rc read_context(Cli *cli, Json *ret, Err *err)
{
    const char *path = cli_option(cli, "context");
    Str bytes;
    *ret = json_obj();
    if (!path)
        return RC_OK;
    TRY(os_read_file(cli->arena, path, CONTEXT_MAX, &bytes, err));
    TRY(json_parse(cli->arena, bytes, ret, err));
    return ret->type == JSON_OBJ ? RC_OK : err_at(err, RC_INVALID, path, "the context must be a JSON object");
}

/* The expression with a mark under the place that was not understood. */
static int show_place(const Cli *cli, const char *text, const Err *err)
{
    int line = 0;
    int column = 0;
    fprintf(stderr, "yifa: %s: %s\n  %s\n", err->place, err->text, text);
    if (sscanf(err->place, "%d:%d", &line, &column) == 2 && line == 1)
        fprintf(stderr, "  %*s^\n", column > 1 ? column - 1 : 0, "");
    (void)cli;
    return EXIT_FOUND;
}

int cmd_feel(Cli *cli)
{
    Json context;
    Err err = { 0 };
    const FeelExpr *expr = NULL;
    if (read_context(cli, &context, &err) != RC_OK)
        return cli_failed(cli, &err);
    FeelScope *scope = feel_scope_new(cli->arena, NULL);
    for (size_t i = 0; i < context.n; i++)
        feel_scope_add(scope, context.as.members[i].key, -1);
    feel_law_register(scope);
    if (feel_parse(cli->arena, scope, str_c(cli->args[0]), (FeelParseOptions){ 0 }, &expr, &err) != RC_OK)
        return show_place(cli, cli->args[0], &err);
    Names names = { &context, cli->arena };
    OsClock clock = os_clock_system();
    FeelEnv env = { .slot = name_value, .ctx = &names, .now_ms = os_clock_now_ms(&clock), .zone_minutes = 480 };
    Str reason = STR_NONE;
    FeelValue value = feel_eval(expr, &env, feel_null(), cli->arena, &reason);
    Str text = feel_print(cli->arena, value);
    printf("%.*s\n", STR_ARG(text));
    if (reason.n)
        fprintf(stderr, "yifa: null: %.*s\n", STR_ARG(reason));
    return EXIT_DONE;
}
