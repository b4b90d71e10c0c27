/* Reads JSON texts, one a line, and prints each in canonical form; the oracle test compares with Python's. Checks on
 * the way that the canonical and the pretty form read back as the same value. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/fmt/json.h"

static Rc reads_back(Arena *arena, const Json *value, const Buf *text, Err *err)
{
    Json again;
    TRY(json_parse(arena, buf_view(text), &again, err));
    return json_equal(value, &again) ? RC_OK : err_set(err, RC_CORRUPT, "reads back as another value");
}

static Rc canonicalise(Arena *arena, Str line, Buf *out, Err *err)
{
    Json value;
    TRY(json_parse(arena, line, &value, err));
    buf_clear(out);
    json_write_pretty(out, &value);
    TRY(reads_back(arena, &value, out, err));
    buf_clear(out);
    json_write(out, &value);
    TRY(reads_back(arena, &value, out, err));
    Json copy = json_copy(arena, &value);
    if (!json_equal(&value, &copy))
        return err_set(err, RC_CORRUPT, "the copy differs");
    return buf_check(out, err);
}

int main(void)
{
    Arena *arena = arena_new(0);
    Err err;
    Buf out;
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    Rc rc = RC_OK;
    buf_init(&out, JSON_TEXT_MAX);
    while (rc == RC_OK && (n = getline(&line, &cap, stdin)) > 0) {
        arena_reset(arena);
        rc = canonicalise(arena, (Str){ line, (size_t)n }, &out, &err);
        if (rc == RC_OK)
            printf("%.*s\n", STR_ARG(buf_view(&out)));
        else
            fprintf(stderr, "%s: %s: %s\n", line, err.place, err.text);
    }
    free(line);
    buf_free(&out);
    arena_free(arena);
    return rc == RC_OK ? 0 : 1;
}
