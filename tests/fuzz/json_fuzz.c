#include "fuzz.h"

#include <assert.h>

#include "lib/fmt/json.h"

/* Accepted text has one canonical form, which is accepted again, gives the same value and is its own canonical form. */
static void check_canonical(Arena *arena, const Json *value)
{
    Json again;
    Str text = json_to_arena(arena, value);
    Rc rc = json_parse(arena, text, &again, NULL);
    assert(rc == RC_OK);
    assert(json_equal(value, &again));
    assert(str_eq(text, json_to_arena(arena, &again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    Json value;
    Err err = { 0 };
    Rc rc = json_parse(arena, (Str){ (const char *)data, size }, &value, &err);
    if (rc == RC_OK)
        check_canonical(arena, &value);
    else
        assert(err.rc == rc && err.place[0] && err.text[0]);
    return 0;
}
