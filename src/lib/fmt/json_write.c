#include <assert.h>

#include "lib/fmt/json_order.h"

/* The short escape of a character, 'u' for one without, 0 for one that stands for itself (RFC 8785, 3.2.2.2). */
static const char escape_of[256] = {
    ['"'] = '"',  ['\\'] = '\\', [0x00] = 'u', [0x01] = 'u', [0x02] = 'u', [0x03] = 'u', [0x04] = 'u',
    [0x05] = 'u', [0x06] = 'u',  [0x07] = 'u', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', [0x0B] = 'u',
    ['\f'] = 'f', ['\r'] = 'r',  [0x0E] = 'u', [0x0F] = 'u', [0x10] = 'u', [0x11] = 'u', [0x12] = 'u',
    [0x13] = 'u', [0x14] = 'u',  [0x15] = 'u', [0x16] = 'u', [0x17] = 'u', [0x18] = 'u', [0x19] = 'u',
    [0x1A] = 'u', [0x1B] = 'u',  [0x1C] = 'u', [0x1D] = 'u', [0x1E] = 'u', [0x1F] = 'u',
};

static void write_string(Buf *out, Str s)
{
    static const char digits[] = "0123456789abcdef";
    buf_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char escape = escape_of[c];
        if (!escape)
            continue;
        buf_str(out, str_slice(s, from, i));
        if (escape == 'u')
            buf_bytes(out, (char[]){ '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] }, 6);
        else
            buf_bytes(out, (char[]){ '\\', escape }, 2);
        from = i + 1;
    }
    buf_str(out, str_slice(s, from, s.n));
    buf_char(out, '"');
}

static void write_scalar(Buf *out, const Json *value)
{
    switch (value->type) {
    case JSON_NULL: buf_str(out, STR("null")); break;
    case JSON_BOOL: buf_str(out, value->as.b ? STR("true") : STR("false")); break;
    case JSON_INT: buf_i64(out, value->as.i); break;
    case JSON_STR: write_string(out, json_as_str(value)); break;
    case JSON_ARR:
    case JSON_OBJ: assert(false); break;
    }
}

static void write_canonical(Buf *out, const Json *value, unsigned depth);

static void write_object(Buf *out, const Json *object, unsigned depth)
{
    CLEANUP(json_order_clear) JsonOrder order;
    if (!json_order_init(&order, object->as.members, object->n)) {
        out->failed = true;
        return;
    }
    buf_char(out, '{');
    for (uint32_t i = 0; i < object->n; i++) {
        const JsonMember *member = &object->as.members[order.at[i]];
        if (i)
            buf_char(out, ',');
        write_string(out, member->key);
        buf_char(out, ':');
        write_canonical(out, &member->value, depth + 1);
    }
    buf_char(out, '}');
}

static void write_canonical(Buf *out, const Json *value, unsigned depth)
{
    assert(depth <= JSON_DEPTH_MAX);
    if (value->type == JSON_OBJ) {
        write_object(out, value, depth);
    } else if (value->type == JSON_ARR) {
        buf_char(out, '[');
        for (uint32_t i = 0; i < value->n; i++) {
            if (i)
                buf_char(out, ',');
            write_canonical(out, &value->as.items[i], depth + 1);
        }
        buf_char(out, ']');
    } else {
        write_scalar(out, value);
    }
}

void json_write(Buf *out, const Json *value)
{
    write_canonical(out, value, 0);
}

static void write_line_start(Buf *out, unsigned depth)
{
    buf_char(out, '\n');
    for (unsigned i = 0; i < depth; i++)
        buf_str(out, STR("  "));
}

static void write_pretty(Buf *out, const Json *value, unsigned depth)
{
    assert(depth <= JSON_DEPTH_MAX);
    bool is_object = value->type == JSON_OBJ;
    if (!is_object && value->type != JSON_ARR) {
        write_scalar(out, value);
        return;
    }
    buf_char(out, is_object ? '{' : '[');
    for (uint32_t i = 0; i < value->n; i++) {
        if (i)
            buf_char(out, ',');
        write_line_start(out, depth + 1);
        if (is_object) {
            write_string(out, value->as.members[i].key);
            buf_str(out, STR(": "));
        }
        write_pretty(out, is_object ? &value->as.members[i].value : &value->as.items[i], depth + 1);
    }
    if (value->n)
        write_line_start(out, depth);
    buf_char(out, is_object ? '}' : ']');
}

void json_write_pretty(Buf *out, const Json *value)
{
    write_pretty(out, value, 0);
}

Str json_to_arena(Arena *arena, const Json *value)
{
    CLEANUP(buf_free) Buf out;
    buf_init(&out, JSON_TEXT_MAX);
    json_write(&out, value);
    return out.failed ? STR_NONE : buf_to_arena(&out, arena);
}
