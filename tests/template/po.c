#include "po.h"

#include "base/buf.h"

/* The quoted part of a line, unescaped. */
static Str quoted(Arena *arena, Str line)
{
    size_t from = str_find(line, STR("\""));
    if (from == SIZE_MAX || line.n < from + 2)
        return STR_NONE;
    Str inside = str_slice(line, from + 1, line.n - 1);
    char *p = arena_alloc(arena, inside.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < inside.n; i++) {
        if (inside.p[i] == '\\' && i + 1 < inside.n)
            i++;
        p[n++] = inside.p[i];
    }
    return (Str){ p, n };
}

static void store(Po *po, Str msgid, Str msgstr)
{
    if (msgid.n == 0 || msgstr.n == 0)
        return;
    Str *kept = ARENA_NEW(po->arena, Str);
    *kept = msgstr;
    map_put(&po->texts, msgid, kept);
}

void po_read(Po *po, Arena *arena, Str text)
{
    po->arena = arena;
    map_init(&po->texts, arena);
    Str msgid = STR_NONE;
    Str msgstr = STR_NONE;
    Str *open = NULL;
    while (text.n > 0) {
        Str line = str_trim(str_cut(text, '\n', &text));
        Str value = quoted(arena, line);
        if (str_starts(line, STR("msgid \""))) {
            store(po, msgid, msgstr);
            msgid = value;
            msgstr = STR_NONE;
            open = &msgid;
        } else if (str_starts(line, STR("msgid_plural"))) {
            open = NULL;
        } else if (str_starts(line, STR("msgstr"))) {
            msgstr = value;
            open = &msgstr;
        } else if (str_starts(line, STR("\"")) && open) {
            *open = arena_printf(arena, "%.*s%.*s", STR_ARG(*open), STR_ARG(value));
        }
    }
    store(po, msgid, msgstr);
}

Str po_find(const Po *po, Str msgid)
{
    const Str *found = map_get(&po->texts, msgid);
    return found ? *found : STR_NONE;
}
