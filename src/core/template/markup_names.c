#include <string.h>
#include <strings.h>

#include "core/template/markup.h"

bool markup_same(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static bool is_one_of(Str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) == name.n && strncasecmp(names[i], name.p, name.n) == 0)
            return true;
    }
    return false;
}
#define IS_ONE_OF(name, names) is_one_of((name), (names), ARRAY_LEN(names))

bool markup_is_void(Str tag)
{
    static const char *const names[] = { "area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                         "input", "link", "meta", "param", "source", "track", "wbr" };
    return IS_ONE_OF(tag, names);
}

MarkupMode markup_content(Str tag, Str type)
{
    static const char *const raw[] = { "style", "iframe", "noembed", "noframes", "xmp", "plaintext" };
    static const char *const rcdata[] = { "title", "textarea" };
    static const char *const json[] = { "application/json", "application/ld+json" };
    if (markup_same(tag, STR("script")))
        return IS_ONE_OF(type, json) ? MARKUP_JSON : MARKUP_RAW;
    if (IS_ONE_OF(tag, raw))
        return MARKUP_RAW;
    return IS_ONE_OF(tag, rcdata) ? MARKUP_RCDATA : MARKUP_TEXT;
}

/* Attributes whose value a browser runs or reads as something richer than text. */
static bool attr_is_closed(Str name)
{
    static const char *const closed[] = { "style", "srcdoc", "srcset", "imagesrcset", "ping", "http-equiv", "is" };
    bool handler = name.n > 2 && strncasecmp(name.p, "on", 2) == 0;
    bool htmx = str_starts(name, STR("hx-")) || str_starts(name, STR("data-hx-"));
    return handler || htmx || IS_ONE_OF(name, closed);
}

MarkupAttr markup_attr(Str tag, Str name)
{
    /* Elements that load or rewrite the page: nothing about them comes from data. */
    static const char *const closed_tags[] = {
        "script", "style",  "iframe",      "frame",         "object",          "embed",
        "applet", "base",   "link",        "meta",          "animate",         "set",
        "param",  "portal", "fencedframe", "animatemotion", "animatetransform"
    };
    static const char *const urls[] = { "href", "src",      "action",     "formaction", "cite",    "poster",
                                        "data", "longdesc", "xlink:href", "background", "manifest" };
    if (IS_ONE_OF(tag, closed_tags) || attr_is_closed(name))
        return MARKUP_ATTR_CLOSED;
    if (!IS_ONE_OF(name, urls))
        return MARKUP_ATTR_PLAIN;
    return markup_same(tag, STR("use")) ? MARKUP_ATTR_FRAGMENT : MARKUP_ATTR_URL;
}
