/* read.c - the files of a model: their imports and elements, and the faults found on the way. */
#include <stdarg.h>
#include <stdio.h>

#include "core/dmn/dmn_internal.h"

/* ---- faults ---- */

void loader_fault(Loader *l, const Source *source, int line, Str element, const char *text)
{
    DmnModel *m = l->model;
    if (m->n_faults == DMN_FAULTS_MAX)
        return;
    DmnFault fault = { .path = source->path, .line = line, .element = element };
    fault.text = arena_str(l->arena, str_c(text));
    *ARENA_PUSH(l->arena, m->faults, m->n_faults, m->cap_faults) = fault;
}

void loader_element_fault(Loader *l, Element *e, int line, Str place, const char *text)
{
    Str where = place.n ? arena_printf(l->arena, "%.*s, %.*s", STR_ARG(e->what), STR_ARG(place)) : e->what;
    loader_fault(l, e->source, line, where, text);
    if (!e->fault)
        e->fault = arena_printf(l->arena, "%.*s: %s", STR_ARG(where), text).p;
}

size_t dmn_faults(const DmnModel *model, const DmnFault **ret_faults)
{
    *ret_faults = model->faults;
    return model->n_faults;
}

Str loader_name(Loader *l, Str name)
{
    name = str_trim(name);
    char *out = arena_alloc(l->arena, name.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        bool space = name.p[i] == ' ' || name.p[i] == '\t' || name.p[i] == '\n' || name.p[i] == '\r';
        if (!space)
            out[n++] = name.p[i];
        else if (out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return (Str){ out, n };
}

/* ---- files ---- */

PRINTF_LIKE(5, 6) static Rc fail_in(Loader *l, const Source *source, int line, Rc rc, const char *format, ...)
{
    char place[ERR_PLACE_MAX];
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(place, sizeof place, "%.*s:%d", STR_ARG(source->path), line);
    return err_at(l->err, rc, place, "%s", text);
}

/* A file's own place is a line; the caller wants the path before it. */
static Rc place_in_file(Loader *l, Rc rc, Str path)
{
    if (!l->err)
        return rc;
    Str place = arena_printf(l->arena, "%.*s%s%s", STR_ARG(path), l->err->place[0] ? ":" : "", l->err->place);
    Str text = arena_str(l->arena, str_c(l->err->text));
    return err_at(l->err, rc, place.p, "%s", text.p);
}

static bool is_feel(Str language)
{
    return language.n == 0 || str_ends(language, STR("/FEEL/")) || str_ends(language, STR("/FEEL")) ||
           str_find(language, STR("/FEEL/")) != SIZE_MAX || str_eq_c(language, "FEEL") || str_eq_c(language, "feel");
}

bool language_is_feel(const Source *source, const XmlNode *node)
{
    Str language = xml_attr(node, "expressionLanguage");
    return language.n ? is_feel(language) : source->feel;
}

static Rc read_file(Loader *l, const DmnFile *file, const FeelScope *functions, Source *source)
{
    source->path = arena_str(l->arena, file->path);
    const XmlNode *root = NULL;
    if (l->err)
        *l->err = (Err){ 0 };
    Rc rc = xml_read(l->arena, file->bytes, &l->n_nodes, &root, l->err);
    if (rc != RC_OK)
        return place_in_file(l, rc, file->path);
    if (!xml_is(root, "definitions"))
        return fail_in(l, source, root->line, RC_PARSE, "the outermost element is %.*s, not definitions",
                       STR_ARG(root->name));
    source->root = root;
    source->ns = str_trim(xml_attr(root, "namespace"));
    source->feel = is_feel(str_trim(xml_attr(root, "expressionLanguage")));
    source->scope = feel_scope_new(l->arena, functions);
    map_init(&source->items, l->arena);
    map_init(&source->ids, l->arena);
    map_init(&source->inputs, l->arena);
    map_init(&source->decisions, l->arena);
    map_init(&source->functions, l->arena);
    return RC_OK;
}

/* ---- imports ---- */

/* PMML, XSD and the like may be imported too; nothing here uses them. */
static bool imports_model(const XmlNode *import)
{
    Str type = str_trim(xml_attr(import, "importType"));
    return type.n == 0 || str_find(type, STR("/DMN/")) != SIZE_MAX;
}

static Source *source_of(const Loader *l, Str ns)
{
    for (size_t i = 0; i < l->model->n_sources; i++)
        if (str_eq(l->model->sources[i].ns, ns))
            return &l->model->sources[i];
    return NULL;
}

static Rc read_imports(Loader *l, Source *source)
{
    size_t cap = 0;
    const XmlNode *node = xml_child(source->root, "import");
    for (; node; node = xml_sibling(node, "import")) {
        if (!imports_model(node))
            continue;
        Str ns = str_trim(xml_attr(node, "namespace"));
        const Source *imported = source_of(l, ns);
        if (!imported)
            return fail_in(l, source, node->line, RC_PARSE,
                           "no file with the namespace '%.*s' was given for this import", STR_ARG(ns));
        if (source->n_imports == DMN_IMPORTS_MAX)
            return fail_in(l, source, node->line, RC_LIMIT, "more than 64 imports");
        *ARENA_PUSH(l->arena, source->imports, source->n_imports, cap) =
            (Import){ loader_name(l, xml_attr(node, "name")), imported };
    }
    return RC_OK;
}

/* Files that nothing imports are set aside: their faults are nobody's. */
static Rc follow_imports(Loader *l)
{
    DmnModel *m = l->model;
    bool needed[DMN_FILES_MAX] = { true };
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < m->n_sources; i++) {
            Source *source = &m->sources[i];
            if (!needed[i] || source->used)
                continue;
            source->used = again = true;
            TRY(read_imports(l, source));
            for (size_t k = 0; k < source->n_imports; k++)
                needed[source->imports[k].source - m->sources] = true;
        }
    }
    return RC_OK;
}

