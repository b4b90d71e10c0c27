/* scope.c - the names an expression may use. */
#include <assert.h>

#include "core/feel/feel_internal.h"

FeelScope *feel_scope_new(Arena *arena, const FeelScope *parent)
{
    FeelScope *scope = ARENA_NEW(arena, FeelScope);
    scope->arena = arena;
    scope->parent = parent;
    scope->first_slot = parent ? feel_scope_slots(parent) : 0;
    scope->max_parts = 1;
    map_init(&scope->names, arena);
    map_init(&scope->types, arena);
    return scope;
}

/* Functions and values have separate entries, so that a field called "count" leaves count() usable. */
static Str symbol_key(Arena *arena, Str name, bool function)
{
    return function ? arena_printf(arena, "%.*s(", STR_ARG(name)) : name;
}

static void scope_put(FeelScope *scope, Symbol symbol, size_t parts)
{
    Symbol *stored = ARENA_NEW(scope->arena, Symbol);
    *stored = symbol;
    map_put(&scope->names, symbol_key(scope->arena, symbol.name, symbol.kind != SYMBOL_SLOT), stored);
    *ARENA_PUSH(scope->arena, scope->order, scope->n, scope->cap) = stored;
    if (parts > scope->max_parts)
        scope->max_parts = parts;
}

int feel_scope_add(FeelScope *scope, Str name, int alias_of)
{
    size_t parts;
    Str normal = lex_normal_name(scope->arena, name, &parts);
    const Symbol *known = map_get(&scope->names, normal);
    if (known)
        return known->slot;
    int slot = alias_of >= 0 ? alias_of : (int)(scope->first_slot + scope->slots++);
    scope_put(scope, (Symbol){ .kind = SYMBOL_SLOT, .name = normal, .slot = slot }, parts);
    return slot;
}

void feel_scope_add_host_as(FeelScope *scope, Str name, const FeelHost *host)
{
    size_t parts;
    Str normal = lex_normal_name(scope->arena, name, &parts);
    scope_put(scope, (Symbol){ .kind = SYMBOL_HOST, .name = normal, .slot = -1, .host = host }, parts);
}

void feel_scope_add_host(FeelScope *scope, const FeelHost *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        feel_scope_add_host_as(scope, str_c(table[i].name), &table[i]);
}

void feel_scope_add_native(FeelScope *scope, const FeelNative *native)
{
    size_t parts;
    Str normal = lex_normal_name(scope->arena, native->name, &parts);
    scope_put(scope, (Symbol){ .kind = SYMBOL_NATIVE, .name = normal, .slot = -1, .native = native }, parts);
}

void feel_scope_add_type(FeelScope *scope, Str name, const FeelTypeDef *type)
{
    size_t parts;
    Str normal = lex_normal_name(scope->arena, name, &parts);
    const FeelTypeDef **stored = ARENA_NEW(scope->arena, const FeelTypeDef *);
    *stored = type; /* by reference: types that name each other are filled in after they were named */
    (void)map_put(&scope->types, normal, stored);
    if (parts > scope->type_parts)
        scope->type_parts = parts;
}

const FeelTypeDef *scope_type(const FeelScope *scope, Str name)
{
    for (; scope; scope = scope->parent) {
        const FeelTypeDef *const *type = map_get(&scope->types, name);
        if (type)
            return *type;
    }
    return NULL;
}

size_t scope_type_parts(const FeelScope *scope)
{
    size_t max = 0;
    for (; scope; scope = scope->parent)
        max = scope->type_parts > max ? scope->type_parts : max;
    return max;
}

const Symbol *scope_symbol(const FeelScope *scope, Str name, bool want_function)
{
    char key[FEEL_NAME_BYTES_MAX + 1];
    if (want_function) {
        if (name.n > FEEL_NAME_BYTES_MAX)
            return NULL;
        for (size_t i = 0; i < name.n; i++)
            key[i] = name.p[i];
        key[name.n] = '(';
        name = (Str){ key, name.n + 1 };
    }
    for (; scope; scope = scope->parent) {
        const Symbol *symbol = map_get(&scope->names, name);
        if (symbol)
            return symbol;
    }
    return NULL;
}

size_t scope_max_parts(const FeelScope *scope)
{
    size_t max = 1;
    for (; scope; scope = scope->parent)
        max = scope->max_parts > max ? scope->max_parts : max;
    return max;
}

int feel_scope_find(const FeelScope *scope, Str name)
{
    char storage[FEEL_NAME_BYTES_MAX];
    name = str_trim(name);
    const Symbol *symbol = scope_symbol(scope, lex_name_text(name, 0, (uint32_t)name.n, storage), false);
    return symbol ? symbol->slot : -1;
}

size_t feel_scope_slots(const FeelScope *scope)
{
    return scope->first_slot + scope->slots;
}
