#include "support.h"

#include <stdio.h>
#include <stdlib.h>

static Arena *arena;

Arena *support_arena(void)
{
    if (!arena)
        arena = arena_new(0);
    return arena;
}

void support_done(void)
{
    arena_free(arena);
    arena = NULL;
}

static Str page_name(TemplateKind kind)
{
    return kind == TEMPLATE_HTML ? STR("t.html") : kind == TEMPLATE_MARKDOWN ? STR("t.md") : STR("t.txt");
}

static const Template *compile(TemplateKind kind, const char *source, const char *const *partials)
{
    Err err = { 0 };
    TemplateSet *set = template_set_new(support_arena(), NULL);
    if (template_load(set, page_name(kind), str_c(source), kind, &err) != RC_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; partials && partials[i]; i += 2) {
        if (template_load(set, str_c(partials[i]), str_c(partials[i + 1]), kind, &err) != RC_OK)
            fail_msg("%s", err.text);
    }
    if (template_set_compile(set, &err) != RC_OK)
        fail_msg("%s: %s", err.place, err.text);
    return template_find(set, page_name(kind));
}

static const char *run(const Template *t, const char *model, TemplateGaps *gaps)
{
    Err err = { 0 };
    Json json;
    if (json_parse(support_arena(), str_c(model), &json, &err) != RC_OK)
        fail_msg("model %s: %s", err.place, err.text);
    Buf out;
    buf_init(&out, 1024 * 1024);
    if (template_render(t, &json, &(TemplateOptions){ .gaps = gaps }, support_arena(), &out, &err) != RC_OK)
        fail_msg("%s", err.text);
    const char *text = arena_c(support_arena(), buf_view(&out));
    buf_free(&out);
    return text;
}

const char *render(TemplateKind kind, const char *source, const char *model, const char *const *partials)
{
    return run(compile(kind, source, partials), model, NULL);
}

const char *gaps(const char *source, const char *model)
{
    TemplateGaps found = { 0 };
    (void)run(compile(TEMPLATE_HTML, source, NULL), model, &found);
    Str all = STR_NONE;
    for (size_t i = 0; i < found.n; i++)
        all = arena_printf(support_arena(), "%.*s%s%.*s", STR_ARG(all), i ? "\n" : "", STR_ARG(found.items[i]));
    return arena_c(support_arena(), all);
}

void refused(const char *source, const char *place, const char *text)
{
    Err err = { 0 };
    TemplateSet *set = template_set_new(support_arena(), NULL);
    assert_int_equal(template_load(set, STR("t.html"), str_c(source), TEMPLATE_HTML, &err), RC_OK);
    if (template_set_compile(set, &err) == RC_OK)
        fail_msg("not refused: %s", source);
    if (str_find(str_c(err.text), str_c(text)) == SIZE_MAX)
        fail_msg("\"%s\" does not say \"%s\"", err.text, text);
    assert_string_equal(err.place, place);
}

Str read_file(Arena *into, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    Buf b;
    buf_init(&b, 16 * 1024 * 1024);
    char piece[16384];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_bytes(&b, piece, n);
    fclose(file);
    Str text = buf_to_arena(&b, into);
    buf_free(&b);
    return text;
}
