/* feel_json.c - the encoding that feel_json.h describes. */
#include "ui/cli/feel_json.h"

#include <stdio.h>

/* ---- reading ---- */

typedef struct Decoder {
    Arena *arena;
    Err *err;
} Decoder;

static Rc read_value(Decoder *d, const Json *json, FeelValue *ret);

static Rc refuse(const Decoder *d, const char *what, Str text)
{
    return err_set(d->err, RC_INVALID, "'%.*s' is no %s", STR_ARG(str_head(text, 80)), what);
}

/* The way to what is at fault, from the inside out. */
static Rc inside(const Decoder *d, Rc rc, Str key)
{
    Err *err = d->err;
    if (!err || rc != RC_INVALID)
        return rc;
    char text[ERR_TEXT_MAX];
    char place[ERR_PLACE_MAX];
    snprintf(text, sizeof text, "%s", err->text);
    snprintf(place, sizeof place, "%s", err->place);
    Str way = arena_printf(d->arena, "%.*s%s%s", STR_ARG(str_head(key, 40)), place[0] ? "." : "", place);
    return err_at(err, rc, arena_c(d->arena, way), "%s", text);
}

static Rc read_list(Decoder *d, const Json *json, FeelValue *ret)
{
    FeelValue *items = ARENA_ARRAY(d->arena, FeelValue, json->n);
    for (size_t i = 0; i < json->n; i++) {
        Rc rc = read_value(d, &json->as.items[i], &items[i]);
        if (rc != RC_OK)
            return inside(d, rc, arena_printf(d->arena, "[%zu]", i + 1));
    }
    *ret = feel_list(d->arena, items, json->n);
    return RC_OK;
}

static Rc read_context(Decoder *d, const Json *json, FeelValue *ret)
{
    if (json->type != JSON_OBJ)
        return err_set(d->err, RC_INVALID, "a context must be a JSON object");
    FeelEntry *entries = ARENA_ARRAY(d->arena, FeelEntry, json->n);
    for (size_t i = 0; i < json->n; i++) {
        const JsonMember *member = &json->as.members[i];
        entries[i].key = member->key;
        Rc rc = read_value(d, &member->value, &entries[i].value);
        if (rc != RC_OK)
            return inside(d, rc, member->key);
    }
    *ret = feel_context(d->arena, entries, json->n);
    return RC_OK;
}

static Rc read_number(Decoder *d, const Json *json, FeelValue *ret)
{
    Dec dec;
    if (json->type == JSON_INT)
        return *ret = feel_int(json->as.i), RC_OK;
    if (!dec_parse(json_as_str(json), &dec))
        return refuse(d, "number", json_as_str(json));
    *ret = feel_dec(d->arena, dec);
    return RC_OK;
}

static Rc read_range(Decoder *d, const Json *json, FeelValue *ret)
{
    FeelEnds ends = { .start_included = json_get_bool(json, STR("startIncluded")),
                      .end_included = json_get_bool(json, STR("endIncluded")) };
    const Json *start = json_get(json, STR("start"));
    const Json *end = json_get(json, STR("end"));
    if (start)
        TRY(read_value(d, start, &ends.start));
    if (end)
        TRY(read_value(d, end, &ends.end));
    return feel_range(d->arena, ends, ret) ? RC_OK : refuse(d, "range", json_to_arena(d->arena, json));
}

static bool is_duration(FeelValue v)
{
    return v.type == FEEL_DAYS_DURATION || v.type == FEEL_MONTHS_DURATION;
}

static Rc read_temporal(Decoder *d, Str tag, const Json *json, FeelValue *ret)
{
    static const struct {
        const char *tag;
        FeelType type;
    } kinds[] = { { "@date", FEEL_DATE }, { "@time", FEEL_TIME }, { "@datetime", FEEL_DATE_TIME } };
    Str text = json_as_str(json);
    FeelValue v;
    if (!feel_temporal(d->arena, text, &v))
        return refuse(d, "date, time or duration", text);
    bool fits = str_eq_c(tag, "@duration") && is_duration(v);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        fits |= str_eq_c(tag, kinds[i].tag) && v.type == kinds[i].type;
    if (!fits)
        return err_set(d->err, RC_INVALID, "'%.*s' does not fit %.*s", STR_ARG(str_head(text, 80)),
                       STR_ARG(str_head(tag, 40)));
    *ret = v;
    return RC_OK;
}

