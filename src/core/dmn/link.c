/* link.c - the requirement graph (DMN 1.5, chapter 6): who needs whom and by which name, that nobody needs
 * itself, and each element's logic compiled among exactly the names that it requires. */
#include <stdarg.h>
#include <stdio.h>

#include "core/dmn/dmn_internal.h"

typedef struct Need {
    const char *outer; /* element that holds the reference, or NULL */
    const char *tag;
    bool kinds[4]; /* ElementKinds that it may mean */
} Need;

static const Need NEEDS[] = {
    { "informationRequirement", "requiredInput", { [ELEMENT_INPUT] = true } },
    { "informationRequirement", "requiredDecision", { [ELEMENT_DECISION] = true } },
    { "knowledgeRequirement", "requiredKnowledge", { [ELEMENT_KNOWLEDGE] = true, [ELEMENT_SERVICE] = true } },
};

PRINTF_LIKE(4, 5) static void fault(Loader *l, Element *e, int line, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    loader_element_fault(l, e, line, STR_NONE, text);
}

/* ---- references ---- */

/* "import.import.", by which a source names the elements of each that it imports: the shortest way. */
static void find_prefixes(Loader *l, Source *source)
{
    const DmnModel *m = l->model;
    const Source *queue[DMN_FILES_MAX] = { source };
    size_t n = 1;
    source->prefixes = arena_zalloc(l->arena, m->n_sources * sizeof *source->prefixes);
    source->prefixes[source - m->sources] = STR("");
    for (size_t at = 0; at < n; at++)
        for (size_t i = 0; i < queue[at]->n_imports; i++) {
            const Import *import = &queue[at]->imports[i];
            Str *prefix = &source->prefixes[import->source - m->sources];
            Str before = source->prefixes[queue[at] - m->sources];
            if (prefix->p)
                continue;
            *prefix = arena_printf(l->arena, import->name.n ? "%.*s%.*s." : "%.*s%.*s", STR_ARG(before),
                                   STR_ARG(import->name));
            queue[n++] = import->source;
        }
}

/* "#id" or "namespace#id" (DMN 1.5, chapter 7); an href without # is an id too, as DMN 1.1 tools wrote it. */
static Element *find_href(const Loader *l, const Source *source, Str href)
{
    Str id;
    Str ns = str_cut(href, '#', &id);
    if (!id.p)
        return map_get(&source->ids, str_trim(href));
    if (ns.n == 0 || str_eq(ns, source->ns))
        return map_get(&source->ids, id);
    for (size_t i = 0; i < l->model->n_sources; i++)
        if (l->model->sources[i].used && str_eq(l->model->sources[i].ns, ns))
            return map_get(&l->model->sources[i].ids, id);
    return NULL;
}

static Element *find_needed(Loader *l, Element *e, const XmlNode *node, const bool kinds[4])
{
    Str href = str_trim(xml_attr(node, "href"));
    Str shown = str_head(href, 100);
    Element *needed = find_href(l, e->source, href);
    if (!needed)
        fault(l, e, node->line, "there is no element '%.*s' for %.*s", STR_ARG(shown), STR_ARG(node->name));
    else if (!kinds[needed->kind])
        fault(l, e, node->line, "%.*s cannot be %.*s", STR_ARG(node->name), STR_ARG(needed->what));
    return needed && kinds[needed->kind] ? needed : NULL;
}

/* ---- names ---- */

typedef struct Names {
    Loader *l;
    Element *e;
    FeelScope *scope;
    size_t cap;
} Names;

static void add_name(Names *names, Element *needed, const XmlNode *node)
{
    Element *e = names->e;
    Str prefix = e->source->prefixes[needed->source - names->l->model->sources];
    if (!prefix.p) {
        fault(names->l, e, node->line, "the model of %.*s is not imported", STR_ARG(needed->what));
        return;
    }
    Requirement requirement = { needed, prefix.n ? arena_printf(names->l->arena, "%.*s%.*s", STR_ARG(prefix),
                                                                STR_ARG(needed->name))
                                                 : needed->name };
    size_t at = (size_t)(feel_scope_add(names->scope, requirement.name, -1) - e->first_slot);
    if (at < e->n_requires && e->requires[at].element != needed)
        fault(names->l, e, node->line, "two elements called '%.*s' are required", STR_ARG(requirement.name));
    if (at >= e->n_requires)
        *ARENA_PUSH(names->l->arena, e->requires, e->n_requires, names->cap) = requirement;
}

static void link_names(Names *names)
{
    Element *e = names->e;
    for (size_t i = 0; i < ARRAY_LEN(NEEDS); i++) {
        const XmlNode *outer = xml_child(e->node, NEEDS[i].outer);
        for (; outer; outer = xml_sibling(outer, NEEDS[i].outer)) {
            const XmlNode *node = xml_child(outer, NEEDS[i].tag);
            Element *needed = node ? find_needed(names->l, e, node, NEEDS[i].kinds) : NULL;
            if (needed)
                add_name(names, needed, node);
        }
    }
}

/* ---- decision services ---- */

static size_t gather(Loader *l, Element *e, const char *tag, ElementKind kind, Element ***list, size_t n, size_t *cap)
{
    bool kinds[4] = { false };
    kinds[kind] = true;
    for (const XmlNode *node = xml_child(e->node, tag); node; node = xml_sibling(node, tag)) {
        Element *found = find_needed(l, e, node, kinds);
        if (found)
            *ARENA_PUSH(l->arena, *list, n, *cap) = found;
    }
    return n;
}

