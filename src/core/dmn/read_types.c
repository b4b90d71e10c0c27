/* read_types.c - item definitions (DMN 1.5, chapter 7) as FEEL types.
 *
 * Definitions may name each other in any order, and those of imported models by a prefix. So every one gets its
 * FeelTypeDef first, which is put into the scopes by reference, and is filled in afterwards, what it is made of before
 * itself. */
#include <stdarg.h>
#include <stdio.h>

#include "core/dmn/dmn_internal.h"

enum { TYPE_CHAIN_MAX = 200, IMPORT_CHAIN_MAX = 4 };

/* Names of types that earlier versions of DMN had (1.1). */
static const struct {
    const char *old;
    const char *now;
} OLD_NAMES[] = {
    { "dateTime", "date and time" },
    { "dayTimeDuration", "days and time duration" },
    { "yearMonthDuration", "years and months duration" },
};

typedef struct Filler {
    Loader *l;
    const Source *source;
    Str what; /* "type 'tPerson'" */
    int chain;
} Filler;

static void fill(Filler *f, Item *item);

PRINTF_LIKE(3, 4) static bool fault(const Filler *f, const XmlNode *node, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    loader_fault(f->l, f->source, node->line, f->what, text);
    return false;
}

/* ---- names ---- */

static const Source *source_of_ns(const Source *source, Str ns)
{
    if (str_eq(ns, source->ns))
        return source;
    for (size_t i = 0; i < source->n_imports; i++)
        if (str_eq(ns, source->imports[i].source->ns))
            return source->imports[i].source;
    return NULL;
}

/* "feel:number" and "t:tPerson" are qualified names, where the prefix is declared. */
static Str strip_prefix(const Source **source, const XmlNode *at, Str ref)
{
    Str rest;
    Str prefix = str_cut(ref, ':', &rest);
    Str ns = rest.n ? xml_namespace(at, str_trim(prefix)) : STR_NONE;
    if (ns.n == 0)
        return rest.n && str_eq_c(prefix, "feel") ? str_trim(rest) : ref; /* DMN 1.1 wrote it also undeclared */
    const Source *of = source_of_ns(*source, ns);
    if (of)
        *source = of;
    return str_trim(rest);
}

static Str current_name(Str name)
{
    for (size_t i = 0; i < ARRAY_LEN(OLD_NAMES); i++)
        if (str_eq_c(name, OLD_NAMES[i].old))
            return str_c(OLD_NAMES[i].now);
    return name;
}

bool types_find(Loader *l, const Source *source, const XmlNode *at, Str ref, const FeelTypeDef **ret)
{
    *ret = NULL;
    Str name = loader_name(l, ref);
    if (name.n == 0)
        return true;
    name = strip_prefix(&source, at, name);
    const Item *item = map_get(&source->items, name);
    if (item) {
        *ret = item->state == ITEM_BAD ? NULL : item->type;
        return item->state != ITEM_BAD;
    }
    Err unused;
    return feel_parse_type(l->arena, source->scope, current_name(name), ret, &unused) == RC_OK;
}

/* ---- filling in ---- */

/* The type that a reference means, filled in. False after a fault. */
static bool resolve(Filler *f, const XmlNode *node, Str ref, const FeelTypeDef **ret)
{
    const Source *source = f->source;
    Str name = strip_prefix(&source, node, loader_name(f->l, ref));
    Item *item = map_get(&source->items, name);
    if (item && item->state == ITEM_BUSY)
        return fault(f, node, "the type '%.*s' is made of itself", STR_ARG(ref));
    if (item && item->state == ITEM_NEW)
        fill(f, item);
    if (item && item->state == ITEM_BAD)
        return fault(f, node, "the type '%.*s' is at fault", STR_ARG(ref));
    if (!types_find(f->l, f->source, node, ref, ret))
        return fault(f, node, "there is no type '%.*s'", STR_ARG(ref));
    return true;
}

static bool read_tests(Filler *f, const XmlNode *node, const char *tag, const FeelExpr **ret)
{
    const XmlNode *tests = xml_child(node, tag);
    Str text = xml_child_text(tests, "text");
    Err err = { 0 };
    if (text.n == 0)
        return true;
    if (!language_is_feel(f->source, tests))
        return fault(f, tests, "the constraint is not written in FEEL");
    if (feel_parse(f->l->arena, f->source->scope, text, (FeelParseOptions){ .unary_tests = true }, ret, &err) == RC_OK)
        return true;
    return fault(f, tests, "the constraint: %s", err.text);
}