/* ---- elements ---- */

typedef struct KindRow {
    const char *tag;
    const char *word;
    ElementKind kind;
} KindRow;

static const KindRow KINDS[] = {
    { "inputData", "input", ELEMENT_INPUT },
    { "decision", "decision", ELEMENT_DECISION },
    { "businessKnowledgeModel", "knowledge model", ELEMENT_KNOWLEDGE },
    { "decisionService", "decision service", ELEMENT_SERVICE },
};

Map *source_names(Source *source, ElementKind kind)
{
    if (kind == ELEMENT_INPUT)
        return &source->inputs;
    return kind == ELEMENT_DECISION ? &source->decisions : &source->functions;
}

static bool name_is_taken(const Source *source, Str name)
{
    return map_get(&source->inputs, name) || map_get(&source->decisions, name) || map_get(&source->functions, name);
}

static void take_element(Loader *l, Source *source, const XmlNode *node, const KindRow *kind)
{
    DmnModel *m = l->model;
    Element *e = ARENA_NEW(l->arena, Element);
    *e = (Element){ .kind = kind->kind, .model = m, .source = source, .node = node, .index = m->n_elements };
    e->id = str_trim(xml_attr(node, "id"));
    e->name = loader_name(l, xml_attr(node, "name"));
    e->what = arena_printf(l->arena, "%s '%.*s'", kind->word, STR_ARG(e->name));
    *ARENA_PUSH(l->arena, m->elements, m->n_elements, m->cap_elements) = e;
    if (e->name.n == 0)
        loader_element_fault(l, e, node->line, STR_NONE, "it has no name");
    else if (name_is_taken(source, e->name))
        loader_element_fault(l, e, node->line, STR_NONE, "another element has this name already");
    else
        (void)map_put(source_names(source, e->kind), e->name, e);
    if (e->id.n && map_get(&source->ids, e->id))
        loader_fault(l, source, node->line, e->what, "another element has this id already");
    else if (e->id.n)
        (void)map_put(&source->ids, e->id, e);
}

