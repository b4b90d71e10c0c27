#include "io/paper/docx.h"
#include "lib/fmt/json.h"

static Rc read_font(Arena *arena, const Json *fonts, const char *key, PaperFont *ret, Err *err)
{
    const Json *font = json_get(fonts, str_c(key));
    Str name = json_get_str(font, STR("name"));
    if (!name.n)
        return err_set(err, RC_INVALID, "the style names no font \"%s\": {\"name\": …, \"other\": …}", key);
    ret->name = arena_str(arena, name);
    ret->other = arena_str(arena, json_get_str(font, STR("other")));
    return RC_OK;
}

Rc paper_style_parse(Arena *arena, Str text, PaperStyle *ret, Err *err)
{
    Json json;
    PaperStyle style = { 0 };
    const struct {
        const char *key;
        PaperFont *font;
    } fonts[] = { { "title", &style.title },
                  { "part", &style.part },
                  { "heading", &style.heading },
                  { "body", &style.body },
                  { "page", &style.page } };
    TRY(json_parse(arena, text, &json, err));
    style.lang = arena_str(arena, json_get_str(&json, STR("lang")));
    if (!style.lang.n)
        return err_set(err, RC_INVALID, "the style lacks \"lang\"");
    for (size_t i = 0; i < ARRAY_LEN(fonts); i++)
        TRY(read_font(arena, json_get(&json, STR("fonts")), fonts[i].key, fonts[i].font, err));
    *ret = style;
    return RC_OK;
}