static bool read_item(Filler *f, const XmlNode *node, FeelTypeDef *ret);

static bool read_components(Filler *f, const XmlNode *node, FeelTypeDef *ret)
{
    FeelMember *members = NULL;
    size_t n = 0;
    size_t cap = 0;
    const XmlNode *component = xml_child(node, "itemComponent");
    for (; component; component = xml_sibling(component, "itemComponent")) {
        if (++f->l->n_items > DMN_ELEMENTS_MAX)
            return fault(f, component, "more than 10000 item definitions");
        FeelTypeDef *type = ARENA_NEW(f->l->arena, FeelTypeDef);
        f->chain++;
        bool good = read_item(f, component, type);
        f->chain--;
        if (!good)
            return false;
        *ARENA_PUSH(f->l->arena, members, n, cap) =
            (FeelMember){ loader_name(f->l, xml_attr(component, "name")), type };
    }
    *ret = (FeelTypeDef){ .kind = FEEL_KIND_CONTEXT, .members = members, .n = n };
    return true;
}

static bool read_function(Filler *f, const XmlNode *item, FeelTypeDef *ret)
{
    FeelMember *members = NULL;
    FeelMember result = { 0 };
    size_t n = 0;
    size_t cap = 0;
    const XmlNode *parameter = xml_child(item, "parameters");
    for (; parameter; parameter = xml_sibling(parameter, "parameters")) {
        FeelMember member = { .name = loader_name(f->l, xml_attr(parameter, "name")) };
        if (!resolve(f, parameter, xml_attr(parameter, "typeRef"), &member.type))
            return false;
        *ARENA_PUSH(f->l->arena, members, n, cap) = member;
    }
    if (!resolve(f, item, xml_attr(item, "outputTypeRef"), &result.type))
        return false;
    *ARENA_PUSH(f->l->arena, members, n, cap) = result;
    *ret = (FeelTypeDef){ .kind = FEEL_KIND_FUNCTION, .members = members, .n = n };
    return true;
}

/* Of one item of a collection, or of the thing itself. */
static bool read_base(Filler *f, const XmlNode *node, FeelTypeDef *ret)
{
    const XmlNode *function = xml_child(node, "functionItem");
    const FeelTypeDef *base = NULL;
    if (xml_child(node, "itemComponent"))
        return read_components(f, node, ret);
    if (function)
        return read_function(f, function, ret);
    Str ref = xml_child_text(node, "typeRef");
    if (!resolve(f, node, ref.n ? ref : xml_attr(node, "typeRef"), &base))
        return false;
    *ret = base ? *base : (FeelTypeDef){ .kind = FEEL_KIND_ANY };
    return true;
}

static bool is_true(Str s)
{
    return str_eq_c(str_trim(s), "true") || str_eq_c(str_trim(s), "1");
}

/* allowedValues holds for each item of a collection, typeConstraint for the whole (DMN 1.5, chapter 7). */
static bool read_item(Filler *f, const XmlNode *node, FeelTypeDef *ret)
{
    FeelTypeDef base = { 0 };
    const FeelExpr *allowed = NULL;
    const FeelExpr *whole = NULL;
    if (f->chain > TYPE_CHAIN_MAX)
        return fault(f, node, "types are made of types more than %d deep", TYPE_CHAIN_MAX);
    if (!read_base(f, node, &base) || !read_tests(f, node, "allowedValues", &allowed) ||
        !read_tests(f, node, "typeConstraint", &whole))
        return false;
    Str name = ret->name;
    if (is_true(xml_attr(node, "isCollection"))) {
        FeelTypeDef *item = ARENA_NEW(f->l->arena, FeelTypeDef);
        FeelMember *member = ARENA_NEW(f->l->arena, FeelMember);
        *item = base;
        member->type = item;
        base = (FeelTypeDef){ .kind = FEEL_KIND_LIST, .members = member, .n = 1 };
    } else if (allowed || whole) {
        FeelTypeDef *under = ARENA_NEW(f->l->arena, FeelTypeDef);
        *under = base;
        base.base = base.allowed || base.whole ? under : NULL;
    }
    *ret = base;
    ret->name = name.n ? name : base.name; /* a component bears the name of its type */
    ret->allowed = allowed ? allowed : base.base ? NULL : base.allowed;
    ret->whole = whole ? whole : base.base ? NULL : base.whole;
    return true;
}

