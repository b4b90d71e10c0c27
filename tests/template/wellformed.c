#include "wellformed.h"

#include <string.h>

#include "base/map.h"
#include "base/rc.h"

typedef struct Page {
    Arena *arena;
    Map ids;
    Str refs[4000];
    size_t n_refs;
    Str open[100];
    size_t depth;
    const char *wrong;
} Page;

static bool is_void(Str tag)
{
    static const char *const names[] = { "br", "hr", "img", "input", "link", "meta", "wbr" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_c(tag, names[i]))
            return true;
    }
    return false;
}

static void complain(Page *page, const char *what, Str where)
{
    if (!page->wrong)
        page->wrong =
            arena_c(page->arena, arena_printf(page->arena, "%s: %.*s", what, STR_ARG(str_slice(where, 0, 120))));
}

static void see_id(Page *page, Str id)
{
    if (map_put(&page->ids, id, page))
        complain(page, "id twice", id);
}

static void see_refs(Page *page, Str value)
{
    while (value.n > 0 && page->n_refs < ARRAY_LEN(page->refs)) {
        Str one = str_cut(value, ' ', &value);
        if (one.n > 0)
            page->refs[page->n_refs++] = one;
    }
}

static void see_attr(Page *page, Str tag, Str name, Str value)
{
    static const char *const refs[] = { "for", "aria-labelledby", "aria-describedby", "aria-controls", "form" };
    if (str_eq_c(name, "id"))
        see_id(page, value);
    if (str_eq_c(name, "style") || (name.n > 2 && name.p[0] == 'o' && name.p[1] == 'n'))
        complain(page, "refused by the policy", name);
    for (size_t i = 0; i < ARRAY_LEN(refs); i++) {
        if (str_eq_c(name, refs[i]))
            see_refs(page, value);
    }
    bool local = str_eq_c(name, "href") && value.n > 1 && value.p[0] == '#';
    if (local && !str_eq_c(tag, "use"))
        see_refs(page, str_slice(value, 1, value.n));
    if (local && str_eq_c(tag, "use"))
        see_refs(page, str_slice(value, 1, value.n));
}

/* Attributes up to '>'; returns the offset behind it. */
static size_t read_attrs(Page *page, Str tag, Str s, size_t at, bool *ret_self)
{
    Str seen[40];
    size_t n = 0;
    *ret_self = false;
    while (at < s.n && s.p[at] != '>') {
        if (s.p[at] == ' ' || s.p[at] == '\n' || s.p[at] == '/') {
            *ret_self = s.p[at] == '/';
            at++;
            continue;
        }
        size_t from = at;
        while (at < s.n && strchr("=> \n", s.p[at]) == NULL)
            at++;
        Str name = str_slice(s, from, at);
        Str value = STR_NONE;
        if (at + 1 < s.n && s.p[at] == '=' && s.p[at + 1] == '"') {
            Str rest;
            value = str_cut(str_slice(s, at + 2, s.n), '"', &rest);
            at += value.n + 3;
        } else if (at < s.n && s.p[at] == '=') {
            complain(page, "unquoted value", str_slice(s, from, s.n));
        }
        for (size_t i = 0; i < n; i++) {
            if (str_eq(seen[i], name))
                complain(page, "attribute twice", str_slice(s, from, s.n));
        }
        if (n < ARRAY_LEN(seen))
            seen[n++] = name;
        see_attr(page, tag, name, value);
    }
    return at + 1;
}

static size_t read_tag(Page *page, Str s, size_t at)
{
    bool closing = s.p[at] == '/';
    at += closing;
    size_t from = at;
    while (at < s.n && strchr("/> \n", s.p[at]) == NULL)
        at++;
    Str tag = str_slice(s, from, at);
    bool self;
    at = read_attrs(page, tag, s, at, &self);
    if (closing) {
        if (page->depth == 0 || !str_eq(page->open[--page->depth], tag))
            complain(page, "closes something else", str_slice(s, from, s.n));
    } else if (!self && !is_void(tag) && page->depth < ARRAY_LEN(page->open)) {
        page->open[page->depth++] = tag;
        bool inline_code = str_eq_c(tag, "style") || (str_eq_c(tag, "script") && at < s.n && s.p[at] != '<');
        if (inline_code)
            complain(page, "inline code", str_slice(s, from, s.n));
    }
    return at;
}

const char *wellformed(Arena *arena, Str html)
{
    Page *page = ARENA_NEW(arena, Page);
    page->arena = arena;
    map_init(&page->ids, arena);
    if (!str_starts(html, STR("<!DOCTYPE html>")))
        return "no doctype";
    size_t at = 15;
    while (at < html.n) {
        size_t found = str_find(str_slice(html, at, html.n), STR("<"));
        if (found == SIZE_MAX)
            break;
        at = read_tag(page, html, at + found + 1);
    }
    if (page->depth > 0)
        complain(page, "never closed", page->open[page->depth - 1]);
    for (size_t i = 0; i < page->n_refs; i++) {
        if (!map_get(&page->ids, page->refs[i]))
            complain(page, "refers to no id", page->refs[i]);
    }
    return page->wrong;
}
