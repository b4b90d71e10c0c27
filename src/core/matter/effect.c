#include "core/matter/effect.h"

/* Spelling of each kind's slots; NULL: not used. */
static const struct {
    const char *kind;
    const char *name;
    const char *text;
    const char *a;
    const char *b;
    const char *value;
} spelling[EFFECT_COUNT] = {
    [EFFECT_OPEN] = { "open", "procedure", "code", NULL, NULL, NULL },
    [EFFECT_SET] = { "set", "field", NULL, NULL, NULL, "value" },
    [EFFECT_COMMIT] = { "commit", "field", "digest", NULL, NULL, NULL },
    [EFFECT_STAGE] = { "stage", "to", "outcome", NULL, NULL, NULL },
    [EFFECT_TITLE] = { "title", NULL, "text", NULL, NULL, NULL },
    [EFFECT_KIND] = { "kind", NULL, "text", NULL, NULL, NULL },
    [EFFECT_MERGE] = { "merge", NULL, NULL, "into", NULL, NULL },
    [EFFECT_VOID] = { "void", NULL, NULL, "version", NULL, NULL },
    [EFFECT_CLOCK] = { "clock", "id", NULL, NULL, NULL, "row" },
    [EFFECT_NUMBER] = { "number", "series", "text", "year", "n", NULL },
    [EFFECT_ALIAS] = { "alias", "system", "number", NULL, NULL, NULL },
    [EFFECT_PARTY] = { "party", "role", NULL, "subject", NULL, NULL },
    [EFFECT_BLIND] = { "blind", "index", "digest", "subject", NULL, NULL },
    [EFFECT_LINK] = { "link", "relation", NULL, "to", NULL, NULL },
    [EFFECT_DOCUMENT] = { "document", "template", "number", "id", NULL, "row" },
    [EFFECT_SHEET] = { "sheet", "series", "state", "first", "last", "row" },
    [EFFECT_FINDING] = { "finding", "rule", NULL, "source", "seq", "row" },
    [EFFECT_SPAWN] = { "spawn", "procedure", "act", NULL, NULL, "row" },
    [EFFECT_SIGNAL] = { "signal", "relation", "act", "to", NULL, "row" },
    [EFFECT_BLOB] = { "blob", "role", "digest", "size", NULL, NULL },
    [EFFECT_PUT] = { "put", "table", NULL, NULL, NULL, "row" },
    [EFFECT_FREEZE] = { "freeze", "report", NULL, NULL, NULL, "row" },
};

Effect *effects_add(Arena *arena, Effects *effects, Effect effect)
{
    Effect *slot = ARENA_PUSH(arena, effects->items, effects->n, effects->cap);
    *slot = effect;
    return slot;
}

Effects effects_copy(Arena *arena, const Effects *effects)
{
    Effects copy = { .items = ARENA_ARRAY(arena, Effect, effects->n), .n = effects->n, .cap = effects->n };
    for (size_t i = 0; i < effects->n; i++) {
        const Effect *e = &effects->items[i];
        copy.items[i] = *e;
        copy.items[i].name = arena_str(arena, e->name);
        copy.items[i].text = arena_str(arena, e->text);
        copy.items[i].value = json_copy(arena, &e->value);
    }
    return copy;
}

bool effect_is_core(EffectKind kind)
{
    return kind <= EFFECT_MERGE;
}

const char *effect_name(EffectKind kind)
{
    return spelling[kind].kind;
}

Json effects_to_json(Arena *arena, const Effects *effects)
{
    Json list = json_arr();
    for (size_t i = 0; i < effects->n; i++) {
        const Effect *e = &effects->items[i];
        Json row = json_obj();
        json_add(arena, &row, STR("do"), json_c(spelling[e->kind].kind));
        if (spelling[e->kind].name)
            json_add(arena, &row, str_c(spelling[e->kind].name), json_str(e->name));
        if (spelling[e->kind].text && e->text.n)
            json_add(arena, &row, str_c(spelling[e->kind].text), json_str(e->text));
        if (spelling[e->kind].a)
            json_add(arena, &row, str_c(spelling[e->kind].a), json_int(e->a));
        if (spelling[e->kind].b)
            json_add(arena, &row, str_c(spelling[e->kind].b), json_int(e->b));
        if (spelling[e->kind].value)
            json_add(arena, &row, str_c(spelling[e->kind].value), e->value);
        json_push(arena, &list, row);
    }
    return list;
}

static EffectKind kind_of(Str name)
{
    for (int k = 0; k < EFFECT_COUNT; k++)
        if (str_eq_c(name, spelling[k].kind))
            return (EffectKind)k;
    return EFFECT_COUNT;
}

Rc effects_from_json(Arena *arena, const Json *json, Effects *ret, Err *err)
{
    if (!json || json->type != JSON_ARR)
        return err_set(err, RC_CORRUPT, "an entry without a list of effects");
    Effects effects = { 0 };
    for (size_t i = 0; i < json->n; i++) {
        const Json *row = json_at(json, i);
        EffectKind k = kind_of(json_get_str(row, STR("do")));
        if (k == EFFECT_COUNT)
            return err_set(err, RC_CORRUPT, "effect %zu is of no known kind", i);
        Effect e = { .kind = k };
        if (spelling[k].name)
            e.name = json_get_str(row, str_c(spelling[k].name));
        if (spelling[k].text)
            e.text = json_get_str(row, str_c(spelling[k].text));
        if (spelling[k].a)
            e.a = json_get_int(row, str_c(spelling[k].a), 0);
        if (spelling[k].b)
            e.b = json_get_int(row, str_c(spelling[k].b), 0);
        const Json *value = spelling[k].value ? json_get(row, str_c(spelling[k].value)) : NULL;
        if (value)
            e.value = *value;
        effects_add(arena, &effects, e);
    }
    *ret = effects;
    return RC_OK;
}
