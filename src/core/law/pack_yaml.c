#include <stdarg.h>
#include <string.h>

#include "core/law/pack_private.h"

static const char *const kind_words[] = { [YAML_SCALAR] = "a text", [YAML_SEQ] = "a list", [YAML_MAP] = "a mapping" };
static const char *const type_words[] = { [KEY_TEXT] = "a text",        [KEY_BOOL] = "true or false",
                                          [KEY_INT] = "a whole number", [KEY_DAY] = "a day such as 2023-01-31",
                                          [KEY_SCALAR] = "a text",      [KEY_MAP] = "a mapping",
                                          [KEY_LIST] = "a list",        [KEY_ANY] = "a value" };

Str pack_printf(Loader *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = pack_vprintf(l, format, args);
    va_end(args);
    return text;
}

static bool scalar_bool(const YamlNode *node, bool *ret)
{
    bool yes = str_eq(node->text, STR("true"));
    if (node->quoted || (!yes && !str_eq(node->text, STR("false"))))
        return false;
    *ret = yes;
    return true;
}

bool pack_read_bool(Loader *l, const YamlNode *node, bool *ret)
{
    if (node->kind == YAML_SCALAR && scalar_bool(node, ret))
        return true;
    pack_issue(l, pack_at(node), STR_NONE, "expected %s", type_words[KEY_BOOL]);
    return false;
}

static bool read_scalar(const YamlNode *node, KeyType type, void *into)
{
    switch (type) {
    case KEY_TEXT: *(Str *)into = node->text; return node->text.n > 0;
    case KEY_BOOL: return scalar_bool(node, into);
    case KEY_DAY: return day_parse(node->text, into);
    case KEY_INT: {
        KeyInt *value = into;
        value->set = str_to_i64(node->text, &value->value);
        return value->set;
    }
    default: *(const YamlNode **)into = node; return node->text.n > 0;
    }
}

static bool read_value(const YamlNode *node, KeyType type, void *into)
{
    static const YamlKind wanted[] = { [KEY_MAP] = YAML_MAP, [KEY_LIST] = YAML_SEQ };
    if (type == KEY_ANY || ((type == KEY_MAP || type == KEY_LIST) && node->kind == wanted[type])) {
        *(const YamlNode **)into = node;
        return true;
    }
    return node->kind == YAML_SCALAR && type < KEY_MAP && read_scalar(node, type, into);
}

static void unknown_key(Loader *l, const YamlPair *pair, Str what, const KeySpec *specs, size_t n)
{
    Nearest nearest = pack_nearest(pair->key);
    for (size_t i = 0; i < n; i++)
        pack_nearest_offer(&nearest, str_c(specs[i].key));
    pack_issue(l, pack_at_key(pair), pack_nearest_hint(l->arena, &nearest, STR_NONE), "unknown key '%.*s' in %.*s",
               STR_ARG(pair->key), STR_ARG(what));
}

static void read_pair(Loader *l, const YamlPair *pair, const KeySpec *spec, void *into)
{
    const YamlNode *node = pair->value;
    if (yaml_is_null(node)) {
        pack_issue(l, pack_at_key(pair), STR("give it a value or leave the key out"), "'%s' has no value", spec->key);
        return;
    }
    if (read_value(node, spec->type, (char *)into + spec->offset))
        return;
    if (node->kind == YAML_SCALAR)
        pack_issue(l, pack_at(node), STR_NONE, "'%s' must be %s, not '%.*s'", spec->key, type_words[spec->type],
                   STR_ARG(pack_excerpt(node->text)));
    else
        pack_issue(l, pack_at(node), STR_NONE, "'%s' must be %s, not %s", spec->key, type_words[spec->type],
                   kind_words[node->kind]);
}