static Rc take_elements(Loader *l, Source *source)
{
    for (const XmlNode *node = source->root->first; node; node = node->next)
        for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
            if (!xml_is(node, KINDS[i].tag))
                continue;
            if (l->model->n_elements == DMN_ELEMENTS_MAX)
                return fail_in(l, source, node->line, RC_LIMIT, "more than 10000 elements");
            take_element(l, source, node, &KINDS[i]);
        }
    return RC_OK;
}

static void take_variables(Loader *l)
{
    for (size_t i = 0; i < l->model->n_elements; i++) {
        Element *e = l->model->elements[i];
        const XmlNode *variable = xml_child(e->node, "variable");
        if (!variable || types_find(l, e->source, variable, xml_attr(variable, "typeRef"), &e->type))
            continue;
        Str ref = xml_attr(variable, "typeRef");
        loader_element_fault(
            l, e, variable->line, STR_NONE,
            arena_printf(l->arena, "there is no type '%.*s', or it is at fault", STR_ARG(str_head(ref, 100))).p);
    }
}

/* ---- the whole ---- */

static Rc check_files(const DmnFile *files, size_t n, Err *err)
{
    size_t bytes = 0;
    if (n == 0 || n > DMN_FILES_MAX)
        return err_set(err, RC_LIMIT, "a model is made of 1 to %d files", DMN_FILES_MAX);
    for (size_t i = 0; i < n; i++) {
        bytes += files[i].bytes.n;
        if (files[i].bytes.n > DMN_BYTES_MAX || bytes > DMN_BYTES_MAX)
            return err_set(err, RC_LIMIT, "the files are larger than %d bytes together", DMN_BYTES_MAX);
    }
    return RC_OK;
}

static void list_functions(Loader *l)
{
    DmnModel *m = l->model;
    FeelNative *natives = ARENA_ARRAY(l->arena, FeelNative, m->n_elements);
    for (size_t i = 0; i < m->n_elements; i++) {
        const Element *e = m->elements[i];
        if (e->source == m->sources && (e->kind == ELEMENT_KNOWLEDGE || e->kind == ELEMENT_SERVICE))
            natives[m->n_functions++] = e->native;
    }
    m->functions = natives;
}

size_t dmn_functions(const DmnModel *model, const FeelNative **ret_functions)
{
    *ret_functions = model->functions;
    return model->n_functions;
}

/* What an evaluation starts from: the value asked for is its only slot. */
static Rc make_start(Loader *l)
{
    FeelScope *scope = feel_scope_new(l->arena, NULL);
    Str name = STR("the model");
    (void)feel_scope_add(scope, name, -1);
    return feel_parse(l->arena, scope, name, (FeelParseOptions){ 0 }, &l->model->start, l->err);
}

Rc dmn_read(Arena *arena, const DmnFile *files, size_t n, const FeelScope *functions, const DmnModel **ret_model,
            Err *err)
{
    TRY(check_files(files, n, err));
    DmnModel *model = ARENA_NEW(arena, DmnModel);
    Loader l = { .arena = arena, .model = model, .err = err };
    model->sources = arena_zalloc(arena, n * sizeof *model->sources);
    for (; model->n_sources < n; model->n_sources++)
        TRY(read_file(&l, &files[model->n_sources], functions, &model->sources[model->n_sources]));
    TRY(follow_imports(&l));
    for (size_t i = 0; i < n; i++)
        if (model->sources[i].used)
            TRY(take_elements(&l, &model->sources[i]));
    TRY(types_read(&l));
    take_variables(&l);
    link_elements(&l);
    list_functions(&l);
    TRY(make_start(&l));
    *ret_model = model;
    return RC_OK;
}
