#include "core/template/program.h"

TemplateSet *template_set_new(Arena *arena, const TemplateSetOptions *options)
{
    TemplateSet *set = ARENA_NEW(arena, TemplateSet);
    set->arena = arena;
    if (options)
        set->options = *options;
    map_init(&set->sources, arena);
    return set;
}

Rc template_load(TemplateSet *set, Str name, Str bytes, TemplateKind kind, Err *err)
{
    size_t bad = 0;
    if (bytes.n > TEMPLATE_SOURCE_MAX)
        return err_set(err, RC_LIMIT, "template %.*s has %zu bytes, %d are allowed", STR_ARG(name), bytes.n,
                       TEMPLATE_SOURCE_MAX);
    if (!str_is_utf8(bytes, &bad))
        return err_set(err, RC_PARSE, "template %.*s is not UTF-8 at byte %zu", STR_ARG(name), bad);
    if (map_get(&set->sources, name))
        return err_set(err, RC_CONFLICT, "template %.*s is loaded twice", STR_ARG(name));
    Source *source = ARENA_NEW(set->arena, Source);
    source->name = arena_str(set->arena, name);
    source->text = arena_str(set->arena, bytes);
    source->kind = kind;
    map_put(&set->sources, source->name, source);
    *ARENA_PUSH(set->arena, set->order, set->n, set->cap) = source;
    return RC_OK;
}

Rc template_set_compile(TemplateSet *set, Err *err)
{
    for (size_t i = 0; i < set->n; i++) {
        Source *source = set->order[i];
        if (source->compiled || str_starts(source->name, STR("_")))
            continue;
        TRY(compile_template(set, source, err));
    }
    return RC_OK;
}

const Template *template_find(const TemplateSet *set, Str name)
{
    const Source *source = map_get(&set->sources, name);
    return source ? source->compiled : NULL;
}