bool pack_read_keys(Loader *l, const YamlNode *node, Str what, const KeySpec *specs, size_t n, void *into)
{
    if (node->kind != YAML_MAP) {
        pack_issue(l, pack_at(node), STR_NONE, "%.*s must be a mapping of keys to values, not %s", STR_ARG(what),
                   kind_words[node->kind]);
        return false;
    }
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < n && !str_eq_c(node->pairs[i].key, specs[k].key))
            k++;
        if (k < n)
            read_pair(l, &node->pairs[i], &specs[k], into);
        else
            unknown_key(l, &node->pairs[i], what, specs, n);
    }
    for (size_t k = 0; k < n; k++) {
        if (specs[k].required && !yaml_pair(node, str_c(specs[k].key)))
            pack_issue(l, pack_at(node), STR_NONE, "'%s' is missing in %.*s", specs[k].key, STR_ARG(what));
    }
    return true;
}

const YamlNode *pack_parse(Loader *l, const LawFile *file)
{
    Err err = { 0 };
    YamlNode *root = NULL;
    if (yaml_parse(l->arena, file->path, file->bytes, &root, &err) != RC_OK) {
        pack_issue_err(l, &err);
        l->unreadable = true;
        return NULL;
    }
    if (root && root->kind == YAML_MAP)
        return root;
    l->unreadable = true;
    LawPlace top = { .path = file->path, .line = 1, .col = 1 };
    pack_issue(l, top, STR_NONE, "the file must be a mapping of keys to values");
    return NULL;
}

size_t pack_read_list(Loader *l, const YamlNode *node, Str what, const YamlNode ***ret_items)
{
    *ret_items = NULL;
    if (!node || !pack_check_count(l, node, node->n, PACK_LIST_MAX, "entries"))
        return 0;
    const YamlNode **items = ARENA_ARRAY(l->arena, const YamlNode *, node->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < node->n; i++) {
        const YamlNode *item = node->items[i];
        bool repeated = false;
        if (item->kind != YAML_SCALAR || item->text.n == 0) {
            pack_issue(l, pack_at(item), STR_NONE, "expected the id of %.*s", STR_ARG(what));
            continue;
        }
        for (size_t k = 0; k < n && !repeated; k++)
            repeated = str_eq(items[k]->text, item->text);
        if (repeated)
            pack_issue(l, pack_at(item), STR("once is enough"), "'%.*s' is listed twice", STR_ARG(item->text));
        else
            items[n++] = item;
    }
    *ret_items = items;
    return n;
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_id_char(char c, IdForm form)
{
    return is_lower(c) || (c >= '0' && c <= '9') || c == '_' || (c == '-' && form != ID_NAME) ||
           (c == '.' && form == ID_DOTTED);
}

bool pack_check_id(Loader *l, LawPlace at, Str id, IdForm form)
{
    bool good = id.n > 0 && id.n <= PACK_TEXT_MAX && is_lower(id.p[0]);
    for (size_t i = 1; good && i < id.n; i++)
        good = is_id_char(id.p[i], form);
    if (!good) {
        Str hint = form == ID_NAME ? STR("begin with a-z and go on with a-z, 0-9 and _; a hyphen would be a minus in "
                                         "expressions")
                                   : STR("begin with a-z and go on with a-z, 0-9, _ and -");
        pack_issue(l, at, hint, "'%.*s' is not an id", STR_ARG(pack_excerpt(id)));
    }
    return good;
}

bool pack_check_count(Loader *l, const YamlNode *node, size_t n, size_t max, const char *what)
{
    if (n <= max)
        return true;
    pack_issue(l, pack_at(node), STR_NONE, "%zu %s, but at most %zu are allowed", n, what, max);
    return false;
}

size_t pack_read_options(Loader *l, const YamlNode *node, Str what, const LawOption **ret)
{
    if (!node || !pack_check_count(l, node, node->n, PACK_OPTIONS_MAX, "entries"))
        return 0;
    LawOption *options = ARENA_ARRAY(l->arena, LawOption, node->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        if (pair->value->kind != YAML_SCALAR || pair->value->text.n == 0)
            pack_issue(l, pack_at(pair->value), STR_NONE, "'%.*s' in %.*s must have a title", STR_ARG(pair->key),
                       STR_ARG(what));
        else if (pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN))
            options[n++] = (LawOption){ .id = pair->key, .title = pair->value->text };
    }
    *ret = options;
    return n;
}