static void fill(Filler *f, Item *item)
{
    Filler inner = { .l = f->l, .source = item->source, .chain = f->chain + 1 };
    inner.what = arena_printf(f->l->arena, "type '%.*s'", STR_ARG(item->type->name));
    item->state = ITEM_BUSY;
    item->state = read_item(&inner, item->node, item->type) ? ITEM_DONE : ITEM_BAD;
}

/* ---- all of them ---- */

static Rc name_items(Loader *l, Source *source)
{
    const XmlNode *node = xml_child(source->root, "itemDefinition");
    for (; node; node = xml_sibling(node, "itemDefinition")) {
        if (++l->n_items > DMN_ELEMENTS_MAX)
            return err_set(l->err, RC_LIMIT, "more than %d item definitions", DMN_ELEMENTS_MAX);
        Str name = loader_name(l, xml_attr(node, "name"));
        Item *item = ARENA_NEW(l->arena, Item);
        FeelTypeDef *type = ARENA_NEW(l->arena, FeelTypeDef);
        *type = (FeelTypeDef){ .name = name, .kind = FEEL_KIND_ANY };
        *item = (Item){ .node = node, .type = type, .source = source };
        Str what = arena_printf(l->arena, "type '%.*s'", STR_ARG(name));
        if (name.n == 0 || map_get(&source->items, name)) {
            loader_fault(l, source, node->line, what, name.n ? "another type has this name already" : "it has no name");
            continue;
        }
        (void)map_put(&source->items, name, item);
        *ARENA_PUSH(l->arena, source->item_list, source->n_items, source->cap_items) = item;
        feel_scope_add_type(source->scope, name, type);
    }
    return RC_OK;
}

static Rc count_imported(Loader *l)
{
    if (++l->n_imported_types > DMN_IMPORTED_TYPES_MAX)
        return err_set(l->err, RC_LIMIT, "more than %d imported types", DMN_IMPORTED_TYPES_MAX);
    return RC_OK;
}

/* The types of an imported model, and of those that it imports, under their qualified names; without an import's name
 * they stand behind the model's own. */
static Rc name_imported(Loader *l, Source *into, const Source *source, Str prefix, int depth)
{
    for (size_t i = 0; depth > 0 && i < source->n_imports; i++) {
        const Import *import = &source->imports[i];
        const Source *from = import->source;
        Str before = prefix;
        if (from == into)
            continue; /* models may import each other */
        TRY(count_imported(l));
        if (import->name.n)
            before = arena_printf(l->arena, "%.*s%.*s.", STR_ARG(prefix), STR_ARG(import->name));
        for (size_t k = 0; k < from->n_items; k++) {
            Item *item = from->item_list[k];
            Str name = arena_printf(l->arena, "%.*s%.*s", STR_ARG(before), STR_ARG(item->type->name));
            TRY(count_imported(l));
            if (map_get(&into->items, name))
                continue;
            (void)map_put(&into->items, name, item);
            feel_scope_add_type(into->scope, name, item->type);
        }
        TRY(name_imported(l, into, from, before, depth - 1));
    }
    return RC_OK;
}

Rc types_read(Loader *l)
{
    DmnModel *m = l->model;
    for (size_t i = 0; i < m->n_sources; i++)
        if (m->sources[i].used)
            TRY(name_items(l, &m->sources[i]));
    for (size_t i = 0; i < m->n_sources; i++)
        if (m->sources[i].used)
            TRY(name_imported(l, &m->sources[i], &m->sources[i], STR_NONE, IMPORT_CHAIN_MAX));
    for (size_t i = 0; i < m->n_sources; i++)
        for (size_t k = 0; k < m->sources[i].n_items; k++) {
            Filler f = { .l = l, .source = &m->sources[i] };
            if (m->sources[i].item_list[k]->state == ITEM_NEW)
                fill(&f, m->sources[i].item_list[k]);
        }
    return RC_OK;
}