static Rc read_object(Decoder *d, const Json *json, FeelValue *ret)
{
    Str tag = STR_NONE;
    for (size_t i = 0; i < json->n && tag.n == 0; i++)
        if (str_starts(json->as.members[i].key, STR("@")))
            tag = json->as.members[i].key;
    if (tag.n == 0)
        return read_context(d, json, ret);
    const Json *value = &json->as.members[0].value;
    if (json->n != 1)
        return err_set(d->err, RC_INVALID, "a context with the key '%.*s' must stand in {\"@context\": ...}",
                       STR_ARG(str_head(tag, 40)));
    if (str_eq_c(tag, "@context"))
        return read_context(d, value, ret);
    if (str_eq(tag, JSON_NUMBER_KEY))
        return read_number(d, value, ret);
    if (str_eq_c(tag, "@range"))
        return read_range(d, value, ret);
    return read_temporal(d, tag, value, ret);
}

static Rc read_value(Decoder *d, const Json *json, FeelValue *ret)
{
    switch (json->type) {
    case JSON_NULL: *ret = feel_null(); return RC_OK;
    case JSON_BOOL: *ret = feel_bool(json->as.b); return RC_OK;
    case JSON_INT: *ret = feel_int(json->as.i); return RC_OK;
    case JSON_STR: *ret = feel_str(json_as_str(json)); return RC_OK;
    case JSON_ARR: return read_list(d, json, ret);
    case JSON_OBJ: return read_object(d, json, ret);
    }
    return RC_OK;
}

Rc feel_json_value(Arena *arena, const Json *json, FeelValue *ret, Err *err)
{
    Decoder d = { arena, err };
    if (err)
        *err = (Err){ 0 };
    return read_value(&d, json, ret);
}

Rc feel_json_read(Arena *arena, Str text, FeelValue *ret, Err *err)
{
    Json json;
    TRY(json_parse_decimals(arena, text, &json, err));
    return feel_json_value(arena, &json, ret, err);
}

/* ---- writing ---- */

static void write_str(Buf *out, Str s)
{
    Json json = json_str(s);
    json_write(out, &json);
}

static void write_tagged(Buf *out, const char *tag, Str text)
{
    buf_printf(out, "{\"%s\":", tag);
    write_str(out, text);
    buf_char(out, '}');
}

static void write_context(Buf *out, Arena *arena, const FeelContext *context)
{
    bool wrap = false;
    for (size_t i = 0; i < context->n; i++)
        wrap |= str_starts(context->entries[i].key, STR("@"));
    buf_c(out, wrap ? "{\"@context\":{" : "{");
    for (size_t i = 0; i < context->n && !out->failed; i++) {
        if (i > 0)
            buf_char(out, ',');
        write_str(out, context->entries[i].key);
        buf_char(out, ':');
        feel_json_write(out, arena, context->entries[i].value);
    }
    buf_c(out, wrap ? "}}" : "}");
}

static void write_list(Buf *out, Arena *arena, const FeelList *list)
{
    buf_char(out, '[');
    for (size_t i = 0; i < list->n && !out->failed; i++) {
        if (i > 0)
            buf_char(out, ',');
        feel_json_write(out, arena, list->items[i]);
    }
    buf_char(out, ']');
}

static void write_range(Buf *out, Arena *arena, FeelValue v)
{
    FeelEnds ends = { 0 };
    (void)feel_ends(v, &ends);
    buf_c(out, "{\"@range\":{\"start\":");
    feel_json_write(out, arena, ends.start);
    buf_c(out, ",\"end\":");
    feel_json_write(out, arena, ends.end);
    buf_printf(out, ",\"startIncluded\":%s,\"endIncluded\":%s}}", ends.start_included ? "true" : "false",
               ends.end_included ? "true" : "false");
}

void feel_json_write(Buf *out, Arena *arena, FeelValue v)
{
    switch ((FeelType)v.type) {
    case FEEL_NULL: buf_c(out, "null"); break;
    case FEEL_BOOL: buf_c(out, v.as.b ? "true" : "false"); break;
    case FEEL_NUMBER: buf_str(out, feel_print(arena, v)); break;
    case FEEL_STRING: write_str(out, feel_to_str(v)); break;
    case FEEL_DATE: write_tagged(out, "@date", feel_display(arena, v)); break;
    case FEEL_TIME: write_tagged(out, "@time", feel_display(arena, v)); break;
    case FEEL_DATE_TIME: write_tagged(out, "@datetime", feel_display(arena, v)); break;
    case FEEL_DAYS_DURATION:
    case FEEL_MONTHS_DURATION: write_tagged(out, "@duration", feel_display(arena, v)); break;
    case FEEL_LIST: write_list(out, arena, v.as.list); break;
    case FEEL_CONTEXT: write_context(out, arena, v.as.ctx); break;
    case FEEL_RANGE: write_range(out, arena, v); break;
    case FEEL_FUNCTION: write_tagged(out, "@function", feel_print(arena, v)); break;
    }
}