/* A service's parameters are its input data, then its input decisions, each in the order of the file (10.4). */
static void link_service(Loader *l, Element *e)
{
    size_t cap = 0;
    e->n_outputs = gather(l, e, "outputDecision", ELEMENT_DECISION, &e->outputs, 0, &cap);
    cap = 0;
    e->n_params = gather(l, e, "inputData", ELEMENT_INPUT, &e->inputs, 0, &cap);
    e->n_params = gather(l, e, "inputDecision", ELEMENT_DECISION, &e->inputs, e->n_params, &cap);
    e->params = ARENA_ARRAY(l->arena, FeelMember, e->n_params);
    for (size_t i = 0; i < e->n_params; i++)
        e->params[i] = (FeelMember){ e->inputs[i]->name, e->inputs[i]->type };
    if (e->n_outputs == 0)
        fault(l, e, e->node->line, "it has no output decision");
}

static void make_native(Element *e)
{
    bool service = e->kind == ELEMENT_SERVICE;
    const FeelTypeDef *type = service ? e->type : NULL; /* a knowledge model's own function sees to its types */
    if (type && type->kind == FEEL_KIND_FUNCTION && type->n > 0)
        type = type->members[type->n - 1].type;
    e->native = (FeelNative){ .name = e->name,
                              .params = e->params,
                              .n = e->n_params,
                              .result = type,
                              .fn = service ? service_call : knowledge_call,
                              .ctx = e };
}

/* ---- cycles and depth ---- */

typedef struct Walk {
    Loader *l;
    Element *path[DMN_REQUIREMENTS_MAX + 1];
    int n;
} Walk;

static void fault_cycle(Walk *w, const Element *again)
{
    int from = w->n - 1;
    while (from > 0 && w->path[from] != again)
        from--;
    for (int i = from; i < w->n; i++)
        fault(w->l, w->path[i], w->path[i]->node->line, "it requires itself, directly or through others");
}

/* Depth is 1 without requirements. Services are not looked into: what they compute has inputs of its own. */
static void walk(Walk *w, Element *e)
{
    int below = 0;
    if (e->depth)
        return;
    e->visiting = true;
    w->path[w->n++] = e;
    for (size_t i = 0; i < e->n_requires; i++) {
        Element *needed = e->requires[i].element;
        if (needed->visiting)
            fault_cycle(w, needed);
        else if (w->n <= DMN_REQUIREMENTS_MAX)
            walk(w, needed);
        below = needed->depth > below ? needed->depth : below;
    }
    if (w->n > DMN_REQUIREMENTS_MAX || below >= DMN_REQUIREMENTS_MAX)
        fault(w->l, e, e->node->line, "requirements are more than %d deep", DMN_REQUIREMENTS_MAX);
    e->depth = below + 1;
    e->visiting = false;
    w->n--;
}

/* ---- logic ---- */

/* A compile error's place is "rule 3, input 2, 1:5" or, where a decision is one text, "1:5". */
static void fault_in_logic(Loader *l, Element *e, const Logic *logic, const Err *err)
{
    Str whole = str_c(err->place);
    Str place = whole;
    while (place.n > 0 && place.p[place.n - 1] != ',')
        place.n--;
    int line = 0;
    int column = 0;
    Str within = str_trim(str_slice(whole, place.n, whole.n));
    place.n -= place.n > 0;
    char number[32];
    snprintf(number, sizeof number, "%.*s", STR_ARG(str_slice(within, 0, sizeof number - 1)));
    const LogicPlace *start = map_get(&logic->places, place);
    bool placed = sscanf(number, "%d:%d", &line, &column) == 2 && line > 0;
    int at = start ? start->line + (placed ? line - 1 : 0) : e->node->line;
    loader_element_fault(l, e, at, place, err->text);
}

static void compile(Names *names)
{
    Loader *l = names->l;
    Element *e = names->e;
    Logic logic;
    Err err = { 0 };
    logic_read(l, e, &logic);
    if (!logic.boxed)
        return;
    FeelParseOptions options = { 0 };
    if (feel_parse_boxed(l->arena, names->scope, logic.boxed, options, &e->expr, &err) != RC_OK)
        fault_in_logic(l, e, &logic, &err);
}

void link_elements(Loader *l)
{
    DmnModel *m = l->model;
    Walk *w = ARENA_NEW(l->arena, Walk);
    w->l = l;
    for (size_t i = 0; i < m->n_sources; i++)
        if (m->sources[i].used)
            find_prefixes(l, &m->sources[i]);
    for (size_t i = 0; i < m->n_elements; i++) {
        Element *e = m->elements[i];
        Names names = { .l = l, .e = e };
        if (e->kind == ELEMENT_SERVICE)
            link_service(l, e);
        if (e->kind == ELEMENT_DECISION || e->kind == ELEMENT_KNOWLEDGE) {
            names.scope = feel_scope_new(l->arena, e->source->scope);
            e->first_slot = (int)feel_scope_slots(names.scope);
            link_names(&names);
            compile(&names);
        }
        if (e->kind == ELEMENT_KNOWLEDGE || e->kind == ELEMENT_SERVICE)
            make_native(e);
    }
    for (size_t i = 0; i < m->n_elements; i++)
        walk(w, m->elements[i]);
}
