#include "lib/fmt/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"

/* Mappings up to this size look for duplicate keys by comparing; larger ones use a table. */
enum { FEW_KEYS = 12 };

typedef struct Loader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one; zeroed when there is none */
    Arena *arena;
    Str path;
    Str text;
    size_t nodes;
    unsigned depth;
    Err *err;
} Loader;

/* A path too long for the place keeps its end, which tells more. */
static void place_print(char *out, size_t out_n, Str path, int line, int col)
{
    enum { PATH_SHOWN = ERR_PLACE_MAX - 32 };
    if (path.n > PATH_SHOWN)
        path = str_slice(path, path.n - PATH_SHOWN, path.n);
    snprintf(out, out_n, "%.*s:%d:%d", STR_ARG(path), line, col);
}

Rc yaml_fail(Err *err, Str path, int line, int col, const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    char place[ERR_PLACE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    place_print(place, sizeof place, path, line, col);
    return err_at(err, RC_INVALID, place, "%s", text);
}

static int mark_line(yaml_mark_t mark)
{
    return (int)mark.line + 1;
}

static int mark_col(yaml_mark_t mark)
{
    return (int)mark.column + 1;
}

static yaml_mark_t mark_at(Str text, size_t offset)
{
    yaml_mark_t mark = { .index = offset };
    for (size_t i = 0; i < offset && i < text.n; i++) {
        bool newline = text.p[i] == '\n';
        bool continuation = ((unsigned char)text.p[i] & 0xC0) == 0x80;
        mark.line += newline;
        mark.column = newline ? 0 : mark.column + !continuation;
    }
    return mark;
}

static Rc fail_mark(const Loader *l, Rc rc, yaml_mark_t mark, const char *what)
{
    char place[ERR_PLACE_MAX];
    place_print(place, sizeof place, l->path, mark_line(mark), mark_col(mark));
    return err_at(l->err, rc, place, "%s", what);
}

static Rc fail_event(const Loader *l, const char *what)
{
    return fail_mark(l, RC_PARSE, l->event.start_mark, what);
}

static Str line_of(Str text, size_t line)
{
    Str rest = text;
    Str found = str_cut(text, '\n', &rest);
    while (line-- > 0 && rest.p)
        found = str_cut(rest, '\n', &rest);
    return found;
}

/* What the two most common slips of the hand look like to libyaml is far from what they are. */
static const char *slip_hint(const Loader *l, size_t line)
{
    Str here = line_of(l->text, line);
    Str above = line ? line_of(l->text, line - 1) : STR_NONE;
    Str full_width_colon = STR("\xEF\xBC\x9A");
    size_t indent = 0;
    while (indent < here.n && here.p[indent] == ' ')
        indent++;
    if (indent < here.n && here.p[indent] == '\t')
        return "; indent with spaces, not tabs";
    if (str_find(here, full_width_colon) != SIZE_MAX || str_find(above, full_width_colon) != SIZE_MAX)
        return "; a full-width colon (U+FF1A) is text, a key ends in ':' and a space";
    return "";
}

static Rc fail_parser(const Loader *l)
{
    const yaml_parser_t *p = &l->parser;
    const char *problem = p->problem ? p->problem : "malformed";
    char what[ERR_TEXT_MAX];
    if (p->error == YAML_MEMORY_ERROR)
        return err_set(l->err, RC_NOMEM, "out of memory while reading YAML");
    if (p->error == YAML_READER_ERROR) /* the parser's mark lags behind what its reader has seen */
        return fail_mark(l, RC_PARSE, mark_at(l->text, p->problem_offset), problem);
    const char *hint = slip_hint(l, p->problem_mark.line);
    if (p->context)
        snprintf(what, sizeof what, "%s (%s that began at line %d)%s", problem, p->context, mark_line(p->context_mark),
                 hint);
    else
        snprintf(what, sizeof what, "%s%s", problem, hint);
    return fail_mark(l, RC_PARSE, p->problem_mark, what);
}

static Rc next_event(Loader *l)
{
    yaml_event_delete(&l->event);
    if (!yaml_parser_parse(&l->parser, &l->event))
        return fail_parser(l);
    return RC_OK;
}

/* Anchors and tags may stand on any node. */
static Rc refuse_marks(const Loader *l, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        return fail_event(l, "anchors (&name) are not allowed: write the value out, or quote text that begins with &");
    if (tag)
        return fail_event(l, "tags (!name) are not allowed: leave it out, or quote text that begins with !");
    return RC_OK;
}

static Rc new_node(Loader *l, YamlKind kind, YamlNode **ret)
{
    if (++l->nodes > YAML_NODES_MAX)
        return fail_mark(l, RC_LIMIT, l->event.start_mark, "more than 100000 nodes in one file: split it");
    YamlNode *node = ARENA_NEW(l->arena, YamlNode);
    node->kind = kind;
    node->path = l->path;
    node->line = mark_line(l->event.start_mark);
    node->col = mark_col(l->event.start_mark);
    *ret = node;
    return RC_OK;
}

/* The file is checked as a whole, but an escape in double quotes can still write U+0000. */
static Rc scalar_text(const Loader *l, Str *ret)
{
    Str text = { (const char *)l->event.data.scalar.value, l->event.data.scalar.length };
    size_t bad_at;
    if (!str_is_utf8(text, &bad_at))
        return fail_event(l, "an escape in this text writes U+0000 or is no valid character");
    *ret = arena_str(l->arena, text);
    return RC_OK;
}

static Rc read_scalar(Loader *l, YamlNode **ret)
{
    YamlNode *node;
    TRY(refuse_marks(l, l->event.data.scalar.anchor, l->event.data.scalar.tag));
    TRY(new_node(l, YAML_SCALAR, &node));
    TRY(scalar_text(l, &node->text));
    node->quoted = l->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    *ret = node;
    return RC_OK;
}

static Rc enter(Loader *l)
{
    if (l->depth == YAML_DEPTH_MAX)
        return fail_mark(l, RC_LIMIT, l->event.start_mark, "nested deeper than 32 levels");
    l->depth++;
    return RC_OK;
}

static Rc read_node(Loader *l, YamlNode **ret);

static Rc read_seq(Loader *l, YamlNode **ret)
{
    YamlNode *node;
    size_t cap = 0;
    TRY(refuse_marks(l, l->event.data.sequence_start.anchor, l->event.data.sequence_start.tag));
    TRY(new_node(l, YAML_SEQ, &node));
    TRY(enter(l));
    for (;;) {
        TRY(next_event(l));
        if (l->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        YamlNode *item;
        TRY(read_node(l, &item));
        *ARENA_PUSH(l->arena, node->items, node->n, cap) = item;
    }
    l->depth--;
    *ret = node;
    return RC_OK;
}

static Rc read_key(Loader *l, YamlPair *ret)
{
    if (l->event.type == YAML_ALIAS_EVENT)
        return fail_event(l, "aliases (*name) are not allowed: write the value out");
    if (l->event.type != YAML_SCALAR_EVENT)
        return fail_event(l, "a key must be plain text");
    TRY(refuse_marks(l, l->event.data.scalar.anchor, l->event.data.scalar.tag));
    TRY(scalar_text(l, &ret->key));
    if (ret->key.n == 0)
        return fail_event(l, "a key is missing before ':'");
    if (str_eq(ret->key, STR("<<")) && l->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return fail_event(l, "merge keys (<<) are not allowed: write the keys out");
    ret->path = l->path;
    ret->line = mark_line(l->event.start_mark);
    ret->col = mark_col(l->event.start_mark);
    return RC_OK;
}

/* The pair with this key among those read so far. `index` is filled once a mapping has more than a few keys. */
static const YamlPair *find_pair(const YamlNode *map, const Map *index, Str key)
{
    if (map->n > FEW_KEYS) {
        const size_t *at = map_get(index, key);
        return at ? &map->pairs[*at] : NULL;
    }
    return yaml_pair(map, key);
}

static void index_pair(Loader *l, Map *index, Str key, size_t at)
{
    size_t *stored = ARENA_NEW(l->arena, size_t);
    *stored = at;
    map_put(index, key, stored);
}

static Rc refuse_duplicate(const Loader *l, const YamlPair *first, Str key)
{
    char what[ERR_TEXT_MAX];
    size_t shown = key.n < 80 ? key.n : 80;
    snprintf(what, sizeof what, "the key \"%.*s\" stands here and in line %d: keep one", (int)shown, key.p,
             first->line);
    return fail_event(l, what);
}

static Rc read_map(Loader *l, YamlNode **ret)
{
    YamlNode *node;
    size_t cap = 0;
    Map index;
    map_init(&index, l->arena);
    TRY(refuse_marks(l, l->event.data.mapping_start.anchor, l->event.data.mapping_start.tag));
    TRY(new_node(l, YAML_MAP, &node));
    TRY(enter(l));
    for (;;) {
        TRY(next_event(l));
        if (l->event.type == YAML_MAPPING_END_EVENT)
            break;
        YamlPair pair = { 0 };
        TRY(read_key(l, &pair));
        const YamlPair *first = find_pair(node, &index, pair.key);
        if (first)
            return refuse_duplicate(l, first, pair.key);
        TRY(next_event(l));
        TRY(read_node(l, &pair.value));
        *ARENA_PUSH(l->arena, node->pairs, node->n, cap) = pair;
        for (size_t i = node->n == FEW_KEYS + 1 ? 0 : node->n - 1; node->n > FEW_KEYS && i < node->n; i++)
            index_pair(l, &index, node->pairs[i].key, i);
    }
    l->depth--;
    *ret = node;
    return RC_OK;
}

static Rc read_node(Loader *l, YamlNode **ret)
{
    switch (l->event.type) {
    case YAML_SCALAR_EVENT: return read_scalar(l, ret);
    case YAML_SEQUENCE_START_EVENT: return read_seq(l, ret);
    case YAML_MAPPING_START_EVENT: return read_map(l, ret);
    case YAML_ALIAS_EVENT:
        return fail_event(l, "aliases (*name) are not allowed: write the value out, or quote text that begins with *");
    default: return fail_event(l, "expected a value");
    }
}

static Rc read_document(Loader *l, YamlNode **ret)
{
    YamlNode *root;
    TRY(next_event(l)); /* the stream's start */
    TRY(next_event(l));
    if (l->event.type == YAML_STREAM_END_EVENT)
        return fail_event(l, "the file holds nothing but white space and comments");
    if (l->event.data.document_start.version_directive ||
        l->event.data.document_start.tag_directives.start != l->event.data.document_start.tag_directives.end)
        return fail_event(l, "directives (%YAML, %TAG) are not allowed: leave the line out");
    TRY(next_event(l));
    TRY(read_node(l, &root));
    TRY(next_event(l)); /* the document's end */
    TRY(next_event(l));
    if (l->event.type != YAML_STREAM_END_EVENT)
        return fail_event(l, "only one document is allowed in a file: remove '---' or split the file");
    *ret = root;
    return RC_OK;
}

static Rc check_text(const Loader *l)
{
    char what[ERR_TEXT_MAX];
    if (l->text.n > YAML_BYTES_MAX) {
        snprintf(what, sizeof what, "the file has %zu bytes, the limit is %d: split it", l->text.n, YAML_BYTES_MAX);
        return fail_mark(l, RC_LIMIT, (yaml_mark_t){ 0 }, what);
    }
    size_t bad_at;
    if (str_is_utf8(l->text, &bad_at))
        return RC_OK;
    return fail_mark(l, RC_PARSE, mark_at(l->text, bad_at), "not valid UTF-8: save the file as UTF-8");
}

static void loader_clear(Loader *l)
{
    yaml_event_delete(&l->event);
    yaml_parser_delete(&l->parser);
}

Rc yaml_parse(Arena *arena, Str path, Str text, YamlNode **ret_root, Err *err)
{
    CLEANUP(loader_clear) Loader l = { .arena = arena, .path = path, .text = text, .err = err };
    TRY(check_text(&l));
    if (!yaml_parser_initialize(&l.parser))
        return err_set(err, RC_NOMEM, "out of memory while reading YAML");
    yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&l.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    return read_document(&l, ret_root);
}

const YamlPair *yaml_pair(const YamlNode *map, Str key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (str_eq(map->pairs[i].key, key))
            return &map->pairs[i];
    return NULL;
}

const YamlNode *yaml_get(const YamlNode *map, Str key)
{
    const YamlPair *pair = yaml_pair(map, key);
    return pair ? pair->value : NULL;
}

bool yaml_is_null(const YamlNode *node)
{
    if (!node)
        return true;
    if (node->kind != YAML_SCALAR || node->quoted)
        return false;
    return node->text.n == 0 || str_eq(node->text, STR("~")) || str_eq(node->text, STR("null")) ||
           str_eq(node->text, STR("Null")) || str_eq(node->text, STR("NULL"));
}
